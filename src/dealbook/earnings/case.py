"""One offer under one partner's terms: the facts, and what the components share (programs.md §3, §5).

A case is made once for an offer and a program; all plans of the program use it. `Unpaid` carries the reason why a
component is not paid.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from dealbook.domain.deal import Event
from dealbook.domain.lazy import lazy
from dealbook.domain.money import ONE, ZERO
from dealbook.domain.months import full_years
from dealbook.domain.problem import Problem, Severity
from dealbook.earnings.revenue import TWELVE, Basket, Revenue
from dealbook.earnings.standing import NOTHING_WON, Won
from dealbook.programs.conditions import Condition, gap_problem
from dealbook.programs.facts import STANDING_FIGURES, Fact, Facts, Known
from dealbook.programs.model import Plan, Tier
from dealbook.programs.terms import Terms
from dealbook.programs.values import Gap, Picked, Slices, Value

MISSING: Final = frozenset({"missing-input", "missing-buy-price", "no-exchange-rate", "unknown-successor"})
"""Codes of problems that leave an estimate incomplete: somebody can still give the figure."""


class Exchange(NamedTuple):
    """The rate at which an offer was converted: one `base` is `rate` of the program's currency."""

    base: str
    rate: Decimal


class Succession(NamedTuple):
    """A plan that takes over from service month `first` to `last`.

    `case` is the offer under its program, None where nobody knows that; `rate` turns its currency into `currency`, that
    of the program before it, None without a rate.
    """

    event: Event
    last: int
    case: "Case | None"
    currency: str
    rate: Decimal | None

    @property
    def first(self) -> int:
        """The first service month that it pays for."""
        return self.event.month


class Unpaid(Exception):  # noqa: N818 - not an error: a reason
    """Ends the work on one component; the problem says why it is not paid."""

    def __init__(self, problem: Problem) -> None:
        """Keep the reason."""
        super().__init__(problem.code)
        self.problem = problem


class Case:
    """One offer under one partner's terms; `successions` are the plans that take over, whatever plan is first."""

    successions: Sequence[Succession] = ()

    def __init__(
        self,
        revenue: Revenue,
        terms: Terms,
        won: Won = NOTHING_WON,
        exchange: Exchange | None = None,
        since: date | None = None,
    ) -> None:
        """Take what the facts come from; each is worked out when a condition or a table asks for it.

        `won` is what the book adds to the enrolment's opening figures, `exchange` how the offer was converted into the
        program's currency. `enrolled`: the partner was in the program at signing, or on the day `since` on which the
        program takes over; `closed`: why no plan is open.
        `has_lasted`: the tier is one that was reached in the period before.
        """
        self.revenue = revenue
        self.terms = terms
        self.won = won
        self.exchange = exchange
        self.program = terms.program
        self.basket = revenue.basket(self.program.covers)
        self.enrolled = is_enrolled(terms, since or revenue.deal.signed)
        self.closed = self._closed()
        self.facts = Facts({}, terms.inputs, self._late)
        self.has_lasted = False
        self._busy: set[str] = set()

    def basket_on(self, categories: frozenset[str] | None) -> Basket:
        """Return the lines of a component's categories; None means all that the program covers."""
        return self.basket if categories is None else self.revenue.basket(categories & self.program.covers)

    def tier(self) -> str | None:
        """Return the partner's tier at signing, None where the program has none or none holds."""
        found = self.facts.get("tier")
        return found if isinstance(found, str) else None

    @lazy
    def tier_name(self) -> str | None:
        """The partner's tier; None where it cannot be told for want of an input."""
        try:
            return self.tier()
        except Unpaid:
            return None

    def _closed(self) -> list[Problem]:
        """Return why no plan of the program is open to the offer."""
        program = self.program
        found = [] if self.terms.closed is None else [self.terms.closed]
        if not (self.basket.recurring or self.basket.once):
            found.append(Problem("nothing-covered", "program.covers", {"covers": ", ".join(sorted(program.covers))}))
        country = self.revenue.deal.country
        if program.countries and country is not None and country not in program.countries:
            must = ", ".join(sorted(program.countries))
            found.append(Problem("condition", "program.countries", {"fact": "country", "is": country, "must": must}))
        return found

    def figure(self, value: Value | None, where: str, default: Decimal, facts: Facts | None = None) -> Decimal:
        """Return a value's figure; raises Unpaid where it has none."""
        if value is None:
            return default
        picked = value.pick(self.facts if facts is None else facts)
        return picked if isinstance(picked, Decimal) else plain(picked, where)

    def _late(self, facts: Facts, name: str, of: str | None) -> Fact:
        if of is not None:
            return _measured(self.revenue.basket(self.program.covers & {of}), name)
        if name in _KNOWN:
            return _KNOWN[name](self)
        if name in ("tier", "attainment"):
            return self._once(facts, name)
        if name in STANDING_FIGURES:
            return self._won(name)
        return None

    def _once(self, facts: Facts, name: str) -> Fact:
        """Work out tier or attainment, unless the tiers ask for each other in a circle."""
        if name in self._busy:
            return None
        self._busy.add(name)
        try:
            return self._tier(facts) if name == "tier" else self._attainment(facts)
        finally:
            self._busy.discard(name)

    def _won(self, name: str) -> Decimal:
        opening = self.terms.enrolment.standing.get(name, ZERO) if self.terms.enrolment else ZERO
        figure = opening + self.won.current.get(name, ZERO)
        if not self.program.standing.counts_this_deal:
            return figure
        if name == "won_deals":
            return figure + 1
        return figure if name in _NOT_OF_THIS_DEAL else figure + _measured(self.basket, name.removeprefix("won_"))

    def _tier(self, facts: Facts) -> str | None:
        enrolment = self.terms.enrolment
        if enrolment is not None and enrolment.tier is not None:
            return enrolment.tier
        standing = self.program.standing
        counted = [self._before(facts)] if standing.takes_effect == "next-period" else [facts]
        if standing.lasts == "next-period" and standing.takes_effect == "at-once":
            counted.append(self._before(facts))
        for tier in reversed(standing.tiers):
            wanting = [_unreached(tier, figures) for figures in counted]
            if [] in wanting:
                self.has_lasted = bool(wanting[0])
                return tier.name
            for problems in wanting:
                if all(problem.code in MISSING for problem in problems):
                    raise Unpaid(problems[0])
        return None

    def _before(self, facts: Facts) -> Facts:
        """Return the facts with the figures of the period before; the deal at hand does not count there."""
        opening = self.terms.enrolment.before if self.terms.enrolment else {}
        then: Known = {name: fact for name, fact in facts.known.items() if name not in ("tier", "attainment")}
        then.update({name: opening.get(name, ZERO) + self.won.before.get(name, ZERO) for name in STANDING_FIGURES})
        return Facts(then, facts.inputs, facts.late)

    def _attainment(self, facts: Facts) -> Decimal | None:
        quota = self.program.standing.quota
        if quota is None:
            return None
        target = quota.target.pick(facts)
        won = facts.get(quota.fact)
        if isinstance(target, Gap):
            raise Unpaid(gap_problem(target, "standing.quota.target"))
        if not isinstance(target, Decimal) or not isinstance(won, Decimal) or not target:
            return None
        years = full_years(self.program.effective_from, self.revenue.deal.signed)
        return won / (target * (ONE + quota.grows) ** years)


def plain(picked: Picked, where: str) -> Decimal:
    """Return a picked figure; raises Unpaid where there is none."""
    if isinstance(picked, Gap):
        raise Unpaid(reason(picked, where))
    if isinstance(picked, Slices):
        raise Unpaid(Problem("wrong-marginal", where))
    return picked


def reason(gap: Gap, where: str) -> Problem:
    """Return why there is no figure: a missing input stops the estimate, a missing row only leaves this unpaid."""
    problem = gap_problem(gap, where)
    if problem.code in MISSING:
        return problem
    return Problem(problem.code, where, problem.facts, Severity.NOTE)


def is_enrolled(terms: Terms, day: date) -> bool:
    """Say whether the partner was in the program on a day: since ≤ day < until."""
    enrolment = terms.enrolment
    if enrolment is None or (enrolment.since is not None and day < enrolment.since):
        return False
    return enrolment.until is None or day < enrolment.until


def successions_of(case: Case, plan: Plan) -> Sequence[Succession]:
    """Return the plans that take over from a plan; one that succeeds itself just goes on."""
    found = case.successions
    own = (case.program.id, plan.id)
    while found and (found[0].event.program, found[0].event.plan) == own:
        found = found[1:]
    return found


def ends_with(revenue: Revenue, program: str, plan: str) -> int | None:
    """Return the first service month that another plan takes over; None where none does."""
    others = (event.month for event in revenue.successors if (event.program, event.plan) != (program, plan))
    return next(others, None)


def _measured(basket: Basket, name: str) -> Decimal:
    if name == "seats":
        return basket.seats
    figure: Decimal = getattr(basket, f"{name}12")
    return figure / TWELVE


def _unreached(tier: Tier, facts: Facts) -> list[Problem]:
    """Return why a tier is not reached; nothing where it is, only missing inputs where nobody can tell."""
    problems = all_failures(tier.requires, facts)
    others = all_failures(tier.any_of, facts)
    if len(others) < len(tier.any_of):
        others = []
    known = [problem for problem in problems if problem.code not in MISSING]
    missing = [problem for problem in others if problem.code in MISSING]
    return known or [*problems, *(missing or others)]


def all_failures(conditions: Iterable[Condition], facts: Facts) -> list[Problem]:
    """Return the problems of the conditions that do not hold; a fact that nobody can work out is one of them."""
    found: list[Problem] = []
    for condition in conditions:
        try:
            problem = condition.failure(facts)
        except Unpaid as unpaid:
            problem = unpaid.problem
        if problem is not None:
            found.append(problem)
    return found


_NOT_OF_THIS_DEAL: Final = ("care_revenue", "won_paid")
"""Figures of the standing in which the deal at hand never counts."""

_KNOWN: Final[Mapping[str, Callable[[Case], Fact]]] = {
    "term": lambda case: Decimal(case.revenue.offer.term),
    "seats": lambda case: case.basket.seats,
    "mrr": lambda case: case.basket.mrr12 / TWELVE,
    "nrc": lambda case: case.basket.nrc12 / TWELVE,
    "tcv": lambda case: case.basket.tcv12 / TWELVE,
    "discount": lambda case: case.basket.discount,
    "customer_kind": lambda case: str(case.revenue.deal.customer_kind),
    "country": lambda case: case.revenue.deal.country,
    "segment": lambda case: case.revenue.deal.segment,
    "registered": lambda case: case.revenue.deal.registered,
    "signed": lambda case: case.revenue.deal.signed,
    "categories": lambda case: frozenset(line.line.category for line in (*case.basket.recurring, *case.basket.once)),
    "renewal": lambda _: ZERO,
    "certified": lambda case: case.terms.enrolment is not None and case.terms.enrolment.certified,
    "enrolled": lambda case: case.enrolled,
    "certificates": lambda case: case.terms.certificates,
    "company_size": lambda case: case.terms.company_size,
}
"""The facts of the deal and of the partner: those that neither the standing nor the time decides."""
