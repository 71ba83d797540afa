"""A lab without application, from deposit to frozen run, on the real engine: files asked for, commands on a bench."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from helpers import SECRET, make_reading_lab, volume

from etabli.exam.contract.outcome import Outcome, Status
from etabli.exam.contract.transcript import Event
from etabli.grading.alone import check_once
from etabli.grading.batch import grade_many
from etabli.grading.plan import Plan, image_names
from etabli.reception.submission import Deposit
from etabli.runs.run import Run
from etabli.runs.scoring import results
from etabli.sandbox import images
from etabli.sandbox.docker_provider import DockerSandbox

CHECKS = """
from etabli.exam import Failed, check

@check(points=2, palier="essentiel", competences=["C2.3"], decisive=True)
def check_demarre(asked, files):
    '''Le relevé est là.'''
    if "compte" not in files.text(asked.path("audit")):
        raise Failed("Pas de colonne « compte ».", "Une colonne « compte ».")

@check(points=3, palier="essentiel", competences=["C2.3"], after=["demarre"])
def check_banc(asked, bench, variant):
    '''Le programme reconnaît un mot de passe.'''
    secret = variant["password"].encode()
    ran = bench.run(["sh", f"/srv/app/{asked.path('note')}"], files={"cas": secret}, stdin="entrée".encode(), timeout=3)
    if ran.timed_out:
        raise Failed("Le programme ne s'arrête pas.", "Une réponse.")
    if ran.exit_code or ran.text != f"{secret.decode()} entrée":
        raise Failed(f"Le programme dit « {ran.text} » ({ran.words}).", "Une réponse juste.")

@check(points=1, palier="essentiel", competences=["C2.3"])
def check_encore(bench, page_of_nobody=None):
    '''Chaque commande a son propre conteneur.'''
    for _time in range(2):
        ran = bench.run(["sh", "-c", "ls -A /banc; cat /tmp/reste; echo x > /tmp/reste; touch /srv/app/x"])
        assert (ran.text, "Read-only" in ran.words, "No such file" in ran.words) == ("", True, True), ran
"""
RIGHT = "cat /banc/cas; printf ' '; cat"


class Class:
    """A lab on the machine's engine."""

    def __init__(self, root: Path) -> None:
        asked = [
            {"id": "audit", "title": "Relevé", "palier": "essentiel", "names": ["audit.csv"]},
            {"id": "note", "title": "Programme", "palier": "essentiel", "names": ["programme.sh"]},
        ]
        self.root = root
        self.lab = make_reading_lab(root, asked=asked)
        (self.lab.grader / "checks.py").write_text(CHECKS, "utf-8")
        self.sandbox = DockerSandbox()
        names = image_names(self.lab)
        self.plan = Plan(
            self.lab, self.lab.checks(), bytes(32), root / "out", {name: images.tag(name) for name in names}, {}
        )

    def deposit(self, name: str, program: str) -> Deposit:
        folder = self.root / "rendus" / name
        folder.mkdir(parents=True)
        (folder / "Audit.csv").write_text("compte;risque\n", "utf-8")
        (folder / "programme.sh").write_text(program, "utf-8")
        return Deposit(name, folder)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Class:
    return Class(tmp_path_factory.mktemp("lecture"))


PROGRAMS = {
    "juste": (RIGHT, Outcome.PASSED),
    "bavard": ("cat /banc/cas; cat /banc/cas >&2; exit 1", Outcome.FAILED),
    "sans-fin": ("sleep 60", Outcome.FAILED),
}
MORE_PROGRAMS = {
    "gourmand": ("head -c 400m /dev/zero | tail", Outcome.FAILED),
    "fourchu": ("f() { f | f & }; f; wait", Outcome.FAILED),
}
PROGRAMS |= dict(list(MORE_PROGRAMS.items())[: volume(0, 2)])


@pytest.fixture(scope="module")
def runs(room: Class) -> dict[str, Run]:
    deposits = [room.deposit(name, program) for name, (program, _outcome) in PROGRAMS.items()]
    batch = grade_many(room.sandbox, room.plan, deposits, workers=1)
    return {done.graded.run.candidate: done.graded.run for done in batch.done}


@pytest.mark.parametrize("name", PROGRAMS)
def test_whatever_a_program_does_its_check_has_a_verdict(runs: dict[str, Run], name: str) -> None:
    run = runs[name]
    assert (run.status, run.attempts, run.runtime) == (Status.GRADED, 1, None), run.events
    assert [item.outcome for item in results(run)] == [Outcome.PASSED, PROGRAMS[name][1], Outcome.PASSED]


def test_nothing_kept_of_it_shows_the_hidden_value(runs: dict[str, Run], room: Class) -> None:
    assert "Le programme dit « ••• » (•••)." in str(results(runs["bavard"])[1].observed)
    kept = [path for path in (room.root / "out").rglob("*") if path.suffix in {".json", ".jsonl", ".txt"}]
    assert kept
    assert [path for path in kept if SECRET in path.read_text("utf-8")] == []
    assert not (room.root / "out" / ".travail").exists()


@pytest.mark.long
def test_a_student_s_own_check_does_the_same(room: Class, tmp_path: Path) -> None:
    seen: list[Event] = []
    plan = Plan(room.lab, room.plan.checks, bytes(32), tmp_path / "out", room.plan.image_tags, {})
    graded = check_once(room.sandbox, plan, room.deposit("eleve", RIGHT), seen=seen.append, stopped=threading.Event())
    assert graded.run.status is Status.GRADED
    kinds = {event["kind"] for event in seen}
    assert "check_end" in kinds and "ask" not in kinds
    assert SECRET not in str(seen)
