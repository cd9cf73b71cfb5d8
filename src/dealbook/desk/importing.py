"""Deals from a table: a preview with what is wrong in each row, and the import of what is wanted as one step.

Nothing is saved while a row that stays in has a fault. What takes long is done in pieces (`Work`), so that it can be
watched and stopped; an import that is stopped leaves nothing behind.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from dealbook.desk.import_drafts import Draft, ReadRow, RowReader, deal_key, draft_of, world_of
from dealbook.desk.session import Session
from dealbook.desk.table_layout import Layout, header_of
from dealbook.desk.work import Pieces, Work
from dealbook.domain.deal import Deal
from dealbook.tables.grid import Sheet, TableRow

IMPORT: Final = "Import deals"
_READ: Final = 200
_BUILT: Final = 50
_SAVED: Final = 20
"""So many rows and deals are one little piece of work."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a table would bring: its deals, and which rows (by number) are left out."""

    sheet: Sheet
    layout: Layout
    drafts: tuple[Draft, ...]
    left_out: frozenset[int] = frozenset()

    @property
    def faulty(self) -> frozenset[int]:
        """The rows with a fault, left out or not."""
        return frozenset(fault.row for draft in self.drafts for fault in draft.faults)

    @property
    def blocking(self) -> int:
        """How many rows with a fault would be imported: until there is none, nothing is."""
        return len(self.faulty - self.left_out)

    @property
    def wanted(self) -> tuple[Deal, ...]:
        """The deals that would be imported."""
        return tuple(draft.deal for draft in self.drafts if draft.deal is not None and not _out(draft, self.left_out))


def _out(draft: Draft, left_out: Collection[int]) -> bool:
    return all(row.number in left_out for row in draft.rows)


def preview(session: Session, sheet: Sheet, layout: Layout, today: date) -> Work[Preview]:
    """Return the work of reading a sheet; deals that the book has already are left out at first."""
    rows = sheet.rows[header_of(sheet) + 1 :]
    return Work(_previewing(session, sheet, layout, today, rows), 2 * len(rows))


def _previewing(
    session: Session, sheet: Sheet, layout: Layout, today: date, rows: Sequence[TableRow]
) -> Pieces[Preview]:
    world, reader = world_of(session, today), RowReader(layout)
    groups: dict[object, list[ReadRow]] = {}
    for done, row in enumerate(rows):
        if done % _READ == 0:
            yield done
        read = reader.read(row)
        groups.setdefault(deal_key(read), []).append(read)
    drafts, done = [], len(rows)
    for position, group in enumerate(groups.values()):
        if position % _BUILT == 0:
            yield done
        drafts.append(draft_of(tuple(group), layout, world))
        done += len(group)
    left_out = frozenset(row.number for draft in drafts if draft.is_known for row in draft.rows)
    return Preview(sheet, layout, tuple(drafts), left_out)


def leaving_out(session: Session, seen: Preview, left_out: Collection[int], today: date) -> Preview:
    """Return the preview with these rows left out; the deals that they belong to are made anew of the other rows."""
    world, out = world_of(session, today), frozenset(left_out)
    changed = out ^ seen.left_out
    drafts = tuple(
        draft_of(draft.rows, seen.layout, world, out) if any(row.number in changed for row in draft.rows) else draft
        for draft in seen.drafts
    )
    return replace(seen, drafts=drafts, left_out=out)


def importing(session: Session, seen: Preview) -> Work[tuple[Deal, ...]]:
    """Return the work of saving what is wanted as one step; stopped before its end, the book stays as it was.

    Raises ValueError while a row that stays in has a fault, BookError where the book refuses.
    """
    if seen.blocking:
        msg = f"{seen.blocking} rows have faults"
        raise ValueError(msg)
    wanted = seen.wanted
    return Work(_saving(session, wanted), len(wanted))


def _saving(session: Session, wanted: Sequence[Deal]) -> Pieces[tuple[Deal, ...]]:
    saved: list[Deal] = []
    with session.step(IMPORT):
        for first in range(0, len(wanted), _SAVED):
            yield first
            saved += session.book.deals.add_all(wanted[first : first + _SAVED])
    return tuple(saved)
