"""Words, signs, dates and foreign text: how a report says things."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import tzinfo

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from etabli.exam.contract.i18n import _, count, language
from etabli.exam.contract.outcome import Outcome, Palier, Status
from etabli.reception.hand_in import HandIn, HandInState
from etabli.reports.payload import Pace, moment

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


def outcome_word(outcome: str) -> Word:
    """Returns the sign and the word of an outcome."""
    words = {
        Outcome.PASSED: ("✓", _("réussi"), _("réussis")),
        Outcome.FAILED: ("✗", _("à revoir"), _("à revoir")),
        Outcome.BLOCKED: ("○", _("non observé"), _("non observés")),
        Outcome.ERROR: ("!", _("incident technique"), _("incidents techniques")),
    }
    return Word(outcome, *words[Outcome(outcome)])


def outcome_meaning(outcome: str) -> str:
    """Says in plain words what an outcome means for the learner; only « à revoir » asks anything of them."""
    meanings = {
        Outcome.PASSED: _("Ce qui était demandé a été observé."),
        Outcome.FAILED: _("Le point a été essayé, et ce qui a été observé n'est pas ce qui était demandé."),
        Outcome.BLOCKED: _(
            "Le point n'a pas pu être essayé : il dépend d'un autre, qui n'est pas encore en place. "
            "Ce n'est pas une faute. Il sera regardé dès que l'autre fonctionnera."
        ),
        Outcome.ERROR: _(
            "La panne vient de l'outil de vérification, pas de votre travail. "
            "Vous n'y perdez rien : une personne va regarder."
        ),
    }
    return meanings[Outcome(outcome)]


def status_word(status: str) -> Word:
    """Returns the sign and the word of a run's status."""
    words = {
        Status.GRADED: ("✓", _("vérifié"), _("vérifiés")),
        Status.NEEDS_REVIEW: ("!", _("à relire par une personne"), _("à relire par une personne")),
        Status.REJECTED: ("—", _("non examiné"), _("non examinés")),
        Status.MODIFIED: ("≠", _("modifié"), _("modifiés")),
        Status.UNVERIFIABLE: ("?", _("non vérifiable"), _("non vérifiables")),
    }
    return Word(status, *words[Status(status)])


def decisive_word() -> Word:
    """Returns the sign and the word of a run that a decisive check keeps from being accepted."""
    return Word("decisive", "⊘", _("à reprendre avant tout"), _("à reprendre avant tout"))


def decisive_sentence(titles: list[str]) -> str | None:
    """Says that work cannot be accepted as it is, and for which checks; nothing when there is none."""
    if not titles:
        return None
    return _("Ce rendu ne peut pas être retenu en l'état : avant tout, revoyez {titles}.").format(
        titles=quoted_list([visible(title).rstrip(".") for title in titles])
    )


def hand_in_word(state: HandInState) -> Word:
    """Returns the sign and the word of what became of a duty to hand in."""
    words = {
        HandInState.HANDED_IN: ("✓", _("rendu"), _("rendus")),
        HandInState.LATE: ("◔", _("rendu en retard"), _("rendus en retard")),
        HandInState.MISSING: ("∅", _("non rendu"), _("non rendus")),
        HandInState.EXCUSED: ("◇", _("absent justifié"), _("absents justifiés")),
    }
    return Word(state, *words[HandInState(state)])


def hand_in_words(hand_in: HandIn) -> Word:
    """Returns the sign and the word of one hand-in, with its lateness: « rendu en retard (2 j) »."""
    word = hand_in_word(hand_in.state)
    if hand_in.state is not HandInState.LATE or not hand_in.late_s:
        return word
    return replace(word, text=_("{word} ({late})").format(word=word.text, late=lateness_text(hand_in)))


def lateness_text(hand_in: HandIn) -> str:
    """Writes a lateness: « 12 min », « 1 h 02 », and from a whole day on « 2 j », a day begun counting as one."""
    hours, minutes = divmod(max(1, hand_in.late_s // 60), 60)
    if hours >= _DAY_H:
        return _("{n} j").format(n=hand_in.late_days)
    if not hours:
        return _("{n} min").format(n=minutes)
    return _("{hours} h {minutes}").format(hours=hours, minutes=f"{minutes:02d}").replace(" ", "\u00a0")


def graded_file(hand_in: HandIn | None) -> str | None:
    """Says which of several files was graded; ``None`` when there was no choice."""
    if hand_in is None or len(hand_in.files) < 2:
        return None
    *others, graded = map(visible, hand_in.files)
    said = (
        _("vérifié : {graded} ; aussi déposés : {others}")
        if len(others) > 1
        else _("vérifié : {graded} ; aussi déposé : {others}")
    )
    said = said.format(graded=graded, others=", ".join(others))
    return said if hand_in.ordered else _("{said} (ordre inconnu : heures égales ou inconnues)").format(said=said)


def palier_title(palier: str) -> str:
    """Returns the usual title of a palier, for a lab that gives none."""
    titles = {
        Palier.ESSENTIEL: _("Essentiel"),
        Palier.ATTENDU: _("Attendu"),
        Palier.APPROFONDISSEMENT: _("Approfondissement"),
    }
    return titles.get(Palier(palier), palier) if palier in list(Palier) else palier


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


def quoted_list(titles: list[str]) -> str:
    """« a », « b » et « c »."""
    quoted = [_("« {title} »").format(title=title) for title in titles]
    return (
        quoted[0] if len(quoted) == 1 else _("{first} et {last}").format(first=", ".join(quoted[:-1]), last=quoted[-1])
    )


def _locale() -> str:
    return "fr_FR" if language() == "fr" else "en_GB"


def local_moment(text: str, zone: tzinfo | None = None) -> str:
    """Writes an ISO instant as people here say it; ``zone`` defaults to the machine's."""
    when = moment(text).astimezone(zone)
    day = format_date(when.date(), format="d MMMM y", locale=_locale())
    said = _("{day} à {hour} h {minute}").format(day=day, hour=when.hour, minute=f"{when.minute:02d}")
    return said.replace(" h ", "\u00a0h\u00a0")


def number(value: float, digits: int = 0) -> str:
    """Writes a number with the decimal mark of the language."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(value, format=pattern, locale=_locale()))


def percent(share: float) -> str:
    """Writes a share (0 to 1) as a whole percentage."""
    return str(format_percent(share, format="#,##0\u202f%" if language() == "fr" else "#,##0%", locale=_locale()))


def duration(milliseconds: float) -> str:
    """Writes a duration: ``850 ms``, ``12,3 s`` or ``3 min 12 s``."""
    if milliseconds < 999.5:
        return _("{n} ms").format(n=number(milliseconds))
    if milliseconds < 59_950:
        return _("{n} s").format(n=number(milliseconds / 1000, 1))
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    return _("{minutes} min {seconds} s").format(minutes=number(minutes), seconds=f"{seconds:02d}")


def pace_line(pace: Pace) -> str:
    """The pace of a batch in one sentence, for the end of a batch and the foot of the class page."""
    graded = count(pace.submissions, _("{n} rendu vérifié"), _("{n} rendus vérifiés"))
    crew = count(pace.workers, _("{n} poste de travail"), _("{n} postes de travail"))
    return _(
        "{graded} en {wall} avec {crew} : {pace} rendus par minute, "
        "{median} par rendu (médiane), {outside} du temps passé hors des points de vérification."
    ).format(
        graded=graded,
        wall=duration(pace.wall_ms),
        crew=crew,
        pace=number(pace.per_minute, 1),
        median=duration(pace.median_ms),
        outside=percent(pace.outside_share),
    )
