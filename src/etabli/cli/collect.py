"""What ``etabli grade`` and ``etabli regrade`` ask and say of what was dropped, one line each; reception decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from etabli.cli.screen import aside, escape
from etabli.cli.whose import ask_whose
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import count, listed, some
from etabli.lab.manifest import Lab
from etabli.reception import collecting
from etabli.reception.collecting import Collected, Whom
from etabli.reception.dropped import Dropped
from etabli.reception.gathering import Reading
from etabli.reception.hand_in import HandIn
from etabli.reception.recognition import nameless
from etabli.reception.settling import Settling
from etabli.reception.shape import doubt
from etabli.roster.learner import Learner

_TOLD = 6


def reading_of(as_folder: bool, as_one: bool) -> Reading:
    """Returns how paths are to be understood, by what was said on the command line.

    Raises:
        UsageProblem: Both were said.
    """
    if as_folder and as_one:
        raise UsageProblem("« --dossier-de-classe » et « --un-seul » se contredisent : gardez-en un.")
    return Reading.CLASS if as_folder else Reading.ONE if as_one else Reading.GUESS


def collect(
    lab: Lab, paths: Sequence[Path], out: Path, session: str, reading: Reading, whom: Whom, workshop: Path
) -> Collected:
    """Finds what was dropped and whose it is, asking for what only a person can tell.

    Raises:
        UsageProblem: Something is not where it was said to be, or nobody can tell whose it is.
    """
    for path in paths if reading is Reading.GUESS else ():
        if sentence := doubt(path, lab):
            aside.print(escape(sentence), soft_wrap=True, highlight=False)
    collection = collecting.collect(lab, paths, out, session, reading, whom, workshop)
    settled = collection.settling
    if isinstance(settled, Settling):
        settled = ask_whose(settled).settled()
    collected = collection.collected(settled)
    for sentence in _remarks(collected, out):
        aside.print(escape(sentence), soft_wrap=True, highlight=False)
    return collected


def _remarks(collected: Collected, out: Path) -> Iterator[str]:
    """Yields what a person should know of how things were matched to candidates."""
    settled = collected.settled
    if settled.respelled:
        found = listed(f"« {dropped.name} » → {learner.alias}" for dropped, learner in settled.respelled)
        yield f"Rapprochés : {found}."
    if settled.twice:
        one = "{n} rendu remis deux fois à l'identique, compté une fois"
        many = "{n} rendus remis deux fois à l'identique, comptés une fois"
        yield f"{count(len(settled.twice), one, many)} : {some(settled.twice, _TOLD)}."
    yield from settled.doubtful
    for name, kept in collected.joined:
        yield f"« {name} » et « {kept} » sont la même personne : ses vérifications sont réunies sous « {kept} »."
    for other in collected.apart:
        yield (
            f"« {other.name} » et « {other.kept} » sont la même personne, mais font encore deux lignes : {other.why}. "
            f"Gardez celle qui compte : sortez l'autre dossier de « {out} », puis relancez."
        )
    if passed := collected.passed_over:
        told = some([f"« {name} »" for name in passed], _TOLD)
        yield (
            f"Dans le téléchargement de Moodle, ceci ne porte pas un nom de Moodle et n'est pas pris : {told} ; si "
            "c'est un rendu, donnez-le à part."
        )
    for dropped, data_of in settled.together:
        yield f"Rendu de groupe : « {dropped.title} » → {listed(dropped.members)} (données de {data_of})."
    for name, alias in settled.forgotten:
        yield f"« {name} » n'est plus retenu comme un autre nom de {alias}."
    for entry in collected.strayed:
        yield (
            f"{entry.candidate} garde une vérification faite sur le rendu {_of(entry)}, qui n'est "
            f"plus le sien : si elle n'est pas d'un autre rendu de cet élève, supprimez « {out / entry.candidate} », "
            "puis relancez."
        )


def _of(entry: HandIn) -> str:
    return f"Moodle n° {entry.participant}" if entry.group is None else f"du groupe Moodle n° {entry.group}"


def left_aside(left: Sequence[Dropped]) -> str:
    """Returns what was left aside: Moodle's number and the files, without the name of whoever handed them in."""
    what = count(len(left), "{n} rendu laissé de côté", "{n} rendus laissés de côté")
    return f"{what} : {' ; '.join(_unnamed(left))}."


def _unnamed(left: Iterable[Dropped]) -> Iterator[str]:
    for one in left:  # nothing but the name of the teacher's own file tells what came outside Moodle
        yield nameless(one.described, Learner("", one.name, "") if one.participant else None)
