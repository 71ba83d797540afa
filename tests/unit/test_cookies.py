"""Cookies go back as a browser sends them; `memes-temoins` of the lab `moeurs` asks the browser itself."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from etabli.exam.tools.cookies import Cookie, Jar, cookie_of, of_browser

PLACE = "http://127.0.0.1:8080/dossier/page?x=1"


def sent(*lines: str, to: str = PLACE) -> str:
    jar = Jar()
    jar.hear(PLACE, lines)
    return jar.header(to)


@pytest.mark.parametrize(
    "value",
    ['"tableau-\\"large\\""', "", "x  y", '"x y"', "a=b", '"', "\\", "\xc3\xa9", "caf\xe9", "a, b"],
)
def test_a_value_goes_back_as_it_came(value: str) -> None:
    assert sent(f"a= {value} ; Version=1; HttpOnly") == f"a={value}"


def test_the_longest_path_comes_first_then_the_oldest() -> None:
    assert sent("a=1; Path=/", "b=1; Path=/dossier", "c=1; Path=/", "a=2; Path=/", "c=1; Path=/") == "b=1; c=1; a=2"
    assert sent("a=1", "b=1; Path=/") == "a=1; b=1", "its folder is the path of one that says none"
    assert sent("a=1; Path=/doss", "b=1; Path=/dossier/", "c=1; Path=/dossier/page") == "c=1; b=1"
    assert sent("a=1; Path=/", "a=2", to="http://127.0.0.1:8080/") == "a=1"


@pytest.mark.parametrize(
    "line",
    [
        "", "=", "=a=b", "a=1\x01", f"a={'x' * 4096}", "a=1; Max-Age=0", "a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "a=1; SameSite=None", "a=1; Domain=autre.test", "__Host-a=1; Path=/", "__Secure-a=1", "__Host-a=1; Secure",
    ],
)  # fmt: skip
def test_what_a_browser_does_not_keep_is_not_sent(line: str) -> None:
    assert sent(line) == ""


def test_secure_cookies_are_kept_by_http_on_this_machine_alone() -> None:
    assert sent("__Host-a=1; Secure; Path=/", "b=1; SameSite=none; secure") == "b=1; __Host-a=1"
    assert cookie_of("http://rendu.test/", "a=1; Secure") is None
    assert cookie_of("http://www.rendu.test/", "a=1; Domain=.rendu.test") == Cookie("a", "1", domain="rendu.test")


def test_only_what_changes_anything_is_told() -> None:
    jar = Jar([Cookie("a", "1"), Cookie("b", "1")])
    root = "http://127.0.0.1/"
    heard = jar.hear(root, ["a=1", "b=; Max-Age=0", "c=; Max-Age=0", "nom"])
    assert [(cookie.name, cookie.value, cookie.over) for cookie in heard] == [("b", "", True), ("", "nom", False)]
    assert jar.header(root) == "a=1; nom"


def test_a_cookie_of_the_browser_is_the_one_that_came() -> None:
    told = {"name": "a", "value": "1", "domain": "127.0.0.1", "path": "/", "expires": -1, "size": 2, "httpOnly": True}
    told |= {"secure": False, "session": True, "sameSite": "Lax"}
    assert of_browser(told) == cookie_of("http://127.0.0.1/", "a=1; httponly; samesite=LAX")


@given(st.text(st.characters(max_codepoint=255), max_size=1100))
@example("a=1; max-age=" + "9" * 1000)
@example("a=1; expires=1 Jan " + "9" * 1000)
@example("a=1; expires=31 Dec 2026 10:00:00 +" + "9" * 900)
def test_whatever_an_answer_sets_is_a_cookie_or_none(line: str) -> None:
    cookie = cookie_of(PLACE, line)
    assert (
        cookie is None
        or cookie.expires is None
        or cookie.expires < time.time() + 401 * 86_400
        or "expires" in line.lower()
    )
    Jar([cookie] if cookie else ()).header(PLACE)
