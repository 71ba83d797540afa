"""Seats of every lab of the repository, and of the model from which authors start: what candidates receive, made once per process."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from helpers import volume

from etabli.exam.contract.errors import SandboxFailure
from etabli.lab.manifest import Lab, lab_ids, load_lab
from etabli.lab.model import model
from etabli.lab.specimens.specimen import Kind, Specimen, load_specimens
from etabli.lab.sujet import Sujet, make_sujet
from etabli.lab.surroundings import Surroundings
from etabli.lab.variant import TRAINING, Purpose, Seat, Variant, make_variant

HOUSE: Mapping[str, Lab] = {name: load_lab(name) for name in lab_ids()}
"""Those that learners get: they have volume too."""
LABS: Mapping[str, Lab] = {**HOUSE, model().id: model()}
CANDIDATE = "a.martin"


def on_the_erp(lab: Lab) -> bool:
    """Tells whether a lab makes companies: half a second each."""
    return lab.manifest.workspace is not None and "pgi" in lab.manifest.workspace.services


def secrets_of(lab: str) -> list[bytes]:
    """Secrets to make seats with, the same ones each time."""
    numbers = range(0, 8, volume(2, 1)) if on_the_erp(LABS[lab]) else range(volume(3, 20) if lab in HOUSE else 3)
    return [bytes([number]) * 32 for number in numbers]


@cache
def sujet(
    lab: str,
    secret: bytes = bytes(32),
    surroundings: Surroundings = Surroundings.COMMANDS,
    session: str = TRAINING,
) -> Sujet:
    """What a candidate receives."""
    return make_sujet(Seat(LABS[lab], CANDIDATE, session), secret, surroundings=surroundings)


def brief(given: Sujet) -> str:
    """All sheets and the reference, as Markdown."""
    return "\n\n".join(sheet.text for sheet in given.sheets)


@cache
def graded(lab: str, secret: bytes = bytes(32)) -> Variant:
    """What the same candidate's work is graded on."""
    return make_variant(Seat(LABS[lab], CANDIDATE), secret, Purpose.EVALUATION)


def texts_of(given: Sujet) -> dict[str, str]:
    """Everything to read, but the data."""
    with tempfile.TemporaryDirectory() as folder:
        given.write_starter(Path(folder))
        starter = {path.name: path.read_text("utf-8") for path in Path(folder).rglob("*") if path.is_file()}
    pages = {name: content.decode("utf-8-sig") for name, content in given.documents.items() if b"\0" not in content}
    return {name: text for name, text in given.texts.items() if not name.endswith(".sql")} | pages | starter


def data_of(given: Sujet) -> dict[str, str]:
    """The data, as files: ``donnees/`` and SQL."""
    files = {name: content.decode("utf-8-sig") for name, content in given.files.items()}
    return files | {name: text for name, text in given.texts.items() if name.endswith(".sql")}


@cache
def specimens_of(lab: str) -> Mapping[str, Specimen]:
    """A lab's witness submissions, by name."""
    return load_specimens(LABS[lab])


@cache
def handed_in(lab: str, name: str, secret: bytes = bytes(32)) -> Mapping[str, bytes] | None:
    """The files of a specimen for a candidate; nothing when they are another program's, which no test here starts."""
    with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, DOCKER_HOST="unix:///nowhere"):
        try:
            specimens_of(lab)[name].render(Path(folder), sujet(lab, secret).context)
        except SandboxFailure:
            return None
        found = (path for path in sorted(Path(folder).rglob("*")) if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def prints(lab: str) -> dict[str, str]:
    """What another process must make alike: a candidate's sujet and the right specimens."""
    given = sujet(lab)
    made: dict[str, Any] = {"sujet": (given.texts, given.files, given.documents)}
    right = [name for name, one in specimens_of(lab).items() if one.kind is Kind.RIGHT]
    right = right[: volume(1, len(right))]
    made |= {name: handed_in(lab, name) for name in right}
    return {name: hashlib.sha256(repr(what).encode()).hexdigest() for name, what in made.items()}


def values(found: Any) -> Iterator[str]:
    """Every text of some data, at any depth; an amount also as the French write it."""
    for one in found.values() if isinstance(found, Mapping) else found if isinstance(found, list | tuple) else ():
        yield from values(one)
    if isinstance(found, str):
        yield found
        if re.fullmatch(r"-?\d+\.\d\d", found):
            yield from (found.replace(".", ","), f"{float(found):,.2f}".replace(",", " ").replace(".", ","))


def hidden(variant: Variant) -> dict[str, Any]:
    """What the generator knows and the sujet must not say."""
    shown = set(variant.sujet()) - set(getattr(variant.module, "HIDDEN", ()))
    return {name: value for name, value in variant.data.items() if name not in shown}


def plain(text: str) -> str:
    """A text without the spaces and entities of typography."""
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("&#39;", "'").replace("&amp;", "&")


def fences(text: str) -> list[tuple[str, str]]:
    """Language and code of the examples of a Markdown text."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def strings_of(lab: str) -> dict[str, str]:
    """The texts that a grader's modules hold, by file."""
    return {
        path.name: "\n".join(
            node.value
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
        for path in LABS[lab].grader.glob("*.py")
    }
