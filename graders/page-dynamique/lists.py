"""What the whole list must show, in which order, and how it follows the base."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import islice, pairwise, zip_longest
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import counted
from etabli.exam.contract.words import contains_words, squeeze

from .columns import JOIN, number_shown
from .formats import in_english, mentions_date, mentions_price, new_sentences, price_text, quote
from .order import expect_order
from .reduced import FIRST_FURTHER, expect_reduced_too, keep_further, reduced_lists
from .results import Results, same_rows
from .stock import OURS, first_disorder
from .visitor import MOST_TURNED

if TYPE_CHECKING:
    from .reading import Entry, Listing
    from .shape import Linked
    from .stock import Item
    from .visitor import Site

SAME_STEP = (
    "D'une page à la suivante, OFFSET doit avancer du nombre de lignes que LIMIT vient de donner : LIMIT {size} sur chaque page, et "
    "OFFSET (page - 1) × {size}."
)
OLD_COPY = (
    "La liste montre une copie d'avant : la requête SELECT doit s'exécuter à chaque affichage de la page, et rien ne doit en garder "
    "le résultat (variable lue au démarrage, session, fichier, copie du navigateur)."
)
PAGE_LINK = "Un lien vers une autre page se reconnaît à son numéro, à « suivant », à « suite » ou à une flèche."
BY_NAME = (
    "Deux lignes peuvent porter le même nom : cherchez DISTINCT, GROUP BY, ou un tableau dont la clé est le nom. Rangez plutôt les lignes par "
    "leur numéro."
)
MORE = 101, 107
"""Rows that are a little more than a round number."""
_LINKED: tuple[Linked, ...] = ("category", "place")
_COLUMNS = ("category", "place", "moved", "price", "date", "name")


def expect_all_shown(site: Site) -> None:
    """Every row of the database is on some page, and on each page only once; there are more than a hundred."""
    added = _expand(site)
    names, seen = site.stock.names(), set[str]()
    listings: list[Listing] = []
    for listing in site.walk():
        twice = [name for name, count in Counter(listing.names).items() if count > 1]
        if twice:
            raise Failed(
                observed=f"{quote(twice[0])} apparaît plusieurs fois sur la même page.",
                expected="Chaque ligne de la base apparaît une fois.",
            )
        seen.update(listing.names)
        listings.append(listing)
    keep_further(site, listings)
    pages = [tuple(listing.names) for listing in listings]
    missing = [name for name in names if name not in seen]
    if seen.isdisjoint(added):  # a list that does not follow the base is told by `liste-suit-ajout`
        missing = [name for name in missing if name not in added]
    if missing:
        results = Results(tuple(pages))
        if results.same:
            raise same_rows(site, results, len(names), "Vos")
        walked = f"En {counted(len(pages), 'page')}" if len(pages) > 1 else "Sur la seule page trouvée"
        lead = f"{walked}, on voit {site.many(len(seen))} sur {len(names)}"
        if border := _between_pages(site, pages, missing):
            site.back(listings[border - 1].url)
            one, size = len(missing) == 1, {len(page) for page in pages[:-1]}
            sizes = f" La page {border} en montre {len(pages[border - 1])}, la page {border + 1} en montre {len(pages[border])}."
            raise Failed(
                observed=f"{lead}. {'La ligne' if one else 'Chaque ligne'} qui manque a sa place entre deux pages : "
                f"{quote(missing[0])}, entre la dernière ligne de la page {border} et la première de la page {border + 1}."
                + (sizes if len(size) > 1 else ""),
                expected="Chaque page commence juste après la dernière ligne de la précédente.",
                help=SAME_STEP.format(size=site.rules.page_size),
            )
        # A whole page that lacks may be one whose link was not seen; less than that is no matter of links.
        link = f" {PAGE_LINK}" if len(missing) >= len(pages[0]) else ""
        example = " par exemple" if len(missing) > 1 else ""
        raise Failed(
            observed=f"{lead} : il manque{example} {quote(missing[0])}.{link}",
            expected="Toutes les lignes de la base, sur une page ou en suivant les liens de page en page.",
        )


def _expand(site: Site) -> list[str]:
    """Adds rows, whose other values are those of drawn ones, until there are more than a hundred; gives their names."""
    draw, items = site.draws.of("lignes de plus"), site.stock.items()
    names = [f"{site.drawn.series} n° {number:03d}" for number in range(draw.between(*MORE) - len(items))]
    alike = [draw.one(items) for _name in names] if items else []
    site.stock.add_many(
        {"name": name, "category": one.category_id, "place": one.place_id, "date": one.date, "price": one.price}
        for name, one in zip(names, alike, strict=False)
    )
    return names


def _between_pages(site: Site, pages: Sequence[Sequence[str]], missing: Collection[str]) -> int:
    """The page after which a row lacks, where each one that does has its place between two pages; 0 otherwise."""
    items, order, ranks = site.stock.by_name(), site.rules.order, site.stock.name_ranks()
    shown = [[items[name] for name in page] for page in pages]
    if not all(shown) or first_disorder([item for page in shown for item in page], order, ranks) is not None:
        return 0
    ends = [(page[-1], after[0]) for page, after in pairwise(shown)]
    borders = [
        next(
            (
                at
                for at, (one, two) in enumerate(ends, 1)
                if first_disorder([one, items[name], two], order, ranks) is None
            ),
            0,
        )
        for name in missing
    ]
    return borders[0] if all(borders) else 0


def expect_additions_followed(site: Site) -> None:
    """A row that is added to the base is shown, and so is another one of its name, where both come first in the list."""
    site.home()  # as who comes again: a copy that was kept may be shown
    first = site.page.url
    name, ahead = site.drawn.put, site.stock.ahead()
    also = site.draws.of("ligne ajoutée").one(({}, {"price": site.drawn.dear, "description": site.drawn.description}))
    for _time in range(2 if ahead else 1):
        site.stock.add(name, **also | ahead)
    site.entry(name, why="Après l'ajout d'une ligne dans la base", again="retour après un ajout dans la base")
    alone = squeeze(site.page.text).casefold().count(name.casefold()) == 1
    if ahead and alone and site.page.url == first:  # further on, another order may have parted them
        raise Failed(
            observed=f"Deux lignes du même nom, {quote(name)}, sont ajoutées dans la base : la liste n'en montre qu'une.",
            expected="Chaque ligne de la base est dans la liste, même si une autre porte le même nom.",
            help=BY_NAME,
        )


def expect_changes_followed(site: Site) -> None:
    """What changes in the base changes in the list, on ``/`` and on a drawn page of it: each column in a row of its own, whose
    other columns stay as they were; a category and a place get another name, and one row moves to another one of either (drawn).

    Then nothing is shown from what a visitor has seen before, by whichever columns it is kept.
    """
    [first] = site.listed_items(1)
    pages = list(islice(site.walk(here=True), site.draws.of("page changée").between(2, FIRST_FURTHER)))
    items, at = site.stock.by_name(), pages[-1].url
    ends = [
        site.shuffled("lignes changées", (items[name] for name in page.names if name in items))
        for page in (pages[0], pages[-1])
    ]
    mixed = [item for pair in zip_longest(*site.shuffled("où l'on change", ends)) for item in pair if item is not None]
    chosen = _one_each(list(dict.fromkeys([first, *mixed])))
    renamed, priced, dated = chosen["name"], chosen["price"], chosen["date"]
    draw, before = site.draws.of("valeurs changées"), site.stock.raw()
    price = None if priced.price is None else priced.price + draw.between(1, 3)
    day = dated.date + timedelta(days=draw.between(1, 3))
    labels: dict[Linked, str] = {"category": site.drawn.renamed_label, "place": site.drawn.renamed_place}
    for kind, label in labels.items():
        item = chosen[kind]
        site.stock.rename(kind, item.category_id if kind == "category" else item.place_id, label)
    moved = chosen["moved"]
    way, (number, there) = _elsewhere(site, moved)
    alone = moved not in (chosen["category"], chosen["place"])
    changed: list[tuple[Item, dict[str, object]]] = [(renamed, {"name": site.drawn.renamed})]
    changed += [(priced, {"price": price}), (dated, {"date": day})]
    if alone:
        changed.append((moved, {way: number}))
    for item, values in changed:
        site.stock.change(item, **values)
    site.stock.since(before, caption=OURS)
    found, shown_at = _found(site, chosen, renamed.name, at)
    with site.told_how_one_came():
        _expect_renamed(site, found, renamed, shown_at)
        for kind, label in labels.items():
            if entry := found.get(site.drawn.renamed if chosen[kind] == renamed else chosen[kind].name):
                _expect_label(site, entry, chosen[kind], kind, label)
        entry = found.get(site.drawn.renamed if moved == renamed else moved.name)
        if alone and entry:
            _expect_moved(site, entry, moved, way, there)
        text = _text(found, priced)
        if (
            priced.price is not None
            and mentions_price(text, priced.price)
            and not mentions_price(text, Decimal(price or 0))
        ):
            raise _stale(site, priced, "price", price_text(priced.price), price_text(Decimal(price or 0)))
        text = _text(found, dated)
        if mentions_date(text, dated.date) and not mentions_date(text, day):
            raise _stale(site, dated, "date", f"{dated.date:%d/%m/%Y}", f"{day:%d/%m/%Y}")


def _one_each(items: Sequence[Item]) -> dict[str, Item]:
    """A row for each column that changes; as far as there are enough, none in which another column changes too."""
    chosen: dict[str, Item] = {}
    for kind in _COLUMNS:
        fit = [item for item in items if kind != "price" or item.price is not None] or items
        category, place = chosen.get("category"), chosen.get("place")

        def shared(item: Item, category: Item | None = category, place: Item | None = place) -> int:
            also = [item in chosen.values()] * 3
            also += [one is not None and item.category_id == one.category_id for one in (category, place)]
            also += [one is not None and item.place_id == one.place_id for one in (category, place)]
            return sum(also)

        chosen[kind] = min(fit, key=shared)
    return chosen


def _found(site: Site, chosen: Mapping[str, Item], old: str, at: str) -> tuple[dict[str, Entry], str]:
    """What the list shows of these rows and of the `old` name, on ``/``, on the page `at`, else wherever they stand now; where the
    old one is."""
    wanted = {item.name for item in chosen.values()} - {old} | {site.drawn.renamed}
    found: dict[str, Entry] = {}
    shown_at = ""

    def pages() -> Iterator[Listing]:
        if site.page.url == at:  # where one is, and as who looks there again
            site.come_again(at, "retour après un changement dans la base")
            yield site.read([old])
        yield from site.walk(also=[old])

    for listing in pages():
        found = {entry.name: entry for entry in listing.entries if entry.name in wanted | {old}} | found
        shown_at = shown_at or (listing.url if old in found else "")
        if wanted <= found.keys():
            break
    return found, shown_at


def _text(found: Mapping[str, Entry], item: Item) -> str:
    """What the list shows beside the item's name; '' where it shows it no more."""
    return found[item.name].text.replace(item.name, "") if item.name in found else ""


def _expect_renamed(site: Site, found: Mapping[str, Entry], item: Item, shown_at: str) -> None:
    """The new name has replaced the old one, which stands at `shown_at`."""
    name = site.drawn.renamed
    new, old = name in found, item.name in found
    if old or not new:
        site.back(shown_at or site.page.url)
        shown = "l'ancien nom est encore affiché" if old else "le nouveau nom n'apparaît pas"
        raise Failed(
            observed=f"{quote(item.name)} est renommé {quote(name)} dans la base : {shown}.{site.trouble.notice()}",
            expected="La liste montre le nouveau nom à la place de l'ancien.",
            help=OLD_COPY if old and not new else None,
            because=["liste-suit-ajout"] if old and not new else [],  # a list that is not read again
        )


def _expect_label(site: Site, entry: Entry, item: Item, kind: Linked, label: str) -> None:
    """The new name of a category or a place has replaced the old one."""
    if contains_words(entry.text, label):
        return
    old, number = (item.category if kind == "category" else item.place), number_shown(site, entry, item, kind)
    gone = contains_words(entry.text, old)
    left = "l'ancien nom est encore affiché" if gone else "la liste ne montre pas le nouveau nom"
    site.stock.show_renamed(kind)
    raise Failed(
        observed=number or f"{quote(old)} est devenu {quote(label)} dans la base : {left}.",
        expected=f"Sous {quote(site.title(kind))}, la liste montre le nom que contient la table liée.",
        help=JOIN if number else None,
        because=["liste-suit-ajout" if gone else "liste-colonnes"],
    )


def _elsewhere(site: Site, item: Item) -> tuple[Linked, tuple[int, str]]:
    """Another category or another place for a row, as it is called now: which, is drawn."""
    draw = site.draws.of("ligne déplacée")
    kind = draw.one(_LINKED)
    mine = item.category_id if kind == "category" else item.place_id
    return kind, draw.one([one for one in site.stock.labels(kind).items() if one[0] != mine])


def _expect_moved(site: Site, entry: Entry, item: Item, kind: Linked, label: str) -> None:
    """The row shows the category or the place that is its own now, where it does not show the one that it had: what it shows
    of neither, another check tells."""
    old = item.category if kind == "category" else item.place
    if contains_words(entry.text, old) and not contains_words(entry.text, label):
        raise _stale(site, item, kind, quote(old), quote(label))


def _stale(site: Site, item: Item, kind: str, old: str, new: str) -> Failed:
    """The failure of a value that has not followed; how it is written is another check's matter."""
    return Failed(
        observed=f"Dans la base, {quote(item.name)} a maintenant {new} sous {quote(site.title(kind))} : la liste montre encore {old}.",
        expected="La liste montre les valeurs que contient la base au moment où la page est demandée.",
        because=["liste-suit-ajout"],
    )


def expect_gone(site: Site, gone: Item, kept: Item, address: str) -> None:
    """The deleted item is no longer on the page of this address, to which one comes again; its neighbour still is."""
    site.come_again(address, "retour après une suppression dans la base")
    names = site.read([gone.name]).names
    if not {gone.name, kept.name} & set(names):  # a page without an address of its own, or one whose program stops
        names = [name for listing in islice(site.walk([gone.name]), MOST_TURNED) for name in listing.names]
    if gone.name in names:
        raise Failed(
            observed=f"{quote(gone.name)}, supprimé de la base, est encore dans la liste.",
            expected="La liste ne montre que ce que contient la base.",
            because=["liste-suit-ajout"],
        )
    if kept.name not in names:
        raise Failed(
            observed=f"Après la suppression d'une ligne, {quote(kept.name)} a disparu aussi.{site.trouble.notice()}",
            expected="Les autres lignes restent affichées.",
        )


def expect_empty_sentence(site: Site) -> None:
    """An empty table gives a normal page that says so."""
    site.page.open("/")
    full = site.page.text
    site.stock.clear()
    site.page.open("/")
    text = site.page.text
    wanted = "La page répond par le code 200, avec une phrase en français qui dit qu'il n'y a rien à afficher."
    site.trouble.expect_decent(site.page.status, text, "Quand la table est vide", wanted)
    said = list(new_sentences(full, text))
    if site.page.status >= 400 or all(in_english(sentence) for sentence in said):
        only = f"la page le dit en anglais : {quote(said[0])}" if said else "aucune phrase ne le dit"
        only = only if site.page.status < 400 else f"la page répond par le code {site.page.status}"
        raise Failed(
            observed=f"Quand la table est vide, {only}.",
            expected=wanted,
            help="Le cas est déjà prévu : écrivez cette phrase en français."
            if said and site.page.status < 400
            else None,
            because=["liste-suit-ajout"] if site.page.status < 400 and text == full else [],
        )


def expect_listed_order(site: Site) -> None:
    """The whole list is in the demanded order, and so is what a filter or a search shows of it.

    Two of its rows differ by their names alone, of which a small letter or an accent decides.
    """

    def look(listing: Listing, _items: Mapping[str, Item]) -> None:
        expect_order(site, list(dict.fromkeys(listing.names)), here=True, moved=listing.moved)

    reduced_lists(site)  # as all checks find them: of the rows of the exam's start
    model = site.draws.of("lignes presque pareilles").one(site.stock.items())
    usual = {"category": model.category_id, "place": model.place_id, "date": model.date, "price": model.price}
    site.stock.add_many({**usual, "name": name} for name in reversed(site.drawn.neighbours))
    names, moved = list[str](), False
    with site.told_how_one_came():
        for number, listing in enumerate(site.walk(again="retour à la liste ordonnée", unchanged=True)):
            if not number:
                look(listing, {})
            names += listing.names
            moved = moved or listing.moved
    expect_order(site, list(dict.fromkeys(names)), moved=moved)

    expect_reduced_too(site, site.stock.by_name(), look, further=False)
