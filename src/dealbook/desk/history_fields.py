"""What the columns of the book are called to a person, and in what form their cells are told.

English names are the message ids; those of the import's columns and of the settings are used where there are such. A
column that is not here, as an older or a newer Dealbook may have had it, is told under its own name.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from dealbook.desk.forms import CATEGORIES, CUSTOMER_KINDS, ROLES
from dealbook.desk.table_fields import CHARGES, SPECS, STAGES, Field
from dealbook.domain.deal import EventKind
from dealbook.domain.quote import QuoteStatus


class Form(StrEnum):
    """How a cell is told."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    MONTHS = "months"
    MONEY = "money"
    SHARE = "share"
    DAY = "day"
    FLAG = "flag"
    WORD = "word"
    RAMP = "ramp"
    NAMES = "names"
    FIGURES = "figures"
    FACTS = "facts"
    BYTES = "bytes"
    PROGRAM = "program"
    PLAN = "plan"
    OFFER = "offer"


class Spec(NamedTuple):
    """A column: its label, the form of its cells and, for words, which they are."""

    label: str
    form: Form = Form.TEXT
    words: Mapping[str, str] = {}


EVENT_KINDS: Final = {
    EventKind.ADD.value: "seats added",
    EventKind.REMOVE.value: "seats removed",
    EventKind.CANCEL.value: "cancellation",
    EventKind.HANDOVER.value: "handover",
    EventKind.PRICE.value: "price change",
    EventKind.RENEWAL.value: "renewal",
    EventKind.SUCCESSOR.value: "successor",
}
QUOTE_STATES: Final = {status.value: status.value for status in QuoteStatus}
SALES_BASES: Final = {"first_year": "first year", "term": "whole term", "total": "all that is paid"}
SALES_TIMES: Final = {"signing": "at signing", "start": "at the start", "as-paid": "as the vendor pays"}

_DEAL: Final = {
    "customer": Spec(SPECS[Field.CUSTOMER].name),
    "title": Spec(SPECS[Field.TITLE].name),
    "stage": Spec(SPECS[Field.STAGE].name, Form.WORD, STAGES),
    "signed": Spec(SPECS[Field.SIGNED].name, Form.DAY),
    "probability": Spec(SPECS[Field.PROBABILITY].name, Form.SHARE),
    "currency": Spec(SPECS[Field.CURRENCY].name),
    "country": Spec(SPECS[Field.COUNTRY].name),
    "customer_kind": Spec(SPECS[Field.CUSTOMER_KIND].name, Form.WORD, CUSTOMER_KINDS),
    "segment": Spec(SPECS[Field.SEGMENT].name),
    "registered": Spec(SPECS[Field.REGISTERED].name, Form.FLAG),
    "has_acquisition": Spec("Acquisition is ours", Form.FLAG),
    "has_care": Spec("Care is ours", Form.FLAG),
    "chosen_offer": Spec("Chosen offer", Form.OFFER),
    "chosen_program": Spec("Chosen program", Form.PROGRAM),
    "chosen_version": Spec("Program version of the choice"),
    "chosen_plan": Spec("Chosen plan", Form.PLAN),
    "contact": Spec(SPECS[Field.CONTACT].name),
    "address": Spec(SPECS[Field.ADDRESS].name, Form.LONG),
    "note": Spec(SPECS[Field.NOTE].name, Form.LONG),
    "opened": Spec("Opened on", Form.DAY),
    "lost_on": Spec("Lost on", Form.DAY),
    "lost_reason": Spec("Reason of the loss"),
}
_OFFER: Final = {
    "title": Spec(SPECS[Field.TITLE].name),
    "term": Spec(SPECS[Field.TERM].name, Form.MONTHS),
    "starts": Spec(SPECS[Field.STARTS].name, Form.DAY),
    "renewals": Spec(SPECS[Field.RENEWALS].name, Form.NUMBER),
    "renewal_term": Spec(SPECS[Field.RENEWAL_TERM].name, Form.MONTHS),
}
_LINE: Final = {
    "offer_id": Spec("Offer", Form.OFFER),
    "product": Spec(SPECS[Field.PRODUCT].name),
    "category": Spec(SPECS[Field.CATEGORY].name, Form.WORD, CATEGORIES),
    "quantity": Spec(SPECS[Field.QUANTITY].name, Form.NUMBER),
    "charge": Spec(SPECS[Field.CHARGE].name, Form.WORD, CHARGES),
    "unit_price": Spec(SPECS[Field.UNIT_PRICE].name, Form.MONEY),
    "list_price": Spec(SPECS[Field.LIST_PRICE].name, Form.MONEY),
    "discount": Spec(SPECS[Field.DISCOUNT].name, Form.SHARE),
    "buy_price": Spec(SPECS[Field.BUY_PRICE].name, Form.MONEY),
    "free_months": Spec(SPECS[Field.FREE_MONTHS].name, Form.NUMBER),
    "ramp": Spec(SPECS[Field.RAMP].name, Form.RAMP),
    "seats_each": Spec(SPECS[Field.SEATS_EACH].name, Form.NUMBER),
    "description": Spec(SPECS[Field.DESCRIPTION].name),
    "optional": Spec(SPECS[Field.OPTIONAL].name, Form.FLAG),
}
_EVENT: Final = {
    "offer_id": Spec("Offer", Form.OFFER),
    "month": Spec("Service month", Form.NUMBER),
    "kind": Spec("Event", Form.WORD, EVENT_KINDS),
    "product": Spec(SPECS[Field.PRODUCT].name),
    "quantity": Spec(SPECS[Field.QUANTITY].name, Form.NUMBER),
    "role": Spec("Role", Form.WORD, ROLES),
    "to_us": Spec("Goes to us", Form.FLAG),
    "unit_price": Spec(SPECS[Field.UNIT_PRICE].name, Form.MONEY),
    "term": Spec(SPECS[Field.TERM].name, Form.MONTHS),
    "program": Spec("Program", Form.PROGRAM),
    "plan": Spec("Plan", Form.PLAN),
}
_PARTNER: Final = {
    "name": Spec("Name"),
    "address": Spec("Address", Form.LONG),
    "contact": Spec("Contact"),
    "phone": Spec("Phone"),
    "email": Spec("E-mail"),
    "country": Spec("Country"),
    "currency": Spec("Currency of new deals"),
    "company_size": Spec("Employees", Form.NUMBER),
    "certificates": Spec("Certificates", Form.NAMES),
    "language": Spec("Language of new quotes", Form.WORD, {"en": "English", "fr": "French", "de": "German"}),
    "vat_rate": Spec("VAT rate", Form.SHARE),
    "vat_id": Spec("VAT number"),
    "register": Spec("Commercial register"),
    "bank": Spec("Bank"),
    "terms": Spec("Terms", Form.LONG),
    "logo": Spec("Logo", Form.BYTES),
    "discount_rate": Spec("Discount rate, a year", Form.SHARE),
    "churn": Spec("Customers lost, a month", Form.SHARE),
    "sales_share": Spec("Share of the salesperson", Form.SHARE),
    "sales_of": Spec("Share is of", Form.WORD, SALES_BASES),
    "sales_at": Spec("Share is paid", Form.WORD, SALES_TIMES),
    "reserve": Spec("Cash reserve", Form.MONEY),
    "hour_cost": Spec("Cost of an hour of work", Form.MONEY),
    "sale_hours": Spec("Hours of work for a sale", Form.NUMBER),
    "duties": Spec("Work of a duty", Form.FIGURES),
}
_ENROLMENT: Final = {
    "program": Spec("Program", Form.PROGRAM),
    "since": Spec("Enrolled since", Form.DAY),
    "until": Spec("Left on", Form.DAY),
    "version": Spec("Version"),
    "tier": Spec("Tier"),
    "certified": Spec("Certified", Form.FLAG),
    "inputs": Spec("Contract value", Form.FIGURES),
    "assumed": Spec("Assumed", Form.NAMES),
    "standing": Spec("Opening figure", Form.FACTS),
    "before": Spec("Opening figure of the period before", Form.FACTS),
}
_RATE: Final = {
    "day": Spec("From the day", Form.DAY),
    "base": Spec("1 unit of"),
    "quote": Spec("is in"),
    "rate": Spec("Rate", Form.NUMBER),
}
COLUMNS: Final[Mapping[str, Mapping[str, Spec]]] = {
    "deal": _DEAL,
    "offer": _OFFER,
    "line": _LINE,
    "event": _EVENT,
    "partner": _PARTNER,
    "enrolment": _ENROLMENT,
    "exchange_rate": _RATE,
    "program": {"text": Spec("Text", Form.LONG)},
    "draft": {
        "program": Spec("Program", Form.PROGRAM),
        "base": Spec("Started from"),
        "text": Spec("Text", Form.LONG),
    },
    "quote": {"status": Spec("Status", Form.WORD, QUOTE_STATES)},
}
"""The columns of each table; what stands in none of them is told by its name."""

HIDDEN: Final = frozenset({"id", "position", "deal_id"})
"""Columns that hold a table together and say nothing."""


def spec_of(table: str, column: str) -> Spec:
    """Return what a column is called and how it is told."""
    known = COLUMNS.get(table, {}).get(column)
    return known or Spec(column.replace("_", " ").capitalize())
