"""The arithmetic of one plan as a table of lines: what was done, the result, where the figure comes from."""

from collections.abc import Hashable, Sequence
from enum import IntEnum
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QFont

from dealbook.desk.compare import Row
from dealbook.desk.wording import problem_text, step_label, step_result
from dealbook.domain.money import ONE
from dealbook.earnings.estimate import Estimate, Status
from dealbook.gui.models.keyed import ROOT, Index, KeyedModel
from dealbook.gui.theme import tokens
from dealbook.gui.words import tr
from dealbook.language import Language
from dealbook.programs.model import Program

Role = Qt.ItemDataRole
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


class StepColumn(IntEnum):
    """What a line of the arithmetic shows."""

    TEXT = 0
    RESULT = 1


class StepLine(NamedTuple):
    """One line: `kind` is "head" (a component's name), "step", "total" or "source"."""

    number: int
    kind: str
    text: str
    result: str = ""


class StepsModel(KeyedModel[StepLine]):
    """Shows the lines; they follow the deal while it is typed."""

    def __init__(self, words: Language, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.name = ""

    def key_of(self, row: StepLine) -> Hashable:
        return row.number

    def show(self, estimate: Estimate, row: Row, program: Program | None, currency: str) -> None:
        """Show the arithmetic of an estimate; `row` is how the comparison shows it, in the deal's `currency`."""
        self.name = f"{estimate.vendor} · {estimate.plan_name}"
        steps = self._steps(estimate)
        own = next((place for place, step in enumerate(estimate.trace) if step.code == "work"), len(steps))
        lines = [*steps[:own], *self._reasons(estimate), *self._in_deal_currency(estimate, row, currency)]
        lines += [*steps[own:], *self._sources(estimate, program)]
        self.set_rows([line._replace(number=number) for number, line in enumerate(lines)])

    def text(self) -> str:
        """Return everything as text for the clipboard: one line each, text and result apart by a tab."""
        lines = [f"{'' if line.kind == 'head' else '  '}{line.text}\t{line.result}".rstrip() for line in self._rows]
        return "\n".join([self.name, *lines])

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(StepColumn)

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        if not index.isValid():
            return None
        line = self._rows[index.row()]
        is_result = index.column() == StepColumn.RESULT
        if role == Role.DisplayRole:
            return line.result if is_result else line.text
        if role == Role.TextAlignmentRole:
            return _RIGHT if is_result else _LEFT
        if role == Role.FontRole and line.kind in {"head", "total"}:
            bold = QFont()
            bold.setWeight(QFont.Weight.DemiBold)
            return bold
        if role == Role.ForegroundRole and (line.kind == "source" or (line.kind == "step" and not is_result)):
            return QColor(tokens().muted)
        return None

    def _steps(self, estimate: Estimate) -> list[StepLine]:
        lines = []
        for step in estimate.trace:
            kind = (
                "head" if step.code in ("component", "work") else "total" if step.code.startswith("total-") else "step"
            )
            result = step_result(step, self._words, estimate.currency)
            lines.append(StepLine(0, kind, step_label(step, self._words), result))
        return lines

    def _reasons(self, estimate: Estimate) -> list[StepLine]:
        """Say why nothing is paid, or what is missing."""
        if estimate.status is Status.PAYABLE:
            return []
        texts = dict.fromkeys(problem_text(problem, self._words) for problem in estimate.problems)
        return [StepLine(0, "total", text) for text in texts]

    def _in_deal_currency(self, estimate: Estimate, row: Row, currency: str) -> list[StepLine]:
        if row.totals is None or row.to_deal == ONE or estimate.status is not Status.PAYABLE:
            return []
        rate = self._words.number(round(row.to_deal, 6))
        text = tr("In {currency}: 1 {other} is {rate}").format(currency=currency, other=estimate.currency, rate=rate)
        return [StepLine(0, "total", text, self._words.amount(row.totals.expected_value, currency))]

    def _sources(self, estimate: Estimate, program: Program | None) -> list[StepLine]:
        if program is None:
            return []
        used = {step.source for step in estimate.trace if step.source}
        cited: Sequence[str] = [f"{one.id}: {one.title}" for one in program.sources if one.id in used]
        head = tr("{program}, version {version}").format(
            program=f"{program.vendor} {program.name}", version=program.version
        )
        return [StepLine(0, "source", text) for text in (head, *cited)]
