"""A text that a team brings, from the file that it is in: its title, its version, and the whole of it in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from etabli.exam.contract.errors import UsageProblem
from etabli.exam.reading import outline, serve
from etabli.exam.reading.kinds import decode, suffix
from etabli.exam.reading.limits import Refused
from etabli.exam.reading.markup import unescape
from etabli.exam.reading.told import BlockTold
from etabli.kit.language import is_english, sentences, words

LENGTH = (300, 3000)
"""Words of a text that two hours may ask for."""
_MOSTLY, _TOLD = 0.6, 6
"""Of its sentences, those that are recognised as English, at least; words of one that tells."""
_TITLE = 15
"""Words of a first line that may be a title without saying so."""
_TOP, _END = 150, 60
"""Words at both ends of a text, where its own version stands; another version is often that of a tool."""
_VERSION = re.compile(r"\b(?:[Vv]ersion|VERSION|[Rr]elease|[Rr]evision|v\.?) ?(\d+(?:\.\d+)*)")
_AROUND = re.compile(r"(?is)<(nav|header|footer|aside|script|style)\b[^>]*>.*?</\1\s*>")
"""What stands around the text of a page."""
_UNDERLINED = re.compile(r"\A\s*(\S[^\n]*)\n=+\s*$", re.M)
_SIGNS = re.compile(r"[*`<\\]|(?<!\w)_|_(?!\w)|^#", re.M)
"""What Markdown would take for its own."""
_KINDS = "Donnez un fichier .md, .txt, .html, .docx, .odt ou .pdf, puis relancez."
_WHY = {
    "empty": "est vide. Donnez le fichier qui contient le texte, puis relancez.",
    "image": "est une image, pas un texte. Passez-la à la reconnaissance de caractères, puis donnez le texte obtenu.",
    "no-text": "ne contient aucun texte (une photo, ou des pages numérisées ?). Passez-le à la reconnaissance de "
    "caractères, puis donnez le texte obtenu.",
    "encrypted": "est protégé par un mot de passe. Enregistrez-le sans, puis relancez.",
    "old-format": "est dans un ancien format de Word. Enregistrez-le en .docx, puis relancez.",
    "unreadable-text": "a des signes qui ne se lisent pas. Ouvrez-le dans un éditeur de texte, enregistrez-le "
    "en UTF-8, puis relancez.",
    "broken-file": "est abîmé ou incomplet. Téléchargez-le ou enregistrez-le de nouveau, puis relancez.",
    "too-heavy": "est trop lourd pour être lu. Gardez-en une partie, puis relancez.",
}  # fmt: skip


class Brought(NamedTuple):
    """A text that somebody brings."""

    title: str
    version: str
    """Empty where none is told."""
    body: str
    """In Markdown, title included."""


def read(name: str, data: bytes) -> Brought:
    """A text from the file that somebody brings.

    Raises:
        UsageProblem: It is no text that a sheet can be made of; the sentence says why and what to do.
    """
    try:
        blocks = serve.read("outline", name, data)
        found = _page(data, blocks) if suffix(name) in ("html", "htm") else _text(name, data, blocks)
    except Refused as refused:
        raise UsageProblem(f"« {name} » {_why(name, refused)}") from refused
    except RuntimeError as error:  # Poppler stops without a word of its own for some files that are cut short
        raise UsageProblem(f"« {name} » {_WHY['broken-file']}") from error
    count = len(found.body.split())
    low, high = LENGTH
    if not low <= count <= high:
        raise UsageProblem(
            f"« {name} » a {count} mots : pour deux heures, il en faut de {low} à {high}. "
            + ("Prenez un texte plus long." if count < low else "Gardez-en une partie.")
        )
    if not found.title:
        raise UsageProblem(
            f"« {name} » n'a pas de titre : les élèves doivent le citer. Écrivez-le en première ligne, comme un titre "
            "(« Titre 1 » dans un traitement de texte, « # » en Markdown, <h1> dans une page), puis relancez."
        )
    told = [one for block in blocks for one in sentences(block.text) if len(words(one)) >= _TOLD]
    if sum(map(is_english, told)) < _MOSTLY * len(told):
        raise UsageProblem(f"« {name} » n'est pas en anglais, ou pas assez : donnez le document que les élèves liront.")
    return found


def _why(name: str, refused: Refused) -> str:
    kind = refused.detail if refused.detail == "empty" else str(refused.values.get("kind", ""))
    if kind == "unknown" and suffix(name) in ("md", "txt", "html", "htm"):
        kind = "unreadable-text"
    return _WHY.get(kind) or _WHY.get(refused.cause) or f"ne se lit pas comme un texte. {_KINDS}"


def _page(data: bytes, blocks: Sequence[BlockTold]) -> Brought:
    """Of a web page: without its menus; its title is its main one."""
    whole = decode(data)

    def kept(found: re.Match[str]) -> str:
        own = found[1].lower() == "header" and re.search(r"(?i)<(?:main|article)\b", whole[: found.start()])
        return found[0] if own else "\n"

    inner = _AROUND.sub(kept, whole)
    shown = outline.html(inner)
    shown = shown if any(one.kind in ("text", "item", "row") for one in shown) else list(blocks)
    places = (("h1", inner), ("h1", whole), ("title", whole))
    tags = [re.search(rf"(?is)<{tag}\b[^>]*>(.*?)</{tag}\s*>", text) for tag, text in places]
    title = next((said for one in tags if one and (said := _flat(unescape(re.sub(r"<[^>]*>", "", one[1]))))), "")
    title = title or _title(shown)
    return _made(title, shown, "\n".join(one.text for one in blocks if one.kind != "hidden"))


def _text(name: str, data: bytes, blocks: Sequence[BlockTold]) -> Brought:
    """Of any other file; one that is in Markdown, or as plain, stays as it is."""
    if suffix(name) not in ("md", "txt"):
        return _made(_title(blocks), blocks, "\n".join(one.text for one in blocks if one.kind != "hidden"))
    whole = decode(data).replace("\r\n", "\n").strip()
    first = _UNDERLINED.match(whole)
    title = _flat(re.sub(r"[*`#]", "", first[1])) if first else _title(blocks)
    said = next((one for one in blocks if one.kind != "hidden"), None)
    if title and not first and said is not None and said.kind != "heading" and _flat(said.text) == title:
        whole = f"# {whole}"
    return Brought(title, _version(whole), whole)


def _title(blocks: Sequence[BlockTold]) -> str:
    """The first title; else a first line that is as short as one."""
    shown = [one for one in blocks if one.kind not in ("picture", "hidden")]
    if found := next((one for one in shown if one.kind == "heading"), None):
        return _flat(found.text)
    line = shown[0].text.strip() if shown else ""
    return _flat(line) if len(line.split()) <= _TITLE and not re.search(r"[.:;,!]$|\n", line) else ""


def _made(title: str, blocks: Sequence[BlockTold], whole: str) -> Brought:
    shown = [one for one in blocks if one.kind not in ("picture", "hidden")]
    if shown and _flat(shown[0].text) == title:
        shown = shown[1:]
    body = "\n\n".join([f"# {_plain(title)}", *_markdown(shown)])
    return Brought(title, _version("\n".join(one.text for one in shown)) or _version(whole), body)


def _version(text: str) -> str:
    told = text.split()
    ends = (" ".join(told[:_TOP]), " ".join(told[-_END:]))
    return next((found[1] for one in ends if (found := _VERSION.search(one))), "")


def _markdown(blocks: Sequence[BlockTold]) -> Iterator[str]:
    """Blocks as Markdown: rows that follow each other are a table, lines in monospace a passage."""
    number = 0
    rows: list[str] = []
    lines: list[str] = []
    for block in [*blocks, BlockTold("heading", "", [])]:
        typed = block.kind in ("text", "item") and _flat(" ".join(block.code)) == _flat(block.text)
        if rows and block.kind != "row":
            yield _table(rows)
            rows.clear()
        if lines and not typed:
            yield "```\n" + "\n".join(lines) + "\n```"
            lines.clear()
        if block.kind == "row":
            rows.append(_inline(block))
        elif typed:
            lines += [line for code in block.code for line in code.splitlines()]
        elif block.kind == "heading":
            number = 0
            if block.text:
                yield f"## {_plain(_flat(block.text))}"
        elif block.kind == "item":
            number += 1
            yield f"{number}. {_inline(block)}"
        else:
            yield _inline(block)


def _inline(block: BlockTold) -> str:
    """A block with what is in monospace as Markdown has it: within a line, or as lines of their own."""
    text, told = block.text, []
    for code in block.code:
        before, found, after = text.partition(code)
        if found:
            alone = before.endswith("\n") and (not after or after.startswith("\n")) and block.kind != "row"
            told += [_plain(before), f"\n```\n{code}\n```\n" if alone or "\n" in code else f"`{code}`"]
            text = after
    return re.sub(r"(?<![\n`])\n(?![\n`])", "  \n", "".join([*told, _plain(text)]).strip("\n"))


def _table(rows: Sequence[str]) -> str:
    cells = [[_flat(cell) for cell in row.split(" | ")] for row in rows]
    width = max(map(len, cells))
    lines = [" | ".join(row + [""] * (width - len(row))) for row in cells]
    return "\n".join([f"| {lines[0]} |", "|" + " --- |" * width, *(f"| {line} |" for line in lines[1:])])


def _plain(text: str) -> str:
    return _SIGNS.sub(r"\\\g<0>", text)


def _flat(text: str) -> str:
    return " ".join(text.split())
