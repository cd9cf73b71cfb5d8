"""Sets, changes and removes the passphrase of a book and of all its backups; the book must not be open.

Each file is written anew beside its place, checked, and moved there: at every moment it is the old one or the new one.
Where a passphrase is set or changed, the backups come first and the book last: a book that is protected has no backup
that is not, even when the process dies midway. Where one is removed, the book comes first, for the same reason. Doing
it again with the same passphrase finishes what was interrupted.
"""

import errno
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dealbook.book.backup import kept_files, kin, sync_folder
from dealbook.book.cipher import Key, connect, is_protected, unlocking
from dealbook.book.errors import STOPPED, BookError
from dealbook.book.faults import is_busy, primary
from dealbook.book.inspection import LEFTOVERS, refuse_unless_book, refuse_unless_file, refuse_unless_writable
from dealbook.book.lock import BookLock
from dealbook.book.parts import clear_parts, new_part, overwrite
from dealbook.book.rewriting import StoppedError, rewrite

__all__ = ["Change", "StoppedError", "protect"]

_TROUBLE: Final = (OSError, sqlite3.DatabaseError, BookError)


@dataclass
class Change:
    """A change of passphrase, under way or done: from `old` to `new`, None for no passphrase.

    `done` of `total` bytes are written, about. `renewed` are the backups that have the new passphrase, or none as it
    was wished; `left` the files with a former state of the book that could not be written anew and are as they were.
    """

    book: Path
    old: Key | None
    new: Key | None
    done: int = 0
    total: int = 1
    renewed: list[Path] = field(default_factory=list)
    left: list[Path] = field(default_factory=list)


def protect(change: Change, stop: Callable[[], bool] = lambda: False) -> None:
    """Carry a change out; for a thread of its own, and `stop` is asked now and then.

    Raises BookError (held, read-only, missing, protected, wrong-passphrase, damaged, busy, no-cipher, not-protected,
    partly-protected) and StoppedError; then the book is as it was.
    """
    book = change.book = change.book.resolve()
    refuse_unless_file(book)
    lock = BookLock(book)
    try:
        _Run(change, stop).carry_out()
    except _TROUBLE as error:
        raise _refusal(change, error) from error
    except StoppedError as error:
        if change.renewed:
            raise _partly(change, STOPPED) from error
        raise
    finally:
        lock.release()


class _Run:
    """One change, as it is carried out."""

    def __init__(self, change: Change, stop: Callable[[], bool]) -> None:
        self._change = change
        self._stop = stop
        self._before = 0
        self._unlock = change.new.fresh() if change.new else ""

    def carry_out(self) -> None:
        change = self._change
        book = change.book
        clear_parts(book)
        refuse_unless_writable(book)
        refuse_unless_book(book, change.old, in_full=True)
        _settle(book, change.old)
        files = [*kept_files(book), *kin(book, change.old)]
        change.total = sum(map(_size, (book, *files)))
        state = _state(book)
        part = self._written(book, f"{book.as_uri()}?mode=rw")
        self._before += _size(book)
        try:
            if change.new is not None:
                self._renew(files)
            _refuse_changed(book, state)
            _put(part, book)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        if change.new is None:
            self._renew(files)

    def _renew(self, files: list[Path]) -> None:
        """Write the backups anew. Raises StoppedError, and where the disk is full; but not once the book is done."""
        change = self._change
        for file in files:
            try:
                self._renew_one(file)
            except FileNotFoundError:
                continue
            except (*_TROUBLE, StoppedError) as error:
                if change.new is not None and (isinstance(error, StoppedError) or _is_full(error)):
                    raise
                change.left.append(file)
            change.done = self._before

    def _renew_one(self, file: Path) -> None:
        """Write a backup anew. Raises whatever keeps that from being done; the backup is then as it was."""
        change = self._change
        size, locked = file.stat().st_size, is_protected(file)
        is_done = change.new.opens(file) if locked and change.new else not locked and change.new is None
        if not is_done:
            refuse_unless_book(file, change.old)
            clear_parts(file)
            part = self._written(file, f"{file.as_uri()}?mode=ro&immutable=1")
            try:
                stat = file.stat()
                os.utime(part, ns=(stat.st_atime_ns, stat.st_mtime_ns))
                _put(part, file)
            except BaseException:
                part.unlink(missing_ok=True)
                raise
            change.renewed.append(file)
        self._before += size

    def _written(self, file: Path, address: str) -> Path:
        """Write a file anew beside it, check that its passphrase opens it, and return its place."""
        change = self._change
        part = new_part(file)
        try:
            rewrite(address, unlocking(file, change.old), part, self._unlock, self._watch)
            refuse_unless_book(part, change.new, in_full=True)
            shutil.copymode(file, part)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        return part

    def _watch(self, written: int) -> bool:
        self._change.done = min(self._before + written, self._change.total)
        return not self._stop()


def _settle(book: Path, key: Key | None) -> None:
    """Have all of a closed book in its one file. Raises BookError (busy) where another program has it open."""
    with closing(connect(f"{book.as_uri()}?mode=rw", unlocking(book, key), timeout=1.0)) as connection:
        found = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
        number = connection.execute("PRAGMA user_version").fetchone()[0]
        connection.execute(f"PRAGMA user_version = {number}")  # a change takes away what a crash left of a journal
    if found != "delete":
        raise BookError("busy", path=str(book))


def _refuse_changed(book: Path, state: tuple[int, int]) -> None:
    """Raise BookError where another program wrote the book meanwhile, or has it open."""
    if _state(book) != state or any(book.with_name(book.name + suffix).exists() for suffix in LEFTOVERS):
        raise BookError("busy", path=str(book))


def _put(part: Path, place: Path) -> None:
    """Move a file to its place; what stood there in clear is written over where the system lets us."""
    with _old_content(place):
        part.replace(place)
        sync_folder(place.parent)


@contextmanager
def _old_content(place: Path) -> Iterator[None]:
    """Write over the file that loses its place meanwhile, unless it is protected or has another name as well."""
    if os.name == "nt" or is_protected(place):  # Windows does not replace what is open
        yield
        return
    with place.open("r+b") as old:
        yield
        if os.fstat(old.fileno()).st_nlink == 0:
            with suppress(OSError):  # the new file stands, and that is what counts
                overwrite(old)


def _is_full(error: Exception) -> bool:
    if isinstance(error, sqlite3.Error):
        return primary(error) == sqlite3.SQLITE_FULL
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _state(book: Path) -> tuple[int, int]:
    stat = book.stat()
    return stat.st_size, stat.st_mtime_ns


def _refusal(change: Change, error: Exception) -> BookError:
    reason = str(error)
    if isinstance(error, BookError):
        if not change.renewed:
            return error
        reason = error.facts.get("reason", reason)
    elif isinstance(error, sqlite3.DatabaseError) and is_busy(error):
        return BookError("busy", path=str(change.book))
    elif isinstance(error, OSError):
        reason = error.strerror or reason
    return _partly(change, reason) if change.renewed else BookError("not-protected", reason=reason)


def _partly(change: Change, reason: str) -> BookError:
    return BookError("partly-protected", reason=reason, count=str(len(change.renewed)))
