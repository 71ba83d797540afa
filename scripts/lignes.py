"""Counts lines of code by folder: no blank line, no comment, no docstring; Python, JavaScript, YAML and shell.

::

    python scripts/lignes.py                     what is there now
    python scripts/lignes.py --depuis 635808d    beside what a commit had
"""

from __future__ import annotations

import argparse
import ast
import io
import subprocess
import sys
import tarfile
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

FOLDERS = ("src", "graders", "scripts", "tests")
APART = ("tests/labs",)
"""Folders that have a line of their own."""
SIGNS = {".js": "//", ".mjs": "//", ".yaml": "#", ".yml": "#", ".sh": "#"}
"""What begins a comment, by suffix; a line of code may end with one."""
_NOT_CODE = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT),
    *(tokenize.ENCODING, tokenize.ENDMARKER),
}


def python_lines(source: str) -> int:
    """Counts the lines that hold a word of code; a specimen's template is no Python yet, its comments begin alike."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return other_lines(source, "#")
    docstrings: set[int] = set()
    for node in ast.walk(tree):
        for statement in getattr(node, "body", ()) if not isinstance(node, ast.Lambda | ast.IfExp) else ():
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                docstrings.update(range(statement.lineno, (statement.end_lineno or statement.lineno) + 1))
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    lines = {
        line for token in tokens if token.type not in _NOT_CODE for line in range(token.start[0], token.end[0] + 1)
    }
    return len(lines - docstrings)


def other_lines(source: str, sign: str) -> int:
    """Counts the lines that are neither blank nor a comment."""
    return sum(bool(line.strip()) and not line.strip().startswith(sign) for line in source.splitlines())


def files(commit: str | None) -> Iterator[tuple[str, bytes]]:
    """Gives the files of a commit below the counted folders; those of the working tree when none is given."""
    if commit is None:
        commit = subprocess.run(["git", "stash", "create"], capture_output=True, text=True, check=True).stdout.strip()
    archive = subprocess.run(["git", "archive", commit or "HEAD", *FOLDERS], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            if member.isfile() and (stream := tar.extractfile(member)):
                yield member.name, stream.read()


def counted(commit: str | None) -> Counter[str]:
    """Counts the lines of code by folder."""
    found: Counter[str] = Counter()
    for name, content in files(commit):
        suffix = PurePosixPath(name).suffix
        if suffix == ".py":
            lines = python_lines(content.decode("utf-8"))
        elif suffix in SIGNS:
            lines = other_lines(content.decode("utf-8", "replace"), SIGNS[suffix])
        else:
            continue
        folder = next((apart for apart in APART if name.startswith(f"{apart}/")), name.split("/")[0])
        found[folder] += lines
    return found


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--depuis", metavar="COMMIT", help="compare avec ce commit")
    since = words.parse_args().depuis
    now, before = counted(None), counted(since) if since else Counter[str]()
    for folder in [*sorted({*now, *before}), None]:
        here, there = (counts[folder] if folder else sum(counts.values()) for counts in (now, before))
        change = f"{there:8}  →{here:8}   {(here - there) / there:+.1%}" if there else f"{here:8}"
        print(f"{folder or 'en tout':12}{change}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
