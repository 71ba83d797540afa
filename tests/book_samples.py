"""Workbooks with all that the reader's verb `book` tells, and those that nobody should hand in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date

import openpyxl
from documents_samples import saved
from openpyxl.chart import BarChart, LineChart, PieChart, Reference, ScatterChart, Series
from openpyxl.chart.label import DataLabelList
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

LINES = [
    ["FA-001", date(2026, 1, 5), "00007", "L'Îlot d'Ébène", "706000", "Pose", 2, 150.5, 0.2],
    ["FA-002", date(2026, 1, 31), "00012", "3D Atelier", "707100", "Lampe", 1.5, 80.0, 0.055],
    ["AV-001", date(2026, 2, 28), "00007", "L'Îlot d'Ébène", "706000", "Pose", -1, -75.25, 0.2],
]
TITLES = ["Numéro", "Date", "Code client", "Client", "Compte", "Article", "Quantité", "Montant HT", "Taux TVA"]
MONEY = '#,##0.00\\ "€"'


def analysis() -> openpyxl.Workbook:
    """An ordinary analysis: a table, formulas of all manners, charts, formats, a page."""
    book = openpyxl.Workbook()
    data = book.active
    data.title = "Données"
    data.append(TITLES)
    for number, line in enumerate(LINES, 2):
        data.append(line)
        for column, code in (("B", "dd/mm/yyyy"), ("C", "@"), ("E", "@"), ("G", "0.00"), ("H", MONEY), ("I", "0.0%")):
            data[f"{column}{number}"].number_format = code
    table = Table(displayName="Ventes", ref="A1:I4")
    data.add_table(table)
    data.freeze_panes = "A2"
    data.print_title_rows = "1:1"
    data.page_setup.orientation = "landscape"
    data.sheet_properties.pageSetUpPr.fitToPage = True
    data.page_setup.fitToHeight = 0
    _summary(book.create_sheet("Synthèse"))
    book.defined_names["montants"] = DefinedName("montants", attr_text="'Données'!$H$2:$H$4")
    book.properties.creator = "Camille Essai"
    book.properties.lastModifiedBy = "Dominique Essai"
    return book


def _summary(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
    rows = [
        ["Mois", "Total HT", "Part"],
        [date(2026, 1, 1), '=SUMIFS(Données!H:H,Données!B:B,">="&A2,Données!B:B,"<"&EDATE(A2,1))', "=B2/B$4"],
        [date(2026, 2, 1), '=SUMIFS(Ventes[Montant HT],Ventes[Date],">="&A3)', "=B3/B$4"],
        ["Total", "=SUM(B2:B3)", None],
        [None, "=1/0", None],
    ]
    for row in rows:
        sheet.append(row)
    for number in range(2, 5):
        sheet[f"A{number}"].number_format = "mmmm\\ yyyy"
        sheet[f"B{number}"].number_format = "#,##0.00"
        sheet[f"C{number}"].number_format = "0.00%"
    sheet["E1"] = ArrayFormula("E1:E3", "=Données!H2:H4*2")
    sheet["F1"] = "=_xlfn.XLOOKUP(A4,A1:A4,B1:B4)"
    sheet.print_area = "A1:C5"
    sheet.column_dimensions["F"].hidden = True
    sheet.row_dimensions[5].hidden = True
    bars = BarChart()
    bars.title, bars.x_axis.title, bars.y_axis.title = "Ventes par mois", "Mois", "Euros"
    bars.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    bars.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=3))
    bars.legend = None
    for axis in (bars.x_axis, bars.y_axis):
        axis.delete = False
    sheet.add_chart(bars, "H2")
    pie = PieChart()
    pie.add_data(Reference(sheet, min_col=2, min_row=2, max_row=3))
    pie.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=3))
    pie.dataLabels = DataLabelList(showPercent=True)
    sheet.add_chart(pie, "H20")


def charts() -> bytes:
    """One chart of each manner."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Des chiffres"
    for row in (["Mois", "A", "B"], ["janvier", 1, 10], ["février", 2, 20]):
        sheet.append(row)
    both, months = (
        Reference(sheet, min_col=2, max_col=3, min_row=1, max_row=3),
        Reference(sheet, min_col=1, min_row=2, max_row=3),
    )
    bars, line = BarChart(), LineChart()
    bars.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    line.add_data(Reference(sheet, min_col=3, min_row=1, max_row=3), titles_from_data=True)
    bars.set_categories(months)
    bars += line
    sheet.add_chart(bars, "E1")
    cloud = ScatterChart()
    cloud.x_axis.title, cloud.y_axis.title = "Rang", "Montant"
    cloud.series.append(
        Series(
            Reference(sheet, min_col=3, min_row=2, max_row=3),
            Reference(sheet, min_col=2, min_row=2, max_row=3),
            title="Nuage",
        )
    )
    sheet.add_chart(cloud, "E20")
    bare = BarChart()
    bare.type = "bar"
    bare.add_data(both, titles_from_data=True)
    bare.y_axis.delete = True
    sheet.add_chart(bare, "E40")
    return saved(book)


QUERIED = (
    '<table xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" id="1" name="Ventes" displayName="Ventes" '
    'ref="A1:B4" tableType="queryTable" totalsRowCount="1"><tableColumns count="2"><tableColumn id="1" name="Numéro"/>'
    '<tableColumn id="2" name="Deux_x000a_lignes"/></tableColumns></table>'
)
"""A table that Power Query fills."""
_CACHE = """<pivotCacheDefinition xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{source}<cacheFields>
<cacheField name="Date"/><cacheField name="Code client"><sharedItems><s v="00007"/><s v="00012"/></sharedItems></cacheField>
<cacheField name="Montant HT"/><cacheField name="Taux TVA"><sharedItems><n v="0.055"/><n v="0.2"/></sharedItems></cacheField>
<cacheField name="Mois (Date)"><fieldGroup base="0"><rangePr groupBy="months"/><groupItems><s v="janv"/></groupItems></fieldGroup></cacheField>
</cacheFields></pivotCacheDefinition>"""
_PIVOT = """<pivotTableDefinition xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" name="TCD" cacheId="1">
<location ref="A3:C9"/><pivotFields>
<pivotField/><pivotField axis="axisCol"><items><item x="0"/><item x="1" h="1"/><item t="default"/></items></pivotField>
<pivotField dataField="1"/><pivotField axis="axisPage"><items><item x="0"/><item x="1"/></items></pivotField>
<pivotField axis="axisRow"/></pivotFields>
<rowFields><field x="4"/></rowFields><colFields><field x="1"/><field x="-2"/></colFields>
<pageFields><pageField fld="3" item="0"/></pageFields>
<dataFields><dataField name="Somme" fld="2"/><dataField name="Moyenne" fld="2" subtotal="average" showDataAs="percentOfTotal"/></dataFields>
</pivotTableDefinition>"""


def pivot(source: str = '<cacheSource type="worksheet"><worksheetSource name="Ventes"/></cacheSource>') -> bytes:
    """The analysis, with a pivot on its second sheet."""
    data = saved(analysis())
    links = "xl/worksheets/_rels/sheet2.xml.rels"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read(links).decode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    one = (
        f'<Relationship Id="rId90" Type="{kind}/pivotTable" Target="/xl/pivotTables/pivotTable1.xml"/></Relationships>'
    )
    other = f'<Relationships><Relationship Id="rId1" Type="{kind}/pivotCacheDefinition" Target="/xl/pivotCache/pivotCacheDefinition1.xml"/></Relationships>'
    return added(
        data,
        {
            links: sheet.replace("</Relationships>", one),
            "xl/pivotTables/pivotTable1.xml": _PIVOT,
            "xl/pivotTables/_rels/pivotTable1.xml.rels": other,
            "xl/pivotCache/pivotCacheDefinition1.xml": _CACHE.format(source=source),
        },
    )


def added(data: bytes, parts: Mapping[str, str | bytes]) -> bytes:
    """A file with more parts, or others."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename not in parts:
                new.writestr(info, old.read(info))
        for name, content in parts.items():
            new.writestr(name, content)
    return buffer.getvalue()
