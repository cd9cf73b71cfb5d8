"""The offer's totals under the lines: monthly, once, over the term; they follow while the person types."""

from decimal import Decimal

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from dealbook.domain.deal import CATEGORIES, Deal, Offer
from dealbook.domain.money import EXACT, minor_unit, round_minor
from dealbook.earnings.revenue import TWELVE, Revenue
from dealbook.gui.theme import GRID, tabular
from dealbook.gui.widgets.deal_terms import months_text
from dealbook.gui.widgets.labels import label
from dealbook.gui.words import tr
from dealbook.language import Language


class Totals(QWidget):
    """Three figures in a row."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 0, 0)
        row.setSpacing(GRID)
        self.monthly = self._figure(row, tr("MRR"))
        self.once = self._figure(row, tr("Once"))
        self.term = self._figure(row, "")
        row.addStretch(1)

    def show_offer(self, deal: Deal, offer: Offer, words: Language) -> None:
        """Show what an offer bills; its optional lines are left out."""
        every = Revenue(deal, offer).basket(frozenset(CATEGORIES))
        unit = minor_unit(deal.currency)
        figures = (every.mrr12, every.nrc12, every.tcv12)
        parts = (self.monthly, self.once, self.term)
        names = (tr("MRR"), tr("Once"), months_text(offer.term))
        for (name, value), figure, text in zip(parts, figures, names, strict=True):
            amount: Decimal = round_minor(EXACT.divide(figure, TWELVE), unit)
            name.setText(text)
            value.setText(words.money(amount, deal.currency))
            value.setAccessibleName(f"{text} {value.text()}")

    def _figure(self, row: QHBoxLayout, text: str) -> tuple[QLabel, QLabel]:
        name, value = label(text, "muted"), label("", "strong")
        value.setFont(tabular(value.font()))
        row.addWidget(name)
        row.addWidget(value)
        row.addSpacing(GRID)
        return name, value
