"""The chart of cumulative cash: one line a plan, named at its end, with a ring where a plan catches up for good.

Owns the drawing only. The drawing library is loaded when the chart is first asked to draw, after the first paint.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QStackedLayout, QWidget

from dealbook.gui.models.cash import BreakEven, Cash, CashLine
from dealbook.gui.theme import tokens
from dealbook.gui.widgets.labels import label
from dealbook.gui.words import current, tr

_YEAR: Final = 12
_MOST_TICKS: Final = 9
_LABEL_ROOM: Final = 14
_GAP: Final = 8
_MOST_FOR_NAMES: Final = 150
_MOST_NAMED: Final = 2
_ROOM_FOR_NAME: Final = 0.35
"""The part of the chart's width that "even in month 20" takes, in any language."""


_ROOM_ABOVE: Final = 0.8
"""The part of a step of the axis that its height takes, in the lowest chart."""


class CashChart(QWidget):
    """Draws cash by month; says in words what belongs there while there is nothing to draw."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Cumulative cash by month"))
        self.setMinimumHeight(150)
        self._cash = Cash()
        self._plot: _Plot | None = None
        self._empty = label(tr("Tick a plan above (T) to see its cash month by month."), "muted", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._layers = QStackedLayout(self)
        self._layers.addWidget(self._empty)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self.draw)
        self._was_painted = False

    def show_cash(self, cash: Cash) -> None:
        """Draw these lines when the screen has time for it."""
        if cash != self._cash:
            self._cash = cash
            if self._was_painted:
                self._later.start()

    def draw(self) -> None:
        """Draw now."""
        self.setAccessibleDescription(_in_words(self._cash))
        if self._plot is None:  # also for an empty deal: loaded later, it would halt the typing of the first line
            self._plot = _Plot()
            self._layers.addWidget(self._plot.widget)
        if not self._cash.lines:
            self._layers.setCurrentWidget(self._empty)
            return
        self._plot.draw(self._cash)
        self._layers.setCurrentWidget(self._plot.widget)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self._later.start()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._plot is not None:
            self._later.start()


class _Plot:
    """The drawing itself, made with pyqtgraph."""

    def __init__(self) -> None:
        import pyqtgraph

        pyqtgraph.setConfigOptions(antialias=True)
        self._pg = pyqtgraph
        self.widget: Any = pyqtgraph.PlotWidget(background=None)
        self.widget.setStyleSheet("QGraphicsView { background: transparent; border: none; }")
        self.widget.setMenuEnabled(False)
        self.widget.setMouseEnabled(x=False, y=False)
        self.widget.hideButtons()
        self.widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._ends = _EndNames(self.widget)
        self._view = self.widget.getViewBox()
        self._view.sigResized.connect(self._ends.place)
        for side in ("left", "bottom"):
            self.widget.getAxis(side).setStyle(tickLength=0, tickTextOffset=6, hideOverlappingLabels=False)

    def draw(self, cash: Cash) -> None:
        """Draw the lines, the marks, the grid and the names."""
        colours = tokens()
        self.widget.clear()
        top = max((amount for line in cash.lines for _, amount in line.points), default=Decimal(0))
        low = min((amount for line in cash.lines for _, amount in line.points), default=Decimal(0))
        named = [float(mark.amount) for mark in sorted(cash.marks)[:_MOST_NAMED]]
        self._set_axes(cash.months, float(min(low, Decimal(0))), float(top), cash.first, named)
        for line in cash.lines:
            months, amounts = outline(line, cash.months)
            pen = self._pg.mkPen(colours.series[line.series % len(colours.series)], width=2)
            self.widget.plot(months, amounts, pen=pen)
        self._mark(cash, colours.text, colours.card)
        self._ends.name(cash)

    def _set_axes(self, months: int, low: float, top: float, calendar: int | None, named: Sequence[float]) -> None:
        colours = tokens()
        step = _nice(max(top - low, 1.0) / 4)
        first, last = -(-low // step) * step if low >= 0 else (low // step) * step, -(-max(top, 1.0) // step) * step
        ticks = [first + step * n for n in range(round((last - first) / step) + 1)]
        years = max(1, -(-months // _YEAR))
        every = _YEAR * max(1, -(-years // _MOST_TICKS))
        words = current()
        left, bottom = self.widget.getAxis("left"), self.widget.getAxis("bottom")
        left.setTicks([[(tick, words.number(Decimal(round(tick)))) for tick in ticks]])
        names = [(month, words.number(month)) for month in range(0, months + 1, every)]
        if calendar is not None:
            names = [(month, words.month(calendar + month)) for month in range(0, months + 1, every // 2)]
        bottom.setTicks([names])
        for axis in (left, bottom):
            axis.setPen(self._pg.mkPen(None))
            axis.setTextPen(self._pg.mkPen(colours.muted))
        self.widget.setXRange(0, max(months, 1), padding=0.02)
        high = max([last + step * 0.04, *(amount + step * _ROOM_ABOVE for amount in named)])
        self.widget.setYRange(first, high, padding=0.02)
        for tick in ticks:
            self.widget.addItem(self._pg.InfiniteLine(tick, angle=0, pen=self._pg.mkPen(colours.hairline, width=1)))

    def _mark(self, cash: Cash, colour: str, inside: str) -> None:
        """Put a ring where two plans meet, and the month beside it where there is room."""
        if not cash.marks:
            return
        pen, brush = self._pg.mkPen(colour, width=1.5), self._pg.mkBrush(inside)
        points = [(mark.month, float(mark.amount)) for mark in cash.marks]
        rings = self._pg.ScatterPlotItem(pos=points, size=9, pen=pen, brush=brush)
        rings.setZValue(10)
        self.widget.addItem(rings)
        for number, mark in enumerate(sorted(cash.marks)[:_MOST_NAMED]):
            # the line that catches up comes from below left: above left is free, and for a second one below right
            before = number == 0 and mark.month > cash.months * _ROOM_FOR_NAME
            if not before and mark.month > cash.months * (1 - _ROOM_FOR_NAME):
                continue
            text = mark_text(mark)
            name = self._pg.TextItem(text, color=colour, anchor=(1.0, 1.15) if before else (0.0, -0.15))
            name.setPos(mark.month, float(mark.amount))
            name.setZValue(11)
            self.widget.addItem(name)


class _EndNames(QWidget):
    """The names at the ends of the lines, moved apart where they would overlap."""

    def __init__(self, plot: Any) -> None:  # noqa: ANN401  # pyqtgraph has no types
        super().__init__(plot)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._plot = plot
        self._cash = Cash()
        plot.installEventFilter(self)

    def name(self, cash: Cash) -> None:
        """Show the names of these lines."""
        self._cash = cash
        metrics = QFontMetricsF(self.font())
        room = max((metrics.horizontalAdvance(line.short) for line in cash.lines), default=0) + _GAP + 4
        self._plot.getPlotItem().layout.setContentsMargins(0, 4, min(room, _MOST_FOR_NAMES), 0)
        self.show()
        self.place()

    def place(self) -> None:
        """Cover the plot, so that the names are drawn over its right margin."""
        self.setGeometry(0, 0, self._plot.width(), self._plot.height())
        self.raise_()
        self.update()

    def eventFilter(self, watched: Any, event: QEvent) -> bool:  # noqa: ANN401  # Qt's own signature
        if event.type() == QEvent.Type.Resize:
            self.place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        view = self._plot.getViewBox()
        ends = []
        for line in self._cash.lines:
            at = view.mapViewToScene(QPointF(self._cash.months, float(line.at(self._cash.months))))
            ends.append((self._plot.mapFromScene(at), line))
        if not ends:
            return
        left = ends[0][0].x() + _GAP
        heights = apart([point.y() for point, _ in ends], _LABEL_ROOM, 0, self.height() - _LABEL_ROOM)
        painter = QPainter(self)
        colours = tokens()
        for y, (_, line) in zip(heights, ends, strict=True):
            painter.setPen(QPen(QColor(colours.series[line.series % len(colours.series)])))
            room = QRectF(left, y - _LABEL_ROOM, self.width() - left, 2 * _LABEL_ROOM)
            text = painter.fontMetrics().elidedText(line.short, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()


def mark_text(mark: BreakEven) -> str:
    """Return what stands beside a ring."""
    return mark.text or tr("even in month {n}").format(n=mark.month)


def outline(line: CashLine, months: int) -> tuple[list[int], list[float]]:
    """Return the line's corners: flat where nothing is paid, rising over the one month in which it is."""
    xs: list[int] = [0]
    ys: list[float] = [0.0]
    for month, amount in line.points:
        if month - xs[-1] > 1:
            xs.append(month - 1)
            ys.append(ys[-1])
        if month == xs[-1]:
            ys[-1] = float(amount)
        else:
            xs.append(month)
            ys.append(float(amount))
    if xs[-1] < months:
        xs.append(months)
        ys.append(ys[-1])
    return xs, ys


def apart(wanted: Sequence[float], room: float, least: float, most: float) -> list[float]:
    """Return heights close to the wanted ones, at least `room` apart and between `least` and `most`."""
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    placed = [0.0] * len(wanted)
    last = least - room
    for place in order:
        placed[place] = last = max(wanted[place], last + room)
    over = most
    for place in reversed(order):
        placed[place] = over = min(placed[place], over)
        over -= room
    return placed


def _nice(step: float) -> float:
    """Return a round step of at least this size: 1, 2 or 5 times a power of ten."""
    power = 10.0 ** (len(str(int(step))) - 1)
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= step)


def _in_words(cash: Cash) -> str:
    """Say what the chart shows to those who do not see it."""
    words = current()
    ends = [f"{line.name}: {words.amount(line.at(cash.months), cash.currency)}" for line in cash.lines]
    marks = [mark_text(mark) for mark in cash.marks]
    return "; ".join([*ends, *marks])
