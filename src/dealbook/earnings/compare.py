"""The same offer under several plans: every estimate, best first (programs.md §9).

Owns the order of estimates and the conversion of an offer into a program's currency. The desk chooses the objective and
the words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from dealbook.domain.deal import Deal, Offer
from dealbook.domain.money import EXACT, ONE
from dealbook.domain.partner import Assumptions, ExchangeRate
from dealbook.domain.problem import Problem
from dealbook.earnings.case import Case
from dealbook.earnings.estimate import Estimate, Status
from dealbook.earnings.evaluate import evaluate
from dealbook.earnings.revenue import Revenue, in_currency
from dealbook.earnings.standing import NOTHING_WON, Won
from dealbook.earnings.worth import worth_of
from dealbook.programs.terms import Terms

_RANK = {Status.PAYABLE: 0, Status.INCOMPLETE: 1, Status.INELIGIBLE: 2}


class Cases:
    """The cases of one offer, made once for each program, with its revenue in each currency."""

    def __init__(self, deal: Deal, offer: Offer, rates: Iterable[ExchangeRate] = ()) -> None:
        """Take the offer and the dated exchange rates of the book."""
        self.deal = deal
        self.offer = offer
        self.rates = tuple(rates)
        self._revenues: dict[str, Revenue] = {deal.currency: Revenue(deal, offer)}

    def case(self, terms: Terms, won: Won = NOTHING_WON) -> Case:
        """Return the offer under a program's terms, in the program's currency."""
        currency = terms.program.currency
        revenue = self._revenues.get(currency)
        if revenue is None:
            revenue = self._revenues[currency] = self._converted(currency)
        case = Case(revenue, terms, won)
        if self.rate(self.deal.currency, currency) is None and terms.closed is None:
            facts = {"from": self.deal.currency, "to": currency}
            case.terms = replace(terms, closed=Problem("no-exchange-rate", "deal.currency", facts))
        return case

    def rate(self, base: str, quote: str) -> Decimal | None:
        """Return how many `quote` one `base` is on the signing day; None without a rate."""
        return rate_on(self.rates, base, quote, self.deal.signed)

    def _converted(self, currency: str) -> Revenue:
        rate = self.rate(self.deal.currency, currency) or ONE
        return Revenue(replace(self.deal, currency=currency), in_currency(self.offer, rate))


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
) -> list[Estimate]:
    """Return what an offer earns under every plan, by expected value; what does not pay comes last."""
    cases = Cases(deal, offer, rates)
    worth = worth_of(assume)
    found = []
    for one in terms:
        case = cases.case(one, (won or {}).get(one.program.id, NOTHING_WON))
        found += [evaluate(case, plan, worth) for plan in one.program.plans]
    return sorted(found, key=_order)


def _order(estimate: Estimate) -> tuple[int, Decimal]:
    worth = -estimate.totals.expected_value if estimate.totals is not None else Decimal(0)
    return _RANK[estimate.status], worth
