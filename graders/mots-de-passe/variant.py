"""What each candidate of `mots-de-passe` gets: an organisation, its accounts, and the truth about them.

The accounts come from the workshop's seed whatever the purpose, for the report is about them; only hidden passwords
(on which a policy and a migration script are tried) come from the purpose's own.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from etabli.exam.contract.draw import Draw

from . import exports, plan, testlists, truth, vocabulary
from .accounts import Registrar, key
from .leak import counts, make_leak
from .organisations import PARTNERS, make_organisation
from .people import make_people
from .situations import SITUATIONS

__all__ = ["files", "make", "secrets", "sujet"]

FIRST_DAY = date(2026, 2, 2)
HIDDEN = ("accounts", "people", "passwords", "hashes", "findings", "tolerated", "rights", "traps", "leak", "results",
          "externals", "policy_tests", "migration")  # fmt: skip
"""Keys that the sujet never has."""


def make(atelier: bytes, rows: bytes) -> dict[str, Any]:
    """A variant: everything from `atelier`, but hidden tests from `rows`."""
    draw = Draw(b"atelier|" + atelier)
    organisation = make_organisation(draw)
    today = FIRST_DAY + timedelta(days=draw.below(280))
    people = make_people(draw, today)
    leak, leaked = make_leak(draw, len(plan.PASSWORDS["fuite"]))
    accounts = Registrar(draw, people, organisation, today, leaked).accounts()
    families = testlists.block_families(organisation)
    situation = draw.one(SITUATIONS)
    hidden = Draw(b"rows|" + rows)
    return {
        "organisation": organisation,
        "partner": {"name": draw.one(PARTNERS), "prefix": "ext-"},
        "period": _period(today),
        "systems": [_system(term, accounts) for term in vocabulary.SYSTEMS],
        "counts": {"accounts": len(accounts), "people": len(people), "external": exports.EXTERNALS},
        "situation": situation,
        "rules": {"dormant_days": vocabulary.DORMANT_DAYS},
        **_words(families),
        "files": exports.FILES,
        "people": [exports.person_row(person) for person in people.values()],
        "externals": exports.make_externals(draw, today),
        "accounts": accounts,
        "passwords": {key(account): account["password"] for account in accounts},
        "hashes": {key(account): account["hash"] for account in accounts if account["hash"]},
        "leak": [list(pair) for pair in counts(draw, leak)],
        "results": exports.make_results(draw, accounts),
        "findings": truth.make_findings(accounts),
        "tolerated": truth.make_tolerated(accounts),
        "rights": truth.make_rights(accounts),
        "traps": truth.make_traps(accounts),
        "policy_tests": testlists.policy_tests(
            hidden, families, sorted({a["login"] for a in accounts}), situation["bits"]
        ),
        "migration": {"cases": testlists.migration_cases(hidden)},
    }


def sujet(variant: dict[str, Any]) -> dict[str, Any]:
    """All that the brief says, for machines: nothing hidden, and the case that applies is for the student to tell."""
    shown = {name: value for name, value in variant.items() if name not in HIDDEN}
    return shown | {"situation": {"text": variant["situation"]["text"]}}


def files(variant: dict[str, Any]) -> dict[str, bytes]:
    """What goes in ``donnees/``."""
    return exports.make_files(variant)


def secrets(variant: dict[str, Any]) -> list[str]:
    """What nothing of ours may show: passwords and full hashes of the accounts."""
    return sorted({*variant["passwords"].values(), *variant["hashes"].values()})


def _words(families: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "vocabulary": [vocabulary.shown(term) for term in vocabulary.KINDS],
        "severities": list(vocabulary.SEVERITIES),
        "actions": [vocabulary.shown(term) for term in vocabulary.ACTIONS],
        "accepted_sources": [{"id": s.id, "word": s.word, "cite": s.means} for s in vocabulary.SOURCES],
        "advice": [{"id": term.id, "title": term.means} for term in vocabulary.ADVICE],
        "columns": {name: list(columns) for name, columns in exports.COLUMNS.items()},
        "block_families": families,
        "policy_form": exports.POLICY_FORM,
        "alphabets": {"minuscules": 26, "majuscules": 26, "chiffres": 10, "spéciaux": 37},
        "migration_kinds": exports.MIGRATION_KINDS,
    }


def _period(today: date) -> dict[str, Any]:
    dates = {"from": today - timedelta(days=14), "to": today + timedelta(days=14), "today": today}
    return {name: day.isoformat() for name, day in dates.items()} | {
        "fr": {name: exports.french(day) for name, day in dates.items()}
    }


def _system(term: vocabulary.Term, accounts: list[dict[str, Any]]) -> dict[str, Any]:
    members = [account for account in accounts if account["system"] == term.id]
    return {
        "id": term.id,
        "name": term.word,
        "word": term.word,
        "means": term.means,
        "file": f"{term.id}.csv",
        "accounts": len(members),
        "hashes": any(account["hash"] for account in members),
    }
