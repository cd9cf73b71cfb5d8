"""The fields of the form, one for each shape of a key: a label, the control, and what is wrong below it.

A field shows a key as the text has it and hands over a change of the text. It never keeps a value of its own: what the
text says after the change is what it shows next.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from dealbook.desk.form_edits import change
from dealbook.desk.form_grids import GridRow, add_row, change_head, edit_cell, grid_of, remove_row, to_figure, to_table
from dealbook.desk.program_form import FormField, Shape, written
from dealbook.desk.sections import LENGTHS
from dealbook.domain.deal import CATEGORIES
from dealbook.gui.models.editor_cells import CellsModel
from dealbook.gui.models.editor_words import key_tip, key_words
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.editor_grid import GridTable
from dealbook.gui.widgets.fields import Paragraph
from dealbook.gui.widgets.labels import Elided, button, label, set_look, set_tip
from dealbook.gui.words import tr
from dealbook.programs.facts import FACTS, Kind

Change = Callable[[str], str]
"""Takes the program's text and returns the changed one; raises UnchangeableError."""
_COLUMNS: Final = 3
_LONG_LINES: Final = 3
_WIDE: Final = frozenset({"title", "where", "label", "duties"})
"""Keys on one line that need the whole width."""
_TABLE_FACTS: Final = tuple(fact for fact, spec in FACTS.items() if spec.kind is not Kind.SET)


class FormRow(QWidget):
    """One field; `show_field` follows the text, `changed` hands over a change of it."""

    changed = Signal(object)
    """A `Change`."""
    entered = Signal(object)
    """The path of the key whose field has got the focus."""

    def __init__(self, field: FormField) -> None:
        super().__init__()
        self.field = field
        self.control: QWidget = self
        self.problem = label(role="bad-small", wrap=True)
        self.problem.hide()
        self.caption = Elided(key_words(field.name) + (" *" if field.key.required else ""), "small")
        self.tools = QHBoxLayout()
        self.tools.setSpacing(GRID // 2)
        self.tools.addWidget(self.caption, 1)
        self.body = QVBoxLayout()
        self.body.setSpacing(2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(self.tools)
        column.addLayout(self.body)
        column.addWidget(self.problem)

    @property
    def is_short(self) -> bool:
        """Whether half the width of the form is enough."""
        return False

    @property
    def stops(self) -> list[QWidget]:
        """Where Tab stops in the field, in this order."""
        return [self.control]

    def show_field(self, field: FormField) -> None:
        """Show the key as the text has it now."""
        self.field = field

    def say(self, problem: str, *, is_error: bool = True) -> None:
        """Show what is wrong or doubtful with the key; nothing takes it away. Only an error is marked as wrong."""
        self.problem.setText(problem)
        set_look(self.problem, "role", "bad-small" if is_error else "warning-small")
        self.problem.setVisible(bool(problem))
        self.control.setAccessibleDescription(problem)
        set_look(self.control, "wrong", "true" if problem and is_error else "")

    def start(self) -> None:
        """Take the focus."""
        self.control.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FocusIn:
            self.entered.emit(self.field.path)
        return False

    def write(self, typed: str) -> None:
        """Hand over what was typed, if it is another text than what stands there."""
        path = self.field.path
        if typed.strip() != self.field.written.strip():
            self.changed.emit(lambda text: change(text, path, typed))

    def _take(self, control: QWidget) -> None:
        """Make `control` the one that has the name and the focus of the field."""
        self.control = control
        control.setAccessibleName(key_words(self.field.name))
        control.setToolTip(key_tip(self.field.path))
        control.installEventFilter(self)
        self.caption.setBuddy(control)


class LineRow(FormRow):
    """A key that is typed on one line, or on a few."""

    def __init__(self, field: FormField) -> None:
        super().__init__(field)
        self.line = QLineEdit() if field.shape is not Shape.LONG else None
        self.lines = Paragraph(_LONG_LINES) if self.line is None else None
        if self.line is not None:
            placeholder = ", ".join(field.options) if field.key.kind in LENGTHS else field.default
            self.line.setPlaceholderText(placeholder)
            self.line.editingFinished.connect(self._hand_over)
        if self.lines is not None:
            self.lines.finished.connect(self._hand_over)
        self._take(self.line or self.lines or self)
        self.body.addWidget(self.control)
        self.show_field(field)

    @property
    def is_short(self) -> bool:
        return self.line is not None and self.field.name not in _WIDE

    def show_field(self, field: FormField) -> None:
        super().show_field(field)
        if self.line is not None and self.line.text() != field.written:
            place = self.line.cursorPosition()
            self.line.setText(field.written)
            self.line.setCursorPosition(min(place, len(field.written)) if self.line.hasFocus() else 0)
        if self.lines is not None and self.lines.toPlainText() != field.written:
            self.lines.setPlainText(field.written)
        is_foreign = isinstance(field.raw, dict) or (isinstance(field.raw, list) and not field.written and field.raw)
        self.control.setEnabled(not is_foreign)
        if is_foreign and self.line is not None:
            self.line.setPlaceholderText(tr("see the text"))

    def _hand_over(self) -> None:
        self.write(self.line.text() if self.line is not None else self.lines.toPlainText() if self.lines else "")


class ChoiceRow(FormRow):
    """A key that is one of a few texts, or left to its default."""

    def __init__(self, field: FormField) -> None:
        super().__init__(field)
        self.box = QComboBox()
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(4)
        self.box.activated.connect(lambda _: self.write(str(self.box.currentData())))
        self._take(self.box)
        self.body.addWidget(self.box)
        self.show_field(field)

    @property
    def is_short(self) -> bool:
        return True

    def show_field(self, field: FormField) -> None:
        super().show_field(field)
        default = tr("{choice} (default)").format(choice=field.default) if field.default else "–"
        wanted = [(default, ""), *((option, option) for option in field.options)]
        if field.written and field.written not in field.options:
            wanted.append((field.written, field.written))
        if [(self.box.itemText(i), self.box.itemData(i)) for i in range(self.box.count())] != wanted:
            self.box.clear()
            for words, data in wanted:
                self.box.addItem(words, data)
        self.box.setCurrentIndex(max(self.box.findData(field.written), 0))


class ChoicesRow(FormRow):
    """A key that is several of a few texts: one tick for each."""

    def __init__(self, field: FormField) -> None:
        super().__init__(field)
        grid = QGridLayout()
        grid.setSpacing(GRID // 2)
        self.boxes: dict[str, QCheckBox] = {}
        for position, option in enumerate(field.options):
            box = QCheckBox(option)
            box.setAccessibleName(f"{key_words(field.name)}: {option}")
            box.clicked.connect(self._hand_over)
            box.installEventFilter(self)
            grid.addWidget(box, position // _COLUMNS, position % _COLUMNS)
            self.boxes[option] = box
        self.body.addLayout(grid)
        self.control = next(iter(self.boxes.values()), self)
        self.show_field(field)

    @property
    def stops(self) -> list[QWidget]:
        return [*self.boxes.values()]

    def show_field(self, field: FormField) -> None:
        super().show_field(field)
        given = field.raw if isinstance(field.raw, list) else ()
        for option, box in self.boxes.items():
            box.setChecked(option in given)

    def _hand_over(self) -> None:
        before = [str(one) for one in self.field.raw] if isinstance(self.field.raw, list) else []
        kept = [one for one in before if one not in self.boxes or self.boxes[one].isChecked()]
        self.write(", ".join([*kept, *(o for o, box in self.boxes.items() if box.isChecked() and o not in kept)]))


class RowsRow(FormRow):
    """A key that holds rows: conditions, instalments, a split, a table of values."""

    def __init__(self, field: FormField) -> None:
        super().__init__(field)
        self.model = CellsModel(self._edit, self._add, self)
        self.table = GridTable(key_words(field.name), self.model)
        self.table.removal_wanted.connect(self._remove)
        self.drop = button("\N{MINUS SIGN}", "quiet", name=tr("Remove row"))
        set_tip(self.drop, tr("Remove row"), "Del")
        self.drop.clicked.connect(lambda: self._remove(self.table.currentIndex().row()))
        self.tools.addWidget(self.drop)
        self._take(self.table)
        self.body.addWidget(self.table)
        if type(self) is RowsRow:
            self.show_field(field)

    @property
    def stops(self) -> list[QWidget]:
        return [self.table, self.drop]

    def show_field(self, field: FormField) -> None:
        super().show_field(field)
        grid = grid_of(field)
        self.table.setVisible(grid is not None)
        self.drop.setVisible(grid is not None and bool(grid.rows))
        if grid is not None:
            self.model.show(grid)

    def _edit(self, row: GridRow, column: int, typed: str) -> None:
        field = self.field
        self.changed.emit(lambda text: edit_cell(text, field, row, column, typed))

    def _add(self, typed: str) -> None:
        field = self.field
        self.changed.emit(lambda text: add_row(text, field, typed))

    def _remove(self, number: int) -> None:
        field, row = self.field, self.model.row_at(number)
        if row is not None:
            self.changed.emit(lambda text: remove_row(text, field, row))


class ValueRow(RowsRow):
    """A key that is a figure, an input or a table by a fact."""

    def __init__(self, field: FormField) -> None:
        super().__init__(field)
        self.line = QLineEdit()
        self.line.setPlaceholderText("15%, 8x, $input" if field.key.kind != "number" else "250, $input")
        self.line.editingFinished.connect(lambda: self.write(self.line.text()))
        self.turn = button("", "quiet")
        self.turn.clicked.connect(self._turn)
        self.tools.addWidget(self.turn)
        self.heads: dict[str, QComboBox] = {}
        self.head = QWidget()
        row = QHBoxLayout(self.head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID // 2)
        options = {"by": _TABLE_FACTS, "of": ("", *CATEGORIES), "mode": ("", "whole", "marginal")}
        names = {"by": tr("Table by"), "of": tr("only"), "mode": tr("Mode")}
        for name, texts in options.items():
            row.addWidget(self._head(name, names[name], texts), 2 if name == "by" else 1)
        self.body.insertWidget(0, self.head)
        self.body.insertWidget(0, self.line)
        self._take(self.line)
        self.show_field(field)

    @property
    def is_short(self) -> bool:
        return not isinstance(self.field.raw, dict)

    @property
    def stops(self) -> list[QWidget]:
        return [self.turn, self.line, *self.heads.values(), *super().stops]

    def show_field(self, field: FormField) -> None:
        super().show_field(field)
        is_table = isinstance(field.raw, dict)
        self.line.setVisible(not is_table)
        self.head.setVisible(is_table)
        self.turn.setText(tr("One figure") if is_table else tr("Table"))
        self.turn.setAccessibleName(f"{key_words(field.name)}: {self.turn.text()}")
        if not is_table and self.line.text() != field.written:
            self.line.setText(field.written)
        self.control = self.heads["by"] if is_table else self.line
        for name, box in self.heads.items() if is_table else ():
            box.setCurrentIndex(box.findData(written(field.raw.get(name))))

    def _head(self, name: str, words: str, options: tuple[str, ...]) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(f"{key_words(self.field.name)}: {words}")
        box.setToolTip(words)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(3)
        for option in options:
            box.addItem(option or f"{words} …", option)  # an empty box would not say what it is for
        box.activated.connect(partial(self._rekey, name))
        self.heads[name] = box
        return box

    def _rekey(self, name: str, _index: int) -> None:
        field, typed = self.field, str(self.heads[name].currentData())
        if isinstance(field.raw, dict) and typed != written(field.raw.get(name)):
            self.changed.emit(lambda text: change_head(text, field.path, name, typed))

    def _turn(self) -> None:
        field = self.field
        if isinstance(field.raw, dict):
            self.changed.emit(lambda text: to_figure(text, field.path, field.raw))
        else:
            self.changed.emit(lambda text: to_table(text, field.path, field.written))


def row_for(field: FormField) -> FormRow:
    """Return a new field for a key."""
    return _ROWS[field.shape](field)


_ROWS: Final[dict[Shape, type[FormRow]]] = {
    Shape.LINE: LineRow,
    Shape.LONG: LineRow,
    Shape.CHOICE: ChoiceRow,
    Shape.CHOICES: ChoicesRow,
    Shape.VALUE: ValueRow,
    Shape.CONDITIONS: RowsRow,
    Shape.PARTS: RowsRow,
    Shape.SPLIT: RowsRow,
}
