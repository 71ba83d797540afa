"""Ways to a page, a form and a name, which are drawn: who is right in one of them alone is told."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest
from refused import failure

from etabli.exam import Failed
from etabli.exam.contract.check import import_grader
from etabli.exam.tools.draws import Draws
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
acting, disclosure, forms, kinds = (import_grader(GRADER, name) for name in ("acting", "disclosure", "forms", "kinds"))
quality, searches = (import_grader(GRADER, name) for name in ("quality", "searches"))
targets, visitor = (import_grader(GRADER, name) for name in ("targets", "visitor"))
NONCES = tuple(map(str, range(60)))
SITE = "http://x"


def come(nonce: str, *, alike: bool, unchanged: bool) -> list[str]:
    """What a visitor does who comes to the list again."""
    shop, did = come_back(nonce, alike=alike, unchanged=unchanged)
    assert bool(shop.came) == (did != ["opens /", "opens /"])
    return did


def come_back(nonce: str, *, alike: bool, unchanged: bool, changes: str = "") -> tuple[Any, list[str]]:
    """Who has come to the list again, which `changes` as one stays there; and what was done."""
    did = list[str]()
    page = SimpleNamespace(url="", alike=alike, stay=lambda *_where: changes)

    def opened(address: str, *, typed: bool = False) -> None:
        did.append(f"{'types' if typed else 'opens'} {address.removeprefix(SITE)}")
        page.url = SITE + address.removeprefix(SITE)

    page.open = opened
    for way in ("reload", "back", "forward"):
        setattr(page, way, lambda way=way: did.append(way))
    item = SimpleNamespace(href=f"{SITE}/f")
    shop: Any = SimpleNamespace(
        page=page, draws=Draws(nonce), _beside=None, came="", read=lambda: SimpleNamespace(entries=[item])
    )
    visitor.Site.come_again(shop, "/", "retour", unchanged=unchanged)
    return shop, did


def test_one_comes_to_a_page_again_by_its_address_by_f5_or_by_a_link() -> None:
    seen = Counter(" ".join(come(nonce, alike=True, unchanged=True)) for nonce in NONCES)
    assert set(seen) == {"opens / types /", "opens / reload", "opens / opens /"}
    assert seen["opens / opens /"] < len(NONCES) / 3


def test_where_something_runs_and_nothing_has_changed_it_may_be_by_the_arrows() -> None:
    seen = {" ".join(come(nonce, alike=False, unchanged=True)) for nonce in NONCES}
    assert seen == {
        "opens / types /", "opens / reload", "opens / opens /f back", "opens / opens /f opens / back forward",
    }  # fmt: skip
    changed = {" ".join(come(nonce, alike=False, unchanged=False)) for nonce in NONCES}
    assert not any("back" in did for did in changed)  # a copy that the browser keeps is no fault of a site


def test_a_list_that_changes_while_one_stays_there_is_told_so() -> None:
    told = {come_back(nonce, alike=True, unchanged=True, changes="stay")[0].came for nonce in NONCES}
    assert told == {
        "En restant sur la page, la souris dessus",
        "En tapant de nouveau son adresse et en restant sur la page, la souris dessus",
        "En rechargeant la page (touche F5) et en restant sur la page, la souris dessus",
    }
    for since, sentence in visitor.STAYED.items():
        shop = come_back("0", alike=False, unchanged=True, changes=since)[0]
        assert shop.came.lower().endswith(sentence) and shop.moving == visitor.MOVING[since]


def test_what_is_wrong_is_told_with_the_way() -> None:
    shop: Any = SimpleNamespace(came="En rechargeant la page (touche F5)", moving=None)

    def look(observed: str) -> None:
        with visitor.Site.told_how_one_came(shop):
            raise Failed(observed, "Juste.")

    assert failure(lambda: look("« A » manque.")).observed == "En rechargeant la page (touche F5) : « A » manque."
    assert failure(lambda: look("La page ment.")).observed == "En rechargeant la page (touche F5), la page ment."
    shop.moving = visitor.MOVING["leave"]
    assert failure(lambda: look("La page ment.")).help == shop.moving


def test_what_is_searched_is_a_whole_name_or_one_of_its_ends() -> None:
    names = ["Lampe de bureau", "Chaise pliante", "Vase bleu", "Lampe de bureau verte"]
    seen = Counter[str]()
    for nonce in NONCES:
        shop: Any = SimpleNamespace(
            draws=Draws(nonce), stock=SimpleNamespace(names=lambda: names), rules=SimpleNamespace(page_size=10)
        )
        [(text, wanted)] = searches.whole_or_ends(shop)
        assert wanted == [name for name in names if text.lower() in name.lower()] and wanted
        name = wanted[0]
        seen["whole" if text in names else "beginning" if name.startswith(text) else "end"] += 1
    assert set(seen) == {"whole", "beginning", "end"} and seen["whole"] > len(NONCES) / 3


@pytest.mark.parametrize(
    ("before", "always"),
    [
        ('<a rel="prev" href="/">Précédent</a>', False),
        ("<a href='/'><font color=\"#ccc\">Précédent</font></a>", True),
        ('<a class="avant" href="/">Précédent</a>', True),
    ],
)
def test_axe_and_nu_see_the_second_page_too(monkeypatch: pytest.MonkeyPatch, before: str, always: bool) -> None:
    """Always where it has a tag of its own, else now and then; the list without any row in any case."""
    both = {kinds.NOTHING: "/?q=w", kinds.OF_THE_LIST[0]: "/?page=2", kinds.QUESTION: "/supprimer"}
    monkeypatch.setattr(kinds, "every_page", lambda _site: both)
    sources = {"/": '<p><a href="/?page=2">Suivant</a></p>', "/?page=2": f"<p>{before}</p>"}
    seen = list[bool]()
    for nonce in NONCES:
        get = lambda address: SimpleNamespace(readable=sources[address])  # noqa: E731
        shop: Any = SimpleNamespace(draws=Draws(nonce), memo={}, http=SimpleNamespace(get=get))
        for purpose in ("axe", "Nu"):
            found = quality._further_lists(shop, purpose)
            assert found.pop(kinds.NOTHING) == "/?q=w"
            seen.append(found == {kinds.OF_THE_LIST[0]: "/?page=2"})
    assert all(seen) if always else 0 < sum(seen) < len(seen) / 2


def test_a_form_is_sent_by_a_click_or_by_enter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "fill", lambda *_asked, **_how: None)
    monkeypatch.setattr(forms, "field_of", lambda *_asked: "champ du nom")
    monkeypatch.setattr(forms, "sender", lambda _form: None)
    seen = set[Any]()
    for nonce in NONCES:
        shop: Any = SimpleNamespace(
            draws=Draws(nonce), acts=lambda: None, page=SimpleNamespace(submit=lambda *_asked, enter: seen.add(enter))
        )
        forms.send(shop, None, forms.Draft("Lampe", "", "", "", "20/03/2031", ""))
    assert seen == {None, "champ du nom"}


def test_who_deletes_has_changed_a_row_before_or_the_other_way_round(monkeypatch: pytest.MonkeyPatch) -> None:
    row = SimpleNamespace(id=3, name="Lampe")
    monkeypatch.setattr(acting, "find_edit_form", lambda *_asked: None)
    monkeypatch.setattr(acting, "deletions", lambda *_asked: iter([None]))
    monkeypatch.setattr(targets, "as_shown", lambda _row: SimpleNamespace(but=lambda **_new: None))
    seen = set[tuple[bool, bool]]()
    for nonce in NONCES:
        rows, put = ["Lampe"], list[Any]()
        monkeypatch.setattr(targets, "send", lambda *_asked, rows=rows, **_how: rows.append("changed"))
        monkeypatch.setattr(acting, "press", lambda *_asked, rows=rows: rows.append("deleted"))
        shop: Any = SimpleNamespace(
            draws=Draws(nonce), drawn=SimpleNamespace(readdressed="Lampe d'Odile"), entry=lambda _name: SimpleNamespace(href="/f"),
            stock=SimpleNamespace(snapshot=lambda rows=rows: list(rows), replace=put.append),
        )  # fmt: skip
        told = [targets.other_act_first(shop, check, row) for check in ("modification", "suppression")]
        seen.add((bool(told[0]), bool(told[1])))
        assert len(put) == sum(map(bool, told))
        assert not told[0] or told[0].endswith("« Lampe » venait d'être supprimé.")
        assert not told[1] or told[1].endswith("« Lampe » venait d'être modifié.")
    assert seen == {(True, False), (False, True), (True, True)}


def test_what_a_link_after_an_act_gives_away_is_told_by_the_check_of_secrets() -> None:
    shop: Any = SimpleNamespace(db=SimpleNamespace(gives_away=lambda _text: False))
    rows = "INSERT INTO outils VALUES ('1', 'Lampe');\nINSERT INTO outils VALUES ('2', 'Vase');\n"
    assert disclosure.shown_in(shop, rows, "/copie.php?cle=a1", {}) == "les données de la base"
    assert not disclosure.shown_in(shop, "<p>Lampe</p>", "/fiche.php?id=1", {})
