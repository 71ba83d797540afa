"""Workbooks in the real examiner: computed by the office suite under the other account, which survives all of them."""

from __future__ import annotations

import base64
import random
import struct
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import time as day_time
from pathlib import Path
from typing import Any

import documents_samples as documents
import pytest
import workbook_samples as samples
from examiner_bench import Bench, verdicts
from foreign_bytes import damaged_archive, touched_archive
from helpers import volume
from office_maker import converted
from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.protection import SheetProtection

from etabli.exam.contract.causes import WORDS, Cause
from etabli.exam.contract.transcript import Event

PASSED = (
    "tableaux-par-ligne",
    "emballages",
    "heures",
    "essais-ensemble",
    "memoire",
    *("format-texte", "tableau-calcule"),
    *("perime", "chemins", "date-et-texte", "ligne-ajoutee", "sans-tableau", "ligne-de-totaux", "tableaux-dynamiques"),
    *("croises", "ods", "erreurs", "protection", "apres"),
    *("essais-autres",)[: volume(0, 1)],
)
FALLING = ("plante",)[: volume(0, 1)]
HEAVY = ("lourd",)[: volume(0, 1)]
"""One brings two offices down, one computes as long as the office lets it: six seconds of a processor, and more."""
CAUSES = {
    **dict.fromkeys(HEAVY, Cause.HEAVY_FORMULAS),
    "abime": Cause.BROKEN_FILE,
}
OURS = {
    **dict.fromkeys(FALLING, "LibreOffice, qui vérifie, s'est arrêté deux fois sur « gourmand.xlsx »"),
    "limite-fonction": "LibreOffice ne sait pas calculer la fonction GROUPER.PAR",
    "tableau-inconnu": "LibreOffice ne sait pas calculer la fonction TEXTSPLIT",
    "limite-avenir": "LibreOffice ne sait pas calculer la fonction ORACLE (Synthèse!B2)",
    "limite-indirect": 'calculer =SOMME.SI(INDIRECT("Rien!A:A");1;Données!D:D) (Synthèse!B2)',
    "nous-feuille": "no sheet 'Ailleurs'",
}
T = "Extraction"
TOTALS = (
    "SUM(Données!D:D)",
    f"SUM({T}[Montant HT])",
    "SUM(Données!$D$2:$D$5000)",
    f"_xlfn.LET(_xlpm.x,{T}[Montant HT],SUM(_xlpm.x))",
)
BY_CUSTOMER = (
    'SUMIFS(Données!D:D,Données!C:C,"00003")',
    f'SUMIFS({T}[Montant HT],{T}[Code],"00003")',
    f'SUMPRODUCT(({T}[Code]="00003")*{T}[Montant HT])',
    f'SUM(_xlfn._xlws.FILTER({T}[Montant HT],{T}[Code]="00003"))',
    'SUMPRODUCT((Données!$C$2:$C$41="00003")*Données!$D$2:$D$41)',
    f'_xlfn.XLOOKUP("00003",{T}[Code],{T}[Montant HT])+SUMIFS(Montants,Codes,"00003")-Données!D5',
    'IFERROR(SUM(IF(Données!C2:C41="00003",Données!D2:D41,0)),"")',
    f'INDEX(_xlfn._xlws.SORT(_xlfn.UNIQUE({T}[Code])),4)+SUMIF(Données!C:C,"00003",Données!D:D)-3',
)
GROWING = (
    f"SUM({T}[Montant HT])",
    "SUM(Données!D:D)",
    "SUM(Données!$D$2:$D$41)",
    "SUM(Montants)",
    f'SUMPRODUCT(({T}[Code]="00003")*{T}[Montant HT])',
    f'SUMIFS({T}[Montant HT],{T}[Mois],"2025-12")',
    "SUM(Données!$D$1:$D$41)",
    "SUM(Données!$D$3:$D$41)",
)
ERRORS = (
    *("1/0", "#REF!+1", "TOTALISE(A1)", 'VLOOKUP("x",Données!A:D,2,FALSE)', '"a"+1', "SQRT(-1)", "Motants"),
    *("B8+1", "B8+B9", "1>0", "1>2", "3-2"),
)


def formulas(*texts: str) -> dict[str, str]:
    return {f"B{row}": f"={text}" for row, text in enumerate(texts, 1)}


def routes() -> bytes:
    made = samples.fill(samples.book(), formulas(*TOTALS, *BY_CUSTOMER))
    samples.fill(made, {f"A{row}": f"route {row}" for row in range(1, 13)})
    made["Synthèse"]["B11"] = samples.array("B11", f"={BY_CUSTOMER[6]}")
    made["Synthèse"]["D1"] = f'=SUMIFS({T}[Montant HT],{T}[Mois],"2025-10")'
    samples.named(made, "Montants", "Données!$D$2:$D$41")
    return samples.packed(samples.named(made, "Codes", "Données!$C$2:$C$41"))


def growing() -> bytes:
    made = samples.named(samples.fill(samples.book(), formulas(*GROWING)), "Montants", "Données!$D$2:$D$41")
    return samples.packed(made)


def kept_as_texts() -> bytes:
    """A few cells where a number that is typed stays a text, or is a hundredth: one of the lines, others under the last."""
    made = samples.fill(samples.book(), formulas("SUM(Données!D:D)"))
    made["Données"]["D5"].number_format = "@"
    for row in (42, 43):
        for column in "BCD":
            made["Données"][f"{column}{row}"].number_format = "@"
    made["Données"]["E43"].number_format = "0%"
    return samples.packed(made)


def remembered() -> bytes:
    """A table whose formulas give what the file does not say: one alone, one of a merged cell, an array."""
    made = samples.fill(
        samples.book(), {"A1": '=IF(LEN("x")>0,"faible","critique")', "B1": "=7*6", "D1": "mot", "D3": "fin"}
    )
    made["Synthèse"].merge_cells("A1:A3")
    made["Synthèse"]["C1"] = samples.array("C1:C3", "=ROW(A1:A3)*2")
    return samples.stale(samples.packed(made))


def with_times() -> bytes:
    """Times without a day, as libraries that write dates in ISO 8601 do."""
    made = samples.book()
    made.iso_dates = True
    return samples.packed(samples.fill(made, {"A1": day_time(10, 30), "A2": day_time(6), "B1": "=SUM(A1:A2)*24"}))


def with_totals(column: str = f"{T}[Montant HT]") -> bytes:
    made = samples.fill(samples.book(), formulas(f"SUM({T}[Montant HT])"))
    lines = made["Données"]
    lines["A42"], lines["D42"] = "Total", f"=SUBTOTAL(109,{column})"
    table = lines.tables[T]
    table.ref, table.totalsRowCount, table.totalsRowShown = "A1:F42", 1, True
    table.tableColumns[3].totalsRowFunction = "sum"
    return samples.packed(made)


def spilling() -> bytes:
    made = samples.book()
    samples.fill(
        made,
        {
            "A1": samples.array("A1:A8", f"=_xlfn._xlws.SORT(_xlfn.UNIQUE({T}[Code]))"),
            "B1": samples.array("B1:B8", f"=SUMIFS({T}[Montant HT],{T}[Code],_xlfn.ANCHORARRAY(A1))"),
            "D1": "=SUM(_xlfn.ANCHORARRAY(B1))",
        },
    )
    return samples.packed(made)


def by_row() -> bytes:
    """One array in each row, as Excel 365 and XlsxWriter write what may spill and does not."""
    made = samples.book()
    for row in range(1, 49):
        made["Synthèse"][f"A{row}"] = f"0000{row % 8}"
        text = f"=SUM((Données!$C$2:$C$41=A{row})*Données!$D$2:$D$41)"
        made["Synthèse"][f"B{row}"] = samples.array(f"B{row}", text)
        text = f"=_xlfn.XLOOKUP(A{row},{T}[Code],{T}[Montant HT])"
        made["Synthèse"][f"C{row}"] = samples.array(f"C{row}", text)
        text = f"=SUM(IF(Données!C:C=A{row},Données!D:D,0))"
        made["Synthèse"][f"D{row}"] = samples.array(f"D{row}", text)
    return samples.packed(made)


def old_arrays() -> bytes:
    made = samples.book()
    return samples.packed(
        samples.fill(made, {"A1": samples.array("A1:A8", f"=_xlfn._xlws.SORT(_xlfn.UNIQUE({T}[Code]))")})
    )


def pivot(source: str) -> bytes:
    made = samples.fill(samples.book(), {"D7": "=B7/B12"})
    return samples.pivoted(samples.packed(made), source)


def locked(password: str | None) -> bytes:
    made = samples.fill(samples.book(), formulas("SUM(Données!D:D)"))
    protection = SheetProtection(sheet=True)
    if password:
        protection.password = password
    made["Données"].protection = protection
    return samples.packed(made)


def charted() -> bytes:
    made = samples.fill(samples.book(), {"A1": "00003", "B1": '=SUMIFS(Données!D:D,Données!C:C,"00003")'})
    chart = BarChart()
    chart.title = "Total par client"
    chart.add_data(Reference(made["Synthèse"], min_col=2, min_row=1, max_row=1))
    made["Synthèse"].add_chart(chart, "D3")
    return samples.packed(made)


def hidden() -> bytes:
    """All of a sheet's columns and rows are hidden: a picture has nothing but what it shows again."""
    made = samples.book()
    made["Données"].column_dimensions.group("A", "ZZ", hidden=True)
    for row in range(1, 60):
        made["Données"].row_dimensions[row].hidden = True
    return samples.packed(made)


def changing() -> bytes:
    """Formulas whose kind changes with an amount: a number, true or false, a text, an error."""
    amount = "Données!D5"
    texts = (
        f"100/({amount}-1)",
        f"{amount}>500",
        f"{amount}-{amount}",
        f"IF({amount}>500,TRUE,1)",
        f'IF({amount}=1,"un","")',
    )
    return samples.packed(samples.fill(samples.book(), formulas(*texts, "NOT(B2)", f"IF({amount}>500,NA(),0)")))


def remembering() -> bytes:
    """A total that keeps what it first was, where a formula may read itself; one beside chance."""
    made = samples.fill(samples.book(), formulas("IF(B1=0,SUM(Données!D:D),B1)"))
    made.calculation.iterate, made.calculation.iterateCount = True, 3
    return samples.stale(samples.packed(made), "0")


def by_chance() -> bytes:
    return samples.packed(samples.fill(samples.book(), formulas("SUM(Données!D:D)+0*RAND()", "RAND()")))


def hand_in(folder: Path) -> None:
    plain = samples.fill(
        samples.book(table=False),
        formulas("SUM(Données!D:D)", "SUM(Données!$D$2:$D$5000)", "SUM(Données!$D$2:$D$41)"),
    )
    cells = pivot('ref="A1:F41" sheet="Données"')
    files = {
        "routes.xlsx": samples.stale(routes()),
        "ajout.xlsx": growing(),
        "plages.xlsx": samples.packed(plain),
        "textes.xlsx": kept_as_texts(),
        "retenus.xlsx": remembered(),
        "inconnue.xlsx": samples.packed(samples.fill(samples.book(), {"B2": "=_xlfn.TEXTSPLIT(Données!A2,1)"})),
        "totaux.xlsx": with_totals(),
        "debords.xlsx": samples.dynamic(spilling()),
        "anciens.xlsx": old_arrays(),
        "sans-nom.xlsx": with_totals("[Montant HT]"),
        "casse.xlsx": samples.packed_again(routes(), lambda name: name.replace("worksheets", "Worksheets").upper()),
        "antislash.xlsx": samples.packed_again(routes(), lambda name: name.replace("/", "\\")),
        "heures.xlsx": with_times(),
        "indirect.xlsx": samples.stale(
            samples.packed(samples.fill(samples.book(), {"B2": '=SUMIF(INDIRECT("Rien!A:A"),1,Données!D:D)'}))
        ),
        "par-ligne.xlsx": samples.dynamic(by_row()),
        "croise.xlsx": cells,
        "croise-tableau.xlsx": pivot(f'name="{T}"'),
        "erreurs.xlsx": samples.packed(samples.fill(samples.book(), formulas(*ERRORS))),
        "groupby.xlsx": samples.packed(
            samples.fill(samples.book(), {"B4": f"=_xlfn.GROUPBY({T}[Code],{T}[Montant HT],_xleta.SUM)"})
        ),
        "avenir.xlsx": samples.packed(samples.fill(samples.book(), {"B2": "=1+_xlfn.ORACLE(Données!D2)"})),
        "graphique.xlsx": charted(),
        "masque.xlsx": hidden(),
        "protege.xlsx": locked("secret"),
        "protege-sans.xlsx": locked(None),
        "gourmand.xlsx": samples.greedy(),
        "lourd.xlsx": samples.heavy(),
        "abime.xlsx": routes()[:3000],
        "changeant.xlsx": changing(),
        "memoire.xlsx": remembering(),
        "hasard.xlsx": by_chance(),
        **converted(
            {
                "routes.xlsx": routes(),
                "ajout.xlsx": growing(),
                "textes.xlsx": kept_as_texts(),
                "croise.xlsx": cells,
                "protege.xlsx": locked("secret"),
            }
        ),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    bare = {name: part for name, part in documents.parts(files["routes.ods"]).items() if name != "mimetype"}
    (folder / "google.ods").write_bytes(documents.packed(bare))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is handed in."""
    return tmp_path_factory.mktemp("classeurs") / "a"


@pytest.fixture(scope="module")
def bench(folder: Path) -> Iterator[Bench]:
    made = Bench(folder.parent, pages=False)
    hand_in(folder)
    yield made
    made.close()


@pytest.fixture(scope="module")
def seen(bench: Bench) -> Mapping[str, Event]:
    only = [*PASSED, *CAUSES, *OURS, *(f"{first}-encore" for first in (*FALLING, *HEAVY)), "images"]
    return verdicts(bench.exam("classeurs", deadline=600, only=only))


@pytest.fixture(scope="module")
def pictures(bench: Bench, seen: Mapping[str, Event]) -> list[Any]:
    return [event for event in bench.events if event["kind"] == "evidence"]


@pytest.mark.parametrize("count", [6, pytest.param(300, marks=pytest.mark.long)])
def test_the_office_stands_whatever_a_damaged_file_says(bench: Bench, folder: Path, count: int) -> None:
    right = (routes(), charted(), documents.full_ods())
    for seed in range(count):
        chance = random.Random(seed)
        kind = chance.randrange(len(right))
        data = chance.choice((damaged_archive, touched_archive, touched_archive))(right[kind], chance)
        (folder / f"endommage-{seed}.{('xlsx', 'xlsx', 'ods')[kind]}").write_bytes(data)
    verdict = verdicts(bench.exam("classeurs", deadline=3600, only=["endommages", "apres"]))
    assert verdict["endommages"]["outcome"] == "failed", verdict["endommages"]
    told = str(verdict["endommages"]["observed"])
    assert len(told) == count and set("CF") <= set(told) <= set("CFL"), told
    assert verdict["apres"]["outcome"] == "passed"


@pytest.mark.parametrize("check", PASSED)
def test_what_is_right_is_computed_right(seen: Mapping[str, Event], check: str) -> None:
    assert seen[check]["outcome"] == "passed", seen[check].get("traceback")


@pytest.mark.parametrize(("check", "cause"), CAUSES.items(), ids=CAUSES.keys())
def test_a_workbook_causes_a_failure_with_its_words(seen: Mapping[str, Event], check: str, cause: Cause) -> None:
    verdict = seen[check]
    assert verdict["outcome"] == "failed", verdict
    assert str(verdict["observed"]).startswith(WORDS[cause].observed.split("{what}")[0]), verdict
    assert (verdict["expected"], verdict["help"]) == (WORDS[cause].expected, WORDS[cause].help)


@pytest.mark.parametrize(("check", "said"), OURS.items(), ids=OURS.keys())
def test_what_our_office_cannot_do_is_our_error(seen: Mapping[str, Event], check: str, said: str) -> None:
    assert seen[check]["outcome"] == "error", seen[check]
    assert said in seen[check]["traceback"]
    assert (said in str(seen[check]["observed"])) is ("OfficeLimit" in seen[check]["traceback"])


@pytest.mark.long
def test_what_keeps_a_workbook_from_being_computed_is_told_once(seen: Mapping[str, Event]) -> None:
    for first in (*FALLING, *HEAVY):
        again = seen[f"{first}-encore"]
        assert (again["outcome"], again["blocked_by"]) == ("blocked", [first])


def test_pictures_show_the_cells(pictures: list[Any]) -> None:
    assert [picture["caption"] for picture in pictures] == [
        "Les totaux",
        "Une ligne",
        "Un graphique",
        "Une colonne masquée",
        "Feuille « Synthèse », B2:B4",
    ]
    sizes = []
    for picture in pictures:
        data = base64.b64decode(picture["data"])
        sizes.append(struct.unpack(">II", data[16:24]))
        assert (picture["media"], data[:4]) == ("image/png", b"\x89PNG")
        assert 1_000 < len(data) < 250_000 and all(100 < side < 2_500 for side in sizes[-1])
    # The last has few cells, and a chart of 15 × 7.5 cm that is shown whole, at 50 dots an inch or more.
    assert sizes[2][0] > 15 / 2.54 * 50 and sizes[2][1] > 7.5 / 2.54 * 50


def test_an_office_killed_at_work_is_replaced_and_the_question_put_again(bench: Bench) -> None:
    container = _examiner(bench)
    killed = threading.Event()

    def kill() -> None:
        """Looks from inside, twenty times a second: from outside, a busy machine may come too late."""
        at_work = "ls /home/parsers/bureau-*/tmp/classeur.xlsx >&2 && kill -KILL $(pgrep -x soffice.bin) && echo yes"
        if _inside(container, f"for _ in $(seq 1200); do {at_work} && exit; sleep 0.05; done 2>/dev/null"):
            killed.set()

    thread = threading.Thread(target=kill)
    thread.start()
    events = bench.exam("classeurs", only=["long"])
    thread.join()
    assert killed.is_set()
    assert verdicts(events)["long"]["outcome"] == "passed", verdicts(events)


def test_an_office_serves_one_candidate(bench: Bench) -> None:
    container = _examiner(bench)
    before = _inside(container, "pgrep -x soffice.bin").split()
    bench.exam("classeurs", only=["apres"])
    until = time.monotonic() + 120
    while _inside(container, "pgrep -x soffice.bin").split() in (before, []) and time.monotonic() < until:
        time.sleep(0.1)
    after = _inside(container, "pgrep -x soffice.bin").split()
    assert len(after) == 1 and after != before
    assert len(_inside(container, "ls -d /home/parsers/bureau-*").split()) == 1


def test_an_exam_without_workbooks_starts_no_office(tmp_path: Path) -> None:
    made = Bench(tmp_path, pages=False)
    try:
        made.exam("documents", only=["lit-genres"])
        assert _inside(_examiner(made), "pgrep -x soffice.bin") == ""
    finally:
        made.close()


def _examiner(bench: Bench) -> str:
    """The container of its examiner."""
    return str(bench.worker._examiner._container.id)


def _inside(container: str, command: str) -> str:
    argv = ["docker", "exec", "--user=parsers", container, "sh", "-c", command]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=120, check=False)
    return done.stdout if done.returncode == 0 else ""
