"""The grid of checks: which decide, which count, and which palier stands alone."""

from __future__ import annotations

from password_works import GRADER

from etabli.exam.contract.check import load_checks


def test_two_checks_decide_and_the_last_palier_counts_for_no_competence() -> None:
    specs = load_checks(GRADER).specs
    assert [spec.id for spec in specs if spec.decisive] == ["rien-de-secret", "accusations-fondees"]
    assert {spec.palier for spec in specs if not spec.competences} == {"approfondissement"}


def test_a_palier_is_gradable_without_the_others() -> None:
    specs = load_checks(GRADER).by_id()
    for spec in specs.values():
        others = {specs[name].palier for name in spec.after} - {spec.palier}
        assert not others or spec.after == ("rendu-present",), spec.id
