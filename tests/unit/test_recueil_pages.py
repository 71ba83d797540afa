"""What a recueil shows, and what it never does: a point, a mark, a proposed degree, a name behind the veil."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from helpers import Done, here
from hypothesis import given
from hypothesis import strategies as st
from recueil_samples import frozen_run
from report_page import Page

from etabli.recueil.veil import number_of, veil_over
from etabli.roster.learner import Person
from etabli.roster.roster import new_roster

PEOPLE = [Person("Bouvard-Lenoir", "Inès", "ines@example.org"), Person("Le Guirrec", "Tom"), Person("Rose", "Maël")]
WORDS = (
    "Je suis Inès Bouvard-Lenoir (INES BOUVARD LENOIR, bouvard, ines.bouvard_lenoir), avec Tom Le Guirrec et Maël.\n"
    "J'ai mis du rose sur la page de {alias}. Écrire à ines@example.org."
)


@pytest.fixture
def who(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A candidate with a trace of a lab, told, one of elsewhere, an observation of each kind; returns their alias."""
    folder = tmp_path / "ici"
    folder.mkdir()
    monkeypatch.chdir(folder)
    roster = new_roster("SNO", "SNO")
    roster.add(PEOPLE)
    alias = next(one.alias for one in roster.learners() if one.given == "Inès")
    mate = next(one.alias for one in roster.learners() if one.given == "Tom")
    out = Path("resultats/mots-de-passe")
    frozen_run(out, alias, failed=5)
    frozen_run(out, alias, failed=2, text=f"Fait par Inès Bouvard-Lenoir, {alias}".encode())
    Path("inès-bouvard.png").write_bytes(b"\x89PNG\r\n\x1a\n rien")
    document = ("--fichier", "inès-bouvard.png", "--competence", "C1.2")
    helped = ("--trace", "mots-de-passe-2", "--remarque", "Tom l'a aidée.")
    lines = [
        ("choisir",),
        ("ecrire", "--trace", "mots-de-passe-2", "--fait", WORDS.format(alias=alias), "--membre", f"{mate}=La revue"),
        ("ecrire", "--trace", "mots-de-passe-2", "--membre", f"{alias}=L'audit", "--membre", f"{mate}=La revue"),
        ("ajouter", "--titre", "Page d'Inès", "--origine", "PFMP 1", "--auteur", "Inès Bouvard-Lenoir", *document),
        ("observer", "--critere", "part-tenue", "--degre", "satisfaisante", "--par", "Mme Essai"),
        ("observer", "--critere", "donnees-expliquees", "--degre", "tres-bonne", "--par", "M. Test", *helped),
        ("authentifier", "--trace", "mots-de-passe-2", "--par", "Mme Essai", "--aide", "en classe"),
        ("pfmp", "--titre", "PFMP 1", "--du", "2026-11-30", "--au", "2027-01-22", "--semaines", "6"),
    ]
    for verb, *rest in lines:
        done = here("trace", verb, "--candidat", alias, *rest)
        assert done.returncode == 0, done
    return alias


def build(who: str, *words: object) -> Done:
    return here("recueil", "build", "--candidat", who, "-o", "sortie", *words)


def text_of(path: str = "sortie/recueil.html") -> str:
    return Page(Path(path).read_text("utf-8")).text


def test_the_page_shows_what_is_to_be_judged(who: str) -> None:
    done = build(who, "--sans-pdf")
    assert done.returncode == 0, done
    text = " ".join(text_of().split())
    for said in (
        f"Inès Bouvard-Lenoir ({who})",
        "U2 (E2) · Participer à la gestion des services logiciels",
        "Authentifiée par Mme Essai",
        "Pas encore authentifiée",
        "Ce que j'ai fait",
        "Observé",
        "La part de chacun",
        "6 semaines sur 12 à ce jour",
        "maîtrise satisfaisante",
        "Annexe : les essais",
        "Critères officiels non chargés",
    ):
        assert said in text.replace("\u00a0", " ") or said.lower() in text.replace("\u00a0", " ").lower(), said
    assert "Tom Le Guirrec" in text


def test_there_is_no_point_no_mark_and_no_proposal(who: str) -> None:
    build(who, "--sans-pdf")
    text = text_of().lower()
    assert not re.search(r"\b\d+ ?points?\b|/ ?20\b|\bscore\b|éléments insuffisants|\bproposition", text)


def test_the_page_is_whole_in_itself(who: str) -> None:
    build(who, "--sans-pdf")
    html = Path("sortie/recueil.html").read_text("utf-8")
    assert "<script" not in html and "http://" not in html and "https://" not in html
    assert sorted(path.name for path in Path("sortie").iterdir()) == [
        "pieces",
        "recueil.html",
        "recueil.json",
        "referentiel.yaml",
    ]


def test_what_learners_write_is_shown_never_obeyed(who: str) -> None:
    here(
        "trace", "ecrire", "--candidat", who, "--trace", "mots-de-passe-2", "--appris", "<img src=x onerror=a()>\u202e"
    )
    build(who, "--sans-pdf")
    html = Path("sortie/recueil.html").read_text("utf-8")
    assert "&lt;img src=x onerror=a()&gt;⟨U+202E⟩" in html


def test_behind_the_veil_nothing_names_anybody(who: str) -> None:
    assert build(who, "--sans-pdf").returncode == 0  # a named one that is there before
    done = build(who, "--sans-pdf", "--anonyme")
    number = re.search(r"C-\d{6}", done.stdout)
    assert done.returncode == 0 and number, done
    for path in (path for path in Path("sortie").rglob("*") if path.is_file()):
        held = path.read_text("utf-8")
        for name in ("Inès", "ines", "bouvard", "lenoir", "Tom", "guirrec", "Maël", who, "SNO-", "example.org"):
            assert not re.search(rf"(?<![a-z]){name}(?![a-z])", held, re.IGNORECASE), (name, path)
    text = text_of()
    assert number[0] in text and "du rose sur la page" in text and "Membre 1" in text
    assert not Path("sortie/pieces").exists()


def test_a_number_may_be_given_and_is_always_the_same_else(who: str) -> None:
    assert json.loads(build(who, "--sans-pdf", "--anonyme", "--numero", "0412", "--json").stdout)["number"] == "0412"
    assert "0412" in text_of()
    drawn = {json.loads(build(who, "--sans-pdf", "--anonyme", "--json").stdout)["number"] for _ in range(2)}
    assert len(drawn) == 1 and number_of("sno-07", b"s") == number_of("SNO-07", b"s")


def test_a_run_that_changed_since_is_not_believed(who: str) -> None:
    (copy,) = Path("recueils").glob(f"*/verifications/mots-de-passe/{who}/0002*")
    with open(copy / "transcript.jsonl", "a", encoding="utf-8") as stream:
        stream.write("{}\n")
    build(who, "--sans-pdf")
    assert "« transcript.jsonl » a été modifié" in text_of().replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--numero", "3"), "va avec « --anonyme »"),
        (("--anonyme", "--numero", " "), "« --numero » est vide"),
        (("--recueils", "ailleurs"), "n'a pas de recueil dans « ailleurs »"),
    ],
)
def test_what_cannot_be_built_is_told(who: str, words: tuple[str, ...], said: str) -> None:
    done = build(who, "--sans-pdf", *words)
    assert done.returncode == 2 and said in done.stderr, done


def test_nothing_of_somebody_else_is_replaced(who: str) -> None:
    Path("sortie").mkdir()
    Path("sortie/memoire.odt").write_text("à moi")
    done = build(who, "--sans-pdf")
    assert done.returncode == 2 and "contient autre chose (« memoire.odt »)" in done.stderr


def test_without_an_engine_nothing_is_written(who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    monkeypatch.setenv("PATH", "/nowhere")
    assert build(who).returncode == 3 and not Path("sortie").exists()


LETTERS = st.text("abeéèïcôdlnrst", min_size=3, max_size=8).map(str.capitalize)


@given(LETTERS, LETTERS, st.text(max_size=30), st.text(max_size=30))
def test_a_name_never_stays_whatever_is_around(given_name: str, family: str, before: str, after: str) -> None:
    own = Person(f"{family}x", f"{given_name}y")
    hide = veil_over("C-1", ["SNO-01"], own, [], [])
    for name in (own.name, own.listed, own.name.upper(), own.family.lower(), own.given, "sno-01"):
        hidden = hide(f"{before} {name} {after}")
        assert name not in hidden or name in f"{before} {after}"


@given(LETTERS, st.text(max_size=30), st.text(max_size=30))
def test_a_name_in_letters_that_look_like_ours_does_not_stay(name: str, before: str, after: str) -> None:
    hide = veil_over("C-1", [], Person(f"{name}xo", "Zoé"), [], [])
    shown = f"{name}xo".translate(str.maketrans("abeocdlnrst", "аЬеосԁӏոгѕт"))
    around = hide(f"{before} / {after}").split(" / ")
    assert hide(f"{before} {shown} {after}") == f"{around[0]} C-1 {around[-1]}" or " / " in f"{before}{after}"
