"""The parts of a program as a list that is indented, with how many problems each has."""

from collections.abc import Hashable, Sequence
from enum import IntEnum
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor

from dealbook.desk.program_form import Entry, Part
from dealbook.desk.text_check import Finding
from dealbook.gui.models.keyed import ROOT, Index, KeyedModel
from dealbook.gui.theme import tokens
from dealbook.gui.words import mark, plural, tr
from dealbook.programs.spans import KeyPath

Role = Qt.ItemDataRole
PARTS: Final = {
    Part.PROGRAM: mark("Program"),
    Part.SOURCE: mark("Source"),
    Part.INPUT: mark("Input"),
    Part.STANDING: mark("Standing"),
    Part.QUOTA: mark("Quota"),
    Part.TIER: mark("Tier"),
    Part.PLAN: mark("Plan"),
    Part.BUY: mark("Buy prices"),
    Part.COMPONENT: mark("Component"),
}


class OutlineColumn(IntEnum):
    """The columns, from left to right."""

    TITLE = 0
    PART = 1


class OutlineLine(NamedTuple):
    """One part with the number of its own problems, and whether one of them is an error."""

    entry: Entry
    problems: int = 0
    has_error: bool = False


class OutlineModel(KeyedModel[OutlineLine]):
    """Shows the parts in the order of the language."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_old = False

    def key_of(self, row: OutlineLine) -> Hashable:
        return row.entry.path

    def show(self, entries: Sequence[Entry], findings: Sequence[Finding]) -> None:
        """Show these parts, each with what was found in it and in none of its own parts."""
        paths = [entry.path for entry in entries]
        of: dict[KeyPath, list[Finding]] = {path: [] for path in paths}
        for finding in findings:
            around = [path for path in paths if finding.path[: len(path)] == path]
            if around:
                of[max(around, key=len)].append(finding)
        self.set_rows(
            [OutlineLine(e, len(of[e.path]), any(finding.is_error for finding in of[e.path])) for e in entries]
        )

    def row_of(self, path: KeyPath) -> int | None:
        """Return the row of the part that a path is in; None where it is in none."""
        around = [(len(line.entry.path), row) for row, line in enumerate(self._rows) if _holds(line.entry.path, path)]
        return max(around)[1] if around else None

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(OutlineColumn)

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        if not index.isValid():
            return None
        line = self._rows[index.row()]
        part = tr(PARTS[line.entry.part])
        is_title = index.column() == OutlineColumn.TITLE
        if role == Role.DisplayRole:
            if is_title:
                return "    " * line.entry.depth + (line.entry.title or part)
            return str(line.problems) if line.problems else (part if line.entry.title else "")
        if role in (Role.AccessibleTextRole, Role.ToolTipRole) and is_title:
            said = f"{part}: {line.entry.title}" if line.entry.title else part
            return said if not line.problems else f"{said}, {plural('{n} problem', '{n} problems', line.problems)}"
        if role == Role.TextAlignmentRole and not is_title:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Role.ForegroundRole:
            return self._colour(line, is_title=is_title)
        return None

    def _colour(self, line: OutlineLine, *, is_title: bool) -> QColor | None:
        colours = tokens()
        if line.problems and not is_title:
            return QColor(colours.bad if line.has_error else colours.warning)
        return QColor(colours.faint) if self.is_old or not is_title else None


def _holds(outer: KeyPath, inner: KeyPath) -> bool:
    return inner[: len(outer)] == outer
