"""What a broken page says of itself, and what the sources say of the connection."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from .formats import cut, squeeze

if TYPE_CHECKING:
    from etabli.examiner.files import Files
    from etabli.examiner.values import Hit

LEAKS = re.compile(
    r"""SQLSTATE\[? | mysqli_sql_exception | PDOException | PDO::__construct | mysqli?_\w+\(\) | mysqli::
    | \bpymysql\b | sqlalchemy | OperationalError | ProgrammingError | IntegrityError | DataError
    | Traceback\ \(most | Werkzeug | Stack\ trace: | \bStacktrace\b
    | (?:Fatal|Parse)\ error: | \bWarning:\ + | \bNotice:\ + | \bDeprecated:\ +
    | Uncaught\ \w+ | You\ have\ an\ error\ in\ your\ SQL | Unknown\ column | Access\ denied\ for\ user
    | Can't\ connect\ to | Connection\ refused | /srv/app\b | \bon\ line\ \d+ | \bline\ \d+,\ in\ """,
    re.VERBOSE,
)
"""Words of PHP, Python and MariaDB that have no place in front of a visitor."""

CONNECTION = re.compile(
    r"SQLSTATE\[HY000\]|SQLSTATE\[08|mysqli?_sql_exception|PDOException|Access denied for user|Can't connect to"
    r"|Connection refused|No such file or directory|OperationalError|Unknown database"
)

_FIXED = re.compile(r"""["'](?:localhost|127\.0\.0\.1|root)["'](?!\s*\])|host=(?:localhost|127\.0\.0\.1)""")
_ASKS = re.compile(r"getenv|environ|\$_ENV|\$_SERVER|apache_getenv")
_COMMENT = re.compile(r"^\s*(?://|#|\*|/\*|--)")


def leak(text: str) -> str:
    """The technical message that `text` shows, shortened, or ''."""
    found = LEAKS.search(text)
    if found is None:
        return ""
    line_start = text.rfind("\n", 0, found.start()) + 1
    start = max(line_start, found.start() - 40)
    return cut(squeeze(text[start : found.start() + 160].split("\n")[0]), 140)


def visible_text(source: str) -> str:
    """HTML without its tags, roughly: enough to look for a message."""
    bare = re.sub(r"(?is)<(script|style|head)\b.*?</\1>", " ", source)
    return html.unescape(re.sub(r"<[^>]*>", " ", bare))


def broken_page(status: int, source: str) -> str:
    """Why an answer is no page, in a French sentence, or ''."""
    text = visible_text(source)
    message = leak(text)
    if status in (403, 404):
        return f"À l'adresse /, le serveur ne trouve pas de page d'accueil (code {status})."
    if status >= 400:
        return f"L'adresse / répond par le code {status}." + (f" On y lit : « {message} »." if message else "")
    if CONNECTION.search(text) and "<h1" not in source.lower():
        return f"L'adresse / montre un message d'erreur au lieu d'une page : « {message or cut(squeeze(text), 140)} »."
    if not squeeze(text) and "<script" not in source.lower():
        return "L'adresse / répond par une page vide."
    if "<?php" in source:
        return "L'adresse / montre le code PHP au lieu de l'exécuter."
    return ""


def culprit(files: Files) -> str:
    """A sentence that names the line with a fixed connection, to follow another one; '' when there is none."""
    hit = fixed_connection(files)
    return f" La connexion est écrite en dur dans {hit.path}, ligne {hit.line}." if hit else ""


def diagnose(files: Files) -> str | None:
    """The line to change when the sources name a fixed host or user, else None."""
    hit = fixed_connection(files)
    if hit is None:
        return None
    ask = "os.environ.get('DB_HOST', …)" if hit.path.endswith(".py") else "getenv('DB_HOST') ?: …"
    return (
        f"{hit.path}, ligne {hit.line} : « {cut(squeeze(hit.text), 100)} » fixe la connexion. "
        f"Ici, le serveur de base de données n'est pas celui de votre poste : lisez DB_HOST, DB_PORT, DB_NAME, "
        f"DB_USER et DB_PASSWORD dans l'environnement, par exemple {ask}, et gardez vos valeurs comme secours."
    )


def fixed_connection(files: Files) -> Hit | None:
    """The first line that names ``localhost`` or ``root`` without asking the environment."""
    for hit in files.search(_FIXED, suffixes=(".php", ".py", ".inc")):
        if not _ASKS.search(hit.text) and not _COMMENT.match(hit.text):
            return hit
    return None
