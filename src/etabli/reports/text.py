"""Words, signs, dates and foreign text: how a report says things."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import tzinfo

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from etabli.exam.contract.french import count, listed
from etabli.exam.contract.outcome import Outcome, Status
from etabli.reception.hand_in import HandIn, HandInState
from etabli.reports.payload import Pace, moment

LOCALE = "fr_FR"
_KEPT = {"\n", "\t"}
_HIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_DAY_H = 24
_SOFT_HYPHEN = "\u00ad"


@dataclass(frozen=True)
class Word:
    """An outcome as shown: never by colour alone."""

    code: str
    sign: str
    text: str
    many: str
    """The plural, for counts."""

    def counted(self, number: int) -> str:
        """Returns the word that agrees with a number."""
        return count(number, self.text, self.many)


_WORDS = {
    word.code: word
    for word in (
        Word(Outcome.PASSED, "✓", "réussi", "réussis"),
        Word(Outcome.FAILED, "✗", "à revoir", "à revoir"),
        Word(Outcome.BLOCKED, "○", "non observé", "non observés"),
        Word(Outcome.ERROR, "!", "incident technique", "incidents techniques"),
        Word(Status.GRADED, "✓", "vérifié", "vérifiés"),
        Word(Status.NEEDS_REVIEW, "!", "à relire par une personne", "à relire par une personne"),
        Word(Status.REJECTED, "—", "non examiné", "non examinés"),
        Word(Status.MODIFIED, "≠", "modifié", "modifiés"),
        Word(Status.UNVERIFIABLE, "?", "non vérifiable", "non vérifiables"),
        Word(HandInState.HANDED_IN, "✓", "rendu", "rendus"),
        Word(HandInState.LATE, "◔", "rendu en retard", "rendus en retard"),
        Word(HandInState.MISSING, "∅", "non rendu", "non rendus"),
        Word(HandInState.EXCUSED, "◇", "absent justifié", "absents justifiés"),
        Word("decisive", "⊘", "à reprendre avant tout", "à reprendre avant tout"),
    )
}


def word_of(code: str) -> Word:
    """Returns the sign and the words of an outcome, a status, a hand-in's state, or of a decisive failure."""
    return _WORDS[code]


EXPECTED = replace(word_of(HandInState.MISSING), text="pas encore rendu", many="pas encore rendus")
"""Of a hand-in that is missing while its deadline is still to come."""


def outcome_meaning(outcome: str) -> str:
    """Says in plain words what an outcome means for the learner; only « à revoir » asks anything of them."""
    meanings = {
        Outcome.PASSED: "Ce qui était demandé a été observé.",
        Outcome.FAILED: "Ce qui a été observé n'est pas ce qui était demandé, ou n'est pas encore fait.",
        Outcome.BLOCKED: (
            "Le point n'a pas pu être jugé : il dépend d'un autre, à reprendre d'abord. "
            "Ce n'est pas une faute. Il le sera dès que l'autre fonctionnera."
        ),
        Outcome.ERROR: (
            "La panne vient de l'outil de vérification, pas de votre travail. "
            "Vous n'y perdez rien : une personne va regarder."
        ),
    }
    return meanings[Outcome(outcome)]


def hand_in_words(hand_in: HandIn, *, early: bool = False) -> Word:
    """Returns the sign and the word of one hand-in, with its lateness: « rendu en retard (2 j) ».

    Args:
        hand_in: Whose.
        early: Whether the deadline is still to come.
    """
    if early and hand_in.state is HandInState.MISSING:
        return EXPECTED
    word = word_of(hand_in.state)
    if hand_in.state is not HandInState.LATE or not hand_in.late_s:
        return word
    return replace(word, text=f"{word.text} ({lateness_text(hand_in)})")


def lateness_text(hand_in: HandIn) -> str:
    """Writes a lateness: « 12 min », « 1 h 02 », and from a whole day on « 2 j », a day begun counting as one."""
    hours, minutes = divmod(max(1, hand_in.late_s // 60), 60)
    if hours >= _DAY_H:
        return f"{hand_in.late_days} j"
    if not hours:
        return f"{minutes} min"
    return f"{hours}\u00a0h\u00a0{minutes:02d}"


def shared_work(hand_in: HandIn | None) -> str | None:
    """Says who handed in the same together, by alias; ``None`` for one learner's own."""
    return listed(hand_in.members) if hand_in and len(hand_in.members) > 1 else None


def graded_file(hand_in: HandIn | None) -> str | None:
    """Says which of several files was graded; ``None`` when there was no choice."""
    if hand_in is None or not (said := _chosen(hand_in)):
        return None
    return (
        said
        if hand_in.ordered
        else f"{said}. On ne sait pas lequel est le dernier : heures égales ou inconnues. Ce n'est pas le bon ? "
        "Redéposez le bon, seul."
    )


def told_file(hand_in: HandIn | None) -> str | None:
    """Says so to the learner, and what to do if it is the wrong one; ``None`` when there was no choice."""
    if hand_in is None or len(hand_in.files) < 2:
        return None
    *_, graded = files = [visible(file) for file in hand_in.files]
    return (
        f"Vous avez déposé {len(files)} fichiers ({listed(files)}) ; c'est {graded} qui a été vérifié. "
        "Ce n'est pas le bon ? Redéposez le bon, seul, ou dites-le à votre enseignant."
    )


def unordered(hand_in: HandIn | None) -> str | None:
    """Says which of several files was graded where nothing tells which is the last, so that a person looks."""
    return None if hand_in is None or hand_in.ordered else _chosen(hand_in)


def _chosen(hand_in: HandIn) -> str | None:
    if len(hand_in.files) < 2:
        return None
    *others, graded = map(visible, hand_in.files)
    also = count(len(others), "aussi déposé", "aussi déposés")
    return f"vérifié : {graded} ; {also} : {listed(others)}"


def visible(text: str) -> str:
    """Makes control, direction and invisible characters visible, so that foreign text cannot disguise itself."""
    if text.isprintable():
        return text
    return "".join(map(_visible_character, text.replace("\r\n", "\n")))


def _visible_character(character: str) -> str:
    if character in _KEPT or unicodedata.category(character) not in _HIDDEN_CATEGORIES:
        return character
    if character == _SOFT_HYPHEN:
        return ""
    code = ord(character)
    return chr(0x2400 + code) if code < 0x20 else f"⟨U+{code:04X}⟩"


def local_moment(text: str, zone: tzinfo | None = None) -> str:
    """Writes an ISO instant as people here say it; ``zone`` defaults to the machine's."""
    when = moment(text).astimezone(zone)
    day = format_date(when.date(), format="d MMMM y", locale=LOCALE)
    day = f"1er{day[1:]}" if when.day == 1 else day
    return f"{day} à {when.hour}\u00a0h\u00a0{when.minute:02d}"


def number(value: float, digits: int = 0) -> str:
    """Writes a number with the decimal mark of French."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(value, format=pattern, locale=LOCALE))


def percent(share: float) -> str:
    """Writes a share (0 to 1) as a whole percentage."""
    return str(format_percent(share, format="#,##0\u202f%", locale=LOCALE))


def duration(milliseconds: float) -> str:
    """Writes a duration: ``850 ms``, ``12,3 s`` or ``3 min 12 s``."""
    if milliseconds < 999.5:
        return f"{number(milliseconds)} ms"
    if milliseconds < 59_950:
        return f"{number(milliseconds / 1000, 1)} s"
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    return f"{number(minutes)} min {seconds:02d} s"


def pace_line(pace: Pace) -> str:
    """The pace of a batch in one sentence, for the end of a batch and the foot of the class page."""
    graded = count(pace.submissions, "{n} rendu vérifié", "{n} rendus vérifiés")
    crew = count(pace.workers, "{n} poste de travail", "{n} postes de travail")
    return (
        f"{graded} en {duration(pace.wall_ms)} avec {crew} : {number(pace.per_minute, 1)} rendus par minute, "
        f"{duration(pace.median_ms)} par rendu (médiane), {percent(pace.outside_share)} du temps passé hors des "
        "points de vérification."
    )
