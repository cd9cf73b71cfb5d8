"""A question that is answered once nobody types: in slices between two events, so that no key waits for it.

What is asked and what an answer is made of are the subclasses' business.
"""

from abc import abstractmethod
from collections.abc import Iterator
from time import perf_counter
from typing import Final, Generic, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

Asked = TypeVar("Asked")
Part = TypeVar("Part")
IDLE: Final = 80
"""Milliseconds without a change after which the search begins."""
SLICE: Final = 0.006
"""Seconds that the search takes at a time, so that a key that is pressed meanwhile is answered at once."""


class IdleSearch(QObject, Generic[Asked, Part]):
    """Looks for the parts of an answer; `found` tells all of them at the end."""

    found = Signal(object)
    """The whole answer (a tuple), in the order that `arranged` gives it."""

    def __init__(self, parent: QObject | None = None, *, idle: int = IDLE) -> None:
        """Begin `idle` milliseconds after the last question."""
        super().__init__(parent)
        self._idle = idle
        self._question: Asked | None = None
        self._left: Iterator[Part | None] | None = None
        self._parts: list[Part] = []
        self._is_answered = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)

    @abstractmethod
    def search(self, question: Asked) -> Iterator[Part | None]:
        """Yield the parts of the answer as they are found, and None often in between."""

    def arranged(self, parts: list[Part]) -> tuple[Part, ...]:
        """Return the parts as they are told: in the order in which they were found."""
        return tuple(parts)

    @property
    def is_answered(self) -> bool:
        """Whether what was announced last answers the question asked last."""
        return self._is_answered

    def ask(self, question: Asked) -> None:
        """Look for the answer soon; a question that was answered is not asked again."""
        if question == self._question:
            return
        self._question, self._left, self._is_answered = question, None, False
        self._timer.start(self._idle)

    def forget(self) -> None:
        """Look anew when asked next: the book has changed."""
        self._question, self._left, self._is_answered = None, None, False
        self._timer.stop()

    def finish(self) -> None:
        """Answer at once what is still open."""
        while self._question is not None and not self._is_answered:
            self._go_on()

    def _go_on(self) -> None:
        """Search for a slice of time; then let the page do its work, and come back."""
        if self._question is None:
            return
        if self._left is None:
            self._parts = []
            self._left = self.search(self._question)
        until = perf_counter() + SLICE
        for part in self._left:
            if part is not None:
                self._parts.append(part)
            if perf_counter() > until:
                self._timer.start(0)
                return
        self._left, self._is_answered = None, True
        self._timer.stop()
        self.found.emit(self.arranged(self._parts))
