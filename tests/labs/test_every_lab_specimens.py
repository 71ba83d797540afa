"""What the witness submissions of every lab keep: sound declarations, and files that are what their names say.

Nothing is graded here (``tests/matrix``). A new lab has no line here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from helpers import volume
from seats import HOUSE, LABS, handed_in, prints, specimens_of

from etabli.exam.contract.outcome import Outcome
from etabli.lab.manifest import Lab
from etabli.lab.specimens.papers import sealed
from etabli.lab.specimens.specimen import Kind, load_class


def tried(lab: str) -> list[str]:
    """Some of a lab's specimens of each kind in ``make test``, which grades many of the others."""
    kinds = [[name for name, one in specimens_of(lab).items() if one.kind is kind] for kind in Kind]
    return [name for names in kinds for name in names[:: volume(8, 1)]]


SPECIMENS = [(lab, name) for lab in LABS for name in tried(lab)]


@pytest.fixture(params=LABS)
def lab(request: pytest.FixtureRequest) -> Lab:
    return LABS[request.param]


# -- what they declare


def test_right_ones_fail_nothing_and_all_others_fail_something(lab: Lab) -> None:
    kinds: dict[Kind, list[bool]] = {}
    for specimen in specimens_of(lab.id).values():
        kinds.setdefault(specimen.kind, []).append(Outcome.FAILED in specimen.expected.values())
    assert {Kind.RIGHT, Kind.MISTAKE} <= set(kinds)
    assert {kind: set(failing) for kind, failing in kinds.items()} == {kind: {kind is not Kind.RIGHT} for kind in kinds}
    assert lab.id not in HOUSE or (set(kinds) == set(Kind) and len(kinds[Kind.RIGHT]) >= 2)


def test_each_check_is_failed_by_one(lab: Lab) -> None:
    told = [one.expected for one in specimens_of(lab.id).values()]
    failed = {check for expected in told for check, outcome in expected.items() if outcome is Outcome.FAILED}
    assert [spec.id for spec in lab.checks().specs if spec.id not in failed] == []


def test_titles_tell_them_apart(lab: Lab) -> None:
    titles = [specimen.title for specimen in specimens_of(lab.id).values()]
    assert len(set(titles)) == len(titles)


def test_the_class_shows_right_and_wrong_work(lab: Lab) -> None:
    specimens = specimens_of(lab.id)
    members = load_class(lab, specimens)
    kinds = {specimens[name].kind for name in members.values()}
    assert Kind.RIGHT in kinds and len(kinds) >= 3


# -- what they hand in


@pytest.mark.parametrize(("lab", "name"), SPECIMENS)
def test_files_are_well_formed_and_nothing_in_them_tells_when(lab: str, name: str) -> None:
    files, kind = handed_in(lab, name), specimens_of(lab)[name].kind
    if files is None:
        return  # seen by the matrix
    assert LABS[lab].recognises(files) or kind in (Kind.EMPTY, Kind.STARTER)
    for path, content in files.items():
        if b"FlateDecode" in content:  # a PDF: any two bytes may follow each other in it
            assert b"/CreationDate" not in content, path
        elif not path.endswith((".xlsx", ".docx", ".odt", ".ods")):
            assert b"@{" not in content and b"@%" not in content, path
        else:
            with zipfile.ZipFile(BytesIO(content)) as archive:
                for part in archive.namelist():
                    if part.endswith((".xml", ".rels")):
                        ElementTree.fromstring(archive.read(part))
            assert sealed(content) == content or not path.endswith(".xlsx"), path


def test_no_two_hand_in_the_same(lab: Lab) -> None:
    trees = {name: handed_in(lab.id, name) for name in tried(lab.id)}
    made = sorted((sorted(files.items()), name) for name, files in trees.items() if files is not None)
    assert len(made) > len(trees) * 0.8
    assert [(one, other) for (files, one), (again, other) in pairwise(made) if files == again] == []


@cache
def elsewhere() -> dict[str, dict[str, str]]:
    """What another process makes, of every lab."""
    code = "import json, sys; sys.path[:0] = sys.argv[1:]; import seats; print(json.dumps({lab: seats.prints(lab) for lab in seats.LABS}))"
    run = [sys.executable, "-c", code, *map(str, Path(__file__).parents[:2])]
    done = subprocess.run(run, env=os.environ | {"PYTHONHASHSEED": "1"}, capture_output=True, text=True, check=True)
    made: dict[str, dict[str, str]] = json.loads(done.stdout)
    return made


def test_another_process_makes_the_same(lab: Lab) -> None:
    assert elsewhere()[lab.id] == prints(lab.id)
