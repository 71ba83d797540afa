"""The aides of page-dynamique: three for every check, on other data, with examples that are correct code."""

from __future__ import annotations

import re
import textwrap

import jinja2
import pytest

from etabli.exam.contract.check import import_grader
from etabli.exam.contract.words import fold
from etabli.lab.aides import Aides, aides_of
from etabli.lab.manifest import load_lab
from etabli.system.settings import repository

lab = load_lab("page-dynamique")
AIDES = dict(aides_of(lab))
variant = import_grader(repository() / "graders" / "page-dynamique", "variant")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LANGUAGES = {"php", "python", "sql", "html", "jinja", "css", "apache"}


def texts(aides: Aides) -> dict[str, str]:
    return {"question": aides.question, "piste": aides.piste, "exemple": aides.exemple}


def blocks(*languages: str) -> list[tuple[str, str]]:
    return [
        (f"{check}-{number}", code)
        for check, aides in AIDES.items()
        for number, (language, code) in enumerate(FENCE.findall(aides.exemple))
        if language in languages
    ]


def test_every_check_has_its_three_aides_in_the_labs_order() -> None:
    assert list(AIDES) == [spec.id for spec in lab.checks().specs]


@pytest.mark.parametrize("check", AIDES)
def test_an_aide_asks_then_points_then_shows(check: str) -> None:
    aides = AIDES[check]
    assert "?" in aides.question and "```" not in aides.question
    assert aides.question.count("?") <= 3 and len(aides.question) < 260
    assert 80 < len(aides.piste) < 640
    assert FENCE.search(aides.exemple), "an example shows code"
    assert {language for language, _ in FENCE.findall(aides.exemple)} <= LANGUAGES
    assert aides.exemple.count("```") == 2 * len(FENCE.findall(aides.exemple))
    for text in texts(aides).values():
        assert text.strip() and not re.search(r"@\{|@%|\}@|TODO|XXX", text)
        assert not re.search(r"\b(?:tu|ton|tes|toi)\b", text)


def words_of_the_settings() -> set[str]:
    words = set()
    for setting in variant.SETTINGS:
        nouns = [*setting.items, *setting.categories, *setting.places]
        words |= {noun.table for noun in nouns} | {fold(noun.plural) for noun in nouns}
        words |= {fold(organisation) for organisation in setting.organisations}
    return words


@pytest.mark.parametrize("check", AIDES)
def test_an_aide_never_speaks_of_a_candidates_own_data(check: str) -> None:
    folded = f" {fold(' '.join(texts(AIDES[check]).values()))} "
    assert {word for word in words_of_the_settings() if f" {word} " in folded} == set()
    columns = {word.column for setting in variant.SETTINGS for word in (*setting.prices, *setting.dates)}
    raw = " ".join(texts(AIDES[check]).values())
    assert {column for column in columns if "_" in column and column in raw} == set()


@pytest.mark.parametrize(("name", "code"), blocks("python"), ids=lambda value: value if "\n" not in value else "")
def test_python_examples_compile(name: str, code: str) -> None:
    body = code
    if re.search(r"^ *return\b", code, re.MULTILINE) and "def " not in code:
        body = "def page():\n" + textwrap.indent(code, "    ")
    compile(body, name, "exec")


@pytest.mark.parametrize(("name", "code"), blocks("jinja"), ids=lambda value: value if "\n" not in value else "")
def test_jinja_examples_parse(name: str, code: str) -> None:
    jinja2.Environment().parse(code, name)
