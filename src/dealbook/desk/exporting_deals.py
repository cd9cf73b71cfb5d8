"""Deals and what happens to them as tables: one line a row, with the columns that an import knows again, and events.

Events stand in a table of their own, by the deal's number in the other; the chosen plan stays in the book.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from dealbook.desk.forms import NO, ROLES, YES
from dealbook.desk.table_fields import CHOICES, DEAL_FIELDS, SPECS, Field, Kind, Level
from dealbook.domain.deal import Deal, Event, EventKind, Line, Offer, RampStep, Role
from dealbook.domain.months import service_month_begins
from dealbook.language import Language
from dealbook.tables.writing import Share, Value

EVENT_KINDS: Final[Mapping[EventKind, str]] = {
    EventKind.ADD: "seats added",
    EventKind.REMOVE: "seats removed",
    EventKind.CANCEL: "cancellation",
    EventKind.HANDOVER: "handover",
    EventKind.PRICE: "new price",
    EventKind.RENEWAL: "renewal",
    EventKind.SUCCESSOR: "successor",
}
EVENT_HEADERS: Final = (
    *("Deal no.", "Customer", "Title", "Offer", "Day", "Service month", "Event", "Product", "Quantity", "Net price"),
    *("Currency", "Term", "Role", "To us", "Program", "Plan"),
)
_COUNTED: Final = frozenset({EventKind.ADD, EventKind.REMOVE})
_OF_PRODUCT: Final = _COUNTED | {EventKind.PRICE}


def deal_rows(deals: Iterable[Deal], words: Language) -> list[list[Value]]:
    """Return the table of some deals, its header first; each has a number of its own, so that no two become one."""
    return [deal_header(words), *(row for number, deal in enumerate(deals, 1) for row in rows_of(number, deal, words))]


def deal_header(words: Language) -> list[Value]:
    """Return the header of a table of deals."""
    return [words.text(SPECS[field].name) for field in DEAL_FIELDS]


def rows_of(number: int, deal: Deal, words: Language) -> Iterator[list[Value]]:
    """Yield the rows of a deal that has a number in its table."""
    for offer in deal.offers or (None,):
        for line in _lines(offer):
            yield [_cell(number, deal, offer, line, field, words) for field in DEAL_FIELDS]


def _lines(offer: Offer | None) -> Sequence[Line | None]:
    return (offer.lines if offer else ()) or (None,)


def _cell(number: int, deal: Deal, offer: Offer | None, line: Line | None, field: Field, words: Language) -> Value:
    if field is Field.NUMBER:
        return str(number)
    if field is Field.OFFER:
        return offer.title if offer else None
    owner = {Level.DEAL: deal, Level.OFFER: offer, Level.LINE: line}[SPECS[field].level]
    return None if owner is None else _value(field, getattr(owner, field.value), words)


def _value(field: Field, value: object, words: Language) -> Value:
    match SPECS[field].kind:
        case Kind.CHOICE:
            return words.text(CHOICES[field][str(value)])
        case Kind.FLAG:
            return words.text(YES if value else NO)
        case Kind.SHARE:
            return None if value is None else Share(value)  # type: ignore[arg-type]  # a fraction
        case Kind.ROLES:
            return _roles_text(value, words)  # type: ignore[arg-type]  # a set of roles
        case Kind.RAMP:
            return _ramp_text(value, words)  # type: ignore[arg-type]  # the steps of a ramp
    return value  # type: ignore[return-value]  # texts, figures and days are written as they are


def _roles_text(roles: frozenset[Role], words: Language) -> str:
    return ", ".join(words.text(ROLES[role]) for role in Role if role in roles) or "\N{EN DASH}"


def _ramp_text(steps: Sequence[RampStep], words: Language) -> str:
    return "; ".join(f"{step.from_month}: {words.number(step.quantity)}" for step in steps)


# --- events


def event_rows(deals: Iterable[Deal], words: Language) -> list[list[Value]]:
    """Return the table of all events by day, its header first; deals have the numbers of their own table."""
    return event_table((row for number, deal in enumerate(deals, 1) for row in events_of(number, deal, words)), words)


def event_table(rows: Iterable[list[Value]], words: Language) -> list[list[Value]]:
    """Return rows of events by day, below their header."""
    return [[words.text(name) for name in EVENT_HEADERS], *sorted(rows, key=lambda row: str(row[4]))]


def events_of(number: int, deal: Deal, words: Language) -> Iterator[list[Value]]:
    """Yield the rows of a deal's events."""
    for offer in deal.offers:
        for event in offer.events:
            yield from _event_row(number, deal, offer, event, words)


def _event_row(number: int, deal: Deal, offer: Offer, event: Event, words: Language) -> Iterator[list[Value]]:
    """Yield the row of an event; one so far off that no calendar has its day is none."""
    try:
        day = service_month_begins(offer.starts, event.month)
    except (ValueError, OverflowError):
        return
    kind = event.kind
    is_handover, is_successor = kind is EventKind.HANDOVER, kind is EventKind.SUCCESSOR
    yield [
        *(str(number), deal.customer, deal.title, offer.title, day, event.month, words.text(EVENT_KINDS[kind])),
        event.product if kind in _OF_PRODUCT else None,
        event.quantity if kind in _COUNTED else None,
        event.unit_price if kind is EventKind.PRICE else None,
        deal.currency if kind is EventKind.PRICE else None,
        event.term if kind is EventKind.RENEWAL else None,
        words.text(ROLES[event.role]) if is_handover and event.role is not None else None,
        words.text(YES if event.to_us else NO) if is_handover else None,
        event.program if is_successor else None,
        event.plan if is_successor else None,
    ]
