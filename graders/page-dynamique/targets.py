"""The row that is changed or deleted, and those beside it: what is done before, and what is told of the wrong ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from etabli.exam import Failed
from etabli.exam.contract.french import counted, listed

from . import acting
from .changes import expect_unchanged
from .corrections import as_shown
from .formats import quote
from .forms import draft, need_add_form, send
from .items import local

if TYPE_CHECKING:
    from etabli.exam.contract.values import Row

    from .shape import Linked
    from .stock import Item, Snapshot
    from .visitor import Site

NOT_RUN = (
    "La requête n'a touché aucune ligne : le formulaire envoie-t-il bien l'identifiant, sous le nom que lit le programme ? "
    "La requête est-elle exécutée, puis validée (commit) en Python ?"
)
BY_ID = (
    "Un nom ne suffit pas à choisir une ligne : dans la requête {verb}, WHERE compare l'identifiant (la clé primaire). C'est déjà "
    "le cas ? Cherchez plus haut, là où la page choisit les numéros : une recherche par le nom (WHERE nom = …) ou une boucle sur "
    "plusieurs lignes. Pour l'essayer chez vous, donnez le même nom à deux lignes."
)
ALSO_LINKED = "Cherchez la requête qui suit votre {verb} : les tables liées gardent leurs lignes, même celles que plus aucune ligne n'utilise."
OF_ONE_S_OWN = (
    "Ajoutez une ligne par votre formulaire, puis {verb}-la dans la même visite. La requête ne dépend que du numéro de la ligne : ni de la "
    "session, ni de qui l'a ajoutée."
)
MOST_AFTER = 3
"""Of so many rows that get a second one of their name, that one comes after one of them."""


def other_act_first(site: Site, check: str, item: Item) -> str:
    """In a drawn one of the two checks, or in both, the visitor has done the other act just before: it has changed this row, or
    deleted it. The rows are put back; a sentence that says so, '' where nothing was done, which other checks tell.
    """
    draw = site.draws.of("visite où l'on fait plusieurs choses")
    if check not in draw.some(("modification", "suppression"), draw.one((1, 2))):
        return ""
    before, told = site.stock.snapshot(), ""
    with suppress(Failed):
        href = site.entry(item.name).href
        if check == "suppression":
            send(
                site,
                acting.find_edit_form(site, item, href),
                as_shown(item).but(name=site.drawn.readdressed),
                only=["name"],
            )
            told = f" Dans la même visite, {quote(item.name)} venait d'être modifié."
        else:
            acting.press(site, next(acting.deletions(site, item, href)), item)
            told = f" Dans la même visite, {quote(item.name)} venait d'être supprimé."
    if site.stock.snapshot() == before:
        return ""
    site.stock.replace(before)
    return told


def _of_no_other(site: Site) -> dict[str, str]:
    """A new category and a new place; not where the candidate has added what a row of these tables needs."""
    new: dict[Linked, str] = {"category": site.drawn.renamed_label, "place": site.drawn.renamed_place}
    added = dict[str, str]()
    for kind, label in new.items():
        with suppress(Failed):
            site.stock.add_label(kind, label)
            added[kind] = label
    return added


def own_row(site: Site) -> tuple[Item, str] | None:
    """A row that the visitor adds by the form, the only one of its category and of its place, and the address of its page; None
    where that is to be mended first, which other checks tell."""
    known = {item.id for item in site.stock.items()}
    with suppress(Failed):
        alone = _of_no_other(site)  # before the form is shown
        send(site, need_add_form(site), draft(site, **alone))
        added = [item for item in site.stock.items() if item.id not in known]
        if [item.name for item in added] == [site.drawn.usual]:
            return added[0], site.entry(site.drawn.usual).href
    return None


def expect_linked_kept(site: Site, linked: Snapshot, doing: str, verb: str, *, alone: bool = False) -> None:
    """Raises Failed when a linked table has changed; `alone`: the row was the only one of its category and of its place."""
    last = f", seule ligne de {site.words.this_category} et de {site.words.this_place}" if alone else ""
    expect_unchanged(
        site,
        linked,
        f"{doing}{last}",
        expected=f"Cette ligne, et elle seule, {'change' if verb == 'UPDATE' else 'disparaît de la base'}.",
        help=ALSO_LINKED.format(verb=verb),
    )


def touched_besides(changed: int, added: int, removed: int) -> str:
    """What happened besides, in words: « changé 2 autres lignes et ajouté 1 ligne »."""
    parts = [f"changé {counted(changed, 'autre ligne', 'autres lignes')}"] if changed else []
    parts += [f"ajouté {counted(added, 'ligne')}"] if added else []
    parts += [f"supprimé {counted(removed, 'ligne')}"] if removed else []
    return listed(parts)


def add_twin(site: Site, item: Item, href: str) -> int:
    """Put another row of the same name, category and place into the database; gives its identifier.

    It is often less than the item's own, where the address of its page bears that: who takes the first row of a name then takes
    another one's.
    """
    taken = {one.id for one in site.stock.items()}
    told = re.search(rf"(?<!\d){item.id}(?!\d)", local(href))
    free = [number for number in range(1, item.id) if number not in taken] if told else []
    draw = site.draws.of(f"numéro de l'homonyme de {item.name}")
    number = draw.one(free) if free and draw.below(MOST_AFTER) else 0
    own = {"id": number} if number else {}
    added = site.stock.add(
        item.name, **own, category=item.category_id, place=item.place_id, date=item.date, price=item.price
    )
    return number or added


def show_beside(site: Site, address: str, mine: int, other: int) -> bool:
    """Ask for another row's page as well, as in a second tab; whether it came.

    `address`: that of the same page of `mine`, which has to bear its number.
    """
    here = urlsplit(address)._replace(scheme="", netloc="", fragment="").geturl()
    there = re.sub(rf"(?<!\d){mine}(?!\d)", str(other), here)
    with suppress(Failed):
        return there != here and site.visitor().get(there).status < 400
    return False


def shared_column(site: Site, before: Sequence[Row], touched: Sequence[Row], item: Item) -> str:
    """A sentence about the column whose value chose the rows that were touched: they are all those that had it."""
    columns = site.stock.columns["item"]
    for column in (columns["category"], columns["place"], columns["date"], columns["price"]):
        values = {row.get(column) for row in touched} - {None}
        if len(touched) > 1 and len(values) == 1 and sum(row.get(column) in values for row in before) == len(touched):
            return f" Ce sont toutes les lignes où {column} vaut {values.pop()} : c'est cette colonne que compare la requête."
    return ""


def compares_id(site: Site, verb: str) -> str:
    """What to compare instead, in this request."""
    key = site.stock.columns["item"]["id"]
    return f"Dans le WHERE de {verb}, comparez {key}, et donnez-lui le numéro de la ligne demandée : vérifiez les deux."
