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
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import websocket

from etabli.exam.contract.causes import Cause
from etabli.exam.runner.translate import net_cause
from etabli.exam.tools.scripts import MARK, source
from etabli.exam.tools.still import still

WORLD: Final = "visiteur"
_DOMAINS = ("Inspector.enable", "Page.enable")
_BODIES: dict[str, Any] = {"maxTotalBufferSize": 8_000_000, "maxResourceBufferSize": 2_000_000, "maxPostDataSize": 1}
_FETCHES = frozenset({"Fetch", "XHR"})
_NO_WORLD = "Cannot find context with specified id"
_LEFT = ("Execution context was destroyed", "Inspected target navigated or closed", "Promise was collected")
_KEYS: Final = {"Home": 36, "ArrowDown": 40, "Enter": 13, "Escape": 27}
_TOO_MUCH = "RangeError"
"""What only a page of no size makes of our scripts: too deep, or too long."""
_MOST_WORLDS = 50
"""How many times a page may leave just before it is asked."""
_MOST_NOTED: Final = 200


class BrowserError(Exception):
    """The browser did not do what it was asked.

    Args:
        words: What it said.
        cause: What the page did to it; None when it cannot be the page.
        dialog: The words of the dialog that is in the way.
    """

    def __init__(self, words: str, cause: Cause | None = None, *, dialog: str = "") -> None:
        super().__init__(words)
        self.cause = cause
        self.dialog = dialog


class ScriptError(BrowserError):
    """A script that we ran threw."""


class PageLeft(BrowserError):
    """The page left for another one while a script was awaited."""


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


class Given(NamedTuple):
    """A page that the tab was given."""

    status: int
    source: str


class Tab:
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
        self.patience = patience
        self._line = websocket.create_connection(
            address, timeout=patience, suppress_origin=True, skip_utf8_validation=True
        )
        self._session: str | None = None
        self._number = 0
        self._answers: dict[int, dict[str, Any]] = {}
        self._given_up: set[int] = set()
        self._world: int | None = None
        self._gone: Cause | None = None
        self._loaders: list[str] = []
        self._documents: dict[str, Document] = {}
        self.address = ""
        """Of the document now shown, as it was loaded."""
        self.given: Given | None = None
        """The page now shown, when the browser did not ask for it by itself."""
        self.cookies: dict[str, dict[str, str]] = {}
        """Path → cookies that go there, as long as nothing may have changed them."""
        self._before = ""
        self._still: bool | None = None
        self.dialog: str | None = None
        """The words of the dialog that is open."""
        self._loading = False
        self._expected = 0.0
        """Until when a navigation that a script asked for may still begin."""
        self.moves = 0
        """Navigations that were begun, within a document too."""
        self._frame = 0
        """The frame that is being drawn."""
        made = self.ask("Target.createTarget", url="about:blank", enableBeginFrameControl=True)
        self._main = self.target = str(made["targetId"])
        self._session = self.ask("Target.attachToTarget", targetId=self.target, flatten=True)["sessionId"]
        for command in _DOMAINS:
            self.ask(command)
        self.ask("Network.enable", **_BODIES)
        self.ask("Page.addScriptToEvaluateOnNewDocument", source=source("early"), worldName=WORLD)
        self.ask("Page.addScriptToEvaluateOnNewDocument", source=source("ordinary"))

    def close(self) -> None:
        """Hangs up; the browser goes on."""
        self._line.close()

    # -- one question, one answer

    def ask(self, command: str, **params: Any) -> dict[str, Any]:
        """Runs one command (``Page.navigate`` …) and waits for its answer.

        Raises:
            BrowserError: The tab is gone, late, behind a dialog, or refuses.
        """
        self._free()
        return self._answer(self._send(command, params), self._free)

    def dismiss(self, *, accept: bool) -> None:
        """Answers the dialog that is open."""
        params = {"accept": accept}
        self._answer(self._send("Page.handleJavaScriptDialog", params), lambda: None)
        self.dialog = None

    def _answer(self, number: int, look: Callable[[], None]) -> dict[str, Any]:
        until = time.monotonic() + self.patience
        try:
            while number not in self._answers:
                look()
                if time.monotonic() > until or not self._heard(until - time.monotonic()):
                    raise BrowserError("timeout", Cause.SLOW)
        except BrowserError:
            self._given_up.add(number)
            raise
        answer = self._answers.pop(number)
        if "error" in answer:
            raise _refusal(str(answer["error"].get("message", "")))
        result: dict[str, Any] = answer["result"]
        return result

    def _send(self, command: str, params: dict[str, Any]) -> int:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": command, "params": params}
        if self._session:
            message["sessionId"] = self._session
        try:
            self._line.send(json.dumps(message))
        except (websocket.WebSocketException, OSError) as error:
            raise self._cut() from error
        return self._number

    def _heard(self, seconds: float) -> bool:
        """Reads one message; says whether one came in time. Who waits sees frames, as before a screen."""
        until = time.monotonic() + max(0.001, seconds)
        try:
            while (text := self._line_within(until)) is None:
                if time.monotonic() >= until:
                    return False
                self._draw()
            message = _message(text)
        except (websocket.WebSocketException, OSError, ValueError) as error:
            raise self._cut() from error
        if "id" in message:
            if message["id"] == self._frame:
                self._frame = 0
            if message["id"] in self._given_up:
                self._given_up.discard(message["id"])
            else:
                self._answers[message["id"]] = message
        else:
            self._happened(message["method"], message.get("params", {}))
        return True

    def _line_within(self, until: float) -> str | bytes | None:
        """The next message, None when it takes longer than a frame or than that."""
        self._line.settimeout(min(_FRAME, max(0.001, until - time.monotonic())))
        try:
            return self._line.recv()
        except websocket.WebSocketTimeoutException:
            return None

    def _draw(self) -> None:
        """Asks for the next frame, unless one is being drawn."""
        if not self._frame and self._session:
            self._frame = self._send("HeadlessExperimental.beginFrame", {})
            self._given_up.add(self._frame)

    def _cut(self) -> BrowserError:
        self._gone = self._gone or Cause.CRASHED
        return BrowserError("disconnected", self._gone)

    def _free(self) -> None:
        """Raises BrowserError when the tab is gone or behind a dialog."""
        if self._gone:
            raise BrowserError("no tab", self._gone)
        if self.dialog is not None:
            raise BrowserError("dialog", Cause.DIALOG, dialog=self.dialog)

    def listen(self, seconds: float) -> None:
        """Takes what happens, for so long at most; returns at the first thing that did."""
        self._free()
        self._heard(seconds)

    def until(self, done: Callable[[], bool], seconds: float | None = None) -> bool:
        """Listens until `done`; says whether it is within `seconds`.

        Raises:
            BrowserError: The tab is gone, or behind a dialog.
        """
        until = time.monotonic() + (self.patience if seconds is None else seconds)
        while not done():
            self._free()
            left = until - time.monotonic()
            if left <= 0:
                return False
            self._heard(min(left, _BEGINS))
        return True

    # -- what happens meanwhile

    def _happened(self, what: str, params: dict[str, Any]) -> None:
        known = _EVENTS.get(what)
        if known:
            known(self, params)

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
        if params["frameId"] == self._main and params.get("disposition", "currentTab") == "currentTab":
            self._expected = time.monotonic() + _BEGINS

    def _stops(self, params: dict[str, Any]) -> None:
        if params["frameId"] == self._main:
            self._loading = False

    def _within(self, params: dict[str, Any]) -> None:
        if params["frameId"] == self._main:
            self.moves += 1

    def _navigated(self, params: dict[str, Any]) -> None:
        frame = params["frame"]
        if "parentId" in frame:
            return
        self._main, self._world, self._loading = frame["id"], None, True
        self.given = self._still = None
        self.cookies.clear()
        self.address = str(frame.get("url", ""))
        self._loaders = [*self._loaders[-_MOST_NOTED:], frame["loaderId"]]
        self._documents = {frame["loaderId"]: self._of(frame["loaderId"])}

    def _of(self, loader: str) -> Document:
        return self._documents.setdefault(loader, Document())

    def _requested(self, params: dict[str, Any]) -> None:
        document = self._of(params["loaderId"])
        kind = params.get("type")
        if kind in _FETCHES:
            document.pending.add(params["requestId"])
        elif kind == "Script" and len(document.asked) < _MOST_NOTED:
            document.asked.append(params["request"]["url"])

    def _answered(self, params: dict[str, Any]) -> None:
        document, answer = self._of(params["loaderId"]), params["response"]
        if params["requestId"] == params["loaderId"]:
            document.headers = {name.lower(): value for name, value in answer["headers"].items()}
        if answer["status"] == 404 and len(document.lost) < _MOST_NOTED:
            document.lost.append(answer["url"])
        if params["type"] == "Script" and len(document.scripts) < _MOST_NOTED:
            document.scripts[answer["url"]] = params["requestId"]

    def _told_more(self, params: dict[str, Any]) -> None:
        if any(name.lower() == "set-cookie" for name in params["headers"]):
            self.cookies.clear()

    def _ended(self, params: dict[str, Any]) -> None:
        for document in self._documents.values():
            document.pending.discard(params["requestId"])

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
        answer = self.ask("Page.navigate", url=address)
        if answer.get("errorText"):
            raise BrowserError(answer["errorText"], net_cause(str(answer["errorText"])))
        loader = answer.get("loaderId")
        self._surely(lambda: loader is None or (loader in self._loaders and not self.loading))

    def lead(self, address: str) -> bool:
        """Loads an address as a link of the page now shown would; says whether another document came.

        Raises:
            BrowserError: Not in time.
        """
        self.arrive()
        before, moves = self._loaders[-1:], self.moves
        call = {"functionDeclaration": "function(to) { location.assign(to); }", "arguments": [{"value": address}]}
        with suppress(_WorldGoneError):
            self.ask("Runtime.callFunctionOn", executionContextId=self._our_world(), userGesture=True, **call)
        self.until(lambda: self.moves > moves, _BEGINS)
        self.arrive()
        return self._loaders[-1:] != before

    @property
    def still(self) -> bool:
        """Nothing runs in the page now shown, nor did in those given before it: another one may take its place."""
        self.arrive()
        if self._still is None:
            headers, text = self.document.headers, self.source()
            html = headers.get("content-type", "").lower().startswith("text/html")
            self._still = html and bool(text) and still(headers, text)
        return self._still

    def give(self, address: str, page: Given) -> bool:
        """Shows a still page in place of the one now shown, itself `still`; says whether it does.

        Args:
            address: Of the same site.
            page: What came from there.

        Raises:
            BrowserError: Not in time.
        """
        if not self.run(source("given"), address):
            return False
        self.ask("Page.setDocumentContent", frameId=self._main, html=page.source)
        self.arrive()
        self._before, self.address, self.given = self.address, address, page
        return True

    def reload(self) -> None:
        """Loads the page once more."""
        self.arrive()
        self._loading = True
        self.ask("Page.reload")
        self.arrive()

    def back(self) -> None:
        """Goes one page back in its history, if there is one."""
        self.arrive()
        if self.given:
            self.go(self._before)
            return
        history = self.ask("Page.getNavigationHistory")
        if history["currentIndex"] < 1:
            return
        moves = self.moves
        self.ask("Page.navigateToHistoryEntry", entryId=history["entries"][history["currentIndex"] - 1]["id"])
        self.until(lambda: self.moves > moves, _BEGINS)
        self.arrive()

    def arrive(self) -> None:
        """Waits until nothing is on its way any more.

        Raises:
            BrowserError: Not in time.
        """
        self._surely(lambda: not self.loading)

    def _surely(self, done: Callable[[], bool]) -> None:
        if not self.until(done):
            raise BrowserError("timeout", Cause.SLOW)

    # -- acting and reading

    def click(self, x: float, y: float) -> None:
        """Clicks at a point of the window, as a hand does."""
        self._free()
        where = {"x": x, "y": y, "button": "left", "clickCount": 1}
        self._given_up.add(self._send("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": x, "y": y}))
        self._given_up.add(self._send("Input.dispatchMouseEvent", {"type": "mousePressed", "buttons": 1, **where}))
        self.ask("Input.dispatchMouseEvent", type="mouseReleased", **where)

    def press(self, keys: list[str]) -> None:
        """Presses keys, by their names or as digits."""
        self._free()
        numbers = []
        for key in keys:
            what: dict[str, Any] = {"key": key, "windowsVirtualKeyCode": _KEYS.get(key, ord(key[0]))}
            down = {"type": "rawKeyDown"} if key in _KEYS else {"type": "keyDown", "text": key}
            numbers.append(self._send("Input.dispatchKeyEvent", {**down, **what}))
            numbers.append(self._send("Input.dispatchKeyEvent", {"type": "keyUp", **what}))
        self._given_up.update(numbers[:-1])
        if numbers:
            self._answer(numbers[-1], self._free)

    def picture(self, **options: object) -> bytes:
        """What the window shows: ``format="png"``, ``format="jpeg", quality=50``.

        Raises:
            BrowserError: There is none.
        """
        self._surely(lambda: not self._frame)
        drawn = self.ask("HeadlessExperimental.beginFrame", screenshot=options)
        if "screenshotData" not in drawn:
            raise BrowserError("no picture")
        return base64.b64decode(drawn["screenshotData"])

    def run(self, script: str, *args: object) -> Any:
        """Runs a script (``return …``, ``arguments[0]``) in our world; a promise is awaited.

        Raises:
            ScriptError: It threw; the cause is the page's when the page hides what it needs.
            PageLeft: The page left before it ended.
            BrowserError: The tab is gone, late, or behind a dialog.
        """
        call: dict[str, Any] = {
            "functionDeclaration": f"function() {{\n{script}\n}}",
            "arguments": [{"value": item} for item in args],
            "returnByValue": True,
            "awaitPromise": True,
        }
        for _time in range(_MOST_WORLDS):
            moves = self.moves
            try:
                answer = self.ask("Runtime.callFunctionOn", executionContextId=self._our_world(), **call)
            except _WorldGoneError:
                self._world = None
                continue
            try:
                return _value(answer)
            except ScriptError:
                if self.moves == moves and not self.loading:
                    raise
                self.arrive()  # a document of which a part only was there is not the page's doing
        raise PageLeft("always leaving", Cause.MOVED)

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


_FRAME = 1 / 60
"""Seconds."""
_BEGINS = 0.4
"""Seconds in which a navigation that was asked for begins."""
_EVENTS: dict[str, Callable[[Tab, dict[str, Any]], None]] = {
    "Page.javascriptDialogOpening": Tab._dialog_opens,
    "Page.javascriptDialogClosed": Tab._dialog_closes,
    "Inspector.targetCrashed": Tab._crashed,
    "Inspector.detached": Tab._detached,
    "Target.detachedFromTarget": Tab._detached,
    "Page.frameRequestedNavigation": Tab._expects,
    "Page.frameStartedLoading": Tab._starts,
    "Page.frameStoppedLoading": Tab._stops,
    "Page.navigatedWithinDocument": Tab._within,
    "Page.frameNavigated": Tab._navigated,
    "Network.requestWillBeSent": Tab._requested,
    "Network.responseReceived": Tab._answered,
    "Network.responseReceivedExtraInfo": Tab._told_more,
    "Network.loadingFinished": Tab._ended,
    "Network.loadingFailed": Tab._ended,
}


def _message(text: str | bytes) -> dict[str, Any]:
    """What the browser says; half a character, which a page may write, is none."""
    told: dict[str, Any] = json.loads(text)
    return _well(told) if _ESCAPED.search(str(text)) else told


def _well(value: Any) -> Any:
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, list):
        return [_well(item) for item in value]
    return {_well(key): _well(item) for key, item in value.items()} if isinstance(value, dict) else value


_HALF = re.compile("[\ud800-\udfff]")
_ESCAPED = re.compile(r"\\u[dD][89a-fA-F]")


class _WorldGoneError(BrowserError):
    """The document left before our script began: it may be asked again."""


def _refusal(words: str) -> BrowserError:
    if _NO_WORLD in words:
        return _WorldGoneError(words, Cause.MOVED)
    if any(mark in words for mark in _LEFT):
        return PageLeft(words, Cause.MOVED)
    return BrowserError(words)


def _value(answer: dict[str, Any]) -> Any:
    details = answer.get("exceptionDetails")
    if details:
        words = str(details.get("exception", {}).get("description") or details.get("text", ""))
        raise ScriptError(words, Cause.SCRIPT if MARK in words or words.startswith(_TOO_MUCH) else None)
    return answer["result"].get("value")
