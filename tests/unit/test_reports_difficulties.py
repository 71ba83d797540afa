"""Who needs help: in which order, each with their own cause and what to say to them; and which learners a point stops."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from report_page import Page
from report_samples import (
    ABSENT,
    CANDIDATES,
    MISSING,
    NAMES,
    NOW,
    rejected_payload,
    sample_class,
    sample_lab,
    sample_messages,
    sample_payload,
    sample_roll,
)

from etabli.exam.contract.outcome import Outcome
from etabli.reports.class_view import class_view
from etabli.reports.difficulties import ENOUGH, Difficulty, Need, difficulties, say_of
from etabli.reports.html import render_class
from etabli.reports.payload import CheckResult, Payload, RepairedPlace
from etabli.reports.roll import NO_ROLL, Roll

LAB = sample_lab()
ROLL = sample_roll()
ESSENTIEL = [spec.id for spec in LAB.checks if spec.palier == "essentiel"]


def failing(candidate: str, *checks: str, **told: str) -> Payload:
    """A run in which these checks fail; what is told of the first replaces the sample's words."""
    payload = sample_payload(candidate, LAB, dict.fromkeys(checks, Outcome.FAILED))
    check_of(payload, checks[0]).update(told)  # type: ignore[typeddict-item]
    return payload


USUAL = next(spec.help for spec in LAB.checks if spec.id == "liste-ordre")


def check_of(payload: Payload, name: str) -> CheckResult:
    return next(check for check in payload["checks"] if check["id"] == name)


def needs(payloads: list[Payload], roll: Roll = NO_ROLL) -> list[tuple[str, Need]]:
    return [(one.candidate, one.need) for one in difficulties(payloads, LAB, roll)]


def of(payload: Payload) -> Difficulty:
    (found,) = difficulties([payload], LAB)
    return found


def section(payloads: list[Payload], title: str, until: str, *, named: bool, roll: Roll = ROLL) -> str:
    text = Page(render_class(payloads, LAB, None, roll, generated_at=NOW), named).text
    return text[text.index(title) : text.index(until)]


def test_whoever_needs_the_teacher_first_comes_first() -> None:
    decisive = failing("SNO-03", "langue")
    decisive["decisive_failed"] = ["langue"]
    payloads = [
        failing("SNO-06", "mobile"),
        failing("SNO-05", *ESSENTIEL[2:14]),
        failing("SNO-04", "base-jointe"),
        decisive,
        rejected_payload("SNO-02", LAB),
        failing("SNO-01", "site-repond"),
        sample_payload("SNO-07", LAB),
    ]
    entries = (
        [entry for entry in ROLL.hand_ins.entries if entry.candidate in (MISSING, ABSENT)] if ROLL.hand_ins else []
    )
    roll = replace(ROLL, hand_ins=replace(ROLL.hand_ins, entries=tuple(entries)))  # type: ignore[type-var]
    assert needs(payloads, roll) == [
        ("SNO-01", Need.START),
        ("SNO-02", Need.REFUSED),
        ("SNO-03", Need.DECISIVE),
        ("SNO-04", Need.HELD),
        ("SNO-05", Need.BEHIND),
        (MISSING, Need.MISSING),
    ]


def test_among_equals_the_one_with_least_of_the_first_palier_comes_first() -> None:
    payloads = [failing("A", "base-jointe"), failing("B", "base-jointe", "langue", "titre-h1")]
    assert [candidate for candidate, _need in needs(payloads)] == ["B", "A"]


def test_others_make_the_list_five_long_and_no_longer() -> None:
    next_ones = [failing(name, "mobile") for name in CANDIDATES[:9]]
    assert len(needs(next_ones)) == ENOUGH
    stuck = [failing(name, "site-repond") for name in CANDIDATES[10:17]]
    assert needs([*next_ones, *stuck]) == [(payload["candidate"], Need.START) for payload in stuck]
    refused = rejected_payload("SNO-24", LAB)
    assert [need for _who, need in needs([*next_ones, *stuck[:2], refused])].count(Need.NEXT) == 2


def test_an_incident_of_ours_or_nothing_to_take_up_again_is_no_difficulty() -> None:
    assert needs([sample_payload("A", LAB), sample_payload("B", LAB, {"site-repond": Outcome.ERROR})]) == []


def test_who_left_the_class_is_on_no_list() -> None:
    roll = replace(ROLL, departed=frozenset({"SNO-01", "SNO-02", MISSING}))
    payloads = [failing("SNO-01", "site-repond"), rejected_payload("SNO-02", LAB)]
    assert MISSING not in [who for who, _need in needs(payloads, roll)]
    assert not {"SNO-01", "SNO-02"} & {who for who, _need in needs(payloads, roll)}


def test_one_begins_with_what_stops_the_rest() -> None:
    assert of(failing("A", "titre-h1", "fiche-complete", "mobile")).check == check_of(
        failing("A", "titre-h1", "fiche-complete", "mobile"), "fiche-complete"
    )
    held = of(failing("A", "base-jointe", "langue"))
    assert held.need is Need.HELD and held.check and held.check["id"] == "base-jointe"


def test_a_refused_hand_in_says_why_and_what_to_say() -> None:
    found = of(rejected_payload("A", LAB))
    assert (found.cause, found.say) == ("Le fichier n'est pas une archive zip lisible.", "Redéposez votre rendu")


def test_what_to_say_is_the_labs_gesture() -> None:
    assert of(failing("A", "liste-ordre")).say == "Revoyez ORDER BY"
    payload = failing("A", "langue")
    assert say_of(check_of(payload, "langue"), payload, replace(LAB, aides={})) is None


@pytest.mark.parametrize(
    ("observed", "said"),
    [
        ("Le code 503. La connexion est écrite en dur dans config.php, ligne 6.", "Lisez config.php, ligne 6"),
        ("Parse error dans inc/ajout.php, ligne 12.", "Lisez inc/ajout.php, ligne 12"),
        ("NameError : app.py, ligne 3.", "Lisez app.py, ligne 3"),
        ("1 valeur secrète : audit.csv, ligne 12.", "Revoyez ORDER BY"),
    ],
)
def test_what_to_say_is_the_place_when_the_code_has_one(observed: str, said: str) -> None:
    assert of(failing("A", "liste-ordre", observed=observed, help="")).say == said


def test_the_place_of_an_error_message_counts_where_other_points_wait() -> None:
    for check, said in (("site-repond", "Lisez inc/base.php, ligne 10"), ("prix-format", None)):
        payload = failing("A", check, observed="Le code 500.")
        look = "Lisez son adresse. Endroit signalé : inc/base.php, ligne 10."
        payload["messages"] = [{**sample_messages()[0], "look": look, "check": check}]
        assert of(payload).say == said
        payload["messages"][0]["check"] = None
        assert of(payload).say == (said if check == "site-repond" else None)


def in_a_copy(payload: Payload, *left: str) -> Payload:
    """The same run with a second look, after which these checks still fail."""
    checks = sample_payload("A", LAB, dict.fromkeys(left, Outcome.FAILED))["checks"]
    places: list[RepairedPlace] = [{"path": "config.php", "lines": [3, 6, 9, 10]}]
    payload["repaired"] = {"check": "site-repond", "places": places, "checks": checks}
    return payload


def test_all_the_lines_that_hid_the_rest_are_to_correct() -> None:
    written = "La connexion à la base est écrite en dur dans config.php, ligne 6."
    payload = in_a_copy(failing("SNO-01", "site-repond", observed=written))
    assert of(payload).say == "Corrigez config.php, lignes 3, 6, 9 et 10"
    text = section([payload], "Qui a besoin d'aide", "L'ordre :", named=True)
    assert "« Corrigez config.php, lignes 3, 6, 9 et 10 »" in text
    assert f"Essai sur une copie, ces lignes corrigées : {len(LAB.checks)} réussis." in text
    assert "config.php" not in Page(render_class([payload], LAB, None, ROLL, generated_at=NOW), False).text


def test_lines_whose_repair_shows_nothing_are_not_what_to_begin_with() -> None:
    payload = in_a_copy(failing("SNO-01", "site-repond", observed="config.php, ligne 6."), "site-repond")
    assert of(payload).say == "Lisez config.php, ligne 6"
    look = "Endroit signalé : inc/base.php, ligne 10."
    payload["messages"] = [{**sample_messages()[0], "look": look, "check": "site-repond"}]
    assert of(payload).say == "Lisez inc/base.php, ligne 10"


def test_what_to_say_follows_the_failure_where_one_check_fails_for_unlike_reasons() -> None:
    aides = LAB.aides["liste-ordre"].model_copy(update={"selon": {"alphabétique": "Triez par date"}})
    lab = replace(LAB, aides={"liste-ordre": aides})
    payloads = [
        failing("SNO-01", "liste-ordre", observed="La liste est dans l'ordre alphabétique."),
        failing("SNO-02", "liste-ordre", observed="La plus récente arrive en 14e position."),
    ]
    view = class_view(payloads, lab, ROLL)
    said = {who.candidate: group.say for group in view.helped for who, one in group.learners if one.check}
    assert said == {"SNO-01": "Triez par date", "SNO-02": "Revoyez ORDER BY"}
    assert [row.geste for row in view.rows[:2]] == ["Triez par date", "Revoyez ORDER BY"]
    assert view.often[0].geste == "Revoyez ORDER BY"
    assert class_view(payloads[:1], lab, ROLL).often[0].geste == "Triez par date"


def test_a_title_is_never_read_as_a_success() -> None:
    """It says what is wanted (« La liste est dans l'ordre »): beside it, that it is not so yet, to the eye and the ear."""
    payloads = [failing("SNO-01", "liste-ordre")]
    title = next(spec.title for spec in LAB.checks if spec.id == "liste-ordre")
    assert f"Pas encore vrai : « {title.rstrip('.')} »." in section(payloads, "Qui a besoin", "L'ordre :", named=True)
    for start, end in (("Le plus souvent à revoir", "Où en est chacun"), ("Où en est chacun", "Point par point")):
        for named in (False, True):
            assert f"✗ À revoir : {title}" in section(payloads, start, end, named=named)


def test_a_choice_between_hand_ins_that_nothing_orders_is_told_at_the_learners_line() -> None:
    assert ROLL.hand_ins
    files = ("Ines_v1.zip", "Ines_v2.zip")
    entries = [
        replace(entry, files=files, ordered=False) if entry.candidate == "SNO-01" else entry
        for entry in ROLL.hand_ins.entries
    ]
    roll = replace(ROLL, hand_ins=replace(ROLL.hand_ins, entries=tuple(entries)))
    payloads = [failing("SNO-01", "liste-ordre")]
    told = "Dépôts d'ordre inconnu : avons-nous vérifié le bon ? (vérifié : Ines_v2.zip ; aussi déposé : Ines_v1.zip)"
    for start, end in (("Qui a besoin d'aide", "L'ordre :"), ("Où en est chacun", "Point par point")):
        assert told in section(payloads, start, end, named=True, roll=roll)
    hidden = Page(render_class(payloads, LAB, None, roll, generated_at=NOW), False).text
    assert "Dépôts d'ordre inconnu : avons-nous vérifié le bon ?" in hidden and "Ines_v" not in hidden
    assert "SNO-01" not in [who.candidate for who, _said in class_view(payloads, LAB, roll).several]


def test_work_that_does_not_start_shows_the_error_unless_its_place_is_told() -> None:
    everything = [spec.id for spec in LAB.checks]
    payload = failing("A", *everything, observed="L'adresse / répond par le code 500.")
    payload["messages"] = sample_messages()
    assert of(payload).message == sample_messages()[0]["message"]
    payload = failing("A", *everything, observed="La connexion est écrite en dur dans config.php, ligne 6.")
    payload["messages"] = sample_messages()
    assert of(payload).message is None


def test_each_learner_has_their_own_cause_and_those_who_share_it_stand_together() -> None:
    payloads = [
        failing("SNO-01", "liste-ordre", help=USUAL, observed="La plus récente arrive en 14e position."),
        failing("SNO-02", "langue"),
        failing("SNO-03", "liste-ordre", help=USUAL, observed="La liste est dans l'ordre alphabétique."),
    ]
    groups = class_view(payloads, LAB).helped
    found = [(group.say, [who.candidate for who, _one in group.learners]) for group in groups]
    assert sorted(found, key=str) == [("Revoyez ORDER BY", ["SNO-01", "SNO-03"]), (None, ["SNO-02"])]
    text = section(payloads, "Qui a besoin d'aide", "L'ordre :", named=True, roll=replace(ROLL, hand_ins=None))
    for words in ("SNO-01 Inès Bouvard", "14e position", "SNO-03 Awa Diarrassou", "dans l'ordre alphabétique"):
        assert words in text
    assert text.count("« Revoyez ORDER BY »") == 1
    assert text.count("Attendu : De la plus récente à la plus ancienne") == 1


def test_what_was_expected_of_each_is_told_when_it_differs() -> None:
    payloads = [
        failing("SNO-01", "liste-ordre", help=USUAL),
        failing("SNO-02", "liste-ordre", help=USUAL, expected="Par prix."),
    ]
    text = section(payloads, "Qui a besoin d'aide", "L'ordre :", named=True)
    assert "Attendu : De la plus récente" in text and "Attendu : Par prix." in text


def test_what_a_check_advises_for_this_very_failure_takes_the_place_of_what_was_expected() -> None:
    payloads = [failing("SNO-01", "liste-ordre", help="Triez dans SQL, avant de formater la date.")]
    text = section(payloads, "Qui a besoin d'aide", "L'ordre :", named=True, roll=replace(ROLL, hand_ins=None))
    assert "Conseil : Triez dans SQL" in text and "Attendu :" not in text


def test_the_list_of_who_needs_help_is_never_projected() -> None:
    hidden = section(sample_class(LAB), "Qui a besoin d'aide", "Le plus souvent", named=False)
    assert "SNO-" not in hidden and hidden.count("«") == 1
    assert "6 élèves. Cochez « Montrer les noms »" in hidden
    shown = section(sample_class(LAB), "Qui a besoin d'aide", "Le plus souvent", named=True)
    assert "SNO-05 Chloé Vanhoutte" in shown
    assert "L'ordre :" in shown and "palier Essentiel" in shown


def test_a_file_that_a_learner_named_shows_with_the_names_only() -> None:
    """Who names a file after themselves is not named on the wall; the lab's own gesture stands there instead."""
    payloads = [
        failing("SNO-01", check, observed="Parse error dans inc/VANHOUTTE_Chloe.php, ligne 6.", help="")
        for check in ("liste-ordre", "langue")
    ]
    for payload, gesture in zip(payloads, (["« Revoyez ORDER BY »"] * 2, []), strict=True):  # by width: two each
        source = render_class([payload], LAB, None, ROLL, generated_at=NOW)
        wall, shown = Page(source, False), Page(source, True)
        assert "VANHOUTTE" not in wall.text and not [said for said in wall.attributes("title") if "VANHOUTTE" in said]
        where = wall.text[wall.text.index("Où en est chacun") :]
        assert re.findall("« (?:Revoyez|Lisez) .*? »", where[: where.index("Point par point")]) == gesture
        assert shown.text.count("« Lisez inc/VANHOUTTE_Chloe.php, ligne 6 »") == 3  # who needs help, and twice here
        assert "« Revoyez ORDER BY »" not in shown.text[shown.text.index("Où en est chacun") :]


def test_what_is_missed_most_opens_the_learners_whom_it_touches() -> None:
    payloads = [failing("SNO-01", "liste-ordre", "langue"), failing("SNO-02", "langue"), sample_payload("SNO-03", LAB)]
    first, second = class_view(payloads, LAB, ROLL).often
    assert [who.candidate for who in first.missed] == ["SNO-01", "SNO-02"]
    assert [who.candidate for who in second.missed] == ["SNO-01"]
    for named in (False, True):
        text = section(payloads, "Le plus souvent à revoir", "Où en est chacun", named=named)
        assert "2 élèves" in text and "SNO-02" in text and "SNO-03" not in text
        assert (NAMES["SNO-02"] in text) is named
    source = render_class(payloads, LAB, None, ROLL, generated_at=NOW)
    folded = re.search(r"<details><summary>.*?La langue de la page.*?</details>", source, re.DOTALL)
    assert folded and 'href="SNO-02/index.html#c-langue"' in folded[0]


def test_a_learner_known_by_a_folder_name_is_a_number_there_too() -> None:
    text = section(
        [failing("dupont-lea", "langue")], "Le plus souvent à revoir", "Où en est", named=False, roll=NO_ROLL
    )
    assert "Élève 1" in text and "dupont" not in text
