"""Building a recueil: a folder that is read without Établi, and printed.

::

    recueil.html      one page, style and pictures inside
    recueil.pdf       the same on paper, tagged
    recueil.json      what was gathered, for programs
    referentiel.yaml  in whose words people observed
    pieces/           copies of documents; none without names, for nobody has looked for names in them
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import quoted
from etabli.recueil import pages
from etabli.recueil.contents import Contents, Reader, contents_of, members_of, named_reader
from etabli.recueil.interviewing import Interview, no_interview
from etabli.recueil.kept import FACTS, PAGE, PAPER, PIECES, REFERENTIEL, Kept
from etabli.recueil.veil import Veil, number_of, open_veil, veil_over
from etabli.roster.anywhere import learner_called
from etabli.runs.evidence import write_results
from etabli.sandbox.docker_press import Printed, printed
from etabli.system.disk import close_to_others, writable

_OURS = frozenset({PAGE, PAPER, FACTS, REFERENTIEL, PIECES})


@dataclass(frozen=True)
class Built:
    """What was written."""

    folder: Path
    files: tuple[str, ...]
    contents: Contents
    pages: int | None
    """Of the PDF; None without one."""
    shortened: tuple[str, ...]
    """Traces that did not fit on two pages whole."""
    number: str | None
    """Under which the candidate is read; None where they are named."""
    unnamed: bool
    """Whether no class knows the candidate: no name could be looked for."""


def build(
    kept: Kept,
    folder: Path,
    wanted_weeks: int,
    *,
    made: date,
    number: str | None = None,
    secret: bytes | None = None,
    paper: bool = True,
    interview: Interview = no_interview,
) -> Built:
    """Writes a recueil.

    Args:
        kept: The candidate's file.
        folder: Where; it is not there yet, is empty, or holds a recueil that is replaced.
        wanted_weeks: Weeks of PFMP that the diploma asks for.
        made: Today.
        number: Under which the candidate is read, instead of a name.
        secret: Draws that number, where none is given; without either, names stay.
        paper: Whether to make the PDF.
        interview: What is asked about a run.

    Raises:
        UsageProblem: Something else is in the folder, or it cannot be written.
        SandboxError: The PDF cannot be made; nothing is written then.
    """
    candidate = kept.recueil.candidat
    if number is None and secret is not None:
        number = number_of(candidate, secret)
    reader, veil = (named_reader(kept), open_veil) if number is None else _veiled(kept, number)
    contents = contents_of(kept, reader, wanted_weeks, made, interview)
    _only_ours(folder)
    press = printed(pages.job(contents, veil)) if paper else None
    with writable(folder, "-o"):
        files = tuple(_write(kept, folder, pages.page(contents, veil), press, veil, reader))
    return Built(
        folder,
        files,
        contents,
        press.pages if press else None,
        tuple(one.mark for one, form in zip(contents.traces, press.chosen, strict=True) if form) if press else (),
        number,
        learner_called(candidate) is None,
    )


def _veiled(kept: Kept, number: str) -> tuple[Reader, Veil]:
    """For whoever is not to know: a number, and members by their rank."""
    candidate = kept.recueil.candidat
    found = learner_called(candidate)
    others = [member for member in members_of(kept) if member != candidate.lower()]
    names = {member: f"Membre {at}" for at, member in enumerate(others, start=1)} | {candidate.lower(): number}
    if found:
        names |= {found.learner.name.lower(): number}
    known = found.roster.learners(active_only=False) if found else []
    known += [named.learner for member in others if (named := learner_called(member))]
    rest = {one.alias: one.person for one in known if one.alias.lower() != candidate.lower()}
    own = found.learner.person if found else None
    return Reader(number, None, names, documents=False), veil_over(number, [candidate], own, others, rest.items())


def _only_ours(folder: Path) -> None:
    """Refuses a folder in which there is something else: nothing of anybody's is replaced."""
    if folder.exists() and not folder.is_dir():
        raise UsageProblem(f"« {folder} » n'est pas un dossier : donnez-en un autre avec « -o ».")
    others = sorted(path.name for path in folder.iterdir() if path.name not in _OURS) if folder.is_dir() else []
    if others:
        raise UsageProblem(
            f"« {folder} » contient autre chose ({quoted(others[:3])}) : donnez un dossier vide ou nouveau avec « -o »."
        )


def _write(kept: Kept, folder: Path, page: str, press: Printed | None, veil: Veil, reader: Reader) -> Iterator[str]:
    """Replaces a former recueil: nothing that named somebody stays beside one that does not."""
    folder.mkdir(parents=True, exist_ok=True)
    close_to_others(folder)
    for name in (PAGE, PAPER, FACTS, REFERENTIEL):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / PIECES, ignore_errors=True)
    written = {PAGE: page.encode("utf-8", "backslashreplace")}
    if press is not None:
        written[PAPER] = press.pdf
    facts = json.dumps(_veiled_facts(kept, reader, veil), ensure_ascii=False, indent=2) + "\n"
    written |= {FACTS: facts.encode(), REFERENTIEL: (kept.folder / REFERENTIEL).read_bytes()}
    if reader.documents:
        copies = [one.ailleurs.copie for one in kept.recueil.traces if one.ailleurs and one.ailleurs.copie]
        written |= {copy: (kept.folder / copy).read_bytes() for copy in copies if (kept.folder / copy).is_file()}
    for name, content in written.items():
        write_results(folder / name, content)
        yield name


def _veiled_facts(kept: Kept, reader: Reader, veil: Veil) -> Any:
    """What was gathered, for programs; behind the veil, without the names of documents."""
    told = kept.recueil.model_dump(mode="json")
    if reader.documents:
        return told
    for trace in told["traces"]:
        if trace["ailleurs"]:
            trace["ailleurs"] |= {"fichier": None, "copie": None}
        for part in trace["groupe"]:
            part["membre"] = reader.names.get(part["membre"].lower(), part["membre"])
    return _each(told, veil)


def _each(value: Any, veil: Veil) -> Any:
    if isinstance(value, dict):
        return {key: _each(one, veil) for key, one in value.items()}
    if isinstance(value, list):
        return [_each(one, veil) for one in value]
    return veil(value) if isinstance(value, str) else value
