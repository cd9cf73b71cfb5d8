"""Rows of a table joined to deals: read by a layout, made whole from the book, judged by the checks of every deal.

Rows of one deal number, or of one customer and title, are one deal; each row is a line of it, and rows with different
offers are lines of different offers.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from dealbook.desk.session import Session
from dealbook.desk.table_cells import CellError, Fault, check_decimals, read_cell
from dealbook.desk.table_fields import SPECS, Field, Kind, Level
from dealbook.desk.table_layout import Layout
from dealbook.domain.checks import check_deal, errors
from dealbook.domain.deal import Charge, CustomerKind, Deal, Line, Offer, Stage
from dealbook.domain.months import add_months, month_index, month_start
from dealbook.domain.problem import Problem
from dealbook.language import Language, language
from dealbook.tables.grid import Cell, TableRow

_MOST_KNOWN: Final = 20_000
_OF_LEVEL: Final = {level: frozenset(field for field in SPECS if SPECS[field].level is level) for level in Level}
_MONEY: Final = frozenset(field for field in SPECS if SPECS[field].kind is Kind.MONEY)


class ReadRow(NamedTuple):
    """A row of the table as its layout reads it: the values that stand in it, and what could not be read."""

    number: int
    values: Mapping[Field, Any]
    faults: tuple[Fault, ...] = ()


class Draft(NamedTuple):
    """A deal as its rows make it; `deal` is None where a row cannot be read. `is_known`: the book has such a deal."""

    rows: tuple[ReadRow, ...]
    deal: Deal | None
    faults: tuple[Fault, ...]
    is_known: bool


@dataclass(frozen=True, slots=True)
class World:
    """What a deal takes from the book where the table says nothing."""

    currency: str
    country: str | None
    today: date
    categories: Mapping[str, str]
    known: frozenset[tuple[str, str, date]]


def world_of(session: Session, today: date) -> World:
    """Return what the book knows, for deals that are made on a day."""
    categories = {line.product.casefold(): line.category for line in session.products}
    rows = [(row.customer, row.title, row.closes) for row in session.rows.values() if row.stage is not Stage.LOST]
    lost = session.some_deals(row.id for row in session.rows.values() if row.stage is Stage.LOST)  # known by signing
    rows += ((deal.customer, deal.title, deal.signed) for deal in lost)
    known = frozenset((customer.casefold(), title.casefold(), signed) for customer, title, signed in rows)
    return World(session.partner.currency, session.partner.country, today, categories, known)


# --- rows


class RowReader:
    """Reads the rows of a sheet by a layout; what a column has held before is not read a second time."""

    def __init__(self, layout: Layout) -> None:
        """Keep the layout."""
        self._columns = tuple((field, column, dict[Cell, object]()) for field, column in layout.columns.items())
        self._words = language(layout.language)

    def read(self, row: TableRow) -> ReadRow:
        """Return the values of a row; cells that cannot be read are faults with their column."""
        values: dict[Field, Any] = {}
        faults = []
        width = len(row.cells)
        for field, column, known in self._columns:
            cell = row.cells[column] if column < width else None
            if cell is None or cell == "":
                continue
            try:
                values[field] = known[cell] if cell in known else self._read(field, cell, known)
            except CellError as error:
                faults.append(Fault(row.number, column, error.code, error.facts))
        return ReadRow(row.number, values, tuple(faults))

    def _read(self, field: Field, cell: Cell, known: dict[Cell, object]) -> object:
        value = read_cell(field, cell, self._words)
        if not isinstance(cell, bool) and len(known) < _MOST_KNOWN:  # True would be found for the figure 1
            known[cell] = value
        return value


def _too_fine(row: ReadRow, currency: str, layout: Layout) -> Iterator[Fault]:
    """Yield the amounts of a row that have more decimals than the currency of its deal."""
    words: Language = language(layout.language)
    for field, value in row.values.items():
        if field in _MONEY:
            try:
                check_decimals(value, currency, words)
            except CellError as error:
                yield Fault(row.number, layout.columns[field], error.code, error.facts)


def deal_key(row: ReadRow) -> object:
    """Return what the rows of one deal have in common."""
    number = row.values.get(Field.NUMBER)
    if number is not None:
        return number
    customer = row.values.get(Field.CUSTOMER)
    if customer is None:
        return row.number
    return customer.casefold(), row.values.get(Field.TITLE, "").casefold()


# --- deals


def draft_of(rows: tuple[ReadRow, ...], layout: Layout, world: World, left_out: Collection[int] = ()) -> Draft:
    """Return the deal of some rows, made of those that stay in; where none does, of all, to be shown."""
    used = [row for row in rows if row.number not in left_out] or list(rows)
    faults = [fault for row in rows for fault in row.faults]
    deal, places = _deal(used, layout, world, faults)
    known = (deal.customer.casefold(), deal.title.casefold(), deal.signed) in world.known
    faults += (_placed(problem, places, used[0].number, layout) for problem in errors(check_deal(deal)))
    told = {fault[:2] for fault in faults if fault.problem is None}
    faults = [fault for fault in faults if fault.problem is None or fault[:2] not in told]
    is_whole = not any(fault.row not in left_out for fault in faults)
    return Draft(rows, deal if is_whole else None, tuple(faults), known)


def _deal(rows: Sequence[ReadRow], layout: Layout, world: World, faults: list[Fault]) -> tuple[Deal, dict[str, int]]:
    """Return the deal of some rows, and which row each offer and line stands in, by its path."""
    head = _agreed(rows, Level.DEAL, layout, faults)
    head.pop(Field.NUMBER, None)
    stage = Stage(head.pop(Field.STAGE, Stage.OPEN))
    if Field.SIGNED not in head and stage is not Stage.OPEN:
        faults.append(Fault(rows[0].number, layout.columns.get(Field.SIGNED), "missing"))
    signed = head.setdefault(Field.SIGNED, add_months(world.today, 1))
    if Field.CUSTOMER_KIND in head:
        head[Field.CUSTOMER_KIND] = CustomerKind(head[Field.CUSTOMER_KIND])
    if Field.COUNTRY not in layout.columns and world.country is not None:
        head[Field.COUNTRY] = world.country
    currency = head.setdefault(Field.CURRENCY, world.currency)
    faults += (fault for row in rows for fault in _too_fine(row, currency, layout))
    offers: dict[str, list[ReadRow]] = {}
    for row in rows:
        offers.setdefault(row.values.get(Field.OFFER, ""), []).append(row)
    places: dict[str, int] = {}
    made = tuple(
        _offer(own, layout, world, faults, signed, f"offers[{at}]", places) for at, own in enumerate(offers.values())
    )
    attributes = {field.value: value for field, value in head.items()}
    return Deal(**({"customer": ""} | attributes), stage=stage, offers=made), places


def _offer(
    rows: Sequence[ReadRow],
    layout: Layout,
    world: World,
    faults: list[Fault],
    signed: date,
    where: str,
    places: dict[str, int],
) -> Offer:
    head = _agreed(rows, Level.OFFER, layout, faults)
    places[where] = rows[0].number
    lines: list[Line] = []
    for row in rows:
        line = _line(row, layout, world, faults)
        if line is not None:
            places[f"{where}.lines[{len(lines)}]"] = row.number
            lines.append(line)
    head.setdefault(Field.STARTS, month_start(month_index(signed) + 1))
    title = head.pop(Field.OFFER, "")
    return Offer(title=title, lines=tuple(lines), **{field.value: value for field, value in head.items()})


def _line(row: ReadRow, layout: Layout, world: World, faults: list[Fault]) -> Line | None:
    values = {field.value: value for field, value in row.values.items() if field in _OF_LEVEL[Level.LINE]}
    if not values:
        return None
    product = values.setdefault("product", "")
    category = values.get("category") or world.categories.get(product.casefold()) or layout.category
    if not category and not any(fault.column == layout.columns.get(Field.CATEGORY, -1) for fault in row.faults):
        faults.append(Fault(row.number, layout.columns.get(Field.CATEGORY), "no-category"))
    if "charge" in values:
        values["charge"] = Charge(values["charge"])
    return Line(**{**values, "category": category})


def _agreed(rows: Sequence[ReadRow], level: Level, layout: Layout, faults: list[Fault]) -> dict[Field, Any]:
    """Return what the rows of a deal say about it; a row that says otherwise than one before is a fault."""
    wanted = _OF_LEVEL[level]
    found: dict[Field, tuple[Any, int]] = {}
    for row in rows:
        for field, value in row.values.items():
            if field not in wanted:
                continue
            first, number = found.setdefault(field, (value, row.number))
            if value != first and not _same_name(field, value, first):
                facts = {"found": _told(value), "expected": _told(first), "row": str(number)}
                faults.append(Fault(row.number, layout.columns[field], "differs", facts))
    return {field: value for field, (value, _) in found.items()}


def _same_name(field: Field, one: object, other: object) -> bool:
    """Tell whether two texts that name a deal differ in case only: they were one deal by that."""
    names = (Field.CUSTOMER, Field.TITLE)
    return field in names and isinstance(one, str) and isinstance(other, str) and one.casefold() == other.casefold()


def _told(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _placed(problem: Problem, places: Mapping[str, int], first: int, layout: Layout) -> Fault:
    """Return a check's problem at the row and column that it is about."""
    owner, _, name = problem.where.rpartition(".")
    column = next((at for field, at in layout.columns.items() if field.value == name), None)
    return Fault(places.get(owner, first), column, problem=problem)
