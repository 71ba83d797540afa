"""The browser session: started early, emptied between checks, replaced when a page kills it.

Selenium starts Chromium under the account that reads hostile bytes, introduces it, and ends it; a :class:`Tab` does all
the rest, for one that chromedriver drives would tell the page so.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from random import Random
from secrets import token_hex
from typing import Any

import requests
import websocket
from selenium import webdriver
from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver.chrome.remote_connection import ChromeRemoteConnection
from urllib3.exceptions import HTTPError

from etabli.exam.contract.causes import Cause, failed
from etabli.exam.runner.request import ExamRequest
from etabli.exam.runner.timing import CheckTimeout
from etabli.exam.runner.translate import FATAL
from etabli.exam.tools.cookies import Cookie, Jar, of_browser
from etabli.exam.tools.line import BrowserError, ScriptError
from etabli.exam.tools.own_headers import Introduction, OwnHeaders, accepted, agent_of, user_agent
from etabli.exam.tools.readings import Readings
from etabli.exam.tools.relay import Relay
from etabli.exam.tools.tab import Tab
from etabli.exam.tools.watched import Given

DRIVER = "http://127.0.0.1:9515"
_HEIGHTS, _PHONE_HEIGHTS = range(820, 901), (640, 667, 720, 732, 740, 760, 780, 800)
"""Of windows and of phones: drawn, so that no page knows ours."""
_WIDTHS = range(1240, 1905)
_LANGUAGES = ("fr-FR,fr,en-US,en", "fr,fr-FR,en-US,en", "fr-FR,fr,en")
"""What French visitors' browsers ask for, drawn too."""
_EDGE, _BARS = 8, range(79, 121)
"""What a window has beside and below its page, and above it: tabs, address, for some bookmarks; in pixels."""
_PHONE_BARS, _PHONE_KEYS = range(80, 88), (0, 24, 48)
"""What a phone has above a page, and below it."""
_SCREEN, _TASKS = (1920, 1080), 48
"""Of a desk, and the height of the bar of its system."""
_LATENCIES, _LINE = (50, 75, 100, 125), {"downloadThroughput": 1_250_000, "uploadThroughput": 1_250_000}
"""Of the visitor's line, in milliseconds and bytes a second: a page is told of it, and no slower for it."""
_ALLOWED = (
    "accelerometer", "background-fetch", "background-sync", "clipboard-write", "keyboard-lock", "payment-handler",
    "pointer-lock", "screen-wake-lock", "storage-access",
)  # fmt: skip
"""What an ordinary browser lets pages do without asking."""
_OPENING = 60.0
_FAREWELL = 3.0
_STORAGE = "local_storage,indexeddb,service_workers,cache_storage,file_systems"
_TROUBLE = (BrowserError, requests.RequestException, websocket.WebSocketException, OSError)
_BINARY = "/usr/lib/chromium/chromium-headless-shell"
"""Chromium without the windows that nobody sees: a third less work for the same pages (ADR 2)."""
_FLAGS = (
    "--disable-gpu",
    "--disable-software-rasterizer",
    "--disable-breakpad",
    # One origin can be reached: isolating sites from each other would only start processes.
    "--renderer-process-limit=1",
    "--disable-site-isolation-trials",
    "--disable-dev-shm-usage",
    "--no-first-run",
    # Nothing is written to a disk, so nothing is slow to be emptied.
    "--incognito",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-popup-blocking",
    # RenderDocument would make a new frame, compositor included, for each page of the same site.
    "--disable-features=RenderDocument,SpareRendererForSitePerProcess,BackForwardCache,IsolateOrigins,"
    "site-per-process,Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider,AutofillServerCommunication",
    "--metrics-recording-only",
    "--mute-audio",
    "--no-proxy-server",
    # WebRTC sends UDP to any address, past the resolver rules.
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    # What tells a page that nobody sits there: navigator.webdriver, and a screen without a mouse.
    "--disable-blink-features=AutomationControlled",
    "--blink-settings=primaryPointerType=4,availablePointerTypes=4,primaryHoverType=2,availableHoverTypes=2",
    "--lang=fr-FR",
    # As where each site has a process of its own.
    "--enable-precise-memory-info",
    # A frame is drawn when somebody waits or takes a picture, and no other.
    "--run-all-compositor-stages-before-draw",
)


class Browser:
    """One Chromium for one exam.

    Args:
        request: The exam; only its origin can be resolved.
        driver_url: Where chromedriver listens.
    """

    def __init__(self, request: ExamRequest, driver_url: str = DRIVER) -> None:
        self._request = request
        self._url = driver_url
        self._tab: Tab | None = None
        self._session = self._address = self._version = ""
        self._own_headers: OwnHeaders | None = None
        self._error: Exception | None = None
        self._thread: threading.Thread | None = None
        self._used = False
        self._resized = False
        """The tab shows pages otherwise than the next check's has to."""
        self._dark = False
        self._lost = False
        self.kinds: dict[str, bool] = {}
        """Of pages that it has asked for by itself (`kind_of`): whether they look the same when they are given."""
        self.drawn = sha256(f"{request.nonce or token_hex()}|navigateur".encode()).hexdigest()[:16]
        """What a page cannot know beforehand, and the same when an exam is replayed."""
        self._readings: dict[tuple[int, int, bool], Readings] = {}
        draw, self._hand = Random(self.drawn), Random(f"{self.drawn}|main")
        self.relay = Relay(request.address, request.port, request.netloc)
        """By which it reaches the site."""
        self._height, self._phone_height = draw.choice(_HEIGHTS), draw.choice(_PHONE_HEIGHTS)
        self._width, self._languages = draw.choice(_WIDTHS), draw.choice(_LANGUAGES)
        self._latency = draw.choice(_LATENCIES)
        place = Random(f"{self.drawn}|place")
        self._above, self._phone_above, self._keys = map(place.choice, (_BARS, _PHONE_BARS, _PHONE_KEYS))
        wide, high = self._outer(self._width)
        self._left, self._top = place.randint(0, _SCREEN[0] - wide), place.randint(0, _SCREEN[1] - _TASKS - high)
        self.size = (self._width, self._height)
        """Of the window now, in pixels of CSS."""

    # -- life

    def start(self) -> None:
        """Begins to open the session, without waiting for it."""
        self._thread = threading.Thread(target=self._open, name="browser", daemon=True)
        self._thread.start()

    def _open(self) -> None:
        introduction = Introduction() if self._own_headers is None else None
        try:
            status = requests.get(f"{self._url}/status", timeout=_OPENING).json()  # it drives its own version only
            self._version = str(status["value"]["build"]["version"]).split()[0]
            driver = webdriver.Remote(
                command_executor=ChromeRemoteConnection(remote_server_addr=self._url, keep_alive=True),
                options=self._options(introduction.rules if introduction else ()),
            )
            self._session = str(driver.session_id)
            place = driver.capabilities["goog:chromeOptions"]["debuggerAddress"]
            version = requests.get(f"http://{place}/json/version", timeout=_OPENING).json()
            self._address = str(version["webSocketDebuggerUrl"])
            if introduction:

                def driven(command: str, **params: Any) -> Any:
                    return driver.execute("executeCdpCommand", {"cmd": command, "params": params})["value"]

                driven("Emulation.setUserAgentOverride", **agent_of(self._version))
                self._own_headers = introduction.meet(driver.get, driven, TimeoutException)
            self._new_tab()
        except BrowserError as error:  # no page is there that could have caused it
            self._error = BrowserError(str(error))
        except (*_TROUBLE, WebDriverException, HTTPError, KeyError, ValueError) as error:
            self._error = error
        finally:
            if introduction:
                introduction.close()

    def _options(self, more_rules: Sequence[str]) -> webdriver.ChromeOptions:
        options = webdriver.ChromeOptions()
        options.binary_location = _BINARY
        site = f"MAP {self._request.netloc.split(':')[0]} {self.relay.place}"
        own = (
            f"--user-agent={user_agent(self._version)}",
            f"--host-resolver-rules={', '.join((*more_rules, site, 'MAP * ~NOTFOUND'))}",
            f"--accept-lang={accepted(self._languages)}",
            "--window-size={},{}".format(*self._outer(self._width)),
        )
        for flag in (*_FLAGS, *own):
            options.add_argument(flag)
        options.add_experimental_option("excludeSwitches", ["enable-automation"])
        options.timeouts = {"pageLoad": int(_OPENING * 1000), "script": int(_OPENING * 1000), "implicit": 0}
        return options

    def _new_tab(self) -> None:
        """The only tab from now on: what was set in the one before went with it, but for what a site made it say."""
        hints = self._tab is not None and self._tab.hints
        if self._tab is not None:
            self._tab.close()  # else what is opened waits for it
        self._tab = Tab(self._address, _OPENING)
        self._tab.hints, self._tab.hand = hints, self._hand
        self._tab.policies = self._own_headers.policies if self._own_headers else {}
        self._tab.patience = self._request.page_timeout
        self._tab.line = {"offline": False, "latency": self._latency, **_LINE}
        above = ((self._left + _EDGE, self._top + self._above), (0, self._phone_above))
        self._tab.introduce(self._languages.split(","), above)
        self._tab.pose("setUserAgentOverride", **agent_of(self._version))
        self._viewport(self._width)
        self._dark = False
        self._close_others()
        for name in _ALLOWED:
            self.cdp("Browser.setPermission", permission={"name": name}, setting="granted")

    @property
    def tab(self) -> Tab:
        """The tab, awaited if it is still starting and opened anew if a page killed it.

        Raises:
            Exception: Whatever kept the browser from opening (our error).
        """
        tab = self.wait()
        self._used = True
        return tab

    @property
    def own_headers(self) -> OwnHeaders:
        """Its headers, taken from its first session.

        Raises:
            Exception: As for `tab`.
        """
        if self._own_headers is None:
            self.wait()
        assert self._own_headers is not None
        return self._own_headers

    def wait(self) -> Tab:
        """Waits until the session is open: no time of the candidate's.

        Raises:
            Exception: As for `tab`.
        """
        if self._lost:
            self.close()
        if self._thread is None:
            self.start()
        if self._thread is not None:
            self._thread.join()
        if self._error is not None:
            raise self._error
        assert self._tab is not None
        return self._tab

    @property
    def patience(self) -> float:
        """Seconds that a page may take."""
        return self._request.page_timeout

    @property
    def used(self) -> bool:
        """A page was shown since the last cleaning."""
        return self._used and not self._lost

    def close(self) -> None:
        """Ends the session, whatever its state."""
        if self._thread is not None:
            self._thread.join()
        if self._address:
            hang_up(self._address)
        if self._session:
            with suppress(requests.RequestException):
                requests.delete(f"{self._url}/session/{self._session}", timeout=_FAREWELL)
        self._tab = self._thread = self._error = None
        self._address = self._session = ""
        self._used = self._resized = self._lost = False

    def clean(self) -> None:
        """Empties cookies, storage, cache, windows and dialogs; a session that resists is replaced."""
        if self._lost:
            self.close()
            self.start()
        if not self._used or self._tab is None:
            return
        try:
            self._empty(self._tab)
            self._used = False
        except _TROUBLE:
            self.close()
            self.start()

    def _empty(self, tab: Tab) -> None:
        if not tab.due:  # else nothing has happened there
            self.dismiss()
        quiet = tab.quiet
        if self._resized or not tab.still:
            tab.go("about:blank")
        else:
            tab.give("/", Given(0, ""))
        self.cdp("Network.clearBrowserCookies")
        tab.emptied()
        if tab.fetched:
            self.cdp("Network.clearBrowserCache")
            tab.fetched = False
            tab.parts.clear()
        if not quiet:  # only scripts store anything else
            # Not "all": cookies are done above, and the rarer kinds cost 100 ms.
            self.cdp("Storage.clearDataForOrigin", origin=self._request.origin, storageTypes=_STORAGE)
        if self._resized:
            self._new_tab()
            self._resized = False
        else:
            self._close_others()

    def _close_others(self) -> None:
        assert self._tab is not None
        for target in self.cdp("Target.getTargets")["targetInfos"]:
            if target["type"] == "page" and target["targetId"] != self._tab.target:
                self.cdp("Target.closeTarget", targetId=target["targetId"])

    @property
    def readings(self) -> Readings:
        """What was read in still pages in a window of this size, in this theme."""
        return self._readings.setdefault((*self.size, self._dark), Readings())

    # -- commands

    def cdp(self, command: str, **params: Any) -> dict[str, Any]:
        """Runs one command of the DevTools protocol."""
        assert self._tab is not None
        return self._tab.ask(command, **params)

    def jar(self) -> Jar:
        """Its cookies."""
        tab = self.tab
        if tab.jar is None:
            tab.jar = Jar(map(of_browser, self.cdp("Network.getAllCookies")["cookies"]))
        return tab.jar

    def take(self, address: str, cookies: Iterable[Cookie]) -> None:
        """Has these cookies, as if the site had given them from this address; one that is over is forgotten."""
        for cookie in cookies:
            jar, self.tab.jar = self.jar(), None
            more: dict[str, Any] = {} if cookie.expires is None else {"expires": max(1, cookie.expires)}
            more |= {"sameSite": cookie.same_site} if cookie.same_site else {}
            more |= {"domain": cookie.domain} if cookie.domain else {}
            try:
                self.cdp(
                    "Network.setCookie", name=cookie.name, value=cookie.value, url=address, path=cookie.path,
                    secure=cookie.secure, httpOnly=cookie.http_only, **more,
                )  # fmt: skip
            except BrowserError as error:
                if error.cause is not None:
                    raise
                continue  # what the browser refuses is a cookie that it has not
            if not more.keys() - {"sameSite"}:
                jar.put(cookie)
                self.tab.jar = jar

    def theme(self, *, dark: bool) -> None:
        """Asks for this theme until the next cleaning."""
        tab = self.tab
        tab.touch()
        self._resized, self._dark = True, dark
        tab.pose("setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def width(self, pixels: int, *, phone: bool) -> None:
        """Shows pages on a screen of this width until the next cleaning.

        Args:
            pixels: In CSS.
            phone: A phone that is touched with a finger; else a narrow window, with a mouse.
        """
        tab = self.tab
        tab.touch()
        self._resized = True
        if phone:  # from a phone there is no way back to a mouse: the next tab has one
            tab.pose("setTouchEmulationEnabled", enabled=True, maxTouchPoints=5)
            tab.pose("setUserAgentOverride", **agent_of(self._version, phone=True))
        else:
            window = self.cdp("Browser.getWindowForTarget")["windowId"]
            wide, high = self._outer(pixels)
            self.cdp("Browser.setWindowBounds", windowId=window, bounds={"width": wide, "height": high})
        self._viewport(pixels, phone=phone)

    def _outer(self, width: int) -> tuple[int, int]:
        """Of a window whose page is so wide."""
        return width + 2 * _EDGE, self._above + self._height + _EDGE

    def _viewport(self, width: int, *, phone: bool = False) -> None:
        height, scale = (self._phone_height, 2) if phone else (self._height, 1)
        self.size = (width, height)
        screen = (width, height + self._phone_above + self._keys) if phone else _SCREEN
        left, top = (0, 0) if phone else (self._left, self._top)
        size = {"width": width, "height": height, "screenWidth": screen[0], "screenHeight": screen[1]}
        size |= {"positionX": left, "positionY": top}
        assert self._tab is not None
        self._tab.pose("setDeviceMetricsOverride", deviceScaleFactor=scale, mobile=phone, **size)

    def dismiss(self, limit: int = 5) -> list[str]:
        """Closes open dialogs and returns their words."""
        said: list[str] = []
        assert self._tab is not None
        for _time in range(limit):
            with suppress(ScriptError):
                try:
                    self._tab.run("return 1")
                except BrowserError as error:
                    if error.cause is not Cause.DIALOG:
                        raise
                    said.append(error.dialog)
                    self._tab.dismiss(accept=False)
                    continue
            break
        return said

    def told(self, cause: Cause) -> Cause:
        """What the site did: to the browser, one that takes no connection is one that cuts it."""
        return Cause.SILENT if cause is Cause.CUT and self.relay.silent else cause

    @contextmanager
    def guard(self, what: str, *, packaged: bool = False) -> Iterator[None]:
        """Within the block, what the page does to the browser is `Failed`.

        Args:
            what: Where, for the student: an address or an element.
            packaged: The block runs our own scripts, which only a page can make fail.

        Raises:
            Failed: The candidate's side caused it.
            BrowserError: It did not: the browser or we did.
        """
        try:
            yield
        except CheckTimeout:
            self._lost = True
            raise
        except BrowserError as error:
            cause = error.cause or (Cause.SCRIPT if packaged and isinstance(error, ScriptError) else None)
            if cause is None:
                raise
            cause = self.told(cause)
            if cause in FATAL or cause is Cause.SLOW:
                self._lost = True
            raise failed(cause, f"« {error.dialog} »" if error.dialog else what) from error


def hang_up(address: str) -> None:
    """Ends a browser by its own line; chromedriver itself would wait for a page that answers no more."""
    with suppress(websocket.WebSocketException, OSError):
        line = websocket.create_connection(address, timeout=_FAREWELL, suppress_origin=True)
        with suppress(websocket.WebSocketException, OSError):
            line.send('{"id": 1, "method": "Browser.close"}')
            line.recv()
        line.close()
