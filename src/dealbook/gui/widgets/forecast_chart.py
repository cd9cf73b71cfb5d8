"""The chart of the forecast: a bar for each month, stacked, the pipeline on top, and the clawback exposure below.

Painted by hand; every figure of it stands in the table as well, and its years in its description for those who do not
see it.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from dealbook.desk.forecast_rows import YEAR, Months
from dealbook.desk.forecast_words import EXPOSURE, PIPELINE
from dealbook.domain.money import ZERO
from dealbook.gui.models.forecast import short_names
from dealbook.gui.theme import GRID, tokens
from dealbook.gui.words import literal, tr
from dealbook.language import Language

MOST: Final = 5
"""More programs than this are not told apart by their colours: the rest are drawn as one."""
_SQUARE: Final = 10
_LEGEND: Final = 20
_MOST_FOR_A_NAME: Final = 190
_STEPS: Final = (1, 2, 3, 6, 12, 24)
_TICKS: Final = 4
_SHARE_OF_EXPOSURE: Final = 0.24
_MIDDLE: Final = Qt.AlignmentFlag.AlignVCenter


class Layer(NamedTuple):
    """What is stacked: its name, a short one for the legend, and its months."""

    name: str
    short: str
    months: Months


class Drawing(NamedTuple):
    """What the chart draws: `months` months from the calendar month `first` (an index) on.

    `pipeline` empty: it is not drawn.
    """

    layers: tuple[Layer, ...] = ()
    pipeline: Months = ()
    exposure: Months = ()
    first: int = 0
    months: int = 0
    currency: str = "EUR"


def layers_of(series: Sequence[tuple[str, Months]]) -> tuple[Layer, ...]:
    """Return series as layers: the largest ones, and the rest as one; short names are those that tell them apart."""
    kept, rest = list(series[:MOST]), list(series[MOST:])
    if len(rest) == 1:
        kept, rest = [*kept, *rest], []
    shorts = short_names([name for name, _ in kept])
    found = [Layer(name, short, months) for short, (name, months) in zip(shorts, kept, strict=True)]
    if rest:
        others = tr("Other programs")
        months = tuple(sum(amounts, ZERO) for amounts in zip(*(months for _, months in rest), strict=True))
        found.append(Layer(others, others, months))
    return tuple(found)


class _Scale(NamedTuple):
    """Where amounts stand on the screen: `zero` is the height of nothing, `unit` the pixels of one."""

    zero: float
    unit: float
    ticks: tuple[float, ...]

    def at(self, amount: float) -> float:
        return self.zero - amount * self.unit


class ForecastChart(QWidget):
    """Draws a forecast; a tooltip tells the figures of a month."""

    def __init__(self, words: Language) -> None:
        super().__init__()
        self._words = words
        self._drawing = Drawing()
        self._left = 0.0
        self.setAccessibleName(tr("Commission cash by month"))
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_drawing(self, drawing: Drawing) -> None:
        """Draw this."""
        self._drawing = drawing
        self.setAccessibleDescription("; ".join(self._years()))
        self.update()

    @property
    def drawing(self) -> Drawing:
        """What is drawn."""
        return self._drawing

    def sizeHint(self) -> QSize:
        return QSize(80 * GRID, 40 * GRID)

    def minimumSizeHint(self) -> QSize:
        return QSize(40 * GRID, 22 * GRID)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        place = self.month_at(event.position().x())
        self.setToolTip("" if place is None else self.told(place))

    def month_at(self, x: float) -> int | None:
        """Return which of the months stands at a place across the chart."""
        room = self.width() - self._left
        if not self._drawing.months:
            return None
        place = int((x - self._left) / room * self._drawing.months) if room > 0 and x >= self._left else -1
        return place if 0 <= place < self._drawing.months else None

    def told(self, place: int) -> str:
        """Return the figures of a month, a line each."""
        drawing, words = self._drawing, self._words
        lines = [words.month(drawing.first + place)]
        parts = [(layer.name, layer.months) for layer in drawing.layers]
        parts += [(tr(PIPELINE), drawing.pipeline), (tr(EXPOSURE), drawing.exposure)]
        for name, months in parts:
            if months and months[place]:
                lines.append(f"{name}: {words.amount(months[place], drawing.currency)}")
        return literal("\n".join(lines))

    def _years(self) -> list[str]:
        drawing, words = self._drawing, self._words
        return [
            f"{layer.name}: {words.money(sum(layer.months[: drawing.months], ZERO), drawing.currency)}"
            for layer in (*drawing.layers, Layer(tr(PIPELINE), "", drawing.pipeline))
            if any(layer.months[: drawing.months])
        ]

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._drawing.months:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        drawing, metrics = self._drawing, painter.fontMetrics()
        top = self._paint_legend(painter)
        below = metrics.height() + GRID
        bottom = float(self.height() - below)
        has_exposure = any(drawing.exposure[: drawing.months])
        floor = bottom - (self.height() * _SHARE_OF_EXPOSURE if has_exposure else 0)
        scale = self._scale(*self._reach(), top + GRID, floor)
        lower = self._exposure_scale(floor, bottom, metrics.height()) if has_exposure else None
        self._left = self._room(scale, lower)
        self._paint_grid(painter, scale)
        self._paint_bars(painter, scale)
        if lower is not None:
            self._paint_exposure(painter, lower, floor)
        self._paint_months(painter, bottom)
        painter.end()

    def _paint_legend(self, painter: QPainter) -> float:
        """Paint what the colours mean; return where the chart itself may begin."""
        colours, metrics = tokens(), painter.fontMetrics()
        names = [(layer.short, self._brush(place)) for place, layer in enumerate(self._drawing.layers)]
        if any(self._drawing.pipeline[: self._drawing.months]):
            names.append((tr(PIPELINE), self._brush(None)))
        x, y = 0.0, 0.0
        for name, brush in names:
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, _MOST_FOR_A_NAME)
            wide = _SQUARE + GRID + metrics.horizontalAdvance(text) + 2 * GRID
            if x and x + wide > self.width():
                x, y = 0.0, y + _LEGEND
            square = QRectF(x, y + (_LEGEND - _SQUARE) / 2, _SQUARE, _SQUARE)
            painter.fillRect(square, QColor(colours.card))
            painter.fillRect(square, brush)
            painter.setPen(QColor(colours.muted))
            painter.drawText(QRectF(x + _SQUARE + GRID, y, wide, _LEGEND), _MIDDLE, text)
            x += wide
        return y + (_LEGEND if names else 0)

    def _brush(self, place: int | None) -> QBrush:
        """Return the brush of a layer; None: of the pipeline, which is not there yet."""
        colours = tokens()
        if place is None:
            return QBrush(QColor(colours.faint), Qt.BrushStyle.BDiagPattern)
        return QBrush(QColor(colours.series[place % len(colours.series)]))

    def _reach(self) -> tuple[float, float]:
        """Return the lowest and the highest stack."""
        low = high = ZERO
        for place in range(self._drawing.months):
            amounts = [amount for months, _ in self._stack() if (amount := months[place])]
            high = max(high, sum((one for one in amounts if one > 0), ZERO))
            low = min(low, sum((one for one in amounts if one < 0), ZERO))
        return float(low), float(high)

    def _stack(self) -> list[tuple[Months, int | None]]:
        stack: list[tuple[Months, int | None]] = [
            (layer.months, place) for place, layer in enumerate(self._drawing.layers)
        ]
        return [*stack, (self._drawing.pipeline, None)] if self._drawing.pipeline else stack

    @staticmethod
    def _scale(low: float, high: float, top: float, floor: float) -> _Scale:
        step = nice(max(high - low, 1.0) / _TICKS)
        last = -(-max(high, step) // step) * step
        first = -(-low // step) * step  # the lowest round figure; a small loss does not take a whole step below it
        unit = max(floor - top, 1.0) / (last - low)
        ticks = tuple(first + step * n for n in range(round((last - first) / step) + 1))
        return _Scale(floor + low * unit, unit, ticks)

    def _exposure_scale(self, floor: float, bottom: float, line: int) -> _Scale:
        most = max(float(amount) for amount in self._drawing.exposure[: self._drawing.months])
        top = floor + 2 * line + GRID
        return _Scale(bottom, max(bottom - top, 1.0) / max(most, 1.0), (0.0, most))

    def _room(self, scale: _Scale, lower: _Scale | None) -> float:
        ticks = (*scale.ticks, *(lower.ticks if lower else ()))
        measure = self.fontMetrics().horizontalAdvance
        return max(measure(self._figure(tick)) for tick in ticks) + GRID

    def _figure(self, amount: float) -> str:
        return self._words.number(Decimal(round(amount)))

    def _paint_tick(self, painter: QPainter, y: float, tick: float) -> None:
        colours = tokens()
        painter.setPen(QPen(QColor(colours.hairline), 1))
        painter.drawLine(QPointF(self._left, round(y) + 0.5), QPointF(self.width(), round(y) + 0.5))
        painter.setPen(QColor(colours.muted))
        box = QRectF(0, y - _LEGEND / 2, self._left - GRID, _LEGEND)
        painter.drawText(box, _MIDDLE | Qt.AlignmentFlag.AlignRight, self._figure(tick))

    def _paint_grid(self, painter: QPainter, scale: _Scale) -> None:
        for tick in scale.ticks:
            self._paint_tick(painter, scale.at(tick), tick)

    def _slot(self) -> float:
        return (self.width() - self._left) / self._drawing.months

    def _paint_bars(self, painter: QPainter, scale: _Scale) -> None:
        slot = self._slot()
        wide = min(slot * 0.72, 4.0 * GRID)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        for place in range(self._drawing.months):
            x = self._left + slot * place + (slot - wide) / 2
            up = down = 0.0
            for months, layer in self._stack():
                amount = float(months[place])
                start = up if amount > 0 else down
                bar = QRectF(QPointF(x, scale.at(start + amount)), QPointF(x + wide, scale.at(start))).normalized()
                if amount:
                    painter.fillRect(bar, self._brush(layer))
                up, down = (up + amount, down) if amount > 0 else (up, down + amount)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint_exposure(self, painter: QPainter, scale: _Scale, floor: float) -> None:
        colours, slot = tokens(), self._slot()
        painter.setPen(QColor(colours.muted))
        head = QRectF(self._left, floor + GRID / 2, self.width() - self._left, painter.fontMetrics().height() + GRID)
        painter.drawText(head, _MIDDLE, tr("Clawback exposure: what vendors could take back if every customer left"))
        for tick in scale.ticks:
            self._paint_tick(painter, scale.at(tick), tick)
        ends = [
            QPointF(self._left + slot * (place + 0.5), scale.at(float(self._drawing.exposure[place])))
            for place in range(self._drawing.months)
        ]
        area = QPolygonF([QPointF(ends[0].x(), scale.zero), *ends, QPointF(ends[-1].x(), scale.zero)])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.bad_soft))
        painter.drawPolygon(area)
        painter.setPen(QPen(QColor(colours.bad), 1.5))
        painter.drawPolyline(QPolygonF(ends))

    def _paint_months(self, painter: QPainter, top: float) -> None:
        metrics, slot, drawing = painter.fontMetrics(), self._slot(), self._drawing
        wide = max(metrics.horizontalAdvance(self._words.month(drawing.first + place)) for place in range(YEAR))
        step = next((one for one in _STEPS if one * slot >= wide + 2 * GRID), _STEPS[-1])
        painter.setPen(QColor(tokens().muted))
        for place in range(0, drawing.months, step):
            middle = self._left + slot * (place + 0.5)
            left = min(max(middle - wide / 2, self._left), self.width() - wide)
            box = QRectF(left, top + GRID / 2, wide, metrics.height() + GRID / 2)
            painter.drawText(box, _MIDDLE | Qt.AlignmentFlag.AlignHCenter, self._words.month(drawing.first + place))


def nice(step: float) -> float:
    """Return a round step of at least this size: 1, 2 or 5 times a power of ten."""
    power = 10.0 ** (len(str(int(step))) - 1)
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= step)
