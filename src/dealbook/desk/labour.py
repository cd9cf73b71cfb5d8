"""What the partner's own work leaves of what an offer earns: net, for an hour, and how both come about.

The hours are `earnings.labour`'s; here they meet the settings (`Partner.work`) and the deal's currency.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from dealbook.desk.session import Session
from dealbook.domain.deal import Deal, Offer
from dealbook.domain.money import ZERO, minor_unit
from dealbook.domain.partner import Assumptions, DutyWork
from dealbook.domain.problem import Problem
from dealbook.earnings.compare import rate_on
from dealbook.earnings.estimate import Step
from dealbook.earnings.labour import SIXTY, Labour, Stretch, in_care, labour
from dealbook.earnings.revenue import Revenue

NO_RATE = "no-exchange-rate"


@dataclass(frozen=True, slots=True)
class Worked:
    """The work of a plan and what it leaves, in the deal's currency.

    `hour` is what an hour costs; it, `cost` and `net` are None where the book has no rate for it. `hourly` is what is
    earned for an hour, None where there is no work.
    """

    labour: Labour
    hour: Decimal | None
    cost: Decimal | None
    net: Decimal | None
    hourly: Decimal | None


class Worker:
    """Works out the labour of one offer under any plan; what plans have in common only once."""

    def __init__(self, session: Session, deal: Deal, offer: Offer, assume: Assumptions) -> None:
        """Take the settings of the book, and the rate of the signing day."""
        self._work = session.partner.work
        self._own = session.partner.currency
        self._deal = deal
        self._assume = assume
        self._unit = minor_unit(deal.currency)
        self._rate = rate_on(session.rates, self._own, deal.currency, deal.signed)
        self._revenue = Revenue(deal, offer)
        self._stretches: dict[frozenset[str], list[Stretch]] = {}
        self._known: dict[tuple[frozenset[str], tuple[str, ...]], Labour] = {}

    @property
    def problem(self) -> Problem | None:
        """Why the work has no price in the deal's currency; None where it has one."""
        if self._rate is not None or not self._work.hour_cost:
            return None
        return Problem(NO_RATE, "work.hour_cost", {"from": self._own, "to": self._deal.currency})

    def worked(self, covers: frozenset[str], duties: tuple[str, ...], earned: Decimal) -> Worked:
        """Return what the work of a plan leaves of what it is expected to earn, in the deal's currency."""
        one = self._labour(covers, duties)
        hourly = one.hourly(earned, self._unit)
        hour = self._work.hour_cost * self._rate if self._rate is not None else None
        if not self._work.hour_cost:
            hour = ZERO
        if hour is None:
            return Worked(one, None, None, None, hourly)
        cost = one.cost(hour, self._unit)
        return Worked(one, hour, cost, earned - cost, hourly)

    def steps(self, covers: frozenset[str], duties: tuple[str, ...], earned: Decimal) -> Iterator[Step]:
        """Yield the arithmetic line by line; nothing where no work is known."""
        if not self._work.has_hours:
            return
        found = self.worked(covers, duties, earned)
        one, currency = found.labour, {"in": self._deal.currency}
        yield Step("work", "", None)
        if one.sale:
            yield Step("hours-sale", "", one.sale / SIXTY)
        for duty in one.duties:
            yield self._duty(duty.name, duty.minutes / SIXTY, one)
        yield Step("hours", "", one.hours)
        churn = ZERO if self._revenue.cancelled is not None else self._assume.churn
        yield Step("hours-expected", "", one.expected_hours, {"churn": str(churn)})
        if self._work.hour_cost:
            yield from self._price(found, currency)
        if found.hourly is not None:
            yield Step("total-hourly", "", found.hourly, currency)

    def _duty(self, name: str, hours: Decimal, one: Labour) -> Step:
        duty = self._work.duties.get(name, DutyWork())
        facts = {
            "duty": name,
            "months": str(one.months),
            "hours": f"{duty.hours:f}",
            "seat_months": f"{one.seat_months:f}",
            "minutes": f"{duty.minutes:f}",
        }
        return Step("hours-duty", "", hours, facts)

    def _price(self, found: Worked, currency: dict[str, str]) -> Iterable[Step]:
        if self.problem is not None:
            return [Step("not-priced", "", None, {"code": self.problem.code, **self.problem.facts})]
        rated = {"from": self._own, "to": self._deal.currency} if self._own != self._deal.currency else {}
        return [
            Step("hour-cost", "", found.hour, {**currency, **rated}),
            Step("total-work", "", found.cost, currency),
            Step("total-net", "", found.net, currency),
        ]

    def _labour(self, covers: frozenset[str], duties: tuple[str, ...]) -> Labour:
        key = covers, duties
        known = self._known.get(key)
        if known is None:
            if covers not in self._stretches:
                self._stretches[covers] = in_care(self._revenue, covers)
            known = labour(self._revenue, self._stretches[covers], duties, self._work, self._assume)
            self._known[key] = known
        return known
