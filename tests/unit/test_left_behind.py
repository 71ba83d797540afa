"""What a program left where it may write: whatever it is called, however deep, whatever date it bears."""

from __future__ import annotations

import base64
import fcntl
import json
import mmap
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from etabli.sandbox import left_behind
from etabli.sandbox.base import MAX_OUTPUT
from etabli.sandbox.left_behind import AGES, LONGEST, LOST, MANY, MOST, lay, look, put


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """Somewhere in memory, as a work is, where this machine has such a place."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else tmp_path) as folder:
        yield laid(Path(folder))


def laid(folder: Path) -> Path:
    made = folder / "app"
    (made / "migration").mkdir(parents=True)
    (made / "migration" / "verifier.py").write_text("print()", "utf-8")
    return made


def left(place: Path, act: Callable[[Path], object]) -> list[list[str]]:
    before, _ = look([str(place)], {})
    time.sleep(0.02)  # the kernel's clock has gone on
    act(place)
    _, told = look([str(place)], before)
    return [["." if path == str(place) else path.replace(f"{place}/", ""), target] for path, target in told]


def written_back(place: Path) -> None:
    path = place / "migration" / "verifier.py"
    was = path.stat()
    path.write_text("input()", "utf-8")
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))


def noted(place: Path) -> None:
    try:
        os.setxattr(place / "migration", "user.vu", b"secret")
    except OSError:
        pytest.skip("this disk keeps no attributes")


def rights_noted(place: Path) -> None:
    rows = [(1, 7, -1), (2, 0, 0x5EC2E7), (4, 5, -1), (16, 7, -1), (32, 5, -1)]
    raw = b"".join(
        kind.to_bytes(2, "little") + may.to_bytes(2, "little") + (who & 0xFFFFFFFF).to_bytes(4, "little")
        for kind, may, who in rows
    )
    try:
        os.setxattr(place / "migration", "system.posix_acl_default", b"\2\0\0\0" + raw)
    except OSError:
        pytest.skip("this disk keeps no lists of rights")
    passing(place)


def flagged(place: Path) -> None:
    folder = os.open(place / "migration", os.O_RDONLY)
    try:
        flags = int.from_bytes(fcntl.ioctl(folder, left_behind._FLAGS, bytes(8)), sys.byteorder)
        fcntl.ioctl(folder, 0x40086602, (flags ^ 0x40).to_bytes(8, sys.byteorder))  # no dump
    except OSError:
        pytest.skip("this disk keeps no flags")
    finally:
        os.close(folder)
    passing(place)


def passing(place: Path) -> None:
    """What the folder's dates say is that of a file that is gone."""
    for folder in (place, place / "migration"):
        (folder / "t").touch()
        (folder / "t").unlink()
        (folder / "d").mkdir()
        (folder / "d").rmdir()


def this_hour(place: Path) -> None:
    """Five bytes of a password are in a date of a moment ago."""
    now = time.time_ns()
    os.utime(place / "migration", ns=(now, (now >> 40 << 40) + 0x5EC2E70000))


def through_memory(place: Path) -> None:
    """In memory, a page that is read before it is written to leaves the file its dates."""
    with open(place / "migration" / "verifier.py", "r+b") as file, mmap.mmap(file.fileno(), 0) as page:
        page[:1] = page[:1].upper()


def rights_and_back(place: Path) -> None:
    mode = (place / "migration").stat().st_mode
    (place / "migration").chmod(mode ^ 0o077)
    (place / "migration").chmod(mode)


def deep(place: Path) -> None:
    (place / "a" / "b" / "c").mkdir(parents=True)


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (lambda place: None, []),
        (lambda place: (place / "migration" / "verifier.py").read_bytes(), []),
        (lambda place: (place / "mot de passe").touch(), [["mot de passe", ""]]),
        (lambda place: (place / "lien").symlink_to("secret"), [["lien", "secret"]]),
        (lambda place: (place / "dossier").symlink_to(place / "migration"), [["dossier", "migration"]]),
        (lambda place: os.mkfifo(place / "tube"), [["tube", ""]]),
        (deep, [["a", ""], ["a/b", ""], ["a/b/c", ""]]),
        (written_back, [["migration/verifier.py", ""]]),
        (lambda place: (place / "migration" / "verifier.py").unlink(), [["migration/verifier.py", ""]]),
        (noted, [["migration", "user.vu=secret"]]),
        (lambda place: os.utime(place / "migration", (0x5EC2E7, 0x5EC2E7)), [["migration", ""]]),
        (lambda place: os.utime(place, (0x5EC2E7, 0x5EC2E7)), [[".", ""]]),
        (passing, []),
        (this_hour, [["migration", ""]]),
        (rights_noted, [["migration", ""]]),
        (flagged, [["migration", ""]]),
        (rights_and_back, [["migration", ""]]),
        (through_memory, [["migration/verifier.py", ""]]),
        (lambda place: (place / os.fsdecode(b"caf\xe9")).touch(), [["caf\N{REPLACEMENT CHARACTER}", ""]]),
    ],
)
def test_each_trace_is_told_by_its_name_and_its_target(
    place: Path, act: Callable[[Path], object], told: list[list[str]]
) -> None:
    assert [[path, target.replace(f"{place}/", "")] for path, target in left(place, act)] == told


def test_a_link_that_leads_elsewhere_is_not_followed_and_one_that_changes_is_told(place: Path) -> None:
    (place / "lien").symlink_to("/usr")

    def turn(place: Path) -> None:
        (place / "lien").unlink()
        (place / "lien").symlink_to("/etc")

    assert left(place, turn) == [["lien", "/etc"]]


def test_what_is_told_has_an_end(place: Path) -> None:
    def flood(place: Path) -> None:
        for number in range(MOST + 50):
            (place / f"{number:04d}{'x' * 200}").touch()
        (place / "long").symlink_to("y" * (LONGEST + 500))

    found = left(place, flood)
    assert len(found) == MOST
    assert all(len(key) <= 250 for key in look([str(place)], {})[0]), "what is remembered has one too"
    assert len(dict(left(place, lambda place: (place / "0").symlink_to("y" * 2000)))["0"]) == LONGEST


def test_who_makes_folders_ahead_of_whoever_looks_is_told_and_looked_at_no_more(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each folder that is looked at has another one in it by then: without an end, that would never end."""
    seen: list[str] = []
    facts = left_behind._facts

    def ahead(path: str) -> tuple[left_behind.Facts, str]:
        seen.append(path)
        if len(seen) < 5 * MANY and os.path.isdir(path) and len(path) < 3_000:
            os.makedirs(f"{path}/a", exist_ok=True)
            os.makedirs(f"{path}/b", exist_ok=True)
        return facts(path)

    before, _ = look([str(place)], {})
    monkeypatch.setattr(left_behind, "_facts", ahead)
    now, told = look([str(place)], before)
    assert now is LOST and len(told) == MOST and len(seen) < MANY + 10
    assert look([str(place)], now) == (LOST, []) and len(seen) < MANY + 10


@pytest.mark.parametrize("byte", [b"\xff", b"\x01", b"\\", "é".encode(), "😀".encode()])
def test_whatever_names_are_made_of_all_that_is_told_is_heard(place: Path, byte: bytes) -> None:
    def flood(place: Path) -> None:
        deep = os.fsencode(place) + 5 * (b"/" + byte * (240 // len(byte)))
        os.makedirs(deep)
        for number in range(MOST):
            os.symlink(byte * (2000 // len(byte)), deep + b"/%03d" % number)

    before, _ = look([str(place)], {})
    flood(place)
    _, told = look([str(place)], before)
    assert len(told) == MOST and len(json.dumps(told)) < MAX_OUTPUT


def test_a_work_is_laid_with_dates_of_the_days_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original, target = tmp_path / "origine", tmp_path / "app"
    (original / "migration").mkdir(parents=True)
    for name in ("un", "deux", "migration/trois"):
        (original / name).touch()
    monkeypatch.setattr(os, "chown", lambda path, owner, group: None)
    lay(str(original), str(target))
    ages = [time.time() - path.stat().st_mtime for path in (target, *target.rglob("*"))]
    assert len(set(ages)) == 5 and all(AGES[0] <= age <= AGES[1] + 60 for age in ages)


def test_it_travels_alone(tmp_path: Path) -> None:
    """Its source is given to a Python that knows nothing of Établi."""
    code = Path(left_behind.__file__).read_text("utf-8").replace('if __name__ == "__main__":', "if False:")
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_it_answers_each_line_by_what_is_new_since_the_last(tmp_path: Path, place: Path) -> None:
    code = (
        Path(left_behind.__file__).read_text("utf-8").replace("__name__ ==", f"(PLACES := ['{place}']) and __name__ ==")
    )
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path
    )
    with process:
        assert process.stdin and process.stdout

        def asked() -> Any:
            assert process.stdin and process.stdout
            process.stdin.write("look\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        assert [path for path, _target in asked()] == [*map(str, (place, place / "migration", *place.rglob("*.py")))]
        assert asked() == []
        (place / "trace").touch()
        assert asked() == [[f"{place}/trace", ""]]
        process.stdin.close()
    assert process.returncode == 0


def test_a_list_is_put_whatever_stands_in_its_place(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder, or a link that would have us write elsewhere; a disk that is full is emptied of what the program made."""
    monkeypatch.setattr(left_behind, "OWNER", -1)
    coded, there = {"liste.jsonl": base64.b64encode(b"un").decode()}, place / "liste.jsonl"
    (there / "profond").mkdir(parents=True)
    put(coded, str(place))
    assert there.read_bytes() == b"un"
    there.unlink()
    there.symlink_to(place / "migration" / "verifier.py")
    put(coded, str(place))
    assert there.read_bytes() == b"un" and (place / "migration" / "verifier.py").read_text("utf-8") == "print()"
    tried: list[object] = []
    real = open

    def full(*arguments: object, **named: object) -> object:
        tried.append(arguments[0])
        if len(tried) == 1:
            raise OSError(28, "full")
        return real(*arguments, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(left_behind, "open", full, raising=False)
    put(coded, str(place))
    assert [one.name for one in place.iterdir()] == ["liste.jsonl"] and len(tried) == 2
    monkeypatch.setattr(left_behind, "open", lambda *_: real(place), raising=False)
    put(coded, str(place))
    assert not there.exists(), "no list: that is no incident of ours"
