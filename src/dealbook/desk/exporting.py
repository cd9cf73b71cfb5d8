"""Deals and payments as tables for a spreadsheet, in CSV or XLSX.

A table of deals has the columns that an import knows again, one line a row. Events and the chosen plan stay in the
book. Payments are those that the won deals are expected to bring, one a row.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from dealbook.desk.compare import expected_of
from dealbook.desk.files import write_whole
from dealbook.desk.forms import NO, ROLES, YES
from dealbook.desk.session import Session
from dealbook.desk.table_fields import CHOICES, DEAL_FIELDS, SPECS, Field, Kind, Level
from dealbook.domain.checks import check_deal, errors
from dealbook.domain.deal import Deal, Line, Offer, RampStep, Role, Stage
from dealbook.domain.months import month_start
from dealbook.earnings.estimate import Status
from dealbook.language import Language
from dealbook.tables.writing import Share, Value, csv_bytes, xlsx_bytes

DEALS: Final = "Deals"
PAYMENTS: Final = "Payments"
PAYMENT_HEADERS: Final = (
    "Month", "Customer", "Title", "Vendor", "Program", "Plan", "Component", "Role", "Kind", "Amount", "Currency",
)  # fmt: skip
KINDS: Final = {"once": "once", "upfront": "upfront", "recurring": "recurring", "clawback": "clawback"}
XLSX: Final = ".xlsx"


def deal_rows(deals: Iterable[Deal], words: Language) -> list[list[Value]]:
    """Return the table of some deals, its header first; each has a number of its own, so that no two become one."""
    rows: list[list[Value]] = [[words.text(SPECS[field].name) for field in DEAL_FIELDS]]
    for number, deal in enumerate(deals, 1):
        for offer in deal.offers or (None,):
            rows += (
                [_cell(number, deal, offer, line, field, words) for field in DEAL_FIELDS] for line in _lines(offer)
            )
    return rows


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


# --- payments


def payment_rows(session: Session, words: Language) -> list[list[Value]]:
    """Return the payments of the won deals by month, the header first; a won deal that nothing pays is not in it."""
    won = session.some_deals(row.id for row in session.rows.values() if row.stage is Stage.WON)
    rows = [row for deal in won if not errors(check_deal(deal)) for row in _payments(session, deal, words)]
    rows.sort(key=lambda row: (row[0], str(row[1]).casefold()))
    return [[words.text(name) for name in PAYMENT_HEADERS], *rows]


def _payments(session: Session, deal: Deal, words: Language) -> Iterator[list[Value]]:
    row = expected_of(session, deal)
    if row is None or row.estimate.status is not Status.PAYABLE:
        return
    told = row.estimate
    for run in told.payments:
        for nth in range(run.count):
            due: date = month_start(run.month + nth * run.every)
            role, kind = words.text(ROLES.get(run.role, run.role)), words.text(KINDS.get(run.kind, run.kind))
            names = [deal.customer, deal.title, told.vendor, told.program_name, told.plan_name, run.component]
            yield [due, *names, role, kind, run.amount, told.currency]


# --- files


def write_table(target: Path, name: str, rows: Sequence[Sequence[Value]], words: Language) -> None:
    """Write a table as the file's name says, XLSX or else CSV, whole or not at all. Raises OSError."""
    is_workbook = target.suffix.lower() == XLSX
    data = xlsx_bytes(words.text(name), rows) if is_workbook else csv_bytes(rows, words.decimal_point)
    write_whole(target, data)


TABLES: Final[Mapping[str, str]] = {"deals": DEALS, "payments": PAYMENTS}
"""What can be exported, and what it is called."""


def rows_of(session: Session, what: str, words: Language) -> list[list[Value]]:
    """Return the table of what is exported: "deals" or "payments"."""
    return payment_rows(session, words) if what == "payments" else deal_rows(session.deals.values(), words)
