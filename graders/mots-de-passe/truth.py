"""What an audit must find, what it may say besides, and what must be done of rights: the hidden side of `plan.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import plan
from .accounts import key
from .vocabulary import severity

LEAVERS = ("left1@annuaire", "left1@intranet", "left1@messagerie", "left2@annuaire", "left3@intranet",
           "left3@messagerie")  # fmt: skip
EXCESSIVE = ("exc1@annuaire", "exc2@intranet", "exc3@messagerie")


def places_by_kind() -> dict[str, tuple[str, ...]]:
    """Which accounts of the plan have which risk."""
    shared = [f"{slot}@{system}" for system, slots in plan.MEMBERS.items() for slot in slots if slot in plan.SHARED]
    return {
        **plan.PASSWORDS,
        "reutilise": tuple(place for group in plan.GROUPS for place in group),
        "partage": tuple(shared),
        "empreinte-faible": tuple(f"{slot}@intranet" for slot in (*plan.MD5, *plan.SHA1)),
        "dormant": plan.DORMANT,
        "parti": LEAVERS,
        "sans-2fa": plan.ADMINS_WITHOUT,
    }


def make_findings(accounts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """All findings: account, system, kind, severity, and whether it is an administrator's."""
    by_place = {account["place"]: account for account in accounts}
    return [
        {
            "account": by_place[place]["login"],
            "system": by_place[place]["system"],
            "kind": kind,
            "severity": severity(kind, by_place[place]["admin"]),
            "admin": by_place[place]["admin"],
        }
        for kind, places in places_by_kind().items()
        for place in places
    ]


def make_tolerated(accounts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Findings that may be made and need not be, ``login@system:kind``.

    A salted fast hash or a cheap bcrypt may be called weak; a leaver's account has not been used for a while.
    """
    slow = [account for account in accounts if account["hash"].startswith(("sha256$", "$2y$"))]
    gone = [account for account in accounts if account["place"] in LEAVERS]
    return [f"{key(one)}:empreinte-faible" for one in slow] + [f"{key(one)}:dormant" for one in gone]


def make_rights(accounts: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Accounts to disable, to enrol and to reduce, ``login@system``."""
    names = {account["place"]: key(account) for account in accounts}
    return {
        "desactiver": [names[place] for place in (*LEAVERS, *plan.DORMANT)],
        "second-facteur": [names[place] for place in plan.ADMINS_WITHOUT],
        "reduire": [names[place] for place in EXCESSIVE],
    }


def make_traps(accounts: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Good accounts that look suspicious, ``login@system`` → why they are good.

    An account that has a risk of another kind is none.
    """
    return {key(account): plan.TRAPS[account["place"]] for account in accounts if account["place"] in plan.TRAPS}
