"""What is found about the impact of a new version: the question, a deal under both versions, the sums; frozen values.

How it is worked out is `desk.impact` and `desk.impact_worlds`; the words are `desk.impact_words`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from dealbook.desk.compare import Objective
from dealbook.domain.money import ZERO
from dealbook.domain.problem import Problem
from dealbook.earnings.estimate import Status
from dealbook.programs.model import Program


class Group(StrEnum):
    """Where a deal counts: won, open and placed in the program, or open and placed elsewhere (not in the book)."""

    WON = "won"
    OPEN = "open"
    ELSEWHERE = "elsewhere"


class Verdict(StrEnum):
    """What happens to a deal besides the figure."""

    SAME = "same"
    CHANGES = "changes"
    OPENS = "opens"
    CLOSES = "closes"
    UNKNOWN = "unknown"
    """Something is missing to say it: a contract value, an exchange rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which versions are compared; without an `old` one, the new program with nothing. `day`: whose rates hold."""

    new: Program
    old: Program | None = None
    objective: Objective = Objective.EXPECTED
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A deal under one of the versions.

    `amount` is in the book's currency: 0 where the plan is not open to the deal, None where it cannot be told.
    `version` is the one that governs. `problems` say what stands against a figure.
    """

    version: str = ""
    plan: str = ""
    plan_name: str = ""
    status: Status | None = None
    amount: Decimal | None = ZERO
    problems: tuple[Problem, ...] = ()

    @property
    def pays(self) -> bool:
        """Whether the plan is open to the deal."""
        return self.status is Status.PAYABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactRow:
    """A deal under both versions; amounts are in the book's currency.

    `weighted` is the change times an open deal's probability. `best_old` and `best_new` name the plan that is best
    across all programs, for open deals. `is_pinned`: the enrolment keeps a won deal's version whatever follows.
    """

    deal_id: str
    customer: str
    title: str
    group: Group
    closes: date
    old: Side
    new: Side
    probability: Decimal
    weighted: Decimal | None = None
    best_old: str = ""
    best_new: str = ""
    is_pinned: bool = False

    @property
    def change(self) -> Decimal | None:
        """What the new version brings more; None where one of the figures cannot be told."""
        if self.old.amount is None or self.new.amount is None:
            return None
        return self.new.amount - self.old.amount

    @property
    def verdict(self) -> Verdict:
        """What happens to the deal."""
        if self.change is None:
            return Verdict.UNKNOWN
        if self.old.pays != self.new.pays:
            return Verdict.OPENS if self.new.pays else Verdict.CLOSES
        return Verdict.CHANGES if self.change else Verdict.SAME

    @property
    def is_touched(self) -> bool:
        """Whether anything happens to the deal: its figure, its plan, or who is best for it."""
        return self.verdict is not Verdict.SAME or self.best_old != self.best_new or self.old.plan != self.new.plan


@dataclass(frozen=True, slots=True)
class Sums:
    """The rows of a group whose figures are known, added up; `count` is their number, `unknown` that of the others."""

    old: Decimal = ZERO
    new: Decimal = ZERO
    weighted: Decimal = ZERO
    count: int = 0
    unknown: int = 0

    @property
    def change(self) -> Decimal:
        """What the new version brings more."""
        return self.new - self.old

    def __add__(self, other: "Sums") -> "Sums":
        """Return both added up."""
        return Sums(
            self.old + other.old,
            self.new + other.new,
            self.weighted + other.weighted,
            self.count + other.count,
            self.unknown + other.unknown,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """The rows, the largest change first; `untouched` deals are not open to the program under either version.

    `as_if_enrolled`: the partner is not in the program, and is taken to be, certified and without contract values.
    `pinned` is the version that the enrolment keeps, if it does. `faulty` deals have errors and are not estimated.
    """

    question: Question
    currency: str
    rows: tuple[ImpactRow, ...]
    untouched: int = 0
    faulty: tuple[str, ...] = ()
    as_if_enrolled: bool = False
    pinned: str = ""

    def sums(self, group: Group) -> Sums:
        """Return the rows of a group added up."""
        return sum_of(row for row in self.rows if row.group is group)

    @property
    def book(self) -> Sums:
        """Won deals, and the open ones that are placed in the program."""
        return self.sums(Group.WON) + self.sums(Group.OPEN)

    @property
    def changed(self) -> tuple[ImpactRow, ...]:
        """The rows to which something happens."""
        return tuple(row for row in self.rows if row.is_touched)


def sum_of(rows: Iterable[ImpactRow]) -> Sums:
    """Return rows added up; those whose change cannot be told are only counted."""
    total = Sums()
    for row in rows:
        if row.old.amount is None or row.new.amount is None:
            total += Sums(unknown=1)
        else:
            total += Sums(row.old.amount, row.new.amount, row.weighted or ZERO, 1)
    return total
