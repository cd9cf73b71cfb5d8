"""Bringing back what is gone: the rows of a record as a step of the history had them, written as a new step.

The rows may come from an older form of the book: columns that there are no longer are left out, new ones have the value
that a migration gave them.
"""

from dataclasses import dataclass
from typing import Final

from sqlite_utils import Database

from dealbook.book.chronicle import Chronicle
from dealbook.book.codec import Row
from dealbook.book.deals import derive_again
from dealbook.book.errors import BookError
from dealbook.book.migrations import UNDOABLE
from dealbook.book.steps import History, Record

_FOUND_BY: Final = ("customer", "program", "number", "name", "id")
"""Which cell names a row in a refusal."""


@dataclass(frozen=True, slots=True)
class Bringing:
    """Writes removed records again."""

    _db: Database
    _history: History
    _chronicle: Chronicle

    def bring_back(self, step_id: int, record: Record) -> None:
        """Write a record's rows again as a step had them (`Chronicle.rows_back`); inside an open step.

        Raises KeyError where the step has none to bring back, BookError (taken) where the book has a row in the place
        of one of them; then nothing was written.
        """
        found = [(table, row) for table, row in self._chronicle.rows_back(step_id, record) if table in UNDOABLE]
        if not found:
            raise KeyError(record)
        for table, row in found:
            if self._chronicle.has(table, row["id"]):
                raise BookError("taken", name=_name(found[0][1]))
        for table, row in found:
            columns = self._chronicle.columns(table)
            self._history.writer.put(table, {name: row[name] for name in row if name in columns}, record, None)
        derive_again(self._db, (record,))


def _name(row: Row) -> str:
    return next(str(row[column]) for column in _FOUND_BY if row.get(column))
