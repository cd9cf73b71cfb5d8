"""One book, one window: an advisory lock in a file beside the book, which says who has the book open and since when.

The operating system holds the lock for the process, so a crash leaves a file but no lock, and the next one takes it
over. Where a file system knows no locks (some network folders), the file alone must do: one that a process of this
computer left is known to be stale when the process is gone, of another computer's nobody can tell.
"""

import errno
import getpass
import json
import os
import socket
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from io import BufferedRandom
from pathlib import Path
from typing import Final

from dealbook.book.errors import SOMEBODY, BookError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_UNKNOWN: Final = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL})
"""What a file system says that knows no locks."""
_FAR: Final = 1 << 30
"""Windows keeps others from reading what is locked: so what is locked lies behind all that is written."""
_TRIES: Final = 20


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a book open: user, computer, process, and since when, in local time to the minute."""

    user: str
    host: str
    pid: int
    since: str


class BookLock:
    """The right to write a book, until `release`."""

    def __init__(self, path: Path) -> None:
        """Take the lock of the book at `path`. Raises BookError (held, held-maybe, read-only)."""
        self.place = lock_place(path)
        self._file = _taken(path, self.place)

    def release(self) -> None:
        """Give the book free; nothing stays beside it."""
        if self._file.closed:
            return
        if sys.platform == "win32":  # there a file that is open cannot be removed, and one in use by others stays
            self._file.close()
            _removed(self.place)
        else:
            _removed(self.place)  # before it is given free: later it might be another one's
            self._file.close()


def lock_place(path: Path) -> Path:
    """Return where the lock of a book lies."""
    return path.with_name(f".{path.name}.lock")


def holder(place: Path) -> Holder | None:
    """Return who wrote a lock; None where it does not say."""
    try:
        return Holder(**json.loads(place.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _taken(path: Path, place: Path) -> BufferedRandom:
    for _ in range(_TRIES):
        file = _opened(path, place)
        try:
            if _is_free(path, place, file) and _is_still_there(file, place):
                _sign(file)
                return file
        except OSError as error:
            file.close()
            raise BookError("read-only", path=str(path), reason=error.strerror or str(error)) from error
        except BaseException:
            file.close()
            raise
        file.close()
    raise _held(path, place)


def _opened(path: Path, place: Path) -> BufferedRandom:
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
    try:
        return os.fdopen(os.open(place, flags, 0o666), "r+b")
    except OSError as error:
        raise BookError("read-only", path=str(path), reason=error.strerror or str(error)) from error


def _is_free(path: Path, place: Path, file: BufferedRandom) -> bool:
    """Take the lock of the open file. Raises BookError where another one has it."""
    try:
        _lock(file)
    except OSError as error:
        if error.errno not in _UNKNOWN:
            raise _held(path, place) from error
        _refuse_unless_stale(path, place)
    return True


def _lock(file: BufferedRandom) -> None:
    if sys.platform == "win32":
        file.seek(_FAR)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _refuse_unless_stale(path: Path, place: Path) -> None:
    """Where there are no locks: raise BookError unless nobody signed the file, or a process that is gone."""
    found = holder(place)
    if found is not None and (found.host != socket.gethostname() or _runs(found.pid)):
        raise _held(path, place, "held-maybe")


def _runs(pid: int) -> bool:
    """Whether a process of this computer runs; on Windows, where locks are always known, nobody asks."""
    if sys.platform == "win32":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _is_still_there(file: BufferedRandom, place: Path) -> bool:
    """Whether the file that was locked is the one beside the book: its last owner may just have removed it."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), place.stat())
    except FileNotFoundError:
        return False


def _sign(file: BufferedRandom) -> None:
    since = datetime.now().astimezone().isoformat(sep=" ", timespec="minutes")[:16]
    mine = Holder(_user(), socket.gethostname(), os.getpid(), since)
    file.seek(0)
    file.truncate()
    file.write(json.dumps(asdict(mine), ensure_ascii=False).encode())
    file.flush()


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name
        return ""


def _held(path: Path, place: Path, code: str = "held") -> BookError:
    found = holder(place)
    if found is None:
        return BookError(code, path=str(path), reason=SOMEBODY, since="?", lock=str(place))
    who = f"{found.user} ({found.host})" if found.user else found.host
    return BookError(code, path=str(path), reason=who, since=found.since, lock=str(place))


def _removed(place: Path) -> None:
    try:
        place.unlink(missing_ok=True)
    except OSError:  # the drive is gone, or somebody else just took the lock
        return
