"""Values that must stay hidden: found in every disguise, blotted out, and ordinary prose left alone."""

from __future__ import annotations

import base64
import string
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etabli.exam.contract import blot as module
from etabli.exam.contract.blot import INK, Blot, Disguise, Found

LONG = "Lavande1987!"
HASH = "$2y$04$wJYqS1n/0aVbkX.eT9mN0uQp3rZcLhFdGiJkAoBsCvDwEx"


def in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("secret", "text", "disguise"),
    [
        (LONG, "mdp : Lavande1987!", Disguise.PLAIN),
        (LONG, "colléLavande1987!partout", Disguise.PLAIN),  # glued to other words
        (HASH, f"jdupont:{HASH}:oui", Disguise.PLAIN),
        (HASH + ".", f"{HASH}.", Disguise.PLAIN),  # it ends with what may also space letters out
        ("motdepasse", "le mot est « motdepasse ».", Disguise.PLAIN),
        (LONG, "LAVANDE1987!", Disguise.CASE),
        ("Crêpes&Cidre29", "crepes&cidre29", Disguise.ACCENTS),
        ("Crepes&Cidre29", "Crêpes&Cidre29", Disguise.ACCENTS),
        ("Crêpes&Cidre29", "Cre\u0302pes&Cidre29", Disguise.PLAIN),  # the same accents, told in two characters
        (LONG, "Lаvаndе１987!", Disguise.ALPHABET),  # Cyrillic letters, a full-width digit
        (LONG, "𝐋αν𝛂ɴꓓё1987!", Disguise.ALPHABET),  # mathematical, Greek, small capitals, Lisu, an accent
        ("Patate&Cie", "РАТАТЕ&СІЕ", Disguise.ALPHABET),  # and in capitals
        (HASH, HASH.replace("a", "а"), Disguise.ALPHABET),
        ("пароль12", "пароль12", Disguise.PLAIN),  # a value that is in Cyrillic letters
        (LONG, "L а v a n d е 1 9 8 7 !", Disguise.SPACING),
        (LONG, "L a v a n d e 1 9 8 7 !", Disguise.SPACING),
        (LONG, "lavande-1987 !", Disguise.SPACING),
        (LONG, "Lavan\u200bde1987!", Disguise.PLAIN),
        ("motdepasse", "m o t d e p a s s e", Disguise.SPACING),
        (LONG, "!7891ednavaL", Disguise.REVERSED),
        (LONG, "!7891EDNAVAL", Disguise.REVERSED),
        (LONG, in_base64(LONG), Disguise.BASE64),
        (LONG, in_base64(f"a:{LONG}:b"), Disguise.BASE64),
        (LONG, in_base64(f"ab:{LONG}"), Disguise.BASE64),
        (LONG, "\n".join(in_base64(f"x{LONG}")[n : n + 4] for n in range(0, 20, 4)), Disguise.BASE64),
        ("Ete2024!", "ete 2024!", Disguise.SPACING),
    ],
)
def test_a_value_is_found_and_blotted_whatever_its_disguise(secret: str, text: str, disguise: Disguise) -> None:
    blot = Blot(["n'y est pas 42", secret])
    found = blot.found(text)
    if "\u200b" in text:  # an invisible character makes it another text, seen the same
        assert [one.secret_index for one in found] == [1]
    else:
        assert found == [Found(1, disguise)]
    clean = blot.clean(text)
    assert INK in clean
    assert blot.found(clean) == []


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("motdepasse", "Un mot de passe se garde pour soi."),
        ("soleil", "Le tournesoleil n'existe pas."),
        ("bonjour", "bonjourné"),
        ("marie", "Marianne et les mariées, remarieront"),
        ("1987", "en 19870"),
        ("abc", "abc abc abc"),  # too short to be looked for
        ("tressaille", "elliasserta"),  # backwards, but within a longer word
        (LONG, "La lavande de 1987 sentait bon !"),
        (LONG, ""),
    ],
)
def test_ordinary_prose_is_left_alone(secret: str, text: str) -> None:
    assert Blot([secret]).found(text) == []
    assert Blot([secret]).clean(text) == text


GREEK = "Ο κωδικός πρόσβασης πρέπει να είναι μεγάλος και μοναδικός. Μην τον δίνετε σε κανέναν, ούτε στον τεχνικό."
CYRILLIC = (
    "Пароль должен быть длинным. Никому его не говорите; у каждого сайта свой пароль. Рассеянный сосед — не повод."
)


@pytest.mark.parametrize("text", [GREEK, CYRILLIC, GREEK.upper(), CYRILLIC.upper()])
def test_a_text_in_another_alphabet_holds_no_value(text: str) -> None:
    blot = Blot([LONG, HASH, "motdepasse", "soleil", "azerty", "bonjour", "coco", "papa", "toto", "nounou", "1234"])
    assert blot.found(text) == [] and blot.clean(text) == text


@given(st.text(), st.text(), st.sampled_from("аɑᎪАᴀ𝐚ａá🅰"))
def test_a_letter_of_another_alphabet_leaves_every_place_where_it_is(before: str, after: str, shape: str) -> None:
    shown = LONG.replace("a", shape)
    assert Blot([LONG]).clean(f"{before}{shown}{after}") == f"{before}{INK}{after}"


def test_what_stands_around_stays() -> None:
    assert Blot([LONG, "motdepasse"]).clean(f"é {LONG}, puis motdepasse ; fin") == f"é {INK}, puis {INK} ; fin"


def test_two_values_one_within_the_other() -> None:
    blot = Blot(["Lavande1987", LONG])
    assert blot.clean(f"<{LONG}>") == f"<{INK}>"
    assert {one.secret_index for one in blot.found(LONG)} == {0, 1}


def event(**facts: Any) -> dict[str, Any]:
    return {"kind": "check_end", "check": "lavande1987!", "outcome": "failed", **facts}


def test_an_event_is_cleaned_wherever_it_speaks() -> None:
    clean = Blot([LONG]).clean_event(event(observed=f"vu {LONG}", deep=[{"a": LONG}], duration_ms=3.5, help=None))
    assert clean == event(observed=f"vu {INK}", deep=[{"a": INK}], duration_ms=3.5, help=None)


def test_text_evidence_is_cleaned_inside_and_pictures_are_left() -> None:
    text = {"media": "text/plain", "data": in_base64(f"ligne\n{LONG}\n")}
    assert base64.b64decode(Blot([LONG]).clean_event(text)["data"]).decode() == f"ligne\n{INK}\n"
    picture = {"media": "image/png", "data": in_base64(LONG)}
    assert Blot([LONG]).clean_event(picture) == picture


def test_evidence_that_cannot_be_read_is_not_kept_in_such_a_lab() -> None:
    office = {"media": "application/zip", "data": in_base64("PK")}
    with pytest.raises(ValueError, match="cannot be cleaned"):
        Blot([LONG]).clean_event(office)
    assert Blot().clean_event(office) == office


def test_bytes_that_are_no_utf_8_come_through() -> None:
    data = b"\xff\xfe" + LONG.encode() + b"\xe9"
    assert Blot([LONG]).clean_data("text/plain", data) == b"\xff\xfe" + INK.encode() + b"\xe9"


def test_without_values_nothing_is_looked_at() -> None:
    assert not Blot()
    assert not Blot(["abc"])
    assert Blot([LONG])
    assert Blot().clean(LONG) == LONG


def coded(value: str) -> str:
    """What base64 makes of a value whatever stands after it."""
    return in_base64(value)[: len(value) * 8 // 6]


class Slow(module._Sight):
    """The same by definition: each place is compared with all others, each coded word is looked for from its core."""

    def _coded(self, start: int, end: int) -> tuple[int, int]:
        alphabet = string.ascii_letters + string.digits + "+/-_="
        while start > 0 and self._text[start - 1] in alphabet:
            start -= 1
        while end < len(self._text) and self._text[end] in alphabet:
            end += 1
        return start, end

    def _spaced(self, sought: module._Sought, whole: set[tuple[int, int]]) -> Iterator[tuple[int, int, Disguise]]:
        for start, end in self._places(self.squeezed, sought.squeezed, sought.word):
            known = any(first <= start and end <= last for first, last in whole)
            apart = all(len(piece) < 2 for piece in module._pieces(self._text[start:end]))
            if not known and (apart or not sought.word):
                yield start, end, Disguise.SPACING


VALUES = (LONG, "motdepasse", "12121212", "Crêpes&Cidre29", "1a1a1a1a1a1a")
PIECES = (
    *VALUES,
    *map(coded, VALUES),
    *map(in_base64, VALUES),
    *(" ".join(value) for value in VALUES),
    *(value[::-1] for value in VALUES),
    *("1", "1a", "12 1", "a", "-", ".", " ", "\n", "é", "\u0302", "\u200b", "ﬁ", "=", "+", ":"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_what_is_found_at_once_is_what_is_found_step_by_step(text: str) -> None:
    blot = Blot(VALUES)
    with patch.object(module, "_Sight", Slow):
        slowly = blot.clean(text), blot.found(text)
    assert (blot.clean(text), blot.found(text)) == slowly


def steps(text: str) -> int:
    """Lines of Python that cleaning takes, of whatever module."""
    taken = 0

    def trace(_frame: FrameType, _what: str, _more: object) -> Any:
        nonlocal taken
        taken += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        assert INK in Blot([LONG]).clean(text)
    finally:
        sys.settrace(before)
    return taken


@pytest.mark.parametrize(
    "repeated",
    [coded(LONG), f"{coded(LONG)} ", LONG, f"{LONG} ", f"{' '.join(LONG)} ", f"{LONG[::-1]} ", LONG.replace("a", "á")],
    ids=["coded", "coded words", "glued", "words", "spaced", "reversed", "accents"],
)
def test_a_text_that_repeats_a_value_costs_the_same_for_each_sign(repeated: str) -> None:
    assert steps(repeated * 400) < 1.5 * 8 * steps(repeated * 50)
