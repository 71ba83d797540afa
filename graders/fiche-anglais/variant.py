"""What each candidate of `fiche-anglais` gets: a tool, an English document about it, a reader, and the truth.

All comes from the workshop's seed whatever the purpose: the sheet is about this document. What a replay tries beside
it (messages, files) is drawn by each exam.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from html import escape
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from etabli.exam.contract.draw import Draw
from etabli.exam.contract.plain import plain

from . import brought
from .families import FAMILIES, Family, filled
from .shape import Figure, Truth, Variant
from .terms import TERMS

__all__ = ["files", "make", "sujet"]

HIDDEN = ("text", "home", "values", "truth", "family")
"""Keys that the sujet never has."""
DOCUMENTS = Path(__file__).with_name("documents")
_FIRST_DAY = date(2027, 1, 1)
_KINDS = ("Maison de quartier", "Association culturelle", "Atelier solidaire", "Ferme-école")
_PLACES = ("Bruyères", "Charmilles", "Tilleuls", "Fontaines", "Remparts", "Glacis")
_FIRST = ("Solène", "Maxence", "Aïcha", "Ludovic", "Noémie", "Bertrand", "Yasmine", "Corentin")
_LAST = ("Vasseur", "Delmotte", "Kaddour", "Prigent", "Lacaze", "Tournier", "Hamon", "Berthier")
_ROLES = (
    ("accueil", "tient l'accueil ; le téléphone sonne sans arrêt"),
    ("comptabilité", "tient les comptes ; un poste fixe, peu de temps"),
    ("bénévolat", "est bénévole le mardi ; d'une semaine à l'autre, elle oublie"),
)
_MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()


def make(atelier: bytes, rows: bytes) -> Variant:
    """A variant: everything from `atelier`, nothing from `rows`."""
    draw = Draw(b"fiche|" + atelier)
    name = draw.one(sorted(FAMILIES))
    family = FAMILIES[name]
    organisation = {"name": f"{draw.one(_KINDS)} des {draw.one(_PLACES)}"}
    role, told = draw.one(_ROLES)
    if whole := brought.text():
        reader = {"name": f"{draw.one(_FIRST)} {draw.one(_LAST)}", "role": role, "told": told}
        return brought.variant(whole, organisation, reader)
    values = family.draw(draw)
    day = _ambiguous(draw)
    size, count = draw.between(11, 89), draw.between(12, 79) * 100
    hour, minutes = draw.between(13, 22), draw.one(["15", "30", "45"])
    values |= {
        "organisation": organisation["name"],
        "version": f"{draw.between(2, 9)}.{draw.between(1, 8)}.{draw.between(1, 9)}",
        "date_us": f"{day:%m/%d/%Y}",
        "size": str(size),
        "count_us": f"{count:,}",
        "hour_us": f"{hour - 12 or 12}:{minutes} p.m.",
    }
    text = filled((DOCUMENTS / f"{name}.md").read_text("utf-8"), values).splitlines()
    figures = _figures(family, day, size, count, hour, minutes)
    truth = Truth(TERMS[name], figures, family.aims, family.deprecated, family.foreign, family.danger, family.warning, family.config, family.content)  # fmt: skip
    return Variant(
        family=name,
        tool=family.tool,
        organisation=organisation,
        reader={"name": f"{draw.one(_FIRST)} {draw.one(_LAST)}", "role": role, "told": told},
        goal=family.goal,
        document={"title": text[0].removeprefix("# "), "version": values["version"]},
        vocabulary=tuple(term.english for term in TERMS[name]),
        asked_figures=tuple(figure.told for figure in figures),
        promises=tuple(aim.promised for aim in family.aims),
        replay=True,
        text=tuple(text),
        home=family.home(values),
        values=values,
        truth=truth,
    )


def sujet(variant: Variant) -> dict[str, Any]:
    """All that the brief says, for machines: neither the document nor what is true of it."""
    return {name: value for name, value in plain(variant).items() if name not in HIDDEN}


def files(variant: Variant) -> dict[str, bytes]:
    """What goes in ``donnees/``."""
    page = MarkdownIt("commonmark", {"html": False}).enable("table").render("\n".join(variant.text))
    head = f'<!DOCTYPE html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{escape(variant.document["title"])}</title>\n'
    style = "<style>body{max-width:45em;margin:2em auto;padding:0 1em;font:1.05em/1.5 sans-serif}pre,code{background:#eee}pre{overflow-x:auto}td,th{border:1px solid #999;padding:.2em .5em}</style>"
    document = {"document.html": f"{head}{style}\n{page}".encode()}
    return document | (
        {}
        if not variant.replay
        else {
            "termes.csv": _table(("anglais",), [(term,) for term in variant.vocabulary]),
            "poste.csv": _table(("chemin", "contenu"), variant.home),
        }
    )


def _ambiguous(draw: Draw) -> date:
    """A day that is another one when its month is taken for its day."""
    while True:
        day = _FIRST_DAY + timedelta(days=draw.below(700))
        if day.day <= 12 and day.day != day.month:
            return day


def _figures(family: Family, day: date, size: int, count: int, hour: int, minutes: str) -> tuple[Figure, ...]:
    """The four figures of a document; patterns are for a text without accents, in small letters."""
    thousands, rest = divmod(count, 1000)
    swapped = date(day.year, day.day, day.month)
    written, wrong = (
        rf"\b0?{one.day}(?:er)? {fold_month(one)}(?: {one.year})?\b|\b0?{one.day} ?[/.-] ?0?{one.month} ?[/.-] ?(?:{one.year}|{one.year % 100})\b"
        for one in (day, swapped)
    )
    months = "|".join(fold_month(date(2027, one, 1)) for one in range(1, 13))
    _, unit, sized = family.sizes
    return (
        Figure("date", "la date de fin de suivi", f"{written}|\\b{day.isoformat()}\\b", wrong, rf"\b\d{{1,2}}(?:er)? (?:{months})(?: \d{{4}})?\b|\b\d{{1,2}} ?[/.-] ?\d{{1,2}} ?[/.-] ?\d{{2,4}}\b", mistaken=True),
        Figure("hour", family.nightly, rf"\b{hour} ?(?:h|:|heures?) ?{minutes}(?:\b| ?min)|\b{hour - 12 or 12} ?(?:h|heures?) ?{minutes} (?:de l'apres|du soir)", rf"\b0?{hour - 12 or 12} ?(?:h|:|heures?) ?{minutes}\b", r"\b\d{1,2} ?(?:h|:|heures?) ?\d\d\b", mistaken=True),
        Figure("size", sized, rf"\b{size} ?(?:{unit}|{'mega' if unit == 'Mo' else 'giga'}-?octets?)\b".lower(), rf"\b{size} ?{family.sizes[0]}\b".lower(), r"\b\d+ ?(?:[kmgt][ob]|(?:kilo|mega|giga|tera)-?octets?)\b"),
        Figure("count", family.counted[1], rf"(?<![\d.,]){thousands}[ .]?{rest:03}\b", rf"\b{thousands},{rest:03}\b", r"(?<![\d.,])\d{1,3}(?:[ .,]\d{3})*\b(?! ?(?:[kmgt]o\b|h\b|min|jour|heure|mega|giga|%))"),
    )  # fmt: skip


def fold_month(day: date) -> str:
    """The month's name without accents."""
    return _MONTHS[day.month - 1].replace("é", "e").replace("û", "u")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=";", lineterminator="\r\n").writerows([head, *rows])
    return stream.getvalue().encode("utf-8-sig")
