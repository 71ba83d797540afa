"""The headers of one visitor: taken from a browser, and sent in its order."""

from __future__ import annotations

import threading
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from etabli.exam.runner.request import ExamRequest
from etabli.exam.tools.browser import Browser
from etabli.exam.tools.own_headers import OPAQUE, Introduction, OwnHeaders, agent_of, merged, user_agent
from etabli.exam.tools.referrer import NOBODY, PLACE

ORIGIN = "http://127.0.0.1:8080"
VISIT = (("Host", "x"), ("User-Agent", "A"), ("Sec-Fetch-Site", "none"))
FORM = (
    ("Host", "x"),
    ("Content-Length", "2"),
    ("Origin", "http://x"),
    ("Sec-Fetch-Site", "same-origin"),
    ("Referer", "r"),
)
FOREIGN = (*FORM[:3], ("Sec-Fetch-Site", "cross-site"), ("Referer", "r"))
AFTER, LINK, FOREIGN_AFTER = (
    (("Host", "x"), ("Referer", "r")),
    (("Host", "x"), ("Sec-Fetch-User", "?1"), ("Referer", "r")),
    (("Host", "x"), ("Referer", "r"), ("Sec-Fetch-Site", "cross-site")),
)
OWN_HEADERS = OwnHeaders(VISIT, FORM, AFTER, LINK, FOREIGN, FOREIGN_AFTER)


def test_an_address_is_typed() -> None:
    assert list(OWN_HEADERS.headers(ORIGIN).items()) == [
        ("Host", "127.0.0.1:8080"), ("User-Agent", "A"), ("Sec-Fetch-Site", "none"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("page", "origin", "referer", "site"),
    [
        ("", ORIGIN, f"{ORIGIN}/", "same-origin"),
        (f"{ORIGIN}/a?b=1", ORIGIN, f"{ORIGIN}/a?b=1", "same-origin"),
        ("https://www.jeux.fr/a", "https://www.jeux.fr", "https://www.jeux.fr/", "cross-site"),
        ("http://127.0.0.1:8081/", "http://127.0.0.1:8081", "http://127.0.0.1:8081/", "same-site"),
    ],
)
def test_a_form_comes_from_its_page(page: str, origin: str, referer: str, site: str) -> None:
    sent = OWN_HEADERS.headers(ORIGIN, form=True, sent_from=page)
    assert list(sent) == ["Host", "Content-Length", "Origin", "Sec-Fetch-Site", "Referer"]
    assert (sent["Origin"], sent["Referer"], sent["Sec-Fetch-Site"]) == (origin, referer, site)
    after = OWN_HEADERS.headers(ORIGIN, sent_from=page, after=True)
    assert after["Referer"] == referer and ("Sec-Fetch-Site" in after) == (site != "same-origin")


def test_a_link_leads_from_its_page() -> None:
    sent = OWN_HEADERS.headers(ORIGIN, sent_from=f"{ORIGIN}/a", link=True)
    assert sent == {"Host": "127.0.0.1:8080", "Sec-Fetch-User": "?1", "Referer": f"{ORIGIN}/a"}


def test_a_link_of_another_site_says_so_as_far_as_the_browser_says_anything() -> None:
    told = replace(OWN_HEADERS, link=(*OWN_HEADERS.link, ("Sec-Fetch-Site", "same-origin")))
    for own in (told, OWN_HEADERS):
        sent = own.headers(ORIGIN, sent_from="https://autre.example/page", link=True)
        assert sent["Referer"] == "https://autre.example/" and "Origin" not in sent
        assert sent.get("Sec-Fetch-Site") == ("cross-site" if own is told else None)
    assert told.headers(ORIGIN, sent_from=f"{ORIGIN}/a", link=True)["Sec-Fetch-Site"] == "same-origin"


@pytest.mark.parametrize("how", [{"form": True}, {"after": True}, {"link": True}])
def test_a_page_that_says_nothing_of_itself_is_another_site_s(how: dict[str, bool]) -> None:
    sent = OWN_HEADERS.headers(ORIGIN, sent_from=OPAQUE, **how)
    assert "Referer" not in sent and sent.get("Origin", "null") == "null"
    assert sent == {
        name: "null" if name == "Origin" else value
        for name, value in OWN_HEADERS.headers(ORIGIN, sent_from="https://autre.example/", **how).items()
        if name != "Referer"
    }


@pytest.mark.parametrize(
    ("policy", "origin", "referer"),
    [(NOBODY, "null", None), (PLACE, ORIGIN, f"{ORIGIN}/"), ("", ORIGIN, f"{ORIGIN}/a?b=1")],
)
def test_a_page_is_told_of_as_it_lets_it_be(policy: str, origin: str, referer: str | None) -> None:
    page = f"{ORIGIN}/a?b=1"
    own = replace(OWN_HEADERS, policies={page: policy})
    sent = own.headers(ORIGIN, form=True, sent_from=page)
    assert (sent["Origin"], sent.get("Referer"), sent["Sec-Fetch-Site"]) == (origin, referer, "same-origin")
    for how in ({"link": True}, {"after": True}):
        assert own.headers(ORIGIN, sent_from=page, **how).get("Referer") == referer
        assert own.headers(ORIGIN, sent_from=page, policy="", **how)["Referer"] == page, "another answer has led on"
        assert own.headers(ORIGIN, sent_from=f"{page}0", **how)["Referer"] == f"{page}0", "another page"
    moved = OWN_HEADERS.headers(ORIGIN, sent_from="https://autre.example/a", link=True, policy=policy)
    assert moved.get("Referer") == (None if policy == NOBODY else "https://autre.example/")


def test_of_a_long_address_the_site_alone_is_told() -> None:
    long = f"{ORIGIN}/{'x' * 4096}"
    assert OWN_HEADERS.headers(ORIGIN, sent_from=long, link=True)["Referer"] == f"{ORIGIN}/"


def test_what_is_led_on_has_the_order_of_what_comes_after_a_form() -> None:
    own = replace(OWN_HEADERS, link=(("Sec-CH", "1"), ("Host", "x"), ("Referer", "r")), after=(*AFTER, ("Sec-CH", "1")))
    how: dict[str, Any] = {"sent_from": f"{ORIGIN}/a", "link": True}
    assert list(own.headers(ORIGIN, **how)) == ["Sec-CH", "Host", "Referer"]
    assert list(own.headers(ORIGIN, **how, moved=True)) == ["Host", "Referer", "Sec-CH"]
    assert list(own.headers(ORIGIN, moved=True)) == ["Host", "User-Agent", "Sec-Fetch-Site"]


def test_own_headers_take_the_place_of_the_browser_s() -> None:
    assert list(merged({"Host": "x", "Accept": "a"}, {"accept": "b", "X-Y": "z"}).items()) == [
        ("Host", "x"), ("Accept", "b"), ("X-Y", "z"),
    ]  # fmt: skip


def test_the_version_is_that_of_the_browser() -> None:
    agent = agent_of("201.4.5.6")
    assert agent["userAgent"] == user_agent("201.4.5.6") and "Chrome/201.0.0.0 " in agent["userAgent"]
    assert {brand["version"] for brand in agent["userAgentMetadata"]["brands"][:2]} == {"201"}
    assert "Headless" not in str(agent) and "fullVersionList" in agent["userAgentMetadata"]  # else it is filled in


def test_a_window_is_drawn_and_comes_again_when_an_exam_is_replayed() -> None:
    def window(nonce: str) -> tuple[int, ...]:
        request = ExamRequest("x", "http://rendu.test:8080", "10.0.0.4", 8080, Path("/r"), {}, nonce=nonce)
        browser = Browser(request)
        browser.relay.close()
        wide, high = browser._outer(browser.size[0])
        assert browser._left + wide <= 1920 and browser._top + high <= 1032, (
            "it is on the screen, above the bar of the system"
        )
        return *browser.size, high - browser.size[1], browser._left, browser._top

    drawn = {window(str(nonce)) for nonce in range(48)}
    assert all(len(set(one)) > 12 for one in zip(*drawn, strict=True)) and min(drawn)[0] >= 1240
    assert window("1") == window("1")


class Visitor:
    """Comes as a browser does, by the rules it was given; its headers are its own."""

    def __init__(self, rules: tuple[str, ...]) -> None:
        self.places = {rule.split()[1]: rule.split()[2] for rule in rules}
        self.here, self.done = "", list[str]()

    def get(self, url: str) -> None:
        self.here = url
        if url != "about:blank":
            self._ask(url, "GET", {"X": url})

    def cdp(self, command: str, expression: str = "", **_params: Any) -> None:
        self.done.append(command)
        mine, path = next(iter(self.places)), self.here.rpartition("/")[2]
        if "assign" in expression:
            self._ask(f"http://{mine}/{path}/suite", "GET", {"X": "link"})
        elif expression:
            self._ask(f"http://{mine}/{path}", "POST", {"X": "form", "Origin": self.here.rpartition("/")[0]})

    def _ask(self, url: str, method: str, headers: dict[str, str]) -> None:
        host, path = url.split("/", 3)[2:]
        body = b"x=" if method == "POST" else None
        asked = urllib.request.Request(
            f"http://{self.places[host]}/{path}", body, headers | {"Host": host}, method=method
        )
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=10).read()


def test_a_browser_introduces_itself_once() -> None:
    introduction = Introduction()
    visitor = Visitor(introduction.rules)
    own_headers = introduction.meet(visitor.get, visitor.cdp, TimeoutError)
    introduction.close()
    assert dict(own_headers.visit)["X"].endswith(".localhost/0") and dict(own_headers.form)["X"] == "form"
    assert dict(own_headers.foreign)["Origin"].endswith(".example") and dict(own_headers.form)["Origin"].endswith(
        ".localhost"
    )
    assert dict(own_headers.link)["X"] == "link"
    assert visitor.here == "about:blank" and visitor.done[-1] == "Page.resetNavigationHistory"
    assert "Content-Length" in dict(own_headers.form) and "Content-Length" not in dict(own_headers.after)


def test_one_that_is_late_is_led_there_again(monkeypatch: pytest.MonkeyPatch) -> None:
    introduction = Introduction()
    visitor = Visitor(introduction.rules)
    go, late = visitor.get, [True, False, True]

    def get(url: str) -> None:
        go(url)
        if late and late.pop():
            raise TimeoutError

    monkeypatch.setattr(visitor, "get", get)
    own_headers = introduction.meet(visitor.get, visitor.cdp, TimeoutError)
    introduction.close()
    assert dict(own_headers.visit)["X"].endswith(".localhost/2") and dict(own_headers.foreign)["Origin"].endswith(
        ".example"
    )


def test_one_that_does_not_come_is_our_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etabli.exam.tools.own_headers._LIMIT", 0.05)
    introduction = Introduction()
    nobody = Visitor(introduction.rules)
    monkeypatch.setattr(nobody, "_ask", lambda *_asked: None)
    with pytest.raises(OSError, match="did not introduce itself"):
        introduction.meet(nobody.get, nobody.cdp, TimeoutError)
    introduction.close()
    assert threading.active_count() < 20
