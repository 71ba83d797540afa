"""``<candidate>/gradescope.json``: one run in the form that Gradescope's autograders hand back.

The format is that of « Autograder Specifications » (https://gradescope-autograders.readthedocs.io/en/latest/specs/,
source ``docs/specs.md`` of ``gradescope/autograder_samples``): ``results.json`` with a top-level ``score`` (which
overrides the sum of the tests), and ``tests`` with ``score``, ``max_score``, ``status``, ``name``, ``number``,
``output``, ``tags``, ``visibility``.

Gradescope knows points won and lost, no more. What it cannot say, this file says in words and holds back:

- *non observé* (blocked): no points, as nothing was shown; the test's output names what has to work first;
- *incident technique* (error): the test has neither ``score`` nor ``status``, for it is nobody's; the whole result
  is ``after_published``, so that a teacher looks before a student does;
- a submission that was not examined: Gradescope demands a number, so ``score`` is 0 and the output says that it is
  not a result; ``after_published`` too.

Texts are ``text``: Gradescope interprets neither HTML nor Markdown that a student's page may have printed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from etabli.exam.contract.outcome import Outcome, Status
from etabli.reports.payload import CheckResult, LabMeta, Payload, moment, palier_ids, roots
from etabli.reports.text import outcome_word, quoted_list, visible
from etabli.reports.views import cannot_stand

HELD = "after_published"
"""A teacher publishes before the student sees it."""
_STATUS = {Outcome.PASSED: "passed", Outcome.FAILED: "failed", Outcome.BLOCKED: "failed"}


def render_gradescope(payload: Payload, lab: LabMeta) -> str:
    """Renders one candidate's ``gradescope.json``."""
    return json.dumps(gradescope_document(payload, lab), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def gradescope_document(payload: Payload, lab: LabMeta) -> dict[str, Any]:
    """Builds one candidate's results in Gradescope's form."""
    score = payload["score"]
    spent = moment(payload["finished_at"]) - moment(payload["started_at"])
    return {
        "score": score["earned"] if score else 0,
        "execution_time": round(max(0.0, spent.total_seconds()), 3),
        "output": visible(_summary(payload)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible" if payload["status"] == Status.GRADED else HELD,
        "stdout_visibility": "hidden",
        "extra_data": {"etabli": _provenance(payload)},
        "tests": _tests(payload, lab) or [_unexamined(payload)],
    }


def _summary(payload: Payload) -> str:
    reason = "\n".join(filter(None, (cannot_stand(payload), payload["reason"])))
    if payload["score"] is None:
        unexamined = "Ce rendu n'a pas été examiné : le zéro affiché n'est pas un résultat, Gradescope exige un nombre."
        return f"{unexamined}\n{reason}".strip()
    decide = "Les points disent ce qui a été observé. Ce n'est pas une note : ce sont des personnes qui décident."
    return f"{reason}\n{decide}".strip()


def _provenance(payload: Payload) -> dict[str, Any]:
    facts = ("candidate", "lab", "lab_version", "session", "run", "status", "submission_sha256")
    return {name: payload.get(name) for name in facts}


def _tests(payload: Payload, lab: LabMeta) -> list[dict[str, Any]]:
    waits = roots(payload["checks"])
    ranks = {palier: place for place, palier in enumerate(palier_ids(lab), start=1)}
    seen: dict[str, int] = {}
    tests = []
    for check in payload["checks"]:
        seen[check["palier"]] = seen.get(check["palier"], 0) + 1
        number = f"{ranks.get(check['palier'], len(ranks) + 1)}.{seen[check['palier']]}"
        tests.append(_test(check, number, waits.get(check["id"], ())))
    return tests


def _test(check: CheckResult, number: str, causes: Sequence[CheckResult]) -> dict[str, Any]:
    outcome = Outcome(check["outcome"])
    test: dict[str, Any] = {
        "name": visible(check["title"]),
        "number": number,
        "output": visible(_output(check, causes)),
        "output_format": "text",
        "tags": [check["id"], check["palier"], *check["competences"]],
        "extra_data": {"outcome": outcome.value},
    }
    if outcome is Outcome.ERROR:
        return test | {"visibility": HELD}
    earned = check["points"] if outcome is Outcome.PASSED else 0
    return {"score": earned, "max_score": check["points"], "status": _STATUS[outcome], **test, "visibility": "visible"}


def _output(check: CheckResult, causes: Sequence[CheckResult]) -> str:
    word = outcome_word(check["outcome"])
    lines = [f"{word.sign} {word.text}"]
    if check["outcome"] == Outcome.BLOCKED:
        titles = quoted_list([cause["title"] for cause in causes] or list(check["blocked_by"]))
        lines.append(f"Ce point n'a pas pu être regardé : {titles} d'abord. Ce n'est pas une faute de plus.")
    elif check["outcome"] == Outcome.ERROR:
        lines.append("La panne vient de l'outil de vérification : une personne va regarder.")
    else:
        labelled = (("Observé", "observed"), ("Attendu", "expected"), ("Où regarder", "help"))
        told = [(label, check[key]) for label, key in labelled]  # type: ignore[literal-required]
        lines += [f"{label} : {value}" for label, value in told if value]
    return "\n".join(lines)


def _unexamined(payload: Payload) -> dict[str, Any]:
    return {
        "name": "Rendu",
        "number": "0",
        "status": "failed",
        "output": visible(payload["reason"] or ""),
        "output_format": "text",
        "visibility": HELD,
    }
