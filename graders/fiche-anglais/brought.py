"""A text that the team brings, as on the day: it is looked over, and becomes the heart of a lab of its own.

Nothing of such a text can be replayed, for nobody wrote down what it promises. `variant.py` and `checks.py` ask
`text()` whether they are those of such a lab.
"""

from __future__ import annotations

import re
from pathlib import Path

from etabli.exam.contract.errors import UsageProblem

from . import words
from .shape import Truth, Variant

DOCUMENT = Path(__file__).with_name("document.md")
LENGTH = (300, 3000)
"""Words of a text that two hours may ask for."""
MOSTLY = 0.6
"""Of its sentences, those that are recognised as English, at least."""
REPLAYED = ("ancienne-forme", "commandes", "resultat", "autre-systeme", "avertissement", "chiffres", "dates", "glossaire-juste", "jargon")  # fmt: skip
"""Checks that need what only our documents have; such a lab has those of `BROUGHT` instead."""
BROUGHT = ("prevenir", "nombres")
TITLE = "D'un document de l'équipe à une fiche en français (rien n'est rejoué)"
SUMMARY = (
    "L'équipe apporte son texte anglais, comme le jour de l'épreuve E3-B. La langue, le glossaire, les nombres et la "
    "structure de la fiche sont regardés. Rien n'est rejoué : une personne juge si la fiche mène au résultat."
)
_NEVER = r"(?!)"


def text() -> str:
    """The text that was brought; empty in `fiche-anglais` itself."""
    return DOCUMENT.read_text("utf-8") if DOCUMENT.is_file() else ""


def read(name: str, data: bytes) -> str:
    """A text from the file that somebody brings, in Markdown.

    Raises:
        UsageProblem: It is no text that a sheet can be made of; the sentence says why and what to do.
    """
    from etabli.exam.reading import serve
    from etabli.exam.reading.limits import Refused

    try:
        blocks = serve.read("outline", name, data)
    except Refused as refused:
        why = {
            "no-text": "ne contient aucun texte (une photo, ou des pages numérisées ?). Passez-le à la reconnaissance de caractères",
            "encrypted": "est protégé par un mot de passe. Enregistrez-le sans",
        }.get(refused.cause, "ne se lit pas comme un texte. Donnez un fichier .md, .txt, .html, .docx, .odt ou .pdf")
        raise UsageProblem(f"« {name} » {why}, puis relancez.") from refused
    marks = {"heading": "## ", "item": "1. "}
    whole = "\n\n".join(f"{marks.get(kind, '')}{said}" for kind, said, _ in blocks if kind not in ("picture", "hidden"))
    count = len(whole.split())
    low, high = LENGTH
    if not low <= count <= high:
        raise UsageProblem(
            f"« {name} » a {count} mots : pour deux heures, il en faut de {low} à {high}. "
            + ("Prenez un texte plus long." if count < low else "Gardez-en une partie.")
        )
    told = [one for one in words.sentences(whole) if len(words.words(one)) >= 6]
    if sum(map(words.is_english, told)) < MOSTLY * len(told):
        raise UsageProblem(f"« {name} » n'est pas en anglais, ou pas assez : donnez le document que les élèves liront.")
    return whole


def settle(folder: Path, grader: Path, whole: str) -> None:
    """Makes of a copy of this lab the one of a text: what needs our own documents goes away."""
    (grader / DOCUMENT.name).write_text(whole + "\n", "utf-8")
    manifest = (folder / "lab.yaml").read_text("utf-8")
    manifest = re.sub(r"(?m)^title: .*$", f'title: "{TITLE}"', manifest, count=1)
    manifest = re.sub(r"(?m)^summary: >-\n(?:  .*\n)+", f'summary: "{SUMMARY}"\n', manifest, count=1)
    (folder / "lab.yaml").write_text(manifest.replace("  services: [terminal]\n", ""), "utf-8")
    aides = re.split(r"(?m)^(?=[a-z-]+:$)", (folder / "aides.yaml").read_text("utf-8"))
    kept = [one for one in aides if one.partition(":")[0] not in REPLAYED]
    (folder / "aides.yaml").write_text("".join(kept), "utf-8")


def variant(whole: str, organisation: dict[str, str], reader: dict[str, str]) -> Variant:
    """What each candidate gets: the same text, a reader of their own."""
    lines = [line for line in whole.splitlines() if line.strip()]
    title = re.sub(r"[#*`]", "", lines[0]).strip()[:120]
    version = re.search(r"(?i)\b(?:version|release|v)\.? ?(\d+(?:\.\d+)*)", whole)
    return Variant(
        family="", tool=f"ce que décrit « {title} »", organisation=organisation, reader=reader,
        goal="cette personne sait faire, seule, ce que le document explique",
        document={"title": title, "version": version[1] if version else ""},
        vocabulary=(), asked_figures=(), promises=(), replay=False, text=tuple(whole.splitlines()), home=(), values={},
        truth=Truth((), (), (), _NEVER, _NEVER, _NEVER, ("",), "", ""),
    )  # fmt: skip
