"""Numbers without holes, in the order of dates, and the next number of each sequence."""

from __future__ import annotations

from collections.abc import Iterable

from .chains import Chains
from .database import Database, Row

ORDINARY = (
    ("sale_sale", "sale", "sequence_sale", "sale_date"),
    ("purchase_purchase", "purchase", "sequence_purchase", "purchase_date"),
    ("stock_shipment_out", "stock", "sequence_shipment_out", "planned_date"),
    ("stock_shipment_in", "stock", "sequence_shipment_in", "planned_date"),
    ("production", "production", "sequence_production", "planned_start_date"),
    ("account_move_reconciliation", "account", "sequence_account_move_reconciliation", "date"),
)
"""Table, XML id of its sequence, and the date that orders it."""


def spelled(sequence: Row, rank: int) -> str:
    """Returns the number a sequence gives at a rank."""
    return f"{sequence['prefix'] or ''}{rank:0{sequence['padding'] or 0}d}{sequence['suffix'] or ''}"


class Numbering:
    """Numbers everything again."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._years = {p["id"]: p["fiscalyear"] for p in database["account_period"]}
        self._ranges = [(p["start_date"], p["end_date"], p["fiscalyear"]) for p in database["account_period"]]

    def number(self, chains: Chains) -> None:
        """Numbers orders, deliveries, productions, invoices, moves and reconciliations."""
        sequences = self._xml()
        for table, module, name, column in ORDINARY:
            self._deal(self.database[table], sequences[module, name], column)
        self._invoices()
        self._moves()
        self._labels(chains)

    def _xml(self) -> dict[tuple[str, str], Row]:
        found = self.database.connection.execute(
            "SELECT module, fs_id, db_id FROM ir_model_data WHERE model = 'ir.sequence'"
        )
        return {(module, name): self.database["ir_sequence"][key] for module, name, key in found}

    @staticmethod
    def _deal(rows: Iterable[Row], sequence: Row, column: str) -> None:
        """Numbers those of the rows that had a number, in the order of a column."""
        numbered = [row for row in rows if row["number"] is not None]
        for rank, row in enumerate(sorted(numbered, key=lambda row: (row[column] or "", row["id"])), 1):
            row["number"] = spelled(sequence, rank)
        sequence["number_next_internal"] = len(numbered) + 1

    def _year(self, text: str) -> int:
        return next(int(year) for start, end, year in self._ranges if start <= text <= end)

    def _invoices(self) -> None:
        settings = {row["fiscalyear"]: row for row in self.database["account_fiscalyear_invoice_sequence"]}
        strict = self.database["ir_sequence_strict"]
        names = [f"{way}_{kind}_sequence" for way in ("out", "in") for kind in ("invoice", "credit_note")]
        groups: dict[int, list[Row]] = {row[name]: [] for row in settings.values() for name in names}
        for invoice in self.database["account_invoice"]:
            if invoice["number"] is not None:
                year = self._year(invoice["accounting_date"] or invoice["invoice_date"])
                kind = invoice["sequence_type_cache"] or "invoice"
                invoice["sequence"] = settings[year][f"{invoice['type']}_{kind}_sequence"]
                groups[invoice["sequence"]].append(invoice)
        for key, rows in groups.items():
            self._deal(rows, strict[key], "invoice_date")
            for row in rows:
                row["number_alnum"] = "".join(letter for letter in row["number"] if letter.isalnum())
                row["number_digit"] = int("".join(letter for letter in row["number"] if letter.isdigit()))

    def _moves(self) -> None:
        for year in self.database["account_fiscalyear"]:
            moves = [move for move in self.database["account_move"] if self._years[move["period"]] == year["id"]]
            self._deal(moves, self.database["ir_sequence_strict"][year["move_sequence"]], "date")

    @staticmethod
    def _labels(chains: Chains) -> None:
        """Payments are named after what they pay."""
        for order in [*chains.sales, *chains.purchases]:
            for bill in order.bills:
                told = bill.invoice["number"] if bill.invoice["type"] == "out" else bill.invoice["reference"]
                for payment in bill.payments:
                    for row in (payment.move, payment.line, payment.bank):
                        if row["description"]:
                            row["description"] = f"Règlement {told}"
