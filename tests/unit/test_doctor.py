"""`etabli doctor`: each thing is really made wrong, and the line says what to do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from etabli.cli import findings
from etabli.cli.findings import Finding

pytestmark = pytest.mark.usefixtures("home")


def wrong(finding: Finding, *words: str) -> None:
    assert not finding.ok
    for word in words:
        assert word in finding.said
    assert any(step in finding.said for step in ("lancez", "réglez", "fermez", "libérez", "mettez", "demandez")), (
        finding
    )


def test_a_private_home_is_well(home: Path) -> None:
    assert findings.own_folder() == Finding("home", "Dossier personnel", True, str(home))
    assert findings.class_list().ok


@pytest.mark.parametrize("name", [".", "secret"])
def test_a_home_that_others_may_open(home: Path, name: str) -> None:
    home.mkdir(mode=0o700)
    (home / "secret").write_text("x")
    (home / "secret").chmod(0o600)
    (home / name).chmod(0o755)
    wrong(findings.own_folder(), f"chmod go= '{home / name}'")


def test_a_list_of_names_that_others_may_read(home: Path) -> None:
    home.mkdir(mode=0o700)
    (home / "classes.sqlite").touch(mode=0o644)
    wrong(findings.class_list(), f"chmod go= '{home / 'classes.sqlite'}'")
    (home / "classes.sqlite").chmod(0o600)
    assert findings.class_list().ok


@pytest.mark.parametrize("place", ["/proc/nulle-part", "/dev/null/x"])
def test_a_home_that_cannot_be(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setenv("ETABLI_HOME", place)
    wrong(findings.own_folder(), place, "ETABLI_HOME")
    wrong(findings.class_list(), place)


def test_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nulle/part.sock")
    wrong(findings.engine(), "make setup")
    wrong(findings.right(), "/nulle/part.sock manque", "make setup")
    wrong(findings.built(), "make setup")
    wrong(findings.walls(), "make setup")


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        (["namespaces"], ["espaces de noms", "apparmor_restrict_unprivileged_userns=0"]),
        (["landlock"], ["Landlock manque", "5.13"]),
        (["namespaces", "landlock"], ["espaces de noms", "Landlock manque"]),
    ],
)
def test_a_wall_that_does_not_rise_is_told_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, missing: list[str], words: list[str]
) -> None:
    monkeypatch.setattr(findings.images, "missing", list)
    monkeypatch.setattr(findings.DockerSandbox, "missing_walls", lambda _self: missing)
    wrong(findings.walls(), *words)


def test_no_compose(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    wrong(findings.compose(), "make setup")
    (tmp_path / "docker").write_text("#!/bin/sh\necho \"docker: 'compose' is not a docker command.\" >&2\nexit 1\n")
    (tmp_path / "docker").chmod(0o755)
    wrong(findings.compose(), "make setup")


def test_little_memory_and_little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "_MEMORY_MB", 10**9)
    monkeypatch.setattr(findings, "_DISK_GB", 10**9)
    wrong(findings.memory(), "--postes 1")
    wrong(findings.disk(), "docker system df")


def test_a_clock_that_is_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    os.utime(tmp_path / "pyproject.toml", (4_000_000_000, 4_000_000_000))
    monkeypatch.setenv("ETABLI_ROOT", str(tmp_path))
    wrong(findings.clock(), "l'horloge retarde", "timedatectl")


def test_the_time_zone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    try:
        assert "fuseau CE" in findings.clock().said
    finally:
        monkeypatch.undo()
        time.tzset()


def test_json_has_stable_names() -> None:
    names = [finding.id for finding in findings.findings()]
    assert names == [
        "python",
        "engine",
        "right",
        "compose",
        "images",
        "walls",
        "memory",
        "disk",
        "clock",
        "home",
        "classes",
        "kept",
    ]
