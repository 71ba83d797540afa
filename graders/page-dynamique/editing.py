"""What the form that changes an item must do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from etabli.exam import Failed, Rows
from etabli.exam.contract.french import listed
from etabli.exam.contract.words import contains_words, cut, squeeze

from . import acting, amounts, tokens
from .adding import ZERO_KEPT
from .corrections import as_shown, but_for_a_slip, changed_draft, corrected_alone, slight
from .differences import AS_IT_COMES, problems, reworked
from .formats import price_text, quote
from .forms import ENCTYPES, deliver, field_of, need_item_form, said_near, send
from .items import well_filled
from .refusals import UNTESTED, expect_refused, mistake_alone
from .targets import (
    BY_ID,
    NOT_RUN,
    OF_ONE_S_OWN,
    add_twin,
    compares_id,
    expect_linked_kept,
    other_act_first,
    own_row,
    shared_column,
    show_beside,
    touched_besides,
)

if TYPE_CHECKING:
    from etabli.exam.contract.values import Form

    from .forms import Draft
    from .stock import Item
    from .visitor import Site

BLANK = (
    "NULL veut dire que rien n'est noté : ce n'est ni 0 ni un texte. Avant de remplir le champ, testez NULL et lui seul "
    "(=== null en PHP, is none dans un modèle Flask), et laissez alors le champ vide. Sinon, qui corrige le nom seul enregistre "
    "aussi cette valeur."
)
ZERO_SHOWN = (
    "0 est une valeur, et non une case vide : qui corrige le nom seul l'efface. « ?: », « or » et empty prennent 0 pour rien ; comparez "
    "à NULL (=== null en PHP, is none dans un modèle Flask)."
)
EMPTIED = (
    "Un champ que le visiteur vide arrive comme un texte vide : donnez alors NULL à l'UPDATE, au lieu de garder l'ancienne valeur (COALESCE, ou "
    "une colonne ajoutée seulement si le champ est rempli)."
)
AS_SHOWN = (
    "Ce que le formulaire montre doit pouvoir être renvoyé tel quel. Si rien ne change, cherchez le champ que votre programme refuse. "
    "Un montant écrit avec une espace (« 1 234,50 ») perd ce qui la suit quand (float) ou floatval le lit : écrivez 1234,50 dans le "
    "champ, ou retirez toutes les espaces avant d'enregistrer, celle de number_format comprise."
)
SAME_TESTS = "Comme à l'ajout, une saisie fausse est refusée par une page ; la ligne ne change pas."
TEST_TOO = (
    "Le programme qui modifie reçoit les mêmes champs que celui qui ajoute : appelez-y la même fonction de vérification, avant "
    "l'UPDATE, et réaffichez le formulaire avec ses messages."
)
SAME_AMOUNTS = (
    "Comparez le montant tapé à ce que votre programme accepte : le motif (preg_match, re), number_format ou une conversion. Une virgule se "
    "remplace par un point, puis is_numeric en PHP, Decimal en Python, lisent toutes ces écritures."
)
FORBIDDEN = 403
ONE_TOKEN = (
    "Le jeton change à chaque affichage : seul le dernier formulaire ouvert passe. Tirez-le une fois par visite, s'il n'y en a pas encore : "
    "$_SESSION['jeton'] ??= bin2hex(random_bytes(32)) en PHP, session.setdefault('jeton', secrets.token_hex(32)) avec Flask."
)


def expect_edit(site: Site) -> None:
    """The prefilled form of an item changes it and nothing else, not even a row of the same name; twice.

    Its price is 0 at first. A drawn one of the price and the description is emptied, then typed where nothing was. Of the name,
    the day and the description, what is typed is often but a slip away from what was there (`slight` are so the second time).
    """
    other, item = well_filled(site, 2, later=True)
    also = other_act_first(site, "modification", other)
    entry = site.entry(item.name)
    emptied = site.draws.of("champ vidé").one(("price", "description"))
    values = changed_draft(site, item).but(**{emptied: ""})
    slips = [kind for kind in ("name", "date", "description") if kind not in slight(site)]
    near = but_for_a_slip(site, values, slips, "avant la correction")
    held = {kind: _stored(kind, text) for kind, text in near.items()}
    site.stock.change(item, **{"name": site.drawn.edited, "price": 0} | held)
    item = site.stock.item(item.id)
    href = site.address_now(item.name, entry.href)
    site.stock.since(site.stock.raw())  # what was prepared is no proof of what the form does
    form = acting.find_edit_form(site, item, href)
    here = site.page.url
    _expect_prefilled(site, item)
    twin = add_twin(site, item, href)
    before, linked = site.stock.raw(), site.stock.linked()
    site.stock.since(before)
    second = show_beside(site, site.page.path, item.id, twin)
    send(site, form, values)
    diff = site.stock.since(before)
    others = site.stock.ids(change.before for change in diff.changed) - {item.id}
    itself = item.id in site.stock.ids(change.before for change in diff.changed)
    if others == {twin} and not (diff.added or diff.removed):
        raise Failed(
            observed=f"Deux lignes portent le nom {quote(item.name)} : modifier l'une a {'aussi ' if itself else ''}changé l'autre"
            f"{'' if itself else ', et elle seule'}.",
            expected="La ligne modifiée, et elle seule, change.",
            help=BY_ID.format(verb="UPDATE"),
            because=[] if itself else ["fiche-adresse"],  # its page was the other row's
            at=Rows(),
        )
    if others or diff.added or diff.removed:
        shared = shared_column(site, before, [change.before for change in diff.changed], item)
        touched = touched_besides(len(others), len(diff.added), len(diff.removed))
        raise Failed(
            observed=f"Modifier {quote(item.name)} a {'aussi ' if itself else ''}{touched}{'' if itself else ', et pas cette ligne'}."
            f"{shared}",
            expected="Cette ligne, et elle seule, change ; une autre ligne peut porter le même nom.",
            help=compares_id(site, "UPDATE") if shared else None,
            because=["fiche-adresse"] if len(diff.changed) == len(others) == 1 else [],  # its page was another row's
            at=Rows(),
        )
    expect_linked_kept(site, linked, f"Après la modification de {quote(item.name)}", "UPDATE")
    wrong = problems(site, site.stock.item(item.id), values)
    if wrong:
        site.trouble.expect_decent(site.page.status, site.page.text, "À l'envoi du formulaire de modification")
        nothing = not diff.changed
        if nothing and second and site.page.status == FORBIDDEN:
            raise Failed(
                observed=f"Le formulaire de {quote(item.name)} est affiché, puis celui d'une autre ligne, comme dans un second onglet. Le "
                "premier, envoyé, est refusé (code 403).",
                expected="Le même jeton sert pour toute la visite : les deux formulaires s'envoient.",
                help=ONE_TOKEN,
            )
        raise Failed(
            observed=f"Après la modification de {quote(item.name)}, "
            + (
                f"rien n'a changé dans la base.{also}{_typed(site, values)}{said_near(site, form)}"
                if nothing
                else f"{wrong[0]}."
            ),
            expected="La ligne contient ce qui a été tapé dans le formulaire.",
            help=NOT_RUN
            if nothing
            else EMPTIED
            if any(problem.endswith("au lieu de rien") for problem in wrong[:1])
            else AS_IT_COMES
            if reworked(site, site.stock.item(item.id), values)
            else "Comparez un à un les champs du formulaire et les colonnes de la requête UPDATE.",
            stops=nothing,  # `csrf` asks whether a sending changes anything, not what
        )
    _expect_rest_kept(site, item, href, here)
    if own := own_row(site):
        _expect_missing_kept(site, emptied, *own)
    else:
        _expect_missing_kept(site, emptied, item, href, here)


def _expect_mistake_refused(site: Site, form: Form, page: str, data: Sequence[tuple[str, str]]) -> None:
    """A drawn mistake in the form that changes an item changes nothing, where all else that is sent is as the base holds it.

    It is sent as a program does, with what the form of this `page` hides now.
    """
    kind = site.draws.of("faute en modifiant").one(("name", "price", "date", "category", "place"))
    field = field_of(site, form, kind)
    if field is None or field.name not in dict(data):
        return
    value, told = mistake_alone(site, field, kind)
    visitor, before = site.visitor(), site.stock.snapshot()
    hidden = {one.name for one in form.fields if one.kind == "hidden"}
    fresh = {
        name: now
        for name, now in tokens.hidden_fields(visitor.get(page).readable, form.index).items()
        if name in hidden
    }
    one = [(name, value if name == field.name else fresh.get(name, old)) for name, old in data]
    one = [pair for pair in one if field.kind != "radio" or pair[0] != field.name]
    way = site.draws.of("écriture d'une faute").one(ENCTYPES)
    answer = deliver(visitor, form, one, way, sent_from=page)
    doing = f"{told} dans le formulaire de modification"
    expect_refused(site, answer, before, doing, (SAME_TESTS, SAME_TESTS), TEST_TOO)


def _stored(kind: str, text: str) -> str | date:
    """A text of a draft as the base holds it, on one line: a field of a form may have no more."""
    return datetime.strptime(text, "%d/%m/%Y").date() if kind == "date" else text.replace("\n", " ")


def _typed(site: Site, values: Draft) -> str:
    """A sentence about what may have been refused."""
    price, day = (quote(site.words.fields[kind]) for kind in ("price", "date"))
    amount = f"tapé {values.price} pour {price} et" if values.price else f"laissé {price} vide et tapé"
    return f" On avait {amount} {values.date} pour {day}."


def _edit_form_again(site: Site, item: Item, href: str, known: str) -> Form:
    """The form of an item whose row has changed: where it was `known` to be, else from its page once more."""
    site.acts()
    site.page.open(known)
    return acting.prefilled(site, item) or acting.find_edit_form(site, item, site.address_now(item.name, href))


def _expect_rest_kept(site: Site, item: Item, href: str, known: str) -> None:
    """A form that is sent as it came, but for one or more drawn fields, changes these alone: what it shows is what it takes.

    Its price is over a thousand, and is never one of them. Where days order the list, its row is now among the last ones.
    """
    site.stock.change(item, price=site.drawn.dear, date=site.stock.sorted()[-1].date)
    now = site.stock.item(item.id)
    before = site.stock.raw()
    site.stock.since(before)
    form = _edit_form_again(site, now, href, known)
    kinds = corrected_alone(site)
    other = changed_draft(site, now).but(
        name=site.drawn.edited, date=f"{site.drawn.day:%d/%m/%Y}", description=site.drawn.description
    )
    other = other.but(**but_for_a_slip(site, as_shown(now), slight(site), "petite correction"))
    wanted = as_shown(now).but(**{kind: getattr(other, kind) for kind in kinds})
    send(site, form, other, only=kinds)
    diff = site.stock.since(before)
    others = site.stock.ids(change.before for change in diff.changed) - {item.id}
    wrong = problems(site, site.stock.item(item.id), wanted)
    if not (wrong or others or diff.added or diff.removed):
        return
    labels = listed(quote(site.words.fields[kind]) for kind in kinds)
    corrected = f"seul le champ {labels} a été corrigé" if len(kinds) == 1 else f"seuls {labels} ont été corrigés"
    doing = f"Dans le formulaire de {quote(now.name)}, {corrected}"
    site.trouble.expect_decent(site.page.status, site.page.text, f"{doing} ; à l'envoi")
    if others or diff.added or diff.removed:
        raise Failed(
            observed=f"{doing} ; l'envoi a aussi {touched_besides(len(others), len(diff.added), len(diff.removed))}.",
            expected="Cette ligne, et elle seule, change.",
            at=Rows(),
        )
    price = field_of(site, form, "price")
    shown = f" Le champ {quote(site.words.fields['price'])} montrait {quote(price.value)}." if price else ""
    became = wrong[0] if diff.changed else "rien n'a changé dans la base"
    raise Failed(
        observed=f"{doing} ; après l'envoi, {became}.{shown}",
        expected="Ce qui est corrigé change, et rien d'autre : les autres champs reviennent tels que le formulaire les montrait.",
        help=AS_SHOWN,
        at=Rows() if diff else None,
        stops=not diff,
    )


def _expect_missing_kept(site: Site, kind: str, item: Item, href: str, known: str = "") -> None:
    """What is missing is blank in the form; it is still missing once that is sent, neither 0 nor what was there before, but for
    what was typed in the field of this `kind`: an amount, which may be 0, or a description. All others are typed anew, or none is.

    The form is where it was `known` to be; a row that the visitor has just added has its own to be found.
    """
    site.stock.change(item, price=None, description=None)
    blank = site.stock.item(item.id)
    before, linked = site.stock.raw(), site.stock.linked()
    site.stock.since(before)
    form = (
        _edit_form_again(site, blank, href, known)
        if known
        else acting.find_edit_form(site, blank, site.address_now(blank.name, href))
    )
    emptied = "" if known else f"Nous avons ajouté {quote(item.name)} par le formulaire. "
    emptied += f"Nous avons vidé {quote(site.title('price'))} et {quote(site.title('description'))} de {quote(item.name)} dans la base. "
    _expect_prefilled(site, blank, emptied)
    typed = changed_draft(site, item)
    amount = site.draws.of("montant tapé").one(("0", typed.price))
    blanks = {"description": ""} if kind == "price" else {"price": ""}
    values = typed.but(price=amount).but(date=f"{site.drawn.corrected_day:%d/%m/%Y}", **blanks)
    only = site.draws.of("montant ou texte seul").one(([], [kind]))
    if only:
        values = as_shown(blank).but(**{kind: getattr(values, kind)})
    page = site.page.url
    sent = amounts.Sent(form, page, send(site, form, values, only=only, keep=True), values)
    diff = site.stock.since(before)
    wrong = problems(site, site.stock.item(item.id), values)
    if wrong and not known and not diff:
        raise Failed(
            observed=f"La ligne {quote(blank.name)} vient d'être ajoutée par le formulaire, dans la même visite : après l'envoi de son formulaire de "
            "modification, rien n'a changé dans la base.",
            expected="Toute ligne se modifie, celle que le visiteur vient d'ajouter aussi.",
            help=OF_ONE_S_OWN.format(verb="corrigez"),
        )
    if wrong:
        site.trouble.expect_decent(
            site.page.status, site.page.text, "À l'envoi du formulaire de modification, prix laissé vide"
        )
        raise Failed(
            observed=f"{quote(blank.name)} n'a ni {quote(site.title('price'))} ni {quote(site.title('description'))}. "
            f"Son formulaire est renvoyé, {quote(site.words.fields[kind])} seul rempli des deux : après l'envoi, {wrong[0]}.",
            expected="La ligne contient ce qui a été tapé ; ce qui est laissé vide reste vide : NULL dans la base.",
            help=ZERO_KEPT
            if kind == "price" and amount == "0"
            else AS_IT_COMES
            if reworked(site, site.stock.item(item.id), values)
            else "Un champ laissé vide arrive comme un texte vide : donnez NULL à la requête à sa place (null en PHP, None en "
            "Python).",
            stops=not diff,
        )
    expect_linked_kept(site, linked, f"Après la modification de {quote(blank.name)}", "UPDATE", alone=not known)
    _expect_amounts_taken(site, blank, href, sent)
    if sent.data and UNTESTED not in site.memo:  # last: what a site keeps of a refused form is not looked at
        _expect_mistake_refused(site, form, page, sent.data)


def _expect_amounts_taken(site: Site, item: Item, href: str, sent: amounts.Sent) -> None:
    """The form of an item takes each writing of an amount; what seems not to be taken is typed by a visitor, of whom alone it is
    told: all other fields are sent as they come.
    """
    written = ["0", site.drawn.whole, *amounts.decimals(site.draws.of("montants corrigés"))]
    for amount in amounts.not_taken(site, sent, written, lambda: site.stock.item(item.id)):
        now, before = site.stock.item(item.id), site.stock.raw()
        form = _edit_form_again(site, now, href, sent.page)
        typed = as_shown(now).but(price=amount)
        send(site, form, typed, only=["price"])
        diff = site.stock.since(before)
        if wrong := problems(site, site.stock.item(item.id), typed):
            price, became = (
                quote(site.words.fields["price"]),
                wrong[0] if diff.changed else "rien n'a changé dans la base",
            )
            doing = f"Dans le formulaire de {quote(now.name)}, {price} seul a été corrigé : {quote(amount)}"
            site.trouble.expect_decent(site.page.status, site.page.text, f"{doing} ; à l'envoi")
            raise Failed(
                observed=f"{doing} ; après l'envoi, {became}.{'' if diff else said_near(site, form)}",
                expected=amounts.TAKEN,
                help=ZERO_KEPT if not Decimal(amount.replace(",", ".")) and diff else SAME_AMOUNTS,
                at=Rows() if diff else None,
                stops=False,
            )


def _expect_prefilled(site: Site, item: Item, told: str = "") -> None:
    """Every field of the form now open shows the item's value; `told`: what was done to it before, in a sentence."""
    form = need_item_form(site)
    fields = {kind: field_of(site, form, kind) for kind in ("category", "place", "description", "price", "date")}
    shown = {
        kind: field.chosen if kind in ("category", "place") else field.value for kind, field in fields.items() if field
    }
    right = {
        "category": contains_words(shown.get("category", ""), item.category),
        "place": contains_words(shown.get("place", ""), item.place),
        "description": squeeze(shown.get("description", "")) == squeeze(item.description or ""),
        "price": _same_price(shown.get("price", ""), item),
        "date": shown.get("date") in (item.date.isoformat(), f"{item.date:%d/%m/%Y}"),
    }
    wanted = {
        "category": item.category,
        "place": item.place,
        "description": item.description or "",
        "price": "" if item.price is None else price_text(item.price),
        "date": f"{item.date:%d/%m/%Y}",
    }
    lacking = [kind for kind, fine in right.items() if not (fine and fields[kind])]
    if lacking:
        field = fields[lacking[0]]
        site.page.keep_source(f'name="{field.name}"' if field else "<form")
        lines = [_filled(site.words.fields[kind], shown.get(kind), wanted[kind]) for kind in lacking]
        blank = all(shown.get(kind) and not wanted[kind] for kind in lacking)
        lead = f"{told}{'Son formulaire' if told else f'Le formulaire de {quote(item.name)}'} n'est pas rempli avec ses valeurs :"
        raise Failed(
            observed=f"{lead} {lines[0]}." if len(lines) == 1 else "\n- ".join([lead, *lines]),
            expected="Chaque champ montre la valeur actuelle ; ce qui manque dans la base (NULL) donne un champ vide."
            if blank
            else "Chaque champ montre la valeur actuelle.",
            help=BLANK
            if blank
            else ZERO_SHOWN
            if lacking == ["price"] and not item.price and not shown.get("price")
            else "Écrivez dans chaque champ la valeur lue dans la base : value pour <input>, selected pour une option, "
            "le texte entre les balises pour <textarea>.",
        )


def _filled(label: str, shown: str | None, wanted: str) -> str:
    """What a field of the form shows, and what the base has; `shown`: None where there is no such field."""
    found = "n'est pas dans le formulaire" if shown is None else f"montre {_value(shown)}" if shown else "est vide"
    return f"{quote(label)} {found}, et la base contient {_value(wanted) if wanted else 'NULL (rien)'}"


def _value(text: str) -> str:
    return quote(cut(squeeze(text), 60))


def _same_price(shown: str, item: Item) -> bool:
    if item.price is None:
        return not shown.strip()
    plain = re.sub(r"€|\s", "", shown).replace(",", ".")
    return re.fullmatch(r"\d+(?:\.\d*)?", plain) is not None and Decimal(plain) == item.price
