"""A variant as SQL for MariaDB."""

from __future__ import annotations

from typing import Any

TABLE_END = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;"


def schema_sql(variant: dict[str, Any]) -> str:
    """The three empty tables."""
    tables, columns = variant["tables"], variant["columns"]
    return "\n".join(
        [
            _drop(tables),
            _small_table(tables["category"], columns["category"]),
            _small_table(tables["place"], columns["place"]),
            _item_table(tables, columns),
        ]
    )


def rows_sql(variant: dict[str, Any]) -> str:
    """The rows, in three statements that `schema_sql` makes possible."""
    inserts = [_insert(variant, kind) for kind in ("category", "place", "item")]
    return "\n".join(["SET NAMES utf8mb4;", *inserts])


def literal(value: object) -> str:
    """A value as an SQL literal: numbers bare, texts quoted."""
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("\\", "\\\\").replace("'", "''") + "'"


def _drop(tables: dict[str, str]) -> str:
    names = ", ".join(f"`{tables[kind]}`" for kind in ("item", "category", "place"))
    return f"SET NAMES utf8mb4;\nDROP TABLE IF EXISTS {names};\n"


def _small_table(table: str, columns: dict[str, str]) -> str:
    return (
        f"CREATE TABLE `{table}` (\n"
        f"  `{columns['id']}` INT NOT NULL AUTO_INCREMENT,\n"
        f"  `{columns['name']}` VARCHAR(60) NOT NULL,\n"
        f"  PRIMARY KEY (`{columns['id']}`)\n"
        f") {TABLE_END}\n"
    )


def _item_table(tables: dict[str, str], columns: dict[str, dict[str, str]]) -> str:
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


def _foreign_key(tables: dict[str, str], columns: dict[str, dict[str, str]], kind: str) -> str:
    return f"FOREIGN KEY (`{columns['item'][kind]}`) REFERENCES `{tables[kind]}` (`{columns[kind]['id']}`)"


def _insert(variant: dict[str, Any], kind: str) -> str:
    columns = variant["columns"][kind]
    names = ", ".join(f"`{name}`" for name in columns.values())
    rows = ",\n".join("  (" + ", ".join(literal(row[key]) for key in columns) + ")" for row in variant["rows"][kind])
    return f"INSERT INTO `{variant['tables'][kind]}` ({names}) VALUES\n{rows};\n"
