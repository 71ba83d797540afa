"""What an audit must find, what it may say besides, and what must be done of rights: the hidden side of `plan.py`."""

from __future__ import annotations

from collections.abc import Sequence

from . import plan
from .shape import Account, Finding
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


def make_findings(accounts: Sequence[Account]) -> tuple[Finding, ...]:
    """All there is to find."""
    by_place = {account.place: account for account in accounts}
    return tuple(
        Finding(one.login, one.system, kind, severity(kind, one.admin), one.admin)
        for kind, places in places_by_kind().items()
        for one in map(by_place.__getitem__, places)
    )


def make_tolerated(accounts: Sequence[Account]) -> tuple[str, ...]:
    """Findings that may be made and need not be, ``login@system:kind``.

    A salted fast hash or a cheap bcrypt may be called weak; a leaver's account has not been used for a while.
    """
    slow = [f"{one.key}:empreinte-faible" for one in accounts if one.hash.startswith(("sha256$", "$2y$"))]
    gone = [f"{one.key}:dormant" for one in accounts if one.place in LEAVERS]
    return (*slow, *gone)


def make_rights(accounts: Sequence[Account]) -> dict[str, tuple[str, ...]]:
    """Accounts to disable, to enrol and to reduce, ``login@system``."""
    keys = {account.place: account.key for account in accounts}
    places = {
        "desactiver": (*LEAVERS, *plan.DORMANT),
        "second-facteur": plan.ADMINS_WITHOUT,
        "reduire": EXCESSIVE,
    }
    return {action: tuple(keys[place] for place in concerned) for action, concerned in places.items()}


def make_traps(accounts: Sequence[Account]) -> dict[str, str]:
    """Good accounts that look suspicious, ``login@system`` → why they are good.

    An account that has a risk of another kind is none.
    """
    return {account.key: plan.TRAPS[account.place] for account in accounts if account.place in plan.TRAPS}
