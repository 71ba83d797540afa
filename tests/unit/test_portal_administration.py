"""The administrator: accounts, classes, the machine, the diary; nothing of a learner's work."""

from __future__ import annotations

import re

import pytest
from portal import NOON, Room
from sqlalchemy import select

from etabli.classroom.tables import Connection, DiaryRow, Person, Role
from etabli.portal.administration import details
from etabli.portal.pages import moment

PAGES = ("/administration", "/administration/machine", "/administration/journal", "/administration/connexions")


def test_a_teacher_gets_an_account_and_chooses_a_code(room: Room) -> None:
    admin = room.browser(room.admin)
    page = admin.send_form("/administration/comptes", {"identifiant": "Lefort", "nom": "M. Lefort"})
    code = re.findall(r'class="code">([^<]+)</dd>', page.text)
    assert code[0] == "lefort" and "Il ne sera plus montré" in page.words
    teacher = room.browser()
    entered = teacher.send_form("/connexion", {"identifiant": "lefort", "code": code[1]})
    assert entered.headers["location"] == "/code"
    long = {"code": "quatre mots sans rapport", "encore": "quatre mots sans rapport"}
    assert teacher.send_form("/code", long).status_code == 303
    assert teacher.get("/classes").status_code == 200
    assert code[1] not in admin.get("/administration").text


@pytest.mark.parametrize(
    ("login", "words"), [("roux", "est déjà pris"), ("é è", "lettres, chiffres, points"), ("", "de 1 à 64")]
)
def test_a_login_that_cannot_serve_is_one_sentence(room: Room, login: str, words: str) -> None:
    answer = room.browser(room.admin).send_form("/administration/comptes", {"identifiant": login, "nom": "X"})
    assert answer.status_code == 409 and words in answer.words


def test_an_account_ends_at_once_and_may_begin_again(room: Room) -> None:
    teacher, admin = room.browser(room.teacher), room.browser(room.admin)
    assert teacher.get("/classes").status_code == 200
    path = f"/administration/comptes/{room.teacher.id}"
    assert admin.send_form(path, {"fermer": "1"}).status_code == 303
    assert teacher.get("/classes").status_code == 303
    page = admin.send_form(path, {"code": "1"})
    code = re.findall(r'class="code">([^<]+)</dd>', page.text)[1]
    assert room.browser().send_form("/connexion", {"identifiant": "roux", "code": code}).status_code == 303
    with room.work() as db:
        assert [row.what for row in db.scalars(select(DiaryRow))][-2:] == ["ferme le compte", "donne un autre code"]


def test_one_s_own_account_and_those_of_learners_are_left_alone(room: Room) -> None:
    admin = room.browser(room.admin)
    own = f"/administration/comptes/{room.admin.id}"
    assert "votre propre compte" in admin.send_form(own, {"fermer": "1"}).words
    assert "votre propre compte" in admin.send_form(own, {"code": "1"}).words
    assert admin.send_form(f"/administration/comptes/{room.learners[0].id}", {"code": "1"}).status_code == 404
    assert admin.get("/administration").status_code == 200


def test_a_class_goes_to_another_teacher(room: Room) -> None:
    other, admin = room.teaching("lefort"), room.browser(room.admin)
    assert admin.send_form("/administration/classes/1", {"identifiant": "lefort"}).status_code == 303
    assert "SNO" in room.browser(other).get("/classes").words
    assert admin.send_form("/administration/classes/9", {"identifiant": "lefort"}).status_code == 404
    assert admin.send_form("/administration/classes/1", {"identifiant": "sno-01"}).status_code == 409


def test_an_administrator_sees_no_learner_s_work(room: Room) -> None:
    admin, token = room.browser(room.admin), room.hand_in(room.learners[0])
    room.space(room.learners[0], asked_at=NOON, asked="Au secours")
    for path in (f"/espace/{token}", f"/api/espace/{token}", f"/espace/{token}/rapport", f"/espace/{token}/depots/1"):
        assert admin.get(path).status_code == 404
    for page in PAGES:
        assert "Au secours" not in admin.get(page).text and "MARTIN" not in admin.get(page).text


def test_only_an_administrator_administrates(room: Room) -> None:
    for person in (room.teacher, room.learners[0]):
        browser = room.browser(person)
        assert [browser.get(page).status_code for page in PAGES] == [404] * 4
        assert browser.send_form("/administration/comptes", {"identifiant": "x", "nom": "x"}).status_code == 404
        assert browser.send_form(f"/administration/comptes/{room.admin.id}", {"fermer": "1"}).status_code == 404
    with room.work() as db:
        assert db.get_one(Person, room.admin.id).active


def test_the_diary_is_read_by_pages_and_searched(room: Room) -> None:
    with room.work() as db:
        db.add_all(DiaryRow(at=NOON, who="roux", what="essaie", about=f"n° {n}", detail={}) for n in range(150))
        db.add(DiaryRow(at=NOON, who="-", what="100 %_", about="", detail={"k": "<b>"}))
    admin = room.browser(room.admin)
    first = admin.get("/administration/journal")
    assert first.text.count("<tr>") == 101 and "n° 149" in first.words and "&lt;b&gt;" in first.text
    older = admin.get(re.findall(r'href="(/administration/journal\?avant=[^"]+)"', first.text)[0].replace("&amp;", "&"))
    assert "n° 0<" in older.words and "ouvre le TP" in older.words and "Plus anciens" not in older.words
    assert admin.get("/administration/journal", params={"cherche": "%_"}).text.count("<tr>") == 2
    assert admin.get("/administration/journal", params={"avant": "x" * 40}).status_code == 200


def test_connections_say_who_was_refused(room: Room) -> None:
    room.browser().send_form("/connexion", {"identifiant": "sno-01", "code": "faux"})
    page = room.browser(room.admin).get("/administration/connexions")
    assert "sno-01" in page.words and "code refusé" in page.words
    with room.work() as db:
        assert db.scalars(select(Connection)).one().well is False


def test_the_machine_says_what_each_class_keeps(room: Room) -> None:
    token = room.hand_in(room.learners[0])
    place = room.classroom.place
    for path, size in (
        (place.workspace(token) / "rendu" / "a", 2000),
        (place.versions(token) / "b", 500),
        (place.hand_ins(1, "SNO-01") / "001.zip", 3_000_000),
    ):
        path.parent.mkdir(parents=True)
        path.write_bytes(b"x" * size)
    (place.workspace(token) / "lien").symlink_to("/etc")
    words = room.browser(room.admin).get("/administration/machine").words
    line = re.findall(r'<th scope="row">SNO</th>(.*?)</tr>', words)[0]
    assert re.findall(r"<td>([^<]*)</td>", line) == ["2 ko", "3 Mo", "0 octets", "3 Mo"]
    assert "page-dynamique" in words and "Établi 0." in words


def test_what_was_typed_stays_beside_its_refusal_and_another_administrator_may_be_made(room: Room) -> None:
    admin = room.browser(room.admin)
    typed = {"identifiant": "Hélène M", "nom": "Mme Marchand", "role": "administrateur"}
    refused = admin.send_form("/administration/comptes", typed)
    assert 'value="Mme Marchand"' in refused.text and "<option selected>administrateur" in refused.text
    made = admin.send_form("/administration/comptes", typed | {"identifiant": "h.marchand"})
    assert made.status_code == 200
    with room.work() as db:
        assert db.scalars(select(Person).where(Person.login == "h.marchand")).one().role is Role.ADMIN


def test_the_diary_is_read_in_french_and_at_the_room_s_hour(room: Room) -> None:
    told = details({"opening": 4, "opens": NOON.isoformat(), "closes": None, "names": False}, room.classroom.zone)
    assert told[0] == "ouverture n° 4" and told[2:] == ["ferme : sans fin", "avec les noms : non"]
    assert told[1] == f"ouvre : {moment(NOON, room.classroom.zone)}"
