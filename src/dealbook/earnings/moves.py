"""How an offer, its deal or the partner's standing comes to meet a goal by the least change (programs.md §3, §5).

One function for each kind of fact works the change out from what is missing; what a line's price or its seats make
uneven is rounded up to whole units. Nothing is tried out over a range.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from typing import Final, NamedTuple

from dealbook.domain.deal import Deal, Line, Offer
from dealbook.domain.money import ONE, ZERO, minor_unit
from dealbook.domain.months import full_years
from dealbook.domain.partner import ExchangeRate
from dealbook.earnings.case import Case, Unpaid
from dealbook.earnings.compare import Cases
from dealbook.earnings.revenue import TWELVE, Billing, total_of
from dealbook.earnings.standing import NOTHING_WON, Won
from dealbook.programs.conditions import Condition
from dealbook.programs.facts import FACTS, STANDING_FIGURES, Fact
from dealbook.programs.model import Tier
from dealbook.programs.terms import Terms
from dealbook.programs.values import Fixed

OF_THE_DEAL: Final = frozenset(name for name, spec in FACTS.items() if spec.belongs == "deal")
"""The facts that are changed in the deal itself."""

_ROUNDS: Final = 3
"""A goal's limit can itself hang on what is changed; after so many rounds it runs away."""
_COUNTED: Final = frozenset({"won_seats", "won_deals"})
_TENTH_OF_PERCENT: Final = Decimal("0.001")
_LITTLE: Final = Decimal("0.25")
"""What a deal may grow by, as a part of it, to bring alone what the partner's standing still lacks."""
_UNEVEN: Final = 4
"""By so many units, at most, the rounding of bills can put a line off what its price says."""


@dataclass(frozen=True, slots=True)
class World:
    """One offer as it is, or as it might be, with the terms and the standing of every program."""

    deal: Deal
    offer: Offer
    terms: Mapping[str, Terms]
    won: Mapping[str, Won]
    rates: tuple[ExchangeRate, ...] = ()

    def case(self, program: str) -> Case:
        """Return the offer under a program's terms."""
        cases = Cases(self.deal, self.offer, self.rates)
        return cases.case(self.terms[program], self.won.get(program, NOTHING_WON))


@dataclass(frozen=True, slots=True)
class Change:
    """A fact as it is and as it would be; `units` of `product` are added to its line (negative: taken away)."""

    fact: str
    of: str | None
    before: Fact
    after: Fact
    units: Decimal = ZERO
    product: str = ""

    @property
    def by(self) -> Decimal | None:
        """How much more it is, where it is a number."""
        if isinstance(self.before, Decimal) and isinstance(self.after, Decimal):
            return self.after - self.before
        return None


class Moved(NamedTuple):
    """A world that was changed, and the changes."""

    world: World
    changes: tuple[Change, ...]


def reach(world: World, program: str, goals: Iterable[Condition]) -> Moved | None:
    """Return the world with the least change that meets every goal; None where no change of ours does."""
    wanted = tuple(goals)
    changes: tuple[Change, ...] = ()
    for _ in range(_ROUNDS):
        case = world.case(program)
        try:
            lacking = [goal for goal in wanted if goal.failure(case.facts) is not None]
        except Unpaid:
            return None
        if not lacking:
            return Moved(world, _joined(changes))
        for goal in lacking:
            moved = _met(world, program, goal)
            if moved is None:
                return None
            world, changes = moved.world, (*changes, *moved.changes)
    return None


def _met(world: World, program: str, goal: Condition) -> Moved | None:
    """Return the world with one goal met, as far as its limit stays where it is."""
    case = world.case(program)
    if goal.failure(case.facts) is None:
        return Moved(world, ())  # an earlier goal's change was enough
    move = _MOVES.get(goal.fact)
    return None if move is None else move(world, case, goal)


def _joined(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Join changes of one fact, or of one line, made in several rounds."""
    found: dict[tuple[str, str | None, str], Change] = {}
    for change in changes:
        key = (change.fact, change.of, change.product)
        first = found.get(key, change)
        units = change.units if first is change else first.units + change.units
        found[key] = replace(change, before=first.before, units=units)
    return tuple(found.values())


class _Lack(NamedTuple):
    """What a numeric fact is, which test it fails, and that test's limit."""

    test: str
    have: Decimal
    limit: Decimal


def _lack(case: Case, goal: Condition) -> _Lack | None:
    """Return how a numeric goal fails; None where it has no limit that can be told."""
    have = case.facts.get(goal.fact, goal.of)
    if not isinstance(have, Decimal):
        return None
    for test, value in (("at_least", goal.at_least), ("below", goal.below), ("is", goal.exactly)):
        limit = None if value is None else value.pick(case.facts)
        if isinstance(limit, Decimal) and not {"at_least": have >= limit, "below": have < limit}.get(
            test, have == limit
        ):
            return _Lack(test, have, limit)
    return None


# --- the deal


def _term(world: World, case: Case, goal: Condition) -> Moved | None:
    lack = _lack(case, goal)
    if lack is None:
        return None
    months = int(lack.limit.to_integral_value(ROUND_CEILING)) - (lack.test == "below")
    if months < 1:
        return None
    change = Change("term", None, lack.have, Decimal(months))
    return Moved(replace(world, offer=replace(world.offer, term=months)), (change,))


def _flagged(fact: str) -> Change:
    return Change(fact, None, before=False, after=True)


def _registered(world: World, _case: Case, goal: Condition) -> Moved | None:
    if not goal.flag:
        return None
    return Moved(replace(world, deal=replace(world.deal, registered=True)), (_flagged("registered"),))


class _Grower(NamedTuple):
    """A line by its place in the offer, and what one unit more of it adds to a fact."""

    place: int
    line: Billing
    each: Decimal


def _more_units(world: World, case: Case, goal: Condition) -> Moved | None:
    """Add units to the line that makes up most of the fact, or take some away where the fact must be lower."""
    lack = _lack(case, goal)
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
        if billing.line.category in covers and (each := _EACH[goal.fact](billing, world.offer.term)) > 0
    ]
    return [one for one in found if one.line.recurring] or found


def _months_billed(line: Billing, term: int) -> Decimal:
    """Return in how many months of the term the full quantity is billed."""
    full = [(month, ONE if quantity == line.quantity else ZERO) for month, quantity in line.quantities()]
    return total_of(full, 1, term)


def _month_of_one(line: Billing) -> Decimal:
    return line.price * line.factor / TWELVE if line.recurring else ZERO


_EACH: Final[Mapping[str, Callable[[Billing, int], Decimal]]] = {
    "seats": lambda line, _: line.line.seats_per_unit,
    "mrr": lambda line, _: _month_of_one(line),
    "nrc": lambda line, _: ZERO if line.recurring else line.price,
    "tcv": lambda line, term: _month_of_one(line) * _months_billed(line, term) if line.recurring else line.price,
}
"""What one unit more of a line adds to a fact, by the months of the term."""


def _less_discount(world: World, case: Case, goal: Condition) -> Moved | None:
    """Lower the discount of every line by the same part, to the tenth of a per cent that meets the goal."""
    lack = _lack(case, goal)
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


# --- the partner and its standing


def _certified(world: World, case: Case, goal: Condition) -> Moved | None:
    terms = case.terms
    if not goal.flag or terms.enrolment is None:
        return None
    changed = replace(terms, enrolment=replace(terms.enrolment, certified=True))
    return Moved(_with_terms(world, changed), (_flagged("certified"),))


def _certificates(world: World, case: Case, goal: Condition) -> Moved | None:
    """Add the partner's certificates that are missing; they are the same for every program."""
    if goal.includes is None:
        return None
    held = case.terms.certificates
    terms = {name: replace(one, certificates=held | goal.includes) for name, one in world.terms.items()}
    return Moved(replace(world, terms=terms), (Change("certificates", None, held, held | goal.includes),))


def _won(world: World, case: Case, goal: Condition) -> Moved | None:
    """Win more in the program's period: with this deal where it counts and little is missing, else with others."""
    lack = _lack(case, goal)
    if lack is None or lack.test != "at_least":
        return None
    unit = ONE if goal.fact in _COUNTED else minor_unit(case.program.currency)
    more = (lack.limit - lack.have).quantize(unit, ROUND_CEILING)
    here = _won_here(world, case, goal, more)
    if here is not None:
        return here
    won = world.won.get(case.program.id, NOTHING_WON)
    current = {**won.current, goal.fact: won.current.get(goal.fact, ZERO) + more}
    moved = replace(world, won={**world.won, case.program.id: replace(won, current=current)})
    return Moved(moved, (Change(goal.fact, None, lack.have, lack.have + more),))


def _won_here(world: World, case: Case, goal: Condition, more: Decimal) -> Moved | None:
    """Return the world in which this deal brings what is missing; None where it does not count or is too small."""
    fact = goal.fact.removeprefix("won_")
    if fact not in _EACH or not case.program.standing.counts_this_deal:
        return None
    have = case.facts.get(fact)
    if not isinstance(have, Decimal) or more > have * _LITTLE:
        return None
    moved = _more_units(world, case, Condition(fact, goal.where, at_least=Fixed(have + more)))
    grown = ZERO if moved is None else moved.changes[0].by or ZERO
    return moved if grown <= have * _LITTLE else None  # one unit of a dear line can be far more than is missing


def _attainment(world: World, case: Case, goal: Condition) -> Moved | None:
    """Win what the quota's target still lacks (programs.md §5)."""
    lack, quota = _lack(case, goal), case.program.standing.quota
    target = None if quota is None else quota.target.pick(case.facts)
    if lack is None or quota is None or not isinstance(target, Decimal):
        return None
    years = full_years(case.program.effective_from, case.revenue.deal.signed)
    needed = lack.limit * target * (ONE + quota.grows) ** years
    return _met(world, case.program.id, Condition(quota.fact, goal.where, at_least=Fixed(needed)))


def _tier(world: World, case: Case, goal: Condition) -> Moved | None:
    """Win what the lowest tier asked for still lacks: all of `requires`, and of `any_of` what is nearest."""
    enrolment, standing = case.terms.enrolment, case.program.standing
    if (enrolment is not None and enrolment.tier is not None) or standing.takes_effect != "at-once":
        return None
    names = goal.one_of or frozenset(filter(None, (goal.equals,)))
    now = case.tier()
    ladder = [tier.name for tier in standing.tiers]
    above = standing.tiers[ladder.index(now) + 1 :] if now in ladder else standing.tiers
    tier = next((tier for tier in above if tier.name in names), None)
    if tier is None:
        return None
    return reach(world, case.program.id, _goals_of(case, tier))


def _goals_of(case: Case, tier: Tier) -> Iterator[Condition]:
    yield from tier.requires
    if tier.any_of and all(condition.failure(case.facts) is not None for condition in tier.any_of):
        yield min(tier.any_of, key=lambda condition: _missing_share(case, condition))


def _missing_share(case: Case, goal: Condition) -> Decimal:
    """Return how much of a goal is missing, as a fraction of it; what is no number counts as all of it, or as more."""
    if goal.fact not in _MOVES:
        return TWELVE
    lack = _lack(case, goal)
    if lack is None or not lack.limit:
        return ONE
    return abs(lack.limit - lack.have) / abs(lack.limit)


def _with_terms(world: World, terms: Terms) -> World:
    return replace(world, terms={**world.terms, terms.program.id: terms})


_MOVES: Final[Mapping[str, Callable[[World, Case, Condition], Moved | None]]] = {
    "term": _term,
    "registered": _registered,
    **dict.fromkeys(_EACH, _more_units),
    "discount": _less_discount,
    "certified": _certified,
    "certificates": _certificates,
    **dict.fromkeys(STANDING_FIGURES, _won),
    "attainment": _attainment,
    "tier": _tier,
}
