"""What papers say, and never do: no mark and no automatic proposal on what a candidate is given."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from commission_samples import DUC, ESSAI, SESSION, SITUATION, all_judge, commission, edit, furnish, staged
from helpers import here
from report_page import Page

from etabli.classroom.purging import refuse_if_contested
from etabli.commission import kept
from etabli.commission.model import situations_of
from etabli.commission.pages import body, job
from etabli.commission.papers import PAPERS, Press, papers
from etabli.exam.contract.errors import UsageProblem
from etabli.seal.short import Printable, qr_svg, short

BOTH = f"{ESSAI}, {DUC}"
PERSON = {"candidat": "SNO-01", "numero": "0412", "statut": "CCF", "temps": 1.33, "amenagements": ["une salle à part"]}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session that has judged, opened the annex, retained with a departure, and typed a mark."""
    folder = tmp_path_factory.mktemp("scene")
    with staged(folder):
        who = furnish()
        absent = {"id": "dossier", "unite": "U2", "titre": "Les traces", "presence": False}
        dates = {"du": "2027-07-06", "au": "2027-07-09", "lieu": "au secrétariat"}
        edit(candidats=[PERSON], situations=[SITUATION, absent], consultation=dates, etablissement="Lycée Essai")
        all_judge(who, **{"C2.3": "tres-bonne"})
        commission("annexe", "--candidat", who, "--par", ESSAI)
        own = ("--candidat", who, "--par", BOTH)
        commission("retenir", *own, "--degre", "C2.1=insuffisante", "--raison", "pas seule")
        commission("retenir", *own, "--accord")
        commission("note", *own, "--unite", "U2", "--valeur", "13,5")
        commission("incident", "--fait", "Coupure <b>", "--par", DUC, "--situation", "oral")
    return folder


@pytest.fixture
def press(stage: Path, tmp_path: Path) -> Iterator[Press]:
    shutil.copytree(stage, tmp_path / "ici")
    with staged(tmp_path / "ici"):
        yield made()


def made(seal: Printable | None = None) -> Press:
    return Press(kept.read(Path("commissions"), SESSION), Path("recueils"), date(2027, 5, 21), 12, seal)


def text(press: Press, name: str, *, one: bool = True) -> str:
    """The words of all papers of one kind, of the candidate or of the session."""
    candidate = press.board.candidate("SNO-01") if one else None
    return " ".join(Page(body(press, paper)).text for paper in papers(press, [name], candidate)).replace("\u00a0", " ")


def test_a_candidate_s_papers_show_neither_mark_nor_proposal(press: Press) -> None:
    own = [paper for paper in papers(press, list(PAPERS), press.board.candidate("SNO-01")) if paper.for_candidate]
    assert {paper.template for paper in own} == {"convocation", "depot", "bilan"}
    for paper in own:
        said = body(press, paper)
        assert not any(word in said for word in ("13,5", "13.5", "/ 20", "roposition de note", "proposition :")), (
            paper.name
        )
    bilan = text(press, "bilan")
    assert "C2.1" in bilan and "insuffisamment maîtrisé" in bilan and "pas seule" not in bilan
    assert "du 06/07/2027 au 09/07/2027, au secrétariat" in bilan and "le jury décide" in bilan


def test_nor_does_what_is_built_of_their_recueil(press: Press) -> None:
    assert here("recueil", "build", "--candidat", "SNO-01", "-o", "sortie", "--sans-pdf").returncode == 0
    for path in (path for path in Path("sortie").rglob("*") if path.is_file() and path.name != "referentiel.yaml"):
        assert b"13,5" not in path.read_bytes() and b"13.5" not in path.read_bytes()


def test_only_the_annex_and_the_minutes_show_what_is_proposed(press: Press) -> None:
    proposed = {
        name
        for name in PAPERS
        if "maîtrise satisfaisante »" in text(press, name) and "proposition :" in text(press, name)
    }
    assert proposed == {"constats", "pv"}
    assert {name for name in PAPERS if "13,5" in text(press, name)} == {"grille", "pv"}


def test_our_grid_says_what_it_is(press: Press) -> None:
    said = text(press, "grille")
    assert "Document d'aide, ne remplace pas la grille nationale." in said and "Critères officiels non chargés." in said
    assert said.count("☒") == 8 and "13,5 / 20" in said  # two assessors and the commission, but for C2.3
    assert "désaccord" in said


def test_minutes_count_departures_and_show_disagreements(press: Press) -> None:
    said = text(press, "pv", one=False)
    assert "Écarts à l'annexe 1" in said and "Désaccords 1" in said and "Incidents 1" in said
    assert "(écart) pas seule" in said and f"{ESSAI} : maîtrise satisfaisante {DUC} : très bonne maîtrise" in said
    assert "extrait : Inès Bouvard-Lenoir" in text(press, "pv")


def test_a_summons_is_for_who_is_to_come(press: Press) -> None:
    said = text(press, "convocation")
    assert "20/05/2027 à 9:00" in said and "2 h 40 (2 h, temps × 1,33)" in said and "une salle à part" in said
    assert "Les traces" not in said and "Chef d'établissement" in said
    assert "Les traces" in text(press, "fiche") and "hors de sa présence" in text(press, "fiche")


def test_a_candidate_whom_the_school_does_not_convene_has_no_summons(press: Press) -> None:
    edit(candidats=[PERSON | {"statut": "ponctuel"}])
    assert papers(made(), ["convocation"], None) == [] and "Inès" in text(made(), "emargement")
    done = here("imprimer", SESSION, "--document", "convocation")
    assert done.returncode == 2 and "que ce centre convoque" in done.stderr
    edit(convoque=["CCF", "ponctuel"])
    assert "Statut ponctuel" in text(made(), "convocation")


def test_papers_say_what_the_exam_asks_and_what_is_not_verified(press: Press) -> None:
    referentiel = press.board.referentiel
    bloc = next(one for one in referentiel.blocs if one.unit == "U2")
    said = text(press, "fiche")
    assert "E2, examen" in said and "12 semaines de PFMP" in said and "cerpeg.fr" in said
    assert "Compétences détaillées (annexe III) : participer à la mise en place" in said
    assert "Critères officiels non chargés" in said and "ce n'est pas le texte officiel" in said
    edit(situations=[situations_of(referentiel, ["U2"])[0].model_dump(mode="json", exclude_defaults=True)])
    assert "Une seule situation ; le candidat n'y est pas." in text(made(), "fiche")
    assert "E2 (U2) · Examen des traces" in text(made(), "pv") and "hors de sa présence" in text(made(), "pv")
    assert "(à vérifier)" not in text(press, "grille") and all(one.verified for one in bloc.competences)
    assert "Professionnel associé" in text(press, "grille")


def test_the_annex_waits_for_the_assessors(press: Press) -> None:
    shutil.rmtree(Path("commissions", SESSION, "decisions"))
    done = here("imprimer", SESSION, "--document", "constats", "--candidat", "SNO-01", "-o", "a.pdf")
    assert done.returncode == 2 and "n'est pas ouverte" in done.stderr and not Path("a.pdf").exists()


def test_a_slip_has_a_place_for_the_seal(press: Press) -> None:
    seal = Printable("7f" * 32, short("7f" * 32), short("22" * 32), qr_svg("7f" * 32, "22" * 32))
    (paper,) = papers(made(seal), ["bordereau"], press.board.candidate("SNO-01"))
    assert "racine : ……" in text(press, "bordereau") and "<svg" in body(made(seal), paper)
    assert f"racine : {seal.short} Clé du centre : {seal.key}" in text(made(seal), "bordereau")
    slip = text(press, "bordereau")
    assert slip.index("C2.1") < slip.index("Extraire les ventes") < slip.index("C2.3") and "oui" in slip


def test_words_are_those_of_the_diploma_and_nothing_is_obeyed(press: Press) -> None:
    for name in PAPERS:
        for paper in papers(press, [name], None):
            said = body(press, paper)
            assert "<b>." not in said and "attestation" not in said.lower()
            assert "La commission et les évaluateurs proposent, le jury décide." in Page(said).text, paper.name
    assert "Coupure &lt;b&gt;" in "".join(body(press, one) for one in papers(press, ["incident"], None))


def test_the_annex_comes_in_lengths_the_others_in_one(press: Press) -> None:
    person = press.board.candidate("SNO-01")
    annex = job(press, papers(press, ["constats"], person))
    assert annex["most"] == 2 and len(annex["parts"][0]) == 4 and not annex["before"]
    sizes = [len(form) for form in annex["parts"][0]]
    assert sizes == sorted(sizes, reverse=True)
    assert job(press, papers(press, ["grille"], person))["parts"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "« --liasse », ou « --document »"),
        (("--liasse",), "ajoutez « --candidat »"),
        (("--document", "diplome"), "n'est pas un document"),
        (("--document", "grille", "--modele", "g.xlsx"), "donnez les quatre"),
        (("--document", "bilan", "--candidat", "SNO-99"), "n'est pas un candidat"),
    ],
)
def test_what_cannot_be_printed_is_told(press: Press, words: tuple[str, ...], said: str) -> None:
    done = here("imprimer", SESSION, *words)
    assert done.returncode == 2 and said in done.stderr.replace("\u00a0", " "), done


def contest(*words: str) -> tuple[int, str]:
    done = here("recueil", "contestation", "--candidat", "SNO-01", "--par", ESSAI, *words)
    return done.returncode, done.stdout + done.stderr


def test_a_contestation_gathers_one_candidate_alone_and_suspends_purge(press: Press) -> None:
    edit(candidats=[PERSON, {"candidat": "SNO-77"}])
    commission("incident", "--fait", "Un retard", "--par", DUC, "--candidat", "SNO-77")
    code, said = contest("--motif", "le degré de C2.3", "-o", "dossier", "--sans-rejeu")
    assert code == 0 and "il ne peut pas être rejoué" in said, said
    with pytest.raises(UsageProblem, match="contestation de « SNO-01 »"):
        refuse_if_contested(["SNO-01"], [Path("recueils")])
    folder = Path("dossier")
    assert {"enonces", "recueil", "commissions", "versions.yaml", "lisez-moi.html"} <= {
        one.name for one in folder.iterdir()
    }
    held = "".join(path.read_text("utf-8") for path in folder.glob("commissions/**/*.yaml"))
    assert "SNO-77" not in held and "Un retard" not in held and "Coupure" in held
    page = Page((folder / "lisez-moi.html").read_text("utf-8")).text.replace("\u00a0", " ")
    order = (
        "C2.1 : « maîtrise satisfaisante »",
        "annexe automatique ouverte",
        "pas seule",
        "proposition de note 13,5 / 20",
    )
    assert [page.index(one) for one in order] == sorted(page.index(one) for one in order)
    assert (folder / "enonces/extraction-pgi-1/enonce.html").is_file()
    assert "n'est pas vide" in contest("--motif", "encore", "-o", "dossier", "--sans-rejeu")[1]
    assert contest("--clore")[0] == 0 and not Path("recueils/SNO-01/contestation.yaml").exists()
    assert "n'a pas de contestation" in contest("--clore")[1]
