"""Entries -> payments: cap and floor, partner's share, rounding, instalments, roles, clawbacks (programs.md §8.2).

Each payment is rounded once; what it is divided into adds up to it, to the cent.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from dealbook.domain.deal import Role
from dealbook.domain.money import EXACT, ONE, ZERO, divide, round_minor
from dealbook.earnings.case import Case, Unpaid, reason
from dealbook.earnings.earn import Entry
from dealbook.earnings.limits import limited
from dealbook.earnings.payments import CLAWBACK, RECURRING, Payment
from dealbook.earnings.revenue import Basket, Billing
from dealbook.earnings.worth import Exposure
from dealbook.programs.model import Clawback, Component
from dealbook.programs.terms import Shares, Traits
from dealbook.programs.values import Bands, Fixed, Gap, Ref

_ACQUISITION: Final = "acquisition"
_CARE: Final = "care"


@dataclass(slots=True)
class Settled:
    """What the partner gets of one component, before co-op is taken out; `cash` is the share paid in money.

    `lots` are the payments made once that can be taken back, `prepaid` the service months that were paid
    upfront, where another plan takes over.
    """

    component: Component
    payments: list[Payment]
    exposures: list[Exposure]
    lots: "list[Lot]"
    cash: Decimal = ONE
    prepaid: int = 0

    @property
    def amount(self) -> Decimal:
        """What it pays, clawbacks aside."""
        return sum((p.amount * p.count for p in self.payments if p.kind != CLAWBACK), ZERO)


class Lot:
    """A payment made once that can be taken back: the whole, the partner's payments, what is left after shrinking.

    `num` / `den` is the part that is left now, `lives` the part that was left from a service month on. `backs` are the
    partner's payments that take it back.
    """

    __slots__ = ("backs", "den", "entry", "lives", "num", "payments", "whole")

    def __init__(self, entry: Entry, whole: Decimal, payments: list[Payment]) -> None:
        """Take what is paid; nothing has been lost of it yet."""
        self.entry = entry
        self.whole = whole
        self.payments = payments
        self.backs: list[Payment] = []
        self.num = self.den = ONE
        self.lives: list[tuple[int, Decimal]] = []


def settle(case: Case, traits: Traits, entries: Iterable[Entry], share: Decimal) -> Settled:
    """Return the partner's payments of a component; `share` is the partner's fraction of all the plan pays."""
    component = traits.component
    clawback = component.clawback
    unit = case.revenue.unit
    payments: list[Payment] = []
    paid: list[Lot] = []
    result = Settled(component, payments, [], paid)
    if traits.is_limited:
        entries, share = limited(case, traits, entries, share)
    is_undivided = case.revenue.keeps_all and not (component.split or component.instalments)
    for entry in entries:
        kind, service, month, count, every, exact, survives = entry
        whole = round_minor(exact * share, unit)
        if not whole:
            continue
        if is_undivided:
            role = _CARE if kind == RECURRING else _ACQUISITION
            made = [Payment(component.id, role, kind, month, count, every, whole, service, survives)]
        else:
            made = _divided(case, component, entry, whole)
        payments += made
        if clawback is not None and kind != RECURRING:
            paid.append(Lot(entry, whole, made))
    if clawback is not None and paid:
        if case.revenue.shrinks or case.revenue.cancelled is not None:
            _Clawing(case, component, clawback, paid, payments).run()
        if case.revenue.cancelled is None:
            result.exposures = _exposed(case, traits, clawback, paid)
    return result


def _divided(case: Case, component: Component, entry: Entry, whole: Decimal) -> list[Payment]:
    """Return a payment in its instalments, each between the roles."""
    if entry.kind == RECURRING or not component.instalments:
        return _to_roles(case, component, entry, whole, entry.month)
    parts = divide(whole, [one.share for one in component.instalments], case.revenue.unit, odd=-1)
    made: list[Payment] = []
    for one, part in zip(component.instalments, parts, strict=True):
        made += _to_roles(case, component, entry, part, entry.month + one.lag)
    return made


def _to_roles(case: Case, component: Component, entry: Entry, whole: Decimal, month: int) -> list[Payment]:
    """Return what the partner gets of a payment, in the months in which it holds the roles."""
    kind, service, _, count, every, _, survives = entry
    split = component.split or ((_CARE if kind == RECURRING else _ACQUISITION, ONE),)
    parts = divide(whole, [share for _, share in split], case.revenue.unit, odd=0) if len(split) > 1 else [whole]
    made: list[Payment] = []
    for (role, _), part in zip(split, parts, strict=True):
        if not part:
            continue
        for skipped, held in _held_runs(case, Role(role), service, count, every):
            ahead = skipped * every
            made.append(
                Payment(component.id, role, kind, month + ahead, held, every, part, service + ahead, survives + ahead),
            )
    return made


def _held_runs(case: Case, role: Role, service: int, count: int, every: int) -> Iterator[tuple[int, int]]:
    """Yield (payments skipped, payments held) for the stretches in which the partner holds a role."""
    revenue = case.revenue
    if revenue.keeps_all:
        yield 0, count
        return
    changes = {event.month for event in revenue.handovers if event.role is role}
    cuts = sorted({0, count, *(i for month in changes if 0 < (i := -((service - month) // every)) < count)})
    for start, stop in pairwise(cuts):
        if revenue.holds(role, service + start * every):
            yield start, stop - start


class _Clawing:
    """Takes back what was paid once, as seats are removed and when the customer leaves (programs.md §6)."""

    def __init__(
        self, case: Case, component: Component, clawback: Clawback, paid: list[Lot], payments: list[Payment]
    ) -> None:
        self.case = case
        self.component = component
        self.clawback = clawback
        self.paid = paid
        self.payments = payments

    def run(self) -> None:
        """Add what the vendor takes back."""
        revenue = self.case.revenue
        if self.clawback.on_shrink:
            basket = self.case.basket_on(self.component.on)
            basket = basket if basket.recurring else self.case.basket
            for month in revenue.shrinks:
                self._shrink(basket, month)
        if revenue.cancelled is not None:
            num, den = share_after(self.case, self.clawback, revenue.cancelled - 1)
            for one in self.paid:
                if one.entry.service < revenue.cancelled:
                    self._back(one, revenue.cancelled, one.num * num, one.den * den)

    def _shrink(self, basket: Basket, month: int) -> None:
        before = basket.steady(Billing.bill12, basket.recurring, month - 1)
        after = basket.steady(Billing.bill12, basket.recurring, month)
        if before <= after:
            return
        num, den = share_after(self.case, self.clawback, month - 1)
        for one in self.paid:
            if one.entry.service <= month:
                self._back(one, month, one.num * num * (before - after), one.den * den * before)
                one.num *= after
                one.den *= before
                one.lives.append((month, EXACT.divide(one.num, one.den)))

    def _back(self, one: Lot, month: int, num: Decimal, den: Decimal) -> None:
        """Add one clawback: `num` / `den` of what was paid, to the roles that the partner was paid for."""
        revenue = self.case.revenue
        whole = -round_minor(EXACT.divide(one.whole * num, den), revenue.unit)
        if not whole:
            return
        entry = one.entry._replace(kind=CLAWBACK, exact=whole)
        taken = _to_roles(self.case, self.component, entry, whole, revenue.start + month - 1)
        backs = [p._replace(service=month, survives=month - 1) for p in taken]
        one.backs += backs
        self.payments += backs


def _exposed(case: Case, traits: Traits, clawback: Clawback, paid: list[Lot]) -> list[Exposure]:
    """Return what the vendor may still take back of each payment, with the shares by month."""
    shares = _shares(case, clawback, traits)
    found = []
    for one in paid:
        amount = ZERO
        for payment in one.payments:
            amount += payment.amount
        if amount:
            due = _with_lives(shares, one.lives) if one.lives else shares
            found.append(Exposure(amount, due, one.entry.service or 1, one.payments))
    return found


def share_after(case: Case, clawback: Clawback, elapsed: int) -> tuple[Decimal, Decimal]:
    """Return the share taken back after `elapsed` full service months, as numerator and denominator."""
    window = clawback.window
    if window is not None and elapsed >= window:
        return ZERO, ONE
    if clawback.share is None:
        whole = Decimal(window or 1)
        return whole - elapsed, whole
    picked = clawback.share.pick(case.facts.but(elapsed=Decimal(elapsed)))
    if isinstance(picked, Gap) and picked.code == "no-input":
        raise Unpaid(reason(picked, "clawback.share"))
    return (picked, ONE) if isinstance(picked, Decimal) else (ZERO, ONE)


def _shares(case: Case, clawback: Clawback, traits: Traits) -> Shares:
    """Return (k, share) for every k ≥ 1 in which a loss takes something back (programs.md §8.6)."""
    last = _window(case, clawback)
    found = traits.shares.get(last) if traits.keeps_shares else None
    if found is None:
        parts = ((k, share_after(case, clawback, k)) for k in range(1, last))
        found = traits.shares[last] = Shares(tuple((k, EXACT.divide(num, den)) for k, (num, den) in parts if num))
    return found


def _window(case: Case, clawback: Clawback) -> int:
    """Return the full service months after which nothing is taken back: the window, or where the table reaches 0.

    A table that never reaches 0 is followed to the end of the assumed renewals.
    """
    if clawback.window is not None:
        return clawback.window
    share = clawback.share
    while isinstance(share, Ref):
        share = case.terms.inputs.get(share.name)
    if isinstance(share, Bands) and share.rows[-1] == Fixed(ZERO):
        return int(Decimal(str(share.keys[-1])))
    return case.revenue.horizon


def _with_lives(shares: Shares, lives: list[tuple[int, Decimal]]) -> Shares:
    """Return the shares of a payment of which less is left after each removal."""
    return Shares(
        tuple((k, share * next((live for m, live in reversed(lives) if m <= k), ONE)) for k, share in shares.by_month)
    )
