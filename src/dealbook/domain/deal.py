"""A customer's need and its story: deals, their offers, lines and events (programs.md §7).

Frozen values; a change makes a replaced copy. Prices are exact amounts in the deal's currency, rates are fractions,
terms are months. `checked` says what is wrong with a deal as problems beside the field.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from dealbook.domain.course import Course
from dealbook.domain.money import EXACT, ONE

CATEGORIES = (
    "ucaas",
    "ccaas",
    "sip",
    "connectivity",
    "mobile",
    "security",
    "content",
    "saas",
    "hardware",
    "service",
    "other",
)


class Charge(StrEnum):
    """How often a line is billed; an annual charge counts as a twelfth a month."""

    MONTHLY = "monthly"
    ANNUAL = "annual"
    ONE_TIME = "one-time"


class Stage(StrEnum):
    """Where a deal stands."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class EventKind(StrEnum):
    """What happens to a deal after it starts."""

    ADD = "add"
    REMOVE = "remove"
    CANCEL = "cancel"
    HANDOVER = "handover"
    PRICE = "price"
    RENEWAL = "renewal"
    SUCCESSOR = "successor"


class Role(StrEnum):
    """Who won the customer, and who looks after it."""

    ACQUISITION = "acquisition"
    CARE = "care"


class CustomerKind(StrEnum):
    """Whether the customer is new to the vendor."""

    NEW = "new"
    EXISTING = "existing"
    MIGRATION = "migration"


@dataclass(frozen=True, slots=True)
class RampStep:
    """From service month `from_month` on, `quantity` is billed."""

    from_month: int
    quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One product of an offer, with what the customer pays for it.

    `unit_price` is after discount; where it is None, `list_price` × (1 − `discount`) holds. `buy_price` is what the
    partner pays. All prices are for one unit and one charge period. `seats_each` None means the category's default.
    """

    product: str
    category: str
    quantity: Decimal = ONE
    charge: Charge = Charge.MONTHLY
    unit_price: Decimal | None = None
    list_price: Decimal | None = None
    discount: Decimal | None = None
    buy_price: Decimal | None = None
    free_months: int = 0
    ramp: tuple[RampStep, ...] = ()
    seats_each: Decimal | None = None
    description: str = ""
    optional: bool = False
    id: str = ""

    @property
    def is_recurring(self) -> bool:
        """Whether the line is billed again and again."""
        return self.charge is not Charge.ONE_TIME

    @property
    def price(self) -> Decimal:
        """The exact price of one unit after discount; zero where none is given."""
        if self.unit_price is not None:
            return self.unit_price
        return EXACT.multiply(self.list_price or Decimal(0), ONE - (self.discount or Decimal(0)))

    @property
    def full_price(self) -> Decimal:
        """The list price of one unit; where none is given, the price itself."""
        return self.price if self.list_price is None else self.list_price

    @property
    def seats_per_unit(self) -> Decimal:
        """How many seats one unit counts for (programs.md §3)."""
        if self.seats_each is not None:
            return self.seats_each
        return ONE if self.is_recurring and self.category in ("ucaas", "ccaas") else Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that holds from service month `month` on.

    `product` and `quantity`: of seats added or removed. `product` and `unit_price`: a new price of one unit for one
    charge period. `role` and `to_us`: a handover. `term`: of a renewal, in months; None: as long as the term before it.
    `program` and `plan`: a successor, which pays from then on what is paid over time.
    """

    month: int
    kind: EventKind
    product: str = ""
    quantity: Decimal = ONE
    role: Role | None = None
    to_us: bool = False
    unit_price: Decimal | None = None
    term: int | None = None
    program: str = ""
    plan: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One proposition inside a deal: lines, a term in months and assumed renewals of `renewal_term` months each."""

    title: str = ""
    lines: tuple[Line, ...] = ()
    events: tuple[Event, ...] = ()
    term: int = 36
    starts: date
    renewals: int = 0
    renewal_term: int = 12
    id: str = ""

    @property
    def course(self) -> Course:
        """The term and the renewals, those that happened and those assumed after them; the deal may end before."""
        return Course(self.term, self.renewals, self.renewal_term, self.renewed())

    @property
    def horizon(self) -> int:
        """Service months from the start to the end of the assumed renewals."""
        return self.course.horizon if self.events else self.term + self.renewals * self.renewal_term

    def renewed(self) -> list[tuple[int, int | None]]:
        """Return (first service month, months) of the renewals that happened; after a cancellation there are none."""
        leaves = min((event.month for event in self.events if event.kind is EventKind.CANCEL), default=None)
        return [
            (event.month, event.term)
            for event in self.events
            if event.kind is EventKind.RENEWAL and (leaves is None or event.month < leaves)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The offer and plan that were chosen for a deal, and the program version that governs it."""

    offer_id: str
    program: str
    version: str
    plan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """A customer's need and its story.

    `signed` is the signing day; of an open deal, the day it is expected to close. `probability` is a fraction.
    `opened` is the day on which it came into the book, `lost_on` the one on which it was lost, and `lost_reason` why.
    """

    customer: str
    title: str = ""
    signed: date
    offers: tuple[Offer, ...]
    stage: Stage = Stage.OPEN
    probability: Decimal = Decimal("0.5")
    currency: str = "EUR"
    country: str | None = None
    customer_kind: CustomerKind = CustomerKind.NEW
    segment: str | None = None
    registered: bool = False
    roles: frozenset[Role] = frozenset(Role)
    chosen: Choice | None = None
    contact: str = ""
    address: str = ""
    note: str = ""
    opened: date | None = None
    lost_on: date | None = None
    lost_reason: str = ""
    id: str = ""
