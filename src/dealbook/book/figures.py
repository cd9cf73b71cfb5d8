"""What was worked out of the book, written beside it for other programs (`book.figure_schema`).

Written by whoever has the book open, over its one connection, outside of steps: figures have no history. Only what
differs is written; nobody is waited for, as figures can be written later as well.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final, NamedTuple

from sqlite_utils import Database

from dealbook.book import codec
from dealbook.book.errors import BookError
from dealbook.book.faults import is_damage, step_refusal
from dealbook.book.steps import History
from dealbook.domain.money import to_minor
from dealbook.domain.months import month_start

FIGURES: Final = "Figures"
"""What refusals call it."""


class Mark(NamedTuple):
    """How the history stands: how many steps are not undone, the last of them, and when one was last made."""

    steps: int
    last: int
    at: str


class State(NamedTuple):
    """As of which day, by which Dealbook and at which mark the figures were worked out."""

    as_of: date
    version: str
    mark: Mark


class Run(NamedTuple):
    """Equal payments of `amount` in the months `month`, `month` + `every`, … `last` (month indices)."""

    component: str
    role: str
    kind: str
    month: int
    last: int
    every: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DealFigures:
    """What a deal pays, and under which plan; or the `reason` why it counts under none."""

    deal_id: str
    program: str = ""
    vendor: str = ""
    program_name: str = ""
    version: str = ""
    plan: str = ""
    plan_name: str = ""
    offer_id: str = ""
    currency: str = ""
    reason: str = ""
    runs: tuple[Run, ...] = ()

    def head(self) -> tuple[str, ...]:
        """Return the cells of its row, its digest left out."""
        names = (self.program, self.vendor, self.program_name, self.version, self.plan, self.plan_name)
        return (self.deal_id, *names, self.offer_id, self.currency, self.reason)

    def rows(self) -> list[tuple[str | int, ...]]:
        """Return a row for each run. Raises BookError for an amount that cannot be kept."""
        return [
            (self.deal_id, place, *run[:-1], _minor(run.amount, self.currency)) for place, run in enumerate(self.runs)
        ]

    def digest(self) -> str:
        """Return what tells these figures from others of the same deal."""
        return hashlib.blake2b(repr((self.head(), self.runs)).encode(), digest_size=12).hexdigest()


class StandingFigure(NamedTuple):
    """A figure of the standing in a program on a day; `unit` is a currency, or what is counted."""

    program: str
    fact: str
    vendor: str
    program_name: str
    day: date
    first: date
    last: date
    tier: str | None
    unit: str
    opening: Decimal | None
    book: Decimal
    target: Decimal | None


@dataclass(frozen=True, slots=True)
class FigureStore:
    """Reads and writes the stored figures."""

    _db: Database
    _history: History

    def __post_init__(self) -> None:
        """Have the figures count as not whole as soon as a deal takes its own with it."""
        self._db.execute(_SPOILT)

    def mark(self) -> Mark:
        """Return how the history stands now."""
        found = self._db.execute(_MARK).fetchone()
        return Mark(*found)

    def state(self) -> State | None:
        """Return what the stored figures rest on; None where there are none, or none that are whole."""
        found = self._db.execute("SELECT as_of, version, steps, last_step, last_at FROM figure_state").fetchone()
        if found is None or found[2] < 0:
            return None
        return State(date.fromisoformat(found[0]), found[1], Mark(*found[2:]))

    def is_current(self, state: State | None) -> bool:
        """Whether no step was made, undone or brought again since."""
        return state is not None and state.mark == self.mark()

    def digests(self) -> dict[str, str]:
        """Return the digest of each deal's stored figures."""
        return dict(self._db.execute("SELECT id, digest FROM figure_deal"))

    def write(self, changed: Sequence[tuple[DealFigures, str]], state: State) -> None:
        """Write deals, each with its digest, in one transaction; until `finish`, the figures are not whole."""
        with self._writing():
            self._put_state(state._replace(mark=Mark(-1, 0, "")))
            self._put_deals(changed)

    def finish(
        self,
        changed: Sequence[tuple[DealFigures, str]],
        gone: Iterable[str],
        standings: Iterable[StandingFigure],
        state: State,
        months_ahead: int,
    ) -> None:
        """Write the last deals, what is in no deal, and that the figures are whole, in one transaction.

        Raises BookError where the book cannot be written now; the figures are then as they were.
        """
        with self._writing():
            self._put_deals(changed)
            self._delete(gone)
            self._db.execute("DELETE FROM figure_standing")
            marks = ", ".join("?" * len(StandingFigure._fields))
            self._db.conn.executemany(
                f"INSERT INTO figure_standing VALUES ({marks})", [_standing_row(one) for one in standings]
            )
            self._put_months(state.as_of, months_ahead)
            self._put_state(state)

    # --- rows

    def _put_deals(self, changed: Sequence[tuple[DealFigures, str]]) -> None:
        rows = [row for one, _ in changed for row in one.rows()]  # first, so that a refusal comes before any writing
        self._delete(one.deal_id for one, _ in changed)
        self._db.conn.executemany(
            "INSERT INTO figure_deal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(*one.head(), digest) for one, digest in changed],
        )
        self._db.conn.executemany("INSERT INTO figure_payment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def _delete(self, deal_ids: Iterable[str]) -> None:
        keys = [(deal_id,) for deal_id in deal_ids]
        self._db.conn.executemany("DELETE FROM figure_payment WHERE deal_id = ?", keys)
        self._db.conn.executemany("DELETE FROM figure_deal WHERE id = ?", keys)

    def _put_months(self, day: date, ahead: int) -> None:
        """Keep the months from the first payment to `ahead` months from the day's on, that month included."""
        until = day.year * 12 + day.month - 1 + ahead
        first = self._db.execute("SELECT MIN(month) FROM figure_payment").fetchone()[0]
        wanted = range(until if first is None else first, until)
        known = {month for (month,) in self._db.execute("SELECT month FROM figure_month")}
        if known != set(wanted):
            self._db.execute("DELETE FROM figure_month")
            months = [(month, month_start(month).isoformat()) for month in wanted]
            self._db.conn.executemany("INSERT INTO figure_month VALUES (?, ?)", months)

    def _put_state(self, state: State) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        values = (state.as_of.isoformat(), now, state.version, *state.mark)
        self._db.execute("INSERT OR REPLACE INTO figure_state VALUES (1, ?, ?, ?, ?, ?, ?)", values)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Open a transaction that waits for nobody. Raises BookError; then nothing is written."""
        if self._history.is_open:
            msg = "figures are written outside of steps"
            raise RuntimeError(msg)
        self._history.ensure_writable(FIGURES)
        patience = self._db.execute("PRAGMA busy_timeout").fetchone()[0]
        self._db.execute("PRAGMA busy_timeout = 0")
        try:
            with self._db.atomic():
                yield
        except sqlite3.DatabaseError as error:
            if not isinstance(error, sqlite3.OperationalError) and not is_damage(error):  # a mistake of ours
                raise
            raise step_refusal(FIGURES, error) from error
        finally:
            self._db.execute(f"PRAGMA busy_timeout = {patience}")


# The history can come back to where it stood when the figures were stored, by undo or redo, and with it a removed deal;
# its figures do not. The trigger is of the connection and not of the file: whoever writes a book has made it.
_SPOILT: Final = """
CREATE TEMP TRIGGER IF NOT EXISTS figures_spoilt AFTER DELETE ON figure_deal BEGIN
    UPDATE figure_state SET steps = -1;
END
"""

_MARK: Final = "SELECT COUNT(*), COALESCE(MAX(id), 0), COALESCE(MAX(step.at), '') FROM step WHERE undone = 0"


def _minor(amount: Decimal, currency: str) -> int:
    try:
        minor = to_minor(amount, currency)
    except ValueError:
        raise BookError("too-many-decimals", value=f"{amount:f}", currency=currency) from None
    return codec.whole(minor, "amount")


def _standing_row(one: StandingFigure) -> tuple[str | None, ...]:
    figures = [codec.optional_number(figure, one.fact) for figure in (one.opening, one.book, one.target)]
    days = (one.day.isoformat(), one.first.isoformat(), one.last.isoformat())
    return (*one[:4], *days, one.tier, one.unit, *figures)
