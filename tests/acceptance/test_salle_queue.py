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
from datetime import timedelta
from pathlib import Path

import killed_queue
import pytest
import room_lab
from command_line import etabli
from killed_queue import Trial
from small_repository import LAB, ROOT
from sqlalchemy import select

from etabli.classroom.hosts import Hosts
from etabli.classroom.jobs import Job
from etabli.classroom.place import Place
from etabli.classroom.state import Classroom, connect
from etabli.classroom.tables import Progress, VerificationRow
from etabli.runs.evidence import write_atomically
from etabli.runs.run import run_folders
from etabli.worker.duty import Duty
from etabli.worker.housekeeping import ask_again

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


@pytest.mark.long
def test_an_interrupted_verification_goes_before_those_asked_later(trial: Trial) -> None:
    """A lone worker with one lane is killed in the first of its exams: what it left waits for 15 s, not for all others."""
    trial.prepare(20, LAB)
    assert trial.ask(20) == 20
    first, *later = (row.id for row in trial.rows())
    trial.start(0, lanes=1)
    trial.until(lambda: trial.rows()[0].state is Progress.RUNNING)
    trial.workers[0].send_signal(signal.SIGSTOP)  # its exam does not end meanwhile
    trial.queue.ask(Job.VERIFY, first)  # as anything may, meanwhile: behind all the others
    assert trial.end(0, signal.SIGKILL) == -signal.SIGKILL
    trial.start(0, lanes=1)
    trial.until(lambda: all(row.state.over for row in trial.rows()))
    assert trial.end(0, signal.SIGTERM) == 0, trial.said()
    steps = trial.steps()
    back = next(
        n for n, step in enumerate(steps) if step.about == first and (step.was, step.became) == ("doing", "todo")
    )
    taken = [step.about for step in steps[back:] if step.became == "doing"]
    assert taken[0] == first, "what was interrupted is the next that is made"
    assert taken[1:] == sorted(taken[1:]) and len(taken) >= 2, "there were others who waited"
    assert [row.state for row in trial.rows()] == [Progress.DONE] * 20
    assert {step.about for step in steps if step.became == "doing"} == {first, *later}
    assert trial.leftovers() == []


@pytest.mark.long
def test_no_verification_that_is_under_way_is_asked_again(trial: Trial) -> None:
    trial.prepare(4, LAB)
    assert trial.ask(4) == 4
    with trial.room.work() as db:  # as if they had waited for long already
        for row in db.scalars(select(VerificationRow)):
            row.asked_at = trial.room.now() - timedelta(minutes=5)
    trial.start(0, lanes=1)
    duty = Duty(trial.room, trial.queue)

    def over() -> bool:
        ask_again(duty)
        return all(row.state.over for row in trial.rows())

    trial.until(over)
    assert trial.end(0, signal.SIGTERM) == 0, trial.said()
    assert len({step.job for step in trial.steps()}) == 4
