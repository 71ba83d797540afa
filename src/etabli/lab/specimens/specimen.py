"""Witness submissions (*rendus témoins*): work with a known verdict, by which a lab's checks are themselves graded.

A specimen is a folder ``graders/<lab>/specimens/<name>/`` with a ``specimen.yaml`` and the files to hand in
under ``rendu/``. A mistake is told by what it changes in another specimen (``base``, ``edits``, ``remove``), so
that it stays small and its base can be improved. All files are templates, rendered with a candidate's variant.

What no template can be (a spreadsheet of a candidate's own findings) is made by code: the function of
``specimens/witnesses.py`` that bears its name, ``BUILDERS[name](data) -> {path: bytes}``, or else its base's. It is
given what the templates are given. What it returns stands over the specimen's own files; ``remove`` may name them too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from etabli.exam.contract.check import CheckSpec, import_grader
from etabli.exam.contract.errors import LabError
from etabli.exam.contract.outcome import Outcome
from etabli.lab.manifest import Lab
from etabli.lab.specimens.description import DemoClass, Description, Kind, Replacement, parse
from etabli.lab.templating import is_template, render_text
from etabli.runs.identifier import is_identifier

__all__ = ["Builder", "Kind", "Specimen", "blocked_by", "changed", "load_class", "load_specimens", "read_specimens"]

DESCRIPTION = "specimen.yaml"
FILES = "rendu"
CLASS = "classe.yaml"
WITNESSES = "witnesses"
_TABLE = ".csv"
"""A template here, although what a lab hands out keeps its mark and its line ends."""

Tree = dict[str, bytes]
Builder = Callable[[Mapping[str, Any]], Tree]


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
    build: Builder | None = None
    """Makes the files that no template can be."""
    without: tuple[str, ...] = ()
    """Files so made that are taken away."""
    repaired: Mapping[str, Outcome] | None = None
    """What the second look finds, where one is expected."""
    base: str | None = None
    """The specimen that it is made from."""

    def render(self, target: Path, context: Mapping[str, Any]) -> None:
        """Writes the submission into a folder, made if need be, with a candidate's variant.

        Raises:
            LabError: A template cannot be rendered; the message names the specimen and the file.
        """
        target.mkdir(parents=True, exist_ok=True)
        for path, content in self.files(context).items():
            destination = target / path
            destination.parent.mkdir(parents=True, exist_ok=True)
            destination.write_bytes(content)

    def files(self, context: Mapping[str, Any]) -> Tree:
        """Makes the submission's files for a candidate.

        Raises:
            LabError: As :meth:`render`.
        """
        tree = {path: self._rendered(path, content, context) for path, content in self.templates.items()}
        return tree | self._built(context)

    def _built(self, context: Mapping[str, Any]) -> Tree:
        if self.build is None:
            return {}
        try:
            tree = dict(self.build(context))
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise LabError(f"{self.name} : « builder » a échoué ({error!r}).") from error
        for path in self.without:
            if tree.pop(path, None) is None:
                raise LabError(f"{self.name} : « remove » : « {path} » n'a pas été fait.")
        return tree

    def _rendered(self, path: str, content: bytes, context: Mapping[str, Any]) -> bytes:
        if not is_template(Path(path)) and not path.endswith(_TABLE):
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
    folder = lab.grader / "specimens"
    return read_specimens(folder, lab.checks().specs, lab.folder / "starter", _builders(lab.grader))


def _builders(grader: Path) -> Mapping[str, Builder]:
    """Returns what ``specimens/witnesses.py`` offers; nothing when a lab has none."""
    if not (grader / "specimens" / f"{WITNESSES}.py").is_file():
        return {}
    return dict(import_grader(grader, f"specimens.{WITNESSES}").BUILDERS)


def read_specimens(
    folder: Path, checks: Sequence[CheckSpec], starter: Path, builders: Mapping[str, Builder] | None = None
) -> dict[str, Specimen]:
    """Reads all specimens of a folder.

    Args:
        folder: Holds one folder per specimen.
        checks: The lab's checks, in order.
        starter: Holds one folder per starter.
        builders: By the name of the specimen whose files they make.

    Raises:
        LabError: Unknown base, starter or check; a builder of no specimen; an edit that does not fit; a verdict that
            cannot be.
    """
    shelf = _Shelf(folder, starter, builders or {})
    for name in builders or {}:
        _known(name, shelf.names, folder / f"{WITNESSES}.py", "rendu témoin")
    return {name: _specimen(name, shelf, checks) for name in shelf.names}


def load_class(lab: Lab, specimens: Collection[str]) -> dict[str, str]:
    """Loads the bundled class of a lab: invented identifier → name of a specimen.

    Raises:
        LabError: An identifier or a specimen that does not exist.
    """
    path = lab.grader / "specimens" / CLASS
    members = parse(DemoClass, path)[0].root
    for candidate, name in members.items():
        if not is_identifier(candidate):
            raise LabError(f"{path} : « {candidate} » n'est pas un identifiant.")
        _known(name, specimens, path, "rendu témoin")
    return members


def blocked_by(failed: Iterable[str], checks: Sequence[CheckSpec], explained: Collection[str] = ()) -> set[str]:
    """Returns the checks that cannot be observed once some have failed, with those that the failures explain."""
    stopped = set(failed)
    blocked = set()
    for spec in checks:
        if stopped.intersection(spec.after) or spec.id in explained:
            stopped.add(spec.id)
            blocked.add(spec.id)
    return blocked


class _Recipe(NamedTuple):
    """What a specimen is made of, once its bases were followed."""

    tree: Tree
    build: Builder | None = None
    without: tuple[str, ...] = ()
    """What is removed and is no file of a folder: built, then."""


class _Shelf:
    """A folder of specimens, and the trees that come of following their bases."""

    def __init__(self, folder: Path, starter: Path, builders: Mapping[str, Builder]) -> None:
        self._folder = folder
        self._starter = starter
        self._builders = builders
        self.names = sorted(path.parent.name for path in folder.glob(f"*/{DESCRIPTION}"))
        found = parse(Description, *(self.path(name) for name in self.names))
        self.descriptions = dict(zip(self.names, found, strict=True))

    def path(self, name: str) -> Path:
        return self._folder / name / DESCRIPTION

    def recipe(self, name: str, heirs: tuple[str, ...] = ()) -> _Recipe:
        """Base's files, then own files over them, then removals, then edits; its own builder, or its base's."""
        description, path = self.descriptions[name], self.path(name)
        base = self._base(description, path, (*heirs, name))
        tree, build, without = base.tree | _files(self._folder / name / FILES), base.build, list(base.without)
        if name in self._builders:
            build, without = self._builders[name], []
        if build:
            without += [removed for removed in description.remove if removed not in tree]  # told when it is built
        removed = [name for name in description.remove if name in tree or not build]
        return _Recipe(changed(tree, removed, description.edits, path), build, tuple(dict.fromkeys(without)))

    def _base(self, description: Description, path: Path, heirs: tuple[str, ...]) -> _Recipe:
        if description.starter is not None:
            starters = [path.name for path in self._starter.glob("*/")]
            _known(description.starter, starters, path, "point de départ")
            return _Recipe(_files(self._starter / description.starter))
        if description.base is None:
            return _Recipe({})
        _known(description.base, self.names, path, "rendu témoin de base")
        if description.base in heirs:
            raise LabError(f"{path} : « base » tourne en rond.")
        return self.recipe(description.base, heirs)


def _specimen(name: str, shelf: _Shelf, checks: Sequence[CheckSpec]) -> Specimen:
    description, recipe = shelf.descriptions[name], shelf.recipe(name)
    told = description.failed, checks, shelf.path(name)
    expected = _expected(*told, description.explained, description.beside)
    repaired = None if description.repaired is None else _expected(description.repaired, checks, shelf.path(name))
    about = (description.title, description.kind, description.note)
    return Specimen(name, *about, expected, *recipe, repaired=repaired, base=description.base)


def _expected(
    failed: Sequence[str],
    checks: Sequence[CheckSpec],
    path: Path,
    explained: Sequence[str] = (),
    beside: Sequence[str] = (),
) -> dict[str, Outcome]:
    blocked = blocked_by([check for check in failed if check not in beside], checks, explained)
    for check in beside:
        _known(check, failed, path, "échec annoncé")
    for check in (*failed, *explained):
        _known(check, [spec.id for spec in checks], path, "point de vérification")
    blames = {spec.id: set(spec.blames) for spec in checks}
    if alone := [check for check in explained if not blames[check].intersection(failed)]:
        raise LabError(f"{path} : « explained » : aucun échec annoncé n'explique celui de « {alone[0]} ».")
    if impossible := sorted(blocked.intersection(failed)):
        message = "{path} : « {name} » ne peut pas échouer, un autre échec annoncé empêche de l'observer."
        raise LabError(message.format(path=path, name=impossible[0]))
    verdict = dict.fromkeys(failed, Outcome.FAILED) | dict.fromkeys(blocked, Outcome.BLOCKED)
    return {spec.id: verdict.get(spec.id, Outcome.PASSED) for spec in checks}


def changed(templates: Mapping[str, bytes], remove: Iterable[str], edits: Iterable[Replacement], where: object) -> Tree:
    """Takes files away, then makes edits, one after the other.

    Raises:
        LabError: A file is not there, or a text is not there exactly once; the message says ``where``.
    """
    tree = dict(templates)
    for removed in remove:
        _known(removed, tree, where, "fichier à retirer")
        del tree[removed]
    for edit in edits:
        _known(edit.file, tree, where, "fichier à changer")
        tree[edit.file] = _edited(tree[edit.file].decode(), edit, where).encode()
    return tree


def _edited(text: str, edit: Replacement, where: object) -> str:
    if (count := text.count(edit.find)) != 1:
        message = "{where} : le texte à remplacer dans « {file} » s'y trouve {count} fois au lieu d'une : {find}"
        raise LabError(message.format(where=where, file=edit.file, count=count, find=edit.find.strip()[:80]))
    return text.replace(edit.find, edit.replace)


def _files(folder: Path) -> Tree:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def _known(name: str, names: Iterable[str], where: object, what: str) -> None:
    if name not in set(names):
        raise LabError(f"{where} : {what} inconnu : « {name} ».")
