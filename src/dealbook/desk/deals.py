"""What is done with deals: each use case one step; and the table of deals with its search.

The names of the steps are English message ids, shown in the user's language beside Undo and Redo.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from dealbook.desk.session import Session
from dealbook.desk.stages import set_stage as set_stage  # noqa: PLC0414 - one of what is done with deals
from dealbook.domain.deal import Choice, Deal, Line, Offer, Stage
from dealbook.domain.money import EXACT, ZERO, minor_unit, round_minor
from dealbook.domain.months import add_months, month_index, month_start
from dealbook.earnings.revenue import TWELVE, Billing

NEW = "New deal"
DUPLICATE = "Duplicate deal"
REMOVE = "Remove deal"
CHOOSE = "Choose plan"
UNCHOOSE = "Choose no plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class DealRow:
    """A deal as the table of deals shows it.

    `mrr` is in `currency`, a month; `closes` is the day on which it is expected to close, was signed, or was lost (then
    `reason` may say why); `program` and `plan` are empty while none is chosen.
    `words` is what a search looks through.
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
    words: str
    reason: str = ""


def new_deal(session: Session, customer: str, *, today: date | None = None) -> Deal:
    """Save a new deal of a customer with one empty offer: closes in a month, starts on the first of the month after.

    Currency and country are the partner's. Raises BookError when the text cannot be kept.
    """
    opened = today or date.today()  # noqa: DTZ011 - the user's own day
    signed = add_months(opened, 1)
    partner = session.partner
    offer = Offer(starts=month_start(month_index(signed) + 1))
    deal = Deal(
        customer=customer,
        signed=signed,
        offers=(offer,),
        currency=partner.currency,
        country=partner.country,
        opened=opened,
    )
    with session.step(NEW):
        return session.book.deals.save(deal)


def save_deal(session: Session, deal: Deal, name: str) -> Deal:
    """Save a changed deal as the step `name` and return it with all ids; a choice goes with the offer it was of.

    Raises BookError, naming the field, when a value cannot be kept.
    """
    if deal.chosen and deal.chosen.offer_id not in {offer.id for offer in deal.offers}:
        deal = replace(deal, chosen=None)
    with session.step(name):
        return session.book.deals.save(deal)


def duplicate_deal(session: Session, deal_id: str, *, today: date | None = None) -> Deal:
    """Save a copy of a deal as a new open one, without its choice and events; quotes stay with the first.

    Raises KeyError when there is no such deal.
    """
    deal = session.deal(deal_id)
    copy = replace(
        deal,
        id="",
        stage=Stage.OPEN,
        chosen=None,
        opened=today or date.today(),  # noqa: DTZ011 - the user's own day
        lost_on=None,
        lost_reason="",
        offers=tuple(_copied(offer) for offer in deal.offers),
    )
    return save_deal(session, copy, DUPLICATE)


def _copied(offer: Offer) -> Offer:
    return replace(offer, id="", events=(), lines=tuple(replace(line, id="") for line in offer.lines))


def remove_deal(session: Session, deal_id: str) -> None:
    """Remove a deal. Raises KeyError when there is none, BookError (has-quotes) when quotes were issued for it."""
    with session.step(REMOVE):
        session.book.deals.remove(deal_id)


def choose(session: Session, deal_id: str, choice: Choice | None) -> Deal:
    """Save which offer and plan a deal takes; None: none. Raises BookError when the offer is not the deal's."""
    with session.step(CHOOSE if choice else UNCHOOSE):
        return session.book.deals.save(replace(session.deal(deal_id), chosen=choice))


# --- the table of deals


def deal_row(deal: Deal) -> DealRow:
    """Return a deal's row for the table."""
    offer = leading_offer(deal)
    return DealRow(
        id=deal.id,
        customer=deal.customer,
        title=deal.title,
        stage=deal.stage,
        mrr=round_minor(monthly(offer.lines if offer else (), deal.currency), minor_unit(deal.currency)),
        term=offer.term if offer else 0,
        currency=deal.currency,
        closes=deal.lost_on if deal.stage is Stage.LOST and deal.lost_on else deal.signed,
        program=deal.chosen.program if deal.chosen else "",
        plan=deal.chosen.plan if deal.chosen else "",
        words=f"{deal.customer}\n{deal.title}\n{deal.contact}\n{deal.note}".casefold(),
        reason=deal.lost_reason if deal.stage is Stage.LOST else "",
    )


def leading_offer(deal: Deal) -> Offer | None:
    """Return the offer that speaks for a deal: the chosen one, else the first."""
    chosen = deal.chosen.offer_id if deal.chosen else ""
    return next((offer for offer in deal.offers if offer.id == chosen), deal.offers[0] if deal.offers else None)


def billed(line: Line, currency: str) -> Decimal:
    """Return what a line bills each time it is charged, at its full quantity, rounded once (programs.md §8.1)."""
    return Billing(line, minor_unit(currency), ()).bill(line.quantity)


def monthly(lines: Iterable[Line], currency: str) -> Decimal:
    """Return what lines bill a month with their full quantities, optional ones left out; exact (programs.md §8.1)."""
    unit = minor_unit(currency)
    twelfths = (Billing(line, unit, ()).full12 for line in lines if line.is_recurring and not line.optional)
    return EXACT.divide(sum(twelfths, ZERO), TWELVE)


def found(rows: Iterable[DealRow], search: str = "", stage: Stage | None = None) -> list[DealRow]:
    """Return the rows in which every word of `search` occurs, in any case, and which are in `stage` (None: any)."""
    words = search.casefold().split()
    return [row for row in rows if stage in (None, row.stage) and all(word in row.words for word in words)]
