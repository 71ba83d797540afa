"""Documents in the real examiner: read under the other account, each cause a failure with its words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import documents_samples as samples
import pytest
from examiner_bench import Bench, verdicts

from etabli.exam.contract.causes import WORDS, Cause
from etabli.exam.contract.transcript import Event

READ = (
    *("lit-classeur", "lit-ods", "lit-csv", "lit-textes", "lit-traces-pdf", "lit-genres", "lit-deux-fois"),
    "apres",
)
CAUSES = {
    "absent": Cause.MISSING,
    "lien": Cause.MISSING,
    "lien-dossier": Cause.MISSING,
    "remontee": Cause.MISSING,
    "autre-genre": Cause.WRONG_KIND,
    "ancien": Cause.OLD_FORMAT,
    "chiffre": Cause.ENCRYPTED,
    "abime": Cause.BROKEN_FILE,
    "abime-pdf": Cause.BROKEN_FILE,
    "piege": Cause.TRAPPED_FILE,
    "lourd": Cause.TOO_HEAVY,
    "lourd-temps": Cause.TOO_HEAVY,
    "lourd-memoire": Cause.TOO_HEAVY,
    "nombreux": Cause.TOO_MANY,
    "illisible": Cause.UNREADABLE_TEXT,
    "sans-texte": Cause.NO_TEXT,
    "ferme": Cause.CLOSED_FILE,
}
OURS = ("nous-question", "nous-forme")


def hand_in(folder: Path) -> None:
    lines = ("Bonjour à tous", "et à toutes")
    files = {
        "classeur.xlsx": samples.workbook(),
        "dossier/relevé.ods": samples.full_ods(formula=""),
        "droits.csv": 'compte;motif\r\né.durand;"parti; absent"\r\n'.encode("cp1252"),
        "message.docx": samples.docx(*lines),
        "message.odt": samples.odt(*lines),
        "message.pdf": samples.pdf(*lines, title="titre-cache", attachment=b"piece-cachee"),
        "message.txt": "\n".join(lines).encode("utf-8-sig"),
        "piege.xlsx": samples.pdf("x"),
        "piege.xls": samples.ole("Workbook"),
        "chiffre.pdf": samples.pdf("x", encrypted=True),
        "abime.xlsx": samples.workbook()[:3000],
        "abime.pdf": b"%PDF-1.5\nrien",
        "entites.xlsx": samples.entity_bomb(),
        "bombe.zip": samples.zip_bomb(),
        "boucle.pdf": samples.endless_pdf(),
        "memoire.zip": samples.greedy(),
        "long.csv": b"a;b\n" * 30_000,
        "illisible.txt": b"\x81\x8d\x8f mot",
        "scan.pdf": samples.pdf(),
        "archive.7z": b"7z\xbc\xaf\x27\x1c" + b"\0" * 60,
    }
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    (folder / "lien.txt").symlink_to("/etc/passwd")
    (folder / "dehors").symlink_to("/etc")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("documents")
    made = Bench(folder, pages=False)
    hand_in(folder / "a")
    yield made
    made.close()


@pytest.fixture(scope="module")
def seen(bench: Bench) -> Mapping[str, Event]:
    return verdicts(bench.exam("documents"))


@pytest.mark.parametrize("check", READ)
def test_ordinary_documents_are_read(seen: Mapping[str, Event], check: str) -> None:
    assert seen[check]["outcome"] == "passed", seen[check]


@pytest.mark.parametrize(("check", "cause"), CAUSES.items(), ids=CAUSES.keys())
def test_a_document_causes_a_failure_with_its_words(seen: Mapping[str, Event], check: str, cause: Cause) -> None:
    verdict = seen[check]
    assert verdict["outcome"] == "failed", verdict
    assert str(verdict["observed"]).startswith(WORDS[cause].observed.split("{what}")[0]), verdict
    assert (verdict["expected"], verdict["traceback"]) == (WORDS[cause].expected, None)
    assert verdict["help"]


def test_time_and_memory_are_named(seen: Mapping[str, Event]) -> None:
    assert "2 secondes de calcul" in seen["lourd-temps"]["observed"]
    assert "remplit la mémoire" in seen["lourd-memoire"]["observed"]


@pytest.mark.parametrize("check", OURS)
def test_our_own_fault_is_an_error_with_its_traceback(seen: Mapping[str, Event], check: str) -> None:
    assert seen[check]["outcome"] == "error", seen[check]
    assert "ReaderError" in seen[check]["traceback"]


def test_nothing_is_forgotten(seen: Mapping[str, Event]) -> None:
    assert set(seen) == {*READ, *CAUSES, *OURS}


def test_actions_tell_the_file_and_never_what_is_in_it(bench: Bench, seen: Mapping[str, Event]) -> None:
    actions = [event for event in bench.events if event["kind"] == "action" and event["fixture"] == "documents"]
    assert {event["detail"] for event in actions} >= {"classeur.xlsx", "message.pdf"}
    assert "a.martin" not in str(actions) and "feuille-masquee" not in str(actions)
