"""A deal as it might be: a step that would matter, the levers' changes; applied to an offer without saving it."""

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from dealbook.domain.deal import Deal, Line, Offer
from dealbook.domain.money import ONE, ZERO, minor_unit, round_minor
from dealbook.domain.partner import Assumptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is tried: a factor on the seats, a term in months, a further discount, a churn a month (fractions).

    `taken` is the offer with a step taken, which the levers start from; `registers`: the step registers the deal.
    """

    seats: Decimal = ONE
    term: int | None = None
    discount: Decimal = ZERO
    churn: Decimal | None = None
    taken: Offer | None = None
    registers: bool = False

    @property
    def is_idle(self) -> bool:
        """Whether nothing is tried."""
        return self == Trial()

    @property
    def changes_offer(self) -> bool:
        """Whether the offer would be another one."""
        return self != Trial(churn=self.churn, registers=self.registers)

    def offer(self, offer: Offer, currency: str) -> Offer:
        """Return the offer as it would be."""
        if not self.changes_offer:
            return offer
        start = self.taken or offer
        lines = tuple(self._line(line, currency) for line in start.lines)
        return replace(start, lines=lines, term=self.term or start.term)

    def deal(self, deal: Deal) -> Deal:
        """Return the deal as it would be, its offers aside."""
        return replace(deal, registered=True) if self.registers else deal

    def assumptions(self, assume: Assumptions) -> Assumptions:
        """Return the assumptions as they would be."""
        return assume if self.churn is None else replace(assume, churn=self.churn)

    def _line(self, line: Line, currency: str) -> Line:
        tried = line
        if line.seats_per_unit and self.seats != ONE:
            ramp = tuple(replace(step, quantity=scaled(step.quantity, self.seats)) for step in line.ramp)
            tried = replace(tried, quantity=scaled(line.quantity, self.seats), ramp=ramp)
        if line.is_recurring and self.discount:
            net = round_minor(line.price * (ONE - self.discount), minor_unit(currency))
            tried = replace(tried, unit_price=net, list_price=line.full_price, discount=None)
        return tried


def scaled(quantity: Decimal, factor: Decimal) -> Decimal:
    """Return a quantity times a factor, in whole units, at least one of what there was."""
    whole = (quantity * factor).quantize(ONE, ROUND_HALF_UP)
    return max(whole, ONE) if quantity else quantity


def seats_of(offer: Offer) -> Decimal:
    """Return the seats of an offer (programs.md §3)."""
    return sum((line.quantity * line.seats_per_unit for line in offer.lines), ZERO)
