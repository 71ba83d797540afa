"""A visitor of the candidate's site: starts at ``/`` and follows what it finds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urljoin

from etabli.exam import Failed
from etabli.exam.contract.causes import cause_of
from etabli.exam.contract.french import counted
from etabli.exam.contract.words import contains_words

from .diagnosis import (
    first_heading,
)
from .drawn import make_drawn
from .formats import quote
from .reading import (
    PRESSED,
    Entry,
    Listing,
    PageLink,
    likely_next,
    next_page,
    read_list,
)
from .stock import Item, Stock, first_disorder
from .trouble import Trouble

if TYPE_CHECKING:
    from etabli.exam.contract.values import Response
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
STAYED = {
    "stay": "en restant sur la page, la souris dessus",
    "leave": "en quittant l'onglet pour un autre, puis en y revenant",
    "resize": "en réduisant la largeur de la fenêtre, puis en la rétablissant",
    "print": "en imprimant la page",
}
MOVING = {
    "stay": "La page se lit juste à son arrivée, puis change quand on y reste : cherchez dans son CSS (:hover, animation) et dans ses "
    "scripts ce qui change la liste, et retirez-le.",
    "leave": "La page se lit juste à son arrivée, puis change quand on la quitte des yeux : cherchez dans ses scripts ce qui écoute "
    "visibilitychange, blur ou focus et change la liste, et retirez-le.",
    "resize": "La page se lit juste à son arrivée, puis change avec la fenêtre : cherchez dans ses scripts ce qui écoute resize et "
    "change la liste, et retirez-le.",
    "print": "La page se lit juste à son arrivée, puis change quand on l'imprime : cherchez dans ses scripts ce qui écoute beforeprint "
    "ou afterprint et change la liste, et retirez-le.",
}
"""What to look for, where a page changes as one does so."""
MAX_PAGES = 40
MOST_TURNED = 4
"""Pages of the list that are turned to look at an item of a later one."""


class Site:
    """The candidate's site and database, seen together.

    `memo` keeps addresses from one check to the next; each is verified when it is used. `first` keeps the rows that each
    check finds.
    """

    one_line = False
    """Whether the field for the description, as it was last filled in, has one line only."""

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
        self.moving: str | None = None
        """What to look for, where the list changed as one stayed there."""

    @property
    def trouble(self) -> Trouble:
        """How the page now open is told, where it is in trouble."""
        return Trouble(self.page, self.journal, self.memo)

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
        listing = self.open_home(also, again, unchanged=unchanged)
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
        self.came, self.moving = _WAYS_TOLD.get(way, ""), None
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
        if since := self.page.stay(drawn.between(20, 80) / 100, drawn.between(20, 80) / 100):
            told, self.moving = STAYED[since], MOVING[since]
            self.came = f"{self.came} et {told}" if self.came else told.capitalize()

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
                failed.help = self.moving or failed.help
            raise

    def open_home(self, also: Collection[str] = (), again: str = "", *, unchanged: bool = False) -> Listing:
        """The same, whatever is found there: a program that stops too."""
        if again:
            self.come_again("/", again, unchanged=unchanged)
        else:
            self.page.open("/")
        listing = self.read(also)
        self._beside = listing.beside or self._beside or ()
        return listing

    def _expect_list(self, listing: Listing, doing: str) -> None:
        """Raises Failed when the page now open shows no item because its program stopped."""
        if not listing.entries and self.trouble.crash():
            self.trouble.expect_decent(self.page.status, self.page.text, doing)

    def start(self) -> None:
        """Open ``/``; the first time in a check, see which boxes stand beside its list."""
        if self._beside is None:
            self.home()
        else:
            self.page.open("/")
            if self.page.status >= 500:
                self.trouble.expect_decent(self.page.status, self.page.text, "Sur la page /")

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
                observed=f"{why}, {quote(name)} n'apparaît pas dans la liste.{self.trouble.notice()}",
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

    def title(self, kind: str) -> str:
        """What the list and an item's page call this information; a form has its own labels."""
        return {**self.words.fields, **self.words.columns}[kind]

    def back(self, address: str) -> None:
        """Open a page again, if another one has been opened since: its picture is what a learner sees of a failure."""
        if self.page.url != address:
            self.page.open(address)

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
