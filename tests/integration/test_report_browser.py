"""The reports in a real browser: readable by everyone, on any screen and on paper, and nothing blocked or broken."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from annee_samples import write_sample_year
from helpers import volume
from report_samples import (
    ABSENT,
    MISSING,
    NAMES,
    full_class,
    rejected_payload,
    sample_class,
    sample_differences,
    sample_lab,
    sample_roll,
    widest_lab,
)

from etabli.reports import Pace, write_reports
from etabli.reports.html import render_differences
from etabli.sandbox import images
from etabli.system.settings import repository

PAGES = ["index.html", "annee/index.html", "SNO-01/index.html"]
"""The class; its year; several things to fix, with pictures, one of them decisive."""
PAGES += [
    *("SNO-14/index.html", "a-relancer.html", "annee/SNO-02/index.html", "differences.html"),
    *("SNO-09/index.html", "SNO-17/index.html"),
][: volume(0, 6)]
"""A learner in incident; who to chase; the year of a learner; what a new grading changed; stuck at the start; not
examined."""
SOME = ("SNO-01", "SNO-05", "SNO-14", "SNO-17", ABSENT, MISSING)
CLASS = {alias: name for alias, name in NAMES.items() if alias in SOME or volume(0, 1)}
"""Who is on the pages that axe reads, which takes as long as there are cells; the widest class has everyone."""


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the examiner image's browser met in a class."""
    out = tmp_path_factory.mktemp("resultats")
    lab = sample_lab()
    payloads = [one for one in sample_class(lab, out) if one["candidate"] in CLASS]
    payloads.append(rejected_payload("SNO-17", lab))
    payloads[0]["decisive_failed"] = ["liste-ordre"]
    write_reports(out, payloads, lab, Pace(24, 2, 192_000, 14_200, 0.28), sample_roll(CLASS))
    page = render_differences(sample_differences(lab), lab, sample_roll(), generated_at="2026-11-24T14:00:00Z")
    (out / "differences.html").write_text(page, "utf-8")
    write_sample_year(out / "annee")
    widest = widest_lab()
    write_reports(out / "large", full_class(widest), widest, Pace(24, 2, 192_000, 14_200, 0.28), sample_roll())
    return visit(out)


def visit(out: Path) -> dict[str, Any]:
    """Runs the visitor in a container of its own."""
    tag = images.build("examiner") if "examiner" in images.missing() else images.tag("examiner")
    seccomp = repository() / "images" / "examiner" / "seccomp.json"
    argv = ["docker", "run", "--rm", "--network=none", "--read-only", "--cap-drop=ALL", "--shm-size=512m"]
    argv += ["--env=ETABLI_ESSAIS_LONGS"]
    argv += ["--tmpfs=/tmp:exec", "--tmpfs=/home/parsers:uid=1001,mode=0700"]
    argv += ["--security-opt=no-new-privileges", f"--security-opt=seccomp={seccomp}"]
    for path in (out, *out.rglob("*")):  # shared with the browser's account, as the documentation says
        path.chmod(0o755 if path.is_dir() else 0o644)
    argv += [f"--volume={out}:/pages:ro", f"--volume={Path(__file__).with_name('report_visitor.py')}:/visiteur.py:ro"]
    argv += ["--entrypoint=timeout", tag, "500", "python3", "-I", "/visiteur.py", "/pages", *PAGES]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_page_was_visited_on_every_screen(met: dict[str, Any]) -> None:
    assert len(met["visits"]) == volume(len(PAGES) * 3 + 1, len(PAGES) * 4)
    assert len(met["large"]) == len(PAGES) * volume(1, 2)


def test_no_serious_accessibility_violation(met: dict[str, Any]) -> None:
    wrong = [
        (seen["page"], seen["screen"], seen["scheme"], problem)
        for seen in met["visits"] + met["large"]
        for problem in seen["axe"]
        if problem["impact"] in {"serious", "critical"}
    ]
    assert wrong == []


def test_no_page_scrolls_sideways_on_screen_or_paper(met: dict[str, Any]) -> None:
    assert [seen for seen in met["visits"] + met["large"] + met["printed"] if seen["sideways"] > 0] == []


def test_our_style_sheet_and_pictures_pass_our_own_policy(met: dict[str, Any]) -> None:
    assert met["console"] == []
    backgrounds = {seen["scheme"]: seen["background"] for seen in met["visits"]}
    assert backgrounds == {"light": "rgb(250, 248, 243)", "dark": "rgb(22, 25, 30)"}
    assert {seen["broken"] for seen in met["visits"]} == {0}
    assert [seen["pictures"] for seen in met["visits"] if seen["page"] == "SNO-01/index.html"] == [6] * volume(3, 4)


def test_a_phone_gets_cards_and_everything_else_the_matrix(met: dict[str, Any]) -> None:
    classe = [seen for seen in met["visits"] if seen["page"] == "index.html"]
    assert {(seen["screen"], seen["matrix"], seen["cards"]) for seen in classe} == {
        ("poste", True, False),
        ("téléphone", False, True),
    }
    printed = next(seen for seen in met["printed"] if seen["page"] == "index.html")
    assert printed["matrix"]
    assert not printed["cards"]


def test_cells_are_large_enough_to_click(met: dict[str, Any]) -> None:
    assert {seen["small"] for seen in met["visits"]} == {0}


def test_a_class_of_24_by_54_is_read_on_a_laptop_without_scrolling_sideways(met: dict[str, Any]) -> None:
    assert len(widest_lab().checks) >= 54
    for seen in met["whole"]:
        assert (seen["sideways"], seen["matrix"], seen["targets"], seen["cut"]) == (0, 0, 0, [])
        assert seen["smallest"] >= 12


def test_a_class_of_24_by_54_is_printed_in_black_and_white_on_two_a4_pages(met: dict[str, Any]) -> None:
    for seen in met["whole"]:
        assert seen["coloured"] == []
        assert [[round(side) for side in box] for box in seen["paper"]] == [[0, 0, 595, 842]] * 2


def test_names_and_titles_stay_in_sight(met: dict[str, Any]) -> None:
    assert met["sticky"]["scrolled"]
    assert met["sticky"]["top"] < 3
    assert met["sticky"]["left"] < 3


def test_the_first_tab_stop_skips_to_the_content(met: dict[str, Any]) -> None:
    assert met["keyboard"][0].endswith("#contenu")
    assert met["keyboard"][1] == "contenu"


def test_no_name_can_be_read_before_the_click_nor_after_a_reload(met: dict[str, Any]) -> None:
    for page in (met["names"], met["chase"]):
        for moment in ("before", "reloaded"):
            assert [name for name in CLASS.values() if name in page[moment]] == []
    assert [name for name in CLASS.values() if name not in met["names"]["after"]] == []
    assert CLASS[MISSING] in met["chase"]["after"]


def test_paper_follows_the_switch_and_the_list_to_chase_has_names(met: dict[str, Any]) -> None:
    assert [name for name in CLASS.values() if name in met["names"]["printed"]] == []
    assert CLASS[MISSING] in met["chase"]["printed"]


def test_an_aide_shows_when_the_one_before_is_open_and_prints_when_it_is(met: dict[str, Any]) -> None:
    assert met["aides"]["steps"] == [[True, False, False], [True, True, False], [True, True, True]]
    assert met["aides"]["printed"] == [True, True, False]


def test_text_grows_with_the_arrow_keys(met: dict[str, Any]) -> None:
    assert met["sizes"] == ["16px", "20px", "24px"]
