"""The accounts of the three systems: dates, rights, passwords and hashes, as `plan.py` plants them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from etabli.exam.contract.draw import Draw

from . import plan
from .hashing import OLD_COST, make_hash
from .passwords import from_identity, from_organisation, from_season, of_person, passphrase, strong
from .people import Person
from .shape import Account, Organisation

SALTED = ("sha256", "bcrypt", "sha256", "argon2id")


class Registrar:
    """Makes every account, in the order of the plan.

    Args:
        draw: Where choices come from.
        own: What the accounts have.
        people: By slot.
        organisation: Its facts.
        today: The day of the exports.
        leaked: Passwords of the leak list, one for each account that has one.
    """

    def __init__(
        self,
        draw: Draw,
        own: plan.Plan,
        people: Mapping[str, Person],
        organisation: Organisation,
        today: date,
        leaked: list[str],
    ) -> None:
        self._draw = draw
        self._plan = own
        self._people = people
        self._organisation = organisation
        self._today = today
        self._passwords = self._draw_passwords(leaked)
        self._salted = 0

    def accounts(self) -> tuple[Account, ...]:
        """All of them, sorted by system then login."""
        made = [self._account(slot, system) for system, slots in self._plan.members.items() for slot in slots]
        return tuple(sorted(made, key=lambda account: (account.system, account.login)))

    def _account(self, slot: str, system: str) -> Account:
        place = f"{slot}@{system}"
        person = self._people.get(slot)
        login = person.login if person else slot
        password = self._passwords[place]
        return Account(
            place=place,
            login=login,
            system=system,
            person=person.number if person else "",
            holder=self._holder(slot),
            service=person.service if person else "Informatique" if slot in plan.MACHINES else "Accueil",
            email=f"{login}@{self._organisation.domain}",
            admin=place in self._plan.admins,
            active=place not in self._plan.disabled,
            last_login=self._last_login(place, person),
            second_factor=self._second_factor(place, person),
            created=self._created(person).isoformat(),
            hash=self._hash(slot, system, password),
            password=password,
        )

    def _holder(self, slot: str) -> str:
        if slot in plan.SHARED:
            return plan.SHARED[slot]
        if slot in plan.MACHINES:
            return f"Service : {slot} (responsable : {self._people['adm1'].full})"
        return self._people[slot].full

    def _created(self, person: Person | None) -> date:
        return person.entered if person else self._today - timedelta(days=self._draw.between(700, 1500))

    def _last_login(self, place: str, person: Person | None) -> str:
        if place in plan.NEVER:
            return ""
        low, high = (2, 60) if person and person.slot not in ("left1", "left2", "left3", "gone") else (1, 20)
        if place in self._plan.places["dormant"]:
            low, high = 200, 420
        if place in plan.LONG_AGO:
            low, high = plan.LONG_AGO[place]
        if person and person.left and person.left < self._today:
            days = (self._today - person.left).days
            low, high = days + 1, days + 9
        return (self._today - timedelta(days=self._draw.between(low, high))).isoformat()

    def _second_factor(self, place: str, person: Person | None) -> bool:
        if place in self._plan.admins:
            return place not in self._plan.places["sans-2fa"]
        return person is not None and person.slot != "boss" and self._draw.below(4) == 0

    def _hash(self, slot: str, system: str, password: str) -> str:
        if system == "annuaire":
            return ""
        salt = bytes(self._draw.below(256) for _ in range(16))
        if system == "messagerie":
            return make_hash("bcrypt", password, salt, cost=OLD_COST[system])
        if f"{slot}@{system}" in self._plan.places["empreinte-faible"]:
            return make_hash("md5" if slot in plan.MD5 else "sha1", password, salt)
        self._salted += 1
        return make_hash(SALTED[self._salted % len(SALTED)], password, salt)

    def _draw_passwords(self, leaked: list[str]) -> dict[str, str]:
        draw, made = self._draw, dict[str, str]()
        places = [f"{slot}@{system}" for system, slots in self._plan.members.items() for slot in slots]
        weak = {place: kind for kind, members in self._plan.passwords.items() for place in members}
        for place in places:
            while place not in made or list(made.values()).count(made[place]) > 1:
                made[place] = self._weak(place, weak[place], leaked) if place in weak else strong(draw)
        made["quiet@intranet"] = f"Hiver-{passphrase(draw, 4)}-sous-la-halle"
        made["homonym@messagerie"] = f"{self._organisation.short}{strong(draw)}"
        for group in self._plan.groups:
            made |= dict.fromkeys(group, strong(draw))
        return made

    def _weak(self, place: str, kind: str, leaked: list[str]) -> str:
        if kind == "fuite":
            return leaked[self._plan.passwords["fuite"].index(place)]
        if kind == "saison":
            return from_season(self._draw)
        if kind == "organisation":
            return from_organisation(self._draw, self._organisation.short, self._organisation.postcode)
        person = self._people.get(place.split("@")[0])
        return of_person(self._draw, person) if person else from_identity(self._draw, place, place)
