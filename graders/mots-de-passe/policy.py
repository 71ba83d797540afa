"""The policy as it was handed in: a `pwquality.conf`, or the form turned into one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etabli.exam import Cells, Failed, Line
from etabli.exam.contract.french import listed, quote, some
from etabli.exam.contract.words import fold
from etabli.exam.reading.places import letters

from . import answers
from .entropy import alphabet, bits, enough
from .exports import POLICY_FORM

if TYPE_CHECKING:
    from etabli.exam.tools.documents import Documents, Sheet
    from etabli.exam.tools.files import Files

_WORDED = {"badwords", "dictpath", "enforce_for_root", "local_users_only"}
_NUMBERS = {
    *("difok", "minlen", "dcredit", "ucredit", "lcredit", "ocredit", "minclass", "maxrepeat", "maxclassrepeat"),
    *("maxsequence", "gecoscheck", "dictcheck", "usercheck", "usersubstr", "enforcing", "retry"),
}
"""libpwquality: pwquality.conf(5)."""
LONGEST = 16
"""Characters of the shortest password that a manager makes here: a policy that asks for more refuses it."""
_LONGER = (
    "Bits = longueur × log2(signes), pour le mot de passe le plus simple qui passe : avec un caractère de plus, combien de bits "
    f"gagnez-vous ? Changez chaque longueur trop courte, {LONGEST} caractères au plus pour les utilisateurs, puis relisez ce qu'en dit "
    "votre justification."
)
_MORE_CLASSES = (
    f"Avec ces signes, {LONGEST} caractères ne suffisent pas, et en demander plus refuse des mots de passe de gestionnaire. Exigez "
    "d'abord une classe de plus : il y a plus de signes. Puis bits = longueur × log2(signes) donne la longueur. Relisez ensuite ce "
    "qu'en dit votre justification."
)
_CREDITS = (
    "dcredit, ucredit, lcredit ou ocredit positifs font accepter plus court que minlen : laissez-les à 0. Puis choisissez minlen, "
    f"{LONGEST} au plus, et minclass, d'après les bits de votre cas."
)
_NO_RENEWAL = "Elle dit qu'aucun changement n'est imposé à date fixe."
_REMARKS = {"renouvellement": "renewal", "second facteur": "factor"}
_ASKED = re.compile(r"[# \t]*#[ \t]*(renouvellement|second facteur)\b", re.IGNORECASE)
CREDITS = {"lcredit": "minuscules", "ucredit": "majuscules", "dcredit": "chiffres", "ocredit": "spéciaux"}
DEFAULT_LENGTH, LEAST_LENGTH = 8, 6
"""libpwquality: pwquality.conf(5), minlen."""
_REMARK = re.compile(
    r"^[# \t]*#[ \t]*(renouvellement|second facteur)[^:=\n]*[:=][ \t]*(\S.*)$", re.IGNORECASE | re.MULTILINE
)
"""An answer is on its own line: the setting below an empty one is none."""
_SETTING = re.compile(r"\s*([a-z_]+)\s*+(?:=(.*))?$")


@dataclass(frozen=True)
class Policy:
    """What a policy asks for."""

    path: str
    conf: str
    """What libpwquality is given."""
    renewal: str | None = None
    """None when there is no line for it, '' when it is left empty."""
    factor: str = ""
    admin_length: int | None = None
    """What administrators are asked for, where that is said."""
    settings: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Line | Cells] = field(default_factory=dict)
    """Where each setting and answer is: ``minlen``, ``renewal``, ``factor`` …"""
    again: Mapping[str, int] = field(default_factory=dict)
    """On how many lines each setting is; the last one counts."""

    def number(self, name: str, default: int = 0) -> int:
        """A setting that is a number; the default when it is absent or no number."""
        found = re.fullmatch(r"[+-]?\d{1,6}", self.settings.get(name, ""))
        return int(found.group()) if found else default

    @property
    def stuck(self) -> dict[str, str]:
        """Words of ``badwords`` that a sign touches, and the piece of each: for libpwquality only spaces end a word."""
        pieces = self.settings.get("badwords", "").casefold().split()
        return {word: piece for piece in pieces for word in re.findall(r"[\w-]+", piece) if word not in pieces}

    @property
    def length(self) -> int:
        """The fewest characters that pass: credits above zero shorten what is asked for."""
        credits = sum(max(0, self.number(name)) for name in CREDITS)
        return max(LEAST_LENGTH, max(LEAST_LENGTH, self.number("minlen", DEFAULT_LENGTH)) - credits)

    @property
    def signs(self) -> int:
        """How many signs a password draws from, at least."""
        required = [name for setting, name in CREDITS.items() if self.number(setting) < 0]
        return alphabet(required, self.number("minclass"))

    @property
    def bits(self) -> float:
        """The entropy, as the CNIL counts it."""
        return bits(self.length, self.signs)

    def expect_entropy(
        self, wanted: int, announced: Sequence[int] = (), justified: str = "", told_by: Sequence[str] = ()
    ) -> None:
        """The simplest password that passes has as many bits as the case asks for, an administrator's too.

        Args:
            wanted: The bits of the case that applies.
            announced: The numbers of bits that the candidate's own justification gives.
            justified: What it says of the number of characters.
            told_by: The check that tells of users' passwords that are too short whatever their signs.
        """
        asked_of = [(self.length, "aux utilisateurs", "minlen")]
        asked_of += [(self.admin_length, "aux administrateurs", "admin")] if self.admin_length is not None else []
        short = [one for one in asked_of if not enough(bits(one[0], self.signs), wanted)]
        if not short:
            return
        given = [name for name in CREDITS if self.number(name) > 0] if short[0][2] == "minlen" else []
        lead = (
            f"minlen = {self.number('minlen', DEFAULT_LENGTH)}, moins les crédits ({listed(given)}) : la"
            if given
            else "La"
        )
        told = [
            f"{length} caractères{f' {whose}' if len(asked_of) > 1 else ''}{self._told_at(place)}"
            for length, whose, place in short
        ]
        found = min(bits(length, self.signs) for length, _, _ in short)
        beyond = short[0][2] == "minlen" and not enough(bits(LONGEST, self.signs), wanted)
        written = (
            f" Votre justification écrit {wanted} bits : la politique ne les donne pas{f' {short[0][1]}' if len(short) < len(asked_of) else ''}."
            if set(announced) == {wanted}
            else ""
        )
        if justified and str(self.length) not in re.findall(r"\d+", justified):
            classes = self.number("minclass")
            more = f" et {classes} classes" if classes > 1 else ", sans nombre de classes"
            written += (
                f" Elle dit pourtant {quote(justified, 120)} : {self.path} demande {self.length} caractères{more}."
                if written
                else f" Votre justification dit {quote(justified, 120)} : {self.path} demande {self.length} caractères{more}."
            )
        raise Failed(
            f"{lead} politique laisse passer {listed(told)}, pris parmi {self.signs} signes{self._classes}, soit {found:.0f} bits : le cas "
            f"qui s'applique en demande plus.{written}",
            "Une longueur et des classes qui donnent, en bits, l'entropie du cas de la situation.",
            _CREDITS if given else _MORE_CLASSES if beyond else _LONGER,
            at=self.places.get(given[0] if given else short[0][2]),
            because=told_by,
        )

    @property
    def _classes(self) -> str:
        """Why there are so many signs, when classes are asked for by their number alone."""
        classes, named = self.number("minclass"), any(self.number(name) < 0 for name in CREDITS)
        return f" (vos {classes} classes)" if 2 <= classes <= 4 and not named else ""

    def _told_at(self, name: str) -> str:
        """Where an answer is in the form: « (B4) »; '' in a text file, whose line is shown."""
        place = self.places.get(name)
        return f" ({', '.join(place.names)})" if isinstance(place, Cells) else ""

    @property
    def enforced(self) -> bool:
        """Whether what is refused is refused, and not only told."""
        return self.number("enforcing", 1) != 0

    def expect_enforced(self) -> None:
        """What is refused is refused, and not only told."""
        if not self.enforced:
            raise Failed(
                "Vos règles avertissent sans refuser : enforcing = 0. Aucune ne refuse rien, ni la longueur, ni les saisons, ni les "
                "mots interdits. Cela n'est compté qu'ici : les autres points ont été regardés comme si elles refusaient.",
                "Un mot de passe trop faible est refusé.",
                "Enlevez la ligne enforcing, ou donnez-lui la valeur 1. Votre longueur minimale (minlen) n'est pas en cause ici.",
                at=self.places.get("enforcing"),
            )

    def expect_no_renewal(self, justified: str = "") -> None:
        """It imposes no change at fixed dates to ordinary users; a line that is left empty imposes none.

        Args:
            justified: What the candidate's own justification says of it.
        """
        if self.renewal is None:
            raise Failed(
                "La politique ne dit rien du renouvellement.",
                _NO_RENEWAL,
                self._answer("# renouvellement : jamais"),
                at=self.places.get("renewal"),
            )
        if self.renewal and answers.renews(self.renewal):
            raise Failed(
                f"La politique demande un renouvellement : {quote(self.renewal)}."
                + (f" Votre justification dit le contraire : {quote(justified, 120)}." if justified else ""),
                _NO_RENEWAL,
                "Écrivez « jamais », sans nombre de jours.",
                at=self.places.get("renewal"),
            )

    def _answer(self, remark: str) -> str:
        """Where an answer that lacks is written."""
        if self.path.lower().endswith(".conf"):
            return f"Ajoutez votre réponse dans {self.path}, sur une ligne comme « {remark} »."
        return "Répondez dans le formulaire, en face de cette règle."

    def expect_second_factor(self) -> None:
        """Administrators, at least, have one."""
        if not answers.covers_admins(self.factor):
            said = (
                f"dit {quote(self.factor)} pour le second facteur" if self.factor else "ne dit rien du second facteur"
            )
            raise Failed(
                f"La politique {said}.",
                "Un second facteur, au moins pour les administrateurs.",
                None if self.factor else self._answer("# second facteur : administrateurs"),
                at=self.places.get("factor"),
            )


def read_policy(path: str, files: Files, documents: Documents) -> Policy:
    """The policy of a file.

    Raises:
        Failed: The form lacks answers.
    """
    if path.lower().endswith(".conf"):
        return from_conf(path, files.text(path))
    return from_form(path, documents.tables(path))


def from_conf(path: str, text: str) -> Policy:
    """A `pwquality.conf`; renewal and second factor are two remarks in it."""
    remarks: dict[str, list[str]] = {}
    for name, value in _REMARK.findall(text.replace("second_facteur", "second facteur")):
        remarks.setdefault(fold(name), []).append(value.strip())
    settings: dict[str, str] = {}
    again: dict[str, int] = {}
    places: dict[str, Line | Cells] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if found := _SETTING.match(line.split("#")[0]):
            again[found[1]] = again.get(found[1], 0) + 1
            settings[found[1]] = (found[2] or "").strip()
            places[found[1]] = Line(path, number)
        elif asked := _ASKED.match(line.replace("_", " ")):
            places.setdefault(_REMARKS[asked[1].casefold()], Line(path, number))
    renewals, factors = remarks.get("renouvellement", []), remarks.get("second facteur", [])
    # Of several answers, none may say the contrary: whoever reads the policy may follow any of them.
    unsaid = "" if "renewal" in places else None
    renewal = next(filter(answers.renews, renewals), renewals[-1] if renewals else unsaid)
    factor = next((one for one in factors if not answers.covers_admins(one)), (factors or [""])[-1])
    return Policy(path, text, renewal, factor, None, settings, places, again)


def odd_setting(policy: Policy) -> tuple[int, str] | None:
    """The first line of a `pwquality.conf` that is no setting of libpwquality's, or whose number is none."""
    for number, line in enumerate(policy.conf.splitlines(), 1):
        bare = line.split("#")[0].strip()
        found = _SETTING.match(bare)
        if bare and not (found and (found[1] in _WORDED or (found[1] in _NUMBERS and _is_number(found[2])))):
            return number, bare
    return None


def _is_number(text: str | None) -> bool:
    return text is None or re.fullmatch(r"[+-]?\d+", text.strip()) is not None


def from_form(path: str, sheets: Sequence[Sheet]) -> Policy:
    """The supplied form: labels in one column, answers beside them.

    Raises:
        Failed: Some labels have no answer.
    """
    given, places = _answers(path, sheets)
    lacking = [key for key in _NEEDED if not given.get(key)]
    empty = [quote(row["label"]) for row in POLICY_FORM if row["key"] in lacking]
    if _listed(given.get("list", "")) and not given.get("words"):
        empty.append("« Mots refusés »")
    if empty:
        raise Failed(
            f"{path} : sans réponse en face de {some(empty, 7)}.",
            f"Une réponse en face d'au moins ces lignes : {listed(_ASKED_OF_FORM)} ; « Mots refusés » aussi, si la liste est à oui.",
            "Remplissez ces cases de la colonne B, et gardez tels quels les textes de la colonne A. Les autres lignes peuvent rester "
            "vides.",
            at=_together([places[key] for key in lacking if key in places]),
        )
    settings = {"minlen": _number(given["minimum"]), "minclass": _number(given["classes"])}
    if _listed(given["list"]):
        settings["badwords"] = " ".join(word for word in re.split(r"[\s,;]+", given["words"].casefold()) if word)
    conf = "".join(f"{name} = {value}\n" for name, value in settings.items())
    longer = int(_number(given.get("admin_minimum", "")))
    return Policy(
        path,
        conf,
        given.get("renewal", "" if "renewal" in places else None),
        given["factor"],
        longer or None,
        settings,
        {**places, "minlen": places["minimum"]} | ({"admin": places["admin_minimum"]} if longer else {}),
    )


_NEEDED = ("minimum", "classes", "list", "factor")
_ASKED_OF_FORM = [quote(row["label"]) for row in POLICY_FORM if row["key"] in _NEEDED]


def _answers(path: str, sheets: Sequence[Sheet]) -> tuple[dict[str, str], dict[str, Line | Cells]]:
    """What stands beside each label, and where."""
    labels = {fold(row["label"]): row["key"] for row in POLICY_FORM}
    found: dict[str, str] = {}
    places: dict[str, Line | Cells] = {}
    for sheet in (sheet for sheet in sheets if not sheet.hidden):
        for number, row in enumerate(sheet.seen, 1):
            for place, cell in enumerate(row):
                if (key := labels.get(fold(cell))) is None:
                    continue
                places.setdefault(key, Cells(sheet.name, f"{letters(place + 2)}{number}", path=path))
                if place + 1 < len(row):
                    found.setdefault(key, row[place + 1].strip())
    return found, places


def _together(found: Sequence[Line | Cells]) -> Line | Cells | None:
    """The places of several answers as one, where they are cells of one sheet; else the first."""
    first = found[0] if found else None
    if not isinstance(first, Cells) or len(found) < 2:
        return first
    names = [name for one in found if isinstance(one, Cells) and one.sheet == first.sheet for name in one.names]
    return Cells(first.sheet, names, path=first.path)


def answers_of(path: str, files: Files, documents: Documents) -> Policy:
    """What a policy says of renewal and of the second factor, be other answers of its form empty."""
    if path.lower().endswith(".conf"):
        return read_policy(path, files, documents)
    given, places = _answers(path, documents.tables(path))
    return Policy(
        path, "", given.get("renewal", "" if "renewal" in places else None), given.get("factor", ""), places=places
    )


def _listed(text: str) -> bool:
    """Whether a list of words is refused: any answer but no."""
    return bool(text) and not re.match(r"(?:non|aucun|pas|sans)", fold(text))


def _number(text: str) -> str:
    """The first number of an answer, in figures or in a word."""
    if found := re.search(r"\d{1,4}", text):
        return found.group()
    return next((str(_WORDS[word]) for word in fold(text).split() if word in _WORDS), "0")


_WORDS = {
    **{"un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "toutes": 4, "six": 6, "huit": 8, "dix": 10, "douze": 12},
    **{"treize": 13, "quatorze": 14, "quinze": 15, "seize": 16},
}
