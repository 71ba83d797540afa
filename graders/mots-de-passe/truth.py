"""What an audit must find, what it may say besides, and what must be done of rights: the hidden side of `plan.py`."""

from __future__ import annotations

from collections.abc import Sequence

from .plan import TRAPS, Plan
from .shape import Account, Finding
from .vocabulary import KINDS, severity


def make_findings(plan: Plan, accounts: Sequence[Account]) -> tuple[Finding, ...]:
    """All there is to find."""
    by_place = {account.place: account for account in accounts}
    return tuple(
        Finding(one.login, one.system, term.id, severity(term.id, one.admin), one.admin)
        for term in KINDS
        for one in map(by_place.__getitem__, plan.places[term.id])
    )


def make_tolerated(accounts: Sequence[Account]) -> tuple[str, ...]:
    """Findings that may be made and need not be, ``login@system:kind``: a salted fast hash may be called weak."""
    return tuple(f"{one.key}:empreinte-faible" for one in accounts if one.hash.startswith("sha256$"))


def make_rights(plan: Plan, accounts: Sequence[Account]) -> dict[str, tuple[str, ...]]:
    """Accounts to disable, to enrol and to reduce, ``login@system``."""
    keys = {account.place: account.key for account in accounts}
    places = {
        "desactiver": (*plan.places["parti"], *plan.places["dormant"]),
        "second-facteur": plan.places["sans-2fa"],
        "reduire": plan.places["reduire"],
    }
    return {action: tuple(keys[place] for place in concerned) for action, concerned in places.items()}


def make_traps(accounts: Sequence[Account]) -> dict[str, str]:
    """Accounts that look suspicious of something and are not, ``login@system`` → why; they may have a risk of another kind."""
    return {account.key: TRAPS[account.place] for account in accounts if account.place in TRAPS}
