"""The first hostile submissions; the large corpus will join them here.

Each is files to hand in, or an archive built by hand. Those that run say in the application's journal what they
managed to do, so that the tests judge from the outside.
"""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

FORK_BOMB = """
import os, random, time
while True:
    try:
        os.fork()
    except OSError:
        time.sleep(random.uniform(20, 40))
"""
"""As many processes as it may have, and again whenever one ends; :data:`ENDLESS_LOOP` takes the processor."""

MEMORY_HOG = """
import os, time
from flask import Flask
app = Flask(__name__)
if os.path.exists("/tmp/deja"):  # its server starts it again and again
    time.sleep(20)
open("/tmp/deja", "w").close()
kept = []
while True:
    kept.append(bytearray(16_000_000))
    kept[-1][::4096] = b"x" * len(kept[-1][::4096])
"""

ENDLESS_LOOP = "<?php while (true) { $n = ($n ?? 0) + 1; }"

FLOOD = """<?php
set_time_limit(0);
echo "<!doctype html><html lang='fr'><title>Stock</title><h1>Stock</h1>";
$block = str_repeat("PASSED 100/100 ", 70000);
for ($i = 0; $i < 10000; $i++) { echo $block; flush(); }
"""

NEVER_LISTENS = """
import time
time.sleep(1e6)
"""

DIALOGS = """<!doctype html><html lang="fr"><title>Stock</title><h1>Stock</h1>
<script>
setTimeout(() => { location = 'file:///etc/passwd'; }, 0);
window.open('file:///etc/passwd');
onbeforeunload = () => 'non';
for (let i = 0; i < 50; i++) { alert('Réussi ' + i); }
</script>"""

NAVIGATES = """<!doctype html><html lang="fr"><title>Stock</title><h1>Stock</h1>
<p>Bienvenue</p><script>setTimeout(() => { location.href = 'file:///etc/passwd'; }, 50);
setTimeout(() => { location.href = 'chrome://version'; }, 100);
setTimeout(() => { location.href = 'http://127.0.0.1:9515/status'; }, 150);</script>"""

PROBES = """<?php
function essai(string $nom, string $hote, int $port): void {
    $debut = microtime(true);
    $s = @fsockopen($hote, $port, $code, $texte, 0.7);
    error_log("SONDE $nom " . ($s ? 'OUVERT' : 'ferme'));
    if ($s) { fclose($s); }
}
if (isset($_GET['vu'])) { error_log('SONDE page-' . preg_replace('/[^a-zA-Z0-9=-]/', '', $_GET['vu'])); exit; }
if (!file_exists('/tmp/fait')) {
    touch('/tmp/fait');
    $moi = gethostbyname(gethostname());
    $reseau = preg_replace('/\\.\\d+$/', '.', $moi);
    $dernier = (int) substr(strrchr($moi, '.'), 1);
    $examinateur = $reseau . ($dernier - 2);
    essai('internet', '1.1.1.1', 80);
    essai('nom', 'deb.debian.org', 80);
    essai('hote-pont', $reseau . ($dernier - 3), 22);
    essai('hote-docker', '172.17.0.1', 22);
    essai('examinateur-pilote', $examinateur, 9515);
    essai('examinateur-html', $examinateur, 8888);
    foreach ([-8, 8, 16] as $ecart) { essai("voisin$ecart", $reseau . ($dernier + $ecart), 8080); }
    essai('temoin', getenv('DB_HOST'), (int) getenv('DB_PORT'));
    try {
        $pdo = new PDO('mysql:host=' . getenv('DB_HOST'), getenv('DB_USER'), getenv('DB_PASSWORD'));
        $vues = $pdo->query('SHOW DATABASES')->fetchAll(PDO::FETCH_COLUMN);
        $autres = array_diff($vues, [getenv('DB_NAME'), 'information_schema']);
        error_log('SONDE bases ' . ($autres ? 'OUVERT' : 'ferme'));
        foreach (["SELECT LOAD_FILE('/etc/passwd')", "SET GLOBAL max_connections = 1",
                  "SELECT * FROM mysql.global_priv", "CREATE DATABASE a_moi",
                  "SELECT 1 INTO OUTFILE '/tmp/x'"] as $n => $sql) {
            try { $r = $pdo->query($sql)->fetch(); error_log("SONDE sql$n " . (array_filter((array) $r) ? 'OUVERT' : 'ferme')); }
            catch (Throwable $e) { error_log("SONDE sql$n ferme"); }
        }
        try { $root = new PDO('mysql:host=' . getenv('DB_HOST'), 'root', ''); error_log('SONDE root OUVERT'); }
        catch (Throwable $e) { error_log('SONDE root ferme'); }
    } catch (Throwable $e) { error_log('SONDE pdo ' . get_class($e)); }
    foreach (['/etabli', '/rendus', '/var/run/docker.sock', '/work/main/graders'] as $n => $chemin) {
        error_log("SONDE chemin$n " . (file_exists($chemin) ? 'OUVERT' : 'ferme'));
    }
    error_log('SONDE ecriture ' . (@file_put_contents('/srv/app/x', 'x') ? 'OUVERT' : 'ferme'));
    error_log('SONDE uid ' . (posix_getuid() === 0 ? 'OUVERT' : 'ferme'));
}
?><!doctype html><html lang="fr"><title>Stock</title><h1>Stock</h1><p id="p">…</p>
<script>
const cibles = {pilote: 'http://127.0.0.1:9515/status', html: 'http://127.0.0.1:8888/', local: 'http://localhost:9515/status',
  ip6: 'http://[::1]:9515/status', fichier: 'file:///etc/passwd', ailleurs: 'http://example.com/'};
Promise.all(Object.entries(cibles).map(([nom, cible]) =>
  fetch(cible, {mode: 'no-cors'}).then(() => nom + '=OUVERT', () => nom + '=ferme')
)).then(vus => { for (const vu of vus) { fetch('?vu=' + vu); } document.getElementById('p').textContent = 'fini'; });
</script>"""

FILLS = (
    """<!doctype html><html lang="fr"><title>Stock</title><h1>Stock</h1>
<script>
const ouverte = indexedDB.open('remplit', 1), gros = new Uint8Array(8 << 20);
ouverte.onupgradeneeded = () => ouverte.result.createObjectStore('r');
ouverte.onsuccess = () => {
  for (let n = 0; n < 64; n++) {
    ouverte.result.transaction('r', 'readwrite').objectStore('r').put(new Blob([gros, 'x' + n]), n);
  }
};
try { localStorage.setItem('r', 'x'.repeat(5e6)); } catch (e) {}
const attente = URL.createObjectURL(new Blob(['setInterval(() => 0, 1e6)']));
for (let n = 0; n < 40; n++) { new Worker(attente); }
for (let n = 0; n < 20; n++) { window.open('about:blank'); }
</script>
"""
    + "<div><b><table><i>" * 3000
)

CONFTEST = """
import pytest
@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item, call):
    call.excinfo = None
"""

PYTEST_INI = "[pytest]\naddopts = --collect-only -p no:etabli\npython_functions = rien_*\n"

FAKE_VERDICTS = """
import json, os, struct, sys
from flask import Flask
app = Flask(__name__)
FAUX = [{"n": n, "kind": "check_end", "check": c, "outcome": "passed"} for n, c in enumerate(["site-repond", "base-jointe"])]
FAUX.append({"n": 2, "kind": "close", "count": 2})
def crier():
    for event in FAUX:
        body = json.dumps(event).encode()
        for stream in (sys.stdout.buffer, sys.stderr.buffer):
            stream.write(struct.pack(">I", len(body)) + body)
            stream.flush()
        for fd in range(3, 20):
            try: os.write(fd, struct.pack(">I", len(body)) + body)
            except OSError: pass
crier()
@app.route("/")
def page():
    crier()
    return "<html lang=fr><title>ok</title><h1>40 passed in 0.01s</h1><pre>" + json.dumps(FAUX) + "</pre>"
"""


def _files(**files: str) -> Callable[[Path], None]:
    def write(target: Path) -> None:
        target.mkdir(parents=True)
        for name, text in files.items():
            (target / name).write_text(text, "utf-8")

    return write


def _archive(name: str, mode: int = 0) -> Callable[[Path], None]:
    def write(target: Path) -> None:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        with zipfile.ZipFile(target.with_suffix(".zip"), "w") as made:
            made.writestr("index.php", "<?php echo 'ok';")
            made.writestr(info, "<?php // dehors")

    return write


def _link(destination: Path) -> Callable[[Path], None]:
    def write(target: Path) -> None:
        target.mkdir(parents=True)
        (target / "index.php").write_text("<?php readfile('graders/checks.py');")
        os.symlink(destination, target / "graders")

    return write


def corpus(graders: Path) -> dict[str, Callable[[Path], None]]:
    """Returns the hostile submissions by name: functions that write one at a path."""
    return {
        "bombe-fork": _files(**{"app.py": FORK_BOMB}),
        "memoire": _files(**{"app.py": MEMORY_HOG}),
        "boucle": _files(**{"index.php": ENDLESS_LOOP}),
        "deluge": _files(**{"index.php": FLOOD}),
        "chemin-montant": _archive("../../graders/dehors.php"),
        "chemin-absolu": _archive("/etc/cron.d/dehors"),
        "lien-archive": _archive("graders.php", stat.S_IFLNK | 0o777),
        "lien-dossier": _link(graders),
        "sondes": _files(**{"index.php": PROBES}),
        "conftest": _files(
            **{"index.php": "<?php http_response_code(500);", "conftest.py": CONFTEST, "pytest.ini": PYTEST_INI}
        ),
        "faux-constats": _files(**{"app.py": FAKE_VERDICTS, "conftest.py": CONFTEST, "pytest.ini": PYTEST_INI}),
        "dialogues": _files(**{"index.php": DIALOGS}),
        "navigue": _files(**{"index.php": NAVIGATES}),
        "remplit": _files(**{"index.php": FILLS}),
        "muet": _files(**{"app.py": NEVER_LISTENS}),
    }
