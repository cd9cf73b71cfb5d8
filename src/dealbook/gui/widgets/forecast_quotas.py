"""The quota outlook: for each enrolled program with a quota, what must be sold in this and the next years."""

from decimal import Decimal
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from dealbook.desk.forecast_quota import YEARS, QuotaOutlook, QuotaYear
from dealbook.desk.forms import FACT_NAMES
from dealbook.domain.money import round_minor
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.labels import Elided, label
from dealbook.gui.words import tr
from dealbook.language import Language

_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_UNKNOWN: Final = "–"
_NAME: Final = 18 * GRID
"""Less room than this names no program; in a small window the periods scroll instead."""


class QuotaCard(Card):
    """A row for each quota: what was won, and a column for each period."""

    def __init__(self, words: Language) -> None:
        super().__init__(tr("Quota outlook"), tr("what must be sold, at today’s prices"))
        self._words = words
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setAccessibleName(tr("Quota outlook"))
        self._area.viewport().setAutoFillBackground(False)
        self.body.addWidget(self._area, 1)
        self.rows: list[list[str]] = []

    def show_quotas(self, quotas: tuple[QuotaOutlook, ...]) -> None:
        """Show the quotas; without any, nothing is shown at all."""
        self.setVisible(bool(quotas))
        body = QWidget()
        body.setObjectName("page")  # so that the card shows through
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, GRID, 0)
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID // 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnMinimumWidth(0, _NAME)
        self.rows = [self._head(), *(self._row(one) for one in quotas)]
        for place, texts in enumerate(self.rows):
            for column, text in enumerate(texts):
                if column == 0:
                    grid.addWidget(_name(text), place, column)
                    continue
                cell = label(text, "small" if place == 0 else "")
                grid.addWidget(cell, place, column, _RIGHT)
                if place and column > 1:
                    tip = self._tip(quotas[place - 1], column - 2)
                    cell.setToolTip(tip)
                    cell.setAccessibleDescription(tip)
        grid.setRowStretch(len(self.rows), 1)
        self._area.setWidget(body)

    def _head(self) -> list[str]:
        ahead = [tr("this period"), *(tr("in {n} y").format(n=n) for n in range(1, YEARS))]
        return ["", tr("won so far"), *ahead]

    def _row(self, quota: QuotaOutlook) -> list[str]:
        fact = self._words.text(FACT_NAMES[quota.fact])
        sign = f" {self._words.currency_sign(quota.currency)}" if quota.is_money else ""
        cells = [self._cell(quota, one) for one in quota.years]
        return [f"{quota.name}\n{fact}{sign}", self._figure(quota, quota.won), *cells]

    def _cell(self, quota: QuotaOutlook, year: QuotaYear) -> str:
        if year.at_prices is None:
            return tr("missing") if year.target is None else _UNKNOWN
        return self._figure(quota, year.at_prices)

    def _figure(self, quota: QuotaOutlook, amount: Decimal) -> str:
        return self._words.amount(amount, quota.currency) if quota.is_money else self._words.number(amount)

    def _tip(self, quota: QuotaOutlook, place: int) -> str:
        if place >= len(quota.years):
            return ""
        year = quota.years[place]
        if year.target is None:
            return tr("The quota is not known: enter the contract value on the page Programs.")
        parts = [
            tr("From {day}: target {target}").format(
                day=self._words.short_date(year.first), target=self._figure(quota, year.target)
            )
        ]
        if year.volume is not None:
            volume = self._words.percent(round_minor(year.volume, Decimal("0.01")))
            parts.append(tr("{volume} of this period’s volume").format(volume=volume))
        return "; ".join(parts)


def _name(text: str) -> QWidget:
    """Return a program's name with what its quota counts below it, as much as fits."""
    box = QWidget()
    box.setAccessibleName(text.replace("\n", ": "))
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for line, role in zip(text.split("\n"), ("", "small"), strict=False):
        column.addWidget(Elided(line, role))
    return box
