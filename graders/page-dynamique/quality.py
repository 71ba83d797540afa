"""What each page must be, whatever it shows: its title, its language, its accessibility, its HTML, its width."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import reduce
from html import escape
from itertools import islice
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract import french
from etabli.exam.contract.french import counted, listed
from etabli.exam.contract.words import cut, squeeze

from . import kinds, looks, phone
from .diagnosis import crash, visible_text
from .formats import quote
from .forms import ADD_FORM, PAGES, RETURNED, field_of, item_form, main_pages, sender
from .long_words import ADVICE as LONG_WORD
from .long_words import Lengthened

if TYPE_CHECKING:
    from etabli.exam.contract.values import Contrast, Message, Violation
    from etabli.exam.tools.nu import Nu

    from .looks import Fault
    from .visitor import Site

_ASTRAY = "position : absolute"
OUT_OF_PLACE = (
    "Un élément en position: absolute ne défile pas avec le bloc qui l'entoure, même invisible : il élargit la page. Donnez "
    "position: relative au bloc qui défile ou à la case qui le contient. Cherchez aussi les largeurs fixes, en pixels."
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
ONE_OF = 4
_OWN_TAGS = "own-tags"
"""Of the memo: whether page 2 of the list has tags of its own."""
_TAG = re.compile(r"<[a-zA-Z][^<>]{0,400}>")
_TOLD = re.compile(
    r"""\s(?:href|value|title|rel|for|id|name|content|aria-label|aria-current|selected)(?:=(?:"[^"]*"|'[^']*'|[^\s>]+))?"""
)


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
        if not site.trouble.crash():
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
    """No serious or critical violation of axe-core on the main pages, with visited links and in a dark theme too where the site
    has styles for them; the list alone is too little to tell.
    """
    pages = _with_messages(main_pages(site, "axe"))
    alone = len(pages) < 2
    pages |= _further_lists(site, "axe")
    faults, themed = _faults_of(site, pages, dark=False)
    if themed:
        known = {(one.where, one.sign) for one in faults}
        site.page.theme(dark=True)
        faults += [one for one in _faults_of(site, pages, dark=True)[0] if (one.where, one.sign) not in known]
    faults.sort(key=lambda fault: list(pages).index(fault.where))
    if faults:
        alike: dict[tuple[object, ...], dict[str, Violation]] = {}
        for fault in faults:
            alike.setdefault((fault.look, *fault.sign), {})[fault.where] = fault.violation
        lines = [
            f"Sur {listed(found)}{look and f', {look}'}, {_defect(list(found.values()))}"
            for (look, *_sign), found in islice(alike.items(), 4)
        ]
        pale = [contrast for fault in faults for contrast in fault.violation.contrasts]
        first = faults[0]
        if themed or first.look:  # what is kept shows it as it was looked at
            site.page.theme(dark=first.look in (looks.DARK, looks.DARK_VISITED))
            _open_or_refused(site, first.where, pages[first.where], typed=False)
            looks.look_again(site, first.look)
        raise Failed(
            observed=bulleted(counted(len(alike), "défaut"), lines, len(alike)),
            expected="Aucun défaut grave ou critique.",
            help=looks.ADVICE.get(first.look.removesuffix(f", {looks.VISITED}"), "") + _to_contrast(site, pale[0])
            if pale and all(fault.violation.contrasts for fault in faults)
            else None,
            because=sorted(told) if all(told := {_TOLD_BY.get(one.violation.id, "") for one in faults}) else (),
        )
    if alone:
        raise Failed(
            observed="Le site n'a ni fiche, ni formulaire d'ajout : seule la liste a pu être regardée.",
            expected="Une fiche ou un formulaire, à regarder avec la liste.",
            because=["fiche-complete", "ajout-enregistre"],
        )


def _faults_of(site: Site, pages: Mapping[str, str], *, dark: bool) -> tuple[list[Fault], bool]:
    """Those of all these pages; whether one of them has a theme of its own for who asks for a dark one."""
    faults, themed = list["Fault"](), False
    for where, address in site.shuffled("ordre des pages, axe", pages.items()):
        _open_or_refused(site, where, address, typed=False)
        if _passed_over(site, address):
            continue
        themed = themed or dark or site.page.themed()
        faults += looks.faults(site, where, dark=dark)
    return faults, themed


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
    return f"{french.quote(violation.help, 160)}{criteria}{node}{more}" + (
        f" ; {' ; '.join(colours)}" if colours else ""
    )


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


def bulleted(lead: str, lines: list[str], total: int) -> str:
    """Faults as they are told: one on each line below `lead`, and how many more."""
    more = [f"… et {counted(total - len(lines), 'autre')}"] if total > len(lines) else []
    return "\n- ".join([f"{lead} :", *lines, *more])


def _passed_over(site: Site, address: str) -> bool:
    """Whether the page now open is an item's page that crashes: `fiche-complete` says so."""
    return address != "/" and bool(site.trouble.crash())


def expect_valid(site: Site, nu: Nu) -> None:
    """No error of the Nu checker in the served sources of the main pages.

    A `<` of a value is read as if it were escaped, since `echappement` says so of a site that does not: whether a name that has
    one is on these pages is drawn.
    """
    texts = (text for item in site.stock.items() for text in (item.name, *(item.description or "").splitlines()))
    raw = {text: escape(text, quote=False) for text in texts if "<" in text}
    pages = _with_messages(main_pages(site, "Nu")) | _further_lists(site, "Nu")
    found: dict[str, tuple[str, Sequence[Message]]] = {}
    for where, address in site.shuffled("ordre des pages, Nu", pages.items()):
        source = _to_validate(site, where, address)
        escaped = reduce(lambda code, value: code.replace(*value), raw.items(), source)
        found[where] = source, nu.check(escaped, where) if source else []
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
                observed=bulleted(lead, lines, len(messages)),
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


def _with_messages(pages: Mapping[str, str]) -> dict[str, str]:
    """The same pages, the form that adds as it comes back with its messages: all that the blank one has is there too."""
    return {RETURNED if where == ADD_FORM else where: address for where, address in pages.items()}


def _to_validate(site: Site, where: str, address: str) -> str:
    """Open a page; its source, '' for one that crashes, which another check tells."""
    _open_or_refused(site, where, address, typed=False)
    source = source_of(site, address)
    return "" if address != "/" and crash(site.page.status, visible_text(source)) else source


def source_of(site: Site, address: str) -> str:
    """The page now open as it came: to a browser, which asks for its styles; bytes that are no text are told."""
    source = site.page.source
    return source if source and "\ufffd" not in source else site.visitor().get(address).text


def _told(message: Message) -> str:
    """An error in French, and the checker's own words, which the student can look up."""
    french = cut(message.text.rstrip("."), 160)
    return f"{french} (« {cut(message.english.rstrip('.'), 110)} »)" if message.english else french


def expect_no_overflow(site: Site, width: int) -> None:
    """On a screen this wide, no page scrolls sideways: in a narrow window with a mouse, then on a phone, under a finger, where texts
    hold very long words; and ``/`` offers there what it offers in a wide window.
    """
    further = kinds.further_pages(site)
    pages, wide = main_pages(site, "téléphone") | further, phone.look(site)
    items = site.stock.by_name()
    entries = [one for one in (*site.linked(), *site.home().entries) if one.name in items]
    entries.sort(key=lambda one: one.href not in pages.values())
    rows = [Lengthened(site, items[one.name], one.href) for one in entries[:1]]
    for one in entries[:1]:  # what was emptied for the pages above may have changed the order of the list
        if one.href and one.href not in pages.values():
            pages[f"la page de {quote(one.name)}"] = one.href
    site.page.width(width, phone=False)
    _expect_within(site, width, pages)
    site.page.width(width)
    if form := pages.pop(ADD_FORM, ""):
        pages[RETURNED] = form  # the same with its messages
        pages.pop(kinds.QUESTION, None)
    phone.hidden(site, wide)
    own = {where: address for where, address in pages.items() if address in [row.href for row in rows]}
    for some, labels in ((own, True), ({where: pages[where] for where in pages if where not in own}, False)):
        _expect_long_within(site, width, some, rows, labels=labels)
    phone.expect_all_there(site, wide)


def _expect_long_within(
    site: Site, width: int, pages: Mapping[str, str], rows: Sequence[Lengthened], *, labels: bool
) -> None:
    """The same with very long words in these rows; what is as wide without them is told without them."""
    for row in rows:
        row.put(labels=labels)
    try:
        _expect_within(site, width, pages)
    except Failed as failed:
        for row in rows:
            row.take_back()
        _expect_within(site, width, pages)
        for row in rows:
            row.put(labels=labels)
        site.page.reload()
        failed.observed = f"Avec un mot très long dans les textes : {failed.observed[:1].lower()}{failed.observed[1:]}"
        failed.help = LONG_WORD
        raise


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
            else bulleted(f"{screen}{len(lines)} pages sont trop larges", lines, len(lines)),
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
            back = typed or not (site.trouble.crash() or item_form(site) is None)
        if not back:
            site.page.open(address)
