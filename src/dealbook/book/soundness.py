"""Whether the pages of a book are sound, and that one which is not is never written to.

SQLite's quick check reads every page, so it takes as long as the book is large. A book of ordinary size is checked
before it opens; a large one is checked beside the window, and its first change waits for the answer.
"""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from threading import Thread
from typing import Final

from dealbook.book.cipher import Key, connect, unlocking_open
from dealbook.book.errors import BookError
from dealbook.book.faults import is_damage
from dealbook.book.place import may_vanish

AT_ONCE: Final = 32_000_000
"""Up to so many bytes a book is checked before it opens: a tenth of a second."""


def first_damage(connection: sqlite3.Connection, *, in_full: bool) -> str:
    """Return the first thing that is wrong with a database, "" for none; the full check looks at indexes as well.

    Raises sqlite3.OperationalError where the disk does not let it be read.
    """
    check = "integrity_check" if in_full else "quick_check"
    try:
        said = str(connection.execute(f"PRAGMA {check}(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            return str(error)
        raise
    return "" if said == "ok" else said.splitlines()[-1]


def reader(path: Path, key: Key | None) -> sqlite3.Connection:
    """Return a connection to an open book that reads what is committed and cannot write."""
    connection = connect(f"{path.as_uri()}?mode=rw", unlocking_open(path, key), check_same_thread=False)
    connection.execute("PRAGMA query_only = ON")
    return connection


class Soundness:
    """What is known about the pages of an open book; `ensure` stands before every change."""

    def __init__(self, path: Path, key: Key | None) -> None:
        """Know nothing bad of a book that was checked before it opened."""
        self._path = path
        self._key = key
        self._has_number = not may_vanish(path)  # elsewhere a file may have another number every minute
        self._file = self._number()
        self._damage = ""
        self._checking: Thread | None = None
        self._connection: sqlite3.Connection | None = None

    def check_beside(self) -> None:
        """Check a book that was too large for that when it opened, on a thread of its own."""
        self._connection = reader(self._path, self._key)
        self._checking = Thread(target=self._check, args=(self._connection,), name="soundness", daemon=True)
        self._checking.start()

    def condemn(self, damage: str) -> None:
        """Let nothing be written from now on, because of `damage`."""
        self._damage = self._damage or damage

    def ensure(self, name: str) -> None:
        """Raise BookError (moved-away, cut-off, spoilt) where a change named `name` would be lost or do harm.

        SQLite itself would go on writing to a file that somebody removed or replaced, and nobody would find it there.
        """
        try:
            is_there = self._number() == self._file
        except FileNotFoundError:
            is_there = False
        except OSError as error:
            raise BookError("cut-off", name=name, reason=error.strerror or str(error)) from error
        if not is_there:
            raise BookError("moved-away", name=name, path=str(self._path))
        if self._checking is not None:
            self._checking.join()
            self._checking = None
        if self._damage:
            raise BookError("spoilt", name=name, reason=self._damage)

    def close(self) -> None:
        """End a check that still runs."""
        if self._checking is not None and self._connection is not None:
            with suppress(sqlite3.ProgrammingError):  # it has just ended by itself
                self._connection.interrupt()
            self._checking.join()
            self._checking = None

    def _number(self) -> int:
        """Return the file's number on its disk. Raises OSError."""
        number = self._path.stat().st_ino
        return number if self._has_number else 0

    def _check(self, connection: sqlite3.Connection) -> None:
        with closing(connection):
            try:
                self._damage = first_damage(connection, in_full=False)
            except sqlite3.Error:  # interrupted, or the disk is gone: the change itself will tell
                return
