"""What a candidate of extraction-pgi is asked, and the truth about it: from the database alone, and equally hard for all."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from helpers import volume

from etabli.exam.contract.check import import_grader
from etabli.exam.contract.errors import LabError
from etabli.exam.contract.plain import plain, rebuild
from etabli.system.settings import repository

GRADER = repository() / "graders" / "extraction-pgi"
variant = import_grader(GRADER, "variant")
generator, database_of = (import_grader(GRADER, f"company.{name}") for name in ("generator", "database"))
SEEDS = [f"graine-{number}".encode() for number in range(volume(10, 40))]
FEW = SEEDS[:3]
ROW = set("numero date code_client client compte article article_code quantite montant taux credit".split())
BUCKETS = ("non_echu", "1_30", "31_60", "61_90", "plus_90")


@cache
def sqlite(seed: bytes) -> bytes:
    return generator.make_company(seed)


def typed(seed: bytes) -> Any:
    return variant.make(seed, seed + b"|evaluation")


@cache
def data(seed: bytes) -> dict[str, Any]:
    return plain(typed(seed))


@pytest.fixture(params=SEEDS, ids=bytes.decode)
def seed(request: pytest.FixtureRequest) -> bytes:
    return request.param


def cents(values: Any) -> Decimal:
    return sum(map(Decimal, values), Decimal(0))


# -- what is told, and what is hidden


def test_the_company_is_the_same_for_the_workshop_and_the_evaluation() -> None:
    assert variant.files(typed(FEW[0])) == {}
    assert variant.erp(FEW[0]) == sqlite(FEW[0])


def test_all_comes_from_the_workshop() -> None:
    assert variant.make(FEW[0], b"autre") == typed(FEW[0])


def test_checks_get_the_very_variant_that_was_made() -> None:
    assert rebuild(variant.Variant, json.loads(json.dumps(data(FEW[1])))) == typed(FEW[1])


# -- the truth, found again another way


def test_the_oracle_adds_up(seed: bytes) -> None:
    told = data(seed)
    rows = told["rows"]
    assert all(set(row) == ROW for row in rows)
    assert rows == sorted(rows, key=lambda row: (row["date"], row["numero"]))
    assert all(told["period"]["from"] <= row["date"] <= told["period"]["to"] for row in rows)
    assert list(told["by_month"]) == told["period"]["months"]
    total = cents(row["montant"] for row in rows)
    assert total == Decimal(told["total"]) == cents(told["by_month"].values()) == cents(told["by_customer"].values())
    assert total == cents(vat["base"] for vat in told["vat"].values())
    for rate, vat in told["vat"].items():
        assert Decimal(vat["base"]) == cents(row["montant"] for row in rows if row["taux"] == rate)
        assert abs(Decimal(vat["base"]) * Decimal(rate) - Decimal(vat["tax"])) < Decimal("0.5")
    assert abs(cents(told["shares"].values()) - 1) < Decimal("0.01")
    assert sorted(told["ranks"].values()) == list(range(1, len(told["ranks"]) + 1))
    best = min(told["ranks"], key=told["ranks"].get)
    assert Decimal(told["by_customer"][best]) == max(map(Decimal, told["by_customer"].values()))


def test_credit_notes_are_negative_and_nothing_else_is(seed: bytes) -> None:
    for row in data(seed)["rows"]:
        signs = {Decimal(row["montant"]) < 0, Decimal(row["quantite"]) < 0, row["numero"].startswith("AV")}
        assert signs == {row["credit"]}


def test_what_must_not_be_there_is_elsewhere(seed: bytes) -> None:
    told = data(seed)
    outside = told["outside"]
    assert all(line["numero"] is None for kind in ("draft", "cancelled") for line in outside[kind])
    assert all(line["date"] < told["period"]["from"] for line in outside["before"])
    assert all(line["date"] > told["period"]["to"] for line in outside["after"])
    numbers = {line["numero"] for lines in outside.values() for line in lines} - {None}
    assert not numbers & {row["numero"] for row in told["rows"]}
    assert all(line["numero"].startswith("FF") for line in outside["supplier"]) and outside["supplier"]


def test_receivables_add_up(seed: bytes) -> None:
    told = data(seed)
    for parts in told["aged"].values():
        assert cents(parts[bucket] for bucket in BUCKETS) == Decimal(parts["total"])
    for bucket in (*BUCKETS, "total"):
        assert cents(parts[bucket] for parts in told["aged"].values()) == Decimal(told["aged_totals"][bucket])


def test_the_entries_explain_the_gap(seed: bytes) -> None:
    told = data(seed)
    ledger = told["ledger"]
    gap = Decimal(ledger["gap"])
    assert Decimal(ledger["total"]) - Decimal(told["total"]) == gap == cents(e["montant"] for e in ledger["entries"])
    assert abs(Decimal(ledger["gap"])) > 1
    for entry in ledger["entries"]:
        assert (entry["why"] == "accounting_date") == bool(entry["piece"])


def test_people_are_known_and_the_manager_is_not_one_of_them(seed: bytes) -> None:
    told = data(seed)
    private = told["personal"]
    assert len(private["employees"]) == 8 and private["phones"]
    assert len(private["emails"]) > 50 and len(private["streets"]) > 50
    assert told["manager"]["name"] not in private["employees"]
    assert told["company"]["name"].startswith(told["company"]["legal"])
    assert all(mail.endswith(".example") for mail in private["emails"])
    assert set(told["by_customer"]) <= set(told["customers"])


# -- equally hard


def shape(seed: bytes) -> tuple[int, ...]:
    """What must be the same for all candidates."""
    told = data(seed)
    period = told["period"]

    def inside(kind: str) -> int:
        days = [(line["date"], line["code_client"]) for line in told["outside"][kind]]
        return len({day for day in days if period["from"] <= day[0] <= period["to"]})

    return (
        len(told["rows"]), len(told["credit_notes"]), inside("draft") >= 4, inside("cancelled") >= 3,
        len(told["outside"]["before"]) > 30, len(told["outside"]["after"]) > 20, len(told["namesakes"]) >= 1,
        *sorted(Counter(entry["why"] for entry in told["ledger"]["entries"]).values()),
        len(told["accounts"]), len(told["rates"]), len(told["columns"]),
    )  # fmt: skip


def test_everybody_has_as_much_to_do() -> None:
    assert Counter(shape(seed) for seed in SEEDS) == {(230, 9, True, True, True, True, True, 3, 5, 4, 2, 9): len(SEEDS)}
    kinds = Counter(data(seed)["figure"]["kind"] for seed in SEEDS)
    assert set(kinds) == {"rh", "stock", "production"}
    assert {len(data(seed)["period"]["months"]) for seed in SEEDS} == {6, 7, 8, 9}


def test_every_trap_is_in_every_period(seed: bytes) -> None:
    told = data(seed)
    rows, period = told["rows"], told["period"]
    assert 36 <= len(told["by_customer"]) <= 42
    assert sum(row["taux"] == "0.055" for row in rows) >= 12
    by_number: dict[str, set[str]] = {}
    for row in rows:
        by_number.setdefault(row["numero"], set()).add(row["taux"])
    assert sum(len(rates) == 2 for rates in by_number.values()) >= 8
    assert all(sum(row["date"] == period[side] for row in rows) >= 2 for side in ("from", "to"))
    border = [date.fromisoformat(period[side]) + timedelta(step) for side, step in (("from", -1), ("to", 1))]
    assert any(line["date"] == border[0].isoformat() for line in told["outside"]["before"])
    assert any(line["date"] == border[1].isoformat() for line in told["outside"]["after"])
    names = {row["client"] for row in rows}
    assert any("'" in name for name in names) and any(name[0].isdigit() for name in names)
    assert any(not name.isascii() for name in names)
    assert any(told["customers"][row["code_client"]]["addresses"] == 2 for row in rows)
    assert all(len(code) == 5 and code.startswith("0") for code in told["by_customer"])
    assert all(sum(Decimal(parts[bucket]) != 0 for parts in told["aged"].values()) >= 2 for bucket in BUCKETS)
    owed = [Decimal(parts[bucket]) for parts in told["aged"].values() for bucket in BUCKETS]
    assert min(owed) < 0, "a credit note to be refunded shows in a bracket"
    assert told["figure_value"]["rows"] >= 2 and told["figure_value"]["all_rows"] > told["figure_value"]["rows"]
    assert set(told["figure_value"]["by"]) > {told["figure"]["what"]}
    assert len(told["figure_value"]["each"]) == told["figure_value"]["rows"]
    assert sum(map(Decimal, told["figure_value"]["each"])) == Decimal(told["figure_value"]["value"])
    assert all(Decimal(told["by_month"][month]) > 0 for month in period["months"])


def test_every_mutant_has_something_to_change(seed: bytes) -> None:
    told = data(seed)
    amounts = [Decimal(row["montant"]) for row in told["rows"]]
    assert all(amounts) and len({row["quantite"] for row in told["rows"]}) > 1
    totals = list(map(Decimal, told["by_customer"].values()))
    assert len(set(totals)) == len(totals) > 10
    assert len(set(told["by_month"].values())) == len(told["by_month"])
    bases = [Decimal(vat["base"]) for vat in told["vat"].values()]
    assert len(set(bases)) == len(bases) == 2 and all(bases)
    owing = [parts for parts in told["aged"].values() if any(Decimal(parts[bucket]) for bucket in BUCKETS)]
    assert len(owing) > 10
    assert all(map(Decimal, told["aged_totals"].values()))
    each = list(map(Decimal, told["figure_value"]["each"]))
    assert Decimal(told["figure_value"]["value"]) not in each
    entries = [Decimal(entry["montant"]) for entry in told["ledger"]["entries"]]
    assert all(entries) and Decimal(told["ledger"]["gap"]) not in entries
    for names in told["namesakes"]:
        assert len({told["by_customer"][code] for code in names}) == len(names) > 1


# -- an oracle that disagrees does not ship

SPOILT = {
    "totaux HT des factures": "UPDATE account_invoice_line SET quantity = quantity + 1 WHERE id = (SELECT MIN(l.id) FROM account_invoice_line l JOIN account_invoice i ON i.id = l.invoice WHERE i.number = :number)",
    "bases de TVA": "UPDATE account_invoice_tax SET base = CAST('1.00' AS BLOB) WHERE invoice = (SELECT id FROM account_invoice WHERE number = :number)",
    "comptes 70 des factures": "UPDATE account_move_line SET credit = CAST('1.00' AS BLOB) WHERE id = (SELECT MIN(l.id) FROM account_move_line l JOIN account_invoice i ON i.move = l.move WHERE i.number = :number)",
    "TVA collectée": "UPDATE account_move_line SET credit = CAST('1.00' AS BLOB) WHERE id = (SELECT MIN(l.id) FROM account_move_line l JOIN account_invoice i ON i.move = l.move WHERE i.number = :number AND l.origin LIKE 'account.invoice.tax,%')",
    "balance des comptes 411": "UPDATE account_move_line SET reconciliation = NULL WHERE id = (SELECT MIN(id) FROM account_move_line WHERE reconciliation IS NOT NULL AND maturity_date IS NOT NULL AND party IN (SELECT party FROM sale_sale))",
    "n'a pas de numéro": "UPDATE account_invoice SET number = NULL WHERE number = :number",
}  # fmt: skip


@pytest.mark.parametrize("words", SPOILT)
def test_a_database_that_disagrees_is_refused(words: str) -> None:
    database = database_of.Database(sqlite(FEW[0]))
    number = next(row["numero"] for row in data(FEW[0])["rows"] if not row["credit"])
    assert database.connection.execute(SPOILT[words], {"number": number}).rowcount > 0
    database.connection.row_factory = sqlite3.Row
    with pytest.raises(LabError, match=words):
        variant._make(database.connection, FEW[0])


def test_two_candidates_share_no_answer() -> None:
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        told = data(seed)
        answers = {told["total"], told["ledger"]["gap"], told["ledger"]["total"], told["aged_totals"]["total"]}
        answers |= set(told["by_month"].values()) | set(told["by_customer"].values()) - {"0.00"}
        seen.update(answers)
    assert [value for value, count in seen.items() if count > 2] == []
    assert sum(count == 2 for count in seen.values()) <= 3
