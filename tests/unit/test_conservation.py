"""What is kept of people in folders, with a room or without: handed over, erased, on three clocks; a contest suspends."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from datetime import date
from pathlib import Path

import pytest
from helpers import here
from recueil_samples import frozen_run

from etabli.classroom import purging
from etabli.classroom.elsewhere import CONTESTATION, Clock, found_in
from etabli.classroom.settings import Retention
from etabli.roster.anywhere import known_classes
from etabli.roster.learner import Person
from etabli.roster.roster import new_roster

MINE, OTHER = "SNO-01", "SNO-010"
TODAY = date(2028, 9, 10)


@pytest.fixture
def kept(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A centre without a room: of two candidates whose identifiers begin alike, all that there may be."""
    root = tmp_path / "centre"
    root.mkdir()
    monkeypatch.chdir(root)
    for alias in (MINE, OTHER):
        frozen_run(root / "resultats/mots-de-passe", alias, started_at="2028-05-02T08:00:00+00:00")
        for name, text in {
            f"recueils/{alias}/recueil.yaml": f"candidat: {alias}\ntraces: [{{date: 2027-05-02}}]\n",
            f"annee/{alias}/index.html": alias,
            f"commissions/2027/decisions/{alias}.yaml": f"candidat: {alias}\n",
            f"archives/{alias}-2027.zip": f"PK {alias}",
            f"fiches/fiche-tuteur-{alias}--pfmp-1.xlsx": f"PK {alias}",
        }.items():
            put(root / name, text)
    put(root / "annee/index.html", f"{MINE} {OTHER}")
    put(root / "commissions/2027/session.yaml", rows())
    return root


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def rows() -> str:
    return "candidats:\n" + "".join(f"- {{candidat: {alias}, remarque: De {alias}.}}\n" for alias in (MINE, OTHER))


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_all_of_a_candidate_is_found_by_what_it_is(kept: Path) -> None:
    found = {one.part: one.clock for one in found_in([kept], MINE)}
    assert found == {
        "resultats": Clock.RUNS,
        "recueils": Clock.TRACES,
        "annees": Clock.TRACES,
        "fiches": Clock.TRACES,
        "commissions": Clock.ARCHIVES,
        "archives": Clock.ARCHIVES,
    }


@pytest.mark.parametrize("name", [f"{MINE}.scelle.zip", f"liasse-{MINE}.pdf", f"grille-{MINE}.xlsx", "sno-01-2027.zip"])
def test_a_file_that_bears_an_identifier_is_its_candidate_s(kept: Path, name: str) -> None:
    put(kept / "archives" / name, "x")
    assert kept / "archives" / name in {one.path for one in found_in([kept], MINE)}
    assert kept / "archives" / name not in {one.path for one in found_in([kept], OTHER)}
    assert kept / "archives" / name not in {one.path for one in found_in([kept], "SNO-1")}


def test_a_printed_set_is_kept_for_good_and_handed_over(kept: Path) -> None:
    put(kept / f"commissions/2027/liasse-{MINE}/proces-verbal.pdf", "PDF")
    put(kept / f"liasse-{MINE}/grille.pdf", "PDF")
    found = {one.path.name: one.clock for one in found_in([kept], MINE) if one.path.name.startswith("liasse")}
    assert found == {f"liasse-{MINE}": Clock.ARCHIVES}


def test_a_candidate_gets_all_of_theirs_and_nothing_of_a_neighbour_s(kept: Path) -> None:
    done = here("donnees", "exporter", "--candidat", "sno-01", "--avec-notes")
    assert done.returncode == 0, done
    with zipfile.ZipFile("donnees-sno-01.zip") as archive:
        everything = b"\n".join(archive.read(name) for name in archive.namelist()).decode("utf-8", "replace")
        parts = {name.split("/")[0] for name in archive.namelist()}
    assert {"recueils", "resultats", "commissions", "archives", "annees", "fiches"} <= parts
    assert (
        OTHER not in everything and everything.count("De SNO-01.") == 2
    )  # what the session says, for people and for programs
    assert oct(os.stat("donnees-sno-01.zip").st_mode & 0o077) == "0o0"


def sealed(path: Path, *names: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "x")


@pytest.mark.parametrize(
    "jury, words, given",
    [
        ("", (), False),
        ("jury: 2999-07-05\n", (), False),
        ("jury: 2026-07-05\n", (), True),
        ("", ("--avec-notes",), True),
        ("jury: 2026-07-05\n", ("--sans-notes",), False),
    ],
)
def test_no_mark_is_handed_over_before_the_jury_unless_the_centre_decides_so(
    kept: Path, jury: str, words: tuple[str, ...], given: bool
) -> None:
    shutil.rmtree(kept / "archives")  # of no session: nobody knows when its jury meets
    put(kept / "commissions/2027/session.yaml", rows() + jury)
    history = "historique:\n- {quoi: degre, degre: tres-bonne}\n- {quoi: note, proposition_de_note: 13.5}\n"
    put(kept / f"commissions/2027/decisions/{MINE}.yaml", f"candidat: {MINE}\n{history}")
    put(kept / f"commissions/2027/liasse-{MINE}/pour-la-commission/06-grille.pdf", "13,5")
    put(kept / f"commissions/2027/liasse-{MINE}/pour-le-candidat/11-bilan.pdf", "bilan")
    sealed(kept / f"commissions/2027/{MINE}-session.zip", f"contenu/2027/decisions/{MINE}.yaml", "recueil.yaml")
    sealed(kept / f"commissions/2027/{MINE}-traces.zip", f"contenu/{MINE}/recueil.yaml")
    done = here("donnees", "exporter", "--candidat", "sno-01", *words)
    assert done.returncode == 0, done
    assert ("Les propositions de note n'y sont pas" in done.stdout) is not given
    with zipfile.ZipFile("donnees-sno-01.zip") as archive:
        told = {name.rsplit("/", 1)[-1]: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    assert ("06-grille.pdf" in told, f"{MINE}-session.zip" in told) == (given, given)
    assert "11-bilan.pdf" in told and f"{MINE}-traces.zip" in told and "tres-bonne" in told[f"{MINE}.yaml"]
    assert ("13.5" in told[f"{MINE}.yaml"]) is given
    assert ("propositions de note" in told["lisez-moi.html"]) is not given


def test_a_purge_says_first_what_goes_and_what_stays_for_good(kept: Path) -> None:
    before = files(kept)
    done = here("purge", "--essai", "--candidat", MINE)
    assert done.returncode == 0 and files(kept) == before, done
    assert "Gardé pour de bon" in done.stdout and f"decisions/{MINE}.yaml" in done.stdout.replace("\n", "")
    done = here("purge", "--appliquer", "--candidat", MINE)
    assert done.returncode == 0, done
    gone = {name for name in before - files(kept) if not name.startswith("resultats/")}
    assert gone == {
        f"recueils/{MINE}/recueil.yaml",
        f"annee/{MINE}/index.html",
        "annee/index.html",  # it named them; « etabli annee » writes it again
        f"fiches/fiche-tuteur-{MINE}--pfmp-1.xlsx",
    }
    assert not (kept / "resultats/mots-de-passe" / MINE).exists()
    here("purge", "--appliquer", "--candidat", MINE, "--archives-comprises")
    assert not (kept / f"archives/{MINE}-2027.zip").exists()
    assert (kept / f"archives/{OTHER}-2027.zip").exists()


def test_a_purge_without_a_room_takes_the_name_too_and_its_account_names_nobody(kept: Path, home: Path) -> None:
    new_roster("SNO", "SNO").add([Person("Bouvard", "Inès")])
    assert here("purge", "--appliquer", "--candidat", MINE).returncode == 0
    assert known_classes() == []
    report = next((home / "purges").iterdir()).read_text("utf-8")
    assert MINE not in report and "Bouvard" not in report and json.loads(report)["names"] == 1


@pytest.mark.parametrize("words", [("--candidat", MINE), ("--echeances",)])
def test_a_contest_suspends_what_concerns_its_candidate_and_says_so(
    kept: Path, words: tuple[str, ...], home: Path
) -> None:
    put(home / "conservation.yaml", "fin_annee: 01/01\nfin_session: 01/01\n")
    put(kept / "recueils" / MINE / CONTESTATION, "ouverte: 2027-07-01\n")
    mine = {name for name in files(kept) if MINE in name and OTHER not in name}
    done = here("purge", "--appliquer", *words)
    told = " ".join((done.stdout + done.stderr).split())
    assert f"ontestation {'de' if words[0] == '--candidat' else 'en cours de'} " in told and CONTESTATION in told, done
    assert mine <= files(kept)


@pytest.mark.parametrize(
    ("last", "today", "due"),
    [
        ("2027-05-02", date(2027, 7, 16), False),  # its own session has just ended
        ("2027-05-02", date(2028, 7, 15), False),  # the last day of the next one
        ("2027-05-02", date(2028, 7, 16), True),
        ("2027-07-16", date(2028, 7, 16), False),  # of the session that follows
    ],
)
def test_traces_stay_until_the_next_session_is_over(kept: Path, last: str, today: date, due: bool) -> None:
    put(kept / f"recueils/{MINE}/recueil.yaml", f"traces: [{{date: {last}}}]\n")
    clocks = Retention()
    plan = purging.plan_clocks(
        purging.Plan(), [kept / "recueils"], clocks.runs_before(today), clocks.traces_before(today)
    )
    assert (kept / "recueils" / MINE in plan.folders) is due


@pytest.mark.parametrize(("today", "due"), [(date(2028, 8, 31), False), (date(2028, 9, 1), True)])
def test_formative_work_goes_at_the_end_of_the_school_year_and_archives_never(
    kept: Path, today: date, due: bool
) -> None:
    clocks = Retention()
    plan = purging.plan_clocks(purging.Plan(), [kept], clocks.runs_before(today), date(2100, 1, 1))
    assert (kept / "resultats/mots-de-passe" / MINE in plan.folders) is due
    assert not [path for path in plan.folders if "commissions" in path.parts or "archives" in path.parts]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fin_annee: 31/02\n", "« 31/02 » n'est pas un jour de l'année"),
        ("fin_session: juillet\n", "écrivez par exemple « 31/08 »"),
        ("dossiers: [recueils]\n", "n'est pas un chemin entier"),
        ("fin_anee: 31/08\n", "fin_annee"),
    ],
)
def test_a_wrong_clock_is_told_with_its_line(kept: Path, home: Path, text: str, said: str) -> None:
    put(home / "conservation.yaml", text)
    done = here("purge", "--essai", "--echeances")
    assert done.returncode == 2 and said in done.stderr and "ligne 1" in done.stderr, done


def test_nothing_to_look_into_is_said(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "donnez-les avec « --resultats »" in here("purge", "--essai", "--echeances").stderr
    assert "Rien n'est gardé de « SNO-01 »" in here("donnees", "exporter", "--candidat", MINE).stderr
    done = here("purge", "--essai", "--echeances", "--archives-comprises")
    assert done.returncode == 2 and "rien ne l'efface seul" in done.stderr
