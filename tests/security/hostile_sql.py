"""Works that attack the database they are given, from the moment they are started: their neighbours must not notice.

Each is a small site that answers, and threads that do the same harm again and again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

_SITE = """
import os, threading, time
import pymysql
from flask import Flask

def base():
    return pymysql.connect(
        host=os.environ["DB_HOST"], user=os.environ["DB_USER"], password=os.environ["DB_PASSWORD"],
        database=os.environ["DB_NAME"], autocommit=True,
    )

tombee = threading.Event()

{attack}

def encore(n):
    while True:
        try:
            attaque(n)
        except Exception as error:
            if error.args[0] in (2003, 2006, 2013):
                tombee.set()
            print(type(error).__name__, str(error)[:200], flush=True)
        time.sleep(0.2)

for n in range(FOIS):
    threading.Thread(target=encore, args=(n,), daemon=True).start()
app = Flask(__name__)

@app.route("/")
def accueil():
    tombee.wait(ATTENTE)
    return "<!doctype html><html lang=fr><title>Stock</title><h1>Stock</h1>"
"""

_MEMORY = """
FOIS, ATTENTE = 4, 14
def attaque(n):
    with base().cursor() as c:
        for k in range(60):
            c.execute(f"SET @v{k} = REPEAT('x', 16000000)")
        time.sleep(3600)
"""

_SORTS = """
FOIS, ATTENTE = 4, 0
def attaque(n):
    with base().cursor() as c:
        c.execute("SET SESSION max_statement_time = 0")
        c.execute("SELECT CONCAT(seq, REPEAT('x', 900)) r FROM seq_1_to_100000000 ORDER BY r LIMIT 50000000, 1")
"""

_ROWS = """
FOIS, ATTENTE = 2, 0
def attaque(n):
    with base().cursor() as c:
        c.execute(f"CREATE TABLE IF NOT EXISTS gros{n} (t LONGTEXT) ENGINE={('InnoDB', 'MyISAM')[n]}")
        c.execute(f"INSERT INTO gros{n} SELECT REPEAT('x', 700000) FROM seq_1_to_1000")
"""

_LOCKS = """
FOIS, ATTENTE = 5, 0
def attaque(n):
    with base().cursor() as c:
        c.execute("SET SESSION max_statement_time = 0")
        c.execute("SHOW TABLES")
        tables = [row[0] for row in c.fetchall()]
        c.execute("LOCK TABLES " + ", ".join(f"`{table}` WRITE" for table in tables))
        c.execute("SELECT SLEEP(3600)")
"""

_BASES = """
FOIS, ATTENTE = 2, 0
def attaque(n):
    with base().cursor() as c:
        for letter in "abcdefgh":
            beside = f"{os.environ['DB_NAME']}_{letter}"
            c.execute(f"CREATE DATABASE `{beside}`")
            c.execute(f"CREATE TABLE `{beside}`.gros (t LONGTEXT)")
            for _ in range(40):
                c.execute(f"INSERT INTO `{beside}`.gros VALUES (REPEAT('x', 700000))")
"""

_NEST = """
FOIS, ATTENTE = 1, 14
def attaque(n):
    with base().cursor() as c:
        c.execute("SELECT EXTRACTVALUE('<a/>', REPEAT('-', 4000000))")
"""

TRIES = {
    "base-voisine": "CREATE DATABASE `{beside}_x`",
    "notre-copie": "CREATE TABLE `{beside}`.a_moi (x INT)",
    "base": "CREATE DATABASE a_moi",
    "compte": "CREATE USER autre",
    "role": "CREATE ROLE autre",
    "fonction": "CREATE FUNCTION f() RETURNS INT RETURN 1",
    "procedure": "CREATE PROCEDURE p() SELECT 1",
    "evenement": "CREATE EVENT e ON SCHEDULE EVERY 1 SECOND DO SELECT 1",
    "declencheur": "CREATE TRIGGER d BEFORE INSERT ON t FOR EACH ROW SET @x = 1",
    "verrou-global": "FLUSH TABLES WITH READ LOCK",
    "global-connexions": "SET GLOBAL max_connections = 1",
    "global-duree": "SET GLOBAL max_statement_time = 0",
    "global-memoire": "SET GLOBAL max_session_mem_used = 1",
    "global-lecture": "SET GLOBAL read_only = 1",
    "compte-duree": "ALTER USER CURRENT_USER() WITH MAX_STATEMENT_TIME 0 MAX_USER_CONNECTIONS 0",
    "fichier": "SELECT 1 INTO OUTFILE '/tmp/x'",
    "session-duree": "SET SESSION max_statement_time = 0",
    "session-memoire": "SET SESSION max_session_mem_used = 9000000000000000000",
    "session-tables": "SET SESSION tmp_memory_table_size = 1000000000000",
    "session-heap": "SET SESSION max_heap_table_size = 1000000000000",
    "session-disque": "SET SESSION tmp_disk_table_size = 9000000000000000000",
    "session-tri": "SET SESSION sort_buffer_size = 1000000000000",
    "session-attente": "SET SESSION wait_timeout = 31536000",
    "dossier": "CREATE TABLE ailleurs (x INT) DATA DIRECTORY = '/tmp'",
    "dossier-myisam": "CREATE TABLE ailleurs_aussi (x INT) ENGINE=MyISAM DATA DIRECTORY = '/tmp'",
}
"""By name, what a candidate tries to raise, leave behind or put elsewhere."""

TRY_ALL = """
import json, os, sys
import pymysql
base = pymysql.connect(host=os.environ["DB_HOST"], user=os.environ["DB_USER"], password=os.environ["DB_PASSWORD"],
                       database=os.environ["DB_NAME"], autocommit=True)
done = {}
with base.cursor() as c:
    for name, statement in json.loads(sys.argv[1]).items():
        try:
            c.execute(statement.replace("{beside}", "r_" + os.environ["DB_NAME"]))
            done[name] = True
        except pymysql.MySQLError:
            done[name] = False
    c.execute("SHOW TABLES")
    shown = []
    for (table,) in c.fetchall():
        c.execute(f"SHOW CREATE TABLE `{table}`")
        shown.append(c.fetchone()[1])
print(json.dumps({"done": done, "elsewhere": [text for text in shown if "DIRECTORY" in text]}))
"""


def _site(attack: str) -> Callable[[Path], None]:
    def write(target: Path) -> None:
        target.mkdir(parents=True)
        (target / "app.py").write_text(_SITE.replace("{attack}", attack), "utf-8")

    return write


def corpus() -> dict[str, Callable[[Path], None]]:
    """Returns the hostile works by name: functions that write one at a path."""
    return {
        "memoire": _site(_MEMORY),
        "tris": _site(_SORTS),
        "lignes": _site(_ROWS),
        "verrous": _site(_LOCKS),
        "bases": _site(_BASES),
        "emboitements": _site(_NEST),
    }


ODD_NAMES = ("a\u2028b", "a\u0085b", "a\tb", "a\nb", "a\rb", "a\x0bb\x1cc", "a``b", "a'b\"c", "a%sb", r"a\nb", "a:b;c", "é" * 64)  # fmt: skip
"""Names of tables, columns and views, as they stand between backquotes."""

_CHANGED = "DELETE FROM {item};"
_FREED = "SET FOREIGN_KEY_CHECKS=0;"

STRUCTURES = {
    "courte": (_CHANGED + "ALTER TABLE {item} MODIFY {text} VARCHAR(3);", "« {text} » est trop courte"),
    "entier": (_CHANGED + "ALTER TABLE {item} MODIFY {text} INT;", "« {text} » n'accepte pas leurs valeurs"),
    "choix": (_CHANGED + "ALTER TABLE {item} MODIFY {text} ENUM('a', 'b');", "« {text} » n'accepte pas leurs valeurs"),
    "date": (_CHANGED + "ALTER TABLE {item} MODIFY {text} DATE;", "« {text} » n'accepte pas leurs valeurs"),
    "ascii": (_CHANGED + "ALTER TABLE {item} CONVERT TO CHARACTER SET ascii;", "n'accepte pas leurs valeurs"),
    "obligatoire": (_CHANGED + "ALTER TABLE {item} ADD code INT NOT NULL;", "« code » est obligatoire"),
    "sans-nul": (_CHANGED + "ALTER TABLE {item} MODIFY {price} DECIMAL(8,2) NOT NULL;", "l'absence de valeur"),
    "index": (_CHANGED + "ALTER TABLE {item} ADD UNIQUE un ({key});", "l'index « un »"),
    "contrainte": (_CHANGED + "ALTER TABLE {item} ADD CONSTRAINT c CHECK ({price} < 0);", "la contrainte « c »"),
    "calculee": (_CHANGED + "ALTER TABLE {item} DROP {text}, ADD {text} TEXT AS (CONCAT('x', id));", "y est calculée"),
    "motif": (_CHANGED + "ALTER TABLE {item} ADD CHECK (CONCAT(REPEAT('a', 60), {text}) NOT REGEXP '^(a+)+b$');", "erreur 1139"),
    "fusion": ("CREATE TABLE m (i INT) ENGINE=MyISAM; CREATE TABLE n (i INT) ENGINE=MERGE UNION=(m); DROP TABLE m;", "copier"),
    "rien": (_FREED + "DROP TABLE {all};", "aucune table"),
    "plus-de-base": ("SET @s = CONCAT('DROP DATABASE ', DATABASE()); PREPARE p FROM @s; EXECUTE p;", "aucune table"),
    "mille": ("".join(f"CREATE TABLE t{n} (i INT);" for n in range(1000)), "plus de 200 tables"),
    "vues-mille": ("".join(f"CREATE VIEW t{n} AS SELECT 1 AS x;" for n in range(1000)), "plus de 200 tables"),
    "noms": ("".join(f"CREATE TABLE `{x}` (`{x}` INT PRIMARY KEY); INSERT INTO `{x}` VALUES (1);" for x in ODD_NAMES), None),
    "vues": ("".join(f"CREATE VIEW `v{x[:60]}` AS SELECT 1 AS `{x}`;" for x in ODD_NAMES), None),
    "vue-invalide": ("CREATE TABLE z (i INT); CREATE VIEW `v\u2028w` AS SELECT i FROM z; DROP TABLE z;", None),
    "vue-en-rond": ("CREATE TABLE z (i INT); CREATE VIEW v AS SELECT i FROM z; DROP TABLE z; RENAME TABLE v TO z;", None),
    "vue-lente": ("CREATE VIEW v AS SELECT SLEEP(30) AS s;", None),
    "vues-en-chaine": ("CREATE VIEW b1 AS SELECT * FROM {item}; CREATE VIEW b2 AS SELECT * FROM b1; CREATE VIEW b3 AS SELECT * FROM b2;", None),
    "vues-en-arbre": ("CREATE VIEW w0 AS SELECT 1 AS x;" + "".join(f"CREATE VIEW w{n} AS SELECT a.x FROM w{n - 1} a, w{n - 1} b;" for n in range(1, 13)), None),
    "vue-a-la-place": ("RENAME TABLE {item} TO gardes; CREATE VIEW {item} AS SELECT * FROM gardes;", None),
    "suite": ("CREATE SEQUENCE s; ALTER TABLE {item} ADD numero INT DEFAULT (NEXT VALUE FOR s);", None),
    "historique": (_CHANGED + "ALTER TABLE {item} ADD SYSTEM VERSIONING;", None),
    "autre-base": ("USE information_schema;", None),
    "verrou": ("LOCK TABLES {item} WRITE;", None),
    "auteur": ("CREATE DEFINER=root@localhost VIEW v AS SELECT 1;", "SET USER"),
    "octet-nul": ("INSERT INTO {item} VALUES ('\0');", "ERROR"),
    "dump-colonne": ("{schema} ALTER TABLE {item} CHANGE {text} `{text}\u2028` VARCHAR(120) NULL;", None),
    "dump-casse": ("{schema} ALTER TABLE {item} CHANGE {text} `{TEXT}` VARCHAR(120) NOT NULL;", None),
    "dump-courte": ("{schema} ALTER TABLE {item} MODIFY {text} VARCHAR(3);", "« {text} » est trop courte"),
    "dump-obligatoire": ("{schema} ALTER TABLE {item} ADD code INT NOT NULL;", "« code » est obligatoire"),
    "dump-historique": ("{schema} ALTER TABLE {item} ADD SYSTEM VERSIONING;", None),
    "dump-vue": ("{schema} DROP TABLE {item}; CREATE VIEW {item} AS SELECT 1 AS id;", "n'y est plus une table"),
    "dump-suite": ("{schema} DROP TABLE {item}; CREATE SEQUENCE {item};", "n'y est plus une table"),
}  # fmt: skip
"""By name, a structure file and what is said of it (nothing, when it is as good as another): no incident ever."""

USUAL = (
    "courte",
    "obligatoire",
    "fusion",
    "mille",
    "noms",
    "vues-en-chaine",
    "vue-invalide",
    "dump-colonne",
    "dump-vue",
)
"""Those of make test."""
