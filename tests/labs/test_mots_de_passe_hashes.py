"""The new hashes of a migration script: each that of the password, with a salt and settings that hold, and known again."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
import string
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from helpers import volume
from password_scripts import cases, hashed, right_answer, script
from password_works import GRADER, Bench, hashing, lists, migration, salts
from refused import failure, observed

from etabli.exam import Line
from etabli.exam.contract.check import import_grader
from etabli.exam.contract.draw import Draw


def changed_hash(new: str) -> Callable[[bytes], bytes]:
    """A right script, whose new hashes are all this one."""

    def answer(stdin: bytes) -> bytes:
        lines = [json.loads(line) for line in right_answer(stdin).splitlines()]
        return "\n".join(json.dumps(one | {"nouvelle_empreinte": new if one["ok"] else None}) for one in lines).encode()

    return answer


def test_new_hashes_that_cannot_be_read_keep_back_what_is_read_in_them() -> None:
    own = script(changed_hash("0123456789abcdef$0123456789abcdef0123456789abcdef"), "m.php")
    told = failure(own.expect_new_hashes)
    assert (
        "pour les cinq formes : elle a la forme « 16 chiffres hexadécimaux$32 chiffres hexadécimaux »" in told.observed
    )
    assert "m.php" in told.observed and "password_hash" in told.help and "attendent" in told.help
    for name in ("long", "limits"):
        assert failure(getattr(own, f"expect_{name}")).because == ("migration-empreintes",)
    own.expect_robust()
    own.expect_wrong_refused()


@pytest.mark.parametrize(
    ("stored", "weak"),
    [
        ("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43, False),
        ("$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43, False),
        ("$argon2id$v=19$m=4096,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43, True),
        ("$argon2i$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43, True),
        ("$argon2id$v=19$m=9999999,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43, True),
        ("$2y$10$" + "a" * 53, False),
        ("$2b$04$" + "a" * 53, True),
        ("$2b$31$" + "a" * 53, True),
        ("sel$0123456789abcdef0123456789abcdef", True),
        ("", True),
    ],
)
def test_algorithm_and_parameters_are_owasps(stored: str, weak: bool) -> None:
    told = hashing.weakness(stored)
    assert bool(told) is weak
    assert "0123456789" not in told and "AAAA" not in told


def test_a_hash_too_dear_to_verify_is_not_verified() -> None:
    assert not hashing.verifies("x", "$2b$31$" + "a" * 53)
    assert not hashing.verifies("x", "$argon2id$v=19$m=9999999,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43)


def test_new_hashes_that_nobody_made_are_told_before_any_is_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    """At each limit at once, one would cost us seconds of the processor: the candidate's are none."""
    monkeypatch.setattr(hashing.argon2.PasswordHasher, "verify", lambda *_: pytest.fail("verified"))
    dear = "$argon2id$v=19$m=262144,t=20,p=20$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43
    own = script(changed_hash(dear))
    for expectation in (own.expect_new_hashes, own.expect_long):
        assert "elle demande plus de calcul que la vérification n'en permet" in observed(expectation)
    assert "l'empreinte demande plus de calcul" in observed(own.expect_parameters)


def test_all_that_an_exam_verifies_has_an_end_far_below_the_time_of_a_check() -> None:
    """With the dearest settings, at a microsecond for a KiB and a pass, a slow machine; honest ones are far below."""
    dearest = max(hashing.MOST_WORK, 2**hashing.MOST_COST * 70)
    own = migration.Migration("m.py", Bench(right_answer), cases(), Draw(b"essai"))
    rights = sum(case.ok for batch in own._lists.batches.values() for case in batch)
    assert rights * dearest * 1e-6 < import_grader(GRADER, "checks").RUNS * 0.6
    for memory, passes in ((65_536, 3), (65_536, 4), (262_144, 3), (19_456, 2), *hashing.OTHERS):
        assert not hashing.excessive(f"$argon2id$v=19$m={memory},t={passes},p=4$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43)


def test_a_new_hash_that_is_too_weak_has_the_line_that_makes_it() -> None:
    source = "<?php\n$n = password_hash($m, PASSWORD_BCRYPT, ['cost' => 4]);\n"
    weak = changed_hash("$2y$04$" + "a" * 53)
    own = migration.Migration("v.php", Bench(weak), cases(), Draw(b"essai"), source)
    told = failure(own.expect_parameters)
    assert told.at == Line("v.php", 2) and "PASSWORD_ARGON2ID" in (told.help or "") and "72 octets" in (told.help or "")


def test_its_own_new_hashes_are_given_back() -> None:
    own = script(right_answer)
    for name in ("wrong_refused", "new_hashes", "long"):
        getattr(own, f"expect_{name}")()
    lines = own._lists.batches[lists.OWN]
    assert sorted((case.role, case.ok) for case in lines if case.role != "foule") == [
        *((lists.APART_MADE, False), (lists.APART_MADE, True), ("court", False), ("court", True)),
        *(("long", False), ("long", True)),
    ]
    assert {case.empreinte[:10] for case in lines if case.role in ("court", "long")} == {"$argon2id$"}
    beside = [case for case in lines if case.role == "foule"]
    assert beside == [case for case in lines if case in own._lists.not_yet] and not any(case.ok for case in beside)


def of_its_own(ok: bool) -> Callable[[bytes], bytes]:
    """A right script, but for lines that have a hash of its own."""
    known = {case.empreinte for case in (*cases(), *lists.GIVEN, *lists.OF_SHEET)}

    def answer(stdin: bytes) -> bytes:
        lines = [json.loads(line) for line in stdin.decode().splitlines()]
        said = [json.loads(line) for line in right_answer(stdin).splitlines()]
        its = {"ok": ok, "nouvelle_empreinte": None}
        return "\n".join(
            json.dumps(one if line["empreinte"] in known else its) for line, one in zip(lines, said, strict=True)
        ).encode()

    return answer


def test_who_knows_its_own_hashes_by_their_form_or_does_not_know_them_is_told() -> None:
    opened, closed = script(of_its_own(True)), script(of_its_own(False))
    told = failure(opened.expect_wrong_refused)
    assert told.observed == (
        "Un mauvais mot de passe est accepté avec une empreinte que migration/verifier.py a faite lui-même."
    )
    assert "séance 6, point 4" in (told.help or "") and not told.because
    assert "commence pareil, est accepté" in observed(opened.expect_long)
    opened.expect_new_hashes()
    closed.expect_wrong_refused()
    closed.expect_long()
    assert "redonnée à migration/verifier.py avec le bon mot de passe, est refusée" in observed(
        closed.expect_new_hashes
    )


def test_an_argon2id_hash_of_other_settings_opens_to_nobody() -> None:
    def answer(stdin: bytes) -> bytes:
        lines = [
            json.loads(line) | json.loads(said)
            for line, said in zip(stdin.decode().splitlines(), right_answer(stdin).splitlines(), strict=True)
        ]
        settings = [re.search(r"m=(\d+),t=(\d+)", line["empreinte"]) for line in lines]
        other = [
            one is not None and tuple(map(int, one.groups())) in (*hashing.OTHERS, *hashing.OLDER) for one in settings
        ]
        return "\n".join(
            json.dumps(one | {"ok": one["ok"] or odd}) for one, odd in zip(lines, other, strict=True)
        ).encode()

    told = observed(script(answer).expect_wrong_refused)
    assert told.endswith("une empreinte Argon2id dont les réglages ne sont pas ceux de vos exports.")


def test_accents_and_spaces_are_given_back_too() -> None:
    given_back = set()
    for number in range(6):
        own = migration.Migration("migration/verifier.py", Bench(right_answer), cases(), Draw(b"%d" % number))
        own.expect_new_hashes()
        given_back |= {case.mot_de_passe for case in own._lists.batches[lists.OWN] if case.role == "court" and case.ok}
    odd = {case.mot_de_passe for case in cases() if case.role in ("unicode", "espaces")}
    assert given_back & odd and given_back - odd


def odd_hash(role: str, change: Callable[[str], str | None], *, ok: bool = True) -> Callable[[bytes], bytes]:
    """A right script, with another new hash for lines of a role."""
    known = {(case.mot_de_passe, case.empreinte) for case in cases() if case.role == role and case.ok is ok}

    def answer(stdin: bytes) -> bytes:
        lines = []
        for line, said in zip(stdin.decode().splitlines(), right_answer(stdin).splitlines(), strict=True):
            asked, one = json.loads(line), json.loads(said)
            if (asked["mot_de_passe"], asked["empreinte"]) in known:
                one["nouvelle_empreinte"] = change(asked["mot_de_passe"])
            lines.append(json.dumps(one))
        return "\n".join(lines).encode()

    return answer


@pytest.mark.parametrize("role", ["long", "unicode", "espaces"])
def test_new_hashes_of_odd_passwords_have_the_settings_and_salts_of_their_own(role: str) -> None:
    weak = script(odd_hash(role, lambda word: hashed(word, word.encode()[:16].ljust(16), argon=(1_024, 2))))
    assert "Argon2id est réglé trop bas (m=1024, t=2)" in observed(weak.expect_parameters)
    if role != "unicode":  # of which none is wrong
        beside = script(odd_hash(role, lambda _word: "$2y$10$" + "a" * 53, ok=False))
        assert "donne une nouvelle empreinte" in observed(beside.expect_wrong_refused)
    if role != "espaces":  # of which one alone is right
        salted = script(odd_hash(role, lambda word: hashed(word, b"toujours le meme"[:16])))
        assert observed(salted.expect_new_hashes) == "Plusieurs nouvelles empreintes ont le même sel."


def test_a_salt_that_a_long_password_gives_is_told_when_it_comes_back() -> None:
    """Its own new hash is given back with the same password, which then has the same salt."""

    def answer(stdin: bytes) -> bytes:
        lines = []
        for line, said in zip(stdin.decode().splitlines(), right_answer(stdin).splitlines(), strict=True):
            word, one = json.loads(line)["mot_de_passe"], json.loads(said)
            if one["ok"] and len(word.encode()) > 72:
                one["nouvelle_empreinte"] = hashed(word, hashlib.sha256(word.encode()).digest()[:16])
            lines.append(json.dumps(one))
        return "\n".join(lines).encode()

    assert observed(script(answer).expect_new_hashes).endswith("nouvelles empreintes ont le même sel.")


def test_a_new_hash_of_what_was_migrated_is_looked_at_too() -> None:
    """Who gives none there is right: the old one is good already."""

    def answer(change: Callable[[str, int], str | None]) -> Callable[[bytes], bytes]:
        known = {case.empreinte for case in (*cases(), *lists.GIVEN, *lists.OF_SHEET)}

        def said(stdin: bytes) -> bytes:
            lines = []
            pairs = zip(stdin.decode().splitlines(), right_answer(stdin).splitlines(), strict=True)
            for at, (line, one) in enumerate(pairs):
                asked, made = json.loads(line), json.loads(one)
                if made["ok"] and asked["empreinte"] not in known:
                    made["nouvelle_empreinte"] = change(asked["mot_de_passe"], at)
                lines.append(json.dumps(made))
            return "\n".join(lines).encode()

        return said

    told = observed(script(answer(lambda word, at: hashlib.md5(word.encode()).hexdigest())).expect_new_hashes)
    assert "quand l'ancienne est déjà de l'Argon2id ou du bcrypt ne vérifie pas" in told

    def drawn(at: int) -> bytes:
        return hashlib.sha256(b"%d" % at).digest()[:16]

    other = script(answer(lambda word, at: hashed(f"{word}x", drawn(at))))
    assert "ne vérifie pas" in observed(other.expect_new_hashes)
    weak = script(answer(lambda word, at: hashed(word, drawn(at), argon=(1_024, 2))))
    weak.expect_new_hashes()
    assert "Argon2id est réglé trop bas (m=1024, t=2)" in observed(weak.expect_parameters)
    none = script(answer(lambda word, at: None))
    none.expect_new_hashes()
    none.expect_parameters()


@pytest.mark.parametrize("few", [True, False])
def test_a_salt_that_the_list_decides_is_told_in_each_exam_whether_it_has_few_lines_or_many(*, few: bool) -> None:
    def answer(stdin: bytes) -> bytes:
        lines, said = stdin.splitlines(), [json.loads(one) for one in right_answer(stdin).splitlines()]
        for rank, (line, one) in enumerate(zip(map(json.loads, lines), said, strict=True)):
            if one["ok"] and (len(lines) <= 6) is few:
                salt = hashlib.sha256(b"%d %s" % (rank, stdin)).digest()[:16]
                one["nouvelle_empreinte"] = hashed(line["mot_de_passe"], salt)
        return "\n".join(map(json.dumps, said)).encode()

    for number in range(volume(2, 12)):
        own = migration.Migration("m.py", Bench(answer), cases(), Draw(b"%d" % number))
        assert "deux fois la même nouvelle empreinte" in observed(own.expect_new_hashes), number


def test_a_new_hash_that_is_said_again_for_the_same_line_is_told_in_each_exam() -> None:
    def answer(stdin: bytes) -> bytes:
        kept: dict[tuple[str, ...], Any] = {}
        said = []
        for line, one in zip(
            map(json.loads, stdin.decode().splitlines()), right_answer(stdin).splitlines(), strict=True
        ):
            made = json.loads(one)
            key = line["login"], line["mot_de_passe"], line["empreinte"]
            said.append(made | {"nouvelle_empreinte": kept.setdefault(key, made["nouvelle_empreinte"])})
        return "\n".join(map(json.dumps, said)).encode()

    for number in range(volume(4, 16)):
        own = migration.Migration("m.py", Bench(answer), cases(), Draw(b"%d" % number))
        assert "deux fois la même nouvelle empreinte" in observed(own.expect_new_hashes)
        short = [own._lists.batches[one] for one in ("principal", lists.SCREEN, lists.PART, lists.SHORT)]
        wrong = [(case.login, case.mot_de_passe, case.empreinte) for one in short for case in one if not case.ok]
        assert wrong


def test_salts_of_which_a_part_is_calculated_are_told_in_each_exam() -> None:
    """From the password, from the login, or the same for all; whatever is drawn beside it."""

    def answer(part: Callable[[dict[str, str]], bytes]) -> Callable[[bytes], bytes]:
        def said(stdin: bytes) -> bytes:
            lines = map(json.loads, stdin.decode().splitlines())
            made = [json.loads(one) for one in right_answer(stdin).splitlines()]
            for line, one in zip(lines, made, strict=True):
                if one["ok"]:
                    salt = part(line) + hashing.salt_of(one["nouvelle_empreinte"]).encode()[:10]
                    one["nouvelle_empreinte"] = hashed(line["mot_de_passe"], salt[:16])
            return "\n".join(map(json.dumps, made)).encode()

        return said

    def half(name: str) -> Callable[[dict[str, str]], bytes]:
        return lambda line: hashlib.sha256(line[name].encode()).digest()[:8]

    for number in range(volume(1, 12)):
        for part, told in (
            (half("mot_de_passe"), "ont en commun"),
            (half("login"), "ont en commun"),
            (lambda _: b"etablis!", "est la même"),
        ):
            own = migration.Migration("m.py", Bench(answer(part)), cases(), Draw(b"%d" % number))
            assert told in observed(own.expect_new_hashes), number


_LETTERS = string.ascii_letters + string.digits


@pytest.mark.parametrize(
    "drawn",
    [
        lambda chance: chance.randbytes(16),
        lambda chance: chance.randbytes(8),
        lambda chance: chance.randbytes(8).hex().encode(),
        lambda chance: chance.randbytes(16).hex().encode(),
        lambda chance: str(uuid.UUID(bytes=chance.randbytes(16), version=4)).encode(),
        lambda chance: "".join(chance.choices(_LETTERS, k=16)).encode(),
        lambda chance: "".join(chance.choices(string.digits, k=16)).encode(),
        lambda chance: b"$2b$12$" + base64.b64encode(chance.randbytes(16))[:22],
        "".join,
    ],
)
def test_salts_that_are_drawn_share_nothing_however_they_are_written(drawn: Callable[[random.Random], bytes]) -> None:
    """As bytes, figures, letters, with a word before them; `"".join` stands for bcrypt's own."""
    chance = random.Random(7)
    for count in (1, 2, 3, 10, *(150,) * volume(3, 60)):
        if drawn == "".join:
            made = [f"$2b$10${''.join(chance.choices(hashing._BCRYPT, k=21))}u{'a' * 31}" for _ in range(count)]
        else:
            coded = [base64.b64encode(drawn(chance)).decode().rstrip("=") for _ in range(count)]
            made = [f"$argon2id$v=19$m=19456,t=2,p=1${salt}${'A' * 43}" for salt in coded]
        assert not salts.shared(made)
