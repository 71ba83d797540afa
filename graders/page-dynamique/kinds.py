"""The kinds of pages that a visitor reaches beyond the list and an item's page; each is found once in an exam."""

from __future__ import annotations

import json
from contextlib import suppress
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.words import fold
from etabli.exam.reading.markup import bounded

from .acting import find_edit_form, gone, own_links
from .addresses import altered_addresses
from .choices import choose_here, look_up
from .diagnosis import crash, visible_text
from .forms import ADD_FORM, DELETE, EDIT_FORM, RETURNED, draft, find_add_form, item_form, refuses, send
from .items import wrong_answer
from .notice import legal_link
from .reading import next_page
from .reduced import reduced_lists

if TYPE_CHECKING:
    from .stock import Item
    from .visitor import Site

UNKNOWN = "la page d'une ligne qui n'existe pas"
QUESTION = "la page qui demande s'il faut supprimer"
OF_THE_LIST = "la page 2 de la liste", "la liste filtrée", "le résultat d'une recherche"
"""The same as ``/``, with other rows: a drawn one is looked at in the browser, the sources of all are read."""
NOTHING = "la liste où rien n'est trouvé"
"""One more of them: by the search of what no name holds, or by a value of the filter without rows (drawn)."""
_OTHERS, _HEADS = "other-lists", "heads"
"""Of the memo: those of these that were not drawn; what the sources say of their language and titles."""
AFTER = "la page qui suit un ajout"


def further_pages(site: Site) -> dict[str, str]:
    """Addresses by name: a later page of the list or a part of it, an unknown item, the legal notice, the forms that add and
    change, and the question before a deletion.

    What the site has not is left out. The rows are those of the exam's start.
    """
    if "further" not in site.memo:
        site.memo["further"] = json.dumps(_found(site))
    return dict(json.loads(site.memo["further"]))


def every_page(site: Site) -> dict[str, str]:
    """The same, and the pages of the list that were not drawn."""
    return {**further_pages(site), **json.loads(site.memo.get(_OTHERS, "{}"))}


def _found(site: Site) -> dict[str, str]:
    listing = site.home()
    linked = site.shuffled("fiches regardées", (entry for entry in listing.entries if entry.href))
    turned = next_page(listing.links, 1, {listing.url})
    later, filtered, searched = OF_THE_LIST
    lists = {later: turned.href} if turned and turned.href else {}
    shown = site.shuffled("pages réduites", reduced_lists(site))  # of two pages of one list the last is taken
    lists |= {filtered if one.way == "filter" else searched: one.listing.url for one in shown}
    with suppress(Failed):  # what cannot be searched or chosen is told by other checks
        if bare := _nothing_found(site):
            lists[NOTHING] = bare
    lists = {where: address for where, address in lists.items() if address.split("#")[0] != listing.url}
    pages = dict(site.draws.of("page de la liste").some(sorted(lists.items()), 1))
    others = {
        where: address for where, address in lists.items() if where not in pages and _stands(site, where, address)
    }
    site.memo[_OTHERS] = json.dumps(others)
    if len(linked) > 1 and (
        free := altered_addresses(linked[0].href, linked[1].href, site.free_id(), site.drawn.unknown)
    ):
        pages[UNKNOWN] = free[0]
    # What cannot be reached is told by the check that needs it.
    with suppress(Failed):
        if notice := legal_link(site):
            pages["la page des mentions légales"] = notice.href
    with suppress(Failed):
        if find_add_form(site):
            pages[ADD_FORM] = site.page.url
    for entry in linked[:1]:
        with suppress(Failed):
            if item := site.stock.by_name().get(entry.name):
                find_edit_form(site, item, entry.href)
                pages[EDIT_FORM] = site.page.url
    for entry in linked[-1:]:
        with suppress(Failed):
            item = site.stock.by_name().get(entry.name)
            if item and (question := _question(site, item, entry.href)):
                pages[QUESTION] = question
    known = {listing.url, *(entry.href for entry in linked)}
    return {
        where: address
        for where, address in pages.items()
        if address.split("#")[0] not in known and _stands(site, where, address)
    }


def _nothing_found(site: Site) -> str:
    """The address of a list without any row, '' where one is shown."""
    unused = site.stock.unused(site.rules.filter)
    used = {label for item in site.stock.items() for label in (item.category, item.place)}
    if unused not in used and site.draws.of("liste sans ligne").one((True, False)):
        site.start()
        choose_here(site, unused)
    else:
        look_up(site, site.drawn.absent)
    return "" if site.read().entries else site.page.url


def _question(site: Site, item: Item, href: str) -> str:
    """The address of the page that asks whether an item is to be deleted, where a link of its page leads to one; else ''.

    A link that deletes by itself is told by `suppression`: its row is put back.
    """
    site.page.open(href)
    before = site.stock.raw()
    for link in own_links(site, item, href, DELETE)[:1]:
        if DELETE.search(fold(f"{link.text} {link.label} {link.path}")) and not refuses(link.text):
            site.acts()
            source = site.visitor().get(link.href).readable.lower()
            if gone(site, item):
                site.stock.put_back(before)
            elif "<form" in source or "<button" in source:
                return link.href
    return ""


def _stands(site: Site, where: str, address: str) -> bool:
    """Whether the page is one: what is wrong with a page that stops, or is not there, is told by its own check."""
    try:
        answer = site.http.get(address)
    except Failed:
        return False
    text = visible_text(answer.readable)
    if where == UNKNOWN:
        return not wrong_answer(answer.status, text, "")
    return answer.status < 400 and not crash(answer.status, text)


class Head(HTMLParser):
    """What a page's source says of its language, its title and its h1."""

    def __init__(self, source: str = "") -> None:
        super().__init__()
        self.lang, self.title, self.headings = "", "", list[str]()
        self._inside = ""
        self.feed(bounded(source))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes where the text that follows belongs."""
        if tag == "html":
            self.lang = dict(attrs).get("lang") or ""
        if tag in ("title", "h1"):
            self._inside = tag
            self.headings += [""] if tag == "h1" else []

    def handle_endtag(self, tag: str) -> None:
        """Leaves the title or the h1."""
        self._inside = "" if tag == self._inside else self._inside

    def handle_data(self, data: str) -> None:
        """Adds to the title, or to the last h1."""
        if self._inside == "title":
            self.title += data
        elif self._inside == "h1":
            self.headings[-1] += data


def heads(site: Site) -> dict[str, Head]:
    """What the sources of these pages, and of the one that follows an act, say, by the pages' names; they are read once in an exam."""
    if _HEADS not in site.memo:
        pages, visitor = every_page(site), site.visitor()
        read = {where: Head(visitor.get(address).readable) for where, address in pages.items()}
        if where := after_an_act(site):
            read[where] = Head(site.page.source or site.page.html)
        site.memo[_HEADS] = json.dumps({where: (one.lang, one.title, one.headings) for where, one in read.items()})
    found = {where: Head() for where in json.loads(site.memo[_HEADS])}
    for where, told in json.loads(site.memo[_HEADS]).items():
        found[where].lang, found[where].title, found[where].headings = told
    return found


def open_kind(site: Site, where: str) -> None:
    """Opens the page of this name, by its address, else by the act that it follows."""
    address = every_page(site).get(where)
    if address:
        site.page.open(address)
    else:
        after_an_act(site)


def after_an_act(site: Site) -> str:
    """Opens the page that follows the blank form that adds, or the filled one (drawn); gives its name in French, '' where there is
    none, or one that stops, or where the blank form is stored, which other checks tell."""
    where, name = site.draws.of("page après un acte").one(((RETURNED, {"name": ""}), (AFTER, {})))
    with suppress(Failed):
        if form := find_add_form(site):
            send(site, form, draft(site, **name))
            return "" if site.trouble.crash() or (name and item_form(site) is None) else where
    return ""
