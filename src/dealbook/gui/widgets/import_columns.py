"""Which column of a file becomes what: its header and what stands in it, and the choice beside it."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QScrollArea, QWidget

from dealbook.desk.table_fields import SPECS, Field
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.labels import Elided, label
from dealbook.gui.words import tr
from dealbook.tables.grid import column_name

_CHOICE_WIDTH: Final = 23 * GRID


class ColumnChoice(QScrollArea):
    """One row for each column of the file; two columns cannot become the same."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Columns"))
        self.boxes: list[QComboBox] = []

    def show_columns(
        self, headers: Sequence[str], examples: Sequence[str], fields: Sequence[Field], chosen: Mapping[Field, int]
    ) -> None:
        """Show the columns of a file and what each is chosen to be."""
        inner = QWidget()
        inner.setObjectName("page")
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, GRID, 0)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(0, 1)
        field_of = {place: field for field, place in chosen.items()}
        self.boxes = []
        for place, (header, example) in enumerate(zip(headers, examples, strict=True)):
            name = header or tr("Column {name}").format(name=column_name(place))
            title, sample = Elided(), Elided(role="muted")
            title.setText(name)
            sample.setText(example)
            box = self._box(name, fields, field_of.get(place))
            grid.addWidget(title, 2 * place, 0, Qt.AlignmentFlag.AlignBottom)
            grid.addWidget(sample, 2 * place + 1, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(box, 2 * place, 1, 2, 1, Qt.AlignmentFlag.AlignVCenter)
            grid.setRowMinimumHeight(2 * place + 1, 3 * GRID)
            self.boxes.append(box)
        grid.addWidget(label(), 2 * len(headers), 0)
        grid.setRowStretch(2 * len(headers), 1)
        self.setWidget(inner)
        for part in (self.viewport(), inner):
            part.setAutoFillBackground(False)

    def chosen(self) -> dict[Field, int]:
        """Return which column each field stands in."""
        return {Field(box.currentData()): place for place, box in enumerate(self.boxes) if box.currentData()}

    def _box(self, name: str, fields: Sequence[Field], chosen: Field | None) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(tr("What {name} becomes").format(name=name))
        box.setFixedWidth(_CHOICE_WIDTH)
        box.setMaxVisibleItems(20)
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.addItem("\N{EN DASH}", "")
        for field in fields:
            box.addItem(tr(SPECS[field].name), field.value)
        box.setCurrentIndex(0 if chosen is None else box.findData(chosen.value))
        box.activated.connect(lambda: self._choose(box))
        return box

    def _choose(self, box: QComboBox) -> None:
        for other in self.boxes:
            if other is not box and box.currentData() and other.currentData() == box.currentData():
                other.setCurrentIndex(0)
        self.changed.emit()
