"""The class over a year: aliases that never move, people found and never guessed, names that can be erased."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

import pytest
from moodle_samples import spellings

from etabli.exam.contract.errors import UsageProblem
from etabli.roster.changes import Changes, Fate
from etabli.roster.learner import Person
from etabli.roster.listing import Listed
from etabli.roster.names import split_name
from etabli.roster.roster import Roster, class_names, new_roster, open_roster
from etabli.roster.sheet import render_csv, render_page
from etabli.runs.identifier import is_identifier
from etabli.system.settings import home

LEA = Person("MARTIN", "Léa", "lea@lycee.example", "1001")
LUCAS = Person("PETIT", "Lucas", "lucas1@lycee.example", "1002")
OTHER_LUCAS = Person("PETIT", "Lucas", "lucas2@lycee.example", "1003")
INES = Person("D'ALMEIDA", "Inès")


pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def sno() -> Roster:
    roster = new_roster("SNO")
    roster.add([INES, LEA, LUCAS, OTHER_LUCAS])
    return roster


def aliases(found: object) -> list[str]:
    return [learner.alias for learner in found]  # type: ignore[attr-defined]


def test_aliases_are_identifiers_in_the_order_given(sno: Roster) -> None:
    assert aliases(sno.learners()) == ["SNO-01", "SNO-02", "SNO-03", "SNO-04"]
    assert all(is_identifier(alias) for alias in aliases(sno.learners()))
    assert class_names() == ["SNO"]
    assert aliases(open_roster("sno").learners()) == aliases(sno.learners())


def test_a_hundredth_learner_comes_after_the_ninety_ninth() -> None:
    roster = new_roster("Grande")
    roster.add([Person("DUPONT", f"Élève{rank}") for rank in range(100)])
    assert aliases(roster.learners())[98:] == ["GRANDE-99", "GRANDE-100"]


@pytest.mark.parametrize(
    ("name", "prefix", "alias"),
    [
        ("SNO", None, "SNO-01"),
        ("BTS SIO 1", None, "BTS-SIO-1-01"),
        ("Première B", None, "PREMIERE-B-01"),
        ("SNO", "s", "s-01"),
    ],
)
def test_the_prefix_comes_from_the_name_or_from_the_user(name: str, prefix: str | None, alias: str) -> None:
    assert aliases(new_roster(name, prefix).add([LEA])) == [alias]


def test_a_wrong_prefix_or_name_is_one_sentence(sno: Roster) -> None:
    for name, prefix, words in [
        ("SNO", "AUTRE", "a déjà le préfixe « SNO »"),
        ("TNE", "sno", "est celui de la classe SNO"),
        ("TNE", "T/N", "ne peut pas commencer un alias"),
        ("TNE", "", "ne peut pas commencer un alias"),
        ("", None, "de 1 à 40 caractères"),
    ]:
        with pytest.raises(UsageProblem, match=words):
            new_roster(name, prefix)


def test_an_unknown_class_names_those_that_exist(sno: Roster) -> None:
    with pytest.raises(UsageProblem, match="classes connues : « SNO »"):
        open_roster("TNE")


@pytest.mark.parametrize(
    ("name", "near"), [("CSSNO", "SNO"), ("sn0", "SNO"), ("bts sio", "BTS SIO 1"), ("Terminale", None)]
)
def test_a_mistyped_class_is_guessed_before_an_import_is_advised(sno: Roster, name: str, near: str | None) -> None:
    new_roster("BTS SIO 1").add([LEA])
    with pytest.raises(UsageProblem) as caught:
        open_roster(name)
    said = str(caught.value)
    assert (f"vouliez-vous dire « {near} » ?" in said) is (near is not None)
    assert "vouliez-vous" not in said or said.index("vouliez-vous") < said.index("etabli classe import")


@pytest.mark.parametrize("typed", ["SNO-03", "sno-3", "sno3", "SNO_3", "sno 03", "3", "03"])
def test_an_alias_may_be_typed_short(sno: Roster, typed: str) -> None:
    assert sno.get(typed).alias == "SNO-03"


@pytest.mark.parametrize("typed", ["SNO-33", "sno-0", "TNE-03", "33", "sno-", "SNO-3a", "-3"])
def test_no_hint_rather_than_another_child(sno: Roster, typed: str) -> None:
    sno.add([Person("ROY", f"Élève{rank}") for rank in range(12)])
    with pytest.raises(UsageProblem) as caught:
        sno.get(typed)
    assert "le plus proche" not in str(caught.value)


def test_a_number_in_the_prefix_is_no_alias() -> None:
    roster = new_roster("SIO-1")
    roster.add([LEA, INES])
    assert roster.by_alias("sio-12") is None and roster.by_alias("2") is None
    assert roster.get("sio-1-2").alias == roster.get("2").alias == "SIO-1-02"


def test_a_learner_is_meant_by_alias_or_by_exact_name(sno: Roster) -> None:
    assert sno.meant("sno-2").alias == sno.meant("lea martin").alias == "SNO-02"
    with pytest.raises(UsageProblem, match=r"peut être SNO-03 \(PETIT Lucas\) ou SNO-04"):
        sno.meant("Lucas Petit")
    with pytest.raises(UsageProblem, match="« Léo Martin » n'est pas un élève"):
        sno.meant("Léo Martin")


def test_the_halves_of_a_double_name_may_not_change_places(sno: Roster) -> None:
    sno.add([Person("DUPONT LEROY", "Tom"), Person("LE ROY", "Anne Lise")])
    for same in ("Tom Dupont-Leroy", "dupont leroy tom", "DUPONT-LEROY, Tom"):
        assert aliases(sno.find(full_name=same)) == ["SNO-05"]
    for other in ("Leroy-Dupont Tom", "Tom Leroy Dupont", "Dupont Tom Leroy"):
        assert sno.find(full_name=other) == [] and aliases(sno.resembling(other)) == ["SNO-05"]
        with pytest.raises(UsageProblem, match="donnez l'alias"):
            sno.meant(other)
    assert aliases(sno.find(full_name="Anne-Lise Leroy")) == ["SNO-06"]
    assert sno.resembling("Léa Martin") == []


def test_a_remembered_spelling_does_not_take_another_s_own_name(sno: Roster) -> None:
    sno.add([Person("DUPONT LEROY", "Tom")])
    sno.remember("Leroy-Dupont Tom", "SNO-02")
    assert aliases(sno.find(full_name="Leroy Dupont, Tom")) == ["SNO-02"]
    assert aliases(sno.find(full_name="Dupont Leroy Tom")) == ["SNO-05"]


def test_an_unknown_alias_names_the_nearest(sno: Roster) -> None:
    with pytest.raises(UsageProblem, match="le plus proche : « SNO-01 »"):
        sno.get("SNO-O1")
    assert sno.by_alias("SNO-99") is None
    assert sno.get(" sno-02 ").alias == "SNO-02"


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ({"full_name": "Léa Martin"}, ["SNO-02"]),
        ({"full_name": "ines d’almeida"}, ["SNO-01"]),
        ({"full_name": "Lucas PETIT"}, ["SNO-03", "SNO-04"]),
        ({"full_name": "Lucas PETIT", "email": "Lucas2@lycee.example "}, ["SNO-04"]),
        ({"full_name": "Lucas PETIT", "number": "1002"}, ["SNO-03"]),
        ({"full_name": "Lucas PETIT", "email": "inconnu@lycee.example"}, ["SNO-03", "SNO-04"]),
        ({"full_name": "Léa Martin", "email": "lucas1@lycee.example"}, ["SNO-02", "SNO-03"]),  # they contradict
        ({"number": "1001"}, ["SNO-02"]),
        ({"full_name": "Léo Martin"}, []),
        ({"full_name": "", "email": "", "number": ""}, []),
        ({}, []),
    ],
)
def test_people_are_found_and_never_guessed(sno: Roster, marks: dict[str, str], expected: list[str]) -> None:
    assert aliases(sno.find(**marks)) == expected


def test_who_left_is_still_found_after_the_others(sno: Roster) -> None:
    sno.retire("SNO-03")
    found = sno.find(full_name="Lucas PETIT")
    assert [(learner.alias, learner.active) for learner in found] == [("SNO-04", True), ("SNO-03", False)]


def test_an_answer_is_remembered(sno: Roster) -> None:
    assert sno.find(full_name="Léa Martin-Dupont") == []
    assert sno.remember("Léa Martin-Dupont", "SNO-02")
    assert aliases(open_roster("SNO").find(full_name="MARTIN DUPONT Léa")) == ["SNO-02"]
    assert sno.remember("Léa Martin-Dupont", "sno-01")  # the later answer counts
    assert aliases(sno.find(full_name="Léa Martin-Dupont")) == ["SNO-01"]
    assert sno.get("SNO-02").spellings == ()


def test_an_answer_is_forgotten_and_leaves_no_trace(sno: Roster) -> None:
    sno.remember("Kevin Inoubliable", "SNO-02")
    assert sno.get("SNO-02").spellings == ("Kevin Inoubliable",)
    forgotten = sno.forget("INOUBLIABLE, Kévin")
    assert forgotten is not None and forgotten.alias == "SNO-02" and forgotten.spellings == ()
    assert sno.find(full_name="Kevin Inoubliable") == [] and sno.forget("Kevin Inoubliable") is None
    assert b"Inoubliable" not in (home() / "classes.sqlite").read_bytes()


def test_one_s_own_name_is_no_other_spelling(sno: Roster) -> None:
    sno.remember("Léa Martin", "SNO-01")
    assert sno.remember("Léa Martin", "SNO-02") and spellings(sno) == {}


def test_no_answer_is_remembered_for_a_name_that_several_bear(sno: Roster) -> None:
    assert not sno.remember("Lucas Petit", "SNO-03")
    assert aliases(sno.find(full_name="Lucas Petit")) == ["SNO-03", "SNO-04"]


def test_absences_are_justified_for_a_lab_or_one_session(sno: Roster) -> None:
    sno.excuse("SNO-02", "essai")
    sno.excuse("SNO-03", "essai", "rattrapage")
    assert sno.is_excused("sno-02", "essai", "entrainement") and sno.is_excused("SNO-02", "essai", "rattrapage")
    assert sno.is_excused("SNO-03", "essai", "rattrapage") and not sno.is_excused("SNO-03", "essai", "entrainement")
    assert not sno.is_excused("SNO-02", "autre", "entrainement") and not sno.is_excused("SNO-99", "essai", "x")
    assert sno.withdraw_excuse("SNO-02", "essai").excused == ()
    with pytest.raises(UsageProblem, match="Aucune absence de SNO-02"):
        sno.withdraw_excuse("SNO-02", "essai")


def test_a_number_is_never_given_twice(sno: Roster) -> None:
    sno.retire("SNO-04")
    assert aliases(sno.add([Person("ROUX", "Zoé")])) == ["SNO-05"]
    sno.erase(["SNO-05"])
    assert aliases(sno.add([Person("ROY", "Noa")])) == ["SNO-06"]
    sno.erase(aliases(sno.learners(active_only=False)))
    assert class_names() == []
    again = new_roster("sno")
    assert [change.alias for change in compare(again, LEA, INES).all] == ["SNO-07", "SNO-08"]
    assert aliases(again.add([LEA])) == ["SNO-07"]


def test_erasing_leaves_no_name_in_the_file(sno: Roster) -> None:
    sno.remember("Zéphyrine Inoubliable", "SNO-02")
    path = home() / "classes.sqlite"
    assert b"lea@lycee.example" in path.read_bytes() and b"Inoubliable" in path.read_bytes()
    sno.erase(["SNO-02"])
    left = path.read_bytes()
    assert b"SNO-02" in left
    assert not [word for word in (b"MARTIN", b"lea@", b"1001", b"Inoubliable") if word in left]
    assert sno.by_alias("SNO-02") is None and "SNO-02" not in aliases(sno.learners(active_only=False))


def test_the_file_is_for_its_owner_alone(sno: Roster) -> None:
    path = home() / "classes.sqlite"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    class_names()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {entry.name for entry in home().iterdir()} == {"classes.sqlite"}


def test_a_damaged_table_is_one_sentence_and_is_not_overwritten() -> None:
    path = home() / "classes.sqlite"
    path.write_bytes(b"ceci n'est pas une base" * 100)
    with pytest.raises(UsageProblem, match=r"La table des noms .*classes\.sqlite ne peut pas être lue"):
        class_names()
    assert path.read_bytes().startswith(b"ceci")


def test_an_update_is_all_or_nothing(sno: Roster) -> None:
    with pytest.raises(UsageProblem):
        sno.update(added=[Person("ROUX", "Zoé")], gone=["SNO-01", "SNO-99"])
    assert aliases(sno.learners()) == ["SNO-01", "SNO-02", "SNO-03", "SNO-04"]


def test_two_programs_at_once_do_not_share_a_number(sno: Roster) -> None:
    code = (
        "from etabli.roster.roster import open_roster; from etabli.roster.learner import Person\n"
        "for rank in range(8): open_roster('SNO').add([Person('A', str(rank))])"
    )
    running = [subprocess.Popen([sys.executable, "-c", code], env=os.environ.copy()) for _ in range(2)]
    assert [process.wait(600) for process in running] == [0, 0]
    assert len(set(aliases(sno.learners()))) == 20


# What a newer list changes.


def listed(*people: Person) -> list[Listed]:
    return [Listed(line, person) for line, person in enumerate(people, 2)]


def fates(changes: Changes) -> dict[str, Fate]:
    return {change.learner.alias if change.learner else change.person.name: change.fate for change in changes.all}


def compare(roster: Roster, *people: Person) -> Changes:
    return roster.changes(listed(*people))


def test_the_same_list_changes_nothing(sno: Roster) -> None:
    assert compare(sno, LUCAS, OTHER_LUCAS, INES, LEA).none
    moodle = Person("d'Almeida", "Inès")
    assert compare(sno, LUCAS, OTHER_LUCAS, moodle, Person("martin", "lea")).none


def test_new_learners_come_by_family_name_and_missing_ones_are_gone(sno: Roster) -> None:
    changes = compare(sno, LEA, INES, LUCAS, Person("ÉTIENNE", "Zoé"), Person("DUPONT", "Noa"))
    assert [change.person.family for change in changes.of(Fate.ADDED)] == ["DUPONT", "ÉTIENNE"]
    assert fates(changes)["SNO-04"] is Fate.GONE


def test_a_new_class_is_in_a_drawn_order_that_the_same_list_gives_again() -> None:
    people = [Person(f"{letter}MARTIN", "Léa") for letter in "ABCDEFGHIJKLMNOP"]
    orders = [compare(new_roster("NEUVE"), *people), compare(new_roster("neuve"), *reversed(people))]
    by_alias = [[(change.alias, change.person.family) for change in changes.all] for changes in orders]
    assert by_alias[0] == by_alias[1]
    assert [alias for alias, _ in by_alias[0]] == [f"NEUVE-{rank:02}" for rank in range(1, 17)]
    assert [family for _, family in by_alias[0]] != sorted(family for _, family in by_alias[0])
    other = new_roster("NEUVE").changes(listed(*people), bytes(32))
    assert [change.person for change in other.all] != [change.person for change in orders[0].all]


def test_who_comes_back_has_the_same_alias(sno: Roster) -> None:
    sno.retire("SNO-02")
    changes = compare(sno, LEA, INES, LUCAS, OTHER_LUCAS)
    assert fates(changes)["SNO-02"] is Fate.BACK
    assert "SNO-02" not in fates(compare(sno, INES, LUCAS, OTHER_LUCAS))  # gone already: nothing to say


def test_a_number_or_an_address_recognises_a_name_that_changed(sno: Roster) -> None:
    married = Person("MARTIN-DUPONT", "Léa", None, "1001")
    (change,) = compare(sno, married, INES, LUCAS, OTHER_LUCAS).of(Fate.CORRECTED)
    assert change.learner is not None and change.learner.alias == "SNO-02"
    assert change.person == Person("MARTIN-DUPONT", "Léa", "lea@lycee.example", "1001")
    by_address = Person("MARTIN-DUPONT", "Léa", "LEA@lycee.example")
    assert fates(compare(sno, by_address, INES, LUCAS, OTHER_LUCAS))["SNO-02"] is Fate.CORRECTED


def test_a_remembered_spelling_recognises_a_learner(sno: Roster) -> None:
    sno.remember("Léa Martin-Dupont", "SNO-02")
    changes = compare(sno, Person("Martin-Dupont", "Léa"), INES, LUCAS, OTHER_LUCAS)
    assert not changes.of(Fate.ADDED) and fates(changes)["SNO-02"] is Fate.CORRECTED


def test_homonyms_are_told_apart_by_address_or_number(sno: Roster) -> None:
    third = Person("PETIT", "Lucas", "lucas3@lycee.example")
    changes = compare(sno, third, Person("Petit", "Lucas", "lucas2@lycee.example"), LEA, INES)
    assert fates(changes) == {
        "SNO-01": Fate.KEPT,
        "SNO-02": Fate.KEPT,
        "SNO-03": Fate.GONE,
        "SNO-04": Fate.KEPT,
        "Lucas PETIT": Fate.ADDED,
    }


def test_homonyms_that_nothing_tells_apart_are_asked_for(sno: Roster) -> None:
    with pytest.raises(UsageProblem, match=r"« Lucas PETIT » \(ligne 2\) peut être SNO-03 ou SNO-04"):
        compare(sno, Person("PETIT", "Lucas"), LEA)
    roster = new_roster("TNE")
    roster.add([Person("PETIT", "Lucas")])
    with pytest.raises(UsageProblem, match=r"\(ligne 2, 3\) peut être TNE-01 ou un nouvel élève"):
        compare(roster, LUCAS, OTHER_LUCAS)


def test_a_family_address_does_not_merge_brothers() -> None:
    roster = new_roster("SNO")
    roster.add([Person("ROY", "Tom", "famille.roy@exemple.fr"), Person("ROY", "Max", "famille.roy@exemple.fr")])
    changes = compare(roster, *(learner.person for learner in roster.learners()))
    assert changes.none


# The sheet.


def test_the_sheet_is_inert(sno: Roster) -> None:
    family, given, _cut = split_name("=CMD|x, <script>alert(1)</script>")
    sno.add([Person(family, given)])
    page, table = render_page(sno.name, sno.learners()), render_csv(sno.learners())
    assert "<script>" not in page and "&lt;script&gt;" in page and "http" not in page
    assert table.startswith("\ufeffAlias;Nom;Prénom;Courriel;Numéro d'identification\r\nSNO-01;D'ALMEIDA;Inès;;\r\n")
    assert ";'=CMD|x;" in table


def test_a_list_that_was_imported_meanwhile_makes_no_learner_twice() -> None:
    one, other = new_roster("Soir"), new_roster("Soir")
    seen = [roster.changes([Listed(2, LEA), Listed(3, INES)]) for roster in (one, other)]
    one.apply(seen[0])
    with pytest.raises(UsageProblem, match="vient de changer, rien n'a été importé"):
        other.apply(seen[1])
    assert len(one.learners()) == 2
