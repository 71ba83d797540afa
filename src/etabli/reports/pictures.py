"""Evidence files on a page: which may be linked to, which may be embedded."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from markupsafe import Markup

from etabli.exam.runner.recorder import MAX_BYTES
from etabli.reports.compared_rows import RowsTable, read_tables
from etabli.reports.payload import EvidenceItem

PICTURE_CAP = 700 * 1024
"""A larger picture is linked to, not embedded."""
PAGE_CAP = 6 * 1024 * 1024
"""All the pictures of a page together."""
TEXT_CAP = 3000
"""Characters of a text proof shown on the page itself."""

_SIGNATURES = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))
_TEXT_KINDS = frozenset({"text", "response"})


@dataclass(frozen=True)
class Proof:
    """One piece of evidence as a page shows it."""

    kind: str
    caption: str
    href: str | None
    """Link to the whole file, relative to the page; ``None`` when there is no such file."""
    image: Markup | None
    """``data:`` address of an embedded picture."""
    text: str | None
    size: int = 0
    """Characters of the whole text that was kept; the text shown is its beginning."""
    tables: tuple[RowsTable, ...] = ()
    """Rows that were compared."""

    @property
    def cut(self) -> bool:
        """Whether the text shown is only the beginning."""
        return self.size > len(self.text or "")


@dataclass
class Album:
    """Reads the evidence of one learner's page, within a budget.

    Only real pictures (by their first bytes), plain text and compared rows are embedded. These rows hold hidden values:
    they are shown only on a page that stays in its folder.

    Args:
        out: The output folder that evidence paths are relative to.
        linked: Whether the page stays in its folder, so that links to files lead somewhere.
    """

    out: Path
    linked: bool = True
    _spent: int = field(default=0, init=False)

    def proofs(self, items: Sequence[EvidenceItem]) -> list[Proof]:
        """Returns what the page may show of these proofs, pictures first."""
        shown = [self._proof(item, embed=True) for item in items]
        return sorted(shown, key=lambda proof: proof.image is None)

    def links(self, items: Sequence[EvidenceItem]) -> list[Proof]:
        """Returns the same proofs as links only."""
        return [self._proof(item, embed=False) for item in items]

    def _proof(self, item: EvidenceItem, *, embed: bool) -> Proof:
        path = self._inside(item["path"])
        image = self._picture(path) if path and embed else None
        readable = path if embed and item["kind"] in _TEXT_KINDS else None
        text, size = self._text(readable) if readable else (None, 0)
        rows = path if embed and self.linked and item["kind"] == "rows" else None
        href = "../" + quote(item["path"]) if path and self.linked else None
        tables = read_tables(rows.read_bytes()) if rows and rows.stat().st_size <= MAX_BYTES else ()
        return Proof(item["kind"], item["caption"], href, image, text, size, tables)

    def _inside(self, relative: str) -> Path | None:
        pure = PurePosixPath(relative)
        if pure.is_absolute() or ".." in pure.parts or "\\" in relative:
            return None
        path = self.out / pure
        return path if path.is_file() and path.resolve().is_relative_to(self.out.resolve()) else None

    def _picture(self, path: Path) -> Markup | None:
        size = path.stat().st_size
        if size > PICTURE_CAP or self._spent + size > PAGE_CAP:
            return None
        data = path.read_bytes()
        media = next((media for signature, media in _SIGNATURES if data.startswith(signature)), None)
        if media is None:
            return None
        self._spent += size
        return Markup(f"data:{media};base64,{base64.b64encode(data).decode('ascii')}")

    def _text(self, path: Path) -> tuple[str, int]:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES)
        text = data.decode("utf-8", errors="replace")
        return text[:TEXT_CAP], len(text)
