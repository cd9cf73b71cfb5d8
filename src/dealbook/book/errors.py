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
    "damaged": "{path} is a book, but damaged ({reason}). The file was not changed. Restore a backup of it.",
    "protected": "{path} is protected. Nothing was changed. Open it with its passphrase.",
    "wrong-passphrase": "That is not the passphrase of this book.",
    "no-cipher": (
        "This book is protected, and protected books need sqlcipher3, which this computer's Dealbook lacks ({reason}). "
        "Nothing was changed. Install it with: pip install sqlcipher3"
    ),
    "not-protected": (
        "The passphrase could not be set, changed or removed ({reason}). The book is as it was. Make room on the disk, "
        "close other programs that use the book, and try again."
    ),
    "partly-protected": (
        "The book is as it was ({reason}), but {count} of its backups have the new passphrase already. Set the same "
        "passphrase once more to finish."
    ),
    "held": "{path} is open already: {reason}, since {since}. Nothing was changed. Close it there, then open it here.",
    "held-maybe": (
        "{path} is open already, it seems: {reason}, since {since}. Nothing was changed. Close it there; if Dealbook "
        "no longer runs there, delete {lock} and open the book again."
    ),
    "read-only": (
        "{path} lies where nothing can be written ({reason}). Nothing was changed. Copy the file to a folder of your "
        "own and open the copy."
    ),
    "no-backup": (
        "{path} was made by an older Dealbook, and it could not be backed up before it is converted ({reason}). "
        "Nothing was changed. Make room on the disk and open it again."
    ),
    "not-backed-up": (
        "The book could not be backed up ({reason}). The book itself and its earlier backups are safe. Make room on "
        "the disk; the next opening tries again."
    ),
    "bad-backup": "This backup cannot be used ({reason}). Nothing was changed. Choose another one.",
    "not-restored": (
        "The backup could not be put in place ({reason}). The book is as it was. Make room on the disk, close other "
        "programs that use the book, and try again."
    ),
    "busy": "{path} is being written by another program. Nothing was changed. Close that program and try again.",
    "same-book": "{path} is the book that is open. Nothing was changed. Choose another book.",
    "not-copied": (
        "{path} could not be copied to be read ({reason}). Neither book was changed. Make room on the disk and try "
        "again."
    ),
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
    "disk-full": (
        "“{name}” could not be saved, because the disk is full. The book is as it was before. Make room on the disk "
        "and do it again."
    ),
    "cut-off": (
        "“{name}” could not be saved, because the file of the book cannot be reached ({reason}). All that was saved "
        "before is in it. Connect the drive or the network again and open the book anew."
    ),
    "moved-away": (
        "“{name}” could not be saved, because {path} was moved, replaced or deleted by another program. Nothing more "
        "is written to it. Close the book, then put the file back or restore a backup."
    ),
    "write-protected": (
        "“{name}” could not be saved, because the book can only be read now ({reason}). All that was saved before is "
        "in it. Remove the protection and do it again, or copy the book to another folder."
    ),
    "spoilt": (
        "“{name}” could not be saved, because the book is damaged ({reason}). It is no longer written. "
        "Restore a backup."
    ),
    "found-damaged": "The book is damaged ({reason}). It is no longer written. Restore a backup.",
    "lost-touch": (
        "The book cannot be read ({reason}). All that was saved is in its file. Connect the drive or the network again "
        "and open the book anew."
    ),
    "taken": (
        "{name} cannot be brought back, because the book has a record in its place. Nothing was changed. Look at what "
        "is there first."
    ),
    "history": "The step “{name}” cannot be taken back, because its rows were changed since by other means.",
}
"""What each code says: what happened, what is safe, what to do."""

BUSY: Final = "another program is writing to the book"
"""The reason of a "not-saved" that is not the database's own; a message id as well."""


STOPPED: Final = "it was stopped"
"""The reason of a "partly-protected" that somebody wanted; a message id as well."""


SOMEBODY: Final = "somebody else"
"""The reason of a "held" lock that does not say whose it is; a message id as well."""


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
