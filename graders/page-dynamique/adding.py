"""What the form that adds must store, and confirm."""

from __future__ import annotations

from decimal import Decimal
from itertools import cycle
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import counted
from etabli.exam.contract.words import contains_words, fold

from . import amounts
from .changes import expect_unchanged
from .diagnosis import own_text
from .differences import AS_IT_COMES, lacks_addresses, problems, reworked
from .formats import quote
from .forms import DONE, Draft, draft, field_of, fill, find_add_form, need_add_form, said_near, send, sent_data, stored
from .scripts import LEAVING, breakout, expect_inert

if TYPE_CHECKING:
    from etabli.exam.contract.values import Form

    from .shape import Linked
    from .stock import Item
    from .visitor import Site

NAME_LENGTH = 120
NOT_ADDED = (
    "Remplissez votre formulaire avec ces mêmes valeurs et lisez ce qu'il répond : les refuse-t-il ? Sinon, la requête "
    "INSERT est-elle exécutée, puis validée (commit) en Python ?"
)
ZERO_KEPT = (
    "Avec 12,50, c'est juste : essayez avec 0. « or None », « ?: null » et empty prennent 0 pour un champ vide ; comparez "
    "plutôt le texte reçu au texte vide."
)
OPENS_BLANK = (
    "Le lien ouvre un formulaire vide : un champ que le visiteur laisse arrive alors vide, et la ligne reçoit NULL."
)


def expect_all_added(site: Site) -> None:
    """Four rows are stored, each in a category and a place of its own; price and description are left blank in one of them, or
    each in another one (drawn). The category or the place of the last one (drawn) has just got another name. Then the form takes
    each other writing of an amount.
    """
    drawn, draw = site.drawn, site.draws.of("lignes ajoutées")
    apart = draw.below(2)
    rows = (
        {"name": drawn.special},
        {"name": drawn.unpriced, "price": "", "date": f"{drawn.later:%d/%m/%Y}"} | ({} if apart else {"description": ""}),
        {"name": drawn.rounded, "price": drawn.whole, "date": f"{drawn.corrected_day:%d/%m/%Y}", "description": drawn.long_description},
        {"name": drawn.free, "price": "0"} | ({"description": ""} if apart else {}),
    )  # fmt: skip
    renamed: tuple[tuple[Linked, str], ...] = (("category", drawn.renamed_label), ("place", drawn.renamed_place))
    linked = {kind: cycle(draw.shuffled(list(site.stock.labels(kind).values()))) for kind, _new in renamed}
    for number, row in enumerate(rows):
        where = {kind: next(labels) for kind, labels in linked.items()}
        if number == len(rows) - 1:
            where["category"] = site.stock.unused("category")
            kind, new = draw.one(renamed)
            known = {label: identifier for identifier, label in site.stock.labels(kind).items()}
            site.stock.rename(kind, known[where[kind]], new)
            where[kind] = new
        expect_added(site, **row, **where)
    _expect_amounts_added(site)


def _expect_amounts_added(site: Site) -> None:
    """What seems not to be taken is typed by a visitor, of whom alone it is told. No other check types an amount so."""
    form, values, before = need_add_form(site), draft(site), set[int]()
    site.acts()
    fill(site, form, values)

    def last() -> Item | None:
        rows = {item.id: item for item in site.stock.items()}
        new = [rows[number] for number in rows.keys() - before]
        before.update(rows)
        return new[0] if len(new) == 1 else None

    last()
    sent = amounts.Sent(form, site.page.url, sent_data(site, form), values)
    for amount in amounts.not_taken(site, sent, amounts.decimals(site.draws.of("montants ajoutés")), last):
        try:
            expect_added(site, name=values.name, price=amount)
        except Failed as failed:
            failed.stops = False
            raise


def expect_added(site: Site, *, name: str, **values: str) -> None:
    """The form stores exactly one row, with what was typed, and the visitor sees it.

    A field in which nothing is to be typed is left as it opens.
    """
    typed = draft(site, name=name, **values)
    before, linked = site.stock.raw(), site.stock.linked()
    form = need_add_form(site)
    frame = site.page.text
    opened = values_shown(site, form)
    send(site, form, typed, only=[kind for kind in Draft.__dataclass_fields__ if getattr(typed, kind)])
    diff = site.stock.since(before)
    if len(diff.added) != 1 or diff.removed or diff.changed:
        site.trouble.expect_decent(site.page.status, site.page.text, "À l'envoi du formulaire")
        labels = site.words.fields
        added = f"a ajouté {counted(len(diff.added), 'ligne')}" if diff.added else "n'a rien ajouté dans la table"
        others = len(diff.removed) + len(diff.changed)
        said = "" if diff else said_near(site, form)
        of_price = bool(said and typed.price) and quote(labels["price"]) in said.partition(", on lit ")[0]
        raise Failed(
            observed=f"Rempli avec le nom {quote(name)}, {quote(labels['price'])} : {quote(typed.price) if typed.price else 'vide'}, "
            f"{quote(labels['date'])} : {typed.date}, le formulaire {added}"
            + (f", et il a changé {counted(others, 'autre ligne', 'autres lignes')}." if others else ".")
            + said,
            expected=f"Une ligne de plus dans la table, et rien d'autre.{f' {amounts.TAKEN}' if of_price else ''}",
            help=None if diff else NOT_ADDED,
        )
    expect_unchanged(
        site, linked, "À l'envoi du formulaire", expected="Une ligne de plus dans la table, et rien d'autre."
    )
    [row] = [site.stock.item(identifier) for identifier in site.stock.ids(diff.added)]
    wrong = problems(site, row, typed)
    if wrong:
        lost = row.price is None and typed.price != "" and not Decimal(typed.price.replace(",", "."))
        left = next((kind for kind in opened if opened[kind].strip() and not getattr(typed, kind)), "")
        told = (
            f" À l'ouverture du formulaire, {quote(site.words.fields[left])} montrait déjà {quote(opened[left])}."
            if left
            else ""
        )
        raise Failed(
            observed=f"Dans la nouvelle ligne, {wrong[0]}.{f' On avait tapé {typed.price}.' if lost else told}",
            expected="Ce qui a été tapé.",
            help=ZERO_KEPT if lost else OPENS_BLANK if left else AS_IT_COMES if reworked(site, row, typed) else None,
            stops=not lacks_addresses(site, row, typed),
        )
    _expect_confirmed(site, name, frame)


def _expect_confirmed(site: Site, name: str, frame: str) -> None:
    """Raises Failed unless the page now open gives the name, or says it is done in words that the form's page has not."""
    site.trouble.expect_decent(site.page.status, site.page.text, "Après l'ajout")
    if not contains_words(site.page.text, name) and not DONE.search(fold(own_text(site.page.text, frame))):
        raise Failed(
            observed="Après l'ajout, la page affichée ne dit rien de la nouvelle ligne.",
            expected="Le visiteur voit que l'ajout a réussi : un message, la liste ou la page créée.",
            help="La ligne est bien enregistrée : redirigez ensuite vers sa page ou vers la liste, ou affichez un message.",
        )


def expect_long_name_stored(site: Site) -> None:
    """A name of 120 letters with accents, which are more bytes, is stored, beside what `expect_all_added` has seen stored."""
    name, form = site.drawn.long, need_add_form(site)
    typed = draft(site, name=name)
    send(site, form, typed)
    rows = stored(site, name)
    if rows and (wrong := problems(site, rows[0], typed)):
        raise Failed(observed=f"Dans la nouvelle ligne, {wrong[0]}.", expected="Ce qui a été tapé.")
    if not rows:
        site.trouble.expect_decent(
            site.page.status, site.page.text, f"Avec un nom de {NAME_LENGTH} caractères accentués"
        )
        raise Failed(
            observed=f"Un nom de {NAME_LENGTH} caractères, tous avec des accents, n'est pas enregistré tel quel."
            f"{said_near(site, form)}",
            expected=f"Un nom de {NAME_LENGTH} caractères au plus est accepté, accents compris.",
            help="Comptez les caractères, pas les octets : mb_strlen au lieu de strlen en PHP.",
        )


def values_shown(site: Site, form: Form) -> dict[str, str]:
    values = {}
    for kind in Draft.__dataclass_fields__:
        field = field_of(site, form, kind)
        if field is not None:
            values[kind] = field.chosen if field.kind in ("select", "radio") else field.value
    return values


def expect_form_inert(site: Site) -> None:
    """What was typed does not run when the form comes back, nor on the page that follows when it was right."""
    form = find_add_form(site)
    if form:
        payload = site.page.payload("saisie")
        typed = draft(site, name=breakout(payload, *LEAVING), description=breakout(payload, *LEAVING))
        send(site, form, typed.but(price=breakout(payload), date=breakout(payload)))
        html = "le HTML tapé dans le formulaire"
        expect_inert(site, "saisie", "Renvoyé dans le formulaire après une erreur", html)
        send(site, need_add_form(site), typed)
        told = "Dans le message affiché une seule fois, juste après l'ajout"
        expect_inert(site, "saisie", "Après l'ajout", html, once=told)
