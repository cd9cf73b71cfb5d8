"""Backups: which are made, which stay, what they say; and that restoring one can be taken back."""

import errno
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealbook import paths
from dealbook.book import backup as backup_module
from dealbook.book import migrations, soundness
from dealbook.book.ages import Backup, Reason, kept
from dealbook.book.backup import DamagedError, StoppedError, back_up, backups, books, folders, refresh
from dealbook.book.cipher import is_protected
from dealbook.book.connection import Book, BookError, create_book, open_book
from dealbook.book.contrast import contents, contrast
from dealbook.book.restore import restore
from tests.book.records import DEAL, PARTNER, RATE, STORY, dump, files, fill, quote

NOW = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)


def _aged(hours: float, reason: Reason = Reason.OPENING) -> Backup:
    return Backup(Path(f"{hours}"), NOW - timedelta(hours=hours), reason)


def _hours(backups_kept: frozenset[Backup]) -> list[float]:
    return sorted(float(one.path.name) for one in backups_kept)


# --- which stay


def test_one_an_hour_then_one_a_day_then_one_a_week() -> None:
    many = [_aged(hours / 4) for hours in range(4 * 24 * 500)]
    staying = sorted(kept(many, NOW), key=lambda one: one.made)
    ages = [NOW - one.made for one in staying]
    assert sum(age <= timedelta(hours=24) for age in ages) == 25  # 24 hours touch 25 hours of the clock
    assert sum(timedelta(hours=24) < age <= timedelta(days=30) for age in ages) == 29
    assert sum(timedelta(days=30) < age for age in ages) == 48
    assert ages[0] < timedelta(days=367)


def test_the_newest_of_an_hour_stays() -> None:
    assert _hours(kept([_aged(0.1), _aged(0.2), _aged(0.4), _aged(0.6)], NOW)) == [0.1, 0.6]


def test_the_only_backup_stays_however_old() -> None:
    assert _hours(kept([_aged(24 * 4000)], NOW)) == [24 * 4000]
    assert _hours(kept([_aged(24 * 4000), _aged(24 * 4001)], NOW)) == [24 * 4000]


def test_what_takes_a_restore_back_stays_for_a_month() -> None:
    before = [_aged(hours, Reason.RESTORE) for hours in (0.2, 0.3, 24 * 29, 24 * 29 + 1)]
    assert kept([_aged(0.1), *before], NOW) >= set(before)


@given(st.lists(st.integers(-100, 24 * 60 * 400), max_size=60), st.integers(0, 24 * 60 * 400))
def test_what_stayed_once_was_not_needed_by_what_goes(minutes: list[int], later: int) -> None:
    """Thinning on every opening keeps what thinning once at the end would keep: nothing goes too early."""
    all_of_them = [_aged(minute / 60) for minute in set(minutes)]
    once = kept(all_of_them, NOW + timedelta(minutes=later))
    twice = kept(kept(all_of_them, NOW), NOW + timedelta(minutes=later))
    assert once == twice
    assert bool(once) is bool(all_of_them)


# --- which are made


def _age(book: Path, **by: float) -> None:
    """Make the backups of a book older."""
    for one in backups(book):
        made = one.made - timedelta(**by)
        one.path.rename(one.path.with_name(f"{made.strftime(backup_module._FORM)[:-3]}.{one.reason}.dealbook"))


def test_opening_makes_a_backup_that_is_the_book(book: Book) -> None:
    fill(book)
    made = refresh(book.path)
    assert made is not None
    assert made.reason is Reason.OPENING
    assert made.path.is_relative_to(paths.user_data())
    assert dump(made.path) == dump(book.path)
    assert backups(book.path) == (made,)
    assert {file.suffix for file in made.path.parent.iterdir()} == {".dealbook", ".txt"}
    assert books() == (book.path,)
    again = open_book(made.path)
    assert again.deals.get(DEAL.id) == STORY
    assert again.redo_name == "Rename"
    again.close()


def test_an_unchanged_book_makes_none(book: Book) -> None:
    fill(book)
    assert refresh(book.path) is not None
    assert refresh(book.path) is None
    book.settings.set("language", "fr")
    assert refresh(book.path) is not None
    book.close()
    open_book(book.path).close()
    assert len(backups(book.path)) == 1, "two of one hour are one"


def test_an_unchanged_book_is_not_even_copied(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(book)
    book.close()
    hour_ago = datetime.now(UTC).timestamp() - 3600
    os.utime(book.path, (hour_ago, hour_ago))
    opened = open_book(book.path)
    assert refresh(book.path) is not None
    monkeypatch.setattr(backup_module, "_copy", lambda *_: pytest.fail("copied"))
    assert refresh(book.path) is None
    opened.close()


def test_older_ones_go_by_age(book: Book) -> None:
    for number in range(4):
        with book.step("Rate"):
            book.partner.save_rate(replace(RATE, rate=RATE.rate + number))
        refresh(book.path)
        _age(book.path, days=400)
    assert len(backups(book.path)) == 1
    with book.step("Rate"):
        book.partner.save_rate(replace(RATE, rate=RATE.rate + 9))
    refresh(book.path)
    assert len(backups(book.path)) == 1


def test_a_bad_backup_is_none_and_costs_none(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(book)
    first = refresh(book.path)
    assert first is not None
    _age(book.path, days=400)
    book.settings.set("language", "fr")
    usual = backup_module._copy

    def spoiling(source: backup_module.Source, target: Path, stop: Callable[[], bool]) -> None:
        usual(source, target, stop)
        _spoil(target)

    monkeypatch.setattr(backup_module, "_copy", spoiling)
    with pytest.raises(BookError) as refused:
        refresh(book.path)
    assert refused.value.code == "not-backed-up"
    assert len(backups(book.path)) == 1
    assert {file.suffix for file in first.path.parent.iterdir()} == {".dealbook", ".txt"}


def test_a_backup_can_be_stopped(book: Book) -> None:
    fill(book)
    with pytest.raises(StoppedError):
        refresh(book.path, lambda: True)
    assert backups(book.path) == ()
    with book.step("Rate"):
        book.partner.save_rate(RATE)


def test_a_backup_is_one_moment_of_the_book(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(book)
    before = dump(book.path)
    monkeypatch.setattr(backup_module, "_PAGES", 1)
    asked: list[bool] = []

    def write_meanwhile() -> bool:
        if not asked:
            with book.step("Partner"):
                book.partner.save(replace(PARTNER, name="Meanwhile", terms="x" * 9000))
        asked.append(True)
        return False

    made = refresh(book.path, write_meanwhile)
    assert made is not None
    assert len(asked) > 5
    assert dump(made.path) == before != dump(book.path)


def test_where_the_users_folder_cannot_be_written_backups_lie_beside_the_book(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    def protected() -> Path:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(paths, "user_data", protected)
    made = refresh(book.path)
    assert made is not None
    assert made.path.parent == book.path.with_name(f"{book.path.name}-backups")
    assert backups(book.path) == (made,)


def test_where_no_place_takes_it_the_reason_is_said(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(backup_module, "_copy", full)
    with pytest.raises(BookError, match="No space left") as refused:
        refresh(book.path)
    assert refused.value.code == "not-backed-up"
    assert backups(book.path) == ()


# --- before a migration

OLD = Path(__file__).parents[1] / "books" / "0001-first.dealbook"


def test_an_older_book_is_backed_up_before_it_is_migrated(tmp_path: Path) -> None:
    path = Path(shutil.copy(OLD, tmp_path))
    before = dump(path)
    for _ in range(2):
        open_book(path).close()
    (made,) = backups(path)
    assert made.reason is Reason.MIGRATION
    assert dump(made.path) == before
    restore(path, made.path)
    assert dump(path) == before


def test_a_migration_that_cannot_be_backed_up_is_not_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(shutil.copy(OLD, tmp_path))
    before = dump(path)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(backup_module, "_copy", full)
    with pytest.raises(BookError, match="No space left") as refused:
        open_book(path)
    assert refused.value.code == "no-backup"
    assert dump(path) == before
    monkeypatch.undo()
    open_book(path).close()


# --- damage


def _spoil(path: Path) -> None:
    """Write over the middle of a database, as a failing disk does; its first page stays as it was."""
    hides_kinds = is_protected(path)
    with path.open("r+b") as file:
        file.seek(4096)
        while len(page := file.read(4096)) == 4096:
            if hides_kinds or page[0] in {2, 5, 10, 13}:  # pages of tables and indexes
                file.seek(-4096, os.SEEK_CUR)
                file.write(b"\xa5" * 64)
                file.seek(4096 - 64, os.SEEK_CUR)


def test_a_damaged_book_is_refused_before_a_byte_is_written(book: Book) -> None:
    fill(book)
    book.close()
    _spoil(book.path)
    before = files(book.path.parent)
    with pytest.raises(BookError) as refused:
        open_book(book.path)
    assert refused.value.code == "damaged"
    assert files(book.path.parent) == before


def test_a_large_damaged_book_opens_and_is_never_written(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(book)
    book.close()
    with closing(sqlite3.connect(book.path)) as other:  # damage that does not keep the history from being read
        other.execute("PRAGMA journal_mode = delete")
        (page,) = other.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'exchange_rate'").fetchone()
    with book.path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xa5" * 64)
    monkeypatch.setattr(soundness, "AT_ONCE", 0)
    monkeypatch.setattr("dealbook.book.inspection.AT_ONCE", 0)
    opened = open_book(book.path)
    before = book.path.read_bytes()[4096:]
    with pytest.raises(BookError) as refused, opened.step("Partner"):
        opened.partner.save(replace(PARTNER, name="other"))
    assert refused.value.code == "spoilt"
    for change in (opened.undo, opened.redo, lambda: opened.settings.set("a", "b")):
        if change != opened.undo:
            with pytest.raises(BookError):
                change()
    with pytest.raises(DamagedError):
        refresh(book.path)
    opened.close()
    assert book.path.read_bytes()[4096:] == before
    assert backups(book.path) == ()


def test_a_condemned_book_takes_no_change(book: Book) -> None:
    fill(book)
    book.condemn("page 7 is gone")
    before = dump(book.path)
    with pytest.raises(BookError, match="page 7 is gone") as refused, book.step("Partner"):
        book.partner.save(replace(PARTNER, name="other"))
    assert refused.value.code == "spoilt"
    assert dump(book.path) == before


def test_a_check_beside_ends_with_the_book(book: Book) -> None:
    fill(book)
    book.check_beside()
    with book.step("Partner"):
        book.partner.save(replace(PARTNER, name="sound"))
    book.check_beside()
    book.close()


# --- restoring


def _changed(book: Book) -> None:
    """Change a deal, add one, remove none; issue a quote and change the partner."""
    with book.step("Change"):
        offer = DEAL.offers[1]
        lines = (replace(offer.lines[0], quantity=offer.lines[0].quantity + 1), *offer.lines[1:])
        book.deals.save(replace(DEAL, offers=(DEAL.offers[0], replace(offer, lines=lines))))
        book.deals.save(replace(DEAL, id="deal-2", customer="Neu", title="Zwei", offers=(), chosen=None))
    with book.step("Issue"):
        book.quotes.save(quote("Q-2026-0002", quote_id="quote-2"))
    with book.step("Partner"):
        book.partner.save(replace(PARTNER, name="Anders"))


def test_what_a_restore_would_change_is_told(book: Book) -> None:
    fill(book)
    made = refresh(book.path)
    assert made is not None
    same = contrast(book.path, made.path, is_open=True)
    assert same is not None
    assert same.is_none
    assert same.steps == 0
    _changed(book)
    found = contrast(book.path, made.path, is_open=True)
    assert found is not None
    assert [deal.customer for deal in found.added] == ["Neu"]
    assert [deal.id for deal in found.changed] == [DEAL.id]
    assert found.removed == ()
    assert found.quotes == ("Q-2026-0002",)
    assert found.steps == 3
    assert found.others == {"partner"}
    book.close()
    before = restore(book.path, made.path)
    assert before is not None
    back = contrast(book.path, before.path, is_open=False)
    assert back is not None
    assert [deal.customer for deal in back.removed] == ["Neu"]
    assert files(book.path.parent).keys() == {book.path.name}


def test_a_deal_that_lost_all_its_lines_is_a_changed_one(book: Book) -> None:
    fill(book)
    made = refresh(book.path)
    assert made is not None
    with book.step("Lines"):
        book.deals.save(replace(DEAL, offers=(DEAL.offers[0], replace(DEAL.offers[1], lines=()))))
    found = contrast(book.path, made.path, is_open=True)
    assert found is not None
    assert [deal.id for deal in found.changed] == [DEAL.id]
    assert found.others == frozenset()


def test_a_backup_of_an_older_schema_is_compared_by_what_both_have(tmp_path: Path) -> None:
    path = Path(shutil.copy(OLD, tmp_path))
    open_book(path).close()
    (made,) = backups(path)
    found = contrast(path, made.path, is_open=False)
    assert found is not None
    assert found.is_none


def test_contents_of_a_backup(book: Book) -> None:
    fill(book)
    made = refresh(book.path)
    assert made is not None
    found = contents(made.path)
    assert found is not None
    assert (found.deals, found.won, found.quotes, found.steps, found.last_name) == (1, 1, 1, 3, "Quote")
    assert found.last_at is not None
    made.path.write_bytes(b"nothing")
    assert contents(made.path) is None
    assert contrast(book.path, made.path, is_open=True) is None


def test_restoring_keeps_the_present_book_and_can_be_taken_back(book: Book) -> None:
    fill(book)
    first, past = refresh(book.path), dump(book.path)
    assert first is not None
    _changed(book)
    present = dump(book.path)
    book.close()
    before = restore(book.path, first.path)
    assert before is not None
    assert before.reason is Reason.RESTORE
    assert dump(book.path) == past
    assert files(book.path.parent).keys() == {book.path.name}
    assert restore(book.path, before.path) is not None
    assert dump(book.path) == present
    opened = open_book(book.path)
    assert opened.undo_name == "Partner"
    opened.close()


def test_restoring_a_damaged_book_keeps_its_file(book: Book) -> None:
    fill(book)
    made, past = refresh(book.path), dump(book.path)
    assert made is not None
    book.close()
    _spoil(book.path)
    log = book.path.with_name(f"{book.path.name}-wal")
    log.write_bytes(b"what a crash left")
    damaged = book.path.read_bytes()
    assert restore(book.path, made.path) is None
    assert files(book.path.parent).keys() == {book.path.name}, "a log must never be played into another book"
    assert dump(book.path) == past
    (copy,) = folders(book.path)[0].glob("*.damaged")
    assert copy.read_bytes() == damaged
    assert copy.with_name(f"{copy.name}-wal").read_bytes() == b"what a crash left"


def test_a_book_that_is_gone_comes_back(book: Book) -> None:
    fill(book)
    made, past = refresh(book.path), dump(book.path)
    assert made is not None
    book.close()
    book.path.unlink()
    book.path.with_name(f"{book.path.name}-wal").write_bytes(b"of another life")
    assert books() == (book.path,)
    assert restore(book.path, made.path) is None
    assert files(book.path.parent).keys() == {book.path.name}
    assert dump(book.path) == past


def test_a_bad_backup_is_not_restored(book: Book) -> None:
    fill(book)
    made = refresh(book.path)
    assert made is not None
    book.close()
    _spoil(made.path)
    before = files(book.path.parent)
    with pytest.raises(BookError) as refused:
        restore(book.path, made.path)
    assert refused.value.code == "bad-backup"
    assert files(book.path.parent) == before


def test_a_backup_of_a_newer_dealbook_is_not_restored(book: Book) -> None:
    made = refresh(book.path)
    assert made is not None
    book.close()
    with closing(sqlite3.connect(made.path)) as other:
        other.execute(f"PRAGMA user_version = {migrations.version() + 1}")
    with pytest.raises(BookError) as refused:
        restore(book.path, made.path)
    assert refused.value.code == "newer-book"


def test_an_open_book_is_not_restored(book: Book) -> None:
    fill(book)
    made = refresh(book.path)
    assert made is not None
    with pytest.raises(BookError) as refused:
        restore(book.path, made.path)
    assert refused.value.code == "held"
    book.close()
    with closing(sqlite3.connect(book.path)) as other:  # another program
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE setting SET value = 'x'")
        with pytest.raises(BookError) as refused:
            restore(book.path, made.path)
    assert refused.value.code == "busy"


@pytest.mark.parametrize("step", ["copyfile", "replace"])
def test_a_restore_that_fails_leaves_the_book(book: Book, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    fill(book)
    made = refresh(book.path)
    assert made is not None
    _changed(book)
    book.close()
    before = files(book.path.parent)

    def failing(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if step == "copyfile":
        monkeypatch.setattr(shutil, step, failing)
    else:
        monkeypatch.setattr(Path, step, failing)
    with pytest.raises(BookError) as refused:
        restore(book.path, made.path)
    monkeypatch.undo()
    assert refused.value.code == "not-restored"
    assert files(book.path.parent) == before


def test_back_up_says_why_it_cannot(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*_: object) -> None:
        raise DamagedError("page 3")

    monkeypatch.setattr(backup_module, "_refuse_damaged", damaged)
    with closing(sqlite3.connect(book.path)) as source, pytest.raises(BookError, match="page 3") as refused:
        back_up(book.path, Reason.RESTORE, source)
    assert refused.value.code == "not-backed-up"


def test_making_a_book_needs_no_backup(tmp_path: Path) -> None:
    path = tmp_path / "new.dealbook"
    create_book(path).close()
    assert backups(path) == ()
