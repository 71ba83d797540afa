"""What is asked for and shown again, when the same page comes again."""

from __future__ import annotations

import json
from functools import partial

import pytest

from etabli.exam import Failed, check

it = partial(check, points=1, palier="essentiel", competences=["C1.1"], timeout=20)
said: dict[str, int] = {}
"""How often the site was asked, by path, as it said when it was last asked."""


def expect(seen, wanted):
    """Failed unless equal."""
    if seen != wanted:
        raise Failed(repr(seen), repr(wanted))


@pytest.fixture
def more(http):
    """How often the site was asked for these paths since this was last called, here or in another check."""

    def since(*paths):
        now = {path: int(http.get(f"/combien?de={path}").text) for path in paths}
        counts = [now[path] - said.get(path, 0) for path in paths]
        said.update(now)
        return counts

    return since


def read(page, path):
    """Opens it, and what is read there."""
    page.open(path)
    return page.text, page.title, page.headings(), [link.path for link in page.links()], page.status, page.path


@it()
def check_lue(page, more):
    """Each opening asks the site."""
    expect(read(page, "/comptee"), read(page, "/comptee"))
    expect(more("/comptee"), [2])


@it()
def check_relue(page, more):
    """What was read in another check is known, and the page is shown once somebody acts in it."""
    seen = read(page, "/comptee")
    tab = page._browser.tab
    page.open("/comptee")
    expect(tab.given is not None, True)
    seen = read(page, "/comptee")
    expect((seen[2:], "dix" in seen[0], tab.due), ((["Comptée"], ["/comptee?p=2"], 200, "/comptee"), True, True))
    page.fill("Nom", "Lampe")
    expect((page.field("Nom").value, tab.due), ("Lampe", False))
    expect((read(page, "/comptee"), page.field("Nom").value), (seen, ""))
    expect(page.script("return document.querySelector('h1').innerText", kind=str), "Comptée")
    expect(more("/comptee"), [4])


@it()
def check_habits(page, more):
    """The first time in a check a page asks for its styles, and each time for those that no browser keeps."""
    for path, styles, times in (("/sobre", "/garde.css", 1), ("/habillee", "/lent.css", 4)):
        more(styles)
        first = read(page, path)
        for _time in range(3):
            expect(read(page, path), first)
        expect(more(styles)[0] >= times, True)


@it()
def check_habits_encore(page, more):
    """As a visitor who comes for the first time; so does whoever only asks what is known."""
    for path, styles, times in (("/sobre", "/garde.css", [1]), ("/habillee", "/lent.css", [2])):
        more(styles)
        expect(read(page, path), read(page, path))
        expect(more(styles), times)


@it()
def check_changeante(page):
    """A page that changes by itself is seen to change."""
    seen = [read(page, "/visites")[0] for _time in range(4)]
    expect(len(set(seen)), 4)


@it()
def check_une_fois(page, more):
    """A page in which something may run is asked for once, whatever came before, and one that the browser keeps not again."""
    more("/parfois", "/gardee")
    for script in ("non", "non", "oui", "oui", "oui"):
        page.open(f"/parfois?script={script}")
    for path in ("/gardee", "/sobre", "/gardee"):
        page.open(path)
    expect(more("/parfois", "/gardee"), [5, 1])


@it()
def check_temps(page):
    """A page that is handed to the browser is to its scripts what the browser has asked for by itself; two things stay.

    When a fetch started falls before or after the first tick of the browser's clock, both ways.
    """
    apart = ("fetchStart", "nextHopProtocol", "finalResponseHeadersStart")

    def told():
        seen = json.loads(page.script("return document.getElementById('vu').textContent", kind=str))
        return {name: seen[name] for name in seen if name not in apart}

    page.open("/parfois?script=non")
    address, tab = "http://127.0.0.1:8080/parfois?script=oui", page._browser.tab
    page.open("/liste", typed=True)
    tab.lead(address)
    led = told()
    page.open("/liste", typed=True)
    page.open("/parfois?script=oui")
    expect((told(), led["from"]), (led, "http://127.0.0.1:8080/liste"))
    tab.go("about:blank")
    tab.go(address)
    typed = told()
    tab.go("about:blank")
    page.open("/parfois?script=oui")
    expect((told(), typed["from"]), (typed, ""))
