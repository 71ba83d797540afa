"""One tab of the browser: a visitor's hand in it, over DevTools."""

from __future__ import annotations

import base64
import time
from collections.abc import Sequence
from contextlib import suppress
from random import Random
from typing import Final

from etabli.exam.contract.causes import Cause
from etabli.exam.tools.keyboard import strokes
from etabli.exam.tools.line import BrowserError, PageLeft
from etabli.exam.tools.shown import ANSWERED, Shown

_HELD, _PRESS_S = 0.3, (0.05, 0.12)
"""How often a button or a key is held as a finger holds it, and for how long; the other times cost nothing."""
_DRAWN: Final = """return new Promise((done) => {
  requestAnimationFrame(() => done(0));
  scheduler.postTask(() => done(0), { delay: 1000 });
});"""
"""What ends once the page has been drawn."""
_TOLD_S: Final = 1.0
"""Seconds at most until a page knows of its window."""
_OF_KEYS: Final = ("key", "input", "beforeinput", "text", "composition", "focus", "select")
"""How the names of events begin that tell of keys, and of where they go."""


class Tab(Shown):
    """A new tab, and a visitor's hand in it; made as any `Watched`."""

    def __init__(self, address: str, patience: float) -> None:
        super().__init__(address, patience)
        self.hand = Random()
        """What is not quite the same from one gesture to the next."""

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
            self.until(lambda: not self.document.pending - before, ANSWERED)
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
