"""What the book refuses to do, in the screen's language: what happened, what is safe, what to do."""

from dealbook.book.errors import BookError
from dealbook.gui.words import tr


def refusal(error: BookError) -> str:
    """Return the words for a refusal; a code that has none here says its plain English sentence."""
    words = (_about_files() | _about_values()).get(error.code)
    return words.format(**error.facts) if words else str(error)


def _about_files() -> dict[str, str]:
    return {
        "missing": tr("There is no file {path}. Nothing was changed. Choose another book or make a new one."),
        "folder": tr("{path} is a folder and not a book. Nothing was changed. Choose a file that ends in .dealbook."),
        "unreadable": tr(
            "{path} cannot be read ({reason}). Nothing was changed. Check who may read the file, or choose another."
        ),
        "not-writable": tr(
            "{path} cannot be written ({reason}). Nothing was changed. Save it in a folder that can be written."
        ),
        "not-a-book": tr(
            "{path} is not a Dealbook book. The file was not changed. Choose a file that ends in .dealbook."
        ),
        "newer-book": tr(
            "{path} was written by a newer Dealbook. The file was not changed. Install the newer version to open it."
        ),
        "damaged": tr(
            "{path} is a book, but damaged ({reason}). The file was not changed. Open a copy of it from a backup."
        ),
        "busy": tr(
            "{path} is being written by another program. Nothing was changed. Close the other program and try again."
        ),
        "exists": tr(
            "{path} is there already. The file was not changed. Open it, or choose another name for the new book."
        ),
    }


def _about_values() -> dict[str, str]:
    return {
        "too-large": tr("{value} is larger than a book can keep. Nothing was saved. Enter a smaller number."),
        "bad-text": tr("The text has a character that cannot be kept. Nothing was saved. Remove the character."),
        "has-quotes": tr("{customer} has issued quotes and stays in the book. Nothing was removed. Mark it as lost."),
        "history": tr("The step “{name}” cannot be taken back, because its rows were changed since by other means."),
    }
