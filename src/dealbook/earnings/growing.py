"""How a deal comes to meet a goal by the least change: its term, the quantity of a line, its discount (programs.md §3).

What is missing says how much; what a line's price or its seats make uneven is rounded up to whole units. Nothing is
tried out over a range.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from typing import Final, NamedTuple

from dealbook.domain.deal import Line, Offer
from dealbook.domain.money import ONE, ZERO, minor_unit
from dealbook.earnings.case import Case
from dealbook.earnings.revenue import TWELVE, Billing, total_of
from dealbook.earnings.world import Change, Moved, World, lack_of
from dealbook.programs.conditions import Condition

_ROUNDS: Final = 3
"""So often, at most, the rounding of bills can leave a discount just above its limit."""
_TENTH_OF_PERCENT: Final = Decimal("0.001")
_UNEVEN: Final = 4
"""By so many units, at most, the rounding of bills can put a line off what its price says."""


def term(world: World, case: Case, goal: Condition) -> Moved | None:
    """Return the world with the nearest term in whole months; None where there is none."""
    lack = lack_of(case, goal)
    if lack is None:
        return None
    months = int(lack.limit.to_integral_value(ROUND_CEILING)) - (lack.test == "below")
    if months < 1:
        return None
    change = Change("term", None, lack.have, Decimal(months))
    return Moved(replace(world, offer=replace(world.offer, term=months)), (change,))


def flagged(fact: str) -> Change:
    """Return a yes/no fact's change to yes."""
    return Change(fact, None, before=False, after=True)


def registered(world: World, _case: Case, goal: Condition) -> Moved | None:
    """Return the world with the deal registered; a condition that wants it unregistered asks for nothing sensible."""
    if not goal.flag:
        return None
    return Moved(replace(world, deal=replace(world.deal, registered=True)), (flagged("registered"),))


class _Grower(NamedTuple):
    """A line by its place in the offer, and what one unit more of it adds to a fact."""

    place: int
    line: Billing
    each: Decimal


def more_units(world: World, case: Case, goal: Condition) -> Moved | None:
    """Add units to the line that makes up most of the fact, or take some away where the fact must be lower."""
    lack = lack_of(case, goal)
    grower = max(_growers(world, case, goal), key=lambda one: one.each * one.line.quantity, default=None)
    if lack is None or grower is None:
        return None
    units = ((lack.limit - lack.have) / grower.each).to_integral_value(ROUND_CEILING)
    units = _evened(world, case, goal, grower, units - 1 if lack.test == "below" else units)
    moved = _with_units(world, grower, units)
    if moved is None:
        return None
    after = moved.case(case.program.id).facts.get(goal.fact, goal.of)
    product = world.offer.lines[grower.place].product
    return Moved(moved, (Change(goal.fact, goal.of, lack.have, after, units, product),))


def _evened(world: World, case: Case, goal: Condition, grower: _Grower, units: Decimal) -> Decimal:
    """Return the least units that meet the goal, close to what the exact price says: bills are rounded."""

    def is_met(number: Decimal) -> bool:
        moved = _with_units(world, grower, number)
        return moved is not None and goal.failure(moved.case(case.program.id).facts) is None

    step = ONE if units > 0 else -ONE
    for _ in range(_UNEVEN):
        if is_met(units):
            break
        units += step
    while units != step and is_met(units - step):
        units -= step
    return units


def _with_units(world: World, grower: _Grower, units: Decimal) -> World | None:
    """Return the world with more of a line, whose ramp then ends higher; None where nothing of the line is left."""
    line = world.offer.lines[grower.place]
    if line.quantity + units <= 0:
        return None
    ramp = tuple(
        replace(step, quantity=step.quantity + units) if step.quantity == line.quantity else step for step in line.ramp
    )
    changed = replace(line, quantity=line.quantity + units, ramp=ramp)
    return _with_line(world, grower.place, changed)


def _with_line(world: World, place: int, line: Line) -> World:
    lines = list(world.offer.lines)
    lines[place] = line
    return replace(world, offer=replace(world.offer, lines=tuple(lines)))


def _growers(world: World, case: Case, goal: Condition) -> list[_Grower]:
    """Return the lines that count for a fact: recurring ones, and one-time ones where only those do."""
    covers = case.program.covers if goal.of is None else case.program.covers & {goal.of}
    places = [place for place, line in enumerate(world.offer.lines) if not line.optional]
    found = [
        _Grower(place, billing, each)
        for place, billing in zip(places, case.revenue.lines, strict=True)
        if billing.line.category in covers and (each := EACH[goal.fact](billing, world.offer.term)) > 0
    ]
    return [one for one in found if one.line.recurring] or found


def _months_billed(line: Billing, term: int) -> Decimal:
    """Return in how many months of the term the full quantity is billed."""
    full = [(month, ONE if quantity == line.quantity else ZERO) for month, quantity in line.quantities()]
    return total_of(full, 1, term)


def _month_of_one(line: Billing) -> Decimal:
    return line.price * line.factor / TWELVE if line.recurring else ZERO


EACH: Final[Mapping[str, Callable[[Billing, int], Decimal]]] = {
    "seats": lambda line, _: line.line.seats_per_unit,
    "mrr": lambda line, _: _month_of_one(line),
    "nrc": lambda line, _: ZERO if line.recurring else line.price,
    "tcv": lambda line, term: _month_of_one(line) * _months_billed(line, term) if line.recurring else line.price,
}
"""What one unit more of a line adds to a fact, by the months of the term."""


def less_discount(world: World, case: Case, goal: Condition) -> Moved | None:
    """Lower the discount of every line by the same part, to the tenth of a per cent that meets the goal."""
    lack = lack_of(case, goal)
    if lack is None or lack.test == "at_least" or not lack.have:
        return None
    target = lack.limit
    for _ in range(_ROUNDS):
        if lack.test == "below":
            target = (target / _TENTH_OF_PERCENT).to_integral_value(ROUND_CEILING) * _TENTH_OF_PERCENT
            target = max(target - _TENTH_OF_PERCENT, ZERO)
        moved = replace(world, offer=_discounted(world, case, target / lack.have))
        facts = moved.case(case.program.id).facts
        if goal.failure(facts) is None:
            return Moved(moved, (Change("discount", None, lack.have, facts.get("discount")),))
    return None


def _discounted(world: World, case: Case, kept: Decimal) -> Offer:
    """Return the offer with the part `kept` of the discount of each covered line; prices are rounded up."""
    unit = minor_unit(world.deal.currency)

    def full(line: Line) -> Line:
        counts = line.category in case.program.covers and line.is_recurring and not line.optional
        if not counts or line.price >= line.full_price:
            return line
        price = line.full_price - (line.full_price - line.price) * kept
        if not kept:
            return replace(line, unit_price=None, list_price=line.full_price, discount=None)
        net = min(price.quantize(unit, ROUND_CEILING), line.full_price)
        return replace(line, unit_price=net, list_price=line.full_price, discount=None)

    return replace(world.offer, lines=tuple(map(full, world.offer.lines)))
