"""What the form that deletes an item must do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from etabli.exam import Failed, Rows
from etabli.exam.contract.french import counted

from . import acting
from .formats import quote
from .targets import (
    BY_ID,
    NOT_RUN,
    OF_ONE_S_OWN,
    add_twin,
    compares_id,
    expect_linked_kept,
    other_act_first,
    own_row,
    shared_column,
    show_beside,
    touched_besides,
)

if TYPE_CHECKING:
    from etabli.exam.contract.values import Row

    from .stock import Item
    from .visitor import Site

NOT_IN_SESSION = (
    "Le numéro à supprimer vient du formulaire (un champ caché) ou de son adresse, pas de la session : celle-ci garde celui de la dernière "
    "fiche ouverte, peut-être dans un autre onglet."
)


def expect_delete(site: Site) -> None:
    """Deleting an item by its form removes it and nothing else, not even a row of the same name."""
    other, item = site.listed_items(2, later=True)
    also = other_act_first(site, "suppression", other)
    entry = site.entry(item.name)
    twin = add_twin(site, item, entry.href)
    before, linked = site.stock.raw(), site.stock.linked()
    site.stock.since(before)  # the row that was put in is no proof of what the button does
    told = _press_each(site, item, entry.href, before, twin)
    if site.stock.raw() == before:  # a key for the last page alone is told by `modification`
        told = _press_each(site, item, entry.href, before)
    if told and site.stock.raw() == before:
        raise told
    diff = site.stock.since(before)
    gone = site.stock.ids(diff.removed)
    if gone in ({item.id, twin}, {twin}) and not (diff.changed or diff.added):
        went = "les deux sont parties" if item.id in gone else "l'autre est partie, et pas celle de la fiche"
        raise Failed(
            observed=f"Deux lignes portent le nom {quote(item.name)} ; {went}.",
            expected="La ligne supprimée, et elle seule, disparaît : une autre du même nom reste.",
            help=BY_ID.format(verb="DELETE") if item.id in gone else f"{BY_ID.format(verb='DELETE')} {NOT_IN_SESSION}",
            because=[] if item.id in gone else ["fiche-adresse"],  # its page was the other row's
            at=Rows(),
            stops=item.id in gone,
        )
    if gone != {item.id} or diff.changed or diff.added:
        if not diff:
            site.trouble.expect_decent(site.page.status, site.page.text, "À l'envoi du formulaire de suppression")
        what = counted(len(gone), "ligne supprimée", "lignes supprimées") if gone else "rien n'a été supprimé"
        what += ", mais pas la bonne" if gone and item.id not in gone else ""
        key = site.stock.columns["item"]["id"]
        what += f" (dont la bonne, {key} = {item.id})" if len(gone) > 1 and item.id in gone else ""
        shared = shared_column(site, before, diff.removed, item)
        raise Failed(
            observed=f"Après la suppression de {quote(item.name)} : {what}.{shared or also}",
            expected="Cette ligne, et elle seule, disparaît de la base.",
            help=compares_id(site, "DELETE") if shared else None if gone or diff.changed or diff.added else NOT_RUN,
            because=["fiche-adresse"] if len(gone) == 1 and item.id not in gone else [],  # its page was another row's
            at=Rows() if diff else None,
        )
    expect_linked_kept(site, linked, f"Après la suppression de {quote(item.name)}", "DELETE")
    if own := own_row(site):
        _expect_own_deleted(site, *own)


def _press_each(site: Site, item: Item, href: str, before: Sequence[Row], beside: int = 0) -> Failed | None:
    """Press what may delete an item, until the base changes; gives the failure of the first that could not be pressed.

    The page of a row `beside` is asked for meanwhile, as in another tab: what a session keeps of the last page is another row.
    """
    told = None
    for found in acting.deletions(site, item, href):
        if beside:
            show_beside(site, href, item.id, beside)
        try:
            acting.press(site, found, item)
        except Failed as failed:  # another button may delete
            told = told or failed
        if site.stock.raw() != before:
            break
    return told


def _expect_own_deleted(site: Site, item: Item, href: str) -> None:
    """A row that the visitor has just added is deleted as any other, though its category and its place have no other one."""
    before, linked = site.stock.raw(), site.stock.linked()
    site.stock.since(before)
    _press_each(site, item, href, before)
    diff = site.stock.since(before)
    if site.stock.ids(diff.removed) != {item.id} or diff.changed or diff.added:
        what = touched_besides(len(diff.changed), len(diff.added), len(diff.removed)) if diff else ""
        raise Failed(
            observed=f"La ligne {quote(item.name)} vient d'être ajoutée par le formulaire, dans la même visite : la supprimer "
            + (f"a {what}." if what else "ne retire rien de la base."),
            expected="Cette ligne, et elle seule, disparaît de la base, même si le visiteur vient de l'ajouter.",
            help=OF_ONE_S_OWN.format(verb="supprimez"),
            at=Rows() if diff else None,
        )
    expect_linked_kept(site, linked, f"Après la suppression de {quote(item.name)}", "DELETE", alone=True)
