"""Books of every past schema open and keep what is in them; a step that fails changes nothing."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from dealbook.book import migrations
from dealbook.book.connection import BookError, create_book, open_book
from dealbook.domain.partner import SalesPay, Work
from tests.book.records import DEAL, DRAFT, ENROLMENT, LEFT, PARTNER, PROGRAM, RATE, STORY, dump, quote

STORED = sorted((Path(__file__).parents[1] / "books").glob("*.dealbook"))


@pytest.fixture(params=STORED, ids=lambda path: path.stem)
def stored(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a book that an earlier Dealbook wrote with `records.fill`."""
    return Path(shutil.copy(request.param, tmp_path))


def _schema(path: Path) -> set[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return set(connection.execute("SELECT type, name, sql FROM sqlite_schema"))


def test_there_is_a_book_of_every_schema() -> None:
    assert len(STORED) == migrations.version()


def test_an_old_book_has_everything_in_it(stored: Path) -> None:
    book = open_book(stored)
    partner = book.partner.get()
    is_first, is_third = stored.stem.startswith("0001"), stored.stem >= "0003"
    assert partner == (PARTNER if is_third else replace(PARTNER, sales=SalesPay(), work=Work()))
    assert book.partner.enrolments() == (ENROLMENT if is_first else LEFT,)
    assert book.drafts.all() == (() if is_first else (DRAFT,))
    assert book.partner.rates() == (RATE,)
    assert book.programs.texts() == (PROGRAM,)
    assert book.deals.all() == (STORY if is_third else DEAL,)
    assert book.quotes.get("quote-1") == quote(quote_id="quote-1")
    assert book.settings.get("language") == "de"
    assert book._db.execute("PRAGMA foreign_key_check").fetchall() == []
    book.close()


def test_an_old_book_keeps_its_history(stored: Path) -> None:
    book = open_book(stored)
    assert (book.step_count, book.redo_name) == (3, "Rename")
    before = book.deals.all()
    book.redo()
    assert book.deals.get(DEAL.id).customer == "Meier"
    book.undo()
    assert book.deals.all() == before
    book.close()


def test_an_old_book_becomes_a_new_one(stored: Path, tmp_path: Path) -> None:
    open_book(stored).close()
    create_book(tmp_path / "new.dealbook").close()
    assert _schema(stored) == _schema(tmp_path / "new.dealbook")
    with closing(sqlite3.connect(stored)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (migrations.version(),)


def _with(monkeypatch: pytest.MonkeyPatch, *further: Callable[[Database], None]) -> None:
    """Have Dealbook know further migrations after its own."""
    known = Migrations(migrations.MIGRATIONS.name)
    for step in migrations.MIGRATIONS._migrations:
        known(name=step.name)(step.fn)
    for function in further:
        known()(function)
    monkeypatch.setattr(migrations, "MIGRATIONS", known)


def _colour(db: Database) -> None:
    db.execute("ALTER TABLE setting ADD COLUMN colour TEXT")


def _failing(db: Database) -> None:
    db.execute("DELETE FROM setting")
    db.execute("INSERT INTO no_such_table VALUES (1)")


def test_a_later_step_is_applied_once(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _with(monkeypatch, _colour)
    for _ in range(2):
        book = open_book(stored)
        assert book.settings.get("language") == "de"
        assert "colour" in dict.fromkeys(column.name for column in book._db["setting"].columns)
        book.close()


def test_a_step_that_fails_leaves_the_book_as_it_was(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, schema = dump(stored), _schema(stored)
    _with(monkeypatch, _colour, _failing)
    with pytest.raises(BookError):
        open_book(stored)
    assert (dump(stored), _schema(stored)) == (before, schema)
    monkeypatch.undo()
    open_book(stored).close()
