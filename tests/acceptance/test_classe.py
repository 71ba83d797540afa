"""The class, as a teacher makes it and mends it: preview, question, sentences. No container is needed."""

from __future__ import annotations

import json
import os
import pty
import tempfile
from pathlib import Path

import pytest
from command_line import begin
from helpers import Done, here

from etabli.roster.roster import open_roster

LAB = "page-dynamique"
LIST = "Nom;Prénom;Courriel\nDUPONT LEROY;Anne-Sophie;as@lycee.example\nPETIT;Lucas;l1@lycee.example\n"

SECRET = "02" * 32
"""With this one, the first drawn of that list is its first."""


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETABLI_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir(mode=0o700)
    (tmp_path / "home" / "secret").write_text(SECRET, "ascii")
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.chdir(tmp_path)


def classe(*arguments: str) -> Done:
    return here("classe", *arguments)


def on_a_terminal(answer: str, *arguments: str) -> str:
    """Runs a command whose questions are answered by a person."""
    ours, theirs = pty.openpty()
    os.write(ours, answer.encode())
    with tempfile.TemporaryFile("w+") as said, open(theirs) as given:
        code = begin("classe", *arguments, out=said, err=said, given=given, environment={"COLUMNS": "160"}).wait()
        said.seek(0)
        shown = said.read()
    os.close(ours)
    assert code == 0, shown
    return shown


@pytest.fixture
def sno(tmp_path: Path) -> Path:
    path = tmp_path / "liste.csv"
    path.write_text(LIST, "cp1252")
    assert classe("import", "liste.csv", "--classe", "SNO", "--oui").returncode == 0
    return path


def learners(*arguments: str) -> dict[str, str]:
    found = json.loads(classe("liste", "SNO", "--json", *arguments).stdout)
    return {learner["alias"]: f"{learner['family']} {learner['given']}" for learner in found}


def test_a_list_is_previewed_then_imported_after_a_yes(tmp_path: Path) -> None:
    (tmp_path / "liste.csv").write_text(LIST, "cp1252")
    shown = on_a_terminal("non\n", "import", "liste.csv", "--classe", "SNO")
    assert "Lu : liste.csv (Windows-1252, séparateur « ; », titres à la ligne 1)." in shown
    assert "Compris : Nom ← « Nom », Prénom ← « Prénom », Courriel ← « Courriel »." in shown
    assert "SNO-01" in shown and "En tout : nouveaux 2." in shown
    assert "Importer ? [o/N]" in shown and "Rien n'a été changé." in shown
    assert json.loads(classe("liste", "--json").stdout) == []
    assert "Classe SNO : 2 élèves." in on_a_terminal("oui\n", "import", "liste.csv", "--classe", "SNO")
    assert learners() == {"SNO-01": "DUPONT LEROY Anne-Sophie", "SNO-02": "PETIT Lucas"}
    assert "Rien à changer" in classe("import", "liste.csv", "--classe", "SNO").stdout


def test_a_pipe_is_never_asked(tmp_path: Path) -> None:
    (tmp_path / "liste.csv").write_text(LIST, "utf-8")
    done = classe("import", "liste.csv", "--classe", "SNO")
    assert done.returncode == 2
    assert "SNO-01" in done.stdout and "ajoutez « --oui »" in " ".join(done.stderr.split())
    facts = json.loads(classe("import", "liste.csv", "--classe", "SNO", "--json").stdout)
    assert facts["applied"] is False and facts["learners"][0]["fate"] == "added"
    assert classe("liste").stdout.startswith("Aucune classe")
    assert json.loads(classe("import", "liste.csv", "--classe", "SNO", "--json", "--oui").stdout)["applied"] is True
    assert len(learners()) == 2


def test_the_class_over_a_year(sno: Path) -> None:
    assert "SNO-03 : EL AMRANI Yassine." in classe("ajouter", "SNO", "EL AMRANI Yassine").stdout
    assert classe("retirer", "SNO", "SNO-02").returncode == 0
    assert list(learners()) == ["SNO-01", "SNO-03"]
    assert list(learners("--tous")) == ["SNO-01", "SNO-02", "SNO-03"]
    shown = classe("import", "liste.csv", "--classe", "SNO", "--oui").stdout
    assert "de retour 1, absents de la liste 1" in shown
    assert list(learners()) == ["SNO-01", "SNO-02"]
    assert classe("revenir", "SNO", "sno-03").returncode == 0
    assert classe("corriger", "SNO", "SNO-01", "--nom", "DURAND-LEROY Maëlys").returncode == 0
    assert learners()["SNO-01"] == "DURAND-LEROY Maëlys"
    assert classe("absent", "SNO", "SNO-01", "--tp", LAB).returncode == 0
    assert LAB in classe("liste", "SNO").stdout
    assert "aucune" in classe("absent", "SNO", "SNO-01", "--tp", LAB, "--annuler").stdout


def test_a_name_that_changed_is_pointed_out(sno: Path) -> None:
    sno.write_text("Nom;Prénom\nDUPONT LEROY MARTIN;Anne-Sophie\nPETIT;Lucas\n", "utf-8")
    shown = classe("import", "liste.csv", "--classe", "SNO").stdout
    assert "Anne-Sophie DUPONT LEROY (SNO-01) disparaît et Anne-Sophie DUPONT LEROY MARTIN arrive" in shown


def test_another_class_by_mistake_is_pointed_out(sno: Path) -> None:
    sno.write_text("Nom;Prénom\nROUX;Zoé\nROY;Noa\n", "utf-8")
    assert "donnez-lui un autre nom" in classe("import", "liste.csv", "--classe", "SNO").stdout


def test_a_class_may_be_erased(sno: Path) -> None:
    assert classe("effacer", "SNO").returncode == 2
    assert len(learners()) == 2
    assert "Effacé." in classe("effacer", "SNO", "SNO-01", "--oui").stdout
    assert learners("--tous") == {"SNO-02": "PETIT Lucas"}
    assert "ne contiennent que des alias" in classe("effacer", "SNO", "--oui").stdout
    assert classe("liste", "SNO").returncode == 2


def test_the_sheet_is_written_for_its_owner(sno: Path, tmp_path: Path) -> None:
    for name in ("sno.html", "sno.csv"):
        assert classe("imprimer", "SNO", "-o", name).returncode == 0
        assert "DUPONT LEROY" in (tmp_path / name).read_text("utf-8")
        assert (tmp_path / name).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["liste", "SNP"], "classes connues : « SNO »"),
        (["liste", "[bold]"], "« [bold] » n'existe pas"),
        (["import", "absent.csv", "--classe", "SNO"], "absent.csv n'existe pas"),
        (["import", "liste.csv", "--classe", "SNO", "--prefixe", "X"], "retirez « --prefixe »"),
        (["import", "liste.csv", "--classe", "SNO", "--sauf", "12"], "n'a pas de ligne 12"),
        (["import", "liste.csv"], "--classe"),
        (["ajouter", "SNO", "Lucas Petit"], "écrivez le nom en capitales"),
        (["ajouter", "SNO", "PETIT Lucas"], "Lucas PETIT est déjà dans la classe (SNO-02)"),
        (["ajouter", "SNO", "ROUX Zoé", "--courriel", "zoe"], "« zoe » n'est pas une adresse"),
        (["retirer", "SNO", "SNO-O2"], "le plus proche : « SNO-02 »"),
        (["corriger", "SNO", "SNO-02"], "Rien à corriger"),
        (["absent", "SNO", "SNO-02", "--tp", LAB + "s"], f"« {LAB} »"),
        (["absent", "SNO", "SNO-02", "--tp", LAB, "--session", "é"], "n'est pas un nom de session"),
        (["absent", "SNO", "SNO-02", "--tp", LAB, "--annuler"], "Aucune absence de SNO-02"),
        (["imprimer", "SNO", "-o", "sno.pdf"], "doit finir par .html ou .csv"),
        (["imprimer", "SNO", "-o", "absent/sno.csv"], "ne peut pas être écrit"),
    ],
)
def test_a_wrong_command_is_one_sentence_and_exit_2(sno: Path, arguments: list[str], words: str) -> None:
    done = classe(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr and words in " ".join(done.stderr.split())


def test_a_list_without_most_of_the_class_needs_more_than_a_yes(sno: Path) -> None:
    for name in ("ROUX Zoé", "ROY Noa"):
        assert classe("ajouter", "SNO", name).returncode == 0
    sno.write_text("Nom;Prénom\nPETIT;Lucas\n", "utf-8")
    for more in ((), ("--json",)):
        done = classe("import", "liste.csv", "--classe", "SNO", "--oui", *more)
        said = " ".join(done.stderr.split())
        assert done.returncode == 2 and "ne nomme plus 3 des 4 élèves de la classe SNO" in said
        assert "« --accepter-les-departs »" in said and len(learners()) == 4
    assert classe("import", "liste.csv", "--classe", "SNO", "--oui", "--accepter-les-departs").returncode == 0
    assert list(learners()) == ["SNO-02"]


def test_two_departures_are_no_flood(sno: Path) -> None:
    sno.write_text("Nom;Prénom\nROUX;Zoé\n", "utf-8")
    assert classe("import", "liste.csv", "--classe", "SNO", "--oui").returncode == 0


def test_a_remembered_name_is_listed_and_forgotten(sno: Path) -> None:
    open_roster("SNO").remember("Kevin Inconnu", "SNO-02")
    assert "aussi : Kevin Inconnu" in classe("liste", "SNO").stdout
    assert json.loads(classe("liste", "SNO", "--json").stdout)[1]["spellings"] == ["Kevin Inconnu"]
    wrong = classe("oublier", "SNO", "Kevin Innconu")
    assert wrong.returncode == 2 and "retenus : « Kevin Inconnu »" in " ".join(wrong.stderr.split())
    assert "autre nom de SNO-02" in classe("oublier", "SNO", "inconnu kévin").stdout
    assert "aussi" not in classe("liste", "SNO").stdout


def test_a_learner_may_be_given_by_name(sno: Path) -> None:
    said = classe("absent", "SNO", "lucas petit", "--tp", LAB).stdout
    assert f"SNO-02 (Lucas PETIT) : absences justifiées : {LAB}." in said
    assert classe("retirer", "SNO", "Lucas Petit").returncode == 0 and list(learners()) == ["SNO-01"]
    assert classe("revenir", "SNO", "2").returncode == 0 and len(learners()) == 2
    swapped = classe("absent", "SNO", "Leroy Dupont Anne-Sophie", "--tp", LAB)
    assert swapped.returncode == 2
    assert "peut être SNO-01 (DUPONT LEROY Anne-Sophie)" in " ".join(swapped.stderr.split())


def test_erasing_says_which_pages_hold_names(sno: Path) -> None:
    shown = " ".join(classe("effacer", "SNO", "SNO-01", "--oui").stdout.split())
    for words in ("index.html", "a-relancer.html", "differences.html", "etabli grade", "etabli regrade"):
        assert words in shown


def test_who_left_is_not_added_again(sno: Path) -> None:
    assert classe("retirer", "SNO", "SNO-02").returncode == 0
    assert "« etabli classe revenir » lui rend" in classe("ajouter", "SNO", "PETIT Lucas").stderr


@pytest.mark.parametrize(
    "name", ["import", "liste", "ajouter", "corriger", "retirer", "revenir", "absent", "oublier", "effacer", "imprimer"]
)
def test_help_has_an_example(name: str) -> None:
    assert f"etabli classe {name} " in classe(name, "--help").stdout
