"""The inputs of a program as a table: what the contract fixes, typed in its place, tables row by row.

Owns the drafts: what could not be saved stays in its cell, marked, with the words for it beside it. How lines look is
`input_looks`', what they are `input_lines`'; saving is the owner's business.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor

from dealbook.desk.contract_tables import TABLE_FACTS, Table
from dealbook.desk.programs import InputRow, Origin
from dealbook.gui.models.grid import Draft
from dealbook.gui.models.input_lines import InputLine, LineMaker, Sort, fact_text
from dealbook.gui.models.input_looks import Column, Looks, NewRow
from dealbook.gui.models.keyed import ROOT, Index, KeyedModel
from dealbook.gui.models.reading import WrongInputError, contract_value
from dealbook.gui.words import tr
from dealbook.language import Language
from dealbook.programs.facts import FACTS, Kind

Role = Qt.ItemDataRole
SaveInput = Callable[[str, str, bool], str]
"""Saves an input's value (name, text as a program file writes it, assumed) and says what is wrong, or nothing."""
SaveTable = Callable[[str, Table, bool], str]
"""Saves an input's table in the same way."""
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_EXAMPLE: Final = Decimal(5000)
_INDENT: Final = "\N{EM SPACE}"


@dataclass(frozen=True, slots=True)
class Savers:
    """How the model saves: an input's value, its table, no value any more, whether it is assumed."""

    value: SaveInput
    table: SaveTable
    clear: Callable[[str], None]
    mark_assumed: Callable[[str, bool], None]


class InputsModel(KeyedModel[InputLine]):
    """Shows the inputs; those of a program that the partner is enrolled in can be typed."""

    rekeyed = Signal(str, str)
    """A row of an input's table got another key."""

    def __init__(self, words: Language, savers: Savers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._savers = savers
        self._drafts: dict[tuple[Hashable, int], Draft] = {}
        self._ticks: dict[str, bool] = {}
        self._begun: dict[str, Table] = {}
        self._new: dict[str, NewRow] = {}
        self._inputs: Sequence[InputRow] = ()
        self._program = ""
        self._currency = "EUR"
        self._is_open = False

    def key_of(self, row: InputLine) -> Hashable:
        return row.name, row.sort is Sort.NEW, row.path

    # --- content

    def show_inputs(self, program_id: str, rows: Sequence[InputRow], currency: str, *, is_open: bool) -> None:
        """Show a program's inputs; `is_open` says whether values can be typed."""
        if program_id != self._program:
            for kept in (self._drafts, self._ticks, self._begun, self._new):
                kept.clear()
            self.set_rows(())  # two programs may both have an input of one name
        redrawn = is_open != self._is_open
        self._program, self._currency, self._is_open = program_id, currency, is_open
        self._inputs = rows
        self._lay_out()
        if redrawn and self._rows:
            self.announce(0, len(self._rows) - 1)

    def _lay_out(self) -> None:
        labels = {row.input.name: row.input.label or row.input.name for row in self._inputs}
        self._maker = LineMaker(self._words, self._currency, labels)
        self._looks = Looks(self._maker, self._is_open)
        lines: list[InputLine] = []
        for row in self._inputs:
            begun = self._begun.get(row.input.name)
            lines += self._maker.lines(row, begun, is_open=self._is_open)
        self.set_rows(lines)

    def line(self, index: Index) -> InputLine | None:
        """Return the line of a row."""
        return self._rows[index.row()] if 0 <= index.row() < len(self._rows) else None

    def draft(self, index: Index) -> Draft | None:
        """Return what was typed into a cell and could not be saved; for other cells of its line, the line's."""
        line = self.line(index)
        if line is None:
            return None
        key = self.key_of(line)
        if index.column() in (Column.LABEL, Column.VALUE):
            return self._drafts.get((key, index.column()))
        return self._drafts.get((key, Column.VALUE)) or self._drafts.get((key, Column.LABEL))

    def example(self, index: Index) -> str:
        """Return what an empty cell proposes to type."""
        line = self.line(index)
        if line is None:
            return ""
        if index.column() == Column.LABEL and line.table is not None:
            ordered = FACTS[line.table.by].kind in (Kind.NUMBER, Kind.DAY)
            return f"{_INDENT}{tr('from …') if ordered else tr('a further row …')}"
        if line.row.input.kind == "rate":
            return tr("e.g. 12 %")
        return tr("e.g. {example}").format(example=self._words.number(_EXAMPLE))

    def first_missing(self) -> int:
        """Return the first row that waits for a value; the first of all where none does."""
        waits = (position for position, line in enumerate(self._rows) if line.row.origin is Origin.MISSING)
        return next(waits, 0)

    def place_of(self, name: str, sort: Sort, key: str = "") -> int | None:
        """Return where a line stands: an input's own, or that of one of its rows."""
        found = (
            place
            for place, line in enumerate(self._rows)
            if line.name == name and line.sort is sort and (sort is not Sort.ROW or line.key == key)
        )
        return next(found, None)

    # --- tables

    def can_be_table(self, index: Index) -> bool:
        """Say whether an input's value can become a table by typing rows."""
        line = self.line(index)
        return line is not None and self._is_open and (line.table is None or line.table.is_flat)

    def begin_table(self, index: Index) -> int | None:
        """Make room for rows where an input has none, and return where the next row is typed."""
        line = self.line(index)
        if line is None or not self.can_be_table(index):
            return None
        if line.table is None:
            self._begun[line.name] = Table(TABLE_FACTS[0])
            self._lay_out()
        return self.place_of(line.name, Sort.NEW)

    def facts(self) -> list[tuple[str, str]]:
        """Return the facts by which a table can go, each with its words."""
        return [(name, tr("by {fact}").format(fact=fact_text(name, self._words))) for name in TABLE_FACTS]

    def is_blank(self, index: Index) -> bool:
        """Say whether a cell belongs to a further row into which nothing was typed yet."""
        line = self.line(index)
        drafted = self.draft(index) is not None
        return line is not None and line.sort is Sort.NEW and line.name not in self._new and not drafted

    def is_begun(self, index: Index) -> bool:
        """Say whether a cell is the fact of a table that has no row yet."""
        line = self.line(index)
        return (
            line is not None
            and line.is_table
            and index.column() == Column.VALUE
            and line.name in self._begun
            and line.table == self._begun[line.name]
        )

    def fact_of(self, index: Index) -> str:
        """Return the fact by which the table of a line goes."""
        line = self.line(index)
        return line.table.by if line is not None and line.table is not None else ""

    def clear(self, index: Index) -> None:
        """Take a value out again, or a row of its table, with what was typed wrong."""
        line = self.line(index)
        if line is None or not self._is_open or line.sort is Sort.INNER:
            return
        for column in (Column.LABEL, Column.VALUE):
            self._drafts.pop((self.key_of(line), column), None)
        if line.sort is Sort.ROW and line.table is not None:
            self._savers.table(line.name, line.table.without_row(line.key), self._is_assumed(line))
        elif line.sort is Sort.NEW:
            self._new.pop(line.name, None)
        else:
            self._begun.pop(line.name, None)
            self._new.pop(line.name, None)
            self._savers.clear(line.name)
            self._lay_out()
        self._announce(line.name)

    def give_up(self, index: Index) -> bool:
        """Forget what was typed wrong into a line; what is saved stays. Says whether there was anything."""
        line = self.line(index)
        if line is None:
            return False
        cells = [(self.key_of(line), column) for column in (Column.LABEL, Column.VALUE)]
        is_begun = line.sort is Sort.NEW and self._new.pop(line.name, None) is not None
        wrong = [cell for cell in cells if self._drafts.pop(cell, None) is not None]
        if is_begun or wrong:
            self._announce(line.name)
        return is_begun or bool(wrong)

    # --- Qt

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def flags(self, index: Index) -> Qt.ItemFlag:
        line = self.line(index)
        if line is None:
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if self._is_typed(line, index):
            flags |= Qt.ItemFlag.ItemIsEditable
        if index.column() == Column.ASSUMED and self._check_state(line) is not None:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def _is_typed(self, line: InputLine, index: Index) -> bool:
        if not self._is_open or line.sort is Sort.INNER:
            return False
        if line.sort in (Sort.ROW, Sort.NEW):
            return index.column() in (Column.LABEL, Column.VALUE)
        return index.column() == Column.VALUE and (not line.is_table or self.is_begun(index))

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
            Role.EditRole: lambda: draft.text if draft else self._edited(line, column),
            Role.TextAlignmentRole: lambda: _RIGHT if column is Column.VALUE else _LEFT,
            Role.ForegroundRole: lambda: _as_colour(self._looks.colour(line, column, draft)),
            Role.CheckStateRole: lambda: self._check_state(line) if column is Column.ASSUMED else None,
            Role.ToolTipRole: lambda: self._looks.tip(line, column, self._text(line, column, draft), draft),
            Role.AccessibleTextRole: lambda: self._looks.spoken(line, column, self._text(line, column, draft)),
            Role.AccessibleDescriptionRole: lambda: self._text(line, Column.ORIGIN, draft),
        }
        return answers[role]() if role in answers else None

    def setData(self, index: Index, value: object, role: int = Role.EditRole) -> bool:
        line = self.line(index)
        if line is None or not self._is_open:
            return False
        if role == Role.CheckStateRole and index.column() == Column.ASSUMED and line.is_input:
            self._tick(line, Qt.CheckState(value) is Qt.CheckState.Checked)
        elif role == Role.EditRole and self._is_typed(line, index):
            self._type(line, Column(index.column()), str(value).strip())
        else:
            return False
        self._announce(line.name)
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

    def _type(self, line: InputLine, column: Column, text: str) -> None:
        """Save what was typed into a cell; what is wrong stays there as a draft."""
        draft_key = self.key_of(line), column
        self._drafts.pop(draft_key, None)
        if text == self._edited(line, column):
            return
        try:
            problem = self._written(line, column, text)
        except WrongInputError as wrong:
            problem = str(wrong)
        if problem:
            self._drafts[draft_key] = Draft(text, problem)

    def _written(self, line: InputLine, column: Column, text: str) -> str:
        table = line.table
        if table is None:
            return self._write_value(line, text)
        if line.is_input:
            self._begun[line.name] = Table(text)
            self._new.pop(line.name, None)
            self._lay_out()
            return ""
        if not text and line.sort is Sort.NEW:
            kept = self._making(line)
            self._new[line.name] = NewRow("", kept.figure) if column is Column.LABEL else NewRow(kept.key, "")
            return ""
        if column is Column.LABEL:
            return self._write_key(line, table, self._maker.key_raw(table.by, text))
        return self._write_figure(line, table, contract_value(text, line.row.input.kind, self._words, self._currency))

    def _write_value(self, line: InputLine, text: str) -> str:
        if not text:
            self._savers.clear(line.name)
            return ""
        raw = contract_value(text, line.row.input.kind, self._words, self._currency)
        return self._savers.value(line.name, raw, self._is_assumed(line))

    def _write_key(self, line: InputLine, table: Table, key: str) -> str:
        if key in table.rows and key != line.key:
            return tr("There is a row of that kind already.")
        if line.sort is Sort.NEW:
            return self._write_new(line, table, NewRow(key, self._making(line).figure))
        problem = self._save_table(line, table.with_row(key, table.rows[line.key], line.key))
        if not problem:
            self.rekeyed.emit(line.name, key)
        return problem

    def _write_figure(self, line: InputLine, table: Table, figure: str) -> str:
        if line.sort is Sort.NEW:
            return self._write_new(line, table, NewRow(self._making(line).key, figure))
        return self._save_table(line, table.with_row(line.key, figure, line.key))

    def _write_new(self, line: InputLine, table: Table, new: NewRow) -> str:
        """Keep a new row until it has both its key and its figure; then it is saved."""
        self._new[line.name] = new
        if not new.key or not new.figure:
            return ""
        problem = self._save_table(line, table.with_row(new.key, new.figure))
        if not problem:
            self._new.pop(line.name, None)
            self._begun.pop(line.name, None)
        return problem

    def _save_table(self, line: InputLine, table: Table) -> str:
        return self._savers.table(line.name, table, self._is_assumed(line))

    def _tick(self, line: InputLine, on: bool) -> None:
        name = line.name
        self._ticks[name] = on  # holds for a value that is typed later, too
        if line.row.raw is not None:
            self._savers.mark_assumed(name, on)

    def _is_assumed(self, line: InputLine) -> bool:
        if line.row.raw is not None:
            return line.row.origin is Origin.ASSUMED
        return self._ticks.get(line.name, False)

    def _announce(self, name: str) -> None:
        for position, line in enumerate(self._rows):
            if line.name == name:
                self.announce(position)

    # --- showing

    def _making(self, line: InputLine) -> NewRow:
        """Return the row that is being made in the table of a line's input, as far as it is known."""
        return self._new.get(line.name, NewRow())

    def _edited(self, line: InputLine, column: Column) -> str:
        return self._looks.edited(line, column, self._making(line))

    def _text(self, line: InputLine, column: Column, draft: Draft | None) -> str:
        return self._looks.text(line, column, draft, self._making(line))

    def _check_state(self, line: InputLine) -> Qt.CheckState | None:
        if not line.is_input or not self._is_open:
            return None
        if line.row.raw is None and line.row.origin is not Origin.MISSING:
            return None  # published: nobody assumes anything
        return Qt.CheckState.Checked if self._is_assumed(line) else Qt.CheckState.Unchecked


def _as_colour(name: str) -> QColor | None:
    return QColor(name) if name else None
