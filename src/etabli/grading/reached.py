"""What a grader reaches of the kit: found by reading imports, without a list."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from etabli import kit
from etabli.exam.contract.errors import LabError

KIT = Path(kit.__file__).parent
_PACKAGE = kit.__name__


def reached(sources: Iterable[Path], kit: Path = KIT) -> list[Path]:
    """Returns the modules of the kit that these import, and those that such modules import in turn, sorted.

    Args:
        sources: Python files of a grader.
        kit: The folder of the kit.

    Raises:
        LabError: A file is no Python.
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
    """Gives the names of the kit's modules that a file imports, wherever in it."""
    try:
        code = ast.parse(path.read_bytes())
    except SyntaxError as error:
        raise LabError(f"{path}, ligne {error.lineno} : ce n'est pas du Python. Corrigez-le, puis relancez.") from error
    for node in ast.walk(code):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name.split(".")[2] for name in names if name.startswith(f"{_PACKAGE}."))
