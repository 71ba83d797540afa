"""Which sources the home page runs: those that its entry file includes or imports, and those that these do in turn.

Nothing is run: a file whose name is made up at run time cannot be told, and then the answer says that it is not whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .connection import Source, tokens_of

ENTRIES = ("index.php", "public/index.php", "www/index.php", "htdocs/index.php", "app.py")
_INCLUDES = {"include", "include_once", "require", "require_once"}
_IMPORTS = {"import", "from"}
_UNTOLD = {"spl_autoload_register", "import_module", "__import__"}
_HERE = {"__DIR__", "__FILE__", "dirname", "$_SERVER", "DOCUMENT_ROOT", "__file__"}


@dataclass(frozen=True)
class Reach:
    """What the home page runs of a work."""

    paths: frozenset[str]
    whole: bool
    """Whether it surely runs no other source."""


def reach(texts: Mapping[str, str]) -> Reach:
    """Follows includes and imports from the entry file.

    Args:
        texts: The sources, by their paths.
    """
    waiting = [entry for entry in ENTRIES if entry in texts]
    found, whole = set(waiting), bool(waiting)
    ends = _Ends(texts)
    while waiting:
        path = waiting.pop()
        source = Source(path, texts[path], tokens_of(texts[path], python=path.endswith(".py")))
        whole = whole and not any(_untold(token.word) for token in source.tokens)
        for asked in _imported(source) if source.python else _included(source):
            whole = whole and asked is not None
            new = ends.of(asked or (), python=source.python) - found
            found |= new
            waiting += new
    return Reach(frozenset(found), whole)


class _Ends:
    """Finds files by the end of their paths."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._named: dict[str, list[tuple[str, ...]]] = {}
        for path in texts:
            parts = tuple(path.split("/"))
            self._named.setdefault(parts[-1], []).append(parts)

    def of(self, asked: Sequence[str], *, python: bool) -> set[str]:
        """The files that an include names by the end of their paths, or that an import names by one of its words."""
        if python:
            return {
                "/".join(parts)
                for word in asked
                for name in (f"{word}.py", "__init__.py")
                for parts in self._named.get(name, ())
                if name != "__init__.py" or parts[-2:-1] == (word,)
            }
        found = self._named.get(asked[-1], ()) if asked else ()
        return {"/".join(parts) for parts in found if parts[-len(asked) :] == tuple(asked)}


def _untold(word: str) -> bool:
    return word in _UNTOLD or word.endswith("autoload.php")


def _included(source: Source) -> Iterator[tuple[str, ...] | None]:
    """The end of each path that a PHP source includes; None where a variable says it."""
    for at, token in enumerate(source.tokens):
        if token.kind != "name" or token.word.lower() not in _INCLUDES:
            continue
        words = [piece for piece in source.expression(at + 1) if piece.kind != "sign"]
        told = [piece for piece in words if piece.kind == "text" and piece.word not in _HERE]
        said = all(piece.kind != "name" or not piece.word.startswith("$") or piece.word in _HERE for piece in words)
        plain = told and said and words[-1] is told[-1] and not (told[-1].open and "$" in told[-1].word)
        parts = told[-1].word.replace("\\", "/").split("/") if plain else []
        yield tuple(part for part in parts if part not in ("", ".", "..")) or None


def _imported(source: Source) -> Iterator[tuple[str, ...]]:
    """The words that a Python source imports: to the end of its line, brackets included."""
    last, depth, inside = 0, 0, False
    for token in source.tokens:
        begins = token.kind == "name" and token.word in _IMPORTS
        inside = begins or (inside and (depth > 0 or token.line == last))
        depth = depth + (token.word == "(") - (token.word == ")") if inside and not begins else 0
        last = token.line
        if inside and token.kind == "name":
            yield (token.word,)
