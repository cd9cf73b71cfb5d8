"""What the book refuses to do, as data: a code and facts, with a plain English sentence for logs.

The sentences are message ids: whoever shows a refusal to a person translates it (`desk.refusals`). Nothing
is half done when one of these is raised.
"""

from collections.abc import Mapping
from typing import Final

REFUSALS: Final[Mapping[str, str]] = {
    "missing": "There is no file {path}. Nothing was changed. Choose another book or make a new one.",
    "folder": "{path} is a folder and not a book. Nothing was changed. Choose a file that ends in .dealbook.",
    "unreadable": (
        "{path} cannot be read ({reason}). Nothing was changed. Check who may read the file, or choose another."
    ),
    "not-writable": (
        "{path} cannot be written ({reason}). Nothing was changed. Save it in a folder that can be written."
    ),
    "not-a-book": "{path} is not a Dealbook book. The file was not changed. Choose a file that ends in .dealbook.",
    "newer-book": "{path} was written by a newer Dealbook. The file was not changed. Install that version.",
    "damaged": "{path} is a book, but damaged ({reason}). The file was not changed. Open a copy of it from a backup.",
    "busy": "{path} is being written by another program. Nothing was changed. Close that program and try again.",
    "exists": "{path} is there already. The file was not changed. Open it, or choose another name.",
    "too-many-decimals": "{value} has more decimals than {currency} has. Nothing was saved. Round the amount.",
    "too-large": "{value} is larger than a book can keep. Nothing was saved. Enter a smaller number.",
    "not-a-number": "{value} is not a finite number. Nothing was saved. Enter a number.",
    "bad-text": "The character {value} cannot be kept. Nothing was saved. Remove it from the text.",
    "choice-without-offer": "The deal does not have the chosen offer. Nothing was saved. Choose another.",
    "has-quotes": "{customer} was quoted ({number}), so the deal stays. Nothing was removed. Mark it as lost instead.",
    "quote-frozen": "Quote {number} is issued and can no longer change. Nothing was saved. Issue a revision.",
    "quote-number": "Quote {number} is not the next one ({expected}). Nothing was saved. Issue the quote again.",
    "quote-digest": "The PDF of quote {number} is not the one that its digest names. Nothing was saved or shown.",
    "not-saved": "“{name}” could not be saved ({reason}). The book is as it was. Try again when that is mended.",
    "history": "The step “{name}” cannot be taken back, because its rows were changed since by other means.",
}
"""What each code says: what happened, what is safe, what to do."""

BUSY: Final = "another program is writing to the book"
"""The reason of a "not-saved" that is not the database's own; a message id as well."""


class BookError(Exception):
    """A refusal of the book: `code` names the kind, `facts` what it was about; nothing was changed.

    The fact `where`, if there is one, is the path of the field that is wrong: "offers[0].lines[2].quantity".
    """

    def __init__(self, code: str, **facts: str) -> None:
        """Keep the code and its facts; the sentence comes from the code."""
        place = f"{facts['where']}: " if "where" in facts else ""
        super().__init__(place + REFUSALS[code].format(**facts))
        self.code = code
        self.facts: Mapping[str, str] = facts
