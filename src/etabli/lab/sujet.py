"""The sujet: what one candidate receives to work with. Needs no container."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from etabli.exam.contract.french import typeset
from etabli.lab.templating import is_template, render_text, render_tree
from etabli.lab.variant import Purpose, Seat, Variant, make_variant
from etabli.runs.evidence import write_atomically
from etabli.system.disk import unwritable

DATA = "donnees"
"""Folder of the candidate's own files."""
DOCUMENTS = "dossier"
"""Folder of what is only to be read or filled in: a mandate, sources, a form."""

_PAGE = """<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --paper: #fdfcf9; --line: #cfd4da; --soft: #f0eee8; --link: #0b5394; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e6e1; --paper: #16191d; --line: #444b54; --soft: #22272d; --link: #8ab4f8; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.9rem; line-height: 1.2; }
h2 { margin-top: 2.5rem; padding-top: .75rem; border-top: 1px solid var(--line); font-size: 1.4rem; }
h3 { margin-top: 1.75rem; font-size: 1.1rem; }
a { color: var(--link); }
table { display: block; overflow-x: auto; border-collapse: collapse; margin: 1rem 0; }
th, td { border: 1px solid var(--line); padding: .35rem .6rem; text-align: left; vertical-align: top; }
th { background: var(--soft); }
code { background: var(--soft); padding: .1em .3em; border-radius: .2em; font-size: .94em; }
pre { background: var(--soft); padding: .75rem 1rem; overflow-x: auto; white-space: pre-wrap; border-radius: .3rem; }
pre code { background: none; padding: 0; }
blockquote { margin: 1rem 0; padding: .5rem 1rem; border-left: .3rem solid var(--link); background: var(--soft); }
@media print { main { max-width: none; padding: 0; } h2 { break-after: avoid; } }
"""


@dataclass(frozen=True)
class Sujet:
    """What one candidate receives, before it is written anywhere."""

    seat: Seat
    variant: Variant
    context: dict[str, Any]
    """What the templates of the lab may name."""
    texts: dict[str, str]
    """``enonce.md``, ``enonce.html`` and ``sujet.json``; ``schema.sql`` and ``donnees.sql`` with a database."""
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
    brief = render_text((seat.lab.folder / "enonce.md").read_text("utf-8"), context)
    facts = {"lab": seat.lab.id, "lab_version": seat.lab.manifest.version, "session": seat.session}
    sujet = facts | {"candidate": seat.candidate, "seed_fingerprint": variant.fingerprint} | variant.sujet()
    texts = {
        "enonce.md": brief,
        "enonce.html": brief_html(brief),
        **({"schema.sql": variant.schema_sql(), "donnees.sql": variant.rows_sql()} if variant.has_database else {}),
        "sujet.json": _json(sujet),
    }
    documents = dict(_documents(seat.lab.folder / DOCUMENTS, context))
    return Sujet(seat, variant, context, texts, variant.files(), documents)


def _documents(folder: Path, context: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Renders what is only to be read: Markdown becomes a page, other text keeps its form."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        inside = path.relative_to(folder)
        if not is_template(path):
            yield inside.as_posix(), path.read_bytes()
            continue
        text = render_text(path.read_text("utf-8"), context)
        if path.suffix == ".md":
            inside, text = inside.with_suffix(".html"), brief_html(text)
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
    try:
        for name, text in sujet.texts.items():
            write_atomically(out / name, text.encode())
        for folder, files in ((DATA, sujet.files), (DOCUMENTS, sujet.documents)):
            for name, content in files.items():
                write_atomically(out / folder / name, content)
        sujet.write_starter(out / "depart")
    except OSError as error:
        raise unwritable(out, error, "choisissez un autre dossier avec « -o »") from error
    folders = [name for name, files in ((DATA, sujet.files), (DOCUMENTS, sujet.documents)) if files]
    return [*(out / name for name in (*sujet.texts, *folders, "depart"))]


def brief_html(markdown: str) -> str:
    """Renders a brief as one self-contained page; raw HTML in it is shown, not obeyed."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(markdown)
    for child in (child for token in tokens for child in token.children or () if child.type == "text"):
        child.content = typeset(child.content)
    body = str(parser.renderer.render(tokens, parser.options, {}))
    first = next((line for line in markdown.splitlines() if line.startswith("# ")), "# Énoncé")
    title = first.removeprefix("# ").replace("&", "&amp;").replace("<", "&lt;")
    return _PAGE.format(title=title, style=_STYLE, body=body)


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
