"""Each hostile workbook, read and then asked to be computed; a check per workbook, named after it."""

from __future__ import annotations

from etabli.exam import check
from etabli.exam.contract.check import Failed

NAMES = """
feuille-deux-fois feuille-sans-nom feuille-mal-nommee feuille-demi-signe
formats-en-rond formats-communs formats-graphique
pdf-renomme ancien-xls xls-renomme chiffre-xlsx chiffre-ods chiffre-zip zip-abime bombe-zip zip-menteur bombe-entites
entite-externe styles million-de-rangs million-repete million-de-rangs-nus dernier-rang deux-cents-feuilles macros-xlsm
macros-renommees macros-type macros-feuille macros-nom macros-controle macros-basic macros-python macros-evenement
dde-formule dde-lien dde-ods dde-source reseau-formule reseau-xml reseau-image reseau-google reseau-nom reseau-regle
reseau-fond-ods reseau-fond-automatique reseau-remplissage reseau-modele reseau-objet reseau-modele-xlsx reseau-deguise
reseau-ods reseau-dessin reseau-dessin-ods lie-formule lie-chemin lie-partie lie-ods lie-feuille lie-plage lie-objet
entites-ods entite-ods entites-graphique graphique-coupe graphique-profond csv
""".split()


def _check(name):
    def opened(workbook, files):
        (path,) = [path for path in files.paths() if path.startswith(f"{name}/")]
        try:
            workbook.computed(path)
        except Failed as refusal:
            assert refusal.observed, "the office was not asked for an empty reason"
        workbook.read(path)

    opened.__name__ = f"check_{name.replace('-', '_')}"
    opened.__doc__ = f"{name}."
    return check(points=1, palier="essentiel", competences=["C1.1"], timeout=150)(opened)


for _name in NAMES:
    globals()[f"check_{_name.replace('-', '_')}"] = _check(_name)


@check(points=1, palier="essentiel", competences=["C1.1"], timeout=60)
def check_circulaire(workbook):
    """A circular reference is no trap: it computes to an error, and it says so."""
    path = "circulaire/analyse.xlsx"
    assert workbook.read(path).sheets[0].cell("B4").formula == "=B4+1"
    assert str(workbook.computed(path)["Feuille 1", "B4"]).startswith("Err:")


@check(points=1, palier="essentiel", competences=["C1.1"], timeout=60)
def check_voisin(workbook):
    """An ordinary workbook, read and computed after all of them."""
    path = "voisin/analyse.xlsx"
    assert [chart.kind for chart in workbook.read(path).sheets[1].charts] == ["bar", "pie"]
    assert workbook.computed(path)["Synthèse", "B2"] == 230.5
