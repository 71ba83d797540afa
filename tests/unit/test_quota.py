"""How much of the disk a learner may take: what is refused, in which words, and what never is."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import portal
import pytest
from starlette.requests import Request

from etabli.classroom import hand_ins, quota
from etabli.classroom.settings import Limits, RoomSettings, read_settings, write_settings
from etabli.classroom.tables import HandInRow, WorkspaceRow
from etabli.exam.contract.errors import LabError, UsageProblem
from etabli.portal.files import Turns
from etabli.portal.numbers import number_in


def test_hand_ins_beyond_the_limit_are_refused_and_all_are_kept(tmp_path: Path) -> None:
    room = portal.make_room(tmp_path)
    limited = replace(room.classroom, limits=Limits(espace_mo=100))
    token = room.hand_in(room.learners[0])
    with room.work() as db:
        db.query(HandInRow).one().size = 100_000_000
    with room.work() as db:
        row = db.get_one(WorkspaceRow, token)
        with pytest.raises(UsageProblem, match="pèsent déjà 100 Mo, plus que la limite de 100 Mo : tous sont gardés"):
            hand_ins.hand_in(db, limited, row)
    with room.work() as db:
        assert db.query(HandInRow).count() == 1
        quota.expect_room(db, Limits(espace_mo=101), tmp_path, db.get_one(WorkspaceRow, token))


def test_a_disk_that_is_nearly_full_takes_a_hand_in_longer_than_what_is_heavy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = portal.make_room(tmp_path)
    token = room.space(room.learners[0])
    for free, heavy, small in ((1000, True, True), (999, False, True), (100, False, True), (99, False, False)):
        monkeypatch.setattr(quota, "free_mb", lambda folder, free=free: free)
        assert (quota.full(Limits(), tmp_path) is None) is heavy
        with room.work() as db:
            try:
                quota.expect_room(db, Limits(), tmp_path, db.get_one(WorkspaceRow, token))
            except UsageProblem as refused:
                assert not small and "presque plein" in str(refused)
            else:
                assert small


def test_what_a_room_may_set(tmp_path: Path) -> None:
    write_settings(tmp_path, RoomSettings.model_validate({"limites": {"espace_mo": 500}}))
    assert read_settings(tmp_path).limites == Limits(espace_mo=500, libre_mo=1000)
    (tmp_path / "salle.yaml").write_text("limites: {espace_mo: 5}\n")
    with pytest.raises(LabError, match="espace_mo"):
        read_settings(tmp_path)


def test_heavy_bodies_come_four_at_once_and_one_of_each_workspace() -> None:
    turns, now, most = Turns(), dict[str, int](), [0, 0]

    async def send(token: str, size: int) -> None:
        request = Request({"type": "http", "path_params": {"token": token}})
        async with turns.turn(request, size):
            if size > 1_000_000:
                now[token] = now.get(token, 0) + 1
                most[0], most[1] = max(most[0], sum(now.values())), max(most[1], now[token])
                await asyncio.sleep(0.005)
                now[token] -= 1

    async def go() -> None:
        heavy = [send(f"t{number % 8}", 5_000_000) for number in range(40)]
        await asyncio.gather(*heavy, *(send("t0", 1000) for _n in range(40)))

    asyncio.run(go())
    assert most == [4, 1] and not any(now.values())


def test_small_bodies_wait_for_nobody() -> None:
    async def go() -> None:
        turns = Turns()
        request = Request({"type": "http", "path_params": {"token": "a"}})
        async with turns.turn(request, 5_000_000), asyncio.timeout(5), turns.turn(request, 1000):
            pass

    asyncio.run(go())


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("007", 7), ("", None), ("-1", None), ("²", None), ("٣", None), ("9" * 9, 999_999_999),
     ("9" * 10, None), ("9" * 4301, None), ("1_000", None), (" 1", None)],
)  # fmt: skip
def test_a_number_is_one_of_ours_or_none(text: str, number: int | None) -> None:
    assert number_in(text) == number


LONG = "9" * 4301


def test_a_number_of_4301_digits_is_no_incident_anywhere(tmp_path: Path) -> None:
    room = portal.make_room(tmp_path)
    room.hand_in(room.learners[0])
    token = room.space(room.learners[0])
    paths = {
        route.path.replace(f"{{{name}:int}}", LONG).replace("{token}", token)
        for route in room.app.routes
        for name in getattr(route, "param_convertors", {})
        if f"{{{name}:int}}" in route.path
    }
    assert len(paths) > 10
    admin, teacher, learner = (room.browser(one) for one in (room.admin, room.teacher, room.learners[0]))
    for path in paths:
        asked = path.replace("{form}", "csv").replace("{name:path}", "index.html")
        for browser in (admin, teacher, learner):
            assert browser.get(asked).status_code in (404, 405), asked[:60]
            assert browser.send_form(asked).status_code in (404, 405), asked[:60]
    assert admin.get(f"/administration/connexions?avant={LONG}").status_code in (200, 404)
    base, opening = f"/ouvertures/{room.opening.id}", f"/classes/{room.of_class.id}"
    for path, fields in (
        (f"{base}/delais", {"eleve": LONG}), (f"{base}/commentaires", {"espace": token, "retirer": LONG}),
        (f"{opening}/codes", {"eleve": LONG}), (f"{opening}/collegues", {"collegue": LONG, "enseignant": LONG}),
        ("/classes/importer", {"sauf": LONG, "apercu": LONG}), ("/classes/importer", {"sauf": "²", "apercu": "x"}),
    ):  # fmt: skip
        assert teacher.send_form(path, fields).status_code < 500, path
