"""What holds for whole pages: titles, accessibility, validity, legal notice, safety."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import cycle, islice
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote as percent

from etabli.exam import Answer, Failed
from etabli.exam.contract.causes import Cause, cause_of
from etabli.exam.contract.french import counted, listed
from etabli.exam.contract.words import cut, squeeze
from etabli.exam.tools.db import OUTAGES

from . import hostile, kinds
from .acting import deletions, find_edit_form, gone, prefilled, press, ways
from .adding import EDIT_FORM, PAGES, RETURNED
from .connection import own_texts
from .diagnosis import LEAKS, crash, leak, own_text, visible_text
from .filters import by_value
from .formats import in_english, quote
from .forms import address_family, draft, field_of, fill, find_add_form, item_form, main_pages, sender
from .items import LACKS, local
from .reading import links_of

if TYPE_CHECKING:
    from etabli.exam.contract.values import Contrast, Form, Message, Violation
    from etabli.exam.tools.nu import Nu

    from .reading import Entry
    from .shape import Linked
    from .stock import Item
    from .visitor import Site

MOST_LINKED = 30
"""Links of ``/`` whose pages are looked at for the password."""

MOST_BEHIND = 30
"""Links of these pages, and of those behind them, whose pages are looked at as well."""

MOST_FOLLOWED = 3
"""Links and buttons of an item's page, to change or delete it, behind which a stored text is looked for."""
MOST_SHOWN, FEW_SHOWN = 20, 3
"""Addresses that the browser opens by itself too; the second where it would ask for them as any other request does."""
MOST_TOLD = 12
"""Addresses that are told of those that give something away."""
_ESCAPE = re.compile(r"\bESCAPE\s*\\?(['\"])([^\\'\"\s])\\?\1", re.IGNORECASE)
"""The sign that a query names for LIKE, where it is not the usual one."""
_STORED = ("name", "description", "category", "place")
"""The columns in which HTML is put."""
_ENTITIES = "&amp;", "&lt;", "&eacute;", "&copy", "R&reg;"
"""What a text shows as it is: a page that leaves « & » alone, or what follows it, shows another sign."""
_LINKED: dict[str, Linked] = {"category": "category", "place": "place"}
"""Those that are rows of another table."""
_WIDE = ("name", "description")
"""Those that take a longer text."""
_DOWN = "Base en panne, "
_ADD_FORM = "la page du formulaire d'ajout"
_SENT = {_ADD_FORM: "d'ajout", EDIT_FORM: "de modification"}
"""The forms of which a drawn one is sent while the base is down."""
_SAID_ONCE = "Dans le message affiché une seule fois, juste après {}"
_UNCAUGHT = re.compile(r"Uncaught|Fatal error|Traceback|Werkzeug")
"""Nothing caught what the page shows."""
UNCAUGHT = (
    "Rien n'attrape cette erreur. En PHP, dans un fichier que chaque page charge : un try autour de la connexion et des requêtes, ou "
    "set_exception_handler('votre_fonction'). En Flask, une fonction sous @app.errorhandler. Ce qui l'attrape écrit le détail par "
    "error_log ou app.logger, répond par le code 503 et montre une phrase simple."
)
SHOWN = (
    "Votre page attrape peut-être déjà l'erreur : regardez ce qu'elle affiche alors (catch en PHP, errorhandler en Flask). Le "
    "message de l'erreur va dans error_log ou app.logger, jamais dans la page."
)
_ASTRAY = "position : absolute"
OUT_OF_PLACE = (
    "Un élément en position: absolute ne défile pas avec le bloc qui l'entoure, même invisible : il élargit la page. Donnez "
    "position: relative au bloc qui défile ou à la case qui le contient. Cherchez aussi les largeurs fixes, en pixels."
)
SHOWS_A_FILE = (
    "Cette page affiche ce que contient un fichier de votre site. Supprimez-la, avec le lien qui y mène, ou retirez-en ce qui lit le "
    "fichier : file_get_contents, readfile, show_source ou highlight_file en PHP, open en Python."
)
IN_COMMON = (
    "Cherchez d'abord dans ce que ces pages ont en commun (en-tête, pied, modèle). Le validateur du W3C (validator.w3.org) montre "
    "les mêmes erreurs."
)
_UNLABELLED = ("etiquettes",)
"""The check that tells a field without a label."""
_TOLD_BY = {
    **dict.fromkeys(("label", "label-title-only", "select-name"), "etiquettes"),
    **dict.fromkeys(("html-has-lang", "html-lang-valid"), "langue"),
}
"""Rules of axe-core that are another check's own business."""
_LOST_LABEL = "“for” attribute of the “label” element"
"""What the Nu checker says of a label that leads to no field."""


def expect_titles(site: Site) -> None:
    """A filled title and one h1, on ``/``, on an item's page when there is one, on every other kind of page, and after an act."""
    for where in _main_two(site):
        _expect_title(site, where)
    for where, head in kinds.heads(site).items():
        if len(head.headings) != 1 or not head.headings[0].strip() or not head.title.strip():
            kinds.open_kind(site, where)  # a script may write what the source has not
            _expect_title(site, f"Sur {where}")


def expect_language(site: Site) -> None:
    """French is announced, on ``/``, on an item's page when there is one, on every other kind of page, and after an act."""
    for where in _main_two(site):
        _expect_french(site, where, site.page.lang)
    for where, head in kinds.heads(site).items():
        if not _is_french(head.lang):
            kinds.open_kind(site, where)
            _expect_french(site, f"Sur {where}", head.lang)


def _is_french(lang: str) -> bool:
    return lang.lower().split("-")[0] == "fr"


def _expect_french(site: Site, where: str, lang: str) -> None:
    """Raises Failed unless the page now open announces French; it is then the one that is kept."""
    if _is_french(lang):
        return
    site.page.keep_source("<html")
    shown = f"lang vaut {quote(lang)}" if lang else "la balise <html> n'indique pas de langue"
    written = [path for path in site.files.paths(*PAGES, ".py") if "<html" in site.files.text(path).lower()]
    place = f" Cette balise est dans {written[0]}." if len(written) == 1 else ""
    raise Failed(
        observed=f"{where}, {shown}.{place}",
        expected='La balise est <html lang="fr"> sur chaque page.',
        help=f"L'attribut est là, c'est sa valeur qui ne convient pas : dans le fichier qui écrit cette page, remplacez {quote(lang)} "
        "par « fr »."
        if lang
        else "Dans le fichier qui écrit cette page, ajoutez l'attribut lang à la balise <html>.",
    )


def _main_two(site: Site) -> Iterator[str]:
    """Opens ``/``, then an item's page if it is one; where we are, in French."""
    entries = site.linked()
    yield "Sur la page /"
    for entry in entries[:1]:
        site.page.open(entry.href)
        if not site.crash():
            yield f"Sur la page de {quote(entry.name)}"


def _expect_title(site: Site, where: str) -> None:
    headings = site.page.headings(1)
    if len(headings) != 1 or not squeeze(headings[0]):
        found = {0: "il n'y a pas de titre <h1>", 1: "le titre <h1> est vide"}
        said = found.get(len(headings), f"on trouve {len(headings)} titres <h1>")
        raise Failed(observed=f"{where}, {said}.", expected="Exactement un titre <h1>, rempli.")
    if not site.page.title.strip():
        raise Failed(observed=f"{where}, la balise <title> est vide ou absente.", expected="Un titre qui dit la page.")


def expect_accessible(site: Site) -> None:
    """No serious or critical violation of axe-core on the main pages; the list alone is too little to tell."""
    faults, pages = [], _with_messages(main_pages(site, "axe"))
    alone = len(pages) < 2
    pages |= _further_lists(site, "axe")
    for where, address in site.shuffled("ordre des pages, axe", pages.items()):
        _open_or_refused(site, where, address, typed=False)
        for violation in [] if _passed_over(site, address) else site.page.axe():
            if violation.impact in ("serious", "critical"):
                faults.append((where, violation))
    faults.sort(key=lambda fault: list(pages).index(fault[0]))
    if faults:
        alike: dict[tuple[object, ...], dict[str, Violation]] = {}
        for where, violation in faults:
            colours = [(one.text, one.background) for one in violation.contrasts[:1]]
            same = (violation.id, violation.nodes[:1], *colours)
            alike.setdefault(same, {})[where] = violation
        lines = [f"Sur {listed(found)}, {_defect(list(found.values()))}" for found in islice(alike.values(), 4)]
        pale = [contrast for _, violation in faults for contrast in violation.contrasts]
        raise Failed(
            observed=_listed(counted(len(alike), "défaut"), lines, len(alike)),
            expected="Aucun défaut grave ou critique.",
            help=_to_contrast(site, pale[0]) if pale and all(one.contrasts for _, one in faults) else None,
            because=sorted(told) if all(told := {_TOLD_BY.get(violation.id, "") for _, violation in faults}) else (),
        )
    if alone:
        raise Failed(
            observed="Le site n'a ni fiche, ni formulaire d'ajout : seule la liste a pu être regardée.",
            expected="Une fiche ou un formulaire, à regarder avec la liste.",
            because=["fiche-complete", "ajout-enregistre"],
        )


def _defect(found: Sequence[Violation]) -> str:
    """A rule that pages break alike, by which elements; what its colours are, where it is about them."""
    violation, count = found[0], sum(one.count for one in found)
    criteria = f" (RGAA {', '.join(violation.rgaa)})" if violation.rgaa else ""
    node = f" : {opening_tag(violation.nodes[0])}" if violation.nodes else ""
    more = f" et {counted(count - 1, 'autre élément', 'autres éléments')}" if node and count > 1 else ""
    colours = [
        f"texte {one.text} sur fond {one.background}, rapport {_decimal(one.ratio)} au lieu de {_decimal(one.wanted)}"
        for one in violation.contrasts[:2]
    ]
    return f"{violation.help}{criteria}{node}{more}" + (f" ; {' ; '.join(colours)}" if colours else "")


def _decimal(number: float) -> str:
    return f"{number:.2g}".replace(".", ",")


def _to_contrast(site: Site, pale: Contrast) -> str:
    """Where the colour of a text that is too pale is written, when one place only says it; and what to do."""
    value = re.escape(pale.text.lower())
    if short := re.fullmatch(r"#(\w)\1(\w)\2(\w)\3", pale.text.lower()):
        value += f"|#{''.join(short.groups())}"
    colour = re.compile(rf"(?<![\w-])color\s{{0,5}}:\s{{0,5}}(?:{value})\b", re.IGNORECASE)
    places = [
        f"{path}, ligne {number}"
        for path in site.files.paths(".css", *PAGES)
        for number, line in enumerate(site.files.text(path).splitlines(), 1)
        if colour.search(line[:2000])
    ]
    where = f"Cette couleur de texte est dans {places[0]}. " if len(places) == 1 else ""
    return (
        f"{where}Éloignez dans votre CSS la couleur du texte (color) de celle du fond, jusqu'au rapport demandé : un outil du "
        "navigateur le montre à côté de la couleur."
    )


def opening_tag(source: str) -> str:
    """The first tag of an element, on one line: what is inside it is not at fault."""
    found = re.match(r"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", source)
    return cut(squeeze(found.group() if found else source), 90)


def _listed(lead: str, lines: list[str], total: int) -> str:
    """Faults as they are told: one on each line below `lead`, and how many more."""
    more = [f"… et {counted(total - len(lines), 'autre')}"] if total > len(lines) else []
    return "\n- ".join([f"{lead} :", *lines, *more])


def _passed_over(site: Site, address: str) -> bool:
    """Whether the page now open is an item's page that crashes: `fiche-complete` says so."""
    return address != "/" and bool(site.crash())


def expect_valid(site: Site, nu: Nu) -> None:
    """No error of the Nu checker in the served sources of the main pages."""
    pages = _with_messages(main_pages(site, "Nu")) | _further_lists(site, "Nu")
    found: dict[str, tuple[str, Sequence[Message]]] = {}
    for where, address in site.shuffled("ordre des pages, Nu", pages.items()):
        source = _to_validate(site, where, address)
        found[where] = source, nu.check(source, where) if source else []
    for where, address in pages.items():
        source, messages = found[where]
        if messages:
            also = [
                other
                for other in pages
                if other != where and messages[0].text in {message.text for message in found[other][1]}
            ]
            _open_or_refused(site, where, address, typed=False)
            lines = [f"ligne {message.line} : {_told(message)}" for message in messages[:4]]
            site.page.keep_source(next(iter(source.split("\n")[messages[0].line - 1 :]), "").strip())
            lead = f"Le code de {where} a {counted(len(messages), 'erreur')}"
            lead += f" ({'elle' if len(messages) == 1 else 'la première'} est aussi sur {listed(also)})" if also else ""
            raise Failed(
                observed=_listed(lead, lines, len(messages)),
                expected="Aucune erreur.",
                help=IN_COMMON if also else None,
                because=_UNLABELLED if all(_LOST_LABEL in message.english for message in messages) else (),
            )


def _further_lists(site: Site, purpose: str) -> dict[str, str]:
    """The list without any row, where it has an address: what says so stands nowhere else; its page 2 too, where that has a tag
    that ``/`` has not, as the link to the page before may be, and one time of `ONE_OF` where it has none (drawn for this purpose).
    """
    found, later = kinds.every_page(site), kinds.OF_THE_LIST[0]
    pages = {where: address for where, address in found.items() if where == kinds.NOTHING}
    if later in found and (not site.draws.of(f"page 2, {purpose}").below(ONE_OF) or _has_own_tags(site, found[later])):
        pages[later] = found[later]
    return pages


def _has_own_tags(site: Site, address: str) -> bool:
    """Whether a page has an opening tag that ``/`` has not, be it for its looks: where it leads to, and what it says, count for
    nothing. It is asked once in an exam."""
    if _OWN_TAGS not in site.memo:
        mine, home = (
            {_TOLD.sub("", tag) for tag in _TAG.findall(site.http.get(one).readable)} for one in (address, "/")
        )
        site.memo[_OWN_TAGS] = "yes" if mine - home else ""
    return bool(site.memo[_OWN_TAGS])


ONE_OF = 4
_OWN_TAGS = "own-tags"
"""Of the memo: whether page 2 of the list has tags of its own."""
_TAG = re.compile(r"<[a-zA-Z][^<>]{0,400}>")
_TOLD = re.compile(
    r"""\s(?:href|value|title|rel|for|id|name|content|aria-label|aria-current|selected)(?:=(?:"[^"]*"|'[^']*'|[^\s>]+))?"""
)


def _with_messages(pages: Mapping[str, str]) -> dict[str, str]:
    """The same pages, the form that adds as it comes back with its messages: all that the blank one has is there too."""
    return {RETURNED if where == _ADD_FORM else where: address for where, address in pages.items()}


def _to_validate(site: Site, where: str, address: str) -> str:
    """Open a page; its source, '' for one that crashes, which another check tells."""
    _open_or_refused(site, where, address, typed=False)
    source = _source(site, address)
    return "" if address != "/" and crash(site.page.status, visible_text(source)) else source


def _source(site: Site, address: str) -> str:
    """The page now open as it came: to a browser, which asks for its styles; bytes that are no text are told."""
    source = site.page.source
    return source if source and "\ufffd" not in source else site.visitor().get(address).text


def _told(message: Message) -> str:
    """An error in French, and the checker's own words, which the student can look up."""
    french = cut(message.text.rstrip("."), 160)
    return f"{french} (« {cut(message.english.rstrip('.'), 110)} »)" if message.english else french


def expect_no_overflow(site: Site, width: int) -> None:
    """On a screen this wide, no page scrolls sideways: in a narrow window with a mouse, then on a phone, under a finger."""
    further = kinds.further_pages(site)
    pages = main_pages(site, "téléphone") | further
    for phone in (False, True):
        site.page.width(width, phone=phone)
        if phone and (form := pages.pop(_ADD_FORM, "")):
            pages[RETURNED] = form  # the same with its messages
            pages.pop(kinds.QUESTION, None)
        _expect_within(site, width, pages)


def _expect_within(site: Site, width: int, pages: Mapping[str, str]) -> None:
    """Raises Failed with all the pages that are wider; the first one is then open."""
    told, astray = dict[str, str](), False
    for where, address in site.shuffled("ordre des pages étroites", pages.items()):
        _open_or_refused(site, where, address)
        overflow = site.page.overflow()
        if overflow.pixels > 1 and not _passed_over(site, address):
            culprit = f" ; ce qui dépasse le plus : {overflow.culprit}" if overflow.culprit else ""
            told[where] = f"{where} mesure {width + overflow.pixels} px de large{culprit}"
            astray = astray or _ASTRAY in overflow.culprit
    if told:
        lines = [told[where] for where in pages if where in told]
        _open_or_refused(site, *next(one for one in pages.items() if one[0] in told))
        screen = f"Sur un écran de {width} px, "
        raise Failed(
            observed=f"{screen}{lines[0]}."
            if len(lines) == 1
            else _listed(f"{screen}{len(lines)} pages sont trop larges", lines, len(lines)),
            expected="La page tient dans la largeur de l'écran.",
            help=OUT_OF_PLACE if astray else None,
        )


def _open_or_refused(site: Site, where: str, address: str, *, typed: bool = True) -> None:
    """Open a page; of the form that comes back with its messages, first send it with all that may be wrong.

    Nothing is `typed` where a value that a field does not take, and shows again, would be a fault of its own. Where no form
    comes back, the page is the blank one.
    """
    site.page.open(address)
    if where == RETURNED and (form := item_form(site)):
        site.acts()
        back = False
        with suppress(Failed):  # what is wrong with the form is told by the checks of it
            if typed and (price := field_of(site, form, "price")):
                site.page.fill(price, site.drawn.lettered)
            site.page.submit(form, sender(form))
            back = typed or not (site.crash() or item_form(site) is None)
        if not back:
            site.page.open(address)


# -- injection and escaping


def expect_no_injection(site: Site) -> None:
    """Hostile texts in the search, in the addresses of the filter, of pages and of an item stay texts.

    Half of it among the hidden rows, half among those of the candidate's own folder; which, is drawn.
    """
    name, text = site.drawn.plain, f"d'{site.drawn.plain_person}"
    added = site.stock.add(name)  # without accents, which are another check's matter
    site.expect_shown(site.search(text), [name], f"Pour la recherche {quote(text)}")
    site.stock.remove(site.stock.item(added))
    site.stock.since(site.stock.raw())  # this row has nothing to do with what follows
    halves = site.shuffled(
        "pièges parmi quelles lignes", ((_expect_filter_safe, "le filtre"), (_expect_items_safe, "les adresses"))
    )
    for number, (expect_safe, what) in enumerate(halves):
        before = site.stock.snapshot()
        hostile.expect_search_safe(site, site.drawn.searches[number::2])
        expect_safe(site)
        site.expect_unchanged(before, f"Après des textes piégés dans la recherche et {what}")
        if not number:
            hostile.expect_links_safe(site)  # among the hidden rows, which fill several pages
            site.as_at_home()
    _expect_signs_kept(site)
    _expect_edit_safe(site)


def _expect_items_safe(site: Site) -> None:
    entries = site.linked()
    if len(entries) > 1:
        known = [item.id for item in site.stock.items()[:1]]
        hostile.expect_addresses_safe(site, partial(hostile.item_address, entries[0], entries[1]), set(), known)


def _expect_edit_safe(site: Site) -> None:
    """The address of an item's form, where there is one: whether there is, is another check's matter."""
    item = site.stock.some()
    form = None
    with suppress(Failed):
        form = find_edit_form(site, item, site.entry(item.name).href)
    if form:
        hostile.expect_edit_address_safe(site, item, site.page.path)


def _expect_signs_kept(site: Site) -> None:
    """Raises Failed when signs that LIKE reads find other names than those that hold them."""
    model = site.stock.some()
    usual = {"category": model.category_id, "place": model.place_id, "date": model.date}
    signs = site.drawn.signs
    site.stock.add_many({"name": name, **usual} for name in (signs.name, *signs.taken))
    shown = site.search(signs.text).names
    strange = [name for name in shown if name != signs.name]
    if strange or signs.name not in shown:
        said = f"montre aussi {quote(strange[0])}" if strange else f"ne montre pas {quote(signs.name)}"
        raise Failed(
            observed=f"Pour la recherche {quote(signs.text)}, la page {said}.",
            expected=f"On voit seulement {quote(signs.name)}, qui contient ces signes.",
            help=f"Vos requêtes sont protégées, mais LIKE lit « % » et « _ » comme des jokers. {_escape_advice(site)}",
        )


def _escape_advice(site: Site) -> str:
    """How the signs of a visitor are escaped: with the sign that the candidate's own query names, where it does."""
    for path, text in own_texts(site.files).items():
        if found := _ESCAPE.search(text):
            sign = found[2]
            return (
                f"Dans {path}, votre requête nomme ESCAPE {quote(sign)} : mettez ce signe devant chaque « % », « _ » et "
                f"{quote(sign)} du visiteur (str_replace en PHP, replace en Python)."
            )
    return "Mettez \\ devant ceux du visiteur (addcslashes en PHP, replace en Python)."


def _expect_filter_safe(site: Site) -> None:
    address, names = _filtered(site)
    if address:
        kind = site.rules.filter
        items = [item for item in site.stock.items() if item.name not in names]
        known = [item.category_id if kind == "category" else item.place_id for item in items[:1]]
        hostile.expect_addresses_safe(site, partial(hostile.filter_addresses, address), names, known)


def _filtered(site: Site, option: str = "") -> tuple[str, set[str]]:
    """The address of a filtered list and its items, of a drawn value where none is said; '' when the filter has no address."""
    groups = by_value(site)
    filled = sorted(label for label in groups if groups[label])
    option = option or (site.draws.of("valeur piégée").one(filled) if filled else "")
    site.page.open("/")
    plain = site.page.url
    if not option or not site.offers(option):
        return "", set()
    try:
        site.choose_here(option)
    except Failed:  # a filter that does not work is another check's matter
        return "", set()
    address = site.page.url.split("#")[0]
    return ("" if address == plain.split("#")[0] else address), set(groups[option])


def expect_filter_inert(site: Site) -> None:
    """What the filter's choices are called does not run once one is chosen, nor does a text put in the filtered address."""
    site.stock.since(site.stock.raw())  # no row has to do with it: none is kept beside a failure
    kind = site.rules.filter
    for number in site.stock.labels(kind):
        site.stock.rename(kind, number, f"{site.page.markup('choix')} {number}")
    filled = sorted((label, names) for label, names in by_value(site).items() if names)
    option, rows = site.draws.of("choix piégé").one(filled) if filled else ("", [])
    for name in rows[:1]:
        site.stock.change(site.stock.by_name()[name], name=f"Essai {site.page.markup('choisi')}", **site.stock.ahead())
    address, _ = _filtered(site, option)
    hostile.expect_inert(
        site,
        "choisi",
        "Dans la liste filtrée",
        f"le HTML mis dans {quote(site.words.fields['name'])}",
        "pris pour une balise",
    )
    hostile.expect_inert(
        site,
        "choix",
        "Dans la liste filtrée",
        f"le HTML mis dans {quote(site.words.fields[kind])}",
        "pris pour une balise",
    )
    payload = site.page.payload("filtre")
    for text in (hostile.breakout(payload, *hostile.LEAVING), site.page.spread(payload, "filtre")) if address else ():
        for changed in hostile.with_values(address, text):
            site.page.open(changed)
            hostile.expect_inert(site, "filtre", "Placé dans l'adresse de la liste filtrée")


def expect_stored_text_inert(site: Site) -> None:
    """HTML stored as a name, a description, a category or a place is shown and never runs.

    Ordinary HTML, and all that follows, among the rows of the candidate's own folder.
    """
    wide = dict.fromkeys(_WIDE, hostile.LEAVING)
    stored = {kind: hostile.breakout(site.page.payload(kind), *wide.get(kind, ())) for kind in _STORED}
    stored["description"] = f"{site.draws.of('entité tapée').one(_ENTITIES)} {stored['description']}"
    add = site.page.url if find_add_form(site) else ""
    [item] = site.listed_items(1)
    linked = [entry for entry in site.linked() if entry.name == item.name]
    name = f"Essai {stored['name']}"
    site.stock.change(item, name=name, description=f"Voir {stored['description']}", **site.stock.ahead())
    site.stock.rename("category", item.category_id, stored["category"])
    site.stock.rename("place", item.place_id, stored["place"])
    shown = name in site.home().names
    _expect_inert(site, "Dans la liste")
    if shown:
        hostile.expect_literal(site, name, "Dans la liste")
    for entry in linked:
        address, told = _open_changed(site, item, entry, name)
        where = f"Sur la page {site.words.of_the_item}"
        _expect_inert(site, where)
        if not site.crash():
            hostile.expect_literal(site, told, where)
            for kind in _STORED[1:]:
                if kind not in site.memo.get(LACKS, "").split():
                    hostile.expect_literal(site, stored[kind], where, site.title(kind))
            changed, form = site.stock.item(item.id), None
            for follow in islice(ways(site, item, address), MOST_FOLLOWED):
                with suppress(Failed):  # what leads nowhere is told by `modification`
                    follow()
                _expect_inert(site, f"À l'adresse {cut(site.page.path, 90)}")
                if not form and (form := prefilled(site, changed)):
                    with suppress(Failed):
                        site.page.submit(form, sender(form))
                    _expect_inert(site, "Après la modification", once=_SAID_ONCE.format("la modification"))
    if add:
        site.page.open(add)
        _expect_inert(site, "Dans le formulaire d'ajout")
    for entry in linked:
        with suppress(Failed):  # what does not delete is told by `suppression`
            for found in deletions(site, item, entry.href):
                press(site, found, item)
                if gone(site, item):
                    break
        _expect_inert(site, "Après la suppression", once=_SAID_ONCE.format("la suppression"))
    site.as_at_home()
    [item] = site.listed_items(1)
    _expect_ordinary_inert(site, item, [entry for entry in site.linked() if entry.name == item.name][:1])


def _open_changed(site: Site, item: Item, entry: Entry, name: str) -> tuple[str, str]:
    """Open the page of an item whose row has changed; its address, and a text that it has to show.

    Where the address bears the name and does not take this one (`fiche-adresse` tells it), the item gets its name back.
    """
    address = site.address_now(name, entry.href)
    site.page.open(address)
    if not 400 <= site.page.status < 500:
        return address, name
    site.stock.change(item, name=item.name)
    address = site.address_now(item.name, entry.href)
    site.page.open(address)
    return address, item.name


def _expect_ordinary_inert(site: Site, item: Item, linked: Sequence[Entry]) -> None:
    """The same of HTML that leaves nothing first, half of it of an ordinary kind: nothing in it says « attack ».

    One of them has no end of its own, and spaces are in none.
    """
    first, second, third, last = site.shuffled("HTML ordinaire", _STORED)
    stored = {kind: site.page.markup(kind) for kind in (first, second)}
    stored |= {third: site.page.payload(third), last: hostile.unclosed(site.page.payload(last))}
    stored = {kind: site.page.spread(text, kind) for kind, text in stored.items()}
    name = f"Essai {stored['name']}"
    site.stock.change(item, name=name, description=f"Voir {stored['description']}")
    site.stock.rename("category", item.category_id, stored["category"])
    site.stock.rename("place", item.place_id, stored["place"])
    site.page.open("/")
    _expect_inert(site, "Dans la liste", "pris pour une balise")
    for entry in linked:
        _open_changed(site, item, entry, name)
        _expect_inert(site, f"Sur la page {site.words.of_the_item}", "pris pour une balise")


def _expect_inert(site: Site, where: str, done: str = "exécuté", *, once: str = "") -> None:
    """None of the stored texts runs; the one that does is told by its column."""
    ran = [kind for kind in _STORED if site.page.executed(kind)]
    for kind in ran:
        put = listed([f"dans {quote(site.words.fields[one])}" for one in ran])
        try:
            hostile.expect_inert(site, kind, where, f"le HTML mis {put}", done, once=once)
        except Failed:
            if linked := _LINKED.get(kind):
                site.stock.show_renamed(linked)
            raise


# -- the last palier


def expect_decent_outage(site: Site) -> None:
    """Database down, for a reason of its own on each page: an answer in time, in French, without technical words.

    Then all works again.
    """
    further = {where: address for where, address in kinds.further_pages(site).items() if where != kinds.QUESTION}
    items = {f"la page de {quote(entry.name)}": entry.href for entry in site.linked()[:1]}
    pages = {"la page /": "/"} | items | further
    frame = f"{visible_text(site.visitor().get('/').text)}\n{site.page.text}"
    outages = cycle(site.shuffled("pannes", OUTAGES))
    sent = site.shuffled("envoi pendant la panne", [where for where in _SENT if where in pages])[:1]
    told: dict[str, _Outage] = {}
    for (where, address), outage in zip(
        site.shuffled("ordre des pages en panne", pages.items()), outages, strict=False
    ):
        form, late = _filled_form(site, where, address) if where in sent else None, None
        with site.db.down(outage):
            try:
                late = _after_sending(site, form, _SENT[where], frame) if form else None
                _expect_outage_told(site, where, address, frame)
                if late:
                    raise late
            except Failed as failed:
                stopped = ""
                with suppress(Failed):  # a page that the browser does not show
                    stopped = site.crash()
                told[where] = _Outage(address, outage, failed, stopped, failed is late)
                if cause_of(failed) is not None:
                    break  # what does not come takes its time
    if told:
        raise _outage_failure(site, [(where, told[where]) for where in pages if where in told], len(pages))
    if not site.home().entries:
        raise Failed(
            observed="La base est revenue, mais la page / reste sans données.", expected="Le site reprend tout seul."
        )


class _Outage(NamedTuple):
    """What was wrong with a page while the base was down."""

    address: str
    outage: str
    failed: Failed
    stopped: str
    """How its program stops, or ''."""
    sent: bool = False
    """Whether it is what follows the sending of its form."""


def _outage_failure(site: Site, told: Sequence[tuple[str, _Outage]], looked: int) -> Failed:
    """The failure of all these pages, the first one shown as it is while the base is down: it is down for it once more.

    What stops an item's page in any case is told by `fiche-complete`.
    """
    own = [(where, one) for where, one in told if not site.told_before(one.stopped)]
    place, main = (own or told)[0]
    form = _filled_form(site, place, main.address) if main.sent else None
    with site.db.down(main.outage):
        try:
            if form:
                site.page.submit(form, sender(form))
            else:
                site.page.open(main.address)
            found = LEAKS.search(site.page.source)
            site.page.keep_source(found.group() if found else "")
        except Failed:
            with suppress(Failed):
                site.visitor().get(main.address)
    failed = main.failed
    if not own:
        failed.because = ("fiche-complete",)
    if len(own) > 1:
        each = {one.failed.expected: one.failed.observed.removeprefix(_DOWN) for _, one in reversed(own)}
        many = f"les {looked} pages essayées sont" if len(own) == looked else f"{len(own)} pages sur {looked} sont"
        failed.observed = "\n- ".join(
            [
                f"{_DOWN}{many} à reprendre : {listed(where for where, _ in own)}. Par exemple :",
                *reversed(each.values()),
            ]
        )
        failed.help = " ".join(dict.fromkeys(one.failed.help for _, one in own if one.failed.help)) or None
    return failed


def _filled_form(site: Site, where: str, address: str) -> Form | None:
    """Open the form that adds an item, or the one that changes it, and fill it; None where this cannot be done."""
    with suppress(Failed):
        if where == EDIT_FORM:
            site.page.open(address)
        if form := item_form(site) if where == EDIT_FORM else find_add_form(site):
            fill(site, form, draft(site))
            site.acts()
            return form
    return None


def _after_sending(site: Site, form: Form, which: str, frame: str) -> Failed | None:
    """What is wrong with the page that follows this form, sent while the base is down."""
    try:
        site.page.submit(form, sender(form))
        where = f"la page qui suit l'envoi du formulaire {which}"
        _expect_words(where, site.page.status, _outage_words(where, site.page.text, frame))
    except Failed as failed:
        return None if cause_of(failed) is Cause.NO_PAGE else failed
    return None


def _expect_outage_told(site: Site, where: str, address: str, frame: str) -> None:
    status, source = _in_outage(site, address)
    parted = visible_text(re.sub(r"(</h\d>)", r"\1\n", source, flags=re.IGNORECASE))
    own = _outage_words(where, visible_text(source), frame, parted)
    if _too_short(own) and "<script" in source.lower():  # a script may say it
        own = _outage_words(where, site.page.text, frame)
    _expect_words(where, status, own)


def _expect_words(where: str, status: int, own: str) -> None:
    """Raises Failed unless a page of an outage says something of its own, in French."""
    if _too_short(own):
        said = f"dit seulement {quote(own)}" if own else "ne dit rien au visiteur"
        raise Failed(
            observed=f"{_DOWN}{where} (code {status}) {said}.",
            expected="Une page en français qui explique que le service est indisponible.",
        )
    if in_english(own):
        raise Failed(
            observed=f"{_DOWN}{where} montre {quote(own)}.",
            expected="Une phrase en français.",
        )


def _in_outage(site: Site, address: str) -> tuple[int, str]:
    """The status and the source that the browser gets; those of a plain request where it shows no page at all."""
    try:
        site.page.open(address)
    except Failed as failed:
        if cause_of(failed) is not Cause.NO_PAGE:
            raise
        answer = site.visitor().get(address)
        return answer.status, answer.text
    return site.page.status, _source(site, address)


def _outage_words(where: str, text: str, frame: str, parted: str = "") -> str:
    """What a page says of its own; raises Failed when it tells the inside of the program.

    `parted`: the same text, its headings on lines of their own, to quote a message without the heading above it.
    """
    message = leak(parted) or leak(text) or _account(text)
    if message:
        raise Failed(
            observed=f"{_DOWN}{where} montre un message technique : « {message} ».",
            expected="Une phrase simple pour le visiteur ; le détail va dans un journal.",
            help=UNCAUGHT if _UNCAUGHT.search(message) else SHOWN,
        )
    return own_text(text, frame)


def _too_short(words: str) -> bool:
    return len(re.findall(r"[^\W\d_]{2,}", words)) < 4


def _account(text: str) -> str:
    found = re.search(r"'\w*'@'|\b10\.83\.\d+\.\d+|using password", text)
    return found.group() if found else ""


def expect_nothing_secret(site: Site) -> None:
    """None of the submitted sources, settings or data is served as it is: neither to who has been through the site, nor to
    who has never come.
    """
    for entry in site.linked()[:1]:
        site.go_by_hand(entry)
    most, told = FEW_SHOWN if site.page.alike else MOST_SHOWN, dict[str, str]()
    addresses = hostile.web_addresses(site.files.paths(), site.draws.of("ordre des adresses"))
    for number, address in enumerate(addresses):
        for ask in site.visitors(f"qui demande {address}"):
            answer = ask("/" + percent(address))
            if found := _secret_in(site, answer.status, answer.readable, address):
                told[f"/{address}"] = found
        if number < most and f"/{address}" not in told:
            with suppress(Failed):  # what is no page to be shown was asked for above
                site.page.open("/" + percent(address), guessed=True)
                if found := _secret_in(site, site.page.status, site.page.source, address):
                    told[f"/{address}"] = found
    with suppress(Failed):
        site.page.open("/")  # a site may answer otherwise to who comes from there than to who comes from an item
    visitor, own = site.visitor(), set(site.files.paths())
    for address in (one for one in addresses if one in own or one not in hostile.GUESSES):
        answer = visitor.get("/" + percent(address))
        if found := _secret_in(site, answer.status, answer.readable, address):
            told.setdefault(f"/{address}", found)
    home = visitor.get("/")
    links = links_of(home.readable, home.url)
    ways_on = {address_family(one): one for one in reversed(links)}
    queue = [*ways_on.values(), *(one for one in links if one not in ways_on.values())][:MOST_LINKED]
    lines = hostile.code_lines(own_texts(site.files))
    for address in queue:  # which grows: what these pages lead to, one of each family
        answer = visitor.get(address)
        if found := hostile.shown_in(site, answer.readable, address, lines):
            told.setdefault(local(address), found)
        for one in links_of(answer.readable, answer.url):
            if len(queue) < MOST_LINKED + MOST_BEHIND and ways_on.setdefault(address_family(one), one) == one:
                queue += [one] * (one not in queue)
    for address, found in json.loads(site.memo.get(hostile.SHOWN_AFTER, "{}")).items():
        told.setdefault(address, f"{found}, derrière un lien de la page qui suit un envoi")
    if told:
        raise _given_away(site, told)


def _secret_in(site: Site, status: int, text: str, address: str) -> str:
    if site.db.gives_away(text):
        return "le mot de passe de la base"
    return hostile.secret_in(text, address) if status == 200 else ""


def _given_away(site: Site, told: Mapping[str, str]) -> Failed:
    """The failure of addresses that anyone may read; the first one's answer is what is kept of it."""
    told = dict(sorted(told.items()))
    first, kept, own = next(iter(told)), False, hostile.code_lines(own_texts(site.files))
    for ask in (site.visitor().get, site.http.session().get):  # one of them got it, and it is the last answer
        answer = ask(percent(first, safe="/?=&%"))
        if kept := bool(
            _secret_in(site, answer.status, answer.readable, first)
            or hostile.shown_in(site, answer.readable, first, own)
        ):
            break
    lines = [f"{address} : {found}" for address, found in told.items()]
    return Failed(
        observed=f"N'importe qui peut lire {first} : on y trouve {told[first]}."
        if len(told) == 1
        else _listed(f"N'importe qui peut lire {len(told)} adresses", lines[:MOST_TOLD], len(lines)),
        expected="Ni programme, ni réglage, ni donnée, ni mot de passe n'est accessible depuis le Web.",
        help=_closing(site, told),
        at=Answer() if kept else None,
    )


_COPY = re.compile(r"(?:~|\.(?:bak|old|orig|save|swp|sql|zip|tar|t?gz|7z|dump))$", re.IGNORECASE)
_SETTINGS = re.compile(r"/\.env[^/]*$|/\.ht\w+$|\.(?:ini|conf|inc|ya?ml|json|toml|txt)$", re.IGNORECASE)


def _shows_settings(site: Site, address: str) -> bool:
    """Whether the program at this address calls phpinfo()."""
    path = next((path for path in own_texts(site.files) if f"/{path}".endswith(address)), "")
    return bool(path) and "phpinfo(" in own_texts(site.files)[path]


def _closing(site: Site, told: Mapping[str, str]) -> str | None:
    """What to do with files that anyone may read, by their kind; None where the check's own words fit: copies."""
    shows = [address for address in told if "phpinfo" in told[address] or _shows_settings(site, address)]
    if shows:
        others = (
            " Supprimez aussi les copies, et fermez par un .htaccess ce qui doit rester."
            if len(shows) < len(told)
            else ""
        )
        return f"Supprimez {listed(shows)} : phpinfo() y montre à tous les réglages du serveur, mot de passe compris.{others}"
    if any(found.startswith(hostile.OWN_CODE) for found in told.values()):
        return SHOWS_A_FILE
    if any(_COPY.search(address) for address in told):
        return None
    if any("/.git/" in address for address in told):
        return "Le dossier .git n'a rien à faire parmi les fichiers publiés : enlevez-le du dossier rendu."
    settings = next((address for address in told if _SETTINGS.search(address)), "")
    if not settings:
        return None
    name = settings.rpartition("/")[2]
    read = any(name in text for text in own_texts(site.files).values())
    first = (
        f'Si votre programme lit {name}, fermez-le par un .htaccess à la racine : <Files "{name}"> Require all denied </Files>.'
        if read
        else f"Aucun de vos programmes ne nomme {name} : supprimez-le."
    )
    return (
        f"{first} Changez aussi le mot de passe qui y est écrit : il a pu être lu."
        if "passe" in told[settings]
        else first
    )
