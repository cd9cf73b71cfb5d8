"""Minimum payout: what a month pays below it waits, or is lost (programs.md §6, `minimum_payout`, `below_minimum`).

It is on what the plan pays the partner in money in a calendar month for the deal at hand; Dealbook knows one deal at a
time. Clawbacks are not held back, but what was never paid is not taken back either.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from dealbook.domain.money import ZERO, round_minor
from dealbook.earnings.payments import CLAWBACK, Payment
from dealbook.earnings.settle import Settled
from dealbook.earnings.worth import Exposure

_Fates = Mapping[int, int | None]
"""The month in which what is due in a month is paid; None: never."""


@dataclass(slots=True)
class Held:
    """What is paid in the end. `waited` are (month due, month paid, sum), `lost` is what is never paid."""

    payments: list[Payment] = field(default_factory=list)
    exposures: list[Exposure] = field(default_factory=list)
    waited: list[tuple[int, int, Decimal]] = field(default_factory=list)
    lost: Decimal = ZERO


def held_back(settled: Sequence[Settled], unit: Decimal, minimum: Decimal, *, forfeits: bool) -> Held:
    """Return what components pay in money under a minimum payout; `forfeits`: what is below it does not wait."""
    due: dict[int, Decimal] = {}
    stays: dict[int, int] = {}
    for one in settled:
        for payment in one.payments:
            cash = _cash(one, payment, unit)
            if payment.kind == CLAWBACK or not cash:
                continue
            for month, survives in _months(payment):
                due[month] = due.get(month, ZERO) + cash
                stays[month] = max(survives, stays.get(month, 0))
    fates = _fates(due, minimum, forfeits=forfeits)
    held = Held(
        waited=[(month, paid, due[month]) for month, paid in fates.items() if paid is not None and paid != month],
        lost=sum((due[month] for month, paid in fates.items() if paid is None), ZERO),
    )
    for one in settled:
        _pay(one, unit, fates, stays, held)
    return held


def _cash(one: Settled, payment: Payment, unit: Decimal) -> Decimal:
    return payment.amount if one.component.cash is None else round_minor(payment.amount * one.cash, unit)


def _months(payment: Payment) -> Iterator[tuple[int, int]]:
    """Yield (calendar month, months that the customer must stay) of each payment of a run."""
    for ahead in range(0, payment.count * payment.every, payment.every):
        yield payment.month + ahead, payment.survives + ahead


def _fates(due: Mapping[int, Decimal], minimum: Decimal, *, forfeits: bool) -> dict[int, int | None]:
    fates: dict[int, int | None] = {}
    waiting: list[int] = []
    total = ZERO
    for month in sorted(due):
        total += due[month]
        waiting.append(month)
        fates[month] = None
        if total >= minimum:
            fates |= dict.fromkeys(waiting, month)
        if total >= minimum or forfeits:
            waiting, total = [], ZERO
    return fates


def _pay(one: Settled, unit: Decimal, fates: _Fates, stays: Mapping[int, int], held: Held) -> None:
    """Add what a component pays, each payment in the month in which it is paid."""
    less: dict[int, Decimal] = _not_taken_back(one, unit, fates)
    for payment in one.payments:
        cash = _cash(one, payment, unit)
        if payment.kind == CLAWBACK:
            cash += less.get(id(payment), ZERO)
        if not cash:
            continue
        paid = payment._replace(amount=cash)
        held.payments += [paid] if payment.kind == CLAWBACK else _moved(paid, fates, stays)
    for exposure in one.exposures:
        held.exposures += _exposed(one, exposure, fates, stays)


def _moved(payment: Payment, fates: _Fates, stays: Mapping[int, int]) -> Iterator[Payment]:
    """Yield a run as it is paid: what is paid in its own month stays a run, what waited goes to a later month.

    What waited is paid only if the customer stays for what it is paid with.
    """
    start = 0
    for i in range(payment.count + 1):
        month = payment.month + i * payment.every
        if i < payment.count and fates[month] == month:
            continue
        if i > start:
            yield _part(payment, start, i - start)
        start = i + 1
        paid = fates[month] if i < payment.count else None
        if paid is not None:
            one = _part(payment, i, 1)
            yield one._replace(month=paid, every=1, survives=max(one.survives, stays[paid]))


def _part(run: Payment, skipped: int, count: int) -> Payment:
    ahead = skipped * run.every
    return run._replace(
        month=run.month + ahead, count=count, service=run.service + ahead, survives=run.survives + ahead
    )


def _not_taken_back(one: Settled, unit: Decimal, fates: _Fates) -> dict[int, Decimal]:
    """Return by how much less is taken back, by the clawback's `id`: at most what was paid comes back."""
    less: dict[int, Decimal] = {}
    for lot in one.lots:
        left: dict[str, Decimal] = {}
        is_whole = True
        for payment in lot.payments:
            cash = _cash(one, payment, unit)
            is_lost = bool(cash) and fates[payment.month] is None
            is_whole = is_whole and not is_lost
            left[payment.role] = left.get(payment.role, ZERO) + (ZERO if is_lost else cash)
        for back in () if is_whole else lot.backs:
            wanted = -_cash(one, back, unit)
            taken = min(wanted, left.get(back.role, ZERO))
            left[back.role] = left.get(back.role, ZERO) - taken
            less[id(back)] = wanted - taken
    return less


def _exposed(one: Settled, exposure: Exposure, fates: _Fates, stays: Mapping[int, int]) -> Iterator[Exposure]:
    """Yield what may be taken back of the payments: of those that are paid, once they are."""
    for payment in exposure.payments:
        paid = fates.get(payment.month, payment.month)
        if paid is not None:
            waits = paid != payment.month
            since = max(exposure.since, payment.survives + 1, stays[paid] + 1) if waits else exposure.since
            yield Exposure(payment.amount * one.cash, exposure.shares, since, exposure.payments)
