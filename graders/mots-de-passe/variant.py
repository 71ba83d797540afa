"""What each candidate of `mots-de-passe` gets: an organisation, its accounts, and the truth about them.

All comes from the workshop's seed whatever the purpose, for the report is about these accounts; hidden passwords, on
which a policy and a migration script are tried, are drawn by each exam (`testlists.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from etabli.exam.contract.draw import Draw
from etabli.exam.contract.plain import plain

from . import exports, plan, testlists, truth, vocabulary
from .accounts import Registrar
from .entropy import ALPHABETS
from .leak import counts, make_leak
from .organisations import PARTNERS, make_organisation
from .people import make_people
from .shape import Account, Card, System, Variant
from .situations import SITUATIONS

__all__ = ["files", "make", "secrets", "sujet"]

FIRST_DAY = date(2026, 2, 2)
HIDDEN = ("accounts", "people", "passwords", "hashes", "findings", "tolerated", "rights", "traps", "leak", "results",
          "externals")  # fmt: skip
"""Keys that the sujet never has."""


def make(atelier: bytes, rows: bytes) -> Variant:
    """A variant: everything from `atelier`, nothing from `rows`."""
    draw = Draw(b"atelier|" + atelier)
    organisation = make_organisation(draw)
    today = FIRST_DAY + timedelta(days=draw.below(280))
    people = make_people(draw, today)
    own = plan.make_plan(Draw(b"plan|" + atelier))
    leak, leaked = make_leak(draw, len(own.places["fuite"]))
    accounts = Registrar(draw, own, people, organisation, today, leaked).accounts()
    families = testlists.block_families(organisation)
    situation = draw.one(SITUATIONS)
    return Variant(
        organisation=organisation,
        partner=_partner(*draw.one(PARTNERS)),
        period=_period(today),
        systems=tuple(_system(term, accounts) for term in vocabulary.SYSTEMS),
        counts={"accounts": len(accounts), "people": len(people), "external": exports.EXTERNALS},
        situation=situation,
        rules={"dormant_days": vocabulary.DORMANT_DAYS},
        vocabulary=tuple(map(vocabulary.shown, vocabulary.KINDS)),
        severities=vocabulary.SEVERITIES,
        actions=tuple(map(vocabulary.shown, vocabulary.ACTIONS)),
        accepted_sources=tuple({"id": s.id, "word": s.word, "cite": s.means} for s in vocabulary.SOURCES),
        advice=tuple({"id": term.id, "title": term.means} for term in vocabulary.ADVICE),
        columns=exports.COLUMNS,
        block_families=families,
        policy_form=exports.POLICY_FORM,
        alphabets=ALPHABETS,
        migration_kinds=exports.MIGRATION_KINDS,
        files=exports.FILES,
        people=tuple(map(exports.employee, people.values())),
        externals=exports.make_externals(draw, today),
        accounts=accounts,
        passwords={account.key: account.password for account in accounts},
        hashes={account.key: account.hash for account in accounts if account.hash},
        leak=counts(draw, leak),
        results=exports.make_results(draw, own, accounts),
        findings=truth.make_findings(own, accounts),
        tolerated=truth.make_tolerated(accounts),
        rights=truth.make_rights(own, accounts),
        traps=truth.make_traps(accounts),
    )


def sujet(variant: Variant) -> dict[str, Any]:
    """All that the brief says, for machines: nothing hidden, and the case that applies is for the student to tell."""
    shown = {name: value for name, value in plain(variant).items() if name not in HIDDEN}
    return shown | {"situation": {"text": variant.situation.text}}


def files(variant: Variant) -> dict[str, bytes]:
    """What goes in ``donnees/``."""
    return exports.make_files(variant)


def secrets(variant: Variant) -> list[str]:
    """What nothing of ours may show: passwords and full hashes of the accounts."""
    return sorted({*variant.passwords.values(), *variant.hashes.values()})


def _partner(article: str, name: str) -> Card:
    return {"name": name, "with_article": f"{article}{name}", "prefix": "ext-"}


def _period(today: date) -> dict[str, str | Card]:
    dates = {"from": today - timedelta(days=14), "to": today + timedelta(days=14), "today": today}
    return {name: day.isoformat() for name, day in dates.items()} | {
        "fr": {name: exports.french(day) for name, day in dates.items()}
    }


def _system(term: vocabulary.Term, accounts: Sequence[Account]) -> System:
    members = [account for account in accounts if account.system == term.id]
    return System(
        id=term.id,
        name=term.word,
        word=term.word,
        means=term.means,
        file=f"{term.id}.csv",
        accounts=len(members),
        hashes=any(account.hash for account in members),
    )
