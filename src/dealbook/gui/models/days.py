"""Reading a day as a person types it: 2026-03-10, 10.3.2026, 10/03/2026, or as the screen's language writes it."""

from datetime import date
from typing import Final

from dealbook.gui.models.reading import WrongInputError
from dealbook.gui.words import tr
from dealbook.language import Language

_EXAMPLE: Final = date(2026, 3, 10)


def day(text: str, words: Language) -> date:
    """Return the day that `text` means, the day of the month first; raises WrongInputError."""
    try:
        return words.parse_day(text)
    except ValueError:
        plain = " ".join(text.split())
        raise WrongInputError(
            tr("“{text}” is not a day. Write it like {example}.").format(text=plain, example=words.short_date(_EXAMPLE))
        ) from None


def optional_day(text: str, words: Language) -> date | None:
    """Return the day that `text` means; None where nothing stands there. Raises WrongInputError."""
    return day(text, words) if text.strip() else None
