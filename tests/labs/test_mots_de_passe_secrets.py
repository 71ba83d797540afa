"""What a hand-in must not hold: passwords, whole, in a code or in pieces, hashes, names out of the mandate, copies."""

from __future__ import annotations

import base64
import codecs
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import SimpleNamespace

import pytest
from helpers import volume
from password_works import data, findings, hand_ins, harm, mistakes, pieces, texts, typed, variant
from refused import failure, observed

from etabli.exam import Cells, Line
from etabli.exam.contract.plain import plain
from etabli.exam.tools.documents import Trace
from etabli.system.settings import repository


@pytest.mark.parametrize("start", [0, 7])
def test_a_piece_of_a_hash_is_one_from_eight_characters(start: int) -> None:
    for stored in data()["hashes"].values():
        digest = stored.rpartition("$")[2]
        for shown in (digest[start : start + 8] + "…", f"preuve={digest[start : start + 20].upper()}"):
            if shown.isupper() and stored.startswith("$"):
                continue  # another case is another hash
            assert "un morceau d'empreinte" in observed(lambda shown=shown: search([Trace("cellule E3", shown)]))
        search([Trace("cellule E3", f"commence par {digest[start : start + 6]}…")])
    leaked = hashlib.sha1(typed().leak[0][0].encode()).hexdigest()
    search([Trace("ligne 1", f"{leaked} n'est l'empreinte d'aucun compte ; 12345678, 20260214, facades")])


def test_a_line_of_the_leak_list_that_is_somebodys_password_is_a_hash_too() -> None:
    one = next(f for f in data()["findings"] if f["kind"] == "fuite")
    password = data()["passwords"][f"{one['account']}@{one['system']}"]
    line = hashlib.sha1(password.encode()).hexdigest().upper()
    assert "un morceau d'empreinte" in observed(lambda: search([Trace("ligne 1", f"{line}:312")]))


CODES: dict[str, Callable[[str], str]] = {
    "hexadécimal": lambda word: word.encode().hex(" "),
    "hexadécimal ": lambda word: word.encode().hex().upper(),
    "hexadécimal  ": lambda word: ", ".join(f"0x{one:02x}" for one in word.encode()),
    "hexadécimal   ": lambda word: " ".join(f"U+{ord(one):04X}" for one in word),
    "hexadécimal    ": lambda word: "".join(f"\\x{one:02x}" for one in word.encode()),
    "codes d'échappement": lambda word: "".join(f"\\u{ord(one):04x}" for one in word),
    "codes d'échappement ": lambda word: "".join(f"\\{one:03o}" for one in word.encode()),
    "entités HTML": lambda word: "".join(f"&#{ord(one)};" for one in word),
    "entités HTML ": lambda word: "".join(f"&#x{ord(one):x};" for one in word),
    "codes pour cent": lambda word: "".join(f"%{one:02X}" for one in word.encode()),
    "numéros de lettres": lambda word: " ".join(str(ord(one)) for one in word),
    "binaire": lambda word: " ".join(f"{one:08b}" for one in word.encode()),
    "base32": lambda word: base64.b32encode(word.encode()).decode(),
    "ROT13": lambda word: codecs.encode(word, "rot13"),
}


@pytest.mark.parametrize("code", CODES)
def test_a_password_in_a_code_that_any_converter_opens_is_told(code: str) -> None:
    for word in sorted(set(data()["passwords"].values()))[:: volume(9, 1)]:
        told = observed(
            lambda word=word: search([Trace("ligne 2", f"accueil@annuaire : {CODES[code](word)} ; à voir")])
        )
        assert told.startswith(f"1 valeur secrète se lit dans le rendu : un mot de passe (en {code.strip()}) dans")


def test_what_honest_works_write_is_no_coded_password() -> None:
    """The first signs of hashes, dates, colours, entities, code, and the whole of our sheets."""
    root = repository()
    texts = [*(root / "labs").rglob("*.md"), *(root / "graders" / "mots-de-passe").rglob("*.py"), root / "CHANGELOG.md"]
    texts += [*(root / "src" / "etabli" / "portal").rglob("*.css"), *(root / "graders").rglob("rendu/**/*.php")]
    lines = [line for text in texts for line in text.read_text("utf-8").splitlines()]
    starts = " ".join(stored.rpartition("$")[2][:6] for stored in data()["hashes"].values())
    written = "2026-11-29 08 09 10 11 12, #ff8800 #00ff00 ; R&amp;D 100 % %20 \\x41 \\u00e9 0x41 ; 01 02 03 04 05 06 07 08 09 10"
    search([Trace("ligne 1", line) for line in [*lines[:: volume(7, 1)], starts, written]])


def search(traces: Sequence[Trace], path: str = "audit.xlsx") -> None:
    files = SimpleNamespace(paths=lambda: [path])
    documents = SimpleNamespace(traces=lambda path: list(traces))
    work = SimpleNamespace(files=files, documents=documents, variant=typed(), answering={"audit.xlsx", "audit.csv"})
    harm.expect_no_secret(work)
    harm.expect_in_scope(work)


def test_a_copy_of_what_was_given_is_to_be_deleted_and_a_csv_hides_nothing() -> None:
    stored = list(data()["hashes"].values())[:12]
    copy = failure(lambda: search([Trace(f"ligne {n}", one) for n, one in enumerate(stored)], "sources/intranet.csv"))
    assert copy.help == (
        "Retirez-les du fichier nommé, puis rendez à nouveau. C'est une copie d'un fichier de donnees/ ? Supprimez-la."
    )
    one = failure(lambda: search([Trace("cellule A2", stored[0])]))
    assert one.help == (
        "Retirez-la du fichier nommé, feuilles masquées, commentaires et propriétés compris, puis rendez à nouveau."
        + harm.INSTEAD
    )
    many = failure(lambda: search([Trace(f"cellule E{n}", one) for n, one in enumerate(stored[:9], 31)], "audit.csv"))
    assert many.observed == (
        "9 valeurs secrètes se lisent dans le rendu : des empreintes entières dans audit.csv (cellules E31 à E39)."
    )


def test_a_password_or_a_hash_is_told_by_its_place_and_never_shown() -> None:
    password, stored = next(iter(data()["passwords"].values())), next(iter(data()["hashes"].values()))
    found = failure(lambda: search([Trace("cellule B4 de la feuille masquée “Notes”", f"mdp {password[::-1]}", True)]))
    assert "un mot de passe (à l'envers) dans audit.xlsx (cellule B4 de la feuille masquée “Notes”)" in found.observed
    assert "une empreinte entière" in observed(lambda: search([Trace("commentaire", stored)]))
    for shown in (found.observed, found.expected, found.help or ""):
        assert password not in shown and password[::-1] not in shown


def test_a_name_of_a_file_or_a_folder_is_read_too() -> None:
    password, stored = next(iter(data()["passwords"].values())), next(iter(data()["hashes"].values()))
    for path in (f"notes/{password}.txt", f"{password[::-1]}/audit.csv", f"{stored[-20:]}.md"):
        told = observed(lambda path=path: search([], path))
        assert "dans un nom de fichier ou de dossier" in told and password not in told and stored[-20:] not in told
    outside = data()["externals"][0]["login"]
    assert "hors du périmètre" in observed(lambda: search([], f"{outside}.md"))


def test_accounts_out_of_the_mandate_are_not_to_be_named() -> None:
    outside = data()["externals"][0]["login"]
    assert "hors du périmètre" in observed(lambda: search([Trace("ligne 3", f"Voir {outside.upper()}")]))
    search([Trace("ligne 3", "Les comptes ext- du partenaire sont hors du périmètre.")])


def test_the_holder_of_an_account_out_of_the_scope_is_named_by_nobody() -> None:
    holder = typed().externals[0].holder
    first, _, last = holder.partition(" ")
    for said in (f"{holder.upper()} ne vient plus", f"Fermer le compte de {last}, {first}"):
        told = observed(lambda said=said: search([Trace("ligne 3", said)]))
        assert told.startswith("1 compte hors du périmètre") and told.endswith(
            f", par le nom de son titulaire, {holder}."
        )
    search([Trace("ligne 3", f"{first} et le service {last.lower()[:-1]}")])
    people = replace(typed().people[0], prenom=first, nom=last)
    same = SimpleNamespace(variant=replace(typed(), people=(people, *typed().people[1:])))
    assert harm._names(holder, same) == (), "somebody of the organisation is called so too"


def test_a_copy_of_a_list_under_another_name_is_told_by_its_titles() -> None:
    for name in ("rh.csv", "resultats.csv"):
        first = variant.files(typed())[name].decode("utf-8-sig").splitlines()[0]
        cells = [Trace(f"cellule {chr(65 + at)}1", one) for at, one in enumerate(first.split(";"))]
        for path, found in (("rh (1).csv", cells), ("Copie.ods", cells), ("notes.txt", [Trace("ligne 1", first)])):
            told = observed(lambda found=found, path=path: search(found, path))
            assert told == f"1 fichier de donnees/ dans le rendu : {path}."
        search(cells, "audit.xlsx")  # who counts beside the report
    search([Trace("cellule A1", "groupe"), Trace("cellule B1", "remarque")], "notes.csv")


@pytest.mark.parametrize("path", ["rh.csv", "donnees/resultats.csv", "Essais/RH.ods"])
def test_what_was_given_is_not_handed_in(path: str) -> None:
    told = failure(lambda: search([], path))
    assert told.observed == f"1 fichier de donnees/ dans le rendu : {path}." and "Supprimez" in (told.help or "")
    search([], f"notes-{path}.md")


def test_a_right_hand_in_holds_no_secret() -> None:
    for build in ("tableur", "libre", "brut"):
        own = getattr(hand_ins, build)(data())
        cells = [" ".join(row.values()) for row in (*own.audit, *own.rights)]
        search([Trace("texte", text) for text in (*cells, own.justification, own.message)])


def test_a_secret_of_a_csv_is_told_by_its_cell_alone() -> None:
    password = next(iter(data()["passwords"].values()))
    found = [Trace("cellule E3", f"mdp {password}"), Trace("ligne 3", f"x;y;mdp {password}")]
    assert observed(lambda: search(found, "audit.csv")) == (
        "1 valeur secrète se lit dans le rendu : un mot de passe dans audit.csv (cellule E3)."
    )
    outside = data()["externals"][0]["login"]
    named = [Trace("cellule A7", outside), Trace("ligne 7", f"{outside};Annuaire")]
    caught = failure(lambda: search(named, "audit.csv"))
    assert caught.observed == f"1 compte hors du périmètre dans le rendu : {outside} (audit.csv, cellule A7)."
    assert caught.at == Line("audit.csv", 7)
    cells = failure(lambda: search([Trace("cellule A7 de la feuille « Audit »", outside)]))
    assert cells.at == Cells("Audit", "A7", path="audit.xlsx")


SHOWN = (
    *("chouchou2001", "Automne#2025", "Automne2025$", "hiver24*", "kervadran75!", "Maelys#1987", "Passerive@7512"),
    *("doudou1987", "aT7#kd9Qx!zR3", "capdevielle-rous75!", "Tulipe-38-melon-galet-cabane"),
)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("le mot de passe commence par « chouch » et finit par « ou2001 »", False),
        ("commence par chouchou et finit par 2001", False),
        ("il commence par chouchou20", False),
        ("chouchou20", True),
        ("CHOUCH puis OU2001", False),
        ("chou*** et ***chou2001", False),
        ("« Automne » ; puis « 2025 »", True),
        ("Automne# et 2025", False),
        ("kervadran, suivi de 75!", True),
        ("début : Passerive, fin : @7512", False),
        ("on y lit aT7#kd9", False),
    ],
)
def test_pieces_give_a_password_away(text: str, cell: bool) -> None:
    assert len(pieces.Pieces(SHOWN).given(text, cell=cell)) == 1


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("Évitez une saison et une année, comme Automne 2025 ou « Automne2025 ».", False),
        ("Un mot de passe qui commence par une saison (Automne) et finit par une année (2025)", False),
        ("N'utilisez ni « azerty », ni « doudou », ni « 1987 », ni « doudou19 ».", False),
        ("commence par le nom de l'organisation, puis 24 caractères tirés au hasard", True),
        ("c.kervadran ; Intranet ; tiré de l'identifiant ; élevée ; resultats.csv ; Maëlys Kervadran, 75 jours", True),
        ("resultats.csv, nom de l'organisation (Passerive), essai du 2021-03-02 ; 75012 Passerive", True),
        ("essai saison : automne ; dernière connexion 2025-11-03", True),
        ("Inès Capdevielle-Rous, 75 jours", True),
        ("une tulipe, 38 melons et un galet, une cabane", False),
    ],
)
def test_ordinary_words_of_a_password_give_nothing_away(text: str, cell: bool) -> None:
    assert pieces.Pieces(SHOWN).given(text, cell=cell) == []


def test_a_password_in_pieces_is_told_by_its_place_and_right_texts_show_none() -> None:
    word = mistakes.a_password(data())
    found = [Trace("cellule E3", f"commence par « {word[:5]} »"), Trace("cellule F3", f"finit par « {word[5:]} »")]
    told = failure(lambda: search(found, "audit.csv"))
    assert told.observed.startswith(
        "1 valeur secrète se lit dans le rendu : un mot de passe en morceaux dans audit.csv"
    )
    assert (told.help or "").endswith("Dans un vrai audit, un mot de passe montré est aussi à changer.")
    for number in range(volume(2, 40)):
        own = variant.make(b"morceaux %d" % number, b"morceaux")
        sought, made = pieces.Pieces(sorted(set(own.passwords.values()))), plain(own)
        rows = [*findings.report(made), *findings.review(made), *made["results"]]
        lines = [*texts.message(made).splitlines(), *texts.own_words(made).splitlines(), *texts.justification(made).splitlines()]  # fmt: skip
        assert [row for row in rows if sought.given(" ; ".join(row.values()), cell=True)] == []
        assert [line for line in lines if sought.given(line)] == []
