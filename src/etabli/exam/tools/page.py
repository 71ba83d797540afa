"""The `page` fixture: a visitor in front of a real browser.

Whatever the candidate's side causes (a missing element, a dialog, a slow or crashed page …) is raised as
`Failed` with words for the student.

Example::

    def check_fiche(page, variant):
        page.open("/")
        page.follow(variant["rows"]["item"][0]["name"])
        if page.status != 200:
            raise Failed(observed=…, expected=…)
"""

from __future__ import annotations

import base64
import json
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from selenium.common.exceptions import WebDriverException
from urllib3.exceptions import HTTPError

from etabli.exam.contract.check import Failed
from etabli.exam.contract.values import Overflow, Violation
from etabli.exam.tools.browser import HEIGHT, WIDTH
from etabli.exam.tools.filling import Filling
from etabli.exam.tools.scripts import source

AXE = Path("/opt/axe/axe.min.js")
AXE_FRENCH = Path("/opt/axe/axe-fr.json")
MAX_PICTURE: Final = 300 * 1024
MAX_READ: Final = 5_000_000
_IMPACTS = ("critical", "serious", "moderate", "minor")


class SitePage(Filling):
    """A visitor of the candidate's site."""

    # -- reading: one script each

    @property
    def title(self) -> str:
        """Content of ``<title>``, spaces collapsed."""
        return str(self._read("title", "return document.title"))

    @property
    def text(self) -> str:
        """Visible text of the page, what its read-only fields show included; no-break spaces stay what they are."""
        return str(self._read("text", source("text"), MAX_READ))

    @property
    def html(self) -> str:
        """The document as the browser has it now; for the source as it was sent, see ``http.get``."""
        return str(self._read("html", f"return document.documentElement.outerHTML.slice(0, {MAX_READ})"))

    @property
    def lang(self) -> str:
        """``lang`` of the root element, empty when missing."""
        return str(self._read("lang", "return document.documentElement.getAttribute('lang') || ''"))

    def headings(self, level: int = 1) -> list[str]:
        """Visible texts of the headings of this level, in page order."""
        script = "return Array.from(document.querySelectorAll('h' + arguments[0])).filter(shown)"
        with self._recorder.action("page", "headings", level):
            tail = ".map((node) => squeeze(node.innerText))"
            found = self._run(source("common") + script + tail, level)
            return [str(item) for item in found] if isinstance(found, list) else []

    def script(self, script: str, *args: object) -> Any:
        """Runs JavaScript of yours (``return …``, ``arguments[0]``) and gives back its result.

        An exception of your script is an error of ours, not a failure.
        """
        with self._recorder.action("page", "script", script), self._recorder.wait(), self._browser.guard(""):
            return self._browser.driver.execute_script(script, *args)

    def cookies(self) -> list[dict[str, Any]]:
        """Cookies of the site, as dicts: ``name``, ``value``, ``httpOnly``, ``sameSite``."""
        with self._recorder.action("page", "cookies"), self._browser.guard(""):
            return list(self._browser.driver.get_cookies())

    # -- looking closer

    def screenshot(self, caption: str) -> None:
        """Keeps a picture as evidence; a failed check that used the page gets one by itself."""
        with self._recorder.action("page", "screenshot", caption), self._browser.guard(""):
            media, data = self._picture()
        self._recorder.evidence("screenshot", caption, media, data)

    def _picture(self) -> tuple[str, bytes]:
        width = self._screen or WIDTH
        view = {"x": 0, "y": 0, "width": width, "height": HEIGHT}
        for options in (
            {"format": "png"},
            {"format": "png", "clip": {**view, "scale": 0.5}},
            {"format": "jpeg", "quality": 50},
        ):
            data = base64.b64decode(self._browser.cdp("Page.captureScreenshot", **options)["data"])
            if len(data) <= MAX_PICTURE:
                break
        return f"image/{options['format']}", data

    def witness(self, caption: str = "") -> None:
        """Keeps what the visitor saw when a check failed, if there is an address: its picture.

        Args:
            caption: For a person, in French; the address by default.
        """
        if not self._browser.used:
            return
        try:
            said = self._browser.dismiss()
            address = self._browser.driver.execute_script("return location.href")
            media, data = self._picture()
        except (WebDriverException, HTTPError, Failed):
            return
        dialog = f" (boîte de dialogue : « {said[0]} »)" if said else ""
        if address != "about:blank":
            self._recorder.evidence("screenshot", f"{caption or address}{dialog}", media, data)

    def axe(self, tags: list[str] | None = None) -> list[Violation]:
        """What axe-core finds wrong with the page as it is now, the worst first.

        Args:
            tags: Only the rules with one of these tags (``wcag2a``, ``RGAAv4`` …); all by default.

        Example:
            worst = [v for v in page.axe() if v.impact in ("serious", "critical")]
        """
        with self._recorder.action("page", "axe") as note, self._recorder.wait():
            with self._browser.guard("", packaged=True):
                driver = self._browser.driver
                if not driver.execute_script("return !!window.axe && !!window.axe.run"):
                    driver.execute_script(_axe())
                found = driver.execute_async_script(source("axe"), tags, _axe_french())
            if isinstance(found, dict):
                raise RuntimeError(f"axe-core: {found['error']}")
            note.result = str(len(found))
            return sorted((_violation(item) for item in found), key=lambda item: _IMPACTS.index(item.impact))

    def width(self, pixels: int) -> None:
        """Makes the screen `pixels` wide, as a phone does, until the end of the check."""
        with self._recorder.action("page", "width", pixels), self._browser.guard(""):
            self._browser.width(pixels)
            self._screen = pixels

    def overflow(self) -> Overflow:
        """How far the page scrolls sideways on this screen, and the element that sticks out most."""
        with self._recorder.action("page", "overflow") as note:
            found = Overflow(**self._ask("overflow", self._screen or WIDTH))
            note.result = str(found.pixels)
            return found

    # -- scripts that must not run

    @staticmethod
    def payload(marker: str) -> str:
        """HTML that raises a flag where a page lets it run: store it, then display it.

        Example:
            db.update("objets", {"id": 3}, nom=page.payload("nom"))
            page.open("/")
            if page.executed("nom"): raise Failed(...)
        """
        return f"<img src=x onerror=window.x_{_identifier(marker)}=1>"

    def executed(self, marker: str) -> bool:
        """Whether `payload(marker)` ran as a script in the page that is shown."""
        return bool(self._read("executed", f"return window.x_{_identifier(marker)} === 1"))

    def _read(self, verb: str, script: str, *args: object) -> object:
        with self._recorder.action("page", verb) as note:
            value = self._run(script, *args)
            note.result = (
                f"{len(value)} caractères" if verb in ("text", "html") and isinstance(value, str) else str(value)
            )
            return value


def _violation(item: dict[str, Any]) -> Violation:
    return Violation(**{**item, "rgaa": tuple(dict.fromkeys(item["rgaa"])), "nodes": tuple(item["nodes"])})


def _identifier(marker: str) -> str:
    return re.sub(r"\W", "_", marker, flags=re.ASCII)


@cache
def _axe() -> str:
    return AXE.read_text("utf-8")


@cache
def _axe_french() -> Any:
    return json.loads(AXE_FRENCH.read_text("utf-8"))
