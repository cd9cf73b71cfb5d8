"""A full disk, a protected one, one that goes away: the last committed state stays, and what happened is said."""

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dealbook.book import connection, place, soundness
from dealbook.book.backup import backups, refresh
from dealbook.book.connection import Book, BookError, create_book, open_book
from dealbook.book.errors import BUSY
from dealbook.book.faults import as_refusal, reading_refusal, step_refusal
from dealbook.book.place import is_far, may_vanish
from tests.book.records import DEAL, PARTNER, dump, files, fill

GROWS = """
import os, resource, sys
from pathlib import Path
from dealbook.book.connection import BookError, open_book
from tests.book.records import PARTNER
from dataclasses import replace
book = open_book(Path(sys.argv[1]))
limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
for number in range(10_000):
    try:
        with book.step(f"{number}"):
            book.partner.save(replace(PARTNER, name=str(number), terms="x" * 5_000))
    except BookError as error:
        print(number, error.code, flush=True)
        break
assert book.undo_name == str(number - 1)
os._exit(0)  # as a crash: nothing is tidied up
"""


def _error(number: int, words: str = "disk I/O error") -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(words)
    error.sqlite_errorcode = number
    return error


def _grow(book: Book) -> None:
    for number in range(1000):
        with book.step(f"{number}"):
            book.partner.save(replace(PARTNER, name=str(number), terms="x" * 5_000))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.skipif(shutil.which("mount") is None, reason="needs mount")
def test_a_disk_that_fills_up(small_disk: Path) -> None:
    book = create_book(small_disk / "a.dealbook")
    fill(book)
    with pytest.raises(BookError) as refused:
        _grow(book)
    last = int(refused.value.facts["name"])
    assert refused.value.code == "disk-full"
    assert book.undo_name == str(last - 1)
    kept = dump(book.path)
    assert book.partner.get().name == str(last - 1)
    book.close()
    subprocess.run(["mount", "-o", "remount,size=4m", str(small_disk)], check=True)
    again = open_book(book.path)
    assert dump(again.path) == kept
    with again.step("Goes on"):
        again.partner.save(PARTNER)
    again.close()
    assert files(small_disk).keys() == {"a.dealbook"}


@pytest.mark.skipif(shutil.which("mount") is None, reason="needs mount")
def test_a_disk_that_becomes_read_only(small_disk: Path) -> None:
    create_book(small_disk / "a.dealbook").close()
    before = files(small_disk)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(BookError) as refused:
        open_book(small_disk / "a.dealbook")
    assert (refused.value.code, refused.value.facts["reason"]) == ("read-only", "Read-only file system")
    assert files(small_disk) == before
    with pytest.raises(BookError) as refused:
        create_book(small_disk / "b.dealbook")
    assert refused.value.code == "not-writable"


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of a process")
def test_a_file_that_cannot_grow(tmp_path: Path) -> None:
    """The system cuts a write off in the middle: what was committed before is all there, and nothing of the rest."""
    path = tmp_path / "a.dealbook"
    book = create_book(path)
    fill(book)
    book.close()
    done = subprocess.run(
        [sys.executable, "-c", GROWS, str(path), "700000"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    number, code = done.stdout.split()
    assert code in {"disk-full", "cut-off"}
    assert int(number) > 2
    again = open_book(path)
    assert again._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert again.undo_name == str(int(number) - 1)
    assert again.partner.get().name == str(int(number) - 1)
    again.close()


@pytest.mark.skipif(sys.platform == "win32", reason="an open file stays where it is there")
@pytest.mark.parametrize("what", ["deleted", "renamed", "replaced"])
def test_a_file_that_goes_away_while_open_is_not_written_to(book: Book, what: str) -> None:
    fill(book)
    elsewhere = book.path.with_name("elsewhere")
    if what == "deleted":
        book.path.unlink()
    else:
        book.path.rename(elsewhere)
    if what == "replaced":
        shutil.copyfile(elsewhere, book.path)
    with pytest.raises(BookError) as refused, book.step("Partner"):
        book.partner.save(replace(PARTNER, name="lost"))
    assert (refused.value.code, refused.value.facts["path"]) == ("moved-away", str(book.path))
    if what == "renamed":
        elsewhere.rename(book.path)
        with book.step("Partner"):
            book.partner.save(replace(PARTNER, name="found"))
        assert book.undo_name == "Partner"


def test_a_share_that_no_longer_answers_is_said(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(book)
    before = dump(book.path)

    def gone(_self: Path) -> os.stat_result:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "stat", gone)
    with pytest.raises(BookError, match="Input/output error") as refused, book.step("Partner"):
        book.partner.save(replace(PARTNER, name="lost"))
    monkeypatch.undo()
    assert refused.value.code == "cut-off"
    assert dump(book.path) == before


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (sqlite3.SQLITE_FULL, "disk-full"),
        (sqlite3.SQLITE_IOERR_WRITE, "cut-off"),
        (sqlite3.SQLITE_IOERR_FSYNC, "cut-off"),
        (sqlite3.SQLITE_CANTOPEN, "cut-off"),
        (sqlite3.SQLITE_READONLY, "write-protected"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "cut-off"),
        (sqlite3.SQLITE_CORRUPT, "spoilt"),
        (sqlite3.SQLITE_NOTADB, "spoilt"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "not-saved"),
        (sqlite3.SQLITE_NOMEM, "not-saved"),
    ],
)
def test_each_kind_of_error_has_its_words(number: int, code: str) -> None:
    refusal = step_refusal("Change", _error(number))
    assert (refusal.code, refusal.facts["name"]) == (code, "Change")
    assert (refusal.facts["reason"] == BUSY) is (number == sqlite3.SQLITE_BUSY_SNAPSHOT)


def test_errors_of_reading() -> None:
    assert reading_refusal(_error(sqlite3.SQLITE_IOERR_READ)).code == "lost-touch"
    assert reading_refusal(_error(sqlite3.SQLITE_CORRUPT_INDEX)).code == "found-damaged"
    assert as_refusal(_error(sqlite3.SQLITE_ERROR)) is None
    assert as_refusal(KeyError("x")) is None
    refusal = BookError("busy", path="x")
    assert as_refusal(refusal) is refusal


def test_a_protected_book_takes_no_step_and_stays(book: Book) -> None:
    fill(book)
    before = dump(book.path)
    book._db.execute("PRAGMA query_only = ON")
    with pytest.raises(BookError) as refused, book.step("Partner"):
        book.partner.save(replace(PARTNER, name="other"))
    assert refused.value.code == "write-protected"
    with pytest.raises(BookError) as refused:
        book.settings.set("language", "fr")
    assert refused.value.code == "write-protected"
    assert dump(book.path) == before


# --- sticks and networks

MOUNTS = """\
22 27 0:21 / / rw - ext4 /dev/sda1 rw
23 22 0:22 / /home/ada/share rw - nfs4 server:/x rw
24 22 0:22 / /data rw - vfat /dev/sdb1 rw
25 24 0:22 / /data/my\\040disk rw,noexec shared:1 - ext4 /dev/sdc1 rw
26 22 0:22 / /cloud rw - fuse.rclone x rw
a line that says nothing
"""


@pytest.mark.parametrize(
    ("path", "far"),
    [
        ("/home/ada/a.dealbook", False),
        ("/home/ada/share/a.dealbook", True),
        ("/home/ada/shared/a.dealbook", False),
        ("/data/a.dealbook", True),
        ("/data/my disk/a.dealbook", False),
        ("/cloud/a.dealbook", True),
        ("/media/ada/stick/a.dealbook", True),
        ("/Volumes/Stick/a.dealbook", True),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="mounts of other systems")
def test_where_a_book_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, path: str, far: bool) -> None:
    listed = tmp_path / "mountinfo"
    listed.write_text(MOUNTS, encoding="utf-8")
    monkeypatch.setattr(place, "_MOUNTS", listed)
    assert may_vanish(Path(path)) is far


def test_nobody_knows_the_mounts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(place, "_MOUNTS", tmp_path / "none")
    assert not may_vanish(tmp_path.resolve())
    assert not is_far("")


@pytest.fixture
def on_a_stick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every book lie where it may vanish."""
    for module in (connection, soundness):
        monkeypatch.setattr(module, "may_vanish", lambda _: True)
    monkeypatch.setattr("dealbook.book.backup.may_vanish", lambda _: True)


def test_a_book_on_a_stick_shares_no_memory_and_comes_back_home(
    book: Book, monkeypatch: pytest.MonkeyPatch, on_a_stick: None
) -> None:
    fill(book)
    before = dump(book.path)
    book.close()
    stick = open_book(book.path)
    assert stick._db.journal_mode == "delete"
    with stick.step("Note"):
        stick.deals.save(replace(DEAL, note="on the stick"))
    assert not book.path.with_name(f"{book.path.name}-shm").exists()
    made = refresh(stick.path)
    assert made is not None
    assert dump(made.path) == dump(stick.path)
    assert refresh(stick.path) is None
    assert backups(stick.path) == (made,)
    stick.undo()
    stick.close()
    monkeypatch.undo()
    home = open_book(book.path)
    assert home._db.journal_mode == "wal"
    assert dump(home.path) == before
    home.close()
