"""The quote: what the customer gets, as a letter with prices.

Renders `QuoteContent` and nothing else, so there is no commission, margin, buy price, program or plan that it could
show. Texts that people typed are drawn as they are; no markup is read in them.
"""

from collections.abc import Sequence
from typing import Final

from dealbook.documents.figures import NONE, Figures
from dealbook.documents.letterhead import draw_frames, draw_letterhead, foot_of, one_line
from dealbook.documents.prices import Prices, charge_titles, nets
from dealbook.documents.sheet import Info, Sheet, write
from dealbook.documents.style import (
    ADDRESS,
    BODY,
    INK,
    LABEL,
    LEAD,
    NAME,
    PAPERS,
    SECTION,
    STRONG,
    TITLE,
)
from dealbook.documents.table import NAME_ROOM, TICK, Grid, Heading, Row, draw_heading, draw_table
from dealbook.documents.wrap import wrap
from dealbook.domain.deal import Charge
from dealbook.domain.quote import QuoteContent, QuoteOffer
from dealbook.language import Language, language

_ADDRESS_TOP: Final = 128.0
_ADDRESS_WIDTH: Final = 240.0
_FACTS_LEFT: Final = 284.0
_TITLE_TOP: Final = 240.0
#: The alternatives in full begin on a page of their own when less than this part of a page is left below the signature.
_REST: Final = 0.6
#: Where one signs: the height left empty above the line.
_SIGNING: Final = 31.0


def render_quote(content: QuoteContent) -> bytes:
    """Return the quote as a PDF; the same content always gives the same bytes."""
    return write(lay_out(content), Info(label_of(content), content.sender.name, language(content.language)))


def lay_out(content: QuoteContent) -> Sheet:
    """Return the quote's pages with everything in its place."""
    words = language(content.language)
    size = PAPERS.get(content.paper, PAPERS["A4"])
    foot = foot_of(content.sender, size)
    sheet = Sheet(size, foot.height)
    _Letter(content, words, sheet).draw()
    draw_frames(sheet, foot, words, content.sender.name, f"{words.text('Quote')} {label_of(content)}")
    return sheet


def label_of(content: QuoteContent) -> str:
    """Return the number with its revision, as `Quote.label` has it."""
    return content.number if content.revision == 1 else f"{content.number}-{content.revision}"


class _Letter:
    """The parts of a quote, from the top down."""

    def __init__(self, content: QuoteContent, words: Language, sheet: Sheet) -> None:
        self._content = content
        self._words = words
        self._sheet = sheet
        self._figures = Figures(words, content.currency)

    def draw(self) -> None:
        """Print the whole letter."""
        offers = self._content.offers
        draw_letterhead(self._sheet, self._content.sender)
        self._draw_addresses()
        self._draw_title()
        self._prices(offers[0]).draw(with_whole_term=len(offers) == 1)
        if len(offers) > 1:
            self._draw_alternatives()
        self._draw_terms()
        self._draw_acceptance()
        for index, offer in enumerate(offers[1:], 1):
            self._sheet.skip(SECTION)
            if index == 1:
                self._sheet.need(self._sheet.fresh_room * _REST)
            self._draw_detail(index, offer)

    def _prices(self, offer: QuoteOffer) -> Prices:
        return Prices(self._sheet, self._figures, offer, self._content.vat_rate)

    def _draw_addresses(self) -> None:
        """Print the customer's address where a window envelope shows it, and beside it the facts of the quote."""
        sheet, content = self._sheet, self._content
        free = sheet.y + SECTION
        sheet.y = max(free, _ADDRESS_TOP)
        below = self._draw_facts(max(free, _ADDRESS_TOP - 10))
        sheet.flow(one_line(f"{content.sender.name}\n{content.sender.address}"), LABEL, room=_ADDRESS_WIDTH)
        sheet.skip(5)
        for text in (content.customer, content.customer_contact, content.customer_address):
            sheet.flow(text, ADDRESS, room=_ADDRESS_WIDTH)
        if len(sheet.pages) == 1:
            sheet.y = max(sheet.y, below)

    def _draw_facts(self, top: float) -> float:
        """Print number, days and contact from `top` down; return where they end."""
        sheet, content, words = self._sheet, self._content, self._words
        number = content.number
        if content.revision > 1:
            number += words.text(", revision {n}").replace("{n}", str(content.revision))
        until = words.text("{day} (inclusive)").replace("{day}", words.date(content.valid_until))
        sender = content.sender
        person = " · ".join(filter(None, (sender.contact, sender.phone)))
        facts = (
            (words.text("Quote"), number),
            (words.text("Date"), words.date(content.day)),
            (words.text("Valid until"), until),
            (words.text("Your contact"), "\n".join(filter(None, (person, sender.email)))),
        )
        x = sheet.left + _FACTS_LEFT
        for label, value in facts:
            lines = wrap(value, BODY, sheet.right - x)
            if not lines:
                continue
            sheet.put(x, label, LABEL, y=top)
            for index, line in enumerate(lines):
                sheet.put(x, line, BODY, y=top + LABEL.leading + index * BODY.leading)
            top += LABEL.leading + len(lines) * BODY.leading + 4
        return top

    def _draw_title(self) -> None:
        sheet, words = self._sheet, self._words
        if len(sheet.pages) == 1:
            sheet.y = max(sheet.y + SECTION, _TITLE_TOP)
        sheet.flow(self._content.title.strip() or words.text("Our offer for you"), TITLE)
        sheet.skip(4)
        offer = self._content.offers[0]
        sheet.flow(", ".join(filter(None, (offer.title.strip(), self._lead(offer)))), LEAD)
        sheet.skip(SECTION)

    def _lead(self, offer: QuoteOffer) -> str:
        """Return the line under a title: for how long and from when."""
        words = self._words
        if any(line.charge is not Charge.ONE_TIME for line in offer.lines):
            span = words.plural("{n} month from {day}.", "{n} months from {day}.", offer.term)
        else:
            span = words.text("From {day}.")
        return span.replace("{day}", words.date(offer.starts))

    def _draw_alternatives(self) -> None:
        """Print all offers side by side: term, sums, and what is paid over the term."""
        words, offers = self._words, self._content.offers
        charges = [charge for charge in Charge if any(charge in dict(nets(offer)) for offer in offers)]
        titles = charge_titles(self._figures)
        whole = words.text("total over the term {sign}").replace("{sign}", self._figures.sign)
        heads = [words.text("net of VAT"), words.text("Term"), *(titles[charge] for charge in charges), whole]
        rows = [self._alternative(index, offer, charges) for index, offer in enumerate(offers)]
        least = [NAME_ROOM, *[50.0] * (len(heads) - 1)]
        grid = Grid.fit(heads, [row.figures for row in rows], self._sheet.width, least, ruled=False)
        draw_table(self._sheet, grid, rows, (), Heading(words.text("Alternatives")))
        self._sheet.skip(SECTION)

    def _alternative(self, index: int, offer: QuoteOffer, charges: Sequence[Charge]) -> Row:
        sums = dict(nets(offer))
        amount = self._figures.amount
        return Row(
            self._offer_title(index, offer),
            (
                self._words.plural("{n} month", "{n} months", offer.term),
                *(amount(sums[charge]) if charge in sums else NONE for charge in charges),
                amount(offer.whole_term),
            ),
            style=BODY if index else STRONG,
            mark=letter_of(index),
        )

    def _offer_title(self, index: int, offer: QuoteOffer) -> str:
        if index == 0:
            return self._words.text("As above")
        return offer.title.strip() or self._words.text("Alternative")

    def _draw_terms(self) -> None:
        if self._content.terms.strip():
            draw_heading(self._sheet, Heading(self._words.text("Terms")), 3 * BODY.leading)
            self._sheet.flow(self._content.terms, BODY)
            self._sheet.skip(SECTION)

    def _draw_acceptance(self) -> None:
        """Print what the customer signs, kept together on one page."""
        sheet, words = self._sheet, self._words
        sheet.need(BODY.leading + _SIGNING + LABEL.leading + 4)
        if len(self._content.offers) > 1:
            self._draw_ticks(*words.text("We accept offer {offers}").partition("{offers}")[::2])
        else:
            sheet.flow(words.text("We accept this offer."), BODY)
        sheet.skip(_SIGNING)
        half = sheet.width * 0.44
        for x, end, label in (
            (sheet.left, sheet.left + half, words.text("Place, date")),
            (sheet.right - half, sheet.right, words.text("Name, signature")),
        ):
            sheet.rule(x, end, colour=INK)
            sheet.put(x, label, LABEL, y=sheet.y + 4)
        sheet.skip(LABEL.leading + 4 + SECTION)

    def _draw_ticks(self, before: str, after: str) -> None:
        """Print a box to tick for each offer, between the words before and after them."""
        sheet = self._sheet
        x = sheet.left
        ticks = [(letter_of(index), STRONG) for index in range(len(self._content.offers))]
        for text, style in ((before.rstrip(), BODY), *ticks, (after.lstrip(), BODY)):
            across = sheet.text_width(text, style)
            if x + across + 2 * TICK > sheet.right:
                x = sheet.left
                sheet.skip(BODY.leading)
            sheet.put(x, text, style)
            x += across + 10
            if style is STRONG:
                sheet.tick_box(x - 6, sheet.y + BODY.baseline - TICK, TICK)
                x += TICK + 4
        sheet.skip(BODY.leading)

    def _draw_detail(self, index: int, offer: QuoteOffer) -> None:
        """Print an alternative's own lines and sums."""
        title = self._words.text("Offer {letter}").replace("{letter}", letter_of(index))
        if offer.title.strip():
            title += f": {offer.title.strip()}"
        draw_heading(self._sheet, Heading(title, self._lead(offer), NAME), 90)
        self._sheet.skip(SECTION)
        self._prices(offer).draw()


def letter_of(index: int) -> str:
    """Return how offer number `index` is called: A, B, … and numbers after Z."""
    return chr(ord("A") + index) if index < 26 else str(index + 1)  # noqa: PLR2004 - as many as there are letters
