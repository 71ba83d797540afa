"""A contestation: all that bears on one candidate in one folder, purge suspended, checks replayed beside.

::

    lisez-moi.html                 what is there, the history of decisions, versions, what the replay found
    enonces/<trace>/               the brief with the candidate's own data
    rendus/<trace>.zip             what was handed in, as intake kept it
    recueil/                       their file, its frozen runs included
    commissions/<session>/         what concerns them alone: decisions, neutralisations, incidents
    versions.yaml                  lab, pack, platform and images of each run
    rejeu/<trace>/                 the same work examined again; nothing of the former runs is replaced
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from etabli.classroom.elsewhere import CONTESTATION as MARK
from etabli.commission import kept as sessions
from etabli.commission.judging import degree_title
from etabli.commission.kept import Board
from etabli.commission.model import Incident, Moment, Name, decimal, typed
from etabli.commission.naming import called
from etabli.commission.pages import environment
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import counted
from etabli.grading.regrade import Regraded, class_runs, gather, grade_again
from etabli.lab.manifest import load_lab
from etabli.lab.sujet import make_sujet, write_sujet
from etabli.lab.variant import Purpose, Seat
from etabli.reception.kept_submissions import kept_path
from etabli.recueil.choosing import runs_of
from etabli.recueil.kept import Kept, as_yaml, put
from etabli.recueil.model import Said, Trace
from etabli.referentiel.model import Text
from etabli.reports.results import publish_differences
from etabli.runs.folder import RunFolder, read_run_folder
from etabli.runs.identifier import is_same_candidate
from etabli.runs.run import Run
from etabli.sandbox.base import Sandbox
from etabli.system.disk import close_to_others, writable
from etabli.system.yaml_files import Described, read_yaml

_AGAIN = "choisissez un autre dossier avec « -o »"
_HEAD = "# Contestation en cours : rien de ce candidat n'est effacé tant que ce fichier est là.\n"


class Contested(Described):
    """Who opened a contestation, when and why."""

    le: Moment
    par: Text
    motif: Said


class Contestation(Described):
    """``contestation.yaml``."""

    format: Literal["etabli/contestation/1"]
    candidat: Name
    historique: tuple[Contested, ...] = ()


@dataclass
class Gathered:
    """What a folder holds, as its first page tells it."""

    candidate: str
    folder: Path
    traces: list[dict[str, Any]] = field(default_factory=list)
    decisions: list[dict[str, str]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """What could not be found, each in a sentence."""
    replayed: list[str] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)


def suspend(kept: Kept, by: str, reason: str) -> Path:
    """Suspends purge for a candidate, or notes one more reason to; returns the mark.

    Raises:
        UsageProblem: It cannot be written.
    """
    path = kept.folder / MARK
    former = read_yaml(path, Contestation).historique if path.is_file() else ()
    entry = typed(Contested, {"le": sessions.now(), "par": by, "motif": reason})
    told = Contestation(format="etabli/contestation/1", candidat=kept.recueil.candidat, historique=(*former, entry))
    put(path, (_HEAD + as_yaml(told.model_dump())).encode())
    return path


def close(kept: Kept) -> Path:
    """Ends a contestation: its mark is kept under another name, and purge is possible again.

    Raises:
        UsageProblem: None is open.
    """
    path = kept.folder / MARK
    if not path.is_file():
        raise UsageProblem(f"« {kept.recueil.candidat} » n'a pas de contestation en cours.")
    target = kept.folder / f"contestation-close-{sessions.now():%Y-%m-%d-%H%M%S}.yaml"
    path.rename(target)
    return target


def gather_all(kept: Kept, boards: Sequence[Board], outputs: Sequence[Path], out: Path, secret: bytes) -> Gathered:
    """Brings all that bears on a candidate into a folder.

    Args:
        kept: Their recueil.
        boards: The sessions in which they are judged.
        outputs: Results of ``etabli grade``, where what was handed in is kept.
        out: The folder: new or empty.
        secret: What candidates' data derive from.

    Raises:
        UsageProblem: The folder holds something, or cannot be written.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageProblem(f"« {out} » n'est pas vide : donnez un dossier nouveau avec « -o ».")
    found = Gathered(kept.recueil.candidat, out)
    with writable(out, "-o"):
        out.mkdir(parents=True, exist_ok=True)
        close_to_others(out)
        shutil.copytree(kept.folder, out / "recueil", symlinks=True)
        known = {one.path.name: one for runs in runs_of(outputs, kept.recueil.candidat).values() for one in runs}
        for trace in kept.recueil.traces:
            found.traces.append(_trace(kept, trace, known, out, secret, found))
    for board in boards:
        _session(board, kept.recueil.candidat, out / "commissions" / board.name, found)
    versions = {one["id"]: one["versions"] for one in found.traces if one["versions"]}
    put(out / "versions.yaml", as_yaml(versions).encode(), _AGAIN)
    return found


def _trace(
    kept: Kept, trace: Trace, known: dict[str, RunFolder], out: Path, secret: bytes, found: Gathered
) -> dict[str, Any]:
    told: dict[str, Any] = {"id": trace.id, "title": trace.titre, "versions": None, "brief": "", "handed": ""}
    if trace.verification is None:
        return told
    folder = read_run_folder(kept.copy_of(trace.verification))
    if folder.run is None:
        found.missing.append(f"{trace.id} : {folder.sentence()} {folder.remedy()}")
        return told
    run = folder.run
    told["versions"] = _versions(run)
    told["brief"] = _brief(run, out / "enonces" / trace.id, secret)
    source = _handed(known.get(run.id), run) or _handed(folder, run)
    if source is None:
        found.missing.append(
            f"{trace.id} : le rendu n'est plus gardé, ni aux résultats ni au recueil ; il ne peut pas être rejoué."
        )
    else:
        target = out / "rendus" / f"{trace.id}.zip"
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(source, target)
        told["handed"] = f"rendus/{trace.id}.zip"
    return told


def _versions(run: Run) -> dict[str, Any]:
    return {
        "tp": run.lab,
        "version": run.lab_version,
        "session": run.session,
        "pack_sha256": run.pack_sha256,
        "lab_sha256": run.lab_sha256,
        "enonce_sha256": run.brief_sha256,
        "plateforme_sha256": run.platform_sha256,
        "images": dict(run.image_ids),
        "graine": run.seed_fingerprint,
        "rendu_sha256": run.submission_sha256,
    }


def _brief(run: Run, target: Path, secret: bytes) -> str:
    """Writes the brief with the candidate's own data; says whether it is the one of that day."""
    lab = load_lab(run.lab)
    seat = Seat(lab, run.data_of or run.candidate, run.session)
    write_sujet(make_sujet(seat, secret), target)
    if run.seed_fingerprint and seat.fingerprint(secret, Purpose.EVALUATION) != run.seed_fingerprint:
        return "celui d'aujourd'hui : les données ne sont plus celles de ce jour-là (autre secret)"
    same = run.brief_sha256 == lab.brief_sha256()
    return "celui de ce jour-là" if same else "celui d'aujourd'hui : l'énoncé a changé depuis"


def _handed(folder: RunFolder | None, run: Run) -> Path | None:
    if folder is None or run.submission_sha256 is None:
        return None
    path = kept_path(folder.path.parent.parent, folder.candidate, run.submission_sha256)
    return path if path.is_file() else None


def _session(board: Board, candidate: str, folder: Path, found: Gathered) -> None:
    """What a session says of one candidate; nothing of the others."""
    person = board.candidate(candidate)
    own = board.session.model_copy(update={"candidats": (person,)})
    told = board.decisions(person.candidat)
    put(folder / sessions.FILE, as_yaml(own.model_dump()).encode(), _AGAIN)
    put(folder / sessions.REFERENTIEL, (board.folder / sessions.REFERENTIEL).read_bytes(), _AGAIN)
    put(folder / sessions.DECISIONS / f"{person.candidat}.yaml", as_yaml(told.model_dump()).encode(), _AGAIN)
    put(folder / sessions.NEUTRALISATIONS, as_yaml(board.neutralisations.model_dump()).encode(), _AGAIN)
    theirs = tuple(_alone(one, candidate) for one in board.incidents.historique if _concerns(one, candidate))
    incidents = board.incidents.model_copy(update={"historique": theirs})
    put(folder / sessions.INCIDENTS, as_yaml(incidents.model_dump()).encode(), _AGAIN)
    found.sessions.append(board.name)
    found.decisions += list(_told(board, person.candidat, theirs))


def _concerns(one: Incident, candidate: str) -> bool:
    return not one.candidats or any(is_same_candidate(name, candidate) for name in one.candidats)


def _alone(one: Incident, candidate: str) -> Incident:
    return one.model_copy(update={"candidats": (candidate,) if one.candidats else ()})


def _told(board: Board, candidate: str, incidents: Sequence[Incident]) -> Iterator[dict[str, str]]:
    """The history, all kinds together, in order."""
    lines: list[tuple[datetime, str, str, str]] = []
    for one in board.decisions(candidate).historique:
        title = degree_title(board.referentiel, one.degre)
        what = {
            "degre": f"{one.competence} : « {title} »",
            "retenu": f"{one.competence}, retenu par la commission : « {title} »",
            "annexe": f"{one.unite} : annexe automatique ouverte",
            "note": f"{one.unite} : proposition de note {decimal(one.proposition_de_note or 0)} / 20",
        }[one.quoi]
        lines.append((one.le, one.par, what, one.raison))
    for entry in board.neutralisations.historique:
        verb = "neutralisé" if entry.effet == "neutralise" else "rétabli"
        lines.append((entry.le, entry.par, f"point « {entry.point} » de « {entry.tp} » {verb}", entry.raison))
    lines += [(one.le, one.par, f"incident : {one.fait}", one.suite) for one in incidents]
    for moment, by, what, why in sorted(lines, key=lambda line: line[0]):
        yield {"at": f"{moment:%d/%m/%Y à %H:%M}", "by": by, "what": what, "why": why, "session": board.name}


def replay(
    found: Gathered, kept: Kept, sandbox: Sandbox, secret: bytes, tell: Callable[[str], None] = lambda sentence: None
) -> None:
    """Examines again, in the folder, what was handed in; each former run stays, and what differs is told with why.

    Raises:
        SandboxUnavailable: This machine cannot grade.
    """
    for trace in kept.recueil.traces:
        source = found.folder / "rendus" / f"{trace.id}.zip"
        if trace.verification is None or not source.is_file():
            continue
        home = found.folder / "rejeu" / trace.id
        former = kept.copy_of(trace.verification)
        run = read_run_folder(former).run
        if run is None or run.submission_sha256 is None:
            continue
        shutil.copytree(former, home / former.parent.name / former.name)
        target = kept_path(home, former.parent.name, run.submission_sha256)
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(source, target)
        try:
            done = grade_again(gather(class_runs(home)), sandbox, secret=secret, workers=1, tell=tell)
        except UsageProblem as error:
            found.missing.append(f"{trace.id} : {error}")
            continue
        publish_differences(home, load_lab(trace.verification.tp), done.differences)
        found.replayed.append(f"{trace.titre} ({trace.id}) : {_outcome(done)}")


def _outcome(done: Regraded) -> str:
    learners = done.differences.learners
    if not learners:
        return "pas rejoué : " + "; ".join(one.why for one in done.differences.skipped)
    changed = sum(len(one.changes) for one in learners)
    return f"{counted(changed, 'constat différent', 'constats différents')}" if changed else "les mêmes constats"


def write_page(found: Gathered, reason: str, by: str) -> Path:
    """Writes the first page of a folder.

    Raises:
        UsageProblem: It cannot be written.
    """
    page = (
        environment()
        .get_template("contestation.html.j2")
        .render(
            found=found, name=called(found.candidate), reason=reason, by=by, at=f"{sessions.now():%d/%m/%Y à %H:%M}"
        )
    )
    path = found.folder / "lisez-moi.html"
    put(path, page.encode("utf-8", "backslashreplace"), _AGAIN)
    return path


def sessions_of(root: Path, candidate: str) -> Iterator[Board]:
    """Gives the sessions in which somebody is judged.

    Raises:
        EtabliError: A session cannot be read: what it says of them would be missing.
    """
    for path in sorted(root.glob(f"*/{sessions.FILE}")) if root.is_dir() else ():
        board = sessions.read(root, path.parent.name)
        if board.session.candidate(candidate) is not None:
            yield board
