"""The programs page: enrolling, the contract's values typed in their place, and the way from an empty book to a figure.

By real keys, in the real window.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from dealbook.desk.compare import Comparison, compare, set_input
from dealbook.desk.deals import new_deal, save_deal
from dealbook.desk.programs import change_enrolment, enrol, enrolment_of
from dealbook.desk.session import Session
from dealbook.domain.deal import Deal, Line
from dealbook.domain.partner import Enrolment
from dealbook.earnings.estimate import Status
from dealbook.gui.models.input_looks import Column
from dealbook.gui.models.program_inputs import InputsModel
from dealbook.gui.models.programs import Column as ListColumn
from dealbook.gui.models.programs import ProgramsModel
from dealbook.gui.pages.programs import ProgramsPage
from dealbook.gui.widgets.deal_comparison import PlansTable
from dealbook.gui.window import Window

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
NEC, NFON, AVAYA = "nec-univerge-blue", "nfon-ngage", "avaya-cloud-fr"


def page_of(window: Window, program: str = "") -> ProgramsPage:
    """Go to the page, with a program where one is named."""
    window.go("programs", **({"program": program} if program else {}))
    assert window.pages is not None
    found = window.pages.page("programs")
    assert isinstance(found, ProgramsPage)
    QApplication.processEvents()
    return found


@pytest.fixture
def page(opened: Window) -> ProgramsPage:
    """The programs of the small book."""
    return page_of(opened)


@pytest.fixture
def session(opened: Window) -> Session:
    """The session of the small book."""
    assert opened.session is not None
    return opened.session


def focused() -> QWidget:
    """Return what has the focus."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def press(*keys: Qt.Key, mod: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press keys in whatever has the focus."""
    for key in keys:
        QTest.keyClick(focused(), key, mod)
        QApplication.processEvents()


def write(text: str) -> None:
    """Type into whatever has the focus; the first key may open a field there."""
    for sign in text:
        QTest.keyClicks(focused(), sign)
    QApplication.processEvents()


def cell(page: ProgramsPage, name: str, column: Column = Column.VALUE) -> QModelIndex:
    """Return a cell of an input."""
    inputs = page.details.values.inputs
    row = next(n for n, line in enumerate(inputs.rows) if line.row.input.name == name and line.is_input)
    return inputs.index(row, column)


def go_to(page: ProgramsPage, name: str) -> None:
    """Put the focus on an input."""
    page.details.values.table.setFocus()
    page.details.values.table.setCurrentIndex(cell(page, name))


def value(session: Session, program: str, name: str) -> object:
    """Return what the book has for an input."""
    enrolment = enrolment_of(session, program)
    return enrolment.inputs.get(name) if enrolment else None


def compared(session: Session, currency: str, country: str) -> Comparison:
    """Return the comparison of a small telephony deal."""
    deal = us_deal(session, currency, country)
    return compare(session, deal, deal.offers[0])


def us_deal(session: Session, currency: str = "USD", country: str = "US") -> Deal:
    """Save a small telephony deal."""
    deal = new_deal(session, "Prairie Outfitters", today=date(2026, 5, 1))
    line = Line(product="Seat", category="ucaas", quantity=Decimal(40), unit_price=Decimal(20))
    offer = replace(deal.offers[0], lines=(line,), term=36)
    return save_deal(session, replace(deal, offers=(offer,), currency=currency, country=country), "Fill")


def states(comparison: Comparison, program: str) -> dict[str, Status]:
    """Return how the plans of a program stand."""
    return {row.estimate.plan: row.estimate.status for row in comparison.rows if row.estimate.program == program}


# --- the table


def test_the_catalogue_with_ones_own_standing(page: ProgramsPage) -> None:
    rows = {row.id: n for n, row in enumerate(page.model.rows)}
    texts = {name: page.model.index(row, ListColumn.STANDING).data() for name, row in rows.items()}
    assert texts[NFON] == "Enrolled"
    assert texts[NEC] == "Not enrolled"
    assert page.table.hasFocus()
    assert page.count.text().endswith("enrolled in 1")


def test_search_as_you_type_and_back(page: ProgramsPage) -> None:
    page.search.setFocus()
    write("wholesale nec")
    assert [row.id for row in page.model.rows] == [NEC]
    assert "UNIVERGE" in page.details.heading.accessibleName()
    press(Qt.Key.Key_Return)
    assert page.table.hasFocus()
    page.search.setFocus()
    write(" zzz")
    assert page.empty.isVisible()
    assert page.empty.heading.text() == "No program matches"
    assert not page.details.isVisible()
    page.empty.action.click()
    assert page.table.isVisible()
    assert page.details.isVisible()


def test_the_page_by_key_and_a_program_by_name(opened: Window, page: ProgramsPage) -> None:
    opened.go("deals")
    press(Qt.Key.Key_3, mod=ALT)
    assert opened.pages is not None
    assert opened.pages.name == "programs"
    page_of(opened, NEC)
    current = page.current()
    assert current is not None
    assert current.id == NEC
    assert page.details.join.hasFocus()
    page_of(opened, NFON)
    assert page.details.isAncestorOf(focused())


# --- membership


def test_enrolling_makes_plans_payable(opened: Window, session: Session) -> None:
    with session.step("Leave all"):
        for enrolment in session.enrolments:
            session.book.partner.remove_enrolment(enrolment.id)
    assert compared(session, "EUR", "DE").best is None
    page = page_of(opened, NFON)
    press(Qt.Key.Key_Space)  # on the button "Enrol"
    assert session.book.undo_name == "Enrol in a program"
    page.details.show_section(page.details.membership)
    page.details.membership.certified.setFocus()
    press(Qt.Key.Key_Space)  # Ngage pays only a certified partner
    best = compared(session, "EUR", "DE").best
    assert best is not None
    assert best.estimate.program == NFON
    assert page.details.membership.certified.isVisible()


def test_undo_by_key_after_enrolling(opened: Window, session: Session) -> None:
    page = page_of(opened, NEC)
    press(Qt.Key.Key_Space)
    assert enrolment_of(session, NEC) is not None
    assert page.details.values.table.hasFocus()
    press(Qt.Key.Key_Z, mod=CTRL)
    assert enrolment_of(session, NEC) is None
    assert page.details.join.text() == "Enrol"
    assert not page.details.membership.certified.isVisible()


def test_leaving_and_the_way_back(opened: Window, session: Session) -> None:
    page = page_of(opened, NFON)
    before = enrolment_of(session, NFON)
    assert page.details.join.text() == "Leave"
    page.details.join.setFocus()
    press(Qt.Key.Key_Space)
    assert enrolment_of(session, NFON) is None
    assert set(states(compared(session, "EUR", "DE"), NFON).values()) == {Status.INELIGIBLE}
    assert "NFON" in opened.frame.notices.text.text()
    opened.undo()  # the deal that was compared
    opened.undo()
    opened.undo()
    assert enrolment_of(session, NFON) == before


def test_certified_since_and_version(opened: Window, session: Session) -> None:
    page = page_of(opened, NFON)
    page.details.show_section(page.details.membership)
    page.details.membership.certified.setFocus()
    press(Qt.Key.Key_Space)
    assert membership(session).certified is False
    since = page.details.membership.since.control
    assert isinstance(since, QLineEdit)
    since.setFocus()
    since.selectAll()
    write("10/03/2025")
    press(Qt.Key.Key_Return)
    assert membership(session).since == date(2025, 3, 10)
    assert since.text() == "10 Mar 2025"
    since.selectAll()
    press(Qt.Key.Key_Backspace, Qt.Key.Key_Return)
    assert membership(session).since is None
    version = page.details.membership.version.control
    assert isinstance(version, QComboBox)
    assert version.itemText(0) == "the one in force"
    version.setFocus()
    press(Qt.Key.Key_Down)
    assert membership(session).version == version.itemData(1)
    tier = page.details.membership.tier.control
    assert isinstance(tier, QComboBox)
    tier.setFocus()
    press(Qt.Key.Key_Down)
    assert membership(session).tier == tier.itemData(1)
    assert session.book.undo_name == "Change tier"


def membership(session: Session) -> Enrolment:
    """Return the membership in Ngage."""
    found = enrolment_of(session, NFON)
    assert found is not None
    return found


def test_a_day_that_is_none_stays_with_the_reason_below(opened: Window, session: Session) -> None:
    page = page_of(opened, NFON)
    page.details.show_section(page.details.membership)
    before = session.book.step_count
    since = page.details.membership.since.control
    assert isinstance(since, QLineEdit)
    since.setFocus()
    since.selectAll()
    write("31/02/2025")
    press(Qt.Key.Key_Return)
    assert "is not a day" in page.details.membership.since.problem.text()
    assert session.book.step_count == before
    page.details.membership.certified.setFocus()
    press(Qt.Key.Key_Space)  # another change leaves what was typed
    assert since.text() == "31/02/2025"
    assert page.details.membership.since.problem.isVisible()


# --- the contract's values


def test_typing_a_value_makes_an_incomplete_plan_payable(opened: Window, session: Session) -> None:
    enrol(session, NEC)
    before = states(compared(session, "USD", "US"), NEC)
    assert before["wholesale"] is Status.INCOMPLETE
    page = page_of(opened, NEC)
    assert page.details.values.table.hasFocus()  # at the first that is missing
    go_to(page, "wholesale_discount")
    write("30 %")
    press(Qt.Key.Key_Return)
    assert value(session, NEC, "wholesale_discount") == "30%"
    assert states(compared(session, "USD", "US"), NEC)["wholesale"] is Status.PAYABLE
    assert cell(page, "wholesale_discount").data() == "30%"
    assert cell(page, "wholesale_discount", Column.ORIGIN).data() == "your contract"


def test_tab_goes_on_to_the_next_value(opened: Window, session: Session) -> None:
    enrol(session, NEC)
    page = page_of(opened, NEC)
    go_to(page, "commission")
    write("18%")
    press(Qt.Key.Key_Tab)
    write("3x")
    press(Qt.Key.Key_Return)
    assert value(session, NEC, "commission") == "18%"
    assert value(session, NEC, "spiff") == "3x"
    assert cell(page, "spiff").data() == "3×"


def test_a_wrong_value_stays_with_the_reason_beside_it(opened: Window, session: Session) -> None:
    enrol(session, NEC)
    page = page_of(opened, NEC)
    steps = session.book.step_count
    for typed, reason in (("abc", "is no rate"), ("12", "Is that 12% or 12×?")):
        go_to(page, "commission")
        press(Qt.Key.Key_F2)
        field = focused()
        assert isinstance(field, QLineEdit)
        field.selectAll()
        write(typed)
        press(Qt.Key.Key_Return)
        assert cell(page, "commission").data() == typed
        assert reason in cell(page, "commission", Column.ORIGIN).data()
        assert session.book.step_count == steps
    set_input(session, NEC, "spiff", "0x")  # another change leaves what was typed
    assert cell(page, "commission").data() == "12"
    go_to(page, "commission")
    write("12%")
    press(Qt.Key.Key_Return)
    assert value(session, NEC, "commission") == "12%"
    assert cell(page, "commission", Column.ORIGIN).data() == "your contract"


def test_values_in_the_screens_language(opened: Window, session: Session) -> None:
    enrol(session, NEC)
    opened.speak("de")
    page = page_of(opened, NEC)
    go_to(page, "commission")
    write("17,5 %")
    press(Qt.Key.Key_Return)
    assert value(session, NEC, "commission") == "17.5%"
    assert cell(page, "commission").data() == "17,5\N{NO-BREAK SPACE}%"


def test_thousands_are_no_decimals(opened: Window, session: Session) -> None:
    enrol(session, "content-cloud")
    page = page_of(opened, "content-cloud")
    go_to(page, "target")
    write("50,000")
    press(Qt.Key.Key_Return)
    assert value(session, "content-cloud", "target") == "50000"


def test_assumed_by_key_before_and_after_typing(opened: Window, session: Session) -> None:
    enrol(session, NEC)
    page = page_of(opened, NEC)
    go_to(page, "commission")
    press(Qt.Key.Key_Space)
    write("18%")
    press(Qt.Key.Key_Return)
    known = enrolment_of(session, NEC)
    assert known is not None
    assert known.assumed == {"commission"}
    assert cell(page, "commission", Column.ORIGIN).data() == "assumed"
    go_to(page, "commission")
    press(Qt.Key.Key_Space)
    known = enrolment_of(session, NEC)
    assert known is not None
    assert known.assumed == frozenset()
    press(Qt.Key.Key_Delete)
    assert value(session, NEC, "commission") is None
    assert cell(page, "commission", Column.ORIGIN).data() == "missing"
    press(Qt.Key.Key_Z, mod=CTRL)
    assert value(session, NEC, "commission") == "18%"


def test_a_ceiling_is_shown_as_a_ceiling(opened: Window, session: Session) -> None:
    enrol(session, AVAYA)
    page = page_of(opened, AVAYA)
    assert cell(page, "bonus").data() == ""
    assert cell(page, "bonus", Column.ORIGIN).data() == "missing · at most 8×"
    set_input(session, AVAYA, "bonus", "9x")
    assert "above the published ceiling of 8×" in cell(page, "bonus", Column.ORIGIN).data()


def test_a_table_is_read_row_by_row(opened: Window, session: Session) -> None:
    made = enrol(session, AVAYA)
    table = {"by": "term", "12": "2x", "36": "8x"}
    change_enrolment(session, replace(made, inputs={"bonus": table}), "Import")
    page = page_of(opened, AVAYA)
    lines = [(line.label.strip(), line.value) for line in page.details.values.inputs.rows]
    assert lines[:3] == [(lines[0][0], "by term in months"), ("from 12", "2×"), ("from 36", "8×")]
    assert not cell(page, "bonus").flags() & Qt.ItemFlag.ItemIsEditable
    go_to(page, "bonus")
    write("5")
    assert value(session, AVAYA, "bonus") == table


def test_without_a_membership_values_are_only_read(opened: Window, session: Session) -> None:
    page = page_of(opened, NEC)
    page.details.show_section(page.details.values)
    assert not cell(page, "commission").flags() & Qt.ItemFlag.ItemIsEditable
    assert cell(page, "commission", Column.ORIGIN).data() == "set by the contract"
    assert cell(page, "commission", Column.ASSUMED).data(Qt.ItemDataRole.CheckStateRole) is None


def test_names_for_a_screen_reader(opened: Window, session: Session) -> None:
    enrol(session, NEC)
    page = page_of(opened, NEC)
    assert page.details.values.table.accessibleName() == "Contract values"
    spoken = cell(page, "commission").data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.endswith(": missing")
    assert all(
        field.control.accessibleName() for field in (page.details.membership.since, page.details.membership.version)
    )


@pytest.mark.parametrize("code", ["en", "de", "fr"])
def test_nothing_is_wider_than_the_page(opened: Window, code: str) -> None:
    opened.speak(code)
    opened.resize(opened.minimumSize())
    page = page_of(opened)
    assert opened.width() == opened.minimumWidth()
    assert page.minimumSizeHint().width() <= page.width()
    assert page.details.geometry().right() <= page.width()
    for row in page.model.rows:
        page_of(opened, row.id)
        for section in page.details.sections:
            page.details.show_section(section)
            assert section.inner.minimumSizeHint().width() <= section.viewport().width(), (row.id, section.name)


def test_texts_of_programs_are_plain(opened: Window) -> None:
    page = page_of(opened, NFON)
    assert all(one.textFormat() is Qt.TextFormat.PlainText for one in page.findChildren(QLabel))


# --- models


def test_the_models_under_qts_tester(opened: Window, session: Session) -> None:
    page = page_of(opened, NEC)
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    testers = [QAbstractItemModelTester(model, mode) for model in (page.model, page.details.values.inputs)]
    assert isinstance(page.model, ProgramsModel)
    assert isinstance(page.details.values.inputs, InputsModel)
    made = enrol(session, AVAYA)
    table = {"by": "term", "12": "2x", "36": {"by": "customer_kind", "new": "8x", "else": "4x"}}
    for program in (NEC, AVAYA, NFON):
        page_of(opened, program)
    change_enrolment(session, replace(made, inputs={"bonus": table}), "Import")
    page_of(opened, AVAYA)
    assert [line.value for line in page.details.values.inputs.rows[:5]] == [
        "by term in months",
        "2×",
        "by kind of customer",
        "8×",
        "4×",
    ]
    for _ in range(2):
        session.undo()
    page.search.setText("nec")
    page.search.setText("")
    assert len(testers) == 2


# --- from a deal, and from nothing


def row_of(table: PlansTable, program: str) -> int:
    """Return the row of a program's first plan; those without enrolment stand behind one row until Enter opens it."""
    shown = table._plans.rows
    if not any(one.key[0] == program for one in shown):
        table.setFocus()
        table.selectRow(table._plans.rowCount() - 1)
        press(Qt.Key.Key_Return)
    return next(n for n, one in enumerate(table._plans.rows) if one.key[0] == program)


def test_a_plan_that_is_not_open_leads_to_its_program(opened: Window, session: Session, qtbot: QtBot) -> None:
    deal = us_deal(session)
    opened.go("deal", deal_id=deal.id)
    assert opened.pages is not None
    table = opened.pages.page("deal").findChild(PlansTable)
    qtbot.waitUntil(lambda: bool(table._plans.rows))
    table.selectRow(row_of(table, NEC))
    table.setFocus()
    press(Qt.Key.Key_E)
    assert opened.pages.name == "programs"
    assert opened.pages.args == {"program": NEC}
    opened.back()
    assert opened.pages.name == "deal"
    qtbot.waitUntil(lambda: table.indexWidget(table.model().index(row_of(table, NEC), 0)) is not None)
    table.indexWidget(table.model().index(row_of(table, NEC), 0)).click()
    assert (opened.pages.name, opened.pages.args) == ("programs", {"program": NEC})


def test_from_an_empty_book_to_a_figure(window: Window, tmp_path: Path) -> None:
    """A new book, by its page alone: enrol, type the contract's value, and the first plan pays."""
    window.create_book(tmp_path / "Mine", "Weser IT", "USD")
    session = window.session
    assert session is not None
    assert compared(session, "USD", "US").best is None
    press(Qt.Key.Key_3, mod=ALT)
    page = page_of(window)
    page.search.setFocus()
    write("univerge")
    press(Qt.Key.Key_Return, Qt.Key.Key_Return)  # to the table, and to the program
    assert page.details.join.hasFocus()
    press(Qt.Key.Key_Space)
    assert page.details.values.table.hasFocus()
    write("18%")
    press(Qt.Key.Key_Tab)
    write("2x")
    press(Qt.Key.Key_Return)
    best = compared(session, "USD", "US").best
    assert best is not None
    assert best.estimate.program == NEC
    assert best.totals is not None
    assert best.totals.expected_value > 0
