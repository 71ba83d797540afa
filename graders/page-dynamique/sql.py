"""A variant as SQL for MariaDB."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from .shape import ItemRow, Linked, LinkedRow, Table, Variant

TABLE_END = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;"


def schema_sql(variant: Variant) -> str:
    """The three empty tables."""
    tables, columns = variant.tables, variant.columns
    return "\n".join(
        [
            _drop(tables),
            _small_table(tables["category"], columns["category"]),
            _small_table(tables["place"], columns["place"]),
            _item_table(tables, columns),
        ]
    )


def rows_sql(variant: Variant) -> str:
    """The rows, in three statements that `schema_sql` makes possible."""
    rows = variant.rows
    return "\n".join(
        [
            "SET NAMES utf8mb4;",
            _insert(variant, "category", rows.category),
            _insert(variant, "place", rows.place),
            _insert(variant, "item", rows.item),
        ]
    )


def csv_files(variant: Variant, _atelier: bytes) -> dict[str, bytes]:
    """The three tables as CSV that a French spreadsheet opens by double click; a missing value is an empty cell."""
    rows: Mapping[Table, Iterable[LinkedRow | ItemRow]] = {
        "category": variant.rows.category,
        "place": variant.rows.place,
        "item": variant.rows.item,
    }
    return {f"{variant.tables[table]}.csv": _csv(variant.columns[table].values(), rows[table]) for table in rows}


def _csv(titles: Iterable[str], rows: Iterable[LinkedRow | ItemRow]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(titles)
    writer.writerows(asdict(row).values() for row in rows)
    return text.getvalue().encode("utf-8-sig")


def literal(value: object) -> str:
    """A value as an SQL literal: numbers bare, texts quoted."""
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("\\", "\\\\").replace("'", "''") + "'"


def _drop(tables: Mapping[Table, str]) -> str:
    names = ", ".join(f"`{tables[kind]}`" for kind in ("item", "category", "place"))
    return f"SET NAMES utf8mb4;\nDROP TABLE IF EXISTS {names};\n"


def _small_table(table: str, columns: Mapping[str, str]) -> str:
    return (
        f"CREATE TABLE `{table}` (\n"
        f"  `{columns['id']}` INT NOT NULL AUTO_INCREMENT,\n"
        f"  `{columns['name']}` VARCHAR(60) NOT NULL,\n"
        f"  PRIMARY KEY (`{columns['id']}`)\n"
        f") {TABLE_END}\n"
    )


def _item_table(tables: Mapping[Table, str], columns: Mapping[Table, Mapping[str, str]]) -> str:
    item = columns["item"]
    return (
        f"CREATE TABLE `{tables['item']}` (\n"
        f"  `{item['id']}` INT NOT NULL AUTO_INCREMENT,\n"
        f"  `{item['name']}` VARCHAR(120) NOT NULL,\n"
        f"  `{item['description']}` TEXT NULL,\n"
        f"  `{item['price']}` DECIMAL(8,2) NULL,\n"
        f"  `{item['date']}` DATE NOT NULL,\n"
        f"  `{item['category']}` INT NOT NULL,\n"
        f"  `{item['place']}` INT NOT NULL,\n"
        f"  PRIMARY KEY (`{item['id']}`),\n"
        f"  {_foreign_key(tables, columns, 'category')},\n"
        f"  {_foreign_key(tables, columns, 'place')}\n"
        f") {TABLE_END}\n"
    )


def _foreign_key(tables: Mapping[Table, str], columns: Mapping[Table, Mapping[str, str]], kind: Linked) -> str:
    return f"FOREIGN KEY (`{columns['item'][kind]}`) REFERENCES `{tables[kind]}` (`{columns[kind]['id']}`)"


def _insert(variant: Variant, table: Table, rows: Iterable[LinkedRow | ItemRow]) -> str:
    columns = variant.columns[table]
    names = ", ".join(f"`{name}`" for name in columns.values())
    lines = ",\n".join("  (" + ", ".join(map(literal, asdict(row).values())) + ")" for row in rows)
    return f"INSERT INTO `{variant.tables[table]}` ({names}) VALUES\n{lines};\n"
