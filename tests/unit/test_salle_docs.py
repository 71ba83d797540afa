"""What the tutorials of the room call a button is what the pages call it."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from etabli.lab.services import declared
from etabli.portal.pages import HERE
from etabli.system.settings import repository

DOCS = repository() / "docs" / "salle"
MOMENT = re.compile(r"\d{1,2}:\d\d")


def shown() -> str:
    """All that the portal's pages can say, however it is typeset."""
    reports = HERE.parent / "reports" / "templates"
    files = [
        *reports.glob("*.j2"),
        *(HERE / "templates").glob("*.j2"),
        *(HERE / "static").rglob("*.js"),
        *HERE.glob("*.py"),
        *(HERE.parent / "recueil").glob("*.py"),
    ]
    told = [path.read_text("utf-8") for path in files] + [service.told.title for service in declared().values()]
    return plain("\n".join(told))


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(text).replace("’", "'").replace("\u202f", " ").replace("\u00a0", " "))


@pytest.mark.parametrize("name", ["eleve.md", "enseignant.md"])
def test_what_is_quoted_is_on_a_page(name: str) -> None:
    words = re.findall(r"« ([^»]+) »", plain((DOCS / name).read_text("utf-8")))
    said = shown()
    wanted = [MOMENT.sub("", word).strip() for word in words]
    assert len(wanted) > 8 and [word for word in wanted if word not in said] == []


def test_every_tutorial_is_in_the_readme() -> None:
    readme = Path(repository() / "README.md").read_text("utf-8")
    assert [path.name for path in DOCS.glob("*.md") if f"docs/salle/{path.name}" not in readme] == []
