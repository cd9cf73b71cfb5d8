"""Where the partner stands in a program today: tiers with what is reached and missing, the quota, opening figures.

The engine decides (programs.md §5): it is asked with a deal of nothing at all, signed today, that counts for nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from dealbook.desk.compare import terms_of_day
from dealbook.desk.programs import change_enrolment, enrolment_of
from dealbook.desk.session import Session
from dealbook.desk.standing import won_by_program
from dealbook.domain.deal import Deal, Offer
from dealbook.domain.money import ONE, ZERO
from dealbook.domain.months import full_years
from dealbook.earnings.case import Case, Unpaid
from dealbook.earnings.revenue import Revenue
from dealbook.earnings.standing import NOTHING_WON, Won, period
from dealbook.programs.conditions import Condition
from dealbook.programs.facts import STANDING_FIGURES
from dealbook.programs.model import Plan, Program, Quota, Tier
from dealbook.programs.terms import Terms
from dealbook.programs.values import Gap, Value, facts_used

OPENING: Final = "Change opening figure"
_ALL: Final = frozenset(STANDING_FIGURES)


@dataclass(frozen=True, slots=True)
class Rung:
    """A condition of a tier: whether it holds, and for a figure what there is of what is needed.

    `holds` None: nobody knows, for want of a contract's value. `limit` None: it is no figure that must be reached.
    """

    condition: Condition
    holds: bool | None
    has: Decimal | None = None
    limit: Decimal | None = None

    @property
    def missing(self) -> Decimal:
        """What is still missing; 0 where nothing is."""
        return max((self.limit or ZERO) - (self.has or ZERO), ZERO) if self.limit is not None else ZERO


@dataclass(frozen=True, slots=True)
class TierRow:
    """A tier: all of `requires` and one of `any_of` must hold. `is_reached` goes by the figures of this period."""

    tier: Tier
    is_current: bool
    is_reached: bool
    requires: tuple[Rung, ...]
    any_of: tuple[Rung, ...]


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """The quota: what was won of what must be. `target` includes the growth; None where it is missing or none."""

    fact: str
    won: Decimal
    base: Decimal | None
    target: Decimal | None
    grows: Decimal

    @property
    def attainment(self) -> Decimal | None:
        """Won ÷ target as a fraction."""
        return self.won / self.target if self.target else None

    @property
    def missing(self) -> Decimal:
        """What is still missing; 0 where nothing is."""
        return max((self.target or ZERO) - self.won, ZERO)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A standing figure: opening figures (None: not given) and what the won deals of the book add."""

    fact: str
    opening: Decimal | None
    book: Decimal
    before: Decimal | None
    book_before: Decimal


@dataclass(frozen=True, slots=True)
class Ladder:
    """The standing in a program on a day; `until` is the first day after the period.

    `is_member`: there is an enrolment. `tier` is the one that holds, `is_fixed` by the contract, `has_lasted` from the
    period before. `needs_before`: the period before counts as well.
    """

    program: Program
    first: date
    until: date
    is_member: bool
    tier: str | None
    is_fixed: bool
    has_lasted: bool
    tiers: tuple[TierRow, ...]
    quota: QuotaRow | None
    figures: tuple[FigureRow, ...]
    needs_before: bool

    @property
    def last(self) -> date:
        """The last day of the period."""
        return self.until - timedelta(days=1)


def ladder(session: Session, program_id: str, day: date) -> Ladder | None:
    """Return the standing in a program on a day; None for an unknown program."""
    terms = next((one for one in terms_of_day(session, day) if one.program.id == program_id), None)
    return None if terms is None else _ladder(session, terms, day)


def set_opening(session: Session, program_id: str, fact: str, figure: Decimal | None, *, before: bool = False) -> None:
    """Save an opening figure of this period, or of the one `before`, as one step; None takes it out.

    Raises KeyError without a membership, BookError as the book.
    """
    known = enrolment_of(session, program_id)
    if known is None or fact not in _ALL:
        raise KeyError(program_id, fact)
    figures = {name: one for name, one in (known.before if before else known.standing).items() if name != fact}
    if figure is not None:
        figures[fact] = figure
    changed = replace(known, before=figures) if before else replace(known, standing=figures)
    change_enrolment(session, changed, OPENING)


def _ladder(session: Session, terms: Terms, day: date) -> Ladder:
    program, standing = terms.program, terms.program.standing
    deal = Deal(customer="", signed=day, offers=(Offer(starts=day),), currency=program.currency)
    won = won_by_program(session, deal, [terms]).get(program.id, NOTHING_WON)
    case = Case(Revenue(deal, deal.offers[0]), terms, _without(won, program))
    tier = case.tier_name if terms.enrolment is not None else None  # nobody has a tier in a program it is not in
    first, until = period(standing, day)
    fixed = terms.enrolment is not None and terms.enrolment.tier is not None
    return Ladder(
        program=program,
        first=first,
        until=until,
        is_member=terms.enrolment is not None,
        tier=tier,
        is_fixed=fixed,
        has_lasted=case.has_lasted,
        tiers=tuple(_tier(case, one, tier) for one in standing.tiers),
        quota=_quota(case, standing.quota, day) if standing.quota is not None else None,
        figures=tuple(_figure(terms, won, fact) for fact in figures_used(terms)),
        needs_before=standing.takes_effect == "next-period" or standing.lasts == "next-period",
    )


def _without(won: Won, program: Program) -> Won:
    """Return the figures so that the deal of nothing, which would count as one, does not."""
    if not program.standing.counts_this_deal:
        return won
    return Won({**won.current, "won_deals": won.current["won_deals"] - ONE}, won.before)


def _tier(case: Case, tier: Tier, current: str | None) -> TierRow:
    requires = tuple(_rung(case, one) for one in tier.requires)
    any_of = tuple(_rung(case, one) for one in tier.any_of)
    reached = all(rung.holds for rung in requires) and (not any_of or any(rung.holds for rung in any_of))
    return TierRow(tier, tier.name == current, reached, requires, any_of)


def _rung(case: Case, condition: Condition) -> Rung:
    try:
        holds: bool | None = condition.failure(case.facts) is None
        has = case.facts.get(condition.fact, condition.of)
    except Unpaid:
        return Rung(condition, None)
    if condition.at_least is None or not isinstance(has, Decimal):
        return Rung(condition, holds)
    limit = condition.at_least.pick(case.facts)
    if isinstance(limit, Gap):
        return Rung(condition, None, has)
    return Rung(condition, holds, has, limit if isinstance(limit, Decimal) else None)


def _quota(case: Case, quota: Quota, day: date) -> QuotaRow:
    won = case.facts.get(quota.fact)
    base = quota.target.pick(case.facts)
    figure = base if isinstance(base, Decimal) else None
    growth = (ONE + quota.grows) ** full_years(case.program.effective_from, day)
    return QuotaRow(
        fact=quota.fact,
        won=won if isinstance(won, Decimal) else ZERO,
        base=figure,
        target=None if figure is None else figure * growth,
        grows=quota.grows,
    )


def _figure(terms: Terms, won: Won, fact: str) -> FigureRow:
    given: Mapping[str, Decimal] = terms.enrolment.standing if terms.enrolment is not None else {}
    before: Mapping[str, Decimal] = terms.enrolment.before if terms.enrolment is not None else {}
    return FigureRow(fact, given.get(fact), won.current.get(fact, ZERO), before.get(fact), won.before.get(fact, ZERO))


# --- which figures matter


def figures_used(terms: Terms) -> tuple[str, ...]:
    """Return the standing figures that a program asks for, in tiers, quota, conditions and tables, or was given."""
    program, enrolment = terms.program, terms.enrolment
    used = set(_used(terms))
    if enrolment is not None:
        used |= {*enrolment.standing, *enrolment.before}
    if program.standing.quota is not None:
        used.add(program.standing.quota.fact)
    return tuple(fact for fact in STANDING_FIGURES if fact in used)


def _used(terms: Terms) -> Iterator[str]:
    program = terms.program
    conditions = [one for tier in program.standing.tiers for one in (*tier.requires, *tier.any_of)]
    values: list[Value] = [value for value in terms.inputs.values() if value is not None]
    for plan in program.plans:
        conditions += [*plan.requires, *(one for component in plan.pays for one in component.requires)]
        values += _values(plan)
        if any(component.cap_per == "year" for component in plan.pays):
            yield "won_paid"
    for condition in conditions:
        yield condition.fact
        values += [one for one in (condition.at_least, condition.below, condition.exactly) if one is not None]
    for value in values:
        yield from facts_used(value, terms.inputs)


def _values(plan: Plan) -> Iterator[Value]:
    if plan.buy is not None:
        yield from (one for one in (plan.buy.off_list, plan.buy.price) if one is not None)
    for component in plan.pays:
        yield component.figure
        others = (
            component.points,
            component.renewal,
            component.renewal_bonus,
            component.cap,
            component.floor,
            component.cash,
        )
        yield from (one for one in others if one is not None)
