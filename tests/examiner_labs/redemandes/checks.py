"""What is asked for again, from one check to the next, and what is given from what has come."""

from __future__ import annotations

from functools import partial

import pytest

from etabli.exam import Failed, check
from etabli.exam.tools import received

it = partial(check, points=1, palier="essentiel", competences=["C1.1"], timeout=20)
asked: list[int] = []
"""How often the site was asked for « /comptee », as it said at the end of each check."""


def expect(seen, wanted):
    """Failed unless equal."""
    if seen != wanted:
        raise Failed(repr(seen), repr(wanted))


@pytest.fixture
def more(http):
    """How often the site was asked for « /comptee » since this was last called, here or in another check."""

    def since():
        asked.append(int(http.get("/combien").text))
        return asked[-1] - asked[-2] if len(asked) > 1 else asked[-1]

    return since


@pytest.fixture(autouse=True)
def never_drawn(monkeypatch):
    """No share is asked for again, unless a check says so."""
    monkeypatch.setattr(received, "SHARE", 0)


def read(page, path="/comptee"):
    """Opens it, and what is read there."""
    page.open(path)
    return page.text, page.title, page.headings(), [link.path for link in page.links()], page.status, page.path


@it()
def check_vue(page, more):
    """The browser asks for the first page of a kind by itself, then it is asked for as often as it is opened."""
    expect(read(page), read(page))
    expect(more(), 2)


@it()
def check_notee(page, more):
    """In a check that only looks, what comes may serve the next one."""
    expect(read(page), read(page))  # typed, then as a link of the page itself would lead there
    expect(more(), 2)


@it()
def check_gardee(page, more, db):
    """The next check is given it, until somebody does something; it can be acted in like any other."""
    seen = read(page)
    expect((seen[2:], "dix" in seen[0], read(page)), ((["Comptée"], ["/comptee?p=2"], 200, "/comptee"), True, seen))
    page.fill("Nom", "Lampe")
    expect(page.field("Nom").value, "Lampe")
    expect(read(page), seen)
    expect(page.field("Nom").value, "")
    expect(more(), 0)
    db.update("objets", {"id": 1}, nom="Autre")
    read(page)
    read(page)
    expect(more(), 2)


@it()
def check_base_autre(page, more):
    """A check before which the base was another asks."""
    read(page)
    expect(more(), 1)


@it()
def check_de_nouveau(page, more):
    """Once the base was found untouched, nobody asks; whoever wants to asks afresh."""
    read(page)
    with page.afresh():
        read(page)
    read(page)
    expect(more(), 1)


@it()
def check_lien_nouveau(page, more):
    """After an address that nobody had followed, all is asked for: it may have done something."""
    read(page, "/liste")
    read(page)
    read(page)
    expect(more(), 2)


@it()
def check_biscuit(page, more):
    """A visitor who carries a cookie is another one."""
    page.open("/cookie")
    read(page)
    expect(more(), 1)


@it()
def check_visites_vues(page):
    """A page that counts its visits is seen, …"""
    read(page, "/visites")


@it()
def check_visites_notees(page):
    """… kept, …"""
    read(page, "/visites")


@it()
def check_visites_comparees(page, monkeypatch):
    """… and, where the drawn share falls on it, found to change while nobody does anything."""
    monkeypatch.setattr(received, "SHARE", 1)
    read(page, "/visites")


@it()
def check_visites_redemandees(page):
    """From then on it is asked for each time."""
    one, other = read(page, "/visites"), read(page, "/visites")
    expect(one == other, False)
