"""Puts a backup in the place of a book: the present book is kept first, then one move, so there is always a whole one.

The book must not be open. A present book that is damaged is kept as the file that it is, with its log.
"""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from dealbook.book.backup import DAMAGED, Backup, Reason, back_up, folders, sync_folder
from dealbook.book.cipher import Key, connect, is_protected, unlocking
from dealbook.book.errors import BookError
from dealbook.book.inspection import LEFTOVERS, refuse_unless_book
from dealbook.book.lock import BookLock
from dealbook.book.parts import clear_parts, new_part
from dealbook.book.rewriting import rewrite


def restore(book: Path, backup: Path, *, key: Key | None = None, backup_key: Key | None = None) -> Backup | None:
    """Put `backup` in the place of `book`; returns the backup that was made of the book as it was, if there was one.

    None where there was no book, or a damaged one: that is kept as a file beside the backups. `key` is that of a
    protected book, `backup_key` that of a protected backup. What is restored over a protected book is protected with
    the passphrase of the book; otherwise it stays as the backup is. Raises BookError (held, read-only, bad-backup,
    newer-book, not-restored, protected, wrong-passphrase), and then the book is as it was.
    """
    book = book.resolve()
    lock = BookLock(book)
    try:
        key = key if key is not None and _fits(book, key) else None
        clear_parts(book)
        _refuse_bad(backup, backup_key)
        prepared = _prepared(book, backup, key, backup_key)
        try:
            before = _kept(book, key)
            prepared.replace(book)
            sync_folder(book.parent)
        finally:
            prepared.unlink(missing_ok=True)
    except OSError as error:
        raise BookError("not-restored", reason=error.strerror or str(error)) from error
    finally:
        lock.release()
    return before


def _fits(book: Path, key: Key) -> bool:
    return book.is_file() and is_protected(book) and key.opens(book)


def _refuse_bad(backup: Path, key: Key | None) -> None:
    try:
        refuse_unless_book(backup, key, in_full=True)
    except BookError as error:
        if error.code in {"newer-book", "protected", "wrong-passphrase", "no-cipher"}:
            raise
        raise BookError("bad-backup", reason=error.facts.get("reason", str(backup))) from error


def _prepared(book: Path, backup: Path, key: Key | None, backup_key: Key | None) -> Path:
    """Copy the backup beside the book, down to the disk, with the book's permissions and its passphrase."""
    part = new_part(book)
    try:
        if key is None or (is_protected(backup) and backup_key is not None and key.is_same(backup_key)):
            shutil.copyfile(backup, part)
        else:
            rewrite(f"{backup.as_uri()}?mode=ro&immutable=1", unlocking(backup, backup_key), part, key.fresh())
        with part.open("r+b") as file:
            os.fsync(file.fileno())
        shutil.copymode(book if book.exists() else backup, part)
    except sqlite3.DatabaseError as error:
        part.unlink(missing_ok=True)
        raise BookError("not-restored", reason=str(error)) from error
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return part


def _kept(book: Path, key: Key | None) -> Backup | None:
    """Keep the book as it is; afterwards nothing lies beside it that belongs to it."""
    if not book.exists():
        _clear(book)
        return None
    try:
        refuse_unless_book(book, key, in_full=True)
    except BookError as error:
        if error.code in {"unreadable", "folder"}:
            raise BookError("not-restored", reason=error.facts.get("reason", str(book))) from error
        _keep_files(book)
        _clear(book)
        return None
    try:
        unlock = unlocking(book, key)
        with closing(connect(f"{book.as_uri()}?mode=rw", unlock)) as connection:
            made = back_up(book, Reason.RESTORE, connection, key if unlock else None)
    except sqlite3.DatabaseError as error:
        raise BookError("not-restored", reason=str(error)) from error
    except BookError as error:
        raise BookError("not-restored", reason=error.facts["reason"]) from error
    if any(book.with_name(book.name + suffix).exists() for suffix in LEFTOVERS):
        raise BookError("busy", path=str(book))  # closed for good it would have none: another program has it open
    return made


def _keep_files(book: Path) -> None:
    """Copy a damaged book, with what a crash left beside it, to where its backups are."""
    name = f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%S}{DAMAGED}"
    trouble: OSError | None = None
    for folder in folders(book):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for suffix in ("", *LEFTOVERS[:2]):
                with suppress(FileNotFoundError):
                    shutil.copyfile(book.with_name(book.name + suffix), folder / (name + suffix))
        except OSError as error:
            trouble = error
        else:
            return
    if trouble is not None:
        raise trouble


def _clear(book: Path) -> None:
    """Take away the log of a book that goes: it must never be played into the one that comes."""
    for suffix in LEFTOVERS:
        book.with_name(book.name + suffix).unlink(missing_ok=True)
