"""The page that one tab shows: how it came there, and our scripts that run in a world of their own beside its own.

That world shares the document with the page and nothing else: what a page defines, overrides or deletes (`window.axe`,
`querySelector`, `JSON` …) is not seen there, and what we define is not seen by the page.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from etabli.exam.contract.causes import Cause
from etabli.exam.contract.values import Response
from etabli.exam.runner.translate import net_cause
from etabli.exam.tools.cookies import Jar
from etabli.exam.tools.line import BEGINS, BrowserError, PageLeft, ScriptError, WorldGoneError
from etabli.exam.tools.referrer import heed, some_links_differ
from etabli.exam.tools.scripts import MARK, source
from etabli.exam.tools.still import still
from etabli.exam.tools.watched import BEGUN_S, MOST_BEGUN, WORLD, Given, Watched

_NAMES_MANIFEST = re.compile(r"<link\b[^<>]*\bmanifest\b", re.IGNORECASE)
ANSWERED: Final = 2.0
"""Seconds within which what a page asks for at a key is answered."""
_TOO_MUCH = "RangeError"
"""What only a page of no size makes of our scripts: too deep, or too long."""
_MOST_WORLDS = 50
"""How many times a page may leave just before it is asked."""


class Shown(Watched):
    """A tab that goes from page to page, and is read."""

    # -- going

    def go(self, address: str) -> None:
        """Loads an address, as one that was typed.

        Raises:
            BrowserError: It does not load, or not in time.
        """
        self.arrive()
        if self.line:  # again and again: whoever else leaves the browser takes it with him
            self._given_up.add(self._send("Network.overrideNetworkState", self.line))
        answer = self.ask("Page.navigate", url=address)
        if answer.get("errorText"):
            raise BrowserError(answer["errorText"], net_cause(str(answer["errorText"])))
        loader = answer.get("loaderId")
        self._surely(lambda: loader is None or (loader in self._loaders and not self.loading))
        if self._icon is None and address.startswith("http"):
            self._ask_for_icon()

    def _ask_for_icon(self) -> None:
        """As a browser with windows does by itself, once it has shown a first page of a site."""
        named = "document.querySelector('link[rel~=icon i]')?.href || new URL('/favicon.ico', document.baseURI).href"
        try:
            self._icon = str(self._call(f"return {named}"))
            call = {"functionDeclaration": f"function() {{ new Image().src = {named}; }}"}
            self._given_up.add(self._send("Runtime.callFunctionOn", {**call, "executionContextId": self._our_world()}))
        except BrowserError as error:  # a page that answers nobody was waited for once; the rest is for who asks next
            if error.cause is Cause.SLOW:
                raise

    def ask_for_manifest(self) -> None:
        """As a browser with windows does by itself where a page shown has a link to one: once for each visitor.

        Raises:
            BrowserError: As for `look`.
        """
        if self._manifest:
            return
        named = "return !!document.querySelector('head > link[rel~=manifest i]')"
        if _NAMES_MANIFEST.search(self.given.source) if self.given else self._call(named):
            self._manifest = True
            self.show()
            self._given_up.add(number := self._send("Page.getAppManifest", {}))
            self.until(lambda: number not in self._given_up, ANSWERED)

    def lead(self, address: str) -> bool:
        """Loads an address as a link of the page now shown would; says whether another document came.

        Raises:
            BrowserError: Not in time.
        """
        self.arrive()
        self.show()
        self._unhurried()
        before, moves = self._loaders[-1:], self.moves
        call = {"functionDeclaration": f"function() {{\n{source('lead')}\n}}", "arguments": [{"value": address}]}
        with suppress(WorldGoneError):
            self.ask("Runtime.callFunctionOn", executionContextId=self._our_world(), userGesture=True, **call)
        self.until(lambda: self.moves > moves, BEGINS)
        self.arrive()
        return self._loaders[-1:] != before

    def receive(self, answer: Response, *, typed: bool = False) -> None:
        """Loads a page whose answer is there already, as a link of the page now shown would; cookies are left out.

        Args:
            answer: From there.
            typed: No page leads there.

        Raises:
            BrowserError: Not in time.
        """
        self._received = answer
        self.ask("Fetch.enable", patterns=[{"urlPattern": "*", "resourceType": "Document"}])
        try:
            if typed or not self.lead(answer.url):
                self.go(answer.url)
        finally:
            self._received = None
            self._given_up.add(self._send("Fetch.disable", {}))

    @property
    def still(self) -> bool:
        """Nothing runs in the page now shown, nor did in those given before it: another one may take its place."""
        self.arrive()
        if self._still is None:
            headers, text = self.document.headers, self.source()
            html = headers.get("content-type", "").lower().startswith("text/html")
            quiet = html and bool(text) and still(headers, text)
            heed(self.policies, self.address, headers, text)
            self.some_links_differ = some_links_differ(text)
            # Forms are sent in the encoding of the document before.
            self._still = quiet and self.look("return document.characterSet") == "UTF-8"
        return self._still

    @property
    def quiet(self) -> bool:
        """Nothing has run in any page since it was emptied."""
        return self.still and not self._ran

    def emptied(self) -> None:
        """Nothing is left of the pages shown before."""
        self.address, self._ran, self._manifest = "", False, False
        self.jar = Jar()

    def give(self, address: str, page: Given) -> None:
        """Puts a still page in the place of the one now shown, itself `still`; it is shown once anybody looks.

        Args:
            address: Of the same site.
            page: What came from there.
        """
        self._before, self.address, self._place, self.given = self.address, address, address, page
        self.some_links_differ = some_links_differ(page.source)
        self.due = self.untouched = True
        self.sent, self._left = None, ""

    def show(self) -> None:
        """Shows the page that was given, if it is still due.

        Raises:
            BrowserError: Not in time.
        """
        if not self.due or self.given is None:
            return
        self.due = False
        self._unhurried()
        until = time.monotonic() + BEGUN_S
        while not self._call(source("given"), self._place, self._moved):
            if time.monotonic() > until:
                raise BrowserError(f"the address stays, instead of {self._place}")
            time.sleep(0.1)
        self._moved = False
        self._write(self.given.source)

    def put(self, html: str) -> None:
        """Shows a document that comes from nowhere, in the place of the one now shown.

        Args:
            html: Its source.

        Raises:
            BrowserError: Not in time.
        """
        self.arrive()
        self.given, self._still = None, False
        self.due = self.untouched = False
        self._write(html)

    def _write(self, html: str) -> None:
        loaded = self._loads
        self.ask("Page.setDocumentContent", frameId=self._main, html=html)
        # With its styles: a document that was written says "complete" at once.
        self._surely(lambda: self._loads > loaded)

    def reload(self) -> None:
        """Loads the page once more."""
        self.arrive()
        self.show()
        self._loading = True
        self.ask("Page.reload")
        self.arrive()

    def back(self) -> None:
        """Goes one page back in its history, if there is one."""
        self.arrive()
        if self._unknown:
            left = self.address
            self.go(self._before)
            self._left = left
            return
        self._step(-1)

    def forward(self) -> None:
        """Goes one page forward in its history, if there is one."""
        self.arrive()
        if self._left:
            self.go(self._left)
        elif not self._unknown:
            self._step(1)

    @property
    def _unknown(self) -> bool:
        """The page now shown was given in the place of another one: the browser's own history knows only that one."""
        return self.given is not None and self._before != self.address

    def _step(self, by: int) -> None:
        history = self.ask("Page.getNavigationHistory")
        place = history["currentIndex"] + by
        if not 0 <= place < len(history["entries"]):
            return
        moves = self.moves
        self.ask("Page.navigateToHistoryEntry", entryId=history["entries"][place]["id"])
        self.until(lambda: self.moves > moves, BEGINS)
        self.arrive()

    def arrive(self) -> None:
        """Waits until nothing is on its way any more.

        Raises:
            BrowserError: Not in time.
        """
        self._surely(lambda: not self.loading)

    def _unhurried(self) -> None:
        """Waits until the browser surely takes what a page begins; no visitor is so quick."""
        self.until(lambda: len(self._begun) < MOST_BEGUN or time.monotonic() - self._begun[0] > BEGUN_S)

    def _surely(self, done: Callable[[], bool]) -> None:
        if not self.until(done):
            raise BrowserError("timeout", Cause.SLOW)

    # -- reading

    def run(self, script: str, *args: object, by_hand: bool = False) -> Any:
        """Runs a script (``return …``, ``arguments[0]``) in our world; a promise is awaited.

        Args:
            script: Its text.
            *args: Plain values.
            by_hand: The browser takes what it does for the visitor's doing, and tells the server so.

        Raises:
            ScriptError: It threw; the cause is the page's when the page hides what it needs.
            PageLeft: The page left before it ended.
            BrowserError: The tab is gone, late, or behind a dialog.
        """
        if by_hand:
            self._unhurried()
        self.touch()
        return self._call(script, *args, by_hand=by_hand)

    def look(self, script: str, *args: object) -> Any:
        """The same for a script that changes nothing, neither in the page nor in our world.

        Raises:
            BrowserError: As for `run`.
        """
        self.show()
        return self._call(script, *args)

    def touch(self) -> None:
        """Something else than looking is done to the page: it is there, and from now on no longer as it was given."""
        self.show()
        self.untouched, self._moved = False, True

    def _call(self, script: str, *args: object, by_hand: bool = False) -> Any:
        call: dict[str, Any] = {
            "functionDeclaration": f"function() {{\n{script}\n}}",
            "arguments": [{"value": item} for item in args],
            "returnByValue": True,
            "awaitPromise": True,
            "userGesture": by_hand,
        }
        for _time in range(_MOST_WORLDS):
            moves = self.moves
            try:
                world, self._resting = self._our_world(), self.given is not None
                answer = self.ask("Runtime.callFunctionOn", executionContextId=world, **call)
            except WorldGoneError:
                self._world = None
                continue
            finally:
                self._resting = False
            try:
                return _value(answer)
            except ScriptError:
                if self.moves == moves and not self.loading:
                    raise
                self.arrive()  # a document of which a part only was there is not the page's doing
        raise PageLeft("always leaving", Cause.MOVED)

    def _draw(self) -> None:
        if not self._resting:
            super()._draw()

    def _our_world(self) -> int:
        if self._world is None:
            made = self.ask("Page.createIsolatedWorld", frameId=self._main, worldName=WORLD)
            self._world = int(made["executionContextId"])
        return self._world

    def source(self) -> str:
        """The page now shown, as it came; '' when the browser has it no more."""
        if self.given:
            return self.given.source
        return self.body(self._loaders[-1]) if self._loaders else ""

    def body(self, request: str) -> str:
        """What came for a request, '' when the browser has it no more."""
        try:
            return str(self.ask("Network.getResponseBody", requestId=request)["body"])
        except BrowserError as error:
            if error.cause in (None, Cause.MOVED):
                return ""
            raise


def _value(answer: dict[str, Any]) -> Any:
    details = answer.get("exceptionDetails")
    if details:
        words = str(details.get("exception", {}).get("description") or details.get("text", ""))
        raise ScriptError(words, Cause.SCRIPT if MARK in words or words.startswith(_TOO_MUCH) else None)
    return answer["result"].get("value")
