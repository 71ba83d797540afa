"""A lab's dataclasses cross to the examiner as JSON and are rebuilt there; French is said the same way in all labs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pydantic
import pytest

from etabli.exam.contract.french import counted, quote, some
from etabli.exam.contract.plain import plain, rebuild


@dataclass(frozen=True)
class Row:
    name: str
    price: str | None


@dataclass(frozen=True)
class Variant:
    rows: tuple[Row, ...]
    order: tuple[tuple[str, str], ...]
    words: Mapping[str, str]


MADE = Variant((Row("Été", None), Row("Lampe", "12.50")), (("date", "desc"),), {"item": "objet"})


def test_a_dataclass_crosses_as_json_and_is_the_same_on_the_other_side() -> None:
    data = plain(MADE)
    assert data == {
        "rows": [{"name": "Été", "price": None}, {"name": "Lampe", "price": "12.50"}],
        "order": [["date", "desc"]],
        "words": {"item": "objet"},
    }
    assert list(data) == ["rows", "order", "words"]
    assert rebuild(Variant, json.loads(json.dumps(data))) == MADE


def test_a_mapping_is_plain_already() -> None:
    assert plain(made := {"mot": "bonjour"}) is made


def test_data_of_another_shape_are_refused() -> None:
    with pytest.raises(pydantic.ValidationError):
        rebuild(Variant, {"rows": []})


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b", "c", "d"], "a, b, c et d"),
        (["a", "b", "c", "d", "e"], "a, b, c, d et 1 autre"),
        (["a", "b", "c", "d", "e", "f"], "a, b, c, d et 2 autres"),
    ],
)
def test_a_list_says_how_many_more(parts: list[str], said: str) -> None:
    assert some(parts) == said


def test_numbers_and_quotations() -> None:
    assert (counted(0, "ligne"), counted(2, "mot de passe", "mots de passe")) == ("0 ligne", "2 mots de passe")
    assert quote(" un \n mot ") == "« un mot »" and quote("abcdef", 4) == "« abc… »"
