"""What the list must do, step by step."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import islice, pairwise, permutations, zip_longest
from string import ascii_lowercase, digits
from time import monotonic
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qsl, urlsplit

from etabli.exam import Answer, Failed
from etabli.exam.contract.french import counted, listed, some
from etabli.exam.contract.words import contains_words, cut, fold, squeeze

from .connection import own_texts
from .diagnosis import leak, visible_text, without_notices
from .drawn import LABELS
from .formats import (
    date_written,
    in_english,
    mentions_date,
    mentions_price,
    price_text,
    price_written,
    quote,
    shows_date,
    shows_price,
)
from .forms import draft, find_add_form, send
from .reading import may_lead_back, next_page
from .reduced import FIRST_FURTHER, expect_reduced_too, keep_further, reduced_lists
from .stock import OURS, first_disorder
from .visitor import MOST_TURNED, Results, altered_addresses, new_sentences, split_identifier

if TYPE_CHECKING:
    from etabli.exam.contract.values import Response

    from .reading import Entry, Listing
    from .shape import Linked
    from .stock import Item
    from .visitor import Site

T = TypeVar("T")
WITHOUT_PRICE = re.compile(r"(?<![\d,.])0(?:[.,]0+)?\s*€|\bNULL\b|\bNone\b|\bnull\b|1970")
_HIDDEN_TITLES = """
const folded = (text) => squeeze(text).normalize("NFD").replace(/[\\u0300-\\u036f]/g, "").toLowerCase();
const body = document.body;
return arguments[0].map((title) => {
  const all = body ? [...body.querySelectorAll("*")].slice(0, 20000) : [];
  const held = all.find((one) => !one.matches("script,style,template,option") && folded(one.textContent) === folded(title)
    && (unseen(one) || !shown(one)));
  if (!held) return ["", ""];
  const bare = held.cloneNode(false).outerHTML.split("></")[0].replace(/>?$/, ">");
  const around = held.closest("th,td,dt,dd,li,label") || held.parentElement;
  const back = veil();
  const instead = around ? squeeze(around.innerText).slice(0, 60) : "";
  back();
  return [bare, instead];
});
"""
"""The tags by which these titles are hidden, and what is read in their place; two empty texts where none is."""
UNVEIL = "Le titre imposé doit être celui que lit le visiteur : enlevez ce qui le cache, et le mot qui est à sa place."
INSIDE = (
    "{text} est au milieu d'un mot : le texte cherché peut être n'importe où dans le nom, et n'avoir que deux ou trois lettres. "
    "Enlevez de votre recherche ce qui demande des mots entiers, le début d'un mot ou un nombre de lettres (REGEXP, MATCH, LIKE sans % "
    "devant, strlen)."
)
JOIN = (
    "La base range des numéros dans cette colonne, et les noms dans une autre table. La requête de cette page relie déjà les deux "
    "(JOIN) ? Affichez alors la colonne du nom. Sinon, reliez-les."
)
STORE_NULL = (
    "Avant l'INSERT, remplacez le texte vide par NULL : $texte === '' ? null : $texte en PHP, texte or None en Python. Faites de même "
    "avant l'UPDATE. Les lignes déjà enregistrées gardent leur texte vide : corrigez-les."
)
ONLY_NULL = (
    "Testez NULL, et rien d'autre : $prix === null en PHP, prix is None en Python. empty($prix), !$prix et « not prix » "
    "prennent aussi 0 pour une case vide."
)
WEEK_YEAR = (
    "Le jour et le mois sont justes. Autour du nouvel an, l'année de la semaine n'est pas celle du jour : prenez Y (et non o) "
    "en PHP, %Y (et non %G) en Python."
)
SAME_STEP = (
    "D'une page à la suivante, OFFSET doit avancer du nombre de lignes que LIMIT vient de donner : LIMIT {size} sur chaque page, et "
    "OFFSET (page - 1) × {size}."
)
_COLLATION = re.compile(
    r"\bCOLLATE\s{1,9}['\"`]?(\w{2,60})|\bLIKE\s{1,9}BINARY\b|\bBINARY\s{1,9}[\w`.]{1,60}\s{1,9}LIKE\b", re.IGNORECASE
)
"""What says in a query how texts are compared; BINARY has no name."""
_OF_CONNECTION = re.compile(r"NAMES\s{1,9}\W{0,3}\w{1,20}\W{0,3}\s{1,9}$", re.IGNORECASE)
"""What stands before it in what only opens a connection: that of a column overrules it."""
_STRICT = {"bin": "des majuscules et des accents", "as": "des accents", "cs": "des majuscules"}
"""The parts of such a name, and what the base minds then."""
OLD_COPY = (
    "La liste montre une copie d'avant : la requête SELECT doit s'exécuter à chaque affichage de la page, et rien ne doit en garder "
    "le résultat (variable lue au démarrage, session, fichier, copie du navigateur)."
)
PAGE_LINK = "Un lien vers une autre page se reconnaît à son numéro, à « suivant », à « suite » ou à une flèche."
CHOICES_KEPT = (
    "Les choix sont lus trop tôt, ou écrits dans le programme : faites cette requête SELECT dans ce qui répond à la page (avec Flask, dans la "
    "fonction, pas au début du fichier), et n'en gardez le résultat ni dans un fichier ni dans la session."
)
BY_NAME = (
    "Deux lignes peuvent porter le même nom : cherchez DISTINCT, GROUP BY, ou un tableau dont la clé est le nom. Rangez plutôt les lignes par "
    "leur numéro."
)
NUMBER_KEPT = (
    "Le numéro de page reste quand le choix change : un champ caché du formulaire, ou l'adresse du lien, le porte encore. Un nouveau choix "
    "ou une nouvelle recherche part de la page 1 : n'y mettez pas ce numéro."
)
TOO_LOW = (
    "OFFSET ne prend pas de nombre négatif : ramenez le numéro de page à 1 s'il est plus petit (max(1, …) en PHP et en Python), avant "
    "ce calcul."
)
COUNT_ALIKE = (
    "Comptez les lignes de la liste réduite : la requête SELECT COUNT(*) a besoin du même WHERE que la liste. Ne montrez « suivant » que s'il "
    "reste une page."
)
_NOT_DISABLED = """
return [...document.links].some((one) => one.href.split("#")[0] === arguments[0] && one.getAttribute("aria-disabled") !== "true"
  && getComputedStyle(one).pointerEvents !== "none");
"""
"""Whether a link of the page leads to this address, and may be pressed."""
OLD_YEARS, NEW_YEARS = range(1951, 2025), range(2027, 2038)
"""Before and after those of all rows: an item that is first stays the first."""

MOST_DRAWN = 40
"""Pieces of names among which one is taken."""
ANSWER_SECONDS = 15
MORE = 101, 107
"""Rows that are a little more than a round number."""
LARGE = 880, 920
"""Rows that are added to the others, which makes a thousand."""


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
            raise site.same_rows(results, len(names), "Vos")
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
    name, ahead = site.drawn.put, site.stock.ahead()
    also = site.draws.of("ligne ajoutée").one(({}, {"price": site.drawn.dear, "description": site.drawn.description}))
    for _time in range(2 if ahead else 1):
        site.stock.add(name, **also | ahead)
    site.entry(name, why="Après l'ajout d'une ligne dans la base", again="retour après un ajout dans la base")
    if ahead and squeeze(site.page.text).casefold().count(name.casefold()) == 1:
        raise Failed(
            observed=f"Deux lignes du même nom, {quote(name)}, sont ajoutées dans la base : la liste n'en montre qu'une.",
            expected="Chaque ligne de la base est dans la liste, même si une autre porte le même nom.",
            help=BY_NAME,
        )


_LINKED: tuple[Linked, ...] = ("category", "place")
_COLUMNS = ("category", "place", "moved", "price", "date", "name")


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
            observed=f"{quote(item.name)} est renommé {quote(name)} dans la base : {shown}.{site.notice()}",
            expected="La liste montre le nouveau nom à la place de l'ancien.",
            help=OLD_COPY if old and not new else None,
            because=["liste-suit-ajout"] if old and not new else [],  # a list that is not read again
        )


def _expect_label(site: Site, entry: Entry, item: Item, kind: Linked, label: str) -> None:
    """The new name of a category or a place has replaced the old one."""
    if contains_words(entry.text, label):
        return
    old, number = (item.category if kind == "category" else item.place), _number_shown(site, entry, item, kind)
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


def _number_shown(site: Site, entry: Entry, item: Item, kind: str) -> str:
    """A sentence when the list shows the number of the category or the place instead of its name, else ''."""
    number = item.category_id if kind == "category" else item.place_id
    cells = [squeeze(cell) for cell in re.split(r"[\t\n]", entry.text)]
    alone = re.compile(rf"(?:{re.escape(site.title(kind))} ?:? ?)?{number}", re.IGNORECASE)
    if number == item.id or not any(alone.fullmatch(cell) for cell in cells):
        return ""
    return f"Dans la liste, {quote(site.title(kind))} montre un numéro ({number}) au lieu du nom."


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
            observed=f"Après la suppression d'une ligne, {quote(kept.name)} a disparu aussi.{site.notice()}",
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
    site.expect_decent(site.page.status, text, "Quand la table est vide", wanted)
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
    reduced_lists(site)  # as all checks find them: of the rows of the exam's start
    model = site.draws.of("lignes presque pareilles").one(site.stock.items())
    usual = {"category": model.category_id, "place": model.place_id, "date": model.date, "price": model.price}
    site.stock.add_many({**usual, "name": name} for name in reversed(site.drawn.neighbours))
    names = list[str]()
    with site.told_how_one_came():
        for number, listing in enumerate(site.walk(again="retour à la liste ordonnée", unchanged=True)):
            if not number:
                site.expect_order(list(dict.fromkeys(listing.names)), here=True)
            names += listing.names
    site.expect_order(list(dict.fromkeys(names)))

    def look(listing: Listing, _items: Mapping[str, Item]) -> None:
        site.expect_order(list(dict.fromkeys(listing.names)), here=True)

    expect_reduced_too(site, site.stock.by_name(), look, further=False)


def expect_columns(site: Site) -> None:
    """Every entry of ``/`` bears the demanded titles, its category and its place."""
    listing = site.home()
    items = site.stock.by_name()
    _expect_columns(site, listing, items)
    expect_reduced_too(site, items, partial(_expect_columns, site))


def _expect_columns(site: Site, listing: Listing, items: Mapping[str, Item]) -> None:
    missing = [title for title in site.words.columns.values() if not _titled(listing, title)]
    if missing:
        these = "ce titre" if len(missing) == 1 else "ces titres"
        veiled = _veiled(site, missing)
        raise Failed(
            observed=f"On ne {'lit' if veiled else 'trouve'} pas {these} dans la liste : {listed(map(quote, missing))}."
            f"{veiled}{site.notice()}",
            expected=f"Les titres : {listed(site.words.columns.values())}.",
            help=UNVEIL if veiled else None,
        )
    for entry in listing.entries:
        item = items[entry.name]
        linked: dict[Linked, str] = {"category": item.category, "place": item.place}
        for kind, value in linked.items():
            if not contains_words(entry.text, value):
                shown = _number_shown(site, entry, item, kind)
                written = not shown and _written_names(site, kind)
                raise Failed(
                    observed=shown or f"Pour {quote(item.name)}, la liste ne montre pas {quote(value)}.{site.notice()}",
                    expected="Chaque ligne donne toutes les informations demandées.",
                    help=JOIN if shown or written else None,
                )
        cells = entry.text.split("\t")
        titles = listing.headers[: len(cells)]
        text = "\n".join(f"{title}\n{cell}" for title, cell in zip(titles, cells, strict=False))
        expect_own_titles(site, text if len(titles) > 1 else entry.text, item, f"Pour {quote(item.name)}, la liste")


def _veiled(site: Site, titles: Sequence[str]) -> str:
    """Sentences about the titles that the page has where nobody sees them; '' when it has none of them."""
    said = []
    found = site.page.script(_HIDDEN_TITLES, list(titles), kind=list[list[str]])
    for title, (tag, shown) in zip(titles, found, strict=True):
        if tag:
            instead = f" ; à sa place, on lit {quote(shown)}" if shown else ""
            said.append(f" {quote(title)} est dans le code, mais caché par « {cut(tag, 60)} »{instead}.")
    return "".join(said)


def _written_names(site: Site, kind: Linked) -> bool:
    """Whether a source says the names of a linked table itself: two of them, between quotation marks."""
    texts = own_texts(site.files).values()
    quoted = (rf"(['\"]){re.escape(label)}\1" for label in site.stock.labels(kind).values())
    return sum(any(re.search(label, text) for text in texts) for label in quoted) > 1


def expect_own_titles(site: Site, text: str, item: Item, where: str) -> None:
    """Raises Failed when two values stand under each other's title; a title that the text has not says nothing."""
    shows: dict[str, Callable[[str], bool]] = {
        "category": lambda said: contains_words(said, item.category),
        "place": lambda said: contains_words(said, item.place),
        "date": lambda said: mentions_date(said, item.date),
    }
    if item.price is not None:
        price = item.price
        shows["price"] = lambda said: mentions_price(said, price)
    under = read_by_title(text, site.words.columns)
    wrong = [kind for kind in shows if under.get(kind) and not shows[kind](under[kind])]
    for count in range(2, len(wrong) + 1):
        for kinds in permutations(wrong, count):
            if all(shows[his](under[mine]) for mine, his in zip(kinds, kinds[1:] + kinds[:1], strict=True)):
                first, *others = (
                    f"{quote(cut(under[kind], 60))} sous le titre {quote(site.title(kind))}" for kind in kinds
                )
                others = [one.replace(" le titre ", " ") for one in others]
                raise Failed(
                    observed=f"{where} donne {', '.join([first, *others[:-1]])}, et {others[-1]} : "
                    f"{'les deux sont échangés' if count == 2 else 'ces valeurs sont échangées'}.",
                    expected="Chaque valeur est sous son titre.",
                )


def read_by_title(text: str, titles: Mapping[str, str]) -> dict[str, str]:
    """What follows each title in a text, on its line or on the next one; nothing for a title that another one follows."""
    lines = [line for line in re.split(r"[\t\n]", text) if line.strip()]
    folded = {fold(title): kind for kind, title in titles.items()}
    found: dict[str, str] = {}
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        head, _, rest = squeeze(line).partition(" :") if " :" in squeeze(line) else squeeze(line).partition(":")
        kind = folded.get(fold(head))
        value = rest.strip() or ("" if fold(after) in folded else after)
        if kind and value:
            found.setdefault(kind, squeeze(value))
    return found


def _titled(listing: Listing, title: str) -> bool:
    if any(contains_words(header, title) for header in listing.headers):
        return True
    return all(contains_words(entry.text, title) for entry in listing.entries)


def _column_told(site: Site, listing: Listing, kind: str) -> list[str]:
    """The check that tells a column that a list has not: what should be in it is then no second fault."""
    return [] if _titled(listing, site.title(kind)) else ["liste-colonnes"]


def expect_prices(site: Site) -> None:
    """Prices are written the French way: in the list, thousands and cents included, reduced as well; on a page too.

    Of an amount of less than 1 and one of many thousands one is put in the list and the other one on a page (drawn), which has
    a usual one of the other kind as well; 0 is put on both.
    """
    items = site.stock.by_name()
    wanted = {name: item.price for name, item in items.items() if item.price is not None}
    large: Entry | None = None
    for listing in site.walk(again="retour aux prix", unchanged=True):
        with site.told_how_one_came():
            _expect_listed_prices(site, listing, items)
        large = next((one for one in reversed(listing.entries) if one.href and wanted.get(one.name, 0) >= 1000), None)
        if large:
            break
    expect_reduced_too(site, items, partial(_expect_listed_prices, site))
    if large:
        item = items[large.name]
        dear, (other, listed_too) = wanted[large.name], site.shuffled("où un montant est mis", site.drawn.amounts)
        usual = Decimal(site.drawn.price.replace(",", "."))
        for price in (other, usual) if other > 1 else (dear, other):  # thousands first, then less than a thousand
            if price != dear:
                site.stock.change(item, price=price)
            site.page.open(large.href if price == dear else site.address_now(large.name, large.href))
            kept = price != dear and mentions_price(site.page.text, dear)  # the page does not follow the base
            if not (kept or site.crash()):
                _expect_price(site, site.page.text, price, f"Sur la page de {quote(large.name)}")
        others = [items[one.name] for one in listing.entries if one.name in wanted and one.name != item.name]
        also = [(one, listed_too) for one in site.draws.of("autre montant").some(others, 1)]
        _expect_zero(site, item, large, listing.url, also)


def _expect_listed_prices(site: Site, listing: Listing, items: Mapping[str, Item]) -> None:
    for entry in listing.entries:
        if (price := items[entry.name].price) is not None:
            where, because = f"Dans la liste, pour {quote(entry.name)}", _column_told(site, listing, "price")
            with _item_too(site, entry, partial(_ill_written, shows_price, price_written, price)):
                _expect_price(site, entry.text, price, where, because)


@contextmanager
def _item_too(site: Site, entry: Entry, same: Callable[[str], bool]) -> Iterator[None]:
    """Says of a fault in the list that the item's page has the `same`: one function often writes both."""
    try:
        yield
    except Failed as failed:
        with suppress(Failed):
            if entry.href and same(visible_text(site.visitor().get(entry.href).readable)):
                failed.observed += " Sa page l'écrit ainsi elle aussi."
        raise


def _ill_written(shows: Callable[[str, T], bool], written: Callable[[str, T], str], value: T, text: str) -> bool:
    """Whether a text gives a value otherwise than it should."""
    return not shows(text, value) and bool(written(text, value))


def _expect_zero(site: Site, item: Item, entry: Entry, at: str, others: Sequence[tuple[Item, Decimal]] = ()) -> None:
    """A price of 0 is a price: on the page of the item, and in the list, where that of `others` changes too; all were on the page `at`
    of it.
    """
    site.stock.change(item, price=0, description=item.description or "Sa description, pour que rien d'autre ne manque.")
    for other, price in others:
        site.stock.change(other, price=price)
    site.page.open(site.address_now(entry.name, entry.href))
    if not site.crash():
        text = site.page.text.replace(entry.name, "")
        _expect_price(site, text, Decimal(0), f"Sur la page de {quote(entry.name)}")
    changed = {one.name: (one, price) for one, price in [*others, (item, Decimal(0))]}
    moves = site.rules.order[0][0] == "price"
    for name in changed if moves else [item.name]:
        found: Listing | None = None
        with suppress(Failed):  # what is not found is told by `recherche`
            if moves:
                site.look_up(name)
            else:
                site.page.open(at)
            found = site.read()
        for shown in found.entries if found else ():
            if shown.name in changed:
                one, price = changed[shown.name]
                text, where = shown.text.replace(shown.name, ""), f"Dans la liste, pour {quote(shown.name)}"
                if one.price is None or not mentions_price(shown.text, one.price):  # else it does not follow the base
                    _expect_price(site, text, price, where)


def _expect_price(site: Site, text: str, price: Decimal, where: str, because: Sequence[str] = ()) -> None:
    if not shows_price(text, price):
        plain = without_notices(text)
        if not price and not price_written(plain, price) and _told_empty(site).search(fold(plain)):
            raise Failed(
                observed=f"{where}, « {site.title('price')} » vaut 0 dans la base : on lit {quote(site.words.empty)} à la "
                f"place de « {price_text(price)} ». 0 n'est pas une case vide.",
                expected=f"Un montant nul s'écrit {price_text(price)} ; {quote(site.words.empty)} est pour NULL seulement.",
                help=ONLY_NULL,
            )
        written = price_written(plain, price)
        raise Failed(
            observed=f"{where}, « {site.title('price')} » vaut {price} dans la base : on attend "
            f"« {price_text(price)} » et {_read(written)}.",
            expected="Une virgule, deux décimales et le signe € : 12,50 €, 1 234,00 €.",
            because=() if written else because,
        )


def expect_dates(site: Site) -> None:
    """Dates are written the French way, in the list of ``/``, reduced as well, and on a drawn page, around the new year too."""
    items = site.stock.by_name()
    home: Listing | None = None
    # one after the other: the picture is that of the page of the row
    for listing in islice(site.walk(again="retour aux dates", unchanged=True), 2):
        home = home or listing
        with site.told_how_one_came():
            _expect_listed_dates(site, listing, items)
    if home is None or not home.entries:
        raise Failed(
            observed=f"La page / ne montre {site.words.no_item}.{site.notice()}",
            expected=f"La page / montre les {site.words.items} de la base.",
        )
    expect_reduced_too(site, items, partial(_expect_listed_dates, site))
    draw = site.draws.of("date autour du nouvel an")
    one = draw.one(home.entries)
    item, day = items[one.name], draw.one(_odd_days(OLD_YEARS if site.rules.order[0] == ("date", "asc") else NEW_YEARS))
    if one.href:
        _expect_date_of_page(site, item, one.href, item.date)
    site.stock.change(item, date=day)
    for entry in site.home().entries:
        if entry.name == item.name and not mentions_date(entry.text, item.date):  # else it does not follow the base
            _expect_date(site, entry.text, day, f"Dans la liste, pour {quote(item.name)}")
    if one.href:
        day = draw.one(_odd_days(OLD_YEARS if day.year in NEW_YEARS else NEW_YEARS))
        site.stock.change(item, date=day)
        _expect_date_of_page(site, item, site.address_now(item.name, one.href), day)


def _odd_days(years: Iterable[int]) -> list[date]:
    """The 2 and 3 January of a week that belongs to the year before: day and month are two, and have one figure each."""
    days = (date(year, 1, day) for year in years for day in (2, 3))
    return [day for day in days if day.isocalendar().year != day.year]


def _expect_date_of_page(site: Site, item: Item, address: str, day: date) -> None:
    """Raises Failed unless an item's page writes this day, where it gives it at all."""
    site.page.open(address)
    if not site.crash() and (day == item.date or not mentions_date(site.page.text, item.date)):
        _expect_date(site, site.page.text, day, f"Sur la page de {quote(item.name)}")


def _expect_listed_dates(site: Site, listing: Listing, items: Mapping[str, Item]) -> None:
    for entry in listing.entries:
        where, because = f"Dans la liste, pour {quote(entry.name)}", _column_told(site, listing, "date")
        day = items[entry.name].date
        with _item_too(site, entry, partial(_ill_written, shows_date, date_written, day)):
            _expect_date(site, entry.text, day, where, because)


def _expect_date(site: Site, text: str, day: date, where: str, because: Sequence[str] = ()) -> None:
    if not shows_date(text, day):
        plain = without_notices(text)
        written = date_written(plain, day)
        other_year = None if written else re.search(rf"(?<!\d){day:%d/%m}/\d{{4}}(?!\d)", plain)
        if other_year:
            raise Failed(
                observed=f"{where}, « {site.title('date')} » vaut {day.isoformat()} dans la base : on lit "
                f"« {other_year.group()} », avec une autre année.",
                expected=f"La même date, écrite {day:%d/%m/%Y}.",
                help=WEEK_YEAR,
            )
        raise Failed(
            observed=f"{where}, « {site.title('date')} » vaut {day.isoformat()} dans la base : on attend "
            f"« {day:%d/%m/%Y} » et {_read(written)}.",
            expected="Le jour et le mois sur deux chiffres, l'année sur quatre : 09/03/2026.",
            because=() if written else because,
        )


def expect_missing_values(site: Site) -> None:
    """A null price in the list, reduced as well; on a page a null price or a null description (drawn), then both."""
    items = site.stock.by_name()
    priced = {name for name, item in items.items() if item.price is not None}
    for listing in site.walk():
        if not priced.issuperset(listing.names):
            _expect_first_empty(site, listing, items)
            break
    expect_reduced_too(site, items, partial(_expect_first_empty, site))
    linked = site.linked()
    if linked:
        entry = max(linked, key=lambda entry: (entry.name in priced, bool(items[entry.name].description)))
        item = items[entry.name]
        site.page.open(entry.href)
        usual, stopped = site.page.text.replace(item.name, ""), site.crash()
        emptied = list[str]()
        for kind in site.shuffled("valeurs vidées", ("price", "description")):  # one alone, then both
            site.stock.change(item, **{kind: None})
            site.page.open(site.address_now(item.name, entry.href))
            emptied.append(quote(site.title(kind)))
            if not stopped:  # what stops in any case is told by `fiche-complete`
                lacking = f"Nous avons vidé {listed(emptied)} de {quote(item.name)} dans la base : sur sa page"
                if site.crash():
                    site.expect_decent(site.page.status, site.page.text, lacking.removesuffix(" : sur sa page"))
                _expect_empty(site, site.page.text.replace(item.name, ""), len(emptied), lacking, usual=usual)
    if len(linked) > 1:
        _expect_blank_told(site, linked)


def _expect_blank_told(site: Site, linked: Sequence[Entry]) -> None:
    """What the add form stores for a description left blank is told as missing, be it an empty text."""
    form = find_add_form(site)
    if form is None:
        return
    name = site.drawn.blank
    before = site.stock.raw()
    try:
        send(site, form, draft(site, name=name, description=""))
    except Failed:  # a form that does not work is another check's matter
        return
    site.stock.since(before)
    row = next((item for item in site.stock.items() if item.name == name), None)
    address = (
        altered_addresses(linked[0].href, linked[1].href, row.id, site.drawn.unknown)
        if row and row.description == ""
        else []
    )
    for place in address:
        site.page.open(place)
        if not site.crash() and site.page.status < 400:
            title = quote(site.title("description"))
            where = f"Ajouté par votre formulaire sans {title}, {quote(name)} : sur sa page"
            try:
                _expect_empty(site, site.page.text, 1, where)
            except Failed as failed:
                failed.observed += f" Dans {title}, le formulaire a enregistré un texte vide."
                failed.expected = f"Le formulaire enregistre NULL, et la page écrit {quote(site.words.empty)}."
                failed.help = STORE_NULL
                raise


def _expect_first_empty(site: Site, listing: Listing, items: Mapping[str, Item]) -> None:
    """Each entry of a row without price says so."""
    lacking = [entry for entry in listing.entries if items[entry.name].price is None]
    for entry in lacking:
        told = f"Dans la base, {quote(entry.name)} n'a rien pour {quote(site.title('price'))} : dans la liste"
        others = (other.text.replace(other.name, "") for other in listing.entries if other not in lacking)
        text, because = entry.text.replace(entry.name, ""), _column_told(site, listing, "price")
        _expect_empty(site, text, 1, told, page=site.page.text, usual=next(others, ""), because=because)


def _told_empty(site: Site) -> re.Pattern[str]:
    """The words that tell a missing value, in a folded text."""
    return re.compile(rf"(?<![a-z0-9]){fold(site.words.empty)}(?![a-z0-9])")


def _expect_empty(
    site: Site, text: str, times: int, where: str, *, page: str = "", usual: str = "", because: Sequence[str] = ()
) -> None:
    """Raises Failed unless `text` says that values are missing, so many `times` more than `usual`.

    That is the same place where none is missing: « depuis 1970 » or « livraison à 0 € » may stand in both.
    """
    empty = _told_empty(site)
    plain, full = without_notices(text), without_notices(usual)
    odd = next(iter(Counter(WITHOUT_PRICE.findall(plain)) - Counter(WITHOUT_PRICE.findall(full))), "")
    written = len(empty.findall(fold(plain))) - len(empty.findall(fold(full)))
    if odd or written < times:
        quoted = quote(site.words.empty)
        once = f"on lit {quoted} une seule fois" if written > 0 else f"on ne lit pas {quoted}"
        message = leak(text) or leak(page)
        beside = f" On y lit aussi : « {message} »." if message else ""
        raise Failed(
            observed=f"{where}, {f'on lit {quote(odd)}' if odd else once}.{beside}",
            expected=f"{quoted} à la place de chaque valeur qui manque.",
            because=() if odd or message else because,
        )


# -- filter and search


def by_value(site: Site) -> dict[str, list[str]]:
    """The names of the items of each value of the filter."""
    kind = site.rules.filter
    groups: dict[str, list[str]] = {label: [] for label in site.stock.labels(kind).values()}
    for item in site.stock.items():
        groups.get(item.category if kind == "category" else item.place, []).append(item.name)  # a lost label: nobody's
    return groups


def filter_samples(site: Site, renamed: str = "") -> dict[str, list[str]]:
    """The values that hold most and fewest items, a drawn one between, and one without any if the filter offers it.

    `renamed`: the value that is taken for the one with most; those of the others are drawn then.
    """
    groups = by_value(site)
    filled = sorted((label for label in groups if groups[label]), key=lambda label: (len(groups[label]), label))
    draw = site.draws.of("valeur du filtre")
    chosen = [*filled[-1:], *filled[:1], *draw.some(filled[1:-1], 1)]
    if renamed:
        chosen = [renamed, *draw.some([label for label in filled if label != renamed], 2)]
    site.page.open("/")
    empty = [label for label in groups if not groups[label] and site.offers(label)]
    return {label: groups[label] for label in [*chosen, *empty[:1]]}


def _rename_one(site: Site) -> tuple[str, str]:
    """Gives a value of the filter another name, with an apostrophe and « & »; what it was called, and is now: '' without one.

    It is drawn among those that have more rows than a page, if any has.
    """
    kind, groups, draw = site.rules.filter, by_value(site), site.draws.of("choix renommé")
    filled = [(number, label) for number, label in site.stock.labels(kind).items() if groups[label]]
    if not filled:
        return "", ""
    number, old = draw.one([one for one in filled if len(groups[one[1]]) > site.rules.page_size] or filled)
    new = f"{draw.one(LABELS)} {site.drawn.lot.text}"
    site.stock.rename(kind, number, new)
    return old, new


def expect_all_offered(site: Site) -> None:
    """The filter that offers some of the values offers all those that have rows."""
    kind = site.rules.filter
    used = sorted({item.category if kind == "category" else item.place for item in site.stock.items()})
    site.page.open("/")
    lacking = [label for label in used if not site.offers(label)]
    if lacking and len(lacking) < len(used):
        raise Failed(
            observed=f"Le filtre ne propose pas {some([quote(label) for label in lacking])}, qui "
            f"{'a' if len(lacking) == 1 else 'ont'} pourtant des lignes. Il propose {counted(len(used) - len(lacking), 'choix', 'choix')} "
            f"sur {len(used)}.",
            expected=f"Les choix du filtre sont lus dans la table {site.stock.tables[kind]}, et tous proposés.",
            help="Suivez les choix de la base à la page. La requête SELECT les rend-elle tous (WHERE, LIMIT, jointure) ? Sinon, qu'est-ce "
            "qui en retire ensuite : une condition dans la boucle, array_slice, array_diff_key ou unset en PHP, une tranche [1:] en "
            "Python ?",
        )


def _leave_one_empty(site: Site) -> None:
    """Where each value of the filter has rows, one is added that has none."""
    kind = site.rules.filter
    used = {item.category if kind == "category" else item.place for item in site.stock.items()}
    if used.issuperset(site.stock.labels(kind).values()):
        with suppress(Failed):  # a table to which the candidate has added what a row needs
            site.stock.add_label(kind, site.drawn.renamed_label if kind == "category" else site.drawn.renamed_place)


def expect_filtered(site: Site) -> None:
    """Each drawn value of the filter shows its rows, be there none; of those that fail, one whose cause is seen is told.

    One has just got another name. Those that have several pages come first, and the next one is chosen on the last of them.
    """
    first: tuple[str, Failed] | None = None
    known = site.page.text
    _leave_one_empty(site)
    old, new = _rename_one(site)
    samples = filter_samples(site, new)  # leaves / open
    _expect_new_name_offered(site, old, new, known)
    whole, later = site.read().names, False
    ordered = site.shuffled("ordre des filtres", samples.items())
    for option, names in sorted(ordered, key=lambda one: len(one[1]) <= site.rules.page_size):
        doing = f"Pour le filtre {quote(option)}"
        try:
            results = site.choose(option, here=later)
            _expect_asked(site, results, partial(site.choose, option), names, doing, later=later)
            site.expect_decent(site.page.status, site.page.text, doing)
            later = len(results.pages) > 1
        except Failed as failed:
            if failed.help or failed.because:
                raise
            first, later = first or (option, failed), False
    if first:
        with suppress(Failed):
            site.choose(first[0])  # its page is the one whose picture is kept
        raise first[1]
    _expect_whole_again(site, whole)


def _expect_new_name_offered(site: Site, old: str, new: str, known: str) -> None:
    """The filter of the page now open, which said what is `known`, offers the new name, where it offers the other values."""
    others = [label for label in site.stock.labels(site.rules.filter).values() if label != new]
    if not new or site.offers(new) or not any(map(site.offers, others)):
        return
    left = "propose encore l'ancien nom" if site.offers(old) else "ne propose pas le nouveau nom"
    site.stock.show_renamed(site.rules.filter)
    raise Failed(
        observed=f"{quote(old)} est devenu {quote(new)} dans la base : le filtre {left}.",
        expected=f"Les choix du filtre sont lus dans la table {site.stock.tables[site.rules.filter]} à chaque affichage de la page.",
        help=CHOICES_KEPT,
        because=["liste-suit-ajout"] if site.page.text == known else [],  # the whole page is an old one
    )


def _expect_asked(
    site: Site,
    results: Results,
    ask: Callable[[], Results],
    wanted: Collection[str],
    doing: str,
    text: str = "",
    *,
    later: bool,
) -> None:
    """Like `Site.expect_shown`, of `results` that were asked for on a `later` page of a list, or not.

    What is right where one may `ask` on ``/`` is wrong of a later page alone, whose number stays.
    """
    try:
        site.expect_shown(results, wanted, doing, text)
    except Failed as failed:
        if not later:
            raise
        site.expect_shown(ask(), wanted, doing, text)
        site.back(results.addresses[0])
        said = failed.observed
        failed.observed = (
            f"Depuis une page suivante de la liste, et non depuis la première : {said[:1].lower()}{said[1:]}"
        )
        failed.help, failed.because = NUMBER_KEPT, ()
        raise


def _expect_whole_again(site: Site, names: Sequence[str]) -> None:
    """The choice that says « Tous », where there is one, shows what ``/`` showed first: these `names`."""
    field = site.filter_field()
    labels = set(map(fold, site.stock.labels(site.rules.filter).values()))
    said = [option.text for option in field.options] if field else []
    told = [text for text in said if ALL.search(fold(text)) and fold(text) not in labels]
    if len(told) != 1:
        return
    doing = f"Après un filtre, le choix {quote(told[0])}"
    try:
        site.choose_here(told[0])
    except Failed:  # what cannot be chosen is no choice
        return
    site.expect_decent(site.page.status, site.page.text, f"{doing} fait")
    shown = site.read().names
    if set(shown) != set(names):
        seen = f"montre {site.many(len(set(shown)))}" if shown else f"ne montre {site.words.no_item}"
        raise Failed(
            observed=f"{doing} {seen} ; la page / en montre {len(set(names))}.",
            expected="Ce choix rend la liste entière, telle que la page / la montre d'abord.",
            help=NO_CHOICE_MADE,
        )


def fragment_of_names(site: Site) -> tuple[str, list[str]]:
    """A drawn word of two to six names, found nowhere else in the database if possible, and these names.

    Written alike in all of them if possible: other capitals and accents are for `recherche-casse-accents`.
    """
    items = [
        (item.name, fold(item.name), fold(f"{item.description or ''} {item.category} {item.place}"))
        for item in site.stock.items()
    ]
    words = {word for name, *_ in items for word in re.findall(r"[^\W\d_]{4,}", name)}
    choices = []
    for word in sorted(words):
        names = [name for name, folded, _ in items if fold(word) in folded]
        elsewhere = any(fold(word) in others for *_, others in items)
        choices.append((elsewhere or _unlike(word, names), not 2 <= len(names) <= 6, word, names))
    best = min(choices)[:2]
    *_, word, names = site.draws.of("mot cherché").one([one for one in choices if one[:2] == best])
    return word, names


ALL = re.compile(r"\b(?:tous|toutes?|tout)\b")
"""What the choice that filters nothing says, in a folded text."""
NO_CHOICE_MADE = (
    "Ce choix arrive vide (''), et aucune ligne n'a cette valeur : n'ajoutez la condition WHERE que si un choix est arrivé "
    "($filtre !== '' en PHP, if filtre en Python)."
)
_TWO_IN_ONE = re.compile(r"oe|ae|ss")
"""Two letters that one sign may stand for (œ, æ, ß): bases compare them in more than one way."""
_SHORT = re.compile(r"\b(?:lettres?|caracteres?|court)\b")
"""Says of a text, in a folded page, that it is too short, be it said wherever nothing is found."""
_OF_TWO = "aeos"
"""The letters of these."""
LONG_PIECE, SHORT_PIECE = range(5, 8), range(2, 4)
"""Letters of what is searched inside words: a visitor types a few, and not always from the start of a word."""


def pieces_of_names(site: Site) -> Iterator[tuple[str, list[str]]]:
    """A long and a short piece of a name, drawn inside a word, and the names that hold it; few do, and it is written
    alike in all of them, if possible.
    """
    names = [(name, fold(name)) for name in site.stock.names()]
    words = {word.lower() for name, _ in names for word in re.findall(r"[A-Za-z]{6,}", name)}
    draw = site.draws.of("morceaux de noms")
    for sizes in (LONG_PIECE, SHORT_PIECE):
        inside = {word[at : at + size] for word in words for size in sizes for at in range(1, len(word) - size)}
        cut_out = sorted(piece for piece in inside if not _TWO_IN_ONE.search(piece))
        found = [
            (piece, [name for name, folded in names if piece in folded]) for piece in draw.some(cut_out, MOST_DRAWN)
        ]
        if found:
            yield min(found, key=lambda one: (_unlike(*one), len(one[1]) > site.rules.page_size, not one[1]))


def whole_or_ends(site: Site) -> list[tuple[str, list[str]]]:
    """A whole name, or the beginning or the end of one (drawn), and the names that hold it; as `pieces_of_names` chooses them."""
    names = site.stock.names()
    plain = [name for name in names if re.fullmatch(r"[A-Za-z][A-Za-z -]{6,38}[A-Za-z]", name)]
    draw = site.draws.of("nom entier ou bout de nom")
    way = draw.one(("whole", "whole", "beginning", "end"))
    some = list[tuple[str, list[str]]]()
    for name in draw.some(sorted(set(plain)), MOST_DRAWN):
        size = draw.one(LONG_PIECE)
        text = {"whole": name, "beginning": name[:size].strip(), "end": name[-size:].strip()}[way]
        if not _TWO_IN_ONE.search(fold(text)):
            some.append((text, [one for one in names if fold(text) in fold(one)]))
    return [min(some, key=lambda one: (_unlike(*one), len(one[1]) > site.rules.page_size))] if some else []


def lone_signs(site: Site) -> list[tuple[str, list[str]]]:
    """One drawn letter, and the names that hold it: none, or else a few; none holds a digit, if all letters are held."""
    names = site.stock.names()
    held = {sign: [name for name in names if sign in fold(name)] for sign in ascii_lowercase + digits}
    free = [sign for sign in ascii_lowercase if not held[sign]] or [sign for sign in digits if not held[sign]]
    few = [
        sign
        for sign in ascii_lowercase
        if 0 < len(held[sign]) <= site.rules.page_size and not (sign in _OF_TWO or _unlike(sign, held[sign]))
    ]
    draw = site.draws.of("signe seul")
    kinds = [kind for kind in (free, few) if kind]
    return [(sign, held[sign]) for sign in ([draw.one(draw.one(kinds))] if kinds else [])]


def _unlike(piece: str, names: Iterable[str]) -> bool:
    """Whether a name holds the piece with other capitals or accents, which another check looks at."""
    return any(piece not in name for name in names)


def expect_search(site: Site) -> None:
    """A part of a name finds the names that hold it, wherever they do, and no other row; over several pages too."""
    fragment, names = fragment_of_names(site)
    searched = ((fragment, names), *pieces_of_names(site), *whole_or_ends(site))
    for text, wanted in site.shuffled("ordre des recherches", searched):
        try:
            site.expect_shown(site.search(text), wanted, f"Pour la recherche {quote(text)}", text)
        except Failed as failed:
            if text != fragment and not failed.help and "il manque" in failed.observed:
                failed.help = INSIDE.format(text=quote(text))
            raise
    nothing = "Pour une recherche qui ne correspond à aucun nom"
    site.expect_shown(site.search(site.drawn.absent), (), nothing)
    site.expect_decent(site.page.status, site.page.text, nothing)
    known = site.page.text
    for sign, names in lone_signs(site):
        alone = f"Pour la recherche {quote(sign)}{'' if names else ', que ne contient aucun nom'}"
        results = site.search(sign, here=True)
        refused = not results.names and (
            _SHORT.search(fold(site.page.text))
            or any(new_sentences(known.replace(site.drawn.absent, sign), site.page.text))
        )
        if not (names and refused):  # who refuses so short a text by a sentence shows no name
            site.expect_shown(results, names, alone, sign)
        site.expect_decent(site.page.status, site.page.text, alone)
    many = _add_lots(site)
    later = len(list(islice(site.walk(), 2))) > 1
    text = site.drawn.lot.text
    results = site.search(text, here=later)
    # An apostrophe that breaks the query is told by `injection-sql`.
    if site.page.status >= 500 or leak(site.page.text):
        text, later = text.partition("'")[2], False
        results = site.search(text)
    paged = "" if any(name not in many for name in results.names) else ", qui demande plusieurs pages"
    try:
        doing = f"Pour la recherche {quote(text)}{paged}"
        _expect_asked(site, results, partial(site.search, text), many, doing, text, later=later)
    except Failed:
        here = site.page.url
        strange = any(name not in many for name in results.pages[0])
        if strange or not _filter_is_lost(site):  # page links that lose both are told once, by the filter
            site.search(text)  # its page is the one whose picture is kept
            site.back(here)
            raise


def expect_writings_found(site: Site) -> None:
    """A made-up word is found in each of its writings: with other capitals, with other accents or none."""
    names, before = site.drawn.brand.names, site.stock.raw()
    for name in names:
        site.stock.add(name)
    site.stock.since(before)  # these rows, all of them, are what is kept beside a failure
    for text in site.drawn.brand.searches:
        results = site.search(text)
        try:
            site.expect_shown(results, names, f"Pour la recherche {quote(text)}")
        except Failed as failed:
            failed.observed += _which_writing(text, names, set(results.names))
            failed.help = failed.help or _strict_comparison(site)
            raise


def _strict_comparison(site: Site) -> str | None:
    """Where a source asks the base to mind capitals or accents, if it does."""
    for path, text in own_texts(site.files).items():
        for found in _COLLATION.finditer(text):
            kinds = [kind for kind in _STRICT if kind in (found[1] or "").lower().split("_")]
            if (kinds or not found[1]) and not _OF_CONNECTION.search(text[max(0, found.start() - 60) : found.start()]):
                line = text.count("\n", 0, found.start()) + 1
                minds = _STRICT[kinds[0]] if kinds else _STRICT["bin"]
                return (
                    f"Dans {path}, ligne {line}, on lit « {squeeze(found[0])} » : la base y tient compte {minds}. Enlevez ces mots : "
                    "sans eux, elle compare comme le dit la colonne, et celle que vous avez reçue est en utf8mb4_unicode_ci, qui ignore majuscules "
                    "et accents."
                )
    return None


def _which_writing(text: str, names: Sequence[str], shown: Collection[str]) -> str:
    """Says which of capitals and accents the search minds, when what it found tells."""
    found = {name for name in names if name in shown}
    added = f" La vérification a mis dans la base : {listed(map(quote, names))}."
    if found and found == {name for name in names if text.casefold() in name.casefold()}:
        return f" Les majuscules sont bien ignorées ; les accents ne le sont pas.{added}"
    return added


def _add_lots(site: Site) -> list[str]:
    """Add names with the drawn lot at their start, in their middle and at their end, for two pages (how many, is drawn); gives them.

    And, first and last in the list, rows that hold it elsewhere than in the name, or hold its words in another order, or the first only.
    """
    lot = site.drawn.lot
    size = site.rules.page_size
    count = size - 1 + site.draws.of("noms de plusieurs pages").below(size)
    many = [f"{lot.stem} n° {number} {lot.text} {lot.tail}" for number in range(count)]
    many += [f"{lot.text}, {lot.end}", f"{lot.stem} {lot.text}"]
    model = site.stock.some()
    usual = {"category": model.category_id, "place": model.place_id, "date": model.date, "price": model.price}
    others: list[dict[str, object]] = [
        {"name": site.drawn.beside, "description": f"{site.drawn.description} Voir aussi {lot.text}."},
        {"name": f"{lot.others[0]} {lot.turned} {lot.tail}", "description": None},
        {"name": f"{lot.others[1]} {lot.word} {lot.tail}", "description": None, **usual},
    ]
    site.stock.add_many({"description": None, **usual, "name": name} for name in many)
    site.stock.add_many({**usual, **site.stock.ahead(), **other} for other in others)
    site.stock.rename("category", model.category_id, f"Coin {lot.text}")
    site.stock.rename("place", model.place_id, f"Secteur {lot.text}")
    return many


def _filter_is_lost(site: Site) -> bool:
    """Whether the filter's choice is lost from page to page."""
    try:
        return any(
            site.choose(option).lost(names) is not None for option, names in islice(filter_samples(site).items(), 1)
        )
    except Failed:
        return False


# -- pages


def expect_page_size(site: Site) -> None:
    """Full pages hold exactly the demanded number of items, those of a filter or a search too; a last one no more."""
    size = site.rules.page_size
    left = len(site.stock.names())
    for number, listing in enumerate(site.walk(), start=1):
        if len(set(listing.names)) != min(size, left - size * (number - 1)):
            raise Failed(
                observed=f"La page n° {number} montre {site.many(len(set(listing.names)))}.",
                expected=f"{size} par page, avec des liens vers les autres pages.",
            )
        if number == 2:
            expect_reduced_too(site, site.stock.by_name(), partial(_expect_size, site))
            return
    raise Failed(
        observed=f"La page / montre {size} {site.words.items}, sans lien vers une page suivante.",
        expected="Des liens mènent aux autres pages : numéros, ou « suivant ».",
    )


def _expect_size(site: Site, listing: Listing, _items: Mapping[str, Item]) -> None:
    """No more than the demanded number on this page, and as many on each of those that were turned before."""
    shown, size = len(set(listing.names)), site.rules.page_size
    odd = next(((number, count) for number, count in enumerate(listing.before, 1) if count != size), None)
    if odd or shown > size:
        where = f"la page n° {odd[0]}, qui n'est pas la dernière," if odd else "la première page"
        seen = (
            f"{where} montre {site.many(odd[1] if odd else shown)}"
            if odd or not listing.before
            else f"on y voit {site.many(shown)}"
        )
        raise Failed(
            observed=f"{seen[:1].upper()}{seen[1:]}.",
            expected=f"{size} par page, la dernière peut en avoir moins : d'un filtre et d'une recherche aussi.",
        )


def expect_full_walk(site: Site) -> None:
    """The walk gives each item once, on pages that are not empty and that lead back, and a page number too high is told.

    The rows fill the last page: a number of pages that is one too many shows.
    """
    expect_reduced_too(site, site.stock.by_name(), partial(_expect_no_empty_page, site), COUNT_ALIKE, further=False)
    added = [f"{site.drawn.series} n° {number}" for number in range(-len(site.stock.names()) % site.rules.page_size)]
    site.stock.add_many({"name": name} for name in added)
    listings = list(site.walk())
    names = [name for listing in listings for name in dict.fromkeys(listing.names)]
    again = [name for name, count in Counter(names).items() if count > 1]
    if again:
        raise Failed(
            observed=f"En allant de page en page, on revoit {quote(again[0])}"
            + (f" et {counted(len(again) - 1, 'autre nom', 'autres noms')}." if len(again) > 1 else "."),
            expected="Chaque ligne est sur une seule page.",
        )
    missing = set(site.stock.names()) - set(names)
    if missing.issuperset(added):  # a list that does not follow the base is told by `liste-suit-ajout`
        missing -= set(added)
    if missing:
        seen = site.many(len(names))
        raise Failed(
            observed=f"En {counted(len(listings), 'page')}, on voit {seen} ; il en manque {len(missing)}.",
            expected="De page en page, on voit toutes les lignes de la base.",
        )
    _expect_last_filled(site, listings)
    _expect_way_back(site, listings)
    pages = [listing.url for listing in listings[1:3]]
    draw, high = site.draws.of("page trop haute"), site.drawn.page
    if len(pages) == 2 and split_identifier(pages[0], pages[1])[1] == "2":  # else it may be a number of rows
        high = draw.one((high, len(listings) + draw.between(1, 9)))
    for address in altered_addresses(pages[0], pages[-1], high, site.drawn.unknown) if len(pages) == 2 else []:
        answer = _asked_page(site, address, "Pour un numéro de page trop grand")
        if not (400 <= answer.status < 500) and not _told_too_high(site, pages[0], answer, names):
            raise Failed(
                observed=f"Pour un numéro de page trop grand ({_local(address)}), la liste est vide, et aucune phrase ne le dit.",
                expected="Une phrase en français, un code 404, ou la dernière page.",
                help="Comparez ce numéro au nombre de pages. S'il est plus grand, prenez la dernière page (min), ou écrivez une phrase.",
            )
    low = site.draws.of("page avant la première").one((0, -1))
    for address in altered_addresses(pages[0], pages[-1], low, site.drawn.unknown) if len(pages) == 2 else []:
        _asked_page(site, address, f"À l'adresse {_local(address)}, d'une page avant la première", TOO_LOW)


def _asked_page(site: Site, address: str, doing: str, advice: str = "") -> Response:
    """What is answered for a page of the list; it is no crash."""
    answer = site.http.get(address)
    try:
        site.expect_decent(answer.status, answer.text, doing)
    except Failed as failed:
        failed.help, failed.at = advice or failed.help, Answer()  # no page that the browser has open
        raise
    return answer


def _local(address: str) -> str:
    """An address from the root of the site."""
    return cut(urlsplit(address)._replace(scheme="", netloc="").geturl(), 60)


def _told_too_high(site: Site, usual: str, answer: Response, names: Collection[str]) -> bool:
    """Whether a page shows rows, or a sentence that the `usual` page has not; by its source, then in the browser."""

    def shows(text: str) -> bool:
        folded = fold(text)
        return any(fold(name) in folded for name in names)

    text, known = visible_text(answer.readable), visible_text(site.http.get(usual).readable)
    if shows(text) or not all(in_english(said) for said in new_sentences(known, text)):
        return True
    site.page.open(usual)
    known = site.page.text
    site.page.open(answer.url)
    text = site.page.text
    return shows(text) or not all(in_english(said) for said in new_sentences(known, text))


def _expect_no_empty_page(site: Site, listing: Listing, items: Mapping[str, Item]) -> None:
    """Where a page of a reduced list is not full, no link leads to an empty one after it."""
    count, number = len(set(listing.names)), len(listing.before) + 1
    link = next_page(listing.links, number, {listing.url.split("#")[0]})
    if count >= site.rules.page_size or link is None or not link.href:
        return
    site.page.open(link.href)
    if site.page.status < 400 and not site.read().entries and _may_be_followed(site, listing.url, link.href):
        fits = f"La liste tient en {counted(number, 'page') if number > 1 else 'une page'} ({site.many(count + sum(listing.before))})"
        raise Failed(
            observed=f"{fits}, et un lien mène pourtant à une page {number + 1}, vide.",
            expected="Le nombre de pages est celui de la liste réduite : aucune page n'est vide.",
        )


def _expect_last_filled(site: Site, listings: Sequence[Listing]) -> None:
    """No page is empty; the last one is full."""
    number = next((number for number, listing in enumerate(listings) if number and not listing.entries), 0)
    if number and _may_be_followed(site, listings[number - 1].url, listings[number].url):
        filled, size = counted(number, "page"), site.rules.page_size
        raise Failed(
            observed=f"{site.many(number * size)} tiennent en {filled} de {size} ; un lien mène pourtant à la page n° {number + 1}, vide.",
            expected="Aucune page n'est vide : la dernière n'a pas de lien vers une page de plus.",
            help=f"Le nombre de pages est celui des lignes (SELECT COUNT(*)) divisé par {size}, arrondi au-dessus : ceil en PHP, math.ceil en "
            "Python. Ne montrez « suivant » que s'il reste une page.",
        )


def _may_be_followed(site: Site, page: str, address: str) -> bool:
    """Whether a link of a page may be pressed: one that is greyed may keep its address; the page where it leads is then open."""
    if page == address:
        return True
    site.page.open(page)
    free: bool = site.page.script(_NOT_DISABLED, address.split("#")[0], kind=bool)
    site.page.open(address)
    return free


def _expect_way_back(site: Site, listings: Sequence[Listing]) -> None:
    """From a drawn page, the third or a later one, a link leads to the one before, be it by its number."""
    if len(listings) < 3:
        return
    number = site.draws.of("page d'où l'on revient").between(2, len(listings) - 1)
    before, here = listings[number - 1 : number + 1]
    if any(link.button < 0 and _place(link.href) == _place(before.url) for link in here.links):
        return
    backward = [link for link in here.links if link.text == str(number) or may_lead_back(link)]
    if any(link.button >= 0 for link in backward):
        return
    for link in backward:
        if fold(before.names[0]) in fold(visible_text(site.http.get(link.href).readable)):
            return
    site.page.open(here.url)
    if "history." in site.http.get(here.url).readable:  # its own « précédent » is the browser's
        return
    raise Failed(
        observed=f"Depuis la page n° {number + 1}, aucun lien ne ramène à la page n° {number}.",
        expected="Un lien « précédent », ou les numéros des pages : on va d'une page à l'autre dans les deux sens.",
        help="Dès la page 2, montrez un lien vers le numéro d'avant (page - 1), qui garde le filtre et la recherche comme le lien « suivant ».",
    )


def _place(address: str) -> tuple[str, frozenset[tuple[str, str]]]:
    """What an address asks for, whatever the order of its values; those that are empty ask for nothing."""
    parts = urlsplit(address)
    return re.sub(r"/index\.\w+$", "/", parts.path) or "/", frozenset(parse_qsl(parts.query))


def expect_large_list(site: Site) -> None:
    """Many rows: ``/`` in time, one page of items, the first of the demanded order."""
    size = site.rules.page_size
    model, draw = site.stock.some(), site.draws.of("mille lignes")
    base, dear, later = date(draw.between(2015, 2026), 1, 1), draw.one((37, 41, 43, 47)), draw.one((11, 13, 17, 19))
    site.stock.add_many(
        {
            "name": f"{site.drawn.series} n° {number:04d}",
            "price": Decimal(5 + (number * dear) % 3000) + Decimal("0.25"),
            "date": base + timedelta(days=(number * later) % 700),
            "description": site.drawn.description,
            "category": model.category_id,
            "place": model.place_id,
        }
        for number in range(draw.between(*LARGE))
    )
    start = monotonic()
    listing = site.home(doing="Avec mille lignes dans la table")
    seconds = monotonic() - start
    names = list(dict.fromkeys(listing.names))
    if len(names) > size or seconds > ANSWER_SECONDS:
        raise Failed(
            observed=f"Avec mille lignes, la page / montre {site.many(len(names))} en {seconds:.0f} s.",
            expected=f"{size} au plus, en moins de {ANSWER_SECONDS} s.",
        )
    last = site.stock.sorted()[size - 1].name
    if len(names) < size:
        raise Failed(
            observed=f"Avec mille lignes, la page / montre {site.many(len(names))} seulement.",
            expected=f"Les {size} premiers dans l'ordre demandé : {site.order_words()}.",
        )
    frozen = not any(
        name.startswith(site.drawn.series) for name in names
    )  # none of so many rows: the base is not read again
    because = ["liste-suit-ajout", "liste-ordre"] if frozen else ["liste-ordre"]
    site.expect_order(names if names[-1] == last else [*names, last], because=because)


def _read(written: str) -> str:
    """What a text has in the place of a figure, as the end of a sentence."""
    return f"on lit « {cut(written, 60)} »" if written else "on ne le trouve pas"
