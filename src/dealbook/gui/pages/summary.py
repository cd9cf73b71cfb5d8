"""The commission summary: a period chosen in place, the PDF beside it, saved where the person wants it."""

from datetime import date
from pathlib import Path
from typing import Final

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QLineEdit, QWidget

from dealbook.book.connection import Touched
from dealbook.desk.files import write_whole
from dealbook.desk.summaries import commission_summary
from dealbook.domain.months import month_index, month_text, parse_month
from dealbook.gui.context import Context, Tone
from dealbook.gui.models.periods import Period, common_periods
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.header import Header, page_column
from dealbook.gui.widgets.labels import button, label, set_look
from dealbook.gui.widgets.preview import Preview
from dealbook.gui.words import tr

WIDTH: Final = 820
"""A page of paper need not be wider to be read."""


class SummaryPage(QWidget):
    """Choose a quarter, a year or any months; the preview follows."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.title = tr("Commission summary")
        self._context = context
        self._pdf = b""
        self.preview = Preview()
        card = Card()
        self.preview.setMaximumWidth(WIDTH)
        card.body.addWidget(self.preview, 1)
        card.setMaximumWidth(WIDTH + 4 * GRID)
        column = page_column(self)
        column.addWidget(self._header())
        column.addLayout(self._period())
        column.addWidget(card, 1)
        self._choose(0)

    # --- what a page can be told

    def arrive(self) -> None:
        """Show the page."""
        self.periods.setFocus()

    def refresh(self, touched: Touched) -> None:
        """Follow a change of the book."""
        if any(kind != "quote" for kind, _ in touched.records):
            self._show()

    # --- building

    def _header(self) -> Header:
        self.save = button(tr("Save as PDF…"), "primary")
        self.save.clicked.connect(self._choose_place)
        return Header(self.title, self.save)

    def _period(self) -> QHBoxLayout:
        self.periods = QComboBox()
        self.periods.setAccessibleName(tr("Period"))
        for period in common_periods(date.today()):  # noqa: DTZ011  # the user's own day
            self.periods.addItem(period.name, period)
        self.periods.addItem(tr("Other months"), None)
        self.periods.activated.connect(self._choose)
        self.first = self._month(tr("From month"))
        self.last = self._month(tr("To month, included"))
        self.problem = label(role="bad")
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.periods)
        row.addWidget(self.first)
        row.addWidget(label(tr("to"), "muted"))
        row.addWidget(self.last)
        row.addWidget(self.problem)
        row.addStretch(1)
        return row

    def _month(self, name: str) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(name)
        field.setToolTip(name)
        field.setPlaceholderText(tr("YYYY-MM"))
        field.setFixedWidth(104)
        field.editingFinished.connect(self._typed)
        return field

    # --- showing

    def _choose(self, position: int) -> None:
        period: Period | None = self.periods.itemData(position)
        if period is None:
            self.first.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.first.setText(month_text(period.first))
        self.last.setText(month_text(period.after - 1))
        self._show()

    def _typed(self) -> None:
        period = self.period()
        shown = self.periods.currentData()
        if shown is None or period is None or (shown.first, shown.after) != (period.first, period.after):
            self.periods.setCurrentIndex(self.periods.count() - 1)
            self._show()

    def period(self) -> Period | None:
        """Return the months that stand in the fields, or None where they are none."""
        try:
            first, last = parse_month(self.first.text().strip()), parse_month(self.last.text().strip())
        except ValueError:
            return None
        return Period("", first, last + 1) if first <= last else None

    def _show(self) -> None:
        period = self.period()
        example = month_text(month_index(date.today()))  # noqa: DTZ011  # the user's own day
        wrong = "" if period else tr("Write months like {example}, the first one first.").format(example=example)
        self.problem.setText(wrong)
        for field in (self.first, self.last):
            set_look(field, "wrong", "true" if wrong else "")
        self.save.setEnabled(period is not None)
        if period is not None:
            self._pdf = commission_summary(self._context.session, period.first, period.after, self._context.words.code)
            self.preview.show_pdf(self._pdf)

    # --- doing

    def _choose_place(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        proposed = Path(folder) / f"{self.title} {self.first.text()} {self.last.text()}.pdf"
        name, _ = QFileDialog.getSaveFileName(self, tr("Save as PDF"), str(proposed), "PDF (*.pdf)")
        if name:
            self.save_pdf(Path(name))

    def save_pdf(self, place: Path) -> None:
        """Write the summary to `place`, and say where it is or why it is not."""
        try:
            write_whole(place, self._pdf)
        except OSError as error:
            text = tr("The PDF was not written: {reason}. Nothing was changed. Choose another place.")
            self._context.notify(text.format(reason=error.strerror or error), Tone.ERROR)
            return
        self._context.notify(tr("Saved as {path}.").format(path=place))
