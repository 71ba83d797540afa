"""A dozen hostile submissions in the middle of a normal batch, on the real sandbox.

Each ends with one clear sentence, none with an error mistaken for a mark; the neighbours' results do not change
and the machine is clean afterwards.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from helpers import volume
from hostile import corpus
from neighbours import graded, plan_below

from etabli.exam.contract.outcome import Outcome, Status
from etabli.grading.batch import grade_many
from etabli.grading.matrix import render_specimens, witness_secret
from etabli.grading.plan import make_plan
from etabli.lab.manifest import load_lab
from etabli.lab.specimens.specimen import Specimen, load_specimens
from etabli.lab.variant import TRAINING
from etabli.reception.gathering import Reading, gather
from etabli.reception.settling import settle_without_class
from etabli.runs.run import Run
from etabli.runs.scoring import results
from etabli.sandbox.docker_provider import DockerSandbox

LAB = load_lab("page-dynamique")
NORMAL = ("pdo", "sans-404")[: volume(1, 2)]
LEFT_OUT = ("boucle", "deluge", "navigue", "remplit", "muet", "dialogues", "conftest", "chemin-absolu")[: volume(8, 0)]
"""What wears out like others of the corpus, and takes longest: in ``make test-long``."""
TOLD = ("liste-complete", "fiche-complete", "filtre", "ajout-enregistre")
"""What works are asked beside what these need, in ``make test``: neighbours run whole in ``make test-long``."""
CORPUS = {name: write for name, write in corpus(LAB.grader).items() if name not in LEFT_OUT}
NAMES = tuple(CORPUS)
REJECTED = tuple(name for name in ("chemin-absolu", "chemin-montant", "lien-archive", "lien-dossier") if name in NAMES)


@dataclass(frozen=True)
class Aftermath:
    """What a batch with hostile submissions left."""

    runs: dict[str, Run]
    specimens: dict[str, Specimen]
    out: Path
    leftovers: list[str]

    def journal(self, name: str) -> str:
        run = self.runs[name]
        proofs = [event for event in run.events if event.get("evidence_kind") == "journal"]
        return "".join((self.out / name / run.id / proof["path"]).read_text("utf-8") for proof in proofs)


def ours() -> list[str]:
    """Lists what this process has made; other batches may run on this machine meanwhile."""
    said = [
        subprocess.run(
            [
                "docker",
                *what,
                "ls",
                *more,
                "--filter",
                "label=etabli=1",
                "--format",
                '{{.ID}} {{.Label "etabli.owner"}}',
            ],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        for what, more in ((["container"], ["--all"]), (["network"], []))
    ]
    lines = (line.partition(" ") for some in said for line in some)
    return sorted(name for name, _, owner in lines if owner.startswith(f"{os.getpid()}:"))


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    root = tmp_path_factory.mktemp("hostile")
    secret = witness_secret(0)
    specimens = {name: specimen for name, specimen in load_specimens(LAB).items() if name in NORMAL}
    before = set(ours())
    render_specimens(LAB, specimens, secret, TRAINING, root / "classe")
    for name, write in CORPUS.items():
        write(root / "classe" / name)
    # Those that never listen make everybody wait, and those that compute for ever compute.
    limits = LAB.manifest.limits.model_copy(update={"start_s": 10.0, "cpus": 0.5})
    lab = replace(LAB, manifest=LAB.manifest.model_copy(update={"limits": limits}))
    plan = make_plan(lab, root / "out", secret=secret)
    plan = plan.narrowed(TOLD) if volume(1, 0) else plan
    gathered = gather([root / "classe"], LAB, Reading.GUESS, root)
    batch = grade_many(DockerSandbox(), plan, settle_without_class(gathered.dropped).deposits, workers=2)
    runs = {done.graded.run.candidate: done.graded.run for done in batch.done}
    yield Aftermath(runs, specimens, root / "out", sorted(set(ours()) - before))


def test_everyone_has_a_verdict(after: Aftermath) -> None:
    assert set(after.runs) == {*NAMES, *NORMAL}


@pytest.mark.parametrize("name", NAMES)
def test_each_ends_with_one_clear_sentence(after: Aftermath, name: str) -> None:
    run = after.runs[name]
    assert run.status is (Status.REJECTED if name in REJECTED else Status.GRADED), run.reason
    assert run.reason
    assert 15 <= len(run.reason) <= 400
    assert "Traceback" not in run.reason and "Exception" not in run.reason


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(REJECTED)))
def test_none_earns_by_hostility(after: Aftermath, name: str) -> None:
    items = results(after.runs[name])
    assert not [item.spec.id for item in items if item.outcome is Outcome.ERROR]
    assert sum(item.spec.points for item in items if item.outcome is Outcome.PASSED) <= 5


@pytest.mark.parametrize("name", NORMAL)
def test_the_neighbours_results_do_not_change(after: Aftermath, name: str) -> None:
    found = {item.spec.id: item.outcome for item in results(after.runs[name])}
    assert found.keys() >= set(TOLD)
    assert found == {check: after.specimens[name].expected[check] for check in found}


def test_the_machine_is_clean(after: Aftermath) -> None:
    assert after.leftovers == []


def test_nothing_was_written_outside(after: Aftermath) -> None:
    assert not (LAB.grader / "dehors.php").exists()
    assert not Path("/etc/cron.d/dehors").exists()


def test_memory_is_named(after: Aftermath) -> None:
    assert "mémoire" in str(after.runs["memoire"].reason)


def test_the_candidate_reaches_its_database_and_nothing_else(after: Aftermath) -> None:
    probes = dict(re.findall(r"SONDE (\S+) (OUVERT|ferme)", after.journal("sondes")))
    assert probes.pop("temoin") == "OUVERT", "the probe itself must be able to see an open door"
    assert len(probes) >= 18
    assert {name for name, said in probes.items() if said == "OUVERT"} == set()


def test_the_page_reaches_nothing_from_the_examiner(after: Aftermath) -> None:
    seen = dict(re.findall(r"SONDE page-(\w+)=(\w+)", after.journal("sondes")))
    assert set(seen) == {"pilote", "html", "local", "ip6", "fichier", "ailleurs"}
    assert set(seen.values()) == {"ferme"}


def test_a_fake_verdict_is_only_text(after: Aftermath) -> None:
    items = {item.spec.id: item.outcome for item in results(after.runs["faux-constats"])}
    assert items["base-jointe"] in (Outcome.FAILED, Outcome.BLOCKED)


@pytest.mark.long
def test_what_fills_the_examiner_leaves_its_neighbours_alone(tmp_path: Path) -> None:
    plan = plan_below(tmp_path).narrowed(["liste-complete", "html-valide"])
    graded(plan, tmp_path, {"remplit": corpus(LAB.grader)["remplit"]})


@pytest.mark.long
def test_each_alone_leaves_its_neighbours_alone(tmp_path: Path) -> None:
    graded(plan_below(tmp_path, start_s=10.0), tmp_path, corpus(LAB.grader), rejected=REJECTED)
