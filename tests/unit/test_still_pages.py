"""Which pages a tab may be given, instead of asking for them by itself."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import pytest
from requests.structures import CaseInsensitiveDict

from etabli.exam.contract.values import Response
from etabli.exam.tools.still import html_of, kind_of, shown_as_received, still

PAGE = '<!doctype html><html lang="fr"><meta charset="utf-8"><title>Été</title><h1>Été</h1><a href="?p=2">Suite</a>'
HTML = {"Content-Type": "text/html; charset=UTF-8"}


def answer(page: str | bytes, **headers: str) -> Response:
    body = page.encode() if isinstance(page, str) else page
    told = CaseInsensitiveDict({**HTML, **{name.replace("_", "-"): value for name, value in headers.items()}})
    return Response(200, told, body, "http://x/")


def test_a_page_in_which_nothing_runs_is_given_as_it_came() -> None:
    assert html_of(answer(PAGE)) == PAGE
    assert html_of(answer(PAGE, Cache_Control="no-store, no-cache", Expires="Thu, 19 Nov 1981 08:52:00 GMT")) == PAGE
    assert html_of(answer(PAGE, Content_Type="text/html")) == PAGE, "the page itself says its encoding"


@pytest.mark.parametrize(
    "part",
    [
        "<script>x()</script>",
        "<SCRIPT src=x.js></SCRIPT>",
        "<img src=x onerror=import(`/x`)>",
        "<svg/onload=import(`/x`)>",
        '<b title="x"onclick=x()>',
        "<a href='javascript:x()'>x</a>",
        "<iframe src=/x></iframe>",
        "<object data=/x></object>",
        '<meta http-equiv="refresh" content="0; url=/x">',
        '<meta http-equiv=Content-Security-Policy content="style-src none">',
        "<template shadowrootmode=open><p>x</p></template>",
    ],
)
def test_what_runs_something_is_for_the_browser(part: str) -> None:
    assert html_of(answer(PAGE + part)) is None and not still(HTML, PAGE + part)
    written = part.replace("<", "&lt;").replace("=", "&#61;").replace(":", "&#58;")
    assert html_of(answer(PAGE + written)) is not None, "as text it does nothing"


HELD = "'\"><b title=x onerror=import(`/x`)>"


@pytest.mark.parametrize("place", ["<p>{}</p>", '<input value="{}">', "<input value='{}'>", "<textarea>{}</textarea>"])
def test_what_was_well_escaped_is_text(place: str) -> None:
    assert html_of(answer(PAGE + place.format(escape(HELD)))) is not None
    assert html_of(answer(PAGE + place.format(HELD))) is None
    assert html_of(answer(PAGE + place.format(escape(HELD, quote=False)))) is None or "value" not in place


@pytest.mark.parametrize(
    "odd",
    [
        '<a title="<input value="  onclick=y>x</a>',
        "<a title='<input value=\"' onclick=x>x</a>",
        '<a title=">" onclick=x>x</a>',
        '<title><a x="</title><b onclick=x>">',
        "<!-- > <b title='--><i onclick=x>'>",
        "<![CDATA[ <b> onclick= ]]>",
        "<p/onclick=x>",
        "<a\nonclick\n=x>",
        '<a href="x"onclick=x>',
    ],
)
def test_a_page_that_two_readers_may_cut_otherwise_is_for_the_browser(odd: str) -> None:
    assert html_of(answer(PAGE + odd)) is None


@pytest.mark.parametrize(
    "odd",
    [
        answer(PAGE, Content_Security_Policy="default-src 'self'"),
        answer(PAGE, Refresh="3"),
        answer(PAGE, Content_Disposition="attachment"),
        answer(PAGE, Cache_Control="max-age=600"),
        answer(PAGE, ETag='"1"'),
        answer(PAGE, ETag='"1"', Cache_Control="no-cache"),
        answer(PAGE, Last_Modified="Thu, 19 Nov 1981 08:52:00 GMT", Cache_Control="max-age=0"),
        answer(PAGE, Accept_CH="Sec-CH-UA-Arch"),
        answer(PAGE, Content_Type="text/html; charset=iso-8859-1"),
        answer(PAGE, Content_Type="text/plain; charset=utf-8"),
        answer("<h1>Été</h1>", Content_Type="text/html"),
        answer(PAGE.encode("latin-1")),
        answer("\ufeff" + PAGE),
        answer(PAGE + "\0"),
        answer(""),
    ],
)
def test_what_a_browser_might_read_otherwise_is_for_the_browser(odd: Response) -> None:
    assert html_of(odd) is None


def test_pages_of_one_program_are_of_one_kind() -> None:
    assert kind_of("http://x") == kind_of("http://x/") == "/"
    assert kind_of("http://x/liste?q=a&p=2") == kind_of("http://x/liste?p=&q=") != kind_of("http://x/liste?p=2")
    assert kind_of("http://x/objets/12/fiche") == kind_of("http://x/objets/7/fiche")


@pytest.mark.parametrize(
    ("odd", "shown"),
    [
        (answer(PAGE + "<script>x()</script>", Content_Security_Policy="default-src 'self'"), True),
        (replace(answer(PAGE), status=404), True),
        (replace(answer(PAGE), status=204), False),
        (replace(answer(PAGE), truncated=True), False),
        (answer(PAGE, Cache_Control="max-age=600"), False),
        (answer(PAGE, Accept_CH="Sec-CH-UA-Arch"), False),
        (answer(PAGE, Content_Disposition="attachment"), False),
        (answer(PAGE, Content_Type="text/plain"), False),
    ],
)
def test_what_came_is_handed_to_the_browser_where_it_would_make_the_same_of_its_own(odd: Response, shown: bool) -> None:
    assert shown_as_received(odd) == shown
