"""The recueil of one invented candidate over all labs: graded for real, told, authenticated, printed.

What they handed in and say of it is each lab's: ``graders/<lab>/specimens/recit.yaml``.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from etabli.appreciation.kept import Means, Place
from etabli.appreciation.model import Appreciation
from etabli.cli.grade import grade_paths
from etabli.exam.contract.errors import LabError
from etabli.grading.matrix import render_specimens
from etabli.lab.manifest import Lab, load_lab
from etabli.lab.parcours import wanted_weeks
from etabli.lab.specimens.specimen import load_specimens
from etabli.lab.variant import TRAINING
from etabli.recueil.adding import brought
from etabli.recueil.appreciated import along
from etabli.recueil.building import Built, build
from etabli.recueil.choosing import best_and_last, bring, note_attempts, runs_of
from etabli.recueil.interviewing import interview
from etabli.recueil.kept import Kept, read_or_begin, write
from etabli.recueil.model import Authentication, Outside, Period, Reflection, Seen, Trace
from etabli.referentiel.model import Referentiel
from etabli.roster.learner import Person
from etabli.roster.roster import new_roster
from etabli.runs.run import run_folders
from etabli.system.settings import secret
from etabli.system.temporary import temporary_folder
from etabli.system.yaml_files import read_yaml

CLASS, PREFIX = "DEMO recueil", "DEMO-RT"
PERSON = Person("Quesnel", "Maud", "maud.quesnel@exemple.fr")
STORY = "recit.yaml"
_TEACHER, _DAY = "Mme Aubry", date(2026, 11, 20)
_SEEN = "Deux agents s'en sont servis devant moi, sans question."
_GUIDE = """\
Transférer un appel, en quatre gestes
1. Appuyez sur « Transfert ». 2. Composez le poste. 3. Annoncez l'appel. 4. Raccrochez.
"""


class Story(Reflection):
    """What the candidate handed in of a lab, and says of it."""

    rendus: tuple[str, ...]
    """Witness submissions, from the first to the last."""


def make_recueil(labs: Sequence[Lab], root: Path) -> tuple[Kept, Built]:
    """Grades what the candidate handed in, and leaves their recueil in ``recueil/`` of a folder; returns both.

    Raises:
        EtabliError: Something could not be graded, read or printed.
    """
    roster = new_roster(CLASS, PREFIX)
    if not roster.learners():
        roster.add([PERSON])
    alias = roster.learners()[0].alias
    results, files = root / "candidat", root / "recueils"
    stories = {lab.id: _graded(lab, alias, results / lab.id) for lab in labs}
    shutil.rmtree(files / alias, ignore_errors=True)
    kept = read_or_begin(files, alias)
    titles = {lab.id: lab.manifest.title for lab in labs}
    for lab, found in runs_of([results], alias).items():
        note_attempts(kept, lab, titles[lab], found)
        last = best_and_last(found)[-1]
        said = Reflection(**stories[lab].model_dump(exclude={"rendus"}))
        trace = bring(kept, last, titles[lab]).model_copy(update={"reflexion": said})
        kept = write(kept, kept.recueil.changed(trace))
        known = load_lab(lab)
        _appreciated(results / lab, known, kept.referentiel, alias, last.run.submission_sha256)
        kept = write(kept, along(kept, trace, last, known, ()).recueil)
    kept = _elsewhere(kept)
    return kept, build(kept, root / "recueil", wanted_weeks(), made=date.today(), interview=interview(secret()))


def _appreciated(out: Path, lab: Lab, referentiel: Referentiel, alias: str, digest: str | None) -> None:
    """Says what a teacher saw of what only a person can look at, in the candidate's last work of a lab."""
    degree = referentiel.echelle.degres[-2].id
    now = datetime.now().astimezone()
    facts = {"eleve": alias, "degre": degree, "par": _TEACHER, "le": now, "rendu": digest}
    said = [Appreciation.model_validate(facts | {"critere": one.id}) for one in lab.manifest.humain]
    Place(out, lab, referentiel).say(said, Means.COMMAND)


def _graded(lab: Lab, alias: str, out: Path) -> Story:
    """Grades what was handed in, one after the other; the last alone where that was done before."""
    path = lab.grader / "specimens" / STORY
    try:
        story = read_yaml(path, Story)
    except OSError as error:
        raise LabError(f"{path} manque : écrivez-y ce que le candidat a rendu et ce qu'il en dit.") from error
    specimens = load_specimens(lab)
    names = story.rendus[-1:] if run_folders(out / alias) else story.rendus
    for name in names:
        with temporary_folder() as workshop:
            render_specimens(lab, {alias: specimens[name]}, secret(), TRAINING, workshop)
            grade_paths(lab, [workshop / alias], out)
    return story


def _elsewhere(kept: Kept) -> Kept:
    """Adds what comes from a company and from people, and authenticates all of it."""
    name = "guide-du-standard"
    with temporary_folder() as workshop:
        guide = workshop / "guide.txt"
        guide.write_text(_GUIDE, "utf-8")
        copied = brought(kept, name, guide)
    facts = {"origine": "PFMP 1", "auteur": PERSON.name, "criteres": ("solution-ecrite", "demande-traitee")}
    outside = Outside.model_validate(facts | copied)
    said = Reflection(
        contexte="L'accueil de la mairie changeait de standard téléphonique ; six agents ne savaient pas transférer.",
        fait="J'ai essayé les gestes avec un agent, puis écrit une page, affichée à côté de chaque poste.",
        appris="Faire lire à quelqu'un qui ne connaît pas : il s'arrête là où ce n'est pas clair.",
        aide="Ma tutrice a relu.",
    )
    trace = Trace(id=name, type="pfmp", titre="Le guide du standard", date=_DAY, ailleurs=outside, reflexion=said)
    recueil = kept.recueil.changed(trace)
    for one in recueil.traces:
        told = Authentication(
            par=_TEACHER, le=date.today(), aide="en classe ou en PFMP, aide dite", empreinte=one.digest
        )
        recueil = recueil.changed(one.model_copy(update={"authentification": told}))
    degree = kept.referentiel.echelle.degres[-2].id
    seen = (
        Seen(critere="solution-ecrite", degre=degree, par="Mme Colin, tutrice", le=_DAY, trace=name, remarque=_SEEN),
        Seen(critere="part-tenue", degre=degree, par=_TEACHER, le=_DAY, remarque="A tenu sa part du site de la fête."),
    )
    lieu = "Mairie de Saint-Aubin, service accueil"
    period = Period(id="pfmp-1", titre="PFMP 1", lieu=lieu, du=date(2026, 10, 5), au=date(2026, 11, 20), semaines=6)
    return write(kept, recueil.model_copy(update={"observations": (*recueil.observations, *seen), "pfmp": (period,)}))
