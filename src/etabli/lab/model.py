"""The model: a small lab, whole and graded by the tests, from which an author starts a new one.

``model/`` of the repository is a library like those of ``ETABLI_LABS``; starting a lab is a copy under another name.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pydantic

from etabli.exam.contract.check import import_grader
from etabli.exam.contract.errors import UsageProblem
from etabli.lab.brought_text import Brought, read
from etabli.lab.libraries import GRADERS, LABS, MANIFEST, library_of
from etabli.lab.manifest import Lab, lab_ids, read_manifest, shown_lab
from etabli.system.disk import unwritable, why
from etabli.system.settings import repository
from etabli.system.yaml_files import Identifier

NAME = "modele"
BROUGHT = "brought"
"""The module of a lab about a text, for a team that brings its own: its `Text`, and `settle`."""


def model() -> Lab:
    """Returns the model itself."""
    folder, grader = (repository() / "model" / side / NAME for side in (LABS, GRADERS))
    return Lab(read_manifest(folder / MANIFEST), folder, grader)


def start_lab(lab_id: str, library: Path, source: Lab | None = None) -> Lab:
    """Writes a copy of a lab under another name: the model, or another one of the repository without its specimens.

    Raises:
        UsageProblem: That is no name for a lab, it is taken, or the library cannot be written.
    """
    _refuse_name(lab_id)
    source = source or model()
    for place in (library / LABS / lab_id, library / GRADERS / lab_id):
        if place.exists():
            raise UsageProblem(f"« {place} » existe déjà et n'est pas remplacé : choisissez un autre identifiant.")
    try:
        for old, side in ((source.folder, LABS), (source.grader, GRADERS)):
            left = shutil.ignore_patterns("__pycache__", *(["specimens"] if source.id != NAME else []))
            shutil.copytree(old, library / side / lab_id, ignore=left, copy_function=shutil.copyfile)
        manifest = library / LABS / lab_id / MANIFEST
        told = re.sub(r"(?m)^id: \S+", f"id: {lab_id}", manifest.read_text("utf-8"), count=1)
        manifest.write_text(told, "utf-8")
    except OSError as error:
        raise unwritable(library, error, "choisissez un autre dossier avec « --dans »") from error
    return Lab(read_manifest(manifest), library / LABS / lab_id, library / GRADERS / lab_id)


def start_on(document: Path, lab_id: str, library: Path) -> tuple[Lab, Brought]:
    """Writes a copy of the repository's lab about a text, with the one that the team brings: the lab, and that text.

    Raises:
        UsageProblem: As `start_lab`, or the file cannot be read, or is no text for this.
    """
    ours = (shown_lab(one) for one in lab_ids())
    source = next(one for one in ours if one.ours and (one.grader / f"{BROUGHT}.py").is_file())
    brought = import_grader(source.grader, BROUGHT)
    try:
        text = read(document.name, document.read_bytes())
    except OSError as error:
        raise UsageProblem(f"« {document} » ne se lit pas ({why(error)}) : vérifiez le chemin.") from error
    made = start_lab(lab_id, library, source)
    brought.settle(made.folder, made.grader, brought.Text(*text))
    return Lab(read_manifest(made.folder / MANIFEST), made.folder, made.grader), text


def _refuse_name(lab_id: str) -> None:
    try:
        pydantic.TypeAdapter(Identifier).validate_python(lab_id)
    except pydantic.ValidationError as error:
        raise UsageProblem(
            f"« {lab_id} » ne peut pas nommer un TP : 2 à 41 lettres minuscules sans accent, chiffres ou « - », une "
            "lettre d'abord."
        ) from error
    if other := library_of().get(lab_id):
        raise UsageProblem(f"Le TP « {lab_id} » existe déjà ({other / LABS / lab_id}) : choisissez un autre nom.")
