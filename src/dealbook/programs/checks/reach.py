"""What a fact can still be where conditions and the rows of outer tables have let a deal through (programs.md §2, §4).

A `Reach` is what one fact can be, a `Scope` the reaches of all facts that something speaks of. Both only ever get
narrower. A limit that the contract fixes, and that nobody knows here, limits nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from dealbook.programs.conditions import Condition
from dealbook.programs.facts import FACTS, Kind
from dealbook.programs.sections import parse_figure
from dealbook.programs.values import Value, constant

Inputs = Mapping[str, Value | None]
Key = tuple[str, str | None]
"""A fact and the category that it is narrowed to."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a fact can be: from `low` to below `high`, one of `only`, none of `without`; None: no such limit.

    The points are Decimals, days or texts, all of one kind; "true" and "false" stand for yes and no.
    """

    low: Any = None
    high: Any = None
    only: frozenset[Any] | None = None
    without: frozenset[str] = frozenset()

    def meet(self, other: "Reach") -> "Reach":
        """Return what both let through."""
        low = other.low if self.low is None else self.low if other.low is None else max(self.low, other.low)
        high = other.high if self.high is None else self.high if other.high is None else min(self.high, other.high)
        only = other.only if self.only is None else self.only if other.only is None else self.only & other.only
        without = self.without | other.without
        if only is not None:
            only = frozenset(point for point in only if _between(point, low, high)) - without
        return Reach(low, high, only, without)

    def meets(self, other: "Reach") -> bool:
        """Say whether anything gets through both."""
        return not self.meet(other).is_empty

    def is_within(self, other: "Reach") -> bool:
        """Say whether whatever gets through here gets through the other, too."""
        if self.only is not None:
            return all(other.meets(Reach(only=frozenset({point}))) for point in self.only)
        is_low = other.low is None or (self.low is not None and self.low >= other.low)
        is_high = other.high is None or (self.high is not None and self.high <= other.high)
        return is_low and is_high and other.only is None and other.without <= self.without

    @property
    def is_empty(self) -> bool:
        """Whether nothing gets through."""
        if self.only is not None:
            return not self.only
        return self.low is not None and self.high is not None and self.low >= self.high

    @property
    def least(self) -> Any:  # noqa: ANN401 - a point
        """The lowest point that gets through; None where there is no lower limit."""
        return min(self.only) if self.only else self.low

    def facts(self) -> dict[str, str]:
        """Return the limits as facts of a problem."""
        if self.only is not None:
            return {"only": ", ".join(map(str, sorted(self.only)))}
        named = {"least": self.low, "below": self.high}
        return {name: f"{limit}" for name, limit in named.items() if limit is not None}


ANY = Reach()
Scope = Mapping[Key, Reach]


def narrowed(scope: Scope, key: Key, reach: Reach) -> Scope:
    """Return a scope with one fact narrowed."""
    return {**scope, key: scope.get(key, ANY).meet(reach)}


def is_open(scope: Scope) -> bool:
    """Say whether a deal can get through."""
    return not any(reach.is_empty for reach in scope.values())


def meet(one: Scope, other: Scope) -> Scope:
    """Return what both scopes let through."""
    return {key: one.get(key, ANY).meet(other.get(key, ANY)) for key in one.keys() | other.keys()}


def reach_of(condition: Condition, inputs: Inputs) -> Reach:
    """Return what a condition lets its fact be."""
    only = _texts(condition)
    low, high = (_figure(limit, inputs) for limit in (condition.at_least, condition.below))
    exactly = _figure(condition.exactly, inputs)
    if exactly is not None:
        only = frozenset({exactly}) if only is None else only & {exactly}
    if condition.fact in FACTS and FACTS[condition.fact].kind is Kind.DAY:
        return Reach(condition.since, condition.until)
    return Reach(low, high).meet(Reach(only=only))


def scope_of(conditions: Iterable[Condition], inputs: Inputs) -> Scope:
    """Return what conditions let through together."""
    scope: dict[Key, Reach] = {}
    for condition in conditions:
        key = (condition.fact, condition.of)
        scope[key] = scope.get(key, ANY).meet(reach_of(condition, inputs))
    return scope


def contradictions(conditions: Iterable[Condition], inputs: Inputs) -> Iterator[tuple[Condition, Condition]]:
    """Yield for each fact the conditions that cannot hold at once, as a pair; one that never holds with itself.

    Where only three together contradict one another, the pair is the third with the first.
    """
    by_fact: dict[Key, list[Condition]] = {}
    for condition in conditions:
        by_fact.setdefault((condition.fact, condition.of), []).append(condition)
    for found in by_fact.values():
        met = ANY
        for position, condition in enumerate(found):
            reach = reach_of(condition, inputs)
            met = met.meet(reach)
            if met.is_empty:
                before = found[:position]
                against = (one for one in before if not reach_of(one, inputs).meets(reach))
                yield condition if reach.is_empty else next(against, found[0]), condition
                break


def _texts(condition: Condition) -> frozenset[Any] | None:
    """Return the points that `is` and `one_of` name."""
    if condition.flag is not None:
        return frozenset({"true" if condition.flag else "false"})
    names = condition.one_of
    if names is not None and condition.fact in FACTS and FACTS[condition.fact].kind is Kind.NUMBER:
        return frozenset(figure for name in names if (figure := parse_figure(name)) is not None)
    if condition.equals is None:
        return names
    return frozenset({condition.equals}) if names is None else names & {condition.equals}


def _figure(value: Value | None, inputs: Inputs) -> Decimal | None:
    return None if value is None else constant(value, inputs)


def _between(point: Decimal | date | str, low: Any, high: Any) -> bool:  # noqa: ANN401 - points of one kind
    return (low is None or point >= low) and (high is None or point < high)
