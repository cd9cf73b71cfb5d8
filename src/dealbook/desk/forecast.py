"""The book by month: commission cash of the won deals, the weighted pipeline, residual base, concentration.

Worked out deal by deal (`ForecastWork`), so that a window can do other things meanwhile; what a deal pays, and how it
falls on the months, is kept while the deal and the levers stay as they are.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import add

from dealbook.desk.forecast_deals import KEPT_FROM, Found, forget, found_of, weight_of
from dealbook.desk.forecast_rows import (
    NO_CASH,
    YEAR,
    Forecast,
    LeftOut,
    Months,
    Question,
    Reason,
    Series,
    Sheet,
    largest,
)
from dealbook.desk.session import Session
from dealbook.domain.deal import Deal, Stage
from dealbook.domain.money import from_minor, minor_digits
from dealbook.domain.months import month_index
from dealbook.earnings.compare import rate_on
from dealbook.earnings.forecast import MONTHS, Flow, Kind, Levers, Outlook, Spread, spread


def forecast(session: Session, question: Question) -> Forecast:
    """Return the forecast of the whole book."""
    work = ForecastWork(session, question)
    while work.step():
        pass
    return work.result()


@dataclass(frozen=True, slots=True)
class _Kept:
    flow: Flow
    rate: Decimal
    first: int
    levers: Levers
    spread: Spread


class _Sums:
    """Whole minor units by month and by name."""

    def __init__(self) -> None:
        self.programs: dict[tuple[str, str], list[int]] = defaultdict(_no_months)
        self.kinds: dict[Kind, list[int]] = defaultdict(_no_months)
        self.won = _no_months()
        self.pipeline = _no_months()
        self.vendors: dict[str, int] = defaultdict(int)
        self.customers: dict[str, int] = defaultdict(int)

    def add_won(self, deal: Deal, found: Found, one: Spread) -> None:
        """Count a won deal."""
        program = self.programs[found.program, found.name]
        for kind, months in one.cash.items():
            _add(self.kinds[kind], months)
            _add(program, months)
            _add(self.won, months)
            year = sum(months[:YEAR])
            self.vendors[found.vendor] += year
            self.customers[deal.customer.strip()] += year

    def add_open(self, one: Spread) -> None:
        """Count an open deal, whose months are weighted already."""
        for months in one.cash.values():
            _add(self.pipeline, months)


class ForecastWork:
    """The forecast, a deal at a time: `step` until it returns False, then ask for the `result`."""

    def __init__(self, session: Session, question: Question) -> None:
        """Look at the book as it is now; if it changes, begin anew."""
        self._session = session
        self._question = question
        self._currency = session.partner.currency
        self._digits = minor_digits(self._currency)
        self._first = month_index(question.day)
        self._waiting = [deal for deal in session.deals.values() if deal.stage is not Stage.LOST][::-1]
        self._outlooks = {
            "contracted": Outlook(self._first, replace(question.levers, churn=Decimal(0), price_fall=Decimal(0))),
            "expected": Outlook(self._first, question.levers),
        }
        self._sums = {way: _Sums() for way in self._outlooks}
        self._exposure = _no_months()
        self._residuals = self._monthly = self._won = self._open = self._unchosen = self._overdue = 0
        self._left_out: list[LeftOut] = []
        self.total = len(self._waiting)

    @property
    def done(self) -> int:
        """How many deals have been looked at."""
        return self.total - len(self._waiting)

    def step(self) -> bool:
        """Work out one more deal; return whether any is left."""
        if self._waiting:
            self._take(self._waiting.pop())
        return bool(self._waiting)

    def _take(self, deal: Deal) -> None:
        found, is_won = found_of(self._session, deal), deal.stage is Stage.WON
        if found.flow is None:
            self._leave_out(deal, found.reason or Reason.NO_PLAN)
            return
        rate = rate_on(self._session.rates, found.currency, self._currency, self._question.day)
        if rate is None:
            self._leave_out(deal, Reason.NO_RATE, found.currency)
            return
        late = 0 if is_won else max(0, self._first - month_index(deal.signed))
        weight = weight_of(deal, rate, is_won=is_won)
        for way, sums in self._sums.items():
            one = self._spread(deal, way, found.flow, late, weight)
            if is_won:
                sums.add_won(deal, found, one)
            else:
                sums.add_open(one)
            if is_won and way == "expected":
                _add(self._exposure, one.exposure)
                self._residuals += one.value
                self._monthly += one.monthly
        self._count(deal, is_won=is_won, late=late)

    def _count(self, deal: Deal, *, is_won: bool, late: int) -> None:
        self._won += is_won
        self._open += not is_won
        self._unchosen += is_won and deal.chosen is None
        self._overdue += late > 0

    def _leave_out(self, deal: Deal, reason: Reason, currency: str = "") -> None:
        self._left_out.append(LeftOut(deal.id, deal.customer, reason, deal.stage is Stage.WON, currency))

    def _spread(self, deal: Deal, way: str, flow: Flow, late: int, weight: Decimal) -> Spread:
        """Return how a deal falls on the months; kept while flow, weight, month and levers are the same."""
        kept: dict[tuple[str, str], _Kept] = self._session.derived("forecast months", KEPT_FROM, dict)
        outlook, key = self._outlooks[way], (deal.id, way)
        known = kept.get(key)
        is_same = (
            known is not None
            and known.flow is flow
            and (known.rate, known.first, known.levers) == (weight, outlook.first, outlook.levers)
        )
        if known is None or not is_same:
            made = spread(flow.later(late), outlook, weight, self._digits)
            known = kept[key] = _Kept(flow, weight, outlook.first, outlook.levers, made)
        return known.spread

    # --- the result

    def result(self) -> Forecast:
        """Return what has been worked out so far."""
        forget(self._session)
        return Forecast(
            question=self._question,
            currency=self._currency,
            first=self._first,
            contracted=self._sheet(self._sums["contracted"]),
            expected=self._sheet(self._sums["expected"]),
            exposure=self._months(self._exposure),
            residuals=self._money(self._residuals),
            monthly=self._money(self._monthly),
            won=self._won,
            open=self._open,
            unchosen=self._unchosen,
            overdue=self._overdue,
            left_out=tuple(self._left_out),
        )

    def _sheet(self, sums: _Sums) -> Sheet:
        programs = [
            Series(key, name, self._months(months)) for (key, name), months in sums.programs.items() if any(months)
        ]
        kinds = [Series(kind, "", self._months(sums.kinds[kind])) for kind in Kind if any(sums.kinds.get(kind, ()))]
        return Sheet(
            programs=tuple(sorted(programs, key=lambda one: (-one.total(), one.name.casefold()))),
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


def _no_months() -> list[int]:
    return [0] * MONTHS


def _add(sums: list[int], months: Sequence[int]) -> None:
    if months:
        sums[:] = map(add, sums, months)
