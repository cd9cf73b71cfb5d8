"""The steps that would change the winner, on the page: found while nobody types, shown as a list.

The search waits until the keys are still and then goes on in slices between two events, so that no key waits for it.
What is found is the desk's; this module says when it is looked for and how a row reads.
"""

from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor

from dealbook.desk.compare import Objective
from dealbook.desk.nearest import NextStep, each_step, ranked
from dealbook.desk.nearest_words import StepWords, step_words
from dealbook.desk.session import Session
from dealbook.domain.deal import Deal, Offer
from dealbook.domain.partner import Assumptions
from dealbook.gui.models.idle import IdleSearch
from dealbook.gui.models.keyed import ROOT, Index, KeyedModel
from dealbook.gui.theme import tokens
from dealbook.gui.words import literal, tr
from dealbook.language import Language

Role = Qt.ItemDataRole


class Question(NamedTuple):
    """What the steps are looked for: an offer under assumptions, and what counts."""

    deal: Deal
    offer: Offer
    assume: Assumptions
    objective: Objective


class StepSearch(IdleSearch[Question, NextStep]):
    """Looks for the steps once nothing has changed for a moment; the most useful come first."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session

    def search(self, question: Question) -> Iterator[NextStep | None]:
        deal, offer, assume, objective = question
        return each_step(self._session, deal, offer, assume=assume, objective=objective)

    def arranged(self, parts: list[NextStep]) -> tuple[NextStep, ...]:
        return ranked(parts)


class StepColumn(IntEnum):
    """The columns of the list."""

    STEP = 0
    MARK = 1
    GAIN = 2


class ShownStep(NamedTuple):
    """A step as it is shown; `is_tried`: the comparison shows what it would bring."""

    step: NextStep
    words: StepWords
    is_tried: bool = False

    @property
    def text(self) -> str:
        """What is changed and what that reaches, in which plan."""
        return " · ".join(filter(None, (self.words.sentence, self.words.plan)))


class NextStepsModel(KeyedModel[ShownStep]):
    """The steps as a list, the most useful first."""

    def __init__(self, words: Language, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words

    def key_of(self, row: ShownStep) -> object:
        return row.step.move.key, row.step.move.plan

    def show(self, steps: tuple[NextStep, ...], tried: NextStep | None) -> None:
        """Show steps, one of which may be tried."""
        self.set_rows(
            [
                ShownStep(step, step_words(step, self._words), tried is not None and step.is_same(tried))
                for step in steps
            ]
        )

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(StepColumn)

    def shown(self, index: Index) -> ShownStep | None:
        """Return what a row shows."""
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def mark(self, shown: ShownStep) -> str:
        """Return the word that marks a step."""
        if shown.is_tried:
            return tr("tried")
        return tr("best") if shown.step.makes_best else ""

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        shown = self.shown(index)
        if shown is None:
            return None
        if role == Role.DisplayRole:
            return (shown.text, self.mark(shown), shown.words.gain)[index.column()]
        if role == Role.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if index.column() == StepColumn.STEP else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Role.ForegroundRole:
            return QColor(self._colour(shown, index.column()))
        if role == Role.ToolTipRole:
            return literal(f"{shown.text}. {shown.words.details}")
        if role == Role.AccessibleTextRole and index.column() == StepColumn.STEP:
            return ", ".join(filter(None, (shown.text, shown.words.gain, self.mark(shown), shown.words.details)))
        return None

    def _colour(self, shown: ShownStep, column: int) -> str:
        colours = tokens()
        if column == StepColumn.MARK:
            return colours.good
        return colours.accent if shown.step.is_for_deal else colours.muted
