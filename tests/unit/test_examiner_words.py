"""Comparing words as people do."""

from __future__ import annotations

import pytest

from etabli.exam.contract.values import Button, Field, Form
from etabli.exam.contract.words import best_match, cut, fold, squeeze


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
