"""Hand-ins on the terminal: one line per state, by alias only."""

from __future__ import annotations

from collections.abc import Iterator

from etabli.exam.contract.french import count
from etabli.reception.hand_in import RECEIVED, HandIn, HandIns, HandInState, of_state
from etabli.reports.roll import Roll
from etabli.reports.text import EXPECTED, graded_file, lateness_text, local_moment, shared_work, word_of

_SHOWN = (HandInState.LATE, HandInState.MISSING, HandInState.EXCUSED)


def hand_in_lines(hand_ins: HandIns) -> Iterator[str]:
    """Yields « 2 non rendus : SNO-03, SNO-11 » for each state that concerns somebody, then what was chosen to grade."""
    if hand_ins.deadline:
        yield f"Échéance : {local_moment(hand_ins.deadline)}"
    for state in _SHOWN:
        entries = of_state(hand_ins.entries, state)
        if entries:
            word = EXPECTED if hand_ins.early and state is HandInState.MISSING else word_of(state)
            names = ", ".join(_named(entry) for entry in entries)
            yield f"{len(entries)} {word.counted(len(entries))} : {names}"
    yield from dict.fromkeys(f"Rendu de groupe : {said}" for entry in hand_ins.entries if (said := shared_work(entry)))
    for entry in hand_ins.entries:
        if said := graded_file(entry):
            yield f"{entry.candidate}, {said}"


def _named(entry: HandIn) -> str:
    if not entry.late_s:
        return entry.candidate
    return f"{entry.candidate} ({lateness_text(entry)})"


def unknown_hours(hand_ins: HandIns) -> str | None:
    """Returns the sentence about what came in at an unknown hour, and so counts as in time; ``None`` without any."""
    undated = [entry for entry in of_state(hand_ins.entries, *RECEIVED) if entry.at is None]
    if not hand_ins.deadline or not undated:
        return None
    one, many = "{n} rendu à l'heure inconnue, compté à temps", "{n} rendus à l'heure inconnue, comptés à temps"
    advice = []
    if any(entry.number for entry in undated):
        advice.append(
            "les fichiers téléchargés de Moodle portent l'heure du téléchargement. Pour savoir qui est en retard, "
            "ajoutez « --formulaire » avec le formulaire d'évaluation du devoir (dans Moodle : « Télécharger le "
            "formulaire d'évaluation »)."
        )
    if not all(entry.number for entry in undated):
        outside = "Hors" if advice else "hors"
        advice.append(f"{outside} de Moodle, la date d'un fichier ne dit rien : ajoutez « --rendu-le DATE ».")
    return f"{count(len(undated), one, many)} : {' '.join(advice)}"


def roll_changes(roll: Roll | None) -> str | None:
    """Says who left the class and who came since these hand-ins were noted; ``None`` when nobody did."""
    parts = []
    if roll and roll.departed:
        one, many = "{n} élève n'est plus dans la classe", "{n} élèves ne sont plus dans la classe"
        parts.append(f"{count(len(roll.departed), one, many)} ({', '.join(sorted(roll.departed))})")
    if roll and roll.arrived:
        one, many = "{n} élève est arrivé depuis, sans remise", "{n} élèves sont arrivés depuis, sans remise"
        parts.append(f"{count(len(roll.arrived), one, many)} ({', '.join(roll.arrived)})")
    return "Depuis la dernière collecte : {changes}.".format(changes=" ; ".join(parts)) if parts else None
