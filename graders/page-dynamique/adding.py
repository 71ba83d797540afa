"""What the form that adds an item must do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from html import unescape
from itertools import cycle
from time import monotonic
from typing import TYPE_CHECKING

from etabli.exam import Answer, Failed, Rows
from etabli.exam.contract.french import counted, listed
from etabli.exam.contract.words import contains_words, cut, fold, squeeze

from .connection import own_texts
from .diagnosis import own_text, visible_text
from .formats import quote
from .forms import (
    DONE,
    ENCTYPES,
    REFUSAL,
    SERVER,
    Draft,
    cookie_header,
    deliver,
    draft,
    field_of,
    fill,
    find_add_form,
    item_form,
    message_near,
    need_add_form,
    need_item_form,
    problems,
    refused_form,
    send,
    sender,
    sent_data,
    stored,
)
from .hostile import LEAVING, breakout, expect_inert, hidden_fields, replay
from .visitor import changes, new_sentences

if TYPE_CHECKING:
    from etabli.exam.contract.values import Field, Form, Response, Row

    from .shape import Linked
    from .visitor import Site


PAGES = (".php", ".inc", ".html", ".htm", ".jinja", ".j2")
"""Files in which a form is written."""
WRITES_VALUE = re.compile(r"""value\s*=\s*["']?\s*(?:<\?(?:=|php\s+echo)|\{\{).{0,80}?(?:\?>|\}\})["']?""")
"""A box that writes what the program gives it."""
EMPTIES = re.compile(r"""\b(\w{2,40})\s*=\s*(?:array_fill\w*\(|dict\.fromkeys\(|array\(\)|\[\]|\{\}|''|"")""")
"""A name that is given nothing, or nothings."""
NAME_LENGTH = 120
NOT_ADDED = (
    "Remplissez votre formulaire avec ces mêmes valeurs et lisez ce qu'il répond : les refuse-t-il ? Sinon, la requête "
    "INSERT est-elle exécutée, puis validée (commit) en Python ?"
)
ALSO = "Vérifiez aussi {what} sur le serveur."
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
KNOWN_AGAIN = (
    "Bloquer le bouton par un script ne suffit pas, rediriger non plus : reconnaissez le formulaire sur le serveur, par "
    "une clé cachée qui ne sert qu'une fois."
)
KEY_LEFT = (
    "Votre formulaire porte déjà une clé cachée qui change ({name}), mais le serveur a accepté deux fois la même. À la "
    "réception, vérifiez que la session la connaît, effacez-la, puis enregistrez la ligne (ou notez dans la session chaque "
    "clé qui a servi, et refusez-la ensuite). En Flask, gardez plutôt dans "
    "app.py les clés déjà servies : la session y est un cookie, que le second envoi renvoie."
)
TOO_LATE = (
    "L'un après l'autre, les deux envois ne comptent qu'une fois ; presque en même temps, ils passent tous les deux. "
    "Effacez la clé avant d'enregistrer la ligne, pas après ; en Flask, sous un verrou (threading.Lock)."
)
SENT_BACK = "Un envoi de trop n'ajoute rien, et renvoie le visiteur vers une page du site."
UNTESTED = "untested"
"""Of the memo: the form that adds does not refuse each mistake, or not as it should; the one that changes rows is then not asked."""
LOST = "lost-after-mistake"
"""Of the memo: the field whose mistake alone brought back a page without what was typed in others."""
_LEFT = {"name": "avec un nom vide", "price": "avec un prix négatif", "date": "avec une date vide"}
EDIT_FORM = "la page du formulaire de modification"
RETURNED = "la page du formulaire d'ajout qui revient avec ses messages"
KEYS_FORGOTTEN = (
    "Le serveur ne se souvient que de la dernière clé : après un autre ajout, un formulaire plus ancien passe encore. Gardez toutes "
    "les clés qui ont servi (un tableau dans $_SESSION en PHP, un set dans app.py avec Flask), pas une seule."
)
BY_KEY = (
    "Comparez la clé cachée, et non ce que contient le formulaire : deux lignes peuvent avoir les mêmes valeurs. Si la clé est bien ce que vous "
    "comparez, elle doit être nouvelle à chaque affichage."
)
KEYLESS = (
    "Le formulaire qui revient avec ses messages n'a plus de clé cachée. Écrivez-en une dans chaque formulaire que vous affichez, après une faute "
    "aussi, et refusez un envoi sans clé."
)
LEAST_KEY = 6
"""Characters of a hidden value that may be a key: a shorter one is a number or a word."""
MOST_CLICKED = 3
"""Double clicks of which each has to add two rows."""
DOUBLE_CLICK = 80, 120
"""Milliseconds from the first click to the second, of a quick hand: each is a part of what an exam takes."""
LATEST_PAGE = 0.2
"""Seconds by which a page that is long in coming delays the second one."""
REDIRECT = "Après l'enregistrement, redirigez le visiteur (code 303) : recharger la page ne renvoie plus le formulaire."
ZERO_KEPT = (
    "Avec 12,50, c'est juste : essayez avec 0. « or None », « ?: null » et empty prennent 0 pour un champ vide ; comparez "
    "plutôt le texte reçu au texte vide."
)
OPENS_BLANK = (
    "Le lien ouvre un formulaire vide : un champ que le visiteur laisse arrive alors vide, et la ligne reçoit NULL."
)
_LOST_LABELS = """
return [...document.querySelectorAll("label[for]")].filter((one) => !one.control && one.innerText.trim())
  .map((one) => one.innerText.trim().slice(0, 60));
"""
_HIDING = """
return arguments[0].map((text) => {
  const label = [...document.querySelectorAll("label,legend")].find((one) => bare(one) === text || squeeze(one.textContent) === text);
  const around = [];
  for (let up = label; up; up = up.parentElement) around.push(up);
  const parts = label ? [...label.querySelectorAll("*"), ...around] : [];
  const hiding = parts.find((one) => !one.matches("input,select,textarea,option,script,style") && (unseen(one) || !shown(one)));
  return hiding ? hiding.cloneNode(false).outerHTML.split("></")[0].replace(/>?$/, ">") : "";
});
"""
"""The tags by which these labels are hidden, '' where nothing says so."""
EACH_ITS_OWN = (
    "Un seul test décide pour tous les champs. Rangez les messages dans un tableau, une case par champ, et ne remplissez que celles des champs "
    "faux."
)
KEY_SPENT = (
    "La clé cachée ne sert qu'une fois : l'envoi refusé l'a peut-être effacée. Vérifiez d'abord les champs, et n'effacez la clé que juste "
    "avant l'INSERT ; ou écrivez une clé nouvelle dans le formulaire qui revient."
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


def expect_all_added(site: Site) -> None:
    """Four rows are stored, each in a category and a place of its own; price and description are left blank in one of them, or
    each in another one (drawn). The category or the place of the last one (drawn) has just got another name.
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


def expect_added(site: Site, *, name: str, **values: str) -> None:
    """The form stores exactly one row, with what was typed, and the visitor sees it.

    A field in which nothing is to be typed is left as it opens.
    """
    typed = draft(site, name=name, **values)
    before, linked = site.stock.raw(), site.stock.linked()
    form = need_add_form(site)
    frame = site.page.text
    opened = _values(site, form)
    send(site, form, typed, only=[kind for kind in Draft.__dataclass_fields__ if getattr(typed, kind)])
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
            help=None if diff else NOT_ADDED,
        )
    site.expect_unchanged(
        linked, "À l'envoi du formulaire", expected="Une ligne de plus dans la table, et rien d'autre."
    )
    [row] = [site.stock.item(identifier) for identifier in site.stock.ids(diff.added)]
    wrong = problems(site, row, typed)
    if wrong:
        lost = typed.price == "0" and row.price is None
        left = next((kind for kind in opened if opened[kind].strip() and not getattr(typed, kind)), "")
        told = (
            f" À l'ouverture du formulaire, {quote(site.words.fields[left])} montrait déjà {quote(opened[left])}."
            if left
            else ""
        )
        raise Failed(
            observed=f"Dans la nouvelle ligne, {wrong[0]}.{' On avait tapé 0.' if lost else told}",
            expected="Ce qui a été tapé.",
            help=ZERO_KEPT if lost else OPENS_BLANK if left else None,
        )
    _expect_confirmed(site, name, frame)


def _expect_confirmed(site: Site, name: str, frame: str) -> None:
    """Raises Failed unless the page now open gives the name, or says it is done in words that the form's page has not."""
    site.expect_decent(site.page.status, site.page.text, "Après l'ajout")
    if not contains_words(site.page.text, name) and not DONE.search(fold(own_text(site.page.text, frame))):
        raise Failed(
            observed="Après l'ajout, la page affichée ne dit rien de la nouvelle ligne.",
            expected="Le visiteur voit que l'ajout a réussi : un message, la liste ou la page créée.",
            help="La ligne est bien enregistrée : redirigez ensuite vers sa page ou vers la liste, ou affichez un message.",
        )


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
            ALSO.format(what="le nombre de décimales"),
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
    forms = []
    for number, (price, day) in enumerate(zip(prices, days, strict=True)):
        mistakes = [("nom vide", {"name": ""})] if number == unnamed else []
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
        if kind in _LEFT or _may_be_left(field):
            alone[kind] = value, told
        one = [(name, value if name == field.name else old) for name, old in data]
        one = [pair for pair in one if field.kind != "radio" or pair[0] != field.name]
        answer = deliver(sent, form, one, writing.one(ENCTYPES), sent_from=address)
        expect_refused(site, answer, before, f"{told} pour seule faute", (REFUSAL, REFUSED_ALONE), ALONE)
        other = field_of(site, form, "description" if kind == "name" else "name")
        if (kind in _LEFT or _may_be_left(field)) and other and other.name in dict(data):
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
        site.expect_decent(answer.status, visible_text(answer.readable), doing, expected[0], refused=advice)
        at = Rows()
        site.expect_unchanged(before, doing, expected=expected[1], help=advice)
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
    if kind == "name" and draw.one((True, False)):
        return " " * draw.between(1, 9), "Avec un nom fait d'espaces"
    if kind == "date" and draw.one((True, False)):
        (day, month), year = draw.one((drawn.no_february, (drawn.day.day, draw.between(13, 19)))), drawn.day.year
        told = f"{day:02d}/{month:02d}/{year}"
        sent = f"{year}-{month:02d}-{day:02d}" if field.kind == "date" else told
        return sent, f"Avec une date impossible (le {told})"
    lacks = {"name": "Avec un nom vide", "date": "Avec une date vide"}
    return "", lacks.get(kind) or f"Sans choix dans {quote(site.words.fields[kind])}"


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
        if kind in faulty and not _may_be_left(field_of(site, blank, kind)):
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


def _may_be_left(field: Field | None) -> bool:
    """Whether a visitor can send the form without a choice in this list."""
    return field is not None and (field.kind == "radio" or any(not option.value for option in field.options))


def expect_too_long_refused(site: Site) -> None:
    """A name of 121 characters is neither cut nor a crash."""
    doing = f"Avec un nom de {NAME_LENGTH + 1} caractères"
    refuse_quietly(site, doing, ALSO.format(what="la longueur du nom"), name=f"{site.drawn.long}à")


def expect_long_name_stored(site: Site) -> None:
    """A name of 120 letters with accents, which are more bytes, is stored."""
    name = site.drawn.long
    typed = draft(site, name=name, price=site.drawn.pointed)
    send(site, need_add_form(site), typed)
    rows = stored(site, name)
    if rows and (wrong := problems(site, rows[0], typed)):
        raise Failed(observed=f"Dans la nouvelle ligne, {wrong[0]}.", expected="Ce qui a été tapé.")
    if not rows:
        site.expect_decent(site.page.status, site.page.text, f"Avec un nom de {NAME_LENGTH} caractères accentués")
        raise Failed(
            observed=f"Un nom de {NAME_LENGTH} caractères, tous avec des accents, n'est pas enregistré tel quel.",
            expected=f"Un nom de {NAME_LENGTH} caractères au plus est accepté, accents compris.",
            help="Comptez les caractères, pas les octets : mb_strlen au lieu de strlen en PHP.",
        )


def refuse_quietly(site: Site, doing: str, advice: str, **values: str) -> None:
    """Raises Failed when a draft that cannot be stored as it was typed is stored, or breaks the page."""
    before = site.stock.snapshot()
    send(site, need_add_form(site), draft(site, **values))
    site.expect_decent(site.page.status, site.page.text, doing, REFUSAL, refused=advice)
    site.expect_unchanged(before, doing, help=advice)


def expect_all_kept(site: Site) -> None:
    """After a mistake, all other fields keep what was typed; one of two mistakes is put right, and stored.

    An empty name or a negative price, a date or a list left empty; one of each, drawn; and the one after which
    `expect_each_refused_alone` did not read again what was typed. A mistake that the site does not refuse is the matter of
    `ajout-messages`, as long as it refuses another.
    """
    stored, draw = [], site.draws.of("faute corrigée")
    kinds = [draw.one(("name", "price")), draw.one(("date", "category", "place"))]
    mended = draw.one((0, 1))
    for number, field in enumerate(dict.fromkeys([*kinds, site.memo.get(LOST, kinds[0])])):
        if field in ("category", "place") and not _may_be_left(
            field_of(site, item_form(site) or need_add_form(site), field)
        ):
            field = "date"
        doing = _LEFT.get(field) or f"sans choix dans {quote(site.words.fields[field])}"
        right = draft(site, name=site.drawn.kept)
        before = site.stock.snapshot()
        try:
            kept = [kind for kind in Draft.__dataclass_fields__ if kind != field]
            wrong = site.drawn.negative if field == "price" else ""
            typed, back = expect_kept(site, doing, kept, **{field: wrong})
        except Failed as failed:
            if site.stock.snapshot() == before:
                if field not in ("name", "price") and item_form(site) is None:
                    failed.because = ("ajout-messages",)  # which looks for these mistakes too
                raise
            stored.append(failed)
        else:
            if number == mended:
                _expect_mended_stored(site, doing, field, typed.but(**{field: getattr(right, field)}), back)
    if len(stored) >= len(kinds):
        stored[0].because = ("ajout-messages",)  # nothing is refused: no form came back that could have kept anything
        raise stored[0]


def _expect_mended_stored(site: Site, doing: str, kind: str, right: Draft, back: Form) -> None:
    """The form that came `back` adds one row once its mistake is put `right`."""
    before = site.stock.raw()
    send(site, back, right, only=[kind])
    diff = site.stock.since(before)
    rows = [site.stock.item(identifier) for identifier in site.stock.ids(diff.added)]
    wrong = problems(site, rows[0], right) if len(rows) == 1 else []
    if len(rows) == 1 and not (wrong or diff.removed or diff.changed):
        return
    told = f"Envoyé {doing}, le formulaire revient ; {quote(site.words.fields[kind])} corrigé, il est envoyé de nouveau"
    site.expect_decent(site.page.status, site.page.text, told)
    became = f"{changes(diff)} dans la table" if diff else "rien n'est enregistré"
    raise Failed(
        observed=f"{told} : {f'dans la nouvelle ligne, {wrong[0]}' if wrong else became}.",
        expected="La saisie corrigée s'enregistre : une ligne de plus, avec ce que montre le formulaire.",
        help=None if diff else KEY_SPENT,
    )


def expect_kept(site: Site, doing: str, kept: Sequence[str], **values: str) -> tuple[Draft, Form]:
    """What was typed in the `kept` fields is there again when the form comes back; gives it, and this form."""
    typed = draft(site, **({"name": site.drawn.kept} | values))
    form = need_add_form(site)
    fill(site, form, typed)
    filled = _values(site, need_item_form(site))
    before = site.stock.snapshot()
    site.acts()
    site.page.submit(form, sender(form))
    back = refused_form(site, before, f"Envoyé {doing}")
    shown = _values(site, back)
    lost = [kind for kind in kept if _plain(shown.get(kind, "")) != _plain(filled.get(kind, ""))]
    if lost:
        labels = listed(site.words.fields[kind] for kind in lost)
        raise Failed(
            observed=f"Le formulaire envoyé {doing} revient sans ce qui avait été tapé dans : {labels}.",
            expected="Chaque champ garde ce que le visiteur a tapé ou choisi.",
            help=_emptied(site, [field.name for kind in lost if (field := field_of(site, back, kind))]),
        )
    return typed, back


def _emptied(site: Site, names: Sequence[str]) -> str | None:
    """Where to look when each of these boxes writes a value already, and what it writes was emptied before; else None."""
    boxes = [
        (path, number, line[:2000])
        for path in site.files.paths(*PAGES)
        for number, line in enumerate(site.files.text(path).splitlines(), 1)
        if "<input" in line and any(f'"{name}"' in line or f"'{name}'" in line for name in names)
    ]
    found = [WRITES_VALUE.search(line) for _, _, line in boxes]
    if not found or not found[0] or not all(found):
        return None
    (path, number, _), written = boxes[0], found[0].group()
    told = f"Vos champs affichent déjà une valeur ({path}, ligne {number} : « {cut(squeeze(written), 60)} »)"
    shown = site.page.path.split("?")[0].lstrip("/")
    emptied = [
        (path == shown, f"{path}, ligne {number} : « {cut(squeeze(line), 60)} »")
        for path, text in own_texts(site.files).items()
        for number, line in enumerate(text.splitlines(), 1)
        for held in EMPTIES.findall(line[:2000])
        if re.search(rf"\b{held}\b", written.partition("=")[2])
    ]
    likely = [place for here, place in emptied if here] or [place for _, place in emptied]
    if len(likely) == 1:
        return f"{told}, mais elle est vidée avant l'affichage ({likely[0]})."
    return f"{told} : suivez-la depuis l'envoi du formulaire, et cherchez où elle est vidée ou remplacée avant l'affichage."


def _values(site: Site, form: Form) -> dict[str, str]:
    values = {}
    for kind in Draft.__dataclass_fields__:
        field = field_of(site, form, kind)
        if field is not None:
            values[kind] = field.chosen if field.kind in ("select", "radio") else field.value
    return values


def _plain(value: str) -> str:
    """A value as it is compared: spaces collapsed, a decimal point for a comma, a number without the zeros at its end."""
    plain = squeeze(value).replace(",", ".")
    return plain.rstrip("0").rstrip(".") if re.fullmatch(r"\d+\.\d+", plain) else plain


def expect_single_row(site: Site, name: str) -> None:
    """One row, sent twice as two visits; one of another form filled alike, sent twice by a double click, reloaded, then sent again.

    That one has come back with a message, and was put right. Then the first form comes again, as from « Précédent »; last a new
    one twice, the second time before the first answer.
    """
    earlier = need_add_form(site)
    fill(site, earlier, draft(site, name=name))
    sent, at_first = (sent_data(site, earlier), cookie_header(site), site.page.url), site.stock.raw()
    site.acts()
    site.page.submit(earlier, sender(earlier))
    answer = replay(site, earlier, *sent)
    _expect_one(site, name, at_first, "Envoyé deux fois de suite", lambda: _known_again(site, earlier), answer=answer)
    back = _came_back(site)
    before, form = site.stock.raw(), back or need_add_form(site)
    data, cookies, address = _sent_twice(site, form, name)
    if back and len(stored(site, name)) < 2:  # what is put right and not stored is the matter of another check
        back, form = None, need_add_form(site)
        data, cookies, address = _sent_twice(site, form, name)
    doing = "Revenu avec un message, corrigé, puis envoyé" if back else "Envoyé"
    advice = KEYLESS if back and len(_keys(back)) < len(_keys(earlier)) else TOO_LATE
    _expect_one(site, name, before, f"{doing} deux fois presque en même temps", lambda: advice, 1)
    site.page.reload()
    _expect_one(site, name, before, "Après un rechargement de la page qui suit l'ajout", lambda: REDIRECT, 1)
    answer = replay(site, form, data, cookies, address)
    _expect_one(site, name, before, "Envoyé une nouvelle fois, tel quel", lambda: KNOWN_AGAIN, 1, answer=answer)
    answer = replay(site, earlier, *sent)
    _expect_one(site, name, at_first, "Renvoyé après un autre ajout", lambda: KEYS_FORGOTTEN, 1, answer=answer)
    _expect_one_of_both(site, earlier, name, sent[0], sent[2])


def _expect_one_of_both(site: Site, form: Form, name: str, data: Sequence[tuple[str, str]], page: str) -> None:
    """One that is sent again before its first answer has come, as by a double click, adds no two rows.

    Who notes a key right after the insertion has a window of some milliseconds, which a busy machine makes longer: two rows
    have to come of each of some forms, and the longer the page of the form takes, the later it is sent again. That nothing is
    stored is told by nobody: a script may have had its part in what was sent.
    """
    hidden, pause = {field.name for field in form.fields if field.kind == "hidden"}, site.draws.of("double clic")
    before = site.stock.raw()
    for _time in range(MOST_CLICKED if data else 0):
        visitor, count, start = site.visitor(), len(stored(site, name)), monotonic()
        known = hidden_fields(visitor.get(page).readable, form.index)
        late = pause.between(*DOUBLE_CLICK) / 1000 + min(monotonic() - start, LATEST_PAGE)
        fresh = [(one, known.get(one, old) if one in hidden else old) for one, old in data]
        visitor.close()  # its connection: a server that has no place left takes a second to make one
        visitor.post_twice(form.action, fresh, late, sent_from=page)
        if len(stored(site, name)) - count < 2:
            return
    if data:
        site.stock.since(before)
        raise Failed(
            observed=f"Un double clic envoie le formulaire deux fois, la seconde {late * 1000:.0f} ms après la première, sans attendre sa "
            f"réponse : {quote(name)} est enregistré 2 fois. C'est arrivé {MOST_CLICKED} fois sur {MOST_CLICKED}.",
            expected="La ligne est dans la base une seule fois.",
            help=TOO_LATE,
            at=Rows(),
        )


def _came_back(site: Site) -> Form | None:
    """The form as it comes back with its message once it was sent without a name; None where it does not."""
    before = site.stock.raw()
    with suppress(Failed):
        send(site, need_add_form(site), draft(site, name=""))
        return item_form(site) if site.stock.raw() == before else None
    return None


def _sent_twice(site: Site, form: Form, name: str) -> tuple[list[tuple[str, str]], dict[str, str], str]:
    """Fill the form now open and send it by a double click; what was sent, with which cookies, from where."""
    fill(site, form, draft(site, name=name))
    sent = sent_data(site, form), cookie_header(site), site.page.url
    site.page.submit_twice(form, sender(form))
    return sent


def _keys(form: Form) -> list[str]:
    """The names of hidden values that may be keys or tokens."""
    return [field.name for field in form.fields if field.kind == "hidden" and len(field.value) >= LEAST_KEY]


def _known_again(site: Site, sent: Form) -> str:
    """What lacks to a form that was stored twice: a key, or a server that looks at the one it bears.

    A key is a hidden value that is another one each time the form is shown; a token of the visit stays the same.
    """
    try:
        shown = need_add_form(site)
    except Failed:
        return KNOWN_AGAIN
    before = {field.name: field.value for field in sent.fields if field.kind == "hidden" and field.name}
    keys = [
        field.name
        for field in shown.fields
        if field.kind == "hidden"
        and min(len(field.value), len(before.get(field.name, ""))) >= LEAST_KEY
        and field.value != before[field.name]
    ]
    return KEY_LEFT.format(name=quote(keys[0])) if keys else KNOWN_AGAIN


def _expect_one(
    site: Site,
    name: str,
    before: Sequence[Row],
    doing: str,
    advice: Callable[[], str],
    alike: int = 0,
    *,
    answer: Response | None = None,
) -> None:
    """A form has stored one row of this name, besides those of forms that were filled `alike`; no page says it broke.

    `answer`: what was answered without the browser, where the page now open is not it.
    """
    site.stock.since(before)
    count = len(stored(site, name)) - alike
    if count != 1:
        if not count:
            site.expect_decent(site.page.status, site.page.text, doing)
        if alike and not count:
            raise Failed(
                observed=f"Un second formulaire, ouvert ensuite et rempli comme le premier, n'a pas enregistré {quote(name)}.",
                expected="Deux formulaires remplis pareil font deux lignes : chacun a sa clé.",
                help=BY_KEY,
            )
        raise Failed(
            observed=f"{doing}, le même formulaire "
            + (f"a enregistré {count} fois {quote(name)}." if count else f"n'a pas enregistré {quote(name)}."),
            expected="La ligne est dans la base une seule fois.",
            help=advice() if count else NOT_ADDED,
        )
    status, text = (answer.status, visible_text(answer.readable)) if answer else (site.page.status, site.page.text)
    try:
        site.expect_decent(status, text, f"{doing}, le formulaire n'ajoute rien de plus ; ensuite", SENT_BACK)
    except Failed as failed:
        failed.at = Answer() if answer else None
        raise


def expect_labels(site: Site, further: Mapping[str, str]) -> None:
    """Every field of ``/``, of the add form, blank and as it comes back with its messages, and of the form that changes an item, if
    it is one of the `further` pages, has a label of its own.
    """
    form = need_add_form(site)
    pages = {"la page du formulaire d'ajout": "", RETURNED: "", "la page /": "/"}
    pages |= {where: address for where, address in further.items() if where == EDIT_FORM}
    for number, (where, address) in enumerate(pages.items()):
        if address:
            site.page.open(address)
        elif number:
            site.acts()
            with suppress(Failed):  # what does not come back is told by `ajout-messages`
                site.page.submit(form, sender(form))
            if item_form(site) is None:
                continue
        fields = [field for form in site.page.forms() for field in form.entries if field.visible and not field.labelled]
        if fields and all(field.label for field in fields):
            raise _hidden_labels(site, where, [field.label for field in fields])
        bare = [_called(field) for field in fields]
        if bare:
            lost = site.page.script(_LOST_LABELS, kind=list[str])
            why = f" L'étiquette {quote(lost[0])} ne mène à aucun champ : son for n'est l'id de rien." if lost else ""
            raise Failed(
                observed=f"Sur {where}, on trouve {counted(len(bare), 'champ')} sans étiquette reliée : {listed(bare)}.{why}",
                expected="Chaque champ a une étiquette <label> reliée à lui : on la voit, les lecteurs d'écran la lisent.",
                help=_to_label([quote(field.placeholder) for field in fields if _grey(field)], lost) or None,
            )


def _grey(field: Field) -> bool:
    """Whether a field has no other words than the grey text inside it."""
    return bool(field.placeholder) and not field.label and not field.aria


def _to_label(grey: Sequence[str], lost: Sequence[str]) -> str:
    """What to do for fields that have only a text inside them, and for labels that lead to none: each its own."""
    one = len(grey) == 1
    parts = (
        [f"{listed(grey)} {'est' if one else 'sont'} un texte gris dans le champ (placeholder) : écrivez une balise <label> avant "
         f"{'lui' if one else 'chacun'}."]
        if grey
        else []
    )  # fmt: skip
    for label in lost[:1]:
        parts.append(f"Pour {quote(label)}, écrivez le même mot dans le for de l'étiquette et dans l'id du champ.")
    return " ".join(parts)


def _hidden_labels(site: Site, where: str, labels: Sequence[str]) -> Failed:
    """The failure of fields whose labels are in the page, where nobody sees them."""
    tags = site.page.script(_HIDING, list(labels), kind=list[str])
    one = len(labels) == 1
    told = listed(
        quote(label) + (f" (« {cut(tag, 60)} »)" if tag else "") for label, tag in zip(labels, tags, strict=True)
    )
    return Failed(
        observed=f"Sur {where}, {'une étiquette est écrite' if one else f'{len(labels)} étiquettes sont écrites'} dans le code, mais "
        f"{'cachée : personne ne la voit' if one else 'cachées : personne ne les voit'}. C'est {told}.",
        expected="Chaque champ a une étiquette <label> reliée à lui : on la voit, les lecteurs d'écran la lisent.",
        help="Retirez de votre CSS, ou de la balise, ce qui cache cette étiquette. Le texte grisé dans le champ ne la remplace pas : "
        "il disparaît quand on tape.",
    )


def _called(field: Field) -> str:
    """A field without a label that is seen, by what names it otherwise."""
    if field.label:
        return f"{quote(field.label)} (étiquette cachée)"
    if field.aria:
        return f"{quote(field.aria)} (aria-label, que personne ne voit)"
    return quote(field.placeholder) if field.placeholder else _tag(field)


def _tag(field: Field) -> str:
    tag = field.kind if field.kind in ("select", "textarea") else "input"
    return f'<{tag} name="{field.name}">' if field.name else f"<{tag}>"


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
