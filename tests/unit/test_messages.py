"""« Messages expliqués »: a catalogue that holds together, and lines that are found, cleaned and cut."""

from __future__ import annotations

import re

import pytest

from etabli.lab.messages import MOST, READABLE, Explained, KnownMessage, catalogue, explain

ENTRIES = {entry.id: entry for entry in catalogue()}
TECHNOLOGIES = {"PHP", "SQL", "Python", "Flask", "HTTP", "Tableur"}


def ids(*texts: str) -> list[str]:
    return [found.id for found in explain(texts)]


def one(text: str) -> Explained:
    [found] = explain([text])
    return found


@pytest.fixture(params=ENTRIES.values(), ids=ENTRIES.keys())
def entry(request: pytest.FixtureRequest) -> KnownMessage:
    found: KnownMessage = request.param
    return found


# -- the catalogue


def test_the_catalogue_covers_the_trade() -> None:
    assert len(ENTRIES) == len(catalogue()) >= 40
    assert {entry.technology for entry in catalogue()} == TECHNOLOGIES


def test_an_example_is_explained_by_its_own_entry_and_no_other(entry: KnownMessage) -> None:
    assert ids(entry.example) == [entry.id]


def test_an_explanation_is_short_plain_and_sourced(entry: KnownMessage) -> None:
    for text in (entry.means, entry.look):
        assert text.endswith((".", "?", "…)."))
        assert not re.search(r"\b(?:tu|ton|tes)\b", text)
    assert len(entry.means) <= 190 and len(entry.look) <= 260
    assert entry.source.startswith("https://")


def test_an_explanation_uses_only_what_the_pattern_names(entry: KnownMessage) -> None:
    used = set(re.findall(r"\{(\w+)\}", entry.means + entry.look))
    assert used <= set(entry.pattern.groupindex)


def test_french_signs_stand_apart(entry: KnownMessage) -> None:
    code = r"\S*[(/]\S*|methods=\S+ \S+|<\S*>|:nom|mysql:|using password:"
    prose = re.sub(code, "", f"{entry.means} {entry.look}")
    assert not re.search(r"\w[?!;]|\w:(?!:)|«\S|\S»", prose), prose


# -- what is found


def test_messages_come_once_in_order_of_appearance() -> None:
    first = "Warning: Undefined variable $a in /srv/app/a.php on line 1"
    second = "Warning: Array to string conversion in /srv/app/a.php on line 2"
    assert ids(f"{second}\nBonjour\n{first}\n{second}", first) == ["php-array-to-string", "php-undefined-variable"]


def test_at_most_ten_messages_are_given() -> None:
    assert MOST == 10
    assert len(explain(entry.example for entry in catalogue())) == 10


def test_nothing_is_found_in_an_ordinary_page() -> None:
    page = """<!doctype html><html lang="fr"><h1>Nos plantes</h1><p>Aucune plante ne correspond. Prix : 12,50 €</p>
    ### Une note
    Notice de montage ; erreur 404 du siècle ; « Warning signs », lot n° 500"""
    assert ids(page, "", '10.0.0.1 - - "GET /x HTTP/1.1" 404 -') == []


def test_a_page_of_php_is_read_without_its_tags() -> None:
    found = one(
        "<p>Prix</p><br />\n<b>Fatal error</b>:  Uncaught Error: Class &quot;Plante&quot; not found in "
        "<b>/srv/app/inc/base.php</b>:7\nStack trace:\n#0 {main}\n"
    )
    assert found.message == 'Fatal error: Uncaught Error: Class "Plante" not found in inc/base.php:7'
    assert found.means == "La classe Plante n'a pas été trouvée."
    assert found.look.endswith("Endroit signalé : inc/base.php, ligne 7.")


def test_a_line_of_the_journal_loses_its_clock_and_its_stack() -> None:
    found = one(
        "[Wed Nov 25 03:55:46.841987 2026] [php:error] PHP Fatal error:  Uncaught mysqli_sql_exception: Connection "
        "refused in /srv/app/index.php:3\\nStack trace:\\n#0 {main}\\n  thrown in /srv/app/index.php on line 3"
    )
    assert found.message == "Fatal error: Uncaught mysqli_sql_exception: Connection refused in index.php:3"


def test_a_message_inside_a_french_sentence_is_taken_out_of_it() -> None:
    found = one(
        "Pour la recherche « l'eau », la page montre « Warning: Undefined variable $q in index.php on line 2 »."
    )
    assert found.message == "Warning: Undefined variable $q in index.php on line 2"


def test_a_message_that_was_cut_is_still_known() -> None:
    cut = "Fatal error: Uncaught PDOException: SQLSTATE[42S02]: Base table or view not found: 1146 Table 'r_4f3a.pla…"
    assert ids(f"On y lit : « {cut} ».") == ["sql-table-unknown"]
    assert ids("« Fatal error : Uncaught PDOException: SQLSTATE[HY000] [4151] Access de… »") == ["sql-locked"]
    assert ids('« Parse error : syntax error, unexpected token "echo" in ind… »') == ["php-parse"]


def test_a_whole_message_is_preferred_to_one_that_was_cut() -> None:
    cut = "On y lit : « Fatal error : Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in /srv/ap… »."
    whole = "Fatal error: Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in /srv/app/inc/base.php:10"
    first, second = explain([cut, f"Array to string conversion\n{whole}"])
    assert first.message == whole.replace("/srv/app/", "") and second.id == "php-array-to-string"
    assert first.look.endswith("Endroit signalé : inc/base.php, ligne 10.")


def test_a_message_of_python_names_the_candidates_own_line() -> None:
    trace = (
        "Traceback (most recent call last):\n"
        '  File "/usr/lib/python3/dist-packages/flask/app.py", line 902, in dispatch_request\n'
        '  File "/srv/app/app.py", line 12, in fiche\n    return plante["nom"]\n'
        '  File "/usr/lib/python3/dist-packages/x.py", line 3, in y\n'
        "TypeError: 'NoneType' object is not subscriptable\n"
    )
    found = one(trace)
    assert found.message == "TypeError: 'NoneType' object is not subscriptable"
    assert found.look.endswith("Endroit signalé : app.py, ligne 12.")


def test_the_place_of_another_message_is_not_taken() -> None:
    text = "  File \"/srv/app/app.py\", line 12\nSyntaxError: invalid syntax\n\nKeyError: 'nom'\n"
    syntax, key = explain([text])
    assert "ligne 12" in syntax.look and "Endroit" not in key.look


# -- foreign text


def test_control_characters_and_colours_do_not_pass() -> None:
    found = one("\x1b[31mNameError\x1b[0m: name 'x' is not defined\x00\u202e fin")
    assert found.message == "NameError: name 'x' is not defined fin"


def test_a_long_line_is_cut_around_its_message() -> None:
    found = one("x" * 3000 + " Warning: Undefined variable $prix in index.php on line 3 " + "y" * 3000)
    assert len(found.message) <= READABLE + 2
    assert found.message.startswith("… ") and "Undefined variable $prix" in found.message


def test_braces_of_a_candidate_are_not_ours() -> None:
    found = one("KeyError: '{0.__class__} {name}'")
    assert found.means == "Le dictionnaire n'a pas de case '{0.__class__} {name}'."


def test_a_long_value_is_cut_in_the_explanation() -> None:
    assert len(one(f"Unknown column '{'c' * 150}' in 'SELECT'").means) < 160


def test_a_value_that_is_not_there_leaves_a_mark() -> None:
    assert "« … »" not in one("You have an error in your SQL syntax").means
    assert one("Unclosed '{' on line 3").id == one("syntax error, unexpected end of file").id == "php-parse-end"


@pytest.mark.parametrize(
    "text",
    [
        "[php:warn] PHP Warning:  Undefined variable $prix in /srv/app/index.php on line 7\n" * 1300,
        "a" * 100_000,
        "'" * 100_000,
        "<" * 100_000,
        "« " * 50_000,
        "Table '" * 14_000,
        "A, B " * 20_000,
        "KeyError: '" * 9_000,
        "(" * 100_000,
        'File "/srv/app/' * 7_000,
    ],
    ids=lambda text: text[:12],
)
def test_a_hundred_hostile_kilobytes_are_read_to_their_end(text: str) -> None:
    assert len(explain([text])) <= 10  # a pattern that backtracks without end would not come back at all
