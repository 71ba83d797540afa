"""What a search or a filter shows, page after page, and what it should have shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import counted, listed
from etabli.exam.contract.words import fold

from .formats import quote

if TYPE_CHECKING:
    from .visitor import Site

LEAST_CUT = 2
"""Rows that are shown because they are on the first page of the list: one may be there by chance."""
KEEP_CHOICE = (
    "Regardez l'adresse des liens de page : le numéro de page y est, mais pas ce que le visiteur a choisi. Ajoutez-y "
    "tout, filtre et recherche : http_build_query(['page' => 2] + $_GET) en PHP, url_for en Flask."
)
CUT_IN_QUERY = (
    "Le numéro de page est dans l'adresse, mais la requête ne s'en sert pas : LIMIT donne le nombre de lignes, et OFFSET "
    "combien de lignes passer avant, soit (page - 1) × {size}."
)
CUT_FIRST = (
    "Le choix du visiteur s'applique à une page déjà coupée. Mettez-le dans la requête SQL (WHERE, qui passe avant LIMIT), et "
    "n'en gardez pas une partie ensuite, dans le programme."
)
MORE_PAGES = (
    "La première page de résultats est juste : d'elle, aucun lien ne mène à la suivante. Comptez les résultats avec le "
    "même WHERE que la liste, et gardez le choix du visiteur dans les liens de page."
)
CHOICE_CUT = (
    "La page 1 est juste. Lisez l'adresse de la page suivante : le choix du visiteur y est-il entier, signes & et "
    "apostrophes compris (http_build_query ou urlencode en PHP, url_for en Flask) ? S'il l'est, la condition WHERE est trop "
    "large."
)
CHOICE_UNUSED = (
    "Ce que le visiteur a choisi n'arrive pas jusqu'à la base. Suivez-le : l'adresse le porte-t-elle, le programme le lit-il, la "
    "condition WHERE est-elle vraiment ajoutée à la requête ?"
)


@dataclass(frozen=True)
class Results:
    """The names that a search or a filter shows, page after page."""

    pages: tuple[tuple[str, ...], ...]
    addresses: tuple[str, ...] = ()
    """Where each page was; an address may be that of several."""

    @property
    def names(self) -> list[str]:
        """Those of all pages."""
        return [name for page in self.pages for name in page]

    @property
    def same(self) -> bool:
        """Whether each of several pages shows the items of the first one again."""
        return len(self.pages) > 1 and bool(self.pages[0]) and len(set(self.pages)) == 1

    def address_of(self, name: str) -> str:
        """Where the first page that shows an item was; '' when it is not known."""
        return next((at for at, page in zip(self.addresses, self.pages, strict=False) if name in page), "")

    def lost(self, wanted: Collection[str]) -> tuple[int, str] | None:
        """The first page that shows another item, and that item, when the pages before it show wanted ones only.

        The choice may be lost there, if it is what that page shows without any (`_unfiltered`).
        """
        strange = [next((name for name in page if name not in wanted), None) for page in self.pages]
        number = next((number for number, name in enumerate(strange, start=1) if name is not None), 0)
        return (number, strange[number - 1] or "") if number > 1 and self.pages[0] else None


def expect_shown(site: Site, results: Results, wanted: Collection[str], doing: str, text: str = "") -> None:
    """Raises Failed unless exactly the `wanted` items are shown (in any order); their last page is then open.

    Of items that should not be there, the page of the first one; with the `text` of a search, the column that holds it.
    """
    shown = results.names
    missing, extra = sorted(set(wanted) - set(shown)), sorted(set(shown) - set(wanted))
    if not missing and not extra:
        return
    status, shown_text, here = site.page.status, site.page.text, site.page.url
    lost = results.lost(wanted)
    if lost and _unfiltered(site, lost[0]) == list(results.pages[lost[0] - 1]):
        number, strange = lost
        raise Failed(
            observed=f"{doing}, la page 1 est juste ; mais en suivant le lien vers la page {number}, le choix du "
            f"visiteur est perdu : {quote(strange)} ne devrait pas y être.",
            expected="De page en page, le filtre et la recherche restent ce que le visiteur a choisi.",
            help=KEEP_CHOICE,
        )
    site.back((extra and results.address_of(extra[0])) or here)
    site.trouble.expect_decent(status, shown_text, doing)
    if results.same and not extra:
        list_too = Results(tuple(tuple(listing.names) for listing in site.walk())).same
        site.back(here)
        raise same_rows(site, results, len(wanted), f"{doing}, vos", again=list_too)
    parts = [f"il manque {_some(missing)}"] if missing else []
    parts += [f"{_some(extra)} ne {'devraient' if len(extra) > 1 else 'devrait'} pas y être"] if extra else []
    full = len(results.pages) == 1 and len(shown) == site.rules.page_size
    number = len(results.pages)
    seen = f"la page montre {counted(len(set(shown)), 'résultat')}" if shown else "la page ne montre aucun résultat"
    seen = seen.replace("la page montre", f"les {number} pages montrent ensemble") if number > 1 else seen
    held = _held(site, extra, shown, text) if extra and text else ""
    whole = bool(wanted and extra) and not (missing or lost) and len(set(shown)) == len(site.stock.by_name())
    if whole:
        held = f" C'est toute la liste : {'le texte cherché' if text else 'le choix du visiteur'} ne change rien."
    cut_first = _cut_before(site, shown, wanted) if number == 1 and not (extra or full) else 0
    if cut_first:
        held = f" Ce sont les seules qui conviennent parmi les {cut_first} premières de la liste entière."
        site.back(here)
    exactly = f"on voit exactement {counted(len(wanted), 'résultat')}, sur une ou plusieurs pages"
    raise Failed(
        observed=f"{doing}, {seen} : {' et '.join(parts)}.{held}",
        expected=f"{doing}, {exactly if wanted else 'on ne voit aucun résultat'}.",
        help=CHOICE_UNUSED
        if whole
        else CUT_FIRST
        if cut_first
        else CHOICE_CUT
        if lost
        else MORE_PAGES
        if full and not extra
        else None,
    )


def _cut_before(site: Site, shown: Collection[str], wanted: Collection[str]) -> int:
    """How many rows the first page of the whole list has, where what is shown are those of them that are wanted."""
    if len(set(shown)) < LEAST_CUT or set(shown) == set(wanted):
        return 0
    first = _unfiltered(site, 1)
    same = set(shown) == set(first) & set(wanted)
    return len(first) if same and len(first) < len(site.stock.by_name()) else 0


def same_rows(site: Site, results: Results, count: int, start: str, *, again: bool = False) -> Failed:
    """The failure of pages that all show the same items; `again`: those of the whole list do it too, its cause."""
    number, size = len(results.pages), len(set(results.pages[0]))
    return Failed(
        observed=f"{start} {number} pages montrent les {size} mêmes {site.words.items}, sur {count}.",
        expected="Chaque page montre la suite de la précédente : toutes les lignes sont là, et chacune sur une seule page.",
        help=CUT_IN_QUERY.format(size=site.rules.page_size),
        because=["liste-complete"] if again else [],
    )


def _held(site: Site, extra: Collection[str], shown: Collection[str], text: str) -> str:
    """Says in which column the items that are found wrongly hold the text: all those that hold it there are shown."""
    held: dict[str, set[str]] = {"description": set(), "category": set(), "place": set()}
    for name, item in site.stock.by_name().items():
        values = {"description": item.description or "", "category": item.category, "place": item.place}
        for kind, value in values.items():
            if fold(text) in fold(value):
                held[kind].add(name)
    kind = next((kind for kind, names in held.items() if set(extra) <= names <= set(shown)), "")
    return f" Ce texte est dans {quote(site.title(kind))}, et pas dans le nom." if kind else ""


def _unfiltered(site: Site, number: int) -> list[str]:
    """The names on this page of the list, followed from ``/`` without search nor filter; none without such a page."""
    return next((listing.names for listing in islice(site.walk(), number - 1, None)), [])


def _some(names: Sequence[str]) -> str:
    """One name, and how many more; two are both named."""
    if len(names) == 2:
        return listed(map(quote, names))
    more = f" (et {counted(len(names) - 1, 'autre')})" if len(names) > 1 else ""
    return quote(names[0]) + more
