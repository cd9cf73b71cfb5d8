"""The reseller who owns the book, its membership in programs, and its assumptions (programs.md §7)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from dealbook.domain.money import minor_unit, round_minor

#: An input's value as a program file writes it: a rate or amount as text or number, or a table.
Raw = str | int | Decimal | Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """The partner's membership in a program, from the day `since` on until the day `until`, on which it left.

    `inputs` are the contract's figures as a program file writes them; those named in `assumed` are the partner's guess
    and not its contract. `standing` holds opening figures of the current period, by fact, `before` those of the period
    before.
    """

    program: str
    since: date | None = None
    until: date | None = None
    version: str | None = None
    tier: str | None = None
    certified: bool = False
    inputs: Mapping[str, Raw] = field(default_factory=dict)
    assumed: frozenset[str] = frozenset()
    standing: Mapping[str, Decimal] = field(default_factory=dict)
    before: Mapping[str, Decimal] = field(default_factory=dict)
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """What nobody can know: `discount_rate` as a fraction a year, `churn` as a fraction a month."""

    discount_rate: Decimal = Decimal("0.08")
    churn: Decimal = Decimal("0.003")


class SalesBasis(StrEnum):
    """Of what the salesperson gets a share: the values are names of totals (programs.md §8.4)."""

    FIRST_YEAR = "first_year"
    TERM = "term"
    TOTAL = "total"


class SalesTime(StrEnum):
    """When the salesperson is paid: at once, with the start of the service, or as the vendor pays."""

    SIGNING = "signing"
    START = "start"
    AS_PAID = "as-paid"


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesPay:
    """What the partner pays its own salespeople: a `share` (a fraction) `of` what the vendor pays, and when (`at`).

    `reserve` is the cash that may be laid out for it, in the partner's currency.
    """

    share: Decimal = Decimal(0)
    of: SalesBasis = SalesBasis.TERM
    at: SalesTime = SalesTime.SIGNING
    reserve: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyWork:
    """The work of one duty: `hours` a month for each customer, and `minutes` a month for each seat."""

    hours: Decimal = Decimal(0)
    minutes: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What work costs: an hour in the partner's currency, the hours that a sale takes, the work of each duty."""

    hour_cost: Decimal = Decimal(0)
    sale_hours: Decimal = Decimal(0)
    duties: Mapping[str, DutyWork] = field(default_factory=dict)

    @property
    def has_hours(self) -> bool:
        """Whether any work is known."""
        return bool(self.sale_hours) or any(duty.hours or duty.minutes for duty in self.duties.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRate:
    """From `day` on, one unit of `base` is `rate` units of `quote`."""

    day: date
    base: str
    quote: str
    rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """The reseller: what its documents show of it, and what programs ask of it. `vat_rate` is a fraction."""

    name: str
    country: str | None = None
    company_size: int | None = None
    certificates: frozenset[str] = frozenset()
    address: str = ""
    contact: str = ""
    phone: str = ""
    email: str = ""
    vat_id: str = ""
    register: str = ""
    bank: str = ""
    currency: str = "EUR"
    vat_rate: Decimal = Decimal("0.19")
    language: str = "en"
    terms: str = ""
    logo: bytes = b""
    assume: Assumptions = field(default_factory=Assumptions)
    sales: SalesPay = field(default_factory=SalesPay)
    work: Work = field(default_factory=Work)

    @property
    def amounts(self) -> tuple[Decimal, Decimal]:
        """The amounts that are kept in the partner's currency: the cash that may be laid out, the cost of an hour."""
        return self.sales.reserve, self.work.hour_cost

    def with_currency(self, currency: str) -> "Partner":
        """Return the partner with another currency.

        Its amounts keep their figures, as nobody said at which rate they would be converted; decimals that the new
        currency does not have are rounded.
        """
        reserve, hour_cost = (round_minor(amount, minor_unit(currency)) for amount in self.amounts)
        return replace(
            self,
            currency=currency,
            sales=replace(self.sales, reserve=reserve),
            work=replace(self.work, hour_cost=hour_cost),
        )
