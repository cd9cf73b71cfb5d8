"""The programs page: the catalogue with the partner's standing, and one program with its membership and values."""

from typing import Final

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QLineEdit, QSizePolicy, QStackedWidget, QWidget

from dealbook.book.connection import Touched
from dealbook.book.errors import BookError
from dealbook.desk.programs import ProgramRow, enrol, found, leave, program_rows
from dealbook.gui.book_words import refusal
from dealbook.gui.context import Context, Tone
from dealbook.gui.models.programs import Column, ProgramsModel, missing_text
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.empty import Empty
from dealbook.gui.widgets.header import Header, page_column
from dealbook.gui.widgets.program_details import ProgramDetails, today
from dealbook.gui.widgets.table import Table
from dealbook.gui.words import plural, tr

_NARROW: Final = 900
_VENDOR: Final = "Avaya Cloud"
"""What the column of vendors has room for; more is cut, and stands in the tooltip."""
_ABOUT: Final = frozenset({"program", "enrolment", "partner"})


class ProgramsPage(QWidget):
    """Find a program, enrol in it, and enter what the contract says."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.title = tr("Programs")
        self._context = context
        self._rows: list[ProgramRow] = []
        self.model = ProgramsModel(self)
        self.table = self._table()
        self.details = ProgramDetails(context)
        self.details.enrol_wanted.connect(self._enrol)
        self.details.leave_wanted.connect(self._leave)
        self.empty = Empty()
        column = page_column(self)
        column.addWidget(self._header())
        column.addLayout(self._filter())
        column.addLayout(self._sides(), 1)
        self._load()

    # --- what a page can be told

    def arrive(self, program: str = "") -> None:
        """Show the page; with `program`, that one, ready for what is to be done in it."""
        if program:
            if self.model.row_of(program) is None:
                self.search.clear()
            self._select(program)
            self.details.start()
        else:
            self.table.setFocus()

    def refresh(self, touched: Touched) -> None:
        """Follow a change of the book."""
        if any(kind in _ABOUT for kind, _ in touched.records):
            self._load()

    # --- building

    def _header(self) -> Header:
        header = Header(self.title)
        self.count = header.count
        return header

    def _filter(self) -> QHBoxLayout:
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Vendor, program, plan"))
        self.search.setAccessibleName(tr("Search the programs"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(320)
        self.search.textChanged.connect(self._show)
        self.search.returnPressed.connect(self.table.setFocus)
        row = QHBoxLayout()
        row.addWidget(self.search, 1)
        row.addStretch(1)
        return row

    def _table(self) -> Table:
        table = Table(tr("Programs"))
        table.setModel(self.model)
        table.horizontalHeader().setSectionsClickable(False)
        table.fit(Column.VENDOR, _VENDOR)
        table.fit(Column.VERSION, "2026-01")
        table.fit(Column.STANDING, tr("Not enrolled"), missing_text(10))
        table.horizontalHeader().setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        table.selectionModel().currentRowChanged.connect(self._show_current)
        table.opened.connect(lambda _: self.details.start())
        return table

    def _sides(self) -> QHBoxLayout:
        card = Card()
        self._body = QStackedWidget()
        self._body.addWidget(self.table)
        self._body.addWidget(self.empty)
        self._body.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        card.body.addWidget(self._body)
        sides = QHBoxLayout()
        sides.setSpacing(GRID + GRID // 2)
        sides.addWidget(card, 9)
        sides.addWidget(self.details, 12)
        return sides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a narrow window the list is of vendors only: the program stands beside it."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        for column in (Column.NAME, Column.VERSION):
            self.table.setColumnHidden(column, narrow)
        resize = QHeaderView.ResizeMode
        self.table.horizontalHeader().setSectionResizeMode(
            Column.VENDOR, resize.Stretch if narrow else resize.Interactive
        )
        if not narrow:
            self.table.fit(Column.VENDOR, _VENDOR)

    # --- showing

    def _load(self) -> None:
        self._rows = program_rows(self._context.session, today())
        enrolled = sum(row.enrolment is not None for row in self._rows)
        number = plural("{n} program", "{n} programs", len(self._rows))
        standing = plural("enrolled in {n}", "enrolled in {n}", enrolled) if enrolled else tr("enrolled in none")
        self.count.setText(f"{number}, {standing}" if self._rows else "")
        self._show()

    def _show(self) -> None:
        program_id, row = self._current_id(), self.table.currentIndex().row()
        hits = found(self._rows, self.search.text())
        self.model.set_rows(hits)
        self._body.setCurrentWidget(self.table if hits else self.empty)
        if not self._rows:
            words = tr("The catalogue of programs is empty. It comes with Dealbook; install it again.")
            self.empty.say(tr("No programs"), words)
        elif not hits:
            self.empty.say(tr("No program matches"), "", tr("Show all programs"), self._show_all)
        self._select(program_id, otherwise=row)
        self._show_current()

    def _show_all(self) -> None:
        self.search.clear()
        self.search.setFocus()

    def _current_id(self) -> str:
        current = self.current()
        return current.id if current is not None else ""

    def current(self) -> ProgramRow | None:
        """Return the program that is shown."""
        index = self.table.currentIndex()
        return self.model.rows[index.row()] if index.isValid() else None

    def _select(self, program_id: str, *, otherwise: int = 0) -> None:
        if self.model.rowCount():
            row = self.model.row_of(program_id)
            near = min(max(otherwise, 0), self.model.rowCount() - 1)
            self.table.selectRow(near if row is None else row)

    def _show_current(self) -> None:
        current = self.current()
        self.details.setVisible(current is not None)
        if current is not None:
            self.details.show_program(current)

    # --- doing

    def _enrol(self) -> None:
        current = self.current()
        if current is None:
            return
        try:
            enrol(self._context.session, current.id)
        except BookError as error:
            self._context.notify(refusal(error), Tone.ERROR)
            return
        self.details.start()

    def _leave(self) -> None:
        current = self.current()
        if current is None or current.enrolment is None:
            return
        leave(self._context.session, current.id)
        text = tr("You left {program}; the values of your contract went with it.")
        name = f"{current.program.vendor} · {current.program.name}"
        self._context.notify(text.format(program=name), action=tr("Undo"), then=self._context.session.undo)
