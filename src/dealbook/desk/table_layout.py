"""How a table is read: which column is which field, and in which language's forms; guessed, chosen, remembered.

What a person chose for a table is kept in the book by the table's headers, and holds for the next table with the same.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from dealbook.desk.session import Session
from dealbook.desk.table_cells import CellError, read_cell, shown
from dealbook.desk.table_fields import CHOICES, RATE_FIELDS, SPECS, Field, Kind, folded, guessed, header_language
from dealbook.language import LANGUAGES, Language, language
from dealbook.tables.grid import Sheet

_LOOKED_AT: Final = 20
_SAMPLES: Final = 500
_FIGURES: Final = frozenset({Kind.NUMBER, Kind.WHOLE, Kind.MONEY, Kind.SHARE})


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column (from 0) each field stands in; the language whose numbers the texts have.

    `category` is that of lines for which neither the table nor the book names one; empty: that is a fault.
    """

    columns: Mapping[Field, int]
    language: str
    category: str = ""


def header_of(sheet: Sheet) -> int:
    """Return which of the rows is the header: of the first ones that with the most names of fields in it.

    Where somebody chose it, that one; -1 for none.
    """
    if sheet.head is not None:
        return sheet.head
    fields = tuple(SPECS)
    hits = [len(guessed(_texts(row.cells), fields)) for row in sheet.rows[:_LOOKED_AT]]
    return hits.index(max(hits)) if hits else 0


def headers(sheet: Sheet) -> tuple[str, ...]:
    """Return the header's words, one for each column; empty where a column has none."""
    head = header_of(sheet)
    cells = _texts(sheet.rows[head].cells) if head >= 0 else []
    return (*cells, *[""] * (sheet.width - len(cells)))


def samples(sheet: Sheet, column: int, words: Language) -> tuple[str, ...]:
    """Return the first three different things that stand in a column."""
    found: dict[str, None] = {}
    for row in sheet.rows[header_of(sheet) + 1 :][:_SAMPLES]:
        if column < len(row.cells) and (text := shown(row.cells[column], words)):
            found[text] = None
    return tuple(found)[:3]


def layout_for(session: Session, sheet: Sheet, fields: Sequence[Field], words: Language) -> Layout:
    """Return how a table is to be read: as the last one with these headers was, else as its headers say."""
    names = headers(sheet)
    kept = _remembered(session, names, fields)
    if kept is not None:
        return kept
    columns = guessed(names, fields)
    first = header_language(names, fields)
    return Layout(columns, _written_in(sheet, columns, [code for code in (first, words.code, *LANGUAGES) if code]))


def _written_in(sheet: Sheet, columns: Mapping[Field, int], codes: Sequence[str]) -> str:
    """Return the first of some languages in whose forms the most figures of the table can be read."""
    rows = sheet.rows[header_of(sheet) + 1 :][:_SAMPLES]
    cells = [
        (field, row.cells[at])
        for field, at in columns.items()
        if SPECS[field].kind in _FIGURES
        for row in rows
        if at < len(row.cells)
    ]
    wrong = {code: sum(not _reads(field, cell, language(code)) for field, cell in cells) for code in codes}
    return min(codes, key=lambda code: wrong[code])


def _reads(field: Field, cell: object, words: Language) -> bool:
    try:
        read_cell(field, cell, words)  # type: ignore[arg-type]  # cells of a sheet
    except CellError:
        return False
    return True


# --- remembering


def remember(session: Session, sheet: Sheet, layout: Layout, fields: Sequence[Field]) -> None:
    """Keep a layout for tables with the same headers; settings have no history, so undo leaves it."""
    plain = {
        "columns": {field.value: at for field, at in layout.columns.items()},
        "language": layout.language,
        "category": layout.category,
    }
    session.book.settings.set(_key(headers(sheet), fields), json.dumps(plain))


def _remembered(session: Session, names: Sequence[str], fields: Sequence[Field]) -> Layout | None:
    kept = session.book.settings.get(_key(names, fields))
    try:
        plain = json.loads(kept)
        columns = {Field(name): int(at) for name, at in plain["columns"].items()}
        code, category = str(plain["language"]), str(plain["category"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    fits = columns.keys() <= set(fields) and all(0 <= at < len(names) for at in columns.values())
    known = code in LANGUAGES and category in {"", *CHOICES[Field.CATEGORY]}
    return Layout(columns, code, category) if fits and known else None


def _key(names: Sequence[str], fields: Sequence[Field]) -> str:
    what = "rates" if tuple(fields) == RATE_FIELDS else "deals"
    digest = sha256("\n".join(map(folded, names)).encode()).hexdigest()[:32]
    return f"import {what} {digest}"


def _texts(cells: Sequence[object]) -> list[str]:
    return [" ".join(cell.split()) if isinstance(cell, str) else "" for cell in cells]
