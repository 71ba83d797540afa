"""What happens in one tab of the browser, over DevTools, kept as it comes.

Where it goes, what it asks the network for and what came, dialogs, a crash; who visits is told to what it opens.
"""

from __future__ import annotations

import base64
import json
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from etabli.exam.contract.causes import Cause
from etabli.exam.contract.values import Response
from etabli.exam.tools.cookies import Jar
from etabli.exam.tools.line import BEGINS, Line
from etabli.exam.tools.referrer import Policies, heed
from etabli.exam.tools.scripts import source
from etabli.exam.tools.still import HINTS, asked_each_time

WORLD: Final = "visiteur"
_DOMAINS = ("Inspector.enable", "Page.enable")
_BODIES: dict[str, Any] = {"maxTotalBufferSize": 8_000_000, "maxResourceBufferSize": 2_000_000, "maxPostDataSize": 1}
_WAITING: Final = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}
_FETCHES = frozenset({"Fetch", "XHR"})
_PARTS = frozenset({"Stylesheet", "Image", "Font", "Media"})
_MANIFEST = "Manifest"
MOST_BEGUN, BEGUN_S = 180, 12.0
"""What a page begins within so many seconds, of navigations and changes of its address: of more than 200 in ten seconds
Chromium takes none, and a click leads nowhere (HTML, « navigation rate limiter »; crbug.com/1038223)."""
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


class Watched(Line):
    """A new tab, attached, which nobody but us drives, and what happens there.

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
        self._begun = deque[float](maxlen=MOST_BEGUN)
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


_EVENTS: dict[str, Callable[[Watched, dict[str, Any]], None]] = {
    "Target.attachedToTarget": Watched._met,
    "Fetch.requestPaused": Watched._paused,
    "Page.javascriptDialogOpening": Watched._dialog_opens,
    "Page.javascriptDialogClosed": Watched._dialog_closes,
    "Inspector.targetCrashed": Watched._crashed,
    "Inspector.detached": Watched._detached,
    "Target.detachedFromTarget": Watched._detached,
    "Page.frameRequestedNavigation": Watched._expects,
    "Page.frameStartedLoading": Watched._starts,
    "Page.frameStoppedLoading": Watched._stops,
    "Page.loadEventFired": Watched._loaded,
    "Page.navigatedWithinDocument": Watched._within,
    "Page.frameNavigated": Watched._navigated,
    "Network.requestWillBeSent": Watched._requested,
    "Network.responseReceived": Watched._answered,
    "Network.responseReceivedExtraInfo": Watched._told_more,
    "Network.loadingFinished": Watched._ended,
    "Network.loadingFailed": Watched._failed,
}
