"""Text that carries a candidate's own data: briefs, starters, specimens.

Jinja2 with delimiters that meet neither PHP, nor HTML, nor Flask's own templates:
``@{ value }@``, ``@% statement %@``, ``@# comment #@``. ``@{ name | de }@`` is « de » and a name as French has it.
"""

from __future__ import annotations

import html
import json
import shutil
import traceback
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2.environment import TemplateModule

from etabli.exam.contract.errors import LabError
from etabli.exam.contract.french import of

_TEXT = {".php", ".py", ".html", ".css", ".js", ".sql", ".md", ".txt", ".json", ".htaccess", ".env", ".ini", ".yaml"}

_SOURCE = "<template>"
"""What Jinja2 calls a template that is no file of its own."""


def php_literal(value: object) -> str:
    """Writes a value as a PHP single-quoted string literal, quotes included."""
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


class _DataFirst(jinja2.Environment):
    """An environment in which ``words.items`` is the key of the data, not the method of a dict."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


@cache
def _environment() -> jinja2.Environment:
    environment = _DataFirst(
        variable_start_string="@{",
        variable_end_string="}@",
        block_start_string="@%",
        block_end_string="%@",
        comment_start_string="@#",
        comment_end_string="#@",
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    environment.filters.update(
        php=php_literal,
        py=lambda value: repr(str(value)),
        js=lambda value: json.dumps(value, ensure_ascii=False),
        e=lambda value: html.escape(str(value)),
        de=lambda value: of(str(value)),
    )
    return environment


@lru_cache(maxsize=512)
def _template(text: str) -> jinja2.Template:
    """A text ready to be rendered: read once for a whole class, which costs more than to render it."""
    return _environment().from_string(text)


def render_text(template: str, context: Mapping[str, Any]) -> str:
    """Renders one template text.

    Raises:
        LabError: The template is malformed, names something the context does not have, or asks of it what it has not.
    """
    try:
        return _template(template).render(dict(context))
    except (jinja2.TemplateError, TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
        raise LabError(f"modèle illisible{_line(error)} : {error}") from error


def _line(error: Exception) -> str:
    """« , ligne 3 »: where in the template; nothing where that is not known."""
    frames = traceback.extract_tb(error.__traceback__)
    found = getattr(error, "lineno", None) or next(
        (one.lineno for one in frames[::-1] if one.filename == _SOURCE), None
    )
    return f", ligne {found}" if found else ""


def render_file(path: Path, context: Mapping[str, Any]) -> str:
    """Renders one template file.

    Raises:
        LabError: It is not there or cannot be rendered; the message names it.
    """
    try:
        return render_text(path.read_text("utf-8"), context)
    except FileNotFoundError as error:
        raise LabError(f"{path} manque : écrivez-le, ou récupérez de nouveau le dépôt d'Établi.") from error
    except LabError as error:
        raise LabError(f"{path} : {error}") from error


def macros_of(path: Path, context: Mapping[str, Any]) -> TemplateModule:
    """Returns the macros of a template file, each of which sees the context.

    Raises:
        LabError: The file is malformed or names something the context does not have.
    """
    try:
        return _template(path.read_text("utf-8")).make_module(dict(context))
    except jinja2.TemplateError as error:
        raise LabError(f"{path} : modèle illisible : {error}") from error


def is_template(path: Path) -> bool:
    """Tells whether a file is text to be rendered (others are copied as they are)."""
    return path.suffix in _TEXT or path.name in _TEXT


def render_tree(source: Path, target: Path, context: Mapping[str, Any]) -> None:
    """Renders a folder into another, file by file, keeping relative paths.

    Raises:
        LabError: A template cannot be rendered; the message names the file.
    """
    for path in sorted(source.rglob("*")):
        if not path.is_file() or "__pycache__" in path.parts:
            continue
        destination = target / path.relative_to(source)
        destination.parent.mkdir(parents=True, exist_ok=True)
        if not is_template(path):
            shutil.copyfile(path, destination)
            continue
        destination.write_text(render_file(path, context), "utf-8")
