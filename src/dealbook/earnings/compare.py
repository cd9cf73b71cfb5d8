"""The same offer under several plans: every estimate, best first (programs.md §9).

Owns the order of estimates and the conversion of an offer into a program's currency. The desk chooses the objective and
the words.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dealbook.domain.deal import Deal, Event, Offer
from dealbook.domain.money import EXACT, ONE
from dealbook.domain.months import service_month_begins
from dealbook.domain.partner import Assumptions, Enrolment, ExchangeRate, Partner
from dealbook.domain.problem import Problem
from dealbook.earnings.case import Case, Exchange, Succession
from dealbook.earnings.estimate import Estimate, Status
from dealbook.earnings.evaluate import evaluate
from dealbook.earnings.payments import Payment, by_month
from dealbook.earnings.revenue import Revenue, in_currency
from dealbook.earnings.standing import NOTHING_WON, Won
from dealbook.earnings.worth import worth_of
from dealbook.programs.catalog import Catalog
from dealbook.programs.terms import Terms, all_terms


class Under(NamedTuple):
    """A program's terms on a day, and the standing of the partner in it."""

    terms: Terms
    won: Won = NOTHING_WON


#: Tells what a program offers on a day on which it takes over a deal; None where nobody knows the program.
Succeeding = Callable[[str, date], Under | None]

RANK = {Status.PAYABLE: 0, Status.INCOMPLETE: 1, Status.INELIGIBLE: 2}


class Cases:
    """The cases of one offer, made once for each program, with its revenue in each currency.

    A deal file without a currency is in that of each program.
    """

    def __init__(
        self,
        deal: Deal,
        offer: Offer,
        rates: Iterable[ExchangeRate] = (),
        succeeding: Succeeding | None = None,
    ) -> None:
        """Take the offer, the dated exchange rates of the book, and who knows the programs that take over a deal."""
        self.deal = deal
        self.offer = offer
        self.rates = tuple(rates)
        self._succeeding = succeeding
        self._successors: dict[tuple[Event, str], Case | None] = {}
        self._revenues: dict[str, Revenue] = {deal.currency: Revenue(deal, offer)}

    def case(self, terms: Terms, won: Won = NOTHING_WON) -> Case:
        """Return the offer under a program's terms, in the program's currency, with the plans that take over."""
        case = self._case(terms, won)
        if case.revenue.successors:
            case.successions = self._successions(case)
        return case

    def _case(self, terms: Terms, won: Won, since: date | None = None, base: str = "") -> Case:
        """Return the offer under a program's terms; `base` is the currency of a deal that does not say its own."""
        currency = terms.program.currency
        own = self.deal.currency or base or currency
        key = currency if own == currency or self.deal.currency else f"{own} {currency}"
        revenue = self._revenues.get(key)
        if revenue is None:
            revenue = self._revenues[key] = self._converted(own, currency)
        if own == currency:
            return Case(revenue, terms, won, None, since)
        rate = self.rate(own, currency)
        if rate is not None:
            return Case(revenue, terms, won, Exchange(own, rate), since)
        if terms.closed is None:
            terms = replace(terms, closed=Problem("no-exchange-rate", "deal.currency", {"from": own, "to": currency}))
        return Case(revenue, terms, won, None, since)

    def _successions(self, case: Case) -> tuple[Succession, ...]:
        """Return the plans that take over, each to the month before the next one."""
        currency, events = case.program.currency, case.revenue.successors
        lasts = [*(event.month - 1 for event in events[1:]), case.revenue.served]
        found = []
        for event, last in zip(events, lasts, strict=True):
            after = self._successor(event, self.deal.currency or currency)
            rate = None if after is None else self.rate(after.program.currency, currency)
            found.append(Succession(event, last, after, currency, rate))
        return tuple(found)

    def _successor(self, event: Event, base: str) -> Case | None:
        """Return the offer under the program that takes over, as of the day on which it does; worked out once."""
        if (event, base) not in self._successors:
            day = service_month_begins(self.offer.starts, event.month)
            under = self._succeeding(event.program, day) if self._succeeding is not None else None
            self._successors[event, base] = None if under is None else self._case(under.terms, under.won, day, base)
        return self._successors[event, base]

    def rate(self, base: str, quote: str) -> Decimal | None:
        """Return how many `quote` one `base` is on the signing day; None without a rate."""
        return rate_on(self.rates, base, quote, self.deal.signed)

    def _converted(self, own: str, currency: str) -> Revenue:
        rate = self.rate(own, currency) or ONE
        return Revenue(replace(self.deal, currency=currency), in_currency(self.offer, rate))


def in_catalog(catalog: Catalog, partner: Partner | None, enrolments: Iterable[Enrolment] | None) -> Succeeding:
    """Return who knows the programs of a catalogue that take over a deal; without a book nobody knows the standing."""
    held = None if enrolments is None else tuple(enrolments)

    def under(program: str, day: date) -> Under | None:
        terms = all_terms(catalog, partner, held, day) if program in catalog.versions else []
        return next((Under(one) for one in terms if one.program.id == program), None)

    return under


def rate_on(rates: Iterable[ExchangeRate], base: str, quote: str, day: date) -> Decimal | None:
    """Return the latest rate from `base` to `quote` on or before a day, read either way round; None without one."""
    if base == quote:
        return ONE
    known = [r for r in rates if {r.base, r.quote} == {base, quote} and r.day <= day]
    if not known:
        return None
    latest = max(known, key=lambda r: r.day)
    return latest.rate if latest.base == base else EXACT.divide(ONE, latest.rate)


def estimates(
    deal: Deal,
    offer: Offer,
    terms: Iterable[Terms],
    assume: Assumptions,
    *,
    won: Mapping[str, Won] | None = None,
    rates: Iterable[ExchangeRate] = (),
    succeeding: Succeeding | None = None,
) -> list[Estimate]:
    """Return what an offer earns under every plan, by expected value; what does not pay comes last."""
    cases = Cases(deal, offer, rates, succeeding)
    worth = worth_of(assume)
    found: list[Estimate] = []
    for one in terms:
        case = cases.case(one, NOTHING_WON if won is None else won.get(one.program.id, NOTHING_WON))
        found += [evaluate(case, plan, worth) for plan in one.program.plans]
    found.sort(key=_order)
    return found


def _order(estimate: Estimate) -> tuple[int, Decimal]:
    worth = -estimate.totals.expected_value if estimate.totals is not None else Decimal(0)
    return RANK[estimate.status], worth


def cash_curve(payments: Iterable[Payment], signing: int) -> list[tuple[int, Decimal]]:
    """Return (months since signing, cash so far) at each month in which something is paid; `signing` is an index."""
    so_far = Decimal(0)
    curve = []
    for month, cash in by_month(payments).items():
        so_far += cash
        curve.append((month - signing, so_far))
    return curve


def break_even(a: Sequence[tuple[int, Decimal]], b: Sequence[tuple[int, Decimal]]) -> int | None:
    """Return from how many months after signing on the one that is behind at first stays ahead; None if it never is.

    Ahead includes even: at that month the later one has caught up.
    """
    months = sorted({month for month, _ in (*a, *b)})
    leads = [_at(a, month) - _at(b, month) for month in months]
    signs = [(lead > 0) - (lead < 0) for lead in leads]
    first = next((sign for sign in signs if sign), 0)
    last = next((sign for sign in reversed(signs) if sign), 0)
    if not first or (first == last and signs[-1] != 0) or (signs[-1] == 0 and first == last and len(set(signs)) == 1):
        return None
    behind = [i for i, sign in enumerate(signs) if sign == first]
    final = behind[-1] + 1
    return months[final] if final < len(months) else None


def _at(curve: Sequence[tuple[int, Decimal]], month: int) -> Decimal:
    index = bisect_right(curve, month, key=lambda point: point[0]) - 1
    return curve[index][1] if index >= 0 else Decimal(0)


def instead_of(estimate: Estimate, others: Iterable[Estimate]) -> Estimate | None:
    """Return the plan that is shown in the place of an ineligible one; None where that one is ineligible as well."""
    plans = {other.plan: other for other in others if other.program == estimate.program}
    found = plans.get(estimate.otherwise or "")
    while found is not None and found.status is Status.INELIGIBLE:
        found = plans.get(found.otherwise or "")
    return found
