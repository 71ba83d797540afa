"""What is verified of a sheet: whoever follows it gets there, and reads it.

Its commands and settings are typed in its order on a new computer, and the promised state is looked at there; words,
figures and places are stated; people judge fidelity and tone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from etabli.exam import check

from . import brought
from .shape import Variant
from .work import Work

if TYPE_CHECKING:
    from etabli.exam.tools.asked import AskedFiles
    from etabli.exam.tools.bench import Bench
    from etabli.exam.tools.documents import Documents
    from etabli.exam.tools.draws import Draws

ESSENTIEL, ATTENDU = "essentiel", "attendu"
SOUTENIR, EXPLOITER = ["C3.1"], ["C3.3"]
REPLAY = 180.0
"""Seconds of a check that may replay the sheet, by the clock of a busy machine."""


@pytest.fixture(scope="module")
def memo() -> dict[str, Work]:
    """The work of this exam: read and replayed once."""
    return {}


@pytest.fixture
def work(
    asked: AskedFiles, documents: Documents, bench: Bench, variant: Variant, draws: Draws, memo: dict[str, Work]
) -> Work:
    """What the candidate handed in."""
    if "work" not in memo:
        memo["work"] = Work(asked, documents, bench, variant, draws)
    return memo["work"]


# ------------------------------------------------------------------ essentiel


@check(
    points=1, palier=ESSENTIEL, competences=EXPLOITER,
    help="Un seul fichier, avec un des noms de la feuille ; la longueur est dans « Ce qui est regardé ».",
)  # fmt: skip
def check_fiche_lisible(work: Work) -> None:
    """La fiche se lit, et a la longueur d'une fiche."""
    work.expect_length()


@check(
    points=1, palier=ESSENTIEL, competences=SOUTENIR, after=["fiche-lisible"],
    help="Une action par étape, dans une liste numérotée.",
)  # fmt: skip
def check_etapes(work: Work) -> None:
    """Les étapes sont numérotées."""
    work.expect_steps()


@check(
    points=2, palier=ESSENTIEL, competences=EXPLOITER, after=["fiche-lisible"], decisive=True,
    help="Relisez la fiche phrase par phrase : la personne à qui elle est destinée ne lit pas l'anglais.",
)  # fmt: skip
def check_langue(work: Work) -> None:
    """Aucun passage n'est resté en anglais."""
    work.expect_french()


@check(
    points=1, palier=ESSENTIEL, competences=SOUTENIR, after=["fiche-lisible"],
    help="Une fiche circule, et se lit à l'œil : rien de secret, rien de caché.",
)  # fmt: skip
def check_sans_secret(work: Work) -> None:
    """La fiche n'écrit aucun mot de passe, et ne cache rien."""
    work.expect_no_secret()


@check(
    points=1, palier=ESSENTIEL, competences=EXPLOITER, after=["fiche-lisible"],
    help="Cherchez « deprecated » dans le document, et ce qui le remplace.",
)  # fmt: skip
def check_ancienne_forme(work: Work) -> None:
    """Rien de ce que la fiche fait écrire n'est dépassé."""
    work.expect_no_deprecated()


@check(
    points=3, palier=ESSENTIEL, competences=SOUTENIR, after=["fiche-lisible"], timeout=REPLAY, blames=["ancienne-forme"],
    help="Suivez votre fiche vous-même, dans un terminal remis à neuf, sans rien ajouter.",
)  # fmt: skip
def check_commandes(work: Work) -> None:
    """Chaque commande de la fiche réussit, dans l'ordre, sur un poste neuf."""
    work.expect_typed()


@check(
    points=4, palier=ESSENTIEL, competences=EXPLOITER, after=["commandes"], timeout=REPLAY, decisive=True,
    help="Comparez votre fiche au document, étape par étape : l'ordre, les valeurs et les noms.",
)  # fmt: skip
def check_resultat(work: Work) -> None:
    """Qui suit la fiche obtient ce que le document promet."""
    work.expect_aims()


@check(
    points=1, palier=ESSENTIEL, competences=EXPLOITER, after=["fiche-lisible"],
    help="Le document a une étape pour un système que l'organisation n'a pas : elle est de trop.",
)  # fmt: skip
def check_autre_systeme(work: Work) -> None:
    """Aucune étape n'est pour un autre système."""
    work.expect_own_system()


@check(
    points=2, palier=ESSENTIEL, competences=SOUTENIR, after=["fiche-lisible"],
    help="Cherchez « Warning » dans le document : de quelle étape parle-t-il ?",
)  # fmt: skip
def check_avertissement(work: Work) -> None:
    """L'avertissement est placé avant l'étape dont il parle."""
    work.expect_warning()


@check(
    points=2, palier=ESSENTIEL, competences=SOUTENIR, after=["fiche-lisible"],
    help="Cherchez « Warning », « Caution » ou « Danger » dans le document.",
)  # fmt: skip
def check_prevenir(work: Work) -> None:
    """La fiche avertit du risque, comme le document, et pas seulement à la fin."""
    work.expect_some_warning()


# -------------------------------------------------------------------- attendu


@check(
    points=2, palier=ATTENDU, competences=SOUTENIR, after=["fiche-lisible"],
    help="Que doit-on voir à l'écran quand tout va bien ?",
)  # fmt: skip
def check_savoir(work: Work) -> None:
    """Une partie dit comment savoir que cela a marché."""
    work.expect_checking()


@check(
    points=2, palier=ATTENDU, competences=EXPLOITER, after=["fiche-lisible"],
    help="MB et GB se disent Mo et Go ; la virgule anglaise sépare les milliers.",
)  # fmt: skip
def check_chiffres(work: Work) -> None:
    """La taille et le nombre du document sont justes, à la française."""
    work.expect_figures("size", "count")


@check(
    points=2, palier=ATTENDU, competences=EXPLOITER, after=["fiche-lisible"],
    help="Comparez chaque nombre et son unité au document.",
)  # fmt: skip
def check_nombres(work: Work) -> None:
    """Les nombres de la fiche sont ceux du document, écrits à la française."""
    work.expect_known_figures()


@check(
    points=2, palier=ATTENDU, competences=EXPLOITER, after=["fiche-lisible"],
    help="Le document dit dans quel ordre il écrit le jour et le mois ; « p.m. », c'est après midi.",
)  # fmt: skip
def check_dates(work: Work) -> None:
    """La date et l'heure du document sont justes, à la française."""
    work.expect_figures("date", "hour")


@check(
    points=1, palier=ATTENDU, competences=EXPLOITER, after=["fiche-lisible"],
    help="Un titre « Glossaire », puis une ligne par mot : l'anglais, le français et une explication.",
)  # fmt: skip
def check_glossaire(work: Work) -> None:
    """Le glossaire a au moins quatre mots du document."""
    work.glossary.expect_enough()


@check(
    points=2, palier=ATTENDU, competences=EXPLOITER, after=["glossaire"],
    help="Relisez la phrase du document où ce mot se trouve : que désigne-t-il là ?",
)  # fmt: skip
def check_glossaire_juste(work: Work) -> None:
    """Chaque mot du glossaire a son bon équivalent français."""
    work.glossary.expect_right()


@check(
    points=1, palier=ATTENDU, competences=EXPLOITER, after=["fiche-lisible"],
    help="Le titre et la version sont en haut du document.",
)  # fmt: skip
def check_source(work: Work) -> None:
    """La fiche donne le titre et la version de sa source."""
    work.expect_source()


@check(
    points=1, palier=ATTENDU, competences=SOUTENIR, after=["fiche-lisible"],
    help="Coupez la phrase en deux : une idée, un point.",
)  # fmt: skip
def check_phrases(work: Work) -> None:
    """Les phrases sont courtes."""
    work.expect_short_sentences()


@check(
    points=1, palier=ATTENDU, competences=SOUTENIR, after=["fiche-lisible"],
    help="Un mot anglais du document reste dans vos phrases : traduisez-le, ou mettez-le au glossaire.",
)  # fmt: skip
def check_jargon(work: Work) -> None:
    """Aucun mot anglais du document n'est employé sans être expliqué."""
    work.expect_no_jargon()


@check(
    points=1, palier=ATTENDU, competences=SOUTENIR, after=["fiche-lisible"],
    help="Dans le traitement de texte : clic droit sur l'image, « Texte de remplacement » ou « Description ».",
)  # fmt: skip
def check_images(work: Work) -> None:
    """Chaque image a un texte de remplacement."""
    work.expect_alternatives()


for _left in brought.left_out():
    del globals()["check_" + _left.replace("-", "_")]
