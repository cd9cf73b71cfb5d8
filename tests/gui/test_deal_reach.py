"""“With this deal you reach Gold” on the deal page: found while nobody types, opened by a key."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dealbook.book.programs import ProgramText
from dealbook.desk.deals import save_deal
from dealbook.desk.session import Session
from dealbook.desk.stages import set_stage
from dealbook.domain.deal import Choice, Deal, Stage
from dealbook.domain.partner import Enrolment
from dealbook.gui.models.line_cells import Column
from dealbook.gui.widgets.deal_reach import ReachStrip
from tests.desk.test_reach import CARRIER, YEAR
from tests.gui.deal_support import SEAT, Key, Opened, a_deal, a_session, focus, open_page, press, write


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A book with a carrier whose silver begins with 20 seats, and with another open deal under it."""
    made = a_session(tmp_path / "book.dealbook")
    with made.step("Carrier"):
        text = CARRIER.format(standing=YEAR, cap="")
        made.book.programs.save(ProgramText("carrier", date(2020, 1, 1), text))
        made.book.partner.save_enrolment(Enrolment(program="carrier"))
    other = a_deal(replace(SEAT, quantity=Decimal(10)), customer="Weser IT")
    choose_carrier(made, replace(other, signed=date(2026, 4, 30), probability=Decimal(1)))
    yield made
    made.close()


def choose_carrier(session: Session, deal: Deal) -> None:
    with session.step("Deal"):
        saved = session.book.deals.save(deal)
        choice = Choice(offer_id=saved.offers[0].id, program="carrier", version="1", plan="agent")
        session.book.deals.save(replace(saved, chosen=choice))


@pytest.fixture
def opened(qtbot: QtBot, session: Session) -> Opened:
    return open_page(qtbot, session, a_deal(replace(SEAT, quantity=Decimal(10))))


def strip(opened: Opened) -> ReachStrip:
    return opened.page.reach


def said(opened: Opened) -> list[str]:
    """Return what the strip says once nobody has typed for a moment."""
    strip(opened).search.finish()
    return [line.head.accessibleName() for line in strip(opened).lines if line.isVisible()]


def type_seats(opened: Opened, seats: str) -> None:
    table = opened.page.panel.table
    table.setFocus()
    table.setCurrentIndex(opened.page.lines.index(0, Column.QUANTITY))
    write(seats)


def test_it_follows_what_is_typed_without_keeping_a_key_waiting(opened: Opened) -> None:
    assert said(opened) == []
    assert not strip(opened).isVisible()
    type_seats(opened, "25")
    assert not strip(opened).isVisible()  # a key answers for itself; this comes a moment later
    assert not strip(opened).search.is_answered
    (silver,) = said(opened)
    assert silver.startswith("With this deal you reach Silver at Carrier (until 31 Dec 2026): +")
    press(Key.Key_Escape)
    assert said(opened) == []


def test_a_key_opens_which_deals_gain(opened: Opened) -> None:
    type_seats(opened, "25")
    press(Key.Key_Return)
    said(opened)
    line = strip(opened).lines[0]
    assert not line.details.isVisible()
    line.head.setFocus()
    assert focus() is line.head
    press(Key.Key_Space)
    assert line.details.isVisible()
    assert "on 1 open deal" in line.details.text()
    assert "Weser IT" in line.details.text()
    press(Key.Key_Space)
    assert not line.details.isVisible()
    assert "Weser IT" in line.head.toolTip()


def test_a_deal_that_is_won_reaches_nothing_more(opened: Opened) -> None:
    type_seats(opened, "25")
    press(Key.Key_Return)
    assert said(opened)
    set_stage(opened.session, opened.deal_id, Stage.WON, day=date(2026, 4, 1))
    assert not strip(opened).isVisible()
    opened.session.undo()
    assert said(opened)
    assert strip(opened).isVisible()


def test_another_deal_that_is_won_takes_it_away(opened: Opened) -> None:
    type_seats(opened, "25")
    press(Key.Key_Return)
    assert said(opened)
    choose_carrier(
        opened.session,
        replace(a_deal(replace(SEAT, quantity=Decimal(40))), stage=Stage.WON, signed=date(2026, 2, 1)),
    )
    assert not [text for text in said(opened) if "Silver" in text]


def test_it_comes_by_itself_when_nobody_types(qtbot: QtBot, opened: Opened) -> None:
    save_deal(
        opened.session,
        replace(opened.deal, offers=(replace(opened.deal.offers[0], lines=(replace(SEAT, quantity=Decimal(25)),)),)),
        "Seats",
    )
    qtbot.waitUntil(strip(opened).isVisible)
    QApplication.processEvents()
    assert strip(opened).lines[0].gain.text().startswith("+")
