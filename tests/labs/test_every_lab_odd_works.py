"""Whatever a work holds, its checks pass, or fail with a sentence: no odd file or answer is an incident of ours.

Right works are made odd from a seed (`odd_works`) and examined in this process (`in_process`): the bench answers as a
right program does, oddly at times, and the office gives the values that files carry. Sites, and what the office computes:
``security/test_odd_works.py``.
"""

from __future__ import annotations

import base64
import datetime
import json
import random
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from helpers import volume
from in_process import examine, ran
from odd_works import odd, odd_answer, odd_files
from seats import HOUSE, Kind, graded, handed_in, specimens_of

from etabli.exam.contract.check import import_grader
from etabli.exam.contract.outcome import Outcome
from etabli.exam.contract.plain import rebuild
from etabli.exam.tools.draws import Draws

LABS = [name for name, lab in HOUSE.items() if lab.manifest.asked]
SEEDS = range(volume(2, 300))
NONCE = "essai"
_HELD = ([503], [524], [522], None, True, 1e308, -1e308, 5e-324, -0.0, 1e17, 2958466.0, -1.0, 1e9)
"""What the office may tell of a cell: errors, and figures that nobody has."""


@pytest.fixture(autouse=True)
def said_in_french() -> Iterator[None]:
    """Sentences quote what is odd: they are held to French where works are not."""
    yield


@cache
def right(lab: str) -> list[Mapping[str, bytes]]:
    """Right works, one in ``make test``; those that another program makes are left out."""
    names = [name for name, one in specimens_of(lab).items() if one.kind is Kind.RIGHT]
    return list(islice((files for name in names if (files := handed_in(lab, name))), volume(1, 99)))


class Answers:
    """Who answers for the bench, and for the office."""

    def __init__(self, lab: str, chance: random.Random) -> None:
        self._chance, self._often, self._cells = (
            chance,
            chance.choice((0, 0.1, 0.5, 1)),
            chance.choice((0, 0, 0.001, 0.02, 0.3)),
        )
        self._known: dict[tuple[str, str], bool] = {}
        if lab == "mots-de-passe":
            self._hashing, lists = (import_grader(HOUSE[lab].grader, name) for name in ("hashing", "testlists"))
            typed = rebuild(HOUSE[lab].checks().module.Variant, graded(lab).data)
            cases = lists.migration_cases(Draws(NONCE).of("migration"), typed, Draws(NONCE).of("migration, à part"))
            self._known = {(case.mot_de_passe, case.empreinte): case.ok for case in cases}

    def bench(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answers one question; a lab of which nothing is known here has nonsense."""
        if "lines" in question:
            return {"ran": [self._ran(next(iter(one["files"].values()))) for one in question["lines"]]}
        if not self._known:
            return ran(odd(self._chance).encode("utf-8", "replace"), code=self._chance.choice((0, 0, 1)))
        tries = json.loads(base64.b64decode(question["files"]["essais.json"]))
        refusals = [self._chance.choice(("", "forbidden", odd(self._chance))) for _ in tries]
        said = self._chance.choice(({"refusals": refusals}, {"refusals": refusals}, {"unread": odd(self._chance)}))
        return ran("\n".join(map(json.dumps, ({"ready": len(tries)}, said))).encode())

    def _ran(self, given: str) -> Mapping[str, Any]:
        said = []
        for number, text in enumerate(filter(str.strip, base64.b64decode(given).decode().splitlines())):
            line = json.loads(text)
            password, stored = line["mot_de_passe"], line["empreinte"]
            ok = self._known.get((password, stored)) or self._hashing.verifies(password, stored)
            new = self._hashing.make_hash("argon2id", password, bytes([number % 3]) * 16) if ok else None
            said.append(json.dumps({"ok": ok, "nouvelle_empreinte": new}))
        answer = "\n".join(said).encode()
        return ran(odd_answer(answer, self._chance) if self._chance.random() < self._often else answer)

    def office(self, cell: Any) -> Any:
        """What the office tells of a cell."""
        if self._chance.random() < self._cells:
            return self._chance.choice((*_HELD, odd(self._chance)))
        if isinstance(cell.value, datetime.date):
            return float(cell.value.toordinal() - 693_594)
        if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
            return float(cell.value)
        return [525] if cell.error else 12.5 if cell.formula and cell.value is None else cell.value


@pytest.mark.parametrize("lab", LABS)
def test_no_odd_work_is_an_incident(lab: str, tmp_path: Path) -> None:
    incidents = {}
    for seed in SEEDS:
        chance, folder = random.Random(seed), tmp_path / str(seed)
        for path, data in odd_files(chance.choice(right(lab)), chance).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        answers = Answers(lab, chance)
        ended = examine(HOUSE[lab], graded(lab), folder, answers.bench, answers.office, NONCE)
        incidents |= {(seed, check): end.words for check, end in ended.items() if end.outcome is Outcome.ERROR}
    assert not incidents, "\n".join(f"{where}: {words[-1500:]}" for where, words in [*incidents.items()][:3])
