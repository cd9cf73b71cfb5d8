"""The history page: every step of the book, what it changed, and what can be brought back or deleted for good."""

from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QComboBox, QHBoxLayout, QLineEdit, QStackedWidget, QWidget

from dealbook.book.connection import BookError, Touched
from dealbook.desk.history import Asked, Details, Histories, Shown, bring_back, record_of
from dealbook.desk.history_records import KINDS
from dealbook.desk.purging import DONE, LATER, Target, purge, purged
from dealbook.gui.book_words import refusal, said
from dealbook.gui.context import Context, Tone
from dealbook.gui.models.history import NOTHING, HistoryModel, ToldModel, copied, state_words
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.backup_beside import Beside
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.empty import Empty
from dealbook.gui.widgets.header import Header, page_column
from dealbook.gui.widgets.history_purge import PurgeStrip
from dealbook.gui.widgets.history_tables import StepsTable, ToldTable
from dealbook.gui.widgets.labels import Elided, button, label, set_tip
from dealbook.gui.words import plural, tr

PAUSE: Final = 120
"""Milliseconds after the last key before the history is searched."""
REMOVED: Final = "removed"
"""What the list of kinds has for removed deals."""
MOST_LINES: Final = 20_000
"""More lines are not copied at once."""
_KEPT: Final = 400
"""So many steps at most stay read when the book changes."""


class HistoryPage(QWidget):
    """Find a step, see what it changed, bring back what it removed."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.title = tr("History of the book")
        self._context = context
        self._asked = Asked()
        self._histories = Histories(context.session, context.words)
        self._purging: Target | None = None
        self._beside = Beside(self)
        self._beside.done.connect(self._take_purged)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self.search_now)
        self.model = HistoryModel(context.words, self)
        self.lines = ToldModel(self)
        self.table = StepsTable(self.model)
        self.told = ToldTable(self.lines)
        self.strip = PurgeStrip(context.session, context.words)
        self.empty = Empty()
        self._content = self._sides()
        self._body = QStackedWidget()
        self._body.addWidget(self._content)
        self._body.addWidget(self.empty)
        column = page_column(self)
        column.addWidget(self._header())
        column.addLayout(self._filters())
        column.addWidget(self.strip)
        column.addWidget(self._body, 1)
        self._connect()
        self._load()

    # --- what a page can be told

    def arrive(self, kind: str = "", record: str = "", step: str = "") -> None:
        """Show the history of a record, or of the whole book; with `step`, that step."""
        wanted = record_of(kind, record) if record or kind == "partner" else None
        if wanted != self._asked.record:
            self._asked = Asked(record=wanted)
            self._show_asked()
            self._load()
        if step and (row := self.model.row_of(int(step))) is not None:
            self.table.selectRow(row)
        (self.table if self.model.rowCount() else self.empty.action).setFocus()

    def where(self) -> dict[str, str]:
        """Return what leads back to what is shown."""
        shown = self.current()
        step = {} if shown is None else {"step": str(shown.entry.id)}
        record = self._asked.record
        return step if record is None else {"kind": record[0], "record": record[1], **step}

    def refresh(self, _: Touched) -> None:
        """Follow a change of the book: every change is a step."""
        self._histories = Histories(self._context.session, self._context.words)
        self._close_strip()
        self._load()

    def current(self) -> Shown | None:
        """Return the selected step."""
        return self.model.step_at(self.table.currentIndex())

    # --- building

    def _header(self) -> Header:
        self.purge_button = button(tr("Delete for good…"))
        set_tip(self.purge_button, tr("Delete history up to the selected step, or what is kept of a removed deal"))
        header = Header(self.title, self.purge_button)
        self.count = header.count
        return header

    def _filters(self) -> QHBoxLayout:
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Step, customer, title, program"))
        self.search.setAccessibleName(tr("Search the history"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(320)
        self.kind = QComboBox()
        self.kind.setAccessibleName(tr("Kind of record"))
        self.kind.addItem(tr("All records"), "")
        for kind, name in KINDS.items():
            self.kind.addItem(tr(name), kind)
        self.kind.addItem(tr("Removed deals"), REMOVED)
        self.only = Elided(role="strong")
        self.whole = button(tr("Whole history"), "link")
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.search, 2)
        row.addWidget(self.kind)
        row.addWidget(self.only, 2)
        row.addWidget(self.whole)
        row.addStretch(1)
        self._show_asked()
        return row

    def _sides(self) -> QWidget:
        content = QWidget()
        sides = QHBoxLayout(content)
        sides.setContentsMargins(0, 0, 0, 0)
        sides.setSpacing(GRID + GRID // 2)
        card = Card()
        card.body.addWidget(self.table)
        sides.addWidget(card, 1)
        sides.addWidget(self._details(), 1)
        return content

    def _details(self) -> Card:
        card = Card()
        self.name = Elided(role="heading")
        self.made = label(role="muted", wrap=True)
        self.copy = button(tr("Copy"))
        set_tip(self.copy, tr("Copy what the step changed, for a spreadsheet"), "Ctrl+Shift+C")
        self.back = button("", "primary")
        self.go_there = button(tr("Go there"))
        set_tip(self.go_there, tr("Open the deal of this step"), "Return")
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.name, 1)
        for part in (self.back, self.go_there, self.copy):
            row.addWidget(part)
        card.body.addLayout(row)
        card.body.addWidget(self.made)
        card.body.addWidget(self.told, 1)
        return card

    def _connect(self) -> None:
        self.search.textChanged.connect(self._pause.start)
        self.search.returnPressed.connect(self._to_first)
        self.kind.currentIndexChanged.connect(self.search_now)
        self.whole.clicked.connect(self._show_whole)
        self.table.selectionModel().currentRowChanged.connect(self._show_step)
        self.table.opened.connect(self._go_there)
        self.told.copy_wanted.connect(self.copy_lines)
        self.copy.clicked.connect(self.copy_all)
        self.back.clicked.connect(self.bring_back)
        self.go_there.clicked.connect(self._go_there)
        self.purge_button.clicked.connect(self._ask_purge)
        self.strip.closed.connect(self._leave_strip)
        self.strip.confirmed.connect(self._purge)
        keys = QShortcut(QKeySequence("Ctrl+Shift+C"), self)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.activated.connect(self.copy_all)

    # --- showing

    def search_now(self) -> None:
        """Look for what the fields ask for."""
        self._pause.stop()
        kind = self.kind.currentData()
        is_removed = kind == REMOVED
        asked = Asked(self.search.text(), "" if is_removed else kind, self._asked.record, removed=is_removed)
        if asked != self._asked:
            self._asked = asked
            self._load()

    def _load(self) -> None:
        """Read the steps anew; the selected one stays selected, or the one in its place is."""
        shown, row = self.current(), max(self.table.currentIndex().row(), 1)
        self.table.selectionModel().blockSignals(True)  # one answer, when all rows are there
        self.model.start(lambda before: self._histories.page(self._asked, before), min(len(self.model.steps), _KEPT))
        self.table.selectionModel().blockSignals(False)
        steps = self._context.session.book.chronicle.count
        self.count.setText(plural("{n} step", "{n} steps", steps) if steps else "")
        has_rows = bool(self.model.rowCount())
        self._body.setCurrentWidget(self._content if has_rows else self.empty)
        self.purge_button.setEnabled(has_rows)
        if has_rows:
            found = self.model.row_of(shown.entry.id) if shown is not None else None
            self.table.selectRow(found if found is not None else self._near(row))
            self._show_step()
        else:
            self._say_empty(steps)

    def _near(self, row: int) -> int:
        """Return a row with a step, at a place or the next one to it."""
        last = self.model.rowCount() - 1
        places: list[int] = [*range(min(row, last), last + 1), *range(last, -1, -1)]
        return next((place for place in places if self.model.step_at(self.model.index(place, 0)) is not None), 0)

    def _say_empty(self, steps: int) -> None:
        if not steps:
            words = tr("Every change of the book is a step. It then stands here, with what was before and after.")
            self.empty.say(tr("No steps yet"), words, tr("Go to the deals"), lambda: self._context.go("deals"))
        elif self._asked.removed:
            words = tr("A deal that is removed stands here, and can be brought back.")
            self.empty.say(tr("No removed deal"), words, tr("Show all steps"), self._show_all)
        else:
            self.empty.say(tr("No step matches"), "", tr("Show all steps"), self._show_all)

    def _show_asked(self) -> None:
        record = self._asked.record
        self.only.setVisible(record is not None)
        self.whole.setVisible(record is not None)
        if record is not None:
            self.only.setText(tr("Only {name}").format(name=self._histories.record_name(record)))
        for field in (self.search, self.kind):
            field.blockSignals(True)
        self.search.setText(self._asked.text)
        kind = REMOVED if self._asked.removed else self._asked.kind
        self.kind.setCurrentIndex(self.kind.findData(kind))
        for field in (self.search, self.kind):
            field.blockSignals(False)

    def _show_all(self) -> None:
        self._asked = Asked(record=self._asked.record)
        self._show_asked()
        self._load()
        if not self.model.rowCount():
            self._show_whole()
        self.search.setFocus()

    def _show_whole(self) -> None:
        self._context.go("history")

    def _show_step(self, *_: object) -> None:
        shown = self.current()
        if shown is None:
            self.lines.start(NOTHING, lambda _: NOTHING)
            return
        entry = shown.entry
        self.name.setText(tr(entry.name))
        moment = f"{self._context.words.date(shown.day)}, {shown.when:%H:%M:%S}"
        self.made.setText(". ".join(filter(None, (moment, state_words(shown)))))
        self.lines.start(self._histories.details(entry.id), lambda last: self._further(entry.id, last))
        removed = self._histories.removed(entry)
        self.back.setVisible(bool(removed))
        if len(removed) == 1:
            self.back.setText(tr("Bring back"))
        elif removed:
            self.back.setText(plural("Bring back {n} record", "Bring back {n} records", len(removed)))
        names = ", ".join(self._histories.record_name(record) for record in removed)
        set_tip(self.back, tr("Bring back {names}, as a new step").format(names=names))
        self.go_there.setVisible(self._place() is not None)

    def _further(self, step_id: int, last: Details) -> Details:
        return self._histories.details(step_id, -1 if last.last is None else last.last, last.record)

    def _place(self) -> tuple[str, dict[str, str]] | None:
        """Return the page that shows what the selected step touched."""
        shown = self.current()
        for kind, key in shown.entry.records if shown is not None else ():
            if kind == "deal" and self._context.session.book.chronicle.has("deal", key):
                return "deal", {"deal_id": key}
            if kind == "quote":
                return "quotes", {"quote_id": key}
        return None

    # --- doing

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._asked.record is not None:
            self._show_whole()
            return
        super().keyPressEvent(event)

    def _to_first(self) -> None:
        self.search_now()
        if self.model.rowCount():
            self.table.setFocus()

    def _go_there(self, *_: object) -> None:
        place = self._place()
        if place is not None:
            self._context.go(place[0], **place[1])

    def copy_all(self) -> None:
        """Put all that the step changed on the clipboard, with tabs between the cells."""
        text, is_all = self.lines.as_text(MOST_LINES)
        QApplication.clipboard().setText(text)
        few = tr("The first {n} lines were copied.").format(n=self._context.words.number(self.lines.rowCount()))
        self._context.notify(tr("Copied. Paste it into a spreadsheet.") if is_all else few)

    def copy_lines(self) -> None:
        """Put the selected lines on the clipboard."""
        lines = (copied(self.lines.lines[index.row()]) for index in self.told.selected_rows())
        QApplication.clipboard().setText("\n".join(lines))

    def bring_back(self) -> None:
        """Bring back what the selected step removed."""
        shown = self.current()
        removed = self._histories.removed(shown.entry) if shown is not None else ()
        if shown is None or not removed:
            return
        names = ", ".join(self._histories.record_name(record) for record in removed)
        with said(self._context.notify, Tone.WARNING):
            bring_back(self._context.session, shown.entry.id, removed)
            self._context.notify(tr("{names}: brought back.").format(names=names), action=tr("Undo"), then=self._undo)

    def _undo(self) -> None:
        with said(self._context.notify):
            self._context.session.undo()

    def _ask_purge(self) -> None:
        shown = self.current()
        if shown is not None:
            self.strip.ask(shown)

    def _close_strip(self) -> None:
        self.strip.hide()

    def _leave_strip(self) -> None:
        self._close_strip()
        self.table.setFocus()

    def _purge(self, target: Target) -> None:
        """Delete beside the window; nobody changes the book meanwhile."""
        with said(self._context.notify):
            work = purge(self._context.session, target)
            self._purging = target
            self.strip.be_busy(is_busy=True)
            self.window().setEnabled(False)
            self._beside.ask(work)

    def _take_purged(self, found: BookError | bool) -> None:
        target, self._purging = self._purging, None
        self.window().setEnabled(True)
        self.strip.be_busy(is_busy=False)
        if isinstance(found, BookError):
            self._context.notify(refusal(found), Tone.ERROR)
        elif target is not None:
            purged(self._context.session, target)
            self._context.notify(tr(DONE if found else LATER), Tone.NEWS if found else Tone.WARNING)
        self._leave_strip()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.model.is_resting = self.lines.is_resting = False

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._pause.stop()
        self.model.is_resting = self.lines.is_resting = True
        if self._purging is not None:  # the book is about to be closed: let it come to its end
            self._beside.forget()
            self._purging = None
            self.window().setEnabled(True)
