"""The last evening: what Tryton noted of this run is made the same at each run, and what nobody needs goes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

STAMP = "2026-06-30 20:00:00"
EMPTIED = (
    "ir_model_log ir_queue ir_cache ir_error ir_cron_log ir_session ir_session_wizard ir_email res_user_device "
    "res_user_login_attempt res_user_warning ir_trigger_log"
).split()


def finish(file: Path, target: Path) -> None:
    """Copies the database, empties the logs, sets the times of writing, forgets the administrator's password."""
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as link:
        link.execute("VACUUM INTO ?", (str(target),))
    link = sqlite3.connect(target, isolation_level=None)
    try:
        link.execute("BEGIN")
        for table in EMPTIED:
            link.execute(f'DELETE FROM "{table}"')
        for table in _tables(link):
            _stamp(link, table)
        _sort_names(link)
        link.execute("UPDATE res_user SET password_hash = NULL, password_reset = NULL, password_reset_expire = NULL")
        link.execute("UPDATE ir_cron SET next_call = ?, active = 0", (STAMP,))
        link.execute("COMMIT")
        link.execute("ANALYZE")
        link.execute("PRAGMA schema_version = 1")
        link.execute("VACUUM")
    finally:
        link.close()


def _tables(link: sqlite3.Connection) -> list[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    return [name for (name,) in link.execute(query)]


def _stamp(link: sqlite3.Connection, table: str) -> None:
    columns = {row[1] for row in link.execute(f'PRAGMA table_info("{table}")')}
    if "create_date" in columns:
        link.execute(f'UPDATE "{table}" SET create_date = ?', (STAMP,))
    if "write_date" in columns:
        link.execute(f'UPDATE "{table}" SET write_date = ? WHERE write_date IS NOT NULL', (STAMP,))


def _sort_names(link: sqlite3.Connection) -> None:
    """Numbers the XML names in their own order: Tryton's depends on where objects are in memory."""
    rows = link.execute("SELECT * FROM ir_model_data ORDER BY module, fs_id, model").fetchall()
    columns = [row[1] for row in link.execute("PRAGMA table_info(ir_model_data)")]
    place = columns.index("id")
    link.execute("DELETE FROM ir_model_data")
    link.executemany(
        f"INSERT INTO ir_model_data VALUES ({', '.join('?' * len(columns))})",
        [(*row[:place], rank, *row[place + 1 :]) for rank, row in enumerate(rows, start=1)],
    )
