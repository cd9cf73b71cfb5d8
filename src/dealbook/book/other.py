"""Another book beside the open one: copied as it lies there, brought to the present schema, and only read.

The other file may be open elsewhere, of any past schema, protected, or on a stick. It is never written, and its copy
lies in a folder of its own until it is closed; that of a protected book is protected as well, with the same passphrase.
`copied` is the one place where another book is opened.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlite_utils import Database

from dealbook.book.backup import StoppedError
from dealbook.book.cipher import Key, connect, is_protected, unlocking
from dealbook.book.deals import DealStore
from dealbook.book.drafts import DraftStore
from dealbook.book.errors import BookError
from dealbook.book.inspection import LEFTOVERS, refuse_unless_book, refuse_unless_file, state
from dealbook.book.migrations import migrate, version
from dealbook.book.partner import PartnerStore
from dealbook.book.programs import ProgramStore
from dealbook.book.quotes import QuoteStore
from dealbook.book.soundness import first_damage
from dealbook.book.steps import History

_TRIES: Final = 5
_PIECE: Final = 4_000_000
"""So many bytes are copied before somebody may stop it."""


class Stage(StrEnum):
    """What is being done with the other book."""

    COPY = "copy"
    CONVERT = "convert"
    COMPARE = "compare"


class Watch:
    """Whoever waits for the other book: is told how far it is, and may stop it."""

    def told(self, stage: Stage, done: int, total: int) -> None:
        """Hear that `done` of `total` parts of a stage are done."""

    def stopped(self) -> bool:
        """Say whether it is no longer wanted."""
        return False

    def go_on(self, stage: Stage, done: int, total: int) -> None:
        """Tell how far it is. Raises StoppedError when it is no longer wanted."""
        if self.stopped():
            raise StoppedError
        self.told(stage, done, total)


class OtherBook:
    """The copy of another book, to be read; belongs to the thread that reads its records first."""

    def __init__(self, path: Path, folder: "TemporaryDirectory[str]", copy: Path, key: Key | None) -> None:
        """Take over a copy; `path` is the file that it was made of, `key` what opens both where they are protected."""
        self.path = path
        self.copy = copy
        self.key = key
        self._folder = folder
        self._stores: Stores | None = None

    @property
    def records(self) -> "Stores":
        """What is in it."""
        if self._stores is None:
            self._stores = Stores(self.copy, self.key)
        return self._stores

    def close(self) -> None:
        """Take the copy away."""
        if self._stores is not None:
            self._stores.close()
            self._stores = None
        with suppress(OSError):  # a folder of the system's own, which it clears itself
            self._folder.cleanup()


class Stores:
    """The records of a book that is only read: a store for each kind."""

    def __init__(self, copy: Path, key: Key | None) -> None:
        """Open the copy of a book in its present form."""
        self._db = Database(connect(f"{copy.as_uri()}?mode=ro", unlocking(copy, key)))
        history = History(self._db)
        self.deals = DealStore(self._db, history)
        self.partner = PartnerStore(self._db, history)
        self.programs = ProgramStore(self._db, history)
        self.drafts = DraftStore(self._db, history)
        self.quotes = QuoteStore(self._db, history)

    def close(self) -> None:
        """Close the copy."""
        self._db.close()


def copied(path: Path, ours: Path, watch: Watch, keys: Sequence[Key] = ()) -> OtherBook:
    """Return a copy of the book at `path` in the present form, for merging it into the open book `ours`.

    A protected one is opened with the first of `keys` that fits. Raises StoppedError, and BookError: same-book,
    missing, folder, unreadable, not-a-book, newer-book, damaged, busy, not-copied; protected, wrong-passphrase,
    no-cipher. Neither file is changed.
    """
    path = path.resolve()
    refuse_unless_file(path)
    if _is_same(path, ours):
        raise BookError("same-book", path=str(path))
    key = _fitting(path, keys)
    refuse_unless_book(path, key)
    folder = TemporaryDirectory(prefix="dealbook-")
    copy = Path(folder.name, "other.dealbook")
    try:
        _copy(path, copy, watch)
        watch.go_on(Stage.CONVERT, 0, 1)
        _convert(path, copy, key)
    except BaseException as error:
        folder.cleanup()
        if isinstance(error, OSError | sqlite3.DatabaseError):
            reason = getattr(error, "strerror", None) or str(error)
            raise BookError("not-copied", path=str(path), reason=reason) from error
        raise
    return OtherBook(path, folder, copy, key)


def _is_same(path: Path, ours: Path) -> bool:
    """Whether both are one file, also by two names: to read it here would take SQLite's own locks of it away."""
    with suppress(OSError):  # the open one is out of reach for the moment
        return path.samefile(ours)
    return False


def _fitting(path: Path, keys: Iterable[Key]) -> Key | None:
    """Return the key that opens a protected book, or any for who checks it to refuse; None for a plain one."""
    with suppress(OSError):  # who checks the book says what is wrong
        if is_protected(path):
            known = tuple(keys)
            return next((key for key in known if key.opens(path)), known[0] if known else None)
    return None


def _copy(path: Path, copy: Path, watch: Watch) -> None:
    """Copy one moment of the book with its log: a copy during which somebody wrote is made anew."""
    for _ in range(_TRIES):
        before = state(path)
        for suffix in ("", *LEFTOVERS):
            copy.with_name(copy.name + suffix).unlink(missing_ok=True)
        total, done = sum(size for _, size, _ in before), 0
        with suppress(FileNotFoundError):  # the log has just been taken away
            for name, _, _ in before:  # the log last: what moves from it into the book meanwhile is then in both
                target = copy.with_name(copy.name + name.removeprefix(path.name))
                with path.with_name(name).open("rb") as source, target.open("wb") as file:
                    while piece := source.read(_PIECE):
                        file.write(piece)
                        done += len(piece)
                        watch.go_on(Stage.COPY, min(done, total), total)
            if state(path) == before:
                return
    raise BookError("busy", path=str(path))


def _convert(path: Path, copy: Path, key: Key | None) -> None:
    """Bring the copy to the present schema, without a log beside it. Raises BookError (damaged)."""
    with closing(connect(f"{copy.as_uri()}?mode=rw", unlocking(copy, key))) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = OFF")  # what is lost with the computer is only the copy
        if damage := first_damage(connection, in_full=True):
            raise BookError("damaged", path=str(path), reason=damage)
        if connection.execute("PRAGMA user_version").fetchone()[0] < version():
            migrate(Database(connection, strict=True))
