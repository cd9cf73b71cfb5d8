"""The comparison on the page: the ranked plans, what each pays, and the field for a contract value that is missing."""

from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QHeaderView, QLineEdit, QPushButton, QWidget

from dealbook.desk.compare import TOTALS, Objective
from dealbook.gui.models.comparison import ComparisonModel, Figure, PlanKey, Shown
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.deal_plan_painter import PlanDelegate
from dealbook.gui.widgets.labels import button, label, set_look, set_tip
from dealbook.gui.widgets.table import Table
from dealbook.gui.words import literal, mark, tr

_LEAST_FIGURE: Final = 72
_LEAST_LINE: Final = 88
_ALL_ROOM: Final = 1000
"""The table's share of the card's height, beside one of what is left free; it takes no more than its rows need."""
_LINE_EDGES: Final = 24
"""What padding, frame and cursor take of the field for a missing value."""


class PlansTable(Table):
    """The plans: Enter, Space or W asks why, T draws the plan in the chart, C chooses it, E enrols.

    Enter goes to the exchange rates where one is missing, and opens or closes the row that stands for several plans.
    """

    why_wanted = Signal()
    choice_wanted = Signal(object)
    """The plan (program, plan) that was chosen."""
    program_wanted = Signal(str)
    """The partner is not enrolled in this program and wants to be."""
    rates_wanted = Signal(str, str)
    """The exchange rate between these two currencies is missing."""

    def __init__(self, model: ComparisonModel) -> None:
        super().__init__(tr("What the offer pays under each plan"))
        self._plans = model
        self._fields: dict[PlanKey, InputField] = {}
        self._doors: dict[PlanKey, QPersistentModelIndex] = {}
        self._painter = PlanDelegate(model, self)
        self.setModel(model)
        self.setItemDelegate(self._painter)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().setMinimumSectionSize(24)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Figure.PLAN, QHeaderView.ResizeMode.Stretch)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self.arrange)
        for change in (model.dataChanged, model.rowsInserted, model.rowsRemoved, model.layoutChanged):
            change.connect(self._later.start)
        self.doubleClicked.disconnect(self.opened)  # the first click has opened or closed the row of several plans
        self.doubleClicked.connect(self._open_plan)

    def arrange(self) -> None:
        """Give every row the height and every figure the width it needs, and every missing value its field."""
        self._fit_columns()
        for row in range(self._plans.rowCount()):
            height = self._painter.height_of(self._plans.index(row, 0), self.viewport().width())
            if self.rowHeight(row) != height:
                self.setRowHeight(row, height)
        self._place_fields()
        body = sum(self.rowHeight(row) for row in range(self._plans.rowCount()))
        self.setMaximumHeight(self.horizontalHeader().height() + body + 2)
        self.setMinimumHeight(min(self.maximumHeight(), 200))
        self.updateEditorGeometries()

    def open_row(self, index: QModelIndex) -> None:
        """Do what Enter does: show why, lead to what is missing, or open the row that stands for several plans."""
        shown = self._plans.shown(index)
        if shown is not None and shown.fold is not None:
            self._plans.unfold(index)
        elif shown is not None and shown.lacks_rate and not shown.is_closed:
            self.rates_wanted.emit(*shown.currencies)
        else:
            self.why_wanted.emit()

    def _open_plan(self, index: QModelIndex) -> None:
        shown = self._plans.shown(index)
        if shown is not None and shown.fold is None:
            self.open_row(index)

    def field_of(self, key: PlanKey) -> "InputField | None":
        """Return the field for a plan's missing contract value."""
        return self._fields.get(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex().siblingAtColumn(Figure.PLAN)
        shown = self._plans.shown(index)
        if shown is None or event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            super().keyPressEvent(event)
            return
        field = self._fields.get(shown.key)
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_W, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_row(index)
        elif event.key() == Qt.Key.Key_T:
            self._plans.toggle(index)
        elif event.key() == Qt.Key.Key_C and shown.totals is not None:
            self.choice_wanted.emit(shown.key)
        elif event.key() == Qt.Key.Key_E and shown.is_closed:
            self.program_wanted.emit(shown.key[0])
        elif field is not None and (event.key() == Qt.Key.Key_F2 or event.text().strip()):
            field.start(event.text() if event.key() != Qt.Key.Key_F2 else "")
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        super().mousePressEvent(event)
        shown = self._plans.shown(index)
        if shown is not None and shown.fold is not None:
            self._plans.unfold(index)
        elif shown is not None and self._painter.tick_rect(self._row_rect(index)).contains(event.position().toPoint()):
            self._plans.toggle(index)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._later.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._later.start()

    def _fit_columns(self) -> None:
        metrics = self._painter.bold_metrics(self.font())
        for column in range(Figure.NOW, self._plans.columnCount()):
            texts = [str(self._plans.index(row, column).data() or "") for row in range(self._plans.rowCount())]
            texts.append(str(self._plans.headerData(column, Qt.Orientation.Horizontal)))
            width = max(metrics.horizontalAdvance(text) for text in texts) + 2 * GRID
            self.setColumnWidth(column, max(width, _LEAST_FIGURE))

    def _place_fields(self) -> None:
        """Put a field where a value is missing, and take it away where it no longer is."""
        asking = {shown.key: (row, shown) for row, shown in enumerate(self._plans.rows) if shown.asks}
        for key in [key for key in self._fields if key not in asking]:
            field = self._fields.pop(key)
            if field.line.hasFocus():
                self.setFocus()
            if field.place.isValid():
                self.setIndexWidget(_plain(field.place), None)  # type: ignore[arg-type]  # None takes it away
            else:
                field.deleteLater()
        for key, (row, shown) in asking.items():
            if key not in self._fields:
                self._fields[key] = self._made_field(row, shown)
            self._fields[key].ask(shown)
        self._place_doors()

    def _place_doors(self) -> None:
        """Lead from a plan to what it waits for: an enrolment, or an exchange rate."""
        waiting = {shown.key: (row, shown) for row, shown in enumerate(self._plans.rows) if _door_words(shown)}
        for key in [key for key, place in self._doors.items() if key not in waiting or not place.isValid()]:
            place = self._doors.pop(key)
            if place.isValid():
                self.setIndexWidget(_plain(place), None)  # type: ignore[arg-type]  # None takes it away
        for key, (row, shown) in waiting.items():
            words = _door_words(shown)
            index = self._plans.index(row, Figure.PLAN)
            there = self.indexWidget(index) if key in self._doors else None
            if not isinstance(there, QPushButton) or there.text() != words:
                door = button(words, "link", name=f"{words} {shown.name}")
                lead = partial(self.program_wanted.emit, key[0])
                if shown.lacks_rate and not shown.is_closed:
                    lead = partial(self.rates_wanted.emit, *shown.currencies)
                door.clicked.connect(lambda _on, lead=lead: lead())
                door.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # arrows go on through the rows; the row's own key does it
                set_tip(door, words.rstrip("…"), "E" if shown.is_closed else "Return")
                self._doors[key] = QPersistentModelIndex(index)
                self.setIndexWidget(index, door)

    def _made_field(self, row: int, shown: Shown) -> "InputField":
        index = self._plans.index(row, Figure.PLAN)
        field = InputField(self._plans, index)
        self.setIndexWidget(index, field)
        return field

    def _row_rect(self, index: QModelIndex) -> QRect:
        rect = self.visualRect(index)
        return QRect(0, rect.top(), self.viewport().width(), rect.height())


class InputField(QWidget):
    """The field for a missing contract value; Enter saves it, and it says whether it is only assumed."""

    def __init__(self, model: ComparisonModel, index: QModelIndex) -> None:
        super().__init__()
        self._model = model
        self.place = QPersistentModelIndex(index)
        self.line = QLineEdit()
        self.line.setProperty("look", "small")
        self.line.setPlaceholderText(tr("e.g. 12 %"))
        words = self.line.fontMetrics().horizontalAdvance(self.line.placeholderText())
        self.line.setFixedWidth(max(words + _LINE_EDGES, _LEAST_LINE))
        self.assumed = QCheckBox(tr("assumed"))
        self.assumed.setToolTip(tr("My assumption; my contract does not say so."))
        self.setFocusProxy(self.line)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addStretch(1)
        row.addWidget(self.assumed)
        row.addWidget(self.line)
        self.line.returnPressed.connect(self.save)

    def ask(self, shown: Shown) -> None:
        """Ask for the value that is missing in a row."""
        self.line.setAccessibleName(f"{shown.name}: {shown.reason}")

    def start(self, text: str) -> None:
        """Take the focus, with the first key already typed."""
        self.line.setFocus()
        if text:
            self.line.setText(text)
        else:
            self.line.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return  # the line has saved; going on to the table, the key would open the arithmetic
        if event.key() == Qt.Key.Key_Escape and self.line.text():
            self.give_up()
            return
        super().keyPressEvent(event)

    def give_up(self) -> None:
        """Forget what was typed."""
        self.line.clear()
        self.save()

    def save(self) -> None:
        """Save what was typed; a problem stays beside it."""
        self._model.set_assumed(self.assumed.isChecked())
        self._model.setData(_plain(self.place), self.line.text())
        draft = self._model.draft(self.place) if self.place.isValid() else None
        set_look(self.line, "wrong", "true" if draft else "")
        self.line.setToolTip(literal(draft.problem) if draft else "")
        self.line.setAccessibleDescription(draft.problem if draft else "")


def _door_words(shown: Shown) -> str:
    """Return what the button beside a plan says that waits for something on another page; empty where none waits."""
    if shown.is_closed:
        return tr("Enrol…")
    return tr("Exchange rates…") if shown.lacks_rate else ""


def _plain(index: QPersistentModelIndex) -> QModelIndex:
    return index.model().index(index.row(), index.column())


class ComparisonCard(Card):
    """The plans with the choice of what they are ranked by, and `below` them what else there is to say."""

    def __init__(self, model: ComparisonModel, *below: QWidget) -> None:
        super().__init__(tr("What it pays"), " ")
        self._model = model
        self.objective = QComboBox()
        self.objective.setAccessibleName(tr("Best by"))
        self.objective.setProperty("look", "small")
        self._offered: tuple[Objective, ...] = ()
        self.offer_objectives(TOTALS, Objective.EXPECTED)
        self.tools.addWidget(label(tr("best by"), "muted"))
        self.tools.addWidget(self.objective)
        self.table = PlansTable(model)
        self.body.addWidget(self.table, _ALL_ROOM)
        self.empty = label(
            tr("Type a product on the left: what every plan pays for it stands here at once."), "muted", wrap=True
        )
        self.body.addWidget(self.empty)
        self.problem = label("", "warning", wrap=True)
        self.problem.hide()
        self.body.addWidget(self.problem)
        for part in below:
            self.body.addWidget(part)
        self.body.addStretch(1)  # what few plans leave free lies below them, and not between head and table

    def refresh(self, *, has_lines: bool, currency_sign: str) -> None:
        """Show the currency, or what belongs here while there is nothing to compare."""
        self.note.setText(currency_sign)
        self.empty.setVisible(not has_lines)

    def offer_objectives(self, offered: tuple[Objective, ...], chosen: Objective) -> None:
        """Offer what plans can be ranked by; `chosen` is what they are ranked by now."""
        if offered != self._offered:
            self._offered = offered
            self.objective.clear()
            for objective in offered:
                self.objective.addItem(tr(OBJECTIVES[objective]), objective.value)
        self.objective.setCurrentIndex(self.objective.findData(chosen.value))

    def say(self, problem: str) -> None:
        """Say why a figure is not there; an empty text takes it away."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))


OBJECTIVES: Final = {
    Objective.EXPECTED: mark("Expected value"),
    Objective.PRESENT: mark("Present value"),
    Objective.NOW: mark("Paid once"),
    Objective.FIRST_YEAR: mark("First year"),
    Objective.TERM: mark("Whole term"),
    Objective.NET: mark("Net of work"),
    Objective.HOURLY: mark("Per hour of work"),
}
"""What plans can be ranked by, as message ids."""
