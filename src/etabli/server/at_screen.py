"""A learner before a real browser, as a class is measured: presses what a person presses, until it is seen."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement

from etabli.classroom.hosts import Hosts
from etabli.server.visitor import Refused

Seen = TypeVar("Seen")
FILE: Final = "navigateur.txt"
"""What is written in the editor."""
_LOOK_S = 0.05
_READY = "#restart:not([hidden])"


class AtScreen:
    """The page of one learner.

    Args:
        page: The browser.
        hosts: The names of the room.
        limit_s: How long a person would wait, in seconds.
    """

    def __init__(self, page: WebDriver, hosts: Hosts, limit_s: float) -> None:
        self._page, self._hosts, self._limit_s = page, hosts, limit_s
        self.text = ""
        """What was typed in :data:`FILE`, and was said to be saved."""

    def sign_in(self, login: str, code: str) -> None:
        """Signs in with what is on the slip; the first page is there when this returns."""
        self._page.get(f"{self._hosts.origin}/connexion")
        for name, value in (("identifiant", login), ("code", code)):
            self._one(f"[name={name}]").send_keys(value)
        self._one("[name=code]").send_keys(Keys.ENTER)
        self._one("form[action^='/tp/']")

    def open_lab(self, opening: int) -> str:
        """Opens a lab from the first page; returns its token once what runs there is ready."""
        self._one(f"form[action='/tp/{opening}'] button").click()
        self._one(_READY)
        return self._page.current_url.rstrip("/").rsplit("/", 1)[-1]

    def new_file(self) -> None:
        """Makes :data:`FILE` and puts the cursor in it."""
        self._one("#new-file").click()
        self._one("#dialog-field").send_keys(FILE, Keys.ENTER)
        self._until(lambda: FILE in self._one("#tabs").text, "l'onglet du fichier")

    def write(self, line: str) -> None:
        """Types a line at the end of the file, until the page says that it is saved."""
        self._one(".cm-content").send_keys(line, Keys.ENTER)
        self._until(lambda: self._one("#saved").text.startswith("Modifié"), "« Modifié… »")
        self._until(lambda: self._one("#saved").text.startswith("Enregistré"), "« Enregistré »")
        self.text += f"{line}\n"

    def verify(self, first: Callable[[], None]) -> None:
        """Presses « Vérifier »; tells when the first finding is there, and returns once all are."""
        self._one("#verify").click()
        self._one("#findings li")
        first()
        self._one("#check-page:not([hidden]) a")

    def hand_in(self) -> None:
        """Presses « Déposer » and agrees; returns once the receipt is there."""
        self._one("#hand-in").click()
        self._one("dialog button[value=ok]").click()
        self._one("#receipts li")

    def _one(self, selector: str) -> WebElement:
        found = self._until(lambda: self._page.find_elements(By.CSS_SELECTOR, selector), selector)
        return found[0]

    def _until(self, seen: Callable[[], Seen], what: str) -> Seen:
        ends = time.monotonic() + self._limit_s
        while time.monotonic() < ends:
            try:
                if found := seen():
                    return found
            except WebDriverException:
                pass  # a page that is being left
            time.sleep(_LOOK_S)
        raise Refused(0, f"attendre {what}", f"jamais vu sur {self._page.current_url}")
