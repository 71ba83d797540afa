"""What a candidate of mots-de-passe reads: a brief that says all that is graded, documents with sources, aides."""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path

import pytest

from etabli.exam.contract.check import import_grader
from etabli.exam.contract.outcome import Palier
from etabli.exam.contract.words import fold
from etabli.lab.aides import aides_of
from etabli.lab.manifest import load_lab
from etabli.lab.referentiel import competences
from etabli.lab.sujet import Sujet, make_sujet
from etabli.lab.templating import render_tree
from etabli.lab.variant import TRAINING, Seat
from etabli.system.settings import repository

lab = load_lab("mots-de-passe")
organisations = import_grader(lab.grader, "organisations")
people = import_grader(lab.grader, "people")
SECRETS = [bytes([number]) * 32 for number in range(20)]
AIDES = dict(aides_of(lab))
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@cache
def sujet(secret: bytes, workspace: bool = True, session: str = TRAINING) -> Sujet:
    return make_sujet(Seat(lab, "a.martin", session), secret, workspace=workspace)


@pytest.fixture(params=SECRETS, ids=[f"secret-{number}" for number in range(len(SECRETS))])
def given(request: pytest.FixtureRequest) -> Sujet:
    return sujet(request.param)


def brief(one: Sujet) -> str:
    return one.texts["enonce.md"]


def all_texts(one: Sujet, tmp_path: Path) -> dict[str, str]:
    """Everything to read, but the data."""
    one.write_starter(tmp_path)
    starter = {path.name: path.read_text("utf-8") for path in tmp_path.rglob("*") if path.is_file()}
    pages = {name: content.decode("utf-8-sig") for name, content in one.documents.items() if not name.endswith(".ods")}
    return dict(one.texts) | pages | starter


# -- the brief


def test_reading_length_is_equal_within_a_tenth() -> None:
    lengths = [len(brief(sujet(secret)).split()) for secret in SECRETS]
    assert max(lengths) <= min(lengths) * 1.1


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


def test_the_case_that_applies_is_for_the_student_to_tell(given: Sujet, tmp_path: Path) -> None:
    bits = given.context["situation"]["bits"]
    texts = all_texts(given, tmp_path)
    sheet = texts.pop("sources.html")
    assert "80 bits" in sheet and "50 bits" in sheet
    assert [name for name, text in texts.items() if re.search(rf"\b{bits} bits|[Cc]as [12]\b.*applique", text)] == []


@pytest.mark.parametrize("palier", list(Palier))
def test_the_brief_announces_every_check_by_its_title_with_its_points(palier: Palier) -> None:
    part = brief(sujet(SECRETS[0])).split(f"Palier {palier.value.capitalize()} :", 1)[1].split("\n## ", 1)[0]
    announced = [(title, int(points)) for title, points in re.findall(r"^\| ([^|]+) \| (\d+) \|$", part, re.MULTILINE)]
    specs = [spec for spec in lab.checks().specs if spec.palier == palier]
    assert announced == [(spec.title, spec.points) for spec in specs]
    assert f", {sum(spec.points for spec in specs)} points)" in part.splitlines()[0]


def test_the_brief_names_every_file_that_may_be_handed_in() -> None:
    text = brief(sujet(SECRETS[0]))
    assert [name for asked in lab.manifest.asked for name in asked.names if f"`{name}`" not in text] == []
    limits = lab.manifest.submission
    assert f"{limits.files} fichiers et {limits.size_mb} Mo" in text


def test_the_brief_says_both_ways_to_work() -> None:
    alone = brief(sujet(SECRETS[0], workspace=False))
    assert "`etabli start mots-de-passe --candidat a.martin`" in alone and "#### Sans Établi" in alone
    assert "Sans Établi" not in brief(sujet(SECRETS[0]))
    convened = brief(sujet(SECRETS[0], workspace=False, session="ccf-2027"))
    assert "--candidat a.martin --session ccf-2027`" in convened


def test_the_brief_quotes_the_referentiel_to_the_letter() -> None:
    for code in lab.manifest.competences:
        assert f"{code}, *{competences()[code].text}*" in brief(sujet(SECRETS[0]))


def test_sessions_last_two_hours_at_most() -> None:
    hours = sum(palier.hours for palier in lab.manifest.paliers.values())
    assert hours <= 2 * len(lab.manifest.sessions)


# -- no harm, and nothing left over


def test_nothing_to_read_holds_a_password_a_hash_or_somebody(given: Sujet, tmp_path: Path) -> None:
    data, texts = given.context, all_texts(given, tmp_path)
    secrets = [*data["passwords"].values(), *data["hashes"].values()]
    logins = {account["login"] for account in data["accounts"] if "." in account["login"]}
    for name, text in texts.items():
        assert [one for one in secrets if one.lower() in text.lower()] == [], name
        assert [login for login in logins if login in text] == [], name


def test_no_template_is_left_unrendered(given: Sujet, tmp_path: Path) -> None:
    for name, text in all_texts(given, tmp_path).items():
        assert not re.search(r"@\{|@%|%@|\}@|Undefined|TODO", text), name


def test_nothing_of_the_starter_is_taken_for_work(tmp_path: Path) -> None:
    render_tree(lab.folder / "starter" / "audit", tmp_path, sujet(SECRETS[0]).context)
    paths = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()]
    assert paths and not lab.recognises(paths)
    assert "Lu et accepté le 2" not in (tmp_path / "charte.txt").read_text("utf-8")


def test_the_models_are_what_the_brief_asks_for() -> None:
    one = sujet(SECRETS[0])
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
    asked = sujet(SECRETS[0]).context["policy_form"]
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


def own_words() -> set[str]:
    """Words of the generator: an aide that holds one could be about a candidate's own data."""
    names = [*people.LAST_NAMES, *organisations.TOWNS, *organisations.PARTNERS]
    names += [organisation.short for organisation in organisations.ORGANISATIONS]
    return {fold(name) for name in names}


@pytest.mark.parametrize("check", AIDES)
def test_an_aide_never_speaks_of_a_candidates_own_data(check: str) -> None:
    aides = AIDES[check]
    text = fold(" ".join((aides.question, aides.piste, aides.exemple)))
    assert {word for word in own_words() if re.search(rf"\b{word}\b", text)} == set()
