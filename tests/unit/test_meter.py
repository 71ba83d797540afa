"""Where the control groups of a batch are, by engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from etabli.exam.contract.errors import SandboxUnavailable
from etabli.sandbox import meter as module
from etabli.sandbox.meter import Meter


@pytest.mark.parametrize(
    ("driver", "parent", "folder"),
    [
        ("cgroupfs", "/etabli-ab-services", "etabli-ab-services"),
        ("systemd", "etabli-ab-services.slice", "etabli.slice/etabli-ab.slice/etabli-ab-services.slice"),
    ],
)
def test_a_group_of_version_2_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, driver: str, parent: str, folder: str
) -> None:
    monkeypatch.setattr(module, "_ROOT", tmp_path)
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "cpu.stat").write_text("usage_usec 1500000\nuser_usec 1000000\nsystem_usec 500000\n")
    (tmp_path / folder / "memory.peak").write_text("64000000\n")
    meter = Meter("ab", driver=driver, version="2", programs={})
    assert meter.parent("services") == parent
    assert (meter.cpu_s(), meter.peak_mb()) == ({"services": 1.5}, {"services": 64.0})
    (tmp_path / folder / "cpu.stat").unlink()
    with pytest.raises(SandboxUnavailable, match="ne se lisent pas"):
        meter.cpu_s()
