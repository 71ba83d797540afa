"""The policy: how its settings and its form are read, its bits, what it refuses and accepts, what its answers say."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache, partial
from types import SimpleNamespace
from typing import Any

import pytest
from password_works import Bench, answers, data, entropy, policy, prose, sheet, testlists, trying, typed, work
from refused import failure, observed

from etabli.exam import Cells, Line
from etabli.exam.contract.draw import Draw
from etabli.exam.tools.bench import Ran
from etabli.exam.tools.documents import Sheet


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
        return work.Work(asked_files, None, documents, None, None, None)

    asked().answered("renewal", "politique-lue").expect_no_renewal()
    asked().answered("factor", "politique-lue").expect_second_factor()
    renewed = failure(asked(renewal="90 jours").answered("renewal", "politique-lue").expect_no_renewal)
    assert "90 jours" in renewed.observed and not renewed.because
    for name in ("renewal", "factor"):
        told = failure(lambda name=name: asked(**{name: ""}).answered(name, "politique-lue"))
        assert told.because == ("politique-lue",), "an empty form earns nothing"


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


def test_what_is_accepted_is_tried_as_a_change_from_another_one_of_its_kind_too() -> None:
    """As whoever gives the old one changes it; what is refused is refused without it."""
    tests = policy_tests()
    count = sum(map(len, [*tests.weak.values(), *tests.strong.values()])) + len(tests.logins)
    bench = Bench(Ran(0, READY % count + json.dumps({"refusals": [""] * count}).encode()))
    trying.try_policy(policy.from_conf("p.conf", "minlen = 12"), bench, tests)
    [(_, files)] = bench.asked
    former = {password: old for password, _, old in json.loads(files["essais.json"]) if old}
    assert former.keys() == {*former.values()} == {word for words in tests.strong.values() for word in words}
    assert all(
        word != old and any({word, old} <= {*words} for words in tests.strong.values()) for word, old in former.items()
    )
    own = policy.from_conf("p.conf", "minlen = 12\ndifok = 30\n")
    reason = "The password is too similar to the old one"
    caught = failure(
        lambda: trying.Tried({"gestionnaire": [reason] * 4, "phrases": [""] * 4}, own.places).expect_accepted(
            "gestionnaire"
        )
    )
    assert "trop proche de l'ancien" in caught.observed and "enlevez" in (caught.help or "")
    assert caught.at == Line("p.conf", 2)


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


def test_a_policy_without_any_word_to_refuse_is_told_once() -> None:
    own = policy.from_conf("pwquality.conf", "minlen = 12\n")
    none = trying.Tried({name: ["", ""] for name in trying.LISTED}, own.places, own.again)
    assert observed(lambda: none.expect_refused("saisons")).endswith(" Elle ne donne aucun mot à refuser.")
    assert failure(lambda: none.expect_refused("saisons")).because == ()
    assert failure(lambda: none.expect_refused("frequents")).because[0] == "politique-refuse-saisons"


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


def test_both_lengths_that_are_too_short_are_told_with_the_figure_of_the_justification() -> None:
    own = policy.from_form("politique.ods", form(**FILLED | {"minimum": "7"}, admin_minimum="7"))
    told = failure(lambda: own.expect_entropy(50, [50]))
    assert "7 caractères aux utilisateurs (B2) et 7 caractères aux administrateurs (B3)" in told.observed
    assert "Votre justification écrit 50 bits" in told.observed and "justification" in (told.help or "")
    assert "justification" not in failure(lambda: own.expect_entropy(50, [50, 80])).observed
    assert prose.bits_in("Le cas 2 demande 50 bits, en 80 mots.") == [50] and prose.bits_in("quatre-vingts bits") == [
        80
    ]


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
