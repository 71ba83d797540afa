"""What `operators.yaml` cannot say by edits: `OPERATORS[name](specimen, data)` gives the files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from etabli.lab.specimens.specimen import Specimen, Tree

Data = Mapping[str, Any]


def lines_of_windows(specimen: Specimen, data: Data) -> Tree:
    """The same files, as an editor of Windows saves them."""
    return {path: content.replace(b"\n", b"\r\n") for path, content in specimen.files(data).items()}


OPERATORS: dict[str, Callable[[Specimen, Data], Tree]] = {"lignes-de-windows": lines_of_windows}
