"""The brief as sheets: one per session of two hours, two printed pages each, and a reference that they point at.

A lab writes ``seances/<id>.md`` for each of its ``seances`` and ``reference.md``. What is looked at has an anchor
there: ``[Ordre :]{#ordre}``. What is folded until somebody opens it stands between ``:::replié Titre`` and ``:::``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_plugin
from mdit_py_plugins.container import container_plugin

from etabli.exam.contract.errors import LabError
from etabli.exam.contract.french import typeset
from etabli.lab.manifest import Lab
from etabli.lab.templating import render_file, render_text
from etabli.referentiel.kept import competences

SEANCES = "seances"
REFERENCE = "reference"
FOLDED = "replié"
LOOKED_AT = "Ce qui est regardé"
"""The part of a sheet whose items are demands (:mod:`etabli.lab.demands`)."""

_PAGE = Path(__file__).with_name("sheets.html.j2")
_ANCHOR = re.compile(r"\[([^][]+)]\{#([a-z0-9-]+)}")
_HEADINGS = {f"h{level}": f"h{level + 1}" for level in range(1, 6)}


@dataclass(frozen=True)
class Sheet:
    """What one candidate reads in one session, or the reference."""

    id: str
    """``seance-1``; ``reference``."""
    title: str
    markdown: str
    """With the candidate's own data, title included."""

    @property
    def text(self) -> str:
        """The Markdown without its anchors."""
        return _ANCHOR.sub(r"\1", self.markdown)

    def part(self, title: str) -> str:
        """Returns the Markdown of one part, by its title; nothing when the sheet has no such part."""
        _, found, rest = self.markdown.partition(f"\n## {title}\n")
        return rest.split("\n## ", 1)[0] if found else ""

    @property
    def anchors(self) -> tuple[str, ...]:
        """Where each thing that is looked at is asked for, in order."""
        return tuple(anchor for _, anchor in _ANCHOR.findall(self.markdown))


def sheets_of(lab: Lab, context: Mapping[str, Any]) -> tuple[Sheet, ...]:
    """Renders a lab's sheets, in the order of its sessions, then its reference, which ends with the grid of checks.

    Raises:
        LabError: A sheet is missing or names what the lab's data does not hold, or a competence is unknown.
    """
    sheets = []
    for number, seance in enumerate(lab.manifest.seances, 1):
        path = lab.folder / SEANCES / f"{seance.id}.md"
        sheets.append(_sheet(path, f"seance-{number}", f"Séance {number} : {seance.title}", context))
    reference = _sheet(lab.folder / f"{REFERENCE}.md", REFERENCE, "Référence", context)
    return *sheets, replace(reference, markdown=f"{reference.markdown}\n{_grid(lab)}")


def _sheet(path: Path, name: str, title: str, context: Mapping[str, Any]) -> Sheet:
    return Sheet(name, title, f"# {title}\n\n{render_file(path, context).strip()}\n")


def _grid(lab: Lab) -> str:
    """What is verified by the machine, point by point, and the competences worked on."""
    specs = lab.checks().specs
    if strange := [code for code in lab.manifest.competences if code not in competences()]:
        raise LabError(
            f"{lab.folder}/lab.yaml, clé « competences » : « {strange[0]} » n'est pas dans le référentiel en vigueur. "
            "« etabli course » donne les codes ; corrigez celui-ci, puis relancez."
        )
    lines = ["## Compétences travaillées", ""]
    lines += [f"- {code}, *{competences()[code].text}*" for code in lab.manifest.competences]
    for palier, told in lab.manifest.paliers.items():
        own = [spec for spec in specs if spec.palier == palier]
        hours, points = f"{told.hours:g}".replace(".", ","), sum(spec.points for spec in own)
        lines += ["", f"## Palier {told.title} ({hours} h, {points} points)", ""]
        lines += ["| Ce qui est vérifié | Points |", "|---|---|"]
        lines += [f"| {spec.title}{' ⊘' if spec.decisive else ''} | {spec.points} |" for spec in own]
    if any(spec.decisive for spec in specs):
        lines += ["", "⊘ : à reprendre avant tout. Sans ce point, le travail ne peut pas être retenu en l'état."]
    return "\n".join(lines) + "\n"


def page(title: str, facts: str, sheets: Sequence[Sheet]) -> str:
    """Renders sheets as one self-contained page; raw HTML in them is shown, not obeyed.

    Args:
        title: Title of the page, and its heading above several sheets.
        facts: For whom, for which session and lab: the line under each sheet's title.
        sheets: One of them is a page of its own; several are sections of one, with links to each.
    """
    several = len(sheets) > 1
    sections = [
        {"id": sheet.id, "title": sheet.title, "html": markdown_html(sheet.markdown, deeper=several)}
        for sheet in sheets
    ]
    told = {"title": title, "facts": facts, "sections": sections, "several": several}
    return render_text(_PAGE.read_text("utf-8"), told)


def markdown_html(markdown: str, *, deeper: bool = False) -> str:
    """Renders Markdown in French typography; ``deeper`` puts each heading one level down."""
    parser = _parser()
    tokens = parser.parse(markdown)
    for token in tokens:
        if deeper:
            token.tag = _HEADINGS.get(token.tag, token.tag)
        for child in token.children or ():
            if child.type == "text":
                child.content = typeset(child.content)
    return str(parser.renderer.render(tokens, parser.options, {}))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.use(attrs_plugin, spans=True, allowed=["id"])
    return parser.use(container_plugin, FOLDED, render=_folded)


def _folded(_: RendererHTML, tokens: Sequence[Token], at: int, *_rest: object) -> str:
    if tokens[at].nesting != 1:
        return "</details>\n"
    return f"<details><summary>{escape(tokens[at].info.removeprefix(FOLDED).strip())}</summary>\n"
