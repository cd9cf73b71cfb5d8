"""Looking after a book that opens, and going back to a backup of it.

What takes time here is meant for a thread beside the window: nothing in it touches the session.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dealbook.book.backup import Backup, DamagedError, Reason, StoppedError, backups, books, refresh
from dealbook.book.contrast import Contents, Contrast, DealName, contents, contrast
from dealbook.book.errors import BookError
from dealbook.book.faults import as_refusal
from dealbook.book.restore import restore

__all__ = [
    "Backup",
    "Contents",
    "Contrast",
    "DealName",
    "Looked",
    "Reason",
    "Stored",
    "as_refusal",
    "backups",
    "books",
    "contrast",
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
    """A backup and what is in it; None where it cannot be read."""

    backup: Backup
    contents: Contents | None

    @property
    def made(self) -> datetime:
        """When it was made, by the clock of this computer."""
        return self.backup.made.astimezone()


def look_after(book: Path, stop: Callable[[], bool]) -> Looked:
    """Check an open book in full and back it up, unless it is unchanged; `stop` is asked whether to give up."""
    try:
        return Looked(book, backup=refresh(book, stop))
    except DamagedError as error:
        return Looked(book, damage=str(error))
    except StoppedError:
        return Looked(book)
    except Exception as error:
        if (refusal := as_refusal(error)) is None:
            raise
        return Looked(book, refusal=refusal)


def stored(book: Path) -> tuple[Stored, ...]:
    """Return the backups of a book with what is in them, the newest first."""
    return tuple(Stored(backup, contents(backup.path)) for backup in backups(book))
