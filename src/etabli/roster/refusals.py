"""Refusals: the sentences for a class or a learner that was named and is not there, each with the way on."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from etabli.exam.contract.errors import UsageProblem
from etabli.roster.learner import Learner
from etabli.roster.names import fold, tidy


class ImportProblem(UsageProblem):
    """What keeps a list from becoming a class, with the way on: as a command has it, and as a page has it.

    Args:
        what: What is wrong, with the sign before the way on.
        command: The way on, where options are typed.
        page: The way on, where fields are filled in.
    """

    def __init__(self, what: str, command: str, page: str) -> None:
        super().__init__(f"{what} {command}.")
        self.on_page = f"{what} {page}."


def on_page(problem: UsageProblem) -> str:
    """Returns what a page says of a problem."""
    return problem.on_page if isinstance(problem, ImportProblem) else str(problem)


def typed(name: str) -> str:
    """Returns a class's name as it is typed in a command: between quotes when it has a space."""
    return f'"{name}"' if " " in name else name


class UnknownClass(UsageProblem):
    """A class that this table of names does not have."""

    def __init__(self, name: str, message: str) -> None:
        """Keeps the class's name, as it was asked for, beside the message."""
        super().__init__(message)
        self.name = name


def no_such_class(name: str, names: Sequence[str]) -> UnknownClass:
    """Returns the error for a class that does not exist.

    Args:
        name: As it was asked for.
        names: The classes that exist.
    """
    folded = {fold(known): known for known in names}
    near = difflib.get_close_matches(fold(tidy(name)), folded, n=1)
    return UnknownClass(
        name,
        "La classe « {name} » n'existe pas (classes connues : {existing}) : {hint}".format(
            name=name,
            existing=", ".join(f"« {known} »" for known in names) or "aucune",
            hint=(f"vouliez-vous dire « {folded[near[0]]} » ? Sinon, " if near else "")
            + f"créez-la avec « etabli classe import LISTE.csv --classe {typed(name)} ».",
        ),
    )


def no_such_learner(who: str, of: str, near: str | None) -> UsageProblem:
    """Returns the error for a learner who is not in a class.

    Args:
        who: As asked for.
        of: The class.
        near: The alias that was surely meant, if there is one.
    """
    hint = f" (le plus proche : « {near} »)" if near else ""
    return UsageProblem(
        f"« {who} » n'est pas un élève de la classe {of}{hint} : « etabli classe liste {typed(of)} » les donne."
    )


def several_learners(who: str, of: str, found: Sequence[Learner]) -> UsageProblem:
    """Returns the error for a name that several learners may bear, or that is almost one's."""
    return UsageProblem(
        "« {name} » peut être {aliases} dans la classe {of} : donnez l'alias.".format(
            name=who, of=of, aliases=" ou ".join(f"{one.alias} ({one.listed})" for one in found)
        )
    )
