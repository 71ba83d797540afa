"""What is hashed is what runs: which bytes make which runs fall."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest
from helpers import volume

from etabli.grading.pack import EXAM, SPECIMENS, build_pack, pack_of
from etabli.lab.manifest import Lab, lab_ids, load_lab
from etabli.system.platform import platform_sha256

SOURCE = EXAM.parent


def sources(folder: Path) -> list[str]:
    """The files of a folder that a person wrote."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package and of the graders, to spoil."""
    root = tmp_path_factory.mktemp("copie")
    shutil.copytree(SOURCE, root / "etabli", ignore=shutil.ignore_patterns("__pycache__"))
    for lab in lab_ids():
        shutil.copytree(load_lab(lab).grader, root / "graders" / lab, ignore=shutil.ignore_patterns("__pycache__"))
    return root


@pytest.fixture
def spare(copy: Path, tmp_path: Path) -> Path:
    """A copy of the copy, for what is not put back."""
    shutil.copytree(copy, tmp_path / "encore")
    return tmp_path / "encore"


def pack(copy: Path, lab: str) -> bytes:
    """What is shipped for a lab."""
    inside = copy / "etabli"
    return build_pack(copy / "graders" / lab, without=apart(lab), exam=inside / "exam", kit=inside / "kit")


def apart(lab: str) -> list[str]:
    """The folders of a grader that are not shipped."""
    generator = load_lab(lab).manifest.generator
    return [SPECIMENS, *([generator] if generator else [])]


def packs(copy: Path) -> dict[str, bytes]:
    """What is shipped for each lab."""
    return {lab: pack(copy, lab) for lab in lab_ids()}


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
    names = names[:: volume(48, 1)]
    for name, lab in zip(names, cycle(before)):
        for _ in spoilt(copy / "etabli" / "exam" / name):
            assert pack(copy, lab) != before[lab], name
    for _ in spoilt(copy / "etabli" / "exam" / names[0]):
        assert changed(before, packs(copy)) == set(before)
    assert packs(copy) == before and platform_sha256(copy / "etabli") == platform


@pytest.mark.parametrize("lab", lab_ids())
def test_one_byte_in_a_grader_makes_those_of_its_lab_fall(spare: Path, lab: str) -> None:
    before, grader = packs(spare), spare / "graders" / lab
    names = [name for name in sources(grader) if name.split("/")[0] not in apart(lab)]
    for name in names[:: volume(48, 1)]:
        for _ in spoilt(grader / name):
            assert pack(spare, lab) != before[lab], name
    for name in set(sources(grader)) - set(names):
        (grader / name).write_bytes(b"x")
    assert packs(spare) == before
    (grader / names[0]).write_bytes(b"x")
    assert changed(before, packs(spare)) == {lab}


def test_other_reports_or_commands_make_none_fall(spare: Path) -> None:
    before, platform = packs(spare), platform_sha256(spare / "etabli")
    for room in ("reports", "cli"):
        for name in sources(spare / "etabli" / room):
            (spare / "etabli" / room / name).write_bytes(b"x")
    assert packs(spare) == before and platform_sha256(spare / "etabli") == platform


def test_one_byte_elsewhere_is_another_platform(spare: Path) -> None:
    before, platform = packs(spare), platform_sha256(spare / "etabli")
    apart = ("exam/", "kit/", "reports/", "cli/")
    names = [name for name in sources(spare / "etabli") if not name.startswith(apart)]
    for name in names[:: volume(48, 1)]:
        for _ in spoilt(spare / "etabli" / name):
            assert platform_sha256(spare / "etabli") != platform, name
    for name in names:
        (spare / "etabli" / name).write_bytes(b"x")
    assert packs(spare) == before


@pytest.mark.parametrize("lab", lab_ids())
def test_a_plan_hashes_the_bytes_that_it_ships(lab: str) -> None:
    loaded: Lab = load_lab(lab)
    assert pack_of(loaded) == pack_of(loaded)
    with tarfile.open(fileobj=io.BytesIO(pack_of(loaded))) as tar:
        names = tar.getnames()
    shipped = {name.removeprefix("pack/src/etabli/exam/") for name in names if "/exam/" in name}
    assert shipped == set(sources(EXAM))
    assert not {name.split("/")[3] for name in names if name.startswith("pack/graders/")} & set(apart(lab))


@pytest.mark.parametrize("lab", lab_ids())
def test_checks_need_nothing_that_is_not_shipped(lab: str, tmp_path: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(pack_of(load_lab(lab)))) as tar:
        tar.extractall(tmp_path, filter="data")
    words = "from pathlib import Path; from etabli.exam.contract.check import load_checks; "
    words += f"print(len(load_checks(Path({lab!r})).specs))"
    place = {"cwd": tmp_path / "pack" / "graders", "env": {"PYTHONPATH": str(tmp_path / "pack" / "src")}}
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True, **place)
    assert int(done.stdout) == len(load_lab(lab).checks().specs)
