"""SQLCipher's module as if it were `sqlite3`: its errors are raised as those of `sqlite3`, with their numbers.

So nothing above has to know which of the two a book is read with. Only imported for protected books.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final, cast

from sqlcipher3 import dbapi2

_NAMES: Final = (
    *("DataError", "IntegrityError", "InternalError", "NotSupportedError", "OperationalError", "ProgrammingError"),
    *("DatabaseError", "InterfaceError", "Error"),
)
_SAME: Final[dict[type[Exception], type[sqlite3.Error]]] = {
    getattr(dbapi2, name): getattr(sqlite3, name) for name in _NAMES
}


def open_connection(address: str, unlock: str, **options: Any) -> sqlite3.Connection:  # noqa: ANN401 - sqlite3.connect's
    """Connect to the database at an address; nothing of it is read yet, so a wrong key shows with the first query.

    What SQLite needs room for it keeps in memory: no content goes into files of its own.
    """
    with _translated():
        connection = dbapi2.connect(address, uri=True, factory=_Connection, **options)
        try:
            connection.execute("PRAGMA cipher_log_level = NONE")  # it would write to stderr of itself
            if unlock:
                connection.execute(f'PRAGMA key = "{unlock}"')
            connection.execute("PRAGMA temp_store = MEMORY")
        except BaseException:
            connection.close()
            raise
    return cast("sqlite3.Connection", connection)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except dbapi2.Error as error:
        raise _same(error) from error


def _same(error: Exception) -> sqlite3.Error:
    same = _SAME.get(type(error), sqlite3.DatabaseError)(*error.args)
    same.sqlite_errorcode = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    same.sqlite_errorname = getattr(error, "sqlite_errorname", "SQLITE_ERROR")
    return same


def _ours(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method that raises the errors of `sqlite3`. Not a context manager: it stands around every row."""

    @wraps(method)
    def same(*args: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the method takes and gives
        try:
            return method(*args, **named)
        except dbapi2.Error as error:
            raise _same(error) from error

    return same


class _Cursor(dbapi2.Cursor):  # type: ignore[misc]  # sqlcipher3 has no types
    execute = _ours(dbapi2.Cursor.execute)
    executemany = _ours(dbapi2.Cursor.executemany)
    executescript = _ours(dbapi2.Cursor.executescript)
    fetchone = _ours(dbapi2.Cursor.fetchone)
    fetchmany = _ours(dbapi2.Cursor.fetchmany)
    fetchall = _ours(dbapi2.Cursor.fetchall)
    __next__ = _ours(dbapi2.Cursor.__next__)


class _Connection(dbapi2.Connection):  # type: ignore[misc]
    """Its `execute` and the like go through `cursor`."""

    def cursor(self, factory: type[_Cursor] = _Cursor) -> _Cursor:
        cursor: _Cursor = super().cursor(factory)
        return cursor

    backup = _ours(dbapi2.Connection.backup)
    close = _ours(dbapi2.Connection.close)
    commit = _ours(dbapi2.Connection.commit)
    rollback = _ours(dbapi2.Connection.rollback)
    interrupt = _ours(dbapi2.Connection.interrupt)
