"""What the filter must offer, and show."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import counted, some
from etabli.exam.contract.words import fold

from .choices import choose, choose_here, filter_field, offers
from .drawn import LABELS
from .formats import quote
from .results import expect_shown

if TYPE_CHECKING:
    from .results import Results
    from .visitor import Site

CHOICES_KEPT = (
    "Les choix sont lus trop tôt, ou écrits dans le programme : faites cette requête SELECT dans ce qui répond à la page (avec Flask, dans la "
    "fonction, pas au début du fichier), et n'en gardez le résultat ni dans un fichier ni dans la session."
)
NUMBER_KEPT = (
    "Le numéro de page reste quand le choix change : un champ caché du formulaire, ou l'adresse du lien, le porte encore. Un nouveau choix "
    "ou une nouvelle recherche part de la page 1 : n'y mettez pas ce numéro."
)
HOLDING = "Autre"
"""Before a name that stands for another value as well."""
ALL = re.compile(r"\b(?:tous|toutes?|tout)\b")
"""What the choice that filters nothing says, in a folded text."""
NO_CHOICE_MADE = (
    "Ce choix arrive vide (''), et aucune ligne n'a cette valeur : n'ajoutez la condition WHERE que si un choix est arrivé "
    "($filtre !== '' en PHP, if filtre en Python)."
)


def by_value(site: Site) -> dict[str, list[str]]:
    """The names of the items of each value of the filter."""
    kind = site.rules.filter
    groups: dict[str, list[str]] = {label: [] for label in site.stock.labels(kind).values()}
    for item in site.stock.items():
        groups.get(item.category if kind == "category" else item.place, []).append(item.name)  # a lost label: nobody's
    return groups


def filter_samples(site: Site, renamed: str = "") -> dict[str, list[str]]:
    """The values that hold most and fewest items, a drawn one between, and one without any if the filter offers it.

    `renamed`: the value that is taken for the one with most; those of the others are drawn then.
    """
    groups = by_value(site)
    filled = sorted((label for label in groups if groups[label]), key=lambda label: (len(groups[label]), label))
    draw = site.draws.of("valeur du filtre")
    chosen = [*filled[-1:], *filled[:1], *draw.some(filled[1:-1], 1)]
    if renamed:
        chosen = [renamed, *draw.some([label for label in filled if label != renamed], 2)]
    site.page.open("/")
    empty = [label for label in groups if not groups[label] and offers(site, label)]
    return {label: groups[label] for label in [*chosen, *empty[:1]]}


def _rename_one(site: Site) -> tuple[str, str]:
    """Gives a value of the filter another name, with an apostrophe and « & »; what it was called, and is now: '' without one.

    It is drawn among those that have more rows than a page, if any has. Another one that has rows gets a name that holds it.
    """
    kind, groups, draw = site.rules.filter, by_value(site), site.draws.of("choix renommé")
    filled = [(number, label) for number, label in site.stock.labels(kind).items() if groups[label]]
    if not filled:
        return "", ""
    number, old = draw.one([one for one in filled if len(groups[one[1]]) > site.rules.page_size] or filled)
    new = f"{draw.one(LABELS)} {site.drawn.lot.text}"
    for longer, _label in draw.some([one for one in filled if one[0] != number], 1):
        site.stock.rename(kind, longer, f"{HOLDING} {new}")
    site.stock.rename(kind, number, new)
    return old, new


def expect_all_offered(site: Site) -> None:
    """The filter that offers some of the values offers all those that have rows."""
    kind = site.rules.filter
    used = sorted({item.category if kind == "category" else item.place for item in site.stock.items()})
    site.page.open("/")
    lacking = [label for label in used if not offers(site, label)]
    if lacking and len(lacking) < len(used):
        raise Failed(
            observed=f"Le filtre ne propose pas {some([quote(label) for label in lacking])}, qui "
            f"{'a' if len(lacking) == 1 else 'ont'} pourtant des lignes. Il propose {counted(len(used) - len(lacking), 'choix', 'choix')} "
            f"sur {len(used)}.",
            expected=f"Les choix du filtre sont lus dans la table {site.stock.tables[kind]}, et tous proposés.",
            help="Suivez les choix de la base à la page. La requête SELECT les rend-elle tous (WHERE, LIMIT, jointure) ? Sinon, qu'est-ce "
            "qui en retire ensuite : une condition dans la boucle, array_slice, array_diff_key ou unset en PHP, une tranche [1:] en "
            "Python ?",
        )


def _leave_one_empty(site: Site) -> None:
    """Where each value of the filter has rows, one is added that has none."""
    kind = site.rules.filter
    used = {item.category if kind == "category" else item.place for item in site.stock.items()}
    if used.issuperset(site.stock.labels(kind).values()):
        with suppress(Failed):  # a table to which the candidate has added what a row needs
            site.stock.add_label(kind, site.drawn.renamed_label if kind == "category" else site.drawn.renamed_place)


def expect_filtered(site: Site) -> None:
    """Each drawn value of the filter shows its rows, be there none; of those that fail, one whose cause is seen is told.

    One has just got another name. Those that have several pages come first, and the next one is chosen on the last of them.
    """
    first: tuple[str, Failed] | None = None
    known = site.page.text
    _leave_one_empty(site)
    old, new = _rename_one(site)
    samples = filter_samples(site, new)  # leaves / open
    _expect_new_name_offered(site, old, new, known)
    whole, later = site.read().names, False
    ordered = site.shuffled("ordre des filtres", samples.items())
    for option, names in sorted(ordered, key=lambda one: len(one[1]) <= site.rules.page_size):
        doing = f"Pour le filtre {quote(option)}"
        try:
            results = choose(site, option, here=later)
            expect_asked(site, results, partial(choose, site, option), names, doing, later=later)
            site.trouble.expect_decent(site.page.status, site.page.text, doing)
            later = len(results.pages) > 1
        except Failed as failed:
            if failed.help or failed.because:
                raise
            first, later = first or (option, failed), False
    if first:
        with suppress(Failed):
            choose(site, first[0])  # its page is the one whose picture is kept
        raise first[1]
    _expect_whole_again(site, whole)


def _expect_new_name_offered(site: Site, old: str, new: str, known: str) -> None:
    """The filter of the page now open, which said what is `known`, offers the new name, where it offers the other values."""
    others = [label for label in site.stock.labels(site.rules.filter).values() if label != new]
    if not new or offers(site, new) or not any(offers(site, label) for label in others):
        return
    left = "propose encore l'ancien nom" if offers(site, old) else "ne propose pas le nouveau nom"
    site.stock.show_renamed(site.rules.filter)
    raise Failed(
        observed=f"{quote(old)} est devenu {quote(new)} dans la base : le filtre {left}.",
        expected=f"Les choix du filtre sont lus dans la table {site.stock.tables[site.rules.filter]} à chaque affichage de la page.",
        help=CHOICES_KEPT,
        because=["liste-suit-ajout"] if site.page.text == known else [],  # the whole page is an old one
    )


def expect_asked(
    site: Site,
    results: Results,
    ask: Callable[[], Results],
    wanted: Collection[str],
    doing: str,
    text: str = "",
    *,
    later: bool,
) -> None:
    """Like `expect_shown`, of `results` that were asked for on a `later` page of a list, or not.

    What is right where one may `ask` on ``/`` is wrong of a later page alone, whose number stays.
    """
    try:
        expect_shown(site, results, wanted, doing, text)
    except Failed as failed:
        if not later:
            raise
        expect_shown(site, ask(), wanted, doing, text)
        site.back(results.addresses[0])
        said = failed.observed
        failed.observed = (
            f"Depuis une page suivante de la liste, et non depuis la première : {said[:1].lower()}{said[1:]}"
        )
        failed.help, failed.because = NUMBER_KEPT, ()
        raise


def _expect_whole_again(site: Site, names: Sequence[str]) -> None:
    """The choice that says « Tous », where there is one, shows what ``/`` showed first: these `names`."""
    field = filter_field(site)
    labels = set(map(fold, site.stock.labels(site.rules.filter).values()))
    said = [option.text for option in field.options] if field else []
    told = [text for text in said if ALL.search(fold(text)) and fold(text) not in labels]
    if len(told) != 1:
        return
    doing = f"Après un filtre, le choix {quote(told[0])}"
    try:
        choose_here(site, told[0])
    except Failed:  # what cannot be chosen is no choice
        return
    site.trouble.expect_decent(site.page.status, site.page.text, f"{doing} fait")
    shown = site.read().names
    if set(shown) != set(names):
        seen = f"montre {site.many(len(set(shown)))}" if shown else f"ne montre {site.words.no_item}"
        raise Failed(
            observed=f"{doing} {seen} ; la page / en montre {len(set(names))}.",
            expected="Ce choix rend la liste entière, telle que la page / la montre d'abord.",
            help=NO_CHOICE_MADE,
        )


def filter_is_lost(site: Site) -> bool:
    """Whether the filter's choice is lost from page to page."""
    try:
        return any(
            choose(site, option).lost(names) is not None for option, names in islice(filter_samples(site).items(), 1)
        )
    except Failed:
        return False
