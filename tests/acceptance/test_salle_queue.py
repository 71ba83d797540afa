"""A thousand real exams through the real queue, by two workers that are killed at random: none lost, none done twice.

``ETABLI_EXAMENS`` says how many. What was measured is written to ``.cache/long/file.json``.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import killed_queue
import pytest
import room_lab
from command_line import etabli
from killed_queue import Trial
from small_repository import LAB, ROOT

from etabli.classroom.hosts import Hosts
from etabli.classroom.place import Place
from etabli.classroom.state import Classroom, connect
from etabli.classroom.tables import Progress
from etabli.runs.evidence import write_atomically
from etabli.runs.run import run_folders

EXAMS = int(os.environ.get("ETABLI_EXAMENS", "200"))


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Trial]:
    folder = Path(tempfile.mkdtemp(prefix="salle-", dir="/tmp"))  # sockets have short names
    folder.chmod(0o711)
    root = room_lab.repository(tmp_path / "depot")
    (folder / "tmp").mkdir()
    with pytest.MonkeyPatch.context() as patch, room_lab.database(folder) as address:
        for name, value in (("ETABLI_ROOT", root), ("ETABLI_HOME", folder / "home"), ("TMPDIR", folder / "tmp")):
            patch.setenv(name, str(value))
        made = Trial(Classroom(connect(address), Place(folder), Hosts("salle.essai.internal")), address, root)
        try:
            yield made
        finally:
            for number in [*made.workers]:
                made.end(number, signal.SIGKILL)
            made.room.engine.dispose()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.long
def test_workers_killed_at_random_lose_no_exam_and_make_none_twice(trial: Trial) -> None:
    trial.prepare(max(EXAMS // killed_queue.EACH, 2), LAB)
    seconds = trial.run(EXAMS)
    for number in (0, 1):
        assert trial.end(number, signal.SIGTERM) == 0, trial.said()
    facts = trial.facts(seconds)
    write_atomically(ROOT / ".cache" / "long" / "file.json", json.dumps(facts, indent=1).encode())
    rows = trial.rows()
    assert [(row.id, row.state, row.said) for row in rows if row.state is not Progress.DONE] == []
    assert len(rows) == EXAMS
    told = {row.id: (row.total, trial.findings(row)) for row in rows}
    assert told == {row.id: (1, [("titre", "failed" if row.token in trial.wrong else "passed")]) for row in rows}
    for token in trial.tokens:
        mine = sorted(row.run or "" for row in rows if row.token == token)
        frozen = [path for place in trial.runs(token).glob("SNO-*/") for path in run_folders(place)]
        assert sorted(path.name for path in frozen) == mine, "one run for each verification, and no other"
        done = etabli("run", "verify", trial.runs(token), "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        assert sorted(one["run"] for one in json.loads(done.stdout)) == mine
    assert [step for step in trial.steps() if step.became == "failed"] == [], "no job fails"
    assert trial.leftovers() == []
    assert facts["kills"] > 0
    assert facts["lost_their_place"] == 0, "what a dead worker left is the next to be made, not the last"
