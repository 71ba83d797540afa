"""A teacher at work: one class, one folder of results, and what Moodle hands over."""

from __future__ import annotations

from pathlib import Path

from helpers import make_lab
from moodle_samples import download, worksheet

from etabli.cli.collect import collect
from etabli.reception.collecting import Collected, Whom
from etabli.reception.gathering import Reading
from etabli.reception.hand_in import HandIn, HandInState
from etabli.reception.moodle.worksheet import read_worksheet

HEAD = (
    'Identifiant,"Nom complet","Adresse de courriel",Statut{group},Note,"Note maximale",'
    '"Dernière modification (travail remis)","Dernière modification (note)"\n'
)


def sheet(path: Path, *rows: tuple[str, str] | tuple[str, str, str], hour: str = "18:02") -> Path:
    """Writes a worksheet from numbers, names and, if groups hand in, their names."""
    teams = any(len(row) > 2 for row in rows)
    text = HEAD.format(group=",Groupe" if teams else "")
    for number, name, *group in rows:
        team = f',"{group[0]}"' if group else ""
        text += f'Participant{number},"{name}",,Remis{team},,"20,00","vendredi 20 novembre 2026, {hour}",-\n'
    return worksheet(path, text)


class Desk:
    """The class SNO, which must exist, and its folder of results."""

    def __init__(self, place: Path) -> None:
        self.place, self.out, self.turn = place, place / "out", 0
        self.lab = make_lab(place / "depot")

    def collect(
        self,
        *members: tuple[str, bytes],
        answers: tuple[str, ...] = (),
        more: tuple[Path, ...] = (),
        sheet: Path | None = None,
    ) -> Collected:
        """Collects a download with these members, and other paths beside it."""
        self.turn += 1
        workshop = self.place / f"atelier-{self.turn}"
        workshop.mkdir()
        paths = [download(self.place / f"Devoir-{self.turn}.zip", members)] if members else []
        whom = Whom("SNO", answers=answers, worksheet=read_worksheet(sheet) if sheet else None)
        return collect(self.lab, [*paths, *more], self.out, "entrainement", Reading.GUESS, whom, workshop)

    def entries(self, collected: Collected) -> dict[str, HandIn]:
        """Calls the roll and writes it down, as grading does."""
        self.out.mkdir(exist_ok=True)
        hand_ins = collected.note(self.out)
        assert hand_ins is not None
        return hand_ins.by_candidate()

    def note(self, collected: Collected) -> dict[str, HandInState]:
        """The same, in states."""
        return {alias: entry.state for alias, entry in self.entries(collected).items()}
