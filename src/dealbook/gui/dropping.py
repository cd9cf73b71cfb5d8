"""Tables and books that are dropped on a page or on the window."""

from collections.abc import Collection
from pathlib import Path

from PySide6.QtCore import QMimeData

from dealbook.gui.library import SUFFIX
from dealbook.tables.reading import SUFFIXES


def dropped_table(data: QMimeData) -> Path | None:
    """Return the table that is being dropped, by its name; None where it is something else."""
    return _dropped(data, SUFFIXES)


def dropped_book(data: QMimeData) -> Path | None:
    """Return the book that is being dropped, by its name; None where it is something else."""
    return _dropped(data, (SUFFIX,))


def _dropped(data: QMimeData, suffixes: Collection[str]) -> Path | None:
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return paths[0] if len(paths) == 1 and paths[0].suffix.lower() in suffixes else None
