"""What an exam draws: plausible, other ones each time, and of one strength whatever is drawn."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, fields
from datetime import date
from functools import cache
from itertools import combinations
from typing import Any

import pytest

from etabli.exam.contract.check import import_grader
from etabli.exam.contract.words import fold
from etabli.exam.tools.draws import Draws
from etabli.lab.manifest import load_lab

LAB = load_lab("page-dynamique")
drawn = import_grader(LAB.grader, "drawn")
variants = import_grader(LAB.grader, "variant")
ATELIERS = [f"poste {number}".encode() for number in range(8)]
"""Among them, each setting."""
NONCES = [hashlib.sha256(str(number).encode()).hexdigest()[:32] for number in range(40)]
ACCENTS = set("àâçèéêëîïôûÀÂÇÈÉÊËÎÏÔÛ")


@cache
def variant(atelier: bytes) -> Any:
    return variants.make(atelier, hashlib.sha256(atelier).digest())


@cache
def draws(atelier: bytes, nonce: str) -> Any:
    return drawn.make_drawn(Draws(nonce), variant(atelier))


def every() -> Iterator[tuple[Any, Any]]:
    for atelier in ATELIERS:
        yield from ((variant(atelier), draws(atelier, nonce)) for nonce in NONCES)


def names(one: Any) -> list[str]:
    """All names that may stand in one list."""
    lot = one.lot
    single = [one.put, one.renamed, one.readdressed, one.edited, one.corrected, one.usual, one.refused, one.kept]
    single += [one.single, one.plain, one.special, one.unpriced, one.free, one.blank, one.beside, one.long]
    lots = [f"{lot.stem} n° 3 {lot.text} {lot.tail}", f"{lot.text}, {lot.end}", f"{lot.stem} {lot.text}"]
    lots += [f"{lot.others[0]} {lot.turned} {lot.tail}", f"{lot.others[1]} {lot.word} {lot.tail}"]
    return [*single, *lots, *one.brand.names, one.signs.name, *one.signs.taken, f"{one.series} n° 0003"]


def test_every_setting_is_among_them() -> None:
    assert len({variant(atelier).setting for atelier in ATELIERS}) == 4


def test_nothing_is_constant() -> None:
    for field in fields(drawn.Drawn):
        values = [getattr(draws(ATELIERS[0], nonce), field.name) for nonce in NONCES]
        assert len(set(values)) > {"no_day": 3, "no_february": 1, "guessed": 2}.get(field.name, 4), field.name
        assert not re.search(r"zzqx|ysalie|yzokar|attaque|essai d|\btest\b", fold(str(values))), field.name


def test_the_same_nonce_draws_the_same_whoever_asks_first() -> None:
    first, again = Draws(NONCES[0]), Draws(NONCES[0])
    again.of("personnes").some(range(50), 20)
    assert drawn.make_drawn(first, variant(ATELIERS[0])) == drawn.make_drawn(again, variant(ATELIERS[0]))


def test_no_name_holds_another_one_nor_one_of_the_base() -> None:
    for data, one in every():
        base = [fold(row.name) for rows in (data.rows, data.own) for row in rows.item]
        mine = [fold(name) for name in names(one)]
        assert len(set(mine)) == len(mine)
        for left, right in combinations(mine, 2):
            assert left not in right and right not in left, (left, right)
        assert not [(name, other) for name in mine for other in base if name in other or other in name]


def test_each_name_has_the_traps_of_its_check() -> None:
    for _data, one in every():
        for name in (one.put, one.renamed, one.renamed_label, one.readdressed, one.edited, one.corrected, one.single):
            assert "d'" in name and len(name) <= 120 and ACCENTS & set(name)
        for text in (f"{one.special} {one.rounded}", one.corrected, one.long_description, one.corrected_description):
            assert re.search(r"https?://example|www\.example", text) and re.search(
                r"[a-z]@example\.(com|net|org)\b", text
            )
        for text in (one.long_description, one.corrected_description):
            assert re.search(r"https?://example", text) and " www.example" in text and "\n" in text
            assert (
                re.search(r"06( \d\d){4}", text) and set(drawn.texts.EMOJIS) & set(text) and re.search(r" {2}\w", text)
            )
        assert "://" in one.special or "://" in one.corrected
        assert "&" in one.corrected and all(
            set('"\\') <= set(text) and re.search(rf"\b\d[{re.escape(drawn.SIGNS)}]", text)
            for text in (one.corrected, one.special, one.long_description, one.corrected_description)
        )
        assert set("&<'") <= set(one.special) and set(one.special) & ACCENTS
        assert one.plain.isascii() and f"d'{one.plain_person}" in one.plain
        assert ACCENTS & set(one.renamed_label) and set("'&") < set(one.lot.text)
        assert len(one.long) == 120 < len(one.long.encode()) - 15 and one.long == one.long.strip()
        assert ACCENTS & set(one.description) and "'" in one.description
        assert one.description != one.corrected_description and ACCENTS & set(one.corrected_description)


def test_what_is_looked_for_is_found_where_it_was_put_alone() -> None:
    for data, one in every():
        both = (data.rows, data.own)
        texts = [row.name for rows in both for row in (*rows.category, *rows.place, *rows.item)]
        base = fold("\n".join([*texts, *(row.description or "" for rows in both for row in rows.item)]))
        assert all(fold(word) not in base for word in (one.absent, one.unknown, f"d'{one.plain_person}", one.lot.word))
        assert all(fold(search) == fold(one.brand.searches[0]) not in base for search in one.brand.searches)
        assert len(set(one.brand.searches)) == 3 and all(
            fold(one.brand.searches[0]) in fold(name) for name in one.brand.names
        )
        words = {fold(word) for word in one.searches}
        assert not [name for name in names(one) if one.absent in fold(name) or one.unknown in fold(name)]
        assert all(word not in base for word in words)


def test_any_vowel_has_any_of_its_accents_in_any_writing() -> None:
    told = [one.brand for _data, one in every()]
    signs = {sign for brand in told for text in (*brand.names, *brand.searches) for sign in text}
    assert {sign for vowel in drawn.VOWELS.values() for sign in vowel} | set("çÉÊÀÔÛÇ") <= signs
    for brand in told:
        word = next(text for text in brand.searches if "ç" in text)
        assert word in brand.names[1] and sum(not sign.isascii() for sign in word) == 3
        assert brand.names[2].isupper() or brand.names[2].split()[-1].isupper()
    assert {brand.names[2].split()[-1].isascii() for brand in told} == {True, False}


def test_two_names_are_in_an_order_that_the_numbers_of_letters_turn_round() -> None:
    pairs = [one.neighbours for _data, one in every()]
    assert all(fold(first) < fold(second) and first > second for first, second in pairs)
    assert {first[0].islower() for first, _second in pairs} == {True, False}


def test_a_search_of_several_pages_ends_with_a_row_that_holds_its_first_word_only() -> None:
    """Page links that lose what follows « & » then show it, after the last row that was looked for."""
    for _data, one in every():
        lot = one.lot
        assert sorted(lot.turned.split()) == sorted(lot.text.split()) and lot.turned != lot.text
        wanted = [f"{lot.stem} n° 9 {lot.text}", f"{lot.text}, {lot.end}", f"{lot.stem} {lot.text}"]
        assert all(fold(f"{lot.others[1]} {lot.word} {lot.tail}") > fold(name) for name in wanted)


def test_values_are_typed_as_hard_ones_are() -> None:
    for _data, one in every():
        assert all(re.fullmatch(r"\d{1,3},\d[1-9]", price) for price in (one.price, one.corrected_price))
        assert one.price != one.corrected_price
        assert re.fullmatch(r"\d{4,5}\.\d[1-9]", one.dear)
        assert re.fullmatch(r"-[1-9]\d{0,2}", one.negative) and re.fullmatch(r"\d\d[,.]\d\d[1-9]", one.precise)
        for day in (one.day, one.corrected_day):
            assert day.day <= 12 and day.day != day.month
        assert one.later > date(2026, 12, 31) and one.later.day > 12
        assert one.long_description.count("\n") == 3 and 200 < len(one.long_description) < 600
        for number, month in (one.no_day, one.no_february):
            with pytest.raises(ValueError, match="day"):
                date(one.day.year, month, number)
        assert all((float(price.replace(",", ".")) * 100).is_integer() for price in (one.price, one.dear))


def test_no_part_of_the_calendar_or_of_the_prices_is_left_out() -> None:
    """Whoever refuses what an exam never types finds nothing that it never types."""
    told = [one for _data, one in every()]
    assert {len(str(one.beyond)) for one in told} == {4, 5, 6}
    assert (
        {"," in one.precise for one in told} == {"\n\n" in one.corrected_description for one in told} == {True, False}
    )
    assert all(0 < one.amounts[0] < 1 and one.amounts[1] >= 10_000 for one in told)
    assert {len(str(one.amounts[1])) for one in told} == {8, 9}
    assert all(set(one.special) & set("€œ’…–→") and set(one.long_description) & set("€œ’…–→") for one in told)
    assert {one.no_day for one in told} == {*drawn.NO_DAY, drawn.LEAP_DAY}
    assert {one.day.year // 10 for one in told} == {199, 200, 201, 202, 203}
    assert len({one.later.day for one in told}) > 12 and len({one.later.month for one in told}) == 12
    assert len({one.price[-2:] for one in told}) > 25 and {len(one.dear) for one in told} == {7, 8}


def test_a_search_that_pastes_any_of_them_shows_too_much_or_breaks() -> None:
    """Pasted in the SQL of a list, each hostile text does what it is made for: the kinds are there at every draw."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE o (id, a, nom, d, e)")
    base.executemany("INSERT INTO o VALUES (?, 1, ?, 1, 1)", enumerate(("Lampe", "Vélo", "Table")))
    kinds = {"OR": 0, "or": 0}
    for _data, one in every():
        assert len(one.searches) == 8
        for text in one.searches:
            sql = f"SELECT * FROM o WHERE nom LIKE '%{text}%'"
            for sign, same in {" #": " -- ", "' && ": "' AND ", "' XOR ": "' OR ", "' xor ": "' OR "}.items():
                sql = sql.replace(sign, same)  # SQLite has neither
            if "\\" in text:  # SQLite has no such sign: MariaDB reads \' as an apostrophe of the text
                assert text.endswith("\\") or "\\' " in text
                continue
            try:
                found = base.execute(sql.replace("' || ", "' OR ").replace(" || '", " OR '")).fetchall()
            except sqlite3.OperationalError:
                found = []
                assert " OR " in text or " or " in text
                continue
            assert found, text
        kinds = {word: count + any(f" {word} " in text for text in one.searches) for word, count in kinds.items()}
        assert sum("||" in text for text in one.searches) == 1 and sum("UNION" in text for text in one.searches) == 1
        assert (
            sum(text.endswith("\\") for text in one.searches) == 1 and sum("-- " in text for text in one.searches) == 3
        )
        assert all(sum(sign in text.lower() for text in one.searches) == 1 for sign in ("xor", "&&"))
        assert {"'"} < set(one.values) and len(one.values) == 5
        assert all(sum(sign in text for text in one.values) == 1 for sign in ("||", "XOR"))
    assert kinds["OR"] == kinds["or"] == len(ATELIERS) * len(NONCES)


def test_the_signs_of_like_are_taken_for_others() -> None:
    base = sqlite3.connect(":memory:")
    for _data, one in every():
        signs = one.signs
        both, second, first = signs.taken

        def like(name: str, pattern: str) -> bool:
            return bool(base.execute("SELECT ? LIKE ? ESCAPE '!'", (name, f"%{pattern}%")).fetchone()[0])

        half = signs.text.replace("%", "!%"), signs.text.replace("_", "!_")
        assert signs.text in signs.name
        assert [like(name, signs.text) for name in signs.taken] == [True, True, True]
        assert like(second, half[0]) and like(first, half[1])
        assert not any(like(name, half[0].replace("_", "!_")) for name in (both, second, first))


def test_the_other_site_looks_like_any_other() -> None:
    seen = {one.foreign for _data, one in every()}
    assert len(seen) == len(NONCES)
    assert all(re.fullmatch(r"https?://(?:[a-z]+\.){1,2}[a-z]+/", page.replace("-", "")) for page in seen)
    assert {"//www." in page for page in seen} == {"-" in page for page in seen} == {True, False}
    assert {page.partition(":")[0] for page in seen} == {"http", "https"}


def test_the_words_that_nothing_holds_are_made_up() -> None:
    """Of one strength: letters alone, as many as a word has, and no list of them to be had."""
    words = {word for _data, one in every() for word in (one.absent, one.unknown)}
    assert len(words) == 2 * len(NONCES)
    assert all(re.fullmatch(r"[a-z]{6,18}", word) for word in words)


def test_no_word_of_a_draw_is_left_as_a_template() -> None:
    assert not [text for _data, one in every() for text in re.findall(r"[{}]", str(asdict(one)["put"]))]
