"""The texts: the page that justifies the policy, the message to the staff, and the charter that is signed."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from password_works import (
    GRADER,
    charter,
    copied,
    data,
    naming,
    prose,
    situations,
    texts,
    typed,
    variant,
    vocabulary,
    work,
)
from refused import failure, observed

from etabli.exam.contract.check import load_checks
from etabli.exam.contract.plain import plain
from etabli.exam.contract.words import fold
from etabli.exam.runner.request import Wanted
from etabli.exam.tools.asked import AskedFiles


@cache
def with_case(case: int) -> Any:
    seeds = (b"cas-%d" % number for number in range(40))
    return next(made for seed in seeds if (made := variant.make(seed, seed)).situation.case == case)


def test_the_bits_are_looked_at_in_a_page_that_names_one_text_and_wait_for_a_whole_page() -> None:
    page = texts.justification(data(), sources=False)

    def the(text: str) -> Any:
        documents = SimpleNamespace(seen=lambda _path: text, keep=lambda *_: None)
        asked = AskedFiles({"justification": Wanted("Justification", ("j.txt",), ("j.txt",))}, ["j.txt"])
        return work.Work(asked, None, documents, None, typed(), None)

    the(page).expect_page("justification-sources")
    prose.expect_situation(page, typed().situation)
    assert failure(lambda: the(page[:200]).expect_page("justification-sources")).because == ("justification-sources",)


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
    naming.expect_nobody(message, made)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Le cas 2 s'applique chez nous : 80 bits.", "qui n'est pas celui"),
        ("Le cas 2 s'applique. Nous demandons 80 bits, ce n'est pas le cas 1.", "qui n'est pas celui"),
        ("Nous sommes dans le premier cas : un mot de passe seul.", "nombre de bits"),
        ("Le cas 1 s'applique : il demande 50 bits. Nos 80 bits suffisent.", "les bits d'un autre cas"),
        ("Le cas n° 1 s'applique à notre organisation.", "nombre de bits"),
        (
            "Le cas 1 s'applique chez nous. Ce cas nous demande 50 bits. Le cas 2 en veut 80.",
            "les bits d'un autre cas : « Ce cas nous",
        ),
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
        "Le cas 1 s'applique chez nous. Il demande 80 bits, quand le cas 2 en demande 50.",
        "Le cas 1 s'applique. Ce cas demande plus que 50 bits : il en faut 80.",
        "Nous sommes dans le cas 1. La CNIL fixe 50 bits pour un accès restreint. Pour un mot de passe seul, ce sont 80 bits.",
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
        failure(lambda more=more: naming.expect_nobody(texts.message(data(), more=more), typed()))


def test_half_of_a_double_name_names_its_bearer() -> None:
    double = replace(typed().people[3], nom="Capdevielle-Rous")
    own = replace(typed(), people=(double, *typed().people[4:]))
    for half in double.nom.split("-"):
        message = texts.message(data(), more=f"Comme Mme {half}, par exemple.")
        assert double.nom in observed(lambda message=message: naming.expect_nobody(message, own))
    naming.expect_nobody(texts.message(data()), own)


@pytest.mark.parametrize(
    "signature", ["{}", "{}, technicienne", "{}\nTechnicienne\n12 mars 2026", "{} Durandeau, de l'équipe qui audite"]
)
def test_who_writes_may_bear_the_first_name_of_somebody(signature: str) -> None:
    person = typed().people[3]
    for name in (person.prenom, f"{person.prenom} {person.nom}")[: 2 - ("Durandeau" in signature)]:
        naming.expect_nobody(f"{texts.message(data())}\n{signature.format(name)}", typed())


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
    assert person.prenom in observed(lambda: naming.expect_nobody(message, typed()))


@pytest.mark.parametrize(
    "last", ["Merci, {0}", "À bientôt, {0} {1}", "{0}, à l'accueil", "{0} {1}\nà votre service", "De la part de {0}"]
)
def test_a_signature_may_thank_and_say_where_one_works(last: str) -> None:
    person = typed().people[3]
    naming.expect_nobody(f"{texts.message(data())}\n{last.format(person.prenom, person.nom)}", typed())


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


@pytest.mark.parametrize(
    "said",
    [
        "Il n'est pas utile d'installer un gestionnaire de mots de passe.",
        "Le second facteur fait perdre du temps le matin.",
        "Un seul mot de passe pour tous vos services ? Le même mot de passe, vous pouvez le garder.",
        "Inutile d'avoir un gestionnaire, votre tiroir suffit.",
        "Trouvez une bonne phrase, gardez-la pour tous vos services : un mot de passe par site, c'est compliqué.",
        "Évitez le gestionnaire de mots de passe : si on le vole, tout est perdu.",
        "Le second facteur n'est utile qu'aux informaticiens.",
    ],
)
def test_a_politely_contrary_advice_is_none(said: str) -> None:
    known = "Prenez une phrase de passe. Appelez le support. "
    assert observed(lambda: prose.expect_advice(known + said)).startswith("Le message ne donne que 2 conseils")


@pytest.mark.parametrize(
    "said",
    [
        "Inutile d'acheter un gestionnaire : KeePass est déjà sur vos postes.",
        "Grâce au second facteur, un mot de passe volé ne sert à rien.",
        "Le second facteur fait perdre du temps aux pirates.",
        "N'utilisez pas le même mot de passe ailleurs ; si le vôtre est unique, vous pouvez le garder.",
        "KeePass garde un mot de passe par site : utilisez-le pour tous vos comptes.",
        "Évitez tout gestionnaire trouvé au hasard : demandez le nôtre.",
        "On croit que le second facteur n'est utile qu'aux informaticiens. Il protège chacun.",
        "Le second facteur n'est nécessaire que pour les administrateurs, mais je le conseille à tous.",
    ],
)
def test_an_argument_for_it_is_no_advice_against_it(said: str) -> None:
    prose.expect_advice(f"Prenez une phrase de passe. Appelez le support. {said}")


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
        assert failure(lambda pasted=pasted: naming.expect_nobody(pasted, made)).because == ("message-longueur",)
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


def test_the_wrong_case_is_quoted_as_it_was_written() -> None:
    page = "La CNIL connaît trois cas.\nLe cas n° 2 s'applique à notre Régie : 50 bits."
    assert observed(lambda: prose.expect_situation(page, SimpleNamespace(case=1, bits=80))).endswith(
        "pas celui de la situation : « Le cas n° 2 s'applique à notre Régie : 50 bits »."
    )


def test_a_message_without_advice_is_still_looked_at_for_names() -> None:
    spec = load_checks(GRADER).by_id()["message-sans-nom"]
    assert spec.after == ("rendu-present",) and spec.blames == ("message-longueur",)
    naming.expect_nobody("Soyez prudents avec vos mots de passe. " * 10, typed())
    short = failure(lambda: naming.expect_nobody("Soyez prudents.", typed()))
    assert short.because == ("message-longueur",)


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


KEPT_COMMITMENTS = (
    "Lu et accepté le 3 mars. Je refuse de montrer un mot de passe à quiconque.",
    "Lu et accepté le 3/4, sans réserve",
    "Lu et accepté le 3 mars. Je refuse tout partage de mot de passe, et toute copie de ces fichiers.",
    "Lu et accepté le 3 mars. Je refuse la divulgation de ces données ; je n'accepte pas de les transmettre.",
    "Lu et accepté le 3 mars. Je n'ai jamais lu les messages d'un collègue, et n'ai pas accepté d'aide.",
)


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
        assert one in observed(lambda more=more: naming.expect_nobody(texts.message(data(), more=more), typed()))
    naming.expect_nobody(texts.message(data(), more=f"Merci à {one} Durandeau, du service informatique."), typed())
    violet = SimpleNamespace(people=[SimpleNamespace(prenom="Violette", nom="Zzz")], accounts=[])
    naming.expect_nobody(texts.message(data(), more="Une phrase de passe avec une violette et un hamac."), violet)
    failure(lambda: naming.expect_nobody(texts.message(data(), more="Merci à VIOLETTE pour son aide."), violet))


def test_what_people_advise_is_recognised_in_their_own_words() -> None:
    """Sentences of two people who held only the sheet, most of them without its words: 19 of 20 are recognised."""
    told = json.loads((Path(__file__).parent / "wordings.json").read_text("utf-8"))["mots-de-passe"]
    every = [(term, text) for term in vocabulary.ADVICE for text in told[term.id]]
    missed = [text for term, text in every if not any(re.search(one, fold(text)) for one in term.others)]
    assert len(missed) < 0.05 * len(every), missed


def test_words_of_other_things_are_no_advice() -> None:
    text = (
        "Bonjour, souvenez-vous de l'audit annoncé en avril. Voici quelques mots de bilan. Nous avons travaillé en deux temps. "
        "À chaque fois, le résultat est clair, jusqu'à 18 h. L'application de paie est faite. Merci à tous."
    )
    assert "ne donne aucun des conseils" in observed(lambda: prose.expect_advice(text))
