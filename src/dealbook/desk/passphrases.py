"""The passphrase of a book, as the screens and the commands set, change, remove and ask for it.

What takes time here is meant for a thread beside the window.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dealbook.book.cipher import Key
from dealbook.book.connection import open_book
from dealbook.book.errors import BookError
from dealbook.book.parts import erase
from dealbook.book.protecting import Change, StoppedError, protect
from dealbook.desk.session import Session

__all__ = ["SHORT", "VARIABLE", "Change", "Key", "Outcome", "carry_out", "delete_for_good", "is_short", "open_session"]

VARIABLE: Final = "DEALBOOK_PASSPHRASE"
"""The environment variable that commands take a passphrase from."""
SHORT: Final = 12
"""Below so many characters a passphrase can be guessed by trying."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a change: done where `refusal` is None, unless it was stopped and all is as it was."""

    change: Change
    refusal: BookError | None = None
    is_stopped: bool = False

    @property
    def is_done(self) -> bool:
        """Whether the book has its new passphrase, or none, as it was wished."""
        return self.refusal is None and not self.is_stopped


def is_short(passphrase: str) -> bool:
    """Whether a passphrase is short enough for a hint; it is taken all the same."""
    return len(passphrase) < SHORT


def carry_out(change: Change, stop: Callable[[], bool]) -> Outcome:
    """Set, change or remove a passphrase; `stop` is asked now and then whether to give up."""
    try:
        protect(change, stop)
    except StoppedError:
        return Outcome(change, is_stopped=True)
    except BookError as error:
        return Outcome(change, error)
    return Outcome(change)


def delete_for_good(files: Sequence[Path]) -> list[Path]:
    """Write over files and delete them; returns those that could not be deleted."""
    for file in files:
        with suppress(OSError):
            erase(file)
    return [file for file in files if file.exists()]


def open_session(book: Path, ask: Callable[[], str]) -> Session:
    """Open a book for a command; `ask` is asked for the passphrase of a protected one. Raises BookError."""
    try:
        return Session(open_book(book))
    except BookError as error:
        if error.code != "protected":
            raise
    passphrase = ask()
    if not passphrase:
        raise BookError("wrong-passphrase", path=str(book))
    return Session(open_book(book, Key(passphrase)))
