"""What no address may give away: the password, the code, the settings, the rows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import quote as percent

from etabli.exam import Answer, Failed
from etabli.exam.contract.french import listed

from . import disclosure
from .connection import own_texts
from .forms import address_family
from .items import local
from .quality import bulleted
from .reading import links_of

if TYPE_CHECKING:
    from .visitor import Site

MOST_LINKED = 30
"""Links of ``/`` whose pages are looked at for the password."""
MOST_BEHIND = 30
"""Links of these pages, and of those behind them, whose pages are looked at as well."""
MOST_SHOWN, FEW_SHOWN = 20, 3
"""Addresses that the browser opens by itself too; the second where it would ask for them as any other request does."""
MOST_TOLD = 12
"""Addresses that are told of those that give something away."""
SHOWS_A_FILE = (
    "Cette page affiche ce que contient un fichier de votre site. Supprimez-la, avec le lien qui y mène, ou retirez-en ce qui lit le "
    "fichier : file_get_contents, readfile, show_source ou highlight_file en PHP, open en Python."
)
_COPY = re.compile(r"(?:~|\.(?:bak|old|orig|save|swp|sql|zip|tar|t?gz|7z|dump))$", re.IGNORECASE)
_SETTINGS = re.compile(r"/\.env[^/]*$|/\.ht\w+$|\.(?:ini|conf|inc|ya?ml|json|toml|txt)$", re.IGNORECASE)


def expect_nothing_secret(site: Site) -> None:
    """None of the submitted sources, settings or data is served as it is: neither to who has been through the site, nor to
    who has never come.
    """
    for entry in site.linked()[:1]:
        site.go_by_hand(entry)
    most, told = FEW_SHOWN if site.page.alike else MOST_SHOWN, dict[str, str]()
    addresses = disclosure.web_addresses(site.files.paths(), site.draws.of("ordre des adresses"))
    for number, address in enumerate(addresses):
        for ask in site.visitors(f"qui demande {address}"):
            answer = ask("/" + percent(address))
            if found := _secret_in(site, answer.status, answer.readable, address):
                told[f"/{address}"] = found
        if number < most and f"/{address}" not in told:
            with suppress(Failed):  # what is no page to be shown was asked for above
                site.page.open("/" + percent(address), guessed=True)
                if found := _secret_in(site, site.page.status, site.page.source, address):
                    told[f"/{address}"] = found
    with suppress(Failed):
        site.page.open("/")  # a site may answer otherwise to who comes from there than to who comes from an item
    visitor, own = site.visitor(), set(site.files.paths())
    for address in (one for one in addresses if one in own or one not in disclosure.GUESSES):
        answer = visitor.get("/" + percent(address))
        if found := _secret_in(site, answer.status, answer.readable, address):
            told.setdefault(f"/{address}", found)
    home = visitor.get("/")
    links = links_of(home.readable, home.url)
    ways_on = {address_family(one): one for one in reversed(links)}
    queue = [*ways_on.values(), *(one for one in links if one not in ways_on.values())][:MOST_LINKED]
    lines = disclosure.code_lines(own_texts(site.files))
    for address in queue:  # which grows: what these pages lead to, one of each family
        answer = visitor.get(address)
        if found := disclosure.shown_in(site, answer.readable, address, lines):
            told.setdefault(local(address), found)
        for one in links_of(answer.readable, answer.url):
            if len(queue) < MOST_LINKED + MOST_BEHIND and ways_on.setdefault(address_family(one), one) == one:
                queue += [one] * (one not in queue)
    for address, found in json.loads(site.memo.get(disclosure.SHOWN_AFTER, "{}")).items():
        told.setdefault(address, f"{found}, derrière un lien de la page qui suit un envoi")
    if told:
        raise _given_away(site, told)


def _secret_in(site: Site, status: int, text: str, address: str) -> str:
    if site.db.gives_away(text):
        return "le mot de passe de la base"
    return disclosure.secret_in(text, address) if status == 200 else ""


def _given_away(site: Site, told: Mapping[str, str]) -> Failed:
    """The failure of addresses that anyone may read; the first one's answer is what is kept of it."""
    told = dict(sorted(told.items()))
    first, kept, own = next(iter(told)), False, disclosure.code_lines(own_texts(site.files))
    for ask in (site.visitor().get, site.http.session().get):  # one of them got it, and it is the last answer
        answer = ask(percent(first, safe="/?=&%"))
        if kept := bool(
            _secret_in(site, answer.status, answer.readable, first)
            or disclosure.shown_in(site, answer.readable, first, own)
        ):
            break
    lines = [f"{address} : {found}" for address, found in told.items()]
    return Failed(
        observed=f"N'importe qui peut lire {first} : on y trouve {told[first]}."
        if len(told) == 1
        else bulleted(f"N'importe qui peut lire {len(told)} adresses", lines[:MOST_TOLD], len(lines)),
        expected="Ni programme, ni réglage, ni donnée, ni mot de passe n'est accessible depuis le Web.",
        help=_closing(site, told),
        at=Answer() if kept else None,
    )


def _shows_settings(site: Site, address: str) -> bool:
    """Whether the program at this address calls phpinfo()."""
    path = next((path for path in own_texts(site.files) if f"/{path}".endswith(address)), "")
    return bool(path) and "phpinfo(" in own_texts(site.files)[path]


def _closing(site: Site, told: Mapping[str, str]) -> str | None:
    """What to do with files that anyone may read, by their kind; None where the check's own words fit: copies."""
    shows = [address for address in told if "phpinfo" in told[address] or _shows_settings(site, address)]
    if shows:
        others = (
            " Supprimez aussi les copies, et fermez par un .htaccess ce qui doit rester."
            if len(shows) < len(told)
            else ""
        )
        return f"Supprimez {listed(shows)} : phpinfo() y montre à tous les réglages du serveur, mot de passe compris.{others}"
    if any(found.startswith(disclosure.OWN_CODE) for found in told.values()):
        return SHOWS_A_FILE
    if any(_COPY.search(address) for address in told):
        return None
    if any("/.git/" in address for address in told):
        return "Le dossier .git n'a rien à faire parmi les fichiers publiés : enlevez-le du dossier rendu."
    settings = next((address for address in told if _SETTINGS.search(address)), "")
    if not settings:
        return None
    name = settings.rpartition("/")[2]
    read = any(name in text for text in own_texts(site.files).values())
    first = (
        f'Si votre programme lit {name}, fermez-le par un .htaccess à la racine, de trois lignes : « <Files "{name}"> », « Require all denied » et « </Files> ».'
        if read
        else f"Aucun de vos programmes ne nomme {name} : supprimez-le."
    )
    return (
        f"{first} Changez aussi le mot de passe qui y est écrit : il a pu être lu."
        if "passe" in told[settings]
        else first
    )
