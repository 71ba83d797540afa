"""Tryton in this process: open a database, work in a transaction on a given day, run what Tryton queued."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

MODULES = (
    "party party_siret company currency country bank product account account_fr account_product account_invoice "
    "account_invoice_stock account_payment sale purchase stock stock_supply production timesheet timesheet_cost "
    "attendance sale_opportunity project company_work_time"
).split()


class Office:
    """One database of Tryton, its objects (``get``) and its clock (``today``)."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.file = folder / f"{name}.sqlite"
        self.today = dt.date(2025, 1, 1)
        self.company: int | None = None
        os.environ |= {
            "TRYTOND_DATABASE__URI": "sqlite://",
            "TRYTOND_DATABASE__PATH": str(folder),
            "TRYTOND_DATABASE__LANGUAGE": "fr",
        }

    def create(self) -> None:
        """Makes the database with its modules, in French; nobody knows the administrator's password."""
        self.file.unlink(missing_ok=True)
        self.file.touch()
        with tempfile.NamedTemporaryFile("w", suffix=".pass") as password:
            password.write(secrets.token_urlsafe(24))
            password.flush()
            places = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
            command = [shutil.which("trytond-admin", path=places) or "trytond-admin", "-d", self.name]
            command += ["-u", *MODULES, "--activate-dependencies", "-l", "fr", "--email", "admin@etabli.example"]
            subprocess.run(command, check=True, env={**os.environ, "TRYTONPASSFILE": password.name})

    def open(self) -> None:
        """Loads the modules, sets Tryton's clock to ours, and spares us its locks."""
        from trytond.pool import Pool
        from trytond.transaction import Transaction

        Pool.start()
        self.pool = Pool(self.name)
        self.pool.init()
        self.pool.get("ir.date").today = staticmethod(lambda timezone=None: self.today)
        # Tryton asks to start again with a lock; on SQLite taking it does nothing, and we are alone.
        Transaction.lock_table = lambda transaction, table: None
        Transaction.lock_records = lambda transaction, table, ids: None

    def get(self, model: str, kind: str = "model") -> Any:
        """Returns one of Tryton's classes."""
        return self.pool.get(model, type=kind)

    def xml(self, module: str, name: str) -> int:
        """Returns the id of a record that a module's XML made."""
        return self.get("ir.model.data").get_id(module, name)

    def work(self, job: Callable[[], None]) -> None:
        """Runs a job in one transaction."""
        from trytond.transaction import Transaction

        context: dict[str, Any] = {"language": "fr", "_skip_warnings": True}
        if self.company:
            context |= {"company": self.company, "companies": [self.company]}
        with Transaction().start(self.name, 1, context=context) as transaction:
            job()
            self._queued(transaction)

    def _queued(self, transaction: Any) -> None:
        """Runs what a server would do after the commit, save printing."""
        queue = self.get("ir.queue")
        while transaction.tasks:
            todo, transaction.tasks[:] = list(transaction.tasks), []
            tasks, seen = queue.browse(todo), set()
            for task in tasks:
                key = repr(sorted(task.data.items(), key=lambda item: item[0]))
                if task.data["method"] != "print_invoice" and key not in seen:
                    task.run()
                seen.add(key)
            queue.delete(tasks)
