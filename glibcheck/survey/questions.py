"""Questions to a survey, in SQL; DuckDB reads the table where it lies, and answers with a few rows.

The loader does not mind a weak version that is missing, so such needs are no reason for anything to break. Versions
are compared as numbers, family by family; names without numbers, such as GLIBC_ABI_DT_RELR, count when the target does
not have them.
"""

from __future__ import annotations

import os

from glibcheck.errors import InputError, TargetError, ToolError
from glibcheck.model.record import Record
from glibcheck.survey.rows import Row
from glibcheck.survey.tables import FORMS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from glibcheck.model.target import Target

BY_SYMBOL = """
    SELECT symbol, need AS version, library, count(DISTINCT package) AS packages, count(DISTINCT wheel) AS wheels
    FROM asked WHERE symbol IS NOT NULL
    GROUP BY ALL ORDER BY wheels DESC, packages DESC, version, symbol, library
"""
BY_PACKAGE = """
    SELECT package, family, max_by(need, release) AS newest, arg_max(version, release) AS in_version,
        count(DISTINCT wheel) AS wheels, count(DISTINCT symbol) AS symbols
    FROM asked WHERE release IS NOT NULL
    GROUP BY package, family ORDER BY package, family
"""
BREAKS = """
    SELECT package, version, need AS needs, count(DISTINCT wheel) AS wheels,
        list_sort(list(DISTINCT coalesce(symbol, '(no symbol)'))) AS symbols
    FROM asked
    GROUP BY package, version, need, family, release ORDER BY package, version, family, release DESC
"""
QUESTIONS = {"by-symbol": BY_SYMBOL, "by-package": BY_PACKAGE, "breaks-at": BREAKS}

_ABOVE = """
    SELECT survey.* FROM survey LEFT JOIN limits USING (machine, family)
    WHERE need IS NOT NULL AND NOT weak AND (
        (survey.release IS NOT NULL AND limits."limit" IS NOT NULL AND survey.release > limits."limit")
        OR (need LIKE 'GLIBC_ABI_%' AND need NOT IN (SELECT marker FROM markers WHERE machine = survey.machine))
        OR need = 'GLIBC_PRIVATE'
    )
"""
_COLUMNS = {"release": "INTEGER[]", "weak": "BOOLEAN"}


class Answer(Record):
    """The names of the columns, the rows, and notes about what the rows cannot say."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    notes: tuple[str, ...]


def ask(path: str, question: str, target_of: Callable[[str], Target] | None) -> Answer:
    """Put one of QUESTIONS to a survey: of all needs, or with `target_of` of those above the target of a machine.

    Raises: InputError when it is no survey; ToolError without DuckDB; what `target_of` raises, but for machines that
    the target does not know: these are a note, as long as there are others.
    """
    connection = _opened(path)
    with connection:
        notes = []
        if target_of is None:
            connection.execute("CREATE VIEW asked AS SELECT * FROM survey WHERE need IS NOT NULL")
        else:
            notes = _limit(connection, target_of)
            connection.execute(f"CREATE VIEW asked AS {_ABOVE}")
        result = connection.execute(QUESTIONS[question])
        columns, rows = tuple(row[0] for row in result.description), tuple(result.fetchall())
        return Answer(columns, rows, (*notes, *_unread(connection)))


def _opened(path: str) -> Any:
    """Open a survey as a view of this name, in a DuckDB that neither writes nor fetches anything."""
    form = os.path.splitext(path)[1]
    if form not in FORMS or not os.path.isfile(path):
        raise InputError(path, f"is no survey: there is no such file that ends in {' or '.join(FORMS)}")
    try:
        import duckdb
    except ImportError as error:
        raise ToolError("duckdb", "is not installed, and answers; run: pip install 'glibcheck[survey]'") from error
    connection = duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"})
    # A view cannot have a parameter.
    place = "'" + path.replace("'", "''") + "'"
    columns = ", ".join(f"'{name}': '{_COLUMNS.get(name, 'VARCHAR')}'" for name in Row._fields)
    read = f"read_parquet({place})" if form == ".parquet" else f"read_json({place}, columns = {{{columns}}})"
    try:
        connection.execute(f"CREATE VIEW survey AS SELECT {', '.join(Row._fields)} FROM {read}")  # noqa: S608
        strange = connection.execute("SELECT count(*) FROM survey WHERE wheel IS NULL OR package IS NULL").fetchone()
    except duckdb.Error as error:
        connection.close()
        raise InputError(path, f"is no survey: {str(error).splitlines()[0]}") from error
    if strange != (0,):
        connection.close()
        raise InputError(path, "is no survey: it has rows without a wheel")
    return connection


def _limit(connection: Any, target_of: Callable[[str], Target]) -> list[str]:
    """Write down the limits of the target for each machine of the survey; gives notes on those that it has not."""
    connection.execute('CREATE TABLE limits (machine VARCHAR, family VARCHAR, "limit" INTEGER[])')
    connection.execute("CREATE TABLE markers (machine VARCHAR, marker VARCHAR)")
    notes: list[str] = []
    machines = "SELECT DISTINCT machine FROM survey WHERE machine IS NOT NULL ORDER BY machine"
    every = [machine for (machine,) in connection.execute(machines).fetchall()]
    for machine in every:
        try:
            target = target_of(machine)
        except TargetError as error:
            if len(notes) == len(every) - 1:
                raise
            notes.append(f"files for {machine} are left out: {error}")
            connection.execute("INSERT INTO markers SELECT ?, need FROM survey WHERE machine = ?", [machine, machine])
            continue
        limits = [[machine, family, list(numbers)] for family, numbers in sorted(target.limits.items())]
        _insert(connection, "INSERT INTO limits VALUES (?, ?, ?)", limits)
        _insert(connection, "INSERT INTO markers VALUES (?, ?)", [[machine, name] for name in sorted(target.markers)])
    return notes


def _insert(connection: Any, statement: str, rows: Sequence[Sequence[Any]]) -> None:
    if rows:
        connection.executemany(statement, rows)


def _unread(connection: Any) -> list[str]:
    """Say how much could not be read: what is unknown is not said to be fine."""
    found = connection.execute(
        "SELECT count(DISTINCT wheel), min(wheel), min_by(problem, wheel) FROM survey WHERE problem IS NOT NULL"
    )
    ((count, wheel, problem),) = found.fetchall()
    return [f"{count} wheels could not be read in full, such as {wheel}: {problem}"] if count else []
