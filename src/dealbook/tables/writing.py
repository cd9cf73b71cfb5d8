"""Tables out: CSV and XLSX in which no text can become a formula."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from dealbook.tables.formulas import defused, is_formula

_WIDEST: Final = 40
_BOM: Final = "\ufeff"


class Share(NamedTuple):
    """A fraction that is shown in per cent."""

    fraction: Decimal


Value = str | Decimal | int | date | Share | None
"""What is written into a cell: texts are shown as they are, numbers and days stay numbers and days."""


def csv_bytes(rows: Iterable[Sequence[Value]], decimal_point: str) -> bytes:
    """Return rows as CSV: UTF-8 that Excel knows as such, separated as where the decimal point is a comma or a point.

    Days are written as 2026-03-10, which no spreadsheet reads the wrong way round.
    """
    made = io.StringIO(newline="")
    writer = csv.writer(made, delimiter="," if decimal_point == "." else ";")
    writer.writerows([_written(value, decimal_point) for value in row] for row in rows)
    return (_BOM + made.getvalue()).encode("utf-8")


def _written(value: Value, decimal_point: str) -> str:
    match value:
        case None:
            return ""
        case str():
            return defused(value)
        case date():
            return value.isoformat()
        case Share(fraction):
            return f"{(fraction * 100).normalize():f}%".replace(".", decimal_point)
    return f"{value:f}".replace(".", decimal_point) if isinstance(value, Decimal) else str(value)


def xlsx_bytes(name: str, rows: Sequence[Sequence[Value]]) -> bytes:
    """Return rows as a workbook of one sheet; the first row is its header."""
    return workbook_bytes(((name, rows),))


def workbook_bytes(sheets: Iterable[tuple[str, Sequence[Sequence[Value]]]]) -> bytes:
    """Return tables as a workbook, each a sheet with its header first. Numbers, days and per cents are such."""
    from xlsxwriter import Workbook

    made = io.BytesIO()
    book = Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    looks = {kind: book.add_format(keys) for kind, keys in _LOOKS.items()}
    for name, rows in sheets:
        sheet = book.add_worksheet(name[:31])
        sheet.freeze_panes(1, 0)
        _write_rows(sheet, rows, looks)
        for column, width in enumerate(_widths(rows)):
            sheet.set_column(column, column, width)
    book.close()
    return made.getvalue()


def _write_rows(sheet: Any, rows: Sequence[Sequence[Value]], looks: Mapping[str, object]) -> None:  # noqa: ANN401 - it has no types
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            match value:
                case str() if value:
                    kind = "formula" if is_formula(value) else "header" if row == 0 else "text"
                    sheet.write_string(row, column, value, looks[kind])
                case date():
                    sheet.write_datetime(row, column, value, looks["day"])
                case Share(fraction):
                    sheet.write_number(row, column, fraction, looks[_share_look(fraction)])
                case Decimal():
                    sheet.write_number(row, column, value, looks[_DECIMALS.get(value.as_tuple().exponent, "number")])
                case int():
                    sheet.write_number(row, column, value)


_LOOKS: Final = {
    "header": {"bold": True},
    "text": {"num_format": "@"},
    "formula": {"num_format": "@", "quote_prefix": True},
    "day": {"num_format": "yyyy-mm-dd"},
    "share": {"num_format": "0%"},
    "fine-share": {"num_format": "0.00%"},
    "hundredths": {"num_format": "#,##0.00"},
    "thousandths": {"num_format": "#,##0.000"},
    "number": {},
}
"""A text that looks like a formula keeps Excel's own apostrophe, so that it stays a text when somebody edits it."""

_DECIMALS: Final[Mapping[object, str]] = {-2: "hundredths", -3: "thousandths"}
"""How figures look that have as many decimals as an amount has; others as the spreadsheet likes."""


def _share_look(fraction: Decimal) -> str:
    """Return how a share looks; with "0.##%" a spreadsheet would show a whole one as "100.%"."""
    return "share" if fraction * 100 % 1 == 0 else "fine-share"


def _widths(rows: Sequence[Sequence[Value]]) -> list[int]:
    looked_at = rows[:200]
    columns = max(map(len, looked_at), default=0)
    return [
        min(
            _WIDEST,
            2 + max((len(str(row[at])) for row in looked_at if at < len(row) and row[at] is not None), default=8),
        )
        for at in range(columns)
    ]
