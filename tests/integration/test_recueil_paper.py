"""The PDF of a recueil: tagged, in French, two pages at most per trace, nameless behind the veil, made without network."""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
from helpers import here, volume
from recueil_samples import frozen_run

from etabli.roster.learner import Person
from etabli.roster.roster import new_roster
from etabli.sandbox.docker_press import printed

TOP = '<!DOCTYPE html><html lang="fr"><head><title>Essai</title></head><body>'


@pytest.fixture(scope="module")
def who(tmp_path_factory: pytest.TempPathFactory, module_home: None) -> Iterator[str]:
    """A candidate whose first trace says more than two pages hold."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("candidat"))
        yield furnished()


def furnished() -> str:
    """Writes that candidate's work here; returns the alias."""
    roster = new_roster("SNO", "SNO")
    roster.add([Person("Bouvard", "Inès")])
    alias = roster.learners()[0].alias
    frozen_run(Path("resultats/mots-de-passe"), alias, failed=30)
    frozen_run(Path("resultats/page-dynamique"), alias, "page-dynamique")
    own = ("--candidat", alias)
    long = "Inès Bouvard a repris la revue des droits, compte par compte. " * 45
    assert here("trace", "choisir", *own).returncode == 0
    words = ("--contexte", long, "--fait", long, "--difficultes", long, "--appris", long, "--aide", long)
    assert here("trace", "ecrire", *own, "--trace", "mots-de-passe-1", *words).returncode == 0
    return alias


@functools.cache
def paper(who: str, *words: str) -> pypdf.PdfReader:
    out = "-".join(("sortie", *words))
    done = here("recueil", "build", "--candidat", who, "-o", out, *words)
    assert done.returncode == 0, done
    return pypdf.PdfReader(f"{out}/recueil.pdf")


def tags(node: Any) -> set[str]:
    """The structure's kinds, from the root down."""
    node = node.get_object()
    if isinstance(node, list):
        return set[str]().union(*map(tags, node))
    if not isinstance(node, dict):
        return set()
    below = tags(node["/K"]) if "/K" in node else set()
    return below | ({str(node["/S"])} if "/S" in node else set())


def test_it_is_tagged_in_french_and_says_its_title(who: str) -> None:
    reader = paper(who)
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "fr" and root["/MarkInfo"]["/Marked"]
    assert {"/H1", "/H2", "/H3", "/P", "/Table", "/TH", "/TD", "/L", "/LI", "/Link"} <= tags(root["/StructTreeRoot"])
    assert reader.metadata and reader.metadata.title == "Recueil de traces, Inès Bouvard"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


def test_a_trace_takes_two_pages_at_most_and_the_index_leads_to_it(who: str) -> None:
    reader = paper(who)
    texts = [" ".join(page.extract_text().split()) for page in reader.pages]
    first = [at for at, text in enumerate(texts) if re.search(r"T[12] · TP", text)]
    last = next(at for at, text in enumerate(texts) if "Observations directes" in text)
    assert len(first) == 2 and all(end - start <= 2 for start, end in zip(first, [*first[1:], last], strict=True))
    assert "Coupé à l'impression" in " ".join(texts)
    index = texts[0]
    assert all(re.search(rf"T{at + 1} .*? {page + 1}\b", index) for at, page in enumerate(first)), index


def test_behind_the_veil_no_page_names_the_candidate(who: str) -> None:
    reader = paper(who, "--anonyme", "--numero", "0412")
    held = " ".join([*(page.extract_text() for page in reader.pages), str(reader.metadata), str(reader.xmp_metadata)])
    raw = Path("sortie---anonyme---numero-0412/recueil.pdf").read_bytes()
    for name in ("Inès", "Bouvard", who):
        assert name.lower() not in held.lower() and name.encode() not in raw
    assert "0412" in held and reader.metadata and "0412" in str(reader.metadata.title)


SOURCES = ("http://192.0.2.1/a.png", "file:///etc/passwd", "//192.0.2.1/a.png", "/etc/passwd")[: volume(2, 4)]


@pytest.mark.parametrize("source", SOURCES)
def test_the_press_fetches_nothing_that_people_wrote(source: str) -> None:
    words = f'<p>Un</p><img src="{source}" alt="x"><link rel="stylesheet" href="{source}"><style>@import "{source}";</style>'
    made = printed({"top": TOP, "before": words, "parts": [], "after": "", "bottom": "</body></html>", "most": 2})
    reader = pypdf.PdfReader(io.BytesIO(made.pdf))
    text = reader.pages[0].extract_text()
    assert made.pages == 1 and "Un" in text and "root:" not in text
