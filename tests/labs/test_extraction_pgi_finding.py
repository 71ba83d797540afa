"""Where a summary of extraction-pgi gives its figures: down, across, in a crossed table or a pivot, and in no other list."""

from __future__ import annotations

from datetime import date

from pgi_sheets import CUSTOMERS, DATA, MONTHS, TOTALS, VARIANT, changed, grids_of, lines, made, read_of, synthesis


def test_figures_are_found_across_and_in_a_crossed_table() -> None:
    crossed = [
        ["", *MONTHS, "Total"],
        ["00007", 150.5, None, -50.5, ("=SUM(B2:D2)", 100.0)],
        ["00012", None, 200.0, None, ("=SUM(B3:D3)", 200.0)],
        ["00019", None, 75.25, None, ("=SUM(B4:D4)", 75.25)],
        ["00034", None, None, 310.0, ("=SUM(B5:D5)", 310.0)],
        ["Total", ("=SUM(B2:B5)", 150.5), ("=SUM(C2:C5)", 275.25), ("=SUM(D2:D5)", 259.5), ("=SUM(E2:E5)", 685.25)],
    ]
    found, _, _ = made(crossed)
    assert [one.cell for one in found.months.figures.spots.values()] == ["B6", "C6", "D6"]
    assert [one.cell for one in found.customers.figures.spots.values()] == ["E2", "E3", "E4", "E5"]


def test_a_compact_pivot_tells_a_customer_by_code_then_by_name() -> None:
    compact = [["Étiquettes", "Somme"]]
    for code, value in (("00007", 100.0), ("00012", 200.0), ("00019", 75.25), ("00034", 310.0)):
        compact += [[code, value], [CUSTOMERS[code], value]]
    found, _, _ = made([*compact, ["Total", 685.25]])
    assert [spot.cell for spot in found.customers.figures.spots.values()] == ["B2", "B4", "B6", "B8"]


def test_of_two_lists_of_customers_that_with_codes_is_read() -> None:
    named = [[*line[1:2], None, *line[2:]] if line and line[0] in CUSTOMERS else line for line in TOTALS]
    below = [
        ["Code", "Total"],
        *([code, ("=C9", value)] for code, value in zip(CUSTOMERS, (100.0, 200.0, 75.25, 310.0), strict=True)),
    ]
    one = made([*named, [], *below])[0].customers
    one.expect_coded()
    assert one.figures.spots["00007"].cell == "B19"


def test_between_a_typed_copy_and_formulas_the_formulas_are_read() -> None:
    copies = [[*line, line[1][1] if len(line) == 2 and isinstance(line[1], tuple) else None] for line in TOTALS]
    found, _, _ = made(copies)
    assert found.months.figures.line == 2
    found.months.expect_calculated()


def test_ranks_under_the_codes_are_no_codes() -> None:
    first = [
        ["Rang", "Client", "Total HT"],
        [7.0, "3D Atelier", 310.0],
        [12.0, "Menuiserie Morel", 200.0],
        [19.0, "x", 75.25],
    ]
    one, _, _ = made([*TOTALS, [], *first])
    assert [spot.cell for spot in one.customers.figures.spots.values()] == ["C9", "C10", "C11", "C12"]


def test_a_rank_tells_a_month_even_where_other_sheets_tell_it_in_full() -> None:
    ranks = changed(TOTALS, {(3, 1): 11.0, (4, 1): 12.0, (5, 1): 1.0})
    delivered = [
        ["Livré le", "Quantité"],
        *([date(2025, 11, day), 3.0] for day in range(1, 9)),
        [date(2025, 12, 3), 2.0],
    ]
    book, found = grids_of((DATA, lines()), ("Livraisons", [*delivered, [date(2026, 1, 9), 1.0]]), ("Synthèse", ranks))
    read = read_of(found)
    months = synthesis.Synthesis(book, found, read, VARIANT).months
    assert (months.sheet, [spot.cell for spot in months.figures.spots.values()]) == ("Synthèse", ["B3", "B4", "B5"])
