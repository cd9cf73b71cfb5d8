"""Where the partner stands when each deal of a long book is signed (programs.md §5)."""

from dealbook.desk.paid import needs_paid, paid_before
from dealbook.desk.session import Session
from dealbook.desk.won_deals import won_of
from dealbook.domain.deal import Deal
from dealbook.earnings.standing import Won
from dealbook.programs.terms import Terms


def standing_of(session: Session, deal: Deal, terms: Terms) -> Won:
    """Return the standing in a program when a deal is signed, the deal itself left out."""
    won = won_of(session, deal, terms.program)
    return paid_before(session, deal, terms, won) if needs_paid(session, terms.program) else won
