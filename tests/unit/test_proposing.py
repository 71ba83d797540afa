"""What frozen outcomes let one propose: the rules of the référentiel, one by one, then whatever the traces are."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from typing import Any

import pytest
from helpers import make_run, spec
from hypothesis import given, settings
from hypothesis import strategies as st
from referentiel_samples import CHECKS, outside, seen, small, trace
from sentences import faults

from etabli.exam.contract.outcome import Outcome, Palier, Status
from etabli.lab.manifest import lab_ids, load_lab
from etabli.referentiel.kept import in_force
from etabli.referentiel.proposing import Proposal, State, propose
from etabli.referentiel.reasons import Rule
from etabli.referentiel.traces import Constat, LabTrace, Observation, Trace, trace_of
from etabli.runs.folder import Flaw, FlawKind, RunFolder

SMALL = small()
FAILED, BLOCKED, ERROR, PASSED = Outcome.FAILED, Outcome.BLOCKED, Outcome.ERROR, Outcome.PASSED
RANKS = {degree.id: place for place, degree in enumerate(SMALL.echelle.degres)}


def proposed(traces: list[Trace], observations: list[Observation] | None = None, code: str = "C1.1") -> Proposal:
    """What is proposed for one competence; a person saw its criterion at the highest degree unless it is said."""
    found = {one.competence: one for one in propose(SMALL, traces, [seen()] if observations is None else observations)}
    for reason in found[code].reasons:
        assert faults(reason.text) == [], reason
    return found[code]


def degree(*traces: Trace) -> tuple[str | None, bool]:
    found = proposed(list(traces))
    return found.degree, found.at_least


def rules(found: Proposal) -> list[Rule]:
    return [reason.rule for reason in found.reasons]


def with_checks(lab: str, failed: str, unseen: str = "") -> LabTrace:
    return trace(lab, **dict.fromkeys(failed.split(), FAILED), **dict.fromkeys(unseen.split(), BLOCKED))


# -- by palier


@pytest.mark.parametrize(
    ("failed", "wanted"),
    [
        ("", "haut"),
        ("x1 x2", "haut"),
        ("e1", "bon"),
        ("a1", "bon"),
        ("e1 a1", "bon"),
        ("e1 a1 a2", "moyen"),
        ("e1 e2 e3", "moyen"),
        ("e1 e2 e3 e4", "bas"),
        ("e1 e2 e3 e4 e5", "bas"),
        (" ".join(CHECKS), "bas"),
    ],
)
def test_two_labs_that_show_the_same_let_it_be_proposed(failed: str, wanted: str) -> None:
    observations = [seen("bas" if wanted == "bas" else "haut")]
    found = proposed([with_checks("un", failed), with_checks("deux", failed)], observations)
    assert (found.state, found.degree, found.at_least) == (State.PROPOSED, wanted, False)


def test_deeper_checks_that_pass_may_raise_a_degree() -> None:
    grid = dict.fromkeys(CHECKS[5:7]) | {f"a{n}": PASSED for n in range(1, 6)} | {"a1": FAILED}
    told = small()
    checks = ("e1", "e2", *(f"a{n}" for n in range(1, 6)), "x1", "x2")
    one = told.criteria["chose-faite"]
    one.constats.update({lab: checks for lab in ("un", "deux")})
    for deeper, wanted in ((PASSED, "haut"), (FAILED, "bon")):
        traces = [trace(lab, **grid, x1=deeper) for lab in ("un", "deux")]
        assert next(iter(propose(told, traces, [seen()]))).degree == wanted


def test_every_sentence_names_its_trace_its_checks_and_its_rule() -> None:
    found = proposed([with_checks("un", "a1 x2"), with_checks("deux", "")])
    first = next(reason for reason in found.reasons if reason.trace == "0001-un")
    assert first.text == (
        "« TP un » (vérification 0001-un, 24/11/2026) : points réussis, 5 sur 5 à l'Essentiel, 1 sur 2 à "
        "l'Attendu et 1 sur 2 à l'Approfondissement. Elle montre « maîtrise satisfaisante » (règle : Essentiel 80 % et Attendu 50 %). "
        "À revoir : « Titre de a1 ». À revoir à l'Approfondissement, sans rien abaisser : « Titre de x2 »."
    )
    assert first.checks == tuple(sorted(CHECKS)) and first.criteria == ("chose-faite",)
    assert found.said == "proposition : « maîtrise satisfaisante »"
    assert rules(found) == [Rule.PALIER, Rule.PALIER, Rule.PERSON, Rule.INDEPENDENT]
    assert json.loads(json.dumps(found.to_json()))["reasons"][0]["rule"] == "palier"


# -- éléments insuffisants


@pytest.mark.parametrize(
    "traces",
    [[], [trace("un")], [trace("un"), trace("un", "0002-un", date="2026-11-25")], [outside(), outside(name="b")]],
    ids=["none", "one", "two runs of one lab", "two of one origin"],
)
def test_below_two_independent_traces_there_is_not_enough(traces: list[Trace]) -> None:
    found = proposed(traces, [seen(), *(seen("haut", "chose-faite", on=one.id) for one in traces)])
    assert (found.state, found.degree, found.said) == (State.INSUFFICIENT, None, "éléments insuffisants")
    assert rules(found)[-1] is Rule.INDEPENDENT


def test_without_human_observation_there_is_not_enough() -> None:
    found = proposed([trace("un"), trace("deux")], [])
    assert (found.state, rules(found)[-1]) == (State.INSUFFICIENT, Rule.OBSERVATION)
    assert "aucune observation" in found.reasons[-1].text


def test_an_observation_of_another_competence_is_none_of_this_one() -> None:
    assert proposed([trace("un"), trace("deux")], [seen("haut", "parole")]).state is State.INSUFFICIENT


def test_a_lab_and_a_trace_from_elsewhere_are_two() -> None:
    found = proposed([trace("un"), outside()], [seen("bon", "chose-faite", on="PFMP 1")])
    assert (found.state, found.degree) == (State.PROPOSED, "bon")


def test_a_trace_from_elsewhere_counts_once_somebody_said_what_it_shows() -> None:
    found = proposed([trace("un"), outside()])
    assert found.state is State.INSUFFICIENT and Rule.ASIDE in rules(found)


def test_a_competence_without_checks_comes_from_traces_and_people() -> None:
    traces: list[Trace] = [outside("PFMP 1", "parole"), outside("Projet", "parole"), trace("un")]
    found = proposed(traces, [seen("bon", "parole", on=one) for one in ("PFMP 1", "Projet")], "C1.2")
    assert (found.state, found.degree) == (State.PROPOSED, "bon")
    assert all(not reason.checks for reason in found.reasons)


# -- non observé, incident, ⊘


@pytest.mark.parametrize("unseen", [BLOCKED, ERROR])
def test_what_was_not_observed_is_never_held_to_be_lacking(unseen: Outcome) -> None:
    hidden = dict.fromkeys(CHECKS[1:], unseen)
    found = proposed([trace("un", e1=FAILED, **hidden), trace("deux", e1=FAILED, **hidden)], [seen("bas")])
    assert found.state is State.INSUFFICIENT or found.at_least
    assert found.degree is None


def test_what_was_not_observed_may_raise_it() -> None:
    found = proposed([with_checks("un", "", "a1 a2"), with_checks("deux", "")])
    assert (found.degree, found.at_least) == ("moyen", True)
    assert found.said == "proposition : au moins « insuffisamment maîtrisé »"
    assert any("2 points non observés" in reason.text for reason in found.reasons)


def test_a_point_to_take_up_before_all_leaves_it_to_a_person() -> None:
    found = proposed([trace("un", decisive=["e1"], e1=FAILED), trace("deux")])
    assert (found.state, found.degree, found.said) == (State.PERSON, None, "à regarder par une personne")
    assert found.reasons[-1].rule is Rule.DECISIVE and found.reasons[-1].checks == ("e1",)


def test_it_does_so_where_too_few_points_would_show_anything() -> None:
    """A confidentiality that is broken is told of its competence, however few points look at it."""
    few = dict.fromkeys(CHECKS[1:])
    found = proposed([trace("un", decisive=["e1"], e1=FAILED, **few), trace("deux"), trace("trois")])
    assert (found.state, found.reasons[-1].rule) == (State.PERSON, Rule.DECISIVE)


def test_too_few_points_show_nothing() -> None:
    found = proposed([trace("un", **dict.fromkeys(CHECKS[1:])), trace("deux")])
    assert found.state is State.INSUFFICIENT and "aucune trace" not in found.reasons[-1].text
    assert "il faut 2 points de l'Essentiel ou de l'Attendu" in found.reasons[1].text


def test_a_later_run_without_it_counts_in_its_place() -> None:
    barred = trace("un", decisive=["e1"], e1=FAILED)
    again = trace("un", "0002-un", date="2026-12-01", decisive=["e1"])
    assert degree(barred, again, trace("deux")) == ("haut", False)


def test_of_one_lab_the_run_that_shows_most_counts() -> None:
    worse = trace("un", "0002-un", date="2026-12-01", e1=FAILED, e2=FAILED)
    found = proposed([trace("un"), worse, trace("deux")])
    assert found.degree == "haut" and "compte avec elle pour une seule trace" in found.reasons[1].text


# -- people


@pytest.mark.parametrize(
    ("degrees", "wanted"),
    [(("moyen",), "moyen"), (("moyen", "haut"), "haut"), (("bon", "bon"), "bon"), (("haut",), "haut")],
)
def test_it_goes_no_higher_than_what_people_saw(degrees: tuple[str, ...], wanted: str) -> None:
    criteria = ("chose-faite", "chose-dite")
    observations = [seen(one, criterion) for one, criterion in zip(degrees, criteria, strict=False)]
    found = proposed([trace("un"), trace("deux")], observations)
    assert found.degree == wanted
    assert (Rule.CAP in rules(found)) == (wanted != "haut")


def test_the_latest_observation_of_a_criterion_counts() -> None:
    observations = [seen("haut", date="2027-01-10"), seen("moyen", date="2027-03-01"), seen("bas", date="2026-12-01")]
    assert proposed([trace("un"), trace("deux")], observations).degree == "moyen"


@pytest.mark.parametrize(
    ("failed", "saw"), [(("", "e1 e2 e3 e4 e5"), "bas"), (("", ""), "bas"), (("e1 e2 e3 e4", "e1 e2 e3 e4"), "haut")]
)
def test_the_lowest_degree_is_proposed_only_when_all_say_so(failed: tuple[str, str], saw: str) -> None:
    found = proposed([with_checks("un", failed[0]), with_checks("deux", failed[1])], [seen(saw)])
    assert (found.state, found.reasons[-1].rule) == (State.PERSON, Rule.CONTRADICTION)


# -- traces of frozen runs


def test_a_frozen_run_becomes_a_trace(tmp_path: Any) -> None:
    specs = (spec("e1"), spec("a1", palier=Palier.ATTENDU))
    run = make_run(specs, [{"kind": "check_end", "check": "e1", "outcome": "passed"}])
    folder = RunFolder(tmp_path / run.id, run)
    found = trace_of(folder, "Un TP")
    assert found.constats == (
        Constat("e1", "Titre de e1.", Palier.ESSENTIEL, PASSED),
        Constat("a1", "Titre de a1.", Palier.ATTENDU, ERROR),
    )
    assert (found.id, found.lab, found.unusable) == (run.id, "essai", None)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": Status.REJECTED, "reason": "Zip illisible."}, "Le rendu n'a pas été examiné. Zip illisible."),
        ({"schema": "etabli/run/1"}, "qui ne gardait pas d'empreinte"),
        (None, "Modifié depuis la vérification : « run.json » a été modifié."),
    ],
)
def test_a_run_of_which_nothing_is_kept_says_why(tmp_path: Any, changes: dict[str, Any] | None, words: str) -> None:
    run = None if changes is None else replace(make_run((spec("e1"),), []), lab="un", **changes)
    flaws = () if run else (Flaw("run.json", FlawKind.MODIFIED),)
    found = trace_of(RunFolder(tmp_path / "x", run, flaws, {"lab": "un"}), "TP un")
    assert words in (found.unusable or "") and found.constats == ()
    said = proposed([found, trace("deux")])
    assert said.state is State.INSUFFICIENT and said.reasons[0].rule is Rule.ASIDE
    assert words in said.reasons[0].text and said.reasons[0].trace == found.id


# -- with our own référentiel


@pytest.mark.parametrize("lab", lab_ids())
def test_right_work_in_a_lab_of_ours_shows_the_highest_degree_of_what_it_is_about(lab: str) -> None:
    told, loaded = in_force().referentiel, load_lab(lab)

    def shown(*failed: Palier) -> dict[str, str]:
        constats = tuple(
            Constat(one.id, one.title, one.palier, FAILED if one.palier in failed else PASSED)
            for one in loaded.checks().specs
        )
        run = LabTrace("0001", lab, loaded.manifest.title, "2026-11-24", constats)
        return {
            one.competence: reason.text
            for one in propose(told, [run])
            for reason in one.reasons
            if reason.rule is Rule.PALIER
        }

    best = shown()
    assert best and all("« très bonne maîtrise »" in text for text in best.values())
    assert {code: "« très bonne maîtrise »" in text for code, text in shown(Palier.APPROFONDISSEMENT).items()} == (
        dict.fromkeys(best, True)
    )
    worst = shown(*Palier)
    assert worst.keys() == best.keys() and all("« non maîtrisé »" in text for text in worst.values())
    assert not {"C1.2", "C1.3"} & best.keys()


# -- whatever the traces are

whatever = settings(
    max_examples=int(os.environ.get("ETABLI_EXEMPLES", "100")),
    deadline=None,
    database=None,
    derandomize="ETABLI_EXEMPLES" not in os.environ,
)
OUTCOMES = st.sampled_from(list(Outcome))
LABS = st.builds(
    lambda lab, number, day, outcomes, decisive: trace(
        lab, f"{number:04d}-{lab}", date=f"2026-11-{day:02d}", decisive=decisive, **outcomes
    ),
    st.sampled_from(["un", "deux", "trois"]),
    st.integers(1, 3),
    st.integers(1, 28),
    st.fixed_dictionaries({}, optional=dict.fromkeys(CHECKS, OUTCOMES)),
    st.sampled_from([(), (), (), ("e1",)]),
)
OUTSIDE = st.builds(
    lambda origin, name, criterion: outside(origin, criterion, name=name),
    st.sampled_from(["PFMP 1", "PFMP 2", "Projet"]),
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from(["chose-faite", "chose-dite", "parole"]),
)
TRACES = st.lists(st.one_of(LABS, OUTSIDE), max_size=6, unique_by=lambda one: one.id)
SEEN = st.lists(
    st.builds(
        lambda degree, criterion, day, on: seen(degree, criterion, date=f"2027-01-{day:02d}", on=on),
        st.sampled_from(list(RANKS)),
        st.sampled_from(["chose-faite", "chose-dite", "parole"]),
        st.integers(1, 28),
        st.sampled_from([None, "a", "b", "c"]),
    ),
    max_size=5,
)


def ranks(found: tuple[Proposal, ...]) -> list[int | None]:
    return [None if one.degree is None else RANKS[one.degree] for one in found]


def not_lower(before: tuple[Proposal, ...], after: tuple[Proposal, ...]) -> bool:
    """Whether nothing that is proposed went down; to a person or to « insuffisant » is another matter."""
    return all(old is None or new is None or new >= old for old, new in zip(ranks(before), ranks(after), strict=True))


@whatever
@given(TRACES, SEEN, st.randoms(use_true_random=False))
def test_the_order_of_traces_and_observations_changes_nothing(
    traces: list[Trace], observations: list[Observation], chance: Any
) -> None:
    before = propose(SMALL, traces, observations)
    chance.shuffle(traces)
    chance.shuffle(observations)
    assert propose(SMALL, traces, observations) == before


@whatever
@given(TRACES, SEEN, OUTCOMES)
def test_what_failed_or_was_not_observed_in_depth_lowers_nothing(
    traces: list[Trace], observations: list[Observation], instead: Outcome
) -> None:
    """Failed, not observed, or not there at all: the same is proposed. Passed instead: never less."""

    def changed(one: Trace, outcome: Outcome | None) -> Trace:
        if not isinstance(one, LabTrace):
            return one
        deep = [item for item in one.constats if item.palier is Palier.APPROFONDISSEMENT and item.outcome is FAILED]
        kept = [replace(item, outcome=outcome) if item in deep else item for item in one.constats]
        return replace(one, constats=tuple(item for item in kept if outcome or item not in deep))

    before = propose(SMALL, traces, observations)
    for outcome in (None, BLOCKED, ERROR):
        after = propose(SMALL, [changed(one, outcome) for one in traces], observations)
        assert [(one.state, one.degree, one.at_least) for one in after] == [
            (one.state, one.degree, one.at_least) for one in before
        ]
    assert not_lower(before, propose(SMALL, [changed(one, PASSED) for one in traces], observations))


@whatever
@given(TRACES, SEEN, st.data())
def test_a_point_that_passes_instead_never_lowers(
    traces: list[Trace], observations: list[Observation], data: st.DataObject
) -> None:
    runs = [place for place, one in enumerate(traces) if isinstance(one, LabTrace) and one.constats]
    if not runs:
        return
    place = data.draw(st.sampled_from(runs))
    one = traces[place]
    assert isinstance(one, LabTrace)
    number = data.draw(st.integers(0, len(one.constats) - 1))
    constats = list(one.constats)
    constats[number] = replace(constats[number], outcome=PASSED)
    better = [*traces[:place], replace(one, constats=tuple(constats)), *traces[place + 1 :]]
    assert not_lower(propose(SMALL, traces, observations), propose(SMALL, better, observations))


@whatever
@given(TRACES, SEEN, LABS)
def test_a_run_of_a_lab_more_never_lowers(traces: list[Trace], observations: list[Observation], more: LabTrace) -> None:
    if more.id in {one.id for one in traces}:
        return
    assert not_lower(propose(SMALL, traces, observations), propose(SMALL, [*traces, more], observations))


@whatever
@given(TRACES, SEEN, st.data())
def test_a_person_who_saw_more_never_lowers(
    traces: list[Trace], observations: list[Observation], data: st.DataObject
) -> None:
    if not observations:
        return
    place = data.draw(st.integers(0, len(observations) - 1))
    higher = [degree for degree, rank in RANKS.items() if rank >= RANKS[observations[place].degree]]
    better = list(observations)
    better[place] = replace(better[place], degree=data.draw(st.sampled_from(higher)))
    assert not_lower(propose(SMALL, traces, observations), propose(SMALL, traces, better))


@whatever
@given(TRACES, SEEN, st.sampled_from([BLOCKED, ERROR]))
def test_what_was_not_observed_never_makes_the_lowest_degree(
    traces: list[Trace], observations: list[Observation], instead: Outcome
) -> None:
    """Had it passed, the lowest degree would be proposed all the same, or it would not be proposed at all."""

    def passed(one: Trace) -> Trace:
        if not isinstance(one, LabTrace):
            return one
        hidden = (BLOCKED, ERROR)
        return replace(
            one,
            constats=tuple(
                replace(item, outcome=PASSED) if item.outcome in hidden and item.palier in PALIERS else item
                for item in one.constats
            ),
        )

    after = propose(SMALL, [passed(one) for one in traces], observations)
    for one, best in zip(propose(SMALL, traces, observations), after, strict=True):
        if one.degree == "bas":
            assert best.degree == "bas" and not one.at_least


PALIERS = (Palier.ESSENTIEL, Palier.ATTENDU)


@whatever
@given(TRACES, SEEN)
def test_a_degree_has_two_origins_a_person_and_no_bar(traces: list[Trace], observations: list[Observation]) -> None:
    for one in propose(SMALL, traces, observations):
        own = [item for item in observations if SMALL.competence_of[item.criterion] == one.competence]
        used = {reason.trace for reason in one.reasons if reason.rule in (Rule.PALIER, Rule.PERSON) and reason.trace}
        origins = {item.lab if isinstance(item, LabTrace) else item.origin for item in traces if item.id in used}
        if one.degree is not None:
            assert one.state is State.PROPOSED and own and len(origins) >= 2
        assert (one.degree is None) == (one.state is not State.PROPOSED)
        assert one.reasons and all(faults(reason.text) == [] for reason in one.reasons)


@whatever
@given(TRACES, SEEN)
def test_no_check_says_anything_where_people_alone_do(traces: list[Trace], observations: list[Observation]) -> None:
    found = propose(SMALL, traces, observations)[1]
    assert found.competence == "C1.2" and all(not reason.checks for reason in found.reasons)


def test_nothing_proposed_is_a_number() -> None:
    told = json.dumps([one.to_json() for one in propose(SMALL, [trace("un"), trace("deux")], [seen()])])
    assert not re.search(r"/20\b|\"(?:points|note|score|mark)\"", told)
