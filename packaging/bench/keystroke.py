"""A keystroke on the deal page with 30 plans: from the key to the models, painting aside.

A digit typed into a quantity replaces the deal, compares it under every plan and tells the models what differs; leaving
the cell saves it as one step before that. Everything is the app's own code, on a book of its own in a temporary folder.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from dealbook.book.connection import create_book
from dealbook.book.programs import ProgramText
from dealbook.desk.compare import compare
from dealbook.desk.session import Session
from dealbook.domain.deal import Charge, Deal, Event, EventKind, Line, Offer, Role
from dealbook.domain.partner import Enrolment, ExchangeRate, Partner
from dealbook.gui import words
from dealbook.gui.context import Context, Tone
from dealbook.gui.models.line_cells import Column
from dealbook.gui.pages.deal import DealPage
from dealbook.programs.catalog import shipped

KEYS: Final = 300
PLANS: Final = 30
COPIES: Final = {"nec-univerge-blue": 6, "nfon-ngage": 6}
"""Programs copied so often, with four plans and one: 30 in all."""
INPUTS: Final = {
    "nec-univerge-blue": {
        "commission": "18%",
        "spiff": "2x",
        "reseller_discount": "15%",
        "wholesale_discount": "30%",
    },
    "nfon-ngage": {"commission": "15%"},
}
EVENTS: Final = (
    Event(month=7, kind=EventKind.ADD, product="Cloud seat", quantity=Decimal(10)),
    Event(month=13, kind=EventKind.PRICE, product="Cloud seat", unit_price=Decimal("20.50")),
    Event(month=19, kind=EventKind.REMOVE, product="Agent", quantity=Decimal(2)),
    Event(month=25, kind=EventKind.HANDOVER, role=Role.CARE),
    Event(month=37, kind=EventKind.RENEWAL, term=24),
    Event(month=49, kind=EventKind.CANCEL),
)
"""What happens to the deal, one event of most kinds; the effect of each is told at every key."""


def bench() -> list[tuple[str, str]]:
    """Return the times of a typed key and of a committed cell, and both as a ratio to the comparison alone."""
    with _page() as page:
        deal = page.open_deal
        rows = compare(deal.session, deal.deal, deal.offer).rows
        paying = [row for row in rows if row.totals is not None and row.estimate.status == "payable"]
        assert len(paying) == PLANS, f"{len(paying)} plans pay"
        alone = _times(lambda _: compare(deal.session, deal.deal, deal.offer))
        typed = _typed(page)
        saved = _saved(page)
        page.open_deal.change_events(EVENTS, "Bench")
        eventful = _typed(page)
    half = statistics.median(alone)
    return [
        ("plans that pay", str(len(paying))),
        ("comparison alone", _figures(alone)),
        ("a key typed", f"{_figures(typed)}, {statistics.median(typed) / half:.2f} × the comparison"),
        (
            f"a key typed, {len(EVENTS)} events told",
            f"{_figures(eventful)}, {statistics.median(eventful) / half:.2f} × the comparison",
        ),
        ("a cell left, saved as a step", f"{_figures(saved)}, {statistics.median(saved) / half:.2f} × the comparison"),
    ]


def _typed(page: DealPage) -> list[float]:
    """Time digits typed into the open editor of a quantity."""
    table, cell = page.panel.table, page.lines.index(0, Column.QUANTITY)
    table.setCurrentIndex(cell)
    table.edit(cell)
    editor = table.indexWidget(cell) or table.viewport().findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)

    def key(number: int) -> None:
        if number % 2 == 0:
            editor.selectAll()
        QTest.keyClick(editor, str(1 + number % 9))

    before = page.totals.monthly[1].text()
    times = _times(key)
    assert page.totals.monthly[1].text() != before
    page.lines.end_preview()
    return times


def _saved(page: DealPage) -> list[float]:
    """Time cells that are left with another quantity."""
    steps = page.open_deal.session.book.step_count
    cell = page.lines.index(0, Column.QUANTITY)
    times = _times(lambda number: page.lines.setData(cell, str(100 + number)))
    assert page.open_deal.session.book.step_count == steps + KEYS + 1
    return times


def _times(action: Callable[[int], object]) -> list[float]:
    """Time an action so many times, after one that warms up."""
    action(KEYS)
    times = []
    for number in range(KEYS):
        start = time.perf_counter()
        action(number)
        times.append(time.perf_counter() - start)
    return times


def _figures(times: list[float]) -> str:
    p95 = sorted(times)[int(len(times) * 0.95)]
    return f"median {statistics.median(times) * 1000:.2f} ms, p95 {p95 * 1000:.2f} ms, n = {len(times)}"


@contextmanager
def _page() -> Iterator[DealPage]:
    app = QApplication.instance() or QApplication([])
    words.install("en")
    with tempfile.TemporaryDirectory() as folder:
        session = Session(create_book(Path(folder) / "bench.dealbook"))
        page = DealPage(Context(session, words.current(), lambda _page, **_args: None, _quiet))
        page.resize(1056, 640)
        session.subscribe(page.refresh)
        page.show_deal(_filled(session))
        page.show()
        app.processEvents()
        yield page
        page.close()
        session.close()


def _quiet(
    text: str, tone: "Tone | None" = None, *, action: str = "", then: Callable[[], object] | None = None
) -> None:
    """Take a notice and show it nowhere."""


def _filled(session: Session) -> str:
    """Fill the book with copied programs, enrolments and one deal; return the deal's id."""
    with session.step("Bench"):
        session.book.partner.save(Partner(name="Bench", country="DE", company_size=12))
        rate = ExchangeRate(day=date(2026, 1, 2), base="EUR", quote="USD", rate=Decimal("1.171"))
        session.book.partner.save_rate(rate)
        for name, text in shipped():
            program, _, day = name.removesuffix(".toml").partition("/")
            for copy in range(COPIES.get(program, 0)):
                own = f"{program}-{copy}"
                copied = text.replace(f'id = "{program}"', f'id = "{own}"', 1)
                session.book.programs.save(ProgramText(own, date.fromisoformat(day), copied))
        for program, copies in COPIES.items():
            for copy in range(copies):
                own = f"{program}-{copy}"
                enrolment = Enrolment(program=own, since=date(2020, 1, 1), certified=True, inputs=INPUTS[program])
                session.book.partner.save_enrolment(enrolment)
        return session.book.deals.save(_deal()).id


def _deal() -> Deal:
    lines = (
        Line(product="Cloud seat", category="ucaas", quantity=Decimal(85), list_price=Decimal("22.00")),
        Line(product="Agent", category="ccaas", quantity=Decimal(12), list_price=Decimal(65), discount=Decimal("0.05")),
        Line(
            product="Headset",
            category="hardware",
            quantity=Decimal(97),
            list_price=Decimal(89),
            charge=Charge.ONE_TIME,
        ),
    )
    offer = Offer(lines=lines, starts=date(2026, 5, 1), renewals=1)
    return Deal(customer="Müller & Söhne GmbH", signed=date(2026, 4, 30), offers=(offer,), country="DE")
