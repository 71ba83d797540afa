"""What every command shares: consoles, errors as one sentence, exit codes."""

from __future__ import annotations

import functools
import signal
from collections.abc import Callable
from enum import IntEnum
from typing import ParamSpec, TypeVar

import typer
from rich.console import Console

from etabli.errors import EtabliError, LabError, SandboxError, UsageProblem
from etabli.i18n import _

P = ParamSpec("P")
R = TypeVar("R")

screen = Console()
aside = Console(stderr=True)


class Exit(IntEnum):
    """Exit codes, fixed so that others can script against them."""

    OK = 0
    REVIEW = 1  #: some need review or were rejected
    USAGE = 2
    MACHINE = 3  #: this machine cannot grade
    DEVIATION = 4  #: the specimens do not get their declared verdicts
    INTERRUPTED = 130


def exit_code(error: EtabliError) -> Exit:
    """Returns the exit code that an error stands for."""
    if isinstance(error, SandboxError):
        return Exit.MACHINE
    if isinstance(error, (UsageProblem, LabError)):
        return Exit.USAGE
    return Exit.REVIEW


def guarded(command: Callable[P, R]) -> Callable[P, R]:
    """Makes a command end with one sentence and an exit code, never with a traceback."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # « kill » tidies up like Ctrl-C
        try:
            return command(*args, **kwargs)
        except EtabliError as error:
            aside.print(f"[bold red]✗[/] {escape(str(error))}", soft_wrap=True)
            raise typer.Exit(exit_code(error)) from error
        except KeyboardInterrupt as error:
            aside.print(_("Interrompu : ce qui était fini est gardé, relancez la commande pour la suite."))
            raise typer.Exit(Exit.INTERRUPTED) from error

    return run


def escape(text: str) -> str:
    """Makes foreign text safe for the screen: no markup, no control characters."""
    shown = "".join(char if char.isprintable() or char == "\n" else "�" for char in text)
    return shown.replace("[", r"\[")
