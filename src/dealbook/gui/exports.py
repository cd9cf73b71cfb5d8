"""Tables out: the place chosen, the file written, and said where it is or why it is not."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from dealbook.desk.exporting import TABLES, rows_of, write_table
from dealbook.desk.session import Session
from dealbook.gui.context import Notify, Tone
from dealbook.gui.words import current, tr

_SUFFIXES = (".xlsx", ".csv")


def choose_export(parent: QWidget, session: Session, what: str, notify: Notify) -> None:
    """Let the person choose a place for a table ("deals" or "payments"), and write it there."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    title = tr("Export deals") if what == "deals" else tr("Export payments")
    kinds = ";;".join(f"{suffix[1:].upper()} (*{suffix})" for suffix in _SUFFIXES)
    name = f"{tr(TABLES[what])} {session.book.path.stem}{_SUFFIXES[0]}"
    chosen, kind = QFileDialog.getSaveFileName(parent, title, str(Path(folder) / name), kinds)
    if not chosen:
        return
    place = Path(chosen)
    if place.suffix.lower() not in _SUFFIXES:
        place = place.with_name(place.name + next((one for one in _SUFFIXES if f"*{one}" in kind), _SUFFIXES[0]))
    export(session, what, place, notify)


def export(session: Session, what: str, place: Path, notify: Notify) -> None:
    """Write a table, and say where it is or why it is not."""
    words = current()
    try:
        write_table(place, TABLES[what], rows_of(session, what, words), words)
    except OSError as error:
        text = tr("The table was not written: {reason}. Nothing was changed. Choose another place.")
        notify(text.format(reason=error.strerror or error), Tone.ERROR)
        return
    notify(tr("Saved as {path}.").format(path=place))
