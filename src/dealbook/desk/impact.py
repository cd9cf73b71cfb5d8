"""What a new version of a program does to the book: each deal under the old and under the new one, ranked.

Won deals keep the version that they were signed under; they change only by what a later version sets for all deals,
and not at all where the enrolment pins a version. Open deals are compared as signed under the old and as signed under
the new one. Works for versions that are saved nowhere, and without an old one. A long book is worked through deal by
deal (`ImpactWork`), so that a window can do other things meanwhile.
"""

from decimal import Decimal

from dealbook.desk.impact_rows import Impact, ImpactRow, Question
from dealbook.desk.impact_worlds import Worlds
from dealbook.desk.session import Session
from dealbook.domain.checks import check_deal, errors
from dealbook.domain.deal import Deal, Stage
from dealbook.domain.money import ZERO


def impact(session: Session, question: Question) -> Impact:
    """Return what a new version does to the whole book (programs.md §7, §8)."""
    work = ImpactWork(session, question)
    while work.step():
        pass
    return work.result()


class ImpactWork:
    """The same, a deal at a time: `step` until it returns False, then ask for the `result`."""

    def __init__(self, session: Session, question: Question) -> None:
        """Look at the book as it is now; if it changes, begin anew."""
        self._worlds = Worlds(session, question)
        self._question = question
        self._session = session
        waiting = [row.id for row in session.rows.values() if row.stage is not Stage.LOST]
        self._deals = session.some_deals(waiting)
        self._rows: list[ImpactRow] = []
        self._faulty: list[str] = []
        self._untouched = 0
        self.total, self.done = len(waiting), 0

    def step(self) -> bool:
        """Work out one more deal; return whether any is left."""
        deal = next(self._deals, None)
        if deal is not None:
            self._take(deal)
            self.done += 1
        return self.done < self.total

    def _take(self, deal: Deal) -> None:
        if not deal.offers or errors(check_deal(deal)):
            self._faulty.append(deal.customer)
            return
        row = self._worlds.row(deal)
        if row is None:
            self._untouched += 1
        else:
            self._rows.append(row)

    def result(self) -> Impact:
        """Return what has been worked out so far, ranked."""
        enrolment = self._worlds.enrolment
        return Impact(
            question=self._question,
            currency=self._session.partner.currency,
            rows=tuple(sorted(self._rows, key=_order)),
            untouched=self._untouched,
            faulty=tuple(self._faulty),
            as_if_enrolled=self._worlds.as_if_enrolled,
            pinned=(enrolment.version or "") if enrolment else "",
        )


def _order(row: ImpactRow) -> tuple[int, Decimal, str, str]:
    """Rank the largest change first, be it up or down; then what cannot be told, then what stays the same."""
    change = row.change
    return (1 if change is None else 0 if change else 2, -abs(change or ZERO), row.customer.casefold(), row.deal_id)
