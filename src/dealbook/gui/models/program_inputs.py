"""The inputs of a program as a table: what the contract fixes, typed in its place; tables line by line, to be read.

Owns the forms in which values are written and read, and the drafts: what could not be saved stays in its cell, marked,
with the words for it beside it. Saving is the owner's business.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor

from dealbook.desk.forms import rate_text, shown
from dealbook.desk.programs import InputRow, Origin
from dealbook.desk.wording import CONFIDENCE, problem_text
from dealbook.domain.partner import Raw
from dealbook.gui.models.grid import Draft
from dealbook.gui.models.keyed import ROOT, Index, KeyedModel
from dealbook.gui.models.reading import WrongInputError, contract_value
from dealbook.gui.theme import tokens
from dealbook.gui.words import tr
from dealbook.language import Language
from dealbook.programs.sections import parse_figure
from dealbook.programs.values import Bands, Choices, Fixed, Ref, Value

Role = Qt.ItemDataRole
SaveInput = Callable[[str, str, bool], str]
"""Saves an input's value (name, text as a program file writes it, assumed) and says what is wrong, or nothing."""
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_EXAMPLE: Final = Decimal(5000)
_INDENT: Final = "\N{EM SPACE}"


class Column(IntEnum):
    """The columns, from left to right."""

    LABEL = 0
    VALUE = 1
    ORIGIN = 2
    ASSUMED = 3


@dataclass(frozen=True, slots=True)
class InputLine:
    """A line of the table: an input, or (`path` not empty) a row of the table that is its value."""

    row: InputRow
    path: tuple[str, ...]
    label: str
    value: str

    @property
    def is_input(self) -> bool:
        """Whether the line is the input itself."""
        return not self.path

    @property
    def is_table(self) -> bool:
        """Whether the input's value is a table, which is read here and not typed."""
        return isinstance(self.row.value, Bands | Choices)


class InputsModel(KeyedModel[InputLine]):
    """Shows the inputs; those of a program that the partner is enrolled in can be typed."""

    def __init__(
        self,
        words: Language,
        save: SaveInput,
        clear: Callable[[str], None],
        mark_assumed: Callable[[str, bool], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._words = words
        self._save = save
        self._clear = clear
        self._mark_assumed = mark_assumed
        self._drafts: dict[str, Draft] = {}
        self._ticks: dict[str, bool] = {}
        self._program = ""
        self._currency = "EUR"
        self._is_open = False

    def key_of(self, row: InputLine) -> Hashable:
        return row.row.input.name, row.path

    # --- content

    def show_inputs(self, program_id: str, rows: Sequence[InputRow], currency: str, *, is_open: bool) -> None:
        """Show a program's inputs; `is_open` says whether values can be typed."""
        if program_id != self._program:
            self._drafts.clear()
            self._ticks.clear()
            self.set_rows(())  # two programs may both have an input of one name
        redrawn = is_open != self._is_open
        self._program, self._currency, self._is_open = program_id, currency, is_open
        labels = {row.input.name: row.input.label or row.input.name for row in rows}
        self.set_rows([line for row in rows for line in self._lines(row, labels)])
        if redrawn and self._rows:
            self.announce(0, len(self._rows) - 1)

    def line(self, index: Index) -> InputLine | None:
        """Return the line of a row."""
        return self._rows[index.row()] if 0 <= index.row() < len(self._rows) else None

    def draft(self, index: Index) -> Draft | None:
        """Return what was typed into a row and could not be saved."""
        line = self.line(index)
        return self._drafts.get(line.row.input.name) if line is not None and line.is_input else None

    def example(self, index: Index) -> str:
        """Return what an empty cell proposes to type."""
        line = self.line(index)
        if line is None or line.row.input.kind == "rate":
            return tr("e.g. 12 %")
        return tr("e.g. {example}").format(example=self._words.number(_EXAMPLE))

    def first_missing(self) -> int:
        """Return the first row that waits for a value; the first of all where none does."""
        waits = (position for position, line in enumerate(self._rows) if line.row.origin is Origin.MISSING)
        return next(waits, 0)

    def clear(self, index: Index) -> None:
        """Take a value out again, with what was typed wrong."""
        line = self.line(index)
        if line is None or not self._is_open:
            return
        name = line.row.input.name
        self._drafts.pop(name, None)
        self._clear(name)
        self._announce(name)

    # --- Qt

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def flags(self, index: Index) -> Qt.ItemFlag:
        line = self.line(index)
        if line is None:
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if not line.is_input or not self._is_open:
            return flags
        if index.column() == Column.VALUE and not line.is_table:
            flags |= Qt.ItemFlag.ItemIsEditable
        if index.column() == Column.ASSUMED and self._check_state(line) is not None:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = Column(section)
        if role == Role.TextAlignmentRole:
            return _RIGHT if column is Column.VALUE else _LEFT
        names = {
            Column.LABEL: tr("Contract value"),
            Column.VALUE: tr("Value"),
            Column.ORIGIN: tr("From"),
            Column.ASSUMED: tr("Assumed"),
        }
        return names[column] if role == Role.DisplayRole else None

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        line = self.line(index)
        if line is None:
            return None
        column = Column(index.column())
        draft = self.draft(index)
        answers: dict[int, Callable[[], object]] = {
            Role.DisplayRole: lambda: self._text(line, column, draft),
            Role.EditRole: lambda: draft.text if draft else line.value,
            Role.TextAlignmentRole: lambda: _RIGHT if column is Column.VALUE else _LEFT,
            Role.ForegroundRole: lambda: self._colour(line, column, draft),
            Role.CheckStateRole: lambda: self._check_state(line) if column is Column.ASSUMED else None,
            Role.ToolTipRole: lambda: self._tip(line, column, draft),
            Role.AccessibleTextRole: lambda: self._spoken(line, column, draft),
            Role.AccessibleDescriptionRole: lambda: self._text(line, Column.ORIGIN, draft),
        }
        return answers[role]() if role in answers else None

    def setData(self, index: Index, value: object, role: int = Role.EditRole) -> bool:
        line = self.line(index)
        if line is None or not line.is_input or not self._is_open:
            return False
        name = line.row.input.name
        if role == Role.CheckStateRole and index.column() == Column.ASSUMED:
            self._tick(line, Qt.CheckState(value) is Qt.CheckState.Checked)
        elif role == Role.EditRole and index.column() == Column.VALUE and not line.is_table:
            self._type(line, str(value).strip())
        else:
            return False
        self._announce(name)
        return True

    def toggle(self, index: Index) -> None:
        """Tick "assumed" in a row, or no longer."""
        line = self.line(index)
        if line is not None and line.is_input and self._check_state(line) is not None:
            on = self._check_state(line) is not Qt.CheckState.Checked
            self.setData(
                self.index(index.row(), Column.ASSUMED),
                Qt.CheckState.Checked if on else Qt.CheckState.Unchecked,
                Role.CheckStateRole,
            )

    # --- doing

    def _type(self, line: InputLine, text: str) -> None:
        name = line.row.input.name
        self._drafts.pop(name, None)
        if text == line.value:
            return
        if not text:
            self._clear(name)
            return
        try:
            raw = contract_value(text, line.row.input.kind, self._words, self._currency)
            problem = self._save(name, raw, self._is_assumed(line))
        except WrongInputError as wrong:
            problem = str(wrong)
        if problem:
            self._drafts[name] = Draft(text, problem)

    def _tick(self, line: InputLine, on: bool) -> None:
        name = line.row.input.name
        self._ticks[name] = on  # holds for a value that is typed later, too
        if line.row.raw is not None:
            self._mark_assumed(name, on)

    def _is_assumed(self, line: InputLine) -> bool:
        if line.row.raw is not None:
            return line.row.origin is Origin.ASSUMED
        return self._ticks.get(line.row.input.name, False)

    def _announce(self, name: str) -> None:
        for position, line in enumerate(self._rows):
            if line.row.input.name == name:
                self.announce(position)

    # --- showing

    def _text(self, line: InputLine, column: Column, draft: Draft | None) -> str:
        match column:
            case Column.LABEL:
                return line.label
            case Column.VALUE:
                return draft.text if draft else line.value
            case Column.ORIGIN if line.is_input:
                return draft.problem if draft else self._origin(line.row)
        return ""

    def _origin(self, row: InputRow) -> str:
        words = self._words
        if row.problem is not None and row.problem.code != "above-ceiling":
            return problem_text(row.problem, words)
        if row.origin is not Origin.MISSING:
            origin = words.text(CONFIDENCE[row.origin])
        else:
            origin = tr("missing") if self._is_open else tr("set by the contract")
        if row.input.at_most is None:
            return origin
        ceiling = self._figure(row, row.input.at_most)
        above = row.problem is not None
        form = tr("above the published ceiling of {most}") if above else tr("at most {most}")
        return f"{origin} · {form.format(most=ceiling)}"

    def _spoken(self, line: InputLine, column: Column, draft: Draft | None) -> str:
        text = self._text(line, column, draft)
        return f"{line.label}: {text or tr('missing')}" if column is Column.VALUE else text

    def _colour(self, line: InputLine, column: Column, draft: Draft | None) -> QColor | None:
        colour = self._colour_name(line, column, draft)
        return QColor(colour) if colour else None

    def _colour_name(self, line: InputLine, column: Column, draft: Draft | None) -> str:
        colours = tokens()
        if column in {Column.VALUE, Column.ORIGIN} and draft:
            return colours.bad
        if not line.is_input:
            return colours.muted
        if column is Column.VALUE:
            return colours.muted if line.is_table else ""
        if column is Column.ORIGIN:
            doubtful = line.row.problem is not None or (line.row.origin is Origin.MISSING and self._is_open)
            return colours.warning if doubtful else colours.muted
        return ""

    def _tip(self, line: InputLine, column: Column, draft: Draft | None) -> str:
        if column is Column.ORIGIN and line.is_input:
            return "\n".join(part for part in (self._text(line, column, draft), line.row.source) if part)
        return line.row.input.note or line.label

    def _check_state(self, line: InputLine) -> Qt.CheckState | None:
        if not line.is_input or not self._is_open:
            return None
        if line.row.raw is None and line.row.origin is not Origin.MISSING:
            return None  # published: nobody assumes anything
        return Qt.CheckState.Checked if self._is_assumed(line) else Qt.CheckState.Unchecked

    def _lines(self, row: InputRow, labels: dict[str, str]) -> Iterator[InputLine]:
        label = row.input.label or row.input.name
        yield InputLine(row, (), label, self._value(row, labels))
        yield from self._table_lines(row, row.value, (), labels)

    def _table_lines(
        self, row: InputRow, value: Value | None, path: tuple[str, ...], labels: dict[str, str]
    ) -> Iterator[InputLine]:
        parts: list[tuple[str, Value]] = []
        if isinstance(value, Bands):
            parts = [(tr("from {row}"), one) for one in value.rows]
            keys = [str(key) for key in value.keys]
        elif isinstance(value, Choices):
            rest = [("", value.otherwise)] if value.otherwise is not None else []
            parts = [("{row}" if key else tr("otherwise"), one) for key, one in [*value.rows.items(), *rest]]
            keys = [*value.rows, *("" for _ in rest)]
        else:
            return
        for key, (form, part) in zip(keys, parts, strict=True):
            words = shown({"fact": value.by, "row": key}, self._words)
            label = f"{_INDENT * (len(path) + 1)}{form.format(row=words['row'])}"
            yield InputLine(row, (*path, key), label, self._part(row, part, labels))
            yield from self._table_lines(row, part, (*path, key), labels)

    def _value(self, row: InputRow, labels: dict[str, str]) -> str:
        """Return an input's value in the form in which it was typed."""
        raw = row.raw
        if isinstance(raw, str) and not raw.startswith("$"):
            return self._typed(row, raw)
        if raw is not None and row.value is None:
            return str(raw)
        return "" if row.value is None else self._part(row, row.value, labels)

    def _typed(self, row: InputRow, raw: str) -> str:
        figure = parse_figure(raw)
        if figure is None:
            return raw
        sign = raw.strip()[-1:]
        if sign in {"x", "X"}:
            return f"{self._words.number(figure)}×"
        return self._words.percent(figure) if sign == "%" else self._figure(row, figure)

    def _part(self, row: InputRow, value: Value, labels: dict[str, str]) -> str:
        match value:
            case Fixed():
                return self._figure(row, value.figure)
            case Ref():
                return labels.get(value.name, value.name)
            case Bands():
                fact = shown({"fact": value.by, "of": value.of or "", "row": ""}, self._words)["fact"]
                form = tr("by {fact}, each slice at its own rate") if value.marginal else tr("by {fact}")
                return form.format(fact=fact)
            case Choices():
                return tr("by {fact}").format(fact=shown({"fact": value.by, "row": ""}, self._words)["fact"])

    def _figure(self, row: InputRow, figure: Decimal) -> str:
        kind: Raw = row.input.kind
        if kind == "rate":
            return rate_text(figure, self._words)
        return self._words.amount(figure, self._currency) if kind == "money" else self._words.number(figure)
