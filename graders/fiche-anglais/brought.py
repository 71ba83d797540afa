"""A text that the team brings, as on the day, at the heart of a copy of this lab.

Nothing of such a text can be replayed, for nobody wrote down what it promises. `variant.py` and `checks.py` ask
`text()` whether they are those of such a copy, which has no `documents/`.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import NamedTuple

from etabli.exam.contract.errors import LabError

from .shape import Truth, Variant

DOCUMENT = Path(__file__).with_name("document.md")
OURS, OVERLAY = "documents", "apport"
"""Folders that only `fiche-anglais` itself has: its documents, and what is said otherwise in a copy."""
REPLAYED = ("ancienne-forme", "commandes", "resultat", "autre-systeme", "avertissement", "chiffres", "dates", "glossaire-juste", "jargon")  # fmt: skip
"""Checks that need what only our documents have; such a lab has those of `BROUGHT` instead."""
BROUGHT = ("prevenir", "nombres")
WARNING = re.compile(r"\b(?:W(?:arning|ARNING)|C(?:aution|AUTION)|D(?:anger|ANGER))\b")
_NEVER = r"(?!)"


class Text(NamedTuple):
    """The text that was brought."""

    title: str
    version: str
    body: str

    @property
    def warning(self) -> str:
        """How it says that there is a risk; empty where it says none."""
        found = WARNING.search(self.body)
        return found[0].capitalize() if found else ""


def text() -> Text | None:
    """The text that was brought; None in `fiche-anglais` itself.

    Raises:
        LabError: It is no longer there.
    """
    if DOCUMENT.with_name(OURS).is_dir():
        return None
    whole = DOCUMENT.read_text("utf-8-sig", "replace") if DOCUMENT.is_file() else ""
    found = re.match(r"title: *(\S.*)\nversion: *(.*)\n([\s\S]*\S)", whole)
    if not found:
        wrong = "est vide" if DOCUMENT.is_file() and not whole.strip() else "manque" if not whole else "est mal fait"
        raise LabError(
            f"« {DOCUMENT} » {wrong} : c'est le texte anglais des élèves. Première ligne, « title: » et son titre ; "
            "deuxième ligne, « version: » et sa version, ou rien ; puis le texte."
        )
    return Text(found[1].strip(), found[2].strip(), found[3].strip())


def left_out() -> tuple[str, ...]:
    """The checks that this copy does not have."""
    brought = text()
    return BROUGHT if not brought else _left(brought)


def _left(brought: Text) -> tuple[str, ...]:
    return REPLAYED if brought.warning else (*REPLAYED, BROUGHT[0])


def settle(folder: Path, grader: Path, brought: Text) -> None:
    """Makes of a copy of this lab the one of a text: what needs our own documents goes away."""
    head = f"title: {brought.title}\nversion: {brought.version}\n\n"
    (grader / DOCUMENT.name).write_text(f"{head}{brought.body}\n", "utf-8")
    left = _left(brought)
    for name in ("lab.yaml", "aides.yaml"):
        ours, own = (_by_key(one / name) for one in (folder, grader / OVERLAY))
        if "humain" in own:  # a person looks at these too
            own["humain"] = ours["humain"].rstrip() + "\n" + own["humain"].partition("\n")[2]
        told = "".join(said for key, said in (ours | own).items() if key not in left)
        told = told if brought.warning else re.sub(r"  - id: alerte\n(?:    .*\n)+", "", told)
        (folder / name).write_text(told, "utf-8")
    plan = (grader / OVERLAY / "plan.txt").read_text("utf-8")
    plan = plan if brought.warning else re.sub(r"\[« Attention.*\n", "", plan)
    plan = plan if brought.version else plan.replace(" », version]", " »]")
    (folder / "starter" / "fiche" / "plan.txt").write_text(plan, "utf-8")
    for one in (OURS, OVERLAY):
        shutil.rmtree(grader / one)


def _by_key(path: Path) -> dict[str, str]:
    """The parts of a YAML text by their key; what stands before the first has none."""
    parts = re.split(r"(?m)^(?=[a-z_-]+:)", path.read_text("utf-8").rstrip() + "\n\n")
    return {one.partition(":")[0] if re.match(r"[a-z_-]+:", one) else "": one for one in parts if one}


def variant(brought: Text, organisation: dict[str, str], reader: dict[str, str]) -> Variant:
    """What each candidate gets: the same text, a reader of their own."""
    return Variant(
        family="", tool=f"ce que décrit « {brought.title} »", organisation=organisation, reader=reader,
        goal="cette personne sait faire, seule, ce que le document explique",
        document={"title": brought.title, "version": brought.version, "warning": brought.warning},
        vocabulary=(), asked_figures=(), promises=(), replay=False, text=tuple(brought.body.splitlines()), home=(),
        values={}, truth=Truth((), (), (), _NEVER, _NEVER, _NEVER, ("",), "", ""),
    )  # fmt: skip
