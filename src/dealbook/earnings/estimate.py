"""The result of evaluating one offer under one plan, and the arithmetic behind it as data (programs.md §9)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from dealbook.domain.problem import Problem
from dealbook.earnings.payments import Payment


class Status(StrEnum):
    """Whether a plan pays, why not, or what is missing to say so."""

    PAYABLE = "payable"
    INELIGIBLE = "ineligible"
    INCOMPLETE = "incomplete"


class Totals(NamedTuple):
    """Sums of an estimate in the program's currency (programs.md §8.4 to §8.6)."""

    upfront: Decimal
    monthly: Decimal
    first_year: Decimal
    term: Decimal
    total: Decimal
    present_value: Decimal
    expected_value: Decimal
    coop: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the arithmetic: what was done (`code`), to which component, its result, the facts it used.

    `result` is an amount, a rate as a fraction or a count, as `code` says; `facts` are texts ready for words; `source`
    names the program's source for the figure, and `confidence` how sure it is.
    """

    code: str
    component: str
    result: Decimal | None
    facts: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    confidence: str = ""


class Estimate(NamedTuple):
    """All payments of one offer under one plan, with totals and problems; totals are None while it is incomplete.

    `tier` is the partner's tier at signing. `otherwise` names the plan shown in place of an ineligible one.
    """

    program: str
    version: str
    vendor: str
    program_name: str
    plan: str
    plan_name: str
    model: str
    currency: str
    status: Status
    tier: str | None
    problems: tuple[Problem, ...]
    payments: tuple[Payment, ...]
    totals: Totals | None
    otherwise: str | None = None
    duties: tuple[str, ...] = ()
    trace: tuple[Step, ...] = ()
