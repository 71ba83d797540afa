"""What the form that adds an item must do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import counted, listed
from etabli.exam.contract.words import contains_words, fold, squeeze

from .formats import quote
from .forms import (
    DONE,
    Draft,
    cookie_header,
    draft,
    field_of,
    fill,
    find_add_form,
    message_near,
    need_add_form,
    need_item_form,
    problems,
    refused_form,
    send,
    sent_data,
    stored,
)
from .hostile import breakout, expect_inert, replay

if TYPE_CHECKING:
    from etabli.exam.contract.values import Form, Row

    from .visitor import Site


def expect_added(site: Site, *, name: str, **values: str) -> None:
    """The form stores exactly one row, with what was typed, and the visitor sees it."""
    typed = draft(site, name=name, **values)
    before = site.stock.raw()
    form = need_add_form(site)
    send(site, form, typed)
    diff = site.stock.since(before)
    if len(diff.added) != 1 or diff.removed or diff.changed:
        site.expect_decent(site.page.status, site.page.text, "À l'envoi du formulaire")
        labels = site.words.fields
        added = f"a ajouté {counted(len(diff.added), 'ligne')}" if diff.added else "n'a rien ajouté dans la table"
        others = len(diff.removed) + len(diff.changed)
        raise Failed(
            observed=f"Rempli avec le nom {quote(name)}, {quote(labels['price'])} : {typed.price or 'vide'}, "
            f"{quote(labels['date'])} : {typed.date}, le formulaire {added}"
            + (f", et il a changé {counted(others, 'autre ligne', 'autres lignes')}." if others else "."),
            expected="Une ligne de plus dans la table, et rien d'autre.",
        )
    [row] = [item for item in site.stock.items() if item.id in site.stock.ids(diff.added)]
    wrong = problems(site, row, typed)
    if wrong:
        raise Failed(observed=f"Dans la nouvelle ligne, {wrong[0]}.", expected="Ce qui a été tapé.")
    _expect_confirmed(site, name)


def _expect_confirmed(site: Site, name: str) -> None:
    site.expect_decent(site.page.status, site.page.text, "Après l'ajout")
    if not contains_words(site.page.text, name) and not DONE.search(fold(site.page.text)):
        raise Failed(
            observed="Après l'ajout, la page affichée ne dit rien de la nouvelle ligne.",
            expected="Le visiteur voit que l'ajout a réussi : un message, la liste ou la page créée.",
        )


def expect_messages(site: Site, doing: str, faulty: Sequence[str], **values: str) -> None:
    """A faulty form comes back, stores nothing, and has one message near each faulty field."""
    blank = need_add_form(site)
    typed = draft(site, **({"name": "L'essai refusé d'Ysalie"} | values))
    if "date" in faulty:
        typed = typed.but(date=_wrong_date(site, blank))
    before = site.stock.snapshot()
    send(site, blank, typed)
    form = refused_form(site, before, f"Avec {doing}")
    messages = {kind: message_near(site, form, blank, kind) for kind in faulty}
    silent = [site.words.fields[kind] for kind, message in messages.items() if not message]
    if silent:
        raise Failed(
            observed=f"Avec {doing}, rien n'apparaît près de : {listed(silent)}.",
            expected="Un message près de chaque champ à corriger.",
        )


def _wrong_date(site: Site, form: Form) -> str:
    """What a visitor can mistake: nothing in a date control, an impossible day in a text field."""
    field = field_of(site, form, "date")
    return "" if field is not None and field.kind == "date" else "32/13/2026"


def expect_long_name_refused(site: Site) -> None:
    """A name of 130 characters is neither cut nor a crash."""
    name = ("Très long nom d'Ysalie " * 6)[:130].strip() + "z" * 8
    before = site.stock.snapshot()
    send(site, need_add_form(site), draft(site, name=name))
    doing = f"Avec un nom de {len(name)} caractères"
    site.expect_decent(site.page.status, site.page.text, doing)
    site.expect_unchanged(before, doing, help="Vérifiez aussi la longueur sur le serveur.")


def expect_kept(site: Site, doing: str, kept: Sequence[str], **values: str) -> None:
    """What was typed in the `kept` fields is there again when the form comes back."""
    typed = draft(site, **({"name": "L'essai gardé d'Ysalie"} | values))
    form = need_add_form(site)
    fill(site, form, typed)
    filled = _values(site, need_item_form(site))
    before = site.stock.snapshot()
    site.page.submit(form)
    shown = _values(site, refused_form(site, before, f"Envoyé {doing}"))
    lost = [kind for kind in kept if _plain(shown.get(kind, "")) != _plain(filled.get(kind, ""))]
    if lost:
        labels = listed(site.words.fields[kind] for kind in lost)
        raise Failed(
            observed=f"Le formulaire envoyé {doing} revient sans ce qui avait été tapé dans : {labels}.",
            expected="Chaque champ garde ce que le visiteur a tapé ou choisi.",
        )


def _values(site: Site, form: Form) -> dict[str, str]:
    values = {}
    for kind in Draft.__dataclass_fields__:
        field = field_of(site, form, kind)
        if field is not None:
            values[kind] = field.chosen if field.kind in ("select", "radio") else field.value
    return values


def _plain(value: str) -> str:
    """A value as it is compared: spaces collapsed, a decimal point for a comma."""
    return squeeze(value).replace(",", ".")


def expect_single_row(site: Site, name: str) -> None:
    """Sent twice by a double click, reloaded, then sent again as it was: one row."""
    form = need_add_form(site)
    fill(site, form, draft(site, name=name))
    data, cookies, before = sent_data(site, form), cookie_header(site), site.stock.raw()
    site.page.submit_twice(form)
    _expect_one(site, name, before, "Après un double clic sur le bouton")
    site.page.reload()
    _expect_one(site, name, before, "Après un rechargement de la page qui suit l'ajout")
    replay(site, form, data, cookies)
    _expect_one(site, name, before, "Après un second envoi du même formulaire")


def _expect_one(site: Site, name: str, before: Sequence[Row], doing: str) -> None:
    site.stock.since(before)
    count = len(stored(site, name))
    if count != 1:
        raise Failed(
            observed=f"{doing}, la base contient {count} fois {quote(name)}.", expected="La ligne n'y est qu'une fois."
        )


def expect_labels(site: Site) -> None:
    """Every field of ``/`` and of the add form has a label of its own."""
    need_add_form(site)
    add = site.page.url
    for where, address in (("la page du formulaire d'ajout", add), ("la page /", "/")):
        site.page.open(address)
        bare = [
            field.label or field.placeholder or field.name or field.kind
            for form in site.page.forms()
            for field in form.entries
            if field.visible and not field.labelled
        ]
        if bare:
            raise Failed(
                observed=f"Sur {where}, on trouve {counted(len(bare), 'champ')} sans étiquette : {listed(bare)}.",
                expected="Chaque champ a une étiquette reliée à lui : les lecteurs d'écran la lisent.",
            )


def expect_form_inert(site: Site) -> None:
    """What was typed does not run when the form comes back."""
    form = find_add_form(site)
    if form:
        payload = site.page.payload("saisie")
        typed = draft(site, name=breakout(payload), description=f"</textarea>{payload}")
        send(site, form, typed.but(price="-5", date=""))
        expect_inert(site, "saisie", "Renvoyé dans le formulaire après une erreur")
