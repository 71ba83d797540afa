"""The data of page-dynamique: the same for the same seed, equally hard for everybody, and nobody real."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from itertools import combinations, pairwise, permutations
from typing import Any

import pytest
from helpers import volume

from etabli.exam.contract import draw
from etabli.exam.contract.check import import_grader
from etabli.exam.contract.plain import plain, rebuild
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
variant = import_grader(GRADER, "variant")
nouns = import_grader(GRADER, "nouns")

SEEDS = [f"graine-{number}".encode() for number in range(volume(20, 50))]
FICTION = re.compile(r"(01 99 00|02 61 91|03 53 01|04 65 71|05 36 49) \d\d \d\d")
RESERVED = set(
    """accessible add all alter analyze and as asc asensitive before between bigint binary blob both by call cascade
    case change char character check collate column condition constraint continue convert create cross cursor database
    databases date_add day_hour dec decimal declare default delayed delete desc describe deterministic distinct div
    double drop dual each else enclosed end escaped except exists exit explain false fetch float for force foreign from
    fulltext general grant group having hour_minute if ignore in index infile inner inout insensitive insert int integer
    intersect interval into is iterate join key keys kill leading leave left like limit linear lines load localtime
    lock long loop low_priority match maxvalue mediumint mod modifies natural not null numeric offset on optimize option
    or order out outer outfile over partition precision primary procedure purge range read real recursive references
    regexp release rename repeat replace require restrict return revoke right rlike row rows select sensitive separator
    set show signal slow smallint spatial specific sql starting table terminated then tinyint to trailing trigger true
    undo union unique unlock unsigned update usage use using values varchar varying when where while window with write
    xor zerofill""".split()
)


@cache
def typed(seed: bytes, grading: bool = False) -> Any:
    return variant.make(seed, seed + b"-evaluation" if grading else seed)


@cache
def make(seed: bytes, grading: bool = False) -> dict[str, Any]:
    return plain(typed(seed, grading))


@pytest.fixture(params=SEEDS, ids=bytes.decode)
def seed(request: pytest.FixtureRequest) -> bytes:
    return request.param


def both(seed: bytes) -> list[dict[str, Any]]:
    return [make(seed), make(seed, True)]


def names(data: dict[str, Any], kind: str = "item") -> list[str]:
    return [row["name"] for row in data["rows"][kind]]


# -- the same seed, the same content


def test_a_draw_is_the_same_on_every_machine() -> None:
    one = draw.Draw(b"pour toujours")
    assert [one.below(1000) for _ in range(5)] == [643, 169, 761, 904, 928]
    assert draw.Draw(b"pour toujours").shuffled("abcdef") == list("ebcfad")


def test_checks_get_the_very_variant_that_was_made(seed: bytes) -> None:
    assert rebuild(variant.Variant, json.loads(json.dumps(make(seed)))) == typed(seed)


def test_seeds_reach_every_setting_and_rule() -> None:
    seen = [make(seed) for seed in SEEDS]
    assert len({data["setting"] for data in seen}) == len(variant.SETTINGS) >= 4
    assert {data["rules"]["page_size"] for data in seen} == {8, 10, 12, 15}
    assert {data["rules"]["filter"] for data in seen} == {"category", "place"}
    assert {tuple(data["rules"]["order"][0]) for data in seen} == {("date", "asc"), ("date", "desc"), ("price", "desc")}


# -- the workshop and the evaluation


def test_the_evaluation_has_the_same_schema(seed: bytes) -> None:
    workshop, grading = typed(seed), typed(seed, True)
    assert variant.schema_sql(workshop) == variant.schema_sql(grading)


def test_the_evaluation_has_other_rows(seed: bytes) -> None:
    workshop, grading = both(seed)
    assert not set(names(workshop)) & set(names(grading))
    for kind in ("category", "place"):
        assert set(names(workshop, kind)) != set(names(grading, kind))


# -- equal difficulty


def test_sizes_are_equal_within_a_tenth() -> None:
    sizes = [sum(len(rows) for rows in data["rows"].values()) for seed in SEEDS for data in both(seed)]
    assert 60 <= min(sizes) and max(sizes) <= 150
    assert max(sizes) <= min(sizes) * 1.1
    shapes = {tuple(len(data["rows"][kind]) for kind in ("category", "place")) for seed in SEEDS for data in both(seed)}
    assert len(shapes) == 1


def test_steps_are_equal() -> None:
    steps = {
        (len(data["tables"]), len(data["rules"]["order"]), len(data["words"]["columns"]), len(data["words"]["fields"]))
        for data in map(make, SEEDS)
    }
    assert steps == {(3, 2, 5, 6)}


def test_traps_are_equal() -> None:
    counts = [traps(data) for seed in SEEDS for data in both(seed)]
    for trap in counts[0]:
        found = Counter(count[trap] for count in counts)
        assert max(found) <= max(min(found) * 1.1, min(found)), (trap, found)


def traps(data: dict[str, Any]) -> dict[str, int]:
    """Traps that are counted out; accents and apostrophes are everywhere in French."""
    items = data["rows"]["item"]
    prices = [float(item["price"]) for item in items if item["price"] is not None]
    return {
        "less-than": sum("<" in name for name in names(data)),
        "ampersand": sum("&" in name for name in names(data)),
        "marked descriptions": sum("<" in (i["description"] or "") and "&" in (i["description"] or "") for i in items),
        "over a thousand": sum(price >= 1000 for price in prices),
        "no price": sum(item["price"] is None for item in items),
        "no description": sum(item["description"] is None for item in items),
        "empty category": len({c["id"] for c in data["rows"]["category"]} - {i["category"] for i in items}),
        "equal prices out of order": min(ties(items, "price"), 1),
        "equal dates out of order": min(ties(items, "date"), 1),
    }


def ties(items: list[dict[str, Any]], key: str) -> int:
    """Pairs with the same value whose order by name is not their order by id."""
    by_name = sorted((item for item in items if item[key] is not None), key=lambda item: nouns.fold(item["name"]))
    return sum(one[key] == other[key] and one["id"] > other["id"] for one, other in combinations(by_name, 2))


def test_every_trap_is_there(seed: bytes) -> None:
    for data in both(seed):
        count = traps(data)
        assert all(count.values()), count
        assert count["no price"] == 6
        assert sum("'" in name for name in names(data)) >= 4
        assert sum(not name.isascii() for name in names(data)) >= 6


def test_ids_have_gaps_and_no_order(seed: bytes) -> None:
    for data in both(seed):
        for kind, rows in data["rows"].items():
            ids = [row["id"] for row in rows]
            assert len(set(ids)) == len(ids) and min(ids) > 0
            assert max(ids) > len(ids), kind
        items = data["rows"]["item"]
        for key in ("id", "name", "date"):
            by_id = [row[key] for row in sorted(items, key=lambda row: row["id"])]
            assert key == "id" or by_id not in (sorted(by_id), sorted(by_id, reverse=True))


# -- names


def test_no_name_holds_another(seed: bytes) -> None:
    for data in both(seed):
        folded = sorted(nouns.fold(name) for kind in data["rows"] for name in names(data, kind))
        assert len(set(folded)) == len(folded)
        assert not [(a, b) for a, b in permutations(folded, 2) if a in b]
        assert max(len(name) for name in names(data)) <= 120


def test_references_point_at_rows(seed: bytes) -> None:
    for data in both(seed):
        for kind in ("category", "place"):
            assert {item[kind] for item in data["rows"]["item"]} <= {row["id"] for row in data["rows"][kind]}


def test_prices_and_dates_are_well_formed(seed: bytes) -> None:
    for item in make(seed)["rows"]["item"]:
        assert item["price"] is None or re.fullmatch(r"[1-9]\d{0,3}\.\d\d", item["price"])
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", item["date"])


def all_identifiers() -> set[str]:
    found: set[str] = set()
    for number in range(volume(60, 400)):
        data = plain(variant.make(str(number).encode(), b""))
        found |= set(data["tables"].values())
        for columns in data["columns"].values():
            assert len(set(columns.values())) == len(columns)
            found |= set(columns.values())
        assert len(set(data["tables"].values())) == 3
    return found


def test_identifiers_are_plain_and_not_reserved() -> None:
    for name in all_identifiers():
        assert re.fullmatch(r"[a-z][a-z_]{1,29}", name)
        assert name not in RESERVED


def test_imposed_words_are_told_apart(seed: bytes) -> None:
    words = make(seed)["words"]
    assert len(set(map(nouns.fold, words["columns"].values()))) == 5
    labels = [nouns.fold(label) for label in words["fields"].values()] + [nouns.fold(words["search"])]
    assert not [(a, b) for a, b in permutations(labels, 2) if a in b]
    assert words["filter"] == words["fields"][make(seed)["rules"]["filter"]]


# -- French


@pytest.mark.parametrize(
    ("noun", "expected"),
    [
        (("objet", "m"), "l'objet un objet de l'objet d'objet cet objet aucun objet"),
        (("étape", "f"), "l'étape une étape de l'étape d'étape cette étape aucune étape"),
        (("plat", "m"), "le plat un plat du plat de plat ce plat aucun plat"),
        (("recette", "f"), "la recette une recette de la recette de recette cette recette aucune recette"),
    ],
)
def test_articles(noun: tuple[str, str], expected: str) -> None:
    word = nouns.Noun(noun[0], f"{noun[0]}s", noun[1])
    assert " ".join([word.the(), word.a(), word.of_the(), word.of(), word.this(), word.none()]) == expected


def test_descriptions_read_as_sentences(seed: bytes) -> None:
    for item in make(seed)["rows"]["item"]:
        text = item["description"]
        assert text is None or (text[0].isupper() and text.endswith(".") and "  " not in text)


# -- nobody real


def test_contacts_are_fictional(seed: bytes) -> None:
    organisation = make(seed)["organisation"]
    host = organisation["host"]
    for phone in (organisation["phone"], host["phone"]):
        assert FICTION.fullmatch(phone)
    assert organisation["email"].endswith(".example") and organisation["email"].isascii()
    for postcode in (organisation["postcode"], host["postcode"]):
        assert re.fullmatch(r"96\d{3}", postcode)  # no French department has this number
    for fact in ("name", "street", "city", "phone"):
        assert organisation[fact] != host[fact]


# -- SQL


def test_text_is_quoted() -> None:
    sql = import_grader(GRADER, "sql")
    assert sql.literal("l'eau \\ <b>") == r"'l''eau \\ <b>'"
    assert sql.literal(None) == "NULL"
    assert sql.literal(3) == "3"


def test_schema_says_what_the_brief_says(seed: bytes) -> None:
    data = make(seed)
    sql, item = variant.schema_sql(typed(seed)), data["columns"]["item"]
    assert sql.count("CREATE TABLE") == sql.count("AUTO_INCREMENT") == sql.count("ENGINE=InnoDB") == 3
    assert sql.count("FOREIGN KEY") == 2 and sql.count("COLLATE=utf8mb4_unicode_ci") == 3
    assert f"`{item['name']}` VARCHAR(120) NOT NULL" in sql
    assert f"`{item['description']}` TEXT NULL" in sql
    assert f"`{item['price']}` DECIMAL(8,2) NULL" in sql
    assert f"`{item['date']}` DATE NOT NULL" in sql


def test_rows_come_after_what_they_refer_to(seed: bytes) -> None:
    data = make(seed)
    sql = variant.rows_sql(typed(seed))
    places = [sql.index(f"INSERT INTO `{data['tables'][kind]}`") for kind in ("category", "place", "item")]
    assert all(before < after for before, after in pairwise(places))
    lines = sql.count("\n  (")
    assert lines == sum(len(rows) for rows in data["rows"].values())
