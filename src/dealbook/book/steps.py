"""A named change: one transaction, its rows before and after, undo and redo across restarts.

All writes of records go through the `Step` that `History.step` opens. It notes each row before and after; when the step
ends, rows that came out as they were are forgotten, and the rest is stored with the step's name. A step in which no row
differs leaves no history, one that raises leaves nothing at all.

Of a row that was changed only the columns that differ are kept, so a keystroke costs a keystroke. Undo first writes the
rows back that were changed or deleted, then deletes those that were added; foreign keys are checked at the end.

A step that issued a quote is *lasting*: quotes are numbered without gaps, so it is never undone. Undo passes over it to
the step before, unless that step changed a row which the lasting one changed too, or added the deal that was quoted:
there undo stops. Quotes that came with a merge were issued elsewhere: they are rows like any other, and undo takes them
out again with their deals.

A new step takes the place of those that were undone: they can no longer be brought again, but stay in the history as a
*dropped* branch, for nothing is deleted for good without a purge (`book.purge`).
"""

import base64
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlite_utils import Database

from dealbook.book.codec import Row
from dealbook.book.errors import BookError
from dealbook.book.faults import is_damage, step_refusal
from dealbook.book.migrations import UNDOABLE
from dealbook.book.rows import erase, insert_all, quoted, rows, write

#: What a screen knows a record by: its kind and its id, as ("deal", "018f…") or ("partner", "").
Record = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Touched:
    """What a step, an undo or a redo changed: the step's name and the records that are no longer what they were."""

    name: str
    records: frozenset[Record]


class Change(NamedTuple):
    """One row of a table before and after; None: there was, or is, no such row. `record` is what it belongs to."""

    table: str
    row_id: str
    record: Record
    before: Row | None
    after: Row | None


class Step:
    """The writer of one named change; only good while its step is open."""

    def __init__(self, db: Database, name: str, store: "Callable[[Step], bool]") -> None:
        """Start without changes; `store` puts those that there are into the history."""
        self._db = db
        self._store = store
        self.number: int | None = None
        self.stored_rows = 0
        self.name = name
        self.changes: list[Change] = []
        self.announced: set[Record] = set()
        self.is_lasting = False

    def stored(self, table: str, row_id: str) -> Row | None:
        """Return the row as it stands now, or None."""
        return next(iter(rows(self._db, f"SELECT * FROM {quoted(table)} WHERE id = ?", row_id)), None)

    def put(self, table: str, row: Row, record: Record, before: Row | None) -> None:
        """Write `row` when it differs from `before`, the stored row with its id (None: there is none)."""
        if row == before:
            return
        write(self._db, table, row, before)
        self.changes.append(Change(table, row["id"], record, before, row))

    def upsert(self, table: str, row: Row, record: Record) -> None:
        """Write `row` over the stored one with its id."""
        self.put(table, row, record, self.stored(table, row["id"]))

    def add_all(self, table: str, new: Sequence[tuple[Record, Row]]) -> None:
        """Write rows that nobody has yet, each with the record that it belongs to."""
        insert_all(self._db, table, [row for _, row in new])
        self.changes += (Change(table, row["id"], record, None, row) for record, row in new)

    def delete(self, table: str, before: Row, record: Record) -> None:
        """Delete the stored row `before`; the caller deletes first what refers to it, so that undo knows of it."""
        row_id = before["id"]
        erase(self._db, table, row_id)
        self.changes.append(Change(table, row_id, record, before, None))

    def issue(self, table: str, row: Row, record: Record | None = None, told: Row | None = None) -> None:
        """Add a row that is never taken back: the step becomes lasting.

        Its content is not kept a second time; with a `record`, the history notes the cells `told` of it.
        """
        write(self._db, table, row, None)
        self.is_lasting = True
        if record is not None:
            self.changes.append(Change(table, row["id"], record, None, told or {}))

    def settle(self) -> None:
        """Put what was changed so far into the history, so that the end of a long step is no long wait.

        For the outermost step alone; rows that it changed must not be changed again in it.
        """
        self._store(self)

    def announce(self, record: Record) -> None:
        """Name a record that changed outside the history, so that the screens follow."""
        self.announced.add(record)

    @property
    def touched(self) -> Touched:
        """What the step has changed."""
        return Touched(self.name, frozenset(self.announced | {change.record for change in folded(self.changes)}))


class History:
    """The named changes of a book: makes them, takes them back, brings them again."""

    def __init__(
        self,
        db: Database,
        ensure_sound: Callable[[str], None] = lambda _: None,
        derive: Callable[[Iterable[Record]], None] = lambda _: None,
    ) -> None:
        """Serve one open book; `ensure_sound` raises BookError where a change of that name must not be written.

        `derive` writes what is kept beside records anew, after undo or redo has written their rows.
        """
        self._db = db
        self._ensure_sound = ensure_sound
        self._derive = derive
        self._open: Step | None = None
        self._count: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether a step is being made."""
        return self._open is not None

    @property
    def writer(self) -> Step:
        """The open step. Raises RuntimeError where there is none: a record is only written inside a step."""
        if self._open is None:
            msg = "records are written inside `with book.step(name):`"
            raise RuntimeError(msg)
        return self._open

    def ensure_writable(self, name: str) -> None:
        """Raise BookError where a change must not be written, because the book is damaged."""
        self._ensure_sound(name)

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Open a named change; inside another one, join it (a failure in here then takes back only this part)."""
        if self._open is not None:
            yield from self._joined(self._open)
            return
        self.ensure_writable(name)
        self._open = step = Step(self._db, name, self._store)
        try:
            with _as_refusal(name), self._db.atomic():
                yield step
                is_kept = self._store(step)
            if is_kept and self._count is not None:
                self._count += 1
        finally:
            self._open = None

    def _joined(self, step: Step) -> Iterator[Step]:
        mark, announced, lasting = len(step.changes), set(step.announced), step.is_lasting
        try:
            with self._db.atomic():
                yield step
        except BaseException:
            del step.changes[mark:]
            step.announced, step.is_lasting = announced, lasting
            raise

    def _store(self, step: Step) -> bool:
        """Put into the history what a step has changed since it was asked last; says whether the step is kept."""
        changes = folded(step.changes)
        if not changes and not step.is_lasting:
            return step.number is not None
        if step.number is None:
            values = (now(), step.name, int(step.is_lasting))
            step.number = self._db.execute("INSERT INTO step (at, name, lasting) VALUES (?, ?, ?)", values).lastrowid
            dropped = "UPDATE step SET dropped_by = ? WHERE undone = 1 AND dropped_by IS NULL"
            self._db.execute(dropped, (step.number,))
        elif step.is_lasting:
            self._db.execute("UPDATE step SET lasting = 1 WHERE id = ?", (step.number,))
        self._db.conn.executemany(
            "INSERT INTO step_row VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (step.number, position, c.table, c.row_id, *c.record, *map(_packed, narrowed(c.before, c.after)))
                for position, c in enumerate(changes, start=step.stored_rows)
            ],
        )
        step.stored_rows += len(changes)
        step.announced |= {change.record for change in changes}
        step.changes.clear()
        return True

    # --- undo and redo

    @property
    def undo_name(self) -> str | None:
        """The name of the step that undo would take back; None where there is none, or a lasting one holds it."""
        found = self.to_undo()
        return None if found is None else found[1]

    @property
    def redo_name(self) -> str | None:
        """The name of the step that redo would bring again."""
        found = self.to_redo()
        return None if found is None else found[1]

    @property
    def count(self) -> int:
        """How many steps the history holds, those that are undone left out; asked at every step, so counted once."""
        if self._count is None:
            self._count = int(self._db.execute("SELECT count(*) FROM step WHERE undone = 0").fetchone()[0])
        return self._count

    def count_again(self) -> None:
        """Somebody else wrote or deleted steps: count them anew."""
        self._count = None

    def undo(self) -> Touched | None:
        """Take the last step back; None where there is nothing to take back."""
        return self._move(self.to_undo(), undone=True)

    def redo(self) -> Touched | None:
        """Bring the step again that was undone last; None where there is none."""
        return self._move(self.to_redo(), undone=False)

    def to_undo(self) -> tuple[int, str] | None:
        """Return number and name of the step that undo would take back."""
        found = self._first("SELECT id, name FROM step WHERE undone = 0 AND lasting = 0 ORDER BY id DESC LIMIT 1")
        return None if found is None or self._is_held(found[0]) else found

    def to_redo(self) -> tuple[int, str] | None:
        """Return number and name of the step that redo would bring again."""
        return self._first("SELECT id, name FROM step WHERE undone = 1 AND dropped_by IS NULL ORDER BY id LIMIT 1")

    def _first(self, sql: str) -> tuple[int, str] | None:
        row: tuple[int, str] | None = self._db.execute(sql).fetchone()
        return row

    def _is_held(self, step_id: int) -> bool:
        """Whether a later lasting step stands on rows of this one."""
        sql = """
            SELECT 1 FROM step_row AS mine JOIN step_row AS its ON its.tbl = mine.tbl AND its.row_id = mine.row_id
            WHERE mine.step_id = :step AND its.step_id IN (SELECT id FROM step WHERE lasting = 1 AND id > :step)
            UNION ALL
            SELECT 1 FROM step_row JOIN quote ON quote.deal_id = step_row.row_id
            WHERE step_id = :step AND tbl = 'deal' AND before IS NULL AND quote.id NOT IN
                (SELECT row_id FROM step_row WHERE step_id = :step AND tbl = 'quote' AND before IS NULL)
            LIMIT 1
        """
        return self._db.execute(sql, {"step": step_id}).fetchone() is not None

    def _move(self, found: tuple[int, str] | None, *, undone: bool) -> Touched | None:
        if self.is_open:
            msg = "undo and redo stand outside of steps"
            raise RuntimeError(msg)
        if found is None:
            return None
        step_id, name = found
        self.ensure_writable(name)
        with _as_refusal(name), self._db.atomic():
            changes = list(self._changes(step_id))
            turned = [c._replace(before=c.after, after=c.before) for c in changes] if undone else changes
            self._apply(name, turned)
            touched = frozenset(change.record for change in changes)
            self._derive(touched)
            self._db.execute("UPDATE step SET undone = ? WHERE id = ?", (int(undone), step_id))
        if self._count is not None:
            self._count += -1 if undone else 1
        return Touched(name, touched)

    def _changes(self, step_id: int) -> Iterator[Change]:
        for row in rows(self._db, "SELECT * FROM step_row WHERE step_id = ? ORDER BY position", step_id):
            record = (row["kind"], row["record"])
            yield Change(row["tbl"], row["row_id"], record, unpacked(row["before"]), unpacked(row["after"]))

    def _apply(self, name: str, changes: list[Change]) -> None:
        """Write first and delete last: what moves to another owner has moved before its old owner goes."""
        for change in changes:
            if change.table not in UNDOABLE:
                raise BookError("history", name=name, row=f"{change.table} {change.row_id}")
            if change.after is not None:
                key: Row = {"id": change.row_id}
                before = None if change.before is None else key | change.before
                if not write(self._db, change.table, key | change.after, before):
                    raise BookError("history", name=name, row=f"{change.table} {change.row_id}")
        for change in changes:
            if change.after is None:
                erase(self._db, change.table, change.row_id)


def folded(changes: Iterable[Change]) -> list[Change]:
    """Join the changes of each row into one from first to last; rows that came out as they were are left out."""
    joined: dict[tuple[str, str], Change] = {}
    for change in changes:
        first = joined.get(change[:2])
        joined[change[:2]] = change if first is None else change._replace(before=first.before)
    return [change for change in joined.values() if change.before != change.after]


def narrowed(before: Row | None, after: Row | None) -> tuple[Row | None, Row | None]:
    """Keep of a changed row only the columns that differ."""
    if before is None or after is None:
        return before, after
    names = [name for name in after if before[name] != after[name]]
    return {name: before[name] for name in names}, {name: after[name] for name in names}


@contextmanager
def _as_refusal(name: str) -> Iterator[None]:
    """Turn a full disk, a lost one or a busy book into a refusal; the transaction is rolled back by then."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise step_refusal(name, error) from error
    except sqlite3.DatabaseError as error:
        if not is_damage(error):  # a mistake of ours, such as a reference that dangles
            raise
        raise step_refusal(name, error) from error


def _packed(row: Row | None) -> str | None:
    return None if row is None else _ENCODER.encode(row)


def unpacked(cell: str | None) -> Row | None:
    """Return a row, or a part of one, as the history keeps it."""
    return None if cell is None else _DECODER.decode(cell)


def _wrapped(value: bytes) -> dict[str, str]:
    return {_BYTES: base64.b64encode(value).decode("ascii")}


def _unwrapped(found: dict[str, Any]) -> Any:  # noqa: ANN401 - a row, or the bytes of one of its cells
    return base64.b64decode(found[_BYTES]) if found.keys() == {_BYTES} else found


_BYTES: Final = "base64"
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_wrapped)
_DECODER: Final = json.JSONDecoder(object_hook=_unwrapped)


def now() -> str:
    """Return the present moment as the history writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
