"""What the page of an item leads to: the form that changes it, the button that deletes it, found by what they do.

The words of links and buttons only say what is tried first; what it does tells what it is.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.values import Button
from etabli.exam.contract.words import cut, fold, squeeze

from .formats import quote
from .forms import DELETE, EDIT, address_family, field_of, item_form, refuses, stopped_page
from .reading import links_of

if TYPE_CHECKING:
    from etabli.exam.contract.values import Form, Link, Pressable, Row

    from .stock import Item
    from .visitor import Site

CONFIRM = re.compile(r"\b(?:suppr|effac|retir|enlev|detrui|confirm|oui|valid|continu)")
OPENS = "Un lien de cette page ouvre le formulaire, déjà rempli."
ADDED = "Sur la fiche, ajoutez un lien « Modifier » vers le formulaire, avec le numéro de la ligne dans l'adresse."
ASKED = "Un bouton « Supprimer » dans un formulaire envoyé par POST, sur la page ou après confirmation."
BUTTON = 'Sur la fiche, ajoutez ce bouton dans un formulaire method="post" qui envoie le numéro de la ligne.'
LINK = (
    "Remplacez ce lien par un bouton dans un formulaire en POST, ou gardez-le vers une page qui demande confirmation : dans les deux "
    "cas, le programme ne supprime que si la méthode est POST."
)
GET_FORM = 'Donnez method="post" au formulaire de ce bouton, et refusez GET dans le programme.'
_IN_SIGHT = """
const link = [...document.links].find((one) => one.href.split("#")[0] === arguments[0]);
if (link) link.scrollIntoView({ block: "center" });
return link ? link.getAttribute("href") : "";
"""
MOST_LINKS = 8
"""Links of an item's page that are followed in search of a form."""

MOST_BUTTONS = 4
"""Buttons of an item's page without words that say so, which are pressed to see what they open."""

MOST_ANSWERS = 4
"""Buttons that are pressed after the one that deletes, for a site that asks once more."""


@dataclass(frozen=True)
class Deletion:
    """A form that may delete an item, on the page now open, and the button to press."""

    form: Form
    button: Button


def gone(site: Site, item: Item) -> bool:
    """Whether the item's row is no longer in the database."""
    return all(row.id != item.id for row in site.stock.items())


def show_link(site: Site, page: str, link: str, before: Sequence[Row]) -> None:
    """Open the page of a link again, the link in sight: its picture and its source are what is kept of a failure.

    The rows that following it removed since `before` are put back first: the page may be that of one of them.
    """
    with suppress(Failed):  # what cannot be shown changes no verdict
        site.stock.put_back(before)
        site.page.open(page)
        written = site.page.script(_IN_SIGHT, link, kind=str)
        site.page.keep_source(html.escape(written, quote=False) if "&" in written else written)


# -- changing


def find_edit_form(site: Site, item: Item, href: str) -> Form:
    """Open the prefilled form of an item, from its page.

    Raises:
        Failed: Nothing on its page leads to a form prefilled with its name.
    """
    site.acts()
    site.page.open(href)
    form = prefilled(site, item)
    if form:
        return form
    told = _lost_page(site, item) or stopped_page(site, OPENS)
    for follow in ways(site, item, href):
        try:
            follow()
            form = prefilled(site, item)
            told = told or (None if form else _other_form(site, item) or stopped_page(site, OPENS))
        except Failed:  # a link of the page that leads nowhere is no way to the form
            continue
        if form:
            return form
        if gone(site, item):
            break
    raise told or Failed(
        observed=f"Depuis la page de {quote(item.name)}, aucun lien ne mène à un formulaire rempli avec ses valeurs.",
        expected=OPENS,
        help=ADDED,
    )


def _lost_page(site: Site, item: Item) -> Failed | None:
    """The failure of an item's page that is not where the list leads, or was led to before its row changed."""
    if not 400 <= site.page.status < 500:
        return None
    return Failed(
        observed=f"{quote(item.name)} est dans la base, mais la page où mène son nom ({cut(site.page.path, 90)}) répond par le "
        f"code {site.page.status}.",
        expected=f"Le nom mène à la page {site.words.of_the_item} ; de là, un lien ouvre son formulaire.",
        because=["fiche-adresse"],
    )


def _other_form(site: Site, item: Item) -> Failed | None:
    """The failure of a form of the page now open that shows another name than the item's."""
    form = item_form(site)
    field = field_of(site, form, "name") if form else None
    if field is None or not field.value.strip():
        return None
    return Failed(
        observed=f"Le formulaire de {quote(item.name)} montre {quote(field.value)} dans le champ "
        f"{quote(site.words.fields['name'])}.",
        expected=OPENS,
        help="Passez la valeur par h() en PHP, et mettez value entre guillemets : une apostrophe n'y coupe plus rien.",
    )


def prefilled(site: Site, item: Item) -> Form | None:
    """The form of the page now open that is filled with the item's name."""
    form = item_form(site)
    field = field_of(site, form, "name") if form else None
    return form if field and squeeze(field.value) == squeeze(item.name) else None


def ways(site: Site, item: Item, href: str) -> Iterator[Callable[[], None]]:
    """What may lead to the form from an item's page, now open: buttons that say so, its links, its other buttons."""
    site.acts()
    buttons, links = site.page.pressables(), own_links(site, item, href, EDIT)
    said = [button.name for button in buttons if EDIT.search(fold(button.name)) and not refuses(button.name)]
    yield from (partial(_push_again, site, href, name) for name in said)
    yield from (partial(site.page.open, link.href) for link in links)
    yield from (partial(_push_again, site, href, name) for name in _unsaid(site, buttons))


def _unsaid(site: Site, buttons: Sequence[Pressable]) -> list[str]:
    """Names of buttons that send nothing by POST, say nothing of changing or deleting, and are not on ``/`` as well."""
    found = [button.name for button in buttons if button.method != "post" and not refuses(button.name)]
    found = [name for name in found if not EDIT.search(fold(name)) and not DELETE.search(fold(name))]
    if not found:
        return []
    site.page.open("/")
    frame = {button.name for button in site.page.pressables()}
    return [name for name in dict.fromkeys(found) if name not in frame][:MOST_BUTTONS]


def _push_again(site: Site, href: str, name: str, *, accept_dialog: bool = False) -> None:
    site.page.open(href)
    found = next((button for button in site.page.pressables() if button.name == name), None)
    if found:
        site.page.push(found, accept_dialog=accept_dialog)


def own_links(site: Site, item: Item, href: str, words: re.Pattern[str]) -> list[Link]:
    """The links of an item's page, now open, that ``/`` and the pages of other items have not; its own may stand on ``/``.

    Those that bear `words` come first, then those with the item's identifier in their address; last those that refuse,
    or say the words of the other action.
    """
    frame = set(links_of(site.http.get("/").readable, site.page.url))
    family = address_family(href)
    number = re.compile(rf"(?<!\d){item.id}(?!\d)")
    found = {link.href: link for link in reversed(site.page.links())}
    others = [link for link in found.values() if address_family(link.href) != family]
    mine = [link for link in others if link.href not in frame or number.search(link.path)]

    def rank(link: Link) -> tuple[int, bool]:
        said = fold(f"{link.text} {link.label} {link.path}")
        other = any(way.search(said) for way in (EDIT, DELETE) if way is not words)
        place = 0 if words.search(said) else 2 if other else 1
        return (2 if refuses(link.text) else place), number.search(link.path) is None

    return sorted(reversed(mine), key=rank)[:MOST_LINKS]


# -- deleting


def deletions(site: Site, item: Item, href: str) -> Iterator[Deletion]:
    """What may delete an item from its page, the likeliest first; each is yielded with its page open.

    A button of the page that says so, a link that says so and the buttons behind it; then the other buttons and links.

    The memo keeps as `delete-link` the link that deletes without a form, or '' where it is not known.

    Raises:
        Failed: A mere link deletes, or nothing may delete.
    """
    site.acts()
    site.page.open(href)
    stopped, tried = stopped_page(site, ASKED), False
    here, links = _buttons(site, DELETE), own_links(site, item, href, DELETE)
    worded = [one for one in here if DELETE.search(fold(one.button.name)) and not refuses(one.button.name)]
    first = [link for link in links if DELETE.search(fold(f"{link.text} {link.label} {link.path}"))]
    scripted = any(one.button.index < 0 for one in here)  # a form that a script sends is what these buttons press
    buttons = [] if scripted else site.page.pressables()
    asking = [
        button.name
        for button in buttons
        if button.method != "post" and DELETE.search(fold(button.name)) and not refuses(button.name)
    ]
    groups = [
        _each(site, href, worded, here=True),
        *(_behind_link(site, item, href, link) for link in first),
        _each(site, href, [one for one in here if one not in worded]),
        *(_behind_button(site, item, href, name) for name in asking),
        *(_behind_link(site, item, href, link) for link in links if link not in first),
        _behind_others(site, item, href, buttons),
    ]
    for group in groups:
        for one in group:
            tried = True
            yield one
        stopped = stopped or (None if tried else stopped_page(site, ASKED))
    for one in _answers(site, item, first) if not tried else ():
        tried = True
        yield one
    if not tried:
        site.memo["delete-link"] = ""
        raise stopped or Failed(
            observed=f"Depuis la page de {quote(item.name)}, on ne trouve pas de bouton pour supprimer.",
            expected=ASKED,
            help=BUTTON,
        )


def _each(site: Site, address: str, found: list[Deletion], *, here: bool = False) -> Iterator[Deletion]:
    """Each of them on its page, opened again; `here`: the first one is on the page now open."""
    for place, one in enumerate(found):
        if not here or place:
            site.page.open(address)
            form = next((form for form in site.page.forms() if form.index == one.form.index), None)
            if form is None or (form.buttons and one.button not in form.buttons):
                continue
            one = Deletion(form, one.button)
        if not _writes(site, one.form):
            _agree(site, one.form)
        yield one


def _agree(site: Site, form: Form) -> None:
    """Tick what a question wants ticked before it is sent: « Je suis au courant », or « Oui » beside « Non »."""
    for field in form.entries:
        sure = [one.text for one in field.options if CONFIRM.search(fold(one.text)) and not refuses(one.text)]
        if field.kind == "checkbox":
            site.page.fill(field, True)
        elif field.kind == "radio" and sure:
            site.page.fill(field, sure[0])


def _writes(site: Site, form: Form) -> bool:
    return bool(field_of(site, form, "name") and field_of(site, form, "date"))


def _behind(
    site: Site, item: Item, page: str, follow: Callable[[], None], doing: str, link: str = ""
) -> Iterator[Deletion]:
    """What may delete on the page that a link or a button of this `page` opens: a question, which offers a button."""
    before = site.stock.raw()
    with suppress(Failed):
        follow()
    if gone(site, item):
        site.stock.since(before)
        site.memo["delete-link"] = link
        show_link(site, page, link, before)
        raise Failed(
            observed=f"{doing} a suffi à supprimer {quote(item.name)}.",
            expected="Un lien ne change rien : la suppression part d'un formulaire envoyé par POST.",
            help=LINK if link else GET_FORM,
        )
    yield from _each(site, site.page.url, _buttons(site, CONFIRM), here=True)


def _behind_link(site: Site, item: Item, page: str, link: Link, where: str = "Sur la fiche") -> Iterator[Deletion]:
    text, path = cut(squeeze(link.text or link.label), 60), cut(link.path, 90)
    doing = f"{where}, le lien {quote(text)} ({path})" if text else f"{where}, le lien {path}"
    yield from _behind(site, item, page, partial(site.page.open, link.href), doing, link.href)


def _answers(site: Site, item: Item, links: Sequence[Link]) -> Iterator[Deletion]:
    """The same for the links with the item's number that say « oui » on the pages that these `links` open."""
    number = re.compile(rf"(?<!\d){item.id}(?!\d)")
    for link in links:
        with suppress(Failed):
            site.page.open(link.href)
        for answer in own_links(site, item, link.href, CONFIRM):
            said = CONFIRM.search(fold(f"{answer.text} {answer.label}")) and not refuses(answer.text)
            if said and number.search(answer.path):
                yield from _behind_link(site, item, link.href, answer, f"Sur la page {cut(link.path, 90)}")


def _behind_others(site: Site, item: Item, href: str, buttons: Sequence[Pressable]) -> Iterator[Deletion]:
    """The same for the buttons whose words say nothing."""
    for name in _unsaid(site, buttons):
        yield from _behind_button(site, item, href, name)


def _behind_button(site: Site, item: Item, href: str, name: str) -> Iterator[Deletion]:
    follow = partial(_push_again, site, href, name, accept_dialog=True)
    yield from _behind(
        site, item, href, follow, f"Sur la fiche, presser {quote(name)}, sans formulaire envoyé par POST,"
    )


def _buttons(site: Site, words: re.Pattern[str]) -> list[Deletion]:
    """The buttons of the page now open that send a form by POST; of a form that writes an item, only with these words.

    A form without a button, which a link or a button beside it sends by a script, is sent as by the Enter key.
    """
    found = []
    for form in site.page.forms():
        writes = _writes(site, form)
        buttons = form.buttons or (Button(form.index, -1, ""),)
        for button in buttons if form.method == "post" and form.index >= 0 else ():
            if not writes or DELETE.search(fold(button.name)):
                found.append(Deletion(form, button))
    return sorted(found, key=lambda one: (refuses(one.button.name), not words.search(fold(one.button.name))))


def press(site: Site, found: Deletion, item: Item) -> None:
    """Press the button, accept the question, and answer what is asked next: on a second page, or in a window."""
    here, known = site.page.url, {button.name for button in site.page.pressables()}
    site.page.submit(found.form, found.button, accept_dialog=True)
    for _ in range(MOST_ANSWERS):
        if gone(site, item) or not _answer(site, known if site.page.url == here else None):
            return


def _answer(site: Site, known: set[str] | None) -> bool:
    """Whether something of the page now open answers its question, and was pressed.

    On the page where it was asked, what was not there before (`known`) stands in a window, however that is made.
    """
    found = site.page.pressables()
    windows = [button for button in found if button.modal or (known is not None and button.name not in known)]
    asked = [button for button in found if button.method == "post"]
    told = [button for button in windows or asked if not refuses(button.name)]
    sure = [button for button in told if CONFIRM.search(fold(button.name))]
    if not (sure or (windows and told)):
        return False
    site.page.push((sure or told)[0], accept_dialog=True)
    return True
