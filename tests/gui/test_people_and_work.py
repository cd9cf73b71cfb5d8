"""Paying the own people and the own work on the screen: settings, a deal, the forecast; by real keys."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from dealbook.book.connection import open_book
from dealbook.book.programs import ProgramText
from dealbook.desk.compare import TOTALS, Objective
from dealbook.desk.deals import save_deal
from dealbook.desk.session import Session
from dealbook.domain.deal import Choice
from dealbook.domain.partner import DutyWork, Enrolment, Partner, SalesBasis, SalesPay, SalesTime, Work
from dealbook.gui import words
from dealbook.gui.models.gap import Column
from dealbook.gui.pages import forecast as forecast_page
from dealbook.gui.pages.deal import DealPage
from dealbook.gui.pages.forecast import ForecastPage
from dealbook.gui.pages.settings import SettingsPage
from dealbook.gui.widgets.deal_figures import View
from dealbook.gui.widgets.table import PADDING
from dealbook.gui.window import Window
from tests.desk.test_forecast import carrier
from tests.gui.deal_support import Opened, a_deal, a_session, open_page
from tests.gui.test_forecast_page import DAY, cells, heads, page_of, pick
from tests.gui.test_settings_page import retype

SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
TENTH = SalesPay(share=Decimal("0.1"), of=SalesBasis.TERM, at=SalesTime.SIGNING, reserve=Decimal(20000))
WORK = Work(
    hour_cost=Decimal(40),
    sale_hours=Decimal(10),
    duties={"first-level-support": DutyWork(hours=Decimal(1), minutes=Decimal(5))},
)


# --- the settings


@pytest.fixture
def settings(opened: Window) -> SettingsPage:
    opened.go("settings")
    assert opened.pages is not None
    found = opened.pages.page("settings")
    assert isinstance(found, SettingsPage)
    return found


def partner_of(window: Window) -> Partner:
    assert window.session is not None
    return window.session.partner


def test_every_field_is_a_step_of_its_own(settings: SettingsPage, opened: Window) -> None:
    session = opened.session
    assert session is not None
    for name, typed, step in (
        ("sales_share", "12.5", "Change share of salespeople"),
        ("reserve", "20,000", "Change cash for salespeople"),
        ("hour_cost", "48.50", "Change cost of an hour"),
        ("sale_hours", "12", "Change hours for a sale"),
        ("billing hours", "0.25", "Change hours of a duty"),
        ("first-level-support minutes", "3", "Change hours of a duty"),
    ):
        before = session.partner
        retype(settings, name, typed)
        assert session.partner != before
        assert session.book.undo_name == step
    assert session.partner.sales == SalesPay(share=Decimal("0.125"), reserve=Decimal(20000))
    duties = {"billing": DutyWork(hours=Decimal("0.25")), "first-level-support": DutyWork(minutes=Decimal(3))}
    assert session.partner.work == Work(hour_cost=Decimal("48.50"), sale_hours=Decimal(12), duties=duties)
    for _ in range(6):
        session.undo()
    assert session.partner.sales == SalesPay()
    assert session.partner.work == Work()
    assert settings.fields["reserve"].text() == ""


def test_choices_are_saved_at_once(settings: SettingsPage, opened: Window) -> None:
    for name, downs in (("sales_of", 1), ("sales_at", 2)):
        box = settings.fields[name].control
        assert isinstance(box, QComboBox)
        for _ in range(downs):
            QTest.keyClick(box, Qt.Key.Key_Down)
    sales = partner_of(opened).sales
    assert (sales.of, sales.at) == (SalesBasis.TOTAL, SalesTime.AS_PAID)


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("sales_share", "101", "from 0 to 100"),
        ("sales_share", "lots", "is not a number"),
        ("reserve", "-5", "from 0 up"),
        ("reserve", "1.005", "more than 2 decimals"),
        ("hour_cost", "x", "is not a number"),
        ("billing minutes", "-1", "from 0 up"),
    ],
)
def test_what_is_wrong_stands_beside_the_field(
    settings: SettingsPage, opened: Window, name: str, typed: str, words: str
) -> None:
    before = partner_of(opened)
    retype(settings, name, typed)
    assert words in settings.fields[name].problem.text()
    assert partner_of(opened) == before


def test_an_emptied_duty_is_no_duty(settings: SettingsPage, opened: Window) -> None:
    retype(settings, "billing hours", "2")
    retype(settings, "billing hours", " ")
    assert partner_of(opened).work.duties == {}


def test_the_minutes_say_whose_they_are(settings: SettingsPage) -> None:
    names = [field.control.accessibleName() for field in settings.fields.values()]
    assert "Billing, minutes a month for each seat" in names
    assert len(names) == len(set(names))


def test_another_currency_converts_nothing_and_says_so(settings: SettingsPage, opened: Window) -> None:
    retype(settings, "reserve", "20,000")
    retype(settings, "hour_cost", "48.50")
    box = settings.fields["currency"].control
    assert isinstance(box, QComboBox)
    QTest.keyClick(box, Qt.Key.Key_Down)
    partner = partner_of(opened)
    assert (partner.currency, *partner.amounts) == ("CHF", Decimal(20000), Decimal("48.50"))
    assert "CHF20,000.00, an hour CHF48.50: nothing was converted" in opened.frame.notices.text.text()
    assert opened.session is not None
    opened.session.undo()
    assert partner_of(opened).currency == "EUR"


def test_a_currency_without_decimals_rounds_what_it_cannot_keep(tmp_path: Path) -> None:
    session = a_session(tmp_path / "a.dealbook")
    partner = replace(session.partner, sales=replace(TENTH, reserve=Decimal("20000.50")), work=WORK)
    with session.step("Yen"):
        session.book.partner.save(partner.with_currency("JPY"))
    assert session.partner.amounts == (Decimal(20001), Decimal(40))
    with session.step("Dinar"):
        session.book.partner.save(session.partner.with_currency("KWD"))
    assert session.partner.amounts == (Decimal(20001), Decimal(40))
    session.close()


# --- a deal


@pytest.fixture
def deal(qtbot: QtBot, tmp_path: Path) -> Iterator[Opened]:
    session = a_session(tmp_path / "a.dealbook")
    found = open_page(qtbot, session, a_deal())
    yield found
    found.page.close()
    session.close()


def set_partner(session: Session, **changes: object) -> None:
    with session.step("Settings"):
        session.book.partner.save(replace(session.partner, **changes))  # type: ignore[arg-type]


def settle(page: DealPage) -> None:
    """Let what comes a moment later come."""
    for _ in range(5):
        QApplication.processEvents()
    assert page.isVisible()


def show_people(opened: Opened) -> None:
    QTest.keyClick(opened.page.comparison.table, Qt.Key.Key_F7, SHIFT)
    settle(opened.page)
    assert opened.page.figures.view is View.PEOPLE


def test_without_a_share_a_link_leads_to_the_setting(deal: Opened) -> None:
    show_people(deal)
    people = deal.page.figures.people
    assert people.way.isVisible()
    assert not people.table.isVisible()
    QTest.mouseClick(people.way, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert deal.visited == [("settings", {"part": "sales"})]


def test_the_table_follows_the_comparison_and_the_settings(deal: Opened) -> None:
    show_people(deal)
    set_partner(deal.session, sales=TENTH)
    settle(deal.page)
    people, model = deal.page.figures.people, deal.page.gaps
    assert people.table.isVisible()
    assert not people.way.isVisible()
    paying = [row for row in deal.page.plans.rows if row.totals]
    assert [row.key for row in model.rows] == [row.key for row in paying]
    place = next(n for n, row in enumerate(model.rows) if row.key == ("nfon-ngage", "commission"))
    comparison = deal.page.open_deal.gaps()
    assert comparison is not None
    plan = comparison.plans[place]
    # 15 % of 85 × 22.00 are 280.50 a month, 36 of them 10,098.00: a tenth at signing in April, the first one in August
    assert plan.row.totals is not None
    told = [str(model.index(place, column).data()) for column in Column]
    assert told[Column.PAID] == "1,009.80"
    assert told[Column.DEEPEST] == "−1,009.80 · Apr 2026"
    assert told[Column.BACK] == deal.page.open_deal.words.month(plan.gap.back or 0)
    assert plan.covered is not None
    assert told[Column.COVERED] == str(plan.covered.deals)
    assert plan.covered.deals > 0
    assert people.about.accessibleName() == "10% of the term, at signing. Cash for it: €20,000.00."
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)


@pytest.mark.parametrize("code", ["de", "en", "fr"])
def test_no_figure_of_the_table_is_cut(deal: Opened, code: str) -> None:
    set_partner(deal.session, sales=TENTH)
    show_people(deal)
    table, model = deal.page.figures.people.table, deal.page.gaps
    heads = words.install(code)
    model.headerDataChanged.emit(Qt.Orientation.Horizontal, Column.PLAN, Column.COVERED)
    table.arrange()
    for column in range(Column.PAID, model.columnCount()):
        assert table.columnWidth(column) >= table.sizeHintForColumn(column) + 2 * PADDING, (heads.code, column)


def test_as_the_vendor_pays_the_whole_is_shown(deal: Opened) -> None:
    set_partner(deal.session, sales=replace(TENTH, at=SalesTime.AS_PAID))
    show_people(deal)
    model = deal.page.gaps
    assert model.headerData(Column.PAID, Qt.Orientation.Horizontal) == "Paid out\nin all"
    place = next(n for n, row in enumerate(model.rows) if row.key == ("nfon-ngage", "commission"))
    assert model.index(place, Column.PAID).data() == "1,009.80"
    assert model.index(place, Column.COVERED).data() == "any number"


def test_the_table_is_copied_with_whole_names(deal: Opened) -> None:
    set_partner(deal.session, sales=TENTH)
    show_people(deal)
    deal.page.figures.people.table.setFocus()
    QTest.keyClick(deal.page.figures.people.table, Qt.Key.Key_C, CTRL)
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0].split("\t") == [
        *("Plan", "Paid out at signing", "Paid out in all", "Deepest point", "Month", "Even from", "Deals a month")
    ]
    assert any(line.startswith("NFON · Commission\t1,009.80\t1,009.80\t−1,009.80\tApr 2026\t") for line in lines)
    assert len(lines) == 1 + deal.page.gaps.rowCount()


def test_the_chart_shows_what_is_left_when_asked(deal: Opened) -> None:
    set_partner(deal.session, sales=TENTH)
    settle(deal.page)
    plain = deal.page.cash.text()
    assert deal.page.figures.heading.accessibleName() == "Cumulative cash"
    show_people(deal)
    deal.page.figures.people.after.click()
    settle(deal.page)
    deal.page.figures.show_view(View.TABLE)
    assert deal.page.cash.text() != plain
    assert "−1,211.76" in deal.page.cash.text()  # a tenth of what NEC pays its agent
    assert deal.page.figures.heading.accessibleName() == "Cash after our people"
    set_partner(deal.session, sales=SalesPay())
    settle(deal.page)
    assert deal.page.cash.text() == plain
    assert deal.page.figures.heading.accessibleName() == "Cumulative cash"


def test_the_work_is_an_objective_once_it_is_known(deal: Opened) -> None:
    combo = deal.page.comparison.objective
    assert [Objective(combo.itemData(place)) for place in range(combo.count())] == list(TOTALS)
    set_partner(deal.session, work=WORK)
    assert [Objective(combo.itemData(place)) for place in range(combo.count())] == list(Objective)
    pick(combo, "Net of work")
    plans = deal.page.plans
    last = plans.columnCount() - 1
    assert plans.headerData(last, Qt.Orientation.Horizontal) == "Net earnings"
    rows = [row for row in plans.rows if row.totals]
    nets = [row.row.figure(Objective.NET) for row in rows]
    assert plans.index(0, last).data() == deal.page.open_deal.words.amount(nets[0] or Decimal(0), "EUR")
    assert all(row.totals and net != row.totals.expected_value for row, net in zip(rows, nets, strict=True))
    pick(combo, "Per hour of work")
    assert plans.headerData(last, Qt.Orientation.Horizontal) == "An hour"
    deal.session.undo()  # the settings are as they were: nothing can be ranked by work
    assert combo.currentData() == Objective.EXPECTED
    assert plans.headerData(last, Qt.Orientation.Horizontal) == "Expected"
    assert [Objective(combo.itemData(place)) for place in range(combo.count())] == list(TOTALS)


def test_what_costs_no_work_says_so(deal: Opened) -> None:
    set_partner(deal.session, work=Work(duties={"billing": DutyWork(hours=Decimal(1))}))
    deal.page.open_deal.set_objective(Objective.HOURLY)
    plans = deal.page.plans
    assert plans.index(0, plans.columnCount() - 1).data() == "no work"


def test_without_a_rate_it_is_told_below_the_plans(deal: Opened) -> None:
    set_partner(deal.session, work=WORK, currency="NOK")
    deal.page.open_deal.set_objective(Objective.NET)
    assert deal.page.comparison.problem.isVisible()
    assert deal.page.comparison.problem.text() == "No exchange rate from NOK to EUR."
    deal.page.open_deal.set_objective(Objective.EXPECTED)
    assert not deal.page.comparison.problem.isVisible()


def test_why_has_the_work_line_by_line(deal: Opened) -> None:
    set_partner(deal.session, work=WORK)
    deal.page.comparison.table.setFocus()
    QTest.keyClick(deal.page.comparison.table, Qt.Key.Key_W)
    text = deal.page.steps.text()
    assert "\nYour work" in text
    assert "  Hours for the sale\t10" in text
    assert "Expected value less the cost of the work\t" in text
    assert text.index("Expected value with") < text.index("Your work")


def test_while_typing_nothing_is_worked_out_that_nobody_sees(deal: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    set_partner(deal.session, sales=TENTH, work=WORK)
    settle(deal.page)

    def not_now(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("dealbook.gui.models.open_deal.gaps", not_now)
    monkeypatch.setattr("dealbook.desk.compare.Worker", not_now)
    lines = deal.deal.offers[0].lines
    deal.page.open_deal.type_lines([replace(lines[0], quantity=Decimal(7)), *lines[1:]])
    settle(deal.page)
    assert deal.page.figures.view is View.CHART


# --- the forecast


@pytest.fixture
def forecast(opened: Window, monkeypatch: pytest.MonkeyPatch) -> ForecastPage:
    monkeypatch.setattr(forecast_page, "today", lambda: DAY)
    session = opened.session
    assert session is not None
    with session.step("Carrier"):
        session.book.programs.save(ProgramText("carrier", date(2025, 1, 1), carrier()))
        session.book.partner.save_enrolment(Enrolment(program="carrier", certified=True))
    for one in tuple(session.deals.values()):
        choice = Choice(offer_id=one.offers[0].id, program="carrier", version="1", plan="agent")
        save_deal(session, replace(one, chosen=choice), "Choose")
    return page_of(opened)


def test_the_book_after_paying_the_people(forecast: ForecastPage, opened: Window) -> None:
    assert opened.session is not None
    pick(forecast.stack, "after our people")
    assert forecast.people.way.isVisible()
    set_partner(opened.session, sales=replace(TENTH, share=Decimal(1), reserve=Decimal(900)))
    forecast.worker.finish()
    assert not forecast.people.way.isVisible()
    QTest.mouseClick(forecast.pipeline, Qt.MouseButton.LeftButton, pos=QPoint(4, 12))
    assert not forecast.pipeline.isChecked()
    # the one won deal: 528.00 at signing in January and 24 × 39.60 = 950.40 from May on, all of it paid out in January
    assert forecast.people.told.text() == (
        "Deepest point: −€950.40 in Jan 2026. Even from Apr 2028. "
        "The cash that may be laid out, €900.00, is €50.40 short."
    )
    assert heads(forecast) == ["Month", "From the vendors", "To our people", "Left over", "So far"]
    assert cells(forecast, 0) == ["Jan 2026", "528.00", "−1,478.40", "−950.40", "−950.40"]
    assert cells(forecast, 4) == ["May 2026", "39.60", "0.00", "39.60", "−910.80"]
    assert cells(forecast, 36) == ["Total", "1,478.40", "−1,478.40", "0.00", ""]
    QTest.keyClick(forecast, Qt.Key.Key_F8)
    forecast.table.setFocus()
    QTest.keyClick(forecast.table, Qt.Key.Key_C, CTRL)
    assert QApplication.clipboard().text().splitlines()[1] == "2026-01\t528.00\t-1478.40\t-950.40\t-950.40"
    pick(forecast.stack, "by program")
    assert heads(forecast)[1] == "Carrier"
    assert forecast.charts.currentWidget() is forecast.chart


def test_the_table_goes_into_a_file(forecast: ForecastPage, opened: Window, tmp_path: Path) -> None:
    assert opened.session is not None
    set_partner(opened.session, sales=TENTH)
    forecast.worker.finish()
    pick(forecast.stack, "after our people")
    forecast.save_csv(tmp_path / "people.csv")
    lines = (tmp_path / "people.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "Month,From the vendors EUR,To our people EUR,Left over EUR,So far EUR"
    assert len(lines) == 38


def test_the_multiple_of_a_month_is_kept(forecast: ForecastPage, opened: Window, book_path: Path) -> None:
    box = forecast.residuals.multiple
    assert box.value() == 24
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert box.value() == 25
    opened.close_book()
    book = open_book(book_path)
    assert book.settings.get("residual_multiple") == "25"
    book.close()
    opened.open_book(book_path)
    again = page_of(opened)
    assert again is not forecast
    assert again.residuals.multiple.value() == 25
