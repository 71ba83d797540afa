"""Reads the tables and documents of a class as programs do."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import referencing
from openpyxl.worksheet.worksheet import Worksheet

SCHEMAS = {
    path.name.split(".")[0]: json.loads(path.read_text("utf-8"))
    for path in (Path(__file__).parents[1] / "docs" / "schemas").glob("*.schema.json")
}


def csv_rows(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    """The rows of a CSV, by heading."""
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter))


def opened(data: bytes) -> dict[str, Worksheet]:
    """The sheets of a workbook, by title."""
    return {sheet.title: sheet for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets}


def sheet_rows(sheet: Worksheet) -> list[dict[str, Any]]:
    """The rows of a sheet, by heading."""
    head, *body = sheet.iter_rows(values_only=True)
    return [dict(zip([str(cell) for cell in head], row, strict=True)) for row in body]


def validator(name: str) -> Any:
    """A validator that knows all our schemas by their identifiers."""
    registry: Any = referencing.Registry()
    for schema in SCHEMAS.values():
        registry = referencing.Resource.from_contents(schema) @ registry
    return jsonschema.Draft202012Validator(SCHEMAS[name], registry=registry)
