"""The home page: it answers, and shows rows of the base that it is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.causes import Cause, cause_of

from .diagnosis import advice, broken_page, explains, last_error, leak, visible_text, window_opened, written_connection
from .formats import dates_in, quote
from .reading import REPEATED
from .trouble import READ_MESSAGE

if TYPE_CHECKING:
    from .reading import Entry
    from .stock import Item
    from .visitor import Site

OTHER_ROWS = "D'où vient cette liste ? La vérification met d'autres lignes dans la base : la page doit les lire à chaque affichage."
NO_LOOP = (
    "Lisez les lignes de la table par une requête SELECT, puis faites une boucle (foreach en PHP, for en Flask) "
    "qui écrit le nom de chacune dans la page."
)


def expect_answer(site: Site) -> None:
    """Raises Failed unless ``/`` answers with a page; says which line to change when it cannot."""
    try:
        answer = site.http.get("/")
    except Failed as silent:
        raise _silent(site, silent) from silent
    trouble = broken_page(answer.status, answer.text)
    if not trouble:
        _expect_quiet(site)
    else:
        message = leak(visible_text(answer.text))
        if not message and (message := last_error(site.journal.text(), "/") if answer.status >= 500 else ""):
            trouble += f" Le journal dit : « {message} »."
        raise _failed(
            site,
            trouble,
            message,
            "À l'adresse /, le site répond par une page.",
            advice(answer.status, answer.text, message),
        )


def _expect_quiet(site: Site) -> None:
    """Raises Failed when ``/`` opens a window by itself: nobody sees the page, and no other check does."""
    try:
        site.page.open("/")
    except Failed as failed:
        if cause_of(failed) is not Cause.DIALOG:
            return  # told by `base-jointe`
        found = window_opened(site.files, failed.observed)
        place = f" L'appel est dans {found.path}, ligne {found.line}." if found else ""
        raise Failed(
            observed=f"{failed.observed} Elle s'ouvre toute seule, au chargement.{place}",
            expected="Aucune fenêtre (alert, confirm, prompt) ne s'ouvre toute seule au chargement d'une page.",
            help=f"Retirez cet appel de {found.path}, ligne {found.line}, et écrivez son message dans la page."
            if found
            else failed.help,
            repair=found.repair if found else (),
        ) from failed


def _silent(site: Site, silent: Failed) -> Failed:
    """The failure of a site that does not answer: a program may stop where it starts, as its journal says."""
    message = last_error(site.journal.text())
    trouble = f"{silent.observed} Le journal dit : « {message} »." if message else silent.observed
    return _failed(site, trouble, message, silent.expected, advice(0, "", message) if message else silent.help)


def _failed(site: Site, trouble: str, message: str, expected: str, help: str | None) -> Failed:
    """The failure of a site that shows nothing of the base; a connection written in the code is said first.

    But after a message that tells another cause, or after no message when the home page may not run it. It offers
    the repair with which the rest can be seen in a copy.
    """
    written = written_connection(site.files)
    if written is None:
        return Failed(observed=trouble, expected=expected, help=help)
    if explains(message) and (message or written.certain):
        return Failed(f"{written.sentence()} {trouble}", expected, written.remedy(), repair=written.repair)
    return Failed(f"{trouble} {written.sentence()}", expected, help, repair=written.repair)


def expect_joined(site: Site) -> None:
    """Raises Failed unless ``/`` shows rows of the hidden database.

    Names that happen to be there, with the dates of other rows, are a copied list.
    """
    entries = site.open_home().entries
    items = site.stock.by_name()
    strange = [entry for entry in entries if _contradicts(entry, items[entry.name])]
    if len(strange) * 2 < len(entries):
        return
    raise _not_joined(site, len(items), strange)


def _not_joined(site: Site, count: int, strange: Sequence[Entry]) -> Failed:
    shown = f"montre une liste, mais ce ne sont pas les {count} {site.words.items} de la base de vérification"
    help_ = OTHER_ROWS
    if strange:
        shown = f"donne à {quote(strange[0].name)} des valeurs qui ne sont pas celles de la base de vérification"
    elif not site.page.look(REPEATED, kind=bool):
        shown, help_ = f"n'affiche encore {site.words.no_item}", NO_LOOP
    notice, message = site.trouble.notice(), leak(site.page.text)
    if help_ is NO_LOOP and not message and site.page.text.strip():
        notice = f" La page elle-même écrit : {quote(site.page.text)}."
    return _failed(
        site,
        f"La page / {shown}.{notice}",
        message,
        f"La page / affiche les {site.words.items} que contient la base.",
        READ_MESSAGE if message else help_,
    )


def _contradicts(entry: Entry, item: Item) -> bool:
    """Whether the entry shows dates, and none of them is the item's."""
    days = dates_in(entry.text)
    return bool(days) and item.date not in days
