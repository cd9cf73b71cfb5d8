"""What would change the winner, for the screens: the nearest steps of a deal's offer, with the names they speak of.

The engine finds the steps and evaluates them (`earnings.nearest`); here the book's programs, standing and rates are put
before it. The words are `nearest_words`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dealbook.desk.compare import Objective, terms_on
from dealbook.desk.session import Session
from dealbook.desk.standing import succeeding, won_by_program
from dealbook.domain.deal import Deal, Offer
from dealbook.domain.partner import Assumptions
from dealbook.earnings import nearest as engine
from dealbook.earnings.case import Unpaid
from dealbook.earnings.nearest import Move, PlanKey
from dealbook.earnings.world import World
from dealbook.earnings.worth import worth_of
from dealbook.programs.model import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """A step that would matter, with what its words need; amounts are in `currency`, the deal's.

    `best` and `second` are plans by vendor and name ("" where there is none), `component` is a label, `tier` the tier
    that is reached. `money` is the program's currency.
    """

    move: Move
    currency: str
    money: str
    vendor: str
    program: str
    plan: str
    component: str
    tier: str
    best: str
    second: str

    @property
    def is_for_deal(self) -> bool:
        """Whether the step is one of the deal and can be tried and applied; else it is the partner's standing."""
        return self.move.is_for_deal

    @property
    def makes_best(self) -> bool:
        """Whether the step makes its plan the best one, which it is not now."""
        return self.move.wins and self.move.own > 0 and self.move.best == (self.move.program, self.move.plan)

    def is_same(self, other: "NextStep") -> bool:
        """Say whether another step leads to the same in the same plan, whatever it is worth."""
        return (self.move.key, self.move.plan) == (other.move.key, other.move.plan)

    @property
    def deal(self) -> Deal:
        """The deal with the step taken, its offers aside."""
        return self.move.world.deal

    @property
    def offer(self) -> Offer:
        """The offer with the step taken."""
        return self.move.world.offer


def next_steps(
    session: Session,
    deal: Deal,
    offer: Offer,
    *,
    assume: Assumptions | None = None,
    objective: Objective = Objective.EXPECTED,
) -> tuple[NextStep, ...]:
    """Return the nearest steps that matter for an offer, the most useful first (programs.md §2 to §6).

    The offer must be free of errors (`domain.checks`). Without `assume`, the partner's assumptions hold. Where the
    objective counts the partner's own work, steps are worth what they add to the expected value.
    """
    return ranked(filter(None, each_step(session, deal, offer, assume=assume, objective=objective)))


def each_step(
    session: Session,
    deal: Deal,
    offer: Offer,
    *,
    assume: Assumptions | None = None,
    objective: Objective = Objective.EXPECTED,
) -> Iterator[NextStep | None]:
    """Yield every step as it is found, in no order that matters, and None often in between: a screen can pause then."""
    terms = terms_on(session, deal)
    world = World(
        deal,
        offer,
        {one.program.id: one for one in terms},
        won_by_program(session, deal, terms),
        tuple(session.rates),
        succeeding(session, deal),
    )
    worth = worth_of(assume or session.partner.assume)
    return (None if move is None else _named(move) for move in engine.each_move(world, objective.total, worth))


def ranked(steps: Iterable[NextStep]) -> tuple[NextStep, ...]:
    """Return the most useful of some steps, each once."""
    by_move = {id(step.move): step for step in steps}
    return tuple(by_move[id(move)] for move in engine.ranked(step.move for step in by_move.values()))


def _named(move: Move) -> NextStep:
    program = move.world.terms[move.program].program
    plan = program.plan(move.plan)
    return NextStep(
        move=move,
        currency=move.world.deal.currency or program.currency,
        money=program.currency,
        vendor=program.vendor,
        program=program.name,
        plan=plan.name if plan else move.plan,
        component=_component_label(program, move),
        tier=_tier_reached(move),
        best=_plan_name(move, move.best),
        second=_plan_name(move, move.second),
    )


def _plan_name(move: Move, key: PlanKey | None) -> str:
    if key is None:
        return ""
    program = move.world.terms[key[0]].program
    plan = program.plan(key[1])
    return f"{program.vendor} · {plan.name}" if plan else program.vendor


def _component_label(program: Program, move: Move) -> str:
    plan = program.plan(move.plan)
    found = next((one for one in plan.pays if one.id == move.component), None) if plan else None
    return (found.label or found.id) if found else ""


def _tier_reached(move: Move) -> str:
    try:
        return move.world.case(move.program).tier() or ""
    except Unpaid:
        return ""
