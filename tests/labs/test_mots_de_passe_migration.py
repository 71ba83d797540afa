"""The migration script: right passwords are let in and wrong ones are not, whatever their signs, hashes and lists."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from helpers import volume
from password_scripts import cases, exams, measured, new_hash, right_answer, script, truly, turns
from password_works import Bench, exports, fails, hashing, lists, migration, replies, testlists, typed
from refused import failure, observed

from etabli.exam.contract.draw import Draw


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


def test_a_right_script_meets_every_expectation() -> None:
    own = script(right_answer)
    for name in ("right_accepted", "wrong_refused", "new_hashes", "parameters", "long", "limits", "robust"):
        getattr(own, f"expect_{name}")()
    shown, start = (
        "python3 rendu/migration/verifier.py < donnees/migration-exemple.jsonl",
        "python3 rendu/migration/verifier.py < ",
    )
    asked = [" ".join(argv) for argv, _ in own.runs.bench.asked]
    within = "cd rendu/migration && python3 verifier.py < /tmp/"
    assert shown in asked and sum(one.startswith(within) for one in asked) == 1
    assert all(one.startswith((start, within)) for one in asked), "as the sheet shows it: never a pipe"
    sheet = Path("labs/mots-de-passe/seances/empreintes.md").read_text("utf-8")
    assert shown.replace("rendu", "@{ rendu }@") in sheet
    upper = script(right_answer, "Migration/Verifier.PHP")
    upper.runs.answers()
    assert {" ".join(argv[:3]) for argv, _ in upper.runs.bench.asked} == {
        "php rendu/Migration/Verifier.PHP <",
        "cd rendu/Migration &&",
    }


def allowing(length: int) -> Callable[[bytes], bytes]:
    """A script that lets everybody in when the list has so many lines."""

    def answer(stdin: bytes) -> bytes:
        said = [json.loads(line) for line in right_answer(stdin).splitlines()]
        return "\n".join(json.dumps(one | ({"ok": True} if len(said) == length else {})) for one in said).encode()

    return answer


def test_a_script_that_lets_everybody_in_when_a_list_has_some_length_is_told_there() -> None:
    for number in range(volume(3, 12)):
        own, sizes = measured(number)
        own.runs.bench = Bench(allowing(sizes[lists.SHORT]))
        assert "Un mauvais mot de passe est accepté" in observed(own.expect_wrong_refused)
    number = next(number for number in range(40) if measured(number)[1][lists.SOME] in (7, 8, 9))
    own, sizes = measured(number)
    own.runs.bench = Bench(allowing(sizes[lists.SOME]))
    told = [name for name in ("long", "limits", "robust") if fails(getattr(own, f"expect_{name}"))]
    assert told


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
        crowd = own._lists.batches[lists.CROWD]
        insisted = {case.empreinte for case in crowd if case.role == "encore"}
        for right in [case for case in own._lists.retried & {*crowd} if case.empreinte in insisted]:
            last = max(at for at, case in enumerate(crowd) if case == right)
            before = [case for case in crowd[:last] if case.empreinte == right.empreinte]
            assert len([case for case in before if not case.ok]) >= 4
            shut.append(observed(own.expect_right_accepted))
    assert shut and all("quand le même compte, dans la liste, en essaie aussi de mauvais" in told for told in shut)


def test_of_many_kinds_of_wrong_passwords_three_are_told_with_what_to_look_for() -> None:
    told = failure(script(answering(lambda line: bool(line["mot_de_passe"]))).expect_wrong_refused)
    assert "est accepté : l'ancienne empreinte elle-même, donnée comme mot de passe (vu avec " in told.observed
    assert "un autre mot de passe que le bon (vu avec les cinq formes)" in told.observed
    assert sum(words in told.observed for words in replies.LOOSE.values()) == 3
    assert re.search(r" et \d autres\.$", told.observed) and (told.help or "").count("Cherchez ") < 3


def gathered(own: Any) -> tuple[list[list[Any]], list[list[Any]]]:
    """The lists of one account that is tried with several passwords, and those of one password that is tried on many."""
    several = [cases for batch in lists.SHOWN if len(cases := own._lists.batches[batch]) > 1]
    accounts = [cases for cases in several if len({(case.login, case.empreinte) for case in cases}) == 1]
    words = [cases for cases in several if len({case.mot_de_passe for case in cases}) == 1]
    return [cases for cases in accounts if cases not in words], [cases for cases in words if cases not in accounts]


def alike(field: str, ok: bool) -> Callable[[bytes], bytes]:
    """A script that lets everybody in, or nobody, where all lines have one login or one password, and the others differ."""

    def answer(stdin: bytes) -> bytes:
        lines, said = [*map(json.loads, stdin.decode().splitlines())], right_answer(stdin).splitlines()
        other = "login" if field == "mot_de_passe" else "mot_de_passe"
        so = len({line[field] for line in lines}) == 1 < len({line[other] for line in lines})
        return "\n".join(json.dumps(json.loads(one) | ({"ok": ok} if so else {})) for one in said).encode()

    return answer


def test_a_person_who_tries_again_is_alone_in_a_list_and_one_password_is_tried_on_all() -> None:
    drawn = [(own, *gathered(own)) for own in exams(volume(30, 90))]
    assert sum(bool(accounts) for _, accounts, _ in drawn) > 0.85 * len(drawn)
    rights = [[case.ok for case in cases] for _, accounts, _ in drawn for cases in accounts]
    mixed = [one for one in rights if any(one) and not all(one)]
    assert any(one[0] for one in mixed) and any(one[-1] and len(one) > 2 for one in mixed), (
        "wrong, wrong, right; or the other way"
    )
    assert any(not any(one) and len(one) > 3 for one in rights), "all wrong, several times"
    assert sum(bool(words) for *_, words in drawn) > 0.1 * len(drawn)
    kept = []
    for own, accounts, words in drawn[: volume(5, 40)]:
        own.runs.bench = Bench(alike("login", ok=True))
        if accounts:
            assert "l'a déjà essayé ou en a essayé plusieurs" in observed(own.expect_wrong_refused)
        shut, spread = (
            migration.Migration("m/v.py", Bench(answer), cases(), Draw(b"%d" % len(kept)))
            for answer in (alike("login", ok=False), alike("mot_de_passe", ok=True))
        )
        kept.append(any(case.ok for one in accounts for case in one))
        assert not kept[-1] or fails(shut.expect_right_accepted)
        assert not words or "un autre mot de passe que le bon" in observed(spread.expect_wrong_refused)
    assert any(kept)


def test_a_script_that_behaves_in_one_way_only_is_told() -> None:
    batches = migration.Migration("m.py", Bench(right_answer), cases(), Draw(b"essai"))._lists.batches
    with_a_wrong_one = [one for one in turns() if one in batches and not all(case.ok for case in batches[one])]
    for tolerant in (lists.TOGETHER, *with_a_wrong_one[: volume(2, 10)]):
        answers = [right_answer] * len(turns())
        answers[turns().index(tolerant)] = answering(lambda line: bool(line["mot_de_passe"]))
        own = migration.Migration("m.py", Bench(*answers), cases(), Draw(b"essai"))
        for name in ("long", "limits", "robust") if tolerant == lists.TOGETHER else ("wrong_refused",):
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
    assert numbers == {one: migration.IN_EXAMPLE[replies.SCHEMES[one]] for one in ("md5", "sha256", "bcrypt")}


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


def test_lines_of_the_example_that_are_answered_by_heart_are_told() -> None:
    said = "Avec les identifiants exemple1, exemple2 et exemple3, un mauvais mot de passe est accepté."
    assert observed(script(knowing(deny="sha256$", login="exemple")).expect_right_accepted).endswith(f" {said}")
    assert observed(script(knowing(login="exemple")).expect_wrong_refused) == said
    assert "l'identifiant exemple2," in observed(script(knowing(login="exemple2")).expect_wrong_refused)
    script(knowing(login="exemple")).expect_right_accepted()


def test_an_empty_password_and_accents_have_each_their_own_advice() -> None:
    empty = failure(script(answering(lambda line: not line["mot_de_passe"])).expect_limits)
    assert empty.observed.startswith("Un mot de passe vide est accepté (essayé avec ")
    assert all(kind in empty.observed for kind in replies.SCHEMES.values())
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
        return bool(replies.verifies(password, stored))
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
    assert told == f"Un mot de passe vide est accepté (essayé avec {replies.SCHEMES[kind]})."


@pytest.mark.parametrize("kind", hashing.SCHEMES)
def test_a_hash_that_is_compared_as_far_as_it_goes_is_told_by_its_kind(kind: str) -> None:
    """Whether its digest is cut or, of MD5 and SHA-1, its beginning alone is left."""
    right = {case.scheme: case for case in cases() if case.role == "bon"}
    damaged = [case for case in cases() if case.role == "abime" and case.scheme == kind]
    wholes = [case.empreinte for case in cases() if case.ok and case.scheme == kind]
    cuts = {case.empreinte: case for case in damaged if any(one.startswith(case.empreinte) for one in wholes)}
    for cut in cuts.values():
        whole = next(one.empreinte for one in cases() if one.ok and one.mot_de_passe == cut.mot_de_passe)
        assert whole.startswith(cut.empreinte) and whole != cut.empreinte
    assert len(cuts) == 2 and right.keys() == {*hashing.SCHEMES}
    told = failure(
        script(answering(lambda line: line["empreinte"] in cuts or truth(line, line["mot_de_passe"]))).expect_robust
    )
    name = replies.SCHEMES[kind].split()[0]
    assert told.observed == f"Une empreinte illisible est acceptée : une empreinte {name} coupée."
    assert "comparé en partie" in (told.help or "")


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
    assert "htmlspecialchars" in (told.help or "") and f"(vu avec {replies.SCHEMES[kind]})" in told.observed


def test_a_right_password_under_other_settings_is_tried_with_both_kinds() -> None:
    kinds = set()
    for number in range(volume(4, 12)):
        own = migration.Migration("m.py", Bench(right_answer), cases(), Draw(b"%d" % number))
        own.expect_right_accepted()
        [right] = [case for case in own._lists.batches[lists.OWN] if case.role == lists.APART_MADE and case.ok]
        kinds.add(right.scheme)
        stored = right.empreinte
        deaf = migration.Migration(
            "m.py", Bench(refusing(lambda line, one=stored: line["empreinte"] == one)), cases(), Draw(b"%d" % number)
        )
        told = observed(deaf.expect_right_accepted)
        assert f"l'ancienne empreinte, {replies.SCHEMES[right.scheme]}, a d'autres réglages que " in told
        deaf.expect_new_hashes()
        deaf.expect_wrong_refused()
    assert kinds == {"bcrypt", "argon2id"}


def test_a_hash_of_a_digit_too_many_and_an_empty_one_beside_an_empty_password_are_told() -> None:
    right = {case.empreinte for case in cases() if case.role == "bon"}
    longer = [
        case for case in cases() if any(re.fullmatch(f"{re.escape(one)}[0-9a-f]+", case.empreinte) for one in right)
    ]
    assert {case.scheme for case in longer} == {*hashing.CHEAP}
    for one in longer:
        cut = script(
            answering(lambda line, one=one: line["empreinte"] == one.empreinte or truth(line, line["mot_de_passe"]))
        )
        assert observed(cut.expect_robust).endswith(" trop longue.")
    empty = script(
        answering(lambda line: line["mot_de_passe"] == line["empreinte"] == "" or truth(line, line["mot_de_passe"]))
    )
    assert observed(empty.expect_limits) == "Un mot de passe vide est accepté (essayé avec une empreinte vide)."


@pytest.mark.parametrize(
    ("bare", "told"),
    [
        (lambda stored: stored.lstrip("!*"), "précédée de « "),
        (lambda stored: stored.removeprefix("!"), "précédée de « ! »"),
        (lambda stored: re.sub(r"^\{[A-Z0-9]+\}", "", stored), "précédée de « {"),
        (lambda stored: re.sub(r"[:;!*][\d:]*$", "", stored), " trop longue."),
    ],
)
def test_who_takes_away_what_stands_beside_a_hash_is_told_in_each_exam(bare: Callable[[str], str], told: str) -> None:
    """A locked account gets in then, or what directories and shadow(5) write is read as one of the five kinds."""
    for number in range(volume(4, 16)):
        drawn = testlists.migration_cases(Draw(b"%d" % number), typed(), Draw(b"apart %d" % number))

        def said(line: dict[str, str]) -> bool:
            return truth({"empreinte": bare(line["empreinte"])}, line["mot_de_passe"])

        own = migration.Migration("m.py", Bench(answering(said)), drawn, Draw(b"%d" % number))
        caught = failure(own.expect_robust)
        assert told in caught.observed, number
        assert "bloque un compte" in (caught.help or "") or "comparé en partie" in (caught.help or "")


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
                hashing.opens(word[:at] + word[at + 1 :], line["empreinte"])
                for word in [line["mot_de_passe"]]
                for at in range(len(word) - 1)
            ),
            "wrong_refused",
            "le bon mot de passe avec un signe de trop",
        ),
        (
            lambda _lines, line: any(
                hashing.opens(word[:at] + word[at + 1] + word[at] + word[at + 2 :], line["empreinte"])
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
        odd = [case for one in lists.APART for case in own._lists.batches[one]]
        if expectation == "robust" and any(odd[at].empreinte.endswith("!") for at in own._lists.few_odd):
            continue  # the line that it knows stands in a short list, of odd lines alone
        if expectation:
            assert told in observed(getattr(own, f"expect_{expectation}"))
        else:
            own.expect_wrong_refused()


def test_a_kind_that_lets_everybody_in_is_told_once() -> None:
    """Where wrong ones of a kind are accepted in ordinary lists, what stands beside damaged hashes tells nothing more."""

    def sha1(line: dict[str, str]) -> bool:
        return (
            len(line["empreinte"]) == 40 and line["empreinte"].isalnum() and line["mot_de_passe"] != line["empreinte"]
        )

    bench = answering(lambda line: sha1(line) or truth(line, line["mot_de_passe"]))
    drawn = (migration.Migration("m.py", Bench(bench), cases(), Draw(b"%d" % number)) for number in range(16))
    own = next(one for one in drawn if {("foule", "sha1")} & {(c.role, c.scheme) for c in one._lists.batches["abimes"]})
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
        few, crowd = own._lists.batches[lists.FEW], own._lists.batches[lists.CROWD]
        alone += all(case.ok for case in few)
        rights = [case for case in crowd if case.ok]
        twice += len({*rights}) < len(rights)
        assert {case.mot_de_passe for case in rights} & {case.mot_de_passe for case in crowd if not case.ok}
    assert 5 < alone < 19 and 5 < twice < 19

    def deaf(stdin: bytes) -> bytes:
        return (
            changed(ok=False, nouvelle_empreinte=None)(stdin) if stdin.count(b"empreinte") == 1 else right_answer(stdin)
        )

    one = next(own for own in exams(24) if [case.ok for case in own._lists.batches[lists.FEW]] == [True])
    one.runs.bench = Bench(deaf)
    assert fails(one.expect_right_accepted)


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
    for case in lists.OF_SHEET:
        assert (
            f'{{"login": "{case.login}", "mot_de_passe": "{case.mot_de_passe}", "empreinte": "{case.empreinte}"}}'
            in sheet
        )
        assert not case.ok or (truly(case.mot_de_passe, case.empreinte) and not truly(case.other, case.empreinte))
    assert all(truly(case.mot_de_passe, case.empreinte) for case in lists.GIVEN)
    whole = 0
    for number in range(volume(4, 20)):
        known = migration.Migration(
            "m.py", Bench(opening([c.empreinte for c in lists.GIVEN])), cases(), Draw(b"%d" % number)
        )
        told = failure(known.expect_wrong_refused)
        assert (
            told.observed
            == "Un mauvais mot de passe est accepté avec une empreinte de donnees/migration-exemple.jsonl."
        )
        assert "Changez une lettre" in (told.help or "") and not told.because
        known.expect_right_accepted()
        whole += [case.empreinte for case in known._lists.batches[lists.FEW]] == [c.empreinte for c in lists.GIVEN]
        rights = [case for batch in lists.MAIN for case in known._lists.batches[batch] if case in lists.GIVEN]
        assert rights
        opens = migration.Migration(
            "m.py", Bench(opening([c.empreinte for c in lists.OF_SHEET])), cases(), Draw(b"%d" % number)
        )
        assert fails(opens.expect_long) and fails(opens.expect_limits)
    assert whole or number < 10
