"""The editor page: a guided form and the text of a program's version side by side, its problems, and a live try-out.

The text is the truth. It is checked after each pause, and kept as a draft, which governs nothing; "Put in force" is
there only while the text has no errors.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QFileDialog, QSplitter, QWidget

from dealbook.book.connection import Touched
from dealbook.book.drafts import Draft
from dealbook.book.errors import BookError
from dealbook.desk.editing import MOST, Effect, consequence, succeeding_text
from dealbook.desk.text_check import Checked, Finding
from dealbook.domain.months import add_months
from dealbook.domain.problem import ProblemsError
from dealbook.gui.book_words import refusal, said
from dealbook.gui.context import Context, Tone
from dealbook.gui.models.editor_checker import Checker
from dealbook.gui.models.editor_draft import OpenDraft
from dealbook.gui.theme import GRID, tokens
from dealbook.gui.widgets.editor_fields import Change
from dealbook.gui.widgets.editor_findings import FindingsCard
from dealbook.gui.widgets.editor_form import LONGEST, ProgramForm
from dealbook.gui.widgets.editor_head import EditorHead
from dealbook.gui.widgets.editor_style import editor_style
from dealbook.gui.widgets.editor_text_card import TextCard
from dealbook.gui.widgets.editor_trial import TrialCard
from dealbook.gui.widgets.header import page_column
from dealbook.gui.words import tr
from dealbook.programs.spans import KeyPath
from dealbook.programs.textedit import UnchangeableError

_FORM_WIDTH: Final = 46 * GRID
_ABOUT: Final = frozenset({"draft", "program"})
_TRIED: Final = frozenset({"deal", "enrolment", "partner", "rate", "program"})


class EditorPage(QWidget):
    """Edit the text of one version of a program."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.title = tr("Program text")
        self._context = context
        self._checked: Checked | None = None
        self._stale = True
        self._is_led = False
        self._is_followed = False
        self.draft = OpenDraft(context.session, self)
        self.checker = Checker(lambda: context.session.catalog.versions, self)
        self.head = EditorHead(self.title, context.words)
        self.text_card = TextCard(context.words)
        self.text = self.text_card.text
        self.form = ProgramForm(context.words)
        self.problems = FindingsCard(context.words)
        self.trial = TrialCard(context)
        self._build()
        self._connect()
        self._shortcuts()
        self._dress()

    # --- what a page can be told

    def arrive(self, program: str = "", day: str = "", draft: str = "") -> None:
        """Show the text of a version; without a day, of the one in force; without a program, a new one or its draft."""
        self.flush()
        kept = {one.id: one for one in self.draft.drafts}
        if draft in kept:
            self.draft.open_draft(kept[draft])
        elif program:
            self._open(program, day)
        else:
            begun = [one for one in kept.values() if not one.base]
            if begun:
                self.draft.open_draft(begun[-1])
            else:
                self.draft.open_new(today())
        self.text.setFocus()

    def refresh(self, touched: Touched) -> None:
        """Follow a change of the book: undo brings a draft back, a deal that was changed is tried again."""
        kinds = {kind for kind, _ in touched.records}
        if kinds & _TRIED:
            self.trial.load_deals()
        if kinds & _ABOUT and not self.draft.follow():
            ids = {record for kind, record in touched.records if kind == "draft"}
            back = [one for one in self.draft.drafts if one.id in ids]
            if back:
                self.draft.open_draft(back[-1])
            else:
                self._context.go("programs")
                return
        if kinds & (_ABOUT | _TRIED):
            self._show_state()
            self._try()

    def flush(self) -> None:
        """Keep what was typed, without waiting for the pause."""
        if self.draft.pause.isActive():
            self._keep()

    # --- building

    def _build(self) -> None:
        column = page_column(self)
        column.addWidget(self.head)
        self.form.setMinimumWidth(_FORM_WIDTH - 6 * GRID)
        top, low = _side_by_side(self.form, self.text_card), _side_by_side(self.problems, self.trial)
        both = QSplitter(Qt.Orientation.Vertical)
        both.setChildrenCollapsible(False)
        both.addWidget(top)
        both.addWidget(low)
        both.setStretchFactor(0, 5)
        both.setStretchFactor(1, 2)
        both.setSizes([420, 230])
        column.addWidget(both, 1)

    def _connect(self) -> None:
        self.head.menu.aboutToShow.connect(self._fill_menu)
        self.head.discard.clicked.connect(self._discard)
        self.head.force.clicked.connect(self._put_in_force)
        self.draft.opened.connect(self._show_text)
        self.draft.brought_back.connect(self._bring_back)
        self.draft.pause.timeout.connect(self._keep)
        self.checker.pause.timeout.connect(self._check)
        self.checker.checked.connect(self._show_checked)
        self.text.textChanged.connect(self._typed)
        self.text.cursorPositionChanged.connect(self._show_here)
        self.form.changed.connect(self._change)
        self.form.part_added.connect(self._show_added)
        self.form.entered.connect(self._show_place)
        self.problems.chosen.connect(self._show_finding)
        self.problems.opened.connect(self._go_to_finding)

    def _shortcuts(self) -> None:
        for keys, do in (
            ("F6", partial(self._next_pane, 1)),
            ("Shift+F6", partial(self._next_pane, -1)),
            ("Ctrl+Tab", partial(self._next_pane, 1)),
            ("Ctrl+Shift+Tab", partial(self._next_pane, -1)),
            ("F8", partial(self._step, forward=True)),
            ("Shift+F8", partial(self._step, forward=False)),
            ("Ctrl+F", self.text_card.find_bar.start),
            ("Ctrl+Return", self._put_in_force),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(do)

    # --- the text

    def _open(self, program: str, day: str) -> None:
        """Show a version, or what is nearest to what was asked for."""
        try:
            self.draft.open_version(program, self._day_of(program, day))
        except KeyError:
            self._context.notify(tr("There is no such version any more."), Tone.WARNING)
            self.draft.open_new(today())

    def _day_of(self, program: str, day: str) -> date:
        if day:
            return date.fromisoformat(day)
        catalog = self._context.session.catalog
        return (catalog.governing(program, today()) or catalog.nearest(program, today())).effective_from

    def _show_text(self, text: str) -> None:
        """Show another text from its beginning."""
        self.form.forget()
        self.trial.forget()
        self.head.name(self.draft.draft.program or self.title)
        self.text.show_text(text)
        self._settle()

    def _bring_back(self, text: str) -> None:
        self.text.bring_back(text)
        self._settle()

    def _settle(self) -> None:
        """What is shown is what the book has: there is nothing to keep."""
        self.draft.pause.stop()
        self._check()

    def _typed(self) -> None:
        length = self.text.document().characterCount()
        self._stale = True
        self.checker.wait(length)
        self.draft.wait(length)
        self.head.force.setEnabled(False)

    def _check(self) -> None:
        self.checker.check(self.text.plain.text)

    def _keep(self) -> None:
        text = self.text.plain.text
        try:
            self.draft.keep(text)
        except BookError as error:
            self._context.notify(refusal(error), Tone.ERROR)
        if len(text) > MOST:
            form = tr("This text is too long to be kept: {n} characters are allowed.")
            self._context.notify(form.format(n=self._context.words.number(MOST)), Tone.WARNING)
        self.text.end_step()
        self._show_state()

    def _change(self, change: Change) -> None:
        """Carry out a change that the form asks for; what it cannot do has to be done in the text."""
        try:
            new = change(self.text.plain.text)
        except UnchangeableError:
            self._context.notify(
                tr("The form cannot change this place as it is written. Change it in the text."), Tone.WARNING
            )
            if self._checked is not None:
                self.form.show_checked(self._checked)
            return
        with self._led():
            self.text.replace_text(new)
            self._check()

    @contextmanager
    def _led(self) -> Iterator[None]:
        """The form leads: where the cursor goes meanwhile, the form does not follow."""
        before, self._is_led = self._is_led, True
        try:
            yield
        finally:
            self._is_led = before

    # --- what was found

    def _show_checked(self, checked: Checked) -> None:
        self._checked = checked
        self._stale = checked.text != self.text.plain.text
        self.problems.show_findings(checked.findings)
        self.text.show_findings(checked.findings)
        self.form.show_checked(checked)
        self._try()
        self._show_state()
        self._show_here()

    def _try(self) -> None:
        checked = self._checked
        is_tried = checked is not None and len(checked.text) <= LONGEST
        self.trial.show_program(checked.program if checked is not None and is_tried else None)

    def _show_state(self) -> None:
        """Say what the text is, and what putting it in force would do."""
        checked = self._checked
        self._name(checked)
        found = None
        if checked is not None and checked.program is not None and not self._stale:
            found = consequence(self._context.session, checked.program, checked.text)
        is_untouched = checked is not None and checked.text == self.draft.began
        self.head.discard.setVisible(self.draft.is_kept)
        self.head.force.setEnabled(found is not None and found.effect is not Effect.NOTHING and not is_untouched)
        self.head.show_state(checked.errors if checked is not None else 0, found)

    def _name(self, checked: Checked | None) -> None:
        head = checked.data.get("program") if checked is not None and checked.data is not None else None
        names = [str(head[name]) for name in ("vendor", "name") if head.get(name)] if isinstance(head, dict) else []
        if names:
            self.head.name(" · ".join(names))
        is_changed = self.draft.is_kept or self.text.plain.text != self.draft.began
        self.head.show_kind(is_new=not self.draft.draft.base, is_changed=is_changed)

    def _show_here(self) -> None:
        """Say where the cursor is, and what is wrong there; the form shows the part that it is in."""
        position = self.text_card.show_here()
        if self._checked is not None and not self._stale and not self._is_led:
            node = self._checked.spans.statement_at(position)
            self._is_followed = True
            self.form.show_part(node.path if node is not None else self._checked.spans.table_at(position))
            self._is_followed = False

    # --- going about

    def _next_pane(self, by: int) -> None:
        """Go round the panes: parts, fields, text, problems, try-out."""
        problems = self.problems.table
        panes: list[QWidget] = [self.form.parts, self.form.area, self.text, problems, self.trial]
        here = next((i for i, pane in enumerate(panes) if pane.hasFocus() or pane.isAncestorOf(_focus())), 2)
        around = (panes[(here + by * step) % len(panes)] for step in range(1, len(panes) + 1))
        pane = next(each for each in around if each.isVisible() and each.isEnabled())
        if pane is self.form.area:
            self.form.start_fields()
        elif pane is self.trial:
            self.trial.start()
        else:
            pane.setFocus()
            if pane is problems and not problems.currentIndex().isValid():
                problems.selectRow(0)

    def _step(self, *, forward: bool) -> None:
        if self._stale:
            self._check()
        if self.text.step(forward) is not None:
            self.text.setFocus()

    def _go_to_finding(self, finding: Finding) -> None:
        self._show_finding(finding)
        self.text.setFocus()

    def _show_finding(self, finding: Finding) -> None:
        self.text.go_to(*finding.span)

    def _show_place(self, path: KeyPath) -> None:
        """Show in the text what the person works on in the form."""
        if self._is_followed:
            return  # the field with the focus went, and another got it: nobody went there
        node = self._checked.spans.near(path) if self._checked is not None and not self._stale else None
        if node is not None:
            with self._led():
                self.text.go_to(node.name.start if node.name.end > node.name.start else node.value.start)

    def _show_added(self, path: KeyPath) -> None:
        self.form.show_part(path)
        self._show_place(path)
        self.form.start_fields()

    # --- what becomes of it

    def _fill_menu(self) -> None:
        can_revert = bool(self.draft.began) and self.draft.began != self.text.plain.text
        starts = (
            (tr("New program"), True, self._new_program),
            (tr("New version after this one"), True, self._new_version),
            (tr("The text that this draft began as"), can_revert, self._revert),
            (tr("A text file…"), True, self._ask_file),
        )
        self.head.fill_menu(starts, self.draft.drafts, self._open_draft)

    def _open_draft(self, draft: Draft) -> None:
        self.flush()
        self.draft.open_draft(draft)

    def _new_program(self) -> None:
        self.flush()
        self.draft.open_new(today())
        self.text.setFocus()

    def _new_version(self) -> None:
        """Begin the version after the one that is shown, from the first day of the next month on."""
        self.flush()
        day = add_months(today().replace(day=1), 1)
        text = succeeding_text(self.text.plain.text, day)
        with said(self._context.notify):
            self.draft.start(text, program_id=self.draft.draft.program, base=self.draft.draft.base)
            row = self.form.rows.get(("program", "effective_from"))
            if row is not None:
                row.start()

    def _revert(self) -> None:
        self.text.replace_text(self.draft.began)

    def _ask_file(self) -> None:
        kinds = tr("Program texts ({pattern})").format(pattern="*.toml *.txt")
        name, _ = QFileDialog.getOpenFileName(self, tr("Open a program text"), "", kinds)
        if name:
            self.open_file(Path(name))

    def open_file(self, path: Path) -> None:
        """Begin a draft with the text of a file, whatever is wrong with it."""
        self.flush()
        with said(self._context.notify):
            if path.stat().st_size > 4 * MOST:
                form = tr("This text is too long to be kept: {n} characters are allowed.")
                self._context.notify(form.format(n=self._context.words.number(MOST)), Tone.WARNING)
                return
            self.draft.start(path.read_text(encoding="utf-8-sig", errors="replace"))

    def _discard(self) -> None:
        base = self.draft.draft.base
        with said(self._context.notify):
            self.draft.discard()
            self._context.notify(tr("The draft was discarded."), action=tr("Undo"), then=self._context.session.undo)
        if not base:
            self.draft.open_new(today())

    def _put_in_force(self) -> None:
        """Put the text in force; with errors, or without a change, nothing happens."""
        self.flush()
        self._check()
        if not self.head.force.isEnabled():
            return
        try:
            program = self.draft.put_in_force()
        except ProblemsError:
            return
        except BookError as error:
            self._context.notify(refusal(error), Tone.ERROR)
            return
        self.draft.open_version(program.id, program.effective_from)
        text = tr("{program} is in force from {day}.").format(
            program=f"{program.vendor} · {program.name}", day=self._context.words.short_date(program.effective_from)
        )
        self._context.notify(text, action=tr("Undo"), then=self._context.session.undo)

    # --- Qt

    def hideEvent(self, event: QHideEvent) -> None:
        self.flush()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        sheet = editor_style(tokens())
        if self.styleSheet() != sheet:
            self.setStyleSheet(sheet)


def today() -> date:
    """Return the day on which programs are looked at."""
    return date.today()  # noqa: DTZ011 - the user's own day


def _focus() -> QWidget:
    return QApplication.focusWidget() or QWidget()


def _side_by_side(left: QWidget, right: QWidget) -> QSplitter:
    made = QSplitter(Qt.Orientation.Horizontal)
    made.setChildrenCollapsible(False)
    made.addWidget(left)
    made.addWidget(right)
    made.setStretchFactor(1, 1)
    made.setSizes([_FORM_WIDTH, 2 * _FORM_WIDTH])
    return made
