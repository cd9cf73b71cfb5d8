"""What the book refuses to do, as data: a code and facts, with a plain English sentence for logs and the command line.

The screens make their own words from the code and the facts; nothing is half done when one of these is raised.
"""

from collections.abc import Mapping
from typing import Final

_SENTENCES: Final[Mapping[str, str]] = {
    "missing": "There is no file {path}. Nothing was changed. Choose another book or make a new one.",
    "folder": "{path} is a folder and not a book. Nothing was changed. Choose a file that ends in .dealbook.",
    "unreadable": "{path} cannot be read ({reason}). Nothing was changed. Choose a file that you may read.",
    "not-writable": "{path} cannot be written ({reason}). Nothing was changed. Choose a place that can be written.",
    "not-a-book": "{path} is not a Dealbook book. The file was not changed. Choose a file that ends in .dealbook.",
    "newer-book": "{path} was written by a newer Dealbook. The file was not changed. Install that version.",
    "damaged": "{path} is a book, but damaged ({reason}). The file was not changed. Open a copy of it from a backup.",
    "busy": "{path} is being written by another program. Nothing was changed. Close that program and try again.",
    "exists": "{path} is there already. The file was not changed. Open it, or choose another name.",
    "too-many-decimals": "{where}: {value} has more decimals than {currency} has. Nothing was saved. Round the amount.",
    "too-large": "{where}: {value} is larger than a book can keep. Nothing was saved. Enter a smaller number.",
    "not-a-number": "{where}: {value} is not a finite number. Nothing was saved. Enter a number.",
    "bad-text": "{where}: the character {value} cannot be kept. Nothing was saved. Remove it from the text.",
    "choice-without-offer": "{where}: the deal does not have the chosen offer. Nothing was saved. Choose another.",
    "has-quotes": "{customer} was quoted ({number}), so the deal stays. Nothing was removed. Mark it as lost instead.",
    "quote-frozen": "Quote {number} is issued and can no longer change. Nothing was saved. Issue a revision.",
    "quote-number": "Quote {number} is not the next one ({expected}). Nothing was saved. Issue the quote again.",
    "quote-digest": "The PDF of quote {number} is not the one that its digest names. Nothing was saved or shown.",
    "not-saved": "{name} could not be saved ({reason}). The book is as it was. Try again when that is mended.",
    "history": "The step {name} cannot be taken back, because {row} is not as it left it. Nothing was changed.",
}


class BookError(Exception):
    """A refusal of the book: `code` names the kind, `facts` what it was about; nothing was changed."""

    def __init__(self, code: str, **facts: str) -> None:
        """Keep the code and its facts; the sentence comes from the code."""
        super().__init__(_SENTENCES[code].format(**facts))
        self.code = code
        self.facts: Mapping[str, str] = facts
