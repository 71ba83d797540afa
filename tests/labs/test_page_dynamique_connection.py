"""The connection as students write it in the code: which words are repaired in a copy, and which are left alone."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from helpers import volume

from etabli.exam.contract.check import Failed, import_grader
from etabli.exam.contract.words import contains_words
from etabli.grading.matrix import render_specimens, witness_secret
from etabli.lab.manifest import load_lab
from etabli.lab.specimens.specimen import load_specimens
from etabli.lab.variant import TRAINING
from etabli.sandbox.repaired_copy import repair
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
connection, diagnosis, keeping = (import_grader(GRADER, name) for name in ("connection", "diagnosis", "keeping"))
home, reach, visitor = (import_grader(GRADER, name) for name in ("home", "reach", "visitor"))

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
        ("mysqli_connect('localhost', 'root');", "mysqli_connect('H.1', 'u_1', 'pw-_');"),
        ("new mysqli('localhost', $u); $u = 'root';", "new mysqli('H.1', $u, 'pw-_'); $u = 'u_1';"),
        ("mysqli_real_connect($c, 'localhost', \"root\");", "mysqli_real_connect($c, 'H.1', \"u_1\", 'pw-_');"),
        ("mysqli_connect('localhost', 'root', null, 'rec');", "mysqli_connect('H.1', 'u_1', 'pw-_', 'c_1');"),
        ("mysqli_connect('localhost', 'root', NULL);", "mysqli_connect('H.1', 'u_1', 'pw-_');"),
        ("new mysqli('localhost', 'root', 1234, 'rec', 3306);", "new mysqli('H.1', 'u_1', 'pw-_', 'c_1', 3307);"),
        (
            "$u = 2024; $m = 1234; $p = null; new PDO('mysql:host=localhost', $u, $m); new PDO('mysql:', $u, $p);",
            "$u = 'u_1'; $m = 'pw-_'; $p = 'pw-_'; new PDO('mysql:host=H.1', $u, $m); new PDO('mysql:', $u, $p);",
        ),
        ("$d = 'localhost'; mysqli_connect($d, ...$reste);", "$d = 'H.1'; mysqli_connect($d, ...$reste);"),
        ("$d = 'localhost'; mysqli_connect($d, username: 'a');", "$d = 'H.1'; mysqli_connect($d, username: 'a');"),
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
            {"app.py": "connect(host='localhost', user='root', password=None, port=3306)"},
            {"app.py": "connect(host='H.1', user='u_1', password='pw-_', port=3307)"},
        ),
        (
            {"app.py": "M = 1234\nconnect(host='localhost', user='root', password=M)"},
            {"app.py": "M = 'pw-_'\nconnect(host='H.1', user='u_1', password=M)"},
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
    "text",
    [
        "$h = 'localhost'; if (getenv('DB_HOST')) $h = getenv('DB_HOST'); new PDO(\"mysql:host=$h\", $u, $m);",
        "$h = 'localhost'; $e = getenv('DB_HOST'); if ($e) { $h = $e; } mysqli_connect($h);",
        "$h = 'localhost'; $e = getenv('DB_HOST'); $f = $e; if ($f !== false) { $h = $f; } mysqli_connect($h);",
        "const H = 'localhost'; $h = H; if (isset($_SERVER['DB_HOST'])) $h = $_SERVER['DB_HOST']; mysqli_connect($h);",
        "$c = ['h' => 'localhost', 'u' => $_ENV['DB_USER']]; $c['h'] = getenv('DB_HOST') ?: $c['h'];"
        " mysqli_connect($c['h'], $c['u'], $m);",
        "if (getenv('DB_HOST')) { $b = mysqli_connect(getenv('DB_HOST')); } else { $b = mysqli_connect('localhost'); }",
    ],
)
def test_what_stands_in_for_the_environment_is_not_fixed(text: str) -> None:
    assert connection.edits_of([("index.php", f"<?php {text}")]) == ()
    assert diagnosis.written_connection(Sources(index_php=f"<?php\n{text}")) is None


def test_what_stands_in_for_the_environment_is_not_fixed_in_flask() -> None:
    text = "H = 'localhost'\nif 'DB_HOST' in os.environ:\n    H = os.environ['DB_HOST']\nconnect(host=H, user=U, password=M)"
    assert connection.edits_of([("app.py", text)]) == ()
    address = "H = 'localhost'\nif E:\n    H = E\nE = os.getenv('DB_HOST')\ne = f'mysql+pymysql://{U}:{M}@{H}/{N}'"
    assert connection.edits_of([("app.py", address)]) == ()


def test_what_the_server_says_of_a_request_is_no_setting() -> None:
    text = "<?php $h = 'localhost'; $u = $_SERVER['REMOTE_USER']; mysqli_connect($h, 'root', '');"
    assert len(connection.edits_of([("index.php", text)])) == 3


HOSTILE = [
    "'mysql:host=", "$a = $b = ", "mysqli_connect(", "new PDO($a, ", "'", '"', "[{(", "?>", "function f($h, ",
    "$h=1;", "$h=$u;", "$h=getenv(", "['h'=>1,'u'=>1],", "f($h,$u);", "function f($h,$u){}", "$h='$h';", "h=1\n",
    "connect(host=h,user=u)\n", "{'host':1,'user':2},", "mysql://h:h@", "host=", "require 'a.php';", "from a import b\n",
]  # fmt: skip
BEFORE = "<?php function f($h,$u,$m,$n,$p){} mysqli_connect($h,$u,$m,$n,$p); mysqli_connect($h,$h,$h,$h,$h);\n"


def steps(path: str, text: str) -> int:
    """How many lines of the grader run to look at a source."""
    count = 0

    def line(_frame: Any, event: str, _more: Any) -> Any:
        nonlocal count
        count += event == "line"
        return line

    before = sys.gettrace()
    sys.settrace(line)
    try:
        connection.edits_of([(path, text)])
        reach.reach({path: text})
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("path", ["index.php", "app.py"])
@pytest.mark.parametrize("piece", HOSTILE[:: volume(6, 1)])
def test_a_source_twice_as_long_takes_twice_the_steps_at_most(piece: str, path: str) -> None:
    short, long = (steps(path, BEFORE + piece * (length // len(piece))) for length in (6_000, 12_000))
    assert long < 2.3 * short


@pytest.mark.parametrize("piece", HOSTILE[: volume(2, 8)])
def test_a_hostile_source_takes_no_stack(piece: str) -> None:
    text = BEFORE + piece * (connection.MAX_CHARACTERS // len(piece))
    assert len(connection.edits_of([("index.php", text)])) <= 40
    assert len(connection.edits_of([("app.py", text)])) <= 40


# -- what the home page runs


@pytest.mark.parametrize(
    ("texts", "run", "whole"),
    [
        (
            {
                "index.php": "<?php require_once __DIR__ . '/inc/a.php'; include('./b.inc');",
                "inc/a.php": "<?php require dirname(__DIR__) . '/config.php'; // require 'test.php';",
                "b.inc": "<?php return;", "config.php": "<?php", "test.php": "<?php", "essais/config.php": "<?php",
            },
            "b.inc config.php essais/config.php inc/a.php index.php", True,
        ),
        (
            {"public/index.php": "<?php const R = __DIR__ . '/..'; require R . '/src/base.php';",
             "src/base.php": "<?php $c = require $_SERVER['DOCUMENT_ROOT'] . '/c.php';", "c.php": "", "base.php": ""},
            "c.php public/index.php src/base.php", True,
        ),
        ({"index.php": "<?php include 'pages/' . $page . '.php';", "pages/a.php": ""}, "index.php", False),
        ({"index.php": '<?php include "pages/$page.php";', "pages/a.php": ""}, "index.php", False),
        ({"index.php": "<?php require 'vendor/autoload.php';", "src/A.php": ""}, "index.php", False),
        ({"index.php": "<?php include 'i.php'; include 'absent.php';", "i.php": "<?php include $x;"},
         "i.php index.php", False),
        ({"accueil.php": "<?php", "b.php": "<?php"}, "", False),
        (
            {"app.py": "from site_web import (\n    base,\n    fiches as f,\n)\nimport os, config", "site_web/__init__.py": "",
             "site_web/base.py": "from .outils import x", "fiches.py": "", "config.py": "", "outils.py": "", "t.py": ""},
            "app.py config.py fiches.py outils.py site_web/__init__.py site_web/base.py", True,
        ),
        ({"app.py": "importlib.import_module(nom)", "t.py": ""}, "app.py", False),
    ],
)  # fmt: skip
def test_what_the_home_page_runs(texts: dict[str, str], run: str, whole: bool) -> None:
    found = reach.reach(texts)
    assert (" ".join(sorted(found.paths)), found.whole) == (run, whole)


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
    window = {"dialogue-partout"}  # no connection: its alert is muted
    assert found | window == {name for name, specimen in specimens.items() if specimen.repaired is not None}
    assert found == {"config-en-dur", "flask-en-dur", "mysqli-en-dur"}


def test_the_shortest_files_are_read_first() -> None:
    library = "<?php\n" + "// une bibliothèque\n" * connection.MAX_CHARACTERS
    assert list(connection.own_texts(Sources(a_php=library, b_php=WRITTEN))) == ["b.php"]


@pytest.mark.parametrize("folder", ["vendor/x", "inc/vendor", "node_modules/a/b", "env/site-packages"])
def test_what_others_wrote_is_not_read(folder: str) -> None:
    files = Sources(index_php=WRITTEN)
    files.texts |= {f"{folder}/{number}.php": WRITTEN for number in range(60)}
    assert list(connection.own_texts(files)) == ["index.php"]
    assert diagnosis.written_connection(files).path == "index.php", "and not too much to repair"


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
    found: Failed = home._failed(
        site(files), "L'adresse / répond par le code 500.", message, "Une page.", "Autre chose."
    )
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
    assert written.remedy().endswith("« const » n'accepte pas getenv : appelez-le là où la constante sert.")


ASKS = "<?php\n$c = mysqli_connect(getenv('DB_HOST'), getenv('DB_USER'), getenv('DB_PASSWORD'), getenv('DB_NAME'));"


@pytest.mark.parametrize(
    "stray", [WRITTEN, "<?php\n$h = ['localhost'];", "<?php\n$x = ouvrir('localhost');", "<?php\n$c = new Db('root');"]
)
@pytest.mark.parametrize("message", ["", "SQLSTATE[HY000] [2002] Connection refused"])
def test_a_file_that_the_home_page_does_not_run_is_no_cause(message: str, stray: str) -> None:
    files = Sources(index_php="<?php\nrequire 'base.php';", base_php="<?php\n$c = ouvrir();")
    files.texts["essais/test.php"] = stray
    found = failed(message, files)
    assert (found.observed, found.help, found.repair) == (
        "L'adresse / répond par le code 500.", "Autre chose.", (),
    )  # fmt: skip
    files.texts["base.php"] = WRITTEN
    assert failed(message, files).observed.startswith(
        "La connexion à la base est écrite en dur dans base.php, ligne 2."
    )


def test_where_nobody_can_tell_what_runs_the_connection_is_said_after_what_is_seen() -> None:
    files = Sources(index_php='<?php\ninclude "pages/$page.php";')
    files.texts["pages/liste.php"] = WRITTEN
    said = "La connexion à la base est écrite en dur dans pages/liste.php, ligne 2."
    found = failed("", files)
    assert found.observed == f"L'adresse / répond par le code 500. {said}"
    assert found.help == "Autre chose." and len(found.repair) == 4
    assert failed("SQLSTATE[HY000] [2002] Connection refused", files).observed.startswith(said)


def test_a_source_that_asks_the_environment_already_is_named() -> None:
    for host, ready in (("getenv('DB_HOST') ?: 'localhost'", True), ("'localhost'", False)):
        files = Sources(index_php=WRITTEN, reglages_php=f"<?php\ndefine('DB_HOST', {host});")
        written = diagnosis.written_connection(files)
        assert ("reglages.php les lit déjà" in written.remedy()) is (ready and written.path == "index.php")


def test_every_page_of_a_site_is_repaired_with_the_one_that_runs() -> None:
    written = diagnosis.written_connection(Sources(index_php=WRITTEN, fiche_php=WRITTEN))
    assert (written.path, {edit.path for edit in written.repair}) == ("index.php", {"index.php", "fiche.php"})


def test_a_password_that_is_not_given_at_all_is_to_be_added() -> None:
    for password, lacks in ((", ''", False), ("", True)):
        written = diagnosis.written_connection(
            Sources(index_php=f"<?php\n$b = mysqli_connect('localhost', 'root'{password});")
        )
        assert ("ajoutez aussi DB_PASSWORD" in written.remedy()) is lacks


@pytest.mark.parametrize(
    ("text", "line", "after"),
    [
        ("<?php\n// alert('Bonjour')\necho \"<script>alert('Bonjour');</script>\";", 3, "void('Bonjour')"),
        (
            "<body>\n<script>window.addEventListener('load', () => window.alert(`Bonjour`));</script>",
            2,
            "void(`Bonjour`)",
        ),
        (
            "<script>alert('Autre')</script>\n<script>\nalert('Bonjour')</script>",
            3,
            "alert('Autre')</script>\n<script>\nvoid('Bonjour')",
        ),
        ("<script>if (confirm('Bonjour ?')) aller();</script>", 1, ""),
        ("<script>alert(un); alert(deux)</script>", 0, ""),
        ("<p>Ce site ne montre pas d'alerte (alert).</p>", 0, ""),
    ],
)
def test_the_call_that_opens_a_window_is_named(text: str, line: int, after: str) -> None:
    files = Sources(page_html=text)
    found = diagnosis.window_opened(files, "La page ouvre une boîte de dialogue (« Bonjour »).")
    assert (found.line if found else 0) == line
    edits = [asdict(edit) for edit in found.repair] if found else []
    assert after in repair(text, edits, {}) and bool(edits) is bool(after)
    assert diagnosis.window_opened(Sources(True, page_html=text), "« Bonjour »") is None


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"champs_php": """<input name="prix" value="<?= h($saisie['prix']) ?>">"""}, "champs.php, ligne 1"),
        ({"champs_html": """<p>\n<input {{ a("prix") }} value="{{ saisie.prix }}">"""}, "champs.html, ligne 2"),
        ({"ajouter_php": '<input name="prix">'}, ""),
        ({"ajouter_php": '<input name="prix">', "modifier_php": '<input name="prix" value="<?= $prix ?>">'}, ""),
    ],
)
def test_a_box_that_writes_a_value_already_is_not_told_to(files: dict[str, str], told: str) -> None:
    found = keeping._emptied(SimpleNamespace(files=Sources(**files), page=SimpleNamespace(path="/")), ["prix"])
    assert (told in found and "où elle est vidée" in found) if told else found is None


def test_the_line_that_empties_what_a_box_writes_is_named() -> None:
    page = "<?php\n$saisie = saisie();\n$erreurs = [];\n$saisie = array_fill_keys(CHAMPS, '');\n"
    box = """<input name="prix" value="<?= h($saisie['prix']) ?>">"""
    files = Sources(ajouter_php=page, champs_php=f"{box}<option value=''>", saisie_php="<?php\n$saisie = [];")
    found = keeping._emptied(SimpleNamespace(files=files, page=SimpleNamespace(path="/ajouter.php?x=1")), ["prix"])
    assert found.endswith(
        ", mais elle est vidée avant l'affichage (ajouter.php, ligne 4 : « $saisie = array_fill_keys(CHAMPS, ''); »)."
    )


def test_a_word_that_says_localhost_is_no_cause_in_a_work_that_asks() -> None:
    assert diagnosis.written_connection(Sources(index_php=f"{ASKS}\n$hote = 'localhost';")) is None
    found = diagnosis.written_connection(Sources(index_php="<?php\ndefine('DB_HOST', 'localhost');\nouvrir(DB_HOST);"))
    assert (found.path, found.line, found.repair) == ("index.php", 2, ())
