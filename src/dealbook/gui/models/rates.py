"""The exchange rates as a table that is typed into; what cannot be saved stays in its cell, marked, with its words."""

import re
from collections.abc import Callable, Hashable
from dataclasses import replace
from enum import IntEnum
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor

from dealbook.desk.rates import RateFault
from dealbook.domain.partner import ExchangeRate
from dealbook.gui.models.days import day
from dealbook.gui.models.grid import Draft
from dealbook.gui.models.keyed import ROOT, Index, KeyedModel
from dealbook.gui.models.reading import WrongInputError, number
from dealbook.gui.theme import tokens
from dealbook.gui.words import mark, tr
from dealbook.language import Language

Role = Qt.ItemDataRole
SaveRate = Callable[[ExchangeRate, ExchangeRate | None], str]
"""Saves a rate, in place of another one where that is given, and says what is wrong, or nothing."""
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_DECIMALS: Final = 4
FAULTS: Final = {
    RateFault.SAME_CURRENCY: mark("A rate leads from one currency to another one."),
    RateFault.NOT_POSITIVE: mark("A rate is more than 0."),
    RateFault.DOUBLE: mark("There is a rate of these two currencies on that day already."),
}


class Column(IntEnum):
    """The columns, from left to right."""

    DAY = 0
    BASE = 1
    QUOTE = 2
    RATE = 3


def fault_words(fault: RateFault | None) -> str:
    """Return what is wrong with a rate, in words; nothing where nothing is."""
    return "" if fault is None else tr(FAULTS[fault])


def read_currency(text: str) -> str:
    """Return a currency's code; raises WrongInputError."""
    code = text.strip().upper()
    if not re.fullmatch("[A-Z]{3}", code):
        raise WrongInputError(tr("Write the currency with its three letters, like EUR or USD."))
    return code


def rate_text(rate: ExchangeRate, words: Language) -> str:
    """Return a rate with four decimals at least, so that points stand below one another."""
    whole, _, decimals = words.number(rate.rate).partition(words.decimal_point)
    return f"{whole}{words.decimal_point}{decimals.ljust(_DECIMALS, '0')}"


class RatesModel(KeyedModel[ExchangeRate]):
    """The rates, the latest first."""

    drafted = Signal()
    """A draft was made, mended or given up."""

    def __init__(self, words: Language, save: SaveRate, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._save = save
        self._drafts: dict[tuple[Hashable, int], Draft] = {}

    def key_of(self, row: ExchangeRate) -> Hashable:
        return row.day, row.base, row.quote

    def show_rates(self, rates: tuple[ExchangeRate, ...]) -> None:
        """Show the book's rates; drafts of rates that are gone go with them."""
        self.set_rows(sorted(rates, key=lambda rate: (-rate.day.toordinal(), rate.base, rate.quote)))
        keys = {self.key_of(rate) for rate in rates}
        self._drafts = {cell: draft for cell, draft in self._drafts.items() if cell[0] in keys}
        self.drafted.emit()

    def row_of(self, rate: ExchangeRate) -> int | None:
        """Return the row of a rate, or None where it is not there."""
        key = self.key_of(rate)
        return next((position for position, one in enumerate(self.rows) if self.key_of(one) == key), None)

    def problem(self) -> str:
        """Return what is wrong in the first cell that could not be saved."""
        return next((draft.problem for draft in self._drafts.values()), "")

    # --- Qt

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | (Qt.ItemFlag.ItemIsEditable if index.isValid() else Qt.ItemFlag.NoItemFlags)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = Column(section)
        if role == Role.TextAlignmentRole:
            return _RIGHT if column is Column.RATE else _LEFT
        names = {
            Column.DAY: tr("From the day"),
            Column.BASE: tr("1 unit of"),
            Column.QUOTE: tr("is in"),
            Column.RATE: tr("Rate"),
        }
        return names[column] if role == Role.DisplayRole else None

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        if not index.isValid():
            return None
        rate, column = self.rows[index.row()], Column(index.column())
        draft = self._drafts.get((self.key_of(rate), column))
        match role:
            case Role.DisplayRole | Role.EditRole:
                return draft.text if draft else self._text(rate, column)
            case Role.TextAlignmentRole:
                return _RIGHT if column is Column.RATE else _LEFT
            case Role.ForegroundRole:
                return QColor(tokens().bad) if draft else None
            case Role.ToolTipRole | Role.AccessibleDescriptionRole:
                return draft.problem if draft else ""
        return None

    def setData(self, index: Index, value: object, role: int = Role.EditRole) -> bool:
        if role != Role.EditRole or not index.isValid():
            return False
        rate, column, text = self.rows[index.row()], Column(index.column()), str(value).strip()
        cell = (self.key_of(rate), int(column))
        self._drafts.pop(cell, None)
        if text != self._text(rate, column):
            try:
                problem = self._save(self._typed(rate, column, text), rate)
            except WrongInputError as wrong:
                problem = str(wrong)
            if problem:
                self._drafts[cell] = Draft(text, problem)
        if (row := self.row_of(rate)) is not None:
            self.announce(row)
        self.drafted.emit()
        return True

    def _text(self, rate: ExchangeRate, column: Column) -> str:
        match column:
            case Column.DAY:
                return self._words.short_date(rate.day)
            case Column.BASE:
                return rate.base
            case Column.QUOTE:
                return rate.quote
            case Column.RATE:
                return rate_text(rate, self._words)

    def _typed(self, rate: ExchangeRate, column: Column, text: str) -> ExchangeRate:
        match column:
            case Column.DAY:
                return replace(rate, day=day(text, self._words))
            case Column.BASE:
                return replace(rate, base=read_currency(text))
            case Column.QUOTE:
                return replace(rate, quote=read_currency(text))
            case Column.RATE:
                return replace(rate, rate=number(text, self._words))
