"""What the text of a program would pay on a deal, beside what the version in force pays: the try-out of the editor.

The partner counts as enrolled, by its own enrolment where it has one, and the deal as signed under the edited version,
whatever its day. Nothing is written.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from dealbook import paths
from dealbook.desk.compare import Row, row_of
from dealbook.desk.program_terms import governing_version
from dealbook.desk.session import Session
from dealbook.desk.standing import succeeding, won_by_program
from dealbook.domain.deal import CATEGORIES, Deal, Offer
from dealbook.domain.partner import Enrolment
from dealbook.earnings.compare import Cases
from dealbook.earnings.evaluate import evaluate
from dealbook.earnings.standing import NOTHING_WON
from dealbook.earnings.worth import worth_of
from dealbook.programs.dealfile import read_deal
from dealbook.programs.model import Plan, Program
from dealbook.programs.reader import read_program
from dealbook.programs.terms import Terms, terms_of

_FRAME: Final = re.compile(r"^```toml deal frame\n(.*?)^```", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One plan: what it would pay under the text, and what it pays under the version in force; None: no such plan."""

    plan: str
    name: str
    new: Row | None
    old: Row | None


def try_out(session: Session, text: str, deal: Deal, offer: Offer) -> list[TrialRow]:
    """Return what each plan of a text would pay. Raises ProblemsError for a text with errors."""
    return try_program(session, read_program(text), deal, offer)


def try_program(session: Session, program: Program, deal: Deal, offer: Offer) -> list[TrialRow]:
    """Return what each plan of a program would pay on an offer, in the program's order; plans it drops come last.

    Figures are in the deal's currency. The offer must be free of errors (`domain.checks`).
    """
    before = governing(session, program.id, deal)
    new = _rows(session, program, deal, offer)
    old = _rows(session, before, deal, offer) if before is not None else {}
    names = {plan.id: plan.name for plan in (*program.plans, *(before.plans if before else ()))}
    return [TrialRow(plan, name, new.get(plan), old.get(plan)) for plan, name in names.items()]


def explain_trial(session: Session, program: Program, deal: Deal, offer: Offer, plan_id: str) -> Row:
    """Return one plan's row with the trace of its arithmetic. Raises KeyError for a plan the program does not have."""
    plan = program.plan(plan_id)
    if plan is None:
        raise KeyError(plan_id)
    return _row(session, program, deal, offer, [plan], explain=True)[plan_id]


def governing(session: Session, program_id: str, deal: Deal) -> Program | None:
    """Return the version that governs a deal now; None where none does."""
    return governing_version(session, deal, program_id)


@cache
def sample_deal() -> Deal:
    """Return the deal of the reference's examples."""
    found = _FRAME.search(paths.resource("help", "reference.md").read_text(encoding="utf-8"))
    if found is None:
        msg = "the reference has no deal frame"
        raise ValueError(msg)
    return replace(read_deal(found[1]), id="sample")


def sample_for(program: Program) -> Deal:
    """Return the sample deal as this program can pay on it: in its currency, in a category that it covers."""
    deal = sample_deal()
    category = next((one for one in CATEGORIES if one in program.covers), CATEGORIES[0])
    offers = tuple(
        replace(offer, lines=tuple(replace(line, category=category) for line in offer.lines)) for offer in deal.offers
    )
    fits = any(line.category in program.covers for offer in deal.offers for line in offer.lines)
    return replace(deal, currency=program.currency, offers=deal.offers if fits else offers)


def _rows(session: Session, program: Program, deal: Deal, offer: Offer) -> dict[str, Row]:
    return _row(session, program, deal, offer, program.plans)


def _row(
    session: Session,
    program: Program,
    deal: Deal,
    offer: Offer,
    plans: tuple[Plan, ...] | list[Plan],
    *,
    explain: bool = False,
) -> dict[str, Row]:
    terms = _terms(session, program)
    won = won_by_program(session, deal, [terms]).get(program.id, NOTHING_WON)
    cases = Cases(deal, offer, session.rates, succeeding(session, deal))
    case = cases.case(terms, won)
    worth = worth_of(session.partner.assume)
    return {plan.id: row_of(cases, evaluate(case, plan, worth, explain=explain)) for plan in plans}


def _terms(session: Session, program: Program) -> Terms:
    """Return a program's terms for the partner as if it were in the program on any day."""
    known = next((one for one in session.enrolments if one.program == program.id), None)
    enrolment = replace(known, since=None, until=None) if known else Enrolment(program=program.id, certified=True)
    partner = session.partner
    return terms_of(program, enrolment, (), partner.certificates, partner.company_size)
