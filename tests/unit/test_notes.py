"""What a service notes while a learner works reaches the hand-in, then both pages; what was not used is not observed."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from report_page import Page
from report_samples import CANDIDATES, NOW, NOWHERE, sample_class, sample_lab, sample_payload, sample_roll

from etabli.exam.contract.errors import RejectedSubmission
from etabli.lab.manifest import load_lab, shown_lab
from etabli.lab.variant import Seat
from etabli.reception.declaration import read_declaration
from etabli.reports.html import render_class, render_learner
from etabli.workspace.notes import make_folder, notes_of
from etabli.workspace.opening import open_workspace
from etabli.workspace.submitting import write_submission

LAB = replace(sample_lab(), noted={"messagerie": "Liens suivis"})
OPENED = "20/05/2026 09:00 : boîte ouverte"


def test_the_label_repeats_what_the_mailbox_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = open_workspace(tmp_path / "e", Seat(load_lab("hameconnage"), "sno-07"), bytes(32), None)
    (workspace.work / "tri.csv").write_text("message;verdict;indice;preuve\n", "utf-8")
    make_folder(workspace)
    folder = workspace.hidden / "notes"
    assert folder.stat().st_mode & 0o777 == 0o777 and notes_of(workspace) == {}

    def label() -> dict[str, object]:
        with zipfile.ZipFile(write_submission(workspace, tmp_path / "r.zip", datetime.now(UTC)).path) as archive:
            return dict(json.loads(archive.read("rendu.json")))

    assert "noted" not in label()
    (folder / "messagerie.txt").write_text(OPENED + "\n" + "".join(f"lien {rank}\n" for rank in range(50)), "utf-8")
    told = label()
    assert told["noted"] == {"messagerie": [OPENED, *(f"lien {rank}" for rank in range(31, 50))]}
    assert read_declaration(json.dumps(told).encode()).noted == told["noted"]
    bare = tmp_path / "portail"  # where a room's page hands in, there are no graders
    bare.mkdir()
    for one in ("labs", "docker-compose.yml"):
        (bare / one).symlink_to(load_lab("hameconnage").folder.parents[1] / one)
    with monkeypatch.context() as there:
        there.setenv("ETABLI_ROOT", str(bare))
        assert not shown_lab("hameconnage").grader.exists() and label()["noted"] == told["noted"]
    (folder / "messagerie.txt").unlink()
    (folder / "messagerie.txt").symlink_to("/etc/passwd")
    assert "noted" not in label()


def test_what_a_hand_made_label_notes_is_bounded_or_refused() -> None:
    long = json.dumps({"lab": "x", "noted": {"messagerie": ["a" * 999] * 99}}).encode()
    assert read_declaration(long).noted == {"messagerie": ["a" * 300] * 20}
    with pytest.raises(RejectedSubmission, match="illisible"):
        read_declaration(b'{"lab": "x", "noted": [1]}')


@pytest.mark.parametrize(
    ("noted", "told"),
    [
        ({}, "non observé"),
        ({"messagerie": [OPENED]}, "aucun"),
        ({"messagerie": [OPENED, "09:05 : http://x.test"]}, "1 09:05 : http://x.test"),
    ],
)
def test_both_pages_tell_it(noted: dict[str, list[str]], told: str) -> None:
    payload = sample_payload(CANDIDATES[0], LAB)
    payload["noted"] = noted
    page = " ".join(Page(render_learner(payload, LAB, out=NOWHERE)).text.split())
    assert f"Liens suivis Dit par l'espace de travail : cela n'entre dans aucun constat. {told}" in page
    classe = " ".join(Page(render_class([payload], LAB, None, sample_roll(), generated_at=NOW)).text.split())
    assert re.search(rf"Liens suivis, [^:]*{CANDIDATES[0]}[^:]*: {re.escape(told)}", classe.replace("\u00a0", " "))
    assert (
        "Noté pendant le travail"
        not in Page(render_class(sample_class(sample_lab()), sample_lab(), None, sample_roll(), generated_at=NOW)).text
    )


def test_the_class_page_gathers_those_of_whom_the_same_was_noted() -> None:
    payloads = [sample_payload(candidate, LAB) for candidate in CANDIDATES[:4]]
    for payload, noted in zip(payloads, ([], [], [OPENED], [OPENED, "09:05 : http://x.test"]), strict=True):
        payload["noted"] = {"messagerie": noted}
    page = Page(render_class(payloads, LAB, None, sample_roll(), generated_at=NOW)).text
    told = [line for line in page.replace("\u00a0", " ").split("Liens suivis, ")[1:]]
    assert [sum(candidate in line for candidate in CANDIDATES[:4]) for line in told] == [1, 1, 2]
    assert "http://x.test" in told[0] and "aucun" in told[1] and "non observé" in told[2]
