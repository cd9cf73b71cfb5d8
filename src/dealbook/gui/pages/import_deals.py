"""The import page: a table from a file, which column is what, what each row becomes, and the import as one step."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QStackedWidget,
    QWidget,
)

from dealbook.book.connection import Touched
from dealbook.book.errors import BookError
from dealbook.desk.forms import CATEGORIES
from dealbook.desk.importing import Preview, importing, leaving_out, preview
from dealbook.desk.table_fields import DEAL_FIELDS, Field
from dealbook.desk.table_layout import Layout, headers, layout_for, remember, samples
from dealbook.gui.book_words import refusal, said
from dealbook.gui.context import Context, Tone
from dealbook.gui.dropping import dropped_table
from dealbook.gui.models.import_preview import PreviewModel
from dealbook.gui.models.import_runner import Guard, Runner
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.empty import Empty
from dealbook.gui.widgets.header import Header, page_column
from dealbook.gui.widgets.import_columns import ColumnChoice
from dealbook.gui.widgets.import_reading import ReadingChoice, read_or_say
from dealbook.gui.widgets.import_rows import RowsTable
from dealbook.gui.widgets.labels import Elided, button, keep_room_for_bold, label, set_role, set_tip
from dealbook.gui.widgets.progress import ProgressRow
from dealbook.gui.words import plural, tr
from dealbook.tables.grid import FOUND_OUT, Form, Sheet
from dealbook.tables.reading import SUFFIXES

_COLUMNS_WIDTH: Final = 43 * GRID
_WRITTEN: Final = {"en": "1,234.5", "de": "1.234,5", "fr": "1 234,5"}


class ImportPage(QWidget):
    """Choose a file, say what its columns are, look at what comes in, import it or leave."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.title = tr("Import deals")
        self._context = context
        self._path, self._form = Path(), FOUND_OUT
        self._sheets: tuple[Sheet, ...] = ()
        self._seen: Preview | None = None
        self._is_saving = False
        self.runner = Runner(self)
        self.runner.progressed.connect(self._progress)
        self.runner.finished.connect(self._finish)
        self.runner.failed.connect(self._fail)
        self.model = PreviewModel(context.words, self)
        self.model.ticked.connect(self._tick)
        self.setAcceptDrops(True)
        column = page_column(self)
        column.addWidget(self._header())
        self.choices = self._choices()
        column.addWidget(self.choices)
        self.reading = ReadingChoice()
        self.reading.form_changed.connect(self._read_file_anew)
        self.reading.head_changed.connect(self._take_sheet)
        self.reading.hide()
        column.addWidget(self.reading)
        self.progress = ProgressRow(tr("How far it is"))
        self.progress.cancel.clicked.connect(self.stop)
        column.addWidget(self.progress)
        self.guard = Guard(self.progress.cancel)
        self.empty = Empty()
        self._body = QStackedWidget()
        self._body.addWidget(self._work())
        self._body.addWidget(self.empty)
        column.addWidget(self._body, 1)
        self._show()

    # --- what a page can be told

    def arrive(self, file: str = "") -> None:
        """Show the page; with `file`, read that one."""
        if file:
            self.open(Path(file))
        elif not self._sheets:
            self.empty.action.setFocus()

    def refresh(self, touched: Touched) -> None:
        """Follow a change of the book: it says which deals are there already."""
        if self._sheets and not self._is_saving and {kind for kind, _ in touched.records} & {"deal", "partner"}:
            self._read()

    def open(self, path: Path) -> None:
        """Read a file, and say what is wrong with one that cannot be read."""
        if self._read_file(path, FOUND_OUT):
            self.otherwise.setChecked(False)

    def _read_file(self, path: Path, form: Form) -> bool:
        sheets = read_or_say(path, form, self._context.notify)
        if not sheets:
            return False
        self._path, self._form, self._sheets = path, form, sheets
        self.file.setText(path.name)
        self.sheet.clear()
        for one in sheets:
            self.sheet.addItem(one.name)
        self.sheet.setVisible(len(sheets) > 1)
        self.reading.show_file(sheets[0], form)
        self._take_sheet()
        return True

    def _read_file_anew(self) -> None:
        """Read the file as somebody says that it is written; where it cannot be, all stays as it was."""
        if not self._read_file(self._path, self.reading.form):
            self.reading.show_file(self._sheets[0], self._form)

    # --- building

    def _header(self) -> Header:
        self.choose = button(tr("Choose a file…"))
        self.choose.clicked.connect(self.choose_file)
        set_tip(self.choose, tr("CSV or XLSX; it can be dropped on the page as well"))
        self.leave = button(tr("Leave out what is wrong"))
        self.leave.clicked.connect(self._leave_out_faulty)
        self.go_on = button(tr("Import"), "primary")
        self.go_on.clicked.connect(self.import_all)
        header = Header(self.title, self.choose, self.leave, self.go_on)
        self.count = header.count
        return header

    def _choices(self) -> QWidget:
        self.file = Elided()
        self.sheet = _combo(tr("Sheet"))
        self.sheet.activated.connect(self._take_other_sheet)
        self.written = _combo(tr("Numbers are written"))
        for code, example in _WRITTEN.items():
            self.written.addItem(tr("Numbers as {example}").format(example=example), code)
        self.category = _combo(tr("Category of lines without one"))
        self.category.addItem(tr("Without category: not imported"), "")
        for category, name in CATEGORIES.items():
            self.category.addItem(tr("Without category: {name}").format(name=tr(name)), category)
        for box in (self.written, self.category):
            box.activated.connect(self._read)
        self.otherwise = button(tr("Read otherwise…"), "quiet")
        self.otherwise.setCheckable(True)
        keep_room_for_bold(self.otherwise)
        set_tip(self.otherwise, tr("Encoding, separator and header of the file, where they were found out wrongly"))
        self.otherwise.toggled.connect(lambda _on: self._show_reading())
        self.told_only = QCheckBox(tr("Only rows with something to know"))
        self.told_only.toggled.connect(self._show)
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.file, 1)
        for control in (self.otherwise, self.sheet, self.written, self.category, self.told_only):
            row.addWidget(control)
        return made

    def _work(self) -> QWidget:
        self.columns = ColumnChoice()
        self.columns.changed.connect(self._read)
        left = Card(tr("Columns"), tr("of the file"))
        left.body.addWidget(self.columns, 1)
        left.setFixedWidth(_COLUMNS_WIDTH)
        self.table = RowsTable(self.model)
        self.table.toggled.connect(self._toggle_selected)
        self.table.selectionModel().currentRowChanged.connect(self._tell)
        self.model.modelReset.connect(self._tell)
        self.told = label("", "", wrap=True)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        right = Card(tr("Rows"), " ")
        self._note = right.note
        right.body.addWidget(self.table, 1)
        right.body.addWidget(self.told)
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID + GRID // 2)
        row.addWidget(left)
        row.addWidget(right, 1)
        return made

    # --- reading

    @property
    def _sheet(self) -> Sheet:
        sheet = self._sheets[max(self.sheet.currentIndex(), 0)]
        return replace(sheet, head=self.reading.head)

    def _take_other_sheet(self) -> None:
        self.reading.show_rows(self._sheets[self.sheet.currentIndex()])
        self._take_sheet()

    def _take_sheet(self) -> None:
        """Show a sheet's columns as they were chosen the last time, or as they are guessed."""
        sheet, words = self._sheet, self._context.words
        layout = layout_for(self._context.session, sheet, DEAL_FIELDS, words)
        examples = [" · ".join(samples(sheet, place, words)) for place in range(sheet.width)]
        self.columns.show_columns(headers(sheet), examples, DEAL_FIELDS, layout.columns)
        self.written.setCurrentIndex(self.written.findData(layout.language))
        self.category.setCurrentIndex(max(self.category.findData(layout.category), 0))
        self._read()
        if not self.reading.has_focus:
            self.table.setFocus()

    def _layout_chosen(self) -> Layout:
        return Layout(self.columns.chosen(), self.written.currentData(), self.category.currentData())

    def _read(self) -> None:
        """Read the sheet as it is chosen, from its beginning."""
        self._seen = None
        layout = self._layout_chosen()
        self.runner.start(preview(self._context.session, self._sheet, layout, today()))
        self._show()

    def stop(self) -> None:
        """Stop what is being done; nothing of it stays in the book."""
        was_saving = self._is_saving
        self._is_saving = False
        self.guard.hold(on=False)
        self.runner.stop()
        self.progress.hide()
        if was_saving:
            self._context.notify(tr("Stopped. Nothing was imported."))
        self._show()
        (self.go_on if was_saving else self.empty.action).setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self.runner.is_busy:
            self.stop()

    def _progress(self) -> None:
        work = self.runner.work
        if work is None:
            return
        form = tr("{n} of {all} deals imported") if self._is_saving else tr("{n} of {all} rows read")
        number = self._context.words.number
        halves = 1 if self._is_saving else 2  # a row is read first and made into a deal then
        words = form.format(n=number(work.done // halves), all=number(work.total // halves))
        self.progress.show_done(work.done, work.total, words)

    def _finish(self) -> None:
        work = self.runner.work
        result = work.result if work is not None else None
        self.progress.hide()
        if self._is_saving:
            self._is_saving = False
            self.guard.hold(on=False)
            self._done(len(result or ()))
        else:
            self._seen = result
            self._show()
            self._to_first_fault()

    def _fail(self, error: Exception) -> None:
        self._is_saving = False
        self.guard.hold(on=False)
        self.progress.hide()
        self._show()
        if not isinstance(error, BookError):
            raise error
        self._context.notify(refusal(error), Tone.ERROR)

    # --- showing

    def _show(self) -> None:
        seen = self._seen
        self.choices.setVisible(bool(self._sheets))
        self._show_reading()
        self._body.setCurrentIndex(0 if self._sheets else 1)
        if not self._sheets:
            words = tr("A table with a deal's lines, one a row: from a spreadsheet, a CRM, or another book.")
            self.empty.say(tr("Choose a file, or drop it here"), words, tr("Choose a file…"), self.choose_file)
        elif seen is None and not self.runner.is_busy:
            self._body.setCurrentWidget(self.empty)
            self.empty.say(tr("Stopped"), "", tr("Read the file again"), self._read)
        number = self._current_number()
        self.model.show_preview(seen, only_told=self.told_only.isChecked())
        if self.model.rowCount():
            self.table.go_to(self.model.position_of(number))
        self._show_counts()

    def _show_reading(self) -> None:
        self.reading.setVisible(bool(self._sheets) and self.otherwise.isChecked())

    def _show_counts(self) -> None:
        seen = self._seen
        wanted = len(seen.wanted) if seen else 0
        blocking = seen.blocking if seen else 0
        self.leave.setVisible(bool(blocking))
        self.leave.setText(plural("Leave out {n} row", "Leave out {n} rows", blocking))
        self.go_on.setVisible(bool(self._sheets))
        self.go_on.setEnabled(bool(wanted) and not blocking and not self._is_saving)
        self.go_on.setText(plural("Import {n} deal", "Import {n} deals", wanted))
        why = tr("Mend the file or the columns, or leave out the rows that are wrong.") if blocking else ""
        self.go_on.setToolTip(why)
        parts = []
        if seen is not None:
            if Field.CUSTOMER not in seen.layout.columns and Field.NUMBER not in seen.layout.columns:
                parts.append(tr("Choose which column is the customer."))
            parts.append(plural("{n} row is wrong", "{n} rows are wrong", blocking) if blocking else "")
            parts.append(plural("{n} left out", "{n} left out", len(seen.left_out)) if seen.left_out else "")
        self._note.setText(" · ".join(filter(None, parts)))

    def _to_first_fault(self) -> None:
        """Select the first row that is wrong, so that its words stand below the table."""
        wrong = (at for at, entry in enumerate(self.model.entries) if entry.faults)
        self.table.go_to(next(wrong, 0))

    def _current_number(self) -> int:
        index = self.table.currentIndex()
        return self.model.entries[index.row()].row.number if index.isValid() else 0

    def _tell(self) -> None:
        index = self.table.currentIndex()
        lines = self.model.told(index.row()) if index.isValid() else []
        is_wrong = index.isValid() and bool(self.model.entries[index.row()].faults)
        set_role(self.told, "bad" if is_wrong else "warning")
        self.told.setText("\n".join(lines))
        self.told.setVisible(bool(lines))

    # --- doing

    def choose_file(self) -> None:
        """Let the person choose a file."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        kinds = tr("Tables ({pattern})").format(pattern=" ".join(f"*{suffix}" for suffix in SUFFIXES))
        name, _ = QFileDialog.getOpenFileName(self, self.title, folder, kinds)
        if name:
            self.open(Path(name))

    def _tick(self, number: int, wanted: bool) -> None:
        self._leave_out({number}, wanted=wanted)

    def _toggle_selected(self) -> None:
        numbers = self.model.numbers(self.table.selectionModel().selectedRows())
        if self._seen is not None and numbers:
            self._leave_out(numbers, wanted=numbers <= self._seen.left_out)

    def _leave_out_faulty(self) -> None:
        if self._seen is not None:
            self._leave_out(self._seen.faulty, wanted=False)
            self.go_on.setFocus()

    def _leave_out(self, numbers: Iterable[int], *, wanted: bool) -> None:
        seen = self._seen
        if seen is None or self._is_saving:
            return
        out = seen.left_out - set(numbers) if wanted else seen.left_out | set(numbers)
        self._seen = leaving_out(self._context.session, seen, out, today())
        self._show()

    def import_all(self) -> None:
        """Import what is shown, as one step; the columns are remembered for the next file of this kind."""
        seen = self._seen
        if seen is None or seen.blocking or not seen.wanted or self._is_saving:
            return
        with said(self._context.notify):
            remember(self._context.session, seen.sheet, seen.layout, DEAL_FIELDS)
            self._is_saving = True
            self._show_counts()
            self.runner.start(importing(self._context.session, seen))
            self.guard.hold(on=True)
            self.progress.cancel.setFocus()

    def _done(self, count: int) -> None:
        self._sheets, self._seen = (), None
        self._show()
        self._context.go("deals")
        text = plural("{n} deal was imported.", "{n} deals were imported.", count)
        self._context.notify(text, action=tr("Undo"), then=self._undo)

    def _undo(self) -> None:
        with said(self._context.notify):
            self._context.session.undo()

    # --- dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_table(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_table(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.open(path)


def _combo(name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(name)
    return box


def today() -> date:
    """Return the day from which a deal without one is reckoned."""
    return date.today()  # noqa: DTZ011 - the user's own day
