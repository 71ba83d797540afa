"""A teacher's and an administrator's pages in a real browser: read by axe, on a phone, followed without a reload."""

from __future__ import annotations

import base64
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import browsers
import pytest
import uvicorn
from helpers import volume
from portal import NOON, Room, make_room
from recueil_samples import frozen_run
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from starlette.types import Receive, Scope, Send

from etabli.classroom import people, sign_ins
from etabli.classroom.sign_ins import COOKIE
from etabli.classroom.tables import BatchRow, Person, Progress
from etabli.recueil import kept as shelf
from etabli.roster.learner import Person as Named
from etabli.roster.roster import open_roster

OURS = (
    *("/classes", "/classes/1", "/ouvertures/1", "/espace/{token}/rapport"),
    *("/classes/1/traces", "/classes/1/traces/SNO-02"),
)
SCREENS = ((1280, "light"), (360, "dark"))
BOTH = "/ouvertures/1"
"""What a teacher looks at most is looked at on both screens; the others on one, in turn."""
ADMIN = ("/administration", "/administration/machine", "/administration/journal", "/administration/connexions")


@contextmanager
def served(room: Room, person: Person) -> Iterator[str]:
    """Serves the portal on 127.0.0.1 as Caddy would to a person who is signed in; gives its address."""
    with room.work() as db:
        cookie = sign_ins.begin(db, room.classroom, person, room.classroom.hosts.name)
    own = [
        (b"host", b"salle.internal"),
        (b"cookie", f"{COOKIE}={cookie}".encode()),
        (b"origin", b"https://salle.internal"),
    ]

    async def front(scope: Scope, receive: Receive, send: Send) -> None:
        replaced = {name for name, _value in own}
        kept = [pair for pair in scope["headers"] if pair[0] not in replaced]
        await room.app(scope | {"headers": kept + own}, receive, send)

    server = uvicorn.Server(uvicorn.Config(front, host="0.0.0.0", port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        browsers.until(lambda: server.started)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setenv("ETABLI_HOME", str(tmp_path / "home"))
    (tmp_path / "salle").mkdir()
    made = make_room(tmp_path / "salle")
    roster = open_roster("SNO")
    roster.add([Named("ROUX", "Zoé"), Named("MOREL", "Tom"), Named("ZIDI", "Lou"), Named("BOUVARD-LACHENAL", "Anne")])
    with made.work() as db:
        people.enrol(db, made.classroom, "SNO", [learner.alias for learner in roster.learners()])
    return made


def test_pages_are_read_followed_and_printed(room: Room, fleet: browsers.Browsers) -> None:
    room.space(room.learners[0], asked_at=NOON, asked="Ma liste est vide.", seen_at=NOON, saved_at=NOON)
    token = room.hand_in(room.learners[1], late=True)
    with (
        served(room, room.teacher) as teacher,
        served(room, room.admin) as admin,
        fleet.open() as driver,
    ):
        for address, paths in ((teacher, OURS), (admin, ADMIN)):
            for at, path in enumerate(paths):
                for width, scheme in SCREENS if volume(0, 1) or path == BOTH else [SCREENS[at % 2]]:
                    browsers.size(driver, width, 900, scheme)
                    driver.get(address + path.format(token=token))
                    assert browsers.axe(fleet, driver) == [], (path, width)
                    wide = driver.execute_script("return document.documentElement.scrollWidth > innerWidth")
                    assert not wide, (path, width)

        driver.get(f"{teacher}/ouvertures/1")
        room.space(room.learners[2], asked_at=NOON, asked="Et la mienne ?")
        browsers.wait(driver, lambda page: "Et la mienne" in page.page_source, "followed")  # nobody reloaded

        driver.find_element(By.XPATH, "//button[contains(., 'Vérifier tous les rendus')]").click()
        bar = browsers.wait(driver, lambda page: page.find_element(By.CSS_SELECTOR, "progress"))
        with room.work() as db:
            batch = db.get_one(BatchRow, 1)
            batch.state, batch.total, batch.done = Progress.RUNNING, 4, 3
        browsers.wait(driver, lambda _page: bar.get_attribute("value") == "3", "progress")
        with room.work() as db:
            batch = db.get_one(BatchRow, 1)
            batch.state, batch.said = Progress.DONE, "4 rendus vérifiés."
        browsers.wait(driver, lambda page: "rendus vérifiés." in page.page_source, "the end")

        driver.get(f"{teacher}/classes/1")
        driver.find_element(By.XPATH, "//button[contains(., 'Donner de nouveaux codes')]").click()
        browsers.wait(driver, lambda page: page.find_elements(By.CSS_SELECTOR, ".slip"))
        browsers.cdp(driver, "Emulation.setEmulatedMedia", {"media": "print"})
        printed = browsers.cdp(driver, "Page.printToPDF", {"preferCSSPageSize": True})["data"]
        assert base64.b64decode(printed).count(b"/Type /Page\n") == 1  # ten slips are one sheet
        assert [entry["message"] for entry in browsers.log(driver) if "favicon" not in entry["message"]] == []
        own = (teacher, admin, "data:", "chrome")  # a browser's own first tab
        assert [url for url in browsers.asked(driver) if not url.startswith(own)] == []


def test_a_trace_is_told_in_two_tabs_and_nothing_is_lost(room: Room, fleet: browsers.Browsers) -> None:
    token = room.hand_in(room.learners[0])
    runs = room.classroom.place.workspace(token) / ".etabli" / "verifications"
    frozen_run(runs, "SNO-01", "page-dynamique", submission_sha256="1" * 64)
    (runs / "SNO-01" / "rendus").mkdir()
    code = "<?php foreach ($lignes as $ligne) { echo $ligne['nom'], $ligne['ville'], $ligne['prix']; }\n"
    for place in (runs / "SNO-01" / "rendus" / f"{'1' * 16}.zip", _hand_in(room, room.learners[1])):
        with zipfile.ZipFile(place, "w") as archive:
            archive.writestr("index.php", code)
    with served(room, room.learners[0]) as mine, served(room, room.teacher) as teacher, fleet.open() as driver:
        driver.get(f"{mine}/mes-traces")
        driver.find_element(By.XPATH, "//button[. = 'Choisir']").click()
        browsers.wait(driver, lambda page: page.find_elements(By.CSS_SELECTOR, "textarea[data-champ=fait]"))
        field = driver.find_element(By.CSS_SELECTOR, "textarea[data-champ=fait]")
        field.send_keys("J'ai relié la page.")
        browsers.wait(driver, lambda page: "Enregistré à" in page.page_source, "saved by itself")
        first = driver.current_window_handle
        driver.switch_to.new_window("tab")
        driver.get(f"{mine}/mes-traces")
        other = driver.find_element(By.CSS_SELECTOR, "textarea[data-champ=fait]")
        other.send_keys(" Puis la base.")
        browsers.wait(driver, lambda page: "Enregistré à" in page.page_source, "the second tab")
        driver.close()
        driver.switch_to.window(first)
        field.send_keys(" Et le style.")
        browsers.wait(driver, lambda page: "a changé dans un autre onglet" in page.page_source, "told")
        shown = driver.find_element(By.CSS_SELECTOR, ".wrong textarea")
        assert shown.get_attribute("value") == "J'ai relié la page. Puis la base."
        assert browsers.axe(fleet, driver) == []  # on a desk
        driver.find_element(By.XPATH, "//button[. = 'Garder mon texte']").send_keys(Keys.ENTER)
        browsers.wait(driver, lambda page: "Enregistré à" in page.page_source, "kept")
        trace = shelf.read(room.classroom.place.recueils, "SNO-01").recueil.traces[0]
        assert trace.reflexion.fait == "J'ai relié la page. Et le style."
        for width, scheme in SCREENS:
            for address in (f"{mine}/mes-traces", f"{teacher}/classes/1/traces/SNO-01"):
                if not volume(0, 1) and address.startswith(teacher) is not (width == 1280):
                    continue
                browsers.size(driver, width, 900, scheme)
                driver.get(address)
                if address.startswith(teacher):
                    found = browsers.wait(driver, lambda page: page.find_elements(By.CSS_SELECTOR, ".helps details"))
                    found[0].find_element(By.TAG_NAME, "summary").click()
                    assert "foreach" in found[0].text
                assert browsers.axe(fleet, driver) == [], (address, width)
                wide = driver.execute_script("return document.documentElement.scrollWidth > innerWidth")
                assert not wide, (address, width)


def _hand_in(room: Room, learner: Person) -> Path:
    """A hand-in, and where its archive goes."""
    room.hand_in(learner)
    folder = room.classroom.place.hand_ins(room.opening.id, learner.shown)
    folder.mkdir(parents=True)
    return folder / "001.zip"
