"""Payments as runs of equal months: the engine's output (programs.md §9).

Owns the run and what is done with runs: merging, sums, cumulative cash. A run costs the same for one month and for a
hundred, so the cost of an estimate does not grow with the length of a contract.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from dealbook.domain.money import ZERO

ONCE: Final = "once"
UPFRONT: Final = "upfront"
RECURRING: Final = "recurring"
CLAWBACK: Final = "clawback"


class Payment(NamedTuple):
    """`count` equal payments of `amount`, `every` months apart, the first in calendar month `month`.

    `month` is an index (`domain.months`). `service` is the service month in which the first of them is earned; 0 means
    at signing. `survives` is for how many months the customer must stay for the first of them to be earned. A
    clawback's amount is negative.
    """

    component: str
    role: str
    kind: str
    month: int
    count: int  # type: ignore[assignment]  # the field's name in programs.md §9; nobody counts in a payment
    every: int
    amount: Decimal
    service: int
    survives: int

    @property
    def total(self) -> Decimal:
        """The sum of the run."""
        return self.amount * self.count


def merged(payments: Iterable[Payment]) -> list[Payment]:
    """Join runs that continue one another, so that equal amounts at equal distance are one row (programs.md §9).

    Single payments over time of one month, as a minimum payout makes them, are one payment. Keeps the order of
    components and roles; inside each, payments come by month.
    """
    groups: dict[tuple[str, str, str], list[Payment]] = {}
    for payment in payments:
        groups.setdefault(payment[:3], []).append(payment)
    return [run for group in groups.values() for run in _joined(sorted(group, key=lambda p: p.month))]


def _joined(runs: Sequence[Payment]) -> list[Payment]:
    out: list[Payment] = []
    for run in _added_up(runs):
        if out and (longer := _continued(out[-1], run)) is not None:
            out[-1] = longer
        else:
            out.append(run)
    return out


def _added_up(runs: Iterable[Payment]) -> list[Payment]:
    """Return runs by month, with single payments over time of the same month as one."""
    out: list[Payment] = []
    for run in runs:
        last = out[-1] if out else None
        if last is not None and run.kind == RECURRING and last.month == run.month and last.count == run.count == 1:
            out[-1] = last._replace(amount=last.amount + run.amount)
        else:
            out.append(run)
    return out


def _continued(first: Payment, then: Payment) -> Payment | None:
    if first.amount != then.amount:
        return None
    gap = then.month - (first.month + (first.count - 1) * first.every)
    if gap <= 0 or (first.count > 1 and gap != first.every) or (then.count > 1 and gap != then.every):
        return None
    return first._replace(count=first.count + then.count, every=gap)


def paid_between(payments: Iterable[Payment], first: int, after: int) -> Decimal:
    """Return what is paid in the calendar months `first` ≤ month < `after` (month indices)."""
    return sum((p.amount * _count_between(p, first, after) for p in payments), ZERO)


def _count_between(run: Payment, first: int, after: int) -> int:
    start = max(0, -((run.month - first) // run.every))
    stop = min(run.count, -((run.month - after) // run.every))
    return max(0, stop - start)


def by_month(payments: Iterable[Payment]) -> dict[int, Decimal]:
    """Return the cash of each calendar month in which something is paid, by month index, ascending."""
    cash: dict[int, Decimal] = {}
    for run in payments:
        for month in range(run.month, run.month + run.count * run.every, run.every):
            cash[month] = cash.get(month, ZERO) + run.amount
    return dict(sorted(cash.items()))
