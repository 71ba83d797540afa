"""The three reports: for each, its addresses, its subject, its message, and what it says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from etabli.exam import Failed
from etabli.exam.contract.french import counted, listed, some
from etabli.exam.contract.words import fold, normal, squeeze

from .shape import Message, Variant
from .sorting import shows, trap_of

WANTED = 3
MOST_DAYS = 2
"""Days that one date may give: when a message was sent, and when it came."""
_LABEL = re.compile(
    r"(à|a|pour(?= ?[:|].*@)|destinataires?|cci?|bcc|(?:en |avec )?copies?(?: cachées?| carbone)?(?: à)?|(?:avec |pour ){1,2}infos?(?:rmation)?(?: à)?|infos? à"
    r"|(?:(?:aussi |également )(?:envoyé|adressé)|(?:envoyé|adressé) (?:aussi|également)|(?:aussi |également )?(?:transféré|transmis|diffusé)(?: aussi| également)?)(?: à)?|diffusion|objet|sujet|message|numéro|(?:reçu|arrivé) le|date|expéditeur|indice|fait)"
    r"(?: n°| numéro| d[ue] message)?(?: ?[:|](.*))?",
    re.I,
)
"""A line of the procedure, or a cell of a table beside which its text stands."""
_NONE = re.compile(r"(?:aucun|rien|neant|pas d indice|je ne sais pas)(?: indice)?")
"""A clue that is none, in a folded text."""
_UNFOUND = re.compile(
    r"\b(?:pas (?:vu|trouve|d indice)|n en (?:ai|vois|trouve) (?:pas|aucun)|n y en a (?:pas|aucun))\b(?! (?:dans|chez|sur|parmi)\b)"
)
"""Words by which one says that there is none."""
_ARRIVED = re.compile(r"\b(?:re[çc]ue?|arriv)[^,\n]*", re.IGNORECASE)
"""What says when a message came, where no line is named so."""
_ASIDE = re.compile(r"\([^()]*\)")
_CROWD = re.compile(
    r"\b(?:(?:tous |toutes )?(?:les|mes|nos) (?:collegues|salarie\w*|agents|employe\w*|equipes|services|benevoles|contacts)"
    r"|toute l equipe|tout le (?:monde|personnel|service))\b(?! (?:l |le |en |y )?(?:ont|a|sont)\b)"
)
"""People beside addresses, who receive it too."""
_RANK = re.compile(r"^\d{1,2} ?[.)] ?")
_AT = re.compile(r" ?[\[(](?:at|arobase|@)[\])] ?", re.I)
_TO = ("a", "pour", "destinataire", "destinataires", "cc", "cci", "bcc")
_COPIED = re.compile(r"(?:en |avec |pour |aussi |egalement ){0,3}(?:copie|transf|envoye|adresse|transmis|diffus|info)")
_DAY = ("recu le", "arrive le", "date")
_FIRST = ("a", "pour", "destinataire", "destinataires")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.\[\]-]{1,120}\w")
_NUMBER = re.compile(r"\d{1,4}")
_MONTHS = ("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre")  # fmt: skip


@dataclass(frozen=True)
class Report:
    """One report, in the order of the document."""

    rank: int
    parts: Mapping[str, str]
    """Label → what follows it."""
    text: str

    @property
    def addresses(self) -> set[str]:
        """To whom it goes."""
        return {found.replace("[.]", ".").casefold() for found in _ADDRESS.findall(self._recipients)}

    @property
    def has_crowd(self) -> bool:
        """Whether people are named beside the addresses, who are no address."""
        return _CROWD.search(fold(_ASIDE.sub(" ", _ADDRESS.sub(" ", self._recipients)))) is not None

    @property
    def _recipients(self) -> str:
        return " ".join(text for label, text in self.parts.items() if _is_to(label))

    @property
    def subject(self) -> str:
        """Its subject."""
        return self.parts.get("objet") or self.parts.get("sujet", "")

    @property
    def number(self) -> int:
        """The message that it is about; 0 when it does not say."""
        found = _NUMBER.search(self.parts.get("message") or self.parts.get("numero", ""))
        return int(found[0]) if found else 0

    def came(self, day: date) -> bool:
        """Whether it says that its message came on this day, and not on any of several."""
        said = [text for label in _DAY if (text := self.parts.get(label))]
        told = said[:1] or [one for one in _ARRIVED.findall(self.text) if days_in(one, str(day.year))]
        days = [days_in(text, str(day.year)) for text in told or [self.text]]
        return any(day in found and not (told and len(found) > MOST_DAYS) for found in days)


def read_reports(text: str) -> list[Report]:
    """The reports of a text: each begins with a line « À : »."""
    found: list[tuple[dict[str, list[str]], list[str]]] = []
    label = ""
    for raw in normal("NFC", text).splitlines():
        line = _RANK.sub("", _AT.sub("@", squeeze(raw).strip(" *_#>|-•").replace("**", "")))
        named = _LABEL.fullmatch(line)
        if named:
            label = fold(named[1])
            if label in _FIRST and not (found and all(_is_to(one) for one in found[-1][0])):
                found.append(({}, []))
        if found:
            parts, lines = found[-1]
            lines.append(line)
            said = (named[2] or "") if named else line
            parts.setdefault(label, []).append(said.strip())
    return [
        Report(rank, {label: " ".join(filter(None, said)) for label, said in parts.items()}, "\n".join(lines))
        for rank, (parts, lines) in enumerate(found, 1)
    ]


def _is_to(label: str) -> bool:
    return label in _TO or _COPIED.match(label) is not None


def expect_readable(reports: Sequence[Report]) -> None:
    """There are three, each with its subject and the number of its message."""
    if len(reports) < WANTED:
        told = f"reconnaît {counted(len(reports), 'signalement')}" if reports else "ne reconnaît aucun signalement"
        raise Failed(
            f"On {told} : il en faut {WANTED}.",
            "Trois signalements à la suite, chacun commençant par une ligne « À : ».",
            stops=len(reports) < WANTED - 1 or not all(one.subject and one.number for one in reports),
        )
    lacking = [
        (one.rank, name)
        for one in reports
        for name, there in (("Objet", one.subject), ("Message", one.number))
        if not there
    ]
    if lacking:
        raise Failed(
            "\n".join(f"Signalement {rank} : on ne trouve pas la ligne « {name} : »." for rank, name in lacking),
            "Les lignes de la procédure, dans chaque signalement.",
            stops=len({rank for rank, _ in lacking}) > 1,
        )


def expect_cases(reports: Sequence[Report], variant: Variant) -> None:
    """Each is about a trap, and each case of the procedure has one."""
    honest = [one for one in reports if one.number and trap_of(variant, one.number) is None]
    cases = {trap.case for one in reports if (trap := trap_of(variant, one.number))}
    lacking = [case.word for case in variant.cases if case.id not in cases]
    if honest:
        raise Failed(
            f"Signalement {honest[0].rank} : le message {honest[0].number} n'est pas un piège.",
            "Trois vrais pièges.",
            because=["pieges-visibles", "pieges-discrets", "pieges-habiles", "honnetes-epargnes"],
            stops=len(lacking) > 1,
        )
    if len(lacking) > sum(not one.number for one in reports):
        raise Failed(
            f"Aucun signalement n'est pour cette ligne : {listed(f'« {one} »' for one in lacking)}.",
            "Un signalement pour chaque ligne du tableau de la procédure.",
            stops=len(lacking) > 1,
        )


def expect_addresses(reports: Sequence[Report], variant: Variant) -> None:
    """Each goes to the two addresses of the procedure, and to nobody else."""
    told = []
    for one, trap in _of_traps(reports, variant):
        wanted = {variant.organisation.alert, trap.contact}
        if lacking := wanted - one.addresses:
            count = counted(len(lacking), "adresse de la procédure manque", "adresses de la procédure manquent")
            told.append(f"Signalement {one.rank} : {count}.")
        if more := one.addresses - wanted:
            told.append(f"Signalement {one.rank} : il part aussi à {some(sorted(more), 2)}.")
        if one.has_crowd:
            told.append(f"Signalement {one.rank} : il part aussi à d'autres personnes, nommées à côté des adresses.")
    if told:
        raise Failed("\n".join(told), "Les deux adresses que dit la procédure pour ce piège, et aucune autre.")


def expect_form(reports: Sequence[Report], variant: Variant) -> None:
    """Subject, day, sender and clue are said as the procedure asks."""
    told = []
    for one, trap in _of_traps(reports, variant):
        pieces = [piece for pieces in trap.clues.values() for piece in pieces]
        sender = one.parts.get("expediteur", one.text)
        clue = fold(one.parts.get("indice", ""))
        wanted = (
            (
                "l'objet ne commence pas par [SIGNALEMENT]",
                not one.subject or fold(one.subject).startswith("signalement"),
            ),
            ("le jour de réception n'y est pas, ou pas seul", one.came(date.fromisoformat(trap.sent[:10]))),
            ("l'adresse de l'expéditeur n'y est pas", shows(sender, [trap.address])),
            (
                "on n'y lit pas l'indice recopié du message",
                shows(one.text, pieces) and (_says_a_clue(clue) or shows(clue, pieces)),
            ),
        )
        if lacking := [why for why, there in wanted if not there]:
            told.append(f"Signalement {one.rank} (message {one.number}) : {' ; '.join(lacking)}.")
    if told:
        raise Failed("\n".join(told), "L'objet, la date, l'expéditeur et l'indice, comme dans la procédure.")


def _says_a_clue(folded: str) -> bool:
    return not (_NONE.fullmatch(folded) or _UNFOUND.search(folded))


def _of_traps(reports: Sequence[Report], variant: Variant) -> list[tuple[Report, Message]]:
    return [(one, trap) for one in reports if (trap := trap_of(variant, one.number))]


_DAYS = (
    re.compile(r"(?<![\d/.-])(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})(?:[/.-](?P<y>(?:20)?\d\d)\b|(?![/.-]?\d))"),
    re.compile(r"\b(?P<y>20\d\d)-(?P<m>\d{1,2})-(?P<d>\d{1,2})\b"),
)
_IN_WORDS = re.compile(
    rf"\b(?P<d>\d{{1,2}})(?:er)? (?P<m>{'|'.join(_MONTHS)}|janv|fevr?|avr|juil|sept|oct|nov|dec)\b(?: (?P<y>20\d\d))?"
)


def days_in(text: str, year: str = "") -> set[date]:
    """The days that a text gives; those without a year are of this one.

    Example:
        >>> sorted(days_in("le 03/03/2026, puis le 1er mars", "2026"))
        [datetime.date(2026, 3, 1), datetime.date(2026, 3, 3)]
    """
    found = [match for pattern in _DAYS for match in pattern.finditer(text)] + list(_IN_WORDS.finditer(fold(text)))
    days = set()
    for match in found:
        month = (
            int(match["m"])
            if match["m"].isdigit()
            else next(at for at, one in enumerate(_MONTHS, 1) if one.startswith(match["m"]))
        )
        own = int(match["y"] or year or 0)
        own += 2000 if own < 100 else 0
        if 1 <= month <= 12 and 1 <= int(match["d"]) <= 28 + (month != 2) * 2 + (month in (1, 3, 5, 7, 8, 10, 12)):
            days.add(date(own, month, int(match["d"])))
    return days
