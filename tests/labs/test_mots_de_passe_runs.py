"""The runs of a migration script: what it answered, where it stopped, and the line of it that is to be mended."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from helpers import volume
from password_scripts import cases, right_answer, script, turns
from password_works import Bench, handed_in, hashing, lists, migration, testlists
from refused import failure, observed

from etabli.exam import Line
from etabli.exam.contract.draw import Draw
from etabli.exam.contract.values import Leftover, TypedLine
from etabli.exam.tools.bench import Ran


def test_answers_that_are_lost_among_all_that_is_printed_are_told_so() -> None:
    """A mebibyte of progress comes first: on a terminal, nothing else is kept."""
    one = script(Ran(0, b"en cours\n" * 9, truncated=True))
    assert "plus d'un mégaoctet" in observed(lambda: one.runs.answers("bon"))


def test_each_batch_is_run_once() -> None:
    own = script(right_answer)
    own.expect_right_accepted()
    own.expect_wrong_refused()
    own.expect_long()
    own.expect_silent()
    more = lists.NOWHERE in own._lists.batches
    assert len(own.runs.bench.asked) == 12 + more, "the odd lines are in two runs; its own new hashes come after all"
    assert set(own.runs._ran) == set(own._lists.batches) and len(own._lists.batches) == 13 + more


def crashing(batch: str) -> Callable[[bytes], Ran]:
    """A script that stops on the lines of a batch."""
    hashes = [
        {case.empreinte for case in cases() if (lists.BATCHES[case.role] == batch) is its} for its in (True, False)
    ]
    odd = hashes[0] - hashes[1] - {""}

    def answer(stdin: bytes) -> Ran:
        stops = any(json.loads(line)["empreinte"] in odd for line in stdin.decode().splitlines())
        return Ran(1, b"", b"Traceback") if stops else Ran(0, right_answer(stdin))

    return answer


@pytest.mark.parametrize(("batch", "name"), [("longs", "long"), ("limites", "limits"), ("abimes", "robust")])
def test_what_a_script_cannot_bear_is_not_blamed_on_other_lines(batch: str, name: str) -> None:
    own = migration.Migration("m.py", Bench(*[crashing(batch)] * 12), cases(), Draw(b"essai"))
    for other in {"long", "limits", "robust"} - {name}:
        getattr(own, f"expect_{other}")()
    assert "s'arrête sur une erreur" in observed(getattr(own, f"expect_{name}"))
    drawn = 14 + (lists.NOWHERE in own._lists.batches)
    assert len(own.runs.bench.asked) == drawn + (name != "long"), (
        "its own new hashes were given back where long ones are"
    )


@pytest.mark.parametrize(
    "doubt",
    [
        lambda ran: replace(ran, stderr=b"Warning"),
        lambda ran: replace(ran, left=(Leftover("/tmp/x"),)),
        lambda ran: replace(ran, truncated=True),
        lambda ran: replace(ran, stdout=ran.stdout + b"\n{}"),
        lambda ran: replace(ran, stdout=ran.stdout.replace(b'"ok": false', b'"ok": "non"', 1)),
    ],
)
def test_odd_lines_are_run_apart_where_their_run_leaves_a_doubt(doubt: Callable[[Ran], Ran]) -> None:
    for batch in (lists.TOGETHER, lists.SOME):
        answers = [lambda stdin: Ran(0, right_answer(stdin))] * 14
        answers[turns().index(batch)] = lambda stdin: doubt(Ran(0, right_answer(stdin)))
        own = migration.Migration("m.py", Bench(*answers), cases(), Draw(b"essai"))
        for name in ("long", "limits", "robust", "silent"):
            getattr(own, f"expect_{name}")()
        asked = 15 + (lists.NOWHERE in own._lists.batches)
        assert len(own.runs.bench.asked) in (asked, asked + 3), "on a terminal too, where nothing is said but there"


MAIN = len(migration.Migration("m.py", Bench(Ran(0)), cases(), Draw(b"essai"))._lists.batches["principal"])


def test_what_a_script_says_on_its_error_output_is_no_answer_of_the_terminal() -> None:
    def loud(stdin: bytes) -> Ran:
        return Ran(0, right_answer(stdin), b"refus\n" * 3)

    def on_screen(stdin: bytes) -> Ran:
        return Ran(0, b"refus\n" + right_answer(stdin))

    answers = [on_screen if batch == "ecran" else loud for batch in turns()] + [loud] * 4
    own = migration.Migration("m.py", Bench(*answers), cases(), Draw(b"essai"))
    own.expect_right_accepted()
    assert "erreur standard : « refus »" in observed(own.expect_silent)
    answers = [on_screen if batch == "ecran" else right_answer for batch in turns()] + [right_answer] * 4
    own = migration.Migration("m.py", Bench(*answers), cases(), Draw(b"essai"))
    assert "en écrit" in observed(own.expect_right_accepted), "said on a terminal alone, it is told there"


@pytest.mark.parametrize(
    ("ran", "told"),
    [
        (Ran(0, b""), "en écrit 0"),
        (Ran(137, b"", timed_out=True), "n'a pas fini"),
        (Ran(255, b"PHP Fatal error: Uncaught TypeError", b""), "Uncaught TypeError"),
        (
            Ran(
                255,
                b"",
                b"PHP Fatal error:  Uncaught RuntimeException: Cannot rewind file php://stdin in a.php:9\nStack "
                b"trace:\n#0 {main}\n  thrown in a.php on line 9\n",
            ),
            "Uncaught RuntimeException: Cannot rewind",
        ),
        (Ran(1, b"", b"Traceback (most recent call last):\n  File x\nKeyError: 'empreinte'\n"), "« KeyError: "),
        (Ran(0, b"OK\n" * MAIN), "écrit du texte à la place du JSON : ligne 1 de la réponse : « OK »"),
        (Ran(0, b"{}\n" * MAIN), "du JSON, mais sans « ok » ou sans « nouvelle_empreinte »"),
        (Ran(0, b"[[[" * 5000), "en écrit 1"),
    ],
)
def test_a_script_that_does_not_answer_is_the_candidates(ran: Ran, told: str) -> None:
    lines = ran.stdout.count(b"\n")
    assert lines in (0, len(script(ran)._lists.batches["principal"]))
    assert told in observed(script(ran).runs.answers)


def test_an_error_message_never_shows_what_the_script_was_given() -> None:
    case = next(case for case in cases() if case.scheme in hashing.CHEAP)
    ran = Ran(1, b"", f"Erreur avec {case.mot_de_passe} et {case.empreinte}".encode())
    told = observed(script(ran).runs.answers)
    assert "••• et •••" in told


def test_a_text_for_json_is_told_with_what_writes_it_in_the_language_of_the_script() -> None:
    ran = Ran(0, b"OK $2y$10$abcdefghijklmnopqrstuv\n" * MAIN)
    for path, source, tool in (
        ("v.php", "<?php\n// OK\necho $ok ? 'OK ' . $n : 'KO', \"\\n\";\n", "json_encode"),
        ("v.py", "# OK\n\nprint('OK', nouvelle)\n", "json.dumps"),
    ):
        told = failure(migration.Migration(path, Bench(ran), cases(), Draw(b"essai"), source).runs.answers)
        assert told.at == Line(path, 3) and tool in (told.help or "")


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("try:\n    a = 1\n    verify()\nexcept VerifyMismatchError:\n    pass\n", 4),
        ("try:\n    try:\n        verify()\n    finally:\n        pass\nexcept ValueError:\n    pass\n", 6),
        ("a = 1\nb = 2\nverify()\n", 3),
        ("ceci n'est pas du Python", 3),
    ],
)
def test_an_exception_that_is_not_caught_shows_the_line_to_change(source: str, line: int) -> None:
    words = b'  File "/srv/app/v.py", line 3, in <module>\nargon2.exceptions.VerificationError: Decoding failed'
    own = migration.Migration("v.py", Bench(Ran(1, b"", words)), cases(), Draw(b"essai"), source)
    own.runs._ran = {name: Ran(0, b"") for name in own._lists.batches} | {"abimes": Ran(1, b"", words)}
    told = failure(own.expect_robust)
    assert told.at == Line("v.py", line) and "Attrapez aussi VerificationError" in (told.help or "")


@pytest.mark.parametrize(
    ("path", "words", "line"),
    [
        ("migration/verifier.py", '  File "/srv/app/migration/verifier.py", line 7, in <module>\n  File "/srv/app/migration/verifier.py", line 3\nSyntaxError: x', 3),
        ("migration/verifier.php", "PHP Parse error: unexpected '}' in /srv/app/migration/verifier.php on line 12", 12),
        ("migration/verifier.php", "PHP Fatal error: Uncaught TypeError in /srv/app/migration/verifier.php:9", 9),
        ("migration/verifier.php", "panne", None),
    ],
)  # fmt: skip
def test_an_error_of_the_script_has_its_line(path: str, words: str, line: int | None) -> None:
    caught = failure(script(Ran(255, b"", words.encode()), path).runs.answers)
    assert caught.at == (line and Line(path, line))
    assert caught.observed.startswith(f"{path} s'arrête sur une erreur (code 255)")


@pytest.mark.parametrize("stops", [False, True])
def test_a_last_line_without_an_end_is_answered_too(stops: bool) -> None:
    def answer(stdin: bytes) -> Ran:
        if stdin.endswith(b"\n"):
            return Ran(0, right_answer(stdin))
        said = b"\n".join(right_answer(stdin).splitlines()[:-1])
        return Ran(1, said, b"ValueError: x") if stops else Ran(0, said)

    told = failure(script(answer).runs.expect_each_answered)
    assert told.stops is stops, "the other lines are answered, and judged"
    assert told.observed.startswith("Quand le fichier finit sans retour à la ligne, migration/verifier.py ")
    assert "la dernière comprise" in told.expected and "fgets" in (told.help or "")
    if not stops:
        for expectation in ("right_accepted", "wrong_refused", "new_hashes", "long", "limits", "robust"):
            getattr(script(answer), f"expect_{expectation}")()
    own = script(right_answer)
    own.runs.expect_each_answered()
    bare = [files for _, files in own.runs.bench.asked if not next(iter(files.values())).endswith(b"\n")]
    assert lists.BARE <= len(bare) < len(own.runs.bench.asked)
    lost = script(lambda stdin: b"\n".join(right_answer(stdin).splitlines()[:-1]))
    assert observed(lost.runs.answers).startswith("migration/verifier.py reçoit ")


def test_a_list_that_is_opened_by_the_name_of_the_example_is_told() -> None:
    """It answers what it finds there: the example itself at first, then a former list."""
    last = [b'{"mot_de_passe": "", "empreinte": ""}\n' * 3]

    class ByName(Bench):
        def type(self, lines: Sequence[TypedLine]) -> list[Ran]:
            ran = []
            for line in lines:
                last[0] = last[0] if line.own else line.files.get(lists.EXAMPLE, last[0])
                ran.append(self.next(last[0]))
            self.asked += [(line.text.split(), line.files) for line in lines]
            return ran

    source = "import sys\n# comme la feuille\nfor ligne in open('donnees/migration-exemple.jsonl'):\n    pass\n"
    for number in range(volume(2, 8)):
        bench = ByName(right_answer)
        own = migration.Migration("m.py", bench, cases(), Draw(b"%d" % number), source)
        told = failure(own.runs.answers)
        assert told.observed.startswith("Quand le fichier n'est pas donnees/migration-exemple.jsonl, m.py reçoit ")
        assert told.at == Line("m.py", 3) and "sys.stdin" in (told.help or "")
        names = [argv[argv.index("<") + 1] for argv, _ in bench.asked]
        assert "donnees/migration-exemple.jsonl" in names and len({*names}) > 3
        assert sum(name.startswith("/tmp/") for name in names) >= lists.ELSEWHERE
        asked = zip(names, bench.asked, strict=True)
        assert all(files.keys() == {name.rpartition("/")[2]} for name, (_argv, files) in asked)


def test_the_damaged_hash_that_stops_a_script_is_told() -> None:
    damaged = {case.empreinte: case for case in cases() if case.role == "abime"}
    cut = next(one for one in damaged if one.startswith("$argon2id$") and one.endswith("!"))

    def answer(stdin: bytes) -> Ran:
        lines = [json.loads(line) for line in stdin.decode().splitlines()]
        at = next((at for at, line in enumerate(lines) if line["empreinte"] == cut), None)
        said = right_answer(stdin)
        return Ran(0, said) if at is None else Ran(1, b"\n".join(said.splitlines()[:at]), b"ValueError: x")

    told = observed(script(answer).expect_robust)
    first = [case.empreinte for case in script(right_answer)._lists.batches["abimes"]].index(cut) == 0
    wanted = "une empreinte abîmée (vide" if first else "une empreinte Argon2id dont la fin ne se décode pas, "
    assert told.startswith(f"Avec {wanted}")


def test_a_password_of_one_figure_hides_no_number_of_what_a_script_says() -> None:
    given_one = [testlists.Case("foule", "md5", word, "0" * 32, False) for word in ("3", "tuile")]
    assert handed_in.cleaned("line 3: tuile", given_one) == "line 3: •••"
