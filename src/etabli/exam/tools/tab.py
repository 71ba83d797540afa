"""One tab of the browser, over DevTools: our scripts run in a world of their own, beside the page's.

That world shares the document with the page and nothing else: what a page defines, overrides or deletes (`window.axe`,
`querySelector`, `JSON` …) is not seen there, and what we define is not seen by the page. What happens in the tab is
kept as it comes: where it goes, what it asks the network for, dialogs, a crash.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final, NamedTuple

from etabli.exam.contract.causes import Cause
from etabli.exam.contract.values import Response
from etabli.exam.runner.translate import net_cause
from etabli.exam.tools.cookies import Jar
from etabli.exam.tools.keyboard import strokes
from etabli.exam.tools.line import BEGINS, BrowserError, Line, PageLeft, ScriptError, WorldGoneError
from etabli.exam.tools.referrer import Policies, heed, some_links_differ
from etabli.exam.tools.scripts import MARK, source
from etabli.exam.tools.still import HINTS, asked_each_time, still

WORLD: Final = "visiteur"
_DOMAINS = ("Inspector.enable", "Page.enable")
_BODIES: dict[str, Any] = {"maxTotalBufferSize": 8_000_000, "maxResourceBufferSize": 2_000_000, "maxPostDataSize": 1}
_WAITING: Final = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}
_FETCHES = frozenset({"Fetch", "XHR"})
_PARTS = frozenset({"Stylesheet", "Image", "Font", "Media"})
_MANIFEST = "Manifest"
_NAMES_MANIFEST = re.compile(r"<link\b[^<>]*\bmanifest\b", re.IGNORECASE)
_HELD, _PRESS_S = 0.3, (0.05, 0.12)
"""How often a button or a key is held as a finger holds it, and for how long; the other times cost nothing."""
_MOST_BEGUN, _BEGUN_S = 180, 12.0
"""What a page begins within so many seconds, of navigations and changes of its address: of more than 200 in ten seconds
Chromium takes none, and a click leads nowhere (HTML, « navigation rate limiter »; crbug.com/1038223)."""
_DRAWN: Final = """return new Promise((done) => {
  requestAnimationFrame(() => done(0));
  scheduler.postTask(() => done(0), { delay: 1000 });
});"""
"""What ends once the page has been drawn."""
_TOLD_S: Final = 1.0
"""Seconds at most until a page knows of its window."""
_OF_KEYS: Final = ("key", "input", "beforeinput", "text", "composition", "focus", "select")
"""How the names of events begin that tell of keys, and of where they go."""
_ANSWERED: Final = 2.0
"""Seconds within which what a page asks for at a key is answered."""
_TOO_MUCH = "RangeError"
"""What only a page of no size makes of our scripts: too deep, or too long."""
_MOST_WORLDS = 50
"""How many times a page may leave just before it is asked."""
_MOST_NOTED: Final = 200
_CARRYING = frozenset(
    {"set-cookie", "content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive"}
)
"""Headers that say how an answer came over the wire; its cookies are told apart."""


@dataclass
class Document:
    """What the network brought for the page now shown."""

    headers: dict[str, str] = field(default_factory=dict)
    """Of the page itself; names are in lower case."""
    pending: set[str] = field(default_factory=set)
    """Requests of its scripts that are not answered yet."""
    scripts: dict[str, str] = field(default_factory=dict)
    """Its script files: address and request."""
    lost: list[str] = field(default_factory=list)
    """Addresses that were answered 404."""
    asked: list[str] = field(default_factory=list)
    """Script files that it asked for, whatever came."""
    garbled: bool = False
    """The page itself is not compressed as it says: nothing of it is shown."""


class Given(NamedTuple):
    """A page that the tab was given."""

    status: int
    source: str


class Tab(Line):
    """A new tab, attached, which nobody but us drives.

    Args:
        address: The browser's web socket.
        patience: Seconds that an answer may take; the tab's `patience` afterwards.

    Raises:
        OSError: Nobody listens there.
        websocket.WebSocketException: Something else does.
        BrowserError: It gives no tab.
    """

    def __init__(self, address: str, patience: float) -> None:
        super().__init__(address, patience)
        self._world: int | None = None
        self._loaders: list[str] = []
        self._documents: dict[str, Document] = {}
        self.address = ""
        """Of the document now shown, as it was loaded."""
        self.given: Given | None = None
        """The page now shown, when the browser did not ask for it by itself."""
        self.due = False
        """That page is shown as soon as anybody looks: what stood there before is still there."""
        self.untouched = False
        """Since that page was given, it was only looked at."""
        self.jar: Jar | None = None
        """Its cookies, as long as nothing may have changed them."""
        self.policies: Policies = {}
        """What pages of the site let say of them."""
        self.some_links_differ = False
        """A link of the page now shown, if that is `still`, may let say less of it than the page does."""
        self._before = self._place = ""
        self._left = ""
        """The page that the arrow back has left, when the browser's own history knows nothing of it."""
        self._moved = True
        """The page that stands there may not be seen from its top."""
        self.fetched = True
        """The browser asked for something by itself, since that was last put to False."""
        self.parts: dict[str, bool] = {}
        """Styles, pictures and fonts that it asked for: whether browsers keep them and ask no more."""
        self.wanted: set[str] = set()
        """All of them since it was opened, '' when they are too many: what a page takes from memory is not told."""
        self.sent: str | None = None
        """What a form sent for the page now shown, which came for it at once and not through the browser."""
        self._received: Response | None = None
        self._still: bool | None = None
        self._ran = self._resting = False
        """Something ran since it was emptied; a script of ours is awaited in a page that no frame would change."""
        self._icon: str | None = None
        """The address of the site's icon, which was asked for; one that the page shows too is told as that alone."""
        self._manifest = False
        """The site's manifest was asked for, since it was emptied."""
        self.hand = Random()
        """What is not quite the same from one gesture to the next."""
        self.line: dict[str, Any] = {}
        """What pages are told of the visitor's line to everywhere."""
        self.hints = False
        """A site has asked it to say more about itself, ever since it was opened."""
        self._loading = False
        self._loads = 0
        """Documents that came with all they need."""
        self._expected = 0.0
        """Until when a navigation that a script asked for may still begin."""
        self.moves = 0
        """Navigations that were begun, within a document too."""
        self._begun = deque[float](maxlen=_MOST_BEGUN)
        """When those were that a page began."""
        self._posed: dict[str, dict[str, Any]] = {}
        self._languages: list[str] = []
        self._above: Sequence[tuple[int, int]] = ()
        made = self.ask("Target.createTarget", url="about:blank", enableBeginFrameControl=True)
        self._main = self.target = str(made["targetId"])
        session = self.ask("Target.attachToTarget", targetId=self.target, flatten=True)["sessionId"]
        self.ask("Target.setAutoAttach", **_WAITING)  # windows, and workers that several pages share
        self._session = session
        for command in _DOMAINS:
            self.ask(command)
        self.ask("Target.setAutoAttach", **_WAITING)
        self.ask("Network.enable", **_BODIES)
        self.ask("Page.addScriptToEvaluateOnNewDocument", source=source("early"), worldName=WORLD)

    # -- what happens meanwhile

    def _happened(self, what: str, params: dict[str, Any]) -> None:
        known = _EVENTS.get(what)
        if known:
            known(self, params)

    def introduce(self, languages: list[str], above: Sequence[tuple[int, int]]) -> None:
        """Says who visits: to each page, and to the workers and windows that it makes.

        Args:
            languages: What the visitor reads, the best first.
            above: How far pages are from the left and the top of the screen: on a desk, on a phone.
        """
        self._languages, self._above = languages, above
        self.ask("Page.addScriptToEvaluateOnNewDocument", source=self._first())

    def pose(self, command: str, **params: Any) -> None:
        """Shows itself as something else (``setTouchEmulationEnabled``), and so do the windows that the page opens."""
        self._posed[command] = params
        self.ask(f"Emulation.{command}", **params)

    def _met(self, params: dict[str, Any]) -> None:
        """Tells a worker or a window of the page who visits, before anything runs there."""
        if not params["waitingForDebugger"]:
            return
        told: list[tuple[str, dict[str, Any]]] = [("Target.setAutoAttach", _WAITING)]
        if params["targetInfo"]["type"] == "page":
            told += ((f"Emulation.{command}", what) for command, what in self._posed.items())
            told += [("Page.enable", {}), ("Page.addScriptToEvaluateOnNewDocument", {"source": self._first()})]
        else:
            agent = self._posed["setUserAgentOverride"]
            told += [("Emulation.setUserAgentOverride", agent)]
            told += [("Runtime.evaluate", {"expression": self._first(agent["userAgent"])})]
        for command, what in (*told, ("Runtime.runIfWaitingForDebugger", {})):
            self._given_up.add(self._send(command, what, params["sessionId"]))

    def _first(self, *more: str) -> str:
        """What every page and every worker runs first."""
        return f"{source('ordinary').rstrip()}({json.dumps([self._languages, self._above, *more])[1:-1]})"

    def _dialog_opens(self, params: dict[str, Any]) -> None:
        if params["type"] == "beforeunload":
            self._given_up.add(self._send("Page.handleJavaScriptDialog", {"accept": True}))
        else:
            self.dialog = str(params["message"])

    def _dialog_closes(self, _params: dict[str, Any]) -> None:
        self.dialog = None

    def _crashed(self, _params: dict[str, Any]) -> None:
        self._gone = Cause.CRASHED

    def _detached(self, params: dict[str, Any]) -> None:
        if params.get("sessionId", self._session) == self._session:
            self._gone = self._gone or Cause.WINDOW_CLOSED

    def _starts(self, params: dict[str, Any]) -> None:
        if params["frameId"] == self._main:
            self._loading, self._expected = True, 0.0
            self.moves += 1

    def _expects(self, params: dict[str, Any]) -> None:
        if params["frameId"] != self._main:
            return
        self._begun.append(time.monotonic())
        if params.get("disposition", "currentTab") == "currentTab":
            self._expected = self._begun[-1] + BEGINS

    def _loaded(self, _params: dict[str, Any]) -> None:
        self._loads += 1

    def _stops(self, params: dict[str, Any]) -> None:
        if params["frameId"] == self._main:
            self._loading = False

    def _within(self, params: dict[str, Any]) -> None:
        if params["frameId"] == self._main:
            self.moves += 1
            self._begun.append(time.monotonic())

    def _navigated(self, params: dict[str, Any]) -> None:
        frame = params["frame"]
        if "parentId" in frame:
            return
        self._ran = self._ran or bool(self.address and not self._still)
        self._main, self._world, self._loading = frame["id"], None, True
        self.given = self._still = self.sent = None
        self.due = self.untouched = False
        self._moved = True
        self._left = ""
        self.jar = None
        self.address = str(frame.get("url", ""))
        self._loaders = [*self._loaders[-_MOST_NOTED:], frame["loaderId"]]
        self._documents = {frame["loaderId"]: self._of(frame["loaderId"])}

    def _of(self, loader: str) -> Document:
        return self._documents.setdefault(loader, Document())

    def _requested(self, params: dict[str, Any]) -> None:
        if params["request"]["url"] == self._icon:
            return
        document = self._of(params["loaderId"])
        kind = params.get("type")
        self.fetched = True
        if kind in _PARTS:
            address = str(params["request"]["url"]) if len(self.wanted) < _MOST_NOTED else ""
            self.wanted.add(address)
            self.parts.setdefault(address, False)
        if kind in _FETCHES:
            document.pending.add(params["requestId"])
        elif kind == "Script" and len(document.asked) < _MOST_NOTED:
            document.asked.append(params["request"]["url"])

    def _answered(self, params: dict[str, Any]) -> None:
        document, answer = self._of(params["loaderId"]), params["response"]
        if answer["url"] == self._icon or params["type"] == _MANIFEST:
            return
        if params["requestId"] == params["loaderId"]:
            document.headers = {name.lower(): value for name, value in answer["headers"].items()}
            heed(self.policies, answer["url"], document.headers)
        if params["type"] in _PARTS and answer["status"] in (200, 304):
            told = {name.lower(): str(value) for name, value in answer["headers"].items()}
            self.parts[answer["url"]] = not asked_each_time(told)
        if answer["status"] == 404 and len(document.lost) < _MOST_NOTED:
            document.lost.append(answer["url"])
        if params["type"] == "Script" and len(document.scripts) < _MOST_NOTED:
            document.scripts[answer["url"]] = params["requestId"]

    def _told_more(self, params: dict[str, Any]) -> None:
        names = {name.lower() for name in params["headers"]}
        if "set-cookie" in names:
            self.jar = None
        self.hints = self.hints or not names.isdisjoint(HINTS)

    def _ended(self, params: dict[str, Any]) -> None:
        for document in self._documents.values():
            document.pending.discard(params["requestId"])

    def _failed(self, params: dict[str, Any]) -> None:
        self._ended(params)
        if (own := self._documents.get(params["requestId"])) and "CONTENT_DECODING" in params["errorText"]:
            own.garbled = True

    @property
    def loading(self) -> bool:
        """A document is on its way, or not complete."""
        return self._loading or time.monotonic() < self._expected

    @property
    def document(self) -> Document:
        """What the network brought for the page now shown."""
        return self._of(self._loaders[-1]) if self._loaders else Document()

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
            self.until(lambda: number not in self._given_up, _ANSWERED)

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

    def _paused(self, params: dict[str, Any]) -> None:
        answer, self._received = self._received, None
        if answer is None:
            self._given_up.add(self._send("Fetch.continueRequest", {"requestId": params["requestId"]}))
            return
        headers = [
            {"name": name, "value": value} for name, value in answer.headers.items() if name.lower() not in _CARRYING
        ]
        told = {"requestId": params["requestId"], "responseCode": answer.status, "responseHeaders": headers}
        body = base64.b64encode(answer.body).decode("ascii")
        self._given_up.add(self._send("Fetch.fulfillRequest", {**told, "body": body}))

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
        until = time.monotonic() + _BEGUN_S
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
        self.until(lambda: len(self._begun) < _MOST_BEGUN or time.monotonic() - self._begun[0] > _BEGUN_S)

    def _surely(self, done: Callable[[], bool]) -> None:
        if not self.until(done):
            raise BrowserError("timeout", Cause.SLOW)

    # -- acting and reading

    def click(self, x: float, y: float, wide: float = 0.0, high: float = 0.0) -> None:
        """Clicks near a point of the window, as a hand does.

        Args:
            x: In pixels.
            y: In pixels.
            wide: How far from there at most, to either side, in pixels.
            high: The same, above or below.
        """
        self._unhurried()
        self._free()
        self.touch()
        x, y = round(x + wide * self.hand.uniform(-1, 1)), round(y + high * self.hand.uniform(-1, 1))
        where = {"x": x, "y": y, "button": "left", "clickCount": 1}
        self._given_up.add(self._send("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": x, "y": y}))
        self._given_up.add(self._send("Input.dispatchMouseEvent", {"type": "mousePressed", "buttons": 1, **where}))
        if not self._still and self.hand.random() < _HELD:  # only a script could tell
            time.sleep(self.hand.uniform(*_PRESS_S))
        self.ask("Input.dispatchMouseEvent", type="mouseReleased", **where)

    def hover(self, x: float, y: float) -> None:
        """Moves the mouse to a point of the window."""
        self.touch()
        self.ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def leave(self) -> None:
        """Puts another window before this one, and this one before it again: a page hears what it does of tabs."""
        self.touch()
        window = self.ask("Browser.getWindowForTarget")["windowId"]
        placed = {"windowId": window, "bounds": {"windowState": "minimized"}}
        try:
            self.ask("Browser.setWindowBounds", **placed)
            self._knows(away=True)
        finally:  # behind a dialog too
            self._given_up.add(self._send("Browser.setWindowBounds", {**placed, "bounds": {"windowState": "normal"}}))
        self._knows(away=False)

    def _knows(self, *, away: bool) -> None:
        """Waits until the page knows whether somebody is there; it may leave then."""
        with suppress(PageLeft):
            told = "return [document.hidden, !document.hasFocus()]"
            self.until(lambda: self._call(told) == [away, away], _TOLD_S)
        self.arrive()

    def narrow(self) -> None:
        """Leaves the page a part of its width, and gives it back."""
        size = self._posed["setDeviceMetricsOverride"]
        for width in (size["width"] * 4 // 5, size["width"]):
            self.ask("Emulation.setDeviceMetricsOverride", **{**size, "width": width})
            with suppress(PageLeft):
                self._call(_DRAWN)
            self.arrive()

    def printed(self) -> None:
        """Prints the first page, if a script listens to that: any other cannot tell."""
        if self._hears(("beforeprint", "afterprint")):
            try:
                self.ask("Page.printToPDF", pageRanges="1")
            except BrowserError as error:
                if error.cause is not None:  # else the browser has nothing to print on
                    raise

    def hears_keys(self) -> bool:
        """Whether a script of the page now shown listens to what a person does in a field: any other cannot tell."""
        return self._hears(_OF_KEYS)

    def _hears(self, kinds: tuple[str, ...]) -> bool:
        """Whether a script listens to events whose names begin so."""
        self.arrive()
        try:
            for where in ("window", "document"):
                # In the page's world, whose listeners are told: it cannot replace either.
                found = self.ask("Runtime.evaluate", expression=where)["result"]["objectId"]
                heard = self.ask("DOMDebugger.getEventListeners", objectId=found, depth=-1)["listeners"]
                if any(one["type"].startswith(kinds) for one in heard):
                    return True
        except BrowserError as error:
            if error.cause not in (None, Cause.MOVED):
                raise
            return True  # it left meanwhile
        return False

    def press(self, keys: Sequence[str]) -> None:
        """Presses keys, by their names or by what they write.

        What a page asks for at each of them is answered before the last one, as when a person types.
        """
        moves, before = self.moves, set(self.document.pending)
        self._hit(keys[:-1])
        if keys[1:]:
            self.look("return 0")  # what it asked for is known by then
            self.until(lambda: not self.document.pending - before, _ANSWERED)
        if self.moves == moves:
            self._hit(keys[-1:])

    def _hit(self, keys: Sequence[str]) -> None:
        self._unhurried()
        self._free()
        self.touch()
        numbers, held = [], not self._still and self.hand.random() < _HELD
        for command, what in (one for key in keys for one in strokes(key)):
            numbers.append(self._send(command, what))
            if held and what.get("type") == "keyDown":
                time.sleep(self.hand.uniform(*_PRESS_S))
                held = False
        self._given_up.update(numbers[:-1])
        if numbers:
            self._answer(numbers[-1], self._free)

    def picture(self, **options: object) -> bytes:
        """What the window shows: ``format="png"``, ``format="jpeg", quality=50``.

        Raises:
            BrowserError: There is none.
        """
        self.show()
        self._surely(lambda: not self._frame)
        for _time in range(3):  # a busy machine may have nothing drawn yet
            drawn = self.ask("HeadlessExperimental.beginFrame", screenshot=options)
            if "screenshotData" in drawn:
                return base64.b64decode(drawn["screenshotData"])
        raise BrowserError("no picture")

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


_EVENTS: dict[str, Callable[[Tab, dict[str, Any]], None]] = {
    "Target.attachedToTarget": Tab._met,
    "Fetch.requestPaused": Tab._paused,
    "Page.javascriptDialogOpening": Tab._dialog_opens,
    "Page.javascriptDialogClosed": Tab._dialog_closes,
    "Inspector.targetCrashed": Tab._crashed,
    "Inspector.detached": Tab._detached,
    "Target.detachedFromTarget": Tab._detached,
    "Page.frameRequestedNavigation": Tab._expects,
    "Page.frameStartedLoading": Tab._starts,
    "Page.frameStoppedLoading": Tab._stops,
    "Page.loadEventFired": Tab._loaded,
    "Page.navigatedWithinDocument": Tab._within,
    "Page.frameNavigated": Tab._navigated,
    "Network.requestWillBeSent": Tab._requested,
    "Network.responseReceived": Tab._answered,
    "Network.responseReceivedExtraInfo": Tab._told_more,
    "Network.loadingFinished": Tab._ended,
    "Network.loadingFailed": Tab._failed,
}


def _value(answer: dict[str, Any]) -> Any:
    details = answer.get("exceptionDetails")
    if details:
        words = str(details.get("exception", {}).get("description") or details.get("text", ""))
        raise ScriptError(words, Cause.SCRIPT if MARK in words or words.startswith(_TOO_MUCH) else None)
    return answer["result"].get("value")
