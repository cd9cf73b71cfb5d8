"""Where the partner stands in each program when a deal is signed, as the engine wants it (programs.md §5)."""

from collections.abc import Iterable

from dealbook.desk.forecast_standing import standing_of
from dealbook.desk.session import Session
from dealbook.domain.deal import Deal
from dealbook.earnings.standing import Won
from dealbook.programs.terms import Terms


def won_by_program(session: Session, deal: Deal, terms: Iterable[Terms]) -> dict[str, Won]:
    """Return the standing figures of each program on the deal's signing day, the deal itself left out.

    What a program has paid once is worked out for those alone that ask for it: it means to evaluate every won deal.
    """
    return {one.program.id: standing_of(session, deal, one) for one in terms}
