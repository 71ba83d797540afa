"""The verb `book`: what a workbook of Excel says of itself, as checks get it."""

from __future__ import annotations

import datetime
import json
import re
from typing import Any

import book_samples as samples
import documents_samples as documents
import pytest
from book_samples import added
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.workbook.properties import CalcProperties

from etabli.exam.reading import serve
from etabli.exam.reading.formats import of_code
from etabli.exam.tools.book import NOTHING, Book, BookCell, DefinedName, Print, book_of

SHEET = "<sheetData>{}</sheetData>"


def read(data: bytes, name: str = "analyse.xlsx") -> Book:
    """As the fixture has it: through JSON."""
    return book_of(json.loads(json.dumps(serve.read("book", name, data), allow_nan=False)))


@pytest.fixture(scope="module")
def analysis() -> Book:
    return read(samples.saved(samples.analysis()))


def cells(row: str, **more: Any) -> dict[str, BookCell]:
    return dict(read(documents.xlsx(SHEET.format(row), **more)).sheets[0].cells())


# -- an ordinary analysis


def test_values_keep_their_types(analysis: Book) -> None:
    row = analysis.sheets[0].rows[1]
    assert [cell.value for cell in row] == samples.LINES[0]
    assert isinstance(row[2].value, str) and isinstance(row[1].value, datetime.date)


def test_formats_are_told_by_meaning(analysis: Book) -> None:
    row = analysis.sheets[0].rows[1]
    kinds = [(cell.format.kind, cell.format.decimals, cell.format.grouping) for cell in row]
    assert kinds == [
        *(("general", None, False), ("date", None, False), ("text", None, False), ("general", None, False)),
        *(("text", None, False), ("general", None, False), ("number", 2, False), ("currency", 2, True)),
        ("percent", 1, False),
    ]
    assert row[7].format.code == samples.MONEY


def test_formulas_are_told_with_what_fills_a_range(analysis: Book) -> None:
    sheet = analysis.sheet("SYNTHÈSE")
    assert sheet is not None
    assert sheet.cell("B3").formula == '=SUMIFS(Ventes[Montant HT],Ventes[Date],">="&A3)'
    assert (sheet.cell("$F$1").formula, sheet.cell("F1").raw) == (
        "=XLOOKUP(A4,A1:A4,B1:B4)",
        "=_xlfn.XLOOKUP(A4,A1:A4,B1:B4)",
    )
    assert (sheet.cell("E1").formula, sheet.cell("E1").array) == ("=Données!H2:H4*2", "E1:E3")
    assert [sheet.cell(name).live for name in ("A4", "B4", "E1", "Z99")] == [False, True, True, False]
    assert sheet.cell("Z99") is NOTHING


def test_a_spilled_cell_is_live_and_says_which_formula_fills_it() -> None:
    rows = (
        '<row r="1"><c r="A1" cm="1"><f t="array" ref="A1:A3">_xlfn._xlws.SORT(B1:B3)</f><v>1</v></c></row>'
        '<row r="2"><c r="A2"><v>2</v></c><c r="B2"><v>2</v></c></row>'
    )
    found = cells(rows)
    assert (found["A1"].formula, found["A2"].formula) == ("=SORT(B1:B3)", None)
    assert [found[name].array for name in ("A1", "A2", "B2")] == ["A1:A3", "A1:A3", None]
    assert [found[name].live for name in ("A1", "A2", "B2")] == [True, True, False]


def test_what_a_french_person_types_wrong_is_text() -> None:
    strings = "<si><t>1 234,56</t></si><si><t>05/01/2026</t></si>"
    row = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="str"><v>12,5</v></c></row>'
    assert [cell.value for cell in cells(row, strings=strings).values()] == ["1 234,56", "05/01/2026", "12,5"]


def test_durations_stay_numbers_and_read_as_hours() -> None:
    styles = (
        '<numFmts><numFmt numFmtId="164" formatCode="[h]:mm"/></numFmts><cellXfs><xf/><xf numFmtId="164"/></cellXfs>'
    )
    cell = cells('<row r="1"><c r="A1" s="1"><v>1.5</v></c></row>', styles=styles)["A1"]
    assert (cell.value, cell.text, cell.format.kind) == (1.5, "36:00", "time")


def test_signs_written_by_number_and_times_without_a_day_are_read() -> None:
    strings = "<si><t>Montant HT_x000D_\n</t></si><si><t>_x005F_x000D_</t></si>"
    row = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>'
        '<c r="C1" t="inlineStr"><is><t>a_x0009_b</t></is></c><c r="D1" t="str"><f>A1</f><v>x_x000A_y</v></c>'
        '<c r="E1" t="d"><v>10:30:00</v></c><c r="F1" t="d"><v>T06:00</v></c><c r="G1" t="d"><v>2026-01-05</v></c></row>'
    )
    found = [cell.value for cell in cells(row, strings=strings).values()]
    assert found[:4] == ["Montant HT\r\n", "_x000D_", "a\tb", "x\ny"]
    assert found[4:] == [0.4375, 0.25, datetime.date(2026, 1, 5)]


def test_two_halves_of_a_sign_are_that_sign_and_one_alone_is_no_sign() -> None:
    texts = ["pot_xD83D__xDE00_", "pot_xD83D_", "_xDE00_s", "_xD83D_a_xDE00__xD83D__xDE00_", "_xFEFF_é_x0000_"]
    strings = "".join(f"<si><t>{text}</t></si>" for text in texts)
    row = "".join(f'<c r="{letter}1" t="s"><v>{rank}</v></c>' for rank, letter in enumerate("ABCDE"))
    row += '<c r="F1" t="inlineStr"><is><t>_xD83D_</t></is></c><c r="G1" t="str"><f>A1</f><v>_xD83D_</v></c>'
    found = [cell.value for cell in cells(f'<row r="1">{row}</row>', strings=strings).values()]
    assert found == ["pot😀", "pot\ufffd", "\ufffds", "\ufffda\ufffd😀", "\ufeffé\0", "\ufffd", "\ufffd"]


@pytest.mark.parametrize("rename", [str.upper, lambda name: name.replace("/", "\\")], ids=["case", "backslash"])
def test_parts_are_found_whatever_the_case_of_their_names_and_their_slashes(rename: Any) -> None:
    made = samples.saved(samples.analysis())
    odd = documents.packed({rename(name): part for name, part in documents.parts(made).items()})
    assert read(odd) == read(made)


def test_an_error_says_so_and_a_text_that_looks_like_one_does_not() -> None:
    row = '<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1" t="str"><v>#N/A</v></c></row>'
    assert [(cell.value, cell.error) for cell in cells(row).values()] == [("#N/A", "#N/A"), ("#N/A", None)]


def test_what_is_hidden_is_told_as_far_as_cells_go(analysis: Book) -> None:
    sheet = analysis.sheets[1]
    assert (sheet.hidden_rows, sheet.hidden_columns) == ((5,), ("F",))
    assert sheet.cell("B5").hidden and sheet.cell("F1").hidden and not sheet.cell("B4").hidden
    columns = '<cols><col min="2" max="16384" hidden="1"/><col min="1" max="1" width="0.1"/></cols>'
    book = read(
        documents.xlsx(columns + SHEET.format('<row r="1"><c r="B1"><v>1</v></c></row><row r="9" hidden="1"/>'))
    )
    assert (book.sheets[0].hidden_rows, book.sheets[0].hidden_columns) == ((), ("A", "B"))


@pytest.mark.parametrize(("mode", "manual"), [("manual", True), ("auto", False), ("autoNoTable", False)])
def test_a_workbook_says_whether_it_computes_by_itself(mode: str, manual: bool) -> None:
    made = samples.analysis()
    made.calculation = CalcProperties(calcMode=mode)
    assert read(samples.saved(made)).manual is manual
    item = '<config:config-item config:name="AutoCalculate" config:type="boolean">{}</config:config-item>'
    settings = f'<a xmlns:config="c">{item.format(str(not manual).lower())}</a>'
    assert read(documents.ods("", more={"settings.xml": settings.encode()}), "analyse.ods").manual is manual


@pytest.mark.parametrize(
    ("view", "pane", "unreached"),
    [
        ('topLeftCell="A31"', 'ySplit="1" topLeftCell="A32" state="frozen"', (30, 0)),
        ('topLeftCell="C1"', 'xSplit="1" topLeftCell="D1" state="frozen"', (0, 2)),
        ("", 'ySplit="1" topLeftCell="A90" state="frozen"', (0, 0)),
        ('topLeftCell="A31"', 'ySplit="900" topLeftCell="A32" state="split"', (0, 0)),
    ],
)
def test_what_is_above_frozen_rows_is_out_of_reach(view: str, pane: str, unreached: tuple[int, int]) -> None:
    views = f"<sheetViews><sheetView {view}><pane {pane}/></sheetView></sheetViews>"
    book = read(documents.xlsx(views + SHEET.format('<row r="1"><c r="A1"><v>1</v></c></row>')))
    assert book.sheets[0].unreached == unreached


@pytest.mark.parametrize(
    ("code", "written"),
    [
        *(('"16 656,61 €"', True), ('"16 657 €"', True), ('[<9]0.00;"16 656,61 €"', True), ("[$16 656,61 €]", True)),
        *(('"16 656,61 €"#,,,,', True), (r"\1\6\,\5\0", True)),
        *(('#,##0.00 "€"', False), ("#,##0.00;[Red]-#,##0.00", False), ('#,##0.00;-#,##0.00;"0,00 €"', False)),
        *(("[$€-40C] #,##0.00", False), ('[>=1000000]0.0,,"M€";0.00', False), ('0.00" (2025)"', False), (";;;", False)),
        *(('"à vérifier"', False), ('[<1]"< 1 €";0.00', False), ("General", False), ("dd/mm/yyyy", False)),
    ],
)
def test_a_format_that_writes_a_figure_is_told_wherever_it_stands(code: str, written: bool) -> None:
    assert of_code(code).written is written
    made = samples.analysis()
    style = DifferentialStyle(numFmt=NumberFormat(numFmtId=200, formatCode=code), font=Font(color="FFFF0000"))
    sheet = made["Synthèse"]
    sheet.conditional_formatting.add("B3:B4 B6", Rule(type="expression", dxf=style, formula=["B3>1"]))
    plain = DifferentialStyle(font=Font(bold=True))
    sheet.conditional_formatting.add("C3:C4", Rule(type="expression", dxf=plain, formula=["C3>1"]))
    found = read(samples.saved(made)).sheet("Synthèse")
    assert found is not None and found.written == (("B3:B4", "B6") if written else ())


def test_a_figure_that_a_style_of_an_ods_writes_is_told() -> None:
    number = '<number:number-style xmlns:number="n" style:name="{}"><number:text>{}</number:text></number:number-style>'
    style = '<style:style style:name="{}" style:family="table-cell" style:data-style-name="{}">{}</style:style>'
    given = '<style:map style:condition="cell-content()&gt;1" style:apply-style-name="{}"/>'
    styles = (
        number.format("N1", "16 656,61 €")
        + '<number:number-style xmlns:number="n" style:name="N2"><number:number number:decimal-places="2"/></number:number-style>'
        + style.format("over", "N1", "")
        + style.format("bold", "N2", "")
        + style.format('over_5f_1" style:display-name="over_1', "N1", "")
        + style.format("ce1", "N2", given.format("over"))
        + style.format("ce2", "N2", given.format("bold"))
    )
    cell = '<table:table-cell table:style-name="{}" office:value-type="float" office:value="5"/>'
    rule = (
        '<calcext:conditional-format xmlns:calcext="c" calcext:target-range-address="{0}.C1:{0}.C2">'
        '<calcext:condition calcext:apply-style-name="{1}" calcext:value="&gt;1"/></calcext:conditional-format>'
    )
    rows = f"<table:table-row>{cell.format('ce1')}{cell.format('ce2')}{cell.format('bold')}</table:table-row>"
    for applied, ranges in (("over", ("C1:C2",)), ("over_1", ("C1:C2",)), ("bold", ())):
        table = f'<table:table table:name="Feuille1">{rows}{rule.format("Feuille1", applied)}</table:table>'
        book = read(documents.ods(table, styles=styles), "analyse.ods")
        assert [one.format.written for one in book.sheets[0].rows[0]] == [True, False, False]
        assert book.sheets[0].written == ranges


def test_where_a_hand_made_an_axis_begin_and_end() -> None:
    made = samples.charts()
    [name] = [name for name, part in documents.parts(made).items() if b"barChart" in part and b"lineChart" not in part]

    def ends(old: str, new: str) -> set[tuple[float | None, float | None, str]]:
        whole = documents.parts(made)
        told = whole[name].decode()
        value = told[told.index("<valAx") :]
        whole[name] = told.replace(
            value, value.replace("<scaling>", '<scaling><max val="300"/><min val="100"/>').replace(old, new)
        ).encode()
        if "grouping" in old:
            whole[name] = re.sub(r'grouping val="\w+"', new, whole[name].decode(), count=1).encode()
        shown = [chart for chart in read(documents.packed(whole)).sheets[0].charts if chart.kind == "bar"]
        return {(one.least, one.most, one.scale) for chart in shown for one in chart.series}

    assert ends("", "") == {(100, 300, "")}
    assert ends('<min val="100"/>', "") == {(None, 300, "")}
    assert ends('<min val="100"/>', '<logBase val="10"/>') == {(None, None, "log")}
    assert ends("grouping", 'grouping val="percentStacked"') == {(None, None, "percent")}


def test_a_chart_that_nobody_sees_is_none(analysis: Book) -> None:
    made = samples.charts()
    [drawing] = [name for name in documents.parts(made) if name.startswith("xl/drawings/drawing")]
    shown = len(read(made).sheets[0].charts)
    for pattern, instead in ((r"<((?:xdr:)?cNvPr) ", r'<\1 hidden="1" '), (r'(<(?:xdr:)?ext cx=")\d+', r"\g<1>900")):
        whole = documents.parts(made)
        whole[drawing] = re.sub(pattern, instead, whole[drawing].decode(), count=1).encode()
        assert len(read(documents.packed(whole)).sheets[0].charts) == shown - 1, pattern


def test_tables_names_and_page(analysis: Book) -> None:
    data, summary = analysis.sheets
    assert [(table.name, table.ref, table.headers, table.query) for table in data.tables] == [
        ("Ventes", "A1:I4", True, False)
    ]
    assert data.tables[0].columns == tuple(samples.TITLES)
    assert (data.print, data.frozen_rows) == (Print(True, True, None, "1:1"), 1)
    assert (summary.print, summary.frozen_rows) == (Print(area="A1:C5"), 0)
    assert analysis.names == (DefinedName("montants", "Données!H2:H4"),)


def test_authors_are_told(analysis: Book) -> None:
    assert (analysis.author, analysis.last_author) == ("Camille Essai", "Dominique Essai")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT.*", analysis.modified or "")
    assert (analysis.limits, analysis.outside) == ((), ())


# -- charts


def test_a_chart_is_told_with_its_words(analysis: Book) -> None:
    bars, pie = analysis.sheets[1].charts
    assert (bars.kind, bars.title, bars.x_title, bars.y_title) == ("bar", "Ventes par mois", "Mois", "Euros")
    assert (bars.legend, bars.labels, bars.axes, bars.anchor, bars.depth) == (False, False, True, "H2", False)
    (series,) = bars.series
    assert (series.name_ref, series.name_text) == ("Synthèse!B1", "Total HT")
    assert (series.categories_ref, series.values_ref) == ("Synthèse!A2:A3", "Synthèse!B2:B3")
    assert (pie.kind, pie.labels, pie.title, pie.legend) == ("pie", True, None, True)


def test_combinations_clouds_and_bare_charts() -> None:
    both, cloud, bare = read(samples.charts()).sheets[0].charts
    assert (both.kind, both.kinds) == ("combo", ("bar", "line"))
    assert [series.categories_ref for series in both.series] == ["'Des chiffres'!A2:A3"] * 2
    assert (cloud.kind, cloud.x_title, cloud.y_title, cloud.title) == ("scatter", "Rang", "Montant", "Nuage")
    assert (bare.kind, bare.axes, bare.title, len(bare.series)) == ("bar", False, None, 2)


def chart(inside: str, name: str = "xl/charts/chart1.xml") -> Any:
    space = 'xmlns="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="a"'
    data = added(samples.saved(samples.analysis()), {name: f"<chartSpace {space}><chart>{inside}</chart></chartSpace>"})
    return next(one for one in read(data).sheets[1].charts if one.anchor == "H2")


def test_a_title_may_come_from_a_cell() -> None:
    cached = "<title><tx><strRef><f>'Synthèse'!$A$4</f><strCache><pt idx='0'><v>Ancien</v></pt></strCache></strRef></tx></title>"
    assert (chart(cached).title, chart(cached).title_ref) == ("Ancien", "Synthèse!A4")
    assert chart("<title><tx><strRef><f>Synthèse!$A$4</f></strRef></tx></title>").title == "Total"
    assert (
        chart(
            "<title><tx><rich><a:p><a:r><a:t>Des </a:t></a:r><a:r><a:t>mots</a:t></a:r></a:p></rich></tx></title>"
        ).title
        == "Des mots"
    )


SERIES = (
    "<barChart><ser><tx><v>Ventes</v></tx>{}<val><numLit><pt idx='1'><v>5</v></pt></numLit></val></ser>{}</barChart>"
)


def test_figures_typed_in_a_chart_have_no_range() -> None:
    found = chart(f"<plotArea>{SERIES.format('', '')}</plotArea>")
    (series,) = found.series
    assert (series.values_ref, series.values, series.name_text) == (None, (None, 5.0), "Ventes")


def test_a_series_that_is_alone_gives_the_title_unless_somebody_took_it_away() -> None:
    plot = f"<plotArea>{SERIES.format('', '')}</plotArea>"
    assert chart(plot).title == "Ventes"
    assert chart(f"<autoTitleDeleted val='1'/>{plot}").title is None


def test_labels_hidden_axes_and_depth() -> None:
    labels = "<dLbls><showVal val='{}'/></dLbls>"
    axes = "<valAx><delete val='1'/><title><tx><rich><a:p><a:t>Euros</a:t></a:p></rich></tx></title></valAx>"
    shown = chart(f"<plotArea>{SERIES.format(labels.format(1), '')}</plotArea>")
    hidden = chart(f"<plotArea>{SERIES.format('', labels.format(0))}{axes}</plotArea>")
    deep = chart("<plotArea><pie3DChart/></plotArea><legend/>")
    assert (shown.labels, hidden.labels, hidden.axes, hidden.y_title) == (True, False, False, None)
    assert (deep.kind, deep.depth, deep.legend, deep.axes) == ("pie", True, True, True)


def test_a_chart_of_2016() -> None:
    part = (
        "<chartSpace><chartData><data id='0'><strDim><f>Synthèse!$A$2:$A$3</f></strDim><numDim><f>Synthèse!$B$2:$B$3</f></numDim></data></chartData>"
        "<chart><title><tx><rich><p><r><t>Cascade</t></r></p></rich></tx></title><plotArea><plotAreaRegion>"
        "<series layoutId='waterfall'><dataLabels/><dataId val='0'/></series></plotAreaRegion></plotArea></chart></chartSpace>"
    )
    kind = "http://schemas.microsoft.com/office/2014/relationships/chartEx"
    links = f'<Relationships><Relationship Id="rId1" Type="{kind}" Target="/xl/charts/chartEx1.xml"/></Relationships>'
    more = {"xl/charts/chartEx1.xml": part, "xl/drawings/_rels/drawing1.xml.rels": links}
    (found,) = read(added(samples.saved(samples.analysis()), more)).sheets[1].charts
    assert (found.kind, found.title, found.labels, found.series[0].values_ref) == (
        "waterfall",
        "Cascade",
        True,
        "Synthèse!B2:B3",
    )


def test_a_sheet_that_is_a_chart_has_it() -> None:
    book = samples.analysis()
    alone = book.create_chartsheet("Graphique")
    alone.add_chart(book["Synthèse"]._charts.pop())
    sheet = read(samples.saved(book)).sheets[-1]
    assert (sheet.name, len(sheet.rows), [one.kind for one in sheet.charts]) == ("Graphique", 0, ["pie"])


# -- pivots, queries, limits


def test_a_pivot_is_told_by_its_definition() -> None:
    (pivot,) = read(samples.pivot()).sheets[1].pivots
    assert (pivot.name, pivot.ref, pivot.source) == ("TCD", "A3:C9", "Ventes")
    assert (pivot.rows, pivot.columns, pivot.filters) == (("Mois (Date)",), ("Code client",), ("Taux TVA",))
    assert (pivot.values, pivot.shows) == (
        (("Montant HT", "sum"), ("Montant HT", "average")),
        ("normal", "percentOfTotal"),
    )
    assert (pivot.groups, pivot.bases) == ((("Mois (Date)", "months"),), (("Mois (Date)", "Date"),))
    assert pivot.left_out == (("Code client", ("00012",)), ("Taux TVA", ("0.2",)))


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (
            '<cacheSource type="worksheet"><worksheetSource ref="A1:I4" sheet="Ma feuille"/></cacheSource>',
            "'Ma feuille'!A1:I4",
        ),
        ('<cacheSource type="external" connectionId="1"/>', ""),
    ],
)
def test_where_a_pivot_takes_its_data(source: str, told: str) -> None:
    assert read(samples.pivot(source)).sheets[1].pivots[0].source == told


def test_a_table_that_a_query_fills_is_told_and_is_no_limit() -> None:
    data = samples.saved(samples.analysis())
    connection = (
        '<connections><connection><dbPr connection="Provider=Microsoft.Mashup.OleDb.1;"/></connection></connections>'
    )
    book = read(added(data, {"xl/connections.xml": connection, "xl/tables/table1.xml": samples.QUERIED}))
    assert (book.outside, book.limits) == (("une requête Power Query",), ())
    assert [(table.name, table.query, table.totals, table.columns) for table in book.sheets[0].tables] == [
        ("Ventes", True, True, ("Numéro", "Deux\nlignes"))
    ]


def test_what_our_office_cannot_compute_is_told_with_its_place() -> None:
    book = samples.analysis()
    book["Synthèse"]["B9"] = "=_xlfn.GROUPBY(A1:A3,B1:B3,SUM)"
    book["Synthèse"]["B10"] = "=_xlfn.GROUPBY(A1:A3,B1:B3,SUM)+_xlfn.TAKE(A1:A3,1)"
    assert read(samples.saved(book)).limits == (
        "la fonction GROUPER.PAR (Synthèse!B9)",
        "la fonction TAKE (Synthèse!B10)",
    )


def test_shared_formulas_are_told_where_they_are() -> None:
    rows = (
        '<row r="1"><c r="A1"><f t="shared" si="0" ref="A1:A2">\'Données\'!B1*2</f><v>2</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>4</v></c></row>'
    )
    assert [cell.formula for cell in cells(rows).values()] == ["=Données!B1*2", "=Données!B2*2"]


def test_an_answer_of_another_shape_is_no_book() -> None:
    found = serve.read("book", "a.xlsx", samples.saved(samples.analysis()))
    for broken in (
        {**found, "formats": [["inventé", 1, False, ""]]},
        {**found, "limits": [["inventé", "", ""]]},
        {},
        [],
    ):
        with pytest.raises((KeyError, TypeError, ValueError)):
            book_of(broken)
