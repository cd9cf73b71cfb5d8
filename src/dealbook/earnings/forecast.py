"""What a deal still pays, by calendar month: as contracted and as expected, and what can be taken back of it.

Pure: a `Flow` is what an estimate pays, an `Outlook` from which month on and under which churn and price fall it is
looked at. Every figure of a deal and month is rounded once, to whole minor units, so that whatever is added up from
them agrees to the cent (programs.md §8.8).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from dealbook.domain.money import EXACT, ONE, ZERO
from dealbook.earnings.payments import CLAWBACK, ONCE, RECURRING, UPFRONT, Payment
from dealbook.earnings.worth import Exposure

MONTHS: Final = 60
"""The calendar months that are looked at, the first one included."""
_YEAR: Final = 12


class Kind(StrEnum):
    """What cash is made of; the values are those of payments."""

    ONCE = ONCE
    UPFRONT = UPFRONT
    RECURRING = RECURRING
    CLAWBACK = CLAWBACK


@dataclass(frozen=True, slots=True, kw_only=True)
class Levers:
    """What may happen: `churn` a month, `price_fall` and `discount_rate` a year, as fractions."""

    churn: Decimal = ZERO
    price_fall: Decimal = ZERO
    discount_rate: Decimal = ZERO


class Loss(NamedTuple):
    """A payment made once that can be taken back: what is `paid` by month, and the share by full service months."""

    paid: tuple[tuple[int, Decimal], ...]
    shares: Mapping[int, Decimal]

    def paid_by(self, month: int) -> Decimal:
        """Return what has been paid up to and including a month."""
        return sum((amount for paid, amount in self.paid if paid <= month), ZERO)


class Flow(NamedTuple):
    """What a deal pays, in its program's currency. `start` is the calendar month (an index) of service month 1.

    `is_known`: it is known when the customer leaves, so churn does not apply (programs.md §8.6).
    """

    payments: tuple[Payment, ...]
    losses: tuple[Loss, ...]
    start: int
    is_known: bool

    def later(self, months: int) -> "Flow":
        """Return the same, so many months later."""
        if not months:
            return self
        losses = (Loss(tuple((month + months, paid) for month, paid in one.paid), one.shares) for one in self.losses)
        payments = (one._replace(month=one.month + months) for one in self.payments)
        return Flow(tuple(payments), tuple(losses), self.start + months, self.is_known)


def losses_of(exposures: Iterable[Exposure]) -> tuple[Loss, ...]:
    """Return what can be taken back of payments, by month and by full service months."""
    found = []
    for one in exposures:
        whole = sum((payment.amount for payment in one.payments), ZERO)
        shares = {k: share for k, share in one.shares.by_month if k >= one.since and share}
        if whole and shares:
            part = EXACT.divide(one.amount, whole)
            found.append(Loss(tuple((p.month, EXACT.multiply(p.amount, part)) for p in one.payments), shares))
    return tuple(found)


class _Powers:
    """The powers of a number, worked out once each."""

    def __init__(self, base: Decimal) -> None:
        self._base = base
        self._known = [ONE]

    def __getitem__(self, exponent: int) -> Decimal:
        while len(self._known) <= exponent:
            self._known.append(self._known[-1] * self._base)
        return self._known[exponent]


class Outlook:
    """From which calendar month on (an index) payments are looked at, and what may happen to them.

    A customer who is served today has stayed so far: churn counts from the current month on. Prices fall once a year:
    what is paid over time is less by the fall from the thirteenth month on, and so on.
    """

    def __init__(self, first: int, levers: Levers) -> None:
        """Look from the month `first` on."""
        self.first = first
        self.levers = levers
        self.stays = _Powers(ONE - levers.churn)
        self.certain = _Powers(ONE)
        self.price = _Powers(ONE - levers.price_fall)
        self.present = _Powers(EXACT.power(ONE + levers.discount_rate, EXACT.divide(-ONE, Decimal(_YEAR))))


class Spread(NamedTuple):
    """A deal's months in whole minor units: `cash` by kind, and the `exposure` at the end of each month.

    `value` is the expected present value of what is paid over time from the first month on, without end of the months;
    `monthly` what is paid over time in a month, now.
    """

    cash: Mapping[Kind, tuple[int, ...]]
    exposure: tuple[int, ...]
    value: int
    monthly: int


NOTHING: Final = Spread({}, (), 0, 0)


def spread(flow: Flow, outlook: Outlook, rate: Decimal, digits: int) -> Spread:
    """Return a deal's months; `rate` turns its currency into one with so many `digits`, weighted or not."""
    scale = EXACT.scaleb(rate, digits)
    cash = _cash(flow, outlook)
    _lose(flow, outlook, cash)
    whole = {kind: tuple(_minor(amount, scale) for amount in months) for kind, months in cash.items()}
    return Spread(
        {kind: months for kind, months in whole.items() if any(months)},
        _exposure(flow.losses, flow.start, outlook.first, scale),
        _minor(_value(flow, outlook), scale),
        _minor(_monthly(flow.payments, outlook.first), scale),
    )


def _minor(amount: Decimal, scale: Decimal) -> int:
    return int(EXACT.multiply(amount, scale).to_integral_value(ROUND_HALF_UP)) if amount else 0


def _due(run: Payment, first: int) -> range:
    """Return which payments of a run are due in or after a month."""
    return range(max(0, -((run.month - first) // run.every)), run.count)


def _served(flow: Flow, outlook: Outlook) -> int:
    """Return the full service months that lie behind the customer."""
    return max(0, outlook.first - flow.start)


def _cash(flow: Flow, outlook: Outlook) -> dict[Kind, list[Decimal]]:
    stays = outlook.certain if flow.is_known else outlook.stays
    served, price, first = _served(flow, outlook), outlook.price, outlook.first
    cash: dict[Kind, list[Decimal]] = {}
    for run in flow.payments:
        months = cash.setdefault(Kind(run.kind), [ZERO] * MONTHS)
        falls = run.kind == RECURRING
        for i in _due(run, first):
            ahead = i * run.every
            month = run.month + ahead - first
            if month >= MONTHS:
                break
            amount = run.amount * stays[max(0, run.survives + ahead - served)]
            months[month] += amount * price[month // _YEAR] if falls else amount
    return cash


def _lose(flow: Flow, outlook: Outlook, cash: dict[Kind, list[Decimal]]) -> None:
    """Take off what customers who leave are expected to cost (programs.md §8.6)."""
    churn, served = outlook.levers.churn, _served(flow, outlook)
    if not churn or flow.is_known or not flow.losses:
        return
    months = cash.setdefault(Kind.CLAWBACK, [ZERO] * MONTHS)
    for loss in flow.losses:
        whole = sum((amount for _, amount in loss.paid), ZERO)
        for k, share in loss.shares.items():
            month = flow.start + k - outlook.first
            if k > served and month < MONTHS:
                months[month] -= whole * churn * outlook.stays[k - 1 - served] * share


def _exposure(losses: Sequence[Loss], start: int, first: int, scale: Decimal) -> tuple[int, ...]:
    """Return what would be taken back if the customer left at the end of each month; empty where nothing would.

    Before the service has begun, that is what would be taken back after its first month.
    """
    if not losses:
        return ()
    months = []
    for month in range(first, first + MONTHS):
        k = max(1, month - start + 1)
        amount = sum((one.paid_by(month) * one.shares[k] for one in losses if k in one.shares), ZERO)
        months.append(_minor(amount, scale))
    return tuple(months) if any(months) else ()


def _value(flow: Flow, outlook: Outlook) -> Decimal:
    stays = outlook.certain if flow.is_known else outlook.stays
    served, total = _served(flow, outlook), ZERO
    for run in flow.payments:
        if run.kind != RECURRING:
            continue
        for i in _due(run, outlook.first):
            ahead = i * run.every
            month = run.month + ahead - outlook.first
            lives = stays[max(0, run.survives + ahead - served)]
            total += run.amount * lives * outlook.price[month // _YEAR] * outlook.present[month]
    return total


def _monthly(payments: Iterable[Payment], first: int) -> Decimal:
    """Return what is paid over time in a month; a quarter or year counts with its third or twelfth."""
    running = (p for p in payments if p.kind == RECURRING and p.month <= first < p.month + p.count * p.every)
    return sum((p.amount / p.every for p in running), ZERO)
