"""What was found in a program's text, as a list: the line, and what is wrong with how to mend it."""

from collections.abc import Hashable, Sequence
from enum import IntEnum
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor

from dealbook.desk.checking import advice
from dealbook.desk.text_check import Finding
from dealbook.domain.problem import Severity
from dealbook.gui.models.keyed import ROOT, Index, KeyedModel
from dealbook.gui.theme import tokens
from dealbook.gui.words import literal, tr
from dealbook.language import Language

Role = Qt.ItemDataRole
_TOP: Final = Qt.AlignmentFlag.AlignTop


class FindingColumn(IntEnum):
    """The columns, from left to right."""

    LINE = 0
    WORDS = 1


class FindingLine(NamedTuple):
    """One finding in words; `number` tells it apart."""

    number: int
    finding: Finding
    words: str


class FindingsModel(KeyedModel[FindingLine]):
    """Shows the findings in the order of the text; an error is told from a warning by a word as well."""

    def __init__(self, words: Language, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words

    def key_of(self, row: FindingLine) -> Hashable:
        return row.number

    def show(self, findings: Sequence[Finding]) -> None:
        """Show these findings."""
        rows = [FindingLine(n, finding, finding_words(finding, self._words)) for n, finding in enumerate(findings)]
        self.set_rows(rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(FindingColumn)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Role.DisplayRole:
            return (tr("Line"), tr("What to mend"))[section]
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        is_line = index.column() == FindingColumn.LINE
        if role == Role.DisplayRole:
            return str(row.finding.line) if is_line else row.words
        if role == Role.TextAlignmentRole:
            return _TOP | (Qt.AlignmentFlag.AlignRight if is_line else Qt.AlignmentFlag.AlignLeft)
        if role == Role.ForegroundRole and is_line:
            return QColor(tokens().bad if row.finding.is_error else tokens().warning)
        if role == Role.ToolTipRole:
            return literal(f"{row.finding.problem.where}: {row.words}")
        return None


def finding_words(finding: Finding, words: Language) -> str:
    """Return what was found and how to mend it, with what it is in front where it does not stop the text."""
    said = " ".join(part for part in advice(finding.problem, words) if part)
    if finding.is_error:
        return said
    kind = tr("Warning") if finding.problem.severity is Severity.WARNING else tr("Note")
    return f"{kind}: {said}"
