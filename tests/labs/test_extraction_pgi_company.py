"""A company made from a history: its own in everything, as hard as the next one, and its books hold."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter, defaultdict
from datetime import date
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from helpers import volume

from etabli.exam.contract.check import import_grader
from etabli.exam.contract.draw import Draw
from etabli.exam.contract.errors import LabError
from etabli.exam.contract.words import fold
from etabli.lab.manifest import load_lab
from etabli.system.settings import repository

MODULES = ("agenda", "books", "database", "generator", "history", "names", "seasons", "taxes", "terms")
agenda, books, database, generator, history, names, seasons, taxes, terms = (
    import_grader(repository() / "graders" / "extraction-pgi", f"company.{name}") for name in MODULES
)
Database, connect, number = database.Database, database.connect, database.number
Namer, luhn, Taxes, Terms = names.Namer, names.luhn, taxes.Taxes, terms.Terms
OWNERS = {
    "account_move": ["account_move_line.move", "account_invoice.move"],
    "account_move_line": ["account_tax_line.move_line", "account_invoice-account_move_line.line"],
    "account_move_reconciliation": ["account_move_line.reconciliation"],
    "account_invoice": ["account_invoice_line.invoice", "account_invoice_tax.invoice"],
    "account_invoice_line": ["account_invoice_line-account_tax.line", "account_invoice_line-stock_move.invoice_line"],
    "stock_move": ["account_invoice_line-stock_move.stock_move"],
    "sale_sale": ["sale_line.sale"],
    "sale_line": ["sale_line-account_tax.line"],
    "purchase_purchase": ["purchase_line.purchase"],
    "purchase_line": ["purchase_line-account_tax.line"],
    "production": ["stock_move.production_input"],
}
"""Table → columns that name a row of it."""
REFERENCES = "account_move.origin account_move_line.origin account_invoice_line.origin stock_move.origin stock_move.shipment".split()
"""Columns that name a row of any model."""
DATED = (
    "account_move.date account_invoice.invoice_date sale_sale.sale_date purchase_purchase.purchase_date "
    "stock_move.effective_date timesheet_line.date production.effective_date"
).split()
SEEDS = [f"candidat-{number}".encode() for number in range(volume(3, 24))]
FEW = SEEDS[:4]


@cache
def made(seed: bytes) -> bytes:
    return generator._make(seed, original())


@cache
def original() -> bytes:
    return history.load()


@cache
def base(seed: bytes) -> sqlite3.Connection:
    return connect(made(seed))


def asked(database: sqlite3.Connection, query: str, *values: object) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in database.execute(query, values)]


def column(database: sqlite3.Connection, query: str) -> list[Any]:
    return [row[0] for row in asked(database, query)]


@cache
def figures(seed: bytes) -> dict[str, set[Any]]:
    """All that a candidate could copy from another."""
    told: dict[str, set[Any]] = defaultdict(set)
    months: dict[str, Any] = defaultdict(int)
    customers: dict[str, Any] = defaultdict(int)
    query = """SELECT i.number, i.invoice_date, p.name, i.untaxed_amount_cache, i.total_amount_cache FROM account_invoice i
    JOIN party_party p ON p.id = i.party WHERE i.type = 'out' AND i.state IN ('posted', 'paid')"""
    for _number, day, name, untaxed, total in asked(base(seed), query):
        months[day[:7]] += number(untaxed)
        customers[name] += number(untaxed)
        told["invoices"].add(number(total))
    told["months"], told["customers"] = set(months.values()), set(customers.values()) - {0}
    told["total"] = {sum(months.values())}
    told["names"] = set(customers)
    told["prices"] = set(column(base(seed), "SELECT list_price FROM product_list_price"))
    companies = "SELECT name FROM party_party WHERE id IN (SELECT party FROM company_company)"
    told["company"] = set(column(base(seed), companies))
    amounts = "SELECT round(quantity * CAST(CAST(unit_price AS TEXT) AS REAL), 2) FROM account_invoice_line"
    told["lines"] = set(column(base(seed), amounts))
    return told


def test_it_is_what_its_lab_names_as_its_generator() -> None:
    lab = load_lab("extraction-pgi")
    assert lab.grader / str(lab.manifest.generator) == Path(generator.__file__).parent == history.FOLDER.parent


# -- one company


def test_the_same_seed_gives_the_same_file() -> None:
    again = generator._make(FEW[0], original())
    assert again == made(FEW[0])
    assert made(FEW[1]) != again


def test_a_company_is_made_once_by_process(monkeypatch: pytest.MonkeyPatch) -> None:
    generator.make_company.cache_clear()
    calls = []
    monkeypatch.setattr(generator, "_make", lambda seed, content: calls.append(seed) or b"base")
    for seed in (b"a", b"a", b"b", b"c", b"d", b"e", b"a"):
        assert generator.make_company(seed) == b"base"
    assert calls == [b"a", b"b", b"c", b"d", b"e", b"a"]
    generator.make_company.cache_clear()


def test_a_company_takes_no_time() -> None:
    before = time.process_time()
    generator._make(b"minute", original())
    assert time.process_time() - before < 15


def test_nothing_is_left_of_the_history() -> None:
    database = connect(original())
    words: list[str] = []
    for query in (
        "SELECT name FROM party_party",
        "SELECT value FROM party_contact_mechanism WHERE id % 5 = 0",
        "SELECT code FROM product_product",
        "SELECT code_compact FROM party_identifier WHERE id % 5 = 0",
    ):
        words += column(database, query)
    assert len(words) > 100
    assert [word for word in words if word.encode() in made(FEW[0])] == []


@pytest.mark.parametrize("seed", FEW, ids=bytes.decode)
def test_rows_are_those_of_tryton_and_none_hangs_in_the_air(seed: bytes) -> None:
    database, before = base(seed), connect(original())
    assert column(database, "PRAGMA integrity_check") == ["ok"]
    for table in column(before, "SELECT name FROM sqlite_master WHERE type = 'table'"):
        now, then = (set(column(link, f'SELECT rowid FROM "{table}"')) for link in (database, before))
        assert now <= then, table
    for owner, links in OWNERS.items():
        for table, name in (link.split(".") for link in links):
            query = (
                f'SELECT id FROM "{table}" WHERE "{name}" IS NOT NULL AND "{name}" NOT IN (SELECT id FROM "{owner}")'
            )
            assert column(database, query) == [], (table, name)
    for table, name in (link.split(".") for link in REFERENCES):
        for reference in column(database, f"SELECT DISTINCT {name} FROM {table} WHERE {name} IS NOT NULL"):
            model, key = reference.split(",")
            query = f"SELECT COUNT(*) FROM {model.replace('.', '_')} WHERE id = {key}"
            assert column(database, query) == [1], (table, reference)


@pytest.mark.parametrize("seed", FEW, ids=bytes.decode)
def test_no_day_comes_after_today_or_before_the_first(seed: bytes) -> None:
    days = []
    for table, name in (dated.split(".") for dated in DATED):
        days += column(base(seed), f"SELECT {name} FROM {table} WHERE {name} IS NOT NULL")
    assert "2025-01-01" <= min(days) <= max(days) <= seasons.TODAY.isoformat()
    early = "SELECT COUNT(*) FROM account_invoice i JOIN sale_sale s ON s.id = (SELECT sale FROM sale_line WHERE 'sale.line,' || id = (SELECT origin FROM account_invoice_line WHERE invoice = i.id LIMIT 1))"
    assert column(base(seed), early + " WHERE s.sale_date > i.invoice_date") == [0]
    paid = """SELECT COUNT(*) FROM "account_invoice-account_move_line" x JOIN account_invoice i ON i.id = x.invoice
    JOIN account_move_line l ON l.id = x.line JOIN account_move m ON m.id = l.move WHERE m.date < i.invoice_date"""
    assert column(base(seed), paid) == [0]


@pytest.mark.parametrize("seed", FEW, ids=bytes.decode)
def test_the_bank_is_never_overdrawn(seed: bytes) -> None:
    query = """SELECT m.date, l.debit, l.credit FROM account_move_line l JOIN account_move m ON m.id = l.move
    JOIN account_account a ON a.id = l.account WHERE a.code LIKE '512%' ORDER BY m.date, l.debit = '0'"""
    level, lows = 0, []
    for _day, debit, credit in asked(base(seed), query):
        level += number(debit) - number(credit)
        lows.append(level)
    assert min(lows) >= 0


@pytest.mark.parametrize("seed", FEW, ids=bytes.decode)
def test_identifiers_are_what_tryton_would_accept(seed: bytes) -> None:
    for kind, code in asked(base(seed), "SELECT type, code_compact FROM party_identifier"):
        digits = code.removeprefix("FR")[2:] if kind == "eu_vat" else code
        assert luhn(digits[:-1]) == digits[-1], code
        if kind == "eu_vat":
            assert int(code[2:4]) == (12 + 3 * (int(digits) % 97)) % 97
    codes = column(base(seed), "SELECT code FROM party_party ORDER BY code")
    assert codes == [f"{rank:05d}" for rank in range(1, len(codes) + 1)]


# -- the books


@pytest.mark.parametrize("seed", SEEDS, ids=bytes.decode)
def test_the_books_hold(seed: bytes) -> None:
    books.check(base(seed))


SPOILT = {
    "pas équilibrée": "UPDATE account_move_line SET debit = CAST('12.34' AS BLOB) WHERE id = (SELECT MIN(id) FROM account_move_line WHERE debit <> CAST('0' AS BLOB))",
    "au débit et au crédit": "UPDATE account_move_line SET debit = CAST('1' AS BLOB), credit = CAST('1' AS BLOB) WHERE id = (SELECT MIN(id) FROM account_move_line)",
    "ne sont pas ceux de ses lignes": "UPDATE account_invoice_line SET quantity = quantity + 1 WHERE id = (SELECT MAX(l.id) FROM account_invoice_line l JOIN account_invoice i ON i.id = l.invoice WHERE i.state = 'paid')",
    "une écriture ou un numéro de trop": "UPDATE account_invoice SET state = 'draft' WHERE id = (SELECT MIN(id) FROM account_invoice WHERE state = 'paid')",
    "une ligne de TVA": "UPDATE account_invoice_tax SET amount = CAST('0.00' AS BLOB) WHERE invoice IN (SELECT id FROM account_invoice WHERE state = 'draft')",
    "ne couvrent pas ses lignes": "DELETE FROM account_invoice_tax WHERE invoice IN (SELECT id FROM account_invoice WHERE state = 'draft')",
    "la période de sa date": "UPDATE account_move SET date = '2025-12-31' WHERE number LIKE '2025/00001'",
    "ne tombe pas juste": "UPDATE account_move_line SET reconciliation = NULL WHERE id IN (SELECT line FROM \"account_invoice-account_move_line\") AND reconciliation = (SELECT MIN(id) FROM account_move_reconciliation)",
    "sans rapprochement": "UPDATE account_move_line SET reconciliation = NULL WHERE reconciliation = (SELECT MIN(id) FROM account_move_reconciliation)",
    "ont un trou": "UPDATE ir_sequence_strict SET number_next_internal = number_next_internal + 1 WHERE prefix = 'FC2025-'",
    "le total de ses lignes": "UPDATE sale_line SET quantity = quantity + 1 WHERE sale = (SELECT MIN(id) FROM sale_sale WHERE state = 'done')",
    "celle de la commande": "UPDATE sale_line SET product = (SELECT MAX(id) FROM product_product) WHERE sale = (SELECT MIN(id) FROM sale_sale WHERE state = 'done')",
    "est négatif": "UPDATE stock_move SET quantity = 0, internal_quantity = 0 WHERE origin LIKE 'stock.inventory.line,%'",
}  # fmt: skip


@pytest.mark.parametrize("words", SPOILT)
def test_books_that_do_not_hold_are_refused(words: str) -> None:
    database = Database(made(FEW[0]))
    changed = database.connection.execute(SPOILT[words]).rowcount
    assert changed > 0
    with pytest.raises(LabError, match=words):
        books.check(database.connection)


def test_a_company_whose_books_do_not_hold_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    spoil = SPOILT["ont un trou"]
    monkeypatch.setattr(generator.traces, "tidy", lambda connection: connection.execute(spoil))
    with pytest.raises(LabError, match="Les comptes de l'entreprise ne tiennent pas : les numéros « FC2025- »"):
        generator._make(b"autre", original())


# -- two companies


def test_two_candidates_share_no_figure() -> None:
    for one, other in combinations(SEEDS, 2):
        mine, theirs = figures(one), figures(other)
        for kind in ("total", "months", "customers", "company"):
            assert not mine[kind] & theirs[kind], (one, other, kind)
        for kind, most in (("lines", 0.05), ("invoices", 0.02), ("prices", 0.25), ("names", 0.1)):
            shared = len(mine[kind] & theirs[kind]) / min(len(mine[kind]), len(theirs[kind]))
            assert shared <= most, (one, other, kind, shared)


def test_all_companies_have_the_same_traps() -> None:
    shapes, whole = Counter(), Counter()
    for seed in SEEDS:
        season = seasons.make_season(seed)
        query = """SELECT state, COALESCE(sequence_type_cache, 'invoice'), invoice_date BETWEEN ? AND ?, COUNT(*) FROM account_invoice
        WHERE type = 'out' GROUP BY 1, 2, 3"""
        counts = {row[:3]: row[3] for row in asked(base(seed), query, season.start.isoformat(), season.end.isoformat())}
        credits = sum(count for (_state, kind, inside), count in counts.items() if kind == "credit_note" and inside)
        unfinished = [counts[state, "invoice", inside] for state in ("draft", "cancelled") for inside in (1, 0)]
        shapes[*unfinished, credits] += 1
        whole[sum(counts.values()) in range(230, 400)] += 1
    assert shapes == {(5, 4, 4, 3, 9): len(SEEDS)}
    assert whole == {True: len(SEEDS)}


def test_seasons_leave_months_around_and_are_not_fiscal_years() -> None:
    lengths = set()
    for rank in range(200):
        season = seasons.make_season(str(rank).encode())
        lengths.add(len(season.months))
        assert len(season.before) >= 2 and len(season.after) >= 1
        assert season.start.month != 1 and season.end.month != 12
    assert lengths == {6, 7, 8, 9}
    assert seasons.month_of(seasons.workdays(seasons.MONTHS[0])[0]) == (2025, 1)


def test_a_history_without_enough_of_a_kind_is_named() -> None:
    database = Database(original())
    database.connection.execute("UPDATE account_invoice SET state = 'cancelled' WHERE state = 'draft'")
    with pytest.raises(LabError, match="pas assez de ventes du genre « draft »"):
        generator._make(b"x", database.content())


# -- rules of Tryton


def test_terms_give_the_maturities_of_the_history() -> None:
    database = Database(original())
    terms = Terms(database)
    invoices = [row for row in database["account_invoice"] if row["move"]]
    lines = database["account_move_line"].by("move")
    assert len(invoices) > 300
    for invoice in invoices:
        (due,) = [line["maturity_date"] for line in lines[invoice["move"]] if line["account"] == invoice["account"]]
        assert terms.due(invoice["payment_term"], date.fromisoformat(invoice["invoice_date"])).isoformat() == due


def test_taxes_give_the_totals_of_the_history() -> None:
    database = Database(original())
    taxes, lines = Taxes(database), database["account_invoice_line"].by("invoice")
    stored = database["account_invoice_tax"].by("invoice")
    for invoice in database["account_invoice"]:
        sums = taxes.sums("account_invoice", lines[invoice["id"]])
        told = {
            (row["tax"], number(row["base"]) >= 0): (number(row["base"]), number(row["amount"]))
            for row in stored[invoice["id"]]
        }
        assert {key: (share.base, share.tax) for key, share in sums.taxes.items()} == told
        if invoice["total_amount_cache"] is not None:
            assert sums.total == number(invoice["total_amount_cache"])


def test_the_names_of_a_company_are_never_given_twice() -> None:
    namer = Namer(Draw(b"noms"))
    names = namer.customers(45) + [namer.supplier() for _ in range(10)] + [namer.person() for _ in range(10)]
    assert len(set(names)) == len(names)
    assert any(name[0].isdigit() for name in names) and any("'" in name for name in names)
    assert all(siren[-1] == luhn(siren[:-1]) for siren in (namer.siren() for _ in range(20)))


def test_no_family_name_is_a_word() -> None:
    """So an employee's, in a sentence, is nothing else: neither a word of the lab, nor of another name."""
    surnames = {fold(name) for name in names._joined("surname_beginnings", "surname_endings")}
    pieces = (piece for kind, some in names.WORDS.items() if not kind.startswith("surname") for piece in some)
    folder = load_lab("extraction-pgi").folder
    told = (path.read_text("utf-8") for path in folder.rglob("*") if path.suffix in (".md", ".yaml", ".html"))
    towns = names._joined("town_heads", "town_tails")
    assert len(surnames) > 400 and not surnames & set(fold(" ".join((*pieces, *told, *towns))).split())


def test_the_quotas_fit_the_history() -> None:
    """A history that grows poorer is refused here rather than by one candidate in a hundred."""
    for rank in range(volume(2, 12)):
        generator._individualise(database := Database(original()), f"place-{rank}".encode())
        database.close()
    assert agenda.ROWS == 230
