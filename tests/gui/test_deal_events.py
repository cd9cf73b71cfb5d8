"""The events of an offer on the deal page: typed as a person types them, and what each does, at every key."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from dealbook.desk.compare import compare
from dealbook.desk.deals import save_deal
from dealbook.desk.session import Session
from dealbook.domain.deal import Choice, Event, EventKind, Offer
from dealbook.gui.models import step_names as names
from dealbook.gui.models.events import KINDS_OFFERED, EventColumn
from tests.gui.deal_support import Key, Opened, a_deal, a_session, focus, open_page, press, write

Role = Qt.ItemDataRole


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = a_session(tmp_path / "book.dealbook")
    yield made
    made.close()


@pytest.fixture
def opened(qtbot: QtBot, session: Session) -> Opened:
    """A deal under NFON's commission: 15 % of the seats, half of it for care."""
    made = open_page(qtbot, session, a_deal())
    choice = Choice(offer_id=made.deal.offers[0].id, program="nfon-ngage", version="2022", plan="commission")
    save_deal(session, replace(made.deal, chosen=choice), "Choose")
    return made


def add(opened: Opened, kind: EventKind) -> None:
    """Add an event from the menu."""
    opened.page.terms.adders.more.menu().actions()[KINDS_OFFERED.index(kind)].trigger()
    QApplication.processEvents()


def events(opened: Opened) -> tuple[Event, ...]:
    return opened.deal.offers[0].events


def cell(opened: Opened, row: int, column: EventColumn, role: int = Role.DisplayRole) -> object:
    return opened.page.terms.events.index(row, column).data(role)


def go_to(opened: Opened, row: int, column: EventColumn) -> None:
    table = opened.page.terms.table
    table.setFocus()
    table.setCurrentIndex(opened.page.terms.events.index(row, column))


def effect(opened: Opened, row: int = 0) -> str:
    return opened.page.terms.events.effect_text(row)


def test_an_event_is_added_from_the_menu_by_keys_alone(opened: Opened) -> None:
    opened.page.panel.table.setFocus()
    menu = opened.page.terms.adders.more.menu()
    steps = opened.session.book.step_count
    menu.aboutToShow.connect(lambda: menu.setActiveAction(menu.actions()[2]))
    menu.actions()[2].trigger()
    assert [event.kind for event in events(opened)] == [EventKind.PRICE]
    assert opened.session.book.step_count == steps + 1
    assert opened.session.book.undo_name == names.ADD_EVENT
    write("Apr 28")  # its month is open to be typed over
    press(Key.Key_Return)
    assert events(opened)[0].month == 24
    assert cell(opened, 0, EventColumn.MONTH) == "24 · Apr 2028"


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("13", 13),
        ("2027-04", 12),
        ("4/2027", 12),
        ("04.27", 12),
        ("Apr 27", 12),
        ("april 2027", 12),
        ("1.4.2027", 12),
        ("1/4/2027", 12),
        ("2027-04-01", 12),
        ("15 Apr 2027", 13),  # the first service month that begins then or later
        ("1 May 2026", 1),
    ],
)
def test_a_month_is_typed_in_many_ways(opened: Opened, text: str, month: int) -> None:
    add(opened, EventKind.ADD)
    write(text)
    press(Key.Key_Return)
    assert events(opened)[0].month == month


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("soon", "no month"),
        ("Apr 26", "before the service starts, on 1 May 2026"),
        ("30 Apr 2026", "before the service starts"),
        ("13/2027", "no month"),
        ("0", "out of range"),
        ("1.5", "no month"),
        (" ", "must not be empty"),
    ],
)
def test_what_is_no_month_stays_in_its_cell_with_the_reason(opened: Opened, text: str, says: str) -> None:
    add(opened, EventKind.ADD)
    before = events(opened)
    focus().selectAll()  # type: ignore[attr-defined]  # the open editor
    write(text)
    press(Key.Key_Return)
    assert events(opened) == before
    assert cell(opened, 0, EventColumn.MONTH) == text
    assert says in str(cell(opened, 0, EventColumn.MONTH, Role.ToolTipRole))
    assert says in opened.page.terms.note.text()
    press(Key.Key_Escape)
    assert not opened.page.terms.note.isVisible()


def test_events_stand_by_month_and_the_cursor_stays_with_its_event(opened: Opened) -> None:
    for month in ("20", "10"):
        add(opened, EventKind.ADD)
        write(month)
        press(Key.Key_Return)
    assert [event.month for event in events(opened)] == [10, 20]
    go_to(opened, 0, EventColumn.MONTH)
    write("30")
    press(Key.Key_Return)
    assert [event.month for event in events(opened)] == [20, 30]
    opened.session.undo()
    assert [event.month for event in events(opened)] == [10, 20]


def test_what_does_nothing_is_neither_gain_nor_mistake(opened: Opened) -> None:
    add(opened, EventKind.CANCEL)
    write("10")
    press(Key.Key_Return)
    add(opened, EventKind.PRICE)
    write("20")
    press(Key.Key_Return)
    table = opened.page.terms.events
    assert [table.is_nothing(row) for row in (0, 1)] == [False, True]
    assert "customer leaves with month 10" in opened.page.terms.note.text()
    assert opened.page.terms.note.property("role") == "warning-small"
    go_to(opened, 1, EventColumn.MONTH)
    write("soon")
    press(Key.Key_Return)
    assert opened.page.terms.note.property("role") == "bad-small"


def test_the_effect_follows_every_key_and_is_saved_with_the_cell(opened: Opened) -> None:
    add(opened, EventKind.ADD)
    write("13")
    press(Key.Key_Return)
    assert effect(opened) == "+3.30 a month · +79.20 over time"  # one seat at 22.00, 15 %, 24 months
    go_to(opened, 0, EventColumn.VALUE)
    write("1")
    assert effect(opened) == "+3.30 a month · +79.20 over time"
    write("0")
    assert effect(opened) == "+33.00 a month · +792.00 over time"
    assert events(opened)[0].quantity == 1  # nothing is saved yet
    press(Key.Key_Return)
    assert events(opened)[0].quantity == 10
    assert effect(opened) == "+33.00 a month · +792.00 over time"
    assert opened.page.terms.basis.accessibleName() == "Effect under NFON · Commission, the chosen plan"
    tip = str(cell(opened, 0, EventColumn.KIND, Role.ToolTipRole))
    assert "May 2027 – Apr 2029" in tip
    assert "24 times" in tip


def test_the_effect_follows_the_lines_too(opened: Opened) -> None:
    add(opened, EventKind.CANCEL)
    press(Key.Key_Return)
    before = effect(opened)
    opened.page.panel.table.setFocus()
    opened.page.panel.table.setCurrentIndex(opened.page.lines.index(0, 2))
    write("9")
    assert effect(opened) != before
    press(Key.Key_Escape)
    assert effect(opened) == before


def test_without_a_choice_the_best_plan_is_named(opened: Opened) -> None:
    save_deal(opened.session, replace(opened.deal, chosen=None), "Choose none")
    add(opened, EventKind.ADD)
    best = compare(opened.session, opened.deal, opened.deal.offers[0]).best
    assert best is not None
    said = opened.page.terms.basis.accessibleName()
    assert said == f"Effect under {best.estimate.vendor} · {best.estimate.plan_name}, the best plan"


def test_a_handover_shows_what_is_lost(opened: Opened) -> None:
    add(opened, EventKind.HANDOVER)
    write("13")
    press(Key.Key_Return)
    assert cell(opened, 0, EventColumn.WHAT) == "care to somebody else"
    lost = Decimal("140.25") * 24  # half of 15 % of 1,870.00
    assert effect(opened) == f"−140.25 a month · −{lost:,} over time"
    assert opened.page.terms.events.is_loss(0)


def test_a_price_change_shows_the_old_price_and_takes_the_new_one(opened: Opened) -> None:
    add(opened, EventKind.PRICE)
    write("13")
    press(Key.Key_Tab, Key.Key_Tab, Key.Key_Tab)
    write("20.00")
    press(Key.Key_Return)
    assert (events(opened)[0].product, events(opened)[0].unit_price) == ("Cloud seat", Decimal("20.00"))
    assert cell(opened, 0, EventColumn.VALUE) == "22.00 → 20.00"
    add(opened, EventKind.PRICE)
    write("25")
    press(Key.Key_Return)
    assert cell(opened, 1, EventColumn.VALUE) == "20.00 → 20.00"
    assert [word for word, _ in opened.page.terms.events.choices(opened.page.terms.events.index(0, 2))] == [
        "Cloud seat"  # a headset is paid for once
    ]


def test_a_renewal_comes_after_the_term_and_has_the_same_term_until_another_is_typed(opened: Opened) -> None:
    add(opened, EventKind.RENEWAL)
    press(Key.Key_Return)
    assert (events(opened)[0].month, events(opened)[0].term) == (37, None)
    assert cell(opened, 0, EventColumn.VALUE) == "same term"
    go_to(opened, 0, EventColumn.VALUE)
    write("2 years")
    press(Key.Key_Return)
    assert (events(opened)[0].term, cell(opened, 0, EventColumn.VALUE)) == (24, "24 months")
    add(opened, EventKind.RENEWAL)
    press(Key.Key_Return)
    assert events(opened)[1].month == 61
    go_to(opened, 0, EventColumn.VALUE)
    press(Key.Key_F2)
    focus().clear()  # type: ignore[attr-defined]  # the open editor
    press(Key.Key_Return)
    assert events(opened)[0].term is None


def test_a_successor_is_chosen_or_typed(opened: Opened) -> None:
    add(opened, EventKind.SUCCESSOR)
    press(Key.Key_Return)
    go_to(opened, 0, EventColumn.WHAT)
    press(Key.Key_F2)
    editor = opened.page.terms.table.findChild(QComboBox)
    assert isinstance(editor, QComboBox)
    assert editor.isEditable()
    assert editor.findText("NFON · Commission") >= 0
    line = editor.lineEdit()
    assert line is not None
    line.selectAll()
    write("nec wholesale")
    press(Key.Key_Return)
    assert (events(opened)[0].program, events(opened)[0].plan) == ("nec-univerge-blue", "wholesale")
    assert cell(opened, 0, EventColumn.WHAT) == "NEC · Wholesale"
    model = opened.page.terms.events
    model.setData(model.index(0, EventColumn.WHAT), "nowhere")
    assert "No plan is called" in str(cell(opened, 0, EventColumn.WHAT, Role.ToolTipRole))
    model.setData(model.index(0, EventColumn.WHAT), "nec")
    assert "several plans" in str(cell(opened, 0, EventColumn.WHAT, Role.ToolTipRole))


def test_another_kind_keeps_what_it_can_and_drops_the_rest(opened: Opened) -> None:
    add(opened, EventKind.ADD)
    press(Key.Key_Return)
    model = opened.page.terms.events
    for kind in EventKind:
        assert model.setData(model.index(0, EventColumn.KIND), kind.value)
        assert not model.drafts, kind
        assert events(opened)[0].kind is kind
        assert cell(opened, 0, EventColumn.KIND)
    model.setData(model.index(0, EventColumn.KIND), EventKind.CANCEL.value)
    assert events(opened)[0] == Event(month=13, kind=EventKind.CANCEL, id=events(opened)[0].id)


def test_delete_removes_an_event_and_undo_brings_it_back(opened: Opened) -> None:
    add(opened, EventKind.ADD)
    press(Key.Key_Return)
    before = events(opened)
    go_to(opened, 0, EventColumn.KIND)
    press(Key.Key_Delete)
    assert events(opened) == ()
    assert not opened.page.terms.basis.isVisible()
    opened.session.undo()
    assert events(opened) == before
    assert opened.page.terms.table.isVisible()


def test_what_is_wrong_with_a_saved_event_stands_beside_its_cell_and_stops_nobody(
    qtbot: QtBot, session: Session
) -> None:
    wrong = Event(month=30, kind=EventKind.ADD, product="Fax")
    opened = open_page(qtbot, session, a_deal(events=(wrong,)))
    assert "Fax" in str(cell(opened, 0, EventColumn.WHAT, Role.ToolTipRole))
    assert "Fax" in opened.page.terms.note.text()
    assert cell(opened, 0, EventColumn.WHAT, Role.BackgroundRole) is not None
    add(opened, EventKind.CANCEL)  # it comes before the wrong one
    write("20")
    press(Key.Key_Return)
    assert [event.kind for event in events(opened)] == [EventKind.CANCEL, EventKind.ADD]
    go_to(opened, 1, EventColumn.WHAT)
    press(Key.Key_F2)
    editor = opened.page.terms.table.findChild(QComboBox)
    assert isinstance(editor, QComboBox)
    editor.setCurrentIndex(editor.findData("Cloud seat"))
    press(Key.Key_Return)
    assert events(opened)[1].product == "Cloud seat"
    assert "Fax" not in opened.page.terms.note.text()


def test_an_offer_without_lines_refuses_seats_in_words(qtbot: QtBot, session: Session) -> None:
    bare = replace(a_deal(), offers=(Offer(starts=date(2026, 5, 1)),))
    opened = open_page(qtbot, session, bare)
    add(opened, EventKind.ADD)
    assert events(opened) == ()
    assert opened.page.terms.note.isVisible()
    add(opened, EventKind.CANCEL)
    assert len(events(opened)) == 1
    assert not opened.page.terms.note.isVisible()
