"""The figures beside the forecast's chart: two years, the residual base, the largest vendor and customer."""

from decimal import Decimal
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSpinBox

from dealbook.desk.forecast_rows import Forecast, Share
from dealbook.domain.money import round_minor
from dealbook.gui.book_words import said
from dealbook.gui.context import Context
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.labels import Elided, label
from dealbook.gui.words import tr
from dealbook.language import Language

_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
MULTIPLE: Final = 24
"""So many months of residual is what a residual base is often sold for."""
_KEPT: Final = "residual_multiple"
"""The setting of the book in which the multiple is kept."""
NONE: Final = "–"


class YearsCard(Card):
    """First and second year: the won deals, the weighted pipeline, both."""

    def __init__(self, words: Language) -> None:
        super().__init__(tr("First and second year"), " ")
        self._words = words
        grid = _grid()
        heads = (tr("Year 1"), tr("Year 2"))
        for column, head in enumerate(heads, 1):
            grid.addWidget(label(head, "small"), 0, column, _RIGHT)
        self.figures: dict[str, tuple[QLabel, QLabel]] = {}
        for row, (key, text) in enumerate(_YEAR_ROWS, 1):
            role = "strong" if key == "both" else "muted" if key == "pipeline" else ""
            grid.addWidget(label(tr(text), role), row, 0)
            cells = label("…", role), label("…", role)
            for column, cell in enumerate(cells, 1):
                grid.addWidget(cell, row, column, _RIGHT)
            self.figures[key] = cells
        self.effect = label("", "small", wrap=True)
        self.body.addLayout(grid)
        self.body.addWidget(self.effect)

    def show_forecast(self, forecast: Forecast, *, expected: bool) -> None:
        """Show the years as contracted or as expected, and what the one takes off the other."""
        words, currency = self._words, forecast.currency
        self.note.setText(words.currency_sign(currency))
        for column in (0, 1):
            won, pipeline = forecast.sheet(expected=expected).year(column + 1)
            for key, amount in (("won", won), ("pipeline", pipeline), ("both", won + pipeline)):
                cell = self.figures[key][column]
                cell.setText(words.amount(amount, currency))
                cell.setAccessibleName(f"{tr(dict(_YEAR_ROWS)[key])}, {column + 1}: {cell.text()}")
        change = forecast.expected.both_years - forecast.contracted.both_years
        form = tr("Both years: {change} against as contracted") if expected else tr("Both years: {change} if expected")
        self.effect.setText(form.format(change=_signed(change, words, currency)))


_YEAR_ROWS: Final = (("won", "Won deals"), ("pipeline", "Pipeline, weighted"), ("both", "Total"))


class ResidualCard(Card):
    """What the residual base is worth: by what is expected of it, and by a multiple of a month; the book keeps that."""

    def __init__(self, context: Context) -> None:
        super().__init__(tr("Residual base"), " ")
        self._words, self._context = context.words, context
        self._forecast: Forecast | None = None
        self.expected, self.monthly, self.by_multiple = label("…", "strong"), label("…"), label("…", "strong")
        self.multiple = QSpinBox()
        self.multiple.setRange(1, 120)
        kept = context.session.book.settings.get(_KEPT)
        self.multiple.setValue(int(kept) if kept.isdecimal() else MULTIPLE)
        self.multiple.setSuffix(" ×")
        self.multiple.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.multiple.setFixedWidth(10 * GRID)
        self.multiple.setAccessibleName(tr("Multiple of a month’s residual"))
        self.multiple.valueChanged.connect(self._multiply)
        self.multiple.valueChanged.connect(self._keep)
        grid = _grid()
        value = label(tr("Expected value today"))
        value.setToolTip(tr("What the won deals still pay over time, with churn and price fall, discounted"))
        month = QHBoxLayout()
        month.setSpacing(GRID)
        month.addWidget(self.multiple)
        month.addWidget(label(tr("a month")))
        month.addStretch(1)
        grid.addWidget(value, 0, 0)
        grid.addWidget(self.expected, 0, 1, _RIGHT)
        grid.addWidget(label(tr("Residual a month, now")), 1, 0)
        grid.addWidget(self.monthly, 1, 1, _RIGHT)
        grid.addLayout(month, 2, 0)
        grid.addWidget(self.by_multiple, 2, 1, _RIGHT)
        self.body.addLayout(grid)

    def show_forecast(self, forecast: Forecast) -> None:
        """Show the base of a forecast."""
        words, currency = self._words, forecast.currency
        self._forecast = forecast
        self.note.setText(words.currency_sign(currency))
        self.expected.setText(words.amount(forecast.residuals, currency))
        self.monthly.setText(words.amount(forecast.monthly, currency))
        self._multiply()

    def _keep(self, multiple: int) -> None:
        with said(self._context.notify):
            self._context.session.book.settings.set(_KEPT, str(multiple))

    def _multiply(self) -> None:
        if self._forecast is not None:
            worth = self._forecast.monthly * self.multiple.value()
            self.by_multiple.setText(self._words.amount(worth, self._forecast.currency))


class SharesCard(Card):
    """How much hangs on the largest vendor and on the largest customer."""

    def __init__(self, words: Language) -> None:
        super().__init__(tr("Concentration"), tr("of 12 months’ cash"))
        self._words = words
        self._grid = _grid()
        self.vendor, self.customer = Elided(), Elided()
        self.parts = label("…", "strong"), label("…", "strong")
        for row, (text, name, part) in enumerate(
            ((tr("Vendor"), self.vendor, self.parts[0]), (tr("Customer"), self.customer, self.parts[1]))
        ):
            self._grid.addWidget(label(text, "muted"), row, 0)
            self._grid.addWidget(name, row, 1)
            self._grid.addWidget(part, row, 2, _RIGHT)
        self._grid.setColumnStretch(0, 0)
        self._grid.setColumnStretch(1, 1)
        self.body.addLayout(self._grid)

    def show_shares(self, vendor: Share | None, customer: Share | None) -> None:
        """Show the largest shares; None: there is no cash that could be shared."""
        for name, part, share in ((self.vendor, self.parts[0], vendor), (self.customer, self.parts[1], customer)):
            name.setText(share.name if share else NONE)
            part.setText(self._words.percent(round_minor(share.part, Decimal("0.01"))) if share else "")


def _grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(2 * GRID)
    grid.setVerticalSpacing(GRID // 2)
    grid.setColumnStretch(0, 1)
    return grid


def _signed(amount: Decimal, words: Language, currency: str) -> str:
    return f"{'+' if amount > 0 else ''}{words.amount(amount, currency)}"
