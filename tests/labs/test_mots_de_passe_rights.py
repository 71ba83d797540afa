"""The review of rights: what is to be taken away, what is missed, and what the report has told already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from password_works import Rows, data, findings, mistakes, the_audit, the_review, vocabulary
from refused import failure, observed


def test_what_the_report_has_is_copied_and_what_it_lacks_is_looked_for() -> None:
    first, second = data()["rights"]["second-facteur"][:2]
    kept = [row for row in findings.review(data()) if row["Action"] != "second facteur"]
    kept += [mistakes.action(data(), key, "second-facteur") for key in data()["rights"]["second-facteur"][2:]]
    told = failure(lambda: the_review(kept).expect_all("second-facteur", {first: "sans-2fa"}))
    assert "1 de ces comptes manque aussi dans votre relevé." in told.observed
    assert "ce que votre relevé a déjà : 1 dans" in (told.help or "") and not told.because
    told = failure(lambda: the_review(kept).expect_all("second-facteur", dict.fromkeys((first, second), "sans-2fa")))
    assert told.because == ("trouve-sans-2fa",) and "relevé a déjà" not in (told.help or "")


def test_who_has_the_name_of_one_who_left_is_told_by_the_first_name_alone() -> None:
    told = failure(lambda: the_review(mistakes.homonym_out(data())).expect_nothing_else(()))
    assert "autre prénom" in told.observed and "Tout délai" not in told.observed
    assert "comparez aussi le prénom" in (told.help or "") and "absence" not in (told.help or "")


def test_a_right_review_meets_every_expectation() -> None:
    review = the_review(findings.review(data()))
    review.expect_understood()
    review.expect_nothing_else(())
    for action in vocabulary.ACTIONS:
        review.expect_all(action.id)


def test_rights_count_in_both_directions() -> None:
    told = observed(lambda: the_review(mistakes.everyone_out(data())).expect_nothing_else(()))
    rights = data()["rights"]
    wrong, first = len(data()["passwords"]) - len(rights["desactiver"]), sum(map(len, rights.values())) + 2
    first -= len(rights["desactiver"])
    assert (
        told.startswith(f"droits.csv : {wrong} actions sans raison, sur {wrong} comptes : ")
        and f", ligne {first} ; " in told
    )
    assert f"sur {len(rights['desactiver'])} : 1 dans Annuaire" in observed(
        lambda: the_review(_without_one(data())).expect_all("desactiver")
    )


def test_what_the_report_overlooks_or_accuses_costs_nothing_again_in_the_review() -> None:
    made = data()
    lost = {f"{one['account']}@{one['system']}": one["kind"] for one in made["findings"] if one["kind"] == "dormant"}
    key = next(iter(lost))
    review = the_review([row for row in findings.review(made) if f"{row['Compte']}@{row['Système'].casefold()}" != key])
    told = failure(lambda: review.expect_all("desactiver", lost))
    assert told.because == ("trouve-dormant",) and told.observed.endswith(" Ce compte manque aussi dans votre relevé.")
    assert "Complétez d'abord votre relevé" in (told.help or "")
    told = failure(lambda: review.expect_all("desactiver", {}))
    assert not told.because and told.help is None and "relevé" not in told.observed
    absent = [account for account in made["accounts"] if account["place"].startswith("absent@")]
    accused = [findings.line(made, one["login"], one["system"], "dormant", "faible") for one in absent]
    report = the_audit(findings.report(made) + accused)
    told = failure(report.expect_no_trap)
    assert told.observed.startswith(f"audit.csv : {len(absent)} lignes accusent") and len(absent) == 3
    assert (
        f"absence prévue jusqu'au {_absence(made, absent[0])})" in told.observed and told.observed.count("ligne ") == 3
    )
    assert f"Tout délai se compte au {made['period']['fr']['today']}, date de l'état des comptes." in told.observed
    asked = [mistakes.action(made, f"{one['login']}@{one['system']}", "desactiver") for one in absent]
    review = the_review(findings.review(made) + asked)
    assert failure(lambda: review.expect_nothing_else(report.caught, report.wrong)).because == ("pieges",)
    machine = mistakes.action(made, "copieur@intranet", "desactiver")
    told = failure(lambda: the_review([*findings.review(made), *asked, machine]).expect_nothing_else(report.caught))
    assert not told.because and told.observed.startswith("droits.csv : 1 action sans raison, sur 1 compte : copieur (")


def _absence(made: Mapping[str, Any], account: Mapping[str, Any]) -> str:
    until = next(one["absence_jusqu_au"] for one in made["people"] if one["matricule"] == account["person"])
    return "/".join(reversed(until.split("-")))


def _without_one(made: Mapping[str, Any]) -> Rows:
    gone = next(key for key in made["rights"]["desactiver"] if key.endswith("@annuaire"))
    return [row for row in findings.review(made) if f"{row['Compte']}@annuaire" != gone or row["Système"] != "Annuaire"]
