"""``rendu.json``: an honest mix-up is seen before the exam, and a declaration written by hand is welcome."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers import make_lab

from etabli.cli.follow import write_line
from etabli.cli.screen import print_json
from etabli.exam.contract.errors import RejectedSubmission
from etabli.lab.variant import Purpose, Seat
from etabli.reception.declaration import Declaration, read_declaration, verify_declaration

SECRET = bytes(32)


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    return Seat(make_lab(tmp_path), "sno-07")


def test_a_label_written_by_hand_needs_the_lab_alone(seat: Seat) -> None:
    said = read_declaration(b'\xef\xbb\xbf{"lab": "essai"}')
    assert said == Declaration("essai")
    verify_declaration(said, seat, SECRET)


def test_a_whole_label_of_this_seat_is_welcome(seat: Seat) -> None:
    facts = {
        "schema": "etabli/rendu/1",
        "lab": "essai",
        "session": "entrainement",
        "candidate": "sno-07",
        "data_version": 1,
        "seed_fingerprint": seat.fingerprint(SECRET),
        "unknown": [],
    }
    verify_declaration(read_declaration(json.dumps(facts).encode()), seat, SECRET)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"3", b'"lab"', b'{"labo": 1}', b"[" * 9999, b"\xff\xfe"])
def test_anything_else_is_unreadable(data: bytes) -> None:
    with pytest.raises(RejectedSubmission, match=r"rendu\.json » est illisible"):
        read_declaration(data)


MIX_UPS = [
    ({"lab": "autre"}, "TP « autre », pas de « essai »"),
    ({"session": "juin"}, "session « juin », vérifiée|session « juin », pas de « entrainement » .*--session juin"),
    ({"candidate": "sno-08"}, "celui de « sno-08 », déposé pour « sno-07 »"),
    ({"data_version": 7}, "version 7 des données du TP, cette machine a la version 1"),
    ({"seed_fingerprint": "0" * 16}, "autre secret.*etabli secret exporter"),
]


@pytest.mark.parametrize(("fact", "words"), MIX_UPS, ids=[next(iter(fact)) for fact, _words in MIX_UPS])
def test_each_mix_up_has_its_sentence(seat: Seat, fact: dict[str, object], words: str) -> None:
    said = read_declaration(json.dumps({"lab": "essai"} | fact).encode())
    with pytest.raises(RejectedSubmission, match=words):
        verify_declaration(said, seat, SECRET)


@pytest.mark.parametrize("fact", [{"lab": "x" * 9000}, {"data_version": 10**4000}], ids=["lab", "data_version"])
def test_what_a_student_wrote_is_cut(seat: Seat, fact: dict[str, object]) -> None:
    said = read_declaration(json.dumps({"lab": "essai"} | fact).encode())
    with pytest.raises(RejectedSubmission) as refused:
        verify_declaration(said, seat, SECRET)
    assert len(str(refused.value)) < 250


def test_a_long_name_is_compared_whole(seat: Seat) -> None:
    long = Seat(seat.lab, "a" * 64, "s" * 90)
    verify_declaration(Declaration("essai", session=long.session, candidate=long.candidate), long, SECRET)
    with pytest.raises(RejectedSubmission):
        verify_declaration(Declaration("essai", session="s" * 90 + "x"), long, SECRET)


def test_no_command_is_suggested_that_a_student_wrote(seat: Seat) -> None:
    with pytest.raises(RejectedSubmission, match=r"« --session 'x; rm -rf ~' »"):
        verify_declaration(Declaration("essai", session="x; rm -rf ~"), seat, SECRET)


def test_a_fingerprint_tells_secret_candidate_session_and_purpose_apart(seat: Seat) -> None:
    others = [
        seat.fingerprint(SECRET),
        seat.fingerprint(SECRET, Purpose.EVALUATION),
        seat.fingerprint(bytes(31) + b"x"),
        Seat(seat.lab, "sno-08").fingerprint(SECRET),
        Seat(seat.lab, "sno-07", "juin").fingerprint(SECRET),
    ]
    assert len(set(others)) == len(others)


def test_half_a_character_is_none_wherever_it_stands() -> None:
    said = read_declaration(rb'{"lab": "\ud800", "session": "a\udfff", "noted": {"\ud800": ["\ud800", {"\udfff": 1}]}}')
    assert said == Declaration("?", "a?", noted={"?": ["?", "{'?': 1}"]})


def test_what_was_kept_is_printed_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    kept = json.loads(r'{"noted": {"\ud800": "é"}}')
    print_json(kept)
    write_line("kept", **kept)
    first, second = capsys.readouterr().out.rsplit("\n{", 1)
    assert json.loads(first) == kept and json.loads("{" + second)["noted"] == kept["noted"]
