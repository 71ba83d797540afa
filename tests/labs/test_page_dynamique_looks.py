"""Pages as some of their visitors see them: links that were followed, a dark theme, a phone, and very long words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from refused import failure
from small_site import site

from etabli.exam import Failed
from etabli.exam.contract.check import import_grader
from etabli.exam.contract.values import Contrast, Violation
from etabli.exam.tools.draws import Draws
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
kinds, long_words, looks, phone, quality = (
    import_grader(GRADER, name) for name in ("kinds", "long_words", "looks", "phone", "quality")
)
NONCES = tuple(map(str, range(40)))


def _pale(text: str, ground: str) -> Violation:
    return Violation(
        "color-contrast", "serious", "Contraste", ("3.2",), ("<a>",), 1, (Contrast(text, ground, 1.0, 4.5),)
    )


def _shop(
    monkeypatch: pytest.MonkeyPatch, light: Sequence[Violation], visited: Sequence[Violation], dark: Sequence[Violation]
) -> Any:
    """A site of one page: what axe finds there by each way of looking; none where a style says nothing of it."""
    made = site(files=SimpleNamespace(paths=lambda *_ends: [], text=str), asked=[])
    state = {"dark": False, "visited": False}

    def opened(_address: str) -> None:
        state["visited"] = False

    def axe(**how: Any) -> Sequence[Violation]:
        made.asked.append(how.get("rules"))
        return visited if state["visited"] else dark if state["dark"] else light

    def visit_links() -> bool:
        state["visited"] = bool(visited) and not state["dark"]
        return state["visited"]

    made.page.open, made.page.axe, made.page.visit_links = opened, axe, visit_links
    made.page.themed = lambda: bool(dark)
    made.page.theme = lambda *, dark: state.update(dark=dark)
    made.memo, made.state = {"further": "{}", "other-lists": "{}"}, state
    monkeypatch.setattr(quality, "main_pages", lambda *_asked: {"la page /": "/", "la page de « A »": "/a"})
    return made


def test_followed_links_and_a_dark_theme_are_looked_at_where_styles_have_them(monkeypatch: pytest.MonkeyPatch) -> None:
    both = "la page / et la page de « A »"
    shop = _shop(monkeypatch, [], [_pale("#ffffff", "#ffffff")], [])
    found = failure(lambda: quality.expect_accessible(shop))
    assert found.observed.startswith(f"1 défaut :\n- Sur {both}, une fois les liens déjà visités, « Contraste »")
    assert "« :visited »" in (found.help or "") and shop.state == {"dark": False, "visited": True}, (
        "its picture shows it"
    )
    shop = _shop(monkeypatch, [], [], [_pale("#222222", "#111111")])
    found = failure(lambda: quality.expect_accessible(shop))
    assert found.observed.startswith(f"1 défaut :\n- Sur {both}, dans un thème sombre, « Contraste »")
    assert "« prefers-color-scheme »" in (found.help or "") and shop.state["dark"]
    shop = _shop(monkeypatch, [], [], [])
    quality.expect_accessible(shop)
    assert shop.asked == [None, None], "who has no such style pays nothing"


def test_what_is_pale_anyhow_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    pale = [_pale("#cccccc", "#ffffff")]
    found = failure(lambda: quality.expect_accessible(_shop(monkeypatch, pale, pale, pale)))
    assert found.observed.startswith("1 défaut :\n- Sur la page / et la page de « A », « Contraste »")


def _home(fields: int = 2, links: Sequence[str] = (), **more: Any) -> Any:
    offered = {
        "pages": "« 2 »",
        "search": "le champ « Chercher »",
        "filter": "",
        "add": "le lien d'ajout",
        "items": "les liens",
    }
    seen = phone.Seen(list(links), ["Chercher"] * fields)
    return phone.Home(**{**offered, "names": 10} | more, seen=seen, leading={"pages": ["/?page=2"]})


@pytest.mark.parametrize(
    ("narrow", "opened", "lost"),
    [
        ({}, {}, {}),
        ({"pages": ""}, {"pages": ""}, {"pages": "« 2 »"}),
        ({"pages": ""}, {}, {}),
        ({"pages": "", "fields": 3}, {"pages": ""}, {}),
        ({"pages": "", "links": ["/?page=2"]}, {"pages": ""}, {}),
        ({"pages": "", "names": 20}, {"pages": ""}, {}),
        ({"search": "", "add": ""}, {"search": ""}, {"search": "le champ « Chercher »"}),
    ],
)  # fmt: skip
def test_what_a_phone_hides_for_good_is_lost(
    monkeypatch: pytest.MonkeyPatch, narrow: dict[str, Any], opened: dict[str, Any], lost: dict[str, str]
) -> None:
    """What a button opens is there; and so are pages for which a phone has a field, or that come by scrolling."""
    done = list[str]()
    page = SimpleNamespace(
        stay=lambda *_where: None, script=lambda *_asked, **_how: [0, 3], click=lambda *_what: done.append("pressed"), open=done.append,
        settle=lambda: None, width=lambda width: done.append(str(width)),
    )  # fmt: skip
    shop: Any = SimpleNamespace(page=page, memo={}, acts=lambda: None)
    monkeypatch.setattr(phone, "look", lambda _site: _home(**narrow))
    monkeypatch.setattr(phone, "_look_here", lambda _site: _home(**(opened if "pressed" in done else narrow)))
    assert phone.hidden(shop, _home()) == lost
    assert json.loads(shop.memo["hidden-on-phones"]) == lost and done[0] == "360"
    done.clear()
    assert phone.hidden(shop) == lost and done == [], "it is looked for once"
    if "pages" in lost:
        phone.expect_all_there(shop, _home())
        found = failure(lambda: phone.expect_pages(shop))
        assert (
            found.observed
            == "Sur un écran de 360 px, la page / n'a plus de lien vers les autres pages : « 2 » n'y est pas."
        )
    elif lost:
        phone.expect_pages(shop)
        found = failure(lambda: phone.expect_all_there(shop, _home()))
        assert found.observed == "Sur un écran de 360 px, la page / ne montre plus le champ « Chercher »."


def test_very_long_words_fit_their_columns_and_no_screen() -> None:
    for nonce in NONCES:
        put = dict[str, str]()
        stock = SimpleNamespace(
            change=lambda _item, put=put, **values: put.update(values),
            rename=lambda kind, _number, label, put=put: put.update({kind: label}),
        )
        shop: Any = SimpleNamespace(draws=Draws(nonce), drawn=SimpleNamespace(description="Un texte."), stock=stock)
        item = SimpleNamespace(
            name="Accordéon avec son pupitre", description=None, category="Cat", place="Lieu", category_id=1, place_id=2
        )
        row = long_words.Lengthened(shop, item, "/fiche.php?id=3")
        row.put(labels=True)
        longest = {kind: max(map(len, text.replace("/", " ").split())) for kind, text in put.items()}
        assert min(longest.values()) >= 48 and min(longest["name"], longest["description"]) >= 56
        assert len(put["name"]) <= 120 and max(len(put["category"]), len(put["place"])) <= 60
        row.put(labels=False)
        assert (put["category"], put["place"]) == ("Cat", "Lieu"), "a list of choices shows them whole"
        row.take_back()
        assert put == {"name": item.name, "description": None, "category": "Cat", "place": "Lieu"}


@pytest.mark.parametrize("alone", [True, False])
def test_long_words_are_blamed_for_what_is_wide_by_them_alone(monkeypatch: pytest.MonkeyPatch, *, alone: bool) -> None:
    done = list[str]()
    row = SimpleNamespace(put=lambda *, labels: done.append(f"put {labels}"), take_back=lambda: done.append("back"))
    shop: Any = SimpleNamespace(page=SimpleNamespace(reload=lambda: done.append("shown")))

    def within(*_asked: object) -> None:
        if done[-1] != "back" or not alone:
            raise Failed(observed="Sur un écran de 360 px, la page / mesure 700 px de large.", expected="")

    monkeypatch.setattr(quality, "_expect_within", within)
    found = failure(lambda: quality._expect_long_within(shop, 360, {"la page /": "/"}, [row], labels=True))
    if alone:
        assert found.observed.startswith("Avec un mot très long dans les textes : sur un écran de 360 px")
        assert done == ["put True", "back", "put True", "shown"] and found.help == long_words.ADVICE
    else:
        assert found.observed.startswith("Sur un écran") and done == ["put True", "back"]
