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
    "o.php": "$avant = $_SERVER['HTTP_SEC_PURPOSE'] ?? '';",
    "p.py": "avant = dict(request.headers).get('Sec-Purpose')",
    "q.js": "if (document.prerendering) {",
}
SERVER = (
    "RewriteCond %{HTTP:Sec-Purpose} prefetch",
    "RewriteCond %{HTTP_USER_AGENT} Chrome [NC]",
    "RewriteCond %{LA-U:HTTP:Accept-Language} ^fr",
    "RewriteCond %{REMOTE_ADDR} !^127",
    "SetEnvIf Sec-Purpose prefetch avance",
    'SetEnvIfNoCase "User-Agent" "bot" robot',
    "BrowserMatch Headless robot",
    "<If \"%{HTTP:Purpose} == 'prefetch'\">",
    "<If \"req('Sec-Purpose') =~ /prefetch/\">",
)
HONEST_SERVER = (
    "RewriteCond %{REQUEST_FILENAME} !-f",
    "RewriteCond %{HTTPS} off",
    "RewriteCond %{HTTP:X-Forwarded-Proto} !https",
    "RewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [L,R=301]",
    "RewriteCond %{HTTP_HOST} ^www\\.(.+)$ [NC]",
    "RewriteCond %{HTTP_REFERER} !^https?://(www\\.)?moi\\.fr [NC]",
    "RewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]",
    'SetEnvIf Authorization "(.*)" HTTP_AUTHORIZATION=$1',
    'SetEnvIf Request_URI "\\.css$" style',
    "RewriteCond %{HTTP:Accept-Encoding} gzip",
    "Header append Vary User-Agent",
    'Header set Speculation-Rules "\\"preparation.json\\""',
    "Require all denied",
)
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


@pytest.mark.parametrize("line", SERVER)
def test_a_server_that_asks_in_the_program_s_place_is_told_too(line: str, tmp_path: Path) -> None:
    (tmp_path / ".htaccess").write_text(f"# rien\n\n{line}\n")
    (event,) = asking(tmp_path, [".htaccess"])
    assert event["message"].startswith("« .htaccess », ligne 3, interroge le visiteur (")


@pytest.mark.parametrize("line", HONEST_SERVER)
def test_what_a_server_needs_to_know_is_left_alone(line: str, tmp_path: Path) -> None:
    (tmp_path / ".htaccess").write_text(f"{line}\n")
    assert asking(tmp_path, [".htaccess"]) == []


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
