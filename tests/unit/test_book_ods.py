"""The verb `book`: what a spreadsheet of LibreOffice says of itself, told as Excel's is."""

from __future__ import annotations

import datetime
import json

import documents_samples as documents
import pytest
from documents_samples import cell, ods

from etabli.exam.reading import serve
from etabli.exam.reading.limits import Refused
from etabli.exam.tools.book import Book, DefinedName, Pivot, Print, Series, WorkSheet, book_of

STYLES = """
<number:number-style style:name="N0"><number:number number:min-integer-digits="1"/></number:number-style>
<number:number-style style:name="N1"><number:number number:decimal-places="0" number:min-integer-digits="1"/></number:number-style>
<number:number-style style:name="N4"><number:number number:decimal-places="2" number:min-integer-digits="1" number:grouping="true"/></number:number-style>
<number:number-style style:name="N5"><number:number number:decimal-places="2" number:min-integer-digits="1" number:grouping="true"/><number:text> €</number:text></number:number-style>
<number:currency-style style:name="N6"><number:number number:decimal-places="2" number:min-integer-digits="1"/><number:text> </number:text><number:currency-symbol number:language="fr" number:country="FR">€</number:currency-symbol></number:currency-style>
<number:percentage-style style:name="N10"><number:number number:decimal-places="1" number:min-integer-digits="1"/><number:text> %</number:text></number:percentage-style>
<number:date-style style:name="N30"><number:day number:style="long"/><number:text>/</number:text><number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/></number:date-style>
<number:date-style style:name="N31"><number:month number:style="long" number:textual="true"/><number:text> </number:text><number:year number:style="long"/></number:date-style>
<number:date-style style:name="N32" number:automatic-order="true" number:format-source="language"><number:day/><number:text>/</number:text><number:month/><number:text>/</number:text><number:year/></number:date-style>
<number:time-style style:name="N40"><number:hours/><number:text>:</number:text><number:minutes number:style="long"/></number:time-style>
<number:text-style style:name="N100"><number:text-content/></number:text-style>
""" + "".join(
    f'<style:style style:name="c{name}" style:family="table-cell" style:data-style-name="N{name}"/>'
    for name in (0, 1, 4, 5, 6, 10, 30, 31, 32, 40, 100)
)  # fmt: skip
NUMBER = 'xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"'


def file(tables: str, styles: str = "", more: documents.Parts | None = None) -> bytes:
    return ods(tables, styles=f"<style:g {NUMBER}>{styles}</style:g>", more=more)


def book(data: bytes) -> Book:
    return book_of(json.loads(json.dumps(serve.read("book", "analyse.ods", data), allow_nan=False)))


def table(rows: str, name: str = "Données", attributes: str = "") -> str:
    return f'<table:table table:name="{name}" {attributes}>{rows}</table:table>'


def sheet(rows: str, styles: str = "", more: documents.Parts | None = None) -> WorkSheet:
    return book(file(table(rows), styles, more)).sheets[0]


def row(*cells: str) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def styled(style: str, kind: str = "float") -> str:
    value = 'office:date-value="2026-01-05"' if kind == "date" else 'office:value="5"'
    return f'<table:table-cell table:style-name="{style}" office:value-type="{kind}" {value}><text:p>5</text:p></table:table-cell>'


# -- formats


@pytest.mark.parametrize(
    ("style", "told"),
    [
        ("c0", ("general", None, False, "")),
        ("c1", ("integer", 0, False, "0")),
        ("c4", ("number", 2, True, "#,##0.00")),
        ("c5", ("currency", 2, True, '#,##0.00" €"')),
        ("c6", ("currency", 2, False, '0.00 "€"')),
        ("c10", ("percent", 1, False, "0.0 %")),
        ("c30", ("date", None, False, "dd/mm/yyyy")),
        ("c31", ("date", None, False, "mmmm yyyy")),
        ("c32", ("date", None, False, "dd/mm/yyyy")),
        ("c40", ("time", None, False, "h:mm")),
        ("c100", ("text", None, False, "@")),
    ],
)
def test_a_format_is_told_by_meaning(style: str, told: tuple[object, ...]) -> None:
    form = sheet(row(styled(style)), STYLES).cell("A1").format
    assert (form.kind, form.decimals, form.grouping, form.code) == told


def test_a_format_comes_from_the_parent_style_the_row_or_the_column() -> None:
    styles = STYLES + '<style:style style:name="fils" style:family="table-cell" style:parent-style-name="c4"/>'
    columns = '<table:table-column table:default-cell-style-name="c10"/><table:table-column table:default-cell-style-name="c6" table:number-columns-repeated="2"/>'
    bare = styled("").replace('table:style-name=""', "")
    rows = (
        row(bare, bare, styled("fils"))
        + f'<table:table-row table:default-cell-style-name="c1">{bare}</table:table-row>'
    )
    found = sheet(columns + rows, styles)
    assert [one.format.kind for one in found.rows[0]] == ["percent", "currency", "number"]
    assert found.cell("A2").format.kind == "integer"


def test_a_style_of_the_document_counts_and_two_parts_may_use_a_name_twice() -> None:
    other = STYLES.replace('number:decimal-places="2"', 'number:decimal-places="3"')
    part = f'<office:document-styles {documents._ODF} {NUMBER}><office:styles>{other}<style:style style:name="Default" style:family="table-cell" style:data-style-name="N4"/></office:styles></office:document-styles>'
    found = sheet(
        row(styled("c4"), styled("c5"), styled("Default"), styled("inconnu")),
        STYLES.split("<number:currency")[0],
        {"styles.xml": part},
    )
    assert [one.format.decimals for one in found.rows[0]] == [3, 3, 3, 3]
    own = STYLES + '<style:style style:name="mien" style:family="table-cell" style:data-style-name="N4"/>'
    assert sheet(row(styled("mien")), own, {"styles.xml": part}).cell("A1").format.decimals == 2


def test_a_value_without_any_style_tells_its_format() -> None:
    found = sheet(row(styled("", "percentage"), styled("", "currency"), styled("", "date"), styled("")))
    assert [one.format.kind for one in found.rows[0]] == ["percent", "currency", "date", "general"]
    assert found.cell("C1").value == datetime.date(2026, 1, 5)


# -- formulas


def test_formulas_arrays_and_errors() -> None:
    whole = 'table:number-matrix-columns-spanned="1" table:number-matrix-rows-spanned="2"'
    rows = row(
        f'<table:table-cell table:formula="of:=[$Autre.B1:.B2]*2" {whole} office:value-type="float" office:value="2"/>'
    )
    rows += row(
        styled("c4"),
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#DIV/0 !</text:p></table:table-cell>',
    )
    found = sheet(rows, STYLES)
    assert (found.cell("A1").formula, found.cell("A1").raw) == ("=Autre!B1:B2*2", "=[$Autre.B1:.B2]*2")
    assert [found.cell(name).array for name in ("A1", "A2", "B2")] == ["A1:A2", "A1:A2", None]
    assert (found.cell("B2").error, found.cell("B2").value, found.cell("A2").error) == ("#DIV/0!", "#DIV/0!", None)


@pytest.mark.parametrize(
    ("shown", "told"), [("#VALEUR !", "#VALUE!"), ("#NOM ?", "#NAME?"), ("#N/D", "#N/A"), ("Err :522", "Err:522")]
)
def test_errors_have_one_name_whatever_the_language(shown: str, told: str) -> None:
    bad = f'<table:table-cell office:value-type="string" calcext:value-type="error"><text:p>{shown}</text:p></table:table-cell>'
    assert sheet(row(bad)).cell("A1").error == told


# -- the sheet


def test_what_is_hidden_is_told_as_far_as_cells_go() -> None:
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/><table:table-column table:visibility="collapse" table:number-columns-repeated="16382"/>'
    filtered = f'<table:table-row table:visibility="filter">{cell("x")}</table:table-row>'
    end = '<table:table-row table:visibility="collapse" table:number-rows-repeated="1048573"><table:table-cell/></table:table-row>'
    found = sheet(columns + row(cell("a"), cell("b")) + filtered + end)
    assert (found.hidden_rows, found.hidden_columns, len(found.rows)) == ((2,), ("B",), 2)
    assert [one.hidden for one in found.rows[0]] == [False, True]


def test_what_is_as_thin_as_nothing_is_hidden_too() -> None:
    styles = (
        '<style:style style:name="co"><style:table-column-properties style:column-width="0.02cm"/></style:style>'
        '<style:style style:name="ro"><style:table-row-properties style:row-height="0.3pt"/></style:style>'
        '<style:style style:name="large"><style:table-column-properties style:column-width="2.26cm"/></style:style>'
    )
    columns = '<table:table-column table:style-name="large"/><table:table-column table:style-name="co"/>'
    thin = f'<table:table-row table:style-name="ro">{cell("x")}</table:table-row>'
    found = sheet(columns + row(cell("a"), cell("b")) + thin, styles)
    assert (found.hidden_rows, found.hidden_columns) == ((2,), ("B",))


def test_the_page_the_repeated_rows_and_the_frozen_ones() -> None:
    page = (
        f'<office:document-styles {documents._ODF}><style:page-layout style:name="p1"><style:page-layout-properties style:print-orientation="landscape" style:scale-to-X="1"/></style:page-layout>'
        '<office:master-styles><style:master-page style:name="Mienne" style:page-layout-name="p1"/></office:master-styles></office:document-styles>'
    )
    settings = '<s><config-item-map-named name="Tables"><config-item-map-entry name="Données"><config-item name="VerticalSplitMode">2</config-item><config-item name="VerticalSplitPosition">1</config-item></config-item-map-entry><config-item-map-entry name="Autre"><config-item name="VerticalSplitMode">1</config-item><config-item name="VerticalSplitPosition">9000</config-item></config-item-map-entry></config-item-map-named></s>'
    style = '<style:style style:name="ta1" style:family="table" style:master-page-name="Mienne"/>'
    head = f"<table:table-header-rows>{row(cell('Titre'))}</table:table-header-rows>{row(cell('x'))}"
    areas = "table:style-name=\"ta1\" table:print-ranges=\"Données.A1:Données.B9 'Ma feuille'.D1:'Ma feuille'.E2\""
    first, second = book(
        file(
            table(head, attributes=areas) + table(row(cell("x")), "Autre"),
            style,
            {"styles.xml": page, "settings.xml": settings},
        )
    ).sheets
    assert (first.print, first.frozen_rows) == (Print(True, True, "A1:B9,D1:E2", "1:1"), 1)
    assert (second.print, second.frozen_rows) == (Print(), 0)


def test_named_ranges_and_tables() -> None:
    local = '<table:named-expressions><table:named-range table:name="ici" table:cell-range-address="$Données.$A$1"/></table:named-expressions>'
    after = (
        '<table:named-expressions><table:named-range table:name="montants" table:cell-range-address="$Données.$B$2:.$B$9"/>'
        '<table:named-expression table:name="taux" table:expression="of:=[$Données.$A$1]/2"/><table:named-range table:name="_xlnm.Print_Titles" table:cell-range-address="$Données.$A$1"/></table:named-expressions>'
        '<table:database-ranges><table:database-range table:name="Ventes" table:target-range-address="Données.A1:Données.B2"/>'
        '<table:database-range table:name="__Anonymous_Sheet_DB__0" table:target-range-address="Données.A1:Données.B2"/>'
        '<table:database-range table:name="Nue" table:target-range-address="Données.A2:Données.B2" table:contains-header="false"><table:database-source-query/></table:database-range></table:database-ranges>'
    )
    found = book(file(table(row(cell("Numéro"), cell("Montant")) + row(cell("a"), cell("b")) + local) + after))
    assert found.names == (
        DefinedName("ici", "Données!A1", "Données"),
        DefinedName("montants", "Données!B2:B9"),
        DefinedName("taux", "Données!$A$1/2"),
    )
    assert [(one.name, one.ref, one.headers, one.columns, one.query) for one in found.sheets[0].tables] == [
        ("Ventes", "A1:B2", True, ("Numéro", "Montant"), False),
        ("Nue", "A2:B2", False, (), True),
    ]


def test_a_pivot_is_told_by_its_definition() -> None:
    fields = (
        '<table:data-pilot-field table:source-field-name="Date" table:orientation="row"><table:data-pilot-groups table:source-field-name="Date" table:grouped-by="months"/></table:data-pilot-field>'
        '<table:data-pilot-field table:source-field-name="Données" table:is-data-layout-field="true" table:orientation="column"/>'
        '<table:data-pilot-field table:source-field-name="Code client" table:orientation="column"><table:data-pilot-level><table:data-pilot-members><table:data-pilot-member table:name="00007"/><table:data-pilot-member table:name="00012" table:display="false"/></table:data-pilot-members></table:data-pilot-level></table:data-pilot-field>'
        '<table:data-pilot-field table:source-field-name="Montant HT" table:orientation="data" table:function="sum"><table:data-pilot-field-reference table:type="total-percentage"/></table:data-pilot-field>'
        '<table:data-pilot-field table:source-field-name="Taux" table:orientation="page"/><table:data-pilot-field table:source-field-name="Client" table:orientation="hidden"/>'
    )
    pivots = "".join(
        f'<table:data-pilot-table table:name="{name}" table:target-range-address="Données.A3:Données.C9">{source}{fields}</table:data-pilot-table>'
        for name, source in (
            ("TCD", '<table:source-cell-range table:cell-range-address="Données.A1:Données.I4"/>'),
            ("Loin", "<table:source-service/>"),
        )
    )
    first, second = (
        book(file(table(row(cell("x"))) + f"<table:data-pilot-tables>{pivots}</table:data-pilot-tables>"))
        .sheets[0]
        .pivots
    )
    assert first == Pivot(
        name="TCD",
        ref="A3:C9",
        source="Données!A1:I4",
        rows=("Date",),
        columns=("Code client",),
        values=(("Montant HT", "sum"),),
        filters=("Taux",),
        shows=("total-percentage",),
        groups=(("Date", "months"),),
        left_out=(("Code client", ("00012",)),),
    )
    assert (second.name, second.source) == ("Loin", "")


# -- charts


CHART = """<office:document-content xmlns:office="o" xmlns:chart="c" xmlns:text="t" xmlns:table="ta" xmlns:style="s"><office:automatic-styles>
<style:style style:name="ch1"><style:chart-properties chart:data-label-number="value"/></style:style>
<style:style style:name="ch2"><style:chart-properties chart:display-label="false" chart:three-dimensional="true"/></style:style>
</office:automatic-styles><office:body><office:chart><chart:chart chart:class="chart:{kind}"><chart:title><text:p>Ventes <text:span>2026</text:span></text:p></chart:title>
<chart:plot-area chart:style-name="{style}"><chart:axis chart:dimension="x"><chart:title><text:p>Mois</text:p></chart:title><chart:categories table:cell-range-address="Données.A2:Données.A4"/></chart:axis>
<chart:axis chart:dimension="y" chart:style-name="{style}"/>
<chart:series chart:values-cell-range-address="{values}" chart:label-cell-address="Données.A1:Données.A1" chart:class="chart:{kind}"/>
</chart:plot-area></chart:chart></office:chart></office:body></office:document-content>"""


FRAME = '<table:table-cell/><table:table-cell><draw:frame><draw:object xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="./Object 1"/></draw:frame></table:table-cell>'


def chart(kind: str, style: str = "", values: str = "'Données'.B2:'Données'.B4") -> WorkSheet:
    more = {"Object 1/content.xml": CHART.format(kind=kind, style=style, values=values)}
    return sheet(row(cell("Total")) + row(FRAME), "", more)


def test_a_chart_is_told_with_its_words() -> None:
    (found,) = chart("bar", "ch1").charts
    assert (found.kind, found.title, found.x_title, found.y_title, found.anchor) == (
        "bar",
        "Ventes 2026",
        "Mois",
        None,
        "B2",
    )
    assert (found.labels, found.axes, found.legend, found.depth) == (True, True, False, False)
    assert found.series == (Series("Données!A1", "Total", "Données!A2:A4", "Données!B2:B4"),)


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        ('chart:minimum="100" chart:maximum="2.5e3"', (100, 2500, "")),
        ('chart:maximum="300"', (None, 300, "")),
        ('chart:minimum="100" chart:logarithmic="true"', (None, None, "log")),
        ('chart:minimum="100" chart:percentage="true"', (None, None, "percent")),
        ('chart:minimum="100" chart:logarithmic="false" chart:percentage="false"', (100, None, "")),
        ('chart:minimum="NaN" chart:maximum="loin"', (None, None, "")),
    ],
)
def test_where_a_hand_made_an_axis_begin_and_end_and_what_else_it_shows(
    ends: str, told: tuple[float | None, float | None, str]
) -> None:
    style = (
        f'<style:style style:name="ch3"><style:chart-properties {ends}/></style:style>'  # of the axis, and of the whole
    )
    content = CHART.format(kind="bar", style="ch3", values="Données.B2:Données.B4").replace(
        "</office:auto", f"{style}</office:auto"
    )
    for named in (content, _on_second_axis(content)):
        (series,) = sheet(row(cell("x")) + row(FRAME), "", {"Object 1/content.xml": named}).charts[0].series
        assert (series.least, series.most, series.scale) == told
    pie = CHART.format(kind="circle", style="ch3", values="Données.B2:Données.B4").replace(
        "</office:auto", f"{style}</office:auto"
    )
    (series,) = sheet(row(cell("x")) + row(FRAME), "", {"Object 1/content.xml": pie}).charts[0].series
    assert series.scale != "percent"


def _on_second_axis(content: str) -> str:
    named = content.replace('dimension="y"', 'dimension="y" chart:name="secondary-y"')
    return named.replace("<chart:series ", '<chart:series chart:attached-axis="secondary-y" ')


def test_kinds_hidden_axes_and_typed_figures() -> None:
    (pie,) = chart("circle", "ch2", "local-table.$B$2:.$B$4").charts
    (bars,) = chart("bar", "ch2").charts
    assert (pie.kind, pie.axes, pie.depth, pie.series[0].values_ref) == ("pie", True, True, None)
    assert (bars.axes, bars.labels) == (False, False)


def test_an_object_that_is_no_chart_is_left_alone() -> None:
    frame = '<table:table-cell><draw:frame><draw:object xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="./Object 1"/></draw:frame></table:table-cell>'
    for content in ({"Object 1/content.xml": "<x><body><formula/></body></x>"}, {}):
        assert sheet(row(frame, cell("x")), "", content).charts == ()


def test_authors_are_told() -> None:
    meta = '<m xmlns:dc="d"><meta><initial-creator>Camille</initial-creator><dc:creator>Dominique</dc:creator><date>2026-11-25T10:00:00</date></meta></m>'
    found = book(file(table(row(cell("x"))), more={"meta.xml": meta}))
    assert (found.author, found.last_author, found.created, found.modified) == (
        "Camille",
        "Dominique",
        None,
        "2026-11-25T10:00:00",
    )


def test_an_empty_macro_library_is_no_macro() -> None:
    more = {"Basic/script-lc.xml": "<x/>", "Basic/Standard/script-lb.xml": "<x/>"}
    assert book(file(table(row(cell("x"))), more=more)).sheets[0].name == "Données"


NESTED = {
    "in a cell": row(f"<table:table-cell>{table(row(cell('dedans')))}</table:table-cell>", cell("après")),
    "in a cell, alone": row(f"<table:table-cell>{table(row(cell('dedans')))}</table:table-cell>"),
    "between rows": row(cell("avant")) + table(row(cell("dedans"))) + row(cell("après")),
    "in a row": f"<table:table-row>{table(row(cell('dedans')))}{cell('après')}</table:table-row>",
    "a sub-table": row(
        '<table:table-cell><table:table table:is-sub-table="true"><table:table-column/>'
        f"{row(cell('dedans'))}</table:table></table:table-cell>"
    ),
}


@pytest.mark.parametrize("verb", ["book", "tables", "text"])
@pytest.mark.parametrize("rows", NESTED.values(), ids=NESTED)
def test_a_table_in_a_sheet_is_refused_as_damage(rows: str, verb: str) -> None:
    """No office writes one: a refusal in words, where each check once ended as an error of ours."""
    with pytest.raises(Refused) as caught:
        serve.read(verb, "analyse.ods", file(table(rows)))
    assert caught.value.cause == "broken-file"
