"""Every lab asks six questions on the candidate's own data, and says what a good answer shows; nobody is given it."""

from __future__ import annotations

import pytest
from seats import LABS, secrets_of, sujet
from sentences import faults

from etabli.lab.entretien import NUMBER, Question, questions_in


@pytest.fixture(params=LABS)
def asked(request: pytest.FixtureRequest) -> list[tuple[Question, ...]]:
    """What several candidates of a lab are asked."""
    lab: str = request.param
    return [questions_in(LABS[lab], sujet(lab, secret).context) for secret in secrets_of(lab)[:3]]


def test_each_has_six_and_every_variable_renders(asked: list[tuple[Question, ...]]) -> None:
    for questions in asked:
        assert len(questions) == NUMBER and len({one.title for one in questions}) == NUMBER
        for one in questions:
            assert one.asked.endswith(("?", ".")) and len(one.good) >= 2
            assert not {"@{", "}@", "@%", "**"} & {text for text in ("@{", "}@", "@%", "**") if text in one.asked}
            assert faults(one.plain) == [], one.plain


def test_they_are_about_the_candidate_s_own_data(asked: list[tuple[Question, ...]]) -> None:
    assert len({tuple(one.asked for one in questions) for questions in asked}) > 1


@pytest.mark.parametrize("lab", LABS)
def test_nothing_of_it_is_given_with_the_sujet(lab: str) -> None:
    given = b"\n".join(sujet(lab, secrets_of(lab)[0]).contents().values())
    assert "bonne réponse montre".encode() not in given
