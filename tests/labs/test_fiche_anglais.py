"""What a sheet has its reader type, and what is stated of its words; nothing is replayed here."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from seats import LABS, sujet

from etabli.exam import Failed
from etabli.exam.contract.check import import_grader
from etabli.exam.contract.plain import rebuild
from etabli.exam.reading import outline

GRADER = LABS["fiche-anglais"].grader
FORMS, WORDS, WORK, SHAPE = (import_grader(GRADER, name) for name in ("specimens.fiches", "words", "work", "shape"))
SEATS: dict[str, Any] = {}
for _number in range(40):
    _given = sujet("fiche-anglais", bytes([_number]) * 32).variant
    SEATS.setdefault(_given.data["family"], _given)
    if len(SEATS) == 4:
        break
FAMILIES = sorted(SEATS)


def work(family: str, text: str) -> Any:
    documents = SimpleNamespace(outline=lambda path: outline.markdown(text), keep=lambda path, caption: None)
    variant = rebuild(SHAPE.Variant, SEATS[family].data)
    return WORK.Work(SimpleNamespace(path=lambda name: "fiche.md"), documents, None, variant, None)


def right(family: str) -> str:
    return str(FORMS.right(SEATS[family].data))


def typed(family: str, text: str) -> list[tuple[str, str]]:
    return [(step.do, step.text) for step in work(family, text).sheet.typed]


def test_all_four_families_are_drawn() -> None:
    assert FAMILIES == ["courrier", "partage", "sauvegarde", "site"]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_document_is_as_long_as_on_the_day_and_has_its_traps(family: str) -> None:
    text = "\n".join(SEATS[family].data["text"])
    assert 900 <= len(text.split()) <= 1400
    values = SEATS[family].data["values"]
    assert re.search(r"### On (?:Windows|macOS) only", text) and "deprecated" in text and "> **Warning.**" in text
    assert all(values[name] in text for name in ("date_us", "hour_us", "count_us", "size", "version"))
    truth = SEATS[family].data["truth"]
    assert [
        one for one in SEATS[family].data["vocabulary"] if f"**{one.removeprefix('to ')}" not in text.casefold()
    ] == []
    assert re.search(truth["deprecated"].lstrip("^"), text) and re.search(truth["foreign"], text)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_right_sheet_is_well_stated(family: str) -> None:
    own = work(family, right(family))
    for name in ("length", "steps", "french", "own_system", "no_deprecated", "warning", "checking", "source", "glossary",
                 "glossary_right", "short_sentences", "no_jargon", "alternatives"):  # fmt: skip
        getattr(own, f"expect_{name}")()
    own.expect_figures("date", "hour", "size", "count")


@pytest.mark.parametrize(
    ("words", "steps"),
    [
        ("Tapez `ls ~/a` puis `ls ~/b`.", [("run", "ls ~/a"), ("run", "ls ~/b")]),
        ("La commande `borg prune` trie.", []),
        ("borg list ~/a", [("run", "borg list ~/a")]),
        ("Borg list ~/a", [("run", "Borg list ~/a")]),
        ("Borg : sauvegarder un dossier", []),
        ("Ne tapez jamais `rm -r ~/a` ici.", []),
        ("Au lieu de `borg list ~/a`, tapez `borg list ~/b`.", [("run", "borg list ~/b")]),
        ("Tapez `borg list ~/a`, rien ne doit manquer.", [("run", "borg list ~/a")]),
        ("| 1 | Voyez les copies | borg list ~/a |", [("run", "borg list ~/a")]),
        ("1. borg list ~/a", [("run", "borg list ~/a")]),
        ("```\n$ borg list ~/a\n```", [("run", "borg list ~/a")]),
        ("```\nborg list \\\n  ~/a\n```", [("run", "borg list ~/a")]),
        ("Si rien ne va, tapez `rm -r ~/a`.", []),
        ("## En cas de problème\n\n```\nrm -r ~/a\n```", []),
        ("Voyez `documents-AAAA` avec `borg list ~/a::<nom du jour>`", []),
        ("**Attention** : `borg prune ~/a` supprime.\n\n```\nborg prune --list ~/a\n```", [("run", "borg prune --list ~/a")]),
        ("L'écran dit `Keeping archive`.", []),
        ("## Glossaire\n\n`ls ~/a` : la liste des fichiers", []),
        ("Tapez `brew install borgbackup`.", []),
    ],
)  # fmt: skip
def test_what_a_sheet_has_its_reader_type(words: str, steps: list[tuple[str, str]]) -> None:
    assert typed("sauvegarde", words) == steps


def test_lines_go_into_the_file_that_was_named() -> None:
    assert typed("site", "Ouvrez site/mkdocs.yml :\n\nsite_name: Essai\n\nnav:\n\nAttention : lisez.") == [
        ("open", "site/mkdocs.yml"), ("write", "site_name: Essai\nnav:"),
    ]  # fmt: skip
    assert typed("courrier", "`nano ~/sieve/a.sieve`\n\n```\nstop;\n```") == [
        ("open", "~/sieve/a.sieve"),
        ("write", "stop;"),
    ]


@pytest.mark.parametrize(
    ("sentence", "english"),
    [
        ("Nothing here requires an administrator.", True),
        ("It reads a small text each time a message is delivered.", True),
        ("Type the commands in a terminal, one at a time.", True),
        ("Le parking est fermé le planning du jour est affiché.", False),
        ("On a sauvegardé le dossier en entier.", False),
        ("Ouvrez le terminal et tapez la commande.", False),
        ("Read me", False),
    ],
)
def test_sentences_are_told_apart(sentence: str, english: bool) -> None:
    assert WORDS.is_english(sentence) is english


def test_english_documents_are_english_and_french_sheets_are_french() -> None:
    """97 sentences of 100 are recognised, and none of ours in French is accused."""
    english = [
        one
        for seat in SEATS.values()
        for one in WORDS.sentences("\n".join(seat.data["text"]))
        if len(WORDS.words(one)) >= 8
    ]
    assert sum(map(WORDS.is_english, english)) > 0.95 * len(english)
    french = [
        one for family in FAMILIES for text in work(family, right(family)).sheet.prose for one in WORDS.sentences(text)
    ]
    title = [SEATS[family].data["document"]["title"] for family in FAMILIES]
    assert [one for one in french if WORDS.is_english(one) and not any(name in one for name in title)] == []


@pytest.mark.parametrize(
    ("name", "find", "put", "told"),
    [
        ("figures:date", r"jusqu'au .*\.", "jusqu'au {date_us}.", "la fiche dit « {date_us} »"),
        ("figures:count", r"(?<=delà de )\d \d+", "{count_us}", "la fiche dit « {count_us} »"),
        ("figures:size", r"{size} Go", "beaucoup", "ne donne pas la taille du dépôt"),
        ("source", "version {version}", "une version", "La fiche ne donne pas sa version."),
        ("warning", r"\*\*Attention.*", "", "n'a pas l'avertissement"),
        ("glossary_right", r"\| dépôt[^|]*\|", "| répertoire de musique |", "L'équivalent français de « repository »"),
        ("no_jargon", "Triez", "Avec un pattern, triez", "« pattern »"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(name: str, find: str, put: str, told: str) -> None:
    values = SEATS["sauvegarde"].data["values"]
    fill = lambda text: re.sub(r"\{(\w+)\}", lambda found: values[found[1]], text)  # noqa: E731
    own = work("sauvegarde", re.sub(fill(find), fill(put), right("sauvegarde")))
    method, _, figure = name.partition(":")
    with pytest.raises(Failed) as failed:
        getattr(own, f"expect_{method}")(*([figure] if figure else []))
    assert fill(told) in failed.value.observed
