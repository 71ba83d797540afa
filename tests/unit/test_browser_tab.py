"""The line to a tab, over a socket that tells what it is told: what the page does to the browser is the page's."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import websocket

from etabli.exam.contract.causes import Cause
from etabli.exam.contract.check import Failed
from etabli.exam.contract.values import Link, Overflow
from etabli.exam.tools.keyboard import strokes
from etabli.exam.tools.line import BrowserError, PageLeft, ScriptError
from etabli.exam.tools.scripts import MARK, acts_soon
from etabli.exam.tools.tab import Tab
from etabli.exam.tools.visit import State, typed
from etabli.exam.tools.watched import Given

Answers = Callable[[str, dict[str, Any]], list[dict[str, Any]]]
"""Given a command and its parameters: what comes back, each an event, an ``error`` or a ``result``."""


class Line:
    """The other end: answers as the browser does, then as the test says."""

    def __init__(self) -> None:
        self.answers: Answers = lambda _command, _params: []
        self.sent: list[str] = []
        self.shown: list[str] = []
        self.busy = 0.0
        """Seconds until the browser reads what is sent."""
        self._limit = 0.2
        self._queue: list[str | Exception] = []

    def send(self, text: str) -> None:
        if self.busy > self._limit:
            raise websocket.WebSocketTimeoutException("timed out")
        asked = json.loads(text)
        self.sent.append(asked["method"])
        said = self.answers(asked["method"], asked["params"])
        for item in said:
            self._queue.append(json.dumps(item if "method" in item else {"id": asked["id"], **item}))
        if not any("method" not in item for item in said) and asked["method"] in _USUAL:
            self._queue.append(json.dumps({"id": asked["id"], "result": _USUAL[asked["method"]]}))

    def recv(self) -> str:
        if not self._queue:
            raise websocket.WebSocketTimeoutException("timed out")
        item = self._queue.pop(0)
        if isinstance(item, Exception):
            raise item
        return item

    def settimeout(self, seconds: float) -> None:
        self._limit = seconds

    def close(self) -> None: ...

    def cut(self) -> None:
        self._queue.append(websocket.WebSocketConnectionClosedException("closed"))

    def tell(self, method: str, **params: Any) -> None:
        self._queue.append(json.dumps({"method": method, "params": params}))


_USUAL: dict[str, dict[str, Any]] = {
    "Target.createTarget": {"targetId": "f"},
    "Target.attachToTarget": {"sessionId": "s"},
    "Page.createIsolatedWorld": {"executionContextId": 7},
    "Runtime.callFunctionOn": {"result": {"value": "lu"}},
    "Target.setAutoAttach": {},
    "Inspector.enable": {},
    "Page.enable": {},
    "Network.enable": {},
    "Page.handleJavaScriptDialog": {},
    "Page.addScriptToEvaluateOnNewDocument": {},
    "Input.dispatchMouseEvent": {},
    "Input.dispatchKeyEvent": {},
}


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    made = Line()
    monkeypatch.setattr(websocket, "create_connection", lambda *_given, **_options: made)
    return made


@pytest.fixture
def tab(line: Line) -> Tab:
    return Tab("ws://ici", 0.2)


def only(method: str, *said: dict[str, Any]) -> Answers:
    return lambda command, _params: list(said) if command == method else []


def test_a_script_runs_in_our_world_which_is_asked_for_once(tab: Tab, line: Line) -> None:
    assert (tab.run("return 1"), tab.run("return 2")) == ("lu", "lu")
    assert line.sent.count("Page.createIsolatedWorld") == 1
    assert "Runtime.enable" not in line.sent  # a page can tell that it is on
    line.tell("Page.frameNavigated", frame={"id": "f", "loaderId": "l2", "url": "http://x/"})
    tab.listen(0.1)
    tab.run("return 3")
    assert line.sent.count("Page.createIsolatedWorld") == 2


def test_a_browser_may_be_busy_for_longer_than_a_frame_before_it_reads_a_script(tab: Tab, line: Line) -> None:
    line.tell("Page.frameNavigated", frame={"id": "f", "loaderId": "l2", "url": "http://x/"})
    tab.listen(0.1)
    line.busy = 0.15
    assert tab.run("return 1") == "lu"


def test_half_a_character_is_none(tab: Tab, line: Line) -> None:
    line.answers = only("Runtime.callFunctionOn", {"result": {"result": {"value": {"a": ["x\ud83d", "\U0001f600"]}}}})
    assert tab.run("return 1") == {"a": ["x\ufffd", "\U0001f600"]}


def test_a_document_that_left_before_the_question_is_asked_again_in_the_next(tab: Tab, line: Line) -> None:
    gone = [{"error": {"message": "Cannot find context with specified id"}}]
    line.answers = lambda command, _params: [gone.pop()] if command == "Runtime.callFunctionOn" and gone else []
    assert tab.run("return 1") == "lu"


def test_a_document_of_which_a_part_only_is_there_is_asked_again_once_it_has_come(tab: Tab, line: Line) -> None:
    """A form's answer was read before its body had come, and the page's own scripts were told as the cause."""
    threw = {"result": {"exceptionDetails": {"text": "Uncaught", "exception": {"description": f"TypeError: {MARK}"}}}}
    loading, done = (
        {"method": f"Page.frame{what}Loading", "params": {"frameId": "f"}} for what in ("Started", "Stopped")
    )
    early = [[loading, threw, done]]
    line.answers = lambda command, _params: early.pop() if command == "Runtime.callFunctionOn" and early else []
    assert tab.run("return 1") == "lu"
    early = [[threw]]
    with pytest.raises(ScriptError):
        tab.run("return 1")


@pytest.mark.parametrize(
    ("told", "cause", "kind"),
    [
        ({"error": {"message": "Execution context was destroyed."}}, Cause.MOVED, PageLeft),
        ({"error": {"message": "Unknown command"}}, None, BrowserError),
        ({"error": {"message": "Object reference chain is too long"}}, Cause.SCRIPT, ScriptError),
        (
            {"result": {"exceptionDetails": {"text": "Uncaught", "exception": {"description": "TypeError"}}}},
            None,
            ScriptError,
        ),
        ({"result": {"exceptionDetails": {"text": f"Error: {MARK}: body"}}}, Cause.SCRIPT, ScriptError),
    ],
)
def test_what_a_script_may_end_as(
    tab: Tab, line: Line, told: dict[str, Any], cause: Cause | None, kind: type[BrowserError]
) -> None:
    line.answers = only("Runtime.callFunctionOn", told)
    with pytest.raises(kind) as caught:
        tab.run("return 1")
    assert caught.value.cause is cause


@pytest.mark.parametrize(
    ("happens", "cause"),
    [
        (lambda line: line.tell("Inspector.targetCrashed"), Cause.CRASHED),
        (lambda line: line.tell("Target.detachedFromTarget", sessionId="s"), Cause.WINDOW_CLOSED),
        (lambda line: line.cut(), Cause.CRASHED),
        (lambda line: line.tell("Page.javascriptDialogOpening", type="alert", message="Bonjour"), Cause.DIALOG),
    ],
)
def test_what_a_page_does_to_its_tab(tab: Tab, line: Line, happens: Callable[[Line], None], cause: Cause) -> None:
    happens(line)
    with pytest.raises(BrowserError) as caught:
        tab.run("return 1")
    assert caught.value.cause is cause
    with pytest.raises(BrowserError):  # and it stays so
        tab.ask("Page.enable")


def test_a_dialog_is_answered_and_the_page_is_read_again(tab: Tab, line: Line) -> None:
    line.tell("Page.javascriptDialogOpening", type="confirm", message="Sûr ?")
    with pytest.raises(BrowserError) as caught:
        tab.run("return 1")
    assert caught.value.dialog == "Sûr ?"
    tab.dismiss(accept=True)
    assert tab.run("return 1") == "lu"


def test_a_page_that_asks_to_stay_is_left(tab: Tab, line: Line) -> None:
    line.tell("Page.javascriptDialogOpening", type="beforeunload", message="")
    assert tab.run("return 1") == "lu"
    assert "Page.handleJavaScriptDialog" in line.sent


def test_no_answer_in_time_is_the_page_s_slowness(tab: Tab) -> None:
    with pytest.raises(BrowserError) as caught:
        tab.ask("Page.reload")
    assert caught.value.cause is Cause.SLOW


def test_an_address_that_does_not_load_has_its_reason(tab: Tab, line: Line) -> None:
    line.answers = only("Page.navigate", {"result": {"frameId": "f", "errorText": "net::ERR_CONNECTION_REFUSED"}})
    with pytest.raises(BrowserError) as caught:
        tab.go("http://x/")
    assert caught.value.cause is Cause.SILENT


def test_a_link_that_brings_no_other_document_says_so(tab: Tab, line: Line) -> None:
    """A page that keeps its visitors (a script that takes links over): the address is then typed."""
    line.tell("Page.frameNavigated", frame={"id": "f", "loaderId": "l", "url": "http://x/"})
    line.tell("Page.frameStoppedLoading", frameId="f")
    assert tab.run("return 1") == "lu"
    assert not tab.lead("http://x/b")
    assert "Page.navigate" not in line.sent


def given(line: Line) -> Answers:
    """A browser that shows what it is given, and that loads what it is led to."""

    def answers(command: str, params: dict[str, Any]) -> list[dict[str, Any]]:
        if command == "Page.setDocumentContent":
            line.shown.append(params["html"])
            return [{"result": {}}, {"method": "Page.loadEventFired", "params": {}}]
        return []

    return answers


def test_a_page_that_is_given_is_shown_once_somebody_looks(tab: Tab, line: Line) -> None:
    line.answers = given(line)
    tab.give("http://x/", Given(200, "<p>un"))
    tab.give("http://x/b", Given(404, "<p>deux"))
    assert (tab.address, tab.source(), tab.due, line.shown) == ("http://x/b", "<p>deux", True, [])
    assert (tab.look("return 1"), tab.look("return 2")) == ("lu", "lu")
    assert (line.shown, tab.due, tab.untouched) == (["<p>deux"], False, True)


def test_a_page_whose_address_chromium_does_not_change_yet_is_shown_a_little_later(tab: Tab, line: Line) -> None:
    """Two hundred changes in ten seconds are its limit: a page at another's address sends its forms elsewhere."""
    usual, refusals = given(line), [False, False]

    def answers(command: str, params: dict[str, Any]) -> list[dict[str, Any]]:
        if "replaceState" in params.get("functionDeclaration", "") and refusals:
            assert line.shown == []
            return [{"result": {"result": {"type": "boolean", "value": refusals.pop()}}}]
        return usual(command, params)

    line.answers = answers
    tab.give("http://x/", Given(200, "<p>un"))
    tab.look("return 1")
    assert (line.shown, refusals) == (["<p>un"], [])


@pytest.mark.parametrize(
    "act",
    [
        lambda tab: tab.run("f()"),
        lambda tab: tab.click(1, 2),
        lambda tab: tab.press(["a"]),
        lambda tab: tab.touch(),
    ],
)
def test_whatever_acts_finds_the_page_there_and_leaves_it_touched(
    tab: Tab, line: Line, act: Callable[[Tab], object]
) -> None:
    line.answers = given(line)
    tab.give("http://x/", Given(200, "<p>un"))
    act(tab)
    assert (line.shown, tab.untouched) == (["<p>un"], False)
    tab.give("http://x/", Given(200, "<p>un"))
    assert tab.untouched and tab.due, "the same page comes anew"


def test_a_click_falls_around_the_middle_where_there_is_room_and_at_one_pixel(tab: Tab, line: Line) -> None:
    places: list[tuple[float, float]] = []

    def answers(command: str, params: dict[str, Any]) -> list[dict[str, Any]]:
        places.extend([(params["x"], params["y"])] if params.get("type") == "mousePressed" else [])
        return []

    line.answers = answers
    for _ in range(30):
        tab.click(100, 50, 30, 8)
    assert all(70 <= x <= 130 and 42 <= y <= 58 and x == int(x) for x, y in places) and len({*places}) > 20
    tab.click(100, 50)
    assert places[30:] == [(100, 50)]


def test_each_sign_has_its_key() -> None:
    def hit(sign: str) -> list[object]:
        return [
            (what["key"], what["code"], what["windowsVirtualKeyCode"])
            for _, what in strokes(sign)
            if "Up" not in what["type"]
        ]

    assert [hit(sign) for sign in "a7é,"] == [
        [("a", "KeyQ", 65)], [("7", "Digit7", 55)], [("é", "Digit2", 50)], [(",", "KeyM", 188)],
    ]  # fmt: skip
    assert hit("É") == [("Shift", "ShiftLeft", 16), ("É", "KeyE", 69)]
    assert hit("\n") == [("Enter", "Enter", 13)] and hit("ArrowDown") == [("ArrowDown", "ArrowDown", 40)]
    assert strokes("œ") == [("Input.insertText", {"text": "œ"})]


@pytest.mark.parametrize("kind", ["worker", "page"])
def test_what_a_page_makes_waits_until_it_is_told_who_visits(tab: Tab, line: Line, kind: str) -> None:
    line.answers = lambda method, _params: [{"result": {}}] if method.startswith("Emulation") else []
    tab.introduce(["fr"], ((8, 90), (0, 80)))
    tab.pose("setUserAgentOverride", userAgent="Mozilla/5.0 (Windows)")
    sent = len(line.sent)
    line.tell("Target.attachedToTarget", sessionId="o", waitingForDebugger=True, targetInfo={"type": kind})
    tab.listen(0.1)
    told = line.sent[sent:]
    assert told[0] == "Target.setAutoAttach" and told[-1] == "Runtime.runIfWaitingForDebugger"
    assert "Emulation.setUserAgentOverride" in told
    assert ("Runtime.evaluate" if kind == "worker" else "Page.addScriptToEvaluateOnNewDocument") in told


def test_another_document_takes_the_place_of_a_page_that_was_due(tab: Tab, line: Line) -> None:
    line.answers = given(line)
    tab.give("http://x/", Given(200, "<p>un"))
    line.tell("Page.frameNavigated", frame={"id": "f", "loaderId": "l", "url": "http://x/b"})
    line.tell("Page.frameStoppedLoading", frameId="f")
    tab.listen(0.1)
    assert (tab.given, tab.due, tab.untouched) == (None, False, False)
    tab.arrive()
    assert tab.run("return 1") == "lu" and line.shown == []


def test_what_the_network_brought_belongs_to_the_page_now_shown(tab: Tab, line: Line) -> None:
    def ask(url: str, kind: str, request: str) -> None:
        line.tell("Network.requestWillBeSent", loaderId="l", requestId=request, type=kind, request={"url": url})

    line.tell("Page.frameNavigated", frame={"id": "f", "loaderId": "l", "url": "http://x/"})
    ask("http://x/a.js", "Script", "1")
    ask("http://x/liste.json", "Fetch", "2")
    line.tell(
        "Network.responseReceived",
        loaderId="l",
        requestId="1",
        type="Script",
        response={"url": "http://x/a.js", "status": 404},
    )
    assert tab.run("return 1") == "lu"
    shown = tab.document
    assert (shown.asked, shown.lost, shown.pending) == (["http://x/a.js"], ["http://x/a.js"], {"2"})
    line.tell("Network.loadingFinished", requestId="2")
    assert tab.run("return 1") == "lu"
    assert not tab.document.pending
    line.tell("Page.frameNavigated", frame={"id": "f", "loaderId": "m", "url": "http://x/b"})
    assert tab.run("return 1") == "lu"
    assert not tab.document.asked


@pytest.mark.parametrize(
    ("script", "soon"),
    [
        ("let a = 1;", False),
        ("setTimeout(lire, 200)", True),
        ("setTimeout(() => { f(1, 2); g('),') }, 5000);", False),
        ("setTimeout(() => cacher(message), 1000)", True),
        ("setTimeout(lire)", True),
        ("setTimeout(lire, DELAI)", True),
        ("window['setTimeout'](lire, 5000)", True),
        ("setTimeout(a, 4000); setTimeout(b, 10)", True),
        ("setTimeout(", True),
        ("setTimeout(function () { x = /[)]/; }, 9000)", True),  # not read to its end: waited for
    ],
)
def test_a_script_that_acts_by_itself_is_waited_for(script: str, soon: bool) -> None:
    assert acts_soon(script) is soon


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (str, 3),
        (str, {"toString": "x"}),
        (bool, "oui"),
        (list[str], "abc"),
        (list[Link], [{"text": "a"}]),
        (Overflow, {"pixels": "beaucoup", "culprit": ""}),
        (State, None),
    ],
)
def test_what_is_not_of_the_kind_asked_for_is_the_page_s_doing(kind: type, value: object) -> None:
    with pytest.raises(Failed, match="JavaScript de la page"):
        typed(kind, value)
