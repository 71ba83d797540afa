"""What only a person can look at, for a class: said, counted, kept with its history, in a workbook, in proposals."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from appreciation_samples import FILES, results_of
from helpers import Done, here
from sentences import faults

from etabli.appreciation.kept import FILE, JOURNAL, Place, folder_of, forget, history
from etabli.appreciation.observing import observations
from etabli.cli import apprecier as command
from etabli.exam.reading.serve import read
from etabli.lab.manifest import load_lab
from etabli.referentiel.kept import in_force
from etabli.referentiel.proposing import propose
from etabli.referentiel.reasons import Rule

LAB = "mots-de-passe"
ONE = ("--candidat", "SNO-01", "--critere", "droits-motif")
SIGNED = ("--par", "Mme Roux")


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("classe") / LAB
    results_of(out, ["SNO-01", "SNO-02"])
    return out


@pytest.fixture
def out(graded: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The results of two learners, where the command looks for them."""
    shutil.copytree(graded, tmp_path / "ici" / "resultats" / LAB)
    monkeypatch.chdir(tmp_path / "ici")
    monkeypatch.setenv("COLUMNS", "240")
    return Path("resultats") / LAB


def look(*words: object) -> Done:
    done = here("apprecier", LAB, *words)
    assert "Traceback" not in done.stderr
    return done


def facts(*words: object) -> dict[str, Any]:
    done = look(*words, "--json")
    assert done.returncode == 0, done
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def refusal(*words: object) -> str:
    done = look(*words)
    assert done.returncode == 2, done
    said = " ".join(done.stderr.split())
    return said.removeprefix("✗ ")


def test_the_whole_class_is_listed_with_where_to_look_and_what_is_left(out: Path) -> None:
    told = facts()
    assert (told["to_look"], told["left"]) == (12, 12)
    first = next(one for one in told["appreciations"] if one["criterion"] == "justification-raisons")
    assert first["look_in"] == ["justification.md"] and Path(first["kept_copy"]).is_file()
    assert "Reste 12 sur 12." in look("--reste").stdout


def test_a_degree_is_taken_by_its_words_with_its_author_and_the_state_of_the_work(out: Path) -> None:
    done = look(*ONE, "--degre", "Maitrise satisfaisante", "--remarque", "Chaque action a sa raison.", *SIGNED)
    assert done.returncode == 0 and "Reste 11 sur 12." in done.stdout
    [kept] = yaml.safe_load((out / FILE).read_text("utf-8"))["appreciations"]
    assert (kept["degre"], kept["par"], len(kept["rendu"])) == ("satisfaisante", "Mme Roux", 64)
    assert facts(*ONE)["bank"]["droits-motif"] == ["Chaque action a sa raison."]


def test_a_remark_alone_leaves_the_criterion_to_be_looked_at_and_changes_no_degree(out: Path) -> None:
    look(*ONE, "--remarque", "À revoir ensemble.", *SIGNED)
    assert facts()["left"] == 12
    look(*ONE, "--degre", "insuffisante", *SIGNED)
    [said] = facts(*ONE)["appreciations"]
    assert (said["remark"], said["degree"], said["left"]) == ("À revoir ensemble.", "insuffisante", False)


def test_the_history_keeps_what_was_said_before_and_what_somebody_edited(out: Path) -> None:
    look(*ONE, "--degre", "insuffisante", *SIGNED)
    look(*ONE, "--degre", "insuffisante", *SIGNED)  # the same words again are no change
    (out / FILE).write_text((out / FILE).read_text("utf-8").replace("insuffisante", "tres-bonne"), "utf-8")
    look(*ONE, "--retirer", *SIGNED)
    told = [
        (one["moyen"], one["avant"] and one["avant"]["degre"], one["apres"] and one["apres"]["degre"])
        for one in history(out)
    ]
    assert told == [
        ("commande", None, "insuffisante"),
        ("fichier", "insuffisante", "tres-bonne"),
        ("commande", "tres-bonne", None),
    ]
    assert "appreciations: []" in (out / FILE).read_text("utf-8")


@pytest.mark.parametrize(
    ("former", "now", "words"),
    [
        (
            "critere: droits-motif",
            "critere: droit-motif",
            "ligne 7, clé « appreciations.0.critere » : « droit-motif » n'est pas un critère ici",
        ),
        ("degre: insuffisante", "degre: 12", "clé « appreciations.0.degre »"),
        (
            "degre: insuffisante",
            "degre: bof",
            "ligne 8, clé « appreciations.0.degre » : « bof » n'est pas un degré ici",
        ),
        ("le: '", "le: 'le ", "il faut un jour ou un instant, comme 2026-11-28"),
        ("tp: mots-de-passe", "tp: page-dynamique", "ce fichier est d'un autre TP"),
        ("par: Mme Roux", "note: 12\n  par: Mme Roux", "clé « appreciations.0.note » : elle n'existe pas"),
    ],
)
def test_a_file_that_somebody_spoilt_says_where(out: Path, former: str, now: str, words: str) -> None:
    look(*ONE, "--degre", "insuffisante", *SIGNED)
    before = (out / FILE).read_text("utf-8")
    (out / FILE).write_text(before.replace(former, now, 1), "utf-8")
    said = refusal()
    assert words in said.replace("\u00a0", " ") and FILE in said
    assert refusal("--candidat", "SNO-02", "--critere", "droits-motif", "--degre", "insuffisante", *SIGNED) == said
    assert (out / FILE).read_text("utf-8") != before  # and nothing was written over it


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--degre", "insuffisante", *SIGNED), "ajoutez « --candidat » et « --critere »"),
        ((*ONE, "--degre", "insuffisante"), "ajoutez « --par »"),
        ((*ONE, "--degre", "12/20", *SIGNED), "« 12/20 » n'est pas un degré de l'échelle"),
        ((*ONE, "--remarque", " ", *SIGNED), "La remarque est vide"),
        (
            ("--candidat", "SNO-09", "--critere", "droits-motif", "--degre", "insuffisante", *SIGNED),
            "n'est pas dans ces",
        ),
        (("ailleurs",), "n'a pas de résultats : lancez d'abord « etabli grade »"),
        (("--classeur", "a.xlsx", "--relire", "a.xlsx"), "gardez-en un"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(out: Path, words: Sequence[str], said: str) -> None:
    found = refusal(*words)
    assert said in found.replace("\u00a0", " ")
    assert faults(found) == [], found


def test_a_work_that_changed_since_is_to_be_looked_at_again(out: Path) -> None:
    look(*ONE, "--degre", "insuffisante", *SIGNED)
    results_of(out, ["SNO-01"], files={**FILES, "droits.csv": b"autre"}, number=2)
    [said] = facts(*ONE)["appreciations"]
    assert said["changed_since"] and said["left"] and said["degree"] == "insuffisante"
    assert "le travail a changé depuis" in look(*ONE).stdout


def test_a_bank_that_a_teacher_brings_offers_itself_after_what_was_used(out: Path, tmp_path: Path) -> None:
    bank = tmp_path / "banque.yaml"
    bank.write_text(
        "format: etabli/remarques/1\nremarques:\n  droits-motif: [Datez le motif.]\n  tous: [Bien.]\n", "utf-8"
    )
    look(*ONE, "--remarque", "Motif absent.", *SIGNED)
    assert facts("--banque", bank)["bank"]["droits-motif"] == ["Motif absent.", "Datez le motif.", "Bien."]
    assert facts()["bank"]["message-ton"] == ["Bien."]
    bank.write_text("format: etabli/remarques/1\nremarques:\n  droit-motif: [x]\n", "utf-8")
    said = refusal("--banque", bank).replace("\u00a0", " ")
    assert "ligne 3, clé « remarques.droit-motif » : « droit-motif » n'est pas un critère ici" in said


Edit = Callable[[openpyxl.Workbook], None]


@pytest.fixture
def fill(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Edit], Path]:
    """Writes a workbook, edits it, and has it read in this process, by what reads it in its container."""

    def sheets(path: Path) -> Sequence[Mapping[str, Any]]:
        found: Sequence[Mapping[str, Any]] = json.loads(json.dumps(read("tables", path.name, path.read_bytes())))
        return found

    monkeypatch.setattr(command, "read_sheets", sheets)

    def filled(edit: Edit) -> Path:
        path = tmp_path / "grille.xlsx"
        assert look("--classeur", path).returncode == 0
        book = openpyxl.load_workbook(path)
        edit(book)
        book.save(path)
        return path

    return filled


def test_a_workbook_goes_out_with_a_list_of_degrees_and_a_row_for_each_criterion(out: Path, tmp_path: Path) -> None:
    look("--classeur", tmp_path / "g.xlsx")
    book = openpyxl.load_workbook(io.BytesIO((tmp_path / "g.xlsx").read_bytes()))
    sheet = book["Appréciations"]
    assert sheet.max_row == 13 and [cell.value for cell in sheet[2]][:2] == ["SNO-01", "droits-motif"]
    [choice] = sheet.data_validations.dataValidation
    assert str(choice.sqref) == "E2:E13" and choice.formula1 == "'Degrés'!$A$2:$A$5"
    assert [cell.value for cell in book["Degrés"]["A"]][1:] == [
        one.title for one in in_force().referentiel.echelle.degres
    ]


def test_it_comes_back_and_what_changes_is_listed_before_it_is_applied(fill: Callable[[Edit], Path]) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        sheet = book["Appréciations"]
        sheet["E2"], sheet["F2"] = "très bonne maîtrise", "=1+1"
        sheet["E9"] = "insuffisamment maîtrisé"
        sheet.delete_rows(4)  # rows may be removed, or sorted

    path = fill(edit)
    asked = look("--relire", path, *SIGNED)
    assert asked.returncode == 2 and "ajoutez « --oui »" in asked.stderr and facts()["left"] == 12
    applied = facts("--relire", path, *SIGNED, "--oui")
    assert [(one["cell"], one["candidate"], one["degree"]) for one in applied["changes"]] == [
        ("E2", "SNO-01", "tres-bonne"),
        ("E8", "SNO-02", "insuffisante"),
    ]
    assert facts()["left"] == 10
    assert "Rien à changer" in look("--relire", path, *SIGNED, "--oui").stdout


def test_the_same_workbook_again_changes_nothing_and_an_empty_cell_erases_nothing(fill: Callable[[Edit], Path]) -> None:
    path = fill(lambda book: None)
    look(*ONE, "--degre", "insuffisante", *SIGNED)
    assert "Rien à changer" in look("--relire", path, *SIGNED).stdout
    assert facts()["left"] == 11


def test_what_was_said_before_the_workbook_went_out_is_replaced_without_a_word(fill: Callable[[Edit], Path]) -> None:
    look(*ONE, "--degre", "insuffisante", "--par", "M. Bel")
    path = fill(lambda book: book["Appréciations"].__setitem__("E2", "très bonne maîtrise"))
    [change] = facts("--relire", path, *SIGNED)["changes"]
    assert not change["overtaken"] and change["told"] == ["insuffisamment maîtrisé → très bonne maîtrise"]


def test_what_somebody_said_meanwhile_is_told(fill: Callable[[Edit], Path]) -> None:
    path = fill(lambda book: book["Appréciations"].__setitem__("E2", "très bonne maîtrise"))
    look(*ONE, "--degre", "insuffisante", "--par", "M. Bel")
    [change] = facts("--relire", path, *SIGNED)["changes"]
    assert change["overtaken"] and change["told"][-1] == "changé entre-temps par M. Bel"


def test_a_work_that_changed_since_the_workbook_went_out_is_told(out: Path, fill: Callable[[Edit], Path]) -> None:
    path = fill(lambda book: book["Appréciations"].__setitem__("E2", "très bonne maîtrise"))
    results_of(out, ["SNO-01"], files={**FILES, "droits.csv": b"autre"}, number=2)
    [change] = facts("--relire", path, *SIGNED)["changes"]
    assert change["told"][-1] == "le travail a changé depuis que le classeur est sorti"


def test_every_wrong_cell_is_named_and_nothing_is_changed(fill: Callable[[Edit], Path]) -> None:
    def spoil(book: openpyxl.Workbook) -> None:
        sheet = book["Appréciations"]
        sheet["A3"], sheet["B4"], sheet["E5"], sheet["F6"] = "SNO-77", "note", "14/20", "x" * 3000
        sheet["E2"] = "très bonne maîtrise"

    said = refusal("--relire", fill(spoil), *SIGNED, "--oui").replace("\u00a0", " ")
    for words in (
        "cellule A3 : « SNO-77 » n'est pas un élève",
        "cellule B4 : « note » n'est pas un critère",
        "cellule E5 : « 14/20 » n'est pas un degré ; choisissez « non maîtrisé »",
        "cellule F6 : la remarque a 3000 caractères",
    ):
        assert words in said
    assert facts()["left"] == 12


def test_another_workbook_says_which_one_to_start_from(fill: Callable[[Edit], Path]) -> None:
    path = fill(lambda book: [book.remove(sheet) for sheet in book.worksheets[:1]])
    assert "gardez sa ligne de titres" in refusal("--relire", path, *SIGNED)


def test_what_people_said_enters_a_proposal_by_the_criteria_of_the_referentiel(out: Path) -> None:
    look(*ONE, "--degre", "insuffisante", *SIGNED)
    look("--candidat", "SNO-01", "--critere", "droits-motif", "--remarque", "Vu.", *SIGNED)
    referentiel = in_force().referentiel
    said = Place(out, load_lab(LAB), referentiel).read().appreciations
    found = observations(said, LAB, referentiel, "0001")
    assert [(one.criterion, one.degree, one.person, one.trace) for one in found] == [
        ("droits-revus", "insuffisante", "Mme Roux", "0001")
    ]

    def rules(given: Any) -> set[Rule]:
        proposal = next(one for one in propose(referentiel, [], given) if one.competence == "C2.3")
        return {reason.rule for reason in proposal.reasons}

    assert Rule.OBSERVATION in rules([]) and Rule.OBSERVATION not in rules(found) and Rule.PERSON in rules(found)


def test_in_a_room_it_is_beside_hand_ins_which_the_portal_may_write(tmp_path: Path) -> None:
    (tmp_path / "salle" / "resultats" / "3").mkdir(parents=True)
    assert folder_of(tmp_path / "salle" / "resultats" / "3") == tmp_path / "salle" / "resultats" / "3"
    (tmp_path / "salle" / "salle.yaml").touch()
    assert folder_of(tmp_path / "salle" / "resultats" / "3") == tmp_path / "salle" / "depots" / "3"


def test_a_line_that_is_nested_without_end_is_left_out(out: Path) -> None:
    look(*ONE, "--degre", "insuffisante", *SIGNED)
    with open(out / JOURNAL, "a", encoding="utf-8") as journal:
        journal.write("[" * 200_000 + "\n")
    assert len(history(out)) == 1
    (out / FILE).write_text("[" * 200_000, "utf-8")
    forget(out, ["sno-02"])
    assert not (out / FILE).exists(), "what cannot be read as ours goes whole"


def test_who_is_erased_is_erased_from_what_is_said_and_from_its_history(out: Path) -> None:
    for candidate in ("SNO-01", "SNO-02"):
        look("--candidat", candidate, "--critere", "droits-motif", "--degre", "insuffisante", *SIGNED)
    forget(out, ["sno-01"])
    assert "SNO-01" not in (out / FILE).read_text("utf-8") + (out / JOURNAL).read_text("utf-8")
    assert facts()["left"] == 11 and len(history(out)) == 1
