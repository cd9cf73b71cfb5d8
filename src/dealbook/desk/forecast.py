"""The book by month: commission cash of the won deals, the weighted pipeline, residual base, concentration.

Worked out deal by deal (`ForecastWork`), so that a window can do other things meanwhile. The sums are kept as well: a
change takes what a deal added off them and adds what it adds now. They are whole minor units, so nothing is lost.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from dealbook.desk.forecast_deals import KEPT_FROM, Check, Known, know, known_deals, weight_of
from dealbook.desk.forecast_rows import (
    NO_CASH,
    Forecast,
    LeftOut,
    Months,
    Question,
    Reason,
    Series,
    Sheet,
    largest,
)
from dealbook.desk.forecast_sums import Counted, Sums
from dealbook.desk.session import Session
from dealbook.desk.warming import warming
from dealbook.domain.deal import Stage
from dealbook.domain.money import from_minor, minor_digits
from dealbook.domain.months import month_index
from dealbook.earnings.compare import rate_on
from dealbook.earnings.dealrow import DealRow
from dealbook.earnings.forecast import Kind, Levers, Outlook, spread

MANY: Final = 200
"""So many deals that are known are looked at in one step; a book with fewer needs no preparation."""


def forecast(session: Session, question: Question) -> Forecast:
    """Return the forecast of the whole book."""
    work = ForecastWork(session, question)
    while work.step():
        pass
    return work.result()


class _Way:
    """The months seen one way, as contracted or as expected: what each deal adds to them, and the sums."""

    def __init__(self, session: Session, outlook: Outlook, day: date) -> None:
        """Begin with no deal, at the exchange rates of a day."""
        self.sums = Sums()
        self.counted: dict[str, Counted] = {}
        self._rates = session.rates
        self._currency = session.partner.currency
        self._outlook = outlook
        self._day = day

    def is_for(self, first: int, levers: Levers, day: date) -> bool:
        """Whether it looks from that month on, under those levers, at the rates of that day."""
        return (self._outlook.first, self._outlook.levers, self._day) == (first, levers, day)

    def has(self, row: DealRow, known: Known) -> bool:
        """Whether a deal is counted as it is now."""
        one = self.counted.get(row.id)
        return one is not None and one.found is known.found and one.row == row

    def count(self, row: DealRow, known: Known) -> None:
        """Count a deal as it is now, in place of what it was."""
        self.drop(row.id)
        one = self.counted[row.id] = self._counted(row, known)
        self.sums.add(one)

    def drop(self, deal_id: str) -> None:
        """Count a deal no longer."""
        before = self.counted.pop(deal_id, None)
        if before is not None:
            self.sums.take_off(before)

    def _counted(self, row: DealRow, known: Known) -> Counted:
        found, is_won = known.found, row.stage is Stage.WON
        if found.flow is None:
            return Counted(row, found, LeftOut(row.id, row.customer, found.reason or Reason.NO_PLAN, is_won))
        rate = rate_on(self._rates, found.currency, self._currency, self._day)
        if rate is None:
            return Counted(row, found, LeftOut(row.id, row.customer, Reason.NO_RATE, is_won, found.currency))
        late = 0 if is_won else max(0, self._outlook.first - month_index(row.closes))
        weight = weight_of(known.probability, rate, is_won=is_won)
        made = spread(found.flow.later(late), self._outlook, weight, minor_digits(self._currency))
        return Counted.of(row, found, made, is_late=late > 0)


class ForecastWork:
    """The forecast, a deal at a time: `step` until it returns False, then ask for the `result`."""

    def __init__(self, session: Session, question: Question) -> None:
        """Look at the book as it is now; if it changes, begin anew."""
        self._session = session
        self._question = question
        self._currency = session.partner.currency
        self._first = month_index(question.day)
        self._rows = {row.id: row for row in session.rows.values() if row.stage is not Stage.LOST}
        levers = question.levers
        self._contracted = self._way("contracted", replace(levers, churn=Decimal(0), price_fall=Decimal(0)))
        self._expected = self._way("expected", levers)
        self._pieces = self._work()
        self.total, self.done = len(self._rows), 0

    def step(self) -> bool:
        """Work out one more deal, or look at some that are known; return whether any is left."""
        return next(self._pieces, None) is not None

    def _way(self, name: str, levers: Levers) -> _Way:
        """Return the way of that name: the one that is kept, if it is looked at in the same way."""
        kept: dict[str, _Way] = self._session.derived("forecast ways", KEPT_FROM, dict)
        way = kept.get(name)
        if way is None or not way.is_for(self._first, levers, self._question.day):
            way = kept[name] = _Way(self._session, Outlook(self._first, levers), self._question.day)
        return way

    def _work(self) -> Iterator[bool]:
        """Do a piece at each step."""
        if self.total > MANY:
            for _ in warming(self._session):
                yield True
        for way in (self._contracted, self._expected):
            for deal_id in way.counted.keys() - self._rows.keys():
                way.drop(deal_id)
        yield from self._take_over()
        unknown = [deal_id for deal_id in self._rows if deal_id not in known_deals(self._session)]
        for deal in self._session.some_deals(unknown):
            self._count(self._rows[deal.id], know(self._session, deal))
            yield True

    def _take_over(self) -> Iterator[bool]:
        """Count the deals that are known, and forget those whose standing is another."""
        check, kept = Check(self._session), known_deals(self._session)
        for number, row in enumerate(self._rows.values(), 1):
            known = kept.get(row.id)
            if known is not None and not check.holds(row.closes, row.id, known):
                del kept[row.id]
            elif known is not None and self._count(row, known):
                yield True
            if number % MANY == 0:
                yield True
        check.done()

    def _count(self, row: DealRow, known: Known) -> bool:
        """Count a deal both ways; says whether that was any work."""
        new = [way for way in (self._contracted, self._expected) if not way.has(row, known)]
        for way in new:
            way.count(row, known)
        self.done += 1
        return bool(new)

    # --- the result

    def result(self) -> Forecast:
        """Return what has been worked out so far."""
        sums = self._expected.sums
        return Forecast(
            question=self._question,
            currency=self._currency,
            first=self._first,
            contracted=self._sheet(self._contracted.sums),
            expected=self._sheet(sums),
            exposure=self._months(sums.exposure),
            residuals=self._money(sums.residuals),
            monthly=self._money(sums.monthly),
            won=sums.won_deals,
            open=sums.open_deals,
            unchosen=sums.unchosen,
            overdue=sums.overdue,
            left_out=tuple(sums.left_out[key] for key in sorted(sums.left_out)),
        )

    def _sheet(self, sums: Sums) -> Sheet:
        programs = [
            Series(key, name, self._months(months)) for (key, name), months in sums.programs.items() if any(months)
        ]
        kinds = [Series(kind, "", self._months(sums.kinds[kind])) for kind in Kind if any(sums.kinds.get(kind, ()))]
        return Sheet(
            programs=tuple(sorted(programs, key=lambda one: (-one.total(), one.name.casefold(), one.key))),
            kinds=tuple(kinds),
            won=self._months(sums.won),
            pipeline=self._months(sums.pipeline),
            vendor=largest((name, self._money(amount)) for name, amount in sums.vendors.items()),
            customer=largest((name, self._money(amount)) for name, amount in sums.customers.items()),
        )

    def _months(self, months: Iterable[int]) -> Months:
        found = tuple(self._money(amount) for amount in months)
        return found if any(found) else NO_CASH

    def _money(self, minor: int) -> Decimal:
        return from_minor(minor, self._currency)
