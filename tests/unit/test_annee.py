"""The year: what is told of each learner and of each check, and what never is: a mark, a name on the wall."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from helpers import here
from recueil_samples import frozen_run
from report_page import Page

from etabli.exam.contract.outcome import Outcome, Palier
from etabli.referentiel.traces import Constat
from etabli.roster.learner import Person
from etabli.roster.roster import new_roster
from etabli.year.items import Behaviour, Item, behaviours

P, F, B = Outcome.PASSED, Outcome.FAILED, Outcome.BLOCKED


def work(*outcomes: Outcome) -> list[Constat]:
    return [Constat(f"c{at}", f"Point {at}.", Palier.ESSENTIEL, one) for at, one in enumerate(outcomes)]


def first(works: Sequence[Sequence[Constat]]) -> Item:
    return behaviours(works)[0]


def strong(count: int, own: Outcome) -> list[list[Constat]]:
    return [work(own, P, P, P, F if at % 2 else P) for at in range(count)]


def weak(count: int, own: Outcome) -> list[list[Constat]]:
    return [work(own, F, F, P, F if at % 2 else P) for at in range(count)]


def test_a_check_that_follows_the_rest_is_usual_and_its_contrary_disagrees() -> None:
    usual = first([*strong(6, P), *weak(6, F)])
    assert usual.behaviour is Behaviour.USUAL and usual.discrimination is not None and usual.discrimination > 0.8
    against = first([*strong(6, F), *weak(6, P)])
    assert against.behaviour is Behaviour.DISAGREES
    assert against.discrimination == pytest.approx(-usual.discrimination)
    assert "Des 6 qui réussissent le plus le reste du TP, 0 le réussissent ; des 6 autres, 6." in against.sentence


def test_a_check_is_no_part_of_the_rest_that_it_is_compared_with() -> None:
    """Alone with checks that all pass, it would agree with itself."""
    item = first([*(work(P, P, P) for _ in range(5)), *(work(F, P, P) for _ in range(5))])
    assert item.discrimination is None and item.behaviour is Behaviour.TOO_FEW


def test_what_was_not_observed_is_missing_and_never_failed() -> None:
    item = first([*strong(5, P), *weak(5, F), *strong(9, B)])
    assert (item.passed, item.judged, item.missing) == (5, 10, 9)
    assert "Réussi par 5 sur 10 élèves ; non observé chez 9 autres." in item.sentence
    assert item.difficulty == 0.5


@pytest.mark.parametrize(
    ("works", "behaviour"),
    [
        ([*strong(1, P), *weak(23, F)], Behaviour.FAILED_BY_ALL),
        ([*strong(2, P), *weak(22, F)], Behaviour.TOO_FEW),  # two passed: no correlation is told of so few
        ([*strong(23, P), *weak(1, F)], Behaviour.PASSED_BY_ALL),
        ([*strong(7, F)], Behaviour.TOO_FEW),  # below eight learners, nothing is said
        ([*strong(8, F)], Behaviour.FAILED_BY_ALL),
        ([], None),
    ],
)
def test_nearly_all_is_all_but_one(works: list[list[Constat]], behaviour: Behaviour | None) -> None:
    assert [item.behaviour for item in behaviours(works)][:1] == ([behaviour] if behaviour else [])


@pytest.fixture
def year(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A class of nine, all of whom miss one check; one has a recueil with two traces, observed and authenticated."""
    folder = tmp_path / "ici"
    folder.mkdir()
    monkeypatch.chdir(folder)
    roster = new_roster("SNO", "SNO")
    roster.add([Person(f"Bouvard{at}", "Inès") for at in range(9)])
    aliases = [one.alias for one in roster.learners()]
    for at, alias in enumerate(aliases):
        wrong = {"vocabulaire": "Vu autrement."} | ({"precision": "Rien."} if at % 2 else {})
        frozen_run(Path("resultats/mots-de-passe"), alias, failed=0 if at == 0 else wrong)
    who = aliases[0]
    guide = ("--titre", "Le guide", "--origine", "PFMP 1", "--auteur", "elle", "--competence", "C2.3")
    lines = [
        ("choisir",),
        ("ajouter", *guide, "--le", "2026-10-02"),
        ("authentifier", "--par", "Mme Essai", "--aide", "en classe"),
        ("observer", "--critere", "droits-revus", "--degre", "satisfaisante", "--par", "M. <b>", "--trace", "le-guide"),
        ("ajouter", "--titre", "Une affiche", "--origine", "PFMP 2", "--auteur", "elle", "--competence", "C1.2"),
    ]
    for verb, *rest in lines:
        done = here("trace", verb, "--candidat", who, *rest)
        assert done.returncode == 0, done
    return who


def test_the_pages_name_nobody_before_a_click_and_hold_no_mark(year: str) -> None:
    done = here("annee", "--classe", "SNO")
    assert done.returncode == 0 and "9 élèves" in done.stdout, done
    for path in Path("annee").rglob("*.html"):
        source = path.read_text("utf-8")
        assert "Bouvard" not in Page(source, named=False).text and "Bouvard" in Page(source, named=True).text
        assert "<script" not in source and "http" not in source.replace("http-equiv", "")
        text = Page(source).text.lower()
        assert not re.search(r"/ ?20\b|\bscore\b|\bmoyenne\b", text), path
        assert path.stat().st_mode & 0o007 == 0


def test_a_learner_s_page_tells_months_and_reasons(year: str) -> None:
    assert here("annee", "--candidat", year, "-o", "seul").returncode == 0
    source = Path(f"seul/{year}/index.html").read_text("utf-8")
    text = Page(source).text.replace("\u202f", " ").replace("\u00a0", " ")
    for said in (
        "octobre 2026",
        "trace d'ailleurs Le guide",
        "PFMP 1",
        "maîtrise satisfaisante M. <b>",
        "2 traces indépendantes au moins",
        "À authentifier : Une affiche",
        "pas encore authentifiée",
    ):
        assert said in text, said
    assert "M. &lt;b&gt;" in source and "M. <b>" not in source


def test_json_names_nobody_and_tells_proposals_and_checks(year: str) -> None:
    told = json.loads(here("annee", "--classe", "SNO", "--json").stdout)
    assert "Bouvard" not in json.dumps(told) and told["schema"] == "etabli/year/1"
    who = next(one for one in told["learners"] if one["candidate"] == year)
    states = {one["competence"]: one["proposal"]["state"] for one in who["competences"]}
    assert states["C2.3"] == "proposed" and states["C1.2"] == "insufficient"
    items = {one["check"]: one for one in told["checks"]["mots-de-passe"]["items"]}
    assert items["vocabulaire"]["behaviour"] == "failed-by-all"
    assert not Path("annee").exists()


def test_a_folder_of_something_else_is_left_alone_and_a_former_year_replaced(year: str) -> None:
    Path("autre").mkdir()
    Path("autre/mien.txt").write_text("à moi", "utf-8")
    done = here("annee", "-o", "autre")
    assert done.returncode == 2 and "« mien.txt »" in done.stderr, done
    assert here("annee").returncode == 0
    Path("annee/SNO-99").mkdir()
    Path("annee/SNO-99/index.html").write_text("partie", "utf-8")
    assert here("annee").returncode == 0
    assert not Path("annee/SNO-99").exists() and Path(f"annee/{year}/index.html").is_file()


def test_a_recueil_of_another_referentiel_keeps_to_its_columns(year: str) -> None:
    own = Path(f"recueils/{year}/referentiel.yaml")
    text = own.read_text("utf-8").replace("code: C1.1\n", "code: C9.1\n", 1)
    own.write_text(text, "utf-8")
    kept = Path(f"recueils/{year}/recueil.yaml")
    digest = hashlib.sha256(text.encode()).hexdigest()
    kept.write_text(re.sub(r"referentiel: \S+", f"referentiel: {digest}", kept.read_text("utf-8")), "utf-8")
    assert here("annee").returncode == 0
    cells = re.findall(r"<td>", Path("annee/index.html").read_text("utf-8").split("<tfoot>")[0])
    assert len(cells) == 9 * 9 and "autre référentiel" in Path("annee/index.html").read_text("utf-8")
    assert digest[:16] in Path(f"annee/{year}/index.html").read_text("utf-8")


def test_nothing_to_show_is_said(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for words, said in (((), "ni vérification ni recueil"), (("absent",), "« absent » n'est pas un dossier")):
        done = here("annee", *words)
        assert done.returncode == 2 and said in done.stderr, done
