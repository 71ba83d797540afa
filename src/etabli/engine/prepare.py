"""Prepare: from a deposit to an application that runs in its room, with its own data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from etabli.engine import database as databases
from etabli.engine.casing import wrong_entry
from etabli.engine.database import Database
from etabli.engine.intake import take_in
from etabli.engine.label import read_label, verify_label
from etabli.engine.plan import Plan
from etabli.engine.record import Record
from etabli.engine.structure import StructureFile, find_structure
from etabli.errors import RejectedSubmission
from etabli.i18n import _
from etabli.lab import Entry
from etabli.sandbox.base import Application, Room, Worker
from etabli.submission import RECEIPT, Deposit, Submission
from etabli.variant import Purpose, Variant, make_variant

_RECEIPT_LIMIT = 65_536


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
class Prepared:
    """A submission whose application has been started."""

    deposit: Deposit
    room: Room
    submission: Submission
    entry: Entry
    variant: Variant
    application: Application
    database: Database | None


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
    if RECEIPT in submission.paths:
        with open(submission.tree / RECEIPT, "rb") as stream:
            label = read_label(stream.read(_RECEIPT_LIMIT))
        verify_label(label, plan.seat(deposit), plan.secret)
    return submission


def find_entry(submission: Submission, plan: Plan) -> Entry:
    """Finds the entry file.

    Raises:
        NothingToExamine: The submission is empty or has no entry file.
    """
    wanted = [path for runtime in plan.lab.manifest.runtimes for path in runtime.entries]
    expected = _("Un fichier d'entrée à la racine du rendu : {names}.").format(names=", ".join(wanted))
    if not submission.paths:
        raise NothingToExamine(_("Le rendu est vide."), expected)
    entry = plan.lab.entry(submission.paths)
    if entry is None and (near := wrong_entry(wanted, submission.paths)) is not None:
        raise NothingToExamine(
            _(
                "Aucun fichier d'entrée dans le rendu : « {there} » doit s'appeler « {name} ». Sous Windows c'est le "
                "même nom, sous Linux (le serveur) non."
            ).format(there=near[1], name=near[0]),
            expected,
        )
    if entry is None:
        some = ", ".join(submission.paths[:5])
        raise NothingToExamine(
            _("Aucun fichier d'entrée dans le rendu (on y trouve : {some}).").format(some=some), expected
        )
    return entry


def prepare(
    deposit: Deposit, submission: Submission, entry: Entry, plan: Plan, worker: Worker, room: Room, record: Record
) -> Prepared:
    """Makes the candidate's data and starts the application in a vacant room.

    Raises:
        NothingToExamine: The structure file cannot be replayed.
        SandboxFailure: Something of ours broke.
    """
    with record.phase("variant"):
        variant = make_variant(plan.seat(deposit), plan.secret, Purpose.EVALUATION)
    application = _application(submission, entry, plan)
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
    return Prepared(deposit, room, submission, entry, variant, application, database)


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
            _("« {path} » ne peut pas être rejoué : {said}").format(path=structure.path, said=said),
            _("Un fichier SQL qui s'exécute sans erreur sur la base fournie par l'énoncé."),
        )


def clear(prepared: Prepared, worker: Worker) -> None:
    """Empties the room: application and databases."""
    worker.stop(prepared.room)
    if prepared.database is not None:
        databases.drop(worker, prepared.database)
