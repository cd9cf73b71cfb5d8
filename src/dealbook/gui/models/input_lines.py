"""The lines of the table of contract values: an input, the rows of its table, the line on which a row is added.

Owns how values and rows look, in the form in which they are typed, and how the key of a row is read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from dealbook.desk.contract_tables import ELSE, Table, table_of
from dealbook.desk.forms import CATEGORIES, CUSTOMER_KINDS, NO, YES, rate_text, shown
from dealbook.desk.programs import InputRow
from dealbook.domain.partner import Raw
from dealbook.gui.models.days import day
from dealbook.gui.models.reading import WrongInputError, number
from dealbook.gui.words import tr
from dealbook.language import Language
from dealbook.programs.facts import FACTS, Kind
from dealbook.programs.sections import parse_figure
from dealbook.programs.values import Bands, Choices, Fixed, Ref, Value

_INDENT: Final = "\N{EM SPACE}"
_PERCENT_FACTS: Final = frozenset({"discount", "attainment"})
_NAMED: Final[Mapping[str, Mapping[str, str]]] = {
    "customer_kind": CUSTOMER_KINDS,
    "category": CATEGORIES,
    "certified": {"true": YES, "false": NO},
    "registered": {"true": YES, "false": NO},
}
"""What the rows of a table can be, by fact, where that is a list."""


class Sort(StrEnum):
    """What a line is: an input, a row that can be typed, the line for another row, a row inside a row."""

    INPUT = "input"
    ROW = "row"
    NEW = "new"
    INNER = "inner"


@dataclass(frozen=True, slots=True)
class InputLine:
    """A line of the table; `key` is a row's as the file writes it, `shown_key` as a person types it."""

    row: InputRow
    path: tuple[str, ...]
    label: str
    value: str
    sort: Sort = Sort.INPUT
    table: Table | None = None
    shown_key: str = ""

    @property
    def name(self) -> str:
        """The input's name."""
        return self.row.input.name

    @property
    def key(self) -> str:
        """The row's key; empty where the line is no row."""
        return self.path[-1] if self.path else ""

    @property
    def is_input(self) -> bool:
        """Whether the line is the input itself."""
        return self.sort is Sort.INPUT

    @property
    def is_table(self) -> bool:
        """Whether the input's value is a table, the rows of which are typed and not the input."""
        return self.is_input and self.table is not None


class LineMaker:
    """Makes the lines of inputs in a language, in a program's currency."""

    def __init__(self, words: Language, currency: str, labels: Mapping[str, str]) -> None:
        """Write in `words`; `labels` are what the inputs are called, by name."""
        self.words = words
        self.currency = currency
        self.labels = labels

    def lines(self, row: InputRow, begun: Table | None, *, is_open: bool) -> Iterator[InputLine]:
        """Yield the lines of an input; `begun` is a table without a row yet, `is_open` says that rows can be typed."""
        label = row.input.label or row.input.name
        table = table_of(row) or begun
        if table is None:
            yield InputLine(row, (), label, self.value(row))
            return
        yield InputLine(row, (), label, self.table_text(table), table=table)
        if not table.is_flat:
            yield from self._inner(row, row.value, ())
            return
        for key, raw in table.rows.items():
            text = self.key_text(table.by, key)
            yield InputLine(row, (key,), self.row_label(table.by, key), self.raw_text(row, raw), Sort.ROW, table, text)
        if is_open:
            yield InputLine(row, ("",), "", "", Sort.NEW, table)

    # --- values

    def value(self, row: InputRow) -> str:
        """Return an input's value in the form in which it was typed."""
        if row.raw is not None and not isinstance(row.raw, Mapping):
            return self.raw_text(row, row.raw)
        if row.raw is not None and row.value is None:
            return str(row.raw)
        return "" if row.value is None else self._part(row, row.value)

    def raw_text(self, row: InputRow, raw: object) -> str:
        """Return a figure as it was typed: 8× stays 8×, 15 % stays 15 %."""
        if isinstance(raw, str) and raw.startswith("$"):
            return self.labels.get(raw[1:], raw)
        figure = parse_figure(raw)
        if figure is None:
            return str(raw)
        sign = raw.strip()[-1:] if isinstance(raw, str) else ""
        if sign in {"x", "X"}:
            return f"{self.words.number(figure)}×"
        return self.words.percent(figure) if sign == "%" else self.figure(row, figure)

    def figure(self, row: InputRow, figure: Decimal) -> str:
        """Return a figure in the form of the input's kind."""
        kind: Raw = row.input.kind
        if kind == "rate":
            return rate_text(figure, self.words)
        return self.words.amount(figure, self.currency) if kind == "money" else self.words.number(figure)

    def table_text(self, table: Table) -> str:
        """Say by which fact a table goes."""
        fact = fact_text(table.by, self.words, table.rest.get("of", ""))
        marginal = table.rest.get("mode") == "marginal"
        form = tr("by {fact}, each slice at its own rate") if marginal else tr("by {fact}")
        return form.format(fact=fact)

    # --- rows

    def row_label(self, by: str, key: str) -> str:
        """Return what a row is called: from 12, otherwise, new customer."""
        if key == ELSE:
            return f"{_INDENT}{tr('otherwise')}"
        kind = FACTS[by].kind if by in FACTS else Kind.TEXT
        text = self.key_text(by, key)
        form = tr("from {row}").format(row=text) if kind in (Kind.NUMBER, Kind.DAY) else text
        return f"{_INDENT}{form}"

    def key_text(self, by: str, key: str) -> str:
        """Return a row's key as a person types it."""
        if key == ELSE:
            return tr("otherwise")
        if (names := _NAMED.get(by)) is not None:
            return self.words.text(names.get(key, key))
        return shown({"fact": by, "row": key}, self.words)["row"]

    def key_raw(self, by: str, text: str) -> str:
        """Read a row's key and return it as a program file writes it. Raises WrongInputError."""
        plain = text.strip()
        if not plain:
            raise WrongInputError(tr("This must not be empty."))
        kind = FACTS[by].kind
        if kind is Kind.DAY:
            return day(plain, self.words).isoformat()
        if kind is Kind.NUMBER:
            return self._number_key(by, plain)
        if plain.casefold() in {ELSE, tr("otherwise").casefold()}:
            return ELSE
        names = _NAMED.get(by)
        if names is None:
            return plain
        known = {
            **{key: key for key in names},
            **{self.words.text(name).casefold(): key for key, name in names.items()},
        }
        if (found := known.get(plain.casefold())) is not None:
            return found
        choices = ", ".join(self.words.text(name) for name in names.values())
        raise WrongInputError(tr("“{text}” is none of: {choices}.").format(text=plain, choices=choices))

    def _number_key(self, by: str, plain: str) -> str:
        is_share = by in _PERCENT_FACTS
        if is_share and not plain.endswith("%"):
            raise WrongInputError(
                tr("Write a percentage with its sign, like {example}.").format(
                    example=self.words.percent(Decimal("0.5"))
                )
            )
        figure = number(plain.removesuffix("%").strip() if is_share else plain, self.words)
        if figure < 0:
            raise WrongInputError(tr("A row starts at 0 or more."))
        return f"{figure / 100 if is_share else figure:f}"

    # --- rows inside rows, which are read and not typed

    def _inner(self, row: InputRow, value: Value | None, path: tuple[str, ...]) -> Iterator[InputLine]:
        parts: list[tuple[str, Value]] = []
        if isinstance(value, Bands):
            parts = [(str(key), one) for key, one in zip(value.keys, value.rows, strict=True)]
        elif isinstance(value, Choices):
            rest = [] if value.otherwise is None else [(ELSE, value.otherwise)]
            parts = [*value.rows.items(), *rest]
        for key, part in parts:
            by = value.by if isinstance(value, Bands | Choices) else ""
            label = _INDENT * len(path) + self.row_label(by, key)
            yield InputLine(row, (*path, key), label, self._part(row, part), Sort.INNER)
            yield from self._inner(row, part, (*path, key))

    def _part(self, row: InputRow, value: Value) -> str:
        match value:
            case Fixed():
                return self.figure(row, value.figure)
            case Ref():
                return self.labels.get(value.name, value.name)
            case Bands():
                form = tr("by {fact}, each slice at its own rate") if value.marginal else tr("by {fact}")
                return form.format(fact=fact_text(value.by, self.words, value.of or ""))
            case Choices():
                return tr("by {fact}").format(fact=fact_text(value.by, self.words))


def fact_text(by: str, words: Language, of: str = "") -> str:
    """Return what a fact is called."""
    return shown({"fact": by, "of": of}, words)["fact"]
