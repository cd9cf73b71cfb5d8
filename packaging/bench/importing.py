"""Import of 50,000 lines from CSV and from XLSX: read, looked at, saved as one step, in at most 10 seconds."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from dealbook.book.connection import create_book
from dealbook.desk.importing import importing, preview
from dealbook.desk.session import Session
from dealbook.desk.table_fields import DEAL_FIELDS
from dealbook.desk.table_layout import layout_for
from dealbook.language import language
from dealbook.tables.reading import read_tables
from dealbook.tables.writing import Value, csv_bytes, xlsx_bytes

LINES: Final = 50_000
LINES_EACH: Final = 10
SECONDS: Final = 10
_TODAY: Final = date(2026, 3, 10)


def bench() -> Iterator[tuple[str, str]]:
    """Yield the time of each part; the sum is measured against what the plan allows."""
    rows = _rows()
    with TemporaryDirectory(prefix="dealbook-bench-") as folder:
        for name, data in (("lines.csv", csv_bytes(rows, ",")), ("lines.xlsx", xlsx_bytes("Lines", rows))):
            path = Path(folder) / name
            path.write_bytes(data)
            read, seen, saved = _timed(path)
            total = read + seen + saved
            parts = f"read {read:.1f} s, preview {seen:.1f} s, save {saved:.1f} s"
            verdict = "within" if total <= SECONDS else "MORE THAN"
            yield f"{LINES:,} lines from {name}", f"{total:.1f} s ({parts}); {verdict} {SECONDS} s"


def _timed(path: Path) -> tuple[float, float, float]:
    session = Session(create_book(path.with_suffix(f"{path.suffix}.dealbook")))
    start = perf_counter()
    (sheet,) = read_tables(path)
    read = perf_counter()
    found = preview(session, sheet, layout_for(session, sheet, DEAL_FIELDS, language("de")), _TODAY).finish()
    seen = perf_counter()
    assert len(importing(session, found).finish()) == LINES // LINES_EACH
    saved = perf_counter()
    assert sum(len(offer.lines) for deal in session.deals.values() for offer in deal.offers) == LINES
    session.close()
    return read - start, seen - read, saved - seen


def _rows() -> list[list[Value]]:
    header = ["Customer", "Title", "Closing day", "Stage", "Term", "Starts", "Product", "Category", "Quantity"]
    rows: list[list[Value]] = [[*header, "Charge", "Net price", "List price", "Buy price"]]
    days, starts, prices = date(2026, 3, 10), date(2026, 5, 1), [Decimal("22.50"), Decimal("24.00"), Decimal("11.11")]
    for n in range(LINES):
        deal, nth = divmod(n, LINES_EACH)
        head: list[Value] = [f"Customer {deal}", "Telephony", days, "open", 36, starts]
        rows.append([*head, f"Seat {nth}", "UCaaS", 1 + nth, "monthly", *prices])
    return rows
