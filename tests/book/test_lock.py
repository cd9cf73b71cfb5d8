"""One book, one window: who holds a book is told to whoever comes second, and no crash locks a book for good."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dealbook.book import lock
from dealbook.book.connection import BookError, create_book, open_book
from dealbook.book.errors import SOMEBODY
from dealbook.book.lock import BookLock, holder, lock_place
from tests.book.records import files

HOLDS = """
import sys
from pathlib import Path
from dealbook.book.connection import open_book
book = open_book(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A closed book."""
    path = tmp_path / "a.dealbook"
    create_book(path).close()
    return path


def _refused(path: Path) -> BookError:
    with pytest.raises(BookError) as refused:
        open_book(path)
    return refused.value


def _knows_no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_file: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(lock, "_lock", unknown)


def test_a_second_opener_is_told_who_holds_the_book(closed: Path) -> None:
    first = open_book(closed)
    found = holder(lock_place(closed))
    assert found is not None
    assert found.pid == os.getpid()
    error = _refused(closed)
    assert error.code == "held"
    assert found.host in error.facts["reason"]
    assert error.facts["since"] == found.since
    first.close()
    open_book(closed).close()


def test_a_closed_book_leaves_no_lock(closed: Path) -> None:
    assert files(closed.parent).keys() == {closed.name}


def test_another_process_is_kept_out_and_its_death_frees_the_book(closed: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(closed)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "open"
        error = _refused(closed)
        process.kill()
        process.wait()
    assert error.code == "held"
    found = holder(lock_place(closed))
    assert found is not None, "a crash leaves the file"
    assert found.pid == process.pid
    open_book(closed).close()
    assert files(closed.parent).keys() == {closed.name}


def test_what_was_refused_leaves_the_lock_of_the_holder(closed: Path) -> None:
    first = open_book(closed)
    _refused(closed)
    assert _refused(closed).code == "held"
    first.close()


def test_a_lock_that_says_nothing_is_still_a_lock(closed: Path) -> None:
    first = open_book(closed)
    lock_place(closed).write_bytes(b"\xff")
    assert _refused(closed).facts["reason"] == SOMEBODY
    first.close()


def test_a_lock_that_was_removed_meanwhile_is_taken_anew(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last owner removes its file between our opening it and our locking it."""
    usual, calls = lock._lock, []

    def removed_first(file: object) -> None:
        calls.append(file)
        if len(calls) == 1:
            lock_place(closed).unlink()
        usual(file)  # type: ignore[arg-type]

    monkeypatch.setattr(lock, "_lock", removed_first)
    taken = BookLock(closed)
    assert len(calls) == 2
    with pytest.raises(BookError):
        BookLock(closed)
    taken.release()


def test_releasing_twice_does_not_take_the_next_ones_lock_away(closed: Path) -> None:
    first = BookLock(closed)
    first.release()
    second = BookLock(closed)
    first.release()
    assert lock_place(closed).exists()
    second.release()


def test_without_locks_the_file_itself_keeps_others_out(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _knows_no_locks(monkeypatch)
    first = open_book(closed)
    error = _refused(closed)
    assert error.code == "held-maybe"
    assert error.facts["lock"] == str(lock_place(closed))
    first.close()
    open_book(closed).close()


def test_without_locks_another_computer_counts_and_a_dead_process_does_not(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _knows_no_locks(monkeypatch)
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    signed = {"user": "ada", "host": "laptop", "pid": gone.pid, "since": "2026-03-10 09:30"}
    lock_place(closed).write_text(json.dumps(signed), encoding="utf-8")
    error = _refused(closed)
    assert (error.code, error.facts["reason"], error.facts["since"]) == (
        "held-maybe",
        "ada (laptop)",
        "2026-03-10 09:30",
    )
    monkeypatch.setattr("socket.gethostname", lambda: "laptop")
    open_book(closed).close()


def test_where_nothing_can_be_written_the_book_is_refused_and_says_so(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(closed.parent)

    def protected(*_: object) -> int:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "open", protected)
    error = _refused(closed)
    assert (error.code, error.facts["reason"]) == ("read-only", "Read-only file system")
    assert files(closed.parent) == before


def test_a_file_that_is_write_protected_is_refused(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files(closed.parent)
    closed.chmod(0o444)
    monkeypatch.setattr(os, "access", lambda path, _mode: bool(Path(path).stat().st_mode & 0o200))  # as for nobody
    assert _refused(closed).code == "read-only"
    assert files(closed.parent) == before
    closed.chmod(0o644)
    open_book(closed).close()


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_a_folder_that_is_read_only(closed: Path) -> None:
    closed.parent.chmod(0o555)
    try:
        assert _refused(closed).code == "read-only"
    finally:
        closed.parent.chmod(0o755)
    open_book(closed).close()
