"""Money and the one place that rounds (programs.md §8.1).

Owns the currencies' minor units and the rounding rule: half up, away from zero. Everything else computes with exact
`Decimal` and calls `round_minor` once for each payment or bill.
"""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import Final

#: Wide enough that products of quantity, price, rates and factors stay exact until the one division and rounding.
EXACT: Final = Context(prec=60)

#: Rounds an amount half up, away from zero, to a currency's minor unit: `round_minor(amount, unit)` (programs.md §8.1).
round_minor: Final = Context(prec=60, rounding=ROUND_HALF_UP).quantize

ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)

#: ISO 4217 currencies whose minor unit is not a hundredth.
_DIGITS: Final = {"JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "HUF": 2, "KWD": 3, "BHD": 3, "OMR": 3, "TND": 3, "JOD": 3}
_UNITS: Final = {0: Decimal(1), 2: Decimal("0.01"), 3: Decimal("0.001")}


def minor_digits(currency: str) -> int:
    """Return how many decimals the currency's minor unit has (2 for EUR)."""
    return _DIGITS.get(currency, 2)


def minor_unit(currency: str) -> Decimal:
    """Return the currency's smallest amount, as in `Decimal("0.01")`."""
    return _UNITS[minor_digits(currency)]


def divide(whole: Decimal, shares: Sequence[Decimal], unit: Decimal, *, odd: int) -> list[Decimal]:
    """Divide a rounded `whole` by `shares` (fractions that add up to 1); the part at index `odd` takes the odd cents.

    The parts always add up to the whole (programs.md §8.2 and §8.8).
    """
    parts = [(whole * share).quantize(unit, ROUND_DOWN, EXACT) for share in shares]
    parts[odd] += whole - sum(parts)
    return parts


def to_minor(amount: Decimal, currency: str) -> int:
    """Return `amount` as integer minor units.

    Raises ValueError when the amount has more decimals than the currency.
    """
    scaled = EXACT.scaleb(amount, minor_digits(currency))
    whole = int(scaled)
    if whole != scaled:
        msg = f"{amount} has more decimals than {currency}"
        raise ValueError(msg)
    return whole


def from_minor(minor: int, currency: str) -> Decimal:
    """Return integer minor units as an amount with the currency's decimals."""
    return Decimal(minor).scaleb(-minor_digits(currency))
