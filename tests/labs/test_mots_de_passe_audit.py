"""The report: what it finds, its false accusations, its severities, its proofs and its advice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from password_works import (
    audit,
    charter,
    data,
    exports,
    findings,
    mistakes,
    prose,
    remedies,
    shown,
    texts,
    the_audit,
    the_review,
    typed,
    vocabulary,
)
from refused import failure, observed

from etabli.exam import Failed
from etabli.exam.contract.french import counted


def test_one_severity_for_all_is_told_as_such_with_all_its_lines() -> None:
    told = observed(the_audit([row | {"Gravité": "élevée"} for row in findings.report(data())]).expect_severity)
    assert "« élevée » (lignes " in told and told.startswith("audit.csv : toutes les lignes ont la même")
    assert "sur un compte administrateur (lignes " in told


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


def test_a_risk_said_in_other_words_is_no_proof() -> None:
    rows, known = findings.report(data()), findings.words(data())
    other = {
        "fuite": "ce mot de passe n'est plus secret pour personne",
        "identifiant": "il ressemble à son nom",
        "saison": "il change avec le temps qu'il fait",
        "dormant": "on ne s'en sert plus depuis longtemps",
        "parti": "la personne ne travaille plus ici",
        "empreinte-faible": "l'empreinte n'est pas solide",
        "reutilise": "c'est le même qu'ailleurs",
        "partage": "plusieurs collègues entrent avec",
    }
    said = [
        row | {"Preuve": other[kind]}
        if (kind := {word: id for id, word in known.items()}[row["Risque"]]) in other
        else row
        for row in rows
    ]
    assert "lignes dont la preuve ne dit rien de ce qui se voit, dont « " in observed(the_audit(said).expect_proofs)
    few = [new if at % 3 == 0 else row for at, (row, new) in enumerate(zip(rows, said, strict=True))]
    the_audit(few).expect_proofs()
    tool = [row | {"Preuve": "craqué par hashcat" if at % 2 else "pareil"} for at, row in enumerate(rows)]
    assert "ne dit rien de ce qui se voit" not in observed(the_audit(tool).expect_proofs)


@pytest.mark.parametrize(
    ("advice", "told"),
    [
        ("Choisir un mot de passe plus long", "ne parle que du mot de passe"),
        ("Mettre un mot de passe de seize signes, différent ailleurs", "ne parle que du mot de passe"),
        ("Renforcer le mot de passe administrateur", "ne parle que du mot de passe"),
        ("Mot de passe plus long, avec un code par SMS", ""),
        ("Ajouter un jeton en plus du mot de passe", ""),
        ("Passer le compte en utilisateur simple et changer le mot de passe", ""),
        ("retirer l'administration à ce compte, et changer son mot de passe", ""),
    ],
)
def test_a_longer_password_is_no_second_factor(advice: str, told: str) -> None:
    rows, word = findings.report(data()), findings.words(data())["sans-2fa"]
    own = the_audit([row | ({"Recommandation": advice} if row["Risque"] == word else {}) for row in rows])
    if told:
        assert told in observed(own.expect_advice)
    else:
        own.expect_advice()


def proved(kind: str, proof: Callable[[Any], str]) -> Any:
    """A right report with another proof on the lines of one risk, made from the account."""
    known = {(one.login, one.system.capitalize()): one for one in typed().accounts}
    word = findings.words(data())[kind]
    rows = [
        row | ({"Preuve": proof(known[row["Compte"], row["Système"]])} if row["Risque"] == word else {})
        for row in findings.report(data())
    ]
    return the_audit(rows)


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
        ("empreinte-faible", lambda one: "colonne titulaire : plusieurs personnes", "dit « titulaire », mais le risque de la ligne est « "),
        ("saison", lambda one: "colonne second_facteur : non", "dit « second facteur », mais le risque de la ligne est « "),
        ("partage", lambda one: "MD5, 32 chiffres", "dit « md5 », mais le risque de la ligne est « "),
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
        ("empreinte-faible", lambda one: f"titulaire seul, {len(one.hash)} caractères"),
        ("saison", lambda one: "empreinte cassée par l'essai saison"),
        ("partage", lambda one: "titulaire : accueil, empreinte commune"),
        ("sans-2fa", lambda one: "droits : administrateur, dernière connexion récente"),
        ("fuite", lambda one: "vu ligne 12, colonne D"),
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

    told("Recommandation", "changer le mot de passe", {*remedies.REMEDIES[0], "partage"}).expect_advice()
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


@pytest.mark.parametrize(
    ("kind", "advice"),
    [
        ("sans-2fa", "Désactiver le compte"),
        ("sans-2fa", "Désactivation du compte, sans attendre"),
        ("saison", "supprimer l'accès"),
        ("empreinte-faible", "Fermez ce compte immédiatement."),
        ("sans-2fa", "Changer le mot de passe"),
        ("parti", "Modification du mot de passe"),
        ("dormant", "changer son mot de passe"),
        ("dormant", "Ajouter un second facteur"),
        ("parti", "mettre en place la double authentification"),
    ],
)
def test_the_advice_of_another_risk_is_told_from_two_lines_on(kind: str, advice: str) -> None:
    rows, known = findings.report(data()), findings.words(data())
    alike = {known[one] for kinds in remedies.REMEDIES if kind in kinds for one in kinds}
    others = {row["Compte"] for row in rows if row["Risque"] not in alike}
    mine = [at for at, row in enumerate(rows) if row["Risque"] == known[kind] and row["Compte"] not in others]
    for at in mine:
        rows[at] |= {"Recommandation": advice}
    told = observed(the_audit(rows).expect_advice)
    assert f"{len(mine)} lignes dont la recommandation répond à un autre risque, « {advice} »" in told
    for at in mine[1:]:
        rows[at] |= {"Recommandation": f"{advice} ou demander le second facteur"}
    the_audit(rows).expect_advice()


@pytest.mark.parametrize(
    ("kind", "advice"),
    [
        ("fuite", "Bloquer le compte, puis changer le mot de passe"),
        ("fuite", "bloquer le compte"),
        ("saison", "ajouter un second facteur"),
        ("partage", "fermer le compte"),
        ("partage", "changer le mot de passe"),
        ("sans-2fa", "changer le mot de passe et activer le second facteur"),
        ("sans-2fa", "fermer l'accès tant que le second facteur manque"),
        ("sans-2fa", "retirer les droits d'administrateur"),
        ("parti", "désactiver le compte"),
    ],
)
def test_advice_that_may_do_for_its_risk_is_kept(kind: str, advice: str) -> None:
    word = findings.words(data())[kind]
    rows = [row | ({"Recommandation": advice} if row["Risque"] == word else {}) for row in findings.report(data())]
    the_audit(rows).expect_advice()


def test_who_has_two_risks_may_be_closed_for_both() -> None:
    known = findings.words(data())
    rows = findings.report(data())
    mine = [row for row in rows if row["Risque"] == known["saison"]]
    other = {"Risque": known["dormant"], "Recommandation": "fermer le compte"}
    two = [row | {"Recommandation": "fermer le compte"} for row in mine] + [row | other for row in mine]
    assert not remedies.of_another_risk(the_audit(two).table.lines)


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
        f"{leaked} lignes ont ce risque, mais un compte inconnu, et ne comptent pas."
    )
    few = [row | {"Risque": "mdp nul"} for row in findings.report(data())[5:]]
    told = observed(the_audit([*findings.report(data())[:5], *few]).expect_share)
    assert re.fullmatch(
        rf"Le relevé trouve 5 constats sur {len(few) + 5} : (\d+ sur \d+ dans \w+(, | et )?){{3}}\. Il n'a aucun constat pour .*« sans "
        rf"second facteur »\. {len(few)} lignes ont un risque ou un compte inconnu et ne comptent pas\.",
        told,
    )


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
