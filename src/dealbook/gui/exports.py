"""Tables out: the place chosen, the table worked out between events and written beside the window, the outcome said."""

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from dealbook.book.connection import Touched
from dealbook.desk.export_names import TABLES
from dealbook.desk.session import Session
from dealbook.desk.work import Work
from dealbook.gui.context import Notify, Tone
from dealbook.gui.models.worker import Worker
from dealbook.gui.widgets.backup_beside import Beside
from dealbook.gui.words import current, tr
from dealbook.language import Language

if TYPE_CHECKING:  # not before somebody asks for it
    from dealbook.desk.exporting import Export

_SUFFIXES: Final = (".xlsx", ".csv")
_TELL: Final = 0.7
"""Seconds after which it is said again how far it is."""


class Exports(QObject):
    """Writes one table at a time; a change of the book meanwhile begins it anew, so that a table is of one moment."""

    def __init__(self, notify: Notify, parent: QWidget) -> None:
        super().__init__(parent)
        self._notify = notify
        self._session: Session | None = None
        self._leave: Callable[[], None] | None = None
        self._what = ""
        self._place = Path()
        self._told = 0.0
        self.worker = Worker(self)
        self.worker.progressed.connect(self._tell)
        self.worker.finished.connect(self._write)
        self.beside = Beside(self)
        self.beside.done.connect(self._say)

    @property
    def is_busy(self) -> bool:
        """Whether a table is being worked out or written."""
        return self.worker.is_busy or self.beside.is_busy

    def choose(self, session: Session, what: str) -> None:
        """Let the person choose a place for one of `TABLES`, and write it there."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        kinds = ";;".join(f"{suffix[1:].upper()} (*{suffix})" for suffix in _SUFFIXES)
        name = f"{tr(TABLES[what])} {session.book.path.stem}{_SUFFIXES[0]}"
        parent = self.parent()
        window = parent if isinstance(parent, QWidget) else None
        chosen, kind = QFileDialog.getSaveFileName(window, title_of(what), str(Path(folder) / name), kinds)
        if chosen:
            self.start(session, what, with_suffix(Path(chosen), kind))

    def start(self, session: Session, what: str, place: Path) -> None:
        """Work a table out and write it to `place`."""
        if self.beside.is_busy:
            self._notify(tr("Another table is still being written. Try again in a moment."), Tone.WARNING)
            return
        self.stop()
        self._session, self._what, self._place = session, what, place
        self._leave = session.subscribe(self._follow)
        self._told = monotonic()
        self._begin()

    def stop(self) -> None:
        """Give up what is being worked out; nothing was written."""
        self.worker.stop()
        if self._leave is not None:
            self._leave()
        self._session = self._leave = None

    def cancel(self) -> None:
        """The same, at a person's wish."""
        self.stop()
        self._notify(tr("Stopped. Nothing was written."))

    def end(self) -> None:
        """The book is about to be closed: give up, or wait until the file is whole."""
        self.stop()
        self.beside.forget()

    def _begin(self) -> None:
        from dealbook.desk.exporting import exporting

        if self._session is not None:
            self.worker.start(exporting(self._session, self._what, current(), today()))

    def _follow(self, _touched: Touched) -> None:
        self._begin()

    def _tell(self) -> None:
        work = self.worker.work
        if work is not None and monotonic() - self._told > _TELL:
            self._told = monotonic()
            number = current().number
            form = tr("{name}: {n} of {all} deals")
            text = form.format(name=tr(TABLES[self._what]), n=number(work.done), all=number(work.total))
            self._notify(text, action=tr("Cancel"), then=self.cancel)

    def _write(self) -> None:
        from dealbook.desk.exporting import Export

        work = self.worker.work
        self.stop()
        export = work.result if isinstance(work, Work) else None
        if isinstance(export, Export):
            self.beside.ask(partial(_written, self._place, export, current()))

    def _say(self, trouble: OSError | None) -> None:
        if trouble is None:
            self._notify(tr("Saved as {path}.").format(path=self._place))
            return
        text = tr("The table was not written: {reason}. Nothing was changed. Choose another place.")
        self._notify(text.format(reason=trouble.strerror or trouble), Tone.ERROR)


def title_of(what: str) -> str:
    """Return what the dialog for a place is called."""
    return {
        "deals": tr("Export deals"),
        "payments": tr("Export payments"),
        "forecast": tr("Export forecast"),
        "events": tr("Export events"),
        "standing": tr("Export standing"),
    }[what]


def with_suffix(place: Path, kind: str) -> Path:
    """Return a place with the suffix of a table: the one that it has, else that of the kind of file chosen."""
    if place.suffix.lower() in _SUFFIXES:
        return place
    return place.with_name(place.name + next((one for one in _SUFFIXES if f"*{one}" in kind), _SUFFIXES[0]))


def _written(place: Path, export: "Export", words: Language) -> OSError | None:
    """Write a table, on a thread of its own; return what went wrong."""
    from dealbook.desk.exporting import write_export

    try:
        write_export(place, export, words)
    except OSError as error:
        return error
    return None


def today() -> date:
    """Return the day as of which figures are told."""
    return date.today()  # noqa: DTZ011 - the user's own day
