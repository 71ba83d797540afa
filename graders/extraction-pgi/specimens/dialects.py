"""Ways of writing the same totals: each candidate has one.

A dialect is given references to the columns of *Données* and says a total as a formula, in the notation of files
(English names, commas, prefixes of new functions).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Sumifs:
    """SUMIFS with dates as borders; a month is the date of its first day."""

    refs: Mapping[str, str]
    helper = False
    """Whether *Données* has a column « Mois », and months are texts."""

    def total(self) -> str:
        """All lines."""
        return f"=SUM({self.refs['montant']})"

    def month(self, cell: str) -> str:
        """A month's lines."""
        return f"=SUMIFS({self.refs['montant']},{self._in_month(cell)})"

    def customer(self, cell: str) -> str:
        """A customer's lines."""
        return f"=SUMIFS({self.refs['montant']},{self.refs['code_client']},{cell})"

    def both(self, month: str, customer: str) -> str:
        """A customer's lines of a month."""
        return f"=SUMIFS({self.refs['montant']},{self.refs['code_client']},{customer},{self._in_month(month)})"

    def base(self, cell: str) -> str:
        """Lines at a rate."""
        return f"=SUMIFS({self.refs['montant']},{self.refs['taux']},{cell})"

    def name(self, cell: str) -> str | None:
        """A customer's name; typed, when there is no formula."""
        return None

    def _in_month(self, cell: str) -> str:
        dates = self.refs["date"]
        return f'{dates},">="&{cell},{dates},"<"&EDATE({cell},1)'


@dataclass(frozen=True)
class Sumif(Sumifs):
    """SUMIF for what has one condition, a difference of two for months."""

    def month(self, cell: str) -> str:
        dates, amounts = self.refs["date"], self.refs["montant"]
        return f'=SUMIF({dates},"<"&EDATE({cell},1),{amounts})-SUMIF({dates},"<"&{cell},{amounts})'

    def customer(self, cell: str) -> str:
        return f"=SUMIF({self.refs['code_client']},{cell},{self.refs['montant']})"

    def base(self, cell: str) -> str:
        return f"=SUMIF({self.refs['taux']},{cell},{self.refs['montant']})"


@dataclass(frozen=True)
class Sumproduct(Sumifs):
    """SUMPRODUCT over a helper column « Mois » of texts « 2026-01 »."""

    helper = True

    def month(self, cell: str) -> str:
        return f"=SUMPRODUCT(({self.refs['mois']}={cell})*{self.refs['montant']})"

    def customer(self, cell: str) -> str:
        return f"=SUMPRODUCT(--({self.refs['code_client']}={cell}),{self.refs['montant']})"

    def base(self, cell: str) -> str:
        return f"=SUMPRODUCT(({self.refs['taux']}={cell})*{self.refs['montant']})"

    def name(self, cell: str) -> str | None:
        return f"=INDEX({self.refs['client']},MATCH({cell},{self.refs['code_client']},0))"


@dataclass(frozen=True)
class Dynamic(Sumifs):
    """The functions of Excel 365: LET, FILTER, XLOOKUP."""

    def month(self, cell: str) -> str:
        dates, amounts = self.refs["date"], self.refs["montant"]
        return (
            f"=_xlfn.LET(_xlpm.debut,{cell},_xlpm.suivant,EDATE({cell},1),"
            f"SUM(_xlfn._xlws.FILTER({amounts},({dates}>=_xlpm.debut)*({dates}<_xlpm.suivant),0)))"
        )

    def customer(self, cell: str) -> str:
        return f"=SUM(_xlfn._xlws.FILTER({self.refs['montant']},{self.refs['code_client']}={cell},0))"

    def base(self, cell: str) -> str:
        return f"=SUM(_xlfn._xlws.FILTER({self.refs['montant']},{self.refs['taux']}={cell},0))"

    def name(self, cell: str) -> str | None:
        return f'=_xlfn.XLOOKUP({cell},{self.refs["code_client"]},{self.refs["client"]},"")'
