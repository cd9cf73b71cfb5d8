"""Whether a file is a book that this Dealbook can open, found out without changing a byte of it or beside it.

SQLite itself would change a file while looking: it takes over what a crash left in the write-ahead log. So a file with
a log beside it is looked at in a copy, and every other one through a connection that promises SQLite that nobody
writes.
"""

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from dealbook.book import migrations
from dealbook.book.cipher import MAGIC, Key, connect, is_protected, unlocking
from dealbook.book.errors import BookError
from dealbook.book.faults import is_damage
from dealbook.book.soundness import AT_ONCE, first_damage

_TRIES: Final = 20
#: What SQLite leaves beside a database that it has not closed.
LEFTOVERS: Final = ("-wal", "-journal", "-shm")


def refuse_unless_book(path: Path, key: Key | None = None, *, in_full: bool = False) -> None:
    """Raise BookError unless `path` is a sound book of this or an older Dealbook; changes nothing at all.

    A protected one needs its `key`; a plain one is asked for none. A large book's pages are only looked at `in_full`,
    which checks the indexes of any book as well.
    """
    _refuse_unless_database(path, key)
    try:
        unlock = unlocking(path, key)
        with undisturbed(path) as uri, closing(connect(uri, unlock)) as connection:
            _refuse_unless_ours(path, connection)
            damage = first_damage(connection, in_full=in_full) if in_full or not is_large(path) else ""
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and not is_damage(error) and _is_out_of_reach(path):
            raise BookError("unreadable", path=str(path), reason=str(error)) from error
        raise BookError("damaged", path=str(path), reason=str(error)) from error
    except OSError as error:  # while a copy was made to look at
        raise BookError("unreadable", path=str(path), reason=error.strerror or str(error)) from error
    if damage:
        raise BookError("damaged", path=str(path), reason=damage)


def is_large(path: Path) -> bool:
    """Whether the pages of a book are not looked at before it opens."""
    return path.stat().st_size > AT_ONCE


def _is_out_of_reach(path: Path) -> bool:
    """Whether not even the file's first bytes can be read any more."""
    try:
        with path.open("rb") as file:
            return not file.read(len(MAGIC))
    except OSError:
        return True


def refuse_unless_file(path: Path) -> None:
    """Raise BookError unless `path` is a file.

    It is not opened for that: where this process has the book open, closing the file here would take SQLite's own locks
    of it away.
    """
    if path.is_dir():
        raise BookError("folder", path=str(path))
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise BookError("missing", path=str(path)) from None
    except OSError as error:
        raise BookError("unreadable", path=str(path), reason=error.strerror or str(error)) from error


def refuse_unless_writable(path: Path) -> None:
    """Raise BookError where a file is write-protected: SQLite would open it all the same, and refuse each change."""
    if not os.access(path, os.W_OK):
        raise BookError("read-only", path=str(path), reason=os.strerror(errno.EACCES))


def _refuse_unless_database(path: Path, key: Key | None) -> None:
    """Raise BookError unless it is a database, or a protected one to which `key` is the key."""
    refuse_unless_file(path)
    try:
        with path.open("rb") as file:
            start = file.read(len(MAGIC))
        if start == MAGIC:
            return
        if not is_protected(path):
            raise BookError("not-a-book", path=str(path))
        if key is None:
            raise BookError("protected", path=str(path))
        if not key.opens(path):
            raise BookError("wrong-passphrase", path=str(path))
    except OSError as error:
        raise BookError("unreadable", path=str(path), reason=error.strerror or str(error)) from error


@contextmanager
def undisturbed(path: Path) -> Iterator[str]:
    """Give an address at which SQLite can read the database and do no harm."""
    for _ in range(_TRIES):
        before = state(path)
        if not any(size for name, size, _ in before if name != path.name):
            yield f"{path.as_uri()}?mode=ro&immutable=1"
            return
        with TemporaryDirectory(prefix="dealbook-") as folder:
            try:
                for name, _, _ in before:  # the log last: what moves from it into the book meanwhile is then in both
                    shutil.copyfile(path.with_name(name), Path(folder, name))
            except FileNotFoundError:
                continue
            if state(path) == before:
                yield Path(folder, path.name).as_uri()
                return
    raise BookError("busy", path=str(path))


def state(path: Path) -> list[tuple[str, int, int]]:
    """Return name, size and time of the database and of what lies beside it: what differs when another program writes.

    The last one to close a database takes its log away, maybe while it is being looked at here.
    """
    found = []
    for file in (path, *(path.with_name(path.name + suffix) for suffix in LEFTOVERS[:2])):
        with suppress(FileNotFoundError):
            stat = file.stat()
            found.append((file.name, stat.st_size, stat.st_mtime_ns))
    return found


def _refuse_unless_ours(path: Path, connection: sqlite3.Connection) -> None:
    if _pragma(connection, "application_id") != migrations.APPLICATION_ID:
        raise BookError("not-a-book", path=str(path))
    table = migrations.MIGRATIONS.migrations_table
    found = connection.execute(f"SELECT name FROM {table} WHERE migration_set = ?", (migrations.MIGRATIONS.name,))
    applied = {name for (name,) in found}
    if not applied <= set(migrations.names()) or _pragma(connection, "user_version") > migrations.version():
        raise BookError("newer-book", path=str(path))


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
