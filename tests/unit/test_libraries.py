"""Labs outside the repository: where they are found, what is refused, and a new one made of the model."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from etabli.cli.main import app
from etabli.exam.contract.errors import EtabliError, LabError, UnknownLab, UsageProblem
from etabli.grading.pack import pack_of
from etabli.lab import libraries
from etabli.lab.aides import aides_of
from etabli.lab.demands import demands_of
from etabli.lab.manifest import Lab, lab_ids, load_lab
from etabli.lab.model import model, start_lab
from etabli.lab.specimens.specimen import load_class, load_specimens
from etabli.lab.sujet import make_sujet
from etabli.lab.variant import Seat

SECRET = bytes(32)


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A teacher's folder, with one lab made of the model."""
    folder = tmp_path / "mes tp"
    folder.mkdir()
    monkeypatch.setenv("ETABLI_LABS", str(folder))
    start_lab("sauvegardes", folder)
    return folder


def test_labs_are_found_in_the_repository_and_in_named_folders(library: Path) -> None:
    assert "sauvegardes" in lab_ids() and "page-dynamique" in lab_ids()
    assert (load_lab("sauvegardes").library, load_lab("sauvegardes").ours) == (library, False)
    assert load_lab("page-dynamique").ours
    listed = {lab["id"]: lab for lab in json.loads(CliRunner().invoke(app, ["labs", "--json"]).stdout)}
    assert listed["sauvegardes"]["library"] == str(library) and not listed["sauvegardes"]["ours"]
    shown = " ".join(CliRunner().invoke(app, ["labs"]).stdout.split())
    assert f"sauvegardes vient de {library}" in shown and "mots-de-passe vient" not in shown


def test_a_folder_named_twice_counts_once(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = library.with_name("lien")
    link.symlink_to(library)
    monkeypatch.setenv("ETABLI_LABS", f"{library}:{link}:{libraries.repository()}:")
    assert [path.name for path in libraries.libraries()][1:] == ["lien"]
    assert load_lab("sauvegardes").checks().possible == model().checks().possible


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("mes-tp", "n'est pas un chemin entier"),
        ("{folder}/absent", "n'existe pas. Créez-le"),
        ("{folder}/labs", "ici, sans doute « {folder} »"),
        ("{folder}/labs/sauvegardes", "ici, sans doute « {folder} »"),
    ],
)
def test_a_folder_that_is_no_library_is_refused(
    library: Path, monkeypatch: pytest.MonkeyPatch, named: str, words: str
) -> None:
    monkeypatch.setenv("ETABLI_LABS", named.format(folder=library))
    with pytest.raises(UsageProblem) as refused:
        lab_ids()
    assert words.format(folder=library) in str(refused.value)


def test_two_labs_of_one_name_are_both_named(library: Path) -> None:
    shutil.move(library / "labs" / "sauvegardes", library / "labs" / "page-dynamique")
    with pytest.raises(LabError, match=r"Deux TP s'appellent « page-dynamique » : .*/mes tp/labs/page-dynamique"):
        load_lab("extraction-pgi")


def test_what_is_wrong_in_it_is_told_with_its_place(library: Path) -> None:
    manifest = library / "labs" / "sauvegardes" / "lab.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("data_version: 1", "data_version: un"), "utf-8")
    with pytest.raises(LabError, match=r"lab\.yaml, ligne 6, clé « data_version »"):
        load_lab("sauvegardes")
    manifest.unlink()
    with pytest.raises(UnknownLab, match=r"labs/sauvegardes n'a pas de lab\.yaml"):
        load_lab("sauvegardes")
    with pytest.raises(UnknownLab, match="Nommez ce dossier dans ETABLI_LABS"):
        load_lab("inconnu")


@pytest.mark.parametrize(
    ("module", "line", "words"),
    [
        ("variant.py", "    draw = Draw(rows_of)", r"variant\.py, ligne 22 \(make\) : .*NameError: name 'rows_of'"),
        ("checks.py", "TITLES = POSTES", r"checks\.py, ligne 18 \(<module>\) : .*NameError: name 'POSTES'"),
    ],
)
def test_a_mistake_in_its_code_is_told_by_its_line(library: Path, module: str, line: str, words: str) -> None:
    path, start = library / "graders" / "sauvegardes" / module, line.partition("=")[0] + "="
    lines = [line if one.startswith(start) else one for one in path.read_text("utf-8").splitlines()]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    done = CliRunner().invoke(app, ["sujet", "sauvegardes", "--candidat", "sno-07", "-o", str(library / "sujets")])
    assert done.exit_code == 2 and re.search(words, " ".join(done.stderr.split())), done.stderr


def linked(lab: Lab) -> None:
    (lab.grader / "cle.txt").symlink_to("/etc/hostname")


def handed_out(lab: Lab) -> None:
    (lab.folder / "dossier").symlink_to("/etc")


def open_file(lab: Lab) -> None:
    (lab.grader / "checks.py").chmod(0o666)


def open_folder(lab: Lab) -> None:
    lab.grader.parent.chmod(0o777)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (linked, "cle.txt est un lien"),
        (handed_out, "dossier est un lien"),
        (open_file, "Tout compte de cette machine peut écrire dans .*checks.py"),
        (open_folder, "Tout compte de cette machine peut écrire dans .*graders,"),
    ],
)
def test_what_others_could_change_or_reach_is_refused(library: Path, spoil: Callable[[Lab], None], words: str) -> None:
    spoil(load_lab("sauvegardes"))
    with pytest.raises(LabError, match=words):
        load_lab("sauvegardes")


def test_another_account_s_lab_is_refused(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "trusted_accounts", lambda: {123_456})
    with pytest.raises(LabError, match="appartient à un autre compte"):
        load_lab("sauvegardes")
    assert load_lab("page-dynamique").ours  # ours were installed with Établi itself


def test_the_same_lab_in_another_folder_has_the_same_hashes(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def hashes() -> tuple[str, str, str]:
        lab = load_lab("sauvegardes")
        return lab.sha256(), lab.brief_sha256(), hashlib.sha256(pack_of(lab)).hexdigest()

    before = hashes()
    shutil.copytree(library, library.with_name("copie"))
    monkeypatch.setenv("ETABLI_LABS", str(library.with_name("copie")))
    assert hashes() == before
    with (load_lab("sauvegardes").grader / "table.py").open("a", encoding="utf-8") as module:
        module.write("#\n")
    assert hashes()[:2] == before[:2] and hashes()[2] != before[2]


# -- a new one


def test_a_new_lab_is_the_model_under_its_name(library: Path) -> None:
    lab, source = load_lab("sauvegardes"), model()
    for mine, theirs in ((lab.folder, source.folder), (lab.grader, source.grader)):
        names = [path.relative_to(theirs) for path in theirs.rglob("*") if "__pycache__" not in path.parts]
        assert names and {path for path in names if not (mine / path).exists()} == set()
    changed = (lab.folder / "lab.yaml").read_text("utf-8").replace("id: sauvegardes ", "id: modele ")
    assert changed == (source.folder / "lab.yaml").read_text("utf-8")


def test_a_new_lab_holds_together(library: Path) -> None:
    lab = load_lab("sauvegardes")
    given = make_sujet(Seat(lab, "sno-07"), SECRET)
    assert "etabli start sauvegardes --candidat sno-07" in given.texts["enonce.html"]
    assert {check for one in demands_of(lab, given.sheets).values() for check in one.checks} == set(aides_of(lab))
    assert set(load_class(lab, load_specimens(lab)).values()) == set(load_specimens(lab))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["Mes TP"], "ne peut pas nommer un TP"),
        (["a"], "ne peut pas nommer un TP"),
        (["mots-de-passe"], "existe déjà"),
        (["sauvegardes"], "existe déjà"),
        (["brouillon"], "existe déjà et n'est pas remplacé"),
    ],
)
def test_a_name_that_cannot_be_is_refused(library: Path, typed: list[str], words: str) -> None:
    (library / "graders" / "brouillon").mkdir()
    done = CliRunner().invoke(app, ["lab", "new", *typed])
    assert done.exit_code == 2 and words in " ".join(done.stderr.split())


def test_where_to_write_is_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ETABLI_LABS", raising=False)
    done = CliRunner().invoke(app, ["lab", "new", "sauvegardes"])
    assert done.exit_code == 2 and "Où écrire ce TP ?" in done.stderr and not (tmp_path / "labs").exists()
    done = CliRunner().invoke(app, ["lab", "new", "sauvegardes", "--dans", str(tmp_path / "neuf")])
    assert done.exit_code == 0 and f'export ETABLI_LABS="{tmp_path / "neuf"}"' in " ".join(done.stdout.split())
    with pytest.raises(EtabliError):
        load_lab("sauvegardes")
