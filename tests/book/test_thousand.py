"""A thousand chance steps, undone one by one: the tables are byte for byte what they were at each point, and again.

`BooksUndoThousands` lets hypothesis mix steps, undo, redo and restarts; whatever it did, everything is undone in the
end, and then brought again.
"""

import sqlite3
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from dealbook.book import steps
from dealbook.book.codec import Row
from dealbook.book.connection import Book, BookError, create_book, open_book
from dealbook.book.steps import Change, folded, narrowed
from tests.book.chances import Chance, begin, state

STEPS = 1000
_made = {"steps": 0, "runs": 0}
"""How many steps the state machine has made, all its examples together, and in how many runs."""


class Played:
    """A book with what it was after each step."""

    def __init__(self, path: Path) -> None:
        self.book = _fast(create_book(path))
        begin(self.book)
        self.lasting = self.book.step_count
        self.past: list[str] = []
        self.future: list[str] = []
        self.present = state(self.book)

    def step(self, chance: Chance) -> None:
        """Make a step; one step may be several of the book, or none."""
        before = self.book.step_count
        chance.step(self.book)
        made = self.book.step_count - before
        now = state(self.book)
        assert (made > 0) == (now != self.present), "a step is kept when the tables differ, and only then"
        if made:
            self.past += [self.present, *[""] * (made - 1)]  # between two steps nobody looked
            self.future.clear()
            self.present = now

    def undo(self) -> None:
        assert (self.book.undo() is not None) == bool(self.past)
        if self.past:
            self.future.append(self.present)
            self.present = self.seen(self.past.pop())

    def redo(self) -> None:
        assert (self.book.redo() is not None) == bool(self.future)
        if self.future:
            self.past.append(self.present)
            self.present = self.seen(self.future.pop())

    def seen(self, expected: str) -> str:
        """Return what the book is now, which must be what was expected."""
        now = state(self.book)
        assert expected in ("", now), f"after {self.book.undo_name!r} the tables are not what they were"
        return now

    def reopen(self) -> None:
        self.book.close()
        self.book = _fast(open_book(self.book.path))

    def there_and_back(self) -> None:
        """Undo everything, and bring it again."""
        while self.future:
            self.redo()
        last = self.present
        while len(self.past) > 2:
            self.undo()
        self.reopen()
        while self.past:
            self.undo()
        assert self.book._db.execute("PRAGMA foreign_key_check").fetchall() == []
        while self.future:
            self.redo()
        assert self.present == last


def _fast(book: Book) -> Book:
    book._db.execute("PRAGMA synchronous = OFF")  # no power cut here
    return book


class BooksUndoThousands(RuleBasedStateMachine):
    """Any series of steps of all kinds, undo, redo and restarts."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.played = Played(Path(self.folder.name) / "any.dealbook")
        self.first = self.played.present

    @rule(seed=st.integers(0, 2**32 - 1), count=st.integers(12, 24))
    def steps(self, seed: int, count: int) -> None:
        chance = Chance(seed + _made["runs"])  # where hypothesis repeats itself, the steps are others all the same
        for _ in range(count):
            self.played.step(chance)
        _made["steps"] += count

    @rule(count=st.integers(1, 9))
    def undo(self, count: int) -> None:
        for _ in range(count):
            self.played.undo()

    @rule(count=st.integers(1, 9))
    def redo(self, count: int) -> None:
        for _ in range(count):
            self.played.redo()

    @rule()
    def restart(self) -> None:
        self.played.reopen()

    def teardown(self) -> None:
        self.played.there_and_back()
        self.played.book.close()
        self.folder.cleanup()


def test_any_thousand_steps_are_undone_and_redone() -> None:
    _made.update(steps=0, runs=0)
    few = settings(max_examples=6, stateful_step_count=25, deadline=None)
    while _made["steps"] < STEPS:  # how many a run makes is up to hypothesis
        run_state_machine_as_test(BooksUndoThousands, settings=few)
        _made["runs"] += 1


def play(path: Path, count: int) -> None:
    """Make chance steps with undo, redo and restarts among them, then undo all and bring all again."""
    played, chance = Played(path), Chance(2026)
    while len(played.past) < count:
        played.step(chance)
        if chance.random() < 0.05:
            for _ in range(chance.randrange(4)):
                played.undo()
        if chance.random() < 0.01:
            played.reopen()
    played.there_and_back()
    played.book.close()


def test_a_thousand_steps_of_one_book(tmp_path: Path) -> None:
    play(tmp_path / "one.dealbook", STEPS)


def _without_places(before: Row | None, after: Row | None) -> tuple[Row | None, Row | None]:
    kept = narrowed(before, after)
    if before is None or after is None:
        return kept
    return tuple({name: cell for name, cell in (row or {}).items() if name != "position"} for row in kept)  # type: ignore[return-value]


def _last_only(changes: Iterable[Change]) -> list[Change]:
    return list({change[:2]: change for change in changes}.values())


def _first_only(changes: Iterable[Change]) -> list[Change]:
    return [change for number, change in enumerate(folded(changes)) if number < 3]


@pytest.mark.parametrize(
    ("name", "broken"),
    [("narrowed", _without_places), ("folded", _last_only), ("folded", _first_only)],
    ids=["places forgotten", "only the last change of a row", "only the first rows"],
)
def test_a_history_that_forgets_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, broken: object
) -> None:
    monkeypatch.setattr(steps, name, broken)
    with pytest.raises((AssertionError, BookError, sqlite3.IntegrityError)):
        play(tmp_path / "broken.dealbook", 120)


def test_steps_among_issued_quotes_come_again(tmp_path: Path) -> None:
    """Undo stops where a quote stands on a step; all that it took back before comes again."""
    book, chance = _fast(create_book(tmp_path / "quoted.dealbook")), Chance(7)
    begin(book)
    for _ in range(100):
        chance.step(book, issues=True)
    end, quotes = state(book), len(book.quotes.all())
    undone = 0
    while book.undo():
        undone += 1
        assert len(book.quotes.all()) == quotes
    for _ in range(undone):
        assert book.redo()
    assert (state(book), book.redo()) == (end, None)
    book.close()
