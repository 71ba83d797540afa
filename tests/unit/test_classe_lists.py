"""Lists out of PRONOTE, Moodle and spreadsheets: every encoding, separator and layout says the same people."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import openpyxl
import openpyxl.chart
import pytest
from deposit_samples import zipped

from etabli.exam.contract.errors import UsageProblem
from etabli.roster.headings import Kind
from etabli.roster.listing import Listing, read_listing
from etabli.roster.names import Cut

PEOPLE = [("DUPONT LEROY", "Anne-Sophie"), ("EL AMRANI", "Yassine"), ("LEBŒUF", "Maëlys")]
ENCODINGS = ["utf-8", "utf-8-sig", "cp1252", "utf-16"]


def write(tmp_path: Path, text: str, encoding: str = "utf-8", name: str = "liste.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def names(listing: Listing) -> list[tuple[str, str]]:
    return [(entry.person.family, entry.person.given) for entry in listing.people]


def two_columns(mark: str) -> str:
    return "\r\n".join([f"Nom{mark}Prénom", *(mark.join(person) for person in PEOPLE)])


def one_column(mark: str) -> str:
    return "\n".join([f"Élève{mark}Classe", *(f"{family} {given}{mark}SNO" for family, given in PEOPLE)])


def pronote(mark: str) -> str:
    head = mark.join(["Nom", "Prénom", "Né(e) le", "Prénom d'usage", "Sexe", "Classe", "Mail élève", "Mail parents"])
    rows = [
        mark.join([family, given, "01/02/2007", "Loulou", "F", "SNO", "", "parent@exemple.fr"])
        for family, given in PEOPLE
    ]
    return "\n".join(
        ["Liste des élèves", mark * 7, "Année 2026-2027", "", head, *rows, mark * 5 + "3 élèves" + mark * 2]
    )


def quoted(mark: str) -> str:
    return "\n".join([f'"Nom de famille"{mark}"Prénom"', *(f'"{family}"{mark}"{given}"' for family, given in PEOPLE)])


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("mark", [";", ",", "\t"], ids=["point-virgule", "virgule", "tabulation"])
@pytest.mark.parametrize("layout", [two_columns, one_column, pronote, quoted])
def test_every_encoding_separator_and_layout(tmp_path: Path, encoding: str, mark: str, layout: object) -> None:
    path = write(tmp_path, layout(mark), encoding)  # type: ignore[operator]
    assert names(read_listing(path)) == PEOPLE


def test_a_workbook_that_openpyxl_cannot_read_is_one_sentence(tmp_path: Path) -> None:
    """A name that belongs to a chart sheet alone."""
    book = openpyxl.Workbook()
    book.active.append(["Nom", "Prénom"])
    book.create_chartsheet("Graphique").add_chart(openpyxl.chart.BarChart())
    book.save(tmp_path / "liste.xlsx")
    with ZipFile(tmp_path / "liste.xlsx") as made:
        parts = {name: made.read(name) for name in made.namelist()}
    own = b'<definedNames><definedName name="effectif" localSheetId="1">Sheet!$A$1</definedName></definedNames>'
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"<definedNames />", own)
    with ZipFile(tmp_path / "liste.xlsx", "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    with pytest.raises(UsageProblem, match=r"\.xlsx abîmé.*enregistrez-le en"):
        read_listing(tmp_path / "liste.xlsx")


def test_the_reading_is_told(tmp_path: Path) -> None:
    listing = read_listing(write(tmp_path, pronote("\t"), "cp1252"))
    assert listing.table.wording == "Windows-1252, séparateur « tabulation »"
    assert listing.columns.line == 5
    assert {kind: listing.columns.word(kind) for kind in listing.columns.at} == {
        Kind.FAMILY: "Nom",
        Kind.GIVEN: "Prénom",
        Kind.EMAIL: "Mail élève",
    }
    assert "Prénom d'usage" in listing.columns.aside and "Mail parents" in listing.columns.aside
    assert listing.notes == ("Ligne 9 laissée de côté : « 3 élèves ».",)
    assert all(entry.person.email is None for entry in listing.people)


def test_moodle_participants(tmp_path: Path) -> None:
    text = "Prénom,Nom de famille,Adresse de courriel,Groupes\nLéa,Martin,lea.martin@lycee.example,SNO\n"
    (entry,) = read_listing(write(tmp_path, text, "utf-8-sig")).people
    assert (entry.person.family, entry.person.given, entry.person.email) == (
        "Martin",
        "Léa",
        "lea.martin@lycee.example",
    )


def test_moodle_worksheet_keeps_the_number_of_the_person_not_of_the_participant(tmp_path: Path) -> None:
    head = "Identifiant,Nom complet,Numéro d'identification,Adresse de courriel,Statut,Note\n"
    text = head + '"Participant 900110","Anne-Sophie Dupont Leroy",E1042,as@lycee.example,"Remis",\n'
    listing = read_listing(write(tmp_path, text))
    (entry,) = listing.people
    assert (entry.person.family, entry.person.given, entry.person.number) == ("Dupont Leroy", "Anne-Sophie", "E1042")
    assert entry.cut is Cut.FIRST_WORD and entry.doubtful
    assert any("premier mot est pris pour le prénom (lignes 2)" in note for note in listing.notes)
    alone = write(tmp_path, "Identifiant,Nom complet\nParticipant 900110,Léa Martin\n")
    listing = read_listing(alone)
    assert listing.people[0].person.number is None
    assert any("propre à un devoir de Moodle" in note for note in listing.notes)


def test_english_moodle(tmp_path: Path) -> None:
    text = "First name,Surname,ID number,Email address\nLéa,Martin,1042,lea@lycee.example\n"
    (entry,) = read_listing(write(tmp_path, text)).people
    assert (entry.person.listed, entry.person.number) == ("Martin Léa", "1042")


@pytest.mark.parametrize(("head", "number"), [("INE", "123456789AB"), ("Identifiant", "1234567890A")])
def test_the_national_number_is_never_kept(tmp_path: Path, head: str, number: str) -> None:
    listing = read_listing(write(tmp_path, f"Nom;Prénom;{head}\nMARTIN;Léa;{number}\n"))
    assert listing.people[0].person.number is None
    assert any("INE" in note for note in listing.notes)


@pytest.mark.parametrize(
    "text",
    [
        "MARTIN Léa\nPETIT Lucas\n",
        "MARTIN;Léa\nPETIT;Lucas\n",
        "Léa\tMARTIN\nLucas\tPETIT\n",
        "1;MARTIN;Léa;F\n2;PETIT;Lucas;G\n",
        "MARTIN, Léa\nPETIT, Lucas\n",
        "sep=;\nMARTIN;Léa\nPETIT;Lucas\n",
    ],
)
def test_a_list_without_headings_is_understood_when_every_row_agrees(tmp_path: Path, text: str) -> None:
    listing = read_listing(write(tmp_path, text))
    assert names(listing) == [("MARTIN", "Léa"), ("PETIT", "Lucas")]
    assert listing.columns.line is None


def test_addresses_are_found_without_headings(tmp_path: Path) -> None:
    listing = read_listing(write(tmp_path, "MARTIN;Léa;lea@lycee.example\nPETIT;Lucas;\n"))
    assert [entry.person.email for entry in listing.people] == ["lea@lycee.example", None]


def test_names_with_a_comma_in_one_column(tmp_path: Path) -> None:
    listing = read_listing(write(tmp_path, "Nom complet\nMartin, Léa\nDupont Leroy, Anne-Sophie\n"))
    assert names(listing) == [("Martin", "Léa"), ("Dupont Leroy", "Anne-Sophie")]


def test_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [["Classe SNO"], [], ["Nom", "Prénom", "Matricule"], ["MARTIN", "Léa", 1042], ["PETIT", "Lucas", 7.0]]:
        sheet.append(row)
    path = tmp_path / "liste.xlsx"
    book.save(path)
    listing = read_listing(path)
    assert names(listing) == [("MARTIN", "Léa"), ("PETIT", "Lucas")]
    assert [entry.person.number for entry in listing.people] == ["1042", "7"]
    assert [entry.line for entry in listing.people] == [4, 5]
    renamed = path.rename(tmp_path / "liste.csv")  # its content decides, not its name
    assert names(read_listing(renamed)) == names(listing)


def test_headings_repeated_on_each_page_are_no_people(tmp_path: Path) -> None:
    listing = read_listing(write(tmp_path, "Nom;Prénom\nMARTIN;Léa\nNom;Prénom\nPETIT;Lucas\n"))
    assert names(listing) == [("MARTIN", "Léa"), ("PETIT", "Lucas")]


def test_a_line_may_be_left_out(tmp_path: Path) -> None:
    path = write(tmp_path, "Nom;Prénom\nMARTIN;Léa\nPROF;Paul\n")
    assert names(read_listing(path, without=[3])) == [("MARTIN", "Léa")]
    with pytest.raises(UsageProblem, match="n'a pas de ligne 9"):
        read_listing(path, without=[9])


def test_homonyms_are_two_people(tmp_path: Path) -> None:
    text = "Nom;Prénom;Courriel\nPETIT;Lucas;l1@lycee.example\nPETIT;Lucas;l2@lycee.example\n"
    assert len(read_listing(write(tmp_path, text)).people) == 2


def test_a_line_that_is_repeated_counts_once(tmp_path: Path) -> None:
    text = "Nom;Prénom;Courriel\nPETIT;Lucas;l1@lycee.example\nPetit;Lucas;L1@lycee.example\n"
    listing = read_listing(write(tmp_path, text))
    assert len(listing.people) == 1
    assert listing.notes == ("La ligne 3 répète la ligne 2 : elle compte une fois.",)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "est vide"),
        (b"\xef\xbb\xbf\r\n;;\r\n", "est vide"),
        (b"Nom;Pr\xc3\xa9nom\n", "ne nomme aucun élève"),
        ("Identité;Classe\nMARTIN Léa;SNO\n".encode(), "(ligne 1 : « Identité », « Classe »)"),
        ("Nom;Prénom\nPrénom;Nom\nMARTIN;Léa\n".encode(), "les lignes 1 et 2 ressemblent toutes deux"),
        ("Nom;Prénom;Nom de famille\nMARTIN;Léa;X\n".encode(), "plusieurs colonnes disent le nom"),
        ("Nom;Prénom\nMARTIN;\n".encode(), "ligne 2, « MARTIN » n'a pas de prénom"),
        ("Nom;Prénom\n;Léa\n".encode(), "ligne 2, « Léa » n'a pas de nom de famille"),
        ("Élève\nMARTIN\n".encode(), "« MARTIN » n'a pas de prénom"),
        ("Nom;Prénom\nPETIT;Lucas\nMARTIN;Léa\nPetit;Lucas\n".encode(), "les lignes 2 et 4 portent le même nom"),
        ("Nom;Prénom;Matricule\nPETIT;Lucas;7\nMARTIN;Léa;7\n".encode(), "le même numéro d'identification « 7 »"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "n'est pas une liste lisible (fichier binaire)"),
        (b"\xff\xfeN\0o", "n'est pas une liste lisible"),
        (b"Nom;Pr\x81nom", "n'est pas une liste lisible"),
        (b"%PDF-1.7", "(fichier .pdf)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "(fichier .xls)"),
        (zipped({"mimetype": b"x"}), "(fichier .ods)"),
        (zipped({"rendu/index.php": b"x"}), "(fichier .zip)"),
        (zipped({"xl/workbook.xml": b"x"}), "(fichier .xlsx abîmé)"),
        (b"PK\x03\x04tronque", "(fichier .xlsx abîmé)"),
        ('Nom;Prénom\n"MARTIN;Léa\n'.encode(), "un guillemet n'est pas fermé"),
        (b"Nom;Prenom\n" + b"A;B\n" * 5001, "plus de 5000 lignes"),
        (b"x" * 5_000_001, "dépasse 5 Mo"),
    ],
)
def test_a_bad_list_is_one_sentence_that_names_it(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "liste.csv"
    path.write_bytes(data)
    with pytest.raises(UsageProblem) as caught:
        read_listing(path)
    message = str(caught.value)
    assert words in message
    assert "liste.csv" in message and message.endswith(".") and "\n" not in message


def test_no_file_and_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="n'existe pas"):
        read_listing(tmp_path / "absent.csv")
    with pytest.raises(UsageProblem, match="et non son dossier"):
        read_listing(tmp_path)
