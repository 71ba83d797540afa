"""Links that change rows: which are followed, and what is told of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from refused import failure
from small_site import ITEM, site

from etabli.exam import Failed
from etabli.exam.contract.check import import_grader
from etabli.exam.contract.values import Diff
from etabli.exam.tools.draws import Draws
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
acting, changes, disclosure, links = (
    import_grader(GRADER, name) for name in ("acting", "changes", "disclosure", "links")
)
reading, targets = (import_grader(GRADER, name) for name in ("reading", "targets"))
Stock = import_grader(GRADER, "stock").Stock


def test_what_happened_to_a_table_and_to_its_columns_is_listed() -> None:
    row: Any = {}
    assert changes.changes(Diff([row], [], [row, row])) == "1 ligne ajoutée et 2 lignes modifiées"
    assert targets.touched_besides(2, 1, 1) == "changé 2 autres lignes, ajouté 1 ligne et supprimé 1 ligne"
    kept = Stock.__new__(Stock)
    kept.tables, kept.columns = (
        {"item": "objet"},
        {"item": {"id": "id", "name": "nom", "price": "prix", "date": "jour"}},
    )
    kept.db = SimpleNamespace(rows=lambda _table: [{"id": 1}])
    found = failure(lambda: kept._rows("item"))
    assert found.observed == "La table objet n'a plus de colonne nom, prix ni jour."


OBJETS = ({"id": 3, "prix": 10}, {"id": 4, "prix": 20})


def follows(
    linked: dict[str, tuple[Any, ...]],
    memo: dict[str, str],
    sent_to: dict[str, tuple[Any, ...]] | None = None,
    after: str = "",
    **named: tuple[Any, ...],
) -> Failed:
    """The failure of links of ``/`` that leave these rows, after each other; `named`: what each page names besides.

    `sent_to`: where its forms are sent by POST; `after`: the link that is on the page after an act alone.
    """
    sent_to = sent_to or {}
    rows = [OBJETS]
    asked: list[str] = []

    besides = {f"/{name}": left for name, left in named.items()}

    def get(address: str, sent_from: str = "") -> Any:
        asked.append(address)
        rows.append((linked | besides | sent_to).get(address, rows[-1]))
        return SimpleNamespace(readable="", url=address)

    def compare(before: Any, after: Any) -> Diff:
        old, new = ({row["id"]: row for row in some} for some in (before, after))
        gone = tuple(row for number, row in old.items() if number not in new)
        return Diff((), gone, tuple(number for number in new if old[number] != new[number]))

    made = site(
        memo=memo,
        files=None,
        linked=list,
        shuffled=lambda _purpose, some: list(some),
        db=SimpleNamespace(compare=compare),
    )
    made.page.links = lambda: [SimpleNamespace(href=link) for link in linked if link != after]
    made.page.forms = lambda: [SimpleNamespace(method="post", index=0, action=action, fields=()) for action in sent_to]
    made.stock = SimpleNamespace(
        snapshot=lambda: {"objets": list(rows[-1])},
        sums=lambda: [repr(rows[-1])],
        tables={"item": "objets"},
        put_back=lambda _rows: None,
        replace=lambda before: rows.append(tuple(before["objets"])),
    )
    made.http = SimpleNamespace(get=get)
    made.visitors, made.draws = lambda _why: [get, get], Draws("0")
    made.drawn = SimpleNamespace(foreign="https://www.example.org/")
    opened: list[str] = []
    made.page.open, made.page.script = opened.append, lambda *_asked, **_kind: ""
    made.page.awaited, made.page.roam = lambda: list(besides), lambda: False
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(links, "_after_acts", lambda _site: {after: "/"} if after else {})
        found = failure(lambda: links.expect_links_harmless(made))
    assert opened[-1] == "/" and set(opened[:-1]) == set(linked), (
        "the page of the link, not the last one that was visited"
    )
    return found


@pytest.mark.parametrize(
    ("links", "known", "told", "because"),
    [
        (
            {"/effacer?n=3": OBJETS[1:], "/mentions": OBJETS[1:]}, True,
            "Suivre le lien /effacer?n=3, sur la page /, a changé la table objets : 1 ligne supprimée.", ["suppression"],
        ),
        (
            {"/effacer?n=3": OBJETS[1:]}, False,
            "Suivre le lien /effacer?n=3, sur la page /, a changé la table objets : 1 ligne supprimée.", [],
        ),
        (
            {"/vider": ()}, True,
            "Suivre le lien /vider, sur la page /, a changé la table objets : 2 lignes supprimées.", [],
        ),
        (
            {"/effacer?n=3": OBJETS[1:], "/solde": ({"id": 4, "prix": 18},)}, True,
            "Suivre le lien /solde, sur la page /, a changé la table objets : 1 ligne modifiée. Autres liens qui changent "
            "la base : 1.", [],
        ),
    ],
)  # fmt: skip
def test_a_link_that_changes_rows_is_named_and_a_deletion_told_before_costs_once(
    links: dict[str, tuple[Any, ...]], known: bool, told: str, because: list[str]
) -> None:
    found = follows(links, {"delete-link": ""} if known else {})
    assert (found.observed, list(found.because)) == (told, because)


def test_a_link_of_the_page_after_an_act_is_followed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "own_texts", lambda _files: {})
    monkeypatch.setattr(disclosure, "shown_in", lambda *_asked: "")
    found = follows({"/mentions": OBJETS[1:], "/annuler?n=3": OBJETS[1:]}, {}, after="/annuler?n=3")
    assert found.observed == (
        "Suivre le lien /annuler?n=3, sur la page /, telle qu'elle vient après un envoi, a changé la table objets : 1 ligne supprimée."
    )


@pytest.mark.parametrize("also", ["refusal", "change"])
def test_pages_after_an_addition_and_two_more_acts_give_their_links(monkeypatch: pytest.MonkeyPatch, also: str) -> None:
    """What fails leaves the others: a site may have no form yet."""
    did: list[str] = []
    made = site(draws=SimpleNamespace(of=lambda _why: SimpleNamespace(one=lambda _acts: also)))
    made.linked = lambda: [SimpleNamespace(name="Lampe", href="/f")]
    made.stock = SimpleNamespace(by_name=lambda: {"Lampe": ITEM})
    made.page.links = lambda: [SimpleNamespace(href=f"/{did[-1]}")]
    monkeypatch.setattr(links, "need_add_form", lambda _site: None)
    monkeypatch.setattr(links, "item_form", lambda _site: None)
    monkeypatch.setattr(links, "draft", lambda _site, name="addition": name or "refusal")
    monkeypatch.setattr(links, "changed_draft", lambda *_asked: "change")
    monkeypatch.setattr(links, "send", lambda _site, _form, typed: did.append(typed))
    monkeypatch.setattr(acting, "find_edit_form", lambda *_asked: None)
    monkeypatch.setattr(acting, "deletions", lambda *_asked: iter([None]))
    monkeypatch.setattr(acting, "press", lambda *_asked: did.append("deletion"))
    assert links._after_acts(made) == {"/addition": "/", f"/{also}": "/", "/deletion": "/"} and len(did) == 3

    def lacks(_site: Any) -> Any:
        raise Failed("Aucun formulaire.", "Un formulaire.")

    monkeypatch.setattr(links, "need_add_form", lacks)
    assert links._after_acts(made) == ({} if also == "refusal" else {"/change": "/"}) | {"/deletion": "/"}


def test_what_a_page_names_besides_its_links_is_asked_for_and_told_so() -> None:
    found = follows({"/mentions": OBJETS}, {}, compteur=({"id": 4, "prix": 18},))
    assert found.observed == (
        "La page / ou sa feuille de style nomme l'adresse /compteur ; la demander, comme fait un navigateur, a changé la "
        "table objets : 1 ligne supprimée et 1 ligne modifiée."
    )
    assert found.help is not None and "programme qui répond à /compteur" in found.help


def test_the_address_of_a_form_is_typed_and_told_so() -> None:
    found = follows({"/mentions": OBJETS[1:]}, {}, {"/effacer?n=3": OBJETS[1:]})
    assert found.observed == (
        "L'adresse /effacer?n=3 est celle que dit action, dans un formulaire de la page / ; la taper dans la barre d'adresse a "
        "changé la table objets : 1 ligne supprimée."
    )
    assert found.help is not None and "programme qui répond à /effacer," in found.help


def test_links_of_a_page_stay_on_the_site() -> None:
    source = '<a href="/a#x">a</a><a href="b?c=1&amp;d=2">b</a><a href="http://y/">y</a><a href="mailto:z@z">z</a>'
    assert reading.links_of(source, "http://x/dir/") == ["http://x/a", "http://x/dir/b?c=1&d=2"]
    odd = "".join(
        f'<a href="{one}">z</a>' for one in ("http://[2001", "http://a℀b/", "//x:99999/", "http://x:-1/", "ok")
    )
    assert reading.links_of(odd, "http://x/") == ["http://x/ok"]


def test_addresses_of_forms_are_those_that_are_sent_by_post() -> None:
    source = (
        "<form method=post action=b.php><input type=hidden name=id value=7><input type=hidden name=jeton value=9f8e></form>"
        "<form action=cherche.php><button formaction=tout.php>Tout</button></form><form method=POST></form>"
        "<form method=post><button formaction='c?x=1'>Oui</button><button formaction=d formmethod=get>Non</button></form>"
        "<form method=post action=http://ailleurs/></form>"
    )
    links, actions = reading.links_and_actions(f"<a href=a>a</a>{source}", "http://x/dir/?p=2")
    assert links == ["http://x/dir/a"]
    assert actions == ["http://x/dir/b.php?id=7", "http://x/dir/?p=2", "http://x/dir/c?x=1"]
