"""What tests ask of real browsers (:mod:`etabli.server.browsers`); what a page asks for is kept, so that a test can say
that nothing left the machine.
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from selenium import webdriver
from selenium.common.exceptions import (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    NoSuchElementException,
    StaleElementReferenceException,
    TimeoutException,
    WebDriverException,
)
from selenium.webdriver.remote.webelement import WebElement

from etabli.server.browsers import Browsers, Driver
from etabli.server.browsers import browsers as started

__all__ = [
    "Browsers",
    "asked",
    "axe",
    "browsers",
    "cdp",
    "clear",
    "log",
    "one",
    "opened",
    "press",
    "shown",
    "size",
    "until",
    "wait",
]

PATIENCE_S = int(os.environ.get("ETABLI_PATIENCE", "240"))
_LIFE_S = 6 * 3600
"""Of browsers that nobody ended: longer than any part of the long tests."""
SLOWER = float(os.environ.get("ETABLI_LENTEUR", "1"))
"""How many times slower the browsers' processor is, with a network as slow: what a test forgets to wait for is then late."""
AXE = "/opt/axe/axe.min.js"
RUN_AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ['violations'], iframes: false}).then(
  found => done(found.violations.map(v => ({
    id: v.id, impact: v.impact, nodes: v.nodes.slice(0, 4).map(n => n.html.slice(0, 200) + ' ' + n.failureSummary)}))),
  problem => done([{id: 'axe', impact: 'critical', nodes: [String(problem)]}]));
"""
SHOWN = """
const [selector, text] = arguments, found = [];
if (selector.startsWith('//')) {
  const all = document.evaluate(selector, document, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE);
  for (let n = 0; n < all.snapshotLength; n++) found.push(all.snapshotItem(n));
} else {
  found.push(...document.querySelectorAll(selector));
}
return found.find(el => (text === null || el.innerText.trim() === text) && el.getClientRects().length
  && el.checkVisibility({opacityProperty: true, visibilityProperty: true})) || null;
"""
GOING = (
    *(NoSuchElementException, StaleElementReferenceException),
    *(ElementNotInteractableException, ElementClickInterceptedException),
)
"""How a page that is being drawn refuses."""
Seen = TypeVar("Seen")
_open = Driver.get


def _open_slowly(driver: Driver, url: str) -> None:
    cdp(driver, "Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    away = {"offline": False, "latency": 50 * SLOWER, "downloadThroughput": -1, "uploadThroughput": -1}
    cdp(driver, "Network.emulateNetworkConditions", away)
    _open(driver, url)


if SLOWER > 1:
    Driver.get = _open_slowly  # type: ignore[method-assign]


class KeptBrowsers(Browsers):
    """Gives a browser that somebody gave back, when one like it waits: to start one and have it read our scripts for
    the first time takes two seconds of a processor. Of what was done in it, only the cache of pages is left.

    Args:
        fleet: Where they are opened.
        stack: Ends them.
    """

    def __init__(self, fleet: Browsers, stack: ExitStack) -> None:
        super().__init__(fleet.container, fleet.address, fleet.machine, fleet.shared)
        self._stack = stack
        self._kept: dict[tuple[str, ...], list[webdriver.Remote]] = {}

    @contextmanager
    def open(self, *, names: Sequence[str] = (), trusted: Sequence[Path] = ()) -> Iterator[webdriver.Remote]:
        """Opens a browser without any past; see :meth:`Browsers.open`."""
        kept = self._kept.setdefault((*names, *map(str, trusted)), [])
        driver = kept.pop() if kept else self._stack.enter_context(super().open(names=names, trusted=trusted))
        log(driver), log(driver, "performance")
        yield driver
        with suppress(WebDriverException):  # it died, or asks something: the next one is another
            forget(driver)
            kept.append(driver)


@contextmanager
def browsers(shared: Path) -> Iterator[Browsers]:
    """Starts browsers that are kept for each other's users, and ends them all; see :func:`started`."""
    with started(shared, _LIFE_S) as found, ExitStack() as stack:
        yield KeptBrowsers(found, stack)


def forget(driver: webdriver.Remote) -> None:
    """Leaves a browser with one new window, whose size and history are its own, and with nothing that pages stored."""
    before = driver.window_handles
    driver.switch_to.window(before[0])
    driver.switch_to.new_window("tab")
    own = driver.current_window_handle
    for handle in before:
        driver.switch_to.window(handle)
        driver.close()
    driver.switch_to.window(own)
    clear(driver)


def clear(driver: webdriver.Remote) -> None:
    """Leaves a browser with nothing that pages stored."""
    cdp(driver, "Network.clearBrowserCookies", {})
    stored = "cookies,local_storage,indexeddb,service_workers,cache_storage"
    cdp(driver, "Storage.clearDataForOrigin", {"origin": "*", "storageTypes": stored})


def axe(fleet: Browsers, driver: webdriver.Remote) -> list[dict[str, Any]]:
    """Returns what axe finds wrong on the page that is open."""
    driver.execute_script(_axe_of(fleet.container))
    found: list[dict[str, Any]] = driver.execute_async_script(RUN_AXE)
    return found


@functools.cache
def _axe_of(container: str) -> str:
    argv = ["docker", "exec", container, "cat", AXE]
    return subprocess.run(argv, check=True, capture_output=True, text=True, timeout=60).stdout


def until(seen: Callable[[], Seen]) -> Seen:
    """Waits for what `seen` returns to be true, and returns it."""
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends:
        if found := seen():
            return found
        time.sleep(0.05)
    raise AssertionError(f"never seen: {seen}")


def wait(driver: webdriver.Remote, seen: Callable[[webdriver.Remote], Seen], why: str = "") -> Seen:
    """Waits for a condition on a page, with minutes to spare; what is drawn again or covered meanwhile is tried again."""
    begun = time.monotonic()
    while (spent := time.monotonic() - begun) < PATIENCE_S:
        try:
            if found := seen(driver):
                return found
        except GOING:
            pass
        except WebDriverException as odd:  # Chromium says so of a page that is being left
            if "does not belong to the document" not in str(odd):
                raise
        time.sleep(min(max(spent / 8, 0.05), 0.5))  # each look is work for the browser: fewer at what takes long
    raise TimeoutException(why)


def one(driver: webdriver.Remote, selector: str) -> WebElement:
    """Returns the first element that is shown, once there is one; a script may show it later than its neighbours."""
    return wait(driver, lambda page: shown(page, selector), selector)  # type: ignore[return-value]


def shown(driver: webdriver.Remote, selector: str, text: str | None = None) -> WebElement | None:
    """Returns the first element of a selector, or of an XPath, that is shown now, with this text if any.

    In one question, which costs the browser a sixth of what it costs to be asked of each element.
    """
    found: WebElement | None = driver.execute_script(SHOWN, selector, text)
    return found


def press(driver: webdriver.Remote, selector: str, *keys: str) -> None:
    """Presses the first that is shown and is not at work; or keys on it."""
    ready = f"{selector}:not([aria-disabled='true'])"
    wait(driver, lambda page: (one(page, ready).send_keys(*keys) if keys else one(page, ready).click()) is None, ready)


def opened(driver: webdriver.Remote, *others: str) -> str:
    """Goes to the window that is none of these, once it is open; returns its handle."""
    found = wait(driver, lambda page: next((one for one in page.window_handles if one not in others), None), "a window")
    driver.switch_to.window(str(found))
    return str(found)


def size(driver: webdriver.Remote, width: int, height: int, scheme: str = "light") -> None:
    """Plays a screen and a colour scheme."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    cdp(driver, "Emulation.setDeviceMetricsOverride", metrics)
    drawn = "return [innerWidth, innerHeight]"
    wait(driver, lambda page: page.execute_script(drawn) == [width, height], "the screen has its size")
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    cdp(driver, "Emulation.setEmulatedMedia", {"media": "screen", "features": features})


def cdp(driver: webdriver.Remote, command: str, facts: dict[str, Any]) -> Any:
    """Says a command of the DevTools protocol."""
    return driver.execute("executeCdpCommand", {"cmd": command, "params": facts})["value"]


def log(driver: webdriver.Remote, kind: str = "browser") -> list[dict[str, Any]]:
    """Returns what the browser noted since the last call: its console, or (``performance``) what it asked for."""
    driver.command_executor.add_command("journal", "POST", "/session/$sessionId/se/log")  # type: ignore[union-attr]
    found: list[dict[str, Any]] = driver.execute("journal", {"type": kind})["value"]
    return found


def asked(driver: webdriver.Remote) -> list[str]:
    """Returns the addresses that the browser asked for since the last call."""
    events = [json.loads(entry["message"])["message"] for entry in log(driver, "performance")]
    requested = [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]
    sockets = [event["params"]["url"] for event in events if event["method"] == "Network.webSocketCreated"]
    return [one["request"]["url"] for one in requested] + sockets
