"""XLSX in: unpacked within limits, looked over, and only then handed to the reader of workbooks.

A workbook is a ZIP of XML. A small one can unpack to gigabytes, and one cell at the end of a sheet makes a table of
billions of cells. So what the reader gets is a copy of what was unpacked under our eyes, and the places of the cells
were looked at before.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from dealbook.tables.errors import TableError
from dealbook.tables.grid import MEGABYTE, Cell, Sheet, check_size, full_rows

MOST_UNPACKED: Final = 400_000_000
"""So many bytes all parts of a workbook may unpack to, and the texts of its cells."""
_MOST_PARTS: Final = 2_000
_CHUNK: Final = 1_000_000
_PARTS: Final = (".xml", ".rels", ".bin")
_USUAL_CELL: Final = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"')
_USUAL_ROW: Final = re.compile(rb'<row r="(\d{1,7})"')
_ANY_CELL: Final = re.compile(rb"<(?:\w+:)?c[\s/>]")
_ROW_OR_CELL: Final = re.compile(rb"<(?:\w+:)?(?:row|c)\b([^>]*)>")
_PLACE: Final = re.compile(rb"\br\s*=\s*[\"']([^\"']*)[\"']")
_NAME: Final = re.compile(rb"([A-Z]{0,3})(\d{0,7})")
_SHARED: Final = re.compile(rb't="s"[^>]*>\s*<v>(\d{1,9})<')
_STRINGS_END: Final = re.compile(rb"</(?:\w+:)?si>")
_DIGITS: Final = 15
"""What a spreadsheet's numbers are good for."""


def read_workbook(data: bytes, file: str) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook that hold anything. Raises TableError."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(_looked_over(data, file)))
        sheets = []
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            height, width = (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)
            check_size(file, height, width)
            rows = full_rows([[_cell(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)])
            if rows:
                sheets.append((name, rows))
    except (CalamineError, ValueError, OSError) as error:
        raise TableError("damaged", file=file, reason=str(error)) from None
    return tuple(Sheet(file, name if len(sheets) > 1 else "", rows) for name, rows in sheets)


def _cell(value: object) -> Cell:
    match value:
        case bool():
            return value
        case int() | float():
            return Decimal(format(value, f".{_DIGITS}g"))
        case datetime():
            return value.date()
        case date():
            return value
        case time() | timedelta():
            return str(value)
    return str(value).strip()


# --- looking over


def _looked_over(data: bytes, file: str) -> bytes:
    """Return the parts that the reader needs as a ZIP of our own. Raises TableError."""
    copy = io.BytesIO()
    sheets, texts = [], [0]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(copy, "w") as kept:
            for name, content in _parts(packed, file):
                if name.lower().endswith("sharedstrings.xml"):
                    texts = [len(text) for text in _STRINGS_END.split(content)]
                elif (name.endswith(".xml") and b"<sheetData" in content[:_CHUNK]) or "worksheets/" in name:
                    _look_at_sheet(content, file)
                    sheets.append(content)
                kept.writestr(name, content)
        for sheet in sheets:
            _look_at_texts(sheet, texts, file)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise TableError("damaged", file=file, reason=str(error)) from None
    return copy.getvalue()


def _parts(packed: zipfile.ZipFile, file: str) -> Iterator[tuple[str, bytes]]:
    """Yield what stands in a workbook, part by part, as long as it stays within the limit."""
    from zlib import error as broken

    infos = packed.infolist()
    if len(infos) > _MOST_PARTS:
        raise TableError("damaged", file=file, reason=f"{len(infos)} parts")
    left = MOST_UNPACKED
    for info in infos:
        if not info.filename.lower().endswith(_PARTS):
            continue
        chunks = []
        try:
            with packed.open(info) as part:
                while chunk := part.read(_CHUNK):
                    left -= len(chunk)
                    if left < 0:
                        raise TableError("too-much", file=file, most=str(MOST_UNPACKED // MEGABYTE))
                    chunks.append(chunk)
        except broken as error:
            raise TableError("damaged", file=file, reason=str(error)) from None
        yield info.filename, b"".join(chunks)


def _look_at_sheet(content: bytes, file: str) -> None:
    """Raise TableError where a cell stands too far out. What every program writes is looked over quickly."""
    if b"\0" in content:
        raise TableError("damaged", file=file, reason="UTF-16")
    cells = _USUAL_CELL.findall(content)
    if len(cells) != len(_ANY_CELL.findall(content)) or len(rows := _USUAL_ROW.findall(content)) != content.count(
        b"<row"
    ):
        _look_closely(content, file)
        return
    try:
        height = max(map(int, {*rows, *(row for _, row in cells)}), default=0)
        check_size(file, height, max(map(_number, {letters for letters, _ in cells}), default=0))
    except TableError:
        _look_closely(content, file)


def _look_closely(content: bytes, file: str) -> None:
    """Raise TableError where a cell stands too far out, however it is written.

    Cells and rows without anything in them are passed over: formats often reach to the end of a sheet.
    """
    rows = columns = 0
    for keys in _ROW_OR_CELL.findall(content):
        place = None if keys.endswith(b"/") else _PLACE.search(keys)
        if place is None:
            continue
        name = _NAME.fullmatch(place[1])
        if name is None:
            raise TableError("damaged", file=file, reason=repr(place[1])[1:])
        rows = max(rows, int(name[2] or 0))
        columns = max(columns, _number(name[1]))
    check_size(file, rows, columns)


def _look_at_texts(sheet: bytes, texts: list[int], file: str) -> None:
    """Raise TableError where the shared texts, by their lengths, are too much as often as a sheet uses them."""
    uses = sheet.count(b"<v")
    if uses * max(texts, default=0) <= MOST_UNPACKED:
        return
    used = _SHARED.findall(sheet)
    total = sum(texts[int(number)] for number in used if int(number) < len(texts))
    unusual = len(re.findall(rb"\bt\s*=\s*[\"']s[\"']", sheet)) - len(used)
    if total + unusual * max(texts) > MOST_UNPACKED:
        raise TableError("too-much", file=file, most=str(MOST_UNPACKED // MEGABYTE))


def _number(letters: bytes) -> int:
    """Return a column's number from 1; 0 for no letters."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
