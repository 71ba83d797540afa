"""How the tables of a report are read: titles, hidden sheets, the vocabulary, and the place of a failure."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from password_works import (
    Rows,
    audit,
    data,
    findings,
    mistakes,
    reading,
    rights,
    sheet,
    the_review,
    typed,
    vocabulary,
    work,
)
from refused import failure, observed

from etabli.exam import Cells, Line
from etabli.exam.contract.causes import root_of
from etabli.exam.runner.request import Wanted
from etabli.exam.tools.asked import AskedFiles
from etabli.kit import tables


def test_titles_are_found_wherever_they_are_and_however_they_are_written() -> None:
    one = data()["findings"][0]
    rows = [
        ["Audit de mai"],
        [],
        ["n°", "GRAVITE", "Type de risque", "Compte concerné", "Systeme", "Preuves", "Recommandations", "Source(s)"],
        ["1", "critique", "Liste de fuites", one["account"].upper(), one["system"].upper(), "p q", "r s", "CNIL"],
        [],
        ["Total", "", "", "", "", "", "", ""],
    ]
    [line] = reading.read_table("a.xlsx", [sheet(rows)], "audit", typed()).lines
    assert (line.number, line.kind.id, line.key) == (4, "fuite", f"{one['account']}@{one['system']}")


def test_a_hidden_sheet_is_no_report_and_several_sheets_are_one() -> None:
    rows = findings.grid(findings.report(data()), findings.AUDIT)
    hidden = [sheet(rows, hidden=True), sheet([["Bonjour"]])]
    assert "colonne" in observed(lambda: reading.read_table("a.xlsx", hidden, "audit", typed()))
    table = reading.read_table("a.xlsx", [sheet(rows[:10]), sheet([rows[0], *rows[10:]])], "audit", typed())
    assert len(table.lines) == len(table.risks) == len(data()["findings"])
    cut = [sheet(rows[:1]), sheet(rows, name="Suite", hidden=True)]
    assert "masquées, qui ne sont pas lues" in observed(lambda: reading.read_table("a.xlsx", cut, "audit", typed()))
    cut = [sheet(rows[:10]), sheet([rows[0], *rows[10:]], name="Suite", hidden=True)]
    one = audit.Audit(reading.read_table("a.xlsx", cut, "audit", typed()), typed())
    assert observed(one.expect_share).endswith(
        " La feuille « Suite » est masquée dans a.xlsx : ce qui est masqué n'est pas lu."
    )


def test_of_two_reports_the_lines_of_each_are_told() -> None:
    rows = findings.grid(findings.report(data()), findings.AUDIT)
    books = {"audit.xlsx": [sheet(rows[:10])], "audit.csv": [sheet(rows)]}
    asked = AskedFiles({"audit": Wanted("Relevé d'audit", tuple(books), tuple(books))}, list(books))
    made = work.Work(asked, None, SimpleNamespace(tables=books.get), None, typed(), None)
    for _time in range(2):
        told = failure(lambda: made.audit)
        assert (
            f"« audit.xlsx » a 9 lignes remplies et « audit.csv » a {len(rows) - 1} lignes remplies." in told.observed
        )
        assert root_of(told) is None, "it comes to an end"


def test_a_hidden_sheet_is_told_once_and_explains_only_what_it_holds() -> None:
    told = " La feuille « Suite » est masquée dans a.xlsx : ce qui est masqué n'est pas lu."
    report, kinds = findings.report(data()), [finding["kind"] for finding in data()["findings"]]
    first = {kind: kinds.index(kind) for kind in reversed(kinds)}
    rows = {at: row for at, row in enumerate(report)}
    held, lost = [rows.pop(first[kind]) for kind in ("fuite", "saison", "parti")], rows.pop(first["dormant"])

    def the(hidden: Rows) -> Any:
        grids = (findings.grid(rows.values(), findings.AUDIT), findings.grid(hidden, findings.AUDIT))
        sheets = [sheet(grids[0]), sheet(grids[1], name="Suite", hidden=True)]
        return audit.Audit(reading.read_table("a.xlsx", sheets, "audit", typed()), typed())

    found = {
        kind: failure(lambda kind=kind: the(held).expect_kind(kind)) for kind in ("fuite", "saison", "parti", "dormant")
    }
    assert [kind for kind, one in found.items() if one.observed.endswith(told)] == ["fuite", "saison", "parti"]
    assert {one.why for one in found.values()} == {"la feuille « Suite » est masquée dans a.xlsx", ""}
    assert found["fuite"].because == ("constats-trouves", "trois-systemes")
    assert found["parti"].because == ("constats-trouves", "trois-systemes", "trouve-fuite", "trouve-saison")
    assert found["dormant"].because == (), "a finding that is nowhere is a failure of its own"
    assert failure(lambda: the([*held, lost]).expect_kind("dormant")).because == found["parti"].because[:4]


def test_what_is_hidden_is_shown_where_it_is_hidden() -> None:
    rows = findings.grid(findings.report(data()), findings.AUDIT)
    table = [sheet(rows[:10]), sheet([rows[0], *rows[10:]], name="Suite", hidden=True)]
    show = reading.read_table("a.xlsx", table, "audit", typed()).show
    assert "onglet" in show and "« Suite »" in show and "filtres" not in show


def test_a_hidden_review_is_told_once() -> None:
    rows = findings.review(data())
    table = [
        sheet(findings.grid(rows[:1], findings.RIGHTS)),
        sheet(findings.grid(rows[1:], findings.RIGHTS), hidden=True),
    ]
    one = rights.Review(reading.read_table("d.xlsx", table, "droits", typed()), typed())
    found = failure(lambda: one.expect_all("reduire"))
    assert found.observed.endswith(" La feuille « Feuille » est masquée dans d.xlsx : ce qui est masqué n'est pas lu.")
    assert found.because == ("droits-desactiver", "droits-second-facteur")
    found = failure(lambda: the_review(rows[:1]).expect_all("reduire"))
    assert not found.because and "masquée" not in found.observed


def test_of_two_titles_that_a_cell_holds_the_first_is_meant() -> None:
    titles = tables._titles(["Nom du compte", "Application", "Risque constaté", "Gravité du constat"],
                            ["compte", "systeme", "risque", "gravite"], reading.ALIASES)  # fmt: skip
    assert titles == {"compte": 0, "systeme": 1, "risque": 2, "gravite": 3}
    cells = ["compte", "action demandée", "motif de l'action"]
    assert tables._titles(cells, ["compte", "action", "motif"], reading.ALIASES)["motif"] == 2


def test_missing_titles_and_empty_tables_are_told() -> None:
    rows = findings.grid(findings.report(data()), findings.AUDIT[:-2])
    told = observed(lambda: reading.read_table("audit.ods", [sheet(rows)], "audit", typed()))
    assert told == "audit.ods : on ne trouve pas de colonne « recommandation » et « source »."
    empty = [sheet([findings.AUDIT])]
    assert "aucune ligne" in observed(lambda: reading.read_table("audit.ods", empty, "audit", typed()))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Réutilisé", "reutilise"),
        ("un mot de passe identique", "reutilise"),
        ("SHA-1", "empreinte-faible"),
        ("Compte partagé.", "partage"),
        ("Sans 2FA", "sans-2fa"),
        ("compte de personne partie", None),
        ("mot de passe faible", None),
        ("", None),
    ],
)
def test_the_vocabulary_is_declared(text: str, kind: str | None) -> None:
    term = vocabulary.understood(text, vocabulary.KINDS)
    assert (term.id if term else None) == kind


def test_no_word_means_two_things() -> None:
    for terms in (vocabulary.KINDS, vocabulary.ACTIONS, vocabulary.SYSTEMS):
        names = [name for term in terms for name in term.names()]
        assert len(names) == len(set(names))


def places(path: str, *rows_of: Rows) -> Any:
    made = [
        sheet(findings.grid(rows, findings.AUDIT), name=f"Feuille {number}") for number, rows in enumerate(rows_of, 1)
    ]
    return audit.Audit(reading.read_table(path, made, "audit", typed()), typed())


def test_a_failure_of_the_report_has_its_line_or_its_cells() -> None:
    rows = findings.report(data())
    rows[1] |= {"Gravité": "grave"}
    rows[2] |= {"Compte": "z.inconnu"}
    column = findings.AUDIT.index("Gravité")
    wanted = f"{'ABCDEFG'[column]}3"
    assert failure(places("audit.csv", rows).expect_known_words).at == Line("audit.csv", 3)
    assert failure(places("audit.xlsx", rows).expect_known_words).at == Cells("Feuille 1", [wanted], path="audit.xlsx")
    assert failure(places("audit.ods", rows).expect_known_accounts).at == Cells("Feuille 1", ["A4"], path="audit.ods")
    wrong = places("audit.xlsx", mistakes.everyone(data()))
    assert len(failure(wrong.expect_no_mob).at.cells) == tables.MARKED


def test_lines_of_several_sheets_are_told_with_their_sheet() -> None:
    rows = [row | {"Preuve": ""} for row in findings.report(data())]
    told = observed(places("audit.ods", rows[:2], rows[2:]).expect_proofs)
    assert told == (
        f"audit.ods : {len(rows)} lignes sans preuve (lignes 2 et 3 de « Feuille 1 » et lignes 2 à {len(rows) - 1} de "
        "« Feuille 2 »)."
    )
