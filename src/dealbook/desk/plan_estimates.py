"""One plan asked many times: what it pays for a deal whose offer changes a little, without ranking all the others.

The terms and the standing on the deal's signing day are looked up once; who asks may put another standing in its place.
"""

from dealbook.desk.forecast_standing import standing_of
from dealbook.desk.program_terms import terms_of_deal
from dealbook.desk.session import Session
from dealbook.desk.standing import succeeding
from dealbook.domain.deal import Deal, Offer
from dealbook.domain.partner import Assumptions
from dealbook.earnings.case import Case
from dealbook.earnings.compare import Cases
from dealbook.earnings.estimate import Estimate
from dealbook.earnings.evaluate import evaluate
from dealbook.earnings.standing import Won
from dealbook.earnings.worth import worth_of


class PlanEstimates:
    """What the plans of one program pay for a deal, as `desk.compare` has it."""

    def __init__(self, session: Session, deal: Deal, program: str, *, assume: Assumptions | None = None) -> None:
        """Look up terms and standing; raises KeyError for a program that the book does not know."""
        self._session = session
        self._worth = worth_of(assume or session.partner.assume)
        self.terms = {one.program.id: one for one in terms_of_deal(session, deal)}[program]
        self._succeeding = succeeding(session, deal)
        self.won = standing_of(session, deal, self.terms)

    def case(self, deal: Deal, offer: Offer, won: Won | None = None) -> Case:
        """Return the offer under the terms, with the standing or with `won` in its place."""
        return Cases(deal, offer, self._session.rates, self._succeeding).case(
            self.terms, self.won if won is None else won
        )

    def estimate(self, deal: Deal, offer: Offer, plan: str, won: Won | None = None) -> Estimate:
        """Return what a plan pays; raises KeyError for one that the program does not have."""
        found = self.terms.program.plan(plan)
        if found is None:
            raise KeyError(plan)
        return evaluate(self.case(deal, offer, won), found, self._worth)
