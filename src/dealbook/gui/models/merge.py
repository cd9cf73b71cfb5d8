"""The records that differ between two books: what happened to each, what becomes of it; and one of them in detail."""

from collections.abc import Sequence
from enum import IntEnum, StrEnum
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from dealbook.desk.merging import Entry, Fate, Key, Plan, Side
from dealbook.desk.merging_lines import Told
from dealbook.desk.merging_words import fate_text, kind_of, name_of, news_text
from dealbook.desk.session import Session
from dealbook.gui.theme import tokens
from dealbook.gui.words import literal, tr
from dealbook.language import Language

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
_ROOT: Final = QModelIndex()
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
CHECK: Final = "\N{CHECK MARK}"


class Filter(StrEnum):
    """Which records are shown."""

    ALL = "all"
    TO_SEE = "to see"
    COMES = "comes"
    CHANGES = "changes"
    GOES = "goes"
    STAYS = "stays"


class Column(IntEnum):
    """The columns of the list, from left to right."""

    KIND = 0
    NAME = 1
    NEWS = 2
    FATE = 3


_ORDER: Final = (Fate.CHANGES, Fate.GOES, Fate.COMES, Fate.STAYS)


class MergeModel(QAbstractTableModel):
    """The records that differ, those to be looked at first; what is decided meanwhile stays where it stands."""

    def __init__(self, session: Session, words: Language, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._words = words
        self._plan: Plan | None = None
        self._order: tuple[Key, ...] = ()
        self.keys: list[Key] = []

    def show_plan(self, plan: Plan | None, which: Filter) -> None:
        """Show the records of a plan, or those of them that a filter lets through."""
        self.beginResetModel()
        if plan is not self._plan:
            self._plan = plan
            entries = sorted(plan.entries, key=self._place) if plan else []
            self._order = tuple(entry.key for entry in entries)
        self.keys = [key for key in self._order if plan is not None and _is_shown(plan, plan[key], which)]
        self.endResetModel()

    def _place(self, entry: Entry) -> tuple[bool, bool, int, str, str]:
        fate = self._plan.fate(entry) if self._plan else entry.fate
        return (
            entry.is_decided,
            not entry.is_to_see,
            _ORDER.index(fate),
            entry.twin.table,
            " ".join(entry.twin.names).casefold(),
        )

    def entry(self, position: int) -> Entry:
        """Return the record of a row."""
        if self._plan is None:
            raise IndexError(position)
        return self._plan[self.keys[position]]

    def announce(self) -> None:
        """Tell the views that something was decided: a deal decides about its quotes as well."""
        if self.keys:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.keys) - 1, len(Column) - 1))

    def next_to_decide(self, after: int) -> int | None:
        """Return the next row that is to be decided, from the one `after` on and around; None where there is none."""
        rows = [*range(after + 1, len(self.keys)), *range(after + 1)]
        return next((row for row in rows if not self.entry(row).is_decided), None)

    # --- Qt

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.keys)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal or role != Role.DisplayRole:
            return None
        names = {
            Column.KIND: tr("Record"),
            Column.NAME: tr("Name"),
            Column.NEWS: tr("What happened"),
            Column.FATE: tr("After the merge"),
        }
        return names[Column(section)]

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        if not index.isValid() or self._plan is None:
            return None
        entry, column = self.entry(index.row()), Column(index.column())
        match role:
            case Role.DisplayRole:
                return self._text(self._plan, entry, column)
            case Role.TextAlignmentRole:
                return _LEFT
            case Role.ToolTipRole:
                return literal(self._text(self._plan, entry, column))
            case Role.ForegroundRole:
                return _colour(self._plan, entry, column)
        return None

    def _text(self, plan: Plan, entry: Entry, column: Column) -> str:
        match column:
            case Column.KIND:
                return kind_of(entry.twin, self._words)
            case Column.NAME:
                return name_of(entry.twin, self._session, self._words)
            case Column.NEWS:
                return news_text(plan, entry, self._words)
            case Column.FATE:
                return fate_text(plan, entry, self._words)


def _is_shown(plan: Plan, entry: Entry, which: Filter) -> bool:
    if which is Filter.ALL:
        return True
    return entry.is_to_see if which is Filter.TO_SEE else plan.fate(entry).value == which.value


def _colour(plan: Plan, entry: Entry, column: Column) -> QColor | None:
    if entry.is_to_see and column in {Column.NEWS, Column.FATE}:
        return QColor(tokens().warning)
    return QColor(tokens().muted) if plan.fate(entry) is Fate.STAYS and entry.is_decided else None


class Cell(IntEnum):
    """The columns of the detail, from left to right."""

    LABEL = 0
    HERE = 1
    THERE = 2


class DetailModel(QAbstractTableModel):
    """What stands here and there in the record that is selected; a check mark is at what the merge leaves."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._told: Sequence[Told] = ()
        self._entry: Entry | None = None

    def show_entry(self, entry: Entry | None, told: Sequence[Told]) -> None:
        """Show a record with its differences."""
        self.beginResetModel()
        self._entry, self._told = entry, told
        self.endResetModel()

    def follow(self, entry: Entry) -> None:
        """Show what was decided about the record that is shown."""
        self._entry = entry
        if self._told:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._told) - 1, len(Cell) - 1))

    def part(self, row: int) -> str:
        """Return the part that a row is chosen with; a line of an offer goes with its offer."""
        while row > 0 and not self._told[row].part and not self._told[row].is_head:
            row -= 1
        return self._told[row].part

    def side(self, row: int) -> Side | None:
        """Return whose value of a row the merge leaves; None while that is not decided."""
        entry = self._entry
        if entry is None or not entry.is_decided:
            return None
        if entry.side is not Side.MIXED:
            return entry.side
        return Side.THEIRS if self.part(row) in entry.parts else Side.OURS

    # --- Qt

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._told)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(Cell)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal or role != Role.DisplayRole:
            return None
        return {Cell.LABEL: "", Cell.HERE: tr("Here"), Cell.THERE: tr("There")}[Cell(section)]

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        if not index.isValid():
            return None
        told, cell = self._told[index.row()], Cell(index.column())
        text = (told.label, told.here, told.there)[cell]
        is_taken = self.side(index.row()) is {Cell.HERE: Side.OURS, Cell.THERE: Side.THEIRS}.get(cell)
        match role:
            case Role.DisplayRole:
                if cell is Cell.LABEL:
                    return f"    {text}" if self._is_under_head(index.row()) else text
                return f"{CHECK} {text}".rstrip() if is_taken and self._is_marked(index.row()) else text
            case Role.TextAlignmentRole:
                return _LEFT
            case Role.ToolTipRole:
                return literal(text)
            case Role.FontRole if told.is_head and cell is Cell.LABEL:
                bold = QFont()
                bold.setWeight(QFont.Weight.DemiBold)
                return bold
            case Role.ForegroundRole if cell is not Cell.LABEL and not is_taken and self.side(index.row()) is not None:
                return QColor(tokens().muted)
        return None

    def _is_under_head(self, row: int) -> bool:
        return not self._told[row].is_head and any(told.is_head for told in self._told[:row])

    def _is_marked(self, row: int) -> bool:
        """Whether a row has a mark of its own: not where only one book has the record, nor below an offer's head."""
        twin = self._entry.twin if self._entry else None
        return twin is not None and None not in (twin.ours, twin.theirs) and not self._is_under_head(row)
