"""Lines and events -> what is billed, as runs of equal months (programs.md §3, §7, §8.1).

Owns quantities over time (ramps, free months, events) and the rounding of bills. Programs come in only as a set of
categories: a `Basket` is the part of the offer that somebody pays on.

Amounts are in **twelfths** of a currency unit wherever a name ends in `12`: an annual charge counts as a twelfth a
month, and its twelfth is not rounded, so the division comes last.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final, NamedTuple

from dealbook.domain.course import Course
from dealbook.domain.deal import Charge, Deal, Event, EventKind, Line, Offer, Role
from dealbook.domain.lazy import lazy
from dealbook.domain.money import ZERO, minor_unit, round_minor
from dealbook.domain.months import month_index

TWELVE: Final = Decimal(12)
_YEARLY: Final = {Charge.MONTHLY: TWELVE, Charge.ANNUAL: Decimal(1), Charge.ONE_TIME: TWELVE}
_ONE_TIME: Final = Charge.ONE_TIME
_ROLES: Final = len(Role)
_SIGNS: Final = {EventKind.ADD: 1, EventKind.REMOVE: -1}

#: (first service month, value): the value holds until the next one starts.
Schedule = Sequence[tuple[int, Decimal]]
#: (first service month, last, value of each month).
Stretch = tuple[int, int, Decimal]


class Changes(NamedTuple):
    """What events change of a line: (month, change of quantity) and (month, new price of a unit), in time order."""

    deltas: Schedule = ()
    prices: Schedule = ()


#: By the index of a line.
_ByLine = Mapping[int, Changes]
_NOTHING: Final = Changes()
_NO_CHANGES: Final[_ByLine] = {}


class Billing:
    """One line with what it bills: quantities by service month, rounded bills.

    `full12` is what it bills at its full quantity, in twelfths. `place` is the line's index in the offer. A line whose
    price changes is a billing of its own from each change on: `priced` has them by their months.
    """

    __slots__ = (
        "deltas",
        "factor",
        "full12",
        "is_plain",
        "line",
        "place",
        "price",
        "priced",
        "quantity",
        "recurring",
        "unit",
    )

    def __init__(
        self,
        line: Line,
        unit: Decimal,
        deltas: Schedule = (),
        place: int = 0,
        prices: Schedule = (),
        price: Decimal | None = None,
    ) -> None:
        """Take the line, the currency's minor unit, the `Changes` of its events; `price` stands for the line's own."""
        self.line = line
        self.unit = unit
        self.place = place
        self.deltas = deltas
        self.price = line.price if price is None else price
        self.quantity = line.quantity
        self.recurring = line.charge is not _ONE_TIME
        self.factor = _YEARLY[line.charge]
        self.is_plain = not (deltas or prices or line.ramp or line.free_months)
        self.full12 = round_minor(self.quantity * self.price, unit) * self.factor
        self.priced: Sequence[tuple[int, Billing]] = ()
        if prices:
            self.priced = [(month, Billing(line, unit, (), place, (), new)) for month, new in prices]

    def bill(self, quantity: Decimal) -> Decimal:
        """Return one charge period's bill for a quantity, rounded once."""
        return round_minor(quantity * self.price, self.unit)

    def bill12(self, quantity: Decimal) -> Decimal:
        """Return a month's bill in twelfths; of a one-time line, the bill in twelfths."""
        if quantity is self.quantity:
            return self.full12
        return self.bill(quantity) * self.factor

    def list12(self, quantity: Decimal) -> Decimal:
        """Return as `bill12`, at list price; a line without one is sold at list, whatever its price is now."""
        full_price = self.price if self.line.list_price is None else self.line.list_price
        return round_minor(quantity * full_price, self.unit) * self.factor

    def at(self, month: int) -> "Billing":
        """Return the line at the price of a service month."""
        found = self
        for since, priced in self.priced:
            if since <= month:
                found = priced
        return found

    def held(self, until: int) -> Decimal:
        """Return the full quantity after the changes of the months ≤ `until`."""
        quantity = self.quantity
        for month, change in self.deltas:
            if month <= until:
                quantity = max(quantity + change, ZERO)
        return quantity

    def quantities(self, until: int = 0) -> list[tuple[int, Decimal]]:
        """Return the billed quantity by service month, with the events that hold from a month ≤ `until`."""
        line = self.line
        changes = [(month, change) for month, change in self.deltas if month <= until]
        if not line.ramp and not changes:
            return [(1, ZERO), (line.free_months + 1, self.quantity)] if line.free_months else [(1, self.quantity)]
        planned = [(step.from_month, step.quantity) for step in line.ramp] or [(1, self.quantity)]
        if planned[0][0] > 1:
            planned.insert(0, (1, ZERO))
        starts = sorted({k for k, _ in planned} | {m for m, _ in changes} | {line.free_months + 1, 1})
        return [(k, self._quantity(k, planned, changes)) for k in starts]

    def _quantity(self, k: int, planned: Schedule, changes: Schedule) -> Decimal:
        if k <= self.line.free_months:
            return ZERO
        quantity = next(amount for start, amount in reversed(planned) if start <= k)
        for month, change in changes:
            if month <= k:
                quantity = max(quantity + change, ZERO)
        return quantity


Measure = Callable[[Billing, Decimal], Decimal]


class Basket:
    """The lines of some categories: the steady figures at signing, and any measure over the service months.

    `mrr12` is the steady MRR in twelfths: full quantities, after discounts, free months and ramps aside.
    """

    def __init__(self, revenue: "Revenue", categories: frozenset[str]) -> None:
        """Gather the lines; what not every program asks for is worked out when asked for."""
        recurring, once = [], []
        mrr12, is_plain = ZERO, True
        for line in revenue.lines:
            if line.line.category not in categories:
                continue
            if line.recurring:
                recurring.append(line)
                mrr12 += line.full12
                is_plain = is_plain and line.is_plain
            else:
                once.append(line)
        self.revenue = revenue
        self.recurring = recurring
        self.once = once
        self.mrr12 = mrr12
        self.is_plain = is_plain
        self._held: dict[int, list[tuple[int, list[tuple[Billing, Decimal]]]]] = {}
        self._billed: dict[int, Schedule] = {0: [(1, mrr12)]} if is_plain else {}

    @lazy
    def nrc12(self) -> Decimal:
        """The one-time charges in twelfths."""
        return sum((line.full12 for line in self.once), ZERO)

    @lazy
    def tcv12(self) -> Decimal:
        """What is billed over the initial term, in twelfths, events aside, plus the one-time charges."""
        return total_of(self.billed(0), 1, self.revenue.offer.term) + self.nrc12

    @lazy
    def seats(self) -> Decimal:
        """The seats at signing."""
        return sum((line.quantity * line.line.seats_per_unit for line in (*self.recurring, *self.once)), ZERO)

    @lazy
    def list12(self) -> Decimal:
        """The steady MRR at list price, in twelfths."""
        return sum((line.list12(line.quantity) for line in self.recurring), ZERO)

    @lazy
    def discount(self) -> Decimal:
        """The share off list over the recurring lines; 0 where nothing is off."""
        return max(1 - self.mrr12 / self.list12, ZERO) if self.list12 else ZERO

    def planned(self, measure: Measure) -> Schedule:
        """Return a measure of the recurring lines by service month, events aside."""
        return self.schedule(measure, 0)

    def billed(self, until: int) -> Schedule:
        """Return what the recurring lines bill in a month, in twelfths, by service month; worked out once."""
        found = self._billed.get(until)
        if found is None:
            found = self._billed[until] = self.schedule(Billing.bill12, until)
        return found

    def schedule(self, measure: Measure, until: int) -> Schedule:
        """Return a measure of the recurring lines by service month, with the events from months ≤ `until`."""
        if self.is_plain:
            return [(1, self.steady(measure, self.recurring, 0))]
        return [
            (k, sum([measure(line, quantity) for line, quantity in quantities], ZERO))
            for k, quantities in self._quantities(until)
        ]

    def _quantities(self, until: int) -> list[tuple[int, list[tuple[Billing, Decimal]]]]:
        """Return every recurring line at its price, with its billed quantity, by service month; worked out once."""
        found = self._held.get(until)
        if found is None:
            runs = [(line, line.quantities(until)) for line in self.recurring]
            priced = {k for line in self.recurring for k, _ in line.priced if k <= until}
            starts = sorted({k for _, run in runs for k, _ in run} | priced)
            found = self._held[until] = [
                (k, [(line.at(min(k, until)) if priced else line, value_at(run, k)) for line, run in runs])
                for k in starts
            ]
        return found

    def steady(self, measure: Measure, lines: Iterable[Billing], until: int) -> Decimal:
        """Return a measure of `lines` at full quantities and their prices, after the events from months ≤ `until`."""
        total = ZERO
        for line in lines:
            now = line.at(until) if line.priced else line
            total += measure(now, line.held(until) if line.deltas else line.quantity)
        return total


class Revenue:
    """What one offer bills; shared by every program that is asked about it.

    `grows` and `shrinks` are the service months in which what is billed may become more, or less; `course` is the term
    with its renewals, as they happened and as they are assumed. `planned` is the last service month as it was assumed
    at signing, `horizon` as it turned out, `served` the last one before a cancellation. `successors` are the plans that
    take over, one a month at most.
    """

    def __init__(self, deal: Deal, offer: Offer) -> None:
        """Lay out the lines and events once."""
        self.deal = deal
        self.offer = offer
        self.unit = minor_unit(deal.currency)
        self.signing = month_index(deal.signed)
        self.start = month_index(offer.starts)
        self.planned = self.horizon = self.served = offer.term + offer.renewals * offer.renewal_term
        self.cancelled: int | None = None
        self.grows: list[int] = []
        self.shrinks: list[int] = []
        self.handovers: list[Event] = []
        self.successors: list[Event] = []
        self.renewed: list[tuple[int, int | None]] = []
        changes = self._happened(offer) if offer.events else _NO_CHANGES
        self.keeps_all = not self.handovers and len(deal.roles) == _ROLES
        unit = self.unit
        self.lines = [
            Billing(line, unit, changes[i].deltas, i, changes[i].prices) if i in changes else Billing(line, unit, (), i)
            for i, line in enumerate(offer.lines)
            if not line.optional
        ]
        self._baskets: dict[frozenset[str], Basket] = {}

    @lazy
    def course(self) -> Course:
        """The term and its renewals, those that happened and those assumed after them."""
        return self._course(self.renewed)

    def known(self, month: int) -> Course:
        """Return the course as it was known in a service month (0: at signing): what is paid at once goes by it."""
        if not self.renewed:
            return self.course
        return self._course([renewal for renewal in self.renewed if renewal[0] <= month])

    def _course(self, happened: Iterable[tuple[int, int | None]]) -> Course:
        return Course(self.offer.term, self.offer.renewals, self.offer.renewal_term, happened)

    def _happened(self, offer: Offer) -> _ByLine:
        """Lay out the events: cancellation, renewals, months of growth and of shrinking, handovers, changed lines."""
        cancels = [event.month for event in offer.events if event.kind is EventKind.CANCEL]
        if cancels:
            self.cancelled = min(cancels)
        self.renewed = offer.renewed()
        if self.renewed:
            self.horizon = self.course.horizon
        self.served = self.horizon if self.cancelled is None else min(self.horizon, self.cancelled - 1)
        self.grows = sorted({e.month for e in self._alive(EventKind.ADD, EventKind.PRICE)})
        self.shrinks = sorted({e.month for e in self._alive(EventKind.REMOVE, EventKind.PRICE)})
        self.handovers = sorted((e for e in offer.events if e.kind is EventKind.HANDOVER), key=lambda e: e.month)
        self.successors = [event for _, event in sorted({e.month: e for e in self._alive(EventKind.SUCCESSOR)}.items())]
        return self._changes()

    def basket(self, categories: frozenset[str]) -> Basket:
        """Return the part of the offer in some categories; worked out once."""
        found = self._baskets.get(categories)
        if found is None:
            found = self._baskets[categories] = Basket(self, categories)
        return found

    def holds(self, role: Role, month: int) -> bool:
        """Say whether the partner holds a role in a service month (0: at signing)."""
        held = role in self.deal.roles
        for event in self.handovers:
            if event.role is role and event.month <= month:
                held = event.to_us
        return held

    def _alive(self, *kinds: EventKind) -> list[Event]:
        return [e for e in self.offer.events if e.kind in kinds and e.month <= self.served]

    def _changes(self) -> _ByLine:
        """Return what the events change of each line, by the line's index, in time order.

        Seats come to the first line of that product; a price is that of all its recurring lines.
        """
        found: dict[int, Changes] = {}
        lines = self.offer.lines
        first = {line.product: i for i, line in reversed(list(enumerate(lines)))}
        for event in sorted(self._alive(*_SIGNS, EventKind.PRICE), key=lambda e: e.month):
            if (sign := _SIGNS.get(event.kind)) is not None and event.product in first:
                deltas, prices = found.get(first[event.product], _NOTHING)
                found[first[event.product]] = Changes((*deltas, (event.month, sign * event.quantity)), prices)
            elif event.unit_price is not None:
                for i in (i for i, line in enumerate(lines) if line.product == event.product and line.is_recurring):
                    deltas, prices = found.get(i, _NOTHING)
                    found[i] = Changes(deltas, (*prices, (event.month, event.unit_price)))
        return found


def value_at(schedule: Schedule, month: int) -> Decimal:
    """Return what a schedule says of a service month."""
    found = ZERO
    for start, value in schedule:
        if start > month:
            break
        found = value
    return found


def stretches_of(schedule: Schedule, first: int, last: int) -> list[Stretch]:
    """Return a schedule's part in the service months first ≤ k ≤ last."""
    if len(schedule) == 1:
        return [(first, last, schedule[0][1])]
    found: list[Stretch] = []
    stop = last
    for start, value in reversed(schedule):
        if start <= stop:
            found.append((max(start, first), stop, value))
            stop = start - 1
        if stop < first:
            break
    found.reverse()
    return found


def total_of(schedule: Schedule, first: int, last: int) -> Decimal:
    """Return the sum of a schedule over the service months first ≤ k ≤ last."""
    total = ZERO
    for start, stop, value in stretches_of(schedule, first, last):
        total += value * (stop - start + 1)
    return total


def in_currency(offer: Offer, rate: Decimal) -> Offer:
    """Return the offer with every price converted at `rate`: one unit of the old currency is `rate` of the new."""

    def converted(price: Decimal | None) -> Decimal | None:
        return None if price is None else price * rate

    return replace(
        offer,
        lines=tuple(
            replace(
                line,
                unit_price=converted(line.unit_price),
                list_price=converted(line.list_price),
                buy_price=converted(line.buy_price),
            )
            for line in offer.lines
        ),
        events=tuple(replace(event, unit_price=converted(event.unit_price)) for event in offer.events),
    )
