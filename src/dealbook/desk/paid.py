"""What the won deals of the book were paid once: the figure `won_paid` of a standing (programs.md §5).

What a deal is paid can hang on what the deals before it were paid, by a cap for a year. So the won deals of a program
are evaluated one by one, in the order in which they were signed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from dealbook.desk.program_terms import terms_of_deal
from dealbook.desk.session import Session
from dealbook.desk.won_deals import chosen_offer, won_deals, won_of
from dealbook.domain.checks import check_deal, errors
from dealbook.domain.deal import Deal
from dealbook.domain.money import ZERO
from dealbook.domain.months import month_index
from dealbook.earnings.compare import Cases, rate_on
from dealbook.earnings.evaluate import evaluate
from dealbook.earnings.payments import ONCE, UPFRONT
from dealbook.earnings.standing import Won, year_of
from dealbook.earnings.worth import worth_of
from dealbook.programs.checks.uses import all_conditions, written_values
from dealbook.programs.model import Program
from dealbook.programs.terms import Terms
from dealbook.programs.values import Bands, Choices, parts

FACT: Final = "won_paid"
_PAID_FROM: Final = frozenset({"deal", "rate", "program", "enrolment", "partner"})

#: (calendar month, amount in the program's currency) of what a deal is paid once or upfront.
_Paid = tuple[tuple[int, Decimal], ...]


@dataclass(frozen=True, slots=True)
class _PaidDeal:
    """A won deal with what it is paid once, kept as long as the deal, its terms and its standing are the same."""

    deal: Deal
    terms: Terms
    won: Won
    paid: _Paid


def needs_paid(session: Session, program: Program) -> bool:
    """Say whether a version asks for what the program has paid: a cap for a year, or the fact itself."""
    kept: dict[int, tuple[Program, bool]] = session.derived("needs paid", frozenset({"program"}), dict)
    known = kept.get(id(program))
    if known is None or known[0] is not program:
        known = kept[id(program)] = program, _needs_paid(program)
    return known[1]


def _needs_paid(program: Program) -> bool:
    if any(component.cap_per == "year" for plan in program.plans for component in plan.pays):
        return True
    quota = program.standing.quota
    if quota is not None and quota.fact == FACT:
        return True
    if any(condition.fact == FACT for condition in all_conditions(program)):
        return True
    tables = (part for _, value in written_values(program) for part in parts(value))
    return any(isinstance(table, Bands | Choices) and table.by == FACT for table in tables)


def paid_before(session: Session, deal: Deal, terms: Terms, won: Won) -> Won:
    """Return the figures with what the program paid once to deals signed before this one, in its year and the last.

    Deals of one day come in the order in which they were made.
    """
    program = terms.program
    paid = session.derived((FACT, program.id), _PAID_FROM, lambda: list(_paid_deals(session, program.id)))
    is_won = any(one.deal.id == deal.id for one in paid)
    before = [one for one in paid if _order(one.deal) < _order(deal) or (not is_won and one.deal.signed == deal.signed)]
    return _with_paid(session, deal, program, won, before)


def _order(deal: Deal) -> tuple[date, str]:
    return deal.signed, deal.id  # ids sort by when they were made


def _with_paid(session: Session, deal: Deal, program: Program, won: Won, paid: Iterable[_PaidDeal]) -> Won:
    starts = program.standing.year_starts
    year = year_of(month_index(deal.signed), starts)
    sums = {year: ZERO, year - 1: ZERO}
    for one in paid:
        own = one.terms.program.currency
        rate = rate_on(session.rates, own, program.currency, one.deal.signed) or ZERO  # money nobody can tell
        for month, amount in one.paid:
            its_year = year_of(month, starts)
            if its_year in sums:
                sums[its_year] += amount * rate
    return replace(won, current={**won.current, FACT: sums[year]}, before={**won.before, FACT: sums[year - 1]})


def _paid_deals(session: Session, program_id: str) -> Iterator[_PaidDeal]:
    """Yield the won deals of a program and of those it took over, in order, each paid after the ones before it."""
    kept: dict[tuple[str, str], _PaidDeal] = session.derived("paid deals", _PAID_FROM - {"deal"}, dict)
    before: list[_PaidDeal] = []
    for deal in sorted(won_deals(session, program_id), key=_order):
        terms = _terms_of(session, deal)
        if terms is None or errors(check_deal(deal)):
            continue
        won = won_of(session, deal, terms.program)
        if needs_paid(session, terms.program):
            family = {terms.program.id, *session.catalog.succeeded.get(terms.program.id, ())}
            own = [one for one in before if one.terms.program.id in family]
            won = _with_paid(session, deal, terms.program, won, own)
        key = program_id, deal.id
        known = kept.get(key)
        if known is None or known.deal is not deal or known.terms is not terms or known.won != won:
            known = kept[key] = _PaidDeal(deal, terms, won, _paid(session, deal, terms, won))
        before.append(known)
        yield known


def _terms_of(session: Session, deal: Deal) -> Terms | None:
    program = deal.chosen.program if deal.chosen is not None else ""
    return next((one for one in terms_of_deal(session, deal) if one.program.id == program), None)


def _paid(session: Session, deal: Deal, terms: Terms, won: Won) -> _Paid:
    plan = terms.program.plan(deal.chosen.plan) if deal.chosen is not None else None
    if plan is None:
        return ()
    case = Cases(deal, chosen_offer(deal), session.rates).case(terms, won)
    payments = evaluate(case, plan, worth_of(session.partner.assume)).payments
    return tuple((one.month, one.amount) for one in payments if one.kind in (ONCE, UPFRONT))
