"""A company made for a candidate is still Tryton's: it opens, agrees with the oracle, posts, and exports the FEC."""

from __future__ import annotations

import json
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from etabli.exam.contract.check import import_grader
from etabli.exam.contract.plain import plain
from etabli.sandbox import images
from etabli.system.settings import repository

SEED = b"une entreprise que Tryton relit"
GRADER = repository() / "graders" / "extraction-pgi"
connect = import_grader(GRADER, "company.database").connect
make_company = import_grader(GRADER, "company.generator").make_company
CLERK = Path(__file__).with_name("erp_clerk.py")


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    return dict(plain(import_grader(GRADER, "variant").make(SEED, SEED)))


pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def told(data: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Tryton itself says of the company."""
    folder = tmp_path_factory.mktemp("pgi")
    folder.chmod(0o777)
    (folder / "entreprise.sqlite").write_bytes(make_company(SEED))
    (folder / "entreprise.sqlite").chmod(0o666)
    shutil.copy(CLERK, folder / "clerk.py")
    asked = {"from": data["period"]["from"], "to": data["period"]["to"], "customer": next(iter(data["aged"]))}
    command = [
        "docker",
        "run",
        "--rm",
        "--network=none",
        f"--volume={folder}:/srv/pgi",
        "--env=TRYTOND_DATABASE__PATH=/srv/pgi",
    ]
    command += [images.tag("erp"), "python3", "/srv/pgi/clerk.py", json.dumps(asked)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_tryton_computes_the_same_invoices(told: dict[str, Any]) -> None:
    assert told["totals"]["wrong"] == []
    query = "SELECT number, untaxed_amount_cache, tax_amount_cache, total_amount_cache FROM account_invoice WHERE type = 'out' AND number <> ''"
    stored = {
        number: [Decimal(value.decode()) for value in values]
        for number, *values in connect(make_company(SEED)).execute(query)
    }
    computed = {number: [Decimal(value) for value in values] for number, values in told["totals"]["invoices"].items()}
    assert len(computed) > 200
    assert computed == stored


def test_the_oracle_is_what_tryton_says(data: dict[str, Any], told: dict[str, Any]) -> None:
    inside = {row["numero"] for row in data["rows"]}
    untaxed = sum(Decimal(values[0]) for number, values in told["totals"]["invoices"].items() if number in inside)
    tax = sum(Decimal(values[1]) for number, values in told["totals"]["invoices"].items() if number in inside)
    assert untaxed == Decimal(data["total"])
    assert tax == sum(Decimal(vat["tax"]) for vat in data["vat"].values())
    owed = {code: Decimal(value) for code, value in told["totals"]["owed"].items()}
    assert owed == {code: Decimal(parts["total"]) for code, parts in data["aged"].items() if Decimal(parts["total"])}


def test_the_ledger_is_what_tryton_says(data: dict[str, Any], told: dict[str, Any]) -> None:
    assert Decimal(told["balances"]["411"]) == Decimal(data["aged_totals"]["total"])
    assert sum(map(Decimal, told["balances"]["period"].values())) == Decimal(data["ledger"]["total"])


def test_orders_and_stock_are_as_tryton_would_have_them(told: dict[str, Any]) -> None:
    assert told["orders"] == []


def test_one_more_invoice_takes_the_next_number(told: dict[str, Any]) -> None:
    numbers = sorted(number for number in told["totals"]["invoices"] if number.startswith("FC2026-"))
    assert told["new_invoice"]["state"] == "posted"
    assert told["new_invoice"]["number"] == f"FC2026-{int(numbers[-1][-5:]) + 1:05d}"
    assert len(numbers) == int(numbers[-1][-5:])
    assert told["found"] >= 1


def test_the_french_export_of_entries_balances(told: dict[str, Any]) -> None:
    moves = (
        connect(make_company(SEED))
        .execute("SELECT substr(date, 1, 4), COUNT(*) FROM account_move GROUP BY 1")
        .fetchall()
    )
    for year, count in moves:
        export = told["fec"][year]
        assert export["columns"] == 18
        assert export["debit"] == export["credit"] != "0"
        assert export["moves"] == count
