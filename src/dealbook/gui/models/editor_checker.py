"""Checks a text after a pause in typing: a short one at once, a long one beside the window, the newest only."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from shiboken6 import isValid

from dealbook.desk.text_check import Checked, examine
from dealbook.programs.model import Program

Versions = Mapping[str, Sequence[Program]]
AT_ONCE: Final = 30_000
"""Up to so many characters a check takes no longer than a frame or two."""
_PAUSE: Final = 200
_LONG_PAUSE: Final = 1200


class Checker(QObject):
    """Tells what is wrong with the text that was handed over last."""

    checked = Signal(object)
    """A `Checked`."""
    _finished = Signal(object)

    def __init__(self, versions: Callable[[], Versions], parent: QObject) -> None:
        """Hold every text against the other versions of its program, as `versions` has them at the time."""
        super().__init__(parent)
        self._versions = versions
        self._text = ""
        self._busy = False
        self._again = False
        self._beside: ThreadPoolExecutor | None = None
        self._finished.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self.pause = QTimer(self)
        self.pause.setSingleShot(True)

    def wait(self, length: int) -> None:
        """Begin the pause after which the text is asked for; longer for a long text."""
        self.pause.start(_PAUSE if length <= AT_ONCE else _LONG_PAUSE)

    def check(self, text: str) -> None:
        """Check a text; what was found about an older one is no longer told."""
        self.pause.stop()
        self._text = text
        if self._busy:
            self._again = True
        elif len(text) <= AT_ONCE:
            self.checked.emit(examine(text, self._versions()))
        else:
            self._busy = True
            if self._beside is None:
                self._beside = ThreadPoolExecutor(1, "check")
            self._beside.submit(examine, text, self._versions()).add_done_callback(self._tell)

    def close(self) -> None:
        """Begin no further check; one that runs ends by itself and is not told."""
        self.pause.stop()
        if self._beside is not None:
            self._beside.shutdown(wait=False, cancel_futures=True)

    def _tell(self, done: "Future[Checked]") -> None:
        """Called beside the window: hand the result over to it."""
        if isValid(self) and not done.cancelled():
            self._finished.emit(done.result())

    def _take(self, checked: Checked) -> None:
        self._busy = False
        if self._again:
            self._again = False
            self.check(self._text)
        elif checked.text == self._text:
            self.checked.emit(checked)
