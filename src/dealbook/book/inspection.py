"""Whether a file is a book that this Dealbook can open, found out without changing a byte of it or beside it.

SQLite itself would change a file while looking: it takes over what a crash left in the write-ahead log. So a file with
a log beside it is looked at in a copy, and every other one through a connection that promises SQLite that nobody
writes.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from dealbook.book import migrations
from dealbook.book.errors import BookError

_MAGIC: Final = b"SQLite format 3\0"
#: What SQLite leaves beside a database that it has not closed.
LEFTOVERS: Final = ("-wal", "-journal", "-shm")


def refuse_unless_book(path: Path) -> None:
    """Raise BookError unless `path` is a book of this or an older Dealbook; changes nothing at all."""
    _refuse_unless_database(path)
    try:
        with _undisturbed(path) as uri, closing(sqlite3.connect(uri, uri=True)) as connection:
            _refuse_unless_ours(path, connection)
    except sqlite3.DatabaseError as error:
        raise BookError("damaged", path=str(path), reason=str(error)) from error


def _refuse_unless_database(path: Path) -> None:
    if path.is_dir():
        raise BookError("folder", path=str(path))
    try:
        with path.open("rb") as file:
            start = file.read(len(_MAGIC))
    except FileNotFoundError:
        raise BookError("missing", path=str(path)) from None
    except OSError as error:
        raise BookError("unreadable", path=str(path), reason=error.strerror or str(error)) from error
    if start != _MAGIC:
        raise BookError("not-a-book", path=str(path))


@contextmanager
def _undisturbed(path: Path) -> Iterator[str]:
    """Give an address at which SQLite can read the database and do no harm."""
    beside = [path.with_name(path.name + suffix) for suffix in LEFTOVERS[:2]]
    beside = [file for file in beside if file.exists() and file.stat().st_size]
    if not beside:
        yield f"{path.as_uri()}?mode=ro&immutable=1"
        return
    with TemporaryDirectory(prefix="dealbook-") as folder:
        for file in (path, *beside):  # the log last: what moves from it into the book meanwhile is then in both
            shutil.copyfile(file, Path(folder, file.name))
        yield Path(folder, path.name).as_uri()


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
