"""Sealed archives for tests: small evidence, the centre's key, and the ways in which hands and disks change archives."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from pathlib import Path

from recueil_samples import frozen_run

from etabli.seal import keys
from etabli.seal.archive import Packed, by_name, walk, written
from etabli.seal.keys import PublicKey
from etabli.seal.manifest import CONTENT
from etabli.seal.sealing import gathered, seal

PHRASE = "une phrase assez longue"
HISTORY = """\
format: etabli/decisions/1
historique:
- {quoi: degre, le: 2027-06-01T09:00:00+02:00, par: Mme Aubry, competence: C2.3, degre: acquis}
- {quoi: annexe, le: 2027-06-01T09:05:00+02:00, par: Mme Aubry}
- {quoi: degre, le: 2027-06-01T09:10:00+02:00, par: M. Petit, competence: C2.3, degre: partiel}
"""


def evidence(root: Path, *, runs: int = 1) -> Path:
    """A folder ``juin`` with decisions, a document with an accent in its name, and frozen runs."""
    folder = root / "juin"
    (folder / "decisions").mkdir(parents=True)
    (folder / "decisions" / "SNO-07.yaml").write_text(HISTORY, "utf-8")
    (folder / "procès-verbal.txt").write_text("La commission propose.", "utf-8")
    for _number in range(runs):
        frozen_run(folder / "verifications" / "mots-de-passe", "SNO-07", failed=2)
    return folder


def sealed(folder: Path) -> tuple[bytes, PublicKey]:
    """Seals a folder with this home's key, made if need be."""
    public = keys.known()[0] if keys.known() else keys.make(PHRASE)
    return seal(gathered([folder]), keys.opened(PHRASE), kind="dossier", subject=folder.name), public


def files_of(archive: bytes) -> dict[str, bytes]:
    """What an archive holds, by name."""
    return {one.name: bytes(one.content) for one in walk(archive).files}


def packed(files: Mapping[str, bytes]) -> bytes:
    """An archive of such files in its one form, whatever they say."""
    return written([Packed(name, files[name]) for name in sorted(files, key=by_name)])


def changed(archive: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """An archive in its one form in which one file is another."""
    files = files_of(archive)
    return packed(files | {CONTENT + name: change(files[CONTENT + name])})


def mutated(archive: bytes, chance: random.Random) -> bytes:
    """An archive that something happened to: bits, bytes, pieces, whole files, by hand or by a disk."""
    data, size = bytearray(archive), len(archive)
    kind = chance.randrange(10)
    at = chance.randrange(size)
    if kind < 4:
        data[at] ^= 1 << chance.randrange(8)
    elif kind == 4:
        data[at : at + chance.randrange(1, 60)] = chance.randbytes(chance.randrange(0, 60))
    elif kind == 5:
        del data[at:]
    elif kind == 6:
        data += chance.randbytes(chance.randrange(1, 40))
    else:
        return _rewritten(files_of(archive), chance)
    return bytes(data)


def _rewritten(files: dict[str, bytes], chance: random.Random) -> bytes:
    """The same form, other files: one changed, gone, added, renamed, or two exchanged."""
    name, other = chance.sample(sorted(files), 2)
    kind = chance.randrange(5)
    if kind == 0:
        content = bytearray(files[name])
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        files[name] = bytes(content)
    elif kind == 1:
        del files[name]
    elif kind == 2:
        own = name.removeprefix(CONTENT) if chance.randrange(2) else f"ajout-{chance.randrange(9)}.txt"
        files[chance.choice((own, f"{CONTENT}{own}x", f"contenu2/{own}"))] = chance.randbytes(5)
    elif kind == 3:
        files[f"{name}x"] = files.pop(name)
    else:
        files[name], files[other] = files[other], files[name]
    return packed(files)
