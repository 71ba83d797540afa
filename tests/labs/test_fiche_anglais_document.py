"""A text that the team brings: what it must be, the lab that it makes, and what is then looked at."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from documents_samples import docx
from refused import expectation
from seats import LABS
from typer.testing import CliRunner

from etabli.cli.main import app
from etabli.exam import Failed
from etabli.exam.contract.check import import_grader
from etabli.exam.contract.errors import LabError, UsageProblem
from etabli.exam.reading import outline
from etabli.lab.aides import aides_of
from etabli.lab.brought_text import read
from etabli.lab.demands import demands_of
from etabli.lab.manifest import Lab, load_lab
from etabli.lab.sujet import make_sujet
from etabli.lab.variant import Seat

BROUGHT = import_grader(LABS["fiche-anglais"].grader, "brought")
NUMBERS = import_grader(LABS["fiche-anglais"].grader, "figures")
LONG = "The filter must be emptied before you open the valve, and the tank should hold no more than 1,200 litres. " * 18
TEXT = f"# Cleaning the water filter\n\nVersion 2.4. The pump stops at 6:45 p.m. every day.\n\n{LONG}\n\n**Warning.** Never open the valve while it runs.\n"
SHEET = """# Nettoyer le filtre

Attention : n'ouvrez jamais la vanne quand la pompe tourne.

1. Fermez la vanne.
2. Videz le filtre.

Le réservoir contient 1 200 litres au plus. La pompe s'arrête à 18 h 45. Comptez 25 minutes.

## Glossaire

- valve : vanne
- filter : filtre, ce qui retient la saleté
- tank = réservoir
- pump : pompe

Source : « Cleaning the water filter », version 2.4
"""


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.setenv("ETABLI_LABS", str(tmp_path))
    (tmp_path / "notice.md").write_text(TEXT, "utf-8")
    done = CliRunner().invoke(app, ["lab", "new", "jour-e3b", "--document", str(tmp_path / "notice.md")])
    assert done.exit_code == 0 and "Rien n'est rejoué" in done.stdout and "rendus témoins" not in done.stdout
    assert "« Cleaning the water filter » ; version 2.4" in done.stdout and "document.md" in done.stdout
    return load_lab("jour-e3b")


def work(lab: Lab, sheet: str) -> Any:
    variant = import_grader(lab.grader, "variant").make(bytes(32), b"")
    documents = SimpleNamespace(outline=lambda path: outline.markdown(sheet), keep=lambda path, caption: None)
    asked = SimpleNamespace(path=lambda name: "fiche.md")
    return import_grader(lab.grader, "work").Work(asked, documents, None, variant, None)


def test_a_text_makes_a_lab_that_says_what_is_not_looked_at(lab: Lab) -> None:
    names = {spec.id for spec in lab.checks().specs}
    assert not names & {*BROUGHT.REPLAYED} and names >= {*BROUGHT.BROUGHT}
    sujet = make_sujet(Seat(lab, "sno-07"), bytes(32))
    assert set(sujet.files) == {"document.html"} and "rien n'est rejoué" in sujet.texts["enonce.html"]
    assert set(demands_of(lab, sujet.sheets)) >= names and set(aides_of(lab)) == names
    assert "rien n'est rejoué" in lab.manifest.title and not (lab.grader / "specimens").exists()
    assert set(aides_of(lab)) >= {*BROUGHT.BROUGHT} and not (lab.grader / "documents").exists()
    assert {"suivie", "sens", "alerte"} <= {one.id for one in lab.manifest.humain}
    told = "\n".join([*sujet.texts.values(), (lab.folder / "starter/fiche/plan.txt").read_text("utf-8")])
    assert "termes.csv" not in told and "etabli terminal" not in told and "la date et l'heure de la feuille" not in told
    questions = CliRunner().invoke(app, ["entretien", "jour-e3b", "--candidat", "sno-07"])
    assert questions.exit_code == 0 and "6. La source" in questions.stdout
    tested = CliRunner().invoke(app, ["lab", "test", "jour-e3b"])
    assert tested.exit_code == 0 and "aucun rendu témoin" in " ".join(tested.stdout.split())


def test_a_text_without_a_warning_asks_for_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETABLI_LABS", str(tmp_path))
    (tmp_path / "notice.md").write_text(TEXT.replace("**Warning.** ", "").replace("Version 2.4. ", ""), "utf-8")
    done = CliRunner().invoke(app, ["lab", "new", "calme", "--document", str(tmp_path / "notice.md")])
    lab = load_lab("calme")
    assert "aucune version" in done.stdout and "prevenir" not in {spec.id for spec in lab.checks().specs}
    sujet = make_sujet(Seat(lab, "sno-07"), bytes(32))
    told = sujet.texts["enonce.html"] + (lab.folder / "starter/fiche/plan.txt").read_text("utf-8")
    assert "« Attention" not in told and "Prévenir" not in told and "sa version" not in told
    assert "alerte" not in {one.id for one in lab.manifest.humain} and demands_of(lab, sujet.sheets)
    questions = CliRunner().invoke(app, ["entretien", "calme", "--candidat", "sno-07"])
    assert questions.exit_code == 0 and "6. La source" in questions.stdout


@pytest.mark.parametrize(
    ("left", "words"), [("", "est vide"), (None, "manque"), ("# Sans tête\n\nTexte.", "est mal fait")]
)
def test_a_text_that_is_no_longer_there_is_told(lab: Lab, left: str | None, words: str) -> None:
    path = lab.grader / "document.md"
    path.unlink() if left is None else path.write_text(left, "utf-8")
    with pytest.raises(LabError, match=f"document.md » {words}"):
        import_grader(lab.grader, "brought").text()


def test_a_sheet_about_it_is_looked_at(lab: Lab) -> None:
    own = work(lab, SHEET)
    for name in ("french", "no_secret", "some_warning", "known_figures", "glossary.enough", "source"):
        expectation(own, name)()


@pytest.mark.parametrize(
    ("find", "put", "name", "words"),
    [
        ("1 200", "1,200", "known_figures", "« 1,200 »"),
        ("1 200", "1 300", "known_figures", "« 1 300 litres », que le document n'a pas"),
        ("Comptez 25", "Attendez 25", "known_figures", "« 25 minutes »"),
        ("Attention :", "Bon :", "some_warning", "n'avertit de rien"),
        ("- pump : pompe\n", "", "glossary.enough", "n'a que 3 mots"),
        ("version 2.4", "version 3", "source", "sa version"),
        (
            "Videz le filtre.",
            "« The filter must be emptied before you open the valve. »",
            "french",
            "restée en anglais",
        ),
    ],
)
def test_what_is_wrong_about_it_is_told(lab: Lab, find: str, put: str, name: str, words: str) -> None:
    with pytest.raises(Failed) as failed:
        expectation(work(lab, SHEET.replace(find, put)), name)()
    assert words in failed.value.observed


def test_a_warning_after_the_last_step_comes_too_late(lab: Lab) -> None:
    warning = "Attention : n'ouvrez jamais la vanne quand la pompe tourne."
    with pytest.raises(Failed, match="après la dernière étape"):
        work(lab, SHEET.replace(f"{warning}\n\n", "").replace("Source", f"{warning}\n\nSource")).expect_some_warning()


FIGURES = """Wait two minutes, or 90 seconds on a slow disk. It needs 200 MB, at most 1.5 GB. The desk is open from 8 a.m. to
6:30 p.m., and closed on June 30, 2027. Keep it 5 to 10 days, for half an hour. 1,200 copies, 15% of them. Answers within
4 working hours. Size 2048 KB. See file hall-2-418.
| Setting | seconds |
| Retry | 45 |
"""


@pytest.mark.parametrize(
    "right",
    [
        "2 minutes", "120 secondes", "1 min 30", "0,2 Go", "1500 Mo", "2 Mo", "de 8 h à 18 h 30", "18:30", "6 h 30 du soir",
        "le 30 juin 2027", "de 5 à 10 jours", "30 minutes", "1 200 copies", "15 %", "4 heures", "45 secondes", "étape 12",
        "2 personnes", "Comptez 25 minutes.", "Durée : 1 h 15", "la file hall-2 s'arrête", "Fiche du 28 novembre 2030",
        "12. Relancez.",
    ],
)  # fmt: skip
def test_an_equal_figure_and_what_a_sheet_counts_of_itself_are_right(right: str) -> None:
    assert NUMBERS.strangers(right, FIGURES) == [] and not NUMBERS.as_english(right)


@pytest.mark.parametrize(
    "wrong",
    ["3 minutes", "25 minutes", "2 secondes", "200 Go", "le 30 juillet 2027", "6 h 30", "19 h", "1 300 copies", "12 %", "46 secondes", "8 jours"],
)  # fmt: skip
def test_another_figure_or_another_unit_is_a_stranger(wrong: str) -> None:
    assert NUMBERS.strangers(f"Attendez {wrong}", FIGURES)


@pytest.mark.parametrize("english", ["1,200 copies", "200 MB", "6 p.m.", "2:30 pm"])
def test_english_forms_are_seen(english: str) -> None:
    assert NUMBERS.as_english(english)


PAGE = f"""<html><head><title>Filter - Help</title></head><body><nav><h2>Menu</h2><a>Home</a></nav>
<header><h1>Cleaning the <em>filter</em></h1></header><p>Version 3.1 &lt;draft&gt;</p><p>{LONG}</p><pre>pump --stop
pump --drain</pre><p>Use <code>pump *</code> again.</p><ol><li>Open it.</li><li>Close it.</li></ol>
<table><tr><th>Key</th><th>Value</th></tr><tr><td><code>speed</code></td><td>45 seconds</td></tr></table>
<footer>Version 9, cookies</footer><script>let menu = 1</script></body></html>"""


def test_a_page_gives_its_main_title_its_commands_and_its_tables() -> None:
    found = read("notice.html", PAGE.encode())
    assert found[:2] == ("Cleaning the filter", "3.1") and found.body.startswith(
        "# Cleaning the filter\n\nVersion 3.1 \\<draft>"
    )
    for part in ("```\npump --stop\npump --drain\n```", "Use `pump *` again.", "1. Open it.\n\n2. Close it."):
        assert part in found.body
    assert "| Key | Value |\n| --- | --- |\n| `speed` | 45 seconds |" in found.body
    assert not any(word in found.body for word in ("Menu", "Home", "cookies", "let menu"))
    assert read("notice.html", PAGE.replace("h1>", "p>").encode()).title == "Filter - Help"


def test_a_document_of_word_keeps_what_is_in_monospace_and_its_tables() -> None:
    run = "<w:p><w:r><w:rPr>{}</w:rPr><w:t>{}</w:t></w:r></w:p>"
    typed = [run.format('<w:rFonts w:ascii="Courier New"/>', line) for line in ("pump --stop", "pump --drain")]
    rows = [[f"<w:tc>{run.format('', cell)}</w:tc>" for cell in cells] for cells in (("Key", "Value"), ("speed", "45"))]
    table = "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows)
    body = [run.format("", "Cleaning the filter"), run.format("", LONG), *typed, f"<w:tbl>{table}</w:tbl>"]
    found = read("notice.docx", docx(body="".join(body)))
    assert found.title == "Cleaning the filter" and found.version == ""
    assert (
        "```\npump --stop\npump --drain\n```" in found.body
        and "| Key | Value |\n| --- | --- |\n| speed | 45 |" in found.body
    )


def test_a_text_stays_as_it_is_with_its_first_line_as_title() -> None:
    plain = f"Cleaning the filter\n\n{LONG}\n\n- one\n- two\n\n```\npump # stop\n```\n"
    found = read("notice.txt", plain.encode())
    assert found.title == "Cleaning the filter" and found.body == f"# {plain.strip()}"
    assert read("notice.md", f"Cleaning\n========\n\n{LONG}".encode()).title == "Cleaning"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.md", b"Too short, is it not?", "Prenez un texte plus long"),
        ("a.md", (LONG * 20).encode(), "Gardez-en une partie"),
        ("a.md", LONG.encode(), "n'a pas de titre"),
        (
            "a.md",
            ("# Le filtre\n\n" + "Le filtre se vide avant que l'on ouvre la vanne. " * 60).encode(),
            "n'est pas en anglais",
        ),
        ("a.html", b"<img alt='scan'>", "aucun texte"),
        ("a.docx", b"\x00\x01\x02", "ne se lit pas comme un texte"),
        ("a.exe", b"MZ\x00", "ne se lit pas comme un texte"),
        ("a.docx", b"", "est vide"),
        ("a.docx", b"\x89PNG\r\n\x1a\n\x00", "est une image"),
        ("a.md", b"caf\x81 \x00", "en UTF-8"),
        ("a.pdf", b"%PDF-1.4\n1 0 obj <</Type /Catalog", "abîmé ou incomplet"),
    ],
)
def test_what_is_no_text_for_this_is_refused_in_a_sentence(name: str, data: bytes, words: str) -> None:
    with pytest.raises(UsageProblem, match=words):
        read(name, data)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        app, ["lab", "new", "jour", "--dans", str(tmp_path), "--document", str(tmp_path / "non.pdf")]
    )
    assert done.exit_code == 2 and "vérifiez le chemin" in " ".join(done.stderr.split())
    assert not (tmp_path / "labs").exists()
