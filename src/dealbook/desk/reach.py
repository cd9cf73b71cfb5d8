"""What winning a deal changes in the standing: the tier or quota row that it reaches, and what that is worth.

Asked for an open deal, as if it were won on the day on which it is expected to close. A program is named where the
tier, or the row of what is paid by attainment, is higher with the deal than without it. What that adds is measured: the
deal itself, and every other open deal that counts under the program while it lasts, are evaluated with and without the
deal among the won ones (programs.md §5); other deals count by their probability. What deals that are won already were
paid stays as it is.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from dealbook.desk.compare import Comparison, Objective, Row
from dealbook.desk.forecast_deals import found_of
from dealbook.desk.impact_worlds import offer_of
from dealbook.desk.plan_estimates import PlanEstimates
from dealbook.desk.session import Session
from dealbook.desk.standing_marks import thresholds_of
from dealbook.desk.won_deals import counts_as
from dealbook.domain.checks import check_deal, errors
from dealbook.domain.deal import Choice, Deal, Offer, Stage
from dealbook.domain.lazy import lazy
from dealbook.domain.money import ZERO, minor_unit, round_minor
from dealbook.domain.months import add_months, month_index
from dealbook.domain.partner import Assumptions
from dealbook.earnings.case import Case, Unpaid
from dealbook.earnings.compare import rate_on
from dealbook.earnings.estimate import Estimate, Status
from dealbook.earnings.payments import ONCE, UPFRONT
from dealbook.earnings.standing import Won, WonDeal, period, with_deal, year_of
from dealbook.programs.checks.uses import all_conditions, written_values
from dealbook.programs.model import Standing
from dealbook.programs.terms import Terms
from dealbook.programs.values import Bands, Fixed, parts

ATTAINMENT: Final = "attainment"


class Gain(NamedTuple):
    """What another open deal gains, weighted by its probability, in the currency of the deal that is asked for."""

    deal_id: str
    customer: str
    title: str
    closes: date
    probability: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Reach:
    """What a deal reaches in a program: a `tier` ("": no other one), and a `row` of the attainment (None: no other).

    It holds from `first` up to and without `until`. `own` is what the deal itself gains by it (None: that cannot be
    told), `others` what other open deals gain. `unpriced` deals are left out for want of an exchange rate.
    """

    program: str
    vendor: str
    name: str
    tier: str
    row: Decimal | None
    first: date
    until: date
    at_once: bool
    own: Decimal | None
    others: tuple[Gain, ...] = ()
    unpriced: int = 0

    @property
    def total(self) -> Decimal:
        """What all other open deals gain."""
        return sum((gain.amount for gain in self.others), ZERO)


class _Asked(NamedTuple):
    """The question: an open deal with one of its offers, and how earnings are measured."""

    deal: Deal
    offer: Offer
    assume: Assumptions
    objective: Objective


def reaches(
    session: Session,
    deal: Deal,
    offer: Offer,
    comparison: Comparison,
    *,
    assume: Assumptions | None = None,
    objective: Objective = Objective.EXPECTED,
) -> tuple[Reach, ...]:
    """Return what a deal reaches in each program of its comparison; nothing for one that is not open."""
    found = each_reach(session, deal, offer, comparison, assume=assume, objective=objective)
    return tuple(one for one in found if one is not None)


def each_reach(
    session: Session,
    deal: Deal,
    offer: Offer,
    comparison: Comparison,
    *,
    assume: Assumptions | None = None,
    objective: Objective = Objective.EXPECTED,
) -> Iterator[Reach | None]:
    """Yield what a deal reaches, program by program, and None often in between: a screen can pause then."""
    if deal.stage is not Stage.OPEN or errors(check_deal(deal)):
        return
    asked = _Asked(deal, offer, assume or session.partner.assume, objective)
    for row in _programs(comparison, deal.chosen):
        yield None
        one = _InProgram(session, asked, row)
        for found in one.reached() if one.can_rise else ():
            yield from one.worth(found)


def _programs(comparison: Comparison, chosen: Choice | None) -> Iterator[Row]:
    """Yield one row for each program under which the offer can be won: the chosen plan's, else the best one's."""
    seen: set[str] = set()
    rows = list(comparison.rows)
    if chosen is not None:
        rows.sort(key=lambda row: row.key != (chosen.program, chosen.plan))
    for row in rows:
        if row.estimate.status is not Status.INELIGIBLE and row.estimate.program not in seen:
            seen.add(row.estimate.program)
            yield row


class _InProgram:
    """One program: its standing with the deal and without it."""

    def __init__(self, session: Session, asked: _Asked, row: Row) -> None:
        self._session = session
        self._asked = asked
        self._row = row
        deal = asked.deal
        self._plans = PlanEstimates(session, deal, row.estimate.program, assume=asked.assume)
        self._terms = self._plans.terms
        self._standing = self._terms.program.standing
        self._as_won: Deal = replace(
            deal,
            stage=Stage.WON,
            chosen=Choice(
                offer_id=asked.offer.id,
                program=row.estimate.program,
                version=row.estimate.version,
                plan=row.estimate.plan,
            ),
        )

    @lazy
    def _counted(self) -> WonDeal:
        """What the deal counts for once it is won."""
        return counts_as(self._session, self._as_won, self._terms.program)

    # --- what is reached

    @property
    def can_rise(self) -> bool:
        """Whether the program has tiers or a quota, and the partner is in it."""
        return self._terms.enrolment is not None and bool(self._standing.tiers or self._standing.quota)

    def reached(self) -> list[Reach]:
        """Return what is reached: tier and row together, or apart where one holds after the other.

        Where the tier outlasts the row, the tier alone is told: what both add must not be told twice.
        """
        standing, day = self._standing, self._asked.deal.signed
        at_once = standing.takes_effect == "at-once"
        tier = self._higher_tier(day if at_once else period(standing, day)[1])
        row = self._higher_row(day)
        by_tier, by_row = _lasts(standing, day, by_tier=True), _lasts(standing, day, by_tier=False)
        if tier and row is not None and by_tier[0] != by_row[0]:
            return [self._reach("", row, by_row), self._reach(tier, None, by_tier)]
        if tier and by_tier != by_row:
            return [self._reach(tier, None, by_tier)]
        if not tier and row is None:
            return []
        return [self._reach(tier, row, by_tier if tier else by_row)]

    def _reach(self, tier: str, row: Decimal | None, lasts: tuple[date, date]) -> Reach:
        estimate, (first, until) = self._row.estimate, lasts
        at_once = first == self._asked.deal.signed
        return Reach(
            program=estimate.program,
            vendor=estimate.vendor,
            name=estimate.program_name,
            tier=tier,
            row=row,
            first=first,
            until=until,
            at_once=at_once,
            own=self._own() if at_once else ZERO,
        )

    def _higher_tier(self, day: date) -> str:
        """Return the tier on a day with the deal, where it is higher than the one without it."""
        names = [tier.name for tier in self._standing.tiers]
        with_it, without = (self._case(day, won).tier_name for won in self._both(day))
        reached = with_it in names and (without not in names or names.index(with_it) > names.index(without))
        return with_it if reached and with_it is not None else ""

    def _higher_row(self, day: date) -> Decimal | None:
        """Return the row of the attainment with the deal, where it is higher than the one without it."""
        rows = _rows(self._terms)
        if not rows or self._standing.quota is None:
            return None
        with_it, without = (_attainment(self._case(day, won)) for won in self._both(day))
        if with_it is None or without is None:
            return None
        reached = bisect_right(rows, with_it)
        return rows[reached - 1] if reached > bisect_right(rows, without) else None

    def _both(self, day: date) -> tuple[Won, Won]:
        """Return the figures of a day with the deal among the won ones, and without it."""
        deal = self._asked.deal
        plans = self._plans if day == deal.signed else self._on(replace(deal, signed=day))
        return with_deal(plans.won, self._counted, self._standing, day), plans.won

    def _on(self, deal: Deal) -> PlanEstimates:
        return PlanEstimates(self._session, deal, self._terms.program.id, assume=self._asked.assume)

    def _case(self, day: date, won: Won) -> Case:
        """Return a case of a day at which only what was won counts, and no deal at hand."""
        deal = replace(self._asked.deal, signed=day)
        return self._plans.case(deal, self._asked.offer, self._without_own(won))

    def _without_own(self, won: Won) -> Won:
        """Return figures less what the deal at hand would count for by itself."""
        if not self._standing.counts_this_deal:
            return won
        own = self._counted
        less = {"won_deals": Decimal(1), "won_seats": own.seats, "won_mrr": own.mrr, "won_tcv": own.tcv}
        return Won({**won.current, **{name: won.current[name] - one for name, one in less.items()}}, won.before)

    # --- what it is worth

    def _own(self) -> Decimal | None:
        """Return what the deal gains by counting for itself; None where the plan does not pay."""
        with_it, deal, offer = self._row.estimate, self._asked.deal, self._asked.offer
        if with_it.status is not Status.PAYABLE or not self._row.converted:
            return None
        won = self._without_own(self._plans.won)
        without = self._plans.estimate(deal, offer, with_it.plan, won)
        if without.status is Status.INELIGIBLE and without.otherwise:  # what would be paid in its place
            without = self._plans.estimate(deal, offer, without.otherwise, won)
        if without.status is Status.INCOMPLETE:
            return None
        return self._in_currency(self._measure(with_it) - self._measure(without), self._row.to_deal)

    def worth(self, reach: Reach) -> Iterator[Reach | None]:
        """Yield None for each open deal that is looked at, and in the end what is reached with what they gain."""
        gains: list[Gain] = []
        unpriced = 0
        waiting = self._waiting(reach) if thresholds_of(self._terms) else ()
        for deal in waiting:
            yield None
            gain = self._gain(deal)
            if gain is None:
                unpriced += 1
            elif gain.amount:
                gains.append(gain)
        gains.sort(key=lambda gain: (-gain.amount, gain.closes, gain.customer.casefold()))
        yield replace(reach, others=tuple(gains), unpriced=unpriced)

    def _waiting(self, reach: Reach) -> Iterator[Deal]:
        """Yield the other open deals that close while it lasts."""
        own = self._asked.deal.id
        rows = self._session.rows.values()
        found = [row.id for row in rows if row.stage is Stage.OPEN and reach.first <= row.closes < reach.until]
        yield from (self._session.deal(deal_id) for deal_id in found if deal_id != own)

    def _gain(self, deal: Deal) -> Gain | None:
        """Return what another deal gains, nothing where it counts elsewhere; None without an exchange rate."""
        nothing = Gain(deal.id, deal.customer, deal.title, deal.signed, deal.probability, ZERO)
        found = found_of(self._session, deal)
        if found.flow is None or found.program != self._terms.program.id:
            return nothing
        plans, offer = self._on(deal), offer_of(deal)
        won = self._with_this(deal, plans)
        before = plans.estimate(deal, offer, found.plan)
        after = [plans.estimate(deal, offer, plan, won) for plan in self._plans_of(deal, plans, found.plan)]
        paying = [one for one in after if one.status is Status.PAYABLE and one.totals is not None]
        if before.status is not Status.PAYABLE or not paying:
            return nothing
        best = max(paying, key=_expected)
        more = self._measure(best) - self._measure(before)
        rate = rate_on(self._session.rates, best.currency, self._asked.deal.currency, self._asked.deal.signed)
        if not more or rate is None:
            return None if more else nothing
        return nothing._replace(amount=self._in_currency(more * deal.probability, rate))

    @staticmethod
    def _plans_of(deal: Deal, plans: PlanEstimates, plan: str) -> list[str]:
        """Return under which plans a deal can be won then: the chosen one, or any of the program."""
        return [plan] if deal.chosen is not None else [one.id for one in plans.terms.program.plans]

    def _with_this(self, deal: Deal, plans: PlanEstimates) -> Won:
        """Return the standing on another deal's day with this one among the won deals."""
        program = plans.terms.program
        counted = counts_as(self._session, self._as_won, program)
        won = with_deal(plans.won, counted, program.standing, deal.signed)
        paid = self._paid_in_year(deal.signed, program.standing)
        return replace(won, current={**won.current, "won_paid": won.current["won_paid"] + paid}) if paid else won

    def _paid_in_year(self, day: date, standing: Standing) -> Decimal:
        """Return what this deal is paid once in the year of a day, for programs that cap a year."""
        starts = standing.year_starts
        year = year_of(month_index(day), starts)
        payments = self._row.estimate.payments
        once = (one for one in payments if one.kind in (ONCE, UPFRONT) and year_of(one.month, starts) == year)
        return sum((one.amount for one in once), ZERO)

    def _measure(self, estimate: Estimate) -> Decimal:
        figure: Decimal = getattr(estimate.totals, self._asked.objective.total) if estimate.totals is not None else ZERO
        return figure

    def _in_currency(self, amount: Decimal, rate: Decimal) -> Decimal:
        return round_minor(amount * rate, minor_unit(self._asked.deal.currency))


def _lasts(standing: Standing, day: date, *, by_tier: bool) -> tuple[date, date]:
    """Return from which day on what is reached holds, and the first day on which it no longer does.

    A rolling period moves with every day, so the deal counts for as long as the period is.
    """
    first, until = period(standing, day)
    if standing.period.startswith("rolling"):
        length = (until.year - first.year) * 12 + until.month - first.month
        until = add_months(day, length) + timedelta(days=1)
        return day, until
    if by_tier and standing.takes_effect == "next-period":
        return until, period(standing, until)[1]
    if by_tier and standing.lasts == "next-period":
        return day, period(standing, until)[1]
    return day, until


def _rows(terms: Terms) -> list[Decimal]:
    """Return the attainments from which on something else is paid, or a plan is open, lowest first."""
    found: set[Decimal] = set()
    program = terms.program
    values = [value for _, value in written_values(program)]
    values += [value for value in terms.inputs.values() if value is not None]
    for table in (part for value in values for part in parts(value)):
        if isinstance(table, Bands) and table.by == ATTAINMENT:
            found |= {key for key in table.keys if isinstance(key, Decimal) and key > 0}
    for condition in all_conditions(program):
        if condition.fact == ATTAINMENT and isinstance(condition.at_least, Fixed):
            found.add(condition.at_least.figure)
    return sorted(found)


def _expected(estimate: Estimate) -> Decimal:
    return estimate.totals.expected_value if estimate.totals is not None else ZERO


def _attainment(case: Case) -> Decimal | None:
    try:
        found = case.facts.get(ATTAINMENT)
    except Unpaid:
        return None
    return found if isinstance(found, Decimal) else None
