"""What a candidate of extraction-pgi reads: a brief that says all that is graded, and no figure of the answer; aides."""

from __future__ import annotations

import pytest
from seats import LABS, brief, plain, secrets_of, sujet

from etabli.exam.contract.words import fold
from etabli.lab.aides import aides_of
from etabli.lab.sujet import Sujet

LAB = "extraction-pgi"
SECRETS = secrets_of(LAB)
MENUS = {"rh": "Relevés de temps ▸ Lignes", "stock": "Mouvements", "production": "Productions ▸ Productions"}


@pytest.fixture(params=SECRETS)
def given(request: pytest.FixtureRequest) -> Sujet:
    return sujet(LAB, request.param)


# -- the brief


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
    kinds = {sujet(LAB, secret).context["figure"]["kind"] for secret in SECRETS}
    assert kinds == set(MENUS)
    for secret in SECRETS:
        kind = sujet(LAB, secret).context["figure"]["kind"]
        others = [menu for other, menu in MENUS.items() if other != kind]
        assert [menu for menu in others if f"Dans Tryton : **{menu}" in brief(sujet(LAB, secret))] == []


def test_the_request_asks_for_what_the_brief_says(given: Sujet) -> None:
    request, data = plain(given.documents["demande.html"].decode()), given.context
    facts = [data["period"]["fr"]["label"], data["figure"]["title"], data["manager"]["name"], data["company"]["name"]]
    assert [fact for fact in facts if fact not in request] == []
    assert f"nos {data['thresholds']['top']} premiers clients" in request


def test_no_aide_names_a_town_or_an_article_of_a_candidate() -> None:
    told = [sujet(LAB, secret).context for secret in SECRETS]
    own = {data["company"]["city"] for data in told} | {row["article"] for data in told for row in data["rows"]}
    for check, aides in aides_of(LABS[LAB]).items():
        text = f" {fold(' '.join((aides.question, aides.piste, aides.exemple)))} "
        assert [name for name in own if f" {fold(name)} " in text] == [], check
