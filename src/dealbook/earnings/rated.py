"""What a component's figure is, and on what: its rates over time, and its basis in twelfths (programs.md §6 to §8).

`Rated` answers for one component of one case: the rate of a service month under the version and the renewal of that
time, line by line where it must be; the basis at signing, by month and after growth. When it is paid is `earn`'s.
"""

from decimal import Decimal

from dealbook.domain.course import Course
from dealbook.domain.money import ONE, ZERO, round_minor
from dealbook.domain.months import first_service_month_from
from dealbook.domain.problem import Problem, Severity
from dealbook.earnings.case import Case, Unpaid, ends_with, plain, reason
from dealbook.earnings.revenue import TWELVE, Basket, Billing, Measure, Schedule
from dealbook.programs.facts import Fact, Facts, Known
from dealbook.programs.model import Component, Plan
from dealbook.programs.terms import Traits
from dealbook.programs.values import Gap, Slices, Value

#: What a basis is multiplied with: a rate or an amount for each, slices with a rate each, a rate for each line's place.
Rate = Decimal | Slices | dict[int, Decimal]


class Rated:
    """One component of one case: its rates and its basis; `notes` says what is not paid while the rest is."""

    notes: tuple[Problem, ...] = ()
    gaps: frozenset[tuple[int, int]] = frozenset()
    """The versions and renewals, as in `rate_key`, that have no rate for the signed deal, while others have."""
    ends: int | None = None
    """The first service month that is not paid any more, as the partner has left; None: all are."""

    stops: int | None = None
    """The first service month that a successor pays for; None: there is none."""

    def __init__(self, case: Case, plan: Plan, traits: Traits) -> None:
        """Take the case; `factor` is what a discount leaves of the rate, nothing else is worked out yet."""
        component = traits.component
        self.case = case
        self.plan = plan
        self.traits = traits
        self.component = component
        self.revenue = case.revenue
        self.basket = case.basket if component.on is None else case.basket_on(component.on)
        self.factor = ONE if component.discounts != "rate" else ONE - case.basket.discount
        self._rates: dict[tuple[int, int], Rate] = {}
        if case.revenue.successors:
            self.stops = ends_with(case.revenue, case.program.id, plan.id)
        if traits.paid_until is not None and case.enrolled:
            self.ends = first_service_month_from(case.revenue.offer.starts, traits.paid_until)

    # -- rates ---------------------------------------------------------------------------------------------------

    def rate_key(self, month: int, course: Course | None = None) -> tuple[int, int]:
        """Return (how many later versions rule, the renewal) in a service month; `course`: as it was once known."""
        ruling = 0
        for i, version in enumerate(self.traits.later, 1):
            if first_service_month_from(self.revenue.offer.starts, version.terms.program.effective_from) <= month:
                ruling = i
        return ruling, (course or self.revenue.course).number(month)

    def rate(self, ruling: int, renewal: int) -> Rate:
        """Return the rate or amount for each, of a version and a renewal; by line where it must be."""
        if self.traits.constant is not None and not ruling:
            return self.traits.constant
        key = (ruling, renewal)
        found = self._rates.get(key)
        if found is None:
            facts = self.case.facts
            if renewal:
                facts = facts.but(renewal=Decimal(renewal))
            try:
                found = self._ruled(ruling, facts)
            except Unpaid as unpaid:
                renews = self.component.every and self.traits.by_renewal
                if key == (0, 0) and not self.traits.later and not renews:
                    raise  # there is nothing else that could be paid
                found = self._noted(unpaid)
                self.gaps |= {key}
            self._rates[key] = found
        return found

    def _ruled(self, ruling: int, facts: Facts) -> Rate:
        """Return the rate that a version has for some facts; raises Unpaid where it has none."""
        if not ruling:
            return self._picked(self.component, facts, by_line=self.traits.by_line)
        later = self.traits.later[ruling - 1]
        facts = Facts(facts.known, later.terms.inputs, facts.late)
        return self._picked(later.component, facts, by_line=later.by_line)

    def _noted(self, unpaid: Unpaid) -> Decimal:
        if unpaid.problem.severity is Severity.ERROR:
            raise unpaid
        if unpaid.problem not in self.notes:
            self.notes = (*self.notes, unpaid.problem)
        return ZERO

    def growth_rate(self, month: int, key: tuple[int, int] | None = None) -> Rate:
        """Return the rate that growth in a month is paid at, under a version and a renewal: when it is paid over time.

        Where there is no row for the growth, it is not paid and the rest is.
        """
        if self.component.growth_rate == "original":
            return self.rate(0, 0)
        ruling, renewal = key or (0, self.revenue.course.number(month))
        if (ruling, renewal) in self.gaps:
            return ZERO
        try:
            return self._ruled(ruling, self._facts_after(month, renewal))
        except Unpaid as unpaid:
            return self._noted(unpaid)

    def _facts_after(self, month: int, renewal: int) -> Facts:
        """Return the facts after the growth of a month, with the remaining months as the term."""
        case, months = self.case, self.revenue.course.remaining(month)

        def late(facts: Facts, name: str, of: str | None) -> Fact:
            if of is None:
                return case.facts.late(facts, name, of)
            return _after(self.revenue.basket(case.program.covers & {of}), month, months)[name]

        known: Known = {name: fact for name, fact in case.facts.known.items() if isinstance(name, str)}
        known.update(_after(case.basket, month, months))
        known.update(term=Decimal(months), renewal=Decimal(renewal))
        return Facts(known, case.facts.inputs, late)

    def _picked(self, component: Component, facts: Facts, *, by_line: bool) -> Rate:
        """Return the rate with its points, or the amount; raises Unpaid where it has none."""
        return self._picked_by_line(component, facts) if by_line else self._figure(component, facts)

    def _figure(self, component: Component, facts: Facts) -> Decimal | Slices:
        picked = component.figure.pick(facts)
        if isinstance(picked, Gap):
            raise Unpaid(reason(picked, self.traits.figure_where))
        if component.points is None:
            return picked
        where = f"{self.traits.where}.points"
        return with_points(picked, plain(component.points.pick(facts), where))

    def _picked_by_line(self, component: Component, facts: Facts) -> dict[int, Decimal]:
        rates: dict[int, Decimal] = {}
        gap: Problem | None = None
        for line in (*self.basket.recurring, *self.basket.once):
            own = facts.but(product=line.line.product, category=line.line.category)
            try:
                picked = self._figure(component, own)
            except Unpaid as unpaid:
                gap = unpaid.problem
                if gap.severity is Severity.ERROR:
                    raise
                rates[line.place] = ZERO
            else:
                rates[line.place] = plain(picked, self.traits.figure_where)
        if gap is not None and not any(rates.values()):
            raise Unpaid(gap)
        return rates

    def cuts(self, first: int, last: int, course: Course | None = None) -> list[int]:
        """Return the service months in which the rate or the renewal's factor changes; `course` as in `rate_key`."""
        cuts: list[int] = []
        if self.traits.by_renewal or self.component.renewal is not None:
            cuts += (course or self.revenue.course).starts(first, last)
        for version in self.traits.later:
            cuts.append(first_service_month_from(self.revenue.offer.starts, version.terms.program.effective_from))
        return sorted({k for k in cuts if first < k <= last})

    def renewal_factor(self, renewal: int) -> Decimal:
        """Return the factor on what is paid over time in a renewal (0: the initial term)."""
        if renewal == 0 or self.component.renewal is None:
            return ONE
        return self.renewed(self.component.renewal, "renewal", renewal)

    def renewed(self, value: Value | None, key: str, renewal: int) -> Decimal:
        """Return a factor for a renewal; 0 where its table has no row for that one."""
        facts = self.case.facts.but(renewal=Decimal(renewal))
        try:
            return self.case.figure(value, f"{self.traits.where}.{key}", ONE, facts)
        except Unpaid as unpaid:
            return self._noted(unpaid)

    # -- basis ---------------------------------------------------------------------------------------------------

    def weighed(self, rate: Rate) -> Measure:
        """Return the basis of a line, times its own rate where rates go by line."""
        measure = self._measure()
        if not isinstance(rate, dict):
            return measure
        return lambda line, quantity: measure(line, quantity) * rate[line.place]

    def base(self, rate: Rate, until: int) -> Schedule:
        """Return the weighed basis by service month in twelfths, with the events from months ≤ `until`."""
        basis = self.component.basis
        if basis == "deal":
            return [(1, TWELVE)]
        if basis == "mrr" and self.traits.is_billed and not isinstance(rate, dict):
            return self.basket.billed(until)
        return self.basket.schedule(self.weighed(rate), until)

    def _measure(self) -> Measure:
        basis = self.component.basis
        if basis == "seats":
            return _seats12
        if basis == "margin":
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


def with_points(rate: Decimal | Slices, points: Decimal) -> Decimal | Slices:
    """Return a rate, or that of each slice, with points added; never less than nothing (programs.md §6, `points`)."""
    if isinstance(rate, Slices):
        return Slices(tuple((key, max(figure + points, ZERO)) for key, figure in rate.rows))
    return max(rate + points, ZERO)


def paid12(rate: Rate, basis12: Decimal) -> Decimal:
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
    seats = basket.steady(_seats12, (*basket.recurring, *basket.once), month)
    return {
        "mrr": mrr12 / TWELVE,
        "nrc": nrc12 / TWELVE,
        "seats": seats / TWELVE,
        "tcv": (mrr12 * months + nrc12) / TWELVE,
    }


def _seats12(line: Billing, quantity: Decimal) -> Decimal:
    return quantity * line.line.seats_per_unit * TWELVE


def _capped12(line: Billing, quantity: Decimal) -> Decimal:
    return min(line.bill12(quantity), line.list12(quantity))
