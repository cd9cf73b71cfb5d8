"""`dealbook merge`: one book into another without a window, with what was done or would be done in words."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from dealbook.book.errors import BookError
from dealbook.desk.forms import fill
from dealbook.desk.merging import Compared, Fate, Plan, Side, Watch, compare, merging
from dealbook.desk.merging_words import fate_text, kind_of, merged_text, name_of, news_text
from dealbook.desk.passphrases import Key, open_session
from dealbook.desk.session import Session
from dealbook.language import Language

LINE: Final = "{kind} {name}: {news} – {fate}"
ALIKE: Final = "The two books are alike."
UNDECIDED: Final = (
    "{n} record is to be decided and stays as it is here.",
    "{n} records are to be decided and stay as they are here.",
)
DONE: Final = "Merged: {what}."
WOULD: Final = "Would be merged: {what}."
WORDS: Final = (LINE, ALIKE, DONE, WOULD)
"""All message ids of this module that are no plural forms."""


def merge_files(
    book: Path, other: Path, take: Side | None, words: Language, ask: Callable[[Path], str], *, is_dry: bool
) -> list[str]:
    """Merge `other` into `book` as one step, and return what was done line by line; `is_dry` changes nothing.

    `take` decides what both changed; without it that stays as it is in `book`. `ask` is asked for the passphrase of a
    protected book. Raises BookError.
    """
    session = open_session(book, partial(ask, book))
    try:
        found = _compared(session, other, ask)
        try:
            if take is not None:
                found.plan.decide_rest(take)
            told = list(_told(session, found.plan, words, is_dry=is_dry))
            if not is_dry:
                merging(session, found.other, found.plan).finish()
            return told
        finally:
            found.other.close()
    finally:
        session.close()


def _compared(session: Session, other: Path, ask: Callable[[Path], str]) -> Compared:
    key = session.book.key
    try:
        return compare(session.book.path, other, Watch(), key=key)
    except BookError as error:
        if error.code not in {"protected", "wrong-passphrase"} or not (typed := ask(other)):
            raise
    return compare(session.book.path, other, Watch(), key=key, other_key=Key(typed))


def _told(session: Session, plan: Plan, words: Language, *, is_dry: bool) -> list[str]:
    shown = [one for one in plan.entries if plan.fate(one) is not Fate.STAYS or not one.is_decided]
    lines = [
        fill(
            words.text(LINE),
            {
                "kind": kind_of(one.twin, words),
                "name": name_of(one.twin, session, words),
                "news": news_text(plan, one, words),
                "fate": fate_text(plan, one, words),
            },
        )
        for one in shown
    ]
    if not any(True for _ in plan.entries):
        return [words.text(ALIKE)]
    if plan.undecided:
        lines.append(words.plural(*UNDECIDED, plan.undecided))
    return [*lines, fill(words.text(WOULD if is_dry else DONE), {"what": merged_text(plan, words)})]
