"""Rows of plain cells and where they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from dealbook.tables.errors import TableError

Cell = str | Decimal | date | bool | None
"""What stands in a cell: CSV knows texts only, XLSX numbers, days and yes or no as well."""

MOST_BYTES: Final = 64_000_000
"""So many bytes a file may have."""
MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 200
MOST_CELLS: Final = 5_000_000
"""A sheet's rows times its columns; one cell far out in an empty sheet would otherwise fill the memory."""
MEGABYTE: Final = 1_000_000


class TableRow(NamedTuple):
    """A row that is not empty; `number` is the one that a spreadsheet shows beside it, from 1."""

    number: int
    cells: tuple[Cell, ...]


class Form(NamedTuple):
    """How a text file is read: its encoding and its separator. Asked for, an empty one is found out."""

    encoding: str = ""
    delimiter: str = ""


FOUND_OUT: Final = Form()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a file; `name` is empty where a file has one table only.

    `form` is how a text file was read, None for a workbook. `head` says which of the rows is the header, where somebody
    chose it: -1 for none.
    """

    file: str
    name: str
    rows: tuple[TableRow, ...]
    form: Form | None = None
    head: int | None = None

    @property
    def width(self) -> int:
        """How many columns the widest row has."""
        return max((len(row.cells) for row in self.rows), default=0)

    def place(self, row: int, column: int | None = None) -> str:
        """Return a place as `file:row:column`, with the sheet where there are several and the column's letters."""
        parts = [self.file, self.name, str(row), "" if column is None else column_name(column)]
        return ":".join(part for part in parts if part)


def column_name(position: int) -> str:
    """Return what a spreadsheet calls a column, counted from 0: A, B, … Z, AA."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def check_size(file: str, rows: int, columns: int) -> None:
    """Raise TableError where a table has more rows, columns or cells than are read."""
    for code, found, most in (
        ("too-many-columns", columns, MOST_COLUMNS),
        ("too-many-rows", rows, MOST_ROWS),
        ("too-many-cells", rows * columns, MOST_CELLS),
    ):
        if found > most:
            raise TableError(code, file=file, most=str(most))


def full_rows(rows: Sequence[Sequence[Cell]], first: int = 1) -> tuple[TableRow, ...]:
    """Return the rows that hold anything, each without the empty cells at its end."""
    numbered = (TableRow(number, _trimmed(cells)) for number, cells in enumerate(rows, first))
    return tuple(row for row in numbered if row.cells)


def _trimmed(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    end = len(cells)
    while end and (cells[end - 1] is None or cells[end - 1] == ""):
        end -= 1
    return tuple(cells[:end])
