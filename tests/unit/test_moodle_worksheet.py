"""The worksheet comes back as it was, but for what is filled in."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from moodle_samples import EN, FR, worksheet

from etabli.exam.contract.errors import UsageProblem
from etabli.reception.moodle.cells import cut
from etabli.reception.moodle.worksheet import Filling, Row, read_worksheet


def rows(path: Path) -> dict[str, Row]:
    return {row.participant: row for row in read_worksheet(path).rows}


def test_a_french_worksheet_is_read(tmp_path: Path) -> None:
    found = rows(worksheet(tmp_path / "n.csv"))
    assert list(found) == ["101", "102", "103", "199"]
    ines = found["102"]
    assert (ines.name, ines.email, ines.grade, ines.maximum) == (
        "Inès d'Almeida",
        "ines@lycee.example",
        "8,50",
        Decimal("20.00"),
    )
    assert ines.comment == 'Déjà lu, "bien".\nÀ revoir.'
    assert ines.submitted == datetime(2026, 11, 22, 9, 15).astimezone()
    assert found["103"].submitted is None


def test_an_english_worksheet_is_read(tmp_path: Path) -> None:
    lea = rows(worksheet(tmp_path / "n.csv", EN))["101"]
    assert (lea.number, lea.maximum) == ("A001", Decimal("100.00"))
    assert lea.submitted == datetime(2026, 11, 20, 18, 2).astimezone()


@pytest.mark.parametrize(
    "text", [FR, EN, FR.replace("\n", "\r\n"), FR + "\n\n", FR.rstrip("\n"), FR.removeprefix("\ufeff")]
)
def test_nothing_to_fill_changes_no_byte(tmp_path: Path, text: str) -> None:
    path = worksheet(tmp_path / "n.csv", text)
    assert read_worksheet(path).filled({}) == path.read_bytes()


def test_filling_touches_the_cells_and_nothing_else(tmp_path: Path) -> None:
    path = worksheet(tmp_path / "n.csv")
    filled = read_worksheet(path).filled(
        {"101": Filling(Decimal("12.5"), 'Bien, "presque".'), "103": Filling(None, "x")}
    )
    expected = FR.replace(
        'Participant101,"Léa Martin",lea.martin@lycee.example,"Remis pour évaluation",,"20,00",Oui,"vendredi 20 novembre 2026, 18:02",-,\n',
        'Participant101,"Léa Martin",lea.martin@lycee.example,"Remis pour évaluation","12,50","20,00",Oui,"vendredi 20 novembre 2026, 18:02",-,"Bien, ""presque""."\n',
    ).replace('"Pas de travail remis",,"20,00",Oui,-,-,\n', '"Pas de travail remis",,"20,00",Oui,-,-,x\n')
    assert filled == expected.encode("utf-8")


def test_the_standard_library_reads_what_was_filled(tmp_path: Path) -> None:
    filled = read_worksheet(worksheet(tmp_path / "n.csv", EN)).filled({"102": Filling(Decimal("7"), "deux\nlignes")})
    found = list(csv.DictReader(io.StringIO(filled.decode("utf-8"), newline="")))
    assert [row["Grade"] for row in found] == ["", "7.00"]
    assert found[1]["Feedback comments"] == "deux\nlignes"


def test_moodle_still_finds_its_columns_and_participants(tmp_path: Path) -> None:
    """The rule of ``init()`` and ``next()``, moodle/moodle, mod/assign/feedback/offline/importgradeslib.php."""
    filled = read_worksheet(worksheet(tmp_path / "n.csv")).filled({"101": Filling(Decimal("12.5"))})
    header, *body = csv.reader(io.StringIO(filled.decode("utf-8-sig"), newline=""))
    grade, id_, modified = (header.index(name) for name in ("Note", "Identifiant", "Dernière modification (note)"))
    assert {row[id_][len("Participant") :]: row[grade] for row in body} == {
        "101": "12,50",
        "102": "8,50",
        "103": "",
        "199": "",
    }
    assert [row[modified] for row in body] == ["-", "lundi 23 novembre 2026, 08:00", "-", "-"]


@pytest.mark.parametrize(("maximum", "written"), [("20,00", "12,50"), ("20.00", "12.50"), ("20", "12.50")])
def test_the_decimal_mark_is_the_worksheets(tmp_path: Path, maximum: str, written: str) -> None:
    text = FR.replace('"20,00"', f'"{maximum}"').replace('"8,50"', "")
    assert read_worksheet(worksheet(tmp_path / "n.csv", text)).number(Decimal("12.5")) == written


def test_other_separators_and_encodings_are_kept(tmp_path: Path) -> None:
    rows_ = csv.reader(io.StringIO(FR.removeprefix("\ufeff"), newline=""))
    again = io.StringIO()
    csv.writer(again, delimiter=";", lineterminator="\r\n").writerows(rows_)
    path = tmp_path / "excel.csv"
    path.write_bytes(again.getvalue().encode("cp1252"))
    filled = read_worksheet(path).filled({"101": Filling(Decimal("12.5"), "Œuvre à 9 h → bien")})
    text = filled.decode("cp1252")
    assert ";12,50;20,00;" in text and "Œuvre à 9 h &#8594; bien" in text


def test_bytes_of_no_known_encoding_stay(tmp_path: Path) -> None:
    path = tmp_path / "n.csv"
    path.write_bytes(b"Identifiant,Nom complet,Note\nParticipant1,L\xe9a \x81\x8d,\n")
    assert read_worksheet(path).filled({}) == path.read_bytes()


def test_a_huge_file_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "n.csv"
    with path.open("wb") as stream:
        stream.truncate(20_000_001)
    with pytest.raises(UsageProblem, match=f"« {path} » est trop gros"):
        read_worksheet(path)


def test_a_worksheet_in_another_language_is_known_by_its_shape(tmp_path: Path) -> None:
    _header, *body = FR.removeprefix("\ufeff").splitlines(keepends=True)
    german = 'ID,"Vollständiger Name",E-Mail,Status,Bewertung,Bestwertung,"Bewertung kann geändert werden","Zuletzt (Abgabe)","Zuletzt (Bewertung)","Feedback als Kommentar"\n'
    found = rows(worksheet(tmp_path / "n.csv", german + "".join(body)))
    assert found["102"].grade == "8,50" and found["102"].maximum == Decimal("20.00")
    assert "Déjà lu" in found["102"].comment


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Télécharger le formulaire"),
        (b"Nom;Note\nL\xe9a;12\n", "Identifiant"),
        (b"%PDF-1.4", "Identifiant"),
        ('Identifiant,"Nom complet",Note\nParticipant1,"Léa"\n'.encode(), "ligne 2"),
        (b'Identifiant,"Nom complet",Note\nTotal,x,y\n', "ligne 2"),
    ],
)
def test_another_file_is_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "n.csv").write_bytes(content)
    with pytest.raises(UsageProblem, match=words):
        assert read_worksheet(tmp_path / "n.csv").rows


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="ne peut pas être lu"):
        read_worksheet(tmp_path / "absent.csv")


@pytest.mark.parametrize("text", ['a,"b ""c"""\n', 'a,"b\nc",d\r\n\r\ne,f,g', "a;b,c;d\n", '"x', "a,,\n,,"])
def test_cells_are_those_of_the_standard_library(text: str) -> None:
    cells = cut(text)
    known = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=cells.delimiter) if row]
    assert [[cell.value for cell in row] for row in cells.rows] == known
