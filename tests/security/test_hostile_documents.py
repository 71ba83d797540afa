"""Hostile documents in the real examiner: one clear sentence each, inside limits; and what reads them can do nothing else."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import documents_samples as samples
import pytest
from examiner_bench import Bench, verdicts
from examiner_room import Room
from helpers import volume

from etabli.exam.contract.transcript import Event
from etabli.exam.runner import reader

HEAVY = ("styles", "million-de-rangs-nus", "million-repete", "trente-mille")[: volume(4, 0)]
"""Of each, another shows the kind; the reader is asked about all of them in `unit/test_documents_reading.py`."""
NAMES = tuple(name for name in samples.hostile() if name not in HEAVY)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Event]]:
    folder = tmp_path_factory.mktemp("hostiles")
    bench = Bench(folder, pages=False)
    for name, (file, data) in {**samples.hostile(), "voisin": ("audit.xlsx", samples.workbook())}.items():
        if name not in HEAVY:
            (folder / "a" / name).mkdir()
            (folder / "a" / name / file).write_bytes(data)
    found = verdicts(bench.exam("hostiles", deadline=300, only=[*NAMES, "voisin"]))
    yield {**found, "suivant": verdicts(bench.exam("hostiles", deadline=300, only=["voisin"]))["voisin"]}
    bench.close()


@pytest.mark.parametrize("name", NAMES)
def test_each_ends_with_one_clear_sentence(seen: Mapping[str, Event], name: str) -> None:
    verdict = seen[name]
    assert verdict["outcome"] == "failed", verdict
    assert re.fullmatch(r"L[ea] [^\n]{15,280}\.", verdict["observed"]), verdict["observed"]
    assert verdict["expected"] and verdict["help"]
    assert not re.search(r"Traceback|Error|Exception|None|\{", verdict["observed"])


def test_each_is_quick(seen: Mapping[str, Event]) -> None:
    late = {name: verdict["duration_ms"] for name, verdict in seen.items() if verdict["duration_ms"] > 60_000}
    assert late == {}


def test_the_neighbour_is_read_after_all_of_them(seen: Mapping[str, Event]) -> None:
    assert seen["voisin"]["outcome"] == "passed", seen["voisin"]
    assert seen["suivant"]["outcome"] == "passed", "and so is the next candidate's, in an exam of its own"
    assert set(seen) == {*NAMES, "voisin", "suivant"}


# -- what the reader itself may do

ASK = """
import json, os, sys
sys.path.insert(0, "/source")
from etabli.exam.runner.peer import Unwalled
from etabli.exam.runner.reader import Reader, ReaderError
reader, path = Reader(), sys.argv[1]
changed = json.load(sys.stdin)
sources = reader._sources
reader.__dict__["_sources"] = {"id": sources["id"][:-2] + changed.pop("id", "00"), "sources": {**sources["sources"], **changed}}
try:
    answer = reader.ask("text", path, os.open(path, os.O_RDONLY))
except ReaderError as error:
    answer = {"error": str(error)}
except Unwalled as error:
    answer = {"unwalled": str(error)}
print(json.dumps(answer))
"""
PROBE = """
def read(verb, name, data):
    import os, pathlib, resource, signal, socket
    found = {"uid": os.getuid(), "pid": os.getpid(), "as": resource.getrlimit(resource.RLIMIT_AS)[0] > 0}
    try:
        socket.create_connection(("127.0.0.1", 9515), 2)
        found["network"] = True
    except OSError:
        found["network"] = False
    found["oracle"] = os.access("/etabli", os.R_OK)
    found["rooms"] = os.access("/rendus", os.X_OK) or os.access("/rendus", os.R_OK)
    mounts = pathlib.Path("/proc/self/mountinfo").read_text()
    found["paths"] = [fields[3] for fields in map(str.split, mounts.splitlines()) if fields[4] == "/rendus"]
    found["others"] = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            os.kill(int(folder.name), 0)
            found["others"].append(int(folder.name))
        except OSError:
            pass
    return found
"""


class Reading(Room):
    """An examiner whose reader is asked."""

    def ask(self, path: str = "/rendus/a.txt", *, user: str = "examiner", **changed: str) -> dict[str, Any]:
        done = self.run("python3", "-B", "-c", ASK, path, user=user, stdin=json.dumps(changed))
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)
        assert isinstance(answer, dict)
        return answer


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reading]:
    folder = tmp_path_factory.mktemp("lecteur")
    (folder / "a.txt").write_text("mot", "utf-8")
    (folder / "boucle.pdf").write_bytes(samples.endless_pdf())
    folder.chmod(0o755)
    made = Reading(folder)
    yield made
    subprocess.run(["docker", "rm", "--force", made.name], capture_output=True, check=False, timeout=60)


HURRIED = "\n\nCPU_S = 1\n"
"""What computes for ever need not do so for as long as an exam would let it."""


def serve_with(extra: str) -> str:
    return (Path(reader.__file__).parents[1] / "reading" / "serve.py").read_text("utf-8") + extra


def test_the_examiner_is_answered(room: Reading) -> None:
    assert room.ask()["found"] == "mot"


def test_nobody_else_is_answered(room: Reading) -> None:
    assert "did not answer" in room.ask("/etc/passwd", user="parsers")["error"]


def test_the_reader_reaches_no_network_no_truth_and_no_other_process(room: Reading) -> None:
    answer = room.ask(id="01", serve=serve_with(PROBE))
    found = answer["found"]
    assert (found["network"], found["oracle"], found["rooms"], found["as"]) == (False, False, False, True)
    assert found["paths"] == ["/"], "a disk of its own, and no folder of this machine"
    assert found["uid"] not in (0, 1000, 1002)
    assert set(found["others"]) <= {1, found["pid"]}, "signals reach its own name space only"


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "broken-file"),
        ("raise KeyError('imprévu')", "broken-file"),
        ("while True: pass", "too-heavy"),
        ("return [' ' * 10_000_000 for _ in range(100)]", "too-heavy"),
    ],
    ids=["crash", "unforeseen", "loop", "memory"],
)
def test_what_ends_the_reader_is_told_by_its_guard(room: Reading, end: str, said: str) -> None:
    answer = room.ask(
        id=f"{len(end) % 90 + 10}", serve=serve_with(f"{HURRIED}\ndef read(verb, name, data):\n    {end}\n")
    )
    assert answer["refused"]["cause"] == said


@pytest.mark.parametrize("end", ["os._exit(3)", "os.kill(os.getpid(), 9)"])
def test_what_is_not_the_files_doing_is_our_error(room: Reading, end: str) -> None:
    body = f"\n\ndef read(verb, name, data):\n    import os\n    {end}\n"
    assert room.ask(id=f"a{len(end) % 10}", serve=serve_with(body))["error"]
    assert room.ask()["found"] == "mot"


def test_nothing_of_an_endless_file_stays(room: Reading) -> None:
    assert room.ask("/rendus/boucle.pdf", id="b0", serve=serve_with(HURRIED))["refused"]["cause"] == "too-heavy"
    end = time.monotonic() + 120
    while left := room.run("pgrep", "-x", "pdftotext", user="parsers").stdout:
        assert time.monotonic() < end, left
        time.sleep(0.2)
    assert room.ask()["found"] == "mot"


def test_where_no_wall_rises_nothing_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("mot", "utf-8")
    unwalled = Reading(tmp_path, denied=("unshare",))
    try:
        assert "etabli doctor" in unwalled.ask()["unwalled"]
    finally:
        subprocess.run(["docker", "rm", "--force", unwalled.name], capture_output=True, check=False, timeout=60)
