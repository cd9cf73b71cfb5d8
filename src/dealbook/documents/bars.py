"""A chart of bars beside names: gains to the right of a line, losses to its left, each with its figure at its end.

Lengths only show what the figures beside them say, so the chart can be read without its colours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from dealbook.documents.sheet import Sheet
from dealbook.documents.style import BODY, GAIN, LABEL, LOSS, MUTED, Style
from dealbook.documents.wrap import shortened

_NAME_SHARE: Final = 0.34
_BAR: Final = 7.0
_GAP: Final = 4.0
_LINE: Final = 14.0
_FIGURE: Final = Style(LABEL.font, 7.5, _LINE)
_NAME: Final = Style(BODY.font, 8.0, _LINE)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, its length in the chart's unit, and the figure in words."""

    name: str
    size: Decimal
    figure: str


def height_of(bars: Sequence[Bar]) -> float:
    """Return how high the chart is, in points."""
    return len(bars) * _LINE


def draw_bars(sheet: Sheet, bars: Sequence[Bar]) -> None:
    """Print the bars from the top down; they need `height_of` points together."""
    frame = _Frame(sheet, bars)
    top = sheet.y
    for bar in bars:
        _draw_bar(sheet, frame, bar)
    for page_top, page in ((top, sheet.page),):
        page.bars.append((frame.zero - 0.3, page_top, 0.6, sheet.y - page_top, MUTED))


def _draw_bar(sheet: Sheet, frame: "_Frame", bar: Bar) -> None:
    end = frame.zero + float(bar.size) * frame.scale
    sheet.put(sheet.left, shortened(bar.name, _NAME, frame.names - _GAP), _NAME)
    top = sheet.y
    sheet.skip((_LINE - _BAR) / 2)
    sheet.bar(frame.zero, end, _BAR, GAIN if bar.size > 0 else LOSS)
    if bar.size > 0:
        sheet.put(end + _GAP, bar.figure, _FIGURE, y=top)
    else:
        sheet.put_right(end - _GAP, bar.figure, _FIGURE, y=top)
    sheet.y = top + _LINE


class _Frame:
    """Where the names end, where zero is, and how many points one unit is long."""

    def __init__(self, sheet: Sheet, bars: Sequence[Bar]) -> None:
        self.names = sheet.width * _NAME_SHARE
        figures = max((sheet.text_width(bar.figure, _FIGURE) for bar in bars), default=0.0) + 2 * _GAP
        up = max((float(bar.size) for bar in bars if bar.size > 0), default=0.0)
        down = max((-float(bar.size) for bar in bars if bar.size < 0), default=0.0)
        sides = (figures if up else 0.0) + (figures if down else 0.0)
        room = max(sheet.width - self.names - sides, 1.0)
        self.scale = room / (up + down) if up + down else 0.0
        self.zero = sheet.left + self.names + (figures if down else 0.0) + down * self.scale
