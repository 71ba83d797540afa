"""What is told when an item is changed or deleted: the rows that were touched, and what was typed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from refused import failure
from small_site import ITEM, LINKED_ITEM, PARSE, PARSE_TOLD, sent, site

from etabli.exam import Rows
from etabli.exam.contract.check import import_grader
from etabli.exam.contract.values import Diff
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
acting, adding, deleting = (import_grader(GRADER, name) for name in ("acting", "adding", "deleting"))
editing, forms, targets = (import_grader(GRADER, name) for name in ("editing", "forms", "targets"))


@pytest.fixture(autouse=True)
def one_act(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the visitor has done before has its own tests."""
    for module in (editing, deleting):
        monkeypatch.setattr(module, "other_act_first", lambda *_asked: "")


def test_rows_that_a_request_chose_by_another_column_are_told_by_it() -> None:
    columns = {"id": "id", "category": "id_type", "place": "id_lieu", "date": "jour", "price": "prix"}
    made = site(stock=SimpleNamespace(columns={"item": columns}))
    before = [{"id": n, "id_type": n % 2, "id_lieu": n % 3, "jour": n, "prix": None} for n in range(6)]
    said = targets.shared_column(made, before, [row for row in before if row["id_type"] == 1], None)
    assert said == " Ce sont toutes les lignes où id_type vaut 1 : c'est cette colonne que compare la requête."
    assert targets.shared_column(made, before, before[1:4:2], None) == "", "others have this value, and stayed"
    assert targets.shared_column(made, before, before[:1], None) == ""


CHANGED = SimpleNamespace(before={"id": 3})
OTHER = SimpleNamespace(before={"id": 4})
TWIN = 9


def edit(monkeypatch: pytest.MonkeyPatch, diff: Any, wrong: list[str], **page: Any) -> Any:
    monkeypatch.setattr(editing, "add_twin", lambda *_asked: TWIN)
    for name in ("_expect_prefilled", "send"):
        monkeypatch.setattr(editing, name, lambda *_asked, **_how: None)
    monkeypatch.setattr(editing, "changed_draft", lambda *_asked: forms.Draft("", "", "", "12,37", "20/03/2031", ""))
    monkeypatch.setattr(acting, "find_edit_form", lambda *_asked: None)
    monkeypatch.setattr(editing, "well_filled", lambda _site, _count, **_how: [None, ITEM])
    monkeypatch.setattr(editing, "problems", lambda *_asked: wrong)
    monkeypatch.setattr(editing, "reworked", lambda *_asked: False)
    monkeypatch.setattr(editing, "said_near", lambda *_asked: "")
    return failure(lambda: editing.expect_edit(sent(diff, **page)))


def test_an_edit_that_changes_nothing_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    found = edit(monkeypatch, Diff((), (), ()), ["« Nom » vaut « Lampe » au lieu de « x »"])
    assert found.observed == (
        "Après la modification de « Lampe », rien n'a changé dans la base. On avait tapé 12,37 pour « Prix » et 20/03/2031 pour "
        "« Date d'arrivée »."
    )
    assert found.help is not None and "WHERE" not in found.help and "exécutée" in found.help
    blank = editing._typed(sent(Diff((), (), ())), forms.Draft("", "", "", "", "20/03/2031", ""))
    assert blank == " On avait laissé « Prix » vide et tapé 20/03/2031 pour « Date d'arrivée »."


def test_an_edit_that_stores_something_else_is_told_by_the_field(monkeypatch: pytest.MonkeyPatch) -> None:
    found = edit(monkeypatch, Diff((), (), (CHANGED,)), ["« Nom » vaut « x » au lieu de « y »"])
    assert found.observed == "Après la modification de « Lampe », « Nom » vaut « x » au lieu de « y »."
    assert found.help is not None and "WHERE" not in found.help and "un à un les champs" in found.help
    kept = edit(monkeypatch, Diff((), (), (CHANGED,)), ["« Texte » vaut « x » au lieu de rien"])
    assert kept.help == editing.EMPTIED


def test_an_edit_that_stops_is_told_by_its_message(monkeypatch: pytest.MonkeyPatch) -> None:
    found = edit(monkeypatch, Diff((), (), ()), ["« Nom » vaut"], text=PARSE)
    assert found.observed == (
        f"À l'envoi du formulaire de modification, la page montre un message technique : « {PARSE_TOLD} »."
    )


def test_an_edit_of_too_many_lines_is_the_matter_of_where(monkeypatch: pytest.MonkeyPatch) -> None:
    found = edit(monkeypatch, Diff((), (), (CHANGED, OTHER)), [])
    assert found.observed == "Modifier « Lampe » a aussi changé 1 autre ligne."
    assert found.help is None, "the check's own help, which speaks of WHERE"
    assert found.at == Rows(), "the rows that changed, and no page"


def test_an_edit_by_name_is_told_by_the_two_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    found = edit(monkeypatch, Diff((), (), (CHANGED, SimpleNamespace(before={"id": TWIN}))), [])
    assert found.observed == "Deux lignes portent le nom « Lampe » : modifier l'une a aussi changé l'autre."
    assert found.help is not None and "UPDATE" in found.help and "identifiant" in found.help
    assert "recherche par le nom" in found.help and found.at == Rows()


def test_what_is_left_blank_and_stored_is_not_the_matter_of_where(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_expect_prefilled", "send"):
        monkeypatch.setattr(editing, name, lambda *_asked, **_how: None)
    monkeypatch.setattr(editing, "changed_draft", lambda *_asked: forms.Draft("Lampe", "", "", "12,37", "", "Usée."))
    for name in ("find_edit_form", "prefilled"):
        monkeypatch.setattr(acting, name, lambda *_asked: None)
    typed: list[Any] = []
    monkeypatch.setattr(editing, "send", lambda _site, _form, draft, **_how: typed.append(draft))
    monkeypatch.setattr(editing, "problems", lambda *_asked: ["« Prix » vaut 0,00 au lieu de vide"])
    monkeypatch.setattr(editing, "reworked", lambda *_asked: False)
    made = sent(Diff((), (), ()))
    made.drawn = SimpleNamespace(corrected_day=date(2025, 3, 9))
    made.words = SimpleNamespace(fields={"price": "Prix", "description": "Détail"}, columns={})
    made.entry = lambda _name: SimpleNamespace(href="/fiche.php?id=3")
    for kind, one in (("description", -1), ("price", 0), ("price", -1)):
        made.draws = SimpleNamespace(
            of=lambda purpose, one=one: SimpleNamespace(one=lambda some: some[one if purpose == "montant tapé" else 0])
        )
        found = failure(
            partial(editing._expect_missing_kept, made, kind, ITEM, "/fiche.php?id=2", "/modifier.php?id=2")
        )
        assert (
            found.help == adding.ZERO_KEPT
            if not one
            else "NULL" in (found.help or "") and "WHERE" not in (found.help or "")
        )
    assert [(draft.price, draft.description) for draft in typed] == [("", "Usée."), ("0", ""), ("12,37", "")]


@pytest.mark.parametrize(
    ("diff", "told", "price", "help_"),
    [
        (
            Diff((), (), (CHANGED,)),
            "après l'envoi, « Prix » vaut « 1.00 » au lieu de « 1234,50 »",
            "1 234,50",
            "(float)",
        ),
        (Diff((), (), ()), "après l'envoi, rien n'a changé dans la base", "1 234,50", "renvoyé tel quel"),
        (Diff((), (), (CHANGED, OTHER)), "l'envoi a aussi changé 1 autre ligne", "", ""),
    ],
)
def test_a_form_that_is_sent_as_it_came_is_told_by_what_else_has_changed(
    monkeypatch: pytest.MonkeyPatch, diff: Diff, told: str, price: str, help_: str
) -> None:
    typed: list[tuple[Any, str]] = []
    dear = SimpleNamespace(**vars(LINKED_ITEM) | {"price": Decimal("1234.50"), "name": "Lampe"})
    monkeypatch.setattr(acting, "prefilled", lambda *_asked: "the form")
    monkeypatch.setattr(editing, "field_of", lambda *_asked: SimpleNamespace(value="1 234,50"))
    monkeypatch.setattr(editing, "send", lambda _site, _form, draft, only: typed.append((draft, only)))
    monkeypatch.setattr(editing, "changed_draft", lambda *_asked: forms.Draft("", "", "", "", "", ""))
    monkeypatch.setattr(editing, "problems", lambda *_asked: ["« Prix » vaut « 1.00 » au lieu de « 1234,50 »"])
    made = sent(diff)
    made.stock.item = lambda _identifier: dear
    made.words = SimpleNamespace(fields={"price": "Prix", "date": "Jour"})
    made.drawn = SimpleNamespace(edited="Lampe d'Odile", dear="1234.50", day=date(2025, 3, 9), description="Usée.")
    made.draws = SimpleNamespace(
        of=lambda _purpose: SimpleNamespace(
            one=lambda counts: counts[0], some=lambda kinds, count: kinds[3 : 3 + count], below=lambda _bound: 0
        )
    )
    found = failure(lambda: editing._expect_rest_kept(made, ITEM, "/fiche.php?id=2", "/modifier.php?id=2"))
    shown = f" Le champ « Prix » montrait « {price} »." if price else ""
    assert found.observed == f"Dans le formulaire de « Lampe », seul le champ « Jour » a été corrigé ; {told}.{shown}"
    assert help_ in (found.help or "") and [only for _draft, only in typed] == [("date",)]


def delete(monkeypatch: pytest.MonkeyPatch, diff: Any, **page: Any) -> Any:
    monkeypatch.setattr(deleting, "add_twin", lambda *_asked: TWIN)
    monkeypatch.setattr(acting, "deletions", lambda *_asked: iter([None]))
    monkeypatch.setattr(acting, "press", lambda *_asked: None)
    made = sent(diff, **page)
    made.http = SimpleNamespace(get=lambda address: beside.append(address) or SimpleNamespace(status=200))
    beside: list[str] = []
    found = failure(lambda: deleting.expect_delete(made))
    assert beside == [made.entry(ITEM.name).href.replace(str(ITEM.id), str(TWIN))]
    return found


def test_a_deletion_that_removes_nothing_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    found = delete(monkeypatch, Diff((), (), ()))
    assert found.observed == "Après la suppression de « Lampe » : rien n'a été supprimé."
    assert found.help is not None and "WHERE" not in found.help


def test_a_row_that_was_just_added_and_stays_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acting, "deletions", lambda *_asked: iter([None]))
    monkeypatch.setattr(acting, "press", lambda *_asked: None)
    found = failure(lambda: deleting._expect_own_deleted(sent(Diff((), (), ())), ITEM, "/fiche.php?id=2"))
    assert found.observed.startswith("La ligne « Lampe » vient d'être ajoutée par le formulaire, dans la même visite")
    assert found.observed.endswith("la supprimer ne retire rien de la base.") and "session" in (found.help or "")
    more = Diff((), ({"id": 3}, {"id": 4}), ())
    found = failure(lambda: deleting._expect_own_deleted(sent(more), ITEM, "/fiche.php?id=2"))
    assert found.observed.endswith("la supprimer a supprimé 2 lignes.") and found.at == Rows()


def test_a_deletion_of_too_many_lines_is_the_matter_of_where(monkeypatch: pytest.MonkeyPatch) -> None:
    found = delete(monkeypatch, Diff((), ({"id": 3}, {"id": 4}), ()))
    assert found.observed == "Après la suppression de « Lampe » : 2 lignes supprimées (dont la bonne, id = 3)."
    assert found.help is None


def test_a_deletion_by_name_is_told_by_the_two_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    found = delete(monkeypatch, Diff((), ({"id": 3}, {"id": TWIN}), ()))
    assert found.observed == "Deux lignes portent le nom « Lampe » ; les deux sont parties."
    assert found.help is not None and "DELETE" in found.help and "identifiant" in found.help
    assert "recherche par le nom" in found.help and found.at == Rows()


def test_a_deletion_of_the_page_that_was_seen_last_is_told_by_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    found = delete(monkeypatch, Diff((), ({"id": TWIN},), ()))
    assert found.observed.endswith("; l'autre est partie, et pas celle de la fiche.")
    assert deleting.NOT_IN_SESSION in (found.help or "") and not found.stops


def test_a_form_that_shows_0_where_nothing_is_noted_says_so() -> None:
    assert editing._filled("Prix", "0", "") == "« Prix » montre « 0 », et la base contient NULL (rien)"
    assert editing._filled("Prix", "", "12,00 €") == "« Prix » est vide, et la base contient « 12,00 € »"
    assert editing._filled("Prix", None, "") == "« Prix » n'est pas dans le formulaire, et la base contient NULL (rien)"


@pytest.mark.parametrize(
    ("shown", "price", "same"),
    [
        ("250", "250.00", True),
        ("250,0", "250.00", True),
        ("1 250,5 €", "1250.50", True),
        ("0", "0.00", True),
        ("25", "250.00", False),
        ("", "0.00", False),
        ("250,00 euros", "250.00", False),
    ],
)
def test_a_prefilled_price_is_compared_as_a_number(shown: str, price: str, same: bool) -> None:
    assert editing._same_price(shown, SimpleNamespace(price=Decimal(price))) is same


def test_what_a_modification_touched_is_counted() -> None:
    assert targets.touched_besides(2, 1, 0) == "changé 2 autres lignes et ajouté 1 ligne"
    assert targets.touched_besides(0, 0, 3) == "supprimé 3 lignes"
