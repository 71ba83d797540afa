"""A session: assessors judge first, the annex opens after, a departure takes a reason, and a history is only added to."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
import yaml
from commission_samples import (
    CODES,
    DUC,
    ESSAI,
    FAULT,
    SESSION,
    SITUATION,
    all_judge,
    commission,
    edit,
    furnish,
    history,
    staged,
)
from helpers import here

from etabli.commission import kept
from etabli.commission.grids import grid_of, read_grid
from etabli.commission.model import Decision, Incident
from etabli.exam.contract.errors import UsageProblem

ROOT = Path("commissions")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session that was just opened, to be copied."""
    folder = tmp_path_factory.mktemp("scene")
    with staged(folder):
        furnish()
    return folder


@pytest.fixture
def who(stage: Path, tmp_path: Path) -> Iterator[str]:
    shutil.copytree(stage, tmp_path / "ici")
    with staged(tmp_path / "ici"):
        yield "SNO-01"


def annex(who: str) -> tuple[int, str]:
    done = commission("annexe", "--candidat", who, "--par", ESSAI)
    return done.returncode, done.stdout + done.stderr


def test_nothing_is_proposed_before_everybody_judged(who: str) -> None:
    commission("juger", "--candidat", who, "--evaluateur", ESSAI, "--degre", "C2.1=satisfaisante")
    code, said = annex(who)
    assert code == 2 and "quand chacun a jugé" in said and f"C2.1 ({DUC})" in said
    told = commission("voir", "--candidat", who).stdout
    assert "pas ouverte" in told and "proposition :" not in told and f"{ESSAI} : a jugé" in told
    all_judge(who)
    code, said = annex(who)
    assert code == 0 and "proposition : « maîtrise satisfaisante »" in said
    kinds = [one["quoi"] for one in history(who)]
    assert kinds == ["degre"] * 6 + ["annexe"] or kinds == ["degre"] * 7 + ["annexe"]


def test_the_annex_keeps_what_it_said_that_day(who: str) -> None:
    all_judge(who)
    annex(who)
    (entry,) = (one for one in history(who) if one["quoi"] == "annexe")
    assert entry["par"] == ESSAI and entry["unite"] == "U2"
    states = {one["competence"]: (one["etat"], one.get("degre")) for one in entry["propositions"]}
    assert states["C2.1"] == ("proposed", "satisfaisante") and states["C2.3"] == ("insufficient", None)


def test_after_the_annex_a_degree_that_changes_takes_a_reason(who: str) -> None:
    all_judge(who)
    annex(who)
    again = ("--candidat", who, "--evaluateur", ESSAI, "--degre", "C2.1=tres-bonne")
    assert "annexe automatique est déjà ouverte" in commission("juger", *again).stderr
    assert commission("juger", *again, "--raison", "vue au projet").returncode == 0
    assert [one["degre"] for one in history(who) if one["par"] == ESSAI and one.get("competence") == "C2.1"] == [
        "satisfaisante",
        "tres-bonne",
    ]


def test_a_departure_takes_a_reason_and_is_counted(who: str) -> None:
    all_judge(who, **{"C2.3": "tres-bonne"})
    annex(who)
    own = ("--candidat", who, "--par", "la commission")
    refused = commission("retenir", *own, "--degre", "C2.1=insuffisante")
    assert refused.returncode == 2 and "s'écarte de l'annexe" in refused.stderr
    assert commission("retenir", *own, "--degre", "C2.1=insuffisante", "--raison", "pas seule").returncode == 0
    done = commission("retenir", *own, "--accord")
    assert "C2.3 attend : les évaluateurs ne sont pas d'accord" in done.stdout.replace("\u00a0", " ")
    (told,) = json.loads(commission("voir", "--json").stdout)["candidates"]
    assert told["departures"] == ["C2.1"] and told["left"] == ["à retenir : C2.3"]
    assert [one["disagreement"] for one in told["competences"]] == [False, False, True]
    assert [one["retained"] for one in told["competences"]] == ["insuffisante", "satisfaisante", None]


def test_not_observed_is_never_a_degree(who: str) -> None:
    all_judge(who, **{"C2.2": "non-observe"})
    (told,) = json.loads(commission("voir", "--json").stdout)["candidates"]
    assert not told["competences"][1]["disagreement"]
    commission("retenir", "--candidat", who, "--par", "la commission", "--accord")
    assert [one["degre"] for one in history(who) if one["quoi"] == "retenu"] == ["satisfaisante"] * 3


def test_a_mark_is_only_what_the_commission_typed(who: str) -> None:
    all_judge(who)
    annex(who)
    (told,) = json.loads(commission("voir", "--json").stdout)["candidates"]
    assert told["proposed_marks"] == {}
    own = ("--candidat", who, "--unite", "U2", "--par", "la commission")
    assert "multiple de 0,5" in commission("note", *own, "--valeur", "12,3").stderr
    assert "entre 0 et 20" in commission("note", *own, "--valeur", "21").stderr
    assert "n'est pas un nombre" in commission("note", *own, "--valeur", "bien").stderr
    edit(pas_de_note=0.25)
    assert commission("note", *own, "--valeur", "12,25").returncode == 0
    assert history(who)[-1]["proposition_de_note"] == 12.25


def test_a_faulty_check_is_told_before_it_is_neutralised(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    who = furnish({FAULT: "Une autre période."})
    all_judge(who)
    annex(who)
    words = ("--tp", "extraction-pgi", "--point", FAULT, "--par", ESSAI, "--raison", "énoncé ambigu", "--json")
    before = history(who)
    dry = json.loads(commission("neutraliser", *words).stdout)
    assert not dry["applied"] and history(who) == before and not Path(ROOT, SESSION, "neutralisations.yaml").exists()
    found = {one["competence"]: (one["before"], one["after"]) for one in dry["changes"]}
    assert found["C2.1"] == ("à regarder par une personne", "proposition : « maîtrise satisfaisante »")
    assert json.loads(commission("neutraliser", *words, "--appliquer").stdout)["changes"] == dry["changes"]
    after = history(who)
    assert after[: len(before)] == before and after[-1]["quoi"] == "annexe" and "énoncé ambigu" in after[-1]["raison"]
    assert "est déjà neutralisé" in commission("neutraliser", *words).stderr
    assert commission("neutraliser", *words, "--retablir", "--appliquer").returncode == 0
    told = yaml.safe_load(Path(ROOT, SESSION, "neutralisations.yaml").read_text("utf-8"))
    assert [one.get("effet", "neutralise") for one in told["historique"]] == ["neutralise", "retabli"]


def test_a_grid_goes_out_and_comes_back(who: str) -> None:
    commission("juger", "--candidat", who, "--evaluateur", DUC, "--degre", "C2.1=tres-bonne")
    assert commission("grille", "--evaluateur", ESSAI, "-o", "g.xlsx").returncode == 0
    book = openpyxl.load_workbook("g.xlsx")
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet["F"]] == ["Degré", None, None, None]  # nobody else's, and no proposal
    assert sheet["B2"].value == "Inès Bouvard-Lenoir" and sheet.data_validations.dataValidation
    sheet["F2"], sheet["F3"], sheet["G3"] = "Maîtrise satisfaisante", "non-observe", "absent ce jour"
    board = kept.read(ROOT, SESSION)
    rows = [[["s", None, str(cell or "")] for cell in row] for row in sheet.iter_rows(values_only=True)]
    judged = read_grid("g.xlsx", [{"rows": rows}], board, board.evaluator(ESSAI))
    assert judged == {who: [("C2.1", "satisfaisante", ""), ("C2.2", "non-observe", "absent ce jour")]}
    rows[1][5][2], rows[2][7][2] = "18", DUC
    with pytest.raises(UsageProblem) as told:
        read_grid("g.xlsx", [{"rows": rows}], board, board.evaluator(ESSAI))
    assert "ligne 2, colonne « Degré » : « 18 » n'est pas un degré" in str(told.value)
    assert "ligne 3, colonne « Évaluateur »" in str(told.value)
    with pytest.raises(UsageProblem, match="manque les colonnes"):
        read_grid("g.xlsx", [{"rows": [[["s", None, "Candidat"]]]}], board, board.evaluator(ESSAI))


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"pas_de_note": 0}, "clé « pas_de_note » : il faut plus de 0"),
        ({"unites": ["U2", "U9"]}, "clé « unites.1 » : « U9 » n'est pas une unité d'ici"),
        (
            {"candidats": [{"candidat": "SNO-01", "motif_medical": "x"}]},
            "clé « candidats.0.motif_medical » : elle n'existe pas",
        ),
        ({"candidats": [{"candidat": "SNO-01", "temps": 0.5}]}, "il faut 1,0 au moins"),
        ({"candidats": [{"candidat": "SNO-01"}, {"candidat": "sno-01"}]}, "est déjà nommé plus haut"),
        ({"situations": [SITUATION | {"competences": ["C9.9"]}]}, "« C9.9 » n'est pas une compétence"),
        ({"situations": [SITUATION | {"le": "jeudi"}]}, "clé « situations.0.le »"),
        ({"consultation": {"du": "2027-07-09", "au": "2027-07-06"}}, "est avant le"),
    ],
)
def test_a_session_that_was_badly_edited_is_told_by_line_and_key(who: str, keys: dict[str, object], said: str) -> None:
    edit(**keys)
    done = commission("voir")
    assert done.returncode == 2 and "session.yaml, ligne" in done.stderr and said in done.stderr, done.stderr


def test_two_who_decide_in_the_same_second_lose_nothing(who: str) -> None:
    board = kept.read(ROOT, SESSION)
    person, now = board.candidate(who), kept.now()
    early = now - timedelta(seconds=5)

    def type_one(at: int) -> None:
        moment = early if at % 2 else now
        kept.note_incident(board, Incident(le=moment, par=ESSAI, fait=f"fait {at}"))
        kept.add(board, person, [Decision(quoi="degre", le=moment, par=ESSAI, competence="C2.1", degre="tres-bonne")])

    with ThreadPoolExecutor(8) as people:
        list(people.map(type_one, range(16)))
    again = kept.read(ROOT, SESSION)
    assert len(again.decisions(who).historique) == 16
    assert sorted(one.fait for one in again.incidents.historique) == sorted(f"fait {at}" for at in range(16))


def test_a_session_opens_with_the_situations_that_were_read(who: str) -> None:
    (own,) = kept.read(ROOT, SESSION).session.situations
    assert (own.id, own.unite, own.presence) == ("e2", "U2", False)
    done = here("commission", "ouvrir", "toutes", "--objet", "CS SNO", "--candidat", who)
    found = {one.id: one for one in kept.read(ROOT, "toutes").session.situations}
    assert [*found] == ["e1-a", "e2", "e3-a", "e3-b"]
    assert (found["e3-b"].duree, found["e3-b"].entretien, found["e3-b"].competences) == (120, 20, ("C3.3",))
    assert "E1, « Situation B » : n'a pas été lue" in done.stdout.replace("\n", " ")


@pytest.mark.parametrize(
    "keys, said",
    [
        ({"situations": [SITUATION]}, "« oral » : en E2, cela se juge hors de la présence du candidat"),
        ({"situations": [{"id": "e2", "unite": "U2", "titre": "E2"}]}, "« e2 » : en E2, cela se juge hors"),
        ({"candidats": [{"candidat": "SNO-01", "temps": 1.5}]}, "temps × 1,5, plus d'un tiers"),
        ({"candidats": [{"candidat": "SNO-01", "statut": "VAE"}]}, "la forme ponctuelle et la VAE n'ont pas été lues"),
    ],
)
def test_what_is_not_as_the_exam_has_it_is_said_and_nothing_refused(
    who: str, keys: dict[str, object], said: str
) -> None:
    assert "À savoir" not in commission("voir").stdout
    edit(**keys)
    done = commission("voir")
    assert done.returncode == 1 and said in done.stdout and "À savoir" in done.stdout


def test_a_history_put_out_of_order_is_told(who: str) -> None:
    all_judge(who)
    path = Path(ROOT, SESSION, "decisions", f"{who}.yaml")
    told = yaml.safe_load(path.read_text("utf-8"))
    told["historique"][0]["le"] = told["historique"][0]["le"].replace(year=2028)
    told["historique"][1]["par"] = "M. Dac"
    path.write_text(yaml.safe_dump(told, allow_unicode=True), "utf-8")
    said = commission("voir").stderr
    assert "historique.1.le" in said and "l'historique s'écrit dans l'ordre" in said
    assert "vouliez-vous dire « M. Duc » ?" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("juger", "--candidat", "SNO-99", "--evaluateur", ESSAI, "--degre", "C2.1=x"),
            "n'est pas un candidat de la session",
        ),
        (
            ("juger", "--candidat", "SNO-01", "--evaluateur", "Mme Essaie", "--degre", "C2.1=x"),
            "vouliez-vous dire « Mme Essai »",
        ),
        (("juger", "--candidat", "SNO-01", "--evaluateur", ESSAI, "--degre", "C2.1"), "puis le degré"),
        (("juger", "--candidat", "SNO-01", "--evaluateur", ESSAI, "--degre", "C2.1=18"), "n'est pas un degré"),
        (
            ("juger", "--candidat", "SNO-01", "--evaluateur", ESSAI, "--degre", "C1.1=tres-bonne"),
            "il y a C2.1, C2.2 et C2.3",
        ),
        (("annexe", "--candidat", "SNO-01", "--par", ESSAI, "--unite", "U1"), "n'est pas jugé sur « U1 »"),
        (("retenir", "--candidat", "SNO-01", "--par", ESSAI), "l'un des deux"),
        (
            ("retenir", "--candidat", "SNO-01", "--par", " ", "--degre", "C2.1=tres-bonne"),
            "« par » ne va pas (il est vide)",
        ),
        (
            ("neutraliser", "--tp", "extraction-pgi", "--point", "totale", "--par", "A", "--raison", "B"),
            "vouliez-vous dire « total »",
        ),
        (("incident", "--fait", "x", "--par", "A", "--situation", "e3"), "n'est pas une situation"),
        (("ouvrir", "--objet", "x"), "existe déjà"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(who: str, words: tuple[str, ...], said: str) -> None:
    done = commission(*words)
    assert done.returncode == 2 and said in done.stderr.replace("\u00a0", " "), done


def test_a_session_that_is_not_there_names_those_that_are(who: str) -> None:
    assert "il y a « e2-2027 »" in here("commission", "voir", "e2-2026").stderr


def test_a_grid_never_shows_what_is_proposed(who: str) -> None:
    all_judge(who)
    annex(who)
    board = kept.read(ROOT, SESSION)
    sheet = openpyxl.load_workbook(io.BytesIO(grid_of(board, board.evaluator(DUC), str))).worksheets[0]
    held = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert "proposition" not in held and "insuffisants" not in held and len(CODES) == sheet.max_row - 1
