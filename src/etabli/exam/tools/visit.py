"""Going about in the browser: open, follow, wait, and know where one is."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from etabli.exam.contract.addresses import joined, parts_of, same_page
from etabli.exam.contract.causes import Cause, cause_of, failed
from etabli.exam.contract.check import Failed
from etabli.exam.contract.values import Link, Response
from etabli.exam.contract.words import fold
from etabli.exam.runner.ready import Readiness
from etabli.exam.runner.recorder import Recorder
from etabli.exam.runner.translate import net_cause
from etabli.exam.tools.browser import Browser
from etabli.exam.tools.http import Http
from etabli.exam.tools.line import BrowserError, PageLeft
from etabli.exam.tools.scripts import acts_soon, source
from etabli.exam.tools.still import asked_each_time, html_of, kind_of, shown_as_received
from etabli.exam.tools.watched import Given

SETTLE = 3.0
_WATCHED = 0.02
"""Seconds between two looks at a page that is about to leave: more than a frame, which a window needs to tell that it
is closed."""
_GRACE = 0.4
"""Seconds after a click in which a navigation must have begun."""
_STILL, _STILL_LONG = 40, 600
"""Milliseconds without a change that make a page calm; the second ones where one of its scripts acts by itself soon."""
_AS_WRITTEN = re.compile(r"https?:/(?:/(?!\.)[\w:.%-]*)+(?:\?[\w&=.%+/-]*)?", re.ASCII)
"""An address that a browser leaves as it is."""
T = TypeVar("T")


@dataclass(frozen=True)
class Event:
    """A click or a sending that the page heard."""

    prevented: bool
    """A script of the page took it over."""


@dataclass(frozen=True)
class Spot:
    """Where to click, in pixels of the window; below 0 when nothing can be clicked there."""

    x: float
    y: float
    wide: float = 0.0
    """How far from there, to either side, the same thing is clicked."""
    high: float = 0.0


@dataclass(frozen=True)
class Ready:
    """Something is ready to be clicked."""

    spot: Spot | None
    """None when it has no place of its own."""
    missing: bool = False


@dataclass(frozen=True)
class State:
    """Where the visitor is, read in one script."""

    url: str
    ready: str
    status: int
    scripted: bool
    token: str | None
    sent: Event | None
    clicked: Event | None
    empty: bool = False
    """The document has nothing in it."""


class Visit:
    """The moves of a visitor; `Page` adds reading and forms.

    Args:
        browser: The session.
        http: Asks for pages in the browser's place.
        readiness: Whether the application listens.
        recorder: Where actions go.
        origin: ``http://host:port`` of the candidate's site.
    """

    def __init__(self, browser: Browser, http: Http, readiness: Readiness, recorder: Recorder, origin: str) -> None:
        self._browser = browser
        self._http = http
        self._readiness = readiness
        self._recorder = recorder
        self._origin = origin.rstrip("/")
        self._tokens = 0
        self._known: dict[str, bool] = {}
        """Script files of the site: whether they act by themselves soon."""
        self._screen: int | None = None
        self._phone = False
        self._markers: dict[str, int] = {}
        """Of the hostile texts, in the order in which they were first asked for."""

    # -- moves

    def open(self, path: str = "/", *, guessed: bool = False, typed: bool = False) -> None:
        """Goes to a path (or an address of the site) and waits until it is loaded and calm.

        From a page of the site, it goes there as a link of that page would lead, or as who has `typed` the address.

        Args:
            path: Where to.
            guessed: Nothing of the site leads there: if nothing is there, no advice blames a link of the site's.
            typed: No page leads there: the browser's own visit, with the cookies that it has.

        Raises:
            Failed: The site does not answer, is slow, leads elsewhere, opens a dialog …
        """
        address = joined(f"{self._origin}/", path)
        with self._recorder.action("page", "open", path) as note:
            if not self._inside(address):
                raise failed(Cause.ELSEWHERE, address or path)
            self._readiness.require()
            tab = self._browser.tab  # a browser that is slow to start is ours, not the site's
            with self._recorder.wait(), self._browser.guard(path):
                asked = typed or not self._given(address)
                if asked and (typed or not (self._inside(tab.address) and tab.lead(address))):
                    tab.go(address)
            note.result = self._arrived(path, guessed=guessed) if asked else self._had(path, guessed=guessed)
            if asked:
                self._compare()
            with self._recorder.wait(), self._browser.guard(path):
                self._browser.tab.ask_for_manifest()

    def reload(self) -> None:
        """Reloads; a page that answered a form is sent again, as after a visitor's consent."""
        with self._recorder.action("page", "reload", self._here()) as note:
            with self._recorder.wait(), self._browser.guard(self._here()):
                tab = self._browser.tab
                if tab.sent is None or not self._given(tab.address, tab.sent):
                    tab.reload()
            note.result = self._arrived()

    def back(self) -> None:
        """Goes one page back."""
        with self._recorder.action("page", "back") as note:
            with self._recorder.wait(), self._browser.guard(self._here()):
                self._browser.tab.back()
            note.result = self._arrived()

    def forward(self) -> None:
        """Goes to the page from which one has gone back, if the browser knows one."""
        with self._recorder.action("page", "forward") as note:
            with self._recorder.wait(), self._browser.guard(self._here()):
                self._browser.tab.forward()
            note.result = self._arrived()

    def follow(self, link: Link | str) -> None:
        """Clicks a link, given as `Link` or by its text (the whole text first, then a part).

        A `Link` of a page left since is opened by its address.

        Raises:
            Failed: There is no such link, or it leads nowhere.
        """
        with self._recorder.action("page", "follow", link if isinstance(link, str) else link.text) as note:
            target = self._link(link) if isinstance(link, str) else link
            spot = self._ask(Ready, "anchor", target.href, target.text, token := self._token()).spot
            if spot is None:
                self.open(target.path)
            else:
                self._click(spot, target.text or target.path)
                self._leave(token, target.path)
            note.result = self._here()

    def settle(self) -> None:
        """Waits until a script-driven page has calmed down, at most 3 s; `open`, `follow` … do it already."""
        if self._state().scripted:
            self._calm()

    # -- reading where we are

    @property
    def url(self) -> str:
        """The address now, without fragment."""
        return self._state().url.split("#")[0]

    @property
    def path(self) -> str:
        """The address from the root of the site: ``/fiche.php?id=3``."""
        return self._here()

    @property
    def status(self) -> int:
        """HTTP status of the page now, 0 when the browser does not know."""
        return self._state().status

    @property
    def alike(self) -> bool:
        """Whether the browser now asks for an address as `Http` does with its cookies.

        Not where anything has run in this check, such as what leaves a service worker, or where the site has once asked
        for client hints.
        """
        with self._recorder.wait(), self._browser.guard(""):
            return self._browser.tab.quiet and not self._browser.tab.hints

    def links(self) -> list[Link]:
        """The links that stay on the site, in page order (the same address may come twice)."""
        with self._recorder.action("page", "links") as note:
            found = self._look(list[Link], source("links"))
            note.result = str(len(found))
            return found

    # -- inside

    def _given(self, address: str, body: str | None = None) -> bool:
        """Gives the tab the page of this address, if that is the same for whoever looks; says whether it did.

        Args:
            address: Of the site.
            body: Of a form that is sent there. Once it is sent, the tab has the answer in any case: a page in which
                something may run is handed to the browser, as the answer to its own question.
        """
        browser, tab = self._browser, self._browser.tab
        kind = kind_of(address) if body is None else form_kind(address)
        if self._phone or "#" in address or not browser.kinds.get(kind) or not tab.still:
            return False
        here = tab.address if self._inside(tab.address) else ""
        if here and body is None and tab.some_links_differ and self._look(bool, source("lead"), address, True):
            return False
        try:
            answer, cookies = self._http.lead(
                address, browser.jar(), sent_from=here, body=body, timeout=browser.patience
            )  # fmt: skip
        except Failed as late:
            if body is not None or cause_of(late) is Cause.SLOW:
                raise
            return False
        html = html_of(answer)
        if html is None and body is None and not shown_as_received(answer):
            return False
        browser.take(answer.url, cookies)
        if html is None or (body is not None and not browser.kinds.get(kind_of(answer.url))):
            tab.receive(answer, typed=not here)
        else:
            tab.give(answer.url, Given(answer.status, html))
            if not browser.readings.spare(tab):
                tab.show()
        tab.sent = None if answer.history else body
        return True

    def _had(self, wanted: str, *, guessed: bool) -> str:
        """Says where one is once the page was given: what it is was seen before."""
        tab = self._browser.tab
        if tab.given is None or tab.given.status >= 400:
            return self._arrived(wanted, guessed=guessed)
        self._turn_to(tab.address)
        return f"{tab.given.status} {tab.address}"

    def _turn_to(self, address: str) -> None:
        """What was answered for another page before this one came is no proof of what is seen from now on."""
        answer = self._recorder.last.get("http")
        if isinstance(answer, Response) and not same_page(answer.url, address):
            del self._recorder.last["http"]

    def _compare(self) -> None:
        """Looks, at the first page of a kind, whether it is the same when it is given."""
        tab = self._browser.tab
        kind = kind_of(tab.address)
        if self._screen or kind in self._browser.kinds or not tab.still:
            return
        state, page = self._state(), tab.source()
        self._ask(bool, "same")
        tab.give(state.url, Given(state.status, page))
        same = self._run(bool, tab.look, source("same"))
        self._browser.kinds[kind] = same and asked_each_time(tab.document.headers)
        if not same:
            with self._recorder.wait(), self._browser.guard(""):
                tab.reload()

    def _still(self) -> bool:
        """Whether nothing runs in the page now shown: then no hand is told from a script."""
        with self._recorder.wait(), self._browser.guard(""):
            return self._browser.tab.still

    def _inside(self, address: str) -> bool:
        mine, other = urlsplit(self._origin), parts_of(address)
        return other is not None and (mine.scheme, mine.netloc) == (other.scheme, other.netloc)

    def _link(self, text: str) -> Link:
        links = [link for link in self.links() if link.visible]
        wanted = fold(text)
        exact = [link for link in links if wanted in (fold(link.text), fold(link.label))]
        part = [link for link in links if wanted and f" {wanted} " in f" {fold(link.label)} "]
        if not exact and not part:
            raise failed(Cause.MISSING, f"lien « {text} »")
        return (exact or part)[0]

    def _token(self) -> str:
        self._tokens += 1
        return f"e{self._tokens}"

    def _here(self) -> str:
        parts = urlsplit(self._state().url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def _ask(self, kind: type[T], script: str, *args: object) -> T:
        """Runs one of our scripts; only the page can make it fail."""
        return self._run(kind, self._browser.tab.run, source(script), *args)

    def _look(self, kind: type[T], script: str, *args: object) -> T:
        """The same for the text of a script that changes nothing; a still page is asked once."""
        tab = self._browser.tab
        return self._run(kind, lambda *asked: self._browser.readings.of(tab, *asked), script, *args)

    def _run(self, kind: type[T], run: Callable[..., object], script: str, *args: object) -> T:
        with self._recorder.wait(), self._browser.guard("", packaged=True):
            self._browser.tab.arrive()
            found: T = typed(kind, run(script, *args))
        return found

    def _state(self) -> State:
        tab, given = self._browser.tab, self._browser.tab.given
        if given and tab.untouched and given.status < 400 and _AS_WRITTEN.fullmatch(tab.address):
            return State(tab.address, "complete", given.status, False, None, None, None)  # nothing can have moved
        state = self._look(State, source("state"))
        return replace(state, status=given.status) if given else state

    def _arrived(self, wanted: str = "", *, guessed: bool = False) -> str:
        """Makes sure that the page now shown is one of the site, calm; says where we are."""
        state = self._checked(wanted, guessed=guessed)
        if state.scripted:
            self._calm()
            state = self._checked(wanted, guessed=guessed)
        self._turn_to(state.url)
        return f"{state.status} {state.url}"

    def _checked(self, wanted: str, *, guessed: bool) -> State:
        if self._browser.tab.document.garbled:
            raise failed(
                Cause.BROKEN_ANSWER,
                f"{wanted or self._browser.tab.address} : elle n'est pas compressée comme elle le dit",
            )
        state = self._state()
        self._note_missing(state, guessed=guessed)
        if state.url.startswith("chrome-error:"):
            raise failed(self._unreachable(), wanted)
        if state.url == "about:blank" or (state.empty and state.status >= 400):
            raise failed(Cause.NO_PAGE, f"{wanted}, code {state.status}" if state.status >= 400 else wanted)
        if not self._inside(state.url):
            raise failed(Cause.ELSEWHERE, state.url)
        return state

    def _note_missing(self, state: State, *, guessed: bool) -> None:
        lost = [*self._browser.tab.document.lost[:20], *([state.url] if state.status == 404 else [])]
        place = urlsplit(state.url).path
        for path in (urlsplit(address).path for address in lost if self._inside(address)):
            if not (guessed and path == place):
                self._recorder.missing(place, path)

    def _unreachable(self) -> Cause:
        """Asks once more for the address that gave no page: the browser then says why."""
        with self._recorder.wait(), self._browser.guard(""):
            frame = self._browser.cdp("Page.getFrameTree")["frameTree"]["frame"]
            address = str(frame.get("unreachableUrl", ""))
            if not self._inside(address):
                return Cause.ELSEWHERE
            told = net_cause(str(self._browser.cdp("Page.navigate", url=address).get("errorText", "")))
            return self._browser.told(told)

    def _calm(self) -> None:
        """Waits until what the page fetched is there and the document has stopped changing."""
        deadline = time.monotonic() + SETTLE
        with self._recorder.wait(), self._browser.guard("", packaged=True):
            tab, still = self._browser.tab, _STILL
            while (left := deadline - time.monotonic()) > 0:
                try:
                    written: list[str] = typed(list[str], tab.run(source("settle"), int(left * 1000), still))
                except PageLeft:  # for another page: wait for that one
                    continue
                if still == _STILL and self._acts_soon(written):
                    still = _STILL_LONG
                elif tab.loading or tab.document.pending:
                    tab.until(lambda: not tab.loading and not tab.document.pending, max(0, deadline - time.monotonic()))
                else:
                    self._recorder.waited -= still / 1000  # nothing came meanwhile: the looking on is ours
                    break
        self._recorder.late |= time.monotonic() >= deadline

    def _acts_soon(self, written: list[str]) -> bool:
        tab = self._browser.tab
        for address, request in tab.document.scripts.items():
            if address not in self._known:
                self._known[address] = acts_soon(tab.body(request))
        return any(acts_soon(script) for script in written) or any(map(self._known.get, tab.document.scripts))

    def _click(self, spot: Spot, name: str, *, accept_dialog: bool = False) -> None:
        if spot.x < 0:
            raise failed(Cause.UNUSABLE, name)
        with self._recorder.wait(), self._browser.guard(name):
            try:
                self._browser.tab.click(spot.x, spot.y, spot.wide, spot.high)
            except BrowserError as error:
                if not (accept_dialog and error.cause is Cause.DIALOG):
                    raise
                self._browser.tab.dismiss(accept=True)

    def _leave(self, token: str, what: str) -> str:
        """Waits for the page marked with `token` to be gone and the next one to be there; says where we are.

        A click that a script took over leaves nothing: the page is left to calm down instead.
        """
        start = time.monotonic()
        tab = self._browser.tab
        while (elapsed := time.monotonic() - start) < self._browser.patience:
            state = self._state()
            gone = state.token != token and state.ready == "complete"
            if gone or (state.token == token and not tab.loading and self._stays(state, elapsed)):
                return self._arrived(what)
            with self._recorder.wait(), self._browser.guard(what):
                tab.listen(_WATCHED)
        raise failed(Cause.NOTHING_SENT, what)

    @staticmethod
    def _stays(state: State, elapsed: float) -> bool:
        if state.sent is not None:
            return state.sent.prevented
        return bool(state.clicked and state.clicked.prevented) or elapsed > _GRACE


def form_kind(address: str) -> str:
    """What forms that are sent to one program have in common."""
    return f"POST {kind_of(address)}"


def typed(kind: Any, value: object) -> Any:
    """Returns what a script gave, which must be of this kind.

    Raises:
        Failed: It is not: the page stands in the way.
    """
    try:
        return _adapter(kind).validate_python(value)
    except ValidationError as error:
        raise failed(Cause.SCRIPT) from error


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
