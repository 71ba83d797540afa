"""When rows were written: the day of what they tell, not the day the history was made; and no trace of that making."""

from __future__ import annotations

import sqlite3

DAYS = {
    "account_move": "date",
    "account_move_reconciliation": "date",
    "account_invoice": "COALESCE(invoice_date, '2025-01-02')",
    "sale_sale": "COALESCE(sale_date, '2025-01-02')",
    "purchase_purchase": "COALESCE(purchase_date, '2025-01-02')",
    "stock_shipment_out": "planned_date",
    "stock_shipment_in": "planned_date",
    "stock_move": "COALESCE(effective_date, planned_date, '2025-01-02')",
    "production": "planned_start_date",
    "timesheet_line": "date",
}
OWNERS = (
    ("account_move_line", "move", "account_move"),
    ("account_invoice_line", "invoice", "account_invoice"),
    ("account_invoice_tax", "invoice", "account_invoice"),
    ("account_invoice-account_move_line", "invoice", "account_invoice"),
    ("sale_line", "sale", "sale_sale"),
    ("purchase_line", "purchase", "purchase_purchase"),
)
EMPTIED = (
    "ir_model_log",
    "ir_queue",
    "ir_session",
    "ir_session_wizard",
    "ir_error",
    "ir_email",
    "res_user_login_attempt",
)


def tidy(connection: sqlite3.Connection) -> None:
    """Dates the rows, and empties the journals that Tryton keeps."""
    for table, moment in DAYS.items():
        when = f"({moment}) || ' 1' || (id % 8) || ':' || (10 + id * 7 % 50) || ':' || (10 + id * 11 % 50) || '.000000'"
        _date(connection, table, when)
    for table, column, owner in OWNERS:
        _date(connection, table, f'(SELECT o.create_date FROM "{owner}" o WHERE o.id = "{table}"."{column}")')
    connection.execute("UPDATE account_invoice SET invoice_report_cache = NULL, invoice_report_cache_id = NULL")
    known = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table in EMPTIED:
        if table in known:
            connection.execute(f'DELETE FROM "{table}"')


def _date(connection: sqlite3.Connection, table: str, when: str) -> None:
    written = f"CASE WHEN write_date IS NULL THEN NULL ELSE {when} END"
    connection.execute(f'UPDATE "{table}" SET create_date = {when}, write_date = {written}')
