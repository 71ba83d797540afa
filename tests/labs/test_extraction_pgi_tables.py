"""The tables given to a learner without the ERP hold what the ERP holds: the oracle's figures come out of them."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from seats import CANDIDATE, LABS, secrets_of

from etabli.lab.variant import Purpose, Seat, make_variant

LAB = "extraction-pgi"


@pytest.fixture(params=range(4))
def given(request: pytest.FixtureRequest) -> tuple[object, dict[str, list[dict[str, str]]]]:
    variant = make_variant(Seat(LABS[LAB], CANDIDATE), secrets_of(LAB)[request.param], Purpose.ATELIER)
    files = variant.csv_files().items()
    return variant.made, {
        name: list(csv.DictReader(io.StringIO(content.decode()), delimiter=";")) for name, content in files
    }


def total(rows: list[dict[str, str]], name: str) -> Decimal:
    return sum((Decimal(row[name]) for row in rows), Decimal(0))


def test_the_demanded_lines_are_among_others(given) -> None:  # type: ignore[no-untyped-def]
    variant, tables = given
    rows, period = tables["lignes-de-factures-client.csv"], variant.period
    inside = [row for row in rows if period["from"] <= row["Facture/Date de facturation"] <= period["to"]]
    chosen = [row for row in inside if row["Facture/État (string)"] in ("Comptabilisé", "Payée")]
    assert total(chosen, "Montant") == Decimal(variant.total)
    assert len(chosen) == len(variant.rows) < len(inside) < len(rows)


def test_what_customers_owe_is_there(given) -> None:  # type: ignore[no-untyped-def]
    variant, tables = given
    owed = tables["factures-client-comptabilisees.csv"]
    assert total(owed, "Montant à payer") == Decimal(variant.aged_totals["total"])
    assert {row["Tiers/Code"] for row in owed} == set(variant.aged)


def test_the_ledger_is_there(given) -> None:  # type: ignore[no-untyped-def]
    variant, tables = given
    rows, period = tables["lignes-d-ecritures-comptables.csv"], variant.period
    booked = [row for row in rows if period["from"] <= row["Date effective"] <= period["to"]]
    sales = [row for row in booked if row["Compte"].startswith("70")]
    assert total(sales, "Crédit") - total(sales, "Débit") == Decimal(variant.ledger.total)


def test_the_asked_figure_comes_out_of_its_table(given) -> None:  # type: ignore[no-untyped-def]
    variant, tables = given
    (rows,) = [rows for name, rows in tables.items() if name in FIGURES]
    day = "Date" if "Date" in rows[0] else "Date effective"
    own = [row for row in rows if variant.figure.what in row.values()]
    inside = [row for row in own if variant.period["from"] <= row[day] <= variant.period["to"]]
    done = [row for row in inside if row.get("État (string)", "Effectué") in ("Effectué", "Terminée")]
    found = total(done, "Quantité") if "Quantité" in rows[0] else total(done, "Durée") / 3600
    assert found == Decimal(variant.figure_value.value)


FIGURES = ("lignes-de-releves.csv", "mouvements-vers-les-clients.csv", "productions.csv")
