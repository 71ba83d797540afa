"""What the office service of the examiner's image does when an office dies or is late; it is run for real elsewhere."""

from __future__ import annotations

import json
import os
import socket
import struct
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from helpers import framed

from etabli.exam.runner.peer import sources
from etabli.system.settings import repository

IMAGE = repository() / "images" / "examiner"


@pytest.fixture
def bureau(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(IMAGE))
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    spec = spec_from_loader("bureau", SourceFileLoader("bureau", str(IMAGE / "bureau")))
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def frame(**message: Any) -> bytes:
    return framed(json.dumps(message, separators=(",", ":")).encode())


FOUND, LATE, CRASH = frame(found=1), frame(ended="time", trace="…"), frame(ended="crash", trace="…")
SILENCE = None


class Desk:
    """An office that says what the test wants."""

    def __init__(self, said: list[bytes | None], *, starved: bool) -> None:
        self.said = said
        self.fresh = self.walled = True
        self.starved = lambda: starved
        self.killed = 0

    def ask(self, _frame: bytes, _descriptors: object, _examiner: object) -> bytes | None:
        return self.said.pop(0)

    def prepare(self, _hello: bytes, _examiner: object) -> bool:
        self.fresh = True
        return True

    def kill(self) -> None:
        self.killed += 1


Answer = Callable[..., tuple[bytes, int]]


@pytest.fixture
def answer(bureau: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Answer:
    def answer(*said: bytes | None, used: bool = False, starved: bool = False) -> tuple[bytes, int]:
        desk = Desk(list(said), starved=starved)
        monkeypatch.setattr(bureau, "Desk", lambda _others: desk)
        service = bureau.Bureau(None)
        service._desk = desk
        desk.fresh = not used
        given = service._answer(b"hello", b"question", (), None)
        assert desk.said == []
        return given, desk.killed

    return answer


def test_an_answer_is_passed_on(answer: Answer) -> None:
    assert answer(FOUND) == (FOUND, 0)


@pytest.mark.parametrize("first", [CRASH, SILENCE], ids=["crash", "silence"])
def test_a_question_is_put_once_more_to_a_new_office(answer: Answer, first: bytes | None) -> None:
    assert answer(first, FOUND) == (FOUND, 1)
    assert answer(first, CRASH) == (CRASH, 2)


def test_an_office_that_hangs_twice_hangs(answer: Answer, bureau: ModuleType) -> None:
    given, killed = answer(SILENCE, SILENCE)
    assert (given, killed) == (bureau.HANG, 2)
    assert json.loads(given[8:]) == {"ended": "hang"}


def test_too_much_computing_is_told_at_once_by_an_office_that_was_new(answer: Answer) -> None:
    assert answer(LATE) == (LATE, 1)
    assert answer(LATE, LATE, used=True) == (LATE, 2)
    assert answer(LATE, FOUND, used=True) == (FOUND, 1)


def test_an_office_without_its_walls_is_asked_nothing(bureau: ModuleType) -> None:
    service = bureau.Bureau(None)
    service._desk = Desk([], starved=False)
    service._desk.walled = False
    assert service._answer(b"hello", b"question", (), None) == bureau.UNWALLED


def test_a_machine_without_a_free_processor_is_not_the_file_s_fault(answer: Answer, bureau: ModuleType) -> None:
    given, killed = answer(SILENCE, starved=True)
    assert killed == 1 and "too busy" in json.loads(given[8:])["error"]


def test_seconds_in_line_are_read_from_the_kernel(bureau: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "schedstat").write_text("6517843 34000000000 114\n")
    assert bureau._stood(str(tmp_path / "schedstat")) == 34.0
    assert bureau._stood(str(tmp_path / "absent")) == 0


# -- what is sent


def test_a_message_arrives_with_its_file(bureau: ModuleType) -> None:
    here, there = socket.socketpair()
    with here, there, open("/dev/null", "rb") as nothing:
        socket.send_fds(here, [frame(a=1)], [nothing.fileno()])
        data, descriptors = bureau.receive_frame(there)
        assert (data, len(descriptors)) == (frame(a=1), 1)
        os.close(descriptors[0])


@pytest.mark.parametrize(
    "sent",
    [b"", b"\0" * 7, (5).to_bytes(8, "big") + b"{}", (1 << 40).to_bytes(8, "big")],
    ids=["nothing", "cut-length", "cut", "endless"],
)
def test_a_message_cut_or_endless_is_none(bureau: ModuleType, sent: bytes) -> None:
    here, there = socket.socketpair()
    with here, there:
        here.sendall(sent)
        here.shutdown(socket.SHUT_WR)
        with pytest.raises(ValueError, match="cut or too long"):
            bureau.receive_frame(there)


def test_only_the_examiner_is_served(bureau: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    envoi = __import__("etabli_envoi")
    here, there = socket.socketpair()
    with here, there:
        _, account, _ = struct.unpack("3i", there.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        monkeypatch.setattr(envoi, "EXAMINER", account + 1)
        assert not bureau.from_examiner(there)
        monkeypatch.setattr(envoi, "EXAMINER", account)
        assert bureau.from_examiner(there)


def test_packages_are_sent_within_packages(bureau: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "ods").mkdir()
    for name, text in (
        ("__init__", ""),
        ("serve", "from .ods.parts import SAID"),
        ("ods/__init__", ""),
        ("word", "SAID = 1"),
    ):
        (tmp_path / f"{name}.py").write_text(text, "utf-8")
    (tmp_path / "ods" / "parts.py").write_text("from ..word import SAID", "utf-8")
    sent = sources(tmp_path)
    assert set(sent["sources"]) == {"", "serve", "word", "ods", "ods.parts"}
    assert __import__("etabli_envoi").module_of("serve", sent["id"], sent["sources"]).SAID == 1
