"""The checks of mots-de-passe on tables, texts and answers made here: what is accepted, what is told, what never is."""

from __future__ import annotations

import base64
import codecs
import hashlib
import json
import re
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import permutations
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from helpers import volume
from refused import failure, observed

from etabli.exam import Cells, Failed, Line
from etabli.exam.contract.causes import root_of
from etabli.exam.contract.check import import_grader, load_checks
from etabli.exam.contract.draw import Draw
from etabli.exam.contract.french import counted
from etabli.exam.contract.plain import plain
from etabli.exam.contract.values import Leftover, TypedLine
from etabli.exam.runner.request import Wanted
from etabli.exam.tools.asked import AskedFiles
from etabli.exam.tools.bench import Ran
from etabli.exam.tools.documents import Cell, Sheet, Trace
from etabli.kit import tables
from etabli.system.settings import repository

GRADER = repository() / "graders" / "mots-de-passe"
variant = import_grader(GRADER, "variant")
vocabulary = import_grader(GRADER, "vocabulary")
reading = import_grader(GRADER, "reading")
audit = import_grader(GRADER, "audit")
rights = import_grader(GRADER, "rights")
harm = import_grader(GRADER, "harm")
policy = import_grader(GRADER, "policy")
hand_in = import_grader(GRADER, "work")
answers = import_grader(GRADER, "answers")
entropy = import_grader(GRADER, "entropy")
trying = import_grader(GRADER, "trying")
prose = import_grader(GRADER, "prose")
copied = import_grader(GRADER, "given")
work = import_grader(GRADER, "work")
situations = import_grader(GRADER, "situations")
migration = import_grader(GRADER, "migration")
hashing = import_grader(GRADER, "hashing")
testlists = import_grader(GRADER, "testlists")
exports = import_grader(GRADER, "exports")
findings = import_grader(GRADER, "specimens.findings")
texts = import_grader(GRADER, "specimens.texts")
hand_ins = import_grader(GRADER, "specimens.hand_ins")
mistakes = import_grader(GRADER, "specimens.mistakes")

Rows = list[dict[str, str]]


@cache
def typed() -> Any:
    return variant.make(b"essai", b"essai|evaluation")


@cache
def data() -> dict[str, Any]:
    return plain(typed())


@cache
def with_case(case: int) -> Any:
    seeds = (b"cas-%d" % number for number in range(40))
    return next(made for seed in seeds if (made := variant.make(seed, seed)).situation.case == case)


def sheet(rows: Sequence[Sequence[str]], *, name: str = "Feuille", hidden: bool = False) -> Sheet:
    return Sheet(name, hidden, [[Cell(text or None, text) for text in row] for row in rows])


def the_audit(rows: Rows) -> Any:
    table = reading.read_table("audit.csv", [sheet(findings.grid(rows, findings.AUDIT))], "audit", typed())
    return audit.Audit(table, typed())


def the_review(rows: Rows) -> Any:
    table = reading.read_table("droits.csv", [sheet(findings.grid(rows, findings.RIGHTS))], "droits", typed())
    return rights.Review(table, typed())


# -- the grid


def test_two_checks_decide_and_the_last_palier_counts_for_no_competence() -> None:
    specs = load_checks(GRADER).specs
    assert [spec.id for spec in specs if spec.decisive] == ["rien-de-secret", "accusations-fondees"]
    assert {spec.palier for spec in specs if not spec.competences} == {"approfondissement"}


def test_a_palier_is_gradable_without_the_others() -> None:
    specs = load_checks(GRADER).by_id()
    for spec in specs.values():
        others = {specs[name].palier for name in spec.after} - {spec.palier}
        assert not others or spec.after == ("rendu-present",), spec.id


# -- reading tables


def test_titles_are_found_wherever_they_are_and_however_they_are_written() -> None:
    one = data()["findings"][0]
    rows = [
        ["Audit de mai"],
        [],
        ["n°", "GRAVITE", "Type de risque", "Compte concerné", "Systeme", "Preuves", "Recommandations", "Source(s)"],
        ["1", "critique", "Liste de fuites", one["account"].upper(), one["system"].upper(), "p q", "r s", "CNIL"],
        [],
        ["Total", "", "", "", "", "", "", ""],
    ]
    [line] = reading.read_table("a.xlsx", [sheet(rows)], "audit", typed()).lines
    assert (line.number, line.kind.id, line.key) == (4, "fuite", f"{one['account']}@{one['system']}")


def test_a_hidden_sheet_is_no_report_and_several_sheets_are_one() -> None:
    rows = findings.grid(findings.report(data()), findings.AUDIT)
    hidden = [sheet(rows, hidden=True), sheet([["Bonjour"]])]
    assert "colonne" in observed(lambda: reading.read_table("a.xlsx", hidden, "audit", typed()))
    table = reading.read_table("a.xlsx", [sheet(rows[:10]), sheet([rows[0], *rows[10:]])], "audit", typed())
    assert len(table.lines) == len(table.risks) == len(data()["findings"])
    cut = [sheet(rows[:1]), sheet(rows, name="Suite", hidden=True)]
    assert "masquées, qui ne sont pas lues" in observed(lambda: reading.read_table("a.xlsx", cut, "audit", typed()))
    cut = [sheet(rows[:10]), sheet([rows[0], *rows[10:]], name="Suite", hidden=True)]
    one = audit.Audit(reading.read_table("a.xlsx", cut, "audit", typed()), typed())
    assert observed(one.expect_share).endswith(
        " La feuille « Suite » est masquée dans a.xlsx : ce qui est masqué n'est pas lu."
    )


def test_of_two_reports_the_lines_of_each_are_told() -> None:
    rows = findings.grid(findings.report(data()), findings.AUDIT)
    books = {"audit.xlsx": [sheet(rows[:10])], "audit.csv": [sheet(rows)]}
    asked = AskedFiles({"audit": Wanted("Relevé d'audit", tuple(books), tuple(books))}, list(books))
    made = work.Work(asked, None, SimpleNamespace(tables=books.get), None, typed(), None)
    for _time in range(2):
        told = failure(lambda: made.audit)
        assert (
            f"« audit.xlsx » a 9 lignes remplies et « audit.csv » a {len(rows) - 1} lignes remplies." in told.observed
        )
        assert root_of(told) is None, "it comes to an end"


def test_a_hidden_sheet_is_told_once_and_explains_only_what_it_holds() -> None:
    told = " La feuille « Suite » est masquée dans a.xlsx : ce qui est masqué n'est pas lu."
    report, kinds = findings.report(data()), [finding["kind"] for finding in data()["findings"]]
    first = {kind: kinds.index(kind) for kind in reversed(kinds)}
    rows = {at: row for at, row in enumerate(report)}
    held, lost = [rows.pop(first[kind]) for kind in ("fuite", "saison", "parti")], rows.pop(first["dormant"])

    def the(hidden: Rows) -> Any:
        grids = (findings.grid(rows.values(), findings.AUDIT), findings.grid(hidden, findings.AUDIT))
        sheets = [sheet(grids[0]), sheet(grids[1], name="Suite", hidden=True)]
        return audit.Audit(reading.read_table("a.xlsx", sheets, "audit", typed()), typed())

    found = {
        kind: failure(lambda kind=kind: the(held).expect_kind(kind)) for kind in ("fuite", "saison", "parti", "dormant")
    }
    assert [kind for kind, one in found.items() if one.observed.endswith(told)] == ["fuite", "saison", "parti"]
    assert {one.why for one in found.values()} == {"la feuille « Suite » est masquée dans a.xlsx", ""}
    assert found["fuite"].because == ("constats-trouves", "trois-systemes")
    assert found["parti"].because == ("constats-trouves", "trois-systemes", "trouve-fuite", "trouve-saison")
    assert found["dormant"].because == (), "a finding that is nowhere is a failure of its own"
    assert failure(lambda: the([*held, lost]).expect_kind("dormant")).because == found["parti"].because[:4]


def test_what_is_hidden_is_shown_where_it_is_hidden() -> None:
    rows = findings.grid(findings.report(data()), findings.AUDIT)
    table = [sheet(rows[:10]), sheet([rows[0], *rows[10:]], name="Suite", hidden=True)]
    show = reading.read_table("a.xlsx", table, "audit", typed()).show
    assert "onglet" in show and "« Suite »" in show and "filtres" not in show


def test_what_the_report_has_is_copied_and_what_it_lacks_is_looked_for() -> None:
    first, second = data()["rights"]["second-facteur"][:2]
    kept = [row for row in findings.review(data()) if row["Action"] != "second facteur"]
    kept += [mistakes.action(data(), key, "second-facteur") for key in data()["rights"]["second-facteur"][2:]]
    told = failure(lambda: the_review(kept).expect_all("second-facteur", {first: "sans-2fa"}))
    assert "1 de ces comptes manque aussi dans votre relevé." in told.observed
    assert "ce que votre relevé a déjà : 1 dans" in (told.help or "") and not told.because
    told = failure(lambda: the_review(kept).expect_all("second-facteur", dict.fromkeys((first, second), "sans-2fa")))
    assert told.because == ("trouve-sans-2fa",) and "relevé a déjà" not in (told.help or "")


def test_who_has_the_name_of_one_who_left_is_told_by_the_first_name_alone() -> None:
    told = failure(lambda: the_review(mistakes.homonym_out(data())).expect_nothing_else(()))
    assert "autre prénom" in told.observed and "Tout délai" not in told.observed
    assert "comparez aussi le prénom" in (told.help or "") and "absence" not in (told.help or "")


def test_one_severity_for_all_is_told_as_such_with_all_its_lines() -> None:
    told = observed(the_audit([row | {"Gravité": "élevée"} for row in findings.report(data())]).expect_severity)
    assert "« élevée » (lignes " in told and told.startswith("audit.csv : toutes les lignes ont la même")
    assert "sur un compte administrateur (lignes " in told


def test_the_bits_are_looked_at_in_a_page_that_names_one_text_and_wait_for_a_whole_page() -> None:
    page = texts.justification(data(), sources=False)

    def the(text: str) -> Any:
        documents = SimpleNamespace(seen=lambda _path: text, keep=lambda *_: None)
        asked = AskedFiles({"justification": Wanted("Justification", ("j.txt",), ("j.txt",))}, ["j.txt"])
        return work.Work(asked, None, documents, None, typed(), None)

    the(page).expect_page("justification-sources")
    prose.expect_situation(page, typed().situation)
    assert failure(lambda: the(page[:200]).expect_page("justification-sources")).because == ("justification-sources",)


def test_a_hidden_review_is_told_once() -> None:
    rows = findings.review(data())
    table = [
        sheet(findings.grid(rows[:1], findings.RIGHTS)),
        sheet(findings.grid(rows[1:], findings.RIGHTS), hidden=True),
    ]
    one = rights.Review(reading.read_table("d.xlsx", table, "droits", typed()), typed())
    found = failure(lambda: one.expect_all("reduire"))
    assert found.observed.endswith(" La feuille « Feuille » est masquée dans d.xlsx : ce qui est masqué n'est pas lu.")
    assert found.because == ("droits-desactiver", "droits-second-facteur")
    found = failure(lambda: the_review(rows[:1]).expect_all("reduire"))
    assert not found.because and "masquée" not in found.observed


def test_of_two_titles_that_a_cell_holds_the_first_is_meant() -> None:
    titles = tables._titles(["Nom du compte", "Application", "Risque constaté", "Gravité du constat"],
                            ["compte", "systeme", "risque", "gravite"], reading.ALIASES)  # fmt: skip
    assert titles == {"compte": 0, "systeme": 1, "risque": 2, "gravite": 3}
    cells = ["compte", "action demandée", "motif de l'action"]
    assert tables._titles(cells, ["compte", "action", "motif"], reading.ALIASES)["motif"] == 2


def test_missing_titles_and_empty_tables_are_told() -> None:
    rows = findings.grid(findings.report(data()), findings.AUDIT[:-2])
    told = observed(lambda: reading.read_table("audit.ods", [sheet(rows)], "audit", typed()))
    assert told == "audit.ods : on ne trouve pas de colonne « recommandation » et « source »."
    empty = [sheet([findings.AUDIT])]
    assert "aucune ligne" in observed(lambda: reading.read_table("audit.ods", empty, "audit", typed()))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Réutilisé", "reutilise"),
        ("un mot de passe identique", "reutilise"),
        ("SHA-1", "empreinte-faible"),
        ("Compte partagé.", "partage"),
        ("Sans 2FA", "sans-2fa"),
        ("compte de personne partie", None),
        ("mot de passe faible", None),
        ("", None),
    ],
)
def test_the_vocabulary_is_declared(text: str, kind: str | None) -> None:
    term = vocabulary.understood(text, vocabulary.KINDS)
    assert (term.id if term else None) == kind


def test_no_word_means_two_things() -> None:
    for terms in (vocabulary.KINDS, vocabulary.ACTIONS, vocabulary.SYSTEMS):
        names = [name for term in terms for name in term.names()]
        assert len(names) == len(set(names))


# -- the report


EXPECTATIONS = ("expect_known_words", "expect_known_accounts", "expect_share", "expect_no_mob", "expect_precision",
                "expect_no_trap", "expect_systems", "expect_severity", "expect_proofs", "expect_advice")  # fmt: skip


def test_a_right_report_meets_every_expectation() -> None:
    report = the_audit(findings.report(data()))
    for name in EXPECTATIONS:
        getattr(report, name)()
    for term in vocabulary.KINDS:
        report.expect_kind(term.id)


def test_what_may_be_said_besides_is_no_false_accusation() -> None:
    rows = findings.report(data())
    for claim in data()["tolerated"]:
        key, kind = claim.split(":")
        account, system = key.split("@")
        rows.append(findings.line(data(), account, system, kind, vocabulary.severity(kind, False)))
    report = the_audit(rows)
    report.expect_precision()
    report.expect_no_trap()
    assert report.wrong == {}


def test_a_report_that_accuses_everyone_does_not_pass() -> None:
    report = the_audit(mistakes.everyone(data()))
    told = observed(report.expect_no_mob)
    made = data()
    lines = len(made["accounts"]) * len(vocabulary.KINDS)
    accused = {key for key in made["passwords"]} - {f"{f['account']}@{f['system']}" for f in made["findings"]}
    wrong = lines - len(made["findings"]) - len(set(made["tolerated"]))
    assert told.startswith(f"audit.csv : {wrong} lignes sont fausses sur {lines}, dont ")
    assert told.endswith(f" ; {len(accused)} comptes sans aucun risque sont mis en cause.")
    one_kind = [row for row in mistakes.everyone(data()) if row["Risque"] == "saison et année"]
    failure(the_audit(one_kind).expect_no_mob)


def test_users_without_a_second_factor_are_one_cause_with_its_risk_and_its_rule() -> None:
    made = data()
    users = [a for a in made["accounts"] if not a["admin"] and not a["second_factor"]]
    rows = [findings.line(made, a["login"], a["system"], "sans-2fa", "critique") for a in users]
    report = the_audit(findings.report(made) + rows)
    caught = failure(report.expect_no_mob)
    assert f"dont {len(users)} « sans second facteur »" in caught.observed
    assert "droits vaut administrateur" in (caught.help or "")
    assert failure(report.expect_precision).because == ("accusations-fondees",)
    traps = failure(report.expect_no_trap)
    assert f"{len(users)} comptes qui paraissent seulement suspects : " in traps.observed
    assert "fonction importante" in traps.observed and "autre prénom" not in traps.observed
    asked = [mistakes.action(made, f"{a['login']}@{a['system']}", "second-facteur") for a in users]
    review = the_review(findings.review(made) + asked)
    told = failure(lambda: review.expect_nothing_else(report.caught, report.wrong))
    assert told.because == ("pieges",) and "second_facteur vaut non" in (told.help or "")
    assert not failure(lambda: review.expect_nothing_else((), ())).because


def test_every_account_of_the_list_of_normal_ones_is_left_alone() -> None:
    made, rows = typed(), findings.report(data())
    users = [one for one in made.accounts if one.active and not one.admin and one.key not in made.traps][:3]
    closed = [one for one in made.accounts if not one.active]
    accused = [*((one, "sans-2fa") for one in users), *((one, kind) for one in closed for kind in audit.CLOSED)]
    for one, kind in accused:
        own = the_audit([*rows, findings.line(data(), one.login, one.system, kind, "critique")])
        told = observed(own.expect_no_trap)
        assert (
            "aux administrateurs" if one.active else "compte déjà fermé"
        ) in told and f"ligne {len(rows) + 2}" in told
    weak = [findings.line(data(), one.login, one.system, "saison", "élevée") for one in closed]
    the_audit([*rows, *weak]).expect_no_trap()


def test_a_report_that_accuses_no_one_does_not_pass_either() -> None:
    account = next(key for key in data()["traps"]).split("@")
    report = the_audit([findings.line(data(), account[0], account[1], "saison", "élevée")])
    failure(report.expect_no_mob)
    failure(report.expect_share)


@pytest.mark.parametrize("missed", [1, 2])
@pytest.mark.parametrize("kind", [term.id for term in vocabulary.KINDS])
def test_no_omission_is_forgiven_without_a_word(kind: str, missed: int) -> None:
    word = findings.words(data())[kind]
    mine = [row for row in findings.report(data()) if row["Risque"] == word]
    others = [row for row in findings.report(data()) if row["Risque"] != word]
    told = observed(lambda: the_audit(others + mine[missed:]).expect_kind(kind))
    assert told.startswith(f"Il manque {counted(missed, 'constat')} « {word} » sur {len(mine)}")


def test_a_strong_hash_called_weak_and_a_leaver_called_dormant_are_false_accusations() -> None:
    more = [(key, "empreinte-faible") for key, stored in data()["hashes"].items() if stored.startswith("$2y$")]
    left = [f"{f['account']}@{f['system']}" for f in data()["findings"] if f["kind"] == "parti"]
    rows = findings.report(data())
    for key, kind in (*more, *((key, "dormant") for key in left)):
        account, system = key.split("@")
        rows.append(findings.line(data(), account, system, kind, vocabulary.severity(kind, False)))
    report = the_audit(rows)
    assert len(report.wrong) == len(more) + len(left) > 30
    failure(report.expect_precision)
    failure(report.expect_no_mob)


def test_no_message_names_what_is_missing() -> None:
    logins = {account["login"] for account in data()["accounts"] if "." in account["login"]}
    report, review = the_audit(findings.report(data())[:3]), the_review(findings.review(data())[:1])
    mine = {row["Compte"] for row in (*findings.report(data())[:3], *findings.review(data())[:1])}
    messages = []
    for term in vocabulary.KINDS:
        try:
            report.expect_kind(term.id)
        except Failed as found:
            messages.append(f"{found.observed} {found.expected}")
    for action in vocabulary.ACTIONS:
        messages.append(observed(lambda action=action: review.expect_all(action.id)))
    messages += [observed(report.expect_share), observed(report.expect_systems)]
    assert len(messages) > 10
    assert not [(m, login) for m in messages for login in logins - mine if login in m]


def test_a_false_accusation_is_named_with_its_line() -> None:
    report = the_audit(mistakes.too_many(data()))
    told = observed(report.expect_precision)
    assert (
        told.startswith(f"audit.csv : 8 lignes accusent à tort, sur {len(data()['findings']) + 8}")
        and f"(Annuaire, ligne {len(data()['findings']) + 2}), " in told
        and "et 4 autres" in told
    )
    told = observed(the_audit(mistakes.with_traps(data())).expect_no_trap)
    assert (
        told.startswith("audit.csv : 4 lignes accusent 4 comptes qui paraissent seulement suspects : ")
        and "compte déjà fermé" in told
    )


def test_unknown_words_and_accounts_are_reported_with_their_line() -> None:
    rows = findings.report(data())
    rows[0] |= {"Risque": "mdp nul"}
    rows[1] |= {"Gravité": "grave"}
    rows[2] |= {"Compte": "z.inconnu"}
    report = the_audit(rows)
    assert observed(report.expect_known_words) == (
        "audit.csv : 2 cases hors du vocabulaire : « mdp nul » (risque, ligne 2) et « grave » (gravité, ligne 3)."
    )
    assert "« z.inconnu » (" in observed(report.expect_known_accounts)


def test_severity_counts_the_step_of_administrators() -> None:
    told = observed(the_audit(mistakes.flat_severity(data())).expect_severity)
    assert told.startswith("audit.csv : 4 gravités ne suivent pas la grille, toutes sur un compte administrateur : « ")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("Preuve", "MD5"),
        ("Preuve", "G1"),
        ("Preuve", "idem"),
        ("Recommandation", "désactiver"),
        ("Recommandation", "fermer"),
    ],
)
def test_one_word_is_a_proof_or_an_advice(column: str, value: str) -> None:
    *others, last = findings.report(data())
    report = the_audit([*others, last | {column: value}])
    report.expect_proofs()
    report.expect_advice()


def test_one_text_filled_down_is_neither_a_proof_nor_an_advice() -> None:
    rows = findings.report(data())
    for proof in ("dans le fichier", "essai réussi", "G1", "idem", "{} : vu dans le fichier"):
        own = the_audit([row | {"Preuve": proof.format(row["Compte"])} for row in rows])
        assert f"{len(rows)} lignes de 10 risques différents ont la même preuve, « " in observed(own.expect_proofs)
    for advice in ("à corriger", "changer le mot de passe", "fermer le compte"):
        own = the_audit([row | {"Recommandation": advice} for row in rows])
        told = failure(own.expect_advice)
        assert f"ont la même recommandation, « {advice} » (lignes 2 à {len(rows) + 1})." in told.observed
        assert "au risque de sa ligne" in told.expected


def proved(kind: str, proof: Callable[[Any], str]) -> Any:
    """A right report with another proof on the lines of one risk, made from the account."""
    known = {(one.login, one.system.capitalize()): one for one in typed().accounts}
    word = findings.words(data())[kind]
    rows = [
        row | ({"Preuve": proof(known[row["Compte"], row["Système"]])} if row["Risque"] == word else {})
        for row in findings.report(data())
    ]
    return the_audit(rows)


def shown(account: Any, column: str) -> str:
    return next(
        one[column] for one in typed().results if (one["compte"], one["systeme"]) == (account.login, account.system)
    )


def neighbour(account: Any) -> str:
    return next(one.login for one in typed().accounts if "." in one.login and one.login != account.login)


def otherwhere(account: Any) -> str:
    return "messagerie" if account.system != "messagerie" else "annuaire"


def days(account: Any) -> str:
    return next((one.depart for one in typed().people if one.matricule == account.person), "")


@pytest.mark.parametrize(
    ("kind", "proof", "told"),
    [
        ("reutilise", lambda one: "groupe G" + "231"[int(shown(one, "groupe")[1:]) - 1], "dit « G{}», mais resultats.csv dit G"),
        ("empreinte-faible", lambda one: f"{72 - len(one.hash)} caractères", "mais l'empreinte a "),
        ("empreinte-faible", lambda one: "SHA-1" if len(one.hash) == 32 else "MD5", "mais l'empreinte a "),
        ("dormant", lambda one: "dernière connexion le 2 janvier 2019", "dit « 2 janvier 2019 », mais derniere_connexion est 20"),
        ("parti", lambda one: "parti le 03/02/2019", "dit « 03/02/2019 », mais depart est 20"),
        ("fuite", lambda one: "essai « saison » réussi", "dit « saison », mais resultats.csv dit « liste de fuites »"),
        ("saison", lambda one: "dans la liste de fuites", "dit « liste de fuites », mais resultats.csv dit « saison »"),
        ("saison", lambda one: f"essai saison de {neighbour(one)}.", " », mais la ligne est celle de "),
        ("dormant", lambda one: f"vu dans {otherwhere(one)}.csv", ".csv », mais ce compte est dans "),
    ],
)  # fmt: skip
def test_a_proof_that_the_candidate_s_files_contradict_is_told(
    kind: str, proof: Callable[[Any], str], told: str
) -> None:
    found = failure(proved(kind, proof).expect_proofs)
    assert "ne se retrouvent pas dans vos fichiers : " in found.observed and "sur dix" in found.expected
    assert told.split("{}")[0] in found.observed and told.split("{}»")[-1] in found.observed and found.at


@pytest.mark.parametrize(
    ("kind", "proof"),
    [
        ("reutilise", lambda one: shown(one, "groupe").lower()),
        ("reutilise", lambda one: "groupes G1, G2 ou G3"),
        ("empreinte-faible", lambda one: f"MD5 ou SHA-1, {len(one.hash)} caractères, ligne 40"),
        ("empreinte-faible", lambda one: "moins de 64 caractères, 40 au plus"),
        ("dormant", lambda one: f"connexion du {one.last_login or one.created}"),
        ("dormant", lambda one: "/".join(reversed((one.last_login or one.created).split("-")))),
        ("dormant", lambda one: "aucune connexion depuis plus de 180 jours, vu le 12/09/2027"),
        ("parti", lambda one: f"départ le {exports.french(audit.date.fromisoformat(days(one)))}, actif"),
        ("fuite", lambda one: "essai liste de fuites, et l'essai saison"),
        ("saison", lambda one: "une saison et une année, comme dans les fuites"),
        ("saison", lambda one: f"essai saison : {one.login}, pas {neighbour(one)}"),
        ("reutilise", lambda one: f"{shown(one, 'groupe')}, avec {neighbour(one)}"),
        ("partage", lambda one: f"{neighbour(one)} et d'autres s'en servent"),
        ("dormant", lambda one: f"{one.system}.csv, comme dans {otherwhere(one)}.csv"),
    ],
)  # fmt: skip
def test_a_proof_that_agrees_or_tells_nothing_to_compare_is_kept(kind: str, proof: Callable[[Any], str]) -> None:
    proved(kind, proof).expect_proofs()


def test_a_slip_among_proofs_is_no_fault() -> None:
    dates = iter(["2019-01-02"])
    proved("dormant", lambda one: next(dates, one.last_login or one.created)).expect_proofs()


def test_a_text_may_stand_for_risks_that_are_seen_or_mended_alike() -> None:
    rows, ids = findings.report(data()), {word: kind for kind, word in findings.words(data()).items()}

    def told(column: str, text: str, kinds: set[str], system: str = "") -> Any:
        mine = [row["Système"] == system or ids[row["Risque"]] in kinds for row in rows]
        return the_audit([row | {column: text} if own else row for row, own in zip(rows, mine, strict=True)])

    told("Recommandation", "changer le mot de passe", {*audit.REMEDIES[0], "partage"}).expect_advice()
    told("Recommandation", "fermer le compte", {"dormant", "parti", "partage"}).expect_advice()
    told("Preuve", "voir resultats.csv", set(audit.FILES_OF[0])).expect_proofs()
    told("Preuve", "intranet.csv", set(), "Intranet").expect_proofs()
    first = {row["Risque"]: at for at, row in reversed(list(enumerate(rows)))}
    the_audit(
        [row | ({} if at in first.values() else {"Preuve": "idem"}) for at, row in enumerate(rows)]
    ).expect_proofs()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("Preuve", ""),
        ("Preuve", "Oui."),
        ("Preuve", "compte partagé"),
        ("Recommandation", "?"),
        ("Recommandation", "OK"),
    ],
)
def test_each_line_has_its_proof_and_its_advice(column: str, value: str) -> None:
    rows = findings.report(data())
    index = next(n for n, row in enumerate(rows) if row["Risque"] == "compte partagé")
    rows[index] |= {column: value}
    expect = the_audit(rows).expect_proofs if column == "Preuve" else the_audit(rows).expect_advice
    assert f"ligne {index + 2}" in observed(expect)


# -- rights


def test_a_right_review_meets_every_expectation() -> None:
    review = the_review(findings.review(data()))
    review.expect_understood()
    review.expect_nothing_else(())
    for action in vocabulary.ACTIONS:
        review.expect_all(action.id)


def test_rights_count_in_both_directions() -> None:
    told = observed(lambda: the_review(mistakes.everyone_out(data())).expect_nothing_else(()))
    rights = data()["rights"]
    wrong, first = len(data()["passwords"]) - len(rights["desactiver"]), sum(map(len, rights.values())) + 2
    first -= len(rights["desactiver"])
    assert (
        told.startswith(f"droits.csv : {wrong} actions sans raison, sur {wrong} comptes : ")
        and f", ligne {first} ; " in told
    )
    assert f"sur {len(rights['desactiver'])} : 1 dans Annuaire" in observed(
        lambda: the_review(_without_one(data())).expect_all("desactiver")
    )


def test_what_the_report_overlooks_or_accuses_costs_nothing_again_in_the_review() -> None:
    made = data()
    lost = {f"{one['account']}@{one['system']}": one["kind"] for one in made["findings"] if one["kind"] == "dormant"}
    key = next(iter(lost))
    review = the_review([row for row in findings.review(made) if f"{row['Compte']}@{row['Système'].casefold()}" != key])
    told = failure(lambda: review.expect_all("desactiver", lost))
    assert told.because == ("trouve-dormant",) and told.observed.endswith(" Ce compte manque aussi dans votre relevé.")
    assert "Complétez d'abord votre relevé" in (told.help or "")
    told = failure(lambda: review.expect_all("desactiver", {}))
    assert not told.because and told.help is None and "relevé" not in told.observed
    absent = [account for account in made["accounts"] if account["place"].startswith("absent@")]
    accused = [findings.line(made, one["login"], one["system"], "dormant", "faible") for one in absent]
    report = the_audit(findings.report(made) + accused)
    told = failure(report.expect_no_trap)
    assert told.observed.startswith(f"audit.csv : {len(absent)} lignes accusent") and len(absent) == 3
    assert (
        f"absence prévue jusqu'au {_absence(made, absent[0])})" in told.observed and told.observed.count("ligne ") == 3
    )
    assert f"Tout délai se compte au {made['period']['fr']['today']}, date de l'état des comptes." in told.observed
    asked = [mistakes.action(made, f"{one['login']}@{one['system']}", "desactiver") for one in absent]
    review = the_review(findings.review(made) + asked)
    assert failure(lambda: review.expect_nothing_else(report.caught, report.wrong)).because == ("pieges",)
    machine = mistakes.action(made, "copieur@intranet", "desactiver")
    told = failure(lambda: the_review([*findings.review(made), *asked, machine]).expect_nothing_else(report.caught))
    assert not told.because and told.observed.startswith("droits.csv : 1 action sans raison, sur 1 compte : copieur (")


def _absence(made: Mapping[str, Any], account: Mapping[str, Any]) -> str:
    until = next(one["absence_jusqu_au"] for one in made["people"] if one["matricule"] == account["person"])
    return "/".join(reversed(until.split("-")))


def test_both_lengths_that_are_too_short_are_told_with_the_figure_of_the_justification() -> None:
    own = policy.from_form("politique.ods", form(**FILLED | {"minimum": "7"}, admin_minimum="7"))
    told = failure(lambda: own.expect_entropy(50, [50]))
    assert "7 caractères aux utilisateurs (B2) et 7 caractères aux administrateurs (B3)" in told.observed
    assert "Votre justification écrit 50 bits" in told.observed and "justification" in (told.help or "")
    assert "justification" not in failure(lambda: own.expect_entropy(50, [50, 80])).observed
    assert prose.bits_in("Le cas 2 demande 50 bits, en 80 mots.") == [50] and prose.bits_in("quatre-vingts bits") == [
        80
    ]


def _without_one(made: Mapping[str, Any]) -> Rows:
    gone = next(key for key in made["rights"]["desactiver"] if key.endswith("@annuaire"))
    return [row for row in findings.review(made) if f"{row['Compte']}@annuaire" != gone or row["Système"] != "Annuaire"]


# -- no harm


@pytest.mark.parametrize("start", [0, 7])
def test_a_piece_of_a_hash_is_one_from_eight_characters(start: int) -> None:
    for stored in data()["hashes"].values():
        digest = stored.rpartition("$")[2]
        for shown in (digest[start : start + 8] + "…", f"preuve={digest[start : start + 20].upper()}"):
            if shown.isupper() and stored.startswith("$"):
                continue  # another case is another hash
            assert "un morceau d'empreinte" in observed(lambda shown=shown: search([Trace("cellule E3", shown)]))
        search([Trace("cellule E3", f"commence par {digest[start : start + 6]}…")])
    leaked = hashlib.sha1(typed().leak[0][0].encode()).hexdigest()
    search([Trace("ligne 1", f"{leaked} n'est l'empreinte d'aucun compte ; 12345678, 20260214, facades")])


def test_a_line_of_the_leak_list_that_is_somebodys_password_is_a_hash_too() -> None:
    one = next(f for f in data()["findings"] if f["kind"] == "fuite")
    password = data()["passwords"][f"{one['account']}@{one['system']}"]
    line = hashlib.sha1(password.encode()).hexdigest().upper()
    assert "un morceau d'empreinte" in observed(lambda: search([Trace("ligne 1", f"{line}:312")]))


CODES: dict[str, Callable[[str], str]] = {
    "hexadécimal": lambda word: word.encode().hex(" "),
    "hexadécimal ": lambda word: word.encode().hex().upper(),
    "hexadécimal  ": lambda word: ", ".join(f"0x{one:02x}" for one in word.encode()),
    "hexadécimal   ": lambda word: " ".join(f"U+{ord(one):04X}" for one in word),
    "hexadécimal    ": lambda word: "".join(f"\\x{one:02x}" for one in word.encode()),
    "codes d'échappement": lambda word: "".join(f"\\u{ord(one):04x}" for one in word),
    "codes d'échappement ": lambda word: "".join(f"\\{one:03o}" for one in word.encode()),
    "entités HTML": lambda word: "".join(f"&#{ord(one)};" for one in word),
    "entités HTML ": lambda word: "".join(f"&#x{ord(one):x};" for one in word),
    "codes pour cent": lambda word: "".join(f"%{one:02X}" for one in word.encode()),
    "numéros de lettres": lambda word: " ".join(str(ord(one)) for one in word),
    "binaire": lambda word: " ".join(f"{one:08b}" for one in word.encode()),
    "base32": lambda word: base64.b32encode(word.encode()).decode(),
    "ROT13": lambda word: codecs.encode(word, "rot13"),
}


@pytest.mark.parametrize("code", CODES)
def test_a_password_in_a_code_that_any_converter_opens_is_told(code: str) -> None:
    for word in sorted(set(data()["passwords"].values()))[:: volume(9, 1)]:
        told = observed(
            lambda word=word: search([Trace("ligne 2", f"accueil@annuaire : {CODES[code](word)} ; à voir")])
        )
        assert told.startswith(f"1 valeur secrète se lit dans le rendu : un mot de passe (en {code.strip()}) dans")


def test_what_honest_works_write_is_no_coded_password() -> None:
    """The first signs of hashes, dates, colours, entities, code, and the whole of our sheets."""
    root = repository()
    texts = [*(root / "labs").rglob("*.md"), *(root / "graders" / "mots-de-passe").rglob("*.py"), root / "CHANGELOG.md"]
    texts += [*(root / "src" / "etabli" / "portal").rglob("*.css"), *(root / "graders").rglob("rendu/**/*.php")]
    lines = [line for text in texts for line in text.read_text("utf-8").splitlines()]
    starts = " ".join(stored.rpartition("$")[2][:6] for stored in data()["hashes"].values())
    written = "2026-11-29 08 09 10 11 12, #ff8800 #00ff00 ; R&amp;D 100 % %20 \\x41 \\u00e9 0x41 ; 01 02 03 04 05 06 07 08 09 10"
    search([Trace("ligne 1", line) for line in [*lines[:: volume(7, 1)], starts, written]])


def search(traces: Sequence[Trace], path: str = "audit.xlsx") -> None:
    files = SimpleNamespace(paths=lambda: [path])
    documents = SimpleNamespace(traces=lambda path: list(traces))
    work = SimpleNamespace(files=files, documents=documents, variant=typed(), answering={"audit.xlsx", "audit.csv"})
    harm.expect_no_secret(work)
    harm.expect_in_scope(work)


def test_a_copy_of_what_was_given_is_to_be_deleted_and_a_csv_hides_nothing() -> None:
    stored = list(data()["hashes"].values())[:12]
    copy = failure(lambda: search([Trace(f"ligne {n}", one) for n, one in enumerate(stored)], "sources/intranet.csv"))
    assert copy.help == (
        "Retirez-les du fichier nommé, puis rendez à nouveau. C'est une copie d'un fichier de donnees/ ? Supprimez-la."
    )
    one = failure(lambda: search([Trace("cellule A2", stored[0])]))
    assert one.help == (
        "Retirez-la du fichier nommé, feuilles masquées, commentaires et propriétés compris, puis rendez à nouveau."
        + harm.INSTEAD
    )
    many = failure(lambda: search([Trace(f"cellule E{n}", one) for n, one in enumerate(stored[:9], 31)], "audit.csv"))
    assert many.observed == (
        "9 valeurs secrètes se lisent dans le rendu : des empreintes entières dans audit.csv (cellules E31 à E39)."
    )


def test_a_password_or_a_hash_is_told_by_its_place_and_never_shown() -> None:
    password, stored = next(iter(data()["passwords"].values())), next(iter(data()["hashes"].values()))
    found = failure(lambda: search([Trace("cellule B4 de la feuille masquée “Notes”", f"mdp {password[::-1]}", True)]))
    assert "un mot de passe (à l'envers) dans audit.xlsx (cellule B4 de la feuille masquée “Notes”)" in found.observed
    assert "une empreinte entière" in observed(lambda: search([Trace("commentaire", stored)]))
    for shown in (found.observed, found.expected, found.help or ""):
        assert password not in shown and password[::-1] not in shown


def test_a_name_of_a_file_or_a_folder_is_read_too() -> None:
    password, stored = next(iter(data()["passwords"].values())), next(iter(data()["hashes"].values()))
    for path in (f"notes/{password}.txt", f"{password[::-1]}/audit.csv", f"{stored[-20:]}.md"):
        told = observed(lambda path=path: search([], path))
        assert "dans un nom de fichier ou de dossier" in told and password not in told and stored[-20:] not in told
    outside = data()["externals"][0]["login"]
    assert "hors du périmètre" in observed(lambda: search([], f"{outside}.md"))


def test_accounts_out_of_the_mandate_are_not_to_be_named() -> None:
    outside = data()["externals"][0]["login"]
    assert "hors du périmètre" in observed(lambda: search([Trace("ligne 3", f"Voir {outside.upper()}")]))
    search([Trace("ligne 3", "Les comptes ext- du partenaire sont hors du périmètre.")])


def test_the_holder_of_an_account_out_of_the_scope_is_named_by_nobody() -> None:
    holder = typed().externals[0].holder
    first, _, last = holder.partition(" ")
    for said in (f"{holder.upper()} ne vient plus", f"Fermer le compte de {last}, {first}"):
        told = observed(lambda said=said: search([Trace("ligne 3", said)]))
        assert told.startswith("1 compte hors du périmètre") and told.endswith(
            f", par le nom de son titulaire, {holder}."
        )
    search([Trace("ligne 3", f"{first} et le service {last.lower()[:-1]}")])
    people = replace(typed().people[0], prenom=first, nom=last)
    same = SimpleNamespace(variant=replace(typed(), people=(people, *typed().people[1:])))
    assert harm._names(holder, same) == (), "somebody of the organisation is called so too"


def test_a_copy_of_a_list_under_another_name_is_told_by_its_titles() -> None:
    for name in ("rh.csv", "resultats.csv"):
        first = variant.files(typed())[name].decode("utf-8-sig").splitlines()[0]
        cells = [Trace(f"cellule {chr(65 + at)}1", one) for at, one in enumerate(first.split(";"))]
        for path, found in (("rh (1).csv", cells), ("Copie.ods", cells), ("notes.txt", [Trace("ligne 1", first)])):
            told = observed(lambda found=found, path=path: search(found, path))
            assert told == f"1 fichier de donnees/ dans le rendu : {path}."
        search(cells, "audit.xlsx")  # who counts beside the report
    search([Trace("cellule A1", "groupe"), Trace("cellule B1", "remarque")], "notes.csv")


@pytest.mark.parametrize("path", ["rh.csv", "donnees/resultats.csv", "Essais/RH.ods"])
def test_what_was_given_is_not_handed_in(path: str) -> None:
    told = failure(lambda: search([], path))
    assert told.observed == f"1 fichier de donnees/ dans le rendu : {path}." and "Supprimez" in (told.help or "")
    search([], f"notes-{path}.md")


def test_a_right_hand_in_holds_no_secret() -> None:
    for build in ("tableur", "libre", "brut"):
        own = getattr(hand_ins, build)(data())
        cells = [" ".join(row.values()) for row in (*own.audit, *own.rights)]
        search([Trace("texte", text) for text in (*cells, own.justification, own.message)])


# -- the policy


@pytest.mark.parametrize(
    ("settings", "length", "signs"),
    [
        ("minlen = 12\nminclass = 4", 12, 99),
        ("minlen=14 # au moins\nminclass = 3", 14, 62),
        ("minlen = 20", 20, 26),
        ("minlen = 12\ndcredit = -1\nucredit = -1\nlcredit = -1\nocredit = -1", 12, 99),
        ("minlen = 12\nocredit = -1", 12, 37),
        ("minlen = 12\ndcredit = 2\nucredit = 1", 9, 26),
        ("# minlen = 30\nminlen = 4", 6, 26),
        ("", 8, 26),
    ],
)
def test_the_weakest_password_that_passes_is_counted(settings: str, length: int, signs: int) -> None:
    own = policy.from_conf("pwquality.conf", settings)
    assert (own.length, own.signs) == (length, signs)


def test_entropy_is_the_cnils() -> None:
    assert entropy.enough(entropy.bits(12, 99), 80) and not entropy.enough(entropy.bits(12, 90), 80)
    assert entropy.enough(entropy.bits(14, 62), 80) and entropy.enough(entropy.bits(8, 99), 50)


@pytest.mark.parametrize(
    ("text", "renews"),
    [("jamais", False), ("Aucun", False), ("non", False), ("0 jour", False), ("sans date fixe", False),
     ("uniquement en cas de fuite", False), ("jamais, sans exception", False), ("jamais plus tous les 90 jours", False),
     ("jamais pour les utilisateurs, tous les 90 jours pour les administrateurs", False),
     ("jamais pour les utilisateurs ; administrateurs : une fois par an", False),
     ("jamais (l'ancienne politique demandait 90 jours)", False), ("90 jours pour les administrateurs", False),
     ("90 jours", True), ("90", True), ("tous les ans", True), ("oui", True), ("une fois par an", True),
     ("jamais, sauf tous les 6 mois", True), ("tous les trois mois, sans exception", True),
     ("utilisateurs : 90 jours. Administrateurs : jamais", True),
     ("tous les 60 jours pour les administrateurs et les utilisateurs", True), ("jamais, sauf compromission", False),
     ("jamais plus de 90 jours avec le même mot de passe", True), ("ne dépasse pas trois mois", True),
     ("90 jours au plus", True), ("tous les 90 jours au plus tard", True), ("jamais plus de changement forcé", False),
     ("aucun changement, même après plus de 90 jours", False), ("plus aucun changement tous les 90 jours", False)],
)  # fmt: skip
def test_forced_renewal_is_read(text: str, renews: bool) -> None:
    assert answers.renews(text) is renews
    own = policy.from_conf("p.conf", f"##Renouvellement : {text}\n")
    assert own.renewal == text
    if renews:
        failure(own.expect_no_renewal)
    else:
        own.expect_no_renewal()


@pytest.mark.parametrize(
    ("text", "covers"),
    [("administrateurs", True), ("Tous", True), ("les admins au moins", True), ("personne", False), ("aucun", False),
     ("tous sauf les administrateurs", False), ("tous, sauf les comptes de machine", True), ("utilisateurs", False),
     ("les personnes qui administrent", True), ("comptes à privilèges", True), ("pas pour les administrateurs", False),
     ("tous les administrateurs, personne d'autre", True), ("administrateurs (pas les utilisateurs)", True),
     ("obligatoire pour tous, sans exception", True), ("administrateurs : aucun", False), ("oui", True),
     ("administrateurs, sauf la direction", False), ("tous, sauf les stagiaires", True),
     ("proposé aux administrateurs qui le veulent", False), ("administrateurs (facultatif)", False),
     ("obligatoire pour les administrateurs, proposé aux autres", True), ("tous (recommandé)", False),
     ("obligatoire pour les administrateurs et proposé à tous les autres", True),
     ("administrateurs (obligatoire), utilisateurs (recommandé)", True),
     ("administrateurs, comme le recommande l'ANSSI", True), ("administrateurs : application au choix", True)],
)  # fmt: skip
def test_the_second_factor_is_read(text: str, covers: bool) -> None:
    own = policy.from_conf("p.conf", f"# second_facteur = {text}\n")
    assert answers.covers_admins(own.factor) is covers


def test_of_two_answers_the_contrary_one_counts_wherever_it_stands() -> None:
    good, bad = (
        "# renouvellement : jamais\n# second facteur : tous\n",
        "# renouvellement : 90 jours\n# second facteur : personne\n",
    )
    for text in (good + bad, bad + "#\n" * 300 + good):
        own = policy.from_conf("p.conf", text)
        assert "90 jours" in failure(own.expect_no_renewal).observed
        assert "personne" in failure(own.expect_second_factor).observed
    own = policy.from_conf("p.conf", good + good)
    own.expect_no_renewal()
    own.expect_second_factor()


def test_a_policy_that_only_warns_refuses_nothing() -> None:
    policy.from_conf("p.conf", "minlen = 14\nenforcing = 1\n").expect_enforced()
    caught = failure(policy.from_conf("p.conf", "minlen = 14\nenforcing = 0\n").expect_enforced)
    assert "enforcing" in caught.observed and caught.at == Line("p.conf", 2)


@pytest.mark.parametrize("length", ["8", "huit, soit 8 caractères"])
def test_what_administrators_are_asked_for_has_the_bits_too(length: str) -> None:
    own = policy.from_form("politique.ods", form(**FILLED, admin_minimum=length))
    caught = failure(lambda: own.expect_entropy(80))
    assert "8 caractères aux administrateurs (B3)" in caught.observed
    assert caught.at == Cells("Feuille", "B3", path="politique.ods")
    for fine in ("16", "", "comme les autres"):
        policy.from_form("politique.ods", form(**FILLED, admin_minimum=fine)).expect_entropy(80)


def form(**answers: str) -> list[Sheet]:
    rows = [[row["label"].upper(), answers.get(row["key"], ""), row["values"]] for row in data()["policy_form"]]
    return [sheet([["Politique"], *rows])]


FILLED = {"minimum": "12 caractères", "classes": "4", "list": "Oui", "words": "Hiver, Azerty ; lune",
          "renewal": "jamais", "factor": "tous"}  # fmt: skip


def test_the_form_becomes_settings() -> None:
    own = policy.from_form("politique.ods", form(**FILLED))
    assert own.conf == "minlen = 12\nminclass = 4\nbadwords = hiver azerty lune\n"
    assert (own.renewal, own.factor, own.signs) == ("jamais", "tous", 99)


def test_the_form_is_filled_as_people_answer() -> None:
    said = {"minimum": "douze caractères", "classes": "les quatre", "list": "activée"}
    own = policy.from_form("politique.ods", form(**{**FILLED, **said}))
    assert own.conf == "minlen = 12\nminclass = 4\nbadwords = hiver azerty lune\n"
    assert "badwords" not in policy.from_form("politique.ods", form(**{**FILLED, "list": "Pas de liste"})).conf


def test_a_renewal_left_empty_imposes_none() -> None:
    for own in (
        policy.from_form("politique.ods", form(**{**FILLED, "renewal": ""})),
        policy.from_conf("pwquality.conf", "# renouvellement :\n# second facteur : tous\nminlen = 12\n"),
    ):
        own.expect_no_renewal()
        own.expect_second_factor()


def test_answers_that_lack_are_named() -> None:
    told = observed(lambda: policy.from_form("politique.ods", form(**{**FILLED, "minimum": "", "words": ""})))
    assert told == "politique.ods : sans réponse en face de « Longueur minimale, utilisateurs » et « Mots refusés »."
    found = failure(lambda: policy.from_form("politique.ods", form(**{**FILLED, "minimum": "", "factor": ""})))
    assert found.at == Cells("Feuille", ["B2", "B9"], path="politique.ods"), "every case that is empty"
    assert "au moins ces lignes : « Longueur minimale, utilisateurs »," in found.expected


def test_renewal_and_second_factor_are_judged_alone_where_they_are_answered() -> None:
    def asked(**answers: str) -> Any:
        tables = lambda _path: form(**{**FILLED, "classes": "", **answers})  # noqa: E731
        documents = SimpleNamespace(tables=tables, seen=lambda _path: "")
        asked_files = SimpleNamespace(path=lambda _name: "politique.ods")
        return hand_in.Work(asked_files, None, documents, None, None, None)

    asked().answered("renewal", "politique-lue").expect_no_renewal()
    asked().answered("factor", "politique-lue").expect_second_factor()
    renewed = failure(asked(renewal="90 jours").answered("renewal", "politique-lue").expect_no_renewal)
    assert "90 jours" in renewed.observed and not renewed.because
    for name in ("renewal", "factor"):
        told = failure(lambda name=name: asked(**{name: ""}).answered(name, "politique-lue"))
        assert told.because == ("politique-lue",), "an empty form earns nothing"


class Bench:
    """Answers what it is told to, and remembers what it was asked."""

    def __init__(self, *answers: Ran | Callable[[bytes], bytes | Ran]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[Sequence[str], Mapping[str, bytes]]] = []
        self.earlier: list[int] = []

    def run(self, argv: Sequence[str], *, files: Mapping[str, bytes] | None = None, stdin: bytes = b"") -> Ran:
        self.asked.append((argv, files or {}))
        return self.next(stdin)

    def type(self, lines: Sequence[TypedLine]) -> list[Ran]:
        self.earlier = [line.earlier for line in lines]
        self.asked += [(line.text.split(), line.files) for line in lines]
        return [self.next(next(iter(line.files.values()))) for line in lines]

    def next(self, stdin: bytes) -> Ran:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        said = answer if isinstance(answer, Ran) else answer(stdin)
        return said if isinstance(said, Ran) else Ran(0, said)


READY = b'{"ready": %d}\n'


@cache
def policy_tests() -> Any:
    own = typed()
    logins = sorted({account.login for account in own.accounts})
    return testlists.policy_tests(Draw(b"essai"), own.block_families, logins, own.situation.bits)


def tried(refuses: Callable[[str], str]) -> Any:
    tests = policy_tests()
    words = [word for family in tests.weak.values() for word in family]
    words += [one.password for one in tests.logins]
    words += [word for family in tests.strong.values() for word in family]
    answer = READY % len(words) + json.dumps({"refusals": [refuses(word) for word in words]}).encode()
    return trying.try_policy(policy.from_conf("p.conf", "minlen = 12"), Bench(Ran(0, answer)), tests)


def test_what_the_policy_accepts_and_refuses_is_counted_and_never_shown() -> None:
    lenient, strict = tried(lambda word: ""), tried(lambda word: "The password contains less than 4 character classes")
    for family in trying.FAMILIES:
        told = observed(lambda family=family: lenient.expect_refused(family))
        assert told.startswith("La politique accepte") and trying.FAMILIES[family] in told
        strict.expect_refused(family)
    told = observed(lambda: strict.expect_accepted("phrases"))
    assert told.startswith(
        "La politique refuse les 4 phrases de passe de l'essai et les 4 mots de passe tirés par un gestionnaire de l'essai : il manque"
    )
    assert not [word for words in policy_tests().weak.values() for word in words if word in told]


def test_settings_that_stop_libpwquality_are_the_candidates_and_silence_is_ours() -> None:
    own, tests = policy.from_conf("pwquality.conf", "minlen = douze"), policy_tests()
    ready = READY % (sum(map(len, [*tests.weak.values(), *tests.strong.values()])) + len(tests.logins))
    unread = Bench(Ran(0, ready + b'{"unread": "Malformed line 1"}'))
    caught = failure(lambda: trying.try_policy(own, unread, tests))
    assert caught.observed == "pwquality.conf, ligne 1 : libpwquality ne comprend pas « minlen = douze »."
    assert caught.at == Line("pwquality.conf", 1)
    fine = policy.from_conf("pwquality.conf", "minlen = 12\nbadwords = été hiver # deux\nenforce_for_root\n")
    assert "Malformed line 1" in observed(lambda: trying.try_policy(fine, unread, tests))
    for ran in (Ran(139, ready), Ran(137, ready, timed_out=True), Ran(0, ready + b'{"refusals": []}')):
        assert "s'arrête" in observed(lambda ran=ran: trying.try_policy(own, Bench(ran), tests))
    for ran in (Ran(1, b"", b"Traceback"), Ran(0, b'{"refusals": []}')):
        with pytest.raises(RuntimeError):
            trying.try_policy(own, Bench(ran), tests)


# -- what is written


@pytest.mark.parametrize("case", [1, 2])
def test_a_right_page_and_a_right_message(case: int) -> None:
    made = with_case(case)
    page, situation = texts.justification(plain(made)), made.situation
    prose.expect_sources(page)
    prose.expect_situation(page, situation)
    wrapped = re.sub(r"(\S+ \S+ \S+) ", "\\1\n", page)
    prose.expect_situation(wrapped, situation)
    message = texts.message(plain(made))
    prose.expect_length(message, prose.MESSAGE_WORDS, "Le message")
    prose.expect_advice(message)
    prose.expect_nobody(message, made)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Le cas 2 s'applique chez nous : 80 bits.", "qui n'est pas celui"),
        ("Le cas 2 s'applique. Nous demandons 80 bits, ce n'est pas le cas 1.", "qui n'est pas celui"),
        ("Nous sommes dans le premier cas : un mot de passe seul.", "nombre de bits"),
        ("Le cas 1 s'applique : il demande 50 bits. Nos 80 bits suffisent.", "les bits d'un autre cas"),
        ("Le cas n° 1 s'applique à notre organisation.", "nombre de bits"),
    ],
)
def test_the_case_of_the_situation_is_asked_for(text: str, told: str) -> None:
    assert told in observed(lambda: prose.expect_situation(text, SimpleNamespace(case=1, bits=80)))


@pytest.mark.parametrize(
    ("case", "said", "told"),
    [
        (1, "Les essais sont ralentis puis bloqués. Le cas 2 s'applique.", "« Les essais sont ralentis puis bloqués »"),
        (2, "On peut essayer autant de fois que l'on veut. Le cas 1 s'applique.", "« On peut essayer autant de fois"),
    ],
)
def test_a_false_premise_is_quoted_beside_what_the_sheet_says(case: int, said: str, told: str) -> None:
    situation = next(one for one in situations.SITUATIONS if one.case == case)
    found = observed(lambda: prose.expect_situation(said, situation))
    assert f"Elle dit : {told}" in found
    assert {1: "ni attente, ni blocage", 2: "le compte est bloqué"}[case] in found.split("la séance 3 dit")[1]


@pytest.mark.parametrize(
    "text",
    [
        "Nous retenons le premier cas, soit 80 bits.",
        "Notre situation est le cas numéro 1 et non le cas 2 : il faut 80 bits.",
        "Le cas 1 de la CNIL\ns'applique ici (80 bits). Le cas 2 demande 50 bits.",
        "C'est le cas 1 : il faut quatre-vingts bits.",
        "Nous sommes dans le cas 1, donc 80bits.",
        "Le cas 1 demande davantage que 50 bits : il en faut 80.",
        "Notre organisation relève du cas n°1. Il s'agit de 80 bits.",
        "Le cas 2 ne s'applique pas : rien ne bloque. Il faut donc 80 bits.",
        "Le mot de passe est la seule protection. La CNIL demande alors 80 bits.",
    ],
)
def test_the_case_may_be_said_in_many_ways(text: str) -> None:
    prose.expect_situation(text, SimpleNamespace(case=1, bits=80))


def test_a_message_names_neither_a_person_nor_an_account() -> None:
    person, login = typed().people[3], next(one.login for one in typed().accounts if "." in one.login)
    for more in (
        f"Comme {person.nom.upper()}, par exemple.",
        f"Le compte {login} est à revoir.",
        f"{person.prenom} a perdu son mot de passe.",
    ):
        failure(lambda more=more: prose.expect_nobody(texts.message(data(), more=more), typed()))


def test_half_of_a_double_name_names_its_bearer() -> None:
    double = replace(typed().people[3], nom="Capdevielle-Rous")
    own = replace(typed(), people=(double, *typed().people[4:]))
    for half in double.nom.split("-"):
        message = texts.message(data(), more=f"Comme Mme {half}, par exemple.")
        assert double.nom in observed(lambda message=message: prose.expect_nobody(message, own))
    prose.expect_nobody(texts.message(data()), own)


@pytest.mark.parametrize(
    "signature", ["{}", "{}, technicienne", "{}\nTechnicienne\n12 mars 2026", "{} Durandeau, de l'équipe qui audite"]
)
def test_who_writes_may_bear_the_first_name_of_somebody(signature: str) -> None:
    person = typed().people[3]
    for name in (person.prenom, f"{person.prenom} {person.nom}")[: 2 - ("Durandeau" in signature)]:
        prose.expect_nobody(f"{texts.message(data())}\n{signature.format(name)}", typed())


@pytest.mark.parametrize(
    "last",
    [
        *("En cas de doute, appelez {0}.", "Merci à {0} !", "{0} a été piraté.", "Un doute ? Écrivez à {0} {1}"),
        *("Contactez {1}", "Voyez avec Mme {1}", "{0} est là pour vous"),
    ],
)
def test_a_name_in_the_last_lines_signs_or_is_told(last: str) -> None:
    person = typed().people[3]
    message = f"{texts.message(data())}\n{last.format(person.prenom, person.nom)}\nBonne semaine,\nLa direction"
    assert person.prenom in observed(lambda: prose.expect_nobody(message, typed()))


@pytest.mark.parametrize(
    "last", ["Merci, {0}", "À bientôt, {0} {1}", "{0}, à l'accueil", "{0} {1}\nà votre service", "De la part de {0}"]
)
def test_a_signature_may_thank_and_say_where_one_works(last: str) -> None:
    person = typed().people[3]
    prose.expect_nobody(f"{texts.message(data())}\n{last.format(person.prenom, person.nom)}", typed())


@pytest.mark.parametrize(("words", "right"), [(108, True), (119, True), (660, True), (107, False), (661, False)])
def test_a_tenth_more_or_less_is_how_a_word_processor_counts(words: int, right: bool) -> None:
    text = "mot " * words
    if right:
        prose.expect_length(text, prose.JUSTIFICATION_WORDS, "La justification")
    else:
        told = observed(lambda: prose.expect_length(text, prose.JUSTIFICATION_WORDS, "La justification"))
        assert told == f"La justification a {words} mots."


def test_advice_is_recognised_in_ones_own_words() -> None:
    prose.expect_advice(texts.own_words(data()))
    told = observed(lambda: prose.expect_advice("Prenez une phrase de passe. Activez la 2FA."))
    assert told.startswith("Le message ne donne que 2 conseils")


def charter(text: str | None) -> Any:
    paths = [] if text is None else ["audit.csv", "Charte.txt"]
    documents = SimpleNamespace(text=lambda path: text)
    return SimpleNamespace(files=SimpleNamespace(paths=lambda: paths), documents=documents, variant=typed())


@pytest.mark.parametrize(
    "signed",
    [
        *("Lu et accepté le 12/03/2026 à 09:14.", "Lu et approuvé, le douze mars", "Le 3 mars 2026, je m'engage."),
        *(
            "Lu et accepté le 2026-03-12",
            "Lu et accepté le 3-4-26",
            "Lu et accepté le 12 03 2026",
            "Lu et accepté, le 1er sept. 2026",
        ),
        *(
            "Lu et accepté le 12032026",
            "Lu et accepté le premier mars",
            "Lu et accepté le lundi 2 Août",
            "Lu et accepté le 12 / 03 / 2026",
        ),
    ],
)
def test_a_charter_is_signed_and_dated(signed: str) -> None:
    prose.expect_signed(charter(texts.charter(data(), signed=signed)))
    inside = texts.charter(data(), signed="").replace("accepté le »", "accepté le » 3 mars 2026")
    prose.expect_signed(charter(inside))


def test_a_charter_that_lacks_or_that_nobody_signed_is_told() -> None:
    assert "n'est pas dans le rendu" in observed(lambda: prose.expect_signed(charter(None)))
    unsigned = {"": "ne porte pas d'engagement daté", "Lu et accepté le": "porte « Lu et accepté le », sans date"}
    for signed, told in unsigned.items():
        own = charter(texts.charter(data(), signed=signed))
        assert observed(lambda own=own: prose.expect_signed(own)) == f"Charte.txt {told}."


def test_what_is_copied_from_the_sheets_alone_is_told() -> None:
    made = typed()
    for table in copied.ADVICE_TABLE:
        pasted = f"Bonjour,\n{table}\nMerci à tous."
        assert observed(lambda pasted=pasted: prose.expect_advice(pasted)).startswith(
            "Le message recopie le tableau de la feuille ; à part cela, il ne donne aucun des conseils"
        )
        assert failure(lambda pasted=pasted: prose.expect_advice(pasted)).because == ("message-longueur",)
        assert failure(lambda pasted=pasted: prose.expect_nobody(pasted, made)).because == ("message-longueur",)
    whole = f"Bonjour,\n{copied.ADVICE_TABLE[0]}\nMerci à tous."
    assert observed(lambda: prose.expect_message(whole)) == "Le message est le tableau de la feuille, recopié."
    whole = copied.SOURCES_SHEET[0].split("## La liste")[0]
    for pasted in (whole, f"Voici notre justification.\n{whole}"):
        told = failure(lambda pasted=pasted: prose.expect_sources(pasted))
        assert "recopiés de la fiche des sources" in told.observed and "60 mots à vous" in told.expected
        told = failure(lambda pasted=pasted: prose.expect_situation(pasted, made.situation))
        assert "lequel s'applique" in told.observed and told.because == ("justification-sources",)


def test_quoting_the_sheets_is_no_fault() -> None:
    said = "".join(f"Pensez-y : {term.means}. " for term in vocabulary.ADVICE)
    prose.expect_advice(said)
    page = texts.justification(data())
    whole = copied.SOURCES_SHEET[0].split("## NIST")[0]
    prose.expect_sources(f"{page}\n{whole}")
    case = typed().situation.case
    prose.expect_situation(f"Chez nous, le cas {case} de la CNIL s'applique.\n{whole}", typed().situation)
    prose.expect_situation(f"Il nous faut donc {typed().situation.bits} bits.\n{whole}", typed().situation)


@pytest.mark.parametrize(
    "signed", ["Léa Dupont, SIO 1", "1", "x 2", "Lu et accepté en mai", "Lu et accepté le", "Groupe 2 2026"]
)
def test_what_is_no_date_signs_nothing(signed: str) -> None:
    told = observed(lambda: prose.expect_signed(charter(texts.charter(data(), signed=signed))))
    assert told.endswith(("sans date.", "ne porte pas d'engagement daté."))


def test_a_charter_is_that_of_this_audit() -> None:
    other = {**data(), "organisation": {**data()["organisation"], "with_article": "le Bureau Autre"}}
    told = observed(lambda: prose.expect_signed(charter(texts.charter(other))))
    assert told == f"Charte.txt n'est pas celle de l'audit : « {typed().organisation.name} » n'y est pas."
    alone = failure(lambda: prose.expect_signed(charter("Lu et accepté le 3 mars 2026, Léa Dupont")))
    assert alone.observed == "Charte.txt ne porte pas le texte de la charte." and "remise" in (alone.help or "")


def test_a_charter_has_its_rules_and_its_date_is_a_day() -> None:
    starter = Path("labs/mots-de-passe/starter/audit/charte.txt").read_text("utf-8")
    assert all(rule in " ".join(starter.split()) for rule in copied.CHARTER)
    own = texts.charter(data())
    assert "n'a que 1 règle de la charte sur 5" in observed(
        lambda: prose.expect_signed(
            charter("\n".join(line for line in own.splitlines() if line[:2] not in ("2.", "3.", "5.")))
        )
    )
    turned = own.replace("ne travaille que sur", "travaille sur").replace(
        "ne note, ne montre et ne rends aucun", "note chaque"
    )
    told = failure(lambda: prose.expect_signed(charter(turned)))
    assert "n'a que 2 règles" in told.observed and "entière" in (told.help or "")
    prose.expect_signed(
        charter(own.replace("3. Je n'essaie", "3) Je n’essaie").replace("2. Je ne note", "2. Jamais je ne note"))
    )
    for signed, dated in (
        ("99/99/9999", False),
        ("45 13 2026", False),
        ("0/0/00", False),
        ("31/12/26", True),
        ("1.1", True),
    ):
        page = charter(texts.charter(data(), signed=f"Lu et accepté le {signed}"))
        if dated:
            prose.expect_signed(page)
        else:
            assert "sans date" in observed(lambda page=page: prose.expect_signed(page))


def test_a_sentence_that_comes_again_counts_once() -> None:
    one = "Choisissez une longue phrase, et un mot de passe différent pour chaque service. "
    told = failure(lambda: prose.expect_message(f"Bonjour,\n{one * 10}\nMerci."))
    assert told.observed == "Le message a 132 mots, dont 117 dans des phrases qui y sont déjà : il en reste 15."
    told = failure(lambda: prose.expect_sources(f"{texts.justification(data())[:300]}\n{one * 12}"))
    assert "dans des phrases qui y sont déjà" in told.observed
    prose.expect_message(f"{texts.message(data())}\nMerci.\nMerci.\n{one * 2}")


def test_advice_that_lacks_is_named() -> None:
    told = observed(lambda: prose.expect_advice(texts.message(data(), advice=False)))
    assert "un gestionnaire de mots de passe" in told


# -- the migration


@cache
def cases() -> Any:
    return testlists.migration_cases(Draw(b"essai"), typed(), Draw(b"apart"))


hashed = cache(hashing.make_hash)
migration.verifies = cache(hashing.verifies.__wrapped__)
"""The same script is asked again and again: what it computes, and whether it is right, is computed once."""


given = Counter[bytes]()
"""How often each list was given: one of them comes twice in an exam."""


def new_hash(line: Mapping[str, str], salt: str = "") -> Any:
    return hashed("argon2id", line["mot_de_passe"], hashlib.sha256(salt.encode()).digest()[:16])


def truly(word: str, stored: str) -> bool:
    """What is true of one of its own hashes, and of the sheet's lines."""
    return bool(word) and (hashing.opens(word, stored) or migration.verifies(word, stored))


def right_answer(stdin: bytes) -> bytes:
    known = {(case.mot_de_passe, case.empreinte): case for case in cases()}
    given[stdin] += 1
    lines = []
    for number, line in enumerate(map(json.loads, stdin.decode().splitlines())):
        case = known.get((line["mot_de_passe"], line["empreinte"]))
        ok = case.ok if case else truly(line["mot_de_passe"], line["empreinte"])
        new = new_hash(line, f"{stdin!r} {given[stdin] % 2} {number}") if ok else None
        lines.append(json.dumps({"ok": ok, "nouvelle_empreinte": new}))
    return "\n".join(lines).encode()


def script(answer: Ran | Callable[[bytes], bytes], path: str = "migration/verifier.py") -> Any:
    return migration.Migration(path, Bench(answer), cases(), Draw(b"essai"))


def test_lines_are_json_in_several_hands_and_those_of_another_exam_in_others() -> None:
    lists = {seed: [next(iter(one.files.values())) for one in typed_lines(seed)] for seed in (b"un", b"deux")}
    for given_lists in lists.values():
        assert sum(b"\r\n" in one for one in given_lists) >= migration.WINDOWS - 1 < len(given_lists) - 2
        lines = [line for one in given_lists for line in one.decode().split("\n") if line]
        assert all(set(json.loads(line)) == {"login", "mot_de_passe", "empreinte"} for line in lines)
        starts = {line[:14].partition(":")[0] for line in lines}
        assert {'{"login"', '{"empreinte"', '{"mot_de_passe'} <= starts and any("\\/" in line for line in lines)
        assert {tuple(json.loads(line)) for line in lines} == {*permutations(("login", "mot_de_passe", "empreinte"))}
        assert len(set(given_lists)) == len(given_lists) - 1, "one list comes twice, to the byte"
    assert set(lists[b"un"]).isdisjoint(lists[b"deux"])


def test_answers_that_are_lost_among_all_that_is_printed_are_told_so() -> None:
    """A mebibyte of progress comes first: on a terminal, nothing else is kept."""
    one = script(Ran(0, b"en cours\n" * 9, truncated=True))
    assert "plus d'un mégaoctet" in observed(lambda: one.answers("bon"))


def test_who_sits_before_a_screen_is_drawn_for_each_list() -> None:
    drawn = [{one.screen for one in typed_lines(seed)} - {0} for seed in (b"un", b"deux")]
    assert all(len(one) > 2 for one in drawn) and drawn[0].isdisjoint(drawn[1]), "of nothing that the program is given"


@cache
def typed_lines(seed: bytes) -> list[Any]:
    given_lines: list[Any] = []

    class Keeps(Bench):
        def type(self, lines: Sequence[TypedLine]) -> list[Ran]:
            given_lines.extend(lines)
            return super().type(lines)

    migration.Migration("migration/verifier.py", Keeps(right_answer), cases(), Draw(seed)).expect_right_accepted()
    return given_lines


def test_a_salt_of_another_form_that_opens_to_anything_is_told() -> None:
    odd = {case.empreinte for case in cases() if case.role == "sel"}
    assert odd and all(not case.ok for case in cases() if case.empreinte in odd)

    def answer(stdin: bytes) -> bytes:
        asked = map(json.loads, stdin.decode().splitlines())
        said = map(json.loads, right_answer(stdin).splitlines())
        lines = [
            one | ({"ok": True} if line["empreinte"] in odd else {}) for line, one in zip(asked, said, strict=True)
        ]
        return "\n".join(map(json.dumps, lines)).encode()

    told = observed(script(answer).expect_robust)
    assert (
        told
        == "Un mauvais mot de passe est accepté quand le sel de SHA-256 n'est pas fait de 16 chiffres hexadécimaux."
    )


def changed(**values: object) -> Callable[[bytes], bytes]:
    def answer(stdin: bytes) -> bytes:
        lines = [json.loads(line) | values for line in right_answer(stdin).splitlines()]
        return "\n".join(map(json.dumps, lines)).encode()

    return answer


def changed_hash(new: str) -> Callable[[bytes], bytes]:
    """A right script, whose new hashes are all this one."""

    def answer(stdin: bytes) -> bytes:
        lines = [json.loads(line) for line in right_answer(stdin).splitlines()]
        return "\n".join(json.dumps(one | {"nouvelle_empreinte": new if one["ok"] else None}) for one in lines).encode()

    return answer


def test_a_right_script_meets_every_expectation() -> None:
    own = script(right_answer)
    for name in ("right_accepted", "wrong_refused", "new_hashes", "parameters", "long", "limits", "robust"):
        getattr(own, f"expect_{name}")()
    shown, start = (
        "python3 rendu/migration/verifier.py < donnees/migration-exemple.jsonl",
        "python3 rendu/migration/verifier.py < ",
    )
    asked = [" ".join(argv) for argv, _ in own._bench.asked]
    within = "cd rendu/migration && python3 verifier.py < /tmp/"
    assert shown in asked and sum(one.startswith(within) for one in asked) == 1
    assert all(one.startswith((start, within)) for one in asked), "as the sheet shows it: never a pipe"
    sheet = Path("labs/mots-de-passe/seances/empreintes.md").read_text("utf-8")
    assert shown.replace("rendu", "@{ rendu }@") in sheet
    upper = script(right_answer, "Migration/Verifier.PHP")
    upper.answers()
    assert {" ".join(argv[:3]) for argv, _ in upper._bench.asked} == {
        "php rendu/Migration/Verifier.PHP <",
        "cd rendu/Migration &&",
    }


def test_each_batch_is_run_once() -> None:
    own = script(right_answer)
    own.expect_right_accepted()
    own.expect_wrong_refused()
    own.expect_long()
    own.expect_silent()
    more = migration.NOWHERE in own._batches
    assert len(own._bench.asked) == 11 + more, "the odd lines are in two runs; its own new hashes come after all"
    assert set(own._ran) == set(own._batches) and len(own._batches) == 12 + more


def crashing(batch: str) -> Callable[[bytes], Ran]:
    """A script that stops on the lines of a batch."""
    hashes = [
        {case.empreinte for case in cases() if (migration.BATCHES[case.role] == batch) is its} for its in (True, False)
    ]
    odd = hashes[0] - hashes[1] - {""}

    def answer(stdin: bytes) -> Ran:
        stops = any(json.loads(line)["empreinte"] in odd for line in stdin.decode().splitlines())
        return Ran(1, b"", b"Traceback") if stops else Ran(0, right_answer(stdin))

    return answer


@pytest.mark.parametrize(("batch", "name"), [("longs", "long"), ("limites", "limits"), ("abimes", "robust")])
def test_what_a_script_cannot_bear_is_not_blamed_on_other_lines(batch: str, name: str) -> None:
    own = migration.Migration("m.py", Bench(*[crashing(batch)] * 12), cases(), Draw(b"essai"))
    for other in {"long", "limits", "robust"} - {name}:
        getattr(own, f"expect_{other}")()
    assert "s'arrête sur une erreur" in observed(getattr(own, f"expect_{name}"))
    drawn = 13 + (migration.NOWHERE in own._batches)
    assert len(own._bench.asked) == drawn + (name != "long"), "its own new hashes were given back where long ones are"


def turns() -> list[str]:
    """The order in which batches are given, odd lines all together."""
    drawn = migration.Migration("m.py", Bench(right_answer), cases(), Draw(b"essai"))._earlier
    return [batch for batch in drawn if batch not in migration.APART]


def test_batches_come_in_a_drawn_order_some_of_them_late_in_their_shell() -> None:
    """Odd lines always come late, but for those of a short list; nothing else tells by the numbers of processes what a batch is."""
    drawn = [migration.Migration("m.py", Bench(right_answer), cases(), Draw(b"%d" % k))._earlier for k in range(40)]
    late = [{batch for batch, earlier in one.items() if earlier >= migration.LATER[0]} for one in drawn]
    odd = {migration.TOGETHER, *migration.APART}
    assert all(odd <= one and len(one - odd) == len(migration.MAIN) // 2 for one in late)
    assert set.intersection(*late) == odd and set.union(*late) == odd | {*migration.MAIN}
    assert len({next(iter(one)) for one in drawn}) > 5
    own = migration.Migration("m.py", Bench(right_answer), cases(), Draw(b"essai"))
    own.answers()
    assert own._bench.earlier == [own._earlier[batch] for batch in turns()]


@pytest.mark.parametrize(
    "doubt",
    [
        lambda ran: replace(ran, stderr=b"Warning"),
        lambda ran: replace(ran, left=(Leftover("/tmp/x"),)),
        lambda ran: replace(ran, truncated=True),
        lambda ran: replace(ran, stdout=ran.stdout + b"\n{}"),
        lambda ran: replace(ran, stdout=ran.stdout.replace(b'"ok": false', b'"ok": "non"', 1)),
    ],
)
def test_odd_lines_are_run_apart_where_their_run_leaves_a_doubt(doubt: Callable[[Ran], Ran]) -> None:
    for batch in (migration.TOGETHER, migration.SOME):
        answers = [lambda stdin: Ran(0, right_answer(stdin))] * 13
        answers[turns().index(batch)] = lambda stdin: doubt(Ran(0, right_answer(stdin)))
        own = migration.Migration("m.py", Bench(*answers), cases(), Draw(b"essai"))
        for name in ("long", "limits", "robust", "silent"):
            getattr(own, f"expect_{name}")()
        asked = 14 + (migration.NOWHERE in own._batches)
        assert len(own._bench.asked) in (asked, asked + 3), "on a terminal too, where nothing is said but there"


def lists(number: int) -> tuple[Any, dict[str, int]]:
    """What an exam gives: its lists, and how long each is."""
    own = migration.Migration("m.py", Bench(right_answer), cases(), Draw(b"%d" % number))
    odd = sum(len(own._batches[batch]) for batch in migration.APART)
    some = {migration.SOME: len(own._few_odd), migration.TOGETHER: odd - len(own._few_odd)}
    some[migration.OWN] = 6 + len(own._not_yet)
    return own, {batch: len(own._batches[batch]) for batch in migration.SHOWN} | some


def test_lists_of_every_length_up_to_twenty_come_over_exams_and_one_of_four_to_nine_in_each() -> None:
    drawn = [lists(number) for number in range(60)]
    lengths = Counter(size for _, sizes in drawn for size in set(sizes.values()))
    assert min(lengths[size] for size in range(1, 21)) >= 2
    for own, sizes in drawn:
        assert 10 <= sizes[migration.SCREEN] <= 20 and not any(case.ok for case in own._batches[migration.SHORT])
        alone = all(case.ok for case in own._batches[migration.FEW])
        assert (1 <= sizes[migration.SHORT] <= 3) if alone else (4 <= sizes[migration.SHORT] <= 9)
        assert not alone or len(own._not_yet) <= 3, "the list of its own hashes has six lines beside those"
    assert 20 < sum(all(case.ok for case in own._batches[migration.FEW]) for own, _ in drawn) < 40, "who signs in alone"
    few = Counter(sizes[migration.SOME] for _, sizes in drawn)
    assert {*few} <= {*range(1, 21)} and sum(few[size] for size in range(4, 10)) >= 20


def allowing(length: int) -> Callable[[bytes], bytes]:
    """A script that lets everybody in when the list has so many lines."""

    def answer(stdin: bytes) -> bytes:
        said = [json.loads(line) for line in right_answer(stdin).splitlines()]
        return "\n".join(json.dumps(one | ({"ok": True} if len(said) == length else {})) for one in said).encode()

    return answer


def test_a_script_that_lets_everybody_in_when_a_list_has_some_length_is_told_there() -> None:
    for number in range(volume(3, 12)):
        own, sizes = lists(number)
        own._bench = Bench(allowing(sizes[migration.SHORT]))
        assert "Un mauvais mot de passe est accepté" in observed(own.expect_wrong_refused)
    number = next(number for number in range(40) if lists(number)[1][migration.SOME] in (7, 8, 9))
    own, sizes = lists(number)
    own._bench = Bench(allowing(sizes[migration.SOME]))
    told = [name for name in ("long", "limits", "robust") if fails(getattr(own, f"expect_{name}"))]
    assert told


def fails(expectation: Callable[[], None]) -> bool:
    try:
        expectation()
    except Failed:
        return True
    return False


def remembering(lets: Callable[[Sequence[str], str], bool], *, locks: bool = False) -> Callable[[bytes], bytes]:
    """A script that keeps the wrong passwords of each account: some let the next one in, or shut the account."""

    def answer(stdin: bytes) -> bytes:
        kept: dict[str, list[str]] = {}
        said = [json.loads(line) for line in right_answer(stdin).splitlines()]
        for line, one in zip(map(json.loads, stdin.decode().splitlines()), said, strict=True):
            tried = kept.setdefault(line["empreinte"], [])
            if one["ok"]:
                one |= {"ok": False, "nouvelle_empreinte": None} if locks and len(tried) > 2 else {}
            elif line["mot_de_passe"]:
                one["ok"] = not locks and lets(tried, line["mot_de_passe"])
                tried.append(line["mot_de_passe"])
        return "\n".join(map(json.dumps, said)).encode()

    return answer


@pytest.mark.parametrize("lets", [lambda tried, word: word in tried, lambda tried, word: len(tried) >= 5])
def test_a_wrong_password_that_is_tried_again_or_after_many_others_stays_wrong(
    lets: Callable[[Sequence[str], str], bool],
) -> None:
    for number in range(volume(3, 12)):
        own = migration.Migration("m.py", Bench(remembering(lets)), cases(), Draw(b"%d" % number))
        assert "l'a déjà essayé ou en a essayé plusieurs" in observed(own.expect_wrong_refused)


def test_a_right_password_after_wrong_ones_is_right() -> None:
    """No line says anything of another: a script that shuts an account refuses somebody who knows the password."""
    shut = []
    for number in range(volume(6, 20)):
        own = migration.Migration(
            "m.py", Bench(remembering(lambda *_: False, locks=True)), cases(), Draw(b"%d" % number)
        )
        crowd = own._batches[migration.CROWD]
        if own._after:
            last = max(at for at, case in enumerate(crowd) if case == own._after)
            before = [case for case in crowd[:last] if case.empreinte == own._after.empreinte]
            assert len([case for case in before if not case.ok]) >= 4
            shut.append(observed(own.expect_right_accepted))
    assert shut and all("quand le même compte en a essayé de mauvais avant" in told for told in shut)


@pytest.mark.parametrize("number", range(volume(8, 30)))
def test_what_is_read_on_a_terminal_has_every_kind_of_line(number: int) -> None:
    own = migration.Migration("m.py", Bench(right_answer), cases(), Draw(b"%d" % number))
    kinds = {(case.role, case.scheme) for case in own._batches["ecran"] if case.role not in ("foule", "encore")}
    few = own._batches["peu"]
    assert 1 <= len(few) <= 3 and (own._alone or "mauvais" in {case.role for case in few})
    assert kinds == {(role, scheme) for role in ("bon", "mauvais") for scheme in hashing.SCHEMES}
    part, crowd = own._batches["partie"], own._batches["foule"]
    assert migration.PARTS[0] <= len(part) <= migration.PARTS[1] < len(crowd)
    for long in (part, crowd):
        assert {case.scheme for case in long if not case.ok} == {*hashing.SCHEMES}, "no kind is always right there"
    assert len(set(part) - set(crowd)) <= migration.AGAIN_AND_AGAIN[1] + migration.SLOW + 10, (
        "but for lines in the place of which others stand"
    )


def test_each_way_of_typing_a_password_almost_is_tried() -> None:
    """As with the key of capitals down: who takes it is told, in every exam."""
    lines = [case for case in cases() if case.role == "foule"]
    tried = [case.mot_de_passe.swapcase() for case in lines]
    assert any(
        hashing.make_hash(case.scheme, word, b"") == case.empreinte for case, word in zip(lines, tried, strict=True)
    )


MAIN = len(migration.Migration("m.py", Bench(Ran(0)), cases(), Draw(b"essai"))._batches["principal"])


def test_a_script_that_behaves_in_one_way_only_is_told() -> None:
    odd = turns().index(migration.TOGETHER)
    for tolerant in {odd, *range(volume(2, 10))} - {turns().index(migration.SOME)}:
        answers = [right_answer] * 10
        answers[tolerant] = answering(lambda line: bool(line["mot_de_passe"]))
        own = migration.Migration("m.py", Bench(*answers), cases(), Draw(b"essai"))
        for name in ("long", "limits", "robust") if tolerant == odd else ("wrong_refused",):
            observed(getattr(own, f"expect_{name}"))


def knowing(deny: str | tuple[str, ...] = "", login: str = "") -> Callable[[bytes], bytes]:
    """A script that refuses kinds of hash, and lets logins that begin so in without looking."""

    def answer(stdin: bytes) -> bytes:
        asked = [json.loads(line) for line in stdin.decode().splitlines()]
        said = [json.loads(line) for line in right_answer(stdin).splitlines()]
        for line, one in zip(asked, said, strict=True):
            if deny and line["empreinte"].startswith(deny):
                one.update(ok=False, nouvelle_empreinte=None)
            if login and line["login"].startswith(login):
                one["ok"] = True
        return "\n".join(map(json.dumps, said)).encode()

    return answer


def test_a_kind_that_is_not_recognised_is_advised_by_its_name_and_no_line_of_the_example() -> None:
    told = failure(script(knowing(deny="sha256$")).expect_right_accepted)
    assert told.observed == "Dans migration/verifier.py, le bon mot de passe est refusé pour SHA-256 avec sel."
    assert "SHA-256 s'écrit sha256$sel$empreinte : " in told.help and "bcrypt" not in told.help
    assert "Essayez d'abord, dans migration-exemple.jsonl, la ligne 2 (SHA-256 avec sel)" in told.help
    assert "qui ne sont pas dans l'exemple" in told.help
    argon = failure(script(knowing(deny="$argon2id$"), "m.php").expect_right_accepted).help
    assert "L'exemple n'en a pas" in argon and "password_verify" in argon and "argon2.P" not in argon
    schemes = [json.loads(line)["empreinte"] for line in exports.examples()]
    numbers = {hashing.scheme_of(stored): number for number, stored in enumerate(schemes, 1)}
    assert numbers == {one: migration.IN_EXAMPLE[migration.SCHEMES[one]] for one in ("md5", "sha256", "bcrypt")}


@pytest.mark.parametrize(
    ("deny", "waits"),
    [
        (("sha256$",), {"wrong_refused"}),
        (("$2",), {"wrong_refused"}),
        (("$argon2id$",), {"wrong_refused"}),
        (("sha256$", "$2"), {"wrong_refused", "limits"}),
    ],
)
def test_a_kind_that_is_not_recognised_keeps_back_wrong_passwords_and_two_keep_back_odd_ones(
    deny: tuple[str, ...], waits: set[str]
) -> None:
    own = script(knowing(deny=deny))
    for name in ("wrong_refused", "new_hashes", "parameters", "long", "limits", "robust"):
        if name in waits:
            assert failure(getattr(own, f"expect_{name}")).because == ("migration-bons",)
        else:
            getattr(own, f"expect_{name}")()
    help = failure(own.expect_right_accepted).help
    assert ("les longs mots de passe" in help, "vides et accentués" in help) == ("long" in waits, "limits" in waits)


def test_a_script_that_refuses_everything_shows_nothing_else() -> None:
    own = script(changed(ok=False, nouvelle_empreinte=None))
    for name in ("wrong_refused", "new_hashes", "long", "limits", "robust"):
        assert failure(getattr(own, f"expect_{name}")).because == ("migration-bons",)


def test_new_hashes_that_cannot_be_read_keep_back_what_is_read_in_them() -> None:
    own = script(changed_hash("0123456789abcdef$0123456789abcdef0123456789abcdef"), "m.php")
    told = failure(own.expect_new_hashes)
    assert (
        "pour les cinq formes : elle a la forme « 16 chiffres hexadécimaux$32 chiffres hexadécimaux »" in told.observed
    )
    assert "m.php" in told.observed and "password_hash" in told.help and "attendent" in told.help
    for name in ("long", "limits"):
        assert failure(getattr(own, f"expect_{name}")).because == ("migration-empreintes",)
    own.expect_robust()
    own.expect_wrong_refused()


def test_what_a_script_says_on_its_error_output_is_no_answer_of_the_terminal() -> None:
    def loud(stdin: bytes) -> Ran:
        return Ran(0, right_answer(stdin), b"refus\n" * 3)

    def on_screen(stdin: bytes) -> Ran:
        return Ran(0, b"refus\n" + right_answer(stdin))

    answers = [on_screen if batch == "ecran" else loud for batch in turns()] + [loud] * 4
    own = migration.Migration("m.py", Bench(*answers), cases(), Draw(b"essai"))
    own.expect_right_accepted()
    assert "erreur standard : « refus »" in observed(own.expect_silent)
    answers = [on_screen if batch == "ecran" else right_answer for batch in turns()] + [right_answer] * 4
    own = migration.Migration("m.py", Bench(*answers), cases(), Draw(b"essai"))
    assert "en écrit" in observed(own.expect_right_accepted), "said on a terminal alone, it is told there"


def test_lines_of_the_example_that_are_answered_by_heart_are_told() -> None:
    said = "Avec les identifiants exemple1, exemple2 et exemple3, un mauvais mot de passe est accepté."
    assert observed(script(knowing(deny="sha256$", login="exemple")).expect_right_accepted).endswith(f" {said}")
    assert observed(script(knowing(login="exemple")).expect_wrong_refused) == said
    assert "l'identifiant exemple2," in observed(script(knowing(login="exemple2")).expect_wrong_refused)
    script(knowing(login="exemple")).expect_right_accepted()


def test_an_empty_password_and_accents_have_each_their_own_advice() -> None:
    empty = failure(script(answering(lambda line: not line["mot_de_passe"])).expect_limits)
    assert empty.observed.startswith("Un mot de passe vide est accepté (essayé avec ")
    assert all(kind in empty.observed for kind in migration.SCHEMES.values())
    assert "migration/verifier.py, avant de regarder la forme" in empty.help and "accent" not in empty.help
    accents = failure(
        script(
            answering(lambda line: line["mot_de_passe"].isascii() and truth(line, line["mot_de_passe"]))
        ).expect_limits
    )
    assert "accentué" in accents.observed and "UTF-8" in accents.help


@pytest.mark.parametrize(
    ("values", "expectation", "told"),
    [
        ({"ok": False}, "right_accepted", "les cinq formes"),
        ({"ok": True}, "wrong_refused", "est accepté"),
        ({"nouvelle_empreinte": None}, "new_hashes", "Pas de nouvelle empreinte"),
        ({"nouvelle_empreinte": "5f4dcc3b5aa765d61d8327deb882cf99"}, "new_hashes", "ne vérifie pas"),
        (
            {"nouvelle_empreinte": "5f4dcc3b5aa765d61d8327deb882cf99"},
            "parameters",
            " nouvelles empreintes, l'empreinte n'est ni de l'Argon2id ni du bcrypt (elle a la forme « 32 chiffres hexadécimaux",
        ),
        ({"ok": True}, "robust", "illisible"),
        ({"ok": True}, "limits", "vide"),
        ({"ok": True}, "long", "confondu"),
        ({"ok": "oui"}, "right_accepted", "true ou false"),
    ],
)
def test_each_mistake_is_told(values: dict[str, object], expectation: str, told: str) -> None:
    assert told in observed(getattr(script(changed(**values)), f"expect_{expectation}"))


@pytest.mark.parametrize(
    ("ran", "told"),
    [
        (Ran(0, b""), "en écrit 0"),
        (Ran(137, b"", timed_out=True), "n'a pas fini"),
        (Ran(255, b"PHP Fatal error: Uncaught TypeError", b""), "Uncaught TypeError"),
        (
            Ran(
                255,
                b"",
                b"PHP Fatal error:  Uncaught RuntimeException: Cannot rewind file php://stdin in a.php:9\nStack "
                b"trace:\n#0 {main}\n  thrown in a.php on line 9\n",
            ),
            "Uncaught RuntimeException: Cannot rewind",
        ),
        (Ran(1, b"", b"Traceback (most recent call last):\n  File x\nKeyError: 'empreinte'\n"), "« KeyError: "),
        (Ran(0, b"OK\n" * MAIN), "écrit du texte à la place du JSON : ligne 1 de la réponse : « OK »"),
        (Ran(0, b"{}\n" * MAIN), "du JSON, mais sans « ok » ou sans « nouvelle_empreinte »"),
        (Ran(0, b"[[[" * 5000), "en écrit 1"),
    ],
)
def test_a_script_that_does_not_answer_is_the_candidates(ran: Ran, told: str) -> None:
    lines = ran.stdout.count(b"\n")
    assert lines in (0, len(script(ran)._batches["principal"]))
    assert told in observed(script(ran).answers)


def test_an_error_message_never_shows_what_the_script_was_given() -> None:
    case = next(case for case in cases() if case.scheme in hashing.CHEAP)
    ran = Ran(1, b"", f"Erreur avec {case.mot_de_passe} et {case.empreinte}".encode())
    told = observed(script(ran).answers)
    assert "••• et •••" in told


@pytest.mark.parametrize(
    ("stored", "weak"),
    [
        ("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43, False),
        ("$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43, False),
        ("$argon2id$v=19$m=4096,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43, True),
        ("$argon2i$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43, True),
        ("$argon2id$v=19$m=9999999,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43, True),
        ("$2y$10$" + "a" * 53, False),
        ("$2b$04$" + "a" * 53, True),
        ("$2b$31$" + "a" * 53, True),
        ("sel$0123456789abcdef0123456789abcdef", True),
        ("", True),
    ],
)
def test_algorithm_and_parameters_are_owasps(stored: str, weak: bool) -> None:
    told = hashing.weakness(stored)
    assert bool(told) is weak
    assert "0123456789" not in told and "AAAA" not in told


def test_a_hash_too_dear_to_verify_is_not_verified() -> None:
    assert not hashing.verifies("x", "$2b$31$" + "a" * 53)
    assert not hashing.verifies("x", "$argon2id$v=19$m=9999999,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43)


def test_new_hashes_that_nobody_made_are_told_before_any_is_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    """At each limit at once, one would cost us seconds of the processor: the candidate's are none."""
    monkeypatch.setattr(hashing.argon2.PasswordHasher, "verify", lambda *_: pytest.fail("verified"))
    dear = "$argon2id$v=19$m=262144,t=20,p=20$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43
    own = script(changed_hash(dear))
    for expectation in (own.expect_new_hashes, own.expect_long):
        assert "elle demande plus de calcul que l'atelier n'en donne" in observed(expectation)
    assert "l'empreinte demande plus de calcul" in observed(own.expect_parameters)


def test_all_that_an_exam_verifies_has_an_end_far_below_the_time_of_a_check() -> None:
    """With the dearest settings, at a microsecond for a KiB and a pass, a slow machine; honest ones are far below."""
    dearest = max(hashing.MOST_WORK, 2**hashing.MOST_COST * 70)
    own = migration.Migration("m.py", Bench(right_answer), cases(), Draw(b"essai"))
    rights = sum(case.ok for batch in own._batches.values() for case in batch)
    assert rights * dearest * 1e-6 < import_grader(GRADER, "checks").RUNS * 0.6
    for memory, passes in ((65_536, 3), (65_536, 4), (262_144, 3), (19_456, 2), *hashing.OTHERS):
        assert not hashing.excessive(f"$argon2id$v=19$m={memory},t={passes},p=4$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43)


def test_an_answer_that_repeats_the_password_is_told_whatever_its_other_fields() -> None:
    """Who begins with what was read repeats it; the login, or the hash that came in, is nobody's secret there."""

    def adding(*names: str) -> Callable[[bytes], bytes]:
        def answer(stdin: bytes) -> bytes:
            lines = map(json.loads, stdin.decode().splitlines())
            said = map(json.loads, right_answer(stdin).splitlines())
            kept = [{name: line[name] for name in names} | one for line, one in zip(lines, said, strict=True)]
            return "\n".join(map(json.dumps, kept)).encode()

        return answer

    told = failure(script(adding("login", "mot_de_passe")).expect_silent)
    assert told.observed == "Une réponse de migration/verifier.py redit le mot de passe reçu."
    script(adding("login", "empreinte")).expect_silent()
    script(right_answer).expect_silent()


def answering(said: Callable[[dict[str, str]], bool]) -> Callable[[bytes], bytes]:
    """A script that recognises a password its own way; its new hashes are right."""

    def answer(stdin: bytes) -> bytes:
        lines = []
        for line in map(json.loads, stdin.decode().splitlines()):
            new = new_hash(line) if (ok := said(line)) else None
            lines.append(json.dumps({"ok": ok, "nouvelle_empreinte": new}))
        return "\n".join(lines).encode()

    return answer


def truth(line: Mapping[str, str], password: str) -> bool:
    """What a script says that compares rightly a password which it has changed."""
    return bool(password) and opens(password, line["empreinte"])


def opens(password: str, stored: str) -> bool:
    """Whether a hash of any of the five kinds is that of a password."""
    if stored.startswith("$"):
        return bool(migration.verifies(password, stored))
    kind = {32: hashlib.md5, 40: hashlib.sha1, 88: hashlib.sha256}.get(len(stored))
    salt = stored.split("$")[1] if stored.count("$") == 2 else ""
    return kind is not None and kind((salt + password).encode()).hexdigest() == stored.rpartition("$")[2]


@pytest.mark.parametrize(
    ("said", "expectation", "told"),
    [
        (lambda line: _as_php(line), "wrong_refused", "commence par 0e, comme celle du bon (vu avec MD5 et SHA-1)"),
        (
            lambda line: line["mot_de_passe"] == line["empreinte"] != "",
            "wrong_refused",
            "est accepté : l'ancienne empreinte elle-même, donnée comme mot de passe (vu avec ",
        ),
        (
            lambda line: line["mot_de_passe"] == line["empreinte"] != "",
            "robust",
            "illisible est acceptée : une empreinte qui est le texte même du mot de passe.",
        ),
        (lambda line: not line["empreinte"], "robust", "illisible est acceptée : une empreinte vide."),
        (
            lambda line: truth(line, line["mot_de_passe"].swapcase()),
            "wrong_refused",
            "le bon mot de passe, majuscules et minuscules échangées",
        ),
        (lambda line: truth(line, line["mot_de_passe"].strip()), "limits", "Un espace au début ou à la fin"),
        (lambda line: truth(line, unicodedata.normalize("NFC", line["mot_de_passe"])), "limits", "accentué"),
    ],
)
def test_a_loose_comparison_and_a_changed_password_are_told(
    said: Callable[[dict[str, str]], bool], expectation: str, told: str
) -> None:
    assert told in observed(getattr(script(answering(said)), f"expect_{expectation}"))


def test_the_advice_on_a_loose_comparison_is_that_of_its_language() -> None:
    def itself(line: dict[str, str]) -> bool:
        return line["mot_de_passe"] == line["empreinte"] != ""

    for path, whole, spaces in (("m.php", "hash_equals", "trim"), ("m.py", "hmac.compare_digest", "strip")):
        for said in (itself, _as_php):
            told = failure(script(answering(said), path).expect_wrong_refused).help or ""
            assert told.startswith(f"Ouvrez {path}. ") and ("telle quelle" in told) is (said is itself)
            assert said is itself or whole in told
        trimmed = failure(script(answering(lambda line: truth(line, line["mot_de_passe"].strip())), path).expect_limits)
        assert f"pas de {spaces}" in (trimmed.help or "")
        assert ("strip" in (trimmed.help or "")) is (path == "m.py")
    assert "telle quelle" in (failure(script(answering(itself)).expect_robust).help or "")


def _as_php(line: Mapping[str, str]) -> bool:
    """`==` on two hashes: those that read as a number are compared as numbers."""
    stored = line["empreinte"]
    made = {n: f(line["mot_de_passe"].encode()).hexdigest() for n, f in ((32, hashlib.md5), (40, hashlib.sha1))}
    made_one = made.get(len(stored), "")
    zero = re.compile(r"0e\d+")
    return made_one == stored or bool(zero.fullmatch(made_one) and zero.fullmatch(stored))


def test_every_batch_is_listened_to() -> None:
    def noisy(batch: str) -> Any:
        own = script(right_answer)
        own._ran = {name: Ran(0, b"") for name in own._batches} | {batch: Ran(0, b"", b"Warning: x")}
        return own

    for batch in ("principal", "longs", "limites", "abimes"):
        assert "erreur standard" in observed(noisy(batch).expect_silent)
    crashed = noisy("abimes")
    crashed._ran["abimes"] = Ran(1, b"", b"Traceback")
    crashed.expect_silent()


def test_what_is_written_for_odd_lines_alone_is_told_with_them_and_with_its_line() -> None:
    source = "import json\n\n\ndef dire(recu):\n    sys.stderr.write(f'essai : {recu}')\n"

    def answer(stdin: bytes) -> Ran:
        asked = [one for one in map(json.loads, stdin.decode().splitlines()) if one["mot_de_passe"]]
        odd = [one for one in asked if len(one["empreinte"]) < 16]
        words = "".join(f"essai : {one['login']} {one['mot_de_passe']}\n" for one in odd)
        return Ran(0, right_answer(stdin), words.encode())

    own = migration.Migration("m.py", Bench(answer), cases(), Draw(b"essai"), source)
    told = failure(own.expect_silent)
    assert "standard, avec une empreinte vide, une empreinte " in told.observed and " coupée" in told.observed
    assert "« essai : " in told.observed and "•••" in told.observed and told.at == Line("m.py", 5)
    assert "une ligne qui a une empreinte" in (told.help or "") and "séance 6" in (told.help or "")


def test_a_text_for_json_is_told_with_what_writes_it_in_the_language_of_the_script() -> None:
    ran = Ran(0, b"OK $2y$10$abcdefghijklmnopqrstuv\n" * MAIN)
    for path, source, tool in (
        ("v.php", "<?php\n// OK\necho $ok ? 'OK ' . $n : 'KO', \"\\n\";\n", "json_encode"),
        ("v.py", "# OK\n\nprint('OK', nouvelle)\n", "json.dumps"),
    ):
        told = failure(migration.Migration(path, Bench(ran), cases(), Draw(b"essai"), source).answers)
        assert told.at == Line(path, 3) and tool in (told.help or "")


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("try:\n    a = 1\n    verify()\nexcept VerifyMismatchError:\n    pass\n", 4),
        ("try:\n    try:\n        verify()\n    finally:\n        pass\nexcept ValueError:\n    pass\n", 6),
        ("a = 1\nb = 2\nverify()\n", 3),
        ("ceci n'est pas du Python", 3),
    ],
)
def test_an_exception_that_is_not_caught_shows_the_line_to_change(source: str, line: int) -> None:
    words = b'  File "/srv/app/v.py", line 3, in <module>\nargon2.exceptions.VerificationError: Decoding failed'
    own = migration.Migration("v.py", Bench(Ran(1, b"", words)), cases(), Draw(b"essai"), source)
    own._ran = {name: Ran(0, b"") for name in own._batches} | {"abimes": Ran(1, b"", words)}
    told = failure(own.expect_robust)
    assert told.at == Line("v.py", line) and "Attrapez aussi VerificationError" in (told.help or "")


def test_a_new_hash_that_is_too_weak_has_the_line_that_makes_it() -> None:
    source = "<?php\n$n = password_hash($m, PASSWORD_BCRYPT, ['cost' => 4]);\n"
    weak = changed_hash("$2y$04$" + "a" * 53)
    own = migration.Migration("v.php", Bench(weak), cases(), Draw(b"essai"), source)
    told = failure(own.expect_parameters)
    assert told.at == Line("v.php", 2) and "PASSWORD_ARGON2ID" in (told.help or "") and "72 octets" in (told.help or "")


def test_nothing_is_written_beside_the_answers() -> None:
    loud = script(Ran(0, b"", b"Warning: x"))
    assert "erreur standard" in observed(loud.expect_silent)
    script(Ran(0)).expect_silent()
    for one, told in (
        (Leftover("/tmp/essai.log"), "laisse derrière lui quelque chose : /tmp/essai.log."),
        (Leftover("/srv/app/migration/n.log"), "laisse derrière lui quelque chose : rendu/migration/n.log."),
        (Leftover("/dev/shm/lien", "vu"), "laisse derrière lui quelque chose : /dev/shm/lien → vu."),
    ):
        assert told in observed(script(Ran(0, left=(one,))).expect_silent)


def test_what_a_name_or_a_target_holds_is_never_shown() -> None:
    word = next(case.mot_de_passe for case in cases() if case.role == "bon")
    coded = base64.b64encode(word.encode()).decode().replace("/", "_")
    for one in (
        Leftover(f"/tmp/{word}"),
        Leftover("/tmp/x", word),
        Leftover(f"/tmp/{word[::-1]}"),
        Leftover(f"/tmp/{coded}"),
    ):
        told = observed(script(Ran(0, left=(one,))).expect_silent)
        assert told.endswith("laisse derrière lui un nom qui porte un mot de passe.")


# -- where it is


def places(path: str, *rows_of: Rows) -> Any:
    made = [
        sheet(findings.grid(rows, findings.AUDIT), name=f"Feuille {number}") for number, rows in enumerate(rows_of, 1)
    ]
    return audit.Audit(reading.read_table(path, made, "audit", typed()), typed())


def test_a_failure_of_the_report_has_its_line_or_its_cells() -> None:
    rows = findings.report(data())
    rows[1] |= {"Gravité": "grave"}
    rows[2] |= {"Compte": "z.inconnu"}
    column = findings.AUDIT.index("Gravité")
    wanted = f"{'ABCDEFG'[column]}3"
    assert failure(places("audit.csv", rows).expect_known_words).at == Line("audit.csv", 3)
    assert failure(places("audit.xlsx", rows).expect_known_words).at == Cells("Feuille 1", [wanted], path="audit.xlsx")
    assert failure(places("audit.ods", rows).expect_known_accounts).at == Cells("Feuille 1", ["A4"], path="audit.ods")
    wrong = places("audit.xlsx", mistakes.everyone(data()))
    assert len(failure(wrong.expect_no_mob).at.cells) == tables.MARKED


def test_lines_of_several_sheets_are_told_with_their_sheet() -> None:
    rows = [row | {"Preuve": ""} for row in findings.report(data())]
    told = observed(places("audit.ods", rows[:2], rows[2:]).expect_proofs)
    assert told == (
        f"audit.ods : {len(rows)} lignes sans preuve (lignes 2 et 3 de « Feuille 1 » et lignes 2 à {len(rows) - 1} de "
        "« Feuille 2 »)."
    )


def test_a_cell_that_is_only_filled_is_quoted() -> None:
    rows = [row | {"Preuve": ("oui", "", "Vu")[min(at, 2)]} for at, row in enumerate(findings.report(data()))]
    assert observed(the_audit(rows).expect_proofs).endswith(
        f" : 1 ligne sans preuve (ligne 3), 1 ligne dont la preuve dit seulement « oui » (ligne 2) et {len(rows) - 2} lignes dont la "
        f"preuve dit seulement « Vu » (lignes 4 à {len(rows) + 1})."
    )
    rows[0] |= {"Recommandation": "à faire"}
    assert observed(the_audit(rows).expect_advice).endswith(
        "1 ligne dont la recommandation dit seulement « à faire » (ligne 2)."
    )


def test_a_system_where_nothing_is_found_is_told_once() -> None:
    two = the_audit([row for row in findings.report(data()) if row["Système"] != "Messagerie"])
    assert failure(two.expect_systems).because == ()
    assert failure(lambda: two.expect_kind("parti")).because == ("constats-trouves", "trois-systemes")
    rows = [
        row for row in findings.report(data()) if row["Système"] != "Messagerie" and row["Risque"] != "personne partie"
    ]
    assert failure(lambda: the_audit(rows).expect_kind("parti")).because == ()
    nothing = the_audit([row | {"Risque": "mdp nul"} for row in findings.report(data())])
    assert failure(nothing.expect_systems).because == ("constats-trouves",)


def test_a_policy_without_any_word_to_refuse_is_told_once() -> None:
    own = policy.from_conf("pwquality.conf", "minlen = 12\n")
    none = trying.Tried({name: ["", ""] for name in trying.LISTED}, own.places, own.again)
    assert observed(lambda: none.expect_refused("saisons")).endswith(" Elle ne donne aucun mot à refuser.")
    assert failure(lambda: none.expect_refused("saisons")).because == ()
    assert failure(lambda: none.expect_refused("frequents")).because[0] == "politique-refuse-saisons"


def test_each_system_of_which_less_than_half_is_found_is_told() -> None:
    some = [row for row in findings.report(data()) if row["Système"] == "Intranet"]
    told = failure(the_audit(some).expect_systems)
    assert re.fullmatch(
        r"Le relevé trouve moins de la moitié des constats : aucun sur \d+ dans Annuaire et aucun sur \d+ dans Messagerie\.",
        told.observed,
    )
    assert told.help == (
        "Ouvrez annuaire.csv et messagerie.csv, avec rh.csv et les lignes de ce système dans resultats.csv, et prenez les "
        "risques un par un."
    )


def test_a_word_is_told_once_and_an_account_with_the_systems_where_it_is() -> None:
    rows = [row | {"Risque": "mdp nul"} if at < 3 else row for at, row in enumerate(findings.report(data()))]
    outside = data()["externals"][0]["login"]
    systems = Counter(key.partition("@")[0] for key in data()["passwords"])
    login, _, system = next(
        key for key in data()["passwords"] if systems[key.partition("@")[0]] == 1 and "@messagerie" not in key
    ).partition("@")
    rows[3] |= {"Compte": outside, "Système": "Intranet"}
    rows[5] |= {"Compte": outside, "Système": "Annuaire"}
    rows[4] |= {"Compte": login, "Système": "Messagerie"}
    report = the_audit(rows)
    caught = failure(report.expect_known_words)
    assert caught.observed == "audit.csv : 3 cases hors du vocabulaire : « mdp nul » (risque, lignes 2 à 4)."
    assert (
        caught.expected.startswith("Dans la colonne « risque » : fuite, ")
        and " ou sans second facteur." in caught.expected
    )
    told = observed(report.expect_known_accounts)
    assert f"« {outside} » (Intranet, ligne 5 : hors du périmètre)" in told
    assert "ligne 7" not in told, "the partner's account is in the directory: only the mandate leaves it out"
    assert f"« {login} » (Messagerie, ligne 6 : il est dans {vocabulary.word(vocabulary.SYSTEMS, system)})" in told


def test_what_is_not_read_is_told_where_it_lacks() -> None:
    """A word is told by another check; an account that is unknown, where its finding lacks."""
    rows = [row | {"Risque": "mdp nul"} if row["Risque"] == "fuite" else row for row in findings.report(data())]
    assert "ne comptent pas" not in observed(lambda: the_audit(rows).expect_kind("fuite"))
    rows = [row | {"Compte": "z.zzz"} if row["Risque"] == "fuite" else row for row in findings.report(data())]
    leaked = sum(row["Risque"] == "fuite" for row in rows)
    assert observed(lambda: the_audit(rows).expect_kind("fuite")).endswith(
        f"{leaked} de ces lignes ont un compte inconnu et ne comptent pas."
    )
    few = [row | {"Risque": "mdp nul"} for row in findings.report(data())[5:]]
    told = observed(the_audit([*findings.report(data())[:5], *few]).expect_share)
    assert re.fullmatch(
        rf"Le relevé trouve 5 constats sur {len(few) + 5} : (\d+ sur \d+ dans \w+(, | et )?){{3}}\. Il n'a aucun constat pour .*« sans "
        rf"second facteur »\. {len(few)} lignes ont un risque ou un compte inconnu et ne comptent pas\.",
        told,
    )


def test_a_secret_of_a_csv_is_told_by_its_cell_alone() -> None:
    password = next(iter(data()["passwords"].values()))
    found = [Trace("cellule E3", f"mdp {password}"), Trace("ligne 3", f"x;y;mdp {password}")]
    assert observed(lambda: search(found, "audit.csv")) == (
        "1 valeur secrète se lit dans le rendu : un mot de passe dans audit.csv (cellule E3)."
    )
    outside = data()["externals"][0]["login"]
    named = [Trace("cellule A7", outside), Trace("ligne 7", f"{outside};Annuaire")]
    caught = failure(lambda: search(named, "audit.csv"))
    assert caught.observed == f"1 compte hors du périmètre dans le rendu : {outside} (audit.csv, cellule A7)."
    assert caught.at == Line("audit.csv", 7)
    cells = failure(lambda: search([Trace("cellule A7 de la feuille « Audit »", outside)]))
    assert cells.at == Cells("Audit", "A7", path="audit.xlsx")


def test_an_empty_remark_is_not_answered_by_the_setting_below() -> None:
    own = policy.from_conf("pwquality.conf", "# renouvellement :\n# second facteur :\nminlen = 12\n")
    caught = failure(own.expect_second_factor)
    assert caught.observed == "La politique ne dit rien du second facteur."
    assert caught.at == Line("pwquality.conf", 2) and "« # second facteur : administrateurs »" in (caught.help or "")
    own = policy.from_conf("pwquality.conf", "minlen = 12\n")
    assert observed(own.expect_no_renewal) == "La politique ne dit rien du renouvellement."
    own = policy.from_conf("pwquality.conf", "# renouvellement :\n# second facteur : administrateurs\n")
    own.expect_second_factor()


def test_an_answer_of_the_form_has_its_cell() -> None:
    caught = failure(lambda: policy.from_form("politique.ods", form(**{**FILLED, "classes": ""})))
    assert caught.at == Cells("Feuille", "B4", path="politique.ods") and "colonne B" in (caught.help or "")
    renewed = policy.from_form("politique.ods", form(**{**FILLED, "renewal": "90 jours"}))
    assert failure(renewed.expect_no_renewal).at == Cells("Feuille", "B7", path="politique.ods")


def test_the_setting_that_refuses_is_told_with_its_line() -> None:
    own = policy.from_conf("pwquality.conf", "minlen = 12\nmaxclassrepeat = 3\n")
    reason = "The password contains more than 3 characters of the same class consecutively"
    refused = trying.Tried({"phrases": ["", reason, reason]}, own.places)
    caught = failure(lambda: refused.expect_accepted("phrases"))
    assert caught.observed.startswith(
        "La politique refuse 2 des 3 phrases de passe de l'essai : trop de caractères de la même"
    )
    assert caught.at == Line("pwquality.conf", 2) and "maxclassrepeat" in (caught.help or "")
    for family, said in {"phrases": "une des 3 phrases", "gestionnaire": "un des 3 mots de passe"}.items():
        alone = trying.Tried({family: ["", "", reason]}, own.places)
        assert f"La politique refuse {said}" in failure(partial(alone.expect_accepted, family)).observed


def test_a_setting_that_refuses_phrases_and_managers_is_told_once() -> None:
    own = policy.from_conf("pwquality.conf", "minlen = 16\nocredit = -9\n")
    signs, length = "less than 9 non-alphanumeric characters", "shorter than 21 characters"
    both = trying.Tried({"phrases": [signs] * 4, "gestionnaire": [signs] * 3 + [""]}, own.places)
    assert failure(lambda: both.expect_accepted("phrases")).because == ()
    told = failure(lambda: both.expect_accepted("gestionnaire"))
    assert told.because == ("politique-accepte-phrases",) and "ramenez-le à -1" in (told.help or "")
    apart = trying.Tried({"phrases": [signs] * 4, "gestionnaire": [length] * 4}, own.places)
    assert failure(lambda: apart.expect_accepted("gestionnaire")).because == ()
    fine = trying.Tried({"phrases": [""] * 4, "gestionnaire": [length] * 4}, own.places)
    assert "phrases" not in observed(lambda: fine.expect_accepted("gestionnaire"))
    fine.expect_accepted("phrases")


@pytest.mark.parametrize(
    "mended",
    ["minlen = 16\nocredit = -1", "minlen = 16\nminclass = 2", "minlen = 16\nminclass = 4"],
)
def test_what_the_advice_leads_to_has_the_bits(mended: str) -> None:
    """-1 in the place of -9, 16 characters in the place of 21, four classes in the place of six: nothing else fails."""
    policy.from_conf("p.conf", mended).expect_entropy(80)


def test_no_advice_asks_for_more_characters_than_a_manager_makes() -> None:
    bare, classes = policy.from_conf("p.conf", "minlen = 10"), policy.from_conf("p.conf", "minlen = 10\nminclass = 3")
    more = failure(lambda: bare.expect_entropy(80)).help or ""
    assert "16 caractères ne suffisent pas" in more and "une classe de plus" in more
    assert "16 caractères au plus" in (failure(lambda: classes.expect_entropy(80)).help or "")
    assert "16 caractères au plus" in (failure(lambda: bare.expect_entropy(50)).help or "")
    credits = policy.from_conf("p.conf", "minlen = 20\ndcredit = 8\nucredit = 4")
    assert "16 au plus" in (failure(lambda: credits.expect_entropy(80)).help or "")


def test_a_setting_that_is_written_twice_is_told() -> None:
    own = policy.from_conf("pwquality.conf", "badwords = hiver\nminlen = 12\nbadwords = azerty\n")
    caught = failure(lambda: trying.Tried({"saisons": ["", "no"]}, own.places, own.again).expect_refused("saisons"))
    assert caught.observed.endswith("Elle a 2 lignes badwords.") and "seule la dernière compte" in (caught.help or "")
    assert caught.at == Line("pwquality.conf", 3)


def test_commas_between_forbidden_words_are_told_once_with_their_line() -> None:
    """libpwquality ends a word at spaces only: what a comma touches refuses nothing."""
    families = typed().block_families
    words = {family.id: family.words for family in families}
    listed = [word for family in families for word in family.words]

    def of(written: str) -> Any:
        own = policy.from_conf("pwquality.conf", f"minlen = 12\nbadwords = {written}\n")
        whole = [piece for piece in written.split() if piece.isalnum()]
        answers = {name: ["no" if w in whole else "" for w in ws for _ in "12"] for name, ws in words.items()}
        return trying.Tried(answers, own.places, own.again, own.stuck, words)

    commas = of(", ".join(listed))
    first = failure(lambda: commas.expect_refused("saisons"))
    assert "pwquality.conf, ligne 2 : dans badwords, " in first.observed and f"« {listed[0]}, »" in first.observed
    assert (
        not first.because and "espace entre deux mots" in (first.help or "") and first.at == Line("pwquality.conf", 2)
    )
    assert failure(lambda: commas.expect_refused("organisation")).because == ("politique-refuse-saisons",)
    assert failure(lambda: commas.expect_refused("frequents")).because[0] == "politique-refuse-saisons"
    lacking = of(", ".join(word for word in listed if word != words["frequents"][0]))
    assert failure(lambda: lacking.expect_refused("frequents")).because == ()
    absent = of(" ".join(words["organisation"]))
    assert "touche" not in failure(lambda: absent.expect_refused("saisons")).observed


def test_the_wrong_case_is_quoted_as_it_was_written() -> None:
    page = "La CNIL connaît trois cas.\nLe cas n° 2 s'applique à notre Régie : 50 bits."
    assert observed(lambda: prose.expect_situation(page, SimpleNamespace(case=1, bits=80))).endswith(
        "pas celui de la situation : « Le cas n° 2 s'applique à notre Régie : 50 bits »."
    )


@pytest.mark.parametrize(
    ("path", "words", "line"),
    [
        ("migration/verifier.py", '  File "/srv/app/migration/verifier.py", line 7, in <module>\n  File "/srv/app/migration/verifier.py", line 3\nSyntaxError: x', 3),
        ("migration/verifier.php", "PHP Parse error: unexpected '}' in /srv/app/migration/verifier.php on line 12", 12),
        ("migration/verifier.php", "PHP Fatal error: Uncaught TypeError in /srv/app/migration/verifier.php:9", 9),
        ("migration/verifier.php", "panne", None),
    ],
)  # fmt: skip
def test_an_error_of_the_script_has_its_line(path: str, words: str, line: int | None) -> None:
    caught = failure(script(Ran(255, b"", words.encode()), path).answers)
    assert caught.at == (line and Line(path, line))
    assert caught.observed.startswith(f"{path} s'arrête sur une erreur (code 255)")


def test_rules_that_only_warn_are_told_as_such_and_a_justification_that_says_otherwise_is_quoted() -> None:
    own = policy.from_conf("p.conf", "# renouvellement : tous les trois mois\nminlen = 10\nenforcing = 0\n")
    warned = failure(own.expect_enforced)
    assert warned.observed.startswith("Vos règles avertissent sans refuser : enforcing = 0.")
    text = (
        "Le NIST demande 15 caractères. Nous demandons 12 caractères avec les quatre classes. "
        "Aucun changement n'est imposé à date fixe."
    )
    short = failure(lambda: own.expect_entropy(50, [50], prose.length_in(text)))
    assert (
        "Elle dit pourtant « Nous demandons 12 caractères avec les quatre classes » : p.conf demande 10"
        in short.observed
    )
    renewed = failure(lambda: own.expect_no_renewal(prose.no_renewal_in(text)))
    assert renewed.observed.endswith(
        "Votre justification dit le contraire : « Aucun changement n'est imposé à date fixe »."
    )
    assert "contraire" not in failure(own.expect_no_renewal).observed


def test_a_message_without_advice_is_still_looked_at_for_names() -> None:
    spec = load_checks(GRADER).by_id()["message-sans-nom"]
    assert spec.after == ("rendu-present",) and spec.blames == ("message-longueur",)
    prose.expect_nobody("Soyez prudents avec vos mots de passe. " * 10, typed())
    short = failure(lambda: prose.expect_nobody("Soyez prudents.", typed()))
    assert short.because == ("message-longueur",)


# -- the eighth trial


def test_its_own_new_hashes_are_given_back() -> None:
    own = script(right_answer)
    for name in ("wrong_refused", "new_hashes", "long"):
        getattr(own, f"expect_{name}")()
    lines = own._batches[migration.OWN]
    assert sorted((case.role, case.ok) for case in lines if case.role != "foule") == [
        *((migration.APART_MADE, False), (migration.APART_MADE, True), ("court", False), ("court", True)),
        *(("long", False), ("long", True)),
    ]
    assert {case.empreinte[:10] for case in lines if case.role in ("court", "long")} == {"$argon2id$"}
    beside = [case for case in lines if case.role == "foule"]
    assert beside == [case for case in lines if case in own._not_yet] and not any(case.ok for case in beside)


def of_its_own(ok: bool) -> Callable[[bytes], bytes]:
    """A right script, but for lines that have a hash of its own."""
    known = {case.empreinte for case in (*cases(), *migration.GIVEN, *migration.OF_SHEET)}

    def answer(stdin: bytes) -> bytes:
        lines = [json.loads(line) for line in stdin.decode().splitlines()]
        said = [json.loads(line) for line in right_answer(stdin).splitlines()]
        its = {"ok": ok, "nouvelle_empreinte": None}
        return "\n".join(
            json.dumps(one if line["empreinte"] in known else its) for line, one in zip(lines, said, strict=True)
        ).encode()

    return answer


def test_who_knows_its_own_hashes_by_their_form_or_does_not_know_them_is_told() -> None:
    opened, closed = script(of_its_own(True)), script(of_its_own(False))
    told = failure(opened.expect_wrong_refused)
    assert told.observed == (
        "Un mauvais mot de passe est accepté avec une empreinte que migration/verifier.py a faite lui-même."
    )
    assert "séance 6, point 4" in (told.help or "") and not told.because
    assert "commence pareil, est accepté" in observed(opened.expect_long)
    opened.expect_new_hashes()
    closed.expect_wrong_refused()
    closed.expect_long()
    assert "redonnée à migration/verifier.py avec le bon mot de passe, est refusée" in observed(
        closed.expect_new_hashes
    )


def test_an_argon2id_hash_of_other_settings_opens_to_nobody() -> None:
    def answer(stdin: bytes) -> bytes:
        lines = [
            json.loads(line) | json.loads(said)
            for line, said in zip(stdin.decode().splitlines(), right_answer(stdin).splitlines(), strict=True)
        ]
        settings = [re.search(r"m=(\d+),t=(\d+)", line["empreinte"]) for line in lines]
        other = [
            one is not None and tuple(map(int, one.groups())) in (*hashing.OTHERS, *hashing.OLDER) for one in settings
        ]
        return "\n".join(
            json.dumps(one | {"ok": one["ok"] or odd}) for one, odd in zip(lines, other, strict=True)
        ).encode()

    told = observed(script(answer).expect_wrong_refused)
    assert told.endswith("une empreinte Argon2id dont les réglages ne sont pas ceux de vos exports.")


@pytest.mark.parametrize("stops", [False, True])
def test_a_last_line_without_an_end_is_answered_too(stops: bool) -> None:
    def answer(stdin: bytes) -> Ran:
        if stdin.endswith(b"\n"):
            return Ran(0, right_answer(stdin))
        said = b"\n".join(right_answer(stdin).splitlines()[:-1])
        return Ran(1, said, b"ValueError: x") if stops else Ran(0, said)

    told = failure(script(answer).answers)
    assert told.observed.startswith("Quand le fichier finit sans retour à la ligne, migration/verifier.py ")
    assert "la dernière comprise" in told.expected and "fgets" in (told.help or "")
    own = script(right_answer)
    own.answers()
    bare = [files for _, files in own._bench.asked if not next(iter(files.values())).endswith(b"\n")]
    assert migration.BARE <= len(bare) < len(own._bench.asked)
    lost = script(lambda stdin: b"\n".join(right_answer(stdin).splitlines()[:-1]))
    assert observed(lost.answers).startswith("migration/verifier.py reçoit ")


def test_a_list_that_is_opened_by_the_name_of_the_example_is_told() -> None:
    """It answers what it finds there: the example itself at first, then a former list."""
    last = [b'{"mot_de_passe": "", "empreinte": ""}\n' * 3]

    class ByName(Bench):
        def type(self, lines: Sequence[TypedLine]) -> list[Ran]:
            ran = []
            for line in lines:
                last[0] = last[0] if line.own else line.files.get(migration.EXAMPLE, last[0])
                ran.append(self.next(last[0]))
            self.asked += [(line.text.split(), line.files) for line in lines]
            return ran

    source = "import sys\n# comme la feuille\nfor ligne in open('donnees/migration-exemple.jsonl'):\n    pass\n"
    for number in range(volume(2, 8)):
        bench = ByName(right_answer)
        own = migration.Migration("m.py", bench, cases(), Draw(b"%d" % number), source)
        told = failure(own.answers)
        assert told.observed.startswith("Quand le fichier n'est pas donnees/migration-exemple.jsonl, m.py reçoit ")
        assert told.at == Line("m.py", 3) and "sys.stdin" in (told.help or "")
        names = [argv[argv.index("<") + 1] for argv, _ in bench.asked]
        assert "donnees/migration-exemple.jsonl" in names and len({*names}) > 3
        assert sum(name.startswith("/tmp/") for name in names) >= migration.ELSEWHERE
        asked = zip(names, bench.asked, strict=True)
        assert all(files.keys() == {name.rpartition("/")[2]} for name, (_argv, files) in asked)


def test_the_errors_of_one_list_go_to_a_file_and_come_back() -> None:
    """As the sheet has them looked at: a program that writes there only into a file is told."""
    seeds = b"un", b"deux", b"trois", b"quatre"
    lines = [line for seed in seeds for line in typed_lines(seed) if "2> /tmp" in line.text]
    assert len(lines) >= 8, "odd lines too, in each exam"
    for line in lines:
        file = re.search(r" 2> (/tmp/[a-z]+\.txt); r=", line.text)
        assert file and line.text.count(file[1]) == 3
        done = subprocess.run(
            ["bash", "-c", line.text.replace(line.text.partition(" 2>")[0], "sh -c 'echo oui; echo non >&2; exit 3'")],
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (3, b"oui\n", b"non\n") and not Path(file[1]).exists()


def test_odd_lines_and_lists_of_another_name_are_where_a_student_makes_lists() -> None:
    """Nobody can write into ``donnees/``: there, a list that is not the example would tell an exam."""
    for seed in (b"un", b"deux", b"trois"):
        lists = typed_lines(seed)
        mine = [line for line in lists if line.own]
        assert len(mine) >= migration.ELSEWHERE + 1 and len(mine) < len(lists)
        assert all((" < /tmp/" in line.text) is line.own and (line.own or " < donnees/" in line.text) for line in lists)
        damaged = {case.empreinte for case in cases() if case.role == "abime" and case.empreinte}
        given_there = b"".join(next(iter(line.files.values())) for line in mine)
        assert any(json.dumps(one)[1:-1].encode() in given_there for one in damaged)


def test_the_damaged_hash_that_stops_a_script_is_told() -> None:
    damaged = {case.empreinte: case for case in cases() if case.role == "abime"}
    cut = next(one for one in damaged if one.startswith("$argon2id$") and one.endswith("!"))

    def answer(stdin: bytes) -> Ran:
        lines = [json.loads(line) for line in stdin.decode().splitlines()]
        at = next((at for at, line in enumerate(lines) if line["empreinte"] == cut), None)
        said = right_answer(stdin)
        return Ran(0, said) if at is None else Ran(1, b"\n".join(said.splitlines()[:at]), b"ValueError: x")

    told = observed(script(answer).expect_robust)
    first = [case.empreinte for case in script(right_answer)._batches["abimes"]].index(cut) == 0
    wanted = "une empreinte abîmée (vide" if first else "une empreinte Argon2id dont la fin ne se décode pas, "
    assert told.startswith(f"Avec {wanted}")


# -- the tenth trial


def kind_of(line: Mapping[str, str]) -> str:
    return str(hashing.scheme_of(line["empreinte"]))


@pytest.mark.parametrize(
    ("kind", "change", "expectation"),
    [
        *((kind, str.strip, "limits") for kind in hashing.SCHEMES),
        *((kind, lambda word: word[:72], "long") for kind in ("md5", "sha1", "sha256", "argon2id")),
    ],
)
def test_what_a_script_does_to_a_password_for_one_kind_of_hash_alone_is_told(
    kind: str, change: Callable[[str], str], expectation: str
) -> None:
    def said(line: dict[str, str]) -> bool:
        return truth(line, change(line["mot_de_passe"]) if kind_of(line) == kind else line["mot_de_passe"])

    assert not failure(getattr(script(answering(said)), f"expect_{expectation}")).because


@pytest.mark.parametrize("kind", hashing.SCHEMES)
def test_an_empty_password_that_one_kind_of_hash_accepts_is_told(kind: str) -> None:
    def said(line: dict[str, str]) -> bool:
        return opens(line["mot_de_passe"], line["empreinte"]) and (line["mot_de_passe"] != "" or kind_of(line) == kind)

    told = observed(script(answering(said)).expect_limits)
    assert told == f"Un mot de passe vide est accepté (essayé avec {migration.SCHEMES[kind]})."


@pytest.mark.parametrize("kind", hashing.SCHEMES)
def test_a_hash_that_is_compared_as_far_as_it_goes_is_told_by_its_kind(kind: str) -> None:
    """Whether its digest is cut or, of MD5 and SHA-1, its beginning alone is left."""
    right = {case.scheme: case for case in cases() if case.role == "bon"}
    damaged = [case for case in cases() if case.role == "abime" and case.scheme == kind]
    longest = migration.LENGTHS.get(kind, 999)
    cuts = {case.empreinte: case for case in damaged if len(case.empreinte) <= longest}
    for cut in cuts.values():
        whole = next(one.empreinte for one in cases() if one.ok and one.mot_de_passe == cut.mot_de_passe)
        assert whole.startswith(cut.empreinte) and whole != cut.empreinte
    assert len(cuts) == 2 and right.keys() == {*hashing.SCHEMES}
    told = failure(
        script(answering(lambda line: line["empreinte"] in cuts or truth(line, line["mot_de_passe"]))).expect_robust
    )
    name = migration.SCHEMES[kind].split()[0]
    assert told.observed == f"Une empreinte illisible est acceptée : une empreinte {name} coupée."
    assert "comparé en partie" in (told.help or "")


def test_accents_and_spaces_are_given_back_too() -> None:
    given_back = set()
    for number in range(6):
        own = migration.Migration("migration/verifier.py", Bench(right_answer), cases(), Draw(b"%d" % number))
        own.expect_new_hashes()
        given_back |= {case.mot_de_passe for case in own._batches[migration.OWN] if case.role == "court" and case.ok}
    odd = {case.mot_de_passe for case in cases() if case.role in ("unicode", "espaces")}
    assert given_back & odd and given_back - odd


# -- what was left unlooked-at


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("Nous avons 80 comptes, et 80 % des gens ont plus de 80 caractères.", False),
        ("Nous avons quatre-vingts collègues.", False),
        ("Il faut 80 bits.", True),
        ("Nous avons 80 comptes. Le minimum d'entropie est de 80, au moins.", True),
        ("| Cas | Bits |\n| 1 | 80 |", True),
        ("Il demande quatre-vingts bits", True),
    ],
)
def test_a_number_that_counts_something_else_is_no_number_of_bits(said: str, right: bool) -> None:
    page = f"Le cas 1 de la CNIL s'applique à notre organisation, car rien ne bloque les essais. {said}"
    situation = situations.SITUATIONS[[one.case for one in situations.SITUATIONS].index(1)]
    if right:
        prose.expect_situation(page, situation)
    else:
        assert "ne donne pas le nombre de bits" in observed(lambda: prose.expect_situation(page, situation))


def refusing(refused: Callable[[dict[str, str]], bool]) -> Callable[[bytes], bytes]:
    """A right script, but for right passwords that it refuses."""

    def answer(stdin: bytes) -> bytes:
        asked = map(json.loads, stdin.decode().splitlines())
        said = map(json.loads, right_answer(stdin).splitlines())
        no = {"ok": False, "nouvelle_empreinte": None}
        return "\n".join(
            json.dumps(no if refused(line) else one) for line, one in zip(asked, said, strict=True)
        ).encode()

    return answer


def test_a_right_password_of_rough_signs_is_told_as_such() -> None:
    told = failure(script(refusing(lambda line: "<" in line["mot_de_passe"]), "m.php").expect_right_accepted)
    assert told.observed.startswith("m.php refuse un bon mot de passe qui a une apostrophe, ")
    [kind] = {case.scheme for case in cases() if case.role == "jumeaux"}
    assert "htmlspecialchars" in (told.help or "") and f"(vu avec {migration.SCHEMES[kind]})" in told.observed


def test_a_right_password_under_other_settings_is_tried_with_both_kinds() -> None:
    kinds = set()
    for number in range(volume(4, 12)):
        own = migration.Migration("m.py", Bench(right_answer), cases(), Draw(b"%d" % number))
        own.expect_right_accepted()
        [right] = [case for case in own._batches[migration.OWN] if case.role == migration.APART_MADE and case.ok]
        kinds.add(right.scheme)
        stored = right.empreinte
        deaf = migration.Migration(
            "m.py", Bench(refusing(lambda line, one=stored: line["empreinte"] == one)), cases(), Draw(b"%d" % number)
        )
        told = observed(deaf.expect_right_accepted)
        assert f"l'ancienne empreinte, {migration.SCHEMES[right.scheme]}, a d'autres réglages que " in told
        deaf.expect_new_hashes()
        deaf.expect_wrong_refused()
    assert kinds == {"bcrypt", "argon2id"}


def odd_hash(role: str, change: Callable[[str], str | None], *, ok: bool = True) -> Callable[[bytes], bytes]:
    """A right script, with another new hash for lines of a role."""
    known = {(case.mot_de_passe, case.empreinte) for case in cases() if case.role == role and case.ok is ok}

    def answer(stdin: bytes) -> bytes:
        lines = []
        for line, said in zip(stdin.decode().splitlines(), right_answer(stdin).splitlines(), strict=True):
            asked, one = json.loads(line), json.loads(said)
            if (asked["mot_de_passe"], asked["empreinte"]) in known:
                one["nouvelle_empreinte"] = change(asked["mot_de_passe"])
            lines.append(json.dumps(one))
        return "\n".join(lines).encode()

    return answer


@pytest.mark.parametrize("role", ["long", "unicode", "espaces"])
def test_new_hashes_of_odd_passwords_have_the_settings_and_salts_of_their_own(role: str) -> None:
    weak = script(odd_hash(role, lambda word: hashed("argon2id", word, word.encode()[:16].ljust(16), argon=(1_024, 2))))
    assert "Argon2id est réglé trop bas (m=1024, t=2)" in observed(weak.expect_parameters)
    if role != "unicode":  # of which none is wrong
        beside = script(odd_hash(role, lambda _word: "$2y$10$" + "a" * 53, ok=False))
        assert "donne une nouvelle empreinte" in observed(beside.expect_wrong_refused)
    if role != "espaces":  # of which one alone is right
        salted = script(odd_hash(role, lambda word: hashed("argon2id", word, b"toujours le meme"[:16])))
        assert observed(salted.expect_new_hashes) == "Plusieurs nouvelles empreintes ont le même sel."


def test_a_salt_that_a_long_password_gives_is_told_when_it_comes_back() -> None:
    """Its own new hash is given back with the same password, which then has the same salt."""

    def answer(stdin: bytes) -> bytes:
        lines = []
        for line, said in zip(stdin.decode().splitlines(), right_answer(stdin).splitlines(), strict=True):
            word, one = json.loads(line)["mot_de_passe"], json.loads(said)
            if one["ok"] and len(word.encode()) > 72:
                one["nouvelle_empreinte"] = hashed("argon2id", word, hashlib.sha256(word.encode()).digest()[:16])
            lines.append(json.dumps(one))
        return "\n".join(lines).encode()

    assert observed(script(answer).expect_new_hashes).endswith("nouvelles empreintes ont le même sel.")


def test_a_hash_of_a_digit_too_many_and_an_empty_one_beside_an_empty_password_are_told() -> None:
    [longer] = [
        case
        for case in cases()
        if case.role == "abime" and len(case.empreinte) > migration.LENGTHS.get(case.scheme, 999)
    ]
    cut = script(answering(lambda line: line["empreinte"] == longer.empreinte or truth(line, line["mot_de_passe"])))
    assert observed(cut.expect_robust).endswith(" trop longue.")
    empty = script(
        answering(lambda line: line["mot_de_passe"] == line["empreinte"] == "" or truth(line, line["mot_de_passe"]))
    )
    assert observed(empty.expect_limits) == "Un mot de passe vide est accepté (essayé avec une empreinte vide)."


def test_a_finding_that_is_told_twice_is_right_when_all_its_severities_are() -> None:
    rows = findings.report(data())
    the_audit([*rows, *rows]).expect_severity()
    again = [row | {"Gravité": "critique" if row["Gravité"] == "faible" else "faible"} for row in rows]
    for mixed in ([*rows, *again], [*again, *rows], [*rows, *rows, *rows, *again]):
        told = failure(the_audit(mixed).expect_severity)
        assert f"{len(rows)} constats y sont avec plusieurs gravités ; " in told.observed
        assert "supprimez celle de trop" in (told.help or "")
    other = [row | {"Gravité": "faible"} for row in rows[:3] if row["Gravité"] != "critique"]
    the_audit([*rows, *other]).expect_severity()


REPEATED = ("{risk} : constaté", "{risk}, {account}", "Constaté", "le risque {risk} est bien avéré", "vu et vérifié")
NOTHING = (
    *("Ne rien changer", "Rien à faire pour l'instant", "Aucune action", "Laisser tel quel", "Ne changez rien"),
    *("Ne pas fermer le compte", "Garder le compte actif", "Ne pas imposer de second facteur", "Pas de changement"),
)
REFUSED = (
    *("Je refuse cette charte et ne m'engage à rien, le 13/09/2026.", "Lu et refusé le 13/09/2026"),
    *("Lu et accepté le 13/09/2026\nJe ne m'engage à rien", "Lu, non accepté, le 3 mars"),
    *("Je refuse ce mandat, le 3 mars", "Je n'accepte pas cette charte, le 3 mars"),
    *("Je refuse de signer, le 3 mars", "Je refuse tout, le 3 mars", "Je n'ai pas accepté cette charte, le 3 mars"),
)
KEPT_COMMITMENTS = (
    "Lu et accepté le 3 mars. Je refuse de montrer un mot de passe à quiconque.",
    "Lu et accepté le 3/4, sans réserve",
    "Lu et accepté le 3 mars. Je refuse tout partage de mot de passe, et toute copie de ces fichiers.",
    "Lu et accepté le 3 mars. Je refuse la divulgation de ces données ; je n'accepte pas de les transmettre.",
    "Lu et accepté le 3 mars. Je n'ai jamais lu les messages d'un collègue, et n'ai pas accepté d'aide.",
)


def test_words_that_say_nothing_or_the_contrary_are_told() -> None:
    rows = findings.report(data())
    for form in REPEATED:
        said = [row | {"Preuve": form.format(risk=row["Risque"], account=row["Compte"])} for row in rows]
        assert f"{len(rows)} lignes" in observed(the_audit(said).expect_proofs), form
    for advice in NOTHING:
        said = [row | {"Recommandation": advice} for row in rows]
        assert f"dit seulement « {advice} »" in observed(the_audit(said).expect_advice)
    for signed in REFUSED:
        own = charter(texts.charter(data(), signed=signed))
        assert "c'est un refus" in observed(lambda own=own: prose.expect_signed(own))
    told = observed(lambda: prose.expect_advice(mistakes.CONTRARY))
    assert "Il conseille le contraire : « Choisissez un mot de passe court" in told


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("Preuve", ("essai saison", "G1", "32 caractères", "MD5", "empreinte", "liste de fuites", "second_facteur : non")),
        ("Preuve", ("identifiant", "Équipe accueil", "partie le 3 mars", "colonne titulaire", "fuite dans resultats.csv")),
        ("Recommandation", ("désactiver", "Ne plus partager le compte", "Ne pas réutiliser le mot de passe")),
        ("Recommandation", ("Imposer un second facteur", "Ne pas supprimer, mais désactiver", "Un compte par personne")),
        ("Recommandation", ("Rien à garder : fermer le compte", "Aucun compte partagé", "Ne pas garder ce compte ouvert")),
    ],
)  # fmt: skip
def test_right_words_that_look_contrary_are_kept(column: str, cells: Sequence[str]) -> None:
    *others, last = findings.report(data())
    for cell in cells:
        own = the_audit([*others, last | {column: cell}])
        own.expect_proofs()
        own.expect_advice()


def test_right_advice_and_commitments_that_look_contrary_are_kept() -> None:
    kept = [
        *("Un mot de passe court se devine en une minute.", "N'utilisez jamais le même mot de passe pour deux services."),
        *("Si vous gardez le même mot de passe partout, changez-le.", "Vous n'avez pas de gestionnaire ? Demandez-le."),
        *("Gardez le même mot de passe tant qu'il n'a pas fuité.", "Ne communiquez votre mot de passe à personne."),
        *("Quand un second facteur est proposé, activez-le et refusez toute demande inattendue.",),
        *("Ne prévenez personne d'autre que le support.", "N'appelez pas le numéro du message."),
    ]  # fmt: skip
    assert [one for one in kept for wrong in prose._CONTRARY.values() if wrong.search(prose._plain(one))] == []
    for signed in KEPT_COMMITMENTS:
        prose.expect_signed(charter(texts.charter(data(), signed=signed)))


def test_a_first_name_is_one_whatever_its_case() -> None:
    one, other = (person.prenom for person in typed().people[:2])
    for more in (
        f"NOS COLLÈGUES {one.upper()} ET {other.upper()} ONT ÉTÉ TROUVÉS.",
        f"Nos collègues {one.upper()} et {other} ont le même.",
        f"Le mot de passe de {one.lower()} a été trouvé en une seconde.",
    ):
        assert one in observed(lambda more=more: prose.expect_nobody(texts.message(data(), more=more), typed()))
    prose.expect_nobody(texts.message(data(), more=f"Merci à {one} Durandeau, du service informatique."), typed())
    violet = SimpleNamespace(people=[SimpleNamespace(prenom="Violette", nom="Zzz")], accounts=[])
    prose.expect_nobody(texts.message(data(), more="Une phrase de passe avec une violette et un hamac."), violet)
    failure(lambda: prose.expect_nobody(texts.message(data(), more="Merci à VIOLETTE pour son aide."), violet))


pieces = import_grader(GRADER, "pieces")
SHOWN = (
    *("chouchou2001", "Automne#2025", "Automne2025$", "hiver24*", "kervadran75!", "Maelys#1987", "Passerive@7512"),
    *("doudou1987", "aT7#kd9Qx!zR3", "capdevielle-rous75!", "Tulipe-38-melon-galet-cabane"),
)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("le mot de passe commence par « chouch » et finit par « ou2001 »", False),
        ("commence par chouchou et finit par 2001", False),
        ("il commence par chouchou20", False),
        ("chouchou20", True),
        ("CHOUCH puis OU2001", False),
        ("chou*** et ***chou2001", False),
        ("« Automne » ; puis « 2025 »", True),
        ("Automne# et 2025", False),
        ("kervadran, suivi de 75!", True),
        ("début : Passerive, fin : @7512", False),
        ("on y lit aT7#kd9", False),
    ],
)
def test_pieces_give_a_password_away(text: str, cell: bool) -> None:
    assert len(pieces.Pieces(SHOWN).given(text, cell=cell)) == 1


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("Évitez une saison et une année, comme Automne 2025 ou « Automne2025 ».", False),
        ("Un mot de passe qui commence par une saison (Automne) et finit par une année (2025)", False),
        ("N'utilisez ni « azerty », ni « doudou », ni « 1987 », ni « doudou19 ».", False),
        ("commence par le nom de l'organisation, puis 24 caractères tirés au hasard", True),
        ("c.kervadran ; Intranet ; tiré de l'identifiant ; élevée ; resultats.csv ; Maëlys Kervadran, 75 jours", True),
        ("resultats.csv, nom de l'organisation (Passerive), essai du 2021-03-02 ; 75012 Passerive", True),
        ("essai saison : automne ; dernière connexion 2025-11-03", True),
        ("Inès Capdevielle-Rous, 75 jours", True),
        ("une tulipe, 38 melons et un galet, une cabane", False),
    ],
)
def test_ordinary_words_of_a_password_give_nothing_away(text: str, cell: bool) -> None:
    assert pieces.Pieces(SHOWN).given(text, cell=cell) == []


def test_a_password_in_pieces_is_told_by_its_place_and_right_texts_show_none() -> None:
    word = mistakes.a_password(data())
    found = [Trace("cellule E3", f"commence par « {word[:5]} »"), Trace("cellule F3", f"finit par « {word[5:]} »")]
    told = failure(lambda: search(found, "audit.csv"))
    assert told.observed.startswith(
        "1 valeur secrète se lit dans le rendu : un mot de passe en morceaux dans audit.csv"
    )
    assert (told.help or "").endswith("Dans un vrai audit, un mot de passe montré est aussi à changer.")
    for number in range(volume(2, 40)):
        own = variant.make(b"morceaux %d" % number, b"morceaux")
        sought, made = pieces.Pieces(sorted(set(own.passwords.values()))), plain(own)
        rows = [*findings.report(made), *findings.review(made), *made["results"]]
        lines = [*texts.message(made).splitlines(), *texts.own_words(made).splitlines(), *texts.justification(made).splitlines()]  # fmt: skip
        assert [row for row in rows if sought.given(" ; ".join(row.values()), cell=True)] == []
        assert [line for line in lines if sought.given(line)] == []


# -- what was the same in every exam


def exams(count: int) -> list[Any]:
    return [
        migration.Migration("m/v.py", Bench(right_answer), cases(), Draw(b"%d" % number)) for number in range(count)
    ]


def test_no_kind_of_list_keeps_its_line_ends() -> None:
    """Those of odd lines, of a few, of its own hashes and short ones are as all others; one of Windows may end bare too."""
    drawn = exams(30)
    for batch in (migration.TOGETHER, migration.SOME, migration.SHORT, migration.OWN, *migration.MAIN):
        ends = {(batch in own._windows, batch in own._bare) for own in drawn}
        assert len(ends) > 3 if batch != migration.AGAIN else len(ends) > 2, batch
    for own in drawn:
        odd = [
            {batch in ends for batch in (migration.TOGETHER, *migration.APART)} for ends in (own._windows, own._bare)
        ]
        assert all(len(one) == 1 for one in odd), "what is run apart is as it was together"


def test_answers_of_one_list_go_to_a_file_and_one_is_typed_in_the_folder_of_the_program() -> None:
    kept, within = set(), set()
    for seed in (b"un", b"deux", b"trois", b"quatre"):
        lines = typed_lines(seed)
        line, *_odd = sorted(
            (line for line in lines if re.search(r"[^2]> /tmp/", line.text)),
            key=lambda line: -len(next(iter(line.files.values()))),
        )
        file = re.search(r" > (/tmp/[a-z.]+); r=", line.text)
        assert file and line.text.count(file[1]) == 3
        done = subprocess.run(
            [
                "bash",
                "-c",
                line.text.replace(line.text.partition(" > /tmp")[0], "sh -c 'echo oui; echo non >&2; exit 3'"),
            ],
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (3, b"oui\n", b"non\n") and not Path(file[1]).exists()
        [inside] = [line for line in lines if line.text.startswith("cd rendu/migration && python3 verifier.py < /tmp/")]
        assert inside.own
        kept.add(lines.index(line))
        within.add(lines.index(inside))
    assert len(kept) > 1 < len(within)


@pytest.mark.parametrize(
    ("lets", "expectation", "told"),
    [
        (
            lambda lines, line: len(lines) > 36 and kind_of(line) in ("bcrypt", "argon2id"),
            "wrong_refused",
            "un autre mot de passe que le bon (vu avec ",
        ),
        (
            lambda lines, line: (
                line["mot_de_passe"] in [one["mot_de_passe"] for one in lines if truth(one, one["mot_de_passe"])]
            ),
            "wrong_refused",
            "un autre mot de passe que le bon (vu avec ",
        ),
        (
            lambda _lines, line: line["mot_de_passe"].isdigit(),
            "wrong_refused",
            "un autre mot de passe que le bon (vu avec ",
        ),
        (
            lambda _lines, line: line["mot_de_passe"] == line["login"],
            "wrong_refused",
            "un autre mot de passe que le bon",
        ),
        (
            lambda _lines, line: any(
                truth(line, word[:at] + word[at + 1 :])
                for word in [line["mot_de_passe"]]
                for at in range(len(word) - 1)
            ),
            "wrong_refused",
            "le bon mot de passe avec un signe de trop",
        ),
        (
            lambda _lines, line: any(
                truth(line, word[:at] + word[at + 1] + word[at] + word[at + 2 :])
                for word in [line["mot_de_passe"]]
                for at in range(len(word) - 1)
            ),
            "wrong_refused",
            "le bon mot de passe, dont deux signes sont échangés ou un chiffre a changé",
        ),
        (
            lambda lines, line: (
                any(one["empreinte"].startswith("$argon2id$") and one["empreinte"].endswith("!") for one in lines)
                and re.fullmatch(r"[0-9a-f]{32}|[0-9a-f]{40}|sha256\$[0-9a-f]{16}\$[0-9a-f]{64}", line["empreinte"])
                is not None
            ),
            "robust",
            "dans une liste qui a des empreintes illisibles",
        ),
        (
            lambda _lines, line: not line["mot_de_passe"].isascii() and len(line["mot_de_passe"]) < 60,
            "limits",
            "accentué est accepté",
        ),
        (lambda _lines, line: not line["mot_de_passe"] and len(line["empreinte"]) > 0, "limits", "vide est accepté"),
        (lambda _lines, line: truth(line, re.sub(" +", " ", line["mot_de_passe"])), None, ""),
    ],
)
def test_who_is_wrong_where_an_exam_never_looked_is_told(
    lets: Callable[[Sequence[dict[str, str]], dict[str, str]], bool], expectation: str | None, told: str
) -> None:
    def answer(stdin: bytes) -> bytes:
        lines = [json.loads(line) for line in stdin.decode().splitlines()]
        right = [truth(line, line["mot_de_passe"]) for line in lines]
        said = zip(right, lines, strict=True)
        return "\n".join(
            json.dumps({"ok": ok or lets(lines, line), "nouvelle_empreinte": new_hash(line) if ok else None})
            for ok, line in said
        ).encode()

    for number in range(volume(1, 8)):
        own = migration.Migration("m/v.py", Bench(answer), cases(), Draw(b"%d" % number))
        if expectation:
            assert told in observed(getattr(own, f"expect_{expectation}"))
        else:
            own.expect_wrong_refused()


def test_a_password_of_one_figure_hides_no_number_of_what_a_script_says() -> None:
    given_one = [testlists.Case("foule", "md5", word, "0" * 32, False) for word in ("3", "tuile")]
    assert migration._cleaned("line 3: tuile", given_one) == "line 3: •••"


@pytest.mark.parametrize("number", range(volume(20, 400)))
def test_no_wrong_line_of_any_list_is_right(number: int) -> None:
    """Two people may have chosen « melon »: what is tried for one is looked at beside the hash of the other."""
    own = migration.Migration("m/v.py", Bench(right_answer), cases(), Draw(b"%d" % number))
    lines = [case for batch in own._batches.values() for case in batch] + [*own._not_yet]
    cheap = [case for case in lines if case.scheme in hashing.CHEAP and case.mot_de_passe]
    assert all(hashing.opens(case.mot_de_passe, case.empreinte) is case.ok for case in cheap)
    case = next(case for case in cheap if case.ok)
    tried = migration._tried(Draw(b""), replace(case, ok=False), [case.mot_de_passe, "autre"])
    assert tried.mot_de_passe == "autre" and migration._tried(Draw(b""), case, [case.mot_de_passe]) == case


def test_a_kind_that_lets_everybody_in_is_told_once() -> None:
    """Where wrong ones of a kind are accepted in ordinary lists, what stands beside damaged hashes tells nothing more."""

    def sha1(line: dict[str, str]) -> bool:
        return (
            len(line["empreinte"]) == 40 and line["empreinte"].isalnum() and line["mot_de_passe"] != line["empreinte"]
        )

    own = script(answering(lambda line: sha1(line) or truth(line, line["mot_de_passe"])))
    assert "est accepté" in observed(own.expect_wrong_refused)
    told = failure(own.expect_robust)
    assert "dans une liste qui a des empreintes illisibles" in told.observed and told.because == ("migration-mauvais",)


def test_a_right_password_keeps_the_spaces_between_its_words() -> None:
    def once(line: dict[str, str]) -> bool:
        return truth(line, re.sub("  +", " ", line["mot_de_passe"]))

    twice = any("  " in case.mot_de_passe.strip() for case in cases() if case.role == "espaces" and case.ok)
    own = script(answering(once))
    if twice:
        assert "ou entre deux mots, ne compte pas" in observed(own.expect_limits)
    assert "ou entre deux mots" in observed(
        script(answering(lambda line: truth(line, line["mot_de_passe"].replace(" ", "")))).expect_limits
    )


def test_who_signs_in_alone_or_twice_is_let_in() -> None:
    alone = twice = 0
    for own in exams(24):
        few, crowd = own._batches[migration.FEW], own._batches[migration.CROWD]
        alone += all(case.ok for case in few)
        rights = [case for case in crowd if case.ok]
        twice += len({*rights}) < len(rights)
        assert {case.mot_de_passe for case in rights} & {case.mot_de_passe for case in crowd if not case.ok}
    assert 5 < alone < 19 and 5 < twice < 19

    def deaf(stdin: bytes) -> bytes:
        return (
            changed(ok=False, nouvelle_empreinte=None)(stdin) if stdin.count(b"empreinte") == 1 else right_answer(stdin)
        )

    one = next(own for own in exams(24) if [case.ok for case in own._batches[migration.FEW]] == [True])
    one._bench = Bench(deaf)
    assert fails(one.expect_right_accepted)


def test_a_new_hash_of_what_was_migrated_is_looked_at_too() -> None:
    """Who gives none there is right: the old one is good already."""

    def answer(change: Callable[[str, int], str | None]) -> Callable[[bytes], bytes]:
        known = {case.empreinte for case in (*cases(), *migration.GIVEN, *migration.OF_SHEET)}

        def said(stdin: bytes) -> bytes:
            lines = []
            pairs = zip(stdin.decode().splitlines(), right_answer(stdin).splitlines(), strict=True)
            for at, (line, one) in enumerate(pairs):
                asked, made = json.loads(line), json.loads(one)
                if made["ok"] and asked["empreinte"] not in known:
                    made["nouvelle_empreinte"] = change(asked["mot_de_passe"], at)
                lines.append(json.dumps(made))
            return "\n".join(lines).encode()

        return said

    told = observed(script(answer(lambda word, at: hashlib.md5(word.encode()).hexdigest())).expect_new_hashes)
    assert "quand l'ancienne est déjà de l'Argon2id ou du bcrypt ne vérifie pas" in told
    other = script(answer(lambda word, at: hashed("argon2id", f"{word}x", b"%016d" % at)))
    assert "ne vérifie pas" in observed(other.expect_new_hashes)
    weak = script(answer(lambda word, at: hashed("argon2id", word, b"%016d" % at, argon=(1_024, 2))))
    weak.expect_new_hashes()
    assert "Argon2id est réglé trop bas (m=1024, t=2)" in observed(weak.expect_parameters)
    none = script(answer(lambda word, at: None))
    none.expect_new_hashes()
    none.expect_parameters()


@pytest.mark.parametrize(
    "code",
    [
        lambda word: base64.b64encode(word.encode()).decode(),
        lambda word: word.encode().hex(),
        lambda word: word[::-1],
        lambda word: codecs.encode(word, "rot13"),
    ],
)
def test_an_answer_that_repeats_the_password_in_a_code_is_told(code: Callable[[str], str]) -> None:
    def answer(stdin: bytes) -> bytes:
        lines = map(json.loads, stdin.decode().splitlines())
        said = map(json.loads, right_answer(stdin).splitlines())
        return "\n".join(
            json.dumps({"suivi": code(line["mot_de_passe"])} | one) for line, one in zip(lines, said, strict=True)
        ).encode()

    assert observed(script(answer).expect_silent) == "Une réponse de migration/verifier.py redit le mot de passe reçu."


def test_an_answer_of_ordinary_fields_repeats_nothing() -> None:
    def answer(stdin: bytes) -> bytes:
        lines = map(json.loads, stdin.decode().splitlines())
        said = map(json.loads, right_answer(stdin).splitlines())
        more = (
            {"login": line["login"], "ancienne": line["empreinte"], "message": "Mot de passe vérifié"} for line in lines
        )
        return "\n".join(
            json.dumps(extra | one, ensure_ascii=False) for extra, one in zip(more, said, strict=True)
        ).encode()

    for number in range(volume(3, 12)):
        migration.Migration("m.py", Bench(answer), cases(), Draw(b"%d" % number)).expect_silent()


# -- what the fifteenth trial still earned


NOBODY = b'{"ok": false, "nouvelle_empreinte": null}\n'


class Typist(Bench):
    """Refuses everybody, and does something more at some typed lines."""

    def __init__(self, odd: Callable[[TypedLine, Ran], Ran]) -> None:
        super().__init__(lambda stdin: NOBODY * len(stdin.splitlines()))
        self.odd = odd

    def type(self, lines: Sequence[TypedLine]) -> list[Ran]:
        return [self.odd(line, ran) for line, ran in zip(lines, super().type(lines), strict=True)]


def typing(odd: Callable[[TypedLine, Ran], Ran], number: int) -> Any:
    return migration.Migration("m.py", Typist(odd), cases(), Draw(b"%d" % number))


def test_where_errors_and_answers_go_is_drawn_for_each_list() -> None:
    drawn = exams(30)
    for batch in (migration.TOGETHER, migration.SOME, migration.SHORT, migration.OWN, *migration.MAIN):
        ways = {own._to_files.get(batch, ("", ""))[0] for own in drawn}
        assert {"", migration.TO_A_FILE} <= ways and len(ways) > 2, batch
    for own in drawn:
        errors = [own._to_files.get(batch, ("", ""))[0] for batch in (migration.TOGETHER, migration.SOME)]
        assert errors.count(migration.TO_A_FILE) == 1 and own._on_screen & {migration.TOGETHER, migration.SOME}
    assert len({migration.TOGETHER in own._on_screen for own in drawn}) == 2
    assert 5 < sum(migration.NOWHERE in own._batches for own in drawn) < 25
    assert 4 < sum(migration.TO_NOBODY in own._to_files.get(migration.AGAIN, ()) for own in drawn) < 20


def has_damaged(line: TypedLine) -> bool:
    [content] = line.files.values()
    return any(migration.OF_SHEET[1].empreinte[:12] in one or '""' in one for one in content.decode().splitlines())


@pytest.mark.parametrize("way", ["to a file", "to a terminal", "while answers go nowhere"])
def test_what_is_said_of_damaged_lines_in_one_way_of_giving_them_is_told(way: str) -> None:
    """Errors that go to a file, or to a terminal, for one of the two lists of odd lines, or beside answers that go nowhere."""

    def odd(line: TypedLine, ran: Ran) -> Ran:
        noise = b"illisible\n"
        if way == "to a terminal":
            loud = line.screen and "2>" not in line.text and has_damaged(line)
            return replace(ran, stdout=noise + ran.stdout) if loud else ran
        file = "> /dev/null" if way == "while answers go nowhere" else "2> /tmp"
        loud = file in line.text and "2> /dev" not in line.text and (has_damaged(line) or "2>" not in file)
        given_out = replace(ran, stdout=b"") if "2> /dev" not in line.text and " > /dev/null" in line.text else ran
        if not loud:
            return given_out
        return replace(given_out, stdout=noise + given_out.stdout) if line.screen else replace(given_out, stderr=noise)

    told = [fails(typing(odd, number).expect_silent) for number in range(volume(8, 20))]
    assert sum(told) >= len(told) / 4
    assert way != "to a file" or sum(told) > len(told) / 2


def test_lists_have_names_with_and_without_a_number_and_that_of_the_sheet() -> None:
    named = [
        {batch: own._typed_line(batch, []).files.popitem()[0] for batch in own._own_lists & {*own._names}}
        for own in exams(30)
    ]
    for names in named:
        main = {bool(re.search(r"\d", name)) for batch, name in names.items() if batch in migration.MAIN}
        assert main == {True, False}, "in each exam"
    together = {names[migration.TOGETHER] for names in named}
    assert {migration.SHEETS} < together and len(together) > 5
    assert sum(migration.EXAMPLE in names.values() for names in named) > 5, "copied, to be changed"
    for number in range(volume(2, 8)):

        def lets(line: TypedLine, ran: Ran) -> Ran:
            [name] = line.files
            said = ran.stdout.replace(b'"ok": false', b'"ok": true')
            return ran if re.search(r"\d|exemple", name) else replace(ran, stdout=said)

        opened = typing(lets, number)
        assert any(answer.ok for answer in opened.answers() if not answer.case.ok)


def test_a_new_hash_that_is_said_again_for_the_same_line_is_told_in_each_exam() -> None:
    def answer(stdin: bytes) -> bytes:
        kept: dict[tuple[str, ...], Any] = {}
        said = []
        for line, one in zip(
            map(json.loads, stdin.decode().splitlines()), right_answer(stdin).splitlines(), strict=True
        ):
            made = json.loads(one)
            key = line["login"], line["mot_de_passe"], line["empreinte"]
            said.append(made | {"nouvelle_empreinte": kept.setdefault(key, made["nouvelle_empreinte"])})
        return "\n".join(map(json.dumps, said)).encode()

    for number in range(volume(4, 16)):
        own = migration.Migration("m.py", Bench(answer), cases(), Draw(b"%d" % number))
        assert "deux fois la même nouvelle empreinte" in observed(own.expect_new_hashes)
        short = [own._batches[one] for one in ("principal", migration.SCREEN, migration.PART, migration.SHORT)]
        wrong = [(case.login, case.mot_de_passe, case.empreinte) for one in short for case in one if not case.ok]
        assert wrong


def opening(hashes: Collection[str]) -> Callable[[bytes], bytes]:
    """A script that lets everybody in who has one of these hashes."""

    def answer(stdin: bytes) -> bytes:
        said = map(json.loads, right_answer(stdin).splitlines())
        lines = map(json.loads, stdin.decode().splitlines())
        return "\n".join(
            json.dumps(one | ({"ok": True} if line["mot_de_passe"] and line["empreinte"] in hashes else {}))
            for line, one in zip(lines, said, strict=True)
        ).encode()

    return answer


def test_lines_of_the_example_and_of_the_sheet_are_given_with_another_password() -> None:
    sheet = Path("labs/mots-de-passe/seances/cas-limites.md").read_text("utf-8")
    for case in migration.OF_SHEET:
        assert (
            f'{{"login": "{case.login}", "mot_de_passe": "{case.mot_de_passe}", "empreinte": "{case.empreinte}"}}'
            in sheet
        )
        assert not case.ok or (truly(case.mot_de_passe, case.empreinte) and not truly(case.other, case.empreinte))
    assert all(truly(case.mot_de_passe, case.empreinte) for case in migration.GIVEN)
    whole = 0
    for number in range(volume(4, 20)):
        known = migration.Migration(
            "m.py", Bench(opening([c.empreinte for c in migration.GIVEN])), cases(), Draw(b"%d" % number)
        )
        told = failure(known.expect_wrong_refused)
        assert (
            told.observed
            == "Un mauvais mot de passe est accepté avec une empreinte de donnees/migration-exemple.jsonl."
        )
        assert "Changez une lettre" in (told.help or "") and not told.because
        known.expect_right_accepted()
        whole += [case.empreinte for case in known._batches[migration.FEW]] == [c.empreinte for c in migration.GIVEN]
        rights = [case for batch in migration.MAIN for case in known._batches[batch] if case in migration.GIVEN]
        assert rights
        opens = migration.Migration(
            "m.py", Bench(opening([c.empreinte for c in migration.OF_SHEET])), cases(), Draw(b"%d" % number)
        )
        assert fails(opens.expect_long) and fails(opens.expect_limits)
    assert whole or number < 10
