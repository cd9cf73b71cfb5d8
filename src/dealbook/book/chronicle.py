"""Reading the history: the steps of a book in pages, what each changed, the story of a record, what was removed.

A book can have a hundred thousand steps, and a step a hundred thousand rows, so everything comes in pieces. What a
change means to a person is `desk.history_words`; here are rows.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, NamedTuple

from sqlite_utils import Database

from dealbook.book.codec import Row
from dealbook.book.folding import matches, searchable
from dealbook.book.rows import quoted, rows
from dealbook.book.search import find
from dealbook.book.steps import Change, History, Record, unpacked

PAGE: Final = 200
"""So many steps are read at a time."""
CHANGES: Final = 500
"""So many rows of a step are read at a time."""
_NAMED: Final = 100
"""Among so many first rows of a step the records are looked for that it touched."""


class State(StrEnum):
    """Where a step stands: it holds, it is undone and can be brought again, or a new one took its place since."""

    DONE = "done"
    UNDONE = "undone"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A step as a list shows it: `records` are those that it touched first, and `has_more` says that there are others.

    `is_lasting`: undo passes over it. `rows` is how many rows of the book it changed.
    """

    id: int
    at: datetime
    name: str
    state: State
    is_lasting: bool
    records: tuple[Record, ...]
    has_more: bool
    rows: int


class Word(NamedTuple):
    """What a word of a search fits: steps of these names, and those that touched these records."""

    names: frozenset[str]
    records: frozenset[Record]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which steps are looked for: those that touch a record of the kind, one of the records, and fit every word.

    An empty field asks for nothing; `removed`: only steps with which a deal went that is not in the book now.
    """

    kind: str = ""
    records: frozenset[Record] = frozenset()
    words: tuple[Word, ...] = ()
    removed: bool = False


class Changes(NamedTuple):
    """Some rows of a step in their order; `last` is where to go on, None at the end."""

    rows: tuple[Change, ...]
    last: int | None


@dataclass(frozen=True, slots=True)
class Chronicle:
    """Reads the history of one open book."""

    _db: Database
    _history: History

    # --- steps

    @property
    def undo_id(self) -> int | None:
        """The step that undo would take back."""
        found = self._history.to_undo()
        return None if found is None else found[0]

    @property
    def redo_id(self) -> int | None:
        """The step that redo would bring again."""
        found = self._history.to_redo()
        return None if found is None else found[0]

    @property
    def count(self) -> int:
        """How many steps are kept, whatever became of them."""
        return int(self._db.execute("SELECT count(*) FROM step").fetchone()[0])

    def last_before(self, moment: datetime) -> int | None:
        """Return the last step made before a moment; None where there is none."""
        at = moment.astimezone(UTC).isoformat(timespec="milliseconds")
        found = self._db.execute("SELECT max(id) FROM step WHERE at < ?", (at,)).fetchone()[0]
        return None if found is None else int(found)

    def names(self) -> frozenset[str]:
        """Return the names that steps have."""
        return frozenset(name for (name,) in self._db.execute("SELECT DISTINCT name FROM step"))

    def page(self, wanted: Wanted, before: int | None = None, limit: int = PAGE) -> tuple[Entry, ...]:
        """Return the newest steps that fit; `before`: those older than that step."""
        conditions = [*_conditions(wanted), *(() if before is None else (("id < ?", (before,)),))]
        where = " AND ".join(condition for condition, _ in conditions) or "1"
        values = [value for _, given in conditions for value in given]
        sql = f"SELECT id, at, name, undone, lasting, dropped_by FROM step WHERE {where} ORDER BY id DESC LIMIT ?"
        return tuple(self._entry(row) for row in rows(self._db, sql, *values, limit))

    def entry(self, step_id: int) -> Entry | None:
        """Return one step; None where there is none."""
        found = rows(self._db, "SELECT * FROM step WHERE id = ?", step_id)
        return self._entry(found[0]) if found else None

    def _entry(self, row: Row) -> Entry:
        sql = "SELECT kind, record FROM step_row WHERE step_id = ? ORDER BY position LIMIT ?"
        found = self._db.execute(sql, (row["id"], _NAMED)).fetchall()
        (size,) = self._db.execute("SELECT max(position) FROM step_row WHERE step_id = ?", (row["id"],)).fetchone()
        size = 0 if size is None else size + 1
        state = State.DONE if not row["undone"] else State.UNDONE if row["dropped_by"] is None else State.DROPPED
        return Entry(
            id=row["id"],
            at=datetime.fromisoformat(row["at"]),
            name=row["name"],
            state=state,
            is_lasting=bool(row["lasting"]),
            records=tuple(dict.fromkeys(found)),
            has_more=size > len(found),
            rows=size,
        )

    # --- what a step changed

    def changes(self, step_id: int, after: int = -1, limit: int = CHANGES) -> Changes:
        """Return rows of a step behind the place `after`; of a row that was changed only the cells that differ."""
        sql = "SELECT * FROM step_row WHERE step_id = ? AND position > ? ORDER BY position LIMIT ?"
        found = rows(self._db, sql, step_id, after, limit)
        return Changes(tuple(_change(row) for row in found), found[-1]["position"] if len(found) == limit else None)

    def known_rows(self, record: Record) -> dict[tuple[str, str], Row]:
        """Return every row that a record has or ever had, whole as it was last written whole, by table and id."""
        sql = """
            SELECT tbl, row_id, coalesce(after, before) AS cells FROM step_row
            WHERE kind = ? AND record = ? AND (before IS NULL OR after IS NULL) ORDER BY step_id
        """
        known = {(row["tbl"], row["row_id"]): unpacked(row["cells"]) or {} for row in rows(self._db, sql, *record)}
        for table, sql in _NOW.get(record[0], ()):
            known.update(((table, row["id"]), row) for row in rows(self._db, sql, record[1]))
        return known

    def rows_at(self, record: Record, step_id: int) -> dict[tuple[str, str], Row]:
        """Return the rows of a record as a step left them, together with those that it removed, by table and id."""
        found = self.known_rows(record)
        for row in rows(self._db, _SINCE, *record, step_id):
            key, before = (row["tbl"], row["row_id"]), unpacked(row["before"])
            is_own = row["step_id"] == step_id
            if before is None and not is_own:
                found.pop(key, None)
            elif before is not None and (not is_own or row["after"] is None):
                found[key] = found.get(key, {}) | before
        return found

    def deal_names(self, deals: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Return customer and title of deals; of one that is gone, as they were last."""
        wanted = tuple(deals)
        sql = "SELECT id, customer, title FROM deal WHERE id IN (SELECT value FROM json_each(?))"
        found = {key: (customer, title) for key, customer, title in self._db.execute(sql, (json.dumps(wanted),))}
        for deal in wanted:
            if deal not in found:
                row = self.known_rows(("deal", deal)).get(("deal", deal), {})
                found[deal] = (str(row.get("customer") or ""), str(row.get("title") or ""))
        return found

    def related(self, record: Record) -> frozenset[Record]:
        """Return the records that are told of with another one: a deal's quotes, a program's membership and drafts."""
        kind, key = record
        return frozenset(
            (other, str(found)) for other, sql in _RELATED.get(kind, ()) for (found,) in self._db.execute(sql, (key,))
        )

    def records_but_deals(self) -> frozenset[Record]:
        """Return all records but deals that any step touched."""
        found: set[Record] = set()
        for (kind,) in self._db.execute(_KINDS):
            if kind != "deal":
                sql = "SELECT DISTINCT record FROM step_row WHERE kind = ?"
                found.update((kind, record) for (record,) in self._db.execute(sql, (kind,)))
        return frozenset(found)

    def deals_with(self, words: str) -> frozenset[str]:
        """Return the deals that a search for these words finds; of those that are gone, customer and title count."""
        removed = self.deal_names(self.removed_deals()).items()
        gone = (deal for deal, parts in removed if matches(searchable("\n".join(parts)), words))
        return frozenset((*find(self._db, words), *gone))

    # --- what is gone

    def removed_deals(self) -> dict[str, int]:
        """Return the deals that are gone from the book but not from its history, with the last step that had each."""
        return {str(record): int(step_id) for record, step_id in self._db.execute(_REMOVED)}

    def is_removed(self, deal_id: str) -> bool:
        """Whether a deal is one of `removed_deals`."""
        return self._db.execute(_IS_REMOVED, (deal_id, deal_id)).fetchone() is not None

    def rows_back(self, step_id: int, record: Record) -> list[tuple[str, Row]]:
        """Return the rows with which a record would come back as a step had it, each with its table.

        Of a step that holds: what it removed. Of a dropped one: what its branch had made of the record by then. Empty
        where that is not the whole record.
        """
        entry = self.entry(step_id)
        if entry is None or entry.state is State.UNDONE:
            return []
        if entry.state is State.DROPPED:
            found = self._made_by_branch(step_id, record)
        else:
            gone = rows(self._db, _GONE, step_id, *record)
            found = {(row["tbl"], row["row_id"]): unpacked(row["before"]) or {} for row in gone}
        is_whole = record[0] != "deal" or record in found  # a deal's record is called as its row
        return [(table, row) for (table, _), row in found.items()] if is_whole else []

    def _made_by_branch(self, step_id: int, record: Record) -> dict[tuple[str, str], Row]:
        made: dict[tuple[str, str], Row] = {}
        before: dict[tuple[str, str], Row] = {}
        for row in rows(self._db, _BRANCH, step_id, step_id, *record):
            change = _change(row)
            key = (change.table, change.row_id)
            if change.before is None:
                made = made | {key: change.after or {}}
            elif change.after is None:
                made = {other: cells for other, cells in made.items() if other != key}
            elif key in made:
                made = made | {key: made[key] | change.after}
            if row["step_id"] < step_id:
                before = made
        return made or before  # what the step itself removed is told as it was before

    def has(self, table: str, row_id: str) -> bool:
        """Whether the book has a row now."""
        return self._db.execute(f"SELECT 1 FROM {quoted(table)} WHERE id = ?", (row_id,)).fetchone() is not None

    def columns(self, table: str) -> frozenset[str]:
        """Return the columns that a table has now."""
        return frozenset(row[1] for row in self._db.execute(f"PRAGMA table_info({quoted(table)})"))


def _change(row: Row) -> Change:
    record = (row["kind"], row["record"])
    return Change(row["tbl"], row["row_id"], record, unpacked(row["before"]), unpacked(row["after"]))


def _conditions(wanted: Wanted) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Yield conditions on a step with their values."""
    if wanted.kind == "deal":  # most steps touch one: the next is not far
        yield "EXISTS (SELECT 1 FROM step_row WHERE step_id = step.id AND +kind = 'deal')", ()
    elif wanted.kind:
        yield "id IN (SELECT step_id FROM step_row WHERE kind = ?)", (wanted.kind,)
    if wanted.records:
        yield _of_records(wanted.records)
    for word in wanted.words:
        sql, values = _of_records(word.records)
        yield f"(name IN (SELECT value FROM json_each(?)) OR {sql})", (json.dumps(sorted(word.names)), *values)
    if wanted.removed:
        yield f"id IN (SELECT step_id FROM ({_REMOVED}))", ()


def _of_records(records: Iterable[Record]) -> tuple[str, tuple[str, ...]]:
    """Return a condition for steps that touch a record: of few, by their index; of many, the next step is not far."""
    by_kind: dict[str, list[str]] = {}
    for kind, record in sorted(records):
        by_kind.setdefault(kind, []).append(record)
    forms = [_OF_FEW if len(found) <= _FEW else _OF_MANY for found in by_kind.values()]
    values = tuple(value for kind, found in by_kind.items() for value in (kind, json.dumps(found)))
    return f"({' OR '.join(forms)})" if forms else "0", values


_KINDS: Final = """
WITH RECURSIVE found (kind) AS (
    SELECT min(kind) FROM step_row
    UNION ALL SELECT (SELECT min(kind) FROM step_row WHERE step_row.kind > found.kind) FROM found WHERE kind IS NOT NULL
)
SELECT kind FROM found WHERE kind IS NOT NULL
"""
"""Each kind once, by the index and not by reading it all."""
_RELATED: Final = {
    "deal": (("quote", "SELECT id FROM quote WHERE deal_id = ?"),),
    "program": (
        ("enrolment", "SELECT id FROM enrolment WHERE program = ?"),
        ("draft", "SELECT id FROM draft WHERE program = ?"),
    ),
}
_SINCE: Final = """
SELECT step_row.* FROM step_row JOIN step ON step.id = step_row.step_id
WHERE kind = ? AND record = ? AND step.id >= ? AND undone = 0 ORDER BY step.id DESC, position DESC
"""
_FEW: Final = 300
_OF_FEW: Final = """
id IN (SELECT step_id FROM step_row WHERE kind = ? AND record IN (SELECT value FROM json_each(?)))
"""
_OF_MANY: Final = """
EXISTS (SELECT 1 FROM step_row
    WHERE step_id = step.id AND +kind = ? AND +record IN (SELECT value FROM json_each(?)))
"""
_GONE: Final = """
SELECT * FROM step_row WHERE step_id = ? AND kind = ? AND record = ? AND after IS NULL ORDER BY position
"""
_BRANCH: Final = """
SELECT step_row.* FROM step_row JOIN step ON step.id = step_row.step_id
WHERE dropped_by = (SELECT dropped_by FROM step WHERE id = ?) AND step.id <= ? AND kind = ? AND record = ?
ORDER BY step.id, position
"""
_TAKEN_OUT: Final = """
SELECT record, step_id FROM step_row INDEXED BY step_row_gone CROSS JOIN step ON step.id = step_row.step_id
WHERE tbl = 'deal' AND after IS NULL AND undone = 0
"""
_MADE_IN_BRANCH: Final = """
SELECT record, step_id FROM step CROSS JOIN step_row ON step.id = step_row.step_id
WHERE dropped_by IS NOT NULL AND tbl = 'deal' AND +kind = 'deal' AND before IS NULL
"""
_REMOVED: Final = f"""
SELECT record, max(step_id) AS step_id FROM ({_TAKEN_OUT}) WHERE record NOT IN (SELECT id FROM deal) GROUP BY record
UNION ALL
SELECT record, max(step_id) AS step_id FROM ({_MADE_IN_BRANCH})
WHERE record NOT IN (SELECT id FROM deal) AND record NOT IN (SELECT record FROM ({_TAKEN_OUT})) GROUP BY record
"""
_IS_REMOVED: Final = f"""
SELECT 1 FROM (SELECT record FROM ({_TAKEN_OUT} AND record = ? UNION ALL {_MADE_IN_BRANCH} AND record = ?))
WHERE record NOT IN (SELECT id FROM deal) LIMIT 1
"""
_OFFERS: Final = "SELECT id FROM offer WHERE deal_id = ?"
_NOW: Final = {
    "deal": (
        ("deal", "SELECT * FROM deal WHERE id = ?"),
        ("offer", "SELECT * FROM offer WHERE deal_id = ?"),
        ("line", f"SELECT * FROM line WHERE offer_id IN ({_OFFERS})"),
        ("event", f"SELECT * FROM event WHERE offer_id IN ({_OFFERS})"),
    ),
    "enrolment": (("enrolment", "SELECT * FROM enrolment WHERE id = ?"),),
    "program": (("program", "SELECT * FROM program WHERE program = ?"),),
    "draft": (("draft", "SELECT * FROM draft WHERE id = ?"),),
    "rate": (("exchange_rate", "SELECT * FROM exchange_rate WHERE id = ?"),),
    "quote": (("quote", "SELECT id, deal_id, number, revision, status FROM quote WHERE id = ?"),),
}
"""The rows that a record has now, by its kind."""
