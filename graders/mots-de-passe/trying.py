"""A policy run on real passwords by libpwquality, in a candidate-type container."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from etabli.exam import Cells, Failed, Line
from etabli.exam.contract.french import counted, listed, quote, some

from .policy import LONGEST, Policy, odd_setting

if TYPE_CHECKING:
    from etabli.exam.tools.bench import Bench, Ran

    from .shape import Family, PolicyTests

SCRIPT = Path(__file__).with_name("essai_politique.py")
COMMAND = ("python3", "-I", "/banc/essai_politique.py")
_SETTINGS = "Un réglage par ligne : son nom, « = », puis un nombre en chiffres ; une remarque commence par #."
_SHORT = "Une longueur minimale qui donne l'entropie du cas qui s'applique."
_STRONG = {
    "phrases": "Une longue phrase de passe, de cinq à sept mots, est acceptée.",
    "gestionnaire": "Un mot de passe de 16 à 20 caractères tirés au hasard, des quatre classes, est accepté.",
}
STRONG = {"phrases": "phrases de passe", "gestionnaire": "mots de passe tirés par un gestionnaire"}
"""Families that are accepted, in the order of their checks."""
_DECIDES = {"courts": "minlen", "identifiant": "usercheck"}
"""The setting that refuses a family; badwords, for all others."""
LISTED = ("saisons", "organisation", "frequents")
"""Families that badwords refuses, in the order of their checks."""
_WORDS = "Ces mots de passe faibles sont refusés, même avec d'autres caractères autour."
_NONE = " Elle ne donne aucun mot à refuser."
_ADD = "Écrivez une ligne badwords, avec tous les mots à refuser de l'énoncé, une espace entre deux : deux autres points l'attendent."
_NONE_IN_FORM = " « Liste de mots refusés » n'y est pas à oui, ou « Mots refusés » est vide."
_FILL = (
    "Dans le formulaire, répondez oui à « Liste de mots refusés », et écrivez en face de « Mots refusés » tous ceux de l'énoncé : "
    "deux autres points les attendent."
)
_OTHER_VALUE = (
    "Vous avez déjà cette ligne : changez sa valeur, qui permet l'identifiant. Le modèle, dossier/modeles/pwquality.conf, dit "
    "laquelle le refuse."
)
FAMILIES = {
    "courts": "trop courts pour le cas qui s'applique",
    "saisons": "faits d'une saison",
    "organisation": "faits du nom de l'organisation ou de sa ville",
    "frequents": "faits d'un mot très fréquent",
    "identifiant": "faits de l'identifiant du compte",
}


@dataclass(frozen=True)
class Refusal:
    """A reason of libpwquality's, for a person."""

    says: str
    """Words of its message that tell it from the others."""
    means: str
    setting: str
    look: str

    def help(self, *, form: bool = False) -> str:
        """What to do, with the setting that causes it; no other point fails for having done it."""
        return f"Le réglage en cause est {IN_FORM.get(self.setting, self.setting) if form else self.setting} : {self.look}."


_WAIT = " Ce que la politique doit refuser sera regardé ensuite : tant que de bons mots de passe sont refusés, en refuser un mauvais ne prouve rien."
_LESS = "ramenez-le à -1, un caractère de cette sorte au moins. Les bits que l'on compte n'en changent pas"
_REMOVE = "enlevez cette ligne : les bits ne comptent pas sur elle"
IN_FORM = {
    "minlen": "« Longueur minimale, utilisateurs »",
    "minclass": "« Classes de caractères exigées »",
    "badwords": "« Mots refusés »",
}
"""What the form calls a setting."""
REFUSALS = (
    Refusal("shorter than", "trop court", "minlen", f"demandez {LONGEST} caractères au plus. S'il manque alors des bits à votre cas, exigez une classe de plus. Relisez ensuite ce qu'en dit votre justification"),
    Refusal("character classes", "il manque des classes de caractères", "minclass", "il n'y en a que quatre, 4 au plus"),
    Refusal("uppercase", "il manque des majuscules", "ucredit", _LESS),
    Refusal("lowercase", "il manque des minuscules", "lcredit", _LESS),
    Refusal("non-alphanumeric", "il manque des signes", "ocredit", _LESS),
    Refusal("digits", "il manque des chiffres", "dcredit", _LESS),
    Refusal("same class consecutively", "trop de caractères de la même classe à la suite", "maxclassrepeat",
            f"il refuse tout mot plus long que ce nombre ; {_REMOVE}"),
    Refusal("same characters consecutively", "trop de caractères identiques à la suite", "maxrepeat", _REMOVE),
    Refusal("monotonic", "une suite de l'alphabet ou du clavier", "maxsequence", _REMOVE),
    Refusal("dictionary", "dans le dictionnaire", "dictcheck", "mettez-le à 0 : les mots refusés sont dans badwords"),
    Refusal("forbidden", "un mot interdit", "badwords", "gardez-y tous les mots de l'énoncé, et eux seuls. Un mot court ou courant se trouve dans beaucoup de phrases"),
    Refusal("too similar", "trop proche de l'ancien mot de passe, de même sorte, qu'il remplace", "difok",
            f"c'est le nombre de caractères qui doivent changer ; {_REMOVE}"),
    Refusal("user name", "l'identifiant y est", "usercheck", "l'identifiant de ce compte est dans le mot de passe"),
)  # fmt: skip


def checks_before(family: str) -> list[str]:
    """The checks of the lists of words before that of this one."""
    return [_check_of(one) for one in LISTED[: LISTED.index(family)]]


def _check_of(family: str) -> str:
    return f"politique-refuse-{family}"


def refusal(reason: str) -> Refusal | None:
    """What libpwquality means by a message; None for one that we do not know."""
    return next((one for one in REFUSALS if one.says in reason), None)


def in_french(reason: str) -> str:
    """What libpwquality says, explained, with its own words."""
    known = refusal(reason)
    return f"{known.means} (libpwquality : « {reason} »)" if known else f"libpwquality dit « {reason} »"


@dataclass(frozen=True)
class Tried:
    """What the policy said of every hidden password: family → the reason of each refusal, '' when accepted."""

    refusals: Mapping[str, list[str]]
    places: Mapping[str, Line | Cells] = field(default_factory=dict)
    """Where the policy has each setting."""
    again: Mapping[str, int] = field(default_factory=dict)
    """Settings that are written several times, of which the last one counts, and how often."""
    stuck: Mapping[str, str] = field(default_factory=dict)
    """Words of badwords that a sign touches, so that they refuse nothing, and the piece of each."""
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What badwords must refuse, by family."""

    def expect_refused(self, family: str) -> None:
        """All passwords of a weak family are refused."""
        answers = self.refusals[family]
        if accepted := answers.count(""):
            setting = _DECIDES.get(family, "badwords")
            if self._stuck(family):
                raise self._touching(family, accepted)
            times = self.again.get(setting, 1)
            none = family in LISTED and accepted == len(answers) and setting not in self.places
            form = isinstance(self.places.get("list"), Cells)
            more = (_NONE_IN_FORM if form else _NONE) if none else ""
            look = (
                (_FILL if form else _ADD) if none else _OTHER_VALUE if setting == "usercheck" in self.places else None
            )
            raise Failed(
                f"La politique accepte {counted(accepted, 'mot de passe', 'mots de passe')} sur {len(answers)}, "
                f"{FAMILIES[family]}.{more}" + (f" Elle a {times} lignes {setting}." if times > 1 else ""),
                _SHORT if family == "courts" else _WORDS,
                f"De plusieurs lignes {setting}, seule la dernière compte : écrivez tout sur une seule."
                if times > 1
                else look,
                at=self.places.get("list" if none and form else setting),
                because=checks_before(family) if none else (),
            )

    def _stuck(self, family: str) -> bool:
        """Whether words of a family are in badwords, with a sign that touches them."""
        return any(word in self.stuck for word in self.words.get(family, ()))

    def _touching(self, family: str, accepted: int) -> Failed:
        """The failure of words that a sign touches; told by the first family, when nothing else lacks in this one."""
        answers, place = self.refusals[family], self.places.get("badwords")
        listed = " ".join(list(self.stuck)[:3])
        where = f"{place.path}, ligne {place.number}" if isinstance(place, Line) else "La liste"
        words = self.words[family]
        missed = {words[at * len(words) // len(answers)] for at, answer in enumerate(answers) if not answer}
        explained = missed <= self.stuck.keys()
        signs = set(re.sub(r"[\w\s-]", "", "".join(self.stuck.values())))
        stuck = {",": "une virgule", ";": "un point-virgule"}.get("".join(signs), "un autre signe")
        return Failed(
            f"La politique accepte {counted(accepted, 'mot de passe', 'mots de passe')} sur {len(answers)}, "
            f"{FAMILIES[family]}. {where} : dans badwords, {counted(len(self.stuck), 'mot touche', 'mots touchent')} "
            f"{stuck}, comme {some([quote(piece) for piece in dict.fromkeys(self.stuck.values())], 2)}.",
            _WORDS,
            f"Enlevez ces signes et laissez un espace entre deux mots : « badwords = {listed} », et ainsi de suite. "
            "libpwquality ne sépare les mots que par des espaces.",
            at=place,
            because=[_check_of(one) for one in LISTED[: LISTED.index(family)] if explained and self._stuck(one)],
        )

    def expect_accepted(self, family: str) -> None:
        """All passwords of a strong family are accepted; a setting that refuses both families is told by the first."""
        if not (reason := self._reason(family)):
            return
        known, (first, other) = refusal(reason), STRONG
        same = known and refusal(self._reason(other if family == first else first)) is known
        told = [self._refused(one) for one in (STRONG if same else [family])]
        place = self.places.get(known.setting) if known else None
        raise Failed(
            f"La politique refuse {listed(told)} : {in_french(reason)}.",
            " ".join(_STRONG[one] for one in (STRONG if same else [family])),
            f"{known.help(form=isinstance(place, Cells))}{_WAIT if same or family == other else ''}" if known else None,
            at=place,
            because=[f"politique-accepte-{first}"] if same and family != first else [],
        )

    def _reason(self, family: str) -> str:
        """The reason of most refusals of a strong family; '' when it is accepted."""
        refused = [reason for reason in self.refusals.get(family, ()) if reason]
        return Counter(refused).most_common(1)[0][0] if refused else ""

    def _refused(self, family: str) -> str:
        """How many of a strong family are refused."""
        answers = self.refusals[family]
        refused = sum(map(bool, answers))
        some = str(refused) if refused > 1 else "une" if family == "phrases" else "un"
        these = f"les {len(answers)}" if refused == len(answers) else f"{some} des {len(answers)}"
        return f"{these} {STRONG[family]} de l'essai"


def try_policy(policy: Policy, bench: Bench, tests: PolicyTests, families: Sequence[Family] = ()) -> Tried:
    """Runs all hidden passwords at once.

    Args:
        policy: What decides.
        bench: Where libpwquality runs.
        tests: The passwords, as many for each word of a family.
        families: What badwords must refuse.

    Raises:
        Failed: libpwquality cannot read the settings.
    """
    tries: list[tuple[str, str, str | None, str | None]]
    tries = [(family, password, None, None) for family, passwords in tests.weak.items() for password in passwords]
    tries += [("identifiant", one.password, one.login, None) for one in tests.logins]
    tries += [
        (family, password, None, passwords[at - 1])  # whoever changes it had another of the same kind
        for family, passwords in tests.strong.items()
        for at, password in enumerate(passwords)
    ]
    inputs = {
        SCRIPT.name: SCRIPT.read_bytes(),
        "pwquality.conf": policy.conf.encode(),
        "essais.json": json.dumps([one for _, *one in tries]).encode(),
    }
    answer = _answer(bench.run(COMMAND, files=inputs), policy, len(tries))
    if "unread" in answer:
        raise _unread(policy, answer["unread"])
    refusals: dict[str, list[str]] = {}
    for (family, *_), reason in zip(tries, answer["refusals"], strict=True):
        refusals.setdefault(family, []).append(reason)
    words = {family.id: family.words for family in families}
    return Tried(refusals, policy.places, policy.again, policy.stuck, words)


def _unread(policy: Policy, said: str) -> Failed:
    """The failure of settings that libpwquality cannot read: at their line, where it can be told."""
    if odd := odd_setting(policy):
        number, line = odd
        return Failed(
            f"{policy.path}, ligne {number} : libpwquality ne comprend pas {quote(line)}.",
            _SETTINGS,
            "Corrigez cette ligne : un nom de réglage, « = », puis un nombre (ou des mots, pour badwords).",
            at=Line(policy.path, number),
        )
    return Failed(f"libpwquality ne comprend pas {policy.path} : « {said} ».", _SETTINGS)


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
