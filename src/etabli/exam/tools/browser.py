"""The browser session: started early, emptied between checks, replaced when a page kills it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from typing import Any

import requests
import websocket
from selenium import webdriver
from selenium.common.exceptions import (
    NoAlertPresentException,
    TimeoutException,
    UnexpectedAlertPresentException,
    WebDriverException,
)
from selenium.webdriver.chrome.remote_connection import ChromeRemoteConnection
from urllib3.exceptions import HTTPError

from etabli.exam.contract.causes import Cause, failed
from etabli.exam.runner.request import ExamRequest
from etabli.exam.runner.timing import CheckTimeout
from etabli.exam.runner.translate import FATAL, browser_cause
from etabli.exam.tools.identity import Identity, Introduction, agent_of, user_agent
from etabli.exam.tools.scripts import source

DRIVER = "http://127.0.0.1:9515"
WIDTH, HEIGHT = 1280, 900
_FAREWELL = 3.0
_STORAGE = "local_storage,indexeddb,service_workers,cache_storage,file_systems"
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
    "--lang=fr-FR",
    "--accept-lang=fr-FR,fr",
    "--hide-scrollbars",
    f"--window-size={WIDTH},{HEIGHT}",
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
        self._driver: webdriver.Remote | None = None
        self._error: Exception | None = None
        self._thread: threading.Thread | None = None
        self._used = False
        self._narrow = False
        self._lost = False
        self._identity: Identity | None = None

    # -- life

    def start(self) -> None:
        """Begins to open the session, without waiting for it."""
        self._thread = threading.Thread(target=self._open, name="browser", daemon=True)
        self._thread.start()

    def _open(self) -> None:
        introduction = Introduction() if self._identity is None else None
        try:
            status = requests.get(f"{self._url}/status", timeout=self.patience).json()  # it drives its own version only
            driver = webdriver.Remote(
                command_executor=ChromeRemoteConnection(remote_server_addr=self._url, keep_alive=True),
                options=self._options(status["value"]["build"]["version"], introduction.rules if introduction else ()),
            )
            self._driver = driver
            self.cdp("Emulation.setUserAgentOverride", **agent_of(driver.capabilities["browserVersion"]))
            if introduction:
                self._identity = introduction.meet(driver.get, self.cdp, TimeoutException)
            self.cdp("Page.addScriptToEvaluateOnNewDocument", source=source("early"))
            self._viewport(WIDTH, mobile=False)
        except (WebDriverException, HTTPError, OSError) as error:
            self._error = error
        finally:
            if introduction:
                introduction.close()

    def _options(self, version: str, more_rules: Sequence[str]) -> webdriver.ChromeOptions:
        options = webdriver.ChromeOptions()
        options.binary_location = _BINARY
        site = f"MAP {self._request.netloc.split(':')[0]} {self._request.address}"
        rules = ", ".join((*more_rules, site, "MAP * ~NOTFOUND"))
        for flag in (*_FLAGS, f"--user-agent={user_agent(version)}", f"--host-resolver-rules={rules}"):
            options.add_argument(flag)
        options.add_experimental_option("prefs", {"intl.accept_languages": "fr-FR,fr"})
        options.add_experimental_option("excludeSwitches", ["enable-automation"])
        options.page_load_strategy = "normal"
        options.unhandled_prompt_behavior = "ignore"
        seconds = int(self._request.page_timeout * 1000)
        options.timeouts = {"pageLoad": seconds, "script": seconds, "implicit": 0}
        return options

    @property
    def driver(self) -> webdriver.Remote:
        """The session, awaited if it is still starting and opened anew if a page killed it.

        Raises:
            WebDriverException: chromedriver cannot open one (our error).
        """
        driver = self.wait()
        self._used = True
        return driver

    def wait(self) -> webdriver.Remote:
        """Waits until the session is open: no time of the candidate's.

        Raises:
            WebDriverException: chromedriver cannot open one (our error).
        """
        if self._lost:
            self.close()
        if self._thread is None:
            self.start()
        if self._thread is not None:
            self._thread.join()
        if self._error is not None:
            raise self._error
        assert self._driver is not None
        return self._driver

    @property
    def identity(self) -> Identity:
        """Its headers, taken from its first session.

        Raises:
            WebDriverException: chromedriver cannot open one (our error).
        """
        self.wait()
        assert self._identity is not None
        return self._identity

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
        if self._driver is not None:
            if self._lost:
                hang_up(self._driver)
            with suppress(requests.RequestException):
                requests.delete(f"{self._url}/session/{self._driver.session_id}", timeout=_FAREWELL)
        self._driver = self._thread = self._error = None
        self._used = self._narrow = self._lost = False

    def clean(self) -> None:
        """Empties cookies, storage, cache, windows and dialogs; a session that resists is replaced."""
        if self._lost:
            self.close()
            self.start()
        if not self._used or self._driver is None:
            return
        try:
            self._empty(self._driver)
            self._used = False
        except (WebDriverException, HTTPError, OSError):
            self.close()
            self.start()

    def _empty(self, driver: webdriver.Remote) -> None:
        self.dismiss()
        mine = self.cdp("Target.getTargetInfo")["targetInfo"]["targetId"]
        for target in self.cdp("Target.getTargets")["targetInfos"]:
            if target["type"] == "page" and target["targetId"] != mine:
                self.cdp("Target.closeTarget", targetId=target["targetId"])
        if self._narrow:
            self._viewport(WIDTH, mobile=False)
            self._narrow = False
        driver.get("about:blank")
        self.cdp("Network.clearBrowserCookies")
        self.cdp("Network.clearBrowserCache")
        # Not "all": cookies are done above, and the rarer kinds cost 100 ms.
        self.cdp("Storage.clearDataForOrigin", origin=self._request.origin, storageTypes=_STORAGE)

    # -- commands

    def cdp(self, command: str, **params: Any) -> Any:
        """Runs one command of the DevTools protocol."""
        assert self._driver is not None
        return self._driver.execute("executeCdpCommand", {"cmd": command, "params": params})["value"]

    def width(self, pixels: int) -> None:
        """Shows pages on a screen of this width, as a phone does, until the next cleaning."""
        assert self.driver is not None
        self._narrow = True
        self._viewport(pixels, mobile=pixels < 800)

    def _viewport(self, pixels: int, *, mobile: bool) -> None:
        size = {"width": pixels, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": mobile}
        self.cdp("Emulation.setDeviceMetricsOverride", **size)

    def dismiss(self, limit: int = 5) -> list[str]:
        """Closes open dialogs and returns their words."""
        said: list[str] = []
        assert self._driver is not None
        with suppress(NoAlertPresentException):
            for _time in range(limit):
                alert = self._driver.switch_to.alert
                said.append(alert.text)
                alert.dismiss()
        return said

    @contextmanager
    def guard(self, what: str, *, packaged: bool = False) -> Iterator[None]:
        """Within the block, what the page does to the browser is `Failed`.

        Args:
            what: Where, for the student: an address or an element.
            packaged: The block runs our own scripts, which only a page can make fail.

        Raises:
            Failed: The candidate's side caused it.
            WebDriverException: It did not: chromedriver or we did.
        """
        try:
            yield
        except CheckTimeout:
            self._lost = True
            raise
        except (WebDriverException, HTTPError) as error:
            cause = browser_cause(error)
            if cause is None and packaged and "javascript error" in str(error).lower():
                cause = Cause.SCRIPT
            if cause is None:
                raise
            if cause in FATAL or cause is Cause.SLOW:
                self._lost = True
            raise failed(cause, _dialog(error) or what) from error


def hang_up(driver: webdriver.Remote) -> None:
    """Ends a browser whose page answers no more; chromedriver itself would wait for that page."""
    place = driver.capabilities.get("goog:chromeOptions", {}).get("debuggerAddress", "")
    with suppress(requests.RequestException, websocket.WebSocketException, OSError, KeyError):
        address = requests.get(f"http://{place}/json/version", timeout=_FAREWELL).json()["webSocketDebuggerUrl"]
        with closing(websocket.create_connection(address, timeout=_FAREWELL, suppress_origin=True)) as line:
            line.send(json.dumps({"id": 1, "method": "Browser.close"}))
            line.recv()


def _dialog(error: BaseException) -> str:
    text = error.alert_text if isinstance(error, UnexpectedAlertPresentException) else None
    return f"« {text} »" if text else ""
