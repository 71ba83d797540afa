"""The learner's sheet: its blocks, its parts, and what its reader types."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import NamedTuple, Protocol

from .shape import Truth
from .words import bare

EDITORS = tuple(
    "nano vi vim gedit mousepad notepad code geany xed kate kwrite emacs pluma leafpad featherpad gnome-text-editor".split()
)
_SHOWING = ("xdg-open", "firefox", "man", "less", "more", "clear", "exit", "history")
"""What changes nothing, and has no sense without a screen."""
COMMANDS = frozenset(
    "borg cat cd chacl chmod chown cp df diff du echo export file find getfacl grep head ln ls mkdir mkdocs mv printf "
    "pwd rm rmdir rsync sed setfacl sieve-test sievec stat sudo tail tar tee test touch tree wc which whoami".split()
)
_FRENCH_TOO = ("file", "test")
_TYPED_BY_HAND = re.compile(
    r"(?:(?:\[[ xX]?\]|[☐☑✔•➤▶])\s?)?(?:\d{1,2}\s?(?:[.)°:|-]|/(?!\d)|\ufe0f?\u20e3)|[①-⑳❶-❿➀-➓]|[IVX]{1,4}\s?[.)]\s|(?i:(?:étape|etape|action|phase|n°)\s?(?:n°\s?)?\d{1,2}\b"
    r"|(?:premi|deuxi|second|troisi|quatri|cinqui|sixi|septi|huiti|neuvi|dixi)\w* (?:étape|action)\b))[\s.):°–-]*"
)
_GOES_ON = re.compile(r"\s?\\\n[ \t]*")
"""A command that takes several lines."""
_NO_TITLE = re.compile(r"[.;!]$|[\n:=|(,]|[–-] ")
_WORDS_OF_A_TITLE, _WORDS_BEFORE_A_COLON = 9, 3
_ARGUED = re.compile(r"(?<!\S)(?:--?\w|~|/\w)")
"""An option or a path: what follows is a command, even with the capital that a word processor gave it."""
_PLACEHOLDER = re.compile(r"(?<!<)<(?!<)[^<>|&]{2,40}>|AAAA|JJ|\bXX+|…|\[[^\[\]]*(?:nom|date|dossier)[^\[\]]*\]")
_WARNS = re.compile(
    r"\battention|\bavertissement|\bdanger|\bprudence|\bimportant|⚠|/!\\|\bmise en garde|\bmefi|\bgare a"
)
_TITLES = re.compile(
    r"(?:avant|materiel|ce qu'il faut|(?:les |par )?etapes?$|la marche|marche a suivre|procedure|deroulement|comment (?:savoir|verifier)|"
    r"glossaire|lexique|vocabulaire|sources?$|en cas)\b|si "
)
"""How titles of parts begin, of which none is a step."""
_CHECKS = re.compile(
    r"comment (?:savoir|verifier|voir|s'assurer|etre sur)|pour s'assurer|coup d'oeil|^(?:la )?validation$|c'est (?:bien )?(?:bon|fait|reussi) ?\?|verif|ca (?:a )?(?:bien )?march|fonctionn|reussi|\bcontrole|\bresultats?\b|est-ce bon|savoir si|pour etre sur|tout va bien|\btester\b|"
    r"\btout (?:a|est|va|s'est) (?:bien )?(?:march|bon|fini|passe|reussi)|\btest final|\bderniere? (?:test|essai|verification)"
)
_GLOSSES = re.compile(r"glossaire|lexique|vocabulaire|petit dictionnaire|les mots|mots (?:utiles|anglais)|definitions?")
_IN_CASE = re.compile(
    r"(?:si |s'il|en cas|au cas|sinon|pour (?:revenir|annuler|retrouver|defaire)|revenir en|retour en|que faire si|"
    r"depann|probleme|en panne|quand (?:ca|cela) bloque|ca ne marche pas)"
)
_ALL_WELL = re.compile(
    r"si (?:tout|ca|cela|c'est|le resultat|le fichier) (?:va|est|marche|s'est)(?! (?:mal|pas)\b) ?(?:bien|bon|juste|correct|passe)?|"
    r"si c'est (?:bien )?(?:la|votre|le) (?:toute |tout )?premi|si (?!rien|ca |cela )[^.,:;]{2,50} (?:pas encore|jamais)\b"
)
_TROUBLE = re.compile(
    r"erreur|problem|echou|refus|souci|oubli|reven|annul|defai|recommenc|\btenez\b|\bvoul|souhait|prefer|besoin|\bpas\b|\bcas\b|sinon|retrouv|mal\b"
)
_SHOWN = re.compile(
    r"\b(?:doit|devez|devriez|allez|peut) (?:y )?(?:lire|voir|afficher|repondre)|\bon (?:y )?(?:lit|voit)\b|\bverrez|"
    r"\bs'affiche|\bapparai|\b(?:ecran|commande|terminal|poste|ordinateur|reponse|programme|elle|il) (?:alors )?"
    r"(?:dit|affiche|montre|repond)(?: alors)? ?[:,]"
)
_TO_WRITE = re.compile(
    r"\brien\b|\b(?:recopi|copi|ecri|ajout|saisi|coll|remplac|entr)(?:e|ez|er|vez|re|s|ssez)\b|\btap\w+ .{0,20}ligne"
)
_PARTS = re.compile(
    rf"{_CHECKS.pattern}|{_GLOSSES.pattern}|{_IN_CASE.pattern}|^(?:sources?|(?:les |par )?etapes?|avant|materiel|"
    r"marche a suivre|la marche|mode d'emploi|procedure|deroulement|ce qu'il faut|a (?:savoir|retenir|faire))\b"
)
_NEVER = re.compile(
    r"\bne\b|\bsans\b|\bn'|\bpas\b|inutile|ignor|jamais|\bsaut|\bconcern\w+ (?:que|seulement|uniquement|les)\b|\blaiss\w+ (?:cette|la|de cote|tomber)|\bpass(?:e[rz]?|ons) (?:cette|l'|la|a la|au|outre)|\boubliez (?:cette|la|ce)\b|reserve|uniquement|seulement|a la place d|au lieu d|plutot qu|rien a faire"
)
_ELSEWHERE = re.compile(r"\bmac(?:os|s|book)?\b|windows")
"""What a note says that is for another system; in a numbered step it is one."""


_ORDERS = re.compile(
    r"(?<!avant de )(?<!apres )\b(?:tap|lanc|execut|entr|saisi|saisiss|ecri|ecriv|recopi|utilis|employ)(?:ez|er|r|re)\b"
    r"[^.!?;:«»]{0,25}:?\s*$"
)
"""What stands just before something that is to be typed, even within a sentence."""
_ON_FILES = {name: 1 for name in ("cd", "cat", "ls", "mkdir", "touch", "getfacl", "sievec")}
_ON_FILES |= {name: 2 for name in ("cp", "mv", "ln", "setfacl", "sieve-test")}
"""How many places a command has that is more than a name."""
_HERE = re.compile(r"<<-?[ \t]*\\?(['\"]?)([\w.-]+)\1(?=[ \t]*(?:$|[;|>&]))")
"""What a line says whose text goes on down to a word."""


_LIKE = str.maketrans(
    dict.fromkeys("\u00a0\u202f\u2009\u2007", " ") | {"\u2011": "-"} | dict.fromkeys("\u200b\u200c\u2060\ufeff\u00ad")
)
"""Signs that a reader cannot tell from a space or a hyphen, or cannot see."""
MOST_PIECES = 1000
_SHORT = 45
"""Signs of a line that nobody has cut for its length."""


class Told(Protocol):
    """A block, as the reader of documents tells it."""

    @property
    def kind(self) -> str:
        """``heading``, ``item``, ``row``, ``picture`` or ``text``."""

    @property
    def text(self) -> str:
        """Its words."""

    @property
    def code(self) -> Sequence[str]:
        """What is in monospace."""


class Block(NamedTuple):
    """A block that several were gathered in."""

    kind: str
    text: str
    code: Sequence[str]


class Step(NamedTuple):
    """One thing that the reader does."""

    do: str
    """``run``, ``open`` or ``write``."""
    text: str
    block: int
    """Where it stands."""


@dataclass(frozen=True)
class Piece:
    """What may be typed: in monospace, or alone on its line."""

    text: str
    block: int
    alone: bool
    """The whole of a line."""


class Sheet:
    """A sheet.

    Args:
        blocks: What was read.
        truth: How to know paths and settings.
    """

    def __init__(self, blocks: Sequence[Told], truth: Truth) -> None:
        seen = [
            Block(one.kind, one.text.translate(_LIKE), [_flush(code.translate(_LIKE)) for code in one.code])
            for one in blocks
            if one.kind not in ("picture", "hidden")
        ]
        self.blocks = list(_gathered([part for one in seen for part in _apart(one)]))
        self.pictures = [one.text for one in blocks if one.kind == "picture"]
        self.hidden = [" ".join(one.text.split()) for one in blocks if one.kind == "hidden"]
        """Passages that nobody sees: nothing of them is typed, nor counted."""
        self._truth = truth

    @cached_property
    def text(self) -> str:
        """All its words."""
        return "\n".join(one.text for one in self.blocks)

    @cached_property
    def bare(self) -> list[str]:
        """Each block without accents."""
        return [bare(one.text) for one in self.blocks]

    @cached_property
    def prose(self) -> list[str]:
        """Each block without what is typed."""
        return [self._without_code(number) for number in range(len(self.blocks))]

    def _without_code(self, number: int) -> str:
        block = self.blocks[number]
        text = block.text
        for line in (line for piece in block.code for line in piece.splitlines()):
            text = text.replace(line.strip(), " ", 1)
        typed = [line for line in text.splitlines() if not self._is_typed(line)]
        return "\n".join(typed)

    @cached_property
    def stepped(self) -> list[int]:
        """The blocks that are steps with a number; titles of other parts that bear one too are none."""
        found = [
            number
            for number, one in enumerate(self.blocks)
            if one.kind == "item" or _TYPED_BY_HAND.match(one.text.lstrip())
        ]
        named = {number: _unnumbered(self.bare[number]).strip() for number in found if self.is_heading(number)}
        return [number for number in found if not (number in named and _TITLES.match(named[number]))]

    @property
    def steps(self) -> int:
        """How many steps have a number."""
        return len(self.stepped)

    def is_heading(self, number: int) -> bool:
        """Whether a block is a title: it says so, or it is short and ends as no sentence does."""
        block = self.blocks[number]
        text = block.text.strip()
        most = _WORDS_BEFORE_A_COLON if text.endswith(":") else _WORDS_OF_A_TITLE
        short = block.kind == "text" and len(text.split()) <= most and not _NO_TITLE.search(text.rstrip(": "))
        return block.kind == "heading" or (short and not block.code and not self._is_typed(block.text))

    def part(self, named: re.Pattern[str]) -> list[int]:
        """The blocks that follow a title so named, up to the next one; a short line is one where no title is, as in a summary."""
        titles = [number for number, text in enumerate(self.bare) if named.search(text) and self.is_heading(number)]
        for number in sorted(titles, key=lambda one: self.blocks[one].kind != "heading"):
            ends = range(number + 1, len(self.blocks))
            end = next((one for one in ends if self._ends(one, self.blocks[number].kind)), len(self.blocks))
            if end > number + 1:
                return list(range(number + 1, end))
        return []

    def _ends(self, number: int, kind: str) -> bool:
        """Whether a block begins another part than one whose title is of that kind; a title that only looks so must name it."""
        if kind == "heading":
            return self.blocks[number].kind == "heading"
        return self.is_heading(number) and bool(_PARTS.search(self.bare[number]))

    @cached_property
    def checking(self) -> list[int]:
        """The blocks that say how to know that it worked."""
        found = self.part(_CHECKS)
        return found or [
            number
            for number, text in enumerate(self.bare)
            if re.search(r"comment (?:savoir|verifier)|pour verifier|vous devez (?:voir|lire)", text)
        ]

    @cached_property
    def glossary(self) -> list[int]:
        """The blocks of the glossary."""
        return self.part(_GLOSSES)

    def warns(self) -> Iterator[bool]:
        """Whether each block warns of something."""
        return (bool(_WARNS.search(text)) for text in self.bare)

    def warnings(self) -> Iterator[int]:
        """The blocks that warn of what this document warns of."""
        for number, text in enumerate(self.bare):
            told = "\n".join(self.bare[number : number + (3 if len(text.split()) <= _WORDS_BEFORE_A_COLON else 1)])
            if _WARNS.search(text) and any(re.search(one, told) for one in self._truth.warning):
                yield number

    def quoted(self) -> Iterator[str]:
        """What is said in other words than the sheet's: quotations, and what is in monospace without being typed."""
        for number, block in enumerate(self.blocks):
            yield from QUOTED.findall(re.sub(r"»\s*«|”\s*“", " ", self.prose[number]))
            lines = [*block.text.splitlines(), *(line for code in block.code for line in code.splitlines())]
            for line in lines:
                bare_line = _unprompted(line)
                said = _SAYS.match(bare_line)
                if said and not self._is_content(bare_line[said.end() :].strip(" '\"")):
                    yield bare_line[said.end() :]
            whole = (_GOES_ON.sub(" ", code).splitlines() for code in block.code)
            yield from (line for one in whole for line in one if not self._is_typed(line))

    # -- what is typed

    @cached_property
    def pieces(self) -> list[Piece]:
        """All that may be typed, in order, up to more than any sheet of a thousand words has."""
        every = (piece for number in range(len(self.blocks)) for piece in self._pieces(number))
        return list(islice(every, MOST_PIECES))

    def _pieces(self, number: int) -> Iterator[Piece]:
        whole = [_GOES_ON.sub(" ", code) for code in self.blocks[number].code]
        if any("<<" in code and "\n" in code for code in whole):  # a file is written by a command
            yield from (Piece("\n".join(map(_unprompted, code.splitlines())), number, True) for code in whole)
            return
        text = _GOES_ON.sub(" ", self.blocks[number].text)
        if self.blocks[number].kind == "row":
            setting = re.sub(r":? \| ", ": ", text, count=1)
            text = setting if self._is_content(setting) else text.replace(" | ", "\n")
        for line in text.splitlines():
            own = [code for code in whole for code in code.splitlines() if code.strip() and code.strip() in line]
            rest = line
            for code in own:
                rest = rest.replace(code.strip(), "", 1)
            if _QUOTED_WHOLE.fullmatch(_unnumbered(line).strip()):  # what the screen says
                continue
            if own and not re.search(r"\w", _unnumbered(rest)):
                yield Piece(_unprompted(line if len(own) > 1 else own[0]), number, True)
            elif own:
                yield from (Piece(_unprompted(code), number, False) for code in own)
            elif self._is_typed(_unnumbered(line)):
                yield Piece(_unprompted(_unnumbered(line).strip("\u00a0")), number, True)
            elif self._truth.config:
                paths = (one.strip(".,;:!?()«»\"'") for one in line.split())
                yield from (Piece(one, number, False) for one in paths if self._is_config(one))

    def _is_config(self, text: str) -> bool:
        """Whether a text is the path of a file that the reader writes."""
        config = self._truth.config
        return bool(config and re.fullmatch(r"(?:~/|\.?/|\$HOME/)?[\w./-]+", text) and re.search(config, text))

    def _is_content(self, line: str) -> bool:
        """Whether a line can only be one of that file; a capital that a word processor puts first does not hide it."""
        return bool(self._truth.content and re.match(self._truth.content, line, re.IGNORECASE))

    def _is_typed(self, line: str) -> bool:
        """Whether a line that nothing sets apart can only be something to type."""
        text = _unprompted(line).strip()
        first, _, rest = text.partition(" ")
        known = (
            (first in COMMANDS and first not in _FRENCH_TOO)
            or first in EDITORS
            or (first.casefold() in COMMANDS and bool(_ARGUED.search(rest)))
        )
        command = known and bool(rest) and not re.search(r"[.?!:]$", text)
        path = bool(re.fullmatch(r"(?:~|/home)/\S+", text))
        return bool(text) and (command or path or self._is_content(text))

    @cached_property
    def typed(self) -> list[Step]:
        """What the reader does, in order; what is only spoken of is not typed."""
        skipped = {*self.glossary, *self._in_case()}
        shown = {*self._shown()}
        foreign = re.compile(self._truth.foreign)
        pieces = [
            one
            for one in self.pieces
            if one.block not in skipped and not foreign.search(one.text) and not self._refused(one)
        ]
        steps: list[Step] = []
        for at, piece in enumerate(pieces):
            later = [one.text for one in pieces[at + 1 :]]
            if not piece.alone and self._is_named(piece, steps, later):
                continue
            steps += [step for step in self._steps(piece, later) if step.do == "run" or piece.block not in shown]
        for at, step in enumerate(steps):  # an editor opened on nothing: its file is named when it is kept
            named = next((one for one in steps[at + 1 :] if one.do == "open"), None)
            if named and step.do == "open" and step.text in EDITORS:
                steps[at] = named
        return list(_joined(steps))

    def _refused(self, piece: Piece) -> bool:
        """Whether the sentence that it stands in says not to type it."""
        if piece.alone:
            return False
        return bool(_REFUSES.search(re.split(r"[.!?;:,\n]", self._before(piece))[-1]))

    def _before(self, piece: Piece) -> str:
        """The words before what stands in a sentence, without accents."""
        return bare(self.blocks[piece.block].text.partition(piece.text.strip())[0])

    def _ordered(self, piece: Piece) -> bool:
        """Whether the sentence says to type it, or ends with a colon before it."""
        before = self._before(piece)
        last = re.split(r"[.!?;]\s", before)[-1]
        tells = before.rstrip().endswith(":") and not _SHOWN.search(last) and not _WARNS.search(last)
        return tells or bool(_ORDERS.search(before))

    def _is_named(self, piece: Piece, steps: Sequence[Step], later: Sequence[str]) -> bool:
        """Whether a sentence only speaks of what is typed elsewhere."""
        if self._is_content(piece.text):
            if re.fullmatch(r"\s*\w+;?\s*", piece.text) and not self._ordered(piece):
                return True
            return any(piece.text.strip() in one for one in [*later, *(one.text for one in steps if one.do == "write")])
        whole = [*later, *(one.text for one in steps)]
        if not re.search(r"[~/]", piece.text) and any(one.startswith(f"{piece.text.strip()} ") for one in whole):
            return True  # its beginning only
        return not self._ordered(piece) and any(one.text == piece.text for one in steps)

    def _in_case(self) -> Iterator[int]:
        """The blocks that only hold for who is in trouble; what is typed goes with the sentence before it."""
        trouble = below = False
        for number, text in enumerate(self.bare):
            start = _unnumbered(text).strip()
            case = bool(_IN_CASE.match(start)) and not _ALL_WELL.match(start)
            if self.is_heading(number):
                trouble = case
            if self.prose[number].strip():
                last = re.split(r"[.!?]\s", start)[-1]
                told_why = number and self._begins_step(number - 1) and not _IN_CASE.match(last)
                below = case and text.rstrip().endswith(":") and bool(_TROUBLE.search(text)) and not told_why
            if trouble or case or below:
                yield number

    def _begins_step(self, number: int) -> bool:
        """Whether a block is a title with a step's number: the sentence below says why before it says to type."""
        return self.is_heading(number) and bool(_TYPED_BY_HAND.match(self.blocks[number].text.lstrip()))

    def _shown(self) -> Iterator[int]:
        """The blocks below a sentence that says what the screen shows, up to the next sentence."""
        shown = False
        for number, text in enumerate(self.prose):
            if words := [
                line
                for line in text.splitlines()
                if line.strip()
                and not (_QUOTED_WHOLE.fullmatch(line.strip()) or (shown and _WORD.fullmatch(line.strip())))
            ]:
                said = bare(words[-1])
                shown = bool(_SHOWN.search(re.split(r"[.!?;]\s", said)[-1])) and not _TO_WRITE.search(said)
            if shown:
                yield number

    def _steps(self, piece: Piece, later: Sequence[str]) -> Iterator[Step]:
        text, number = piece.text, piece.block
        first, _, rest = text.strip().partition(" ")
        if first in EDITORS:
            yield Step("open", rest.split()[-1], number) if rest else Step("open", first, number)
        elif first in _SHOWING or _PLACEHOLDER.search(text):
            return
        elif first.casefold() in COMMANDS:
            named = len([one for one in rest.split() if not one.startswith("-")]) < _ON_FILES.get(first.casefold(), 99)
            spoken = not piece.alone and (
                self._warned(piece, later)
                or (
                    not (rest and self._ordered(piece))
                    and (text in later or (named and not re.search(r"[~/]|\.\w", rest)))
                )
            )
            if not spoken:
                yield Step("run", text.strip(), number)
        elif self._is_config(text.strip()):
            yield Step("open", text.strip(), number)
        elif self._is_content(text):
            yield Step("write", re.sub(r"^\s*(?=[^\W\d_][^:\n-]*: [\w/-]+\.md\s*$)", "  - ", text), number)

    def _warned(self, piece: Piece, later: Sequence[str]) -> bool:
        """Whether a warning names what a later step does."""
        danger = re.compile(self._truth.danger)
        return bool(danger.search(piece.text)) and any(danger.search(one) for one in later)

    def foreign(self) -> str:
        """What the sheet has its reader type that is of another system; nothing, most of the time."""
        wanted = re.compile(self._truth.foreign)
        for number, block in enumerate(self.blocks):
            lines = [line for code in block.code for line in code.splitlines()] or block.text.splitlines()
            found = next((line.strip() for line in lines if wanted.search(line)), "")
            told = bare(self.prose[number])
            if found and not _NEVER.search(told) and (number in self.stepped or not _ELSEWHERE.search(told)):
                return found
        return ""


QUOTED = re.compile(r"«[^«»]{0,999}»|“[^“”]{0,999}”|‘[^‘’]{0,999}’|\"[^\"\n]{0,999}\"")
_SAYS = re.compile(r"[ \t]{0,20}(?:#|echo\b|printf\b)")
"""What a line begins with that only has words."""
_QUOTED_WHOLE = re.compile(r"«[^«»]*»[.,;]?|“[^“”]*”[.,;]?|\"(?=[^\"]* )[^\"]*\"[.,;]?")
"""A line that is a quotation."""
_WORD = re.compile(r"\"[^\"]*\"[.,;]?")
"""One too, below what the screen says; elsewhere a setting may be so."""
_PROMPT = re.compile(
    r"[ \t]{0,20}(?:\[[^\]\n]{1,60}\]|[\w.-]{1,40}(?:@[\w.-]{1,40})?(?::[~/][^$#%>\s]{0,60}|:)?|~[^$#%>\s]{0,60})?[$#%>] ?"
)
"""What a terminal shows before what is typed; a sign that may also begin a comment or a quotation needs a command after it."""
_REFUSES = re.compile(r"\bne\b|\bni\b|\bn'|au lieu d|plutot qu|a la place d|\bsans\b|\bancienn?e?s?\b")


def _unnumbered(line: str) -> str:
    """A line without the number of a step."""
    number = _TYPED_BY_HAND.match(line.lstrip())
    return line.lstrip()[number.end() :] if number else line


def _unprompted(line: str) -> str:
    """A line without the sign of a terminal before it."""
    line = line.rstrip()
    found = _PROMPT.match(line)
    rest = line[found.end() :] if found else line
    first, _, more = rest.partition(" ")
    known = bool(more) and first in {*COMMANDS, "nano"}.difference(_FRENCH_TOO)
    return rest if found and (known or found[0].endswith("$ ")) else line


def _apart(block: Block) -> Iterator[Block]:
    """The lines of a paragraph, apart where each is one of its own; one that was only cut for its length stays whole."""
    lines = (
        block.text.split("\n")
        if block.kind in ("text", "item") and not any("\n" in code for code in block.code)
        else []
    )
    start = 0
    for at in range(1, len(lines)):
        former, line = lines[at - 1].rstrip(), lines[at].strip()
        titled = len(line) < _SHORT and not re.search(r"[.,;!?»)]$", line)
        if titled or len(former) < _SHORT or former.endswith(":") or _TYPED_BY_HAND.match(line):
            text = "\n".join(lines[start:at])
            yield Block("text" if start else block.kind, text, [code for code in block.code if code.strip() in text])
            start = at
    text = "\n".join(lines[start:])
    yield Block("text", text, [code for code in block.code if code.strip() in text]) if start else block


def _flush(code: str) -> str:
    """Lines without the place of a list, or of a paragraph, before the first; a menu's own dash keeps its place."""
    margin = re.match(r"[ \t]+(?=[^ \t-].*\n)", code)
    return re.sub(rf"(?m)^[ \t]{{1,{len(margin[0])}}}", "", code) if margin else code


def _gathered(blocks: Sequence[Block]) -> Iterator[Block]:
    """Blocks, those joined that hold the lines of one command: cut by a sign, or down to the word that ends a file."""
    todo = list(blocks)[::-1]
    while todo:
        block = todo.pop()
        if here := _file_within(block, todo):
            yield here
            continue
        lines = [(block.code or [block.text])[-1]]
        while todo and lines[-1].rstrip().endswith("\\"):
            following = todo.pop()
            lines.append((following.code or [following.text])[-1])
        yield Block(block.kind, "\n".join(lines), ["\n".join(lines)]) if len(lines) > 1 else block


def _file_within(block: Block, todo: list[Block]) -> Block | None:
    """A block with all of the file that one of its lines begins; what follows the file goes back to the others."""
    lines = _lines(block)
    start, here = next(((at, found) for at, line in enumerate(lines) if (found := _HERE.search(line))), (0, None))
    if here is None or any(_HERE.search(code) and here[2] in map(str.strip, code.splitlines()) for code in block.code):
        return None
    file, last, following = lines[start:], block, todo[::-1]
    while here[2] not in map(str.strip, file):
        if not following:
            return None
        last = following.pop(0)
        file += _lines(last)
    todo[:] = following[::-1]
    end = [line.strip() for line in file].index(here[2]) + 1
    rest = "\n".join(file[end:])
    if rest.strip():
        todo.append(Block("text", rest, [code for code in last.code if code in rest]))
    whole, before = _flush("\n".join([_unnumbered(file[0]), *file[1:end]])), "\n".join(lines[:start])
    return Block(block.kind, f"{before}\n{whole}", [*(code for code in block.code if code in before), whole])


def _lines(block: Block) -> list[str]:
    """Its lines, cells apart; those in monospace as they are, their indentation too."""
    kept = {" ".join(line.split()): line for code in block.code for line in code.splitlines()}
    text = block.text.replace(" | ", "\n") if block.kind == "row" else block.text
    lines = []
    for line in text.splitlines():
        own = [code for code in kept if code and (code == " ".join(line.split()) or ("<<" in code and code in line))]
        lines.append(kept[own[0]] if own else line)
    return lines


def _joined(steps: Sequence[Step]) -> Iterator[Step]:
    """Lines that are written one after the other are one text."""
    former: Step | None = None
    for step in steps:
        if former and former.do == step.do == "write":
            former = Step("write", f"{former.text}\n{step.text}", step.block)
        else:
            if former:
                yield former
            former = step
    if former:
        yield former
