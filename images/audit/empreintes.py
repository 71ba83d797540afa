"""Stored passwords: which kind each is, and whether a word is the right one."""

import csv
import hashlib
import hmac
import re
from dataclasses import dataclass
from pathlib import Path

import argon2
import bcrypt

SLOW = {"bcrypt", "argon2id"}
"""Kinds for which one guess costs milliseconds: only a few chosen words are tried."""

_KINDS = (
    ("md5", r"[0-9a-fA-F]{32}"),
    ("sha1", r"[0-9a-fA-F]{40}"),
    ("sha256", r"(?:sha256|\{SHA256\})[$:](?P<salt>[^$:]*)[$:](?P<digest>[0-9a-fA-F]{64})"),
    ("bcrypt", r"\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}"),
    ("argon2id", r"\$argon2id?\$.+"),
)
_LOGIN = ("compte", "identifiant", "login", "utilisateur")
_STORED = ("empreinte", "hash", "mot_de_passe")


@dataclass(frozen=True)
class Account:
    """One account of one table."""

    system: str
    login: str
    stored: str


def kind(stored):
    """Returns the kind of a stored password; None when it is none that we know."""
    return next((name for name, shape in _KINDS if re.fullmatch(shape, stored)), None)


def rows(path):
    """Reads a table as a French spreadsheet writes it; names of columns in small letters."""
    text = Path(path).read_text("utf-8-sig")
    lines = list(csv.reader(text.splitlines(), delimiter=";" if ";" in text.split("\n", 1)[0] else ","))
    names = [name.strip().lower() for name in (lines[0] if lines else [])]
    return [dict(zip(names, (cell.strip() for cell in line), strict=False)) for line in lines[1:]]


def accounts(path):
    """Reads the accounts of a table that have a stored password; the system is the name of the file."""
    table = rows(path)
    present = set(table[0]) if table else set()
    login = next((name for name in _LOGIN if name in present), None)
    stored = next((name for name in _STORED if name in present), None)
    if login is None or stored is None:
        raise ValueError(f"{path} : il faut une colonne « compte » et une colonne « empreinte ».")
    return [Account(Path(path).stem, row[login], row[stored]) for row in table if row.get(stored)]


def matches(word, stored):
    """Tells whether a word is the password that was stored."""
    raw = word.encode()
    match kind(stored):
        case "md5":
            return hashlib.md5(raw).hexdigest() == stored.lower()
        case "sha1":
            return hashlib.sha1(raw).hexdigest() == stored.lower()
        case "sha256":
            salt, digest = salted(stored)
            return hmac.compare_digest(hashlib.sha256(salt + raw).hexdigest(), digest)
        case "bcrypt":
            return len(raw) <= 72 and bcrypt.checkpw(raw, stored.encode())
        case "argon2id":
            try:
                return argon2.PasswordHasher().verify(stored, word)
            except argon2.exceptions.Argon2Error:
                return False
    return False


def salted(stored):
    """Returns the salt and the digest of a salted SHA-256, in which the salt comes before the word."""
    found = re.fullmatch(dict(_KINDS)["sha256"], stored)
    return found["salt"].encode(), found["digest"].lower()
