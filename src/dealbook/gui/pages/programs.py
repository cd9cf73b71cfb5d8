"""The programs page: the catalogue with the partner's standing, and one program with all that belongs to it."""

from typing import Final

from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QResizeEvent, QShortcut, Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QStackedWidget, QTabBar, QWidget

from dealbook.book.connection import Touched
from dealbook.book.errors import BookError
from dealbook.desk.programs import ProgramRow, Show, enrol, found, is_shown, leave, program_rows, rejoin
from dealbook.gui.book_words import refusal, said
from dealbook.gui.context import Context, Tone
from dealbook.gui.models.program_words import missing_text, title_text
from dealbook.gui.models.programs import Column, ProgramsModel
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.empty import Empty
from dealbook.gui.widgets.header import Header, page_column
from dealbook.gui.widgets.labels import button
from dealbook.gui.widgets.program_details import ProgramDetails
from dealbook.gui.widgets.program_import import ImportPanel, can_import
from dealbook.gui.widgets.program_list import ProgramList
from dealbook.gui.widgets.program_section import today
from dealbook.gui.words import plural, tr

_NARROW: Final = 900
_ABOUT: Final = frozenset({"program", "enrolment", "partner", "deal", "rate"})


class ProgramsPage(QWidget):
    """Find a program, enrol in it, enter what the contract says, follow its versions."""

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
        self.details.rejoin_wanted.connect(self._rejoin)
        self.empty = Empty()
        self.imports = ImportPanel(context)
        self.imports.imported.connect(self._show_imported)
        self.setAcceptDrops(True)
        paste = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self)
        paste.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        paste.activated.connect(self.imports.paste)
        column = page_column(self)
        column.addWidget(self._header())
        column.addWidget(self.imports)
        column.addLayout(self._sides(), 1)
        self._load()

    # --- what a page can be told

    def arrive(self, program: str = "", section: str = "") -> None:
        """Show the page; with `program`, that one, ready to be worked on, or at a section, by its number."""
        if program:
            if self.model.row_of(program) is None:
                self.parts.setCurrentIndex(0)
                self.search.clear()
            self._select(program)
            if section:
                self.details.show_section(self.details.sections[int(section)])
                self.details.sections[int(section)].start()
            else:
                self.details.start()
        else:
            self.table.setFocus()

    def where(self) -> dict[str, str]:
        """Return the program and the section that are shown, for the way back to them."""
        current = self.current()
        return {"program": current.id, "section": str(self.details.tabs.currentIndex())} if current is not None else {}

    def refresh(self, touched: Touched) -> None:
        """Follow a change of the book."""
        kinds = {kind for kind, _ in touched.records}
        if kinds & _ABOUT:
            self._load()
        elif "draft" in kinds:
            self.details.versions.show_drafts()

    # --- building

    def _header(self) -> Header:
        self.new = button(tr("New program…"))
        self.new.clicked.connect(lambda: self._context.go("editor", program="", day=""))
        header = Header(self.title, self.imports.button, self.new)
        self.count = header.count
        return header

    def _filter(self) -> tuple[QLineEdit, QTabBar]:
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Vendor, program, plan"))
        self.search.setAccessibleName(tr("Search the programs"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._show)
        self.search.returnPressed.connect(self._leave_search)
        clear = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.search)
        clear.setContext(Qt.ShortcutContext.WidgetShortcut)
        clear.activated.connect(self.search.clear)
        self.parts = QTabBar()
        self.parts.setAccessibleName(tr("Part of the catalogue"))
        self.parts.setUsesScrollButtons(True)  # where the window is narrow
        self.parts.setExpanding(False)
        for show in Show:
            self.parts.setTabData(self.parts.addTab(""), show)
        self.parts.currentChanged.connect(self._show)
        return self.search, self.parts

    def _table(self) -> ProgramList:
        table = ProgramList(self.model)
        table.fit(Column.STANDING, tr("Not enrolled"), missing_text(10))
        table.selectionModel().currentRowChanged.connect(self._show_current)
        table.opened.connect(lambda _: self.details.start())
        return table

    def _sides(self) -> QHBoxLayout:
        card = Card()
        self._body = QStackedWidget()
        self._body.addWidget(self.table)
        self._body.addWidget(self.empty)
        self._body.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        for part in (*self._filter(), self._body):
            card.body.addWidget(part)
        sides = QHBoxLayout()
        sides.setSpacing(GRID + GRID // 2)
        sides.addWidget(card, 9)
        sides.addWidget(self.details, 14)
        return sides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a narrow window the list names the programs only: the one that is chosen stands beside it."""
        super().resizeEvent(event)
        self.table.setColumnHidden(Column.STANDING, self.width() < _NARROW)

    # --- showing

    def _load(self) -> None:
        self._rows = program_rows(self._context.session, today())
        enrolled = sum(row.is_member for row in self._rows)
        number = plural("{n} program", "{n} programs", len(self._rows))
        standing = plural("enrolled in {n}", "enrolled in {n}", enrolled) if enrolled else tr("enrolled in none")
        self.count.setText(f"{number}, {standing}" if self._rows else "")
        names = {
            Show.ALL: tr("All"),
            Show.ENROLLED: tr("Enrolled"),
            Show.OWN: tr("Own"),
            Show.HISTORY: tr("History"),
        }
        for tab, show in enumerate(Show):
            count = sum(is_shown(row, show) for row in self._rows)
            self.parts.setTabText(tab, f"{names[show]} {self._context.words.number(count)}")
        self._show()

    def part(self) -> Show:
        """Return which part of the catalogue is shown."""
        return Show(self.parts.tabData(self.parts.currentIndex()))

    def _show(self) -> None:
        program_id, row = self._current_id(), self.table.currentIndex().row()
        hits = found(self._rows, self.search.text(), self.part())
        self.model.set_rows(hits)
        self._body.setCurrentWidget(self.table if hits else self.empty)
        if not hits:
            self._say_empty()
        self._select(program_id, otherwise=row)
        self._show_current()

    def _say_empty(self) -> None:
        """Say why no program is shown, and what to do."""
        all_of_them = (tr("Show all programs"), self._show_all)
        if not self._rows:
            words = tr("The catalogue of programs is empty. It comes with Dealbook; install it again.")
            self.empty.say(tr("No programs"), words)
        elif self.search.text().strip():
            self.empty.say(tr("No program matches"), "", *all_of_them)
        elif self.part() is Show.ENROLLED:
            words = tr("Choose a program and press “Enrol”: its plans are then open to your deals.")
            self.empty.say(tr("Enrolled in none"), words, *all_of_them)
        elif self.part() is Show.OWN:
            words = tr("A version that you import or write yourself stands here, and takes the shipped one's place.")
            self.empty.say(tr("No versions of your own"), words, *all_of_them)
        else:
            words = tr("Programs that you left and programs that are no longer in force stand here.")
            self.empty.say(tr("No history yet"), words, *all_of_them)

    def _leave_search(self) -> None:
        """Go on to what was found; where nothing was, a hidden list must not wait for the focus."""
        if self.model.rowCount():
            self.table.setFocus()

    def _show_all(self) -> None:
        self.parts.setCurrentIndex(0)
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

    # --- files coming in

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if can_import(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.imports.import_data(event.mimeData())

    def _show_imported(self, program_id: str) -> None:
        """Show the program of which a version came in, at its versions."""
        self.arrive(program_id)
        self.details.show_section(self.details.versions)
        self.details.versions.start()

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
        current, session = self.current(), self._context.session
        if current is None or current.enrolment is None:
            return
        with said(self._context.notify):
            kept = leave(session, current.id, today())
            if kept is None:
                text = tr("You left {program}; the values of your contract went with it.")
            else:
                text = tr("You left {program}; deals are placed under it, so the values of your contract stay.")
            name = title_text(current.program)
            self._context.notify(text.format(program=name), action=tr("Undo"), then=session.undo)

    def _rejoin(self) -> None:
        if (current := self.current()) is not None:
            with said(self._context.notify):
                rejoin(self._context.session, current.id)
                self.details.start()
