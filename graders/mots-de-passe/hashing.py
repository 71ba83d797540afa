"""The hashes of the old user tables, and what an acceptable new one is.

Parameters: OWASP Password Storage Cheat Sheet (Argon2id m = 19 MiB, t = 2, p = 1; bcrypt cost 10, 72 bytes at most).
"""

from __future__ import annotations

import base64
import hashlib
import re
from contextlib import suppress
from functools import lru_cache

import argon2
import bcrypt
from argon2.low_level import Type, hash_secret

from etabli.exam.contract.draw import Draw
from etabli.exam.reading.markup import whole

MEMORY_KIB, PASSES, COST = 19_456, 2, 10
BCRYPT_BYTES = 72
MOST_MEMORY_KIB, MOST_PASSES, MOST_COST = 262_144, 20, 14
MOST_WORK = 8 * MOST_MEMORY_KIB
"""What a program may have made, and KiB times passes of one hash: who makes the 28 new hashes of a list in the 20 seconds
that the sheet gives is below. A hash that nobody made costs us its verification, not the candidate; lanes change nothing of
what it costs, they are threads, which no time of a check counts."""
OLD_COST = {"intranet": 6, "messagerie": 5}
OTHERS = (47_104, 1), (12_288, 3), (9_216, 4), (7_168, 5)
"""Memory and passes that OWASP's sheet calls equivalent to those, and that no hash of the exports has."""
OLDER = (1_024, 2), (512, 2), (4_096, 3)
"""Those of older libraries, which no hash of the exports has either."""
OTHER_COSTS = 4, 7, 8, 10
"""Of bcrypt, likewise."""
SCHEMES = ("md5", "sha1", "sha256", "bcrypt", "argon2id")
CHEAP = SCHEMES[:3]
"""Those that cost nothing to make or to verify."""
_STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BCRYPT = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_TO_BCRYPT = str.maketrans(_STANDARD, _BCRYPT)
_ARGON = re.compile(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$[A-Za-z0-9+/]{11,}\$[A-Za-z0-9+/]{22,}")
_CRYPT = re.compile(r"\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}")


@lru_cache(maxsize=512)
def make_hash(
    scheme: str, password: str, salt: bytes, *, cost: int = OLD_COST["intranet"], argon: tuple[int, int] | None = None
) -> str:
    """The hash of a password with a salt of 16 bytes that the caller draws; `argon` is memory and passes.

    Kept: what makes a candidate's data asks for the same ones again for each thing that is made of them.
    """
    raw = password.encode()
    if scheme == "md5":
        return hashlib.md5(raw).hexdigest()
    if scheme == "sha1":
        return hashlib.sha1(raw).hexdigest()
    if scheme == "sha256":
        return f"sha256${salt.hex()[:16]}${hashlib.sha256(salt.hex()[:16].encode() + raw).hexdigest()}"
    if scheme == "bcrypt":
        return bcrypt.hashpw(raw[:BCRYPT_BYTES], _bcrypt_salt(salt, cost)).decode()
    memory, passes = argon or (MEMORY_KIB, PASSES)
    return hash_secret(raw, salt, passes, memory, 1, 32, Type.ID).decode()


def other_salt(salt: str, password: str) -> str:
    """The SHA-256 hash of a password with a salt that is any text, as the sheet says; those of the exports are of one form."""
    return f"sha256${salt}${hashlib.sha256((salt + password).encode()).hexdigest()}"


def scheme_of(stored: str) -> str:
    """The kind of an old hash."""
    starts = {"sha256$": "sha256", "$2": "bcrypt", "$argon2id$": "argon2id"}
    return next((scheme for start, scheme in starts.items() if stored.startswith(start)), SCHEMES[len(stored) == 40])


def opens(password: str, stored: str) -> bool:
    """Whether an old hash that costs nothing is that of a password."""
    scheme, parts = scheme_of(stored), stored.split("$")
    salt = parts[1] if scheme == "sha256" else ""
    return scheme in CHEAP and hashlib.new(scheme, f"{salt}{password}".encode()).hexdigest() == parts[-1]


@lru_cache(maxsize=256)
def verifies(password: str, stored: str) -> bool:
    """Whether a new hash (Argon2id or bcrypt) is that of a password, by our own libraries."""
    raw = password.encode()
    if excessive(stored):
        return False
    if _CRYPT.fullmatch(stored):
        with suppress(ValueError):
            return bcrypt.checkpw(raw[:BCRYPT_BYTES], stored.encode())
    if _ARGON.fullmatch(stored):
        with suppress(argon2.exceptions.VerificationError, argon2.exceptions.InvalidHash):
            return argon2.PasswordHasher().verify(stored, raw)
    return False


def confuses(password: str, other: str, stored: str) -> bool:
    """Whether a new hash that is one password's is another's too: bcrypt reads 72 bytes, Argon2id all of them."""
    return bool(_CRYPT.fullmatch(stored)) and password.encode()[:BCRYPT_BYTES] == other.encode()[:BCRYPT_BYTES]


def salt_of(stored: str) -> str:
    """The salt of a new hash, as it is written; '' for what is none."""
    if _CRYPT.fullmatch(stored):
        return stored[7:29]
    return stored.split("$")[4] if _ARGON.fullmatch(stored) else ""


def unreadable_argon(salt: bytes, digest: bytes) -> str:
    """A hash that has the form of Argon2id, whose end nobody can decode."""
    coded = [base64.b64encode(part).decode().rstrip("=") for part in (salt, digest)]
    return f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p=1${coded[0]}${coded[1][:-9]}!"


def unknown_hashes(draw: Draw) -> list[str]:
    """Hashes of no known password, as other systems keep them: none is of the five kinds, nor begins as bcrypt does."""

    def signs(length: int, among: str = "0123456789abcdef") -> str:
        return "".join(draw.one(among) for _ in range(length))

    coded = _STANDARD
    return [
        signs(16), signs(56), signs(64), signs(128), f"*{signs(40).upper()}", f"{{SSHA}}{signs(32, coded)}",
        f"$1${signs(8, coded)}${signs(22, coded)}", f"$6${signs(16, coded)}${signs(86, coded)}",
        f"sha512${signs(16)}${signs(128)}", f"pbkdf2_sha256$600000${signs(12, coded)}${signs(43, coded)}=",
        f"$argon2i$v=19$m=1024,t=2,p=1${signs(22, coded)}${signs(42, coded)}A", f"sha256$${signs(64)}", signs(8, coded),
    ]  # fmt: skip


def excessive(stored: str) -> bool:
    """Whether verifying a hash would cost more than its making can have."""
    if argon := _ARGON.fullmatch(stored):
        memory, passes, lanes = _settings(argon)
        most = memory > MOST_MEMORY_KIB or passes > MOST_PASSES or lanes > MOST_PASSES
        return most or memory * passes > MOST_WORK
    crypt = _CRYPT.fullmatch(stored)
    return crypt is not None and int(crypt[1]) > MOST_COST


def _settings(argon: re.Match[str]) -> list[int]:
    """Memory, passes and threads; what is no number, or an absurd one, is more than any program may want."""
    return [whole(told, MOST_MEMORY_KIB + 1) for told in argon.groups()]


def weakness(stored: str) -> str:
    """Why a new hash is not acceptable, a French clause; '' when it is."""
    if excessive(stored):
        return "l'empreinte demande plus de calcul que la vérification n'en permet"
    if argon := _ARGON.fullmatch(stored):
        memory, passes, _ = _settings(argon)
        if memory < MEMORY_KIB or passes < PASSES:
            return f"Argon2id est réglé trop bas (m={memory}, t={passes})"
        return ""
    if crypt := _CRYPT.fullmatch(stored):
        return f"bcrypt est réglé trop bas (coût {int(crypt[1])})" if int(crypt[1]) < COST else ""
    return f"l'empreinte n'est ni de l'Argon2id ni du bcrypt (elle a la forme « {shape(stored)} »)"


def unread(stored: str) -> str:
    """What a new hash that is neither Argon2id nor bcrypt looks like, a French clause; '' for one of these.

    One of them that costs more than any verification may is not read either.
    """
    if excessive(stored):
        return "elle demande plus de calcul que la vérification n'en permet"
    if _ARGON.fullmatch(stored) or _CRYPT.fullmatch(stored):
        return ""
    return f"elle a la forme « {shape(stored)} », ni celle d'Argon2id ($argon2id$v=19$…) ni celle de bcrypt ($2y$…)"


def shape(stored: str) -> str:
    """What a hash looks like, without the hash."""
    parts = stored.split("$")
    if len(parts) < 4 and all(re.fullmatch(r"[0-9a-fA-F]{2,999}", part) for part in parts):
        return "$".join(f"{len(part)} chiffres hexadécimaux" for part in parts)
    return re.sub(r"[A-Za-z0-9+/=.]{7,}", "…", stored)[:40] or "vide"


def _bcrypt_salt(salt: bytes, cost: int) -> bytes:
    coded = base64.b64encode(salt).decode().rstrip("=").translate(_TO_BCRYPT)
    return f"$2y${cost:02d}${coded[:22]}".encode()
