"""What a plan's tables and conditions ask for next: the row above, what a failing condition wants (programs.md §2, §4).

Only reads: from the facts of a case to goals, which are conditions that do not hold yet. How an offer or the standing
comes to meet them is `moves`; what that is worth, `nearest`. A marginal table asks for nothing: slices have no step.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from dealbook.domain.money import ZERO
from dealbook.earnings.case import Case, Unpaid
from dealbook.programs.conditions import Condition
from dealbook.programs.facts import STANDING_FIGURES, Facts
from dealbook.programs.model import Component, Plan
from dealbook.programs.terms import Traits
from dealbook.programs.values import Bands, Choices, Fixed, Gap, Picked, Ref, Value

MOVABLE: Final = frozenset(
    {
        *("term", "seats", "mrr", "nrc", "tcv", "discount", "registered"),
        *("certified", "certificates", "attainment", "tier"),
        *STANDING_FIGURES,
    }
) - {"won_paid"}
"""The facts that a partner can change; the rest (country, signing day, company size) is as it is.

What was paid in the period is a fact of the standing as well, but nobody strives for it.
"""

Way = tuple[Condition, ...]
"""Goals that lead to a better figure when all of them are met."""


class Reason(StrEnum):
    """Why goals matter: a table's next row, a plan that opens, a component that is paid or not cut, the next tier."""

    ROW = "row"
    ELIGIBLE = "eligible"
    COMPONENT = "component"
    FULL_RATE = "full-rate"
    TIER = "tier"


class Ask(NamedTuple):
    """Goals of one plan, of one component (its id) or of the whole plan (empty), and what meeting them is good for."""

    reason: Reason
    plan: str
    component: str
    goals: Way


def asks(case: Case, plan: Plan) -> list[Ask]:
    """Return what a plan asks for next under a case; nothing where what it asks for cannot be changed."""
    try:
        found = list(_asks(case, plan))
    except Unpaid:  # a contract value is missing: nobody can tell what would be next
        return []
    return [ask for ask in found if ask.goals and all(goal.fact in MOVABLE for goal in ask.goals)]


def next_tier(case: Case, plan: Plan) -> Ask | None:
    """Return the tier above the partner's as an ask of a plan; None on the highest."""
    try:
        above = _tiers_above(case)
    except Unpaid:
        return None
    return Ask(Reason.TIER, plan.id, "", (_tier_goal(above, "standing.tier"),)) if above else None


def _asks(case: Case, plan: Plan) -> Iterator[Ask]:
    shut = tuple(_failing(plan.requires, case.facts))
    if shut:
        yield Ask(Reason.ELIGIBLE, plan.id, "", shut)
        return
    for traits in case.terms.traits[plan.id]:
        component = traits.component
        blocked = tuple(_blocking(case, traits))
        ways = list(_ways(Ways(case, traits.figure_where), case, traits))
        is_priced = _is_priced(case, traits)
        if blocked or not is_priced:
            first_row = ways[0] if ways and not is_priced else ()
            yield Ask(Reason.COMPONENT, plan.id, component.id, (*blocked, *first_row))
            continue
        if component.discounts == "rate" and case.facts.get("discount"):
            yield Ask(Reason.FULL_RATE, plan.id, component.id, (_no_discount(traits.where),))
        for value, is_cost in _other_values(plan, component):
            ways += Ways(case, traits.where, is_cost=is_cost).of(value, case.facts)
        for way in ways:
            yield Ask(Reason.ROW, plan.id, component.id, way)


def _failing(conditions: Iterable[Condition], facts: Facts) -> Iterator[Condition]:
    return (condition for condition in conditions if condition.failure(facts) is not None)


def _blocking(case: Case, traits: Traits) -> Iterator[Condition]:
    """Yield what stands between a component and its being paid, tables aside."""
    yield from _failing(traits.component.requires, case.facts)
    if traits.component.discounts == "void" and case.facts.get("discount"):
        yield _no_discount(traits.where)


def _no_discount(where: str) -> Condition:
    return Condition("discount", where, exactly=Fixed(ZERO))


def _ways(walk: "Ways", case: Case, traits: Traits) -> Iterator[Way]:
    """Yield the ways of a component's figure, line by line where each line has its own."""
    if not traits.by_line:
        yield from walk.of(traits.figure, case.facts)
        return
    for facts in _line_facts(case, traits.component):
        yield from walk.of(traits.figure, facts)


def _is_priced(case: Case, traits: Traits) -> bool:
    every = _line_facts(case, traits.component) if traits.by_line else [case.facts]
    return any(not isinstance(traits.figure.pick(facts), Gap) for facts in every)


def _line_facts(case: Case, component: Component) -> list[Facts]:
    basket = case.basket_on(component.on)
    lines = {(line.line.product, line.line.category): None for line in (*basket.recurring, *basket.once)}
    return [case.facts.but(product=product, category=category) for product, category in lines]


def _other_values(plan: Plan, component: Component) -> Iterator[tuple[Value, bool]]:
    """Yield the other figures that a table can decide, each with whether less of it is better."""
    buy = plan.buy if component.basis == "margin" else None
    for value, is_cost in (
        (component.points, False),
        (component.cap, False),
        (component.floor, False),
        (component.cash, False),
        (component.upfront_fee, True),
        (plan.partner_share, False),
        (buy.off_list if buy else None, False),
        (buy.price if buy else None, True),
    ):
        if value is not None:
            yield value, is_cost


class Ways:
    """The ways from a value's figure as it is to the next better one, through references and nested tables."""

    def __init__(self, case: Case, where: str, *, is_cost: bool = False) -> None:
        """Take the case, the key path that goals name, and whether less is better."""
        self.case = case
        self.where = where
        self.is_cost = is_cost

    def of(self, value: Value, facts: Facts) -> Iterator[Way]:
        """Yield the ways; none where no fact decides the figure."""
        if isinstance(value, Ref):
            target = facts.inputs.get(value.name)
            if target is not None:
                yield from self.of(target, facts)
        elif isinstance(value, Bands) and not value.marginal:
            yield from self._bands(value, facts)
        elif isinstance(value, Choices):
            yield from self._choices(value, facts)

    def _bands(self, table: Bands, facts: Facts) -> Iterator[Way]:
        fact = facts.get(table.by, table.of)
        if fact is None:
            return
        here = table.row(fact)
        if here >= 0:
            yield from self.of(table.rows[here], facts)
        if table.by not in MOVABLE:
            return
        now = table.pick(facts)
        for place, goal in self._neighbours(table, here):
            then = facts if table.of else facts.but(**{table.by: table.keys[place]})
            way = self._to(goal, table.rows[place], now, then)
            if way:
                yield way
                return

    def _neighbours(self, table: Bands, here: int) -> Iterator[tuple[int, Condition]]:
        """Yield the rows that can be stepped to, nearest first: up; of the discount, down."""
        keys = [Decimal(str(key)) for key in table.keys]
        if table.by == "discount":
            for place in range(here - 1, -1, -1):
                yield place, Condition(table.by, self.where, below=Fixed(keys[place + 1]))
            return
        for place in range(here + 1, len(keys)):
            yield place, Condition(table.by, self.where, of=table.of, at_least=Fixed(keys[place]))

    def _to(self, goal: Condition, row: Value, now: Picked, then: Facts) -> Way:
        """Return the goals that lead into a row with a better figure; nothing where it is not better."""
        there = row.pick(then)
        if isinstance(there, Gap) and there.code == "no-row":
            inner = next(iter(self.of(row, then)), ())
            return (goal, *inner) if inner else ()
        return (goal,) if self._is_better(there, now) else ()

    def _is_better(self, there: Picked, now: Picked) -> bool:
        if not isinstance(there, Decimal):
            return False
        if isinstance(now, Gap):
            return now.code == "no-row"
        return isinstance(now, Decimal) and (there < now if self.is_cost else there > now)

    def _choices(self, table: Choices, facts: Facts) -> Iterator[Way]:
        now = table.pick(facts)
        fact = facts.get(table.by)
        here = table.rows.get(str(fact).lower() if isinstance(fact, bool) else str(fact), table.otherwise)
        if here is not None:
            yield from self.of(here, facts)
        for name, goal in self._other_names(table.by, fact):
            row = table.rows.get(name, table.otherwise)
            way = self._to(goal, row, now, facts.but(**{table.by: name})) if row is not None else ()
            if way:
                yield way
                return

    def _other_names(self, by: str, fact: object) -> Iterator[tuple[str, Condition]]:
        """Yield the other texts that a fact can become: the tiers above, or yes."""
        if by == "tier":
            above = _tiers_above(self.case)
            for place, name in enumerate(above):
                yield name, _tier_goal(above[place:], self.where)
        elif fact is False and by in MOVABLE:
            yield "true", Condition(by, self.where, flag=True)


def _tiers_above(case: Case) -> list[str]:
    """Return the tiers above the partner's, lowest first."""
    names = [tier.name for tier in case.program.standing.tiers]
    now = case.tier()
    return names[names.index(now) + 1 :] if now in names else names


def _tier_goal(names: Iterable[str], where: str) -> Condition:
    return Condition("tier", where, one_of=frozenset(names))
