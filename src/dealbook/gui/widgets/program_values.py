"""The contract's values of a program: the table in which they are typed, and what is known of the current one."""

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QHBoxLayout

from dealbook.book.errors import BookError
from dealbook.desk.compare import clear_input, set_input
from dealbook.desk.contract_tables import Table, set_table
from dealbook.desk.programs import ProgramRow, input_rows, mark_assumed
from dealbook.desk.wording import problem_text
from dealbook.gui.book_words import refusal, said
from dealbook.gui.context import Context
from dealbook.gui.models.program_inputs import InputsModel, Savers
from dealbook.gui.models.program_words import missing_text
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.labels import button, label, set_tip
from dealbook.gui.widgets.program_inputs import InputsTable
from dealbook.gui.widgets.program_section import Section, today
from dealbook.gui.words import mark, tr

ASSUMED = mark("Change assumption")


class ValuesSection(Section):
    """Types the contract's values, each change a step of its own."""

    def __init__(self, context: Context) -> None:
        super().__init__(tr("Contract values"))
        self._context = context
        self._row: ProgramRow | None = None
        self.note = label("", "muted", wrap=True)
        savers = Savers(self._save_input, self._save_table, self._clear_input, self._mark_assumed)
        self.inputs = InputsModel(context.words, savers, self)
        self.table = InputsTable(self.inputs)
        self.table.selectionModel().currentChanged.connect(self._show_current)
        self.rows = button(tr("Add rows"))
        set_tip(self.rows, tr("Make the value a table, by term for example, or add a row to it"), "Ins")
        self.rows.clicked.connect(self.table.begin_table)
        self.about = label("", "muted", wrap=True)
        foot = QHBoxLayout()
        foot.setSpacing(GRID)
        foot.addWidget(self.about, 1)
        foot.addWidget(self.rows)
        self.column.addWidget(self.note)
        self.column.addWidget(self.table)
        self.column.addLayout(foot)
        self.column.addStretch(1)

    def show_program(self, row: ProgramRow, *, moved: bool) -> None:
        self._row = row
        inputs = input_rows(self._context.session, row.id, today())
        enrolled = row.enrolment is not None
        self.inputs.show_inputs(row.id, inputs, row.program.currency, is_open=enrolled)
        self.table.setVisible(bool(inputs))
        self.rows.setVisible(bool(inputs) and enrolled)
        self.note.setText(self._note(row, has_inputs=bool(inputs)))
        self._show_current(self.table.currentIndex())
        if moved:
            self.verticalScrollBar().setValue(0)

    def start(self) -> None:
        if self.inputs.rowCount():
            self.table.start()
        else:
            self.setFocus()

    # --- showing

    def _note(self, row: ProgramRow, *, has_inputs: bool) -> str:
        if not has_inputs:
            return tr("This program leaves nothing to the contract: all its figures stand in the program.")
        if row.enrolment is None:
            return tr("Enrol to enter those of your contract.")
        return missing_text(row.missing) if row.missing else tr("Complete.")

    def _show_current(self, index: QModelIndex) -> None:
        """Tell source and note of the current value, and scroll to its row: the table is as tall as its rows."""
        line = self.inputs.line(index) if index.isValid() else None
        known = "" if line is None or not line.row.source else tr("Source: {title}").format(title=line.row.source)
        note = "" if line is None else line.row.input.note
        self.about.setText("\n".join(part for part in (note, known) if part))
        self.rows.setEnabled(line is not None and self.inputs.can_be_table(index))
        if index.isValid():
            where = self.table.viewport().mapTo(self.inner, self.table.visualRect(index).center())
            self.ensureVisible(where.x(), where.y(), 0, 4 * GRID)

    # --- saving

    def _save_input(self, name: str, text: str, assumed: bool) -> str:
        if self._row is None:
            return ""
        try:
            problems = set_input(self._context.session, self._row.id, name, text, assumed=assumed)
        except BookError as error:
            return refusal(error)
        return " ".join(problem_text(problem, self._context.words) for problem in problems)

    def _save_table(self, name: str, table: Table, assumed: bool) -> str:
        if self._row is None:
            return ""
        try:
            problems = set_table(self._context.session, self._row.id, name, table, assumed=assumed)
        except BookError as error:
            return refusal(error)
        return " ".join(problem_text(problem, self._context.words) for problem in problems)

    def _clear_input(self, name: str) -> None:
        if self._row is not None:
            with said(self._context.notify):
                clear_input(self._context.session, self._row.id, name)

    def _mark_assumed(self, name: str, assumed: bool) -> None:
        if self._row is not None:
            with said(self._context.notify):
                mark_assumed(self._context.session, self._row.id, name, assumed, ASSUMED)
