"""Results in a browser: the same pages and files as on the command line, and a teacher's remarks beside them."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from helpers import MANIFEST, make_lab
from moodle_samples import FR
from portal import NOON, Room, make_room
from small_class import SmallClass, close, end
from student import etabli
from yaml import safe_dump

from etabli.classroom.tables import BatchRow, Progress, Remark
from etabli.reception.hand_in import HandIn, HandIns, HandInState, write_hand_ins
from etabli.reports.results import publish
from etabli.reports.roll import roll_of

ROOT = Path(__file__).resolve().parents[2]
FAILING = (end("demarre"), end("liste", "failed", observed="La liste est vide.", expected="Trois lignes."), close())
ENTRIES = tuple(
    HandIn(f"SNO-{rank:02}", HandInState.HANDED_IN if rank < 3 else HandInState.MISSING) for rank in range(1, 7)
)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    """A repository of one small lab, and two works of it that were graded, one of which fails."""
    root = tmp_path_factory.mktemp("depot")
    lab = make_lab(root)
    (lab.folder / "lab.yaml").write_text(safe_dump(MANIFEST, allow_unicode=True), "utf-8")
    for shared in ("course", "docker-compose.yml"):
        (root / shared).symlink_to(ROOT / shared)
    small = SmallClass(root, lab)
    small.grade(small.deposit("SNO-01"))
    small.says(*FAILING)
    small.grade(small.deposit("SNO-02"))
    return small


@pytest.fixture
def room(graded: SmallClass, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    """A room with an opening of that lab: two learners have handed in and were graded."""
    monkeypatch.setenv("ETABLI_ROOT", str(graded.root))
    made = make_room(tmp_path / "salle", "essai")
    out = made.classroom.place.results(1)
    shutil.copytree(graded.plan.out, out)
    write_hand_ins(out, HandIns("essai", "entrainement", ENTRIES, class_name="SNO"))
    publish(out, graded.lab, None, roll_of(out))
    for learner in made.learners[:2]:
        made.hand_in(learner)
    return made


def test_the_class_page_is_that_of_the_command_line(room: Room) -> None:
    browser, out = room.browser(room.teacher), room.classroom.place.results(1)
    page = browser.get("/ouvertures/1/resultats/")
    back = re.search(rb'<p class="back"><a href="/ouvertures/1">Classe SNO.*?</a></p>', page.content)
    assert back and page.content.replace(back[0], b"", 1) == (out / "index.html").read_bytes()
    policy = page.headers["content-security-policy"]
    assert "script-src" not in policy and "default-src 'none'" in policy and "sandbox" not in policy
    assert browser.get("/ouvertures/1/resultats/SNO-02/index.html").status_code == 200
    for name in ("..%2f..%2fclasses%2fclasses.sqlite", "rien.html", "SNO-01"):
        assert browser.get(f"/ouvertures/1/resultats/{name}").status_code == 404
    assert "Page de la classe" in browser.get("/ouvertures/1").words
    for form in ("xlsx", "csv", "json"):
        assert f'download="resultats-essai-SNO.{form}"' in browser.get("/ouvertures/1").text


def test_what_a_candidate_wrote_is_enclosed(room: Room) -> None:
    out = room.classroom.place.results(1)
    run = next(path for path in (out / "SNO-01").iterdir() if path.name.startswith("0001"))
    (run / "piege.html").write_text("<script>alert(1)</script>", "utf-8")
    (out / "SNO-01" / "lien.txt").symlink_to(room.classroom.place.folder / "secret")
    (room.classroom.place.folder / "secret").write_text("x")
    browser = room.browser(room.teacher)
    page = browser.get(f"/ouvertures/1/resultats/SNO-01/{run.name}/piege.html")
    assert page.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert browser.get("/ouvertures/1/resultats/SNO-01/lien.txt").status_code == 404


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
@pytest.mark.parametrize("named", [False, True])
def test_exports_are_those_of_the_command_line(room: Room, tmp_path: Path, form: str, named: bool) -> None:
    options = [*(["--noms"] if named else []), *(["--excel"] if form == "csv" else [])]
    done = etabli("export", "gradebook", room.classroom.place.results(1), "-o", tmp_path / f"carnet.{form}", *options)
    assert done.exit_code == 0, done.output
    answer = room.browser(room.teacher).get(f"/ouvertures/1/export/{form}", params={"noms": "1"} if named else {})
    assert f"carnet-essai-SNO-{'avec-noms' if named else 'alias'}.{form}" in answer.headers["content-disposition"]
    assert told(form, answer.content) == told(form, (tmp_path / f"carnet.{form}").read_bytes())
    assert ("MARTIN" in str(told(form, answer.content))) is named


def told(form: str, content: bytes) -> object:
    """What a gradebook says, the moment of its making apart."""
    if form == "json":
        return {**json.loads(content), "generated_at": None}
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        return [list(sheet.values) for sheet in book.worksheets]
    return content.decode("utf-8-sig")


def test_an_unknown_form_is_not_there(room: Room) -> None:
    assert room.browser(room.teacher).get("/ouvertures/1/export/pdf").status_code == 404
    assert room.browser(room.learners[0]).get("/ouvertures/1/export/csv").status_code == 404


def worksheet(room: Room, content: str, name: str = "Notes.csv", **fields: str) -> Any:
    """Sends a worksheet of Moodle."""
    files = {"formulaire": (name, content.encode())}
    return room.browser(room.teacher).send_form("/ouvertures/1/export/moodle", fields, files=files)


def test_moodle_gets_its_worksheet_back_filled(room: Room, tmp_path: Path) -> None:
    answer = worksheet(room, FR)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert set(archive.namelist()) == {"Notes-rempli.csv", "retours.zip", "a-lire.txt"}
        filled, said = archive.read("Notes-rempli.csv"), archive.read("a-lire.txt").decode()
        returns = zipfile.ZipFile(io.BytesIO(archive.read("retours.zip"))).namelist()
    (tmp_path / "Notes.csv").write_text(FR, "utf-8")
    etabli("export", "moodle", room.classroom.place.results(1), "--formulaire", tmp_path / "Notes.csv")
    assert filled == (tmp_path / "Notes-rempli.csv").read_bytes()
    assert "Ce retour n'est pas une note" in filled.decode("utf-8-sig").replace("\N{NO-BREAK SPACE}", " ")
    assert len(returns) == 2 and "SNO-01" in said and "n° 199" in said


@pytest.mark.parametrize(
    ("content", "words"), [("a;b\n", "n'est pas un formulaire d'évaluation"), ("x" * 5_000_001, "dépasse 5 Mo")]
)
def test_what_is_no_worksheet_is_one_sentence(room: Room, content: str, words: str) -> None:
    answer = worksheet(room, content)
    assert answer.status_code == 409 and words in answer.words


def test_no_worksheet_at_all_says_so(room: Room) -> None:
    answer = room.browser(room.teacher).send_form("/ouvertures/1/export/moodle")
    assert answer.status_code == 409 and "Aucun formulaire" in answer.words


def test_a_learner_reads_their_page_and_nothing_of_the_class(room: Room) -> None:
    learner, token = room.learners[1], room.space(room.learners[1])
    browser = room.browser(learner)
    outer = browser.get(f"/espace/{token}/rapport")
    assert f'src="/espace/{token}/rapport/page/"' in outer.text and "Aucun commentaire" in outer.words
    page = browser.get(f"/espace/{token}/rapport/page/")
    assert "La liste est vide." in page.words
    assert "Pour l'enseignant" not in page.words and "../index.html" not in page.text
    assert "frame-ancestors 'self'" in page.headers["content-security-policy"]
    assert browser.get("/").text.count(f"/espace/{token}/rapport") == 1
    other = room.browser(room.learners[0])
    for path in ("rapport", "rapport/page/", "rapport/SNO-02/index.html"):
        assert other.get(f"/espace/{token}/{path}").status_code == 404


def test_of_a_run_a_learner_gets_the_evidence_alone(room: Room) -> None:
    token = room.space(room.learners[1])
    out = room.classroom.place.results(1)
    run = next(path.name for path in (out / "SNO-02").iterdir() if path.name.startswith("0001"))
    results = json.loads((out / "resultats.json").read_text("utf-8"))
    proof = {"kind": "file", "caption": "c", "path": f"SNO-02/{run}/preuve.txt", "sha256": "0"}
    results["results"][1]["checks"][1]["evidence"] = [proof]
    (out / "resultats.json").write_text(json.dumps(results), "utf-8")
    (out / proof["path"]).write_text("vu", "utf-8")
    browser = room.browser(room.learners[1])
    assert browser.get(f"/espace/{token}/rapport/{proof['path']}").text == "vu"
    for name in (f"SNO-02/{run}/run.json", "SNO-01/index.html", "resultats.json", "remises.json"):
        assert browser.get(f"/espace/{token}/rapport/{name}").status_code == 404


def test_a_remark_is_read_by_its_learner_and_may_be_taken_back(room: Room) -> None:
    teacher, token = room.browser(room.teacher), room.space(room.learners[1])
    form = {"espace": token, "point": "liste", "texte": "Relisez <b>ORDER BY</b>.\nPuis revenez."}
    assert (
        teacher.send_form("/ouvertures/1/commentaires", form).headers["location"]
        == f"/espace/{token}/rapport#commentaires"
    )
    teacher.send_form("/ouvertures/1/commentaires", {"espace": token, "texte": "Bon travail."})
    page = room.browser(room.learners[1]).get(f"/espace/{token}/rapport")
    assert "<h3>La liste est là.</h3>" in page.words and "&lt;b&gt;ORDER BY&lt;/b&gt;" in page.text
    assert "Bon travail." in page.words and "Mme Roux" in page.words and "<textarea" not in page.text
    with room.work() as db:
        first, second = db.query(Remark).order_by(Remark.id)
        assert (first.check, second.check) == ("liste", None)
    teacher.send_form("/ouvertures/1/commentaires", {"espace": token, "retirer": "2"})
    assert "Bon travail." not in room.browser(room.learners[1]).get(f"/espace/{token}/rapport").words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"texte": " "}, "Le commentaire est vide"),
        ({"texte": "x" * 2001}, "trop long"),
        ({"texte": "x", "point": "rien"}, "n'est pas de ce TP"),
        ({"retirer": "99"}, "n'est pas le vôtre"),
        ({"retirer": "x"}, "n'est pas le vôtre"),
    ],
)
def test_a_wrong_remark_is_one_sentence(room: Room, fields: dict[str, str], words: str) -> None:
    token = room.space(room.learners[1])
    answer = room.browser(room.teacher).send_form("/ouvertures/1/commentaires", {"espace": token} | fields)
    assert answer.status_code == 409 and words in answer.words


def test_remarks_are_for_those_who_may_see_the_work(room: Room) -> None:
    quiet = room.space(room.learners[4])
    form = {"espace": quiet, "texte": "Je regarde quand même."}
    assert room.browser(room.teacher).send_form("/ouvertures/1/commentaires", form).status_code == 404
    handed = {"espace": room.space(room.learners[1]), "texte": "Moi aussi."}
    for person in (room.teaching("lefort"), room.admin, room.learners[1], room.learners[0]):
        assert room.browser(person).send_form("/ouvertures/1/commentaires", handed).status_code == 404
    with room.work() as db:
        assert db.query(Remark).count() == 0


def test_who_asked_for_help_reads_a_remark_before_any_grading(room: Room) -> None:
    learner = room.learners[4]
    token = room.space(learner, asked_at=NOON, asked="?")
    room.browser(room.teacher).send_form("/ouvertures/1/commentaires", {"espace": token, "texte": "Essayez ceci."})
    page = room.browser(learner).get(f"/espace/{token}/rapport")
    assert "Essayez ceci." in page.words and "n'a pas encore été vérifié" in page.words
    home = room.browser(learner).get("/")
    assert f"/espace/{token}/rapport" in home.text
    assert "Commentaire de votre enseignant" in home.words and "Rapport" not in home.words
    told = room.browser(learner).get(f"/api/espace/{token}").json()["report"]
    assert told["graded"] is None and told["remarked"] == NOON.isoformat()


def test_a_look_at_a_report_is_seen_by_its_learner(room: Room) -> None:
    token = room.space(room.learners[1])
    room.browser(room.teacher).get(f"/espace/{token}/rapport")
    told = room.browser(room.learners[1]).get(f"/api/espace/{token}").json()
    assert [look["who"] for look in told["looked_at"]] == ["Mme Roux"]
    assert told["report"]["href"] == f"/espace/{token}/rapport" and told["report"]["remarked"] is None
    assert "Rapport de votre enseignant" in room.browser(room.learners[1]).get("/").words


def noted(room: Room, number: int) -> None:
    """Notes beside the runs that each learner's deposit of this number is the one that was graded."""
    files = (f"{number:03}.zip",)
    entries = tuple(HandIn(one.candidate, one.state, None, 0, files if one in ENTRIES[:2] else ()) for one in ENTRIES)
    write_hand_ins(room.classroom.place.results(1), HandIns("essai", "entrainement", entries, class_name="SNO"))


def test_a_hand_in_that_came_after_grading_is_told(room: Room) -> None:
    noted(room, 1)
    teacher, learner = room.browser(room.teacher), room.browser(room.learners[1])
    token = room.space(room.learners[1])
    teacher.send_form("/ouvertures/1/commentaires", {"espace": token, "texte": "Relisez la jointure."})
    page = teacher.get("/ouvertures/1")
    assert "plus récent" not in page.words and "pas encore vérifié" not in page.words
    assert "sudo etabli export moodle" in page.words and str(room.classroom.place.results(1)) in page.words
    assert "sur le dépôt" not in learner.get(f"/espace/{token}/rapport").words
    room.later(minutes=4)
    room.hand_in(room.learners[1])
    room.hand_in(room.learners[4])  # of whom the grading saw nothing
    page = teacher.get("/ouvertures/1")
    assert "2 dépôts plus récents ne sont pas vérifiés" in page.words
    assert page.words.count('<b class="bad">pas encore vérifié</b>') == 2
    for browser in (teacher, learner):
        report = browser.get(f"/espace/{token}/rapport").words
        assert "Cette page parle du dépôt n° 1" in report and "Le dépôt n° 2" in report
        assert "Mme Roux" in report and ", sur le dépôt n° 1" in report
    noted(room, 2)
    assert "1 dépôt plus récent n'est pas vérifié" in teacher.get("/ouvertures/1").words


def test_a_remark_on_a_page_that_was_graded_before_the_newest_hand_in_is_about_the_graded_one(room: Room) -> None:
    token = room.space(room.learners[1])
    with room.work() as db:
        db.add(BatchRow(opening_id=1, made_by=room.teacher.id, asked_at=NOON, ended_at=NOON, state=Progress.DONE))
    room.later(minutes=4)
    room.hand_in(room.learners[1])
    room.later(minutes=1)
    room.browser(room.teacher).send_form("/ouvertures/1/commentaires", {"espace": token, "texte": "Vu."})
    assert ", sur le dépôt n° 1" in room.browser(room.learners[1]).get(f"/espace/{token}/rapport").words


def test_moodle_gets_what_teachers_wrote_apart_and_no_name_of_theirs(room: Room) -> None:
    token = room.space(room.learners[1])
    form = {"espace": token, "point": "liste", "texte": "=Relisez <b>ORDER BY</b>.\nPuis revenez."}
    room.browser(room.teacher).send_form("/ouvertures/1/commentaires", form)
    with zipfile.ZipFile(io.BytesIO(worksheet(room, FR, remplacer="1").content)) as archive:
        filled = archive.read("Notes-rempli.csv").decode("utf-8-sig").replace("\N{NO-BREAK SPACE}", " ")
        returns = zipfile.ZipFile(io.BytesIO(archive.read("retours.zip")))
        pages = {name[:6]: returns.read(name).decode() for name in returns.namelist()}
    assert filled.count("Écrit par l'enseignant") == 1
    assert "sur « La liste est là », « =Relisez &lt;b&gt;ORDER BY&lt;/b&gt;. Puis revenez. »" in filled
    assert [name for name, page in pages.items() if "Commentaires de l&#39;enseignant" in page] == ["SNO-02"]
    assert "Roux" not in filled and not any("Roux" in page for page in pages.values())
