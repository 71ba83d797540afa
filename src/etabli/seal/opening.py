"""Opening an archive: its bytes, and the files that a verified one holds, put on the disk."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from etabli.exam.contract.errors import UsageProblem
from etabli.runs.evidence import write_results
from etabli.seal.archive import MOST
from etabli.seal.checking import Checked
from etabli.seal.errors import SealError
from etabli.seal.facts import Files
from etabli.system.digest import open_regular
from etabli.system.disk import why, writable


def read_archive(path: Path) -> bytes:
    """Reads an archive whole.

    Raises:
        UsageProblem: It is no file, cannot be read, or is greater than any of ours.
    """
    try:
        with open_regular(path) as stream:
            if os.fstat(stream.fileno()).st_size <= MOST:
                return stream.read()
    except OSError as error:
        raise UsageProblem(f"« {path} » ne peut pas être lu ({why(error)}) : donnez une archive scellée.") from error
    raise UsageProblem(f"« {path} » dépasse 500 Mo : ce n'est pas une archive d'« etabli seal », vérifiez le fichier.")


def believed(path: Path, found: Checked) -> None:
    """Makes sure that an archive may be used: intact, and sealed by the centre.

    Raises:
        SealError: It may not; the sentence says why.
    """
    if found.flaws:
        raise SealError(
            f"« {path} » n'est plus ce qui a été scellé : {found.flaws[0].sentence()} Rien n'en est repris."
        )
    if not found.confirmed:
        raise SealError(
            f"Rien ne dit que « {path} » a été scellée par le centre : donnez sa clé publique avec « --cle »."
        )


def unpack_runs(found: Checked, folder: Path) -> dict[str, Path]:
    """Writes the frozen runs of an archive, and the submissions that they examined, as output folders by lab.

    Args:
        found: A verified archive.
        folder: Where; new or empty.

    Returns:
        By lab, the output folder, in which ``etabli regrade`` finds what it needs.

    Raises:
        SealError: No run is in it.
        UsageProblem: The folder cannot be written.
    """
    runs = found.manifest.runs if found.manifest else ()
    if not runs:
        raise SealError("Cette archive ne contient aucune vérification figée : il n'y a rien à revérifier.")
    outs: dict[str, Path] = {}
    with writable(folder, "-o"):
        for run in runs:
            home, out = PurePosixPath(run.path).parent, folder / run.lab
            outs[run.lab] = out
            for name, content in _below(found.files, f"{home}/"):
                write_results(out / home.name / name, bytes(content))
    return outs


def _below(files: Files, start: str) -> list[tuple[str, bytes | memoryview]]:
    return [(name.removeprefix(start), content) for name, content in files.items() if name.startswith(start)]
