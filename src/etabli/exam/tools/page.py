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

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import blake2s
from pathlib import Path
from typing import Any, Final, TypedDict
from urllib.parse import urlsplit

from etabli.exam.contract.check import Failed
from etabli.exam.contract.draw import Draw
from etabli.exam.contract.values import Overflow, Response, Violation
from etabli.exam.tools.cookies import Jar
from etabli.exam.tools.filling import Filling
from etabli.exam.tools.line import BrowserError
from etabli.exam.tools.scripts import source
from etabli.exam.tools.visit import Spot, typed

AXE = Path("/opt/axe/axe.min.js")
AXE_FRENCH = Path("/opt/axe/axe-fr.json")
MAX_PICTURE: Final = 300 * 1024
MAX_READ: Final = 5_000_000
_IMPACTS = ("critical", "serious", "moderate", "minor")
_VECTORS: Final = (
    "<img src=x onerror={}>",
    "<video src onerror={}>",
    "<audio src onerror={}>",
    "<svg onload={}>",
    "<marquee onstart={}>",
)
"""Elements that run a script by themselves, written into a page by the server or by a script; none is longer than the
first one: columns are narrow."""
_TAGS: Final = ("a", "b", "i", "p", "u")
_PART = """const told = (node) => ["title", "alt", "id"].some((name) => node.getAttribute(name) === arguments[0])
  || ["onerror", "onload", "onstart"].some((name) => (node.getAttribute(name) || "").includes(arguments[0]));
return Array.from(root.querySelectorAll("[onerror],[onload],[onstart],[title],[alt],[id]")).some(told);"""

_WORDS = f"return document.documentElement ? document.documentElement.innerText.slice(0, {MAX_READ}) : ''"


class Cookie(TypedDict, total=False):
    """A cookie, as the browser keeps it."""

    name: str
    value: str
    domain: str
    path: str
    httpOnly: bool
    secure: bool
    sameSite: str


@dataclass(frozen=True)
class Leaving:
    """A label that does not stay; without one both are empty."""

    label: str
    step: str
    """Since when: ``"focus"`` or ``"filled"``."""


class SitePage(Filling):
    """A visitor of the candidate's site."""

    def put(self, html: str) -> None:
        """Shows a page that was handed in as a file, alone: what stands beside it is not fetched.

        Args:
            html: Its source, with its styles in it.

        Raises:
            Failed: It opens a dialog, or does not come to its end.
        """
        with self._recorder.action("page", "put", f"{len(html)} caractères"), self._recorder.wait():
            with self._browser.guard("la page"):
                self._browser.tab.put(html)

    # -- reading: one script each

    @property
    def title(self) -> str:
        """Content of ``<title>``, spaces collapsed."""
        return self._read("title", "return document.title")

    @property
    def text(self) -> str:
        """Visible text of the page, what its read-only fields show included; no-break spaces stay what they are."""
        return self._read("text", source("text"), MAX_READ)

    @property
    def html(self) -> str:
        """The document as the browser has it now; for what was sent, see `source`."""
        return self._read("html", source("common") + f"return root.outerHTML.slice(0, {MAX_READ})")

    @property
    def source(self) -> str:
        """The page as it was sent to the browser, '' when the browser has it no more."""
        with self._recorder.action("page", "source") as note, self._browser.guard(""):
            found = self._browser.tab.source()
            note.result = f"{len(found)} caractères"
            return found

    @property
    def lang(self) -> str:
        """``lang`` of the root element, empty when missing."""
        return self._read("lang", source("common") + "return root.getAttribute('lang') || ''")

    def headings(self, level: int = 1) -> list[str]:
        """Visible texts of the headings of this level, in page order."""
        script = "return Array.from(root.querySelectorAll('h' + arguments[0])).filter(shown).slice(0, 500)"
        with self._recorder.action("page", "headings", level):
            tail = ".map((node) => squeeze(node.innerText))"
            return self._look(list[str], source("common") + script + tail, level)

    def leaving_label(self) -> Leaving:
        """The first label that is read beside an empty field, and no more once somebody is in it or has filled it."""
        with self._recorder.action("page", "leaving_label") as note:
            found = self._ask(Leaving, "leaving")
            note.result = found.step
            return found

    def script(self, script: str, *args: object, kind: Any = Any) -> Any:
        """Runs JavaScript of yours (``return …``, ``arguments[0]``) and gives back its result.

        It runs in a world of its own: the document is the page's, all the rest is the browser's as it was made. What
        scripts of the page define, override or delete is not seen, and what yours defines is not seen by them; a click
        or an event reaches them as a visitor's. The helpers of ``js/common.js`` are at hand.

        Args:
            script: Its text.
            *args: Plain values.
            kind: What it must give (``list[str]``, a dataclass …); what the page makes of it is never taken on trust.

        An exception of your script is an error of ours, not a failure.

        Raises:
            Failed: It gave something of another kind, or the page hides the document's own functions.
        """
        return self._script("script", self._browser.tab.run, script, args, kind)

    def look(self, script: str, *args: object, kind: Any) -> Any:
        """The same for a script that changes nothing: of a page in which nothing runs, it is asked once.

        Args:
            script: Its text.
            *args: Plain values.
            kind: What it must give.

        Raises:
            Failed: As for `script`.
        """
        tab = self._browser.tab
        return self._script("look", lambda *asked: self._browser.readings.of(tab, *asked), script, args, kind)

    def _script(self, verb: str, run: Callable[..., object], script: str, args: tuple[object, ...], kind: Any) -> Any:
        whole = f"{source('common')}return (function () {{\n{script}\n}}).apply(null, arguments);"
        with self._recorder.action("page", verb, script), self._recorder.wait(), self._browser.guard(""):
            self._browser.tab.arrive()
            return typed(kind, run(whole, *args))

    def click(self, selector: str, index: int) -> None:
        """Clicks the element of this place among those that match, by hand where one reaches it; then see `settle`."""
        with self._recorder.action("page", "click", selector):
            spot = self._ask(Spot, "reach", selector, index)
            if spot.x >= 0:
                self._click(spot, selector)

    def awaited(self) -> list[str]:
        """Addresses of the site that the page and its styles name and that the browser has not asked for yet.

        It does once somebody scrolls to a picture, prints, puts the mouse on a link (``a:hover { background: … }``).
        """
        with self._recorder.action("page", "awaited") as note:
            found = [url for url in self._look(list[str], source("awaited")) if self._inside(url)]
            note.result = str(len(found))
            return found

    def roam(self) -> bool:
        """Passes the mouse over parts of each kind that are in sight; nothing is pressed.

        Says whether it did: where nothing runs in the page, only what `awaited` gives could come of it.
        """
        with self._recorder.action("page", "roam"):
            if self._still():
                return False
            spots = self._ask(list[Spot], "roam")
            with self._recorder.wait(), self._browser.guard(""):
                for spot in spots:
                    self._browser.tab.hover(spot.x, spot.y)
            self.settle()
            return bool(spots)

    def stay(self, across: float, down: float) -> str:
        """Stays on the page to read it: scrolls to its end and back, the pointer rests on it, its animations end.

        Where something runs in the page, one goes elsewhere and comes back too, makes the page narrower for a moment
        (as what is opened beside it does), and prints it if it listens to that.

        Says since what it reads otherwise: "stay", "leave", "resize" or "print"; "" when it is the same. What a script
        puts off in another way is not awaited.

        Args:
            across: The place of the pointer, from 0 (left) to 1 (right).
            down: The same, from the top of what is seen.
        """
        with self._recorder.action("page", "stay") as note:
            before, corner = self._look(str, _WORDS), self._ask(Spot, "stay")
            with self._recorder.wait(), self._browser.guard(""):
                self._browser.tab.hover(round(corner.x * across), round(corner.y * down))
            self.settle()
            since = "stay" if self._look(str, _WORDS) != before else ""
            if not since and not self._still():
                since = self._turn_away(before)
            note.result = since or "same"
            return since

    def _turn_away(self, before: str) -> str:
        """Does what only a script hears of; says since what the page reads otherwise than `before`."""
        since, tab = "", self._browser.tab
        for name, gesture in (("leave", tab.leave), ("resize", tab.narrow), ("print", tab.printed)):
            with self._recorder.wait(), self._browser.guard(""):
                gesture()
            if not since and self._look(str, _WORDS) != before:
                since = name
        self.settle()
        return (since or "leave") if self._look(str, _WORDS) != before else ""

    def cookies(self) -> list[Cookie]:
        """Cookies of the site, as dicts: ``name``, ``value``, ``httpOnly``, ``sameSite``."""
        with self._recorder.action("page", "cookies"), self._browser.guard(""):
            found: list[Cookie] = typed(list[Cookie], self._browser.tab.ask("Network.getCookies")["cookies"])
        return found

    def jar(self) -> Jar:
        """The cookies of the site, as they are sent."""
        with self._recorder.action("page", "jar"), self._browser.guard(""):
            return Jar(self._browser.jar())

    # -- looking closer

    def screenshot(self, caption: str) -> None:
        """Keeps a picture as evidence; a failed check that used the page gets one by itself."""
        with self._recorder.action("page", "screenshot", caption), self._browser.guard(""):
            media, data = self._picture()
        self._recorder.evidence("screenshot", caption, media, data)

    def _picture(self) -> tuple[str, bytes]:
        options: dict[str, Any] = {}
        for options in ({"format": "png"}, {"format": "jpeg", "quality": 70}, {"format": "jpeg", "quality": 40}):
            data = self._browser.tab.picture(**options)
            if len(data) <= MAX_PICTURE:
                break
        return f"image/{options['format']}", data

    def keep_source(self, around: str = "") -> None:
        """Makes of the page, as the browser was sent it, the answer that a failure keeps: it is of no other state.

        Args:
            around: What the part that is kept has to show; it begins with the page by default.
        """
        found = self.source
        head = {"content-type": "text/html; charset=utf-8"}
        answer = Response(self.status, head, found.encode("utf-8", "replace"), self.url)
        self._recorder.last["http"] = answer if found else None
        self._recorder.last["around"] = (answer, around)

    def witness(self, caption: str = "") -> None:
        """Keeps what the visitor saw when a check failed, if there is an address: its picture.

        Args:
            caption: For a person, in French; the address by default.
        """
        if not self._browser.used:
            return
        try:
            said = self._browser.dismiss()
            address = self._browser.tab.run("return location.href")
            media, data = self._picture()
        except (BrowserError, Failed):
            return
        dialog = f" (boîte de dialogue : « {said[0]} »)" if said else ""
        if address != "about:blank":
            self._recorder.evidence("screenshot", f"{caption or address}{dialog}", media, data)

    def axe(
        self, tags: list[str] | None = None, *, rules: list[str] | None = None, same: bool = False
    ) -> list[Violation]:
        """What axe-core finds wrong with the page as it is now, the worst first.

        Args:
            tags: Only the rules with one of these tags (``wcag2a``, ``RGAAv4`` …); all by default.
            rules: Only these rules.
            same: A text of its background's own colour breaks ``color-contrast`` too: axe leaves that to a person.

        Example:
            worst = [v for v in page.axe() if v.impact in ("serious", "critical")]
        """
        with self._recorder.action("page", "axe") as note, self._recorder.wait():
            with self._browser.guard("", packaged=True):
                tab = self._browser.tab
                if not tab.run("return !!window.axe?.run"):  # an element of this name is there too, even for our world
                    tab.run(_axe())
                found: list[Violation] = typed(
                    list[Violation], tab.run(source("axe"), tags, rules, _axe_french(), same)
                )
            note.result = str(len(found))
            return sorted(found, key=lambda item: _IMPACTS.index(item.impact))

    def visit_links(self) -> bool:
        """Shows the links of the page now open as those of pages where the visitor has been, which no script is told.

        Says whether its styles tell them apart; else nothing is done. It lasts until a page is opened.
        """
        with self._recorder.action("page", "visit_links") as note:
            found = self._ask(bool, "visited")
            note.result = str(found)
            return found

    def themed(self) -> bool:
        """Whether styles or scripts of the page now open have something to say to who asks for a dark theme."""
        with self._recorder.action("page", "themed") as note, self._recorder.wait():
            found = self._look(bool, source("themed"))
            with self._browser.guard(""):
                tab = self._browser.tab
                scripts = [] if found else tab.document.scripts.values()
                found = found or any("prefers-color-scheme" in tab.body(request) for request in scripts)
            note.result = str(found)
            return found

    def theme(self, *, dark: bool) -> None:
        """Asks for a dark theme, or for a light one again, for all pages until the end of the check."""
        with self._recorder.action("page", "theme", "dark" if dark else "light"), self._browser.guard(""):
            self._browser.theme(dark=dark)

    def width(self, pixels: int, *, phone: bool = True) -> None:
        """Makes the screen `pixels` wide until the end of the check: a phone's, or a narrow window with a mouse.

        A page that is open is laid out anew. A window stays a window until a phone is asked for; the way back is the
        next check's.
        """
        with self._recorder.action("page", "width", pixels), self._browser.guard(""):
            self._browser.width(pixels, phone=phone)
            self._screen, self._phone = pixels, self._phone or phone

    def overflow(self) -> Overflow:
        """How far the page scrolls sideways on this screen, and the element that sticks out most."""
        with self._recorder.action("page", "overflow") as note:
            found = self._ask(Overflow, "overflow", self._browser.size[0])
            note.result = str(found.pixels)
            return found

    # -- scripts that must not run

    def payload(self, marker: str) -> str:
        """HTML that asks for a file of a drawn name where a page lets it run: store it, then display it.

        No page can take ``import`` away from it, and the browser tells us what was asked for, even in vain. The element
        is drawn; up to five markers have different ones.

        Example:
            db.update("objets", {"id": 3}, nom=page.payload("nom"))
            page.open("/")
            if page.executed("nom"): raise Failed(...)
        """
        vectors = Draw(self._browser.drawn.encode()).shuffled(_VECTORS)
        place = self._markers.setdefault(marker, len(self._markers)) % len(vectors)
        return vectors[place].format(f"import(`/{self._drawn(marker)}`)")

    def markup(self, marker: str) -> str:
        """HTML of an ordinary kind, which runs nothing: a page that takes it for HTML would run another one.

        `executed` tells whether it did.
        """
        tag = _TAGS[int(self._drawn(marker), 16) % len(_TAGS)]
        return f"<{tag} title={self._drawn(marker)}>{marker}</{tag}>"

    def spread(self, html: str, marker: str) -> str:
        """The same HTML of this marker, its parts kept apart by a line's end, a tab and form feeds in place of spaces.

        Each of them ends a value without quotation marks, and has an attribute of its own behind it: `executed` then
        tells a page that protects some of them only. There are twenty signs more.
        """
        name = self._drawn(marker)
        return html.replace(" ", f"\nalt={name}\tid={name}\f", 1).replace(" ", "\f")

    def executed(self, marker: str) -> bool:
        """Whether `payload(marker)` ran in the page shown, or this or `markup(marker)` is a part of its structure."""
        with self._recorder.action("page", "executed") as note:
            name = self._drawn(marker)
            part = self._look(bool, source("common") + _PART, name)
            ran = part or any(urlsplit(url).path == f"/{name}" for url in self._browser.tab.document.asked)
            note.result = str(ran)
            return ran

    def _drawn(self, marker: str) -> str:
        return blake2s(f"{self._browser.drawn}/{marker}".encode(), digest_size=3).hexdigest()

    def _read(self, verb: str, script: str, *args: object) -> str:
        with self._recorder.action("page", verb) as note:
            value = self._look(str, script, *args)
            note.result = f"{len(value)} caractères" if verb in ("text", "html") else value
            return value


@cache
def _axe() -> str:
    return AXE.read_text("utf-8")


@cache
def _axe_french() -> Any:
    return json.loads(AXE_FRENCH.read_text("utf-8"))
