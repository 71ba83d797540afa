"""What is hashed is what runs: which bytes make which runs fall."""

from __future__ import annotations

import io
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from etabli.engine.pack import EXAM, build_pack, platform_sha256
from etabli.lab import Lab, lab_ids, load_lab

SOURCE = EXAM.parent


def sources(folder: Path) -> list[str]:
    """The files of a folder that a person wrote."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".mo"
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package and of the graders, to spoil."""
    root = tmp_path_factory.mktemp("copie")
    shutil.copytree(SOURCE, root / "etabli", ignore=shutil.ignore_patterns("__pycache__"))
    for lab in lab_ids():
        shutil.copytree(load_lab(lab).grader, root / "graders" / lab, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def packs(copy: Path) -> dict[str, bytes]:
    return {lab: build_pack(copy / "graders" / lab, exam=copy / "etabli" / "exam") for lab in lab_ids()}


def spoilt(path: Path) -> Iterator[None]:
    """Changes the last byte of a file (one is added to an empty one), then puts it back."""
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([(whole or b"x")[-1] ^ 1]))
    yield
    path.write_bytes(whole)


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    return {lab for lab in before if before[lab] != after[lab]}


def test_one_byte_in_any_module_of_exam_makes_every_run_fall(copy: Path) -> None:
    before, platform = packs(copy), platform_sha256(copy / "etabli")
    names = sources(copy / "etabli" / "exam")
    assert len(names) > 100
    for name in names:
        for _ in spoilt(copy / "etabli" / "exam" / name):
            assert changed(before, packs(copy)) == set(lab_ids()), name
    assert packs(copy) == before and platform_sha256(copy / "etabli") == platform


@pytest.mark.parametrize("lab", lab_ids())
def test_one_byte_in_a_grader_makes_those_of_its_lab_fall(copy: Path, lab: str) -> None:
    before = packs(copy)
    names = sources(copy / "graders" / lab)
    for name in [name for name in names if not name.startswith("specimens/")]:
        for _ in spoilt(copy / "graders" / lab / name):
            assert changed(before, packs(copy)) == {lab}, name
    for name in [name for name in names if name.startswith("specimens/")]:
        (copy / "graders" / lab / name).write_bytes(b"x")
    assert packs(copy) == before


def test_one_byte_in_reports_or_commands_makes_none_fall(copy: Path) -> None:
    before, platform = packs(copy), platform_sha256(copy / "etabli")
    for room in ("reports", "cli"):
        for name in sources(copy / "etabli" / room):
            for _ in spoilt(copy / "etabli" / room / name):
                assert packs(copy) == before and platform_sha256(copy / "etabli") == platform, name


def test_one_byte_elsewhere_is_another_platform(copy: Path) -> None:
    before, platform = packs(copy), platform_sha256(copy / "etabli")
    apart = ("exam/", "reports/", "cli/")
    for name in [name for name in sources(copy / "etabli") if not name.startswith(apart)]:
        for _ in spoilt(copy / "etabli" / name):
            assert packs(copy) == before and platform_sha256(copy / "etabli") != platform, name


@pytest.mark.parametrize("lab", lab_ids())
def test_a_plan_hashes_the_bytes_that_it_ships(lab: str) -> None:
    loaded: Lab = load_lab(lab)
    assert build_pack(loaded.grader) == build_pack(loaded.grader)
    with tarfile.open(fileobj=io.BytesIO(build_pack(loaded.grader))) as tar:
        shipped = {name.removeprefix("pack/src/etabli/exam/") for name in tar.getnames() if "/exam/" in name}
    assert shipped == set(sources(EXAM))
