"""The table of mutants and ways: what counts as caught and as accepted, and how it is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from helpers import make_lab

from etabli.cli.fairness import facts, markdown, named, total
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.outcome import Outcome
from etabli.grading.matrix import Deviation, MatrixRow
from etabli.grading.matrix.fairness import ACCEPTED, CAUGHT, Count, Fairness, checks_of, fairness
from etabli.lab.demands import Demand
from etabli.lab.specimens.operators import Derived
from etabli.lab.specimens.specimen import Kind, Specimen

DEMANDS = {
    "liste": Demand(
        "liste", "- [Liste :]{#liste} et [ordre ⊘ :]{#tri} ensemble.", "seance-1", ("liste-la", "liste-ordre")
    ),
    "tri": Demand("tri", "- [Liste :]{#liste} et [ordre ⊘ :]{#tri} ensemble.", "seance-1", ("tri",)),
    "ton": Demand("ton", "- [Le ton :]{#ton} aimable.", "seance-2", ()),
}


def derived(name: str, *demands: str, way: bool = False) -> Derived:
    specimen = Specimen(name, f"Titre de {name}", Kind.RIGHT if way else Kind.MISTAKE, "", {}, {})
    return Derived(specimen, name.split(".")[0], demands, way)


def row(one: Derived, *found: tuple[str, Outcome]) -> MatrixRow:
    gaps = tuple(Deviation(check, Outcome.PASSED, outcome, f"{check} dit non") for check, outcome in found)
    run: Any = None
    return MatrixRow(one.specimen, run, {}, 0, 0, gaps)


MUTANTS = [
    derived("sans.a", "liste"),
    derived("sans.b", "liste", "tri"),
    derived("perdu", "tri"),
    derived("casse", "tri"),
]
WAYS = [derived("dialogue", "liste", "ton", way=True), derived("lent", "tri", way=True)]


@pytest.fixture
def table() -> Fairness:
    rows = [
        row(MUTANTS[0], ("liste-ordre", Outcome.FAILED), ("tri", Outcome.BLOCKED)),
        row(MUTANTS[1], ("tri", Outcome.FAILED)),
        row(MUTANTS[2], ("liste-la", Outcome.FAILED), ("tri", Outcome.BLOCKED)),
        row(MUTANTS[3], ("tri", Outcome.ERROR)),
        row(WAYS[0]),
        row(WAYS[1], ("tri", Outcome.ERROR)),
    ]
    return fairness("essai", DEMANDS, [*MUTANTS, *WAYS], rows)


def test_a_mutant_is_caught_by_a_check_of_one_of_its_demands_alone(table: Fairness) -> None:
    assert {one.demand.anchor: str(one.mutants) for one in table.rows} == {"liste": "2/2", "tri": "1/3", "ton": "—"}
    assert table.mutants == Count(2, 4)
    missed = {one.name: one.told for one in table.amiss if not one.way}
    assert missed == {"perdu": (("liste-la", "liste-la dit non"),), "casse": (("tri", "tri dit non"),)}


def test_a_way_is_accepted_when_nothing_is_amiss(table: Fairness) -> None:
    assert {one.demand.anchor: str(one.ways) for one in table.rows} == {"liste": "1/1", "tri": "0/1", "ton": "1/1"}
    assert table.ways == Count(1, 2)
    assert [(one.name, one.told) for one in table.amiss if one.way] == [("lent", (("tri", "tri dit non"),))]


def test_one_that_was_not_graded_is_amiss() -> None:
    table = fairness("essai", DEMANDS, [MUTANTS[0], WAYS[0]], [])
    assert [one.name for one in table.amiss] == ["sans.a", "dialogue"] and not table.holds


@pytest.mark.parametrize(
    ("mutants", "ways", "holds"),
    [
        (Count(19, 20), Count(49, 50), True),
        (Count(189, 200), Count(50, 50), False),
        (Count(20, 20), Count(48, 49), False),
        (Count(1, 1), Count(0, 0), True),
    ],
)
def test_it_holds_from_its_bounds_on(mutants: Count, ways: Count, holds: bool) -> None:
    assert (CAUGHT, ACCEPTED) == (0.95, 0.98)
    assert Fairness("essai", (), mutants, ways, ()).holds is holds


def test_a_mutant_runs_the_checks_of_its_demands_and_a_way_all() -> None:
    both = {one.specimen.name: one for one in (*MUTANTS[:2], *WAYS)}
    assert checks_of(both, DEMANDS) == {
        "sans.a": ("liste-la", "liste-ordre"),
        "sans.b": ("liste-la", "liste-ordre", "tri"),
    }


def test_it_is_published_with_what_is_amiss(table: Fairness, tmp_path: Path) -> None:
    page = markdown(table, make_lab(tmp_path), date(2026, 11, 27))
    assert "Fait le 27/11/2026" in page
    assert "| 1 | Liste (liste) | 2/2 | 1/1 |\n| 1 | ordre (tri) | 1/3 | 0/1 |\n" in page
    assert "| 2 | Le ton (ton) | par une personne | 1/1 |\n" in page
    assert (
        "## Mutants que rien ne voit\n\n- perdu (tri) : Titre de perdu (échoue ailleurs : liste-la).\n- casse" in page
    )
    assert "## Manières refusées\n\n- lent (tri) : Titre de lent (refusée par tri).\n" in page
    assert "En tout, 2/4 mutants sont vus (il en faut 95 %) et 1/2 manières sont acceptées (il en faut 98 %)." in page
    assert total(table) in page


def test_a_program_reads_the_same(table: Fairness) -> None:
    said = facts(table)
    assert (said["lab"], said["holds"], said["caught"], said["mutants"]) == ("essai", False, 2, 4)
    assert said["demands"][1] == {  # type: ignore[index]
        "anchor": "tri", "seance": "seance-1", "by_a_person": False,
        "caught": 1, "mutants": 3, "accepted": 0, "ways": 1,
    }  # fmt: skip
    assert [one["name"] for one in said["refused"]] == ["lent"]  # type: ignore[attr-defined]


def names(wanted: Sequence[str]) -> list[str]:
    return list(named({one.specimen.name: one for one in (*MUTANTS, *WAYS)}, wanted))


def test_some_are_named_by_their_own_name_or_their_operator_s() -> None:
    assert names(["sans", "lent"]) == ["sans.a", "sans.b", "lent"]
    assert names(["sans.b"]) == ["sans.b"] and len(names([])) == 6
    with pytest.raises(UsageProblem, match=r"« perd » n'est ni .* Vouliez-vous dire « perdu »"):
        names(["perd"])
