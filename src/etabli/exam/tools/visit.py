"""Going about in the browser: open, follow, wait, and know where one is."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from selenium.common.exceptions import JavascriptException, UnexpectedAlertPresentException
from selenium.webdriver.remote.webelement import WebElement

from etabli.exam.contract.causes import Cause, failed
from etabli.exam.contract.values import Link
from etabli.exam.contract.words import fold
from etabli.exam.runner.ready import Readiness
from etabli.exam.runner.recorder import Recorder
from etabli.exam.runner.translate import net_cause
from etabli.exam.tools.browser import Browser
from etabli.exam.tools.scripts import source

SETTLE = 3.0
_GRACE = 0.4
"""Seconds after a click in which a navigation must have begun."""


@dataclass(frozen=True)
class State:
    """Where the visitor is, read in one script."""

    url: str
    ready: str
    status: int
    scripted: bool
    token: str | None
    sent: dict[str, Any] | None
    clicked: dict[str, Any] | None
    missing: list[str]
    """Addresses of pictures, styles, scripts … that were answered 404."""
    empty: bool = False
    """The document has nothing in it."""


class Visit:
    """The moves of a visitor; `Page` adds reading and forms.

    Args:
        browser: The session.
        readiness: Whether the application listens.
        recorder: Where actions go.
        origin: ``http://host:port`` of the candidate's site.
    """

    def __init__(self, browser: Browser, readiness: Readiness, recorder: Recorder, origin: str) -> None:
        self._browser = browser
        self._readiness = readiness
        self._recorder = recorder
        self._origin = origin.rstrip("/")
        self._tokens = 0
        self._screen: int | None = None

    # -- moves

    def open(self, path: str = "/") -> None:
        """Goes to a path (or an address of the site) and waits until it is loaded and calm.

        Raises:
            Failed: The site does not answer, is slow, leads elsewhere, opens a dialog …
        """
        address = urljoin(f"{self._origin}/", path)
        with self._recorder.action("page", "open", path) as note:
            if not self._inside(address):
                raise failed(Cause.ELSEWHERE, address)
            self._readiness.require()
            with self._recorder.wait(), self._browser.guard(path):
                self._browser.driver.get(address)
            note.result = self._arrived(path)

    def reload(self) -> None:
        """Reloads; a page that answered a form is sent again, as after a visitor's consent."""
        with self._recorder.action("page", "reload", self._here()) as note:
            with self._recorder.wait(), self._browser.guard(self._here()):
                self._browser.driver.refresh()
            note.result = self._arrived()

    def back(self) -> None:
        """Goes one page back."""
        with self._recorder.action("page", "back") as note:
            with self._recorder.wait(), self._browser.guard(self._here()):
                self._browser.driver.back()
            note.result = self._arrived()

    def follow(self, link: Link | str) -> None:
        """Clicks a link, given as `Link` or by its text (the whole text first, then a part).

        A `Link` of a page left since is opened by its address.

        Raises:
            Failed: There is no such link, or it leads nowhere.
        """
        with self._recorder.action("page", "follow", link if isinstance(link, str) else link.text) as note:
            target = self._link(link) if isinstance(link, str) else link
            node = self._ask("anchor", target.href, target.text, token := self._token())
            if node is None:
                self.open(target.path)
            else:
                self._click(node, target.text or target.path)
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

    def links(self) -> list[Link]:
        """The links that stay on the site, in page order (the same address may come twice)."""
        with self._recorder.action("page", "links") as note:
            found = [Link(**item) for item in self._ask("links")]
            note.result = str(len(found))
            return found

    # -- inside

    def _inside(self, address: str) -> bool:
        mine, other = urlsplit(self._origin), urlsplit(address)
        return (mine.scheme, mine.netloc) == (other.scheme, other.netloc)

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

    def _ask(self, script: str, *args: object) -> Any:
        """Runs one of our scripts; only the page can make it fail."""
        with self._recorder.wait(), self._browser.guard("", packaged=True):
            return self._browser.driver.execute_script(source(script), *args)

    def _state(self) -> State:
        return State(**self._ask("state"))

    def _arrived(self, wanted: str = "") -> str:
        """Makes sure that the page now shown is one of the site, calm; says where we are."""
        state = self._checked(wanted)
        if state.scripted:
            self._calm()
            state = self._checked(wanted)
        return f"{state.status} {state.url}"

    def _checked(self, wanted: str) -> State:
        state = self._state()
        self._note_missing(state)
        if state.url.startswith("chrome-error:"):
            raise failed(self._unreachable(), wanted)
        if state.url == "about:blank" or (state.empty and state.status >= 400):
            raise failed(Cause.NO_PAGE, f"{wanted}, code {state.status}" if state.status >= 400 else wanted)
        if not self._inside(state.url):
            raise failed(Cause.ELSEWHERE, state.url)
        return state

    def _note_missing(self, state: State) -> None:
        lost = [*state.missing, *([state.url] if state.status == 404 else [])]
        place = urlsplit(state.url).path
        for address in filter(self._inside, lost):
            self._recorder.missing(place, urlsplit(address).path)

    def _unreachable(self) -> Cause:
        """Asks once more for the address that gave no page: the browser then says why."""
        with self._recorder.wait(), self._browser.guard(""):
            frame = self._browser.cdp("Page.getFrameTree")["frameTree"]["frame"]
            address = str(frame.get("unreachableUrl", ""))
            if not self._inside(address):
                return Cause.ELSEWHERE
            return net_cause(str(self._browser.cdp("Page.navigate", url=address).get("errorText", "")))

    def _calm(self) -> None:
        deadline = time.monotonic() + SETTLE
        while (left := deadline - time.monotonic()) > 0:
            try:
                with self._recorder.wait(), self._browser.guard(""):
                    self._browser.driver.execute_async_script(source("settle"), int(left * 1000))
                return
            except JavascriptException:  # the page left for another one meanwhile: wait for that one
                time.sleep(0.01)

    def _click(self, node: WebElement, name: str, *, accept_dialog: bool = False) -> None:
        with self._recorder.wait(), self._browser.guard(name):
            node.click()
        if accept_dialog:
            self._accept()

    def _accept(self) -> None:
        with self._browser.guard(""):
            try:
                self._browser.driver.execute_script("return 1")
            except UnexpectedAlertPresentException:
                self._browser.driver.switch_to.alert.accept()

    def _leave(self, token: str, what: str) -> None:
        """Waits for the page marked with `token` to be gone and the next one to be there.

        A click that a script took over leaves nothing: the page is left to calm down instead.
        """
        start = time.monotonic()
        while time.monotonic() - start < self._browser.patience:
            state = self._state()
            if state.token != token and state.ready == "complete":
                self._arrived(what)
                return
            if state.token == token and self._stays(state, time.monotonic() - start):
                self._arrived(what)
                return
            time.sleep(0.01)
        raise failed(Cause.NOTHING_SENT, what)

    @staticmethod
    def _stays(state: State, elapsed: float) -> bool:
        if state.sent is not None:
            return bool(state.sent["prevented"])
        return bool(state.clicked and state.clicked["prevented"]) or elapsed > _GRACE
