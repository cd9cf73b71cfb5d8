"""The history of a book for the command line: a line for each step, or everything as JSON. Nothing in the book changes.

Amounts, days and names are told in the language of the terminal; moments are in ISO form. `ask` is asked for the
passphrase of a protected book.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from dealbook.book.chronicle import State
from dealbook.desk.history import Asked, Histories, Shown
from dealbook.desk.passphrases import open_session
from dealbook.language import Language

_STATES = {State.DONE: "", State.UNDONE: "undone", State.DROPPED: "undone, left behind"}


def listed(book: Path, text: str, words: Language, ask: Callable[[], str]) -> Iterator[str]:
    """Yield a line for each step, the newest first: when, what, of what. Raises BookError (as `open_book`)."""
    for _, shown in _steps(book, text, words, ask):
        state = words.text(_STATES[shown.entry.state])
        parts = (words.text(shown.entry.name), ", ".join(shown.touched), state)
        yield f"{shown.when:%Y-%m-%d %H:%M:%S}  {' | '.join(filter(None, parts))}"


def as_json(book: Path, text: str, words: Language, ask: Callable[[], str]) -> Iterator[dict[str, object]]:
    """Yield each step with all that it changed, the newest first. Raises BookError (as `open_book`)."""
    for histories, shown in _steps(book, text, words, ask):
        yield {
            "id": shown.entry.id,
            "at": shown.entry.at.isoformat(),
            "name": words.text(shown.entry.name),
            "state": shown.entry.state.value,
            "lasting": shown.entry.is_lasting,
            "changes": list(_changes(histories, shown.entry.id)),
        }


def _steps(book: Path, text: str, words: Language, ask: Callable[[], str]) -> Iterator[tuple[Histories, Shown]]:
    session = open_session(book, ask)
    try:
        histories, before = Histories(session, words), None
        while page := histories.page(Asked(text), before):
            yield from ((histories, shown) for shown in page)
            before = page[-1].entry.id
    finally:
        session.close()


def _changes(histories: Histories, step_id: int) -> Iterator[dict[str, str]]:
    after, head = -1, None
    while True:
        details = histories.details(step_id, after, head)
        for told in details.told:
            if not told.is_head:
                kind, key = told.record
                name = histories.record_name(told.record)
                yield {
                    "kind": kind,
                    "id": key,
                    "of": name,
                    "what": told.what,
                    "before": told.before,
                    "after": told.after,
                }
        if details.last is None:
            return
        after, head = details.last, details.record
