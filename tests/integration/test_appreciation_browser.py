"""The page of appreciations in a real browser: by keyboard alone, for everyone, on any screen; and without its script."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
import yaml
from appreciation_samples import results_of
from browsers import Browsers, axe, cdp, log, size, wait
from helpers import volume
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from etabli.appreciation.kept import FILE
from etabli.portal.alone import Key, build, look_for

LAB, LEARNERS = "mots-de-passe", volume(3, 16)
AXED = (360, 1280)[: volume(1, 2)]
"""Widths at which axe reads the page."""


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ETABLI_HOME", str(tmp_path / "home"))
    results_of(tmp_path / LAB, [f"SNO-{rank:02}" for rank in range(1, LEARNERS + 1)])
    return tmp_path / LAB


@pytest.fixture
def late() -> dict[str, float]:
    """Seconds after which the server takes what the page saves by itself."""
    return {"seconds": 0.0}


@pytest.fixture
def page(out: Path, fleet: Browsers, late: dict[str, float]) -> Iterator[webdriver.Remote]:
    """A browser before « Résultats »."""
    with socket.create_server((fleet.machine, 0)) as listening, fleet.open() as driver:
        port = int(listening.getsockname()[1])
        key = Key(port)
        app: Any = build(look_for([out]), key, port)

        async def slower(scope: Any, receive: Any, send: Any) -> None:
            if late["seconds"] and (b"accept", b"application/json") in scope.get("headers", ()):
                await asyncio.sleep(late["seconds"])
            await app(scope, receive, send)

        server = uvicorn.Server(uvicorn.Config(slower, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        driver.get(f"http://127.0.0.1:{port}/?jeton={key.token}")
        yield driver
        server.should_exit = True
        thread.join(20)


def press(driver: webdriver.Remote, *keys: str) -> None:
    for key in keys:
        driver.switch_to.active_element.send_keys(key)


def heading(driver: webdriver.Remote) -> str:
    return f"{driver.find_element(By.ID, 'quoi').text} · {driver.find_element(By.CSS_SELECTOR, '.asked').text}"


def said(out: Path) -> list[tuple[str, str, str | None, str]]:
    told = yaml.safe_load((out / FILE).read_text("utf-8"))["appreciations"]
    return [(one["eleve"], one["critere"], one.get("degre"), one.get("remarque", "")) for one in told]


def begin(driver: webdriver.Remote) -> None:
    """Opens the page and signs."""
    wait(driver, lambda seen: seen.find_element(By.PARTIAL_LINK_TEXT, "Apprécier")).click()
    name = wait(driver, lambda seen: seen.find_element(By.NAME, "par"))
    name.send_keys("Mme Roux")
    driver.find_element(By.CSS_SELECTOR, "[name=degre]").click()


def test_a_criterion_of_a_class_by_keyboard_is_two_or_three_keys_a_learner(page: webdriver.Remote, out: Path) -> None:
    begin(page)
    press(page, Keys.TAB, *"Motif daté.")
    wait(page, lambda _: (out / FILE).is_file() and [one[3] for one in said(out)] == ["Motif daté."], "saved by itself")
    press(page, Keys.CONTROL + Keys.ENTER)
    actions = 0
    for rank in range(2, LEARNERS + 1):
        wait(page, lambda seen, rank=rank: heading(seen).startswith(f"SNO-{rank:02} · Chaque action"))
        keys = ("3", "a", Keys.ENTER) if rank % 2 else ("3", Keys.ENTER)
        press(page, *keys)
        actions += len(keys)
    wait(page, lambda seen: heading(seen).startswith("SNO-01 · Chaque règle a sa raison"))
    found = [one for one in said(out) if one[1] == "droits-motif"]
    assert len(found) == LEARNERS and {one[2] for one in found[1:]} == {"satisfaisante"}
    assert [one[3] for one in found[1:3]] == ["", "Motif daté."]
    assert actions <= 3 * (LEARNERS - 1)
    left = LEARNERS * 5
    assert f"Reste {left} sur {LEARNERS * 6}" in page.find_element(By.CSS_SELECTOR, "[data-reste]").text
    assert [entry for entry in log(page) if entry["level"] == "SEVERE"] == []


def test_a_degree_and_a_remark_are_saved_by_themselves_and_keys_typed_in_the_remark_are_letters(
    page: webdriver.Remote, out: Path
) -> None:
    begin(page)
    press(page, "2")
    wait(page, lambda seen: "Enregistré à" in seen.find_element(By.CSS_SELECTOR, "[data-dit]").text)
    page.find_element(By.NAME, "remarque").send_keys("1 motif manque")
    wait(page, lambda _: said(out) == [("SNO-01", "droits-motif", "insuffisante", "1 motif manque")])
    assert f"Reste {LEARNERS * 6 - 1} sur" in page.find_element(By.CSS_SELECTOR, "[data-reste]").text


@pytest.mark.parametrize("scheme", ["light", "dark"][volume(1, 0) :])
def test_it_is_for_everyone_and_on_any_screen(page: webdriver.Remote, fleet: Browsers, scheme: str) -> None:
    begin(page)
    press(page, "3", Keys.TAB, *"Un motif précis, daté et vérifiable dans la liste des départs.")
    press(page, Keys.CONTROL + Keys.ENTER)
    wait(page, lambda seen: heading(seen).startswith("SNO-02"))
    page.find_element(By.CSS_SELECTOR, ".all summary").click()
    for width in (1280, 360):
        size(page, width, 800, scheme)
        assert width not in AXED or axe(fleet, page) == []
        assert page.execute_script("return document.documentElement.scrollWidth") <= width


def test_what_is_saved_late_does_not_come_after_the_form(
    page: webdriver.Remote, out: Path, late: dict[str, float]
) -> None:
    begin(page)
    press(page, Keys.TAB, *"Vu.")
    wait(page, lambda _: (out / FILE).is_file() and [one[3] for one in said(out)] == ["Vu."], "saved by itself")
    press(page, Keys.CONTROL + Keys.ENTER)
    wait(page, lambda seen: heading(seen).startswith("SNO-02"))
    late["seconds"] = 1.0
    press(page, "3", "a", Keys.ENTER)
    wait(page, lambda seen: heading(seen).startswith("SNO-03"))
    late["seconds"] = 0.0
    time.sleep(1.5)
    assert said(out)[-1] == ("SNO-02", "droits-motif", "satisfaisante", "Vu.")


def test_without_script_the_form_does_it(page: webdriver.Remote, out: Path) -> None:
    address = page.find_element(By.PARTIAL_LINK_TEXT, "Apprécier").get_attribute("href")
    cdp(page, "Emulation.setScriptExecutionDisabled", {"value": True})
    page.get(str(address))
    page.find_element(By.NAME, "par").send_keys("Mme Roux")
    page.find_element(By.CSS_SELECTOR, "[value=tres-bonne]").click()
    page.find_element(By.NAME, "remarque").send_keys("Vu.")
    page.find_element(By.CSS_SELECTOR, "button.main").click()
    wait(page, lambda seen: heading(seen).startswith("SNO-02"))
    page.find_element(By.NAME, "banque").click()
    wait(page, lambda seen: "Enregistré" in seen.find_element(By.CSS_SELECTOR, "[data-dit]").text)
    assert said(out) == [
        ("SNO-01", "droits-motif", "tres-bonne", "Vu."), ("SNO-02", "droits-motif", None, "Vu.")
    ]  # fmt: skip
