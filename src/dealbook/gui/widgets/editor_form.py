"""The guided form: the parts of the program as a list, and below it the fields of the one that is chosen.

It shows what TOML reads in the text. While the text is not TOML, the form stays as it was last, grey, and says so.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from dealbook.desk.form_edits import add_part, begin
from dealbook.desk.program_form import FormField, Part, at, field_of, fields, more, outline
from dealbook.desk.text_check import Checked, Finding
from dealbook.gui.models.editor_findings import finding_words
from dealbook.gui.models.editor_outline import PARTS, OutlineColumn, OutlineModel
from dealbook.gui.models.editor_words import key_words
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.editor_fields import FormRow, row_for
from dealbook.gui.widgets.labels import button, label, set_tip
from dealbook.gui.widgets.table import Table
from dealbook.gui.words import tr
from dealbook.language import Language
from dealbook.programs.spans import KeyPath
from dealbook.programs.textedit import remove

LONGEST: Final = 150_000
"""A longer text is not laid out as a form: no program is as long as that."""
_ROW: Final = 24
_ADDED: Final = (
    Part.SOURCE,
    Part.INPUT,
    Part.STANDING,
    Part.QUOTA,
    Part.TIER,
    Part.PLAN,
    Part.COMPONENT,
    Part.BUY,
)


class ProgramForm(Card):
    """Shows a checked text and hands over changes of it."""

    changed = Signal(object)
    """A change of the text, see `editor_fields.Change`."""
    part_added = Signal(object)
    """The path of a part that a change has just added."""
    entered = Signal(object)
    """The path of what the person works on in the form."""

    def __init__(self, words: Language) -> None:
        super().__init__(tr("Form"), " ")
        self._words = words
        self._data: Mapping[str, Any] = {}
        self._findings: Sequence[Finding] = ()
        self._path: KeyPath = ("program",)
        self._extra: set[KeyPath] = set()
        self._following = False
        self._built: list[tuple[KeyPath, str, bool]] = []
        self._shown: KeyPath = ()
        self.rows: dict[KeyPath, FormRow] = {}
        self.outline = OutlineModel(self)
        self.parts = self._parts()
        self._tools()
        self.stale = label("", "warning", wrap=True)
        self.stale.hide()
        self.body.addWidget(self.stale)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self.parts)
        split.addWidget(self._area())
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 5)
        split.setSizes([170, 280])
        self.body.addWidget(split, 1)

    # --- building

    def _parts(self) -> Table:
        table = Table(tr("Parts of the program"))
        table.setModel(self.outline)
        table.horizontalHeader().hide()
        table.horizontalHeader().setSectionResizeMode(OutlineColumn.TITLE, QHeaderView.ResizeMode.Stretch)
        table.fit(OutlineColumn.PART, *(tr(name) for name in PARTS.values()))
        table.verticalHeader().setMinimumSectionSize(_ROW)
        table.verticalHeader().setDefaultSectionSize(_ROW)
        table.selectionModel().currentRowChanged.connect(lambda *_: self._choose())
        table.opened.connect(lambda _: self.start_fields())
        return table

    def _tools(self) -> None:
        self.add = button(tr("Add"), "quiet")
        self.menu = QMenu(self.add)
        for part in _ADDED:
            self.menu.addAction(tr(PARTS[part])).triggered.connect(partial(self._add, part))
        self.menu.aboutToShow.connect(self._fit_menu)
        self.add.setProperty("menu", "true")
        self.add.setMenu(self.menu)
        set_tip(self.add, tr("Add a part to the program"))
        self.drop = button(tr("Remove"), "quiet")
        set_tip(self.drop, tr("Remove the chosen part from the text"))
        self.drop.clicked.connect(self._drop)
        self.tools.addWidget(self.add)
        self.tools.addWidget(self.drop)

    def _area(self) -> QScrollArea:
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName(tr("Fields"))
        inner = QWidget()
        inner.setObjectName("page")
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, GRID // 2, GRID, 0)
        self._column.setSpacing(GRID)
        self._fields = QGridLayout()
        self._fields.setSpacing(GRID)
        for half in (0, 1):
            self._fields.setColumnStretch(half, 1)
        self.more = button(tr("More keys"), "quiet")
        self._more_menu = QMenu(self.more)
        self._more_menu.aboutToShow.connect(self._fill_more)
        self.more.setProperty("menu", "true")
        self.more.setMenu(self._more_menu)
        row = QHBoxLayout()
        row.addWidget(self.more)
        row.addStretch(1)
        self._column.addLayout(self._fields)
        self._column.addLayout(row)
        self._column.addStretch(1)
        self.area.setWidget(inner)
        return self.area

    # --- showing

    def show_checked(self, checked: Checked) -> None:
        """Follow the text; one that is not TOML leaves the form as it was, grey."""
        is_long = len(checked.text) > LONGEST
        is_old = checked.data is None or is_long
        self.stale.setText(_too_long() if is_long else _not_toml() if self._data else _never_toml())
        self.stale.setVisible(is_old)
        self.area.setEnabled(not is_old)
        self.add.setEnabled(not is_old)
        self.drop.setEnabled(not is_old)
        self.outline.is_old = is_old
        if checked.data is None or is_long:
            self.outline.announce(0, max(self.outline.rowCount() - 1, 0))
            return
        self._data, self._findings = checked.data, checked.findings
        self._following = True
        self.outline.show(outline(self._data), self._findings)
        self._following = False
        if at(self._data, self._path) is None:
            self._path = ("program",)
        self._select(self._path)
        self._show_fields()

    def forget(self) -> None:
        """Another text is shown: begin at its head, with nothing of the one before."""
        self._path, self._extra = ("program",), set()
        self._data, self._findings = {}, ()
        self.outline.show([], [])
        self._show_fields()

    def show_part(self, path: KeyPath) -> None:
        """Show the part that a path is in, as the cursor in the text is there; the focus stays where it is."""
        row = self.outline.row_of(path)
        if row is not None and self.outline.rows[row].entry.path != self._path:
            self._path = self.outline.rows[row].entry.path
            self._select(self._path)
            self._show_fields()

    def start_fields(self) -> None:
        """Put the focus into the first field."""
        first = next(iter(self.rows.values()), None)
        if first is not None:
            first.start()
            self.area.verticalScrollBar().setValue(0)

    def _select(self, path: KeyPath) -> None:
        row = self.outline.row_of(path)
        if row is not None and self.parts.currentIndex().row() != row:
            self._following = True
            self.parts.selectRow(row)
            self._following = False
            self.parts.scrollTo(self.outline.index(row, 0))

    def _choose(self) -> None:
        """The person chose a part."""
        row = self.parts.currentIndex().row()
        if 0 <= row < self.outline.rowCount() and not self._following:
            self._path = self.outline.rows[row].entry.path
            self._show_fields()
            self.entered.emit(self._path)

    def _show_fields(self) -> None:
        shown = fields(self._data, self._path)
        known = {field.path for field in shown}
        added = (field_of(self._data, path) for path in sorted(self._extra, key=str) if path[:-1] == self._path)
        shown += [field for field in added if field is not None and field.path not in known]
        built = [(field.path, field.shape.value, isinstance(field.raw, dict)) for field in shown]
        if built != self._built:
            self._rebuild(shown)
            self._built = built
        for field in shown:
            self.rows[field.path].show_field(field)
            found = [finding for finding in self._findings if finding.path[: len(field.path)] == field.path]
            words = " ".join(dict.fromkeys(finding_words(finding, self._words) for finding in found))
            self.rows[field.path].say(words, is_error=any(finding.is_error for finding in found))
        if self._shown != self._path:
            self._shown = self._path
            self.area.verticalScrollBar().setValue(0)
        self.more.setVisible(bool(self._data) and bool(more(self._data, self._path)))
        self.drop.setEnabled(self._path != ("program",) and self.area.isEnabled())

    def _rebuild(self, shown: list[FormField]) -> None:
        """Make the fields anew; the focus stays in the field of the same key."""
        held = self._focused()
        kept = dict(self.rows)
        self.rows = {}
        for field in shown:
            row = kept.get(field.path)
            if row is None or row.field.shape is not field.shape or row.field.options != field.options:
                row = self._made(field)
            row.show_field(field)  # before it is laid out: a table needs the whole width, a figure half of it
            self.rows[field.path] = row
        for row in kept.values():
            self._fields.removeWidget(row)
            if row not in self.rows.values():
                row.hide()
                row.deleteLater()
        self._arrange()
        if held is not None and held in self.rows and self._focused() != held:
            self.rows[held].start()

    def _arrange(self) -> None:
        """Put short fields side by side in twos; the others take the whole width."""
        line, half = 0, 0
        for row in self.rows.values():
            if row.is_short:
                self._fields.addWidget(row, line, half, Qt.AlignmentFlag.AlignTop)
                line, half = line + half, 1 - half
            else:
                line, half = line + half, 0
                self._fields.addWidget(row, line, 0, 1, 2)
                line += 1
            row.show()
        stops = [stop for row in self.rows.values() for stop in row.stops]
        for before, after in pairwise([self.area, *stops, self.more]):
            QWidget.setTabOrder(before, after)  # a row that was made later would be the last one

    def _focused(self) -> KeyPath | None:
        """Return the key whose field has the focus."""
        holder = QApplication.focusWidget()
        return next((path for path, row in self.rows.items() if holder is not None and row.isAncestorOf(holder)), None)

    def _made(self, field: FormField) -> FormRow:
        row = row_for(field)
        row.changed.connect(self.changed)
        row.entered.connect(self.entered)
        return row

    # --- doing

    def _fit_menu(self) -> None:
        """Offer what the program can have: one standing, one quota, buy prices in a plan."""
        there = {line.entry.path for line in self.outline.rows}
        plan = self._path[:2]
        once = {
            Part.STANDING: ("standing",) in there,
            Part.QUOTA: ("standing", "quota") in there,
            Part.BUY: plan[:1] != ("plan",) or (*plan, "buy") in there,
        }
        for part, action in zip(_ADDED, self.menu.actions(), strict=True):
            action.setEnabled(not once.get(part, False))

    def _add(self, part: Part) -> None:
        near, data = self._path, self._data
        found: list[KeyPath] = []

        def change(text: str) -> str:
            new, path = add_part(text, part, near, data)
            found.append(path)
            return new

        self.changed.emit(change)
        if found:
            self.part_added.emit(found[0])

    def _drop(self) -> None:
        path = self._path
        self.changed.emit(lambda text: remove(text, path))

    def _fill_more(self) -> None:
        self._more_menu.clear()
        for name in more(self._data, self._path):
            action = self._more_menu.addAction(f"{key_words(name)}  ({name})")
            action.triggered.connect(partial(self.add_key, name))

    def add_key(self, name: str) -> None:
        """Show one more key of the part, ready to be filled in."""
        path = (*self._path, name)
        self._extra.add(path)
        self.changed.emit(lambda text: begin(text, path))
        self._show_fields()
        row = self.rows.get(path) or next((r for p, r in self.rows.items() if p[: len(path)] == path), None)
        if row is not None:
            row.start()
            self.area.ensureWidgetVisible(row)


def _not_toml() -> str:
    return tr("The text is not TOML now. This is what it said before; mend the text first.")


def _never_toml() -> str:
    return tr("The text is not TOML yet. The form is filled as soon as it is.")


def _too_long() -> str:
    return tr("The text is too long for the form and the try-out. Both are there for a shorter one.")
