"""The table of the catalogue: one row a program, with where the partner stands in it."""

from collections.abc import Hashable
from enum import IntEnum
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor

from dealbook.desk.programs import ProgramRow
from dealbook.gui.models.keyed import ROOT, Index, KeyedModel
from dealbook.gui.theme import tokens
from dealbook.gui.words import plural, tr

Role = Qt.ItemDataRole
LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Column(IntEnum):
    """The columns, from left to right."""

    VENDOR = 0
    NAME = 1
    VERSION = 2
    STANDING = 3


def standing_text(row: ProgramRow) -> str:
    """Say in a few words where the partner stands in a program."""
    if row.enrolment is None:
        return tr("Not enrolled")
    return missing_text(row.missing) if row.missing else tr("Enrolled")


def missing_text(count: int) -> str:
    """Say how many contract values are missing."""
    return plural("{n} value missing", "{n} values missing", count)


class ProgramsModel(KeyedModel[ProgramRow]):
    """The programs that a search found."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)

    def key_of(self, row: ProgramRow) -> Hashable:
        return row.id

    def row_of(self, program_id: str) -> int | None:
        """Return the row of a program, or None where it is not shown."""
        return next((position for position, row in enumerate(self.rows) if row.id == program_id), None)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal or role != Role.DisplayRole:
            return None
        names = {
            Column.VENDOR: tr("Vendor"),
            Column.NAME: tr("Program"),
            Column.VERSION: tr("Version"),
            Column.STANDING: tr("Your standing"),
        }
        return names[Column(section)]

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], Column(index.column())
        match role:
            case Role.DisplayRole:
                return _text(row, column)
            case Role.TextAlignmentRole:
                return LEFT
            case Role.ForegroundRole:
                return _colour(row, column)
            case Role.ToolTipRole:
                return _tip(row, column)
        return None


def _text(row: ProgramRow, column: Column) -> str:
    match column:
        case Column.VENDOR:
            return row.program.vendor
        case Column.NAME:
            return row.program.name
        case Column.VERSION:
            return row.program.version if row.is_in_force else tr("not in force")
        case Column.STANDING:
            return standing_text(row)


def _colour(row: ProgramRow, column: Column) -> QColor | None:
    if column is Column.STANDING and row.enrolment is not None and row.missing:
        return QColor(tokens().warning)
    quiet = column is Column.VERSION or (column is Column.STANDING and row.enrolment is None)
    return QColor(tokens().muted) if quiet or not row.is_in_force else None


def _tip(row: ProgramRow, column: Column) -> str:
    if column is not Column.STANDING:
        return f"{row.program.vendor} · {row.program.name} · {row.program.version}"
    if row.enrolment is None:
        return tr("Not enrolled")
    parts = [tr("Enrolled")]
    if row.enrolment.certified:
        parts.append(tr("certified"))
    if row.enrolment.tier:
        parts.append(row.enrolment.tier)
    if row.missing:
        parts.append(missing_text(row.missing))
    return " · ".join(parts)
