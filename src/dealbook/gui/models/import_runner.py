"""Long work on the window's own time: a little of it between two events, with a way to stop, and nothing beside it."""

from time import perf_counter
from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from dealbook.desk.work import Work

_SLICE: Final = 0.03
"""Seconds after which the window has its turn."""


class Runner(QObject):
    """Does one piece of work after the other."""

    progressed = Signal()
    """Something is done and more is left."""
    finished = Signal()
    """All is done; the result is that of the work."""
    failed = Signal(Exception)
    """The work ended with this; all is as it was before."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.work: Work[Any] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._slice)

    @property
    def is_busy(self) -> bool:
        """Whether it is at work."""
        return self._timer.isActive()

    def start(self, work: Work[Any]) -> None:
        """Begin with `work`; what was being done is given up."""
        self.stop()
        self.work = work
        self._timer.start()
        self.progressed.emit()

    def stop(self) -> None:
        """Give the work up; the book is as it was before it."""
        self._timer.stop()
        if self.work is not None:
            self.work.stop()
            self.work = None

    def finish(self) -> None:
        """Do all that is left, now."""
        while self.is_busy:
            self._slice()

    def _slice(self) -> None:
        work = self.work
        until = perf_counter() + _SLICE
        try:
            while work is not None and (more := work.step()):
                if perf_counter() >= until:
                    break
            else:
                more = False
        except Exception as error:  # noqa: BLE001  # whatever it was, whoever started the work hears of it
            self._timer.stop()
            self.work = None
            self.failed.emit(error)
            return
        if more:
            self.progressed.emit()
        else:
            self._timer.stop()
            self.finished.emit()


_HELD: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.Shortcut,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.ContextMenu,
        QEvent.Type.Drop,
        QEvent.Type.DragEnter,
        QEvent.Type.Close,
    }
)


class Guard(QObject):
    """While the book is being written, lets a person do one thing only: press the button that stops it.

    A step of the book is open meanwhile, and nothing else may come in between.
    """

    def __init__(self, way_out: QWidget) -> None:
        super().__init__(way_out)
        self._way_out = way_out
        self._is_on = False

    def hold(self, *, on: bool) -> None:
        """Hold everything else back, or no longer."""
        app = QApplication.instance()
        if app is None or on is self._is_on:
            return
        self._is_on = on
        (app.installEventFilter if on else app.removeEventFilter)(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in _HELD or watched is self._way_out or watched.isWindowType():
            return False
        event.ignore()
        return True
