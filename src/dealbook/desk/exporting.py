"""The book as tables for a spreadsheet, in CSV or XLSX: what can be exported, how it is worked out and written.

XLSX takes several tables as sheets, CSV has one: deals without events, the forecast both ways, one below the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from dealbook.desk.export_names import DEALS, EVENTS, TABLES
from dealbook.desk.exporting_deals import deal_header, event_table, events_of, rows_of
from dealbook.desk.exporting_figures import (
    WAY,
    Rows,
    forecast_pieces,
    forecast_rows,
    payment_pieces,
    standing_rows,
    ways,
)
from dealbook.desk.files import write_whole
from dealbook.desk.session import Session
from dealbook.desk.work import Pieces, Work
from dealbook.domain.deal import Stage
from dealbook.language import Language
from dealbook.tables.writing import Value, csv_bytes, workbook_bytes

XLSX: Final = ".xlsx"


@dataclass(frozen=True, slots=True)
class Export:
    """Tables of a workbook, by name, and the one that a CSV file has."""

    sheets: tuple[tuple[str, Rows], ...]
    single: Rows

    def data(self, target: Path, words: Language) -> bytes:
        """Return the bytes of a file as its name says: XLSX, or else CSV."""
        if target.suffix.lower() == XLSX:
            return workbook_bytes(self.sheets)
        return csv_bytes(self.single, words.decimal_point)


def export_of(rows: Rows, name: str) -> Export:
    """Return one table."""
    return Export(((name, rows),), rows)


def exporting(session: Session, what: str, words: Language, today: date) -> Work[Export]:
    """Return the work of making one of `TABLES`; a deal is a piece. The book must not change meanwhile."""
    known = session.rows.values()
    total = {
        "payments": sum(row.stage is Stage.WON for row in known),
        "forecast": sum(row.stage is not Stage.LOST for row in known),
        "deals": len(known),
        "events": len(known),
    }
    return Work(_exporting(session, what, words, today), total.get(what, 1))


def _exporting(session: Session, what: str, words: Language, today: date) -> Pieces[Export]:
    yield 0
    name = words.text(TABLES[what])
    match what:
        case "deals" | "events":
            rows, events = yield from _deal_pieces(session, words)
            return _with_events(rows, events, words) if what == "deals" else export_of(events, name)
        case "payments":
            return export_of((yield from payment_pieces(session, words)), name)
        case "standing":
            return export_of(standing_rows(session, today, words), name)
    forecast = yield from forecast_pieces(session, today)
    tables = [(words.text(way), forecast_rows(forecast, sheet, words)) for way, sheet in ways(forecast)]
    single: Rows = [[words.text(WAY), *tables[0][1][0]]]
    single += ([way, *row] for way, rows in tables for row in rows[1:])
    return Export(tuple(tables), single)


def _deal_pieces(session: Session, words: Language) -> Pieces[tuple[Rows, Rows]]:
    """Yield after each deal; return the table of deals and that of their events."""
    rows: Rows = [deal_header(words)]
    events: Rows = []
    for number, deal in enumerate(session.deals.values(), 1):
        rows += rows_of(number, deal, words)
        events += events_of(number, deal, words)
        yield number
    return rows, event_table(events, words)


def _with_events(rows: Rows, events: Rows, words: Language) -> Export:
    """Return deals, in a workbook with their events beside them, if there are any."""
    sheets = ((words.text(DEALS), rows), (words.text(EVENTS), events))
    return Export(sheets if len(events) > 1 else sheets[:1], rows)


def write_export(target: Path, export: Export, words: Language) -> None:
    """Write a file as its name says, XLSX or else CSV, whole or not at all. Raises OSError."""
    write_whole(target, export.data(target, words))


def write_table(target: Path, name: str, rows: Sequence[Sequence[Value]], words: Language) -> None:
    """Write one table as the file's name says, XLSX or else CSV, whole or not at all. Raises OSError."""
    write_export(target, export_of([list(row) for row in rows], words.text(name)), words)
