"""What a form that another site sends must not do: change or delete an item."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from etabli.exam import Failed, Rows

from . import acting, sendings
from .changes import expect_unchanged
from .corrections import as_shown, changed_draft, slightly
from .formats import quote
from .forms import fill, sent_data, stored
from .items import well_filled
from .reading import from_root

if TYPE_CHECKING:
    from .stock import Snapshot
    from .visitor import Site

FROM_ELSEWHERE = (
    "Un lien ou une image d'un autre site suffit à demander cette adresse. Dans ce programme, n'exécutez la requête que si la méthode est "
    "POST et que le jeton est le bon, d'où que vienne la demande."
)
BY_POST = 'Donnez method="post" au formulaire qui modifie.'
TOKEN = "Un jeton tiré au hasard, gardé dans la session et placé dans un champ caché, que le serveur compare."
_EACH_ITS_OWN = (
    "Tirez-le au hasard une fois par session : $_SESSION['jeton'] ??= bin2hex(random_bytes(32)) en PHP, "
    "session.setdefault('jeton', secrets.token_hex(32)) avec Flask. Avant d'agir, comparez-le à celui qui est reçu."
)
SAME_TOKEN = (
    "Votre jeton est le même pour tous. Ouvrez une fiche, puis la même dans une fenêtre privée : comparez le champ caché. "
    + _EACH_ITS_OWN
)
NOT_COMPARED = (
    f"Le serveur doit comparer le jeton reçu à celui de la session de ce visiteur, et d'aucun autre. {_EACH_ITS_OWN}"
)
UNCHECKED = (
    "Votre formulaire porte un jeton ({name}), mais le serveur accepte l'envoi sans lui : comparez-le. Avant d'agir, le jeton "
    "reçu doit être celui de la session (hash_equals en PHP, secrets.compare_digest avec Flask) ; s'il manque ou s'il diffère, "
    "rien ne change dans la base. Faites-le pour le formulaire qui modifie et pour celui qui supprime."
)
NEWCOMER = (
    "Depuis un autre site, le navigateur envoie souvent le formulaire sans cookie : la session est neuve, sans jeton. Comparez quand même, et "
    "refusez quand l'un des deux manque ou est vide : if (isset($_SESSION['jeton'])) autour de la comparaison laisse tout passer."
)
EACH_WAY = (
    "Votre serveur refuse le même formulaire écrit de la façon habituelle. Un autre site choisit cette façon par enctype : ne regardez pas le "
    "type de l'envoi (Content-Type) avant de comparer le jeton."
)
NEVER_COMPARED = (
    "Regarder d'où vient l'envoi (Origin, Referer) ne remplace pas le jeton. Avant de changer la base, comparez celui qui est reçu à celui de la "
    "session (hash_equals en PHP, secrets.compare_digest avec Flask) ; s'ils diffèrent, répondez par le code 403."
)
CUT_OFF = (
    "Le jeton n'est comparé que sur une partie : un autre site essaie toutes les premières lettres, et l'une passe. Comparez les deux "
    "en entier (hash_equals en PHP, secrets.compare_digest avec Flask)."
)
MOST_FORGED = 4
"""Forms of an item's page that are sent from another site: whichever of them deletes."""


def expect_forgery_refused(site: Site) -> None:
    """Forged posts change nothing, for deleting and for editing; a drawn one of them among the rows of the candidate's own folder.

    All that was accepted is told at once.
    """
    accepted = list[Failed]()
    both = site.shuffled("envois d'ailleurs", (_expect_forged_deletion_refused, _expect_forged_edit_refused))
    for number, refused in enumerate(both):
        if number:
            site.as_at_home()
        try:
            refused(site)
        except Failed as failed:
            if accepted and not isinstance(failed.at, Rows):
                break  # the form is not found once more: what was accepted is told
            accepted.append(failed)
            if not isinstance(failed.at, Rows):
                break
            if not number:
                site.db.witness()  # its rows: the next one compares others
    if len(accepted) == 2:
        raise Failed(
            "\n- ".join(["2 envois sont acceptés, qui devraient être refusés :", *(one.observed for one in accepted)]),
            accepted[0].expected,
            accepted[0].help,
            at=Rows(),
        )
    if accepted:
        raise accepted[0]


def _expect_forged_deletion_refused(site: Site) -> None:
    _, item = well_filled(site, 2)
    entry = site.entry(item.name)
    before = site.stock.snapshot()
    for found in islice(acting.deletions(site, item, entry.href), MOST_FORGED):
        data = sent_data(site, found.form, found.button.index)
        forged = sendings.forged_post(site, found.form, site.page.url, data, lambda: site.stock.snapshot() != before)
        # at once: what follows would be taken for the fault of the next link or button
        _expect_forged_refused(site, before, "suppression", forged)
        link = sendings.follow_from_elsewhere(site, found.form)
        if site.stock.snapshot() != before:
            _refuse_link(site, before, link)


def _refuse_link(site: Site, before: Snapshot, link: str, advice: str = FROM_ELSEWHERE) -> None:
    """Tells what following a link of another site has changed."""
    shown = from_root(link)
    try:
        expect_unchanged(
            site,
            before,
            f"Après un lien suivi depuis un autre site (GET), vers {shown}",
            help=advice,
            expected="Une demande venue d'un autre site est refusée : la base ne change pas.",
            caption="Après un lien suivi depuis un autre site",
        )
    except Failed as changed:
        changed.at = Rows()  # no page shows it
        raise


def _expect_forged_edit_refused(site: Site) -> None:
    _, item = well_filled(site, 2)
    before = site.stock.snapshot()
    form = acting.find_edit_form(site, item, site.entry(item.name).href)
    address = site.page.url
    draw = site.draws.of("correction forgée")
    fill(site, form, draw.one((changed_draft(site, item), as_shown(item).but(name=slightly(item.name, draw)))))
    data = sent_data(site, form)
    forged = sendings.forged_post(site, form, address, data, lambda: site.stock.snapshot() != before, turned=True)
    _expect_forged_refused(site, before, "modification", forged)
    link = sendings.follow_from_elsewhere(site, form, data)
    if site.stock.snapshot() != before:
        _refuse_link(site, before, link, f"{BY_POST} {FROM_ELSEWHERE}" if form.method == "get" else FROM_ELSEWHERE)
    if not stored(site, item.name):
        raise Failed(observed=f"{quote(item.name)} a disparu.", expected="La base ne change pas.")


def _expect_forged_refused(site: Site, before: Snapshot, what: str, forged: sendings.Forged) -> None:
    """The base is as before; what went along, and what did not, is told."""
    doing, expected = f"Après un formulaire de {what} envoyé depuis un autre site", "La base ne change pas."
    if forged.shared is not None:
        doing += ", avec le jeton pris dans la page d'un autre visiteur"
        advice = SAME_TOKEN if forged.shared else NOT_COMPARED
        expected = "Chaque visiteur a son jeton : celui d'un autre est refusé, et la base ne change pas."
    elif forged.changed:
        doing = f"Après un formulaire de {what} envoyé depuis votre page, son jeton {quote(forged.token)} changé (touche F12)"
        expected, advice = "Le serveur refuse un jeton changé : la base ne change pas.", NEVER_COMPARED
    elif forged.newcomer:
        doing += ", sans aucun cookie"
        expected, advice = "Qui n'est jamais venu n'a pas de jeton : son envoi est refusé.", NEWCOMER
    elif forged.guessed:
        first = f"les {forged.guessed} premières lettres" if forged.guessed > 1 else "la première lettre"
        doing += f" avec {first} du jeton {quote(forged.token)}"
        advice = CUT_OFF
    elif forged.token:
        doing += f" sans le jeton {quote(forged.token)}"
        advice = UNCHECKED.format(name=quote(forged.token))
    else:
        advice = TOKEN
    if forged.enctype:
        doing += f", écrit autrement (enctype : {forged.enctype})"
        advice = f"{EACH_WAY} {advice}"
    try:
        expect_unchanged(
            site, before, doing, help=advice, expected=expected, caption=f"Après l'envoi d'un formulaire de {what}"
        )
    except Failed as changed:
        changed.at = Rows()  # no page shows it: neither the form nor the list after it
        raise
