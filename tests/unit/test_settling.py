"""Whose is each thing dropped: known, answered or asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from moodle_samples import SITE, packed, spellings

from etabli.cli.whose import ask_whose, to_add
from etabli.exam.contract.errors import UsageProblem
from etabli.reception.answers import Answers
from etabli.reception.dropped import Dropped
from etabli.reception.hand_in import HandIn, HandIns, HandInState
from etabli.reception.moodle.worksheet import Row
from etabli.reception.settling import Pairs, Settling, settle
from etabli.roster.roster import Roster


def moodle(label: str, number: str = "101", **facts: object) -> Dropped:
    return Dropped(label, Path("/nulle-part"), participant=number, **facts)  # type: ignore[arg-type]


def row(name: str, email: str) -> Row:
    return Row(1, "1", name, email, None, "", "", None, None)


def aliases(pairs: Pairs) -> list[str]:
    return [learner.alias for _dropped, learner in pairs]


def whose(roster: Roster, *handed: Dropped, answers: tuple[str, ...] = (), **more: object) -> Settling:
    return settle(handed, roster, Answers(answers), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("label", "alias"),
    [
        ("Léa Martin", "SNO-01"),
        ("MARTIN Lea", "SNO-01"),
        ("Le\u0301a Martin", "SNO-01"),
        ("Inès dAlmeida", "SNO-02"),
        ("Anne-Sophie Dupont Leroy", "SNO-03"),
        ("Awa Koné", "SNO-06"),
    ],
)
def test_a_known_name_needs_no_question(roster: Roster, label: str, alias: str) -> None:
    assert aliases(whose(roster, moodle(label)).recognised) == [alias]


@pytest.mark.parametrize("label", ["sno-01", "SNO-01", "Martin Léa"])
def test_a_local_deposit_bears_an_alias_or_a_name(roster: Roster, label: str) -> None:
    assert aliases(whose(roster, Dropped(label, Path("/nulle-part"))).recognised) == ["SNO-01"]


def test_an_alias_given_as_a_name_in_moodle_is_no_proof(roster: Roster) -> None:
    assert whose(roster, moodle("SNO-01")).recognised == ()


def test_homonyms_are_asked_with_their_aliases(roster: Roster) -> None:
    (question,) = whose(roster, moodle("Jean Petit")).questions
    assert [one.alias for one in question.choices] == ["SNO-04", "SNO-05"]
    said = to_add([question], roster)
    assert '--associer "Jean Petit=ALIAS"   ← Moodle n° 101 ; peut être' in said
    assert "SNO-04 (jean.petit@lycee.example) ou SNO-05 (jean2.petit@lycee.example)" in said
    assert "« etabli classe liste SNO » donne les alias" in said


def test_a_homonym_is_asked_with_all_that_tells_them_apart(roster: Roster, capsys: pytest.CaptureFixture[str]) -> None:
    rows = {"7": row("Jean Petit", "jp@ailleurs.example")}
    handed = moodle("Jean Petit", "7", files=("v1.zip", "TP SNO.zip"))
    ask_whose(whose(roster, handed, rows=rows), scripted("5", "o"))
    said = " ".join(capsys.readouterr().err.split())
    assert "« Jean Petit » (Moodle n° 7, « v1.zip », « TP SNO.zip », jp@ailleurs.example)" in said
    assert "SNO-04 Jean PETIT (jean.petit@lycee.example)" in said and "SNO-01" not in said
    assert "→ SNO-05 Jean PETIT ?" in said


def test_swapped_halves_are_asked_with_whom_they_resemble(roster: Roster) -> None:
    found = whose(roster, moodle("Anne-Sophie Leroy-Dupont"))
    assert found.recognised == () and [one.alias for one in found.questions[0].alike] == ["SNO-03"]
    assert "presque le nom de SNO-03 DUPONT LEROY Anne-Sophie" in to_add(found.questions, roster)


def test_last_times_number_does_not_keep_a_wrong_answer_alive(roster: Roster) -> None:
    former = HandIns("essai", "entrainement", (HandIn("SNO-01", HandInState.HANDED_IN, participant="199"),))
    assert whose(roster, moodle("Kevin Inconnu", "199"), former=former).recognised == ()


def test_the_worksheet_tells_homonyms_apart(roster: Roster) -> None:
    rows = {
        "8": row("Jean Petit", "jean2.petit@lycee.example"),
        "7": row("Jean Petit", "jean.petit@lycee.example"),
    }
    found = whose(roster, moodle("Jean Petit", "7"), moodle("Jean Petit", "8"), rows=rows)
    assert aliases(found.recognised) == ["SNO-04", "SNO-05"]


def test_homonyms_in_one_download_are_asked_by_number(roster: Roster) -> None:
    questions = whose(roster, moodle("Jean Petit", "7"), moodle("Jean Petit", "8")).questions
    assert [question.key for question in questions] == ["7", "8"]
    found = whose(roster, moodle("Jean Petit", "7"), moodle("Jean Petit", "8"), answers=("7=SNO-05", "8=sno-04"))
    assert [(one.participant, learner.alias) for one, learner in found.recognised] == [("8", "SNO-04"), ("7", "SNO-05")]


def test_last_times_number_settles_what_a_name_cannot(roster: Roster) -> None:
    former = HandIns("essai", "entrainement", (HandIn("SNO-05", HandInState.HANDED_IN, participant="8"),))
    assert aliases(whose(roster, moodle("Jean Petit", "8"), former=former).recognised) == ["SNO-05"]


def test_an_unknown_name_is_asked_and_never_guessed(roster: Roster) -> None:
    (question,) = whose(roster, moodle("Léo Martin")).questions
    assert question.choices == ()


def test_an_answer_decides_and_an_empty_one_leaves_aside(roster: Roster) -> None:
    found = whose(roster, moodle("Zoé Inconnue"), moodle("Léa M.", "102"), answers=("zoe inconnue=", "Léa M.=SNO-01"))
    assert [one.name for one in found.withdrawn] == ["Zoé Inconnue"]
    assert aliases(found.recognised) == ["SNO-01"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [("Zoé", "incomplet"), ("=SNO-01", "incomplet"), ("Zoé=SNO-99", "SNO-99"), ("Personne=SNO-01", "aucun rendu")],
)
def test_a_wrong_answer_is_one_sentence(roster: Roster, answer: str, words: str) -> None:
    with pytest.raises(UsageProblem, match=words):
        whose(roster, moodle("Zoé"), answers=(answer,))


def blind(tmp_path: Path, number: str, candidate: str | None) -> Dropped:
    source = tmp_path / f"{number}.zip"
    label = f'{{"lab": "essai", "candidate": "{candidate}"}}'
    source.write_bytes(packed(index__php="<?php", rendu__json=label) if candidate else SITE)
    return Dropped("Participant", source, participant=number, blind=True)


def test_an_anonymous_submission_is_asked_with_what_it_declares(tmp_path: Path, roster: Roster) -> None:
    found = whose(roster, blind(tmp_path, "7", "SNO-02"), blind(tmp_path, "8", None))
    assert found.recognised == ()
    declared, silent = found.questions
    assert declared.declared and declared.declared.alias == "SNO-02" and silent.declared is None
    said = to_add(found.questions, roster)
    assert '--associer "Participant 7=SNO-02"' in said and '--associer "Participant 8=ALIAS"' in said


def test_one_alias_declared_twice_is_not_even_proposed(tmp_path: Path, roster: Roster) -> None:
    found = whose(
        roster, blind(tmp_path, "7", "SNO-02"), blind(tmp_path, "8", "SNO-02"), blind(tmp_path, "9", "SNO-77")
    )
    assert [question.declared for question in found.questions] == [None, None, None]


def scripted(*answers: str) -> Callable[[], str]:
    left: Iterator[str] = iter(answers)
    return lambda: next(left)


def test_on_a_terminal_an_answer_is_an_alias_confirmed_and_remembered(
    roster: Roster, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = whose(roster, moodle("Léa M."), moodle("Awa K.", "102"), moodle("Zoé Inconnue", "103"))
    done = ask_whose(asked, scripted("zéro", "99", "1", "o", "sno-5", "n", "sno-6", "oui", ""))
    assert aliases(done.told) == ["SNO-01", "SNO-06"] and done.questions == ()
    assert [one.name for one in done.left] == ["Zoé Inconnue"]
    said = capsys.readouterr().err
    assert "« 99 » n'est pas un élève" in said and "→ SNO-06 Awa KONÉ ?" in said and "1. SNO" not in said
    again = whose(roster, moodle("Léa M."), moodle("Awa K.", "102"))
    assert aliases(again.recognised) == ["SNO-01", "SNO-06"]


@pytest.mark.parametrize(("label", "known"), [("tp", False), ("TP Jean", False), ("TP Léa", True)])
def test_of_a_file_s_own_name_only_what_names_one_learner_is_remembered(
    roster: Roster, label: str, known: bool
) -> None:
    handed = Dropped(label, Path("/nulle-part"))
    answers = scripted("SNO-04" if "Jean" in label else "SNO-01", "o")
    ask_whose(whose(roster, handed), answers)
    assert bool(whose(roster, handed).recognised) is known


def test_declarations_are_accepted_as_a_whole_or_one_by_one(tmp_path: Path, roster: Roster) -> None:
    asked = whose(roster, blind(tmp_path, "7", "SNO-02"), blind(tmp_path, "8", "SNO-01"))
    assert aliases(ask_whose(asked, scripted("o")).told) == ["SNO-02", "SNO-01"]
    done = ask_whose(asked, scripted("n", "SNO-02", "o", ""))
    assert aliases(done.told) == ["SNO-02"] and len(done.left) == 1
    assert roster.find(full_name="Participant") == []


def test_whoever_has_a_deposit_is_not_given_a_second_one(roster: Roster, capsys: pytest.CaptureFixture[str]) -> None:
    done = ask_whose(whose(roster, moodle("Léa Martin"), moodle("Kevin Inconnu", "199")), scripted("1", "sno-01", ""))
    assert done.told == () and len(done.left) == 1 and spellings(roster) == {}
    said = capsys.readouterr().err
    assert "SNO-01 Léa MARTIN a déjà un rendu ici (Moodle n° 101)" in said
    assert "SNO-02" in said and "  SNO-01 Léa" not in said


def test_a_declaration_accepted_cannot_be_given_to_another(tmp_path: Path, roster: Roster) -> None:
    asked = whose(roster, moodle("Kevin Inconnu", "199"), blind(tmp_path, "7", "SNO-02"))
    done = ask_whose(asked, scripted("o", "2", ""))
    assert aliases(done.told) == ["SNO-02"] and [one.name for one in done.left] == ["Kevin Inconnu"]


def test_without_a_terminal_the_options_to_add_are_given(roster: Roster) -> None:
    with pytest.raises(UsageProblem, match='--associer "Zoé Inconnue=ALIAS"'):
        ask_whose(whose(roster, moodle("Zoé Inconnue")))
