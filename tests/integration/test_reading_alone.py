"""A workbook that comes back is read in a container without network: rows, or the sentence that says what is wrong."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from etabli.exam.contract.errors import UsageProblem
from etabli.sandbox.docker_reading import read_sheets


def test_rows_come_back_with_what_each_cell_shows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Appréciations"
    sheet.append(["Élève", "Degré"])
    sheet.append(["SNO-01", "=1+1"])
    book.save(tmp_path / "g.xlsx")
    [found] = read_sheets(tmp_path / "g.xlsx")
    assert found["name"] == "Appréciations"
    assert [cell[2] for cell in found["rows"][0]] == ["Élève", "Degré"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("g.xlsx", b"PK\x03\x04 abime", "est abîmé"),
        ("g.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "ne se lit pas comme un classeur"),
        ("absent.xlsx", None, "ne peut pas être lu"),
    ],
)
def test_another_file_is_one_sentence(tmp_path: Path, name: str, content: bytes | None, words: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageProblem, match=words):
        read_sheets(tmp_path / name)
