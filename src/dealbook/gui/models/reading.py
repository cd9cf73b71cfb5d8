"""Reading what a person types into a cell or field, in the forms of the screen's language.

Every screen reads amounts here, through `Language.parse_number`, which guesses at nothing. What cannot be read is a
`WrongInputError` with words for the person; whether a readable figure makes sense is the domain's business.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Final
from unicodedata import category

from dealbook.desk.wording import problem_text
from dealbook.domain.deal import RampStep
from dealbook.domain.money import ONE, minor_digits
from dealbook.domain.months import first_service_month_from, month_index
from dealbook.domain.problem import Problem
from dealbook.gui.words import plural, tr
from dealbook.language import MINUS, Language

_WITH_WORD: Final = re.compile(r"(?P<number>.*\d)\s*(?P<word>[^\W\d_]+)\.?\s*")
_MONTHS: Final = frozenset({"m", "mo", "mon", "month", "months", "monat", "monate", "monaten", "mois"})
_YEARS: Final = frozenset(
    {"y", "yr", "yrs", "year", "years", "j", "jahr", "jahre", "jahren", "an", "ans", "année", "années"}
)
_HUNDRED: Final = Decimal(100)
_SERVICE_DIGITS: Final = 4
"""So many digits a service month has at most; 2027 alone is refused by its range."""
_DIGITS: Final = 12
"""As many digits before its decimal point `Language.parse_number` reads."""


class WrongInputError(ValueError):
    """What was typed cannot be read; the message is meant for the person who typed it."""


def number(text: str, words: Language) -> Decimal:
    """Read a number as this language writes it: 1,234.5 or 1.234,5; raises WrongInputError."""
    try:
        return words.parse_number(text)
    except ValueError:
        if not text.strip():
            raise WrongInputError(tr("This must not be empty.")) from None
        if _is_long(text.partition(words.decimal_point)[0]):
            raise WrongInputError(tr("“{text}” is too large.").format(text=text.strip())) from None
        raise WrongInputError(
            tr("“{text}” is not a number. Write it like {example}.").format(
                text=text.strip(), example=words.number(Decimal("1234.5"))
            )
        ) from None


def _is_long(figure: str) -> bool:
    """Tell whether a figure has more digits before its decimal point than any deal."""
    return sum(sign.isdigit() for sign in figure) > _DIGITS and not any(sign.isalpha() for sign in figure)


def whole(text: str, words: Language) -> int:
    """Read a whole number; raises WrongInputError."""
    figure = number(text, words)
    if figure != int(figure):
        raise WrongInputError(tr("“{text}” is not a whole number.").format(text=text.strip()))
    return int(figure)


def months(text: str, words: Language) -> int:
    """Read a number of months, or of years that say so: 36, 36 months, 3 years; raises WrongInputError."""
    found = _WITH_WORD.fullmatch(text)
    if found and found["word"].casefold() in _MONTHS:
        return whole(found["number"], words)
    if found and found["word"].casefold() in _YEARS:
        return 12 * whole(found["number"], words)
    return whole(text, words)


def day(text: str, words: Language) -> date:
    """Read a day as this language writes it, 10.3.2026 or 2026-03-10; raises WrongInputError."""
    try:
        return words.parse_day(text)
    except ValueError:
        if not text.strip():
            raise WrongInputError(tr("This must not be empty.")) from None
        example = words.short_date(date(2026, 3, 10))
        raise WrongInputError(
            tr("“{text}” is no day. Write it like {example}.").format(text=text.strip(), example=example)
        ) from None


def service_month(text: str, starts: date, words: Language) -> int:
    """Read from which service month on something holds: the month itself (13), a calendar month, or a day.

    From a day on: the first service month that begins then or later. Raises WrongInputError.
    """
    plain = text.strip()
    if plain.removeprefix(MINUS).removeprefix("-").isdecimal() and len(plain) <= _SERVICE_DIGITS:
        return whole(plain, words)
    try:
        month = words.parse_month(plain) - month_index(starts) + 1
    except ValueError:
        month = _month_from(plain, starts, words)
    if month < 1:
        raise WrongInputError(
            tr("{text} is before the service starts, on {day}.").format(text=plain, day=words.short_date(starts))
        )
    return month


def _month_from(plain: str, starts: date, words: Language) -> int:
    """Return the first service month that begins on a day or later; 0 before the service starts."""
    try:
        begins = words.parse_day(plain)
    except ValueError:
        if not plain:
            raise WrongInputError(tr("This must not be empty.")) from None
        example = {"month": words.month(month_index(starts) + 12), "day": words.short_date(starts)}
        raise WrongInputError(
            tr("“{text}” is no month. Write a service month, as 13, a month, as {month}, or a day, as {day}.").format(
                text=plain, **example
            )
        ) from None
    return first_service_month_from(starts, begins) if begins >= starts else 0


def share(text: str, words: Language) -> Decimal:
    """Read a percentage as a fraction; "5", "5%" and "5 %" are the same; an empty text or a dash is none."""
    plain = text.strip().removesuffix("%").strip()
    if plain in {"", "-", MINUS, "\N{EN DASH}"}:
        return Decimal(0)
    return number(plain, words) / _HUNDRED


def price(text: str, words: Language, currency: str) -> Decimal:
    """Read an amount, with or without its currency; raises WrongInputError, for too many decimals as well."""
    plain = text.strip()
    for sign in (currency, words.currency_sign(currency), *(one for one in plain if category(one) == "Sc")):
        plain = plain.removeprefix(sign).removesuffix(sign).strip()
    amount = number(plain, words)
    digits = minor_digits(currency)
    if amount != round(amount, digits):
        raise WrongInputError(
            plural("{text} has more than {n} decimal.", "{text} has more than {n} decimals.", digits).format(text=plain)
        )
    return amount


def contract_value(text: str, kind: str, words: Language, currency: str) -> str:
    """Read a contract's value of a kind ("rate", "money", "number") and return it as a program file writes it.

    A rate above 1 needs its sign, as 12 is both 12 % and 12×. Raises WrongInputError.
    """
    if kind != "rate":
        return f"{price(text, words, currency) if kind == 'money' else number(text, words):f}"
    plain = text.strip()
    sign = {"%": "%", "x": "x", "X": "x", "×": "x"}.get(plain[-1:], "")
    try:
        figure = number(plain[:-1] if sign else plain, words)
    except WrongInputError:
        raise WrongInputError(problem_text(Problem("not-a-rate", "", {"found": f"“{plain}”"}), words)) from None
    if figure > ONE and not sign:
        choices = {"percent": words.percent(figure / _HUNDRED), "times": f"{words.number(figure)}×"}
        raise WrongInputError(tr("Is that {percent} or {times}? Write the sign as well.").format(**choices))
    return f"{figure:f}{sign}"


def ramp(text: str, words: Language) -> tuple[RampStep, ...]:
    """Read a ramp as `month: quantity; month: quantity`; an empty text is none."""
    steps = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        month, colon, quantity = part.partition(":")
        if not colon:
            raise WrongInputError(tr("Write a ramp as month: quantity, like 1: 20; 7: 40."))
        steps.append(RampStep(whole(month, words), number(quantity, words)))
    return tuple(steps)


def ramp_text(steps: tuple[RampStep, ...], words: Language) -> str:
    """Write a ramp as `ramp` reads it."""
    return "; ".join(f"{step.from_month}: {words.number(step.quantity)}" for step in steps)


def share_text(rate: Decimal, words: Language) -> str:
    """Write a discount with at most two decimals: 5 %, 8.33 %, nothing for none, minus for a price above list."""
    shown = round(rate * _HUNDRED, 2) / _HUNDRED
    return words.percent(shown) if shown else ""


def off(full: Decimal, net: Decimal) -> Decimal:
    """Return the fraction that `net` is below `full`; zero where there is no full price."""
    return ONE - net / full if full else Decimal(0)
