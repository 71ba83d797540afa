"""Lines of a migration program that write to the log of the system, which no container has: there they write nothing.

Read in its text, as `reception/asking.py` does: a container where a log listens would have to be so in a workspace too, or a
program tells the one from the other, and nobody but root makes `/dev/log`. It looks at calls and at whole texts, never at
comments, docstrings or what a variable is called; whoever hides the name of what is called is not found.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from etabli.exam import Failed, Line
from etabli.exam.contract.words import cut

_PLACE = re.compile(
    r"(?:(?:unix|udg|file)://)?/(?:dev/log|var/log|run/systemd/journal)(?:/\S*)?|logging\.handlers\.SysLogHandler"
)
"""The texts that are where such a log listens, or lies: no program of a learner may write there in a container."""
_COMMAND = re.compile(r"(?:/usr/bin/)?(?:logger|systemd-cat)(?:\s.*)?", re.DOTALL)
_HANDLERS = {"SysLogHandler", "JournalHandler"}
_STARTS = re.compile(r"os\.(?:system|popen|exec\w+|spawn\w+|posix_spawnp?)|subprocess\.\w+")
_PHP = re.compile(
    r"""(?<![\w$>:\\])\\?syslog\s*\(|\bini_set\s*\(\s*(['"])error_log\1\s*,\s*(['"])syslog\2"""
    r"""|(?:\b(?:exec|shell_exec|system|passthru|popen|proc_open)\s*\(\s*\[?\s*['"]|`)\s*(?:/usr/bin/)?(?:logger|systemd-cat)\b"""
)
_PHP_PIECE = re.compile(
    r"""(?P<text>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|(?P<remark>(?://|\#(?!\[))[^\n]*|/\*.*?(?:\*/|\Z))""", re.DOTALL
)
_NAMED = re.compile(r"syslog|logger|systemd-cat")
_OWN_FUNCTION = re.compile(r"\bfunction\s+syslog\b")


def expect_none(programs: Mapping[str, str]) -> None:
    """No program writes to the log of the system.

    Args:
        programs: Path → text.
    """
    for path, text in programs.items():
        found = min(_in_php(text) if path.lower().endswith(".php") else _in_python(text), default=None)
        if found:
            number, what = found
            raise Failed(
                f"{path}, ligne {number}, écrit dans le journal du système ({cut(what, 40)}). Ici il n'y en a pas ; sur un serveur, il garderait "
                "ce que votre programme y met.",
                "Le programme n'écrit que ses réponses : rien non plus dans le journal du système.",
                "Enlevez cette ligne, et ce qui ne sert qu'à elle.",
                at=Line(path, number),
            )


def _in_python(text: str) -> Iterator[tuple[int, str]]:
    """The lines that write there, and by what."""
    try:
        nodes = [*ast.walk(ast.parse(text))]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    names, remarks = dict[str, str](), set[int]()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {one.asname: one.name for one in node.names if one.asname}
        elif isinstance(node, ast.ImportFrom):
            names |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
        elif isinstance(node, ast.Expr):
            remarks.add(id(node.value))
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in remarks:
            if _PLACE.fullmatch(node.value):
                yield node.lineno, node.value
        elif isinstance(node, ast.Call):
            if _logs(called := _called(node.func, names)):
                yield node.lineno, called.removeprefix("?.")
            elif _STARTS.fullmatch(called) and (command := _first_text(node)) and _COMMAND.fullmatch(command):
                yield node.lineno, command.split()[0]


def _called(function: ast.expr, names: Mapping[str, str]) -> str:
    """What is called, by the name of the module that it comes from."""
    parts: list[str] = []
    while isinstance(function, ast.Attribute):
        parts.append(function.attr)
        function = function.value
    first = names.get(function.id, function.id) if isinstance(function, ast.Name) else "?"
    return ".".join([first, *reversed(parts)])


def _logs(called: str) -> bool:
    """Whether what is called writes to the log of the system; a function of one's own may have that name."""
    module, _, name = called.rpartition(".")
    return name in _HANDLERS or module == "systemd.journal" or (name == "syslog" and module not in ("", "self"))


def _first_text(call: ast.Call) -> str:
    """The first text among what a call is given, alone or in a list."""
    given = call.args[0] if call.args else None
    given = given.elts[0] if isinstance(given, ast.List | ast.Tuple) and given.elts else given
    while isinstance(given, ast.BinOp):
        given = given.left
    given = given.values[0] if isinstance(given, ast.JoinedStr) and given.values else given
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else ""


def _in_php(text: str) -> Iterator[tuple[int, str]]:
    """The same of a program in PHP."""
    text = _PHP_PIECE.sub(lambda piece: piece[0] if piece["text"] else re.sub(r"[^\n]", " ", piece[0]), text)
    texts = [piece for piece in _PHP_PIECE.finditer(text) if piece["text"]]
    for piece in texts:
        if _PLACE.fullmatch(piece[0][1:-1]):
            yield text.count("\n", 0, piece.start()) + 1, piece[0][1:-1]
    for found in () if _OWN_FUNCTION.search(text) else _PHP.finditer(text):
        if not any(piece.start() < found.start() < piece.end() for piece in texts):
            yield text.count("\n", 0, found.start()) + 1, _NAMED.findall(found[0])[-1]
