"""The impact of a new version of a program on the book, printed: the reseller's own file, not for a customer's eyes."""

from dataclasses import replace
from decimal import Decimal
from typing import Final

from dealbook.documents.bars import Bar, draw_bars, height_of
from dealbook.documents.figures import NONE, Figures
from dealbook.documents.impact_content import ImpactContent, ImpactDeal, ImpactFigures, ImpactGroup
from dealbook.documents.letterhead import draw_frames, draw_letterhead, foot_of
from dealbook.documents.sheet import Info, Sheet, write
from dealbook.documents.style import BODY, LEAD, NOTE, PAPERS, SUM, TITLE
from dealbook.documents.table import NAME_ROOM, Grid, Heading, Row, Total, draw_heading, draw_table
from dealbook.documents.wrap import wrap
from dealbook.language import Language, language

_MARGIN: Final = 56.0
_SECTION: Final = 16.0
_INDENT: Final = 10.0
_MOST_BARS: Final = 12
_PLUS: Final = "+"
_BULLET: Final = "•"


def render_impact(content: ImpactContent) -> bytes:
    """Return the page as a PDF; the same content always gives the same bytes."""
    words = language(content.language)
    return write(lay_out(content), Info(_title(content, words), content.sender.name, words))


def lay_out(content: ImpactContent) -> Sheet:
    """Return the pages with everything in its place."""
    words = language(content.language)
    size = PAPERS.get(content.paper, PAPERS["A4"])
    foot = foot_of(content.sender, size, _MARGIN, _MARGIN)
    sheet = Sheet(size, foot.height, _MARGIN, _MARGIN)
    _Report(content, words, sheet).draw()
    draw_frames(sheet, foot, words, content.sender.name, words.text("Impact of a new version"))
    return sheet


def _title(content: ImpactContent, words: Language) -> str:
    return f"{words.text('Impact of a new version')} – {content.subject}"


class _Report:
    """The parts of the page, from the top down."""

    def __init__(self, content: ImpactContent, words: Language, sheet: Sheet) -> None:
        self._content = content
        self._words = words
        self._sheet = sheet
        self._figures = Figures(words, content.currency)
        titles = (words.text("Deal"), words.text("old"), words.text("new"), words.text("change"))
        deals = [deal.figures for deal in self._deals()]
        sums = [*(group.sums for group in content.groups), *(sums for _, sums in content.totals)]
        cells = [self._cells(one) for one in (*deals, *sums)]
        self._grid = Grid.fit(titles, cells, sheet.width, [NAME_ROOM, 62.0, 62.0, 62.0])

    def draw(self) -> None:
        """Print the whole page."""
        self._draw_head()
        self._draw_differences()
        self._draw_totals()
        self._draw_chart()
        for group in self._content.groups:
            self._draw_group(group)
        self._draw_notes()

    def _draw_head(self) -> None:
        content, words, sheet = self._content, self._words, self._sheet
        draw_letterhead(sheet, content.sender)
        sheet.skip(2 * _SECTION)
        sheet.flow(words.text("Impact of a new version"), TITLE)
        sheet.skip(4)
        sheet.flow(content.subject, LEAD)
        lead = words.text("In force from {start}. {objective}, in {currency}, as of {day}.")
        facts = {
            "start": words.date(content.in_force),
            "objective": content.objective,
            "currency": content.currency,
            "day": words.date(content.day),
        }
        sheet.flow(lead.format(**facts), LEAD)
        sheet.skip(_SECTION)

    def _draw_differences(self) -> None:
        content, sheet = self._content, self._sheet
        if not content.differences:
            return
        draw_heading(sheet, Heading(self._words.text("What is different")), 2 * BODY.leading)
        for line in content.differences:
            if not wrap(line, BODY, sheet.width):
                continue  # a bullet without words
            sheet.need(BODY.leading)
            sheet.put(sheet.left, _BULLET, BODY)
            sheet.flow(line, BODY, x=sheet.left + _INDENT)
        sheet.skip(_SECTION)

    def _draw_chart(self) -> None:
        """Print the largest changes as bars; the tables below have every figure of it."""
        deals = [deal for group in self._content.groups if group.is_counted for deal in group.deals]
        changed = [(deal, change) for deal in deals if (change := deal.figures.change)]
        largest = sorted(changed, key=lambda pair: -abs(pair[1]))[:_MOST_BARS]
        bars = [Bar(deal.customer, change, self._signed(change)) for deal, change in largest]
        if not bars:
            return
        words = self._words
        hint = words.text("the {n} largest of {all}") if len(changed) > len(bars) else ""
        facts = {"n": words.number(len(bars)), "all": words.number(len(changed))}
        heading = Heading(words.text("Largest changes"), hint.format(**facts))
        draw_heading(self._sheet, heading, height_of(bars))
        draw_bars(self._sheet, bars)
        self._sheet.skip(_SECTION)

    def _draw_group(self, group: ImpactGroup) -> None:
        words = self._words
        rows = [self._row(deal) for deal in group.deals]
        if group.same is not None:
            rows.append(Row(group.same_name, self._cells(group.same), style=BODY))
        total = Total(words.text("Subtotal"), self._cells(group.sums))
        hint = words.text("Amounts in {currency}").replace("{currency}", self._content.currency)
        draw_table(self._sheet, self._grid, rows, [total], Heading(group.name, hint))
        self._sheet.skip(_SECTION)

    def _row(self, deal: ImpactDeal) -> Row:
        notes = (" · ".join(filter(None, (deal.title, deal.plan))), deal.note)
        return Row(deal.customer, self._cells(deal.figures), tuple(filter(None, notes)))

    def _draw_totals(self) -> None:
        content, words, sheet = self._content, self._words, self._sheet
        if not content.groups:
            sheet.flow(words.text("No deal of the book is touched."), BODY)
            sheet.skip(_SECTION)
        else:
            grid = replace(self._grid, titles=(words.text("Deals"), *self._grid.titles[1:]))
            *parts, whole = content.totals
            rows = [Row(name, self._cells(sums), style=BODY) for name, sums in parts]
            rows.append(Row(whole[0], self._cells(whole[1]), style=SUM))
            hint = words.text("Amounts in {currency}").replace("{currency}", content.currency)
            draw_table(sheet, grid, rows, (), Heading(words.text("What it does to the book"), hint))
            if content.weighted is not None:
                text = words.text("Open deals weighted by their probability: {change}")
                sheet.skip(4)
                sheet.flow(text.format(change=self._signed(content.weighted)), NOTE)
            sheet.skip(_SECTION)

    def _draw_notes(self) -> None:
        draw_heading(self._sheet, Heading(self._words.text("What these figures rest on")), 2 * NOTE.leading)
        for note in filter(None, (*self._content.notes, self._content.untouched)):
            self._sheet.flow(note, NOTE)
            self._sheet.skip(2)

    # --- figures

    def _deals(self) -> list[ImpactDeal]:
        return [deal for group in self._content.groups for deal in group.deals]

    def _signed(self, change: Decimal) -> str:
        return f"{_PLUS if change > 0 else ''}{self._figures.amount(change)}"

    def _cells(self, figures: ImpactFigures) -> tuple[str, ...]:
        amounts = [NONE if one is None else self._figures.amount(one) for one in (figures.old, figures.new)]
        change = figures.change
        return *amounts, NONE if change is None else self._signed(change)
