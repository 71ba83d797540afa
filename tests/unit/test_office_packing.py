"""What is changed in a workbook before our office opens it; what the office then computes is seen elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import documents_samples as documents
import pytest

from etabli.exam.office.answer import fits
from etabli.exam.office.limits import CPU_EXAM_S
from etabli.exam.office.packing import Told, tidy
from etabli.exam.office.serve import serve
from etabli.exam.office.tables import _named
from etabli.exam.runner.refusals import refused


def tidied(tmp_path: Path, data: bytes) -> dict[str, bytes]:
    path = tmp_path / "classeur.xlsx"
    path.write_bytes(data)
    tidy(str(path))
    return documents.parts(path.read_bytes())


def sheet(tmp_path: Path, cells: str) -> str:
    made = documents.xlsx(f'<sheetData><row r="40">{cells}</row></sheetData>')
    return tidied(tmp_path, made)["xl/worksheets/sheet1.xml"].decode()


def test_an_ordinary_workbook_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "classeur.xlsx"
    path.write_bytes(made := documents.workbook())
    os.utime(path, (0, 0))
    tidy(str(path))
    assert path.stat().st_mtime == 0 and path.read_bytes() == made


def test_what_is_no_archive_is_left_to_the_office(tmp_path: Path) -> None:
    path = tmp_path / "classeur.xlsx"
    path.write_text("<html>")
    tidy(str(path))
    assert path.read_text() == "<html>"


@pytest.mark.parametrize("method", [9, 12, 14], ids=["deflate64", "bzip2", "lzma"])
def test_what_cannot_be_unpacked_is_left_to_the_office(tmp_path: Path, method: int) -> None:
    made = bytearray(documents.packed({"docProps/odd.bin": b"x" * 50, **documents.parts(documents.workbook())}))
    for mark, at in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
        place = made.index(mark) + at
        made[place : place + 2] = method.to_bytes(2, "little")
    path = tmp_path / "classeur.xlsx"
    path.write_bytes(made)
    tidy(str(path))
    assert path.read_bytes() == made


@pytest.mark.parametrize("rename", [str.upper, lambda name: name.replace("/", "\\")], ids=["case", "backslash"])
def test_parts_have_the_names_by_which_others_lead_to_them(tmp_path: Path, rename: object) -> None:
    assert callable(rename)
    whole = documents.parts(documents.workbook())
    found = tidied(tmp_path, documents.packed({rename(name): part for name, part in whole.items()}))
    led = {name for name in whole if not name.startswith("docProps/thumbnail")}
    assert {name: found[name] for name in led} == {name: whole[name] for name in led}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('<c r="A1" t="d"><v>10:30:00</v></c>', '<c r="A1"><v>0.4375</v></c>'),
        ('<c r="A1" s="4" t="d"><v>T06:00</v></c>', '<c r="A1" s="4"><v>0.25</v></c>'),
        ('<c r="A1" t="d"><v>2026-01-05T06:00:00</v></c>', '<c r="A1" t="d"><v>2026-01-05T06:00:00</v></c>'),
        ('<c r="A1" t="str"><v>10:30:00</v></c>', '<c r="A1" t="str"><v>10:30:00</v></c>'),
    ],
)
def test_a_time_without_a_day_is_a_number(tmp_path: Path, written: str, read: str) -> None:
    assert read in sheet(tmp_path, written)


@pytest.mark.parametrize(
    ("formula", "read"),
    [
        ("SUM((D!B:B=A1)*D!$C:$C)", "SUM((D!B$1:B$140=A1)*D!$C$1:$C$140)"),
        ("SUM('A:B'!B:C)", "SUM('A:B'!B$1:C$140)"),
        ('IF(A1="A:B",B2:B9,"")', 'IF(A1="A:B",B2:B9,"")'),
        ("IF(A1=&quot;A:B&quot;,B2:B9)", "IF(A1=&quot;A:B&quot;,B2:B9)"),
        ("SUM(V[[A]:[B]])", "SUM(V[[A]:[B]])"),
    ],
)
def test_whole_columns_end_soon_in_an_array(tmp_path: Path, formula: str, read: str) -> None:
    for tag in ('<f t="array" ref="B1">', '<f t="array" ref="B1" ca="1">'):
        assert f"{tag}{read}</f>" in sheet(tmp_path, f'<c r="B1" cm="1">{tag}{formula}</f><v>0</v></c>')
    assert f"<f>{formula}</f>" in sheet(tmp_path, f'<c r="B1"><f>{formula}</f><v>0</v></c>')


@pytest.mark.parametrize(
    ("formula", "named"),
    [
        ("=SUBTOTAL(109;[montant ht])", "=SUBTOTAL(109;Ventes[montant ht])"),
        ("=[[#This Row];[a]]*2", "=Ventes[[#This Row];[a]]*2"),
        ("=SUM(Autre[a])+[b]", "=SUM(Autre[a])+Ventes[b]"),
        ("=\"[a]\"&[a'[x']]", "=\"[a]\"&Ventes[a'[x']]"),
        ("=SUM($'l''île'.A1:A2)", "=SUM($'l''île'.A1:A2)"),
    ],
)
def test_a_column_without_its_table_gets_it(formula: str, named: str) -> None:
    assert _named(formula, "Ventes") == named


def test_a_part_that_nothing_leads_to_and_is_damaged_matters_to_nobody(tmp_path: Path) -> None:
    orphan = "xl/pivotCache/pivotCacheDefinition9.xml"
    made = bytearray(
        documents.packed({**documents.parts(documents.workbook()), orphan: b"<worksheetSource name='x'/>"})
    )
    place = made.index(orphan.encode()) + len(orphan)
    made[place] ^= 0xFF
    path = tmp_path / "classeur.xlsx"
    path.write_bytes(made)
    assert tidy(str(path)) == Told()
    assert path.read_bytes() == made, "the office tells whether it needs it"


RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.mark.parametrize("main", ["xl/workbook.xml", "xl/workbook2.xml", "livre/le livre.xml"])
def test_arrays_and_pivots_are_found_by_relations(tmp_path: Path, main: str) -> None:
    folder, _, last = main.rpartition("/")
    relations = "".join(
        f"<Relationship Id='{key}' Type='{RELATED}/{kind}' Target='{target}'/>"
        for key, kind, target in (
            *(("r1", "worksheet", "/s/1.xml"), ("r2", "worksheet", "s2.xml")),
            *(("m", "sheetMetadata", "/m.xml"), ("p", "pivotCacheDefinition", "../p.xml")),
        )
    )
    sheet = '<row r="1"><c r="B2" cm="1"><f t="array" ref="B2:B4">A1:A3</f></c><c r="C1" cm="1"><f>1</f></c></row>'
    parts = {
        "_rels/.rels": f'<Relationship Id="x" Type="{RELATED}/officeDocument" Target="{main}"/>',
        main: '<sheets><sheet name="A &amp; B" sheetId="1" r:id="r1"/><x:sheet r:id="r2" name="C"/></sheets>',
        f"{folder}/_rels/{last}.rels": relations,
        "s/1.xml": sheet,
        f"{folder}/s2.xml": "<row/>",
        "p.xml": "<x:worksheetSource ref='A1' name='Ventes &lt;'/>",
        "xl/pivotCache/pivotCacheDefinition9.xml": '<worksheetSource name="orphan"/>',
        "m.xml": "",
    }
    path = tmp_path / "classeur.xlsx"
    path.write_bytes(documents.packed({name: text.encode() for name, text in parts.items()}))
    assert tidy(str(path)) == Told(frozenset({"ventes <"}), ((0, "B2:B4"), (0, "C1")))


class Running:
    """An office that opens nothing."""

    def __init__(self, folder: Path, raised: Exception, ended: str | None = None) -> None:
        (folder / "tmp").mkdir()
        self.folder, self.raised, self.ended = str(folder), raised, ended
        self.desktop = self

    def loadComponentFromURL(self, *_: object) -> None:
        raise self.raised

    def allow(self, seconds: float) -> None:
        assert seconds > 0

    def spent(self) -> float:
        return 0

    def how_it_ended(self) -> str | None:
        return self.ended


class DisposedException(Exception):
    """As the office's own."""


def asked(tmp_path: Path, office: Running, scenarios: int = 1) -> dict[str, Any]:
    path = tmp_path / "rendu.xlsx"
    path.write_bytes(documents.workbook())
    with open(path, "rb") as stream:
        return serve(office, {"verb": "values", "kind": "xlsx", "scenarios": [[]] * scenarios}, stream.fileno())


@pytest.fixture
def uno(monkeypatch: pytest.MonkeyPatch) -> None:
    made = SimpleNamespace(getClass=lambda _name: type("Unknown", (Exception,), {"__init__": lambda *_: None}))
    monkeypatch.setitem(sys.modules, "uno", made)  # type: ignore[arg-type]


@pytest.mark.usefixtures("uno")
def test_what_nobody_foresaw_of_an_open_workbook_is_a_refusal_that_says_where(tmp_path: Path) -> None:
    answer = asked(tmp_path, Running(tmp_path, KeyError("xl/workbook.xml")))
    assert answer["refused"]["detail"] == "unforeseen" and answer["refused"]["values"]["name"].startswith("KeyError, ")
    assert refused("a.xlsx", answer["refused"]).observed.startswith("Le fichier est abîmé")
    assert not [*Path(tmp_path, "tmp").iterdir()]


@pytest.mark.usefixtures("uno")
@pytest.mark.parametrize(
    ("raised", "ended"), [(RuntimeError(), "crash"), (DisposedException(), None), (OSError(28, "full"), None)]
)
def test_an_office_that_is_gone_blames_no_file(tmp_path: Path, raised: Exception, ended: str | None) -> None:
    with pytest.raises(type(raised)):
        asked(tmp_path, Running(tmp_path, raised, ended))


class Slow:
    """A workbook that stands open, and takes three seconds for each scenario: within what one question may take."""

    cpu = 0.0
    sheets: Sequence[Any] = [{"name": "A", "rows": [], "pivots": []}]

    def trial(self, _scenario: object) -> list[Any]:
        Slow.cpu += 3
        return [*self.sheets]

    def prove(self) -> bool:
        return True


def test_the_questions_of_an_exam_have_an_end_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etabli.exam.office.serve._stand", lambda *_: Slow())
    office = Running(tmp_path, KeyError())
    monkeypatch.setattr(office, "spent", lambda: Slow.cpu)
    assert all("found" in asked(tmp_path, office, 7) for _question in range(2))
    answer = asked(tmp_path, office, 7)
    assert CPU_EXAM_S < Slow.cpu <= CPU_EXAM_S + 3, "not even the question is finished"
    assert refused("a.xlsx", answer["refused"]).observed == "Le classeur demande trop de calcul (« a.xlsx »)."


def test_no_answer_is_longer_than_is_taken() -> None:
    def sheets(*cells: object) -> list[list[dict[str, Any]]]:
        return [[{"name": "A", "pivots": [], "rows": [[*cells]]}]]

    assert fits(sheets(*["x" * 32_000] * 1_000)), "32 MB"
    assert not fits(sheets(*["x" * 32_000] * 1_800))
    assert not fits(sheets(*["\U0001f600" * 16_000] * 300)), "12 bytes each"
    assert not fits(sheets(*[0.1234567890123456] * 3_000_000))
