"""What a plan leaves to do: the sale, and each duty month by month while the partner looks after the customer.

Pure. Work is in minutes, so that nothing is divided before the end. What is expected is weighed as what is paid over
time is (programs.md §8.6): the work of service month k with how likely the customer is still there, the sale in full.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final, NamedTuple

from dealbook.domain.deal import Role
from dealbook.domain.money import EXACT, ZERO, round_minor
from dealbook.domain.partner import Assumptions, DutyWork, Work
from dealbook.earnings.revenue import Billing, Revenue, stretches_of, value_at
from dealbook.earnings.worth import worth_of

SIXTY: Final = Decimal(60)
_NO_WORK: Final = DutyWork()

#: (first service month, last, seats in each of them).
Stretch = tuple[int, int, Decimal]


class Duty(NamedTuple):
    """The work of one duty, in minutes: in all, and what is `expected` of it."""

    name: str
    minutes: Decimal
    expected: Decimal


class Labour(NamedTuple):
    """The work of one plan in minutes: in all, `expected`, and `discounted` besides (what its cost is made of).

    `months` are the service months in which the partner looks after the customer, `seat_months` the seats of all of
    them added up.
    """

    sale: Decimal
    duties: tuple[Duty, ...]
    months: int
    seat_months: Decimal
    minutes: Decimal
    expected: Decimal
    discounted: Decimal

    @property
    def hours(self) -> Decimal:
        """All hours, whatever happens."""
        return EXACT.divide(self.minutes, SIXTY)

    @property
    def expected_hours(self) -> Decimal:
        """The hours that are expected."""
        return EXACT.divide(self.expected, SIXTY)

    def cost(self, hour: Decimal, unit: Decimal) -> Decimal:
        """Return what the work costs, discounted and expected, rounded once; an `hour`'s cost may have any decimals."""
        return round_minor(EXACT.divide(EXACT.multiply(self.discounted, hour), SIXTY), unit)

    def hourly(self, earned: Decimal, unit: Decimal) -> Decimal | None:
        """Return what is earned in an hour of the work that is expected; None where there is none."""
        if not self.expected:
            return None
        return round_minor(EXACT.divide(earned * SIXTY, self.expected), unit)


def in_care(revenue: Revenue, covers: frozenset[str]) -> list[Stretch]:
    """Return the seats that are served, by the service months in which the partner holds the care role.

    Seats are served in free months as well. They end with the assumed renewals, or with the customer's leaving.
    """
    basket = revenue.basket(covers)
    runs = []
    for line in (*basket.recurring, *basket.once):
        if line.line.seats_per_unit:
            served = Billing(replace(line.line, free_months=0), line.unit, line.deltas)
            runs.append((line.line.seats_per_unit, served.quantities(revenue.served)))
    marks = {1, *(event.month for event in revenue.handovers), *(month for _, run in runs for month, _ in run)}
    schedule = [
        (month, sum((each * value_at(run, month) for each, run in runs), ZERO))
        for month in sorted(month for month in marks if 1 <= month <= revenue.served)
    ]
    return [one for one in stretches_of(schedule, 1, revenue.served) if revenue.holds(Role.CARE, one[0])]


def labour(
    revenue: Revenue, stretches: Sequence[Stretch], duties: Iterable[str], work: Work, assume: Assumptions
) -> Labour:
    """Return the work of a plan with these duties, over the `stretches` of the customer in care."""
    known = revenue.cancelled is not None
    churn = ZERO if known else assume.churn
    likely = worth_of(Assumptions(discount_rate=ZERO, churn=churn))
    worth = worth_of(Assumptions(discount_rate=assume.discount_rate, churn=churn))
    wait = revenue.start - revenue.signing - 1
    sale = work.sale_hours * SIXTY
    minutes = expected = discounted = sale
    found = []
    for name in dict.fromkeys(duties):
        duty = work.duties.get(name, _NO_WORK)
        own = own_expected = ZERO
        for first, last, seats in stretches:
            each, months = duty.hours * SIXTY + duty.minutes * seats, last - first + 1
            own += each * months
            own_expected += each * likely.weights(0, months, 1, first - 1, 0).expected
            discounted += each * worth.weights(wait + first, months, 1, first - 1, 0).expected
        found.append(Duty(name, own, own_expected))
        minutes += own
        expected += own_expected
    return Labour(
        sale,
        tuple(found),
        sum(last - first + 1 for first, last, _ in stretches),
        sum((seats * (last - first + 1) for first, last, seats in stretches), ZERO),
        minutes,
        expected,
        discounted,
    )
