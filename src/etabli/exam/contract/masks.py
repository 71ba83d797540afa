"""Secrets of a submission's own settings: what quotes a file of settings shows their names, never their values."""

from __future__ import annotations

import re

from etabli.exam.contract.blot import INK

_KEY = r"(?:pass(?:word|wd|phrase)?|pwd|mdp|mot_?de_?passe|secret(?:_?key)?|token|api_?key)"
_SECRETS = (
    re.compile(
        rf"(?im)^([^\S\n]*(?:export[^\S\n]+)?\w{{0,60}}?{_KEY}\w{{0,60}}[^\S\n]*=[^\S\n]*)(?![\w.\\$]*[(\[])([^\s=>][^\n]*)"
    ),
    re.compile(
        rf"(?i)({_KEY}\w{{0,60}}['\"]?[)\]]?\s*(?:=>|=|:|,|\?:|\?\?|\bor)\s*)(?=(['\"]))(?:\2)(?:(?!\2)[^\n]){{1,500}}+\2"
    ),
    re.compile(r"(?i)(IDENTIFIED\s+BY\s+)(?=(['\"]))(?:\2)(?:(?!\2)[^\n]){1,500}+\2"),
    re.compile(
        r"(?i)((?:new\s+(?:PDO|mysqli)|mysqli_connect)\s*\([^,()\n]{0,200},[^,()\n]{0,100},\s*)(?=(['\"]))(?:\2)(?:(?!\2)[^\n]){1,500}+\2"
    ),
    re.compile(r"(\b\w{2,20}://[^:/\s@]{1,80}:)([^@/\s]{1,80})(?=@)"),
    re.compile(r"(?m)^([\w.-]{1,60}:)(\$[^\s:]+|\{SHA\}\S+)"),
)
"""A line of settings, a literal beside its name, SQL, a connection, an address, a line of ``.htpasswd``."""


def masked(text: str) -> str:
    r"""The text with ``•••`` in place of each secret that settings, or a connection, give in clear.

    Example:
        >>> masked("DB_USER=serre\nDB_PASSWORD=lavande")
        'DB_USER=serre\nDB_PASSWORD=•••'
    """
    for secret in _SECRETS:
        text = secret.sub(lambda found: found[1] + INK, text)
    return text
