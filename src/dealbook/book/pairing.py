"""Which rows of two books are the same record, and what a row says when it is compared.

A record is the same by its id; some are by nature: the enrolments in a program, the rates of a day and pair.
"""

import json
import sqlite3
from collections.abc import Iterator
from typing import Final

from dealbook.book.codec import Row
from dealbook.book.rows import quoted
from dealbook.book.trails import State, Table

DEAL_TABLES: Final = ("deal", "offer", "line", "event")
"""The tables that a deal stands in."""


def id_of(row: Row | None) -> str | None:
    """Return the id of a row, None for none."""
    return None if row is None else str(row["id"])


def paired(table: str, ours: list[Row], theirs: list[Row]) -> Iterator[tuple[Row | None, Row | None]]:
    """Pair the rows of both books by id, and the others by what they are."""
    left = {row["id"]: row for row in theirs}
    alone = []
    for row in ours:
        if (same := left.pop(row["id"], None)) is not None:
            yield row, same
        else:
            alone.append(row)
    by_nature: dict[object, list[Row]] = {}
    for row in left.values():
        by_nature.setdefault(_nature(table, row), []).append(row)
    for row in alone:
        alike = by_nature.get(_nature(table, row), [])
        yield row, alike.pop(0) if alike else None
    for rows in by_nature.values():
        yield from ((None, row) for row in rows)


def _nature(table: str, row: Row) -> object:
    if table == "enrolment":
        return row["program"]
    if table == "exchange_rate":
        return row["day"], frozenset((row["base"], row["quote"]))
    return row["id"]


_NAMES: Final = {
    "partner": ("name",),
    "enrolment": ("program",),
    "program": ("program", "effective_from"),
    "exchange_rate": ("day", "base", "quote"),
    "draft": ("program", "base"),
    "quote": ("number", "revision", "customer"),
}


def names_of(table: str, row: Row) -> tuple[str, ...]:
    """Return what tells a record of one row from others, for a person."""
    return tuple(str(row[name]) for name in _NAMES[table])


def folded(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return names without case and needless spaces."""
    return tuple(" ".join(name.split()).casefold() for name in names)


# --- rows as they are compared

_JSON: Final = {"enrolment": ("inputs", "assumed", "standing", "before"), "partner": ("certificates", "duties")}
"""Columns in which the same may be written in another order."""


def comparable(table: str, row: Row) -> Row:
    """Return a row so that the same is always written in the same way."""
    turned = {name: _sorted(row[name]) for name in _JSON.get(table, ()) if row.get(name) is not None}
    return row | turned if turned else row


def _sorted(cell: str) -> str:
    return json.dumps(json.loads(cell), sort_keys=True)


def state_of(table: str, row: Row | None, form: Table) -> State:
    """Return the state of a record of one row; its id is no part of it."""
    return {} if row is None else {(table, ""): form.cells(comparable(table, row))}


_ALONE: Final = {"quote": ("status",)}
"""Of a quote only the status changes."""


def table_of(db: sqlite3.Connection, name: str) -> Table:
    """Return the columns of a table that are compared."""
    columns = db.execute(f"PRAGMA ours.table_info({quoted(name)})").fetchall()
    wanted = [
        (column[1], _literal(column[4]))
        for column in columns
        if (name in DEAL_TABLES or column[1] != "id") and column[1] in _ALONE.get(name, (column[1],))
    ]
    return Table(tuple(name for name, _ in wanted), tuple(blank for _, blank in wanted))


def _literal(default: str | None) -> str | int | None:
    """Return the value that a column's default is."""
    if default is None:
        return None
    return default[1:-1].replace("''", "'") if default.startswith("'") else int(default)
