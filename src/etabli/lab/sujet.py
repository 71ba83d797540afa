"""The sujet: what one candidate receives to work with. Needs no container."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from etabli.lab.sheets import Sheet, page, sheets_of
from etabli.lab.templating import is_template, render_file, render_tree
from etabli.lab.variant import Purpose, Seat, Variant, make_variant
from etabli.runs.evidence import write_atomically
from etabli.system.disk import unwritable

DATA = "donnees"
"""Folder of the candidate's own files."""
DOCUMENTS = "dossier"
"""Folder of what is only to be read or filled in: a mandate, sources, a form."""


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
    """``enonce.html`` (all sheets) and ``sujet.json``; ``schema.sql`` and ``donnees.sql`` with a database."""
    files: dict[str, bytes] = field(default_factory=dict)
    """What goes in ``donnees/``, by path."""
    documents: dict[str, bytes] = field(default_factory=dict)
    """What goes in ``dossier/``, by path: what the lab's own folder of that name holds, pages in place of Markdown."""

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits that tell the seed without giving it."""
        return self.variant.fingerprint

    def write_starter(self, out: Path, folder: str = ".") -> None:
        """Renders the starter, or one folder of it, into ``out``."""
        render_tree(self.seat.lab.folder / "starter" / folder, out, self.context)


def make_sujet(seat: Seat, secret: bytes, *, workspace: bool = False) -> Sujet:
    """Renders the énoncé and the data of the workshop.

    Args:
        seat: Whose sujet.
        secret: From :func:`etabli.system.settings.secret`.
        workspace: True when Établi runs the services; the énoncé may then say so (``workspace``).
    """
    variant = make_variant(seat, secret, Purpose.ATELIER)
    names = {"candidate": seat.candidate, "session": seat.session, "lab": seat.lab.manifest, "workspace": workspace}
    context = variant.data | names | {"checks": [asdict(spec) for spec in seat.lab.checks().specs]}
    sheets = sheets_of(seat.lab, context)
    facts = {"lab": seat.lab.id, "lab_version": seat.lab.manifest.version, "session": seat.session}
    sujet = facts | {"candidate": seat.candidate, "seed_fingerprint": variant.fingerprint} | variant.sujet()
    texts = {
        "enonce.html": page(seat.lab.manifest.title, _facts_of(seat), sheets),
        **({"schema.sql": variant.schema_sql(), "donnees.sql": variant.rows_sql()} if variant.has_database else {}),
        "sujet.json": _json(sujet),
    }
    documents = dict(_documents(seat.lab.folder / DOCUMENTS, context))
    return Sujet(seat, variant, context, sheets, texts, variant.files(), documents)


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


def write_sujet(seat: Seat, secret: bytes, out: Path) -> list[Path]:
    """Writes the énoncé (Markdown and HTML), the starter, the workshop's data (SQL, files) and ``sujet.json``.

    Args:
        seat: Whose sujet.
        secret: From :func:`etabli.system.settings.secret`.
        out: A folder; files of a former sujet in it are replaced, others are left alone.

    Returns:
        What was written at the top of ``out``.

    Raises:
        UsageProblem: ``out`` cannot be written.
        DiskFull: There is no room for it.
    """
    sujet = make_sujet(seat, secret)
    folders = {DATA: sujet.files, DOCUMENTS: sujet.documents}
    try:
        for name, text in sujet.texts.items():
            write_atomically(out / name, text.encode())
        for folder, files in folders.items():
            for name, content in files.items():
                write_atomically(out / folder / name, content)
        sujet.write_starter(out / "depart")
    except OSError as error:
        raise unwritable(out, error, "choisissez un autre dossier avec « -o »") from error
    return [out / name for name in (*sujet.texts, *(name for name, files in folders.items() if files), "depart")]


def _document_html(markdown: str) -> str:
    title = next((line.removeprefix("# ") for line in markdown.splitlines() if line.startswith("# ")), "Document")
    return page(title, "", (Sheet("document", title, markdown),))


def _facts_of(seat: Seat) -> str:
    return f"Pour {seat.candidate} · session {seat.session} · TP {seat.lab.id}, version {seat.lab.manifest.version}"


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
