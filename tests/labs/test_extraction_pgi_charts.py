"""The charts of extraction-pgi: they stand on the right totals, follow them, and are read without the table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pgi_sheets import (
    DATA,
    ROWS,
    TOTALS,
    VARIANT,
    changed,
    charts,
    computed,
    grids_of,
    lines,
    read_lines,
    read_of,
    synthesis,
)
from refused import failure, observed

from etabli.exam.tools.book import Book, Chart, DefinedName, Series


def the_charts(*all_charts: Chart) -> Any:
    book, found = grids_of((DATA, lines()), ("Synthèse", TOTALS), **{"Synthèse": {"charts": all_charts}})
    read = read_of(found)
    return charts.Charts(book, found, synthesis.Synthesis(book, found, read, VARIANT).charted())


def chart(values: str | None = "Synthèse!B3:B5", names: str | None = "Synthèse!A3:A5", **more: Any) -> Chart:
    facts = {"title": "Ventes par mois", "x_title": "Mois", "y_title": "Euros", "anchor": "D2"} | more
    return Chart(facts.pop("kind", "bar"), series=(Series(categories_ref=names, values_ref=values),), **facts)


def test_a_right_chart_shows_months_or_customers() -> None:
    by_customer = {"title": "Ventes par client"}
    for right in (
        chart(),
        chart("Synthèse!C9:C12", "Synthèse!A9:B12", **by_customer),
        chart("Synthèse!C9:C12", "Synthèse!B9:B12", **by_customer),
    ):
        one = the_charts(chart("Synthèse!B15:B16", "Synthèse!A15:A16"), right)
        one.expect_one()
        one.expect_right()
        one.expect_readable()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (chart("Synthèse!B3:B6", "Synthèse!A3:A6"), "il montre aussi « Total » (Synthèse!B3:B6)"),
        (chart("Synthèse!B3:B4", "Synthèse!A3:A4"), "il ne montre que 2 mois (Synthèse!B3:B4) : janvier 2026 n'y est pas"),
        (chart("Synthèse!C9:C11", "Synthèse!B9:B11"), "il ne montre que 3 clients (Synthèse!C9:C11) : il y manque 1 client, ou une ligne « Autres » qui les additionne"),
        (chart("Synthèse!D9:D12", "Synthèse!A9:A12"), "les cellules qu'il montre (Synthèse!D9:D12) ne sont pas les totaux de ses étiquettes"),
        (chart("Synthèse!B3:B5", None), "ses étiquettes ne sont ni les mois ni les clients"),
        (chart(None), "ses valeurs sont tapées dans le graphique, elles ne suivront pas le tableau"),
    ],
)  # fmt: skip
def test_a_chart_on_other_cells_is_told(wrong: Chart, told: str) -> None:
    assert (
        observed(the_charts(wrong).expect_right)
        == f"Graphique « Ventes par mois » de la feuille « Synthèse » : {told}."
    )


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (chart(title=None), "il n'a pas de titre"),
        (
            chart(title=None, x_title=None, y_title=None),
            "il n'a pas de titre, ni de titres d'axes, ni d'étiquettes de données",
        ),
        (chart(title="Titre du graphique"), "son titre est resté « Titre du graphique »"),
        (chart(x_title=None, y_title=None), "ni titres d'axes ni étiquettes de données"),
        (chart(title="Graphique 1"), "son titre est resté « Graphique 1 »"),
        (chart(title="Mon diagramme"), "son titre est resté « Mon diagramme »"),
        (chart(y_title=None), "l'axe des montants n'a pas de titre : on ne lit pas leur unité"),
        (chart(y_title="Titre de l'axe"), "l'axe des montants n'a pas de titre : on ne lit pas leur unité"),
        (chart(kind="radar"), "c'est un radar : des barres ou une courbe se lisent mieux"),
    ],
)
def test_a_chart_that_cannot_be_read_alone_is_told(wrong: Chart, told: str) -> None:
    assert observed(the_charts(wrong).expect_readable) == f"Graphique de la feuille « Synthèse » : {told}."


@pytest.mark.parametrize(
    ("least", "most", "told"),
    [
        (3000.0, 6000.0, "l'axe des montants va de 3 000,00 à 6 000,00, et on ne voit aucun des totaux (de 150,50 à 275,25)"),
        (276.0, None, "on ne voit aucun des totaux"),
        (None, 100.0, "on ne voit aucun des totaux"),
        (0.0, 2800.0, "on ne distingue plus les totaux"),
        (-3000.0, None, "on ne distingue plus les totaux"),
        (None, None, ""), (0.0, 300.0, ""), (100.0, 300.0, ""), (None, 2000.0, ""), (150.0, None, ""), (-500.0, 500.0, ""),
    ],
)  # fmt: skip
def test_an_axis_that_hides_the_totals_is_told(least: float | None, most: float | None, told: str) -> None:
    drawn = chart()
    one = the_charts(replace(drawn, series=(replace(drawn.series[0], least=least, most=most),)))
    one.expect_right()
    if not told:
        one.expect_readable()
        return
    found = failure(one.expect_readable)
    assert told in found.observed and "Automatique" in (found.help or "")


@pytest.mark.parametrize(
    ("scales", "told", "next_step"),
    [
        (["percent"], "il est « 100 % » : tout y monte jusqu'en haut", "Groupé"),
        (["percent", "percent"], "il est « 100 % » : tout y monte jusqu'en haut", "Groupé"),
        (["log"], "l'axe des montants est logarithmique", "Échelle logarithmique"),
        (["", "percent"], "", ""),
        ([""], "", ""),
    ],
)
def test_heights_that_are_no_amounts_are_told(scales: list[str], told: str, next_step: str) -> None:
    """Of months, or of parts of months one upon the other: shares of each month hide its total too."""
    drawn = chart()
    more = [Series("A1", "Quantités", "Synthèse!A3:A5", "Synthèse!C9:C11")] * (len(scales) - 1)
    series = tuple(replace(one, scale=scale) for one, scale in zip([drawn.series[0], *more], scales, strict=True))
    one = the_charts(replace(drawn, series=series, legend=True))
    one.expect_right()
    if not told:
        one.expect_readable()
        return
    found = failure(one.expect_readable)
    assert told in found.observed and next_step in (found.help or "")
    the_charts(replace(drawn, series=series, legend=True), drawn).expect_readable()


@pytest.mark.parametrize(
    ("title", "wrong"),
    [
        ("Salariés par service", True), ("Ventes par client", True), ("CA par articles", True),
        ("Ventes par client et par mois", False), ("Ventes clients", False), ("Évolution mensuelle", False),
        ("Chiffre d'affaires par période", False), ("Ventes par jour, de novembre à janvier", False),
    ],
)  # fmt: skip
def test_a_title_that_says_other_labels_is_told(title: str, wrong: bool) -> None:
    one = the_charts(chart(title=title))
    if not wrong:
        one.expect_readable()
        return
    told = failure(one.expect_readable)
    assert "son titre dit « par " in told.observed and told.observed.endswith(", et il montre les mois.")
    assert "Ventes HT par mois" in (told.help or "")


def test_a_chart_on_a_typed_copy_is_told() -> None:
    copy = [*TOTALS, [], *([line[0], line[1][1]] for line in TOTALS[2:5])]
    moved = changed(copy, {(line, 2): ("", value + 10) for line, value in ((3, 150.5), (4, 275.25), (5, 259.5))})
    after = computed((DATA, lines()), ("Synthèse", moved))

    def follows(values: str) -> None:
        shown = {"Synthèse": {"charts": (chart(values, values.replace("B", "A")),)}}
        book, found = grids_of((DATA, lines()), ("Synthèse", copy), **shown)
        read = read_of(found)
        one = synthesis.Synthesis(book, found, read, VARIANT)
        first = {read.lines[0].row, read.lines[2].row, read.lines[4].row}
        more = lines(
            [one | {"montant": str(float(one["montant"]) + 10 * (n in first))} for n, one in enumerate(ROWS, 2)]
        )
        tried = synthesis.Tried(after, one.analyse(read_lines(more).lines), "tous les montants changés")
        drawn = charts.Charts(book, found, one.charted())
        drawn.expect_right()
        drawn.expect_follows(after, one.charted(tried), tried.told)

    follows("Synthèse!B3:B5")
    assert observed(lambda: follows("Synthèse!B18:B20")) == (
        "Graphique de la feuille « Synthèse » : dans une copie, avec tous les montants changés, les cellules qu'il montre "
        "(Synthèse!B18:B20) ne suivent pas."
    )


def test_a_chart_may_put_the_other_customers_together() -> None:
    for rest, told in ((75.25, ""), (80.0, "il montre aussi « Autres clients »")):
        rows = [
            *TOTALS,
            [],
            *([TOTALS[n][1], ("=C9", TOTALS[n][2][1])] for n in (8, 9, 11)),
            ["Autres clients", ("=1*C11", rest)],
        ]
        shown = {"Synthèse": {"charts": (chart("Synthèse!B18:B21", "Synthèse!A18:A21", kind="pie", labels=True),)}}
        book, found = grids_of((DATA, lines()), ("Synthèse", rows), **shown)
        read = read_of(found)
        drawn = charts.Charts(book, found, synthesis.Synthesis(book, found, read, VARIANT).charted())
        if told:
            assert told in observed(drawn.expect_right)
        else:
            drawn.expect_right()


def test_some_customers_of_a_chart_are_the_first_ones() -> None:
    for kept, last, told in ((11, 100.0, True), (8, 75.25, False)):
        rows = [
            *TOTALS,
            [],
            *([TOTALS[n][0], (f"=C{n + 1}", TOTALS[n][2][1])] for n in (9, kept, 10 if kept == 11 else 11)),
            ["Autres", ("=1*C9", last)],
        ]
        shown = {"Synthèse": {"charts": (chart("Synthèse!B18:B21", "Synthèse!A18:A21"),)}}
        book, found = grids_of((DATA, lines()), ("Synthèse", rows), **shown)
        made = synthesis.Synthesis(book, found, read_of(found), VARIANT).charted()
        charts.Charts(book, found, made, first=False).expect_right()
        drawn = charts.Charts(book, found, made)
        if told:
            caught = failure(drawn.expect_right)
            assert (
                "il montre « Autres » et 3 clients qui ne sont pas les premiers (Synthèse!B18:B21)" in caught.observed
            )
            assert caught.help == charts._FIRST
        else:
            drawn.expect_right()


def test_a_chart_may_be_in_thousands_or_rounded() -> None:
    for scaled in ((0.15, 0.28, 0.26), (151.0, 275.0, 260.0), (0.1505, 0.27525, 0.2595)):
        rows = [*TOTALS, [], *([TOTALS[2 + n][0], ("=B3", value)] for n, value in enumerate(scaled))]
        shown = {"Synthèse": {"charts": (chart("Synthèse!B18:B20", "Synthèse!A18:A20"),)}}
        book, found = grids_of((DATA, lines()), ("Synthèse", rows), **shown)
        read = read_of(found)
        charts.Charts(book, found, synthesis.Synthesis(book, found, read, VARIANT).charted()).expect_right()


def test_a_chart_may_show_names() -> None:
    shown = (DefinedName("lesTotaux", "Synthèse!B3:B5"), DefinedName("lesMois", "Synthèse!A3:A5"))
    one = chart("Synthèse!lesTotaux", "analyse.xlsx!lesMois")
    book, found = grids_of((DATA, lines()), ("Synthèse", TOTALS), **{"Synthèse": {"charts": (one,)}})
    book = Book(book.sheets, shown)
    read = read_of(found)
    charts.Charts(book, found, synthesis.Synthesis(book, found, read, VARIANT).charted()).expect_right()


def test_labels_stand_for_axes_and_a_pie_has_few_slices() -> None:
    the_charts(chart(x_title=None, y_title=None, labels=True)).expect_readable()
    the_charts(chart(kind="pie", x_title=None, y_title=None, legend=True)).expect_readable()
    many = chart("Synthèse!B3:B15", "Synthèse!A3:A15", kind="pie", labels=True)
    assert "un disque de 13 parts" in observed(the_charts(many).expect_readable)
    assert "aucun graphique" in observed(the_charts().expect_one)
    assert "vide" in observed(the_charts(Chart("bar")).expect_one)
