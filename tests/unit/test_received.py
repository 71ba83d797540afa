"""Which pages need not be asked for again, and what makes them be."""

from __future__ import annotations

import pytest
from requests.structures import CaseInsensitiveDict

from etabli.exam.contract.values import Response
from etabli.exam.tools import received
from etabli.exam.tools.received import Asking, Received

HOME = Asking("http://x/", "")
NEXT = Asking("http://x/?page=2", "http://x/")


def answer(text: str, status: int = 200) -> Response:
    return Response(status, CaseInsensitiveDict(), text.encode(), "http://x/")


@pytest.fixture(autouse=True)
def never_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(received, "SHARE", 0)


def looked(*askings: Asking) -> Received:
    """What is there once a check has only looked at these pages, and the next one begins."""
    made = Received("ab")
    made.begin(untouched=True)
    for one in askings:
        made.had(one, answer(one.address))
    made.begin(untouched=True)
    return made


def test_another_check_is_given_what_a_check_that_only_looked_was_sent() -> None:
    kept = looked(HOME, NEXT)
    for asking in (HOME, NEXT, HOME):
        found = kept.of(asking)
        assert found is not None and found.body == asking.address.encode()
    assert kept.of(NEXT._replace(sent_from="")) is None, "nobody came that way"


def test_a_check_asks_as_often_as_it_looks_by_itself() -> None:
    made = Received("ab")
    made.begin(untouched=True)
    made.had(HOME, answer("un"))
    assert made.of(HOME) is None


def test_what_came_of_a_check_after_which_the_base_was_another_is_not_kept() -> None:
    made = Received("ab")
    made.begin(untouched=True)
    made.had(HOME, answer("un"))
    made.begin(untouched=False)
    assert made.of(HOME) is None
    made.begin(untouched=True)
    assert made.of(HOME) is None


def test_after_a_deed_or_an_address_that_is_new_all_is_asked_for() -> None:
    """A link that deletes by GET is such an address."""
    kept = looked(HOME)
    kept.had(Asking("http://x/supprimer?id=3", "http://x/"), answer("fait"))
    assert kept.of(HOME) is None
    kept = looked(HOME)
    kept.act()
    assert kept.of(HOME) is None
    kept.begin(untouched=True)
    assert kept.of(HOME) is not None


def test_a_check_may_ask_afresh() -> None:
    kept = looked(HOME)
    kept.afresh = True
    assert kept.of(HOME) is None
    kept.afresh = False
    assert kept.of(HOME) is not None


@pytest.mark.parametrize("other", [answer("un autre"), answer("http://x/", 500)])
def test_a_page_that_changes_while_nobody_acts_is_not_kept_nor_are_those_of_its_kind(other: Response) -> None:
    kept = looked(HOME, NEXT, Asking("http://x/?page=3", "http://x/"))
    kept.had(NEXT, other)
    assert [kept.of(one) is None for one in (NEXT, Asking("http://x/?page=3", "http://x/"), HOME)] == [
        True,
        True,
        False,
    ]
    kept.had(NEXT, answer("encore"))
    kept.begin(untouched=True)
    assert kept.of(NEXT) is None


def test_a_drawn_share_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(received, "SHARE", 0.5)
    kept, again = looked(HOME), looked(HOME)
    taken = [kept.of(HOME) is None for _time in range(40)]
    assert {True, False} == set(taken)
    assert taken == [again.of(HOME) is None for _time in range(40)], "as the nonce says"


def test_pages_that_are_kept_fill_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(received, "MOST", 12)
    kept = looked(HOME, NEXT)
    assert (kept.of(HOME) is None, kept.of(NEXT) is None) == (False, True)
