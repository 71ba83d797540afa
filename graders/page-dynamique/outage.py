"""What the site must say while the base is down."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from itertools import cycle
from typing import TYPE_CHECKING, NamedTuple

from etabli.exam import Failed
from etabli.exam.contract.causes import Cause, cause_of
from etabli.exam.contract.french import listed
from etabli.exam.tools.db import OUTAGES

from . import kinds
from .diagnosis import LEAKS, leak, own_text, visible_text
from .formats import in_english, quote
from .forms import ADD_FORM, EDIT_FORM, draft, fill, find_add_form, item_form, sender
from .quality import source_of

if TYPE_CHECKING:
    from etabli.exam.contract.values import Form

    from .visitor import Site

_DOWN = "Base en panne, "
_SENT = {ADD_FORM: "d'ajout", EDIT_FORM: "de modification"}
"""The forms of which a drawn one is sent while the base is down."""
_UNCAUGHT = re.compile(r"Uncaught|Fatal error|Traceback|Werkzeug")
"""Nothing caught what the page shows."""
UNCAUGHT = (
    "Rien n'attrape cette erreur. En PHP, dans un fichier que chaque page charge : un try autour de la connexion et des requêtes, ou "
    "set_exception_handler('votre_fonction'). En Flask, une fonction sous @app.errorhandler. Ce qui l'attrape écrit le détail par "
    "error_log ou app.logger, répond par le code 503 et montre une phrase simple."
)
SHOWN = (
    "Votre page attrape peut-être déjà l'erreur : regardez ce qu'elle affiche alors (catch en PHP, errorhandler en Flask). Le "
    "message de l'erreur va dans error_log ou app.logger, jamais dans la page."
)


def expect_decent_outage(site: Site) -> None:
    """Database down, for a reason of its own on each page: an answer in time, in French, without technical words.

    Then all works again.
    """
    further = {where: address for where, address in kinds.further_pages(site).items() if where != kinds.QUESTION}
    items = {f"la page de {quote(entry.name)}": entry.href for entry in site.linked()[:1]}
    pages = {"la page /": "/"} | items | further
    frame = f"{visible_text(site.visitor().get('/').text)}\n{site.page.text}"
    outages = cycle(site.shuffled("pannes", OUTAGES))
    sent = site.shuffled("envoi pendant la panne", [where for where in _SENT if where in pages])[:1]
    told: dict[str, _Outage] = {}
    for (where, address), outage in zip(
        site.shuffled("ordre des pages en panne", pages.items()), outages, strict=False
    ):
        form, late = _filled_form(site, where, address) if where in sent else None, None
        with site.db.down(outage):
            try:
                late = _after_sending(site, form, _SENT[where], frame) if form else None
                _expect_outage_told(site, where, address, frame)
                if late:
                    raise late
            except Failed as failed:
                stopped = ""
                with suppress(Failed):  # a page that the browser does not show
                    stopped = site.trouble.crash()
                told[where] = _Outage(address, outage, failed, stopped, failed is late)
                if cause_of(failed) is not None:
                    break  # what does not come takes its time
    if told:
        raise _outage_failure(site, [(where, told[where]) for where in pages if where in told], len(pages))
    if not site.home().entries:
        raise Failed(
            observed="La base est revenue, mais la page / reste sans données.", expected="Le site reprend tout seul."
        )


class _Outage(NamedTuple):
    """What was wrong with a page while the base was down."""

    address: str
    outage: str
    failed: Failed
    stopped: str
    """How its program stops, or ''."""
    sent: bool = False
    """Whether it is what follows the sending of its form."""


def _outage_failure(site: Site, told: Sequence[tuple[str, _Outage]], looked: int) -> Failed:
    """The failure of all these pages, the first one shown as it is while the base is down: it is down for it once more.

    What stops an item's page in any case is told by `fiche-complete`.
    """
    own = [(where, one) for where, one in told if not site.trouble.told_before(one.stopped)]
    place, main = (own or told)[0]
    form = _filled_form(site, place, main.address) if main.sent else None
    with site.db.down(main.outage):
        try:
            if form:
                site.page.submit(form, sender(form))
            else:
                site.page.open(main.address)
            found = LEAKS.search(site.page.source)
            site.page.keep_source(found.group() if found else "")
        except Failed:
            with suppress(Failed):
                site.visitor().get(main.address)
    failed = main.failed
    if not own:
        failed.because = ("fiche-complete",)
    if len(own) > 1:
        each = {one.failed.expected: one.failed.observed.removeprefix(_DOWN) for _, one in reversed(own)}
        many = f"les {looked} pages essayées sont" if len(own) == looked else f"{len(own)} pages sur {looked} sont"
        failed.observed = "\n- ".join(
            [
                f"{_DOWN}{many} à reprendre : {listed(where for where, _ in own)}. Par exemple :",
                *reversed(each.values()),
            ]
        )
        failed.help = " ".join(dict.fromkeys(one.failed.help for _, one in own if one.failed.help)) or None
    return failed


def _filled_form(site: Site, where: str, address: str) -> Form | None:
    """Open the form that adds an item, or the one that changes it, and fill it; None where this cannot be done."""
    with suppress(Failed):
        if where == EDIT_FORM:
            site.page.open(address)
        if form := item_form(site) if where == EDIT_FORM else find_add_form(site):
            fill(site, form, draft(site))
            site.acts()
            return form
    return None


def _after_sending(site: Site, form: Form, which: str, frame: str) -> Failed | None:
    """What is wrong with the page that follows this form, sent while the base is down."""
    try:
        site.page.submit(form, sender(form))
        where = f"la page qui suit l'envoi du formulaire {which}"
        _expect_words(where, site.page.status, _outage_words(where, site.page.text, frame))
    except Failed as failed:
        return None if cause_of(failed) is Cause.NO_PAGE else failed
    return None


def _expect_outage_told(site: Site, where: str, address: str, frame: str) -> None:
    status, source = _in_outage(site, address)
    parted = visible_text(re.sub(r"(</h\d>)", r"\1\n", source, flags=re.IGNORECASE))
    own = _outage_words(where, visible_text(source), frame, parted)
    if _too_short(own) and "<script" in source.lower():  # a script may say it
        own = _outage_words(where, site.page.text, frame)
    _expect_words(where, status, own)


def _expect_words(where: str, status: int, own: str) -> None:
    """Raises Failed unless a page of an outage says something of its own, in French."""
    if _too_short(own):
        said = f"dit seulement {quote(own)}" if own else "ne dit rien au visiteur"
        raise Failed(
            observed=f"{_DOWN}{where} (code {status}) {said}.",
            expected="Une page en français qui explique que le service est indisponible.",
        )
    if in_english(own):
        raise Failed(
            observed=f"{_DOWN}{where} montre {quote(own)}.",
            expected="Une phrase en français.",
        )


def _in_outage(site: Site, address: str) -> tuple[int, str]:
    """The status and the source that the browser gets; those of a plain request where it shows no page at all."""
    try:
        site.page.open(address)
    except Failed as failed:
        if cause_of(failed) is not Cause.NO_PAGE:
            raise
        answer = site.visitor().get(address)
        return answer.status, answer.text
    return site.page.status, source_of(site, address)


def _outage_words(where: str, text: str, frame: str, parted: str = "") -> str:
    """What a page says of its own; raises Failed when it tells the inside of the program.

    `parted`: the same text, its headings on lines of their own, to quote a message without the heading above it.
    """
    message = leak(parted) or leak(text) or _account(text)
    if message:
        raise Failed(
            observed=f"{_DOWN}{where} montre un message technique : « {message} ».",
            expected="Une phrase simple pour le visiteur ; le détail va dans un journal.",
            help=UNCAUGHT if _UNCAUGHT.search(message) else SHOWN,
        )
    return own_text(text, frame)


def _too_short(words: str) -> bool:
    return len(re.findall(r"[^\W\d_]{2,}", words)) < 4


def _account(text: str) -> str:
    found = re.search(r"'\w*'@'|\b10\.83\.\d+\.\d+|using password", text)
    return found.group() if found else ""
