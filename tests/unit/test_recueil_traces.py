"""A candidate's traces: chosen, told, brought from elsewhere, observed, authenticated, in files that people may edit."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from helpers import Done, here
from recueil_samples import frozen_run
from sentences import faults

from etabli.classroom.elsewhere import found_in
from etabli.recueil import kept as shelf
from etabli.recueil.model import Trace
from etabli.runs.folder import read_run_folder

WHO = ("--candidat", "SNO-07")


@pytest.fixture
def place(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with results of two labs: three runs of the first (the second one is the best), one of the other."""
    folder = tmp_path / "ici"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "240")
    for at, failed in enumerate((9, 0, 3), start=1):
        frozen_run(
            Path("resultats/mots-de-passe"), "SNO-07", failed=failed, started_at=f"2026-11-{at:02}T10:00:00.000Z"
        )
    frozen_run(Path("resultats/page-dynamique"), "SNO-07", "page-dynamique")
    frozen_run(Path("resultats/page-dynamique"), "SNO-08", "page-dynamique")
    return folder


def trace(*words: object) -> Done:
    return here("trace", *words)


def recueil() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(Path("recueils/SNO-07/recueil.yaml").read_text("utf-8"))
    return found


def test_the_best_and_the_last_of_each_lab_are_chosen(place: Path) -> None:
    done = trace("choisir", *WHO)
    assert done.returncode == 0, done
    assert [one["id"] for one in recueil()["traces"]] == ["mots-de-passe-2", "mots-de-passe-3", "page-dynamique-1"]
    assert "vérification 2 (la meilleure)" in done.stdout and "vérification 3 (la dernière)" in done.stdout


def test_what_is_chosen_is_copied_as_it_was_frozen(place: Path) -> None:
    trace("choisir", *WHO)
    copies = sorted(Path("recueils/SNO-07/verifications").glob("*/SNO-07/0*"))
    assert len(copies) == 3 and all(read_run_folder(copy).verifiable for copy in copies)
    attempts = yaml.safe_load(Path("recueils/SNO-07/verifications/mots-de-passe/essais.yaml").read_text("utf-8"))
    assert [one["a_revoir"] for one in attempts["essais"]] == [9, 0, 3]


def test_choosing_again_keeps_what_was_written(place: Path) -> None:
    trace("choisir", *WHO)
    assert trace("ecrire", *WHO, "--trace", "mots-de-passe-2", "--fait", "J'ai audité.\nPuis écrit.").returncode == 0
    done = trace("choisir", "--candidat", "sno-07", "resultats/mots-de-passe", "--verification", "0001")
    assert done.returncode == 0, done
    told = {one["id"]: one for one in recueil()["traces"]}
    assert told["mots-de-passe-2"]["reflexion"] == {"fait": "J'ai audité.\nPuis écrit."}
    assert "mots-de-passe-1" in told and [path.name for path in Path("recueils").iterdir()] == ["SNO-07"]


def test_a_trace_of_elsewhere_is_copied_under_a_name_that_names_nobody(place: Path) -> None:
    Path("rapport-de-Leonie-Martin.PDF").write_bytes(b"%PDF-1.4 n'importe quoi")
    words = ("--titre", "Le guide", "--origine", "PFMP 1", "--auteur", "SNO-07", "--competence", "C3.1")
    done = trace("ajouter", *WHO, *words, "--fichier", "rapport-de-Leonie-Martin.PDF", "--le", "2027-01-20")
    assert done.returncode == 0, done
    (told,) = recueil()["traces"]
    assert told["type"] == "pfmp" and told["date"] == date(2027, 1, 20)
    assert told["ailleurs"]["copie"] == "pieces/le-guide.pdf"
    assert Path("recueils/SNO-07/pieces/le-guide.pdf").read_bytes().startswith(b"%PDF")


def test_a_trace_that_changes_is_to_be_authenticated_again(place: Path) -> None:
    trace("choisir", *WHO)
    assert trace("authentifier", *WHO, "--par", "Mme Essai", "--aide", "en classe, seul").returncode == 0
    assert all(one.stands for one in shelf.read(Path("recueils"), "SNO-07").recueil.traces)
    done = trace(
        "ecrire", *WHO, "--trace", "page-dynamique-1", "--membre", "SNO-07=La base", "--membre", "SNO-08=Le CSS"
    )
    assert "à authentifier de nouveau" in done.stdout
    told = json.loads(trace("liste", *WHO, "--json").stdout)["traces"]
    assert {one["id"]: one["authentic"] for one in told} == {
        "mots-de-passe-2": True,
        "mots-de-passe-3": True,
        "page-dynamique-1": False,
    }


def test_people_observe_criteria_of_the_referentiel(place: Path) -> None:
    trace("choisir", *WHO)
    seen = ("--critere", "part-tenue", "--degre", "satisfaisante", "--par", "Mme Essai", "--le", "2027-02-01")
    assert trace("observer", *WHO, *seen).returncode == 0
    assert trace("observer", *WHO, *seen, "--trace", "page-dynamique-1", "--remarque", "Tenue seule.").returncode == 0
    assert [one.get("trace") for one in recueil()["observations"]] == [None, "page-dynamique-1"]
    assert trace("retirer", *WHO, "--trace", "page-dynamique-1").returncode == 0
    assert "retirée depuis" in recueil()["observations"][1]["remarque"]


def test_weeks_in_companies_add_up(place: Path) -> None:
    first = ("--du", "2026-11-30", "--au", "2027-01-22", "--semaines", "6", "--lieu", "Mairie")
    assert trace("pfmp", *WHO, "--titre", "PFMP 1", *first).returncode == 0
    done = trace("pfmp", *WHO, "--titre", "PFMP 2", "--du", "2027-03-01", "--au", "2027-04-09", "--semaines", "6")
    assert "12 semaines en tout" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("choisir", "--candidat", "SNO-99"), "Aucune vérification de « SNO-99 »"),
        (("choisir", *WHO, "nulle-part"), "« nulle-part » n'est pas un dossier"),
        (("choisir", *WHO, "--verification", "0009"), "désigne aucune vérification"),
        (("choisir", *WHO, "--verification", "000"), "désigne plusieurs vérifications"),
        (("liste", "--candidat", "SNO-08"), "n'a pas de recueil"),
        (("ecrire", *WHO, "--trace", "autre", "--fait", "x"), "n'est pas une trace de ce recueil"),
        (("ecrire", *WHO, "--trace", "page-dynamique-1"), "Dites ce qui change"),
        (("ecrire", *WHO, "--trace", "page-dynamique-1", "--membre", "SNO-08"), "puis sa part"),
        (("ecrire", *WHO, "--trace", "page-dynamique-1", "--fait", "x" * 6001), "plus de 6000 caractères"),
        (
            ("observer", *WHO, "--critere", "part-tenu", "--degre", "x", "--par", "M. T"),
            "vouliez-vous dire « part-tenue »",
        ),
        (("observer", *WHO, "--critere", "part-tenue", "--degre", "18", "--par", "M. T"), "n'est pas un degré"),
        (("ajouter", *WHO, "--titre", "T", "--origine", "O", "--auteur", "A"), "de quoi elle est la trace"),
        (
            ("ajouter", *WHO, "--titre", "T", "--origine", "O", "--auteur", "A", "--competence", "C9.9"),
            "« C9.9 » n'est pas",
        ),
        (("pfmp", *WHO, "--titre", "P", "--du", "2027-02-01", "--au", "2027-01-01", "--semaines", "1"), "avant « --du"),
        (("pfmp", *WHO, "--titre", "P", "--du", "hier", "--au", "2027-01-01", "--semaines", "1"), "n'est pas un jour"),
        (("criteres", "--competence", "C7"), "n'est pas une compétence"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(place: Path, words: tuple[str, ...], said: str) -> None:
    trace("choisir", *WHO)
    done = trace(*words)
    assert done.returncode == 2 and said in done.stderr, done
    assert faults(done.stderr.removeprefix("✗ ").strip()) == []


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("date", "hier", "traces.0.date » : il faut une date, comme 2026-11-28, et non « hier »"),
        ("type", "stage", "« stage » n'est pas permis ; valeurs permises"),
        ("note", 18, "clé « traces.0.note » : elle n'existe pas"),
        ("titre", "", "traces.0.titre » : le texte est trop court"),
    ],
)
def test_a_file_that_was_badly_edited_is_told_by_line_and_key(place: Path, key: str, value: Any, said: str) -> None:
    trace("choisir", *WHO)
    changed = recueil()
    changed["traces"][0][key] = value
    Path("recueils/SNO-07/recueil.yaml").write_text(yaml.safe_dump(changed, allow_unicode=True), "utf-8")
    done = trace("liste", *WHO)
    assert done.returncode == 2 and "recueil.yaml, ligne" in done.stderr and said in done.stderr, done.stderr


def test_a_referentiel_that_is_another_one_is_refused(place: Path) -> None:
    trace("choisir", *WHO)
    with open("recueils/SNO-07/referentiel.yaml", "a", encoding="utf-8") as stream:
        stream.write("# ajouté\n")
    assert "n'est plus le référentiel de ce recueil" in trace("liste", *WHO).stderr


def test_every_key_of_a_trace_is_authenticated() -> None:
    facts: dict[str, Any] = {"id": "un", "type": "projet", "titre": "Un", "date": date(2027, 1, 1)}
    outside = {"origine": "Projet", "auteur": "A", "competences": ["C1.3"]}
    one = Trace.model_validate({**facts, "ailleurs": outside})
    others = [
        {**facts, "titre": "Deux", "ailleurs": outside},
        {**facts, "date": date(2027, 1, 2), "ailleurs": outside},
        {**facts, "ailleurs": {**outside, "origine": "PFMP 1"}},
        {**facts, "ailleurs": outside, "reflexion": {"aide": "une IA"}},
        {**facts, "ailleurs": outside, "groupe": [{"membre": "SNO-08", "part": "tout"}]},
    ]
    assert len({one.digest, *(Trace.model_validate(other).digest for other in others)}) == 6


def test_a_member_takes_a_group_s_trace_and_says_their_own_words(place: Path) -> None:
    Path("affiche.pdf").write_bytes(b"%PDF-1.4")
    trace("choisir", *WHO)
    words = ("--titre", "Affiche", "--origine", "Projet", "--auteur", "le groupe", "--competence", "C1.3")
    trace("ajouter", *WHO, *words, "--fichier", "affiche.pdf")
    other, source = ("--candidat", "SNO-08"), ("--de", "SNO-07")
    refused = trace("reprendre", *other, *source, "--trace", "page-dynamique-1")
    assert refused.returncode == 2 and "ne nomme pas SNO-08 parmi ses membres" in refused.stderr
    for name in ("page-dynamique-1", "affiche"):
        trace(
            "ecrire", *WHO, "--trace", name, "--fait", "À moi.", "--membre", "SNO-07=Le code", "--membre", "SNO-08=Lu"
        )
        trace("authentifier", *WHO, "--trace", name, "--par", "Mme Essai", "--aide", "seuls")
        done = trace("reprendre", *other, *source, "--trace", name)
        assert done.returncode == 0, done
    assert "est déjà dans le recueil" in trace("reprendre", *other, *source, "--trace", "affiche").stderr
    assert trace("choisir", *other).returncode == 0
    kept = shelf.read(Path("recueils"), "SNO-08")
    one, document, _own = kept.recueil.traces
    assert one.verification is not None and one.verification.de == "SNO-07" and document.ailleurs is not None
    assert read_run_folder(kept.copy_of(one.verification)).verifiable and one.authentification is None
    assert not one.reflexion.fait and [part.part for part in one.groupe] == ["Le code", "Lu"]
    assert (kept.folder / str(document.ailleurs.copie)).read_bytes() == b"%PDF-1.4"
    assert here("recueil", "build", *other, "-o", "sorti", "--sans-pdf").returncode == 0
    built = ("recueil", "build", *other, "--anonyme", "-o", "sans-nom", "--sans-pdf")
    assert here(*built).returncode == 0 and "SNO-07" not in Path("sans-nom/recueil.json").read_text("utf-8")
    assert {found.path.name for found in found_in([Path("recueils")], "SNO-07")} == {"SNO-07"}
    here("purge", "--appliquer", *WHO)
    assert read_run_folder(kept.copy_of(one.verification)).verifiable


def test_an_authentication_of_before_group_traces_stands() -> None:
    facts = {"id": "un", "type": "tp", "titre": "Un", "date": date(2027, 1, 1)}
    own = Trace.model_validate({**facts, "verification": {"tp": "lab", "run": "0001-abcdef"}})
    theirs = Trace.model_validate({**facts, "verification": {"tp": "lab", "run": "0001-abcdef", "de": "SNO-08"}})
    assert (
        own.digest == "a242176000ae7e58d2e8da7c0bbd611d23c7cf425e7ea27df77b0cb182033dc6" and theirs.digest != own.digest
    )


def test_what_two_works_share_is_told_without_a_verdict(place: Path) -> None:
    words = (
        "def total(lignes):\n    somme = 0\n    for ligne in lignes:\n        somme += ligne.prix * ligne.quantite\n"
    )
    for at, who in enumerate(("SNO-07", "SNO-08"), start=1):
        sha = f"{at:016x}" + "0" * 48
        frozen_run(Path("resultats/lundi"), who, started_at="2026-11-05T10:00:00.000Z", submission_sha256=sha)
        kept = Path("resultats/lundi") / who / "rendus" / f"{sha[:16]}.zip"
        kept.parent.mkdir()
        with zipfile.ZipFile(kept, "w") as archive:
            archive.writestr(f"{who}.py", words + f"# {who}\n")
    trace("choisir", *WHO, "resultats/lundi")
    named = ("--trace", "mots-de-passe-1")
    done = trace("ressemblances", *WHO, *named)
    assert done.returncode == 0 and "n'est pas une preuve" in done.stdout, done
    assert "SNO-08" in done.stdout and "SNO-07.py, ligne 1" in done.stdout
    told = json.loads(trace("ressemblances", *WHO, *named, "resultats/lundi", "--json").stdout)
    assert told["others"] == 1 and told["found"][0]["share"] > 0.8
    assert trace("ressemblances", *WHO, "--trace", "rien").returncode == 2
