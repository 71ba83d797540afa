"""A candidate's structure file: run by a container of theirs, its tables given the hidden rows, the result kept.

The file is run under the candidate's account: never by us. What our own statements meet in the tables that it leaves
is the file's doing, and told as such, as long as the server stands.
"""

from __future__ import annotations

import re

from etabli.exam.contract.errors import SandboxFailure
from etabli.grading.database import COLLATION, Database, Refused, fell, run_sql
from etabli.reception.structure import StructureFile, replay_command
from etabli.sandbox.base import Application, Worker

_MOST_TABLES = 200
_VIEW = "VIEW"
_SEQUENCE = "SEQUENCE"
_NO_ROWS = frozenset({_VIEW, _SEQUENCE})
_DUMPED = "-u root --skip-triggers --skip-comments --skip-add-locks"
_ERROR = re.compile(r"ERROR (?:\d{1,9} \([^)\n]{0,99}\) )?at line \d{1,9}[^\n]{0,999}")
_REFUSAL = re.compile(r"^ERROR (\d{1,9} .{0,999})", re.MULTILINE)
_MISFITS = (
    (r"1406 .*column '(.+)' at row", "la colonne « {} » est trop courte pour elles"),
    (r"(?:1264|1265|1292|1366) .*column .*?[`']([^`']+)[`'] at row", "la colonne « {} » n'accepte pas leurs valeurs"),
    (r"1364 .*Field '(.+)' doesn't", "la colonne ajoutée « {} » est obligatoire, sans valeur par défaut"),
    (r"1048 .*Column '(.+)' cannot", "la colonne « {} » n'accepte plus l'absence de valeur (NULL)"),
    (r"1062 .* for key '(.+)'", "l'index « {} » refuse deux fois la même valeur"),
    (r"4025 .*CONSTRAINT `(.+)` failed", "la contrainte « {} » les refuse"),
    (r"1906 .*generated column '(.+)' in table", "la colonne « {} » y est calculée"),
    (r"1050 .*Table '(.+)' already", "« {} » n'y est plus une table"),
)
"""How a table refuses our rows, by MariaDB's number and words: never a value, which is hidden."""


def replay(worker: Worker, application: Application, database: Database, structure: StructureFile) -> str | None:
    """Runs the candidate's structure file on the hidden rows, then copies the result as the pristine state.

    Returns:
        What keeps the file from being run to its end, or its tables from being used; else ``None``.

    Raises:
        SandboxFailure: The services fell, or are full; :func:`fault_of` tells whether the file is why.
    """
    result = worker.run_once(database.room, replay_command(application, structure), timeout=60)
    if result.timed_out:
        return "le fichier prend plus de 60 secondes"
    if result.exit_code != 0:
        if fell(worker, database):
            raise SandboxFailure("La base de données s'est arrêtée : relancez la vérification.")
        return _first_error(result.stderr + b"\n" + result.stdout)
    try:
        return _use(worker, database, anew=structure.is_dump)
    except Refused as refused:
        if fell(worker, database) or worker.service_state(database.room).full:
            raise
        return _misfit(refused.said, database)


def _first_error(output: bytes) -> str:
    text = output.decode("utf-8", "replace")
    found = _ERROR.search(text)
    return (found.group(0) if found else text.strip())[:300]


def _use(worker: Worker, database: Database, *, anew: bool) -> str | None:
    """Gives the tables their rows and copies them; returns what is wrong with all of them together."""
    kinds = _kinds(worker, database)
    if len(kinds) > _MOST_TABLES:
        return f"il laisse plus de {_MOST_TABLES} tables et vues dans la base"
    if not kinds and not anew:
        return "il ne laisse aucune table dans la base"
    columns = _columns(worker, database)
    ours, theirs = columns[database.trusted], columns[database.name]
    theirs = {table: names for table, names in theirs.items() if kinds.get(table) not in _NO_ROWS}
    (_merge_rows if anew else _put_rows_back)(worker, database, ours, theirs)
    if anew:
        kinds |= dict.fromkeys(ours.keys() - kinds.keys(), "BASE TABLE")
    _copy(worker, database, kinds)
    return None


def _misfit(said: str, database: Database) -> str:
    """Says which of the lab's tables no longer takes its rows, and why; or that the whole cannot be read again."""
    table = re.search(rf"(?:INTO|TABLE) `{database.name}`\.`(\w+)`", said)
    error = _REFUSAL.search(said)
    if table is None or error is None:
        return "MariaDB ne peut pas copier les tables et les données qu'il laisse"
    found = ((re.match(pattern, error[1]), words) for pattern, words in _MISFITS)
    why = next((words.format(seen[1]) for seen, words in found if seen), f"erreur {error[1].split()[0]} de MariaDB")
    return f"la table « {table[1]} » ne peut plus recevoir les lignes de la base fournie ({why})"


Columns = dict[str, list[str]]
"""Names of columns, in lower case as MariaDB compares them, by table."""


def _put_rows_back(worker: Worker, database: Database, ours: Columns, theirs: Columns) -> None:
    """Puts the hidden rows back into each table of which the file changed the rows; what it only added stays."""
    statements = ["SET FOREIGN_KEY_CHECKS=0;"]
    for table, names in ours.items():
        there, here = f"`{database.name}`.`{table}`", f"`{database.trusted}`.`{table}`"
        mine = ", ".join(map(_quoted, names))
        if set(names) <= set(theirs.get(table, ())):
            statements.append(
                f"DELETE FROM {there} WHERE EXISTS (SELECT {mine} FROM {here} EXCEPT SELECT {mine} FROM {there}) "
                f"OR (SELECT COUNT(*) FROM {there}) <> (SELECT COUNT(*) FROM {here});"
            )
            statements.append(
                f"INSERT INTO {there} ({mine}) SELECT {mine} FROM {here} WHERE NOT EXISTS (SELECT 1 FROM {there});"
            )
    run_sql(worker, database, "\n".join(statements))


def _merge_rows(worker: Worker, database: Database, ours: Columns, theirs: Columns) -> None:
    """Puts the hidden rows into the tables a dump made, and makes those it forgot."""
    statements = ["SET FOREIGN_KEY_CHECKS=0;"]
    for table, names in ours.items():
        there, here = f"`{database.name}`.`{table}`", f"`{database.trusted}`.`{table}`"
        if table not in theirs:
            statements.append(f"CREATE TABLE {there} LIKE {here};")
        common = ", ".join(_quoted(name) for name in names if name in theirs.get(table, names))
        statements.append(f"DELETE FROM {there};")
        if common:
            statements.append(f"INSERT INTO {there} ({common}) SELECT {common} FROM {here};")
    run_sql(worker, database, "\n".join(statements))


def _kinds(worker: Worker, database: Database) -> dict[str, str]:
    """Lists what is in the candidate's database, by name: a little more than may be, at most.

    Whoever is still connected under the candidate's account is sent away first, with the locks they hold.
    """
    rows = _texts(
        worker,
        database,
        f"KILL USER `{database.candidate_user}`; SELECT HEX(table_name), HEX(table_type) FROM "
        f"information_schema.tables WHERE table_schema = '{database.name}' LIMIT {_MOST_TABLES + 1};",
    )
    return dict(rows)


def _columns(worker: Worker, database: Database) -> dict[str, Columns]:
    """Lists the columns of the lab's own tables, as they were and as they are."""
    found: dict[str, Columns] = {database.trusted: {}, database.name: {}}
    for schema, table, column in _texts(
        worker,
        database,
        "SELECT HEX(table_schema), HEX(table_name), HEX(LOWER(column_name)) FROM information_schema.columns "
        f"WHERE table_schema IN ('{database.trusted}', '{database.name}') AND table_name IN (SELECT table_name FROM "
        f"information_schema.tables WHERE table_schema = '{database.trusted}') ORDER BY ordinal_position;",
    ):
        found[schema].setdefault(table, []).append(column)
    return found


def _texts(worker: Worker, database: Database, query: str) -> list[list[str]]:
    """Returns the rows of a query whose every cell is in HEX, for a name may hold any character."""
    lines = run_sql(worker, database, query).splitlines()
    return [[bytes.fromhex(cell).decode("utf-8", "replace") for cell in line.split("\t")] for line in lines]


def _copy(worker: Worker, database: Database, kinds: dict[str, str]) -> None:
    """Copies tables with their rows. Of views and sequences, the names are enough: nothing reads them in the copy."""
    source, target = database.name, database.reference
    statements = [f"CREATE DATABASE {target} {COLLATION};"]
    for name, kind in kinds.items():
        if kind in _NO_ROWS:
            statements.append(f"CREATE {kind} {target}.{_quoted(name)}{' AS SELECT 1' if kind == _VIEW else ''};")
    tables = [name for name, kind in kinds.items() if kind not in _NO_ROWS]
    script = "mariadb -u root --default-character-set=utf8mb4"
    if tables:
        script += f' && mariadb-dump {_DUMPED} -- "$@" | mariadb -u root {target}'
    command = ["bash", "-o", "pipefail", "-c", script, "copie", source, *tables]
    result = worker.service_exec(database.room, command, stdin="\n".join(statements).encode())
    if result.exit_code != 0:
        raise Refused(result.stderr)


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
