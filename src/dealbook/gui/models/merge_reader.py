"""Another book read on a thread beside the window: how far it is, what came of it, and a way to stop it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event, Thread

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from dealbook.book.connection import Book
from dealbook.desk.merging import Compared, OtherBook, Stage, StoppedError, Watch, compare
from dealbook.desk.passphrases import Key


class Held:
    """The copy of the other book, taken away when another one comes or the page goes."""

    def __init__(self) -> None:
        self.other: OtherBook | None = None

    def hold(self, other: OtherBook | None) -> None:
        """Hold another copy, or none."""
        before, self.other = self.other, other
        if before is not None:
            before.close()

    def drop(self) -> None:
        """Hold none any more."""
        self.hold(None)


class _Watch(Watch):
    """Passes on how far it is, and says when it is no longer wanted."""

    def __init__(self, reader: "Reader") -> None:
        self._reader = reader
        self.end = Event()

    def told(self, stage: Stage, done: int, total: int) -> None:
        if isValid(self._reader):
            self._reader.progressed.emit(stage, done, total)

    def stopped(self) -> bool:
        return self.end.is_set()


class Reader(QObject):
    """Reads and compares one book at a time; only the one that was asked for last is told."""

    progressed = Signal(object, int, int)
    """Which stage it is in, and how many of its parts are done."""
    finished = Signal(object)
    """The other book with the plan of its merge."""
    failed = Signal(Exception)
    _ended = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: Thread | None = None
        self._watch: _Watch | None = None
        self._ended.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @property
    def is_busy(self) -> bool:
        """Whether it reads."""
        return self._watch is not None

    def start(self, book: Book, other: Path, other_key: Key | None = None) -> None:
        """Begin to read `other` beside the open book; what was being read is given up."""
        self.stop()
        self._watch = watch = _Watch(self)
        work = partial(compare, book.path, other, watch, key=book.key, other_key=other_key)
        self._thread = Thread(target=self._read, args=(watch, work), name="merge", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Give up what is being read, and wait until its files are free."""
        if self._watch is not None:
            self._watch.end.set()
            self._watch = None
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _read(self, watch: _Watch, work: Callable[[], Compared]) -> None:
        """Run on the other thread."""
        try:
            result: Compared | Exception = work()
        except StoppedError:
            return
        except Exception as error:  # noqa: BLE001 - whatever it was, the window hears of it
            result = error
        if watch.stopped() or not isValid(self):
            if isinstance(result, Compared):
                result.other.close()
            return
        self._ended.emit(watch, result)

    def _take(self, watch: _Watch, result: Compared | Exception) -> None:
        if watch is not self._watch:  # stopped when it was done already
            if isinstance(result, Compared):
                result.other.close()
            return
        self._watch = self._thread = None
        if isinstance(result, Exception):
            self.failed.emit(result)
        else:
            self.finished.emit(result)
