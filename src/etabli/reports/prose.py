"""Prose: the Markdown of a lab as a piece of HTML for a page. Raw HTML in it is shown, never obeyed."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt
from markupsafe import Markup

from etabli.exam.contract.french import typeset


@cache
def _parser() -> MarkdownIt:
    # Headings would break the outline of the page, and pictures are evidence or nothing.
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    return parser.disable(["heading", "lheading", "image"])


def prose(markdown: str) -> Markup:
    """Renders a few paragraphs: text, lists, tables, code, links."""
    parser = _parser()
    tokens = parser.parse(markdown)
    for child in (child for token in tokens for child in token.children or () if child.type == "text"):
        child.content = typeset(child.content)
    return Markup(parser.renderer.render(tokens, parser.options, {}))
