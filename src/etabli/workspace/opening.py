"""Open: from a seat to a workspace's files, or the same workspace taken up again."""

from __future__ import annotations

from pathlib import Path

from etabli.exam.contract.errors import UsageProblem
from etabli.lab.manifest import Lab, WorkspaceNeeds
from etabli.lab.sujet import make_sujet
from etabli.lab.surroundings import Surroundings
from etabli.lab.variant import Seat
from etabli.runs.run import iso, now
from etabli.system.disk import writable
from etabli.system.settings import database_password
from etabli.workspace.environment import project_name
from etabli.workspace.files import work_paths, write_files
from etabli.workspace.readme import readme
from etabli.workspace.workspace import Memo, Workspace, is_workspace, needs_of, read_workspace, write_workspace


def open_workspace(
    folder: Path,
    seat: Seat,
    secret: bytes,
    runtime: str | None,
    *,
    surroundings: Surroundings = Surroundings.COMMANDS,
) -> Workspace:
    """Makes the files of a new workspace, or takes up the one that the folder already is.

    Args:
        folder: Where; made when it is not there.
        seat: Whose.
        secret: From :func:`etabli.system.settings.secret`.
        runtime: The way of working; the lab's first when absent.
        surroundings: Where the learner works.

    Raises:
        UsageProblem: The folder is another seat's, cannot be written, or the way of working is unknown.
    """
    if is_workspace(folder):
        return resume(read_workspace(folder), secret, runtime, expected=seat, surroundings=surroundings)
    needs = needs_of(seat.lab)
    chosen = _chosen(needs, runtime, seat.lab)
    with writable(folder, "--dossier"):
        folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    sujet = make_sujet(seat, secret, surroundings=surroundings)
    starter = write_files(folder, sujet, needs.starters[chosen], readme=readme(seat.lab))
    workspace = Workspace(
        folder,
        Memo(
            lab=seat.lab.id,
            lab_version=seat.lab.manifest.version,
            data_version=seat.lab.manifest.data_version,
            session=seat.session,
            candidate=seat.candidate,
            runtime=chosen,
            surroundings=surroundings,
            seed_fingerprint=sujet.fingerprint,
            project=project_name(seat, folder),
            db_password=database_password(),
            starter=starter,
            created_at=iso(now()),
        ),
    )
    with writable(folder, "--dossier"):
        write_workspace(workspace)
    return workspace


def _chosen(needs: WorkspaceNeeds, runtime: str | None, lab: Lab) -> str:
    known = list(needs.starters)
    if runtime is not None and runtime not in known:
        raise UsageProblem(
            "Le TP « {lab} » ne se fait pas en « {runtime} » : choisissez « --langage {known} ».".format(
                lab=lab.id, runtime=runtime, known=" » ou « --langage ".join(known)
            )
        )
    return runtime or known[0]


def resume(
    workspace: Workspace,
    secret: bytes,
    runtime: str | None = None,
    *,
    expected: Seat | None = None,
    surroundings: Surroundings | None = None,
) -> Workspace:
    """Takes up a workspace: files that are missing come back, a newer énoncé or one that fits replaces the older one.

    Args:
        workspace: As it was read.
        secret: Must give the candidate the same data as before.
        runtime: A way of working insisted on, if any.
        expected: Whose workspace the user thinks it is.
        surroundings: Where the learner works now; as before when absent.

    Raises:
        UsageProblem: It is another seat's, its data have changed, or it was begun in another way.
    """
    memo = workspace.memo
    if expected is not None and not memo.is_of(expected):
        raise UsageProblem(
            f"« {workspace.folder} » est déjà l'espace de « {memo.candidate} » pour le TP « {memo.lab} » (session « "
            f"{memo.session} ») : choisissez un autre dossier avec « --dossier »."
        )
    seat = workspace.verified_seat(secret)
    needs = needs_of(seat.lab)
    chosen = _chosen(needs, runtime or memo.runtime, seat.lab)
    if chosen != memo.runtime and work_paths(workspace.work):
        raise UsageProblem(
            f"« {workspace.folder} » a été commencé en « {memo.runtime} » : gardez-le ainsi, ou préparez un autre "
            f"espace avec « --langage {chosen} --dossier AUTRE »."
        )
    surroundings = surroundings or memo.surroundings
    renew = (memo.lab_version, memo.surroundings) != (seat.lab.manifest.version, surroundings)
    sujet = make_sujet(seat, secret, surroundings=surroundings)
    starter = write_files(workspace.folder, sujet, needs.starters[chosen], readme=readme(seat.lab), renew=renew)
    facts = {"lab_version": seat.lab.manifest.version, "runtime": chosen, "surroundings": surroundings}
    return remembered(workspace, **facts, starter=starter or memo.starter)


def remembered(workspace: Workspace, **facts: object) -> Workspace:
    """Changes what a workspace remembers, in its file too."""
    changed = Workspace(workspace.folder, workspace.memo.model_copy(update=facts))
    if changed.memo != workspace.memo:
        with writable(workspace.folder, "--dossier"):
            write_workspace(changed)
    return changed
