"""Figures of one document: amounts, prices, quantities and rates in its language and currency."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel.numbers import NumberPattern, format_decimal, parse_pattern

from dealbook.domain.money import EXACT, minor_digits, minor_unit, round_minor
from dealbook.language import MINUS, Language

#: A price per minute or per message has more decimals than the currency; past these, nobody reads them.
_MOST_DIGITS: Final = 6
NONE: Final = "–"


@dataclass(frozen=True, slots=True)
class Taxed:
    """A net sum with its tax and what is to be paid."""

    net: Decimal
    tax: Decimal
    gross: Decimal


@dataclass(frozen=True, slots=True)
class Figures:
    """Writes the figures of a document in `currency`, in the language of `words`."""

    words: Language
    currency: str

    @property
    def sign(self) -> str:
        """The currency's sign for the header of a column."""
        return self.words.currency_sign(self.currency)

    def amount(self, value: Decimal) -> str:
        """Return an amount with the currency's decimals, without its sign."""
        return self.words.amount(value, self.currency)

    def price(self, value: Decimal, digits: int) -> str:
        """Return a price of one unit with `digits` decimals, the same for all of a column."""
        return format_decimal(value, _pattern(digits), locale=self.words.locale).replace("-", MINUS)

    def digits(self, prices: Iterable[Decimal]) -> int:
        """Return how many decimals a column of `prices` needs to show each of them as it is."""
        needed = (-int(price.normalize(EXACT).as_tuple().exponent) for price in prices)
        return min(max(minor_digits(self.currency), *needed, 0), _MOST_DIGITS)

    def taxed(self, net: Decimal, rate: Decimal) -> Taxed:
        """Return `net` with tax at `rate` (a fraction), rounded half up once to the currency's minor unit."""
        tax = round_minor(EXACT.multiply(net, rate), minor_unit(self.currency))
        return Taxed(net, tax, net + tax)


def is_plain_percent(rate: Decimal) -> bool:
    """Whether a fraction is exact as a percentage with two decimals, so that it can be checked by hand."""
    return rate == round(rate, 4)


@lru_cache(maxsize=_MOST_DIGITS + 1)
def _pattern(digits: int) -> NumberPattern:
    return parse_pattern(f"#,##0.{'0' * digits}" if digits else "#,##0")
