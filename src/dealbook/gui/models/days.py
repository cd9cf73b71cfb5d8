"""Reading a day as a person types it: 2026-03-10, 10.3.2026, 10/03/2026, or as the screen's language writes it."""

import re
from datetime import date
from typing import Final

from babel.dates import get_month_names

from dealbook.gui.models.reading import WrongInputError
from dealbook.gui.words import tr
from dealbook.language import Language

_NUMBERS: Final = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
_NAMED: Final = re.compile(r"(\d{1,2})\.?\s+(\D+?)\.?\s+(\d{4})")
_EXAMPLE: Final = date(2026, 3, 10)


def day(text: str, words: Language) -> date:
    """Return the day that `text` means, the day of the month first; raises WrongInputError."""
    plain = " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())
    found = _read(plain, words)
    if found is None:
        raise WrongInputError(
            tr("“{text}” is not a day. Write it like {example}.").format(text=plain, example=words.short_date(_EXAMPLE))
        )
    return found


def optional_day(text: str, words: Language) -> date | None:
    """Return the day that `text` means; None where nothing stands there. Raises WrongInputError."""
    return day(text, words) if text.strip() else None


def _read(plain: str, words: Language) -> date | None:
    try:
        if match := _NUMBERS.fullmatch(plain):
            return date(int(match[3]), int(match[2]), int(match[1]))
        if match := _NAMED.fullmatch(plain):
            month = _months(words).get(match[2].casefold())
            return date(int(match[3]), month, int(match[1])) if month else None
        return date.fromisoformat(plain) if re.fullmatch(r"\d{4}-\d\d-\d\d", plain) else None
    except ValueError:
        return None


def _months(words: Language) -> dict[str, int]:
    """Return the number of each month's name, long and short, in the screen's language."""
    names = [(name, number) for width in ("wide", "abbreviated") for number, name in _names(words, width).items()]
    return {name.rstrip(".").casefold(): number for name, number in names}


def _names(words: Language, width: str) -> dict[int, str]:
    return {int(number): str(name) for number, name in get_month_names(width, locale=words.locale).items()}  # type: ignore[arg-type]  # one of babel's words
