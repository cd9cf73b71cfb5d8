"""Work that takes long, done in pieces: whoever runs it can show how far it is, and stop it between two pieces."""

from collections.abc import Generator
from typing import Generic, TypeVar

_T = TypeVar("_T")
Pieces = Generator[int, None, _T]
"""Work in pieces: yields how much is done, returns its result."""


class Work(Generic[_T]):
    """Work in pieces, for whoever wants to show how far it is; `total` pieces in all."""

    def __init__(self, pieces: Pieces[_T], total: int) -> None:
        """Begin nothing yet."""
        self._pieces = pieces
        self.total, self.done = total, 0
        self.result: _T | None = None

    def step(self) -> bool:
        """Do one piece and say whether more is left. What goes wrong is raised, and then all is as it was."""
        try:
            self.done = next(self._pieces)
        except StopIteration as end:
            self.done, self.result = self.total, end.value
            return False
        return True

    def finish(self) -> _T:
        """Do all that is left and return the result."""
        while self.step():
            pass
        return self.result  # type: ignore[return-value]  # the work is done, so it is there

    def stop(self) -> None:
        """Give the work up; a change of the book that was begun is taken back."""
        self._pieces.close()
