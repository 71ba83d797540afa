"""What a candidate of page-dynamique receives: sheets that say all that is graded, and a starter that opens."""

from __future__ import annotations

import ast
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from helpers import volume
from seats import brief, sujet

from etabli.exam.contract.check import import_grader
from etabli.exam.contract.outcome import Palier
from etabli.exam.contract.words import fold
from etabli.lab.aides import aides_of
from etabli.lab.demands import demands_of
from etabli.lab.manifest import load_lab
from etabli.lab.sheets import REFERENCE
from etabli.lab.sujet import Sujet
from etabli.lab.surroundings import Surroundings
from etabli.lab.templating import render_tree
from etabli.system.settings import repository

variant = import_grader(repository() / "graders" / "page-dynamique", "variant")
lab = load_lab("page-dynamique")


@cache
def given(number: int = 0, surroundings: Surroundings = Surroundings.PAPER) -> Sujet:
    return sujet("page-dynamique", bytes([number]) * 32, surroundings)


@pytest.fixture(params=range(volume(5, 50)), ids="graine-{}".format)
def number(request: pytest.FixtureRequest) -> int:
    return request.param


def context(number: int = 0) -> dict[str, Any]:
    return given(number).context


def sheet(name: str, number: int = 0, surroundings: Surroundings = Surroundings.PAPER) -> str:
    """A session's sheet by the name of its file, or the reference."""
    places = {seance.id: place for place, seance in enumerate(lab.manifest.seances)} | {REFERENCE: -1}
    return given(number, surroundings).sheets[places[name]].text


# -- the sheets


def test_the_first_sheet_says_at_once_that_other_rows_are_used(number: int) -> None:
    before_the_first_action = sheet("liste", number).split("## À faire")[0]
    assert "d'autres lignes" in before_the_first_action
    assert f"d'autres {context(number)['words']['items']}" in before_the_first_action


def test_each_sheet_says_the_words_and_rules_of_its_session(number: int) -> None:
    data = context(number)
    words = data["words"]
    imposed = {
        "liste": [*words["columns"].values(), words["empty"]],
        "fiche": [words["filter"], words["empty"]],
        "recherche": [words["search"]],
        "ajout": [*words["fields"].values()],
        "tenir": [f"{data['rules']['page_size']} lignes par page"],
    }
    for name, said in imposed.items():
        assert [word for word in said if f"**{word}**" not in sheet(name, number)] == [], name
    shown_in_a_page = [words["columns"]["price"], words["columns"]["date"], words["fields"]["description"]]
    assert [word for word in shown_in_a_page if f"« {word} »" not in sheet("fiche", number)] == []
    assert [noun for noun in (words["the_category"], words["the_place"]) if noun not in sheet("fiche", number)] == []


def test_the_sheets_say_every_fact(number: int) -> None:
    data = context(number)
    facts = data["organisation"]
    said = [facts[key] for key in ("name", "street", "postcode", "city", "phone", "director")]
    said += [facts["host"][key] for key in ("name", "street", "postcode", "city", "phone")]
    assert [fact for fact in said if fact not in sheet("recherche", number)] == []
    data_words = [
        *data["tables"].values(),
        *(name for columns in data["columns"].values() for name in columns.values()),
    ]
    assert [name for name in data_words if f"`{name}`" not in sheet(REFERENCE, number)] == []
    assert f"`{data['setting']}`" in sheet("liste", number)


def test_the_first_sheet_says_where_each_column_is_in_the_database(number: int) -> None:
    data = context(number)
    tables, columns = data["tables"], data["columns"]
    places = [("item", kind) for kind in ("name", "price", "date", "category", "place")]
    places += [(kind, column) for kind in ("category", "place") for column in ("id", "name")]
    said = [f"`{tables[table]}`.`{columns[table][kind]}`".replace("`.`", ".") for table, kind in places]
    assert [name for name in said if name not in sheet("liste", number)] == []


ORDERS = {
    ("date", "desc"): "la date la plus récente en premier",
    ("date", "asc"): "la date la plus ancienne en premier",
    ("price", "desc"): "le montant le plus élevé en premier (les lignes sans montant viennent à la fin)",
}


def test_the_first_sheet_says_the_order(number: int) -> None:
    data, text = context(number), sheet("liste", number)
    first, columns = tuple(data["rules"]["order"][0]), data["words"]["columns"]
    assert f"d'abord par « {columns[first[0]]} », {ORDERS[first]}." in text
    assert f"À égalité, par « {columns['name']} », de A à Z." in text


def test_the_first_sheet_says_both_ways_to_work() -> None:
    start = sheet("liste").split("## À faire")[1]
    ways = ("Avec Établi", "Avec XAMPP", "phpMyAdmin")
    assert sorted(map(start.index, ways)) == list(map(start.index, ways))
    assert "`etabli check" in start and "`etabli submit`" in sheet(REFERENCE)


def test_in_a_workspace_the_sheets_speak_of_the_workspace() -> None:
    for one in given(surroundings=Surroundings.COMMANDS).sheets[:-1]:
        assert "XAMPP" not in one.text and "phpMyAdmin" not in one.text
        assert "`etabli start`" in one.text and "`etabli check" in one.text
    assert "`rendu/`" in sheet("liste", surroundings=Surroundings.COMMANDS)
    assert "`etabli submit`" in sheet("tenir", surroundings=Surroundings.COMMANDS)


def test_the_sheet_of_the_form_says_what_it_is_tried_with() -> None:
    form = sheet("ajout")
    assert [
        word for word in ("nom vide", "négatif", "en lettres", "impossible", "120 caractères") if word not in form
    ] == []
    assert "<fieldset>" in sheet(REFERENCE) and "<legend>" in sheet(REFERENCE)


def test_the_sheets_are_french(number: int) -> None:
    text, words = brief(given(number)), context(number)["words"]
    vowels = [words[key] for key in ("item", "items", "category", "place") if words[key][0] in "aeiouéèê"]
    for noun in vowels:
        assert not re.search(rf"\b(de|le|la|ce) {noun}\b", text), noun
    assert not re.search(r"\bde (le|les) \w", re.sub(r"`[^`]*`", "code", text))


def test_sessions_cover_the_paliers() -> None:
    manifest = lab.manifest
    assert sum(text.hours for text in manifest.paliers.values()) == 2 * len(manifest.seances)
    assert manifest.paliers[Palier.ESSENTIEL].hours <= 4


# -- what is looked at is asked for, and what is asked for is looked at

PALIERS = {spec.id: spec.palier for spec in lab.checks().specs}


def test_each_sheet_says_how_much_of_its_palier_is_then_shown() -> None:
    done: set[str] = set()
    demands = demands_of(lab, given().sheets).values()
    for place, seance in enumerate(lab.manifest.seances, 1):
        asked = {check for one in demands if one.seance == f"seance-{place}" for check in one.checks}
        done |= asked
        [(palier, shown, of)] = re.findall(r"--palier (\w+)`[^«]*« (\d+) sur (\d+) réussis »", sheet(seance.id))
        whole = {check for check, its in PALIERS.items() if its == Palier(palier)}
        assert asked & whole and (int(shown), int(of)) == (len(done & whole), len(whole)), seance.id


# -- the starter


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    render_tree(lab.folder / "starter", tmp_path, context())
    return tmp_path


@pytest.mark.parametrize("config", ["php/config.php", "flask/config.py"])
def test_the_starter_reads_its_configuration_and_falls_back_to_xampp(starter: Path, config: str) -> None:
    text = (starter / config).read_text("utf-8")
    for name in ("DB_HOST", "DB_PORT", "DB_NAME", "DB_USER", "DB_PASSWORD"):
        assert len(re.findall(rf"\b(?:getenv|get)\(['\"]{name}['\"]", text)) == 1
    for usual in ("localhost", "3306", context()["setting"], "root"):
        assert re.search(rf"['\"]{usual}['\"]", text)


@pytest.mark.parametrize("number", range(volume(2, 12)))
def test_the_starter_is_python_and_html_for_everybody(tmp_path: Path, number: int) -> None:
    render_tree(lab.folder / "starter", tmp_path, context(number))
    for path in tmp_path.rglob("*.py"):
        ast.parse(path.read_text("utf-8"))
    page = _Page()
    page.feed((tmp_path / "php" / "index.php").read_text("utf-8"))
    assert page.lang == "fr" and page.tags.count("h1") == 1 and page.tags.count("title") == 1


def test_the_starter_shows_no_item(starter: Path) -> None:
    sources = "".join(path.read_text("utf-8") for path in starter.rglob("*") if path.is_file())
    queries = sorted(re.findall(r"SELECT .+? FROM", sources))
    assert queries == ["SELECT COUNT(*) AS nombre FROM", "SELECT COUNT(*) FROM"]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.lang: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "html":
            self.lang = dict(attrs)["lang"]


# -- aides


def words_of_the_settings() -> set[str]:
    words = set()
    for setting in variant.SETTINGS:
        nouns = [*setting.items, *setting.categories, *setting.places]
        words |= {noun.table for noun in nouns} | {fold(noun.plural) for noun in nouns}
        words |= {fold(organisation) for organisation in setting.organisations}
    return words


def test_no_aide_speaks_of_a_setting() -> None:
    columns = {word.column for setting in variant.SETTINGS for word in (*setting.prices, *setting.dates)}
    for check, aides in aides_of(lab).items():
        raw = " ".join((aides.question, aides.piste, aides.exemple))
        assert {word for word in words_of_the_settings() if f" {word} " in f" {fold(raw)} "} == set(), check
        assert {column for column in columns if "_" in column and column in raw} == set(), check
