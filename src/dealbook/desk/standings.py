"""The won deals of a program added up by day: where the partner stands on any of them (programs.md §5).

To go through the won deals for each deal of a book would be each deal for each; here they are added up once, and a
period is the difference of two sums.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal, localcontext
from itertools import accumulate

from dealbook.domain.money import EXACT, ONE, ZERO
from dealbook.earnings.standing import NOTHING_WON, Won, WonDeal, period
from dealbook.programs.model import Standing

_Sums = tuple[Decimal, Decimal, Decimal, Decimal]


class Standings:
    """The won deals of a program, added up by day."""

    def __init__(self, deals: Iterable[tuple[str, WonDeal]]) -> None:
        """Add up won deals, by their ids."""
        self._own = dict(deals)
        ordered = sorted(self._own.values(), key=lambda one: one.signed)
        self._days = [one.signed for one in ordered]
        with localcontext(EXACT):
            self._sums = list(accumulate((_figures(one) for one in ordered), _added, initial=(ZERO,) * 4))
            # whose service begins before the signing counts for the days after it alone, and is looked at one by one
            self._early = [one for one in ordered if any(since < one.signed for since, _ in one.in_care)]
            changes: dict[date, Decimal] = defaultdict(Decimal)
            for one in ordered:
                for since, after in () if any(since < one.signed for since, _ in one.in_care) else one.in_care:
                    changes[since] += one.mrr * 12
                    changes[after] -= one.mrr * 12
            self._care_days = sorted(changes)
            self._care = list(accumulate((changes[day] for day in self._care_days), initial=ZERO))

    def __contains__(self, deal_id: str) -> bool:
        """Whether a deal is one of them."""
        return deal_id in self._own

    def holds(self, deals: Sequence[tuple[str, WonDeal]]) -> bool:
        """Whether it adds up these very deals, nothing changed since."""
        own = self._own
        return len(deals) == len(own) and all(own.get(deal_id) is one for deal_id, one in deals)

    def won(self, standing: Standing, day: date, deal_id: str) -> Won:
        """Return the figures on a signing day, the deal itself left out."""
        first, after = period(standing, day)
        before, _ = period(standing, first - timedelta(days=1))
        own = self._own.get(deal_id)
        with localcontext(EXACT):
            current = self._between(first, min(after, day + timedelta(days=1)), own)
            earlier = self._between(before, first, own)
            care, care_then = self._care_on(day, day, own), self._care_on(first, day, own)
        return Won(_named(current, care), _named(earlier, care_then))

    def _between(self, first: date, after: date, own: WonDeal | None) -> _Sums:
        """Return the sums of the deals signed on the days `first` ≤ day < `after`."""
        low, high = (self._sums[bisect_left(self._days, day)] for day in (first, after))
        found = _added(high, low, -1)
        return _added(found, _figures(own), -1) if own is not None and first <= own.signed < after else found

    def _care_on(self, day: date, known: date, own: WonDeal | None) -> Decimal:
        """Return a year's revenue of the customers in care on a day, of deals signed up to and including `known`."""
        early = sum((one.mrr * 12 for one in self._early if one.signed <= known and _cares(one, day)), ZERO)
        found = self._care[bisect_right(self._care_days, day)] + early
        return found - own.mrr * 12 if own is not None and own.signed <= known and _cares(own, day) else found


def _cares(deal: WonDeal, day: date) -> bool:
    return any(since <= day < after for since, after in deal.in_care)


def _figures(deal: WonDeal) -> _Sums:
    return ONE, deal.seats, deal.mrr, deal.tcv


def _added(a: _Sums, b: _Sums, sign: int = 1) -> _Sums:
    return a[0] + sign * b[0], a[1] + sign * b[1], a[2] + sign * b[2], a[3] + sign * b[3]


def _named(sums: _Sums, care: Decimal) -> dict[str, Decimal]:
    """Return sums by the names of the facts, with the digits that all figures have."""
    names = ("won_deals", "won_seats", "won_mrr", "won_tcv")
    return {**NOTHING_WON.current, **{name: +one for name, one in zip(names, sums, strict=True)}, "care_revenue": +care}
