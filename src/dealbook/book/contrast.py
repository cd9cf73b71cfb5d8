"""What is in a backup, and how it differs from the book: told by SQLite itself, with both databases at hand.

A backup may have fewer columns than the book, as an older Dealbook made it: only what both have is compared.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from dealbook.book.cipher import Key, ciphering, connect, unlocking, unlocking_open
from dealbook.book.errors import BookError
from dealbook.book.inspection import refuse_unless_book
from dealbook.book.migrations import UNDOABLE
from dealbook.book.rows import quoted


@dataclass(frozen=True, slots=True)
class Contents:
    """What a book holds: deals, won deals, quotes, steps; name and time of its last step, None in a new book."""

    deals: int
    won: int
    quotes: int
    steps: int
    last_name: str
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class DealName:
    """A deal as a list names it."""

    id: str
    customer: str
    title: str


@dataclass(frozen=True, slots=True)
class Contrast:
    """What the book has and the backup has not, and the other way round.

    `added` are deals made since the backup, `removed` those that are only in it. `quotes` are the numbers issued since.
    `steps` counts the changes since. `others` are the tables besides deals whose rows differ.
    """

    added: tuple[DealName, ...]
    removed: tuple[DealName, ...]
    changed: tuple[DealName, ...]
    quotes: tuple[str, ...]
    steps: int
    others: frozenset[str]

    @property
    def is_none(self) -> bool:
        """Whether nothing that a person made differs."""
        return not (self.added or self.removed or self.changed or self.quotes or self.others)


def contents(backup: Path, key: Key | None = None) -> Contents | None:
    """Return what a closed book or backup holds; None where it cannot be read.

    Raises BookError (protected, no-cipher).
    """
    try:
        with closing(connect(_frozen(backup), unlocking(backup, key))) as db:
            deals, won = db.execute("SELECT count(*), count(*) FILTER (WHERE stage = 'won') FROM deal").fetchone()
            (quotes,) = db.execute("SELECT count(*) FROM quote").fetchone()
            (steps,) = db.execute("SELECT count(*) FROM step WHERE undone = 0").fetchone()
            last = db.execute("SELECT name, at FROM step WHERE undone = 0 ORDER BY id DESC LIMIT 1").fetchone()
    except (OSError, sqlite3.DatabaseError):
        return None
    name, at = last or ("", "")
    return Contents(deals, won, quotes, steps, name, datetime.fromisoformat(at) if at else None)


def contrast(
    book: Path, backup: Path, *, is_open: bool, key: Key | None = None, backup_key: Key | None = None
) -> Contrast | None:
    """Compare a book with a backup of it; None where one of them cannot be read.

    `is_open` says that this Dealbook has the book open; one that is not open is looked at without touching it. `key`
    opens the book where it is protected, `backup_key` the backup.
    """
    try:
        if not is_open:
            refuse_unless_book(book, key, in_full=True)
        now = _Side(f"{book.as_uri()}?mode=rw", unlocking_open(book, key) if is_open else unlocking(book, key))
        past = _Side(_frozen(backup), unlocking(backup, backup_key))
        if is_open and past.unlock and not now.unlock:  # SQLCipher must not come near what SQLite has open
            with TemporaryDirectory(prefix="dealbook-") as folder:
                return _compared(_Side(_copied(now, Path(folder, book.name))), past)
        return _compared(now, past)
    except (BookError, OSError, sqlite3.DatabaseError):
        return None


class _Side(NamedTuple):
    """Where one of the two databases lies, and what unlocks it."""

    address: str
    unlock: str = ""


def _compared(now: _Side, past: _Side) -> Contrast:
    is_any_protected = now.unlock or past.unlock
    with closing(ciphering("file::memory:") if is_any_protected else connect("file::memory:")) as db:
        for name, side in zip(_SIDES, (now, past), strict=True):
            attach = f"ATTACH ? AS {name}" + (" KEY ?" if is_any_protected else "")
            db.execute(attach, (side.address, side.unlock) if is_any_protected else (side.address,))
        db.execute("PRAGMA query_only = ON")
        return _contrast(db)


def _copied(side: _Side, target: Path) -> str:
    """Copy a plain book to look at it there, and return the copy's address."""
    with closing(connect(side.address)) as source, closing(connect(target.as_uri())) as copy:
        source.backup(copy)
    return _frozen(target)


def _frozen(path: Path) -> str:
    return f"{path.as_uri()}?mode=ro&immutable=1"


def _contrast(db: sqlite3.Connection) -> Contrast:
    changed: set[str] = set()
    others = set()
    for table in (UNDOABLE - _FILES) & _tables(db, "now") & _tables(db, "past"):
        if (query := _deals_query(db, table)) is not None:
            changed.update(deal_id for (deal_id,) in db.execute(query))
        elif db.execute(f"SELECT 1 FROM ({_differing(db, table)}) {_ONLY.get(table, '')}").fetchone() is not None:
            others.add(table)
    now, past = (_names(db, side) for side in _SIDES)
    return Contrast(
        added=tuple(now[key] for key in now if key not in past),
        removed=tuple(past[key] for key in past if key not in now),
        changed=tuple(now[key] for key in now if key in changed and key in past),
        quotes=tuple(number for (number,) in db.execute(_QUOTES)),
        steps=int(db.execute(_STEPS).fetchone()[0]),
        others=frozenset(others),
    )


_SIDES: Final = ("now", "past")
_QUOTES: Final = """
SELECT number || CASE revision WHEN 1 THEN '' ELSE '-' || revision END FROM now.quote
WHERE id NOT IN (SELECT id FROM past.quote) ORDER BY number, revision
"""
_ONLY: Final = {"quote": "WHERE id IN (SELECT id FROM now.quote) AND id IN (SELECT id FROM past.quote)"}
"""Rows of which alone it is asked whether they differ: quotes that were issued since are listed by their numbers."""
_FILES: Final = frozenset({"quote_file"})
"""What an issued quote was printed as: it comes and goes with its quote, and never differs."""
_STEPS: Final = """
SELECT count(*) FROM (
    SELECT id, at FROM now.step WHERE undone = 0 EXCEPT SELECT id, at FROM past.step WHERE undone = 0
)
"""


def _tables(db: sqlite3.Connection, side: str) -> frozenset[str]:
    return frozenset(name for (name,) in db.execute(f"SELECT name FROM {side}.sqlite_schema WHERE type = 'table'"))


def _columns(db: sqlite3.Connection, table: str) -> list[str]:
    """Return the columns that a table has on both sides."""
    now, past = ([row[1] for row in db.execute(f"PRAGMA {side}.table_info({quoted(table)})")] for side in _SIDES)
    return [name for name in now if name in past]


def _differing(db: sqlite3.Connection, table: str) -> str:
    """Return a query for the rows of a table that stand otherwise, or not at all, on the other side; `side` says where.

    Both sides are compared: what was changed stands in both halves.
    """
    columns = _columns(db, table)
    names = ", ".join(map(quoted, columns))
    halves = (
        f"SELECT '{side}' AS side, * FROM "
        f"(SELECT {names} FROM {side}.{quoted(table)} EXCEPT SELECT {names} FROM {other}.{quoted(table)})"
        for side, other in (_SIDES, _SIDES[::-1])
    )
    return " UNION ALL ".join(halves)


def _deals_query(db: sqlite3.Connection, table: str) -> str | None:
    """Return a query for the ids of the deals whose part in a table differs; None for a table that is of no deal."""
    if table == "deal":
        return f"SELECT id FROM ({_differing(db, table)})"
    columns = _columns(db, table)
    if table == "quote":  # a quote is no part of its deal
        return None
    if "deal_id" in columns:
        return f"SELECT deal_id FROM ({_differing(db, table)})"
    if "offer_id" in columns:
        offers = "SELECT 'now' AS side, id, deal_id FROM now.offer UNION ALL SELECT 'past', id, deal_id FROM past.offer"
        return (
            f"SELECT owner.deal_id FROM ({_differing(db, table)}) AS part "
            f"JOIN ({offers}) AS owner ON owner.id = part.offer_id AND owner.side = part.side"
        )
    return None


def _names(db: sqlite3.Connection, side: str) -> dict[str, DealName]:
    found = db.execute(f"SELECT id, customer, title FROM {side}.deal ORDER BY id")
    return {row[0]: DealName(*row) for row in found}
