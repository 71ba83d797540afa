"""What following a link must not do: change rows."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from etabli.exam import Failed
from etabli.exam.contract.words import cut
from etabli.exam.tools.still import kind_of

from . import acting, disclosure
from .addresses import SUSPICIOUS
from .changes import changes
from .connection import own_texts
from .corrections import changed_draft
from .forms import address_family, draft, item_form, need_add_form, send
from .items import local
from .reading import from_root, links_and_actions, with_fields

if TYPE_CHECKING:
    from etabli.exam.contract.values import Diff, Response

    from .stock import Item, Snapshot
    from .visitor import Site

ONLY_POST = (
    "Il y a deux choses à faire. Sur la page {page}, remplacez ce lien par un petit formulaire en POST, avec un bouton. Puis, au "
    "début du programme qui répond à {target}, refusez tout ce qui n'est pas POST ($_SERVER['REQUEST_METHOD'] en PHP, @app.post "
    "avec Flask), avant toute requête : sinon, qui tape cette adresse change encore la base. Si ce lien ne devait que montrer une "
    "page, retirez-en la requête qui écrit (un compteur, par exemple)."
)
ONLY_SHOWN = (
    "Une adresse que la page ou sa feuille de style nomme (image, fond, police) est demandée par le navigateur sans que le visiteur "
    "presse rien : dans le programme qui répond à {target}, retirez la requête qui écrit."
)
POST_ALONE = (
    "Au début du programme qui répond à {target}, refusez tout ce qui n'est pas POST ($_SERVER['REQUEST_METHOD'] en PHP, @app.post "
    "avec Flask), avant toute requête : une vérification du jeton qui n'a lieu que pour POST laisse passer GET."
)
MOST_AWAITED = 10
"""Addresses that pages name besides their links, and that are asked for as well: one of each kind."""
MOST_TYPED = 10
"""Addresses to which forms are sent by POST, and that are asked for as who types them would: one of each family."""
MOST_FOLLOWED = 60
"""Links that are followed to see that none of them changes rows."""


@dataclass(frozen=True)
class _Effect:
    """The rows of the three tables before and after a link was followed, where that changed any."""

    link: str
    before: Snapshot
    after: Snapshot
    roamed: bool = False
    """The mouse had passed over the page to which it leads, in which something runs."""


def expect_links_harmless(site: Site, limit: int = MOST_FOLLOWED) -> None:
    """Follow links from ``/``, from two items and from what comes after an act, by GET only, the most suspicious first: none
    changes a row.

    Each is followed by who has been through the site, and by who has never come, one of whom comes by a link of another site
    (drawn); the first of each kind in the browser too, where the mouse passes over the page, and what the browser would ask for besides (under the mouse, on paper) is asked for.
    So is, once, each address to which a form is sent by POST, where no link leads to its like.

    Links that each delete one item have the cause that `suppression` tells, where it met no form that deletes either.
    """
    after = _after_acts(site)
    entries = site.linked()[:2]
    stands = after | {link.href: site.page.url for link in site.page.links()}
    actions = _actions(site)
    for number, entry in enumerate(entries):
        if number:
            site.page.open(entry.href)
        else:
            site.go_by_hand(entry)
        stands = {link.href: site.page.url for link in site.page.links()} | stands
        actions = _actions(site) | actions
    shown, awaited, typed = set[str](), dict[str, str](), dict[str, str]()
    queue, seen = site.shuffled("ordre des liens", stands), set[str]()
    visitors, elsewhere = site.visitors("qui suit les liens"), site.draws.of("lien d'un autre site")
    first = now = site.stock.snapshot()
    sums = site.stock.sums()
    effects: list[_Effect] = []
    lines, shown_after = disclosure.code_lines(own_texts(site.files)) if after else {}, dict[str, str]()
    while True:
        if actions:
            families = {address_family(href) for href in stands}
            for action, page in actions.items():
                if (family := address_family(action)) not in families and len(typed) < MOST_TYPED:
                    typed[family], stands[action] = action, page
                    families.add(family)
                    queue.append(action)
            actions = {}
        if not queue or len(seen) >= limit:
            break
        queue.sort(key=lambda href: not (SUSPICIOUS.search(href) or href in (*awaited.values(), *typed.values())))
        address = queue.pop(0)
        if address in seen:
            continue
        seen.add(address)
        answers: list[Response] = []
        roamed = False
        quiet = (Failed,) if address in typed.values() else ()  # what answers POST alone may break off
        sent_from = elsewhere.shuffled((site.drawn.foreign, ""))
        for ask, place in zip(visitors, sent_from, strict=True):
            with suppress(*quiet):
                answers.append(ask(address, sent_from=place))
        if not quiet and address not in awaited.values() and (kind := re.sub(r"\d+|=[^&#]*", "", address)) not in shown:
            shown.add(kind)
            with suppress(Failed):  # what leads nowhere is another check's
                site.page.open(address)
                for named in site.page.awaited():
                    if len(awaited) < MOST_AWAITED and awaited.setdefault(kind_of(named), named) == named:
                        stands.setdefault(named, site.page.url)
                        queue.append(named)
                roamed = site.page.roam()
        sums_before, sums = sums, site.stock.sums()
        same = sums == sums_before and None not in sums
        before, now = now, now if same else site.stock.snapshot()
        if now != before and _diffs(site, before, now):
            effects.append(_Effect(address, before, now, roamed))
        for answer in answers if address in after else ():
            if told := disclosure.shown_in(site, answer.readable, address, lines):
                shown_after[local(address)] = told
        site.memo[disclosure.SHOWN_AFTER] = json.dumps(shown_after)
        for answer in answers:
            links, sent_to = links_and_actions(answer.readable, answer.url)
            queue += [href for href in links if href not in stands]
            stands = dict.fromkeys(links, answer.url) | stands
            actions |= dict.fromkeys(sent_to, answer.url)
    if effects:
        raise _changed_by_links(site, effects, stands, first, set(awaited.values()), set(typed.values()), after)
    if not (entries or seen):
        raise Failed(
            observed="Le site n'a aucun lien à suivre.",
            expected="Des liens, au moins vers les fiches.",
            help="Mettez d'abord, dans la liste, un lien sur chaque nom : il mène à sa fiche.",
            because=["fiche-complete"],
        )


def _after_acts(site: Site) -> dict[str, str]:
    """The links of the pages that come after an addition, a refusal or a change (drawn) and a deletion; where each stands."""
    found = dict[str, str]()

    def note() -> None:
        found.update({link.href: site.page.url for link in site.page.links()})

    also = site.draws.of("acte avant les liens").one(("refusal", "change"))
    with suppress(Failed):  # what cannot be done is told by other checks
        form = need_add_form(site)
        if also == "refusal":
            send(site, form, draft(site, name=""))
            note()
            form = item_form(site) or need_add_form(site)
        send(site, form, draft(site))
        note()
    for act in ([_change] if also == "change" else []) + [_delete]:
        with suppress(Failed):
            for entry in site.linked()[:1]:
                act(site, site.stock.by_name()[entry.name], entry.href)
                note()
    return found


def _change(site: Site, item: Item, href: str) -> None:
    send(site, acting.find_edit_form(site, item, href), changed_draft(site, item))


def _delete(site: Site, item: Item, href: str) -> None:
    acting.press(site, next(acting.deletions(site, item, href)), item)


def _actions(site: Site) -> dict[str, str]:
    """Where the forms of the page now open are sent by POST, with the numbers that they hide; and this page's own address."""
    found = (
        with_fields(form.action, [(field.name, field.value) for field in form.fields if field.kind == "hidden"])
        for form in site.page.forms()
        if form.method == "post" and form.index >= 0
    )
    inside = urlsplit(site.page.url).netloc
    return {address: site.page.url for address in found if urlsplit(address).netloc == inside}


def _changed_by_links(
    site: Site,
    effects: Sequence[_Effect],
    stands: Mapping[str, str],
    first: Snapshot,
    awaited: Collection[str],
    typed: Collection[str],
    after: Collection[str] = (),
) -> Failed:
    """The failure of links that change rows; the one that is named, and shown where it `stands`, may delete no item.

    `awaited`: those that are no links, but that the page or its styles name; `typed`: those to which its forms are sent; `after`:
    those of pages that come after an act.
    """
    others = [effect for effect in effects if not _deletes_one(site, effect)]
    told, main = (others or effects)[0], site.stock.tables["item"]
    once, elsewhere = _followed_once(site, told)
    table = next(iter(_diffs(site, told.before, once)))
    diff = site.db.compare(told.before[table], once[table])
    acting.show_link(site, stands[told.link], told.link, first[main])
    link, page = (from_root(address) for address in (told.link, stands[told.link]))
    more = f" Autres liens qui changent la base : {len(effects) - 1}." if len(effects) > 1 else ""
    said = ", telle qu'elle vient après un envoi" if told.link in after else ""
    doing = f"Suivre le lien {link}, sur la page {page}{said},"
    if told.link in awaited:
        doing = f"La page {page} ou sa feuille de style nomme l'adresse {link} ; la demander, comme fait un navigateur,"
    elif told.link in typed:
        doing = f"L'adresse {link} est celle que dit action, dans un formulaire de la page {page} ; la taper dans la barre d'adresse"
    elif elsewhere:
        doing = f"Suivre depuis un autre site le lien {link}, celui de la page {page},"
    elif told.roamed and once is told.after:
        doing = f"Suivre le lien {link}, sur la page {page}, et passer la souris sur la page où il mène,"
    return Failed(
        observed=f"{doing} a changé la table {table} : {changes(diff)}.{more}",
        expected="La base ne change pas.",
        help=(ONLY_SHOWN if told.link in awaited else POST_ALONE if told.link in typed else ONLY_POST).format(
            page=page, target=cut(urlsplit(told.link).path, 60)
        ),
        because=["suppression"] if not others and "delete-link" in site.memo else [],
    )


def _followed_once(site: Site, effect: _Effect) -> tuple[Snapshot, bool]:
    """The rows after one visit from those of before: the link was followed by several visitors, which nobody could guess.

    That of a link of another site where the site's own changes nothing, which is said; those after all of them where neither does.
    """
    with suppress(Failed):
        site.acts()
        site.stock.replace(effect.before)
        for place in ("", site.drawn.foreign):
            site.visitor().get(effect.link, sent_from=place)
            after = site.stock.snapshot()
            if _diffs(site, effect.before, after):
                return after, bool(place)
    return effect.after, False


def _deletes_one(site: Site, effect: _Effect) -> bool:
    """Whether one item is gone, and nothing else has changed."""
    diffs = _diffs(site, effect.before, effect.after)
    diff = diffs.pop(site.stock.tables["item"], None)
    return diff is not None and len(diff.removed) == 1 and not (diff.added or diff.changed or diffs)


def _diffs(site: Site, before: Snapshot, after: Snapshot) -> dict[str, Diff]:
    """What happened to each table that changed, whatever the order of its rows."""
    found = {table: site.db.compare(rows, after[table]) for table, rows in before.items()}
    return {table: diff for table, diff in found.items() if diff}
