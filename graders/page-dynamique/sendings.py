"""Sendings of a form that its own page does not make: forged from another site, asked for by a link, made again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import cycle
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from etabli.exam import Failed
from etabli.exam.contract.addresses import form_encoded
from etabli.exam.tools.own_headers import OPAQUE

from .forms import ENCTYPES, PLAIN, URLENCODED, cookie_header, deliver
from .tokens import another_token, hidden_fields, is_token

if TYPE_CHECKING:
    from etabli.exam.contract.values import Form, Response

    from .visitor import Site

OTHER_PORTS = (81, 3000, 5000, 8000, 8001, 8081, 8888, 9000)
"""Where people have a second site on one machine."""


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
    mine = next((name for name, value in own.items() if name in hidden and is_token(name, value)), "")
    cookies, elsewhere = cookie_header(site), _Elsewhere(site, form, known_by_token=bool(mine), turned=turned)
    for number, way in enumerate(("", "", PLAIN)):  # before anybody else has asked for the page: whoever does is seen
        enctype = elsewhere.send(bare, cookies, way)
        if has_changed():
            return Forged(mine, enctype=enctype if number and enctype != URLENCODED else "")
    draw = site.draws.of("jeton changé")
    late = bool(draw.below(2)) is not turned
    other = {
        name: another_token(value, draw, late=late) if name in hidden and is_token(name, value) else value
        for name, value in data
    }
    emptied = {name: "" if name in hidden and is_token(name, value) else value for name, value in data}
    for told in (bare, emptied, other) if mine else ():
        elsewhere.send(told, {})
    if mine and has_changed():
        return Forged(mine, newcomer=True)
    if other != own:
        elsewhere.send(other, cookies, sent_from=page_address)
        if has_changed():
            return Forged(mine, changed=True)
    cut_off = {
        name: value[: site.drawn.guessed] if name in hidden and is_token(name, value) else value
        for name, value in data
        if name not in hidden or value.isdigit() or is_token(name, value)
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
            tokens = [name for name in sent if name in hidden and name not in bare and is_token(name, sent[name])]
            return Forged(mine, all(own.get(name) == sent[name] for name in tokens) if tokens else None)
    public = {name for name, value in known.items() if own.get(name) == value and not is_token(name, value)}
    tokenless = {name: value for name, value in own.items() if name in bare or name in public}
    if tokenless not in (bare, sent):
        elsewhere.send(tokenless, cookies)
    return Forged(mine)


def follow_from_elsewhere(site: Site, form: Form, data: Sequence[tuple[str, str]] = ()) -> str:
    """Where a form is sent, asked for by the browser's visitor as a link of another site leads there, with the numbers that the
    form hides, or the `data` that it sends, without its tokens; gives this address."""
    hidden = [(field.name, field.value) for field in form.fields if field.kind == "hidden"]
    tokens = [name for name, value in hidden if is_token(name, value)]
    told = form_encoded([(name, value) for name, value in data or hidden if name not in tokens])
    address = form.action.split("#")[0]
    if told and (data or "?" not in address):
        address = f"{address}{'&' if '?' in address else '?'}{told}"
    with suppress(Failed):  # what does not answer has said what it had to
        place = site.draws.of("lien forgé").one((site.drawn.foreign, OPAQUE))
        site.http.session().get(address, sent_from=place, headers=cookie_header(site))
    return address


def replay(site: Site, form: Form, data: list[tuple[str, str]], cookies: dict[str, str], page_address: str) -> Response:
    """Send again what a browser had sent from this page, with the same cookies."""
    return deliver(site.http.session(), form, data, sent_from=page_address, headers=cookies)
