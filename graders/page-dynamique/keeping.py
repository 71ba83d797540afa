"""What was typed is still there when a form comes back with its messages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import listed
from etabli.exam.contract.words import cut, squeeze

from .adding import values_shown
from .changes import changes
from .connection import own_texts
from .differences import problems
from .formats import quote
from .forms import (
    PAGES,
    Draft,
    draft,
    field_of,
    fill,
    item_form,
    need_add_form,
    need_item_form,
    refused_form,
    send,
    sender,
)
from .refusals import LEFT, LOST, may_be_left

if TYPE_CHECKING:
    from etabli.exam.contract.values import Form

    from .visitor import Site

WRITES_VALUE = re.compile(r"""value\s*=\s*["']?\s*(?:<\?(?:=|php\s+echo)|\{\{).{0,80}?(?:\?>|\}\})["']?""")
"""A box that writes what the program gives it."""
EMPTIES = re.compile(r"""\b(\w{2,40})\s*=\s*(?:array_fill\w*\(|dict\.fromkeys\(|array\(\)|\[\]|\{\}|''|"")""")
"""A name that is given nothing, or nothings."""
KEY_SPENT = (
    "La clé cachée ne sert qu'une fois : l'envoi refusé l'a peut-être effacée. Vérifiez d'abord les champs, et n'effacez la clé que juste "
    "avant l'INSERT ; ou écrivez une clé nouvelle dans le formulaire qui revient."
)


def expect_all_kept(site: Site) -> None:
    """After a mistake, all other fields keep what was typed; one of two mistakes is put right, and stored.

    An empty name or a negative price, a date or a list left empty; one of each, drawn; and the one after which
    `expect_each_refused_alone` did not read again what was typed. A mistake that the site does not refuse is the matter of
    `ajout-messages`, as long as it refuses another.
    """
    stored, draw = [], site.draws.of("faute corrigée")
    kinds = [draw.one(("name", "price")), draw.one(("date", "category", "place"))]
    mended = draw.one((0, 1))
    for number, field in enumerate(dict.fromkeys([*kinds, site.memo.get(LOST, kinds[0])])):
        if field in ("category", "place") and not may_be_left(
            field_of(site, item_form(site) or need_add_form(site), field)
        ):
            field = "date"
        doing = LEFT.get(field) or f"sans choix dans {quote(site.words.fields[field])}"
        right = draft(site, name=site.drawn.kept)
        before = site.stock.snapshot()
        try:
            kept = [kind for kind in Draft.__dataclass_fields__ if kind != field]
            wrong = site.drawn.negative if field == "price" else ""
            typed, back = expect_kept(site, doing, kept, **{field: wrong})
        except Failed as failed:
            if site.stock.snapshot() == before:
                if field not in ("name", "price") and item_form(site) is None:
                    failed.because = ("ajout-messages",)  # which looks for these mistakes too
                raise
            stored.append(failed)
        else:
            if number == mended:
                _expect_mended_stored(site, doing, field, typed.but(**{field: getattr(right, field)}), back)
    if len(stored) >= len(kinds):
        stored[0].because = ("ajout-messages",)  # nothing is refused: no form came back that could have kept anything
        raise stored[0]


def _expect_mended_stored(site: Site, doing: str, kind: str, right: Draft, back: Form) -> None:
    """The form that came `back` adds one row once its mistake is put `right`."""
    before = site.stock.raw()
    send(site, back, right, only=[kind])
    diff = site.stock.since(before)
    rows = [site.stock.item(identifier) for identifier in site.stock.ids(diff.added)]
    wrong = problems(site, rows[0], right) if len(rows) == 1 else []
    if len(rows) == 1 and not (wrong or diff.removed or diff.changed):
        return
    told = f"Envoyé {doing}, le formulaire revient ; le champ {quote(site.words.fields[kind])} corrigé, il est envoyé de nouveau"
    site.trouble.expect_decent(site.page.status, site.page.text, told)
    became = f"{changes(diff)} dans la table" if diff else "rien n'est enregistré"
    raise Failed(
        observed=f"{told} : {f'dans la nouvelle ligne, {wrong[0]}' if wrong else became}.",
        expected="La saisie corrigée s'enregistre : une ligne de plus, avec ce que montre le formulaire.",
        help=None if diff else KEY_SPENT,
    )


def expect_kept(site: Site, doing: str, kept: Sequence[str], **values: str) -> tuple[Draft, Form]:
    """What was typed in the `kept` fields is there again when the form comes back; gives it, and this form."""
    typed = draft(site, **({"name": site.drawn.kept} | values))
    form = need_add_form(site)
    fill(site, form, typed)
    filled = values_shown(site, need_item_form(site))
    before = site.stock.snapshot()
    site.acts()
    site.page.submit(form, sender(form))
    back = refused_form(site, before, f"Envoyé {doing}")
    shown = values_shown(site, back)
    lost = [kind for kind in kept if _plain(shown.get(kind, "")) != _plain(filled.get(kind, ""))]
    if lost:
        labels = listed(site.words.fields[kind] for kind in lost)
        raise Failed(
            observed=f"Le formulaire envoyé {doing} revient sans ce qui avait été tapé dans : {labels}.",
            expected="Chaque champ garde ce que le visiteur a tapé ou choisi.",
            help=_emptied(site, [field.name for kind in lost if (field := field_of(site, back, kind))]),
        )
    return typed, back


def _emptied(site: Site, names: Sequence[str]) -> str | None:
    """Where to look when each of these boxes writes a value already, and what it writes was emptied before; else None."""
    boxes = [
        (path, number, line[:2000])
        for path in site.files.paths(*PAGES)
        for number, line in enumerate(site.files.text(path).splitlines(), 1)
        if "<input" in line and any(f'"{name}"' in line or f"'{name}'" in line for name in names)
    ]
    found = [WRITES_VALUE.search(line) for _, _, line in boxes]
    if not found or not found[0] or not all(found):
        return None
    (path, number, _), written = boxes[0], found[0].group()
    told = f"Votre code prévoit déjà de remettre la saisie dans les champs ({path}, ligne {number} : « {cut(squeeze(written), 60)} »)"
    shown = site.page.path.split("?")[0].lstrip("/")
    emptied = [
        (path == shown, f"{path}, ligne {number} : « {cut(squeeze(line), 60)} »")
        for path, text in own_texts(site.files).items()
        for number, line in enumerate(text.splitlines(), 1)
        for held in EMPTIES.findall(line[:2000])
        if re.search(rf"\b{held}\b", written.partition("=")[2])
    ]
    likely = [place for here, place in emptied if here] or [place for _, place in emptied]
    if len(likely) == 1:
        return f"{told}, mais elle est vidée avant l'affichage ({likely[0]})."
    return f"{told} : suivez-la depuis l'envoi du formulaire, et cherchez où elle est vidée ou remplacée avant l'affichage."


def _plain(value: str) -> str:
    """A value as it is compared: spaces collapsed, a decimal point for a comma, a number without the zeros at its end."""
    plain = squeeze(value).replace(",", ".")
    return plain.rstrip("0").rstrip(".") if re.fullmatch(r"\d+\.\d+", plain) else plain
