"""Who works there: invented names, jobs, and the place each has in what is planted.

A *slot* is a person's role in the plan (`plan.py`); names are drawn, so that no candidate's accounts are another's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from etabli.exam.contract.draw import Draw
from etabli.exam.contract.words import fold

FIRST_NAMES = (
    "Aline", "Bastien", "Chloé", "Didier", "Élodie", "Farid", "Gaëlle", "Hugo", "Inès", "Joël", "Karima", "Loïc",
    "Maëlys", "Nadir", "Océane", "Paulin", "Quitterie", "Rachid", "Solène", "Thaïs", "Ulysse", "Violette", "Wassim",
    "Xénia", "Yaëlle", "Zacharie", "Bérénice", "Corentin", "Daphné", "Ermeline", "Fabrice", "Gwladys", "Hélori",
    "Isaure", "Jocelyn", "Kenza",
)  # fmt: skip
LAST_NAMES = (
    "Tharelle", "Moncourtel", "Brévanière", "Dorsivaux", "Escoublas", "Faugerelle", "Guimarault", "Hallonville",
    "Jussandeau", "Kervadran", "Lestrémont", "Orvalès", "Pernadeau", "Quérouvel", "Rambeillac", "Sauvignol",
    "Tournadre", "Vaucelin", "Ystrebond", "Zilvardeau", "Aubrelin", "Bessarède", "Capdevielle-Rous", "Drouinval",
    "Estivalet", "Fontaubert", "Gardouin", "Hontanx", "Isambrel", "Jalabrun", "Lormeteau", "Mirandoux", "Noirvache",
    "Ourcelle", "Pradignan", "Rouvrelais", "Salvagnat", "Tressange", "Valmignon", "Brocheterre",
)  # fmt: skip
JOBS = (
    ("Agent d'accueil", "Accueil"), ("Assistante administrative", "Administration"), ("Comptable", "Comptabilité"),
    ("Chargé de projet", "Projets"), ("Technicien", "Technique"), ("Responsable d'équipe", "Technique"),
    ("Chargée de communication", "Communication"), ("Animateur", "Projets"), ("Magasinière", "Logistique"),
    ("Conducteur", "Logistique"), ("Aide comptable", "Comptabilité"), ("Chargée des adhésions", "Administration"),
)  # fmt: skip
ADMIN_JOBS = (("Technicienne informatique", "Informatique"), ("Technicien informatique", "Informatique"))

SLOTS = (
    "adm1", "adm2", "adm3", "adm4", "exc1", "exc2", "exc3", "left1", "left2", "left3", "gone", "leaving", "homonym",
    "dorm1", "dorm2", "dorm3", "dorm4", "dorm5", "absent", "newcomer", "quiet", "boss", "dup1", "dup2", "dup3",
    "p1", "p2", "p3", "p4", "p5", "p6", "p7",
)  # fmt: skip
RIGHTS = {
    "adm1": ("annuaire", "intranet"),
    "adm2": ("annuaire",),
    "adm3": ("intranet",),
    "adm4": ("intranet", "messagerie"),
}
"""What the HR list says that a person may administer."""


@dataclass(frozen=True)
class Person:
    """One line of the HR list."""

    slot: str
    first: str
    last: str
    login: str
    job: str
    service: str
    number: str
    entered: date
    left: date | None = None
    absent_until: date | None = None
    administers: tuple[str, ...] = field(default=())

    @property
    def full(self) -> str:
        """As the exports name the holder of an account."""
        return f"{self.first} {self.last}"


def make_people(draw: Draw, today: date) -> dict[str, Person]:
    """The whole staff, by slot; `homonym` has the name of `left2`, and another first name with the same initial."""
    firsts, lasts = draw.shuffled(FIRST_NAMES), draw.some(LAST_NAMES, len(SLOTS))
    numbers = draw.some(range(1001, 1400), len(SLOTS))
    lasts[SLOTS.index("homonym")] = lasts[SLOTS.index("left2")]
    people: dict[str, Person] = {}
    for rank, slot in enumerate(SLOTS):
        first, last = firsts[rank], lasts[rank]
        if slot == "homonym":
            first = _other(people["left2"].first)
        login = f"{fold(first)[0]}.{fold(last).replace(' ', '-')}"
        if slot == "homonym":
            login += "2"
        people[slot] = _person(slot, first, last, login, str(numbers[rank]), draw, today)
    return people


def _other(first: str) -> str:
    """A first name with the same initial that nobody else bears."""
    twins = {"A": "Amandine", "B": "Blaise", "C": "Colombe", "D": "Donatien", "E": "Enguerrand", "F": "Flavie",
             "G": "Ghislain", "H": "Honorine", "I": "Isidore", "J": "Josselin", "K": "Katell", "L": "Ludivine",
             "M": "Marceau", "N": "Norine", "O": "Octave", "P": "Perrine", "Q": "Quentin", "R": "Romane",
             "S": "Sacha", "T": "Tancrède", "U": "Ursule", "V": "Victor", "W": "Wilfried", "X": "Xavier",
             "Y": "Yolande", "Z": "Zélie"}  # fmt: skip
    return twins[fold(first)[0].upper()]


def _person(slot: str, first: str, last: str, login: str, number: str, draw: Draw, today: date) -> Person:
    job, service = draw.one(JOBS)
    if slot.startswith("adm"):
        job, service = draw.one(ADMIN_JOBS)
    if slot == "boss":
        job, service = "Directrice", "Direction"
    entered, left, absent = today - timedelta(draw.between(500, 3600)), None, None
    if slot in ("left1", "left2", "left3", "gone"):
        left = today - timedelta(draw.between(35, 120))
    if slot == "leaving":
        left = today + timedelta(draw.between(20, 45))
    if slot == "absent":
        absent = today + timedelta(draw.between(40, 90))
    if slot == "newcomer":
        entered = today - timedelta(draw.between(8, 20))
    return Person(slot, first, last, login, job, service, number, entered, left, absent, RIGHTS.get(slot, ()))
