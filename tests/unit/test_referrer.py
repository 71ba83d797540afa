"""What a page lets say of it: by its header and by its ``<meta>``."""

from __future__ import annotations

import pytest

from etabli.exam.tools.referrer import NOBODY, PLACE, Policies, heed, policy_of, some_links_differ
from etabli.exam.tools.still import still


@pytest.mark.parametrize(
    ("header", "html", "policy"),
    [
        ("", "", ""),
        ("no-referrer", "", NOBODY),
        ("Strict-Origin", "", PLACE),
        ("no-referrer, strict-origin-when-cross-origin", "", ""),
        ("same-origin, no-referrer, later-word", "", NOBODY),
        ("", "<META content='no-referrer' NAME=referrer>", NOBODY),
        ("", '<meta name="referrer" content=" origin ">', PLACE),
        ("", '<meta name="referrer" content="never"><meta name=referrer content=default>', ""),
        ("no-referrer", '<meta name="referrer" content="same-origin">', ""),
        ("no-referrer", '<meta name="referrer" content="">', NOBODY),
        ("", '<meta name="referrer" content="no-referrer, x">', ""),
        ("", '<meta name="description" content="no-referrer">', ""),
    ],
)
def test_the_last_word_that_a_browser_knows_is_the_policy(header: str, html: str, policy: str) -> None:
    headers = {"content-type": "text/html", **({"referrer-policy": header} if header else {})}
    assert policy_of(headers, html) == policy
    assert still(headers, html) == (not policy), "what is told of a page that is given is told by the one before"


def test_what_a_page_said_before_is_forgotten() -> None:
    policies: Policies = {}
    heed(policies, "http://x/", {"referrer-policy": "origin"})
    assert policies == {"http://x/": PLACE}
    heed(policies, "http://x/", {})
    assert policies == {}


@pytest.mark.parametrize("link", ["<a rel='noopener NoReferrer' href=/>", "<a href=/ referrerPolicy=origin>"])
def test_a_link_may_have_a_policy_of_its_own(link: str) -> None:
    assert some_links_differ(link) and not some_links_differ("<a rel=nofollow href=/?de=referrer>")
