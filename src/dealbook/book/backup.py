"""Backups of a book: made through SQLite's online backup, checked, kept by age, found again.

They lie in the user's data folder, in a folder for each book; where that cannot be written, in one beside the book. A
backup is a whole book and can be opened like one. It is written aside, checked in full and then moved to its name, and
only then may older ones go: whatever happens on the way, there is never one backup less than there was.
"""

import hashlib
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from dealbook import paths
from dealbook.book.ages import Backup, Reason, kept
from dealbook.book.cipher import Key, connect, unlocking, unlocking_open
from dealbook.book.errors import BookError
from dealbook.book.place import may_vanish
from dealbook.book.sameness import is_same
from dealbook.book.soundness import first_damage, reader

__all__ = ["Backup", "DamagedError", "Reason", "StoppedError", "back_up", "backups", "books", "folders", "refresh"]

_NAME: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3})\.([a-z]+)\.dealbook")
_FORM: Final = "%Y-%m-%dT%H-%M-%S-%f"
_WHOSE: Final = "book.txt"
"""The file in a folder of backups that names their book."""
DAMAGED: Final = ".damaged"
"""What the name of a damaged book has that was set aside before a restore."""
_PAGES: Final = 4096
"""How many pages are copied before somebody may stop it: 16 MB."""
_FEW_PAGES: Final = 256
"""The same without a write-ahead log, where a reader keeps writers waiting: 1 MB."""
_COARSE: Final = timedelta(seconds=3)
"""So long no clock of a file system stands still."""


class StoppedError(Exception):
    """Somebody no longer wants the backup; nothing of it is left."""


class DamagedError(Exception):
    """The copy is damaged, and nothing of it is left; the message says how."""


@dataclass(frozen=True, slots=True)
class Source:
    """A book that is backed up, through a connection to it."""

    book: Path
    connection: sqlite3.Connection
    key: Key | None

    @property
    def unlock(self) -> str:
        """What opens the book, and so shall open its backup."""
        return unlocking_open(self.book, self.key)


def folders(book: Path) -> tuple[Path, ...]:
    """Return where the backups of a book may lie, the preferred place first."""
    digest = hashlib.sha256(str(book).encode("utf-8", "surrogatepass")).hexdigest()[:8]
    with suppress(OSError):
        return _home() / f"{book.stem}-{digest}", _beside(book)
    return (_beside(book),)


def backups(book: Path) -> tuple[Backup, ...]:
    """Return the backups of a book, the newest first; what cannot be reached is left out."""
    found = [backup for folder in folders(book.resolve()) for backup in _in(folder)]
    return tuple(sorted(found, key=lambda backup: backup.made, reverse=True))


def books() -> tuple[Path, ...]:
    """Return the books of which the user's folder has backups, also those that are gone themselves."""
    found = set()
    with suppress(OSError):
        for whose in _home().glob(f"*/{_WHOSE}"):
            if any(_in(whose.parent)):
                found.add(Path(whose.read_text(encoding="utf-8")))
    return tuple(sorted(found))


def kept_files(book: Path) -> tuple[Path, ...]:
    """Return the files in which a former state of a book is kept: its backups, and what was damaged and set aside."""
    damaged = [file for folder in folders(book) if folder.is_dir() for file in sorted(folder.glob(f"*{DAMAGED}*"))]
    return (*(backup.path for backup in backups(book)), *damaged)


def kin(book: Path, key: Key | None) -> tuple[Path, ...]:
    """Return the kept files of a book from when it had another name or place: where it is no longer, its backups are.

    They are known by the steps that they share with it. Backups of a book that is still there are its own.
    """
    mine = _steps(book, key)
    found: list[Path] = []
    for other in books():
        if other != book and not other.exists():
            files = kept_files(other)
            if any(not mine.isdisjoint(_steps(file, key)) for file in files[:1]):
                found += files
    return tuple(found)


def _steps(book: Path, key: Key | None) -> frozenset[tuple[str, str]]:
    """Return when the steps of a closed book or backup were made, and their names; none where it cannot be read."""
    try:
        with closing(connect(_frozen(book), unlocking(book, key))) as connection:
            return frozenset(connection.execute("SELECT at, name FROM step"))
    except (OSError, BookError, sqlite3.DatabaseError):
        return frozenset()


def refresh(book: Path, stop: Callable[[], bool] = lambda: False, key: Key | None = None) -> Backup | None:
    """Back up an open book and drop what is too old; None where it has not changed since its newest backup.

    The backups of a protected book, which has a `key`, are protected with it.

    For a thread of its own: it has its own connection, and `stop` is asked now and then. Raises BookError
    (not-backed-up), StoppedError, and DamagedError when it is the book itself that is damaged.
    """
    if _looks_unchanged(book, backups(book)):
        if not may_vanish(book):  # there it was checked on opening, and reading all of it would keep writers waiting
            with closing(reader(book, key)) as source:
                if damage := first_damage(source, in_full=True):
                    raise DamagedError(damage)
        return None
    with closing(reader(book, key)) as source:
        try:
            return _anywhere(Source(book, source, key), Reason.OPENING, stop, skip_same=True)
        except DamagedError as error:
            if damage := first_damage(source, in_full=True):
                raise DamagedError(damage) from error
            raise BookError("not-backed-up", reason=str(error)) from error


def back_up(book: Path, reason: Reason, connection: sqlite3.Connection, key: Key | None = None) -> Backup:
    """Back up a book through a connection to it, changed or not. Raises BookError (not-backed-up)."""
    try:
        made = _anywhere(Source(book, connection, key), reason, lambda: False, skip_same=False)
    except DamagedError as error:
        raise BookError("not-backed-up", reason=str(error)) from error
    if made is None:
        raise AssertionError
    return made


def _home() -> Path:
    return paths.user_data() / "backups"


def _beside(book: Path) -> Path:
    return book.with_name(f"{book.name}-backups")


def _in(folder: Path) -> Iterator[Backup]:
    with suppress(OSError):
        for path in folder.iterdir():
            if (found := _NAME.fullmatch(path.name)) and found[2] in set(Reason):
                yield Backup(path, datetime.strptime(found[1], _FORM).replace(tzinfo=UTC), Reason(found[2]))


def _looks_unchanged(book: Path, made: tuple[Backup, ...]) -> bool:
    """Whether the newest backup is known to be of the book as its file lies there: it has the time of that file.

    Only believed where nothing waits in the write-ahead log, and where the file was left alone for a while before.
    """
    log = book.with_name(f"{book.name}-wal")
    try:
        ours, theirs = book.stat(), made[0].path.stat()
        if log.exists() and log.stat().st_size:
            return False
    except (OSError, IndexError):
        return False
    left_alone = made[0].made - datetime.fromtimestamp(ours.st_mtime, UTC) > _COARSE
    return left_alone and (ours.st_size, ours.st_mtime_ns) == (theirs.st_size, theirs.st_mtime_ns)


def _anywhere(source: Source, reason: Reason, stop: Callable[[], bool], *, skip_same: bool) -> Backup | None:
    """Back up into the first folder that takes it. Raises BookError (not-backed-up) where none does."""
    trouble = ""
    for folder in folders(source.book):
        try:
            return _into(folder, source, reason, stop, skip_same=skip_same)
        except OSError as error:
            trouble = error.strerror or str(error)
        except sqlite3.OperationalError as error:
            trouble = str(error)
    raise BookError("not-backed-up", reason=trouble)


def _into(folder: Path, source: Source, reason: Reason, stop: Callable[[], bool], *, skip_same: bool) -> Backup | None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _WHOSE).write_text(str(source.book), encoding="utf-8")
    for left in folder.glob("*.part*"):  # by a crash
        left.unlink(missing_ok=True)
    now = datetime.now(UTC)
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)  # to the millisecond, as its name
    name = f"{now.strftime(_FORM)[:-3]}.{reason}.dealbook"
    part = folder / f"{name}.part"
    try:
        before = source.book.stat()
        _copy(source, part, stop)
        nothing_new = skip_same and any(_is_copy(source, part, one.path) for one in _newest(folder))
        if not nothing_new:
            _refuse_damaged(source, part)
            os.utime(part, ns=(before.st_atime_ns, before.st_mtime_ns))
            part.replace(folder / name)
            sync_folder(folder)
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            part.with_name(part.name + suffix).unlink(missing_ok=True)
    _thin(folder, now)
    return None if nothing_new else Backup(folder / name, now, reason)


def _copy(source: Source, target: Path, stop: Callable[[], bool]) -> None:
    """Copy the committed state of a database, as one moment of it."""

    def progress(_status: int, _remaining: int, _total: int) -> None:
        if stop():
            raise StoppedError

    connection = source.connection
    holds = connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    with closing(connect(target.as_uri(), source.unlock, isolation_level=None)) as copy:
        if holds:  # on to this moment, whatever others write meanwhile
            connection.execute("BEGIN")
        try:
            connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
            pages = _PAGES if holds else _FEW_PAGES  # without a hold it begins anew itself
            connection.backup(copy, pages=pages, progress=progress)
        finally:
            connection.rollback()
    with target.open("r+b") as file:
        os.fsync(file.fileno())


def _refuse_damaged(source: Source, copy: Path) -> None:
    with closing(connect(_frozen(copy), source.unlock)) as connection:
        if damage := first_damage(connection, in_full=True):
            raise DamagedError(damage)


def _is_copy(source: Source, part: Path, newest: Path) -> bool:
    """Whether a copy holds what the newest backup holds; protected files differ in every byte all the same."""
    if source.key is None:
        return _digest(part) == _digest(newest)
    try:
        return is_same((_frozen(part), source.unlock), (_frozen(newest), unlocking(newest, source.key)))
    except (OSError, sqlite3.DatabaseError):  # a former passphrase, or none, or damaged: then it is not the same
        return False


def _frozen(path: Path) -> str:
    return f"{path.as_uri()}?mode=ro&immutable=1"


def _newest(folder: Path) -> list[Backup]:
    return sorted(_in(folder), key=lambda backup: backup.made)[-1:]


def _digest(file: Path) -> bytes:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()


def _thin(folder: Path, now: datetime) -> None:
    found = tuple(_in(folder))
    for backup in set(found) - kept(found, now):
        with suppress(OSError):
            backup.path.unlink()


def sync_folder(folder: Path) -> None:
    """Have a new name in a folder survive a power cut, where the system can promise it."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
