"""Witness submissions (*rendus témoins*): work with a known verdict, by which a lab's checks are themselves graded.

A specimen is a folder ``graders/<lab>/specimens/<name>/`` with a ``specimen.yaml`` and the files to hand in
under ``rendu/``. A mistake is told by what it changes in another specimen (``base``, ``edits``, ``remove``), so
that it stays small and its base can be improved. All files are templates, rendered with a candidate's variant.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import pydantic
import yaml

from etabli.check import CheckSpec
from etabli.errors import LabError
from etabli.i18n import _
from etabli.keys import unreadable_yaml, wrong_key
from etabli.lab import Lab
from etabli.outcome import Outcome
from etabli.submission import is_identifier
from etabli.templating import is_template, render_text

DESCRIPTION = "specimen.yaml"
FILES = "rendu"
CLASS = "classe.yaml"

Tree = dict[str, bytes]
M = TypeVar("M", bound=pydantic.BaseModel)


class Kind(StrEnum):
    """What a specimen stands for."""

    RIGHT = "right"  #: earns everything
    PARTIAL = "partial"  #: right as far as it goes
    MISTAKE = "mistake"  #: an honest, typical mistake
    CHEAT = "cheat"  #: wants the points without the work
    EMPTY = "empty"  #: nothing at all
    STARTER = "starter"  #: what the lab hands out, untouched


class _Strict(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class Edit(_Strict):
    """One change in a text: what is found, exactly once, is replaced."""

    file: str
    find: str = pydantic.Field(min_length=1)
    replace: str


class Expectation(_Strict):
    """The verdict a specimen must get: every check that is named nowhere passes."""

    failed: tuple[str, ...]
    blocked: tuple[str, ...] | None = None
    """Absent: exactly what ``after`` makes impossible to observe."""


class Description(_Strict):
    """``specimen.yaml``."""

    title: str
    kind: Kind
    base: str | None = None
    starter: str | None = None
    """A folder of ``labs/<lab>/starter/`` to begin from."""
    edits: tuple[Edit, ...] = ()
    remove: tuple[str, ...] = ()
    expect: Expectation
    note: str = ""


class DemoClass(pydantic.RootModel[dict[str, str]]):
    """``classe.yaml``: invented identifier → specimen."""


@dataclass(frozen=True)
class Specimen:
    """A witness submission, ready to be rendered for any candidate."""

    name: str
    title: str
    kind: Kind
    note: str
    expected: Mapping[str, Outcome]
    """Every check of the lab, in order."""
    templates: Mapping[str, bytes]
    """Relative POSIX path → contents before rendering."""

    def render(self, target: Path, context: Mapping[str, Any]) -> None:
        """Writes the submission into a folder, made if need be, with a candidate's variant.

        Raises:
            LabError: A template cannot be rendered; the message names the specimen and the file.
        """
        target.mkdir(parents=True, exist_ok=True)
        for path, content in self.templates.items():
            destination = target / path
            destination.parent.mkdir(parents=True, exist_ok=True)
            destination.write_bytes(self._rendered(path, content, context))

    def _rendered(self, path: str, content: bytes, context: Mapping[str, Any]) -> bytes:
        if not is_template(Path(path)):
            return content
        try:
            return render_text(content.decode(), context).encode()
        except LabError as error:
            raise LabError(f"{self.name}/{path} : {error}") from error


def load_specimens(lab: Lab) -> dict[str, Specimen]:
    """Loads the specimens of a lab, by name, sorted.

    Raises:
        LabError: As :func:`read_specimens`.
    """
    return read_specimens(lab.grader / "specimens", lab.checks().specs, lab.folder / "starter")


def read_specimens(folder: Path, checks: Sequence[CheckSpec], starter: Path) -> dict[str, Specimen]:
    """Reads all specimens of a folder.

    Args:
        folder: Holds one folder per specimen.
        checks: The lab's checks, in order.
        starter: Holds one folder per starter.

    Raises:
        LabError: Unknown base, starter or check; an edit that does not fit; a verdict that cannot be.
    """
    shelf = _Shelf(folder, starter)
    return {name: _specimen(name, shelf, checks) for name in shelf.names()}


def load_class(lab: Lab, specimens: Collection[str]) -> dict[str, str]:
    """Loads the bundled class of a lab: invented identifier → name of a specimen.

    Raises:
        LabError: An identifier or a specimen that does not exist.
    """
    path = lab.grader / "specimens" / CLASS
    members = _parse(path, DemoClass).root
    for candidate, name in members.items():
        if not is_identifier(candidate):
            raise LabError(_("{path} : « {name} » n'est pas un identifiant.").format(path=path, name=candidate))
        _known(name, specimens, path, _("rendu témoin"))
    return members


def blocked_by(failed: Iterable[str], checks: Sequence[CheckSpec]) -> set[str]:
    """Returns the checks that cannot be observed once the given ones have failed."""
    stopped = set(failed)
    blocked = set()
    for spec in checks:
        if stopped.intersection(spec.after):
            stopped.add(spec.id)
            blocked.add(spec.id)
    return blocked


class _Shelf:
    """A folder of specimens, and the trees that come of following their bases."""

    def __init__(self, folder: Path, starter: Path) -> None:
        self._folder = folder
        self._starter = starter

    def names(self) -> list[str]:
        return sorted(path.parent.name for path in self._folder.glob(f"*/{DESCRIPTION}"))

    def path(self, name: str) -> Path:
        return self._folder / name / DESCRIPTION

    def description(self, name: str) -> Description:
        return _parse(self.path(name), Description)

    def tree(self, name: str, heirs: tuple[str, ...] = ()) -> Tree:
        """Base's tree, then own files over it, then removals, then edits."""
        description = self.description(name)
        tree = self._ground(name, description, (*heirs, name)) | _files(self._folder / name / FILES)
        for path in description.remove:
            _known(path, tree, self.path(name), _("fichier à retirer"))
            del tree[path]
        for edit in description.edits:
            _known(edit.file, tree, self.path(name), _("fichier à changer"))
            tree[edit.file] = _edited(tree[edit.file].decode(), edit, self.path(name)).encode()
        return tree

    def _ground(self, name: str, description: Description, heirs: tuple[str, ...]) -> Tree:
        if description.starter is not None:
            starters = [path.name for path in self._starter.glob("*/")]
            _known(description.starter, starters, self.path(name), _("point de départ"))
            return _files(self._starter / description.starter)
        if description.base is None:
            return {}
        _known(description.base, self.names(), self.path(name), _("rendu témoin de base"))
        if description.base in heirs:
            raise LabError(_("{path} : « base » tourne en rond.").format(path=self.path(name)))
        return self.tree(description.base, heirs)


def _specimen(name: str, shelf: _Shelf, checks: Sequence[CheckSpec]) -> Specimen:
    description = shelf.description(name)
    return Specimen(
        name=name,
        title=description.title,
        kind=description.kind,
        note=description.note,
        expected=_expected(description.expect, checks, shelf.path(name)),
        templates=shelf.tree(name),
    )


def _expected(expect: Expectation, checks: Sequence[CheckSpec], path: Path) -> dict[str, Outcome]:
    failed = set(expect.failed)
    follows = blocked_by(failed, checks)
    blocked = follows if expect.blocked is None else set(expect.blocked)
    for check in (*expect.failed, *(expect.blocked or ())):
        _known(check, [spec.id for spec in checks], path, _("point de vérification"))
    if impossible := sorted(failed & follows):
        message = _("{path} : « {name} » ne peut pas échouer, un autre échec annoncé empêche de l'observer.")
        raise LabError(message.format(path=path, name=impossible[0]))
    if odd := sorted(blocked ^ follows):
        message = _("{path} : « blocked » ne dit pas ce que « after » impose pour « {name} ».")
        raise LabError(message.format(path=path, name=odd[0]))
    verdict = dict.fromkeys(failed, Outcome.FAILED) | dict.fromkeys(blocked, Outcome.BLOCKED)
    return {spec.id: verdict.get(spec.id, Outcome.PASSED) for spec in checks}


def _edited(text: str, edit: Edit, path: Path) -> str:
    if (count := text.count(edit.find)) != 1:
        message = _("{path} : le texte à remplacer dans « {file} » s'y trouve {count} fois au lieu d'une : {find}")
        raise LabError(message.format(path=path, file=edit.file, count=count, find=edit.find.strip()[:80]))
    return text.replace(edit.find, edit.replace)


def _files(folder: Path) -> Tree:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def _known(name: str, names: Iterable[str], path: Path, what: str) -> None:
    if name not in set(names):
        raise LabError(_("{path} : {what} inconnu : « {name} ».").format(path=path, what=what, name=name))


def _parse(path: Path, model: type[M]) -> M:
    try:
        return model.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except OSError as error:
        raise LabError(_("{path} est illisible : {error}").format(path=path, error=error.strerror)) from error
    except yaml.YAMLError as error:
        raise LabError(_("{path}, {problem}.").format(path=path, problem=unreadable_yaml(error))) from error
    except pydantic.ValidationError as error:
        raise LabError(_("{path}, {problem}.").format(path=path, problem=wrong_key(error, model))) from error
