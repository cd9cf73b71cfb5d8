"""Tables of a name and figures: columns as wide as their figures, rows that break over pages.

The name takes the room that the figures leave and wraps; figures stand right-aligned on the row's first line. Where a
table goes over to the next page its header is repeated, and its totals stay with the last row.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from dealbook.documents.fonts import printable, width
from dealbook.documents.sheet import Sheet
from dealbook.documents.style import BODY, HEADING, LABEL, NOTE, STRONG, SUM, Style
from dealbook.documents.wrap import wrap

#: Between a rule and the text above or below it.
AIR: Final = 4.0
GAP: Final = 16.0
TICK: Final = 6.5
HEADER_HEIGHT: Final = LABEL.leading + AIR
#: A table up to this part of a page is not broken.
KEPT_WHOLE: Final = 0.2
#: The least room for a name that is written in full.
NAME_ROOM: Final = 130.0


@dataclass(frozen=True, slots=True)
class Row:
    """A name with small `notes` under it, and the figures of the other columns.

    `mark` stands before the name, which keeps clear of it; `ticked` puts a box to be ticked there.
    """

    name: str
    figures: tuple[str, ...]
    notes: tuple[str, ...] = ()
    style: Style = STRONG
    ticked: bool = False
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """A sum under a table: its figures stand in the last columns, its label before them."""

    label: str
    figures: tuple[str, ...]
    style: Style = SUM


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the columns stand: the name's room, and the right edge of each column of figures, both from the left.

    `scale` is below 1 where figures are so long that they would leave no room for the name. `is_ruled`: a line stands
    between the rows.
    """

    titles: tuple[str, ...]
    name_room: float
    edges: tuple[float, ...]
    scale: float = 1.0
    is_ruled: bool = True

    @property
    def air(self) -> float:
        """What a row leaves empty above and below its text."""
        return AIR if self.is_ruled else AIR * 0.7

    @classmethod
    def fit(
        cls,
        titles: Sequence[str],
        rows: Iterable[Sequence[str]],
        room: float,
        least: Sequence[float],
        *,
        ruled: bool = True,
    ) -> "Grid":
        """Lay out columns for all `rows` of figures in `room`: each as wide as it needs, at least its part of `least`.

        `least` and `titles` begin with the name's.
        """
        columns = list(zip(*rows, strict=True)) or [()] * (len(titles) - 1)
        wide = [
            max([_width(title, LABEL), at_least, *(_width(cell, SUM) for cell in cells)]) + GAP
            for title, at_least, cells in zip(titles[1:], least[1:], columns, strict=True)
        ]
        scale = min(1.0, (room - least[0]) / sum(wide)) if wide else 1.0
        edges = accumulate(reversed(wide), lambda edge, step: edge - step * scale, initial=room)
        first, *rights = reversed(list(edges))
        return cls(tuple(titles), first, tuple(rights), scale, ruled)


@dataclass(frozen=True, slots=True)
class _Laid:
    """A row broken into lines, with the height it takes."""

    row: Row
    lines: tuple[tuple[str, Style], ...]
    air: float

    @property
    def height(self) -> float:
        return 2 * self.air + sum(style.leading for _, style in self.lines)


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above a table, with a `hint` in small type."""

    text: str
    hint: str = ""
    style: Style = HEADING


def draw_table(
    sheet: Sheet,
    grid: Grid,
    rows: Sequence[Row],
    totals: Sequence[Total] = (),
    heading: Heading | None = None,
    following: float = 0,
) -> None:
    """Print a table: its heading and header with the first row, its totals and `following` points with the last."""
    laid = [_Laid(row, _lines(grid, row), grid.air) for row in rows]
    tail = len(totals) * (AIR + BODY.leading) + following
    needs = [_needed(sheet, row.height, tail if row is laid[-1] else 0) for row in laid] or [tail]
    whole = sum(row.height for row in laid) + tail
    draw_heading(sheet, heading, HEADER_HEIGHT + (whole if whole <= sheet.fresh_room * KEPT_WHOLE else needs[0]))
    _draw_header(sheet, grid)
    with sheet.repeating(lambda: _draw_header(sheet, grid)):
        for row, needed in zip(laid, needs, strict=False):
            sheet.need(needed)
            _draw_row(sheet, grid, row)
            if grid.is_ruled:
                sheet.rule(sheet.left, sheet.right)
        for total in totals:
            _draw_total(sheet, grid, total)


def draw_heading(sheet: Sheet, heading: Heading | None, following: float) -> None:
    """Print a heading on the page on which `following` points fit below it."""
    parts = ((heading.text, heading.style), (heading.hint, NOTE)) if heading else ()
    lines = [(line, style) for text, style in parts for line in wrap(text, style, sheet.width)]
    below = 3.0 if lines else 0.0
    sheet.need(sum(style.leading for _, style in lines) + below + following)
    for line, style in lines:
        sheet.put(sheet.left, line, style)
        sheet.skip(style.leading)
    sheet.skip(below)


def _needed(sheet: Sheet, height: float, tail: float) -> float:
    """Return the room a row asks for: all of it, or a few lines where a whole page would not hold it."""
    whole = height + tail
    return whole if whole <= sheet.fresh_room - HEADER_HEIGHT else 4 * BODY.leading


def _draw_header(sheet: Sheet, grid: Grid) -> None:
    sheet.skip(AIR / 2)
    sheet.put(sheet.left, grid.titles[0], LABEL)
    for title, edge in zip(grid.titles[1:], grid.edges, strict=True):
        sheet.put_right(sheet.left + edge, title, LABEL.scaled(grid.scale))
    sheet.skip(LABEL.leading + AIR / 2)
    sheet.rule(sheet.left, sheet.right)


def _draw_row(sheet: Sheet, grid: Grid, laid: _Laid) -> None:
    row = laid.row
    sheet.skip(laid.air)
    style = (SUM if row.style is SUM else BODY).scaled(grid.scale)
    for edge, figure in zip(grid.edges, row.figures, strict=True):
        sheet.put_right(sheet.left + edge, figure, style)
    if row.mark:
        sheet.put(sheet.left, row.mark, row.style)
    if row.ticked:
        sheet.tick_box(sheet.left, sheet.y + row.style.baseline - TICK, TICK)
    for line, kind in laid.lines:
        sheet.need(kind.leading)
        sheet.put(sheet.left + _indent(row), line, kind)
        sheet.skip(kind.leading)
    sheet.skip(laid.air)


def _draw_total(sheet: Sheet, grid: Grid, total: Total) -> None:
    sheet.skip(AIR)
    count = len(total.figures)
    lines = wrap(total.label, BODY, _label_edge(grid, count))
    for edge, figure in zip(grid.edges[-count:], total.figures, strict=True):
        sheet.put_right(sheet.left + edge, figure, total.style.scaled(grid.scale))
    for line in lines:
        sheet.put_right(sheet.left + _label_edge(grid, count), line, BODY)
        sheet.skip(BODY.leading)


def _label_edge(grid: Grid, count: int) -> float:
    """Return where a total's label ends: at the column before its figures, or at the name's edge."""
    return (grid.name_room, *grid.edges)[-count - 1]


def _indent(row: Row) -> float:
    if row.mark:
        return max(_width(row.mark, row.style) + 4, TICK + 6)
    return TICK + 6 if row.ticked else 0.0


def _lines(grid: Grid, row: Row) -> tuple[tuple[str, Style], ...]:
    room = grid.name_room - _indent(row)
    names = wrap(row.name, row.style, room) or [""]
    notes = [line for note in row.notes for line in wrap(note, NOTE, room)]
    return (*((line, row.style) for line in names), *((line, NOTE) for line in notes))


def _width(text: str, style: Style) -> float:
    return width(printable(text), style.font, style.size)
