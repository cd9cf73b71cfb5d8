"""What the book refuses to do, in the language of the screen or a terminal.

Apart from `wording`, so that a command without a book does not load the database.
"""

from dealbook.book.errors import REFUSALS, BookError
from dealbook.desk.forms import fill
from dealbook.language import Language


def refusal_text(error: BookError, language: Language) -> str:
    """Return what the book refused as sentences: what happened, what is safe, what to do.

    The field is not named: on a screen the words stand beside it.
    """
    facts = dict(error.facts)
    facts |= {name: language.text(facts[name]) for name in ("name", "reason") if name in facts}
    return fill(language.text(REFUSALS[error.code]), facts)
