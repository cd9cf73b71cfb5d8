"""The page that merges another book into the open one: what comes in, what differs, what stays; then one step."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QStandardPaths
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from dealbook.book.connection import Touched
from dealbook.book.errors import BookError
from dealbook.desk.merging import Compared, Entry, Key, Plan, Side, Stage, merging, with_offer
from dealbook.desk.merging_lines import told_of
from dealbook.desk.merging_parts import parts_of_twin
from dealbook.desk.merging_words import kind_of, merged_text, name_of, news_text
from dealbook.desk.passphrases import Key as Passphrase
from dealbook.gui.book_words import refusal, said
from dealbook.gui.context import Context, Tone
from dealbook.gui.dropping import dropped_book
from dealbook.gui.library import SUFFIX
from dealbook.gui.models.import_runner import Guard, Runner
from dealbook.gui.models.merge import MergeModel
from dealbook.gui.models.merge_reader import Held, Reader
from dealbook.gui.widgets.header import Header, page_column
from dealbook.gui.widgets.labels import button, set_tip
from dealbook.gui.widgets.merge_body import MergeBody
from dealbook.gui.widgets.merge_choices import MergeChoices
from dealbook.gui.widgets.progress import ProgressRow
from dealbook.gui.words import plural, tr

_FOLLOWED: Final = frozenset({"deal", "quote", "partner", "enrolment", "rate", "program", "draft"})


class MergePage(QWidget):
    """Choose a book, look at what differs, decide what both changed, merge it or leave."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.title = tr("Merge another book")
        self._context = context
        self._path: Path | None = None
        self._key: Passphrase | None = None
        self._held = held = Held()
        self._plan: Plan | None = None
        self._is_saving = False
        self._merges = ""
        self.destroyed.connect(held.drop)
        self.reader = Reader(self)
        self.runner = Runner(self)
        self._follow_work()
        self.model = MergeModel(context.session, context.words, self)
        self.setAcceptDrops(True)
        column = page_column(self)
        column.addWidget(self._header())
        self.choices = MergeChoices(context.words)
        self.choices.rest_decided.connect(self.decide_rest)
        self.choices.filtered.connect(self._show_list)
        column.addWidget(self.choices)
        self.progress = ProgressRow(tr("How far it is"))
        self.progress.cancel.clicked.connect(self.stop)
        self.guard = Guard(self.progress.cancel)
        column.addWidget(self.progress)
        self.body = MergeBody(self.model, self._unlock, self._give_up)
        self.table, self.detail, self.empty = self.body.table, self.body.detail, self.body.empty
        self.table.chosen.connect(self._choose_side)
        self.table.selectionModel().currentRowChanged.connect(self._show_detail)
        self.detail.side_chosen.connect(self._choose_side)
        self.detail.part_chosen.connect(self._choose_part)
        column.addWidget(self.body, 1)
        self._show()

    def _follow_work(self) -> None:
        self.reader.progressed.connect(self._tell_reading)
        self.reader.finished.connect(self._take)
        self.runner.progressed.connect(self._tell_saving)
        self.runner.finished.connect(self._finish)
        for work in (self.reader, self.runner):
            work.failed.connect(self._fail)

    # --- what a page can be told

    def arrive(self, file: str = "") -> None:
        """Show the page; with `file`, read that book."""
        if file:
            self.open(Path(file))
        elif self._plan is not None:
            self.table.setFocus()
        elif self._path is not None and not self.reader.is_busy:
            self.open(self._path)
        else:
            self.empty.action.setFocus()

    def where(self) -> dict[str, str]:
        """Return nothing: on the way back the book is shown as it was left."""
        return {}

    def refresh(self, touched: Touched) -> None:
        """Follow a change of the open book: what differs may be another thing now; what was decided stays so."""
        kinds = {kind for kind, _ in touched.records}
        is_shown = self._plan is not None or self.reader.is_busy
        if is_shown and not self._is_saving and kinds & _FOLLOWED:
            self._read()

    def open(self, path: Path) -> None:
        """Read another book beside the open one."""
        self._forget()
        self._path = path
        self._context.notify("")
        self._read()

    # --- building

    def _header(self) -> Header:
        self.choose = button(tr("Choose a book…"))
        self.choose.clicked.connect(self.choose_file)
        set_tip(self.choose, tr("It can be dropped on the page as well; its file is never changed"))
        self.go_on = button(tr("Merge"), "primary")
        self.go_on.clicked.connect(self.merge)
        self.go_on.setMinimumWidth(self.go_on.sizeHint().width())  # it may give way to that in a small window
        self._top = Header(self.title, self.choose, self.go_on)
        self.count = self._top.count
        return self._top

    # --- reading

    def _read(self) -> None:
        if self._path is not None:
            self.reader.start(self._context.session.book, self._path, self._key)
            self._tell_reading(Stage.COPY, 0, 1)
            self._show()

    def _tell_reading(self, stage: Stage, done: int, total: int) -> None:
        if not self.reader.is_busy:
            return
        words = {
            Stage.COPY: tr("reading the other book"),
            Stage.CONVERT: tr("bringing its copy up to date"),
            Stage.COMPARE: tr("comparing the two books"),
        }[stage]
        self.progress.show_done(done, total, words)

    def _take(self, found: Compared) -> None:
        """Show what was found; where it was shown before, with what had been decided."""
        before = self._plan
        self.body.unlock.forget()
        self._held.hold(found.other)
        self._plan = plan = found.plan
        if before is not None:
            plan.decide_as(before)
        had_focus = self.progress.cancel.hasFocus()
        self.progress.hide()
        self.choices.show_all()
        self._show()
        if before is None or had_focus:
            self.table.setFocus()

    def stop(self) -> None:
        """Stop what is being done; the book is as it was."""
        was_saving = self._is_saving
        self._is_saving = False
        self.guard.hold(on=False)
        self.reader.stop()
        self.runner.stop()
        self.progress.hide()
        if was_saving:
            self._context.notify(tr("Stopped. Nothing was merged."))
        self._show()
        (self.go_on if self._plan is not None else self.empty.action).setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self.reader.is_busy or self.runner.is_busy:
            self.stop()

    def _fail(self, error: Exception) -> None:
        was_saving = self._is_saving
        self._is_saving = False
        self.guard.hold(on=False)
        self.progress.hide()
        if isinstance(error, BookError) and error.code in {"protected", "wrong-passphrase"} and self._path is not None:
            self._ask(self._path, error)
            return
        if not was_saving:
            self._forget()
        self._show()
        if not isinstance(error, BookError):
            raise error
        self._context.notify(refusal(error), Tone.ERROR)

    def _ask(self, path: Path, error: BookError) -> None:
        """Ask for the passphrase of the other book, or say that it was another one."""
        self._show()
        self.body.show_question()
        if self._key is None:
            self.body.unlock.ask(path)
        else:
            self.body.unlock.refuse(refusal(error))

    def _unlock(self, path: Path, key: Passphrase) -> None:
        self._path, self._key = path, key
        self._read()

    def _give_up(self) -> None:
        self._forget()
        self._show()
        self.empty.action.setFocus()

    def _forget(self) -> None:
        self.reader.stop()
        self.body.unlock.forget()
        self._path, self._plan, self._key = None, None, None
        self._held.drop()

    # --- showing

    def _show(self) -> None:
        plan = self._plan
        self.choices.setVisible(plan is not None)
        if plan is not None:
            self.choices.follow(plan)
        self.go_on.setVisible(plan is not None)
        self.body.show_words()
        if plan is not None and any(True for _ in plan.entries):
            self.body.show_records()
        elif plan is not None:
            self.empty.say(tr("The two books are alike"), tr("There is nothing to merge."))
        elif self.reader.is_busy:
            self.empty.say(tr("Reading the other book …"), tr("Its file is only read, and never changed."))
        else:
            words = tr("The one of your laptop, or of a colleague. What differs is shown before anything is changed.")
            self.empty.say(tr("Choose a book, or drop it here"), words, tr("Choose a book…"), self.choose_file)
        self.choices.file.setText(tr("{name} into this book").format(name=self._path.name) if self._path else "")
        self.choices.file.setAccessibleDescription(str(self._path or ""))
        self._show_list()
        self._show_counts()

    def _show_list(self) -> None:
        current = self._current()
        key = current.key if current else None
        self.model.show_plan(self._plan, self.choices.which())
        if self.model.rowCount():
            self.table.selectRow(self.model.keys.index(key) if key in self.model.keys else 0)
        self._show_detail()

    def _show_counts(self) -> None:
        plan = self._plan
        undecided = plan.undecided if plan else 0
        self.count.setText(plural("{n} to decide", "{n} to decide", undecided) if undecided else "")
        told = merged_text(plan, self._context.words) if plan and plan.due() else ""
        self._merges = tr("Merge: {what}").format(what=told) if told else tr("Nothing to merge")
        self.go_on.setEnabled(bool(told) and not self._is_saving and not self.reader.is_busy)
        why = tr("What is to be decided stays as it is here.") if undecided else ""
        self.go_on.setToolTip("\n".join(filter(None, (self._merges, why))))
        self.go_on.setAccessibleName(self._merges)
        self._fit()

    def _fit(self) -> None:
        """Say on the button what it does, as far as there is room for it."""
        self.go_on.setText(self._merges)
        if self._top.sizeHint().width() > self.width():
            self.go_on.setText(tr("Merge"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _current(self) -> Entry | None:
        row = self.table.currentIndex().row()
        return self.model.entry(row) if self._plan is not None and 0 <= row < self.model.rowCount() else None

    def _show_detail(self) -> None:
        entry, other, plan = self._current(), self._held.other, self._plan
        if entry is None or other is None or plan is None:
            self.detail.model.show_entry(None, ())
            self.detail.heading.setText("")
            self.detail.news.setText("")
            self.detail.follow(None)
            return
        words, session = self._context.words, self._context.session
        self.detail.heading.setText(f"{kind_of(entry.twin, words)}: {name_of(entry.twin, session, words)}")
        self.detail.news.setText(news_text(plan, entry, words))
        self.detail.model.show_entry(entry, told_of(session, other, entry, words))
        if self.detail.model.rowCount():
            self.detail.table.selectRow(0)
        self.detail.follow(entry)

    # --- deciding

    def _choose_side(self, side: Side) -> None:
        entry = self._current()
        if entry is None or self._plan is None:
            return
        if side is Side.MIXED:
            self._decide(entry.key, side, entry.both or frozenset())
        elif side in entry.sides:
            self._decide(entry.key, side)
        self.detail.follow(self._plan[entry.key])

    def _choose_part(self, part: str, side: Side) -> None:
        entry, other = self._current(), self._held.other
        if entry is None or other is None:
            return
        if Side.MIXED not in entry.sides:
            self._choose_side(side)
            return
        everything = parts_of_twin(entry.twin)
        parts = {Side.OURS: frozenset[str](), Side.THEIRS: everything}.get(entry.side, entry.parts)
        parts = parts | {part} if side is Side.THEIRS else parts - {part}
        self._decide(entry.key, Side.MIXED, with_offer(self._context.session, other, entry, parts))

    def _decide(self, key: Key, side: Side, parts: frozenset[str] = frozenset()) -> None:
        if self._plan is None or self._is_saving:
            return
        entry = self._plan.choose(key, side, parts)
        self.model.announce()
        self.detail.news.setText(news_text(self._plan, entry, self._context.words))
        self.detail.follow(entry)
        self.choices.follow(self._plan)
        self._show_counts()

    def decide_rest(self, side: Side) -> None:
        """Decide all that is not decided yet for one side."""
        if self._plan is not None:
            self._plan.decide_rest(side)
            self.model.announce()
            self.choices.follow(self._plan)
            self._show_counts()
            self._show_detail()
            self.table.setFocus()

    # --- doing

    def choose_file(self) -> None:
        """Let the person choose a book."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        kinds = tr("Books ({pattern})").format(pattern=f"*{SUFFIX}")
        name, _ = QFileDialog.getOpenFileName(self, self.title, folder, kinds)
        if name:
            self.open(Path(name))

    def merge(self) -> None:
        """Merge what is shown, as one step."""
        plan, other = self._plan, self._held.other
        if plan is None or other is None or self._is_saving or not plan.due():
            return
        with said(self._context.notify):
            self._is_saving = True
            self._show_counts()
            self.runner.start(merging(self._context.session, other, plan))
            self.guard.hold(on=True)
            self.progress.cancel.setFocus()

    def _tell_saving(self) -> None:
        work = self.runner.work
        if work is not None:
            number = self._context.words.number
            words = tr("{n} of {all} records merged").format(n=number(work.done), all=number(work.total))
            self.progress.show_done(work.done, work.total, words)

    def _finish(self) -> None:
        self._is_saving = False
        self.guard.hold(on=False)
        self.progress.hide()
        told = merged_text(self._plan, self._context.words) if self._plan else ""
        self._forget()
        self._show()
        self._context.go("deals")
        self._context.notify(tr("Merged: {what}.").format(what=told), action=tr("Undo"), then=self._undo)

    def _undo(self) -> None:
        with said(self._context.notify):
            self._context.session.undo()

    # --- dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_book(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_book(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.open(path)
