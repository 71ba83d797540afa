"""Migration scripts made here, for the tests of the checks of mots-de-passe: a right one, and others."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from password_works import Bench, hashing, lists, migration, replies, testlists, typed

from etabli.exam.contract.draw import Draw
from etabli.exam.contract.values import TypedLine
from etabli.exam.tools.bench import Ran


@cache
def cases() -> Any:
    return testlists.migration_cases(Draw(b"essai"), typed(), Draw(b"apart"))


made_here: dict[str, str] = {}
"""Passwords of the new hashes that stand in for real ones, by these."""


@cache
def hashed(word: str, salt: bytes, *, argon: tuple[int, int] | None = None) -> str:
    """The new hash of a password; of the usual settings, one that stands in for a real one, and is known to be its own.

    An exam has hundreds, and a test has many exams; a real one takes a fiftieth of a second to make, and to verify.
    """
    if argon:
        return str(hashing.make_hash("argon2id", word, salt, argon=argon))
    digest = hashlib.sha256(salt + word.encode()).digest()
    coded = [base64.b64encode(part).decode().rstrip("=") for part in (salt, digest)]
    stored = f"$argon2id$v=19$m={hashing.MEMORY_KIB},t={hashing.PASSES},p=1${'$'.join(coded)}"
    made_here[stored] = word
    return stored


@cache
def _verifies(word: str, stored: str) -> bool:
    return made_here[stored] == word if stored in made_here else hashing.verifies.__wrapped__(word, stored)


replies.verifies = _verifies
given = Counter[bytes]()
"""How often each list was given: one of them comes twice in an exam."""


def new_hash(line: Mapping[str, str], salt: str = "") -> Any:
    return hashed(line["mot_de_passe"], hashlib.sha256(salt.encode()).digest()[:16])


def truly(word: str, stored: str) -> bool:
    """What is true of one of its own hashes, and of the sheet's lines."""
    return bool(word) and (hashing.opens(word, stored) or replies.verifies(word, stored))


def right_answer(stdin: bytes) -> bytes:
    known = {(case.mot_de_passe, case.empreinte): case for case in cases()}
    given[stdin] += 1
    lines = []
    for number, line in enumerate(map(json.loads, stdin.decode().splitlines())):
        case = known.get((line["mot_de_passe"], line["empreinte"]))
        ok = case.ok if case else truly(line["mot_de_passe"], line["empreinte"])
        new = new_hash(line, f"{stdin!r} {given[stdin] % 2} {number}") if ok else None
        lines.append(json.dumps({"ok": ok, "nouvelle_empreinte": new}))
    return "\n".join(lines).encode()


def script(answer: Ran | Callable[[bytes], bytes], path: str = "migration/verifier.py") -> Any:
    return migration.Migration(path, Bench(answer), cases(), Draw(b"essai"))


def turns() -> list[str]:
    """The order in which batches are given, odd lines all together."""
    drawn = migration.Migration("m.py", Bench(right_answer), cases(), Draw(b"essai"))._lists.earlier
    return [batch for batch in drawn if batch not in lists.APART]


def measured(number: int) -> tuple[Any, dict[str, int]]:
    """What an exam gives: its lists, and how long each is."""
    own = migration.Migration("m.py", Bench(right_answer), cases(), Draw(b"%d" % number))
    odd = sum(len(own._lists.batches[batch]) for batch in lists.APART)
    some = {lists.SOME: len(own._lists.few_odd), lists.TOGETHER: odd - len(own._lists.few_odd)}
    some[lists.OWN] = 6 + len(own._lists.not_yet)
    return own, {batch: len(own._lists.batches[batch]) for batch in lists.SHOWN} | some


def exams(count: int) -> list[Any]:
    return [
        migration.Migration("m/v.py", Bench(right_answer), cases(), Draw(b"%d" % number)) for number in range(count)
    ]


NOBODY = b'{"ok": false, "nouvelle_empreinte": null}\n'


class Typist(Bench):
    """Refuses everybody, and does something more at some typed lines."""

    def __init__(self, odd: Callable[[TypedLine, Ran], Ran]) -> None:
        super().__init__(lambda stdin: NOBODY * len(stdin.splitlines()))
        self.odd = odd

    def type(self, lines: Sequence[TypedLine]) -> list[Ran]:
        return [self.odd(line, ran) for line, ran in zip(lines, super().type(lines), strict=True)]


def typing(odd: Callable[[TypedLine, Ran], Ran], number: int) -> Any:
    return migration.Migration("m.py", Typist(odd), cases(), Draw(b"%d" % number))
