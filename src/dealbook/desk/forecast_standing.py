"""Where the partner stands when each deal of a long book is signed (programs.md §5)."""

from datetime import date

from dealbook.desk.paid import needs_paid, paid_before
from dealbook.desk.session import Session
from dealbook.desk.won_deals import won_on
from dealbook.domain.deal import Deal
from dealbook.earnings.standing import Won
from dealbook.programs.terms import Terms


def standing_of(session: Session, deal: Deal, terms: Terms) -> Won:
    """Return the standing in a program when a deal is signed, the deal itself left out."""
    return standing_on(session, deal.signed, deal.id, terms)


def standing_on(session: Session, day: date, deal_id: str, terms: Terms) -> Won:
    """Return the standing in a program when the deal of that id is signed on a day, that deal left out."""
    won = won_on(session, day, deal_id, terms.program)
    return paid_before(session, day, deal_id, terms.program, won) if needs_paid(session, terms.program) else won
