"""Kills a process that sets, changes and removes the passphrase of a book, and looks at every file that it leaves."""

import os
import random
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import date
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final

from dealbook.book import cipher
from dealbook.book.backup import backups, refresh
from dealbook.book.cipher import MAGIC, Key, connect, is_protected, unlocking
from dealbook.book.connection import create_book, open_book
from dealbook.book.protecting import Change, protect
from dealbook.domain.deal import Deal
from dealbook.paths import HOME_VARIABLE
from tests.book.killing import started, step

#: No passphrase, or one of two.
State = int
PASSPHRASES: Final = ("", "one", "two words")
SECRET: Final = b"Geheimkunde"
_PATIENCE: Final = 60
_LONG: Final = 0.5
"""Seconds within which the kill comes: about as long as one change takes."""
_ROUNDS: Final = 1000
"""What a key costs is no matter here."""


def key_of(state: State) -> Key | None:
    """Return the key of a state."""
    return Key(PASSPHRASES[state]) if state else None


def protection_kills(folder: Path, home: Path, count: int, seed: int) -> Iterator[tuple[State, State, State]]:
    """Kill as often as asked for; yields from which state to which the book was on its way, and in which it was."""
    vars(cipher)["_ROUNDS"] = _ROUNDS
    chance = random.Random(seed)
    path = folder / "protected.dealbook"
    _make(path, chance)
    state = aim = 0
    for _ in range(count):
        process, told = started(change_always, path, chance.random(), state, aim)
        before, aim = _killed(process, told, chance)
        found = _look(path, home, before, aim)
        yield before, aim, found
        state = before if found == before or aim == 0 else aim  # what the backups may still have


def _make(path: Path, chance: random.Random) -> None:
    """Make a book with a few backups, each with something that nobody may read."""
    book = create_book(path)
    for number in range(1, 4):
        step(book, number, chance)
        with book.step("Secret"):
            book.deals.save(Deal(customer=SECRET.decode(), signed=date(2026, 1, 1), offers=()))
        made = refresh(path)
        assert made is not None
        made.path.rename(made.path.with_name(made.path.name.replace(".opening.", ".restore.")))  # all of these stay
    book.close()
    assert len(backups(path)) == 3


def change_always(path: Path, seed: float, state: State, aim: State, tell: Connection, home: str) -> None:
    """Finish what was interrupted, then go from one state to another without end, and tell before and after."""
    os.environ[HOME_VARIABLE] = home
    vars(cipher)["_ROUNDS"] = _ROUNDS
    chance = random.Random(seed)
    before = state
    while True:
        tell.send((before, aim))
        change = Change(path, key_of(before), key_of(aim))
        protect(change)
        assert change.left == [], change.left
        tell.send((aim, aim))
        before, aim = aim, chance.choice([one for one in range(3) if one != aim])


def _killed(process: BaseProcess, told: Connection, chance: random.Random) -> tuple[State, State]:
    if not told.poll(_PATIENCE):
        raise TimeoutError("the process tells nothing")
    last: tuple[State, State] = told.recv()
    for _ in range(chance.randint(0, 4)):
        last = told.recv()
    time.sleep(chance.random() * _LONG)
    process.kill()
    process.join()
    with suppress(EOFError, OSError):
        while True:
            last = told.recv()
    return last


def _look(path: Path, home: Path, before: State, aim: State) -> State:
    """Check that the book is the one or the other, and that none of its files is less protected than it is."""
    found = 0 if not is_protected(path) else next(s for s in (aim, before) if s and Key(PASSPHRASES[s]).opens(path))
    assert found in {before, aim}, (before, aim, found)
    if found and aim:  # while a passphrase is removed, the part that is to come is plain until the book is opened again
        assert_nothing_is_clear(path.parent, home)
    book = open_book(path, key_of(found))
    try:
        assert book._db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert sum(deal.customer == SECRET.decode() for deal in book.deals.all()) == 3
    finally:
        book.close()
    if found:
        assert_nothing_is_clear(path.parent, home)
    left = [file.name for file in path.parent.glob(f"*{path.name}*")]
    assert left == [path.name], left
    made = backups(path)
    assert len(made) == 3
    for one in made:
        keys = [key for key in (key_of(before), key_of(aim)) if key and is_protected(one.path) and key.opens(one.path)]
        with closing(connect(f"{one.path.as_uri()}?immutable=1", unlocking(one.path, next(iter(keys), None)))) as copy:
            assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)], one
    return found


def assert_nothing_is_clear(*folders: Path) -> None:
    """Look into every file: none is a plain database, none has the secret in it."""
    for folder in folders:
        for file in folder.rglob("*"):
            if file.is_file():
                content = file.read_bytes()
                assert not content.startswith(MAGIC), file
                assert SECRET not in content, file
