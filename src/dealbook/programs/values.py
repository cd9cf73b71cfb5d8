"""Values of a program: rates, amounts, references to inputs, tables keyed on a fact (programs.md §2).

A value is picked for the facts at hand. The answer is a figure, the slices of a marginal table, or a `Gap` that says
why there is none. A row holds from its key up to the next key; below the first row there is no value.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dealbook.domain.money import ZERO
from dealbook.programs.facts import LINE_FACTS, Fact, Facts


class Gap(NamedTuple):
    """Why there is no figure: no input (`no-input`), no row (`no-row`), a fact nobody knows (`no-fact`)."""

    code: str
    name: str
    found: str = ""
    expected: str = ""


class Slices(NamedTuple):
    """A marginal table's rows, each with the figure for the slice that starts at its key."""

    rows: tuple[tuple[Decimal, Decimal], ...]

    def pay(self, basis: Decimal, scale: Decimal) -> Decimal:
        """Return the sum over the slices of `basis`; the keys count `scale` times (basis of a year: 12)."""
        total = ZERO
        for position, (key, rate) in enumerate(self.rows):
            low = key * scale
            if basis <= low:
                break
            last = position + 1 == len(self.rows)
            high = basis if last else min(basis, self.rows[position + 1][0] * scale)
            total += (high - low) * rate
        return total


Picked = Decimal | Slices | Gap


@dataclass(frozen=True, slots=True)
class Fixed:
    """A figure written in the file: a rate as a fraction, an amount, a number."""

    figure: Decimal

    def pick(self, _facts: Facts) -> Picked:
        """Return the figure."""
        return self.figure


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to an input of the program."""

    name: str

    def pick(self, facts: Facts) -> Picked:
        """Return what the input gives, or the gap where the contract's value is missing."""
        value = facts.inputs.get(self.name)
        return Gap("no-input", self.name) if value is None else value.pick(facts)


@dataclass(frozen=True, slots=True)
class Bands:
    """A table on a fact that can be ordered (number, day): half-open rows, lowest first."""

    by: str
    of: str | None
    keys: tuple[Decimal, ...] | tuple[date, ...]
    rows: tuple["Value", ...]
    marginal: bool = False

    def row(self, fact: Fact) -> int:
        """Return the index of the row that holds for `fact`; -1 below the first."""
        return bisect_right(self.keys, fact) - 1  # type: ignore[type-var]  # keys and fact are of one kind

    def pick(self, facts: Facts) -> Picked:
        """Return the figure of the row that holds, or the slices of a marginal table."""
        if self.marginal:
            return self._slices(facts)
        fact = facts.get(self.by, self.of)
        if fact is None:
            return Gap("no-fact", self.by)
        index = self.row(fact)
        if index < 0:
            return Gap("no-row", self.by, str(fact), str(self.keys[0]))
        return self.rows[index].pick(facts)

    def _slices(self, facts: Facts) -> Picked:
        rows = []
        for key, row in zip(self.keys, self.rows, strict=True):
            figure = row.pick(facts)
            if not isinstance(figure, Decimal):
                return figure
            rows.append((Decimal(str(key)), figure))
        return Slices(tuple(rows))


@dataclass(frozen=True, slots=True)
class Choices:
    """A table on a text fact (or yes/no): rows match exactly, `otherwise` catches the rest."""

    by: str
    rows: Mapping[str, "Value"]
    otherwise: "Value | None" = None

    def pick(self, facts: Facts) -> Picked:
        """Return the figure of the row that matches."""
        fact = facts.get(self.by)
        key = str(fact).lower() if isinstance(fact, bool) else fact
        row = self.rows.get(key, self.otherwise) if isinstance(key, str) else self.otherwise
        if row is None:
            if fact is None:
                return Gap("no-fact", self.by)
            return Gap("no-row", self.by, str(key), ", ".join(self.rows))
        return row.pick(facts)


Value = Fixed | Ref | Bands | Choices


def parts(value: Value) -> Iterator[Value]:
    """Yield the value and every row inside it."""
    yield value
    rows: list[Value] = []
    if isinstance(value, Bands):
        rows = list(value.rows)
    elif isinstance(value, Choices):
        rows = [*value.rows.values(), *([value.otherwise] if value.otherwise else [])]
    for row in rows:
        yield from parts(row)


def references(value: Value) -> set[str]:
    """Return the names of the inputs that a value refers to."""
    return {part.name for part in parts(value) if isinstance(part, Ref)}


def constant(value: Value, inputs: Mapping[str, Value | None]) -> Decimal | None:
    """Return the figure of a value that no fact decides; None where one does, or where there is none."""
    found: Value | None = value
    while isinstance(found, Ref):
        found = inputs.get(found.name)
    return found.figure if isinstance(found, Fixed) else None


def facts_used(value: Value, inputs: Mapping[str, Value | None]) -> frozenset[str]:
    """Return the facts that a value depends on, through its inputs too."""
    used: set[str] = set()
    for one in reached(value, inputs):
        if isinstance(one, Bands | Choices):
            used.add(one.by)
    return frozenset(used)


def reached(value: Value, inputs: Mapping[str, Value | None]) -> Iterator[Value]:
    """Yield the value's parts, and those of the inputs that it refers to; each input once."""
    seen: set[str] = set()
    left: list[Value] = [value]
    while left:
        for part in parts(left.pop()):
            yield part
            if isinstance(part, Ref) and part.name not in seen:
                seen.add(part.name)
                target = inputs.get(part.name)
                if target is not None:
                    left.append(target)


def by_line(value: Value, inputs: Mapping[str, Value | None]) -> bool:
    """Say whether a value must be taken line by line (programs.md §3, facts of a line)."""
    return not LINE_FACTS.isdisjoint(facts_used(value, inputs))
