"""A class in a room, from the printed slip to the report: each with a browser, and nothing else."""

from __future__ import annotations

import io
import os
import re
import shutil
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsers import Browsers, asked, axe, one, opened, size, until, wait
from browsers import press as strike
from helpers import volume
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.select import Select
from whole_room import close_workspaces, fill, names_of, press, sees, sign_in, sign_out

from etabli.cli.export import _remarks
from etabli.cli.room import in_room
from etabli.lab.manifest import load_lab
from etabli.lab.specimens.specimen import load_specimens
from etabli.lab.variant import Purpose, Seat, make_variant
from etabli.server.services import Room

CLASS = "SNO"
PEOPLE = "Nom;Prénom\nAmbroise;Nina\nBellecour;Tom\nCorvisart;Lou\n"
LABS = {"page-dynamique": "pdo", "mots-de-passe": "tableur", "extraction-pgi": "libre"}
READ = "mots-de-passe"
"""The lab whose works are graded and read: the quickest of them."""
CODE = "quatre mots sans rapport"


@pytest.fixture(scope="module")
def room(one_room: Room) -> Iterator[Room]:
    yield one_room
    close_workspaces(one_room)


@pytest.fixture
def page(room: Room, fleet: Browsers) -> Iterator[WebDriver]:
    """A browser without any past, whose requests all stay in the room."""
    with fleet.open(names=names_of(room), trusted=[room.authority.root, room.authority.intermediate]) as driver:
        yield driver
        hosts = {re.sub(r"^\w+://([^:/]+).*", r"\1", one) for one in asked(driver) if one.startswith(("http", "ws"))}
    assert hosts and all(one == room.settings.nom or one.endswith(f".{room.settings.nom}") for one in hosts), hosts


@pytest.fixture(scope="module")
def slips(room: Room, fleet: Browsers, first_code: str) -> dict[str, str]:
    """What an administrator and a teacher do before the class comes: aliases and codes, as they are printed."""
    origin = room.settings.hosts.origin
    (fleet.shared / "classe.csv").write_text(PEOPLE, "utf-8")
    with fleet.open(names=names_of(room), trusted=[room.authority.root, room.authority.intermediate]) as page:
        sign_in(page, origin, "admin", first_code)
        choose(page)
        fill(page, "Identifiant", "roux")
        fill(page, "Nom, comme", "Mme Roux")
        press(page, "Ajouter")
        sees(page, "Code de Mme Roux")
        once = page.find_elements(By.CSS_SELECTOR, "dd.code")[1].text
        sign_out(page)
        sign_in(page, origin, "roux", once)
        choose(page)
        fill(page, "Classe", CLASS)
        page.find_element(By.NAME, "liste").send_keys("/partage/classe.csv")
        press(page, "Lire la liste")
        sees(page, "ce qui a été compris")
        press(page, "Importer")
        sees(page, "Ouvrir un TP")
        for lab in [*LABS][: volume(2, 3)]:
            Select(page.find_element(By.NAME, "tp")).select_by_value(lab)
            strike(page, 'form[action$="/ouvertures"] button')
            sees(page, "Vérifier tous les rendus")
            page.get(f"{origin}/classes")
            page.find_element(By.LINK_TEXT, CLASS).click()
            sees(page, "Ouvrir un TP")
        strike(page, 'form[action$="/codes"] button')
        sees(page, "Imprimez maintenant")
        told = [one.text for one in page.find_elements(By.CSS_SELECTOR, ".slip dd.code")]
    return dict(zip(told[::2], told[1::2], strict=True))


def kept(page: WebDriver, name: str) -> None:
    """Keeps a picture for the README, when ``ETABLI_IMAGES`` names a folder (with ``ETABLI_ESSAIS_LONGS``)."""
    if folder := os.environ.get("ETABLI_IMAGES"):
        size(page, 1360, 900)
        time.sleep(1)
        page.save_screenshot(f"{folder}/{name}.png")


def choose(page: WebDriver) -> None:
    """Chooses a code in place of the one that served once."""
    sees(page, "Choisir un code")
    fill(page, "Nouveau code", CODE)
    fill(page, "Le même", CODE)
    press(page, "Garder ce code")


def right_work(room: Room, lab_id: str, alias: str, to: Path) -> Path:
    """Writes a right work of a learner's own variant."""
    lab = load_lab(lab_id)
    secret = bytes.fromhex((room.place.home / "secret").read_text().strip())
    variant = make_variant(Seat(lab, alias), secret, Purpose.ATELIER)
    load_specimens(lab)[LABS[lab_id]].render(to, variant.data)
    return to


def opens(page: WebDriver, title: str) -> str:
    """Opens a lab from the first page, waits until it is ready, and returns the token of its workspace."""
    card = f'//article[.//h2[starts-with(normalize-space(.), "{title[:24]}")]]//button'
    wait(page, lambda _: page.find_elements(By.XPATH, card))[0].click()
    wait(page, lambda _: "/espace/" in page.current_url)
    sees(page, "+ Fichier")
    return page.current_url.rsplit("/", 1)[-1]


def test_a_learner_writes_sees_verifies_repairs_and_hands_in(
    room: Room, fleet: Browsers, page: WebDriver, slips: dict[str, str], tmp_path: Path
) -> None:
    alias = f"{CLASS}-01"
    sign_in(page, room.settings.hosts.origin, alias, slips[alias])
    token = opens(page, load_lab("page-dynamique").manifest.title)
    work = room.place.workspace(token) / "rendu"
    until(lambda: (work / "index.php").exists())
    bench = page.current_window_handle
    strike(page, '#services a[href*="site--"]')
    site = opened(page, bench)
    wait(page, lambda _: page.title and f"site--{token}" in page.current_url)
    page.switch_to.window(bench)

    strike(page, '[data-path="index.php"][role="treeitem"]')
    content = one(page, ".cm-content")
    content.click()
    content.send_keys(Keys.CONTROL, Keys.END)
    content.send_keys("\n<p>Bonjour de Nina")
    until(lambda: "Bonjour de Nina" in (work / "index.php").read_text())
    page.switch_to.window(site)
    page.refresh()
    sees(page, "Bonjour de Nina")
    page.switch_to.window(bench)
    strike(page, '#services a[href*="adminer--"]')
    opened(page, bench, site)
    sees(page, "Base de données")
    assert f"adminer--{token}" in page.current_url and "Adminer" in page.title
    page.close()
    page.switch_to.window(bench)
    verifies(page)

    # The repair: a right work comes as a zip.
    right = right_work(room, "page-dynamique", alias, tmp_path / "juste")
    shutil.make_archive(str(fleet.shared / "juste"), "zip", right)
    page.find_element(By.ID, "upload-input").send_keys("/partage/juste.zip")
    press(page, "L’ouvrir ici")
    wait(page, lambda _: "remplacé" in one(page, '[data-notice="upload"]').text, "all of it is there")
    assert (work / "index.php").read_bytes() == (right / "index.php").read_bytes()
    if volume(0, 1):
        strike(page, "#verify")
        sees(page, "Tout est réussi.")
    kept(page, "salle-eleve")
    strike(page, "#hand-in")
    press(page, "Déposer maintenant")
    sees(page, "n° 1")
    link = wait(page, lambda _: page.find_element(By.ID, "take-all").get_attribute("href"))
    with zipfile.ZipFile(io.BytesIO(fetched(page, link))) as archive:
        assert "index.php" in archive.namelist()


def verifies(page: WebDriver) -> None:
    """Verifies what is not right yet."""
    strike(page, "#verify")
    wait(page, lambda _: page.find_elements(By.CSS_SELECTOR, "#check-page a"), "the verification ends")
    first = page.find_element(By.ID, "check-state").text
    assert "réussi" in first and "Tout est réussi" not in first


def test_another_audits_in_the_terminal(
    room: Room, fleet: Browsers, page: WebDriver, slips: dict[str, str], tmp_path: Path
) -> None:
    alias = f"{CLASS}-02"
    sign_in(page, room.settings.hosts.origin, alias, slips[alias])
    token = opens(page, load_lab("mots-de-passe").manifest.title)
    work = room.place.workspace(token) / "rendu"
    strike(page, "#tab-terminal")
    wait(page, lambda _: page.find_elements(By.CSS_SELECTOR, ".xterm-helper-textarea"))
    page.execute_script("document.querySelector('.xterm-helper-textarea').focus()")
    terminal = page.switch_to.active_element
    wait(page, lambda _: "Tapez" in page.find_element(By.ID, "terminal").text, "the charter is shown first")
    terminal.send_keys("oui\n")
    wait(page, lambda _: "audit" in page.find_element(By.ID, "terminal").text, "the workshop is open")
    terminal.send_keys("ls /srv/donnees > rendu/vu.txt && id -u >> rendu/vu.txt\n")
    until(lambda: (work / "vu.txt").exists() and (work / "vu.txt").read_text().strip().endswith("1000"))
    terminal.send_keys("rm rendu/vu.txt\n")
    if volume(0, 1):
        verifies(page)
    right = right_work(room, "mots-de-passe", alias, tmp_path / "audit")
    shutil.make_archive(str(fleet.shared / "audit"), "zip", right)
    page.find_element(By.ID, "upload-input").send_keys("/partage/audit.zip")
    press(page, "L’ouvrir ici")
    sees(page, "sont arrivés")
    strike(page, "#verify")
    sees(page, "Tout est réussi.")
    ask = ("python3", "-c", "from etabli.sandbox import kept; print(sum(one['waiting'] for one in kept.running()))")
    until(lambda: int(room.compose("exec", "--no-TTY", "travail", *ask)) > 0)  # who verifies next waits for no start
    strike(page, "#hand-in")
    press(page, "Déposer maintenant")
    sees(page, "n° 1")


@pytest.mark.long
def test_a_third_works_in_the_erp_and_sends_a_workbook(
    room: Room, fleet: Browsers, page: WebDriver, slips: dict[str, str], tmp_path: Path
) -> None:
    alias = f"{CLASS}-03"
    sign_in(page, room.settings.hosts.origin, alias, slips[alias])
    token = opens(page, load_lab("extraction-pgi").manifest.title)
    bench = page.current_window_handle
    strike(page, "#services a")
    opened(page, bench)
    wait(page, lambda _: f"pgi--{token}" in page.current_url and "Tryton" in page.page_source, "the ERP answers")
    page.switch_to.window(bench)
    right = right_work(room, "extraction-pgi", alias, tmp_path / "pgi")
    for path in sorted(right.iterdir()):
        shutil.copy(path, fleet.shared / path.name)
        page.find_element(By.ID, "upload-input").send_keys(f"/partage/{path.name}")
        until(lambda path=path: (room.place.workspace(token) / "rendu" / path.name).exists())
    strike(page, "#hand-in")
    press(page, "Déposer maintenant")
    sees(page, "n° 1")


def test_the_teacher_grades_comments_and_exports_and_the_learner_reads(
    room: Room, fleet: Browsers, page: WebDriver, slips: dict[str, str]
) -> None:
    origin = room.settings.hosts.origin
    sign_in(page, origin, "roux", CODE)
    press(page, CLASS)
    for lab in [READ, *(lab for lab in LABS if lab != READ)][: volume(1, len(LABS))]:
        page.get(f"{origin}/classes")
        press(page, CLASS)
        press(page, load_lab(lab).manifest.title[:24])
        strike(page, 'form[action$="/corriger"] button')
        wait(page, lambda _: page.find_elements(By.CSS_SELECTOR, 'a[href$="/resultats/"].main'), f"{lab} is graded")
    page.get(f"{origin}/classes")
    press(page, CLASS)
    press(page, load_lab(READ).manifest.title[:24])
    kept(page, "salle-enseignant")
    opening = int(page.current_url.rpartition("/")[2].partition("#")[0])
    report = page.find_element(By.PARTIAL_LINK_TEXT, "Rapport").get_attribute("href") or ""
    page.get(report)
    page.find_element(By.TAG_NAME, "textarea").send_keys("Beau travail, Tom.")
    press(page, "Envoyer")
    sees(page, "Beau travail, Tom.")
    with in_room(room.folder):
        remarks = _remarks(room.place.results(opening), {})
    assert "Beau travail, Tom." in str(remarks), "the command line takes them along too"
    sign_out(page)
    sign_in(page, origin, f"{CLASS}-02", slips[f"{CLASS}-02"])
    press(page, "Rapport")
    sees(page, "Beau travail, Tom.")
    page.switch_to.frame(wait(page, lambda _: page.find_elements(By.TAG_NAME, "iframe"))[0])
    sees(page, "Où vous en êtes")


def test_a_learner_tells_a_trace_the_teacher_authenticates_it_and_both_get_the_recueil(
    room: Room, fleet: Browsers, page: WebDriver, slips: dict[str, str]
) -> None:
    alias, origin = f"{CLASS}-02", room.settings.hosts.origin
    sign_in(page, origin, alias, slips[alias])
    press(page, "Mes traces")
    sees(page, "la meilleure")
    press(page, "Choisir")
    sees(page, "Pas encore authentifiée")
    fill(page, "Ce que j'ai fait", "J'ai revu les droits de chacun.")
    sees(page, "Enregistré à")
    assert not volume(0, 1) or axe(fleet, page) == []  # in `make test`, as in test_salle_enseignant.py
    size(page, 360, 800, "dark")
    assert not volume(0, 1) or axe(fleet, page) == []
    assert not page.execute_script("return document.documentElement.scrollWidth > innerWidth")
    size(page, 1280, 900)
    kept(page, "salle-traces")
    sign_out(page)

    sign_in(page, origin, "roux", CODE)
    press(page, CLASS)
    press(page, "Authentifier, observer")
    press(page, alias)
    sees(page, "J'ai revu les droits de chacun.")
    sees(page, "Personne d'autre n'a déposé ce TP")
    fill(page, "Conditions et aide", "en classe, seule")
    press(page, "Authentifier")
    sees(page, "Authentifiée par Mme Roux")
    assert not volume(0, 1) or axe(fleet, page) == []
    press(page, "Préparer le recueil")
    sees(page, "Préparé le")
    sign_out(page)

    sign_in(page, origin, alias, slips[alias])
    press(page, "Mes traces")
    sees(page, "Authentifiée par Mme Roux")
    link = page.find_element(By.PARTIAL_LINK_TEXT, "Télécharger mon recueil").get_attribute("href")
    with zipfile.ZipFile(io.BytesIO(fetched(page, link or ""))) as archive:
        assert {"recueil.html", "recueil.pdf", "referentiel.yaml"} <= set(archive.namelist())
        assert archive.read("recueil.pdf").startswith(b"%PDF")
        told = archive.read("recueil.html").decode()
        assert any(name in told for name in ("Nina", "Tom", "Lou")), "aliases are given in drawn order"


def fetched(page: WebDriver, address: str) -> bytes:
    """What the browser is given at an address."""
    found = page.execute_async_script(
        "const done = arguments[1];"
        "fetch(arguments[0]).then(one => one.arrayBuffer()).then(some => done([...new Uint8Array(some)]))",
        address,
    )
    return bytes(found)
