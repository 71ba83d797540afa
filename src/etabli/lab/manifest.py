"""A lab: its manifest, its folders, and how a submission of it is recognised and served."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pydantic

from etabli.exam.contract.check import Checks, load_checks
from etabli.exam.contract.errors import LabError, UnknownLab
from etabli.exam.contract.outcome import Palier
from etabli.lab.asked import Asked, find_asked
from etabli.lab.authors import told_to_its_author
from etabli.lab.libraries import GRADERS, LABS, MANIFEST, VARIABLE, is_ours, libraries, library_of, refuse_unsafe
from etabli.lab.services import ServiceName
from etabli.runs.identifier import is_identifier
from etabli.system.digest import files_below, sha256_of
from etabli.system.yaml_files import Described, Identifier, read_yaml

INTERVIEW = "entretien.md"
"""Questions for whoever listens to a candidate (:mod:`etabli.lab.entretien`)."""


class PalierText(Described):
    """How the brief names a palier, and how long it takes."""

    title: str
    hours: float


class Seance(Described):
    """One session of at most two hours: its sheet is ``seances/<id>.md``."""

    id: Identifier
    title: str
    result: str
    """What is visible at its end."""
    needs: tuple[str, ...] = ()
    """What the room must have, for the teacher's cover."""
    watch: tuple[str, ...] = ()
    """What to look at while walking round, for the teacher's cover."""


class Criterion(Described):
    """What a person looks at, because no check can: it is announced on a sheet, and nothing of it is graded here."""

    id: Identifier
    title: str
    competences: tuple[str, ...]


class Runtime(Described):
    """One way of serving a submission."""

    id: Identifier
    title: str = ""
    entries: tuple[str, ...]
    """Files that tell this runtime, relative to the submission, in order of preference."""
    image: str
    command: tuple[str, ...]
    """``{folder}`` stands for the folder of the entry found."""
    in_workspace: tuple[str, ...] = ()
    """The command there, where it must be another one: a program can see which one it was."""

    def serve(self, entry: str, *, in_workspace: bool = False) -> tuple[str, ...]:
        """Returns the command that serves the submission whose entry file is given."""
        folder = PurePosixPath(entry).parent.as_posix()
        command = self.in_workspace if in_workspace and self.in_workspace else self.command
        return tuple(part.replace("{folder}", folder) for part in command)


class Limits(Described):
    """What a candidate's container may use."""

    memory_mb: int = 384
    pids: int = 128
    cpus: float = 1.0
    tmp_mb: int = 64
    start_s: float = 20.0
    exam_s: float = 300.0


class BenchNeeds(Described):
    """Where checks try a command on what was handed in: a fresh container without any network, and its limits."""

    image: str
    memory_mb: int = 256
    pids: int = 64
    cpus: float = 1.0
    tmp_mb: int = 16
    command_s: float = 20.0
    """Seconds of the processor that one command may take."""


class SubmissionLimits(Described):
    """What a submission may weigh."""

    files: int = 2000
    size_mb: int = 50


class WorkspaceNeeds(Described):
    """What a student works in: where each way of working starts from, and what runs meanwhile."""

    starters: dict[Identifier, str]
    """Way of working (a runtime, where there are some) → folder of ``starter/`` that becomes the work folder.

    The first one is the usual one.
    """
    services: tuple[ServiceName, ...] = ()
    """What runs meanwhile, by its name in the repository's ``docker-compose.yml``."""


class Manifest(Described):
    """``lab.yaml``: all that the platform knows of a lab."""

    id: Identifier
    title: str
    summary: str
    version: str
    data_version: int
    competences: tuple[str, ...]
    paliers: dict[Palier, PalierText]
    seances: tuple[Seance, ...]
    humain: tuple[Criterion, ...] = ()
    prerequisites: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    runtimes: tuple[Runtime, ...] = ()
    """Ways of serving a submission; none in a lab that asks for files (``asked``)."""
    asked: tuple[Asked, ...] = ()
    """What is handed in, when it is no application."""
    bench: BenchNeeds | None = None
    service: str | None = None
    structure: str | None = None
    """Where a submission hands in changes of the database's structure."""
    port: int = 8080
    limits: Limits = Limits()
    submission: SubmissionLimits = SubmissionLimits()
    workspace: WorkspaceNeeds | None = None
    generator: Identifier | None = None
    """Folder of the grader that only makes candidates' data, for ``variant.py``: no examiner ever receives it."""

    @property
    def has_pages(self) -> bool:
        """There is something for a browser to show: an application, or a page that is handed in as a file."""
        return bool(self.runtimes) or any(name.endswith(".html") for item in self.asked for name in item.names)

    @pydantic.model_validator(mode="after")
    def _one_kind(self) -> Manifest:
        """A submission is either served or read; a lab says which."""
        if bool(self.runtimes) == bool(self.asked):
            raise ValueError("donnez « runtimes » (une application) ou « asked » (des fichiers), l'un des deux")
        if self.asked and (self.service or self.structure):
            raise ValueError("« service » et « structure » vont avec « runtimes », pas avec « asked »")
        if len({item.id for item in self.asked}) < len(self.asked):
            raise ValueError("deux éléments de « asked » ont le même « id »")
        return self


@dataclass(frozen=True)
class EntryFile:
    """The entry file found in a submission, and the runtime it tells."""

    path: str
    runtime: Runtime


@dataclass(frozen=True)
class Lab:
    """A lab: what a candidate may see (``folder``) and what they must never see (``grader``)."""

    manifest: Manifest
    folder: Path
    grader: Path

    @property
    def library(self) -> Path:
        """The folder that holds it among other labs."""
        return self.folder.parents[1]

    @property
    def ours(self) -> bool:
        """Whether it is one of the repository's."""
        return is_ours(self.library)

    @property
    def id(self) -> str:
        """Same identifier on both sides: ``labs/<id>`` and ``graders/<id>``."""
        return self.manifest.id

    def checks(self) -> Checks:
        """Loads the fixed list of checks."""
        with told_to_its_author(self.grader, ours=self.ours):
            return load_checks(self.grader)

    def entry(self, paths: Iterable[str]) -> EntryFile | None:
        """Finds the entry file among a submission's paths; the manifest's order decides."""
        present = set(paths)
        for runtime in self.manifest.runtimes:
            for path in runtime.entries:
                if path in present:
                    return EntryFile(path, runtime)
        return None

    def asked(self, paths: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Finds what was asked for among a submission's paths, by identifier; what is missing has no path."""
        return find_asked(self.manifest.asked, paths)

    def recognises(self, paths: Collection[str]) -> bool:
        """Tells whether paths look like a submission of this lab: something in it can be served or read."""
        return self.entry(paths) is not None or any(self.asked(paths).values())

    def sha256(self) -> str:
        """Hashes what bears on the verdict without being in the pack.

        That is what ``lab.yaml`` says, with its limits and runtimes, and the generator of candidates' data.
        """
        told = self.manifest.model_dump_json(exclude_unset=True).encode()
        generator = self.manifest.generator
        return sha256_of(files_below(self.grader / generator) if generator else (), first=told)

    def brief_sha256(self) -> str:
        """Hashes what the candidate is told and given, ``lab.yaml`` apart: another brief changes no verdict."""
        return sha256_of((name, path) for name, path in files_below(self.folder) if name not in (MANIFEST, INTERVIEW))


def read_manifest(path: Path) -> Manifest:
    """Reads and validates a ``lab.yaml``.

    Raises:
        LabError: It is not there; or all that is wrong with it, each with its line and key.
    """
    try:
        return read_yaml(path, Manifest)
    except FileNotFoundError as error:
        raise LabError(f"{path} manque : écrivez-le, ou récupérez de nouveau le dépôt d'Établi.") from error


def lab_ids() -> list[str]:
    """Returns the identifiers of the labs of this repository and of ``ETABLI_LABS``, sorted.

    Raises:
        UsageProblem: ``ETABLI_LABS`` names what is no library.
        LabError: Two labs have one name.
    """
    return list(library_of())


def load_lab(lab_id: str) -> Lab:
    """Loads a lab by its identifier.

    Raises:
        UnknownLab: No such lab; the message lists those that exist.
        LabError: Its manifest is wrong, its grader folder is missing, or it is not safe to run.
        UsageProblem: As :func:`lab_ids`.
    """
    lab = shown_lab(lab_id)
    if not lab.grader.is_dir():
        raise LabError(f"{lab.grader} manque : le TP « {lab_id} » n'a pas de points de vérification.")
    refuse_unsafe(lab.library, lab_id)
    generator = lab.manifest.generator
    if generator and not (lab.grader / generator).is_dir():
        raise LabError(f"{lab.folder}/lab.yaml, clé « generator » : le dossier {lab.grader / generator} manque.")
    return lab


def shown_lab(lab_id: str) -> Lab:
    """Loads what a lab shows, where its grader may not be: nothing of the grader can be asked of it then.

    Raises:
        UnknownLab: No such lab; the message lists those that exist.
        LabError: Its manifest is wrong.
        UsageProblem: As :func:`lab_ids`.
    """
    places = library_of()
    if lab_id not in places:
        raise _unknown(lab_id, list(places))
    library = places[lab_id]
    lab = Lab(read_manifest(library / LABS / lab_id / MANIFEST), library / LABS / lab_id, library / GRADERS / lab_id)
    if lab.manifest.id != lab_id:
        raise LabError(f"{lab.folder}/lab.yaml, clé « id » : « {lab.manifest.id} » au lieu de « {lab_id} ».")
    return lab


def _unknown(lab_id: str, known: Sequence[str]) -> UnknownLab:
    bare = [folder for library in libraries() if is_identifier(lab_id) and (folder := library / LABS / lab_id).is_dir()]
    if bare:
        return UnknownLab(
            f"{bare[0]} n'a pas de {MANIFEST}, et n'est donc pas un TP : écrivez-le, ou lancez "
            f"« etabli lab new » pour partir d'un TP entier."
        )
    near = difflib.get_close_matches(lab_id, known, 1)
    meant = f" : vouliez-vous dire « {near[0]} » ?" if near else "."
    elsewhere = "" if near else f" Est-il dans un autre dossier ? Nommez ce dossier dans {VARIABLE}."
    return UnknownLab(
        f"Le TP « {lab_id} » n'existe pas{meant} TP disponibles : {', '.join(known) or 'aucun'}.{elsewhere}"
    )
