"""What the commission summary may show, as frozen values; cheap to import, for this module knows no ReportLab.

The quote's content is `domain.quote.QuoteContent`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from dealbook.domain.money import ZERO
from dealbook.domain.quote import Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """Amounts of one currency by kind: paid once or upfront, recurring, taken back (negative)."""

    once: Decimal = ZERO
    recurring: Decimal = ZERO
    clawback: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """All kinds together."""
        return self.once + self.recurring + self.clawback

    @classmethod
    def sum(cls, parts: Iterable["Paid"]) -> "Paid":
        """Return the parts added up, kind by kind."""
        rows = [(part.once, part.recurring, part.clawback) for part in parts]
        once, recurring, clawback = (sum(column, ZERO) for column in zip(*rows, strict=True)) if rows else (ZERO,) * 3
        return cls(once=once, recurring=recurring, clawback=clawback)


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryDeal:
    """A won deal with what it is expected to pay in the period.

    `is_chosen`: its plan was chosen, and is not merely the best one. `assumed` names the contract values that are the
    partner's guess.
    """

    customer: str
    title: str
    plan: str
    paid: Paid
    is_chosen: bool = True
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryProgram:
    """A program with its deals, all in its currency."""

    name: str
    currency: str
    deals: tuple[SummaryDeal, ...]

    @property
    def paid(self) -> Paid:
        """The deals added up."""
        return Paid.sum(deal.paid for deal in self.deals)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A currency's total in the book's currency, rounded once."""

    currency: str
    rate: Decimal
    amount: Decimal


class Reason(StrEnum):
    """Why a won deal is not counted."""

    INCOMPLETE = "incomplete"
    INELIGIBLE = "ineligible"
    NO_PLAN = "no-plan"
    FAULTY = "faulty"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A won deal that is not counted; `missing` names the contract values that an incomplete estimate lacks."""

    customer: str
    title: str
    reason: Reason
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryContent:
    """Everything that the commission summary shows of the calendar months `first_month` ≤ month < `after_month`.

    `currency` is the book's; `conversions` has one for each other currency that a rate is known for on `day`.
    """

    first_month: int
    after_month: int
    day: date
    language: str
    currency: str
    sender: Sender
    programs: tuple[SummaryProgram, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    paper: str = "A4"

    @property
    def by_currency(self) -> dict[str, Paid]:
        """The programs added up by currency, the book's own first."""
        currencies = sorted({program.currency for program in self.programs}, key=lambda c: (c != self.currency, c))
        return {c: Paid.sum(program.paid for program in self.programs if program.currency == c) for c in currencies}
