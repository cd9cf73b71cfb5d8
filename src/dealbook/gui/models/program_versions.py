"""The versions of a program as rows of the time line, with the words that say which one governs."""

from collections.abc import Hashable
from enum import IntEnum
from typing import Final

from PySide6.QtCore import QObject, Qt

from dealbook.desk.program_versions import Span
from dealbook.gui.models.keyed import ROOT, Index, KeyedModel
from dealbook.gui.models.programs import SECOND_LINE
from dealbook.gui.words import tr
from dealbook.language import Language

Role = Qt.ItemDataRole
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Column(IntEnum):
    """The columns, from left to right."""

    VERSION = 0
    TIME = 1


def span_text(span: Span, words: Language) -> str:
    """Say from when to when a version holds."""
    first = words.short_date(span.first)
    if span.until is None:
        return tr("from {first}").format(first=first)
    return tr("{first} to before {until}").format(first=first, until=words.short_date(span.until))


def state_text(span: Span) -> str:
    """Say what a version is: in force today, pinned, one's own."""
    parts = []
    if span.is_in_force:
        parts.append(tr("in force today"))
    if span.is_pinned:
        parts.append(tr("pinned"))
    if span.is_own:
        parts.append(tr("your own, in place of the shipped one") if span.hides_shipped else tr("your own"))
    return " · ".join(parts)


class VersionsModel(KeyedModel[Span]):
    """The versions of one program, the latest first."""

    def __init__(self, words: Language, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words

    def key_of(self, row: Span) -> Hashable:
        return row.program.id, row.first

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal or role != Role.DisplayRole:
            return None
        return tr("Version") if section == Column.VERSION else ""

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        if not index.isValid():
            return None
        span, is_name = self.rows[index.row()], index.column() == Column.VERSION
        days, state = span_text(span, self._words), state_text(span)
        if role == Role.DisplayRole:
            first = f"{span.program.version} · {state}" if state else span.program.version
            return first if is_name else ""
        if role == SECOND_LINE:
            return days if is_name else ""
        if role in (Role.AccessibleTextRole, Role.ToolTipRole):
            return ", ".join(part for part in (span.program.version, days, state) if part)
        return _LEFT if role == Role.TextAlignmentRole else None
