"""Les points de vérification, dans l'ordre du TP. Chacun se termine sans rien dire, ou lève « Failed »."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etabli.exam import Failed, check
from etabli.exam.contract.french import counted, quote
from etabli.exam.contract.words import fold

from .shape import Variant
from .table import Row, read_rows

if TYPE_CHECKING:
    from etabli.exam.tools.asked import AskedFiles
    from etabli.exam.tools.documents import Documents

TITLES = ("poste", "fin de garantie")


@check(
    points=2, palier="essentiel", competences=["C2.2"],
    help="Reprenez le nom du fichier et les deux titres de la feuille.",
)  # fmt: skip
def check_releve_lisible(asked: AskedFiles, documents: Documents) -> None:
    """Le relevé est un tableau, avec les colonnes demandées."""
    assert _rows(asked, documents)


@check(
    points=4, palier="essentiel", competences=["C2.2"], after=["releve-lisible"],
    help="Triez la liste par date, puis comptez.",
)  # fmt: skip
def check_postes_trouves(asked: AskedFiles, documents: Documents, variant: Variant) -> None:
    """Tous les postes à remplacer sont dans le relevé."""
    named = {fold(row["poste"]) for row in _rows(asked, documents)}
    missed = [name for name in variant.expired if fold(name) not in named]
    if missed:
        raise Failed(
            f"Il manque {counted(len(missed), 'poste')} dont la garantie est finie.",
            "Une ligne par poste dont la garantie est finie à la date de la feuille.",
        )


@check(
    points=2, palier="essentiel", competences=["C2.2"], after=["releve-lisible"],
    help="Relisez la date de chaque ligne du relevé.",
)  # fmt: skip
def check_postes_en_trop(asked: AskedFiles, documents: Documents, variant: Variant) -> None:
    """Aucun poste encore garanti n'est dans le relevé."""
    expired = {fold(name) for name in variant.expired}
    wrong = [row for row in _rows(asked, documents) if fold(row["poste"]) not in expired]
    if wrong:
        raise Failed(
            f"{counted(len(wrong), 'ligne')} de trop, dont {quote(wrong[0]['poste'])}.",
            "Seulement des postes dont la garantie est finie à la date de la feuille.",
            at=wrong[0].at("poste"),
        )


def _rows(asked: AskedFiles, documents: Documents) -> list[Row]:
    """Les lignes du relevé."""
    return read_rows(documents, asked.path("releve"), TITLES)
