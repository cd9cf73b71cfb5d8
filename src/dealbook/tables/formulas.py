"""Texts that a spreadsheet would take for formulas: defused on the way out, brought back on the way in.

A customer called `=HYPERLINK(…)` must not become a formula in the spreadsheet of whoever opens the file. An apostrophe
in front makes a spreadsheet show the text as it is; a text that has one already gets one more, so that every text comes
back as it was.
"""

import re
from typing import Final

_FORMULA: Final = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""What begins a formula, or is passed over before one; full-width signs count in East Asian spreadsheets."""


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet could take a text for a formula, once the apostrophes before it are gone."""
    return _FORMULA.match(text) is not None


def defused(text: str) -> str:
    """Return a text so that a spreadsheet shows it."""
    return f"'{text}" if is_formula(text) else text


def armed(text: str) -> str:
    """Return what was defused."""
    return text[1:] if text.startswith("'") and is_formula(text) else text
