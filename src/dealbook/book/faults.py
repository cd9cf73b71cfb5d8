"""What SQLite says when the disk or the network lets it down, as refusals of the book.

By the number of the error, never by its English words. A refusal about a step says what is not in the book; one about
reading has no step to name.
"""

import sqlite3
from typing import Final

from dealbook.book.errors import BUSY, BookError

_STEP: Final = {
    sqlite3.SQLITE_FULL: "disk-full",
    sqlite3.SQLITE_IOERR: "cut-off",
    sqlite3.SQLITE_CANTOPEN: "cut-off",
    sqlite3.SQLITE_READONLY: "write-protected",
    sqlite3.SQLITE_PERM: "write-protected",
    sqlite3.SQLITE_CORRUPT: "spoilt",
    sqlite3.SQLITE_NOTADB: "spoilt",
}
_READING: Final = {
    sqlite3.SQLITE_CORRUPT: "found-damaged",
    sqlite3.SQLITE_NOTADB: "found-damaged",
}
_GONE: Final = frozenset({sqlite3.SQLITE_READONLY_DBMOVED})
"""Kinds of READONLY that mean another thing: the file is no longer where it was."""


def primary(error: sqlite3.Error) -> int:
    """Return the kind of an error; the upper bits of its number tell the cases of a kind apart."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another program was writing for too long."""
    return primary(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file's content is at fault, and not the way to it."""
    return primary(error) in _READING


def step_refusal(name: str, error: sqlite3.Error) -> BookError:
    """Return the refusal of a step that failed so; its transaction is rolled back."""
    if is_busy(error):
        return BookError("not-saved", name=name, reason=BUSY)
    code = "cut-off" if getattr(error, "sqlite_errorcode", 0) in _GONE else _STEP.get(primary(error), "not-saved")
    return BookError(code, name=name, reason=str(error))


def reading_refusal(error: sqlite3.Error) -> BookError:
    """Return the refusal of a reading that failed so."""
    return BookError(_READING.get(primary(error), "lost-touch"), reason=str(error))


def as_refusal(error: BaseException) -> BookError | None:
    """Return what went wrong where nobody expected it as a refusal; None where it was neither disk nor book."""
    if isinstance(error, BookError):
        return error
    if isinstance(error, sqlite3.DatabaseError) and (is_damage(error) or primary(error) in _OUTSIDE):
        return reading_refusal(error)
    return None


_OUTSIDE: Final = frozenset(
    {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY}
)
"""Errors that come from outside, and not from a mistake of ours."""
SAID: Final = (
    "disk I/O error",
    "unable to open database file",
    "attempt to write a readonly database",
    "database or disk is full",
    "database disk image is malformed",
    "file is not a database",
    "No space left on device",
    "Permission denied",
    "Read-only file system",
    "Input/output error",
)
"""What SQLite and the system say most often; as reasons of refusals these are message ids as well."""
