"""A deal as one row of a table: what a list shows of it, without its lines (programs.md §3)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dealbook.domain.deal import Deal, Line, Offer, Stage
from dealbook.domain.money import EXACT, ZERO, minor_unit, round_minor
from dealbook.earnings.revenue import TWELVE, Billing


class DealRow(NamedTuple):
    """A deal as the table of deals shows it.

    `mrr` is in `currency`, a month, and `term` in months, both of the leading offer; `closes` is the signing day, of a
    lost deal the one on which it was lost, then with the `reason`; `program` and `plan` are empty while none is chosen.
    """

    id: str
    customer: str
    title: str
    stage: Stage
    mrr: Decimal
    term: int
    currency: str
    closes: date
    program: str
    plan: str
    reason: str = ""


def deal_row(deal: Deal) -> DealRow:
    """Return a deal's row for the table."""
    offer, is_lost = leading_offer(deal), deal.stage is Stage.LOST
    return DealRow(
        id=deal.id,
        customer=deal.customer,
        title=deal.title,
        stage=deal.stage,
        mrr=round_minor(monthly(offer.lines if offer else (), deal.currency), minor_unit(deal.currency)),
        term=offer.term if offer else 0,
        currency=deal.currency,
        closes=deal.lost_on if is_lost and deal.lost_on else deal.signed,
        program=deal.chosen.program if deal.chosen else "",
        plan=deal.chosen.plan if deal.chosen else "",
        reason=deal.lost_reason if is_lost else "",
    )


def leading_offer(deal: Deal) -> Offer | None:
    """Return the offer that speaks for a deal: the chosen one, else the first."""
    chosen = deal.chosen.offer_id if deal.chosen else ""
    return next((offer for offer in deal.offers if offer.id == chosen), deal.offers[0] if deal.offers else None)


def monthly(lines: Iterable[Line], currency: str) -> Decimal:
    """Return what lines bill a month with their full quantities, optional ones left out; exact (programs.md §8.1)."""
    unit = minor_unit(currency)
    twelfths = (Billing(line, unit, ()).full12 for line in lines if line.is_recurring and not line.optional)
    return EXACT.divide(sum(twelfths, ZERO), TWELVE)
