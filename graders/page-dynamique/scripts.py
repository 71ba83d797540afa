"""What is stored or typed to run in a page: it is shown as the text that it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from html import escape
from typing import TYPE_CHECKING
from zlib import crc32

from etabli.exam import Failed
from etabli.exam.contract.words import cut, squeeze
from etabli.exam.reading.markup import unescape

from .choices import search
from .formats import quote

if TYPE_CHECKING:
    from .visitor import Site

MOST_BEFORE, MOST_QUOTED = 200, 80
"""Characters of a page that are read, and quoted, before what runs in it."""
IN_MESSAGE = (
    "Ce message répète ce qui a été tapé : échappez-le comme le reste de la page, là où il est affiché (htmlspecialchars en PHP ; "
    "avec Flask, ni |safe ni Markup). Rechargée, la page ne le montre plus : nommez une ligne <b>essai</b>, et recommencez."
)
MOST_IN_TAG = 1000
"""Characters of a tag before a payload."""
_ATTRIBUTE = re.compile(
    r"""(?<=\s)(?P<name>[\w:-]{1,40})\s{0,9}=\s{0,9}(?:(?P<sign>["'])(?:(?!(?P=sign)).){0,1000}(?P=sign)|[^\s"'>]{1,1000})""",
    re.DOTALL,
)
_CODE = re.compile(r"""\bon[a-z]{2,20}\s{0,9}=\s{0,9}(?:"[^"]{0,2000}"|'[^']{0,2000}')""", re.IGNORECASE)
CLOSES = {"'": "une apostrophe tapée ferme", '"': "un guillemet tapé ferme"}
CLOSED_BY = {
    "'": "Les signes < et > sont bien échappés, l'apostrophe ne l'est pas. Écrivez {name}=\"…\", entre guillemets, et "
    "échappez aussi l'apostrophe (ENT_QUOTES en PHP, html.escape en Python).",
    '"': "Les signes < et > sont bien échappés, le guillemet ne l'est pas : échappez-le aussi (ENT_QUOTES en PHP, html.escape en "
    "Python).",
}
UNQUOTED = 'Écrivez {name}="…", entre guillemets : sans eux, la valeur s\'arrête à la première espace.'


def expect_inert(
    site: Site,
    marker: str,
    where: str,
    what: str = "un texte qui contient du HTML",
    done: str = "exécuté",
    *,
    once: str = "",
) -> None:
    """Raises Failed when the payload ran, or became a part of the page's structure; `what` holds it.

    The source of that page is kept, around what ran, which is quoted; `once`: where it is when the page, asked for again,
    has it no more.
    """
    if not site.page.executed(marker):
        return expect_in_no_code(site, site.page.payload(marker), where)
    help_, quoted, said = None, "", f"{what} est {done} par le navigateur."
    with suppress(Failed):  # what cannot be shown changes no verdict
        source = site.page.source
        ran = next((one for one in _written(site, marker) if one in source), "")
        if ran and once and ran not in site.visitor().get(site.page.url).readable:
            where, help_ = once, IN_MESSAGE
        quoted = f" La page reçue contient : « {_around(source, ran)} »." if ran else ""
        if left := None if ran else left_attribute(source, site.page.payload(marker)):
            ran, said, help_ = left
            quoted = f" La page reçue contient : « {cut(squeeze(ran), MOST_QUOTED)} »."
        site.page.keep_source(ran)
    raise Failed(
        observed=f"{where}, {said}{quoted}",
        expected="Le texte est montré tel quel, signes < et > compris ; rien ne s'exécute.",
        help=help_,
    )


def expect_in_no_code(site: Site, payload: str, where: str) -> None:
    """Raises Failed where the page now open puts what was stored into a script of a button or a form, its quotes as they are."""
    if code := in_code(site.page.source, payload):
        site.page.keep_source(code)
        raise Failed(
            observed=f"{where}, le texte est placé dans du code JavaScript, où son apostrophe et son guillemet ferment la chaîne : "
            f"« {cut(squeeze(code), MOST_QUOTED)} ». La suite s'exécute quand on clique ou qu'on envoie.",
            expected="Le texte est montré tel quel ; rien ne s'exécute.",
            help="Échapper pour le HTML ne suffit pas dans onclick ou onsubmit : le navigateur remet l'apostrophe avant d'exécuter. N'y mettez "
            "pas ce texte : posez une question qui ne le nomme pas (« Supprimer cette ligne ? »), ou lisez-le d'un attribut data-….",
        )


def in_code(source: str, payload: str) -> str:
    """The attribute that runs something (``onsubmit=…``) and in which a payload stands behind quotes that leave a text of JavaScript.

    '' for none. There its marks of HTML change nothing: the browser reads them before it runs what they hold.
    """
    texts = "|".join(re.escape(f"{way}{payload}") for ways in LEAVING for way in ways)
    leaves = re.compile(rf"(?<!\\)(?:{texts})")
    return next((one[0] for one in _CODE.finditer(source) if leaves.search(unescape(one[0]))), "")


def left_attribute(source: str, payload: str) -> tuple[str, str, str] | None:
    """How a payload whose signs < and > are escaped leaves the attribute it was put in; None where it does not.

    Gives what shows it in the source, what is observed, in French, and what to do.
    """
    written = next((one for too in (False, True) if (one := escape(payload, quote=too)) in source), "")
    at = source.find(written)
    start = source.rfind("<", 0, at)
    if not written or start < 0 or at - start > MOST_IN_TAG:
        return None
    tag, shown = source[start:at], source[start : at + len(written)]
    for found in _ATTRIBUTE.finditer(tag):
        name, sign = found["name"], found["sign"] or ""
        after = tag[found.end() : found.end() + 1]
        if sign and after and after not in " \t\r\n/":
            said = f"{CLOSES[sign]} {name}={sign}…{sign} : la suite devient des attributs de la balise."
            return shown[found.start() :], said, CLOSED_BY[sign].format(name=name)
        if not sign and found.end() == len(tag):
            said = f"{name}=… n'a pas de guillemets : ce qui suit une espace devient des attributs de la balise."
            return shown[found.start() :], said, UNQUOTED.format(name=name)
    return None


def _written(site: Site, marker: str) -> list[str]:
    """How what runs, or becomes a part, is written in a source that does not escape it."""
    plain = site.page.payload(marker).rstrip(">"), site.page.markup(marker).partition(">")[0]
    return [*plain, *(site.page.spread(one, marker) for one in plain)]


def _around(source: str, ran: str) -> str:
    """What stands before it on its line, the last tag at least, and itself."""
    at = source.find(ran)
    before = squeeze(source[max(source.rfind("\n", 0, at) + 1, at - MOST_BEFORE) : at])
    apart = " " if source[max(0, at - 1) : at].isspace() else ""
    return f"{before if len(before) <= MOST_QUOTED else cut(before, MOST_QUOTED)}{apart}{ran}>".lstrip()


def expect_literal(site: Site, payload: str, where: str, of: str = "") -> None:
    """Raises Failed unless the page shows the payload as plain text, in capitals or not; `of`: what holds it."""
    if squeeze(payload).casefold() not in squeeze(site.page.text).casefold():
        site.page.keep_source()
        raise Failed(
            observed=f"{where}, on ne lit pas le texte{f' de {quote(of)}' if of else ''} tel qu'il est dans la base.",
            expected="Le texte est montré tel quel, signes <, >, & et guillemets compris.",
            help="Échappez chaque valeur une seule fois, au moment de l'afficher : échappé deux fois, ou nettoyé par "
            "strip_tags, un texte n'est plus le même.",
        )


LEAVING = FIELDS, BLOCKS = (
    (
        "'\"></title></textarea>",
        "\"'></textarea></title>",
        "'\"></TITLE></TEXTAREA>",
        "\"'></Textarea></Title>",
    ),
    (
        "'\"--></script></style>",
        "\"'--></style></script>",
        "'\"--></SCRIPT></STYLE>",
        "\"'--></Style></Script>",
    ),
)
"""What leaves an attribute in either kind of quotes and a title or a text area; a comment, a script or a style.

All are of one length, one of which the narrowest column takes.
"""


def breakout(payload: str, *leaving: Sequence[str]) -> str:
    """The payload, in front of it what leaves the places where a page may have put it; each has its own writing of it.

    Args:
        payload: What runs then.
        leaving: One of LEAVING, or several; drawn with the payload where none is given.
    """
    digest = crc32(payload.encode())
    ways = leaving or (LEAVING[digest // len(FIELDS) % len(LEAVING)],)
    return "".join(way[digest % len(way)] for way in ways) + payload


def unclosed(payload: str) -> str:
    """The payload without the sign that ends it: the next one of the page does."""
    return f"{payload.rstrip('>')} x="


def expect_search_inert(site: Site) -> None:
    """Raises Failed when a searched text runs, shown again in the page or in the field; it comes with its end, and without.

    Last one that a name holds: a page may repeat what it looked for beside what it has found, and not otherwise.
    """
    site.stock.since(site.stock.raw())  # no row has to do with it: none is kept beside a failure
    site.page.open("/")
    if site.page.find_field(site.words.search):
        payload = site.page.payload("recherche")
        for text in (breakout(payload, *LEAVING), site.page.spread(unclosed(payload), "recherche")):
            search(site, text, here=True)
            expect_inert(site, "recherche", "Renvoyé par la recherche")
        held = site.page.markup("trouvé")
        site.stock.change(site.stock.some(), name=f"Essai {held}")
        search(site, held, here=True)
        expect_inert(
            site, "trouvé", "Pour une recherche qui trouve une ligne", "le HTML cherché", "pris pour une balise"
        )
