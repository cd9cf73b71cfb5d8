"""Deleting history for good: what would be gone, said beforehand, and the deletion itself.

Nothing else in Dealbook deletes for good: what is removed, undone or left behind stays in the history until then.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from dealbook.book import purge as purge_steps
from dealbook.book.chronicle import Entry
from dealbook.book.cipher import Key
from dealbook.book.errors import BookError
from dealbook.book.purge import Loss, beside
from dealbook.desk.forms import fill
from dealbook.desk.history import Histories
from dealbook.desk.session import Session
from dealbook.language import Language

UNTIL: Final = "This step and all before it"
BEFORE_DAY: Final = "All before {day}"
OF_DEAL: Final = "All that is kept of {deal}"
STEPS: Final = ("{n} step will be gone.", "{n} steps will be gone.")
PARTS: Final = (
    "{n} other step stays, without what it says of this deal.",
    "{n} other steps stay, without what they say of this deal.",
)
REMOVED: Final = (
    "{n} removed deal can then no longer be brought back: {names}.",
    "{n} removed deals can then no longer be brought back: {names}.",
)
MORE: Final = "{names}, …"
NO_UNDO: Final = "Undo can then take nothing back."
UNDO: Final = (
    "Undo can then take back {n} step, and reaches no further.",
    "Undo can then take back {n} steps at most, and reaches no further.",
)
REDO: Final = (
    "{n} undone step can then no longer be brought again.",
    "{n} undone steps can then no longer be brought again.",
)
BACKUPS: Final = "The book itself stays as it is. Backups made until now still hold what is deleted here."
CONFIRM: Final = ("Delete {n} step for good", "Delete {n} steps for good")
DONE: Final = "Deleted for good. Backups made until now still hold it."
LATER: Final = (
    "Deleted for good. Another program reads the book, so traces in the file are only cleared when it is opened next."
)
_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Target:
    """What may be deleted: all steps up to one, or all of a removed deal."""

    label: str
    step_id: int = 0
    deal_id: str = ""


def targets(histories: Histories, entry: Entry, day: date, words: Language) -> Iterator[Target]:
    """Yield what can be deleted from a step on: up to it, up to its day, and the deals that it removed."""
    yield Target(words.text(UNTIL), step_id=entry.id)
    before = histories.last_before_day(day)
    if before is not None:
        yield Target(fill(words.text(BEFORE_DAY), {"day": words.short_date(day)}), step_id=before)
    for record in histories.removed(entry):
        if record[0] == "deal":
            deal = histories.record_name(record)
            yield Target(fill(words.text(OF_DEAL), {"deal": deal}), deal_id=record[1])


def loss(session: Session, target: Target) -> Loss:
    """Return what would be gone."""
    purge = session.book.purge
    return purge.loss_of(target.deal_id) if target.deal_id else purge.loss_until(target.step_id)


def loss_text(found: Loss, histories: Histories, words: Language) -> Iterator[str]:
    """Say what would be gone, a sentence each."""
    yield words.plural(*STEPS, found.steps)
    if found.parts:
        yield words.plural(*PARTS, found.parts)
    if found.removed:
        names = ", ".join(histories.record_name(("deal", deal)) for deal in list(found.removed)[:_NAMED])
        if len(found.removed) > _NAMED:
            names = fill(words.text(MORE), {"names": names})
        yield fill(words.plural(*REMOVED, len(found.removed)), {"names": names})
    if found.redoable:
        yield words.plural(*REDO, found.redoable)
    yield words.plural(*UNDO, found.undoable) if found.undoable else words.text(NO_UNDO)
    yield words.text(BACKUPS)


def confirm_text(found: Loss, words: Language) -> str:
    """Return what the button says that deletes."""
    return words.plural(*CONFIRM, found.steps + found.parts)


def purge(session: Session, target: Target) -> Callable[[], BookError | bool]:
    """Return the deletion, to be called on a thread beside: a large book takes seconds.

    It returns False where traces in the file wait for the next opening, and a refusal where nothing was deleted.
    Nothing may be written meanwhile; `purged` is called when it is over. Raises BookError when the book cannot be
    written at all.
    """
    session.book.purge.ensure_writable(_step(target))
    return partial(_purge, session.book.path, session.book.key, target)


def _purge(path: Path, key: Key | None, target: Target) -> BookError | bool:
    try:
        with beside(path, key) as made:
            if target.deal_id:
                made.deal(target.deal_id)
            else:
                made.until(target.step_id)
            return not made.is_pending
    except BookError as error:
        return error


def purged(session: Session, target: Target) -> None:
    """Tell everybody that history was deleted."""
    session.announce(session.book.purge.was_made_beside(_step(target)))


def _step(target: Target) -> str:
    return purge_steps.DEAL if target.deal_id else purge_steps.UNTIL
