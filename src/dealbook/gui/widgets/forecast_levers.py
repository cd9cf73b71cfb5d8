"""The forecast's levers: a churn a month and a price fall a year, tried out at once and saved nowhere."""

from decimal import Decimal
from typing import Final

from PySide6.QtCore import Signal

from dealbook.domain.money import ZERO
from dealbook.domain.partner import Assumptions
from dealbook.earnings.forecast import Levers
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.deal_levers import Lever
from dealbook.gui.widgets.labels import button, set_tip
from dealbook.gui.words import tr
from dealbook.language import Language

_CHURN_STEP: Final = Decimal("0.0005")
_FALL_STEP: Final = Decimal("0.005")


class ForecastLevers(Card):
    """Begins with the partner's assumptions; `changed` whenever a lever is moved."""

    changed = Signal()

    def __init__(self, words: Language) -> None:
        super().__init__(tr("What if"))
        self._words = words
        self._assume = Assumptions()
        self._churn: Decimal | None = None
        self._fall = ZERO
        self.churn = Lever(tr("Churn a month"), 0, 60, 1, 10)
        self.fall = Lever(tr("Price fall a year"), 0, 60, 1, 10)
        self.fall.setToolTip(
            tr("From the thirteenth month on everything paid over time is less by it, and so each year")
        )
        self.reset = button(tr("Reset"), "quiet")
        set_tip(self.reset, tr("Back to the assumptions of the settings; what is tried here is not saved"))
        self.tools.addWidget(self.reset)
        for lever in (self.churn, self.fall):
            self.body.addWidget(lever)
        self.churn.moved.connect(self._move_churn)
        self.fall.moved.connect(self._move_fall)
        self.reset.clicked.connect(self._reset)

    def show_assumptions(self, assume: Assumptions) -> None:
        """Take the partner's assumptions for what no lever has moved."""
        self._assume = assume
        self._show()

    def levers(self) -> Levers:
        """Return how the levers stand."""
        churn = self._assume.churn if self._churn is None else self._churn
        return Levers(churn=churn, price_fall=self._fall, discount_rate=self._assume.discount_rate)

    @property
    def is_moved(self) -> bool:
        """Whether anything differs from what is saved."""
        return self._churn is not None or bool(self._fall)

    def _move_churn(self, position: int) -> None:
        self._churn = position * _CHURN_STEP
        self._show()
        self.changed.emit()

    def _move_fall(self, position: int) -> None:
        self._fall = position * _FALL_STEP
        self._show()
        self.changed.emit()

    def _reset(self) -> None:
        self._churn, self._fall = None, ZERO
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        levers = self.levers()
        self.churn.show_value(int(levers.churn / _CHURN_STEP), self._words.percent(levers.churn))
        self.fall.show_value(int(levers.price_fall / _FALL_STEP), self._words.percent(levers.price_fall))
        self.reset.setEnabled(self.is_moved)
