"""The cover: the specimens by which each landing is tried, when not all of them can be.

Empty and starter specimens run whole, a partial one, and one of the right ones that are made from no other, drawn
from the pack's hash: they change with each state of the pack, and are the same for all who have it. A right one made
from another is drawn too, and runs some drawn checks only; where there is none, two run whole. An eighth of the checks
are drawn: the fewest cheats in which each of them that a cheat fails still fails, and a drawn one, run the checks that
they declare. So do, with a drawn check more, the fewest mistakes in which every other one of them that a mistake fails
still fails.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from etabli.exam.contract.check import CheckSpec
from etabli.exam.contract.draw import Draw
from etabli.exam.contract.french import count as number
from etabli.exam.contract.outcome import Outcome
from etabli.exam.runner.order import selection
from etabli.grading.pack import pack_of
from etabli.lab.manifest import Lab
from etabli.lab.specimens.specimen import Kind, Specimen

DRAWN = {Kind.RIGHT: 6, Kind.MISTAKE: 1, Kind.CHEAT: 0}
"""Checks drawn for a specimen that does not run whole, beside its own."""
DRAWN_CHEATS = 1
"""Cheats drawn beside the fewest."""
DRAWN_CHECKS = 8
"""One check of so many is drawn: each of these fails somewhere."""
LEAST_MISTAKES = 2
"""Mistakes, drawn where fewer are enough: one for each order of the checks."""
DRAWN_PARTIALS = 1
"""Partial ones drawn, which run whole."""
DRAWN_RIGHTS = 1
"""Right ones drawn among those that are made from no other, and as many among those that are: twice as many without."""
Sets = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Share:
    """What a specimen runs that does not run whole, with all that these checks stand after."""

    declared: tuple[str, ...]
    """What its ``specimen.yaml`` says differs from passed."""
    drawn: tuple[str, ...]

    @property
    def checks(self) -> tuple[str, ...]:
        """Those that are asked for."""
        return self.declared + self.drawn


@dataclass(frozen=True)
class Cover:
    """Which specimens run, whole or in part."""

    whole: tuple[str, ...]
    shares: Mapping[str, Share]
    """By specimen, those with the most checks first: none of the long ones is left for the end."""

    def of(self, specimens: Mapping[str, Specimen]) -> dict[str, Specimen]:
        """Keeps the specimens of the cover: what runs whole, then the shares."""
        return {name: specimens[name] for name in (*self.whole, *self.shares)}

    def lines(self) -> list[str]:
        """Says in French what runs: how many whole ones, and each other with the checks that were drawn for it."""
        whole = number(len(self.whole), "{n} rendu témoin entier", "{n} rendus témoins entiers")
        others = number(
            len(self.shares),
            "{n} autre sur ses points + ceux que le sort y ajoute",
            "{n} autres, chacun sur ses points + ceux que le sort y ajoute",
        )
        shares = (f"  {name} + {', '.join(share.drawn) or '—'}" for name, share in self.shares.items())
        return [f"Couverture : {whole}, {others} :", *shares]

    @property
    def only(self) -> dict[str, tuple[str, ...]]:
        """The checks asked for of those that do not run whole."""
        return {name: share.checks for name, share in self.shares.items()}


def make_cover(
    specimens: Mapping[str, Specimen], specs: Sequence[CheckSpec], pack_sha256: str, among: int = DRAWN_CHECKS
) -> Cover:
    """Makes the cover of a lab.

    Args:
        specimens: All of the lab's.
        specs: All of its checks.
        pack_sha256: What the draw depends on.
        among: One check of so many is drawn; 1 for all.
    """
    checks = drawn_checks(specs, pack_sha256, among)
    failed = {
        name: frozenset(check for check, outcome in specimen.expected.items() if outcome is Outcome.FAILED) & checks
        for name, specimen in specimens.items()
    }
    kinds = {kind: [name for name, specimen in specimens.items() if specimen.kind is kind] for kind in Kind}
    cheats = fewest({name: failed[name] for name in kinds[Kind.CHEAT]})
    by_cheats = frozenset[str]().union(*(failed[name] for name in cheats))
    mistakes = fewest({name: failed[name] - by_cheats for name in kinds[Kind.MISTAKE]})
    others = [name for name in kinds[Kind.MISTAKE] if name not in mistakes]
    mistakes += tuple(_draw(pack_sha256, str(Kind.MISTAKE)).some(others, max(0, LEAST_MISTAKES - len(mistakes))))
    based = [name for name in kinds[Kind.RIGHT] if specimens[name].base]
    others = [name for name in kinds[Kind.RIGHT] if name not in based]
    own = _draw(pack_sha256, str(Kind.RIGHT)).some(others, DRAWN_RIGHTS if based else 2 * DRAWN_RIGHTS)
    made_from_others = _draw(pack_sha256, f"{Kind.RIGHT}, base").some(based, DRAWN_RIGHTS)
    others = [name for name in kinds[Kind.CHEAT] if name not in cheats]
    drawn = _draw(pack_sha256, str(Kind.CHEAT)).some(others, DRAWN_CHEATS)
    few = {*cheats, *drawn, *mistakes, *made_from_others}
    shares = {name: _share(specimens[name], specs, pack_sha256) for name in sorted(few)}
    size = {name: len(selection(specs, share.checks)) for name, share in shares.items()}
    partial = _draw(pack_sha256, str(Kind.PARTIAL)).some(kinds[Kind.PARTIAL], DRAWN_PARTIALS)
    alone = {*own, *partial, *kinds[Kind.EMPTY], *kinds[Kind.STARTER]}
    whole = tuple(name for name in specimens if name in alone)
    return Cover(whole, {name: shares[name] for name in sorted(few, key=lambda name: (-size[name], name))})


def cover_of(lab: Lab, specimens: Mapping[str, Specimen]) -> Cover:
    """Makes the cover of a lab in the present state of its pack."""
    return make_cover(specimens, lab.checks().specs, hashlib.sha256(pack_of(lab)).hexdigest())


def drawn_checks(specs: Sequence[CheckSpec], pack_sha256: str, among: int = DRAWN_CHECKS) -> frozenset[str]:
    """Draws the checks that fail somewhere in the cover: one of so many, rounded up."""
    return frozenset(_draw(pack_sha256, "checks").some([spec.id for spec in specs], -(-len(specs) // among)))


def _share(specimen: Specimen, specs: Sequence[CheckSpec], pack_sha256: str) -> Share:
    declared = tuple(check for check, outcome in specimen.expected.items() if outcome is not Outcome.PASSED)
    taken = {spec.id for spec in selection(specs, declared)}
    others = [spec.id for spec in specs if spec.id not in taken]
    return Share(declared, tuple(_draw(pack_sha256, specimen.name).some(others, DRAWN[specimen.kind])))


def _draw(pack_sha256: str, purpose: str) -> Draw:
    return Draw(hashlib.sha256(f"{pack_sha256}/{purpose}".encode()).digest())


def fewest(sets: Sets) -> tuple[str, ...]:
    """Returns the names of the fewest sets that hold together all that is in any of them; always the same ones."""
    return next(found for most in count(_at_least(sets)) if (found := _within(sets, most)) is not None)


def _within(sets: Sets, most: int) -> tuple[str, ...] | None:
    """Branches on the item that the fewest sets hold; one that a single set holds leaves no choice."""
    kept = _undominated(sets)
    if not kept:
        return ()
    if _at_least(kept) > most:
        return None
    rarest = _by_rarity(kept)[0]
    for name in (name for name, items in kept.items() if rarest in items):
        rest = _within({other: items - kept[name] for other, items in kept.items() if other != name}, most - 1)
        if rest is not None:
            return (name, *rest)
    return None


def _undominated(sets: Sets) -> Sets:
    """Leaves out the empty sets and those that another one, earlier if equal, holds."""
    ordered = sorted(
        ((name, items) for name, items in sets.items() if items), key=lambda item: (-len(item[1]), item[0])
    )
    kept: dict[str, frozenset[str]] = {}
    for name, items in ordered:
        if not any(items <= larger for larger in kept.values()):
            kept[name] = items
    return kept


def _at_least(sets: Sets) -> int:
    """Counts items no two of which are in one set: each needs a set of its own."""
    apart, near = 0, set[str]()
    for item in _by_rarity(sets):
        if item not in near:
            apart += 1
            near.update(*(items for items in sets.values() if item in items))
    return apart


def _by_rarity(sets: Sets) -> list[str]:
    held = [item for items in sets.values() for item in items]
    return sorted(set(held), key=lambda item: (held.count(item), item))
