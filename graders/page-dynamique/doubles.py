"""What a form that is sent twice must not do: store a second row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

from etabli.exam import Answer, Failed, Rows

from .adding import NOT_ADDED
from .diagnosis import visible_text
from .formats import quote
from .forms import cookie_header, draft, fill, item_form, need_add_form, send, sender, sent_data, stored
from .sendings import replay
from .tokens import refreshed

if TYPE_CHECKING:
    from etabli.exam.contract.values import Form, Response, Row

    from .visitor import Site

KNOWN_AGAIN = (
    "Bloquer le bouton par un script ne suffit pas, rediriger non plus : reconnaissez le formulaire sur le serveur, par "
    "une clé cachée qui ne sert qu'une fois."
)
KEY_LEFT = (
    "Votre formulaire porte déjà une clé cachée qui change ({name}), mais le serveur a accepté deux fois la même. À la "
    "réception, vérifiez que la session la connaît, effacez-la, puis enregistrez la ligne (ou notez dans la session chaque "
    "clé qui a servi, et refusez-la ensuite). En Flask, gardez plutôt dans "
    "app.py les clés déjà servies : la session y est un cookie, que le second envoi renvoie."
)
TOO_LATE = (
    "L'un après l'autre, les deux envois ne comptent qu'une fois ; presque en même temps, ils passent tous les deux. "
    "Effacez la clé avant d'enregistrer la ligne, pas après ; en Flask, sous un verrou (threading.Lock)."
)
SENT_BACK = "Un envoi de trop n'ajoute rien, et renvoie le visiteur vers une page du site."
KEYS_FORGOTTEN = (
    "Le serveur ne se souvient que de la dernière clé : après un autre ajout, un formulaire plus ancien passe encore. Gardez toutes "
    "les clés qui ont servi (un tableau dans $_SESSION en PHP, un set dans app.py avec Flask), pas une seule."
)
BY_KEY = (
    "Comparez la clé cachée, et non ce que contient le formulaire : deux lignes peuvent avoir les mêmes valeurs. Si la clé est bien ce que vous "
    "comparez, elle doit être nouvelle à chaque affichage."
)
KEYLESS = (
    "Le formulaire qui revient avec ses messages n'a plus de clé cachée. Écrivez-en une dans chaque formulaire que vous affichez, après une faute "
    "aussi, et refusez un envoi sans clé."
)
LEAST_KEY = 6
"""Characters of a hidden value that may be a key: a shorter one is a number or a word."""
MOST_CLICKED = 3
"""Double clicks of which each has to add two rows."""
DOUBLE_CLICK = 80, 120
"""Milliseconds from the first click to the second, of a quick hand: each is a part of what an exam takes."""
LATEST_PAGE = 0.2
"""Seconds by which a page that is long in coming delays the second one."""
REDIRECT = "Après l'enregistrement, redirigez le visiteur (code 303) : recharger la page ne renvoie plus le formulaire."


def expect_single_row(site: Site, name: str) -> None:
    """One row, sent twice as two visits; one of another form filled alike, sent twice by a double click, reloaded, then sent again.

    That one has come back with a message, and was put right. Then the first form comes again, as from « Précédent »; last a new
    one twice, the second time before the first answer.
    """
    earlier = need_add_form(site)
    fill(site, earlier, draft(site, name=name))
    sent, at_first = (sent_data(site, earlier), cookie_header(site), site.page.url), site.stock.raw()
    site.acts()
    site.page.submit(earlier, sender(earlier))
    answer = replay(site, earlier, *sent)
    _expect_one(site, name, at_first, "Envoyé deux fois de suite", lambda: _known_again(site, earlier), answer=answer)
    back = _came_back(site)
    before, form = site.stock.raw(), back or need_add_form(site)
    data, cookies, address = _sent_twice(site, form, name)
    if back and len(stored(site, name)) < 2:  # what is put right and not stored is the matter of another check
        back, form = None, need_add_form(site)
        data, cookies, address = _sent_twice(site, form, name)
    doing = "Revenu avec un message, corrigé, puis envoyé" if back else "Envoyé"
    advice = KEYLESS if back and len(_keys(back)) < len(_keys(earlier)) else TOO_LATE
    _expect_one(site, name, before, f"{doing} deux fois presque en même temps", lambda: advice, 1)
    site.page.reload()
    _expect_one(site, name, before, "Après un rechargement de la page qui suit l'ajout", lambda: REDIRECT, 1)
    answer = replay(site, form, data, cookies, address)
    _expect_one(site, name, before, "Envoyé une nouvelle fois, tel quel", lambda: KNOWN_AGAIN, 1, answer=answer)
    answer = replay(site, earlier, *sent)
    _expect_one(site, name, at_first, "Renvoyé après un autre ajout", lambda: KEYS_FORGOTTEN, 1, answer=answer)
    _expect_one_of_both(site, earlier, name, sent[0], sent[2])


def _expect_one_of_both(site: Site, form: Form, name: str, data: Sequence[tuple[str, str]], page: str) -> None:
    """One that is sent again before its first answer has come, as by a double click, adds no two rows.

    Who notes a key right after the insertion has a window of some milliseconds, which a busy machine makes longer: two rows
    have to come of each of some forms, and the longer the page of the form takes, the later it is sent again. That nothing is
    stored is told by nobody: a script may have had its part in what was sent.
    """
    before, pause = site.stock.raw(), site.draws.of("double clic")
    for _time in range(MOST_CLICKED if data else 0):
        visitor, count, start = site.visitor(), len(stored(site, name)), monotonic()
        fresh = refreshed(visitor, form, data, page)
        late = pause.between(*DOUBLE_CLICK) / 1000 + min(monotonic() - start, LATEST_PAGE)
        visitor.close()  # its connection: a server that has no place left takes a second to make one
        visitor.post_twice(form.action, fresh, late, sent_from=page)
        if len(stored(site, name)) - count < 2:
            return
    if data:
        site.stock.since(before)
        raise Failed(
            observed=f"Un double clic envoie le formulaire deux fois, la seconde {late * 1000:.0f} ms après la première, sans attendre sa "
            f"réponse : {quote(name)} est enregistré 2 fois. C'est arrivé {MOST_CLICKED} fois sur {MOST_CLICKED}.",
            expected="La ligne est dans la base une seule fois.",
            help=TOO_LATE,
            at=Rows(),
        )


def _came_back(site: Site) -> Form | None:
    """The form as it comes back with its message once it was sent without a name; None where it does not."""
    before = site.stock.raw()
    with suppress(Failed):
        send(site, need_add_form(site), draft(site, name=""))
        return item_form(site) if site.stock.raw() == before else None
    return None


def _sent_twice(site: Site, form: Form, name: str) -> tuple[list[tuple[str, str]], dict[str, str], str]:
    """Fill the form now open and send it by a double click; what was sent, with which cookies, from where."""
    fill(site, form, draft(site, name=name))
    sent = sent_data(site, form), cookie_header(site), site.page.url
    site.page.submit_twice(form, sender(form))
    return sent


def _keys(form: Form) -> list[str]:
    """The names of hidden values that may be keys or tokens."""
    return [field.name for field in form.fields if field.kind == "hidden" and len(field.value) >= LEAST_KEY]


def _known_again(site: Site, sent: Form) -> str:
    """What lacks to a form that was stored twice: a key, or a server that looks at the one it bears.

    A key is a hidden value that is another one each time the form is shown; a token of the visit stays the same.
    """
    try:
        shown = need_add_form(site)
    except Failed:
        return KNOWN_AGAIN
    before = {field.name: field.value for field in sent.fields if field.kind == "hidden" and field.name}
    keys = [
        field.name
        for field in shown.fields
        if field.kind == "hidden"
        and min(len(field.value), len(before.get(field.name, ""))) >= LEAST_KEY
        and field.value != before[field.name]
    ]
    return KEY_LEFT.format(name=quote(keys[0])) if keys else KNOWN_AGAIN


def _expect_one(
    site: Site,
    name: str,
    before: Sequence[Row],
    doing: str,
    advice: Callable[[], str],
    alike: int = 0,
    *,
    answer: Response | None = None,
) -> None:
    """A form has stored one row of this name, besides those of forms that were filled `alike`; no page says it broke.

    `answer`: what was answered without the browser, where the page now open is not it.
    """
    site.stock.since(before)
    count = len(stored(site, name)) - alike
    if count != 1:
        if not count:
            site.trouble.expect_decent(site.page.status, site.page.text, doing)
        if alike and not count:
            raise Failed(
                observed=f"Un second formulaire, ouvert ensuite et rempli comme le premier, n'a pas enregistré {quote(name)}.",
                expected="Deux formulaires remplis pareil font deux lignes : chacun a sa clé.",
                help=BY_KEY,
            )
        raise Failed(
            observed=f"{doing}, le même formulaire "
            + (f"a enregistré {count} fois {quote(name)}." if count else f"n'a pas enregistré {quote(name)}."),
            expected="La ligne est dans la base une seule fois.",
            help=advice() if count else NOT_ADDED,
        )
    status, text = (answer.status, visible_text(answer.readable)) if answer else (site.page.status, site.page.text)
    try:
        site.trouble.expect_decent(status, text, f"{doing}, le formulaire n'ajoute rien de plus ; ensuite", SENT_BACK)
    except Failed as failed:
        failed.at = Answer() if answer else None
        raise
