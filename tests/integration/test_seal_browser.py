"""``verificateur.html`` in a browser, from the disk and without network: one good archive, and bad ones by their names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsers import Browsers, asked, axe, log, size, wait
from seal_samples import changed, evidence, files_of, packed, sealed
from selenium.webdriver.common.by import By

from etabli.seal import keys
from etabli.seal.manifest import CONTENT
from etabli.seal.page import render_verifier
from etabli.seal.sealing import gathered, seal

OTHER = "la phrase d'un autre centre"
DECISIONS = "juin/decisions/SNO-07.yaml"


@pytest.fixture(scope="module")
def shared(fleet: Browsers, tmp_path_factory: pytest.TempPathFactory, module_home: None) -> Path:
    """The page and four archives, which a browser sees in ``/partage/scelle``."""
    folder = fleet.shared / "scelle"
    folder.mkdir()
    good, public = sealed(evidence(tmp_path_factory.mktemp("preuves")))
    files = files_of(good)
    keys.make(OTHER, replace=True)
    forged = seal(
        gathered([evidence(tmp_path_factory.mktemp("autre"))]), keys.opened(OTHER), kind="dossier", subject="juin"
    )
    written = {
        "bonne.zip": good,
        "modifiee.zip": changed(good, DECISIONS, lambda one: one.replace(b"partiel", b"acquis!")),
        "ajoutee.zip": packed(files | {f"{CONTENT}juin/note.txt": b"18/20"}),
        "autre-cle.zip": forged,
        "coupee.zip": good[:-30],
        "verificateur.html": render_verifier(public).encode(),
    }
    for name, content in written.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def page(fleet: Browsers, shared: Path) -> Iterator[Any]:
    with fleet.open() as driver:
        driver.get("file:///partage/scelle/verificateur.html")
        yield driver


def verdict(page: Any, archive: str) -> tuple[str, str]:
    """Gives an archive to the page; returns its verdict and the lines below it."""
    page.get("file:///partage/scelle/verificateur.html")
    page.find_element(By.ID, "archive").send_keys(f"/partage/scelle/{archive}")
    told = wait(page, lambda one: one.find_element(By.CSS_SELECTOR, "#resultat .verdict").text, archive)
    return told, page.find_element(By.CSS_SELECTOR, "#resultat ul").text


def test_a_good_archive_is_intact(page: Any, shared: Path) -> None:
    told, lines = verdict(page, "bonne.zip")
    assert told == "✓ Intacte, et scellée par le centre.", lines
    assert "5 fichiers, chacun comparé à son empreinte SHA-256" in lines
    assert page.find_element(By.TAG_NAME, "code").text in lines  # the key that the page knows


@pytest.mark.parametrize(
    ("archive", "said"),
    [
        ("modifiee.zip", f"« {CONTENT}{DECISIONS} » a été modifié après le scellé."),
        ("ajoutee.zip", f"« {CONTENT}juin/note.txt » a été ajouté après le scellé."),
        ("autre-cle.zip", "« CLE.pub » n'est pas la clé du centre"),
        ("coupee.zip", "n'est plus rangé comme il l'était"),
    ],
)
def test_a_bad_one_is_refused_by_the_name_of_its_file(page: Any, archive: str, said: str) -> None:
    told, lines = verdict(page, archive)
    assert told.startswith("✗ Cette archive n'est plus ce que le centre a scellé") and said in lines


def test_nothing_leaves_and_nothing_is_refused(page: Any, fleet: Browsers) -> None:
    verdict(page, "bonne.zip")
    schemes = {address.partition(":")[0] for address in asked(page)}
    assert "file" in schemes and not schemes & {"http", "https", "ws", "wss"}
    assert [one for one in log(page) if one["level"] == "SEVERE"] == []


def test_it_is_accessible_in_light_and_dark(page: Any, fleet: Any) -> None:
    for scheme in ("light", "dark"):
        size(page, 420, 900, scheme)
        verdict(page, "modifiee.zip")
        assert axe(fleet, page) == []
