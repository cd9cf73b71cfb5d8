"""The comparison as the screens and documents see it: one offer under every plan open to the partner.

Owns the objective by which plans are ranked, the conversion of totals into the deal's currency, and what the partner
can enter for a missing contract value. The arithmetic is `dealbook.earnings`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from dealbook.desk.labour import Worked, Worker
from dealbook.desk.program_terms import program_terms, terms_of_deal
from dealbook.desk.session import Session
from dealbook.desk.standing import succeeding, won_by_program
from dealbook.domain.deal import Deal, Offer
from dealbook.domain.money import minor_unit, round_minor
from dealbook.domain.months import month_index
from dealbook.domain.partner import Assumptions, Work
from dealbook.domain.problem import Problem
from dealbook.earnings import compare as engine
from dealbook.earnings.estimate import Estimate, Status, Step, Totals
from dealbook.earnings.evaluate import evaluate
from dealbook.earnings.standing import NOTHING_WON
from dealbook.earnings.worth import worth_of
from dealbook.programs.sections import Reader
from dealbook.programs.terms import Terms
from dealbook.programs.valuereader import ValueReader

SET_INPUT = "Enter contract value"
CLEAR_INPUT = "Clear contract value"


class Objective(StrEnum):
    """By which figure plans are ranked; the value is a total's name, but for what counts the partner's own work."""

    EXPECTED = "expected_value"
    PRESENT = "present_value"
    NOW = "upfront"
    FIRST_YEAR = "first_year"
    TERM = "term"
    NET = "net"
    HOURLY = "hourly"

    @property
    def counts_work(self) -> bool:
        """Whether it needs the hours of the settings."""
        return self in (Objective.NET, Objective.HOURLY)

    @property
    def total(self) -> str:
        """The name of the total that it is, or that it rests on where it counts the partner's own work."""
        return Objective.EXPECTED.value if self.counts_work else self.value


def objectives_of(work: Work) -> tuple[Objective, ...]:
    """Return what plans can be ranked by under these settings: net needs hours and their cost."""
    known = {Objective.NET: work.has_hours and bool(work.hour_cost), Objective.HOURLY: work.has_hours}
    return tuple(one for one in Objective if known.get(one, True))


TOTALS: Final = tuple(one for one in Objective if not one.counts_work)
"""The objectives that need no settings."""


@dataclass(frozen=True, slots=True)
class Row:
    """One plan of a comparison; `totals` are in the deal's currency, None while something is missing.

    `converted` is False where a rate for that is missing. `missing` names the inputs that the partner can still give;
    `to_deal` is how many of the deal's currency one of the program's is. `worked` is what its work leaves, where that
    was asked for.
    """

    estimate: Estimate
    totals: Totals | None
    is_best: bool = False
    converted: bool = True
    missing: tuple[str, ...] = ()
    to_deal: Decimal = Decimal(1)
    worked: Worked | None = None

    def figure(self, objective: Objective) -> Decimal | None:
        """Return the figure by which it is ranked; None where it has none."""
        if self.totals is None:
            return None
        if not objective.counts_work:
            figure: Decimal = getattr(self.totals, objective)
            return figure
        if self.worked is None:
            return None
        return self.worked.net if objective is Objective.NET else self.worked.hourly

    @property
    def key(self) -> tuple[str, str]:
        """The program and the plan: what stays the same when figures change."""
        return self.estimate.program, self.estimate.plan


@dataclass(frozen=True, slots=True)
class Comparison:
    """The plans, best first, then incomplete ones, then those that are not open to the offer.

    `problem` is why a figure that was asked for is in no row.
    """

    rows: tuple[Row, ...]
    currency: str
    signed_month: int
    problem: Problem | None = None

    @property
    def best(self) -> Row | None:
        """The row that is best under the objective."""
        return next((row for row in self.rows if row.is_best), None)


class InputForm(NamedTuple):
    """How an input is written: its kind ("rate", "money", "number") and its program's currency."""

    kind: str
    currency: str


def terms_on(session: Session, deal: Deal) -> list[Terms]:
    """Return the terms of every program for a deal; of a won one, its own program's as pinned at signing."""
    return terms_of_deal(session, deal)


def terms_of_day(session: Session, day: date) -> list[Terms]:
    """Return the terms of every program for what is signed on a day; kept until program or enrolment change."""
    return program_terms(session, day)


def compare(
    session: Session,
    deal: Deal,
    offer: Offer,
    *,
    assume: Assumptions | None = None,
    objective: Objective = Objective.EXPECTED,
) -> Comparison:
    """Return what an offer earns under every plan, ranked by an objective (programs.md §8, §9).

    The offer must be free of errors (`domain.checks`). Without `assume`, the partner's assumptions hold.
    """
    terms = terms_on(session, deal)
    found = engine.estimates(
        deal,
        offer,
        terms,
        assume or session.partner.assume,
        won=won_by_program(session, deal, terms),
        rates=session.rates,
        succeeding=succeeding(session, deal),
    )
    cases = engine.Cases(deal, offer, session.rates)
    rows = [row_of(cases, estimate) for estimate in found]
    problem = None
    if objective.counts_work:
        worker = Worker(session, deal, offer, assume or session.partner.assume)
        covers = {one.program.id: one.program.covers for one in terms}
        rows = [_with_work(row, worker, covers[row.estimate.program]) for row in rows]
        problem = worker.problem if objective is Objective.NET else None
    return Comparison(tuple(rank(rows, objective)), deal.currency, month_index(deal.signed), problem)


def explain(
    session: Session, deal: Deal, offer: Offer, program: str, plan: str, *, assume: Assumptions | None = None
) -> Estimate:
    """Return one plan's estimate with its trace; raises KeyError for a plan that the program does not have.

    After the program's own currency comes the expected value as the comparison shows it, in the deal's currency, and
    what the partner's work leaves of it.
    """
    terms = {one.program.id: one for one in terms_on(session, deal)}[program]
    found = terms.program.plan(plan)
    if found is None:
        raise KeyError(plan)
    won = won_by_program(session, deal, [terms]).get(program, NOTHING_WON)
    cases = engine.Cases(deal, offer, session.rates, succeeding(session, deal))
    case = cases.case(terms, won)
    estimate = evaluate(case, found, worth_of(assume or session.partner.assume), explain=True)
    row = row_of(cases, estimate)
    if row.totals is None or estimate.status is not Status.PAYABLE:
        return estimate
    earned, more = row.totals.expected_value, []
    if case.exchange is not None:
        more.append(Step("total-converted", "", earned, {"from": estimate.currency, "to": deal.currency}))
    worker = Worker(session, deal, offer, assume or session.partner.assume)
    more += worker.steps(terms.program.covers, found.duties, earned)
    return estimate._replace(trace=(*estimate.trace, *more))


def expected_of(session: Session, deal: Deal) -> Row | None:
    """Return the row of the deal's chosen plan, else of the best one; None where nothing pays or there is no offer."""
    offers = {offer.id: offer for offer in deal.offers}
    chosen = deal.chosen
    if chosen is not None and chosen.offer_id in offers:
        rows = compare(session, deal, offers[chosen.offer_id]).rows
        return next((row for row in rows if row.key == (chosen.program, chosen.plan)), None)
    return compare(session, deal, deal.offers[0]).best if deal.offers else None


def cumulative(row: Row, comparison: Comparison) -> list[tuple[int, Decimal]]:
    """Return (months since signing, cash so far) in the deal's currency, at each month in which something is paid."""
    unit = minor_unit(comparison.currency)
    curve = engine.cash_curve(row.estimate.payments, comparison.signed_month)
    return [(month, round_minor(cash * row.to_deal, unit)) for month, cash in curve]


def break_even(a: Row, b: Row, comparison: Comparison) -> int | None:
    """Return how many months after signing the one that is behind at first has caught up for good; None if never."""
    return engine.break_even(cumulative(a, comparison), cumulative(b, comparison))


def input_form(session: Session, program_id: str, name: str) -> InputForm | None:
    """Return the form of a program's input, by the latest version that has it; None where no version has it."""
    versions = session.catalog.versions.get(program_id, ())
    found = (InputForm(one.inputs[name].kind, one.currency) for one in reversed(versions) if name in one.inputs)
    return next(found, None)


def set_input(session: Session, program_id: str, name: str, text: str, *, assumed: bool = False) -> list[Problem]:
    """Save a contract's value, written as a program file writes it ("12%", "8x", "250"), in one step.

    Returns what is wrong with it, and then nothing was saved. Raises BookError when the book cannot keep it.
    """
    enrolment = next((e for e in session.enrolments if e.program == program_id), None)
    form = input_form(session, program_id, name)
    if enrolment is None or form is None:
        return [Problem("not-enrolled", name, {"program": program_id})]
    raw, reader = text.strip(), Reader()
    ValueReader(reader, form.kind, frozenset()).read(raw, name)
    if reader.problems:
        return reader.problems
    marked = enrolment.assumed | {name} if assumed else enrolment.assumed - {name}
    with session.step(SET_INPUT):
        session.book.partner.save_enrolment(
            replace(enrolment, inputs={**enrolment.inputs, name: raw}, assumed=marked),
        )
    return []


def clear_input(session: Session, program_id: str, name: str) -> None:
    """Take a contract's value out again, as one step; where there is none, nothing happens."""
    enrolment = next((e for e in session.enrolments if e.program == program_id), None)
    if enrolment is None or name not in enrolment.inputs:
        return
    inputs = {key: raw for key, raw in enrolment.inputs.items() if key != name}
    with session.step(CLEAR_INPUT):
        session.book.partner.save_enrolment(replace(enrolment, inputs=inputs, assumed=enrolment.assumed - {name}))


def row_of(cases: engine.Cases, estimate: Estimate) -> Row:
    """Return an estimate as a row of a comparison, its totals in the deal's currency."""
    missing = tuple(p.facts["input"] for p in estimate.problems if p.code == "missing-input")
    rate = cases.rate(estimate.currency, cases.deal.currency)
    if rate is None or estimate.totals is None:
        return Row(estimate, None, converted=rate is not None, missing=missing, to_deal=rate or Decimal(1))
    return Row(estimate, _converted(estimate.totals, rate, cases.deal.currency), missing=missing, to_deal=rate)


def _converted(totals: Totals, rate: Decimal, currency: str) -> Totals:
    if rate == 1:
        return totals
    unit = minor_unit(currency)
    return Totals(*(round_minor(total * rate, unit) for total in totals))


def _with_work(row: Row, worker: Worker, covers: frozenset[str]) -> Row:
    if row.totals is None or row.estimate.status is not Status.PAYABLE:
        return row
    return replace(row, worked=worker.worked(covers, row.estimate.duties, row.totals.expected_value))


def _order(row: Row, objective: Objective) -> tuple[int, Decimal, Decimal]:
    rank = engine.RANK[row.estimate.status]
    if row.totals is None or rank:
        return max(rank, 1), Decimal(0), Decimal(0)
    figure = row.figure(objective)
    if figure is None:  # no work to count: it costs none of the hours that the others take
        place = -1 if objective is Objective.HOURLY and row.totals.expected_value > 0 else 1
        return rank, Decimal(place), -row.totals.expected_value
    return rank, Decimal(0), -figure


def rank(rows: Sequence[Row], objective: Objective) -> list[Row]:
    """Return rows ranked by an objective, the best one marked; none is where the figure that counts is not known."""
    plain = (replace(row, is_best=False) if row.is_best else row for row in rows)
    ordered = sorted(plain, key=lambda row: _order(row, objective))
    unknown = ordered and objective is Objective.NET and ordered[0].figure(objective) is None
    if ordered and ordered[0].totals is not None and ordered[0].estimate.status is Status.PAYABLE and not unknown:
        ordered[0] = replace(ordered[0], is_best=True)
    return ordered
