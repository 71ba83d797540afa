"""Hidden tests: passwords that a policy must refuse or accept, and what a migration script is given."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from etabli.exam.contract.draw import Draw
from etabli.exam.contract.words import fold

from .hashing import BCRYPT_BYTES, SCHEMES, make_hash
from .passwords import SEASONS, WORDS, manager_made, passphrase
from .shape import Case, Family, Organisation, PolicyTests, Try

FREQUENT = ("azerty", "motdepasse", "bonjour", "doudou", "soleil")
ZEROS = {
    "md5": ("240610708", "QNKCDZO", "aabg7XSs", "aabC9RqS", "s878926199a"),
    "sha1": ("aaroZmOk", "aaK1STfY", "aaO8zKZF", "aa3OFF9m"),
}
"""Words whose hash is `0e` and digits, which PHP reads as the number 0."""
ENDS = ("-Bureau.{year}!", ".{year}-Bois!", "+{year}Galet%", "={year}%Tulipe")
"""Enough length and classes around a word that must be refused for itself."""


def block_families(organisation: Organisation) -> tuple[Family, ...]:
    """What every policy must refuse, whatever stands around it; the brief says these words."""
    own = fold(organisation.short), fold(organisation.town_word)
    return (
        Family("organisation", "le nom de l'organisation et de sa ville", own),
        Family("saisons", "les saisons", tuple(map(fold, SEASONS))),
        Family("frequents", "les mots les plus fréquents des fuites", FREQUENT),
    )


def policy_tests(draw: Draw, families: Sequence[Family], logins: Sequence[str], bits: int) -> PolicyTests:
    """Passwords to refuse, by family, and to accept, by kind; the login of each comes with it where it matters."""
    weak = {
        family.id: tuple(_around(draw, word, turn) for word in family.words for turn in range(2)) for family in families
    }
    weak["courts"] = tuple(manager_made(draw, length) for length in ((5, 6, 7) if bits < 80 else (6, 8, 9)))
    return PolicyTests(
        weak=weak,
        logins=tuple(Try(login, f"{login.title()}{_end(draw)}") for login in draw.some(logins, 3)),
        strong={
            "phrases": tuple(passphrase(draw, count) for count in (5, 6, 6, 7)),
            "gestionnaire": tuple(manager_made(draw, length) for length in (16, 18, 20, 20)),
        },
    )


def _around(draw: Draw, word: str, turn: int) -> str:
    return (word.capitalize() if turn else word.upper() + "x") + _end(draw)


def _end(draw: Draw) -> str:
    return draw.one(ENDS).format(year=draw.between(2019, 2030))


def migration_cases(draw: Draw) -> tuple[Case, ...]:
    """Lines for the script: what it reads, and what is true of it.

    `role` tells the checks apart: bon, mauvais, jumeaux, long, vide, espaces, unicode, abime.
    """
    cases = []
    for scheme in SCHEMES:
        right, wrong = passphrase(draw, 3), manager_made(draw, 12)
        stored = make_hash(scheme, right, _salt(draw))
        cases.append(Case("bon", scheme, right, stored, True))
        cases.append(Case("mauvais", scheme, wrong, stored, False))
    cases += _loose(draw)
    twin = passphrase(draw, 3)
    cases += [Case("jumeaux", "sha1", twin, make_hash("sha1", twin, _salt(draw)), True) for _ in range(2)]
    long = "-".join(draw.some(WORDS, 14))
    for whole, other in ((long, long[:72] + "!" + long[73:]), _long_in_bytes(draw)):
        stored = make_hash("sha256", whole, _salt(draw))
        cases.append(Case("long", "sha256", whole, stored, True, other=other))
        cases.append(Case("long", "sha256", other, stored, False))
    accents = f"Œuf-à-l'été-{draw.between(100, 999)}-雪-é"
    cases.append(Case("unicode", "md5", accents, make_hash("md5", accents, _salt(draw)), True))
    spaced, apart = f" {passphrase(draw, 2)} ", passphrase(draw, 2)
    cases.append(Case("espaces", "sha1", spaced, make_hash("sha1", spaced, _salt(draw)), True))
    cases.append(Case("espaces", "md5", f"{apart} ", make_hash("md5", apart, _salt(draw)), False))
    decomposed = unicodedata.normalize("NFD", f"théâtre-{draw.between(100, 999)}-où-ça-naît")
    cases.append(Case("unicode", "sha1", decomposed, make_hash("sha1", decomposed, _salt(draw)), True))
    cases.append(Case("vide", "md5", "", make_hash("md5", "", _salt(draw)), False))
    cases.append(Case("vide", "argon2id", "", make_hash("argon2id", "", _salt(draw)), False))
    cut = make_hash("argon2id", "", _salt(draw))
    for broken in ("", "pas-une-empreinte", "$2z$08$" + "a" * 53, "sha256$seul", "$argon2id$v=19$m=1", f"{cut[:-9]}!"):
        cases.append(Case("abime", "", manager_made(draw, 12), broken, False))
    cases.append(Case("abime", "", "pas-une-empreinte", "pas-une-empreinte", False))
    cases.append(Case("bon", "sha1", last := passphrase(draw, 3), make_hash("sha1", last, _salt(draw)), True))
    logins = draw.shuffled(range(100, 999))
    return tuple(replace(case, login=f"essai{logins[rank]}") for rank, case in enumerate(cases))


def _loose(draw: Draw) -> list[Case]:
    """Wrong passwords that a loose comparison accepts: `==` of PHP takes two `0e…` for the same zero; the old hash."""
    cases = []
    for scheme, words in ZEROS.items():
        known, tried = draw.some(words, 2)
        cases.append(Case("mauvais", scheme, tried, make_hash(scheme, known, _salt(draw)), False))
    stored = make_hash("sha1", passphrase(draw, 3), _salt(draw))
    return [*cases, Case("mauvais", "sha1", stored, stored, False)]


def _long_in_bytes(draw: Draw) -> tuple[str, str]:
    """A password of fewer than 72 letters and of more bytes, and one that differs at its last byte only."""
    while True:
        whole = "-".join(draw.some(WORDS, 8)).translate(str.maketrans("aeiou", "âéîôû"))
        if len(whole) <= BCRYPT_BYTES < len(whole[:-1].encode()):
            return whole, f"{whole[:-1]}!"


def _salt(draw: Draw) -> bytes:
    return bytes(draw.below(256) for _ in range(16))
