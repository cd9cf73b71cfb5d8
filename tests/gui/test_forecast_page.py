"""The forecast page: chart, table, levers, copy and export; by real keys in the real window."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QSlider, QSpinBox
from pytestqt.qtbot import QtBot

from dealbook import paths
from dealbook.book.programs import ProgramText
from dealbook.desk.session import Session
from dealbook.domain.deal import Choice, Stage
from dealbook.domain.months import month_index
from dealbook.domain.partner import Enrolment
from dealbook.gui.models import worker
from dealbook.gui.pages import forecast as forecast_page
from dealbook.gui.pages.forecast import ForecastPage
from dealbook.gui.theme import tokens
from dealbook.gui.widgets.forecast_chart import Drawing, ForecastChart, layers_of, nice
from dealbook.gui.window import Window
from dealbook.language import language
from tests.desk.test_forecast import carrier

DAY = date(2026, 1, 10)
CTRL = Qt.KeyboardModifier.ControlModifier
GUI = Path(forecast_page.__file__).parents[1]
WON = "Hansen Reederei"


@pytest.fixture
def session(opened: Window, monkeypatch: pytest.MonkeyPatch) -> Session:
    """The session of the small book, its deals placed with the carrier: one is won, two are open."""
    monkeypatch.setattr(forecast_page, "today", lambda: DAY)
    found = opened.session
    assert found is not None
    with found.step("Carrier"):
        found.book.programs.save(ProgramText("carrier", date(2025, 1, 1), carrier()))
        found.book.partner.save_enrolment(Enrolment(program="carrier", certified=True))
        for deal in found.deals.values():
            choice = Choice(offer_id=deal.offers[0].id, program="carrier", version="1", plan="agent")
            found.book.deals.save(replace(deal, chosen=choice))
    return found


@pytest.fixture
def page(opened: Window, session: Session) -> ForecastPage:
    return page_of(opened)


def page_of(window: Window) -> ForecastPage:
    """Go to the page by its keys and wait until everything is worked out."""
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert window.pages is not None
    found = window.pages.page("forecast")
    assert isinstance(found, ForecastPage)
    found.worker.finish()
    return found


def pick(box: QComboBox, text: str) -> None:
    """Choose an entry of a combo box by its keys."""
    box.setFocus()
    place = next(index for index in range(box.count()) if text in box.itemText(index))
    for _ in range(box.count()):
        QTest.keyClick(box, Qt.Key.Key_Up)
    for _ in range(place):
        QTest.keyClick(box, Qt.Key.Key_Down)
    assert text in box.currentText()


def cells(page: ForecastPage, row: int) -> list[str]:
    return [str(page.model.index(row, column).data()) for column in range(page.model.columnCount())]


def heads(page: ForecastPage) -> list[str]:
    return [str(page.model.headerData(c, Qt.Orientation.Horizontal)) for c in range(page.model.columnCount())]


def test_the_months_stand_in_the_table(page: ForecastPage) -> None:
    assert page.count.text() == "1 won deal"
    assert heads(page) == ["Month", "Carrier", "Won deals", "Pipeline, weighted", "Total", "Clawback exposure"]
    assert page.model.rowCount() == 37
    # 12 seats at 22.00: the bonus of two months at signing in January, the residual of 15 % from May on
    assert cells(page, 0)[:3] == ["Jan 2026", "528.00", "528.00"]
    assert cells(page, 4)[:3] == ["May 2026", "39.60", "39.60"]
    assert cells(page, 36)[0] == "Total"
    assert cells(page, 36)[-1] == ""
    QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal)


def test_fewer_and_more_months(page: ForecastPage) -> None:
    pick(page.months, "12 months")
    assert page.model.rowCount() == 13
    assert page.chart.drawing.months == 12
    pick(page.months, "60 months")
    assert page.model.rowCount() == 61


def test_by_kind_and_without_the_pipeline(page: ForecastPage) -> None:
    pick(page.stack, "by kind")
    assert heads(page)[1:3] == ["One-time", "Residual"]
    page.pipeline.setFocus()
    QTest.keyClick(page.pipeline, Qt.Key.Key_Space)
    assert heads(page) == ["Month", "One-time", "Residual", "Won deals", "Clawback exposure"]
    assert page.chart.drawing.pipeline == ()


def test_keys_turn_between_chart_and_table(page: ForecastPage) -> None:
    QTest.keyClick(page, Qt.Key.Key_F8)
    assert page.table.isVisible()
    assert not page.chart.isVisible()
    QTest.keyClick(page, Qt.Key.Key_F7)
    assert page.chart.isVisible()


def test_the_figures_are_those_of_the_table(page: ForecastPage) -> None:
    words = language("en")
    pick(page.months, "12 months")
    won, pipeline, both = cells(page, 12)[2:5]
    assert [page.years.figures[key][0].text() for key in ("won", "pipeline", "both")] == [won, pipeline, both]
    assert page.forecast is not None
    assert page.residuals.expected.text() == words.amount(page.forecast.residuals, "EUR")
    assert (page.shares.vendor.text(), page.shares.parts[0].text()) == ("Carrier", "100%")
    assert page.shares.customer.text() == WON


def test_the_multiple_is_the_persons(opened: Window, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecast_page, "today", lambda: date(2026, 6, 10))
    page = page_of(opened)
    assert page.residuals.monthly.text() == "39.60"
    assert page.residuals.by_multiple.text() == "950.40"
    page.residuals.multiple.setFocus()
    QTest.keyClick(page.residuals.multiple, Qt.Key.Key_Up)
    assert page.residuals.by_multiple.text() == "990.00"


def test_a_lever_shows_what_is_expected_and_is_saved_nowhere(page: ForecastPage, session: Session) -> None:
    steps, before = session.book.step_count, cells(page, 36)
    page.levers.fall.slider.setFocus()
    for _ in range(10):
        QTest.keyClick(page.levers.fall.slider, Qt.Key.Key_Right)
    page.worker.finish()
    assert page.levers.fall.value.text() == "5%"
    assert page.is_expected
    assert page.years.effect.text().endswith("against as contracted")
    # January 2027: the thirteenth month, 5 % less; churn of 0.3 % a month for eight months
    assert page.forecast is not None
    residual = next(one for one in page.forecast.expected.kinds if one.key == "recurring")
    assert residual.months[12] == round(Decimal("39.60") * Decimal("0.95") * Decimal("0.997") ** 8, 2)
    QTest.keyClick(page.levers.reset, Qt.Key.Key_Space)
    page.worker.finish()
    pick(page.way, "as contracted")
    assert cells(page, 36) == before
    assert session.book.step_count == steps


def test_the_table_is_copied_and_exported(
    page: ForecastPage, opened: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    QTest.keyClick(page, Qt.Key.Key_F8)
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_C, CTRL)
    lines = QApplication.clipboard().text().split("\n")
    assert lines[0].split("\t")[:3] == ["Month", "Carrier · Agents EUR", "Won deals EUR"]
    assert lines[1].split("\t")[:2] == ["2026-01", "528.00"]
    target = tmp_path / "forecast.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    page.export.setFocus()
    QTest.keyClick(page.export, Qt.Key.Key_Space)
    assert target.read_text(encoding="utf-8-sig").splitlines()[1].startswith("2026-01,528.00,")
    assert "forecast.csv" in opened.frame.notices.text.text()
    page.save_csv(tmp_path / "gone" / "forecast.csv")
    assert "was not written" in opened.frame.notices.text.text()


def test_a_change_of_the_book_is_followed(page: ForecastPage, session: Session) -> None:
    before = cells(page, 0)
    deal = next(deal for deal in session.deals.values() if deal.customer == WON)
    line = replace(deal.offers[0].lines[0], quantity=Decimal(24))
    with session.step("Double"):
        session.book.deals.save(replace(deal, offers=(replace(deal.offers[0], lines=(line,)),)))
    page.worker.finish()
    assert cells(page, 0)[1] == "1,056.00"
    session.undo()
    page.worker.finish()
    assert cells(page, 0) == before


def test_nothing_is_won(opened: Window, session: Session) -> None:
    with session.step("Lose"):
        for deal in session.deals.values():
            session.book.deals.save(replace(deal, stage=Stage.LOST))
    page = page_of(opened)
    assert page.empty.isVisible()
    assert page.empty.heading.text() == "Nothing is won yet"
    assert not page.months.isEnabled()
    page.copy_table()
    page.empty.action.setFocus()
    QTest.keyClick(page.empty.action, Qt.Key.Key_Space)
    assert opened.pages is not None
    assert opened.pages.name == "deals"


def test_what_is_left_out_is_said(opened: Window, session: Session) -> None:
    deal = next(deal for deal in session.deals.values() if deal.customer == WON)
    assert deal.chosen is not None
    with session.step("Secret"):
        session.book.deals.save(replace(deal, chosen=replace(deal.chosen, plan="secret")))
    page = page_of(opened)
    assert page.notes.isVisible()
    assert f"1 deal is in no sum: {WON} (a contract value is missing)." in page.notes.accessibleName()


def test_a_long_book_is_worked_through_in_slices(page: ForecastPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "FIRST", 0.0)
    monkeypatch.setattr(worker, "SLICE", 0.0)
    before = page.forecast
    page.levers.churn.slider.setValue(40)
    assert page.worker.is_busy
    assert page.progress.bar.isVisible()
    assert page.progress.how_far.text() == "1 of 3 deals"
    assert page.forecast is before
    page.progress.cancel.setFocus()
    QTest.keyClick(page.progress.cancel, Qt.Key.Key_Space)
    assert not busy(page)
    assert page.progress.how_far.text() == "stopped after 1 of 3 deals"
    QTest.keyClick(page.progress.cancel, Qt.Key.Key_Space)
    page.worker.finish()
    assert not page.progress.bar.isVisible()
    assert page.forecast is not before
    assert page.months.hasFocus()


def busy(page: ForecastPage) -> bool:
    """Say whether the page is at work now; a call, for the answer changes between two questions."""
    return page.worker.is_busy


def test_a_hidden_page_works_nothing_out(
    page: ForecastPage, opened: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "FIRST", 0.0)
    page.levers.churn.slider.setValue(30)
    assert page.worker.is_busy
    opened.go("deals")
    assert not busy(page)
    with qtbot.waitSignal(page.worker.finished):
        opened.go("forecast")


# --- the chart


def colours(picture: QImage) -> set[str]:
    return {
        picture.pixelColor(x, y).name() for x in range(0, picture.width(), 2) for y in range(0, picture.height(), 2)
    }


def test_the_chart_is_drawn_and_told(page: ForecastPage) -> None:
    picture = page.chart.grab().toImage()
    assert {tokens().series[0], tokens().bad} <= colours(picture)
    assert "Carrier · Agents: €" in page.chart.accessibleDescription()
    QTest.mouseMove(page.chart, QPointF(page.chart.width() / 2, 100).toPoint())
    assert page.chart.month_at(-5) is None
    assert page.chart.month_at(page.chart.width() - 2) == 35
    assert page.chart.told(0).split("\n")[:2] == ["Jan 2026", "Carrier · Agents: 528.00"]


def test_losses_stand_below_nothing(qtbot: QtBot) -> None:
    chart = ForecastChart(language("en"))
    qtbot.addWidget(chart)
    chart.resize(600, 300)
    empty = chart.grab().toImage()
    assert colours(empty) == {empty.pixelColor(0, 0).name()}
    months = tuple(Decimal(-100 if place % 2 else 300) for place in range(60))
    chart.show_drawing(Drawing(layers_of([("A", months)]), (), (), month_index(DAY), 12, "EUR"))
    picture = chart.grab().toImage()
    blue = [y for y in range(300) if any(picture.pixelColor(x, y).name() == tokens().series[0] for x in range(60, 600))]
    assert len(blue) > 150


def test_many_programs_are_drawn_as_the_largest_and_the_rest() -> None:
    months = tuple(Decimal(place) for place in range(60))
    named = [(f"V{n % 7} · P{n}", months) for n in range(9)]
    layers = layers_of(named)
    assert [layer.short for layer in layers] == ["V0", "V1", "V2", "V3", "V4", "Other programs"]
    assert layers[-1].months[10] == 40
    assert [layer.short for layer in layers_of(named[:6])] == ["V0", "V1", "V2", "V3", "V4", "V5"]
    assert [layer.short for layer in layers_of([named[0], named[7]])] == ["V0 · P0", "V0 · P7"]
    assert (nice(0.3), nice(3), nice(50), nice(70)) == (1, 5, 50, 100)


def test_every_control_has_a_name(page: ForecastPage) -> None:
    for kind in (QComboBox, QSlider, QSpinBox):
        found = page.findChildren(kind)
        assert found
        assert all(control.accessibleName() for control in found)


# --- words


def said_in(files: Iterable[Path]) -> Iterator[tuple[str, ...]]:
    """Yield the message ids of modules, one or singular and plural."""
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and (count := {"tr": 1, "plural": 2}.get(name, 0)):
                ids = [str(one.value) for one in node.args[:count] if isinstance(one, ast.Constant)]
                yield from [tuple(ids)] if ids else []


@pytest.mark.parametrize("code", ["de", "fr"])
def test_every_word_of_the_page_is_translated(code: str) -> None:
    known = set()
    for file in paths.resource("locale", code, "LC_MESSAGES").glob("*.po"):
        with file.open("rb") as stream:
            for message in read_po(stream, locale=code):
                known.add(message.id if isinstance(message.id, tuple) else (message.id,))
    said = set(said_in(sorted(GUI.rglob("forecast*.py"))))
    assert len(said) > 40
    assert not said - known
