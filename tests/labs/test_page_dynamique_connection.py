"""The connection as students write it in the code: which words are repaired in a copy, and which are left alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from etabli.exam.contract.check import Failed, import_grader
from etabli.exam.contract.words import contains_words
from etabli.grading.matrix import render_specimens, witness_secret
from etabli.lab.manifest import load_lab
from etabli.lab.specimens.specimen import load_specimens
from etabli.lab.variant import TRAINING
from etabli.sandbox.repaired_copy import repair
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
connection = import_grader(GRADER, "connection")
diagnosis = import_grader(GRADER, "diagnosis")
visitor = import_grader(GRADER, "visitor")

ENVIRONMENT = {"DB_HOST": "H.1", "DB_PORT": "3307", "DB_NAME": "c_1", "DB_USER": "u_1", "DB_PASSWORD": "pw-_"}


def repaired(files: Mapping[str, str]) -> dict[str, str]:
    """The files as the copy has them."""
    edits = connection.edits_of(files.items())
    return {
        path: repair(text, [asdict(edit) for edit in edits if edit.path == path], ENVIRONMENT)
        for path, text in files.items()
    }


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "new PDO('mysql:host=localhost;dbname=rec;charset=utf8mb4', 'root', '');",
            "new PDO('mysql:host=H.1;dbname=c_1;charset=utf8mb4', 'u_1', 'pw-_');",
        ),
        (
            'new \\PDO("mysql:host=127.0.0.1;port=3306;dbname=rec", "root");',
            'new \\PDO("mysql:host=H.1;port=3307;dbname=c_1", "u_1", \'pw-_\');',
        ),
        (
            '$h = "localhost"; $b = "rec"; $u = "root"; $m = ""; new PDO("mysql:host=$h;dbname={$b}", $u, $m);',
            '$h = "H.1"; $b = "c_1"; $u = "u_1"; $m = "pw-_"; new PDO("mysql:host=$h;dbname={$b}", $u, $m);',
        ),
        (
            "$d = 'mysql:host=' . HOTE . ';dbname=' . BASE; const HOTE = 'localhost'; define('BASE', 'rec');",
            "$d = 'mysql:host=' . HOTE . ';dbname=' . BASE; const HOTE = 'H.1'; define('BASE', 'c_1');",
        ),
        ("$c = mysqli_connect('localhost', 'root', '', 'rec');", "$c = mysqli_connect('H.1', 'u_1', 'pw-_', 'c_1');"),
        (
            "$c = @mysqli_connect('localhost', 'root', '') or die('Non'); mysqli_select_db($c, 'rec');",
            "$c = @mysqli_connect('H.1', 'u_1', 'pw-_') or die('Non'); mysqli_select_db($c, 'c_1');",
        ),
        ("new mysqli('localhost','root','','rec',3306);", "new mysqli('H.1','u_1','pw-_','c_1',3307);"),
        ("$b->real_connect('localhost', 'root', '', 'rec');", "$b->real_connect('H.1', 'u_1', 'pw-_', 'c_1');"),
        (
            "class B { private string $h = 'localhost'; const U = 'root'; private $m = ''; private $n = 'rec';\n"
            "function o() { return new mysqli($this->h, self::U, $this->m, $this->n); } }",
            "class B { private string $h = 'H.1'; const U = 'u_1'; private $m = 'pw-_'; private $n = 'c_1';\n"
            "function o() { return new mysqli($this->h, self::U, $this->m, $this->n); } }",
        ),
        (
            'function o($h, $b, $u, $m) { return new PDO("mysql:host=$h;dbname=$b", $u, $m); }\n'
            "o('localhost', 'rec', 'root', '');",
            'function o($h, $b, $u, $m) { return new PDO("mysql:host=$h;dbname=$b", $u, $m); }\n'
            "o('H.1', 'c_1', 'u_1', 'pw-_');",
        ),
        (
            "new PDO('mysql:host=' . (getenv('DB_HOST') ?: 'localhost') . ';dbname=rec', getenv('DB_USER'), $_ENV['P']);",
            "new PDO('mysql:host=' . (getenv('DB_HOST') ?: 'localhost') . ';dbname=c_1', getenv('DB_USER'), $_ENV['P']);",
        ),
    ],
)
def test_php_as_students_write_it(before: str, after: str) -> None:
    assert repaired({"index.php": f"<h1>localhost</h1>\n<?php // 'root'\n{before}\n?>'root'"}) == {
        "index.php": f"<h1>localhost</h1>\n<?php // 'root'\n{after}\n?>'root'"
    }


CALL = "pymysql.connect(host=config.HOTE, user=config.COMPTE, password=config.MDP, database=config.BASE)"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            {"app.py": "pymysql.connect(\n    host='localhost',\n    user=\"root\",\n    database='rec',\n)"},
            {"app.py": "pymysql.connect(\n    host='H.1',\n    user=\"u_1\", password='pw-_',\n    database='c_1',\n)"},
        ),
        (
            {"app.py": CALL, "config.py": "HOTE = 'localhost'  # 'root'\nBASE = 'rec'\nCOMPTE: str = 'root'\nMDP = ''"},
            {"app.py": CALL, "config.py": "HOTE = 'H.1'  # 'root'\nBASE = 'c_1'\nCOMPTE: str = 'u_1'\nMDP = 'pw-_'"},
        ),
        (
            {"app.py": "connect(**BASE)", "config.py": 'BASE = {"host": "localhost", "user": "root", "db": "rec"}'},
            {
                "app.py": "connect(**BASE)",
                "config.py": 'BASE = {"host": "H.1", "user": "u_1", \'password\': \'pw-_\', "db": "c_1"}',
            },
        ),
        (
            {"app.py": "create_engine('mysql+pymysql://root:@localhost:3306/rec?charset=utf8mb4')"},
            {"app.py": "create_engine('mysql+pymysql://u_1:pw-_@H.1:3307/c_1?charset=utf8mb4')"},
        ),
        (
            {"app.py": 'app.config["SQLALCHEMY_DATABASE_URI"] = "mysql+pymysql://root@localhost/rec"'},
            {"app.py": 'app.config["SQLALCHEMY_DATABASE_URI"] = "mysql+pymysql://u_1:pw-_@H.1/c_1"'},
        ),
        (
            {"app.py": "U = 'root'\nM = ''\nH = os.environ['DB_HOST']\ne = f'mysql+pymysql://{U}:{M}@{H}/rec'"},
            {"app.py": "U = 'u_1'\nM = 'pw-_'\nH = os.environ['DB_HOST']\ne = f'mysql+pymysql://{U}:{M}@{H}/c_1'"},
        ),
    ],
)
def test_flask_as_students_write_it(before: dict[str, str], after: dict[str, str]) -> None:
    assert repaired(before) == after


def test_a_configuration_in_a_file_of_its_own() -> None:
    use = "<?php $c = require 'config.php';\nnew PDO(\"mysql:host={$c['hote']};dbname={$c['nom']}\", $c['u'], $c['m']);"
    form = "<?php $saisie = ['nom' => '', 'prix' => '']; $nom = ''; champ('nom', 'Nom');"
    files = {"base.php": use, "ajouter.php": form, "config.php": "<?php return ['hote' => 'localhost', 'nom' => 'rec',"
             " 'u' => getenv('DB_USER') ?: 'root', 'm' => \"\"];"}  # fmt: skip
    assert repaired(files) == {
        "base.php": use,
        "ajouter.php": form,
        "config.php": "<?php return ['hote' => 'H.1', 'nom' => 'c_1', 'u' => getenv('DB_USER') ?: 'root',"
        " 'm' => \"pw-_\"];",
    }, "« nom » of the form is none of the connection's"


@pytest.mark.parametrize(
    "text",
    [
        "<?php $c = ['hote' => getenv('DB_HOST') ?: 'localhost']; new PDO(\"mysql:host={$c['hote']};port=3306\");",
        "<?php // new mysqli('localhost', 'root', '');\n/* mysqli_connect('localhost') */",
        "mysqli_connect('localhost', 'root', '', 'rec')",
        "<?php $texte = \"tapez mysql -u root -h localhost\"; connect('a', 'b');",
        "<?php 'mysql:host=", "<?php mysqli_connect(", "<?php new PDO(", "<?php $a = '", "<?php /*", "",
    ],
)  # fmt: skip
def test_what_fixes_nothing_is_left_alone(text: str) -> None:
    assert connection.edits_of([("index.php", text)]) == ()


@pytest.mark.parametrize(
    "piece", ["'mysql:host=", "$a = $b = ", "mysqli_connect(", "new PDO($a, ", "'", '"', "[{(", "?>"]
)
def test_a_hostile_source_takes_no_time_and_no_stack(piece: str) -> None:
    text = "<?php " + piece * (connection.MAX_CHARACTERS // len(piece))
    assert len(connection.edits_of([("index.php", text)])) <= 40
    assert len(connection.edits_of([("app.py", text)])) <= 40


def test_only_the_specimens_that_say_so_have_something_to_repair(tmp_path: Path) -> None:
    lab = load_lab("page-dynamique")
    specimens = load_specimens(lab)
    render_specimens(lab, specimens, witness_secret(0), TRAINING, tmp_path)
    found = set()
    for name in specimens:
        folder = tmp_path / name
        paths = [path for path in sorted(folder.rglob("*")) if path.suffix in (".php", ".py")]
        if connection.edits_of((path.relative_to(folder).as_posix(), path.read_text("utf-8")) for path in paths):
            found.add(name)
    assert found == {name for name, specimen in specimens.items() if specimen.repaired is not None}
    assert found == {"config-en-dur", "flask-en-dur", "mysqli-en-dur"}


def test_the_shortest_files_are_read_first() -> None:
    library = "<?php\n" + "// une bibliothèque\n" * connection.MAX_CHARACTERS
    assert connection.connection_edits(Sources(a_php=library, b_php=WRITTEN))


# -- what is said of it


class Sources:
    """A tree of submitted files, as the fixture shows it."""

    def __init__(self, repaired: bool = False, **texts: str) -> None:
        self.texts = {name.replace("_", "."): text for name, text in texts.items()}
        self.repaired = repaired

    def paths(self, *suffixes: str) -> list[str]:
        return [path for path in sorted(self.texts) if path.endswith(suffixes)]

    def text(self, path: str) -> str:
        return self.texts[path]

    def search(self, *_asked: Any, **_more: Any) -> list[Any]:
        return []


WRITTEN = "<?php\n$c = mysqli_connect('localhost', 'root', '', 'rec');"


def site(files: Sources) -> Any:
    """A site of which only the sources are known."""
    made = visitor.Site.__new__(visitor.Site)
    made.files = files
    return made


def failed(message: str, files: Sources) -> Failed:
    found: Failed = site(files)._failed("L'adresse / répond par le code 500.", message, "Une page.", "Autre chose.")
    return found


@pytest.mark.parametrize(
    "message", ["", "SQLSTATE[HY000] [2002] Connection refused", "mysqli_sql_exception: No such file"]
)
def test_a_connection_written_in_the_code_is_said_first(message: str) -> None:
    found = failed(message, Sources(index_php=WRITTEN))
    assert found.observed == (
        "La connexion à la base est écrite en dur dans index.php, ligne 2. L'adresse / répond par le code 500."
    )
    assert found.help is not None and "lisez DB_HOST, DB_PORT, DB_NAME" in found.help
    assert [edit.becomes for edit in found.repair] == ["{DB_HOST}", "{DB_USER}", "{DB_PASSWORD}", "{DB_NAME}"]


def test_another_cause_that_the_page_tells_is_said_before() -> None:
    found = failed("Parse error: syntax error in index.php on line 4", Sources(index_php=WRITTEN))
    assert found.observed.endswith("code 500. La connexion à la base est écrite en dur dans index.php, ligne 2.")
    assert found.help == "Autre chose." and found.repair


def test_nothing_more_is_said_of_a_copy_that_is_repaired_already() -> None:
    found = failed("", Sources(repaired=True, index_php=WRITTEN))
    assert (found.observed, found.repair) == ("L'adresse / répond par le code 500.", ())
    assert not contains_words(found.help or "", "DB_HOST")


def test_the_line_of_the_server_is_named_among_several() -> None:
    files = Sources(config_php="<?php\nconst U = 'root';\nconst H = 'localhost';\nnew mysqli(H, U, '', 'rec');")
    written = diagnosis.written_connection(files)
    assert written.sentence().endswith("config.php, ligne 3.")
    assert written.remedy().startswith("config.php, ligne 3 : « const H = 'localhost'; » fixe la connexion.")
