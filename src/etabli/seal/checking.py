"""Verifying an archive: no network, no database, no key but the public one; every flaw by the name of its file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from etabli.exam.contract.french import count, listed
from etabli.runs.folder import shown
from etabli.seal.archive import Packed, by_name, odd_piece, walk
from etabli.seal.canonical import sha256
from etabli.seal.errors import Flaw
from etabli.seal.facts import Files, histories_in, histories_of, history_change, runs_in
from etabli.seal.keys import PublicKey, public_of
from etabli.seal.manifest import CONTENT, HEAD, KEY, MANIFEST, SIGNATURE, Manifest, read_manifest
from etabli.seal.short import short

ARCHIVE: Final = "l'archive"
"""Stands for a file's name where none can be known."""


@dataclass(frozen=True)
class Checked:
    """What verifying an archive told."""

    manifest: Manifest | None
    """None when it could not be read."""
    key: PublicKey | None
    """The one that the archive says it is signed with."""
    confirmed: bool
    """Whether that key is one of those that were given."""
    flaws: tuple[Flaw, ...]
    """Empty when it is what was sealed, to the byte; each file is named once."""
    files: Files
    """By path in the content."""

    @property
    def intact(self) -> bool:
        """Whether it is what was sealed, by whoever has this key."""
        return not self.flaws

    def said(self) -> list[str]:
        """Returns what was checked, each in one French sentence; nothing of an archive that is not intact."""
        found = self.manifest
        if found is None or self.key is None or not self.intact:
            return []
        runs, decisions = len(found.runs), sum(len(one.entries) for one in found.histories)
        labs = sorted({run.lab for run in found.runs})
        said = [
            count(len(found.files), "{n} fichier, comparé", "{n} fichiers, chacun comparé")
            + " à son empreinte SHA-256 ; aucun ajouté, aucun retiré.",
            "Archive écrite de nouveau à partir de ce qu'elle contient : la même, à l'octet près.",
            f"Racine de tout ce qui est scellé (arbre de Merkle) : {short(found.root)}.",
            f"Signature Ed25519 du manifeste : valable, par la clé {self.key.short}.",
        ]
        if runs:
            said.append(
                count(runs, "{n} vérification figée", "{n} vérifications figées")
                + f" ({listed(labs)}) : images, paquets, versions et données, tels qu'ils ont été notés alors."
            )
        if decisions:
            said.append(
                count(decisions, "{n} décision", "{n} décisions")
                + " ou faits notés dans des historiques, dans leur ordre."
            )
        return said


def check(data: bytes, trusted: Sequence[PublicKey]) -> Checked:
    """Verifies an archive.

    Args:
        data: All its bytes.
        trusted: Keys of the centre; without any, nothing confirms whose the archive's own key is.
    """
    walked = walk(data)
    packed = {one.name: one.content for one in walked.files}
    key = public_of(bytes(packed.get(KEY, b"")))
    manifest = read_manifest(bytes(packed.get(MANIFEST, b"")))
    files = {name.removeprefix(CONTENT): one for name, one in packed.items() if name.startswith(CONTENT)}
    flaws: dict[str, Flaw] = {}
    for flaw in _flaws(walked.files, packed, walked.broken, manifest, key, trusted, files):
        flaws.setdefault(flaw.name, flaw)
    if not flaws and manifest:  # else they would say the same again
        flaws |= {flaw.name: flaw for flaw in _fact_flaws(manifest, files)}
    if not flaws and (odd := odd_piece(walked.files, data)) is not None:
        odd = shown(odd) or ARCHIVE
        flaws[odd] = Flaw(odd, "n'est plus rangé comme il l'était : des octets ont été changés autour de lui")
    confirmed = key is not None and key.fingerprint in {one.fingerprint for one in trusted}
    return Checked(manifest, key, confirmed, tuple(flaws.values()), files)


def _flaws(
    walked: Sequence[Packed],
    packed: Files,
    broken: str | None,
    manifest: Manifest | None,
    key: PublicKey | None,
    trusted: Sequence[PublicKey],
    files: Files,
) -> Iterator[Flaw]:
    expected = [*HEAD, *(CONTENT + one.path for one in manifest.files)] if manifest else list(HEAD)
    if broken is not None:
        at = len(walked)
        yield Flaw(expected[at] if at < len(expected) else ARCHIVE, broken)
    if manifest is None:
        change = "n'est plus le manifeste qui a été scellé" if MANIFEST in packed else "manque"
        yield Flaw(MANIFEST, change if walked else "manque : ce n'est pas une archive scellée")
        return
    signed = key is not None and key.signed(bytes(packed.get(SIGNATURE, b"")), bytes(packed[MANIFEST]))
    yield from _content_flaws(packed, manifest if signed else manifest.model_copy(update={"histories": ()}), files)
    yield from _order_flaws([one.name for one in walked], expected)
    yield from _signature_flaws(packed, manifest, key, trusted)
    if manifest.root != manifest.computed_root():
        yield Flaw(MANIFEST, "dit une racine qui n'est pas celle de ses fichiers")


def _content_flaws(packed: Files, manifest: Manifest, files: Files) -> Iterator[Flaw]:
    listed_files = {one.path: one for one in manifest.files}
    chains: dict[str, dict[str, tuple[str, ...]]] = {}
    for history in manifest.histories:
        chains.setdefault(history.path, {})[history.where] = history.entries
    for path, one in listed_files.items():
        if path not in files:
            yield Flaw(CONTENT + path, "a été retiré après le scellé")
        elif len(files[path]) != one.size or sha256(files[path]) != one.sha256:
            why = _history_flaw(chains.get(path, {}), files[path])
            yield Flaw(CONTENT + path, f"a été modifié après le scellé{why}")
    expected = {*HEAD, *(CONTENT + path for path in listed_files)}
    yield from (Flaw(shown(name), "a été ajouté après le scellé") for name in packed if name not in expected)


def _history_flaw(chains: dict[str, tuple[str, ...]], content: bytes | memoryview) -> str:
    """Says what became of the decisions of a file that has changed, if they did."""
    found = dict(histories_of(content)) if chains else {}
    said = [
        history_change(entries, found[where])
        for where, entries in chains.items()
        if found.get(where, entries) != entries
    ]
    return f" : {said[0]}" if said else ""


def _order_flaws(names: Sequence[str], expected: Sequence[str]) -> Iterator[Flaw]:
    for name, number in Counter(names).items():
        if number > 1:
            yield Flaw(shown(name), "est deux fois dans l'archive")
    for name, after in pairwise(names):
        if by_name(name) > by_name(after):
            yield Flaw(shown(after), "n'est plus à sa place dans l'archive")
    for name in expected[: len(HEAD)]:
        if name not in names:
            yield Flaw(name, "a été retiré après le scellé")


def _signature_flaws(
    packed: Files, manifest: Manifest, key: PublicKey | None, trusted: Sequence[PublicKey]
) -> Iterator[Flaw]:
    if key is None or bytes(packed[KEY]) != key.pem or key.fingerprint != manifest.key:
        yield Flaw(KEY, "n'est pas la clé que nomme le manifeste")
        return
    if trusted and key.fingerprint not in {one.fingerprint for one in trusted}:
        expected = listed((one.short for one in trusted), last="ou")
        yield Flaw(KEY, f"est la clé {key.short}, et non celle du centre ({expected}) : un autre a signé cette archive")
    if not key.signed(bytes(packed.get(SIGNATURE, b"")), bytes(packed[MANIFEST])):
        yield Flaw(SIGNATURE, f"ne correspond pas à « {MANIFEST} » : l'un des deux a été changé après le scellé")


def _fact_flaws(manifest: Manifest, files: Files) -> Iterator[Flaw]:
    """Compares what is told of runs and decisions with what they say themselves."""
    runs, flaws = runs_in(files)
    yield from (Flaw(CONTENT + flaw.name, flaw.what) for flaw in flaws)
    if runs != manifest.runs:
        yield Flaw(MANIFEST, "dit des vérifications autre chose qu'elles-mêmes")
    if histories_in(files) != manifest.histories:
        yield Flaw(MANIFEST, "dit des décisions autre chose que leurs fichiers")
