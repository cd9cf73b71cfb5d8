"""The whole book after paying the own people: what they get by month beside the forecast, and the cash gap of both.

Worked out deal by deal after the forecast itself (`BookWork`). What the own people get falls on the months by the same
churn, price fall, probability and delay as what the vendors pay; what is kept is kept like there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import add
from typing import Final

from dealbook.desk.forecast import ForecastWork
from dealbook.desk.forecast_deals import KEPT_FROM, Found, found_of, weight_of
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
from dealbook.earnings.evaluate import evaluate
from dealbook.earnings.forecast import MONTHS, Flow, Outlook, spread
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


@dataclass(frozen=True, slots=True)
class _Kept:
    """A deal's own pay by month, with what it was worked out from."""

    found: Found
    flow: Flow
    weight: Decimal
    outlook: Outlook
    late: int
    months: tuple[int, ...]


class BookWork:
    """The forecast and then the own people, a deal at a time; without a share only the forecast."""

    def __init__(self, session: Session, question: Question) -> None:
        """Look at the book as it is now; if it changes, begin anew."""
        self.forecast = ForecastWork(session, question)
        self._session = session
        self._question = question
        self._first = month_index(question.day)
        self._currency = session.partner.currency
        levers = question.levers
        plain = replace(levers, churn=ZERO, price_fall=ZERO)
        self._outlooks = {False: Outlook(self._first, plain), True: Outlook(self._first, levers)}
        self._sums = {(way, is_won): [0] * MONTHS for way in _WAYS for is_won in (True, False)}
        self._pays = pays_people(session)
        deals = session.deals.values() if self._pays else ()
        self._waiting = [deal for deal in deals if deal.stage is not Stage.LOST][::-1]
        self._own = len(self._waiting)
        self._is_forecast = False

    @property
    def total(self) -> int:
        """How many deals there are to be looked at, for the forecast and for the own people."""
        return self.forecast.total + self._own

    @property
    def done(self) -> int:
        """How many of them have been looked at."""
        return self.forecast.done + self._own - len(self._waiting)

    def step(self) -> bool:
        """Work out one more deal; return whether any is left."""
        if not self._is_forecast:
            self._is_forecast = not self.forecast.step()
        elif self._waiting:
            self._take(self._waiting.pop())
        return not self._is_forecast or bool(self._waiting)

    def result(self) -> BookGap | None:
        """Return the book after paying the own people; None where they get no share."""
        if not self._pays:
            return None
        own = {
            way: OwnPay(won=self._months(self._sums[way, True]), pipeline=self._months(self._sums[way, False]))
            for way in _WAYS
        }
        return BookGap(
            forecast=self.forecast.result(),
            contracted=own[False],
            expected=own[True],
            reserve=self._session.partner.sales.reserve,
        )

    def _take(self, deal: Deal) -> None:
        found, is_won = found_of(self._session, deal), deal.stage is Stage.WON
        rate = rate_on(self._session.rates, found.currency, self._currency, self._question.day)
        if found.flow is None or rate is None:
            return
        late = 0 if is_won else max(0, self._first - month_index(deal.signed))
        weight = weight_of(deal.probability, rate, is_won=is_won)
        for way in _WAYS:
            sums = self._sums[way, is_won]
            sums[:] = map(add, sums, self._spread(deal, found, way, weight, late))

    def _spread(self, deal: Deal, found: Found, way: bool, weight: Decimal, late: int) -> Sequence[int]:  # noqa: FBT001 - expected or contracted, as a key
        kept: dict[tuple[str, bool], _Kept] = self._session.derived("own pay", KEPT_FROM, dict)
        known, outlook = kept.get((deal.id, way)), self._outlooks[way]
        is_same = known is not None and known.found is found
        if known is not None and is_same and (known.weight, known.late) == (weight, late):
            same = known.outlook.first == outlook.first and known.outlook.levers == outlook.levers
            if same:
                return known.months
        other = kept.get((deal.id, not way))
        flow = other.flow if other is not None and other.found is found else _own_flow(self._session, deal, found)
        digits = minor_digits(self._currency)
        cash = spread(flow.later(late), outlook, weight, digits).cash
        months = tuple(sum(amounts) for amounts in zip(*cash.values(), strict=True)) or (0,) * MONTHS
        kept[deal.id, way] = _Kept(found, flow, weight, outlook, late, months)
        return months

    def _months(self, minor: Iterable[int]) -> Months:
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
