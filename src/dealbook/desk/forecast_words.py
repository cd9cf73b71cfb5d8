"""The forecast in words, and as a table for a spreadsheet: kinds, reasons, assumptions, tab separated text and CSV."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from dealbook.desk.forecast_rows import Forecast, LeftOut, Months, Reason, Series
from dealbook.desk.forms import fill
from dealbook.domain.money import ZERO, minor_digits
from dealbook.domain.months import month_text
from dealbook.earnings.forecast import Kind
from dealbook.language import Language
from dealbook.tables.formulas import is_formula

KINDS: Final[Mapping[Kind, str]] = {
    Kind.ONCE: "One-time",
    Kind.UPFRONT: "Upfront",
    Kind.RECURRING: "Residual",
    Kind.CLAWBACK: "Clawback",
}
REASONS: Final[Mapping[Reason, str]] = {
    Reason.FAULTY: "something in it is wrong",
    Reason.NO_PLAN: "no plan pays",
    Reason.INCOMPLETE: "a contract value is missing",
    Reason.INELIGIBLE: "its plan is not open to it",
    Reason.NO_RATE: "no exchange rate for {currency}",
}
MONTH: Final = "Month"
TOTAL: Final = "Total"
WON: Final = "Won deals"
PIPELINE: Final = "Pipeline, weighted"
EXPOSURE: Final = "Clawback exposure"
SO_FAR: Final = "So far"
APART: Final = frozenset({EXPOSURE, SO_FAR})
"""Columns of what there is at a month's end: they have no sum."""

LEFT_OUT: Final = ("{n} deal is in no sum: {names}.", "{n} deals are in no sum: {names}.")
UNCHOSEN: Final = (
    "{n} won deal has no plan chosen; it counts under its best one.",
    "{n} won deals have no plan chosen; they count under their best one.",
)
OVERDUE: Final = (
    "{n} open deal should have closed by now; it counts as if it closed this month.",
    "{n} open deals should have closed by now; they count as if they closed this month.",
)
_MOST_NAMES: Final = 3

Cell = str | Decimal
Line = tuple[Cell, ...]


def name_of(series: Series, words: Language) -> str:
    """Return what a series is called: a program's name, or the word for a kind of payment."""
    return series.name or words.text(KINDS[Kind(series.key)])


def notes_of(forecast: Forecast, words: Language, most: int = _MOST_NAMES) -> tuple[str, ...]:
    """Return what must be known before the figures are believed: what is left out, what was taken for granted."""
    found = []
    if forecast.left_out:
        text = words.plural(*LEFT_OUT, len(forecast.left_out))
        found.append(fill(text, {"names": _names(forecast.left_out, words, most)}))
    if forecast.unchosen:
        found.append(words.plural(*UNCHOSEN, forecast.unchosen))
    if forecast.overdue:
        found.append(words.plural(*OVERDUE, forecast.overdue))
    return tuple(found)


def _names(left_out: Sequence[LeftOut], words: Language, most: int) -> str:
    """Return the deals that are left out with their reasons; won ones first, and not more than a person reads."""
    ordered = sorted(left_out, key=lambda one: (not one.is_won, one.customer.casefold()))
    told = [f"{one.customer} ({_reason(one, words)})" for one in ordered[:most]]
    return ", ".join(told) + (" …" if len(ordered) > most else "")


def _reason(one: LeftOut, words: Language) -> str:
    return fill(words.text(REASONS[one.reason]), {"currency": one.currency})


# --- the table


def columns(
    series: Iterable[Series], won: Months, pipeline: Months | None, exposure: Months, words: Language
) -> list[tuple[str, Months]]:
    """Return the columns of the table: the series, what they add up to, the pipeline, both, and the exposure apart."""
    found = [(name_of(one, words), one.months) for one in series]
    found.append((words.text(WON), won))
    if pipeline is not None:
        both = tuple(a + b for a, b in zip(won, pipeline, strict=True))
        found += [(words.text(PIPELINE), pipeline), (words.text(TOTAL), both)]
    if any(exposure):
        found.append((words.text(EXPOSURE), exposure))
    return found


def table_of(
    shown: Sequence[tuple[str, Months]], first: int, months: int, currency: str, words: Language
) -> list[Line]:
    """Return head, months and sums; what there is at a month's end has no sum."""
    head: Line = (words.text(MONTH), *(f"{name} {currency}" for name, _ in shown))
    rows: list[Line] = [(month_text(first + place), *(cash[place] for _, cash in shown)) for place in range(months)]
    apart = [words.text(name) for name in APART]
    sums: Line = (words.text(TOTAL), *("" if name in apart else sum(cash[:months], ZERO) for name, cash in shown))
    return [head, *rows, sums]


def as_text(lines: Iterable[Line], currency: str, words: Language) -> str:
    """Return a table with tabs between its cells, as a spreadsheet takes it from the clipboard."""
    return "\n".join("\t".join(_cell(cell, currency, words) for cell in line) for line in lines)


def as_csv(lines: Iterable[Line], currency: str, words: Language) -> bytes:
    """Return a table as CSV in UTF-8, with the separators that a spreadsheet of that language expects."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter="," if words.decimal_point == "." else ";", lineterminator="\r\n")
    writer.writerows([_cell(cell, currency, words) for cell in line] for line in lines)
    return stream.getvalue().encode("utf-8-sig")  # a spreadsheet takes it for the system's own encoding otherwise


def _cell(cell: Cell, currency: str, words: Language) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:.{minor_digits(currency)}f}".replace(".", words.decimal_point)
    text = " ".join(cell.split())
    return f"'{text}" if is_formula(cell) or is_formula(text) else text
