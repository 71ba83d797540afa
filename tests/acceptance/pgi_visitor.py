"""Runs inside the examiner image: logs in to Tryton with Chromium, exports a list by the CSV wizard, prints what came.

Its one argument is JSON: ``address``, ``login``, ``password``, ``menu`` (titles, from the top), ``search`` (typed as it
is), ``fields`` (each the titles to unfold, then to choose), ``delimiter``. It only does what a person can do.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from selenium import webdriver
from selenium.common.exceptions import ElementClickInterceptedException, StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

DOWNLOADS = Path("/tmp/telechargements")
PATIENCE_S = 30
T = TypeVar("T")


class Visit:
    """One person in front of Tryton."""

    def __init__(self) -> None:
        options = webdriver.ChromeOptions()
        for argument in ("--headless=new", "--disable-gpu", "--no-first-run", "--window-size=1400,1000", "--lang=fr"):
            options.add_argument(argument)
        wanted = {"download.default_directory": str(DOWNLOADS), "intl.accept_languages": "fr"}
        options.add_experimental_option("prefs", wanted)
        self.driver = webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))

    def until(self, condition: Callable[[], T]) -> T:
        """Waits for something, through the fades and redrawings of the page."""
        wait = WebDriverWait(
            self.driver,
            PATIENCE_S,
            0.1,
            ignored_exceptions=[StaleElementReferenceException, ElementClickInterceptedException],
        )
        return wait.until(lambda _driver: condition())

    def seen(self, selector: str, text: str | None = None) -> WebElement | None:
        """Returns the first element that can be seen, with this text if any."""
        for found in self.driver.find_elements(By.CSS_SELECTOR, selector):
            if found.is_displayed() and (text is None or found.text.strip().casefold() == text.casefold()):
                return found
        return None

    def press(self, selector: str, text: str | None = None) -> None:
        """Clicks on it once it can be."""

        def click() -> bool:
            found = self.seen(selector, text)
            if found is not None:
                found.click()
            return found is not None

        self.until(click)

    def settled(self) -> None:
        """Waits until the page asks the server for nothing more."""
        self.until(lambda: self.driver.execute_script("return jQuery.active === 0"))

    def log_in(self, address: str, login: str, password: str) -> None:
        """Gives the login, then the password."""
        self.driver.get(address)
        self.until(lambda: self.seen("#login")).send_keys(login, Keys.ENTER)  # type: ignore[union-attr]
        self.until(lambda: self.seen("#ask-dialog-entry")).send_keys(password, Keys.ENTER)  # type: ignore[union-attr]
        self.until(lambda: self.seen("#menu .column-char"))
        self.settled()

    def open(self, menu: list[str]) -> None:
        """Unfolds the menu and opens its last title."""
        for title in menu[:-1]:
            row = self.until(lambda title=title: self.seen("#menu .column-char", title))  # type: ignore[misc]
            row.find_element(By.XPATH, "./ancestor::div[@class='cell']//span[@class='expander']//img").click()
            self.settled()
        self.press("#menu .column-char", menu[-1])
        self.until(lambda: self.seen("#tabcontent input.mousetrap"))
        self.settled()

    def search(self, text: str) -> str:
        """Types a search, presses the magnifying glass, returns the counter."""
        box = self.until(lambda: self.seen("#tabcontent input.mousetrap"))
        assert box is not None
        box.send_keys(text, Keys.ESCAPE)
        self.press("#tabcontent button[title='Rechercher']")
        self.settled()
        counter = self.seen("#tabcontent .badge")
        return counter.text if counter else ""

    def choose(self, titles: list[str]) -> None:
        """Unfolds what leads to a field, and adds the field."""
        names = self.until(lambda: self.seen(".modal.in li[path='rec_name']"))
        assert names is not None
        scope = names.find_element(By.XPATH, "..")
        for depth, title in enumerate(titles):
            field = self.until(lambda scope=scope, title=title: child(scope, title))  # type: ignore[misc]
            if depth + 1 < len(titles):
                if not unfolded(field):
                    field.find_element(By.TAG_NAME, "img").click()
                scope = self.until(lambda field=field: unfolded(field))[0]  # type: ignore[misc]
            else:
                field.click()
        self.press(".modal.in button", "Ajouter")

    def export(self, fields: list[list[str]], delimiter: str) -> bytes:
        """Goes through the CSV wizard, without the local format, and returns the file."""
        self.press("#tabcontent .dropdown-toggle")
        self.press("#tabcontent .dropdown-menu a", "Exporter")
        self.press(".modal.in button", "Effacer")
        for titles in fields:
            self.choose(titles)
        self.press(".modal.in a, .modal.in h4, .modal.in label", "Paramètres CSV")
        box = self.until(lambda: self.seen("#input-delimiter"))
        assert box is not None
        box.clear()
        box.send_keys(delimiter)
        self.press(".modal.in label", "Utiliser le format local")
        self.press(".modal.in button", "Enregistrer sous...")
        [path] = self.until(lambda: [one for one in DOWNLOADS.glob("*.csv") if one.stat().st_size])
        return path.read_bytes()


def child(scope: WebElement, title: str) -> WebElement | None:
    """Returns the field with this title among those of one level."""
    return next((one for one in scope.find_elements(By.XPATH, "./li") if one.text.strip() == title), None)


def unfolded(field: WebElement) -> list[WebElement]:
    """Returns the level below a field, if it is unfolded."""
    return field.find_elements(By.XPATH, "following-sibling::*[1][self::ul]")


def main(asked: dict[str, Any]) -> None:
    """Does what is asked and prints the counter and the file."""
    DOWNLOADS.mkdir()
    visit = Visit()
    try:
        visit.log_in(asked["address"], asked["login"], asked["password"])
        visit.open(asked["menu"])
        counter = visit.search(asked["search"])
        content = visit.export(asked["fields"], asked["delimiter"])
    except BaseException:
        print(visit.driver.find_element(By.TAG_NAME, "body").text[:3000], file=sys.stderr)
        raise
    finally:
        visit.driver.quit()
    print(json.dumps({"counter": counter, "csv": content.decode("utf-8")}))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
