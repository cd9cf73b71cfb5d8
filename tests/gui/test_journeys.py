"""Ways through the workshop as a person goes them, by real keys in the real window, where somebody once got stuck."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollArea,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from dealbook.desk.session import Session
from dealbook.gui.models.editor_trial import TrialColumn
from dealbook.gui.models.input_looks import Column
from dealbook.gui.pages.deal import DealPage
from dealbook.gui.pages.editor import EditorPage
from dealbook.gui.pages.impact import ImpactPage
from dealbook.gui.pages.programs import ProgramsPage
from dealbook.gui.widgets.editor_fields import RowsRow, ValueRow
from dealbook.gui.window import Window
from tests.gui.test_programs_page import AVAYA, NFON, focused, press, write
from tests.gui.test_programs_workshop import drop, mime

CTRL = Qt.KeyboardModifier.ControlModifier
RATE = ("plan", 0, "pays", 0, "rate")


@pytest.fixture
def session(opened: Window) -> Session:
    """The session of the small book."""
    assert opened.session is not None
    return opened.session


@pytest.fixture
def at(opened: Window) -> Callable[..., QWidget]:
    """Go to a page of the window."""

    def go(name: str, **args: str) -> QWidget:
        opened.go(name, **args)
        QApplication.processEvents()
        assert opened.pages is not None
        found = opened.pages.page(name)
        assert isinstance(found, QWidget)
        return found

    return go


@pytest.fixture
def programs(at: Callable[..., QWidget]) -> ProgramsPage:
    """The programs."""
    page = at("programs")
    assert isinstance(page, ProgramsPage)
    return page


@pytest.fixture
def editor(at: Callable[..., QWidget]) -> EditorPage:
    """The editor on a shipped version."""
    page = at("editor", program=NFON, day="2022-01-01")
    assert isinstance(page, EditorPage)
    return page


def tab_to(holder: QWidget, most: int = 40) -> None:
    """Press Tab until a widget has the focus."""
    for _ in range(most):
        if focused() is not holder:
            press(Qt.Key.Key_Tab)
    assert focused() is holder


def in_sight(area: QScrollArea, widget: QWidget) -> bool:
    """Say whether a widget lies inside what its area shows."""
    place = widget.mapTo(area.viewport(), widget.rect().topLeft())
    return area.viewport().rect().contains(widget.rect().translated(place))


# --- the programs


def test_a_search_without_a_hit_keeps_the_focus_and_escape_clears_it(programs: ProgramsPage) -> None:
    programs.search.setFocus()
    write("zzz")
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_A, mod=CTRL)
    press(Qt.Key.Key_Delete)
    assert focused() is programs.search  # a hidden list that had been asked for would take it now
    write("zzz")
    press(Qt.Key.Key_Escape)
    assert programs.search.text() == ""
    assert programs.model.rowCount() > 1
    write("nfon")
    press(Qt.Key.Key_Return)
    assert focused() is programs.table


def test_the_sign_that_clears_a_field_stands_in_its_middle(programs: ProgramsPage) -> None:
    programs.search.setFocus()
    write("nfon")
    sign = programs.search.findChild(QToolButton)
    assert sign is not None
    assert abs(sign.geometry().center().y() - programs.search.rect().center().y()) <= 1
    assert programs.search.rect().contains(sign.geometry())


def test_escape_gives_up_a_wrong_value_and_leaves_the_one_that_is_saved(programs: ProgramsPage, at: object) -> None:
    assert callable(at)
    at("programs", program=NFON)
    programs.details.show_section(programs.details.values)
    table, inputs = programs.details.values.table, programs.details.values.inputs
    table.start()
    write("14")
    press(Qt.Key.Key_Return)
    cell = inputs.index(0, Column.VALUE)
    table.setCurrentIndex(cell)
    table.setFocus()
    assert inputs.draft(cell) is not None
    press(Qt.Key.Key_Escape)
    assert inputs.draft(cell) is None
    assert cell.data() == "15%"


def test_a_draft_is_found_again_beside_the_versions(
    opened: Window, programs: ProgramsPage, session: Session, at: Callable[..., QWidget]
) -> None:
    at("programs", program=NFON)
    versions = programs.details.versions
    programs.details.show_section(versions)
    assert versions.drafts == []
    versions.new.setFocus()
    press(Qt.Key.Key_Space)
    (draft,) = session.book.drafts.all()
    assert opened.pages is not None
    assert opened.pages.name == "editor"
    press(Qt.Key.Key_Left, mod=Qt.KeyboardModifier.AltModifier)
    assert focused() is versions.line  # where the way began, and not at the values
    (found,) = versions.drafts
    assert found.text().startswith("Draft: ")
    versions.remove.setEnabled(True)
    versions.export.setFocus()
    tab_to(found, most=2)  # between what can be done with a version, and the comparison
    press(Qt.Key.Key_Space)
    page = opened.pages.page("editor")
    assert page.draft.draft.id == draft.id


def test_a_wrong_file_can_be_opened_as_a_draft_two_tabs_from_its_message(
    programs: ProgramsPage, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("format = 1\n[program\n", encoding="utf-8")
    drop(programs, mime(wrong))
    assert focused() is programs.imports.close_button
    press(Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    assert focused() in programs.imports.drafts
    assert focused().accessibleName() == "Open as a draft: wrong.toml"


# --- the editor


def test_another_part_shows_its_first_field(editor: EditorPage) -> None:
    editor.form.parts.setFocus()
    press(Qt.Key.Key_Return)
    bar = editor.form.area.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert bar.value() > 0
    editor.form.parts.setFocus()
    press(Qt.Key.Key_End, mod=CTRL)
    press(Qt.Key.Key_Return)
    assert isinstance(focused(), QLineEdit)
    assert in_sight(editor.form.area, focused())
    bar.setValue(bar.maximum())
    editor.text.setFocus()
    press(*3 * [Qt.Key.Key_F6])
    assert focused() is not editor.text
    assert in_sight(editor.form.area, focused()) or focused() is editor.form.parts


def test_a_figure_turned_into_a_table_takes_the_whole_width_and_its_tabs_in_order(editor: EditorPage) -> None:
    editor.form.parts.setFocus()
    press(Qt.Key.Key_End, mod=CTRL)
    press(Qt.Key.Key_Return)
    row = editor.form.rows[RATE]
    assert isinstance(row, ValueRow)
    half = row.width()
    assert row.turn.accessibleName() == "Commission rate: Table"
    tab_to(row.turn)
    press(Qt.Key.Key_Space)
    QApplication.processEvents()
    row = editor.form.rows[RATE]
    assert isinstance(row, ValueRow)
    assert row.width() > half * 3 // 2
    assert row.heads["mode"].currentText() == "Mode …"
    press(Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    assert focused() is row.heads["mode"]
    write("m")
    assert '"marginal"' in editor.text.toPlainText()
    press(Qt.Key.Key_Tab)
    assert focused() is row.table


def test_each_problem_of_a_line_is_read_out_where_the_cursor_is(editor: EditorPage) -> None:
    editor.text.setFocus()
    text = editor.text.toPlainText()
    wrong = '{ fact = "tier", in = ["Gold"] }'
    editor.text.replace_text(
        text.replace(
            'requires = [{ fact = "certified", is = true }]   # even',
            f"requires = [{wrong}]   # even",
        )
    )
    editor.checker.check(editor.text.toPlainText())
    press(Qt.Key.Key_Home, mod=CTRL)
    press(Qt.Key.Key_F8)
    first = editor.text_card.here.text()
    press(Qt.Key.Key_F8)
    second = editor.text_card.here.text()
    assert "The condition on tier tests nothing" in first
    assert "Unknown key in" in second


def test_where_there_is_little_room_the_plan_keeps_its_name(opened: Window, editor: EditorPage) -> None:
    table = editor.trial.table
    opened.resize(1280, 800)
    QApplication.processEvents()
    assert not table.isColumnHidden(TrialColumn.YEAR)
    opened.resize(960, 600)
    QApplication.processEvents()
    words = table.fontMetrics().horizontalAdvance("Commission")
    assert table.columnWidth(TrialColumn.PLAN) > words


def test_a_doubt_is_no_error_and_a_cell_is_called_by_its_column(editor: EditorPage) -> None:
    editor.form.parts.setFocus()
    press(Qt.Key.Key_End, mod=CTRL)
    press(Qt.Key.Key_Return)
    row = editor.form.rows[RATE]
    assert isinstance(row, ValueRow)
    row.line.setFocus()
    row.line.selectAll()
    write("10%")
    press(Qt.Key.Key_Return)
    editor.checker.check(editor.text.toPlainText())
    assert "Warning" in row.problem.text()
    assert not row.line.property("wrong")
    row.line.setFocus()
    row.line.selectAll()
    write("10")
    press(Qt.Key.Key_Return)
    editor.checker.check(editor.text.toPlainText())
    assert row.line.property("wrong") == "true"
    split = editor.form.rows[("plan", 0, "pays", 0, "split")]
    assert isinstance(split, RowsRow)
    split.table.setCurrentIndex(split.model.index(0, 1))
    split.table.setFocus()
    press(Qt.Key.Key_F2)
    assert focused().accessibleName() == "share"


# --- the impact, and the way back


def test_back_leads_to_the_versions_that_were_compared(
    opened: Window, at: Callable[..., QWidget], qtbot: QtBot
) -> None:
    page = at("impact", program=NFON)
    assert isinstance(page, ImpactPage)
    page.choice.old.setFocus()
    press(Qt.Key.Key_Home)
    page.worker.finish()
    chosen = page.choice.chosen()
    assert chosen["old"] == ""
    press(Qt.Key.Key_1, mod=Qt.KeyboardModifier.AltModifier)
    assert opened.pages is not None
    assert opened.pages.name == "deals"
    press(Qt.Key.Key_Left, mod=Qt.KeyboardModifier.AltModifier)
    assert opened.pages.name == "impact"
    assert page.choice.chosen() == chosen
    qtbot.waitUntil(lambda: not page.worker.is_busy)


# --- a deal


@pytest.fixture
def deal(opened: Window) -> DealPage:
    """A new deal without a line."""
    press(Qt.Key.Key_N, mod=CTRL)
    write("Weser IT")
    press(Qt.Key.Key_Return)
    assert opened.pages is not None
    page = opened.pages.page("deal")
    assert isinstance(page, DealPage)
    return page


def test_few_plans_stand_right_below_their_head(deal: DealPage, qtbot: QtBot) -> None:
    card = deal.comparison
    write("Seat")
    press(Qt.Key.Key_Return)
    assert not card.empty.isVisible()

    qtbot.waitUntil(lambda: card.table.height() == card.table.maximumHeight())  # as tall as its rows
    QApplication.processEvents()
    assert card.heading.y() < card.heading.height()
    assert card.table.y() < card.heading.geometry().bottom() + card.heading.height()


def test_the_field_of_a_line_is_called_by_its_column(deal: DealPage) -> None:
    assert focused() is deal.panel.table
    write("Seat")
    assert focused().accessibleName() == "Product"
    press(Qt.Key.Key_Tab)
    write("u")
    assert focused().accessibleName() == "Category"


def test_what_draws_is_there_before_the_first_line_is_typed(deal: DealPage, qtbot: QtBot) -> None:
    chart = deal.figures.chart
    names = lambda: {type(part).__name__ for part in chart.findChildren(QWidget)}  # noqa: E731 - asked again and again
    qtbot.waitUntil(lambda: "PlotWidget" in names())
    assert deal.open_deal.offer.lines == ()


def test_in_a_small_window_no_part_of_a_deal_lies_upon_another(opened: Window, deal: DealPage) -> None:
    opened.resize(960, 600)
    QApplication.processEvents()
    QApplication.processEvents()
    comparison, figures = deal.comparison, deal.figures
    left = deal.terms.mapTo(deal, deal.terms.rect().topRight()).x()
    assert comparison.mapTo(deal, comparison.rect().topLeft()).x() > left
    assert comparison.height() >= comparison.minimumSizeHint().height()
    assert figures.height() >= figures.minimumSizeHint().height()


def test_every_place_where_tab_stops_has_a_name(deal: DealPage, at: Callable[..., QWidget]) -> None:
    pages = [deal, at("programs", program=AVAYA), at("editor", program=NFON, day="2022-01-01"), at("impact")]
    for page in pages:
        for widget in page.findChildren(QWidget):
            is_stop = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
            if is_stop and widget.isVisibleTo(page) and not isinstance(widget.parent(), QComboBox | QAbstractSpinBox):
                words = widget.text() if isinstance(widget, QAbstractButton) else ""
                assert widget.accessibleName() or words, f"{type(widget).__name__} in {type(page).__name__}"
