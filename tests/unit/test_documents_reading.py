"""Reading documents, without the account that does it: what is found, where, and what is refused."""

from __future__ import annotations

import ast
import bz2
import datetime
import gzip
import io
import warnings
import zipfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import documents_samples as samples
import openpyxl
import pytest

from etabli.exam import reading
from etabli.exam.contract.causes import Cause
from etabli.exam.reading import archive, delimited, kinds, limits, places, serve, strings
from etabli.exam.reading import traces as tracing
from etabli.exam.reading.limits import Refused
from etabli.exam.runner.refusals import refused

SHEET = "<sheetData>{}</sheetData>"


def tables(name: str, data: bytes) -> list[dict[str, Any]]:
    found = serve.read("tables", name, data)
    assert isinstance(found, list)
    return found


def texts(name: str, data: bytes) -> list[list[str]]:
    return [[cell[2] if cell else "" for cell in row] for row in tables(name, data)[0]["rows"]]


def traces(name: str, data: bytes) -> Mapping[str, tuple[str, bool]]:
    """The first place of each text."""
    found: dict[str, tuple[str, bool]] = {}
    for where, text, hidden in serve.read("traces", name, data):
        found.setdefault(text, (where, hidden))
    return found


def refusal(verb: str, name: str, data: bytes) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        serve.read(verb, name, data)
    return caught.value.cause, caught.value.detail


# -- several questions


def test_each_question_about_a_file_has_its_answer_found_or_refused() -> None:
    together = serve._found({"verbs": ["traces", "book", "text"], "name": "a.txt"}, b"un mot")
    refused = {"cause": refusal("book", "a.txt", b"un mot")[0]}
    assert together["found"][0] == {"found": serve.read("traces", "a.txt", b"un mot")}
    assert refused.items() <= together["found"][1]["refused"].items()
    assert together["found"][2] == {"found": "un mot"} == serve._found({"verb": "text", "name": "a.txt"}, b"un mot")


def test_what_nobody_foresaw_is_a_refusal_that_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(data: bytes) -> str:
        raise IndexError("none of ours")

    monkeypatch.setattr(serve, "decode", broken)
    question = {"name": "note.txt", "verbs": ["about", "text"]}
    about, text = serve._found(question, b"Bonjour")["found"]
    assert about["found"]["kind"] == "text"
    assert text["refused"]["detail"] == "unforeseen"
    told = refused("note.txt", text["refused"])
    assert "IndexError, test_documents_reading.py:" in told.observed and "abîmé" in told.observed


def _odd_members(name: str, change: Callable[[bytes], bytes], data: bytes, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The archive, one of whose members is changed, and packed in this way."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            body = old.read(info)
            new.writestr(
                info.filename, change(body) if info.filename == name else body, how if info.filename == name else None
            )
    return made.getvalue()


def test_what_readers_of_xml_and_of_archives_raise_is_a_refusal() -> None:
    """An encoding that expat does not know, a damaged part in LZMA, archives within the annexes of a PDF."""
    japanese = b'<?xml version="1.0" encoding="Shift_JIS"?><Properties/>'
    with pytest.raises(Refused, match="part"):
        serve.read("traces", "a.xlsx", _odd_members("docProps/app.xml", lambda _: japanese, samples.workbook()))
    squeezed = _odd_members("[Content_Types].xml", lambda body: body, samples.workbook(), zipfile.ZIP_LZMA)
    start = squeezed.index(b"[Content_Types].xml") + 40
    with pytest.raises(Refused, match="broken-file"):
        serve.read("traces", "a.xlsx", squeezed[:start] + bytes(8) + squeezed[start + 8 :])
    nested = b"fin"
    for _time in range(400):
        inside = io.BytesIO()
        with zipfile.ZipFile(inside, "w") as one:
            one.writestr("a.zip", nested)
        nested = inside.getvalue()
    with pytest.raises(Refused, match="nested"):
        tracing._search(nested, "a.zip", tracing.Traces(), archive.Budget(), -1)


def test_a_text_that_no_page_has_is_refused_before_checks_read_each_word() -> None:
    long = b"un mot " * (limits.MAX_PROSE // 7)
    for verb in ("text", "seen", "outline"):
        serve.read(verb, "a.md", long)
        assert refusal(verb, "a.md", long + b"un mot " * 2) == ("too-heavy", "text")


# -- what it is made of


def test_the_reading_package_imports_nothing_of_ours() -> None:
    folder = Path(reading.__file__).parent
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level <= len(path.relative_to(folder).parts), path
                assert node.level or not (node.module or "").startswith("etabli"), path
            elif isinstance(node, ast.Import):
                assert not [alias for alias in node.names if alias.name.startswith("etabli")], path


# -- workbooks


def test_values_of_a_workbook_are_those_that_openpyxl_reads(tmp_path: Path) -> None:
    path = tmp_path / "classeur.xlsx"
    path.write_bytes(samples.workbook())
    book = openpyxl.load_workbook(path, data_only=True)
    for sheet, found in zip(book.worksheets, tables(path.name, path.read_bytes()), strict=True):
        assert (found["name"], found["hidden"]) == (sheet.title, sheet.sheet_state != "visible")
        for row in sheet.iter_rows():
            for cell in row:
                cells = found["rows"][cell.row - 1] if cell.row <= len(found["rows"]) else []
                box = cells[cell.column - 1] if cell.column <= len(cells) else None
                value = box[1] if box else None
                if box and box[0] in ("d", "t"):
                    value = datetime.datetime.fromisoformat(value)
                assert value == cell.value, cell.coordinate


def test_numbers_dates_and_times_read_as_in_france() -> None:
    formats = (
        '<numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/><numFmt numFmtId="165" formatCode="hh:mm"/></numFmts>'
    )
    styles = f'{formats}<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs>'
    row = (
        '<row r="1"><c r="A1"><v>1234.5</v></c><c r="B1" s="1"><v>46351</v></c><c r="C1" s="2"><v>0.5</v></c>'
        '<c r="D1" t="b"><v>0</v></c><c r="E1" t="e"><v>#N/A</v></c><c r="F1"><v>1e400</v></c><c r="G1"><v>0.1</v></c></row>'
    )
    found = texts("a.xlsx", samples.xlsx(SHEET.format(row), styles=styles))
    assert found == [["1234,5", "25/11/2026", "12:00", "FAUX", "#N/A", "1e400", "0,1"]]


def test_a_word_in_two_colours_is_one_word_and_its_pronunciation_is_not_told() -> None:
    strings_ = "<si><r><rPr><b/></rPr><t>mot</t></r><r><t>depasse</t></r><rPh><t>phonetique</t></rPh></si>"
    row = '<row><c t="s"><v>0</v></c><c t="inlineStr"><is><r><t>en</t></r><r><t>suite</t></r></is></c><c t="s"><v>9</v></c></row>'
    assert texts("a.xlsx", samples.xlsx(SHEET.format(row), strings=strings_)) == [["motdepasse", "ensuite"]]


def test_a_shared_formula_is_told_where_it_is() -> None:
    rows = (
        '<row r="1"><c r="A1"><f t="shared" si="0" ref="A1:A2">B1*2</f><v>2</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>4</v></c></row>'
    )
    found = tables("a.xlsx", samples.xlsx(SHEET.format(rows)))[0]["rows"]
    assert [row[0][3] for row in found] == ["=B1*2", "=B2*2"]


def test_rows_and_columns_hide_their_cells() -> None:
    columns = '<cols><col min="2" max="3" hidden="1"/></cols>'
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row><row r="2" hidden="true"><c r="A2"><v>3</v></c></row>'
    found = tables("a.xlsx", samples.xlsx(columns + SHEET.format(rows)))[0]["rows"]
    assert [[cell[5] for cell in row] for row in found] == [[False, True], [True]]


def test_a_workbook_with_macros_is_read_and_says_so() -> None:
    module = samples.macro_module('Attribute VB_Name = "Module1"\r\nSub essai()\r\n mot = "secret-de-macro"\r\n')
    data = samples.xlsx("<sheetData/>", more={"xl/vbaProject.bin": b"\0" * 40 + module}, kind="sheet.macroEnabled.main")
    assert serve.read("about", "a.xlsm", data)["macros"] is True
    assert tables("a.xlsm", data)[0]["name"] == "Feuille 1"
    (said,) = [text for text in traces("a.xlsm", data) if "secret-de-macro" in text and "Attribute" in text]
    assert traces("a.xlsm", data)[said] == ("macros", True)


def test_what_a_workbook_fetches_from_outside_is_told() -> None:
    outside = samples.relations(("rId9", "externalLinkPath", "file:///C:/secret.xlsx"), external=True)
    link = samples.relations(("rId8", "hyperlink", "https://exemple.test/"), external=True)
    more = {"xl/externalLinks/_rels/externalLink1.xml.rels": outside, "xl/worksheets/_rels/sheet1.xml.rels": link}
    about = serve.read("about", "a.xlsx", samples.xlsx("<sheetData/>", more=more))
    assert about["external"] == ["file:///C:/secret.xlsx"]


# -- spreadsheets of LibreOffice


def test_a_million_rows_of_nothing_are_ordinary() -> None:
    assert texts("a.ods", samples.ods_of([["a", "", "b"], [], ["c"]])) == [["a", "", "b"], [], ["c"]]


def test_all_that_a_cell_can_be() -> None:
    audit, draft = tables("a.ods", samples.full_ods())
    row = audit["rows"][1]
    assert [cell[1] for cell in row[:5]] == ["deux morceaux  fin", 12.5, "2026-11-25", True, 3]
    assert (row[0][4], row[4][3], row[5][2]) == ("note-cachee", "=SUM([.B1:.B2])", "12:30")
    assert [cells[0][2] for cells in audit["rows"][2:]] == ["rang-masque"] * 2
    assert all(cells[0][5] for cells in audit["rows"][2:]) and draft["hidden"]


# -- CSV and text


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a;b\n1,5;2\n", [["a", "b"], ["1,5", "2"]]),
        (b'a,b\n"x, y",2\n', [["a", "b"], ["x, y", "2"]]),
        (b"a\tb\n1\t2\n", [["a", "b"], ["1", "2"]]),
        ("\ufeffé;b\r\nç;2\r\n".encode(), [["é", "b"], ["ç", "2"]]),
        ("é;b\nœ€;2\n".encode("cp1252"), [["é", "b"], ["œ€", "2"]]),
        ("é\tb\n".encode("utf-16"), [["é", "b"]]),
        (b"seul\nrien\n", [["seul"], ["rien"]]),
        (b'a;b\n"deux\nlignes";2\n', [["a", "b"], ["deux\nlignes", "2"]]),
        (b"a;b\n;\n\nc;d\n", [["a", "b"], [], [], ["c", "d"]]),
        (b"BMW;GIF8\nx;y\n", [["BMW", "GIF8"], ["x", "y"]]),
    ],
)
def test_csv_as_office_suites_write_it(data: bytes, expected: list[list[str]]) -> None:
    assert texts("a.csv", data) == expected


def test_the_delimiter_is_the_one_that_cuts_regularly() -> None:
    assert delimited.delimiter("compte;motif, long\na;b, c, d\nb;x\n") == ";"
    assert delimited.delimiter("") == ";"
    assert delimited.delimiter('a;b\n1;"vu,\nrelu,\nnoté"\n2;"vu,\nrelu,\nnoté"\n') == ";"


@pytest.mark.parametrize("make", [samples.docx, samples.odt])
def test_paragraphs_are_lines(make: Any) -> None:
    name = f"a.{make.__name__}"
    assert serve.read("text", name, make("Bonjour", "à tous")) == "Bonjour\nà tous"


def test_deleted_text_is_a_trace_and_no_text() -> None:
    body = "<w:p><w:r><w:t>garde</w:t></w:r><w:del><w:r><w:delText>efface-secret</w:delText></w:r></w:del></w:p>"
    data = samples.docx(body=body)
    assert serve.read("text", "a.docx", data) == "garde"
    assert traces("a.docx", data)["efface-secret"][0] == "corps du document"


@pytest.mark.parametrize(
    "unseen",
    [
        "<w:vanish/>",
        '<w:color w:val="FFFFFF"/>',
        '<w:color w:val="FEFDFE"/>',
        '<w:color w:val="000000" w:themeColor="background1"/>',
        '<w:sz w:val="2"/>',
        '<w:b/><w:vanish w:val="true"/>',
    ],
)
def test_what_nobody_sees_of_a_word_document_is_text_and_not_seen(unseen: str) -> None:
    run = "<w:r><w:rPr>{}</w:rPr><w:t>{}</w:t></w:r>"
    plain = run.format('<w:vanish w:val="0"/><w:color w:val="000000"/><w:sz w:val="22"/>', "vu ")
    mark = "<w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>"
    data = samples.docx(body=f"<w:p>{mark}{plain}{run.format(unseen, 'masque')}{plain}</w:p>")
    assert serve.read("text", "a.docx", data) == "vu masquevu"
    assert serve.read("seen", "a.docx", data) == "vu vu"
    with pytest.raises(Refused):
        serve.read("seen", "a.docx", samples.docx(body=f"<w:p>{run.format(unseen, 'masque')}</w:p>"))


def test_a_style_hides_what_it_is_given_to_and_those_made_from_it() -> None:
    styles = f"""<w:styles {samples._W}><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/></w:rPr></w:rPrDefault></w:docDefaults>
    <w:style w:styleId="P"><w:rPr><w:color w:val="FFFFF0"/></w:rPr></w:style>
    <w:style w:styleId="Q"><w:basedOn w:val="P"/></w:style><w:style w:styleId="R"><w:rPr><w:vanish/></w:rPr></w:style>
    <w:style w:styleId="S"><w:rPr><w:color w:val="202020"/></w:rPr></w:style></w:styles>"""
    rels = f'<Relationships xmlns="{samples._P}"><Relationship Id="r9" Type="{samples._R}/styles" Target="styles.xml"/></Relationships>'
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{style}</w:t></w:r></w:p>' for style in "PQS"
    )
    body += '<w:p><w:r><w:rPr><w:rStyle w:val="R"/></w:rPr><w:t>R</w:t></w:r><w:r><w:t>vu</w:t></w:r></w:p>'
    data = samples.docx(body=body, more={"word/styles.xml": styles, "word/_rels/document.xml.rels": rels})
    assert serve.read("text", "a.docx", data) == "P\nQ\nS\nRvu"
    assert serve.read("seen", "a.docx", data).split() == ["S", "vu"]


def test_a_part_that_is_there_twice_is_refused_and_an_ordinary_archive_searched() -> None:
    twice = io.BytesIO()
    with zipfile.ZipFile(twice, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, content in samples.parts(samples.docx("vu")).items():
            for one in (name, name.upper()) if name == "word/document.xml" else (name,):
                archive.writestr(one, content)
    with pytest.raises(Refused, match="twice"):
        serve.read("text", "a.docx", twice.getvalue())
    both = samples.packed({"photo.txt": "un", "Photo.txt": "deux"})
    assert {"un", "deux"} <= set(traces("a.zip", both))


@pytest.mark.parametrize(
    "unseen", ['text:display="none"', 'fo:color="#ffffff"', 'fo:color="#fffffa"', 'fo:font-size="1pt"']
)
def test_what_nobody_sees_of_a_libreoffice_document_is_text_and_not_seen(unseen: str) -> None:
    body = (
        '<text:p text:style-name="P1">vu <text:span text:style-name="T1">mas<text:span>que</text:span></text:span>'
        '<text:span text:style-name="T2"> aussi</text:span></text:p><text:p text:style-name="T1">tout</text:p>'
    )
    said = {"T1": unseen, "T2": 'fo:color="#000000" fo:font-size="11pt"'}
    styles = "".join(
        f'<style:style style:name="{name}"><style:text-properties {properties}/></style:style>'
        for name, properties in said.items()
    )
    data = samples.odt(body=body, styles=styles)
    assert serve.read("text", "a.odt", data) == "vu masque aussi\ntout"
    assert serve.read("seen", "a.odt", data).strip() == "vu  aussi"


def test_a_merged_cell_is_read_on_each_row_that_it_covers() -> None:
    rows = [["titre", "b"], ["Annuaire", "1"], [None, "2"], [None, "3"], [None, None], ["fin", "4"]]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.active.merge_cells("A2:A4")
    book.active.merge_cells("C1:C500")
    buffer = io.BytesIO()
    book.save(buffer)
    assert [row[:1] for row in texts("a.xlsx", buffer.getvalue())] == [["titre"], *[["Annuaire"]] * 3, [], ["fin"]]
    cell = '<table:table-cell office:value-type="string"{}><text:p>{}</text:p></table:table-cell>'
    ods = "".join(
        f"<table:table-row>{row}</table:table-row>"
        for row in (
            cell.format(' table:number-rows-spanned="2"', "Intranet") + cell.format("", "1"),
            "<table:covered-table-cell/>" + cell.format("", "2"),
            cell.format("", "autre"),
        )
    )
    ods = f'<table:table table:name="F">{ods}</table:table>'
    assert texts("a.ods", samples.ods(ods)) == [["Intranet", "1"], ["Intranet", "2"], ["autre"]]


def test_the_words_of_a_table_are_text() -> None:
    assert serve.read("text", "a.ods", samples.ods_of([["a", "b"], ["c"]])) == "a\tb\nc"


def test_a_document_without_a_word() -> None:
    assert refusal("text", "a.docx", samples.docx()) == (Cause.NO_TEXT, "")
    assert refusal("text", "a.txt", b" \n") == (Cause.NO_TEXT, "")


# -- traces

MARGINS = (
    f"{samples.XML}<office:document-styles {samples._ODF}><office:master-styles><style:footer><text:p>secret"
    "<text:span>-pied</text:span></text:p></style:footer></office:master-styles></office:document-styles>"
)


def test_every_place_of_a_workbook_is_searched() -> None:
    found = traces("classeur.xlsx", samples.workbook())
    assert found["a.martin"] == ("cellule A2 de la feuille « Audit »", False)
    assert found["feuille-masquee"] == ("cellule B4 de la feuille masquée « Brouillon »", True)
    assert found["rang-masque"] == ("cellule masquée A6 de la feuille « Audit »", True)
    assert found["colonne-masquee"] == ("cellule masquée J2 de la feuille « Audit »", True)
    assert found["commentaire-cache"] == ("commentaire de la cellule A2 de la feuille « Audit »", True)
    assert found["auteur-cache"] == found["motcle-cache"] == ("propriétés du document", True)
    assert found["entete-cachee"][1] and found['"texte-nom"'][1] and found["nom_cache"][1]


@pytest.mark.parametrize(
    ("name", "data", "text", "where"),
    [
        ("a.xlsx", samples.xlsx("<sheetData/>", comment=b"secret-archive"), "secret-archive", "commentaire de l'archive"),
        ("a.xlsx", samples.xlsx("<sheetData/>", more={"xl/secret-nom.bin": b""}), "xl/secret-nom.bin", "nom d'un fichier de l'archive"),
        ("a.xlsx", samples.xlsx("<sheetData/>", more={"customXml/item1.xml": "<a>secret-perso</a>"}), "secret-perso", "données personnalisées du document"),
        ("a.xlsx", samples.xlsx("<sheetData/>", more={"xl/worksheets/sheet9.xml": "<a><v>secret-orphelin</v></a>"}), "secret-orphelin", "partie « xl/worksheets/sheet9.xml »"),
        ("a.xlsx", samples.xlsx("<sheetData/>", strings="<si><t>secret-fantome</t></si>"), "secret-fantome", "textes du classeur"),
        ("a.xlsx", samples.xlsx("<sheetData/><!-- secret-note -->"), "secret-note", "partie « xl/worksheets/sheet1.xml »"),
        ("a.xlsx", samples.xlsx('<sheetData/><dv prompt="secretinvite"/>'), "secretinvite", "partie « xl/worksheets/sheet1.xml »"),
        ("a.xlsx", samples.xlsx("<sheetData/>", more={"xl/media/i.png": samples.png(Comment="secret-image")}), "secret-image", "partie « xl/media/i.png »"),
        ("a.xlsx", b"secret-devant" + samples.xlsx("<sheetData/>"), "secret-devant", "archive cachée dans le fichier › octets ajoutés à l'archive"),
        ("i.png", samples.png() + samples.packed({"n.txt": "secret-passager"}), "secret-passager", "archive cachée dans le fichier › n.txt › ligne 1"),
        ("a.ods", samples.ods("", comment=b"secret-archive"), "secret-archive", "commentaire de l'archive"),
        ("a.ods", samples.ods("", more={"meta.xml": "<m><t>secret-meta</t></m>"}), "secret-meta", "propriétés du document"),
        ("a.docx", samples.docx(body="<w:p><w:r><w:t>deux</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>moitiés</w:t></w:r></w:p>"), "deuxmoitiés", "paragraphe 1"),
        ("a.docx", samples.docx(more={"docProps/app.xml": "<p><Company>secret-societe</Company></p>"}), "secret-societe", "propriétés du document"),
        ("a.docx", samples.docx("x", more={"word/embeddings/c.xlsx": samples.workbook()}), "feuille-masquee", "objet « word/embeddings/c.xlsx » › cellule B4 de la feuille masquée « Brouillon »"),
        *((name, make(more={"styles.xml": MARGINS}), "secret-pied", "en-tête ou pied de page") for name, make in (("a.odt", samples.odt), ("a.ods", partial(samples.ods, "")))),
        ("tout.zip", samples.packed({"note.txt": "secret-zip"}), "secret-zip", "note.txt › ligne 1"),
        ("tout.zip", samples.packed({"interne.zip": samples.packed({"n.txt": "secret-zip"})}), "secret-zip", "interne.zip › n.txt › ligne 1"),
        ("a.txt.gz", gzip.compress(b"secret-gz", mtime=0), "secret-gz", "a.txt › ligne 1"),
        ("a.txt.bz2", bz2.compress(b"secret-bz2"), "secret-bz2", "a.txt › ligne 1"),
        ("i.png", samples.png(Comment="secret-image"), "secret-image", "texte contenu dans l'image"),
        ("inconnu.bin", b"\0\1\2secret-brut\0", "secret-brut", "octets du fichier"),
        ("inconnu.bin", b"\0\1\2\3" + "secret-large".encode("utf-16-le"), "secret-large", "octets du fichier"),
        ("vieux.xls", samples.ole("secret-xls"), "secret-xls", "octets du fichier"),
        ("a.csv", b"a;b\nx;secret-csv\n", "secret-csv", "cellule B2"),
        ("page.html", b"<html><!-- secret-html --></html>", "<html><!-- secret-html --></html>", "ligne 1"),
        ("secret-nomme.txt", b"", "secret-nomme.txt", "nom du fichier"),
    ],
)  # fmt: skip
def test_a_hidden_text_is_found_and_its_place_is_told(name: str, data: bytes, text: str, where: str) -> None:
    assert traces(name, data)[text][0] == where


def test_the_formats_own_words_are_no_traces() -> None:
    found = traces("classeur.xlsx", samples.workbook())
    assert not {"center", "visible", "veryHidden", "windowText", "solid", "inlineStr"} & set(found)


def test_archives_in_archives_have_an_end() -> None:
    assert "au fond" in traces("n.zip", samples.nested(3))
    assert refusal("traces", "n.zip", samples.nested(4)) == (Cause.CLOSED_FILE, "nested")


@pytest.mark.parametrize("magic", [b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"])
def test_an_archive_that_nobody_opens_is_refused(magic: bytes) -> None:
    assert refusal("traces", "a.bin", magic + b"\0" * 60) == (Cause.CLOSED_FILE, "kind")


def test_a_compressed_bomb_is_refused() -> None:
    assert refusal("traces", "a.gz", gzip.compress(b"\0" * 100_000_000)) == (Cause.TOO_HEAVY, "unpacked")


def test_macros_of_libreoffice_may_name_their_document_type() -> None:
    module = '<?xml version="1.0"?>\n<!DOCTYPE m PUBLIC "-//x//y" "module.dtd">\n<m>secret-basic</m>'
    data = samples.ods("", more={"Basic/Standard/Module1.xml": module})
    assert traces("a.ods", data)["secret-basic"] == ("macros", True)
    assert serve.read("about", "a.ods", data)["macros"] is True


# -- hostile tables


EXPECTED = {
    **dict.fromkeys(("pdf-renomme", "texte-renomme", "ods-renomme", "xlsx-renomme", "zip-renomme"), Cause.WRONG_KIND),
    **dict.fromkeys(("image-renommee", "octets", "controles"), Cause.WRONG_KIND),
    **dict.fromkeys(("ancien-xls", "xls-renomme"), Cause.OLD_FORMAT),
    **dict.fromkeys(("chiffre-xlsx", "chiffre-ods", "chiffre-zip"), Cause.ENCRYPTED),
    **dict.fromkeys(("vide", "vide-csv", "zip-coupe", "zip-abime", "xml-coupe", "sans-classeur"), Cause.BROKEN_FILE),
    **dict.fromkeys(("zip-menteur", "csv-cellule"), Cause.BROKEN_FILE),
    **dict.fromkeys(("bombe-zip", "mille-fichiers", "styles", "million-de-rangs"), Cause.TOO_HEAVY),
    **dict.fromkeys(("bombe-entites", "entite-externe"), Cause.TRAPPED_FILE),
    **dict.fromkeys(("million-de-rangs-nus", "million-repete", "dernier-rang", "trente-mille"), Cause.TOO_MANY),
    **dict.fromkeys(("derniere-colonne", "deux-cents-feuilles", "csv-long", "gros"), Cause.TOO_MANY),
    "encodage": Cause.UNREADABLE_TEXT,
}


@pytest.fixture(scope="module")
def hostile() -> Mapping[str, tuple[str, bytes]]:
    return samples.hostile()


@pytest.mark.parametrize(("name", "cause"), EXPECTED.items(), ids=EXPECTED.keys())
def test_each_hostile_table_is_refused_for_its_reason(
    hostile: Mapping[str, tuple[str, bytes]], name: str, cause: Cause
) -> None:
    assert refusal("tables", *hostile[name])[0] == cause


def test_every_hostile_table_has_its_reason(hostile: Mapping[str, tuple[str, bytes]]) -> None:
    assert set(EXPECTED) == set(hostile)


def test_a_file_too_big_is_not_even_loaded(tmp_path: Path) -> None:
    path = tmp_path / "gros"
    with path.open("wb") as stream:
        stream.truncate(limits.MAX_FILE + 1)
    with path.open("rb") as stream, pytest.raises(Refused) as caught:
        serve._content(stream.fileno())
    assert (caught.value.cause, caught.value.detail) == (Cause.TOO_HEAVY, "size")


@pytest.mark.parametrize("data", [b"texte", samples.docx("x")], ids=["text", "word"])
@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.exe", "sans-suffixe"])
def test_only_tables_are_tables(name: str, data: bytes) -> None:
    assert refusal("tables", name, data) == (Cause.WRONG_KIND, "kind")


# -- small pieces


def test_cells_have_the_names_that_people_use() -> None:
    assert [places.place(1, 1), places.place(4, 28), places.place(9, 703)] == ["A1", "AB4", "AAA9"]


def test_runs_are_found_in_bytes() -> None:
    data = b"\0\x01abcd\0motdepasse\xff" + "caché".encode() + b"\0" + "large".encode("utf-16-be")
    assert list(strings.runs(data)) == ["motdepasse", "caché", "large"]


def test_kinds_are_told_by_content() -> None:
    from etabli.exam.reading.archive import Budget

    found = {name: kinds.kind(data, Budget()) for name, data in {
        "xlsx": samples.workbook(), "ods": samples.ods(""), "docx": samples.docx(), "odt": samples.odt(), "pdf": samples.pdf(),
        "ole": samples.ole("x"), "image": samples.png(), "text": b"mot", "html": b"<!DOCTYPE html>", "rtf": b"{\\rtf1", "empty": b"",
        "zip": samples.packed({"a": "b"}), "unknown": b"\0\1",
    }.items()}  # fmt: skip
    assert found == {name: name for name in found}


@pytest.mark.parametrize("made", [samples.ods(""), samples.odt()], ids=["ods", "odt"])
def test_a_document_that_google_wrote_without_its_type_is_known_by_its_body(made: bytes) -> None:
    from etabli.exam.reading.archive import Budget

    parts = {name: part for name, part in samples.parts(made).items() if name != "mimetype"}
    assert kinds.kind(samples.packed(parts), Budget()) == kinds.kind(made, Budget())
