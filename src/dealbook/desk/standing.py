"""Where the partner stands in each program when a deal is signed, as the engine wants it (programs.md §5)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from dealbook.desk.forecast_standing import standing_of
from dealbook.desk.program_terms import program_terms
from dealbook.desk.session import Session
from dealbook.domain.deal import Deal
from dealbook.earnings.compare import Succeeding, Under
from dealbook.earnings.standing import Won
from dealbook.programs.terms import Terms


def won_by_program(session: Session, deal: Deal, terms: Iterable[Terms]) -> dict[str, Won]:
    """Return the standing figures of each program on the deal's signing day, the deal itself left out.

    What a program has paid once is worked out for those alone that ask for it: it means to evaluate every won deal.
    """
    return {one.program.id: standing_of(session, deal, one) for one in terms}


def succeeding(session: Session, deal: Deal) -> Succeeding:
    """Return who knows the programs that take over a deal: their terms and standing on the day on which they do."""

    def under(program: str, day: date) -> Under | None:
        terms = next((one for one in program_terms(session, day) if one.program.id == program), None)
        if terms is None:
            return None
        return Under(terms, won_by_program(session, replace(deal, signed=day), [terms])[program])

    return under
