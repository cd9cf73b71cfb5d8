"""The prices of an offer: tables of lines with their sums, the sums with tax, lines to choose from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from dealbook.documents.figures import NONE, Figures, Taxed, is_plain_percent
from dealbook.documents.sheet import Sheet
from dealbook.documents.style import BODY, LABEL, NOTE, SECTION, SUM, Style
from dealbook.documents.table import NAME_ROOM, Grid, Heading, Row, Total, draw_table
from dealbook.domain.deal import Charge
from dealbook.domain.quote import QuoteLine, QuoteOffer

_BOX_ROW: Final = 18.0
_BOX_AIR: Final = 11.0
_BOX_HEIGHT: Final = 2 * _BOX_AIR + LABEL.leading + 3 * _BOX_ROW


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    least: float
    cell: Callable[[QuoteLine], str]


class Prices:
    """Prints the lines and sums of one offer; all its tables have the same columns at the same places."""

    def __init__(self, sheet: Sheet, figures: Figures, offer: QuoteOffer, vat_rate: Decimal) -> None:
        """Lay out the columns for the offer's lines and sums."""
        self._sheet = sheet
        self._figures = figures
        self._offer = offer
        self._vat_rate = vat_rate
        self._columns = _columns(figures, offer.lines)
        titles = [figures.words.text("Item"), *(column.title for column in self._columns)]
        cells = [[column.cell(line) for column in self._columns] for line in offer.lines]
        sums = [[*[""] * (len(titles) - 2), figures.amount(net)] for _, net in nets(offer)]
        least = [NAME_ROOM, *(column.least for column in self._columns)]
        self._grid = Grid.fit(titles, [*cells, *sums], sheet.width, least)

    def draw(self, *, with_whole_term: bool = False) -> None:
        """Print the lines by charge, each kind with its sum, then the sums with tax, then what is optional.

        `with_whole_term` adds what is paid over the term, for a quote that does not show it beside alternatives.
        """
        words = self._figures.words
        headings = {
            Charge.MONTHLY: (words.text("Monthly"), words.text("Monthly, net")),
            Charge.ANNUAL: (words.text("Annual"), words.text("Annual, net")),
            Charge.ONE_TIME: (words.text("One-time"), words.text("One-time, net")),
        }
        parts = nets(self._offer)
        for charge, net in parts:
            heading, label = headings[charge]
            rows = [self._row(line) for line in self._offer.lines if line.charge is charge and not line.optional]
            total = Total(label, (self._figures.amount(net),))
            following = _BOX_HEIGHT + SECTION if charge is parts[-1][0] else 0
            draw_table(self._sheet, self._grid, rows, [total], Heading(heading), following)
            self._sheet.skip(SECTION)
        if parts:
            self._draw_sums(parts)
        if with_whole_term and any(charge is not Charge.ONE_TIME for charge, _ in parts):
            self._draw_whole_term()
        self._draw_optional([line for line in self._offer.lines if line.optional])

    def _row(self, line: QuoteLine, first_note: str = "") -> Row:
        notes = [first_note, line.description]
        if line.free_months:
            free = self._figures.words.plural
            notes.append(free("First month free of charge", "First {n} months free of charge", line.free_months))
        cells = tuple(column.cell(line) for column in self._columns)
        return Row(line.product, cells, tuple(filter(None, notes)), ticked=line.optional)

    def _draw_optional(self, lines: Sequence[QuoteLine]) -> None:
        if not lines:
            return
        words = self._figures.words
        charges = {
            Charge.MONTHLY: words.text("billed monthly"),
            Charge.ANNUAL: words.text("billed annually"),
            Charge.ONE_TIME: words.text("billed once"),
        }
        hint = words.text("Not included in the sums. Please tick what you would like to add.")
        rows = [self._row(line, charges[line.charge]) for line in lines]
        draw_table(self._sheet, self._grid, rows, (), Heading(words.text("Optional"), hint))
        self._sheet.skip(SECTION)

    def _draw_sums(self, parts: Sequence[tuple[Charge, Decimal]]) -> None:
        """Print net, tax and gross of each kind of charge side by side in a box."""
        titles = charge_titles(self._figures)
        rows = self._sum_rows([self._figures.taxed(net, self._vat_rate) for _, net in parts])
        _draw_box(self._sheet, ["", *(titles[charge] for charge, _ in parts)], rows)
        self._sheet.skip(SECTION)

    def _draw_whole_term(self) -> None:
        words, term = self._figures.words, self._offer.term
        text = words.plural("Total over {n} month, net: {sum}", "Total over {n} months, net: {sum}", term)
        amount = words.money(self._offer.whole_term, self._figures.currency)
        right = self._sheet.right - _BOX_AIR
        self._sheet.put_right(right, text.replace("{sum}", amount), NOTE, y=self._sheet.y - SECTION + 6)
        self._sheet.skip(NOTE.leading + 6)

    def _sum_rows(self, taxed: Sequence[Taxed]) -> list[tuple[str, list[str], Style]]:
        words, amount = self._figures.words, self._figures.amount
        vat = words.text("VAT {rate}").replace("{rate}", words.percent(self._vat_rate))
        return [
            (words.text("Net"), [amount(part.net) for part in taxed], BODY),
            (vat, [amount(part.tax) for part in taxed], BODY),
            (words.text("Gross"), [amount(part.gross) for part in taxed], SUM),
        ]


def nets(offer: QuoteOffer) -> list[tuple[Charge, Decimal]]:
    """Return the net sums of an offer, of the kinds of charge that it has."""
    used = {line.charge for line in offer.lines if not line.optional}
    sums = {Charge.MONTHLY: offer.monthly, Charge.ANNUAL: offer.annual, Charge.ONE_TIME: offer.once}
    return [(charge, net) for charge, net in sums.items() if charge in used]


def charge_titles(figures: Figures) -> dict[Charge, str]:
    """Return the headers of columns that hold a sum of each kind of charge."""
    words = figures.words
    titles = {
        Charge.MONTHLY: words.text("monthly {sign}"),
        Charge.ANNUAL: words.text("annual {sign}"),
        Charge.ONE_TIME: words.text("one-time {sign}"),
    }
    return {charge: title.replace("{sign}", figures.sign) for charge, title in titles.items()}


def _columns(figures: Figures, lines: Sequence[QuoteLine]) -> list[_Column]:
    """Return the columns that the lines need: no discount where there is none.

    The net price of one unit has a column where a discount in per cent does not say it exactly.
    """
    words, sign = figures.words, figures.sign
    digits = figures.digits([line.list_price for line in lines])
    price = words.text("Price {sign}").replace("{sign}", sign)
    columns = [
        _Column(words.text("Quantity"), 30, lambda line: words.number(line.quantity)),
        _Column(price, 46, lambda line: figures.price(line.list_price, digits)),
    ]
    if any(line.discount for line in lines):
        columns.append(_Column(words.text("Discount"), 40, lambda line: _discount(figures, line)))
    if not all(is_plain_percent(line.discount) for line in lines):
        net_digits = figures.digits([line.price for line in lines])
        net = words.text("Net price {sign}").replace("{sign}", sign)
        columns.append(_Column(net, 46, lambda line: figures.price(line.price, net_digits)))
    total = words.text("Sum {sign}").replace("{sign}", sign)
    return [*columns, _Column(total, 74, lambda line: figures.amount(line.total))]


def _discount(figures: Figures, line: QuoteLine) -> str:
    return figures.words.percent(round(line.discount, 4)) if line.discount else NONE


def _draw_box(sheet: Sheet, heads: Sequence[str], rows: Sequence[tuple[str, list[str], Style]]) -> None:
    cells = [figures for _, figures, _ in rows]
    least = [max(sheet.text_width(label, style) for label, _, style in rows), *[56.0] * (len(heads) - 1)]
    room = sheet.width * 0.55 - 2 * _BOX_AIR
    grid = Grid.fit(heads, cells, room, least)
    if grid.scale < 1:
        needed = least[0] + (room - least[0]) / grid.scale
        grid = Grid.fit(heads, cells, min(needed, sheet.width - 2 * _BOX_AIR), least)
    left = sheet.right - _BOX_AIR - grid.edges[-1]
    sheet.need(_BOX_HEIGHT)
    sheet.box(left - _BOX_AIR, sheet.right, _BOX_HEIGHT)
    top = sheet.y + _BOX_AIR
    for head, edge in zip(heads[1:], grid.edges, strict=True):
        sheet.put_right(left + edge, head, LABEL.scaled(grid.scale), y=top)
    for index, (label, figures, style) in enumerate(rows):
        y = top + LABEL.leading + 4 + index * _BOX_ROW
        sheet.put(left, label, style, y=y)
        for figure, edge in zip(figures, grid.edges, strict=True):
            sheet.put_right(left + edge, figure, style.scaled(grid.scale), y=y)
    sheet.skip(_BOX_HEIGHT)
