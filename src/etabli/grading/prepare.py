"""Prepare: from a deposit to an application that runs in its room, with its own data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from etabli.exam.contract.errors import RejectedSubmission
from etabli.grading import database as databases
from etabli.grading.database import Database
from etabli.grading.own_data import OwnData
from etabli.grading.plan import Plan
from etabli.grading.record import Record
from etabli.lab.asked import names_of
from etabli.lab.manifest import Entry
from etabli.lab.variant import Variant
from etabli.reception.casing import wrong_entry
from etabli.reception.declaration import MOST_BYTES, read_declaration, verify_declaration
from etabli.reception.intake import take_in
from etabli.reception.structure import StructureFile, find_structure
from etabli.reception.submission import DECLARATION, Deposit, Submission
from etabli.sandbox.base import Application, Room, Worker

_SOME = 5


class NothingToExamine(Exception):
    """The submission is graded without an exam: nothing in it can start.

    Args:
        observed: What was found, in French, for the start check.
        expected: What the brief asks for.
    """

    def __init__(self, observed: str, expected: str) -> None:
        super().__init__(observed)
        self.observed = observed
        self.expected = expected


@dataclass(frozen=True)
class Found:
    """What there is to examine in a submission."""

    entry: Entry | None = None
    """Where its application begins, in a lab that serves one."""
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The files that answer each thing asked for, in a lab that reads files."""

    @property
    def runtime(self) -> str | None:
        """The runtime that the entry tells."""
        return self.entry.runtime.id if self.entry else None


@dataclass(frozen=True)
class Prepared:
    """A submission that can be examined, its application started if it is one."""

    deposit: Deposit
    room: Room
    submission: Submission
    found: Found
    variant: Variant
    application: Application | None
    database: Database | None

    @property
    def asked(self) -> Mapping[str, tuple[str, ...]]:
        """The files that answer each thing asked for."""
        return self.found.asked


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
        verify_declaration(said, plan.seat(deposit), plan.secret)
    return submission


def find_work(submission: Submission, plan: Plan) -> Found:
    """Finds what there is to examine: the entry file of an application, or the files asked for.

    Raises:
        NothingToExamine: The submission is empty or has nothing of the sort.
    """
    asked = plan.lab.manifest.asked
    if not asked:
        return Found(_find_entry(submission, plan))
    found = plan.lab.asked(submission.paths)
    if any(found.values()):
        return Found(asked=found)
    observed = "Le rendu est vide."
    if submission.paths:
        some = ", ".join(submission.paths[:_SOME])
        observed = f"Aucun des fichiers demandés dans le rendu (on y trouve : {some})."
    raise NothingToExamine(observed, f"Des fichiers de ces noms : {names_of(asked)}.")


def _find_entry(submission: Submission, plan: Plan) -> Entry:
    """Finds the entry file.

    Raises:
        NothingToExamine: The submission is empty or has no entry file.
    """
    wanted = [path for runtime in plan.lab.manifest.runtimes for path in runtime.entries]
    expected = "Un fichier d'entrée à la racine du rendu : {names}.".format(names=", ".join(wanted))
    if not submission.paths:
        raise NothingToExamine("Le rendu est vide.", expected)
    entry = plan.lab.entry(submission.paths)
    if entry is None and (near := wrong_entry(wanted, submission.paths)) is not None:
        raise NothingToExamine(
            (
                f"Aucun fichier d'entrée dans le rendu : « {near[1]} » doit s'appeler « {near[0]} ». Sous Windows "
                "c'est le même nom, sous Linux (le serveur) non."
            ),
            expected,
        )
    if entry is None:
        some = ", ".join(submission.paths[:_SOME])
        raise NothingToExamine(f"Aucun fichier d'entrée dans le rendu (on y trouve : {some}).", expected)
    return entry


def prepare(
    deposit: Deposit,
    submission: Submission,
    found: Found,
    plan: Plan,
    worker: Worker,
    room: Room,
    record: Record,
    own: OwnData,
) -> Prepared:
    """Makes the candidate's data and starts the application, if there is one, in a vacant room.

    Raises:
        NothingToExamine: The structure file cannot be replayed.
        SandboxFailure: Something of ours broke.
    """
    with record.phase("variant"):
        variant = own.variant
    if found.entry is None:
        return Prepared(deposit, room, submission, found, variant, None, None)
    application = _application(submission, found.entry, plan)
    database = None
    if plan.lab.manifest.service is not None:
        with record.phase("database"):
            database = databases.new_database(worker, room)
            application = _with_environment(application, database)
            structure = find_structure(plan.lab, submission, list(variant.data.get("tables", {}).values()))
            databases.provision(worker, database, variant, structure)
            if structure is not None:
                _replay(worker, room, application, database, structure)
    with record.phase("start"):
        worker.start(room, application)
    return Prepared(deposit, room, submission, found, variant, application, database)


def _application(submission: Submission, entry: Entry, plan: Plan) -> Application:
    limits = plan.lab.manifest.limits
    return Application(
        image=entry.runtime.image,
        command=entry.runtime.serve(entry.path),
        source=submission.tree,
        memory_mb=limits.memory_mb,
        pids=limits.pids,
        cpus=limits.cpus,
        tmp_mb=limits.tmp_mb,
    )


def _with_environment(application: Application, database: Database) -> Application:
    return Application(**{**vars(application), "environment": database.environment()})


def _replay(worker: Worker, room: Room, application: Application, database: Database, structure: StructureFile) -> None:
    said = databases.replay(worker, room, application, database, structure)
    if said is not None:
        databases.drop(worker, database)
        raise NothingToExamine(
            f"« {structure.path} » ne peut pas être rejoué : {said}",
            "Un fichier SQL qui s'exécute sans erreur sur la base fournie par l'énoncé.",
        )


def clear(prepared: Prepared, worker: Worker) -> None:
    """Empties the room: application and databases."""
    if prepared.application is not None:
        worker.stop(prepared.room)
    if prepared.database is not None:
        databases.drop(worker, prepared.database)
