"""The full-text index of the deals, kept up to date by the book itself."""

from typing import Final

SEARCH: Final[tuple[str, ...]] = ()
