"""What a visitor chooses: a text in the search field, a value of the filter; and what is shown then."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from etabli.exam import Failed
from etabli.exam.contract.causes import Cause, cause_of
from etabli.exam.contract.words import contains_words

from .formats import quote
from .results import Results

if TYPE_CHECKING:
    from etabli.exam.contract.values import Field

    from .visitor import Site


def search(site: Site, text: str, *, here: bool = False) -> Results:
    """Type `text` in the search field; what is shown, over all result pages.

    From ``/``, or with `here` from the page now open if it has the field too.
    """
    look_up(site, text, here=here)
    return _results(site)


def look_up(site: Site, text: str, *, here: bool = False) -> None:
    """The same, without reading what is shown."""
    field = site.page.find_field(site.words.search) if here else None
    if field is None:
        site.start()
        field = search_field(site)
    site.page.fill(field, text)
    site.page.submit(field, enter=site.draws.of(f"envoi de la recherche {text}").one((field, None)))


def search_field(site: Site) -> Field:
    """The search field of the page now open.

    Raises:
        Failed: There is none.
    """
    field = site.page.find_field(site.words.search)
    if field is None:
        field = next((item for form in site.page.forms() for item in form.entries if item.kind == "search"), None)
    if field is None:
        raise Failed(
            observed=f"La page / n'a pas de champ {quote(site.words.search)}.",
            expected=f"Un champ de recherche qui porte l'étiquette {quote(site.words.search)}.",
            help="Ajoutez à l'accueil un formulaire envoyé par GET, avec ce champ et son étiquette <label>.",
        )
    return field


def choose(site: Site, option: str, *, here: bool = False) -> Results:
    """Choose a value of the filter; what is shown, over all pages.

    At ``/``, or with `here` on the page now open if it offers the value too.
    """
    if not (here and offers(site, option)):
        site.start()
    choose_here(site, option)
    return _results(site)


def choose_here(site: Site, option: str) -> None:
    """Choose a value of the filter of the page now open.

    Raises:
        Failed: It has neither a field nor a link for it.
    """
    field = filter_field(site)
    try:
        site.page.choose(site.words.filter, option, field=field)
    except Failed as failure:
        if field is not None or cause_of(failure) is not Cause.MISSING:
            raise
        what = f"ni champ {quote(site.words.filter)}, ni lien {quote(option)}"
        where = urlsplit(site.page.url).path or "/"
        raise Failed(
            observed=f"La page {where} n'a {what}.",
            expected=f"Un champ {quote(site.words.filter)}, ou un lien pour chacune de ses valeurs.",
            help="Ajoutez à l'accueil un formulaire envoyé par GET, avec ce champ et son étiquette <label>.",
        ) from failure


def filter_field(site: Site) -> Field | None:
    """The filter of the page now open: a form that adds an item may have a field of the same name."""
    name, day = site.words.fields["name"], site.words.fields["date"]
    forms = [form for form in site.page.forms() if not (form.field(name) and form.field(day))]
    fields = (site.page.find_field(site.words.filter, form) for form in forms)
    found = [field for field in fields if field is not None]
    return min(found, key=lambda field: not field.visible, default=None)


def offers(site: Site, option: str) -> bool:
    """Whether the filter of the page now open offers this value."""
    field = filter_field(site)
    texts = [choice.text for choice in field.options] if field else [link.text for link in site.page.links()]
    return any(contains_words(text, option) for text in texts)


def _results(site: Site) -> Results:
    listings = list(site.walk(here=True))
    return Results(tuple(tuple(one.names) for one in listings), tuple(one.url for one in listings))
