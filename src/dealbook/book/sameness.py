"""Whether two databases hold the same, found out by SQLCipher: protected files of one content differ in every byte.

Every row of every table is looked up on the other side by its primary key.
"""

import sqlite3
from contextlib import closing
from typing import Final

from dealbook.book.cipher import ciphering
from dealbook.book.rows import quoted

#: A file's address, and what unlocks it ("" for a plain one).
File = tuple[str, str]

_PRAGMAS: Final = ("application_id", "user_version")
_SCHEMA: Final = (
    "SELECT type, name, tbl_name, sql FROM {side}.sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2"
)


def is_same(one: File, other: File) -> bool:
    """Compare two files that nobody writes. Raises sqlite3.DatabaseError where one cannot be read, and BookError."""
    with closing(ciphering("file::memory:")) as db:
        for side, (address, unlock) in zip(("one", "other"), (one, other), strict=True):
            db.execute(f"ATTACH ? AS {side} KEY ?", (address, unlock))
        return holds_same(db, "one", "other")


def holds_same(db: sqlite3.Connection, one: str, other: str) -> bool:
    """Compare two databases of a connection, by the names under which they are attached."""
    for pragma in _PRAGMAS:
        if db.execute(f"PRAGMA {one}.{pragma}").fetchone() != db.execute(f"PRAGMA {other}.{pragma}").fetchone():
            return False
    schema = db.execute(_SCHEMA.format(side=one)).fetchall()
    if schema != db.execute(_SCHEMA.format(side=other)).fetchall():
        return False
    stored = f"SELECT name FROM {one}.sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name NOT LIKE 'sqlite_%'"
    return all(_rows_are_same(db, name, one, other) for (name,) in db.execute(stored).fetchall())


def _rows_are_same(db: sqlite3.Connection, table: str, one: str, other: str) -> bool:
    count = "SELECT count(*) FROM {side}." + quoted(table)
    if db.execute(count.format(side=one)).fetchone() != db.execute(count.format(side=other)).fetchone():
        return False
    columns = db.execute(f"PRAGMA {one}.table_info({quoted(table)})").fetchall()
    names = [quoted(column[1]) for column in columns]
    keys = [quoted(column[1]) for column in columns if column[5]]
    if not keys:
        cells = ", ".join(names)
        missing = f"SELECT {cells} FROM {one}.{quoted(table)} EXCEPT SELECT {cells} FROM {other}.{quoted(table)}"
    else:
        equal = " AND ".join(f"b.{name} IS a.{name}" for name in (*keys, *(n for n in names if n not in keys)))
        missing = (
            f"SELECT 1 FROM {one}.{quoted(table)} AS a "
            f"WHERE NOT EXISTS (SELECT 1 FROM {other}.{quoted(table)} AS b WHERE {equal})"
        )
    return db.execute(f"{missing} LIMIT 1").fetchone() is None
