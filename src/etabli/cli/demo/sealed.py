"""The sealed archive of the invented candidate, and a copy in which somebody changed one finding.

The key is drawn for the demonstration and thrown away: its public half, and the verifier's page that knows it, stay.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from etabli.exam.contract.errors import LabError
from etabli.runs.evidence import write_results
from etabli.runs.run import TRANSCRIPT
from etabli.seal.archive import Packed, walk, written
from etabli.seal.checking import check
from etabli.seal.keys import PublicKey
from etabli.seal.page import render_verifier
from etabli.seal.sealing import gathered, seal
from etabli.seal.short import short

ARCHIVE, TAMPERED, KEY, PAGE = "archive.scelle.zip", "archive-modifiee.zip", "centre.pub", "verificateur.html"
_OBSERVED, _CLAIMED = b'"outcome": "failed"', b'"outcome": "passed"'


def make_sealed(recueil: Path, built: Path, folder: Path) -> Iterator[str]:
    """Seals a recueil and what was printed of it; says what is there, and why the other copy is refused.

    Raises:
        LabError: No run in it has a finding to change.
    """
    shutil.rmtree(folder, ignore_errors=True)
    private = Ed25519PrivateKey.generate()
    public = PublicKey(private.public_key())
    archive = seal(gathered([recueil, built]), private, kind="candidat", subject=recueil.name)
    tampered = written(list(_tampered(archive)))
    files = {ARCHIVE: archive, TAMPERED: tampered, KEY: public.pem, PAGE: render_verifier(public).encode()}
    for name, content in files.items():
        write_results(folder / name, content)
    good, bad = check(archive, [public]), check(tampered, [public])
    if good.manifest is None or not good.intact or bad.intact:
        raise LabError("Le scellé de la démonstration ne se vérifie pas : lancez « make test », puis signalez-le.")
    yield f"Archive scellée, racine {short(good.manifest.root)} : {folder / ARCHIVE}"
    yield f"Pour la vérifier : etabli verify {folder / ARCHIVE} --cle {folder / KEY}"
    yield f"Une copie où un constat a été changé, {folder / TAMPERED}, est refusée : {bad.flaws[0].sentence()}"


def _tampered(archive: bytes) -> Iterator[Packed]:
    """Gives the files of an archive, one finding of which passed after all."""
    done = False
    for name, content in walk(archive).files:
        if not done and name.endswith(f"/{TRANSCRIPT}") and _OBSERVED in bytes(content):
            yield Packed(name, bytes(content).replace(_OBSERVED, _CLAIMED, 1))
            done = True
        else:
            yield Packed(name, content)
    if not done:
        raise LabError("Aucun constat « à revoir » dans le recueil de la démonstration : changez « recit.yaml ».")
