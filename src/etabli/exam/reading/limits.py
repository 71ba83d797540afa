"""What one document may cost. Each cap has its sentence: beyond it, the file is refused, never read in part."""

from __future__ import annotations

from typing import Final

MIB: Final = 1024 * 1024

MAX_FILE: Final = 20 * MIB
"""Bytes of the file itself."""
MAX_UNPACKED: Final = 64 * MIB
"""Bytes of everything inside an archive."""
MAX_READ: Final = 3 * MAX_UNPACKED
"""Bytes unpacked in all for one question: what is seen is read twice, and archives may be nested."""
MAX_PART: Final = 32 * MIB
"""Bytes of one part of an archive."""
MAX_MEMBERS: Final = 2_000
MAX_NESTING: Final = 3
"""Archives inside archives: a zip, with a text document, with an embedded workbook."""
MAX_SHEETS: Final = 64
MAX_ROWS: Final = 20_000
"""Rows of a sheet, down to the last cell that holds something."""
MAX_COLUMNS: Final = 256
MAX_CELLS: Final = 200_000
"""Cells that hold something, in all sheets."""
MAX_EMPTY: Final = 200_000
"""Rows and cells that hold nothing: some programs write a few thousand of them."""
MAX_ELEMENTS: Final = 200_000
"""Elements of a part that is kept as a tree: a chart, the definition of a pivot."""
MAX_FORMULA: Final = 32_768
"""Characters of a formula; Excel allows 8 192."""
MAX_TEXT: Final = 8 * MIB
"""Characters of what is handed back."""
MAX_PROSE: Final = MIB
"""Characters of a text that checks read word by word: hundreds of pages, in seconds."""
MAX_ANSWER: Final = 48 * MIB
"""Bytes of an answer."""
CPU_S: Final = 8
"""Seconds of computing; the candidate's file is to blame beyond."""
WALL_S: Final = 90.0
"""Seconds on the clock; the machine is to blame beyond."""
MEMORY: Final = 384 * MIB
"""Bytes of address space on top of what the reader has before it starts."""


class Refused(Exception):
    """The file, not the reader, is why it cannot be read.

    Args:
        cause: A value of `etabli.exam.contract.causes.Cause`.
        detail: Which words to add, see `etabli.exam.runner.refusals`.
        values: What to fill them with.
    """

    def __init__(self, cause: str, detail: str = "", **values: str | int) -> None:
        super().__init__(cause, detail)
        self.cause = cause
        self.detail = detail
        self.values = values
