"""How long the window takes until it is usable, beside a bare PySide6 window with nothing in it.

Each start is a fresh process, timed from outside: from the moment it is asked for until it reports that its window is
painted and its event loop is free. Nothing is drawn on a screen, so that the display's own time does not count.
"""

import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
RUNS: Final = 7
READY: Final = "ready"
ALLOWED: Final = 5
"""The window on the sample book may take so many times as long as the bare one."""

WATCH: Final = f"""
from PySide6.QtCore import QEvent, QObject, QTimer
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self.report)
        return False
    def report(self):
        print({READY!r}, flush=True)
        app.quit()
"""
BARE: Final = f"""
from PySide6.QtWidgets import QApplication, QMainWindow
{WATCH}
app = QApplication([])
window = QMainWindow()
window.resize(1280, 800)
watch = Watch()
window.installEventFilter(watch)
window.show()
app.exec()
"""
DEALBOOK: Final = f"""
from dealbook.gui.preferences import Preferences
from dealbook.gui.run import application, open_window
{WATCH}
app = application()
window = open_window(app, Preferences())
window.show()
window.open_sample()
table = window.pages.page("deals").table
assert table.model().rowCount() > 20
watch = Watch()
table.viewport().installEventFilter(watch)
app.exec()
"""


def bench() -> list[tuple[str, str]]:
    """Return the figures of both starts, and how many times as long ours takes."""
    with TemporaryDirectory(prefix="dealbook-bench-") as home:
        first = seconds(DEALBOOK, home)
        pairs = [(seconds(BARE, home), seconds(DEALBOOK, home)) for _ in range(RUNS)]
    bare, ours = (median(column) for column in zip(*pairs, strict=True))
    ratio = median(mine / theirs for theirs, mine in pairs)
    return [
        ("bare PySide6 window", f"{bare * 1000:.0f} ms"),
        ("Dealbook on the sample book", f"{ours * 1000:.0f} ms"),
        ("that many times as long", f"{ratio:.1f} (allowed {ALLOWED})"),
        ("the very first start, making the sample", f"{first * 1000:.0f} ms"),
    ]


def seconds(script: str, home: str) -> float:
    """Start a process and return how long it takes until it reports that it is ready."""
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "DEALBOOK_HOME": home,
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH")))),
    }
    began = perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        said = process.stdout.readline().strip() if process.stdout else ""
        took = perf_counter() - began
        complaint = process.communicate()[1]
    if said != READY:
        raise RuntimeError(complaint.strip() or "the window did not report")
    return took
