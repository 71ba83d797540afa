"""Whatever digits somebody writes, however many: each reader of a number answers, or a check fails with a sentence."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from types import SimpleNamespace as Some
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from etabli.exam import Failed
from etabli.exam.contract.check import import_grader
from etabli.exam.office import packing
from etabli.exam.reading import pdf, places
from etabli.exam.reading.markup import START, Event, unescape, whole
from etabli.exam.reading.ods import values as ods_values
from etabli.exam.reading.outline import page as outline
from etabli.exam.reading.prose import veils_in_odt
from etabli.exam.reading.xlsx.layout import unseen
from etabli.lab import messages
from etabli.system.settings import repository


def grader(lab: str, name: str) -> Any:
    return import_grader(repository() / "graders" / lab, name)


def pgi(name: str) -> Any:
    return grader("extraction-pgi", name)


DIGITS = st.builds(lambda digit, many: digit * many, st.sampled_from("0179²٣"), st.integers(1, 6_000))
few = settings(max_examples=int(os.environ.get("ETABLI_EXEMPLES", "8")), deadline=None, database=None, derandomize=True)


def _printed(digits: str) -> None:
    sheet = Some(print=Some(landscape=True, fit_width=True, area=f"A1:B{digits}", title_rows=f"1:{digits}"))
    book = Some(sheet=lambda _name: sheet)
    extraction = Some(sheet="Ventes", header=1, columns={"numero": 1}, lines=[])
    pgi("presentation").expect_printable(book, extraction, {"Ventes": []})


def _new_hash(digits: str) -> None:
    hashing = grader("mots-de-passe", "hashing")
    for stored in (
        f"$argon2id$v=19$m={digits},t={digits},p={digits}${'a' * 22}${'b' * 43}",
        f"$2y${digits}${'a' * 53}",
    ):
        for read in (hashing.excessive, hashing.weakness, hashing.unread, hashing.salt_of, hashing.scheme_of):
            read(stored)
        hashing.verifies("secret", stored)


def _reference(digits: str) -> None:
    """A character by its number, in a text, in an attribute and in a title, wherever HTML is read."""
    said = f"<h1 title='&#{digits};'>R&#{digits} 1&#x{digits};</h1>"
    source = (
        f"{said}<title>{said}</title><form><input type=hidden name=a value='&#{digits}'></form><a href='&#{digits};'>"
    )
    page = {name: grader("page-dynamique", name) for name in ("diagnosis", "reading", "tokens", "disclosure", "kinds")}
    page["diagnosis"].visible_text(source)
    page["reading"].links_of(source, "http://x/")
    page["tokens"].hidden_fields(source, 0)
    page["disclosure"].code_in(source, {})
    page["kinds"].Head(source)
    outline.html(source)
    trace = Some(text=source, where="ligne 1")
    work = Some(traces=lambda: [("a.md", trace)], variant=Some(private=[]), blot=Some(found=lambda _text: False))
    prose = grader("hameconnage", "prose")
    prose.expect_nothing_personal(work)
    prose._URL.findall(prose.unescape(source))
    grader("hameconnage", "quiz")._plain(source)
    pdf.unescape(source)
    messages._clean(source)


def _quiz(digits: str) -> None:
    quiz = grader("hameconnage", "quiz")
    answer = f'<question type="multichoice"><answer fraction="{digits}"/></question>'
    for text in (f"Q {{=%{digits}%a ~%-{digits}.{digits}.5%b}}", f'<?xml version="1.0"?><quiz>{answer}</quiz>'):
        with suppress(Failed):
            quiz.expect_answers(quiz.read_quiz("quiz.gift", text))


READERS: dict[str, Callable[[str], object]] = {
    "rows to repeat": _printed,
    "a name that grows": lambda d: pgi("presentation")._growing(f"OFFSET(Ventes!$A$1,0,0,COUNTA(Ventes!$A:$A),{d})"),
    "a label of a month": lambda d: [
        pgi("labels").Months(["2026-01"]).read(text) for text in (d, f"{d} 2026", f"01/{d}")
    ],
    "a label of a rate": lambda d: pgi("labels").Rates(["0.2"]).read(f"{d} %"),
    "a number in a cell": lambda d: [pgi("meaning").as_number(text) for text in (d, f"{d},{d} %")],
    "a day in a cell": lambda d: [pgi("meaning").as_date(text) for text in (d, f"{d}/01/2026")],
    "figures of a note": lambda d: pgi("note").figures(f"Total : {d} €, soit {d},{d} % et {d} h 30"),
    "a new hash": _new_hash,
    "a line that an error names": lambda d: grader("mots-de-passe", "script").Script.where(
        Some(path="migration/verifier.py"), f'File "/srv/app/migration/verifier.py", line {d}, in main'
    ),
    "a setting": lambda d: grader("mots-de-passe", "policy").Policy("p", "", settings={"minlen": d}).number("minlen"),
    "measures of a sheet": lambda d: grader("fiche-anglais", "figures").strangers(
        f"Comptez {d} min 30 s, puis {d} h 15, {d} Mo.", f"It takes {d} hours and {d} min, {d} min 30."
    ),
    "weights of a quiz": _quiz,
    "days of a report": lambda d: grader("hameconnage", "reports").days_in(f"le {d}/03/{d}, {d} mars", "2026"),
    "a report": lambda d: [
        one.number for one in grader("hameconnage", "reports").read_reports(f"À : a@b.fr\nMessage : {d}")
    ],
    "the next page": lambda d: grader("page-dynamique", "reading")._step("http://x/?a=1", f"http://x/?a={d}"),
    "the next page, by folders": lambda d: grader("page-dynamique", "reading")._step(f"http://x/{d}", f"http://x/{d}1"),
    "days of a page": lambda d: grader("page-dynamique", "formats").dates_in(f"{d}/{d}/{d} 1/1/{d}"),
    "a price of a field": lambda d: grader("page-dynamique", "editing")._same_price(f"{d},5 €", Some(price=1)),
    "a size of letters": lambda d: [
        veils_in_odt(Event(START, "p", {"font-size": f"{d}{more}pt"})) for more in ("", ".5")
    ],
    "a style": lambda d: [outline._sized(outline._Look(), name, f"{d}px") for name in ("font-size", "line-height")],
    "a width": lambda d: unseen({"width": d}, "width"),
    "a time": lambda d: ods_values.value_of({"value-type": "time", "time-value": f"PT{d}H{d}M{d}S"}, ""),
    "an area": lambda d: places.area(f"A1:B{d}"),
    "a row of an array": lambda d: packing._ROW.findall(f'<row r="{d}">'.encode()),
    "a character reference": _reference,
    "digits": whole,
}


@pytest.mark.parametrize("name", READERS)
@few
@example(digits="1" * 5_000)
@example(digits="1" * 400)
@example(digits="²")
@given(digits=DIGITS)
def test_any_digits_are_read_or_fail_in_words(name: str, digits: str) -> None:
    with suppress(Failed):
        READERS[name](digits)


def test_absurd_digits_are_worth_the_default() -> None:
    assert [whole(text, 7) for text in ("12", "1" * 5_000, "²", "-3", "", None)] == [12, 7, 7, 7, 7, 7]
    assert pgi("presentation")._growing(f"OFFSET(V!$A$1,0,0,COUNTA(V!$A:$A),{'9' * 5_000})").right < 1
    told = [unescape(f"a&#{digits};b") for digits in ("0" * 5_000 + "65", "1" * 5_000, "1114112", "", "x41")]
    assert told == ["aAb", "a\ufffdb", "a\ufffdb", "a&#;b", "aAb"]
    with pytest.raises(Failed, match="ne répète pas sa ligne de titres"):
        _printed("1" * 5_000)
    assert "plus de calcul" in grader("mots-de-passe", "hashing").weakness(
        f"$argon2id$v=19$m={'1' * 5_000},t=2,p=1${'a' * 22}${'b' * 43}"
    )
