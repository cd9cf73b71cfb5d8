"""The list of the catalogue: one row a program, with where the partner stands in it."""

from collections.abc import Hashable
from enum import IntEnum
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor

from dealbook.desk.programs import ProgramRow
from dealbook.gui.models.keyed import ROOT, Index, KeyedModel
from dealbook.gui.models.program_words import missing_text, models_text, standing_text, title_text
from dealbook.gui.theme import tokens
from dealbook.gui.words import literal, tr

Role = Qt.ItemDataRole
SECOND_LINE: Final = Role.UserRole + 1
"""The role of what stands below a program's name."""
LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Column(IntEnum):
    """The columns, from left to right."""

    PROGRAM = 0
    STANDING = 1


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
        return {Column.PROGRAM: tr("Program"), Column.STANDING: tr("Your standing")}[Column(section)]

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], Column(index.column())
        if role == Role.DisplayRole:
            return title_text(row.program) if column is Column.PROGRAM else standing_text(row)
        if role in (SECOND_LINE, Role.AccessibleDescriptionRole):
            return about_text(row) if column is Column.PROGRAM else ""
        if role == Role.TextAlignmentRole:
            return LEFT
        if role == Role.ForegroundRole:
            return _colour(row, column)
        return literal(_tip(row, column)) if role == Role.ToolTipRole else None


def about_text(row: ProgramRow) -> str:
    """Return what stands below a program's name: its models, its version, whether a version is the partner's own."""
    parts = [models_text(row), row.program.version if row.is_in_force else tr("not in force")]
    if row.own:
        parts.append(tr("own version"))
    return " · ".join(part for part in parts if part)


def _colour(row: ProgramRow, column: Column) -> QColor | None:
    if column is Column.STANDING and row.is_member and row.missing:
        return QColor(tokens().warning)
    quiet = not row.is_in_force or (column is Column.STANDING and not row.is_member)
    return QColor(tokens().muted) if quiet else None


def _tip(row: ProgramRow, column: Column) -> str:
    if column is not Column.STANDING:
        return f"{title_text(row.program)} · {row.program.version}\n{about_text(row)}"
    if row.enrolment is None:
        return tr("Not enrolled")
    parts = [tr("Left") if row.has_left else tr("Enrolled")]
    if row.enrolment.certified:
        parts.append(tr("certified"))
    if row.enrolment.tier:
        parts.append(row.enrolment.tier)
    if row.missing:
        parts.append(missing_text(row.missing))
    return " · ".join(parts)
