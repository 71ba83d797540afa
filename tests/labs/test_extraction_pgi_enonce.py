"""What a candidate of extraction-pgi reads: a brief that says all that is graded, and no figure of the answer; aides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from etabli.exam.contract.outcome import Palier
from etabli.exam.contract.words import fold
from etabli.lab.aides import aides_of
from etabli.lab.manifest import Service, load_lab
from etabli.lab.referentiel import competences
from etabli.lab.sujet import Sujet, make_sujet
from etabli.lab.variant import TRAINING, Seat

lab = load_lab("extraction-pgi")
SECRETS = [bytes([number]) * 32 for number in range(8)]
AIDES = dict(aides_of(lab))
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MENUS = {"rh": "Relevés de temps ▸ Lignes", "stock": "Mouvements", "production": "Productions ▸ Productions"}


@cache
def sujet(secret: bytes, workspace: bool = True, session: str = TRAINING) -> Sujet:
    return make_sujet(Seat(lab, "a.martin", session), secret, workspace=workspace)


@pytest.fixture(params=SECRETS, ids=[f"secret-{number}" for number in range(len(SECRETS))])
def given(request: pytest.FixtureRequest) -> Sujet:
    return sujet(request.param)


def brief(one: Sujet) -> str:
    return one.texts["enonce.md"]


def all_texts(one: Sujet, tmp_path: Path) -> dict[str, str]:
    """Everything to read."""
    one.write_starter(tmp_path)
    starter = {path.name: path.read_text("utf-8") for path in tmp_path.rglob("*") if path.is_file()}
    pages = {name: content.decode() for name, content in one.documents.items()}
    return dict(one.texts) | pages | starter


def plain(text: str) -> str:
    """Without the spaces and entities of typography."""
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("&#39;", "'").replace("&amp;", "&")


# -- the brief


def test_reading_length_is_equal_within_a_tenth() -> None:
    lengths = [len(brief(sujet(secret)).split()) for secret in SECRETS]
    assert max(lengths) <= min(lengths) * 1.1


def test_the_brief_says_what_is_imposed(given: Sujet) -> None:
    text, data = brief(given), given.context
    titles = [column["title"] for column in data["columns"]]
    assert [title for title in titles if f"| **{title}** |" not in text] == []
    first, last = ("/".join(reversed(data["period"][end].split("-"))) for end in ("from", "to"))
    said = [data["period"]["fr"]["label"], data["manager"]["name"], data["company"]["name"], f"`{data['login']}`"]
    said += [f"Facture.Date de facturation: {first}..{last} Facture.État: Comptabilisé;Payée"]
    said += [data["figure"]["title"], MENUS[data["figure"]["kind"]], "/".join(reversed(data["today"].split("-")))]
    said += [f"nomme les {data['thresholds']['top']} premiers clients"]
    said += [f"{float(data['thresholds']['big_share']) * 100:g} %".replace(".", ",")]
    said += [f"{float(rate) * 100:g} %".replace(".", ",") for rate in data["rates"]]
    assert [fact for fact in said if fact not in plain(text)] == []


def test_every_kind_of_figure_is_met() -> None:
    kinds = {sujet(secret).context["figure"]["kind"] for secret in SECRETS}
    assert kinds == set(MENUS)
    for secret in SECRETS:
        kind = sujet(secret).context["figure"]["kind"]
        others = [menu for other, menu in MENUS.items() if other != kind]
        assert [menu for menu in others if f"Dans Tryton : **{menu}" in brief(sujet(secret))] == []


def test_the_request_asks_for_what_the_brief_says(given: Sujet) -> None:
    request, data = plain(given.documents["demande.html"].decode()), given.context
    facts = [data["period"]["fr"]["label"], data["figure"]["title"], data["manager"]["name"], data["company"]["name"]]
    assert [fact for fact in facts if fact not in request] == []
    assert f"nos {data['thresholds']['top']} premiers clients" in request


@pytest.mark.parametrize("palier", list(Palier))
def test_the_brief_announces_every_check_by_its_title_with_its_points(palier: Palier) -> None:
    part = brief(sujet(SECRETS[0])).split(f"Palier {palier.value.capitalize()} :", 1)[1].split("\n## ", 1)[0]
    announced = [(title, int(points)) for title, points in re.findall(r"^\| ([^|]+) \| (\d+) \|$", part, re.MULTILINE)]
    specs = [spec for spec in lab.checks().specs if spec.palier == palier]
    assert announced == [(spec.title + " ⊘" * spec.decisive, spec.points) for spec in specs]
    assert f", {sum(spec.points for spec in specs)} points)" in part.splitlines()[0]


def test_the_brief_names_every_file_that_may_be_handed_in() -> None:
    text = brief(sujet(SECRETS[0]))
    assert [name for asked in lab.manifest.asked for name in asked.names if f"`{name}`" not in text] == []
    limits = lab.manifest.submission
    assert f"{limits.files} fichiers et {limits.size_mb} Mo" in text


def test_the_brief_says_how_to_start() -> None:
    alone = brief(sujet(SECRETS[0], workspace=False))
    assert "`etabli start extraction-pgi --candidat a.martin`" in alone
    convened = brief(sujet(SECRETS[0], workspace=False, session="ccf-2027"))
    assert "--candidat a.martin --session ccf-2027`" in convened
    assert lab.manifest.workspace is not None and lab.manifest.workspace.services == (Service.ERP,)


def test_the_brief_quotes_the_referentiel_to_the_letter() -> None:
    for code in lab.manifest.competences:
        assert f"{code}, *{competences()[code].text}*" in brief(sujet(SECRETS[0]))


def test_sessions_last_two_hours_at_most() -> None:
    hours = sum(palier.hours for palier in lab.manifest.paliers.values())
    assert hours <= 2 * len(lab.manifest.sessions)


# -- nothing of the answer


def figures(found: Any) -> Iterator[str]:
    """Every amount of some hidden data, as a text would write it."""
    if isinstance(found, dict):
        found = list(found.values())
    for one in found if isinstance(found, list) else []:
        yield from figures(one)
    if isinstance(found, str) and re.fullmatch(r"-?\d{2,}\.\d\d", found):
        yield from (found, found.replace(".", ","), f"{float(found):,.2f}".replace(",", " ").replace(".", ","))


HIDDEN = ("total", "by_month", "by_customer", "vat", "figure_value", "aged", "aged_totals", "ledger", "rows")


def test_nothing_to_read_holds_a_figure_of_the_answer(given: Sujet, tmp_path: Path) -> None:
    hidden = {figure for name in HIDDEN for figure in figures(given.context[name])}
    assert len(hidden) > 300
    for name, text in all_texts(given, tmp_path).items():
        words = set(re.findall(r"-?\d[\d ]*[.,]\d\d\b", plain(text)))
        assert words & hidden == set(), name


def test_nothing_to_read_names_a_document_or_somebody(given: Sujet, tmp_path: Path) -> None:
    data = given.context
    private = {row["numero"] for row in data["rows"]} | {facts["name"] for facts in data["customers"].values()}
    private |= {one for kind in data["personal"].values() for one in kind} - {data["manager"]["name"]}
    for name, text in all_texts(given, tmp_path).items():
        assert [one for one in private if one in plain(text)] == [], name


def test_no_template_is_left_unrendered(given: Sujet, tmp_path: Path) -> None:
    for name, text in all_texts(given, tmp_path).items():
        assert not re.search(r"@\{|@%|%@|\}@|Undefined|TODO", text), name


def test_nothing_of_the_starter_is_taken_for_work(tmp_path: Path) -> None:
    sujet(SECRETS[0]).write_starter(tmp_path, "classeur")
    paths = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()]
    assert paths and not lab.recognises(paths)


# -- aides


def test_every_check_has_its_three_aides_in_the_labs_order() -> None:
    assert list(AIDES) == [spec.id for spec in lab.checks().specs]


@pytest.mark.parametrize("check", AIDES)
def test_an_aide_asks_then_points_then_shows(check: str) -> None:
    aides = AIDES[check]
    assert "?" in aides.question and "```" not in aides.question
    assert aides.question.count("?") <= 3 and len(aides.question) < 260
    assert 80 < len(aides.piste) < 640
    assert FENCE.search(aides.exemple), "an example shows something"
    assert aides.exemple.count("```") == 2 * len(FENCE.findall(aides.exemple))
    for text in (aides.question, aides.piste, aides.exemple):
        assert text.strip() and not re.search(r"@\{|@%|\}@|TODO|XXX", text)
        assert not re.search(r"\b(?:tu|ton|tes|toi)\b", text)


@cache
def own_names() -> frozenset[str]:
    """Names of companies, customers, articles and people of several candidates."""
    names: set[str] = set()
    for secret in SECRETS:
        data = sujet(secret).context
        names |= {data["company"]["name"], data["company"]["city"], data["manager"]["name"]}
        names |= {facts["name"] for facts in data["customers"].values()} | {row["article"] for row in data["rows"]}
        names |= set(data["personal"]["employees"])
    return frozenset(fold(name) for name in names)


@pytest.mark.parametrize("check", AIDES)
def test_an_aide_never_speaks_of_a_candidates_own_data(check: str) -> None:
    aides = AIDES[check]
    text = f" {fold(' '.join((aides.question, aides.piste, aides.exemple)))} "
    assert {name for name in own_names() if f" {name} " in text} == set()
