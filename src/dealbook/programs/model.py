"""A program as data: what a version's file says, read and checked (programs.md §1, §5, §6).

Values are not resolved here: an input may have its value from the partner's contract.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from dealbook.programs.conditions import Condition
from dealbook.programs.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a figure was read."""

    id: str
    title: str
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A figure that a contract fixes. `at_most` is a published ceiling and never used as an estimate."""

    name: str
    label: str
    kind: str = "rate"
    confidence: str = "contract"
    source: str | None = None
    value: Value | None = None
    at_most: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What the partner must reach in a period: `fact` ÷ `target`; the target grows by a fraction each full year."""

    fact: str
    target: Value
    grows: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A level of the program: all of `requires` and one of `any_of` must hold."""

    name: str
    requires: tuple[Condition, ...] = ()
    any_of: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the program counts: over which period, whether the deal at hand counts, when a tier takes effect.

    `lasts`: how long a tier that was reached rules, to the end of its "period" or through the "next-period" too.
    """

    period: str = "calendar-year"
    starts_month: int = 1
    counts_this_deal: bool = True
    takes_effect: str = "at-once"
    lasts: str = "period"
    quota: Quota | None = None
    tiers: tuple[Tier, ...] = ()

    @property
    def year_starts(self) -> int:
        """The month in which its year starts: the fiscal year's where that is the period, else January."""
        return self.starts_month if self.period == "fiscal-year" else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Clawback:
    """What the vendor takes back when the customer leaves or shrinks early.

    `share` None means prorated over `window` months; `window` None means that the share's table alone decides.
    """

    window: int | None
    share: Value | None
    on_shrink: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    """A part of a payment made once; `lag` in months after it is due."""

    share: Decimal
    lag: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One thing that a plan pays: on what, how much, when and for how long (programs.md §6).

    Rates, factors and shares are fractions; lags and lengths are months. `every` is the block's length in months, 0 for
    what is paid once. `months` and `upfront` are "term", "life" or a number of service months. `after_leaving` is
    "life", or for how many months after the partner left the program it is still paid. `points` are added to the rate.
    `cap_per` "year": the cap limits what the partner is paid in a year for all deals, not what one deal pays.
    """

    id: str
    label: str = ""
    basis: str
    rate: Value | None = None
    points: Value | None = None
    amount: Value | None = None
    on: frozenset[str] | None = None
    at: str = "signing"
    every: int = 0
    months: int | str = "term"
    after_leaving: int | str = "life"
    upfront: int | str | None = None
    upfront_fee: Value | None = None
    lag: int = 0
    vests_after: int = 0
    instalments: tuple[Instalment, ...] = ()
    requires: tuple[Condition, ...] = ()
    split: tuple[tuple[str, Decimal], ...] = ()
    renewal: Value | None = None
    renewal_bonus: Value | None = None
    growth: str = "pays"
    growth_rate: str = "original"
    clawback: Clawback | None = None
    discounts: str = "base"
    markup: str = "counts"
    cap: Value | None = None
    cap_per: str = "deal"
    floor: Value | None = None
    exclusive_group: str | None = None
    cash: Value | None = None
    source: str | None = None
    confidence: str | None = None
    note: str = ""

    @property
    def figure(self) -> Value:
        """The rate, or the amount for each."""
        value = self.rate if self.rate is not None else self.amount
        if value is None:
            msg = f"{self.id} was read without rate and amount"
            raise ValueError(msg)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Buy:
    """The partner's price of a line that gives none itself: a fraction off list, or a price for one unit."""

    off_list: Value | None = None
    price: Value | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One way of being paid inside a program.

    What a month pays below `minimum_payout` is "carried" to a later month or "forfeited", as `below_minimum` says.
    """

    id: str
    name: str
    model: str
    requires: tuple[Condition, ...] = ()
    otherwise: str | None = None
    partner_share: Value | None = None
    minimum_payout: Value | None = None
    below_minimum: str = "carried"
    duties: tuple[str, ...] = ()
    buy: Buy | None = None
    pays: tuple[Component, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One version of a vendor's program, in force for deals signed from `effective_from` on (half-open).

    `succeeds` names the programs that it took over.
    """

    id: str
    vendor: str
    name: str
    version: str
    effective_from: date
    effective_until: date | None = None
    applies_to: str = "new-deals"
    succeeds: frozenset[str] = frozenset()
    currency: str = "EUR"
    countries: frozenset[str] = frozenset()
    covers: frozenset[str] = frozenset()
    exclusive: bool = False
    summary: str = ""
    sources: tuple[Source, ...] = ()
    inputs: Mapping[str, Input] = field(default_factory=dict)
    standing: Standing = field(default_factory=Standing)
    plans: tuple[Plan, ...] = ()

    def plan(self, plan_id: str) -> Plan | None:
        """Return the plan of an id."""
        return next((plan for plan in self.plans if plan.id == plan_id), None)
