"""What has changed in a table: said, or refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from etabli.exam import Failed
from etabli.exam.contract.french import counted, listed

if TYPE_CHECKING:
    from etabli.exam.contract.values import Diff

    from .visitor import Site


def expect_unchanged(
    site: Site,
    before: Mapping[str, Sequence[Any]],
    doing: str,
    help: str | None = None,
    expected: str = "La base ne change pas.",
    **how: str,
) -> None:
    """Raises Failed when any row differs from `before`; `how`: as the database compares them."""
    for table, rows in before.items():
        diff = site.db.compare(rows, site.stock.rows(table), **how)
        if diff:
            raise Failed(
                observed=f"{doing}, la table {table} a changé : {changes(diff)}.",
                expected=expected,
                help=help,
            )


def changes(diff: Diff) -> str:
    """What happened to a table: « 1 ligne ajoutée et 2 lignes modifiées »."""
    kinds = {"ajoutée": diff.added, "supprimée": diff.removed, "modifiée": diff.changed}
    return listed(counted(len(rows), f"ligne {kind}", f"lignes {kind}s") for kind, rows in kinds.items() if rows)
