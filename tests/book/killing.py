"""Kills a writing process at random moments and looks at the book it leaves.

The process makes steps, undoes and redoes some, changes settings, closes and opens the book now and then, and has it
backed up without end on a thread beside. Before a change it tells what it is about to do, and after the commit what is
kept. So it is known exactly what must be in the book; only a change that was announced and not yet told may be or not.
"""

import multiprocessing
import os
import random
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from typing import Final

from dealbook.book import backup, connection, soundness
from dealbook.book.backup import StoppedError, backups, refresh
from dealbook.book.connection import Book, BookError, create_book, open_book
from dealbook.book.restore import restore
from dealbook.domain.deal import Deal, Line, Offer
from dealbook.paths import HOME_VARIABLE
from tests.rounds import few_rounds

few_rounds()

EACH: Final = 40
"""How many kills a book lives through, before a new one is taken: its check grows with it."""
_PATIENCE: Final = 60
_HASTE: Final = 0.03
"""Up to so many seconds after something was told the kill comes: a few changes long."""
#: What is told: how many steps are kept, and by how many an announced change may alter that (0: nothing is announced).
Told = tuple[int, int]


def kills(folder: Path, count: int, seed: int, *, on_stick: bool = False) -> Iterator[int]:
    """Kill a process that writes a book in `folder` as often as asked for; yields the steps that were in the book.

    `on_stick` has the book written as one that lies where it may vanish.
    """
    chance = random.Random(seed)
    for number in range(count):
        path = folder / f"killed-{number // EACH}.dealbook"
        if not path.exists():
            create_book(path).close()
        kept, announced = _killed(*started(write, path, chance.random(), on_stick), chance)
        found = _look(path)
        assert found in {kept, kept + announced}, (number, found, kept, announced)
        yield found


def restore_kills(folder: Path, count: int, seed: int) -> Iterator[int]:
    """Kill a process that puts now one backup, now another in the place of a book; yields what stands there then."""
    chance = random.Random(seed)
    path = folder / "restored.dealbook"
    book = create_book(path)
    for number in range(1, 3):
        step(book, number, chance)
        made = refresh(path)
        assert made is not None
        shutil.copyfile(made.path, folder / f"backup-{number}")
    book.close()
    for _ in range(count):
        _killed(*started(restore_always, path, chance.random()), chance)
        yield _look(path)


def started(work: Callable[..., None], *args: object) -> tuple[BaseProcess, Connection]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.book.killing"])
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(*args, theirs, os.environ.get(HOME_VARIABLE, "")), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def restore_always(path: Path, seed: float, tell: Connection, home: str) -> None:
    """Restore one of two backups without end."""
    os.environ[HOME_VARIABLE] = home
    chance = random.Random(seed)
    while True:
        tell.send((0, 0))
        restore(path, path.with_name(f"backup-{chance.randint(1, 2)}"))


def write(path: Path, seed: float, on_stick: bool, tell: Connection, home: str) -> None:
    """Change a book without end, and tell before and after every change; its backups go into `home`."""
    os.environ[HOME_VARIABLE] = home
    if on_stick:
        for module in (connection, soundness, backup):
            vars(module)["may_vanish"] = lambda _: True
    chance = random.Random(seed)
    book = open_book(path)
    assert book._db.journal_mode == ("delete" if on_stick else "wal")
    Thread(target=_back_up, args=(path,), daemon=True).start()
    while True:
        kept = book.step_count
        tell.send((kept, 0))
        what = chance.random()
        if what < 0.1 and book.undo_name is not None:
            tell.send((kept, -1))
            book.undo()
        elif what < 0.15 and book.redo_name is not None:
            tell.send((kept, 1))
            book.redo()
        elif what < 0.2:
            book.settings.set("language", str(chance.random()))
        elif what < 0.25:
            book.close()
            book = open_book(path)
        else:
            tell.send((kept, 1))
            step(book, kept + 1, chance)


def step(book: Book, number: int, chance: random.Random) -> None:
    """Make a step whose name says what is in the book when the step is: a further deal with so many lines."""
    size = chance.randint(1, 40)
    lines = tuple(
        Line(product=f"seat {one}", category="ucaas", quantity=Decimal(one), description="x" * chance.randint(0, 400))
        for one in range(size)
    )
    with book.step(f"{number}: {size} lines"):
        deal = Deal(
            customer=str(number), signed=date(2026, 1, 1), offers=(Offer(lines=lines, starts=date(2026, 2, 1)),)
        )
        book.deals.save(deal)
        first = next(iter(book._db.execute("SELECT id FROM deal ORDER BY id LIMIT 1")))[0]
        book.deals.save(replace(book.deals.get(first), note=f"step {number}"))


def _back_up(path: Path) -> None:
    while True:
        with suppress(BookError, StoppedError, sqlite3.Error, OSError):
            refresh(path)


def _killed(process: BaseProcess, told: Connection, chance: random.Random) -> Told:
    """Hear what is kept, kill at a random moment, and return what was told last."""
    if not told.poll(_PATIENCE):
        raise TimeoutError("the writing process tells nothing")
    last: Told = told.recv()
    for _ in range(chance.randint(0, 20)):
        last = told.recv()
    time.sleep(chance.random() * _HASTE)  # the moment is the point: anywhere between two commits, or inside one
    process.kill()
    process.join()
    with suppress(EOFError, OSError):
        while True:
            last = told.recv()
    return last


def _look(path: Path) -> int:
    """Check the book that a kill left, and its backups; return how many steps are in it."""
    for made in backups(path)[:5]:
        with closing(sqlite3.connect(f"{made.path.as_uri()}?mode=ro&immutable=1", uri=True)) as copy:
            assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)], made
    book = open_book(path)
    try:
        assert book._db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert book._db.execute("PRAGMA foreign_key_check").fetchall() == []
        names = [name for (name,) in book._db.execute("SELECT name FROM step WHERE undone = 0 ORDER BY id")]
        deals = book.deals.all()
        assert [f"{deal.customer}: {len(deal.offers[0].lines)} lines" for deal in deals] == names
        assert [deal.note for deal in deals[:1]] == [f"step {len(names)}"][: len(names)]
    finally:
        book.close()
    assert not [
        file for file in path.parent.glob(f"*{path.name}*") if file.name != path.name and file.suffix != ".part"
    ]
    return len(names)
