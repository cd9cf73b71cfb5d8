"""The history of the book for a person: its steps with what they touched, what each changed, what can come back.

What a change says is `history_told`, what cells and records are called `history_cells` and `history_records`. Undo and
redo are the session's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from dealbook.book.chronicle import CHANGES, PAGE, Entry, State, Wanted, Word
from dealbook.book.folding import matches, searchable
from dealbook.book.steps import Record
from dealbook.desk.history_cells import Cells
from dealbook.desk.history_records import KINDS, RecordWords
from dealbook.desk.history_told import Teller, Told
from dealbook.desk.session import Session
from dealbook.language import Language

BRING_BACK: Final = "Bring back"
_NAMED: Final = 3
"""So many records are named beside a step."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A step as the list shows it.

    `touched` names the records that it touched first, and `more` says that there are others. `when` is by the clock of
    this computer. `is_next_undo`, `is_next_redo`: undo takes this one back, redo brings it again.
    """

    entry: Entry
    when: datetime
    touched: tuple[str, ...]
    more: bool
    is_next_undo: bool
    is_next_redo: bool

    @property
    def day(self) -> date:
        """The day on which it was made."""
        return self.when.date()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person looks for: words, a kind of record, one record, or what was removed."""

    text: str = ""
    kind: str = ""
    record: Record | None = None
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Details:
    """Some lines of what a step changed; `last` is where to go on, None at the end, `record` whose head stands last."""

    told: tuple[Told, ...]
    last: int | None
    record: Record | None


class Histories:
    """Looks into the history of one book in one language. Names are looked up once: make a new one after a change."""

    def __init__(self, session: Session, words: Language) -> None:
        self._session = session
        self._words = words
        self._chronicle = session.book.chronicle
        cells = Cells(words, lambda: session.catalog)
        self._records = RecordWords(self._chronicle, cells)
        self._teller = Teller(self._chronicle, cells, self._records)

    # --- steps

    def page(self, asked: Asked, before: int | None = None, limit: int = PAGE) -> tuple[Shown, ...]:
        """Return the newest steps that fit; `before`: those older than that step."""
        entries = self._chronicle.page(self._wanted(asked), before, limit)
        self._records.learn(record for entry in entries for record in entry.records[:_NAMED])
        undo, redo = self._chronicle.undo_id, self._chronicle.redo_id
        return tuple(
            Shown(
                entry=entry,
                when=entry.at.astimezone(),
                touched=tuple(self._records.name(record) for record in entry.records[:_NAMED]),
                more=entry.has_more or len(entry.records) > _NAMED,
                is_next_undo=entry.id == undo,
                is_next_redo=entry.id == redo,
            )
            for entry in entries
        )

    def record_name(self, record: Record) -> str:
        """Return what a record is called, also one that is gone."""
        return self._records.name(record)

    def _wanted(self, asked: Asked) -> Wanted:
        records: frozenset[Record] = frozenset()
        if asked.record is not None:
            records = frozenset({asked.record, *self._chronicle.related(asked.record)})
        words = tuple(self._word(word) for word in asked.text.split())
        return Wanted(kind=asked.kind, records=records, words=words, removed=asked.removed)

    def _word(self, word: str) -> Word:
        names = frozenset(name for name in self._chronicle.names() if matches(searchable(self._words.text(name)), word))
        records: set[Record] = {("deal", deal) for deal in self._chronicle.deals_with(word)}
        for record in self._chronicle.records_but_deals():
            if matches(searchable(self._records.name(record)), word):
                records.add(record)
        return Word(names, frozenset(records))

    def last_before_day(self, day: date) -> int | None:
        """Return the last step made before a day; None where there is none."""
        return self._chronicle.last_before(_midnight(day))

    # --- one step

    def details(self, step_id: int, after: int = -1, head: Record | None = None, limit: int = CHANGES) -> Details:
        """Return what a step changed, from the place `after` on; `head` is the record whose head stands already."""
        changes = self._chronicle.changes(step_id, after, limit)
        self._records.learn({change.record for change in changes.rows})
        told = tuple(self._teller.told(step_id, changes.rows, head))
        return Details(told, changes.last, changes.rows[-1].record if changes.rows else head)

    def removed(self, entry: Entry) -> tuple[Record, ...]:
        """Return the records that a step can bring back: deals first, in the order in which it touched them."""
        if entry.state is State.UNDONE:
            return ()
        return tuple(record for record in entry.records if self._can_come_back(entry.id, record))

    def _can_come_back(self, step_id: int, record: Record) -> bool:
        if record[0] == "quote":  # of a merge that was undone: it needs its deal and a free number, so merge again
            return False
        if record[0] == "deal" and not self._chronicle.is_removed(record[1]):
            return False
        rows = self._chronicle.rows_back(step_id, record)
        return bool(rows) and not any(self._chronicle.has(table, row["id"]) for table, row in rows)


def bring_back(session: Session, step_id: int, records: Sequence[Record]) -> None:
    """Bring removed records back as a step had them, as one new step.

    Raises KeyError where the step has none, BookError (taken) where something else stands in the place of one.
    """
    with session.step(BRING_BACK):
        for record in records:
            session.book.bringing.bring_back(step_id, record)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day).astimezone()


def record_of(kind: str, key: str) -> Record | None:
    """Return a record that a page was asked for; None for a kind that no history is kept of."""
    return (kind, key) if kind in KINDS else None
