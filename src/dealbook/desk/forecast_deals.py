"""What one deal of the book adds to the forecast: the plan that counts, and what it pays; kept while nothing changes.

A won deal counts under its chosen offer and plan, an open one under the chosen plan or else the best one. What is kept
is kept by the deal's value and its standing: a change of one deal works out one deal, and those whose tier or quota it
moves.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from dealbook.desk.compare import Objective, Row, rank, row_of
from dealbook.desk.forecast_rows import Reason
from dealbook.desk.forecast_standing import standing_of
from dealbook.desk.impact_worlds import offer_of
from dealbook.desk.program_terms import program_terms
from dealbook.desk.session import Session
from dealbook.domain.checks import check_deal, errors
from dealbook.domain.deal import Deal, EventKind
from dealbook.domain.months import month_index
from dealbook.earnings.compare import Cases
from dealbook.earnings.estimate import Status
from dealbook.earnings.evaluate import evaluate, exposures_of
from dealbook.earnings.forecast import Flow, losses_of
from dealbook.earnings.standing import NOTHING_WON, Won
from dealbook.earnings.worth import worth_of
from dealbook.programs.checks.uses import all_conditions, written_values
from dealbook.programs.facts import STANDING_FIGURES
from dealbook.programs.terms import Terms
from dealbook.programs.values import Bands, Choices, parts

KEPT_FROM: Final = frozenset({"rate", "program", "enrolment", "partner"})
_STANDING: Final = frozenset({*STANDING_FIGURES, "attainment", "tier"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a deal pays under the plan that counts; or the `reason` why it is not counted."""

    program: str = ""
    plan: str = ""
    name: str = ""
    vendor: str = ""
    currency: str = ""
    flow: Flow | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    deal: Deal
    every: list[Terms]
    won: tuple[Won, ...]
    found: Found


def found_of(session: Session, deal: Deal) -> Found:
    """Return what a deal pays under the plan that counts."""
    kept: dict[str, _Kept] = session.derived("forecast deals", KEPT_FROM, dict)
    every = program_terms(session, deal.signed)
    asking = session.derived(("forecast asks", deal.signed), KEPT_FROM, lambda: _asking(every))
    chosen = deal.chosen.program if deal.chosen is not None else ""
    terms = [one for one in every if one.program.id == chosen] if chosen else every
    won = tuple(standing_of(session, deal, one) if one.program.id in asking else NOTHING_WON for one in terms)
    known = kept.get(deal.id)
    if known is None or known.deal is not deal or known.every is not every or known.won != won:
        known = kept[deal.id] = _Kept(deal, every, won, _find(session, deal, terms, won))
    return known.found


def forget(session: Session) -> None:
    """Drop what is kept of deals that are no more."""
    kept: dict[str, _Kept] = session.derived("forecast deals", KEPT_FROM, dict)
    for deal_id in kept.keys() - session.deals.keys():
        del kept[deal_id]


def _asking(every: Iterable[Terms]) -> frozenset[str]:
    """Return the programs whose pay hangs on the standing: to know it means to go through the won deals."""
    members = (one for one in every if one.enrolment is not None)
    return frozenset(one.program.id for one in members if any(map(asks_for_standing, (one, *one.later))))


def asks_for_standing(terms: Terms) -> bool:
    """Say whether what a program pays hangs on the standing."""
    program = terms.program
    if any(component.cap_per == "year" for plan in program.plans for component in plan.pays):
        return True
    if any(condition.fact in _STANDING for condition in all_conditions(program)):
        return True
    # a contract may have put a table in the place of an input's figure
    values = [
        *(value for _, value in written_values(program)),
        *(one for one in terms.inputs.values() if one is not None),
    ]
    tables = (part for value in values for part in parts(value))
    return any(isinstance(table, Bands | Choices) and table.by in _STANDING for table in tables)


def _find(session: Session, deal: Deal, terms: Iterable[Terms], won: Iterable[Won]) -> Found:
    if not deal.offers or errors(check_deal(deal)):
        return Found(reason=Reason.FAULTY)
    cases = Cases(deal, offer_of(deal), session.rates)
    worth = worth_of(session.partner.assume)
    wanted = deal.chosen.plan if deal.chosen is not None else ""
    rows, made = [], {}
    for one, figures in zip(terms, won, strict=True):
        case = cases.case(one, figures)
        for plan in one.program.plans:
            if not wanted or plan.id == wanted:
                made[one.program.id, plan.id] = case, plan
                rows.append(row_of(cases, evaluate(case, plan, worth)))
    best = next(iter(rank(rows, Objective.EXPECTED)), None)
    if best is None or best.estimate.status is not Status.PAYABLE:
        return Found(reason=_reason(best, is_chosen=bool(wanted)))
    estimate = best.estimate
    case, plan = made[best.key]
    is_known = any(event.kind is EventKind.CANCEL for event in cases.offer.events)
    start = month_index(cases.offer.starts)
    return Found(
        program=estimate.program,
        plan=estimate.plan,
        name=f"{estimate.vendor} · {estimate.program_name}",
        vendor=estimate.vendor,
        currency=estimate.currency,
        flow=Flow(estimate.payments, losses_of(exposures_of(case, plan)), start, is_known),
    )


def _reason(best: Row | None, *, is_chosen: bool) -> Reason:
    if best is None or not is_chosen:
        return Reason.NO_PLAN
    return Reason.INCOMPLETE if best.estimate.status is Status.INCOMPLETE else Reason.INELIGIBLE


def weight_of(deal: Deal, rate: Decimal, *, is_won: bool) -> Decimal:
    """Return by how much a deal counts: in full where it is won, by its probability where it is open."""
    return rate if is_won else rate * deal.probability
