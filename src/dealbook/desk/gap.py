"""What it takes to pay the own sales force at once: the cash gap of an offer under each plan, and of the whole book.

The arithmetic is `earnings.gap`; here it meets the settings (`Partner.sales`), the comparison and the book's rates.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from dealbook.desk.compare import Comparison, Row, compare
from dealbook.desk.session import Session
from dealbook.domain.deal import Deal, Offer
from dealbook.domain.money import EXACT, minor_unit
from dealbook.domain.months import month_index
from dealbook.domain.partner import Assumptions, SalesTime
from dealbook.domain.problem import Problem
from dealbook.earnings.compare import rate_on
from dealbook.earnings.estimate import Status
from dealbook.earnings.gap import Covered, Gap, Signed, covered, gap_of, own_pay
from dealbook.earnings.payments import Payment


@dataclass(frozen=True, slots=True)
class PlanGap:
    """A plan's cash after paying the own people, in the deal's currency.

    `at_once` is what they get in the month of signing, `whole` what they get in all. `covered` is how many such deals a
    month the reserve covers, None where no rate leads to its currency.
    """

    row: Row
    gap: Gap
    at_once: Decimal
    whole: Decimal
    covered: Covered | None


@dataclass(frozen=True, slots=True)
class Gaps:
    """The plans that pay, in the order of the comparison; `problem` is why the reserve cannot be compared.

    `is_at_once`: the people are paid in the month of signing.
    """

    plans: tuple[PlanGap, ...]
    currency: str
    is_at_once: bool
    problem: Problem | None = None

    def of(self, key: tuple[str, str]) -> PlanGap | None:
        """Return a plan's gap; None where it does not pay."""
        return next((plan for plan in self.plans if plan.row.key == key), None)


def pays_people(session: Session) -> bool:
    """Say whether the own people get a share, by the settings."""
    return session.partner.sales.share > 0


def gaps(
    session: Session, deal: Deal, offer: Offer, comparison: Comparison, *, assume: Assumptions | None = None
) -> Gaps:
    """Return the cash gap of an offer under every plan that pays; `comparison` is the offer's own."""
    sales, currency = session.partner.sales, comparison.currency
    rate = rate_on(session.rates, session.partner.currency, currency, deal.signed)
    signed = {row.key: row.estimate.payments for row in _as_signed(session, deal, offer, comparison, assume)}
    when = Signed(comparison.signed_month, month_index(offer.starts), offer.term)
    unit, found = minor_unit(currency), []
    for row in comparison.rows:
        if row.estimate.status is not Status.PAYABLE or row.totals is None:
            continue
        payments: Sequence[Payment] = row.estimate.payments
        own = own_pay(payments, signed.get(row.key, payments), sales, when)
        gap = gap_of(payments, own, row.to_deal, unit)
        reserve = None if rate is None else EXACT.multiply(sales.reserve, rate)
        found.append(
            PlanGap(
                row,
                gap,
                gap.paid_in(when.signing),
                gap.paid,
                None if reserve is None else covered(gap, reserve),
            )
        )
    problem = None
    if rate is None:
        problem = Problem("no-exchange-rate", "sales.reserve", {"from": session.partner.currency, "to": currency})
    return Gaps(tuple(found), currency, sales.at is SalesTime.SIGNING, problem)


def curve_of(plan: PlanGap, comparison: Comparison) -> list[tuple[int, Decimal]]:
    """Return (months since signing, cash so far) after paying the own people, at each month in which money moves."""
    return [(point.month - comparison.signed_month, point.so_far) for point in plan.gap.points]


def _as_signed(
    session: Session, deal: Deal, offer: Offer, comparison: Comparison, assume: Assumptions | None
) -> Sequence[Row]:
    """Return the rows of the contract as it was signed: without events, that is what the comparison has."""
    if not offer.events:
        return comparison.rows
    plain = replace(offer, events=())
    offers = tuple(plain if one.id == offer.id else one for one in deal.offers)
    return compare(session, replace(deal, offers=offers), plain, assume=assume).rows
