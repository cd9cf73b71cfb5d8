"""Work on files beside the window: one thing at a time, on a thread of its own, its result told in the window's."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid


class Beside(QObject):
    """Does what it is given; only the result of what was asked for last is told."""

    done = Signal(object)
    _finished = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: ThreadPoolExecutor | None = None
        self._asked = 0
        self._running: Future[object] | None = None
        self._finished.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @property
    def is_busy(self) -> bool:
        """Whether something runs or waits to."""
        return self._running is not None and not self._running.done()

    def ask(self, work: Callable[[], object]) -> None:
        """Begin `work`, after what runs; results of former work are no longer told."""
        self._asked += 1
        number = self._asked
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "beside")
        if self._running is not None:
            self._running.cancel()
        self._running = self._thread.submit(work)
        self._running.add_done_callback(lambda done: self._tell(number, done))

    def forget(self) -> None:
        """Tell nothing of what was asked for, and wait until it is over: its files are free then."""
        self._asked += 1
        if self._thread is not None:
            self._thread.shutdown(wait=True, cancel_futures=True)
            self._thread = None
        self._running = None

    def _tell(self, number: int, done: "Future[object]") -> None:
        """Called on the other thread: hand the result over to the window's."""
        if not done.cancelled() and isValid(self):
            self._finished.emit(number, done)

    def _take(self, number: int, done: "Future[object]") -> None:
        if number == self._asked:
            self._running = None  # what came out of it is not for keeping
            self.done.emit(done.result())  # what was raised there is raised here
