"""A centre's own form: mapped cells are filled, and every other byte of every part stays as it was."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from commission_samples import CODES, DUC, ESSAI, all_judge, commission, furnish, staged
from helpers import Done, here, volume
from hypothesis import given, settings
from hypothesis import strategies as st

from etabli.commission import sheet_form, text_form
from etabli.exam.contract.errors import UsageProblem

FORM = Path(__file__).parents[1] / "forms" / "grille.docx"
"""Made by ``grille.py`` beside it, with python-docx."""
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"
BODY = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="{W}" xmlns:x="urn:a"><w:body><w:p><w:r><w:t>Grille</w:t></w:r></w:p>
<w:tbl x:a="1 > 0"><w:tr><w:tc><w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Nom :</w:t></w:r></w:p></w:tc>
<w:sdt><w:sdtContent><w:tc><w:p/></w:tc></w:sdtContent></w:sdt></w:tr>
<w:tr><w:tc><w:p><w:pPr><w:rPr><w:sz w:val="18"/></w:rPr></w:pPr></w:p></w:tc><w:tc><w:p><w:r><w:t>é&amp;</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
<w:sectPr/></w:body></w:document>""".replace("{W}", W)


def workbook() -> bytes:
    """A grid as a centre has one: styles, merged cells, a protected formula, rows that close themselves."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Grille & co"
    sheet["A1"], sheet["C12"], sheet["B5"] = "Nom", "à remplir", "=1+1"
    sheet["C12"].font = openpyxl.styles.Font(bold=True)
    sheet.merge_cells("D1:F2")
    book.create_sheet("Autre")["A1"] = "à laisser"
    stream = io.BytesIO()
    book.save(stream)
    return _with(
        stream.getvalue(), SHEET, lambda part: part.replace(b"</sheetData>", b'<row r="30" ht="20"/></sheetData>')
    )


def document() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", BODY)
        archive.writestr("word/media/image1.png", bytes(range(256)))
    return stream.getvalue()


def _with(data: bytes, name: str, change: object) -> bytes:
    parts = members(data)
    parts[name] = change(parts[name])  # type: ignore[operator]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for member, part in parts.items():
            archive.writestr(member, part)
    return stream.getvalue()


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {one.filename: archive.read(one) for one in archive.infolist()}


def test_of_a_workbook_only_mapped_cells_change() -> None:
    before = workbook()
    own = {"Grille & co!B1": "Inès <&>", "Grille & co!C12": "X", "Grille & co!E12": 12.5, "A30": "fin", "B40": "bas"}
    after = sheet_form.fill("g.xlsx", before, own)
    was, now = members(before), members(after)
    assert list(was) == list(now) and {name for name in was if was[name] != now[name]} == {SHEET}
    rest = now[SHEET]
    for cell in (b"B1", b"C12", b"E12", b"A30", b"B40"):
        start = rest.index(b'<c r="%b"' % cell)
        rest = rest[:start] + rest[rest.index(b"</c>", start) + 4 :]
    start = was[SHEET].index(b'<c r="C12"')
    former = was[SHEET][:start] + was[SHEET][was[SHEET].index(b"</c>", start) + 4 :]
    assert (
        rest.replace(b'<row r="40"></row>', b"").replace(b'<row r="30" ht="20"></row>', b'<row r="30" ht="20"/>')
        == former
    )
    sheet = openpyxl.load_workbook(io.BytesIO(after)).worksheets[0]
    assert [sheet[cell].value for cell in ("B1", "C12", "E12", "A30", "B40")] == ["Inès <&>", "X", 12.5, "fin", "bas"]
    assert sheet["C12"].font.bold and sheet["B5"].value == "=1+1" and sheet["A1"].value == "Nom"


def test_of_a_document_only_mapped_cells_change() -> None:
    before = document()
    after = text_form.fill("g.docx", before, {"1.1.2": "Inès", "1.2.1": "oui\nnon", "1.2.2": 12.5})
    was, now = members(before), members(after)
    assert list(was) == list(now) and {name for name in was if was[name] != now[name]} == {"word/document.xml"}
    text = now["word/document.xml"].decode()
    fresh = (
        '<w:p><w:r><w:t xml:space="preserve">Inès</w:t></w:r></w:p>',
        '<w:r><w:rPr><w:sz w:val="18"/></w:rPr><w:t xml:space="preserve">oui</w:t><w:br/><w:t xml:space="preserve">non</w:t></w:r>',
        '<w:r><w:t xml:space="preserve">12,5</w:t></w:r>',
    )
    assert all(one in text for one in fresh)
    assert text.replace(fresh[0], "<w:p/>").replace(fresh[1], "").replace(fresh[2], "") == BODY


@settings(max_examples=volume(10, 300), deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["A1", "A3", "B3", "C12", "Z12", "D30", "B31", "A99"]), st.text(max_size=20), min_size=1
    )
)
def test_whatever_is_written_is_read_back(own: dict[str, str]) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(sheet_form.fill("g.xlsx", WORKBOOK, own))).worksheets[0]
    for cell, text in own.items():
        held = "".join(char if char >= " " or char in "\n\t" else "\ufffd" for char in text)
        said = sheet[cell].value
        assert (said or "") == held.encode("utf-8", "replace").decode(), (cell, text)


WORKBOOK = workbook()


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"B5": "x"}, "contient une formule"),
        ({"E2": "x"}, "elle est fusionnée (D1:F2) ; remplissez D1"),
        ({"Non!A1": "x"}, "il a « Grille & co » et « Autre »"),
        ({"Grille & co!12": "x"}, "n'est pas une cellule"),
    ],
)
def test_a_cell_that_cannot_be_filled_is_told(own: dict[str, str], said: str) -> None:
    with pytest.raises(UsageProblem) as told:
        sheet_form.fill("g.xlsx", WORKBOOK, own)
    assert said in str(told.value)


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"2.1.1": "x"}, "1 tableau"),
        ({"1.3.1": "x"}, "2 lignes"),
        ({"1.1.3": "x"}, "2 colonnes"),
        ({"A1": "x"}, "n'est pas"),
    ],
)
def test_a_place_that_a_document_has_not_is_told(own: dict[str, str], said: str) -> None:
    with pytest.raises(UsageProblem) as told:
        text_form.fill("g.docx", document(), own)
    assert said in str(told.value)


def lzma_cut() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("word/document.xml", BODY)
    data = stream.getvalue()
    at = data.index(b"word/document.xml") + len("word/document.xml")
    return data[:at] + b"\x09\x04\x05\x00" + b"\xff" * 5 + data[at + 9 :]


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (BODY.replace("<w:sectPr/>", "<w:sdt>" * 3000 + "</w:sdt>" * 3000).encode(), "est démesuré"),
        (BODY.replace("<w:sectPr/>", "<w:p/>" * 300_001).encode(), "est démesuré"),
        (BODY.replace("UTF-8", "UTF-16").encode("utf-16"), "n'est pas en UTF-8"),
        (BODY.replace("UTF-8", "windows-1252").encode("cp1252"), "n'est pas en UTF-8"),
    ],
)
def test_a_document_that_nobody_wrote_is_refused(part: bytes, said: str) -> None:
    with pytest.raises(UsageProblem, match=said):
        text_form.fill("g.docx", _with(document(), "word/document.xml", lambda _: part), {"1.1.1": "x"})


def test_a_zip_that_is_broken_inside_is_refused() -> None:
    with pytest.raises(UsageProblem, match="lisible"):
        text_form.fill("g.docx", lzma_cut(), {"1.1.1": "x"})


@pytest.mark.parametrize("row", [b'r="abc"', b'r="' + b"9" * 5000 + b'"', b'r="-1"'])
def test_a_row_without_a_number_is_refused(row: bytes) -> None:
    odd = _with(WORKBOOK, SHEET, lambda part: part.replace(b'<row r="30"', b"<row " + row))
    with pytest.raises(UsageProblem, match="cellules sans adresse"):
        sheet_form.fill("g.xlsx", odd, {"A1": "x"})


def test_a_form_that_declares_entities_is_refused() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'
    with pytest.raises(UsageProblem, match="entités"):
        sheet_form.fill("g.xlsx", _with(WORKBOOK, SHEET, lambda _: bomb), {"A1": "x"})
    for data in (b"", b"rien", document()):
        with pytest.raises(UsageProblem, match="n'est pas un"):
            sheet_form.fill("g.xlsx", data, {"A1": "x"})


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scene")
    with staged(folder):
        all_judge(furnish(), **{"C2.3": "tres-bonne"})
        Path("grille.xlsx").write_bytes(WORKBOOK)
    return folder


@pytest.fixture
def who(stage: Path, tmp_path: Path) -> Iterator[str]:
    shutil.copytree(stage, tmp_path / "ici")
    with staged(tmp_path / "ici"):
        yield "SNO-01"


MAP = """\
format: etabli/modele/1
cases:
- {ou: B1, quoi: nom}
- {ou: C2, quoi: degre, competence: C2.1}
- {ou: C3, quoi: croix, competence: C2.1, degre: satisfaisante}
- {ou: C4, quoi: croix, competence: C2.1, degre: tres-bonne}
- {ou: C6, quoi: degre, competence: C2.3, evaluateur: M. Duc}
- {ou: C7, quoi: note, unite: U2}
"""


def fill(who: str, told: str = MAP, *words: str) -> Done:
    Path("cases.yaml").write_text(told, "utf-8")
    own = ("--document", "grille", "--candidat", who, "--modele", "grille.xlsx", "--correspondance", "cases.yaml")
    return here("imprimer", "e2-2027", *own, "-o", "sortie.xlsx", *words)


def test_a_form_takes_what_people_decided_and_nothing_else(who: str) -> None:
    commission("annexe", "--candidat", who, "--par", ESSAI)
    done = fill(who)
    assert done.returncode == 0 and "a des formules" in done.stdout, done
    sheet = openpyxl.load_workbook("sortie.xlsx").worksheets[0]
    cells = ("B1", "C2", "C3", "C4", "C6", "C7")
    assert [sheet[cell].value for cell in cells] == [
        "Inès Bouvard-Lenoir",
        None,
        None,
        None,
        "très bonne maîtrise",
        None,
    ]
    Path("sortie.xlsx").unlink()
    commission("retenir", "--candidat", who, "--par", f"{ESSAI}, {DUC}", "--accord")
    commission("note", "--candidat", who, "--par", f"{ESSAI}, {DUC}", "--unite", "U2", "--valeur", "13,5")
    assert fill(who).returncode == 0
    sheet = openpyxl.load_workbook("sortie.xlsx").worksheets[0]
    assert [sheet[cell].value for cell in cells[1:]] == [
        "maîtrise satisfaisante",
        "X",
        None,
        "très bonne maîtrise",
        13.5,
    ]
    assert "existe déjà" in fill(who).stderr and len(CODES) == 3


TEXT_MAP = """\
format: etabli/modele/1
cases:
- {ou: 1.1.2, quoi: nom}
- {ou: 2.3.4, quoi: croix, competence: C2.1, degre: satisfaisante}
- {ou: 2.3.5, quoi: croix, competence: C2.1, degre: tres-bonne}
- {ou: 2.5.6, quoi: degre, competence: C2.3, evaluateur: M. Duc}
- {ou: 4.1.2, quoi: note, unite: U2}
"""


def test_a_document_that_a_library_wrote_is_filled_and_all_its_other_bytes_stay(who: str) -> None:
    own = ("--document", "grille", "--candidat", who, "--modele", FORM)
    told = dict(line.split("  ", 1) for line in here("imprimer", "e2-2027", *own).stdout.splitlines())
    assert told["2.1.1"] == "Degré d'acquisition" and told["2.3.1"] == "C2.1 Participer & gérer"
    assert "2.1.2" not in told and told["3.1.1"] == "(vide)" and told["4.1.2"] == " / 20"
    commission("retenir", "--candidat", who, "--par", f"{ESSAI}, {DUC}", "--degre", "C2.1=satisfaisante")
    commission("note", "--candidat", who, "--par", f"{ESSAI}, {DUC}", "--unite", "U2", "--valeur", "13,5")
    Path("cases.yaml").write_text(TEXT_MAP, "utf-8")
    done = here("imprimer", "e2-2027", *own, "--correspondance", "cases.yaml", "-o", "sortie.docx")
    assert done.returncode == 0, done
    was, now = members(FORM.read_bytes()), members(Path("sortie.docx").read_bytes())
    assert list(was) == list(now) and {name for name in was if was[name] != now[name]} == {"word/document.xml"}
    left = now["word/document.xml"]
    for words in ("Inès Bouvard-Lenoir", "X", "très bonne maîtrise", "13,5"):
        run = rb'<w:r>(<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:t xml:space="preserve">%b</w:t></w:r>' % words.encode()
        left, found = re.subn(run, b"", left)
        assert found == 1, words
    assert left.replace(b"<w:p></w:p>", b"<w:p/>") == was["word/document.xml"]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (MAP.replace("quoi: nom", "quoi: proposition"), "clé « cases.0.quoi »"),
        (MAP.replace("C2.1}", "C9.1}"), "« C9.1 » n'existe pas"),
        (MAP.replace(", unite: U2", ""), "« unite » va avec « quoi: note »"),
        (MAP.replace("ou: C2", "ou: B1"), "est déjà remplie plus haut"),
        (MAP.replace("M. Duc", "M. Dac"), "n'est pas un évaluateur"),
    ],
)
def test_a_mapping_that_is_wrong_is_told_by_line_and_key(who: str, told: str, said: str) -> None:
    done = fill(who, told)
    assert done.returncode == 2 and "cases.yaml, ligne" in done.stderr and said in done.stderr.replace("\u00a0", " "), (
        done
    )
