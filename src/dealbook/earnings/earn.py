"""What one component pays, before shares and rounding: entries by the month they are earned (programs.md §6).

An `Entry` is a run of equal exact amounts. `Earner` walks one component: what is paid once, prepaid, over time, for
growth, at renewals.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from dealbook.domain.course import Renewal
from dealbook.domain.money import ONE, ZERO
from dealbook.domain.problem import Problem, Severity
from dealbook.earnings.case import Unpaid
from dealbook.earnings.payments import ONCE, RECURRING, UPFRONT
from dealbook.earnings.rated import Rate, Rated, paid12
from dealbook.earnings.revenue import TWELVE, Stretch, stretches_of, total_of, value_at

#: (month of the growth, 0: the signed part; the month whose events leave what is below it, None: nothing; and its top).
Layer = tuple[int, int | None, int]


class Entry(NamedTuple):
    """`count` equal exact amounts, `every` service months apart, as the vendor owes them.

    `service` is the service month of the first (0: signing), `month` the calendar month it is paid in, `survives` how
    many months the customer must stay for it.
    """

    kind: str
    service: int
    month: int
    count: int  # type: ignore[assignment]  # as in Payment
    every: int
    exact: Decimal
    survives: int


class Earner(Rated):
    """One component of one case: what it pays when."""

    def entries(self, span: tuple[int, int] | None = None) -> list[Entry]:
        """Return what the component pays, by the month it is earned; raises Unpaid with the reason if nothing.

        With `span`, as a successor pays: over time, for the service months from its first to its last.
        """
        component = self.component
        if component.discounts == "void" and self._is_discounted():
            raise Unpaid(Problem("discounted", self.traits.where, {"component": component.id}, Severity.NOTE))
        if component.basis == "seats" and self._has_no_seats():
            raise Unpaid(Problem("no-seats", self.traits.where, {"component": component.id}, Severity.NOTE))
        if span is not None:
            found = self._paid_over_time(*span) if component.every else []
        elif component.every == 0:
            found = self._paid_once()
        elif component.upfront is None:
            found = self._paid_over_time(1)
        else:
            prepaid = self.prepaid_months
            found = self._paid_upfront(prepaid) + self._paid_over_time(prepaid + 1)
        if self.traits.later and not found and self.notes:
            raise Unpaid(self.notes[0])  # no version has a row
        if self.traits.is_limited and len(found) > 1:
            return _in_turn(found)
        return found

    # -- once ----------------------------------------------------------------------------------------------------

    def _paid_once(self) -> list[Entry]:
        component = self.component
        due = [self._due(ONCE, 0 if component.at == "signing" else 1, self._steady_pay12())]
        if self.revenue.grows and component.growth == "pays":
            due += [self._due(ONCE, month, self._growth_pay12(month)) for month in self._growths()]
        if component.renewal_bonus is not None:
            due += self._renewal_bonuses()
        return list(filter(None, due))

    def _due(self, kind: str, service: int, pay12: Decimal) -> Entry | None:
        """Return a payment made once for a service month (0: signing); None where it is nothing or never vests."""
        if not pay12:
            return None
        revenue, component = self.revenue, self.component
        month = revenue.start + service - 1 if service else revenue.signing
        survives = service - 1 if service else 0
        vests = component.vests_after
        if vests:
            month += vests
            survives += vests
            service = max(month - revenue.start + 1, 0)
        if revenue.cancelled is not None and service >= revenue.cancelled:
            return None
        if self.ends is not None and service >= self.ends:
            return None
        return Entry(kind, service, month + component.lag, 1, 1, pay12 * self.factor / TWELVE, survives)

    def _growths(self) -> list[int]:
        """Return the months of growth that is this plan's to pay: what comes later is a successor's."""
        stops = self.stops
        return self.revenue.grows if stops is None else [month for month in self.revenue.grows if month < stops]

    def _steady_pay12(self) -> Decimal:
        rate = self.rate(0, 0)
        if not self.traits.is_billed:
            return paid12(rate, self._steady12(rate, 0))
        basis, basket = self.component.basis, self.basket
        if basis == "mrr":
            return paid12(rate, basket.mrr12)
        if basis == "deal":
            return paid12(rate, TWELVE)
        if basis == "seats":
            return paid12(rate, basket.seats * TWELVE)
        return paid12(rate, basket.nrc12 if basis == "nrc" else basket.tcv12)

    def _steady12(self, rate: Rate, until: int) -> Decimal:
        """Return the basis in twelfths at full quantities, with the events from months ≤ `until`."""
        basket, basis = self.basket, self.component.basis
        measure = self.weighed(rate)
        if basis == "deal":
            return TWELVE
        if basis == "mrr":
            return basket.steady(measure, basket.recurring, until)
        if basis in ("nrc", "margin"):
            return basket.steady(measure, basket.once, until)
        if basis == "seats":
            return basket.steady(measure, (*basket.recurring, *basket.once), until)
        schedule = basket.planned(measure)
        return total_of(schedule, 1, self.revenue.offer.term) + basket.steady(measure, basket.once, until)

    def _growth_pay12(self, month: int) -> Decimal:
        """Return what the seats added in a month are paid for, in twelfths; 0 where the offer did not grow."""
        basis = self.component.basis
        if basis == "deal":
            return ZERO
        rate = self.growth_rate(month)
        after, before = (self._grown12(rate, until) for until in (month, month - 1))
        return max(paid12(rate, after) - paid12(rate, before), ZERO)

    def _grown12(self, rate: Rate, until: int) -> Decimal:
        """Return the basis in twelfths as it is after the events from months ≤ `until`."""
        if self.component.basis != "tcv":
            return self._steady12(rate, until)
        basket, measure = self.basket, self.weighed(rate)
        billed12 = total_of(basket.schedule(measure, until), 1, self.revenue.offer.term)
        return billed12 + basket.steady(measure, basket.once, until)

    def _renewal_bonuses(self) -> Iterator[Entry]:
        revenue = self.revenue
        for renewal in revenue.course.renewals(min(revenue.served, (self.stops or revenue.served + 1) - 1)):
            factor = self.renewed(self.component.renewal_bonus, "renewal_bonus", renewal.number)
            rate = self.rate(0, renewal.number)
            basis12 = self._renewed12(rate, renewal)
            if entry := self._due(ONCE, renewal.begins, paid12(rate, basis12) * factor):
                yield entry

    def _renewed12(self, rate: Rate, renewal: Renewal) -> Decimal:
        """Return what goes into a renewal; what is added in its first month is paid as growth."""
        basket, measure, until = self.basket, self.weighed(rate), renewal.begins - 1
        if self.component.basis == "tcv":
            return basket.steady(measure, basket.recurring, until) * renewal.months
        if self.component.basis in ("nrc", "margin"):
            return ZERO
        return self._steady12(rate, until)

    # -- over time -----------------------------------------------------------------------------------------------

    def _reach(self, horizon: int) -> int:
        """Return the last service month that is paid for where the deal goes on to `horizon`, cancellation aside."""
        months = self.component.months
        if months == "life":
            return horizon
        return min(self.revenue.offer.term if months == "term" else int(months), horizon)

    @property
    def prepaid_months(self) -> int:
        """The service months that are paid as one sum, as the deal was signed; 0 where nothing is."""
        upfront = self.component.upfront
        if upfront is None:
            return 0
        wanted = self.revenue.offer.term if upfront == "term" else int(upfront)
        return min(wanted, self._reach(self.revenue.planned))

    def _paid_upfront(self, months: int) -> list[Entry]:
        """Return the sum for the prepaid months, and what growth adds for those that are left."""
        if not months:
            return []
        component = self.component
        kept = ONE
        if component.upfront_fee is not None:
            kept -= self.case.figure(component.upfront_fee, f"{self.traits.where}.upfront_fee", ZERO)
        pay12 = self._sum12(0, 1, months, 0)
        due = [self._due(UPFRONT, 0 if component.at == "signing" else 1, pay12 * kept)]
        if self.revenue.grows and component.growth == "pays":
            grown = [(month, self._growth_upfront(month, months)) for month in self._growths() if month <= months]
            due += [self._due(UPFRONT, month, pay12 * kept) for month, pay12 in grown]
        return list(filter(None, due))

    def _growth_upfront(self, month: int, months: int) -> Decimal:
        if self.component.growth_rate == "original":
            sums = [self._sum12(until, month, months, month) for until in (month, month - 1)]
        else:
            sums = [self._current12(month, until, months) for until in (month, month - 1)]
        return max(sums[0] - sums[1], ZERO)

    def _current12(self, month: int, until: int, last: int) -> Decimal:
        """Return the pay of the months from `month` to `last` at the rate of its growth, events from ≤ `until` counted.

        It is one sum, so no later version rules it.
        """
        known = self.revenue.known(month)
        total = ZERO
        for start, after in pairwise((month, *self.cuts(month, last, known), last + 1)):
            renewal = known.number(start)
            rate, factor = self.growth_rate(month, (0, renewal)), self.renewal_factor(renewal)
            for begin, stop, pay12 in self._paid_at(rate, until, start, after - 1):
                total += pay12 * factor * (stop - begin + 1)
        return total

    def _paid_over_time(self, first: int, until: int | None = None) -> list[Entry]:
        """Return what is paid for the service months from `first` on, to `until` or to a successor's first."""
        last = self._reach(self.revenue.horizon)
        if until is not None:
            last = min(last, until)
        elif self.stops is not None:
            last = min(last, self.stops - 1)
        if self.revenue.cancelled is not None:
            last = min(last, self.revenue.served)
        if self.ends is not None:
            last = min(last, self.ends - 1)
        if first > last:
            return []
        stretches = self._stretches(first, last)
        if self.component.every > 1:
            return list(self._blocks(stretches, self.component.every, last))
        found = []
        for start, stop, pay12 in stretches:
            if pay12:
                found.append(self._run(start, stop - start + 1, 1, pay12))
        return found

    def _run(self, service: int, count: int, every: int, pay12: Decimal) -> Entry:
        month = self.revenue.start + service - 1 + self.component.lag
        return Entry(RECURRING, service, month, count, every, pay12 * self.factor / TWELVE, service - 1)

    def _blocks(self, stretches: list[Stretch], size: int, last: int) -> Iterator[Entry]:
        """Yield blocks of `size` months, each paid with its last service month."""
        open12 = ZERO
        for start, stop, pay12 in stretches:
            k = start
            while k <= stop:
                end = min(-(-k // size) * size, last)
                whole = (stop - k + 1) // size if (k - 1) % size == 0 else 0
                if whole:
                    if pay12:
                        yield self._run(k + size - 1, whole, size, pay12 * size)
                    k += whole * size
                    continue
                until = min(stop, end)
                open12 += pay12 * (until - k + 1)
                k = until + 1
                if until == end:
                    if open12:
                        yield self._run(end, 1, size, open12)
                    open12 = ZERO

    def _stretches(self, first: int, last: int) -> list[Stretch]:
        """Return the pay of the service months first ≤ k ≤ last, in twelfths, with the events as they happened."""
        if self.revenue.grows and self.component.growth_rate == "current" and not self.basket.is_plain:
            return list(self._grown_stretches(first, last))
        return self._paid_stretches(last if self.revenue.grows or self.revenue.shrinks else 0, first, last)

    def _paid_stretches(self, until: int, first: int, last: int, since: int | None = None) -> list[Stretch]:
        """Return as `_stretches`, with the events from months ≤ `until`.

        `since`: what is paid at once in a month goes by the renewals known then, and no later version's rate holds.
        """
        if self.traits.is_level:
            return self._paid_at(self.rate(0, 0), until, first, last)
        course = self.revenue.course if since is None else self.revenue.known(since)
        found: list[Stretch] = []
        for start, after in pairwise((first, *self.cuts(first, last, course), last + 1)):
            ruling, renewal = self.rate_key(start, course)
            rate, factor = self.rate(ruling if since is None else 0, renewal), self.renewal_factor(renewal)
            paid = self._paid_at(rate, until, start, after - 1)
            found += [(begin, stop, pay12 * factor) for begin, stop, pay12 in paid]
        return found

    def _paid_at(self, rate: Rate, until: int, first: int, last: int) -> list[Stretch]:
        """Return as `_paid_stretches`, where one rate holds all the time."""
        found = []
        for start, stop, base12 in stretches_of(self.base(rate, until), first, last):
            found.append((start, stop, paid12(rate, base12)))
        return found

    def _grown_stretches(self, first: int, last: int) -> Iterator[Stretch]:
        """Yield the pay where added seats have the rate of their own day: the signed part and each growth."""
        events = sorted({*self.revenue.grows, *self.revenue.shrinks})
        starts = (first, *(month for month in events if first < month <= last))
        for start, after in pairwise((*starts, last + 1)):
            layers = self._layers([0, *(month for month in events if month <= start)])
            paid = [self._layer_stretches(layer, start, after - 1) for layer in layers]
            cuts = sorted({begin for stretches in paid for begin, _, _ in stretches})
            for begin, stop in pairwise((*cuts, after)):
                yield begin, stop - 1, sum((p for one in paid for a, b, p in one if a <= begin <= b), ZERO)

    def _layers(self, months: list[int]) -> list[Layer]:
        """Return the signed part and each growth of those months; what is removed goes off the last growth first."""
        steady = [self.basket.steady(self._measure(), self.basket.recurring, month) for month in months]
        found: list[Layer] = []
        for i, month in enumerate(months):
            if i and steady[i] <= steady[i - 1]:
                continue
            left = min(range(i, len(months)), key=lambda j: (steady[j], -j))
            found.append((month, found[-1][2] if found else None, months[left]))
        return found

    def _layer_stretches(self, layer: Layer, first: int, last: int) -> list[Stretch]:
        """Return what one layer pays in the service months from `first` to `last`."""
        month, below, top = layer
        starts = sorted({first, *(k for k, _ in self.base(ZERO, top) if first < k <= last), *self.cuts(first, last)})
        found = []
        for start, after in pairwise((*starts, last + 1)):
            key = self.rate_key(start)
            rate = self.growth_rate(month, key) if month else self.rate(*key)
            paid = paid12(rate, value_at(self.base(rate, top), start))
            if below is not None:
                paid -= paid12(rate, value_at(self.base(rate, below), start))
            found.append((start, after - 1, paid * self.renewal_factor(key[1])))
        return found

    def _sum12(self, until: int, first: int, last: int, since: int) -> Decimal:
        """Return what the service months first ≤ k ≤ last pay at once in a month `since`, with events ≤ `until`.

        What is paid once never changes: no later version's rate holds (programs.md §7).
        """
        total = ZERO
        for start, stop, pay12 in self._paid_stretches(until, first, last, since):
            total += pay12 * (stop - start + 1)
        return total

    def _is_discounted(self) -> bool:
        lines = self.case.basket.recurring
        return any(line.bill12(line.quantity) < line.list12(line.quantity) for line in lines)

    def _has_no_seats(self) -> bool:
        """Say whether there are lines to pay on, and none of them counts as seats: easily overlooked in a deal."""
        lines = (*self.basket.recurring, *self.basket.once)
        return bool(lines) and not any(line.line.seats_per_unit for line in lines)


def _in_turn(entries: list[Entry]) -> list[Entry]:
    """Return entries by service month, as a running sum goes; a run that another one falls into month by month."""
    starts = [entry.service for entry in entries]
    found: list[Entry] = []
    for entry in entries:
        last = entry.service + (entry.count - 1) * entry.every
        if not any(entry.service < start <= last for start in starts):
            found.append(entry)
            continue
        found += [_later(entry, ahead) for ahead in range(0, entry.count * entry.every, entry.every)]
    return sorted(found, key=lambda entry: entry.service)


def _later(run: Entry, ahead: int) -> Entry:
    """Return the one payment of a run that is `ahead` months after its first."""
    service, month, survives = run.service + ahead, run.month + ahead, run.survives + ahead
    return run._replace(service=service, month=month, count=1, every=1, survives=survives)
