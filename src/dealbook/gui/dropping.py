"""Tables that are dropped on a page."""

from pathlib import Path

from PySide6.QtCore import QMimeData

from dealbook.tables.reading import SUFFIXES


def dropped_table(data: QMimeData) -> Path | None:
    """Return the table that is being dropped, by its name; None where it is something else."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return paths[0] if len(paths) == 1 and paths[0].suffix.lower() in SUFFIXES else None
