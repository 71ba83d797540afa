"""The candidate's database, in the words of the brief rather than in SQL names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from etabli.exam import Failed
from etabli.exam.contract.french import counted, listed
from etabli.exam.contract.values import Diff
from etabli.exam.contract.words import cut

from .formats import price_text, quote, tie_keys

if TYPE_CHECKING:
    from etabli.exam.contract.values import Row
    from etabli.exam.tools.db import Database

    from .shape import ItemRow, Key, Linked, LinkedRow, Rows, Table, Variant

Snapshot = dict[str, list["Row"]]
_Value = TypeVar("_Value")
READ_ONLY = "Lire des pages ne change rien dans la base : la vérification y compare ce qui est affiché."
KEPT = "Une ligne reste dans la base tant que personne ne la supprime."
DELETES = "Cherchez une requête DELETE, et ce que devient la ligne quand un champ du formulaire est laissé vide."
OURS = "Lignes que la vérification a changées elle-même, avant de regarder"
WRITES = "Cherchez, dans ce qui s'exécute quand une page est demandée, une requête UPDATE, INSERT ou DELETE."


@dataclass(frozen=True)
class Item:
    """One row of the main table, with the names of its category and place."""

    id: int
    name: str
    description: str | None
    price: Decimal | None
    date: date
    category_id: int
    place_id: int
    category: str
    place: str

    def key(self, column: str) -> str:
        """The value of an ordering column as the list shows it."""
        if column == "date":
            return f"{self.date:%d/%m/%Y}"
        if column == "price":
            return "sans montant" if self.price is None else price_text(self.price)
        return self.name


class Stock:
    """What is in the database now; every reading is fresh.

    As long as the examiner has sent nothing to the site, what it reads there is what it put there: rows that a page
    rewrites after it was shown are no truth to compare that page with.

    Args:
        db: The database.
        variant: Its names.
        first: The rows that each check finds; without, they are not compared.
    """

    def __init__(self, db: Database, variant: Variant, first: Snapshot | None = None) -> None:
        self.db = db
        self.acted = first is None
        """Whether something was sent or followed that may change rows."""
        self._mine = dict(first or {})
        self._before: dict[Linked, list[Row]] = {}
        self.tables, self.columns = variant.tables, variant.columns
        self.order = variant.rules.order

    def items(self) -> list[Item]:
        """All rows of the main table.

        Raises:
            Failed: The candidate's own structure lost a column of the brief.
        """
        labels = {kind: self.labels(kind) for kind in ("category", "place")}
        return [self._item(row, labels) for row in self._rows("item")]

    def by_name(self) -> dict[str, Item]:
        """The same, by name."""
        return {item.name: item for item in self.items()}

    def item(self, identifier: int) -> Item:
        """The row of this identifier.

        Raises:
            Failed: It is gone; a site may take any row away, at any moment.
        """
        found = next((item for item in self.items() if item.id == identifier), None)
        return found or self._gone(f"La ligne {self.columns['item']['id']} = {identifier} a disparu de")

    def some(self) -> Item:
        """Any row, whose values are such as the base holds.

        Raises:
            Failed: There is none left.
        """
        return next(iter(self.items()), None) or self._gone("Il ne reste aucune ligne dans")

    def _gone(self, said: str) -> NoReturn:
        raise Failed(
            observed=f"{said} la table {self.tables['item']} pendant la vérification.",
            expected=KEPT,
            help=DELETES,
        )

    def names(self) -> list[str]:
        """All item names."""
        return [str(row[self.columns["item"]["name"]]) for row in self._rows("item")]

    def labels(self, kind: Linked) -> dict[int, str]:
        """Names of the categories or places by identifier."""
        columns = self.columns[kind]
        return {self._read(kind, row, "id", int): str(row[columns["name"]]) for row in self._rows(kind)}

    def unused(self, kind: Linked) -> str:
        """A name of this table that no item uses; any name when all are used."""
        labels = self.labels(kind)
        used = {item.category_id if kind == "category" else item.place_id for item in self.items()}
        return next((label for number, label in labels.items() if number not in used), next(iter(labels.values())))

    def add(self, name: str, **values: object) -> int:
        """Insert an item, described by logical names; gives its identifier."""
        given = self._complete({"name": name} | values)
        with self._shown():
            return self.db.insert(self.tables["item"], **self._sql("item", given))

    def add_many(self, rows: Iterable[Mapping[str, object]]) -> None:
        """Insert many items at once."""
        given = [self._sql("item", self._complete(dict(row))) for row in rows]
        with self._ours("item"):
            self.db.add_rows(self.tables["item"], given)

    def change(self, item: Item, **values: object) -> None:
        """Change one item."""
        with self._shown():
            self.db.update(self.tables["item"], {self.columns["item"]["id"]: item.id}, **self._sql("item", values))

    def empty(self, name: str, columns: Collection[str]) -> None:
        """Empty these columns of the items of a name; nothing of it is kept beside a failure."""
        with self._ours("item"):
            self.db.update(
                self.tables["item"],
                self._sql("item", {"name": name}),
                **self._sql("item", dict.fromkeys(columns)),
            )

    def rename(self, kind: Linked, identifier: int, name: str) -> None:
        """Rename a category or a place."""
        columns = self.columns[kind]
        self._before[kind] = self.rows(self.tables[kind])
        with self._ours(kind):
            self.db.update(self.tables[kind], {columns["id"]: identifier}, **{columns["name"]: name})

    def add_label(self, kind: Linked, name: str) -> None:
        """Add a category or a place, which no item uses."""
        number = max(self.labels(kind), default=0) + 1
        with self._ours(kind):
            self.db.insert(self.tables[kind], **self._sql(kind, {"id": number, "name": name}))

    def show_renamed(self, kind: Linked) -> None:
        """Makes of the last renaming in this table what is kept if the check fails."""
        key = self.columns[kind]["id"]
        self.db.compare(self._before.get(kind, []), self.rows(self.tables[kind]), key=key, caption=OURS)

    def remove(self, item: Item) -> None:
        """Delete one item."""
        with self._shown():
            self.db.delete(self.tables["item"], {self.columns["item"]["id"]: item.id})

    def clear(self) -> None:
        """Delete all items."""
        with self._ours("item"):
            self.db.clear(self.tables["item"])

    def put(self, rows: Rows) -> None:
        """Put other rows in the place of all those of the three tables."""
        kinds: dict[Table, Sequence[LinkedRow | ItemRow]] = {
            "category": rows.category,
            "place": rows.place,
            "item": rows.item,
        }
        self.replace(
            {self.tables[kind]: [self._sql(kind, asdict(row)) for row in those] for kind, those in kinds.items()}
        )

    def replace(self, rows: Snapshot) -> None:
        """The same, with rows of a snapshot."""
        tables = [self.tables[kind] for kind in ("category", "place", "item")]
        with self._ours("item"), self._ours("category"), self._ours("place"):
            for table in reversed(tables):
                self.db.clear(table)
            for table in tables:
                self.db.add_rows(table, rows[table])

    def top_id(self) -> int:
        """The greatest identifier."""
        return max((item.id for item in self.items()), default=0)

    def ahead(self) -> dict[str, object]:
        """Values that put an item at the head of the demanded order, when the first key allows it."""
        column, way = self.order[0]
        items = self.items()
        if column == "date" and items:
            days = [item.date for item in items]
            return {"date": max(days) + timedelta(days=1) if way == "desc" else min(days) - timedelta(days=1)}
        prices = [item.price for item in items if item.price is not None]
        if column == "price" and prices:
            return {"price": max(prices) + 1 if way == "desc" else Decimal("0.01")}
        return {}

    def sorted(self) -> list[Item]:
        """All items in the demanded order (names as the database compares them)."""
        result = self.items()
        rank = self.name_ranks()
        for column, way in reversed(self.order):
            result.sort(key=lambda item: _sort_value(item, column, rank), reverse=way == "desc")
            if column == "price":
                result.sort(key=lambda item: item.price is None)
        return result

    def name_ranks(self) -> dict[str, int]:
        """Place of each name in the database's own alphabetical order."""
        column = self.columns["item"]["name"]
        rows = self._whole("item", self.db.rows(self.tables["item"], order=column))
        return {str(row[column]): place for place, row in enumerate(rows)}

    def snapshot(self) -> Snapshot:
        """All rows of the three tables."""
        return {table: self.rows(table) for table in self.tables.values()}

    def linked(self) -> Snapshot:
        """All rows of the two tables that the main one is linked to: an act on an item changes none."""
        return {self.tables[kind]: self.rows(self.tables[kind]) for kind in ("category", "place")}

    def sums(self) -> list[object]:
        """One figure for each of the three tables: it changes with any of their rows."""
        return self.db.checksums(self.tables.values())

    def rows(self, table: str) -> list[Row]:
        """All rows of one of the three tables, without the columns that the candidate added (a counter of visits …)."""
        kind = next(kind for kind, name in self.tables.items() if name == table)
        return self._own(table, self._whole(kind, self.db.rows(table)))

    def _own(self, table: str, rows: list[Row]) -> list[Row]:
        mine = next(self.columns[kind].values() for kind, name in self.tables.items() if name == table)
        return [{name: row[name] for name in mine if name in row} for row in rows]

    def first(self) -> Snapshot:
        """The rows that each check finds, from our copy."""
        return {table: self._own(table, self.db.first_rows(table)) for table in self.tables.values()}

    def raw(self) -> list[Row]:
        """All rows of the main table, with their SQL names."""
        return self.rows(self.tables["item"])

    def since(self, before: Sequence[Row], **how: str) -> Diff:
        """What happened to the main table since `before`; kept as evidence if the check fails."""
        return self.db.compare(before, self.raw(), key=self.columns["item"]["id"], **how)

    def put_back(self, before: Sequence[Row]) -> None:
        """Put rows of the main table back that are gone since `before`, for a picture of a page that needs them."""
        key = self.columns["item"]["id"]
        here = {row[key] for row in self.raw()}
        for row in before:
            if row[key] not in here:
                self.db.insert(self.tables["item"], **row)

    def ids(self, rows: Iterable[Row]) -> set[int]:
        """Identifiers of rows of the main table."""
        return {self._read("item", row, "id", int) for row in rows}

    @contextmanager
    def _shown(self) -> Iterator[None]:
        """Leaves what the examiner itself changes as evidence, which says whose doing it is."""
        before = self.raw()
        with self._ours("item"):
            yield
        self.since(before, caption=OURS)

    @contextmanager
    def _ours(self, kind: Table) -> Iterator[None]:
        """Within the block the examiner itself changes a table, whose rows were its own until now."""
        self._rows(kind)
        yield
        self._mine[self.tables[kind]] = self.rows(self.tables[kind])

    def _expect_mine(self, table: str, rows: list[Row]) -> None:
        """Raises Failed when rows are not those that the examiner put there, and it has only read since."""
        mine = self._mine.get(table, [])
        if self.acted or rows == mine or sorted(map(repr, rows)) == sorted(map(repr, mine)):
            return
        key = next(iter(rows[0] if rows else mine[0]), "")  # a view without rows tells no columns
        diff = self.db.compare(mine, rows, key=key) if key else Diff()
        kinds = {"ajoutée": diff.added, "supprimée": diff.removed, "modifiée": diff.changed}
        said = [counted(len(found), f"ligne {kind}", f"lignes {kind}s") for kind, found in kinds.items() if found]
        detail = f" : {listed(said)}" if said else ""
        raise Failed(
            observed=f"Pendant que la vérification ne faisait que lire des pages, la table {table} a changé{detail}.",
            expected=READ_ONLY,
            help=WRITES,
        )

    def _rows(self, kind: Table) -> list[Row]:
        rows = self._whole(kind, self.db.rows(self.tables[kind]))
        self._expect_mine(self.tables[kind], self._own(self.tables[kind], rows))
        return rows

    def _whole(self, kind: Table, rows: list[Row]) -> list[Row]:
        """The same rows; raises Failed when they lack a column of the brief."""
        lost = [name for name in self.columns[kind].values() if rows and name not in rows[0]]
        if lost:
            raise Failed(
                observed=f"La table {self.tables[kind]} n'a plus de colonne {listed(lost, 'ni')}.",
                expected="On peut ajouter des colonnes et des tables ; celles de l'énoncé gardent leur nom.",
                help="Relisez base/modifications.sql, puis cherchez une requête ALTER TABLE dans votre site.",
            )
        return rows

    def _read(self, kind: Table, row: Row, key: str, make: Callable[[Any], _Value]) -> _Value:
        """A value as the brief types it; raises Failed when the candidate's own structure lets in another one."""
        value = row[column := self.columns[kind][key]]
        try:
            return make(value)
        except (TypeError, ValueError, InvalidOperation):
            held = "est vide" if value is None else f"contient {quote(cut(str(value), 60))}"
            raise Failed(
                observed=f"Dans la table {self.tables[kind]}, la colonne {column} {held} : elle attend {_TYPED[make]}.",
                expected="Les colonnes de l'énoncé gardent leur type, et ce qui est obligatoire le reste.",
                help="Relisez base/modifications.sql, puis ce que votre site enregistre dans cette colonne.",
            ) from None

    def _item(self, row: Row, labels: Mapping[str, Mapping[int, str]]) -> Item:
        category, place = (self._read("item", row, key, int) for key in ("category", "place"))
        columns = self.columns["item"]
        description = row[columns["description"]]
        return Item(
            id=self._read("item", row, "id", int),
            name=str(row[columns["name"]]),
            description=None if description is None else str(description),
            price=None if row[columns["price"]] is None else self._read("item", row, "price", _amount),
            date=self._read("item", row, "date", _day),
            category_id=category,
            place_id=place,
            category=labels["category"].get(category, ""),
            place=labels["place"].get(place, ""),
        )

    def _complete(self, values: dict[str, object]) -> dict[str, object]:
        if not values.get("category") or not values.get("place") or not values.get("date"):
            model = self.some()
            values = {"category": model.category_id, "place": model.place_id, "date": model.date} | values
        return values

    def _sql(self, kind: Table, values: Mapping[str, object]) -> dict[str, object]:
        return {self.columns[kind][key]: value for key, value in values.items()}


def _amount(value: Any) -> Decimal:
    amount = Decimal(value)
    if not amount.is_finite() or amount.adjusted() > _MOST_DIGITS:
        raise ValueError
    return amount


def _day(value: Any) -> date:
    if not isinstance(value, date):
        raise TypeError
    return value.date() if isinstance(value, datetime) else value


_MOST_DIGITS = 15
_TYPED: dict[Callable[[Any], Any], str] = {int: "un nombre entier", _amount: "un montant", _day: "une date"}


def first_disorder(items: Sequence[Item], order: Sequence[Key], rank: Mapping[str, int]) -> int | None:
    """Place of the first item shown before one that should precede it, or None.

    Ties by name are judged leniently where spaces or punctuation decide.
    """
    for place, (left, right) in enumerate(pairwise(items)):
        if not _may_precede(left, right, order, rank):
            return place
    return None


def _may_precede(left: Item, right: Item, order: Sequence[Key], rank: Mapping[str, int]) -> bool:
    for column, way in order:
        if column == "name":
            return _names_fit(left.name, right.name, way, rank)
        if column == "price" and (left.price is None or right.price is None):
            if left.price is None and right.price is None:
                continue
            return right.price is None
        one, two = _sort_value(left, column, rank), _sort_value(right, column, rank)
        if one != two:
            return bool(one > two if way == "desc" else one < two)
    return True


def _names_fit(left: str, right: str, way: str, rank: Mapping[str, int]) -> bool:
    pairs: list[tuple[Any, Any]] = [(rank.get(left, 0), rank.get(right, 0))]
    pairs += list(zip(tie_keys(left), tie_keys(right), strict=True))
    return any(one >= two if way == "desc" else one <= two for one, two in pairs)


def _sort_value(item: Item, column: str, rank: Mapping[str, int]) -> Any:
    if column == "date":
        return item.date
    if column == "price":
        return Decimal(0) if item.price is None else item.price
    return rank.get(item.name, 0)
