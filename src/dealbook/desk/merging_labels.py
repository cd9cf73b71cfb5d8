"""What the fields of records are called where two books are compared; and the values of both sides in words."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from dealbook.desk.forms import CATEGORIES, CUSTOMER_KINDS, NO, ROLES, YES
from dealbook.desk.table_fields import CHARGES, SPECS
from dealbook.domain.deal import Choice, RampStep
from dealbook.domain.partner import Raw
from dealbook.language import Language

NOTHING: Final = "\N{EN DASH}"
_OF_TABLE: Final = {field.value: spec.name for field, spec in SPECS.items()}
DEAL: Final[Mapping[str, str]] = {
    **{
        name: _OF_TABLE[name]
        for name in ("customer", "title", "stage", "signed", "probability", "currency", "country", "customer_kind")
    },
    **{name: _OF_TABLE[name] for name in ("segment", "registered", "roles", "contact", "address", "note")},
    "chosen": "Plan",
    "opened": "Opened on",
    "lost_on": "Lost on",
    "lost_reason": "Lost because",
}
OFFER: Final[Mapping[str, str]] = {
    "title": _OF_TABLE["title"],
    **{name: _OF_TABLE[name] for name in ("term", "starts", "renewals", "renewal_term")},
}
LINE: Final[Mapping[str, str]] = {
    name: _OF_TABLE[name]
    for name in (
        *("product", "category", "quantity", "charge", "unit_price", "list_price", "discount", "buy_price"),
        *("free_months", "seats_each", "ramp", "description", "optional"),
    )
}
EVENT: Final[Mapping[str, str]] = {
    "month": "Month",
    "kind": "Event",
    "product": _OF_TABLE["product"],
    "quantity": _OF_TABLE["quantity"],
    "unit_price": _OF_TABLE["unit_price"],
    "term": _OF_TABLE["term"],
    "role": "Role",
    "to_us": "To us",
    "program": "Program",
    "plan": "Plan",
}
EVENTS: Final[Mapping[str, str]] = {
    "add": "seats added",
    "remove": "seats removed",
    "cancel": "cancellation",
    "handover": "handover",
    "price": "price change",
    "renewal": "renewal",
    "successor": "vendor successor",
}
PARTNER: Final[Mapping[str, str]] = {
    "name": "Name",
    "address": "Address",
    "contact": "Contact",
    "phone": "Phone",
    "email": "E-mail",
    "country": "Country",
    "currency": "Currency of new deals",
    "company_size": "Employees",
    "certificates": "Certificates",
    "language": "Language of new quotes",
    "vat_rate": "VAT rate",
    "vat_id": "VAT number",
    "register": "Commercial register",
    "bank": "Bank",
    "terms": "Terms",
    "logo": "Logo",
    "discount_rate": "Discount rate, a year",
    "churn": "Customers lost, a month",
    "share": "Salesperson's share",
    "of": "Share of",
    "at": "Salesperson is paid",
    "reserve": "Cash for it",
    "hour_cost": "Cost of an hour",
    "sale_hours": "Hours for a sale",
    "hours": "Hours a month",
    "minutes": "Minutes a seat and month",
}
ENROLMENT: Final[Mapping[str, str]] = {
    "program": "Program",
    "since": "Enrolled since",
    "until": "Left on",
    "version": "Version",
    "tier": "Tier",
    "certified": "Certified",
    "inputs": "Contract value",
    "assumed": "Assumed",
    "standing": "Opening figure",
    "before": "Opening figure of the period before",
}
RATE: Final[Mapping[str, str]] = {name: _OF_TABLE[name] for name in ("day", "base", "quote", "rate")}
PROGRAM: Final[Mapping[str, str]] = {"effective_from": "In force from", "program": "Program", "text": "Text"}
DRAFT: Final[Mapping[str, str]] = {"program": "Program", "base": "Based on", "text": "Text"}
QUOTE: Final[Mapping[str, str]] = {
    "number": "Number",
    "customer": _OF_TABLE["customer"],
    "title": _OF_TABLE["title"],
    "day": "Day",
    "valid_until": "Valid until",
    "status": "Status",
}
PARTS: Final[Mapping[str, Mapping[str, str]]] = {
    "deal": DEAL,
    "partner": {**PARTNER, "assume": "Assumptions", "sales": "Own sales force", "work": "Work"},
    "enrolment": {**ENROLMENT, "inputs": "Contract values", "standing": "Opening figures"},
    "exchange_rate": RATE,
    "program": PROGRAM,
    "draft": DRAFT,
    "quote": QUOTE,
}
"""What the parts of a record are called, by table, in the order in which they are shown."""
OFFER_NAME: Final = "Offer {title}"
OFFER_PLACE: Final = "Offer {place}"
PLACE: Final = "Place among the offers"
BYTES: Final = ("{n} byte", "{n} bytes")
LINES: Final = ("{n} line", "{n} lines")
"""Plural forms."""
STATUSES: Final = ("issued", "sent", "accepted", "declined", "replaced")
SALES: Final[Mapping[str, str]] = {
    "first_year": "the first year",
    "term": "the term",
    "total": "everything",
    "signing": "at signing",
    "start": "with the start of the service",
    "as-paid": "as the vendor pays",
}
LABELS: Final = (
    *(name for table in PARTS.values() for name in table.values()),
    *(name for table in (OFFER, LINE, EVENT, EVENTS, SALES) for name in table.values()),
    *(OFFER_NAME, OFFER_PLACE, PLACE, *STATUSES),
)
"""All message ids of this module."""

_SHARES: Final = frozenset({"probability", "discount", "vat_rate", "discount_rate", "churn", "share"})
_MONEY: Final = frozenset({"unit_price", "list_price", "buy_price", "reserve", "hour_cost"})
_CHOICES: Final[Mapping[str, Mapping[str, str]]] = {
    "customer_kind": CUSTOMER_KINDS,
    "category": CATEGORIES,
    "charge": CHARGES,
    "role": ROLES,
    "roles": ROLES,
    "kind": EVENTS,
    "of": SALES,
    "at": SALES,
}


def flat(record: object, *without: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the fields of a record with their paths, those of what it is made of as well; `without` some."""
    if is_dataclass(record) and not isinstance(record, type | Choice):
        for field in fields(record):
            if field.name not in without:
                yield from ((_join(field.name, path), value) for path, value in flat(getattr(record, field.name)))
    elif isinstance(record, Mapping):
        for key, value in record.items():
            yield from ((_join(str(key), path), one) for path, one in flat(value))
    else:
        yield (), record


def _join(name: str, path: tuple[str, ...]) -> tuple[str, ...]:
    return name, *path


def shown(field: str, value: Any, words: Language, currency: str) -> str:  # noqa: ANN401 - any field's value
    """Return the value of a field in words; money is in `currency`."""
    match value:
        case None | "" | b"" | ():
            told = NOTHING
        case bool():
            told = words.text(YES if value else NO)
        case date():
            told = words.short_date(value)
        case Choice():
            told = f"{value.program} {value.version} · {value.plan}"
        case StrEnum():
            told = words.text(_CHOICES.get(field, {}).get(value.value, value.value))
        case Decimal():
            told = _figure(field, value, words, currency)
        case bytes():
            told = words.plural(*BYTES, len(value))
        case _:
            told = _several(field, value, words)
    return told


def _figure(field: str, value: Decimal, words: Language, currency: str) -> str:
    if field in _SHARES:
        return words.percent(value)
    return words.amount(value, currency) if field in _MONEY else words.number(value)


def _several(field: str, value: Raw | frozenset[str] | tuple[RampStep, ...], words: Language) -> str:
    if isinstance(value, int):
        return words.number(value)
    if isinstance(value, frozenset):
        names = _CHOICES.get(field, {})
        return ", ".join(sorted(words.text(names.get(str(one), str(one))) for one in value)) or NOTHING
    if isinstance(value, tuple):
        return "; ".join(f"{step.from_month}: {words.number(step.quantity)}" for step in value)
    if field == "category":
        return words.text(CATEGORIES.get(str(value), str(value)))
    text = str(value)
    if field == "text":
        return words.plural(*LINES, len(text.splitlines()))
    return " / ".join(filter(None, (line.strip() for line in text.splitlines()))) or NOTHING
