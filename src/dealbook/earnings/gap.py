"""Paying the own sales force: what a deal lays out for its salesperson, and the cash gap until the vendor has paid.

Pure. The salesperson gets a share of what the vendor pays (`SalesPay`): at once, or as the vendor pays. The rules where
trade usage decides stand in the reference, "The own sales force".

- The share is of the payments, as programs.md §8.4 counts them for the first year, the term or in all. A loss (a price
  below the buy price) is no payment and is not shared.
- Paid at once, it is a share of what the contract pays as it was signed: nobody knows its events yet. What comes on top
  of that later (more seats) is shared as the vendor pays it; what falls away stays paid.
- What the vendor takes back is shared back when it does so, whatever the window, as far as it had been shared.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final, NamedTuple

from dealbook.domain.money import EXACT, ONE, ZERO, round_minor
from dealbook.domain.partner import SalesBasis, SalesPay, SalesTime
from dealbook.earnings.forecast import Loss
from dealbook.earnings.payments import CLAWBACK, ONCE, RECURRING, Payment, by_month

_YEAR: Final = 12
OWN: Final = "own sales force"
"""The component under which what the own people get is written down."""


class Signed(NamedTuple):
    """When a contract was signed and when its service starts (calendar months), and its initial term in months."""

    signing: int
    start: int
    term: int


class Point(NamedTuple):
    """A calendar month in which money moves: what comes in, what the own people get, and the cash so far."""

    month: int
    received: Decimal
    paid: Decimal
    so_far: Decimal


class Gap(NamedTuple):
    """Cash by month after paying the own people.

    `deepest` is the lowest it gets and never above zero, `deepest_month` the first month in which it is there, None
    where it never goes below zero. `back` is the month from which on it stays at zero or above; None if it never does.
    """

    points: tuple[Point, ...]
    deepest: Decimal
    deepest_month: int | None
    back: int | None

    @property
    def paid(self) -> Decimal:
        """What the own people get in all, less what they give back."""
        return sum((point.paid for point in self.points), ZERO)

    def paid_in(self, month: int) -> Decimal:
        """Return what the own people get in a calendar month."""
        return sum((point.paid for point in self.points if point.month == month), ZERO)


class Covered(NamedTuple):
    """How many such deals a month the cash covers; `is_any`: any number, as none of them needs cash."""

    deals: int
    is_any: bool = False


# --- what the own people get


def own_pay(payments: Sequence[Payment], signed: Sequence[Payment], sales: SalesPay, when: Signed) -> list[Payment]:
    """Return what the partner pays its salesperson, as exact amounts in the payments' currency; negative: shared back.

    `payments` are those of the deal as it stands, `signed` those of the contract as it was signed, events aside: the
    same object where nothing has happened.
    """
    if not sales.share:
        return []
    if sales.at is SalesTime.AS_PAID:
        shared = [run._replace(amount=run.amount * sales.share) for run in _in_window(payments, sales.of, when)]
    else:
        shared = list(_at_once(signed, sales, when))
        if signed is not payments:
            shared += _on_top(payments, signed, sales, when)
    return [*shared, *_shared_back(payments, sales, when)]


def own_losses(losses: Iterable[Loss], payments: Sequence[Payment], sales: SalesPay, when: Signed) -> tuple[Loss, ...]:
    """Return what the salesperson would have to give back of what can be taken back of payments made once."""
    singles = [run for run in payments if run.kind not in (RECURRING, CLAWBACK) and run.amount > 0]
    every, shared = by_month(singles), by_month(_in_window(singles, sales.of, when))
    found = []
    for loss in losses:
        paid = tuple(
            (month, EXACT.divide(amount * sales.share * shared.get(month, ZERO), every[month]))
            for month, amount in loss.paid
            if every.get(month)
        )
        if any(amount for _, amount in paid):
            found.append(Loss(paid, loss.shares))
    return tuple(found)


def _in_window(payments: Iterable[Payment], of: SalesBasis, when: Signed) -> Iterator[Payment]:
    """Yield the part of each run that counts for the share (programs.md §8.4); what is taken back is apart."""
    for run in payments:
        if run.kind == CLAWBACK or run.amount <= 0:
            continue
        count = run.count
        if of is SalesBasis.FIRST_YEAR:
            count = min(count, (when.signing + _YEAR - 1 - run.month) // run.every + 1)
        elif of is SalesBasis.TERM:
            count = min(count, (when.term - run.service) // run.every + 1)
        if count > 0:
            yield run._replace(count=count)


def _at_once(signed: Iterable[Payment], sales: SalesPay, when: Signed) -> Iterator[Payment]:
    whole = sum((run.total for run in _in_window(signed, sales.of, when)), ZERO)
    month = when.start if sales.at is SalesTime.START else when.signing
    if whole:
        yield Payment(OWN, "", ONCE, month, 1, 1, whole * sales.share, 0, 0)


def _on_top(payments: Iterable[Payment], signed: Iterable[Payment], sales: SalesPay, when: Signed) -> Iterator[Payment]:
    """Yield the share of what a month pays more than the contract as it was signed."""
    runs = list(_in_window(payments, sales.of, when))
    before = by_month(_in_window(signed, sales.of, when))
    stays: dict[int, int] = defaultdict(int)
    for run in runs:
        for i in range(run.count):
            month = run.month + i * run.every
            stays[month] = max(stays[month], run.survives + i * run.every)
    for month, amount in by_month(runs).items():
        more = amount - before.get(month, ZERO)
        if more > 0:
            yield Payment(OWN, "", RECURRING, month, 1, 1, more * sales.share, 0, stays[month])


def _shared_back(payments: Sequence[Payment], sales: SalesPay, when: Signed) -> Iterator[Payment]:
    """Yield what is taken back of payments made once, as far as they had been shared; amounts are negative."""
    singles = [run for run in payments if run.kind not in (RECURRING, CLAWBACK)]
    for run in payments:
        if run.kind != CLAWBACK:
            continue
        made = [one for one in singles if one.component == run.component and one.month <= run.month and one.amount > 0]
        whole = sum((one.total for one in made), ZERO)
        shared = sum((one.total for one in _in_window(made, sales.of, when)), ZERO)
        part = EXACT.divide(shared, whole) if whole else ONE
        if part:
            yield run._replace(amount=run.amount * sales.share * part)


# --- the gap


def gap_of(payments: Iterable[Payment], own: Iterable[Payment], rate: Decimal, unit: Decimal) -> Gap:
    """Return the cash gap of a deal, in a currency of which one of the payments' is `rate`, in whole `unit`s.

    Both sums are rounded as they grow, so that the months add up to the whole, rounded once (programs.md §8.8).
    """
    return gap(_rounded(by_month(payments), rate, unit), _rounded(by_month(own), rate, unit))


def gap(received: Mapping[int, Decimal], paid: Mapping[int, Decimal]) -> Gap:
    """Return the cash gap of what comes in and what goes out by calendar month."""
    so_far, deepest, deepest_month = ZERO, ZERO, None
    points = []
    for month in sorted({*received, *paid}):
        come, gone = received.get(month, ZERO), paid.get(month, ZERO)
        so_far += come - gone
        points.append(Point(month, come, gone, so_far))
        if so_far < deepest:
            deepest, deepest_month = so_far, month
    below = [place for place, point in enumerate(points) if point.so_far < 0]
    first = below[-1] + 1 if below else 0
    back = points[first].month if first < len(points) else None
    return Gap(tuple(points), deepest, deepest_month, back)


def _rounded(months: Mapping[int, Decimal], rate: Decimal, unit: Decimal) -> dict[int, Decimal]:
    found, exact, so_far = {}, ZERO, ZERO
    for month, amount in months.items():
        exact += amount
        whole = round_minor(exact * rate, unit)
        found[month], so_far = whole - so_far, whole
    return found


def depth(one: Gap) -> Decimal | None:
    """Return how deep the cash gets, as a positive amount, where one such deal is sold every month.

    Each deal begins a month after the one before, so the cash is the running sum of one deal's cash so far. None: it
    falls for ever, as every deal costs more than it brings.
    """
    if one.points and one.points[-1].so_far < 0:
        return None
    lowest = total = ZERO
    for point, then in pairwise(one.points):
        # between two payments nothing moves: the sum goes straight, and is lowest at one of its ends
        total += point.so_far * (then.month - point.month)
        lowest = min(lowest, total)
    return -lowest


def covered(one: Gap, reserve: Decimal) -> Covered:
    """Return how many such deals a month a reserve in the gap's currency covers, each month anew."""
    deep = depth(one)
    if deep is None:
        return Covered(0)
    if not deep:
        return Covered(0, is_any=True)
    return Covered(int(EXACT.divide_int(reserve, deep)))
