"""What is changed in a workbook before our office opens it; what the office then computes is seen elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

import documents_samples as documents
import pytest

from etabli.exam.office.packing import tidy
from etabli.exam.office.tables import _named


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
