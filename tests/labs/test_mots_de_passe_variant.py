"""What a candidate of mots-de-passe receives: equally hard for all, and a truth that the files themselves tell."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from unittest import mock

import pytest
from helpers import volume

from etabli.exam.contract import draw
from etabli.exam.contract.blot import Blot
from etabli.exam.contract.check import import_grader
from etabli.exam.contract.plain import plain, rebuild
from etabli.system.settings import repository

GRADER = repository() / "graders" / "mots-de-passe"
variant = import_grader(GRADER, "variant")
vocabulary = import_grader(GRADER, "vocabulary")
hashing = import_grader(GRADER, "hashing")
plan = import_grader(GRADER, "plan")
passwords = import_grader(GRADER, "passwords")
words = import_grader(GRADER, "words")
leak = import_grader(GRADER, "leak")
replies = import_grader(GRADER, "replies")
testlists = import_grader(GRADER, "testlists")
texts = import_grader(GRADER, "specimens.texts")
SEEDS = [f"graine-{number}".encode() for number in range(volume(12, 50))]
SYSTEMS = ("annuaire", "intranet", "messagerie")


@cache
def typed(seed: bytes) -> Any:
    """A variant; only the hashes of the first one cost what they should."""
    if seed == SEEDS[0]:
        return variant.make(seed, seed + b"|evaluation")
    costs = mock.patch.dict(hashing.OLD_COST, dict.fromkeys(hashing.OLD_COST, 4))
    with mock.patch.multiple(hashing, PASSES=1, MEMORY_KIB=8), costs:
        return variant.make(seed, seed + b"|evaluation")


@cache
def data(seed: bytes) -> dict[str, Any]:
    return plain(typed(seed))


@cache
def files(seed: bytes) -> dict[str, bytes]:
    return variant.files(typed(seed))


@pytest.fixture(params=SEEDS, ids=bytes.decode)
def seed(request: pytest.FixtureRequest) -> bytes:
    return request.param


def rows(seed: bytes, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files(seed)[f"{name}.csv"].decode("utf-8-sig")), delimiter=";"))


# -- the truth, found again as a student finds it: from the files alone


class Auditor:
    """Rules of the brief, applied to the exports."""

    def __init__(self, seed: bytes) -> None:
        self.today = date.fromisoformat(data(seed)["period"]["today"])
        self.staff = {f"{row['prenom']} {row['nom']}": row for row in rows(seed, "rh")}
        self.accounts = [
            (system, row) for system in SYSTEMS for row in rows(seed, system) if not row["compte"].startswith("ext-")
        ]
        self.results = {(row["compte"], row["systeme"]): row for row in rows(seed, "resultats")}
        sizes = Counter(row["groupe"] for row in self.results.values() if row["groupe"])
        self.groups = {group for group, size in sizes.items() if size > 1}

    def left(self, row: dict[str, str]) -> bool:
        person = self.staff.get(row["titulaire"], {})
        return bool(person.get("depart")) and date.fromisoformat(person["depart"]) <= self.today

    def dormant(self, row: dict[str, str]) -> bool:
        person = self.staff.get(row["titulaire"], {})
        away = person.get("absence_jusqu_au") and date.fromisoformat(person["absence_jusqu_au"]) >= self.today
        if row["actif"] == "non" or not row["derniere_connexion"] or away or self.left(row):
            return False
        return date.fromisoformat(row["derniere_connexion"]) < self.today - timedelta(days=180)

    def risks(self, system: str, row: dict[str, str]) -> Iterator[str]:
        result = self.results[row["compte"], system]
        named = {
            "liste de fuites": "fuite",
            "identifiant": "identifiant",
            "organisation": "organisation",
            "saison": "saison",
        }
        if result["resultat"] in named:
            yield named[result["resultat"]]
        if result["groupe"] in self.groups:
            yield "reutilise"
        if row["titulaire"].startswith(("Équipe", "Tous")):
            yield "partage"
        if len(row.get("empreinte", "")) in (32, 40):
            yield "empreinte-faible"
        if self.dormant(row):
            yield "dormant"
        if self.left(row) and row["actif"] == "oui":
            yield "parti"
        if row["droits"] == "administrateur" and row["second_facteur"] == "non" and row["actif"] == "oui":
            yield "sans-2fa"

    def excessive(self, system: str, row: dict[str, str]) -> bool:
        allowed = self.staff.get(row["titulaire"], {}).get("habilitations", "").split(", ")
        return row["droits"] == "administrateur" and system not in allowed


def test_the_files_tell_exactly_the_planted_findings(seed: bytes) -> None:
    auditor = Auditor(seed)
    found = {
        (row["compte"], system, kind, vocabulary.severity(kind, row["droits"] == "administrateur"))
        for system, row in auditor.accounts
        for kind in auditor.risks(system, row)
    }
    told = [(f["account"], f["system"], f["kind"], f["severity"]) for f in data(seed)["findings"]]
    assert len(told) == len(set(told))
    assert found == set(told)


def test_the_files_tell_exactly_the_rights_to_change(seed: bytes) -> None:
    auditor = Auditor(seed)
    wanted: dict[str, set[str]] = defaultdict(set)
    for system, row in auditor.accounts:
        risks, key = set(auditor.risks(system, row)), f"{row['compte']}@{system}"
        if risks & {"parti", "dormant"}:
            wanted["desactiver"].add(key)
        if "sans-2fa" in risks:
            wanted["second-facteur"].add(key)
        if auditor.excessive(system, row):
            wanted["reduire"].add(key)
    assert {name: set(keys) for name, keys in data(seed)["rights"].items()} == wanted


def kinds_of(seed: bytes) -> Counter[str]:
    return Counter(f["kind"] for f in data(seed)["findings"])


def test_nobody_can_tell_another_how_much_there_is_to_find() -> None:
    counted = [tuple(sorted(kinds_of(seed).items())) for seed in SEEDS]
    assert len(set(counted)) > 0.9 * len(SEEDS)
    assert all(len({kinds_of(seed)[term.id] for seed in SEEDS}) >= 3 for term in vocabulary.KINDS)
    rights = [tuple(len(keys) for keys in data(seed)["rights"].values()) for seed in SEEDS]
    assert len(set(rights)) > 0.3 * len(SEEDS)


def test_everybody_has_equally_hard_work(seed: bytes) -> None:
    """As many lines within a few, one line more or less for a risk, and nothing more or less to think about."""
    kinds, rights = kinds_of(seed), {name: len(keys) for name, keys in data(seed)["rights"].items()}
    assert plan.TOTAL[0] <= kinds.total() <= plan.TOTAL[1] and plan.TOTAL[1] <= 1.1 * plan.TOTAL[0]
    assert plan.REVIEW[0] <= sum(rights.values()) <= plan.REVIEW[1]
    for kind in kinds:
        low, high = plan.bounds(kind)
        assert low <= kinds[kind] <= high and high - low <= max(2, 0.4 * (low + high) / 2)
    where = {(f["kind"], f["system"]) for f in data(seed)["findings"]}
    assert where >= ALWAYS_SOMETHING, "no filter of a system becomes useless"
    base = {term.id: term.severity for term in vocabulary.KINDS}
    assert sum(f["severity"] != base[f["kind"]] for f in data(seed)["findings"]) == 4, "as many severities to raise"
    assert sorted(data(seed)["traps"].values()) == sorted(plan.TRAPS.values()), "as many accounts that mislead"
    by_system = Counter(f["system"] for f in data(seed)["findings"])
    assert all(number >= kinds.total() / 6 for number in by_system.values())


ALWAYS_SOMETHING = {
    *((kind, system) for kind in plan.PASSWORDS for system in SYSTEMS),
    *((kind, system) for kind in ("reutilise", "partage", "dormant", "parti", "sans-2fa") for system in SYSTEMS),
    ("empreinte-faible", "intranet"),
}


def test_suspicious_accounts_are_good_ones(seed: bytes) -> None:
    accused = {f"{f['account']}@{f['system']}:{f['kind']}" for f in data(seed)["findings"]}
    traps = data(seed)["traps"]
    assert len(traps) > 20 and set(traps) <= set(data(seed)["passwords"])
    suspected = {
        "personne partie": "parti", "départ prévu": "parti", "même nom": "parti", "absence": "dormant",
        "créé depuis peu": "dormant", "après la date limite": "dormant", "machine": "partage", "droits ordinaires": "sans-2fa",
        "phrase de passe": "saison", "tiré au hasard": "organisation",
    }  # fmt: skip
    for key, why in traps.items():
        assert f"{key}:{next(kind for words, kind in suspected.items() if words in why)}" not in accused


# -- passwords and hashes


def test_a_class_at_work_keeps_its_data() -> None:
    """What is drawn for exams may change; whoever changes a candidate's accounts says so in CHANGELOG, and here."""
    made = variant.make(b"classe en cours", b"evaluation")
    known = [(account.key, account.last_login, account.hash) for account in made.accounts]
    assert hashlib.sha256(repr(known).encode()).hexdigest()[:16] == "48a015055b1234bb"


def test_hashes_are_those_of_the_passwords() -> None:
    made = data(SEEDS[0])
    for key, stored in made["hashes"].items():
        password = made["passwords"][key]
        if stored.startswith("sha256$"):
            _, salt, digest = stored.split("$")
            assert hashlib.sha256((salt + password).encode()).hexdigest() == digest
        elif len(stored) in (32, 40):
            algorithm = hashlib.md5 if len(stored) == 32 else hashlib.sha1
            assert algorithm(password.encode()).hexdigest() == stored
        else:
            assert hashing.verifies(password, stored) and not hashing.verifies(password + "x", stored)


def test_only_planted_passwords_are_in_the_leak_list(seed: bytes) -> None:
    made, lines = data(seed), files(seed)["fuites.txt"].decode().split()
    known = {line.partition(":")[0] for line in lines}
    assert lines == sorted(lines) and len(known) == leak.SIZE
    leaked = {k for k, word in made["passwords"].items() if hashlib.sha1(word.encode()).hexdigest().upper() in known}
    assert leaked == {f"{f['account']}@{f['system']}" for f in made["findings"] if f["kind"] == "fuite"}
    words = files(seed)["mots-frequents.txt"].decode().split()
    assert {hashlib.sha1(word.encode()).hexdigest().upper() for word in words} == known


def test_one_password_one_account_but_for_the_planted_groups(seed: bytes) -> None:
    made = data(seed)
    by_word: dict[str, list[str]] = defaultdict(list)
    for key, word in made["passwords"].items():
        by_word[word].append(key)
    assert [len(keys) for keys in by_word.values() if len(keys) > 1] and max(map(len, by_word.values())) <= 3
    reused = {key for keys in by_word.values() if len(keys) > 1 for key in keys}
    assert reused == {f"{f['account']}@{f['system']}" for f in made["findings"] if f["kind"] == "reutilise"}


def test_secrets_stand_in_nothing_that_is_shown(seed: bytes) -> None:
    made = data(seed)
    secrets = variant.secrets(typed(seed))
    assert set(made["passwords"].values()) | set(made["hashes"].values()) == set(secrets)
    blot = Blot(secrets)
    shown = [json.dumps(variant.sujet(typed(seed)), ensure_ascii=False), texts.justification(made), texts.message(made)]
    shown += [files(seed)[name].decode("utf-8-sig") for name in ("annuaire.csv", "rh.csv", "resultats.csv")]
    assert [blot.found(text) for text in shown] == [[]] * len(shown)


def test_the_sujet_tells_nothing_of_the_truth(seed: bytes) -> None:
    shown = variant.sujet(typed(seed))
    assert set(shown["situation"]) == {"text"}
    assert "bits" not in json.dumps(shown["situation"])


def test_a_hand_in_is_about_the_accounts_of_the_workshop() -> None:
    assert variant.make(b"a", b"b") == variant.make(b"a", b"c")


def test_checks_get_the_very_variant_that_was_made() -> None:
    assert rebuild(variant.Variant, json.loads(json.dumps(data(SEEDS[3])))) == typed(SEEDS[3])


# -- hidden tests


def policy_tests(seed: bytes) -> Any:
    own = typed(seed)
    logins = sorted({account.login for account in own.accounts})
    return testlists.policy_tests(draw.Draw(seed), own.block_families, logins, own.situation.bits)


def test_weak_ones_hold_a_word_to_refuse_and_strong_ones_hold_none(seed: bytes) -> None:
    made, tests = data(seed), policy_tests(seed)
    blocked = {w for family in made["block_families"] for w in family["words"]}
    strong = [*tests.strong["phrases"], *tests.strong["gestionnaire"]]
    weak = {(word, one) for f in made["block_families"] for word in f["words"] for one in tests.weak[f["id"]]}
    weak = {(word, one) for word, one in weak if word in one.lower()} | {(t.login, t.password) for t in tests.logins}
    assert len(weak) >= 2 * len(blocked) + 3, "each word is tried twice"
    for word, password in weak:
        assert len(password) >= 16 and kinds(password) == 4, "neither length nor classes refuse it"
        assert password.lower().count(word) == 1
        bare = re.sub(f"{re.escape(word.upper())}x|{re.escape(word)}", "", password)
        bare = re.sub(re.escape(word), "", bare, flags=re.IGNORECASE)
        phrase = [part for part in bare.replace("--", "-").strip("-").split("-") if not part.isdigit()]
        assert len(bare) == 12 or (len(phrase) == 4 and {*map(str.lower, phrase)} <= {*words.USUAL, *words.OTHERS})
    assert not [password for password in strong if any(word in password.lower() for word in blocked)]
    assert all(len(word) >= 4 and word.isascii() for word in blocked), "libpwquality passes shorter words over"
    assert all(kinds(password) == 4 for password in strong)
    assert not set(strong) & set(made["passwords"].values())


@pytest.mark.parametrize("number", range(volume(5, 40)))
def test_whatever_is_drawn_a_policy_that_refuses_usual_words_refuses_phrases(number: int) -> None:
    """One that refuses the last hundred of them, or every second one of each list, is caught by each exam."""
    own = typed(SEEDS[number % 3])
    logins = sorted({account.login for account in own.accounts})
    phrases = testlists.policy_tests(draw.Draw(b"%d" % number), own.block_families, logins, 80).strong["phrases"]
    said = [{*phrase.lower().split("-")} for phrase in phrases]
    assert all(len(one & {*words.USUAL}) == (len(one) - 1) // 2 for one in said), (
        "half of each phrase, whatever is drawn"
    )
    for refused in (words.USUAL[-100:], words.USUAL[:100], [*words.USUAL[::2], *words.OTHERS[::2]]):
        assert any(one & {*refused} for one in said)
    assert len({word for one in said for word in one}) > 15
    assert sum(len(word) > 10 for one in said for word in one) == 1, "a run of letters that a policy may refuse"


def test_words_of_phrases_are_what_a_policy_accepts() -> None:
    assert all(len(word) > 10 for word in words.LONGER)
    every = [*words.USUAL, *words.OTHERS, *words.LONGER]
    assert len(set(every)) == len(every) > 500
    for word in every:
        steps = [ord(two) - ord(one) for one, two in pairwise(word)]
        assert word.isascii() and word.islower() and 3 <= len(word) <= 12
        assert not [one for one, two in pairwise(steps) if one == two and abs(one) <= 1], "three letters in a row"


def kinds(password: str) -> int:
    tests = (str.islower, str.isupper, str.isdigit, lambda char: not char.isalnum())
    return sum(any(map(test, password)) for test in tests)


def test_short_ones_are_below_the_case_that_applies(seed: bytes) -> None:
    made = data(seed)
    entropy = import_grader(GRADER, "entropy")
    for password in policy_tests(seed).weak["courts"]:
        assert not entropy.enough(entropy.bits(len(password), 99), made["situation"]["bits"])


def test_both_situations_are_met() -> None:
    assert {data(seed)["situation"]["case"] for seed in SEEDS} == {1, 2}


@cache
def cases(number: int) -> Any:
    costs = mock.patch.dict(hashing.OLD_COST, dict.fromkeys(hashing.OLD_COST, 4))
    with mock.patch.multiple(hashing, PASSES=1, MEMORY_KIB=8), costs:
        return testlists.migration_cases(
            draw.Draw(b"%d" % number), typed(SEEDS[1 + number % 5]), draw.Draw(b"+%d" % number)
        )


@pytest.mark.parametrize("number", range(volume(5, 40)))
def test_migration_cases_say_the_truth_and_try_as_much_in_each_exam(number: int) -> None:
    longs = [case for case in cases(number) if case.role == "long"]
    kept, wrong = ([case for case in longs if case.ok is ok] for ok in (True, False))
    for long in kept:
        [other] = [case for case in wrong if case.mot_de_passe == long.other]
        assert long.mot_de_passe.encode()[:72] == other.mot_de_passe.encode()[:72] and other.empreinte == long.empreinte
        assert len(long.mot_de_passe.encode()) > 72
    letters = {case.scheme for case in kept if len(case.mot_de_passe) > 72}
    begins = [case for case in wrong if case.other]
    assert all(case.other.encode() == case.mot_de_passe.encode()[:72] for case in begins)
    assert letters.isdisjoint(case.scheme for case in begins) and len(letters) == len(begins) == 2
    assert {case.scheme for case in longs} == {"md5", *testlists.LONG_KINDS} and len(
        {case.scheme for case in kept}
    ) == 3
    assert "md5" in {case.scheme for case in kept}, "as the sheet's own line"
    assert {len(case.mot_de_passe) > 72 for case in longs} == {True, False}, "letters are no bytes"
    assert 250 < max(len(case.mot_de_passe.encode()) for case in longs) <= 400, "as the sheet says"
    white = [case for case in cases(number) if case.role == "espaces" and not case.ok]
    signs = {(one.scheme, one.mot_de_passe.replace(one.other, "")) for one in white}
    assert {sign for _, sign in signs} == {*testlists.WHITE}
    assert (
        {kind for kind, sign in signs if sign == " "}
        == {*hashing.SCHEMES}
        == {case.scheme for case in cases(number) if case.role == "vide" and case.empreinte}
    )
    roles = Counter((case.role, case.scheme) for case in cases(number))
    for scheme in hashing.SCHEMES:
        assert roles["bon", scheme] >= 1 and roles["mauvais", scheme] >= (2 if scheme in hashing.CHEAP else 1)
    found = Counter(case.role for case in cases(number) if case.ok or case.role != "unicode")
    assert {role: found[role] for role in ("jumeaux", "long", "vide", "espaces", "unicode", "abime")} == {
        "jumeaux": 2, "long": 8, "vide": 7, "espaces": 10, "unicode": 3, "abime": 24,
    }  # fmt: skip
    assert 8 <= found["bon"] <= 12 and 14 <= found["mauvais"] <= 18
    for case in (case for case in cases(number) if case.scheme in hashing.CHEAP):
        salt = case.empreinte.split("$")[1].encode() if case.scheme == "sha256" else b""
        made = hashlib.new(case.scheme, salt + case.mot_de_passe.encode()).hexdigest()
        whole = case.empreinte.endswith(made) and not replies.marked(case)
        assert (whole and case.mot_de_passe != "") is case.ok
    assert len({case.scheme for case in cases(number) if case.role == "unicode"} | {"md5"}) == 3, "and the sheet's own"
    close = [case for case in cases(number) if case.role == "unicode" and not case.ok]
    assert not all(case.mot_de_passe.isascii() for case in close) and not any(case.other for case in close)
    accents = [case.mot_de_passe for case in cases(number) if case.role == "unicode" and case.ok]
    assert any(max(map(ord, word)) > 0xFFFF for word in accents), "letters that ISO 8859-1 lacks, and more than UCS-2"
    itself = {case.scheme for case in cases(number) if case.empreinte and case.mot_de_passe == case.empreinte}
    assert {*hashing.CHEAP} < itself and len(itself & {"bcrypt", "argon2id"}) == 1
    [near] = [
        case for case in cases(number) if case.role == "mauvais" and case.scheme not in hashing.CHEAP and case.other
    ]
    assert near.mot_de_passe in testlists.nearly(near.other) and near.scheme not in itself
    assert {set(testlists.ROUGH) <= set(case.mot_de_passe) for case in cases(number) if case.role == "jumeaux"} == {
        True
    }
    abimes = [case for case in cases(number) if case.role == "abime"]
    rights = {(case.scheme, case.empreinte) for case in cases(number) if case.role == "bon"}
    beside = [
        (kind, one.empreinte.replace(stored, " "))
        for one in abimes
        for kind, stored in rights
        if stored in one.empreinte
    ]
    assert {*hashing.SCHEMES} == {kind for kind, what in beside if not re.fullmatch(" [0-9a-f]+", what)}
    before = [what for _, what in beside if what.endswith(" ")]
    assert "! " in before and len([what for what in before if what[0] in "!*"]) == 3 and len(before) == 4
    longer = [kind for kind, what in beside if re.fullmatch(" [0-9a-f]+", what)]
    assert sorted(longer) == sorted(hashing.CHEAP)
    assert any(unicodedata.normalize("NFC", word) != word for word in accents)


@pytest.mark.parametrize("number", range(10))
def test_nothing_tells_a_line_of_an_exam_from_an_account_of_the_candidate_s(number: int) -> None:
    own = typed(SEEDS[1 + number % 5])
    accounts = {(account.login, account.hash) for account in own.accounts}
    logins = {account.login for account in own.accounts}
    new = {case.login for case in cases(number)} - logins
    form = {re.fullmatch(r"[a-z]\.[a-z-]+", login) is not None for login in new}
    assert form == {True} and len(new) > 20, "somebody is hired"
    for role in ("bon", "mauvais", "foule", "long", "abime"):
        assert {case.login in logins for case in cases(number) if case.role == role} == {True, False}, role
    very = {case.role for case in cases(number) if case.empreinte and (case.login, case.empreinte) in accounts}
    assert very == {"bon", "mauvais", "releve"}, "some are accounts of the exports, with their hash"
    listed = [case for case in cases(number) if case.role == "releve"]
    assert {(case.login, case.empreinte) for case in listed} <= accounts, "one list has no other line"
    wrong = [case.scheme for case in listed if not case.ok]
    assert 14 <= len(listed) <= 24 and len(wrong) <= 0.25 * len(listed), "little is wrong"
    assert {"bcrypt", "argon2id"} <= set(wrong) | (
        {"bcrypt", "argon2id"} - {testlists.scheme_of(h) for _, h in accounts}
    )
    assert len({(case.login, case.empreinte) for case in listed}) == len(listed), "each account is there once"
    forms = {re.sub(r"[A-Za-z0-9./+]{8,}", "…", account.hash) for account in own.accounts}
    kinds = {re.sub(r"[A-Za-z0-9./+]{8,}", "…", c.empreinte) for c in cases(number) if c.role in ("bon", "mauvais")}
    assert kinds <= forms


def test_passwords_are_of_more_forms_than_those_of_the_exports() -> None:
    """A wrong one of digits, of one sign, with spaces or the login itself is no way in; a right one may be short and plain."""
    wrong, right = ([case for n in range(5) for case in cases(n) if case.ok is ok] for ok in (False, True))
    crowd = [case for case in wrong if case.role == "foule"]
    forms: tuple[Callable[[Any], bool], ...] = (
        lambda case: case.mot_de_passe.isdigit(),
        lambda case: len(case.mot_de_passe) == 1,
        lambda case: " " in case.mot_de_passe,
        lambda case: case.mot_de_passe.isalpha() and case.mot_de_passe.isupper(),
        lambda case: case.mot_de_passe == case.login,
        lambda case: "@" in case.mot_de_passe.removeprefix(case.login),
        lambda case: {*testlists.ROUGH, *testlists.OTHER_ROUGH} <= {*case.mot_de_passe},
    )
    assert all(any(map(form, crowd)) for form in forms)
    plain = [case.mot_de_passe for case in right if case.role == "bon"]
    assert min(map(len, plain)) < 9 and any(map(str.isdigit, plain)) and any(" " in word for word in plain)
    inner = [case.mot_de_passe.strip() for case in right if case.role == "espaces"]
    assert all(" " in word for word in inner)
    twins = {case.scheme for n in range(20) for case in cases(n) if case.role == "jumeaux"}
    assert twins == {*testlists.TWINS}


def test_whatever_a_password_is_it_is_typed_almost_right_in_many_ways() -> None:
    """Never the same one, be it of digits alone; and wherever in it a hand slips."""
    for word in ("14071998", "ab", "aa", "tuile", "Été-où", "marmotte-Tabouret-47"):
        made = testlists.nearly(word)
        assert word not in made and "" not in made and len({*made}) == len(made) > 1
    words = [f"{word}-{number}" for word in testlists.WORDS for number in range(20, 30)]
    lacking = {
        next((at for at, (one, two) in enumerate(zip(word, made, strict=False)) if one != two), len(made)) - len(word)
        for word in words
        for made in testlists.nearly(word)
        if len(made) < len(word)
    }
    assert -1 in lacking and len(lacking) > 5


def test_hashes_of_other_kinds_are_drawn() -> None:
    drawn = {
        case.empreinte[:4] for n in range(20) for case in cases(n) if case.role == "abime" and "$" in case.empreinte[:1]
    }
    assert {"$2z$", "$1$"} <= {one[:4] if one.startswith("$2") else one[:3] for one in drawn}
    assert not [one for n in range(20) for one in hashing.unknown_hashes(draw.Draw(b"%d" % n)) if one.startswith("$2")]


def test_the_shortest_and_the_longest_long_passwords_are_met() -> None:
    sizes = {
        len(case.mot_de_passe) for number in range(12) for case in cases(number) if case.role == "long" and case.ok
    }
    assert {73, 400} <= sizes and len(sizes) > 6


def test_what_is_drawn_apart_changes_nothing_else() -> None:
    costs = mock.patch.dict(hashing.OLD_COST, dict.fromkeys(hashing.OLD_COST, 4))
    with mock.patch.multiple(hashing, PASSES=1, MEMORY_KIB=8), costs:
        one, two = (
            testlists.migration_cases(draw.Draw(b"0"), typed(SEEDS[1]), draw.Draw(apart)) for apart in (b"un", b"deux")
        )
    assert sum(case in two for case in one) > 0.5 * len(one), "but for plain passwords and what is typed almost right"


def test_two_exams_have_neither_lines_nor_an_order_nor_a_number_in_common() -> None:
    assert len({len(cases(number)) for number in range(20)}) > 2
    first, second = ({c.empreinte for c in cases(number) if c.role in ("bon", "mauvais")} for number in (0, 5))
    accounts = {account.hash for account in typed(SEEDS[1]).accounts}
    loose = {
        hashlib.new(scheme, word.encode()).hexdigest() for scheme, words in testlists.ZEROS.items() for word in words
    }
    assert first & second <= accounts | loose
    assert len({tuple(case.role for case in cases(number)) for number in range(20)}) == 20


@pytest.mark.parametrize("number", range(volume(5, 200)))
def test_of_each_kind_that_a_policy_accepts_one_has_as_little_as_a_tool_may_draw(number: int) -> None:
    """Who asks for two signs or two digits is refused in each exam; nothing else that a right policy says is."""
    made = policy_tests(b"%d" % number).strong
    counts = [(sum(map(str.isdigit, word)), sum(not one.isalnum() for one in word)) for word in made["gestionnaire"]]
    assert (1, 1) in counts and len({*counts}) > 1
    assert min(sum(map(str.isdigit, phrase)) for phrase in made["phrases"]) == 1
    assert not [word for word in made["gestionnaire"] if re.search("[a-z]{4}|[A-Z]{4}", word)]
    for word in (*made["gestionnaire"], *made["phrases"]):
        assert not re.search(r"(.)\1\1", word, re.IGNORECASE) and kinds(word) == 4
        steps = [ord(two) - ord(one) for one, two in pairwise(word.lower())]
        assert not [one for one, two in pairwise(steps) if one == two and abs(one) == 1], "three letters in a row"


@pytest.mark.parametrize("number", range(volume(5, 40)))
def test_strong_passwords_are_what_a_dictionary_check_accepts(number: int) -> None:
    own = draw.Draw(b"%d" % number)
    phrase, made = passwords.passphrase(own, 6), passwords.manager_made(own, 18)
    assert phrase.count("-") == 6 and kinds(phrase) == kinds(made) == 4
    assert all(abs(ord(a.lower()) - ord(b.lower())) > 1 for a, b in pairwise(made))
