"""What the page of an item must show, and where it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus, urlsplit

from etabli.exam import Failed
from etabli.exam.contract.french import counted, listed
from etabli.exam.contract.words import contains_words, cut, fold, squeeze

from .addresses import altered_addresses, item_address, split_identifier
from .columns import JOIN, expect_own_titles, read_by_title
from .diagnosis import advice, first_heading, own_text, visible_text
from .formats import in_english, mentions_date, mentions_price, price_text, quote
from .forms import NOT_SEEN
from .reduced import expect_reduced_too
from .trouble import ITEM_STOPPED
from .visitor import MOST_TURNED

if TYPE_CHECKING:
    from .reading import Entry, Listing
    from .stock import Item
    from .visitor import Site

RENAMED = (
    "Un nom peut changer : l'adresse porte le numéro de la ligne (colonne {id}), comme id=12, et non son nom. Changez le "
    "lien de la liste, puis la requête de la page."
)
SAME_LINKS = (
    "Sur la page /, le nom est bien un lien : un filtre ou une recherche réduit cette même liste. Passez par la même boucle d'affichage, et "
    "lisez aussi le numéro de la ligne dans sa requête."
)
CLOSED = "item-closed"
"""Of the memo: `fiche-complete` met a page of an item that does not open."""
LACKS = "item-lacks"
"""Of the memo: what `fiche-complete` did not read on a page of an item."""
MOST_TOLD = 3
"""How often a text of four lines is repeated, each line with its number, to make a long one."""
LEAST_BEGUN = 40
"""Characters of a description by which one that is cut is known."""
LEAST_SAID = 15
"""Characters that explain something."""
NOT_SAID = "la page ne l'explique pas : on n'y lit que ce qu'ont les autres pages"
SAY_SO = (
    "Le code 404 est juste. Écrivez en plus une phrase qui dit que cette page n'existe pas, puis arrêtez là le programme (exit en PHP, return avec "
    "Flask) : sinon, la page continue avec une ligne vide."
)
BLANK_VALUE = r"\bNULL\b|\bNone\b|\bnull\b"
"""Words that stand where a value is missing."""
IS_CUT = r"""
// Whether the end of a text stands outside a box that neither scrolls nor opens, by itself or by what is in it or near it.
const end = arguments[0], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), ends = [];
while (walker.nextNode()) {
  const node = walker.currentNode, at = node.data.lastIndexOf(end);
  if (at < 0 || !shown(node.parentElement)) continue;
  const range = new Range();
  range.setStart(node, at);
  range.setEnd(node, at + end.length);
  ends.push({ node, spot: range.getBoundingClientRect() });
}
const opens = box => /[1-9]/.test(getComputedStyle(box).transitionDuration) || [box, box.parentElement].some(one => one.matches('a,label,[onclick],[tabindex]')
  || one.querySelector('button,summary,label,input,[onclick],[tabindex],a[href^="#"]'));
const isCut = ({ node, spot }) => {
  let [across, down] = [(spot.left + spot.right) / 2, (spot.top + spot.bottom) / 2];
  for (let up = node.parentElement; up && up !== document.body; up = up.parentElement) {
    const style = getComputedStyle(up), box = up.getBoundingClientRect();
    if (/hidden|clip/.test(style.overflowY) && down > box.bottom || /hidden|clip/.test(style.overflowX) && across > box.right)
      return !opens(up);
    if (/auto|scroll/.test(style.overflowY)) down = Math.min(down, box.bottom);
    if (/auto|scroll/.test(style.overflowX)) across = Math.min(across, box.right);
  }
  return false;
};
return ends.length > 0 && ends.every(isCut);
"""
CUT = (
    "Le texte est dans la page, mais son bloc le coupe : dans votre CSS, cherchez « line-clamp », ou « overflow: hidden » avec une hauteur, "
    "et enlevez-les de la fiche."
)
NOT_THERE = "Le code 404, avec une page qui l'explique en français."


def well_filled(site: Site, count: int, *, later: bool = False) -> list[Item]:
    """Items that ``/`` shows, or a `later` page, and that have all their values; filled in the database if need be."""
    some = site.listed_items(count, complete=True, later=later)
    for item in some:
        if item.price is None or not item.description:
            site.stock.change(item, price=site.drawn.dear, description=f"{site.drawn.description} N° {item.id}.")
            site.stock.since(site.stock.raw())  # what was prepared is not kept beside a failure
    return [site.stock.item(item.id) for item in some]


def later_entry(site: Site) -> Entry | None:
    """A drawn entry that leads to a page, has all its values, and stands on a drawn later page of the list, if any does."""
    draw = site.draws.of("fiche d'une autre page")
    *_, listing = islice(site.walk(), draw.between(2, MOST_TURNED))
    whole = {item.name for item in site.stock.items() if item.price is not None and item.description}
    entries = [entry for entry in listing.entries if entry.href and entry.name in whole]
    return draw.one(entries) if entries else None


def expect_item_pages(site: Site) -> None:
    """The pages of two items of ``/`` and of one of a later page open, and give all that is asked for; of one, a long text."""
    site.memo[CLOSED] = "/"
    some = well_filled(site, 2)
    long = site.draws.of("texte entier").one(some)
    for item in some:
        known = item.description or ""
        if item == long:
            site.stock.change(item, description=_long_text(site))
            site.stock.since(site.stock.raw())  # what was prepared is no proof of what the page shows
            item = site.stock.item(item.id)
        expect_item_page(site, item, known=known)
    if entry := later_entry(site):
        expect_item_page(site, site.stock.by_name()[entry.name], entry)


def _long_text(site: Site) -> str:
    """A text of many lines, each with its number; they end as a form sends them or as a program writes them, and some go on."""
    lines, draw = site.drawn.long_description.splitlines() * MOST_TOLD, site.draws.of("fins de ligne")
    ends = [draw.one(("\r\n", "\n")), *(draw.one(("\r\n", "\n", "\r\n\r\n", " ")) for _line in lines[2:])]
    return "".join(
        f"{line} ({number}){end}" for number, (line, end) in enumerate(zip(lines, [*ends, ""], strict=True), 1)
    )


def expect_openable(site: Site) -> None:
    """Raises Failed, told by `fiche-complete`, where the page of an item does not open: what lacks on one stops nobody."""
    if CLOSED in site.memo:
        raise Failed(
            observed="La page de la fiche ne s'ouvre pas : on ne peut rien y faire.",
            expected=f"Le nom mène à la page {site.words.of_the_item}.",
            because=["fiche-complete"],
        )


def expect_item_page(site: Site, item: Item, entry: Entry | None = None, known: str = "") -> None:
    """Its name leads to a page with its name as h1 and all its values.

    `entry`: where it was seen; `known`: its description before: a page that shows that does not follow the base.
    """
    site.memo[CLOSED] = item.name
    site.open_item(entry or site.entry(item.name))
    page, headings, text = site.page, site.page.headings(1), site.page.text
    crash = site.trouble.stopped()
    if crash:
        site.memo.setdefault(ITEM_STOPPED, site.trouble.crash())
        raise Failed(
            observed=f"La page de la fiche ({cut(site.page.path, 90)}) {crash}. {NOT_SEEN}",
            expected=f"La page {site.words.of_the_item}, sans erreur.",
            help=advice(page.status, text, crash),
        )
    if page.status >= 400 or not bears(headings, item.name):
        title = f"son titre h1 est {quote(headings[0])}" if headings else "elle n'a pas de titre h1"
        raise Failed(
            observed=f"Le lien {quote(item.name)} mène à une page (code {page.status}) : {title}.{site.trouble.notice()}",
            expected=f"La page {site.words.of_the_item}, avec son nom dans le titre h1.",
        )
    del site.memo[CLOSED]
    shows = {
        "category": contains_words(text, item.category),
        "place": contains_words(text, item.place),
        "price": item.price is None or mentions_price(text, item.price),
        "date": mentions_date(text, item.date),
        "description": not item.description
        or any(squeeze(one) in squeeze(text) for one in (item.description, known) if one),
    }
    lacking = [kind for kind, shown in shows.items() if not shown]
    if lacking:
        site.memo[LACKS] = " ".join(lacking)
        raise _lacking(site, item, text, lacking)
    words = (item.description or "").split()
    if words and site.page.look(IS_CUT, words[-1], kind=bool):
        raise Failed(
            observed=f"Sur la page de {quote(item.name)}, {quote(site.title('description'))} n'est pas en entier à l'écran : le bloc "
            f"s'arrête avant {quote((item.description or '').splitlines()[-1])}.",
            expected="Tout le texte se lit, même long.",
            help=CUT,
            stops=False,
        )
    expect_own_titles(site, text, item, f"La page de {quote(item.name)}")


def _lacking(site: Site, item: Item, text: str, kinds: Sequence[str]) -> Failed:
    """The failure of a page without some values of its item: what stands under their titles is quoted."""
    under = read_by_title(text, site.words.columns)
    wanted = {
        "category": item.category,
        "place": item.place,
        "price": price_text(item.price) if item.price is not None else "",
        "date": f"{item.date:%d/%m/%Y}",
    }
    numbers = {"category": str(item.category_id), "place": str(item.place_id)}
    told = [
        f"sous {quote(site.title(kind))}, on lit {quote(cut(under[kind], 60))} là où on attend {quote(cut(wanted[kind], 60))}"
        for kind in kinds
        if kind in wanted and kind in under
    ]
    absent = [site.title(kind) for kind in kinds if not (kind in wanted and kind in under)]
    whole = squeeze(item.description or "")
    if "description" in kinds and whole[:LEAST_BEGUN] in squeeze(text):
        absent.remove(site.title("description"))
        told.append(
            f"{quote(site.title('description'))} n'est pas en entier : la base en contient {len(whole)} caractères"
        )
    if absent:
        told.append(f"on ne trouve pas : {listed(absent)}")
    numbered = [kind for kind in kinds if kind in numbers and under.get(kind) == numbers[kind]]
    return Failed(
        observed=f"Sur la page de {quote(item.name)}, {' ; '.join(told)}.{site.trouble.notice()}",
        expected="Le nom et toutes les informations demandées.",
        help=f"C'est son numéro, et non son nom. {JOIN}"
        if numbered
        else "La page s'ouvre, et c'est la bonne. Comparez chacun de ses titres aux informations que demande l'énoncé.",
    )


def bears(headings: Sequence[str], name: str) -> bool:
    """Whether a title gives an item's name."""
    return any(contains_words(heading, name) for heading in headings)


def local(address: str) -> str:
    """An address from the root of the site: ``/fiche.php?id=3``."""
    parts = urlsplit(address)
    return cut(parts.path + (f"?{parts.query}" if parts.query else ""), 90)


def expect_named_links(site: Site) -> None:
    """On ``/``, on a drawn later page and where the list is reduced, each name is a link: not only another one of its row, from
    which all the rest is seen.
    """
    home = site.linked()
    later = later_entry(site)
    for entry in [*home, *([later] if later else [])]:
        if not entry.named:
            site.entry(entry.name)  # the page whose picture is kept
            count = sum(not one.named for one in home)
            others = (
                f" De même pour {counted(count - 1, 'autre nom', 'autres noms')} de cette page." if count > 1 else ""
            )
            raise Failed(
                observed=f"Dans la liste, {quote(entry.name)} n'est pas un lien : c'est un autre lien de sa ligne qui mène à sa "
                f"page.{others}",
                expected=f"Le nom est lui-même le lien vers la page {site.words.of_the_item}.",
            )
    if home:
        expect_reduced_too(site, site.stock.by_name(), partial(_expect_results_linked, site), SAME_LINKS)


def _expect_results_linked(site: Site, listing: Listing, _items: Mapping[str, Item]) -> None:
    """Each name is a link, and that of a drawn one leads to its page."""
    bare = [entry for entry in listing.entries if not (entry.href and entry.named)]
    if bare:
        count = f" De même pour {counted(len(bare) - 1, 'autre nom', 'autres noms')}." if len(bare) > 1 else ""
        raise Failed(
            observed=f"Dans la liste, {quote(bare[0].name)} n'est pas un lien.{count}",
            expected=f"Le nom est lui-même le lien vers la page {site.words.of_the_item}.",
        )
    entry = site.draws.of("fiche d'un résultat").one(listing.entries)
    answer = site.visitor().get(entry.href)
    if answer.status < 400 and contains_words(first_heading(answer.readable), entry.name):
        return
    here = site.page.url
    site.page.open(entry.href)
    headings, status = site.page.headings(1), site.page.status
    if status >= 400 or not bears(headings, entry.name):
        shown = f"montre {quote(headings[0])}" if headings and status < 400 else f"répond par le code {status}"
        site.back(here)
        raise Failed(
            observed=f"Dans la liste, le lien {quote(entry.name)} mène à {local(entry.href)}, qui {shown}.",
            expected=f"Le nom mène à la page {site.words.of_the_item}.",
        )


def expect_stable_address(site: Site) -> None:
    """The noted address shows the same item to a newcomer: with its new name, then after the list has moved."""
    gone, item = site.listed_items(2)
    entry = site.entry(item.name)
    name = site.drawn.readdressed
    site.stock.change(item, name=name)
    named = _bare(item.name) in _bare(unquote_plus(entry.href))
    help_ = RENAMED.format(id=site.stock.columns["item"]["id"]) if named else None
    told = f"{quote(item.name)} a été renommé {quote(name)} dans la base"
    _expect_still_there(site, entry, item.name, name, told, help_)
    site.stock.remove(gone)
    done = f"Dans la base, une autre ligne ({quote(gone.name)}) a été supprimée"
    if ahead := site.stock.ahead():
        site.stock.change(item, **ahead)
        [kind] = ahead
        done += f", et {quote(name)} a changé de {quote(site.title(kind))} : la place de chacun dans la liste n'est plus la même"
    _expect_still_there(site, entry, name, name, done, None)


def _bare(text: str) -> str:
    """Its letters and digits, as an address may write a name."""
    return "".join(re.findall(r"[a-z0-9]+", fold(text)))


def _expect_still_there(site: Site, entry: Entry, before: str, name: str, done: str, help: str | None) -> None:
    """Raises Failed unless the noted address shows the item, under the name that it bears now; `before`: then."""
    newcomer = site.http.session().get(entry.href)
    if newcomer.status < 400 and contains_words(_text(newcomer.text), name):
        return
    site.page.open(entry.href)
    headings, status = site.page.headings(1), site.page.status
    if bears(headings, name):
        return
    parts = urlsplit(entry.href)
    address = cut(unquote_plus(parts.path + (f"?{parts.query}" if parts.query else "")), 90)
    shown = (
        site.trouble.stopped() or f"répond par le code {status}"
        if status >= 400 or not headings
        else f"montre {quote(headings[0])}"
    )
    raise Failed(
        observed=f"{done}. L'adresse {address} montrait {quote(before)} ; maintenant, elle {shown}.",
        expected=f"La même adresse montre toujours {site.words.the_item}{', avec son nouveau nom' if before != name else ''}.",
        help=help,
    )


def expect_not_found(site: Site) -> None:
    """The address of an item, its identifier replaced by one that does not exist, answers 404 in French.

    That is far beyond the greatest one; where the address bears the row's own number, next to it as well, the one of
    a row that is removed, and a word, of which any refusal will do.
    """
    first, second = two_entries(site)
    free = [site.free_id(), *_free_ids(site, first, second)]
    addresses = [place for one in free for place in altered_addresses(first.href, second.href, one, site.drawn.unknown)]
    if not addresses:
        raise Failed(
            observed=f"Les pages de {quote(first.name)} et de {quote(second.name)} ont la même adresse.",
            expected="Chaque page a son adresse.",
        )
    worded = item_address(first, second, site.drawn.unknown) if len(free) > 1 else []
    known = site.visitor()
    frame = "\n".join(visible_text(known.get(place).text) for place in ("/", first.href))
    titles = [*site.words.columns.values(), *site.words.fields.values(), site.words.empty]
    for address in site.shuffled("adresses inconnues", dict.fromkeys([*addresses, *worded])):
        for ask in site.visitors(f"qui demande {address}"):
            answer = ask(address)
            if address in worded and 400 <= answer.status < 500:  # « 400 » fits too, and a server may say so itself
                continue
            wrong = wrong_answer(answer.status, visible_text(answer.readable), frame, titles)
            if wrong:
                site.page.open(address)  # the page whose picture is kept
                scripted = answer.status == 404 and "<script" in answer.readable
                if scripted and not wrong_answer(404, site.page.text, frame, titles):
                    continue
                if answer.status >= 500:
                    doing = f"À l'adresse {local(address)}, qui ne correspond à aucune ligne"
                    site.trouble.expect_decent(answer.status, visible_text(answer.readable), doing, NOT_THERE)
                raise Failed(
                    observed=f"À l'adresse {local(address)}, qui ne correspond à aucune ligne, {wrong}.",
                    expected=NOT_THERE,
                    help=SAY_SO if answer.status == 404 and not wrong.endswith("en français") else None,
                )
            try:
                site.trouble.expect_decent(answer.status, _text(answer.text), "Pour une adresse inconnue")
            except Failed:
                site.page.open(address)
                raise


def _free_ids(site: Site, first: Entry, second: Entry) -> list[int]:
    """The number of a row that is removed now, and one next to the greatest; none where addresses bear no such number."""
    items = site.stock.by_name()
    numbers = [
        re.findall(r"\d+", split_identifier(*pair)[1])
        for pair in ((first.href, second.href), (second.href, first.href))
    ]
    if numbers != [[str(items[entry.name].id)] for entry in (first, second)]:
        return []
    others = [item for item in items.values() if item.name not in (first.name, second.name)]
    gone = site.draws.of("ligne retirée").some(others, 1)
    near = site.stock.top_id() + site.drawn.near
    for item in gone:
        site.stock.remove(item)
    return [near, *(item.id for item in gone)]


def wrong_answer(status: int, text: str, frame: str, titles: Sequence[str] = ()) -> str:
    """What is wrong with the answer to an address without row, in French, or ''.

    The `frame` that this page shares with ``/`` or with an item's page explains nothing, nor do `titles` beside which nothing
    stands, or no value.
    """
    own = own_text(text, frame) or squeeze(text)
    idle = re.compile("|".join([*map(re.escape, titles), BLANK_VALUE]))
    lines = (line for line in text.splitlines() if re.search(r"[^\W\d_]", idle.sub(" ", line)))
    explained = own_text("\n".join(lines), frame)
    said = f"la page dit seulement {quote(own)}" if own else "la page est vide"
    if status != 404:
        return f"le site répond par le code {status} au lieu de 404 ; {said.replace(' seulement', '')}"
    if in_english(own):
        return f"{said.replace(' seulement', '')} : écrivez-la en français"
    if len(squeeze(text)) < LEAST_SAID:
        return said
    if len(explained) >= LEAST_SAID or len(re.findall(r"[^\W\d_]{3,}", explained)) > 1:  # « Fiche inconnue » has 14
        return ""
    return (
        f"la page ne l'explique pas : en dehors de ce qu'ont toutes les pages, on lit {quote(explained)}"
        if explained
        else NOT_SAID
    )


def two_entries(site: Site) -> tuple[Entry, Entry]:
    """Two linked entries of ``/``.

    Raises:
        Failed: Fewer are linked.
    """
    linked = site.linked()
    if len(linked) < 2:
        raise Failed(
            observed="Dans la liste, un seul nom mène à une page."
            if linked
            else "Dans la liste, aucun nom ne mène à une page.",
            expected=f"Chaque nom mène à la page {site.words.of_the_item}.",
        )
    return linked[0], linked[1]


def _text(source: str) -> str:
    return squeeze(visible_text(source))
