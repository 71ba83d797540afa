"""What every page of a room stands on: the way in, the gate to other origins, a learner's labs and bench."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from portal import NOON, ORIGIN, Browser, Room
from sqlalchemy import select
from starlette.types import Message, Receive, Scope, Send

from etabli.classroom import people, verifications
from etabli.classroom.jobs import Job
from etabli.classroom.tables import (
    Base,
    Connection,
    DiaryRow,
    Person,
    Progress,
    Role,
    SignInRow,
    State,
    VerificationRow,
)
from etabli.lab.manifest import shown_lab
from etabli.lab.surroundings import Surroundings
from etabli.lab.variant import Seat
from etabli.portal.guard import Told
from etabli.portal.home import left_of
from etabli.workspace.opening import open_workspace


def give_code(room: Room, person: Person) -> str:
    """Gives a code to a person."""
    with room.work() as db:
        return people.give_code(db, db.get_one(Person, person.id))


def enter(browser: Browser, login: str, code: str) -> int:
    """Tries to sign in."""
    return int(browser.send_form("/connexion", {"identifiant": login, "code": code}).status_code)


# -- the way in


def test_a_room_whose_tables_are_not_made_yet_is_not_open(room: Room) -> None:
    """Its worker makes them as it starts: whoever waits for the room, or signs in, would meet an incident before."""
    assert room.browser().get("/sante").status_code == 200
    Base.metadata.drop_all(room.classroom.engine)
    assert room.browser().get("/sante").status_code == 503


def test_a_slip_is_enough_however_it_is_typed(room: Room) -> None:
    code = give_code(room, room.learners[0])
    for login, typed in (
        ("SNO-01", code),
        (" sno-01 ", code.upper().replace("-", " ")),
        ("Sno-01", code.replace("-", "")),
    ):
        browser = room.browser()
        done = browser.send_form("/connexion", {"identifiant": login, "code": typed})
        assert done.status_code == 303 and done.headers["location"] == "/"
        cookie = done.headers["set-cookie"].lower()
        assert all(word in cookie for word in ("__host-etabli=", "secure", "httponly", "samesite=lax", "path=/"))
        assert browser.get("/").status_code == 200


@pytest.mark.parametrize("typed", ["sno01", "SNO 01", " Sno-0 1"])
def test_case_spaces_and_hyphens_of_a_login_do_not_matter(room: Room, typed: str) -> None:
    code = give_code(room, room.learners[0])
    assert [enter(room.browser(), typed, "faux") for _try in range(5)] == [403] * 5
    assert enter(room.browser(), "sno-01", code) == 429  # whoever is meant waits, however that was typed
    room.later(seconds=31)
    assert enter(room.browser(), typed, code) == 303
    with room.work() as db:
        assert {row.login for row in db.scalars(select(Connection))} == {"sno-01"}


def test_a_login_that_may_mean_two_accounts_means_none_of_them(room: Room) -> None:
    code = give_code(room, room.learners[0])
    with room.work() as db:
        db.add(Person(login="sn-o01", shown="SN-O01", role=Role.TEACHER))
    assert enter(room.browser(), "sno01", code) == 403
    assert enter(room.browser(), "sno-01", code) == 303


def test_nobody_learns_which_aliases_there_are(room: Room) -> None:
    give_code(room, room.learners[0])
    told = {
        room.browser().send_form("/connexion", {"identifiant": who, "code": "faux"}).words.replace(who, "")
        for who in ("sno-01", "sno-77", "sno-02")
    }
    assert len(told) == 1 and "Identifiant ou code inconnu" in told.pop()


def test_after_five_wrong_codes_one_waits_longer_and_longer(room: Room) -> None:
    code, browser = give_code(room, room.learners[0]), room.browser()
    assert [enter(browser, "sno-01", "faux") for _try in range(5)] == [403] * 5
    refused = browser.send_form("/connexion", {"identifiant": "sno-01", "code": code})
    assert refused.status_code == 429 and "attendez 30 s" in refused.words
    assert enter(browser, "sno-02", "faux") == 403  # a neighbour does not wait
    room.later(seconds=31)
    assert enter(browser, "sno-01", "faux") == 403
    room.later(seconds=31)
    assert enter(browser, "sno-01", code) == 429
    room.later(seconds=30)
    assert enter(browser, "sno-01", code) == 303
    assert enter(room.browser(), "sno-01", "faux") == 403  # the count began again
    assert enter(room.browser(), "sno-01", code) == 303


def test_every_attempt_is_noted_with_where_it_came_from(room: Room) -> None:
    code = give_code(room, room.learners[0])
    headers = {"Origin": ORIGIN, "X-Forwarded-For": "1.2.3.4, 10.0.0.7"}
    room.browser().post("/connexion", data={"identifiant": "sno-01", "code": code}, headers=headers)
    room.browser().post("/connexion", data={"identifiant": "x" * 99, "code": code}, headers=headers)
    with room.work() as db:
        rows = list(db.scalars(select(Connection)))
    assert [(row.login, row.address, row.well) for row in rows] == [
        ("sno-01", "10.0.0.7", True),
        ("x" * 64, "10.0.0.7", False),
    ]


def test_one_comes_back_to_where_one_was_going_and_nowhere_else(room: Room) -> None:
    code = give_code(room, room.learners[0])
    assert room.browser().get("/espace/abc?x=1").headers["location"] == "/connexion?vers=%2Fespace%2Fabc%3Fx%3D1"
    for wanted, given in (
        ("/espace/abc", "/espace/abc"),
        ("//pirate.example", "/"),
        ("https://pirate.example", "/"),
        ("/\\x", "/"),
    ):
        fields = {"identifiant": "sno-01", "code": code, "vers": wanted}
        assert room.browser().send_form("/connexion", fields).headers["location"] == given


def test_a_sign_in_ends_when_one_leaves_or_is_away_for_long(room: Room) -> None:
    browser = room.browser(room.learners[0])
    room.later(hours=3, minutes=59)
    assert browser.get("/").status_code == 200
    room.later(hours=3, minutes=59)
    assert browser.get("/").status_code == 200
    room.later(hours=4, minutes=2)
    assert browser.get("/").status_code == 303
    gone = room.browser(room.learners[1])
    gone.send_form("/deconnexion")
    assert gone.get("/").status_code == 303


def test_the_tables_know_no_token_and_no_code(room: Room) -> None:
    code, browser = give_code(room, room.learners[0]), room.browser()
    enter(browser, "sno-01", code)
    token = browser.cookies["__Host-etabli"]
    with room.work() as db:
        kept = " ".join(str(vars(row)) for kind in (SignInRow, Person, DiaryRow) for row in db.scalars(select(kind)))
    assert token not in kept and code not in kept and code.replace("-", "") not in kept and "$argon2id$" in kept


def test_the_first_administrator_chooses_a_code(room: Room) -> None:
    with room.work() as db:
        db.delete(db.get_one(Person, room.admin.id))
    first = people.first_admin_code(room.classroom)
    second = people.first_admin_code(room.classroom)
    assert first and second and enter(room.browser(), "admin", first) == 403
    browser = room.browser()
    assert browser.send_form("/connexion", {"identifiant": "admin", "code": second}).headers["location"] == "/code"
    short = browser.send_form("/code", {"code": "court", "encore": "court"})
    assert short.status_code == 409 and "de 12 à 200 caractères" in short.words
    long = browser.send_form("/code", {"code": "long " * 60, "encore": "long " * 60})
    assert long.status_code == 409 and "de 12 à 200 caractères" in long.words
    unlike = browser.send_form("/code", {"code": "un code assez long", "encore": "un autre code long"})
    assert unlike.status_code == 409 and "pas pareils" in unlike.words
    assert browser.send_form("/code", {"code": "un code assez long", "encore": "un code assez long"}).status_code == 303
    assert browser.get("/").headers["location"] == "/administration"
    assert people.first_admin_code(room.classroom) is None
    other = {"code": "encore un code long", "encore": "encore un code long"}
    assert "code actuel n'est pas" in browser.send_form("/code", other).words
    assert "code actuel n'est pas" in browser.send_form("/code", other | {"actuel": "pas le mien"}).words
    assert browser.send_form("/code", other | {"actuel": "un code assez long"}).status_code == 303
    lost = people.first_admin_code(room.classroom, anew=True)
    assert lost and room.browser().send_form("/connexion", {"identifiant": "admin", "code": lost}).status_code == 303
    assert browser.get("/administration").status_code == 303


# -- the guard


@pytest.mark.parametrize("host", ["pirate.example", "site--abc.salle.internal", "salle.internal:8443", "127.0.0.1"])
def test_the_portal_has_one_name(room: Room, host: str) -> None:
    assert room.browser(room.learners[0]).get("/", headers={"Host": host}).status_code == 403


def test_pages_say_what_they_may_load_and_are_kept_nowhere(room: Room) -> None:
    headers = room.browser(room.learners[0]).get("/").headers
    policy = headers["content-security-policy"]
    assert "script-src 'self'" in policy and "unsafe-inline" not in policy and "frame-ancestors 'none'" in policy
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")


def test_a_write_without_an_origin_needs_a_browser_s_word(room: Room) -> None:
    browser = room.browser(room.learners[0])
    assert browser.post("/deconnexion").status_code == 403
    assert browser.post("/deconnexion", headers={"Sec-Fetch-Site": "same-site"}).status_code == 403
    assert browser.post("/deconnexion", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


# -- the gate


def ask(browser: Browser, host: str, **headers: str) -> tuple[int, str]:
    """What Caddy asks for each request to a service's host; a cookie is sent as the browser would."""
    told = {"X-Forwarded-Host": host, "X-Forwarded-Uri": "/x?a=1", "X-Forwarded-Method": "GET"}
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = browser.get("/porte", headers=told | given)
    return answer.status_code, answer.headers["x-cible"]


def opened(room: Room, person: Person, token: str) -> tuple[Browser, str]:
    """A browser that went from the portal to a workspace's site, and the way it took."""
    host = f"site--{token}.salle.internal"
    way = room.browser(person).get(f"/entrer?hote={host}&chemin=%2Fx").headers["location"]
    there = Browser(room.app, base_url=f"https://{host}", follow_redirects=False)
    assert there.get(way).headers["location"] == "/x"
    return there, way


def test_a_ticket_opens_one_host_once_and_soon(room: Room) -> None:
    token = room.ready(room.learners[0])
    host = f"site--{token}.salle.internal"
    there, way = opened(room, room.learners[0], token)
    assert ask(there, host) == (200, "127.0.0.1:4242")
    assert Browser(room.app, base_url=f"https://{host}", follow_redirects=False).get(way).status_code == 403
    late = room.browser(room.learners[0]).get(f"/entrer?hote={host}&chemin=%2F").headers["location"]
    room.later(seconds=31)
    assert there.get(late).status_code == 403
    other = room.browser(room.learners[0]).get(f"/entrer?hote={host}&chemin=%2F").headers["location"]
    elsewhere = Browser(room.app, base_url=f"https://adminer--{token}.salle.internal", follow_redirects=False)
    assert elsewhere.get(other.partition(".internal")[2]).status_code == 403


def test_without_a_cookie_the_gate_leads_to_the_way_in(room: Room) -> None:
    token = room.ready(room.learners[0])
    host = f"site--{token}.salle.internal"
    answer = room.browser().get("/porte", headers={"X-Forwarded-Host": host, "X-Forwarded-Uri": "/x?a=1"})
    wanted = f"{ORIGIN}/entrer?hote={host}&chemin={quote('/x?a=1', safe='')}"
    assert (answer.status_code, answer.headers["location"], answer.headers["x-cible"]) == (303, wanted, "")
    assert ask(room.browser(), host, X_Forwarded_Method="POST") == (403, "")
    assert ask(room.browser(), "salle.internal") == (404, "")
    assert ask(room.browser(room.learners[0]), host)[0] == 303  # the portal's own cookie opens no other host


def test_a_neighbour_s_page_asks_for_nothing(room: Room) -> None:
    token = room.ready(room.learners[0])
    host = f"site--{token}.salle.internal"
    there, _way = opened(room, room.learners[0], token)
    foreign = {"Origin": "https://site--abcdefgh.salle.internal", "Sec_Fetch_Site": "same-site"}
    assert ask(there, host, X_Forwarded_Method="POST", **foreign) == (403, "")
    assert ask(there, host, Sec_Fetch_Mode="cors", **foreign) == (403, "")
    own = {"Origin": f"https://{host}", "Sec_Fetch_Site": "same-origin"}
    assert ask(there, host, X_Forwarded_Method="POST", **own)[0] == 200
    assert ask(there, host, Sec_Fetch_Site="same-site", Sec_Fetch_Mode="navigate")[0] == 200


def test_the_gate_opens_one_s_own_space_while_it_answers(room: Room) -> None:
    mine, theirs = room.ready(room.learners[0]), room.ready(room.learners[1])
    there, _way = opened(room, room.learners[0], mine)
    refused = room.browser(room.learners[0]).get(f"/entrer?hote=site--{theirs}.salle.internal&chemin=%2F")
    assert refused.status_code == 403
    room.space(room.learners[0], state=State.STOPPED)
    assert ask(there, f"site--{mine}.salle.internal") == (503, "")
    assert room.browser(room.learners[0]).get("/entrer?hote=pirate.example&chemin=%2F").headers["location"] == "/"


def test_leaving_the_portal_closes_the_other_origins(room: Room) -> None:
    token = room.ready(room.learners[0])
    browser, host = room.browser(room.learners[0]), f"site--{token}.salle.internal"
    there = Browser(room.app, base_url=f"https://{host}", follow_redirects=False)
    there.get(browser.get(f"/entrer?hote={host}&chemin=%2F").headers["location"])
    assert ask(there, host)[0] == 200
    browser.send_form("/deconnexion")
    assert ask(there, host)[0] == 303


# -- a learner's labs and bench


def test_a_learner_opens_a_lab_and_the_worker_is_asked_once(room: Room) -> None:
    browser = room.browser(room.learners[0])
    assert "il reste 2 h 00" in browser.get("/").words
    first = browser.send_form("/tp/1")
    assert browser.send_form("/tp/1").headers["location"] == first.headers["location"]
    token = first.headers["location"].removeprefix("/espace/")
    assert re.fullmatch("[a-hjkmnp-z2-9]{8}", token) and room.jobs.jobs == [(Job.OPEN, token)]
    assert browser.get(f"/api/espace/{token}").json()["state"] == "queued"
    assert browser.send_form("/tp/99").status_code == 404
    assert room.browser(room.teacher).send_form("/tp/1").status_code == 404


@pytest.mark.parametrize(
    ("state", "form", "job"),
    [
        (State.STOPPED, {}, Job.OPEN),
        (State.READY, {}, Job.RESTART),
        (State.READY, {"donnees": "1"}, Job.RENEW),
        (State.FAILED, {"donnees": "1"}, Job.RENEW),
    ],
)
def test_a_space_is_woken_or_starts_anew(room: Room, state: State, form: dict[str, str], job: Job) -> None:
    token = room.ready(room.learners[0])
    room.space(room.learners[0], state=state)
    browser = room.browser(room.learners[0])
    assert browser.send_form(f"/espace/{token}/reveil", form).headers["location"] == f"/espace/{token}"
    assert room.jobs.jobs == [(job, token)] and browser.get(f"/api/espace/{token}").json()["services"] == {}


def test_a_lab_that_is_not_open_yet_waits(room: Room) -> None:
    room.browser(room.teacher).send_form("/ouvertures/1", {"ouvre": "2026-11-20T15:00", "ferme": ""})
    browser, token = room.browser(room.learners[0]), room.ready(room.learners[0])
    refused = browser.send_form("/tp/1")
    assert refused.status_code == 409 and "pas encore ouvert" in refused.words
    assert browser.get(f"/api/espace/{token}").status_code == 404  # made ready ahead, and shut
    assert "Ouvre le 20/11/2026 à 15:00" in browser.get("/").words


def test_the_bench_tells_its_page_where_all_stands(room: Room) -> None:
    token = room.ready(room.learners[0])
    told = room.browser(room.learners[0]).get(f"/api/espace/{token}").json()
    assert (told["state"], told["editable"], told["reader"], told["hand_ins"]) == ("ready", True, None, [])
    assert told["services"]["site"].startswith(f"/entrer?hote=site--{token}.salle.internal&chemin=")
    assert (told["deadline"], told["server_now"]) == ("2026-11-20T13:00:00+00:00", "2026-11-20T11:00:00+00:00")
    assert room.row(token).seen_at == NOON
    assert room.browser(room.learners[1]).get(f"/api/espace/{token}").status_code == 404
    assert room.browser().get(f"/api/espace/{token}").status_code == 401


def test_help_lets_a_teacher_look_and_the_learner_sees_that(room: Room) -> None:
    learner, token = room.learners[0], room.ready(room.learners[0])
    browser, teacher = room.browser(learner), room.browser(room.teacher)
    own = {"Origin": ORIGIN}
    long = browser.post(f"/api/espace/{token}/aide", json={"text": "x" * 501}, headers=own)
    assert long.status_code == 409 and "trop longue" in long.json()["error"]
    assert (
        browser.post(f"/api/espace/{token}/aide", json={"text": "Ma liste est vide."}, headers=own).status_code == 200
    )
    assert teacher.get(f"/api/espace/{token}").json()["editable"] is False
    host = f"site--{token}.salle.internal"
    for _look in range(2):
        assert teacher.get(f"/entrer?hote={host}&chemin=%2F").status_code == 303
    looked = browser.get(f"/api/espace/{token}").json()["looked_at"]
    assert [look["who"] for look in looked] == ["Mme Roux"]
    for path in ("verifications", "depots", "aide"):
        assert teacher.post(f"/api/espace/{token}/{path}", json={"text": ""}, headers=own).status_code == 403
    assert browser.delete(f"/api/espace/{token}/aide", headers=own).status_code == 200
    assert teacher.get(f"/api/espace/{token}").status_code == 404


@pytest.fixture
def bench(room: Room) -> str:
    """A learner's workspace with its files, as the worker makes it; returns its token."""
    token = room.ready(room.learners[0])
    folder, seat = room.classroom.place.workspace(token), Seat(shown_lab("page-dynamique"), "SNO-01")
    open_workspace(folder, seat, bytes(32), None, surroundings=Surroundings.ROOM)
    return token


def test_a_hand_in_has_a_receipt_and_may_be_done_again(room: Room, bench: str) -> None:
    browser, own = room.browser(room.learners[0]), {"Origin": ORIGIN}
    first = browser.post(f"/api/espace/{bench}/depots", headers=own)
    assert first.status_code == 201 and first.json()["late"] is False and len(first.json()["sha256"]) == 64
    room.later(hours=3)
    second = browser.post(f"/api/espace/{bench}/depots", headers=own).json()
    assert (second["number"], second["late"]) == (2, True)
    kept = room.classroom.place.hand_ins(1, "SNO-01")
    assert sorted(path.name for path in kept.glob("*.zip")) == ["001.zip", "002.zip"]
    receipt = browser.get(f"/espace/{bench}/depots/1")
    assert first.json()["sha256"] in receipt.text.replace(" ", "").replace("\n", "")
    assert "Ce dépôt est gardé dans la salle" in receipt.text and "encore déposé" not in receipt.text
    assert room.browser(room.teacher).get(f"/espace/{bench}/depots/1").status_code == 200
    assert room.browser(room.learners[1]).get(f"/espace/{bench}/depots/1").status_code == 404
    told = browser.get(f"/api/espace/{bench}").json()["hand_ins"]
    assert [one["number"] for one in told] == [2, 1]
    assert told[1]["code"] == first.json()["code"] and told[1]["code"] in receipt.text, "one code, spelled one way"


def test_sheets_are_shown_and_nothing_else_of_the_folder(room: Room, bench: str) -> None:
    browser = room.browser(room.learners[0])
    assert browser.get(f"/espace/{bench}/enonce/").status_code == 200
    for name in (".etabli/workspace.json", "rendu/index.php", "..%2f..%2fclasses%2fclasses.sqlite", "documents"):
        assert browser.get(f"/espace/{bench}/enonce/{name}").status_code == 404


def heard(answer: str) -> list[tuple[str, dict[str, object]]]:
    """The events of a stream."""
    return [(name, json.loads(facts)) for name, facts in re.findall(r"event: (\w+)\ndata: (.*)\n\n", answer)]


def test_a_verification_is_asked_once_and_told_to_its_end(room: Room, bench: str) -> None:
    browser, own = room.browser(room.learners[0]), {"Origin": ORIGIN}
    first = browser.post(f"/api/espace/{bench}/verifications", headers=own)
    again = browser.post(f"/api/espace/{bench}/verifications", headers=own)
    assert (first.status_code, again.status_code) == (202, 409) and first.json() == again.json()
    assert room.jobs.jobs == [(Job.VERIFY, 1)]
    assert browser.get(f"/api/espace/{bench}").json()["verification"]["rank"] == 0
    with room.work() as db:
        one = db.get_one(VerificationRow, 1)
        verifications.begin(db, room.classroom, one, 2)
        verifications.found(db, one, 1, "demarre", "Le site démarre.", "passed")
        verifications.begin(db, room.classroom, one, 2)  # its worker was killed, and another one begins again
        verifications.found(db, one, 1, "demarre", "Le site démarre.", "failed")
        verifications.found(db, one, 2, "liste", "La liste est là.", "blocked")
        verifications.end(db, room.classroom, one, Progress.DONE, "1 à revoir.", "run")
    ended = browser.get(f"/api/espace/{bench}").json()["verification"]["ended_at"]
    for _reading in range(2):  # it can be read again at any time, and tells all again
        events = heard(browser.get("/api/verifications/1/suite").text)
        assert [name for name, _facts in events] == ["begin", "finding", "finding", "end"]
        assert events[1][1] == {"check": "demarre", "title": "Le site démarre.", "outcome": "failed"}
        assert ended and events[-1][1]["at"] == ended, "one hour, now and after a reload"
        assert events[-1][1]["summary"] == "1 à revoir." and events[-1][1]["page"] == f"/espace/{bench}/verification/"
    assert room.browser(room.learners[1]).get("/api/verifications/1/suite").status_code == 404
    assert room.browser(room.teacher).get("/api/verifications/1/suite").status_code == 404


def test_the_queue_says_how_many_are_before(room: Room, bench: str) -> None:
    other = room.space(room.learners[1])
    with room.work() as db:
        db.add_all(VerificationRow(token=other, asked_at=NOON) for _n in range(3))
    browser = room.browser(room.learners[0])
    browser.post(f"/api/espace/{bench}/verifications", headers={"Origin": ORIGIN})
    told = browser.get(f"/api/espace/{bench}").json()["verification"]
    assert told["rank"] == 3 and told["eta_s"] > 30


def test_the_page_of_a_verification_is_its_learner_s(room: Room, bench: str) -> None:
    folder: Path = room.classroom.place.workspace(bench)
    (folder / "verification.html").write_text("<h1>Vérifié</h1>", "utf-8")
    browser = room.browser(room.learners[0])
    page = browser.get(f"/espace/{bench}/verification/")
    assert page.status_code == 200 and "frame-ancestors 'self'" in page.headers["content-security-policy"]
    assert browser.get(f"/espace/{bench}/verification/rendu/index.php").status_code == 404
    assert room.browser(room.learners[1]).get(f"/espace/{bench}/verification/").status_code == 404


def test_a_broken_state_is_one_sentence(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("etabli.classroom.openings.openings_of", broken)
    browser = Browser(room.app, base_url=ORIGIN, raise_server_exceptions=False)
    browser.cookies.update(room.browser(room.learners[0]).cookies)
    answer = browser.get("/")
    assert answer.status_code == 500 and "La salle a eu un incident" in answer.words and "secret" not in answer.text


def test_time_that_remains_is_told_in_words() -> None:
    spans = {
        timedelta(seconds=20): "il reste 1 minute",
        timedelta(minutes=45): "il reste 45 minutes",
        timedelta(minutes=59, seconds=20): "il reste 1 h 00",
        timedelta(hours=2, minutes=42): "il reste 2 h 42",
        timedelta(hours=47, minutes=5): "il reste 47 h 05",
        timedelta(days=3): "il reste 3 jours",
        timedelta(0): "l'échéance est passée",
    }
    assert [left_of(NOON + span, NOON).replace("\N{NO-BREAK SPACE}", " ") for span in spans] == list(spans.values())
    assert left_of(None, NOON) == ""


@pytest.mark.parametrize("begun", [True, False])
def test_a_mistake_of_ours_after_an_answer_cuts_no_line(begun: bool, caplog: pytest.LogCaptureFixture) -> None:
    """The front speaks to the portal on lines that carry other people's requests too."""
    sent: list[Message] = []

    async def broken(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 500, "headers": []})
        await send({"type": "http.response.body", "body": b"incident", "more_body": not begun})
        raise ZeroDivisionError

    async def send(message: Message) -> None:
        sent.append(message)

    answer = Told(broken)({"type": "http"}, send, send)
    with nullcontext() if begun else pytest.raises(ZeroDivisionError):
        asyncio.run(answer)
    assert len(sent) == 2 and ("incident" in caplog.text) == begun, "an answer that is cut short is cut"
