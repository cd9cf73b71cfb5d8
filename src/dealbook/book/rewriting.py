"""A database written anew with another key, or with none: into a file of its own, compared row by row before it counts.

Written anew and not in place, because SQLCipher cannot protect a plain file in place, and because a file that takes the
other's place in one move is at every moment the one or the other. What was deleted in it long ago stays behind.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from dealbook.book.cipher import ciphering
from dealbook.book.migrations import APPLICATION_ID
from dealbook.book.sameness import holds_same

_OFTEN: Final = 20_000
"""After so many instructions of SQLite somebody may look on, and stop it."""


class StoppedError(Exception):
    """Somebody no longer wants it; nothing of it is left."""


def rewrite(
    address: str, unlock: str, target: Path, target_unlock: str, watch: Callable[[int], bool] = lambda _: True
) -> None:
    """Write what the database at `address` holds into the empty file `target`, down to the disk.

    `watch` is told now and then how many bytes are written, and says whether to go on. Raises StoppedError,
    sqlite3.DatabaseError where the one cannot be read or the other not be written, and OSError; the target is then
    whoever called's to take away.
    """
    with closing(ciphering(address, unlock, isolation_level=None)) as db:
        db.set_progress_handler(lambda: not watch(target.stat().st_size), _OFTEN)
        try:
            _write(db, target, target_unlock)
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
                raise StoppedError from error
            raise
    with target.open("r+b") as file:
        os.fsync(file.fileno())


def _write(db: sqlite3.Connection, target: Path, unlock: str) -> None:
    db.execute("ATTACH ? AS made KEY ?", (target.as_uri(), unlock))
    db.execute("PRAGMA made.journal_mode = OFF")  # there is nothing in it to go back to
    db.execute("PRAGMA made.synchronous = OFF")  # it is flushed once, when it is whole
    db.execute("BEGIN IMMEDIATE")  # other programs that use the book wait
    db.execute("SELECT sqlcipher_export('made')")
    (number,) = db.execute("PRAGMA main.user_version").fetchone()
    db.execute(f"PRAGMA made.application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA made.user_version = {number}")
    if not holds_same(db, "main", "made"):
        raise sqlite3.DatabaseError("the copy is not what the book is")
    db.execute("COMMIT")
    db.execute("DETACH made")
