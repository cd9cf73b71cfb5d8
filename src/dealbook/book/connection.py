"""Opens and makes books: one file, one connection, checked before it is touched.

A connection belongs to the thread that opened it. A book is open once: its lock is held until it is closed, and nobody
else opens it meanwhile (`book.lock`). It is backed up before it is migrated. Every change is one transaction on the
write-ahead log (on a stick or a network: with a rollback journal, `book.place`), flushed to the disk before it counts
as made. Another program that writes at the same moment is waited for, a few seconds.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from dealbook.book.ages import Reason
from dealbook.book.backup import back_up
from dealbook.book.bringing import Bringing
from dealbook.book.chronicle import Chronicle
from dealbook.book.cipher import Key, connect, is_protected, unlocking_open
from dealbook.book.deals import DealStore, derive_again, derive_all
from dealbook.book.drafts import DraftStore
from dealbook.book.errors import BookError
from dealbook.book.faults import is_busy, is_damage
from dealbook.book.figures import FigureStore
from dealbook.book.inspection import LEFTOVERS, is_large, refuse_unless_book, refuse_unless_file, refuse_unless_writable
from dealbook.book.lock import BookLock
from dealbook.book.migrations import migrate, version
from dealbook.book.partner import PartnerStore
from dealbook.book.parts import clear_parts
from dealbook.book.place import may_vanish
from dealbook.book.programs import ProgramStore
from dealbook.book.purge import Purge
from dealbook.book.quotes import QuoteStore
from dealbook.book.settings import SettingStore
from dealbook.book.soundness import Soundness
from dealbook.book.steps import History, Step, Touched

__all__ = ["Book", "BookError", "Step", "Touched", "create_book", "open_book"]

_BUSY_SECONDS: Final = 5.0


class Book:
    """One open book: a store for each kind of record, and the history of what was changed."""

    def __init__(self, path: Path, db: Database, lock: BookLock, key: Key | None = None) -> None:
        """Take over an open connection and its lock; use `open_book` or `create_book`."""
        self.path = path
        self.key = key
        """What a protected book was opened with; None for a plain one."""
        self._db = db
        self._lock = lock
        self._soundness = Soundness(path, key)
        self._history = History(db, self._soundness.ensure, partial(derive_again, db))
        self.deals = DealStore(db, self._history)
        self.partner = PartnerStore(db, self._history)
        self.programs = ProgramStore(db, self._history)
        self.drafts = DraftStore(db, self._history)
        self.quotes = QuoteStore(db, self._history)
        self.settings = SettingStore(db, self._history)
        self.figures = FigureStore(db, self._history)
        self.chronicle = Chronicle(db, self._history)
        self.bringing = Bringing(db, self._history, self.chronicle)
        self.purge = Purge(db, self._history, self.chronicle)

    def step(self, name: str) -> AbstractContextManager[Step]:
        """Open a named change: all that is written inside is kept together or not at all, and undone together."""
        return self._history.step(name)

    @property
    def in_step(self) -> bool:
        """Whether a step is being made."""
        return self._history.is_open

    def undo(self) -> Touched | None:
        """Take the last step back; None where there is nothing to take back (see `book.steps` on issued quotes)."""
        return self._history.undo()

    def redo(self) -> Touched | None:
        """Bring the step again that was undone last; None where there is none."""
        return self._history.redo()

    @property
    def undo_name(self) -> str | None:
        """The name of the step that `undo` would take back."""
        return self._history.undo_name

    @property
    def redo_name(self) -> str | None:
        """The name of the step that `redo` would bring again."""
        return self._history.redo_name

    @property
    def step_count(self) -> int:
        """How many steps the history holds, those that are undone left out."""
        return self._history.count

    def condemn(self, damage: str) -> None:
        """Let nothing be written from now on: a check found `damage`."""
        self._soundness.condemn(damage)

    def check_beside(self) -> None:
        """Check the pages on a thread of its own; the first change waits for it."""
        self._soundness.check_beside()

    def close(self) -> None:
        """Close the file and give it free; all that was changed is in it."""
        self._soundness.close()
        try:
            self._db.close()
        finally:
            self._lock.release()


def open_book(path: Path, key: Key | None = None) -> Book:
    """Open a book, brought to the present schema; a backup is made before that. A plain book needs no `key`.

    Raises BookError (missing, folder, unreadable, not-a-book, newer-book, damaged, held, read-only, busy, not-writable,
    no-backup; protected, wrong-passphrase, no-cipher). A file that is refused stays as it is, to the byte, and nothing
    stays beside it.
    """
    path = path.resolve()
    refuse_unless_file(path)
    lock = BookLock(path)
    try:
        refuse_unless_writable(path)
        refuse_unless_book(path, key)
        key = key if is_protected(path) else None
        clear_parts(path)
        book = Book(path, _connected(path, key), lock, key)
        if is_large(path):
            book.check_beside()
        book.purge.clean()  # what a crash kept from being done
    except BaseException:
        lock.release()
        raise
    return book


def create_book(path: Path) -> Book:
    """Make a new, empty book and open it.

    Raises BookError (exists, held, read-only, not-writable); what failed leaves no file.
    """
    path = path.resolve()
    try:
        path.open("xb").close()
    except FileExistsError:
        raise BookError("exists", path=str(path)) from None
    except OSError as error:
        raise BookError("not-writable", path=str(path), reason=error.strerror or str(error)) from error
    lock = None
    try:
        lock = BookLock(path)
        return Book(path, _connected(path, None), lock)
    except BaseException:
        for suffix in ("", *LEFTOVERS):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        if lock is not None:
            lock.release()
        raise


def _connected(path: Path, key: Key | None) -> Database:
    with _as_refusals(path):
        address, unlock = f"{path.as_uri()}?mode=rw", unlocking_open(path, key)
        connection = connect(address, unlock, timeout=_BUSY_SECONDS)
        try:
            db = Database(connection, strict=True)
            db.execute("PRAGMA foreign_keys = ON")
            _choose_journal(db, path)
            found = db.execute("PRAGMA user_version").fetchone()[0]
            if found < version():
                if found:
                    _back_up_first(path, connection, key)
                with db.atomic():
                    migrate(db)
                    derive_all(db)
        except BaseException:
            connection.close()
            raise
        return db


def _choose_journal(db: Database, path: Path) -> None:
    """Keep changes in a write-ahead log; where the file may vanish, in a journal that shares no memory."""
    if may_vanish(path):
        db.execute("PRAGMA synchronous = EXTRA")  # the journal's folder is flushed as well
        try:
            db.disable_wal()
        except sqlite3.OperationalError as error:
            if not is_busy(error):  # somebody reads it: then it stays as it is for now
                raise
    else:
        db.execute("PRAGMA synchronous = FULL")
        db.enable_wal()
        # A crash between the two ways leaves a journal that counts for nothing: SQLite has looked at it by now.
        with suppress(OSError):
            path.with_name(f"{path.name}-journal").unlink(missing_ok=True)


def _back_up_first(path: Path, connection: sqlite3.Connection, key: Key | None) -> None:
    try:
        back_up(path, Reason.MIGRATION, connection, key)
    except BookError as error:
        raise BookError("no-backup", path=str(path), reason=error.facts["reason"]) from error


@contextmanager
def _as_refusals(path: Path) -> Iterator[None]:
    """Turn what SQLite says into refusals."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if is_busy(error):
            code = "busy"
        elif isinstance(error, sqlite3.OperationalError) and not is_damage(error):
            code = "not-writable"
        else:
            code = "damaged"
        raise BookError(code, path=str(path), reason=str(error)) from error
