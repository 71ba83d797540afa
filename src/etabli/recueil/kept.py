"""Where a candidate's file is: ``recueils/<identifier>/``, beside results, whole in itself.

::

    recueil.yaml                                 what is gathered; people may edit it
    referentiel.yaml                             the référentiel in whose words people observed
    verifications/<tp>/<identifier>/<run>/       a copy of each chosen run, as it was frozen
    verifications/<tp>/<identifier>/rendus/      the submissions that they examined, to make them again
    verifications/<tp>/essais.yaml               all the verifications of that lab, for the annex
    pieces/                                      copies of what was brought from elsewhere
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from etabli.exam.contract.errors import LabError, UsageProblem
from etabli.recueil.model import Attempts, ChosenRun, Recueil, misfits
from etabli.referentiel import kept as referentiels
from etabli.referentiel.model import Referentiel
from etabli.referentiel.model import misfits as referentiel_misfits
from etabli.runs.evidence import write_results
from etabli.runs.identifier import is_same_candidate
from etabli.system.disk import close_to_others, unwritable, why
from etabli.system.yaml_files import read_yaml

USUAL = Path("recueils")
"""Where they are, unless another folder is named."""
FILE = "recueil.yaml"
REFERENTIEL = "referentiel.yaml"
PIECES = "pieces"
RUNS = "verifications"
ATTEMPTS = "essais.yaml"
PAGE, PAPER, FACTS = "recueil.html", "recueil.pdf", "recueil.json"
"""What is made of it: to read, to print, for programs."""
_HEAD = """\
# Recueil de traces : ce que le candidat a choisi, ce qu'il en dit, ce que des personnes ont observé.
# Vous pouvez le compléter ici ; « etabli trace liste --candidat {candidate} » dit ce qui n'y va pas.
"""


@dataclass(frozen=True)
class Kept:
    """A candidate's file, as it was read."""

    folder: Path
    recueil: Recueil
    referentiel: Referentiel

    def outputs(self, lab: str) -> Path:
        """Returns the folder that holds ``<candidate>/<run>`` for a lab."""
        return self.folder / RUNS / lab

    def copy_of(self, chosen: ChosenRun) -> Path:
        """Returns where the copy of a run is; its folder may write the candidate in another case."""
        home = self.outputs(chosen.tp)
        names = [path.name for path in home.iterdir()] if home.is_dir() else []
        whose = chosen.de or self.recueil.candidat
        known = [name for name in names if is_same_candidate(name, whose)]
        return home / (known[0] if known else whose) / chosen.run


def folder_of(root: Path, candidate: str) -> Path:
    """Returns a candidate's folder, made or not; « sno-07 » is SNO-07 where that one is there."""
    known = [path for path in root.iterdir() if is_same_candidate(path.name, candidate)] if root.is_dir() else []
    return next(iter(sorted(known)), root / candidate)


def read(root: Path, candidate: str) -> Kept:
    """Reads a candidate's file.

    Raises:
        UsageProblem: There is none.
        LabError: It says something that it may not; all that is wrong is told, with file, line and key.
    """
    folder = folder_of(root, candidate)
    if not (folder / FILE).is_file():
        raise UsageProblem(
            f"« {candidate} » n'a pas de recueil dans « {root} » : commencez par « etabli trace choisir --candidat "
            f"{candidate} »."
        )
    referentiel = _referentiel(folder)
    try:
        recueil = read_yaml(folder / FILE, Recueil, misfits(referentiel))
        known = hashlib.sha256((folder / REFERENTIEL).read_bytes()).hexdigest()
    except OSError as error:
        raise LabError(f"« {folder} » ne peut pas être lu ({why(error)}) : vérifiez ses droits.") from error
    if not is_same_candidate(recueil.candidat, folder.name):
        raise LabError(
            f"{folder / FILE}, clé « candidat » : « {recueil.candidat} », et le dossier est celui de "
            f"« {folder.name} » ; rendez au dossier son nom, puis relancez."
        )
    if recueil.referentiel != known:
        raise LabError(
            f"{folder / REFERENTIEL} n'est plus le référentiel de ce recueil : remettez le fichier dont l'empreinte "
            f"commence par {recueil.referentiel[:16]}, puis relancez."
        )
    return Kept(folder, recueil, referentiel)


def _referentiel(folder: Path) -> Referentiel:
    try:
        return read_yaml(folder / REFERENTIEL, Referentiel, referentiel_misfits)
    except OSError as error:
        raise LabError(
            f"« {folder / REFERENTIEL} » manque ({why(error)}) : remettez-le à cette place, puis relancez."
        ) from error


def read_or_begin(root: Path, candidate: str) -> Kept:
    """Reads a candidate's file, or begins it with the référentiel in force.

    Raises:
        UsageProblem: It cannot be written there.
        LabError: What is there is wrong.
    """
    folder = folder_of(root, candidate)
    if (folder / FILE).is_file():
        return read(root, candidate)
    force = referentiels.in_force()
    kept = Kept(
        folder, Recueil(format="etabli/recueil/1", candidat=folder.name, referentiel=force.sha256), force.referentiel
    )
    put(folder / REFERENTIEL, force.path.read_bytes())
    close_to_others(folder)
    write(kept, kept.recueil)
    return kept


def write(kept: Kept, recueil: Recueil) -> Kept:
    """Writes a candidate's file in the place of the former one; returns it as it is now.

    Raises:
        UsageProblem: It cannot be written.
        DiskFull: There is no room for it.
    """
    content = as_yaml(recueil.model_dump(exclude_defaults=True))
    head = _HEAD.format(candidate=recueil.candidat)
    put(kept.folder / FILE, (head + content).encode())
    return Kept(kept.folder, recueil, kept.referentiel)


def attempts_of(kept: Kept, lab: str) -> Attempts | None:
    """Reads the verifications of a lab that the annex counts; none where nobody noted them.

    Raises:
        LabError: The file says something that it may not.
    """
    path = kept.outputs(lab) / ATTEMPTS
    return read_yaml(path, Attempts) if path.is_file() else None


def put(path: Path, content: bytes, instead: str = "choisissez un autre dossier avec « --recueils »") -> None:
    """Writes a file of a candidate's folder, whole or not at all.

    Args:
        path: Where.
        content: What it holds.
        instead: The next step where it cannot be written, in French.

    Raises:
        UsageProblem: It cannot be written.
        DiskFull: There is no room for it.
    """
    try:
        write_results(path, content)
    except OSError as error:
        raise unwritable(path, error, instead) from error


class _Dumper(yaml.SafeDumper):
    """Writes several lines as people write them."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def as_yaml(value: Any) -> str:
    """Writes plain values as YAML, in their order, accents and dates as they are."""
    return yaml.dump(_plain(value), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value
