"""Tables that are dropped on a page, books that are dropped on the window."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData

from dealbook.tables.reading import SUFFIXES

BOOK: Final = ".dealbook"


def dropped_book(data: QMimeData) -> Path | None:
    """Return the book that is being dropped, by its name; None where it is something else."""
    paths = _files(data)
    return paths[0] if len(paths) == 1 and paths[0].suffix.lower() == BOOK else None


def dropped_table(data: QMimeData) -> Path | None:
    """Return the table that is being dropped, by its name; None where it is something else."""
    paths = _files(data)
    return paths[0] if len(paths) == 1 and paths[0].suffix.lower() in SUFFIXES else None


def _files(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
