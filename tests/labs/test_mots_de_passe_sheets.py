"""What the checks of mots-de-passe look at is asked for on a sheet, with every tolerance and every word they know."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping

import pytest
from seats import LABS, brief, graded, secrets_of, sujet

from etabli.exam.contract.check import import_grader
from etabli.exam.contract.draw import Draw
from etabli.exam.contract.words import fold
from etabli.kit import tables
from etabli.lab.demands import demands_of

LAB = "mots-de-passe"
lab = LABS[LAB]
audit, entropy, exports, given, harm, hashing, plan, prose, reading, testlists, vocabulary = (
    import_grader(lab.grader, name)
    for name in (
        "audit",
        "entropy",
        "exports",
        "given",
        "harm",
        "hashing",
        "plan",
        "prose",
        "reading",
        "testlists",
        "vocabulary",
    )
)


@pytest.fixture(scope="module")
def text() -> str:
    return brief(sujet(LAB))


def demands() -> Mapping[str, str]:
    """Anchor → the demand, of every sheet."""
    return {anchor: one.text for anchor, one in demands_of(LABS[LAB], sujet(LAB).sheets).items()}


def row(text: str, start: str) -> str:
    """The line of a table that begins with a cell."""
    [found] = [line for line in text.splitlines() if line.lstrip().startswith(f"| {start} |")]
    return found


# -- demands and checks


def test_what_decides_is_marked() -> None:
    marked = {spec.id for spec in lab.checks().specs if spec.decisive}
    markdown = "".join(sheet.markdown for sheet in sujet(LAB).sheets)
    assert marked and {anchor for anchor in sujet(LAB).sheets[1].anchors if f"⊘ :]{{#{anchor}}}" in markdown} == marked


# -- tolerances


def test_the_tolerances_of_the_report_are_told() -> None:
    told = demands()
    assert (audit.LEAST_SHARE, audit.WRONG_SHARE, audit.MOB_SHARE) == (1 / 2, 1 / 10, 1 / 4)
    assert "au moins la moitié" in told["constats-trouves"] and "au moins la moitié" in told["trois-systemes"]
    assert "une ligne fausse sur dix" in told["precision"] and "fausse sur dix" in told["gravite"]
    assert "un sur quatre" in told["accusations-fondees"]
    listed = demands_of(LABS[LAB], sujet(LAB).sheets)
    groups = ("portes-ouvertes", "habitudes", "six-risques")
    assert {check for name in groups for check in listed[name].checks} == {f"trouve-{k.id}" for k in vocabulary.KINDS}
    assert all("Aucun oubli" in told[name] for name in groups)
    assert f"de {harm.PIECE} caractères ou plus" in told["rien-de-secret"]


def test_the_limits_of_texts_are_told(text: str) -> None:
    told = demands()
    for bounds, name in (
        (prose.MESSAGE_WORDS, "message-longueur"),
        (prose.JUSTIFICATION_WORDS, "justification-sources"),
    ):
        assert f"de {bounds[0]} à {bounds[1]} mots" in told[name].casefold()
    assert (prose.LEAST_ADVICE, prose.LEAST_SOURCES, len(vocabulary.ADVICE)) == (3, 2, 5)
    assert "au moins quatre des cinq" in told["message-conseils"] and "trois ou plus" in told["message-conseils"]
    assert prose.papers.SPARE == 1 / 10 and "à un dixième près" in text
    named = {term.id for term in vocabulary.SOURCES if term.id in prose.FRAMEWORKS}
    assert "deux de ces trois textes : CNIL, ANSSI, NIST" in told["justification-sources"] and len(named) == 3


@pytest.mark.parametrize(("case", "bits"), [(1, 80), (2, 50)])
def test_how_short_the_passwords_to_refuse_are_is_told(case: int, bits: int) -> None:
    given = testlists.policy_tests(Draw(b"essai"), (), ("a.essai", "b.essai", "c.essai"), bits)
    longest = max(map(len, given.weak["courts"]))
    assert re.search(rf"cas {case}, (?:on essaie )?jusqu'à {longest}\b", demands()["politique-refuse-courts"])
    lengths = [len(password) for password in given.strong["gestionnaire"]]
    assert f"de {min(lengths)} à {max(lengths)} caractères" in demands()["politique-accepte-gestionnaire"]
    words = [len(re.findall(r"[a-z]{2,}", phrase.casefold())) for phrase in given.strong["phrases"]]
    assert f"de {min(words)} à {max(words)} mots" in demands()["politique-accepte-phrases"]


def test_how_entropy_is_counted_is_told(text: str) -> None:
    counted = [entropy.alphabet((), classes) for classes in (0, 2, 3, 4)]
    assert row(text, "Signes comptés").strip(" |").split(" | ")[1:] == list(map(str, counted))
    sizes = entropy.ALPHABETS.values()
    assert "minuscules {}, majuscules {}, chiffres {}, signes {}".format(*sizes) in text
    assert entropy.TOLERANCE == 1 / 2 and "un demi-bit" in demands()["politique-entropie"]


def test_the_limits_of_the_program_are_told(text: str) -> None:
    spaced = f"{hashing.MEMORY_KIB:_}".replace("_", " ")
    wanted = f"mémoire {spaced} Kio, {hashing.PASSES} passages, 1 fil, ou plus) ou bcrypt (coût {hashing.COST} ou plus"
    assert wanted in demands()["migration-parametres"]
    most = f"{hashing.MOST_MEMORY_KIB:_}".replace("_", " ")
    assert f"au plus {most} Kio, {hashing.MOST_PASSES} passages, {hashing.MOST_PASSES} fils" in text
    assert f"coût {hashing.MOST_COST} au plus" in text
    assert f"plus de {hashing.BCRYPT_BYTES} octets" in demands()["migration-longs"]
    lists = import_grader(lab.grader, "lists")
    own = import_grader(lab.grader, "variant").make(b"essai", b"essai")
    drawn = [testlists.migration_cases(Draw(b"%d" % number), own, Draw(b"%d" % number)) for number in range(12)]
    sizes = [Counter(lists.BATCHES[case.role] for case in cases) for cases in drawn]
    most = max(size for one in sizes for batch, size in one.items() if batch != lists.CROWD)
    whole = testlists.CROWD[1] + 3
    assert all(testlists.CROWD[0] <= one[lists.CROWD] <= testlists.CROWD[1] for one in sizes)
    assert lab.manifest.bench is not None
    seconds = int(lab.manifest.bench.command_s)
    told = f"au plus {whole} lignes, dont {most} bons mots de passe au plus. Il dure au plus {seconds} secondes"
    assert told in demands()["migration-repond"]


# -- words


@pytest.mark.parametrize("terms", ["KINDS", "ACTIONS", "SYSTEMS"])
def test_every_word_that_is_understood_is_told_and_none_else(text: str, terms: str) -> None:
    known = getattr(vocabulary, terms)
    for term in known:
        if term.others:
            told = {fold(one) for one in row(text, term.word).strip(" |").split(" | ")[1].split(",")}
            assert term.names() <= told | {fold(term.word), fold(term.id)}, term.id
            assert {vocabulary.understood(one, known) for one in told} == {term}, term.id


def test_every_source_that_is_understood_is_told(text: str) -> None:
    told = fold(row(text, "la source")) + fold(demands()["recommandations"])
    assert [name for term in vocabulary.SOURCES for name in term.names() if name not in told] == []


def test_how_titles_are_found_is_told(text: str) -> None:
    [told] = [line for line in text.splitlines() if line.startswith("- **Titres des colonnes.**")]
    assert [name for names in reading.ALIASES.values() for name in names if name not in fold(told)] == []
    assert f"les {tables.HEADER_ROWS} premières lignes" in text


def test_the_examples_of_each_piece_of_advice_are_recognised(text: str) -> None:
    for term in vocabulary.ADVICE:
        told = [fold(word) for word in row(text, term.means).strip(" |").split(" | ")[1].split(",")]
        assert [word for word in told if not any(re.search(way, word) for way in term.others)] == [], term.id


def test_what_is_held_for_copied_is_what_the_sheets_say(text: str) -> None:
    shown = [row(text, term.means).strip(" |").split(" | ")[1] for term in vocabulary.ADVICE]
    assert [fold(one) for one in shown] == [fold(one) for one in given.EXAMPLES]
    assert (lab.folder / "dossier" / "sources.md").read_text() == given.SOURCES_SHEET[0]
    assert max(len(fold(term.means).split()) for term in vocabulary.ADVICE) < given.ADVICE_RUN
    assert (
        f"dont {prose.OWN_WORDS} à vous" in demands()["justification-sources"]
        and "avec vos mots" in demands()["message-conseils"]
    )


def test_the_sentence_to_complete_says_the_case_that_applies() -> None:
    for secret in secrets_of(LAB):
        situation = import_grader(lab.grader, "situations").SITUATIONS[
            graded(LAB, secret).data["situation"]["case"] - 1
        ]
        [sentence] = re.findall(r"« (Le cas … .+?) »", sujet(LAB, secret).sheets[3].text)
        said = sentence.replace("…", str(situation.case), 1).replace("demande …", f"demande {situation.bits}")
        prose.expect_situation(said, situation)


def test_what_the_supplied_results_say_leads_to_the_word_to_write() -> None:
    text = sujet(LAB).sheets[1].text
    words = {term.id: term.word for term in vocabulary.KINDS}
    for kind, said in exports.RESULTS.items():
        assert f"| `resultats.csv`, « {said} » | **{words[kind]}** |" in text


# -- what is tried, and what the teacher is told


def test_the_lines_to_try_are_what_the_sheet_says() -> None:
    text = sujet(LAB).sheets[5].text
    empty, without, broken, cut, accents, long = (json.loads(line) for line in re.findall(r'\{"login".+\}', text))
    assert not empty["mot_de_passe"] and len(long["mot_de_passe"].encode()) > hashing.BCRYPT_BYTES
    assert not accents["mot_de_passe"].isascii() and not hashing.verifies(broken["mot_de_passe"], broken["empreinte"])
    for case in (empty, accents, long):
        assert hashlib.md5(case["mot_de_passe"].encode()).hexdigest() == case["empreinte"]
    assert cut["empreinte"].startswith("$argon2id$v=19$m=") and not hashing.verifies(
        cut["mot_de_passe"], cut["empreinte"]
    )
    assert without["mot_de_passe"] and not without["empreinte"]
    assert "quatre `false`, puis deux `true`" in text


def test_the_teacher_is_told_how_much_there_is_to_find() -> None:
    told = " ".join(one for seance in lab.manifest.seances for one in seance.watch)

    def between(*names: str) -> str:
        lows, highs = zip(*(plan.bounds(name) for name in names), strict=True)
        return f"{sum(lows)} à {sum(highs)}"

    assert (
        f"soit {between('parti')} partis, {between('dormant')} dormants, {between('partage')} partagés, "
        f"{between('sans-2fa')} administrateurs"
    ) in told
    assert f"{between('empreinte-faible')} empreintes faibles et {between('reutilise')} réutilisés" in told
    middle = sum(sum(plan.bounds(kind)) for kind in ("parti", "dormant", "partage", "sans-2fa")) // 2
    assert f"Environ {middle} constats" in told
    assert f"environ {sum(plan.TOTAL) // 2 - middle} constats de plus" in told
    assert (
        f"{plan.REVIEW[0]} à {plan.REVIEW[1]} lignes, dont {between('parti', 'dormant')} à désactiver et "
        f"{between('reduire')} à réduire"
    ) in told
