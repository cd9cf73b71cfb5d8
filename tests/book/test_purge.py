"""What is deleted for good is gone from every byte of the book's files; undo stops there; a crash leaves one of two."""

import multiprocessing
import random
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from dealbook.book import purge as module
from dealbook.book.backup import Reason, back_up
from dealbook.book.chronicle import Wanted
from dealbook.book.connection import Book, BookError, create_book, open_book
from dealbook.book.soundness import reader
from dealbook.domain.deal import Deal
from tests.book.chances import Chance, begin, state
from tests.book.records import DEAL, PARTNER, dump, fill

SECRET = "HUSHHUSHHUSH"
GONE = replace(DEAL, id="gone", customer=SECRET, note=SECRET * 900, offers=(), chosen=None)


def files(book: Path) -> Iterator[Path]:
    """Yield the files of a book: itself, its log, its journal."""
    yield from book.parent.glob(f"{book.name}*")


def holds(book: Path, words: str) -> bool:
    """Whether any byte of the book's files has these words."""
    return any(words.encode() in file.read_bytes() for file in files(book))


def change(book: Book, name: str, deal: Deal) -> None:
    with book.step(name):
        book.deals.save(deal)


def names(book: Book) -> list[str]:
    return [entry.name for entry in book.chronicle.page(Wanted())]


@pytest.fixture
def secretive(book: Book) -> Book:
    """A book whose history has a removed deal and an old name, among other steps."""
    change(book, "New", GONE)
    change(book, "Other", DEAL)
    change(book, "Change", replace(GONE, title="x"))
    with book.step("Remove"):
        book.deals.remove("gone")
    change(book, "Note", replace(DEAL, note="y"))
    return book


@pytest.mark.parametrize("book", ["plain"], indirect=True)  # the bytes of a protected one say nothing
def test_history_up_to_a_step_is_gone_to_the_byte(secretive: Book) -> None:
    assert holds(secretive.path, SECRET) or secretive.key is not None
    tables = dump(secretive.path)
    found = secretive.purge.loss_until(4)
    assert (found.steps, found.parts, found.removed, found.undoable, found.redoable) == (4, 0, {"gone": 4}, 1, 0)
    touched = secretive.purge.until(4)
    assert touched.records == {("history", "")}
    assert names(secretive) == [module.UNTIL, "Note"]
    assert not holds(secretive.path, SECRET)
    secretive.close()
    assert not holds(secretive.path, SECRET)
    assert dump(secretive.path) == tables, "the book itself stays as it is"


def test_undo_stops_where_the_history_begins(secretive: Book) -> None:
    secretive.purge.until(4)
    assert secretive.undo_name == "Note"
    secretive.undo()
    assert secretive.deals.all() == (DEAL,)
    assert secretive.undo() is None
    secretive.redo()
    assert secretive.deals.get(DEAL.id).note == "y"


def test_a_removed_deal_is_gone_to_the_byte_and_the_rest_is_undone(secretive: Book) -> None:
    with secretive.step("Import"):
        secretive.deals.save(replace(GONE, id="gone-2", customer="stays"))
        secretive.partner.save(PARTNER)
    with secretive.step("Remove again"):
        secretive.deals.remove("gone-2")
        secretive.partner.save(replace(PARTNER, name="x"))
    found = secretive.purge.loss_of("gone")
    assert (found.steps, found.parts, found.removed, found.undoable) == (3, 0, {"gone": 4}, 4)
    assert secretive.purge.loss_of("gone-2").parts == 2
    secretive.purge.deal("gone")
    assert names(secretive) == [module.DEAL, "Remove again", "Import", "Note", "Other"]
    secretive.purge.deal("gone-2")
    assert not holds(secretive.path, SECRET)
    assert not holds(secretive.path, "stays")
    done = 0
    while secretive.undo():
        done += 1
    assert (done, secretive.deals.all(), secretive.partner.get().name) == (4, (), "")
    while secretive.redo():
        done -= 1
    assert (done, secretive.deals.get(DEAL.id).note, secretive.partner.get().name) == (0, "y", "x")


def test_only_a_removed_deal_can_be_deleted(secretive: Book) -> None:
    for deal_id in (DEAL.id, "never"):
        with pytest.raises(KeyError):
            secretive.purge.deal(deal_id)
    assert len(names(secretive)) == 5


def test_what_redo_would_bring_is_left_behind_where_its_beginning_goes(secretive: Book) -> None:
    for _ in range(3):
        secretive.undo()
    assert secretive.purge.loss_until(3).redoable == 3
    secretive.purge.until(3)
    assert secretive.redo() is None, "what remains does not stand on what the book is now"
    assert [entry.state for entry in secretive.chronicle.page(Wanted())][1:] == ["dropped", "dropped"]


def test_redo_goes_on_where_only_older_steps_go(secretive: Book) -> None:
    secretive.undo()
    assert secretive.purge.loss_until(4).redoable == 0
    secretive.purge.until(4)
    assert secretive.redo_name == "Note"
    secretive.redo()
    assert secretive.deals.get(DEAL.id).note == "y"


def test_a_dropped_branch_is_gone_too(book: Book) -> None:
    change(book, "New", GONE)
    book.undo()
    change(book, "Other", DEAL)
    assert book.chronicle.is_removed("gone")
    book.purge.deal("gone")
    assert not holds(book.path, SECRET)
    assert names(book) == [module.DEAL, "Other"]


def test_a_purge_stands_outside_of_steps(secretive: Book) -> None:
    with pytest.raises(RuntimeError), secretive.step("Step"):
        secretive.purge.until(1)
    assert len(names(secretive)) == 5


def test_a_book_on_a_stick_is_cleaned_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dealbook.book.connection.may_vanish", lambda _: True)
    book = create_book(tmp_path / "stick.dealbook")
    change(book, "New", GONE)
    with book.step("Remove"):
        book.deals.remove("gone")
    book.purge.until(2)
    assert not book.purge.is_pending
    assert not holds(book.path, SECRET)
    book.close()


def test_a_backup_made_before_still_holds_it(secretive: Book) -> None:
    made = back_up(secretive.path, Reason.OPENING, secretive._db.conn)
    secretive.purge.until(4)
    kept = open_book(Path(shutil.copy(made.path, secretive.path.with_name("kept.dealbook"))))
    assert kept.chronicle.is_removed("gone")
    kept.close()


# --- what goes wrong


def test_a_purge_that_cannot_be_written_changes_nothing(secretive: Book) -> None:
    before = names(secretive)
    secretive._db.execute("PRAGMA query_only = ON")
    with pytest.raises(BookError) as refused:
        secretive.purge.until(4)
    secretive._db.execute("PRAGMA query_only = OFF")
    assert refused.value.facts["name"] == module.UNTIL
    assert names(secretive) == before
    assert not secretive.purge.is_pending


@pytest.mark.parametrize("book", ["plain"], indirect=True)  # the bytes of a protected one say nothing
def test_traces_that_could_not_be_cleared_go_with_the_next_opening(secretive: Book) -> None:
    reading = reader(secretive.path, secretive.key)
    reading.execute("BEGIN")
    reading.execute("SELECT * FROM step").fetchone()
    secretive._db.execute("PRAGMA busy_timeout = 1")
    secretive.purge.until(4)
    assert names(secretive) == [module.UNTIL, "Note"]
    assert secretive.purge.is_pending
    reading.close()
    path = secretive.path
    secretive.close()
    again = open_book(path)
    assert not again.purge.is_pending
    assert not holds(path, SECRET)
    again.close()


def test_a_crash_before_the_cleaning_is_made_good_on_opening(
    secretive: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.Purge, "clean", lambda _: False)
    secretive.purge.until(4)
    monkeypatch.undo()
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for file in files(secretive.path):
        shutil.copy(file, crashed / file.name)
    book = open_book(crashed / secretive.path.name)
    assert names(book) == [module.UNTIL, "Note"]
    assert not holds(book.path, SECRET)
    book.close()


def _purging(path: Path, tell: Connection) -> None:
    book = open_book(path)
    tell.send("open")
    book.purge.until(book.chronicle.count - 10)
    tell.send("done")


@pytest.mark.skipif(sys.platform == "win32", reason="starting so many processes takes long there")
def test_a_killed_purge_leaves_the_old_or_the_new_state(tmp_path: Path) -> None:
    source = tmp_path / "source.dealbook"
    book, chance = create_book(source), Chance(3)
    book._db.execute("PRAGMA synchronous = OFF")
    begin(book)
    change(book, "New", GONE)
    with book.step("Remove"):
        book.deals.remove("gone")
    while book.chronicle.count < 120:
        chance.step(book)
    whole, count = state(book), book.chronicle.count
    book.close()
    haste = random.Random(5)
    ended = {_killed(tmp_path / f"{number}.dealbook", source, haste, whole, count) for number in range(10)}
    assert ended <= {count, 11}


def _killed(path: Path, source: Path, haste: random.Random, whole: str, count: int) -> int:
    """Purge in a process that is killed, look at what is left, and return how many steps that has."""
    shutil.copy(source, path)
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("forkserver").Process(target=_purging, args=(path, there))
    process.start()
    assert here.poll(60)
    here.recv()
    time.sleep(haste.random() * 0.012)  # the moment is the point: before, amid or after the deletion
    process.kill()
    process.join()
    path.with_name(f".{path.name}.lock").unlink(missing_ok=True)
    book = open_book(path)
    assert state(book) == whole
    assert book._db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    kept = book.chronicle.count
    assert kept in (count, 11)
    assert holds(path, SECRET) == (kept == count)
    book.close()
    return kept


# --- with everything else


def test_purges_among_chance_steps_never_spoil_undo(tmp_path: Path) -> None:
    """Whatever is purged, what undo still takes back, redo brings again."""
    book, chance = create_book(tmp_path / "any.dealbook"), Chance(11)
    book._db.execute("PRAGMA synchronous = OFF")
    begin(book)
    for round_ in range(12):
        for _ in range(10):
            chance.step(book)
        for _ in range(chance.randrange(6)):
            book.undo()
        before = state(book)
        removed = sorted(book.chronicle.removed_deals())
        if round_ % 3 == 2 and removed:
            book.purge.deal(chance.choice(removed))
        else:
            book.purge.until(max(book.chronicle.page(Wanted())[0].id - chance.randrange(12), 1))
        assert state(book) == before
        while book.redo():
            pass
        end, undone = state(book), 0
        while book.undo():
            undone += 1
        assert book._db.execute("PRAGMA foreign_key_check").fetchall() == []
        for _ in range(undone):
            assert book.redo()
        assert state(book) == end
    book.close()


def test_the_words_of_a_full_text_index_are_merged_away(book: Book) -> None:
    book._db.execute("CREATE VIRTUAL TABLE words USING fts5 (word)")
    book._db.execute("INSERT INTO words VALUES (?)", (SECRET,))
    book._db.execute("DELETE FROM words")
    change(book, "New", DEAL)
    book.purge.until(1)
    assert not holds(book.path, SECRET.lower())
    assert not holds(book.path, SECRET)


def test_a_purge_leaves_the_present_records_alone(book: Book) -> None:
    fill(book)
    tables = dump(book.path)
    book.purge.until(book.chronicle.page(Wanted())[0].id)
    assert dump(book.path) == tables
    assert (book.undo(), book.redo(), names(book)) == (None, None, [module.UNTIL])
    with pytest.raises(sqlite3.OperationalError):
        book._db.execute("SELECT * FROM no_such_table")
