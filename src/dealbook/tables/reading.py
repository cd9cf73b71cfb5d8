"""A file that a person chose, as the tables in it; what kind of file it is, its first bytes say and not its name."""

from pathlib import Path
from typing import Final

from dealbook.tables.errors import TableError
from dealbook.tables.grid import FOUND_OUT, MEGABYTE, MOST_BYTES, Form, Sheet

SUFFIXES: Final = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm")
_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"


def read_tables(path: Path, form: Form = FOUND_OUT) -> tuple[Sheet, ...]:
    """Return the tables of a file, at least one, each with a row. Raises TableError, and OSError as the disk does.

    `form` says how a text file is to be read, where what is found out is wrong; a workbook knows it itself.
    No more than one byte beyond the limit is read.
    """
    from dealbook.tables.delimited import read_delimited
    from dealbook.tables.workbooks import read_workbook

    with path.open("rb") as stream:
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        size = max(path.stat().st_size, len(data)) // MEGABYTE + 1
        raise TableError("too-big", file=path.name, found=str(size), most=str(MOST_BYTES // MEGABYTE))
    if data.startswith(_OLD_EXCEL):
        raise TableError("old-excel", file=path.name)
    is_workbook = data.startswith(_ZIP)
    found = read_workbook(data, path.name) if is_workbook else read_delimited(data, path.name, form)
    sheets = tuple(sheet for sheet in found if sheet.rows)
    if not sheets:
        raise TableError("empty", file=path.name)
    return sheets
