"""What a candidate of page-dynamique receives: a brief that says all that is graded, and a starter that opens."""

from __future__ import annotations

import ast
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from etabli.exam.contract.check import import_grader
from etabli.exam.contract.outcome import Palier
from etabli.exam.contract.plain import plain
from etabli.exam.contract.words import fold
from etabli.lab.aides import aides_of
from etabli.lab.manifest import load_lab
from etabli.lab.templating import render_text, render_tree
from etabli.system.settings import repository

variant = import_grader(repository() / "graders" / "page-dynamique", "variant")
lab = load_lab("page-dynamique")
SEEDS = [f"graine-{number}".encode() for number in range(50)]


@cache
def context(seed: bytes) -> dict[str, Any]:
    return plain(variant.make(seed, seed)) | {"candidate": "a.martin", "session": "entrainement", "lab": lab.manifest}


@cache
def brief(seed: bytes) -> str:
    return render_text((lab.folder / "enonce.md").read_text("utf-8"), context(seed))


@pytest.fixture(params=SEEDS, ids=bytes.decode)
def seed(request: pytest.FixtureRequest) -> bytes:
    return request.param


def section(text: str, title: str) -> str:
    return text.split(f"{title}", 1)[1].split("\n## ", 1)[0]


# -- the brief


def test_the_first_page_says_that_other_rows_are_used(seed: bytes) -> None:
    first_page = " ".join(brief(seed).split()[:120])
    assert "d'autres lignes" in first_page
    assert f"d'autres {context(seed)['words']['items']}" in first_page


def test_the_brief_says_every_word_rule_and_fact(seed: bytes) -> None:
    data, text = context(seed), brief(seed)
    words, facts = data["words"], data["organisation"]
    imposed = [*words["columns"].values(), *words["fields"].values(), words["search"], words["filter"], words["empty"]]
    assert not [word for word in imposed if f"**{word}**" not in text and f"« {word} »" not in text]
    host = facts["host"]
    said = [facts[key] for key in ("name", "street", "postcode", "city", "phone", "director")]
    said += [host[key] for key in ("name", "street", "postcode", "city", "phone")]
    said += [f"`{name}`" for name in data["tables"].values()]
    said += [f"`{name}`" for columns in data["columns"].values() for name in columns.values()]
    said += [f"**{data['rules']['page_size']} lignes par page**", f"`{data['setting']}`"]
    assert not [fact for fact in said if fact not in text]


ORDERS = {
    ("date", "desc"): "la date la plus récente en premier",
    ("date", "asc"): "la date la plus ancienne en premier",
    ("price", "desc"): "le montant le plus élevé en premier (les lignes sans montant viennent à la fin)",
}


def test_the_brief_says_the_order(seed: bytes) -> None:
    data = context(seed)
    first, columns = tuple(data["rules"]["order"][0]), data["words"]["columns"]
    assert f"d'abord par « {columns[first[0]]} », {ORDERS[first]}." in brief(seed)
    assert f"À égalité, par « {columns['name']} », de A à Z." in brief(seed)


def test_the_brief_says_both_ways_to_work() -> None:
    start = section(brief(SEEDS[0]), "### Comment démarrer")
    ways = ("Avec l'espace de travail d'Établi", "Sans Établi (XAMPP)", "phpMyAdmin")
    assert "`etabli check`" in start and "`etabli submit`" in start
    assert sorted(map(start.index, ways)) == list(map(start.index, ways))


def test_in_a_workspace_the_brief_speaks_of_the_workspace(seed: bytes) -> None:
    text = render_text((lab.folder / "enonce.md").read_text("utf-8"), context(seed) | {"workspace": True})
    start = section(text, "### Comment démarrer")
    assert "XAMPP" not in start and "`rendu/`" in start and "`etabli check`" in start and "`etabli submit`" in start


def test_the_brief_says_what_the_form_is_tried_with() -> None:
    form = section(brief(SEEDS[0]), "### Le formulaire d'ajout")
    for word in ("obligatoire vide", "négatif", "en lettres", "impossible", "trop long", "<fieldset>", "<legend>"):
        assert word in form


def test_the_brief_is_french(seed: bytes) -> None:
    text, words = brief(seed), context(seed)["words"]
    vowels = [words[key] for key in ("item", "items", "category", "place") if words[key][0] in "aeiouéèê"]
    for noun in vowels:
        assert not re.search(rf"\b(de|le|la|ce) {noun}\b", text), noun
    assert not re.search(r"\bde (le|les) \w", re.sub(r"`[^`]*`", "code", text))


def test_sessions_cover_the_paliers() -> None:
    manifest = lab.manifest
    assert sum(text.hours for text in manifest.paliers.values()) == 2 * len(manifest.sessions)
    assert manifest.paliers[Palier.ESSENTIEL].hours <= 4


# -- the starter


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    render_tree(lab.folder / "starter", tmp_path, context(SEEDS[0]))
    return tmp_path


@pytest.mark.parametrize("config", ["php/config.php", "flask/config.py"])
def test_the_starter_reads_its_configuration_and_falls_back_to_xampp(starter: Path, config: str) -> None:
    text = (starter / config).read_text("utf-8")
    for name in ("DB_HOST", "DB_PORT", "DB_NAME", "DB_USER", "DB_PASSWORD"):
        assert len(re.findall(rf"\b(?:getenv|get)\(['\"]{name}['\"]", text)) == 1
    for usual in ("localhost", "3306", context(SEEDS[0])["setting"], "root"):
        assert re.search(rf"['\"]{usual}['\"]", text)


@pytest.mark.parametrize("seed", SEEDS[:12], ids=bytes.decode)
def test_the_starter_is_python_and_html_for_everybody(tmp_path: Path, seed: bytes) -> None:
    render_tree(lab.folder / "starter", tmp_path, context(seed))
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
