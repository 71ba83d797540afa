"""What is told of the form that adds: its labels, its messages, and a row that is stored twice."""

from __future__ import annotations

from datetime import date
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from refused import failure, observed
from small_site import field, sent, site

from etabli.exam import Failed, Rows
from etabli.exam.contract.check import import_grader
from etabli.exam.contract.values import Diff, Field, Form
from etabli.exam.tools.draws import Draws
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
adding, doubles, forms, keeping = (import_grader(GRADER, name) for name in ("adding", "doubles", "forms", "keeping"))
amounts = import_grader(GRADER, "amounts")
labels, refusals = (import_grader(GRADER, name) for name in ("labels", "refusals"))


def test_each_field_without_a_label_is_told_what_is_its_own() -> None:
    assert labels._to_label(["« Nom »", "« Prix »"], ["Détail"]) == (
        "« Nom » et « Prix » sont un texte gris dans le champ (placeholder) : écrivez une balise <label> avant chacun. "
        "Pour « Détail », écrivez le même mot dans le for de l'étiquette et dans l'id du champ."
    )
    assert labels._to_label([], []) == ""


def adds(monkeypatch: pytest.MonkeyPatch, diff: Any, said: str = "") -> Failed:
    for name in ("need_add_form", "send"):
        monkeypatch.setattr(adding, name, lambda *_asked, **_how: None)
    typed = forms.Draft("Lampe", "", "", "12,50", "01/02/2026", "")
    monkeypatch.setattr(adding, "draft", lambda *_asked, **_values: typed)
    monkeypatch.setattr(adding, "values_shown", lambda *_asked: {})
    made = sent(diff)
    made.words = SimpleNamespace(fields={"price": "Prix", "date": "Date"})
    monkeypatch.setattr(adding, "said_near", lambda *_asked: said)
    return failure(lambda: adding.expect_added(made, name="Lampe"))


def test_an_addition_that_adds_nothing_does_not_send_to_a_new_row(monkeypatch: pytest.MonkeyPatch) -> None:
    found = adds(monkeypatch, Diff((), (), ()))
    assert "n'a rien ajouté" in found.observed and found.help == adding.NOT_ADDED
    assert adds(monkeypatch, Diff(({"id": 8}, {"id": 9}), (), ())).help is None, "the check's own"


def test_what_the_form_that_came_back_says_is_told_with_what_an_amount_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    found = adds(monkeypatch, Diff((), (), ()), " Près de « Prix », on lit « Écrivez 12,50 ».")
    assert found.observed.endswith("n'a rien ajouté dans la table. Près de « Prix », on lit « Écrivez 12,50 ».")
    assert amounts.TAKEN in found.expected
    other = adds(monkeypatch, Diff((), (), ()), " Près de « Date », on lit « Pour le Prix, choisissez ».")
    assert amounts.TAKEN not in other.expected


@pytest.mark.parametrize(("doubled", "word"), [(1, "clé"), (2, "clé"), (3, "303"), (4, "clé"), (5, "dernière clé")])
def test_each_way_to_send_twice_has_its_own_remedy(monkeypatch: pytest.MonkeyPatch, doubled: int, word: str) -> None:
    """Who redirects already is not told to redirect."""
    right = (1, 2, 2, 2, 2)
    counts = iter((*right[: doubled - 1], right[doubled - 1] + 1))
    monkeypatch.setattr(doubles, "_came_back", lambda _site: None)
    for name in ("fill", "draft", "sent_data", "cookie_header", "sender", "replay"):
        monkeypatch.setattr(doubles, name, lambda *_asked, **_values: None)
    monkeypatch.setattr(doubles, "need_add_form", lambda _site: SimpleNamespace(fields=()))
    monkeypatch.setattr(doubles, "stored", lambda *_asked: [None] * next(counts))
    made = sent(Diff((), (), ()))
    vars(made.page).update(submit=lambda *_asked: None, submit_twice=lambda *_asked: None, reload=lambda: None)
    found = failure(lambda: doubles.expect_single_row(made, "Lampe"))
    assert found.help is not None and word in found.help and "2 fois « Lampe »" in found.observed


@pytest.mark.parametrize(
    ("counts", "key", "told"),
    [
        ((1, 3, 3), "", doubles.KEYLESS),
        ((1, 3, 3), "09d1c4", doubles.TOO_LATE),
        ((1, 1, 2, 2, 2, 2), "", ""),
        ((1, 2, 2, 2, 2, 2), "09d1c4", ""),
    ],
)
def test_a_form_that_was_put_right_is_sent_by_a_double_click_as_well(
    monkeypatch: pytest.MonkeyPatch, counts: tuple[int, ...], key: str, told: str
) -> None:
    """One that is not stored at all once it is put right is another check's matter: a new form is sent in its place."""
    left, sent_twice = iter(counts), list[Any]()
    for name in ("fill", "draft", "sent_data", "cookie_header", "sender", "replay"):
        monkeypatch.setattr(doubles, name, lambda *_asked, **_values: None)
    plain, back = (
        SimpleNamespace(fields=[SimpleNamespace(kind="hidden", name="cle", value=value)]) for value in ("7f3ab2", key)
    )
    monkeypatch.setattr(doubles, "need_add_form", lambda _site: plain)
    monkeypatch.setattr(doubles, "_came_back", lambda _site: back)
    monkeypatch.setattr(doubles, "stored", lambda *_asked: [None] * next(left))
    made = sent(Diff((), (), ()))
    vars(made.page).update(
        submit=lambda *_asked: None, submit_twice=lambda form, _button: sent_twice.append(form), reload=lambda: None
    )
    if told:
        found = failure(lambda: doubles.expect_single_row(made, "Lampe"))
        assert found.help == told and found.observed.startswith(
            "Revenu avec un message, corrigé, puis envoyé deux fois"
        )
    else:
        doubles.expect_single_row(made, "Lampe")
    assert sent_twice == ([back, plain] if counts[1] == 1 else [back])


def test_a_second_form_that_is_filled_alike_is_another_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doubles, "stored", lambda *_asked: [None])
    found = failure(lambda: doubles._expect_one(sent(Diff((), (), ())), "Lampe", [], "Envoyé deux fois", str, 1))
    assert "rempli comme le premier, n'a pas enregistré « Lampe »" in found.observed and found.help == doubles.BY_KEY


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        ({"cle": "7f3ab2"}, "« cle »"), ({"cle": "09d1c4"}, ""), ({"jeton": "a51e77", "cle": "7f3ab2"}, "« cle »"),
        ({}, ""), ({"n": "12"}, ""),
    ],
)  # fmt: skip
def test_who_has_a_key_that_is_never_looked_at_is_not_told_to_add_one(
    monkeypatch: pytest.MonkeyPatch, shown: dict[str, str], told: str
) -> None:
    def form(hidden: dict[str, str]) -> Any:
        return SimpleNamespace(
            fields=[SimpleNamespace(kind="hidden", name=name, value=value) for name, value in hidden.items()]
        )

    monkeypatch.setattr(doubles, "need_add_form", lambda _site: form(shown))
    found = doubles._known_again(site(), form({"cle": "09d1c4", "jeton": "a51e77", "n": "11"}))
    assert (told in found and "effacez-la" in found) if told else found == doubles.KNOWN_AGAIN


def test_a_label_that_is_hidden_is_not_told_to_be_added(monkeypatch: pytest.MonkeyPatch) -> None:
    field = SimpleNamespace(
        visible=True, labelled=False, label="Rechercher", aria="", placeholder="", name="q", kind="text"
    )
    made = site()
    made.page.forms = lambda: [SimpleNamespace(entries=[field])]
    made.page.script = lambda *_asked, **_kind: ['<span class="lecteur">']
    monkeypatch.setattr(labels, "need_add_form", lambda _site: None)
    found = failure(lambda: labels.expect_labels(made, {}))
    assert found.observed == (
        "Sur la page du formulaire d'ajout, une étiquette est écrite dans le code, mais cachée : personne ne la voit. C'est "
        '« Rechercher » (« <span class="lecteur"> »).'
    )
    assert "Reliez" not in (found.help or "") and "CSS" in (found.help or "")
    made.page.script = lambda *_asked, **_kind: ["", ""]
    made.page.forms = lambda: [SimpleNamespace(entries=[field, SimpleNamespace(**vars(field) | {"label": "Trier"})])]
    assert observed(lambda: labels.expect_labels(made, {})).endswith("Ce sont « Rechercher » et « Trier ».")
    made.page.forms, made.page.script = lambda: [SimpleNamespace(entries=[field])], lambda *_asked, **_kind: []
    field.label, field.aria = "", "Chercher"
    assert "« Chercher » (aria-label, que personne ne voit)" in observed(lambda: labels.expect_labels(made, {}))


@pytest.mark.parametrize(("kind", "sent_by"), [("date", "un programme"), ("text", "")])
def test_an_impossible_day_is_said_and_who_may_send_it(
    monkeypatch: pytest.MonkeyPatch, kind: str, sent_by: str
) -> None:
    typed: list[Any] = []
    draft = forms.Draft("Lampe", "Jeux", "Cave", "abc", refusals.IMPOSSIBLE, "")
    monkeypatch.setattr(refusals, "draft", lambda *_asked, **_values: draft)
    monkeypatch.setattr(refusals, "field_of", lambda *_asked: SimpleNamespace(kind=kind))
    monkeypatch.setattr(refusals, "message_near", lambda *_asked: "")
    for name in ("need_add_form", "refused_form"):
        monkeypatch.setattr(refusals, name, lambda *_asked, **_more: None)
    monkeypatch.setattr(refusals, "send", lambda _site, _form, values: typed.append(values.date))
    made = site(drawn=SimpleNamespace(no_day=(30, 2), day=date(2024, 5, 1), refused="Lampe"))
    made.stock = SimpleNamespace(snapshot=dict)
    found = failure(
        lambda: refusals.expect_messages(made, "date impossible ({day})", ("date",), date=refusals.IMPOSSIBLE)
    )
    assert found.observed == "Avec date impossible (le 30/02/2024), rien n'apparaît près de : Date d'arrivée."
    assert typed == ["2024-02-30" if sent_by else "30/02/2024"]
    assert found.help is not None and "checkdate" in found.help and (sent_by or "Ce jour") in found.help


def test_a_silent_field_is_told_with_what_is_wrong_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "draft", lambda *_asked, **_values: forms.Draft("", "", "", "-5", "", ""))
    monkeypatch.setattr(refusals, "message_near", lambda _site, _form, _blank, kind: "" if kind == "price" else "Vide")
    for name in ("need_add_form", "refused_form", "field_of", "send"):
        monkeypatch.setattr(refusals, name, lambda *_asked, **_more: None)
    made = site(drawn=SimpleNamespace(refused="Lampe"), stock=SimpleNamespace(snapshot=dict))
    made.words = SimpleNamespace(
        fields=dict.fromkeys(("name", "category", "place", "date"), "Nom") | {"price": "Prix en euros"}
    )
    found = failure(lambda: refusals.expect_messages(made, "prix négatif", ("name", "price"), price="-5"))
    assert found.help == (
        "Sur le serveur, refusez aussi un prix négatif, avec un message à côté du champ, même quand un autre champ est faux."
    )


def test_the_picture_of_a_refused_form_is_that_of_its_first_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []

    def quietly(_site: Any, doing: str, *_asked: Any, **_values: Any) -> None:
        sent.append(doing)
        raise Failed(doing, "Rien.")

    monkeypatch.setattr(refusals, "expect_messages", lambda *_asked, **_values: None)
    monkeypatch.setattr(refusals, "refuse_quietly", lambda *_asked, **_values: None)
    monkeypatch.setattr(refusals, "expect_too_long_refused", lambda made: quietly(made, "Avec un nom trop long"))
    monkeypatch.setattr(refusals, "expect_long_name_stored", lambda _site: None)
    made = site(drawn=SimpleNamespace(negative="-5", lettered="abc", precise="12,309"), draws=Draws("0"))
    assert failure(lambda: refusals.expect_all_refused(made)).observed == "Avec un nom trop long"
    assert sent == ["Avec un nom trop long"] * 2, "sent once more: the page now open shows it"


@pytest.mark.parametrize("stores", ["", "nom", "prix", "jour", "rayon"])
def test_a_single_mistake_that_is_stored_is_told_and_each_is_sent_alone(
    monkeypatch: pytest.MonkeyPatch, stores: str
) -> None:
    right = {"nom": "Lampe", "prix": "12,50", "jour": "2025-03-09", "rayon": "4", "cle": "k0"}
    names = {"name": "nom", "price": "prix", "date": "jour", "category": "rayon"}
    posted: list[dict[str, str]] = []
    rows: list[str] = []

    def post(_action: str, data: Any, **_how: Any) -> Any:
        posted.append(dict(data))
        rows.extend(["a row"] if stores and dict(data).get(stores) != right[stores] else [])
        said = "" if posted[-1]["jour"] != right["jour"] else "Cette valeur ne convient pas."
        source = f"<p>Ajouter {said}</p><form><input type=hidden name=cle value=k{len(posted)}></form>"
        return SimpleNamespace(status=200, readable=source)

    fields = {
        kind: SimpleNamespace(
            name=name, kind="date" if kind == "date" else "select", options=[SimpleNamespace(value="")]
        )
        for kind, name in names.items()
    }
    form = SimpleNamespace(
        action="/ajouter", method="post", index=0, fields=[SimpleNamespace(kind="hidden", name="cle")]
    )
    monkeypatch.setattr(refusals, "item_form", lambda _site: form)
    monkeypatch.setattr(refusals, "field_of", lambda _site, _form, kind: fields.get(kind))
    monkeypatch.setattr(refusals, "sent_data", lambda *_asked: list(right.items()))
    for name in ("fill", "draft"):
        monkeypatch.setattr(refusals, name, lambda *_asked, **_values: None)
    shown = dict[str, tuple[str, dict[str, str]]]()
    monkeypatch.setattr(
        refusals, "expect_messages", lambda _site, doing, kinds, **one: shown.update({kinds[0]: (doing, one)})
    )
    draw = SimpleNamespace(
        one=lambda kinds: kinds[0], between=lambda low, _high: low, some=lambda kinds, count: kinds[:count]
    )
    made = site(shuffled=lambda _why, some: list(some), draws=SimpleNamespace(of=lambda _why: draw))
    made.words = SimpleNamespace(fields={"category": "Rayon"})
    made.drawn = SimpleNamespace(refused="", negative="-5", lettered="abc", no_february=(30, 2), day=date(2024, 5, 1),
                                 whole="15", unknown="branou")  # fmt: skip
    newcomer = SimpleNamespace(get=lambda _address: SimpleNamespace(readable="<p>Ajouter</p>"))
    made.http = SimpleNamespace(post=post, session=lambda: newcomer)
    made.db = SimpleNamespace(compare=lambda before, after, **_how: Diff(tuple(after[len(before) :]), (), ()))
    made.stock = SimpleNamespace(snapshot=lambda: {"objets": list(rows)}, rows=lambda _table: list(rows))
    if not stores:
        refusals.expect_each_refused_alone(made)
        wrong = [{name for name in right if one[name] != right[name]} - {"cle"} for one in posted]
        assert wrong == [{"nom"}, {"prix"}, {"jour"}, {"rayon"}], "one at a time"
        assert [one["cle"] for one in posted] == ["k0", "k1", "k2", "k3"], "each with the key that came last"
        assert shown == {
            "category": ("une liste sans choix dans « Rayon » pour seule faute", {"category": ""}),
            "date": ("une date impossible ({day}) pour seule faute", {"date": refusals.IMPOSSIBLE}),
        }, "a drawn one, and the one of which the answer said nothing"
        return
    found = failure(lambda: refusals.expect_each_refused_alone(made))
    said = {
        "nom": "Avec un nom fait d'espaces",
        "prix": "Avec un prix négatif",
        "jour": "Avec une date impossible (le 30/02/2024)",
    }
    assert found.observed == (
        f"{said.get(stores, 'Sans choix dans « Rayon »')} pour seule faute, la table objets a changé : 1 ligne ajoutée."
    )
    assert found.at == Rows() and "un seul" in (found.help or "")


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("Accueil Ajouter un objet\nMentions légales", False),
        ("Accueil Ajouter un objet\nL'objet est ajouté.", True),
        ("Accueil Ajouter un objet\nEnregistrement effectué", True),
        ("Accueil Ajouter un objet\nMerci !", True),
        ("Accueil Ajouter un objet\nMerci de votre visite", False),
        ("Accueil Ajouter un objet\nÉnorme vélo", True),
    ],
)
def test_an_addition_is_confirmed_by_words_that_the_form_has_not(text: str, done: bool) -> None:
    frame = "Accueil Ajouter un objet\nMerci de votre visite"
    confirm = partial(adding._expect_confirmed, site(text), "Énorme vélo", frame)
    if done:
        confirm()
    else:
        assert failure(confirm).observed == "Après l'ajout, la page affichée ne dit rien de la nouvelle ligne."


def test_a_price_that_comes_back_without_its_zeros_is_kept() -> None:
    assert keeping._plain("12,50") == keeping._plain("12.5") != keeping._plain("12.05")
    assert keeping._plain("250") != keeping._plain("25")


@pytest.mark.parametrize(
    ("after", "message"),
    [
        (field("Nom Écrivez un nom."), "Écrivez un nom."),
        (field("Nom", nearby="Écrivez un nom."), "Écrivez un nom."),
        (field("Nom", message="Écrivez un nom."), "Écrivez un nom."),
        (field("Nom"), ""),
    ],
)
def test_a_message_is_read_beside_its_field_or_in_its_label(after: Field, message: str) -> None:
    site = SimpleNamespace(
        words=SimpleNamespace(fields={"name": "Nom"}), stock=SimpleNamespace(columns={"item": {"name": "nom"}})
    )
    before, now = (Form(0, "post", "/", (one,), ()) for one in (field("Nom"), after))
    assert forms.message_near(site, now, before, "name") == message
