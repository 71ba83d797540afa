"""Sealing: folders read once, their manifest, its signature, one archive."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from etabli.exam.contract.errors import UsageProblem
from etabli.runs.run import iso, now
from etabli.seal.archive import MOST, MOST_FILES, Packed, by_name, written
from etabli.seal.canonical import sha256
from etabli.seal.errors import SealError
from etabli.seal.facts import histories_in, runs_in
from etabli.seal.keys import PublicKey
from etabli.seal.manifest import CONTENT, KEY, MANIFEST, SIGNATURE, Manifest, SealedFile
from etabli.system.digest import open_regular
from etabli.system.disk import why
from etabli.system.platform import platform_sha256

_LEFT_BY_DESKTOPS: Final = frozenset({"thumbs.db", "desktop.ini"})
_INDEX: Final = "etabli.sqlite"


def left_out(name: str) -> bool:
    """Tells what is no evidence: hidden files, what desktops leave, our index, which can be made again."""
    return name.startswith((".", _INDEX)) or name.lower() in _LEFT_BY_DESKTOPS


def gathered(folders: Sequence[Path]) -> dict[str, bytes]:
    """Reads all the files of folders, each once; paths begin with the folder's name.

    Raises:
        UsageProblem: A folder is none, two bear one name, or something in it cannot be sealed.
    """
    found: dict[str, bytes] = {}
    names: dict[str, Path] = {}
    size = 0
    for folder in folders:
        if not folder.is_dir():
            raise UsageProblem(f"« {folder} » n'est pas un dossier : vérifiez le chemin.")
        name = folder.resolve().name
        if name in names:
            raise UsageProblem(
                f"« {names[name]} » et « {folder} » ont le même nom : renommez l'un des deux, puis relancez."
            )
        names[name] = folder
        for path in _paths(folder):
            content = _content(path, MOST - size) if len(found) < MOST_FILES else None
            if content is None:
                raise UsageProblem(
                    f"« {folder} » est trop gros pour une archive (500 Mo, {MOST_FILES} fichiers) : scellez-le en "
                    "plusieurs fois, dossier par dossier."
                )
            size += len(content)
            found[_name(name, path.relative_to(folder), path)] = content
    if not found:
        raise UsageProblem("Il n'y a aucun fichier à sceller : donnez un dossier qui en contient.")
    return found


def _paths(folder: Path) -> list[Path]:
    found = []
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not left_out(name))
        linked = [name for name in folders if (Path(root) / name).is_symlink()]
        found += [Path(root) / name for name in [*linked, *sorted(files)] if not left_out(name)]
    return found


def _content(path: Path, most: int) -> bytes | None:
    """Reads a file; nothing of one that is longer than that."""
    try:
        with open_regular(path) as stream:
            return stream.read() if os.fstat(stream.fileno()).st_size <= most else None
    except OSError as error:
        raise UsageProblem(f"« {path} » ne peut pas être scellé ({why(error)}) : retirez-le, puis relancez.") from error


def _name(first: str, inside: Path, path: Path) -> str:
    name = f"{first}/{inside.as_posix()}"
    if any(not char.isprintable() for char in name) or "\\" in name or len(name.encode("utf-8", "replace")) > 1000:
        raise UsageProblem(f"Le nom de « {ascii(str(path))[1:-1]} » ne peut pas être scellé : renommez-le.")
    return name


def seal(
    files: Mapping[str, bytes],
    private: Ed25519PrivateKey,
    *,
    kind: Literal["candidat", "dossier"],
    subject: str,
    sealed_at: str | None = None,
) -> bytes:
    """Returns the sealed archive of files.

    Args:
        files: By path in the content.
        private: The centre's key.
        kind: Whether it is one candidate's.
        subject: Whose, or what.
        sealed_at: ISO instant; now by default.

    Raises:
        SealError: A frozen run among them is no longer what was frozen: nothing is sealed.
    """
    runs, flaws = runs_in(files)
    if flaws:
        more = f" Et {len(flaws) - 1} autres." if len(flaws) > 1 else ""
        raise SealError(f"Rien n'est scellé : {flaws[0].sentence()}{more} Remettez ce qui a été figé, puis relancez.")
    public = PublicKey(private.public_key())
    names = sorted(files, key=by_name)
    manifest = Manifest(
        format="etabli/seal/1",
        kind=kind,
        subject=subject,
        sealed_at=sealed_at or iso(now()),
        key=public.fingerprint,
        etabli={"version": version("etabli"), "platform_sha256": platform_sha256()},
        runs=runs,
        histories=histories_in(files),
        files=tuple(SealedFile(path=name, size=len(files[name]), sha256=sha256(files[name])) for name in names),
    ).rooted()
    told = manifest.content()
    head = (Packed(KEY, public.pem), Packed(MANIFEST, told), Packed(SIGNATURE, private.sign(told)))
    return written([*head, *(Packed(CONTENT + name, files[name]) for name in names)])
