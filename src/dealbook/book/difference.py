"""In what two books differ, record by record: the open one and the copy of another, with both histories at hand.

Told by SQLite itself, with both files attached; only rows that differ are looked at one by one. A record is the same by
its id, and some are by nature: the partner, the enrolments in a program, the rates of a day and pair of currencies.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from dealbook.book.backup import StoppedError
from dealbook.book.cipher import Key, ciphering, connect, unlocking, unlocking_open
from dealbook.book.codec import Row
from dealbook.book.faults import as_refusal, primary
from dealbook.book.other import OtherBook, Stage, Watch
from dealbook.book.pairing import DEAL_TABLES, comparable, folded, id_of, names_of, paired, state_of, table_of
from dealbook.book.rows import quoted
from dealbook.book.steps import unpacked
from dealbook.book.trails import Before, Cells, News, State, StepOf, Table, Trail, differing, news_of, trail

__all__ = ["Difference", "News", "Twin", "difference"]

_OURS, _THEIRS = "ours", "theirs"
_SIDES: Final = (_OURS, _THEIRS)
_SINGLES: Final = ("partner", "enrolment", "program", "exchange_rate", "draft", "quote")
"""Tables whose rows are records of their own."""
_CHUNK: Final = 400
_TICKS: Final = 50_000
"""So many of SQLite's instructions it works before it asks whether it is still wanted."""


@dataclass(frozen=True, slots=True)
class Twin:
    """A record that does not stand alike in both books.

    `ours` and `theirs` are its ids, None where a book has no such record; `names` tells it apart for a person. `here`
    and `there` are the parts that each side changed since both had it alike, None where that state is not known.
    """

    table: str
    ours: str | None
    theirs: str | None
    names: tuple[str, ...]
    news: News
    parts: frozenset[str] = frozenset()
    here: frozenset[str] | None = None
    there: frozenset[str] | None = None
    deal: str = ""
    """Of a quote: the id of its deal."""
    is_double: bool = False
    """Of a deal that only the other book has: one of the same customer and title is only here."""
    is_taken: bool = False
    """Of a quote that only the other book has: its number is another quote's here."""
    is_stuck: bool = False
    """It can only stay as it is here: its ids belong to something else, or what is frozen differs."""
    is_quoted: bool = False
    """Of a deal that one book has not: quotes were issued for it that the other does not have either."""


@dataclass(frozen=True, slots=True)
class Difference:
    """All records that do not stand alike, and how many of each table do."""

    twins: tuple[Twin, ...]
    same: Mapping[str, int]


def difference(ours: Path, theirs: OtherBook, watch: Watch, key: Key | None = None) -> Difference:
    """Compare the open book `ours` with the copy of another. Raises StoppedError, and BookError as any reading.

    `key` opens ours where it is protected. For a thread of its own: it reads one moment of the open book and writes
    nothing.
    """
    try:
        with _attached(ours, theirs, key) as db:
            db.set_progress_handler(watch.stopped, _TICKS)
            db.execute("BEGIN")
            return _Comparison(db, watch).made()
    except sqlite3.DatabaseError as error:
        if primary(error) == sqlite3.SQLITE_INTERRUPT:
            raise StoppedError from error
        if (refusal := as_refusal(error)) is not None:
            raise refusal from error
        raise


@contextmanager
def _attached(ours: Path, theirs: OtherBook, key: Key | None) -> Iterator[sqlite3.Connection]:
    """Give a connection to both books; where one of them is protected, through SQLCipher.

    That must not come near a plain book which SQLite has open: then a copy of it is read.
    """
    sides = {
        _OURS: (f"{ours.as_uri()}?mode=rw", unlocking_open(ours, key)),
        _THEIRS: (f"{theirs.copy.as_uri()}?mode=ro", unlocking(theirs.copy, theirs.key)),
    }
    is_any_protected = any(unlock for _, unlock in sides.values())
    beside = theirs.copy.with_name("ours.dealbook")
    if is_any_protected and key is None:
        sides[_OURS] = (_plain_copy(sides[_OURS][0], beside), "")
    try:
        open_memory = ciphering if is_any_protected else connect
        with closing(open_memory("file::memory:", isolation_level=None)) as db:
            for name, (address, unlock) in sides.items():
                attach = f"ATTACH ? AS {name}" + (" KEY ?" if is_any_protected else "")
                db.execute(attach, (address, unlock) if is_any_protected else (address,))
            db.execute("PRAGMA query_only = ON")
            yield db
    finally:
        beside.unlink(missing_ok=True)


def _plain_copy(address: str, target: Path) -> str:
    """Copy a plain book, and return the copy's address."""
    with closing(connect(address)) as source, closing(connect(target.as_uri())) as copy:
        source.backup(copy)
    return f"{target.as_uri()}?mode=ro"


class _Comparison:
    """Compares what is attached to one connection."""

    def __init__(self, db: sqlite3.Connection, watch: Watch) -> None:
        self._db = db
        self._watch = watch
        self._tables = {name: table_of(db, name) for name in (*DEAL_TABLES, *_SINGLES)}
        self._same: Counter[str] = Counter()
        self._done = 0

    def made(self) -> Difference:
        twins = [twin for table in _SINGLES for twin in self._single(table)]
        deals = self._deals()
        return Difference((*deals, *twins), dict(self._same))

    def _go_on(self, more: int = 1) -> None:
        self._done += 1
        self._watch.go_on(Stage.COMPARE, self._done, self._done + more)

    # --- records of one row

    def _single(self, table: str) -> Iterator[Twin]:
        self._go_on(len(_SINGLES) + len(DEAL_TABLES))
        ours, theirs = (self._rows(side, table) for side in _SIDES)
        stuck = self._frozen_otherwise() if table == "quote" else frozenset()
        pairs, states = [], []
        for here, there in paired(table, ours, theirs):
            one, other = (state_of(table, row, self._tables[table]) for row in (here, there))
            if one == other and (here is None or here["id"] not in stuck):
                self._same[table] += 1
            else:
                pairs.append((here, there))
                states.append((one, other))
        keys = [(id_of(here) or str(id_of(there)), id_of(there) or str(id_of(here))) for here, there in pairs]
        trails = [
            self._trails(side, table, {key[at]: state[at] for key, state in zip(keys, states, strict=True)})
            for at, side in enumerate(_SIDES)
        ]
        for (here, there), (our_key, their_key) in zip(pairs, keys, strict=True):
            twin = Twin(table, id_of(here), id_of(there), names_of(table, here or there or {}), News.NEW)
            if table == "quote":
                twin = self._as_quote(twin, here, there, stuck)
            if table != "quote" or None not in (here, there):  # a quote is never removed
                twin = _judged(twin, trails[0][our_key], trails[1][their_key], self._tables)
            yield twin

    def _as_quote(self, twin: Twin, here: Row | None, there: Row | None, stuck: frozenset[str]) -> Twin:
        row = here or there or {}
        is_taken = False
        if here is None:
            query = (
                "SELECT 1 FROM ours.quote WHERE number = ? AND id NOT IN (SELECT id FROM theirs.quote WHERE number = ?)"
            )
            is_taken = self._db.execute(query, (row["number"], row["number"])).fetchone() is not None
        return replace(twin, deal=str(row["deal_id"]), is_taken=is_taken, is_stuck=row["id"] in stuck)

    def _frozen_otherwise(self) -> frozenset[str]:
        """Return quotes whose frozen part is not the same in both books, as nothing of ours leaves it."""
        of_table = (str(column[1]) for column in self._db.execute("PRAGMA ours.table_info(quote)"))
        columns = [name for name in of_table if name not in {"number", "status"}]
        sql = f"SELECT o.id FROM ours.quote AS o JOIN theirs.quote AS t USING (id) WHERE {_is_not(columns)}"
        return frozenset(self._ids(sql))

    def _rows(self, side: str, table: str) -> list[Row]:
        columns = "id, deal_id, number, revision, status, json_extract(content, '$.customer') AS customer"
        wanted = columns if table == "quote" else "*"
        cursor = self._db.execute(f"SELECT {wanted} FROM {side}.{quoted(table)} ORDER BY id")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    # --- deals

    def _deals(self) -> list[Twin]:
        ours, theirs = (self._named(side) for side in _SIDES)
        differ = self._differing_deals() & ours.keys() & theirs.keys()
        stuck = self._stuck_deals()
        quoted_ones = self._quoted_deals()
        self._same["deal"] = len(ours.keys() & theirs.keys()) - len(differ)
        only_ours, only_theirs = ours.keys() - theirs.keys(), theirs.keys() - ours.keys()
        knew_ours, knew_theirs = self._known(_OURS, only_theirs), self._known(_THEIRS, only_ours)
        doubles = {folded(ours[deal]) for deal in only_ours}
        looked_at = sorted(differ | knew_ours | knew_theirs)
        twins = {
            deal: Twin("deal", deal if deal in ours else None, deal if deal in theirs else None, names, News.NEW)
            for names_of in (theirs, ours)
            for deal, names in names_of.items()
            if deal in differ or deal in only_ours or deal in only_theirs
        }
        for first in range(0, len(looked_at), _CHUNK):
            self._go_on(1 + (len(looked_at) - first) // _CHUNK)
            chunk = looked_at[first : first + _CHUNK]
            here, there = (self._trails(side, "deal", self._deal_states(side, chunk)) for side in _SIDES)
            for deal in chunk:
                twins[deal] = _judged(twins[deal], here[deal], there[deal], self._tables)
        return [
            replace(
                twin,
                is_double=deal in only_theirs and twin.news is News.NEW and folded(twin.names) in doubles,
                is_stuck=deal in stuck,
                is_quoted=deal in quoted_ones,
            )
            for deal, twin in twins.items()
        ]

    def _named(self, side: str) -> dict[str, tuple[str, ...]]:
        found = self._db.execute(f"SELECT id, customer, title FROM {side}.deal ORDER BY id")
        return {row[0]: row[1:] for row in found}

    def _differing_deals(self) -> frozenset[str]:
        found = set(self._ids(_changed("deal", self._tables["deal"], "o.id")))
        for table in DEAL_TABLES[1:]:
            self._go_on(len(DEAL_TABLES))
            for side, other in (_SIDES, _SIDES[::-1]):
                owner = "o.deal_id" if table == "offer" else "f.deal_id"
                join = "" if table == "offer" else f"JOIN {side}.offer AS f ON f.id = o.offer_id"
                found.update(
                    self._ids(
                        f"SELECT DISTINCT {owner} FROM {side}.{table} AS o {join} LEFT JOIN {other}.{table} AS t "
                        f"ON t.id = o.id WHERE t.id IS NULL OR {_is_not(self._tables[table].columns)}"
                    )
                )
        return frozenset(found)

    def _stuck_deals(self) -> frozenset[str]:
        """Return the deals of the other book with parts whose ids are those of another deal's parts here."""
        sql = "SELECT t.deal_id FROM theirs.offer AS t JOIN ours.offer AS o USING (id) WHERE o.deal_id != t.deal_id"
        for table in ("line", "event"):
            sql += f"""
                UNION SELECT tf.deal_id FROM theirs.{table} AS t JOIN ours.{table} AS o USING (id)
                JOIN theirs.offer AS tf ON tf.id = t.offer_id JOIN ours.offer AS f ON f.id = o.offer_id
                WHERE f.deal_id != tf.deal_id
            """
        return frozenset(self._ids(sql))

    def _quoted_deals(self) -> frozenset[str]:
        """Return the deals of one book alone that were quoted there."""
        return frozenset(
            deal
            for side, other in (_SIDES, _SIDES[::-1])
            for deal in self._ids(
                f"SELECT DISTINCT deal_id FROM {side}.quote WHERE deal_id NOT IN (SELECT id FROM {other}.deal)"
            )
        )

    def _known(self, side: str, deals: Iterable[str]) -> set[str]:
        """Return which of `deals` a book had once, by its history."""
        found = self._db.execute(
            f"SELECT DISTINCT record FROM {side}.step_row JOIN {side}.step ON step.id = step_id "
            "WHERE kind = 'deal' AND undone = 0 AND record IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(deals)),),
        )
        return {deal for (deal,) in found}

    def _deal_states(self, side: str, deals: list[str]) -> dict[str, State]:
        """Return the rows of some deals as they stand in a book; none of those it has not."""
        of_deal: dict[str, dict[tuple[str, str], Cells]] = {deal: {} for deal in deals}
        keys = json.dumps(deals)
        for table in DEAL_TABLES:
            columns = ", ".join(f"o.{quoted(name)}" for name in self._tables[table].columns)
            owner, join = {
                "deal": ("o.id", ""),
                "offer": ("o.deal_id", ""),
            }.get(table, ("f.deal_id", f"JOIN {side}.offer AS f ON f.id = o.offer_id"))
            chosen = f"{owner} IN (SELECT value FROM json_each(?))"
            sql = f"SELECT {owner}, {columns} FROM {side}.{table} AS o {join} WHERE {chosen}"
            at = self._tables[table].columns.index("id") + 1
            for row in self._db.execute(sql, (keys,)):
                of_deal[row[0]][table, row[at]] = row[1:]
        return dict(of_deal)

    # --- histories

    def _trails(self, side: str, table: str, present: Mapping[str, State]) -> dict[str, Trail]:
        """Return where the records of `present`, by their ids, came from."""
        owner = "record" if table == "deal" else "row_id"
        which = "kind = 'deal'" if table == "deal" else "tbl = :table"
        cursor = self._db.execute(
            f"SELECT {owner}, step_id, at, name, tbl, row_id, before, after FROM {side}.step_row JOIN {side}.step "
            f"ON step.id = step_id WHERE undone = 0 AND {which} AND {owner} IN (SELECT value FROM json_each(:ids)) "
            f"ORDER BY {owner}, step_id DESC, position",
            {"table": table, "ids": json.dumps(list(present))},
        )
        steps = {key: tuple(_steps(rows, table)) for key, rows in groupby(cursor, key=lambda row: row[0])}
        return {key: trail(state, steps.get(key, ()), self._tables) for key, state in present.items()}

    def _ids(self, sql: str) -> Iterator[str]:
        return (str(row[0]) for row in self._db.execute(sql))


def _steps(rows: Iterable[tuple[Any, ...]], table: str) -> Iterator[StepOf]:
    """Return the steps of one record, the last one first."""
    for _, step in groupby(rows, key=lambda row: row[1]):
        touched, stamp = [], ("", "")
        for _, _, at, name, tbl, row_id, before, after in step:
            stamp = (at, name)
            row = comparable(tbl, unpacked(before) or {}) if before is not None else None
            key = row_id if table == "deal" else ""
            touched.append(Before(tbl, key, row, was_added=before is None, was_deleted=after is None))
        yield StepOf(stamp, touched)


def _judged(twin: Twin, ours: Trail, theirs: Trail, tables: Mapping[str, Table]) -> Twin:
    """Return a record with who changed it and what; a trail without a present state is of a record that is gone."""
    here, there = ours.present, theirs.present
    parts = differing(here, there, tables)
    if not here or not there:
        gone, left = (ours, there) if not here else (theirs, here)
        if not gone.stamps:
            news = News.NEW
        elif gone.was(left):
            news = News.OURS if not here else News.THEIRS
        else:
            news = News.BOTH
        return replace(twin, news=news)
    news, common = news_of(ours, theirs)
    if common is None:
        return replace(twin, news=news, parts=parts)
    ours_changed, theirs_changed = (differing(common, side, tables) & parts for side in (here, there))
    if news is News.BOTH and not ours_changed:  # what both changed they changed alike, or one of them took it over
        news = News.THEIRS
    elif news is News.BOTH and not theirs_changed:
        news = News.OURS
    return replace(twin, news=news, parts=parts, here=ours_changed, there=theirs_changed)


def _is_not(columns: Iterable[str]) -> str:
    names = [quoted(name) for name in columns]
    return f"({', '.join(f'o.{name}' for name in names)}) IS NOT ({', '.join(f't.{name}' for name in names)})"


def _changed(table: str, form: Table, what: str) -> str:
    return f"SELECT {what} FROM ours.{table} AS o JOIN theirs.{table} AS t USING (id) WHERE {_is_not(form.columns)}"
