"""What groups hand in: named by a person, kept for each member, and never one learner's because of a number or a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from moodle_desk import Desk, sheet
from moodle_samples import FR, SITE, download, packed, spellings, worksheet
from report_samples import sample_payload
from small_class import SmallClass

from etabli.cli.collect import left_aside
from etabli.cli.hand_ins import hand_in_lines, unknown_hours
from etabli.cli.whose import ask_whose
from etabli.exam.contract.errors import UsageProblem
from etabli.grading.regrade import class_runs, gather
from etabli.lab.manifest import load_lab
from etabli.lab.variant import Purpose, Seat
from etabli.reception import collecting
from etabli.reception.answers import Answers
from etabli.reception.collecting import Whom
from etabli.reception.dropped import Dropped
from etabli.reception.gathering import Reading
from etabli.reception.hand_in import HandIn, HandIns, HandInState, read_hand_ins, write_hand_ins
from etabli.reception.moodle.worksheet import read_worksheet
from etabli.reception.settling import Settling, settle
from etabli.reception.submission import Deposit
from etabli.reports.class_view import class_view
from etabli.reports.results import described
from etabli.reports.roll import Roll
from etabli.roster.roster import Roster

WORK = packed(index__php="<?php echo 'ensemble';")
TEAM = ("Équipe 1_4711_assignsubmission_file/site lea ines.zip", WORK)
OTHER = ("Équipe 2_4712_assignsubmission_file/site.zip", SITE)
NOBODYS = ("Groupe par défaut_assignsubmission_file/site.zip", packed(index__php="<?php echo 0;"))
LEA = ("Léa Martin_101_assignsubmission_file/site.zip", SITE)
ROWS = (("101", "Léa Martin"), ("102", "Inès d'Almeida"), ("103", "Anne-Sophie Dupont Leroy"))
TEAM_ROWS = (
    ("101", "Léa Martin", "Équipe 1"),
    ("102", "Inès d'Almeida", "Équipe 1"),
    ("103", "Anne-Sophie Dupont Leroy", "Équipe 2"),
    ("106", "Awa Koné", "Groupe par défaut"),
)


@pytest.fixture
def desk(tmp_path: Path, roster: Roster) -> Desk:
    return Desk(tmp_path)


def scripted(*answers: str) -> Callable[[], str]:
    left: Iterator[str] = iter(answers)
    return lambda: next(left)


def asked(desk: Desk, *members: tuple[str, bytes], **more: object) -> str:
    """The sentence of a command that nobody is there to answer."""
    with pytest.raises(UsageProblem) as caught:
        desk.collect(*members, **more)  # type: ignore[arg-type]
    return str(caught.value)


def test_a_group_is_asked_and_each_member_named_has_its_work(
    desk: Desk, roster: Roster, capsys: pytest.CaptureFixture[str]
) -> None:
    said = asked(desk, TEAM)
    assert '--associer "Équipe 1=ALIAS"' in said and '"Équipe 1=SNO-01,SNO-04"' in said
    assert "Pour un rendu de groupe, nommez tous les membres, d'abord celui dont les données ont servi" in said
    done = desk.collect(TEAM, answers=("Équipe 1=SNO-02, sno-1",))
    lea, ines = done.settled.deposits
    assert (lea.candidate, ines.candidate, lea.data_of, ines.data_of) == ("SNO-01", "SNO-02", "SNO-02", "SNO-02")
    assert lea.source == ines.source and lea.source.read_bytes() == WORK
    assert spellings(roster) == {}, "a group's name is no learner's"
    told = capsys.readouterr().err
    assert "Rendu de groupe : « Équipe 1 » → SNO-02 et SNO-01 (données de SNO-02)." in told and "Rapprochés" not in told
    entries = desk.entries(done)
    for alias in ("SNO-01", "SNO-02"):
        entry = entries[alias]
        assert (entry.state, entry.group, entry.members) == (HandInState.HANDED_IN, "4711", ("SNO-02", "SNO-01"))
        assert entry.participant is None, "the number of a group is no learner's: nothing goes back to Moodle under it"
        assert entry.files == ("site ••• •••.zip",), "no member's name is in what the others are told"
    assert read_hand_ins(desk.out) is not None


@pytest.mark.parametrize("rows", [ROWS, TEAM_ROWS])
def test_a_group_s_number_that_is_also_a_participant_s_is_not_theirs(
    desk: Desk,
    roster: Roster,
    tmp_path: Path,
    rows: tuple[tuple[str, str], ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    team = ("Équipe 1_101_assignsubmission_file/site.zip", WORK)
    path = sheet(tmp_path / "notes.csv", *rows)
    said = asked(desk, team, sheet=path)
    assert '--associer "Équipe 1=' in said and "groupe Moodle n° 101, « site.zip »" in said
    capsys.readouterr()
    done = desk.collect(team, sheet=path, answers=("Équipe 1=SNO-03",))
    assert [deposit.candidate for deposit in done.settled.deposits] == ["SNO-03"] and spellings(roster) == {}
    assert done.settled.deposits[0].data_of is None
    assert capsys.readouterr().err == "Rendu de groupe : « Équipe 1 » → SNO-03 (données de SNO-03).\n"
    entry = desk.entries(done)["SNO-03"]
    assert (entry.participant, entry.group) == ("103", "101"), "the way back is the member's own number"


@pytest.mark.parametrize(("name", "kept"), [("Équipe 1-Léa Martin", True), ("Équipe 1-Kevin", False), ("Kevin", True)])
def test_a_copy_of_older_versions_is_remembered_by_the_learner_s_name_in_it(
    desk: Desk, roster: Roster, name: str, kept: bool
) -> None:
    desk.collect((f"{name}_101_assignsubmission_file_/site.zip", SITE), answers=(f"{name}=SNO-01",))
    assert bool(spellings(roster)) is kept


A_COPY = ("Groupe A-Léa Martin_101_assignsubmission_file_/site.zip", SITE)
B_COPY = ("Groupe B-Anne-Sophie Dupont Leroy_103_assignsubmission_file_/site.zip", packed(b="3"))


def test_copies_of_older_versions_of_two_groups_are_matched_by_their_own_rows(
    desk: Desk, roster: Roster, tmp_path: Path
) -> None:
    path = sheet(tmp_path / "notes.csv", *ROWS)
    done = desk.collect(A_COPY, B_COPY, sheet=path)
    assert [one.candidate for one in done.settled.deposits] == ["SNO-01", "SNO-03"] and spellings(roster) == {}
    entries = desk.entries(done)
    assert [(entries[alias].participant, entries[alias].group) for alias in ("SNO-01", "SNO-03")] == [
        ("101", None), ("103", None),
    ]  # fmt: skip
    assert entries["SNO-01"].at, "the hour of their own row"


@pytest.mark.parametrize(
    ("thing", "row", "title"),
    [
        (LEA[0], "MARTIN Léa (2TSN)", None),
        (LEA[0], "Zoé Inconnue", "groupe Moodle n° 101"),
        (A_COPY[0], "MARTIN Léa (2TSN)", "Moodle n° 101"),
        ("Équipe 1_101_assignsubmission_file/site.zip", "MARTIN Léa (2TSN)", "groupe Moodle n° 101"),
        ("Équipe-1_101_assignsubmission_file/site.zip", "Léa Martin", "groupe Moodle n° 101"),
    ],
)
def test_a_row_that_the_class_does_not_know_makes_no_group_of_a_learner_it_names(
    desk: Desk, tmp_path: Path, thing: str, row: str, title: str | None
) -> None:
    path = sheet(tmp_path / "notes.csv", ("101", row))
    if title is None:
        assert [one.candidate for one in desk.collect((thing, SITE), sheet=path).settled.deposits] == ["SNO-01"]
    else:
        assert f"← {title}, « site.zip »" in asked(desk, (thing, SITE), sheet=path)


def test_a_name_that_the_site_writes_in_two_ways_is_still_a_learner_s(desk: Desk, tmp_path: Path) -> None:
    path = worksheet(tmp_path / "notes.csv", FR.replace('"Léa Martin"', '"Léa"'))
    assert [one.candidate for one in desk.collect(LEA, sheet=path).settled.deposits] == ["SNO-01"]


def test_the_worksheet_of_other_groups_is_refused(desk: Desk, tmp_path: Path) -> None:
    others = [("901", "Tom Blanc", "Équipe 8"), ("902", "Zoé Roux", "Équipe 9")]
    said = asked(desk, TEAM, OTHER, sheet=sheet(tmp_path / "notes.csv", *others))
    assert "aucun des 2 numéros de ces remises n'est dans ce formulaire" in said


def test_a_worksheet_without_names_makes_no_group(desk: Desk, tmp_path: Path) -> None:
    path = sheet(tmp_path / "notes.csv", ("101", ""), ("199", ""))
    kevin = ("Kevin Inconnu_199_assignsubmission_file/site.zip", WORK)
    assert '"Kevin Inconnu=ALIAS"   ← Moodle n° 199' in asked(desk, LEA, kevin, sheet=path)
    group = ("Équipe 1_101_assignsubmission_file/site.zip", WORK)
    other = tmp_path / "marques.csv"
    worksheet(other, FR.replace('"Nom complet"', '"Vollständiger Name"'))
    assert '"Équipe 1=ALIAS"' in asked(desk, group, sheet=other), "the e-mail of a row is not a group's"


def test_without_a_worksheet_one_alias_keeps_no_group_s_name(desk: Desk, roster: Roster) -> None:
    desk.collect(TEAM, answers=("Équipe 1=SNO-01",))
    assert spellings(roster) == {}
    assert "Équipe 1" in asked(desk, TEAM), "its members may be others the next time"


def test_a_learner_and_a_group_of_the_same_number_are_two(desk: Desk, tmp_path: Path) -> None:
    team = ("Équipe 1_101_assignsubmission_file/site.zip", WORK)
    path = sheet(tmp_path / "notes.csv", *ROWS)
    done = desk.collect(LEA, team, sheet=path, answers=("Équipe 1=SNO-02,SNO-03",))
    found = {deposit.candidate: deposit.source.read_bytes() for deposit in done.settled.deposits}
    assert found == {"SNO-01": SITE, "SNO-02": WORK, "SNO-03": WORK}


def test_the_worksheet_of_a_team_assignment_proposes_the_members_and_tells_their_hour(
    desk: Desk, tmp_path: Path
) -> None:
    path = sheet(tmp_path / "notes.csv", *TEAM_ROWS)
    said = asked(desk, TEAM, OTHER, NOBODYS, sheet=path)
    assert '--associer "Équipe 1=SNO-01,SNO-02"   ← groupe Moodle n° 4711' in said
    assert "selon le formulaire : Léa MARTIN et Inès d'Almeida" in said
    assert '--associer "Équipe 2=SNO-03"' in said and '--associer "Groupe par défaut=SNO-06"' in said
    answers = ("Équipe 1=SNO-01,SNO-02", "groupe 4712=SNO-03", "Groupe par défaut=SNO-06")
    entries = desk.entries(desk.collect(TEAM, OTHER, NOBODYS, sheet=path, answers=answers))
    assert {alias: entry.participant for alias, entry in entries.items() if entry.participant} == {
        "SNO-01": "101", "SNO-02": "102", "SNO-03": "103", "SNO-06": "106",
    }  # fmt: skip
    assert all(entries[alias].at for alias in ("SNO-01", "SNO-02", "SNO-03", "SNO-06"))


def test_the_hour_of_a_stranger_s_row_is_not_a_group_s(desk: Desk, tmp_path: Path) -> None:
    team = ("Équipe 1_101_assignsubmission_file/site.zip", WORK)
    path = sheet(tmp_path / "notes.csv", *ROWS)
    entry = desk.entries(desk.collect(team, sheet=path, answers=("Équipe 1=SNO-06",)))["SNO-06"]
    assert entry.at is None
    with_deadline = HandIns("essai", "x", (entry,), "SNO", "2026-11-20T00:00:00Z")
    assert "les fichiers téléchargés de Moodle portent l'heure du téléchargement" in (
        unknown_hours(with_deadline) or ""
    )


def test_a_group_keeps_the_hour_of_its_own_files(desk: Desk, tmp_path: Path) -> None:
    """Older Moodle wrote the dates of the deposits: only what a row says under a number that is not its own goes."""
    moments = [datetime(2026, 11, 20, 17).astimezone(), datetime(2026, 11, 19, 9).astimezone()]
    path = download(tmp_path / "d.zip", [TEAM, OTHER], dates=moments)
    rows = sheet(tmp_path / "notes.csv", ("4711", "Léa Martin"), ("4712", "Inès d'Almeida"), ("103", "Jean Petit"))
    answers = ("Équipe 1=SNO-06,SNO-03", "Équipe 2=SNO-01")
    received = desk.collect(more=(path,), sheet=rows, answers=answers).settled.received
    assert received["SNO-06"].at == received["SNO-03"].at == moments[0]
    assert received["SNO-01"].at == datetime(2026, 11, 20, 18, 2).astimezone(), "a row is surer than a zip's date"


def test_the_default_group_is_not_dropped_in_silence(desk: Desk) -> None:
    assert '--associer "Groupe par défaut=ALIAS,ALIAS"   ← sans groupe dans Moodle' in asked(desk, NOBODYS)
    done = desk.collect(NOBODYS, answers=("Groupe par défaut=SNO-03,SNO-06",))
    assert [deposit.candidate for deposit in done.settled.deposits] == ["SNO-03", "SNO-06"]
    left = desk.collect(NOBODYS, answers=("Groupe par défaut=",)).settled.left
    assert left_aside(left) == "1 rendu laissé de côté : sans groupe dans Moodle, « site.zip »."


def test_nothing_of_a_zip_of_moodle_is_passed_over_without_a_word(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    strangers = [("SNO-02.zip", SITE), ("Tom Blanc_assign_file/a.zip", SITE), ("Tom Blanc_assign_file/b.zip", SITE)]
    done = desk.collect(LEA, *strangers, ("Thumbs.db", b"x"))
    assert [one.candidate for one in done.settled.deposits] == ["SNO-01"]
    said = capsys.readouterr().err
    assert "n'est pas pris : « SNO-02.zip » et « Tom Blanc_assign_file » ; si c'est un rendu, donnez-le à part." in said
    wrapped = [(f"Devoir/{name}", data) for name, data in (LEA, *strangers[:1])]
    desk.collect(*wrapped)
    assert "n'est pas pris : « SNO-02.zip » ; si" in capsys.readouterr().err
    desk.collect(LEA)
    assert "pas pris" not in capsys.readouterr().err


def test_nothing_of_an_unpacked_download_is_passed_over_without_a_word(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A latecomer's zip beside the folders of Moodle is taken; within a wrapping folder, or loose, it is said."""
    for top, said in (("plat", "« app.py » ; si"), ("Devoir/emballe", "« SNO-02.zip » et « app.py » ; si")):
        folder = tmp_path / top
        for name, data in (LEA, ("app.py", b"print()"), ("SNO-02.zip", SITE), ("Thumbs.db", b"x")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        done = desk.collect(more=(tmp_path / top.split("/")[0],))
        assert len(done.settled.deposits) == (2 if top == "plat" else 1)
        assert f"n'est pas pris : {said}" in capsys.readouterr().err


def test_beside_the_default_group_a_learner_s_name_is_a_group_s_too(desk: Desk) -> None:
    said = asked(desk, LEA, NOBODYS)
    assert '--associer "Léa Martin=ALIAS,ALIAS"   ← groupe Moodle n° 101' in said
    assert '--associer "Groupe par défaut=' in said


@pytest.mark.parametrize("rows", [ROWS, TEAM_ROWS])
def test_a_group_named_like_a_learner_is_told_by_the_worksheet(
    desk: Desk, tmp_path: Path, rows: tuple[tuple[str, str], ...]
) -> None:
    path = sheet(tmp_path / "notes.csv", *rows)
    trap = ("Léa Martin_102_assignsubmission_file/site.zip", WORK)
    said = asked(desk, trap, sheet=path)
    assert '--associer "Léa Martin=' in said and "groupe Moodle n° 102" in said


def test_a_group_named_like_a_learner_is_asked_once_others_are_said_to_be_groups(desk: Desk, roster: Roster) -> None:
    trap = ("Léa Martin_4712_assignsubmission_file/site.zip", SITE)
    said = asked(desk, TEAM, trap, answers=("Équipe 1=SNO-02,SNO-03",))
    assert '--associer "Léa Martin=ALIAS,ALIAS"   ← groupe Moodle n° 4712' in said
    done = desk.collect(TEAM, trap, answers=("Équipe 1=SNO-02,SNO-03", "Léa Martin=SNO-01,SNO-06"))
    assert [deposit.candidate for deposit in done.settled.deposits] == ["SNO-01", "SNO-02", "SNO-03", "SNO-06"]
    assert spellings(roster) == {}


def test_one_common_work_among_many_names_makes_no_group_of_them(desk: Desk) -> None:
    """Two learners worked together under an unknown name: the others are still who they are."""
    ines = ("Inès dAlmeida_102_assignsubmission_file/site.zip", SITE)
    awa = ("Awa Koné_106_assignsubmission_file/site.zip", SITE)
    pair = ("Kevin Inconnu_199_assignsubmission_file/site.zip", WORK)
    done = desk.collect(LEA, ines, awa, pair, answers=("Kevin Inconnu=SNO-03,SNO-04",))
    assert [one.candidate for one in done.settled.deposits] == ["SNO-01", "SNO-02", "SNO-03", "SNO-04", "SNO-06"]


def test_a_learner_may_hand_in_for_two_and_keeps_their_number(desk: Desk) -> None:
    done = desk.collect(LEA, answers=("Léa Martin=SNO-01,SNO-06",))
    entries = desk.entries(done)
    assert (entries["SNO-01"].participant, entries["SNO-06"].participant) == ("101", None)
    assert entries["SNO-01"].members == ("SNO-01", "SNO-06") and entries["SNO-01"].group is None
    alone = desk.entries(desk.collect(LEA))
    assert alone["SNO-01"].members == () and alone["SNO-06"].state is HandInState.HANDED_IN


def test_what_came_outside_moodle_may_be_a_group_s_too(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "lea-et-ines.zip").write_bytes(WORK)
    done = desk.collect(more=(tmp_path / "lea-et-ines.zip",), answers=("lea-et-ines=1;2",))
    assert [deposit.shown for deposit in done.settled.deposits] == ["•••-et-•••.zip"] * 2
    assert (tmp_path / "lea-et-ines.zip").is_file()
    assert desk.entries(done)["SNO-02"].files == ("•••-et-•••.zip",)


def test_two_groups_are_two_questions_and_nobody_is_in_both(desk: Desk) -> None:
    said = asked(desk, TEAM, OTHER)
    assert '"Équipe 1=ALIAS"' in said and '"Équipe 2=ALIAS"' in said
    both = asked(desk, TEAM, OTHER, answers=("Équipe 1=SNO-01,SNO-02", "Équipe 2=SNO-02,SNO-03"))
    assert "Deux rendus différents pour un même élève" in both and "SNO-02 (« Équipe 1 » : " in both
    assert "rien n'est encore vérifié ni retenu" in both
    twins = asked(desk, TEAM, OTHER, answers=("Équipe 1=SNO-01,SNO-02", "Équipe 2=SNO-02,SNO-01"))
    assert "« site.zip ») et SNO-02 (« Équipe 1 » : " in twins or "« site.zip ») et SNO-01 (" in twins


def test_two_groups_of_one_name_are_asked_by_number(desk: Desk, tmp_path: Path) -> None:
    path = sheet(tmp_path / "notes.csv", *TEAM_ROWS)
    twin = ("Équipe 1_4799_assignsubmission_file/site.zip", SITE)
    said = asked(desk, TEAM, twin, sheet=path)
    assert '--associer "groupe 4711=' in said and '--associer "groupe 4799=' in said
    done = desk.collect(TEAM, twin, sheet=path, answers=("groupe 4711=SNO-01", "groupe 4799=SNO-02"))
    assert [one.source.read_bytes() for one in done.settled.deposits] == [WORK, SITE]


def test_members_are_kept_for_this_assignment_and_put_right_by_a_new_answer(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.entries(desk.collect(TEAM, OTHER, answers=("Équipe 1=SNO-01,SNO-02", "Équipe 2=SNO-03")))
    again = desk.collect(TEAM, OTHER, answers=("Équipe 2=SNO-03",))
    assert [one.candidate for one in again.settled.deposits] == ["SNO-01", "SNO-02", "SNO-03"]
    for alias in ("SNO-01", "SNO-02"):
        (desk.out / alias).mkdir()
    capsys.readouterr()
    entries = desk.entries(desk.collect(TEAM, OTHER, answers=("Équipe 1=SNO-01,SNO-06", "Équipe 2=SNO-03")))
    assert entries["SNO-02"].state is HandInState.MISSING and entries["SNO-06"].members == ("SNO-01", "SNO-06")
    said = capsys.readouterr().err
    assert "SNO-02 garde une vérification faite sur le rendu du groupe Moodle n° 4711, qui n'est plus le sien" in said
    assert "SNO-01 garde" not in said


def test_a_group_left_aside_is_nobody_s_any_more(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.entries(desk.collect(TEAM, OTHER, answers=("Équipe 1=SNO-01,SNO-02", "Équipe 2=SNO-03,SNO-06")))
    (desk.out / "SNO-02").mkdir()
    capsys.readouterr()
    entries = desk.entries(desk.collect(TEAM, OTHER, answers=("Équipe 1=",)))
    states = {alias: entries[alias].state for alias in ("SNO-01", "SNO-02", "SNO-03", "SNO-06")}
    assert list(states.values()) == [HandInState.MISSING] * 2 + [HandInState.HANDED_IN] * 2
    assert "SNO-02 garde une vérification faite sur le rendu du groupe Moodle n° 4711" in capsys.readouterr().err


def test_a_group_s_name_once_kept_as_a_learner_s_is_forgotten(
    desk: Desk, roster: Roster, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster.remember("Équipe 1", "SNO-01")  # as an older Établi did
    path = sheet(tmp_path / "notes.csv", *TEAM_ROWS)
    assert "groupe Moodle n° 4711" in asked(desk, TEAM, sheet=path)
    desk.collect(TEAM, sheet=path, answers=("Équipe 1=SNO-02,SNO-03",))
    assert spellings(roster) == {}
    assert "« Équipe 1 » n'est plus retenu comme un autre nom de SNO-01." in capsys.readouterr().err


def test_what_an_older_etabli_gave_to_one_learner_is_put_right(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It noted the group's number as the learner's own: the way back would have gone to another."""
    entries = (
        HandIn("SNO-01", HandInState.HANDED_IN, files=("site.zip",), participant="4711"),
        HandIn("SNO-06", HandInState.HANDED_IN, files=("site.zip",), participant="4712"),
    )
    desk.out.mkdir()
    write_hand_ins(desk.out, HandIns("essai", "entrainement", entries, "SNO"))
    (desk.out / "SNO-06").mkdir()
    path = sheet(tmp_path / "notes.csv", *TEAM_ROWS)
    answers = ("Équipe 1=SNO-01,SNO-02", "Équipe 2=SNO-03")
    done = desk.entries(desk.collect(TEAM, OTHER, sheet=path, answers=answers))
    assert {alias: done[alias].participant for alias in ("SNO-01", "SNO-02", "SNO-03", "SNO-06")} == {
        "SNO-01": "101", "SNO-02": "102", "SNO-03": "103", "SNO-06": None,
    }  # fmt: skip
    assert done["SNO-06"].state is HandInState.MISSING
    assert "SNO-06 garde une vérification faite sur le rendu Moodle n° 4712" in capsys.readouterr().err


def test_without_a_worksheet_a_number_noted_for_a_group_s_work_is_forgotten(desk: Desk) -> None:
    entries = (HandIn("SNO-01", HandInState.HANDED_IN, files=("site.zip",), participant="4711"),)
    desk.out.mkdir()
    write_hand_ins(desk.out, HandIns("essai", "entrainement", entries, "SNO"))
    done = desk.entries(desk.collect(TEAM, answers=("Équipe 1=SNO-01,SNO-02",)))
    assert (done["SNO-01"].participant, done["SNO-01"].group) == (None, "4711")


def test_a_blind_name_is_nobody_s_group(desk: Desk, tmp_path: Path) -> None:
    path = sheet(tmp_path / "notes.csv", ("7", ""), ("8", ""))
    said = asked(desk, ("Participant_7_assignsubmission_file/site.zip", SITE), sheet=path)
    assert '--associer "Participant 7=ALIAS"' in said


# ------------------------------------------------------------------ on a terminal


def settling(
    desk: Desk, *members: tuple[str, bytes], rows: Path | None = None, more: tuple[Path, ...] = ()
) -> Settling:
    (desk.place / "atelier").mkdir()
    whom = Whom("SNO", worksheet=read_worksheet(rows) if rows else None)
    path = download(desk.place / "Devoir.zip", members)
    found = collecting.collect(desk.lab, [path, *more], desk.out, "x", Reading.GUESS, whom, desk.place / "atelier")
    assert isinstance(found.settling, Settling)
    return found.settling


def told(done: Settling) -> dict[str, str]:
    return {learner.alias: dropped.title for dropped, learner in (*done.recognised, *done.told)}


def test_on_a_terminal_members_are_typed_and_confirmed_together(
    desk: Desk, roster: Roster, capsys: pytest.CaptureFixture[str]
) -> None:
    done = ask_whose(settling(desk, TEAM, OTHER), scripted("1, 99", "1, 2,1", "n", "1, 2", "o", "2, 3", "3,6", "o"))
    assert told(done) == {"SNO-01": "Équipe 1", "SNO-02": "Équipe 1", "SNO-03": "Équipe 2", "SNO-06": "Équipe 2"}
    said = capsys.readouterr().err
    assert "« 99 » n'est pas un élève" in said and "→ SNO-01 Léa MARTIN et SNO-02 Inès d'Almeida ?" in said
    assert "SNO-02 Inès d'Almeida a déjà un rendu ici" in said
    assert "Rendu de groupe « Équipe 2 » (groupe Moodle n° 4712, « site.zip ») : qui en sont les membres, d'" in said
    assert spellings(roster) == {}


def test_on_a_terminal_the_worksheet_s_members_take_one_letter(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = sheet(tmp_path / "notes.csv", *TEAM_ROWS)
    done = ask_whose(settling(desk, TEAM, OTHER, NOBODYS, rows=path), scripted("o", "n", "3,4", "o", "n", ""))
    assert told(done) == {
        "SNO-01": "Équipe 1", "SNO-02": "Équipe 1", "SNO-03": "Équipe 2", "SNO-04": "Équipe 2",
    }  # fmt: skip
    assert [one.title for one in done.left] == ["Groupe par défaut"]
    assert "selon le formulaire : SNO-01 Léa MARTIN et SNO-02 Inès d'Almeida" in capsys.readouterr().err


def test_a_member_who_has_a_hand_in_is_named_and_not_proposed(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = sheet(tmp_path / "notes.csv", *TEAM_ROWS)
    mine = tmp_path / "SNO-02.zip"
    mine.write_bytes(packed(mine="1"))
    said = "le formulaire dit aussi SNO-02 Inès d'Almeida, qui a déjà un rendu ici (« SNO-02.zip »)"
    options = asked(desk, TEAM, more=(mine,), sheet=path)
    assert '"Équipe 1=SNO-01"' in options and f"selon le formulaire : Léa MARTIN ; {said}\n" in options
    begun = settling(desk, TEAM, more=(mine,), rows=path)
    done = ask_whose(begun, scripted("o"))
    assert told(done) == {"SNO-01": "Équipe 1", "SNO-02": "SNO-02"}
    shown = capsys.readouterr().err
    assert f"  {said}\n" in shown and "selon le formulaire : SNO-01 Léa MARTIN\n" in shown


def test_on_a_terminal_a_first_group_makes_the_names_be_asked(desk: Desk, roster: Roster) -> None:
    trap = ("Léa Martin_4712_assignsubmission_file/site.zip", SITE)
    third = ("Équipe 3_4713_assignsubmission_file/site.zip", packed(c="3"))
    begun = settling(desk, trap, TEAM, third)
    assert told(begun) == {"SNO-01": "Léa Martin"}, "nothing tells yet that groups hand in"
    done = ask_whose(begun, scripted("2,3", "o", "6", "o", "1,4", "o"))
    assert told(done) == {
        "SNO-02": "Équipe 1", "SNO-03": "Équipe 1", "SNO-06": "Équipe 3", "SNO-01": "Léa Martin", "SNO-04": "Léa Martin",
    }  # fmt: skip
    assert spellings(roster) == {}


def test_on_a_terminal_a_member_whom_a_group_s_name_took_is_given_back(desk: Desk) -> None:
    """Four learners by their names, so that nothing says that groups hand in: but Léa is in a group, she says."""
    names = ("Léa Martin", "Inès dAlmeida", "Anne-Sophie Dupont Leroy")
    members = [(f"{name}_{4712 + at}_assignsubmission_file/s.zip", SITE) for at, name in enumerate(names)]
    done = ask_whose(settling(desk, TEAM, *members), scripted("1", "1,6", "o", "4", "o"))
    assert told(done) == {
        "SNO-01": "Équipe 1", "SNO-06": "Équipe 1", "SNO-04": "Léa Martin",
        "SNO-02": "Inès dAlmeida", "SNO-03": "Anne-Sophie Dupont Leroy",
    }  # fmt: skip


# ------------------------------------------------------------------ graded for each


@pytest.mark.parametrize(("declared", "data_of"), [("sno-01", "SNO-01"), (None, "SNO-02")])
def test_a_common_work_is_examined_for_each_with_the_data_it_was_made_with(
    tmp_path: Path, roster: Roster, declared: str | None, data_of: str
) -> None:
    label = f'{{"lab": "essai", "candidate": "{declared}"}}'
    work = packed(index__php="<?php", rendu__json=label) if declared else packed(index__php="<?php")
    desk = Desk(tmp_path)
    team = ("Équipe 1_4711_assignsubmission_file/site.zip", work)
    small = SmallClass(tmp_path, desk.lab, desk.out)
    collected = desk.collect(team, answers=("Équipe 1=SNO-02,SNO-01",))
    done = small.grade(*collected.settled.deposits)
    runs = {one.graded.run.candidate: one.graded.run for one in done.done}
    seed = Seat(small.lab, data_of).fingerprint(small.plan.secret, Purpose.EVALUATION)
    for alias in ("SNO-01", "SNO-02"):
        run = runs[alias]
        assert (run.status, run.reason) == ("graded", None)
        assert (run.data_of, run.seed_fingerprint) == (data_of, seed)
    again = small.grade(*desk.collect(team, answers=("Équipe 1=SNO-02,SNO-01",)).settled.deposits)
    assert [one.graded.reused for one in again.done] == [True, True]


def test_a_common_work_that_says_to_be_a_stranger_s_is_refused_for_all(tmp_path: Path, roster: Roster) -> None:
    desk = Desk(tmp_path)
    work = packed(index__php="<?php", rendu__json='{"lab": "essai", "candidate": "SNO-06"}')
    team = ("Équipe 1_4711_assignsubmission_file/site.zip", work)
    deposits = desk.collect(team, answers=("Équipe 1=SNO-01,SNO-02",)).settled.deposits
    done = SmallClass(tmp_path, desk.lab, desk.out).grade(*deposits)
    assert all("Ce rendu est celui de « SNO-06 »" in (one.graded.run.reason or "") for one in done.done)


def test_grading_again_keeps_the_data_of_a_common_work(
    tmp_path: Path, roster: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path)
    deposits = desk.collect(TEAM, answers=("Équipe 1=SNO-02,SNO-01",)).settled.deposits
    SmallClass(tmp_path, desk.lab, desk.out).grade(*deposits)
    monkeypatch.setattr("etabli.grading.regrade.load_lab", lambda _id: desk.lab)
    todo = gather(class_runs(desk.out))
    assert [(one.candidate, one.data_of) for one in todo.deposits] == [("SNO-01", "SNO-02"), ("SNO-02", "SNO-02")]


@pytest.mark.parametrize(
    ("page", "declared", "data_of"),
    [
        ("<?php echo 'ensemble';", None, "SNO-02"),
        ("<?php echo 'mieux';", "sno-02", "SNO-02"),
        ("<?php echo 'seule';", "SNO-01", None),
        ("<?php echo 'seule';", None, None),
    ],
)
def test_a_common_work_given_again_by_one_member_keeps_its_data(
    tmp_path: Path,
    roster: Roster,
    monkeypatch: pytest.MonkeyPatch,
    page: str,
    declared: str | None,
    data_of: str | None,
) -> None:
    desk = Desk(tmp_path)
    deposits = desk.collect(TEAM, answers=("Équipe 1=SNO-02,SNO-01",)).settled.deposits
    SmallClass(tmp_path, desk.lab, desk.out).grade(*deposits)
    monkeypatch.setattr("etabli.grading.regrade.load_lab", lambda _id: desk.lab)
    given = tmp_path / "SNO-01.zip"
    label = {"rendu__json": f'{{"lab": "essai", "candidate": "{declared}"}}'} if declared else {}
    given.write_bytes(packed(index__php=page, **label))
    former = class_runs(desk.out, only=["SNO-01"])
    (deposit,) = gather(former, [Deposit("SNO-01", given)]).deposits
    assert (deposit.source, deposit.data_of) == (given, data_of)


def test_a_loose_group_of_files_is_every_member_s(desk: Desk) -> None:
    members = [("Équipe 1_4711_assignsubmission_file/" + name, b"<?php") for name in ("index.php", "page.php")]
    deposits = desk.collect(*members, answers=("Équipe 1=SNO-01,SNO-02",)).settled.deposits
    assert [sorted(path.name for path in one.source.iterdir()) for one in deposits] == [["index.php", "page.php"]] * 2


def test_reports_say_a_group_s_work_as_such_and_suspect_nobody() -> None:
    members, lab = ("SNO-01", "SNO-02"), described(load_lab("page-dynamique"))
    entries = tuple(HandIn(one, HandInState.HANDED_IN, group="4711", members=members) for one in members)
    hand_ins = HandIns("page-dynamique", "s", (*entries, HandIn("SNO-03", HandInState.HANDED_IN)))
    roll = Roll(("SNO-01", "SNO-02", "SNO-03"), {}, hand_ins)
    payloads = [sample_payload(name, lab) for name in roll.candidates]
    for payload in payloads:
        payload["submission_sha256"] = "a" * 64
    view = class_view(payloads[:2], lab, roll)
    assert view.together == ("SNO-01 et SNO-02",) and view.identical == ()
    (found,) = class_view(payloads, lab, roll).identical
    assert [who.candidate for who in found] == ["SNO-01", "SNO-02", "SNO-03"]
    assert [line for line in hand_in_lines(hand_ins) if "groupe" in line] == ["Rendu de groupe : SNO-01 et SNO-02"]


def test_an_answer_for_a_number_alone_means_what_bears_it(roster: Roster) -> None:
    handed = Dropped("Équipe 1", Path("/nulle-part"), participant="4711")
    for answer in ("4711=SNO-01,SNO-02", "participant 4711=1,2", "groupe 4711=1+2", "équipe 1=1;2"):
        found = settle([handed], roster, Answers((answer,)))
        assert [learner.alias for _one, learner in found.recognised] == ["SNO-01", "SNO-02"]


def test_a_deposit_s_owner_is_its_candidate_unless_told() -> None:
    assert Deposit("SNO-01", Path("x")).owner == "SNO-01"
    assert Deposit("SNO-01", Path("x"), data_of="SNO-02").owner == "SNO-02"
