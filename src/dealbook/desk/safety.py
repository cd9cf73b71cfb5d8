"""Looking after a book that opens, and going back to a backup of it.

What takes time here is meant for a thread beside the window: nothing in it touches the session.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dealbook.book.backup import Backup, DamagedError, Reason, StoppedError, backups, books, refresh
from dealbook.book.cipher import Key, is_protected
from dealbook.book.contrast import Contents, Contrast, DealName, contents, contrast
from dealbook.book.errors import BookError
from dealbook.book.faults import as_refusal
from dealbook.book.restore import restore

__all__ = [
    "Backup",
    "Contents",
    "Contrast",
    "DealName",
    "Key",
    "Looked",
    "Reason",
    "Stored",
    "as_refusal",
    "backups",
    "books",
    "contrast",
    "fitting",
    "look_after",
    "restore",
    "stored",
]


@dataclass(frozen=True, slots=True)
class Looked:
    """What looking after an open book came to: the backup made, if any, and what stands against book or backup."""

    book: Path
    backup: Backup | None = None
    refusal: BookError | None = None
    damage: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """A backup and what is in it; None where it cannot be read, as with one of which nobody knows the passphrase.

    `key` is what opened it, None for a plain one; `is_locked` says that none of the known ones did.
    """

    backup: Backup
    contents: Contents | None
    key: Key | None = None
    is_locked: bool = False

    @property
    def made(self) -> datetime:
        """When it was made, by the clock of this computer."""
        return self.backup.made.astimezone()


def look_after(book: Path, stop: Callable[[], bool], key: Key | None = None) -> Looked:
    """Check an open book in full and back it up, unless it is unchanged; `stop` is asked whether to give up.

    `key` is what the book was opened with.
    """
    try:
        return Looked(book, backup=refresh(book, stop, key))
    except DamagedError as error:
        return Looked(book, damage=str(error))
    except StoppedError:
        return Looked(book)
    except Exception as error:
        if (refusal := as_refusal(error)) is None:
            raise
        return Looked(book, refusal=refusal)


def stored(book: Path, keys: Sequence[Key] = ()) -> tuple[Stored, ...]:
    """Return the backups of a book with what is in them, the newest first; each is read with the key that opens it."""
    return tuple(_stored(backup, keys) for backup in backups(book))


def _stored(backup: Backup, keys: Sequence[Key]) -> Stored:
    try:
        if not is_protected(backup.path):
            return Stored(backup, contents(backup.path))
        key = fitting(backup.path, keys)
        return Stored(backup, contents(backup.path, key) if key else None, key, is_locked=key is None)
    except (OSError, BookError):  # gone meanwhile, or without SQLCipher
        return Stored(backup, None)


def fitting(path: Path, keys: Sequence[Key]) -> Key | None:
    """Return the key that opens a file which is not open; None where none does, or none is needed. Raises OSError."""
    if not path.is_file() or not is_protected(path):
        return None
    return next((key for key in keys if key.opens(path)), None)
