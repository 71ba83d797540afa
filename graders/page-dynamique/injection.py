"""What a hostile text must not do: reach a query, or run in a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import listed
from etabli.exam.contract.words import cut

from . import queries, scripts
from .acting import deletions, find_edit_form, gone, prefilled, press, ways
from .addresses import filter_addresses, item_address, with_values
from .changes import expect_unchanged
from .choices import choose_here, offers, search
from .connection import own_texts
from .filters import by_value
from .formats import quote
from .forms import find_add_form, sender
from .items import LACKS
from .results import expect_shown

if TYPE_CHECKING:
    from .reading import Entry
    from .shape import Linked
    from .stock import Item
    from .visitor import Site

MOST_FOLLOWED = 3
"""Links and buttons of an item's page, to change or delete it, behind which a stored text is looked for."""
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
_SAID_ONCE = "Dans le message affiché une seule fois, juste après {}"


def expect_no_injection(site: Site) -> None:
    """Hostile texts in the search, in the addresses of the filter, of pages and of an item stay texts.

    Half of it among the hidden rows, half among those of the candidate's own folder; which, is drawn.
    """
    name, text = site.drawn.plain, f"d'{site.drawn.plain_person}"
    added = site.stock.add(name)  # without accents, which are another check's matter
    expect_shown(site, search(site, text), [name], f"Pour la recherche {quote(text)}")
    site.stock.remove(site.stock.item(added))
    site.stock.since(site.stock.raw())  # this row has nothing to do with what follows
    halves = site.shuffled(
        "pièges parmi quelles lignes", ((_expect_filter_safe, "le filtre"), (_expect_items_safe, "les adresses"))
    )
    for number, (expect_safe, what) in enumerate(halves):
        before = site.stock.snapshot()
        queries.expect_search_safe(site, site.drawn.searches[number::2])
        expect_safe(site)
        expect_unchanged(site, before, f"Après des textes piégés dans la recherche et {what}")
        if not number:
            queries.expect_links_safe(site)  # among the hidden rows, which fill several pages
            site.as_at_home()
    _expect_signs_kept(site)
    _expect_edit_safe(site)


def _expect_items_safe(site: Site) -> None:
    entries = site.linked()
    if len(entries) > 1:
        known = [item.id for item in site.stock.items()[:1]]
        queries.expect_addresses_safe(site, partial(item_address, entries[0], entries[1]), set(), known)


def _expect_edit_safe(site: Site) -> None:
    """The address of an item's form, where there is one: whether there is, is another check's matter."""
    item = site.stock.some()
    form = None
    with suppress(Failed):
        form = find_edit_form(site, item, site.entry(item.name).href)
    if form:
        queries.expect_edit_address_safe(site, item, site.page.path)


def _expect_signs_kept(site: Site) -> None:
    """Raises Failed when signs that LIKE reads find other names than those that hold them."""
    model = site.stock.some()
    usual = {"category": model.category_id, "place": model.place_id, "date": model.date}
    signs = site.drawn.signs
    site.stock.add_many({"name": name, **usual} for name in (signs.name, *signs.taken))
    shown = search(site, signs.text).names
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
        queries.expect_addresses_safe(site, partial(filter_addresses, address), names, known)


def _filtered(site: Site, option: str = "") -> tuple[str, set[str]]:
    """The address of a filtered list and its items, of a drawn value where none is said; '' when the filter has no address."""
    groups = by_value(site)
    filled = sorted(label for label in groups if groups[label])
    option = option or (site.draws.of("valeur piégée").one(filled) if filled else "")
    site.page.open("/")
    plain = site.page.url
    if not option or not offers(site, option):
        return "", set()
    try:
        choose_here(site, option)
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
    scripts.expect_inert(
        site,
        "choisi",
        "Dans la liste filtrée",
        f"le HTML mis dans {quote(site.words.fields['name'])}",
        "pris pour une balise",
    )
    scripts.expect_inert(
        site,
        "choix",
        "Dans la liste filtrée",
        f"le HTML mis dans {quote(site.words.fields[kind])}",
        "pris pour une balise",
    )
    payload = site.page.payload("filtre")
    for text in (scripts.breakout(payload, *scripts.LEAVING), site.page.spread(payload, "filtre")) if address else ():
        for changed in with_values(address, text):
            site.page.open(changed)
            scripts.expect_inert(site, "filtre", "Placé dans l'adresse de la liste filtrée")


def expect_stored_text_inert(site: Site) -> None:
    """HTML stored as a name, a description, a category or a place is shown and never runs.

    Ordinary HTML, and all that follows, among the rows of the candidate's own folder.
    """
    wide = dict.fromkeys(_WIDE, scripts.LEAVING)
    stored = {kind: scripts.breakout(site.page.payload(kind), *wide.get(kind, ())) for kind in _STORED}
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
        scripts.expect_literal(site, name, "Dans la liste")
    for entry in linked:
        address, told = _open_changed(site, item, entry, name)
        where = f"Sur la page {site.words.of_the_item}"
        _expect_inert(site, where)
        if not site.trouble.crash():
            scripts.expect_literal(site, told, where)
            for kind in _STORED[1:]:
                if kind not in site.memo.get(LACKS, "").split():
                    scripts.expect_literal(site, stored[kind], where, site.title(kind))
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
    stored |= {third: site.page.payload(third), last: scripts.unclosed(site.page.payload(last))}
    stored = {kind: site.page.spread(text, kind) for kind, text in stored.items()}
    stored["description"] = stored["description"].replace("\n", "\t")  # a right page may put <br> there, inside the tag
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
            scripts.expect_inert(site, kind, where, f"le HTML mis {put}", done, once=once)
        except Failed:
            if linked := _LINKED.get(kind):
                site.stock.show_renamed(linked)
            raise
    for kind in _STORED:
        scripts.expect_in_no_code(site, site.page.payload(kind), where)
