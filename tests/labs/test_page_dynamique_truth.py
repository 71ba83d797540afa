"""What the list is compared with is what the examiner put in the base, not what a page made of it after it was shown."""

from __future__ import annotations

from contextlib import nullcontext
from copy import deepcopy
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from small_site import NO_TROUBLE

from etabli.exam import Failed
from etabli.exam.contract.check import import_grader
from etabli.exam.contract.values import Diff
from etabli.exam.contract.words import fold
from etabli.exam.tools.draws import Draws
from etabli.system.settings import repository

searches, stock, values, variants, visitor = (
    import_grader(repository() / "graders" / "page-dynamique", name)
    for name in ("searches", "stock", "values", "variant", "visitor")
)

COLUMNS = {
    "item": {"id": "id", "name": "nom", "description": "description", "price": "prix", "date": "jour",
             "category": "rayon_id", "place": "lieu_id"},
    "category": {"id": "id", "name": "nom"},
    "place": {"id": "id", "name": "nom"},
}  # fmt: skip
TABLES = {"item": "objets", "category": "rayons", "place": "lieux"}
VARIANT = SimpleNamespace(
    tables=TABLES, columns=COLUMNS, rules=SimpleNamespace(order=(("date", "asc"), ("name", "asc")))
)

NAMES = (
    "Lampe de chevet",
    "Lampadaire",
    "Chaise longue",
    "Vélo d'enfant",
    "Tabouret",
    "Bœuf en bois",
    "Armoire",
    "Crumble salé",
    "Sale",
)


@pytest.mark.parametrize("number", range(12))
def test_a_search_is_made_of_pieces_that_are_inside_words(number: int) -> None:
    site = SimpleNamespace(draws=Draws(f"{number:032x}"), rules=SimpleNamespace(page_size=3))
    site.stock = SimpleNamespace(names=lambda: list(NAMES))
    (long, held), (short, _) = searches.pieces_of_names(site)
    assert len(short) < 4 < len(long) and held
    for piece, names in searches.pieces_of_names(site):
        assert names == [name for name in NAMES if piece in fold(name)]
        assert any(piece in word[1:-1] for name in names for word in fold(name).split())
        assert all(piece in name for name in names), "capitals and accents are another check's matter"


def test_which_lines_are_looked_at_is_drawn_and_they_stand_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"Objet {number}" for number in range(12)]
    items = {
        name: SimpleNamespace(name=name, price=1, description="d" * (place % 2)) for place, name in enumerate(names)
    }
    pages = [SimpleNamespace(names=names[:6]), SimpleNamespace(names=names[6:])]
    looked, later, whole = set(), set(), set()
    for number in range(60):
        site = visitor.Site.__new__(visitor.Site)
        site.draws, site.stock = Draws(f"{number:032x}"), SimpleNamespace(by_name=lambda: items)
        site.walk = lambda *_also, **_here: iter(pages)
        some = [one.name for one in site.listed_items(2)]
        assert some == sorted(some, key=names.index) and set(some) <= set(names[:6])
        looked |= set(some)
        later |= {one.name for one in site.listed_items(2, later=True)}
        whole |= {bool(one.description) for one in site.listed_items(2, complete=True)}
    assert (looked, later, whole) == (set(names[:6]), set(names), {True})


class Base:
    """A database in memory, and its copy."""

    def __init__(self) -> None:
        row = {"description": None, "prix": None, "jour": date(2026, 1, 2), "rayon_id": 1, "lieu_id": 1}
        self.tables: dict[str, list[dict[str, Any]]] = {
            "objets": [{"id": 3, "nom": "Lampe", **row, "vues": 0}, {"id": 7, "nom": "Vélo", **row, "vues": 0}],
            "rayons": [{"id": 1, "nom": "Jouets"}],
            "lieux": [{"id": 1, "nom": "Nord"}],
        }
        self.copy = deepcopy(self.tables)

    def rows(self, table: str, order: object = None) -> list[dict[str, Any]]:
        return [dict(row) for row in self.tables[table]]

    def first_rows(self, table: str) -> list[dict[str, Any]]:
        return self.copy[table]

    def update(self, table: str, where: dict[str, object], **values: object) -> int:
        for row in self.tables[table]:
            if where.items() <= row.items():
                row.update(values)
        return 1

    def add_rows(self, table: str, rows: Any) -> None:
        for number, row in enumerate(rows):
            typed = {"jour": date.fromisoformat(row["jour"])} if isinstance(row.get("jour"), str) else {}
            self.tables[table].append({"id": 90 + number, "prix": None, **row, **typed})

    def clear(self, table: str) -> None:
        self.tables[table] = []

    def compare(self, before: Any, after: Any, key: str = "", **_how: str) -> Diff:
        kept = {row[key] for row in after}
        changed = tuple(row for row in after if row not in before)
        return Diff((), tuple(row for row in before if row[key] not in kept), changed)  # type: ignore[arg-type]


@pytest.fixture
def base() -> Base:
    return Base()


@pytest.fixture
def mine(base: Base) -> Any:
    return stock.Stock(base, VARIANT, stock.Stock(base, VARIANT).first())


def test_rows_that_a_page_rewrites_are_told(base: Base, mine: Any) -> None:
    assert [item.name for item in mine.items()] == ["Lampe", "Vélo"]
    base.tables["objets"][1]["jour"] = date(2025, 1, 1)
    for reading in (mine.items, mine.names, mine.by_name, mine.sorted):
        with pytest.raises(Failed) as told:
            reading()
        assert told.value.observed == (
            "Pendant que la vérification ne faisait que lire des pages, la table objets a changé : 1 ligne modifiée."
        )
    base.tables["lieux"][0]["nom"] = "Sud"
    with pytest.raises(Failed, match="la table lieux a changé"):
        mine.labels("place")


def test_a_view_without_rows_in_the_place_of_a_table_is_told(base: Base) -> None:
    made = stock.Stock(base, VARIANT, stock.Stock(base, VARIANT).first())
    made._mine = {"objets": [{}]}
    with pytest.raises(Failed, match="la table objets a changé"):
        made._expect_mine("objets", [])


def test_a_rewriting_before_the_first_visit_is_told_too(base: Base) -> None:
    base.tables["objets"].pop()
    made = stock.Stock(base, VARIANT, stock.Stock(base, VARIANT).first())
    with pytest.raises(Failed, match="a changé : 1 ligne supprimée"):
        made.names()


def test_what_the_examiner_changes_is_its_own(base: Base, mine: Any) -> None:
    [lamp, _] = mine.items()
    mine.change(lamp, name="Lampe d'Odile")
    mine.rename("category", 1, "Été")
    mine.add_many([{"name": "Malle", "description": None}])
    assert [(item.name, item.category) for item in mine.items()] == [
        ("Lampe d'Odile", "Été"), ("Vélo", "Été"), ("Malle", "Été"),
    ]  # fmt: skip
    base.tables["objets"][0]["nom"] = "Lampe"
    with pytest.raises(Failed):
        mine.change(lamp, name="Autre")


def test_the_rows_of_the_candidate_s_own_folder_are_put_in_the_place_of_all(base: Base, mine: Any) -> None:
    own = variants.make(b"poste 1", b"autre").own
    assert own == variants.make(b"poste 1", b"poste 1").rows
    mine.put(own)
    assert {one.name for one in mine.items()} == {row.name for row in own.item} and len(mine.items()) == len(own.item)
    assert mine.labels("place") == {row.id: row.name for row in own.place}
    base.tables["objets"].pop()
    with pytest.raises(Failed, match="a changé : 1 ligne supprimée"):
        mine.items()


def test_once_it_has_sent_something_rows_are_as_they_are(base: Base, mine: Any) -> None:
    mine.acted = True
    base.tables["objets"][1]["nom"] = "Tandem"
    assert mine.names() == ["Lampe", "Tandem"]


def test_a_column_of_the_candidate_s_own_and_another_order_are_no_change(base: Base, mine: Any) -> None:
    for row in base.tables["objets"]:
        row["vues"] = 12
    base.tables["objets"].reverse()
    assert mine.names() == ["Vélo", "Lampe"]


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("prix", "gratuit", "la colonne prix contient « gratuit » : elle attend un montant"),
        ("prix", "NaN", "la colonne prix contient « NaN » : elle attend un montant"),
        ("rayon_id", None, "la colonne rayon_id est vide : elle attend un nombre entier"),
        ("jour", "0000-00-00", "la colonne jour contient « 0000-00-00 » : elle attend une date"),
        ("id", "trois", "la colonne id contient « trois » : elle attend un nombre entier"),
    ],
)
def test_a_value_that_only_a_loosened_column_holds_is_told(
    base: Base, mine: Any, column: str, value: object, said: str
) -> None:
    mine.acted = True
    base.tables["objets"][1][column] = value
    with pytest.raises(Failed) as told:
        mine.items()
    assert told.value.observed == f"Dans la table objets, {said}."


def test_a_column_renamed_meanwhile_is_told_by_every_reading(base: Base, mine: Any) -> None:
    before, mine.acted = mine.raw(), True
    for row in base.tables["objets"]:
        row["numero"] = row.pop("id")
    for reading in (mine.items, mine.raw, mine.snapshot, mine.name_ranks, lambda: mine.since(before)):
        with pytest.raises(Failed, match="La table objets n'a plus de colonne id"):
            reading()


def test_a_row_that_the_site_takes_away_is_told_whoever_asks_for_it(base: Base, mine: Any) -> None:
    assert mine.item(7).name == "Vélo" and mine.some().name == "Lampe"
    mine.acted = True
    base.tables["objets"].pop()
    with pytest.raises(Failed, match=r"^La ligne id = 7 a disparu de la table objets pendant la vérification\."):
        mine.item(7)
    base.tables["objets"].clear()
    for reading in (mine.some, lambda: mine.add("Malle")):
        with pytest.raises(Failed, match=r"^Il ne reste aucune ligne dans la table objets pendant la vérification\."):
            reading()


def test_a_list_that_is_empty_all_at_once_is_told(mine: Any) -> None:
    empty = SimpleNamespace(entries=(), names=[])
    site = SimpleNamespace(
        stock=mine, home=lambda: empty, walk=lambda **_: iter([empty]), trouble=NO_TROUBLE, told_how_one_came=nullcontext,
        words=SimpleNamespace(no_item="aucun objet", items="objets"),
    )  # fmt: skip
    with pytest.raises(Failed, match=r"^La page / ne montre aucun objet\."):
        values.expect_dates(site)
