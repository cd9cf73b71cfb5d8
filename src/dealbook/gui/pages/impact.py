"""The impact page: two versions of a program, their difference in words, and what the new one does to every deal."""

from datetime import date
from pathlib import Path
from typing import Final

from PySide6.QtCore import QModelIndex, QStandardPaths, Qt
from PySide6.QtGui import QAction, QHideEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QWidget,
)

from dealbook.book.connection import Touched
from dealbook.desk.differences import lines_of
from dealbook.desk.files import write_whole
from dealbook.desk.impact import ImpactWork
from dealbook.desk.impact_report import impact_pdf
from dealbook.desk.impact_rows import Group, Impact, Question
from dealbook.desk.impact_versions import programs_of
from dealbook.desk.impact_words import UNTOUCHED, title_of, warnings_of
from dealbook.gui.context import Context, Tone
from dealbook.gui.models.impact import Column, ImpactModel
from dealbook.gui.models.worker import Worker
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.empty import Empty
from dealbook.gui.widgets.header import Header, page_column
from dealbook.gui.widgets.impact_bars import BarsChart
from dealbook.gui.widgets.impact_choice import ImpactChoice
from dealbook.gui.widgets.impact_lines import DifferenceList
from dealbook.gui.widgets.impact_sums import SumsTable
from dealbook.gui.widgets.labels import button, label, set_tip
from dealbook.gui.widgets.progress import DealsProgress
from dealbook.gui.widgets.table import Table
from dealbook.gui.words import plural, tr

WIDE_AMOUNT: Final = "−888,888.88"
LEAST_WITH_CHART: Final = 110 * GRID
"""On a narrower page the chart gives way to the words; the table has all of it."""
_FOLLOWED: Final = frozenset({"deal", "program", "enrolment", "partner", "rate", "draft"})


class ImpactPage(QWidget):
    """Compare two versions by what they do to the book; open a deal, copy the table, save it as a PDF."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.title = tr("Impact of a new version")
        self._context = context
        self._work: ImpactWork | None = None
        self._impact: Impact | None = None
        self._question: Question | None = None
        self._starts_anew = True
        self.worker = Worker(self)
        self.worker.finished.connect(self._finish)
        self.progress = DealsProgress(self.worker, context.words)
        self.progress.changed.connect(self._show)
        self.choice = ImpactChoice(context.words, today)
        self.choice.changed.connect(self._ask)
        self.model = ImpactModel(context.words, self)
        column = page_column(self)
        column.addWidget(self._header())
        column.addWidget(self.choice)
        column.addLayout(self._summary(), 4)
        column.addWidget(self._deals_card(), 6)
        self._offer()

    # --- what a page can be told

    def arrive(self, program: str = "", old: str | None = None, new: str = "") -> None:
        """Show the page, with these versions where they are named: by their day, or `draft:` and the draft's id."""
        if program:
            self.choice.choose(program, old, new)
        self._ask()
        self.choice.program.setFocus()

    def where(self) -> dict[str, str]:
        """Return the program and the versions that are compared, for the way back to them."""
        return self.choice.chosen()

    def refresh(self, touched: Touched) -> None:
        """Follow a change of the book."""
        kinds = {kind for kind, _ in touched.records}
        if kinds & {"program", "draft"}:
            self._offer()
        if kinds & _FOLLOWED:
            self._ask()

    # --- building

    def _header(self) -> Header:
        self.copy = button(tr("Copy"))
        self.copy.clicked.connect(self.copy_table)
        set_tip(self.copy, tr("Copy the table for a spreadsheet"), "Ctrl+C")
        self.save = button(tr("Save as PDF…"), "primary")
        self.save.clicked.connect(self._choose_place)
        header = Header(self.title, self.copy, self.save)
        self.count = header.count
        return header

    def _summary(self) -> QHBoxLayout:
        differences = Card(tr("What is different"))
        self.lines = DifferenceList()
        differences.body.addWidget(self.lines, 1)
        sums = Card(tr("What it does to the book"), " ")
        self._sums_note = sums.note
        self.sums = SumsTable(self._context.words)
        self.warnings = label("", "warning", wrap=True)
        sums.body.addWidget(self.sums)
        sums.body.addWidget(self.warnings)
        sums.body.addStretch(1)
        self._largest = largest = Card(tr("Largest changes"))
        self.chart = BarsChart(self._context.words)
        self.chart.picked.connect(self._select)
        largest.body.addWidget(self.chart, 1)
        row = QHBoxLayout()
        row.setSpacing(GRID + GRID // 2)
        for card, share in ((differences, 5), (sums, 0), (largest, 4)):
            row.addWidget(card, share)
        return row

    def _deals_card(self) -> Card:
        card = Card(tr("Deals"), " ")
        self._deals_note = card.note
        self.whole = QCheckBox(tr("Also those that stay the same"))
        self.whole.toggled.connect(self._show)
        card.tools.addWidget(self.whole)
        self.table = self._table()
        self.empty = Empty()
        self._body = QStackedWidget()
        self._body.addWidget(self.table)
        self._body.addWidget(self.empty)
        card.body.addWidget(self.progress)
        card.body.addWidget(self._body, 1)
        return card

    def _table(self) -> Table:
        table = Table(tr("Deals and what they earn under both versions"))
        table.setModel(self.model)
        table.fit(Column.STAGE, tr("elsewhere"), tr("won"), tr("open"))
        for column in (Column.OLD, Column.NEW, Column.CHANGE):
            table.fit(column, WIDE_AMOUNT)
        table.fit(Column.PLAN, tr("Plan"), "Agent with upfront")
        header = table.horizontalHeader()
        for column in (Column.CUSTOMER, Column.NOTE):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        table.opened.connect(self._open)
        copying = QAction(tr("Copy"), table)
        copying.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copying.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copying.triggered.connect(self.copy_table)
        table.addAction(copying)
        return table

    # --- asking

    def _offer(self) -> None:
        self.choice.offer(programs_of(self._context.session))

    def _ask(self) -> None:
        """Work out what is chosen, from the book as it is now."""
        self.worker.stop()
        self._impact = None
        before, self._question = self._question, self.choice.question()
        self._starts_anew = before is None or self._question is None or before.new.id != self._question.new.id
        self._show_differences()
        if self._question is None:
            self.progress.hide()
            self._show()
            return
        self._work = ImpactWork(self._context.session, self._question)
        self.worker.start(self._work)

    def _finish(self) -> None:
        had_focus = self.progress.cancel.hasFocus()
        self.progress.hide()
        if self._work is not None:
            self._impact = self._work.result()
        self._show()
        if had_focus:
            self.table.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._largest.setVisible(self.width() >= LEAST_WITH_CHART)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.worker.stop()  # a hidden page works nothing out; it asks anew when it is shown again

    # --- showing

    def _show_differences(self) -> None:
        question = self._question
        old = question.old if question else None
        if question is None:
            self.lines.say(tr("Choose two different versions."))
        elif old is None:
            self.lines.say(tr("There is no version before: the whole program is new."))
        else:
            words = self._context.words
            self.lines.show_lines([line.whole(words) for line in lines_of(old, question.new, words)])

    def _show(self) -> None:
        """Show what is known: while deals are being worked out, none of the sums."""
        impact = self._impact
        done = impact is not None
        self.save.setEnabled(done)
        self.copy.setEnabled(done)
        self.sums.show_impact(impact)
        self._sums_note.setText(self._context.words.currency_sign(impact.currency) if impact else "")
        told = " ".join(warnings_of(impact, self._context.words)) if impact else ""
        self.warnings.setText(told)
        self.warnings.setVisible(bool(told))
        self.count.setText("")
        self._deals_note.setText("")
        if impact is None:
            self.chart.show_rows((), "")
            self._body.setCurrentWidget(self.empty)
            self._say_why_nothing()
            return
        self._show_deals(impact)

    def _say_why_nothing(self) -> None:
        if self._question is None:
            self.empty.say(tr("Nothing to compare"), tr("Choose two different versions."))
        elif self.worker.is_busy:
            self.empty.say(tr("Working it out …"), "")
        else:
            self.empty.say(
                tr("Stopped"), tr("The sums are those of the whole book, so nothing is shown before its end.")
            )

    def _show_deals(self, impact: Impact) -> None:
        selected = "" if self._starts_anew else self._selected()
        self._starts_anew = False
        self.model.show_impact(impact, whole=self.whole.isChecked())
        self.chart.show_rows([row for row in impact.rows if row.group is not Group.ELSEWHERE], impact.currency)
        self.count.setText(plural("{n} deal changes", "{n} deals change", sum(bool(row.change) for row in impact.rows)))
        self._deals_note.setText(plural(*UNTOUCHED, impact.untouched) if impact.untouched else "")
        self.whole.setEnabled(len(impact.changed) < len(impact.rows))
        shown = self.model.rowCount() > 0
        self._body.setCurrentWidget(self.table if shown else self.empty)
        if not shown:
            words = tr("Every deal earns the same under both versions, or has nothing to do with this program.")
            all_of_them = tr("Show all deals") if impact.rows else ""
            self.empty.say(tr("No deal is touched"), words, all_of_them, lambda: self.whole.setChecked(True))
        else:
            self.table.selectRow(self.model.row_of(selected) or 0)

    def _selected(self) -> str:
        index = self.table.currentIndex()
        return self.model.rows[index.row()].deal_id if index.isValid() else ""

    def _select(self, deal_id: str) -> None:
        if (row := self.model.row_of(deal_id)) is not None:
            self.table.selectRow(row)
            self.table.setFocus()

    # --- doing

    def _open(self, index: QModelIndex) -> None:
        self._context.go("deal", deal_id=self.model.rows[index.row()].deal_id)

    def copy_table(self) -> None:
        """Put the table on the clipboard, with tabs between its cells."""
        if self._impact is not None:
            QApplication.clipboard().setText(self.model.as_text())
            self._context.notify(tr("Copied. Paste it into a spreadsheet."))

    def _choose_place(self) -> None:
        if self._question is None:
            return
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = title_of(self._question, self._context.words).replace("/", "-").replace(":", "").replace("→", "-")
        proposed = Path(folder) / f"{self.title} {name}.pdf"
        chosen, _ = QFileDialog.getSaveFileName(self, tr("Save as PDF"), str(proposed), "PDF (*.pdf)")
        if chosen:
            self.save_pdf(Path(chosen))

    def save_pdf(self, place: Path) -> None:
        """Write the impact to `place`, and say where it is or why it is not."""
        if self._impact is None:
            return
        try:
            write_whole(place, impact_pdf(self._context.session, self._impact, self._context.words.code))
        except OSError as error:
            text = tr("The PDF was not written: {reason}. Nothing was changed. Choose another place.")
            self._context.notify(text.format(reason=error.strerror or error), Tone.ERROR)
            return
        self._context.notify(tr("Saved as {path}.").format(path=place))


def today() -> date:
    """Return the day whose exchange rates hold."""
    return date.today()  # noqa: DTZ011 - the user's own day
