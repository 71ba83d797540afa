"""Names that differ by case alone: found in requests and in the journal, told once, never guessed."""

from __future__ import annotations

from typing import Any

import pytest

from etabli.reception.casing import ADVICE, LEFT_OUT, advices, wrong_entry

PATHS = (
    "Fiches/liste.php",
    "css/style.css",
    "images/logo.png",
    "inc/connexion.php",
    "index.php",
    "templates/page.html",
)


def missing(path: str, page: str = "/") -> dict[str, Any]:
    return {"kind": "missing", "check": "demarre", "page": page, "path": path}


def told(
    *events: dict[str, Any], journal: str = "", paths: tuple[str, ...] = PATHS, entry: str = "index.php"
) -> list[str]:
    found = advices(paths, entry, events, journal)
    assert all(item["kind"] == "advice" and item["check"] is None and item["look"] for item in found)
    return [f"{item['advice']}: {item['means']}" for item in found]


def test_a_picture_that_the_page_asks_for() -> None:
    (advice,) = advices(PATHS, "index.php", [missing("/images/Logo.PNG")], "")
    assert advice["advice"] == ADVICE
    assert advice["message"] == "GET /images/Logo.PNG : 404 Not Found"
    assert advice["means"] == (
        "La page « / » demande « images/Logo.PNG » ; le rendu contient « images/logo.png ». "
        "Sous Windows c'est le même nom, sous Linux (le serveur) non."
    )
    assert advice["look"] == "Écrivez exactement pareil : « images/logo.png » dans votre code, ou renommez le fichier."


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/CSS/style.css", "css/style.css"),
        ("/fiches/Liste.php", "Fiches/liste.php"),
        ("/Images/LOGO.png", "images/logo.png"),
    ],
)
def test_folders_count_too(path: str, there: str) -> None:
    (said,) = told(missing(path))
    assert f"le rendu contient « {there} »" in said


def test_a_link_is_told_from_what_a_page_loads() -> None:
    (said,) = told(missing("/Fiches/Liste.php", page="/Fiches/Liste.php"))
    assert "Un lien du site demande « Fiches/Liste.php »" in said


def test_names_are_decoded_and_accents_folded() -> None:
    (said,) = told(missing("/images/%C3%89t%C3%A9.png"), paths=("images/été.png", "index.php"))
    assert "« images/Été.png »" in said and "« images/été.png »" in said


def test_the_root_of_the_site_is_the_folder_of_the_entry() -> None:
    paths = ("public/images/logo.png", "public/index.php", "images/Logo.PNG")
    (said,) = told(missing("/images/Logo.png"), paths=paths, entry="public/index.php")
    assert "le rendu contient « images/logo.png »" in said


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "[24/Nov/2026] [php:warn] PHP Warning:  include(inc/Connexion.php): Failed to open stream: "
            "No such file or directory in /srv/app/index.php on line 3",
            "Le fichier « index.php » demande « inc/Connexion.php » ; le rendu contient « inc/connexion.php »",
        ),
        (
            "PHP Fatal error: require(/srv/app/Inc/connexion.php): Failed to open stream: No such file or directory in "
            "/srv/app/index.php on line 3",
            "demande « Inc/connexion.php » ; le rendu contient « inc/connexion.php »",
        ),
        (
            "require_once(../Inc/connexion.php): Failed to open stream: No such file or directory in /srv/app/Fiches/liste.php",
            "Le fichier « Fiches/liste.php » demande « Inc/connexion.php »",
        ),
        (
            "[php:error] script '/srv/app/Index.php' not found or unable to stat",
            "Votre application demande « Index.php »",
        ),
        ("jinja2.exceptions.TemplateNotFound: Page.html", "le rendu contient « page.html »"),
        ("FileNotFoundError: [Errno 2] No such file or directory: 'Images/logo.png'", "contient « images/logo.png »"),
    ],
)
def test_the_journal_of_the_application(line: str, words: str) -> None:
    (said,) = told(journal=f"avant\n{line}\naprès")
    assert words in said


def test_a_python_module() -> None:
    (said,) = told(journal="ModuleNotFoundError: No module named 'Outils.base'", paths=("app.py", "outils/base.py"))
    assert "demande « Outils/base.py » ; le rendu contient « outils/base.py »" in said


def test_each_name_is_told_once_and_five_at_most() -> None:
    line = "include(inc/Connexion.php): Failed to open stream: No such file or directory in /srv/app/index.php\n"
    assert len(told(missing("/images/Logo.png"), missing("/images/LOGO.PNG"), journal=line * 3)) == 2
    many = tuple(f"p{n}.php" for n in range(9))
    assert len(told(*(missing(f"/P{n}.php") for n in range(9)), paths=many)) == 5


@pytest.mark.parametrize(
    ("path", "paths"),
    [
        ("/absent.png", PATHS),
        ("/images/logo.png", PATHS),
        ("/logo.PNG", PATHS),
        ("/", PATHS),
        ("/A.css", ("a.css", "A.CSS")),
        ("/fiche.php", ("fiche.php", "Fiche.php")),
    ],
    ids=["nowhere", "there after all", "elsewhere", "the root", "two candidates", "there beside another"],
)
def test_nothing_is_guessed(path: str, paths: tuple[str, ...]) -> None:
    assert told(missing(path), paths=paths) == []


def test_hostile_journals_are_harmless() -> None:
    assert told(journal="include(" + "(" * 100_000) == []
    assert told(journal="No such file or directory: ''\nTemplateNotFound: \n" + "x" * 1_000_000) == []
    assert told(journal="No such file or directory: '../../../../etc/passwd'") == []


def test_the_same_name_over_and_over_does_not_hide_the_next_one() -> None:
    line = "No such file or directory: '{}'\n"
    assert len(told(journal=line.format("absent") * 1_000 + line.format("Images/Logo.png"))) == 1


def test_a_folder_that_is_left_out_gets_other_advice() -> None:
    (said,) = told(missing("/node_modules/bootstrap/dist/css/bootstrap.min.css"), missing("/node_modules/x.js"))
    assert said.startswith(f"{LEFT_OUT}: La page « / » demande « node_modules/bootstrap")
    assert "« node_modules » ne fait pas partie d'un rendu" in said


def test_the_entry_file_itself() -> None:
    assert wrong_entry(["index.php", "app.py"], ["Index.PHP", "style.css"]) == ("index.php", "Index.PHP")
    assert wrong_entry(["index.php", "public/index.php"], ["Public/index.php"]) == (
        "public/index.php",
        "Public/index.php",
    )
    assert wrong_entry(["index.php"], ["accueil.php"]) is None
