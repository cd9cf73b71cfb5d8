"""Setting, changing and removing a passphrase: everything comes along, nothing in clear stays behind."""

import os
import shutil
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from dealbook.book import backup as backup_module
from dealbook.book import protecting, rewriting
from dealbook.book.backup import Reason, back_up, backups, refresh
from dealbook.book.cipher import Key, connect, is_protected
from dealbook.book.connection import BookError, create_book, open_book
from dealbook.book.contrast import contents, contrast
from dealbook.book.migrations import version
from dealbook.book.protecting import Change, StoppedError, protect
from dealbook.book.restore import restore
from dealbook.book.sameness import holds_same
from dealbook.domain.deal import Deal
from tests.book.killing_protection import assert_nothing_is_clear, protection_kills
from tests.book.records import DEAL, dump, files, fill
from tests.rounds import USUAL
from tests.support import ROOT

FIRST, SECOND = Key("first passphrase"), Key("second")
NEEDLE = DEAL.address.encode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed plain book with two backups."""
    made = create_book(tmp_path / "a.dealbook")
    fill(made)
    back_up(made.path, Reason.RESTORE, made._db.conn)
    made.settings.set("language", "fr")
    back_up(made.path, Reason.RESTORE, made._db.conn)
    made.close()
    assert len(backups(made.path)) == 2
    return made.path


def _deal(path: Path, key: Key | None = None) -> Deal:
    book = open_book(path, key)
    try:
        return book.deals.get(DEAL.id)
    finally:
        book.close()


def _protected(path: Path) -> list[bool]:
    return [is_protected(file) for file in (path, *(one.path for one in backups(path)))]


def test_a_passphrase_is_set_changed_and_removed(path: Path, tmp_path: Path, home: Path) -> None:
    deal, before, former = _deal(path), dump(path), [dump(one.path) for one in backups(path)]
    name = next(one.path.name for one in backups(path))
    set_it = Change(path, None, FIRST)
    protect(set_it)
    assert (len(set_it.renewed), set_it.left) == (2, [])
    assert set_it.done <= set_it.total
    assert _protected(path) == [True] * 3
    assert_nothing_is_clear(tmp_path, home)
    protect(Change(path, FIRST, SECOND))
    assert not FIRST.opens(path)
    assert all(SECOND.opens(file) for file in (path, *(one.path for one in backups(path))))
    book = open_book(path, SECOND)
    assert book.deals.get(DEAL.id) == deal
    assert book.redo_name == "Rename", "the history comes along"
    book.close()
    protect(Change(path, SECOND, None))
    assert _protected(path) == [False] * 3
    assert dump(path) == before
    assert [dump(one.path) for one in backups(path)] == former
    assert backups(path)[0].path.name == name
    assert files(tmp_path).keys() == {path.name}


def test_what_a_book_writes_while_it_is_open_is_never_clear(path: Path, tmp_path: Path, home: Path) -> None:
    protect(Change(path, None, FIRST))
    book = open_book(path, FIRST)
    with book.step("Secret"):
        book.deals.save(replace(DEAL, customer="Geheimkunde"))
    assert path.with_name(f"{path.name}-wal").stat().st_size
    assert refresh(path, key=FIRST) is not None
    assert_nothing_is_clear(tmp_path, home)
    assert book._db.execute("PRAGMA temp_store").fetchone() == (2,)
    book.close()


def test_a_wrong_passphrase_changes_nothing(path: Path, tmp_path: Path) -> None:
    protect(Change(path, None, FIRST))
    before = files(tmp_path)
    for old, code in ((None, "protected"), (SECOND, "wrong-passphrase")):
        with pytest.raises(BookError) as refused:
            protect(Change(path, old, Key("third")))
        assert refused.value.code == code
        assert files(tmp_path) == before


def test_the_clear_content_is_written_over(path: Path) -> None:
    with path.open("rb") as plain:  # an open file is still there when its name is gone
        protect(Change(path, None, FIRST))
        found = plain.read()
    assert found
    assert set(found) == {0}


def test_another_name_of_the_file_stays_as_it_is(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other name"
    os.link(path, other)
    before = dump(other)
    protect(Change(path, None, FIRST))
    assert dump(other) == before


def test_permissions_stay(path: Path) -> None:
    path.chmod(0o640)
    protect(Change(path, None, FIRST))
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_book_that_is_open_is_not_touched(path: Path) -> None:
    book = open_book(path)
    with pytest.raises(BookError) as refused:
        protect(Change(path, None, FIRST))
    assert refused.value.code == "held"
    book.close()
    with closing(sqlite3.connect(path)) as other:  # another program, as another process has it
        other.execute("PRAGMA journal_mode = delete")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(BookError) as refused:
            protect(Change(path, None, FIRST))
    assert refused.value.code == "busy"
    assert _protected(path) == [False] * 3


@pytest.mark.parametrize("stored", sorted((ROOT / "tests" / "books").glob("*.dealbook")), ids=lambda path: path.stem)
def test_a_protected_book_of_every_past_schema_opens(tmp_path: Path, home: Path, stored: Path) -> None:
    path = tmp_path / "old.dealbook"
    shutil.copyfile(stored, path)
    is_old = stored.name < f"{version():04}"
    protect(Change(path, None, FIRST))
    open_book(path, FIRST).close()
    assert [(one.reason, FIRST.opens(one.path)) for one in backups(path)] == [(Reason.MIGRATION, True)] * is_old
    assert_nothing_is_clear(tmp_path, home)


def test_search_views_and_triggers_come_along(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.executescript(
            """
            CREATE VIRTUAL TABLE found USING fts5(words, content='deal_text', content_rowid='n', tokenize='trigram');
            INSERT INTO found(found) VALUES ('rebuild');
            CREATE VIRTUAL TABLE whole USING fts5(words, tokenize='trigram');
            INSERT INTO whole SELECT words FROM deal_text;
            CREATE VIEW "plain names" AS SELECT customer AS "the customer" FROM deal;
            CREATE TRIGGER follow AFTER INSERT ON deal_text
            BEGIN INSERT INTO whole (rowid, words) VALUES (new.n, new.words); END;
            CREATE TABLE loose (a, b);
            INSERT INTO loose VALUES (1, x'00ff'), (NULL, 2.5);
            """
        )
    change = Change(path, None, FIRST)
    protect(change)
    book = open_book(path, FIRST)
    for table in ("deal_search", "found", "whole"):
        assert book._db.execute(f"SELECT count(*) FROM {table} WHERE {table} MATCH 'teleph'").fetchone() == (1,)
        book._db.execute(f"INSERT INTO {table}({table}) VALUES ('integrity-check')")
    assert book._db.execute('SELECT "the customer" FROM "plain names"').fetchone() == (DEAL.customer,)
    assert book._db.execute("SELECT * FROM loose").fetchall() == [(1, b"\x00\xff"), (None, 2.5)]
    book.close()


@pytest.mark.parametrize("spoil", ["DELETE FROM made.line", "UPDATE made.deal SET note = 'x'", "DROP VIEW made.v"])
def test_a_copy_that_lacks_something_is_noticed(path: Path, spoil: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE VIEW v AS SELECT 1")
        db.execute("VACUUM INTO ?", (str(path.with_name("copy")),))
        db.execute("ATTACH ? AS made", (str(path.with_name("copy")),))
        assert holds_same(db, "main", "made")
        db.execute(spoil)
        assert not holds_same(db, "main", "made")


# --- what does not go as planned


@pytest.mark.parametrize("after", [1, 2, 3])
def test_it_can_be_stopped_and_finished(path: Path, after: int, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """While the book is written anew, or one of its backups."""
    monkeypatch.setattr(rewriting, "_OFTEN", 1)
    written: list[Path] = []
    usual = rewriting.rewrite

    def counting(address: str, unlock: str, target: Path, *rest: object) -> None:
        written.append(target)
        usual(address, unlock, target, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(protecting, "rewrite", counting)
    monkeypatch.setattr(protecting, "_state", lambda _: written)
    before = dump(path)
    if after < 3:
        with pytest.raises(StoppedError):
            protect(Change(path, None, FIRST), lambda: len(written) == 1)
        assert _protected(path) == [False] * 3
    else:
        with pytest.raises(BookError) as refused:
            protect(Change(path, None, FIRST), lambda: len(written) == after)
        assert refused.value.code == "partly-protected"
        assert refused.value.facts["count"] == "1"
        assert _protected(path)[0] is False
    assert dump(path) == before
    assert not list(path.parent.glob(".*.part"))
    again = Change(path, None, FIRST)
    protect(again)
    assert again.left == []
    assert _protected(path) == [True] * 3


def test_a_full_disk_leaves_the_book_as_it_was(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(protecting, "rewrite", full)
    before = files(tmp_path)
    with pytest.raises(BookError, match="No space left") as refused:
        protect(Change(path, None, FIRST))
    assert refused.value.code == "not-protected"
    assert dump(path)
    assert files(tmp_path).keys() == before.keys()


@pytest.mark.parametrize("is_set", [True, False])
def test_a_disk_that_is_full_of_backups(path: Path, is_set: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A passphrase is not set while a backup stays readable for want of room; removed is removed."""
    if not is_set:
        protect(Change(path, None, FIRST))
    usual, written = rewriting.rewrite, list[Path]()

    def full(address: str, unlock: str, target: Path, *rest: object) -> None:
        written.append(target)
        if len(written) > 2:
            raise OSError(28, "No space left on device")
        usual(address, unlock, target, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(protecting, "rewrite", full)
    change = Change(path, None, FIRST) if is_set else Change(path, FIRST, None)
    if is_set:
        with pytest.raises(BookError) as refused:
            protect(change)
        assert (refused.value.code, refused.value.facts["count"]) == ("partly-protected", "1")
    else:
        protect(change)
        assert change.left == [backups(path)[1].path]
    assert not is_protected(path)
    assert not list(path.parent.glob(".*.part"))


def test_a_removal_that_is_stopped_midway_names_the_backups(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    protect(Change(path, None, FIRST))
    monkeypatch.setattr(rewriting, "_OFTEN", 1)
    change = Change(path, FIRST, None)
    protect(change, lambda: not is_protected(path))
    assert change.left == [one.path for one in backups(path)]
    assert _protected(path) == [False, True, True]


def test_a_copy_that_is_not_the_book_is_not_taken(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewriting, "holds_same", lambda *_: False)
    with pytest.raises(BookError, match="not what the book is"):
        protect(Change(path, None, FIRST))
    assert _protected(path) == [False] * 3


def test_a_backup_that_cannot_be_written_anew_is_named(path: Path) -> None:
    newest, older = (one.path for one in backups(path))
    content = bytearray(newest.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    newest.write_bytes(content)
    damaged = newest.with_name("2026-01-01T00-00-00.damaged")
    damaged.write_bytes(content)
    change = Change(path, None, FIRST)
    protect(change)
    assert sorted(change.left) == sorted([newest, damaged])
    assert change.renewed == [older]
    assert newest.read_bytes() == content
    assert is_protected(path)


def test_a_backup_with_another_passphrase_is_named(path: Path) -> None:
    protect(Change(path, None, FIRST))
    kept = backups(path)[0].path
    content = kept.read_bytes()
    protect(Change(path, FIRST, SECOND))
    kept.write_bytes(content)  # as one that came back from elsewhere
    change = Change(path, SECOND, None)
    protect(change)
    assert change.left == [kept]
    assert kept.read_bytes() == content


def test_backups_of_a_former_place_come_along(path: Path) -> None:
    moved = path.with_name("moved.dealbook")
    path.rename(moved)
    other = create_book(path.with_name("other.dealbook"))
    fill(other)
    assert refresh(other.path) is not None
    other.close()
    other.path.unlink()
    change = Change(moved, None, FIRST)
    protect(change)
    assert [is_protected(one.path) for one in backups(path)] == [True, True]
    assert [is_protected(one.path) for one in backups(other.path)] == [False], "it was another book"
    assert len(change.renewed) == 2


def test_what_a_removal_left_when_it_was_killed_goes_with_the_next_opening(path: Path, tmp_path: Path) -> None:
    protect(Change(path, None, FIRST))
    left = path.with_name(f".{path.name}-00c0ffee.part")
    left.write_bytes(NEEDLE)
    with left.open("rb") as seen:
        open_book(path, FIRST).close()
        assert set(seen.read()) == {0}
    assert files(tmp_path).keys() == {path.name}


# --- backups of a protected book


def test_an_unchanged_protected_book_makes_no_backup(path: Path) -> None:
    protect(Change(path, None, FIRST))
    book = open_book(path, FIRST)
    assert refresh(path, key=FIRST) is None, "the newest holds the same, in other bytes"
    book.settings.set("language", "de")
    made = refresh(path, key=FIRST)
    assert made is not None
    assert FIRST.opens(made.path)
    book.close()


def test_a_plain_backup_comes_back_protected(path: Path, tmp_path: Path, home: Path) -> None:
    deal, plain = _deal(path), tmp_path / "plain backup"
    plain.write_bytes(backups(path)[0].path.read_bytes())
    protect(Change(path, None, FIRST))
    restore(path, plain, key=FIRST)
    plain.unlink()
    assert_nothing_is_clear(tmp_path, home)
    assert _deal(path, FIRST) == deal


def test_a_backup_with_another_passphrase_gets_that_of_the_book(path: Path, tmp_path: Path) -> None:
    protect(Change(path, None, FIRST))
    former = tmp_path / "former"
    former.write_bytes(backups(path)[0].path.read_bytes())
    protect(Change(path, FIRST, SECOND))
    assert contents(former, FIRST) is not None
    with pytest.raises(BookError) as refused:
        contents(former)
    assert refused.value.code == "protected"
    for key in (None, SECOND):
        with pytest.raises(BookError) as refused:
            restore(path, former, key=SECOND, backup_key=key)
        assert refused.value.code == ("protected" if key is None else "wrong-passphrase")
    before = restore(path, former, key=SECOND, backup_key=FIRST)
    assert before is not None
    assert SECOND.opens(before.path)
    assert SECOND.opens(path)
    open_book(path, SECOND).close()


def test_a_book_whose_passphrase_is_lost_makes_room_for_a_backup(path: Path) -> None:
    protect(Change(path, None, FIRST))
    former = backups(path)[0].path.read_bytes()
    protect(Change(path, FIRST, SECOND))
    backup = backups(path)[0].path
    backup.write_bytes(former)
    lost = path.read_bytes()
    assert restore(path, backup, key=FIRST, backup_key=FIRST) is None
    open_book(path, FIRST).close()
    (aside,) = backup.parent.glob(f"*{backup_module.DAMAGED}")
    assert aside.read_bytes() == lost, "it is kept, as protected as it was"


@pytest.mark.parametrize("is_open", [False, True])
def test_a_plain_book_is_compared_with_a_protected_backup(path: Path, is_open: bool) -> None:
    protect(Change(path, None, FIRST))
    former = backups(path)[0].path
    content = former.read_bytes()
    protect(Change(path, FIRST, None))
    former.write_bytes(content)
    book = open_book(path)
    with book.step("Rename"):
        book.deals.save(replace(DEAL, customer="Meier"))
    if not is_open:
        book.close()
    found = contrast(path, former, is_open=is_open, backup_key=FIRST)
    assert found is not None
    assert [deal.customer for deal in found.changed] == ["Meier"]
    if is_open:  # the book's own locks and log are untouched
        with closing(sqlite3.connect(path)) as other:
            assert other.execute("SELECT customer FROM deal").fetchone() == ("Meier",)
        book.undo()
        book.close()


def test_a_large_protected_book_is_checked_beside(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    protect(Change(path, None, FIRST))
    monkeypatch.setattr("dealbook.book.inspection.AT_ONCE", 0)
    book = open_book(path, FIRST)
    with book.step("Rename"):
        book.deals.save(replace(DEAL, customer="Meier"))
    assert book._soundness._damage == ""
    book.close()


def test_any_program_with_sqlcipher_opens_it_with_the_passphrase(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlcipher3 import dbapi2

    monkeypatch.setattr("dealbook.book.cipher._ROUNDS", USUAL)
    protect(Change(path, None, FIRST))
    for file in (path, backups(path)[0].path):
        with closing(dbapi2.connect(str(file))) as other:
            other.execute("PRAGMA key = 'first passphrase'")
            assert other.execute("SELECT customer FROM deal").fetchone() == (DEAL.customer,)


def test_a_connection_to_a_protected_file_cannot_be_had_without_the_key(path: Path) -> None:
    protect(Change(path, None, FIRST))
    with closing(connect(path.as_uri())) as other, pytest.raises(sqlite3.DatabaseError, match="not a database"):
        other.execute("SELECT * FROM deal")


# --- kills


@pytest.mark.skipif(sys.platform == "win32", reason="starting so many processes takes minutes there")
def test_a_killed_change_leaves_the_one_or_the_other(tmp_path: Path, home: Path) -> None:
    ways = list(protection_kills(tmp_path, home, count=15, seed=7))
    assert {found for _, _, found in ways} == {0, 1, 2}
