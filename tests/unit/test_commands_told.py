"""What Établi tells people to type is a command that it has, whole, with options that this command has."""

from __future__ import annotations

import ast
import functools
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from etabli.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
TELLERS = [
    *("src/etabli/**/*.py", "src/etabli/**/*.yaml", "src/etabli/**/*.j2", "docker-compose.yml"),
    *(
        "labs/*/*.md",
        "labs/*/*.yaml",
        "labs/*/demo/*.txt",
        "docs/tutoriels/*.md",
        "docs/salle/*.md",
        "docs/referentiel.md",
        "docs/recueil.md",
        "docs/commission.md",
        "docs/annee.md",
        "docs/rgpd/*.md",
        "docs/sceau.md",
        "docs/apprecier.md",
    ),
]
TOLD = re.compile(
    r"« etabli ([^«»]+?) »|(?<!`)`(?:sudo )?etabli ([^`]+)`|\[bold\]etabli (.+?)\[/\]|<code>etabli (.+?)</code>"
    r"|^ +sudo etabli (.+)$",
    re.MULTILINE,
)
BLANK = re.compile(r"@\{.*?\}@|\{\{.*?\}\}")
"""What a template fills in; « X » stands for it."""
ETABLI: Any = get_command(app)


def texts(path: Path) -> Iterator[str]:
    """The sentences of a Python file, adjoining pieces put together; another file as it is."""
    source = path.read_text("utf-8")
    if path.suffix != ".py":
        yield BLANK.sub("X", re.sub("@%.*?%@", "", source))
        return
    if not re.search(r"etabli (?!import)", source):
        return
    nodes = list(ast.walk(ast.parse(source)))
    joined = [node for node in nodes if isinstance(node, ast.JoinedStr)]
    pieces = {id(piece) for node in joined for piece in node.values}
    for node in joined:
        yield "".join(str(piece.value) if isinstance(piece, ast.Constant) else "X" for piece in node.values)
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in pieces:
            yield node.value


@functools.cache
def told() -> list[tuple[str, str]]:
    """Where a command is told, and its words after « etabli »."""
    paths = [path for pattern in TELLERS for path in sorted(ROOT.glob(pattern))]
    seen = {
        (str(path.relative_to(ROOT)), next(filter(None, found)))
        for path in paths
        for text in texts(path)
        for found in TOLD.findall(text)
    }
    return sorted(seen)


def problem(line: str) -> str | None:
    """Why a line cannot be typed; a command that is only named (« etabli grade ») needs no arguments."""
    command = ETABLI
    words = shlex.split(line)
    while words and hasattr(command, "commands"):
        if words[0] not in command.commands:
            return f"no command « {words[0]} »"
        command = command.commands[words.pop(0)]
    options = {name: one for one in command.params for name in (*one.opts, *one.secondary_opts) if name[0] == "-"}
    if unknown := [word for word in words if word[0] == "-" and word not in {*options, "--help"}]:
        free = command.context_settings.get("ignore_unknown_options")
        return None if free else f"no option {unknown}"
    if not words or "…" in words or "--help" in words:
        return None
    given = {id(options[word]) for word in words if word in options}
    values = [
        word for before, word in zip(["", *words], words, strict=False) if word[0] != "-" and not takes(before, options)
    ]
    needed = [one for one in command.params if one.required]
    if len(values) < sum(one.param_type_name == "argument" for one in needed):
        return "an argument is missing"
    absent = [one.opts[0] for one in needed if one.param_type_name == "option" and id(one) not in given]
    return f"{absent} is missing" if absent else None


def takes(word: str, options: dict[str, Any]) -> bool:
    """Whether the word after this one is its value."""
    return word in options and not options[word].is_flag


def test_commands_are_found_where_they_are_told() -> None:
    places = {place.split("/")[0] for place, _line in told()}
    assert places == {"src", "labs", "docs", "docker-compose.yml"}


@pytest.mark.parametrize(("place", "line"), told())
def test_a_command_that_is_told_can_be_typed(place: str, line: str) -> None:
    assert problem(line) is None


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("chek", "no command"),
        ("classe lister", "no command"),
        ("stop --tout", "no option"),
        ("export bareme page-dynamique", "-o"),
        ("grade --tp page-dynamique", "an argument"),
        ("grade rendus/ -o lundi", "--tp"),
    ],
)
def test_what_could_not_be_typed_is_seen(line: str, why: str) -> None:
    assert why in (problem(line) or "")
