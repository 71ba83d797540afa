"""A submission's database: made from trusted SQL, emptied when the submission goes.

Two databases per submission: ``atelier`` is what the application uses through a limited account; ``r_atelier`` is the
pristine copy from which the examiner restores the first before each check.
"""

from __future__ import annotations

import shlex
import signal
import time
from dataclasses import dataclass
from typing import Any

from etabli.exam.contract.errors import SandboxFailure
from etabli.lab.services import FRONT
from etabli.lab.variant import Variant
from etabli.reception.structure import StructureFile
from etabli.sandbox.base import SERVICE_DISK_MB, SERVICE_MEMORY_MB, Room, Worker
from etabli.system.settings import database_password

_PORT, _OURS = 3306, 3307
"""The server counts connections to the second one apart: the application finds itself alone."""
_RIGHTS = (
    "SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES, CREATE VIEW, SHOW VIEW, LOCK TABLES, "
    "CREATE TEMPORARY TABLES"
)
_HOST, _NAME, _USER, _FROM = "base", "atelier", "eleve", "%"
"""As in a workspace (``docker-compose.yml``, ``images/services/servir-atelier``): what a program is told
and may do does not tell it that it is examined."""
COLLATION = "CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"
_LEFT = """
SELECT schema_name FROM information_schema.schemata
 WHERE schema_name NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
UNION ALL SELECT CONCAT(user, '@', host) FROM mysql.global_priv WHERE user NOT IN ('root', 'mariadb.sys', 'PUBLIC')
UNION ALL SELECT CONCAT(db, '.', name) FROM mysql.proc WHERE db NOT IN ('mysql', 'sys')
UNION ALL SELECT CONCAT(db, '.', name) FROM mysql.event WHERE db <> 'mysql'
UNION ALL SELECT variable_name FROM information_schema.system_variables WHERE global_value_origin = 'SQL'
UNION ALL SELECT user FROM information_schema.processlist WHERE user = 'eleve';
XA RECOVER;
"""
"""Tells what is there beside what the image holds: nothing, once a submission is gone."""
_HELD = """
df --block-size=1K --output=used /var/lib/mysql /tmp | tail -n 2 &&
sed -n 's/^VmRSS:[^0-9]*\\([0-9]*\\).*/\\1/p' "/proc/$(cat /run/mysqld/mysqld.pid)/status"
""".strip()
"""Tells what the server holds, in KiB: its data, its temporary files, its memory."""
_HOLDERS = 3
_BY_ITSELF = frozenset(
    128 + one for one in (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL)
)
"""How a server ends by what one of its own threads did."""
_CRASHED = (
    "La base de données s'est arrêtée net, même toute neuve : une requête du rendu la fait tomber, par exemple par des "
    "chemins, des listes ou des parenthèses emboîtés des milliers de fois."
)
_LAST_WORD = 10.0
_WARM_KB = 224 * 1024
"""What a server may hold that has served ordinary submissions; one that holds more has less for the next one."""


@dataclass(frozen=True)
class Database:
    """Where a submission's rows are, for the examiner and for the application."""

    host: str
    visitor: str
    """The address of the examiner."""
    name: str
    reference: str
    password: str
    candidate_user: str
    candidate_password: str
    candidate_host: str
    room: Room
    port: int = _PORT

    @property
    def trusted(self) -> str:
        """The name of the database that holds the lab's own structure and rows, untouched."""
        return f"t_{self.name}"

    def environment(self) -> dict[str, str]:
        """Returns the variables that the brief promises to the application."""
        return {
            "DB_HOST": _HOST,
            "DB_PORT": str(self.port),
            "DB_NAME": self.name,
            "DB_USER": self.candidate_user,
            "DB_PASSWORD": self.candidate_password,
        }

    def hosts(self) -> dict[str, str]:
        """Returns the name by which the application finds it, and that of whoever comes."""
        return {_HOST: self.host, FRONT: self.visitor}

    def request(self) -> dict[str, Any]:
        """Returns what the examiner is told."""
        return {
            "host": self.host,
            "port": _OURS,
            "name": self.name,
            "reference": self.reference,
            "user": "root",
            "password": self.password,
            "candidate_user": self.candidate_user,
            "candidate_password": self.candidate_password,
            "candidate_host": self.candidate_host,
        }


def new_database(worker: Worker, room: Room) -> Database:
    """Draws a password for one submission; the server of its room serves nobody else, so names may be the same."""
    addresses = worker.addresses(room)
    return Database(
        host=addresses.services,
        visitor=addresses.examiner,
        name=_NAME,
        reference=f"r_{_NAME}",
        password=worker.database_password,
        candidate_user=_USER,
        candidate_password=database_password(),
        candidate_host=_FROM,
        room=room,
    )


def provision(worker: Worker, database: Database, variant: Variant, structure: StructureFile | None) -> None:
    """Makes the databases and the limited account, in fresh services when those of the room no longer work.

    With a structure file that is a dump, the candidate's database starts empty: the dump makes the tables.
    """
    content = f"{variant.schema_sql()}\n{variant.rows_sql()}\n"
    targets = [database.reference, database.name]
    if structure is not None:
        targets = [database.trusted] if structure.is_dump else [database.trusted, database.name]
    everything = {*targets, database.name}
    statements = [f"CREATE DATABASE `{name}` {COLLATION};" for name in sorted(everything)]
    statements += [f"USE `{name}`;\n{content}" for name in targets]
    statements += [_account(database), _as_reopened(database.name)]
    try:
        run_sql(worker, database, "\n".join(statements))
    except SandboxFailure:
        worker.renew_service(database.room)
        run_sql(worker, database, "\n".join(statements))


def _as_reopened(name: str) -> str:
    """Makes tables anew around their rows: as after a stop, nothing was changed and their statistics are known."""
    return (
        f"DELIMITER //\nFOR one IN (SELECT table_name FROM information_schema.tables WHERE table_schema = '{name}') DO "
        f"EXECUTE IMMEDIATE CONCAT('ALTER TABLE `{name}`.`', one.table_name, '` FORCE'); END FOR//\nDELIMITER ;"
    )


def _account(database: Database) -> str:
    """Makes the account; in a right, « _ » alone would stand for any letter, and allow databases beside this one."""
    who, name = f"'{database.candidate_user}'@'{database.candidate_host}'", database.name.replace("_", r"\_")
    return (
        f"CREATE USER {who} IDENTIFIED BY '{database.candidate_password}' "
        f"WITH MAX_USER_CONNECTIONS 40 MAX_STATEMENT_TIME 10;\n"
        f"GRANT {_RIGHTS} ON `{name}`.* TO {who};"
    )


def drop(worker: Worker, database: Database) -> None:
    """Removes all that one submission had; services that are not as before are ended, for the next one finds others."""
    try:
        same = _dropped(worker, database) and not worker.service_state(database.room).full
    except SandboxFailure:
        same = False
    if not same:
        worker.renew_service(database.room)


def _dropped(worker: Worker, database: Database) -> bool:
    """Drops databases and account; tells whether nothing else is left, in tables, in memory or on the disks."""
    names = (database.name, database.reference, database.trusted)
    statements = [f"SET lock_wait_timeout = 3, innodb_lock_wait_timeout = 3;\nKILL USER `{database.candidate_user}`;"]
    statements += [f"DROP DATABASE IF EXISTS `{name}`;" for name in names]
    statements += [f"DROP USER IF EXISTS '{database.candidate_user}'@'{database.candidate_host}';", _LEFT]
    found = run_sql(worker, database, "\n".join(statements), after=_HELD).split()
    left, held = found[:-_HOLDERS], found[-_HOLDERS:]
    return not left and sum(map(int, held)) <= _WARM_KB


def fell(worker: Worker, database: Database, *, surely: bool = True) -> bool:
    """Tells whether the server is gone.

    Args:
        worker: Whose room.
        database: The one of the room.
        surely: Ask the server itself: the engine may learn its end a moment after those who were talking to it.
    """
    if not worker.service_state(database.room).running:
        return True
    if not surely:
        return False
    try:
        run_sql(worker, database, "DO 1;")
        return False
    except SandboxFailure:
        until = time.monotonic() + _LAST_WORD
    while worker.service_state(database.room).running:
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def fault_of(worker: Worker, database: Database) -> str | None:
    """Says what a submission did to the services of its room, which serve nobody else; ``None`` when it did nothing.

    Memory that ran out and a full disk are its doing: what we put there ourselves is small, and the same for all. So is
    an end by a signal that a program only gives itself, as where what a statement nests overflows its stack: who ends
    a server from outside sends another one.
    """
    state = worker.service_state(database.room)
    if not state.running and state.oom_killed:
        return f"La base de données s'est arrêtée : le rendu lui demande plus de {SERVICE_MEMORY_MB} Mo de mémoire."
    if state.full:
        return f"La base de données est pleine : le rendu y écrit plus de {SERVICE_DISK_MB} Mo."
    if not state.running and state.exit_code in _BY_ITSELF:
        return _CRASHED
    return None


class Refused(SandboxFailure):
    """MariaDB ou un de ses outils a refusé une instruction : relancez la vérification.

    Args:
        said: What it told.
    """

    def __init__(self, said: bytes) -> None:
        self.said = said.decode("utf-8", "replace")
        super().__init__(f"MariaDB : {self.said[-500:]}")


def run_sql(worker: Worker, database: Database, statements: str, after: str = "") -> str:
    """Runs statements of ours as root; returns what they give, a row a line, its cells between tabs.

    A name or a text may hold anything, line ends of all kinds included: ask for it in HEX.

    Raises:
        Refused: One of them failed; those before it were run.
    """
    command = ["mariadb", "-u", "root", "--default-character-set=utf8mb4", "-N", "-B"]
    if after:
        command = ["sh", "-c", f"{shlex.join(command)} && {after}"]
    result = worker.service_exec(database.room, command, stdin=statements.encode())
    if result.exit_code != 0:
        raise Refused(result.stderr)
    return result.stdout.decode("utf-8", "replace")
