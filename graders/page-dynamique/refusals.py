"""What a form must refuse: each mistake, with a message near its field, and nothing stored."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from etabli.exam import Answer, Failed, Rows
from etabli.exam.contract.french import listed
from etabli.exam.contract.words import fold, squeeze
from etabli.exam.reading.markup import unescape

from .adding import NAME_LENGTH, expect_long_name_stored
from .changes import expect_unchanged
from .diagnosis import visible_text
from .formats import new_sentences, quote
from .forms import (
    ENCTYPES,
    REFUSAL,
    SERVER,
    deliver,
    draft,
    field_of,
    fill,
    item_form,
    message_near,
    need_add_form,
    refused_form,
    send,
    sent_data,
)
from .tokens import hidden_fields

if TYPE_CHECKING:
    from etabli.exam.contract.values import Field, Response, Row

    from .forms import Draft
    from .visitor import Site

ALSO = "{limit} : vérifiez-le sur le serveur, et n'enregistrez rien au-delà."
NO_CHOICE = (
    "{label} est obligatoire. Votre liste n'a pas de choix vide (« Choisissez ») : un visiteur en envoie toujours un, mais un programme "
    "peut n'en envoyer aucun. Vérifiez sur le serveur, avant l'INSERT, qu'un choix est arrivé, et dites ce qui manque par une phrase."
)
REFUSED_ALONE = "Une seule faute suffit : le formulaire revient avec son message, et rien n'est enregistré."
ALONE = (
    "Quand plusieurs champs sont faux, votre serveur refuse. Faites de même pour un seul : dès qu'il y a un message, n'enregistrez rien, "
    "et ne mettez aucune valeur à la place de celle qui manque."
)
REQUIRED = ("name", "category", "place", "date")
"""What each item has: the price and the description may lack."""
UNTESTED = "untested"
"""Of the memo: the form that adds does not refuse each mistake, or not as it should; the one that changes rows is then not asked."""
LOST = "lost-after-mistake"
"""Of the memo: the field whose mistake alone brought back a page without what was typed in others."""
LEFT = {"name": "avec un nom vide", "price": "avec un prix négatif", "date": "avec une date vide"}
EACH_ITS_OWN = (
    "Un seul test décide pour tous les champs. Rangez les messages dans un tableau, une case par champ, et ne remplissez que celles des champs "
    "faux."
)
REFUSES_WELL = (
    "Votre serveur refuse ces envois : rien n'est enregistré. Il manque l'affichage : écrivez sous chaque champ faux son propre "
    "message."
)
IMPOSSIBLE = "aucun jour"
"""Stands for a day that no calendar has, in the writing that the form's field takes."""
_CHECKED = "vérifiez-le sur le serveur, par checkdate en PHP (strtotime ne suffit pas) ou date.fromisoformat en Python."
CHECK_DAY = f"Ce jour n'existe pas : {_CHECKED}"
DAY_SENT = f"Le champ date du navigateur ne laisse pas taper ce jour, mais un programme peut l'envoyer : {_CHECKED}"


def expect_all_refused(site: Site) -> None:
    """Each faulty form is sent, whatever becomes of the others: all that is to be put right is told at once."""
    site.memo[UNTESTED] = "add"
    drawn = site.drawn
    cases: list[Callable[[], None]] = [
        *(partial(expect_messages, site, doing, faulty, **values) for doing, faulty, values in faulty_forms(site)),
        partial(expect_too_long_refused, site),
        partial(expect_long_name_stored, site),
        partial(
            refuse_quietly,
            site,
            f"Avec un prix de {drawn.precise}",
            ALSO.format(limit="Un montant a deux décimales au plus"),
            price=drawn.precise,
        ),
    ]
    told: dict[str, Failed] = {}
    shown: Callable[[], None] | None = None
    for case in cases:
        try:
            case()
        except Failed as failed:
            told.setdefault(failed.observed, failed)
            shown = shown or case
    if not told:
        expect_each_refused_alone(site)
        del site.memo[UNTESTED]
    found = list(told.values())
    if shown and shown is not cases[-1]:
        with suppress(Failed):  # once more: the picture that is kept is that of the first mistake, not of the last case
            shown()
    if len(found) == 1:
        raise found[0]
    if found:
        raise Failed(
            observed="\n- ".join([f"{len(found)} saisies sont à reprendre :", *told]),
            expected="Chaque saisie fausse est refusée, avec un message près de chaque champ à corriger ; une saisie juste est "
            "enregistrée telle quelle.",
            help=" ".join(dict.fromkeys(failed.help for failed in found if failed.help)) or None,
        )


def faulty_forms(site: Site) -> list[tuple[str, list[str], dict[str, str]]]:
    """Two forms that hold each kind of mistake once, drawn for each in which: in words, the faulty fields, what is typed."""
    drawn, draw = site.drawn, site.draws.of("fautes ensemble")
    prices = draw.shuffled((("prix négatif", drawn.negative), ("prix en lettres", drawn.lettered)))
    days = draw.shuffled((("date vide", ""), ("date impossible ({day})", IMPOSSIBLE)))
    unnamed, unlisted = draw.below(2), draw.below(2)
    no_name = _no_name(site, alone=False)
    forms = []
    for number, (price, day) in enumerate(zip(prices, days, strict=True)):
        mistakes = [(no_name[1], {"name": no_name[0]})] if number == unnamed else []
        mistakes += [(price[0], {"price": price[1]}), (day[0], {"date": day[1]})]
        mistakes += [("listes sans choix", {"category": "", "place": ""})] if number == unlisted else []
        typed = {kind: value for _told, values in mistakes for kind, value in values.items()}
        forms.append((listed(told for told, _values in mistakes), list(typed), typed))
    return forms


def expect_each_refused_alone(site: Site) -> None:
    """Each field that is faulty alone stores nothing: sent as a program does, after a refused form, all others right.

    In a drawn order, with one of two mistakes where there are two kinds; each is written in a drawn way, which programs read alike.
    A drawn one is then sent by the browser, and those of which the answer says nothing that another answer does not: the message
    has to be near the field.
    """
    form = item_form(site) or need_add_form(site)
    site.acts()
    fill(site, form, draft(site, name=site.drawn.refused))
    data, address, sent = sent_data(site, form), site.page.url, site.visitor()
    writing = site.draws.of("écriture des fautes")
    hidden = {field.name for field in form.fields if field.kind == "hidden"}
    before = site.stock.snapshot()
    alone = dict[str, tuple[str, str]]()
    said = dict[str, Counter[str]]()
    for kind in site.shuffled("fautes seules", ("name", "price", "date", "category", "place") if data else ()):
        field = field_of(site, form, kind)
        if field is None or field.name not in dict(data):
            continue
        value, told = mistake_alone(site, field, kind)
        if kind in LEFT or may_be_left(field):
            alone[kind] = value, told
        one = [(name, value if name == field.name else old) for name, old in data]
        one = [pair for pair in one if field.kind != "radio" or pair[0] != field.name]
        answer = deliver(sent, form, one, writing.one(ENCTYPES), sent_from=address)
        expect_refused(site, answer, before, f"{told} pour seule faute", (REFUSAL, REFUSED_ALONE), ALONE)
        other = field_of(site, form, "description" if kind == "name" else "name")
        if (kind in LEFT or may_be_left(field)) and other and other.name in dict(data):
            if squeeze(dict(data)[other.name]) not in squeeze(unescape(answer.readable)):
                site.memo.setdefault(LOST, kind)
        said[kind] = Counter(_words(answer.readable))
        known = hidden_fields(answer.readable, form.index)
        data = [(name, known.get(name, old) if name in hidden else old) for name, old in data]
    shown = site.draws.of("faute seule à l'écran").some(sorted(alone), 1)
    silent = [kind for kind in alone if not _own_words(said, kind)]
    for kind in dict.fromkeys([*shown, *silent]):
        value, told = alone[kind]
        told = "une date impossible ({day})" if kind == "date" and value else told.removeprefix("Avec ")
        told = told.replace("Sans choix", "une liste sans choix", 1)
        values = {kind: IMPOSSIBLE if kind == "date" and value else value}
        expect_messages(site, f"{told} pour seule faute", [kind], **values)


def _own_words(said: Mapping[str, Counter[str]], kind: str) -> Counter[str]:
    """The words of the answer to this mistake that the answer to another one has not, or not as often."""
    common = Counter(said[kind])
    for other, words in said.items():
        common &= words if other != kind else common
    return said[kind] - common


def _words(source: str) -> list[str]:
    """The words of a page, three letters at least, as a message that is near a field has one."""
    return re.findall(r"[^\W\d_]{3,}", fold(visible_text(source)))


def expect_refused(
    site: Site,
    answer: Response,
    before: Mapping[str, Sequence[Row]],
    doing: str,
    expected: tuple[str, str],
    advice: str,
) -> None:
    """A mistake that was sent without the browser is answered by a decent page, and changes no table since `before`.

    Args:
        site: The site.
        answer: What came.
        before: The tables, as a snapshot has them.
        doing: What was sent, in words.
        expected: Of the answer, then of the tables.
        advice: What to do where it is not so.
    """
    at: Answer | Rows = Answer()  # the page now open is another one
    try:
        site.trouble.expect_decent(answer.status, visible_text(answer.readable), doing, expected[0], refused=advice)
        at = Rows()
        expect_unchanged(site, before, doing, expected=expected[1], help=advice)
    except Failed as failed:
        failed.at = at
        raise


def mistake_alone(site: Site, field: Field, kind: str) -> tuple[str, str]:
    """A drawn mistake of this field, as it is sent, and in words."""
    drawn, draw = site.drawn, site.draws.of(f"faute seule : {kind}")
    if kind == "price":
        number = drawn.whole
        return draw.one(
            (
                (drawn.negative, "Avec un prix négatif"),
                (f"{drawn.negative},{draw.between(11, 99)}", "Avec un prix négatif, et des centimes"),
                (drawn.lettered, "Avec un prix en lettres"),
                (f"{number}{drawn.unknown}", f"Avec un nombre suivi de lettres pour prix ({number}{drawn.unknown})"),
            )
        )
    if kind == "name":
        value, told = _no_name(site, alone=True)
        return value, f"Avec un {told}"
    if kind == "date" and draw.one((True, False)):
        (day, month), year = draw.one((drawn.no_february, (drawn.day.day, draw.between(13, 19)))), drawn.day.year
        told = f"{day:02d}/{month:02d}/{year}"
        sent = f"{year}-{month:02d}-{day:02d}" if field.kind == "date" else told
        return sent, f"Avec une date impossible (le {told})"
    return "", "Avec une date vide" if kind == "date" else f"Sans choix dans {quote(site.words.fields[kind])}"


def _no_name(site: Site, *, alone: bool) -> tuple[str, str]:
    """An empty name or one of spaces, and its words: the one that is the only mistake (drawn), or the other one."""
    draw = site.draws.of("faute seule : name")
    spaces = draw.one((True, False)) == alone
    return (" " * draw.between(1, 9), "nom fait d'espaces") if spaces else ("", "nom vide")


def expect_messages(site: Site, doing: str, faulty: Sequence[str], **values: str) -> None:
    """A faulty form comes back, stores nothing, and has one message near each faulty field; `doing` may name the ``{day}``."""
    blank = need_add_form(site)
    typed = draft(site, **({"name": site.drawn.refused} | values))
    advice = SERVER
    if typed.date == IMPOSSIBLE:
        field, (day, month), year = field_of(site, blank, "date"), site.drawn.no_day, site.drawn.day.year
        offered = field is not None and field.kind == "date"  # a visitor types the day in a text, a program sends it
        typed = typed.but(date=f"{year}-{month:02d}-{day}" if offered else f"{day}/{month:02d}/{year}")
        doing, advice = doing.format(day=f"le {day}/{month:02d}/{year}"), DAY_SENT if offered else CHECK_DAY
    for kind in ("category", "place"):
        if kind in faulty and not may_be_left(field_of(site, blank, kind)):
            # No visitor makes that mistake, so no message is due; only a program sends the form so.
            label = quote(site.words.fields[kind])
            refuse_quietly(site, f"Sans choix dans {label}", NO_CHOICE.format(label=label), **{kind: ""})
            blank = need_add_form(site)
            faulty = [other for other in faulty if other != kind]
            typed = typed.but(**{kind: getattr(draft(site), kind)})
    before, frame = site.stock.snapshot(), site.page.text
    send(site, blank, typed)
    form = refused_form(site, before, f"Avec {doing}", advice, _left_empty(site, typed))
    messages = {kind: message_near(site, form, blank, kind) for kind in faulty}
    silent = [site.words.fields[kind] for kind, message in messages.items() if not message]
    if silent:
        elsewhere = next(new_sentences(frame, site.page.text), "") if len(silent) == len(messages) else ""
        aside = f" Ailleurs dans la page, on lit : {quote(elsewhere.rstrip('.'))}." if elsewhere else ""
        raise Failed(
            observed=f"Avec {doing}, rien n'apparaît près de : {listed(silent)}.{aside}",
            expected="Un message près de chaque champ à corriger.",
            help=REFUSES_WELL
            if elsewhere
            else advice
            if advice != SERVER and not messages.get("date")
            else f"Sur le serveur, refusez aussi {listed(_mistake(kind, typed) for kind in faulty if not messages[kind])}, avec un "
            "message à côté du champ, même quand un autre champ est faux.",
        )
    _expect_own_messages(
        site, doing, faulty, {kind: message_near(site, form, blank, kind) for kind in site.words.fields}
    )


def _expect_own_messages(site: Site, doing: str, faulty: Sequence[str], messages: Mapping[str, str]) -> None:
    """Raises Failed when every field that may be faulty has the message of one that is, each its own time: one fault marks them all.

    A message that stands once, and to which all fields are linked, is none beside the right ones.
    """
    right = {kind: squeeze(messages[kind]) for kind in messages if kind not in faulty}
    said = next((squeeze(messages[kind]) for kind in faulty if squeeze(messages[kind]) in right.values()), "")
    same = [kind for kind, message in messages.items() if squeeze(message) == said]
    may_fail = [right[kind] for kind in right if kind != "description"]
    if said and len(may_fail) > 1 and all(may_fail) and squeeze(site.page.text).count(said) >= len(same):
        raise Failed(
            observed=f"Avec {doing}, un message apparaît aussi près des champs justes. Près de "
            f"{listed(quote(site.words.fields[kind]) for kind in same if kind in right)}, on lit {quote(said.rstrip('.'))}.",
            expected="Un message près de chaque champ à corriger, et de lui seul.",
            help=EACH_ITS_OWN,
        )


def _left_empty(site: Site, typed: Draft) -> str:
    """Where to look when the base refuses a draft in which a demanded field is empty: the same of each, told once."""
    if all(getattr(typed, kind) for kind in REQUIRED):
        return SERVER
    return (
        f"{listed(quote(site.words.fields[kind]) for kind in REQUIRED)} sont obligatoires : vérifiez sur le serveur, avant l'INSERT, "
        "que chacun est arrivé rempli, et montrez un message à côté de celui qui manque."
    )


def _mistake(kind: str, typed: Draft) -> str:
    """What is wrong with a field of a draft, in words."""
    if kind == "price":
        return "un prix négatif" if typed.price.startswith("-") else "un prix en lettres"
    if kind == "date":
        return "une date impossible" if typed.date else "une date vide"
    return "un nom vide" if kind == "name" else "une liste sans choix"


def may_be_left(field: Field | None) -> bool:
    """Whether a visitor can send the form without a choice in this list."""
    return field is not None and (field.kind == "radio" or any(not option.value for option in field.options))


def expect_too_long_refused(site: Site) -> None:
    """A name of 121 characters is neither cut nor a crash."""
    doing = f"Avec un nom de {NAME_LENGTH + 1} caractères"
    refuse_quietly(
        site, doing, ALSO.format(limit=f"Un nom a {NAME_LENGTH} caractères au plus"), name=f"{site.drawn.long}à"
    )


def refuse_quietly(site: Site, doing: str, advice: str, **values: str) -> None:
    """Raises Failed when a draft that cannot be stored as it was typed is stored, or breaks the page."""
    before = site.stock.snapshot()
    send(site, need_add_form(site), draft(site, **values))
    site.trouble.expect_decent(site.page.status, site.page.text, doing, REFUSAL, refused=advice)
    expect_unchanged(site, before, doing, help=advice)
