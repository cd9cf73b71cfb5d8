"""The book in plain names and whole currency units, for other programs that read it."""

from typing import Final

VIEWS: Final[tuple[str, ...]] = ()
