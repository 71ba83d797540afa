"""Words, signs, dates and foreign text: how a report says things."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import tzinfo

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from etabli.i18n import _, language
from etabli.outcome import Outcome, Palier, Status
from etabli.reports.payload import Bench, moment

_KEPT = {"\n", "\t"}
_HIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
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


def status_word(status: str) -> Word:
    """Returns the sign and the word of a run's status."""
    words = {
        Status.GRADED: ("✓", _("vérifié"), _("vérifiés")),
        Status.NEEDS_REVIEW: ("!", _("à relire par une personne"), _("à relire par une personne")),
        Status.REJECTED: ("—", _("non examiné"), _("non examinés")),
    }
    return Word(status, *words[Status(status)])


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


def count(number: int, one: str, many: str) -> str:
    """Fills ``{n}`` of the singular or of the plural, by the rule of the language on screen."""
    singular = number < 2 if language() == "fr" else number == 1
    return (one if singular else many).format(n=number)


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
    return _("{day} à {hour} h {minute}").format(day=day, hour=when.hour, minute=f"{when.minute:02d}")


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


def bench_line(bench: Bench) -> str:
    """The pace of a batch in one sentence, for the end of a batch and the foot of the class page."""
    graded = count(bench.submissions, _("{n} rendu vérifié"), _("{n} rendus vérifiés"))
    crew = count(bench.workers, _("{n} poste de travail"), _("{n} postes de travail"))
    return _(
        "{graded} en {wall} avec {crew} : {pace} rendus par minute, "
        "{median} par rendu (médiane), {outside} du temps passé hors des points de vérification."
    ).format(
        graded=graded,
        wall=duration(bench.wall_ms),
        crew=crew,
        pace=number(bench.per_minute, 1),
        median=duration(bench.median_ms),
        outside=percent(bench.outside_share),
    )
