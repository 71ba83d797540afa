"""In a room nobody types a command: what every lab says there names what the room's page has, and nothing else."""

from __future__ import annotations

import re
from functools import cache

import pytest
from helpers import volume
from seats import LABS, plain, secrets_of, sujet, texts_of

from etabli.exam.contract.outcome import Outcome, Palier
from etabli.lab.aides import aides_of
from etabli.lab.demands import demands_of
from etabli.lab.services import chosen, declared
from etabli.lab.surroundings import Surroundings
from etabli.portal.pages import HERE
from etabli.worker.verifying import summary

COMMAND = re.compile(r"[«`]\s*(?:etabli |cd )")
"""What begins a command to type, in code or between quotes."""


@cache
def words_of_the_page() -> str:
    """All that the pages of a learner may show: their templates and scripts, and the titles of services."""
    pages = [HERE / "templates" / name for name in ("espace.html.j2", "accueil.html.j2")]
    scripts = [HERE / "static" / "atelier.js", *(HERE / "static" / "atelier").glob("*.js")]
    titles = [service.told.title for service in declared().values()]
    return "\n".join([*(path.read_text("utf-8") for path in (*pages, *scripts)), *titles]).replace("’", "'")


def quoted(text: str) -> set[str]:
    """What a text has between « and »."""
    return {found.strip() for found in re.findall(r"«([^«»]+)»", plain(text))}


@pytest.fixture(params=LABS)
def lab(request: pytest.FixtureRequest) -> str:
    return request.param


def test_no_sheet_of_a_room_names_a_command(lab: str) -> None:
    for secret in secrets_of(lab)[: volume(1, 3)]:
        for session in ("entrainement", "ccf-2027"):
            given = sujet(lab, secret, Surroundings.ROOM, session)
            told = {sheet.id: sheet.markdown for sheet in given.sheets} | texts_of(given)
            found = {name: COMMAND.findall(text) for name, text in told.items() if name != "LISEZMOI.md"}
            assert {name: commands for name, commands in found.items() if commands} == {}


def test_the_other_surroundings_name_them(lab: str) -> None:
    for surroundings in (Surroundings.PAPER, Surroundings.COMMANDS):
        assert "`etabli check" in "".join(sheet.markdown for sheet in sujet(lab, surroundings=surroundings).sheets)


def test_what_a_room_s_sheet_quotes_is_in_the_room_s_page(lab: str) -> None:
    for secret in secrets_of(lab)[: volume(1, 3)]:
        room, other = (
            {sheet.id: quoted(sheet.markdown) for sheet in sujet(lab, secret, surroundings).sheets}
            for surroundings in (Surroundings.ROOM, Surroundings.COMMANDS)
        )
        own = {words for sheet, told in room.items() for words in told - other[sheet]}
        assert {"Vérifier", "Déposer"} <= own
        assert {
            words for words in own if not re.search(rf"[>\"\'`\n]{re.escape(words)}[<\"\'`\n]", words_of_the_page())
        } == set()


def test_a_room_s_sheet_quotes_only_the_services_of_its_lab(lab: str) -> None:
    needs = LABS[lab].manifest.workspace
    assert needs is not None
    strange = {service.told.title for service in declared().values()} - {
        service.told.title for service in chosen(needs.services).values()
    }
    tabs = {"Terminal": "terminal" in needs.services, "Mots de passe": "terminal" not in needs.services}
    absent = strange | {title for title, there in tabs.items() if not there}
    for sheet in sujet(lab, surroundings=Surroundings.ROOM).sheets:
        assert quoted(sheet.markdown) & absent == set(), sheet.id


def test_aides_and_checks_name_no_command(lab: str) -> None:
    """They are the same wherever one works."""
    said = {spec.id: spec.help or "" for spec in LABS[lab].checks().specs}
    for check, aides in aides_of(LABS[lab]).items():
        said[check] = "\n".join((said[check], aides.question, aides.piste, aides.exemple))
    assert [check for check, text in said.items() if COMMAND.search(text)] == []
    sources = LABS[lab].grader.glob("*.py")
    assert [path.name for path in sources if re.search(r"« etabli |\(etabli |`etabli ", path.read_text("utf-8"))] == []


def test_the_counts_of_a_sheet_are_those_that_a_room_tells(lab: str) -> None:
    """« 13 sur 19 réussis »: what the page of a room says once the demands of the sessions so far are met."""
    given, specs = sujet(lab, surroundings=Surroundings.ROOM), LABS[lab].checks().specs
    demands, done = demands_of(LABS[lab], given.sheets).values(), set[str]()
    for sheet in given.sheets:
        done |= {check for one in demands if one.seance == sheet.id for check in one.checks}
        checks = [
            {"outcome": Outcome.PASSED if one.id in done else Outcome.FAILED, "palier": one.palier} for one in specs
        ]
        told = summary({"status": "graded", "checks": checks})  # type: ignore[typeddict-item]
        for counts in re.findall(r"\d+ sur \d+ réussis", sheet.text):
            assert any(f"{palier.value.capitalize()} : {counts}." in told for palier in Palier), (sheet.id, told)
