"""How a deal or the partner's standing comes to meet a goal by the least change (programs.md §3, §5).

One function for each kind of fact works the change out from what is missing; those of the deal are in `growing`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from typing import Final

from dealbook.domain.money import ONE, ZERO, minor_unit
from dealbook.domain.months import full_years
from dealbook.earnings.asks import Way
from dealbook.earnings.case import Case, Unpaid, all_failures
from dealbook.earnings.growing import EACH, flagged, less_discount, more_units, registered, term
from dealbook.earnings.standing import NOTHING_WON
from dealbook.earnings.world import Change, Moved, World, lack_of
from dealbook.programs.conditions import Condition
from dealbook.programs.facts import STANDING_FIGURES
from dealbook.programs.model import Tier
from dealbook.programs.terms import Terms
from dealbook.programs.values import Fixed

_ROUNDS: Final = 3
"""A goal's limit can itself hang on what is changed; after so many rounds it runs away."""
_COUNTED: Final = frozenset({"won_seats", "won_deals"})
_LITTLE: Final = Decimal("0.25")
"""What a deal may grow by, as a part of it, to bring alone what the partner's standing still lacks."""


def reach(world: World, program: str, goals: Iterable[Condition]) -> Moved | None:
    """Return the world with the least change that meets every goal; None where no change of ours does."""
    try:
        return _reached(world, program, tuple(goals))
    except Unpaid:  # a contract value is missing: nobody can tell what would be enough
        return None


def _reached(world: World, program: str, goals: Way) -> Moved | None:
    changes: tuple[Change, ...] = ()
    for _ in range(_ROUNDS):
        facts = world.case(program).facts
        lacking = [goal for goal in goals if goal.failure(facts) is not None]
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


def _certified(world: World, case: Case, goal: Condition) -> Moved | None:
    terms = case.terms
    if not goal.flag or terms.enrolment is None:
        return None
    changed = replace(terms, enrolment=replace(terms.enrolment, certified=True))
    return Moved(_with_terms(world, changed), (flagged("certified"),))


def _certificates(world: World, case: Case, goal: Condition) -> Moved | None:
    """Add the partner's certificates that are missing; they are the same for every program."""
    if goal.includes is None:
        return None
    held = case.terms.certificates
    terms = {name: replace(one, certificates=held | goal.includes) for name, one in world.terms.items()}
    return Moved(replace(world, terms=terms), (Change("certificates", None, held, held | goal.includes),))


def _won(world: World, case: Case, goal: Condition) -> Moved | None:
    """Win more in the program's period: with this deal where it counts and little is missing, else with others."""
    lack = lack_of(case, goal)
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
    if fact not in EACH or not case.program.standing.counts_this_deal:
        return None
    have = case.facts.get(fact)
    if not isinstance(have, Decimal) or more > have * _LITTLE:
        return None
    moved = more_units(world, case, Condition(fact, goal.where, at_least=Fixed(have + more)))
    grown = ZERO if moved is None else moved.changes[0].by or ZERO
    return moved if grown <= have * _LITTLE else None  # one unit of a dear line can be far more than is missing


def _attainment(world: World, case: Case, goal: Condition) -> Moved | None:
    """Win what the quota's target still lacks (programs.md §5)."""
    lack, quota = lack_of(case, goal), case.program.standing.quota
    target = None if quota is None else quota.target.pick(case.facts)
    if lack is None or quota is None or not isinstance(target, Decimal):
        return None
    years = full_years(case.program.effective_from, case.revenue.deal.signed)
    needed = lack.limit * target * (ONE + quota.grows) ** years
    return _met(world, case.program.id, Condition(quota.fact, goal.where, at_least=Fixed(needed)))


def _tier(world: World, case: Case, goal: Condition) -> Moved | None:
    """Win what the nearest tier asked for still lacks: all of `requires`, and of `any_of` what is nearest."""
    enrolment, standing = case.terms.enrolment, case.program.standing
    if (enrolment is not None and enrolment.tier is not None) or standing.takes_effect != "at-once":
        return None
    names = goal.one_of or frozenset(filter(None, (goal.equals,)))
    now = case.tier()
    ladder = [tier.name for tier in standing.tiers]
    above = standing.tiers[ladder.index(now) + 1 :] if now in ladder else standing.tiers
    ways = [way for tier in above if tier.name in names for way in _ways_up(case, tier)]
    found = [moved for way in ways if (moved := reach(world, case.program.id, way)) is not None]
    return min(found, key=lambda moved: moved.distance, default=None)


def _ways_up(case: Case, tier: Tier) -> Iterator[Way]:
    """Yield what would be enough for a tier: all of `requires`, and one of `any_of`."""
    if not tier.any_of or len(all_failures(tier.any_of, case.facts)) < len(tier.any_of):
        yield tier.requires
        return
    for condition in tier.any_of:
        yield (*tier.requires, condition)


def _with_terms(world: World, terms: Terms) -> World:
    return replace(world, terms={**world.terms, terms.program.id: terms})


_MOVES: Final[Mapping[str, Callable[[World, Case, Condition], Moved | None]]] = {
    "term": term,
    "registered": registered,
    **dict.fromkeys(EACH, more_units),
    "discount": less_discount,
    "certified": _certified,
    "certificates": _certificates,
    **dict.fromkeys(STANDING_FIGURES, _won),
    "attainment": _attainment,
    "tier": _tier,
}
