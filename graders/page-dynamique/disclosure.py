"""What an answer gives away of what is behind the site: its code, its settings, its data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from etabli.exam.contract.masks import masked
from etabli.exam.reading.markup import unescape

if TYPE_CHECKING:
    from etabli.exam.contract.draw import Draw

    from .visitor import Site

GUESSES = (
    ".env", ".env.local", ".git/config", ".git/HEAD", ".htpasswd", "config.php~", "config.php.bak", "config.php.old",
    "config.inc", "config.inc.php~", "config.py", "config.ini", "app.py", "dump.sql", "backup.sql", "base.sql",
    "sauvegarde.sql", "export.sql", "base/dump.sql", "base/donnees.sql", "sauvegarde.zip", "site.zip", "info.php",
    "phpinfo.php", "test.php", "info", "debug", "config", "env",
)  # fmt: skip
"""Addresses that curious visitors try first."""
MOST_ASKED = 120
"""Submitted files that are asked for."""
HARMLESS = (".css", ".js", ".mjs", ".html", ".htm", ".svg", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".ico",
             ".woff2", ".woff", ".ttf", ".md")  # fmt: skip
_SECRETS = (
    (re.compile(r"<\?php|<\?="), "du code PHP"),
    (re.compile(r"(?im)^[^\S\n]*+(?:export\s+)?DB_PASS\w*\s*="), "les réglages de la base"),
    (re.compile(r"(?i)(?:password|passwd|mot_?de_?passe|\bmdp)['\"]?\s*(?:=>|=|:)\s*\S"), "un mot de passe"),
    (re.compile(r"(?i)INSERT\s+INTO\s"), "les données de la base"),
    (re.compile(r"^\[core\]|^ref: refs/", re.MULTILINE), "l'historique Git"),
    (re.compile(r"(?m)^(?:from|import) (?:flask|pymysql|sqlalchemy|os)\b"), "du code Python"),
    (re.compile(r"\APK\x03\x04|\A\x1f\x8b"), "une archive"),
)
_CODE = ("du code PHP", "du code Python")
_WRITTEN = re.compile(
    r"""(?i)(?:password|passwd|mot_?de_?passe|\bmdp)['"]?\s{0,9}(?:=>|=|:)\s{0,9}['"][^'"\s]{1,80}['"]|"""
    r"""new\s{1,9}(?:PDO|mysqli)\s{0,9}\([^)]{0,400},\s{0,9}['"]\w{1,80}['"]"""
)
"""A password that a program holds itself."""
_PHPINFO = re.compile(r"(?i)<title>[^<]*\bphpinfo\(\)")
_COPIES = (
    (re.compile(r"\A\s*<\?(?:php|=)"), "du code PHP"),
    _SECRETS[1],
    (re.compile(r"(?im)^[^\S\n]*+INSERT\s+INTO\s.*\bVALUES\b"), "les données de la base"),
    (re.compile(r"(?i)(?:password|passwd|mot_?de_?passe|\bmdp)['\"]?\s*(?:=>|=)\s*\S"), "un mot de passe"),
    (re.compile(r"\A(?:#.*+\n?|\s++)*+(?:from|import) (?:flask|pymysql|sqlalchemy|os)\b"), "du code Python"),
    (
        re.compile(r"(?i)(?:new\s+(?:PDO|mysqli)|mysqli_connect)\s*\([^)]{0,400},\s{0,9}['\"]\w{1,80}['\"]"),
        "les réglages de la base",
    ),
)
"""What makes a text a copy of a program, of settings or of data: a text of the candidate's may well speak of them."""


def secret_in(body: str, address: str) -> str:
    """What an answer gives away, in French, or ''.

    A rendered page is no secret: only the sources, settings and data themselves are. But PHP has one that tells them.
    """
    if _PHPINFO.search(body):
        return "la page de phpinfo(), avec les réglages du serveur"
    if address.lower().endswith(HARMLESS) or re.match(r"(?is)\s*<!doctype html|\s*<html", body):
        return ""
    ending = address.lower().rpartition(".")[2]
    patterns = {"php": _SECRETS[:1], "txt": _COPIES}.get(ending, _SECRETS)
    found = next((words for pattern, words in patterns if pattern.search(body)), "")
    if found == _SECRETS[1][1] and masked(body) != body:
        return f"{found}, dont un mot de passe"
    return f"{found}, avec un mot de passe" if found in _CODE and _WRITTEN.search(body) else found


def web_addresses(paths: list[str], draw: Draw) -> list[str]:
    """Possible addresses of the submitted files under the web root, then the usual guesses, in a drawn order each."""
    addresses = []
    for path in paths:
        if not path.lower().endswith(HARMLESS):
            addresses.append(path)
            addresses += [path.removeprefix(root) for root in ("public/", "www/", "htdocs/") if path.startswith(root)]
    addresses = draw.shuffled(addresses)
    if len(addresses) > MOST_ASKED:  # what is not run when it is asked for comes first
        addresses.sort(key=lambda address: address.lower().endswith((".php", ".py")))
    return list(dict.fromkeys([*addresses[:MOST_ASKED], *draw.shuffled(GUESSES)]))


OWN_CODE = "du code de "
LEAST_LINE, LEAST_LINES = 20, 2
"""Signs of a line of a program by which it is known again, and how many such lines of one file a page shows."""
_PHP_PART = re.compile(r"<\?(?:php|=)(.*?)(?:\?>|\Z)", re.DOTALL)
_PHP_LINE = re.compile(r"\$[A-Za-z_]")
_PYTHON_LINE = re.compile(r"\s*+(?:def \w|@\w+\.\w|from [\w.]++ import|import \w)")
_SETTING = re.compile(r"DB_(?:HOST|PORT|NAME|USER|PASS)")
_INSERTED = re.compile(r"(?i)INSERTINTO[`\w].{0,280}?VALUES\(")
SHOWN_AFTER = "shown-after"
"""Of the memo: what the pages give away to which links lead that come after an act, by their addresses."""


def code_lines(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """Of each program, by its path, the lines that a page shows only where it shows code, without their spaces.

    They are inside PHP and hold a variable; or are those of Python by which it begins something.
    """
    found = {}
    for path, text in texts.items():
        lines = (
            [line for line in text.splitlines() if _PYTHON_LINE.match(line)]
            if path.endswith(".py")
            else [line for part in _PHP_PART.findall(text) for line in part.splitlines() if _PHP_LINE.search(line)]
        )
        bare = dict.fromkeys("".join(line.split()) for line in lines)
        found[path] = [line for line in bare if len(line) >= LEAST_LINE]
    return found


def code_in(page: str, lines: Mapping[str, Sequence[str]]) -> str:
    """What a page shows of the programs behind it, though it is written as a text for visitors; in French, or ''.

    Scripts are left out, since they are code that browsers are given.

    Args:
        page: Its source.
        lines: Of `code_lines`.
    """
    source = _without_scripts(page)
    plain = "\n".join("".join(unescape(one).split()) for one in (source, re.sub(r"<[^<>]*+>", "", source)))
    shown = {path: sum(line in plain for line in some) for path, some in lines.items()}
    most = max(shown, key=lambda path: shown[path], default="")
    if most and shown[most] >= min(LEAST_LINES, max(1, len(lines[most]))):
        return f"{OWN_CODE}{most}"
    if len(set(_SETTING.findall(plain))) >= LEAST_LINES:
        return "les réglages de la base"
    return "les données de la base" if _INSERTED.search(plain) else ""


def shown_in(site: Site, text: str, address: str, lines: Mapping[str, Sequence[str]]) -> str:
    """What a page to which a link leads gives away, in French, or ''; a file of a harmless kind gives no code."""
    if site.db.gives_away(text):
        return "le mot de passe de la base"
    return "" if urlsplit(address).path.lower().endswith(HARMLESS) else code_in(text, lines)


def _without_scripts(page: str) -> str:
    """The page without its scripts, each up to its end; what follows one that never ends is a part of it."""
    kept, at, folded = [], 0, page.lower()
    while (start := folded.find("<script", at)) >= 0:
        kept.append(page[at:start])
        at = folded.find("</script", start)
        if at < 0:
            return "".join(kept)
    return "".join([*kept, page[at:]])
