"""The tables' models under Qt's own model tester, through changes of every kind."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from dealbook.domain.deal import Stage
from dealbook.domain.quote import Quote
from dealbook.earnings.dealrow import DealRow
from dealbook.gui.models.deals import RIGHT, Column, DealsModel, Earning
from dealbook.gui.models.periods import common_periods
from dealbook.gui.models.quotes import Column as Shown
from dealbook.gui.models.quotes import QuotesModel
from dealbook.gui.window import Window
from dealbook.language import language


def row(number: int, currency: str = "EUR") -> DealRow:
    """Return a row as the desk gives it."""
    return DealRow(
        id=str(number),
        customer=f"Customer {number}",
        title="",
        stage=list(Stage)[number % 3],
        mrr=Decimal(100 * number),
        term=36,
        currency=currency,
        closes=date(2026, 1, 1) + timedelta(days=number),
        program="",
        plan="",
    )


@pytest.fixture
def model() -> DealsModel:
    """A model under test by Qt."""
    made = DealsModel(language("en"))
    made.tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)  # type: ignore[attr-defined]
    return made


def ids(model: DealsModel) -> list[str]:
    """Return the deals as they stand."""
    return [row.id for row in model.shown]


@pytest.mark.parametrize("numbers", [[], [1], [3, 1, 2], [5, 4, 3, 2, 1, 0]])
def test_rows_come_go_and_move(model: DealsModel, numbers: Sequence[int]) -> None:
    model.show_deals([row(n) for n in range(5)])
    model.show_deals([row(n) for n in numbers])
    assert sorted(ids(model)) == sorted(str(n) for n in numbers)
    model.sort(Column.MRR, Qt.SortOrder.DescendingOrder)
    assert ids(model) == [str(n) for n in sorted(numbers, reverse=True)]


def test_an_index_follows_its_deal(model: DealsModel) -> None:
    model.show_deals([row(n) for n in range(5)])
    model.sort(Column.MRR)
    held = QPersistentModelIndex(model.index(0, 0))
    model.sort(Column.MRR, Qt.SortOrder.DescendingOrder)
    assert held.row() == 4
    model.show_deals([row(n) for n in range(4, 0, -1)])
    assert not held.isValid()


def test_many_rows_come_and_go_at_once_and_few_one_by_one(model: DealsModel) -> None:
    heard: list[str] = []
    model.modelReset.connect(lambda: heard.append("all"))
    model.rowsRemoved.connect(lambda *_: heard.append("out"))
    model.rowsInserted.connect(lambda *_: heard.append("in"))
    many = [row(n) for n in range(300)]
    model.show_deals(many)
    assert heard == ["all"]
    model.show_hits({one.id for one in many[:298]})
    model.show_hits(None)
    assert heard == ["all", "out", "out", "in", "in"]
    model.show_hits({"7"})
    assert (heard[-1], ids(model)) == ("all", ["7"])
    model.show_hits(None, Stage.WON)
    assert {one.stage for one in model.shown} == {Stage.WON}
    model.sort(Column.CLOSES, Qt.SortOrder.DescendingOrder)
    assert ids(model)[:2] == ["298", "295"]


def test_a_long_table_sorted_by_earnings_waits_a_moment(model: DealsModel, qtbot: QtBot) -> None:
    model.show_deals([row(n) for n in range(1200)])
    model.sort(Column.EXPECTED, Qt.SortOrder.DescendingOrder)
    with qtbot.waitSignal(model.layoutChanged):
        model.set_earnings({"1100": Earning("A", Decimal(5))})
        assert ids(model)[0] != "1100"
    assert ids(model)[0] == "1100"


def test_deals_without_a_figure_sort_below_those_with_one(model: DealsModel) -> None:
    model.show_deals([row(1), row(2), row(3)])
    model.set_earnings({"1": Earning("A", Decimal(5)), "2": Earning("", None), "3": Earning("B", Decimal(-9))})
    model.sort(Column.EXPECTED, Qt.SortOrder.DescendingOrder)
    assert ids(model) == ["1", "3", "2"]
    assert [model.index(n, Column.EXPECTED).data() for n in range(3)] == ["5.00", "−9.00", "–"]
    assert [model.index(n, Column.PLAN).data() for n in range(3)] == ["best: A", "best: B", "–"]


def test_figures_are_right_aligned_with_their_headers(model: DealsModel) -> None:
    model.show_deals([row(1)])
    role = Qt.ItemDataRole.TextAlignmentRole
    for column in (Column.MRR, Column.TERM, Column.EXPECTED):
        assert model.data(model.index(0, column), role) == RIGHT
        assert model.headerData(column, Qt.Orientation.Horizontal, role) == RIGHT
    assert model.data(model.index(0, Column.CUSTOMER), role) != RIGHT


def test_quotes_under_the_tester(opened: Window) -> None:
    assert opened.session is not None
    quote = opened.session.book.quotes.all()[0]
    others: list[Quote] = [replace(quote, id=str(n)) for n in range(3)]
    model = QuotesModel(language("de"))
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_rows(others)
    model.set_rows([others[2], quote, others[0]])
    assert tester.model() is model
    assert [model.index(0, column).data() for column in Shown] == [
        "Q-2026-0001",
        "Müller & Söhne GmbH",
        "01.04.2026",
        "issued",
    ]
    assert model.row_of(quote.id) == 1
    assert model.row_of("gone") is None


def test_periods_around_a_day() -> None:
    periods = [
        (period.name, period.first % 12, period.after - period.first) for period in common_periods(date(2026, 2, 9))
    ]
    assert periods == [
        ("Quarter 1, 2026", 0, 3),
        ("Quarter 4, 2025", 9, 3),
        ("2026", 0, 12),
        ("2025", 0, 12),
        ("2027", 0, 12),
    ]
