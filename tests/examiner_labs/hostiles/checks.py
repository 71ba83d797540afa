"""Each hostile document, opened as a table and then searched; a check per document, named after it."""

from __future__ import annotations

from etabli.exam import check

NAMES = """
pdf-renomme texte-renomme ods-renomme xlsx-renomme zip-renomme image-renommee octets vide vide-csv ancien-xls
xls-renomme chiffre-xlsx chiffre-ods chiffre-zip zip-coupe zip-abime xml-coupe sans-classeur bombe-zip zip-menteur
mille-fichiers bombe-entites entite-externe styles million-de-rangs million-de-rangs-nus million-repete dernier-rang
trente-mille derniere-colonne deux-cents-feuilles encodage controles gros csv-long csv-cellule
""".split()


def _check(name):
    def opened(documents, files):
        (path,) = [path for path in files.paths() if path.startswith(f"{name}/")]
        try:
            documents.traces(path)
        finally:
            documents.tables(path)

    opened.__name__ = f"check_{name.replace('-', '_')}"
    opened.__doc__ = f"{name}."
    return check(points=1, palier="essentiel", competences=["C1.1"], timeout=150)(opened)


for _name in NAMES:
    globals()[f"check_{_name.replace('-', '_')}"] = _check(_name)


@check(points=1, palier="essentiel", competences=["C1.1"], timeout=30)
def check_voisin(documents):
    """An ordinary workbook, read after all of them."""
    assert documents.tables("voisin/audit.xlsx")[0].texts[1][0] == "a.martin"
