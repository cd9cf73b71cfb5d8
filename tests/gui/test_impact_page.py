"""The impact page: versions chosen, deals ranked, opened, copied and printed; by real keys in the real window."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog
from pytestqt.qtbot import QtBot

from dealbook.book.drafts import Draft
from dealbook.book.programs import ProgramText
from dealbook.desk.impact_rows import Group
from dealbook.desk.session import Session
from dealbook.domain.deal import Choice
from dealbook.domain.partner import Enrolment
from dealbook.gui.models import worker
from dealbook.gui.models.impact import Column
from dealbook.gui.pages.impact import ImpactPage
from dealbook.gui.theme import tokens
from dealbook.gui.window import Window
from dealbook.language import language
from tests.desk.test_impact import NEW, OLD, RIVAL

CTRL = Qt.KeyboardModifier.ControlModifier
WON = "Hansen Reederei"
LARGE = "Stadtwerke Lüneburg"
SMALL = "Müller & Söhne GmbH"


@pytest.fixture
def session(opened: Window) -> Session:
    """The session of the small book: enrolled with the carrier, whose second version lowers what it pays."""
    found = opened.session
    assert found is not None
    with found.step("Carrier"):
        found.book.partner.save_enrolment(Enrolment(program="carrier"))
        for day, text in ((date(2025, 1, 1), OLD), (date(2026, 8, 1), NEW.replace("2026-01-01", "2026-08-01"))):
            found.book.programs.save(ProgramText("carrier", day, text))
        for deal in found.deals.values():
            choice = Choice(offer_id=deal.offers[0].id, program="carrier", version="1", plan="agent")
            found.book.deals.save(replace(deal, chosen=choice))
    return found


@pytest.fixture
def page(opened: Window, session: Session) -> ImpactPage:
    """The page, at the carrier's two versions."""
    return page_of(opened, program="carrier", old="2025-01-01", new="2026-08-01")


def page_of(window: Window, **args: str) -> ImpactPage:
    """Go to the page and wait until everything is worked out."""
    window.go("impact", **args)
    assert window.pages is not None
    found = window.pages.page("impact")
    assert isinstance(found, ImpactPage)
    found.worker.finish()
    return found


def customers(page: ImpactPage) -> list[str]:
    return [row.customer for row in page.model.rows]


def busy(page: ImpactPage) -> bool:
    return page.worker.is_busy


def texts(page: ImpactPage, row: int) -> list[str]:
    return [str(page.model.index(row, column).data()) for column in Column]


def pick(box: QComboBox, text: str) -> None:
    """Choose an entry of a combo box by its keys."""
    box.setFocus()
    place = next(index for index in range(box.count()) if text in box.itemText(index))
    for _ in range(box.count()):
        QTest.keyClick(box, Qt.Key.Key_Up)
    for _ in range(place):
        QTest.keyClick(box, Qt.Key.Key_Down)
    assert text in box.currentText()


def test_the_deals_are_ranked_with_both_figures(page: ImpactPage) -> None:
    assert customers(page) == [LARGE, SMALL, WON]
    row = page.model.rows[0]
    assert row.change is not None
    words = language("en")
    assert texts(page, 0) == [
        f"{LARGE} · Telephony for the plant",
        "open",
        "Agent",
        words.amount(row.old.amount or Decimal(0), "EUR"),
        words.amount(row.new.amount or Decimal(0), "EUR"),
        words.amount(row.change, "EUR"),
        "closes before 1 Aug 2026",
    ]
    assert texts(page, 2)[1] == "won"
    assert page.count.text() == "3 deals change"
    QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal)


def test_the_difference_is_readable(page: ImpactPage) -> None:
    assert "Residual: 15% → 14%, also for existing deals" in page.lines.lines()
    assert "Bonus: 2× → 1×, for new deals only" in page.lines.lines()


def test_the_sums_are_those_of_the_rows(page: ImpactPage) -> None:
    words = language("en")
    changes = [row.change or Decimal(0) for row in page.model.rows]
    _, _, book = page.sums.figures["The book"]
    assert words.parse_number(book.text()) == sum(changes)
    assert "The book, Change" in book.accessibleName()
    won = next(row.change for row in page.model.rows if row.group is Group.WON)
    assert words.parse_number(page.sums.figures["Won deals"][2].text()) == won
    weighted = sum((row.weighted or Decimal(0) for row in page.model.rows), Decimal(0))
    assert words.parse_number(page.sums.figures["Open, weighted"][2].text()) == weighted


def test_the_chart_says_what_the_table_says(page: ImpactPage) -> None:
    assert [row.customer for row in page.chart.rows] == customers(page)
    for row in range(page.model.rowCount()):
        assert texts(page, row)[Column.CHANGE] in page.chart.accessibleDescription()


def test_the_chart_has_bars_and_a_click_selects_the_deal(page: ImpactPage) -> None:
    page.chart.resize(400, 200)
    picture = page.chart.grab().toImage()
    assert has_colour(picture, 5)
    QTest.mouseClick(page.chart, Qt.MouseButton.LeftButton, pos=page.chart.rect().topLeft() + _down(2))
    assert page.table.currentIndex().row() == 1


def _down(line: int) -> QPoint:
    return QPoint(5, line * 22 - 5)


def has_colour(picture: QImage, step: int) -> bool:
    """Say whether a picture has the colour of losses in it."""
    wanted = tokens().bad
    return any(
        picture.pixelColor(x, y).name() == wanted
        for x in range(0, picture.width(), step)
        for y in range(0, picture.height(), step)
    )


def test_another_version_is_chosen_by_keys(page: ImpactPage) -> None:
    pick(page.choice.old, "no version before")
    page.worker.finish()
    assert page.lines.lines() == ["There is no version before: the whole program is new."]
    assert {row.old.amount for row in page.model.rows if row.group is Group.OPEN} == {Decimal(0)}
    pick(page.choice.old, "2, from")
    assert page.lines.lines() == ["Choose two different versions."]
    assert not page.save.isEnabled()
    assert page.empty.isVisible()


def test_another_objective_and_program(page: ImpactPage, session: Session) -> None:
    before = page.model.rows[0].old.amount
    pick(page.choice.objective, "Paid once")
    page.worker.finish()
    assert page.model.rows[0].old.amount != before
    with session.step("Rival"):
        session.book.programs.save(ProgramText("rival", date(2025, 1, 1), RIVAL))
    page.worker.finish()
    assert page.choice.program.currentText() == "Carrier · Agents"
    pick(page.choice.program, "Rival")
    page.worker.finish()
    assert "You are not enrolled" in page.warnings.text()


def test_enter_opens_the_deal(page: ImpactPage, opened: Window) -> None:
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert opened.pages is not None
    assert (opened.pages.name, opened.pages.args) == ("deal", {"deal_id": page.model.rows[1].deal_id})


def test_the_table_is_copied_with_tabs(page: ImpactPage) -> None:
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_C, CTRL)
    lines = QApplication.clipboard().text().split("\n")
    assert lines[0].split("\t") == ["Customer", "Stage", "Plan", "Old €", "New €", "Change €", "Remarks"]
    assert [line.split("\t")[0].split(" · ")[0] for line in lines[1:]] == customers(page)


def test_a_change_of_the_book_is_followed(page: ImpactPage, session: Session) -> None:
    first = page.model.rows[0]
    page.table.selectRow(1)
    selected = page.model.rows[1].deal_id
    deal = session.deal(first.deal_id)
    line = replace(deal.offers[0].lines[0], quantity=Decimal(480))
    with session.step("Double"):
        session.book.deals.save(replace(deal, offers=(replace(deal.offers[0], lines=(line,)),)))
    page.worker.finish()
    now, before = page.model.rows[0].old.amount, first.old.amount
    assert now is not None
    assert before is not None
    assert abs(now - 2 * before) <= Decimal("0.02")  # rounded once each
    assert page.model.rows[page.table.currentIndex().row()].deal_id == selected
    session.undo()
    page.worker.finish()
    assert page.model.rows[0] == first


def test_a_draft_can_be_compared_before_it_is_saved(opened: Window, page: ImpactPage, session: Session) -> None:
    with session.step("Draft"):
        text = NEW.replace("2026-01-01", "2027-01-01").replace('"14%"', '"1%"')
        draft = session.book.drafts.save(Draft(program="carrier", base="carrier/2026-08-01.toml", text=text))
    found = page_of(opened, program="carrier", old="2025-01-01", new=f"draft:{draft.id}")
    assert found.choice.new.currentText() == "2, draft, from 1 Jan 2027"
    assert "Residual: 15% → 1%, also for existing deals" in found.lines.lines()
    assert found.model.rows[0].new.amount != page.model.rows[0].old.amount


def test_no_deal_is_touched(opened: Window, session: Session) -> None:
    with session.step("Same"):
        text = NEW.replace("2026-01-01", "2027-01-01").replace('"14%"', '"15%"').replace('"1x"', '"2x"')
        session.book.programs.save(ProgramText("carrier", date(2027, 1, 1), text))
    page = page_of(opened, program="carrier", old="2025-01-01", new="2027-01-01")
    assert page.empty.isVisible()
    assert page.empty.heading.text() == "No deal is touched"
    assert page.save.isEnabled()
    page.empty.action.setFocus()
    QTest.keyClick(page.empty.action, Qt.Key.Key_Space)
    assert page.whole.isChecked()
    assert page.table.isVisible()
    assert len(customers(page)) == 3


def test_a_book_without_deals(opened: Window, session: Session) -> None:
    with session.step("Remove"):
        for deal in list(session.deals.values()):
            if deal.customer != SMALL:
                session.book.deals.remove(deal.id)
            else:
                session.book.deals.save(replace(deal, country="FR", chosen=None))
    page = page_of(opened, program="nfon-ngage")
    assert page.empty.heading.text() == "No deal is touched"
    assert not page.empty.action.isVisible()


# --- long books


def test_a_long_book_is_worked_through_in_slices(page: ImpactPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "FIRST", 0.0)
    monkeypatch.setattr(worker, "SLICE", 0.0)
    pick(page.choice.objective, "Whole term")
    assert busy(page)
    assert page.progress.bar.isVisible()
    assert page.progress.how_far.text() == "1 of 3 deals"
    assert page.sums.figures["The book"][0].text() == "…"
    assert not page.save.isEnabled()
    page.progress.cancel.setFocus()
    QTest.keyClick(page.progress.cancel, Qt.Key.Key_Space)
    assert not busy(page)
    assert page.progress.how_far.text() == "stopped after 1 of 3 deals"
    assert page.empty.heading.text() == "Stopped"
    QTest.keyClick(page.progress.cancel, Qt.Key.Key_Space)
    page.worker.finish()
    assert not page.progress.bar.isVisible()
    assert len(customers(page)) == 3
    assert page.table.hasFocus()


def test_what_goes_on_and_ends_at_once_leaves_no_bar(page: ImpactPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "FIRST", 0.0)
    monkeypatch.setattr(worker, "SLICE", float("inf"))
    pick(page.choice.objective, "Whole term")
    page.progress.cancel.setFocus()
    QTest.keyClick(page.progress.cancel, Qt.Key.Key_Space)
    QTest.keyClick(page.progress.cancel, Qt.Key.Key_Space)
    assert not page.progress.bar.isVisible()
    assert page.progress.isHidden()
    assert len(customers(page)) == 3


def test_the_timer_goes_on_by_itself(page: ImpactPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "FIRST", 0.0)
    with qtbot.waitSignal(page.worker.finished):
        pick(page.choice.objective, "First year")
    assert page.save.isEnabled()


def test_a_hidden_page_works_nothing_out(page: ImpactPage, opened: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "FIRST", 0.0)
    pick(page.choice.objective, "Paid once")
    assert busy(page)
    opened.go("deals")
    assert not busy(page)
    page_of(opened)
    assert page.save.isEnabled()


# --- the printed page


def test_the_file(page: ImpactPage, opened: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "impact.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    page.save.setFocus()
    QTest.keyClick(page.save, Qt.Key.Key_Space)
    assert target.read_bytes().startswith(b"%PDF")
    assert "impact.pdf" in opened.frame.notices.text.text()


def test_a_file_that_could_not_be_written(page: ImpactPage, opened: Window, tmp_path: Path) -> None:
    page.save_pdf(tmp_path / "gone" / "impact.pdf")
    assert "was not written" in opened.frame.notices.text.text()


def test_the_proposed_name_can_be_one_of_a_file(page: ImpactPage, monkeypatch: pytest.MonkeyPatch) -> None:
    proposed: list[str] = []

    def ask(*args: str) -> tuple[str, str]:
        proposed.append(args[2])
        return "", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    page.save.click()
    assert not set('<>:"|?*\\→') & set(Path(proposed[0]).name)
    assert "Carrier" in proposed[0]


def test_on_a_small_window_the_chart_gives_way(page: ImpactPage, opened: Window) -> None:
    assert page.chart.isVisible()
    opened.resize(960, 600)
    QApplication.processEvents()
    assert not page.chart.isVisible()


def test_every_control_has_a_name(page: ImpactPage) -> None:
    for box in page.findChildren(QComboBox):
        assert box.accessibleName()
    assert page.table.accessibleName()
    assert page.lines.accessibleName()
    assert page.chart.accessibleName()
    assert page.progress.bar.accessibleName()
