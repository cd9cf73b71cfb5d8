"""What `book` and `large` measure of one book, in a process of its own: a window without a display, and bare sqlite3.

Started with the path of a book; prints one line of JSON: seconds, bytes, rows. The window's own code is timed from the
call to the picture: what is asked for is shown, painted, and the events are worked off.
"""

import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from dealbook.gui.preferences import Preferences
from dealbook.gui.run import application, open_window
from dealbook.gui.window import Window

TYPED: Final = ("müller", "kuehn gmbh", "elbbau", "berg 2024", "handel 17", "telephony", "söhne", "energie ag")
CLOCK: Final = time.process_time if "--own-time" in sys.argv else time.perf_counter
"""On a machine that does other work as well, the time of this process alone says more."""
WON: Final = "SELECT id FROM deal WHERE stage = 'won' AND chosen_program = 'nfon-ngage' ORDER BY id"
LOOKED: Final = ("mul", "mull", "muller", "gmbh", "elb", "elbbau", "energie", "telephony")
HITS: Final = "SELECT id FROM deal_text WHERE n IN (SELECT rowid FROM deal_search WHERE deal_search MATCH ?)"
TABLE: Final = """
SELECT deal.id, customer, deal.title, stage, signed, currency, chosen_program, chosen_plan, offer.term, offer_sum.mrr
FROM deal LEFT JOIN offer ON offer.id = coalesce(deal.chosen_offer,
    (SELECT first.id FROM offer AS first WHERE first.deal_id = deal.id ORDER BY first.position LIMIT 1))
LEFT JOIN offer_sum ON offer_sum.id = offer.id ORDER BY deal.id
"""
Figures = dict[str, float | list[float]]


def main(path: Path) -> None:
    """Print the figures of a book."""
    app = application()
    window = open_window(app, Preferences())
    window.show()
    settle(app)
    figures: Figures = {"before": resident(), "bytes": float(path.stat().st_size)}
    figures["open"] = timed(lambda: opened(app, window, path))
    figures["opened"] = resident()
    figures |= searched(app, window)
    figures |= sorted_by(app, window)
    figures |= forecast(app, window)
    figures |= typed(app, window)
    figures["after"] = resident()
    figures["peak"] = resident("VmHWM")
    window.close()
    figures |= bare(path)
    print(json.dumps(figures), flush=True)


def opened(app: QApplication, window: Window, path: Path) -> None:
    """Open a book and wait until its rows are painted."""
    window.open_book(path)
    window.repaint()
    assert window.pages is not None
    assert window.pages.page("deals").model.rowCount() > 1000
    app.processEvents()


def searched(app: QApplication, window: Window) -> Figures:
    """Type into the search of the deals page, and into the one on top; every key is timed."""
    assert window.pages is not None
    page = window.pages.page("deals")
    QTest.qWait(300)
    answered = []
    painted = []
    for key in keys_of(page.search):
        answered.append(timed(lambda key=key: page.search.setText(key)))
        painted.append(answered[-1] + timed(app.processEvents))
    page.search.clear()
    top = [timed(lambda key=key: press(app, window.frame.search, key)) for key in keys_of(window.frame.search)]
    window.frame.search.clear()
    settle(app)
    return {"keys": answered, "painted": painted, "top keys": top}


def keys_of(field: QLineEdit) -> list[str]:
    """Return the texts that stand in a field while somebody types what is looked for, and deletes it."""
    grown = [text[:length] for text in TYPED for length in (*range(1, len(text) + 1), 3, 1)]
    return [text for text in grown if text != field.text()]


def press(app: QApplication, field: QLineEdit, text: str) -> None:
    """Leave `text` in a field as the last key would, and wait until what is found is painted."""
    field.setText(text)
    field.textEdited.emit(text)
    app.processEvents()


def sorted_by(app: QApplication, window: Window) -> Figures:
    """Sort the table by each of the columns that every deal has."""
    assert window.pages is not None
    page = window.pages.page("deals")
    page.search.clear()
    settle(app)
    columns = (0, 1, 3, 4, 7, 2)

    def by(column: int) -> None:
        page.table.horizontalHeader().setSortIndicator(column, page.table.horizontalHeader().sortIndicatorOrder())
        app.processEvents()

    return {"sort": [timed(lambda column=column: by(column)) for column in columns]}


def forecast(app: QApplication, window: Window) -> Figures:
    """Show the forecast, change one deal, and undo that."""
    assert window.session is not None
    session = window.session
    with closing(sqlite3.connect(session.book.path)) as connection:
        won = [key for (key,) in connection.execute(WON)]
    held: list[float] = []

    def shown() -> None:
        assert window.pages is not None
        page = window.pages.page("forecast")
        app.processEvents()
        while page.worker.is_busy:
            held.append(timed(app.processEvents))

    def change() -> None:
        deal = session.deal(won[len(won) // 2])
        line = deal.offers[0].lines[0]
        lines = (replace(line, quantity=line.quantity + Decimal(1)), *deal.offers[0].lines[1:])
        with session.step("Bench"):
            session.book.deals.save(replace(deal, offers=(replace(deal.offers[0], lines=lines), *deal.offers[1:])))
        shown()

    def ask() -> None:
        window.go("forecast")
        shown()

    first = timed(ask)
    figures: Figures = {"first": first, "held": sorted(held)[-20:]}
    figures["changed"] = [timed(change) for _ in range(5)]
    figures["undone"] = [timed(lambda: (session.undo(), shown())) for _ in range(5)]
    figures["forecast"] = resident()
    return figures


def typed(app: QApplication, window: Window) -> Figures:
    """Type quantities into the first line of a won deal; every one is saved as a step."""
    assert window.session is not None
    assert window.pages is not None
    row = next(row for row in window.session.rows.values() if row.program == "nfon-ngage")
    showing = timed(lambda: (window.go("deal", deal_id=row.id), app.processEvents()))
    page = window.pages.page("deal")
    cell = page.lines.index(0, 2)

    def save(number: int) -> None:
        page.lines.setData(cell, str(number))
        app.processEvents()

    before = window.session.book.step_count
    saved = [timed(lambda number=number: save(number)) for number in range(101, 161)]
    assert window.session.book.step_count > before, "nothing was saved"
    back = timed(lambda: (window.go("deals"), app.processEvents()))
    return {"show deal": showing, "saved": saved, "back": back}


def bare(path: Path) -> Figures:
    """Do the same reads with bare sqlite3: the rows of the table, a search by the index, all deals with all in them."""
    with closing(sqlite3.connect(path)) as connection:

        def everything() -> None:
            for table in ("deal", "offer", "line", "event"):
                connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608

        def look(text: str) -> None:
            words = " AND ".join(f'"{word}"' for word in text.split() if len(word) > 2)
            connection.execute(HITS, (words,)).fetchall()

        deals = float(connection.execute("SELECT count(*) FROM deal").fetchone()[0])
        lines = float(connection.execute("SELECT count(*) FROM line").fetchone()[0])
        return {
            "bare table": timed(lambda: connection.execute(TABLE).fetchall()),
            "bare search": [timed(lambda text=text: look(text)) for text in LOOKED],
            "bare all": timed(everything),
            "deals": deals,
            "lines": lines,
        }


def settle(app: QApplication) -> None:
    """Work off what is waiting."""
    for _ in range(5):
        app.processEvents()


def timed(action: Callable[[], object]) -> float:
    """Return how long an action takes, in seconds."""
    start = CLOCK()
    action()
    return CLOCK() - start


def resident(name: str = "VmRSS") -> float:
    """Return the memory in use, or with VmHWM the most that ever was, in bytes; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text().splitlines() if line.startswith(name))
    return float(line.split()[1]) * 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]))
