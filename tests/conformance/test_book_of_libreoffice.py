"""Workbooks that the LibreOffice of the examiner really wrote, read as those they come from; and what it cannot compute."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import book_samples as samples
import openpyxl
import pytest

from etabli.exam.reading import serve
from etabli.exam.reading.dangers import LACKING
from etabli.exam.tools.book import Book, book_of
from etabli.sandbox import images

KNOWN = "XLOOKUP XMATCH UNIQUE SORTBY SEQUENCE LET IFS SWITCH TEXTJOIN MAXIFS".split()
CONVERT = """
set -e; cd /tmp
office() { soffice --headless -env:UserInstallation=file:///tmp/profil --convert-to "$@" >&2; }
office ods --outdir ods /entree/*.xlsx
office xlsx --outdir xlsx ods/analyse.ods ods/graphiques.ods
tar -c ods xlsx
"""


def functions() -> bytes:
    """A cell for each function, with and without the prefix of younger ones."""
    book = openpyxl.Workbook()
    for name in (*sorted(LACKING), *KNOWN):
        book.active.append([name, f"=_xlfn.{name}(1,2,3)", f"={name}(1,2,3)"])
    return samples.saved(book)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("libreoffice")
    folder.chmod(0o755)
    (folder / "analyse.xlsx").write_bytes(samples.saved(samples.analysis()))
    (folder / "graphiques.xlsx").write_bytes(samples.charts())
    (folder / "fonctions.xlsx").write_bytes(functions())
    options = ["--network=none", "--user=parsers", "--tmpfs=/tmp:exec,mode=1777", f"--volume={folder}:/entree:ro"]
    argv = ["docker", "run", "--rm", *options, "--entrypoint=sh", images.tag("examiner"), "-c", CONVERT]
    done = subprocess.run(argv, capture_output=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")[-2000:]
    subprocess.run(["tar", "-x", "-C", str(folder)], input=done.stdout, check=True, timeout=60)
    yield folder


def read(path: Path) -> Book:
    return book_of(json.loads(json.dumps(serve.read("book", path.name, path.read_bytes()), allow_nan=False)))


@pytest.fixture(scope="module", params=["ods", "xlsx"])
def books(made: Path, request: pytest.FixtureRequest) -> Mapping[str, Book]:
    found = {name: read(made / request.param / f"{name}.{request.param}") for name in ("analyse", "graphiques")}
    return {"source": read(made / "analyse.xlsx"), **found}


def test_values_and_formats_are_those_of_the_source(books: Mapping[str, Book]) -> None:
    for before, after in zip(books["source"].sheets, books["analyse"].sheets, strict=True):
        for name, cell in before.cells():
            other = after.cell(name)
            if not cell.live:
                assert (other.value, other.text) == (cell.value, cell.text), name
                told = [(one.format.kind, one.format.decimals, one.format.grouping) for one in (cell, other)]
                assert told[0] == told[1], (name, cell.format, other.format)


def test_formulas_are_told_alike_and_computed(books: Mapping[str, Book]) -> None:
    summary = books["analyse"].sheets[1]
    assert summary.cell("B2").formula == '=SUMIFS(Données!H:H,Données!B:B,">="&A2,Données!B:B,"<"&EDATE(A2,1))'
    assert (summary.cell("B2").value, summary.cell("F1").formula) == (230.5, "=XLOOKUP(A4,A1:A4,B1:B4)")
    assert [summary.cell(f"E{row}").array for row in (1, 2, 3)] == ["E1:E3"] * 3
    assert (summary.cell("B5").error, summary.cell("B5").formula) == ("#DIV/0!", "=1/0")


def test_what_is_around_the_cells_is_told_alike(books: Mapping[str, Book]) -> None:
    before, after = books["source"], books["analyse"]
    assert after.names == before.names and (after.author, after.last_author) == (before.author, before.last_author)
    for one, other in zip(before.sheets, after.sheets, strict=True):
        assert (other.print, other.hidden_rows, other.hidden_columns) == (
            one.print,
            one.hidden_rows,
            one.hidden_columns,
        )
        assert [(table.name, table.ref, table.columns) for table in other.tables] == [
            (table.name, table.ref, table.columns) for table in one.tables
        ]
        for chart, twin in zip(one.charts, other.charts, strict=True):
            facts = [
                (it.kind, it.title, it.x_title, it.y_title, it.legend, it.labels, it.axes, it.anchor)
                for it in (chart, twin)
            ]
            assert facts[0] == facts[1]
            refs = [
                [(line.name_text, line.categories_ref, line.values_ref) for line in it.series] for it in (chart, twin)
            ]
            assert refs[0] == refs[1]


def test_charts_of_all_manners(books: Mapping[str, Book]) -> None:
    both, cloud, bare = books["graphiques"].sheets[0].charts
    assert (both.kinds, [line.values_ref for line in both.series]) == (
        ("bar", "line"),
        ["'Des chiffres'!B2:B3", "'Des chiffres'!C2:C3"],
    )
    assert (cloud.kind, cloud.x_title, cloud.y_title, cloud.series[0].name_text) == (
        "scatter",
        "Rang",
        "Montant",
        "Nuage",
    )
    assert (bare.kind, bare.axes, bare.title) == ("bar", False, None)


def test_our_office_lacks_what_we_say_and_nothing_that_we_rely_on(made: Path) -> None:
    rows = read(made / "ods" / "fonctions.ods").sheets[0].rows
    unknown = {str(name.value) for name, *calls in rows if all(call.error == "#NAME?" for call in calls)}
    assert unknown == LACKING, unknown ^ LACKING
    assert {str(row[0].value) for row in rows} == {*LACKING, *KNOWN}
