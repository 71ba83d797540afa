"""The histories are whole, their books hold, and the traps of real life are in them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import lzma
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from etabli.exam.contract.check import import_grader
from etabli.exam.contract.errors import LabError
from etabli.system.settings import repository

books, history = (
    import_grader(repository() / "graders" / "extraction-pgi", f"company.{name}") for name in ("books", "history")
)
FIVE_MEGABYTES = 5_000_000
POSTED_OUT = "account_invoice i WHERE i.type = 'out' AND i.state IN ('posted', 'paid')"


@pytest.fixture(scope="module", params=history.names())
def book(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("histoire") / "entreprise.sqlite"
    path.write_bytes(history.load(request.param))
    with closing(sqlite3.connect(path)) as link:
        link.execute("CREATE TEMP TABLE asked AS SELECT ? AS name", (request.param,))
        yield link


def one(book: sqlite3.Connection, query: str) -> Any:
    return book.execute(query).fetchone()[0]


def number(stored: Any) -> Decimal:
    return Decimal(stored.decode() if isinstance(stored, bytes) else str(stored or 0))


def sums(book: sqlite3.Connection, query: str) -> dict[Any, Decimal]:
    result: dict[Any, Decimal] = defaultdict(Decimal)
    for key, plus, minus in book.execute(query):
        result[key] += number(plus) - number(minus)
    return result


def test_there_is_a_history_and_together_they_are_small() -> None:
    assert history.names()
    assert sum(path.stat().st_size for path in history.FOLDER.iterdir()) <= FIVE_MEGABYTES


def test_the_first_history_is_the_one_that_nobody_named() -> None:
    assert history.load() == history.load(history.names()[0])


def test_the_database_is_whole_and_is_what_its_notice_says(book: sqlite3.Connection) -> None:
    facts = history.facts(one(book, "SELECT name FROM asked"))
    assert one(book, "PRAGMA integrity_check") == "ok"
    assert book.execute("PRAGMA foreign_key_check").fetchall() == []
    counts, posted = facts["counts"], one(book, f"SELECT count(*) FROM {POSTED_OUT}")
    assert counts["customer_invoices"] + counts["credit_notes"] == posted
    assert counts["moves"] == one(book, "SELECT count(*) FROM account_move WHERE state = 'posted'")
    assert facts["versions"]["trytond"].startswith("8.0.")
    assert set(facts["fec"]) == {"2025", "2026"}


@pytest.mark.parametrize("rule", ["moves", "invoices", "taxes", "dates", "reconciliations", "orders", "stocks"])
def test_its_books_hold(book: sqlite3.Connection, rule: str) -> None:
    assert list(getattr(books, rule)(book)) == []


def test_invoices_say_what_the_revenue_accounts_say(book: sqlite3.Connection) -> None:
    revenue = sums(
        book,
        "SELECT i.id, l.credit, l.debit FROM account_invoice i JOIN account_move_line l ON l.move = i.move "
        "JOIN account_account a ON a.id = l.account WHERE i.type = 'out' AND a.code LIKE '70%'",
    )
    assert revenue == sums(book, f"SELECT i.id, i.untaxed_amount_cache, 0 FROM {POSTED_OUT}")


def test_each_invoice_has_one_maturity_and_numbers_follow_dates(book: sqlite3.Connection) -> None:
    lines = "SELECT count(*) FROM account_invoice i JOIN account_move_line l ON l.move = i.move AND l.account = i.account GROUP BY i.id"
    assert set(book.execute(lines)) == {(1,)}
    for prefix in ("FC2025-", "FC2026-", "AV2025-", "AV2026-"):
        rows = book.execute(
            "SELECT number, invoice_date FROM account_invoice WHERE number LIKE ? ORDER BY number", (f"{prefix}%",)
        ).fetchall()
        assert [number for number, _ in rows] == [f"{prefix}{rank:05d}" for rank in range(1, len(rows) + 1)]
        assert [date for _, date in rows] == sorted(date for _, date in rows)


def test_the_traps_of_real_life_are_there(book: sqlite3.Connection) -> None:
    states = Counter(
        dict(book.execute("SELECT state, count(*) FROM account_invoice WHERE type = 'out' GROUP BY state").fetchall())
    )
    assert states["draft"] >= 10 and states["cancelled"] >= 5 and states["paid"] >= 200 and states["posted"] >= 30
    assert one(book, "SELECT count(*) FROM account_invoice WHERE state = 'draft' AND invoice_date IS NOT NULL") >= 10
    assert one(book, f"SELECT count(*) FROM {POSTED_OUT} AND i.number LIKE 'AV%'") >= 24
    mixed = f"SELECT i.id FROM {POSTED_OUT} AND (SELECT count(*) FROM account_invoice_tax t WHERE t.invoice = i.id) > 1"
    assert one(book, f"SELECT count(*) FROM ({mixed})") >= 60
    rates = "SELECT DISTINCT x.rate FROM account_invoice_tax t JOIN account_tax x ON x.id = t.tax"
    assert {number(rate) for (rate,) in book.execute(rates)} == {Decimal("0.2"), Decimal("0.055")}
    shifted = "accounting_date IS NOT NULL AND substr(accounting_date, 1, 7) != substr(invoice_date, 1, 7)"
    assert one(book, f"SELECT count(*) FROM account_invoice WHERE {shifted}") >= 12
    assert one(book, "SELECT count(*) FROM sale_sale WHERE state IN ('draft', 'quotation')") >= 12
    paid_in_part = (
        "account_invoice i WHERE i.type = 'out' AND i.state = 'posted' AND EXISTS "
        '(SELECT 1 FROM "account_invoice-account_move_line" p WHERE p.invoice = i.id)'
    )
    assert one(book, f"SELECT count(*) FROM {paid_in_part}") >= 10
    manual = "account_move m JOIN account_journal j ON j.id = m.journal WHERE j.code = 'OD' AND m.origin IS NULL"
    assert one(book, f"SELECT count(*) FROM {manual}") >= 24


def test_edges_of_months_are_there(book: sqlite3.Connection) -> None:
    dates = {dt.date.fromisoformat(date) for (date,) in book.execute(f"SELECT i.invoice_date FROM {POSTED_OUT}")}
    last = {(day.year, day.month) for day in dates if (day + dt.timedelta(days=1)).day == 1}
    first = {(day.year, day.month) for day in dates if day.day <= 3}
    assert len({(day.year, day.month) for day in dates}) == 18
    assert len(last) >= 15 and len(first) >= 15


def test_customers_are_as_in_life(book: sqlite3.Connection) -> None:
    names = dict(book.execute("SELECT p.code, p.name FROM party_party p WHERE p.id IN (SELECT party FROM sale_sale)"))
    assert all(len(code) == 5 and code.startswith("00") and code.isdigit() for code in names)
    assert {"Menuiserie Lefèvre", "Menuiserie Lefebvre", "L'Îlot d'Ébène", "3D Atelier"} <= set(names.values())
    two = "SELECT party FROM party_address WHERE party IN (SELECT party FROM sale_sale) GROUP BY party HAVING count(*) > 1"
    assert one(book, f"SELECT count(*) FROM ({two})") >= 1


def test_the_company_makes_delivers_and_counts_its_hours(book: sqlite3.Connection) -> None:
    assert one(book, "SELECT count(*) FROM production WHERE state = 'done'") >= 12
    assert one(book, "SELECT count(*) FROM stock_shipment_out WHERE state = 'done'") >= 200
    assert one(book, "SELECT count(*) FROM timesheet_line") >= 500
    assert one(book, "SELECT count(DISTINCT work) FROM timesheet_line") >= 6
    assert one(book, "SELECT count(*) FROM company_employee") == 8


def test_one_person_uses_it_and_nobody_has_a_password(book: sqlite3.Connection) -> None:
    users = book.execute("SELECT login, active, password_hash FROM res_user ORDER BY id").fetchall()
    assert [(login, active) for login, active, _ in users if active] == [("admin", 1), ("assistant", 1)]
    assert {password for _, _, password in users} == {None}
    for table in ("ir_model_log", "ir_queue", "ir_session", "res_user_login_attempt"):
        assert one(book, f"SELECT count(*) FROM {table}") == 0


def test_nothing_of_the_day_it_was_made_remains(book: sqlite3.Connection) -> None:
    assert one(book, "SELECT max(post_date) FROM account_move") <= "2026-06-30"
    stamps = {
        row[0][:10]
        for table in ("account_move", "party_party", "ir_ui_view")
        for row in book.execute(f"SELECT create_date FROM {table}")
    }
    assert stamps == {"2026-06-30"}


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ETABLI_ROOT", str(tmp_path))
    place = tmp_path / "histories"
    place.mkdir()
    monkeypatch.setattr(history, "FOLDER", place)
    (place / "essai.sqlite.xz").write_bytes(lzma.compress(b"un livre"))
    (place / "essai.json").write_text(json.dumps({"sha256": hashlib.sha256(b"un livre").hexdigest()}))
    return place


def test_a_history_that_is_intact_is_read(kept: Path) -> None:
    assert history.load() == history.load("essai") == b"un livre"


@pytest.mark.parametrize(
    "content", [lzma.compress(b"un autre livre"), lzma.compress(b"un livre")[:-9], b"", b"PK\x03\x04"]
)
def test_a_damaged_history_says_which_file_and_what_to_do(kept: Path, content: bytes) -> None:
    (kept / "essai.sqlite.xz").write_bytes(content)
    with pytest.raises(LabError, match=r"« histories/essai\.sqlite\.xz » n'est pas .* « make histoires-pgi »"):
        history.load("essai")


@pytest.mark.parametrize("content", ["", "[]", "{", '{"sha256": 7}'])
def test_a_damaged_notice_says_so(kept: Path, content: str) -> None:
    (kept / "essai.json").write_text(content)
    with pytest.raises(LabError, match=r"n'est pas celle qui a été vérifiée"):
        history.load("essai")


@pytest.mark.parametrize("file", ["essai.sqlite.xz", "essai.json"])
def test_a_missing_history_says_which_file_and_what_to_do(kept: Path, file: str) -> None:
    (kept / file).unlink()
    with pytest.raises(LabError, match=rf"{file} » manque : .* « make histoires-pgi »"):
        history.load("essai")


def test_no_history_at_all_says_what_to_do(kept: Path) -> None:
    for path in kept.iterdir():
        path.unlink()
    with pytest.raises(LabError, match=r"aucune histoire .* « make histoires-pgi »"):
        history.load()


def test_the_plan_of_a_seed_is_always_the_same_and_never_after_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(repository() / "images" / "erp"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    from history import chance, plan  # type: ignore[import-not-found]

    made = chance.make("ponant")
    assert made == chance.make("ponant") and made != chance.make("argoat")
    for sale in made.sales:
        assert plan.START <= sale.date <= sale.invoice_date <= plan.TODAY or sale.state != "processed"
        if sale.accounting_date:
            assert sale.accounting_date.year == sale.invoice_date.year
            assert sale.accounting_date.month != sale.invoice_date.month
        floor = sale.accounting_date or sale.invoice_date
        assert all(floor <= day <= plan.TODAY for day, _ in sale.payments)
