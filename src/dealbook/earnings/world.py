"""One offer as it is or might be, with the terms and standing of every program; and what tells two such worlds apart.

Owns how a change is measured. Who makes changes are `growing` and `moves`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from dealbook.domain.deal import Deal, Offer
from dealbook.domain.money import ONE, ZERO
from dealbook.domain.partner import ExchangeRate
from dealbook.earnings.case import Case
from dealbook.earnings.compare import Cases, Succeeding
from dealbook.earnings.standing import NOTHING_WON, Won
from dealbook.programs.conditions import Condition
from dealbook.programs.facts import FACTS, Fact
from dealbook.programs.terms import Terms

OF_THE_DEAL: Final = frozenset(name for name, spec in FACTS.items() if spec.belongs == "deal")
"""The facts that are changed in the deal itself."""

AT_HAND: Final = Decimal("0.05")
"""The effort of a change that costs no seat and no month."""

_USUAL_TERM: Final = Decimal(36)


@dataclass(frozen=True, slots=True)
class World:
    """One offer as it is, or as it might be, with the terms and the standing of every program."""

    deal: Deal
    offer: Offer
    terms: Mapping[str, Terms]
    won: Mapping[str, Won]
    rates: tuple[ExchangeRate, ...] = ()
    succeeding: Succeeding | None = None

    def cases(self) -> Cases:
        """Return the cases of the offer."""
        return Cases(self.deal, self.offer, self.rates, self.succeeding)

    def case(self, program: str) -> Case:
        """Return the offer under a program's terms."""
        return self.cases().case(self.terms[program], self.won.get(program, NOTHING_WON))


@dataclass(frozen=True, slots=True)
class Change:
    """A fact as it is and as it would be; `units` of `product` are added to its line (negative: taken away)."""

    fact: str
    of: str | None
    before: Fact
    after: Fact
    units: Decimal = ZERO
    product: str = ""

    @property
    def by(self) -> Decimal | None:
        """How much more it is, where it is a number."""
        if isinstance(self.before, Decimal) and isinstance(self.after, Decimal):
            return self.after - self.before
        return None

    @property
    def effort(self) -> Decimal:
        """How far it is, as a fraction of what there is: 1 is twice as many seats, or a standing from nothing."""
        by = self.by
        if by is None or self.fact == "discount":
            return AT_HAND
        if self.fact == "term":
            return abs(by) / _USUAL_TERM
        if self.fact in OF_THE_DEAL and isinstance(self.before, Decimal) and self.before:
            return abs(by) / self.before
        return abs(by) / self.after if isinstance(self.after, Decimal) and self.after else ONE


class Moved(NamedTuple):
    """A world that was changed, and the changes."""

    world: World
    changes: tuple[Change, ...]

    @property
    def distance(self) -> tuple[Decimal, Decimal]:
        """How far it is: by the effort, and then by the figures themselves."""
        efforts = [change.effort for change in self.changes]
        return sum(efforts, ZERO), sum([change.by or ZERO for change in self.changes], ZERO)


class Lack(NamedTuple):
    """What a numeric fact is, which test it fails, and that test's limit."""

    test: str
    have: Decimal
    limit: Decimal


def lack_of(case: Case, goal: Condition) -> Lack | None:
    """Return how a numeric goal fails; None where it has no limit that can be told."""
    have = case.facts.get(goal.fact, goal.of)
    if not isinstance(have, Decimal):
        return None
    for test, value in (("at_least", goal.at_least), ("below", goal.below), ("is", goal.exactly)):
        limit = None if value is None else value.pick(case.facts)
        if isinstance(limit, Decimal) and not {"at_least": have >= limit, "below": have < limit}.get(
            test, have == limit
        ):
            return Lack(test, have, limit)
    return None
