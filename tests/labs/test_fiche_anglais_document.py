"""A text that the team brings: what it must be, the lab that it makes, and what is then looked at."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from seats import LABS
from typer.testing import CliRunner

from etabli.cli.main import app
from etabli.exam import Failed
from etabli.exam.contract.check import import_grader
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.reading import outline
from etabli.lab.aides import aides_of
from etabli.lab.demands import demands_of
from etabli.lab.manifest import Lab, load_lab
from etabli.lab.sujet import make_sujet
from etabli.lab.variant import Seat

BROUGHT = import_grader(LABS["fiche-anglais"].grader, "brought")
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
    assert done.exit_code == 0 and "Rien n'est rejoué" in done.stdout
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
    assert set(demands_of(lab, sujet.sheets)) >= names and set(aides_of(lab)) < names
    assert "rien n'est rejoué" in lab.manifest.title and not (lab.grader / "specimens").exists()


def test_a_sheet_about_it_is_looked_at(lab: Lab) -> None:
    own = work(lab, SHEET)
    for name in ("french", "no_secret", "some_warning", "known_figures", "glossary", "source"):
        getattr(own, f"expect_{name}")()


@pytest.mark.parametrize(
    ("find", "put", "name", "words"),
    [
        ("1 200", "1,200", "known_figures", "« 1,200 »"),
        ("1 200", "1 300", "known_figures", "« 1 300 », que le document n'a pas"),
        ("Attention :", "Bon :", "some_warning", "n'avertit de rien"),
        ("- pump : pompe\n", "", "glossary", "n'a que 3 mots"),
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
        getattr(work(lab, SHEET.replace(find, put)), f"expect_{name}")()
    assert words in failed.value.observed


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.md", b"Too short, is it not?", "Prenez un texte plus long"),
        ("a.md", (LONG * 20).encode(), "Gardez-en une partie"),
        ("a.md", ("Le filtre se vide avant que l'on ouvre la vanne. " * 60).encode(), "n'est pas en anglais"),
        ("a.html", b"<img alt='scan'>", "aucun texte"),
        ("a.docx", b"\x00\x01\x02", "ne se lit pas comme un texte"),
        ("a.exe", b"MZ\x00", "ne se lit pas comme un texte"),
    ],
)
def test_what_is_no_text_for_this_is_refused_in_a_sentence(name: str, data: bytes, words: str) -> None:
    with pytest.raises(UsageProblem, match=words):
        BROUGHT.read(name, data)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        app, ["lab", "new", "jour", "--dans", str(tmp_path), "--document", str(tmp_path / "non.pdf")]
    )
    assert done.exit_code == 2 and "vérifiez le chemin" in " ".join(done.stderr.split())
    assert not (tmp_path / "labs").exists()
