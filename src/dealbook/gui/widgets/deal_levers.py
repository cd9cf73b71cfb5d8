"""The levers: seats, term, discount and churn tried out on the offer, compared at once, saved only when applied."""

from decimal import Decimal
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from dealbook.gui.models.open_deal import OpenDeal
from dealbook.gui.models.trial import Trial, seats_of
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.deal_terms import months_text
from dealbook.gui.widgets.labels import button, label
from dealbook.gui.words import tr

_HUNDRED: Final = Decimal(100)
_CHURN_STEPS: Final = Decimal(10000)
"""Churn in steps of 0.05 % a month."""


class Lever(QWidget):
    """One slider with its name and its value in words; `moved` gives the slider's position."""

    moved = Signal(int)

    def __init__(self, name: str, least: int, most: int, step: int, page: int) -> None:
        super().__init__()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(least, most)
        self.slider.setSingleStep(step)
        self.slider.setPageStep(page)
        self.slider.setAccessibleName(name)
        self.slider.valueChanged.connect(self.moved)
        self.value = label("", "strong")
        above = QHBoxLayout()
        above.setSpacing(GRID)
        above.addWidget(label(name, "small"))
        above.addStretch(1)
        above.addWidget(self.value)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(above)
        column.addWidget(self.slider)

    def show_value(self, position: int, text: str) -> None:
        """Show a position and its words, without announcing it as a move."""
        self.value.setText(text)
        self.slider.setAccessibleDescription(text)
        if self.slider.value() != position:
            blocked = self.slider.blockSignals(True)
            self.slider.setValue(position)
            self.slider.blockSignals(blocked)


class LeversCard(Card):
    """Tries a change of the offer and can save it as one step."""

    def __init__(self, open_deal: OpenDeal) -> None:
        super().__init__(tr("Try"), tr("not saved until applied"))
        self._open = open_deal
        self.seats = Lever(tr("Seats"), 10, 300, 1, 10)
        self.term = Lever(tr("Term"), 1, 84, 1, 12)
        self.discount = Lever(tr("Further discount"), 0, 60, 1, 10)
        self.churn = Lever(tr("Churn a month"), 0, 60, 1, 10)
        self.apply = button(tr("Apply"), "link")
        self.reset = button(tr("Reset"), "quiet")
        self.effect = label("", "small")
        self.tools.addWidget(self.apply)
        self.tools.addWidget(self.reset)
        layout = QGridLayout()
        layout.setHorizontalSpacing(3 * GRID)
        layout.setVerticalSpacing(GRID)
        for place, lever in enumerate((self.seats, self.term, self.discount, self.churn)):
            layout.addWidget(lever, place // 2, place % 2)
            lever.moved.connect(self._try)
        self.body.addLayout(layout)
        self.body.addWidget(self.effect)
        self.apply.clicked.connect(self._apply)
        self.reset.clicked.connect(self._reset)
        open_deal.compared.connect(self.refresh)

    def refresh(self) -> None:
        """Show what is tried, and what it changes for the best plan."""
        trial, offer, words = self._open.trial, self._open.offer, self._open.words
        seats = seats_of(self._open.shown_offer)
        self.seats.setEnabled(bool(seats_of(offer)))
        self.seats.show_value(int(trial.seats * _HUNDRED), words.number(seats))
        term = self._open.shown_offer.term
        if self.term.slider.maximum() < term:
            self.term.slider.setMaximum(term)
        self.term.show_value(term, months_text(term))
        self.discount.show_value(int(trial.discount * 2 * _HUNDRED), words.percent(trial.discount))
        churn = self._open.assume.churn
        self.churn.show_value(int(churn * _CHURN_STEPS / 5), words.percent(churn))
        for tool in (self.apply, self.reset):
            tool.setEnabled(not trial.is_idle)
        self.effect.setText("" if trial.is_idle else self._effect())
        self.effect.setVisible(not trial.is_idle)

    def _effect(self) -> str:
        """Say what the best plan would pay, and how much more or less than the best as it is saved."""
        tried, saved = self._open.comparison, self._open.saved_comparison
        best = tried.best if tried else None
        if tried is None or best is None or best.totals is None:
            return tr("No plan would pay.")
        objective = self._open.objective
        amount = best.figure(objective)
        if amount is None:
            return tr("Best would be {plan}").format(plan=f"{best.estimate.vendor} · {best.estimate.plan_name}")
        text = tr("Best would be {plan} with {amount}").format(
            plan=f"{best.estimate.vendor} · {best.estimate.plan_name}", amount=self._amount(amount)
        )
        before = saved.best if saved else None
        was = before.figure(objective) if before is not None else None
        if was is None:
            return text
        difference = amount - was
        sign = "+" if difference > 0 else ""
        return f"{text} ({sign}{self._amount(difference)})"

    def _amount(self, value: Decimal) -> str:
        return self._open.words.amount(value, self._open.deal.currency)

    def _try(self) -> None:
        before = self._open.trial
        offer = before.taken or self._open.offer
        term = self.term.slider.value()
        churn = Decimal(self.churn.slider.value()) * 5 / _CHURN_STEPS
        saved = self._open.session.partner.assume.churn
        stays = self.churn.slider.value() == int(saved * _CHURN_STEPS / 5)
        self._open.try_out(
            Trial(
                seats=Decimal(self.seats.slider.value()) / _HUNDRED,
                term=None if term == offer.term else term,
                discount=Decimal(self.discount.slider.value()) / 2 / _HUNDRED,
                churn=None if stays else churn,
                taken=before.taken,
                registers=before.registers,
            )
        )

    def _apply(self) -> None:
        problem = self._open.apply_trial()
        if problem:
            self.effect.setText(problem)
            self.effect.show()

    def _reset(self) -> None:
        self._open.try_out(Trial())
