"""The won deals of the book, and what they count for in a program: seats, revenue, customers in care (programs.md §5).

What they were paid is `paid`'s.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dealbook.desk.session import Session
from dealbook.domain.deal import Deal, Offer, Role, Stage
from dealbook.domain.money import ZERO
from dealbook.domain.months import add_months
from dealbook.earnings.compare import rate_on
from dealbook.earnings.revenue import TWELVE, Revenue
from dealbook.earnings.standing import NOTHING_WON, Won, WonDeal, won_figures
from dealbook.programs.model import Program


@dataclass(frozen=True, slots=True)
class _Counted:
    """A won deal with what it counts for, kept as long as the deal is the same value."""

    deal: Deal
    won: WonDeal


def won_of(session: Session, deal: Deal, program: Program) -> Won:
    """Return a program's standing figures on the deal's signing day, the deal itself left out."""
    counted = [_count(session, won, program) for won in won_deals(session, program.id) if won.id != deal.id]
    return won_figures(counted, program.standing, deal.signed) if counted else NOTHING_WON


def counted(session: Session, program: Program) -> list[tuple[str, WonDeal]]:
    """Return the deals won under a program, by their ids, with what each counts for."""
    return [(deal.id, _count(session, deal, program)) for deal in won_deals(session, program.id)]


def counts_as(session: Session, deal: Deal, program: Program) -> WonDeal:
    """Return what a deal counts for in a program, as if it were won with its choice."""
    rate = rate_on(session.rates, deal.currency, program.currency, deal.signed) or ZERO
    return _won_deal(deal, program.covers, rate)


def won_deals(session: Session, program_id: str) -> list[Deal]:
    """Return the deals won under a program and under those that it took over, in the order in which they were made."""
    by_program = session.derived("won deals", frozenset({"deal"}), lambda: _won_deals(session))
    own = by_program.get(program_id, [])
    before = [by_program[name] for name in session.catalog.succeeded.get(program_id, ()) if name in by_program]
    return sorted((deal for deals in (own, *before) for deal in deals), key=lambda one: one.id) if before else own


def chosen_offer(deal: Deal) -> Offer:
    """Return the offer with which a deal was won."""
    chosen = deal.chosen
    return next((o for o in deal.offers if chosen is not None and o.id == chosen.offer_id), deal.offers[0])


def _won_deals(session: Session) -> dict[str, list[Deal]]:
    found: dict[str, list[Deal]] = {}
    for deal in session.deals.values():
        if deal.stage is Stage.WON and deal.chosen is not None:
            found.setdefault(deal.chosen.program, []).append(deal)
    return found


def _count(session: Session, deal: Deal, program: Program) -> WonDeal:
    """Return what a won deal counts for; worked out once for what versions of a program have in common."""
    kept: dict[tuple[str, frozenset[str], str], _Counted] = session.derived("counted deals", frozenset({"rate"}), dict)
    key = (deal.id, program.covers, program.currency)
    known = kept.get(key)
    if known is None or known.deal is not deal:
        rate = (
            rate_on(session.rates, deal.currency, program.currency, deal.signed) or ZERO
        )  # seats count, money nobody can tell
        known = kept[key] = _Counted(deal, _won_deal(deal, program.covers, rate or ZERO))
    return known.won


def _won_deal(deal: Deal, covers: frozenset[str], rate: Decimal) -> WonDeal:
    """Return what a won deal counts for, in the program's currency: one unit of the deal's is `rate` of it.

    With 0 for a rate that the book does not know: seats count, and money that nobody can tell does not.
    """
    offer = chosen_offer(deal)
    revenue = Revenue(deal, offer)
    basket = revenue.basket(covers)
    return WonDeal(
        signed=deal.signed,
        seats=basket.seats,
        mrr=basket.mrr12 * rate / TWELVE,
        tcv=basket.tcv12 * rate / TWELVE,
        in_care=tuple(_in_care(offer.starts, revenue)),
    )


def _in_care(starts: date, revenue: Revenue) -> Iterator[tuple[date, date]]:
    """Yield the stretches of days in which the partner looks after the customer; without a cancellation, for good."""
    months = sorted({1, *(event.month for event in revenue.handovers if event.role is Role.CARE)})
    days = [add_months(starts, month - 1) for month in months]
    leaves = date.max if revenue.cancelled is None else add_months(starts, revenue.cancelled - 1)
    for month, first, after in zip(months, days, [*days[1:], date.max], strict=True):
        if revenue.holds(Role.CARE, month) and first < leaves:
            yield first, min(after, leaves)
