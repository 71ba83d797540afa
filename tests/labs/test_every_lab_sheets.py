"""What every lab's sheets keep: two printed pages, an action soon, short sentences, an anchor for each demand."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter

import pytest
from helpers import volume
from seats import CANDIDATE, LABS, plain, secrets_of, sujet

from etabli.lab.demands import BY_A_PERSON, demands_of
from etabli.lab.handout import HOME_LIMIT_MB, cover_of, home_zip
from etabli.lab.pdf import layout
from etabli.lab.sheets import LOOKED_AT, Sheet, page
from etabli.lab.surroundings import Surroundings
from etabli.lab.variant import Seat

SHEETS = [(lab, number) for lab in LABS for number in range(len(LABS[lab].manifest.seances))]
SECTIONS = ["À faire", LOOKED_AT, "Comment savoir que ça marche", "Si vous êtes bloqué"]
WORDS_BEFORE_ACTION, WORDS_OF_A_SENTENCE, PAGES = 250, 20, 2


@pytest.fixture(params=SHEETS, ids=lambda one: f"{one[0]}-seance-{one[1] + 1}")
def seats(request: pytest.FixtureRequest) -> list[Sheet]:
    """One sheet, as several candidates get it, wherever they work."""
    lab, number = request.param
    return [
        sujet(lab, secret, surroundings).sheets[number]
        for secret in secrets_of(lab)[: volume(1, 4)]
        for surroundings in Surroundings
    ]


def words(text: str) -> int:
    """Counts what is read as words: a punctuation mark alone is none."""
    return sum(1 for word in text.split() if re.search(r"\w", word))


def blocks(markdown: str) -> list[str]:
    """The paragraphs, items and cells of a text, without what is code."""
    text = re.sub(r"```.*?```", "", markdown, flags=re.DOTALL)
    lines = re.sub(r"(?m)^\s*(?:[-*>]|\d+\.|#+)\s+", "\n\n", text.replace("|", "\n\n"))
    return [" ".join(block.split()) for block in re.split(r"\n\s*\n", lines) if re.search(r"\w", block)]


def sentences(markdown: str) -> list[str]:
    """The sentences of a text; what a colon introduces is another one, what is code is one word."""
    parts = (re.sub(r"`[^`]*`", "code", block) for block in blocks(markdown))
    return [one for block in parts for one in re.split(r"(?<=[.!?:])\s+", plain(block)) if one]


def test_a_sheet_has_its_five_parts_in_order(seats: list[Sheet]) -> None:
    for sheet in seats:
        titles = re.findall(r"^## (.+)$", sheet.text, re.MULTILINE)
        assert [title for title in titles if title in SECTIONS] == SECTIONS, titles
        assert titles[0] not in SECTIONS, "the situation comes first"


def test_a_learner_acts_after_250_words_at_most(seats: list[Sheet]) -> None:
    for sheet in seats:
        before = sheet.text.split("## À faire", 1)[0]
        assert words(before) <= WORDS_BEFORE_ACTION
        assert re.match(r"\s*1\. ", sheet.text.split("## À faire", 1)[1]), "what to do begins with an action"


def test_a_situation_is_five_lines(seats: list[Sheet]) -> None:
    for sheet in seats:
        situation = sheet.text.split("## ", 2)[1].split("\n", 1)[1]
        assert words(situation) <= 5 * 18, situation


def test_sentences_are_short(seats: list[Sheet]) -> None:
    long = {one for sheet in seats for one in sentences(sheet.text) if words(one) > WORDS_OF_A_SENTENCE}
    assert long == set()


def test_each_demand_has_an_anchor(seats: list[Sheet]) -> None:
    for sheet in seats:
        items = re.findall(r"^- (.*)$", sheet.part(LOOKED_AT), re.MULTILINE)
        assert items and [item for item in items if not re.match(r"(\*\*)?\[[^]]+\]\{#", item)] == []


def test_a_sheet_prints_on_two_pages(seats: list[Sheet]) -> None:
    for sheet in list({sheet.markdown: sheet for sheet in seats}.values())[: volume(1, 9)]:
        printed = layout(page(sheet.title, "Pour a.martin · session entrainement · TP essai, version 1.0", (sheet,)))
        assert len(printed.pages) <= PAGES


@pytest.mark.parametrize("lab", LABS)
def test_every_demand_is_looked_at_and_every_check_is_asked_for(lab: str) -> None:
    """By a check, or by a person: then the sheet says so."""
    demands = demands_of(LABS[lab], sujet(lab).sheets)
    assert {check for one in demands.values() for check in one.checks} == {spec.id for spec in LABS[lab].checks().specs}
    for one in demands.values():
        assert bool(one.checks) != (BY_A_PERSON in one.text), one.anchor
    assert {code for one in LABS[lab].manifest.humain for code in one.competences} <= set(
        LABS[lab].manifest.competences
    )


@pytest.mark.parametrize("lab", LABS)
def test_an_anchor_is_given_once(lab: str) -> None:
    given = sujet(lab)
    counted = Counter(anchor for sheet in given.sheets for anchor in sheet.anchors)
    counted.update(re.findall(r'<section id="([^"]+)"', given.texts["enonce.html"]))
    assert counted and [anchor for anchor, times in counted.items() if times > 1] == []
    shown = given.texts["enonce.html"]
    assert [anchor for anchor in counted if f'id="{anchor}"' not in shown] == []


@pytest.mark.parametrize("lab", LABS)
def test_a_sheet_points_only_at_what_exists(lab: str) -> None:
    shown = sujet(lab).texts["enonce.html"]
    ids = set(re.findall(r'id="([^"]+)"', shown))
    assert [target for target in re.findall(r'href="#([^"]+)"', shown) if target not in ids] == []


@pytest.mark.parametrize("lab", LABS)
def test_the_teacher_is_told_what_each_session_needs_and_what_to_look_at(lab: str) -> None:
    for seance in LABS[lab].manifest.seances:
        assert 1 <= len(seance.needs) <= 3 and 2 <= len(seance.watch) <= 4, seance.id
        assert all(words(one) <= WORDS_OF_A_SENTENCE for one in (*seance.needs, *seance.watch))


@pytest.mark.parametrize("lab", LABS)
def test_the_teachers_cover_is_one_printed_page(lab: str) -> None:
    cover = cover_of("SNO", [Seat(LABS[lab], f"SNO-{number:02}", "entrainement") for number in range(1, 25)])
    assert len(layout(page(cover.title, "", (cover,))).pages) == 1


@pytest.mark.parametrize("lab", LABS)
def test_what_goes_home_is_light_and_holds_data_as_csv(lab: str) -> None:
    printed = lab in list(LABS)[: volume(1, len(LABS))]  # the press takes longer than all the rest
    packed = home_zip(Seat(LABS[lab], CANDIDATE), bytes(32), {}, pdf=printed)
    assert len(packed) < HOME_LIMIT_MB * 1_000_000
    names = zipfile.ZipFile(io.BytesIO(packed)).namelist()
    assert {"LISEZMOI.txt", "enonce.html", "aides.html"} <= set(names) and ("enonce.pdf" in names) == printed
    assert [name for name in names if name.startswith("donnees/") and name.endswith(".csv")]
