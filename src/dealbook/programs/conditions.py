"""Conditions: tests of one fact each (programs.md §4).

A condition that fails answers with a problem: the fact, what it is, what it must be, and for numbers what is missing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dealbook.domain.problem import Problem
from dealbook.programs.facts import Fact, Facts
from dealbook.programs.values import Gap, Slices, Value


@dataclass(frozen=True, slots=True)
class Condition:
    """A test of one fact; whichever of the limits are given must all hold.

    `at_least` and `below` are values, `since` and `until` half-open days, `equals`, `one_of` and `includes` texts
    (`includes` tests a set: every text must be in it). `flag` tests a yes/no fact.
    """

    fact: str
    where: str
    of: str | None = None
    at_least: Value | None = None
    below: Value | None = None
    exactly: Value | None = None
    equals: str | None = None
    flag: bool | None = None
    one_of: frozenset[str] | None = None
    includes: frozenset[str] | None = None
    since: date | None = None
    until: date | None = None

    def failure(self, facts: Facts) -> Problem | None:
        """Return the problem of a test that does not hold, None where all do."""
        fact = facts.get(self.fact, self.of)
        if fact is None:
            return self._problem("unknown-fact", {"must": self.must_text()})
        if isinstance(fact, Decimal):
            return self._number(fact, facts)
        if self._holds(fact):
            return None
        return self._problem("condition", {"is": _text(fact), "must": self.must_text()})

    def _number(self, fact: Decimal, facts: Facts) -> Problem | None:
        for test, value in (("at_least", self.at_least), ("below", self.below), ("is", self.exactly)):
            if value is None:
                continue
            limit = value.pick(facts)
            if isinstance(limit, Gap):
                return gap_problem(limit, self.where)
            if isinstance(limit, Slices) or _number_holds(test, fact, limit):
                continue
            found = {"is": _text(fact), "must": test, "limit": _text(limit)}
            if test == "at_least":
                found["missing"] = _text(limit - fact)
            return self._problem("condition", found)
        if self.one_of is not None and _text(fact) not in self.one_of:
            return self._problem("condition", {"is": _text(fact), "must": self.must_text()})
        return None

    def _holds(self, fact: Fact) -> bool:
        if isinstance(fact, bool):
            return fact is self.flag
        if isinstance(fact, date):
            return (self.since is None or fact >= self.since) and (self.until is None or fact < self.until)
        if isinstance(fact, frozenset):
            return self.includes is None or self.includes <= fact
        return (self.equals is None or fact == self.equals) and (self.one_of is None or fact in self.one_of)

    def _problem(self, code: str, found: dict[str, str]) -> Problem:
        of = {"of": self.of} if self.of else {}
        return Problem(code, self.where, {"fact": self.fact, **of, **found})

    def must_text(self) -> str:
        """Return what a test other than one of a number asks for, in the form of the files; empty for a number's."""
        if self.flag is not None:
            return "yes" if self.flag else "no"
        if self.equals is not None:
            return self.equals
        texts = self.one_of or self.includes
        if texts is not None:
            return ", ".join(sorted(texts))
        days = [f"from {self.since}" if self.since else "", f"until {self.until}" if self.until else ""]
        return " ".join(day for day in days if day)


def failures(conditions: Iterable[Condition], facts: Facts) -> list[Problem]:
    """Return the problems of all conditions that do not hold."""
    return [problem for condition in conditions if (problem := condition.failure(facts)) is not None]


def gap_problem(gap: Gap, where: str) -> Problem:
    """Return a gap as a problem: what has no value there, and what was found."""
    if gap.code == "no-input":
        return Problem("missing-input", where, {"input": gap.name})
    if gap.code == "no-fact":
        return Problem("unknown-fact", where, {"fact": gap.name})
    return Problem("no-row", where, {"fact": gap.name, "is": gap.found, "first": gap.expected})


def _number_holds(test: str, fact: Decimal, limit: Decimal) -> bool:
    return {"at_least": fact >= limit, "below": fact < limit, "is": fact == limit}[test]


def _text(fact: Fact) -> str:
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    if isinstance(fact, Decimal):
        return f"{fact.normalize():f}"
    if isinstance(fact, frozenset):
        return ", ".join(sorted(fact))
    return str(fact)
