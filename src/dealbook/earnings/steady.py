"""An offer's steady figures over all its lines: what a table of deals shows (programs.md §3)."""

from dataclasses import replace
from decimal import Decimal
from typing import Final, NamedTuple

from dealbook.domain.deal import CATEGORIES, Deal, Line, Offer
from dealbook.domain.money import EXACT, ZERO, round_minor
from dealbook.earnings.revenue import TWELVE, Revenue

_ALL: Final = frozenset(CATEGORIES)


class Steady(NamedTuple):
    """MRR, NRC and TCV in the deal's currency, rounded to its minor unit, and seats at signing; None: no figure."""

    mrr: Decimal | None
    nrc: Decimal | None
    tcv: Decimal | None
    seats: Decimal | None


class Part(NamedTuple):
    """What an offer's lines of one category count for at signing: twelfths of MRR and TCV, exact, and seats.

    Where a ramp is out of order nobody can tell the TCV, and it does not count.
    """

    category: str
    mrr12: Decimal
    tcv12: Decimal
    seats: Decimal


def parts_of(deal: Deal, offer: Offer) -> list[Part]:
    """Return an offer's figures at signing by category; those of several categories are their sums.

    Raises ArithmeticError for figures too long to compute with.
    """
    revenue = Revenue(deal, replace(offer, events=()))
    baskets = {line.line.category: revenue.basket(frozenset({line.line.category})) for line in revenue.lines}
    is_known = all(map(_is_in_order, offer.lines))
    return [Part(category, one.mrr12, one.tcv12 if is_known else ZERO, one.seats) for category, one in baskets.items()]


def steady_of(deal: Deal, offer: Offer) -> Steady:
    """Return an offer's figures at signing, events and optional lines left out, in whatever category its lines are.

    Raises ArithmeticError for figures too long to compute with.
    """
    revenue = Revenue(deal, replace(offer, events=()))
    basket = revenue.basket(_ALL | {line.category for line in offer.lines})

    def rounded(twelfths: Decimal) -> Decimal:
        return round_minor(EXACT.divide(twelfths, TWELVE), revenue.unit)

    tcv = rounded(basket.tcv12) if all(map(_is_in_order, offer.lines)) else None
    return Steady(rounded(basket.mrr12), rounded(basket.nrc12), tcv, basket.seats)


def _is_in_order(line: Line) -> bool:
    """Whether a line's ramp says what is billed when; one that does not is a problem of the deal."""
    months = [step.from_month for step in line.ramp]
    return line.free_months >= 0 and months == sorted(set(months)) and all(month > 0 for month in months)
