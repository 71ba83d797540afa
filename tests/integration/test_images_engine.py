"""Building with the real engine: a good image, one that fails, and the images of the repository."""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from etabli.exam.contract.errors import SandboxFailure
from etabli.sandbox import images


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of an image in a repository of its own; what it built is removed."""
    folder = tmp_path / "images" / f"essai-{secrets.token_hex(4)}"
    folder.mkdir(parents=True)
    monkeypatch.setenv("ETABLI_ROOT", str(tmp_path))
    yield folder
    subprocess.run(["docker", "image", "rm", "--force", images.tag(folder.name)], capture_output=True, check=False)


def test_a_built_image_is_no_longer_missing_and_has_an_identity(folder: Path) -> None:
    (folder / "Dockerfile").write_text(f"FROM {images.BASE}\nRUN echo php=8.4 >/etc/etabli-packages\n")
    assert images.missing() == [folder.name]
    lines: list[str] = []
    assert images.build(folder.name, lines.append) == images.tag(folder.name)
    assert images.missing() == []
    assert any("etabli-packages" in line for line in lines)
    identity = images.identity(folder.name)
    assert identity["id"].startswith("sha256:")
    assert identity["packages"] == "3066392e837f1cb1d769252cadf6ee52f623292a416811a66132763eb7650a17"


def test_a_failed_build_ends_with_what_went_wrong(folder: Path) -> None:
    (folder / "Dockerfile").write_text(f"FROM {images.BASE}\nRUN echo 'plus de place' >&2; exit 7\n")
    with pytest.raises(SandboxFailure, match=rf"(?s){folder.name}.*plus de place"):
        images.build(folder.name)


def test_set_up_has_built_the_images_of_the_repository() -> None:
    assert images.missing() == []
    assert all(len(images.identity(name)["packages"]) == 64 for name in images.names())
