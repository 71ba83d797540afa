"""What an import understood and will change, in French: for a terminal and for a page."""

from __future__ import annotations

from collections.abc import Iterator

from etabli.roster.changes import Changes, ClassChange, Fate
from etabli.roster.headings import Kind
from etabli.roster.learner import Learner
from etabli.roster.listing import Listing

_MANY_GONE = 3
_KINDS = {
    Kind.FAMILY: "Nom",
    Kind.GIVEN: "Prénom",
    Kind.FULL: "Nom complet",
    Kind.EMAIL: "Courriel",
    Kind.NUMBER: "Numéro d'identification",
}
_FATES = {
    Fate.ADDED: ("nouveau", "nouveaux"),
    Fate.KEPT: ("inchangé", "inchangés"),
    Fate.CORRECTED: ("corrigé", "corrigés"),
    Fate.BACK: ("de retour", "de retour"),
    Fate.GONE: ("absent de la liste", "absents de la liste"),
}
"""What becomes of one learner, and of several."""


def understood(listing: Listing) -> Iterator[str]:
    """Says how a list was read."""
    columns = listing.columns
    where = f"titres à la ligne {columns.line}" if columns.line else "sans ligne de titres"
    yield f"Lu : {listing.path} ({listing.table.wording}, {where})."
    read = [
        f"{_KINDS[kind]} ← {'colonne' + ' ' if not columns.headings else ''}« {columns.word(kind)} »"
        for kind in columns.at
        if kind is not Kind.NATIONAL
    ]
    yield "Compris : {read}.".format(read=", ".join(read))
    if columns.aside:
        yield "Colonnes non lues : {aside}.".format(aside=", ".join(columns.aside))
    yield from listing.notes


def remark(change: ClassChange, changes: Changes) -> str:
    """Says what becomes of one learner."""
    said = [_FATES[change.fate][0]]
    if change.fate in (Fate.CORRECTED, Fate.BACK) and change.learner:
        said += _differences(change.learner, change)
    if change.listed is not None and change.listed.doubtful and change.fate is Fate.ADDED:
        said.append("nom et prénom à vérifier")
    if changes.has_homonym(change):
        said.append("homonyme")
    return ", ".join(said)


def _differences(learner: Learner, change: ClassChange) -> list[str]:
    pairs = (
        ("était {old}", learner.listed, change.person.listed),
        ("courriel : était {old}", learner.email, change.person.email),
        ("numéro : était {old}", learner.number, change.person.number),
    )
    return [text.format(old=old) for text, old, new in pairs if old and old != new]


def summary(changes: Changes) -> str:
    """Counts what becomes of all."""
    counts = [f"{_FATES[fate][1]} {len(found)}" for fate in Fate if (found := changes.of(fate))]
    return "En tout : {counts}.".format(counts=", ".join(counts))


def most_are_gone(changes: Changes) -> bool:
    """Tells a list of another class, or half a list: most of those who were there are not in it."""
    gone, before = len(changes.of(Fate.GONE)), len(changes.of(Fate.GONE, Fate.KEPT, Fate.CORRECTED))
    return gone >= _MANY_GONE and 2 * gone > before
