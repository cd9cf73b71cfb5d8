"""The steps of the book, newest first under their days, and the lines of what one of them changed; both in pages."""

from collections.abc import Callable, Sequence
from datetime import date
from enum import IntEnum
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QObject, Qt
from PySide6.QtGui import QColor, QFont

from dealbook.book.chronicle import State
from dealbook.desk.history import Details, Shown
from dealbook.desk.history_told import Told
from dealbook.gui.models.keyed import ROOT, Index
from dealbook.gui.theme import tokens
from dealbook.gui.words import literal, tr
from dealbook.language import Language
from dealbook.tables.formulas import defused

Role = Qt.ItemDataRole
Pages = Callable[[int | None], Sequence[Shown]]
"""Returns the steps older than one, or the newest."""
Parts = Callable[[Details], Details]
"""Returns the lines behind those that were read."""
BETWEEN: Final = " · "


class Column(IntEnum):
    """The columns of the list of steps."""

    TIME = 0
    NAME = 1
    TOUCHED = 2
    STATE = 3


class HistoryModel(QAbstractTableModel):
    """Steps under the days on which they were made; older ones are read when the list is scrolled down."""

    def __init__(self, words: Language, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._rows: list[Shown | date] = []
        self._read: Pages = lambda _: ()
        self._has_more = False
        self.is_resting = False
        """Nobody looks on, so nothing further is read; the book may be about to be closed."""

    def start(self, read: Pages, least: int = 0) -> None:
        """Show what `read` gives from the newest step on, at least so many steps where there are."""
        self.beginResetModel()
        self._read, self._rows, self._has_more = read, [], True
        while self._has_more and (not self._rows or len(self.steps) < least):
            self._rows += self._next()
        self.endResetModel()

    @property
    def steps(self) -> list[Shown]:
        """The steps that were read."""
        return [row for row in self._rows if not isinstance(row, date)]

    def step_at(self, index: Index) -> Shown | None:
        """Return the step of a row; None on a day."""
        row = self._rows[index.row()] if index.isValid() else None
        return None if isinstance(row, date) else row

    def row_of(self, step_id: int) -> int | None:
        """Return the row of a step; None where it was not read."""
        rows = enumerate(self._rows)
        return next((place for place, row in rows if not isinstance(row, date) and row.entry.id == step_id), None)

    def day_rows(self, first: int = 0) -> list[int]:
        """Return the rows that are days, from `first` on."""
        return [place for place in range(first, len(self._rows)) if isinstance(self._rows[place], date)]

    def _next(self) -> list[Shown | date]:
        """Read the next steps and put their days between them."""
        last = self._rows[-1] if self._rows else None
        day = None if last is None or isinstance(last, date) else last.day
        found = self._read(None if last is None or isinstance(last, date) else last.entry.id)
        self._has_more = bool(found)
        rows: list[Shown | date] = []
        for step in found:
            if step.day != day:
                day = step.day
                rows.append(day)
            rows.append(step)
        return rows

    # --- Qt

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._has_more and not self.is_resting

    def fetchMore(self, parent: Index) -> None:
        rows = self._next()
        if rows and not parent.isValid():
            self.beginInsertRows(ROOT, len(self._rows), len(self._rows) + len(rows) - 1)
            self._rows += rows
            self.endInsertRows()

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.step_at(index) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        names = {
            Column.TIME: tr("Time"),
            Column.NAME: tr("Step"),
            Column.TOUCHED: tr("Of what"),
            Column.STATE: tr("Undo, redo"),
        }
        return names[Column(section)] if role == Role.DisplayRole else None

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], Column(index.column())
        if isinstance(row, date):
            return self._of_day(row, column, role)
        match role:
            case Role.DisplayRole:
                return self._text(row, column)
            case Role.ToolTipRole if column is not Column.TIME:
                return literal(self._text(row, column))
            case Role.ForegroundRole if row.entry.state is not State.DONE or column is Column.TIME:
                return QColor(tokens().muted)
        return None

    def _of_day(self, day: date, column: Column, role: int) -> object:
        if role == Role.DisplayRole and column is Column.TIME:
            return self._words.date(day)
        if role == Role.FontRole:
            return _bold()
        return QColor(tokens().text) if role == Role.ForegroundRole else None

    def _text(self, row: Shown, column: Column) -> str:
        match column:
            case Column.TIME:
                return f"{row.when:%H:%M}"
            case Column.NAME:
                return tr(row.entry.name)
            case Column.TOUCHED:
                return touched_text(row)
            case Column.STATE:
                return state_text(row)


def touched_text(row: Shown) -> str:
    """Return what a step touched."""
    names = ", ".join(row.touched)
    return tr("{names} and more").format(names=names) if row.more else names


def state_text(row: Shown) -> str:
    """Return where a step stands with undo and redo, in short."""
    if row.is_next_undo:
        return tr("next to undo")
    if row.is_next_redo:
        return tr("next to redo")
    if row.entry.is_lasting:
        return tr("stays")
    return {State.DONE: "", State.UNDONE: tr("undone"), State.DROPPED: tr("undone, left behind")}[row.entry.state]


def state_words(row: Shown) -> str:
    """Return where a step stands with undo and redo, in a sentence."""
    if row.is_next_undo:
        return tr("Undo takes this step back.")
    if row.is_next_redo:
        return tr("This step is undone. Redo brings it again.")
    if row.entry.is_lasting:
        return tr("This step stays: undo passes over it.")
    return {
        State.DONE: "",
        State.UNDONE: tr("This step is undone. Redo brings it again, after those undone later than it."),
        State.DROPPED: tr("This step was undone, and another one was made in its place. Redo does not bring it again."),
    }[row.entry.state]


class ToldColumn(IntEnum):
    """The columns of what a step changed."""

    WHAT = 0
    BEFORE = 1
    AFTER = 2


NOTHING: Final = Details((), None, None)


class ToldModel(QAbstractTableModel):
    """The lines of what a step changed; more of them are read when the table is scrolled down."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Told] = []
        self._read: Parts = lambda _: NOTHING
        self._details = NOTHING
        self.is_resting = False

    def start(self, first: Details, read: Parts) -> None:
        """Show the first lines; `read` gives those behind."""
        self.beginResetModel()
        self._details, self._read, self._lines = first, read, list(first.told)
        self.endResetModel()

    @property
    def lines(self) -> Sequence[Told]:
        """The lines that were read."""
        return self._lines

    def as_text(self, most: int) -> tuple[str, bool]:
        """Return all lines with tabs between their cells, up to `most`, and whether these are all."""
        while self.canFetchMore(ROOT) and len(self._lines) < most:
            self.fetchMore(ROOT)
        heads = "\t".join(str(self.headerData(column, Qt.Orientation.Horizontal)) for column in ToldColumn)
        return "\n".join((heads, *map(copied, self._lines))), not self.canFetchMore(ROOT)

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(ToldColumn)

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._details.last is not None and not self.is_resting

    def fetchMore(self, parent: Index) -> None:
        if parent.isValid() or self._details.last is None:
            return
        self._details = self._read(self._details)
        if told := self._details.told:
            self.beginInsertRows(ROOT, len(self._lines), len(self._lines) + len(told) - 1)
            self._lines += told
            self.endInsertRows()

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return (tr("What"), tr("Before"), tr("After"))[section] if role == Role.DisplayRole else None

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        text = (line.what, line.before, line.after)[index.column()]
        match role:
            case Role.DisplayRole:
                return text
            case Role.ToolTipRole if text:
                return literal(text)
            case Role.FontRole if line.is_head:
                return _bold()
            case Role.ForegroundRole if index.column() == ToldColumn.BEFORE:
                return QColor(tokens().muted)
        return None


def copied(line: Told) -> str:
    """Return a line for the clipboard, with tabs between its cells; none of them is a formula to a spreadsheet."""
    return f"{defused(line.what)}\t{defused(line.before)}\t{defused(line.after)}".rstrip()


def _bold() -> QFont:
    font = QFont()
    font.setWeight(QFont.Weight.DemiBold)
    return font
