"""Makes the form of a policy, ``labs/mots-de-passe/dossier/modeles/politique.ods``, the same bytes each time.

    .venv/bin/python scripts/formulaire_politique.py [FILE]

The answers go in column B, each beside its label in column A: whoever reads a filled form finds the cells by their
labels, so that rows may be moved, added or coloured.
"""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

OUT = Path(__file__).resolve().parents[1] / "labs" / "mots-de-passe" / "dossier" / "modeles" / "politique.ods"

FIELDS = (
    ("Longueur minimale, utilisateurs", "un nombre de caractères"),
    ("Longueur minimale, administrateurs", "un nombre de caractères"),
    ("Classes de caractères exigées", "de 0 à 4"),
    ("Liste de mots refusés", "oui ou non"),
    ("Mots refusés", "des mots, séparés par des espaces"),
    ("Renouvellement forcé, utilisateurs", "jamais, ou un nombre de jours"),
    ("Renouvellement forcé, administrateurs", "jamais, ou un nombre de jours"),
    ("Second facteur", "tous, administrateurs ou personne"),
    ("Essais avant blocage", "un nombre, ou aucun"),
)
"""Label, and what is expected beside it: what the brief says too."""

_TITLE = "Politique de mots de passe"
_HOW = "Remplissez la colonne B. Gardez le texte de la colonne A : il sert à retrouver vos réponses."
_NAMESPACES = (
    " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{path}:1.0"'
        for name, path in (
            ("office", "office"),
            ("style", "style"),
            ("table", "table"),
            ("text", "text"),
            ("manifest", "manifest"),
        )
    )
    + ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
)
_MIME = "application/vnd.oasis.opendocument.spreadsheet"
_DATE = (2026, 1, 1, 0, 0, 0)


def _cell(text: str, style: str) -> str:
    if not text:
        return f'<table:table-cell table:style-name="{style}"/>'
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="string"><text:p>{escape(text)}</text:p>'
        "</table:table-cell>"
    )


def _row(*cells: tuple[str, str]) -> str:
    return f"<table:table-row>{''.join(_cell(text, style) for text, style in cells)}</table:table-row>"


def _style(name: str, cell: str = "", text: str = "") -> str:
    return (
        f'<style:style style:name="{name}" style:family="table-cell"><style:table-cell-properties {cell}/>'
        f"<style:text-properties {text}/></style:style>"
    )


def content() -> str:
    """Returns the sheet."""
    widths = {"a": "8cm", "b": "7cm", "c": "9cm"}
    columns = "".join(
        f'<style:style style:name="{name}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width}"/></style:style>'
        for name, width in widths.items()
    )
    border = 'fo:border="0.5pt solid #888888" fo:padding="0.1cm" fo:wrap-option="wrap"'
    styles = "".join(
        (
            _style("titre", text='fo:font-weight="bold" fo:font-size="16pt"'),
            _style("entete", f'{border} fo:background-color="#e4e9f0"', 'fo:font-weight="bold"'),
            _style("question", border),
            _style("reponse", f'{border} fo:background-color="#fff8d6"'),
            _style("aide", border, 'fo:font-style="italic"'),
            _style("simple"),
        )
    )
    rows = [
        _row((_TITLE, "titre")),
        _row((_HOW, "simple")),
        _row(("Règle", "entete"), ("Votre réponse", "entete"), ("Ce qui est attendu", "entete")),
        *(_row((label, "question"), ("", "reponse"), (hint, "aide")) for label, hint in FIELDS),
    ]
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES} office:version="1.3">'
        f"<office:automatic-styles>{columns}{styles}</office:automatic-styles>"
        '<office:body><office:spreadsheet><table:table table:name="Politique">'
        + "".join(f'<table:table-column table:style-name="{name}"/>' for name in widths)
        + "".join(rows)
        + "</table:table></office:spreadsheet></office:body></office:document-content>"
    )


def manifest() -> str:
    """Returns the list of what is in the file."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest {_NAMESPACES} manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{_MIME}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )


def form() -> bytes:
    """Returns the form's bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in (
            ("mimetype", _MIME),
            ("content.xml", content()),
            ("META-INF/manifest.xml", manifest()),
        ):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text)
    return buffer.getvalue()


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(form())
