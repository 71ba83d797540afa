"""An opening: its hours, who is there, what a teacher may see of whom, more time for one, and grading all."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from portal import LAB, NOON, Room
from sqlalchemy import select

from etabli.classroom.jobs import Job
from etabli.classroom.tables import BatchRow, DiaryRow, Extension, Opening, Progress, State, VerificationRow
from etabli.server.present import present

OTHER = {"tp": "mots-de-passe", "ouvre": "2026-11-23T08:00", "ferme": "2026-11-27T18:00"}


def row_of(words: str, alias: str) -> str:
    """The line of a learner in the table of an opening."""
    found = re.search(rf'<th scope="row">{alias}.*?</tr>', words, re.S)
    assert found
    return found[0]


def test_a_lab_is_opened_at_the_hours_of_the_room(room: Room) -> None:
    done = room.browser(room.teacher).send_form("/classes/1/ouvertures", OTHER)
    assert done.headers["location"] == "/ouvertures/2"
    with room.work() as db:
        made = db.get_one(Opening, 2)
        assert (made.lab, made.session) == ("mots-de-passe", "entrainement")
        assert made.opens_at.isoformat() == "2026-11-23T07:00:00+00:00"  # Paris, in winter
        assert made.closes_at is not None and made.closes_at.isoformat() == "2026-11-27T17:00:00+00:00"
    assert "ouvre le 23/11/2026 à 08:00" in room.browser(room.teacher).get("/classes").words
    assert "Ouvre le 23/11/2026 à 08:00" in room.browser(room.learners[0]).get("/").words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"ouvre": "demain"}, "L'ouverture n'est pas une date et une heure"),
        ({"ouvre": "0026-11-23T08:00"}, "L'ouverture est en 26"),
        ({"ouvre": "20266-11-23T08:00"}, "L'ouverture est en 20266 : vérifiez l'année"),
        ({"ouvre": "2027-03-28T02:30", "ferme": ""}, "L'ouverture est à une heure qui n'existe pas ce jour-là"),
        ({"ferme": "2026-11-23T07:59"}, "L'échéance est avant l'ouverture"),
        ({"session": "été 2026"}, "n'est pas un nom de session"),
        ({"tp": "rien"}, "Le TP « rien » n'existe pas"),
        ({"tp": LAB}, "est déjà ouvert pour SNO"),
    ],
)
def test_what_cannot_be_opened_is_one_sentence_and_keeps_what_was_typed(
    room: Room, fields: dict[str, str], words: str
) -> None:
    answer = room.browser(room.teacher).send_form("/classes/1/ouvertures", OTHER | fields)
    assert answer.status_code == 409 and words in answer.words
    assert f'value="{(OTHER | fields)["ouvre"]}"' in answer.text
    with room.work() as db:
        assert len(list(db.scalars(select(Opening)))) == 1


def test_hours_change_and_an_opening_ends_now(room: Room) -> None:
    browser = room.browser(room.teacher)
    assert browser.send_form("/ouvertures/1", {"ouvre": "2026-11-20T09:00", "ferme": ""}).status_code == 303
    assert "sans échéance" in browser.get("/ouvertures/1").words
    room.later(minutes=5)
    assert browser.send_form("/ouvertures/1", {"fermer": "1"}).status_code == 303
    with room.work() as db:
        changed = db.get_one(Opening, 1)
        assert changed.closes_at == NOON + timedelta(minutes=5)
        assert list(db.scalars(select(DiaryRow.what)))[-2:] == ["change l'ouverture"] * 2
    assert "l'échéance est passée" in room.browser(room.learners[0]).get("/").words


def test_one_learner_has_another_deadline_until_it_is_taken_back(room: Room) -> None:
    browser, learner = room.browser(room.teacher), room.learners[2]
    until = {"eleve": str(learner.id), "jusqua": "2026-11-21T18:00"}
    assert browser.send_form("/ouvertures/1/delais", until).status_code == 303
    assert (
        "SNO-03" in browser.get("/ouvertures/1").words
        and "délai : 21/11/2026 à 18:00" in browser.get("/ouvertures/1").words
    )
    assert "21/11/2026 à 18:00" in room.browser(learner).get("/").words
    assert "20/11/2026 à 14:00" in room.browser(room.learners[0]).get("/").words
    sooner = browser.send_form("/ouvertures/1", {"ouvre": "2026-11-22T09:00", "ferme": ""})
    assert sooner.status_code == 409 and "retirez d'abord son délai" in sooner.words
    assert browser.send_form("/ouvertures/1/delais", until | {"retirer": "1"}).status_code == 303
    with room.work() as db:
        assert db.scalar(select(Extension)) is None


def test_a_deadline_sooner_than_the_class_s_is_said(room: Room) -> None:
    browser, given = room.browser(room.teacher), {"eleve": str(room.learners[2].id)}
    browser.send_form("/ouvertures/1/delais", given | {"jusqua": "2026-11-20T13:30"})
    assert "avant l'échéance de la classe (20/11/2026 à 14:00)" in browser.get("/ouvertures/1").words
    browser.send_form("/ouvertures/1/delais", given | {"jusqua": "2026-11-20T15:00"})
    assert "Attention" not in browser.get("/ouvertures/1").words


def test_an_opening_that_nobody_used_is_removed(room: Room) -> None:
    browser = room.browser(room.teacher)
    browser.send_form("/classes/1/ouvertures", OTHER)
    browser.send_form("/ouvertures/2/delais", {"eleve": str(room.learners[2].id), "jusqua": "2026-11-28T18:00"})
    assert browser.send_form("/ouvertures/2/supprimer").status_code == 409
    assert room.browser(room.teaching("lefort")).send_form("/ouvertures/2/supprimer", {"sur": "1"}).status_code == 404
    assert browser.send_form("/ouvertures/2/supprimer", {"sur": "1"}).headers["location"] == "/classes/1"
    assert browser.get("/ouvertures/2").status_code == 404
    with room.work() as db:
        assert db.get(Opening, 2) is None and db.scalar(select(Extension)) is None
        assert "supprime l'ouverture" in list(db.scalars(select(DiaryRow.what)))


@pytest.mark.parametrize(
    ("used", "words"),
    [
        (lambda room: room.hand_in(room.learners[0]), "a déjà déposé"),
        (lambda room: room.space(room.learners[0], seen_at=NOON), "a déjà commencé"),
        (lambda room: room.space(room.learners[0]), "déjà préparés"),
    ],
)
def test_an_opening_that_was_used_says_why_it_stays(room: Room, used: Callable[[Room], str], words: str) -> None:
    browser = room.browser(room.teacher)
    assert "Oui, supprimer" in browser.get("/ouvertures/1").words
    used(room)
    page = browser.get("/ouvertures/1").words
    assert words in page and "Oui, supprimer" not in page
    refused = browser.send_form("/ouvertures/1/supprimer", {"sur": "1"})
    assert refused.status_code == 409 and words in refused.words and browser.get("/ouvertures/1").status_code == 200


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"eleve": "", "jusqua": "2026-11-21T18:00"}, "Choisissez un élève"),
        ({"eleve": "9999", "jusqua": "2026-11-21T18:00"}, "Choisissez un élève"),
        ({"jusqua": "2026-11-20T10:00"}, "avant l'ouverture du TP"),
        ({"jusqua": ""}, "L'échéance n'est pas une date"),
    ],
)
def test_a_wrong_delay_is_one_sentence(room: Room, fields: dict[str, str], words: str) -> None:
    given = {"eleve": str(room.learners[0].id)} | fields
    answer = room.browser(room.teacher).send_form("/ouvertures/1/delais", given)
    assert answer.status_code == 409 and words in answer.words


def test_a_teacher_sees_who_is_there_and_what_was_handed_in(room: Room) -> None:
    here, gone, handed, *_ = room.learners
    room.space(here, seen_at=NOON - timedelta(seconds=80), saved_at=NOON - timedelta(minutes=3))
    room.space(gone, seen_at=NOON - timedelta(seconds=91))
    room.hand_in(handed, late=True)
    token = room.hand_in(handed, late=True)
    words = room.browser(room.teacher).get("/ouvertures/1").words
    assert "<b>1</b> élève présent sur 6" in words
    assert "présent" in row_of(words, "SNO-01") and "11:57" in row_of(words, "SNO-01")
    assert "vu : 11:58" in row_of(words, "SNO-02")
    assert "n° 2, 20/11/2026 à 12:00" in row_of(words, "SNO-03") and "en retard" in row_of(words, "SNO-03")
    assert f"/espace/{token}/depots/2" in row_of(words, "SNO-03") and "000000000000" in row_of(words, "SNO-03")
    assert "pas commencé" in row_of(words, "SNO-04") and "Léa MARTIN" in words


def verify(room: Room, token: str, number: int) -> None:
    """Asks for verifications, as a learner does."""
    with room.work() as db:
        db.add_all(VerificationRow(token=token, asked_at=NOON, state=Progress.DONE) for _n in range(number))


def test_verifications_are_told_of_the_class_and_of_who_asks_for_help_or_hands_in(room: Room) -> None:
    alone, asking, handed, quiet, *_ = room.learners
    verify(room, room.space(alone), 7)
    verify(room, room.space(asking, asked_at=NOON, asked="Je suis perdu."), 3)
    verify(room, room.hand_in(handed), 1)
    room.space(quiet)
    words = room.browser(room.teacher).get("/ouvertures/1").words
    assert "11 vérifications demandées, par 3 élèves" in words
    bands = re.findall(r'<tr><th scope="row">([^<]+)</th><td>(\d+)</td></tr>', words)
    assert bands == [("aucune", "3"), ("1 à 2", "1"), ("3 à 5", "1"), ("6 ou plus", "1")]
    assert "vérification" not in row_of(words, "SNO-01") and "7" not in row_of(words, "SNO-01").replace("SNO-0", "")
    assert "3 vérifications" in row_of(words, "SNO-02") and "1 vérification" in row_of(words, "SNO-03")
    assert "a le droit d'essayer sans être regardé" in words


def test_asks_for_help_come_first_with_their_words_and_a_way_in(room: Room) -> None:
    late = room.space(room.learners[1], asked_at=NOON - timedelta(minutes=1), asked="<b>Ma base</b>")
    first = room.space(room.learners[4], asked_at=NOON - timedelta(minutes=9), asked="")
    page = room.browser(room.teacher).get("/ouvertures/1")
    assert "&lt;b&gt;Ma base&lt;/b&gt;" in page.text
    assert page.text.index(f"/espace/{first}") < page.text.index(f"/espace/{late}") < page.text.index('id="presents"')


def test_a_request_is_dealt_with_and_its_learner_sees_by_whom(room: Room) -> None:
    browser, colleague = room.browser(room.teacher), room.browser(room.teaching("lefort"))
    token = room.space(room.learners[1], asked_at=NOON, asked="Ma base")
    words = browser.get("/ouvertures/1").words
    assert 'action="/ouvertures/1/aides"' in words and f"/espace/{token}/rapport#commentaires" in words
    assert colleague.send_form("/ouvertures/1/aides", {"espace": token}).status_code == 404
    assert browser.send_form("/ouvertures/1/aides", {"espace": "rien"}).status_code == 404
    assert browser.send_form("/ouvertures/1/aides", {"espace": token}).headers["location"] == "/ouvertures/1"
    told = room.browser(room.learners[1]).get(f"/api/espace/{token}").json()
    assert told["help"] is None and told["helped"]["who"] == "Mme Roux"
    assert browser.get(f"/espace/{token}").status_code == 404  # nothing is asked any more
    again = browser.send_form("/ouvertures/1/aides", {"espace": token})
    assert again.status_code == 409 and "ne demande plus d'aide" in again.words
    with room.work() as db:
        noted = db.scalars(select(DiaryRow).order_by(DiaryRow.id.desc())).first()
        assert noted is not None and (noted.who, noted.what) == ("roux", "traite la demande d'aide")
    room.space(room.learners[1], asked_at=NOON, asked="Encore")
    assert room.browser(room.learners[1]).get(f"/api/espace/{token}").json()["helped"] is None


def test_who_looks_reads_whose_work_it_is_what_was_asked_and_finds_the_way_back(room: Room) -> None:
    token = room.space(room.learners[0], asked_at=NOON, asked="<i>Où ?")
    page = room.browser(room.teacher).get(f"/espace/{token}")
    assert "Léa MARTIN" in page.words and "&lt;i&gt;Où" in page.text and 'href="/ouvertures/1"' in page.text
    assert 'action="/ouvertures/1/aides"' in page.text
    own = room.browser(room.learners[0]).get(f"/espace/{token}").text
    assert "MARTIN" not in own and "/ouvertures/1" not in own


def test_my_classes_say_where_somebody_is_and_where_help_is_asked(room: Room) -> None:
    browser = room.browser(room.teacher)
    browser.send_form("/classes/1/ouvertures", OTHER)
    assert "connecté" not in browser.get("/classes").words.replace("déconnecter", "")
    room.space(room.learners[0], seen_at=NOON)
    room.space(room.learners[1], seen_at=NOON, asked_at=NOON, asked="")
    room.space(room.learners[2], seen_at=NOON - timedelta(hours=1))
    page = browser.get("/classes")
    assert "2 connectés" in page.words and page.words.count("1 demande d'aide") == 1
    piece = browser.get("/classes/suivi").text
    assert "<html" not in piece and piece.strip() in page.text
    assert room.browser(room.learners[0]).get("/classes/suivi").status_code == 404
    assert 'href="/ouvertures/1#aide"' in page.text and "/ouvertures/2#aide" not in page.text


def test_work_is_out_of_reach_until_it_may_be_seen(room: Room) -> None:
    browser = room.browser(room.teacher)
    token = room.ready(room.learners[0])
    assert token not in browser.get("/ouvertures/1").text
    for path in (f"/espace/{token}", f"/api/espace/{token}", f"/espace/{token}/rapport"):
        assert browser.get(path).status_code == 404
    room.space(room.learners[0], asked_at=NOON, asked="")
    assert browser.get(f"/api/espace/{token}").json()["reader"] == "SNO-01"


def test_the_part_that_changes_is_a_piece_of_the_page(room: Room) -> None:
    piece = room.browser(room.teacher).get("/ouvertures/1/suivi")
    assert piece.status_code == 200 and "<html" not in piece.text
    assert piece.text.strip() in room.browser(room.teacher).get("/ouvertures/1").text


def test_grading_all_is_asked_once_and_told_as_it_goes(room: Room) -> None:
    browser = room.browser(room.teacher)
    nothing = browser.send_form("/ouvertures/1/corriger")
    assert nothing.status_code == 409 and "Rien n'est encore déposé" in nothing.words
    assert browser.get("/api/ouvertures/1/correction").status_code == 404
    room.hand_in(room.learners[0])
    room.hand_in(room.learners[1])
    for _press in range(2):
        assert browser.send_form("/ouvertures/1/corriger").headers["location"] == "/ouvertures/1#verifier"
    assert room.jobs.jobs == [(Job.GRADE, 1)]
    with room.work() as db:
        batch = db.get_one(BatchRow, 1)
        batch.state, batch.done, batch.eta_s = Progress.RUNNING, 1, 30.0
    told = browser.get("/api/ouvertures/1/correction").json()
    assert (told["state"], told["done"], told["total"], told["eta_s"], told["over"]) == ("running", 1, 2, 30.0, False)
    assert "En cours. 1 sur 2" in browser.get("/ouvertures/1").words
    with room.work() as db:
        batch = db.get_one(BatchRow, 1)
        batch.state, batch.said = Progress.DONE, "2 rendus vérifiés."
    assert "2 rendus vérifiés." in browser.get("/ouvertures/1").words
    browser.send_form("/ouvertures/1/corriger")
    assert room.jobs.jobs[-1] == (Job.GRADE, 2)


def test_a_space_that_failed_is_seen(room: Room) -> None:
    room.space(room.learners[0], state=State.FAILED, error="Plus de place.")
    assert "espace en panne" in row_of(room.browser(room.teacher).get("/ouvertures/1").words, "SNO-01")


def test_an_opening_that_is_not_there_is_not_found(room: Room) -> None:
    assert room.browser(room.teacher).get("/ouvertures/99").status_code == 404
    assert room.browser(room.learners[0]).get("/api/ouvertures/1/correction").status_code == 404


def test_who_works_now_is_known_before_the_room_is_stopped(room: Room) -> None:
    room.space(room.learners[1], seen_at=NOON - timedelta(minutes=5))
    room.space(room.learners[2], seen_at=NOON - timedelta(seconds=20))
    with room.work() as db:
        assert present(db, room.classroom.now()) == ["SNO-03"]
