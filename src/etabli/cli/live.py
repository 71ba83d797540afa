"""What a student sees of a check: each point as it is verified, then what to take up first."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from etabli.cli.screen import escape, screen
from etabli.exam.contract.french import count, typeset
from etabli.exam.contract.outcome import Outcome, Palier, Status
from etabli.exam.contract.transcript import Event
from etabli.lab.manifest import Lab
from etabli.reports.headway import Headway, headway_line
from etabli.reports.learner_view import FIRST, learner_view
from etabli.reports.payload import CheckResult, LabMeta, Payload
from etabli.reports.repaired_view import repaired_view
from etabli.reports.text import number
from etabli.reports.views import cannot_stand
from etabli.runs.repaired import REPAIRED

_COLOURS = {Outcome.PASSED: "green", Outcome.FAILED: "red", Outcome.BLOCKED: "dim", Outcome.ERROR: "yellow"}
_SIGNS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.BLOCKED: "○", Outcome.ERROR: "!"}
_MESSAGES = 3
_AGAIN = (
    "Quelques mots de votre code cachent tout le reste : on les corrige dans une copie, et on regarde une seconde fois."
)
_ALL_WELL = "Rien à reprendre : tout est réussi."
_PART_WELL = "Rien à reprendre dans ce qui a été regardé. « etabli check » regarde tout le reste."
_NO_FAULT = (
    "Rien à reprendre de votre côté : un incident technique a empêché d'observer certains points. "
    "Relancez « etabli check »."
)


def said(text: str) -> str:
    """Makes any text safe and well spaced for the screen."""
    return typeset(escape(text))


class Live:
    """Prints the verdicts of an exam as they come.

    Args:
        lab: Gives the titles.
        quiet: Print nothing.
    """

    def __init__(self, lab: Lab, *, quiet: bool) -> None:
        self._specs = lab.checks().by_id()
        self._quiet = quiet
        self._exams = 0
        self._unseen = 0
        self._begun = time.monotonic()
        self._first: float | None = None

    def begin(self, work: Path, candidate: str, number: int) -> None:
        """Says what is about to be verified."""
        self._print(
            said("Vérification de « {work} » pour {candidate} : {n} points à vérifier.").format(
                work=escape(str(work)), candidate=escape(candidate), n=number
            )
        )

    def __call__(self, event: Event) -> None:
        """Takes one event of the exam."""
        if event["kind"] == "open":
            self._exams += 1
            if self._exams > 1:
                self._print(f"[yellow]![/] {said('Incident technique de notre côté : on recommence.')}")
        elif event["kind"] == f"{REPAIRED}open":
            self._tell_unseen()
            self._print(f"[dim]{said(_AGAIN)}[/]")
        elif event["kind"] == "check_end" and event["outcome"] == Outcome.BLOCKED:
            self._unseen += 1
        elif event["kind"] == "check_end":
            self._first = self._first or time.monotonic() - self._begun
            self._tell_unseen()
            outcome = Outcome(event["outcome"])
            check = event["check"] or ""
            title = said(self._specs[check].title)
            self._print(f"[{_COLOURS[outcome]}]{_SIGNS[outcome]}[/] {title}{_word(outcome, check)}")

    def end(self) -> None:
        """Says how long the exam took, once all its points have been told."""
        self._tell_unseen()
        if self._first is not None:
            whole = time.monotonic() - self._begun
            line = "Vérifié en {whole} s, premier constat après {first} s."
            self._print(f"[dim]{said(line.format(whole=number(whole, 1), first=number(self._first, 1)))}[/]")

    def _tell_unseen(self) -> None:
        """Says in one line how many points could not be looked at since the last verdict."""
        if self._unseen:
            unseen = count(self._unseen, "{n} point non observé", "{n} points non observés")
            why = "un point à revoir doit d'abord fonctionner"
            self._print(f"[dim]{_SIGNS[Outcome.BLOCKED]} {unseen} ({said(why)})[/]")
            self._unseen = 0

    def _print(self, line: str) -> None:
        if not self._quiet:
            screen.print(line, highlight=False, soft_wrap=True)


def _word(outcome: Outcome, check: str) -> str:
    """What stands behind the title: the name to give to « -k », or that nobody is at fault."""
    words = {Outcome.FAILED: check, Outcome.ERROR: "incident technique de notre côté"}
    return f" [dim]({said(words[outcome])})[/]" if outcome in words else ""


def conclude(payload: Payload, lab: LabMeta, change: Headway | None, page: Path, *, partial: bool = False) -> None:
    """Prints the end of a check: counts, progress, the three things to take up first, the page to open.

    Args:
        payload: What was found.
        lab: What the lab says of itself.
        change: What changed since each point was last observed.
        page: The page that tells everything.
        partial: Only some of the lab's points were looked at.
    """
    screen.print()
    if payload["status"] == Status.REJECTED:
        screen.print(f"[bold red]✗[/] {said(payload['reason'] or '')}", soft_wrap=True)
    else:
        _counts(payload, lab)
        if barred := cannot_stand(payload):
            screen.print(f"[bold red]⊘[/] {said(barred)}", soft_wrap=True, highlight=False)
        if change is not None:
            screen.print(said(headway_line(change)), soft_wrap=True, highlight=False)
        _first(payload, lab, partial)
        _second_look(payload)
        _messages(payload)
    screen.print(
        said(f"Tout le détail, avec les images et les aides : {page.as_uri()}"),
        soft_wrap=True,
        highlight=False,
    )


def _counts(payload: Payload, lab: LabMeta) -> None:
    titles = dict(lab.paliers)
    for palier in Palier:
        mine = [check for check in payload["checks"] if check["palier"] == palier]
        if not mine:
            continue
        passed = [check for check in mine if check["outcome"] == Outcome.PASSED]
        earned, possible = _points(passed), _points(mine)
        colour = "green" if len(passed) == len(mine) else "default"
        line = f"{titles.get(palier, palier)} — {len(passed)} sur {len(mine)} réussis, {earned} points sur {possible}"
        screen.print(f"[{colour}]{said(line)}[/]", highlight=False, soft_wrap=True)


def _points(checks: Sequence[CheckResult]) -> int:
    return sum(check["points"] for check in checks)


def _first(payload: Payload, lab: LabMeta, partial: bool) -> None:
    first = learner_view(payload, lab).first
    if not first:
        everything = all(check["outcome"] == Outcome.PASSED for check in payload["checks"])
        well = _PART_WELL if partial else _ALL_WELL
        screen.print(said(well if everything else _NO_FAULT), soft_wrap=True)
        if lab.people and everything and not partial:
            left = "Une personne regarde encore {n} critère", "Une personne regarde encore {n} critères"
            screen.print(said(f"{count(len(lab.people), *left)} : votre page les nomme."), soft_wrap=True)
        return
    heading = {
        1: "À reprendre d'abord",
        2: "Les deux choses à reprendre d'abord",
        FIRST: "Les trois choses à reprendre d'abord",
    }[len(first)]
    screen.print(f"\n[bold]{said(heading)}[/]")
    for point in first:
        check = point.check
        screen.print(f"[bold]{point.rank}. {said(check['title'])}[/]", highlight=False, soft_wrap=True)
        for name, text in (
            ("Observé", check["observed"]),
            ("Attendu", check["expected"]),
            ("Où regarder", check["help"]),
        ):
            if text:
                screen.print(f"   [dim]{said(name + ' :')}[/] {said(text)}", highlight=False, soft_wrap=True)
    screen.print()


def _second_look(payload: Payload) -> None:
    """Says where the work would stand without the few words that hid the rest."""
    again = repaired_view(payload)
    if again is None:
        return
    screen.print(f"[bold]{said(again.title)}[/]")
    for line in (again.lead, again.found, *(f"✗ {check['title']}" for check in again.left)):
        screen.print(f"   {said(line)}", highlight=False, soft_wrap=True)
    screen.print()


def _messages(payload: Payload) -> None:
    found = list({(item["id"], item["message"]): item for item in payload.get("messages", [])}.values())
    if not found:
        return
    screen.print(f"[bold]{said('Messages de votre application, expliqués')}[/]")
    for message in found[:_MESSAGES]:
        screen.print(f"   [italic]{said(message['message'])}[/]", highlight=False, soft_wrap=True)
        screen.print(f"   {said(message['means'])} {said(message['look'])}", highlight=False, soft_wrap=True)
    screen.print()
