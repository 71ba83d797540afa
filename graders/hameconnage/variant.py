"""What each candidate of `hameconnage` gets: an organisation, its mailbox, and the truth about thirty messages.

Everybody has the same twelve traps by kind and level, so that the work is the same; who is imitated, how, when and in
which order is drawn.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from etabli.exam.contract.draw import Draw
from etabli.exam.contract.plain import plain
from etabli.exam.contract.words import fold

from . import decor, mailbox
from .shape import Message, Variant

__all__ = ["files", "make", "secrets", "sujet"]

FIRST_DAY = date(2026, 3, 2)
HIDDEN = ("people", "partners", "messages", "private")
"""What the sujet never says; people and partners are in ``donnees/``."""
_WRITTEN = Path(__file__).with_name("messages.yaml")
_SPAN = 4
"""Working days over which the messages came."""
_WEEK, _WORKED = 7, 5


def make(atelier: bytes, rows: bytes) -> Variant:
    """A variant: everything from `atelier`, for the work is about these very messages."""
    draw = Draw(b"hameconnage|" + atelier)
    organisation, partners = decor.make_organisation(draw), decor.make_partners(draw)
    people = decor.make_people(draw, organisation.domain)
    outsiders = decor.make_outsiders(draw, people)
    # The second one signs a trap: who quotes its sender does what is asked.
    told = [value for one in (outsiders[0], outsiders[2]) for value in one.values()]
    # « Mme Hurtevine » is somebody too, and so is who lives in a street that nobody else has named.
    told += [value.partition(" ")[2] for value in told if not value.startswith("0")]
    today = FIRST_DAY + timedelta(days=_WEEK + draw.below(80) // 5 * 7 + draw.below(5))
    names: dict[str, Any] = {"o": organisation, **partners, "head": people[0]}
    names |= {key: one for key, one in zip(_ROLES, people[1:], strict=True)}
    names |= {f"u{rank}": one for rank, one in enumerate(outsiders, 1)} | _drawn(draw, names)
    contacts = {kind: one.contact for kind, one in partners.items()}
    contacts |= {"head": people[0].email, "support": organisation.support}
    return Variant(
        organisation=organisation,
        head=people[0],
        colleague=people[1],
        today=today.isoformat(),
        today_fr=f"{today:%d/%m/%Y}",
        count=len(_templates()),
        clues=decor.CLUES,
        cases=decor.CASES,
        scene=draw.one(decor.SCENES),
        people=people,
        partners=tuple(partners.values()),
        messages=_messages(draw, names, contacts, today),
        private=tuple(sorted({*told, *(one.replace(" ", "") for one in told if one.startswith("0"))})),
    )


_ROLES = ("accueil", "compta", "secretariat", "animation", "achats", "technique")


def _templates() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(_WRITTEN.read_text("utf-8"))
    return found


def _drawn(draw: Draw, names: dict[str, Any]) -> dict[str, str]:
    """Domains of traps, amounts and numbers."""
    short = fold(names["o"].short)
    slug = {kind: names[kind].domain.partition(".")[0] for kind in ("energie", "banque")}
    outside = draw.some(("courrier-rapide", "boite-libre", "envoi-facile", "poste-directe", "message-clair"), 2)
    return {
        "short": short,
        "energie_slug": slug["energie"],
        "faux_energie": f"{slug['energie']}-{draw.one(('factures', 'paiement', 'reglement'))}.test",
        "faux_banque": f"{slug['banque']}-{draw.one(('securite', 'alerte', 'verification'))}.test",
        "faux_telecom": decor.lookalike(draw, names["telecom"].domain),
        "faux_maison": decor.lookalike(draw, names["o"].domain),
        "rel_transport": f"{draw.one(('suivi-colis', 'mon-envoi', 'point-relais'))}.test",
        "rel_maison": f"{short}-{draw.one(('services', 'interne', 'badges'))}.test",
        "ailleurs": f"{outside[0]}.test",
        "ailleurs2": f"{outside[1]}.test",
        "faux_iban": decor.make_iban(draw),
        "head_login": names["head"].email.partition("@")[0],
        **{f"n{rank}": str(number) for rank, number in enumerate(draw.some(range(10_200, 98_000), 8), 1)},
        **{f"euros{rank}": str(draw.between(40, 190)) for rank in range(1, 5)},
    }


def _messages(draw: Draw, names: dict[str, Any], contacts: dict[str, str], today: date) -> tuple[Message, ...]:
    """The messages, in another order for each candidate, from the oldest to the newest."""
    written = draw.shuffled(_templates())
    minutes = sorted(draw.some(range(_SPAN * 600), len(written)))
    made = []
    for number, (one, minute) in enumerate(zip(written, minutes, strict=True), 1):
        day = _days_before(today)[minute // 600]
        filled = _filled(one, names)
        name, _, address = filled["from"].rstrip(">").partition(" <")
        level = min((decor.LEVELS[clue] for clue in one.get("clues", ())), default=0)
        made.append(
            Message(
                number=number,
                sent=f"{day.isoformat()}T{8 + minute % 600 // 60:02d}:{minute % 60:02d}",
                name=name,
                address=address,
                level=level,
                case=one.get("case", ""),
                contact=contacts[one["contact"]] if level else "",
                clues={clue: tuple(shown) for clue, shown in filled.get("clues", {}).items()},
                **{key: filled.get(key, "") for key in _TEXTS},
            )
        )
    return tuple(made)


def _days_before(today: date) -> list[date]:
    """The last working days before this one: nobody writes on a Sunday."""
    days = [today - timedelta(days=back) for back in range(_WEEK, 0, -1)]
    return [day for day in days if day.weekday() < _WORKED][-_SPAN:]


_TEXTS = ("reply", "subject", "text", "shown", "target", "attachment", "qr")


def _filled(written: Any, names: dict[str, Any]) -> Any:
    if isinstance(written, dict):
        return {key: _filled(value, names) for key, value in written.items()}
    if isinstance(written, list):
        return [_filled(value, names) for value in written]
    return written.format(**names) if isinstance(written, str) else written


def sujet(variant: Variant) -> dict[str, Any]:
    """What the brief says, for machines."""
    return {name: value for name, value in plain(variant).items() if name not in HIDDEN}


def files(variant: Variant) -> dict[str, bytes]:
    """What goes in ``donnees/``."""
    return mailbox.files(variant)


def secrets(variant: Variant) -> list[str]:
    """What nothing of ours may show: what is personal in the messages."""
    return list(variant.private)
