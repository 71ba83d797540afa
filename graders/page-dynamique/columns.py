"""What stands under each title: of the list, and of an item's page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import permutations
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import listed
from etabli.exam.contract.words import contains_words, cut, fold, squeeze

from .connection import own_texts
from .formats import mentions_date, mentions_price, quote
from .reduced import expect_reduced_too

if TYPE_CHECKING:
    from .reading import Entry, Listing
    from .shape import Linked
    from .stock import Item
    from .visitor import Site

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
JOIN = (
    "La base range des numéros dans cette colonne, et les noms dans une autre table. La requête de cette page relie déjà les deux "
    "(JOIN) ? Affichez alors la colonne du nom. Sinon, reliez-les."
)


def number_shown(site: Site, entry: Entry, item: Item, kind: str) -> str:
    """A sentence when the list shows the number of the category or the place instead of its name, else ''."""
    number = item.category_id if kind == "category" else item.place_id
    cells = [squeeze(cell) for cell in re.split(r"[\t\n]", entry.text)]
    alone = re.compile(rf"(?:{re.escape(site.title(kind))} ?:? ?)?{number}", re.IGNORECASE)
    if number == item.id or not any(alone.fullmatch(cell) for cell in cells):
        return ""
    return f"Dans la liste, {quote(site.title(kind))} montre un numéro ({number}) au lieu du nom."


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
            f"{veiled}{site.trouble.notice()}",
            expected=f"Les titres : {listed(site.words.columns.values())}.",
            help=UNVEIL if veiled else None,
        )
    for entry in listing.entries:
        item = items[entry.name]
        linked: dict[Linked, str] = {"category": item.category, "place": item.place}
        for kind, value in linked.items():
            if not contains_words(entry.text, value):
                shown = number_shown(site, entry, item, kind)
                written = not shown and _written_names(site, kind)
                raise Failed(
                    observed=shown
                    or f"Pour {quote(item.name)}, la liste ne montre pas {quote(value)}.{site.trouble.notice()}",
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


def column_told(site: Site, listing: Listing, kind: str) -> list[str]:
    """The check that tells a column that a list has not: what should be in it is then no second fault."""
    return [] if _titled(listing, site.title(kind)) else ["liste-colonnes"]
