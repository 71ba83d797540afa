"""Forms of the site: found by exploring from ``/``, filled and sent as a visitor does."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from string import ascii_letters, digits
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from etabli.exam import Failed
from etabli.exam.contract.addresses import form_encoded
from etabli.exam.contract.words import contains_words, cut, fold, squeeze

from .changes import expect_unchanged
from .diagnosis import advice, visible_text
from .formats import quote
from .reading import links_of
from .stock import Item

if TYPE_CHECKING:
    from etabli.exam.contract.values import Button, Field, Form, Response
    from etabli.exam.tools.http import Http

    from .visitor import Site

ADD_FORM, EDIT_FORM = "la page du formulaire d'ajout", "la page du formulaire de modification"
RETURNED = f"{ADD_FORM} qui revient avec ses messages"
PAGES = (".php", ".inc", ".html", ".htm", ".jinja", ".j2")
"""Files in which a form is written."""
ADD = re.compile(r"\b(?:ajout|nouve|cree|creer|creation|propos|depos|enregistr|saisi|inscri)")
EDIT = re.compile(r"\b(?:modif|edit|corrig|mettre a jour|mise a jour|chang)")
DELETE = re.compile(r"\b(?:suppr|effac|retir|enlev|detrui)")
REFUSE = re.compile(r"\b(?:ne pas|annul|non|retour|reven|garder|conserv|ferm|quitt)")
DONE = re.compile(r"\b(?:(?:ajoute|enregistre|cree|publie)(?:e?s?|ment)\b|merci|succes|bien ete)")
"""Says that something is done; « Ajouter » and « Enregistrer » only offer it."""

ENTRIES = """
const form = allForms()[arguments[0]], wanted = arguments[1];
const buttons = elementsOf(form).filter(b => b.type === 'submit' || b.type === 'image');
return [...new FormData(form, buttons[wanted] || buttons[0] || null).entries()].map(([k, v]) => [k, String(v)]);
"""

SERVER = "C'est au serveur de vérifier ce qu'il reçoit, avant d'enregistrer."
REFUSAL = "La saisie est refusée par une page, avec un message près de chaque champ à corriger ; rien n'est enregistré."
MAX_EXPLORED = 25
"""Pages opened in the browser in search of a form."""

MAX_READ = 80
"""Pages whose source is read in search of a form."""


@dataclass(frozen=True)
class Draft:
    """What a visitor wants to type; dates and prices as a French visitor writes them."""

    name: str
    category: str
    place: str
    price: str
    date: str
    description: str

    def but(self, **values: str) -> Draft:
        """The same with other values."""
        return replace(self, **values)


def draft(site: Site, **values: str) -> Draft:
    """An acceptable draft, its category and place taken from the database: not the first ones, which a form may propose."""
    choice, drawn = site.draws.of("choix du formulaire"), site.drawn
    fields = {
        "name": drawn.usual,
        "category": choice.one(list(site.stock.labels("category").values())[1:]),
        "place": choice.one(list(site.stock.labels("place").values())[1:]),
        "price": drawn.price,
        "date": f"{drawn.day:%d/%m/%Y}",
        "description": drawn.description,
    }
    return Draft(**(fields | values))


def field_of(site: Site, form: Form, kind: str) -> Field | None:
    """The field of the form for the name, the category … of an item.

    By the label of the brief; without it by the field's own name, else as the only one that is left, since a missing
    label is the matter of one check only.
    """
    found = _named(site, form, kind)
    if found is not None or any(other != kind and not _named(site, form, other) for other in site.words.fields):
        return found
    left = [item for item in form.entries if item.visible and not item.label and item.kind not in ("checkbox", "file")]
    taken = {item.index for item in (_named(site, form, other) for other in site.words.fields) if item}
    left = [item for item in left if item.index not in taken]
    return left[0] if len(left) == 1 else None


def _named(site: Site, form: Form, kind: str) -> Field | None:
    label = site.words.fields[kind]
    known = {fold(label).split()[0], fold(site.stock.columns["item"][kind]), fold(kind)}
    unlabelled = (item for item in form.entries if not item.label and fold(item.name) in known)
    return form.field(label) or next(unlabelled, None)


def item_form(site: Site) -> Form | None:
    """The form of the page now open that holds an item's name and date, or None."""
    for form in site.page.forms():
        if field_of(site, form, "name") and field_of(site, form, "date"):
            return form
    return None


def need_item_form(site: Site) -> Form:
    """The form of the page now open."""
    form = item_form(site)
    assert form is not None  # the page has not changed since it was found
    return form


def find_add_form(site: Site) -> Form | None:
    """Open the page with the form that adds an item, or None; explores from ``/``.

    Of the items' pages one is visited, and of addresses that differ by their numbers; what looks like
    a link to change or delete is left alone.
    """
    known = site.memo.get("add")
    if known is None:
        return _explore(site)
    if not known:
        return None
    site.page.open(known)
    return _blank_form(site) or _explore(site)


def linked_add_form(site: Site) -> Form | None:
    """That form, where the page now open holds it, or the first of its links that says « ajouter » leads to it."""
    if form := _blank_form(site):
        return form
    said = ((link.href, f"{link.text} {link.label} {link.path}") for link in site.page.links())
    address = next((href for href, words in said if not _add_rank(words)), "")
    if address:
        site.page.open(address)
    return _blank_form(site) if address else None


def _explore(site: Site) -> Form | None:
    """Follows links two clicks deep, those that say « ajouter » first.

    Of the others the source is read, and only what may hold the form is opened: most pages cost little.
    """
    site.acts()
    listing = site.home()
    queue: list[tuple[str, int]] = [(listing.url, 0)]
    hopes: set[str] = set()
    seen = {address_family(listing.url)} | {address_family(entry.href) for entry in listing.entries[1:]}
    opened = read = 0
    while queue and opened < MAX_EXPLORED and read < MAX_READ:
        address, depth = queue.pop(0)
        read += 1
        links = None if not depth or address in hopes else _source_links(site, address)
        if links is None:
            opened += 1
            if depth:
                site.page.open(address)
            if address in hopes:
                _remember_stopped(site)
            if form := _blank_form(site):
                site.memo["add"] = address
                return form
            links = [(link.href, f"{link.text} {link.label} {link.path}") for link in site.page.links()]
        ranks: dict[str, int] = {}
        for href, words in links if depth < 2 else ():
            ranks[href] = min(_add_rank(words), ranks.get(href, 2))
        found = [href for href, rank in ranks.items() if rank < 2 and address_family(href) not in seen]
        seen.update(map(address_family, found))
        first = [href for href in found if not ranks[href]]
        hopes.update(first)
        queue = [(href, depth + 1) for href in first] + queue + [(href, depth + 1) for href in found if ranks[href]]
    site.memo["add"] = ""
    return None


def _source_links(site: Site, address: str) -> list[tuple[str, str]] | None:
    """The links of a page, each with the words of its address; None when the page may hold the form that adds."""
    try:
        answer = site.http.get(address)
    except Failed:  # what does not answer holds no form
        return []
    source = answer.readable
    label = site.words.fields["name"]
    if "<script" in source or ("<form" in source.lower() and contains_words(visible_text(source), label)):
        return None
    return [(href, urlsplit(href).path) for href in links_of(source, answer.url)]


def _remember_stopped(site: Site) -> None:
    """Keeps how the page that a link promised to be the form stops on an error, for whoever needs the form in vain."""
    if stopped := stopped_page(site, ""):
        site.memo.setdefault("add-stopped", stopped.observed)
        site.memo.setdefault("add-stopped-at", site.page.url)
        site.memo.setdefault("add-advice", stopped.help or "")


def stopped_page(site: Site, expected: str) -> Failed | None:
    """The failure of the page now open when its program stopped, with its file and its line where it says them."""
    crash = site.trouble.stopped()
    if not crash:
        return None
    observed = f"La page {cut(site.page.path, 90)} {crash}."
    return Failed(observed=observed, expected=expected, help=advice(site.page.status, site.page.text, crash))


def address_family(address: str) -> str:
    """An address without its numbers: those of pages that differ by them are one family."""
    return re.sub(r"\d+", "0", address)


NOT_SEEN = "Titre, langue, accessibilité, HTML et affichage sur téléphone ont été regardés sans cette page."


def need_add_form(site: Site) -> Form:
    """Like `find_add_form`.

    Raises:
        Failed: No page holds it.
    """
    form = find_add_form(site)
    if form is None and (stopped := site.memo.get("add-stopped")):
        site.page.open(site.memo["add-stopped-at"])  # the picture that is kept is that of the page that stops
        site.page.keep_source()
        raise Failed(
            observed=f"{stopped} {NOT_SEEN}",
            expected=f"Un lien mène à un formulaire qui ajoute {site.words.an_item}, envoyé par la méthode POST.",
            help=site.memo.get("add-advice"),
        )
    if form is None:
        labels = site.words.fields
        raise Failed(
            observed=f"En suivant les liens depuis /, aucun formulaire vide ne porte les champs "
            f"{quote(labels['name'])} et {quote(labels['date'])}.",
            expected=f"Un lien mène à un formulaire qui ajoute {site.words.an_item}, envoyé par la méthode POST.",
            help="Créez la page du formulaire, avec les étiquettes de l'énoncé, puis un lien qui y mène depuis l'accueil.",
        )
    return form


def _blank_form(site: Site) -> Form | None:
    form = item_form(site)
    field = field_of(site, form, "name") if form else None
    return form if field is not None and not field.value.strip() else None


def _add_rank(said: str) -> int:
    words = fold(said)
    if DELETE.search(words) or EDIT.search(words):
        return 2
    return 0 if ADD.search(words) else 1


def main_pages(site: Site, purpose: str) -> dict[str, str]:
    """Addresses of the list, of an item and of the form that adds one, when they are found.

    That item lacks what may be missing, or a part of it, or nothing: it is drawn for this purpose.
    """
    pages = {"la page /": "/"}
    for entry in site.linked()[:1]:
        pages[f"la page de {quote(entry.name)}"] = entry.href
        lacks = site.draws.of(f"valeurs absentes, {purpose}").one(
            ((), ("price",), ("description",), ("price", "description"))
        )
        if lacks:
            site.stock.empty(entry.name, lacks)
    known = site.memo.get("add") or (site.page.url if find_add_form(site) else "")
    if known:
        pages[ADD_FORM] = known
    return pages


# -- filling and sending


def fill(site: Site, form: Form, values: Draft, *, only: Collection[str] = ()) -> None:
    """Type a draft into the form; `only`: these of its fields, the others staying what they are.

    Raises:
        Failed: A demanded field is missing, or a list does not offer a value of the database.
    """
    labels = site.words.fields
    typed: list[tuple[Field, str | bool]] = []
    try:
        for kind, value in asdict(values).items():
            if only and kind not in only:
                continue
            field = field_of(site, form, kind)
            if field is None:
                raise Failed(
                    observed=f"Le formulaire n'a pas de champ {quote(labels[kind])}.",
                    expected="Les champs de l'énoncé, avec leurs étiquettes.",
                    help="Comparez les étiquettes (<label>) du formulaire à celles de l'énoncé, lettre par lettre.",
                )
            if kind == "description":
                site.one_line = field.kind != "textarea"
            value = value if field.kind == "textarea" else value.replace("\n", " ")
            typed.append((field, _option(field, value) if field.kind in ("select", "radio") else value))
    finally:
        site.page.fill_each(typed)  # what comes before a mistake is seen to be typed


def _option(field: Field, wanted: str) -> str:
    if not wanted or any(fold(option.text) == fold(wanted) for option in field.options):
        return wanted
    close = [option.text for option in field.options if contains_words(option.text, wanted)]
    if close:
        return close[0]
    raise Failed(
        observed=f"Le champ {quote(field.label or field.name)} ne propose pas {quote(wanted)}, pourtant dans la base.",
        expected="Les choix du formulaire viennent de la base.",
        help="Remplissez cette liste par une requête SELECT sur la table liée, à chaque affichage.",
    )


def send(
    site: Site, form: Form, values: Draft, *, only: Collection[str] = (), keep: bool = False
) -> list[tuple[str, str]]:
    """Fill the form, or `only` these of its fields, and send it; gives what was sent, to `keep` it."""
    site.acts()
    fill(site, form, values, only=only)
    data = sent_data(site, form) if keep else []
    field = field_of(site, form, "name")
    way = site.draws.of(f"envoi d'un formulaire, {values.name}, {values.date}").one((field, None))
    site.page.submit(form, sender(form), enter=None if keep else way)
    return data


def refuses(name: str) -> bool:
    """Whether a button says that nothing is to be done."""
    return REFUSE.search(fold(name)) is not None


def sender(form: Form) -> Button | None:
    """The button to press where the first one refuses (« Annuler » before « Enregistrer »); None for the first one."""
    names = [fold(button.name) for button in form.buttons]
    if not names or not REFUSE.search(names[0]) or ADD.search(names[0]):
        return None
    others = zip(form.buttons, names, strict=True)
    return next((button for button, name in others if not REFUSE.search(name) and not DELETE.search(name)), None)


def sent_data(site: Site, form: Form, button: int = -1) -> list[tuple[str, str]]:
    """What the browser would send for this form now, hidden fields included; nothing without a form element."""
    if form.index < 0:
        return []
    if button < 0 and (pressed := sender(form)):
        button = pressed.index
    entries: list[tuple[str, str]] = site.page.script(ENTRIES, form.index, button, kind=list[tuple[str, str]])
    return entries


URLENCODED, MULTIPART, PLAIN = "application/x-www-form-urlencoded", "multipart/form-data", "text/plain"
"""How a form writes what it sends: its ``enctype``, which another site chooses as it likes. Programs read the first two alike."""
ENCTYPES = URLENCODED, MULTIPART
_BOUNDARY = "----WebKitFormBoundary"


def deliver(
    session: Http, form: Form, data: Sequence[tuple[str, str]], enctype: str = URLENCODED, **how: Any
) -> Response:
    """Send this to where the form is sent, without the browser; by GET as well where the form has no other method.

    By POST in any case: a button may have a method of its own. Of another `enctype`, what is sent is written as browsers do.
    """
    if enctype == URLENCODED:
        answer = session.post(form.action, list(data), **how)
    else:
        kind, body = written(data, enctype)
        answer = session.post(form.action, body, **how | {"headers": {**how.get("headers", {}), "Content-Type": kind}})
    if form.method == "get" and form.index >= 0:
        answer = session.get(f"{form.action.partition('?')[0]}?{form_encoded(data)}", **how)
    return answer


def written(data: Sequence[tuple[str, str]], enctype: str) -> tuple[str, bytes]:
    """What a form of this `enctype` sends, which is not the usual one: the type of the body, and the body.

    Source: HTML standard (WHATWG), « multipart/form-data encoding algorithm » and « text/plain encoding algorithm ».

    Example:
        >>> written([("nom", "Été"), ("détail", "a\\nb")], "text/plain")[1].decode()
        'nom=Été\\r\\ndétail=a\\r\\nb\\r\\n'
    """
    pairs = [[re.sub(r"\r\n?|\n", "\r\n", text) for text in pair] for pair in data]
    if enctype == PLAIN:
        return PLAIN, "".join(f"{name}={value}\r\n" for name, value in pairs).encode()
    sign = _BOUNDARY + "".join(secrets.choice(ascii_letters + digits) for _sign in range(16))  # another one each time
    parts = [
        f'--{sign}\r\nContent-Disposition: form-data; name="{name.translate(_IN_NAME)}"\r\n\r\n{value}\r\n'
        for name, value in pairs
    ]
    return f"{MULTIPART}; boundary={sign}", f"{''.join(parts)}--{sign}--\r\n".encode()


_IN_NAME = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


def cookie_header(site: Site) -> dict[str, str]:
    """The browser's cookies as a request header, as it sends it where it is."""
    told = site.page.jar().header(site.page.url)
    return {"Cookie": told} if told else {}


def stored(site: Site, name: str) -> list[Item]:
    """Rows that bear this name."""
    return [item for item in site.stock.items() if item.name.strip() == name]


def message_near(site: Site, form: Form, blank: Form, kind: str) -> str:
    """The text that appeared next to a field since the blank form, or ''."""
    now, before = field_of(site, form, kind), field_of(site, blank, kind)
    if now is None:
        return ""
    for new, old in (
        (now.message, before.message if before else ""),
        (now.nearby, before.nearby if before else ""),
        (now.label, before.label if before else now.label),
    ):
        added = squeeze(new).replace(squeeze(old), "", 1).strip() if old else squeeze(new)
        if re.search(r"[^\W\d_]{3}", added):
            return added
    return ""


def said_near(site: Site, blank: Form) -> str:
    """A sentence about the first message of the form now open that the `blank` one had not; '' where there is none."""
    form = item_form(site)
    for kind, label in site.words.fields.items():
        if form and (message := message_near(site, form, blank, kind)):
            return f" Près de {quote(label)}, on lit {quote(message.rstrip('.'))}."
    return ""


def refused_form(site: Site, before: Mapping[str, Any], doing: str, help: str = SERVER, empty: str = "") -> Form:
    """The form that came back after a mistake; `help`: where to look otherwise, `empty`: when the base lacks a value.

    Raises:
        Failed: A row was stored, the page is a crash, or the form did not come back.
    """
    site.trouble.expect_decent(site.page.status, site.page.text, doing, REFUSAL, refused=help, empty=empty)
    expect_unchanged(site, before, doing, help=help)
    form = item_form(site)
    if form is None:
        raise Failed(
            observed=f"{doing}, le formulaire ne revient pas : on voit {quote(site.page.title or site.page.path)}.",
            expected="Le formulaire revient avec un message près de chaque champ à corriger.",
        )
    return form
