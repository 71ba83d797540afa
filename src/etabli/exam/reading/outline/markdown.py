"""Markdown texts as blocks, plain ones too. Source: CommonMark 0.31."""

from __future__ import annotations

import re

from ..told import BlockTold
from .building import Blocks
from .page import html

_FENCE = re.compile(r"([ \t>]{0,16}(?:(?:\d{1,3}[.)]|[-*+])[ \t]{1,4})?)(```+|~~~+)")
"""What stands before a fence (a list's place, the signs of a quotation, a number), and the fence."""
_HERE = re.compile(
    r"([ \t>]{0,16}(?:\d{1,3}[.)][ \t])?)[^`\n]{1,200}<<-?[ \t]?\\?['\"]?(\w{1,40})['\"]?(?:[ \t]*$|[ \t]*[;|>&])"
)
"""A command whose text goes on down to a word: its lines are as they are, without a fence too."""
_HEADING = re.compile(r" {0,3}#{1,6}\s(.*)")
_ITEM = re.compile(r"(?:(\d{1,3})[.)]|[-*+])\s(.*)")
_RULE = re.compile(r"[\s|:=-]*")
_PICTURE = re.compile(r"!\[([^\[\]\n]{0,500})\]\([^()\n]{0,500}\)")
_LINK = re.compile(r"\[([^\[\]\n]{1,500})\]\([^()\n]{0,500}\)")
_CODE = re.compile(r"(`{1,3})([^`\n]{1,999})\1")
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.S)
_STYLED = re.compile(r"<([a-z]+)\b[^<>]*\s(?:hidden|style|class)\b[^<>]*>.*?</\1>", re.S | re.I)
_STRONG = re.compile(r"\*\*|__|(?<![\w\\*])[*_](?=\w)|(?<=[\w.!?»])[*_](?!\w)")
_CUT = 45
"""Signs of a line that nobody has cut for its length; as one that ends a sentence, it stays apart from the next."""
_WHOLE = re.compile(r"[.:;!?…»)\\]$")


def markdown(text: str) -> list[BlockTold]:
    """The blocks of a Markdown text; of a plain one too. Comments, and elements that hide their text, are hidden."""
    blocks = Blocks()
    fence = margin = ""
    commented, end, rest = text.rpartition("-->")  # one that nothing ends is no comment: « <!-- » may be told of
    hidden = _COMMENT.findall(commented + end)

    def seen(found: re.Match[str]) -> str:
        told = html(found[0])
        unseen = [one.text for one in told if one.kind == "hidden"]
        hidden.extend(unseen)
        return "\n".join(one.text for one in told if one.kind != "hidden") if unseen else found[0]

    text = _STYLED.sub(seen, _COMMENT.sub("", commented + end) + rest)
    blocks.add("\n".join(hidden), unseen=True)
    former = ""
    lines = text.splitlines()
    for at, line in enumerate(lines):
        mark, here = _FENCE.match(line), _HERE.match(line)
        if fence:
            closed = mark and mark[2].startswith(fence)
            if not closed:
                blocks.add(_within(line, margin) + "\n", mono=True)
            if closed or line.strip() == fence:
                fence = ""
                blocks.end()
        elif opening := mark or (here if here and here[2] in map(str.strip, lines[at:]) else None):
            margin, fence = opening.groups()
            blocks.end("item" if re.search(r"\d", margin) else "text")
            blocks.add("" if mark else line[len(margin) :] + "\n", mono=True)
        else:
            _markdown_line(line, blocks, former)
        former = line.strip()
    blocks.end()
    return blocks.told


def _within(line: str, margin: str) -> str:
    """A line without the place of the list or of the quotation that it stands in."""
    quoted = ">" if ">" in margin else ""
    return re.sub(rf"^[ \t{quoted}]{{0,{len(margin)}}}", "", line)


def _markdown_line(line: str, blocks: Blocks, former: str) -> None:
    bare = re.sub(r"^\s{0,3}>\s?", "", line)
    heading, item = _HEADING.match(bare), _ITEM.match(bare.lstrip())
    indented = line.startswith(("    ", "\t"))
    if blocks.passage and not indented:
        blocks.end()
    if not bare.strip():
        blocks.end()
    elif indented and blocks.passage:
        blocks.add(f"{line.expandtabs(4)[4:]}\n", mono=True)
    elif heading:
        blocks.end("heading")
        _inline(heading[1].strip().rstrip("#").rstrip(), blocks)
        blocks.end()
    elif bare.lstrip().startswith("|"):
        blocks.end("row")
        _inline("" if _RULE.fullmatch(bare) else bare, blocks)
        blocks.end()
    elif item:
        blocks.end("item" if item[1] else "text")
        _inline(item[2].strip(), blocks)
    elif indented and blocks.empty and blocks.kind == "text":
        blocks.add(f"{line.expandtabs(4)[4:]}\n", mono=True)
    else:
        apart = blocks.listing or len(former) < _CUT or _WHOLE.search(former)
        blocks.add("" if blocks.empty else "\n" if apart else " ")
        _inline(bare.strip(), blocks)


def _inline(text: str, blocks: Blocks) -> None:
    for words in _PICTURE.findall(text):
        blocks.picture(words)
    text = _LINK.sub(r"\1", _PICTURE.sub("", text))
    place = 0
    for found in _CODE.finditer(text):
        blocks.add(_STRONG.sub("", text[place : found.start()]))
        blocks.add(found[2].strip(), mono=True)
        place = found.end()
    blocks.add(_STRONG.sub("", text[place:]))
