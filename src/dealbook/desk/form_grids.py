"""The keys that hold rows, as small grids: tables of values, conditions, instalments, the split between roles.

A grid is data; its edits go into the text as those of `form_edits` do, one key or row at a time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dealbook.desk.form_edits import change, literal
from dealbook.desk.program_form import FormField, Shape, written
from dealbook.desk.sections import key_of, section_of
from dealbook.domain.deal import CATEGORIES
from dealbook.programs.facts import FACTS, FactSpec, Kind
from dealbook.programs.spans import KeyPath, string
from dealbook.programs.textedit import remove, rename, set_value

RESERVED: Final = ("by", "of", "mode")
"""The keys of a table of values that are no rows."""
NESTED: Final = "…"
"""What stands for a figure that is a table itself; that one is edited in the text."""
TESTS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.NUMBER: ("at_least", "below", "is"),
    Kind.TEXT: ("is", "one_of"),
    Kind.FLAG: ("is",),
    Kind.DAY: ("from", "until"),
    Kind.SET: ("includes",),
}
"""The tests that fit each kind of fact."""
_FIRST_TEST: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.NUMBER: ("at_least", "1"),
    Kind.TEXT: ("is", '""'),
    Kind.FLAG: ("is", "true"),
    Kind.DAY: ("from", "2026-01-01"),
    Kind.SET: ("includes", '""'),
}
_UNTESTABLE: Final = frozenset({"product", "category", "elapsed", "renewal"})
TESTED: Final = tuple(fact for fact in FACTS if fact not in _UNTESTABLE)
"""The facts that a condition can test."""


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row: its cells, what each can be chosen from (nothing: it is typed), and where it stands in the text."""

    cells: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]
    path: KeyPath


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of one key; `first` are the choices of the first cell of a row that is added."""

    columns: tuple[str, ...]
    rows: tuple[GridRow, ...]
    first: tuple[str, ...] = ()


def grid_of(field: FormField) -> Grid | None:
    """Return the rows of a field; None where it holds a figure or nothing."""
    match field.shape, field.raw:
        case Shape.VALUE, dict():
            return _value_grid(field.path, field.raw)
        case Shape.CONDITIONS, list() | None:
            return _condition_grid(field.path, field.raw or [])
        case Shape.PARTS, list():
            return _share_grid(field.path, field.raw)
        case Shape.SPLIT, dict():
            rows = (
                GridRow((name, written(share)), (ROLES, ()), (*field.path, name)) for name, share in field.raw.items()
            )
            return Grid(("role", "share"), tuple(rows), ROLES)
    return None


ROLES: Final = ("acquisition", "care")


def edit_cell(text: str, field: FormField, row: GridRow, column: int, typed: str) -> str:
    """Write one cell. Raises UnchangeableError where the text does not allow it."""
    return _EDITS[field.shape](text, field.path, row, column, typed.strip())


def add_row(text: str, field: FormField, typed: str) -> str:
    """Add a row whose first cell is what was typed. Raises UnchangeableError."""
    typed = typed.strip()
    if not typed:
        return text
    order = tuple(section_of(field.path[:-1]) or ())
    count = len(field.raw) if isinstance(field.raw, list) else 0
    match field.shape:
        case Shape.CONDITIONS:
            name, value = _FIRST_TEST[FACTS[typed].kind] if typed in FACTS else ("is", '""')
            return set_value(text, (*field.path, count), f"{{ fact = {string(typed)}, {name} = {value} }}", order)
        case Shape.PARTS:
            return set_value(text, (*field.path, count), f"{{ share = {literal('rate', typed)} }}", order)
        case Shape.SPLIT:
            return set_value(text, (*field.path, typed), '"0%"', ROLES)
    return set_value(text, (*field.path, typed), _last_figure(field.path, field.raw))


def remove_row(text: str, field: FormField, row: GridRow) -> str:
    """Take a row out; with the last one, the key. Raises UnchangeableError."""
    rows = [name for name in field.raw if field.shape is not Shape.VALUE or name not in RESERVED]
    is_one_of_two_tests = field.shape is Shape.CONDITIONS and len(_tests(field.raw[int(row.path[len(field.path)])])) > 1
    if is_one_of_two_tests:
        return remove(text, row.path)
    size = len(field.path) + 1
    return remove(text, field.path if len(rows) == 1 else row.path[:size])


# --- tables of values


def to_table(text: str, path: KeyPath, figure: str) -> str:
    """Turn a figure into a table by term whose one row says the same. Raises UnchangeableError."""
    row = literal(_figure_kind(path), figure) if figure.strip() else '"0%"'
    return set_value(text, path, f'{{ by = "term", "0" = {row} }}', tuple(section_of(path[:-1]) or ()))


def to_figure(text: str, path: KeyPath, raw: Mapping[str, Any]) -> str:
    """Turn a table into the figure of its first row. Raises UnchangeableError."""
    first = next((written(value) for name, value in raw.items() if name not in RESERVED and written(value)), "")
    return change(text, path, first)


def change_head(text: str, path: KeyPath, name: str, typed: str) -> str:
    """Write what a table of values is keyed on: by, of or mode; nothing takes it out. Raises UnchangeableError."""
    if not typed:
        return remove(text, (*path, name))
    return set_value(text, (*path, name), string(typed), RESERVED)


def _value_grid(path: KeyPath, raw: Mapping[str, Any]) -> Grid:
    fact = raw.get("by")
    spec = FACTS.get(fact) if isinstance(fact, str) else None
    names = _names_of(fact, spec)
    rows = []
    for name, figure in raw.items():
        if name not in RESERVED:
            shown = NESTED if isinstance(figure, dict | list) else written(figure)
            rows.append(GridRow((name, shown), (names, ()), (*path, name)))
    is_ordered = spec is None or spec.kind in (Kind.NUMBER, Kind.DAY)
    return Grid(("from" if is_ordered else "for", "figure"), tuple(rows), names)


def _names_of(fact: object, spec: FactSpec | None) -> tuple[str, ...]:
    if spec is None or spec.kind in (Kind.NUMBER, Kind.DAY):
        return ()
    if spec.kind is Kind.FLAG:
        return ("true", "false")
    known = CATEGORIES if fact == "category" else spec.choices
    return (*known, "else") if known else ()


def _edit_value(text: str, path: KeyPath, row: GridRow, column: int, typed: str) -> str:
    if not typed or typed == NESTED:
        return remove(text, row.path) if not typed else text
    if column == 0:
        return rename(text, row.path, typed)
    return set_value(text, row.path, literal(_figure_kind(path), typed))


def _last_figure(path: KeyPath, raw: Mapping[str, Any]) -> str:
    """Return the figure of the last row as TOML, for a new one to begin with."""
    figures = [written(value) for name, value in raw.items() if name not in RESERVED]
    kind = _figure_kind(path)
    return literal(kind, next((f for f in reversed(figures) if f), "0%" if kind == "rate" else "0"))


def _figure_kind(path: KeyPath) -> str:
    """Return how the figures of the value at a path are written."""
    key = key_of(path)
    return "rate" if key is not None and key.kind in ("rate", "clawback share") else "number"


# --- conditions


def _condition_grid(path: KeyPath, raw: list[Any]) -> Grid:
    rows: list[GridRow] = []
    for i, one in enumerate(raw):
        if isinstance(one, dict):
            rows += _condition_rows((*path, i), one)
    return Grid(("fact", "of", "test", "limit"), tuple(rows), TESTED)


def _condition_rows(path: KeyPath, raw: Mapping[str, Any]) -> list[GridRow]:
    fact = str(raw.get("fact", ""))
    spec = FACTS.get(fact)
    tests = TESTS[spec.kind] if spec else TESTS[Kind.TEXT]
    of = CATEGORIES if spec and spec.narrows else ()
    names = _names_of(fact, spec)
    limits = tuple(name for name in names if name != "else")
    return [
        GridRow(
            (fact, str(raw.get("of", "")), test, written(raw.get(test))),
            (TESTED, ("", *of) if of else (), tests, limits if test == "is" else ()),
            (*path, test) if test else path,
        )
        for test in (_tests(raw) or [""])
    ]


def _tests(raw: Mapping[str, Any]) -> list[str]:
    return [name for name in raw if name not in ("fact", "of")]


def _edit_condition(text: str, path: KeyPath, row: GridRow, column: int, typed: str) -> str:
    where, old = row.path[: len(path) + 1], row.cells[2]
    match column:
        case 0:
            return _change_fact(text, where, row, typed)
        case 1:
            return change(text, (*where, "of"), typed)
        case 2:
            text = rename(text, (*where, old), typed) if old else text
            return change(text, (*where, typed), row.cells[3]) if row.cells[3] else text
    return change(text, (*where, old), typed) if old and typed else text


def _change_fact(text: str, where: KeyPath, row: GridRow, fact: str) -> str:
    """Let a condition test another fact; a test that does not fit it gives way to one that does."""
    spec = FACTS.get(fact)
    text = set_value(text, (*where, "fact"), string(fact))
    if row.cells[1] and not (spec and spec.narrows):
        text = remove(text, (*where, "of"))
    before = FACTS.get(row.cells[0])
    if spec is None or (before is not None and before.kind is spec.kind and row.cells[2] in TESTS[spec.kind]):
        return text
    name, value = _FIRST_TEST[spec.kind]
    if row.cells[2] and row.cells[2] != name:
        text = rename(text, (*where, row.cells[2]), name)
    return set_value(text, (*where, name), value)


# --- shares


def _share_grid(path: KeyPath, raw: list[Any]) -> Grid:
    rows = [
        GridRow((written(one.get("share")), written(one.get("lag"))), ((), ()), (*path, i))
        for i, one in enumerate(raw)
        if isinstance(one, dict)
    ]
    return Grid(("share", "lag"), tuple(rows))


def _edit_share(text: str, _path: KeyPath, row: GridRow, column: int, typed: str) -> str:
    return change(text, (*row.path, ("share", "lag")[column]), typed)


def _edit_split(text: str, _path: KeyPath, row: GridRow, column: int, typed: str) -> str:
    if column == 0:
        return rename(text, row.path, typed) if typed else remove(text, row.path)
    return change(text, row.path, typed)


_EDITS: Final[Mapping[Shape, Callable[[str, KeyPath, GridRow, int, str], str]]] = {
    Shape.VALUE: _edit_value,
    Shape.CONDITIONS: _edit_condition,
    Shape.PARTS: _edit_share,
    Shape.SPLIT: _edit_split,
}
