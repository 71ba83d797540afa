"""Forms that another site sends: with which token they come, and what is told when they are accepted."""

from __future__ import annotations

import re
from dataclasses import replace
from string import ascii_letters, digits
from types import SimpleNamespace
from typing import Any

import pytest
from bodies import fields as fields_of
from refused import failure
from small_site import field, site

from etabli.exam import Failed, Rows
from etabli.exam.contract.check import import_grader
from etabli.exam.contract.values import Diff, Form
from etabli.exam.tools.cookies import Jar
from etabli.exam.tools.draws import Draws
from etabli.exam.tools.own_headers import OPAQUE
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
forgery, sendings, tokens = (import_grader(GRADER, name) for name in ("forgery", "sendings", "tokens"))


@pytest.mark.parametrize(("forged", "expected", "advice"), [
    (sendings.Forged(), "La base ne change pas.", "Un jeton tiré au hasard"),
    (sendings.Forged("jeton"), "La base ne change pas.", "Votre formulaire porte un jeton (« jeton »), mais le serveur accepte"),
    (sendings.Forged("jeton", True), "Chaque visiteur a son jeton", "Votre jeton est le même pour tous"),
    (sendings.Forged("jeton", False), "Chaque visiteur a son jeton", "Le serveur doit comparer le jeton reçu"),
    (sendings.Forged("jeton", guessed=2), "La base ne change pas.", "Le jeton n'est comparé que sur une partie"),
    (sendings.Forged("jeton", changed=True), "Le serveur refuse un jeton changé", "Regarder d'où vient l'envoi"),
])  # fmt: skip
def test_a_token_of_another_visitor_that_was_enough_is_told(
    forged: sendings.Forged, expected: str, advice: str
) -> None:
    victim = site()
    victim.db = SimpleNamespace(compare=lambda _old, _new, caption="": Diff(removed=({"id": 3},)))
    victim.stock = SimpleNamespace(rows=lambda _table: [])
    found = failure(lambda: forgery._expect_forged_refused(victim, {"objets": [{"id": 3}]}, "suppression", forged))
    without = " sans le jeton « jeton »" if forged.token else ""
    if forged.guessed:
        without = " avec les 2 premières lettres du jeton « jeton »"
    with_token = ", avec le jeton pris dans la page d'un autre visiteur" if forged.shared is not None else without
    doing = "Après un formulaire de suppression envoyé depuis un autre site"
    if forged.changed:
        doing, with_token = (
            "Après un formulaire de suppression envoyé depuis votre page, son jeton « jeton » changé (touche F12)",
            "",
        )
    assert found.observed == f"{doing}{with_token}, la table objets a changé : 1 ligne supprimée."
    assert found.expected.startswith(expected) and (found.help or "").startswith(advice)
    assert found.at == Rows(), "neither a picture nor a page shows it"


def test_a_forged_deletion_that_works_is_told_before_any_other_link_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {"objets": [{"id": 3}]}
    item = SimpleNamespace(id=3, name="Vélo")

    def expect_unchanged(_site: Any, before: Any, doing: str, **_: Any) -> None:
        if rows != before:
            raise Failed(observed=f"{doing}, la table objets a changé.", expected="Rien.", help="Un jeton.")

    def deletions(*_: Any) -> Any:
        yield SimpleNamespace(form=None, button=SimpleNamespace(index=0))
        if not rows["objets"]:
            raise Failed(observed="Suivre un lien (GET) a suffi à supprimer « Vélo ».", expected="")

    victim = site(
        stock=SimpleNamespace(snapshot=lambda: {name: list(kept) for name, kept in rows.items()}),
        entry=lambda _name: SimpleNamespace(href="/fiche?id=3"),
    )
    victim.page.url, victim.db = "/", SimpleNamespace(witness=lambda: None)
    victim.shuffled, victim.as_at_home = lambda _purpose, both: list(both), lambda: None
    monkeypatch.setattr(forgery, "expect_unchanged", expect_unchanged)
    monkeypatch.setattr(forgery, "well_filled", lambda *_: [item, item])
    monkeypatch.setattr(forgery, "sent_data", lambda *_: [])
    monkeypatch.setattr(forgery.acting, "deletions", deletions)
    monkeypatch.setattr(forgery.sendings, "forged_post", lambda *_: rows["objets"].clear() or sendings.Forged())
    monkeypatch.setattr(forgery, "_expect_forged_edit_refused", lambda _site: None)
    found = failure(lambda: forgery.expect_forgery_refused(victim))
    assert found.observed.startswith("Après un formulaire de suppression envoyé depuis un autre site, la table")

    def forged(_site: Any) -> None:
        raise Failed("Après un formulaire de modification envoyé.", "Rien.", at=Rows())

    rows["objets"] = [{"id": 3}]
    monkeypatch.setattr(forgery, "_expect_forged_edit_refused", forged)
    both = failure(lambda: forgery.expect_forgery_refused(victim))
    assert both.observed.startswith(
        "2 envois sont acceptés, qui devraient être refusés :\n- Après un formulaire de suppr"
    )
    assert both.observed.endswith("\n- Après un formulaire de modification envoyé.") and both.help == "Un jeton."


def test_hidden_fields_are_those_of_the_form_first() -> None:
    source = (
        '<form><input type="hidden" name="a" value="1&amp;2"></form>'
        "<form><input name=b><INPUT TYPE=HIDDEN NAME=a value=3><INPUT TYPE=HIDDEN NAME=c></form>"
    )
    assert tokens.hidden_fields(source, 0) == {"a": "1&2", "c": ""}
    assert tokens.hidden_fields(source, 1) == {"a": "3", "c": ""}
    assert tokens.hidden_fields("<p>", 0) == {}


def test_another_visitor_knows_no_secret_of_a_form_that_a_script_writes() -> None:
    posted: list[dict[str, str]] = []
    origins: list[str] = []
    shown = (field("Nom", name="nom"), field("", name="jeton", kind="hidden"), field("", name="id", kind="hidden"))
    source = "<form><input type=hidden name=jeton value=theirs></form>"

    def session() -> Any:
        return SimpleNamespace(
            get=lambda _address: SimpleNamespace(text=source),
            post=lambda _address, data, sent_from, headers: (
                origins.append(sent_from),
                posted.append(dict(fields_of(data))),
            ),
        )

    site = SimpleNamespace(http=SimpleNamespace(session=session), page=SimpleNamespace(jar=Jar, url="http://x/"))
    site.drawn = SimpleNamespace(foreign="https://www.jeux-malin.com/", guessed=2)
    site.draws = Draws("0123")
    form, data = Form(1, "post", "/x", shown, ()), [("nom", "A"), ("jeton", "mine"), ("id", "7")]
    sendings.forged_post(site, form, "/fiche?id=7", data)
    source = ""
    sendings.forged_post(site, form, "/fiche?id=7", data)
    without = {"nom": "A", "id": "7"}
    cut = {**without, "jeton": "mi"}
    changed = {**without, "jeton": posted[5]["jeton"]}
    assert re.fullmatch("[a-ln-z][a-hj-z]ne|mi[a-mo-z]e", changed["jeton"])
    both = [*[without] * 4, {**without, "jeton": ""}, changed, changed, cut]
    assert posted == [*both, {**without, "jeton": "theirs"}, *both]
    assert [place for place, one in enumerate(origins) if one == "/fiche?id=7"] == [6, 15]
    assert {*origins} == {"/fiche?id=7", "https://www.jeux-malin.com/", OPAQUE}


NOTHING_MORE = tuple(sendings.Forged())[1:]


@pytest.mark.parametrize(
    ("name", "theirs", "own", "shared"),
    [
        ("jeton", "abc", "abc", True),
        ("jeton", "abc", "def", False),
        ("cle", "9f8e7d6c5b4a39281706", "9f8e7d6c5b4a39281706", True),
        ("action", "effacer", "effacer", None),
    ],
)
def test_the_post_that_changed_the_base_is_the_last_one_and_says_whose_token_it_had(
    name: str, theirs: str, own: str, shared: bool | None
) -> None:
    posted: list[dict[str, str]] = []
    asked: list[int] = []
    source = f"<form><input type=hidden name={name} value={theirs}></form>"

    def get(_address: str) -> Any:
        asked.append(len(posted))
        return SimpleNamespace(text=source)

    session = SimpleNamespace(get=get, post=lambda _address, data, **_: posted.append(dict(fields_of(data))))
    site = SimpleNamespace(
        http=SimpleNamespace(session=lambda: session), page=SimpleNamespace(jar=Jar, url="http://x/")
    )
    site.drawn = SimpleNamespace(foreign="https://www.jeux-malin.com/", guessed=1)
    site.draws = Draws("0123")
    form, data = Form(1, "post", "/x", (field("", name=name, kind="hidden"),), ()), [(name, own)]
    mine = "" if name == "action" else name
    draw = Draws("0123").of("jeton changé")
    other = {name: tokens.another_token(own, draw, late=bool(draw.below(2)))}
    newcomer = [{}, {name: ""}, other]
    alone = [{}] * 3 + ([*newcomer, other, {name: own[:1]}] if mine else [])
    assert sendings.forged_post(site, form, "/", data, lambda: len(posted) == len(alone) + 1).shared is shared
    assert posted == [*alone, {name: theirs}], "its answer is the one that is kept"
    assert asked == [len(alone)], "nobody has asked for the page before a form without any token is sent"
    posted.clear()
    assert sendings.forged_post(site, form, "/", data, lambda: True) == (mine, *NOTHING_MORE) and len(posted) == 1
    assert sendings.forged_post(site, form, "/", data) == (mine, *NOTHING_MORE) and len(posted) == len(alone) + 2
    posted.clear()
    cut = sendings.forged_post(site, form, "/", data, lambda: {name: own[:1]} in posted).guessed
    assert cut == len(mine and own[:1]), "a token that is compared as far as it goes"
    posted.clear()
    assert sendings.forged_post(site, form, "/", data, lambda: posted.count(other) > 1).changed is bool(mine), (
        "for show"
    )
    posted.clear()
    new = sendings.forged_post(site, form, "/", data, lambda: posted[3:] == newcomer)
    assert new.newcomer is bool(mine), "a token that is compared only where a session has one"


def test_a_form_comes_without_its_token_and_with_the_words_that_everybody_is_given() -> None:
    """A form whose other hidden word is there is compared like the others."""
    posted: list[dict[str, str]] = []
    words = {"page": "suppression", "visite": "du matin", "jeton": "0123456789abcdef"}
    fields = "".join(f"<input type=hidden name={name} value='{said}'>" for name, said in words.items())
    session = SimpleNamespace(
        get=lambda _address: SimpleNamespace(text=f"<form>{fields}</form>"),
        post=lambda _address, data, **_: posted.append(dict(fields_of(data))),
    )
    site = SimpleNamespace(
        http=SimpleNamespace(session=lambda: session), page=SimpleNamespace(jar=Jar, url="http://x/")
    )
    site.drawn, site.draws = SimpleNamespace(foreign="https://www.jeux-malin.com/", guessed=1), Draws("0123")
    own = words | {"visite": "du soir", "jeton": "fedcba9876543210"}
    form = Form(1, "post", "/x", tuple(field("", name=name, kind="hidden") for name in own), ())
    sendings.forged_post(site, form, "/", [*own.items()])
    assert posted[-1] == {"page": "suppression"}, "what is another for another visitor may be a secret"


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("token", ["9f8e7d6c5b4a39281706", "ABCDEF", "12345", "aB3-_xY9zK", "x", "é"])
def test_a_changed_token_looks_like_the_one_it_was(token: str, late: bool) -> None:
    """One half of it, and never its last sign, where it has several."""
    other, half = tokens.another_token(token, Draws("0123").of("jeton changé"), late=late), len(token) // 2
    assert (other != token) is token.isascii() and len(other) == len(token)
    if len(token) > 1:
        kept, changed = (other[:half], other[half:]) if late else (other[half:], other[:half])
        assert kept in token and changed not in token and other[-1] == token[-1]
    assert not set(other) - set(token) - set(ascii_letters + digits)


@pytest.mark.parametrize(
    ("action", "asked"), [("/supprimer", "/supprimer?id=7"), ("/supprimer?id=7", "/supprimer?id=7")]
)
def test_a_link_of_another_site_leads_where_the_form_is_sent_without_its_token(action: str, asked: str) -> None:
    sent: list[tuple[str, str]] = []
    session = SimpleNamespace(get=lambda address, sent_from, headers: sent.append((address, sent_from)))
    site = SimpleNamespace(
        http=SimpleNamespace(session=lambda: session), page=SimpleNamespace(jar=Jar, url="http://x/")
    )
    site.drawn, site.draws = SimpleNamespace(foreign="https://www.jeux-malin.com/"), Draws("0123")
    hidden = [
        replace(field("", name=name, kind="hidden"), value=value) for name, value in (("id", "7"), ("jeton", "abc"))
    ]
    assert sendings.follow_from_elsewhere(site, Form(1, "post", action, tuple(hidden), ())) == asked
    assert [address for address, _place in sent] == [asked] and sent[0][1] in ("https://www.jeux-malin.com/", OPAQUE)


@pytest.mark.parametrize("action", ["/modifier", "/modifier?id=7"])
def test_a_form_that_is_sent_by_get_is_forged_by_get_and_any_form_is_asked_for_with_all_its_data(action: str) -> None:
    asked, posted = list[str](), list[str]()
    session = SimpleNamespace(
        get=lambda address, **_how: asked.append(address) or SimpleNamespace(text=""),
        post=lambda address, _data, **_how: posted.append(address),
    )
    site = SimpleNamespace(
        http=SimpleNamespace(session=lambda: session), page=SimpleNamespace(jar=Jar, url="http://x/")
    )
    site.drawn, site.draws = SimpleNamespace(foreign="https://www.jeux-malin.com/", guessed=1), Draws("0123")
    hidden = (
        replace(field("", name="id", kind="hidden"), value="7"),
        replace(field("", name="jeton", kind="hidden"), value="a1"),
    )
    data = [("id", "7"), ("jeton", "a1"), ("nom", "Lampe d'Odile")]
    sendings.forged_post(site, Form(1, "get", action, hidden, ()), "/fiche", data, lambda: bool(asked))
    [address], ways = asked, ("id=7&nom=Lampe+d%27Odile", "nom=Lampe+d%27Odile&id=7")
    assert address in [f"/modifier?{way}" for way in ways] and posted == [action], "as a browser would"
    asked.clear()
    found = sendings.follow_from_elsewhere(site, Form(1, "post", action, hidden, ()), data)
    assert asked == [found] == [f"{action}{'&' if '?' in action else '?'}id=7&nom=Lampe+d%27Odile"], (
        "its token is left out"
    )
