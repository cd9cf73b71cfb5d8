"""CSV as it comes: its encoding and its separator are found out, not asked for.

German and French spreadsheets separate by semicolons and write Latin-1, others by commas in UTF-8 or by tabs in
UTF-16.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

from dealbook.tables.errors import TableError
from dealbook.tables.formulas import armed
from dealbook.tables.grid import MOST_COLUMNS, Sheet, check_size, full_rows

_MARKS: Final = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_DELIMITERS: Final = ";\t,|"
_SAMPLE: Final = 4_000
_LOOKED_AT: Final = 30
_TEXT_CONTROLS: Final = frozenset(b"\t\n\r\f\x1b")


def read_delimited(data: bytes, file: str) -> tuple[Sheet, ...]:
    """Return the table of a CSV file. Raises TableError."""
    text = decoded(data, file)
    text, delimiter = _announced(text)
    rows = []
    try:
        for cells in _rows(text, delimiter or delimiter_of(text)):
            rows.append([armed(cell.strip()) for cell in cells])
            check_size(file, len(rows), len(cells))
    except csv.Error as error:
        raise TableError("damaged", file=file, reason=str(error)) from None
    check_size(file, len(rows), max(map(len, rows), default=0))
    return (Sheet(file, "", full_rows(rows)),)


def decoded(data: bytes, file: str) -> str:
    """Return the text of a file: by its mark, else by what it looks like. Raises TableError for what is no text."""
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return _strictly(data, encoding, file)
    sample = data[:_SAMPLE]
    if b"\0" in sample:
        zeros = [sample[side::2].count(0) for side in (0, 1)]
        if max(zeros) < len(sample) // 8 or min(zeros) * 4 > max(zeros):
            raise TableError("no-text", file=file)
        return _strictly(data, "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le", file)
    if any(byte < ord(" ") and byte not in _TEXT_CONTROLS for byte in sample):
        raise TableError("no-text", file=file)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _western(data)


def _western(data: bytes) -> str:
    """Return Latin-1 as Windows writes it, with the Euro sign and the dashes in it."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _strictly(data: bytes, encoding: str, file: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise TableError("damaged", file=file, reason=f"{encoding}: {error.reason}") from None


def _announced(text: str) -> tuple[str, str]:
    """Return the text with the separator that its first line names, as Excel writes it: `sep=;`.

    The line stays as an empty one, so that rows keep their numbers.
    """
    first, _, rest = text.partition("\n")
    plain = first.strip("\r\ufeff")
    if len(plain) == len("sep=") + 1 and plain.lower().startswith("sep="):
        return f"\n{rest}", plain[-1]
    return text, ""


def delimiter_of(text: str) -> str:
    """Return the separator by which the most rows have the same number of cells; more cells decide between equals."""
    best, most = ",", (0, 0)
    for delimiter in _DELIMITERS:
        try:
            widths = Counter(len(row) for row in islice(_rows(text, delimiter), _LOOKED_AT) if row)
        except csv.Error:
            continue
        width, rows = max(widths.items(), key=lambda item: (item[0] > 1, item[1]), default=(0, 0))
        if width > 1 and (rows, width) > most:
            best, most = delimiter, (rows, width)
    return best


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    if max(map(len, islice(text.splitlines(), 1)), default=0) > _SAMPLE * MOST_COLUMNS:
        raise csv.Error("a line is too long")
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
