"""Trying what an ill-meaning visitor tries: injection, stored and reflected scripts, forged posts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from html import escape
from html.parser import HTMLParser
from itertools import cycle, islice
from string import ascii_lowercase, ascii_uppercase, digits
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, urlsplit, urlunsplit
from urllib.parse import quote as percent
from zlib import crc32

from etabli.exam import Failed
from etabli.exam.contract.addresses import form_encoded
from etabli.exam.contract.masks import masked
from etabli.exam.contract.words import cut, squeeze
from etabli.exam.reading.markup import bounded, unescape
from etabli.exam.tools.own_headers import OPAQUE
from etabli.exam.tools.still import kind_of

from .formats import quote
from .forms import ENCTYPES, PLAIN, URLENCODED, cookie_header, deliver
from .visitor import split_identifier

if TYPE_CHECKING:
    from etabli.exam.contract.draw import Draw
    from etabli.exam.contract.values import Form, Response
    from etabli.exam.tools.http import Http

    from .reading import Entry
    from .stock import Item
    from .visitor import Site

SUSPICIOUS = re.compile(r"suppr|delet|effac|retir|remove|modif|edit|action|vider|reset", re.IGNORECASE)
"""Addresses that a careless site lets change something."""


def with_values(address: str, value: str, *, after: bool = False) -> list[str]:
    """The address with each parameter replaced by `value`, one at a time; or with `value` `after` what it has.

    Example:
        >>> with_values("http://x/?rayon=3", "'"), with_values("http://x/?rayon=3", " z", after=True)
        (['http://x/?rayon=%27'], ['http://x/?rayon=3+z'])
    """
    parts = urlsplit(address)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    changed = []
    for place, (name, old) in enumerate(pairs):
        if old:
            query = form_encoded([*pairs[:place], (name, (old if after else "") + value), *pairs[place + 1 :]])
            changed.append(urlunsplit(parts._replace(query=query)))
    return changed


def value_addresses(address: str, value: str) -> list[str]:
    """The address with `value` after what each parameter has, one at a time; where it has none, after a number that ends its path.

    Example:
        >>> value_addresses("http://x/page/2", " z"), value_addresses("http://x/?page=2", " z")
        (['http://x/page/2%20z'], ['http://x/?page=2+z'])
    """
    parts = urlsplit(address)
    if parts.query or not re.search(r"/\d+/?$", parts.path):
        return with_values(address, value, after=True)
    return [urlunsplit(parts._replace(path=parts.path.rstrip("/") + percent(value, safe="")))]


def filter_addresses(address: str, value: str) -> list[str]:
    """Addresses of a filtered list with a hostile value, in its parameters or its last segment."""
    changed = with_values(address, value)
    if changed:
        return changed
    head, _, last = urlsplit(address).path.rpartition("/")
    return [urlunsplit(urlsplit(address)._replace(path=f"{head}/{percent(value, safe='')}"))] if last else []


def hidden_fields(source: str, place: int) -> dict[str, str]:
    """Hidden fields of a page's forms; of two that bear the same name, that of the form at `place`, counted from 0."""
    found = _Hidden()
    found.feed(bounded(source))
    own = found.forms[place : place + 1]
    return {name: value for form in [*found.forms, *own] for name, value in form.items()}


class _Hidden(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
        elif tag == "input" and self.forms and given.get("type", "").lower() == "hidden" and given.get("name"):
            self.forms[-1][given["name"]] = given.get("value", "")


def item_address(first: Entry, second: Entry, value: str) -> list[str]:
    """The address of an item with another identifier; none when both have the same address."""
    head, mine, tail = split_identifier(first.href, second.href)
    return [f"{head}{percent(value, safe='')}{tail}"] if mine else []


APART = "Cherchez, dans les fichiers que nomme le message, le texte SQL où une variable est collée : mettez-y un « ? » (« %s » en Python), et donnez la valeur à part, à execute."
DOUBLED = "Une apostrophe seule passe, mais « \\' » coupe la requête : doubler l'apostrophe ne suffit pas. "
LEAST_NEAR = 4
"""Letters after an apostrophe by which a typed text is known again in what MariaDB could not read."""
_NEAR = re.compile(r"\b1064\b.{0,60}? near '(.{0,80})", re.DOTALL)


@contextmanager
def read_as_sql() -> Iterator[None]:
    """Says of a request that a typed text has broken what it shows: this text was read as SQL."""
    try:
        yield
    except Failed as failed:
        if "1064" in failed.observed:
            failed.expected = f"{STAYS_TEXT} Attraper l'erreur ne suffit pas : la requête doit aboutir."
            # What was searched before had an apostrophe, and that search was right.
            failed.help = (DOUBLED if "\\'" in failed.observed.partition("»")[0] else "") + APART
        raise


@contextmanager
def typed_as_sql(typed: Iterable[str]) -> Iterator[None]:
    """Says the same of a form, where what the base could not read is what follows the apostrophe of a `typed` text."""
    try:
        yield
    except Failed as failed:
        near = _NEAR.search(failed.observed)
        rests = ((text, text.partition("'")[2][:LEAST_NEAR]) for text in typed)
        pasted = next(
            (text for text, rest in rests if near and len(rest) == LEAST_NEAR and near[1].startswith(rest)), ""
        )
        if pasted:
            failed.observed += f" On avait tapé {quote(pasted)} : son apostrophe a fermé le texte SQL."
            failed.expected = (
                "Ce que tape le visiteur est enregistré tel quel ; il ne devient pas un morceau de requête."
            )
            failed.help = APART
        raise


def expect_search_safe(site: Site, searches: Iterable[str]) -> None:
    """Raises Failed when one of these searches shows rows it should not, or breaks."""
    for text in searches:
        shown = site.search(text, here=True).names
        doing = f"Pour la recherche {quote(text)}"
        site.expect_decent(site.page.status, site.page.text, doing)
        if shown:
            raise Failed(
                observed=f"{doing}, contenue dans aucun nom, la page montre {site.many(len(shown))}.",
                expected=STAYS_TEXT,
            )


def sums(site: Site, identifiers: Iterable[int]) -> list[str]:
    """Calculations whose result is each of these identifiers: only SQL does them; read as a number, none is one."""
    beyond = site.free_id()
    return [f"{beyond}-{beyond - identifier}" for identifier in identifiers]


def expect_addresses_safe(
    site: Site, addresses: Callable[[str], list[str]], allowed: set[str], others: Iterable[int]
) -> None:
    """Raises Failed when a hostile value in an address breaks the page or shows more items.

    `others` are identifiers that would show some. More than `allowed`, and worse than for a harmless unknown value: a site may ignore it, or refuse it
    clumsily, without any SQL being at stake.
    """
    usual, clumsy, unknown = set(allowed), False, site.drawn.unknown
    for value in (unknown, *site.shuffled("valeurs d'adresse", [*site.drawn.values, *sums(site, others)])):
        for address in addresses(value):
            site.page.open(address)
            doing = f"À l'adresse {cut(site.page.path, 90)}"
            shown, status = _named(site), site.page.status
            if value == unknown:
                usual.update(shown)
                clumsy = clumsy or status >= 500
            site.expect_decent(200 if clumsy else status, site.page.text, doing)
            extra = [name for name in shown if name not in usual]
            if extra:
                raise Failed(
                    observed=f"{doing}, la page montre {quote(extra[0])}, qui ne correspond pas à cette adresse.",
                    expected="Une valeur d'adresse inconnue ne montre rien de plus ; elle ne devient pas du SQL.",
                )


STAYS_TEXT = "Ce que tape le visiteur reste un texte à chercher ; il ne devient pas un morceau de requête."
COMMENTS = "/*{}*/", " -- {}", "#{}"
"""What SQL does not read, from anything else it is a part of."""


def expect_links_safe(site: Site) -> None:
    """Raises Failed when SQL reads what a link from the list to itself carries (a number of rows, an order).

    A comment after it then changes nothing, and a word does. Who reads a number kindly takes both; who does not, neither.
    """
    word, second = site.drawn.unknown, [listing.url for listing in islice(site.walk(), 2)][-1]
    turned = {kind_of(second): second}
    for link in site.page.links():
        said = f"{link.href} {link.text}".replace("action", "")  # a common name of a value, which says what is done
        if urlsplit(link.href).path == urlsplit(second).path and not SUSPICIOUS.search(said):
            turned.setdefault(kind_of(link.href), link.href)
    if len(turned) > 1:
        site.acts()  # a link that changes rows is another check's matter
    for address in turned.values():
        usual = _listed(site, address)
        here = site.page.path
        apart = value_addresses(address, f" {word}")
        for place, wordy in enumerate(apart if usual else ()):
            # Of a path, "/" and "#" may be signs of the program that reads it.
            comments: Sequence[str] = [one for one in COMMENTS if urlsplit(address).query or not {"/", "#"} & set(one)]
            if (
                _listed(site, wordy) == usual
            ):  # of a value that is cut at its first space, the first word is left to try
                stuck = [value_addresses(address, f"{sign}{word}")[place] for sign in ("", "~")]
                if any(_listed(site, one) == usual for one in stuck):  # who takes the letters alone reads no SQL
                    continue
                comments = [one for one in comments if " " not in one]
            there = site.page.path
            for comment in site.shuffled("commentaires SQL", comments):
                if _listed(site, value_addresses(address, comment.format(word))[place]) == usual:
                    raise Failed(
                        observed=f"À l'adresse {cut(site.page.path, 90)}, la page montre ce que montre {cut(here, 90)} ; "
                        f"à l'adresse {cut(there, 90)}, elle ne le montre plus. Ce que l'adresse porte est lu comme du SQL.",
                        expected="Ce que porte une adresse est un nombre ou un texte ; cela ne devient pas du SQL.",
                        help="LIMIT, OFFSET et ORDER BY ne prennent que ce que votre programme a choisi : un nombre passé par "
                        "(int) en PHP ou int en Python, un nom de colonne pris dans une liste écrite dans le code.",
                    )


def expect_edit_address_safe(site: Site, item: Item, address: str) -> None:
    """Raises Failed when the form of an item answers to its identifier written as a calculation, and not to an unknown one.

    `address`: that form's, without the site's own.
    """
    head, own, tail = address.rpartition(str(item.id))
    shown = []
    for value in (str(site.free_id()), *sums(site, [item.id])) if own else ():
        site.page.open(f"{head}{percent(value, safe='')}{tail}")
        shown.append(any(field.value == item.name for form in site.page.forms() for field in form.fields))
    if shown == [False, True]:
        raise Failed(
            observed=f"À l'adresse {cut(site.page.path, 90)}, le formulaire montre {quote(item.name)} : la base a fait ce calcul. "
            "Ce que l'adresse porte est lu comme du SQL.",
            expected="Un identifiant est un nombre ; il ne devient pas un morceau de requête.",
        )


def _listed(site: Site, address: str) -> list[str]:
    """The items that the list of an address shows, in its order."""
    site.page.open(address)
    return site.read().names


def _named(site: Site) -> list[str]:
    """Items that the page lists or announces in its title."""
    names = set(site.stock.names())
    headings = {squeeze(heading) for heading in site.page.headings(1)}
    return [*(entry.name for entry in site.read().entries), *sorted(headings & names)]


# -- scripts


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
        return
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
            site.search(text, here=True)
            expect_inert(site, "recherche", "Renvoyé par la recherche")
        held = site.page.markup("trouvé")
        site.stock.change(site.stock.some(), name=f"Essai {held}")
        site.search(held, here=True)
        expect_inert(
            site, "trouvé", "Pour une recherche qui trouve une ligne", "le HTML cherché", "pris pour une balise"
        )


# -- forged posts


OTHER_PORTS = (81, 3000, 5000, 8000, 8001, 8081, 8888, 9000)
"""Where people have a second site on one machine."""
_SIGNS = tuple(map(frozenset, (digits, "0123456789abcdef", "0123456789ABCDEF", ascii_lowercase, ascii_uppercase)))
"""What a token is made of, the narrowest first."""


class Forged(NamedTuple):
    """What was sent from another site."""

    token: str = ""
    """The hidden field of the form that seems to be a token, and that was not sent; '' when it has none."""
    shared: bool | None = None
    """When another visitor's token was enough, whether it is also the browser's own."""
    guessed: int = 0
    """When its first letters were enough, how many."""
    changed: bool = False
    """Whether another value was enough, from the site's own page."""
    newcomer: bool = False
    """Whether it was enough to have no cookie, as a browser sends none along to most sites."""
    enctype: str = ""
    """How it was written, where another way was refused."""


class _Elsewhere:
    """Who sends a form from other places: how each is written, in which order its fields come, and from where, is drawn.

    Of two ways to write it the other one comes next; a form that is `turned` begins with the other one.
    """

    def __init__(self, site: Site, form: Form, *, known_by_token: bool, turned: bool) -> None:
        self._site, self._form, self._draw = site, form, site.draws.of(f"envois forgés, {int(turned)}")
        ways = site.draws.of("écriture des envois forgés").shuffled(ENCTYPES)
        self._ways = cycle(reversed(ways) if turned else ways)
        places = [site.drawn.foreign, OPAQUE, *(_neighbours(form) if known_by_token else ())]
        self._places = cycle(self._draw.shuffled(places[:2] + self._draw.some(places[2:], 1)))

    def send(self, data: Mapping[str, str], cookies: Mapping[str, str], enctype: str = "", sent_from: str = "") -> str:
        """Sends these fields; written as is drawn, and from a page that is drawn, where nothing is said of either. Gives the former."""
        enctype, place = enctype or next(self._ways), sent_from or next(self._places)
        pairs = list(data.items())
        pairs = self._draw.one((pairs, self._draw.shuffled(pairs)))
        deliver(self._site.http.session(), self._form, pairs, enctype, sent_from=place, headers=dict(cookies))
        return enctype


def _neighbours(form: Form) -> list[str]:
    """Other sites of the same machine, on other ports: browsers send cookies along to who is that near."""
    own = urlsplit(form.action)
    ports = (port for port in OTHER_PORTS if port != own.port)
    return [f"{own.scheme}://{own.hostname}:{port}/" for port in ports] if own.hostname else []


def forged_post(
    site: Site,
    form: Form,
    page_address: str,
    data: list[tuple[str, str]],
    has_changed: Callable[[], bool] = lambda: False,
    *,
    turned: bool = False,
) -> Forged:
    """Send the browser's visitor's form without its hidden fields, from another site, written in each way; the same without
    any cookie, its tokens left out, empty and changed; from its own page, its tokens changed, as the brief tries it; then from
    elsewhere again, with the first letters of its tokens, which another site finds by trying, with another visitor's, and with
    all but its tokens, where it hides words that everybody is given.

    The victim's cookies go along otherwise: what refuses must be the server, not the examiner. What the other visitor's page
    has not, since a script writes it, is a secret unless it is a mere number.

    Args:
        site: As its visitor sees it.
        form: What is sent.
        page_address: Where the other visitor finds the form.
        data: What the browser would send.
        has_changed: Tells whether the base has; nothing more is sent then.
        turned: Whether what comes first is written in the way that comes second otherwise, and the other half of a token is
            changed: of two forms, each is sent so once.
    """
    own = dict(data)
    hidden = {field.name for field in form.fields if field.kind == "hidden"}
    bare = {name: value for name, value in own.items() if name not in hidden or value.isdigit()}
    mine = next((name for name, value in own.items() if name in hidden and _is_token(name, value)), "")
    cookies, elsewhere = cookie_header(site), _Elsewhere(site, form, known_by_token=bool(mine), turned=turned)
    for number, way in enumerate(("", "", PLAIN)):  # before anybody else has asked for the page: whoever does is seen
        enctype = elsewhere.send(bare, cookies, way)
        if has_changed():
            return Forged(mine, enctype=enctype if number and enctype != URLENCODED else "")
    draw = site.draws.of("jeton changé")
    late = bool(draw.below(2)) is not turned
    other = {
        name: another_token(value, draw, late=late) if name in hidden and _is_token(name, value) else value
        for name, value in data
    }
    emptied = {name: "" if name in hidden and _is_token(name, value) else value for name, value in data}
    for told in (bare, emptied, other) if mine else ():
        elsewhere.send(told, {})
    if mine and has_changed():
        return Forged(mine, newcomer=True)
    if other != own:
        elsewhere.send(other, cookies, sent_from=page_address)
        if has_changed():
            return Forged(mine, changed=True)
    cut_off = {
        name: value[: site.drawn.guessed] if name in hidden and _is_token(name, value) else value
        for name, value in data
        if name not in hidden or value.isdigit() or _is_token(name, value)
    }
    if mine:
        elsewhere.send(cut_off, cookies)
        if has_changed():
            return Forged(mine, guessed=site.drawn.guessed)
    known = hidden_fields(site.http.session().get(page_address).text, form.index)
    sent = {name: known.get(name, value) if name in hidden else value for name, value in data}
    sent = {name: value for name, value in sent.items() if name not in hidden - set(known) or value.isdigit()}
    if sent != bare:
        elsewhere.send(sent, cookies)
        if has_changed():
            tokens = [name for name in sent if name in hidden and name not in bare and _is_token(name, sent[name])]
            return Forged(mine, all(own.get(name) == sent[name] for name in tokens) if tokens else None)
    public = {name for name, value in known.items() if own.get(name) == value and not _is_token(name, value)}
    tokenless = {name: value for name, value in own.items() if name in bare or name in public}
    if tokenless not in (bare, sent):
        elsewhere.send(tokenless, cookies)
    return Forged(mine)


def follow_from_elsewhere(site: Site, form: Form, data: Sequence[tuple[str, str]] = ()) -> str:
    """Where a form is sent, asked for by the browser's visitor as a link of another site leads there, with the numbers that the
    form hides, or the `data` that it sends, without its tokens; gives this address."""
    hidden = [(field.name, field.value) for field in form.fields if field.kind == "hidden"]
    tokens = [name for name, value in hidden if _is_token(name, value)]
    told = form_encoded([(name, value) for name, value in data or hidden if name not in tokens])
    address = form.action.split("#")[0]
    if told and (data or "?" not in address):
        address = f"{address}{'&' if '?' in address else '?'}{told}"
    with suppress(Failed):  # what does not answer has said what it had to
        place = site.draws.of("lien forgé").one((site.drawn.foreign, OPAQUE))
        site.http.session().get(address, sent_from=place, headers=cookie_header(site))
    return address


def another_token(value: str, draw: Draw, *, late: bool = False) -> str:
    """A token of the same look, whose first half, or `late` one, is another: letters for letters, digits for digits.

    The last sign of some may change without what it stands for being another: it stays.
    """
    half = max(1, len(value) // 2)
    start, end = (half, len(value) - 1) if late and len(value) > half + 1 else (0, half)
    kinds = [kind for kind in _SIGNS if set(value) <= kind] + [kind for kind in _SIGNS if len(kind) in (10, 26)]

    def other(sign: str) -> str:
        like = next((kind for kind in kinds if sign in kind), frozenset(sign))
        return draw.one(sorted(like - {sign}) or [sign])

    return value[:start] + "".join(map(other, value[start:end])) + value[end:]


def _is_token(name: str, value: str) -> bool:
    """Whether a hidden field is meant as a token: by its name, or by a long value that no one types."""
    return bool(value) and bool(
        re.search(r"csrf|xsrf|jeton|token|nonce", name, re.IGNORECASE) or re.fullmatch(r"(?=.*\d)[\w+/=.-]{16,}", value)
    )


def replay(site: Site, form: Form, data: list[tuple[str, str]], cookies: dict[str, str], page_address: str) -> Response:
    """Send again what a browser had sent from this page, with the same cookies."""
    return deliver(site.http.session(), form, data, sent_from=page_address, headers=cookies)


def refreshed(visitor: Http, form: Form, data: Sequence[tuple[str, str]], page_address: str) -> list[tuple[str, str]]:
    """What this visitor sends with the same form, once its page is asked for again: other hidden fields, the rest as it was."""
    hidden = {field.name for field in form.fields if field.kind == "hidden"}
    known = hidden_fields(visitor.get(page_address).readable, form.index)
    return [(name, known.get(name, old) if name in hidden else old) for name, old in data]


# -- secrets under the web root

GUESSES = (
    ".env", ".env.local", ".git/config", ".git/HEAD", ".htpasswd", "config.php~", "config.php.bak", "config.php.old",
    "config.inc", "config.inc.php~", "config.py", "config.ini", "app.py", "dump.sql", "backup.sql", "base.sql",
    "sauvegarde.sql", "export.sql", "base/dump.sql", "base/donnees.sql", "sauvegarde.zip", "site.zip", "info.php",
    "phpinfo.php", "test.php", "info", "debug", "config", "env",
)  # fmt: skip
"""Addresses that curious visitors try first."""

_SECRETS = (
    (re.compile(r"<\?php|<\?="), "du code PHP"),
    (re.compile(r"(?im)^[^\S\n]*+(?:export\s+)?DB_PASS\w*\s*="), "les réglages de la base"),
    (re.compile(r"(?i)(?:password|passwd|mot_?de_?passe|\bmdp)['\"]?\s*(?:=>|=|:)\s*\S"), "un mot de passe"),
    (re.compile(r"(?i)INSERT\s+INTO\s"), "les données de la base"),
    (re.compile(r"^\[core\]|^ref: refs/", re.MULTILINE), "l'historique Git"),
    (re.compile(r"(?m)^(?:from|import) (?:flask|pymysql|sqlalchemy|os)\b"), "du code Python"),
    (re.compile(r"\APK\x03\x04|\A\x1f\x8b"), "une archive"),
)
_CODE = ("du code PHP", "du code Python")
_WRITTEN = re.compile(
    r"""(?i)(?:password|passwd|mot_?de_?passe|\bmdp)['"]?\s{0,9}(?:=>|=|:)\s{0,9}['"][^'"\s]{1,80}['"]|"""
    r"""new\s{1,9}(?:PDO|mysqli)\s{0,9}\([^)]{0,400},\s{0,9}['"]\w{1,80}['"]"""
)
"""A password that a program holds itself."""
_PHPINFO = re.compile(r"(?i)<title>[^<]*\bphpinfo\(\)")
HARMLESS = (".css", ".js", ".mjs", ".html", ".htm", ".svg", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".ico",
             ".woff2", ".woff", ".ttf", ".md")  # fmt: skip
_COPIES = (
    (re.compile(r"\A\s*<\?(?:php|=)"), "du code PHP"),
    _SECRETS[1],
    (re.compile(r"(?im)^[^\S\n]*+INSERT\s+INTO\s.*\bVALUES\b"), "les données de la base"),
    (re.compile(r"(?i)(?:password|passwd|mot_?de_?passe|\bmdp)['\"]?\s*(?:=>|=)\s*\S"), "un mot de passe"),
    (re.compile(r"\A(?:#.*+\n?|\s++)*+(?:from|import) (?:flask|pymysql|sqlalchemy|os)\b"), "du code Python"),
    (
        re.compile(r"(?i)(?:new\s+(?:PDO|mysqli)|mysqli_connect)\s*\([^)]{0,400},\s{0,9}['\"]\w{1,80}['\"]"),
        "les réglages de la base",
    ),
)
"""What makes a text a copy of a program, of settings or of data: a text of the candidate's may well speak of them."""


OWN_CODE = "du code de "
LEAST_LINE, LEAST_LINES = 20, 2
"""Signs of a line of a program by which it is known again, and how many such lines of one file a page shows."""
_PHP_PART = re.compile(r"<\?(?:php|=)(.*?)(?:\?>|\Z)", re.DOTALL)
_PHP_LINE = re.compile(r"\$[A-Za-z_]")
_PYTHON_LINE = re.compile(r"\s*+(?:def \w|@\w+\.\w|from [\w.]++ import|import \w)")
_SETTING = re.compile(r"DB_(?:HOST|PORT|NAME|USER|PASS)")
_INSERTED = re.compile(r"(?i)INSERTINTO[`\w].{0,280}?VALUES\(")


def code_lines(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """Of each program, by its path, the lines that a page shows only where it shows code, without their spaces.

    They are inside PHP and hold a variable; or are those of Python by which it begins something.
    """
    found = {}
    for path, text in texts.items():
        lines = (
            [line for line in text.splitlines() if _PYTHON_LINE.match(line)]
            if path.endswith(".py")
            else [line for part in _PHP_PART.findall(text) for line in part.splitlines() if _PHP_LINE.search(line)]
        )
        bare = dict.fromkeys("".join(line.split()) for line in lines)
        found[path] = [line for line in bare if len(line) >= LEAST_LINE]
    return found


def code_in(page: str, lines: Mapping[str, Sequence[str]]) -> str:
    """What a page shows of the programs behind it, though it is written as a text for visitors; in French, or ''.

    Scripts are left out, since they are code that browsers are given.

    Args:
        page: Its source.
        lines: Of `code_lines`.
    """
    source = _without_scripts(page)
    plain = "\n".join("".join(unescape(one).split()) for one in (source, re.sub(r"<[^<>]*+>", "", source)))
    shown = {path: sum(line in plain for line in some) for path, some in lines.items()}
    most = max(shown, key=lambda path: shown[path], default="")
    if most and shown[most] >= min(LEAST_LINES, max(1, len(lines[most]))):
        return f"{OWN_CODE}{most}"
    if len(set(_SETTING.findall(plain))) >= LEAST_LINES:
        return "les réglages de la base"
    return "les données de la base" if _INSERTED.search(plain) else ""


SHOWN_AFTER = "shown-after"
"""Of the memo: what the pages give away to which links lead that come after an act, by their addresses."""


def shown_in(site: Site, text: str, address: str, lines: Mapping[str, Sequence[str]]) -> str:
    """What a page to which a link leads gives away, in French, or ''; a file of a harmless kind gives no code."""
    if site.db.gives_away(text):
        return "le mot de passe de la base"
    return "" if urlsplit(address).path.lower().endswith(HARMLESS) else code_in(text, lines)


def _without_scripts(page: str) -> str:
    """The page without its scripts, each up to its end; what follows one that never ends is a part of it."""
    kept, at, folded = [], 0, page.lower()
    while (start := folded.find("<script", at)) >= 0:
        kept.append(page[at:start])
        at = folded.find("</script", start)
        if at < 0:
            return "".join(kept)
    return "".join([*kept, page[at:]])


MOST_ASKED = 120
"""Submitted files that are asked for."""


def secret_in(body: str, address: str) -> str:
    """What an answer gives away, in French, or ''.

    A rendered page is no secret: only the sources, settings and data themselves are. But PHP has one that tells them.
    """
    if _PHPINFO.search(body):
        return "la page de phpinfo(), avec les réglages du serveur"
    if address.lower().endswith(HARMLESS) or re.match(r"(?is)\s*<!doctype html|\s*<html", body):
        return ""
    ending = address.lower().rpartition(".")[2]
    patterns = {"php": _SECRETS[:1], "txt": _COPIES}.get(ending, _SECRETS)
    found = next((words for pattern, words in patterns if pattern.search(body)), "")
    if found == _SECRETS[1][1] and masked(body) != body:
        return f"{found}, dont un mot de passe"
    return f"{found}, avec un mot de passe" if found in _CODE and _WRITTEN.search(body) else found


def web_addresses(paths: list[str], draw: Draw) -> list[str]:
    """Possible addresses of the submitted files under the web root, then the usual guesses, in a drawn order each."""
    addresses = []
    for path in paths:
        if not path.lower().endswith(HARMLESS):
            addresses.append(path)
            addresses += [path.removeprefix(root) for root in ("public/", "www/", "htdocs/") if path.startswith(root)]
    addresses = draw.shuffled(addresses)
    if len(addresses) > MOST_ASKED:  # what is not run when it is asked for comes first
        addresses.sort(key=lambda address: address.lower().endswith((".php", ".py")))
    return list(dict.fromkeys([*addresses[:MOST_ASKED], *draw.shuffled(GUESSES)]))
