"""Runs inside the examiner image: one Chromium in front of one Tryton or several, exporting lists by the CSV wizard.

Its one argument is JSON: ``delimiter``, and ``trytons``, each with ``address``, ``login``, ``password`` and ``exports``
(``menu``: titles, from the top; ``tab``: one of the list, or none; ``search``: typed as it is, or none, to leave what
Tryton proposes; ``fields``: each the titles to unfold, then to choose). It enters all, each in a window of its own, then
works in them one after the other, and prints, for each export, the ``proposed`` search, the ``counter`` and the ``csv``.
It only does what a person can do.
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
PATIENCE_S = 120
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
        self.unfolded: set[str] = set()

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

    def press_path(self, path: str) -> None:
        """Clicks on what can be seen at a path, and waits for what that brings."""

        def click() -> bool:
            found = next((one for one in self.driver.find_elements(By.XPATH, path) if one.is_displayed()), None)
            if found is not None:
                found.click()
            return found is not None

        self.until(click)
        self.settled()

    def settled(self) -> None:
        """Waits until the page asks the server for nothing more."""
        self.until(lambda: self.driver.execute_script("return jQuery.active === 0"))

    def log_in(self, address: str, login: str, password: str) -> None:
        """Gives the login, then the password."""
        self.driver.get(address)
        box = self.until(lambda: self.seen("#login"))
        assert box is not None
        self.settled()  # it first asks which databases there are
        box.send_keys(login)
        self.press(".modal.in button", "Connexion")
        box = self.until(lambda: self.seen("#ask-dialog-entry"))
        assert box is not None
        box.send_keys(password)
        self.press(".modal.in button", "Valider")
        self.until(lambda: self.seen("#menu .column-char"))
        self.settled()

    def open(self, menu: list[str]) -> None:
        """Unfolds the menu, each title the first of its name below the one before, and opens the last."""
        path = '//*[@id="menu"]//tbody'
        for depth, title in enumerate(menu):
            text = f'*[contains(@class, "column-char")][normalize-space()="{title}"]'
            path += f"/{'following-sibling::' if depth else ''}tr[.//{text}][1]"
            if depth + 1 == len(menu):
                self.press_path(f"{path}//{text}")
            elif path not in self.unfolded:
                self.unfolded.add(path)
                self.press_path(f'{path}//*[@class="expander"]/img')
        self.until(lambda: self.seen("#tabcontent input.mousetrap"))
        self.settled()

    def show(self, tab: str) -> None:
        """Chooses one of the tabs above the list; some tell beside their title how many lines they have."""
        self.press_path(f'//*[@id="tabcontent"]//*[@class="tab-domain"]//a[normalize-space(text())="{tab}"]')

    def box(self) -> WebElement:
        """The box of the search, above the list."""
        found = self.until(lambda: self.seen("#tabcontent input.mousetrap"))
        assert found is not None
        return found

    def search(self, text: str) -> None:
        """Types a search in place of what is there, and presses the magnifying glass."""
        self.box().send_keys(Keys.CONTROL, "a", Keys.NULL, Keys.DELETE, text, Keys.ESCAPE)
        self.press("#tabcontent button[title='Rechercher']")
        self.settled()

    def choose(self, titles: list[str]) -> None:
        """Unfolds what leads to a field, and adds the field."""
        path = '//*[contains(@class, "column-fields")]/li[@path="rec_name"]/..'
        for title in titles[:-1]:
            field = f'{path}/li[text()[normalize-space()="{title}"]]'
            path = f"{field}/following-sibling::*[1][self::ul]"
            if not self.driver.find_elements(By.XPATH, path):
                self.press_path(f"{field}/img")
        self.press_path(f'{path}/li[text()[normalize-space()="{titles[-1]}"]]')
        self.press(".modal.in button", "Ajouter")

    def clear(self) -> None:
        """Empties the chosen fields; a click that falls into the fade of the window does nothing."""

        def emptied() -> bool:
            self.press(".modal.in button", "Effacer")
            return not self.driver.find_elements(By.CSS_SELECTOR, ".modal.in li.draggable-handle")

        self.until(emptied)

    def export(self, fields: list[list[str]], delimiter: str) -> str:
        """Goes through the CSV wizard, without the local format, and returns the file."""
        self.press("#tabcontent .dropdown-toggle")
        self.press("#tabcontent .dropdown-menu a", "Exporter")
        self.clear()
        for titles in fields:
            self.choose(titles)
        self.press("#input-records option", "Enregistrements listés")
        self.press(".modal.in a, .modal.in h4, .modal.in label", "Paramètres CSV")
        box = self.until(lambda: self.seen("#input-delimiter"))
        assert box is not None
        box.clear()
        box.send_keys(delimiter)
        self.press(".modal.in label", "Utiliser le format local")
        self.press(".modal.in button", "Enregistrer sous...")
        [path] = self.until(lambda: [one for one in DOWNLOADS.glob("*.csv") if one.stat().st_size])
        content = path.read_text("utf-8")
        path.unlink()
        self.press(".modal.in button", "Fermer")
        self.until(lambda: self.seen(".modal") is None)
        return content

    def bring(
        self, menu: list[str], tab: str | None, search: str | None, fields: list[list[str]], delimiter: str
    ) -> Any:
        """Makes one export, from the menu to the file."""
        self.open(menu)
        if tab is not None:
            self.show(tab)
        proposed = self.box().get_attribute("value")
        if search is not None:
            self.search(search)
        counter = self.seen("#tabcontent .badge[title*='/']")
        told = {"proposed": proposed, "counter": counter.text if counter else ""}
        return told | {"csv": self.export(fields, delimiter)}


def main(asked: dict[str, Any]) -> None:
    """Does what is asked and prints what came of each export."""
    DOWNLOADS.mkdir()
    visit, windows = Visit(), []
    try:
        for tryton in asked["trytons"]:
            if windows:
                visit.driver.switch_to.new_window("tab")
            windows.append(visit.driver.current_window_handle)
            visit.log_in(tryton["address"], tryton["login"], tryton["password"])
        found = []
        for window, tryton in zip(windows, asked["trytons"], strict=True):
            visit.driver.switch_to.window(window)
            visit.unfolded.clear()
            found.append([visit.bring(**export, delimiter=asked["delimiter"]) for export in tryton["exports"]])
    except BaseException:
        print(visit.driver.find_element(By.TAG_NAME, "body").text[:3000], file=sys.stderr)
        raise
    finally:
        visit.driver.quit()
    print(json.dumps(found))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
