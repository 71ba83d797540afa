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

    from .shape import Host, Organisation
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
    if crossed := crossed_parts(site.page.text, site.organisation):
        under_host, under_publisher = map(quote, crossed)
        raise Failed(
            observed=f"Sur la page des mentions légales, le nom, l'adresse et le téléphone de l'organisation sont sous {under_host} ; "
            f"ceux de l'hébergeur sont sous {under_publisher}.",
            expected="Sous l'éditeur, les informations de l'organisation ; sous l'hébergeur, les siennes.",
            help="Tout y est, mais échangé : comparez ligne par ligne avec le tableau « Les mentions légales » de l'énoncé.",
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
    digits = _SPACED.sub("", text)
    return [
        name
        for name, fact in facts.items()
        if not (_number(fact) in digits if "téléphone" in name else contains_words(text, fact))
    ]


_SPACED = re.compile(r"(?<=\d)[\s.\-\u00a0\u202f]+(?=\d)")
"""What parts the digits of a telephone number."""
_HOST = re.compile(r"\bheberg")
_PUBLISHER = re.compile(r"\b(?:edit|publi|organisation|association|entreprise|proprietaire|responsable)")


def crossed_parts(text: str, organisation: Organisation) -> tuple[str, str] | None:
    """The titles under which the organisation is told as the host, and the host as who publishes; None where it is not sure.

    A line that speaks of one of them alone begins a part. Name, street and telephone of each have to stand in the other's
    parts, and nowhere else (but a name above all parts): no right page does that, in whatever order or layout.
    """
    owners: tuple[Organisation | Host, ...] = (organisation, organisation.host)
    names = [fold(one.name) for one in owners]
    found = [(set[str](), set[str](), set[str]()) for _owner in owners]
    titles, part, title = dict[str, str](), "", ""
    for line in text.splitlines():
        said, digits = f" {fold(line)} ", _SPACED.sub("", line)
        bare = re.sub("|".join(f" {re.escape(name)} " for name in names), " ", said)
        roles = [role for role, words in (("host", _HOST), ("publisher", _PUBLISHER)) if words.search(bare)]
        if roles:
            part, title = roles[0] if len(roles) == 1 else "", cut(line.strip(), 60)
        for one, name, places in zip(owners, names, found, strict=True):
            there = (f" {name} " in said, f" {fold(one.street)} " in said, _number(one.phone) in digits)
            for seen, place in zip(there, places, strict=True):
                place.update([part] if seen else [])
            if there[1]:
                titles[part] = title
    for places, wanted in zip(found, ("host", "publisher"), strict=True):
        called, *others = places
        if called - {""} != {wanted} or any(place != {wanted} for place in others):
            return None
    return titles["host"], titles["publisher"]


def _number(phone: str) -> str:
    return re.sub(r"\D", "", phone)
