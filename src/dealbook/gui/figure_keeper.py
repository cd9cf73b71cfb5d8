"""Stores the figures that other programs read, once the open book has been left alone for a while.

Done on the window's own time and over its one connection, a few milliseconds in many, so that nobody who types or
closes the book waits for it. Every change of the book stops it; what is stored then says that it is not up to date.
"""

from collections.abc import Callable
from datetime import date
from time import perf_counter
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from dealbook.book.connection import Touched
from dealbook.book.errors import BookError
from dealbook.desk.session import Session
from dealbook.desk.work import Work

if TYPE_CHECKING:  # not before it is needed
    from dealbook.desk.figures import Written

QUIET: Final = 20_000
"""Milliseconds without a change after which it begins."""
PAUSE: Final = 60
"""Milliseconds between two slices of work."""
SLICE: Final = 0.008
"""Seconds of a slice."""
MOST: Final = 20_000
"""A book of more deals is left to the command: its window has better things to do for minutes."""


class FigureKeeper(QObject):
    """Keeps the stored figures of one book at a time up to date."""

    stored = Signal()
    """They are."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._leave: Callable[[], None] | None = None
        self._work: Work[Written] | None = None
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.timeout.connect(self.look)
        self._turns = QTimer(self)
        self._turns.setInterval(PAUSE)
        self._turns.timeout.connect(self.go_on)

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for the book to be left alone."""
        return self._quiet.isActive()

    @property
    def is_busy(self) -> bool:
        """Whether it is at work."""
        return self._work is not None

    def begin(self, session: Session) -> None:
        """Look after a book that was just opened."""
        self.end()
        self._session = session
        self._leave = session.subscribe(self._follow)
        self._quiet.start(QUIET)

    def end(self) -> None:
        """The book is about to be closed: nothing is begun or finished any more."""
        self._stop()
        self._quiet.stop()
        if self._leave is not None:
            self._leave()
        self._session = self._leave = None

    def look(self) -> None:
        """Begin, if what is stored does not hold any more; while a step is open, later."""
        from dealbook.desk.figures import are_current, figuring

        self._quiet.stop()
        session = self._session
        if session is None or self.is_busy:
            return
        if session.book.in_step:
            self._quiet.start(QUIET)
            return
        today = date.today()  # noqa: DTZ011 - the user's own day
        if len(session.rows) <= MOST and not are_current(session, today):
            self._work = figuring(session, today)
            self._turns.start()

    def go_on(self) -> None:
        """Do a slice of the work."""
        work, session = self._work, self._session
        if work is None or session is None:
            return
        if session.book.in_step:  # somebody imports: their step is not ours to write into
            self._stop()
            self._quiet.start(QUIET)
            return
        until = perf_counter() + SLICE
        try:
            while more := work.step():
                if perf_counter() >= until:
                    break
        except BookError:  # the next change of the book says why; figures can wait
            self._stop()
            return
        except BaseException:
            self._stop()
            raise
        if not more:
            self._stop()
            self.stored.emit()

    def _follow(self, _touched: Touched) -> None:
        self._stop()
        self._quiet.start(QUIET)

    def _stop(self) -> None:
        self._turns.stop()
        if self._work is not None:
            self._work.stop()
            self._work = None
