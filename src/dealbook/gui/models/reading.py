"""Reading what a person types into a cell or field, in the forms of the screen's language.

Strict where Babel is lenient: in German "22.50" is no number, and must not quietly become 2,250. What cannot be read is
a `WrongInputError` with words for the person; whether a readable figure makes sense is the domain's business.
"""

import re
from decimal import Decimal
from typing import Final
from unicodedata import category

from dealbook.domain.deal import RampStep
from dealbook.domain.money import ONE, minor_digits
from dealbook.gui.words import plural, tr
from dealbook.language import MINUS, Language

_SPACES: Final = re.compile(r"[\s\u00a0\u202f']+")
_HUNDRED: Final = Decimal(100)
#: More digits than any deal has; keeps a slip of the keyboard from running out of the book's integers.
_DIGITS: Final = 12


class WrongInputError(ValueError):
    """What was typed cannot be read; the message is meant for the person who typed it."""


def number(text: str, words: Language) -> Decimal:
    """Read a number as this language writes it: 1,234.5 or 1.234,5; raises WrongInputError."""
    plain = _SPACES.sub("", text).replace(MINUS, "-")
    point = re.escape(words.decimal_point)
    group = re.escape({",": ".", ".": ","}[words.decimal_point])
    form = rf"-?(\d+|\d{{1,3}}({group}\d{{3}})+)?({point}\d+)?"
    if not plain:
        raise WrongInputError(tr("This must not be empty."))
    if not re.fullmatch(form, plain) or not any(sign.isdigit() for sign in plain):
        raise WrongInputError(
            tr("“{text}” is not a number. Write it like {example}.").format(
                text=text.strip(), example=words.number(Decimal("1234.5"))
            )
        )
    whole, _, decimals = re.sub(group, "", plain).partition(words.decimal_point)
    if len(whole.removeprefix("-")) > _DIGITS:
        raise WrongInputError(tr("“{text}” is too large.").format(text=text.strip()))
    return Decimal(f"{whole}.{decimals}") if decimals else Decimal(whole)


def whole(text: str, words: Language) -> int:
    """Read a whole number; raises WrongInputError."""
    figure = number(text, words)
    if figure != int(figure):
        raise WrongInputError(tr("“{text}” is not a whole number.").format(text=text.strip()))
    return int(figure)


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
