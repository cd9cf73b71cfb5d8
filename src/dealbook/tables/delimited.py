"""CSV as it comes: its encoding and its separator are found out, unless somebody says what they are.

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
from dealbook.tables.grid import FOUND_OUT, MOST_COLUMNS, Form, Sheet, check_size, full_rows

_MARKS: Final = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
DELIMITERS: Final = ";\t,|"
UTF_8: Final = "utf-8"
UTF_16: Final = "utf-16"
WESTERN: Final = "cp1252"
ENCODINGS: Final = (UTF_8, UTF_16, WESTERN, "cp850", "mac-roman")
"""What a file can be said to be written in; the first three are found out."""
_SAMPLE: Final = 4_000
_LOOKED_AT: Final = 30
_TEXT_CONTROLS: Final = frozenset(b"\t\n\r\f\x1b")


def read_delimited(data: bytes, file: str, form: Form = FOUND_OUT) -> tuple[Sheet, ...]:
    """Return the table of a CSV file; what `form` does not say is found out. Raises TableError."""
    text, encoding = decoded(data, file) if not form.encoding else (_as_said(data, form.encoding, file), form.encoding)
    text, announced = _announced(text)
    delimiter = form.delimiter or announced or delimiter_of(text)
    rows = []
    try:
        for cells in _rows(text, delimiter):
            rows.append([armed(cell.strip()) for cell in cells])
            check_size(file, len(rows), len(cells))
    except csv.Error as error:
        raise TableError("damaged", file=file, reason=str(error)) from None
    check_size(file, len(rows), max(map(len, rows), default=0))
    return (Sheet(file, "", full_rows(rows), Form(encoding, delimiter)),)


def decoded(data: bytes, file: str) -> tuple[str, str]:
    """Return the text of a file and its encoding, one of `ENCODINGS`: by its mark, else by what it looks like.

    Raises TableError for what is no text.
    """
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return _strictly(data, encoding, file), UTF_16 if encoding == UTF_16 else UTF_8
    sample = data[:_SAMPLE]
    if b"\0" in sample:
        zeros = [sample[side::2].count(0) for side in (0, 1)]
        if max(zeros) < len(sample) // 8 or min(zeros) * 4 > max(zeros):
            raise TableError("no-text", file=file)
        return _strictly(data, "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le", file), UTF_16
    if any(byte < ord(" ") and byte not in _TEXT_CONTROLS for byte in sample):
        raise TableError("no-text", file=file)
    try:
        return data.decode("utf-8"), UTF_8
    except UnicodeDecodeError:
        return _western(data), WESTERN


def _as_said(data: bytes, encoding: str, file: str) -> str:
    """Return the text of a file in an encoding that somebody chose; where it cannot be that, raises TableError."""
    if encoding == WESTERN:
        return _western(data)
    if encoding == UTF_16 and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        sample = data[:_SAMPLE]
        encoding = "utf-16-be" if sample[::2].count(0) > sample[1::2].count(0) else "utf-16-le"
    return _strictly(data, "utf-8-sig" if encoding == UTF_8 else encoding, file)


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
    """Return the separator that explains most: rows of the header's width before others, then the most separators.

    The commas of `1,5;2,5` do not stand in the header, and those inside a few texts are few.
    """
    best, most = ",", (False, 0)
    for delimiter in DELIMITERS:
        try:
            widths = [len(row) for row in islice(_rows(text, delimiter), _LOOKED_AT) if row]
        except csv.Error:
            continue
        width, rows = Counter(widths).most_common(1)[0] if widths else (0, 0)
        score = (width > 1 and widths[0] == width, rows * (width - 1))
        if score > most:
            best, most = delimiter, score
    return best


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    if max(map(len, islice(text.splitlines(), 1)), default=0) > _SAMPLE * MOST_COLUMNS:
        raise csv.Error("a line is too long")
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
