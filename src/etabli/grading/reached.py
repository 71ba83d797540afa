"""What a grader reaches of the kit: found by reading imports, without a list."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from etabli import kit

KIT = Path(kit.__file__).parent
_PACKAGE = kit.__name__


def reached(sources: Iterable[Path], kit: Path = KIT) -> list[Path]:
    """Returns the modules of the kit that these import, and those that such modules import in turn, sorted.

    Args:
        sources: Python files of a grader.
        kit: The folder of the kit.
    """
    found: set[Path] = set()
    todo = list(sources)
    while todo:
        names = set(_imported(todo.pop()))
        fresh = {path for name in names if (path := kit / f"{name}.py").is_file()} - found
        found |= fresh
        todo += fresh
    return sorted({kit / "__init__.py", *found}) if found else []


def _imported(path: Path) -> Iterator[str]:
    """Gives the names of the kit's modules that a file imports, wherever in it; what is no Python imports nothing."""
    text = path.read_bytes()
    if _PACKAGE.encode() not in text:  # most files: they need not be parsed
        return
    try:
        code = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(code):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name.split(".")[2] for name in names if name.startswith(f"{_PACKAGE}."))
