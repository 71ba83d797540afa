"""The legal notice: the page that gives it, and what it must say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.words import contains_words, cut, fold

from .diagnosis import visible_text
from .formats import quote
from .forms import stopped_page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from etabli.exam.contract.values import Link

    from .shape import Organisation
    from .visitor import Site

LINKS_TRIED = 12
MOST_MISSING = 4
"""Facts that a page may lack and still be taken for the legal notice, when no link says so."""


def expect_legal_notice(site: Site) -> None:
    """A page linked from ``/`` gives the facts of the brief."""
    site.page.open("/")
    link = legal_link(site)
    if link is None:
        raise Failed(
            observed="La page / n'a pas de lien vers les mentions légales.", expected="Un lien « Mentions légales »."
        )
    site.page.open(link.href)
    missing = missing_facts(site.page.text, site.organisation)
    if missing and (stopped := stopped_page(site, "Les informations de l'énoncé, recopiées exactement.")):
        raise stopped
    if site.page.status >= 400 or missing:
        if site.page.status >= 400:
            alike = otherwise_written(site.page.path, site.files.paths())
            raise Failed(
                observed=f"Le lien des mentions légales mène à {cut(site.page.path, 90)}, qui répond par le code {site.page.status}.",
                expected="Une page, avec les informations de l'énoncé.",
                help=f"La page est là, et s'appelle {quote(alike)} : écrivez ce nom ainsi dans le lien. Votre poste sous "
                "Windows ne distingue pas les majuscules, un serveur si."
                if alike
                else None,
            )
        lead = "Sur la page des mentions légales, on ne trouve pas"
        raise Failed(
            observed=f"{lead} {missing[0]}."
            if len(missing) == 1
            else "\n- ".join([f"{lead} {len(missing)} informations :", *missing]),
            expected="Les informations de l'énoncé, recopiées exactement.",
            help="La page et son lien sont là. Recopiez-y ce qui manque, depuis le tableau « Les mentions légales » de l'énoncé.",
        )


def otherwise_written(path: str, paths: Iterable[str]) -> str:
    """The file that a path of the site names but for its capitals; '' without one."""
    name = path.partition("?")[0].lstrip("/")
    return next((one for one in paths if f"/{one}".lower().endswith(f"/{name}".lower()) and not f"/{one}".endswith(f"/{name}")), "") if name else ""  # fmt: skip


def legal_link(site: Site) -> Link | None:
    """The link to the legal notice: by its words, else the one whose page gives most of the facts."""
    links = site.page.links()
    for link in links:
        if re.search(r"mentions|legal", fold(link.label or link.text)):
            return link
    others = {link.path: link for link in links}
    for path in list(others)[:LINKS_TRIED]:
        text = visible_text(site.http.get(path).text)
        if len(missing_facts(text, site.organisation)) <= MOST_MISSING:
            return others[path]
    return None


def missing_facts(text: str, organisation: Organisation) -> list[str]:
    """Which facts of the legal notice are not in `text`, by their French names.

    Case, accents, punctuation and the way a telephone number is spaced do not count.
    """
    host = organisation.host
    facts = {
        "le nom de l'organisation": organisation.name,
        "sa rue": organisation.street,
        "son code postal et sa ville": f"{organisation.postcode} {organisation.city}",
        "son téléphone": organisation.phone,
        "le directeur ou la directrice de la publication": organisation.director,
        "le nom de l'hébergeur": host.name,
        "la rue de l'hébergeur": host.street,
        "le code postal et la ville de l'hébergeur": f"{host.postcode} {host.city}",
        "le téléphone de l'hébergeur": host.phone,
    }
    digits = re.sub(r"(?<=\d)[\s.\-\u00a0\u202f]+(?=\d)", "", text)
    return [
        name
        for name, fact in facts.items()
        if not (_number(fact) in digits if "téléphone" in name else contains_words(text, fact))
    ]


def _number(phone: str) -> str:
    return re.sub(r"\D", "", phone)
