"""Exchange rates from a table: day, two currencies, rate; all of them as one step, or, where one is wrong, none."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from dealbook.desk.import_drafts import RowReader
from dealbook.desk.session import Session
from dealbook.desk.table_cells import Fault
from dealbook.desk.table_fields import RATE_FIELDS, Field
from dealbook.desk.table_layout import Layout, header_of, layout_for
from dealbook.domain.partner import ExchangeRate
from dealbook.language import Language
from dealbook.tables.grid import Sheet

IMPORT_RATES: Final = "Import exchange rates"


class RatesRead(NamedTuple):
    """What a table says: rates that the book does not have yet, or what is wrong.

    `is_table` is false where the header does not name all four columns.
    """

    rates: tuple[ExchangeRate, ...]
    faults: tuple[Fault, ...]
    is_table: bool = True


def read_rates(session: Session, sheet: Sheet, words: Language) -> RatesRead:
    """Return the rates of a sheet; those that the book has just so are passed over."""
    layout = layout_for(session, sheet, RATE_FIELDS, words)
    if layout.columns.keys() != set(RATE_FIELDS):
        return RatesRead((), (), is_table=False)
    known = {_pair(rate): rate for rate in session.rates}
    reader, faults, rates = RowReader(layout), list[Fault](), list[ExchangeRate]()
    for row in sheet.rows[header_of(sheet) + 1 :]:
        read = reader.read(row)
        wrong = read.faults or _missing(row.number, read.values, layout)
        if wrong:
            faults += wrong
            continue
        rate = ExchangeRate(**{field.value: value for field, value in read.values.items()})
        code = _fault(rate, known.get(_pair(rate)))
        if code:
            faults.append(Fault(row.number, layout.columns[Field.RATE], code))
        elif _pair(rate) not in known:
            rates.append(rate)
        known.setdefault(_pair(rate), rate)
    return RatesRead(tuple(rates), tuple(faults))


def import_rates(session: Session, rates: Iterable[ExchangeRate]) -> None:
    """Save rates as one step. Raises BookError."""
    with session.step(IMPORT_RATES):
        for rate in rates:
            session.book.partner.save_rate(rate)


def _missing(number: int, values: Mapping[Field, Any], layout: Layout) -> tuple[Fault, ...]:
    return tuple(Fault(number, layout.columns[field], "missing") for field in RATE_FIELDS if field not in values)


def _pair(rate: ExchangeRate) -> tuple[date, frozenset[str]]:
    return rate.day, frozenset((rate.base, rate.quote))


def _fault(rate: ExchangeRate, known: ExchangeRate | None) -> str:
    if rate.base == rate.quote:
        return "same-currency"
    if rate.rate <= 0:
        return "not-positive"
    return "" if known is None or known == rate else "double-rate"
