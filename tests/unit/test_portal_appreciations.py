"""The page of appreciations: one for the room and for one person; it saves, counts what is left, and shows the work."""

from __future__ import annotations

import json
import re
import shutil
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml
from appreciation_samples import results_of
from portal import ALONE, ORIGIN, Room, make_room
from portal import alone as browser
from starlette.testclient import TestClient

from etabli.appreciation.kept import FILE, history
from etabli.classroom.tables import DiaryRow, Look

LAB = "mots-de-passe"
pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("classe") / LAB
    results_of(out, ["SNO-01", "SNO-02"])
    return out


@pytest.fixture
def out(graded: Path, tmp_path: Path) -> Path:
    return shutil.copytree(graded, tmp_path / "resultats" / LAB)


class Page:
    """The page, and what one reads and sends there."""

    def __init__(self, client: TestClient, path: str, origin: str) -> None:
        self.client, self.path, self.origin = client, path, origin

    def get(self, query: str = "") -> str:
        answer = self.client.get(self.path + query)
        assert answer.status_code == 200, answer.text
        return unescape(answer.text).replace("\u00a0", " ").replace("\u202f", " ")

    def send(self, learner: str = "SNO-01", criterion: str = "droits-motif", program: bool = False, **said: str) -> Any:
        headers = {"Origin": self.origin} | ({"Accept": "application/json"} if program else {})
        return self.client.post(self.path, data={"eleve": learner, "critere": criterion, **said}, headers=headers)


def read_by(name: str, content: bytes) -> str | None:
    """What reads documents, played: a container does it."""
    return f"Lu dans {name} : {content.decode()} <b>" if content == b"PK" else None


@pytest.fixture
def alone(out: Path) -> Page:
    """Before « etabli ouvrir »."""
    opened = browser(out.parent, reader=read_by)
    [path] = set(re.findall(r'href="(/apprecier/[0-9a-f]{12})"', opened.get("/").text))
    return Page(opened, path, ALONE)


def test_the_first_criterion_that_is_left_is_shown_with_the_file_where_it_is(alone: Page) -> None:
    page = alone.get()
    assert "Chaque action de la revue a un motif" in page and "Reste 12 sur 12" in page
    address = f"{alone.path}?eleve=SNO-01&critere=droits-motif&ordre=critere&fichier=droits.csv"
    assert f'<a href="{address}" aria-current="true">' in page
    assert "paul.roy;intranet;désactiver;parti le 3 mai" in page
    assert "script-src 'self'" in alone.client.get(alone.path).headers["content-security-policy"]


def test_what_a_learner_wrote_is_text_in_whatever_encoding(alone: Page) -> None:
    answer = alone.client.get(f"{alone.path}?eleve=SNO-01&critere=justification-cas")
    assert "Quatorze caractères &lt;script&gt;" in answer.text and "<script>," not in answer.text
    assert "Chers collègues" in alone.get("?eleve=SNO-01&critere=message-ton")


def test_a_document_is_read_elsewhere_or_fetched(out: Path) -> None:
    results_of(out, ["SNO-01"], files={"justification.docx": b"PK", "message.pdf": b"autre"}, number=2)
    opened = browser(out.parent, reader=read_by)
    [path] = set(re.findall(r'href="(/apprecier/[0-9a-f]{12})"', opened.get("/").text))
    page = Page(opened, path, ALONE)
    assert (
        "Lu dans justification.docx : PK &lt;b&gt;" in opened.get(f"{path}?eleve=SNO-01&critere=justification-cas").text
    )
    assert "s'ouvre dans son logiciel" in page.get("?eleve=SNO-01&critere=message-ton")


def test_saving_goes_on_to_the_next_learner_or_to_the_next_criterion(alone: Page) -> None:
    said = {"degre": "satisfaisante", "remarque": "Bien.", "par": "Mme Roux"}
    assert "eleve=SNO-02&critere=droits-motif" in alone.send(**said).headers["location"]
    assert "eleve=SNO-01&critere=justification-raisons" in alone.send(ordre="eleve", **said).headers["location"]
    page = alone.get("?eleve=SNO-01&critere=droits-motif")
    assert "Reste 11 sur 12" in page and re.search(r"Enregistré à \d\d:\d\d, par Mme Roux", page)
    assert 'name="par" value="Mme Roux"' in alone.get("?eleve=SNO-02&critere=message-ton")


def test_it_saves_by_itself_for_a_program_and_says_what_is_left(alone: Page, out: Path) -> None:
    told = alone.send(program=True, degre="tres-bonne", par="Mme Roux").json()
    assert told["left"] == 11 and told["done"] and "par Mme Roux" in told["said"]
    assert alone.send(program=True, degre="tres-bonne", par="Mme Roux").json()["left"] == 11
    assert [one["moyen"] for one in history(out)] == ["page"]
    assert yaml.safe_load((out / FILE).read_text("utf-8"))["appreciations"][0]["degre"] == "tres-bonne"


def test_a_remark_of_the_bank_is_one_press(alone: Page) -> None:
    alone.send(degre="insuffisante", remarque="Datez le motif.", par="Mme Roux")
    assert '<button name="banque" value="Datez le motif." data-touche="a">' in alone.get(
        "?eleve=SNO-02&critere=droits-motif"
    )
    went = alone.send("SNO-02", banque="Datez le motif.", remarque="Vu.", par="Mme Roux").headers["location"]
    assert "eleve=SNO-02" in went
    assert "Vu.\nDatez le motif.</textarea>" in alone.get("?eleve=SNO-02&critere=droits-motif")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"degre": "insuffisante"}, "Écrivez d'abord qui apprécie"),
        ({"degre": "14", "par": "X"}, "Ce degré n'est pas de l'échelle"),
        ({"remarque": "x" * 2001, "par": "X"}, "plus de 2000 caractères"),
    ],
)
def test_what_cannot_be_kept_is_one_sentence(alone: Page, out: Path, said: dict[str, str], words: str) -> None:
    refused = alone.send(program=True, **said)
    assert refused.status_code == 409 and words in refused.json()["error"].replace("\u00a0", " ")
    assert words in unescape(alone.send(**said).text).replace("\u00a0", " ")
    assert not (out / FILE).exists()


def test_only_this_page_writes_and_only_files_of_the_work_are_given(alone: Page) -> None:
    assert alone.client.post(alone.path, data={}, headers={"Origin": "http://pirate.example"}).status_code == 403
    given = alone.client.get(f"{alone.path}/rendu/SNO-01/droits.csv")
    assert given.status_code == 200 and "attachment" in given.headers["content-disposition"]
    for path in ("rendu/SNO-01/absent.txt", "rendu/SNO-09/droits.csv", "rendu/SNO-01/..%2f..%2fresultats.json"):
        assert alone.client.get(f"{alone.path}/{path}").status_code == 404
    assert alone.client.get(f"{alone.path}?eleve=SNO-01&critere=droits-motif&fichier=/etc/passwd").status_code == 404


@pytest.fixture
def room(graded: Path, home: Path, tmp_path: Path) -> Room:
    """A room in which two learners' works are graded."""
    made = make_room(tmp_path / "salle", LAB)
    shutil.copytree(graded, made.classroom.place.results(1))
    for learner in made.learners[:2]:
        made.hand_in(learner)
    return made


def test_in_a_room_it_is_the_same_page_signed_by_who_is_there(room: Room) -> None:
    page = Page(room.browser(room.teacher), "/ouvertures/1/appreciations", ORIGIN)
    shown = page.get()
    assert "Chaque action de la revue" in shown and 'name="par"' not in shown
    assert page.send(degre="insuffisante", par="Quelqu'un d'autre").status_code == 303
    assert "par Mme Roux" in page.get("?eleve=SNO-01&critere=droits-motif")
    place = room.classroom.place
    assert (place.folder / "depots" / "1" / FILE).is_file() and not (place.results(1) / FILE).exists()
    with room.work() as db:
        assert {row.token for row in db.query(Look)} and [
            (row.who, row.about, row.detail["critere"])
            for row in db.query(DiaryRow)
            if row.what == "apprécie le travail"
        ] == [("roux", "SNO-01", "droits-motif")]
        assert "Mme Roux" not in json.dumps([row.detail for row in db.query(DiaryRow)])


def test_in_a_room_it_is_there_for_the_teachers_of_the_class_alone(room: Room) -> None:
    for person in (room.learners[0], room.teaching("autre"), room.admin):
        page = Page(room.browser(person), "/ouvertures/1/appreciations", ORIGIN)
        assert page.client.get(page.path).status_code == 404
        assert page.send(degre="insuffisante").status_code == 404
        assert page.client.get(f"{page.path}/rendu/SNO-01/droits.csv").status_code == 404
