"""What the history of a book needs beside its tables: where a branch was dropped, and ways to find records in it."""

from typing import Final

HISTORY: Final = (
    # The step that took the place of an undone one; NULL while redo can still bring it again.
    "ALTER TABLE step ADD COLUMN dropped_by INTEGER",
    "DROP INDEX step_undone",
    "CREATE INDEX step_undone ON step (id) WHERE undone = 1 AND dropped_by IS NULL",
    "CREATE INDEX step_dropped ON step (dropped_by) WHERE dropped_by IS NOT NULL",
    "CREATE INDEX step_row_of_record ON step_row (kind, record)",
    "CREATE INDEX step_row_gone ON step_row (record) WHERE tbl = 'deal' AND after IS NULL",
)
