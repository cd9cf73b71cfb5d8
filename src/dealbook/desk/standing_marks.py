"""What a deal's pay asks of the standing: which figures, and between which thresholds they lie.

A deal that is won moves the figures of a program for all deals after it, but what these are paid only where a figure
crosses a threshold. So a deal keeps its marks, and is worked out again when they are others.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from dealbook.domain.money import EXACT, ZERO
from dealbook.earnings.case import Case
from dealbook.earnings.standing import Won
from dealbook.programs.checks.uses import all_conditions, written_values
from dealbook.programs.conditions import Condition
from dealbook.programs.facts import STANDING_FIGURES
from dealbook.programs.terms import Terms
from dealbook.programs.values import Bands, Choices, Value, constant, parts

_WORKED_OUT: Final = frozenset({"attainment", "tier"})
_STANDING: Final = frozenset({*STANDING_FIGURES, *_WORKED_OUT})
_NEAR: Final = Decimal("0.000001")
"""So near a threshold a figure counts as itself: what was rounded on the way must not decide."""

#: By figure the thresholds that it is compared with; None: it counts as itself.
Thresholds = Mapping[str, Sequence[Decimal] | None]
_Cell = Decimal | str


class Marks(NamedTuple):
    """What a deal's pay under some terms asks of the standing.

    `own` is what stands in each figure besides the won deals: opening figures, and the deal itself where it counts.
    `cells` says between which thresholds the figures lie, those of this period and of the one before. `day` is the one
    on which the standing counts; None: that of the signing.
    """

    terms: Terms
    thresholds: Thresholds
    own: tuple[Decimal, ...]
    cells: tuple[_Cell, ...]
    day: date | None = None

    def hold(self, won: Won) -> bool:
        """Whether another standing pays the same."""
        return self.cells == _cells(self.terms, self.thresholds, self.own, won)


def marks_of(case: Case, thresholds: Thresholds) -> Marks:
    """Return the marks of a deal that was worked out."""
    own = tuple(EXACT.subtract(_figure(case, name), case.won.current.get(name, ZERO)) for name in thresholds)
    return Marks(case.terms, thresholds, own, _cells(case.terms, thresholds, own, case.won))


def thresholds_of(terms: Terms) -> Thresholds:
    """Return the figures of the standing that pay hangs on, with what they are compared with; none where it does not.

    The versions that follow count as well.
    """
    every = (terms, *terms.later)
    if not any(map(_pay_asks, every)):
        return {}
    found: dict[str, set[Decimal] | None] = {}
    for one in every:
        for name, threshold in _compared(one):
            known = found.setdefault(name, set())
            if threshold is None:
                found[name] = None
            elif known is not None:
                known.add(threshold)
    return {name: None if known is None else sorted(known) for name, known in found.items()}


def _pay_asks(terms: Terms) -> bool:
    """Whether what a plan pays hangs on the standing."""
    program = terms.program
    if any(component.cap_per == "year" for plan in program.plans for component in plan.pays):
        return True
    if any(condition.fact in _STANDING for condition in all_conditions(program)):
        return True
    return any(isinstance(part, Bands | Choices) and part.by in _STANDING for part in _parts(terms))


def _compared(terms: Terms) -> Iterator[tuple[str, Decimal | None]]:
    """Yield (figure, threshold) of every comparison; None where it is not compared with a figure of the file's."""
    program = terms.program
    quota = program.standing.quota
    if any(component.cap_per == "year" for plan in program.plans for component in plan.pays):
        yield "won_paid", None
    for condition in all_conditions(program):
        if condition.fact in STANDING_FIGURES:
            yield from ((condition.fact, limit) for limit in _limits(condition, terms))
        elif condition.fact == "attainment" and quota is not None:
            yield quota.fact, None
    for part in _parts(terms):
        by = part.by if isinstance(part, Bands | Choices) else ""
        if by == "attainment" and quota is not None:
            yield quota.fact, None
        elif by in STANDING_FIGURES and isinstance(part, Bands) and not part.marginal:
            yield from ((by, key) for key in part.keys if isinstance(key, Decimal))
        elif by in STANDING_FIGURES:
            yield by, None


def _limits(condition: Condition, terms: Terms) -> Iterator[Decimal | None]:
    for limit in (condition.at_least, condition.below, condition.exactly):
        if limit is not None:
            yield constant(limit, terms.inputs)


def _parts(terms: Terms) -> Iterator[Value]:
    """Yield every part of every value; a contract may have put a table in the place of an input's figure."""
    for _, value in written_values(terms.program):
        yield from parts(value)
    for given in terms.inputs.values():
        if given is not None:
            yield from parts(given)


def _figure(case: Case, name: str) -> Decimal:
    known = case.facts.get(name)
    return known if isinstance(known, Decimal) else ZERO


def _cells(terms: Terms, thresholds: Thresholds, own: Sequence[Decimal], won: Won) -> tuple[_Cell, ...]:
    before = terms.enrolment.before if terms.enrolment is not None else {}
    found: list[_Cell] = []
    for (name, limits), part in zip(thresholds.items(), own, strict=True):
        found.append(_cell(EXACT.add(part, won.current.get(name, ZERO)), limits))
        found.append(_cell(EXACT.add(before.get(name, ZERO), won.before.get(name, ZERO)), limits))
    return tuple(found)


def _cell(figure: Decimal, limits: Sequence[Decimal] | None) -> _Cell:
    """Return between which thresholds a figure lies, or the figure itself where that does not say enough."""
    if limits is None:
        return figure
    place = bisect_left(limits, figure)
    if any(abs(EXACT.subtract(limit, figure)) < _NEAR for limit in limits[max(place - 1, 0) : place + 1]):
        return figure
    return str(place)  # no figure equals it
