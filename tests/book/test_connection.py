"""Opening and making books; above all, that what is refused stays as it is."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from dealbook.book import connection, migrations
from dealbook.book.connection import Book, BookError, create_book, open_book
from tests.book.records import DEAL, STORY, dump, files, fill, quote

ALIEN = b"SQLite format 3\x00" + b"\x07" * 600


def _sqlite(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.executescript(script)


def _book(path: Path) -> None:
    create_book(path).close()


def _text(path: Path) -> None:
    path.write_text("format = 1\n", encoding="utf-8")


def _empty(path: Path) -> None:
    path.touch()


def _garbage(path: Path) -> None:
    path.write_bytes(ALIEN)


def _other_database(path: Path) -> None:
    _sqlite(path, "CREATE TABLE deal (id TEXT); CREATE TABLE _sqlite_migrations (migration_set, name)")


def _other_database_in_wal_mode(path: Path) -> None:
    _sqlite(path, "PRAGMA journal_mode = wal; CREATE TABLE deal (id TEXT)")


def _crashed(path: Path, script: str) -> None:
    """Write a database as a crash leaves it: with all of `script` only in the write-ahead log."""
    origin = path.with_name("origin")
    if path.exists():
        path.rename(origin)
    with closing(sqlite3.connect(origin)) as other:
        other.execute("PRAGMA journal_mode = wal")
        other.executescript(script)
        for suffix in ("", "-wal"):
            shutil.copyfile(f"{origin}{suffix}", f"{path}{suffix}")
    for file in path.parent.glob("origin*"):
        file.unlink()


def _crashed_other_database(path: Path) -> None:
    _crashed(path, "CREATE TABLE deal (id TEXT); INSERT INTO deal VALUES ('x')")


def _newer_by_number(path: Path) -> None:
    _book(path)
    _sqlite(path, f"PRAGMA user_version = {migrations.version() + 1}")


_UNKNOWN_STEP = "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('dealbook', 'later', '')"


def _newer_by_step(path: Path) -> None:
    _book(path)
    _sqlite(path, _UNKNOWN_STEP)


def _newer_after_crash(path: Path) -> None:
    _book(path)
    _crashed(path, _UNKNOWN_STEP)


def _without_schema(path: Path) -> None:
    _book(path)
    _sqlite(path, "DROP TABLE _sqlite_migrations")


def _cut_off(path: Path) -> None:
    _book(path)
    path.write_bytes(path.read_bytes()[:5000])


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (_text, "not-a-book"),
        (_empty, "not-a-book"),
        (_garbage, "damaged"),
        (_other_database, "not-a-book"),
        (_other_database_in_wal_mode, "not-a-book"),
        (_crashed_other_database, "not-a-book"),
        (_newer_by_number, "newer-book"),
        (_newer_by_step, "newer-book"),
        (_newer_after_crash, "newer-book"),
        (_without_schema, "damaged"),
        (_cut_off, "damaged"),
    ],
)
def test_a_refused_file_is_untouched(tmp_path: Path, make: Callable[[Path], None], code: str) -> None:
    path = tmp_path / "some #?% book.dealbook"  # characters that mean something in an address
    make(path)
    before = files(tmp_path)
    with pytest.raises(BookError) as refused:
        open_book(path)
    assert refused.value.code == code
    assert str(path) in str(refused.value)
    assert files(tmp_path) == before


def test_folder_and_missing_file_are_refused(tmp_path: Path) -> None:
    for path, code in [(tmp_path, "folder"), (tmp_path / "no.dealbook", "missing"), (tmp_path / "x" / "y", "missing")]:
        with pytest.raises(BookError) as refused:
            open_book(path)
        assert refused.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.dealbook"
    _book(path)

    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(BookError, match="Permission denied") as refused:
        open_book(path)
    assert refused.value.code == "unreadable"


def test_a_book_in_use_by_another_program_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.dealbook"
    _book(path)
    monkeypatch.setattr(connection, "_BUSY_SECONDS", 0.01)
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA journal_mode = delete")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(BookError) as refused:
            open_book(path)
    assert refused.value.code == "busy"


def test_a_new_book_is_never_made_over_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.dealbook"
    path.write_bytes(b"precious")
    with pytest.raises(BookError) as refused:
        create_book(path)
    assert refused.value.code == "exists"
    assert files(tmp_path) == {"a.dealbook": b"precious"}


def test_a_new_book_where_none_can_be(tmp_path: Path) -> None:
    with pytest.raises(BookError) as refused:
        create_book(tmp_path / "no folder" / "a.dealbook")
    assert refused.value.code == "not-writable"


def test_making_a_book_that_fails_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(db: Database) -> None:
        db.execute("CREATE TABLE half (id TEXT)")
        db.execute("INSERT INTO no_such_table VALUES (1)")

    monkeypatch.setattr(connection, "migrate", failing)
    with pytest.raises(BookError, match="no_such_table"):
        create_book(tmp_path / "a.dealbook")
    assert files(tmp_path) == {}


def test_every_table_is_strict_and_keys_are_checked(book: Book) -> None:
    sql = "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
    ours = {name: strict for name, strict in book._db.execute(sql) if not name.startswith("sqlite_")}
    assert ours.keys() > migrations.UNDOABLE
    assert set(ours.values()) == {1}
    assert book._db.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert book._db.journal_mode == "wal"


def test_a_dangling_reference_is_refused(book: Book) -> None:
    with pytest.raises(sqlite3.IntegrityError), book.step("Break"):
        book._db.execute("INSERT INTO offer VALUES ('o', 'no deal', 0, '', 36, '2026-01-01', 0, 12)")
    assert dump(book.path)["offer"] == []


def test_deleting_a_deal_takes_what_is_in_it(book: Book) -> None:
    fill(book)
    book._db.execute("DELETE FROM quote")
    book._db.execute("DELETE FROM deal")
    left = dump(book.path)
    assert [left[name] for name in ("offer", "line", "event", "quote_file")] == [[], [], [], []]


def test_a_closed_book_is_one_file(tmp_path: Path) -> None:
    made = create_book(tmp_path / "a.dealbook")
    fill(made)
    made.close()
    assert [file.name for file in tmp_path.iterdir()] == ["a.dealbook"]


def test_what_was_kept_survives_a_crash(book: Book, tmp_path: Path) -> None:
    fill(book)
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for suffix in ("", "-wal"):
        shutil.copyfile(f"{book.path}{suffix}", crashed / f"test.dealbook{suffix}")
    again = open_book(crashed / "test.dealbook")
    assert again.deals.get(DEAL.id) == STORY
    assert again.quotes.get("quote-1") == quote(quote_id="quote-1")
    assert again.redo_name == "Rename"
    again.close()
