"""The versions of a program: the time line, what can be done with the version that is chosen, and the difference."""

from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Final

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from dealbook.book.drafts import Draft
from dealbook.desk.differences import difference_lines
from dealbook.desk.editing import drafts_of
from dealbook.desk.program_files import SUFFIX, begin_version, export_name, export_version
from dealbook.desk.program_versions import Span, pin, remove_own, unreadable, version_spans
from dealbook.desk.programs import ProgramRow
from dealbook.desk.wording import located_text
from dealbook.domain.months import add_months
from dealbook.gui.book_words import said
from dealbook.gui.context import Context, Tone
from dealbook.gui.models.editor_words import draft_version
from dealbook.gui.models.program_versions import VersionsModel, span_text
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.labels import button, label
from dealbook.gui.widgets.program_section import Section, empty_layout, today
from dealbook.gui.widgets.program_timeline import TimeLine
from dealbook.gui.words import tr
from dealbook.programs.model import Program

_ACROSS: Final = 3


class VersionsSection(Section):
    """Choose a version, compare it with another one, edit, pin, export or remove it."""

    def __init__(self, context: Context) -> None:
        super().__init__(tr("Versions"))
        self._context = context
        self._row: ProgramRow | None = None
        self._offered_for: Program | None = None
        self.model = VersionsModel(context.words, self)
        self.line = TimeLine(self.model)
        self.line.selectionModel().currentRowChanged.connect(self._show_chosen)
        self.line.opened.connect(self._edit)
        self.trouble = label("", "warning", wrap=True)
        self.compared = QComboBox()
        self.compared.setAccessibleName(tr("Compared with"))
        self.compared.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.compared.setMinimumContentsLength(14)
        self.compared.currentIndexChanged.connect(self._show_difference)
        self._kept: tuple[Draft, ...] = ()
        self.drafts: list[QPushButton] = []
        self._drafts = QVBoxLayout()
        self._drafts.setSpacing(0)
        self._heading = label("", "strong", wrap=True)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(GRID // 2)
        self.column.addWidget(self.line)
        self.column.addWidget(self.trouble)
        self.column.addLayout(self._buttons())
        self.column.addLayout(self._drafts)
        self.column.addLayout(self._comparing())
        self.column.addLayout(self._lines)
        self.column.addStretch(1)

    def show_program(self, row: ProgramRow, *, moved: bool) -> None:
        self._row = row
        spans = version_spans(self._context.session, row.id, today())
        self.line.show_spans(spans, today())
        wrong = unreadable(self._context.session, row.id)
        self.trouble.setText("\n".join(located_text(problem, self._context.words) for problem in wrong))
        self.trouble.setVisible(bool(wrong))
        if moved or not self.line.currentIndex().isValid():
            in_force = next((at for at, span in enumerate(self.model.rows) if span.program == row.program), 0)
            self.line.selectRow(in_force)
        self.show_drafts()
        self._show_chosen()
        if moved:
            self.verticalScrollBar().setValue(0)

    def start(self) -> None:
        self.line.setFocus()

    # --- building

    def _buttons(self) -> QGridLayout:
        self.edit = self._button(tr("Edit…"), self._edit)
        self.new = self._button(tr("New version…"), self._new_version)
        self.pin = self._button(tr("Pin"), self._pin)
        self.impact = self._button(tr("Impact on the book…"), self._show_impact)
        self.export = self._button(tr("Export…"), self._choose_place)
        self.remove = self._button(tr("Remove own version"), self._remove)
        grid = QGridLayout()
        grid.setSpacing(GRID)
        for place, one in enumerate((self.edit, self.new, self.impact, self.pin, self.export, self.remove)):
            grid.addWidget(one, place // _ACROSS, place % _ACROSS)
        return grid

    def _button(self, text: str, then: object) -> QPushButton:
        made = button(text)
        made.clicked.connect(then)
        return made

    def _comparing(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self._heading, 1)
        row.addWidget(self.compared, 1)
        return row

    # --- showing

    def show_drafts(self) -> None:
        """Offer what is being written of the program, so that it is found again."""
        kept = drafts_of(self._context.session, self._row.id) if self._row is not None else ()
        if kept == self._kept:
            return  # what has the focus keeps it
        self._kept = kept
        empty_layout(self._drafts)
        self.drafts = [self._draft_button(draft) for draft in kept]
        for one in self.drafts:
            self._drafts.addWidget(one, 0, Qt.AlignmentFlag.AlignLeft)
        for before, after in pairwise([self.remove, *self.drafts, self.compared]):
            QWidget.setTabOrder(before, after)  # made just now, they would come last

    def _draft_button(self, draft: Draft) -> QPushButton:
        made = button(tr("Draft: {name}").format(name=draft_version(draft, self._context.words)), "link")
        made.clicked.connect(lambda: self._context.go("editor", draft=draft.id))
        return made

    def chosen(self) -> Span | None:
        """Return the version that is chosen on the time line."""
        return self.line.current()

    def _show_chosen(self) -> None:
        chosen, row = self.chosen(), self._row
        for one in (self.edit, self.export, self.remove, self.pin, self.impact):
            one.setEnabled(chosen is not None)
        if chosen is None or row is None:
            return
        is_pinned = row.enrolment is not None and chosen.is_pinned
        self.pin.setText(tr("No longer pin") if is_pinned else tr("Pin"))
        self.pin.setEnabled(row.enrolment is not None)
        self.remove.setEnabled(chosen.is_own)
        self._offer_others(chosen)
        self.impact.setEnabled(self._other_day() is not None)
        self._show_difference()

    def _offer_others(self, chosen: Span) -> None:
        """Offer the other versions to compare with: the one before, or the one asked for since this one was chosen."""
        others = [span for span in self.model.rows if span.first != chosen.first]
        kept = self._other_day() if self._offered_for == chosen.program else None
        self._offered_for = chosen.program
        days = [span.first for span in others]
        before = next((day for day in days if day < chosen.first), days[-1] if days else None)
        self.compared.blockSignals(True)
        self.compared.clear()
        for span in others:
            text = f"{span.program.version} · {span_text(span, self._context.words)}"
            self.compared.addItem(text, span.first.isoformat())
        wanted = kept if kept in days else before
        if wanted is not None:
            self.compared.setCurrentIndex(self.compared.findData(wanted.isoformat()))
        self.compared.blockSignals(False)
        self.compared.setVisible(bool(others))

    def _other_day(self) -> date | None:
        found = self.compared.currentData()
        return date.fromisoformat(found) if isinstance(found, str) else None

    def days(self) -> tuple[date, date] | None:
        """Return the days of the two versions that are compared, the earlier one first."""
        chosen, other = self.chosen(), self._other_day()
        if chosen is None or other is None:
            return None
        return min(chosen.first, other), max(chosen.first, other)

    def _show_difference(self) -> None:
        empty_layout(self._lines)
        days, row = self.days(), self._row
        if days is None or row is None:
            self._heading.setText(tr("There is one version only, so there is nothing to compare."))
            return
        self._heading.setText(tr("What changed, compared with"))
        lines = difference_lines(self._context.session, row.id, *days, self._context.words)
        for line in lines:
            self._lines.addWidget(label(line, "", wrap=True))
        if not lines:
            self._lines.addWidget(label(tr("The two versions say the same."), "muted", wrap=True))

    # --- doing

    def _edit(self) -> None:
        if (chosen := self.chosen()) is not None:
            self._context.go("editor", program=chosen.program.id, day=chosen.first.isoformat())

    def _new_version(self) -> None:
        """Begin a draft of the version after the one that is chosen, from the next month on."""
        chosen = self.chosen()
        if chosen is None:
            return
        with said(self._context.notify):
            first = add_months(today().replace(day=1), 1)
            draft = begin_version(self._context.session, chosen.program.id, chosen.first, first)
            self._context.go("editor", draft=draft.id)

    def _show_impact(self) -> None:
        days = self.days()
        if days is not None and self._row is not None:
            self._context.go("impact", program=self._row.id, old=days[0].isoformat(), new=days[1].isoformat())

    def _pin(self) -> None:
        chosen = self.chosen()
        if chosen is None or self._row is None or self._row.enrolment is None:
            return
        with said(self._context.notify):
            pin(self._context.session, self._row.id, None if chosen.is_pinned else chosen.program.version)

    def _remove(self) -> None:
        chosen, session = self.chosen(), self._context.session
        if chosen is None or not chosen.is_own:
            return
        with said(self._context.notify):
            remove_own(session, chosen.program.id, chosen.first)
            text = (
                tr("Your version {version} was removed; the shipped one holds again.")
                if chosen.hides_shipped
                else tr("Your version {version} was removed.")
            )
            self._context.notify(text.format(version=chosen.program.version), action=tr("Undo"), then=session.undo)

    def _choose_place(self) -> None:
        chosen = self.chosen()
        if chosen is None:
            return
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        proposed = str(Path(folder) / export_name(chosen.program))
        kinds = tr("Program files ({pattern})").format(pattern=f"*{SUFFIX}")
        name, _ = QFileDialog.getSaveFileName(self, tr("Export program version"), proposed, kinds)
        if name:
            self.export_to(Path(name))

    def export_to(self, target: Path) -> None:
        """Write the chosen version into a file, and say where it is or why it is not."""
        chosen = self.chosen()
        if chosen is None:
            return
        try:
            export_version(self._context.session, chosen.program.id, chosen.first, target)
        except OSError as error:
            text = tr("The file was not written: {reason}. The version is safe in the book. Choose another place.")
            self._context.notify(text.format(reason=error.strerror or str(error)), Tone.ERROR)
            return
        self._context.notify(tr("Saved as {path}.").format(path=target))
