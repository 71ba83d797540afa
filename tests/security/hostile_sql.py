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
    }
