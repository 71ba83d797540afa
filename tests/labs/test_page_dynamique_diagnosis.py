"""What gives a page away: code, secrets, messages of an error, a connection that is fixed."""

from __future__ import annotations

import re
from html import escape
from types import SimpleNamespace
from typing import Any

import pytest

from etabli.exam.contract.check import import_grader
from etabli.exam.contract.draw import Draw
from etabli.exam.runner.timing import limit
from etabli.lab.messages import explain
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
diagnosis, disclosure, formats = (import_grader(GRADER, name) for name in ("diagnosis", "disclosure", "formats"))


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("No data available in table", True),
        ("Sorry, the database is down.", True),
        ("It's not available, please try again", True),
        ("Site momentanément indisponible, revenez bientôt", False),
        ("Service indisponible : maintenance, merci", False),
        ("Erreur 404 (Not found)", False),
        ("Aucun résultat", False),
    ],
)
def test_a_sentence_in_english_is_told_from_a_french_one(text: str, english: bool) -> None:
    assert formats.in_english(text) is english


def test_what_a_page_says_of_its_own_leaves_its_frame_out() -> None:
    assert diagnosis.own_text("Le site\nAccueil\nTout est en panne.", "Le site\nAccueil\nVélo") == "Tout est en panne."
    assert diagnosis.own_text("Le site\nAccueil", "Le site\nAccueil\nVélo") == ""


def test_submitted_files_are_looked_for_under_the_web_root() -> None:
    paths = ["public/index.php", "config.php", "style.css", ".env"]
    orders = [disclosure.web_addresses(paths, Draw(bytes([seed]))) for seed in range(8)]
    for addresses in orders:
        assert set(addresses[:4]) == {"public/index.php", "index.php", "config.php", ".env"}
        assert set(addresses) == {*addresses[:4], *disclosure.GUESSES} and "style.css" not in addresses
    assert len(set(map(tuple, orders))) == 8
    assert "dump.sql" in addresses


MANY = 150_000
"""Times that a page or a file says the same: what reads it again for each of them would take hours."""
PROGRAM = """<?php
require 'inc/base.php';
$fiches = lister_fiches($recherche, $filtre);
?>
<h1>Nos objets de la semaine</h1>
<?php foreach ($fiches as $fiche): ?>
<p><?= h($fiche['nom']) ?></p>
<?php endforeach ?>
"""
FLASK = """import os
from flask import Flask, render_template

@app.route("/fiches")
def lister_fiches():
    return PAGE
"""
SENT = "<p>Nos objets de la semaine</p><script>const $fiches = lister_fiches($recherche, $filtre);\nforeach ($fiches as $fiche):</script>"


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (f"<pre>{escape(PROGRAM)}</pre>", "du code de index.php"),
        (escape(PROGRAM).replace("$", "&#36;").replace(" ", "&nbsp;"), "du code de index.php"),
        ("".join(f"<span>{escape(word)}</span> " for word in PROGRAM.split(" ")), "du code de index.php"),
        (PROGRAM, "du code de index.php"),
        (f"<code>{escape(FLASK)}</code>", "du code de app.py"),
        ("<ul><li>DB_HOST : base<li>DB_USER : eleve</ul>", "les réglages de la base"),
        ("<pre>INSERT INTO `objets` (`id`) VALUES (1);</pre>", "les données de la base"),
        (SENT, ""),
        ("<h1>Nos objets de la semaine</h1><p>Prix : 12,50 $ ou import de fiches</p>", ""),
    ],
)
def test_a_page_that_shows_code_is_told_from_one_that_holds_a_script(page: str, found: str) -> None:
    assert disclosure.code_in(page, disclosure.code_lines({"index.php": PROGRAM, "app.py": FLASK})) == found


@pytest.mark.parametrize("sign", ["<script", "<", "<?php ", "INSERT INTO a ", "@a", "<?php $a\n"])
def test_a_page_is_searched_for_code_once_whatever_it_repeats(sign: str) -> None:
    with limit(20, 120, lambda: False):
        assert not disclosure.code_in(sign * MANY, disclosure.code_lines({"a.php": sign * MANY, "b.py": sign * MANY}))


PHPINFO = "la page de phpinfo(), avec les réglages du serveur"


@pytest.mark.parametrize(
    ("body", "address", "found"),
    [
        ("<?php echo 1;", "config.php~", "du code PHP"),
        ("DB_PASSWORD=\n", ".env", "les réglages de la base"),
        ("INSERT INTO objets VALUES (1);", "base/dump.sql", "les données de la base"),
        ("[core]\n\tbare = false", ".git/config", "l'historique Git"),
        ("import os\n", "app.py", "du code Python"),
        ("ALTER TABLE objets ADD note TEXT;", "base/modifications.sql", ""),
        ("<?php\nreturn ['mot_de_passe' => 'x'];", "config.txt", "du code PHP, avec un mot de passe"),
        ("<?php $mdp = $_POST['mdp'];", "config.txt", "du code PHP"),
        ("DB_PASSWORD=lavande\n", "reglages.txt", "les réglages de la base, dont un mot de passe"),
        ("mdp = lavande\n", "notes.txt", "un mot de passe"),
        ("Sur XAMPP : new PDO('mysql:host=localhost', 'root', '');", "notes.txt", "les réglages de la base"),
        ("Écrire new PDO($adresse, $compte, $secret).", "LISEZMOI.txt", ""),
        ("-- copie\nINSERT INTO objets VALUES (1);", "base.txt", "les données de la base"),
        ("# réglages\nimport os\n", "config.py.txt", "du code Python"),
        ("Écrire <?php en haut, puis INSERT INTO objets. Mot de passe : voir config.php.", "LISEZMOI.txt", ""),
        ("<!DOCTYPE html><p>Mot de passe : oublié</p>", "compte.php", ""),
        ("<!DOCTYPE html><title>PHP 8.3.6 - phpinfo()</title>", "info.php", PHPINFO),
        ("<!DOCTYPE html><title>Le cours</title><p>phpinfo() montre les réglages.</p>", "cours.php", ""),
        ("", "config.php", ""),
    ],
)
def test_secrets(body: str, address: str, found: str) -> None:
    assert disclosure.secret_in(body, address) == found


@pytest.mark.parametrize("sign", ["# ", "#\n", "\n", " \t", "mysqli_connect(,", "new PDO(", "DB_PASS ", "password "])
def test_a_file_is_searched_for_secrets_once_whatever_it_repeats(sign: str) -> None:
    with limit(120, 120, lambda: False):
        for address in ("lisez-moi.txt", "config.inc"):
            assert disclosure.secret_in(sign * MANY, address) == ""


@pytest.mark.parametrize(
    "sign", ["<head ", "<script>", "</head>", "<", "<b>", "Warning: ", "&amp", "Traceback (", " on line"]
)
def test_a_page_is_read_once_whatever_it_repeats(sign: str) -> None:
    with limit(120, 120, lambda: False):
        text = diagnosis.visible_text(f"<p>Lampe</p>{sign * MANY}")
        assert "Lampe" in text and diagnosis.without_notices(text)
        diagnosis.leak(text)
        diagnosis.broken_page(200, sign * MANY)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<HEAD><title>a</title></head>b<Script>c</SCRIPT>d<style>e</style>f", " b d f"),
        ("<head>a<p>b</p>", " a b "),
        ("<script>a<style>b</script>c</style>d", " c d"),
        ("a < b <i>c</i> &lt;d&gt; <e", "a  c  <d> <e"),
    ],
)
def test_what_no_visitor_reads_is_left_out(source: str, text: str) -> None:
    assert diagnosis.visible_text(source) == text


@pytest.mark.parametrize(
    "text",
    [
        "SQLSTATE[42000]: Syntax error",
        "Fatal error: Uncaught PDOException in /srv/app/index.php",
        "Warning: Undefined variable $x in index.php on line 3",
        'pymysql.err.OperationalError: (2003, "Can\'t connect")',
        "Traceback (most recent call last):",
        "Access denied for user 'root'@'localhost'",
        "En panne : (4151, 'Access denied, this account is locked')",
        "Access denied, this account is locked",
        "(2013, 'Lost connection to MySQL server during query')",
        "Can't reach the base: MySQL server has gone away",
    ],
)
def test_technical_words_are_noticed(text: str) -> None:
    assert diagnosis.leak(f"Bonjour\n{text}\nAu revoir")


@pytest.mark.parametrize(
    "text",
    [
        "Le service est indisponible pour le moment. Revenez plus tard.",
        "Aucun objet ne correspond à votre recherche.",
        "Notice de montage : table en chêne. Prix en ligne, 12,50 €",
        "Warning signs, lot de 3",
        "Atelier (2026, 'Les beaux jours')",
        "Access denied",
    ],
)
def test_ordinary_words_are_not(text: str) -> None:
    assert diagnosis.leak(text) == ""


def test_a_page_is_told_from_a_crash() -> None:
    assert diagnosis.broken_page(200, "<!DOCTYPE html><h1>Nos objets</h1>") == ""
    assert "500" in diagnosis.broken_page(500, "")
    assert "vide" in diagnosis.broken_page(200, "  ")
    assert "erreur" in diagnosis.broken_page(200, "<b>Fatal error</b>: Uncaught PDOException: SQLSTATE[HY000] [2002]")


PARSE = (
    '<br />\n<b>Parse error</b>:  syntax error, unexpected variable "$l" in <b>/srv/app/index.php</b> on line <b>4</b>'
)


def test_an_error_page_keeps_the_file_and_the_line() -> None:
    said = diagnosis.broken_page(200, PARSE)
    message = 'Parse error: syntax error, unexpected variable "$l" in index.php on line 4'
    assert said == f"L'adresse / montre un message d'erreur au lieu d'une page : « {message} »."
    [known] = explain([said])
    assert known.message == message and known.look.endswith("Endroit signalé : index.php, ligne 4.")
    long = f"Fatal error: Uncaught PDOException: {'x' * 300} in /srv/app/inc/base.php:10 Stack trace: #0 {{main}}"
    assert diagnosis.leak(long).endswith("… in inc/base.php:10") and len(diagnosis.leak(long)) == diagnosis.READABLE


def test_a_mere_notice_leaves_a_page_a_page() -> None:
    notice = "<b>Warning</b>:  Undefined variable $x in <b>/srv/app/index.php</b> on line <b>3</b>"
    assert diagnosis.broken_page(200, f"{notice}<h1>Nos objets</h1>") == ""
    assert diagnosis.crash(200, diagnosis.visible_text(notice)) == ""


def test_an_items_page_that_stops_is_told() -> None:
    assert diagnosis.crash(200, diagnosis.visible_text(PARSE)).startswith("affiche une erreur de PHP : « Parse error: ")
    assert diagnosis.crash(500, "Erreur").startswith("répond par le code 500")
    assert diagnosis.crash(404, "Introuvable") == ""


def test_bytes_in_a_message_are_read_as_letters() -> None:
    message = r"You have an error in your SQL syntax near '\xC3\x89tang%' \xC3 at line 1"
    assert diagnosis.leak(message) == r"You have an error in your SQL syntax near 'Étang%' \xC3 at line 1"
    assert explain([message])[0].message == diagnosis.leak(message)


@pytest.mark.parametrize(
    ("status", "source", "said"),
    [
        (404, "Introuvable", "index.php ou app.py"),
        (200, PARSE, "celle d'avant"),
        (200, "Warning: require(config.php): Failed to open stream: No such file in a.php on line 2", "introuvable"),
        (200, "SQLSTATE[42S02]: Table 'x.y' doesn't exist", "votre requête"),
        (200, "SQLSTATE[HY000] [2002] Connection refused", "DB_HOST"),
        (500, "", "le journal de votre site"),
        (200, "<?php echo 1;", ".php"),
    ],
)
def test_where_to_look_depends_on_what_is_seen(status: int, source: str, said: str) -> None:
    assert said in diagnosis.advice(status, source)


class Sources:
    """A tree of submitted files, searched as the fixture does."""

    def __init__(self, **texts: str) -> None:
        self.texts = {name.replace("_", "."): text for name, text in texts.items()}
        self.repaired = False

    def paths(self, *suffixes: str) -> list[str]:
        return [path for path in sorted(self.texts) if path.endswith(suffixes)]

    def text(self, path: str) -> str:
        return self.texts[path]

    def search(self, pattern: re.Pattern[str], suffixes: tuple[str, ...] = ()) -> list[Any]:
        return [
            SimpleNamespace(path=path, line=number, text=line)
            for path, text in sorted(self.texts.items())
            if path.endswith(suffixes)
            for number, line in enumerate(text.splitlines(), start=1)
            if re.search(pattern, line)
        ]


def test_the_line_that_fixes_the_connection_is_named() -> None:
    files = Sources(index_php="<?php\n// root\n$b = mysqli_connect('localhost', 'root', '');")
    written = diagnosis.written_connection(files)
    assert written.sentence() == "La connexion à la base est écrite en dur dans index.php, ligne 3."
    assert written.remedy().startswith("index.php, ligne 3 : « $b = mysqli_connect('localhost', 'root', ''); » fixe")
    assert "DB_HOST" in written.remedy() and len(written.repair) == 3


@pytest.mark.parametrize(
    "line",
    ["$h = getenv('DB_HOST') ?: 'localhost';", "HOST = os.environ.get('DB_HOST', 'localhost')", "# 'localhost'"],
)
def test_a_fallback_is_no_fixed_connection(line: str) -> None:
    assert diagnosis.written_connection(Sources(config_php=line)) is None


def test_a_new_sentence_is_told_from_the_frame() -> None:
    full = "Nos objets\nRechercher\n12 objets\nVélo 12,00 €"
    assert list(formats.new_sentences(full, "Nos objets\nRechercher\nAucun objet à afficher.")) == [
        "Aucun objet à afficher."
    ]
    assert not list(formats.new_sentences(full, "Nos objets\nRechercher\n0 objets"))
