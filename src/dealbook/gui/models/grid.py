"""A table that is typed into: what cannot be saved stays in its cell, marked, with words that say what is wrong.

Owns the drafts, which are kept by the record's key and so survive every refresh. What a column means, how its text is
read and how a change is saved is the subclasses' and their owner's business.
"""

from abc import abstractmethod
from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor

from dealbook.domain.deal import Event, Line
from dealbook.gui.models.keyed import Index, KeyedModel
from dealbook.gui.models.reading import WrongInputError
from dealbook.gui.theme import tokens
from dealbook.gui.words import literal
from dealbook.language import Language

Record = TypeVar("Record", Line, Event)
Role = Qt.ItemDataRole

Save = Callable[[Sequence[Record], str], str]
"""Saves the records as one step of that name and returns an empty text; or says what is wrong and saves nothing."""
Preview = Callable[[Sequence[Record] | None], None]
"""Shows what the records would mean, without saving them; None goes back to what is saved."""


class Draft(NamedTuple):
    """What was typed into a cell and could not be saved, and why, in words."""

    text: str
    problem: str


class GridModel(KeyedModel[Record]):
    """Holds records of an offer, one a row, each with the cells that could not be saved."""

    drafted = Signal()
    """A draft was made, mended or given up."""

    def __init__(self, words: Language, save: Save[Record], preview: Preview[Record], parent: QObject | None) -> None:
        super().__init__(parent)
        self._words = words
        self._save: Save[Record] = save
        self._preview: Preview[Record] = preview
        self._drafts: dict[tuple[Hashable, int], Draft] = {}
        self._trying: Record | None = None

    @abstractmethod
    def typed(self, record: Record, column: int, text: str) -> Record:
        """Return the record with a cell's new text; raises WrongInputError."""

    @abstractmethod
    def edit_text(self, record: Record, column: int) -> str:
        """Return a cell's saved value as a person would type it."""

    @abstractmethod
    def step_name(self, column: int) -> str:
        """Return the name of the step that changes a column."""

    def key_of(self, row: Record) -> Hashable:
        return row.id

    def record(self, row: int) -> Record | None:
        """Return the record of a row as it would be with what is being typed; None for the row that adds."""
        if not 0 <= row < len(self._rows):
            return None
        saved = self._rows[row]
        return self._trying if self._trying is not None and self._trying.id == saved.id else saved

    def draft(self, index: Index) -> Draft | None:
        """Return what was typed into a cell and could not be saved."""
        if not 0 <= index.row() < len(self._rows):
            return None
        return self._drafts.get((self._rows[index.row()].id, index.column()))

    @property
    def drafts(self) -> list[tuple[Index, Draft]]:
        """The cells that could not be saved, in the order of the rows."""
        place = {record.id: row for row, record in enumerate(self._rows)}
        cells = sorted((place[key], column, draft) for (key, column), draft in self._drafts.items() if key in place)
        return [(self.index(row, column), draft) for row, column, draft in cells]

    def setData(self, index: Index, value: object, role: int = Role.EditRole) -> bool:
        if role != Role.EditRole or not 0 <= index.row() < len(self._rows):
            return False
        row, column, text = index.row(), index.column(), str(value)
        before = self._rows[row]
        self._trying = None
        self._forget(before.id, column)
        problem = "" if text == self.edit_text(before, column) else self._write(row, column, text)
        if problem:
            self._drafts[before.id, column] = Draft(text, problem)
            self.drafted.emit()
            self._preview(None)
        if row < len(self._rows):
            self.announce(row)
        return True

    def give_up(self, index: Index) -> None:
        """Go back to what is saved in a cell."""
        if 0 <= index.row() < len(self._rows):
            self._forget(self._rows[index.row()].id, index.column())
            self.announce(index.row())

    def preview(self, index: Index, text: str) -> None:
        """Follow what is being typed into a cell: show what it would mean, if it can be read."""
        if not 0 <= index.row() < len(self._rows):
            return
        try:
            self._trying = self.typed(self._rows[index.row()], index.column(), text)
        except WrongInputError:
            self._trying = None
        self._show(index.row(), self._trying)

    def end_preview(self) -> None:
        """Typing has ended without a change."""
        if self._trying is not None:
            row = next((row for row, record in enumerate(self._rows) if record.id == self._trying.id), -1)
            self._trying = None
            self._show(row, None)

    def remove(self, rows: Sequence[int], name: str) -> None:
        """Take records out, as one step."""
        gone = {row for row in rows if 0 <= row < len(self._rows)}
        if gone:
            self._save([record for row, record in enumerate(self._rows) if row not in gone], name)

    def common_data(self, index: Index, role: int) -> object:
        """Answer the roles that say how a draft looks; None where there is none."""
        draft = self.draft(index)
        if draft is None:
            return None
        answers: dict[int, object] = {
            Role.DisplayRole: draft.text,
            Role.EditRole: draft.text,
            Role.ToolTipRole: literal(draft.problem),
            Role.AccessibleDescriptionRole: draft.problem,
            Role.ForegroundRole: QColor(tokens().bad),
            Role.BackgroundRole: QColor(tokens().bad_soft),
        }
        return answers.get(role)

    def _write(self, row: int, column: int, text: str) -> str:
        """Save a cell; return what is wrong with the text, in words."""
        try:
            changed = self.typed(self._rows[row], column, text)
        except WrongInputError as wrong:
            return str(wrong)
        if changed == self._rows[row]:
            return ""
        return self._save(self._with(row, changed), self.step_name(column))

    def _show(self, row: int, trying: Record | None) -> None:
        self._preview(None if trying is None else self._with(row, trying))
        if 0 <= row < len(self._rows):
            self.announce(row)

    def _with(self, row: int, record: Record) -> list[Record]:
        records = list(self._rows)
        records[row] = record
        return records

    def _forget(self, key: Hashable, column: int) -> None:
        if self._drafts.pop((key, column), None) is not None:
            self.drafted.emit()
