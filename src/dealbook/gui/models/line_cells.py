"""The cells of a line: which there are, how each is read, and how each is written as a person would type it.

`PRICE` is the price of one unit before the discount and `DISCOUNT` what is off it, so that quantity × price − discount
is what `TOTAL` shows, as on the customer's quote. The columns after `TOTAL` belong to the details under the grid.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from enum import IntEnum
from typing import Final, NamedTuple

from dealbook.desk.deals import billed
from dealbook.domain.deal import CATEGORIES, Charge, Line
from dealbook.domain.money import minor_unit, round_minor
from dealbook.gui.models import reading
from dealbook.gui.words import tr
from dealbook.language import Language


class Column(IntEnum):
    """What a line has, in the grid and in the details under it."""

    PRODUCT = 0
    CATEGORY = 1
    QUANTITY = 2
    PRICE = 3
    DISCOUNT = 4
    CHARGE = 5
    TOTAL = 6
    NET = 7
    BUY = 8
    FREE = 9
    SEATS = 10
    RAMP = 11
    DESCRIPTION = 12
    OPTIONAL = 13


class Forms(NamedTuple):
    """How figures are written: the screen's language and the deal's currency."""

    words: Language
    currency: str

    def amount(self, value: Decimal | None) -> str:
        """Write money; nothing where there is none."""
        return "" if value is None else self.words.amount(value, self.currency)


TEXTS: Final = frozenset({Column.PRODUCT, Column.CATEGORY, Column.CHARGE, Column.RAMP, Column.DESCRIPTION})
"""What is aligned to the left; everything else is a figure."""


def category_text(category: str) -> str:
    """Return a category's short name."""
    names = {
        "ucaas": "UCaaS",
        "ccaas": "CCaaS",
        "sip": "SIP",
        "connectivity": tr("Network"),
        "mobile": tr("Mobile"),
        "security": tr("Security"),
        "content": tr("Content"),
        "saas": "SaaS",
        "hardware": tr("Hardware"),
        "service": tr("Service"),
        "other": tr("Other"),
    }
    return names.get(category, category)


def charge_text(charge: Charge) -> str:
    """Return in one word how often a line is billed."""
    return {Charge.MONTHLY: tr("monthly"), Charge.ANNUAL: tr("yearly"), Charge.ONE_TIME: tr("once")}[charge]


def choices(column: int) -> list[tuple[str, str]]:
    """Return what a column can be chosen from, as value and word; nothing where it is typed freely."""
    if column == Column.CATEGORY:
        return [(category, category_text(category)) for category in CATEGORIES]
    return [(charge.value, charge_text(charge)) for charge in Charge] if column == Column.CHARGE else []


def headers(forms: Forms) -> Mapping[Column, str]:
    """Return the columns' names; the currency stands here and not in every cell."""
    sign = forms.words.currency_sign(forms.currency)
    return {
        Column.PRODUCT: tr("Product"),
        Column.CATEGORY: tr("Category"),
        Column.QUANTITY: tr("Qty"),
        Column.PRICE: tr("Price {sign}").format(sign=sign),
        Column.DISCOUNT: tr("Disc."),
        Column.CHARGE: tr("Charge"),
        Column.TOTAL: tr("Total {sign}").format(sign=sign),
        Column.NET: tr("Net price"),
        Column.BUY: tr("Buy price"),
        Column.FREE: tr("Free months"),
        Column.SEATS: tr("Seats each"),
        Column.RAMP: tr("Ramp"),
        Column.DESCRIPTION: tr("Description"),
        Column.OPTIONAL: tr("Optional"),
    }


def before_discount(line: Line) -> Decimal:
    """Return the price that a discount is off: the list price, or the price itself where it is the higher one."""
    return max(line.price, line.full_price)


def shown_text(line: Line, column: Column, forms: Forms) -> str:
    """Return a cell as it is read; what is there to be typed into looks as it is typed."""
    match column:
        case Column.TOTAL:
            return forms.amount(billed(line, forms.currency))
        case Column.CATEGORY:
            return category_text(line.category)
        case Column.CHARGE:
            return charge_text(line.charge)
        case Column.DISCOUNT:
            return edit_text(line, column, forms) or "\N{EN DASH}"
    return edit_text(line, column, forms)


def edit_text(line: Line, column: Column, forms: Forms) -> str:  # noqa: C901, PLR0911  # one case a column
    """Return a cell's value as a person would type it; for a choice its value."""
    words = forms.words
    match column:
        case Column.PRODUCT | Column.CATEGORY | Column.DESCRIPTION | Column.CHARGE:
            return str(getattr(line, column.name.lower()))
        case Column.QUANTITY:
            return words.number(line.quantity)
        case Column.PRICE:
            return forms.amount(before_discount(line))
        case Column.DISCOUNT:
            return reading.share_text(reading.off(before_discount(line), line.price), words)
        case Column.NET:
            return forms.amount(line.price)
        case Column.BUY:
            return forms.amount(line.buy_price)
        case Column.FREE:
            return words.number(line.free_months) if line.free_months else ""
        case Column.SEATS:
            return words.number(line.seats_per_unit)
        case Column.RAMP:
            return reading.ramp_text(line.ramp, words)
        case Column.OPTIONAL:
            return "1" if line.optional else ""
    return ""


def read_cell(  # noqa: C901, PLR0911, PLR0912  # one case a column
    line: Line, column: Column, text: str, forms: Forms
) -> Line:
    """Return the line with what was typed into a cell; raises WrongInputError where it cannot be read."""
    words, text = forms.words, text.strip()
    match column:
        case Column.PRODUCT:
            return replace(line, product=text)
        case Column.CATEGORY:
            return replace(line, category=text)
        case Column.DESCRIPTION:
            return replace(line, description=text)
        case Column.CHARGE:
            return replace(line, charge=Charge(text))
        case Column.QUANTITY:
            return replace(line, quantity=reading.number(text, words))
        case Column.PRICE:
            return _with_price(line, reading.price(text, words, forms.currency), forms.currency)
        case Column.DISCOUNT:
            share = reading.share(text, words)
            return replace(line, unit_price=None, list_price=before_discount(line), discount=share or None)
        case Column.NET:
            net = reading.price(text, words, forms.currency)
            return replace(line, unit_price=net, list_price=line.full_price or None, discount=None)
        case Column.BUY:
            return replace(line, buy_price=reading.price(text, words, forms.currency) if text else None)
        case Column.FREE:
            return replace(line, free_months=reading.whole(text, words) if text else 0)
        case Column.SEATS:
            return replace(line, seats_each=reading.number(text, words) if text else None)
        case Column.RAMP:
            return replace(line, ramp=reading.ramp(text, words))
        case Column.OPTIONAL:
            return replace(line, optional=bool(text))
    return line


def _with_price(line: Line, price: Decimal, currency: str) -> Line:
    """Return the line at another price before discount; what is off it in percent stays."""
    if line.unit_price is None:
        return replace(line, list_price=price)
    if not line.list_price or line.unit_price >= line.list_price:
        return replace(line, unit_price=price)
    net = round_minor(price * line.unit_price / line.list_price, minor_unit(currency))
    return replace(line, list_price=price, unit_price=net)
