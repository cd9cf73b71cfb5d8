"""What a forecast finds: cash by month in series, totals, shares, what is left out; frozen values.

Amounts are in the book's currency and add up to the cent. How they are worked out is `desk.forecast`, the words are
`desk.forecast_words`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from dealbook.domain.money import ZERO
from dealbook.earnings.forecast import MONTHS, Levers

YEAR: Final = 12
HORIZONS: Final = (12, 36, 60)
Months = tuple[Decimal, ...]
NO_CASH: Final[Months] = (ZERO,) * MONTHS


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: from the month of `day` on, at that day's exchange rates, under these levers."""

    day: date
    levers: Levers


class Reason(StrEnum):
    """Why a deal is in no sum."""

    FAULTY = "faulty"
    NO_PLAN = "no-plan"
    INCOMPLETE = "incomplete"
    INELIGIBLE = "ineligible"
    NO_RATE = "no-rate"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A deal that is in no sum; `currency` is the one that has no exchange rate."""

    deal_id: str
    customer: str
    reason: Reason
    is_won: bool
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """A row of the forecast: cash by month. `key` tells it apart, `name` is a program's; a kind has words instead."""

    key: str
    name: str
    months: Months

    def total(self, first: int = 0, after: int = MONTHS) -> Decimal:
        """Return the sum of the months `first` ≤ month < `after`."""
        return sum(self.months[first:after], ZERO)


@dataclass(frozen=True, slots=True)
class Share:
    """The largest of several, as a name with its amount and its fraction of the whole."""

    name: str
    amount: Decimal
    part: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The months seen one way. `programs` and `kinds` each add up to `won`; the pipeline is apart.

    `vendor` and `customer` have the largest share of the won cash of the next twelve months, None where there is none.
    """

    programs: tuple[Series, ...]
    kinds: tuple[Series, ...]
    won: Months
    pipeline: Months
    vendor: Share | None
    customer: Share | None

    def year(self, number: int) -> tuple[Decimal, Decimal]:
        """Return what the won deals and the weighted pipeline pay in a year, the first being 1."""
        first = (number - 1) * YEAR
        return sum(self.won[first : first + YEAR], ZERO), sum(self.pipeline[first : first + YEAR], ZERO)

    @property
    def both_years(self) -> Decimal:
        """What the won deals and the weighted pipeline pay in the first two years."""
        return sum((amount for number in (1, 2) for amount in self.year(number)), ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The book by month, from the calendar month `first` (an index) on: as contracted, and as expected.

    `exposure` is what vendors could take back at the end of each month if every customer left. `residuals` is the
    expected present value of what the won deals still pay over time, `monthly` what they pay of it in a month, now.
    `unchosen` won deals are counted under their best plan; `overdue` open ones as if they closed this month.
    """

    question: Question
    currency: str
    first: int
    contracted: Sheet
    expected: Sheet
    exposure: Months
    residuals: Decimal
    monthly: Decimal
    won: int
    open: int
    unchosen: int
    overdue: int
    left_out: tuple[LeftOut, ...]

    def sheet(self, *, expected: bool) -> Sheet:
        """Return the months as expected, or as contracted."""
        return self.expected if expected else self.contracted

    @property
    def is_empty(self) -> bool:
        """Whether no deal is counted."""
        return not self.won and not self.open


def largest(amounts: Iterable[tuple[str, Decimal]]) -> Share | None:
    """Return the largest of several amounts and its part of all, of equal ones the first by name.

    None where all together are nothing or a loss.
    """
    known = list(amounts)
    whole = sum((amount for _, amount in known), ZERO)
    if whole <= 0:
        return None
    name, amount = min(known, key=lambda one: (-one[1], one[0]))
    return Share(name, amount, amount / whole)
