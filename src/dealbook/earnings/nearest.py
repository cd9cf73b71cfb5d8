"""What would change the answer: the nearest steps that matter for an offer, and their worth (programs.md §2 to §6).

What a plan asks for next comes from its tables and conditions (`asks`), how to get there from `moves`; here each move
is evaluated: what the plan pays then, how much of the gain is due to the step itself, which plan is best then. A move
that does not bring what it promised is dropped.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, NamedTuple

from dealbook.domain.deal import Deal, Offer
from dealbook.domain.money import ZERO, minor_unit, round_minor
from dealbook.earnings.asks import Ask, Reason, asks, next_tier
from dealbook.earnings.case import Case, Unpaid
from dealbook.earnings.compare import rate_on
from dealbook.earnings.estimate import Estimate, Status
from dealbook.earnings.evaluate import evaluate
from dealbook.earnings.moves import reach
from dealbook.earnings.standing import NOTHING_WON
from dealbook.earnings.world import AT_HAND, OF_THE_DEAL, Change, Moved, World
from dealbook.earnings.worth import Worth
from dealbook.programs.conditions import Condition
from dealbook.programs.facts import Fact
from dealbook.programs.model import Plan

MOST: Final = 6
"""So many moves are worth reading."""

_FAR: Final = Decimal(1)
"""A move that more than doubles something may change the winner and is still no near one."""

PlanKey = tuple[str, str]
"""Program id and plan id."""


class Ranked(NamedTuple):
    """A plan that pays, with what it pays under the objective in the deal's currency."""

    amount: Decimal
    key: PlanKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A step that matters: what is changed, what it reaches in which plan, and what it is worth.

    Amounts are in the deal's currency, under the objective asked for. `gain` is what the plan pays more than now
    (`after` in all), `own` the part of it that is due to the step itself and not to what is sold more. `goals` are
    what is reached. `best` is the plan that is best then, `lead` by how much; `wins`: it is another one than now.
    """

    reason: Reason
    program: str
    plan: str
    component: str
    goals: tuple[Condition, ...]
    changes: tuple[Change, ...]
    gain: Decimal
    own: Decimal
    after: Decimal
    world: World
    best: PlanKey | None = None
    second: PlanKey | None = None
    lead: Decimal = ZERO
    wins: bool = False

    @property
    def key(self) -> tuple[str, str, tuple[tuple[str, str | None, Fact], ...]]:
        """What tells a move apart: where it leads, in which program; one tier may matter in several ways."""
        about = "tier" if self.goals[0].fact == "tier" else self.reason
        return self.program, about, tuple((one.fact, one.of, one.after) for one in self.changes)

    @property
    def is_for_deal(self) -> bool:
        """Whether the deal alone is changed, and not the partner or its standing."""
        return all(change.fact in OF_THE_DEAL for change in self.changes)

    @property
    def effort(self) -> Decimal:
        """How far it is, as a fraction of what there is: 1 is twice as many seats."""
        return max(sum((change.effort for change in self.changes), ZERO), AT_HAND)


def moves(world: World, objective: str, worth: Worth, *, most: int = MOST) -> list[Move]:
    """Return the nearest moves that matter, the most useful first; `objective` is the name of a total."""
    return ranked(filter(None, each_move(world, objective, worth)), most)


def each_move(world: World, objective: str, worth: Worth) -> Iterator[Move | None]:
    """Yield every move that brings what it promises; None for each that does not, so that a caller can pause often."""
    scale = Scale(objective, worth)
    now = scale.ranking(world)
    ranks: dict[tuple[Deal, Offer], list[Ranked]] = {}
    for program, terms in world.terms.items():
        case = world.case(program)
        if not case.enrolled or case.closed:
            continue
        for plan in terms.program.plans:
            before = next((one.amount for one in now if one.key == (program, plan.id)), None)
            for ask in _asks(case, plan, before):
                move = _worked_out(world, scale, program, plan, ask, before)
                yield None if move is None else _beside(move, scale, now, ranks)


def ranked(found: Iterable[Move], most: int = MOST) -> list[Move]:
    """Return the most useful of some moves: what changes the winner, then by gain for the effort; each once."""
    best: dict[object, Move] = {}
    for move in found:
        known = best.get(move.key)
        if known is None or (move.own > 0, move.wins, move.after) > (known.own > 0, known.wins, known.after):
            best[move.key] = move
    kept = [move for move in best.values() if not any(_outdoes(other, move) for other in best.values())]
    return sorted(kept, key=_usefulness)[:most]


def _outdoes(other: Move, move: Move) -> bool:
    """Say whether another move brings the same plan as much, or more, with only some of a move's changes."""
    if (other.program, other.plan) != (move.program, move.plan) or other.after < move.after:
        return False
    return frozenset(other.key[2]) < frozenset(move.key[2])


def _usefulness(move: Move) -> tuple[int, Decimal]:
    is_near = move.effort <= _FAR
    place = 2 if not move.own else 0 if move.wins and is_near else 1
    return place, -move.own / move.effort if move.own else move.effort


class Scale:
    """Weighs plans in a world: under one objective, in the deal's currency."""

    def __init__(self, objective: str, worth: Worth) -> None:
        """Take the name of the total that counts, and what money later is worth."""
        self.objective = objective
        self.worth = worth

    def ranking(self, world: World, kept: Iterable[Ranked] = (), program: str | None = None) -> list[Ranked]:
        """Return the plans that pay, best first; with `program` only that one is worked out, the others are `kept`."""
        cases = world.cases()
        found = [one for one in kept if one.key[0] != program]
        for name, terms in world.terms.items():
            if program not in (None, name):
                continue
            case = cases.case(terms, world.won.get(name, NOTHING_WON))
            for plan in terms.program.plans:
                amount = self._amount(world, evaluate(case, plan, self.worth)) if case.enrolled else None
                if amount is not None:
                    found.append(Ranked(amount, (name, plan.id)))
        found.sort(key=lambda one: -one.amount)
        return found

    def total(self, world: World, program: str, plan: Plan, unreached: "Unreached | None" = None) -> Decimal | None:
        """Return what one plan pays; None where it does not. With `unreached`, as if a step had not been reached."""
        case = world.case(program)
        if unreached is not None:
            unreached.hold(case, plan)
        return self._amount(world, evaluate(case, plan, self.worth))

    def _amount(self, world: World, estimate: Estimate) -> Decimal | None:
        if estimate.status is not Status.PAYABLE or estimate.totals is None:
            return None
        figure: Decimal = getattr(estimate.totals, self.objective)
        own = world.deal.currency or estimate.currency
        rate = rate_on(world.rates, estimate.currency, own, world.deal.signed)
        if rate is None:
            return None
        return figure if rate == 1 else round_minor(figure * rate, minor_unit(own))


def _asks(case: Case, plan: Plan, before: Decimal | None) -> list[Ask]:
    """Return what a plan asks for, and the next tier as well where it pays already."""
    tier = next_tier(case, plan) if before is not None else None
    return [*asks(case, plan), *([tier] if tier else [])]


def _worked_out(world: World, scale: Scale, program: str, plan: Plan, ask: Ask, before: Decimal | None) -> Move | None:
    """Return an ask as a move that was evaluated; None where it cannot be met or brings nothing."""
    moved = reach(world, program, ask.goals)
    if moved is None or not moved.changes:
        return None
    after = scale.total(moved.world, program, plan)
    if (after or ZERO) <= (before or ZERO) and ask.reason is Reason.ELIGIBLE:
        ask, moved, after = _completed(world, scale, program, plan, ask, moved)
    if after is None:
        return None
    without = scale.total(moved.world, program, plan, Unreached(world.case(program), ask))
    gain, own = after - (before or ZERO), after - (without or ZERO)
    if ask.reason is not Reason.TIER and (gain <= 0 or own <= 0):
        return None
    if gain < 0 or own < 0:
        return None
    return Move(
        reason=ask.reason,
        program=program,
        plan=plan.id,
        component=ask.component,
        goals=ask.goals,
        changes=moved.changes,
        gain=gain,
        own=own,
        after=after,
        world=moved.world,
    )


def _completed(
    world: World, scale: Scale, program: str, plan: Plan, ask: Ask, moved: Moved
) -> tuple[Ask, Moved, Decimal | None]:
    """Return the move with what the plan still asks for once it is open, where it pays nothing before that."""
    for more in asks(moved.world.case(program), plan):
        goals = (*ask.goals, *more.goals)
        further = reach(world, program, goals)
        after = None if further is None else scale.total(further.world, program, plan)
        if further is not None and after:
            return ask._replace(goals=goals), further, after
    return ask, moved, None


class Unreached:
    """Holds what an ask is about as it is now, while all else is as after the move: the rest is its own worth."""

    def __init__(self, case: Case, ask: Ask) -> None:
        """Take the case as it is now."""
        self.ask = ask
        self.discount = case.basket.discount
        self.pins: dict[str | tuple[str, str], Fact] = {}
        for goal in ask.goals:
            try:
                fact = case.facts.get(goal.fact, goal.of)
            except Unpaid:
                continue
            self.pins[goal.fact if goal.of is None else (goal.fact, goal.of)] = fact

    def hold(self, case: Case, plan: Plan) -> None:
        """Make a case after the move one in which the facts asked about are still those of before it."""
        case.facts.known.update(self.pins)
        if self.ask.reason is Reason.FULL_RATE:
            vars(case.basket)["discount"] = self.discount  # what cuts the rate is no fact, but the basket's own figure
        if self.ask.reason is Reason.COMPONENT:
            left = tuple(one for one in case.terms.traits[plan.id] if one.component.id != self.ask.component)
            case.terms = replace(case.terms, traits={**case.terms.traits, plan.id: left})


def _beside(move: Move, scale: Scale, now: list[Ranked], ranks: dict[tuple[Deal, Offer], list[Ranked]]) -> Move:
    """Return a move with the plan that is best then; rankings of what changes the deal alone are kept in `ranks`."""
    world = move.world
    if move.is_for_deal:
        key = (world.deal, world.offer)
        then = ranks.get(key) or ranks.setdefault(key, scale.ranking(world))
    elif OF_THE_DEAL.isdisjoint(facts := {change.fact for change in move.changes}) and "certificates" not in facts:
        then = scale.ranking(world, now, move.program)  # the standing in one program is nothing to another
    else:
        then = scale.ranking(world)
    if not then:
        return move
    second = then[1] if len(then) > 1 else None
    return replace(
        move,
        best=then[0].key,
        second=second.key if second else None,
        lead=then[0].amount - second.amount if second else then[0].amount,
        wins=not now or then[0].key != now[0].key,
    )
