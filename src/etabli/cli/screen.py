"""What every command shares: consoles, errors as one sentence, exit codes."""

from __future__ import annotations

import errno
import functools
import json
import os
import re
import signal
import stat
import sys
from collections.abc import Callable, Iterable
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import typer
from rich.console import Console

from etabli.cli.room import in_room, room_of, room_with
from etabli.cli.unforeseen import debugging, foreseen, sentence
from etabli.exam.contract.errors import EtabliError, LabError, SandboxError, UsageProblem
from etabli.exam.contract.outcome import Status
from etabli.roster.refusals import UnknownClass
from etabli.runs.evidence import write_results
from etabli.system.disk import room_on_disk, why
from etabli.system.temporary import forget_the_dead

if TYPE_CHECKING:  # every command reads this module, and reports take a second to be read
    from etabli.reports.payload import Payload

P = ParamSpec("P")
R = TypeVar("R")

screen = Console(emoji=False)
aside = Console(stderr=True, emoji=False)
_BRACKET = re.compile(r"(\\*)(\[|\Z)")


class Exit(IntEnum):
    """Exit codes, fixed so that others can script against them."""

    OK = 0
    REVIEW = 1  #: some need review or were rejected
    USAGE = 2
    MACHINE = 3  #: this machine cannot grade
    DEVIATION = 4  #: the specimens do not get their declared verdicts
    UNFORESEEN = 70  #: a mistake of ours (EX_SOFTWARE of sysexits.h)
    INTERRUPTED = 130


def exit_code(error: EtabliError) -> Exit:
    """Returns the exit code that an error stands for."""
    if isinstance(error, SandboxError):
        return Exit.MACHINE
    if isinstance(error, (UsageProblem, LabError)):
        return Exit.USAGE
    return Exit.REVIEW


def guarded(command: Callable[P, R]) -> Callable[P, R]:
    """Makes a command end with one sentence and an exit code, never with a traceback.

    A developer gets the traceback of an unforeseen error with ``ETABLI_DEBUG=1``.
    """

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # « kill » tidies up like Ctrl-C
        forget_the_dead()
        try:
            given = _flat([*args, *kwargs.values()])
            _expect_ordinary(given)
            with room_of(value for value in given if isinstance(value, Path)):
                return _where_the_class_is(lambda: command(*args, **kwargs))
        except EtabliError as error:
            tell(str(error))
            raise typer.Exit(exit_code(error)) from error
        except KeyboardInterrupt as error:
            aside.print("Interrompu : ce qui était fini est gardé, relancez la commande pour la suite.")
            raise typer.Exit(Exit.INTERRUPTED) from error
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except BrokenPipeError as error:  # « etabli labs | head » is no mistake
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(Exit.OK) from error
        except Exception as error:  # the last line of defence: nobody should have to read a traceback
            if debugging():
                raise
            known = foreseen(error)
            tell(str(known) if known else sentence(error))
            raise typer.Exit(exit_code(known) if known else Exit.UNFORESEEN) from error

    return run


def _where_the_class_is(command: Callable[[], R]) -> R:
    """Runs a command, and again in the room of this machine where that one alone has the class it names."""
    try:
        return command()
    except UnknownClass as error:
        if (room := room_with(error.name)) is None:
            raise
    aside.print(f"Classe de la salle {escape(str(room))}.", soft_wrap=True, highlight=False)
    with in_room(room):
        return command()


def _flat(given: Iterable[object]) -> list[object]:
    return [one for item in given for one in (item if isinstance(item, list | tuple) else [item])]


def _expect_ordinary(given: Iterable[object]) -> None:
    """Makes sure that what was typed is text, and its paths files and folders: no pipe, device or loop of links.

    Raises:
        UsageProblem: Something is not.
    """
    for value in given:
        if isinstance(value, Path):
            try:
                mode = value.stat().st_mode
            except OSError as error:
                if error.errno in (errno.ELOOP, errno.ENAMETOOLONG):
                    raise UsageProblem(
                        f"« {value} » ne peut pas être lu ({why(error)}) : vérifiez le chemin."
                    ) from error
            else:
                if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
                    continue
                raise UsageProblem(f"« {value} » n'est ni un fichier ordinaire ni un dossier : vérifiez le chemin.")
        if isinstance(value, str | Path) and any("\ud800" <= char <= "\udfff" for char in str(value)):
            raise UsageProblem(f"« {value} » n'est pas un texte lisible (UTF-8) : tapez-le de nouveau, sans accent.")


def say(sentence: str) -> None:
    """Tells one sentence on standard output; nothing in it is markup."""
    screen.print(escape(sentence), soft_wrap=True, highlight=False)


def tell(message: str) -> None:
    """Tells an error, in one sentence, on standard error."""
    aside.print(f"[bold red]✗[/] {escape(message)}", soft_wrap=True)


def save(path: Path, content: bytes) -> None:
    """Writes a file that the command was asked for, whole or not at all.

    Raises:
        UsageProblem: It cannot be written there.
        DiskFull: There was no room left.
    """
    with room_on_disk(path.parent):
        try:
            write_results(path, content)
        except OSError as error:
            raise UsageProblem(
                f"« {path} » ne peut pas être écrit ({why(error)}) : choisissez un autre fichier avec « -o »."
            ) from error


def print_json(value: object) -> None:
    """Writes a value for programs on standard output."""
    print(told(value, indent=2))


def told(value: object, indent: int | None = None) -> str:
    """Returns a value as JSON that any terminal takes: half a character in it stays as JSON writes it."""
    return json.dumps(value, ensure_ascii=False, indent=indent).encode("utf-8", "backslashreplace").decode()


def show_modified(payloads: Iterable[Payload]) -> bool:
    """Says which verifications are no longer what was frozen, each in one sentence; returns whether there are any."""
    from etabli.reports.views import next_step

    modified = [payload for payload in payloads if payload["status"] == Status.MODIFIED]
    for payload in modified:
        said = f"{payload['candidate']} ({payload.get('run')}) : {payload['reason']} {next_step(payload)}"
        aside.print(f"[yellow]![/] {escape(said)}", soft_wrap=True, highlight=False)
    return bool(modified)


_SHOWN = "\n\u00a0\u202f"
"""Spaces of French typography, which Python does not call printable, beside the end of a line."""


def escape(text: str) -> str:
    """Makes foreign text safe for the screen: no markup, no control characters."""
    shown = "".join(char if char.isprintable() or char in _SHOWN else "�" for char in text)
    # Rich reads « \\[ » as one backslash and a live tag: the backslashes that were there count twice.
    return _BRACKET.sub(lambda seen: seen[1] * 2 + (r"\[" if seen[2] else ""), shown)
