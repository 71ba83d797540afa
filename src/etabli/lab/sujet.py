"""The sujet: what one candidate receives to work with. Needs no container."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from etabli.lab.aides import aides_sheet
from etabli.lab.authors import told_to_its_author
from etabli.lab.sheets import Sheet, page, sheets_of
from etabli.lab.surroundings import Surroundings, told
from etabli.lab.templating import is_template, render_file, render_tree
from etabli.lab.variant import Purpose, Seat, Variant, make_variant
from etabli.runs.evidence import write_atomically
from etabli.system.disk import writable

DATA = "donnees"
"""Folder of the candidate's own files."""
DOCUMENTS = "dossier"
"""Folder of what is only to be read or filled in: a mandate, sources, a form."""
STARTER = "depart"
"""Folder of the starter, outside a workspace."""


@dataclass(frozen=True)
class Sujet:
    """What one candidate receives, before it is written anywhere."""

    seat: Seat
    variant: Variant
    context: dict[str, Any]
    """What the templates of the lab may name."""
    sheets: tuple[Sheet, ...]
    """One per session, then the reference."""
    texts: dict[str, str]
    """``enonce.html`` (all sheets), ``sujet.json``; ``aides.html`` outside a workspace, whose check shows them."""
    files: dict[str, bytes] = field(default_factory=dict)
    """What goes in ``donnees/``, by path: ``schema.sql`` and ``donnees.sql`` with a database, and the lab's own."""
    documents: dict[str, bytes] = field(default_factory=dict)
    """What goes in ``dossier/``, by path: what the lab's own folder of that name holds, pages in place of Markdown."""

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits that tell the seed without giving it."""
        return self.variant.fingerprint

    @property
    def facts(self) -> str:
        """For whom this is: a line on each sheet."""
        seat = self.seat
        return f"Pour {seat.candidate} · session {seat.session} · TP {seat.lab.id}, version {seat.lab.manifest.version}"

    def contents(self) -> dict[str, bytes]:
        """Returns all but the starter, by path."""
        texts = {name: text.encode() for name, text in self.texts.items()}
        data = {f"{DATA}/{name}": content for name, content in self.files.items()}
        return texts | data | {f"{DOCUMENTS}/{name}": content for name, content in self.documents.items()}

    def write_starter(self, out: Path, folder: str = ".") -> None:
        """Renders the starter, or one folder of it, into ``out``."""
        render_tree(self.seat.lab.folder / "starter" / folder, out, self.context)


def make_sujet(seat: Seat, secret: bytes, *, surroundings: Surroundings = Surroundings.PAPER) -> Sujet:
    """Renders the énoncé and the data of the workshop.

    Args:
        seat: Whose sujet.
        secret: From :func:`etabli.system.settings.secret`.
        surroundings: Where the candidate works; the énoncé says so. On paper the data are given as CSV files too.
    """
    with told_to_its_author(seat.lab.grader, ours=seat.lab.ours):
        return _made(seat, secret, surroundings)


def _made(seat: Seat, secret: bytes, surroundings: Surroundings) -> Sujet:
    variant, context = context_of(seat, secret)
    context |= told(surroundings, context)
    sheets = sheets_of(seat.lab, context)
    facts = {"lab": seat.lab.id, "lab_version": seat.lab.manifest.version, "session": seat.session}
    known = facts | {"candidate": seat.candidate, "seed_fingerprint": variant.fingerprint} | variant.sujet()
    sql = {"schema.sql": variant.schema_sql(), "donnees.sql": variant.rows_sql()} if variant.has_database else {}
    if sql and surroundings is not Surroundings.PAPER:
        sql["donnees.sql"] += _counted(sql["donnees.sql"])
    files = {name: text.encode() for name, text in sql.items()} | variant.files()
    if surroundings is Surroundings.PAPER:
        files |= variant.csv_files()
    documents = dict(_documents(seat.lab.folder / DOCUMENTS, context))
    sujet = Sujet(seat, variant, context, sheets, {"sujet.json": _json(known)}, files, documents)
    sujet.texts["enonce.html"] = page(seat.lab.manifest.title, sujet.facts, sheets)
    if surroundings is Surroundings.PAPER and (aides := aides_sheet(seat.lab)):
        sujet.texts["aides.html"] = page(aides.title, sujet.facts, (aides,))
    return sujet


def _counted(rows: str) -> str:
    """Returns what makes the server count what it was just given: else Adminer says « 0 » beside every table."""
    tables = dict.fromkeys(re.findall(r"^INSERT INTO (`\w+`)", rows, re.MULTILINE))
    return f"ANALYZE TABLE {', '.join(tables)};\n" if tables else ""


def context_of(seat: Seat, secret: bytes) -> tuple[Variant, dict[str, Any]]:
    """Returns the data of the workshop, and what the templates of the lab may name."""
    variant = make_variant(seat, secret, Purpose.ATELIER)
    names = {"candidate": seat.candidate, "session": seat.session, "lab": seat.lab.manifest}
    return variant, variant.data | names | {"checks": [asdict(spec) for spec in seat.lab.checks().specs]}


def _documents(folder: Path, context: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Renders what is only to be read: Markdown becomes a page, other text keeps its form."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        inside = path.relative_to(folder)
        if not is_template(path):
            yield inside.as_posix(), path.read_bytes()
            continue
        text = render_file(path, context)
        if path.suffix == ".md":
            inside, text = inside.with_suffix(".html"), _document_html(text)
        yield inside.as_posix(), text.encode()


def write_sujet(sujet: Sujet, out: Path) -> None:
    """Writes all that one candidate receives: sheets, documents, data, ``sujet.json``, and the starter in ``depart/``.

    Args:
        sujet: What to write.
        out: A folder; files of a former sujet in it are replaced, others are left alone.

    Raises:
        UsageProblem: ``out`` cannot be written.
        DiskFull: There is no room for it.
    """
    with writable(out, "-o"):
        for name, content in sujet.contents().items():
            write_atomically(out / name, content)
        sujet.write_starter(out / STARTER)


def _document_html(markdown: str) -> str:
    title = next((line.removeprefix("# ") for line in markdown.splitlines() if line.startswith("# ")), "Document")
    return page(title, "", (Sheet("document", title, markdown),))


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
