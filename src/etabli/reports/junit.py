"""``resultats.junit.xml``: the results of a class for tools that read JUnit reports (Jenkins, GitLab, IDEs).

One test suite per candidate, one test case per point de vérification. There is no standard; this is what the Ant
schema and Jenkins' own (``junit-10.xsd`` of ``jenkinsci/xunit-plugin``) both take:

- a passed check is a bare test case, a failed one has a ``failure``, an incident of ours has an ``error``;
- a blocked check is ``skipped``, and says what has to work first: it is not one more mistake;
- a submission that was not examined is a suite of one ``error``: no verdict, so no failure;
- a learner who handed in nothing is a suite of one ``skipped``: nobody disappears, and nothing is no mistake.

Characters that XML 1.0 forbids, and those that disguise text, are made visible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC
from xml.etree import ElementTree

from etabli.exam.contract.outcome import Outcome
from etabli.reports.hand_in_view import without_run
from etabli.reports.payload import CheckResult, LabMeta, Payload, moment, roots
from etabli.reports.roll import Roll
from etabli.reports.text import outcome_word, quoted_list, visible
from etabli.reports.views import cannot_stand

_TAGS = {Outcome.FAILED: "failure", Outcome.ERROR: "error"}
_HOST = "etabli"


def render_junit(payloads: Sequence[Payload], lab: LabMeta, roll: Roll | None = None) -> str:
    """Renders ``resultats.junit.xml``.

    Args:
        payloads: One per candidate.
        lab: What the lab says of itself.
        roll: The learners of the class, present or not, if the class is known.
    """
    by_candidate = {payload["candidate"]: payload for payload in payloads}
    root = ElementTree.Element("testsuites")
    for place, candidate in enumerate((roll or Roll()).ordered(list(by_candidate))):
        payload = by_candidate.get(candidate)
        suite = _suite(payload, lab) if payload else _absent(candidate, lab, roll or Roll())
        suite.set("id", str(place))
        root.append(suite)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(payload: Payload, lab: LabMeta) -> ElementTree.Element:
    cases = [_case(check, payload) for check in payload["checks"]] or [_unexamined(payload)]
    spent = (moment(payload["finished_at"]) - moment(payload["started_at"])).total_seconds()
    suite = _framed(payload["candidate"], lab.id, cases, spent, payload["started_at"])
    _say(suite, " ".join(filter(None, (cannot_stand(payload), payload["reason"]))) or None)
    facts = ("lab", "lab_version", "session", "run", "status", "submission_sha256")
    for name in facts:
        if (value := payload.get(name)) is not None:
            ElementTree.SubElement(suite[0], "property", name=name, value=visible(str(value)))
    return suite


def _absent(candidate: str, lab: LabMeta, roll: Roll) -> ElementTree.Element:
    known = roll.hand_in(candidate)
    case = ElementTree.Element("testcase", name="Rendu", classname=_classname(lab.id, candidate), time="0")
    ElementTree.SubElement(case, "skipped", message=without_run(known).text)
    return _framed(candidate, lab.id, [case], 0.0, known.at if known else None)


def _framed(
    candidate: str, lab: str, cases: Sequence[ElementTree.Element], spent: float, at: str | None
) -> ElementTree.Element:
    """A suite with its counts; children in the order that the Ant schema wants."""
    kinds = Counter(child.tag for case in cases for child in case)
    suite = ElementTree.Element(
        "testsuite",
        name=visible(candidate),
        package=visible(lab),
        hostname=_HOST,
        time=_seconds(max(0.0, spent)),
        tests=str(len(cases)),
        failures=str(kinds["failure"]),
        errors=str(kinds["error"]),
        skipped=str(kinds["skipped"]),
    )
    if at is not None:
        suite.set("timestamp", moment(at).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"))
    ElementTree.SubElement(suite, "properties")
    suite.extend(cases)
    ElementTree.SubElement(suite, "system-out")
    ElementTree.SubElement(suite, "system-err")
    return suite


def _say(suite: ElementTree.Element, reason: str | None) -> None:
    suite[-2].text = visible(reason or "")


def _case(check: CheckResult, payload: Payload) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase",
        name=visible(check["title"]),
        classname=_classname(payload["lab"], payload["candidate"], check["palier"], check["id"]),
        time=_seconds(check["duration_ms"] / 1000),
    )
    outcome = Outcome(check["outcome"])
    if outcome is Outcome.BLOCKED:
        ElementTree.SubElement(case, "skipped", message=visible(_waits(check, payload)))
    elif outcome in _TAGS:
        message = visible(check["observed"] or outcome_word(outcome).text)
        problem = ElementTree.SubElement(case, _TAGS[outcome], message=message, type=outcome.value)
        problem.text = _body(check)
    return case


def _body(check: CheckResult) -> str:
    lines = [
        ("Observé", check["observed"]),
        ("Attendu", check["expected"]),
        ("Où regarder", check["help"]),
        ("Preuves", ", ".join(proof["path"] for proof in check["evidence"])),
    ]
    return visible("\n".join(f"{label} : {value}" for label, value in lines if value))


def _waits(check: CheckResult, payload: Payload) -> str:
    causes = [cause["title"] for cause in roots(payload["checks"])[check["id"]]] or check["blocked_by"]
    return f"non observé : {quoted_list(list(causes))} d'abord"


def _unexamined(payload: Payload) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase", name="Rendu", classname=_classname(payload["lab"], payload["candidate"]), time="0"
    )
    ElementTree.SubElement(case, "error", message=visible(payload["reason"] or ""), type=payload["status"])
    return case


def _classname(*parts: str) -> str:
    """Names packages by dots, as Jenkins groups them; a dot of a part is not one of ours."""
    return ".".join(visible(part).replace(".", "_") for part in parts)


def _seconds(value: float) -> str:
    return f"{value:.3f}"
