"""Runs in the examiner's container: LibreOffice changes a workbook and saves it as a person would.

Reads one JSON object: `file` (base64), `suffix`, `acts` (one method of `Acts` each, with its arguments), `save`
(a suffix). Writes the saved file in base64.
"""

import base64
import json
import pathlib
import subprocess
import sys
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.sheet.DataPilotFieldOrientation import COLUMN, DATA, ROW
from com.sun.star.sheet.GeneralFunction import SUM

FILTERS = {".ods": "calc8", ".xlsx": "Calc MS Excel 2007 XML"}
FRENCH = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>fr-FR</value></prop>
<prop oor:name="ooLocale" oor:op="fuse"><value>fr</value></prop></item>
<item oor:path="/org.openoffice.Office.Linguistic/General"><prop oor:name="UILocale" oor:op="fuse"><value>fr</value></prop>
</item>
</oor:items>"""


class Acts:
    """What a person does in a workbook."""

    def __init__(self, document):
        self.document = document

    def sheet(self, name):
        return self.document.Sheets.getByName(name)

    def area(self, sheet, cells):
        return self.sheet(sheet).getCellRangeByName(cells)

    def database_range(self, name, sheet, cells):
        """Gives a name to the lines."""
        ranges = self.document.DatabaseRanges
        for known in ranges.ElementNames:
            ranges.removeByName(known)
        ranges.addNewByName(name, self.area(sheet, cells).RangeAddress)

    def type_formulas(self, sheet, formulas):
        """Types formulas as a French office shows them."""
        for cell, text in formulas.items():
            self.area(sheet, cell).FormulaLocal = text

    def pivot(self, name, source, target, rows, columns, values, months=None):
        """Makes a pivot, without the button of its filter; `months`: a field of dates, grouped by month."""
        tables = self.sheet(target[0]).DataPilotTables
        made = tables.createDataPilotDescriptor()
        made.setSourceRange(self.area(*source).RangeAddress)
        made.ShowFilterButton = False
        made.IgnoreEmptyRows = True
        fields = made.DataPilotFields
        for title, orientation in [(title, ROW) for title in rows] + [(title, COLUMN) for title in columns]:
            fields.getByName(title).Orientation = orientation
        for title in values:
            field = fields.getByName(title)
            field.Orientation = DATA
            field.Function = SUM
        cell = self.area(*target)
        tables.insertNewByName(name, cell.CellAddress, made)
        if months:
            self._by_month(tables.getByName(name), months)

    def _by_month(self, table, title):
        group = uno.createUnoStruct("com.sun.star.sheet.DataPilotFieldGroupInfo")
        group.HasAutoStart = group.HasAutoEnd = group.HasDateValues = True
        group.GroupBy = 16  # months: com.sun.star.sheet.DataPilotFieldGroupBy
        table.DataPilotFields.getByName(title).createDateGroup(group)

    def number_format(self, sheet, cells, code):
        """Gives numbers another format."""
        formats = self.document.NumberFormats
        french = uno.createUnoStruct("com.sun.star.lang.Locale", "fr", "FR", "")
        known = formats.queryKey(code, french, False)
        self.area(sheet, cells).NumberFormat = known if known != -1 else formats.addNew(code, french)

    def remove_pivot(self, sheet, name):
        """Takes a pivot away and types what it showed."""
        tables = self.sheet(sheet).DataPilotTables
        where = tables.getByName(name).OutputRange
        area = self.sheet(sheet).getCellRangeByPosition(
            where.StartColumn, where.StartRow, where.EndColumn, where.EndRow
        )
        shown = area.getDataArray()
        tables.removeByName(name)
        area.setDataArray(shown)


def prop(name, value):
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def office(profile):
    """Starts the office; returns its process and its desktop."""
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(FRENCH)
    argv = ["soffice", "--headless", "--norestore", "--nologo", f"-env:UserInstallation=file://{profile}",
            "--accept=pipe,name=temoins;urp;"]  # fmt: skip
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    until = time.monotonic() + 60
    while True:
        try:
            context = resolver.resolve("uno:pipe,name=temoins;urp;StarOffice.ComponentContext")
            return process, context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except NoConnectException:
            if time.monotonic() > until or process.poll() not in (None, 81):
                raise
            time.sleep(0.05)


def main():
    order = json.load(sys.stdin)
    folder = pathlib.Path("/tmp/temoins")
    process, desktop = office(folder / "profile")
    before, after = folder / f"avant{order['suffix']}", folder / f"apres{order['save']}"
    before.write_bytes(base64.b64decode(order["file"]))
    document = desktop.loadComponentFromURL(before.as_uri(), "_blank", 0, (prop("Hidden", True),))
    document.calculateAll()
    acts = Acts(document)
    for name, arguments in order["acts"]:
        getattr(acts, name)(**arguments)
    document.calculateAll()
    document.storeToURL(after.as_uri(), (prop("FilterName", FILTERS[order["save"]]),))
    document.close(True)
    process.kill()
    sys.stdout.write(base64.b64encode(after.read_bytes()).decode())


if __name__ == "__main__":
    main()
