"""The forecast page: commission cash by month, what it rests on, and what churn and falling prices do to it."""

from datetime import date
from pathlib import Path
from typing import Final, TypedDict

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from dealbook.book.connection import Touched
from dealbook.desk.files import write_whole
from dealbook.desk.forecast_quota import quota_outlook
from dealbook.desk.forecast_rows import HORIZONS, Forecast, Months, Question, Series
from dealbook.desk.forecast_words import Line, as_csv, as_text, columns, name_of, notes_of, table_of
from dealbook.desk.gap_book import BookGap, BookWork
from dealbook.desk.gap_words import gap_columns
from dealbook.domain.months import month_text
from dealbook.gui.context import Context, Tone
from dealbook.gui.models.forecast import ForecastModel
from dealbook.gui.models.worker import Worker
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.empty import Empty
from dealbook.gui.widgets.forecast_chart import Drawing, ForecastChart, layers_of
from dealbook.gui.widgets.forecast_figures import ResidualCard, SharesCard, YearsCard
from dealbook.gui.widgets.forecast_levers import ForecastLevers
from dealbook.gui.widgets.forecast_people import PeopleChart
from dealbook.gui.widgets.forecast_quotas import QuotaCard
from dealbook.gui.widgets.header import Header, page_column
from dealbook.gui.widgets.labels import Elided, button, keep_room_for_bold, set_tip
from dealbook.gui.widgets.progress import DealsProgress
from dealbook.gui.widgets.table import Table
from dealbook.gui.words import literal, plural, tr

SIDE: Final = 42 * GRID
"""The width of the figures beside the chart."""
_TWO_LINES: Final = 46
_QUOTAS: Final = 22 * GRID
_FOLLOWED: Final = frozenset({"deal", "program", "enrolment", "partner", "rate"})
_CHART, _TABLE = 0, 1
_PROGRAMS, _KINDS, _PEOPLE = "programs", "kinds", "people"
_CONTRACTED, _EXPECTED = "contracted", "expected"


class _Asked(TypedDict):
    """Which cash is asked for."""

    expected: bool
    pipeline: bool


class ForecastPage(QWidget):
    """The book by month, as a chart or as a table; the levers follow at once."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.title = tr("Forecast")
        self._context = context
        self.forecast: Forecast | None = None
        self.gap: BookGap | None = None
        self._work: BookWork | None = None
        self.worker = Worker(self)
        self.worker.finished.connect(self._finish)
        self.progress = DealsProgress(self.worker, context.words)
        self.model = ForecastModel(context.words, self)
        self._make_cards()
        column = page_column(self)
        column.addWidget(self._header())
        self.empty = Empty()
        self._whole = QWidget()
        self._body = QStackedWidget()
        self._body.addWidget(self._whole)
        self._body.addWidget(self.empty)
        self._lay_out()
        column.addWidget(self.progress)
        column.addWidget(self._body, 1)
        for keys, view in (("F7", _CHART), ("F8", _TABLE)):
            turn = QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            turn.activated.connect(lambda view=view: self.show_view(view))

    # --- what a page can be told

    def arrive(self) -> None:
        """Show the page."""
        self._ask()
        self.months.setFocus()

    def refresh(self, touched: Touched) -> None:
        """Follow a change of the book."""
        if {kind for kind, _ in touched.records} & _FOLLOWED:
            self._ask()

    # --- building

    def _header(self) -> Header:
        self.months = _box(tr("Months ahead"))
        for count in HORIZONS:
            self.months.addItem(plural("{n} month", "{n} months", count), count)
        self.months.setCurrentIndex(1)
        self.stack = _box(tr("Stacked"))
        self.stack.addItem(tr("by program"), _PROGRAMS)
        self.stack.addItem(tr("by kind"), _KINDS)
        self.stack.addItem(tr("after our people"), _PEOPLE)
        self.way = _box(tr("Payments"))
        self.way.addItem(tr("as contracted"), _CONTRACTED)
        self.way.addItem(tr("expected, with churn"), _EXPECTED)
        self.pipeline = QCheckBox(tr("Pipeline"))
        self.pipeline.setChecked(True)
        self.pipeline.setToolTip(tr("Open deals on top, each weighted by its probability"))
        for box in (self.months, self.way):
            box.currentIndexChanged.connect(self._show)
        self.stack.currentIndexChanged.connect(self._restack)
        self.pipeline.toggled.connect(self._show)
        header = Header(self.title, self.pipeline, self.stack, self.way, self.months)
        self.count = header.count
        return header

    def _make_cards(self) -> None:
        words = self._context.words
        self.chart = ForecastChart(words)
        self.people = PeopleChart(words)
        self.people.settings_wanted.connect(lambda: self._context.go("settings", part="sales"))
        self.table = _Months(self.model)
        self.years = YearsCard(words)
        self.residuals = ResidualCard(self._context)
        self.shares = SharesCard(words)
        self.levers = ForecastLevers(words)
        self.levers.changed.connect(self._try)
        self.quotas = QuotaCard(words)
        self.quotas.setMaximumHeight(_QUOTAS)
        self.notes = Elided(role="warning")

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(GRID + GRID // 2)
        left.addWidget(self._cash_card(), 1)
        left.addWidget(self.quotas)
        row = QHBoxLayout(self._whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID + GRID // 2)
        row.addLayout(left, 1)
        row.addWidget(self._side())

    def _side(self) -> QScrollArea:
        """Return the figures beside the chart; in a small window they scroll."""
        body = QWidget()
        body.setObjectName("page")  # so that the window shows through
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID + GRID // 2)
        for card in (self.years, self.residuals, self.shares, self.levers):
            column.addWidget(card)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedWidth(SIDE)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(body)
        return area

    def _cash_card(self) -> Card:
        card = Card(tr("Commission cash by month"), " ")
        card.let_heading_give_way()
        card.tools.setSpacing(0)  # quiet buttons have room of their own
        self._currency, self._cash_name = card.note, card.heading
        self.views, self.charts = QStackedWidget(), QStackedWidget()
        for chart in (self.chart, self.people):
            self.charts.addWidget(chart)
        self.charts.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.charts.setMinimumHeight(self.chart.minimumSizeHint().height())
        self.views.addWidget(self.charts)
        self.views.addWidget(self.table)
        self.buttons = QButtonGroup(self)
        for view, text, tip, keys in (
            (_CHART, tr("Chart"), tr("Cash by month as a chart"), "F7"),
            (_TABLE, tr("Table"), tr("Cash by month as a table"), "F8"),
        ):
            made = button(text, "quiet")
            made.setCheckable(True)
            keep_room_for_bold(made)
            set_tip(made, tip, keys)
            self.buttons.addButton(made, view)
            card.tools.addWidget(made)
        self.buttons.idClicked.connect(self.show_view)
        self.buttons.button(_CHART).setChecked(True)
        self.copy = button(tr("Copy"), "quiet")
        set_tip(self.copy, tr("Copy the table for a spreadsheet"), "Ctrl+C")
        self.copy.clicked.connect(self.copy_table)
        self.export = button(tr("Export CSV…"), "quiet")
        self.export.clicked.connect(self._choose_place)
        card.tools.addWidget(self.copy)
        card.tools.addWidget(self.export)
        copying = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), card)
        copying.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        copying.activated.connect(self.copy_table)
        card.body.addWidget(self.views, 1)
        card.body.addWidget(self.notes)
        return card

    # --- asking

    def _try(self) -> None:
        """Follow a lever; as contracted nothing would move, so what is expected is shown."""
        if self.levers.is_moved:
            self.way.setCurrentIndex(self.way.findData(_EXPECTED))
        self._ask()

    def _ask(self) -> None:
        """Work the forecast out from the book as it is now; what is shown stays until it is done."""
        session = self._context.session
        self.levers.show_assumptions(session.partner.assume)
        levers = self.levers.levers()
        self.quotas.show_quotas(quota_outlook(session, today(), levers.price_fall))
        question = Question(day=today(), levers=levers)
        self._work = BookWork(session, question, people=self.is_after_people)
        self.worker.start(self._work)

    def _finish(self) -> None:
        had_focus = self.progress.cancel.hasFocus()
        self.progress.hide()
        if self._work is not None:
            self.forecast, self.gap = self._work.forecast.result(), self._work.result()
        self._show()
        if had_focus:
            self.months.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.worker.stop()  # a hidden page works nothing out; it asks anew when it is shown again

    # --- showing

    @property
    def is_expected(self) -> bool:
        """Whether payments are shown as expected, and not as contracted."""
        return str(self.way.currentData()) == _EXPECTED

    def show_view(self, view: int) -> None:
        """Show the chart (0) or the table (1)."""
        self.buttons.button(view).setChecked(True)
        self.views.setCurrentIndex(view)

    def _show(self) -> None:
        forecast = self.forecast
        if forecast is None:
            return
        self._body.setCurrentWidget(self.empty if forecast.is_empty else self._whole)
        for control in (self.months, self.stack, self.way, self.pipeline):
            control.setEnabled(not forecast.is_empty)
        if forecast.is_empty:
            self._say_why_nothing(forecast)
            return
        self.count.setText(plural("{n} won deal", "{n} won deals", forecast.won))
        sheet, words = forecast.sheet(expected=self.is_expected), self._context.words
        self._currency.setText(words.currency_sign(forecast.currency))
        self.years.show_forecast(forecast, expected=self.is_expected)
        self.residuals.show_forecast(forecast)
        self.shares.show_shares(sheet.vendor, sheet.customer)
        named = [(name_of(one, words), one.months) for one in self._series(forecast)]
        self.chart.show_drawing(
            Drawing(
                layers_of(named),
                sheet.pipeline if self.pipeline.isChecked() else (),
                forecast.exposure,
                forecast.first,
                self._months(),
                forecast.currency,
            )
        )
        self.model.show(self._columns(forecast), forecast.first, self._months(), forecast.currency)
        self._show_people()
        notes = " ".join(notes_of(forecast, words))
        self.notes.setText(notes)
        self.notes.setToolTip(literal("\n".join(notes_of(forecast, words, most=30))))
        self.notes.setVisible(bool(notes))

    @property
    def is_after_people(self) -> bool:
        """Whether the cash after paying the own people is shown."""
        return str(self.stack.currentData()) == _PEOPLE

    def _restack(self) -> None:
        """Show the cash another way; what the people get is worked out only where it is shown."""
        if self.is_after_people and self.forecast is not None and self.gap is None:
            self._ask()
        else:
            self._show()

    def _show_people(self) -> None:
        """Show what is left after paying the own people, while that is asked for."""
        self.charts.setCurrentWidget(self.people if self.is_after_people else self.chart)
        names = tr("Commission cash by month"), tr("Cash after our people, added up")
        self._cash_name.setText(names[self.is_after_people])
        if self.is_after_people:
            self.people.show_gap(self.gap, **self._asked(), months=self._months())

    def _asked(self) -> _Asked:
        return {"expected": self.is_expected, "pipeline": self.pipeline.isChecked()}

    def _say_why_nothing(self, forecast: Forecast) -> None:
        self.count.setText("")
        told = " ".join(notes_of(forecast, self._context.words))
        words = tr(
            "Here stands what the won deals pay month by month. Win a deal: open it, choose a plan, and mark it won."
        )
        self.empty.say(
            tr("Nothing is won yet"),
            f"{words} {told}".strip(),
            tr("Go to the deals"),
            lambda: self._context.go("deals"),
        )

    def _months(self) -> int:
        return int(self.months.currentData())

    def _series(self, forecast: Forecast) -> tuple[Series, ...]:
        sheet = forecast.sheet(expected=self.is_expected)
        return sheet.kinds if str(self.stack.currentData()) == _KINDS else sheet.programs

    def _columns(self, forecast: Forecast) -> list[tuple[str, Months]]:
        if self.is_after_people and self.gap is not None:
            return gap_columns(self.gap, self._context.words, **self._asked())
        sheet = forecast.sheet(expected=self.is_expected)
        pipeline = sheet.pipeline if self.pipeline.isChecked() else None
        return columns(self._series(forecast), sheet.won, pipeline, forecast.exposure, self._context.words)

    # --- doing

    def _lines(self, forecast: Forecast) -> list[Line]:
        shown = self._columns(forecast)
        return table_of(shown, forecast.first, self._months(), forecast.currency, self._context.words)

    def copy_table(self) -> None:
        """Put the table on the clipboard, with tabs between its cells."""
        if self.forecast is not None and not self.forecast.is_empty:
            text = as_text(self._lines(self.forecast), self.forecast.currency, self._context.words)
            QApplication.clipboard().setText(text)
            self._context.notify(tr("Copied. Paste it into a spreadsheet."))

    def _choose_place(self) -> None:
        if self.forecast is None:
            return
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        proposed = Path(folder) / f"{self.title} {month_text(self.forecast.first)}.csv"
        chosen, _ = QFileDialog.getSaveFileName(self, tr("Export CSV"), str(proposed), "CSV (*.csv)")
        if chosen:
            self.save_csv(Path(chosen))

    def save_csv(self, place: Path) -> None:
        """Write the table to `place`, and say where it is or why it is not."""
        if self.forecast is None:
            return
        try:
            write_whole(place, as_csv(self._lines(self.forecast), self.forecast.currency, self._context.words))
        except OSError as error:
            text = tr("The file was not written: {reason}. Nothing was changed. Choose another place.")
            self._context.notify(text.format(reason=error.strerror or error), Tone.ERROR)
            return
        self._context.notify(tr("Saved as {path}.").format(path=place))


class _Months(Table):
    """The table of months; its columns are as wide as what is in them."""

    def __init__(self, model: ForecastModel) -> None:
        super().__init__(tr("Commission cash by month"))
        self.setModel(model)
        self.horizontalHeader().setFixedHeight(_TWO_LINES)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)

    def sizeHintForColumn(self, column: int) -> int:
        return super().sizeHintForColumn(column) + 2 * GRID


def _box(name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(name)
    return box


def today() -> date:
    """Return the day from whose month on the forecast runs, and whose exchange rates hold."""
    return date.today()  # noqa: DTZ011 - the user's own day
