"""The roll call: rendu, rendu en retard, non rendu, absent justifié; and what is kept of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from moodle_samples import learner

from etabli.cli.hand_ins import hand_in_lines, unknown_hours
from etabli.exam.contract.errors import RunFolderError
from etabli.reception.dropped import Dropped
from etabli.reception.hand_in import HandIns, HandInState, read_hand_ins, write_hand_ins
from etabli.reception.recognition import nameless
from etabli.reception.roll_call import Call, call_roll
from etabli.reports.roll import roll_of
from etabli.roster.roster import Roster

DEADLINE = datetime(2026, 11, 20, 23, 59, 59).astimezone()
CALL = Call("essai", "entrainement", DEADLINE)


def handed(*files: str, late: timedelta = timedelta(0), dated: bool = True, number: str = "101") -> Dropped:
    return Dropped("x", Path("/x"), files or ("site.zip",), DEADLINE + late if dated else None, number)


def states(hand_ins: HandIns) -> dict[str, tuple[HandInState, int]]:
    return {entry.candidate: (entry.state, entry.late_days) for entry in hand_ins.entries}


def test_every_learner_has_a_state(roster: Roster) -> None:
    roster.excuse("SNO-04", "essai")
    roster.excuse("SNO-05", "autre-tp")
    roster.retire("SNO-06")
    received = {
        "SNO-01": handed(),
        "SNO-02": handed(late=timedelta(hours=25)),
        "SNO-03": handed(dated=False),
    }
    assert states(call_roll(CALL, received, roster=roster)) == {
        "SNO-01": (HandInState.HANDED_IN, 0),
        "SNO-02": (HandInState.LATE, 2),
        "SNO-03": (HandInState.HANDED_IN, 0),
        "SNO-04": (HandInState.EXCUSED, 0),
        "SNO-05": (HandInState.MISSING, 0),
    }


def test_a_class_erased_since_keeps_its_rows(roster: Roster) -> None:
    first = call_roll(CALL, {"SNO-01": handed()}, roster=roster)
    second = call_roll(CALL, {"SNO-02": handed(number="102")}, former=first)
    assert second.class_name == first.class_name == "SNO"
    assert [entry.candidate for entry in second.entries] == [entry.candidate for entry in first.entries]
    assert states(second)["SNO-02"] == (HandInState.HANDED_IN, 0)
    assert states(second)["SNO-03"] == (HandInState.MISSING, 0)


def test_latecomers_alone_keep_the_others(roster: Roster) -> None:
    first = call_roll(CALL, {"SNO-01": handed("a.zip"), "SNO-02": handed(number="102")}, roster=roster)
    later = {"SNO-01": handed("b.zip", late=timedelta(hours=1)), "SNO-03": handed(late=timedelta(days=3), number="103")}
    second = call_roll(Call("essai", "entrainement"), later, roster=roster, former=first)
    assert second.deadline == first.deadline
    assert states(second)["SNO-02"] == (HandInState.HANDED_IN, 0)
    assert states(second)["SNO-03"] == (HandInState.LATE, 3)
    by_alias = second.by_candidate()
    assert by_alias["SNO-01"].files == ("a.zip", "b.zip") and by_alias["SNO-01"].state is HandInState.LATE
    assert by_alias["SNO-02"].participant == "102"


def test_a_deposit_put_right_shows_no_file_of_another_learner(roster: Roster) -> None:
    wrong = call_roll(CALL, {"SNO-01": handed("b.zip", number="102"), "SNO-02": handed("a.zip")}, roster=roster)
    right = {"SNO-01": handed("a.zip"), "SNO-02": handed("b.zip", number="102")}
    found = call_roll(CALL, right, roster=roster, former=wrong).by_candidate()
    assert (found["SNO-01"].files, found["SNO-01"].participant) == (("a.zip",), "101")
    assert (found["SNO-02"].files, found["SNO-02"].participant) == (("b.zip",), "102")
    alone = call_roll(CALL, {"SNO-02": handed("b.zip", number="102")}, roster=roster, former=wrong).by_candidate()
    assert "SNO-01" in alone and alone["SNO-01"].participant is None and alone["SNO-01"].files == ()


def test_what_did_not_come_through_moodle_is_listed_as_it_is_given_now(roster: Roster) -> None:
    def local(name: str) -> Dropped:
        return Dropped("SNO-01", Path("/x"), (name,))

    first = call_roll(CALL, {"SNO-01": local("a.zip")}, roster=roster)
    again = call_roll(CALL, {"SNO-01": local("b.zip")}, roster=roster, former=first)
    assert again.by_candidate()["SNO-01"].files == ("b.zip",)


def test_an_unknown_order_is_kept_and_said(tmp_path: Path, roster: Roster) -> None:
    one = replace(handed("v1.zip", "v2.zip"), ordered=False)
    write_hand_ins(tmp_path, call_roll(CALL, {"SNO-01": one}, roster=roster))
    hand_ins = read_hand_ins(tmp_path)
    assert hand_ins and not hand_ins.by_candidate()["SNO-01"].ordered
    assert list(hand_in_lines(hand_ins))[-1] == (
        "SNO-01, vérifié : v2.zip ; aussi déposé : v1.zip. On ne sait pas lequel est le dernier : heures égales ou inconnues. Ce n'est pas le bon ? Redéposez le bon, seul."
    )


def test_an_unknown_hour_counts_as_in_time_and_is_said(roster: Roster) -> None:
    local = Dropped("SNO-02", Path("/x"), ("sno-02.zip",))
    said = unknown_hours(call_roll(CALL, {"SNO-01": handed(dated=False), "SNO-02": local}, roster=roster))
    assert said and said.startswith("2 rendus à l'heure inconnue, comptés à temps : les fichiers téléchargés de Moodle")
    assert "--formulaire" in said and "Hors de Moodle" in said and "--rendu-le DATE" in said
    said = unknown_hours(call_roll(CALL, {"SNO-02": local}, roster=roster))
    assert said and "--rendu-le" in said and "Moodle portent" not in said
    assert unknown_hours(call_roll(CALL, {"SNO-01": handed()}, roster=roster)) is None
    assert unknown_hours(call_roll(Call("essai", "entrainement"), {"SNO-02": local}, roster=roster)) is None


def test_the_same_again_without_its_hour_keeps_the_hour(roster: Roster) -> None:
    first = call_roll(CALL, {"SNO-01": handed(late=timedelta(hours=1))}, roster=roster)
    second = call_roll(CALL, {"SNO-01": handed(dated=False)}, roster=roster, former=first)
    assert second.by_candidate()["SNO-01"] == first.by_candidate()["SNO-01"]


def test_a_new_deadline_judges_everyone_again(roster: Roster) -> None:
    first = call_roll(CALL, {"SNO-01": handed(late=timedelta(hours=1))}, roster=roster)
    assert states(first)["SNO-01"] == (HandInState.LATE, 1)
    second = call_roll(Call("essai", "entrainement", DEADLINE + timedelta(days=1)), {}, roster=roster, former=first)
    assert states(second)["SNO-01"] == (HandInState.HANDED_IN, 0)


def test_another_session_starts_anew(roster: Roster) -> None:
    first = call_roll(CALL, {"SNO-01": handed()}, roster=roster)
    second = call_roll(Call("essai", "rattrapage"), {}, roster=roster, former=first)
    assert states(second)["SNO-01"] == (HandInState.MISSING, 0) and second.deadline is None


def test_who_has_a_run_has_handed_in(roster: Roster) -> None:
    hand_ins = call_roll(CALL, {}, roster=roster, graded=["SNO-02", "ancien"])
    assert states(hand_ins)["SNO-02"] == (HandInState.HANDED_IN, 0)
    assert "ancien" not in states(hand_ins)
    assert states(call_roll(CALL, {}, graded=["ancien"])) == {"ancien": (HandInState.HANDED_IN, 0)}


def test_the_terminal_says_one_line_per_state_by_alias(roster: Roster) -> None:
    roster.excuse("SNO-04", "essai")
    received = {
        "SNO-01": handed(),
        "SNO-02": handed(late=timedelta(hours=25), number="102"),
        "SNO-03": handed(late=timedelta(minutes=62), number="103"),
    }
    found = hand_in_lines(call_roll(CALL, received, roster=roster))
    deadline, *lines = [line.replace("\u00a0", " ") for line in found]
    assert "20 novembre 2026" in deadline
    assert lines == [
        "2 rendus en retard : SNO-02 (2 j), SNO-03 (1 h 02)",
        "2 non rendus : SNO-05, SNO-06",
        "1 absent justifié : SNO-04",
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("TP_MARTIN_Lea.zip", "TP_•••_•••.zip"),
        ("martinlea-v2.zip", "•••-v2.zip"),
        ("Le\u0301a/site.zip", "•••/site.zip"),
        ("site.zip", "site.zip"),
    ],
)
def test_a_learners_own_name_in_a_files_name_is_not_kept(roster: Roster, text: str, shown: str) -> None:
    assert nameless(text, learner("SNO-01")) == shown


def test_the_roll_is_rebuilt_from_the_folder_and_the_table_of_names(tmp_path: Path, roster: Roster) -> None:
    hand_ins = call_roll(CALL, {"SNO-01": handed("MARTIN.zip")}, roster=roster)
    path = write_hand_ins(tmp_path, hand_ins)
    assert not [name for name in ("Léa", "MARTIN", "Martin", "Koné") if name in path.read_text("utf-8")]
    roll = roll_of(tmp_path)
    assert roll.hand_ins == hand_ins
    assert roll.candidates[0] == "SNO-01" and roll.name("SNO-01") == "Léa MARTIN"
    assert roll_of(tmp_path, "autre-tp").hand_ins is None
    roster.erase([one.alias for one in roster.learners()])
    assert roll_of(tmp_path).names is None and roll_of(tmp_path).candidates[0] == "SNO-01"


def test_a_folder_without_hand_ins_has_an_empty_roll(tmp_path: Path) -> None:
    assert roll_of(tmp_path).candidates == ()


@pytest.mark.parametrize(
    "damage",
    [
        {"deadline": "demain"},
        {"lab": ["x"]},
        {"entries": [{"candidate": 5, "state": "late"}]},
        {"entries": [{"candidate": "SNO-01", "state": "parti"}]},
        {"entries": [{"candidate": "SNO-01", "state": "late", "at": "hier"}]},
        {"entries": [{"candidate": "SNO-01", "state": "late", "late_s": "beaucoup"}]},
        {"entries": [{"candidate": "SNO-01", "state": "late", "files": [1, 2]}]},
        {"entries": [{"candidate": "SNO-\ud800", "state": "late"}]},
        "x",
        None,
    ],
)
def test_hand_ins_that_are_not_ours_are_one_sentence(tmp_path: Path, roster: Roster, damage: object) -> None:
    path = write_hand_ins(tmp_path, call_roll(CALL, {"SNO-01": handed()}, roster=roster))
    if isinstance(damage, dict):
        damage = json.loads(path.read_text("utf-8")) | damage
    path.write_text("[" * 200_000 if damage is None else json.dumps(damage), "utf-8")
    with pytest.raises(
        RunFolderError,
        match=r"remises\.json est illisible \((clé « [\w.]+ »|forme inattendue)\) : relancez « etabli grade »",
    ):
        read_hand_ins(tmp_path)
