"""What is kept of still pages that were looked at, and until when."""

from __future__ import annotations

from typing import cast

import pytest

from etabli.exam.tools import readings
from etabli.exam.tools.readings import Readings
from etabli.exam.tools.tab import Tab
from etabli.exam.tools.watched import Given


class FakeTab:
    """A tab whose page says how often it was looked at."""

    def __init__(self, html: str, address: str = "http://x/") -> None:
        self.address, self.given, self.untouched = address, cast("Given | None", Given(200, html)), True
        self.looks = 0
        self.wanted: set[str] = set()
        self.parts: dict[str, bool] = {}

    def look(self, script: str, *args: object) -> list[object]:
        self.looks += 1
        return [script, *args, self.looks]


def read(kept: Readings, tab: FakeTab, script: str = "texte", *args: object) -> list[object]:
    return cast(list[object], kept.of(cast(Tab, tab), script, *args))


def test_the_same_page_is_asked_each_question_once() -> None:
    kept, first, again = Readings(), FakeTab("<p>un"), FakeTab("<p>un")
    assert [read(kept, one) for one in (first, first, again)] == [["texte", 1]] * 3
    assert read(kept, again, "texte", ["Lampe"]) == ["texte", ["Lampe"], 1]
    assert read(kept, again, "liens") == ["liens", 2]
    assert (first.looks, again.looks) == (1, 2)


@pytest.mark.parametrize("other", [FakeTab("<p>deux"), FakeTab("<p>un", "http://x/?page=2")])
def test_other_html_or_another_address_is_another_page(other: FakeTab) -> None:
    kept = Readings()
    read(kept, FakeTab("<p>un"))
    read(kept, other)
    assert other.looks == 1


def test_what_is_no_longer_as_it_was_given_is_asked_each_time() -> None:
    kept, filled, visited = Readings(), FakeTab("<p>un"), FakeTab("<p>un")
    read(kept, filled)
    filled.untouched = False
    visited.given = None  # the browser asked for it by itself
    for tab in (filled, visited):
        tab.looks = 0
        read(kept, tab)
        read(kept, tab)
        assert tab.looks == 2


def test_a_site_that_never_sends_the_same_page_twice_fills_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "MOST", 12)
    kept, small, large = Readings(), FakeTab("<p>un"), FakeTab("<p>le deuxième")
    for tab in (small, large):
        read(kept, tab)
        read(kept, tab)
    assert (small.looks, large.looks) == (1, 2)


def test_a_page_is_spared_where_the_server_would_see_no_difference() -> None:
    kept, tab = Readings(), FakeTab("<link rel=stylesheet href=/a.css>")
    tab.wanted = {"http://x/a.css"}
    assert not kept.spare(cast(Tab, tab)), "nobody has read it"
    read(kept, tab)
    for parts, spared in (({}, False), ({"http://x/a.css": False}, False), ({"http://x/a.css": True}, True)):
        tab.parts = cast("dict[str, bool]", parts)
        assert kept.spare(cast(Tab, tab)) is spared, parts
    tab.untouched = False
    assert not kept.spare(cast(Tab, tab))
