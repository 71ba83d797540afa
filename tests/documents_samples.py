"""Documents made by hand: what students hand in, and what nobody should."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache

import openpyxl
from openpyxl.comments import Comment

ODS = "application/vnd.oasis.opendocument.spreadsheet"
ODT = "application/vnd.oasis.opendocument.text"
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" '
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_P = "http://schemas.openxmlformats.org/package/2006/relationships"
_CT = "http://schemas.openxmlformats.org/package/2006/content-types"

Parts = Mapping[str, str | bytes]


def packed(parts: Parts, *, comment: bytes = b"", stored: Sequence[str] = ("mimetype",)) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
        archive.comment = comment
    return buffer.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    """What `packed` packed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# -- workbooks


def workbook() -> bytes:
    """An ordinary workbook of Excel's kind, with everything that can hide in one."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Audit"
    sheet.append(["Compte", "Risque", "Nombre", "Vu le", "À midi", "Oui", "Taux"])
    sheet.append(["a.martin", "fuite", 12.5, date(2026, 11, 25), datetime(2026, 11, 25, 12, 30), True, 20252026])
    sheet["A2"].comment = Comment("commentaire-cache", "Auteur")
    sheet["C4"] = "=SUM(C2:C3)"
    sheet["A6"] = "rang-masque"
    sheet.row_dimensions[6].hidden = True
    sheet["J2"] = "colonne-masquee"
    sheet.column_dimensions["J"].hidden = True
    hidden = book.create_sheet("Brouillon")
    hidden["B4"] = "feuille-masquee"
    hidden.sheet_state = "veryHidden"
    book.properties.creator = "auteur-cache"
    book.properties.keywords = "motcle-cache"
    sheet.oddHeader.center.text = "entete-cachee"
    book.defined_names["nom_cache"] = openpyxl.workbook.defined_name.DefinedName("nom_cache", attr_text='"texte-nom"')
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """The bytes of its file."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def xlsx(
    sheet: str,
    *,
    strings: str = "",
    styles: str = "",
    workbook: str = '<sheet name="Feuille 1" sheetId="1" r:id="rId1"/>',
    more: Parts | None = None,
    comment: bytes = b"",
    kind: str = "sheet.main",
) -> bytes:
    """The smallest workbook that Excel would open, around the XML of one sheet's `sheetData`."""
    main = f"application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"
    return packed(
        {
            "[Content_Types].xml": f'{XML}<Types xmlns="{_CT}"><Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{main}"/></Types>',
            "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'{XML}<workbook {_S} xmlns:r="{_R}"><sheets>{workbook}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": relations(
                ("rId1", "worksheet", "worksheets/sheet1.xml"),
                ("rId2", "sharedStrings", "sharedStrings.xml"),
                ("rId3", "styles", "styles.xml"),
            ),
            "xl/worksheets/sheet1.xml": f"{XML}<worksheet {_S}>{sheet}</worksheet>",
            "xl/sharedStrings.xml": f"{XML}<sst {_S}>{strings}</sst>",
            "xl/styles.xml": f"{XML}<styleSheet {_S}>{styles}</styleSheet>",
            **(more or {}),
        },
        comment=comment,
    )


def relations(*rows: tuple[str, str, str], external: bool = False) -> str:
    mode = ' TargetMode="External"' if external else ""
    lines = "".join(f'<Relationship Id="{i}" Type="{_R}/{kind}" Target="{to}"{mode}/>' for i, kind, to in rows)
    return f'{XML}<Relationships xmlns="{_P}">{lines}</Relationships>'


def ods(tables: str, *, styles: str = "", more: Parts | None = None, comment: bytes = b"") -> bytes:
    """A spreadsheet of LibreOffice's kind, around the XML of its tables."""
    return packed(
        {
            "mimetype": ODS,
            "content.xml": f"{XML}<office:document-content {_ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>",
            "META-INF/manifest.xml": f'{XML}<manifest xmlns="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
            **(more or {}),
        },
        comment=comment,
    )


def ods_of(rows: Sequence[Sequence[str]], name: str = "Feuille1") -> bytes:
    """As LibreOffice writes it: a million rows of nothing at the end."""
    lines = "".join(f"<table:table-row>{''.join(cell(text) for text in row)}</table:table-row>" for row in rows)
    end = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    return ods(f'<table:table table:name="{name}">{lines}{end}</table:table>')


def cell(text: str) -> str:
    if not text:
        return "<table:table-cell/>"
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def full_ods(formula: str = ' table:formula="of:=SUM([.B1:.B2])"') -> bytes:
    """A spreadsheet with all that a cell can be; no office opens it, whose parts are too few."""
    styles = '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>'
    note = "<office:annotation><dc:creator>x</dc:creator><text:p>note-cachee</text:p></office:annotation>"
    rows = (
        f"<table:table-row>{cell('Compte')}{cell('Nombre')}</table:table-row>"
        '<table:table-row><table:table-cell office:value-type="string">'
        f"{note}<text:p>deux <text:span>mor</text:span>ceaux<text:s text:c='2'/>fin</text:p></table:table-cell>"
        '<table:table-cell office:value-type="float" office:value="12.5"><text:p>12,5</text:p></table:table-cell>'
        '<table:table-cell office:value-type="date" office:date-value="2026-11-25"><text:p>25/11/26</text:p></table:table-cell>'
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>VRAI</text:p></table:table-cell>'
        f'<table:table-cell{formula} office:value-type="float" office:value="3"><text:p>3</text:p></table:table-cell>'
        '<table:table-cell office:value-type="time" office:time-value="PT12H30M00S"><text:p>12:30</text:p></table:table-cell></table:table-row>'
        '<table:table-row table:visibility="collapse" table:number-rows-repeated="2">'
        f"{cell('rang-masque')}</table:table-row>"
    )
    first = f'<table:table table:name="Audit">{rows}</table:table>'
    second = f'<table:table table:name="Brouillon" table:style-name="ta2"><table:table-row>{cell("feuille-masquee")}</table:table-row></table:table>'
    return ods(first + second, styles=styles)


# -- texts


def docx(*paragraphs: str, body: str = "", more: Parts | None = None) -> bytes:
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    lines = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    return packed(
        {
            "[Content_Types].xml": f'{XML}<Types xmlns="{_CT}"><Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
            "_rels/.rels": relations(("rId1", "officeDocument", "word/document.xml")),
            "word/document.xml": f"{XML}<w:document {_W}><w:body>{lines}{body}</w:body></w:document>",
            **(more or {}),
        }
    )


def odt(*paragraphs: str, body: str = "", styles: str = "", more: Parts | None = None) -> bytes:
    lines = "".join(f"<text:p>{text}</text:p>" for text in paragraphs)
    return packed(
        {
            "mimetype": ODT,
            "content.xml": f"{XML}<office:document-content {_ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:text>{lines}{body}</office:text>"
            "</office:body></office:document-content>",
            **(more or {}),
        }
    )


def pdf(*lines: str, encrypted: bool = False, title: str = "", attachment: bytes = b"") -> bytes:
    """One page; with `encrypted`, one that no empty password opens."""
    text = "\n".join(f"1 0 0 1 72 {720 - 20 * n} Tm ({line}) Tj" for n, line in enumerate(lines))
    content = zlib.compress(f"BT /F1 12 Tf\n{text}\nET".encode("cp1252"))
    extra = zlib.compress(attachment)
    objects: list[bytes] = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Title(%s)>>" % title.encode("cp1252"),
        b"<</Type/EmbeddedFile/Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(extra), extra),
        b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (b"41" * 32, b"42" * 32),
    ]
    return _numbered(objects, b"/Info 6 0 R" + (b"/Encrypt 8 0 R/ID[<00><00>]" if encrypted else b""))


def chunk(kind: bytes, body: bytes) -> bytes:
    """A part of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(**texts: str) -> bytes:
    """An image of one point, with compressed texts."""
    said = b"".join(
        chunk(b"zTXt", key.encode() + b"\0\0" + zlib.compress(text.encode())) for key, text in texts.items()
    )
    point = chunk(b"IDAT", zlib.compress(b"\0\0"))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
        + said
        + point
        + chunk(b"IEND", b"")
    )


def ole(text: str) -> bytes:
    """What an .xls, or an encrypted .xlsx, begins with."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + text.encode("utf-16-le") + b"\0" * 512


def macro_module(source: str) -> bytes:
    """A macro's source as [MS-OVBA] compresses it, in literal tokens only."""
    data = source.encode("cp1252")
    body = b"".join(b"\0" + data[place : place + 8] for place in range(0, len(data), 8))
    return b"\x07\x07" + b"\x01" + struct.pack("<H", 0xB000 | (len(body) + 2 - 3)) + body


# -- what nobody should hand in

ROW = '<row r="{0}"><c r="A{0}"><v>1</v></c></row>'


def zip_bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "spreadsheetml.sheet.main")
        with archive.open("xl/workbook.xml", "w", force_zip64=True) as stream:
            for _megabyte in range(300):
                stream.write(b" " * (1 << 20))
    return buffer.getvalue()


def lying_zip() -> bytes:
    """A sheet that says 100 bytes and holds 40 megabytes."""
    data = bytearray(xlsx("<sheetData/>" + " " * (40_000_000 - len(xlsx_around()))))
    size = struct.pack("<I", 40_000_000)
    while (place := data.find(size)) >= 0:
        data[place : place + 4] = struct.pack("<I", 100)
    return bytes(data)


def xlsx_around() -> str:
    return f"{XML}<worksheet {_S}><sheetData/></worksheet>"


def entities(declaration: str, use: str) -> bytes:
    sheet = f'{XML}<!DOCTYPE worksheet [{declaration}]>\n<worksheet {_S}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{use}</t></is></c></row></sheetData></worksheet>'
    return xlsx("", more={"xl/worksheets/sheet1.xml": sheet})


def entity_bomb() -> bytes:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return entities(f'<!ENTITY e0 "boum">{levels}', "&e9;")


def external_entity() -> bytes:
    return entities('<!ENTITY e SYSTEM "file:///etc/passwd">', "&e;")


def many_sheets(count: int) -> bytes:
    sheets = "".join(f'<sheet name="F{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, count + 1))
    return xlsx("<sheetData/>", workbook=sheets)


def nested(levels: int, inner: bytes = b"au fond") -> bytes:
    data, name = inner, "fond.txt"
    for level in range(levels):
        data, name = packed({name: data}), f"n{level}.zip"
    return data


@cache
def hostile() -> Mapping[str, tuple[str, bytes]]:
    """Hostile or broken tables, by name: the file's name and bytes."""
    rows = "".join(f'<row r="{n}" ht="15" customHeight="1"/>' for n in range(1, 1_000_001))
    far = '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    full = "".join(ROW.format(n) for n in range(1, 30_001))
    wide = '<row r="1"><c r="XFD1"><v>1</v></c></row>'
    repeated = f'<table:table table:name="F"><table:table-row table:number-rows-repeated="1000000">{cell("x")}</table:table-row></table:table>'
    manifest = '<manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:encryption-data m:checksum="x"/></manifest>'
    whole = workbook()
    locked = bytearray(whole)
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        start = locked.find(mark)
        while start >= 0:
            locked[start + place] |= 1
            start = locked.find(mark, start + 4)
    return {
        "pdf-renomme": ("audit.xlsx", pdf("bonjour")),
        "texte-renomme": ("audit.xlsx", b"compte;risque\na;b\n"),
        "ods-renomme": ("audit.xlsx", ods_of([["x"]])),
        "xlsx-renomme": ("audit.csv", whole),
        "zip-renomme": ("audit.xlsx", packed({"lisezmoi.txt": "bonjour"})),
        "image-renommee": ("audit.csv", png()),
        "octets": ("audit.xlsx", b"\x00\x01\x02\x03" * 500),
        "vide": ("audit.xlsx", b""),
        "vide-csv": ("audit.csv", b""),
        "ancien-xls": ("audit.xls", ole("Workbook")),
        "xls-renomme": ("audit.xlsx", ole("Workbook")),
        "chiffre-xlsx": ("audit.xlsx", ole("EncryptedPackage")),
        "chiffre-ods": ("audit.ods", ods("", more={"META-INF/manifest.xml": manifest})),
        "chiffre-zip": ("audit.xlsx", bytes(locked)),
        "zip-coupe": ("audit.xlsx", whole[: len(whole) // 2]),
        "zip-abime": ("audit.xlsx", _scratched(whole)),
        "xml-coupe": ("audit.xlsx", xlsx("<sheetData><row>")),
        "sans-classeur": ("audit.xlsx", packed({"[Content_Types].xml": "spreadsheetml.sheet.main"})),
        "bombe-zip": ("audit.xlsx", zip_bomb()),
        "zip-menteur": ("audit.xlsx", lying_zip()),
        "mille-fichiers": ("audit.xlsx", xlsx("", more={f"xl/f{n}.xml": "" for n in range(3000)})),
        "bombe-entites": ("audit.xlsx", entity_bomb()),
        "entite-externe": ("audit.xlsx", external_entity()),
        "styles": ("audit.xlsx", xlsx("<sheetData/>", styles="<xf numFmtId='0'/>" * 2_700_000)),
        "million-de-rangs": ("audit.xlsx", xlsx(f"<sheetData>{rows}</sheetData>")),
        "million-de-rangs-nus": ("audit.xlsx", xlsx(f"<sheetData>{'<row/>' * 1_000_000}</sheetData>")),
        "million-repete": ("audit.ods", ods(repeated)),
        "dernier-rang": ("audit.xlsx", xlsx(f"<sheetData>{far}</sheetData>")),
        "trente-mille": ("audit.xlsx", xlsx(f"<sheetData>{full}</sheetData>")),
        "derniere-colonne": ("audit.xlsx", xlsx(f"<sheetData>{wide}</sheetData>")),
        "deux-cents-feuilles": ("audit.xlsx", many_sheets(200)),
        "encodage": ("audit.csv", b"compte;risque\n\x81\x8d\x8f;\x90\x9d\n"),
        "controles": ("audit.csv", bytes(range(1, 9)) * 200),
        "gros": ("audit.csv", b"a;b\n" * 6_000_000),
        "csv-long": ("audit.csv", b"a;b\n" * 30_000),
        "csv-cellule": ("audit.csv", b'"' + b"a" * 200_000),
    }


def _scratched(data: bytes) -> bytes:
    place = data.find(b"xl/worksheets/sheet1.xml") + 60
    return data[:place] + bytes(byte ^ 0x55 for byte in data[place : place + 40]) + data[place + 40 :]


def endless_pdf() -> bytes:
    """A page that draws a form eight times, that draws a form eight times, and so on, twelve deep."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>",
        b"<</Length 4>>stream\n/F Do\nendstream".replace(b"/Length 4", b"/Length 5"),
    ]
    for level in range(12):
        inside = b"/F Do\n" * 8 if level < 11 else b"q Q\n"
        resources = b"<</XObject<</F %d 0 R>>>>" % (6 + level) if level < 11 else b"<<>>"
        form = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources%s/Length %d>>stream\n%s\nendstream"
        objects.append(form % (resources, len(inside), inside))
    return _numbered(objects)


def _numbered(objects: Sequence[bytes], more: bytes = b"") -> bytes:
    """The file of these objects; with more in its trailer."""
    data, places = bytearray(b"%PDF-1.5\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (size, more, len(data))
    return bytes(data) + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table) + end


def greedy() -> bytes:
    """Eight million lines: within what may be unpacked, far beyond what may be kept in mind."""
    return packed({"lignes.txt": "abc\n" * 8_000_000})
