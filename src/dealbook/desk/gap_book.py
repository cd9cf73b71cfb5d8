"""The whole book after paying the own people: what they get by month beside the forecast, and the cash gap of both.

Worked out deal by deal after the forecast itself (`BookWork`). What the own people get falls on the months by the same
churn, price fall, probability and delay as what the vendors pay; what is kept is kept like there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import add
from typing import Final, NamedTuple

from dealbook.desk.forecast import MANY, ForecastWork
from dealbook.desk.forecast_deals import KEPT_FROM, Found, Known, know, known_deals, weight_of
from dealbook.desk.forecast_rows import Forecast, Months, Question
from dealbook.desk.forecast_standing import standing_of
from dealbook.desk.gap import pays_people
from dealbook.desk.impact_worlds import offer_of
from dealbook.desk.program_terms import terms_of_deal
from dealbook.desk.session import Session
from dealbook.domain.deal import Deal, Stage
from dealbook.domain.money import ZERO, from_minor, minor_digits
from dealbook.domain.months import month_index
from dealbook.domain.partner import SalesTime
from dealbook.earnings.compare import Cases, rate_on
from dealbook.earnings.dealrow import DealRow
from dealbook.earnings.evaluate import evaluate
from dealbook.earnings.forecast import MONTHS, Flow, Levers, Outlook, spread
from dealbook.earnings.gap import Gap, Signed, gap, own_losses, own_pay
from dealbook.earnings.payments import Payment
from dealbook.earnings.worth import worth_of

_WAYS: Final = (False, True)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPay:
    """What the own people get by month, as contracted or as `expected`: for the won deals, and for the pipeline."""

    won: Months
    pipeline: Months


@dataclass(frozen=True, slots=True, kw_only=True)
class BookGap:
    """The forecast, and what the own people get beside it; `reserve` is the cash that may be laid out."""

    forecast: Forecast
    contracted: OwnPay
    expected: OwnPay
    reserve: Decimal

    def own(self, *, expected: bool) -> OwnPay:
        """Return what the own people get, as expected or as contracted."""
        return self.expected if expected else self.contracted

    def received(self, *, expected: bool, pipeline: bool) -> Months:
        """Return what the vendors pay by month, with the weighted pipeline or without."""
        sheet = self.forecast.sheet(expected=expected)
        return _both(sheet.won, sheet.pipeline) if pipeline else sheet.won

    def paid(self, *, expected: bool, pipeline: bool) -> Months:
        """Return what the own people get by month, with the weighted pipeline or without."""
        own = self.own(expected=expected)
        return _both(own.won, own.pipeline) if pipeline else own.won

    def gap(self, *, expected: bool, pipeline: bool, months: int) -> Gap:
        """Return the cash gap of the book in the next months, from nothing: what is in the till nobody knows."""
        first = self.forecast.first
        received = self.received(expected=expected, pipeline=pipeline)
        paid = self.paid(expected=expected, pipeline=pipeline)
        return gap(*({first + place: cash for place, cash in enumerate(one[:months])} for one in (received, paid)))


class _Months(NamedTuple):
    """A deal's own pay by month, as contracted and as expected, with what it was worked out from."""

    flow: Flow
    weight: Decimal
    late: int
    first: int
    levers: Levers
    contracted: tuple[int, ...]
    expected: tuple[int, ...]


class BookWork:
    """The forecast and then the own people, a piece at a time; without a share only the forecast.

    Flows and months are kept by deal, as the forecast keeps its own: a change of one deal works out one deal.
    """

    def __init__(self, session: Session, question: Question, *, people: bool = True) -> None:
        """Look at the book as it is now; if it changes, begin anew. Without `people` it is the forecast alone."""
        self.forecast = ForecastWork(session, question)
        self._session = session
        self._day = question.day
        self._levers = question.levers
        self._first = month_index(question.day)
        self._currency = session.partner.currency
        plain = replace(question.levers, churn=ZERO, price_fall=ZERO)
        self._outlooks = Outlook(self._first, plain), Outlook(self._first, question.levers)
        self._sums = {(way, is_won): [0] * MONTHS for way in _WAYS for is_won in (True, False)}
        self._pays = people and pays_people(session)
        rows = session.rows.values() if self._pays else ()
        self._rows = {row.id: row for row in rows if row.stage is not Stage.LOST}
        self._flows: dict[str, tuple[Found, Flow]] = session.by_deal("own flows", KEPT_FROM)
        self._months: dict[str, _Months] = session.by_deal("own months", KEPT_FROM)
        self._taken = 0
        self._pieces = self._work()

    @property
    def total(self) -> int:
        """How many deals there are to be looked at, for the forecast and for the own people."""
        return self.forecast.total + len(self._rows)

    @property
    def done(self) -> int:
        """How many of them have been looked at."""
        return self.forecast.done + self._taken

    def step(self) -> bool:
        """Do a piece; return whether any is left."""
        return next(self._pieces, None) is not None

    def result(self) -> BookGap | None:
        """Return the book after paying the own people; None where they get no share, or were not asked for."""
        if not self._pays:
            return None
        contracted, expected = (
            OwnPay(won=self._money(self._sums[way, True]), pipeline=self._money(self._sums[way, False]))
            for way in _WAYS
        )
        reserve = self._session.partner.sales.reserve
        return BookGap(forecast=self.forecast.result(), contracted=contracted, expected=expected, reserve=reserve)

    def _work(self) -> Iterator[bool]:
        """Do a piece at each step: the forecast, the deals whose pay is known, those whose pay is not."""
        while self.forecast.step():
            yield True
        known, unknown = known_deals(self._session), []
        for number, row in enumerate(self._rows.values(), 1):
            one, kept = known.get(row.id), self._flows.get(row.id)
            if one is None or kept is None or kept[0] is not one.found:
                unknown.append(row.id)
            else:
                self._take(row, one, kept[1])
            if number % MANY == 0:
                yield True
        for deal in self._session.some_deals(unknown):
            one = known.get(deal.id) or know(self._session, deal)
            flow = _own_flow(self._session, deal, one.found)
            self._flows[deal.id] = one.found, flow
            self._take(self._rows[deal.id], one, flow)
            yield True

    def _take(self, row: DealRow, known: Known, flow: Flow) -> None:
        """Count what a deal's salesperson gets."""
        self._taken += 1
        is_won = row.stage is Stage.WON
        rate = rate_on(self._session.rates, known.found.currency, self._currency, self._day)
        if not (flow.payments or flow.losses) or rate is None:
            return
        late = 0 if is_won else max(0, self._first - month_index(row.closes))
        months = self._spread(row.id, flow, weight_of(known.probability, rate, is_won=is_won), late)
        for way, cash in zip(_WAYS, (months.contracted, months.expected), strict=True):
            if cash:
                sums = self._sums[way, is_won]
                sums[:] = map(add, sums, cash)

    def _spread(self, deal_id: str, flow: Flow, weight: Decimal, late: int) -> _Months:
        """Return how a deal's own pay falls on the months; empty months where nothing falls into them."""
        key = flow, weight, late, self._first, self._levers
        kept = self._months.get(deal_id)
        if kept is None or kept[:5] != key:
            digits = minor_digits(self._currency)
            cash = (spread(flow.later(late), outlook, weight, digits).cash for outlook in self._outlooks)
            contracted, expected = (tuple(map(sum, zip(*kinds.values(), strict=True))) for kinds in cash)
            kept = self._months[deal_id] = _Months(*key, contracted, expected)
        return kept

    def _money(self, minor: Iterable[int]) -> Months:
        return tuple(from_minor(amount, self._currency) for amount in minor)


def _own_flow(session: Session, deal: Deal, found: Found) -> Flow:
    """Return what the salesperson gets for a deal as what a vendor pays is kept, so that both fall alike."""
    flow = found.flow
    if flow is None:
        return Flow((), (), 0, is_known=True)
    offer, sales = offer_of(deal), session.partner.sales
    when = Signed(month_index(deal.signed), flow.start, offer.term)
    signed = flow.payments
    if offer.events and sales.at is not SalesTime.AS_PAID:
        signed = _signed(session, deal, found)
    own = own_pay(flow.payments, signed, sales, when)
    return Flow(tuple(own), own_losses(flow.losses, flow.payments, sales, when), flow.start, flow.is_known)


def _signed(session: Session, deal: Deal, found: Found) -> tuple[Payment, ...]:
    """Return what the contract pays as it was signed, events aside."""
    terms = next(one for one in terms_of_deal(session, deal) if one.program.id == found.program)
    plan = terms.program.plan(found.plan)
    if plan is None:
        return ()
    cases = Cases(deal, replace(offer_of(deal), events=()), session.rates)
    case = cases.case(terms, standing_of(session, deal, terms))
    return evaluate(case, plan, worth_of(session.partner.assume)).payments


def _both(a: Months, b: Months) -> Months:
    return tuple(map(add, a, b))
