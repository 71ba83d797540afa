"""The lists on which a migration script is tried: their lines, lengths, names and line ends, and how each is typed."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from helpers import volume
from password_scripts import cases, exams, measured, right_answer, turns, typing
from password_works import Bench, hashing, lists, migration

from etabli.exam.contract.draw import Draw
from etabli.exam.contract.values import TypedLine
from etabli.exam.tools.bench import Ran


def test_lines_are_json_in_several_hands_and_those_of_another_exam_in_others() -> None:
    sent = {seed: [next(iter(one.files.values())) for one in typed_lines(seed)] for seed in (b"un", b"deux")}
    for given_lists in sent.values():
        assert sum(b"\r\n" in one for one in given_lists) >= lists.WINDOWS - 1 < len(given_lists) - 2
        lines = [line for one in given_lists for line in one.decode().split("\n") if line]
        assert all(set(json.loads(line)) == {"login", "mot_de_passe", "empreinte"} for line in lines)
        starts = {line[:14].partition(":")[0] for line in lines}
        assert {'{"login"', '{"empreinte"', '{"mot_de_passe'} <= starts and any("\\/" in line for line in lines)
        assert {tuple(json.loads(line)) for line in lines} == {*permutations(("login", "mot_de_passe", "empreinte"))}
        assert len(set(given_lists)) == len(given_lists) - 2, "two lists come twice, to the byte"
    assert set(sent[b"un"]).isdisjoint(sent[b"deux"])


def test_who_sits_before_a_screen_is_drawn_for_each_list() -> None:
    drawn = [{one.screen for one in typed_lines(seed)} - {0} for seed in (b"un", b"deux")]
    assert all(len(one) > 2 for one in drawn) and drawn[0].isdisjoint(drawn[1]), "of nothing that the program is given"


@cache
def typed_lines(seed: bytes) -> list[Any]:
    given_lines: list[Any] = []

    class Keeps(Bench):
        def type(self, lines: Sequence[TypedLine]) -> list[Ran]:
            given_lines.extend(lines)
            return super().type(lines)

    migration.Migration("migration/verifier.py", Keeps(right_answer), cases(), Draw(seed)).expect_right_accepted()
    return given_lines


def test_batches_come_in_a_drawn_order_some_of_them_late_in_their_shell() -> None:
    """Odd lines always come late, but for those of a short list; nothing else tells by the numbers of processes what a batch is."""
    drawn = [
        migration.Migration("m.py", Bench(right_answer), cases(), Draw(b"%d" % k))._lists.earlier for k in range(40)
    ]
    late = [{batch for batch, earlier in one.items() if earlier >= lists.LATER[0]} for one in drawn]
    odd = {lists.TOGETHER, *lists.APART}
    assert all(odd <= one and len(one - odd) == len(lists.MAIN) // 2 for one in late)
    assert set.intersection(*late) == odd and set.union(*late) == odd | {*lists.MAIN}
    assert len({next(iter(one)) for one in drawn}) > 5
    own = migration.Migration("m.py", Bench(right_answer), cases(), Draw(b"essai"))
    own.runs.answers()
    assert own.runs.bench.earlier == [own._lists.earlier[batch] for batch in turns()]


def test_lists_of_every_length_up_to_twenty_come_over_exams_and_one_of_four_to_nine_in_each() -> None:
    drawn = [measured(number) for number in range(60)]
    lengths = Counter(size for _, sizes in drawn for size in set(sizes.values()))
    assert min(lengths[size] for size in range(1, 21)) >= 2
    for own, sizes in drawn:
        assert 10 <= sizes[lists.SCREEN] <= 20
        short = own._lists.batches[lists.SHORT]
        assert not any(case.ok for case in short) or len({case.empreinte for case in short}) == 1 < len(short) < 4
        alone = all(case.ok for case in own._lists.batches[lists.FEW])
        assert (1 <= sizes[lists.SHORT] <= 3) if alone else (4 <= sizes[lists.SHORT] <= 9)
        assert not alone or len(own._lists.not_yet) <= 3, "the list of its own hashes has six lines beside those"
        few = (short if sizes[lists.SHORT] >= 4 else []), (own._lists.not_yet if sizes[lists.OWN] <= 9 else [])
        assert any(
            not case.ok and case.scheme in hashing.CHEAP and re.fullmatch("[!-,.-~]{1,60}", case.mot_de_passe)
            for cases in few
            for case in cases
        ), "where anybody could be let in at once"
        within = [one for one in lists.MAIN if own._lists.typed_line(one, ()).text.startswith("cd ")]
        assert any(not case.ok for one in within for case in own._lists.batches[one]), "from the program's own folder"
    assert 20 < sum(all(case.ok for case in own._lists.batches[lists.FEW]) for own, _ in drawn) < 40, (
        "who signs in alone"
    )
    few = Counter(sizes[lists.SOME] for _, sizes in drawn)
    assert {*few} <= {*range(1, 21)} and sum(few[size] for size in range(4, 10)) >= 20


@pytest.mark.parametrize("number", range(volume(8, 30)))
def test_what_is_read_on_a_terminal_has_every_kind_of_line(number: int) -> None:
    own = migration.Migration("m.py", Bench(right_answer), cases(), Draw(b"%d" % number))
    kinds = {(case.role, case.scheme) for case in own._lists.batches["ecran"] if case.role not in ("foule", "encore")}
    few = own._lists.batches["peu"]
    assert 1 <= len(few) <= 3 and (own._lists._alone or {"mauvais", "encore"} & {case.role for case in few})
    assert kinds == {(role, scheme) for role in ("bon", "mauvais") for scheme in hashing.SCHEMES}
    part, crowd = own._lists.batches["partie"], own._lists.batches["foule"]
    assert lists.PARTS[0] <= len(part) <= lists.PARTS[1] < len(crowd)
    alike = 1 in (len({case.empreinte for case in part}), len({case.mot_de_passe for case in part}))
    for long in (crowd,) if alike else (part, crowd):
        assert {case.scheme for case in long if not case.ok} == {*hashing.SCHEMES}, "no kind is always right there"
    assert alike or len(set(part) - set(crowd)) <= lists.AGAIN_AND_AGAIN[1] + lists.SLOW + 10, (
        "but for lines in the place of which others stand"
    )


def test_each_way_of_typing_a_password_almost_is_tried() -> None:
    """As with the key of capitals down: who takes it is told, in every exam."""
    lines = [case for case in cases() if case.role == "foule"]
    tried = [case.mot_de_passe.swapcase() for case in lines]
    assert any(
        hashing.make_hash(case.scheme, word, b"") == case.empreinte for case, word in zip(lines, tried, strict=True)
    )


def test_the_errors_of_one_list_go_to_a_file_and_come_back() -> None:
    """As the sheet has them looked at: a program that writes there only into a file is told."""
    seeds = b"un", b"deux", b"trois", b"quatre"
    lines = [line for seed in seeds for line in typed_lines(seed) if "2> /tmp" in line.text]
    assert len(lines) >= 8, "odd lines too, in each exam"
    for line in lines:
        file = re.search(r" 2> (/tmp/[a-z]+\.txt); r=", line.text)
        assert file and line.text.count(file[1]) == 3
        done = subprocess.run(
            ["bash", "-c", line.text.replace(line.text.partition(" 2>")[0], "sh -c 'echo oui; echo non >&2; exit 3'")],
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (3, b"oui\n", b"non\n") and not Path(file[1]).exists()


def test_odd_lines_and_lists_of_another_name_are_where_a_student_makes_lists() -> None:
    """Nobody can write into ``donnees/``: there, a list that is not the example would tell an exam."""
    for seed in (b"un", b"deux", b"trois"):
        sent = typed_lines(seed)
        mine = [line for line in sent if line.own]
        assert len(mine) >= lists.ELSEWHERE + 1 and len(mine) < len(sent)
        assert all((" < /tmp/" in line.text) is line.own and (line.own or " < donnees/" in line.text) for line in sent)
        damaged = {case.empreinte for case in cases() if case.role == "abime" and case.empreinte}
        given_there = b"".join(next(iter(line.files.values())) for line in mine)
        assert any(json.dumps(one)[1:-1].encode() in given_there for one in damaged)


def test_no_kind_of_list_keeps_its_line_ends() -> None:
    """Those of odd lines, of a few, of its own hashes and short ones are as all others; one of Windows may end bare too."""
    drawn = exams(30)
    for batch in (lists.TOGETHER, lists.SOME, lists.SHORT, lists.OWN, *lists.MAIN):
        ends = {(batch in own._lists._windows, batch in own._lists.bare) for own in drawn}
        assert len(ends) > 3 if batch != lists.AGAIN else len(ends) > 2, batch
    for own in drawn:
        odd = [
            {batch in ends for batch in (lists.TOGETHER, *lists.APART)}
            for ends in (own._lists._windows, own._lists.bare)
        ]
        assert all(len(one) == 1 for one in odd), "what is run apart is as it was together"


def test_answers_of_one_list_go_to_a_file_and_one_is_typed_in_the_folder_of_the_program() -> None:
    kept, within = set(), set()
    for seed in (b"un", b"deux", b"trois", b"quatre"):
        lines = typed_lines(seed)
        line, *_odd = sorted(
            (line for line in lines if re.search(r"[^2]> /tmp/", line.text)),
            key=lambda line: -len(next(iter(line.files.values()))),
        )
        file = re.search(r" > (/tmp/[a-z.]+); r=", line.text)
        assert file and line.text.count(file[1]) == 3
        done = subprocess.run(
            [
                "bash",
                "-c",
                line.text.replace(line.text.partition(" > /tmp")[0], "sh -c 'echo oui; echo non >&2; exit 3'"),
            ],
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (3, b"oui\n", b"non\n") and not Path(file[1]).exists()
        [inside] = [line for line in lines if line.text.startswith("cd rendu/migration && python3 verifier.py < /tmp/")]
        assert inside.own
        kept.add(lines.index(line))
        within.add(lines.index(inside))
    assert len(kept) > 1 < len(within)


@pytest.mark.parametrize("number", range(volume(20, 400)))
def test_no_wrong_line_of_any_list_is_right(number: int) -> None:
    """Two people may have chosen « melon »: what is tried for one is looked at beside the hash of the other."""
    own = migration.Migration("m/v.py", Bench(right_answer), cases(), Draw(b"%d" % number))
    lines = [case for batch in own._lists.batches.values() for case in batch] + [*own._lists.not_yet]
    cheap = [case for case in lines if case.scheme in hashing.CHEAP and case.mot_de_passe]
    assert all(hashing.opens(case.mot_de_passe, case.empreinte) is case.ok for case in cheap)
    case = next(case for case in cheap if case.ok)
    tried = lists._tried(Draw(b""), replace(case, ok=False), [case.mot_de_passe, "autre"])
    assert tried.mot_de_passe == "autre" and lists._tried(Draw(b""), case, [case.mot_de_passe]) == case


def test_where_errors_and_answers_go_is_drawn_for_each_list() -> None:
    drawn = exams(30)
    for batch in (lists.TOGETHER, lists.SOME, lists.SHORT, lists.OWN, *lists.MAIN):
        ways = {own._lists.to_files.get(batch, ("", ""))[0] for own in drawn}
        assert {"", lists.TO_A_FILE} <= ways and len(ways) > 2, batch
    for own in drawn:
        errors = [own._lists.to_files.get(batch, ("", ""))[0] for batch in (lists.TOGETHER, lists.SOME)]
        assert errors.count(lists.TO_A_FILE) == 1 and own._lists.on_screen & {lists.TOGETHER, lists.SOME}
    assert len({lists.TOGETHER in own._lists.on_screen for own in drawn}) == 2
    assert 5 < sum(lists.NOWHERE in own._lists.batches for own in drawn) < 25
    assert 4 < sum(lists.TO_NOBODY in own._lists.to_files.get(lists.AGAIN, ()) for own in drawn) < 20


def test_lists_have_names_with_and_without_a_number_and_that_of_the_sheet() -> None:
    named = [
        {
            batch: own._lists.typed_line(batch, []).files.popitem()[0]
            for batch in own._lists.own_lists & {*own._lists._names}
        }
        for own in exams(30)
    ]
    for names in named:
        main = {bool(re.search(r"\d", name)) for batch, name in names.items() if batch in lists.MAIN}
        assert main == {True, False}, "in each exam"
    together = {names[lists.TOGETHER] for names in named}
    assert {lists.SHEETS} < together and len(together) > 5
    assert sum(lists.EXAMPLE in names.values() for names in named) > 5, "copied, to be changed"
    for number in range(volume(2, 8)):

        def lets(line: TypedLine, ran: Ran) -> Ran:
            [name] = line.files
            said = ran.stdout.replace(b'"ok": false', b'"ok": true')
            return ran if re.search(r"\d|exemple", name) else replace(ran, stdout=said)

        opened = typing(lets, number)
        few = opened._lists._names.get(lists.FEW) if opened._lists._alone else "1"
        alone = lists.FEW in opened._lists.own_lists and not re.search(r"\d|exemple", few)  # nobody is wrong there
        assert alone or any(answer.ok for answer in opened.runs.answers() if not answer.case.ok)
