"""A line to the browser, over DevTools: questions, their answers, and what happens meanwhile."""

from __future__ import annotations

import json
import re
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Final

import websocket

from etabli.exam.contract.causes import Cause

BEGINS: Final = 0.4
"""Seconds in which a navigation that was asked for begins."""
_FRAME: Final = 1 / 60
"""Seconds."""
_MET: Final = "Target.attachedToTarget"
"""Told of the tab, of its workers and of theirs."""
_NO_WORLD = "Cannot find context with specified id"
_NO_VALUE = ("Object reference chain is too long", "Object couldn't be returned by value")
"""What a page has put in the place of a value that we asked for is none: a window, an element."""
_LEFT = ("Execution context was destroyed", "Inspected target navigated or closed", "Promise was collected")


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


class WorldGoneError(BrowserError):
    """The document left before our script began: it may be asked again."""


class Line(ABC):
    """A line to one browser, and then to one tab of it.

    Args:
        address: The browser's web socket.
        patience: Seconds that an answer may take; the line's `patience` afterwards.

    Raises:
        OSError: Nobody listens there.
        websocket.WebSocketException: Something else does.
    """

    def __init__(self, address: str, patience: float) -> None:
        self.patience = patience
        self._line = websocket.create_connection(
            address, timeout=patience, suppress_origin=True, skip_utf8_validation=True
        )
        self._session: str | None = None
        """Of the tab."""
        self._number = 0
        self._answers: dict[int, dict[str, Any]] = {}
        self._given_up: set[int] = set()
        self._frame = 0
        """The frame that is being drawn."""
        self._gone: Cause | None = None
        self.dialog: str | None = None
        """The words of the dialog that is open."""

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

    def _send(self, command: str, params: dict[str, Any], session: str | None = None) -> int:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": command, "params": params}
        if session or self._session:
            message["sessionId"] = session or self._session
        try:
            self._line.settimeout(self.patience)  # for a busy browser the kernel keeps less than a script of ours
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
        elif message.get("sessionId") in (None, self._session) or message["method"] == _MET:
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
            self._heard(min(left, BEGINS))
        return True

    @abstractmethod
    def _happened(self, what: str, params: dict[str, Any]) -> None:
        """Is told what happens."""


def _refusal(words: str) -> BrowserError:
    if _NO_WORLD in words:
        return WorldGoneError(words, Cause.MOVED)
    if any(mark in words for mark in _LEFT):
        return PageLeft(words, Cause.MOVED)
    if any(mark in words for mark in _NO_VALUE):
        return ScriptError(words, Cause.SCRIPT)
    return BrowserError(words)


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
