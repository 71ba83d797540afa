"""A policy run on real passwords by libpwquality, in a candidate-type container."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from etabli.exam import Failed
from etabli.exam.contract.french import counted

from .policy import Policy

if TYPE_CHECKING:
    from etabli.exam.tools.bench import Bench, Ran

    from .shape import PolicyTests

SCRIPT = Path(__file__).with_name("essai_politique.py")
COMMAND = ("python3", "-I", "/banc/essai_politique.py")
_SETTINGS = "Un réglage par ligne, comme « minlen = 12 » ; une remarque commence par #."
_SHORT = "Une longueur minimale qui donne l'entropie du cas qui s'applique."
_WORDS = "Ces mots de passe faibles sont refusés, même avec d'autres caractères autour."
FAMILIES = {
    "courts": "trop courts pour le cas qui s'applique",
    "saisons": "faits d'une saison",
    "organisation": "faits du nom de l'organisation ou de sa ville",
    "frequents": "faits d'un mot très fréquent",
    "identifiant": "faits de l'identifiant du compte",
}


REASONS = {
    "shorter than": "trop court",
    "character classes": "il manque des classes de caractères",
    "uppercase": "il manque des majuscules",
    "lowercase": "il manque des minuscules",
    "non-alphanumeric": "il manque des signes",
    "digits": "il manque des chiffres",
    "same class consecutively": "trop de caractères de la même classe à la suite",
    "same characters consecutively": "trop de caractères identiques à la suite",
    "monotonic": "une suite de l'alphabet ou du clavier",
    "dictionary": "dans le dictionnaire",
    "forbidden": "un mot interdit",
    "user name": "l'identifiant y est",
}


def in_french(reason: str) -> str:
    """What libpwquality says, explained, with its own words."""
    known = next((french for english, french in REASONS.items() if english in reason), "")
    return f"{known} (libpwquality : « {reason} »)" if known else f"libpwquality dit « {reason} »"


@dataclass(frozen=True)
class Tried:
    """What the policy said of every hidden password: family → the reason of each refusal, '' when accepted."""

    refusals: Mapping[str, list[str]]

    def expect_refused(self, family: str) -> None:
        """All passwords of a weak family are refused."""
        answers = self.refusals[family]
        if accepted := answers.count(""):
            raise Failed(
                f"La politique accepte {counted(accepted, 'mot de passe', 'mots de passe')} sur {len(answers)}, "
                f"{FAMILIES[family]}.",
                _SHORT if family == "courts" else _WORDS,
            )

    def expect_accepted(self, family: str, what: str) -> None:
        """All passwords of a strong family are accepted."""
        answers = self.refusals[family]
        if refused := [reason for reason in answers if reason]:
            reason = Counter(refused).most_common(1)[0][0]
            raise Failed(
                f"La politique refuse {len(refused)} des {len(answers)} {what} de l'essai : {in_french(reason)}.",
                "Un mot de passe long et tiré au hasard est accepté.",
            )


def try_policy(policy: Policy, bench: Bench, tests: PolicyTests) -> Tried:
    """Runs all hidden passwords at once.

    Raises:
        Failed: libpwquality cannot read the settings.
    """
    tries: list[tuple[str, str, str | None]]
    tries = [(family, password, None) for family, passwords in tests.weak.items() for password in passwords]
    tries += [("identifiant", one.password, one.login) for one in tests.logins]
    tries += [(family, password, None) for family, passwords in tests.strong.items() for password in passwords]
    inputs = {
        SCRIPT.name: SCRIPT.read_bytes(),
        "pwquality.conf": policy.conf.encode(),
        "essais.json": json.dumps([[password, user] for _, password, user in tries]).encode(),
    }
    answer = _answer(bench.run(COMMAND, files=inputs), policy, len(tries))
    if "unread" in answer:
        raise Failed(f"libpwquality ne comprend pas {policy.path} : « {answer['unread']} ».", _SETTINGS)
    refusals: dict[str, list[str]] = {}
    for (family, _, _), reason in zip(tries, answer["refusals"], strict=True):
        refusals.setdefault(family, []).append(reason)
    return Tried(refusals)


def _answer(ran: Ran, policy: Policy, count: int) -> dict[str, Any]:
    """What the script answered.

    Raises:
        Failed: It was ready, and the settings stopped it.
        RuntimeError: It was not even ready: our error.
    """
    lines = [json.loads(line) for line in ran.text.splitlines()]
    if not lines or lines[0] != {"ready": count}:
        raise RuntimeError(f"the bench tried nothing: code {ran.exit_code}: {ran.words[-500:]}")
    answer: dict[str, Any] = lines[-1]
    if "unread" not in answer and len(answer.get("refusals", ())) != count:
        raise Failed(f"libpwquality s'arrête avec les réglages de {policy.path} (code {ran.exit_code}).", _SETTINGS)
    return answer
