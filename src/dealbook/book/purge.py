"""Deleting for good: what the history keeps of the past, up to a step, or all that it keeps of a removed deal.

The only place that does. What is deleted is overwritten, the file is written anew without gaps, and the write-ahead log
is emptied, so that no byte of it stays in the book's files. Backups are whole books of their own and stay as they are.

The rows go in one transaction: a crash leaves the history as it was or without them. What cleans the file comes after
it and is begun again when the book is next opened, until it is done.

Undo takes steps back from the newest on, and what is purged is the oldest, so undo stops where the history begins. A
removed deal shares no row with anything else: without its rows every other step can still be undone and redone.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from dealbook.book.chronicle import Chronicle
from dealbook.book.cipher import Key, connect, unlocking_open
from dealbook.book.errors import BookError
from dealbook.book.faults import step_refusal
from dealbook.book.rows import quoted
from dealbook.book.steps import History, Touched, now

UNTIL: Final = "Delete history for good"
DEAL: Final = "Delete a removed deal for good"
"""Message ids: what the step is called that stands in the history in the place of what is gone."""
RECORD: Final = ("history", "")
_PENDING: Final = "purge"
"""The setting that says that the file is still to be cleaned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What a purge would take: `steps` go whole, of `parts` others the rows of the deal.

    `removed` are deals that can then no longer be brought back, by id with the step that had them last. Undo then
    reaches back over `undoable` steps; `redoable`: there are steps that redo can then no longer bring again.
    """

    steps: int
    parts: int
    removed: dict[str, int]
    undoable: int
    redoable: int


@dataclass(frozen=True, slots=True)
class Purge:
    """Deletes history of one open book."""

    _db: Database
    _history: History
    _chronicle: Chronicle

    def was_made_beside(self, name: str) -> Touched:
        """Take note of a purge that was made beside (`beside`), and return what it touched."""
        self._history.count_again()
        return Touched(name, frozenset({RECORD}))

    def ensure_writable(self, name: str) -> None:
        """Raise BookError where a purge must not be written, because the book is damaged or gone."""
        self._history.ensure_writable(name)

    # --- what would be gone

    def loss_until(self, step_id: int) -> Loss:
        """Say what would be gone with all steps up to this one."""
        return Loss(
            steps=self._count("SELECT count(*) FROM step WHERE id <= ?", step_id),
            parts=0,
            removed={deal: step for deal, step in self._chronicle.removed_deals().items() if step <= step_id},
            undoable=self._count("SELECT count(*) FROM step WHERE id > ? AND undone = 0 AND lasting = 0", step_id),
            redoable=self._count(_REDO) if self._count(_REDO + " AND id <= ?", step_id) else 0,
        )

    def loss_of(self, deal_id: str) -> Loss:
        """Say what would be gone with all that the history keeps of a removed deal."""
        gone = self._count(f"SELECT count(*) FROM ({_ONLY})", deal_id, deal_id)
        touching = self._count(
            "SELECT count(DISTINCT step_id) FROM step_row WHERE kind = 'deal' AND record = ?", deal_id
        )
        alive = "SELECT count(*) FROM step WHERE undone = 0 AND lasting = 0"
        return Loss(
            steps=gone,
            parts=touching - gone,
            removed={deal: step for deal, step in self._chronicle.removed_deals().items() if deal == deal_id},
            undoable=self._count(f"{alive} AND id NOT IN ({_ONLY})", deal_id, deal_id),
            redoable=self._count(f"{_REDO} AND id IN ({_ONLY})", deal_id, deal_id),
        )

    def _count(self, sql: str, *values: str | int) -> int:
        return int(self._db.execute(sql, values).fetchone()[0])

    # --- deleting

    def until(self, step_id: int) -> Touched:
        """Delete all steps up to this one for good. Raises BookError when it cannot be written."""
        with self._deleting(UNTIL) as mark:
            # What redo would bring again is one chain: where its first step goes, the others are a dropped branch.
            if self._count(_REDO + " AND id <= ?", step_id):
                self._db.execute("UPDATE step SET dropped_by = ? WHERE undone = 1 AND dropped_by IS NULL", (mark,))
            self._db.execute("DELETE FROM step WHERE id <= ?", (step_id,))
        return Touched(UNTIL, frozenset({RECORD}))

    def deal(self, deal_id: str) -> Touched:
        """Delete all that the history keeps of a removed deal. Raises KeyError when it is in the book or unknown."""
        if not self._chronicle.is_removed(deal_id):
            raise KeyError(deal_id)
        with self._deleting(DEAL):
            only = [step for (step,) in self._db.execute(_ONLY, (deal_id, deal_id))]
            self._db.execute("DELETE FROM step_row WHERE kind = 'deal' AND record = ?", (deal_id,))
            self._db.conn.executemany("DELETE FROM step WHERE id = ?", [(step,) for step in only])
        return Touched(DEAL, frozenset({RECORD}))

    @contextmanager
    def _deleting(self, name: str) -> Iterator[int]:
        """Delete in one transaction, note it in the history as a step whose number is handed out, clean the file."""
        if self._history.is_open:
            msg = "a purge stands outside of steps"
            raise RuntimeError(msg)
        self._history.ensure_writable(name)
        try:
            self._db.execute("PRAGMA secure_delete = ON")
            with self._db.atomic():
                made = self._db.execute("INSERT INTO step (at, name, lasting) VALUES (?, ?, 1)", (now(), name))
                yield int(made.lastrowid or 0)
                self._db.execute("INSERT OR REPLACE INTO setting VALUES (?, '1')", (_PENDING,))
        except sqlite3.DatabaseError as error:
            raise step_refusal(name, error) from error
        self._history.count_again()
        self.clean()

    @property
    def is_pending(self) -> bool:
        """Whether something is deleted, and traces of it may still be in the file."""
        return self._count("SELECT count(*) FROM setting WHERE id = ?", _PENDING) > 0

    def clean(self) -> bool:
        """Leave no trace of what was deleted; False where somebody reads the file, or there is no room for that.

        It is then tried again when the book is opened next.

        Writes the whole file anew, so it takes as long as the book is large.
        """
        if not self.is_pending:
            return True
        with suppress(
            BookError, sqlite3.DatabaseError
        ):  # the rows are gone; what their traces are overwritten with can wait
            self._history.ensure_writable(UNTIL)
            self._db.execute("PRAGMA secure_delete = ON")
            for table in self._indexes_of_words():
                self._db.execute(f"INSERT INTO {quoted(table)} ({quoted(table)}) VALUES ('optimize')")
            self._empty_log()
            self._db.execute("VACUUM")
            if self._empty_log():
                self._db.execute("DELETE FROM setting WHERE id = ?", (_PENDING,))
            self._db.execute("PRAGMA secure_delete = OFF")
        return not self.is_pending

    def _indexes_of_words(self) -> list[str]:
        """Return the full-text indexes, which keep the words of deleted rows until they are merged."""
        sql = (
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND lower(sql) LIKE 'create virtual table%using fts5%'"
        )
        return [name for (name,) in self._db.execute(sql)]

    def _empty_log(self) -> bool:
        """Write the log into the file and empty it; False where somebody still reads from it."""
        busy, _, _ = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy


@contextmanager
def beside(path: Path, key: Key | None) -> Iterator[Purge]:
    """Yield what purges an open book through a connection of its own, for a thread beside the one that has it open.

    Nothing else may write to the book meanwhile; who has it open calls `History.count_again` in the end.
    """
    address, unlock = f"{path.as_uri()}?mode=rw", unlocking_open(path, key)
    with closing(connect(address, unlock, timeout=_BUSY_SECONDS)) as connection:
        db = Database(connection, strict=True)
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA synchronous = EXTRA")
        history = History(db)
        yield Purge(db, history, Chronicle(db, history))


_BUSY_SECONDS: Final = 5.0
_REDO: Final = "SELECT count(*) FROM step WHERE undone = 1 AND dropped_by IS NULL"
_ONLY: Final = """
SELECT DISTINCT step_id FROM step_row JOIN step ON step.id = step_id
WHERE kind = 'deal' AND record = ? AND lasting = 0
    AND NOT EXISTS (SELECT 1 FROM step_row AS other WHERE other.step_id = step.id
        AND NOT (other.kind = 'deal' AND other.record = ?))
"""
"""The steps that touched a deal and nothing else."""
