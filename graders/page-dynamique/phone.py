"""What a phone shows of what a wide window does: the links of the list, its search and its filter."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import listed

from .choices import filter_field, search_field
from .formats import quote
from .forms import find_add_form
from .reading import likely_next, next_page

if TYPE_CHECKING:
    from .reading import Listing, PageLink
    from .visitor import Site

WIDTH = 360
"""That of the brief, in pixels."""
_HIDDEN = "hidden-on-phones"
_MOST_PRESSED = 8
UNHIDE = (
    "Cherchez dans votre CSS, après « @media », ce qui cache cette partie, comme « display: none ». Si elle prend trop de place, laissez-la "
    "passer à la ligne : « flex-wrap: wrap »."
)
_SEEN = """
const cut = (node) => {
  const { overflowX, overflowY } = getComputedStyle(node);
  const { width, height } = node.getBoundingClientRect();
  return overflowX !== "visible" && overflowY !== "visible" && (width <= 1 || height <= 1);
};
const seen = (node) => {
  for (let up = node; up; up = up.parentElement) if (cut(up)) return false;
  return shown(node) && Array.from(node.getClientRects()).some((one) => one.right + scrollX > 0 && one.bottom + scrollY > 0);
};
for (const one of document.getAnimations()) try { one.finish(); } catch (error) { continue; } // one without end
const unveil = veil();
const links = Array.from(document.links).filter(seen).map((node) => node.href.split("#")[0]);
const fields = Array.from(root.querySelectorAll("input,select,textarea")).filter((node) => node.type !== "hidden" && seen(node));
unveil();
return { links, fields: fields.map((node) => labelsOf(node) || ariaOf(node) || node.name) };
"""
"""The addresses of the links that are seen, and the fields, by their labels."""
_OPENERS = "summary,button,[role=button],label,a:not([href]),a[href^='#'],input[type=button],input[type=checkbox],nav,[tabindex],[aria-haspopup]"
_OPENING = """
return Array.from(root.querySelectorAll(arguments[0])).map((node, index) => [node, index]).filter(([node]) => shown(node)
  && !node.closest("td,article") && !(node.form && isButton(node) && sends(node)) && !(node.tagName === "LABEL" && !(node.control && node.control.type === "checkbox")))
  .map(([, index]) => index);
"""
"""What may open something that is folded away."""


@dataclass(frozen=True)
class Seen:
    """What is seen of a page."""

    links: list[str]
    fields: list[str]


@dataclass(frozen=True)
class Home:
    """What ``/`` offers on one screen, each as it is told: '' for what it does not."""

    pages: str
    search: str
    filter: str
    add: str
    items: str
    names: int
    """How many items it shows."""
    seen: Seen
    leading: dict[str, list[str]]
    """Where its links lead, by what they are."""

    def offers(self) -> dict[str, str]:
        """What it does offer, by its kind."""
        said = {"pages": self.pages, "search": self.search, "filter": self.filter, "add": self.add, "items": self.items}
        return {kind: words for kind, words in said.items() if words}

    def lacks(self, wide: Home) -> dict[str, str]:
        """What `wide` offers and this does not: a link that leads to the same place is the same."""
        mine, links = self.offers(), set(self.seen.links)
        return {
            kind: said
            for kind, said in wide.offers().items()
            if kind not in mine and links.isdisjoint(wide.leading.get(kind, ()))
        }


def look(site: Site) -> Home:
    """Opens ``/`` and says what it offers on this screen."""
    site.home()
    return _look_here(site)


def _look_wide(site: Site) -> Home:
    with suppress(Failed):  # what cannot be reached is told by the checks of it
        if "add" not in site.memo:
            find_add_form(site)
    return look(site)


def _look_here(site: Site) -> Home:
    listing, seen = site.read(), site.page.look(_SEEN, kind=Seen)
    turned, search = _next(listing, seen), ""
    with suppress(Failed):  # told by `recherche`
        search = search_field(site).label
    chosen, add = filter_field(site), _bare(site.memo.get("add", ""))
    items = [address for entry in listing.entries if (address := _bare(entry.href)) in seen.links]
    return Home(
        pages=quote(turned.text or turned.label or "suivant") if turned else "",
        search=f"le champ {quote(search)}" if search in seen.fields else "",
        filter=f"le champ {quote(chosen.label)}" if chosen and chosen.label in seen.fields else "",
        add="le lien vers le formulaire d'ajout" if add in seen.links and add != _bare(listing.url) else "",
        items="les liens vers les fiches" if items else "",
        names=len(set(listing.names)),
        seen=seen,
        leading={"pages": [_bare(turned.href)] if turned and turned.href else [], "items": items},
    )


def _bare(address: str) -> str:
    return address.split("#")[0]


def _next(listing: Listing, seen: Seen) -> PageLink | None:
    """The link or the button to the second page, among those that are seen."""
    links = [link for link in listing.links if link.button >= 0 or _bare(link.href) in seen.links]
    known = {_bare(listing.url)}
    return next_page(links, 1, known) or next(iter(likely_next(links, listing.url, known, ())), None)


def hidden(site: Site, wide: Home | None = None) -> dict[str, str]:
    """What ``/`` offers in a `wide` window and in no way on a phone, by its kind; it is looked for once in an exam.

    What a button opens is there, and so are pages for which a phone has a field, or that come by scrolling. The screen is a phone's
    until the end of the check, where it was looked for.
    """
    if _HIDDEN not in site.memo:
        wide = wide or _look_wide(site)
        site.page.width(WIDTH)
        site.memo[_HIDDEN] = json.dumps(_lost(site, wide))
    found: dict[str, str] = json.loads(site.memo[_HIDDEN])
    return found


def _lost(site: Site, wide: Home) -> dict[str, str]:
    phone = look(site)
    lost = phone.lacks(wide)
    if "pages" in lost:
        site.page.stay(0.5, 0.9)
        if len(phone.seen.fields) > len(wide.seen.fields) or _look_here(site).names > wide.names:
            del lost["pages"]
    openers = site.page.script(_OPENING, _OPENERS, kind=list[int])[:_MOST_PRESSED] if lost else []
    for index in openers:
        site.acts()
        with suppress(Failed):  # what it does otherwise is told by other checks
            site.page.click(_OPENERS, index)
            site.page.settle()
            now = _look_here(site).lacks(wide)
            lost = {kind: said for kind, said in lost.items() if kind in now}
        if not lost:
            break
        site.page.open("/")
    return lost


def expect_all_there(site: Site, wide: Home) -> None:
    """The list's fields and links are on a phone too; those to its other pages are another check's matter."""
    lost = [said for kind, said in hidden(site, wide).items() if kind != "pages"]
    if lost:
        site.page.open("/")
        raise Failed(
            observed=f"Sur un écran de {WIDTH} px, la page / ne montre plus {listed(lost, 'ni')}.",
            expected="Ce que la page offre sur un grand écran s'y trouve sur un téléphone aussi, au besoin derrière un bouton « Menu ».",
            help=UNHIDE,
        )


def expect_pages(site: Site) -> None:
    """Links lead to the other pages of the list on a phone too."""
    if said := hidden(site).get("pages"):
        site.page.width(WIDTH)
        site.page.open("/")
        raise Failed(
            observed=f"Sur un écran de {WIDTH} px, la page / n'a plus de lien vers les autres pages : {said} n'y est pas.",
            expected="Sur un téléphone aussi, des liens mènent aux autres pages.",
            help=UNHIDE,
        )
