"""The English catalogue says everything that the reports say, and French needs no catalogue."""

from __future__ import annotations

import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from report_samples import sample_class, sample_lab, sample_payload

import etabli
from etabli.exam.contract import i18n
from etabli.exam.contract.outcome import Outcome
from etabli.reports.html import render_class, render_learner
from etabli.reports.text import outcome_word

ROOT = Path(etabli.__file__).parent
METHODS = [("**.py", "python"), ("**/templates/**.html.j2", "jinja2")]
NOW = "2026-11-24T14:00:00Z"


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    """The catalogue as translators edit it."""
    with (ROOT / "locale" / "en" / "LC_MESSAGES" / "etabli.po").open("rb") as stream:
        return read_po(stream, locale="en")


@pytest.fixture
def english(catalogue: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Screens in English, from a catalogue compiled here."""
    compiled = tmp_path / "en" / "LC_MESSAGES" / "etabli.mo"
    compiled.parent.mkdir(parents=True)
    with compiled.open("wb") as stream:
        write_mo(stream, catalogue)
    monkeypatch.setattr(i18n, "_LOCALE", tmp_path)
    monkeypatch.setenv("ETABLI_LANG", "en")
    i18n._catalogue.cache_clear()
    yield
    i18n._catalogue.cache_clear()


def fields(text: str) -> set[str]:
    return {name for _before, name, _format, _conversion in string.Formatter().parse(text) if name}


def test_every_sentence_of_the_reports_is_translated(catalogue: Catalog) -> None:
    found = extract_from_dir(ROOT / "reports", method_map=METHODS, strip_comment_tags=True)
    sentences = {str(message) for _file, _line, message, _comments, _context in found}
    assert len(sentences) > 100
    assert {sentence for sentence in sentences if not (known := catalogue.get(sentence)) or not known.string} == set()


def test_translations_keep_the_fields(catalogue: Catalog) -> None:
    for message in catalogue:
        if message.id:
            assert fields(str(message.string)) == fields(str(message.id)), message.id


@pytest.mark.usefixtures("english")
def test_pages_in_english() -> None:
    lab = sample_lab()
    learner = render_learner(sample_payload("A", lab, {"recherche": Outcome.FAILED}), lab, out=Path("/nowhere"))
    assert '<html lang="en">' in learner
    assert "To take up first" in learner
    assert "needs work first. They are not more mistakes." in learner
    assert "24 November 2026 at" in learner
    assert "À reprendre" not in learner
    assert "Check by check" in render_class(sample_class(lab), lab, None, generated_at=NOW)


def test_without_a_catalogue_screens_stay_french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_LOCALE", tmp_path)
    monkeypatch.setenv("ETABLI_LANG", "en")
    i18n._catalogue.cache_clear()
    assert outcome_word("passed").text == "réussi"
    i18n._catalogue.cache_clear()
