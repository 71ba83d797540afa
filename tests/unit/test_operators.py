"""Operators: how mutants and ways are made of right specimens, and what is said when one is badly written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from etabli.exam.contract.errors import LabError
from etabli.exam.contract.outcome import Outcome
from etabli.lab.demands import Demand
from etabli.lab.specimens.operators import Code, Derived, derive
from etabli.lab.specimens.specimen import Kind, Specimen

DEMANDS = {
    "liste": Demand("liste", "- [Liste :]{#liste} elle est là.", "seance-1", ("liste", "ordre")),
    "ton": Demand("ton", "- [Le ton :]{#ton} aimable.", "seance-1", ()),
}
FILES = {"index.php": b"<td>un</td><td>deux</td>\n", "style.css": b"td {}\n"}
SPECIMENS = {
    "juste": Specimen("juste", "", Kind.RIGHT, "", {"liste": Outcome.PASSED, "ordre": Outcome.PASSED}, FILES),
    "faux": Specimen("faux", "", Kind.MISTAKE, "", {"liste": Outcome.FAILED, "ordre": Outcome.BLOCKED}, FILES),
}
EDIT = {"juste": [{"file": "index.php", "find": "un", "replace": "1"}]}


def operator(**said: object) -> dict[str, object]:
    return {"title": "Un titre", "how": "alter", "demands": ["liste"]} | said


def made(
    root: Path, mutants: Mapping[str, object], ways: Mapping[str, object] | None = None, code: Mapping[str, Code] = {}
) -> dict[str, Derived]:
    path = root / "operators.yaml"
    path.write_text(yaml.safe_dump({"mutants": dict(mutants), "ways": dict(ways or {})}, allow_unicode=True), "utf-8")
    return derive(path, SPECIMENS, DEMANDS, code)


def test_edits_removals_and_additions_make_one_of_each_specimen(tmp_path: Path) -> None:
    change = operator(edits=EDIT, remove=["style.css"], add={"notes.txt": "@{ login }@"})
    [(name, one)] = made(tmp_path, {"autre": change}).items()
    assert (name, one.operator, one.demands, one.way) == ("autre.juste", "autre", ("liste",), False)
    assert (one.specimen.kind, one.specimen.title) == (Kind.MISTAKE, "Un titre")
    assert one.specimen.expected == SPECIMENS["juste"].expected
    assert one.specimen.files({"login": "sno-07"}) == {
        "index.php": b"<td>1</td><td>deux</td>\n",
        "notes.txt": b"sno-07",
    }


def test_a_pattern_makes_one_of_each_place(tmp_path: Path) -> None:
    change = operator(
        bases=["juste"], pattern={"files": "*.php", "find": r"<td>(\w+)</td>", "replace": r"<td>(\1)</td>"}
    )
    found = made(tmp_path, {"autre": change})
    assert {name: one.specimen.templates["index.php"] for name, one in found.items()} == {
        "autre.juste.1": b"<td>(un)</td><td>deux</td>\n",
        "autre.juste.2": b"<td>un</td><td>(deux)</td>\n",
    }


def test_or_one_of_all_places(tmp_path: Path) -> None:
    change = operator(
        how="markup", bases=["juste"], pattern={"files": "*", "find": "td", "replace": "th", "together": True}
    )
    [(name, one)] = made(tmp_path, {}, {"autre": change}).items()
    assert (name, one.way, one.specimen.kind) == ("autre.juste", True, Kind.RIGHT)
    assert one.specimen.templates == {"index.php": b"<th>un</th><th>deux</th>\n", "style.css": b"th {}\n"}


def test_code_is_given_the_specimen_and_the_data(tmp_path: Path) -> None:
    def shout(specimen: Specimen, data: Mapping[str, Any]) -> dict[str, bytes]:
        return {path: content.upper() + data["login"].encode() for path, content in specimen.files(data).items()}

    [one] = made(tmp_path, {"crier": operator(bases=["juste"])}, code={"crier": shout}).values()
    assert one.specimen.files({"login": "x"})["style.css"] == b"TD {}\nx"


@pytest.mark.parametrize(
    ("mutant", "sentence"),
    [
        (operator(edits=EDIT, demands=["autre"]), "« mm » : aucune feuille n'a l'ancre « autre »"),
        (operator(edits=EDIT, demands=["ton"]), "« mm » : une personne regarde « ton »"),
        (operator(edits={"faux": EDIT["juste"]}), "« mm » : « faux » n'est pas un rendu témoin juste"),
        (operator(edits={"juste": [{"file": "index.php", "find": "trois"}]}), "« mm » : le texte à remplacer dans"),
        (operator(bases=["juste"]), "« mm » : ce qu'il change est dit ici, ou bien dans operators.py"),
        (operator(remove=["style.css"]), "« mm » : aucun rendu témoin n'est nommé"),
        (operator(bases=["juste"], remove=["gone.php"]), "fichier à retirer inconnu : « gone.php »"),
        (operator(bases=["juste"], add={"index.php": ""}), "« index.php » est déjà dans « juste »"),
        (operator(bases=["juste"], pattern={"files": "*.php", "find": "trois"}), "« pattern » ne trouve rien"),
        (
            operator(bases=["juste"], pattern={"files": "*", "find": "tr", "together": True}),
            "« pattern » ne trouve rien",
        ),
        (operator(bases=["juste"], pattern={"files": "*", "find": "("}), "« ( » n'est pas une expression régulière"),
        (operator(edits=EDIT, how="markup"), "« markup » n'est pas permis ; valeurs permises : drop, alter"),
        (operator(edits=EDIT, demands=[]), "clé « mutants.mm.demands »"),
        (operator(edits=EDIT, on=["juste"]), "clé « mutants.mm.on »"),
    ],
)
def test_a_badly_written_one_gets_a_clear_sentence(tmp_path: Path, mutant: dict[str, object], sentence: str) -> None:
    with pytest.raises(LabError) as caught:
        made(tmp_path, {"mm": mutant})
    assert sentence in str(caught.value) and "operators.yaml" in str(caught.value)


def test_a_name_stands_for_one_operator(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="« mm » est un mutant et une manière"):
        made(tmp_path, {"mm": operator(edits=EDIT)}, {"mm": operator(how="markup", edits=EDIT)})
    with pytest.raises(LabError, match=r"« oubli » est dans operators\.py et n'est pas ici"):
        made(tmp_path, {}, code={"oubli": lambda specimen, data: {}})


def test_a_name_that_no_candidate_can_bear_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "x" * 41
    monkeypatch.setitem(SPECIMENS, name, replace(SPECIMENS["juste"], name=name))
    with pytest.raises(LabError, match="est trop long ; raccourcissez-le"):
        made(tmp_path, {"m" * 30: operator(edits={name: EDIT["juste"]})})
