"""The commission summary of a period: the reseller's own file, by program and deal. Never for a customer's eyes."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from dealbook.documents.content import LeftOut, Paid, Reason, SummaryContent, SummaryDeal, SummaryProgram
from dealbook.documents.figures import NONE, Figures
from dealbook.documents.letterhead import draw_frames, draw_letterhead, foot_of
from dealbook.documents.sheet import Info, Sheet, write
from dealbook.documents.style import BODY, LEAD, NOTE, PAPERS, SUM, TITLE
from dealbook.documents.table import NAME_ROOM, Grid, Heading, Row, Total, draw_heading, draw_table
from dealbook.domain.money import ZERO
from dealbook.language import Language, language

_MARGIN: Final = 56.0
_SECTION: Final = 16.0
#: Beside a deal that is counted under the best plan, and beside one that rests on assumed contract values.
_BEST: Final = "*"
_ASSUMED: Final = "†"


def render_summary(content: SummaryContent) -> bytes:
    """Return the summary as a PDF; the same content always gives the same bytes."""
    words = language(content.language)
    return write(lay_out(content), Info(_title(content, words), content.sender.name, words))


def lay_out(content: SummaryContent) -> Sheet:
    """Return the summary's pages with everything in its place."""
    words = language(content.language)
    size = PAPERS.get(content.paper, PAPERS["A4"])
    foot = foot_of(content.sender, size, _MARGIN, _MARGIN)
    sheet = Sheet(size, foot.height, _MARGIN, _MARGIN)
    _Report(content, words, sheet).draw()
    draw_frames(sheet, foot, words, content.sender.name, _title(content, words))
    return sheet


def _title(content: SummaryContent, words: Language) -> str:
    return f"{words.text('Commission summary')} {_period(content, words)}"


def _period(content: SummaryContent, words: Language) -> str:
    first, last = words.month(content.first_month), words.month(content.after_month - 1)
    return first if first == last else f"{first} – {last}"


class _Report:
    """The parts of a summary, from the top down."""

    def __init__(self, content: SummaryContent, words: Language, sheet: Sheet) -> None:
        self._content = content
        self._words = words
        self._sheet = sheet
        self._deals = [deal for program in content.programs for deal in program.deals]
        titles = [
            words.text("Deal"),
            words.text("once and upfront"),
            words.text("residual"),
            words.text("clawback"),
            words.text("expected"),
        ]
        deals = [(program.currency, deal.paid) for program in content.programs for deal in program.deals]
        sums = [(program.currency, program.paid) for program in content.programs]
        rows = [_cells(Figures(words, c), paid) for c, paid in (*deals, *sums, *content.by_currency.items())]
        self._grid = Grid.fit(titles, rows, sheet.width, [NAME_ROOM, 56.0, 56.0, 56.0, 62.0])

    def draw(self) -> None:
        """Print the whole summary."""
        content, words, sheet = self._content, self._words, self._sheet
        draw_letterhead(sheet, content.sender)
        sheet.skip(2 * _SECTION)
        sheet.flow(words.text("Commission summary"), TITLE)
        sheet.skip(4)
        period = _period(content, words)
        as_of = words.text("{period}, as of {day}.").replace("{period}", period[:1].upper() + period[1:])
        sheet.flow(as_of.replace("{day}", words.date(content.day)), LEAD)
        sheet.skip(_SECTION)
        if not content.programs:
            sheet.flow(words.text("Nothing is expected to be paid in this period."), BODY)
            sheet.skip(_SECTION)
        for program in content.programs:
            self._draw_program(program)
        if len(content.programs) > 1:
            self._draw_totals()
        if content.conversions:
            self._draw_conversion()
        self._draw_left_out()
        self._draw_notes()

    def _draw_program(self, program: SummaryProgram) -> None:
        words = self._words
        figures = Figures(words, program.currency)
        rows = [self._row(deal, figures) for deal in program.deals]
        total = Total(words.text("Subtotal"), _cells(figures, program.paid))
        hint = words.text("Amounts in {currency}").replace("{currency}", program.currency)
        draw_table(self._sheet, self._grid, rows, [total], Heading(program.name, hint))
        self._sheet.skip(_SECTION)

    def _row(self, deal: SummaryDeal, figures: Figures) -> Row:
        marks = f"{'' if deal.is_chosen else _BEST}{_ASSUMED if deal.assumed else ''}"
        notes = (" · ".join(filter(None, (deal.title, f"{deal.plan}{marks}"))),)
        return Row(deal.customer, _cells(figures, deal.paid), notes)

    def _draw_totals(self) -> None:
        """Print the sum of each currency over all programs."""
        words, sums = self._words, self._content.by_currency
        rows = [Row(currency, _cells(Figures(words, currency), paid), style=SUM) for currency, paid in sums.items()]
        grid = replace(self._grid, titles=(words.text("Currency"), *self._grid.titles[1:]))
        draw_table(self._sheet, grid, rows, (), Heading(words.text("Total by currency")))
        self._sheet.skip(_SECTION)

    def _draw_conversion(self) -> None:
        """Print the currencies' sums in the book's currency, as far as rates are known, and what they add up to."""
        content, words = self._content, self._words
        own = Figures(words, content.currency)
        rows, whole = [], ZERO
        if content.currency in content.by_currency:
            whole = content.by_currency[content.currency].total
            rows.append(Row(content.currency, (NONE, own.amount(whole))))
        for conversion in content.conversions:
            rows.append(Row(conversion.currency, (words.number(conversion.rate), own.amount(conversion.amount))))
            whole += conversion.amount
        total = Total(words.text("Expected in all"), (own.amount(whole),))
        in_book = words.text("in {currency}").replace("{currency}", content.currency)
        titles = (words.text("Currency"), words.text("Rate"), in_book)
        figures = [*(row.figures for row in rows), ("", *total.figures)]
        grid = Grid.fit(titles, figures, self._sheet.width, [NAME_ROOM, 56.0, 62.0])
        draw_table(self._sheet, grid, rows, [total], Heading(words.text("Converted")))
        self._sheet.skip(_SECTION)

    def _draw_left_out(self) -> None:
        left_out, words = self._content.left_out, self._words
        if not left_out:
            return
        rows = [Row(deal.customer, (), (deal.title, self._reason(deal))) for deal in left_out]
        heading = Heading(words.text("Not counted"))
        draw_table(self._sheet, Grid.fit((words.text("Deal"),), [], self._sheet.width, [NAME_ROOM]), rows, (), heading)
        self._sheet.skip(_SECTION)

    def _reason(self, deal: LeftOut) -> str:
        words = self._words
        if deal.missing:
            return words.text("Contract values are missing: {names}").replace("{names}", ", ".join(deal.missing))
        return {
            Reason.INCOMPLETE: words.text("Not all figures that it needs are known"),
            Reason.INELIGIBLE: words.text("The conditions of its plan do not hold"),
            Reason.NO_PLAN: words.text("No plan pays for it"),
            Reason.FAULTY: words.text("Something in the deal is wrong and must be mended first"),
        }[deal.reason]

    def _draw_notes(self) -> None:
        """Print what the figures rest on."""
        draw_heading(self._sheet, Heading(self._words.text("What these figures rest on")), 2 * NOTE.leading)
        for note in self._notes():
            self._sheet.flow(note, NOTE)
            self._sheet.skip(2)

    def _notes(self) -> Iterator[str]:
        words, content = self._words, self._content
        yield words.text(
            "Expected from the won deals under the program versions that govern them; not confirmed by a vendor."
        )
        yield words.text(
            "Customers stay as long as their deals say, with the renewals assumed there; no churn is taken off."
        )
        if any(not deal.is_chosen for deal in self._deals):
            text = words.text("No plan was chosen: counted under the one that is expected to pay most.")
            yield f"{_BEST} {text}"
        if assumed := sorted({name for deal in self._deals for name in deal.assumed}):
            text = words.text("Some of the program's contract values are assumed: {names}")
            yield f"{_ASSUMED} {text}".replace("{names}", ", ".join(assumed))
        if content.conversions:
            yield words.text("Converted at the book's rates of {day}.").replace("{day}", words.date(content.day))
        known = {content.currency, *(conversion.currency for conversion in content.conversions)}
        if unknown := [currency for currency in content.by_currency if currency not in known]:
            text = words.text("The book has no exchange rate for {names}; it is in no converted sum.")
            yield text.replace("{names}", ", ".join(unknown))


def _cells(figures: Figures, paid: Paid) -> tuple[str, ...]:
    parts = (paid.once, paid.recurring, paid.clawback)
    return (*(figures.amount(part) if part else NONE for part in parts), figures.amount(paid.total))
