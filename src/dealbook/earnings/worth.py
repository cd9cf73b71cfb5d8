"""Totals, present value, expected value (programs.md §8.4 to §8.6).

Weights of runs are sums of geometric series, kept by run, so that a month's payment and a hundred months' cost the
same. Rates are fractions: `discount_rate` a year, `churn` a month.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from dealbook.domain.money import EXACT, ONE, ZERO, round_minor
from dealbook.domain.partner import Assumptions
from dealbook.earnings.estimate import Totals
from dealbook.earnings.payments import RECURRING, Payment
from dealbook.earnings.revenue import Revenue
from dealbook.programs.terms import Shares

_YEAR: Final = 12


class Weights(NamedTuple):
    """By how much the amount of a run counts: in all, in the first year, in the term, discounted, and expected."""

    total: Decimal
    first_year: Decimal
    term: Decimal
    present: Decimal
    expected: Decimal


class Worth:
    """Weighs payments under assumptions; made once for each pair of assumptions, see `worth_of`."""

    def __init__(self, assume: Assumptions) -> None:
        """Work out the month's discount factor from the year's rate."""
        self.assume = assume
        self.churn = assume.churn
        self.stays = ONE - assume.churn
        self.factor = EXACT.power(ONE + assume.discount_rate, EXACT.divide(-ONE, Decimal(12)))
        self.known: dict[tuple[int, int, int, int, int], Weights] = {}

    def weights(self, distance: int, count: int, every: int, survives: int, left: int) -> Weights:
        """Return what a run of equal payments counts for in each total.

        The first payment is `distance` months after signing, is earned with `left` months of the term to come and needs
        the customer to stay `survives` months.
        """
        key = (distance, count, every, survives, left)
        found = self.known.get(key)
        if found is None:
            step = self.factor**every
            found = self.known[key] = Weights(
                Decimal(count),
                Decimal(max(0, min(count, (_YEAR - 1 - distance) // every + 1))),
                Decimal(max(0, min(count, left // every + 1))),
                self.factor**distance * _series(step, count),
                self.factor**distance * self.stays**survives * _series(step * self.stays**every, count),
            )
        return found

    def loss(self, shares: Shares, since: int, distance: int) -> Decimal:
        """Return the expected, discounted part of a payment that is taken back (programs.md §8.6).

        `since` is the first full service month that can hit the payment, `distance` the months from signing to service
        month 1.
        """
        key = (self, since, distance)
        found = shares.losses.get(key)
        if found is None:
            found = ZERO
            for k, share in shares.by_month:
                if k >= since:
                    found += self.churn * self.stays ** (k - 1) * share * self.factor ** (distance + k)
            shares.losses[key] = found
        return found


def _series(ratio: Decimal, count: int) -> Decimal:
    """Return 1 + ratio + … with `count` terms."""
    return Decimal(count) if ratio == 1 else (1 - ratio**count) / (1 - ratio)


@lru_cache(maxsize=64)
def worth_of(assume: Assumptions) -> Worth:
    """Return the weights of a pair of assumptions, kept with all runs that were weighed."""
    return Worth(assume)


class Exposure:
    """A payment made once that can be taken back: its amount, when it can be hit, and what it is made of."""

    __slots__ = ("amount", "payments", "shares", "since")

    def __init__(self, amount: Decimal, shares: Shares, since: int, payments: Sequence[Payment]) -> None:
        """Take the amount paid, the shares by full service months, the first month that can hit it, its payments."""
        self.amount = amount
        self.shares = shares
        self.since = since
        self.payments = payments


def totals_of(
    payments: Sequence[Payment],
    exposures: Iterable[Exposure],
    coop: Decimal,
    worth: Worth,
    revenue: Revenue,
) -> Totals:
    """Return an estimate's totals (programs.md §8.4 to §8.6); `revenue` gives the months of signing, start and term.

    A deal with a cancellation is known, so churn does not apply to it.
    """
    signing, term = revenue.signing, revenue.offer.term
    upfront = first_year = in_term = total = present = expected = ZERO
    known = worth.known
    firsts: dict[str, tuple[int, Decimal]] = {}
    for component, _, kind, month, count, every, amount, service, survives in payments:
        key = (month - signing, count, every, survives, term - service)
        times, in_year, in_time, now, likely = known.get(key) or worth.weights(*key)
        run = amount * times
        total += run
        first_year += amount * in_year
        in_term += amount * in_time
        present += amount * now
        expected += amount * likely
        if kind != RECURRING:
            upfront += run
            continue
        first = firsts.get(component)
        if first is None or month < first[0]:
            firsts[component] = (month, amount)
        elif month == first[0]:
            firsts[component] = (month, first[1] + amount)
    for exposure in exposures:
        expected -= exposure.amount * worth.loss(exposure.shares, exposure.since, revenue.start - signing)
    return Totals(
        upfront,
        sum([amount for _, amount in firsts.values()], ZERO),
        first_year,
        in_term,
        total,
        round_minor(present, revenue.unit),
        round_minor(expected if revenue.cancelled is None else present, revenue.unit),
        coop,
    )
