"""Workbooks computed for real: what is right passes, and one check per cause ends « failed » with its words."""

from __future__ import annotations

import datetime
from functools import partial

from etabli.exam import Cells, Failed, check
from etabli.exam.tools.workbook import Append, CellError, Edit, OfficeLimit

calcule = partial(check, points=1, palier="essentiel", competences=["C1.1"], timeout=240)
LAST = 41
LINE = {"A": "F999", "B": datetime.date(2025, 12, 3), "C": "00003", "D": 1000.0, "E": 0.2}
ONE_MORE = [Append("Données", LAST, LINE)]


def column(values, sheet, letter, count):
    return [values[sheet, f"{letter}{row}"] for row in range(1, count + 1)]


@calcule()
def check_perime(workbook):
    """What the file remembers is not believed."""
    assert workbook.read("routes.xlsx").sheet("Synthèse").cell("B1").value == 999
    assert workbook.computed("routes.xlsx")["Synthèse", "B1"] == 4780
    assert workbook.computed("routes.xlsx") is workbook.computed("routes.xlsx")


@calcule()
def check_chemins(workbook):
    """One amount changes: every right way to add follows, and nothing else."""
    before, after, again = workbook.trials(
        "routes.xlsx", [[], [Edit("Données", "D5", 1103.0)], [Edit("données", "D5", 103.0)]]
    )
    assert column(before, "Synthèse", "A", 12) == [f"route {number}" for number in range(1, 13)]
    assert column(before, "Synthèse", "B", 12) == [4780.0] * 4 + [595.0] * 8
    assert column(after, "Synthèse", "B", 12) == [5780.0] * 4 + [1595.0] * 8
    totals = {("Synthèse", cell) for cell in ("D1", *(f"B{row}" for row in range(1, 13)))}
    assert set(before.changed(after)) == {("Données", "D5")} | totals
    assert before.changed(again) == []


@calcule()
def check_date_et_texte(workbook):
    """A date moves a line to another month, a code to another customer."""
    before, month, code, gone = workbook.trials(
        "routes.xlsx",
        [
            [],
            [Edit("Données", "B5", datetime.date(2026, 1, 20))],
            [Edit("Données", "C5", "00007")],
            [Edit("Données", "D5", None)],
        ],
    )
    assert (before["Données", "F5"], month["Données", "F5"]) == ("2025-10", "2026-01")
    assert (before["Synthèse", "D1"], month["Synthèse", "D1"]) == (1155.0, 1052.0)
    assert (before["Synthèse", "B6"], code["Synthèse", "B6"]) == (595.0, 492.0)
    assert (gone["Données", "D5"], gone["Synthèse", "B1"]) == (None, 4677.0)
    assert isinstance(before["Données", "B5"], float) and before["Données", "C5"] == "00003"


@calcule()
def check_ligne_ajoutee(workbook):
    """A line under the last one: the table grows as Excel makes it grow."""
    before, after = workbook.trials("ajout.xlsx", [[], ONE_MORE])
    assert [after["Données", f"{letter}42"] for letter in "ABCDEF"] == [
        "F999",
        45994.0,
        "00003",
        1000.0,
        0.2,
        "2025-12",
    ]
    grown = {place for _sheet, place in before.changed(after) if _sheet == "Synthèse"}
    assert grown == {"B1", "B2", "B3", "B4", "B5", "B6", "B7"}, grown
    assert {after["Synthèse", place] - before["Synthèse", place] for place in grown} == {1000.0}
    assert before["Synthèse", "B8"] == after["Synthèse", "B8"] == 4680.0


@calcule()
def check_format_texte(workbook):
    """What is typed in a cell of the format Texte stays a text, as for a person; the format of another line is none of its own."""
    scenarios = [[], ONE_MORE, [Append("Données", LAST + row, LINE | {"E": 20.0}) for row in range(3)]]
    scenarios += [[Edit("Données", "D5", 1103.5)], [Edit("Données", "D6", 1000.0), Edit("Données", "C5", "00007")]]
    for path in ("textes.xlsx", "textes.ods"):
        before, one, three, text, number = workbook.trials(path, scenarios)
        assert [one["Données", f"{letter}42"] for letter in "BCDE"] == ["03/12/2025", "00003", "1000", 0.2]
        assert [three["Données", f"D{row}"] for row in (42, 43, 44)] == ["1000", "1000", 1000.0]
        assert [three["Données", f"E{row}"] for row in (42, 43, 44)] == [20.0, 0.2, 20.0]
        assert (text["Données", "D5"], number["Données", "D6"]) == ("1103,5", 1000.0)
        totals = [values["Synthèse", "B1"] - before["Synthèse", "B1"] for values in (one, three, text, number)]
        assert totals == [0.0, 1000.0, -before["Données", "D5"], 1000.0 - before["Données", "D6"]]


@calcule()
def check_tableau_calcule(documents):
    """A table that is read has what its formulas give, in each row of a merged cell and wherever an array goes."""
    [own] = [sheet.texts for sheet in documents.tables("retenus.xlsx") if sheet.name == "Synthèse"]
    assert own == [["faible", "42", "2", "mot"], ["faible", "", "4"], ["faible", "", "6", "fin"]], own
    lines = documents.tables("retenus.xlsx")[0]
    assert lines.texts[1][:5] == ["F000", "01/10/2025", "00000", "100", "0,2"], lines.texts[1]


@calcule()
def check_tableau_inconnu(documents):
    """One that our office cannot compute is for a person."""
    documents.tables("inconnue.xlsx")


@calcule()
def check_sans_tableau(workbook):
    """No table: whole columns and wide ranges take the line in, exact ones do not; nothing is filled down."""
    before, after = workbook.trials("plages.xlsx", [[], ONE_MORE])
    assert (after["Données", "D42"], after["Données", "F42"]) == (1000.0, None)
    assert [after["Synthèse", f"B{row}"] - before["Synthèse", f"B{row}"] for row in (1, 2, 3)] == [1000.0, 1000.0, 0.0]


@calcule()
def check_ligne_de_totaux(workbook):
    """A table with its row of totals: the line goes above it."""
    for path in ("totaux.xlsx", "sans-nom.xlsx"):
        before, after = workbook.trials(path, [[], ONE_MORE])
        assert (before["Données", "D42"], after["Données", "D42"], after["Données", "D43"]) == (4780.0, 1000.0, 5780.0)
        assert after["Synthèse", "B1"] - before["Synthèse", "B1"] == 1000.0


@calcule()
def check_tableaux_dynamiques(workbook):
    """Arrays of Excel 365 spill as far as they go, what reads A1# too."""
    new = [Append("Données", LAST, {**LINE, "C": "00099"})]
    before, after = workbook.trials("debords.xlsx", [[], new])
    assert column(before, "Synthèse", "A", 9) == [*(f"{code:05d}" for code in range(8)), None]
    assert column(after, "Synthèse", "A", 9) == [*(f"{code:05d}" for code in range(8)), "00099"]
    assert (before["Synthèse", "B9"], after["Synthèse", "B9"]) == (None, 1000.0)
    assert (before["Synthèse", "D1"], after["Synthèse", "D1"]) == (4780.0, 5780.0)
    fixed, still = workbook.trials("anciens.xlsx", [[], new])
    assert (fixed["Synthèse", "A9"], still["Synthèse", "A9"]) == (None, None)


@calcule()
def check_tableaux_par_ligne(workbook):
    """Many arrays that could spill and do not: the office has room for them all."""
    before, after = workbook.trials("par-ligne.xlsx", [[], [Edit("Données", "D5", 1103.0)]])
    rows = [row for row in range(1, 49) if before["Synthèse", f"A{row}"] == "00003"]
    assert len(rows) == 6
    for column_ in "BD":
        cells = {(before["Synthèse", f"{column_}{row}"], after["Synthèse", f"{column_}{row}"]) for row in rows}
        assert cells == {(595.0, 1595.0)}
    assert {(before["Synthèse", f"C{row}"], after["Synthèse", f"C{row}"]) for row in rows} == {(103.0, 1103.0)}


@calcule()
def check_essais_ensemble(workbook):
    """Trials made one after the other in an open workbook give what each gives in a copy of its own."""
    together_as_apart(workbook, "changeant.xlsx")


@calcule()
def check_essais_autres(workbook):
    """In every other kind of workbook too."""
    names = (
        "routes.xlsx",
        "routes.ods",
        "croise.ods",
        "croise.xlsx",
        "croise-tableau.xlsx",
        "debords.xlsx",
        "erreurs.xlsx",
    )
    together_as_apart(workbook, *names)


def together_as_apart(workbook, *paths):
    rows = range(2, LAST + 1)
    scenarios = [
        [Edit("Données", f"D{row}", 10.0 * row) for row in rows],
        [Edit("Données", f"D{row}", float(row)) for row in rows if row % 7 in (0, 1, 4)],
        [Edit("Données", "D5", 1.0)],
        [Edit("Données", "D5", 0.0), Edit("Données", "E7", 0.055)],
        [Edit("Données", f"C{row}", "00004") for row in rows if row % 8 == 5],
        [Edit("Données", "B5", datetime.date(2026, 3, 31)), Edit("Données", "C9", "00099")],
        [Edit("Données", "D5", 1103.0)],
    ]
    copied = Edit("Données", "AB60", None)  # an empty cell is only emptied in a copy
    for path in paths:
        together = [*workbook.trials(path, scenarios), workbook.trials(path, [[]])[0]]
        apart = workbook.trials(path, [[*scenario, copied] for scenario in (*scenarios, [])])
        for number, (one, other) in enumerate(zip(together, apart, strict=True)):
            assert one.pivots == other.pivots, (path, number)
            found, wanted = ([(*cell, type(cell[-1])) for cell in values.cells()] for values in (one, other))
            assert found == wanted, (
                path,
                number,
                [pair for pair in zip(found, wanted, strict=False) if pair[0] != pair[1]][:4],
            )
        assert together[0].changed(together[1]), path


@calcule()
def check_memoire(workbook):
    """A workbook that can remember, or that chance changes, is another copy for each trial."""
    more = [Edit("Données", "D5", 1103.0)]
    for path in ("memoire.xlsx", "hasard.xlsx"):
        totals = [values["Synthèse", "B1"] for values in workbook.trials(path, [[], more, [], more])]
        assert totals == [4780.0, 5780.0, 4780.0, 5780.0], (path, totals)


@calcule()
def check_emballages(workbook):
    """Parts under names of another case, or with the slashes of Windows; an .ods without its mimetype."""
    assert not workbook.computed("routes.ods").changed(workbook.computed("google.ods"))
    whole = workbook.computed("routes.xlsx")
    for path in ("casse.xlsx", "antislash.xlsx"):
        assert not whole.changed(workbook.computed(path)), path


@calcule()
def check_heures(workbook):
    """Times without a day are parts of one."""
    assert workbook.computed("heures.xlsx")["Synthèse", "B1"] == 16.5


@calcule()
def check_croises(workbook):
    """Pivot tables are refreshed, and what reads them; one that reads a table takes a new line in."""
    edit = [Edit("Données", "D5", 1103.0)]
    for path in ("croise.xlsx", "croise-tableau.xlsx", "croise.ods"):
        before, after, more = workbook.trials(path, [[], edit, ONE_MORE])
        [area] = before.pivots
        assert (area.sheet, area.name, area.ref) == ("Synthèse", "TCD1", "A3:B12"), area
        assert [before["Synthèse", f"A{row}"] for row in (4, 11)] == ["00000", "00007"]
        assert [before["Synthèse", "B7"], after["Synthèse", "B7"]] == [595.0, 1595.0], path
        assert [before["Synthèse", "B12"], after["Synthèse", "B12"]] == [4780.0, 5780.0], path
        assert [before["Synthèse", "D7"], after["Synthèse", "D7"]] == [595 / 4780, 1595 / 5780]
        assert more["Synthèse", "B7"] == (1595.0 if path == "croise-tableau.xlsx" else 595.0), path


@calcule()
def check_ods(workbook):
    """An .ods of LibreOffice: French in its window, the same formulas in its file."""
    before, after = workbook.trials("routes.ods", [[], [Edit("Données", "D5", 1103.0)]])
    assert column(before, "Synthèse", "B", 12) == [4780.0] * 4 + [595.0] * 8
    assert column(after, "Synthèse", "B", 12) == [5780.0] * 4 + [1595.0] * 8
    before, after = workbook.trials("ajout.ods", [[], ONE_MORE])
    assert after["Données", "F42"] == "2025-12"
    assert [after["Synthèse", f"B{row}"] - before["Synthèse", f"B{row}"] for row in (2, 3, 4)] == [1000.0, 0.0, 1000.0]


@calcule()
def check_erreurs(workbook):
    """What a cell shows when it fails; a student's own typing error is theirs."""
    values = workbook.computed("erreurs.xlsx")
    shown = ["#DIV/0!", "#REF!", "#NAME?", "#N/A", "#VALUE!", "#NUM!", "#NAME?"]
    assert column(values, "Synthèse", "B", 7) == shown
    assert all(isinstance(value, CellError) for value in column(values, "Synthèse", "B", 9)[:7])
    assert values["Synthèse", "B8"].circular and values["Synthèse", "B9"].circular
    assert [values["Synthèse", f"B{row}"] for row in (10, 11, 12)] == [True, False, 1.0]
    assert len(values.errors()) == 9
    assert values["Synthèse", "ZZ999"] is None


@calcule()
def check_images(workbook):
    """Pictures for a person: of cells side by side, of one far down, of a chart, of a hidden cell, of the place of a failure."""
    workbook.picture("routes.xlsx", "Synthèse", ["B1", "B5"], "Les totaux")
    workbook.picture("routes.xlsx", "Données", ["D39"], "Une ligne")
    workbook.picture("graphique.xlsx", "Synthèse", ["D3"], "Un graphique", right=True)
    workbook.picture("masque.xlsx", "Données", ["D2"], "Une colonne masquée")
    workbook.picture("routes.xlsx", "Nulle part", ["D39"], "Rien")
    raise Failed("Une place.", "Cinq images.", at=Cells("Synthèse", ["B2:B4"], path="routes.xlsx"))


@calcule()
def check_limite_fonction(workbook):
    """What our office lacks is our limit."""
    workbook.computed("groupby.xlsx")


@calcule()
def check_limite_indirect(workbook):
    """An error of ours where the file has a figure is our limit."""
    workbook.computed("indirect.xlsx")


@calcule()
def check_limite_avenir(workbook):
    """A function that did not exist when this was written."""
    workbook.computed("avenir.xlsx")


@calcule()
def check_protection(workbook):
    """Protected, with a password or without: a trial is made all the same."""
    for path in ("protege-sans.xlsx", "protege.xlsx", "protege.ods"):
        before, after = workbook.trials(path, [[], [Edit("Données", "D5", 1103.0)]])
        assert (before["Synthèse", "B1"], after["Synthèse", "B1"]) == (4780.0, 5780.0), path


@calcule()
def check_plante(workbook):
    """It brings the office down, twice."""
    workbook.computed("gourmand.xlsx")


@calcule()
def check_plante_encore(workbook):
    """The second time costs nothing."""
    office, workbook._office = workbook._office, None
    try:
        workbook.computed("gourmand.xlsx")
    finally:
        workbook._office = office


@calcule()
def check_lourd(workbook):
    """It computes for ever."""
    workbook.computed("lourd.xlsx")


@calcule()
def check_lourd_encore(workbook):
    """That is told once."""
    workbook.computed("lourd.xlsx")


@calcule()
def check_abime(workbook):
    """The reader refuses before the office sees it."""
    workbook.computed("abime.xlsx")


@calcule(timeout=3000)
def check_endommages(files, workbook):
    """Whatever a damaged file makes of the office, it is told as the file's doing or as a limit of ours."""
    told = []
    for path in sorted(path for path in files.paths() if path.startswith("endommage-")):
        try:
            workbook.computed(path)
            workbook.picture(path, workbook.read(path).sheets[0].name, ["A1"], "Le classeur")
            told.append("C")
        except (Failed, OfficeLimit) as error:
            told.append("F" if isinstance(error, Failed) else "L")
    assert told
    raise Failed("".join(told), "C, F ou L pour chacun.")


@calcule()
def check_apres(workbook):
    """The next one is served as if nothing had happened."""
    assert workbook.trials("routes.xlsx", [[]])[0]["Synthèse", "B1"] == 4780.0


@calcule()
def check_nous_feuille(workbook):
    """A sheet that is not there is our mistake."""
    workbook.trials("routes.xlsx", [[Edit("Ailleurs", "A1", 1.0)]])


@calcule()
def check_long(workbook):
    """It takes a while: somebody may kill the office meanwhile."""
    values = workbook.trials("routes.xlsx", [[Edit("Données", "D5", float(number))] for number in range(40)])
    assert [found["Synthèse", "B1"] for found in values] == [4677.0 + number for number in range(40)]
