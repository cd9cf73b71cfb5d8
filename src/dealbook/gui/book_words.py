"""What the book refuses to do, said on the screen: in the screen's language, beside a field or in the notice bar."""

from collections.abc import Iterator
from contextlib import contextmanager

from dealbook.book.errors import BookError
from dealbook.desk.refusals import refusal_text
from dealbook.gui.context import Notify, Tone
from dealbook.gui.words import current, tr


def refusal(error: BookError) -> str:
    """Return the words for a refusal: what happened, what is safe, what to do."""
    return refusal_text(error, current())


@contextmanager
def said(notify: Notify, tone: Tone = Tone.ERROR) -> Iterator[None]:
    """Say in a notice what the book or the disk refuses, in place of raising it; what stands inside ends there."""
    try:
        yield
    except BookError as error:
        notify(refusal(error), tone)
    except OSError as error:
        text = tr("The file could not be used: {reason}. Nothing was changed.")
        notify(text.format(reason=error.strerror or error), tone)
