"""Work that takes long, done a little at a time between events, so that the window stays at hand meanwhile."""

from time import perf_counter
from typing import Final, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

FIRST: Final = 0.06
"""Seconds that are worked at once before anything is said: a small book is done in them."""
SLICE: Final = 0.012
"""Seconds of each later piece: less than a frame."""


class Stepwise(Protocol):
    """Work in pieces: `step` does one and says whether more is left; `done` of `total` pieces are done."""

    @property
    def total(self) -> int:
        """How many pieces there are."""

    @property
    def done(self) -> int:
        """How many of them are done."""

    def step(self) -> bool:
        """Do one piece and say whether more is left."""


class Worker(QObject):
    """Works something out between events."""

    progressed = Signal()
    """Something is done and more is left."""
    finished = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.work: Stepwise | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(1)
        self._timer.timeout.connect(lambda: self._run(SLICE))

    @property
    def is_busy(self) -> bool:
        """Whether it is at work."""
        return self._timer.isActive()

    def start(self, work: Stepwise) -> None:
        """Begin with `work` in place of what was being worked out; a small book is done at once."""
        self.work = work
        self._timer.stop()
        self._run(FIRST)

    def stop(self) -> None:
        """Stop; what is done stays."""
        self._timer.stop()

    def go_on(self) -> None:
        """Go on after a stop."""
        self._run(SLICE)

    def finish(self) -> None:
        """Work out all that is left, now."""
        if self.is_busy:
            self._run(float("inf"))

    def _run(self, seconds: float) -> None:
        if self.work is None:
            return
        until = perf_counter() + seconds
        while (more := self.work.step()) and perf_counter() < until:
            pass
        if more:
            self._timer.start()
            self.progressed.emit()
        else:
            self._timer.stop()
            self.finished.emit()
