"""Where the partner stands in a program's period: won deals as figures (programs.md §5).

Owns the periods. The opening figures of the enrolment and the deal at hand are added by `case`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from dealbook.domain.money import ZERO
from dealbook.domain.months import add_months, month_start
from dealbook.programs.facts import STANDING_FIGURES
from dealbook.programs.model import Standing

_LENGTH: Final = {
    "calendar-year": 12,
    "fiscal-year": 12,
    "calendar-quarter": 3,
    "rolling-3-months": 3,
    "rolling-12-months": 12,
}


@dataclass(frozen=True, slots=True)
class WonDeal:
    """What one won deal counts for in a program: figures of the covered lines, and who looks after the customer.

    `mrr` is a month's. `in_care` holds the stretches of days, half-open, in which the partner looks after the customer.
    """

    signed: date
    seats: Decimal
    mrr: Decimal
    tcv: Decimal
    in_care: tuple[tuple[date, date], ...]


@dataclass(frozen=True, slots=True)
class Won:
    """The figures of the won deals: in the period of a signing day, and in the period before it."""

    current: Mapping[str, Decimal]
    before: Mapping[str, Decimal]


_NONE: Final = dict.fromkeys(STANDING_FIGURES, ZERO)
NOTHING_WON: Final = Won(_NONE, _NONE)


def period(standing: Standing, day: date) -> tuple[date, date]:
    """Return the period that a day falls in, half-open; a rolling one ends with that day."""
    length = _LENGTH[standing.period]
    if standing.period.startswith("rolling"):
        after = date.fromordinal(day.toordinal() + 1)
        return add_months(after, -length), after
    first = standing.starts_month if standing.period == "fiscal-year" else 1
    offset = (day.month - first) % length
    start = month_start(day.year * 12 + day.month - 1 - offset)
    return start, add_months(start, length)


def year_of(month: int, starts: int) -> int:
    """Return the year that a calendar month (an index) falls in, where years start with month `starts` (1 to 12)."""
    return (month - starts + 1) // 12


def won_figures(deals: Iterable[WonDeal], standing: Standing, day: date) -> Won:
    """Return what deals signed on or before `day` count in its period, and in the one before it (programs.md §5).

    What they were paid is not known here: `won_paid` is 0.
    """
    known = [deal for deal in deals if deal.signed <= day]
    first, after = period(standing, day)
    before = add_months(first, -_LENGTH[standing.period])
    return Won(_figures(known, first, after, day), _figures(known, before, first, first))


def with_deal(won: Won, deal: WonDeal, standing: Standing, day: date) -> Won:
    """Return figures of a day with one more deal among the won ones; what it was paid is not known here."""
    more = won_figures([deal], standing, day)
    return Won(_sum(won.current, more.current), _sum(won.before, more.before))


def _sum(a: Mapping[str, Decimal], b: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {name: figure + b.get(name, ZERO) for name, figure in a.items()}


def _figures(deals: list[WonDeal], first: date, after: date, day: date) -> dict[str, Decimal]:
    inside = [deal for deal in deals if first <= deal.signed < after]
    cared = [deal for deal in deals if any(first <= day < after for first, after in deal.in_care)]
    return {
        **_NONE,  # what the book does not tell, such as what was paid, is nothing
        "won_deals": Decimal(len(inside)),
        "won_seats": sum((deal.seats for deal in inside), ZERO),
        "won_mrr": sum((deal.mrr for deal in inside), ZERO),
        "won_tcv": sum((deal.tcv for deal in inside), ZERO),
        "won_paid": ZERO,
        "care_revenue": sum((deal.mrr * 12 for deal in cared), ZERO),
    }
