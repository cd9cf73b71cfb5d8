"""What the tests of the deal page share: a book with three enrolments, a deal, and the page opened on it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from dealbook.book.connection import create_book
from dealbook.desk.session import Session
from dealbook.domain.deal import Charge, Deal, Line, Offer
from dealbook.domain.partner import Enrolment, ExchangeRate, Partner
from dealbook.gui import words
from dealbook.gui.context import Context, Tone
from dealbook.gui.pages.deal import DealPage

Key = Qt.Key
SEAT = Line(product="Cloud seat", category="ucaas", quantity=Decimal(85), list_price=Decimal("22.00"))
HEADSET = Line(
    product="Headset",
    category="hardware",
    quantity=Decimal(97),
    list_price=Decimal("89.00"),
    charge=Charge.ONE_TIME,
)


def a_deal(*lines: Line, customer: str = "Müller & Söhne GmbH", **changes: object) -> Deal:
    """Return a deal with one offer of these lines, 36 months from May 2026."""
    offer = Offer(lines=lines or (SEAT, HEADSET), starts=date(2026, 5, 1), **changes)  # type: ignore[arg-type]
    return Deal(customer=customer, title="Telephony 2026", signed=date(2026, 4, 30), offers=(offer,), country="DE")


def a_session(path: Path) -> Session:
    """Return a session with a new book: enrolled with NEC (in dollars, its wholesale discount missing) and NFON."""
    session = Session(create_book(path))
    with session.step("Set up"):
        session.book.partner.save(Partner(name="Nordlicht Systems GmbH", country="DE", company_size=12))
        inputs = {"commission": "18%", "spiff": "2x", "reseller_discount": "30%"}
        for enrolment in (
            Enrolment(program="nec-univerge-blue", since=date(2022, 1, 1), certified=True, inputs=inputs),
            Enrolment(program="nfon-ngage", since=date(2022, 1, 1), certified=True, inputs={"commission": "15%"}),
        ):
            session.book.partner.save_enrolment(enrolment)
        rate = ExchangeRate(day=date(2026, 1, 2), base="EUR", quote="USD", rate=Decimal("1.171"))
        session.book.partner.save_rate(rate)
    return session


@dataclass
class Opened:
    """The page with what it asked of the window."""

    page: DealPage
    session: Session
    deal_id: str
    visited: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def deal(self) -> Deal:
        """The deal as the book has it."""
        return self.session.book.deals.get(self.deal_id)

    def figures(self) -> dict[tuple[str, str], list[str]]:
        """Return what the comparison shows, by plan."""
        model = self.page.plans
        return {
            row.key: [str(model.index(place, column).data()) for column in range(1, model.columnCount())]
            for place, row in enumerate(model.rows)
            if row.totals is not None
        }


def open_page(qtbot: QtBot, session: Session, deal: Deal) -> Opened:
    """Save the deal and show the page on it, following the session as the window does."""
    words.install("en")
    with session.step("New deal"):
        saved = session.book.deals.save(deal)
    visited: list[tuple[str, dict[str, str]]] = []
    notices: list[str] = []

    def notify(
        text: str, tone: Tone = Tone.NEWS, *, action: str = "", then: Callable[[], object] | None = None
    ) -> None:
        notices.append(text)

    context = Context(session, words.current(), lambda page, **args: visited.append((page, args)), notify)
    page = DealPage(context)
    qtbot.addWidget(page)
    session.subscribe(page.refresh)
    page.resize(1056, 640)
    page.show_deal(saved.id)
    page.show()
    page.activateWindow()
    qtbot.waitActive(page)
    page.panel.table.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page.panel.table)
    return Opened(page, session, saved.id, visited, notices)


def focus() -> QWidget:
    """Return the widget that has the focus."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def press(*keys: Qt.Key, shift: bool = False, ctrl: bool = False) -> None:
    """Press keys, each where the focus is then."""
    held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    held |= Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    for key in keys:
        QTest.keyClick(focus(), key, held)
        QApplication.processEvents()


def write(text: str) -> None:
    """Type a text, each sign where the focus is then."""
    for sign in text:
        QTest.keyClick(focus(), sign)  # type: ignore[call-overload]  # a sign is fine, only not annotated
