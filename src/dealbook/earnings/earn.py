"""What one component pays, before shares and rounding: entries by the month they are earned (programs.md §6).

An `Entry` is a run of equal exact amounts. `Earner` walks one component: what is paid once, prepaid, over time, for
growth, at renewals.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from dealbook.domain.money import ONE, ZERO, round_minor
from dealbook.domain.months import first_service_month_from
from dealbook.domain.problem import Problem, Severity
from dealbook.earnings.case import Case, Unpaid, plain, reason
from dealbook.earnings.payments import ONCE, RECURRING, UPFRONT
from dealbook.earnings.revenue import (
    TWELVE,
    Basket,
    Billing,
    Measure,
    Schedule,
    Stretch,
    stretches_of,
    total_of,
    value_at,
)
from dealbook.programs.facts import Fact, Facts, Known
from dealbook.programs.model import Plan
from dealbook.programs.terms import Traits
from dealbook.programs.values import Gap, Slices, Value

#: What a basis is multiplied with: a rate or an amount for each, slices with a rate each, a rate for each line.
Rate = Decimal | Slices | dict[Billing, Decimal]


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


class Earner:
    """One component of one case."""

    def __init__(self, case: Case, plan: Plan, traits: Traits) -> None:
        """Take the case; `factor` is what a discount leaves of the rate, `notes` what is not paid while the rest is."""
        component = traits.component
        self.case = case
        self.plan = plan
        self.traits = traits
        self.component = component
        self.revenue = case.revenue
        self.basket = case.basket if component.on is None else case.basket_on(component.on)
        self.notes: list[Problem] = []
        self.factor = ONE if component.discounts != "rate" else ONE - case.basket.discount
        self._rates: dict[tuple[int, int], Rate] = {}

    def entries(self) -> list[Entry]:
        """Return what the component pays, by the month it is earned; raises Unpaid with the reason if nothing."""
        component = self.component
        if component.discounts == "void" and self._is_discounted():
            raise Unpaid(Problem("discounted", self.traits.where, {"component": component.id}, Severity.NOTE))
        if component.every == 0:
            found = self._paid_once()
        elif component.upfront is None:
            found = self._paid_over_time(1)
        else:
            prepaid = self._prepaid_months(component.upfront)
            found = [*self._paid_upfront(prepaid), *self._paid_over_time(prepaid + 1)]
        if self.traits.is_limited and len(found) > 1:
            found.sort(key=lambda entry: entry.service)
        return found

    # -- once ----------------------------------------------------------------------------------------------------

    def _paid_once(self) -> list[Entry]:
        component = self.component
        due = [self._due(ONCE, 0 if component.at == "signing" else 1, self._steady_pay12())]
        if self.revenue.adds and component.growth == "pays":
            due += [self._due(ONCE, month, self._growth_pay12(month)) for month in self.revenue.adds]
        if component.renewal_bonus is not None:
            due += self._renewal_bonuses()
        return [entry for entry in due if entry is not None]

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
        return Entry(kind, service, month + component.lag, 1, 1, pay12 * self.factor / TWELVE, survives)

    def _steady_pay12(self) -> Decimal:
        rate = self._rate(0, 0)
        if not self.traits.is_billed:
            return _pay12(rate, self._steady12(rate, 0))
        basis, basket = self.component.basis, self.basket
        if basis == "mrr":
            return _pay12(rate, basket.mrr12)
        if basis == "deal":
            return _pay12(rate, TWELVE)
        if basis == "seats":
            return _pay12(rate, basket.seats * TWELVE)
        return _pay12(rate, basket.nrc12 if basis == "nrc" else basket.tcv12)

    def _steady12(self, rate: Rate, until: int) -> Decimal:
        """Return the basis in twelfths at full quantities, with the events from months ≤ `until`."""
        basket, basis = self.basket, self.component.basis
        measure = self._weighed(rate)
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
        rate = self._growth_rate(month)
        if basis != "tcv":
            after, before = self._steady12(rate, month), self._steady12(rate, month - 1)
        else:
            basket, measure = self.basket, self._weighed(rate)
            months = max(self.revenue.offer.term - month + 1, 0)  # the TCV is that of the initial term
            base = basket.tcv12 if not isinstance(rate, dict) else ZERO
            grown = [
                basket.steady(measure, basket.recurring, until) * months + basket.steady(measure, basket.once, until)
                for until in (month, month - 1)
            ]
            after, before = base + grown[0] - grown[1], base
        return max(_pay12(rate, after) - _pay12(rate, before), ZERO)

    def _renewal_bonuses(self) -> Iterator[Entry]:
        offer = self.revenue.offer
        for renewal in range(1, offer.renewals + 1):
            service = offer.term + (renewal - 1) * offer.renewal_term + 1
            if service > self.revenue.served:
                return
            factor = self._renewed(self.component.renewal_bonus, "renewal_bonus", renewal)
            rate = self._rate(0, renewal)
            basis12 = self._renewed12(rate, service - 1)  # what is added in that month is paid as growth
            if entry := self._due(ONCE, service, _pay12(rate, basis12) * factor):
                yield entry

    def _renewed12(self, rate: Rate, until: int) -> Decimal:
        basket, measure = self.basket, self._weighed(rate)
        if self.component.basis == "tcv":
            return basket.steady(measure, basket.recurring, until) * self.revenue.offer.renewal_term
        if self.component.basis in ("nrc", "margin"):
            return ZERO
        return self._steady12(rate, until)

    # -- over time -----------------------------------------------------------------------------------------------

    @property
    def _reach(self) -> int:
        """The last service month that is paid for, cancellation aside."""
        months = self.component.months
        horizon = self.revenue.horizon
        if isinstance(months, int):
            return min(months, horizon)
        return min(self.revenue.offer.term, horizon) if months == "term" else horizon

    def _prepaid_months(self, upfront: int | str) -> int:
        wanted = self.revenue.offer.term if upfront == "term" else int(upfront)
        return min(wanted, self._reach)

    def _paid_upfront(self, months: int) -> Iterator[Entry]:
        """Yield the sum for the prepaid months, and what growth adds for those that are left."""
        if not months:
            return
        kept = ONE - self.case.figure(self.component.upfront_fee, f"{self.traits.where}.upfront_fee", ZERO)
        service = 0 if self.component.at == "signing" else 1
        planned = self._sum12(0, 1, months)
        if entry := self._due(UPFRONT, service, planned * kept):
            yield entry
        if self.component.growth != "pays":
            return
        for month in self.revenue.adds:
            if month <= months and (grown := self._growth_upfront(month, months)):
                entry = self._due(UPFRONT, month, grown * kept)
                if entry:
                    yield entry

    def _growth_upfront(self, month: int, months: int) -> Decimal:
        if self.component.growth_rate == "current":
            rate = self._growth_rate(month)
            measure = self._weighed(rate)
            sums = [
                sum(
                    (
                        _pay12(rate, base12) * (stop - start + 1)
                        for start, stop, base12 in stretches_of(self._base(measure, until), month, months)
                    ),
                    ZERO,
                )
                for until in (month, month - 1)
            ]
        else:
            sums = [self._sum12(until, month, months) for until in (month, month - 1)]
        return max(sums[0] - sums[1], ZERO)

    def _paid_over_time(self, first: int) -> list[Entry]:
        last = min(self._reach, self.revenue.served)
        if first > last:
            return []
        stretches = self._stretches(first, last)
        if self.component.every > 1:
            return list(self._blocks(stretches, self.component.every, last))
        return [self._run(start, stop - start + 1, 1, pay12) for start, stop, pay12 in stretches if pay12]

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
        if self.revenue.adds and self.component.growth_rate == "current" and not self.basket.is_plain:
            return list(self._grown_stretches(first, last))
        return self._paid_stretches(last if self.revenue.adds or self.revenue.removes else 0, first, last)

    def _paid_stretches(self, until: int, first: int, last: int, *, follows: bool = True) -> list[Stretch]:
        """Return as `_stretches`, with the events from months ≤ `until`; `follows`: later versions' rates hold."""
        if self.traits.is_level:
            return self._paid_at(self._rate(0, 0), until, first, last)
        found: list[Stretch] = []
        for start, after in pairwise((first, *self._cuts(first, last), last + 1)):
            ruling, renewal = self._rate_key(start)
            rate, factor = self._rate(ruling if follows else 0, renewal), self._renewal_factor(renewal)
            paid = self._paid_at(rate, until, start, after - 1)
            found += [(begin, stop, pay12 * factor) for begin, stop, pay12 in paid]
        return found

    def _paid_at(self, rate: Rate, until: int, first: int, last: int) -> list[Stretch]:
        """Return as `_paid_stretches`, where one rate holds all the time."""
        base = stretches_of(self._base(self._weighed(rate), until), first, last)
        return [(start, stop, _pay12(rate, base12)) for start, stop, base12 in base]

    def _grown_stretches(self, first: int, last: int) -> Iterator[Stretch]:
        """Yield the pay where added seats have the rate of their own day: the signed part and each growth."""
        layers = [self._paid_stretches(0, first, last)]
        events = sorted({*self.revenue.adds, *self.revenue.removes})
        for month in events:
            rate = self._growth_rate(month) if month in self.revenue.adds else self._rate_at(month)
            measure = self._weighed(rate)
            after, before = self._base(measure, month), self._base(measure, month - 1)
            starts = sorted({max(month, first), *(k for k, _ in after if month < k), *self._cuts(month, last)})
            layer = []
            for i, start in enumerate(starts):
                stop = starts[i + 1] - 1 if i + 1 < len(starts) else last
                change = _pay12(rate, value_at(after, start)) - _pay12(rate, value_at(before, start))
                layer.append((start, stop, change * self._renewal_factor(self.revenue.renewal(start))))
            layers.append(layer)
        starts = sorted({start for layer in layers for start, _, _ in layer if first <= start <= last})
        for i, start in enumerate(starts):
            stop = starts[i + 1] - 1 if i + 1 < len(starts) else last
            yield start, stop, sum((p for layer in layers for a, b, p in layer if a <= start <= b), ZERO)

    def _sum12(self, until: int, first: int, last: int) -> Decimal:
        """Return what the service months first ≤ k ≤ last pay at once, in twelfths, with events from months ≤ `until`.

        What is paid once never changes: no later version's rate holds (programs.md §7).
        """
        total = ZERO
        for start, stop, pay12 in self._paid_stretches(until, first, last, follows=False):
            total += pay12 * (stop - start + 1)
        return total

    def _cuts(self, first: int, last: int) -> list[int]:
        """Return the service months in which the rate or the renewal's factor changes."""
        offer, revenue = self.revenue.offer, self.revenue
        cuts: list[int] = []
        if last > offer.term and (self.traits.by_renewal or self.component.renewal is not None):
            cuts += range(offer.term + 1, last + 1, offer.renewal_term)
        for version in self.traits.later:
            cuts.append(first_service_month_from(revenue.offer.starts, version.terms.program.effective_from))
        return sorted({k for k in cuts if first < k <= last})

    # -- rates and measures --------------------------------------------------------------------------------------

    def _rate_key(self, month: int) -> tuple[int, int]:
        """Return (how many later versions rule, the renewal) in a service month."""
        ruling = 0
        for i, version in enumerate(self.traits.later, 1):
            if first_service_month_from(self.revenue.offer.starts, version.terms.program.effective_from) <= month:
                ruling = i
        return ruling, self.revenue.renewal(month)

    def _rate_at(self, month: int) -> Rate:
        return self._rate(*self._rate_key(month))

    def _rate(self, ruling: int, renewal: int) -> Rate:
        """Return the rate or amount for each, of a version and a renewal; by line where it must be."""
        if self.traits.constant is not None and not ruling:
            return self.traits.constant
        key = (ruling, renewal)
        found = self._rates.get(key)
        if found is None:
            facts = self.case.facts
            value, by_line = self.traits.figure, self.traits.by_line
            if ruling:
                later = self.traits.later[ruling - 1]
                value, by_line = later.component.figure, later.by_line
                facts = Facts(facts.known, later.terms.inputs, facts.late)
            if renewal:
                facts = facts.but(renewal=Decimal(renewal))
            pick = self._picked if key == (0, 0) else self._later
            found = self._rates[key] = pick(value, facts, by_line=by_line)
        return found

    def _later(self, value: Value, facts: Facts, *, by_line: bool) -> Rate:
        """Return the rate of a renewal or a later version; without a row, that time is not paid and the rest is."""
        try:
            return self._picked(value, facts, by_line=by_line)
        except Unpaid as unpaid:
            return self._noted(unpaid)

    def _noted(self, unpaid: Unpaid) -> Decimal:
        if unpaid.problem.severity is Severity.ERROR:
            raise unpaid
        if unpaid.problem not in self.notes:
            self.notes.append(unpaid.problem)
        return ZERO

    def _growth_rate(self, month: int) -> Rate:
        """Return the rate that growth in a month is paid at."""
        if self.component.growth_rate == "original":
            return self._rate(0, 0)
        return self._picked(self.traits.figure, self._facts_after(month), by_line=self.traits.by_line)

    def _facts_after(self, month: int) -> Facts:
        """Return the facts after the growth of a month, with the remaining months as the term."""
        case, months = self.case, self.revenue.remaining(month)

        def late(facts: Facts, name: str, of: str | None) -> Fact:
            if of is None:
                return case.facts.late(facts, name, of)
            return _after(self.revenue.basket(case.program.covers & {of}), month, months)[name]

        known: Known = {name: fact for name, fact in case.facts.known.items() if isinstance(name, str)}
        known.update(_after(case.basket, month, months))
        known.update(term=Decimal(months), renewal=Decimal(self.revenue.renewal(month)))
        return Facts(known, case.facts.inputs, late)

    def _picked(self, value: Value, facts: Facts, *, by_line: bool) -> Rate:
        if by_line:
            return self._picked_by_line(value, facts)
        picked = value.pick(facts)
        if isinstance(picked, Gap):
            raise Unpaid(reason(picked, self.traits.figure_where))
        return picked

    def _picked_by_line(self, value: Value, facts: Facts) -> dict[Billing, Decimal]:
        rates: dict[Billing, Decimal] = {}
        gap: Problem | None = None
        for line in (*self.basket.recurring, *self.basket.once):
            own = facts.but(product=line.line.product, category=line.line.category)
            picked = value.pick(own)
            if isinstance(picked, Gap):
                gap = reason(picked, self.traits.figure_where)
                if gap.severity is Severity.ERROR:
                    raise Unpaid(gap)
                rates[line] = ZERO
            else:
                rates[line] = plain(picked, self.traits.figure_where)
        if gap is not None and not any(rates.values()):
            raise Unpaid(gap)
        return rates

    def _weighed(self, rate: Rate) -> Measure:
        """Return the basis of a line, times its own rate where rates go by line."""
        measure = self._measure
        if not isinstance(rate, dict):
            return measure
        return lambda line, quantity: measure(line, quantity) * rate[line]

    def _base(self, measure: Measure, until: int) -> Schedule:
        """Return the basis by service month in twelfths, with the events from months ≤ `until`."""
        if self.component.basis == "deal":
            return [(1, TWELVE)]
        if measure is Billing.bill12 and self.basket.is_plain:
            return [(1, self.basket.mrr12)]
        return self.basket.schedule(measure, until)

    @property
    def _measure(self) -> Measure:
        if self.component.basis == "seats":
            return _seats12
        if self.component.basis == "margin":
            return self._margin12
        return _capped12 if self.component.markup == "excluded" else Billing.bill12

    def _margin12(self, line: Billing, quantity: Decimal) -> Decimal:
        """Return what a line bills less the rounded cost of buying it (programs.md §8.1)."""
        bill12 = _capped12(line, quantity) if self.component.markup == "excluded" else line.bill12(quantity)
        return bill12 - round_minor(quantity * self._buy_price(line), line.unit) * line.factor

    def margin12(self) -> Decimal:
        """Return the margin of a month at full quantities, or of the one-time lines, in twelfths; for the trace."""
        lines = self.basket.recurring if self.component.every else self.basket.once
        return self.basket.steady(self._margin12, lines, 0)

    def _buy_price(self, line: Billing) -> Decimal:
        price = line.line.buy_price
        if price is not None:
            return price
        case, buy = self.case, self.plan.buy
        if buy is None or (buy.price is None and buy.off_list is None):
            raise Unpaid(Problem("missing-buy-price", "buy_price", {"product": line.line.product}))
        facts = case.facts
        if self.traits.buys_by_line:
            facts = facts.but(product=line.line.product, category=line.line.category)
        if buy.price is not None:
            return case.figure(buy.price, f"{self.traits.plan_where}.buy.price", ZERO, facts)
        off = case.figure(buy.off_list, f"{self.traits.plan_where}.buy.off_list", ZERO, facts)
        return line.line.full_price * (ONE - off)

    def _renewal_factor(self, renewal: int) -> Decimal:
        if renewal == 0 or self.component.renewal is None:
            return ONE
        return self._renewed(self.component.renewal, "renewal", renewal)

    def _renewed(self, value: Value | None, key: str, renewal: int) -> Decimal:
        """Return a factor for a renewal; 0 where its table has no row for that one."""
        facts = self.case.facts.but(renewal=Decimal(renewal))
        try:
            return self.case.figure(value, f"{self.traits.where}.{key}", ONE, facts)
        except Unpaid as unpaid:
            return self._noted(unpaid)

    def _is_discounted(self) -> bool:
        lines = self.case.basket.recurring
        return any(line.bill12(line.quantity) < line.list12(line.quantity) for line in lines)


def _pay12(rate: Rate, basis12: Decimal) -> Decimal:
    """Return the pay for a basis, in twelfths; where rates go by line, the basis has them in it already."""
    if isinstance(rate, Decimal):
        return basis12 * rate
    if isinstance(rate, Slices):
        return rate.pay(basis12, TWELVE)
    return basis12


def _after(basket: Basket, month: int, months: int) -> dict[str, Decimal]:
    """Return the figures of a basket after the events of a month, with `months` of billing to come."""
    mrr12 = basket.steady(Billing.bill12, basket.recurring, month)
    nrc12 = basket.steady(Billing.bill12, basket.once, month)
    seats12 = basket.steady(_seats12, (*basket.recurring, *basket.once), month)
    return {
        "mrr": mrr12 / TWELVE,
        "nrc": nrc12 / TWELVE,
        "seats": seats12 / TWELVE,
        "tcv": (mrr12 * months + nrc12) / TWELVE,
    }


def _seats12(line: Billing, quantity: Decimal) -> Decimal:
    return quantity * line.line.seats_per_unit * TWELVE


def _capped12(line: Billing, quantity: Decimal) -> Decimal:
    return min(line.bill12(quantity), line.list12(quantity))
