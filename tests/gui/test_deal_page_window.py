"""The deal page in its window: undo by key, and what the window does with the deal."""

from dataclasses import replace
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dealbook.gui.models.cash import BreakEven, Cash, CashLine
from dealbook.gui.models.line_cells import Column
from dealbook.gui.pages.deal import DealPage
from dealbook.gui.widgets.deal_chart import CashChart
from dealbook.gui.window import Window
from tests.gui.deal_support import focus, press, write


def shown(opened: Window) -> DealPage:
    """Show the first deal and return its page."""
    assert opened.session is not None
    opened.go("deal", deal_id=next(iter(opened.session.deals)))
    assert opened.pages is not None
    page: DealPage = opened.pages.page("deal")
    page.panel.table.setFocus()
    return page


def quantity(page: DealPage) -> object:
    """Return the quantity that is saved."""
    return page.open_deal.session.book.deals.get(page.open_deal.deal.id).offers[0].lines[0].quantity


def test_undo_by_key_restores_the_former_figures_in_place(opened: Window) -> None:
    page = shown(opened)
    figures = [page.plans.index(0, column).data() for column in range(page.plans.columnCount())]
    page.panel.table.setCurrentIndex(page.lines.index(0, Column.QUANTITY))
    write("9")
    press(Qt.Key.Key_Return)
    assert quantity(page) == 9
    assert [page.plans.index(0, column).data() for column in range(page.plans.columnCount())] != figures
    press(Qt.Key.Key_Z, ctrl=True)
    assert quantity(page) == 85
    assert [page.plans.index(0, column).data() for column in range(page.plans.columnCount())] == figures
    assert focus() is page.panel.table


def test_undo_in_an_open_cell_takes_the_typing_first(opened: Window) -> None:
    page = shown(opened)
    steps = page.open_deal.session.book.step_count
    page.panel.table.setCurrentIndex(page.lines.index(0, Column.QUANTITY))
    write("99")
    press(Qt.Key.Key_Z, ctrl=True)
    assert focus() is not page.panel.table  # the cell is still open
    press(Qt.Key.Key_Escape)
    assert (quantity(page), page.open_deal.session.book.step_count) == (85, steps)


def test_a_new_deal_begins_with_its_customer(opened: Window) -> None:
    from dealbook.desk.deals import new_deal

    assert opened.session is not None
    deal = new_deal(opened.session, "Neu & Söhne")
    opened.go("deal", deal_id=deal.id)
    assert opened.pages is not None
    page: DealPage = opened.pages.page("deal")
    assert page.header.customer.text() == "Neu & Söhne"
    assert page.comparison.empty.isVisible()


def test_a_removed_deal_is_left_and_others_can_be_shown(opened: Window) -> None:
    from dealbook.desk.deals import new_deal

    assert opened.session is not None
    deal = new_deal(opened.session, "Neu")
    opened.go("deal", deal_id=deal.id)
    opened.session.undo()
    QApplication.processEvents()
    page = shown(opened)
    assert page.header.customer.text() == "Müller & Söhne GmbH"


def test_the_page_can_be_walked_through_with_tab_alone(opened: Window) -> None:
    page = shown(opened)
    page.header.customer.setFocus()
    visited = set()
    for _ in range(80):
        visited.add(focus())
        QTest.keyClick(focus(), Qt.Key.Key_Tab)
        if focus() is page.header.customer:
            break
    wanted = (
        page.header.title,
        page.header.stage,
        page.header.closes,
        page.header.quote,
        page.panel.table,
        page.terms.term,
        page.terms.starts,
        page.levers.seats.slider,
        page.comparison.objective,
        page.comparison.table,
        page.figures.copy_button,
    )
    assert [one.accessibleName() for one in wanted if one not in visited] == []


def test_what_is_switched_on_is_not_cut_by_its_bold_type(opened: Window) -> None:
    page = shown(opened)
    for toggle in (*page.figures.buttons.buttons(), page.header.place, page.panel.more):
        bold = QFont(toggle.font())
        bold.setWeight(QFont.Weight.DemiBold)  # as the style has it, which the button does not reckon with
        assert toggle.minimumWidth() >= QFontMetrics(bold).horizontalAdvance(toggle.text()) + 10


def test_the_tab_shown_has_its_whole_title_however_many_there_are(opened: Window) -> None:
    page = shown(opened)
    deal = page.open_deal.deal
    titles = ("With contact center", "With contact center, 24 months", "With documents")
    offers = tuple(replace(deal.offers[0], id="", title=title) for title in titles)
    assert page.open_deal.change(replace(deal, offers=offers), "Three offers") == ""
    bar = page.offers.bar
    for place, title in enumerate(titles):
        bar.setCurrentIndex(place)
        QApplication.processEvents()
        assert bar.tabRect(place).width() >= bar.fontMetrics().horizontalAdvance(title) + 20


def test_the_month_beside_a_ring_is_never_cut(qtbot: QtBot) -> None:
    chart = CashChart()
    qtbot.addWidget(chart)
    chart.resize(480, 160)
    line = CashLine("A", "A", 0, ((0, Decimal(0)), (36, Decimal(6000))))
    chart.show_cash(Cash((line,), (BreakEven(36, Decimal(6000)),), 37))
    chart.show()
    chart.draw()
    QApplication.processEvents()
    plot = chart._plot
    assert plot is not None
    scene = plot.widget.getViewBox().sceneBoundingRect()
    texts = [item for item in plot.widget.scene().items() if type(item).__name__ == "TextItem"]
    assert [text.sceneBoundingRect().top() >= scene.top() for text in texts] == [True]


def test_months_below_a_narrow_chart_do_not_overlap(qtbot: QtBot) -> None:
    chart = CashChart()
    qtbot.addWidget(chart)
    line = CashLine("A", "A", 0, ((0, Decimal(0)), (35, Decimal(6000))))
    chart.resize(900, 200)
    chart.show_cash(Cash((line,), (), 35, first=24000))
    chart.show()
    chart.draw()
    plot = chart._plot
    assert plot is not None

    def written() -> int:
        QApplication.processEvents()
        return len(plot.widget.getAxis("bottom")._tickLevels[0])

    wide = written()
    chart.resize(260, 200)
    assert (wide, 1 < written() < wide) == (6, True)
