"""What is filled early in an exam and sent late in it: between two acts, a person takes longer than a program."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

from etabli.exam import Failed, Rows
from etabli.exam.contract.french import counted
from etabli.exam.contract.values import Form

from .differences import problems
from .forms import cookie_header, deliver, draft, fill, linked_add_form, need_add_form, sent_data
from .sendings import replay
from .tokens import refreshed

if TYPE_CHECKING:
    from .visitor import Site

_FILLED = "filled"
"""Of the memo: where a form is sent, what was filled in, the cookies and the address of its page, and when it was shown."""
NO_HURRY = (
    "Une personne met parfois plusieurs minutes à remplir un formulaire. Dans le programme qui enregistre la ligne, cherchez ce qui "
    "regarde l'heure (time, date, now) ou l'âge de la session, et retirez-le."
)


def keep_filled(site: Site) -> None:
    """Fills the form that adds, and keeps it; where the page now open leads to none, nothing is kept: others tell it."""
    with suppress(Failed):
        start = monotonic()
        form = linked_add_form(site)
        if form is None:
            return
        fill(site, form, draft(site))
        data = sent_data(site, form)
        if data:
            sent = data, cookie_header(site), site.page.url
            site.memo[_FILLED] = json.dumps((form.index, form.method, form.action, *sent, start))


def expect_stored(site: Site) -> None:
    """The form that was kept stores what was filled in, or nothing: a key may be over by then.

    What it stores wrongly when it is sent at once, without the browser, is not the matter of time: nothing is told.
    """
    if _FILLED not in site.memo:
        return
    index, method, action, pairs, cookies, page, start = json.loads(site.memo[_FILLED])
    data, before = [(name, value) for name, value in pairs], site.stock.raw()
    site.acts()
    late = monotonic() - start
    wrong = _stored_wrongly(site, lambda: replay(site, Form(index, method, action, (), ()), data, cookies, page))
    if not wrong:
        return
    form, visitor = need_add_form(site), site.visitor()
    again = refreshed(visitor, form, data, site.page.url)
    if _stored_wrongly(site, lambda: deliver(visitor, form, again, sent_from=site.page.url)) == []:
        site.stock.since(before)
        raise Failed(
            observed=f"Le formulaire d'ajout a été rempli, puis envoyé {counted(round(late), 'seconde')} après son affichage : dans la "
            f"nouvelle ligne, {wrong[0]}. Envoyé aussitôt, il enregistre ce qui est tapé.",
            expected="Ce qui a été tapé est enregistré, quel que soit le temps mis à remplir le formulaire.",
            help=NO_HURRY,
            at=Rows(),
        )


def _stored_wrongly(site: Site, sending: Callable[[], object]) -> list[str] | None:
    """What the row that this adds does not hold as it was filled in; None unless it adds one row."""
    before = site.stock.raw()
    with suppress(Failed):  # what is refused in whatever way adds nothing
        sending()
    added = site.stock.ids(site.stock.since(before).added)
    return problems(site, site.stock.item(*added), draft(site)) if len(added) == 1 else None
