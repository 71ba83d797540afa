"""A repository with one small lab, for commands that run in processes of their own; its containers are the real ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from helpers import MANIFEST, VARIANT_PY

ROOT = Path(__file__).resolve().parents[1]
LAB = "essai"
PAGE = "<!doctype html><html lang='fr'><title>Bonjour</title><h1>Bonjour</h1>"
CHECKS = '''
from etabli.exam import Failed, check

@check(points=2, palier="essentiel", competences=["C1.1"], help="Ouvrez la page dans votre navigateur.")
def check_demarre(page):
    """La page répond."""
    page.open("/")
    if page.status != 200:
        raise Failed(observed=f"La page répond {page.status}.", expected="200")

@check(points=3, palier="essentiel", competences=["C1.1"], after=["demarre"])
def check_titre(page):
    """La page a un titre."""
    page.open("/")
    if page.headings() != ["Bonjour"]:
        raise Failed(observed="Pas de titre.", expected="Bonjour")
'''
"""What its right page passes, and any page a part of."""


def write(folder: Path, **files: str | bytes) -> None:
    """Writes files by their path below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def repository(place: Path, checks: str, **changes: Any) -> Path:
    """Makes a repository whose lab has these checks; images and referential are the real ones."""
    manifest = MANIFEST | {"limits": {"start_s": 10, "exam_s": 300}} | changes
    write(place / "labs" / LAB, **{"lab.yaml": yaml.safe_dump(manifest, allow_unicode=True)})
    write(place / "graders" / LAB, **{"checks.py": checks, "variant.py": VARIANT_PY})
    for shared in ("images", "course"):
        (place / shared).symlink_to(ROOT / shared)
    return place
