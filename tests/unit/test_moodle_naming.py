"""How Moodle names folders, and how it finds its way back."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from etabli.reception.moodle.naming import feedback_path, is_blind, may_be_half, place_of, without_group


@pytest.mark.parametrize(
    ("path", "name", "number", "plugin", "inner"),
    [
        ("Léa Martin_12345_assignsubmission_file/site.zip", "Léa Martin", "12345", "file", "site.zip"),
        ("Léa Martin_12345_assignsubmission_file_/site.zip", "Léa Martin", "12345", "file", "site.zip"),
        ("Léa Martin_12345_assignsubmission_file_mon_site_v2.zip", "Léa Martin", "12345", "file", "mon_site_v2.zip"),
        (
            "Léa Martin_9_assignsubmission_file/a/b_1_assignsubmission_file/c",
            "Léa Martin",
            "9",
            "file",
            "a/b_1_assignsubmission_file/c",
        ),
        (
            "Participant_0042_assignsubmission_onlinetext/onlinetext.html",
            "Participant",
            "42",
            "onlinetext",
            "onlinetext.html",
        ),
        ("Équipe 1_4711_assignsubmission_file/site.zip", "Équipe 1", "4711", "file", "site.zip"),
        ("Groupe par défaut_assignsubmission_file/a/b.zip", "Groupe par défaut", None, "file", "a/b.zip"),
        ("Default group_assignsubmission_file_site.zip", "Default group", None, "file", "site.zip"),
        ("Standard-Gruppe_assignsubmission_onlinetext/o.html", "Standard-Gruppe", None, "onlinetext", "o.html"),
    ],
)
def test_a_path_tells_name_number_and_file(path: str, name: str, number: str | None, plugin: str, inner: str) -> None:
    place = place_of(PurePosixPath(path))
    assert place is not None
    assert (place.name, place.participant, place.plugin, place.inner.as_posix()) == (name, number, plugin, inner)


@pytest.mark.parametrize(
    "path",
    [
        "sno-07/index.php",
        "_assignsubmission_file_/a.zip",
        "Léa_M_assignsubmission_file/a",
        "a/Léa_1_assignsubmission_file/b",
        "",
    ],
)
def test_other_paths_are_none_of_moodles(path: str) -> None:
    assert place_of(PurePosixPath(path)) is None


@pytest.mark.parametrize(("name", "blind"), [("Participant", True), ("Participant 12", True), ("Part Icipant", False)])
def test_anonymous_submissions_are_told(name: str, blind: bool) -> None:
    assert is_blind(name) is blind


@pytest.mark.parametrize(
    ("names", "without"),
    [
        (["Groupe A-Léa Martin", "Groupe A-Anne-Sophie Dupont"], ["Léa Martin", "Anne-Sophie Dupont"]),
        (["G-1-Léa Martin", "G-1-Tom Blanc"], ["Léa Martin", "Tom Blanc"]),
        (["-Léa Martin", "-Tom Blanc"], ["Léa Martin", "Tom Blanc"]),
        (["-Léa Martin"], ["Léa Martin"]),
        (["Anne-Sophie Dupont"], ["Anne-Sophie Dupont"]),
        (["Anne-Sophie Dupont", "Tom Blanc"], ["Anne-Sophie Dupont", "Tom Blanc"]),
        (["Anne-Sophie Dupont", "Jean-Luc Blanc"], ["Anne-Sophie Dupont", "Jean-Luc Blanc"]),
        (["SNO-Participant", "SNO-Participant"], ["SNO-Participant", "SNO-Participant"]),
    ],
)
def test_a_group_is_taken_off_only_when_all_bear_it(names: list[str], without: list[str]) -> None:
    assert without_group(names) == without


@pytest.mark.parametrize(
    ("head", "rest", "half"),
    [
        ("Jean-", "Luc MARTIN", True),
        ("JEAN-", "LUC MARTIN", True),
        ("jean-", "luc martin", True),
        ("SNO-", "Léa Martin", False),
        ("TP1-", "Léa Martin", False),
        ("Groupe A-", "Léa Martin", False),
        ("A-", "Léa Martin", False),
        ("-", "Léa Martin", False),
    ],
)
def test_what_stands_before_a_name_may_be_half_of_a_given_name(head: str, rest: str, half: bool) -> None:
    assert may_be_half(head, rest) is half


def moodle_finds(path: str, participants: set[int]) -> tuple[int, str] | None:
    """Moodle's own rule, after ``is_valid_filename_for_import`` (moodle/moodle, mod/assign/feedback/file/importziplib.php)."""
    if path.rpartition("/")[2].startswith((".", "~")):
        return None
    parts = path.split("/")
    while parts:
        info = parts.pop(0).split("_", 4)
        if len(info) < 4 or not info[1].isdigit() or int(info[1]) not in participants:
            continue
        if (info[2], info[3]) != ("assignsubmission", "file"):
            continue
        return int(info[1]), "/".join([*info[4:], *parts] if len(info) > 4 else ["", *parts])
    return None


@pytest.mark.parametrize("label", ["SNO-07", "Léa Martin", "un_nom_à_tirets_bas"])
def test_moodle_finds_the_feedback_of_each(label: str) -> None:
    assert moodle_finds(feedback_path(label, "12345", "retour.html"), {12345}) == (12345, "/retour.html")
