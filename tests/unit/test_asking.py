"""What a program asks about where it runs and who is there: told to people, and never for what honest works write."""

from __future__ import annotations

from pathlib import Path

import pytest

from etabli.reception.asking import ADVICE, asking

ASKED = {
    "a.php": "$l = file_get_contents('/proc/self/limits');",
    "b.py": "noms = open('/etc/hosts').read()",
    "c.py": "moi = os.fstat(2)",
    "d.py": "vieux = os.stat('donnees').st_mtime_ns",
    "e.php": "$n = $pdo->query(\"SHOW GLOBAL STATUS LIKE 'Com_checksum'\")->fetch();",
    "f.php": "SELECT VARIABLE_VALUE FROM information_schema.global_status",
    "g.php": "if (str_contains($_SERVER['HTTP_USER_AGENT'], 'Chrome')) {",
    "h.php": "$corps = file_get_contents('php://input');",
    "i.js": "if (navigator.platform === 'Win32') {",
    "j.html": "<script>bouton.addEventListener('pointerdown', e => { x = e.clientX })</script>",
    "k.js": "requestAnimationFrame(compte)",
    "l.PHP": "$tout = getallheaders();",
    "m.php": "$encore = ($_SERVER['HTTP_CACHE_CONTROL'] ?? '') === 'max-age=0';",
    "n.py": "garde = request.headers.get('Cache-Control')",
}
HONEST = (
    "$_SERVER['REQUEST_METHOD'] === 'POST'",
    "header('Location: ' . $_SERVER['HTTP_REFERER']);",
    "if (($_SERVER['HTTP_ORIGIN'] ?? '') !== $moi) { http_response_code(403); }",
    "moi = request.headers.get('Origin') or request.headers['Referer']",
    "import platform",
    "$pdo->query('SELECT status, processus FROM machines')",
    "document.querySelector('button').addEventListener('click', () => confirm('Supprimer ?'))",
    "if sys.stdin.isatty(): print('Donnez la liste')",
    "with open(Path(__file__).parent / 'donnees' / 'comptes.csv') as fichier:",
    '<link rel="stylesheet" href="style.css?v=<?= filemtime(\'style.css\') ?>">',
    "# le navigateur garde le mot tapé (keyword, performance, visiteur)",
)


@pytest.mark.parametrize("name", ASKED)
def test_who_asks_is_told_with_the_line(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(f"# rien\n\n{ASKED[name]}\n")
    (event,) = asking(tmp_path, [name])
    assert event["advice"] == ADVICE and event["message"].startswith(f"« {name} », ligne 3, interroge ")


def test_honest_lines_libraries_and_pictures_are_left_alone(tmp_path: Path) -> None:
    files = {
        **{f"{number}.php": line for number, line in enumerate(HONEST)},
        **{"vendor/a.php": ASKED["a.php"], "charts.min.js": ASKED["i.js"], "notes.txt": ASKED["a.php"]},
        "charts.js": f"{ASKED['i.js']}\n" + "x = 1;\n" * 10_000,
        "une-ligne.js": "x = 1;" * 100 + ASKED["i.js"],
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert asking(tmp_path, sorted(files)) == []
