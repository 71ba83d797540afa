"""What must not be in a hand-in of mots-de-passe is told in letters that look like ours too; what is asked for is not found so."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from refused import failure, observed

from etabli.exam.contract.check import import_grader
from etabli.exam.contract.plain import plain
from etabli.exam.contract.words import contains_words
from etabli.exam.tools.documents import Trace
from etabli.system.settings import repository

GRADER = repository() / "graders" / "mots-de-passe"
variant, harm, naming, pieces, prose, texts = (
    import_grader(GRADER, name) for name in ("variant", "harm", "naming", "pieces", "prose", "specimens.texts")
)

LOOKS = {
    "Cyrillic": str.maketrans("aceopxyijsdhlgqwABCEHIKMOPTX", "асеорхуіјѕԁһӏԍԛԝАВСЕНІКМОРТХ"),
    "Greek": str.maketrans("aiovpuntABEZHIKMNOPTYX", "αιονρυητΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"),
    "full width": {code: code + 0xFEE0 for code in (*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B))},
    "mathematical": {0x61 + rank: 0x1D41A + rank for rank in range(26)},
    "small capitals": str.maketrans("abcdeghijklmnoprtuvwyz", "ᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ"),
}
every_alphabet = pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)


@cache
def typed() -> Any:
    return variant.make(b"essai", b"essai|evaluation")


def search(text: str) -> None:
    files = SimpleNamespace(paths=lambda: ["notes.txt"])
    documents = SimpleNamespace(traces=lambda path: [Trace("ligne 1", text)])
    work = SimpleNamespace(files=files, documents=documents, variant=typed(), answering=set())
    harm.expect_no_secret(work)
    harm.expect_in_scope(work)


def told_of(more: str) -> Callable[[], None]:
    return lambda: naming.expect_nobody(texts.message(plain(typed()), more=more), typed())


@every_alphabet
def test_a_message_names_nobody_in_another_alphabet(look: dict[int, int]) -> None:
    people, login = typed().people[3:5], next(one.login for one in typed().accounts if "." in one.login)
    names = [f"{one.prenom} {one.nom}".translate(look) for one in people]
    told = observed(told_of(f"Les comptes de {names[0]} et de {names[1]} ont cédé."))
    assert people[0].nom in told and people[1].nom in told
    hidden = not any(contains_words(names[0], one) for one in (people[0].prenom, people[0].nom))
    assert (", en lettres d'un autre alphabet : " in told) == hidden
    assert people[0].prenom in observed(told_of(f"{people[0].prenom.translate(look)} a perdu son mot de passe."))
    assert login in observed(told_of(f"Le compte {login.translate(look)} est à revoir."))
    assert "alphabet" not in observed(told_of(f"Le compte de {people[0].nom} a cédé ; Ωmega."))


@every_alphabet
def test_a_secret_in_another_alphabet_is_told_so(look: dict[int, int]) -> None:
    words = [one for one in sorted(set(typed().passwords.values())) if one.translate(look) != one]
    assert len(words) > 9
    for word in words[::5]:
        found = failure(lambda word=word: search(f"accueil : {word.translate(look)} ; à voir"))
        assert "un mot de passe (lettres d'un autre alphabet) dans notes.txt" in found.observed
        assert word not in f"{found}{found.help}"
    stored = next(one for one in typed().hashes.values() if "$" not in one and one.translate(look) != one)
    assert "(lettres d'un autre alphabet)" in observed(lambda: search(stored.translate(look)))
    assert "morceau d'empreinte" in observed(lambda: search(f"début : {stored[:14].translate(look)}"))


@every_alphabet
def test_pieces_and_accounts_out_of_the_scope_are_told_in_another_alphabet(look: dict[int, int]) -> None:
    said = "commence par « chouch » et finit par « ou2001 »".translate(look)
    assert pieces.Pieces(["chouchou2001"]).given(said) == [0]
    outside = typed().externals[0]
    for name in (outside.login, outside.holder, outside.holder.upper()):
        assert "hors du périmètre" in observed(lambda name=name: search(f"Voir {name.translate(look)}."))


@pytest.mark.parametrize(
    "text",
    [
        "Αγαπητοί συνάδελφοι, επιλέξτε μια μεγάλη φράση και μην τη δίνετε σε κανέναν. Ο λογαριασμός σας αξίζει.",
        "Дорогие коллеги, выберите длинную фразу и никому её не говорите. Расскажите о письмах, в которых сомневаетесь.",
        "Ａｔｔｅｎｔｉｏｎ ! ① Une phrase longue → ② un coffre ℹ, µ, Ω, № 5 ✓ 🇫🇷",
    ],
)
def test_an_honest_text_in_another_alphabet_shows_nothing(text: str) -> None:
    for said in (text, text.upper()):
        search(said)
        told_of(said)()


def test_what_is_asked_for_counts_in_our_letters_alone() -> None:
    message = texts.message(plain(typed()))
    prose.expect_advice(message)
    failure(lambda: prose.expect_advice(message.translate(LOOKS["Cyrillic"])))
