"""The silence of a migration script: what it writes, leaves or repeats beside its answers."""

from __future__ import annotations

import base64
import codecs
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from helpers import volume
from password_scripts import cases, right_answer, script, typing
from password_works import Bench, fails, lists, migration, system_log
from refused import failure, observed

from etabli.exam import Line
from etabli.exam.contract.draw import Draw
from etabli.exam.contract.values import Leftover, TypedLine
from etabli.exam.tools.bench import Ran


def test_an_answer_that_repeats_the_password_is_told_whatever_its_other_fields() -> None:
    """Who begins with what was read repeats it; the login, or the hash that came in, is nobody's secret there."""

    def adding(*names: str) -> Callable[[bytes], bytes]:
        def answer(stdin: bytes) -> bytes:
            lines = map(json.loads, stdin.decode().splitlines())
            said = map(json.loads, right_answer(stdin).splitlines())
            kept = [{name: line[name] for name in names} | one for line, one in zip(lines, said, strict=True)]
            return "\n".join(map(json.dumps, kept)).encode()

        return answer

    told = failure(script(adding("login", "mot_de_passe")).expect_silent)
    assert told.observed == "Une réponse de migration/verifier.py redit le mot de passe reçu."
    script(adding("login", "empreinte")).expect_silent()
    script(right_answer).expect_silent()


def test_every_batch_is_listened_to() -> None:
    def noisy(batch: str) -> Any:
        own = script(right_answer)
        own.runs._ran = {name: Ran(0, b"") for name in own._lists.batches} | {batch: Ran(0, b"", b"Warning: x")}
        return own

    for batch in ("principal", "longs", "limites", "abimes"):
        assert "erreur standard" in observed(noisy(batch).expect_silent)
    crashed = noisy("abimes")
    crashed.runs._ran["abimes"] = Ran(1, b"", b"Traceback")
    crashed.expect_silent()


def test_what_is_written_for_odd_lines_alone_is_told_with_them_and_with_its_line() -> None:
    source = "import json\n\n\ndef dire(recu):\n    sys.stderr.write(f'essai : {recu}')\n"

    def answer(stdin: bytes) -> Ran:
        asked = [one for one in map(json.loads, stdin.decode().splitlines()) if one["mot_de_passe"]]
        odd = [one for one in asked if len(one["empreinte"]) < 16]
        words = "".join(f"essai : {one['login']} {one['mot_de_passe']}\n" for one in odd)
        return Ran(0, right_answer(stdin), words.encode())

    own = migration.Migration("m.py", Bench(answer), cases(), Draw(b"essai"), source)
    told = failure(own.expect_silent)
    assert "standard, avec une empreinte vide, une empreinte " in told.observed and " coupée" in told.observed
    assert "« essai : " in told.observed and "•••" in told.observed and told.at == Line("m.py", 5)
    assert "une ligne qui a une empreinte" in (told.help or "") and "séance 6" in (told.help or "")


def test_nothing_is_written_beside_the_answers() -> None:
    loud = script(Ran(0, b"", b"Warning: x"))
    assert "erreur standard" in observed(loud.expect_silent)
    script(Ran(0)).expect_silent()
    for one, told in (
        (Leftover("/tmp/essai.log"), "laisse derrière lui quelque chose : /tmp/essai.log."),
        (Leftover("/srv/app/migration/n.log"), "laisse derrière lui quelque chose : rendu/migration/n.log."),
        (Leftover("/dev/shm/lien", "vu"), "laisse derrière lui quelque chose : /dev/shm/lien → vu."),
    ):
        assert told in observed(script(Ran(0, left=(one,))).expect_silent)


def test_what_a_name_or_a_target_holds_is_never_shown() -> None:
    word = next(case.mot_de_passe for case in cases() if case.role == "bon")
    coded = base64.b64encode(word.encode()).decode().replace("/", "_")
    for one in (
        Leftover(f"/tmp/{word}"),
        Leftover("/tmp/x", word),
        Leftover(f"/tmp/{word[::-1]}"),
        Leftover(f"/tmp/{coded}"),
    ):
        told = observed(script(Ran(0, left=(one,))).expect_silent)
        assert told.endswith("laisse derrière lui un nom qui porte un mot de passe.")


@pytest.mark.parametrize(
    "code",
    [
        lambda word: base64.b64encode(word.encode()).decode(),
        lambda word: word.encode().hex(),
        lambda word: word[::-1],
        lambda word: codecs.encode(word, "rot13"),
    ],
)
def test_an_answer_that_repeats_the_password_in_a_code_is_told(code: Callable[[str], str]) -> None:
    def answer(stdin: bytes) -> bytes:
        lines = map(json.loads, stdin.decode().splitlines())
        said = map(json.loads, right_answer(stdin).splitlines())
        return "\n".join(
            json.dumps({"suivi": code(line["mot_de_passe"])} | one) for line, one in zip(lines, said, strict=True)
        ).encode()

    assert observed(script(answer).expect_silent) == "Une réponse de migration/verifier.py redit le mot de passe reçu."


def test_an_answer_of_ordinary_fields_repeats_nothing() -> None:
    def answer(stdin: bytes) -> bytes:
        lines = map(json.loads, stdin.decode().splitlines())
        said = map(json.loads, right_answer(stdin).splitlines())
        more = (
            {"login": line["login"], "ancienne": line["empreinte"], "message": "Mot de passe vérifié"} for line in lines
        )
        return "\n".join(
            json.dumps(extra | one, ensure_ascii=False) for extra, one in zip(more, said, strict=True)
        ).encode()

    for number in range(volume(3, 12)):
        migration.Migration("m.py", Bench(answer), cases(), Draw(b"%d" % number)).expect_silent()


def has_damaged(line: TypedLine) -> bool:
    [content] = line.files.values()
    return any(lists.OF_SHEET[1].empreinte[:12] in one or '""' in one for one in content.decode().splitlines())


@pytest.mark.parametrize("way", ["to a file", "to a terminal", "while answers go nowhere"])
def test_what_is_said_of_damaged_lines_in_one_way_of_giving_them_is_told(way: str) -> None:
    """Errors that go to a file, or to a terminal, for one of the two lists of odd lines, or beside answers that go nowhere."""

    def odd(line: TypedLine, ran: Ran) -> Ran:
        noise = b"illisible\n"
        if way == "to a terminal":
            loud = line.screen and "2>" not in line.text and has_damaged(line)
            return replace(ran, stdout=noise + ran.stdout) if loud else ran
        file = "> /dev/null" if way == "while answers go nowhere" else "2> /tmp"
        loud = file in line.text and "2> /dev" not in line.text and (has_damaged(line) or "2>" not in file)
        given_out = replace(ran, stdout=b"") if "2> /dev" not in line.text and " > /dev/null" in line.text else ran
        if not loud:
            return given_out
        return replace(given_out, stdout=noise + given_out.stdout) if line.screen else replace(given_out, stderr=noise)

    told = [fails(typing(odd, number).expect_silent) for number in range(volume(8, 20))]
    assert sum(told) >= len(told) / 4
    assert way != "to a file" or sum(told) > len(told) / 2


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("import syslog\nsyslog.syslog(mot)", "syslog.syslog"),
        ("import syslog as s\ns.syslog(s.LOG_INFO, mot)", "syslog.syslog"),
        ("from syslog import LOG_INFO, syslog as note\nnote(mot)", "syslog.syslog"),
        ("import ctypes\nctypes.CDLL(None).syslog(5, mot)", "syslog"),
        ("import logging.handlers as h\nh.SysLogHandler(('localhost', 514))", "logging.handlers.SysLogHandler"),
        ("CONF =\\\n {'class': 'logging.handlers.SysLogHandler'}", "logging.handlers.SysLogHandler"),
        ("import os\nos.system('logger ' + mot)", "logger"),
        ("from subprocess import run\nrun(['/usr/bin/logger', mot])", "/usr/bin/logger"),
        ("import subprocess\nsubprocess.run(f'logger -t m {mot}', shell=True)", "logger"),
        ("try:\n    open('/var/log/m.log', 'a').write(mot)\nexcept OSError:\n    pass", "/var/log/m.log"),
        ("import socket\nsocket.socket().sendto(mot, '/dev/log')", "/dev/log"),
        ("<?php\nsyslog(LOG_INFO, $mot);", "syslog"),
        ("<?php\nini_set('error_log', 'syslog'); @error_log($mot);", "syslog"),
        ("<?php\n@shell_exec('logger ' . escapeshellarg($mot));", "logger"),
        ("<?php\n`logger $mot`;", "logger"),
        ("<?php\n@file_put_contents('/var/log/m.log', $mot, FILE_APPEND);", "/var/log/m.log"),
    ],
)
def test_a_line_that_writes_to_the_log_of_the_system_is_told(source: str, what: str) -> None:
    path = f"m/v.{'php' if source.startswith('<?php') else 'py'}"
    told = failure(lambda: system_log.expect_none({path: source}))
    assert told.at == Line(path, 2) and f"({what})" in told.observed


@pytest.mark.parametrize(
    "source",
    [
        "'''Rien dans syslog ni dans /var/log.'''\nimport logging\nlogger = logging.getLogger('syslog')\nlogger.info('x')",
        "# syslog.syslog(mot)\nimport syslog\ndef logger():\n    '/var/log'\nlogger()",
        "import os\nos.getenv('logger')\nprint('rien dans /var/log ni syslog()')\ndef syslog(mot): ...\nsyslog(1)",
        "x" + ".a" * 3000 + "()",
        "def (",
        "<?php\n// syslog($m), '/var/log/x'\n# syslog()\n/* syslog($m); '/var/log/x' */\n$logger = 'syslog'; $a = \"pas de syslog()\";",
        "<?php\n$l->syslog($x); Journal::syslog($x); syslog2(1);",
    ],
)
def test_a_name_a_remark_or_a_sentence_is_no_log(source: str) -> None:
    system_log.expect_none({f"m/v.{'php' if source.startswith('<?php') else 'py'}": source})
