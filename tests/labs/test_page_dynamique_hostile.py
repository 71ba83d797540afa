"""Texts that run, or that leave their place in a query: how they are made, and what is told of them."""

from __future__ import annotations

import json
import re
from html import escape
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from refused import failure
from small_site import site

from etabli.exam import Failed
from etabli.exam.contract.check import import_grader
from etabli.exam.tools.draws import Draws
from etabli.exam.tools.page import SitePage
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
injection, outage, queries, scripts = (
    import_grader(GRADER, name) for name in ("injection", "outage", "queries", "scripts")
)


def test_a_text_that_leaves_its_attribute_is_told_by_the_sign_that_ends_it() -> None:
    payload, escaped = "<i onx=import(`/a`)>", "&lt;i onx=import(`/a`)&gt;"
    for value, told, to_do in (
        (f"''&quot;&gt;{escaped}'", "une apostrophe tapée ferme value='…'", 'value="…"'),
        (f'""&gt;{escaped}"', 'un guillemet tapé ferme value="…"', "ENT_QUOTES"),
        (f"'&quot;{escaped}", "value=… n'a pas de guillemets", 'value="…"'),
        (f"&#039;&quot;{escaped}", "value=… n'a pas de guillemets", 'value="…"'),
    ):
        source = f'<p class="x"><input type="search" name=q value={value}>'
        if told.startswith("value") and value.startswith("'"):
            continue  # an attribute between apostrophes, whose apostrophe no text has closed
        shown, said, advice = scripts.left_attribute(source, payload) or ("", "", "")
        assert said.startswith(told) and to_do in advice and shown.startswith("value="), value
    assert scripts.left_attribute(f'<input value="{escaped}">', payload) is None
    assert scripts.left_attribute(f"<p>{escaped}</p>", payload) is None


def test_a_text_that_leaves_a_string_of_a_handler_is_found_whatever_html_says_of_its_quotes() -> None:
    payload = "<i onx=import(`/a`)>"
    name = f"Essai {scripts.breakout(payload)}"
    for sign in "'\"":
        said = escape(f"return confirm({sign}Supprimer {name} ?{sign})")
        assert scripts.in_code(f'<form method="post" onsubmit="{said}">', payload).startswith("onsubmit=")
        said = escape(f"return confirm({json.dumps(name)})")
        assert not scripts.in_code(f'<form method="post" onsubmit="{said}">', payload)
    slashed = name.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"')
    assert not scripts.in_code(f"<a onclick=\"supprimer('{escape(slashed)}')\">", payload)
    assert not scripts.in_code(f'<p title="{escape(name)}" onclick="montrer()">', payload)


def test_a_typed_text_that_the_base_could_not_read_is_known_again_by_what_follows_its_apostrophe() -> None:
    told = "le journal dit : « PDOException: SQLSTATE[42000]: 1064 You have an error in your SQL syntax near '{}' at line 1 »."

    def sent(near: str, typed: str) -> None:
        with queries.typed_as_sql([typed]):
            raise Failed(told.format(near), "La ligne contient ce qui a été tapé.")

    found = failure(lambda: sent("Alizée', prix = ?", "Vase d'Alizée"))
    assert found.observed.endswith("On avait tapé « Vase d'Alizée » : son apostrophe a fermé le texte SQL.")
    assert found.help == queries.APART
    for near, typed in (("WHERE id = ?", "Vase d'Alizée"), ("Alizée", "Vase Alizée")):
        assert failure(lambda: sent(near, typed)).help is None, "another cause is not ours to guess"  # noqa: B023


def test_an_apostrophe_that_is_doubled_is_told_not_to_be_enough() -> None:
    def searched(text: str) -> None:
        with queries.read_as_sql():
            raise Failed(f"Pour la recherche « {text} », le journal dit : « 1064 near '%'' at line 1 ».", "Une page.")

    assert (failure(lambda: searched("x\\' OR 2=2")).help or "").startswith("Une apostrophe seule passe")
    assert failure(lambda: searched("x' OR 2=2")).help == queries.APART


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            "$base->prepare(\"SELECT nom FROM plats WHERE nom LIKE ? ESCAPE '!'\");",
            "ESCAPE « ! » : mettez ce signe devant",
        ),
        (
            "$base->prepare('SELECT nom FROM plats WHERE nom LIKE ? ESCAPE \\'!\\'');",
            "ESCAPE « ! » : mettez ce signe devant",
        ),
        ("$base->prepare('SELECT nom FROM plats WHERE nom LIKE ?');", "Mettez \\ devant ceux du visiteur"),
    ],
)
def test_the_sign_that_escapes_is_that_of_the_learners_own_query(query: str, said: str) -> None:
    files = SimpleNamespace(paths=lambda *_ends: ["index.php"], text=lambda _path: f"<?php {query}")
    assert said in injection._escape_advice(site(files=files))


def test_a_message_below_a_heading_is_quoted_without_it() -> None:
    source = "<h1>Erreur</h1><p>Erreur de la base : SQLSTATE[HY000] [4151] Access denied</p>"
    made = site()
    vars(made.page).update(status=200, source=source)
    found = failure(lambda: outage._expect_outage_told(made, "la page /", "/", ""))
    assert "« Erreur de la base : SQLSTATE" in found.observed


def test_a_text_that_is_escaped_twice_is_not_told_to_escape_once_more() -> None:
    kept: list[str] = []
    shown = site("&lt;b&gt;")
    shown.page.keep_source = lambda: kept.append(shown.page.url)
    found = failure(lambda: scripts.expect_literal(shown, "<b>", "Dans la liste"))
    assert kept == ["/"], "the page whose source is kept"
    assert found.help is not None and "une seule fois" in found.help


def test_what_runs_is_quoted_and_what_is_shown_once_is_the_message() -> None:
    """The second answer has it no more: the page that is kept is the one in which it ran."""
    page = '<main>\n    <p class="annonce">« Lit<svg onload=import(`/c5`)> » est ajouté</p>\n<h1>Lit</h1>'
    for again, told in (("<h1>Lit</h1>", "Dans le message"), (page, "Après l'ajout")):
        made, kept = (
            site(http=SimpleNamespace(get=lambda _at, again=again: SimpleNamespace(readable=again))),
            list[str](),
        )
        vars(made.page).update(
            source=page, executed=lambda _mark: True, payload=lambda _mark: "<svg onload=import(`/c5`)>",
            markup=lambda _mark: "<b title=c5>x</b>", spread=lambda html, _mark: html, keep_source=kept.append,
        )  # fmt: skip
        found = failure(lambda: scripts.expect_inert(made, "x", "Après l'ajout", once="Dans le message"))  # noqa: B023
        assert found.observed == (
            f"{told}, un texte qui contient du HTML est exécuté par le navigateur. La page reçue contient : "
            '« <p class="annonce">« Lit<svg onload=import(`/c5`)> ».'
        )
        assert kept == ["<svg onload=import(`/c5`)"] and (found.help == scripts.IN_MESSAGE) is (again != page)


class _Running(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements += [tag] if "onerror" in dict(attrs) else []


@pytest.mark.parametrize(
    "page",
    [
        '<input value="{}">',
        "<input value='{}'>",
        "<!-- cherché : {} --><p>x</p>",
        '<script type="application/json">["{}"]</script>',
        '<style>p::after {{ content: "{}" }}</style>',
        "<p>{}</p>",
    ],
)
@pytest.mark.parametrize("marker", range(8))
def test_a_stored_script_leaves_each_place_where_a_page_puts_texts(page: str, marker: int) -> None:
    payload = f"<img src=x onerror=import(`/{marker}`)>"
    assert _Running(page.format(scripts.breakout(payload, *scripts.LEAVING))).elements == ["img"]
    assert len({len(way) for ways in scripts.LEAVING for way in ways}) == 1, "none is longer than a narrow column takes"


def test_a_tag_without_an_end_is_ended_by_the_page() -> None:
    """Who protects only what has both signs is told."""
    text = scripts.unclosed("<img src=x onerror=import(`/x`)>")
    assert ">" not in text and _Running(f"<td><a href=/1>Essai {text}</a></td>").elements == ["img"]


@pytest.mark.parametrize("kept", ["\n\t", "\n\f", "\t\f"])
def test_each_white_space_leaves_a_value_without_quotation_marks(kept: str) -> None:
    page = SitePage.__new__(SitePage)
    vars(page).update(_browser=SimpleNamespace(drawn="x"), _markers={})
    for html in (page.payload("nom"), scripts.unclosed(page.payload("nom")), page.markup("nom")):
        text = page.spread(html, "nom")
        assert " " not in text and len(text) <= 60 and "category" not in text, "the narrowest column takes it"
        row = _Read(f"<tr data-nom={escape(re.sub(f'[{kept}]', '·', text))}>").attributes
        assert any(page._drawn("nom") in (value or "") for name, value in row.items() if name != "data-nom")


@pytest.mark.parametrize("nonce", list("0123456789ab"))
def test_a_tag_in_a_description_is_not_broken_by_the_br_of_its_lines(nonce: str) -> None:
    """Right pages write <br> for a line's end: one inside the tag would protect it."""
    page = SitePage.__new__(SitePage)
    vars(page).update(
        _browser=SimpleNamespace(drawn=nonce), _markers={}, open=lambda _at: None, executed=lambda _kind: False
    )
    names = ("markup", "payload", "spread", "_drawn", "open", "executed")
    page = SimpleNamespace(**{name: getattr(page, name) for name in names}, source="")
    stored = dict[str, str]()
    shop = site(
        page=page, shuffled=lambda purpose, some: Draws(nonce).of(purpose).shuffled(some),
        stock=SimpleNamespace(change=lambda _item, **values: stored.update(values), rename=lambda *_asked: None),
    )  # fmt: skip
    injection._expect_ordinary_inert(shop, SimpleNamespace(category_id=1, place_id=1), [])
    shown = _Read(f"<p>{stored['description'].replace(chr(10), '<br />' + chr(10))}</p>").attributes
    assert page._drawn("description") == shown.get("id")


class _Read(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.attributes: dict[str, str | None] = {}
        self.feed(page)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes |= dict(attrs)
