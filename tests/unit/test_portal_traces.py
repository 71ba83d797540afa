"""Traces in a room: a learner chooses and tells, each writes their own words alone, a teacher reads and authenticates."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from portal import LAB, ORIGIN, Room, make_room
from recueil_samples import frozen_run

from etabli.classroom.jobs import Job
from etabli.classroom.tables import BindingRow, DiaryRow, HandInRow, Progress, VerificationRow
from etabli.classroom.versions import Versions
from etabli.recueil import kept as shelf
from etabli.recueil.model import Trace
from etabli.roster.roster import open_roster

PHP = "<?php\nforeach ($lignes as $ligne) { echo $ligne['nom'], $ligne['ville'], $ligne['prix'], $ligne['date']; }\n"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs of one learner, of which the second is the best; the work of the first is kept beside."""
    out = tmp_path_factory.mktemp("runs")
    for at, failed in enumerate((9, 0, 3), start=1):
        facts: dict[str, Any] = {
            "started_at": f"2026-11-{at:02}T10:00:00.000Z",
            "submission_sha256": f"{at:016x}" + "0" * 48,
        }
        frozen_run(out, "SNO-01", LAB, failed, **facts)
        (out / "SNO-01" / "rendus").mkdir(exist_ok=True)
        (out / "SNO-01" / "rendus" / f"{at:016x}").with_suffix(".zip").write_bytes(packed({"index.php": PHP}))
    return out


def packed(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture
def room(runs: Path, home: Path, tmp_path: Path) -> Room:
    """A room whose first learner has verified three times."""
    made = make_room(tmp_path / "salle")
    token = made.space(made.learners[0])
    shutil.copytree(runs, made.classroom.place.workspace(token) / ".etabli" / "verifications")
    return made


def told(room: Room, alias: str = "SNO-01") -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((room.classroom.place.recueils / alias / "recueil.yaml").read_text("utf-8"))
    return found


def trace(room: Room, at: int = 0) -> Trace:
    return shelf.read(room.classroom.place.recueils, "SNO-01").recueil.traces[at]


def chosen(room: Room, number: str = "0002") -> str:
    """Has the first learner choose a verification; returns its trace."""
    room.browser(room.learners[0]).send_form("/mes-traces/choisir", {"verification": number})
    return str(told(room)["traces"][-1]["id"])


def save(room: Room, who: int, **fields: str) -> Any:
    return room.browser(room.learners[who]).put("/api/mes-traces", json=fields, headers={"Origin": ORIGIN})


def test_best_and_last_are_proposed_and_others_may_be_chosen(room: Room) -> None:
    browser = room.browser(room.learners[0])
    page = browser.get("/mes-traces")
    assert page.text.count(" checked") == 2 and "la meilleure" in page.words and "la dernière" in page.words
    done = browser.send_form("/mes-traces/choisir", {"verification": ["0001", "0003"]})  # type: ignore[dict-item]
    assert done.headers["location"].startswith("/mes-traces#trace-")
    assert [one["id"] for one in told(room)["traces"]] == [f"{LAB}-1", f"{LAB}-3"]
    again = browser.get("/mes-traces").words
    assert again.count("(déjà choisie)") == 2 and "Pas encore authentifiée" in again
    copies = room.classroom.place.recueils / "SNO-01" / "verifications" / LAB / "SNO-01"
    assert len(list((copies / "rendus").iterdir())) == 2  # the work goes with its run: formative ones are forgotten
    for word in ("degré", "sur 20", "satisfaisante", "éléments insuffisants"):
        assert word not in again.lower()
    with room.work() as db:
        assert [row.what for row in db.query(DiaryRow) if "trace" in row.what] == ["choisit une trace"]


def test_words_save_by_themselves_and_two_tabs_are_told(room: Room) -> None:
    name = chosen(room)
    first = save(room, 0, trace=name, champ="fait", texte="J'ai relié la page.", avant="")
    assert first.status_code == 200 and first.json()["saved"] == "12:00"
    other = save(room, 0, trace=name, champ="fait", texte="Autre chose.", avant="")
    assert other.status_code == 409 and other.json()["now"] == "J'ai relié la page."
    assert told(room)["traces"][0]["reflexion"] == {"fait": "J'ai relié la page."}
    assert save(room, 0, trace=name, champ="fait", texte="Les deux.", avant="J'ai relié la page.").status_code == 200
    with room.work() as db:
        assert [row.what for row in db.query(DiaryRow)].count("écrit sur une trace") == 1


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"champ": "authentification"}, 409),
        ({"champ": "part"}, 409),
        ({"champ": "fait", "texte": "x" * 6001}, 409),
        ({"champ": "fait", "trace": "autre"}, 409),
        ({"champ": "fait", "de": "SNO-02"}, 404),
        ({"champ": "part", "de": "admin"}, 404),
        ({"champ": "fait", "texte": "x" * 70_000}, 413),
    ],
)
def test_what_cannot_be_saved_is_refused(room: Room, fields: dict[str, str], status: int) -> None:
    name = chosen(room)
    before = told(room)
    assert save(room, 0, **{"trace": name, "texte": "x", "avant": ""} | fields).status_code == status
    assert told(room) == before


def test_a_member_writes_their_own_part_and_no_other(room: Room) -> None:
    name = chosen(room)
    mine = room.browser(room.learners[0])
    mine.send_form("/mes-traces/membres", {"trace": name, "membre": "SNO-02"})
    assert [one["membre"] for one in told(room)["traces"][0]["groupe"]] == ["SNO-01", "SNO-02"]
    page = room.browser(room.learners[1]).get("/mes-traces")
    assert "Travaux de groupe où vous êtes nommé" in page.words and 'data-de="SNO-01"' in page.text
    assert "SNO-01" not in page.words.split("Travaux de groupe")[1].split("<textarea")[0]  # a name, not an alias
    assert save(room, 1, trace=name, champ="part", texte="La base", avant="", de="SNO-01").status_code == 200
    assert save(room, 0, trace=name, champ="part", texte="La page", avant="").status_code == 200
    assert save(room, 1, trace=name, champ="fait", texte="x", avant="", de="SNO-01").status_code == 404
    assert save(room, 2, trace=name, champ="part", texte="x", avant="", de="SNO-01").status_code == 409
    assert [one["part"] for one in told(room)["traces"][0]["groupe"]] == ["La page", "La base"]
    theirs = room.browser(room.learners[1])
    assert theirs.send_form("/mes-traces/reprendre", {"de": "SNO-01", "trace": name}).status_code == 303
    page = theirs.get("/mes-traces")
    assert "Travaux de groupe où vous êtes nommé" not in page.words and f'id="trace-{name}"' in page.text
    refused = room.browser(room.learners[2]).send_form("/mes-traces/reprendre", {"de": "SNO-01", "trace": name})
    assert refused.status_code == 409 and "ne nomme pas SNO-03" in refused.words
    refused = mine.send_form("/mes-traces/membres", {"trace": name, "membre": "SNO-99"})
    assert refused.status_code == 409 and "n'est pas de votre classe" in refused.words
    mine.send_form("/mes-traces/membres", {"trace": name, "membre": "SNO-03"})
    assert [one.get("part") for one in told(room)["traces"][0]["groupe"]] == ["La page", None]


def test_a_document_is_kept_and_given_back_as_a_file_alone(room: Room) -> None:
    browser = room.browser(room.learners[0])
    fields = {"titre": "Le guide", "origine": "PFMP 1", "competence": "C3.1", "auteur": "Quelqu'un d'autre"}
    done = browser.send_form("/mes-traces/ajouter", fields, files={"fichier": ("Léonie.html", b"<script>")})
    assert done.status_code == 303, done.text
    (one,) = told(room)["traces"]
    assert one["type"] == "pfmp" and one["ailleurs"]["auteur"] == "SNO-01"
    answer = browser.get("/mes-traces/pieces/le-guide")
    assert answer.content == b"<script>" and answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert room.browser(room.learners[1]).get("/mes-traces/pieces/le-guide").status_code == 404
    for wrong, words in (
        ({"titre": ""}, "« Titre » est vide"),
        ({"titre": "x" * 201}, "200 caractères au plus"),
        ({"competence": "C9.9"}, "n'est pas une compétence"),
        ({"competence": ""}, "de quoi elle est la trace"),
        ({"date": "hier"}, "n'est pas un jour"),
    ):
        refused = browser.send_form("/mes-traces/ajouter", fields | wrong)
        assert refused.status_code == 409 and words in refused.words, words
    heavy = browser.send_form("/mes-traces/ajouter", fields, files={"fichier": ("a.pdf", b"0" * 5_000_001)})
    assert heavy.status_code == 409 and "dépasse 5 Mo" in heavy.words
    assert len(told(room)["traces"]) == 1


def test_what_leaves_is_confirmed_first(room: Room) -> None:
    name = chosen(room)
    browser = room.browser(room.learners[0])
    refused = browser.send_form("/mes-traces/retirer", {"trace": name})
    assert refused.status_code == 409 and len(told(room)["traces"]) == 1
    browser.send_form("/mes-traces/retirer", {"trace": name, "sur": "1"})
    assert "traces" not in told(room)


def test_a_teacher_sees_what_helps_and_authenticates_what_they_read(room: Room) -> None:
    name = chosen(room)
    save(room, 0, trace=name, champ="aide", texte="Un camarade ; aucune IA.", avant="")
    token = room.space(room.learners[0])
    with Versions(room.classroom.place.versions(token), now=room.classroom.now).writing() as keeping:
        keeping.keep("index.php", b"<?php")
    with room.work() as db:
        db.add(VerificationRow(token=token, asked_at=room.classroom.now(), state=Progress.DONE))
    teacher, base = room.browser(room.teacher), "/classes/1/traces/SNO-01"
    row = teacher.get("/classes/1/traces").words
    assert "SNO-01" in row and "0 sur 12" in row
    page = teacher.get(base)
    assert "Un camarade ; aucune IA." in page.words and "20/11/2026" in page.words and "<td>12:00</td>" in page.text
    form = {"trace": name, "empreinte": trace(room).digest, "aide": "en classe, seul"}
    save(room, 0, trace=name, champ="fait", texte="J'ai tout fait.", avant="")
    refused = teacher.send_form(f"{base}/authentifier", form)
    assert refused.status_code == 409 and "a changé depuis que vous la lisez" in refused.words
    teacher.send_form(f"{base}/authentifier", form | {"empreinte": trace(room).digest})
    assert trace(room).stands and trace(room).authentification.par == "Mme Roux"  # type: ignore[union-attr]
    mine = room.browser(room.learners[0]).get("/mes-traces").words
    assert "Authentifiée par Mme Roux, le 20/11/2026. Conditions et aide : en classe, seul." in mine
    save(room, 0, trace=name, champ="fait", texte="J'ai changé.", avant="J'ai tout fait.")
    assert "Modifiée depuis l'authentification" in room.browser(room.learners[0]).get("/mes-traces").words
    assert "Modifiée depuis" in teacher.get(base).words


def test_shared_passages_are_for_the_teacher_with_names_and_never_a_verdict(room: Room) -> None:
    name = chosen(room)
    room.hand_in(room.learners[1])
    folder = room.classroom.place.hand_ins(room.opening.id, "SNO-02")
    folder.mkdir(parents=True)
    (folder / "001.zip").write_bytes(packed({"page.php": PHP + "// moi\n"}))
    part = room.browser(room.teacher).get(f"/classes/1/traces/SNO-01/ressemblances/{name}", params={"partie": "1"})
    assert "<html" not in part.text and "100 % des mots propres" in part.words and "foreach" in part.words
    assert "pas une preuve" in part.words
    with room.work() as db:
        assert db.query(HandInRow).count() == 1
    whole = room.browser(room.teacher).get(f"/classes/1/traces/SNO-01/ressemblances/{name}")
    assert "Revenir à la trace" in whole.words
    assert next(one.name for one in open_roster("SNO").learners() if one.alias == "SNO-02") in whole.words


def test_a_teacher_observes_in_words_adds_and_counts_weeks(room: Room) -> None:
    name, teacher, base = chosen(room), room.browser(room.teacher), "/classes/1/traces/SNO-01"
    page = teacher.get(base)
    assert "satisfaisante" in page.text
    whole = teacher.get(f"{base}/recueil/apercu.html")
    assert f'href="{base}/recueil/apercu.html#T1"' in page.text and 'id="T1"' in whole.text
    assert "script-src" not in whole.headers["content-security-policy"]
    seen = {"critere": "part-tenue", "degre": "satisfaisante", "remarque": "Tenue seule."}
    assert teacher.send_form(f"{base}/observer", seen).status_code == 303
    assert teacher.send_form(f"{base}/observer", seen | {"trace": name}).status_code == 303
    assert [(one["par"], one.get("trace")) for one in told(room)["observations"]] == [
        ("Mme Roux", None),
        ("Mme Roux", name),
    ]
    assert teacher.send_form(f"{base}/observer", seen | {"degre": "18"}).status_code == 409
    period = {"titre": "PFMP 1", "du": "2026-11-30", "au": "2027-01-22", "semaines": "6", "lieu": "Mairie"}
    assert teacher.send_form(f"{base}/pfmp", period).status_code == 303
    assert "6 semaines sur 12 à ce jour" in teacher.get(base).words
    for wrong, words in (({"semaines": "x"}, "n'est pas un nombre"), ({"au": "2026-01-01"}, "avant le début")):
        refused = teacher.send_form(f"{base}/pfmp", period | wrong)
        assert refused.status_code == 409 and words in refused.words
    outside = {"titre": "Fiche", "origine": "Projet", "auteur": "SNO-01", "critere": "part-tenue"}
    assert teacher.send_form(f"{base}/ajouter", outside).status_code == 303
    mine = room.browser(room.learners[0]).get("/mes-traces").words
    assert "Fiche" in mine and "Tenue seule." not in mine  # degrees and observations are not on a learner's page


def test_each_does_what_is_theirs_alone(room: Room) -> None:
    name = chosen(room)
    before = told(room)
    base = "/classes/1/traces/SNO-01"
    learner, teacher = room.browser(room.learners[0]), room.browser(room.teacher)
    for act in ("authentifier", "observer", "pfmp", "rien"):
        assert learner.send_form(f"/mes-traces/{act}", {"trace": name}).status_code == 404
    for act in ("choisir", "ecrire", "membres", "retirer", "rien"):
        assert teacher.send_form(f"{base}/{act}", {"trace": name, "sur": "1", "fait": "x"}).status_code == 404
    for person in (room.teaching("lefort"), room.admin, *room.learners[:2]):
        browser = room.browser(person)
        for path in (
            base,
            "/classes/1/traces",
            f"{base}/ressemblances/{name}",
            f"{base}/recueil/recueil.zip",
            f"/api{base}",
        ):
            assert browser.get(path).status_code == 404, path
        assert browser.send_form(f"{base}/pfmp", {"titre": "x"}).status_code == 404
    for person in (room.teacher, room.admin):
        assert room.browser(person).get("/mes-traces").status_code == 404
    assert teacher.get("/classes/1/traces/SNO-99").status_code == 404
    assert told(room) == before


def test_a_recueil_is_bound_by_the_worker_and_downloaded_by_both(room: Room) -> None:
    chosen(room)
    learner, teacher = room.browser(room.learners[0]), room.browser(room.teacher)
    assert learner.get("/mes-traces/recueil/recueil.zip").status_code == 404
    learner.send_form("/mes-traces/recueil")
    teacher.send_form("/classes/1/traces/SNO-01/recueil")
    assert room.jobs.jobs == [(Job.BIND, 1)] and "En préparation" in learner.get("/mes-traces").words
    assert learner.get("/api/mes-traces/recueil").json() == {"over": False, "done": False}
    out = room.classroom.place.bound("SNO-01")
    (out / "pieces").mkdir(parents=True)
    for file in ("recueil.html", "recueil.pdf", "recueil.json", "pieces/guide.pdf"):
        (out / file).write_text(file)
    with room.work() as db:
        row = db.get_one(BindingRow, 1)
        row.state, row.said, row.ended_at = Progress.DONE, "3 pages.", room.classroom.now()
    assert "3 pages." in learner.get("/mes-traces").words
    for browser, base in ((learner, "/mes-traces"), (teacher, "/classes/1/traces/SNO-01")):
        answer = browser.get(f"{base}/recueil/recueil.zip")
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            assert archive.namelist() == ["pieces/guide.pdf", "recueil.html", "recueil.json", "recueil.pdf"]
        assert "sandbox" not in browser.get(f"{base}/recueil/recueil.html").headers["content-security-policy"]
        assert browser.get(f"{base}/recueil/..%2f..%2fsecret").status_code == 404


def test_what_a_learner_writes_is_text_for_a_teacher(room: Room) -> None:
    name = chosen(room)
    save(room, 0, trace=name, champ="fait", texte="<script>alert(1)</script>\u202e", avant="")
    page = room.browser(room.teacher).get("/classes/1/traces/SNO-01").text
    assert "<script>alert" not in page and "&lt;script&gt;" in page and "\u202e" not in page


def test_a_teacher_reads_the_year_of_their_class(room: Room, runs: Path) -> None:
    shutil.copytree(runs, room.classroom.place.results(room.opening.id), dirs_exist_ok=True)
    teacher = room.browser(room.teacher)
    shown = teacher.get("/classes/1/annee/")
    assert shown.status_code == 200 and "SNO-01" in shown.words and "Revenir à la classe SNO" in shown.words
    assert teacher.get("/classes/1/annee/SNO-01/index.html").status_code == 200
    assert teacher.get("/classes/1/annee/SNO-99/index.html").status_code == 404
    assert room.browser(room.teaching("autre")).get("/classes/1/annee/").status_code == 404
    assert room.browser(room.learners[0]).get("/classes/1/annee/").status_code in (403, 404)
