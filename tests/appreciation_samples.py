"""Results of a class of a lab that has something for a person to look at, with the works that were handed in."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from recueil_samples import frozen_run

from etabli.lab.manifest import load_lab
from etabli.reception.kept_submissions import kept_path
from etabli.reports.results import publish

FILES = {
    "audit.csv": b"compte;syst\xc3\xa8me;constat\npaul.roy;intranet;fuite\n",
    "droits.csv": "compte;système;action;motif\npaul.roy;intranet;désactiver;parti le 3 mai\n".encode(),
    "justification.md": "# Justification\n\nQuatorze caractères <script>, car l'ANSSI le demande.\n".encode(),
    "message.txt": b"Chers coll\xe8gues, choisissez une phrase.\n",
}


def results_of(
    out: Path,
    candidates: Sequence[str],
    lab: str = "mots-de-passe",
    files: Mapping[str, bytes] = FILES,
    number: int = 1,
) -> None:
    """Freezes a run of each candidate, keeps what they handed in, and writes the reports."""
    for candidate in candidates:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name, content in {**files, "qui.txt": candidate.encode()}.items():
                archive.writestr(zipfile.ZipInfo(name), content)
        digest = hashlib.sha256(stream.getvalue()).hexdigest()
        kept = kept_path(out, candidate, digest)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(stream.getvalue())
        run = f"20261124T1{number % 10}0000000Z-{number:04d}-abcdef"
        frozen_run(out, candidate, lab, failed=2, submission_sha256=digest, run=run)
    publish(out, load_lab(lab), None)
