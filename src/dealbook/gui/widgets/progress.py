"""How far long work is: a bar, the words beside it, and the way to stop it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from dealbook.gui.models.worker import Worker
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.labels import button, label
from dealbook.gui.words import tr
from dealbook.language import Language


class ProgressRow(QWidget):
    """A bar that is only there while something is under way."""

    def __init__(self, name: str) -> None:
        """Make a hidden row; `name` is what a screen reader calls the bar."""
        super().__init__()
        self.bar = QProgressBar()
        self.bar.setAccessibleName(name)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(GRID)
        self.how_far = label("", "muted")
        self.cancel = button(tr("Cancel"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.bar, 1)
        row.addWidget(self.how_far)
        row.addWidget(self.cancel)
        self.hide()

    def show_done(self, done: int, total: int, words: str) -> None:
        """Show that `done` of `total` pieces are done, in `words`."""
        self.show()
        self.bar.setRange(0, max(total, 1))
        self.bar.setValue(done)
        self.how_far.setText(words)


class DealsProgress(ProgressRow):
    """Follows a worker that goes through deals, stops it, and lets it go on; whoever shows the result hides it."""

    changed = Signal()
    """It went on, or was stopped."""

    def __init__(self, worker: Worker, words: Language) -> None:
        """Follow `worker`; figures are written as `words` has them."""
        super().__init__(tr("Deals worked out"))
        self._worker = worker
        self._words = words
        self.cancel.clicked.connect(self._cancel_or_go_on)
        worker.progressed.connect(self._follow)

    def _follow(self) -> None:
        work = self._worker.work
        if work is None:
            return
        is_busy = self._worker.is_busy
        form = tr("{n} of {all} deals") if is_busy else tr("stopped after {n} of {all} deals")
        number = self._words.number
        self.show_done(work.done, work.total, form.format(n=number(work.done), all=number(work.total)))
        self.cancel.setText(tr("Cancel") if is_busy else tr("Go on"))
        self.changed.emit()

    def _cancel_or_go_on(self) -> None:
        if self._worker.is_busy:
            self._worker.stop()
            self._follow()
        else:
            self._worker.go_on()  # it says itself how far it is, or that it is done
