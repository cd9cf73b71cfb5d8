"""How a record came to be what it is, and which of two books changed it since both had it alike.

The steps of a book lead back from the present state of a record to all that it was before. What the other book has now
and this one had once was changed here alone; so no clock has to be believed, and it does not matter how the two books
came apart: by a copy of the file, by a backup, or by a merge before. What was undone counts as never made.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

from dealbook.book.codec import Row

Cells = tuple[Any, ...]
"""The cells of a row, in the order of its table's columns; what a cell of JSON says in one form."""
State = Mapping[tuple[str, str], Cells]
"""The rows of a record by table and id; none where there is no such record."""
OFFER_PART: Final = "offer:"
"""Begins the name of the part that an offer is of its deal; the offer's id follows."""


class News(StrEnum):
    """Who changed a record since it was the same in both books."""

    NEW = "new"
    """Only one of the books ever had it."""
    OURS = "ours"
    THEIRS = "theirs"
    BOTH = "both"
    """Both did, or their histories do not tell."""


class Table(NamedTuple):
    """The columns of a table by name, each with what it is filled with where an older row has none."""

    columns: tuple[str, ...]
    blank: Cells

    def cells(self, row: Row) -> Cells:
        """Return a row as it is compared."""
        return tuple(row.get(name, blank) for name, blank in zip(self.columns, self.blank, strict=True))

    def over(self, cells: Cells, row: Row) -> Cells:
        """Return cells with those of `row` in the place of theirs."""
        return tuple(row.get(name, cell) for name, cell in zip(self.columns, cells, strict=True))


class Before(NamedTuple):
    """What a step made of one row: `before` is what it was (of a changed row the columns that differ)."""

    table: str
    row_id: str
    before: Row | None
    was_added: bool
    was_deleted: bool


class StepOf(NamedTuple):
    """A step as far as it touched one record: its stamp (when and what), and the rows."""

    stamp: tuple[str, str]
    rows: Sequence[Before]


@dataclass(frozen=True, slots=True)
class Trail:
    """A record as it is and as it was: `past` from the last state before the present one back; stamps of its steps."""

    present: State
    past: Mapping[frozenset[Any], State]
    stamps: tuple[tuple[str, str], ...]

    def was(self, state: State) -> bool:
        """Whether the record was once so."""
        return frozenset(state.items()) in self.past


def trail(present: State, steps: Iterable[StepOf], tables: Mapping[str, Table]) -> Trail:
    """Return where the present state came from; `steps` are those that stand, the last one first.

    Where rows do not follow from one another, as after a purge, the way back ends.
    """
    state = dict(present)
    past: dict[frozenset[Any], State] = {}
    stamps = []
    for step in steps:
        stamps.append(step.stamp)
        if not _is_taken_back(state, step.rows, tables):
            break
        past.setdefault(frozenset(state.items()), dict(state))
    return Trail(present, past, tuple(stamps))


def _is_taken_back(state: dict[tuple[str, str], Cells], rows: Iterable[Before], tables: Mapping[str, Table]) -> bool:
    """Take a step out of `state`; False where the state cannot have come from it."""
    for row in rows:
        key, table = (row.table, row.row_id), tables.get(row.table)
        if table is None or (key in state) is row.was_deleted:
            return False
        if row.was_added:
            del state[key]
        elif row.before is not None:
            state[key] = table.cells(row.before) if row.was_deleted else table.over(state[key], row.before)
    return True


def news_of(ours: Trail, theirs: Trail) -> tuple[News, State | None]:
    """Say who changed a record that stands otherwise in the two books, and what it was in both before.

    What each side once was and the other now is, as when somebody went back to an earlier state, is decided by the last
    step: the side whose last step the other one knows is the older.
    """
    ours_was, theirs_was = theirs.was(ours.present), ours.was(theirs.present)
    if ours_was and theirs_was:
        ours_known, theirs_known = _knows(theirs, ours), _knows(ours, theirs)
        if ours_known is not theirs_known:
            ours_was, theirs_was = ours_known, theirs_known
    if ours_was and not theirs_was:
        return News.THEIRS, ours.present
    if theirs_was and not ours_was:
        return News.OURS, theirs.present
    return News.BOTH, None if ours_was else _common(ours, theirs)


def _knows(knowing: Trail, known: Trail) -> bool:
    """Whether the last step of one side was made on the other side as well."""
    return bool(known.stamps) and known.stamps[0] in knowing.stamps


def _common(ours: Trail, theirs: Trail) -> State | None:
    return next((state for key, state in ours.past.items() if state and key in theirs.past), None)


def differing(one: State, other: State, tables: Mapping[str, Table]) -> frozenset[str]:
    """Return which parts of a record differ: columns of its own row, and of a deal each offer as one part."""
    found: set[str] = set()
    for key in one.keys() | other.keys():
        here, there = one.get(key), other.get(key)
        if here == there:
            continue
        name, row_id = key
        columns = tables[name].columns
        if "offer_id" in columns:
            at = columns.index("offer_id")
            found |= {OFFER_PART + cells[at] for cells in (here, there) if cells is not None}
        elif name == "offer":
            found.add(OFFER_PART + row_id)
        elif here is not None and there is not None:
            found |= {column for column, a, b in zip(columns, here, there, strict=True) if a != b}
    return frozenset(found)
