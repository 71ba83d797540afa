"""Prepare: from a deposit to an application that runs in its room, with its own data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from etabli.exam.contract.errors import RejectedSubmission, SandboxFailure
from etabli.exam.contract.french import listed, some
from etabli.grading import database as databases
from etabli.grading.database import Database
from etabli.grading.plan import Plan
from etabli.grading.record import Record
from etabli.grading.structure import replay
from etabli.lab.asked import names_of
from etabli.lab.manifest import BenchNeeds, EntryFile, Limits
from etabli.reception.casing import wrong_entry
from etabli.reception.declaration import MOST_BYTES, read_declaration, verify_declaration
from etabli.reception.intake import take_in
from etabli.reception.sources import cited
from etabli.reception.structure import find_structure
from etabli.reception.submission import DECLARATION, Deposit, Submission
from etabli.sandbox.base import Application, Room, Worker

_SOME = 5


class NothingToExamine(Exception):
    """The submission is graded without an exam: nothing in it can start.

    Args:
        observed: What was found, in French, for the start check.
        expected: What the brief asks for.
        help: Where to look; the start check's own when there is nothing more precise.
    """

    def __init__(self, observed: str, expected: str, help: str | None = None) -> None:
        super().__init__(observed)
        self.observed = observed
        self.expected = expected
        self.help = help


@dataclass(frozen=True)
class Found:
    """What there is to examine in a submission."""

    entry: EntryFile | None = None
    """Where its application begins, in a lab that serves one."""
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The files that answer each thing asked for, in a lab that reads files."""

    @property
    def runtime(self) -> str | None:
        """The runtime that the entry tells."""
        return self.entry.runtime.id if self.entry else None


@dataclass(frozen=True)
class Ready:
    """A submission that waits in its room for the examiner, its application started if it is one."""

    record: Record
    submission: Submission
    found: Found
    room: Room
    application: Application | None = None
    database: Database | None = None


def take(deposit: Deposit, plan: Plan, target: Path) -> Submission:
    """Takes a deposit in and makes sure that it is meant for this lab, this candidate and these data.

    Raises:
        RejectedSubmission: It cannot or must not be examined.
    """
    if deposit.problem:
        raise RejectedSubmission(deposit.problem)
    try:
        submission = take_in(deposit.source, plan.lab, target, as_is=deposit.kept)
    except RejectedSubmission as refusal:
        raise RejectedSubmission(deposit.discreet(str(refusal))) from refusal
    if DECLARATION in submission.paths:
        with open(submission.tree / DECLARATION, "rb") as stream:
            said = read_declaration(stream.read(MOST_BYTES))
        verify_declaration(said, plan.seat(deposit.owner), plan.secret)
        submission = replace(submission, noted=said.noted)
    return submission


def find_work(submission: Submission, plan: Plan) -> Found:
    """Finds what there is to examine: the entry file of an application, or the files asked for.

    Raises:
        NothingToExamine: The submission is empty or has nothing of the sort.
    """
    asked = plan.lab.manifest.asked
    wanted = [path for runtime in plan.lab.manifest.runtimes for path in runtime.entries]
    if asked:
        what, expected = "Aucun des fichiers demandés", f"Des fichiers de ces noms : {names_of(asked)}."
        found = Found(asked=plan.lab.asked(submission.paths))
    else:
        what, expected = "Aucun fichier d'entrée", f"Un fichier d'entrée à la racine du rendu : {listed(wanted, 'ou')}."
        found = Found(plan.lab.entry(submission.paths))
    if found.entry is not None or any(found.asked.values()):
        return found
    if not submission.paths:
        raise NothingToExamine("Le rendu est vide.", expected, f"Déposez de nouveau votre travail. {expected}")
    if not asked and (near := wrong_entry(wanted, submission.paths)) is not None:
        why = "Sous Windows c'est le même nom, sous Linux (le serveur) non."
        raise NothingToExamine(f"{what} dans le rendu : « {near[1]} » doit s'appeler « {near[0]} ». {why}", expected)
    raise NothingToExamine(
        f"{what} dans le rendu (on y trouve : {some([*map(cited, submission.paths)], _SOME)}).", expected
    )


def prepare(record: Record, submission: Submission, found: Found, worker: Worker, room: Room) -> Ready:
    """Makes the candidate's data and starts the application, if there is one, in a vacant room.

    Raises:
        NothingToExamine: The structure file cannot be replayed.
        SandboxFailure: Something of ours broke.
    """
    lab = record.plan.lab
    with record.phase("variant"):
        _ = record.variant
    if found.entry is None:
        return Ready(record, submission, found, room)
    runtime = found.entry.runtime
    application = limited(runtime.image, runtime.serve(found.entry.path), submission, lab.manifest.limits)
    database = None
    if lab.manifest.service is not None:
        database = databases.new_database(worker, room)
        application = replace(application, environment=database.environment(), hosts=database.hosts())
    ready = Ready(record, submission, found, room, application, database)
    _start(ready, worker)
    return ready


def start_again(ready: Ready, worker: Worker) -> None:
    """Starts the application of a room anew, if there is one, with a database in services that have served nobody.

    Raises:
        SandboxFailure: Something of ours broke.
    """
    if ready.application is None:
        return
    worker.stop(ready.room)
    if ready.database is not None:
        worker.renew_service(ready.room)
    try:
        _start(ready, worker)
    except NothingToExamine as nothing:
        raise SandboxFailure(nothing.observed) from nothing


def _start(ready: Ready, worker: Worker) -> None:
    """Makes the database, if the lab has one, and starts the application."""
    record, application = ready.record, ready.application
    assert application is not None, "a lab without application starts nothing"
    if ready.database is not None:
        with record.phase("database"):
            _make_database(ready, worker, application, ready.database)
    with record.phase("start"):
        worker.start(ready.room, application)


def _make_database(ready: Ready, worker: Worker, application: Application, database: Database) -> None:
    """Makes the database and replays the structure file; once more, in fresh services, when these fell."""
    variant = ready.record.variant
    structure = find_structure(ready.record.plan.lab, ready.submission, list(variant.data.get("tables", {}).values()))
    databases.provision(worker, database, variant, structure)
    if structure is None:
        return
    try:
        said = replay(worker, application, database, structure)
    except SandboxFailure:
        worker.renew_service(database.room)
        databases.provision(worker, database, variant, structure)
        try:
            said = replay(worker, application, database, structure)
        except SandboxFailure:
            if (said := databases.fault_of(worker, database)) is None:
                raise
    if said is not None:
        databases.drop(worker, database)
        raise NothingToExamine(
            f"« {structure.path} » ne peut pas être rejoué : {said}",
            "Un fichier SQL qui s'exécute sans erreur sur la base fournie, et dont les tables en reçoivent les lignes.",
        )


def limited(image: str, command: tuple[str, ...], submission: Submission, limits: Limits | BenchNeeds) -> Application:
    """Returns a program of an image on a submission's tree, within limits."""
    return Application(
        image,
        command,
        submission.tree,
        memory_mb=limits.memory_mb,
        pids=limits.pids,
        cpus=limits.cpus,
        tmp_mb=limits.tmp_mb,
    )


def clear(ready: Ready, worker: Worker) -> None:
    """Empties the room: application and databases."""
    if ready.application is not None:
        worker.stop(ready.room)
    if ready.database is not None:
        databases.drop(worker, ready.database)
