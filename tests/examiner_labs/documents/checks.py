"""Documents read for real: ordinary ones pass, and one check per cause ends « failed » with its words."""

from __future__ import annotations

import datetime
from functools import partial

from etabli.exam import check

lu = partial(check, points=1, palier="essentiel", competences=["C1.1"], timeout=150)


# -- what is read


@lu()
def check_lit_classeur(documents):
    """A workbook: types, hidden parts, a formula that is computed though nothing was saved, comment."""
    audit, draft = documents.tables("classeur.xlsx")
    assert (audit.name, audit.hidden, draft.name, draft.hidden) == ("Audit", False, "Brouillon", True)
    row = audit.rows[1]
    assert [cell.value for cell in row[:4]] == ["a.martin", "fuite", 12.5, datetime.date(2026, 11, 25)]
    assert row[4].value == datetime.datetime(2026, 11, 25, 12, 30)
    assert [cell.text for cell in row[2:7]] == ["12,5", "25/11/2026", "25/11/2026 12:30", "VRAI", "20252026"]
    assert (row[0].comment, row[9].text, row[9].hidden) == ("commentaire-cache", "colonne-masquee", True)
    assert (audit.rows[3][2].formula, audit.rows[3][2].value) == ("=SUM(C2:C3)", 12.5)
    assert audit.rows[5][0].hidden and draft.rows[3][1].hidden


@lu()
def check_lit_ods(documents):
    """A spreadsheet, under an accented name in a folder."""
    audit, draft = documents.tables("dossier/relevé.ods")
    assert audit.texts[1][:4] == ["deux morceaux  fin", "12,5", "25/11/2026", "VRAI"]
    assert (audit.rows[1][0].comment, draft.hidden) == ("note-cachee", True)


@lu()
def check_lit_csv(documents):
    """The CSV of an office suite in France."""
    (sheet,) = documents.tables("droits.csv")
    assert sheet.texts == [["compte", "motif"], ["é.durand", "parti; absent"]]


@lu()
def check_lit_textes(documents):
    """Four ways to write the same text."""
    for path in ("message.docx", "message.odt", "message.pdf", "message.txt"):
        words = documents.text(path).split()
        assert words == ["Bonjour", "à", "tous", "et", "à", "toutes"], (path, words)


@lu()
def check_lit_traces_pdf(documents):
    """What a PDF says besides its pages."""
    found = {trace.text: trace for trace in documents.traces("message.pdf")}
    assert found["titre-cache"].hidden
    assert found["piece-cachee"].where == "objet du PDF"
    assert not found["Bonjour à tous"].hidden


@lu()
def check_lit_genres(documents):
    """What files are."""
    assert documents.about("classeur.xlsx").kind == "xlsx"
    assert (documents.about("message.pdf").kind, documents.about("piege.xls").kind) == ("pdf", "ole")


@lu()
def check_lit_deux_fois(documents):
    """The second time costs nothing, failures included."""
    assert documents.tables("classeur.xlsx") == documents.tables("classeur.xlsx")
    reader, documents._reader = documents._reader, None
    try:
        assert documents.tables("classeur.xlsx")
    finally:
        documents._reader = reader


# -- one check per cause


@lu()
def check_absent(documents):
    """No such file."""
    documents.text("rien.txt")


@lu()
def check_lien(documents):
    """A link out of the submission."""
    documents.traces("lien.txt")


@lu()
def check_lien_dossier(documents):
    """A folder that is a link out of the submission."""
    documents.traces("dehors/passwd")


@lu()
def check_remontee(documents):
    """A path out of the submission."""
    documents.text("../a/message.txt")


@lu()
def check_autre_genre(documents):
    """A PDF renamed."""
    documents.tables("piege.xlsx")


@lu()
def check_ancien(documents):
    """The format of before 2007."""
    documents.tables("piege.xls")


@lu()
def check_chiffre(documents):
    """A PDF with a password."""
    documents.text("chiffre.pdf")


@lu()
def check_abime(documents):
    """Half a workbook."""
    documents.tables("abime.xlsx")


@lu()
def check_abime_pdf(documents):
    """A PDF without its end."""
    documents.text("abime.pdf")


@lu()
def check_piege(documents):
    """Entities."""
    documents.tables("entites.xlsx")


@lu()
def check_lourd(documents):
    """Too many bytes once unpacked."""
    documents.traces("bombe.zip")


@lu()
def check_lourd_temps(documents):
    """A page that draws a page that draws a page: for two seconds of computing, no reader need spend them all."""
    reader = documents._reader
    known = reader._sources
    hurried = known["sources"]["serve"] + "\n\nCPU_S = 2\n"
    reader.__dict__["_sources"] = {"id": f"{known['id']}2", "sources": {**known["sources"], "serve": hurried}}
    try:
        documents.text("boucle.pdf")
    finally:
        reader.__dict__["_sources"] = known


@lu()
def check_lourd_memoire(documents):
    """More memory than a reader has."""
    documents.traces("memoire.zip")


@lu()
def check_nombreux(documents):
    """Too many rows."""
    documents.tables("long.csv")


@lu()
def check_illisible(documents):
    """No known encoding."""
    documents.text("illisible.txt")


@lu()
def check_sans_texte(documents):
    """A scan."""
    documents.text("scan.pdf")


@lu()
def check_ferme(documents):
    """An archive that nobody opens here."""
    documents.traces("archive.7z")


# -- ours


@lu()
def check_nous_question(documents):
    """A question that does not exist."""
    documents.ask("devine", "message.txt", str)


@lu()
def check_nous_forme(documents):
    """An answer in another shape than promised."""
    documents.ask("about", "message.txt", lambda found: found["absent"])


@lu()
def check_apres(documents):
    """After all that an ordinary document is read."""
    documents._known.clear()
    assert "tous" in documents.text("message.docx")
