"""The stages of a deal with their days: open, won, lost, and back (product.md, Words).

Each change is one named step. Winning pins what was chosen: the offer, the plan, and the program version that governs
on the signing day. The names of the steps are English message ids, as those of `desk.deals`.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from dealbook.desk.session import Session
from dealbook.domain.deal import Choice, Deal, Offer, Stage
from dealbook.domain.months import add_months, month_index

WIN = "Mark as won"
LOSE = "Mark as lost"
REOPEN = "Open the deal again"


def win(session: Session, deal_id: str, signed: date, choice: Choice | None = None) -> Deal:
    """Save a deal as won on its signing day, under `choice` or else what was chosen before; its version is pinned.

    A start that would come before the signing moves along. Raises KeyError without such a deal, BookError as the book.
    """
    deal = session.deal(deal_id)
    deal = replace(deal, stage=Stage.WON, chosen=choice or deal.chosen, lost_on=None, lost_reason="")
    return _saved(session, signed_on(session, deal, signed), WIN)


def lose(session: Session, deal_id: str, day: date, reason: str = "") -> Deal:
    """Save a deal as lost on a day. Raises KeyError without such a deal, BookError as the book."""
    deal = session.deal(deal_id)
    return _saved(session, replace(deal, stage=Stage.LOST, lost_on=day, lost_reason=reason.strip()), LOSE)


def reopen(session: Session, deal_id: str) -> Deal:
    """Save a deal as open again; it is no longer lost on any day. Raises KeyError without such a deal."""
    deal = session.deal(deal_id)
    return _saved(session, replace(deal, stage=Stage.OPEN, lost_on=None, lost_reason=""), REOPEN)


def set_stage(session: Session, deal_id: str, stage: Stage, *, day: date | None = None) -> Deal:
    """Save a deal's stage with its day, today where none is given; a deal that is there already stays as it is.

    Raises KeyError without such a deal, BookError as the book.
    """
    deal = session.deal(deal_id)
    if deal.stage is stage:
        return deal
    if stage is Stage.OPEN:
        return reopen(session, deal_id)
    when = day or date.today()  # noqa: DTZ011 - the user's own day
    return win(session, deal_id, when) if stage is Stage.WON else lose(session, deal_id, when)


def _saved(session: Session, deal: Deal, name: str) -> Deal:
    with session.step(name):
        return session.book.deals.save(deal)


def signed_on(session: Session, deal: Deal, day: date) -> Deal:
    """Return a deal signed on another day: starts that would come before it move along, and of a won deal the version.

    Nothing is saved.
    """
    offers = tuple(
        offer if (starts := moved_start(offer, deal, day)) is None else replace(offer, starts=starts)
        for offer in deal.offers
    )
    moved = replace(deal, signed=day, offers=offers)
    if moved.stage is not Stage.WON:
        return moved
    from dealbook.desk.program_terms import pinned_now  # slow to load, and a first window can do without

    return pinned_now(session, moved)


def moved_start(offer: Offer, deal: Deal, day: date) -> date | None:
    """Return when an offer starts if the deal is signed on another day, as far after it as now; None: as it is."""
    starts, signed = month_index(offer.starts), month_index(day)
    if starts >= signed:
        return None
    return add_months(offer.starts, max(signed - month_index(deal.signed), signed - starts))


def reasons(deals: Iterable[Deal]) -> list[str]:
    """Return why deals were lost, the most frequent reason first."""
    counts: dict[str, int] = {}
    for deal in deals:
        if deal.lost_reason:
            counts[deal.lost_reason] = counts.get(deal.lost_reason, 0) + 1
    return sorted(counts, key=lambda reason: (-counts[reason], reason.casefold()))
