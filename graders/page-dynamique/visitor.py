"""A visitor of the candidate's site: starts at ``/`` and follows what it finds."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urljoin, urlsplit

from etabli.exam import Failed
from etabli.exam.contract.causes import Cause, cause_of
from etabli.exam.contract.french import counted, listed
from etabli.exam.contract.words import contains_words, cut, fold

from .diagnosis import (
    EMPTY,
    REFUSED,
    advice,
    broken_page,
    crash,
    explains,
    first_heading,
    last_error,
    leak,
    visible_text,
    window_opened,
    written_connection,
)
from .drawn import make_drawn
from .formats import dates_in, quote
from .reading import (
    PRESSED,
    REPEATED,
    Entry,
    Listing,
    PageLink,
    likely_next,
    next_page,
    read_list,
)
from .stock import Item, Stock, first_disorder

if TYPE_CHECKING:
    from etabli.exam.contract.values import Diff, Field, Response
    from etabli.exam.tools.db import Database
    from etabli.exam.tools.draws import Draws
    from etabli.exam.tools.files import Files
    from etabli.exam.tools.http import Http
    from etabli.exam.tools.journal import Journal
    from etabli.exam.tools.page import SitePage

    from .shape import Variant
    from .stock import Snapshot

T = TypeVar("T")
TYPED, RELOADED, BACK, FORWARD = "typed", "reloaded", "back", "forward"
"""How one comes to a page again, besides by a link."""
BY_THE_SERVER = (TYPED, TYPED, RELOADED, RELOADED, RELOADED, "link")
"""Those of which a server is told: what has changed is looked at so. Links lead to all the other pages that are looked at."""
IN_THE_BROWSER = (BACK, BACK, FORWARD, RELOADED, TYPED)
"""Those that a script of the page tells apart, where nothing has changed since: a copy that the browser kept is as good."""
_WAYS_TOLD = {
    TYPED: "En tapant de nouveau son adresse",
    RELOADED: "En rechargeant la page (touche F5)",
    BACK: "En revenant par la flèche « Précédent » du navigateur",
    FORWARD: "En revenant par la flèche « Suivant » du navigateur",
}
STAYED = "en restant sur la page, la souris dessus"
MOVING = (
    "La page se lit juste à son arrivée, puis change quand on y reste : cherchez dans son CSS (:hover, animation) et dans ses scripts ce "
    "qui change la liste, et retirez-le."
)
ITEM_STOPPED = "item-stopped"
"""Of the memo: how the page of an item stops, as `fiche-complete` saw it."""
MAX_PAGES = 40
DECENT = "Le programme va jusqu'au bout : une page, avec une phrase pour le visiteur, sans code d'erreur 500 ou plus."
MOST_TURNED = 4
"""Pages of the list that are turned to look at an item of a later one."""

LEAST_CUT = 2
"""Rows that are shown because they are on the first page of the list: one may be there by chance."""

OTHER_ROWS = "D'où vient cette liste ? La vérification met d'autres lignes dans la base : la page doit les lire à chaque affichage."
NO_LOOP = (
    "Lisez les lignes de la table par une requête SELECT, puis faites une boucle (foreach en PHP, for en Flask) "
    "qui écrit le nom de chacune dans la page."
)
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
READ_MESSAGE = "Commencez par le message affiché dans la page : il nomme souvent le fichier et la ligne."


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

        The choice may be lost there, if it is what that page shows without any (:meth:`Site.unfiltered`).
        """
        strange = [next((name for name in page if name not in wanted), None) for page in self.pages]
        number = next((number for number, name in enumerate(strange, start=1) if name is not None), 0)
        return (number, strange[number - 1] or "") if number > 1 and self.pages[0] else None


class Site:
    """The candidate's site and database, seen together.

    `memo` keeps addresses from one check to the next; each is verified when it is used. `first` keeps the rows that each
    check finds.
    """

    def __init__(
        self,
        page: SitePage,
        http: Http,
        db: Database,
        files: Files,
        journal: Journal,
        variant: Variant,
        memo: dict[str, str],
        draws: Draws,
        first: Snapshot,
    ) -> None:
        self.page, self.http, self.db, self.files, self.journal = page, http, db, files, journal
        self.words, self.organisation, self.rules = variant.words, variant.organisation, variant.rules
        if not first:
            first.update(Stock(db, variant).first())
        self.stock = Stock(db, variant, first)
        self._own = variant.own
        self.draws, self.drawn = draws, make_drawn(draws, variant)
        self.memo = memo
        self._beside: tuple[str, ...] | None = None
        self._elsewhere: set[str] = set()
        self.came = ""
        """How one came to the list again, at the start of a sentence."""

    # -- the list

    def home(
        self,
        also: Collection[str] = (),
        *,
        doing: str = "Sur la page /",
        again: str = "",
        unchanged: bool = False,
    ) -> Listing:
        """Open ``/`` and read its list; `also`: names that are no longer in the database.

        With `again`, a purpose, one comes there as one who has been there (`come_again`).

        Raises:
            Failed: After `doing`, its program stops: that it shows nothing says nothing of its rows.
        """
        listing = self._at_home(also, again, unchanged=unchanged)
        self._expect_list(listing, doing)
        return listing

    def come_again(self, address: str, purpose: str, *, unchanged: bool = False) -> None:
        """Come to a page as one who has been there, in a way that is drawn for this purpose.

        Its address is typed, it is reloaded, or a link leads there; where the base is `unchanged` since and something runs in
        the page, it may be the arrows of the browser.
        """
        if unchanged or self._beside is None or self.page.url != urljoin(self.page.url, address):
            self.page.open(address)
        arrows = unchanged and not self.page.alike
        way = self.draws.of(purpose).one(IN_THE_BROWSER if arrows else BY_THE_SERVER)
        self.came = _WAYS_TOLD.get(way, "")
        if way == TYPED:
            self.page.open(address, typed=True)
        elif way == RELOADED:
            self.page.reload()
        elif way not in (BACK, FORWARD):
            self.page.open(address)
        elif entries := [entry for entry in self.read().entries if entry.href]:
            self.page.open(self.draws.of(f"{purpose}, page d'à côté").one(entries).href)
            if way == FORWARD:
                self.page.open(address)
                self.page.back()
            (self.page.back if way == BACK else self.page.forward)()
        else:
            self.came = ""
        drawn = self.draws.of(f"{purpose}, pointeur")
        if self.page.stay(drawn.between(20, 80) / 100, drawn.between(20, 80) / 100):
            self.came = " et ".join(filter(None, (self.came, STAYED if self.came else STAYED.capitalize())))

    @contextmanager
    def told_how_one_came(self) -> Iterator[None]:
        """What is seen wrong there is told with the way by which one has come (`come_again`)."""
        try:
            yield
        except Failed as failed:
            if self.came and cause_of(failed) is None:
                said = failed.observed
                failed.observed = (
                    f"{self.came} : {said}" if said.startswith("«") else f"{self.came}, {said[:1].lower()}{said[1:]}"
                )
                failed.help = MOVING if self.came.lower().endswith(STAYED) else failed.help
            raise

    def _at_home(self, also: Collection[str] = (), again: str = "", *, unchanged: bool = False) -> Listing:
        if again:
            self.come_again("/", again, unchanged=unchanged)
        else:
            self.page.open("/")
        listing = self.read(also)
        self._beside = listing.beside or self._beside or ()
        return listing

    def _expect_list(self, listing: Listing, doing: str) -> None:
        """Raises Failed when the page now open shows no item because its program stopped."""
        if not listing.entries and self.crash():
            self.expect_decent(self.page.status, self.page.text, doing)

    def start(self) -> None:
        """Open ``/``; the first time in a check, see which boxes stand beside its list."""
        if self._beside is None:
            self.home()
        else:
            self.page.open("/")
            if self.page.status >= 500:
                self.expect_decent(self.page.status, self.page.text, "Sur la page /")

    def read(self, also: Collection[str] = ()) -> Listing:
        """Read the list of the page now open."""
        return read_list(self.page, [*self.stock.names(), *also], self._beside or ())

    def walk(
        self, also: Collection[str] = (), *, here: bool = False, again: str = "", unchanged: bool = False
    ) -> Iterator[Listing]:
        """All pages of the list, from ``/`` (or from `here`), by their own links; `again`, `unchanged`: see `come_again`."""
        names = [*self.stock.names(), *also]
        listing: Listing | None = self.read(also) if here else self.home(also, again=again, unchanged=unchanged)
        seen, known = set[str](), set[str]()
        for number in range(1, MAX_PAGES + 1):
            if listing is None:
                return
            yield listing
            self.came = ""
            seen.add(listing.url.split("#")[0])
            known.update(listing.names)
            turned = self._turn(listing, next_page(listing.links, number, seen), names)
            if turned is not None:
                self._expect_list(turned, f"En suivant le lien vers la page {number + 1}")
            listing = turned or self._try_on(listing, seen, known, names)

    def _turn(self, listing: Listing, link: PageLink | None, names: Collection[str]) -> Listing | None:
        """The page that this link or button of the page now open leads to; None when there is none, or it does nothing."""
        if link is None:
            return None
        if link.button < 0:
            self.page.open(link.href)
        else:
            self.page.click(PRESSED, link.button)
            self.page.settle()
        turned = read_list(self.page, names, self._beside or ())
        return None if link.button >= 0 and turned.names == listing.names else turned

    def _try_on(
        self, listing: Listing, seen: Collection[str], known: set[str], names: Collection[str]
    ) -> Listing | None:
        """The next page, found by what it shows where no link says so: items that go on with the list.

        Otherwise the page that was open is open again. What leads to no list at all is remembered.
        """
        if not listing.entries or not likely_next(listing.links, listing.url, seen, ()):
            return None
        labels = [label for kind in ("category", "place") for label in self.stock.labels(kind).values()]
        for link in likely_next(listing.links, listing.url, seen, labels):
            sign = f"{link.href}|{link.text}"
            if sign in self._elsewhere:
                continue
            turned = self._turn(listing, link, names)
            if turned is not None and self._goes_on(listing, turned, known):
                return turned
            if turned is not None and not turned.entries:
                self._elsewhere.add(sign)
            self.page.open(listing.url)
        return None

    def _goes_on(self, listing: Listing, turned: Listing, known: set[str]) -> bool:
        """Whether a page shows other items, alone or after all those before, and they follow in the demanded order."""
        items = self.stock.by_name()
        fresh = [name for name in turned.names if name not in known]
        if not fresh or not (known.isdisjoint(turned.names) or known <= set(turned.names)):
            return False
        border = [items[name] for name in (listing.names[-1], fresh[0]) if name in items]
        return first_disorder(border, self.rules.order, self.stock.name_ranks()) is None

    def shown(self, also: Collection[str] = (), *, here: bool = False) -> list[Entry]:
        """What the whole list shows, page after page."""
        return [entry for listing in self.walk(also, here=here) for entry in listing.entries]

    def look_for(self, *names: str, also: Collection[str] = (), again: str = "") -> dict[str, Entry]:
        """Walk the pages until all `names` are seen; gives those found."""
        found: dict[str, Entry] = {}
        for listing in self.walk(also, again=again):
            found |= {entry.name: entry for entry in listing.entries if entry.name in names}
            if len(found) == len(set(names)):
                break
        return found

    def entry(self, name: str, *, why: str = "En parcourant la liste", again: str = "") -> Entry:
        """The entry of this item.

        Raises:
            Failed: No page of the list shows it; `why` tells what had been done.
        """
        found = self.look_for(name, again=again)
        if name not in found:
            raise Failed(
                observed=f"{why}, {quote(name)} n'apparaît pas dans la liste.{self.notice()}",
                expected="La liste montre ce que contient la base au moment où la page est demandée.",
            )
        return found[name]

    def listed_items(self, count: int, *, complete: bool = False, later: bool = False) -> list[Item]:
        """Drawn items that ``/`` shows, in its order: nobody knows which are looked at.

        Args:
            count: How many.
            complete: Among those with all their values, as long as there are enough.
            later: On a drawn page of the list in place of ``/``, if it has several; it is then open, unless it shows fewer.

        Raises:
            Failed: The page shows fewer.
        """
        draw = self.draws.of("lignes regardées")
        pages = [listing.names for listing in islice(self.walk(), draw.between(1, MOST_TURNED) if later else 1)]
        names = next((names for names in reversed(pages) if len(set(names)) >= count), pages[0])
        names = list(dict.fromkeys(names))
        items = self.stock.by_name()
        names = [name for name in names if name in items]  # a row that was shown may be gone since
        if len(names) < count:
            raise Failed(
                observed=f"La page / ne montre {f'que {self.many(len(names))}' if names else self.words.no_item}.",
                expected=f"La page / montre les {self.words.items} de la base.",
            )
        some = draw.shuffled([items[name] for name in names])
        if complete:
            some.sort(key=lambda item: item.price is None or not item.description)
        return sorted(some[:count], key=lambda item: names.index(item.name))

    def many(self, number: int) -> str:
        """So many items, in the words of the brief."""
        return counted(number, self.words.item, self.words.items)

    def expect_shown(self, results: Results, wanted: Collection[str], doing: str, text: str = "") -> None:
        """Raises Failed unless exactly the `wanted` items are shown (in any order); their last page is then open.

        Of items that should not be there, the page of the first one; with the `text` of a search, the column that holds it.
        """
        shown = results.names
        missing, extra = sorted(set(wanted) - set(shown)), sorted(set(shown) - set(wanted))
        if not missing and not extra:
            return
        status, shown_text, here = self.page.status, self.page.text, self.page.url
        lost = results.lost(wanted)
        if lost and self.unfiltered(lost[0]) == list(results.pages[lost[0] - 1]):
            number, strange = lost
            raise Failed(
                observed=f"{doing}, la page 1 est juste ; mais en suivant le lien vers la page {number}, le choix du "
                f"visiteur est perdu : {quote(strange)} ne devrait pas y être.",
                expected="De page en page, le filtre et la recherche restent ce que le visiteur a choisi.",
                help=KEEP_CHOICE,
            )
        self.back((extra and results.address_of(extra[0])) or here)
        self.expect_decent(status, shown_text, doing)
        if results.same and not extra:
            list_too = Results(tuple(tuple(listing.names) for listing in self.walk())).same
            self.back(here)
            raise self.same_rows(results, len(wanted), f"{doing}, vos", again=list_too)
        parts = [f"il manque {_some(missing)}"] if missing else []
        parts += [f"{_some(extra)} ne {'devraient' if len(extra) > 1 else 'devrait'} pas y être"] if extra else []
        full = len(results.pages) == 1 and len(shown) == self.rules.page_size
        number = len(results.pages)
        seen = f"la page montre {counted(len(set(shown)), 'résultat')}" if shown else "la page ne montre aucun résultat"
        seen = seen.replace("la page montre", f"les {number} pages montrent ensemble") if number > 1 else seen
        held = self._held(extra, shown, text) if extra and text else ""
        whole = bool(wanted and extra) and not (missing or lost) and len(set(shown)) == len(self.stock.by_name())
        if whole:
            held = f" C'est toute la liste : {'le texte cherché' if text else 'le choix du visiteur'} ne change rien."
        cut_first = self._cut_before(shown, wanted) if number == 1 and not (extra or full) else 0
        if cut_first:
            held = f" Ce sont les seules qui conviennent parmi les {cut_first} premières de la liste entière."
            self.back(here)
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

    def _cut_before(self, shown: Collection[str], wanted: Collection[str]) -> int:
        """How many rows the first page of the whole list has, where what is shown are those of them that are wanted."""
        if len(set(shown)) < LEAST_CUT or set(shown) == set(wanted):
            return 0
        first = self.unfiltered(1)
        same = set(shown) == set(first) & set(wanted)
        return len(first) if same and len(first) < len(self.stock.by_name()) else 0

    def same_rows(self, results: Results, count: int, start: str, *, again: bool = False) -> Failed:
        """The failure of pages that all show the same items; `again`: those of the whole list do it too, its cause."""
        number, size = len(results.pages), len(set(results.pages[0]))
        return Failed(
            observed=f"{start} {number} pages montrent les {size} mêmes {self.words.items}, sur {count}.",
            expected="Chaque page montre la suite de la précédente : toutes les lignes sont là, et chacune sur une seule page.",
            help=CUT_IN_QUERY.format(size=self.rules.page_size),
            because=["liste-complete"] if again else [],
        )

    def _held(self, extra: Collection[str], shown: Collection[str], text: str) -> str:
        """Says in which column the items that are found wrongly hold the text: all those that hold it there are shown."""
        held: dict[str, set[str]] = {"description": set(), "category": set(), "place": set()}
        for name, item in self.stock.by_name().items():
            values = {"description": item.description or "", "category": item.category, "place": item.place}
            for kind, value in values.items():
                if fold(text) in fold(value):
                    held[kind].add(name)
        kind = next((kind for kind, names in held.items() if set(extra) <= names <= set(shown)), "")
        return f" Ce texte est dans {quote(self.title(kind))}, et pas dans le nom." if kind else ""

    def back(self, address: str) -> None:
        """Open a page again, if another one has been opened since: its picture is what a learner sees of a failure."""
        if self.page.url != address:
            self.page.open(address)

    def unfiltered(self, number: int) -> list[str]:
        """The names on this page of the list, followed from ``/`` without search nor filter; none without such a page."""
        return next((listing.names for listing in islice(self.walk(), number - 1, None)), [])

    def expect_order(self, names: Sequence[str], because: Sequence[str] = (), *, here: bool = False) -> None:
        """Raises Failed at the first item that is shown before one that should precede it.

        Args:
            names: As they are shown.
            because: The check that tells the same disorder, where it is seen again.
            here: On the page now open.
        """
        items = self.stock.by_name()
        rows = [items[name] for name in names]
        place = first_disorder(rows, self.rules.order, self.stock.name_ranks())
        if place is None:
            return
        column = next((key for key, _ in self.rules.order if rows[place].key(key) != rows[place + 1].key(key)), "name")
        left, right = (f"{quote(row.name)} ({row.key(column)})" for row in rows[place : place + 2])
        if column == "name":
            left, right = quote(rows[place].name), quote(rows[place + 1].name)
        first, _ = self.rules.order[0]
        tied = ""
        if column != first:
            tied = f" Les deux ont « {self.title(first)} » : {rows[place].key(first)}. C'est « {self.title(column)} » qui les départage."
        if not here:
            self.look_for(rows[place].name)  # the page whose picture is kept
        page, line = divmod(place, self.rules.page_size)
        there = f" (page {page + 1}, ligne {line + 1})" if page else ""
        raise Failed(
            observed=f"À la place n° {place + 1}{there}, {left} est affiché avant {right}.{tied}",
            expected=f"Ordre demandé : {self.order_words()}.",
            because=because,
        )

    def order_words(self) -> str:
        """The demanded order, in words."""
        ways = {
            ("date", "desc"): "la date la plus récente en premier",
            ("date", "asc"): "la date la plus ancienne en premier",
            ("price", "desc"): "le montant le plus élevé en premier",
            ("price", "asc"): "le montant le plus bas en premier",
            ("name", "asc"): "de A à Z",
            ("name", "desc"): "de Z à A",
        }
        keys = [f"par « {self.title(column)} », {ways[(column, way)]}" for column, way in self.rules.order]
        return " ; puis ".join(keys)

    def acts(self) -> None:
        """To be told before the examiner sends or follows what may change rows."""
        self.stock.acted = True

    def as_at_home(self) -> None:
        """Put the rows of the candidate's own folder in the base: from now on it is that of a workspace.

        Where the list shows none of them it does not follow the base, which its own checks tell: what was there stays.
        """
        before = self.stock.snapshot()
        self.stock.put(self._own)
        if not self.home().entries:
            self.stock.replace(before)

    def free_id(self) -> int:
        """An identifier that no item bears."""
        return self.stock.top_id() + self.drawn.beyond

    def visitor(self) -> Http:
        """Requests without the browser, by the visitor who has been through the site with it: the same cookies."""
        return self.http.session(self.page.jar())

    def visitors(self, purpose: str) -> list[Callable[..., Response]]:
        """What asks for an address: that visitor, and one who has never come, such as a robot that follows every link.

        In a drawn order. Each request of the second is a first one: it never has a cookie.
        """
        known: list[Callable[..., Response]] = [
            self.visitor().get,
            lambda address, **how: self.http.session().get(address, **how),
        ]
        return self.shuffled(purpose, known)

    def shuffled(self, purpose: str, some: Iterable[T]) -> list[T]:
        """In an order of this exam's own."""
        return self.draws.of(purpose).shuffled(list(some))

    # -- the page of an item

    def open_item(self, entry: Entry) -> None:
        """Follow the name of an item.

        Raises:
            Failed: Its name is no link.
        """
        if not entry.href:
            raise Failed(
                observed=f"Dans la liste, {quote(entry.name)} n'est pas un lien.",
                expected=f"Le nom mène à la page {self.words.of_the_item}.",
            )
        self.page.open(entry.href)

    def go_by_hand(self, entry: Entry) -> None:
        """Click an item's name in ``/``, as people do: some sites know who has never touched anything."""
        self.home()
        link = next((link for link in self.page.links() if link.href == entry.href), None)
        if link is None:
            self.page.open(entry.href)
        else:
            self.page.follow(link)

    def address_now(self, name: str, noted: str) -> str:
        """The address of an item's page after its row has changed, under the `name` that it bears now.

        The one that was noted while its title gives this name, else where the list leads now: an address that follows the
        name, the linked tables or the place in the list is told by `fiche-adresse`, and by no other check.
        """
        answer = self.visitor().get(noted)
        if answer.status < 400 and contains_words(first_heading(answer.readable), name):
            return noted
        found = self.look_for(name).get(name)
        return (found.href if found else "") or noted

    def linked(self) -> list[Entry]:
        """The entries of ``/`` whose name leads to a page, in a drawn order: nobody knows whose page is looked at."""
        return self.shuffled("fiches regardées", (entry for entry in self.home().entries if entry.href))

    # -- search and filter

    def search(self, text: str, *, here: bool = False) -> Results:
        """Type `text` in the search field; what is shown, over all result pages.

        From ``/``, or with `here` from the page now open if it has the field too.
        """
        self.look_up(text, here=here)
        return self._results()

    def look_up(self, text: str, *, here: bool = False) -> None:
        """The same, without reading what is shown."""
        field = self.page.find_field(self.words.search) if here else None
        if field is None:
            self.start()
            field = self.search_field()
        self.page.fill(field, text)
        self.page.submit(field, enter=self.draws.of(f"envoi de la recherche {text}").one((field, None)))

    def _results(self) -> Results:
        listings = list(self.walk(here=True))
        return Results(tuple(tuple(one.names) for one in listings), tuple(one.url for one in listings))

    def search_field(self) -> Field:
        """The search field of the page now open.

        Raises:
            Failed: There is none.
        """
        field = self.page.find_field(self.words.search)
        if field is None:
            field = next((item for form in self.page.forms() for item in form.entries if item.kind == "search"), None)
        if field is None:
            raise Failed(
                observed=f"La page / n'a pas de champ {quote(self.words.search)}.",
                expected=f"Un champ de recherche qui porte l'étiquette {quote(self.words.search)}.",
                help="Ajoutez à l'accueil un formulaire envoyé par GET, avec ce champ et son étiquette <label>.",
            )
        return field

    def choose(self, option: str, *, here: bool = False) -> Results:
        """Choose a value of the filter; what is shown, over all pages.

        At ``/``, or with `here` on the page now open if it offers the value too.
        """
        if not (here and self.offers(option)):
            self.start()
        self.choose_here(option)
        return self._results()

    def choose_here(self, option: str) -> None:
        """Choose a value of the filter of the page now open.

        Raises:
            Failed: It has neither a field nor a link for it.
        """
        field = self.filter_field()
        try:
            self.page.choose(self.words.filter, option, field=field)
        except Failed as failure:
            if field is not None or cause_of(failure) is not Cause.MISSING:
                raise
            what = f"ni champ {quote(self.words.filter)}, ni lien {quote(option)}"
            where = urlsplit(self.page.url).path or "/"
            raise Failed(
                observed=f"La page {where} n'a {what}.",
                expected=f"Un champ {quote(self.words.filter)}, ou un lien pour chacune de ses valeurs.",
                help="Ajoutez à l'accueil un formulaire envoyé par GET, avec ce champ et son étiquette <label>.",
            ) from failure

    def filter_field(self) -> Field | None:
        """The filter of the page now open: a form that adds an item may have a field of the same name."""
        name, day = self.words.fields["name"], self.words.fields["date"]
        forms = [form for form in self.page.forms() if not (form.field(name) and form.field(day))]
        fields = (self.page.find_field(self.words.filter, form) for form in forms)
        found = [field for field in fields if field is not None]
        return min(found, key=lambda field: not field.visible, default=None)

    def offers(self, option: str) -> bool:
        """Whether the filter of the page now open offers this value."""
        field = self.filter_field()
        texts = [choice.text for choice in field.options] if field else [link.text for link in self.page.links()]
        return any(contains_words(text, option) for text in texts)

    # -- whole pages

    def expect_answer(self) -> None:
        """Raises Failed unless ``/`` answers with a page; says which line to change when it cannot."""
        try:
            answer = self.http.get("/")
        except Failed as silent:
            raise self._silent(silent) from silent
        trouble = broken_page(answer.status, answer.text)
        if not trouble:
            self._expect_quiet()
        else:
            message = leak(visible_text(answer.text))
            if not message and (message := last_error(self.journal.text(), "/") if answer.status >= 500 else ""):
                trouble += f" Le journal dit : « {message} »."
            raise self._failed(
                trouble,
                message,
                "À l'adresse /, le site répond par une page.",
                advice(answer.status, answer.text, message),
            )

    def _expect_quiet(self) -> None:
        """Raises Failed when ``/`` opens a window by itself: nobody sees the page, and no other check does."""
        try:
            self.page.open("/")
        except Failed as failed:
            if cause_of(failed) is not Cause.DIALOG:
                return  # told by `base-jointe`
            found = window_opened(self.files, failed.observed)
            place = f" L'appel est dans {found.path}, ligne {found.line}." if found else ""
            raise Failed(
                observed=f"{failed.observed} Elle s'ouvre toute seule, au chargement.{place}",
                expected="Aucune fenêtre (alert, confirm, prompt) ne s'ouvre toute seule au chargement d'une page.",
                help=f"Retirez cet appel de {found.path}, ligne {found.line}, et écrivez son message dans la page."
                if found
                else failed.help,
                repair=found.repair if found else (),
            ) from failed

    def _silent(self, silent: Failed) -> Failed:
        """The failure of a site that does not answer: a program may stop where it starts, as its journal says."""
        message = last_error(self.journal.text())
        trouble = f"{silent.observed} Le journal dit : « {message} »." if message else silent.observed
        return self._failed(trouble, message, silent.expected, advice(0, "", message) if message else silent.help)

    def _failed(self, trouble: str, message: str, expected: str, help: str | None) -> Failed:
        """The failure of a site that shows nothing of the base; a connection written in the code is said first.

        But after a message that tells another cause, or after no message when the home page may not run it. It offers
        the repair with which the rest can be seen in a copy.
        """
        written = written_connection(self.files)
        if written is None:
            return Failed(observed=trouble, expected=expected, help=help)
        if explains(message) and (message or written.certain):
            return Failed(f"{written.sentence()} {trouble}", expected, written.remedy(), repair=written.repair)
        return Failed(f"{trouble} {written.sentence()}", expected, help, repair=written.repair)

    def expect_joined(self) -> None:
        """Raises Failed unless ``/`` shows rows of the hidden database.

        Names that happen to be there, with the dates of other rows, are a copied list.
        """
        entries = self._at_home().entries
        items = self.stock.by_name()
        strange = [entry for entry in entries if _contradicts(entry, items[entry.name])]
        if len(strange) * 2 < len(entries):
            return
        raise self._not_joined(len(items), strange)

    def _not_joined(self, count: int, strange: Sequence[Entry]) -> Failed:
        shown = f"montre une liste, mais ce ne sont pas les {count} {self.words.items} de la base de vérification"
        help_ = OTHER_ROWS
        if strange:
            shown = f"donne à {quote(strange[0].name)} des valeurs qui ne sont pas celles de la base de vérification"
        elif not self.page.look(REPEATED, kind=bool):
            shown, help_ = f"n'affiche encore {self.words.no_item}", NO_LOOP
        notice, message = self.notice(), leak(self.page.text)
        if help_ is NO_LOOP and not message and self.page.text.strip():
            notice = f" La page elle-même écrit : {quote(self.page.text)}."
        return self._failed(
            f"La page / {shown}.{notice}",
            message,
            f"La page / affiche les {self.words.items} que contient la base.",
            READ_MESSAGE if message else help_,
        )

    def notice(self) -> str:
        """A sentence that quotes the technical message of the page now open, to follow another one; '' without it."""
        message = leak(self.page.text)
        return f" On y lit : « {message} »." if message else ""

    def crash(self) -> str:
        """How the page now open shows that its program stopped, or ''.

        What it should show is then the matter of `fiche-complete` only, which says so.
        """
        return crash(self.page.status, self.page.text)

    def stopped(self) -> str:
        """The same, and what the journal says of it when the page itself does not."""
        crashed = self.crash()
        message = last_error(self.journal.text(), self.page.path) if crashed and not leak(self.page.text) else ""
        return f"{crashed} : « {message} »" if message else crashed

    @contextmanager
    def told_by_items(self) -> Iterator[None]:
        """What stops the program of an item's page in the same words is told by `fiche-complete`, not again here.

        Its words were noted there: no page is opened to know them, and what is kept of the failure is what was seen.
        """
        try:
            yield
        except Failed as failed:
            if not failed.because and self.told_before(self.crash()):
                failed.because = ("fiche-complete",)
            raise

    def told_before(self, stopped: str) -> bool:
        """Whether these are the words in which `fiche-complete` told that an item's page stops."""
        return bool(stopped) and stopped == self.memo.get(ITEM_STOPPED)

    def title(self, kind: str) -> str:
        """What the list and an item's page call this information; a form has its own labels."""
        return {**self.words.fields, **self.words.columns}[kind]

    def expect_decent(
        self, status: int, text: str, doing: str, expected: str = DECENT, *, refused: str = "", empty: str = ""
    ) -> None:
        """Raises Failed when a page is a crash or shows the inside of the program; the journal's error is said first.

        Args:
            status: Of the answer.
            text: Of the page.
            doing: What was done, at the start of a sentence.
            expected: What should be seen instead.
            refused: Where to look when the base refused a value that was sent.
            empty: The same, when it is for want of a value.
        """
        message = leak(text)
        if message:
            raise Failed(
                observed=f"{doing}, la page montre un message technique : « {message} ».",
                expected=f"{expected} Le visiteur n'y lit aucun message de PHP, de Python ou de la base.",
                help=_refused(message, refused, empty)
                or (None if re.search(r"SQL|mysqli|PDO", message) else READ_MESSAGE),
            )
        if status >= 500:
            said = last_error(self.journal.text(), self.page.path)
            cause = f"{doing}, le programme s'arrête sur une erreur, que dit son journal : « {said} »."
            raise Failed(
                observed=f"{cause} Le visiteur reçoit le code {status}."
                if said
                else f"{doing}, le site répond par une erreur {status}.",
                expected=expected,
                help=_refused(said, refused, empty) or (advice(status, "", said) if said else None),
            )

    def expect_unchanged(
        self,
        before: Mapping[str, Sequence[Any]],
        doing: str,
        help: str | None = None,
        expected: str = "La base ne change pas.",
        **how: str,
    ) -> None:
        """Raises Failed when any row differs from `before`; `how`: as the database compares them."""
        for table, rows in before.items():
            diff = self.db.compare(rows, self.stock.rows(table), **how)
            if diff:
                raise Failed(
                    observed=f"{doing}, la table {table} a changé : {changes(diff)}.",
                    expected=expected,
                    help=help,
                )


def _refused(message: str, refused: str, empty: str) -> str:
    """Which advice fits the message of a base that refused a value, '' for any other message."""
    if not REFUSED.search(message):
        return ""
    return (empty if EMPTY.search(message) else "") or refused


def _contradicts(entry: Entry, item: Item) -> bool:
    """Whether the entry shows dates, and none of them is the item's."""
    days = dates_in(entry.text)
    return bool(days) and item.date not in days


def _some(names: Sequence[str]) -> str:
    """One name, and how many more; two are both named."""
    if len(names) == 2:
        return listed(map(quote, names))
    more = f" (et {counted(len(names) - 1, 'autre')})" if len(names) > 1 else ""
    return quote(names[0]) + more


def changes(diff: Diff) -> str:
    """What happened to a table: « 1 ligne ajoutée et 2 lignes modifiées »."""
    kinds = {"ajoutée": diff.added, "supprimée": diff.removed, "modifiée": diff.changed}
    return listed(counted(len(rows), f"ligne {kind}", f"lignes {kind}s") for kind, rows in kinds.items() if rows)


def new_sentences(before: str, after: str) -> Iterator[str]:
    """The lines of `after` that `before` does not hold and that say something."""
    known = {_shape(line) for line in before.splitlines()}
    for line in after.splitlines():
        if _shape(line) not in known and len(re.findall(r"[^\W\d_]{2,}", line)) >= 2:
            yield cut(line.strip(), 200)


def _shape(line: str) -> str:
    return re.sub(r"\d+", "0", fold(line))
