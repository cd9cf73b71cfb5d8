"""Puts a backup in the place of a book: the present book is kept first, then one move, so there is always a whole one.

The book must not be open. A present book that is damaged is kept as the file that it is, with its log.
"""

import glob
import os
import secrets
import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from dealbook.book.backup import Backup, Reason, back_up, folders, sync_folder
from dealbook.book.errors import BookError
from dealbook.book.inspection import LEFTOVERS, refuse_unless_book
from dealbook.book.lock import BookLock


def restore(book: Path, backup: Path) -> Backup | None:
    """Put `backup` in the place of `book`; returns the backup that was made of the book as it was, if there was one.

    None where there was no book, or a damaged one: that is kept as a file beside the backups. Raises BookError (held,
    read-only, bad-backup, newer-book, not-restored), and then the book is as it was.
    """
    book = book.resolve()
    lock = BookLock(book)
    try:
        for left in book.parent.glob(f".{glob.escape(book.name)}-*.part"):  # by a crash
            left.unlink(missing_ok=True)
        _refuse_bad(backup)
        prepared = _prepared(book, backup)
        try:
            before = _kept(book)
            prepared.replace(book)
            sync_folder(book.parent)
        finally:
            prepared.unlink(missing_ok=True)
    except OSError as error:
        raise BookError("not-restored", reason=error.strerror or str(error)) from error
    finally:
        lock.release()
    return before


def _refuse_bad(backup: Path) -> None:
    try:
        refuse_unless_book(backup, in_full=True)
    except BookError as error:
        if error.code == "newer-book":
            raise
        raise BookError("bad-backup", reason=error.facts.get("reason", str(backup))) from error


def _prepared(book: Path, backup: Path) -> Path:
    """Copy the backup beside the book, down to the disk, with the book's permissions."""
    part = book.with_name(f".{book.name}-{secrets.token_hex(4)}.part")
    try:
        shutil.copyfile(backup, part)
        with part.open("r+b") as file:
            os.fsync(file.fileno())
        if book.exists():
            shutil.copymode(book, part)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return part


def _kept(book: Path) -> Backup | None:
    """Keep the book as it is; afterwards nothing lies beside it that belongs to it."""
    if not book.exists():
        _clear(book)
        return None
    try:
        refuse_unless_book(book, in_full=True)
    except BookError as error:
        if error.code in {"unreadable", "folder"}:
            raise BookError("not-restored", reason=error.facts.get("reason", str(book))) from error
        _keep_files(book)
        _clear(book)
        return None
    try:
        with closing(sqlite3.connect(f"{book.as_uri()}?mode=rw", uri=True)) as connection:
            made = back_up(book, Reason.RESTORE, connection)
    except sqlite3.DatabaseError as error:
        raise BookError("not-restored", reason=str(error)) from error
    except BookError as error:
        raise BookError("not-restored", reason=error.facts["reason"]) from error
    if any(book.with_name(book.name + suffix).exists() for suffix in LEFTOVERS):
        raise BookError("busy", path=str(book))  # closed for good it would have none: another program has it open
    return made


def _keep_files(book: Path) -> None:
    """Copy a damaged book, with what a crash left beside it, to where its backups are."""
    name = f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%S}.damaged"
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
