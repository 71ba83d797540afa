"""What a page may do to a candidate's recueil: each form is one act, those of ``etabli trace``.

Who may do what is decided by the routes; here is what each act does, and the limits of what it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from starlette.datastructures import UploadFile

from etabli.exam.contract.errors import UsageProblem
from etabli.lab.manifest import shown_lab
from etabli.portal.numbers import number_in
from etabli.recueil import acting, adding, choosing
from etabli.recueil.kept import PIECES, Kept, read, read_or_begin, write
from etabli.recueil.model import WORDS
from etabli.system.disk import why

SHORT = 200
"""Characters of a title, a name, a place."""
DOCUMENT = 5_000_000
"""Bytes of a document that is sent: a form is 6 MB at most."""
_MOST_TRACES = 60
_MOST_PIECES = 60_000_000


@dataclass(frozen=True)
class Sent:
    """A form, as it came."""

    fields: Mapping[str, str | UploadFile]

    def text(self, name: str) -> str:
        """Returns a text, without spaces around; empty when it is not there."""
        value = self.fields.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def short(self, name: str, called: str) -> str:
        """Returns a text of a line.

        Raises:
            UsageProblem: It is empty, or longer.
        """
        told = self.text(name)
        if not told:
            raise UsageProblem(f"« {called} » est vide : écrivez-le.")
        if len(told) > SHORT:
            raise UsageProblem(f"« {called} » est trop long : {SHORT} caractères au plus.")
        return told

    def all(self, name: str) -> list[str]:
        """Returns all values of a name: the boxes that are ticked."""
        listed: Callable[[str], list[Any]] | None = getattr(self.fields, "getlist", None)
        found = listed(name) if listed else [self.fields[name]] if name in self.fields else []
        return [one for one in found if isinstance(one, str) and one]

    def document(self, name: str) -> tuple[str, bytes] | None:
        """Returns a file's name and content; ``None`` without one.

        Raises:
            UsageProblem: It is too heavy.
        """
        sent = self.fields.get(name)
        if not isinstance(sent, UploadFile) or not sent.filename:
            return None
        content = sent.file.read(DOCUMENT + 1)
        called = sent.filename.replace("\\", "/").rpartition("/")[2][:SHORT] or "document"
        if len(content) > DOCUMENT:
            raise UsageProblem(f"« {called} » dépasse 5 Mo : donnez-en une version plus légère, en PDF par exemple.")
        return called, content


@dataclass(frozen=True)
class Desk:
    """One candidate's recueil, and who acts on it."""

    root: Path
    candidate: str
    outputs: tuple[Path, ...]
    """Where runs of theirs are."""
    today: date
    by: str | None = None
    """Who signs, where that is known; else the form says it."""
    author: str | None = None
    """Who makes the documents, where that is known."""
    mates: frozenset[str] | None = None
    """Who may be named in a group; None: whoever is typed."""

    def read(self) -> Kept:
        """Reads the recueil, or begins it."""
        return read_or_begin(self.root, self.candidate)

    def signed(self, sent: Sent) -> str:
        """Returns who says it."""
        return self.by or sent.short("par", "Par")


def act(desk: Desk, name: str, sent: Sent) -> str:
    """Does one act; returns the trace that it was about, empty when none.

    Args:
        desk: Whose recueil, and who acts.
        name: Of ``ACTS``.
        sent: The form.

    Raises:
        UsageProblem: It cannot be done, in a sentence.
        LabError: What is in the folder is not as it should be.
    """
    with acting.alone(desk.root, desk.candidate):
        return ACTS[name](desk, sent)


def _choose(desk: Desk, sent: Sent) -> str:
    names = sent.all("verification")
    if not names:
        raise UsageProblem("Rien n'est coché : cochez au moins une vérification, puis « Choisir ».")
    found = choosing.runs_of([one for one in desk.outputs if one.is_dir()], desk.candidate)
    choices = [choosing.named(found, name) for name in names[:_MOST_TRACES]]
    kept = desk.read()
    _expect_few(kept, len(choices))
    for lab in {choice.run.lab for choice in choices}:
        choosing.note_attempts(kept, lab, shown_lab(lab).manifest.title, found[lab])
    last = ""
    for choice in choices:
        trace = choosing.bring(kept, choice, shown_lab(choice.run.lab).manifest.title)
        kept, last = acting.written(kept, trace), trace.id
    return last


def _expect_few(kept: Kept, more: int) -> None:
    if len(kept.recueil.traces) + more > _MOST_TRACES:
        raise UsageProblem(f"Un recueil a {_MOST_TRACES} traces au plus : retirez-en d'abord.")


def _write(desk: Desk, sent: Sent) -> str:
    kept = read(desk.root, desk.candidate)
    words = {key: sent.text(key).replace("\r\n", "\n") for key in WORDS if key in sent.fields}
    acting.told(kept, sent.text("trace"), words)
    return sent.text("trace")


def _group(desk: Desk, sent: Sent) -> str:
    kept = read(desk.root, desk.candidate)
    typed = [one.strip() for told in sent.all("membre") for one in told.split(",") if one.strip()]
    if desk.mates is not None and (unknown := [one for one in typed if one not in desk.mates]):
        raise UsageProblem(f"« {unknown[0]} » n'est pas de votre classe : choisissez dans la liste.")
    others = [one for one in typed if one.lower() != desk.candidate.lower()]
    acting.grouped(kept, sent.text("trace"), [desk.candidate, *others[:20]] if others else [])
    return sent.text("trace")


def _take(desk: Desk, sent: Sent) -> str:
    author = sent.text("de")
    if desk.mates is not None and author not in desk.mates:
        raise UsageProblem(f"« {author} » n'est pas de votre classe : rechargez la page.")
    kept = desk.read()
    _expect_few(kept, 1)
    return acting.taken(kept, read(desk.root, author), sent.text("trace"))[1]


def _add(desk: Desk, sent: Sent) -> str:
    facts: dict[str, Any] = {"titre": sent.short("titre", "Titre"), "type": sent.text("type") or None}
    facts["date"] = acting.day(sent.text("date"), "Date") if sent.text("date") else desk.today
    outside = {
        "origine": sent.short("origine", "Origine"),
        "auteur": desk.author or sent.short("auteur", "Auteur"),
        "competences": tuple(sent.all("competence")),
        "criteres": tuple(sent.all("critere")),
    }
    kept = desk.read()
    _expect_few(kept, 1)
    document = sent.document("fichier")
    if document is not None and _weight(kept) + len(document[1]) > _MOST_PIECES:
        raise UsageProblem("Les documents de ce recueil dépassent 60 Mo : retirez-en, ou donnez des fichiers légers.")
    return acting.brought(kept, facts, outside, document)[1]


def _weight(kept: Kept) -> int:
    try:
        return sum(path.lstat().st_size for path in (kept.folder / PIECES).iterdir())
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise UsageProblem(
            f"Les documents ne peuvent pas être lus ({why(error)}) : prévenez qui s'en occupe."
        ) from error


def _remove(desk: Desk, sent: Sent) -> str:
    if not sent.text("sur"):
        raise UsageProblem("Rien n'est retiré : cochez « Oui, retirer cette trace » d'abord.")
    kept = read(desk.root, desk.candidate)
    trace = acting.trace_called(kept, sent.text("trace"))
    write(kept, adding.without(kept, trace))
    return ""


def _authenticate(desk: Desk, sent: Sent) -> str:
    kept = read(desk.root, desk.candidate)
    trace = acting.trace_called(kept, sent.text("trace"))
    if sent.text("empreinte") != trace.digest:
        raise UsageProblem("Cette trace a changé depuis que vous la lisez : relisez-la, puis authentifiez-la.")
    acting.authenticated(kept, [trace], desk.signed(sent), desk.today, sent.short("aide", "Conditions et aide"))
    return trace.id


def _observe(desk: Desk, sent: Sent) -> str:
    kept = desk.read()
    remark = sent.text("remarque")
    seen = {"critere": sent.text("critere"), "degre": sent.text("degre"), "par": desk.signed(sent), "le": desk.today}
    acting.observed(kept, seen | {"trace": sent.text("trace") or None, "remarque": remark})
    return sent.text("trace")


def _period(desk: Desk, sent: Sent) -> str:
    weeks = number_in(sent.text("semaines"))
    if weeks is None:
        raise UsageProblem("« Semaines faites » n'est pas un nombre : écrivez par exemple 6.")
    facts: dict[str, Any] = {"titre": sent.short("titre", "Titre"), "semaines": weeks}
    facts |= {name: sent.text(name)[:SHORT] for name in ("lieu", "tuteur")}
    facts |= {name: acting.day(sent.text(name), called) for name, called in (("du", "Du"), ("au", "Au"))}
    acting.period_noted(desk.read(), facts)
    return ""


ACTS: Mapping[str, Callable[[Desk, Sent], str]] = {
    "choisir": _choose,
    "ecrire": _write,
    "membres": _group,
    "reprendre": _take,
    "ajouter": _add,
    "retirer": _remove,
    "authentifier": _authenticate,
    "observer": _observe,
    "pfmp": _period,
}
LEARNER_S = frozenset({"choisir", "ecrire", "membres", "reprendre", "ajouter", "retirer"})
TEACHER_S = frozenset({"ajouter", "authentifier", "observer", "pfmp"})
TOLD = {
    "choisir": "choisit une trace",
    "ecrire": "écrit sur une trace",
    "membres": "nomme un groupe",
    "reprendre": "reprend une trace de groupe",
    "ajouter": "ajoute une trace d'ailleurs",
    "retirer": "retire une trace",
    "authentifier": "authentifie une trace",
    "observer": "observe un critère",
    "pfmp": "note une PFMP",
}
"""What the diary calls each act."""
