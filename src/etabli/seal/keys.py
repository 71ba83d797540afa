"""The centre's key pair: Ed25519, the private half behind a passphrase, both in ``ETABLI_HOME/cles``.

A former pair stays beside the new one, dated: what it sealed can still be verified.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, PublicFormat

from etabli.exam.contract.errors import UsageProblem
from etabli.runs.evidence import write_atomically
from etabli.seal.short import short
from etabli.system.disk import room_on_disk, unwritable, why, write_new
from etabli.system.settings import home, home_path

FOLDER: Final = "cles"
PRIVATE, PUBLIC = "centre.pem", "centre.pub"
SHORTEST: Final = 12
"""Characters of a passphrase: whoever has the file may try as many as they like."""
_MOST_BYTES = 10_000


@dataclass(frozen=True)
class PublicKey:
    """The half that anyone may have."""

    key: Ed25519PublicKey

    @property
    def pem(self) -> bytes:
        """As files hold it."""
        return self.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of its DER form, in hexadecimal: what ``openssl pkey -pubin -outform DER | sha256sum`` says."""
        return hashlib.sha256(self.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()

    @property
    def short(self) -> str:
        """The fingerprint as people compare it."""
        return short(self.fingerprint)

    def signed(self, signature: bytes, message: bytes) -> bool:
        """Tells whether a signature of a message is this key's."""
        try:
            self.key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


_SMALL_ORDER = frozenset(
    bytes.fromhex(point)
    for point in (
        "00" * 32,
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
)
"""Encodings of the points of small order, without the sign (the list of ``ge25519_has_small_order`` in libsodium)."""


def public_of(pem: bytes) -> PublicKey | None:
    """Reads a public key; nothing when it is no Ed25519 key in the one form that we write."""
    try:
        key = serialization.load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        return None
    return PublicKey(key) if isinstance(key, Ed25519PublicKey) and not _signs_anything(key) else None


def _signs_anything(key: Ed25519PublicKey) -> bool:
    """Tells whether a key is a point of small order, by which anybody can sign anything, without any private half."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return raw[:-1] + bytes([raw[-1] & 0x7F]) in _SMALL_ORDER


def read_public(path: Path) -> PublicKey:
    """Reads a public key that somebody gave.

    Raises:
        UsageProblem: It cannot be read, or is none.
    """
    found = public_of(_content(path))
    if found is None:
        raise UsageProblem(
            f"« {path} » n'est pas une clé publique d'Établi : donnez le fichier écrit par « etabli keys exporter »."
        )
    return found


def known() -> list[PublicKey]:
    """Returns the public keys of this machine's centre, the present one first; none where none was made."""
    folder = home_path() / FOLDER
    paths = sorted(folder.glob("*.pub"), key=lambda path: (path.name != PUBLIC, path.name)) if folder.is_dir() else []
    return [read_public(path) for path in paths]


def present() -> PublicKey:
    """Returns the centre's public key.

    Raises:
        UsageProblem: This machine has none.
    """
    path = home_path() / FOLDER / PUBLIC
    if not path.is_file():
        raise UsageProblem("Cette machine n'a pas la clé du centre : faites-la avec « etabli keys creer ».")
    return read_public(path)


def make(passphrase: str, *, replace: bool = False) -> PublicKey:
    """Draws the centre's pair.

    Args:
        passphrase: What the private half is kept behind.
        replace: Whether another one may be there, which is then set aside.

    Raises:
        UsageProblem: One is there, or the passphrase is too short.
        DiskFull: There is no room for it.
    """
    return _keep(Ed25519PrivateKey.generate(), passphrase, replace=replace)


def bring(path: Path, passphrase: str, *, replace: bool = False) -> PublicKey:
    """Puts a pair that was exported elsewhere in its place.

    Raises:
        UsageProblem: It is no pair of ours, the passphrase is another one, or a pair is there already.
    """
    return _keep(_opened(path, passphrase), passphrase, replace=replace)


def opened(passphrase: str) -> Ed25519PrivateKey:
    """Opens the centre's private key.

    Raises:
        UsageProblem: There is none, or it is behind another passphrase.
    """
    public = present()
    private = _opened(home_path() / FOLDER / PRIVATE, passphrase)
    if PublicKey(private.public_key()).fingerprint != public.fingerprint:
        raise UsageProblem(
            f"« {home_path() / FOLDER} » contient les moitiés de deux clés : remettez-y une sauvegarde, puis relancez."
        )
    return private


def export(path: Path, *, whole: bool = False) -> PublicKey:
    """Writes the public key, or the pair behind its passphrase, into a new file.

    Raises:
        UsageProblem: There is no key, or the file cannot be written.
    """
    public = present()
    content = _content(home_path() / FOLDER / PRIVATE) if whole else public.pem
    try:
        write_new(path, content.decode("ascii"))
        if not whole:
            os.chmod(path, 0o644)
    except OSError as error:
        raise unwritable(path, error, "choisissez un autre fichier") from error
    return public


def _keep(private: Ed25519PrivateKey, passphrase: str, *, replace: bool) -> PublicKey:
    folder = home() / FOLDER
    if len(passphrase) < SHORTEST:
        raise UsageProblem(
            f"La phrase a moins de {SHORTEST} caractères : prenez plusieurs mots, que vous noterez sur papier."
        )
    if (folder / PUBLIC).exists() and not replace:
        raise UsageProblem(
            f"Cette machine a déjà la clé du centre ({present().short}) : ajoutez « --remplacer » pour en changer ; "
            "l'ancienne restera à côté, et ce qu'elle a scellé restera vérifiable."
        )
    public = PublicKey(private.public_key())
    lock = serialization.BestAvailableEncryption(passphrase.encode())
    with room_on_disk(folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        moment = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
        for path in (folder / PRIVATE, folder / PUBLIC):
            if path.exists():
                path.rename(path.with_name(f"{path.stem}.{moment}{path.suffix}"))
        write_atomically(folder / PRIVATE, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock), mode=0o600)
        write_atomically(folder / PUBLIC, public.pem)
    return public


def _opened(path: Path, passphrase: str) -> Ed25519PrivateKey:
    content = _content(path)
    if b"BEGIN ENCRYPTED PRIVATE KEY" not in content:
        raise UsageProblem(f"« {path} » n'est pas une clé d'Établi : remettez-en une sauvegarde à cette place.")
    try:
        private = serialization.load_pem_private_key(content, passphrase.encode() or b" ")
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UsageProblem(
            f"La phrase n'est pas celle de la clé « {path} » (ou ce fichier est abîmé) : tapez-la de nouveau."
        ) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise UsageProblem(f"« {path} » n'est pas une clé Ed25519 : donnez celle qu'« etabli keys » a faite.")
    return private


def _content(path: Path) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read(_MOST_BYTES)
    except OSError as error:
        raise UsageProblem(f"« {path} » ne peut pas être lu ({why(error)}) : vérifiez le chemin.") from error
