"""What we keep of the French LibreOffice's words is what the examiner's own LibreOffice has; and what it does not know."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from etabli.exam.contract.formulas import CALCS, NAMES

ROOT = Path(__file__).resolve().parents[2]
UNKNOWN = {"LAMBDA", "ASSEMB.V", "VSTACK"}


def test_the_kept_words_are_the_offices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import mots_bureau

    office = mots_bureau.ask_office()
    kept = json.loads((ROOT / "tests" / "office_words.json").read_text("utf-8"))
    found = mots_bureau.cited(office)
    assert {**kept, "libreoffice-l10n-fr": ""} == {**found, "libreoffice-l10n-fr": ""}, "scripts/mots_bureau.py"
    assert found["libreoffice-l10n-fr"].startswith("4:25.2."), "the brief says the version"
    assert UNKNOWN & (set(office["functions"]) | set(office["functions"].values())) == set()
    assert {error: french for french, error in office["functions"].items() if error in CALCS} == CALCS
    assert NAMES.read_text("utf-8") == mots_bureau.function_names(office), "scripts/mots_bureau.py"
    assert "connaît pas LAMBDA, ASSEMB.V et" in mots_bureau.lab_texts()
