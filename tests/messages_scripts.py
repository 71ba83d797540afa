"""Small programs, each with one mistake: what they print is what « Messages expliqués » must recognise.

The key is the identifier in ``messages.yaml``; what comes after a ``+`` tells variants of one message apart.
"""

from __future__ import annotations

PHP = {
    "php-undefined-variable": "echo $prix;",
    "php-undefined-key": "$plante = ['nom' => 'Fougère']; echo $plante['hauteur'];",
    "php-undefined-property": "$plante = new stdClass(); echo $plante->hauteur;",
    "php-null-property": "$plante = null; echo $plante->nom;",
    "php-null-offset": "$plante = null; echo $plante['nom'];",
    "php-null-offset+false": "$plante = false; echo $plante['nom'];",
    "php-parse": "$plante = 'Fougère'\necho $plante;",
    "php-parse-end": "if (true) {\n    echo 'Fougère';",
    "php-parse-end+file": "if (true):\n    echo 'Fougère';",
    "php-undefined-function": "mysql_connect('localhost');",
    "php-undefined-method": "$plante = new ArrayObject(); $plante->fetchAll();",
    "php-member-on-null": "$resultat = null; $resultat->fetch();",
    "php-member-on-null+false": "$resultat = false; $resultat->fetch();",
    "php-class-missing": "$plante = new Plante();",
    "php-include": "require_once 'inc/absent.php';",
    "php-include+warning": "include 'inc/absent.php';",
    "php-write-refused": "file_put_contents(__DIR__ . '/journal.txt', 'x');",
    "php-headers": "ob_end_flush(); echo 'Bonjour'; flush(); header('Location: index.php');",
    "php-headers+status": "ob_end_flush(); echo 'Bonjour'; flush(); http_response_code(404);",
    "php-session": "ob_end_flush(); echo 'Bonjour'; flush(); session_start();",
    "php-array-to-string": "$plantes = ['Fougère', 'Mousse']; echo 'Plantes : ' . $plantes;",
    "php-division": "$parts = 0; echo 12 / $parts;",
    "php-null-argument": "htmlspecialchars(null);",
    "php-type": "number_format('douze', 2);",
    "php-few-arguments": "function etiquette(string $nom, string $pot): string { return $nom; } etiquette('Fougère');",
    "php-memory": "ini_set('memory_limit', '8M'); $plantes = []; while (true) { $plantes[] = str_repeat('x', 100000); }",
    "php-time": "set_time_limit(1); while (true) { $x = sqrt(2); }",
    "php-redeclare": "if (true) { function h() {} } if (true) { function h() {} }",
    "php-operand": "echo [1, 2] + 3;",
    "php-non-numeric": "echo '12,50 €' * 2;",
    "php-foreach": "$plantes = null; foreach ($plantes as $plante) { echo $plante; }",
    "php-undefined-constant": "echo $_SERVER[HTTP_HOST];",
    "php-driver": "new PDO('sqlite:/tmp/plantes.db');",
    "sql-refused": "new PDO('mysql:host=127.0.0.1;port=9', 'serre', 'x');",
    "sql-refused+mysqli": "mysqli_connect('127.0.0.1', 'serre', 'x', 'serre', 9);",
    "sql-socket": "new PDO('mysql:host=localhost', 'serre', 'x');",
    "sql-socket+mysqli": "mysqli_connect('localhost', 'root', '');",
    "sql-host-unknown": "new PDO('mysql:host=serveur-absent', 'serre', 'x');",
    "sql-denied": "new PDO('mysql:host=127.0.0.1', 'root', 'faux');",
    "sql-denied+mysqli": "mysqli_connect('127.0.0.1', 'root', '');",
    "sql-denied-base": "new PDO('mysql:host=127.0.0.1;dbname=autre', 'jardinier', 'rateau-1');",
    "sql-base-unknown": "new PDO('mysql:host=127.0.0.1;dbname=cerre', ...racine());",
    "sql-no-base": "$base = new PDO('mysql:host=127.0.0.1', ...racine()); $base->query('SELECT * FROM plante');",
    "sql-parameters": "$r = base()->prepare('SELECT * FROM plante WHERE id = ? AND nom = ?'); $r->execute([1]);",
    "sql-parameters+names": "$r = base()->prepare('SELECT * FROM plante WHERE id = :id'); $r->execute(['numero' => 1]);",
    "sql-parameters+mysqli": (
        "$r = lien()->prepare('SELECT * FROM plante WHERE id = ?'); $un = 1; $r->bind_param('ii', $un, $un);"
    ),
    "sql-locked": "new PDO('mysql:host=127.0.0.1', 'verrouille', 'rateau-1');",
    "sql-locked+mysqli": "mysqli_connect('127.0.0.1', 'verrouille', 'rateau-1');",
    "sql-command-denied": (
        "$l = mysqli_connect('127.0.0.1', 'jardinier', 'rateau-1', 'serre'); $l->query('DELETE FROM plante');"
    ),
    "sql-gone": (
        "$base = base(); $autre = base(); $autre->exec('KILL ' . $base->query('SELECT CONNECTION_ID()')->fetchColumn());"
        " $base->query('SELECT 1');"
    ),
    "sql-hourly": "for ($fois = 0; $fois < 2; $fois++) { new PDO('mysql:host=127.0.0.1', 'horaire', 'rateau-2'); }",
    "sql-too-many": "$bases = []; while (true) { $bases[] = new PDO('mysql:host=127.0.0.1', 'limite', 'rateau-1'); }",
}
"""Pages, without ``<?php``; ``base()`` gives a PDO and ``lien()`` a mysqli (see :data:`COMMON`)."""

COMMON = """<?php
function racine(): array { return ['root', getenv('ETABLI_DB_ROOT')]; }
function base(): PDO { return new PDO('mysql:host=127.0.0.1;dbname=serre;charset=utf8mb4', ...racine()); }
function lien(): mysqli {
    return mysqli_connect('127.0.0.1', 'root', getenv('ETABLI_DB_ROOT'), 'serre');
}
"""

SCHEMA = """
CREATE DATABASE serre;
CREATE DATABASE autre;
CREATE TABLE serre.famille (id INT PRIMARY KEY, nom VARCHAR(20) NOT NULL);
CREATE TABLE serre.plante (
  id INT PRIMARY KEY AUTO_INCREMENT, nom VARCHAR(20) NOT NULL UNIQUE, hauteur DECIMAL(4,2), semis DATE,
  famille_id INT, arrosage INT NOT NULL DEFAULT 1, FOREIGN KEY (famille_id) REFERENCES serre.famille (id)
) ENGINE=InnoDB;
INSERT INTO serre.famille VALUES (1, 'Fougères');
INSERT INTO serre.plante (nom, famille_id) VALUES ('Capillaire', 1);
CREATE USER jardinier@'%' IDENTIFIED BY 'rateau-1';
GRANT SELECT ON serre.* TO jardinier@'%';
CREATE USER verrouille@'%' IDENTIFIED BY 'rateau-1' ACCOUNT LOCK;
CREATE USER limite@'%' IDENTIFIED BY 'rateau-1' WITH MAX_USER_CONNECTIONS 2;
CREATE USER horaire@'%' IDENTIFIED BY 'rateau-2' WITH MAX_CONNECTIONS_PER_HOUR 1;
"""

SQL = {
    "sql-syntax": "SELECT * FROM plante WHERE nom = 'L'aloès'",
    "sql-table-unknown": "SELECT * FROM plantes",
    "sql-column-unknown": "SELECT taille FROM plante",
    "sql-ambiguous": "SELECT nom FROM plante JOIN famille ON famille.id = famille_id",
    "sql-duplicate": "INSERT INTO plante (nom) VALUES ('Capillaire')",
    "sql-null": "INSERT INTO plante (nom) VALUES (NULL)",
    "sql-no-default": "INSERT INTO plante (hauteur) VALUES (1)",
    "sql-too-long": "INSERT INTO plante (nom) VALUES ('Une fougère au nom vraiment très long')",
    "sql-out-of-range": "INSERT INTO plante (nom, hauteur) VALUES ('Mousse', 123456)",
    "sql-date": "INSERT INTO plante (nom, semis) VALUES ('Mousse', '09/03/2026')",
    "sql-number": "INSERT INTO plante (nom, hauteur) VALUES ('Mousse', 'douze')",
    "sql-empty": "INSERT INTO plante (nom, arrosage) VALUES ('Mousse', '')",
    "sql-truncated": "INSERT INTO plante (nom, arrosage) VALUES ('Mousse', '12 fois')",
    "sql-parent-missing": "INSERT INTO plante (nom, famille_id) VALUES ('Mousse', 99)",
    "sql-parent-used": "DELETE FROM famille WHERE id = 1",
    "sql-column-count": "INSERT INTO famille (id, nom) VALUES (3)",
    "sql-table-exists": "CREATE TABLE plante (id INT)",
    "sql-group-by": "SET STATEMENT sql_mode='ONLY_FULL_GROUP_BY' FOR SELECT nom, COUNT(*) FROM plante GROUP BY famille_id",
    "sql-time": "SET STATEMENT max_statement_time=0.1 FOR SELECT COUNT(*) FROM seq_1_to_100000000 a, seq_1_to_1000 b",
    "sql-collation": (
        "SELECT CONVERT('a' USING utf8mb4) COLLATE utf8mb4_bin = CONVERT('a' USING utf8mb4) COLLATE utf8mb4_unicode_ci"
    ),
    "sql-function-unknown": "SELECT CONCATENER('a', 'b')",
}
"""Statements, each tried by PDO, by mysqli and by PyMySQL."""

PYTHON = {
    "py-module": "import flaskk",
    "py-import": "from flask import rendre",
    "py-name": "print(plante)",
    "py-indent": "def semer():\nprint('x')",
    "py-indent+extra": "x = 1\n  y = 2",
    "py-indent+unindent": "def semer():\n        x = 1\n    y = 2",
    "py-tab": "def semer():\n        x = 1\n\ty = 2",
    "py-syntax": "if x = 1:\n    pass",
    "py-syntax+paren": "print('x'",
    "py-syntax+quote": "nom = 'Fougère",
    "py-syntax+colon": "def semer()\n    pass",
    "py-none-subscript": "plante = None\nprint(plante['nom'])",
    "py-none-attribute": "plante = None\nprint(plante.nom)",
    "py-none-subscript+iterable": "for plante in None: pass",
    "py-attribute": "'fougère'.majuscule()",
    "py-attribute+module": "import math\nmath.racine(2)",
    "py-concatenate": "print('Hauteur : ' + 3)",
    "py-operand": "print(3 + '3')",
    "py-not-callable": "nom = 'Mousse'\nnom()",
    "py-key": "{'nom': 'Mousse'}['hauteur']",
    "py-number": "int('12,5')",
    "py-number+float": "float('12,5')",
    "py-index": "[][0]",
    "py-arguments": "def semer(nom, pot): pass\nsemer('Mousse')",
    "py-arguments+many": "def semer(nom): pass\nsemer('Mousse', 2)",
    "py-arguments+word": "def semer(nom): pass\nsemer(nom='a', pot=2)",
    "py-unbound": "total = 0\ndef compter():\n    total += 1\ncompter()",
    "py-file": "open('plantes.csv')",
    "py-zero": "12 / 0",
    "py-format": "f'{None:.2f}'",
    "py-date": "from datetime import datetime\ndatetime.strptime('2026-03-09', '%d/%m/%Y')",
    "py-port": (
        "import socket\na = socket.socket(); a.bind(('127.0.0.1', 5055)); a.listen()\n"
        "b = socket.socket(); b.bind(('127.0.0.1', 5055))"
    ),
    "py-port+flask": (
        "import socket\na = socket.socket(); a.bind(('127.0.0.1', 5056)); a.listen()\n"
        "from flask import Flask\nFlask('serre').run(port=5056)"
    ),
    "sql-refused+pymysql": "import pymysql\npymysql.connect(host='127.0.0.1', port=9)",
    "sql-denied+pymysql": "import pymysql\npymysql.connect(host='127.0.0.1', user='root', password='faux')",
    "sql-locked+pymysql": "import pymysql\npymysql.connect(host='127.0.0.1', user='verrouille', password='rateau-1')",
    "sql-host-unknown+pymysql": "import pymysql\npymysql.connect(host='serveur-absent')",
    "sql-parameters+pymysql": (
        "import os, pymysql\nb = pymysql.connect(host='127.0.0.1', user='root', password=os.environ['ETABLI_DB_ROOT'])\n"
        "b.cursor().execute('SELECT %s, %s', (1,))"
    ),
    "sql-parameters+pymysql-many": (
        "import os, pymysql\nb = pymysql.connect(host='127.0.0.1', user='root', password=os.environ['ETABLI_DB_ROOT'])\n"
        "b.cursor().execute('SELECT %s', (1, 2))"
    ),
    "sql-percent": (
        "import os, pymysql\nb = pymysql.connect(host='127.0.0.1', user='root', password=os.environ['ETABLI_DB_ROOT'])\n"
        "b.cursor().execute(\"SELECT 'a' LIKE '%z%' OR 1 = %s\", (1,))"
    ),
    "jinja-missing": "page('{% include \"plantes.html\" %}')",
    "jinja-tag": "page('{% pour plante in plantes %}')",
    "jinja-tag+end": "page('{% if vrai %}x')",
    "jinja-tag+block": "page('{% endfor %}')",
    "jinja-expression": "page('{{ plante.nom }')",
    "jinja-expression+token": "page('{{ plante nom }}')",
    "jinja-undefined": "page('{{ plante.nom }}')",
    "jinja-undefined+none": "page('{{ rien.nom.long }}', rien=None)",
    "jinja-filter": "page('{{ 3|euros }}')",
    "flask-build": "visit(lambda: url_for('fiche'))",
    "flask-form-key": "visit(lambda: request.form['nom'])",
    "flask-no-return": "visit(lambda: None)",
    "flask-secret": "visit(lambda: session.update(panier=1) or 'x')",
    "flask-endpoint": "serre = Flask('serre')\nfor adresse in '/a', '/b':\n    @serre.route(adresse)\n    def liste(): return 'x'",
    "py-json": "import decimal, json\njson.dumps({'prix': decimal.Decimal(1)})",
    "flask-context": "render_template_string('x')",
    "flask-app-missing": (
        "import pathlib, subprocess\nsite = pathlib.Path('/tmp/site'); site.mkdir(); (site / 'app.py').write_text('x = 1')\n"
        "subprocess.run(['gunicorn', '--check-config', '--chdir', '/tmp/site', 'app:app'])"
    ),
    "http-404": "print(Flask('serre').test_client().get('/absente').text)",
    "http-405": "visit(lambda: 'x', method='post')",
    "http-500": "visit(lambda: 1 / 0, shown=True)",
    "http-400": "from flask import abort\nvisit(lambda: abort(400), shown=True)",
    "http-403": "from flask import abort\nvisit(lambda: abort(403), shown=True)",
    "http-503": "from flask import abort\nvisit(lambda: abort(503), shown=True)",
}
"""Programs; ``page(template, **values)`` renders and ``visit(view)`` asks for a page (see :data:`DRIVER`)."""

DRIVER = r"""
import json as js, os, sys, traceback
sys.path.insert(0, "/usr/lib/python3/dist-packages")
import flask, pymysql
from flask import Flask, render_template_string, request, session, url_for

def page(template, **values):
    with Flask("serre").app_context():
        print(render_template_string(template, **values))

def visit(view, method="get", shown=False):
    app = Flask("serre")
    app.testing = app.debug = not shown
    app.add_url_rule("/", "liste", view)
    print(getattr(app.test_client(), method)("/").text)

def run(name, source):
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.dup2(writing, 1), os.dup2(writing, 2)
        try:
            exec(compile(source, "/srv/app/app.py", "exec"), dict(globals()))
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush(), sys.stderr.flush()
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as said:
        return said.read().decode("utf-8", "replace")

given = js.load(sys.stdin)
print(js.dumps({name: run(name, source) for name, source in given.items()}))
"""

VISITOR = r"""
import json, os, sys, time, urllib.error, urllib.parse, urllib.request
def body(path):
    try:
        with urllib.request.urlopen("http://127.0.0.1:8080/" + path, timeout=120) as answer:
            return answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as refused:
        return refused.read().decode("utf-8", "replace")
def journal(start, mark):
    with open("/tmp/journal.log", "rb") as said:
        said.seek(start)
        lines = said.read().decode("utf-8", "replace").splitlines(keepends=True)
    return next(("".join(lines[:number]) for number, line in enumerate(lines) if mark in line), None)
def get(number, path):
    before = os.path.getsize("/tmp/journal.log") if os.path.exists("/tmp/journal.log") else 0
    page, mark, end = body(urllib.parse.quote(path)), f"fin-{number}-", time.monotonic() + 120
    body("fin.php?" + mark)  # another process writes the journal, in order: what comes before this is the page's
    while (said := journal(before, mark)) is None:
        assert time.monotonic() < end, path
        time.sleep(0.005)
    return [page, said]
print(json.dumps({path: get(number, path) for number, path in enumerate(json.load(sys.stdin))}))
"""
