"""What is done with deals: each use case one step; and which deals a search finds.

The names of the steps are English message ids, shown in the user's language beside Undo and Redo.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from dealbook.desk.session import Session
from dealbook.desk.stages import set_stage as set_stage  # noqa: PLC0414 - one of what is done with deals
from dealbook.domain.deal import Choice, Deal, Line, Offer, Stage
from dealbook.domain.money import minor_unit
from dealbook.domain.months import add_months, month_index, month_start
from dealbook.earnings.revenue import Billing

NEW = "New deal"
DUPLICATE = "Duplicate deal"
REMOVE = "Remove deal"
CHOOSE = "Choose plan"
UNCHOOSE = "Choose no plan"


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


def billed(line: Line, currency: str) -> Decimal:
    """Return what a line bills each time it is charged, at its full quantity, rounded once (programs.md §8.1)."""
    return Billing(line, minor_unit(currency), ()).bill(line.quantity)


def hits_of(session: Session, search: str) -> frozenset[str] | None:
    """Return the ids of the deals in which every word of `search` occurs (`book.folding`); None: all of them."""
    return frozenset(session.book.deals.find(search)) if search.strip() else None
