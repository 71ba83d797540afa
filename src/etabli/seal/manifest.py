"""``MANIFESTE.json``: what a sealed archive holds, file by file, and what is vouched for beside.

It is canonical JSON (RFC 8785). Its root is that of a tree (RFC 6962) whose first leaf is the manifest without
``files`` and ``root``, and whose others are the files in their order: the short form of it on paper fixes all of it.
The signature is of the manifest's very bytes, so that ``openssl`` alone verifies it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import pydantic

from etabli.seal.archive import Packed, walk
from etabli.seal.canonical import canonical, merkle_root
from etabli.seal.errors import SealError
from etabli.system.disk import why
from etabli.system.yaml_files import Described

MANIFEST, SIGNATURE, KEY, CONTENT = "MANIFESTE.json", "SIGNATURE", "CLE.pub", "contenu/"
HEAD = (KEY, MANIFEST, SIGNATURE)
"""What stands before the content, sorted as the archive is."""
_MOST = 64 * 1024 * 1024
"""Bytes of the longest manifest, which is at the beginning of an archive."""

Digest = Annotated[str, pydantic.StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Whole = Annotated[int, pydantic.Field(ge=0, le=1 << 31)]


def _below(path: str) -> str:
    if not path or any(part in ("", ".", "..") for part in path.split("/")):
        raise ValueError("path")
    return path


class SealedFile(Described):
    """One file, by its path in the content."""

    path: Annotated[str, pydantic.AfterValidator(_below)]
    size: Whole
    """In bytes."""
    sha256: Digest


class SealedRun(Described):
    """What a frozen run says of what made it."""

    path: str
    """Of its folder."""
    lab: str
    lab_version: str
    session: str
    pack_sha256: str
    lab_sha256: str | None
    brief_sha256: str | None
    platform_sha256: str | None
    image_ids: dict[str, str]
    """Of images, and the hashes of their lists of packages."""
    seed_fingerprint: str
    submission_sha256: str | None


class History(Described):
    """Decisions of one file in their order, as a chain."""

    path: str
    where: str
    """Key of the list, from the top of the file: ``sessions.0.historique``."""
    entries: tuple[Digest, ...]
    """SHA-256 of the canonical JSON of each."""
    head: Digest
    """Of the chain: see :func:`etabli.seal.canonical.chained`."""


class Manifest(Described):
    """All that is signed."""

    format: Literal["etabli/seal/1"]
    kind: Literal["candidat", "dossier"]
    subject: str
    """Whose, or what."""
    sealed_at: str
    """UTC, ISO 8601, by the clock of the machine that sealed."""
    key: Digest
    """Fingerprint of the centre's key."""
    etabli: dict[str, str]
    """What sealed: ``version`` and ``platform_sha256``."""
    runs: tuple[SealedRun, ...]
    histories: tuple[History, ...]
    files: tuple[SealedFile, ...]
    root: Digest | Literal[""] = ""

    def content(self) -> bytes:
        """Returns the bytes that stand in the archive, and are signed."""
        return canonical(self.model_dump(mode="json"))

    def computed_root(self) -> str:
        """Returns the root that its other keys give."""
        facts = self.model_dump(mode="json", exclude={"files", "root"})
        return merkle_root([canonical(facts), *(canonical(one.model_dump(mode="json")) for one in self.files)])

    def rooted(self) -> Manifest:
        """Returns it with its root."""
        return self.model_copy(update={"root": self.computed_root()})


def read_manifest(content: bytes) -> Manifest | None:
    """Reads a manifest; nothing when it is none, or is not in its canonical form."""
    try:
        found = Manifest.model_validate(json.loads(content[: _MOST + 1]))
        return found if found.content() == content else None
    except (ValueError, RecursionError):
        return None


def manifest_of(archive: Path) -> Manifest:
    """Reads the manifest of an archive, and verifies nothing.

    Raises:
        SealError: There is none.
    """
    try:
        with open(archive, "rb") as stream:
            head = {one.name: one for one in walk(stream.read(_MOST)).files[: len(HEAD)]}
    except OSError as error:
        raise SealError(f"« {archive} » ne peut pas être lu ({why(error)}) : vérifiez le chemin.") from error
    found = read_manifest(bytes(head.get(MANIFEST, Packed("", b"")).content))
    if found is None:
        raise SealError(f"« {archive} » n'est pas une archive scellée : donnez le fichier écrit par « etabli seal ».")
    return found
