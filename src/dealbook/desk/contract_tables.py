"""A contract's value that is a table: rows added, changed and removed, each change one step that can be undone.

Tables are kept as a program file writes them: by, of, mode, and the rows by their keys. What a row's key and figure
may be, the language decides (`programs.valuereader`); nothing that it refuses is saved.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final

from dealbook.desk.compare import CLEAR_INPUT, SET_INPUT, input_form
from dealbook.desk.programs import InputRow, enrolment_of
from dealbook.desk.session import Session
from dealbook.domain.partner import Raw
from dealbook.domain.problem import Problem
from dealbook.programs.facts import FACTS, Kind
from dealbook.programs.sections import Reader, parse_figure
from dealbook.programs.valuereader import ValueReader
from dealbook.programs.values import Bands, Choices, Fixed, Ref, Value

ELSE: Final = "else"
_RESERVED: Final = ("by", "of", "mode")
_NOT_HERE: Final = frozenset({"elapsed", "enrolled"})
TABLE_FACTS: Final = (
    "term",
    "seats",
    "mrr",
    *(
        name
        for name, spec in FACTS.items()
        if spec.kind is not Kind.SET and name not in {"term", "seats", "mrr", *_NOT_HERE}
    ),
)
"""The facts that a contract's table can be keyed on, the usual ones first."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a contract: the fact, the rows by key (as a file writes them, lowest first), and what else it says."""

    by: str
    rows: Mapping[str, Raw] = field(default_factory=dict)
    rest: Mapping[str, str] = field(default_factory=dict)

    @property
    def raw(self) -> Mapping[str, object]:
        """The table as a program file writes it."""
        return {"by": self.by, **self.rest, **self.rows}

    @property
    def is_flat(self) -> bool:
        """Whether every row is a figure or a reference, and no table again."""
        return not any(isinstance(row, Mapping) for row in self.rows.values())

    def with_row(self, key: str, figure: Raw, instead: str | None = None) -> "Table":
        """Return the table with a row, in place of the one of the key `instead` where that is given."""
        rows = {name: row for name, row in self.rows.items() if name != instead}
        return replace(self, rows=_sorted(self.by, {**rows, key: figure}))

    def without_row(self, key: str) -> "Table":
        """Return the table without a row."""
        return replace(self, rows={name: row for name, row in self.rows.items() if name != key})


def table_of(row: InputRow) -> Table | None:
    """Return an input's value as a table: the contract's, else the program's own; None where it is none."""
    if isinstance(row.raw, Mapping):
        return _read(row.raw)
    if row.raw is not None or not isinstance(row.value, Bands | Choices):
        return None
    raw = _raw(row.value, row.input.kind)
    return _read(raw) if isinstance(raw, Mapping) else None


def set_table(session: Session, program_id: str, name: str, table: Table, *, assumed: bool = False) -> list[Problem]:
    """Save a contract's table as one step; one without rows takes the value out. Returns what is wrong with it.

    Where something is wrong nothing was saved. Raises BookError when the book cannot keep it.
    """
    enrolment, form = enrolment_of(session, program_id), input_form(session, program_id, name)
    if enrolment is None or form is None:
        return [Problem("not-enrolled", name, {"program": program_id})]
    inputs = {key: raw for key, raw in enrolment.inputs.items() if key != name}
    marked = enrolment.assumed - {name}
    if table.rows:
        reader = Reader()
        ValueReader(reader, form.kind, _inputs(session, program_id)).read(table.raw, name)
        if reader.problems:
            return reader.problems
        inputs = {**enrolment.inputs, name: table.raw}
        marked = marked | {name} if assumed else marked
    if inputs != enrolment.inputs or marked != enrolment.assumed:
        with session.step(SET_INPUT if table.rows else CLEAR_INPUT):
            session.book.partner.save_enrolment(replace(enrolment, inputs=inputs, assumed=marked))
    return []


def _inputs(session: Session, program_id: str) -> frozenset[str]:
    return frozenset(name for one in session.catalog.versions.get(program_id, ()) for name in one.inputs)


def _read(raw: Mapping[str, object]) -> Table | None:
    by = raw.get("by")
    if not isinstance(by, str):
        return None
    rest = {name: text for name in ("of", "mode") if isinstance(text := raw.get(name), str)}
    rows = {
        key: row for key, row in raw.items() if key not in _RESERVED and isinstance(row, str | int | Decimal | Mapping)
    }
    return Table(by, _sorted(by, rows), rest)


def _sorted(by: str, rows: Mapping[str, Raw]) -> dict[str, Raw]:
    """Return the rows in the order in which they hold: by figure or day, as they came where the fact is a text."""
    kind = FACTS[by].kind if by in FACTS else Kind.TEXT
    if kind is Kind.NUMBER:
        return dict(sorted(rows.items(), key=lambda row: parse_figure(row[0]) or Decimal(0)))
    if kind is Kind.DAY:
        return dict(sorted(rows.items()))
    return dict(sorted(rows.items(), key=lambda row: row[0] == ELSE))


def _raw(value: Value, kind: str) -> Raw:
    """Return a value as a program file writes it."""
    match value:
        case Fixed():
            return rate_raw(value.figure) if kind == "rate" else f"{value.figure.normalize():f}"
        case Ref():
            return f"${value.name}"
        case Bands():
            rest = {**({"of": value.of} if value.of else {}), **({"mode": "marginal"} if value.marginal else {})}
            keys = [key.isoformat() if isinstance(key, date) else f"{key.normalize():f}" for key in value.keys]
            return {"by": value.by, **rest, **{k: _raw(row, kind) for k, row in zip(keys, value.rows, strict=True)}}
        case Choices():
            rows = {**value.rows, **({ELSE: value.otherwise} if value.otherwise is not None else {})}
            return {"by": value.by, **{key: _raw(row, kind) for key, row in rows.items()}}


def rate_raw(rate: Decimal) -> str:
    """Return a rate as a program file writes it: 8x above 1, else 15%."""
    return f"{rate.normalize():f}x" if rate > 1 else f"{(rate * 100).normalize():f}%"
