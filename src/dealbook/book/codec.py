"""Values to cells and back: exact decimals as text, money as whole minor units, texts that SQLite can keep.

The functions that write name the place (`where`, as `offers[0].lines[2].product`) when a value cannot be kept, and
raise BookError before anything is written. The JSON half does the same for whole frozen dataclasses.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any, Final, get_args, get_origin, get_type_hints

from dealbook.book.errors import BookError
from dealbook.domain.money import from_minor, to_minor

#: A row by column name. Cells are str, int, bytes or None; which of them, the STRICT table vouches for.
Row = dict[str, Any]

_LARGEST: Final = 2**63 - 1
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
#: Digits before and after the decimal point: more is a slip of the keyboard, and would fill the book with zeros.
_MOST_DIGITS: Final = 40


def text(value: str, where: str) -> str:
    """Return `value` when SQLite can keep it whole; refuses NUL and halves of surrogate pairs."""
    bad = next((char for char in value if char == "\0" or "\ud800" <= char <= "\udfff"), None)
    if bad is not None:
        raise BookError("bad-text", where=where, value=f"U+{ord(bad):04X}")
    return value


def optional_text(value: str | None, where: str) -> str | None:
    """Return `text`, or None for None."""
    return None if value is None else text(value, where)


def number(value: Decimal, where: str) -> str:
    """Return an exact decimal as plain text without needless zeros: the same number is always the same text."""
    if not value.is_finite():
        raise BookError("not-a-number", where=where, value=str(value))
    if value and not -_MOST_DIGITS <= value.adjusted() <= _MOST_DIGITS:
        raise BookError("too-large", where=where, value=str(value))
    plain = format(value, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain if value else "0"


def optional_number(value: Decimal | None, where: str) -> str | None:
    """Return `number`, or None for None."""
    return None if value is None else number(value, where)


@lru_cache(maxsize=4096)
def decimal(cell: str) -> Decimal:
    """Return a number's text as Decimal; kept, because a book has the same few numbers again and again."""
    return Decimal(cell)


def optional_decimal(cell: str | None) -> Decimal | None:
    """Return a number's text as Decimal, or None for None."""
    return None if cell is None else decimal(cell)


def money(value: Decimal | None, currency: str, where: str) -> int | None:
    """Return an amount as whole minor units; None for None. Refuses what has more decimals than the currency."""
    if value is None:
        return None
    plain = number(value, where)
    try:
        minor = to_minor(value, currency)
    except ValueError:
        raise BookError("too-many-decimals", where=where, value=plain, currency=currency) from None
    if abs(minor) > _LARGEST:
        raise BookError("too-large", where=where, value=plain)
    if from_minor(minor, currency) != value:  # decimals beyond the 28 digits that Decimal's usual context looks at
        raise BookError("too-many-decimals", where=where, value=plain, currency=currency)
    return minor


@lru_cache(maxsize=4096)
def optional_amount(cell: int | None, currency: str) -> Decimal | None:
    """Return whole minor units as an amount, or None for None."""
    return None if cell is None else from_minor(cell, currency)


def whole(value: int, where: str) -> int:
    """Return a whole number that SQLite can keep."""
    if abs(value) > _LARGEST:
        raise BookError("too-large", where=where, value=str(value))
    return value


def optional_iso(value: date | None) -> str | None:
    """Return a day as ISO text, or None for None."""
    return None if value is None else value.isoformat()


def optional_day(cell: str | None) -> date | None:
    """Return an ISO text as day, or None for None."""
    return None if cell is None else date.fromisoformat(cell)


# --- JSON of frozen dataclasses: exact decimals as text, dates as ISO text ----------------------------------------


def dump(value: object, where: str) -> str:
    """Return a value made of dataclasses, tuples, texts, numbers, dates, bytes and None as JSON text."""
    return _ENCODER.encode(_plain(value, where))


def load(kind: Any, cell: str) -> Any:  # noqa: ANN401 - the type asked for is the type given
    """Read what `dump` wrote as a value of type `kind`: `load(QuoteContent, …)`, `load(tuple[RampStep, ...], …)`."""
    return _typed(kind, json.loads(cell))


def _plain(value: object, where: str) -> object:
    match value:
        case StrEnum():
            return value.value
        case str():
            return text(value, where)
        case Decimal():
            return number(value, where)
        case date():
            return value.isoformat()
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case tuple():
            return [_plain(item, f"{where}[{index}]") for index, item in enumerate(value)]
        case _ if is_dataclass(value):
            return {f.name: _plain(getattr(value, f.name), f"{where}.{f.name}") for f in fields(value)}
    return value


def _typed(kind: Any, plain: Any) -> Any:  # noqa: ANN401 - JSON in, the type asked for out
    if get_origin(kind) is tuple:
        return tuple(_typed(get_args(kind)[0], item) for item in plain)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: _typed(hints[name], item) for name, item in plain.items()})
    if kind in (date, datetime):
        return kind.fromisoformat(plain)
    if kind is bytes:
        return base64.b64decode(plain)
    if kind is Decimal or (isinstance(kind, type) and issubclass(kind, StrEnum)):
        return kind(plain)
    return plain


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


# --- a contract's figures (domain.partner.Raw): the type of every one comes back ----------------------------------


def dump_raw(values: Mapping[str, object], where: str) -> str:
    """Return figures as JSON; decimals and tables are marked, so that both come back exactly."""
    marked = {text(key, where): _marked(value, f"{where}.{key}") for key, value in values.items()}
    return _ENCODER.encode(marked)


def load_raw(cell: str) -> dict[str, Any]:
    """Read what `dump_raw` wrote."""
    return {key: _unmarked(value) for key, value in json.loads(cell).items()}


def _marked(value: object, where: str) -> object:
    if isinstance(value, Decimal):
        return {"decimal": number(value, where)}
    if isinstance(value, Mapping):
        return {"table": {text(key, where): _marked(item, f"{where}.{key}") for key, item in value.items()}}
    return text(value, where) if isinstance(value, str) else value


def _unmarked(value: Any) -> Any:  # noqa: ANN401 - JSON in, Raw out
    if not isinstance(value, dict):
        return value
    if "decimal" in value:
        return Decimal(value["decimal"])
    return {key: _unmarked(item) for key, item in value["table"].items()}
