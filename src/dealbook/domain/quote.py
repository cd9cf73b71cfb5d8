"""What a customer is offered, frozen: quotes and their revisions.

`QuoteContent` is all that a quote document may know. It has no field for a commission, margin, buy price, program or
plan, so a customer's document cannot show one.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from dealbook.domain.deal import Charge


class QuoteStatus(StrEnum):
    """Where a quote stands."""

    ISSUED = "issued"
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteLine:
    """A line as the customer sees it; `discount` is a fraction off `list_price`, `total` one charge period's bill."""

    product: str
    description: str = ""
    quantity: Decimal
    charge: Charge
    list_price: Decimal
    price: Decimal
    discount: Decimal
    total: Decimal
    optional: bool = False
    free_months: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteOffer:
    """One alternative of a quote: its lines and totals, net of tax.

    `monthly`, `annual` and `once` leave optional lines out; `whole_term` is what is billed over `term` months.
    """

    title: str
    lines: tuple[QuoteLine, ...]
    term: int
    starts: date
    monthly: Decimal
    annual: Decimal
    once: Decimal
    whole_term: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The partner as its documents show it."""

    name: str
    address: str
    contact: str
    phone: str
    email: str
    register: str
    vat_id: str
    bank: str
    logo: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteContent:
    """Everything that the quote document shows; offers[0] is the one set out in full, the others are alternatives.

    `valid_until` is included in the validity; `vat_rate` is a fraction; `language` is en, fr or de.
    """

    number: str
    revision: int
    day: date
    valid_until: date
    language: str
    currency: str
    title: str
    customer: str
    customer_contact: str
    customer_address: str
    sender: Sender
    offers: tuple[QuoteOffer, ...]
    vat_rate: Decimal
    terms: str = ""
    paper: str = "A4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """An issued quote: the frozen content, the PDF's bytes and digest, and the program versions in use that day.

    `origin` tells quotes of one number apart: of one that came from another book, where its number was taken already,
    it names that book. What the customer has stays as it is.
    """

    id: str
    deal_id: str
    content: QuoteContent
    status: QuoteStatus
    issued_at: datetime
    pdf: bytes
    digest: str
    programs: tuple[str, ...] = ()
    origin: str = ""

    @property
    def series(self) -> str:
        """What its revisions have in common: the number, and the book that it came from where that tells it apart."""
        return f"{self.content.number} ({self.origin})" if self.origin else self.content.number

    @property
    def label(self) -> str:
        """The number with its revision: Q-2026-0042, then Q-2026-0042-2; Q-2026-0042 (Laptop) from another book."""
        return label_of(self.content.number, self.origin, self.content.revision)


def label_of(number: str, origin: str, revision: int) -> str:
    """Return what a quote is called: its number, its revision from the second on, and the book that it came from."""
    label = number if revision == 1 else f"{number}-{revision}"
    return f"{label} ({origin})" if origin else label
