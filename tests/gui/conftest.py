"""A small book and a window on it, as a person would have them on the screen."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dealbook.book.connection import create_book
from dealbook.desk.deals import new_deal, save_deal
from dealbook.desk.quotes import issue_quote, quote_content
from dealbook.desk.session import Session
from dealbook.domain.deal import Line, Stage
from dealbook.domain.partner import Enrolment, Partner
from dealbook.gui import words
from dealbook.gui.preferences import Preferences
from dealbook.gui.run import open_window
from dealbook.gui.theme import Appearance
from dealbook.gui.window import Window

DEALS = (
    ("Müller & Söhne GmbH", "Telephony 2026", 85, 36, Stage.OPEN, date(2026, 4, 30)),
    ("Hansen Reederei", "Contact centre", 12, 24, Stage.WON, date(2026, 1, 15)),
    ("Café Elbblick", "Branches", 5, 60, Stage.LOST, date(2026, 2, 1)),
    ("Stadtwerke Lüneburg", "Telephony for the plant", 240, 48, Stage.OPEN, date(2026, 3, 31)),
)
"""Customer, title, seats at 22.00, term, stage, closing day."""


def fill(session: Session) -> None:
    """Put the partner, an enrolment, the deals and a quote of the first one into a book."""
    with session.step("Fill"):
        session.book.partner.save(Partner(name="Nordlicht Systems GmbH", country="DE"))
        session.book.partner.save_enrolment(Enrolment(program="nfon-ngage", certified=True, since=date(2024, 1, 1)))
        for customer, title, seats, term, stage, closes in DEALS:
            deal = new_deal(session, customer, today=date(2026, 1, 1))
            line = Line(product="Cloud seat", category="ucaas", quantity=Decimal(seats), unit_price=Decimal("22.00"))
            offer = replace(deal.offers[0], lines=(line,), term=term, starts=date(2026, 5, 1))
            save_deal(session, replace(deal, title=title, offers=(offer,), stage=stage, signed=closes), "Fill")
    first = next(iter(session.deals.values()))
    content = quote_content(session, first, [first.offers[0].id], date(2026, 4, 1), language_code="de")
    issue_quote(session, first, content)


@pytest.fixture
def book_path(tmp_path: Path) -> Path:
    """A closed book with four deals and one quote."""
    path = tmp_path / "Nordlicht.dealbook"
    session = Session(create_book(path))
    fill(session)
    session.close()
    return path


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    """Preferences of a computer that speaks English and is light."""
    made = Preferences(tmp_path / "screen.ini")
    made.language, made.appearance = "en", Appearance.LIGHT
    return made


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, preferences: Preferences) -> Iterator[Window]:
    """A window without a book, in front."""
    made = open_window(qapp, preferences)
    made.resize(1280, 800)
    made.show()
    with qtbot.waitActive(made):
        made.activateWindow()
    yield made
    made.close()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(made, QEvent.Type.DeferredDelete)
    words.install("en")


@pytest.fixture
def opened(window: Window, book_path: Path) -> Window:
    """A window on the small book, at its deals."""
    window.open_book(book_path)
    return window
