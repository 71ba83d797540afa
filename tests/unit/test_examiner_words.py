"""Comparing words as people do."""

from __future__ import annotations

import time
import unicodedata
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etabli.exam.contract.values import Button, Field, Form
from etabli.exam.contract.words import (
    _SHAPES,
    are_near,
    best_match,
    contains_words,
    cut,
    fold,
    normal,
    squeeze,
    without_homoglyphs,
)

ROOT = Path(__file__).parents[2]
SRC, GRADERS = ROOT / "src/etabli", ROOT / "graders"


def field(label: str = "", aria: str = "", placeholder: str = "", name: str = "", kind: str = "text") -> Field:
    return Field(0, 0, label, aria, placeholder, name, kind, "", False, bool(label))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Date d’entrée * :", "date d entree"),
        ("Prix (obligatoire)", "prix"),
        ("Prix (en €)", "prix en"),
        ("Œuvre à l'ŒUVRE", "oeuvre a l oeuvre"),
        ("date_entree", "date entree"),
        ("***", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        *(("Faugerele", "Faugerelle", True), ("Faugerrelle", "Faugerelle", True), ("Vaucelain", "Vaucelin", True)),
        *(("FAUGREELLE", "Faugerelle", True), ("faugerella", "Faugerelle", True), ("Orvales", "Orvalès", True)),
        *(("Rambeyac", "Rambeillac", False), ("Jusando", "Jussandeau", True), ("Ystrebon", "Istrebonds", True)),
        *(("Fauquelle", "Faugerelle", False), ("Fagerele", "Faugerelle", False), ("", "a", True), ("", "", True)),
        *(("ab", "ba", True), ("abc", "cba", False), ("abcd", "badc", False)),
    ],
)  # fmt: skip
def test_a_word_may_be_nearly_another(one: str, other: str, near: bool) -> None:
    assert (are_near(one, other), are_near(other, one)) == (near, near)


@given(st.text("abeh", max_size=7), st.text("abeh", max_size=7))
def test_one_letter_wrong_is_near(one: str, other: str) -> None:
    for at in range(len(one) + 1):
        changed = (one[:at] + "b" + one[at:], one[:at] + one[at + 1 :], one[:at] + "c" + one[at + 1 :])
        swapped = one[:at] + one[at : at + 2][::-1] + one[at + 2 :]
        assert all(are_near(one, each) for each in (one, *changed, swapped))
    assert are_near(one, other) == are_near(other, one)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Наllоnvillе, Еѕсоublаѕ", "Hallonville, Escoublas"),  # Cyrillic
        ("Ηαlloηville, Ρετιt", "Hallonville, Petit"),  # Greek
        ("Ｅｓｃ １９, 𝐄𝔰𝒸 𝟏𝟗, 𝛂𝚨, Ⓔⓢⓒ", "Esc 19, Esc 19, aA, Esc"),  # what NFKC does, and what it leaves Greek
        ("ᴇsᴄᴏᴜʙʟᴀs ꓰꓢꓚ ᎬᏕᏟ ոօս 🅴🅂🅲 Øł", "escoublas ESC ESC nou ESC Ol"),  # small capitals, Lisu, Cherokee, Armenian
        ("ё ά ϊ Ё", "e a i E"),
        ("L’élève écrit : « cœur, naïf » – 50 % … 1ᵒ ½ ① → № ﬁn ™ Ç\u202f!", None),
        ("Ждёшь ли", "Ждeшb ли"),  # what looks like no Latin letter stays
    ],
)
def test_a_letter_that_looks_like_a_latin_one_is_read_as_it(text: str, read: str | None) -> None:
    assert without_homoglyphs(text) == (read or text.replace("ᵒ", "o"))


@given(st.text(st.one_of(st.characters(), st.sampled_from([*map(chr, _SHAPES)]))))
def test_no_sign_leaves_its_place(text: str) -> None:
    read = without_homoglyphs(text)
    assert len(read) == len(text) and without_homoglyphs(read) == read
    changed = [(sign, one) for sign, one in zip(text, read, strict=True) if sign != one]
    assert all(not sign.isascii() and one.isascii() and one.isalnum() for sign, one in changed)


def test_what_is_asked_for_is_never_read_otherwise() -> None:
    assert not contains_words("la lоngueur", "longueur") and fold("Наllе") != fold("Halle")


def test_label_counts_before_the_rest_and_the_whole_before_a_part() -> None:
    labels = [field(label="Nom du rayon"), field(placeholder="Rayon"), field(label="Rayon *"), field(name="rayon")]
    assert best_match("rayon", labels) is labels[2]
    assert best_match("Rayon", labels[:2]) is labels[1]
    assert best_match("Rayon", labels[:1]) is labels[0]
    assert best_match("Rayon", labels[3:]) is labels[3]
    assert best_match("ray", labels) is None
    assert best_match(" * ", labels) is None


def test_a_form_finds_no_hidden_field() -> None:
    form = Form(0, "post", "", (field(name="jeton", kind="hidden"), field(label="Nom")), (Button(0, 0, "OK"),))
    assert form.field("jeton") is None
    assert form.field("nom") is form.fields[1]
    assert form.entries == form.fields[1:]


def test_squeeze_and_cut() -> None:
    assert squeeze(" a\u00a0 b\n") == "a b"
    assert (cut("abc", 3), cut("abcd", 3)) == ("abc", "ab…")


PILE = "".join(mark * 4_000 for mark in "\u0345\u0301\u0316\u0334")


@pytest.mark.parametrize("text", ["Le\u0301a", "à" * 500, "ﬁn…" * 300, "한국어" * 300, "—" * 999 + "e\u0301", ""])
@pytest.mark.parametrize("form", ["NFC", "NFKD"])
def test_a_text_is_normalised_as_it_always_is(form: Literal["NFC", "NFKD"], text: str) -> None:
    assert normal(form, text) == unicodedata.normalize(form, text)


def test_thousands_of_marks_on_one_letter_cost_one_reading() -> None:
    started = time.process_time()
    assert fold(f"Été {PILE * 5} de {PILE}Jean") == "ete de jean"
    assert normal("NFC", f"e\u0301e{PILE}") == f"ée{PILE}"
    assert normal("NFKD", f"\uff9e{PILE}".replace("\u0301\u0316", "\uff9e"))
    assert time.process_time() - started < 1


def test_no_foreign_text_is_normalised_otherwise() -> None:
    """By hand, it takes the square of what it holds; one letter alone does not, nor does a value of ours."""
    alone = (", char)", ", letter)", ", value)", ', "".join(char for')
    rooms = ("exam", "reception", "roster", "recueil", "referentiel", "runs", "lab", "kit")
    files = [path for room in rooms for path in (SRC / room).rglob("*.py")]
    files += [path for path in GRADERS.glob("*/*.py") if path.name != "testlists.py"]
    found = {
        f"{path.name}: {line.strip()}"
        for path in files
        for line in path.read_text("utf-8").splitlines()
        if "unicodedata.normalize(" in line
        and path != SRC / "exam/contract/words.py"
        and not any(one in line for one in alone)
    }
    assert found == set()
