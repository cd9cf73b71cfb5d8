"""What the steps of the deal page are called, beside Undo and in the history.

A step keeps its English name in the book and is shown in whatever language the screen speaks, so these are message ids:
`mark` only says so to the collector of messages.
"""

from collections.abc import Mapping
from typing import Final

from dealbook.gui.models.line_cells import Column


def mark(message: str) -> str:
    """Return the message as it is; it is translated where it is shown."""
    return message


ADD_LINE: Final = mark("Add line")
PASTE_LINES: Final = mark("Paste lines")
REMOVE_LINES: Final = mark("Remove lines")
ADD_EVENT: Final = mark("Add event")
CHANGE_EVENT: Final = mark("Change event")
REMOVE_EVENTS: Final = mark("Remove events")
ADD_OFFER: Final = mark("Add offer")
DUPLICATE_OFFER: Final = mark("Duplicate offer")
REMOVE_OFFER: Final = mark("Remove offer")
RENAME_OFFER: Final = mark("Rename offer")
TERM: Final = mark("Change term")
STARTS: Final = mark("Change start")
RENEWALS: Final = mark("Change renewals")
CLOSING: Final = mark("Change closing day")
LOSS: Final = mark("Change loss")
CUSTOMER: Final = mark("Change customer")
TITLE: Final = mark("Change title")
PROBABILITY: Final = mark("Change probability")
DETAILS: Final = mark("Change customer details")
APPLY: Final = mark("Apply what was tried")
TAKE_STEP: Final = mark("Take a step")

OF_LINE: Final[Mapping[Column, str]] = {
    Column.PRODUCT: mark("Change product"),
    Column.CATEGORY: mark("Change category"),
    Column.QUANTITY: mark("Change quantity"),
    Column.PRICE: mark("Change price"),
    Column.DISCOUNT: mark("Change discount"),
    Column.CHARGE: mark("Change charge"),
    Column.NET: mark("Change net price"),
    Column.BUY: mark("Change buy price"),
    Column.FREE: mark("Change free months"),
    Column.SEATS: mark("Change seats each"),
    Column.RAMP: mark("Change ramp"),
    Column.DESCRIPTION: mark("Change description"),
    Column.OPTIONAL: mark("Change optional"),
}
