"""The class page and the list to chase: everyone of the class, no name before a click, no zero for who handed in nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC

import pytest
from report_page import Page
from report_samples import (
    ABSENT,
    CANDIDATES,
    LATE,
    MISSING,
    NAMES,
    NOW,
    NOWHERE,
    PARIS,
    rejected_payload,
    sample_class,
    sample_lab,
    sample_messages,
    sample_payload,
    sample_roll,
)

from etabli.cli.grade import _row
from etabli.cli.hand_ins import hand_in_lines
from etabli.cli.screen import escape as screen_escape
from etabli.exam.contract.outcome import Outcome
from etabli.reception.asking import ADVICE as ASKING
from etabli.reception.hand_in import HandIn, HandIns, HandInState
from etabli.reception.unread import ADVICE as UNREAD
from etabli.reports.class_tables import standings
from etabli.reports.class_view import class_view
from etabli.reports.hand_in_view import chased
from etabli.reports.html import render_chase, render_class, render_learner, style
from etabli.reports.payload import Payload
from etabli.reports.roll import NO_ROLL, Roll, roll_from
from etabli.reports.text import graded_file, hand_in_words, local_moment, word_of
from etabli.reports.views import nothing_worked

LAB = sample_lab()
ROLL = sample_roll()
FOLDER = "dupont-lea"


def classe(payloads: list[Payload] | None = None, roll: Roll = ROLL, named: bool | None = None) -> Page:
    payloads = sample_class(LAB) if payloads is None else payloads
    return Page(render_class(payloads, LAB, None, roll, generated_at=NOW, zone=PARIS), named)


def chase(payloads: list[Payload] | None = None, roll: Roll = ROLL, named: bool | None = None) -> Page:
    payloads = sample_class(LAB) if payloads is None else payloads
    return Page(render_chase(payloads, LAB, roll, generated_at=NOW, zone=PARIS), named)


def row(candidate: str, roll: Roll = ROLL, payloads: list[Payload] | None = None) -> str:
    """The text of one line of the first table."""
    source = render_class(payloads or sample_class(LAB), LAB, None, roll, generated_at=NOW)
    (found,) = [line for line in re.findall(r"<tr.*?</tr>", source, re.DOTALL) if f"{candidate}" in line][:1]
    return Page(found).text


def test_everyone_of_the_class_has_a_row_present_or_not() -> None:
    view = class_view(sample_class(LAB), LAB, ROLL)
    assert [found.who.candidate for found in view.rows] == [*CANDIDATES, ABSENT, MISSING]
    assert [found.who.candidate for found in view.rows if not found.graded] == [ABSENT, MISSING]


def test_a_graded_stranger_comes_after_the_class() -> None:
    view = class_view([sample_payload("inconnu", LAB)], LAB, ROLL)
    assert [found.who.candidate for found in view.rows] == [*NAMES, "inconnu"]


@pytest.mark.parametrize(
    ("candidate", "sign", "words"),
    [(MISSING, "∅", "non rendu"), (ABSENT, "◇", "absent justifié"), (LATE, "◔", "rendu en retard (2 j)")],
)
def test_a_hand_in_is_said_by_sign_and_word(candidate: str, sign: str, words: str) -> None:
    text = row(candidate)
    assert sign in text
    assert words in text


def test_a_missing_hand_in_is_not_a_zero() -> None:
    assert not re.search(r"\d", row(MISSING).replace(MISSING, ""))
    view = class_view(sample_class(LAB), LAB, ROLL)
    missing = view.rows[-1]
    assert missing.paliers == ()
    assert missing.first is None
    graded = {check.graded for group in view.groups for check in group.checks}
    assert graded == {23}


def test_handed_in_and_never_graded_is_not_missing() -> None:
    hand_ins = HandIns("page-dynamique", "s", (HandIn("SNO-01", HandInState.HANDED_IN),))
    view = class_view([], LAB, Roll(("SNO-01", "SNO-02"), {}, hand_ins))
    assert [found.status.text for found in view.rows] == ["rendu, pas encore vérifié", "rien à vérifier"]


def test_before_the_deadline_nobody_is_late_and_nobody_is_chased() -> None:
    assert ROLL.hand_ins is not None
    to_come = replace(ROLL.hand_ins, deadline="2999-01-01T00:00:00Z")
    assert roll_from(to_come, None).early and not roll_from(ROLL.hand_ins, None).early
    early = replace(ROLL, hand_ins=to_come, early=True)
    text = classe(roll=early).text
    assert "1 pas encore rendu" in text and "1 élève à relancer" in text, "whose hand-in was refused"
    graded = [one for one in sample_class(LAB) if one["status"] != "rejected"]
    assert "Personne à relancer avant l'échéance" in classe(graded, early).text
    assert "non rendu" not in text and "Déposez votre travail" not in text
    assert "pas encore rendu" in row(MISSING, early)
    assert [one.state.text for one in standings([], early) if one.candidate == MISSING and one.state] == [
        "pas encore rendu"
    ], "in tables and in the gradebook too"
    assert any(said.startswith("1 pas encore rendu : ") for said in hand_in_lines(to_come))
    listed = chase(roll=early).text
    assert MISSING not in listed and "L'échéance n'était pas passée" in listed
    assert [one.who.candidate for one in chased([rejected_payload("SNO-02", LAB)], early)] == ["SNO-02"]


def test_figures_and_deadline_stand_at_the_top() -> None:
    text = classe().text
    top = text[: text.index("À regarder par une personne")]
    for words in (
        "26 élèves",
        "24 rendus",
        "dont 1 en retard",
        "1 non rendu",
        "1 absent justifié",
        "2 élèves à relancer",
    ):
        assert words in top
    assert "échéance 23 novembre 2026 à 18 h 00" in top


def test_a_class_without_hand_ins_has_no_list_to_chase() -> None:
    source = render_class(sample_class(LAB), LAB, None, replace(ROLL, hand_ins=None), generated_at=NOW)
    assert "a-relancer.html" not in source
    assert "24 rendus" in Page(source).text


def test_no_name_is_readable_before_the_click() -> None:
    hidden, shown = classe(named=False), classe(named=True)
    for name in NAMES.values():
        assert name not in hidden.text
        assert name in shown.text
    assert not [value for _tag, found in hidden.tags for value in found.values() if value and "Diarrassou" in value]


def test_an_identifier_that_may_be_a_name_is_a_number_on_the_wall() -> None:
    payload = sample_payload(FOLDER, LAB, {"langue": Outcome.FAILED})
    hidden, shown = classe([payload], NO_ROLL, named=False), classe([payload], NO_ROLL, named=True)
    assert FOLDER not in hidden.text
    assert not [value for _tag, found in hidden.tags for value in found.values() if value and FOLDER in value]
    assert "Élève 1" in hidden.text
    assert FOLDER in shown.text
    assert f"{FOLDER}/index.html#c-langue" in shown.attributes("href")


def test_a_stranger_in_a_known_class_is_a_number_too() -> None:
    people = ROLL.people(["SNO-01", FOLDER])
    assert [(who.label, who.aliased) for who in people[:1] + people[-1:]] == [("SNO-01", True), ("Élève 27", False)]


def test_why_a_file_was_refused_may_hold_a_name_and_waits_for_the_click() -> None:
    payload = rejected_payload("SNO-01", LAB)
    payload["reason"] = "« Inès Bouvard_1234_rendu.rar » n'est pas une archive zip."
    assert "Bouvard" not in classe([payload], named=False).text
    assert "Bouvard_1234_rendu.rar" in classe([payload], named=True).text


def test_several_files_are_listed_after_the_click() -> None:
    said = "vérifié : Awa Diarrassou_v2.zip ; aussi déposé : Awa Diarrassou_v1.zip"
    assert said in classe(named=True).text
    assert "_v1.zip" not in classe(named=False).text


def test_the_switch_is_a_labelled_checkbox_that_a_reload_resets() -> None:
    (switch,) = [found for tag, found in classe().tags if tag == "input" and found.get("id") == "noms"]
    assert switch["type"] == "checkbox"
    assert switch["autocomplete"] == "off"
    assert "checked" not in switch
    assert "Mode vidéoprojecteur" in classe(named=False).text
    assert "Les noms sont affichés" in classe(named=True).text


def test_a_browser_that_cannot_obey_the_switch_shows_no_name() -> None:
    assert "@supports not selector(:has(*)) { .named { display: none !important; } }" in style()


def test_no_name_on_a_learner_page() -> None:
    for payload in sample_class(LAB)[:3]:
        source = render_learner(payload, LAB, out=NOWHERE)
        assert f"<h1>{payload['candidate']}</h1>" in source
        assert NAMES[payload["candidate"]] not in source


def test_the_list_to_chase_holds_the_missing_and_the_unreadable_only() -> None:
    assert [one.who.candidate for one in chased(sample_class(LAB), ROLL)] == ["SNO-17", MISSING]
    text = chase(named=True).text
    assert "à redéposer : le rendu n'a pas pu être examiné" in text
    assert NAMES[ABSENT] not in text
    assert "n'est pas un zéro" in text
    assert "SNO 2026-2027" in text


def test_the_list_to_chase_hides_names_on_screen_until_the_click() -> None:
    assert NAMES[MISSING] not in chase(named=False).text
    assert NAMES[MISSING] in chase(named=True).text
    assert "ils sont toujours imprimés" in chase(named=False).text


def test_nobody_to_chase_is_good_news() -> None:
    hand_ins = HandIns("page-dynamique", "s", (HandIn("SNO-01", HandInState.HANDED_IN),))
    roll = Roll(("SNO-01",), {"SNO-01": "Inès Bouvard"}, hand_ins)
    assert "Personne à relancer" in chase([sample_payload("SNO-01", LAB)], roll).text
    assert "Personne à relancer" in classe([sample_payload("SNO-01", LAB)], roll).text


def test_every_state_of_a_hand_in_has_its_own_sign() -> None:
    words = [word_of(state) for state in HandInState]
    assert len({word.sign for word in words}) == len(words)
    assert hand_in_words(HandIn("A", HandInState.HANDED_IN)).text == "rendu"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (5, "1 min"),
        (12 * 60, "12 min"),
        (62 * 60, "1 h 02"),
        (86_399, "23 h 59"),
        (86_400, "1 j"),
        (39 * 3_600, "2 j"),
    ],
)
def test_a_lateness_is_in_hours_until_a_whole_day(seconds: int, words: str) -> None:
    late = HandIn("A", HandInState.LATE, late_s=seconds)
    assert hand_in_words(late).text.replace("\u00a0", " ") == f"rendu en retard ({words})"


def test_the_first_of_a_month_is_said_as_french_says_it() -> None:
    assert local_moment("2026-03-01T08:05:00Z", UTC) == "1er mars 2026 à 8\u00a0h\u00a005"
    assert local_moment("2026-03-11T18:30:00Z", UTC) == "11 mars 2026 à 18\u00a0h\u00a030"


@pytest.mark.parametrize(
    ("files", "ordered", "said"),
    [
        (("tp.zip",), False, None),
        ((), True, None),
        (("v1.zip", "v2.zip"), True, "vérifié : v2.zip ; aussi déposé : v1.zip"),
        (("a", "b", "c"), True, "vérifié : c ; aussi déposés : a et b"),
        (
            ("v1.zip", "v2.zip"),
            False,
            "vérifié : v2.zip ; aussi déposé : v1.zip. On ne sait pas lequel est le dernier : heures égales ou inconnues. Ce n'est pas le bon ? Redéposez le bon, seul.",
        ),
    ],
)
def test_which_file_was_graded_is_said(files: tuple[str, ...], ordered: bool, said: str | None) -> None:
    hand_in = HandIn("SNO-01", HandInState.HANDED_IN, files=files, ordered=ordered)
    assert graded_file(hand_in) == said
    page = render_learner(sample_payload("SNO-01", LAB), LAB, out=NOWHERE, hand_in=hand_in)
    assert (said or "aussi déposé") in Page(page).text or said is None
    assert ("aussi déposé" in page) is (said is not None)


def test_the_learner_knows_which_file_was_graded_and_what_to_do() -> None:
    hand_in = HandIn("SNO-01", HandInState.HANDED_IN, files=("v1.zip", "v2.zip"), ordered=False)
    payload = sample_payload("SNO-01", LAB)
    page = Page(render_learner(payload, LAB, out=NOWHERE, hand_in=hand_in, alone=True)).text
    told = "Vous avez déposé 2 fichiers (v1.zip et v2.zip) ; c'est v2.zip qui a été vérifié. Ce n'est pas le bon ?"
    assert f"{told} Redéposez le bon, seul, ou dites-le à votre enseignant." in page.replace("\u00a0", " ")
    one = replace(hand_in, files=("v1.zip",))
    assert "Vous avez déposé" not in render_learner(payload, LAB, out=NOWHERE, hand_in=one, alone=True)


def test_an_unknown_hour_is_said_where_there_is_a_deadline() -> None:
    assert "23 à l'heure inconnue, comptés à temps" in classe().text
    assert ROLL.hand_ins
    without = replace(ROLL, hand_ins=replace(ROLL.hand_ins, deadline=None))
    assert "heure inconnue" not in classe(roll=without).text


def test_identical_work_is_for_the_teacher_after_the_click_and_accuses_nobody() -> None:
    payloads = [sample_payload(name, LAB) for name in ("SNO-06", "SNO-07", "SNO-08")]
    for payload, digest in zip(payloads, ("a", "b", "a"), strict=True):
        payload["submission_sha256"] = digest * 64
    refused = [rejected_payload(name, LAB) for name in ("SNO-09", "SNO-10")]
    for payload in refused:
        payload["submission_sha256"] = None
    (found,) = class_view([*payloads, *refused], LAB, ROLL).identical
    assert [who.candidate for who in found] == ["SNO-06", "SNO-08"]
    assert "Rendus identiques : SNO-06" in classe(payloads, named=True).text
    assert "dentiques" not in classe(payloads, named=False).text
    assert "dentiques" not in classe(payloads[:2], named=True).text


@pytest.mark.parametrize(
    ("kind", "heading", "said"),
    [
        (ASKING, "se renseignent", "« index.php », ligne 3, interroge la machine (/proc/)"),
        (UNREAD, "Images et polices", "« analyse.xlsx » contient une image"),
    ],
)
def test_what_a_person_must_look_at_is_for_the_teacher_after_the_click(kind: str, heading: str, said: str) -> None:
    payloads = [sample_payload(name, LAB) for name in ("SNO-06", "SNO-07")]
    payloads[1]["messages"] = [{"id": kind, "message": said, "means": "", "look": "", "check": None}]
    view = class_view(payloads, LAB, ROLL)
    found = {ASKING: view.asking, UNREAD: view.unread}
    assert {one: [(who.candidate, text) for who, text in told] for one, told in found.items() if told} == {
        kind: [("SNO-07", said)]
    }
    shown, hidden, without = (
        classe(some, named=named).text for some, named in ((payloads, True), (payloads, False), (payloads[:1], True))
    )
    assert all(text in shown for text in ("À regarder vous-même", heading, said))
    assert said not in hidden
    assert "À regarder vous-même" not in without and heading not in without
    marked = [name for name in ("SNO-06", "SNO-07") if "à regarder vous-même" in row(name, payloads=payloads)]
    assert marked == ["SNO-07"]


def test_who_earned_nothing_is_shown_with_what_the_application_printed() -> None:
    failed = dict.fromkeys([spec.id for spec in LAB.checks], Outcome.FAILED)
    payload = sample_payload("SNO-01", LAB, failed)
    payload["messages"] = sample_messages()
    first = payload["messages"][0]["message"]
    assert nothing_worked(payload) == first
    assert _row(payload)[-1] == screen_escape(first)
    assert "Undefined array key" in classe([payload], named=True).text
    assert "Undefined array key" not in classe([payload], named=False).text
    assert nothing_worked({**sample_payload("SNO-01", LAB), "messages": sample_messages()}) is None
    author = {**payload["messages"][0], "id": "auteur-du-fichier", "message": "auteur « Camille »"}
    assert nothing_worked({**payload, "messages": [author, *payload["messages"]]}) == first
    assert nothing_worked({**payload, "messages": [author]}) is None


def test_an_alias_stays_an_alias_when_the_table_of_names_knows_it_no_more() -> None:
    entries = tuple(HandIn(name, HandInState.HANDED_IN) for name in ("SNO-01", "SNO-02", "lea-martin"))
    hand_ins = HandIns("page-dynamique", "s", entries, class_name="SNO")
    people = Roll(tuple(entry.candidate for entry in entries), None, hand_ins).people(["SNO-09", "tp-01"])
    assert [(who.label, who.aliased) for who in people] == [
        ("SNO-01", True),
        ("SNO-02", True),
        ("Élève 3", False),
        ("SNO-09", True),
        ("Élève 5", False),
    ]
    outside = Roll(("SNO-01",), None, replace(hand_ins, class_name=None)).people([])
    assert [who.aliased for who in outside] == [False]


def test_the_spaces_of_french_are_shown_as_they_are_and_control_characters_are_not() -> None:
    assert screen_escape("18\u00a0h\u00a000, 1\u202f234\x07") == "18\u00a0h\u00a000, 1\u202f234\ufffd"
