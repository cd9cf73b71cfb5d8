"""The book after paying the own people, in words and as the columns of a table."""

from dealbook.desk.forecast_rows import Months
from dealbook.desk.forecast_words import SO_FAR, Line, table_of
from dealbook.desk.forms import fill
from dealbook.desk.gap_book import BookGap
from dealbook.domain.money import ZERO
from dealbook.earnings.gap import Gap
from dealbook.language import Language

RECEIVED = "From the vendors"
PAID = "To our people"
LEFT = "Left over"
NEVER_BELOW = "In these months the cash never goes below zero."
DEEPEST = "Deepest point: {amount} in {month}."
BACK = "Even from {month}."
NOT_BACK = "Not even again in these months."
ENOUGH = "The cash that may be laid out, {reserve}, is enough."
SHORT = "The cash that may be laid out, {reserve}, is {short} short."

Columns = list[tuple[str, Months]]


def gap_columns(book: BookGap, words: Language, *, expected: bool, pipeline: bool) -> Columns:
    """Return the columns of the table: what comes in, what goes out, what is left of a month, and so far."""
    received = book.received(expected=expected, pipeline=pipeline)
    paid = book.paid(expected=expected, pipeline=pipeline)
    left = tuple(come - gone for come, gone in zip(received, paid, strict=True))
    so_far, sums = ZERO, []
    for amount in left:
        so_far += amount
        sums.append(so_far)
    months = (received, tuple(-amount for amount in paid), left, tuple(sums))
    return [(words.text(name), one) for name, one in zip((RECEIVED, PAID, LEFT, SO_FAR), months, strict=True)]


def gap_table(book: BookGap, months: int, words: Language, *, expected: bool, pipeline: bool) -> list[Line]:
    """Return the table for a spreadsheet."""
    shown = gap_columns(book, words, expected=expected, pipeline=pipeline)
    return table_of(shown, book.forecast.first, months, book.forecast.currency, words)


def told(book: BookGap, gap: Gap, words: Language) -> str:
    """Say how deep the cash gets and when, when it is back, and whether the cash of the settings is enough."""
    currency = book.forecast.currency
    if gap.deepest_month is None:
        return words.text(NEVER_BELOW)
    facts = {"amount": words.money(gap.deepest, currency), "month": words.month(gap.deepest_month)}
    parts = [fill(words.text(DEEPEST), facts)]
    if gap.back is None:
        parts.append(words.text(NOT_BACK))
    else:
        parts.append(fill(words.text(BACK), {"month": words.month(gap.back)}))
    if book.reserve:
        short = -gap.deepest - book.reserve
        money = {"reserve": words.money(book.reserve, currency), "short": words.money(short, currency)}
        parts.append(fill(words.text(SHORT if short > 0 else ENOUGH), money))
    return " ".join(parts)
