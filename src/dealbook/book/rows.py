"""Rows of any table in and out: the four statements that the stores and the history are made of.

Written as SQL and not with sqlite-utils' tables, which look the table's form up anew for every row.
"""

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache

from sqlite_utils import Database

from dealbook.book.codec import Row


def rows(db: Database, sql: str, *values: str | int) -> list[Row]:
    """Return what a query finds, each row by column name."""
    cursor = db.execute(sql, values)
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor]


def as_list(ids: Iterable[str]) -> str:
    """Return ids as one value for `IN (SELECT value FROM json_each(?))`, however many they are."""
    return json.dumps(list(ids))


def write(db: Database, table: str, row: Row, before: Row | None) -> bool:
    """Insert `row`, or update the columns in which it differs from `before`; says whether a row was written."""
    if before is None:
        done = db.execute(_insertion(table, tuple(row)), tuple(row.values()))
    else:
        changed = {name: cell for name, cell in row.items() if cell != before.get(name)}
        done = db.execute(_update(table, tuple(changed)), (*changed.values(), row["id"]))
    return done.rowcount == 1


def insert_all(db: Database, table: str, new: Sequence[Row]) -> None:
    """Insert many rows that have the same columns."""
    if new:
        db.conn.executemany(_insertion(table, tuple(new[0])), [tuple(row.values()) for row in new])


@lru_cache(maxsize=64)
def _insertion(table: str, columns: tuple[str, ...]) -> str:
    names, marks = ", ".join(map(quoted, columns)), ", ".join("?" * len(columns))
    return f"INSERT INTO {quoted(table)} ({names}) VALUES ({marks})"


@lru_cache(maxsize=256)
def _update(table: str, columns: tuple[str, ...]) -> str:
    return f"UPDATE {quoted(table)} SET {', '.join(f'{quoted(name)} = ?' for name in columns)} WHERE id = ?"


def erase(db: Database, table: str, row_id: str) -> None:
    """Delete one row; one that is gone already, with the row it belonged to, is no error."""
    db.execute(f"DELETE FROM {quoted(table)} WHERE id = ?", (row_id,))


def quoted(name: str) -> str:
    """Return a table's or column's name as SQL; history rows come from a file, so they are not trusted."""
    return '"' + name.replace('"', '""') + '"'
