"""How prices, dates and missing values are written: in the list, and on an item's page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from etabli.exam import Failed
from etabli.exam.contract.french import listed
from etabli.exam.contract.words import cut, fold

from .addresses import altered_addresses
from .choices import look_up
from .columns import column_told
from .diagnosis import leak, visible_text, without_notices
from .formats import (
    date_written,
    mentions_date,
    mentions_price,
    near_written,
    price_text,
    price_written,
    quote,
    shows_date,
    shows_price,
)
from .forms import draft, find_add_form, send
from .reduced import expect_reduced_too

if TYPE_CHECKING:
    from .reading import Entry, Listing
    from .stock import Item
    from .visitor import Site

T = TypeVar("T")
WITHOUT_PRICE = re.compile(r"(?<![\d,.])0(?:[.,]0+)?\s*€|\bNULL\b|\bNone\b|\bnull\b|1970")
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
ALWAYS_FIGURES = (
    "Une date proche s'écrit comme les autres. Cherchez dans votre code ce qui compare la date à celle d'aujourd'hui (date, strtotime, DateTime "
    "ou diff en PHP, date.today en Python, CURDATE dans la requête), et retirez-le."
)
OLD_YEARS, NEW_YEARS = range(1951, 2025), range(2027, 2038)
"""Before and after those of all rows: an item that is first stays the first."""


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
            if not (kept or site.trouble.crash()):
                _expect_price(site, site.page.text, price, f"Sur la page de {quote(large.name)}")
        others = [items[one.name] for one in listing.entries if one.name in wanted and one.name != item.name]
        also = [(one, listed_too) for one in site.draws.of("autre montant").some(others, 1)]
        _expect_zero(site, item, large, listing.url, also)


def _expect_listed_prices(site: Site, listing: Listing, items: Mapping[str, Item]) -> None:
    for entry in listing.entries:
        if (price := items[entry.name].price) is not None:
            where, because = f"Dans la liste, pour {quote(entry.name)}", column_told(site, listing, "price")
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
    if not site.trouble.crash():
        text = site.page.text.replace(entry.name, "")
        _expect_price(site, text, Decimal(0), f"Sur la page de {quote(entry.name)}")
    changed = {one.name: (one, price) for one, price in [*others, (item, Decimal(0))]}
    moves = site.rules.order[0][0] == "price"
    for name in changed if moves else [item.name]:
        found: Listing | None = None
        with suppress(Failed):  # what is not found is told by `recherche`
            if moves:
                look_up(site, name)
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
            observed=f"La page / ne montre {site.words.no_item}.{site.trouble.notice()}",
            expected=f"La page / montre les {site.words.items} de la base.",
        )
    expect_reduced_too(site, items, partial(_expect_listed_dates, site))
    draw = site.draws.of("date autour du nouvel an")
    one = draw.one(home.entries)
    item, day = items[one.name], draw.one(_odd_days(OLD_YEARS if site.rules.order[0] == ("date", "asc") else NEW_YEARS))
    if one.href:
        expect_date_of_page(site, item, one.href, item.date)
    site.stock.change(item, date=day)
    for entry in site.home().entries:
        if entry.name == item.name and not mentions_date(entry.text, item.date):  # else it does not follow the base
            expect_date(site, entry.text, day, f"Dans la liste, pour {quote(item.name)}")
    if one.href:
        day = draw.one(_odd_days(OLD_YEARS if day.year in NEW_YEARS else NEW_YEARS))
        site.stock.change(item, date=day)
        expect_date_of_page(site, item, site.address_now(item.name, one.href), day)


def _odd_days(years: Iterable[int]) -> list[date]:
    """The 2 and 3 January of a week that belongs to the year before: day and month are two, and have one figure each."""
    days = (date(year, 1, day) for year in years for day in (2, 3))
    return [day for day in days if day.isocalendar().year != day.year]


def expect_date_of_page(site: Site, item: Item, address: str, day: date) -> None:
    """Raises Failed unless an item's page writes this day, where it gives it at all."""
    site.page.open(address)
    if not site.trouble.crash() and (day == item.date or not mentions_date(site.page.text, item.date)):
        expect_date(site, site.page.text, day, f"Sur la page de {quote(item.name)}")


def _expect_listed_dates(site: Site, listing: Listing, items: Mapping[str, Item]) -> None:
    for entry in listing.entries:
        where, because = f"Dans la liste, pour {quote(entry.name)}", column_told(site, listing, "date")
        day = items[entry.name].date
        with _item_too(site, entry, partial(_ill_written, shows_date, date_written, day)):
            expect_date(site, entry.text, day, where, because)


def expect_date(site: Site, text: str, day: date, where: str, because: Sequence[str] = ()) -> None:
    if not shows_date(text, day):
        plain = without_notices(text)
        written = date_written(plain, day)
        near = "" if written else near_written(plain, day)
        written, close = written or near, ", un jour proche d'aujourd'hui" if near else ""
        other_year = None if written else re.search(rf"(?<!\d){day:%d/%m}/\d{{4}}(?!\d)", plain)
        if other_year:
            raise Failed(
                observed=f"{where}, « {site.title('date')} » vaut {day.isoformat()} dans la base : on lit "
                f"« {other_year.group()} », avec une autre année.",
                expected=f"La même date, écrite {day:%d/%m/%Y}.",
                help=WEEK_YEAR,
            )
        raise Failed(
            observed=f"{where}, « {site.title('date')} » vaut {day.isoformat()} dans la base{close} : on attend "
            f"« {day:%d/%m/%Y} » et {_read(written)}.",
            expected=f"Le jour et le mois sur deux chiffres, l'année sur quatre : {f'{day:%d/%m/%Y}' if near else '09/03/2026'}.",
            help=ALWAYS_FIGURES if near else None,
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
        usual, stopped = site.page.text.replace(item.name, ""), site.trouble.crash()
        emptied = list[str]()
        for kind in site.shuffled("valeurs vidées", ("price", "description")):  # one alone, then both
            site.stock.change(item, **{kind: None})
            site.page.open(site.address_now(item.name, entry.href))
            emptied.append(quote(site.title(kind)))
            if not stopped:  # what stops in any case is told by `fiche-complete`
                lacking = f"Nous avons vidé {listed(emptied)} de {quote(item.name)} dans la base : sur sa page"
                if site.trouble.crash():
                    site.trouble.expect_decent(site.page.status, site.page.text, lacking.removesuffix(" : sur sa page"))
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
        if not site.trouble.crash() and site.page.status < 400:
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
        text, because = entry.text.replace(entry.name, ""), column_told(site, listing, "price")
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


def _read(written: str) -> str:
    """What a text has in the place of a figure, as the end of a sentence."""
    return f"on lit « {cut(written, 60)} »" if written else "on ne le trouve pas"
