"""The programs page as a workshop: versions, standing, tables of contract values, leaving, import and export.

By real keys in the real window; files come by drop, by the clipboard and by the menu.
"""

import ast
import warnings
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from PySide6.QtCore import QMimeData, QModelIndex, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLabel, QLineEdit, QPushButton

from dealbook.desk import ladder, plan_words, program_files, program_versions, programs, value_words
from dealbook.desk.deals import new_deal, save_deal
from dealbook.desk.program_files import judged, take_in
from dealbook.desk.programs import change_enrolment, enrol, enrolment_of
from dealbook.desk.session import Session
from dealbook.domain.deal import Choice, Line, Stage
from dealbook.domain.partner import Enrolment
from dealbook.gui.models.input_lines import Sort
from dealbook.gui.models.input_looks import Column
from dealbook.gui.pages.programs import ProgramsPage
from dealbook.gui.widgets.program_section import Section
from dealbook.gui.window import Window
from dealbook.programs.catalog import shipped
from tests.gui.test_programs_page import AVAYA, CTRL, NEC, NFON, cell, focused, page_of, press, value, write

GUI = Path(program_files.__file__).parents[1] / "gui"


@pytest.fixture
def session(opened: Window) -> Session:
    """The session of the small book."""
    assert opened.session is not None
    return opened.session


@pytest.fixture
def ngage() -> str:
    """The text of Ngage as it ships."""
    return dict(shipped())[f"{NFON}/2022-01-01.toml"]


def later(text: str, rate: str = "14%") -> str:
    """Return the text as a version of 2027 with another rate."""
    text = text.replace("effective_from = 2022-01-01", "effective_from = 2027-01-01").replace('"2022"', '"2027"')
    return text.replace('value = "15%"', f'value = "{rate}"')


def membership(session: Session, program: str = NFON) -> Enrolment:
    """Return a membership."""
    found = enrolment_of(session, program)
    assert found is not None
    return found


def win(session: Session, seats: int) -> None:
    """Win a deal under Ngage today."""
    today = date.today()  # noqa: DTZ011 - the standing is that of the day
    deal = new_deal(session, "Weser IT", today=today)
    line = Line(product="Seat", category="ucaas", quantity=Decimal(seats), unit_price=Decimal(10))
    offer = replace(deal.offers[0], lines=(line,), starts=today)
    chosen = Choice(offer_id=offer.id, program=NFON, version="2022", plan="commission")
    save_deal(session, replace(deal, offers=(offer,), stage=Stage.WON, chosen=chosen, signed=today), "Win")


def texts(section: Section) -> list[str]:
    """Return every word that a section shows."""
    QApplication.processEvents()
    return [label.text() for label in section.inner.findChildren(QLabel) if label.isVisible() and label.text()]


def shown(opened: Window, program: str, name: str) -> tuple[ProgramsPage, Section]:
    """Go to a section of a program."""
    page = page_of(opened, program)
    section = getattr(page.details, name)
    page.details.show_section(section)
    QApplication.processEvents()
    return page, section


# --- the list


def test_parts_of_the_catalogue_by_key(opened: Window, session: Session) -> None:
    page = page_of(opened)
    page.parts.setFocus()
    press(Qt.Key.Key_Right)
    assert page.parts.tabText(1) == "Enrolled 1"
    assert [row.id for row in page.model.rows] == [NFON]
    press(Qt.Key.Key_Right)
    assert page.empty.heading.text() == "No versions of your own"
    press(Qt.Key.Key_Right)
    assert all(not row.is_in_force for row in page.model.rows)
    press(Qt.Key.Key_Home) if page.parts.currentIndex() == 0 else page.parts.setCurrentIndex(0)
    assert page.model.rows[0].id == NFON  # enrolled ones first
    assert len(page.model.rows) == len(session.catalog.versions)


def test_a_program_that_is_filtered_out_is_found_all_the_same(opened: Window) -> None:
    page = page_of(opened)
    page.parts.setCurrentIndex(1)
    page_of(opened, NEC)
    current = page.current()
    assert current is not None
    assert current.id == NEC


def test_sections_by_key(opened: Window) -> None:
    page = page_of(opened, NFON)
    names = [page.details.tabs.tabText(n) for n in range(page.details.tabs.count())]
    assert names == ["Membership", "Contract values", "Standing", "Plans", "Versions", "Sources"]
    press(Qt.Key.Key_PageDown, mod=CTRL)
    assert page.details.tabs.currentIndex() == 2
    assert page.details.standing.isAncestorOf(focused())
    page.details.tabs.setFocus()
    press(Qt.Key.Key_Left, Qt.Key.Key_Left)
    assert page.details.membership.isVisible()


# --- plans in words


def test_plans_say_what_they_pay(opened: Window) -> None:
    _, section = shown(opened, NFON, "plans")
    assert "Needs: certified" in texts(section)
    assert (
        "15% of the monthly revenue, every month for as long as the customer stays; "
        "half for winning the customer, half for care." in texts(section)
    )


# --- standing


def test_the_ladder_follows_the_book(opened: Window, session: Session) -> None:
    _, section = shown(opened, NFON, "standing")
    assert "0 of 300, 300 missing" in texts(section)
    assert "one of:" in texts(section)
    assert "or" in texts(section)
    win(session, 122)
    assert "122 of 300, 178 missing" in texts(section)
    win(session, 178)
    assert "300 of 300, reached" in texts(section)
    gold = texts(section).index("Gold")
    assert texts(section)[gold + 1] == "your tier"


def test_opening_figures_are_typed_in_place(opened: Window, session: Session) -> None:
    page, section = shown(opened, NFON, "standing")
    field = page.details.standing.fields["won_seats", False]
    assert isinstance(field.control, QLineEdit)
    field.control.setFocus()
    write("212")
    press(Qt.Key.Key_Return)
    assert membership(session).standing == {"won_seats": 212}
    assert "212 of 300, 88 missing" in texts(section)
    assert session.book.undo_name == "Change opening figure"
    field.control.selectAll()
    write("many")
    press(Qt.Key.Key_Return)
    assert "is not a number" in field.problem.text()
    assert membership(session).standing == {"won_seats": 212}
    win(session, 1)  # another change leaves what was typed
    assert field.control.text() == "many"
    assert "213 of 300, 87 missing" in texts(section)
    field.control.selectAll()
    write("-5")
    press(Qt.Key.Key_Return)
    assert field.problem.text() == "A figure is 0 or more."
    field.control.selectAll()
    press(Qt.Key.Key_Backspace, Qt.Key.Key_Return)
    assert membership(session).standing == {}
    session.undo()
    assert field.control.text() == "212"


def test_the_period_before_is_asked_for_where_it_counts(opened: Window, session: Session, ngage: str) -> None:
    text = ngage.replace('takes_effect = "at-once"', 'takes_effect = "next-period"')
    take_in(session, [judged("x", text)])
    page, section = shown(opened, NFON, "standing")
    assert "The tier that is earned in one period rules the next one." in texts(section)
    field = page.details.standing.fields["won_seats", True]
    field.control.setFocus()
    write("400")
    press(Qt.Key.Key_Return)
    assert membership(session).before == {"won_seats": 400}
    gold = texts(section).index("Gold")
    assert texts(section)[gold + 1] == "your tier"


def test_a_quota_with_its_target(opened: Window, session: Session) -> None:
    change_enrolment(session, replace(enrol(session, "content-cloud"), standing={"won_tcv": Decimal(46000)}), "x")
    _, section = shown(opened, "content-cloud", "standing")
    assert any("the target is a contract value that is missing" in text for text in texts(section))
    change_enrolment(session, replace(membership(session, "content-cloud"), inputs={"target": 50000}), "x")
    assert "Contract value won in the period: 46,000 of 50,000, 4,000 missing" in texts(section)
    assert "Attainment: 92%" in texts(section)


# --- tables of contract values


def rows(page: ProgramsPage) -> list[tuple[str, str, str]]:
    """Return the lines of the table of values."""
    return [(str(line.sort), line.label.strip(), line.value) for line in page.details.values.inputs.rows]


def place(page: ProgramsPage, sort: Sort, key: str = "", column: Column = Column.VALUE) -> QModelIndex:
    """Return a cell of the bonus table."""
    found = page.details.values.inputs.place_of("bonus", sort, key)
    assert found is not None
    return page.details.values.inputs.index(found, column)


@pytest.fixture
def avaya(opened: Window, session: Session) -> ProgramsPage:
    """The page at Avaya's values, enrolled, the bonus chosen."""
    enrol(session, AVAYA)
    page = page_of(opened, AVAYA)
    page.details.values.table.setFocus()
    page.details.values.table.setCurrentIndex(cell(page, "bonus"))
    return page


def test_a_table_is_typed_row_by_row_by_key_alone(avaya: ProgramsPage, session: Session) -> None:
    steps = session.book.step_count
    press(Qt.Key.Key_Insert)
    write("36")
    press(Qt.Key.Key_Tab)
    write("8x")
    press(Qt.Key.Key_Tab)
    assert value(session, AVAYA, "bonus") == {"by": "term", "36": "8x"}
    write("12")
    press(Qt.Key.Key_Tab)
    write("2x")
    press(Qt.Key.Key_Tab)
    assert value(session, AVAYA, "bonus") == {"by": "term", "12": "2x", "36": "8x"}
    assert session.book.step_count == steps + 2
    assert [line for line in rows(avaya) if line[0] == "row"] == [("row", "from 12", "2×"), ("row", "from 36", "8×")]
    press(Qt.Key.Key_Escape)
    press(Qt.Key.Key_Z, mod=CTRL)
    assert value(session, AVAYA, "bonus") == {"by": "term", "36": "8x"}
    press(Qt.Key.Key_Z, mod=CTRL)
    assert value(session, AVAYA, "bonus") is None


def test_enter_goes_from_the_key_to_the_figure(avaya: ProgramsPage, session: Session) -> None:
    press(Qt.Key.Key_Insert)
    write("12")
    press(Qt.Key.Key_Return)
    write("2x")
    press(Qt.Key.Key_Return)
    write("24")
    press(Qt.Key.Key_Return)
    write("5x")
    press(Qt.Key.Key_Return)
    assert value(session, AVAYA, "bonus") == {"by": "term", "12": "2x", "24": "5x"}


@pytest.fixture
def table(avaya: ProgramsPage, session: Session) -> ProgramsPage:
    """The same, with a table in the contract."""
    raw = {"by": "term", "12": "2x", "36": "8x"}
    change_enrolment(session, replace(membership(session, AVAYA), inputs={"bonus": raw}), "Import")
    return avaya


def test_a_figure_and_a_key_are_changed_in_place(table: ProgramsPage, session: Session) -> None:
    view = table.details.values.table
    view.setCurrentIndex(place(table, Sort.ROW, "12"))
    write("3x")
    press(Qt.Key.Key_Return)
    assert value(session, AVAYA, "bonus") == {"by": "term", "12": "3x", "36": "8x"}
    press(Qt.Key.Key_Left)
    assert view.currentIndex().column() == Column.LABEL
    write("48")
    press(Qt.Key.Key_Return)
    QApplication.processEvents()
    assert value(session, AVAYA, "bonus") == {"by": "term", "36": "8x", "48": "3x"}
    assert view.currentIndex() == place(table, Sort.ROW, "48", Column.LABEL)
    press(Qt.Key.Key_Right, Qt.Key.Key_Delete)
    assert value(session, AVAYA, "bonus") == {"by": "term", "36": "8x"}
    for expected in ({"12": "3x", "36": "8x"}, {"12": "2x", "36": "8x"}):
        session.undo()
        if "48" in value(session, AVAYA, "bonus"):  # type: ignore[operator]
            session.undo()
        assert value(session, AVAYA, "bonus") == {"by": "term", **expected}


def test_wrong_rows_stay_with_their_reason(table: ProgramsPage, session: Session) -> None:
    view, steps = table.details.values.table, session.book.step_count
    view.setCurrentIndex(place(table, Sort.ROW, "12", Column.LABEL))
    for typed, reason in (
        ("36", "There is a row of that kind already."),
        ("x", "is not a number"),
        ("-1", "0 or more"),
    ):
        press(Qt.Key.Key_F2)
        field = focused()
        assert isinstance(field, QLineEdit)
        field.selectAll()
        write(typed)
        press(Qt.Key.Key_Return)
        assert reason in str(place(table, Sort.ROW, "12", Column.ORIGIN).data())
        assert session.book.step_count == steps
    view.setCurrentIndex(place(table, Sort.ROW, "36"))
    write("eight")
    press(Qt.Key.Key_Return)
    assert place(table, Sort.ROW, "36").data() == "eight"
    assert "is no rate" in place(table, Sort.ROW, "36", Column.ORIGIN).data()
    assert session.book.step_count == steps


def test_the_fact_of_a_table_is_chosen(avaya: ProgramsPage, session: Session) -> None:
    press(Qt.Key.Key_Insert)
    view = avaya.details.values.table
    view.setCurrentIndex(place(avaya, Sort.INPUT))
    press(Qt.Key.Key_F2)
    box = focused()
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData("customer_kind"))
    press(Qt.Key.Key_Return)
    view.setCurrentIndex(place(avaya, Sort.NEW, column=Column.LABEL))
    write("anybody")
    press(Qt.Key.Key_Return)
    assert "is none of" in str(place(avaya, Sort.NEW, column=Column.ORIGIN).data())
    view.setCurrentIndex(place(avaya, Sort.NEW, column=Column.LABEL))
    press(Qt.Key.Key_F2)
    field = focused()
    assert isinstance(field, QLineEdit)
    field.selectAll()
    write("New customer")
    press(Qt.Key.Key_Tab)
    write("8x")
    press(Qt.Key.Key_Tab)
    write("otherwise")
    press(Qt.Key.Key_Tab)
    write("4x")
    press(Qt.Key.Key_Return)
    assert value(session, AVAYA, "bonus") == {"by": "customer_kind", "new": "8x", "else": "4x"}


def test_shares_are_typed_with_their_sign(opened: Window, session: Session) -> None:
    enrol(session, AVAYA)
    raw = {"by": "attainment", "0": "5%"}
    change_enrolment(session, replace(membership(session, AVAYA), inputs={"bonus": raw}), "Import")
    page = page_of(opened, AVAYA)
    page.details.values.table.setCurrentIndex(place(page, Sort.NEW, column=Column.LABEL))
    write("1")
    press(Qt.Key.Key_Return)
    assert "with its sign" in str(place(page, Sort.NEW, column=Column.ORIGIN).data())
    page.details.values.table.setCurrentIndex(place(page, Sort.NEW, column=Column.LABEL))
    press(Qt.Key.Key_F2)
    write("100%")
    press(Qt.Key.Key_Tab)
    write("8%")
    press(Qt.Key.Key_Return)
    assert value(session, AVAYA, "bonus") == {"by": "attainment", "0": "5%", "1": "8%"}


def test_clearing_the_input_takes_the_table_out(table: ProgramsPage, session: Session) -> None:
    table.details.values.table.setCurrentIndex(place(table, Sort.INPUT))
    press(Qt.Key.Key_Delete)
    assert value(session, AVAYA, "bonus") is None
    assert [sort for sort, _, _ in rows(table)] == ["input", "input"]
    session.undo()
    assert [sort for sort, _, _ in rows(table)] == ["input", "row", "row", "new", "input"]


def test_a_ceiling_holds_for_tables_too(table: ProgramsPage, session: Session) -> None:
    table.details.values.table.setCurrentIndex(place(table, Sort.ROW, "36"))
    write("9x")
    press(Qt.Key.Key_Return)
    assert "above the published ceiling of 8×" in cell(table, "bonus", Column.ORIGIN).data()
    assert "Source:" in table.details.values.about.text()


def test_the_table_of_values_under_qts_tester(table: ProgramsPage, session: Session) -> None:
    tester = QAbstractItemModelTester(table.details.values.inputs, QAbstractItemModelTester.FailureReportingMode.Fatal)
    table.details.values.table.setCurrentIndex(place(table, Sort.ROW, "12", Column.LABEL))
    write("24")
    press(Qt.Key.Key_Return, Qt.Key.Key_Delete)
    for _ in range(3):
        session.undo()
    for _ in range(3):
        session.redo()
    assert tester.model() is table.details.values.inputs


# --- leaving and coming back


def test_leaving_with_deals_keeps_the_values(opened: Window, session: Session) -> None:
    win(session, 10)
    page = page_of(opened, NFON)
    page.details.join.setFocus()
    press(Qt.Key.Key_Space)
    today = date.today()  # noqa: DTZ011 - the day of leaving
    assert membership(session).until == today
    assert page.details.join.text() == "Rejoin"
    _, section = shown(opened, NFON, "membership")
    assert any("1 deal is placed under it" in text for text in texts(section))
    assert page.count.text().endswith("enrolled in none")
    page.details.join.setFocus()
    press(Qt.Key.Key_Space)
    assert membership(session).until is None
    session.undo()
    session.undo()
    assert membership(session).until is None


def test_the_day_of_leaving_is_typed(opened: Window, session: Session) -> None:
    page, _ = shown(opened, NFON, "membership")
    until = page.details.membership.until.control
    until.setFocus()
    write("31/12/2023")
    press(Qt.Key.Key_Return)
    assert page.details.membership.until.problem.text() == "The day of leaving must come after the day of enrolment."
    assert membership(session).until is None
    assert isinstance(until, QLineEdit)
    until.selectAll()
    write("31/12/2098")
    press(Qt.Key.Key_Return)
    assert membership(session).until == date(2098, 12, 31)
    assert page.details.join.text() == "Leave"  # that day is still to come
    assert session.book.undo_name == "Change day of leaving"


def test_a_membership_is_removed_altogether(opened: Window, session: Session) -> None:
    win(session, 10)
    before = membership(session)
    page, _ = shown(opened, NFON, "membership")
    page.details.membership.remove.setFocus()
    press(Qt.Key.Key_Space)
    assert enrolment_of(session, NFON) is None
    opened.frame.notices.action.click()
    assert membership(session) == before


# --- versions


def test_versions_by_key_with_their_difference(opened: Window, session: Session, ngage: str) -> None:
    take_in(session, [judged("x", later(ngage))])
    page, section = shown(opened, NFON, "versions")
    versions = page.details.versions
    assert [row.program.version for row in versions.model.rows] == ["2027", "2022", "2016"]
    chosen = versions.chosen()
    assert chosen is not None
    assert chosen.program.version == "2022"
    versions.line.setFocus()
    press(Qt.Key.Key_Up)
    assert versions.compared.currentText().startswith("2022")
    assert any("15% → 14%" in text for text in texts(section))
    assert versions.days() == (date(2022, 1, 1), date(2027, 1, 1))
    versions.compared.setFocus()
    press(Qt.Key.Key_Down)
    assert versions.days() == (date(2016, 1, 1), date(2027, 1, 1))
    spoken = [versions.model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
    assert "your own" in spoken[0]
    assert "in force today" in spoken[1]
    tester = QAbstractItemModelTester(versions.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    session.undo()
    assert versions.model.rowCount() == 2
    assert tester.model() is versions.model


def test_pinning_and_removing_by_key(opened: Window, session: Session, ngage: str) -> None:
    take_in(session, [judged("x", later(ngage))])
    page, _ = shown(opened, NFON, "versions")
    versions = page.details.versions
    versions.line.setFocus()
    assert not versions.remove.isEnabled()
    press(Qt.Key.Key_Down)
    versions.pin.setFocus()
    press(Qt.Key.Key_Space)
    assert membership(session).version == "2016"
    assert versions.pin.text() == "No longer pin"
    press(Qt.Key.Key_Space)
    assert membership(session).version is None
    versions.line.selectRow(0)
    versions.remove.setFocus()
    press(Qt.Key.Key_Space)
    assert session.book.programs.texts() == ()
    opened.frame.notices.action.click()
    assert len(session.book.programs.texts()) == 1


def test_where_the_buttons_lead(opened: Window, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    page, _ = shown(opened, NFON, "versions")
    gone: list[tuple[str, dict[str, str]]] = []
    versions = page.details.versions
    monkeypatch.setattr(
        versions, "_context", replace(versions._context, go=lambda page, **args: gone.append((page, args)))
    )
    versions.line.setFocus()
    press(Qt.Key.Key_Return)
    versions.impact.click()
    assert gone == [
        ("editor", {"program": NFON, "day": "2022-01-01"}),
        ("impact", {"program": NFON, "old": "2016-01-01", "new": "2022-01-01"}),
    ]


def test_edit_and_impact_are_there(opened: Window) -> None:
    assert opened.pages is not None
    page, _ = shown(opened, NFON, "versions")
    page.details.versions.impact.click()
    assert (opened.pages.name, opened.pages.args["new"]) == ("impact", "2022-01-01")
    opened.back()
    page.details.versions.edit.click()
    assert (opened.pages.name, opened.pages.args["day"]) == ("editor", "2022-01-01")
    opened.back()
    page.new.click()
    assert opened.pages.name == "editor"


def test_a_new_version_begins_as_a_draft(opened: Window, session: Session) -> None:
    page, _ = shown(opened, NFON, "versions")
    page.details.versions.new.setFocus()
    press(Qt.Key.Key_Space)
    (draft,) = session.book.drafts.all()
    assert draft.program == NFON
    begun = judged("draft", draft.text).program
    assert begun is not None
    assert begun.effective_from > date.today()  # noqa: DTZ011 - from the next month on
    assert opened.pages is not None
    assert opened.pages.name == "editor"
    assert session.book.programs.texts() == ()  # nothing is in force that nobody put in force


def test_one_version_has_nothing_to_compare(opened: Window) -> None:
    page, section = shown(opened, NEC, "versions")
    assert "There is one version only, so there is nothing to compare." in texts(section)
    assert not page.details.versions.impact.isEnabled()
    assert not page.details.versions.pin.isEnabled()  # not enrolled


def test_export_and_a_place_that_is_none(
    opened: Window, ngage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, _ = shown(opened, NFON, "versions")
    target = tmp_path / "out.toml"
    asked: list[str] = []

    def choose(*args: object) -> tuple[str, str]:
        asked.append(str(args[2]))
        return str(target), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    page.details.versions.export.setFocus()
    press(Qt.Key.Key_Space)
    assert target.read_text(encoding="utf-8") == ngage
    assert asked[0].endswith("nfon-ngage-2022-01-01.toml")
    page.details.versions.export_to(tmp_path / "no" / "such" / "folder.toml")
    assert "was not written" in opened.frame.notices.text.text()


# --- import


def mime(*paths: Path, text: str = "") -> QMimeData:
    """Return what is dragged."""
    data = QMimeData()
    if paths:
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    if text:
        data.setText(text)
    return data


def entered(page: ProgramsPage, data: QMimeData) -> bool:
    """Drag something over the page, and tell whether it takes it."""
    at = QPointF(200, 300).toPoint()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the form with whole pixels; the other one is newer Qt's
        event = QDragEnterEvent(
            at, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
    QApplication.sendEvent(page, event)
    return event.isAccepted()


def drop(page: ProgramsPage, data: QMimeData) -> None:
    """Drag something onto the page and drop it."""
    assert entered(page, data)
    at, none = QPointF(200, 300), Qt.KeyboardModifier.NoModifier
    event = QDropEvent(at, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none)
    QApplication.sendEvent(page, event)
    assert event.isAccepted()
    QApplication.processEvents()


def test_files_are_dropped(opened: Window, session: Session, ngage: str, tmp_path: Path) -> None:
    file = tmp_path / "new.toml"
    file.write_text(later(ngage), encoding="utf-8")
    page = page_of(opened)
    steps = session.book.step_count
    drop(page, mime(file))
    assert session.book.step_count == steps + 1
    notice = opened.frame.notices
    assert notice.text.text() == "New version of NFON · Ngage: 2027 from 1 Jan 2027."
    assert page.details.versions.isVisible()
    current = page.current()
    assert current is not None
    assert current.id == NFON
    notice.action.click()
    assert session.book.programs.texts() == ()
    drop(page, mime(file))
    drop(page, mime(file))
    assert "nothing was changed" in notice.text.text()
    file.write_text(later(ngage, "13%"), encoding="utf-8")
    drop(page, mime(file))
    assert "was replaced by 2027" in notice.text.text()


def test_what_is_wrong_stays_out_and_is_shown(opened: Window, session: Session, ngage: str, tmp_path: Path) -> None:
    wrong, table = tmp_path / "wrong.toml", tmp_path / "deals.csv"
    wrong.write_text(ngage.replace("covers =", "cover ="), encoding="utf-8")
    table.write_text("a;b", encoding="utf-8")
    right = tmp_path / "right.toml"
    right.write_text(later(ngage), encoding="utf-8")
    page = page_of(opened)
    drop(page, mime(wrong, table, right, tmp_path / "gone.toml"))
    assert len(session.book.programs.texts()) == 1
    panel = page.imports
    assert panel.isVisible()
    words = [label.text() for label in panel.findChildren(QLabel)]
    assert "3 files were not imported." in words
    assert "wrong.toml" in words
    assert any(text.startswith("line ") and "Unknown key cover. Did you mean covers?" in text for text in words)
    assert words.count("This is no program file (*.toml).") == 2
    assert panel.close_button.hasFocus()
    press(Qt.Key.Key_Space)
    assert not panel.isVisible()


def test_a_wrong_file_becomes_a_draft(
    opened: Window, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("format = 1\n[program\n", encoding="utf-8")
    page = page_of(opened)
    drop(page, mime(wrong))
    gone: list[tuple[str, dict[str, str]]] = []
    context = page.imports._context
    monkeypatch.setattr(page.imports, "_context", replace(context, go=lambda page, **args: gone.append((page, args))))
    draft = next(one for one in page.imports.findChildren(QPushButton) if one.text() == "Open as a draft")
    draft.setFocus()
    press(Qt.Key.Key_Space)
    (kept,) = session.book.drafts.all()
    assert kept.text == "format = 1\n[program\n"
    assert session.book.undo_name == "Import as a draft"
    assert gone == [("editor", {"draft": kept.id})]
    assert not page.imports.isVisible()


def test_a_file_with_remarks_comes_in_with_them(opened: Window, ngage: str, tmp_path: Path) -> None:
    file = tmp_path / "remarks.toml"
    file.write_text(later(ngage).replace('rate = "$commission"', 'rate = "10%"'), encoding="utf-8")
    page = page_of(opened)
    drop(page, mime(file))
    words = [label.text() for label in page.imports.findChildren(QLabel)]
    assert "1 was imported, with remarks." in words
    assert any("commission" in text for text in words)


def test_text_is_pasted_by_key_and_dropped(opened: Window, session: Session, ngage: str) -> None:
    page = page_of(opened)
    QGuiApplication.clipboard().setText(later(ngage))
    page.table.setFocus()
    press(Qt.Key.Key_V, mod=CTRL)
    assert [one.effective_from.year for one in session.book.programs.texts()] == [2027]
    session.undo()
    drop(page, mime(text=later(ngage)))
    assert len(session.book.programs.texts()) == 1
    session.undo()
    QGuiApplication.clipboard().setText("Avaya")
    page.search.setFocus()
    press(Qt.Key.Key_V, mod=CTRL)  # in a field it is text
    assert page.search.text() == "Avaya"
    assert not page.imports.isVisible()
    QGuiApplication.clipboard().clear()
    page.imports.paste()
    assert "no text of a program" in opened.frame.notices.text.text()


def test_files_are_chosen(
    opened: Window, session: Session, ngage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "new.toml"
    file.write_text(later(ngage), encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(file)], ""))
    page = page_of(opened)
    menu = page.imports.button.menu()
    assert [action.text().partition("\t")[0] for action in menu.actions()] == ["Program files…", "Paste text"]
    menu.actions()[0].trigger()
    assert len(session.book.programs.texts()) == 1


def test_a_web_address_is_no_file(opened: Window) -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://vendor.example/program.toml")])
    assert not entered(page_of(opened), data)


# --- words


def messages() -> Iterator[tuple[str, ...]]:
    """Yield the message ids of the page: what is translated where it stands, and what the desk's tables hold."""
    places = [
        GUI / "pages" / "programs.py",
        *(GUI / "widgets").glob("program_*.py"),
        *(GUI / "models").glob("program*.py"),
        *(GUI / "models" / name for name in ("ladder_words.py", "arrivals.py", "input_lines.py", "input_looks.py")),
    ]
    for file in places:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and (count := {"tr": 1, "mark": 1, "plural": 2}.get(name, 0)):
                ids = [str(one.value) for one in node.args[:count] if isinstance(one, ast.Constant)]
                yield from [tuple(ids)] if ids else []


def tables() -> Iterator[tuple[str, ...]]:
    """Yield the message ids that stand in tables of the desk."""
    for module in (plan_words, value_words):
        held = [one for name, one in vars(module).items() if name.isupper() and name != "CATEGORIES" and name[0] != "_"]
        for one in held:
            yield from ((str(text),) for text in (one.values() if isinstance(one, dict) else [one]))
    for module in (ladder, program_files, program_versions, programs):
        steps = ("OPENING", "IMPORT", "IMPORT_DRAFT", "PIN", "UNPIN", "REMOVE_OWN", "REJOIN", "REMOVE")
        yield from ((getattr(module, name),) for name in steps if hasattr(module, name))


@pytest.mark.parametrize("code", ["de", "fr"])
def test_every_word_of_the_page_is_translated(code: str) -> None:
    known: dict[tuple[str, ...], set[str]] = {}
    for file in (GUI.parents[2] / "resources" / "locale" / code / "LC_MESSAGES").glob("*.po"):
        with file.open("rb") as stream:
            for message in read_po(stream, locale=code):
                ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
                known.setdefault(tuple(map(str, ids)), set()).add(str(message.string))
    found = {*messages(), *tables()}
    assert len(found) > 200
    assert not found - known.keys()
    assert not {ids: said for ids, said in known.items() if ids in found and (len(said) > 1 or "" in said)}
