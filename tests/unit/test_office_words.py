"""The menus, dialogs and functions that the third lab names are those that a French LibreOffice 25.2 shows.

``tests/office_words.json`` is what its language pack says of them (``scripts/mots_bureau.py`` writes it, and
``tests/integration/test_office_words.py`` compares it with the examiner's image).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WORDS = json.loads((ROOT / "tests" / "office_words.json").read_text("utf-8"))

LEARN = "Microsoft Learn in French: Workbooks.OpenText (Excel)"
PARTNERS = "Microsoft's Partner Center in French: CSV files without mistakes of format"
CHARTS = "Microsoft Learn in French: add a chart host control to a worksheet"
SEEN = "pages of others about Excel in French, several of them; no page of Microsoft was found"
MEMORY = "written from memory: no page was found"
EXCEL = {
    "65001 : Unicode (UTF-8)": SEEN,
    "Afficher": MEMORY,
    "Assistant Importation de texte": LEARN,
    "Création de tableau": SEEN,
    "Déplacer ou copier": SEEN,
    "Données ▸ À partir d'un fichier texte/CSV": "Microsoft's Cost Management in French: large usage files",
    "Données ▸ Supprimer les doublons": MEMORY,
    "Délimité": PARTNERS,
    "Fichier ▸ Ouvrir": PARTNERS,
    "Format de cellule": SEEN,
    "Formules ▸ Afficher les formules": MEMORY,
    "Graphiques": CHARTS,
    "Imprimer les titres": SEEN,
    "Insertion": CHARTS,
    "Insertion ▸ Tableau": SEEN,
    "Mise en page": SEEN,
    "Mise en page ▸ Imprimer les titres": SEEN,
    "Origine du fichier": LEARN,
    "Point-virgule": "Microsoft's Azure Storage in French: logs in Excel",
    "Texte": PARTNERS,
}
"""Excel is on no machine of ours: where each of its words was read, in November 2026."""


Named = tuple[list[tuple[str, str]], set[str]]


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> Named:
    """Words with the suite that says them; functions and errors."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import mots_bureau

    text = mots_bureau.lab_texts()
    return list(mots_bureau.italics(text)), mots_bureau.functions(text)


def test_the_words_are_read_in_the_version_that_the_brief_says() -> None:
    assert WORDS["libreoffice-l10n-fr"].startswith("4:25.2.")
    assert "LibreOffice Calc (mots de la version 25.2)" in (ROOT / "labs/extraction-pgi/reference.md").read_text(
        "utf-8"
    )


def test_every_word_of_libreoffice_is_libreoffices(named: Named) -> None:
    said = [word for owner, word in named[0] if owner == "LibreOffice"]
    assert len(said) > 20
    assert [word for word in said if word not in WORDS["menus"] and ("▸" in word or word not in WORDS["labels"])] == []


def test_every_path_says_whose_it_is_and_every_word_of_excel_has_a_source(named: Named) -> None:
    assert [word for owner, word in named[0] if not owner] == []
    assert {word for owner, word in named[0] if owner == "Excel"} == set(EXCEL)


def test_every_function_is_known_to_libreoffice(named: Named) -> None:
    functions = {name for name in named[1] if not name.startswith("#")}
    assert len(functions) > 10
    assert functions - set(WORDS["functions"]) == set()


def test_an_error_of_excel_is_given_with_libreoffices(named: Named) -> None:
    errors = {name for name in named[1] if name.startswith("#")}
    assert errors - set(WORDS["functions"]) == {"#NOM?", "#REF!", "#DIV/0!", "#N/A"}
    assert errors & set(WORDS["functions"]) == {"#NOM ?", "#REF !", "#DIV/0 !", "#N/D"}


def test_no_word_is_kept_that_the_lab_no_longer_says(named: Named) -> None:
    said = {word for owner, word in named[0] if owner == "LibreOffice"} | named[1]
    assert (set(WORDS["menus"]) | set(WORDS["labels"]) | set(WORDS["functions"])) - said == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Excel : *A ▸ B*. LibreOffice : *C*, **D** et ***E***.", [("Excel", "A ▸ B"), ("LibreOffice", "C"), ("LibreOffice", "E")]),
        ("LibreOffice : *A\nb*\n\n*C* et *D ▸ E*", [("LibreOffice", "A b"), ("", "D ▸ E")]),
        ("| | LibreOffice Calc | Excel |\n|---|---|---|\n| x | *A* | *B* |\n\n| y |\n|---|\n| *C* |", [("LibreOffice", "A"), ("Excel", "B")]),
        ("- LibreOffice : `=A2*B2` *A*\n- *B*\n\n```text\n=C*D*E\n```", [("LibreOffice", "A")]),
    ],
)  # fmt: skip
def test_words_are_found_with_their_suite(
    text: str, expected: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import mots_bureau

    assert list(mots_bureau.italics(text)) == expected
