"""What a candidate of mots-de-passe reads: a brief that says all that is graded, documents with sources, aides."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from seats import LABS, brief, secrets_of, sujet, texts_of

from etabli.exam.contract.check import import_grader
from etabli.exam.contract.words import fold
from etabli.lab.aides import aides_of
from etabli.lab.sujet import Sujet
from etabli.lab.surroundings import Surroundings
from etabli.system.settings import repository

LAB = "mots-de-passe"
lab = LABS[LAB]
organisations = import_grader(lab.grader, "organisations")
people = import_grader(lab.grader, "people")


@pytest.fixture(params=secrets_of(LAB))
def given(request: pytest.FixtureRequest) -> Sujet:
    return sujet(LAB, request.param)


# -- the brief


def test_the_brief_says_every_word_that_is_imposed(given: Sujet) -> None:
    text, data = brief(given), given.context
    terms = [*data["vocabulary"], *data["actions"]]
    imposed = [*(term["word"] for term in terms), *data["severities"]]
    imposed += [name for columns in data["columns"].values() for name in columns]
    imposed += [word for family in data["block_families"] for word in family["words"]]
    assert [word for word in imposed if f"**{word}**" not in text] == []
    said = [term["means"] for term in terms] + [source["word"] for source in data["accepted_sources"]]
    said += [advice["title"] for advice in data["advice"]] + [line["label"] for line in data["policy_form"]]
    said += [f"`{name['name']}`" for name in data["files"]] + [system["name"] for system in data["systems"]]
    said += [data["situation"]["text"], data["organisation"]["name"], data["period"]["fr"]["today"]]
    said += [f"`{data['partner']['prefix']}…`", f"{data['rules']['dormant_days']} jours"]
    assert [fact for fact in said if fact not in text] == []


def test_the_case_that_applies_is_for_the_student_to_tell(given: Sujet) -> None:
    bits = given.context["situation"]["bits"]
    texts = texts_of(given)
    sheet = texts.pop("sources.html")
    assert "80 bits" in sheet and "50 bits" in sheet
    assert [name for name, text in texts.items() if re.search(rf"\b{bits} bits|[Cc]as [12]\b.*applique", text)] == []


def test_the_brief_says_both_ways_to_work() -> None:
    assert "### Sans Établi" in brief(sujet(LAB, surroundings=Surroundings.PAPER))
    assert "Sans Établi" not in brief(sujet(LAB))


# -- no harm, and nothing left over


def test_the_charter_is_not_signed_yet() -> None:
    assert "Lu et accepté le 2" not in texts_of(sujet(LAB))["charte.txt"]


def test_the_models_are_what_the_brief_asks_for() -> None:
    one = sujet(LAB)
    for name, columns in one.context["columns"].items():
        assert one.documents[f"modeles/{name}.csv"].decode("utf-8-sig") == ";".join(columns) + "\r\n"
    conf = one.documents["modeles/pwquality.conf"].decode()
    assert [line for line in conf.splitlines() if line and not line.startswith("#")] == [], "nothing is filled in"


def test_the_mandate_says_the_rules_that_are_graded(given: Sujet) -> None:
    mandate, data = given.documents["mandat.html"].decode().replace("\u00a0", " "), given.context
    facts = [*data["period"]["fr"].values(), data["partner"]["name"], f"{data['rules']['dormant_days']} jours"]
    facts += [system["name"] for system in data["systems"]]
    assert [fact for fact in facts if fact.replace("'", "&#39;") not in mandate and fact not in mandate] == []


# -- the form


def test_the_form_has_the_labels_that_are_looked_for(tmp_path: Path) -> None:
    sys.path.insert(0, str(repository() / "scripts"))
    try:
        import formulaire_politique as form
    finally:
        sys.path.pop(0)
    shipped = lab.folder / "dossier" / "modeles" / "politique.ods"
    assert shipped.read_bytes() == form.form(), "relancez scripts/formulaire_politique.py"
    asked = sujet(LAB).context["policy_form"]
    assert list(form.FIELDS) == [(line["label"], line["values"]) for line in asked]


# -- the sheet of sources


def test_every_fact_of_the_sheet_says_where_it_was_read() -> None:
    sheet = (lab.folder / "dossier" / "sources.md").read_text("utf-8")
    rows = [line.strip("| ").split(" | ") for line in sheet.splitlines() if line.startswith("| ")]
    facts = [row for row in rows if row[0] != "Fait"]
    assert len(facts) >= 20 and all(len(row) == 2 and row[1].strip() for row in facts)
    assert "Licence Ouverte 2.0" in sheet and "ANSSI-PG-078" in sheet
    for text in ("CNIL", "ANSSI", "NIST", "OWASP"):
        assert text in sheet


def test_the_sheet_counts_right() -> None:
    from math import log2

    sheet = (lab.folder / "dossier" / "sources.md").read_text("utf-8")
    for length, signs, said in ((12, 99, "79,6"), (14, 62, "83,4"), (8, 99, "53,0"), (7, 7776, "90,5")):
        assert f"{length * log2(signs):.1f}".replace(".", ",") == said and said in sheet


# -- aides


def own_words() -> set[str]:
    """Words of the generator: an aide that holds one could be about a candidate's own data."""
    names = [*people.LAST_NAMES, *organisations.TOWNS, *(name for _, name in organisations.PARTNERS)]
    names += [organisation.short for organisation in organisations.ORGANISATIONS]
    return {fold(name) for name in names}


def test_no_aide_speaks_of_names_that_a_candidate_may_have() -> None:
    for check, aides in aides_of(lab).items():
        text = fold(" ".join((aides.question, aides.piste, aides.exemple)))
        assert {word for word in own_words() if re.search(rf"\b{word}\b", text)} == set(), check
