"""The deal page through the keys that a person presses, on a real book and the real arithmetic."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QCompleter,
    QLineEdit,
    QListView,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from dealbook.desk.compare import Objective, compare, explain
from dealbook.desk.deals import save_deal
from dealbook.desk.session import Session
from dealbook.desk.wording import step_result
from dealbook.domain.deal import Charge, EventKind
from dealbook.gui.models.line_cells import Column
from dealbook.gui.widgets.deal_figures import View
from tests.gui.deal_support import SEAT, Key, Opened, a_deal, a_session, focus, open_page, press, write

CASH = ("nec-univerge-blue", "cloud-cash")
WHOLESALE = ("nec-univerge-blue", "wholesale")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = a_session(tmp_path / "book.dealbook")
    yield made
    made.close()


@pytest.fixture
def opened(qtbot: QtBot, session: Session) -> Opened:
    return open_page(qtbot, session, a_deal())


def go_to(opened: Opened, row: int, column: int) -> None:
    table = opened.page.panel.table
    table.setFocus()
    table.setCurrentIndex(opened.page.lines.index(row, column))


def expected(opened: Opened) -> dict[tuple[str, str], list[str]]:
    """Return what the desk says of the saved deal, as the columns of the page."""
    deal, words = opened.deal, opened.page.open_deal.words
    rows = compare(opened.session, deal, deal.offers[0]).rows
    return {
        row.key: [
            words.amount(figure, "EUR")
            for figure in (row.totals.upfront, row.totals.first_year, row.totals.term, row.totals.expected_value)
        ]
        for row in rows
        if row.totals is not None and row.estimate.status == "payable"
    }


# --- typing -----------------------------------------------------------------------------------------------------------


def test_figures_follow_every_key_and_are_those_of_the_desk(opened: Opened) -> None:
    before = opened.figures()
    assert before == expected(opened)
    go_to(opened, 0, Column.QUANTITY)
    write("9")
    at_nine = opened.figures()
    assert at_nine != before
    assert opened.deal.offers[0].lines[0].quantity == 85  # nothing is saved yet
    write("0")
    assert opened.figures() != at_nine
    press(Key.Key_Return)
    assert opened.deal.offers[0].lines[0].quantity == 90
    assert opened.figures() == expected(opened)
    assert opened.figures()[CASH] != before[CASH]


def test_totals_under_the_lines_follow_what_is_typed(opened: Opened) -> None:
    assert opened.page.totals.monthly[1].text() == "€1,870.00"
    go_to(opened, 0, Column.QUANTITY)
    write("10")
    assert opened.page.totals.monthly[1].text() == "€220.00"
    assert opened.page.lines.index(0, Column.TOTAL).data() == "220.00"
    press(Key.Key_Escape)
    assert opened.page.totals.monthly[1].text() == "€1,870.00"
    assert opened.page.lines.index(0, Column.TOTAL).data() == "1,870.00"


def test_an_edit_is_one_step(opened: Opened) -> None:
    steps = opened.session.book.step_count
    go_to(opened, 0, Column.PRICE)
    write("24.50")
    press(Key.Key_Return)
    assert opened.session.book.step_count == steps + 1
    assert opened.session.book.undo_name == "Change price"
    assert opened.deal.offers[0].lines[0].list_price == Decimal("24.50")


def test_leaving_a_cell_as_it_was_is_no_step(opened: Opened) -> None:
    steps = opened.session.book.step_count
    go_to(opened, 0, Column.PRICE)
    press(Key.Key_F2, Key.Key_Return)
    assert opened.session.book.step_count == steps


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        (Column.QUANTITY, "many", "“many” is not a number"),
        (Column.QUANTITY, "-3", "negative"),
        (Column.PRICE, "22.505", "more than 2 decimals"),
        (Column.PRICE, "2,2.00", "is not a number"),
        (Column.DISCOUNT, "120", "from 0% to 100%"),
        (Column.PRODUCT, " ", "must not be empty"),
    ],
)
def test_wrong_input_stays_is_marked_and_saves_nothing(opened: Opened, column: Column, text: str, says: str) -> None:
    before, steps, figures = opened.deal, opened.session.book.step_count, opened.figures()
    go_to(opened, 0, column)
    write(text)
    press(Key.Key_Return)
    cell = opened.page.lines.index(0, column)
    assert cell.data() == text
    assert says in cell.data(Qt.ItemDataRole.ToolTipRole)
    assert says in opened.page.panel.note.text()
    assert opened.page.panel.note.isVisible()
    assert (opened.deal, opened.session.book.step_count, opened.figures()) == (before, steps, figures)


def test_wrong_input_is_mended_or_given_up(opened: Opened) -> None:
    go_to(opened, 0, Column.QUANTITY)
    write("x")
    press(Key.Key_Return)
    go_to(opened, 0, Column.QUANTITY)
    press(Key.Key_F2)
    assert focus().property("text") == "x"  # what was typed is there to be mended
    write("12")  # the text is selected, so this replaces it
    press(Key.Key_Return)
    assert opened.deal.offers[0].lines[0].quantity == 12
    assert not opened.page.panel.note.isVisible()


def test_wrong_input_survives_a_change_elsewhere(opened: Opened) -> None:
    go_to(opened, 0, Column.QUANTITY)
    write("x")
    press(Key.Key_Return)
    go_to(opened, 1, Column.QUANTITY)
    write("98")
    press(Key.Key_Return)
    assert opened.page.lines.index(0, Column.QUANTITY).data() == "x"
    assert opened.deal.offers[0].lines[1].quantity == 98


def test_tab_goes_from_cell_to_cell_and_leaves_after_the_last(opened: Opened) -> None:
    table = opened.page.panel.table
    go_to(opened, 0, Column.PRODUCT)
    visited = []
    for _ in range(13):
        index = table.currentIndex()
        visited.append((index.row(), index.column()))
        press(Key.Key_Tab)
        if focus() is not table:
            break
    columns = [Column.PRODUCT, Column.CATEGORY, Column.QUANTITY, Column.PRICE, Column.DISCOUNT, Column.CHARGE]
    assert visited == [(row, column) for row in (0, 1) for column in columns] + [(2, Column.PRODUCT)]
    assert focus() is not table


def test_shift_tab_leaves_before_the_first(opened: Opened) -> None:
    go_to(opened, 0, Column.PRODUCT)
    press(Key.Key_Tab, shift=True)
    assert focus() is not opened.page.panel.table


def test_type_tab_type_adds_a_line(opened: Opened) -> None:
    go_to(opened, 2, Column.PRODUCT)
    write("Queue agent")  # no list of known products opens: offscreen, it would keep the window from being active
    press(Key.Key_Tab)
    assert isinstance(focus(), QComboBox)
    write("c")  # CCaaS
    press(Key.Key_Tab)
    write("12")
    press(Key.Key_Tab)
    write("65")
    press(Key.Key_Tab)
    write("5")
    press(Key.Key_Tab)
    assert isinstance(focus(), QComboBox)
    write("y")  # yearly
    press(Key.Key_Return)
    line = opened.deal.offers[0].lines[2]
    assert (line.product, line.category, line.quantity) == ("Queue agent", "ccaas", Decimal(12))
    assert (line.list_price, line.discount, line.charge) == (Decimal(65), Decimal("0.05"), Charge.ANNUAL)
    assert opened.page.lines.index(2, Column.TOTAL).data() == "741.00"


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Tab])
def test_a_product_known_in_the_book_brings_its_price(opened: Opened, key: Qt.Key) -> None:
    go_to(opened, 2, Column.PRODUCT)
    write("headse")
    completer = focus().findChild(QCompleter)
    assert completer is not None
    popup = completer.popup()
    assert popup is not None
    popup.setCurrentIndex(popup.model().index(0, 0))
    QTest.keyClick(popup, key)
    QApplication.processEvents()
    line = opened.deal.offers[0].lines[2]
    assert (line.product, line.quantity) == ("Headset", Decimal(1))
    assert (line.list_price, line.category, line.charge) == (Decimal(89), "hardware", Charge.ONE_TIME)
    assert opened.page.panel.table.currentIndex().column() == Column.CATEGORY  # and the typing goes on


def test_paste_adds_lines_in_one_step(opened: Opened) -> None:
    steps = opened.session.book.step_count
    text = "Product\tQty\tPrice\tDiscount\nAgent\t12\t65.00\t5 %\nTrunk\tten\t4.50\t\n"
    QGuiApplication.clipboard().setText(text)
    go_to(opened, 2, Column.PRODUCT)
    press(Key.Key_V, ctrl=True)
    agent, trunk = opened.deal.offers[0].lines[2:]
    assert (agent.product, agent.quantity, agent.list_price, agent.discount) == (
        "Agent",
        Decimal(12),
        Decimal(65),
        Decimal("0.05"),
    )
    assert trunk.product == "Trunk"
    assert opened.page.lines.index(3, Column.QUANTITY).data() == "ten"  # not lost: to be mended in its place
    assert opened.session.book.step_count == steps + 1
    opened.session.undo()
    assert len(opened.deal.offers[0].lines) == 2


def test_what_is_copied_can_be_pasted(opened: Opened) -> None:
    opened.page.panel.table.selectAll()
    press(Key.Key_C, ctrl=True)
    go_to(opened, 2, Column.PRODUCT)
    press(Key.Key_V, ctrl=True)
    lines = [replace(line, id="") for line in opened.deal.offers[0].lines]
    assert lines[2:] == lines[:2]


def test_delete_removes_a_line_and_its_events_and_undo_brings_both_back(qtbot: QtBot, session: Session) -> None:
    opened = open_page(qtbot, session, a_deal())
    opened.page.terms.events.add(EventKind.ADD, 13)
    before = opened.deal
    go_to(opened, 0, Column.PRODUCT)
    press(Key.Key_Delete)
    assert [line.product for line in opened.deal.offers[0].lines] == ["Headset"]
    assert opened.deal.offers[0].events == ()
    opened.session.undo()
    assert opened.deal == before
    assert opened.page.lines.index(0, Column.PRODUCT).data() == "Cloud seat"


def test_renaming_a_product_renames_it_in_the_events(opened: Opened) -> None:
    opened.page.terms.events.add(EventKind.ADD, 13)
    opened.page.terms.events.add(EventKind.PRICE, 15)
    go_to(opened, 0, Column.PRODUCT)
    write("Seat")
    press(Key.Key_Return)
    offer = opened.deal.offers[0]
    assert [offer.lines[0].product, *(event.product for event in offer.events)] == ["Seat"] * 3


def test_details_of_the_current_line(opened: Opened) -> None:
    go_to(opened, 0, Column.PRODUCT)
    press(Key.Key_F4)
    field = opened.page.panel.details.fields[Column.FREE]
    assert field.isVisible()
    field.setFocus()
    write("2")
    press(Key.Key_Return)
    assert opened.deal.offers[0].lines[0].free_months == 2
    net = opened.page.panel.details.fields[Column.NET]
    net.setFocus()
    net.selectAll()
    write("19.80")
    press(Key.Key_Return)
    line = opened.deal.offers[0].lines[0]
    assert (line.unit_price, line.list_price) == (Decimal("19.80"), Decimal(22))
    assert opened.page.lines.index(0, Column.DISCOUNT).data() == "10%"
    net.selectAll()
    write("x")
    press(Key.Key_Return)
    assert net.problem
    assert opened.deal.offers[0].lines[0] == line


# --- following the book -----------------------------------------------------------------------------------------------


def test_undo_brings_the_former_figures_back(opened: Opened) -> None:
    before = opened.figures()
    go_to(opened, 0, Column.QUANTITY)
    write("200")
    press(Key.Key_Return)
    assert opened.figures() != before
    opened.session.undo()
    assert opened.figures() == before
    assert opened.page.lines.index(0, Column.QUANTITY).data() == "85"


def test_an_open_editor_stays_open_when_the_book_changes(opened: Opened) -> None:
    go_to(opened, 0, Column.PRICE)
    write("23.")
    editor = focus()
    assert isinstance(editor, QLineEdit)
    offer = opened.deal.offers[0]
    changed = replace(
        offer, lines=(replace(offer.lines[0], quantity=Decimal(90), list_price=Decimal(30)), *offer.lines[1:])
    )
    save_deal(opened.session, replace(opened.deal, offers=(changed,)), "Elsewhere")
    QApplication.processEvents()
    assert focus() is editor
    assert editor.text() == "23."
    assert opened.page.lines.index(0, Column.QUANTITY).data() == "90"
    write("5")
    press(Key.Key_Return)
    assert opened.deal.offers[0].lines[0].list_price == Decimal("23.5")


def test_the_current_plan_keeps_its_row_when_the_ranking_changes(opened: Opened) -> None:
    table = opened.page.comparison.table
    orders = []
    for objective in Objective:
        opened.page.open_deal.set_objective(objective)
        orders.append([row.key for row in opened.page.plans.rows if row.totals])
    assert len({tuple(order) for order in orders}) > 1  # or this test says nothing
    opened.page.open_deal.set_objective(Objective.EXPECTED)
    for objective in Objective:
        table.setCurrentIndex(opened.page.plans.index(opened.page.plans.place(CASH), 0))
        opened.page.open_deal.set_objective(objective)
        shown = opened.page.plans.shown(table.currentIndex())
        assert shown is not None
        assert shown.key == CASH


def test_a_change_of_another_deal_leaves_this_one(opened: Opened) -> None:
    table = opened.page.panel.table
    go_to(opened, 1, Column.PRICE)
    save_deal(opened.session, a_deal(customer="Other"), "New deal")
    assert (table.currentIndex().row(), table.currentIndex().column()) == (1, Column.PRICE)
    assert opened.page.header.customer.text() == "Müller & Söhne GmbH"


def test_names_are_shown_as_they_are(qtbot: QtBot, session: Session) -> None:
    name = '<b>&"Müller'
    deal = a_deal(replace(SEAT, product=name), customer=name)
    opened = open_page(qtbot, session, replace(deal, offers=(replace(deal.offers[0], title=name),)))
    assert opened.page.header.customer.text() == name
    assert opened.page.lines.index(0, Column.PRODUCT).data() == name
    assert opened.page.offers.bar.tabText(0) == name.replace("&", "&&")  # Qt shows "&&" as "&"


# --- the comparison ---------------------------------------------------------------------------------------------------


def test_why_shows_the_arithmetic_whose_last_result_is_the_figure(opened: Opened) -> None:
    table = opened.page.comparison.table
    table.setFocus()
    table.setCurrentIndex(opened.page.plans.index(opened.page.plans.place(CASH), 0))
    press(Key.Key_Return)
    assert opened.page.figures.view is View.WHY
    deal = opened.deal
    estimate = explain(opened.session, deal, deal.offers[0], *CASH)
    totals = [line for line in opened.page.steps.rows if line.kind == "total"]
    assert totals[-1].result == opened.figures()[CASH][-1]
    results = [line.result for line in opened.page.steps.rows if line.kind != "source"]
    assert results[:-1] == [step_result(step, opened.page.open_deal.words, "USD") for step in estimate.trace]
    press(Key.Key_Escape)
    assert opened.page.figures.chart.isVisible()
    assert focus() is table


def test_why_follows_what_is_typed(opened: Opened) -> None:
    opened.page.comparison.table.setFocus()
    press(Key.Key_W)
    before = opened.page.steps.text()
    go_to(opened, 0, Column.QUANTITY)
    write("90")
    assert opened.page.steps.text() != before


def test_why_can_be_copied(opened: Opened) -> None:
    opened.page.comparison.table.setFocus()
    press(Key.Key_Space)
    QGuiApplication.clipboard().clear()
    press(Key.Key_C, ctrl=True)
    assert QGuiApplication.clipboard().text() == opened.page.steps.text()
    assert "Expected value" in opened.page.steps.text()


def test_typing_the_missing_contract_value_makes_the_plan_pay(opened: Opened) -> None:
    page = opened.page
    page.comparison.table.arrange()
    table = page.comparison.table
    table.setFocus()
    table.setCurrentIndex(page.plans.index(page.plans.place(WHOLESALE), 0))
    assert WHOLESALE not in opened.figures()
    write("3")  # the first digit goes to the row's field
    assert isinstance(focus(), QLineEdit)
    write("0 %")
    press(Key.Key_Return)
    assert WHOLESALE in opened.figures()
    assert opened.figures() == expected(opened)
    enrolment = next(e for e in opened.session.enrolments if e.program == WHOLESALE[0])
    assert enrolment.inputs["wholesale_discount"] == "30%"
    table.arrange()
    assert table.field_of(WHOLESALE) is None
    opened.session.undo()
    assert WHOLESALE not in opened.figures()


def test_a_contract_value_can_be_an_assumption(opened: Opened) -> None:
    table = opened.page.comparison.table
    table.arrange()
    field = table.field_of(WHOLESALE)
    assert field is not None
    field.assumed.setFocus()
    press(Key.Key_Space)
    field.line.setFocus()
    write("30%")
    press(Key.Key_Return)
    enrolment = next(e for e in opened.session.enrolments if e.program == WHOLESALE[0])
    assert enrolment.assumed == {"wholesale_discount"}


def test_a_wrong_contract_value_stays_with_its_problem(opened: Opened) -> None:
    table = opened.page.comparison.table
    table.arrange()
    field = table.field_of(WHOLESALE)
    assert field is not None
    enrolments = opened.session.enrolments
    field.line.setFocus()
    write("lots")
    press(Key.Key_Return)
    index = opened.page.plans.index(opened.page.plans.place(WHOLESALE), 0)
    draft = opened.page.plans.draft(index)
    assert draft is not None
    assert draft.text == "lots"
    assert field.line.text() == "lots"
    assert field.line.toolTip() == draft.problem != ""
    assert opened.session.enrolments == enrolments


def test_enter_in_the_field_of_a_contract_value_stays_there_and_escape_empties_it(opened: Opened) -> None:
    table = opened.page.comparison.table
    table.arrange()
    field = table.field_of(WHOLESALE)
    assert field is not None
    field.line.setFocus()
    write("lots")
    press(Key.Key_Return)
    assert field.line.hasFocus()
    assert opened.page.figures.view is View.CHART  # Enter on the table would open the arithmetic
    press(Key.Key_Escape)
    assert field.line.text() == ""
    assert opened.page.plans.draft(opened.page.plans.index(opened.page.plans.place(WHOLESALE), 0)) is None
    write("30%")
    press(Key.Key_Return)
    assert table.hasFocus()
    assert WHOLESALE in opened.figures()


def test_an_ineligible_plan_names_the_one_that_is_shown_in_its_place(qtbot: QtBot, session: Session) -> None:
    opened = open_page(qtbot, session, a_deal(term=24))
    row = next(row for row in opened.page.plans.rows if row.key == CASH)
    assert row.reason.endswith(" Agent instead.")


def test_ineligible_plans_say_why(qtbot: QtBot, session: Session) -> None:
    opened = open_page(qtbot, session, a_deal(term=24))
    row = next(row for row in opened.page.plans.rows if row.key == CASH)
    assert row.totals is None
    assert "needed: at least 36" in row.reason
    assert "12 more" in row.reason


def test_the_objective_ranks_and_marks_the_best_once(opened: Opened) -> None:
    combo = opened.page.comparison.objective
    combo.setFocus()
    for _ in range(combo.count()):
        objective = combo.currentData()
        rows = [row for row in opened.page.plans.rows if row.totals]
        figures = [row.row.figure(Objective(objective)) for row in rows]
        assert None not in figures
        assert figures == sorted(figures, key=lambda figure: figure or 0, reverse=True)
        assert [row.row.is_best for row in rows] == [True] + [False] * (len(rows) - 1)
        press(Key.Key_Down)


def test_c_chooses_the_plan_and_c_again_gives_it_up(opened: Opened) -> None:
    table = opened.page.comparison.table
    table.setFocus()
    table.setCurrentIndex(opened.page.plans.index(opened.page.plans.place(CASH), 0))
    press(Key.Key_C)
    chosen = opened.deal.chosen
    assert chosen is not None
    assert (chosen.offer_id, chosen.program, chosen.plan) == (opened.deal.offers[0].id, *CASH)
    assert "chosen" in opened.page.plans.marks(opened.page.plans.rows[opened.page.plans.place(CASH)])
    press(Key.Key_C)
    assert opened.deal.chosen is None


def test_t_draws_a_plan_in_the_chart_or_no_longer(opened: Opened) -> None:
    table = opened.page.comparison.table
    table.setFocus()
    index = opened.page.plans.index(opened.page.plans.place(CASH), 0)
    table.setCurrentIndex(index)
    assert CASH in [row.key for row in opened.page.plans.ticked]
    press(Key.Key_T)
    assert CASH not in [row.key for row in opened.page.plans.ticked]
    assert opened.page.cash.columnCount() == 1 + len(opened.page.plans.ticked)


# --- term, events, levers ---------------------------------------------------------------------------------------------


def test_term_follows_and_is_saved(opened: Opened) -> None:
    before = opened.figures()
    field = opened.page.terms.term
    field.setFocus()
    field.selectAll()
    write("48")
    assert opened.figures() != before
    assert opened.deal.offers[0].term == 36
    press(Key.Key_Return)
    assert opened.deal.offers[0].term == 48
    assert field.text() == "48 months"
    field.selectAll()
    write("0")
    press(Key.Key_Return)
    assert field.problem
    assert opened.deal.offers[0].term == 48
    press(Key.Key_Escape)
    assert field.text() == "48 months"
    press(Key.Key_Up, Key.Key_Return)
    assert opened.deal.offers[0].term == 49


def test_renewals_are_typed_as_number_times_months(opened: Opened) -> None:
    field = opened.page.terms.renewals
    field.setFocus()
    field.selectAll()
    write("2x24")
    press(Key.Key_Return)
    offer = opened.deal.offers[0]
    assert (offer.renewals, offer.renewal_term) == (2, 24)


def test_an_event_is_added_and_edited_in_place(opened: Opened) -> None:
    adder = next(b for b in opened.page.terms.findChildren(type(opened.page.levers.reset)) if b.text() == "+ seats")
    adder.setFocus()
    press(Key.Key_Space)
    write("7")  # the month is open to be typed over
    press(Key.Key_Tab, Key.Key_Tab, Key.Key_Tab)
    write("10")
    press(Key.Key_Return)
    event = opened.deal.offers[0].events[0]
    assert (event.month, event.kind, event.product, event.quantity) == (7, EventKind.ADD, "Cloud seat", Decimal(10))
    assert opened.figures() == expected(opened)
    opened.page.terms.table.setFocus()
    press(Key.Key_Delete)
    assert opened.deal.offers[0].events == ()


def test_levers_try_without_saving_and_apply_as_one_step(opened: Opened) -> None:
    before, steps = opened.figures(), opened.session.book.step_count
    churn = opened.session.partner.assume.churn
    levers = opened.page.levers
    levers.seats.slider.setFocus()
    press(Key.Key_PageUp)
    levers.churn.slider.setFocus()
    press(Key.Key_Right)
    tried = opened.figures()
    assert tried != before
    assert opened.session.book.step_count == steps
    levers.apply.setFocus()
    press(Key.Key_Space)
    assert opened.session.book.step_count == steps + 1
    assert opened.deal.offers[0].lines[0].quantity == Decimal(94)  # 85 × 1.10, rounded
    assert opened.deal.offers[0].lines[1].quantity == 97  # a headset is no seat
    assert opened.session.partner.assume.churn == churn + Decimal("0.0005")
    assert opened.figures() == tried == expected(opened)
    opened.session.undo()
    assert opened.figures() == before
    assert opened.session.partner.assume.churn == churn


def test_reset_forgets_what_was_tried(opened: Opened) -> None:
    before = opened.figures()
    opened.page.levers.discount.slider.setFocus()
    press(Key.Key_PageUp)
    assert opened.figures() != before
    opened.page.levers.reset.setFocus()
    press(Key.Key_Space)
    assert opened.figures() == before
    assert not opened.page.levers.apply.isEnabled()


# --- head, offers, quote ----------------------------------------------------------------------------------------------


def test_the_head_is_edited_in_place(opened: Opened) -> None:
    header = opened.page.header
    header.customer.setFocus()
    header.customer.selectAll()
    write("Schmidt AG")
    press(Key.Key_Return)
    header.probability.setFocus()
    header.probability.selectAll()
    write("80")
    press(Key.Key_Return)
    deal = opened.deal
    assert (deal.customer, deal.probability) == ("Schmidt AG", Decimal("0.8"))
    header.customer.setFocus()
    header.customer.selectAll()
    press(Key.Key_Delete, Key.Key_Return)
    assert header.customer.problem
    assert opened.deal.customer == "Schmidt AG"


def test_a_later_closing_day_takes_the_start_along(opened: Opened) -> None:
    assert opened.page.open_deal.change_signed(date(2026, 8, 15)) == ""
    assert (opened.deal.signed, opened.deal.offers[0].starts) == (date(2026, 8, 15), date(2026, 9, 1))


def test_offers_are_added_renamed_duplicated_and_removed(opened: Opened) -> None:
    page = opened.page
    page.offers.add.setFocus()
    press(Key.Key_Space)
    assert [offer.title for offer in opened.deal.offers] == ["", ""]
    assert page.open_deal.position == 1
    page.offers.bar.setFocus()
    press(Key.Key_F2)
    write("Plan B")
    press(Key.Key_Return)
    assert opened.deal.offers[1].title == "Plan B"
    page.offers.bar.setFocus()
    press(Key.Key_Left)
    assert page.open_deal.offer == opened.deal.offers[0]
    assert page.lines.index(0, Column.PRODUCT).data() == "Cloud seat"
    page.offers.duplicated.emit(0)
    assert [line.product for line in opened.deal.offers[1].lines] == ["Cloud seat", "Headset"]
    page.offers.bar.setFocus()
    press(Key.Key_Delete)
    assert [offer.title for offer in opened.deal.offers] == ["", "Plan B"]
    assert opened.notices == ["The offer was removed."]
    opened.session.undo()
    assert [offer.title for offer in opened.deal.offers] == ["", "", "Plan B"]
    assert page.offers.bar.count() == 3


def test_a_quote_is_issued_in_place(opened: Opened) -> None:
    header, strip = opened.page.header, opened.page.quote
    header.quote.setFocus()
    press(Key.Key_Space)
    assert opened.page.quote.isVisible()
    strip.language.setCurrentIndex(strip.language.findData("de"))
    strip.issue.setFocus()
    press(Key.Key_Space)
    quotes = opened.session.book.quotes.all()
    assert [(quote.deal_id, quote.content.language) for quote in quotes] == [(opened.deal_id, "de")]
    assert opened.visited == [("quotes", {"quote_id": quotes[0].id})]
    assert opened.page.header.quote.isChecked() is False  # and with it the strip has gone


def test_a_quote_that_was_issued_can_be_revised(opened: Opened) -> None:
    header, strip = opened.page.header, opened.page.quote
    press(Key.Key_Q, ctrl=True, shift=True)
    assert not strip.number.isVisible()  # a first quote has only the next number
    strip.issue_now()
    press(Key.Key_Q, ctrl=True, shift=True)
    assert header.quote.isChecked()
    number = opened.session.book.quotes.all()[0].content.number
    assert [strip.number.itemText(row) for row in range(2)] == ["New number", f"Revision of {number}"]
    assert strip.number.currentIndex() == 0
    strip.number.setFocus()
    press(Key.Key_Down)
    strip.issue_now()
    quotes = opened.session.book.quotes.all()
    assert [(quote.label, quote.status.value) for quote in quotes] == [(number, "replaced"), (f"{number}-2", "issued")]
    assert opened.visited[-1] == ("quotes", {"quote_id": quotes[1].id})


def test_nothing_to_quote_is_said(qtbot: QtBot, session: Session) -> None:
    deal = a_deal()
    opened = open_page(qtbot, session, replace(deal, offers=(replace(deal.offers[0], lines=()),)))
    opened.page.quote.issue_now()
    assert opened.notices == ["There is nothing to quote: the offer has no lines."]
    assert opened.session.book.quotes.all() == ()


def test_what_is_wrong_in_the_head_names_its_field_until_it_is_mended(opened: Opened) -> None:
    customer = opened.page.header.customer
    customer.setFocus()
    customer.selectAll()
    press(Key.Key_Delete, Key.Key_Return)
    assert opened.notices == ["Customer: This must not be empty."]
    press(Key.Key_Escape)
    assert opened.notices[1:] == [""]  # takes the notice away


@pytest.mark.parametrize(
    ("text", "months"), [("24", 24), ("24 months", 24), ("3 years", 36), ("2 Jahre", 24), ("1 an", 12)]
)
def test_a_term_may_be_in_years(opened: Opened, text: str, months: int) -> None:
    term = opened.page.terms.term
    term.setFocus()
    term.selectAll()
    write(text)
    press(Key.Key_Return)
    assert opened.deal.offers[0].term == months


@pytest.mark.parametrize("text", ["abc", "2 weeks"])
def test_a_term_that_cannot_be_read_is_quoted_whole(opened: Opened, text: str) -> None:
    term = opened.page.terms.term
    term.setFocus()
    term.selectAll()
    write(text)
    press(Key.Key_Return)
    assert f"“{text}”" in term.problem
    assert opened.deal.offers[0].term == 36


def test_a_start_that_was_refused_is_forgotten_with_the_next_change(opened: Opened) -> None:
    terms = opened.page.terms
    terms.starts.setDate(QDate(2026, 1, 1))
    assert "before the signing day" in terms.note.text()
    terms.starts.setDate(QDate(2026, 6, 1))
    assert not terms.note.isVisible()


def test_escape_on_a_cell_that_cannot_be_read_goes_back_to_what_is_saved(opened: Opened) -> None:
    go_to(opened, 0, Column.QUANTITY)
    write("many")
    press(Key.Key_Return)
    go_to(opened, 0, Column.QUANTITY)
    assert opened.page.lines.index(0, Column.QUANTITY).data() == "many"
    press(Key.Key_Escape)
    assert opened.page.lines.index(0, Column.QUANTITY).data() == "85"
    assert opened.page.lines.drafts == []


def test_customer_details_change_what_plans_are_open(opened: Opened) -> None:
    strip = opened.page.customer
    press(Key.Key_F6)
    assert strip.isVisible()
    assert strip.contact.hasFocus()
    strip.country.setFocus()
    strip.country.selectAll()
    write("fr")
    press(Key.Key_Return)
    assert opened.deal.country == "FR"
    strip.contact.setFocus()
    press(Key.Key_Escape)
    assert not strip.isVisible()


def test_lines_of_an_empty_offer_say_what_belongs_there(qtbot: QtBot, session: Session) -> None:
    deal = a_deal()
    opened = open_page(qtbot, session, replace(deal, offers=(replace(deal.offers[0], lines=()),)))
    assert opened.page.comparison.empty.isVisible()
    assert opened.page.lines.index(0, 0).data() == "Type or paste lines …"
    write("Cloud seat")
    press(Key.Key_Return)
    assert not opened.page.comparison.empty.isVisible()


def test_everything_that_takes_the_focus_has_a_name(opened: Opened) -> None:

    nameless = [
        widget
        for widget in opened.page.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
        and not isinstance(widget.parentWidget(), QAbstractScrollArea)
        and not isinstance(widget, QListView | QScrollArea)  # the lists of combo boxes
        and widget.objectName() != "qt_spinbox_lineedit"  # inside a day's field, which has a name
    ]
    assert nameless == []


def test_the_wheel_changes_nothing_that_it_passes_over(opened: Opened) -> None:
    before, slider = opened.deal, opened.page.levers.term.slider
    spot = QPointF(slider.rect().center())
    turn = QWheelEvent(
        spot,
        slider.mapToGlobal(spot),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(slider, turn)
    assert opened.page.open_deal.trial.is_idle
    QApplication.sendEvent(opened.page.terms.starts, turn)
    assert opened.deal == before
    slider.setFocus()
    QApplication.sendEvent(slider, turn)
    assert not opened.page.open_deal.trial.is_idle  # with the focus it is meant
