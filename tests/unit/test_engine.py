"""The engine on a fake sandbox: what becomes of a deposit, whatever the examiner and the sandbox do."""

from __future__ import annotations

import base64
import errno
import itertools
import json
import re
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
from fake_sandbox import HANG, ExamCrashed, FakeSandbox, Script
from helpers import CHECKS_PY, READ_MANIFEST, make_lab
from small_class import GOOD, SmallClass, close, end, outcomes, stream

from etabli.exam.contract.errors import (
    EtabliError,
    MachineBusy,
    RejectedSubmission,
    SandboxFailure,
    SandboxUnavailable,
    UsageProblem,
)
from etabli.exam.contract.outcome import Outcome, Status
from etabli.grading import one
from etabli.grading.batch import grade_many
from etabli.grading.works import Done
from etabli.reception.kept_submissions import kept_deposit, kept_path
from etabli.reception.submission import Deposit
from etabli.reports.build import payload_of
from etabli.runs.folder import read_run
from etabli.runs.run import run_folders
from etabli.runs.scoring import results
from etabli.runs.store import Store
from etabli.sandbox.base import AppState, ExecResult, ServiceState
from etabli.sandbox.share import Share, Shares
from etabli.system.settings import repository
from etabli.system.troubles import Troubles, refused, short


@pytest.fixture
def small(tmp_path: Path) -> SmallClass:
    return SmallClass(tmp_path)


@pytest.fixture
def with_database(tmp_path: Path) -> SmallClass:
    return SmallClass(tmp_path, make_lab(tmp_path, service="mariadb"))


def test_a_good_submission_is_graded_and_frozen(small: SmallClass) -> None:
    run = small.one()
    assert run.status is Status.GRADED
    assert outcomes(run) == [Outcome.PASSED, Outcome.PASSED]
    assert read_run(small.plan.out / "sno-01" / run.id) == run
    assert run.runtime == "php"
    assert run.submission_sha256 and run.attempts == 1
    assert {"intake", "variant", "start", "examine"} <= set(run.phases_ms)


@pytest.mark.parametrize("manifest", [{}, READ_MANIFEST], ids=["an application", "files alone"])
def test_what_a_program_asks_of_its_machine_is_kept_with_the_run(tmp_path: Path, manifest: dict[str, Any]) -> None:
    small = SmallClass(tmp_path, make_lab(tmp_path, **manifest))
    asks = {"index.php": "<?php readfile('/proc/self/limits');", "audit.csv": "compte;risque\n"}
    (told,) = [event for event in small.one(asks).events if event.get("advice") == "se-demande-ou"]
    assert told["message"] == "« index.php », ligne 1, interroge la machine (/proc/)"


def test_what_the_sandbox_was_asked_is_in_the_transcript(small: SmallClass) -> None:
    verbs = [event["verb"] for event in small.one().events if event.get("fixture") == "sandbox"]
    assert verbs[0] == "start"
    assert "examine" in verbs


def test_nothing_is_left_when_a_batch_ends(small: SmallClass) -> None:
    small.one()
    assert small.sandbox.objects == {}
    assert not (small.plan.out / ".travail").exists()


@pytest.mark.parametrize(
    ("files", "words"), [({}, "Le rendu est vide."), ({"notes.txt": "bonjour"}, "Aucun fichier d'entrée")]
)
def test_nothing_to_start_fails_the_start_check_and_blocks_the_rest(
    small: SmallClass, files: dict[str, str], words: str
) -> None:
    run = small.one(files)
    assert run.status is Status.GRADED
    first, second = results(run)
    assert (first.outcome, second.outcome, second.blocked_by) == (Outcome.FAILED, Outcome.BLOCKED, ("demarre",))
    assert run.reason and words in run.reason
    assert first.observed and words in first.observed
    assert first.expected == "Un fichier d'entrée à la racine du rendu : index.php, public/index.php ou app.py."
    assert first.help == (
        small.plan.checks.specs[0].help if files else f"Déposez de nouveau votre travail. {first.expected}"
    )
    assert small.sandbox.asked("start") == 0


def test_what_is_found_instead_of_an_entry_is_listed_as_a_sentence_lists_it(small: SmallClass) -> None:
    few, many = (small.one({f"n{at}.txt": "" for at in range(most)}).reason or "" for most in (2, 7))
    assert "(on y trouve : n0.txt et n1.txt)." in few
    assert "(on y trouve : n0.txt, n1.txt, n2.txt, n3.txt, n4.txt et 2 autres)." in many


@pytest.mark.parametrize(
    ("receipt", "words"),
    [('{"lab": "autre"}', "TP « autre »"), ("{", "illisible"), ("[]", "illisible"), ("[" * 9999, "illisible")],
)
def test_another_lab_s_submission_is_rejected_and_not_kept(small: SmallClass, receipt: str, words: str) -> None:
    run = small.one({"index.php": "<?php", "rendu.json": receipt})
    assert run.status is Status.REJECTED
    assert results(run) == ()
    assert run.reason and words in run.reason
    assert kept(small) == []


def test_a_receipt_of_this_lab_is_welcome(small: SmallClass) -> None:
    noted = small.one({"index.php": "<?php", "rendu.json": '{"lab": "essai", "noted": {"site": ["ouvert", "clic"]}}'})
    assert noted.status is Status.GRADED and payload_of(noted)["noted"] == {"site": ["ouvert", "clic"]}
    assert small.one({"index.php": "<?php", "rendu.json": '{"lab": "essai"}'}).status is Status.GRADED


MISHAPS = {
    "IndexError": IndexError("trop loin"),
    "« un.csv » : le disque ne répond pas bien": OSError(errno.EIO, "trop loin", "/rendus/un.csv"),
    "trop loin": EtabliError("C'est trop loin."),
}


@pytest.mark.parametrize("words", MISHAPS)
@pytest.mark.parametrize(("step", "taken"), [("take", False), ("prepare", True), ("examine", True)])
def test_a_mishap_on_one_deposit_does_not_stop_the_others(
    small: SmallClass, monkeypatch: pytest.MonkeyPatch, step: str, taken: bool, words: str
) -> None:
    real = getattr(one, step)

    def clumsy(subject: Any, *arguments: Any, **options: Any) -> Any:
        deposit = subject if isinstance(subject, Deposit) else getattr(subject, "record", subject).deposit
        if deposit.candidate == "sno-02":
            raise MISHAPS[words]
        return real(subject, *arguments, **options)

    monkeypatch.setattr(one, step, clumsy)
    batch = small.grade(*(small.deposit(name) for name in ("sno-01", "sno-02", "sno-03")))
    runs = {done.graded.run.candidate: done.graded.run for done in batch.done}
    assert [runs[name].status for name in sorted(runs)] == [Status.GRADED, Status.NEEDS_REVIEW, Status.GRADED]
    assert runs["sno-02"].reason and words in runs["sno-02"].reason
    assert any("trop loin" in event.get("noise", "") for event in runs["sno-02"].events)
    assert (runs["sno-02"].submission_sha256 is not None) is taken
    schema = json.loads((repository() / "docs" / "schemas" / "payload.schema.json").read_text("utf-8"))
    for run in runs.values():
        jsonschema.validate(payload_of(run), schema)


UNSURE = (end("demarre"), end("liste", "error", traceback="ValueError"), close())
SCRIPTS = {
    "silent": stream(*GOOD[:2]),
    "lost": stream(end("demarre"), close(1)),
    "unsure": stream(*UNSURE),
    "hung": [stream(end("demarre")), HANG],
    "spoofed": b'{"kind": "check_end", "check": "liste", "outcome": "passed"}\n',
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_our_failure_is_tried_again_then_shown_to_a_person(small: SmallClass, script: Script) -> None:
    small.sandbox.on_exam = lambda _request: script
    run = small.one()
    assert small.sandbox.asked("examine") == run.attempts == 2
    assert run.status is Status.NEEDS_REVIEW
    assert Outcome.FAILED not in outcomes(run)
    assert run.reason and "incident technique" in run.reason


def test_a_second_attempt_may_succeed_and_then_counts_alone(small: SmallClass) -> None:
    exams = iter([stream(*UNSURE), stream(end("demarre", "failed"), end("liste", "blocked"), close())])
    small.sandbox.on_exam = lambda _request: next(exams)
    run = small.one()
    assert run.status is Status.GRADED
    assert outcomes(run) == [Outcome.FAILED, Outcome.BLOCKED]


CALM, CROWDED = Share(2.0, {7: 1.0}), Share(2.5, {7: 11.0})
LATE = (
    {"kind": "open", "protocol": 1, "lab": "essai", "checks": ["demarre", "liste"]},
    {"kind": "check_start", "check": "demarre"},
    end("demarre", "failed", observed="La page n'est pas arrivée à temps.", cause="slow"),
    {"kind": "check_start", "check": "liste"},
    end("liste", "failed", observed="La page n'est pas arrivée à temps.", cause="slow"),
    close(),
)
BUSY = "La machine était trop chargée, ou la commande suspendue, pour juger du temps : relancez au calme."


def crowd(small: SmallClass, *moments: Share) -> None:
    """Makes the application have these shares, one look after the other and ten seconds apart; then always the last."""
    looks = itertools.chain(moments, itertools.repeat(moments[-1]))
    small.sandbox.on_shares = lambda: Shares({"site": next(looks)}, at=10.0 * small.sandbox.asked("shares"))


def test_a_failure_for_time_on_a_busy_machine_is_examined_again(small: SmallClass) -> None:
    exams = iter([stream(*LATE), stream(*GOOD)])
    small.sandbox.on_exam = lambda _request: next(exams)
    crowd(small, CALM, CALM, CROWDED)
    run = small.one()
    assert (run.status, run.attempts, outcomes(run)) == (Status.GRADED, 2, [Outcome.PASSED, Outcome.PASSED])
    assert [event["message"] for event in run.events if event["kind"] == "incident"] == [BUSY]


def test_a_machine_that_stays_busy_leaves_it_to_a_person_and_says_so_once(tmp_path: Path) -> None:
    lab = make_lab(tmp_path)
    third = CHECKS_PY.rpartition("@check")[2].replace("demarre", "liste").replace("check_liste", "check_fiche")
    (lab.grader / "checks.py").write_text(f"{CHECKS_PY}\n@check{third}", "utf-8")
    small = SmallClass(tmp_path, lab)
    small.says(*LATE[:-1], end("fiche", "blocked", blocked_by=["liste"]), close(3))
    small.sandbox.on_shares = lambda: Shares(
        {"site": Share(0.1 * small.sandbox.asked("shares"), {7: 9.0 * small.sandbox.asked("shares")})},
        at=10.0 * small.sandbox.asked("shares"),
    )
    run = small.one()
    assert (run.status, run.reason, run.attempts) == (Status.NEEDS_REVIEW, BUSY, 1 + len(small.plan.pauses))
    assert [(item.outcome, item.observed, item.blocked_by) for item in results(run)] == [
        (Outcome.ERROR, BUSY, ()),
        (Outcome.BLOCKED, None, ("demarre",)),
        (Outcome.BLOCKED, None, ("demarre",)),
    ]


def test_what_failed_while_the_command_slept_is_examined_again(
    small: SmallClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-Z in the middle of an exam: the program answered, and nobody heard it in time."""
    looks = itertools.count()
    dozing = SimpleNamespace(naps=lambda: int(next(looks) > 0), count=None)
    monkeypatch.setattr("etabli.grading.watch.troubles", lambda: dozing)
    exams = iter([stream(*({**event, "cause": None} for event in LATE)), stream(*GOOD)])
    small.sandbox.on_exam = lambda _request: next(exams)
    run = small.one()
    assert (run.status, run.attempts, outcomes(run)) == (Status.GRADED, 2, [Outcome.PASSED, Outcome.PASSED])
    assert [event["message"] for event in run.events if event["kind"] == "incident"] == [BUSY]


def test_who_wakes_up_knows_that_it_slept(monkeypatch: pytest.MonkeyPatch) -> None:
    asleep = Troubles()
    assert asleep.naps() == asleep.naps() == 0
    asleep._seen -= 60  # as if the thread that counts had stood still, with all others, for a minute
    assert asleep.naps() == asleep.count() == 1


def test_what_fails_while_the_machine_is_in_trouble_is_examined_alone_at_the_end_and_judged_then(
    small: SmallClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is at work beside it may be the trouble; who makes one alone has no one else to be the doing of."""
    seen = itertools.count()
    troubled = SimpleNamespace(naps=lambda: 0, count=lambda: next(seen))
    monkeypatch.setattr("etabli.grading.watch.troubles", lambda: troubled)
    small.says(*({**event, "cause": None} for event in LATE))
    batch = small.grade(small.deposit("a"), small.deposit("b"))
    runs = [done.graded.run for done in batch.done]
    assert [(run.status, run.attempts, outcomes(run)) for run in runs] == [
        (Status.GRADED, 1, [Outcome.FAILED, Outcome.FAILED])
    ] * 2
    assert small.sandbox.asked("examine") == 4, "once in company, once alone"


def test_a_lock_that_all_of_the_machine_waits_for_is_a_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    held = threading.Event()
    monkeypatch.setattr("etabli.system.troubles.fcntl.flock", lambda _file, _how: held.wait(1.2))
    kept = Troubles()
    until = time.monotonic() + 60
    while not kept.count() and time.monotonic() < until:
        time.sleep(0.1)
    held.set()
    assert kept.count()


@pytest.mark.parametrize(
    ("free", "held", "trouble"), [(9_000, 10, False), (199, 10, True), (9_000, 301, True), (9_000, None, False)]
)
def test_a_machine_that_is_short_of_what_all_share_is_a_trouble(
    tmp_path: Path, free: int, held: int | None, trouble: bool
) -> None:
    for path in ("net", "sys/net/ipv4"):
        (tmp_path / path).mkdir(parents=True)
    (tmp_path / "meminfo").write_text(f"MemTotal:       10000 kB\nMemAvailable:   {free} kB\nHugePages_Total: 0\n")
    for name in ("tcp_mem", "udp_mem"):
        (tmp_path / "sys/net/ipv4" / name).write_text("200\t300\t400\n")
    if held is not None:
        (tmp_path / "net/sockstat").write_text(
            f"sockets: used 9\nTCP: inuse 3 orphan 0 tw 0 alloc 3 mem {held}\nUDP: inuse 0 mem 9\n"
        )
    assert short(tmp_path) is trouble


def test_a_table_of_neighbours_that_is_full_is_told(tmp_path: Path) -> None:
    (tmp_path / "net/stat").mkdir(parents=True)
    assert refused(tmp_path) == 0
    rows = "entries allocs table_fulls\n" + "00000003 00000004 0000000f\n00000003 00000000 00000001\n"
    (tmp_path / "net/stat/arp_cache").write_text(rows)
    assert refused(tmp_path) == 16


@pytest.mark.parametrize("now", [Share(2.1, {7: 1.2}), Share(9.0, {7: 11.0})], ids=["asleep", "at work"])
def test_who_is_late_by_its_own_doing_fails(small: SmallClass, now: Share) -> None:
    small.says(*LATE)
    crowd(small, CALM, CALM, now)
    run = small.one()
    assert (run.status, run.attempts, outcomes(run)) == (Status.GRADED, 1, [Outcome.FAILED, Outcome.FAILED])


def test_another_failure_is_judged_on_a_busy_machine_too_and_so_is_who_has_stopped(small: SmallClass) -> None:
    small.says(*({key: value for key, value in event.items() if key != "cause"} for event in LATE))
    crowd(small, CALM, CALM, CROWDED)
    assert (small.one().attempts, small.sandbox.asked("shares")) == (1, 3), "nothing is read when nothing is late"
    small.says(*LATE)
    small.sandbox.on_start = lambda _app: AppState(running=False, exit_code=1)
    run = small.one(fresh=True)
    assert (run.status, run.attempts, outcomes(run)) == (Status.GRADED, 1, [Outcome.FAILED, Outcome.FAILED])


def test_a_check_that_the_lab_does_not_have_earns_nothing(small: SmallClass) -> None:
    small.says(end("demarre"), end("liste", "failed"), end("bonus"), close())
    assert outcomes(small.one()) == [Outcome.PASSED, Outcome.FAILED]


def test_a_room_that_cannot_be_made_is_our_error(small: SmallClass) -> None:
    for _time in range(2):
        small.sandbox.fail("start", SandboxFailure("plus de place"))
    run = small.one()
    assert (run.status, run.reason) == (Status.NEEDS_REVIEW, "plus de place")


def test_what_broke_in_company_is_graded_again_alone_at_the_end(small: SmallClass) -> None:
    """Whatever the machine lacked, another submission may have taken; with nothing beside it, nobody takes it again."""
    said: list[str] = []

    def exam(_request: bytes) -> Script:
        if small.sandbox.asked("examine") <= 4:
            raise ExamCrashed("l'examinateur s'est arrêté")
        return stream(*GOOD)

    small.sandbox.on_exam = exam
    batch = small.grade(small.deposit("a"), small.deposit("b"), tell=said.append)
    assert {done.graded.run.candidate: done.graded.run.status for done in batch.done} == {
        "a": Status.GRADED,
        "b": Status.GRADED,
    }
    assert len(batch.done) == 2 and [len(run_folders(small.plan.out / name)) for name in "ab"] == [2, 2]
    assert said[-1].startswith("2 rendus sont vérifiés de nouveau")
    order = [call.verb for call in small.sandbox.calls if call.verb in {"start", "examine"}]
    assert order[-4:] == ["start", "examine"] * 2, "the second is not even made ready beside the first"


def test_a_machine_that_cannot_grade_says_so(small: SmallClass) -> None:
    small.sandbox.fail("open_worker", SandboxUnavailable())
    with pytest.raises(SandboxUnavailable):
        small.one()
    assert small.sandbox.objects == {}


def test_evidence_is_kept_by_hash(small: SmallClass) -> None:
    proof = {
        "kind": "evidence",
        "check": "demarre",
        "evidence_kind": "screenshot",
        "caption": "La page",
        "media": "image/png",
        "data": base64.b64encode(b"\x89PNG").decode(),
    }
    small.says(proof, *GOOD)
    run = small.one()
    (kept,) = results(run)[0].evidence
    assert (small.plan.out / "sno-01" / run.id / kept.path).read_bytes() == b"\x89PNG"
    assert "data" not in json.dumps([event for event in run.events if event["kind"] == "evidence"])


def test_memory_is_told_to_the_teacher(small: SmallClass) -> None:
    small.sandbox.on_start = lambda _app: AppState(running=False, exit_code=137, oom_killed=True)
    assert "384 Mo de mémoire" in str(small.one().reason)


def test_what_has_not_changed_is_not_done_again(small: SmallClass) -> None:
    deposit = small.deposit("sno-01")
    first = small.grade(deposit).done[0].graded
    again = small.grade(deposit).done[0].graded
    assert (first.reused, again.reused) == (False, True)
    assert again.run == first.run
    assert small.grade(deposit, fresh=True).done[0].graded.run.id != first.run.id
    small.deposit("sno-01", {"index.php": "<?php // mieux"})
    changed = small.grade(deposit).done[0].graded
    assert not changed.reused
    assert len(list((small.plan.out / "sno-01").glob("*/run.json"))) == 3


def test_a_run_stands_while_what_made_it_is_the_same(small: SmallClass, monkeypatch: pytest.MonkeyPatch) -> None:
    deposit = small.deposit("sno-01")
    small.grade(deposit)

    def again(**changes: Any) -> bool:
        small.plan = replace(small.plan, **changes)
        return small.grade(deposit).done[0].graded.reused

    (small.lab.folder / "reference.md").write_text("Un autre énoncé.", "utf-8")
    monkeypatch.setattr("etabli.grading.plan.platform_sha256", lambda: "0" * 64)
    assert again()  # another brief, another platform: said in the reports, no more
    (small.lab.grader / "checks.py").write_text(CHECKS_PY + "\n", "utf-8")
    assert not again() and again()
    assert not again(image_ids={"web": "sha256:2"}) and again()
    assert not again(session="rattrapage") and again()
    assert not again(secret=bytes(31) + b"1") and again()
    assert not again(lab=make_lab(small.root, limits={"memory_mb": 256})) and again()


def test_a_refusal_that_says_the_same_is_not_made_twice(small: SmallClass) -> None:
    deposit = small.deposit("sno-01", {"rendu.json": '{"lab": "autre"}'})
    first = small.grade(deposit).done[0].graded.run
    again = small.grade(deposit).done[0].graded
    assert (again.reused, again.run) == (True, first)
    small.deposit("sno-01", {"rendu.json": "{"})
    other = small.grade(deposit).done[0].graded
    assert not other.reused and other.run.status is Status.REJECTED and other.run.reason != first.reason
    small.deposit("sno-01", {"rendu.json": '{"lab": "essai"}', "index.php": "<?php"})
    assert small.grade(deposit).done[0].graded.run.status is Status.GRADED
    assert small.grade(deposit, fresh=True).done[0].graded.run.number == 4


@pytest.mark.parametrize("spoilt", ["run.json", "transcript.jsonl"])
def test_a_run_that_changed_does_not_stand(small: SmallClass, spoilt: str) -> None:
    deposit = small.deposit("sno-01")
    first = small.grade(deposit).done[0].graded.run
    (small.plan.out / "sno-01" / first.id / spoilt).write_text("", "utf-8")
    again = small.grade(deposit).done[0].graded
    assert not again.reused and (first.number, again.run.number) == (1, 2)
    assert small.grade(deposit).done[0].graded.run == again.run


def test_what_needed_review_is_done_again(small: SmallClass) -> None:
    small.says(*UNSURE)
    deposit = small.deposit("sno-01")
    small.grade(deposit)
    small.says(*GOOD)
    assert not small.grade(deposit).done[0].graded.reused


def test_two_rooms_are_used_in_turn(small: SmallClass) -> None:
    small.grade(*(small.deposit(name) for name in ("a", "b", "c")))
    rooms = [call.room for call in small.sandbox.calls if call.verb == "start"]
    assert [room.value for room in rooms if room] == ["a", "b", "a"]


def test_in_one_batch_each_deposit_may_run_its_own_checks(small: SmallClass) -> None:
    def asked(request: bytes) -> bytes:
        checks = json.loads(request)["only"] or ["demarre", "liste"]
        return stream(*map(end, checks), close(len(checks)))

    small.sandbox.on_exam = asked
    short = small.plan.narrowed(["demarre"])
    deposits = [small.deposit(name) for name in ("a", "b", "c")]
    runs = {done.graded.run.candidate: done.graded.run for done in small.grade(*deposits, own_plans={"b": short}).done}
    ran = {name: [item.spec.id for item in results(run)] for name, run in runs.items()}
    assert ran == {"a": ["demarre", "liste"], "b": ["demarre"], "c": ["demarre", "liste"]}
    assert {run.status for run in runs.values()} == {Status.GRADED}
    assert small.sandbox.asked("open_worker") == 1


def test_some_checks_share_the_pack_of_the_whole(small: SmallClass) -> None:
    short = small.plan.narrowed(["demarre"])
    assert short.pack is small.plan.pack
    assert short.made_by is small.plan.made_by


def test_a_run_of_other_checks_does_not_stand(small: SmallClass) -> None:
    deposit = small.deposit("sno-01")
    small.grade(deposit)
    small.says(end("demarre"), close(1))
    short = {"sno-01": small.plan.narrowed(["demarre"])}
    assert [small.grade(deposit, own_plans=short).done[0].graded.reused for _time in range(2)] == [False, True]


def test_deposits_that_come_one_by_one_are_graded_meanwhile(small: SmallClass) -> None:
    graded = threading.Event()

    def come() -> Iterator[Deposit]:
        yield small.deposit("a")
        yield small.deposit("b")  # the lane has one under way and makes the next one ready
        assert graded.wait(20)
        yield small.deposit("c")

    batch = grade_many(small.sandbox, small.plan, come(), workers=1, progress=lambda _done: graded.set())
    assert [done.graded.run.candidate for done in batch.done] == ["a", "b", "c"]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_deposit_that_cannot_come_stops_the_batch(small: SmallClass, workers: int) -> None:
    def come() -> Iterator[Deposit]:
        yield small.deposit("a")
        raise SandboxFailure("rien de plus")

    with pytest.raises(SandboxFailure, match="rien de plus"):
        grade_many(small.sandbox, small.plan, come(), workers=workers)
    assert small.sandbox.objects == {}


def test_an_interruption_keeps_what_is_finished(small: SmallClass) -> None:
    def interrupt(done: Done) -> None:
        raise KeyboardInterrupt

    deposits = [small.deposit(name) for name in ("a", "b", "c")]
    batch = small.grade(*deposits, progress=interrupt)
    assert batch.interrupted
    assert [done.graded.run.candidate for done in batch.done] == ["a"]
    assert small.sandbox.objects == {}
    assert {done.graded.run.candidate for done in small.grade(*deposits).done} == {"a", "b", "c"}


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(days=400)], ids=["back", "ahead"])
def test_a_clock_that_jumps_during_an_exam(small: SmallClass, monkeypatch: pytest.MonkeyPatch, jump: timedelta) -> None:
    def exam(_request: bytes) -> Script:
        monkeypatch.setattr("etabli.grading.record.now", lambda: datetime.now(UTC) + jump)
        return stream(*GOOD)

    small.sandbox.on_exam = exam
    first, second = small.one(), small.one(fresh=True)
    for run in (first, second):
        spent = datetime.fromisoformat(run.finished_at) - datetime.fromisoformat(run.started_at)
        assert timedelta() <= spent < timedelta(days=1)
        assert spent >= timedelta(milliseconds=run.phases_ms["examine"]) - timedelta(milliseconds=5)
    store = Store(small.plan.out)
    newest = store.newest("sno-01")
    store.close()
    assert newest and newest.run == second, "the last one counts, whatever its date"


def test_one_batch_at_a_time_writes_to_a_folder(small: SmallClass) -> None:
    inside = threading.Event()
    problems: list[str] = []

    def second(_done: Done) -> None:
        try:
            grade_many(FakeSandbox(), small.plan, [], workers=1)
        except UsageProblem as problem:
            problems.append(str(problem))
        inside.set()

    small.grade(small.deposit("a"), progress=second)
    assert inside.is_set()
    assert "attendez sa fin" in problems[0]


def test_the_database_is_made_and_removed(with_database: SmallClass) -> None:
    with_database.one()
    sql = [call.stdin.decode() for call in with_database.sandbox.calls if call.verb == "service_exec"]
    assert "CREATE TABLE objets" in sql[0] and "MAX_STATEMENT_TIME" in sql[0]
    assert "FILE" not in sql[0] and "ALL PRIVILEGES" not in sql[0]
    assert "DROP DATABASE" in sql[-1] and "DROP USER" in sql[-1]


def test_a_right_names_the_submission_s_base_and_no_other(with_database: SmallClass) -> None:
    with_database.one()
    sql = next(call.stdin.decode() for call in with_database.sandbox.calls if call.verb == "service_exec")
    (name,) = re.findall(r"ON `(.+)`\.\* TO", sql)
    assert name == "atelier", "« _ » would stand for any letter"


DEAD, HUNGRY = ServiceState(running=False, exit_code=137), ServiceState(running=False, exit_code=137, oom_killed=True)
STUFFED = ServiceState(running=False, exit_code=134, full=True)
CRASHED = ServiceState(running=False, exit_code=139)
UP = ServiceState(running=True)
HALF = (end("demarre"), end("liste", "error", traceback="OperationalError"), close())


def falls(small: SmallClass, *states: ServiceState, after: tuple[dict[str, Any], ...] = HALF) -> None:
    """Makes the database be found so after each exam, the exams of the ones that fell saying `after`."""
    exams = [stream(*(GOOD if state.running else after)) for state in states]
    found = iter(states)
    now = [UP]

    def exam(_request: bytes) -> Script:
        now[0] = next(found)
        return exams.pop(0)

    small.sandbox.on_exam = exam
    small.sandbox.on_service_state = lambda: now[0]


@pytest.mark.parametrize("after", [HALF, GOOD], ids=["in the middle", "at the very end"])
def test_a_database_that_fell_is_replaced_and_the_exam_made_again(
    with_database: SmallClass, after: tuple[dict[str, Any], ...]
) -> None:
    falls(with_database, DEAD, UP, after=after)
    run = with_database.one()
    assert (run.status, run.attempts, outcomes(run)) == (Status.GRADED, 2, [Outcome.PASSED, Outcome.PASSED])
    assert run.reason and "vérifié de nouveau" in run.reason
    assert with_database.sandbox.asked("renew_service") == 1
    assert [event["message"] for event in run.events if event["kind"] == "incident"] == [run.reason]


@pytest.mark.parametrize(("state", "word"), [(HUNGRY, "mémoire"), (STUFFED, "pleine"), (CRASHED, "emboîtés")])
def test_who_brings_two_databases_down_fails(with_database: SmallClass, state: ServiceState, word: str) -> None:
    falls(with_database, state, state)
    run = with_database.one()
    assert (run.status, outcomes(run)) == (Status.GRADED, [Outcome.PASSED, Outcome.FAILED])
    assert run.reason and word in run.reason
    assert results(run)[1].observed == run.reason


def test_two_databases_that_fell_for_no_known_cause_are_for_a_person(with_database: SmallClass) -> None:
    falls(with_database, DEAD, DEAD)
    run = with_database.one()
    assert (run.status, outcomes(run)) == (Status.NEEDS_REVIEW, [Outcome.PASSED, Outcome.ERROR])
    assert run.reason and "relancez" in run.reason
    assert with_database.sandbox.asked("examine") == 2


def test_the_next_ones_do_not_notice(with_database: SmallClass) -> None:
    falls(with_database, UP, HUNGRY, HUNGRY, UP)
    runs = [done.graded.run for done in with_database.grade(*map(with_database.deposit, "abc")).done]
    assert [(run.status, run.reason) for run in (runs[0], runs[2])] == [(Status.GRADED, None)] * 2


def test_services_that_no_longer_work_are_replaced_before_the_next_one(with_database: SmallClass) -> None:
    with_database.sandbox.fail("service_exec", SandboxFailure("plus personne"))
    run = with_database.one()
    assert (run.status, run.attempts) == (Status.GRADED, 1)
    assert with_database.sandbox.asked("renew_service") == 1


@pytest.mark.parametrize("said", [b"restee\n30000\n10\n60000\n", b"30000\n10\n400000\n"], ids=["a base", "memory"])
def test_what_was_left_in_the_services_goes_with_them(with_database: SmallClass, said: bytes) -> None:
    with_database.sandbox.on_service = lambda argv, _stdin: ExecResult(0, said if argv[0] == "sh" else b"")
    assert with_database.one().status is Status.GRADED
    assert with_database.sandbox.asked("renew_service") == 1


def test_ordinary_services_stay(with_database: SmallClass) -> None:
    held = b"30000\n10\n60000\n"
    with_database.sandbox.on_service = lambda argv, _stdin: ExecResult(0, held if argv[0] == "sh" else b"")
    with_database.one()
    assert with_database.sandbox.asked("renew_service") == 0


@pytest.mark.parametrize("verb", ["state", "service_state", "logs"])
def test_what_breaks_after_an_exam_stops_nobody_else(with_database: SmallClass, verb: str) -> None:
    with_database.sandbox.fail(verb, SandboxFailure("le moteur s'est tu"))
    first, second = (done.graded.run for done in with_database.grade(*map(with_database.deposit, "ab")).done)
    assert first.reason == "le moteur s'est tu"
    assert (second.status, second.reason) == (Status.GRADED, None)


STRUCTURE = "base/modifications.sql"
Answer = Callable[[Sequence[str], bytes], ExecResult]


def services(refusal: str = "") -> Answer:
    """A server in which a structure file left the table « objets », and that refuses to put its rows back."""

    def answer(_argv: Sequence[str], stdin: bytes) -> ExecResult:
        if b"SELECT HEX(table_name)" in stdin:
            return ExecResult(0, f"{b'objets'.hex()}\t{b'BASE TABLE'.hex()}\n".encode())
        if refusal and stdin.startswith(b"SET FOREIGN_KEY_CHECKS=0"):
            return ExecResult(1, b"", f"INSERT INTO `atelier`.`objets` (`nom`)\n\n{refusal}\n".encode())
        return ExecResult(0)

    return answer


@pytest.mark.parametrize(("state", "word"), [(HUNGRY, "mémoire"), (STUFFED, "pleine"), (CRASHED, "emboîtés")])
def test_a_structure_file_that_brings_the_database_down_fails(
    with_database: SmallClass, state: ServiceState, word: str
) -> None:
    with_database.sandbox.on_run = lambda _app: ExecResult(1, b"", b"ERROR 2013 (HY000): Lost connection")
    with_database.sandbox.on_service_state = lambda: state
    run = with_database.one({"index.php": "<?php", STRUCTURE: "ALTER TABLE objets ADD x INT;"})
    assert outcomes(run) == [Outcome.FAILED, Outcome.BLOCKED]
    assert run.reason and word in run.reason and STRUCTURE in run.reason
    assert with_database.sandbox.asked("run_once") == 2


def test_a_structure_file_is_run_again_when_the_database_fell_without_it(with_database: SmallClass) -> None:
    runs = iter([ExecResult(1, b"", b"ERROR 2013 (HY000): Lost connection"), ExecResult(0)])
    states = iter([DEAD])
    with_database.sandbox.on_service = services()
    with_database.sandbox.on_run = lambda _app: next(runs)
    with_database.sandbox.on_service_state = lambda: next(states, UP)
    run = with_database.one({"index.php": "<?php", STRUCTURE: "ALTER TABLE objets ADD x INT;"})
    assert (run.status, outcomes(run)) == (Status.GRADED, [Outcome.PASSED, Outcome.PASSED])


def test_a_structure_file_that_a_busy_machine_kept_waiting_is_not_refused(with_database: SmallClass) -> None:
    files = {"index.php": "<?php", STRUCTURE: "ALTER TABLE objets ADD x INT;"}
    with_database.sandbox.on_service = services()
    with_database.sandbox.fail("run_once", MachineBusy())
    assert outcomes(with_database.one(files)) == [Outcome.PASSED, Outcome.PASSED]
    for _ in range(4):
        with_database.sandbox.fail("run_once", MachineBusy())
    run = with_database.one(files, fresh=True)
    assert (run.status, run.reason) == (Status.NEEDS_REVIEW, BUSY)


def test_a_structure_file_is_run_by_the_candidate_not_by_us(with_database: SmallClass) -> None:
    with_database.one({"index.php": "<?php", STRUCTURE: "ALTER TABLE objets ADD x INT; -- secret-du-candidat"})
    (run_once,) = [call for call in with_database.sandbox.calls if call.verb == "run_once"]
    assert run_once.app and f"/srv/app/{STRUCTURE}" in run_once.app.command
    assert not [call for call in with_database.sandbox.calls if b"secret-du-candidat" in call.stdin]


def test_a_structure_file_with_a_mistake_gives_its_line(with_database: SmallClass) -> None:
    said = b"ERROR 1064 (42000) at line 3: You have an error in your SQL syntax"
    with_database.sandbox.on_run = lambda _app: ExecResult(1, b"", said)
    run = with_database.one({"index.php": "<?php", STRUCTURE: "ALTER TABEL"})
    assert outcomes(run) == [Outcome.FAILED, Outcome.BLOCKED]
    assert run.reason and "at line 3" in run.reason
    assert with_database.sandbox.asked("start") == 0


def test_a_structure_file_that_prints_errors_without_end_is_told_at_once(with_database: SmallClass) -> None:
    with_database.sandbox.on_run = lambda _app: ExecResult(
        1, b"ERROR 1 (" * 116_000, b"ERROR at line 2: Failed to open file"
    )
    started = time.process_time()
    run = with_database.one({"index.php": "<?php", STRUCTURE: "SELECT REPEAT('ERROR 1 (', 116000);"})
    assert outcomes(run) == [Outcome.FAILED, Outcome.BLOCKED] and time.process_time() - started < 5
    assert run.reason and run.reason.endswith("ne peut pas être rejoué : ERROR at line 2: Failed to open file")


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        ("ERROR 1406 (22001) at line 5: Data too long for column 'nom' at row 1", "la colonne « nom » est trop courte"),
        ("ERROR 1062 (23000) at line 3: Duplicate entry 'Lampe' for key 'un'", "l'index « un » refuse"),
        ("ERROR 9999 (HY000) at line 3: Lampe", "erreur 9999 de MariaDB"),
    ],
)
def test_tables_that_no_longer_take_the_rows_are_the_file_s_doing(
    with_database: SmallClass, refusal: str, words: str
) -> None:
    """Never an incident, as long as the server stands; and no hidden value is told."""
    with_database.sandbox.on_service = services(refusal)
    run = with_database.one({"index.php": "<?php", STRUCTURE: "ALTER TABLE objets MODIFY nom VARCHAR(3);"})
    assert outcomes(run) == [Outcome.FAILED, Outcome.BLOCKED]
    assert run.reason and words in run.reason and "« objets »" in run.reason and "Lampe" not in run.reason


def kept(small: SmallClass) -> list[str]:
    return sorted(path.name for path in (small.plan.out / "sno-01" / "rendus").glob("*"))


@pytest.mark.parametrize("files", [None, {}, {"notes.txt": "bonjour"}])
def test_every_run_of_an_accepted_submission_keeps_it(small: SmallClass, files: dict[str, str] | None) -> None:
    run = small.one(files)
    assert run.submission_sha256
    assert kept(small) == [f"{run.submission_sha256[:16]}.zip"]


def test_it_is_kept_when_our_own_side_breaks(small: SmallClass) -> None:
    for _time in range(2):
        small.sandbox.fail("start", SandboxFailure("plus de place"))
    assert small.one().status is Status.NEEDS_REVIEW
    assert len(kept(small)) == 1


def test_a_run_that_stands_keeps_what_an_older_version_did_not(small: SmallClass) -> None:
    deposit = small.deposit("sno-01")
    run = small.grade(deposit).done[0].graded.run
    (small.plan.out / "sno-01" / "rendus" / f"{str(run.submission_sha256)[:16]}.zip").unlink()
    assert small.grade(deposit).done[0].graded.reused
    assert len(kept(small)) == 1


def test_grading_the_kept_one_gives_the_same_submission(small: SmallClass) -> None:
    first = small.one({"projet/a/index.html": "x", "projet/a/b.txt": "y"})
    deposit = kept_deposit(small.plan.out, "sno-01", str(first.submission_sha256), small.lab)
    assert deposit == Deposit("sno-01", kept_path(small.plan.out, "sno-01", str(first.submission_sha256)), kept=True)
    again = small.grade(deposit, fresh=True).done[0].graded.run
    assert again.id != first.id
    assert again.submission_sha256 == first.submission_sha256


def test_a_kept_one_that_changed_is_not_graded_again_and_is_put_right_by_the_next_grading(small: SmallClass) -> None:
    first = small.one()
    path = kept_path(small.plan.out, "sno-01", str(first.submission_sha256))
    whole = path.read_bytes()
    for damage, words in ((b"", r"ne se lit pas \(.* un fichier vide\)$"), (whole[:-30], "n'est pas une archive")):
        path.write_bytes(damage)
        with pytest.raises(RejectedSubmission, match=words):
            kept_deposit(small.plan.out, "sno-01", str(first.submission_sha256), small.lab)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("index.php", "<?php // mieux")
    with pytest.raises(RejectedSubmission, match="a été modifié"):
        kept_deposit(small.plan.out, "sno-01", str(first.submission_sha256), small.lab)
    small.grade(Deposit("sno-01", small.root / "rendus" / "sno-01"))
    assert path.read_bytes() == whole


@pytest.mark.parametrize("place", ["rendus", "rendus/zip"])
def test_something_else_in_the_place_of_what_is_kept_is_one_sentence_for_one(small: SmallClass, place: str) -> None:
    first = small.one()
    path = kept_path(small.plan.out, "sno-01", str(first.submission_sha256))
    path.unlink()
    if place == "rendus":
        path.parent.rmdir()
        path.parent.write_bytes(b"")
    else:
        path.mkdir()
    batch = small.grade(Deposit("sno-01", small.root / "rendus" / "sno-01"), small.deposit("sno-02"))
    first, second = (done.graded.run for done in batch.done)
    assert first.status is Status.NEEDS_REVIEW and "retirez ce qui est à sa place" in str(first.reason)
    assert second.status is Status.GRADED
