"""What every lab keeps, whatever it is about: its grid, its brief, its data, its aides. A new lab has no line here."""

from __future__ import annotations

import json
import re
import textwrap
from collections import Counter
from functools import cache
from pathlib import Path

import jinja2
import pytest
from seats import (
    CANDIDATE,
    HOUSE,
    LABS,
    brief,
    data_of,
    fences,
    graded,
    hidden,
    plain,
    secrets_of,
    strings_of,
    sujet,
    texts_of,
    values,
)

import etabli
from etabli.exam.contract.blot import Blot
from etabli.exam.contract.outcome import Palier
from etabli.exam.contract.words import fold
from etabli.exam.runner.order import plan
from etabli.lab.aides import Aides, aides_of
from etabli.lab.manifest import Lab
from etabli.lab.sujet import Sujet
from etabli.lab.surroundings import Surroundings
from etabli.referentiel.kept import competences, in_force

SEATS = [(lab, number) for lab in LABS for number in range(len(secrets_of(lab)))]
AMOUNT = re.compile(r"-?\d[\d ]*[.,]\d\d\b")
AIDES = [(lab, check) for lab in LABS for check in aides_of(LABS[lab])]


@pytest.fixture(params=LABS)
def lab(request: pytest.FixtureRequest) -> Lab:
    return LABS[request.param]


@pytest.fixture(params=SEATS, ids=lambda seat: f"{seat[0]}-{seat[1]}")
def given(request: pytest.FixtureRequest) -> Sujet:
    lab, number = request.param
    return sujet(lab, secrets_of(lab)[number])


@pytest.fixture(params=AIDES, ids="-".join)
def aides(request: pytest.FixtureRequest) -> Aides:
    lab, check = request.param
    return aides_of(LABS[lab])[check]


def everybody(lab: Lab) -> list[Sujet]:
    return [sujet(lab.id, secret) for secret in secrets_of(lab.id)]


def within_a_tenth(lengths: list[int]) -> bool:
    return max(lengths) <= min(lengths) * 1.1


# -- the grid


def test_no_check_waits_for_itself(lab: Lab) -> None:
    assert sorted(plan(lab.checks().specs)) == sorted(spec.id for spec in lab.checks().specs)


def test_every_check_has_a_short_title_and_helps_in_a_sentence(lab: Lab) -> None:
    for spec in lab.checks().specs:
        assert spec.help.endswith((".", "?")), spec.id
        assert spec.title.endswith(".") and len(spec.title) <= 90, spec.id


def test_checks_assess_the_competences_of_the_manifest(lab: Lab) -> None:
    specs = lab.checks().specs
    assert {code for spec in specs for code in spec.competences} == set(lab.manifest.competences)
    assert lab.manifest.competences and set(lab.manifest.competences) <= set(competences())


def test_sentences_count_in_french(lab: Lab) -> None:
    wrong = re.compile(r"\w\(e?s\)|\b(?:de|à) les? ")
    assert {name: found[0] for name, text in strings_of(lab.id).items() if (found := wrong.search(text))} == {}


def test_all_that_is_looked_at_shows_a_criterion_of_each_of_its_competences(lab: Lab) -> None:
    """Or is said to be outside of any: ``course/referentiel.yaml`` maps a new check, or a new ``humain:``."""
    if lab.id not in HOUSE:
        return
    told = in_force().referentiel
    looked = {spec.id: spec.competences for spec in lab.checks().specs}
    looked |= {criterion.id: criterion.competences for criterion in lab.manifest.humain}
    mapped = {
        name: {told.competence_of[criterion.id] for criterion in told.criteria_of(lab.id, name)} for name in looked
    }
    assert mapped == {name: set(codes) for name, codes in looked.items()}
    assert [name for name, codes in looked.items() if not codes] == list(told.hors_competence.get(lab.id, ()))


# -- the brief


def test_reading_length_is_equal_within_a_tenth(lab: Lab) -> None:
    assert within_a_tenth([len(brief(one).split()) for one in everybody(lab)])


@pytest.mark.parametrize("palier", list(Palier))
def test_the_brief_announces_every_check_by_its_title_in_order_with_its_points(lab: Lab, palier: Palier) -> None:
    if palier not in lab.manifest.paliers:
        assert palier not in {spec.palier for spec in lab.checks().specs}
        return
    text = brief(sujet(lab.id))
    part = text.split(f"Palier {palier.value.capitalize()} :", 1)[1].split("\n## ", 1)[0]
    announced = [(title, int(points)) for title, points in re.findall(r"^\| ([^|]+) \| (\d+) \|$", part, re.MULTILINE)]
    specs = [spec for spec in lab.checks().specs if spec.palier == palier]
    mark = " ⊘" * ("⊘" in text)
    assert announced == [(spec.title + mark * spec.decisive, spec.points) for spec in specs]
    assert f", {sum(spec.points for spec in specs)} points)" in part.splitlines()[0]


def test_the_brief_gives_the_names_and_limits_of_the_manifest(lab: Lab) -> None:
    text, limits = brief(sujet(lab.id)), lab.manifest.submission
    names = [name for asked in lab.manifest.asked for name in asked.names]
    names += [runtime.entries[0] for runtime in lab.manifest.runtimes]
    assert names and [name for name in names if f"`{name}`" not in text] == []
    assert f"{limits.files:,} fichiers et {limits.size_mb} Mo".replace(",", " ") in text


def test_the_brief_says_how_to_start(lab: Lab) -> None:
    start = f"`etabli start {lab.id} --candidat {CANDIDATE}"
    assert f"{start}`" in brief(sujet(lab.id, surroundings=Surroundings.PAPER))
    assert f"{start} --session ccf-2027`" in brief(sujet(lab.id, surroundings=Surroundings.PAPER, session="ccf-2027"))


def test_the_brief_quotes_the_referentiel_to_the_letter(lab: Lab) -> None:
    text = brief(sujet(lab.id))
    for code in lab.manifest.competences:
        assert f"{code}, *{competences()[code].text}*" in text


def test_sessions_last_two_hours_at_most_and_show_a_result(lab: Lab) -> None:
    manifest = lab.manifest
    assert sum(palier.hours for palier in manifest.paliers.values()) <= 2 * len(manifest.seances)
    assert all(seance.title and seance.result for seance in manifest.seances)


def test_the_brief_is_clean_and_one_page(given: Sujet) -> None:
    text, page = brief(given), given.texts["enonce.html"]
    assert not re.search(r"None|built-in|\w  \w| ,|\.\.", re.sub(r"`[^`]*`", "code", text))
    assert page.count("<h1>") == 1 and "<table>" in page and "|---" not in page


# -- what is given


def test_no_template_is_left_unrendered(given: Sujet) -> None:
    for name, text in texts_of(given).items():
        assert not re.search(r"@\{|@%|%@|\}@|Undefined|TODO", text), name


def test_a_starter_is_work_only_where_an_application_can_be_served(lab: Lab) -> None:
    needs = lab.manifest.workspace
    for way, folder in needs.starters.items() if needs else ():
        root = lab.folder / "starter" / folder
        paths = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
        entry = lab.entry(paths)
        assert paths and (entry.runtime.id == way if entry else not lab.recognises(paths)), way


def test_as_much_is_given_to_everybody(lab: Lab) -> None:
    """Of files in a folder of their own, such as messages in another order for each, all of them together."""
    sizes = [Counter[str]() for _one in everybody(lab)]
    for size, one in zip(sizes, everybody(lab), strict=True):
        for name, text in data_of(one).items():
            size[name.rpartition("/")[0] or name] += text.count("\n")
    assert all(within_a_tenth([size[name] for size in sizes]) for name in sizes[0])


def test_the_same_seed_gives_the_same_and_another_one_gives_other_data(lab: Lab) -> None:
    one, other = everybody(lab)[:2]
    again = sujet.__wrapped__(lab.id)
    assert again.variant.data == one.variant.data
    assert (again.texts, again.files, again.documents) == (one.texts, one.files, one.documents)
    for make in (lambda given: given.variant.data, lambda given: hidden(given.variant), data_of):
        assert make(one) != make(other) or make(one) == {}


def test_a_variant_is_json(given: Sujet) -> None:
    assert json.loads(json.dumps(given.variant.data)) == given.variant.data


def test_the_sujet_is_the_same_whatever_the_work_is_graded_on(lab: Lab) -> None:
    rows, atelier = graded(lab.id), sujet(lab.id).variant
    assert rows.sujet() == atelier.sujet()
    drawn = "draws: Draws" in (lab.grader / "checks.py").read_text("utf-8")
    assert rows.data != atelier.data or drawn or lab.id not in HOUSE, (
        "nothing is hidden: neither rows of another purpose nor what an exam draws"
    )


@cache
def shared(lab: str) -> frozenset[str]:
    """What the generator gives to everybody: no answer is in it."""
    return frozenset.intersection(*(frozenset(values(one.variant.data)) for one in everybody(LABS[lab])))


def test_nothing_to_read_holds_the_truth(given: Sujet) -> None:
    told = json.dumps(given.variant.sujet(), ensure_ascii=False)
    truth = {value for value in values(hidden(given.variant)) if len(value) > 5 and value not in told}
    truth -= shared(given.seat.lab.id)
    amounts = {value for value in truth if AMOUNT.fullmatch(value)}
    assert not set(given.variant.sujet()) & set(hidden(given.variant)) and truth
    assert len(truth - amounts) > 100 or given.seat.lab.id not in HOUSE
    for name, text in texts_of(given).items():
        assert set(AMOUNT.findall(plain(text))) & amounts == set(), name
        assert [value for value in truth - amounts if value in plain(text)] == [], name


def test_nothing_given_holds_what_work_is_graded_on(lab: Lab) -> None:
    given = sujet(lab.id)
    tried = set(values(hidden(graded(lab.id)))) - set(values(given.variant.data))
    tried = {value for value in tried if len(value) > 5 and not value.replace(".", "").isdigit()}
    for name, text in (texts_of(given) | data_of(given)).items():
        assert [value for value in tried if value in text] == [], name


def test_nothing_to_read_shows_a_secret(given: Sujet) -> None:
    blot = Blot(given.variant.secrets())
    assert {name: found for name, text in texts_of(given).items() if (found := blot.found(text))} == {}


# -- aides


def test_every_check_has_its_three_aides_in_the_labs_order(lab: Lab) -> None:
    assert list(aides_of(lab)) == [spec.id for spec in lab.checks().specs]


def test_a_gesture_is_two_to_four_words_that_a_teacher_says(aides: Aides) -> None:
    assert re.match(r"[A-ZÉ]\w*(?:ez|aites|ites)\b", aides.geste), "an order, to « vous »"
    assert 2 <= len(aides.geste.split()) <= 4 and len(aides.geste) <= 36 and not aides.geste.endswith(".")


BY_TOOLS = {
    "contraste": "axe-core, in French",
    "plus : <t": "the browser names the element that sticks out",
    "#DIV/0!": "LibreOffice shows it",
}
"""Words of what is observed that no source of ours holds: who says them."""


def test_a_gesture_for_one_failure_follows_words_that_a_check_says(lab: Lab) -> None:
    """Whoever changes a sentence of a check sees here that a gesture no longer follows it."""
    folders = (lab.grader, Path(etabli.__file__).parent)
    sources = [path.read_text("utf-8") for folder in folders for path in sorted(folder.rglob("*.py"))]
    asked = {words: check for check, aides in aides_of(lab).items() for words in aides.selon}
    assert {
        words: check for words, check in asked.items() if words not in "".join(sources) and words not in BY_TOOLS
    } == {}


def test_a_gesture_for_one_failure_is_said_as_quickly(aides: Aides) -> None:
    for words, said in aides.selon.items():
        assert re.match(r"[A-ZÉ]\w*(?:ez|aites|ites)\b", said), words
        assert 2 <= len(said.split()) <= 6 and len(said) <= 36 and not said.endswith("."), said
        assert said != aides.geste and aides.geste_for(f"… {words} …") == said, words
    assert aides.geste_for(None) == aides.geste_for("Autre chose.") == aides.geste


def test_an_aide_asks_then_points_then_shows(aides: Aides) -> None:
    assert "?" in aides.question and "```" not in aides.question
    assert aides.question.count("?") <= 3 and len(aides.question) < 260
    assert 80 < len(aides.piste) < 640
    assert fences(aides.exemple), "an example shows something"
    assert aides.exemple.count("```") == 2 * len(fences(aides.exemple))
    for text in (aides.question, aides.piste, aides.exemple):
        assert text.strip() and not re.search(r"@\{|@%|\}@|TODO|XXX", text)
        assert not re.search(r"\b(?:tu|ton|tes|toi)\b", text)


def test_examples_are_correct_code(aides: Aides) -> None:
    for language, code in fences(aides.exemple):
        assert language in {"php", "python", "sql", "html", "jinja", "css", "apache", "text"}
        if language == "python":
            bare = re.search(r"^ *return\b", code, re.MULTILINE) and "def " not in code
            compile("def page():\n" + textwrap.indent(code, "    ") if bare else code, "exemple", "exec")
        if language == "jinja":
            jinja2.Environment().parse(code)


@cache
def proper_names(lab: str) -> frozenset[str]:
    """Names of several words that some candidates have and others do not."""
    own = {value for one in everybody(LABS[lab]) for value in values(one.variant.data)} - shared(lab)
    return frozenset(fold(value) for value in own if re.search(r"\w[- ]+\w", value) and value != value.lower())


def test_no_aide_speaks_of_a_candidates_own_data(lab: Lab) -> None:
    for check, aides in aides_of(lab).items():
        text = f" {fold(' '.join((aides.geste, *aides.selon.values(), aides.question, aides.piste, aides.exemple)))} "
        assert [name for name in proper_names(lab.id) if f" {name} " in text] == [], check
