"""Works out the expected earnings of many deals a little at a time, so that the window stays at hand meanwhile."""

from collections.abc import Iterable
from time import perf_counter
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from dealbook.desk.session import Session
from dealbook.gui.models.deals import Earning

SLICE: Final = 0.012
"""Seconds of work at a time: less than one picture of the screen."""
PAUSE: Final = 1
"""Milliseconds between two slices."""
FIRST: Final = 60
"""Milliseconds before the first slice: it loads the programs, and the window shall be painted before."""


class Expectations(QObject):
    """Takes deals in the order in which they are asked for and reports what each would earn."""

    known = Signal(dict)
    """Earnings by deal id, as far as this slice came."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._waiting: list[str] = []
        self._has_begun = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._work)

    def ask(self, deal_ids: Iterable[str]) -> None:
        """Work out these deals, in place of those still waiting; the last of them first in the list."""
        self._waiting = list(deal_ids)[::-1]
        if self._waiting:
            self._timer.start(PAUSE if self._has_begun else FIRST)

    def pause(self) -> None:
        """Forget what is waiting; the page asks anew when it is shown again."""
        self._waiting.clear()
        self._timer.stop()

    def finish(self) -> None:
        """Work out all that is waiting, now."""
        while self._waiting:
            self._work()

    def _work(self) -> None:
        if not self._has_begun:
            self._has_begun = True
            self._timer.setInterval(PAUSE)
        until = perf_counter() + SLICE
        done: dict[str, Earning] = {}
        while self._waiting and (not done or perf_counter() < until):
            deal_id = self._waiting.pop()
            if deal_id in self._session.rows:
                done[deal_id] = earning_of(self._session, deal_id)
        if not self._waiting:
            self._timer.stop()
        self.known.emit(done)


def earning_of(session: Session, deal_id: str) -> Earning:
    """Return what a deal is expected to earn by its chosen plan, or by the best one while none is chosen."""
    from dealbook.desk.compare import expected_of

    row = expected_of(session, session.deal(deal_id))
    if row is None:
        return Earning("", None)
    plan = f"{row.estimate.vendor} · {row.estimate.plan_name}"
    return Earning(plan, row.totals.expected_value if row.totals else None)
