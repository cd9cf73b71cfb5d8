"""What one deal of the book adds to the forecast: the plan that counts, and what it pays; kept while nothing changes.

A won deal counts under its chosen offer and plan, an open one under the chosen plan or else the best one. What is kept
is kept until the deal is touched or its standing passes a mark: a change of one deal works out that one, and those
whose tier or quota it moves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from dealbook.desk.compare import Objective, Row, rank, row_of
from dealbook.desk.forecast_rows import Reason
from dealbook.desk.forecast_standing import standing_of, standing_on
from dealbook.desk.impact_worlds import offer_of
from dealbook.desk.paid import needs_paid, paid_deals
from dealbook.desk.program_terms import period_of, pinned_terms, terms_of_deal
from dealbook.desk.session import Session
from dealbook.desk.standing import succeeding
from dealbook.desk.standing_marks import Marks, Thresholds, marks_of, thresholds_of
from dealbook.desk.won_deals import standings
from dealbook.domain.checks import check_deal, errors
from dealbook.domain.deal import Deal, EventKind
from dealbook.domain.months import month_index, service_month_begins
from dealbook.earnings.case import Case
from dealbook.earnings.compare import Cases
from dealbook.earnings.estimate import Status
from dealbook.earnings.evaluate import evaluate, exposures_of
from dealbook.earnings.forecast import Flow, losses_of
from dealbook.earnings.standing import NOTHING_WON, Won
from dealbook.earnings.worth import worth_of
from dealbook.programs.model import Program
from dealbook.programs.terms import Terms

KEPT_FROM: Final = frozenset({"rate", "program", "enrolment", "partner"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a deal pays under the plan that counts; or the `reason` why it is not counted."""

    program: str = ""
    plan: str = ""
    name: str = ""
    vendor: str = ""
    currency: str = ""
    version: str = ""
    plan_name: str = ""
    flow: Flow | None = None
    reason: Reason | None = None


class Known(NamedTuple):
    """What was found of a deal, as long as the deal is the same and the standing within the marks."""

    found: Found
    marks: tuple[Marks, ...]
    probability: Decimal


def found_of(session: Session, deal: Deal) -> Found:
    """Return what a deal pays under the plan that counts."""
    known = known_deals(session).get(deal.id)
    if known is None or not Check(session).holds(deal.signed, deal.id, known):
        known = know(session, deal)
    return known.found


def known_deals(session: Session) -> dict[str, Known]:
    """Return what was found of the deals that nobody touched since, by their ids."""
    return session.by_deal("forecast deals", KEPT_FROM)


def know(session: Session, deal: Deal) -> Known:
    """Work out what a deal pays, and keep it."""
    every, pinned = terms_of_deal(session, deal), pinned_terms(session, deal)
    chosen = deal.chosen.program if deal.chosen is not None else ""
    terms = [one for one in every if one.program.id == chosen] if chosen else every
    key = "forecast asks", period_of(session, deal.signed), pinned and (pinned.program.id, pinned.program.version)
    limits = session.derived(key, KEPT_FROM, lambda: _thresholds(every))
    won = [standing_of(session, deal, one) if limits.get(one.program.id) else NOTHING_WON for one in terms]
    marks: list[Marks] = []
    found = _find(session, deal, terms, won, limits, marks)
    known = known_deals(session)[deal.id] = Known(found, tuple(marks), deal.probability)
    return known


class Check:
    """Tells which deals the standing of a program pays the same as before.

    The won deals of a program that are the same objects as when all deals were looked at last need no second look.
    """

    def __init__(self, session: Session) -> None:
        """Look at the book as it is now."""
        self._session = session
        self._watched: dict[tuple[str, str], object] = session.derived("forecast watched", KEPT_FROM, dict)
        self._seen: dict[tuple[str, str], object] = {}
        self._days: dict[tuple[str, str, date], Won] = {}

    def holds(self, day: date, deal_id: str, known: Known) -> bool:
        """Whether what is known of a deal that is signed on a day still holds."""
        return all(
            self._is_same(one.terms.program) or one.hold(self._standing(one.day or day, deal_id, one.terms))
            for one in known.marks
        )

    def done(self) -> None:
        """Remember that all deals were looked at, and that those which do not hold are known no more."""
        self._watched.update(self._seen)

    def _is_same(self, program: Program) -> bool:
        key = program.id, program.version
        if key not in self._seen:
            paid = paid_deals(self._session, program.id) if needs_paid(self._session, program) else None
            self._seen[key] = standings(self._session, program), paid
        return self._watched.get(key) == self._seen[key]

    def _standing(self, day: date, deal_id: str, terms: Terms) -> Won:
        program = terms.program
        sums = standings(self._session, program)
        if sums is not None and deal_id in sums:
            return standing_on(self._session, day, deal_id, terms)
        key = program.id, program.version, day
        if key not in self._days:
            self._days[key] = standing_on(self._session, day, "", terms)
        return self._days[key]


def _thresholds(every: Iterable[Terms]) -> dict[str, Thresholds]:
    """Return of each program what its pay asks of the standing; to know the standing means to go through won deals."""
    return {one.program.id: thresholds_of(one) for one in every if one.enrolment is not None}


def _find(
    session: Session,
    deal: Deal,
    terms: Iterable[Terms],
    won: Iterable[Won],
    limits: Mapping[str, Thresholds],
    marks: list[Marks],
) -> Found:
    """Return what a deal pays; `marks` takes what its programs ask of the standing."""
    if not deal.offers or errors(check_deal(deal)):
        return Found(reason=Reason.FAULTY)
    cases = Cases(deal, offer_of(deal), session.rates, succeeding(session, deal))
    worth = worth_of(session.partner.assume)
    wanted = deal.chosen.plan if deal.chosen is not None else ""
    rows, made = [], {}
    for one, figures in zip(terms, won, strict=True):
        case = cases.case(one, figures)
        if asked := limits.get(one.program.id):
            marks.append(marks_of(case, asked))
        marks += _marks_of_successors(case)
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
        version=estimate.version,
        plan_name=estimate.plan_name,
        flow=Flow(estimate.payments, losses_of(exposures_of(case, plan)), start, is_known),
    )


def _marks_of_successors(case: Case) -> list[Marks]:
    """Return what the programs that take over ask of the standing on the days on which they do."""
    starts = case.revenue.offer.starts
    asked = [(one, thresholds_of(one.case.terms), one.case) for one in case.successions if one.case is not None]
    return [
        marks_of(taken, limits)._replace(day=service_month_begins(starts, one.first))
        for one, limits, taken in asked
        if limits
    ]


def _reason(best: Row | None, *, is_chosen: bool) -> Reason:
    if best is None or not is_chosen:
        return Reason.NO_PLAN
    return Reason.INCOMPLETE if best.estimate.status is Status.INCOMPLETE else Reason.INELIGIBLE


def weight_of(probability: Decimal, rate: Decimal, *, is_won: bool) -> Decimal:
    """Return by how much a deal counts: in full where it is won, by its probability where it is open."""
    return rate if is_won else rate * probability
