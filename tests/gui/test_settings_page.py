"""The settings page: every field saved as it is left, wrong input told beside it."""

import base64
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit

from dealbook.desk.session import Session
from dealbook.domain.partner import ExchangeRate
from dealbook.gui.pages.settings import SettingsPage
from dealbook.gui.preferences import Preferences
from dealbook.gui.window import Window

CTRL = Qt.KeyboardModifier.ControlModifier
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def page(opened: Window) -> SettingsPage:
    """The settings of the small book."""
    opened.go("settings")
    assert opened.pages is not None
    found = opened.pages.page("settings")
    assert isinstance(found, SettingsPage)
    return found


@pytest.fixture
def session(opened: Window) -> Session:
    """The session of the small book."""
    assert opened.session is not None
    return opened.session


def retype(page: SettingsPage, name: str, text: str) -> None:
    """Select what stands in a field, type over it and press Enter."""
    control = page.fields[name].control
    assert isinstance(control, QLineEdit)
    control.setFocus()
    control.selectAll()
    QTest.keyClicks(control, text)
    QTest.keyClick(control, Qt.Key.Key_Return)


def test_the_first_field_has_the_focus(page: SettingsPage) -> None:
    assert page.fields["name"].control.hasFocus()


def test_a_field_is_saved_as_a_step_and_undone_by_key(page: SettingsPage, session: Session, opened: Window) -> None:
    retype(page, "name", "Weser IT")
    assert session.partner.name == "Weser IT"
    assert session.book.undo_name == "Change company name"
    assert opened.frame.sidebar.partner.accessibleName() == "Weser IT"
    QTest.keyClick(page.fields["name"].control, Qt.Key.Key_Z, CTRL)
    assert session.partner.name == "Nordlicht Systems GmbH"
    assert page.fields["name"].text() == "Nordlicht Systems GmbH"


def test_leaving_a_field_unchanged_is_no_step(page: SettingsPage, session: Session) -> None:
    steps = session.book.step_count
    for field in page.fields.values():
        field.control.setFocus()
    page.fields["name"].control.setFocus()
    assert session.book.step_count == steps


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("name", " ", "needs your company's name"),
        ("country", "Germany", "two letters"),
        ("vat_rate", "abc", "is not a number"),
        ("vat_rate", "119", "from 0 to below 100"),
        ("churn", "-1", "from 0 to below 100"),
    ],
)
def test_wrong_input_is_told_beside_the_field(
    page: SettingsPage, session: Session, name: str, typed: str, words: str
) -> None:
    before = session.partner
    steps = session.book.step_count
    retype(page, name, typed)
    field = page.fields[name]
    assert field.problem.isVisible()
    assert words in field.problem.text()
    assert field.control.accessibleDescription() == field.problem.text()
    assert session.partner == before
    assert session.book.step_count == steps
    assert field.text() == typed


def test_a_problem_goes_away_with_right_input(page: SettingsPage, session: Session) -> None:
    retype(page, "vat_rate", "119")
    retype(page, "vat_rate", "7.7")
    assert not page.fields["vat_rate"].problem.isVisible()
    assert session.partner.vat_rate == Decimal("0.077")
    assert page.fields["vat_rate"].text() == "7.7%"


def test_assumptions(page: SettingsPage, session: Session) -> None:
    retype(page, "discount_rate", "5 %")
    retype(page, "churn", "0.45%")
    assert session.partner.assume.discount_rate == Decimal("0.05")
    assert session.partner.assume.churn == Decimal("0.0045")


def test_a_paragraph_is_saved_when_it_is_left(page: SettingsPage, session: Session) -> None:
    control = page.fields["address"].control
    assert isinstance(control, QPlainTextEdit)
    control.setFocus()
    QTest.keyClicks(control, "Am Wall 1")
    QTest.keyClick(control, Qt.Key.Key_Return)
    QTest.keyClicks(control, "Bremen")
    assert session.partner.address == ""
    QTest.keyClick(control, Qt.Key.Key_Tab)
    assert session.partner.address == "Am Wall 1\nBremen"


def test_a_choice_is_saved_at_once(page: SettingsPage, session: Session) -> None:
    control = page.fields["language"].control
    assert isinstance(control, QComboBox)
    QTest.keyClick(control, Qt.Key.Key_Down)
    assert session.partner.language == "fr"


def test_numbers_are_read_in_the_screens_language(opened: Window) -> None:
    opened.speak("de")
    opened.go("settings")
    assert opened.pages is not None
    assert opened.session is not None
    page = opened.pages.page("settings")
    retype(page, "vat_rate", "7,7 %")
    assert opened.session.partner.vat_rate == Decimal("0.077")
    assert page.fields["vat_rate"].text() == "7,7\N{NO-BREAK SPACE}%"


def test_language_and_appearance_of_the_screen(page: SettingsPage, opened: Window, preferences: Preferences) -> None:
    assert page.language.text() == "en"
    control = page.language.control
    assert isinstance(control, QComboBox)
    control.setCurrentIndex(control.findData("de"))
    control.activated.emit(control.currentIndex())
    assert preferences.language == "de"
    assert opened.pages is not None
    assert opened.pages.page("settings").title == "Einstellungen"


def test_a_logo_is_taken_removed_and_undone(
    page: SettingsPage, session: Session, tmp_path: Path, opened: Window
) -> None:
    picture = tmp_path / "logo.png"
    picture.write_bytes(PNG)
    page.logo.take(picture)
    assert session.partner.logo == PNG
    page.logo.remove.click()
    assert session.partner.logo == b""
    opened.undo()
    assert session.partner.logo == PNG


@pytest.mark.parametrize("content", [b"", b"GIF89a", PNG[:20], b"\x00" * 3_000_000])
def test_what_is_no_logo_is_refused(page: SettingsPage, session: Session, tmp_path: Path, content: bytes) -> None:
    wrong = tmp_path / "logo.png"
    wrong.write_bytes(content)
    page.logo.take(wrong)
    assert "is no PNG or JPEG" in page.logo.problem.text()
    assert session.partner.logo == b""


def test_a_logo_that_is_not_there(page: SettingsPage, tmp_path: Path) -> None:
    page.logo.take(tmp_path / "gone.png")
    assert "cannot be read" in page.logo.problem.text()


# --- what programs ask of the company, and exchange rates


def test_company_size_and_certificates(page: SettingsPage, session: Session) -> None:
    retype(page, "company_size", "14")
    retype(page, "certificates", "nfon-sales,  nfon-qualified ,")
    assert session.partner.company_size == 14
    assert session.partner.certificates == {"nfon-sales", "nfon-qualified"}
    assert page.fields["certificates"].text() == "nfon-qualified, nfon-sales"
    for wrong in ("0", "2.5"):
        retype(page, "company_size", wrong)
        assert page.fields["company_size"].problem.isVisible()
        assert session.partner.company_size == 14


def add_rate(page: SettingsPage, day: str, rate: str) -> None:
    """Type a rate into the fields that add one."""
    for field, text in ((page.rates.day, day), (page.rates.rate, rate)):
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
    QTest.keyClick(page.rates.rate, Qt.Key.Key_Return)


def test_a_rate_is_added_changed_and_removed_by_key(page: SettingsPage, session: Session, opened: Window) -> None:
    assert page.rates.empty.isVisible()
    add_rate(page, "2026-01-02", "1.171")
    rate = ExchangeRate(day=date(2026, 1, 2), base="EUR", quote="USD", rate=Decimal("1.171"))
    assert list(session.rates) == [rate]
    assert page.rates.model.index(0, 3).data() == "1.1710"
    table = page.rates.table
    table.setFocus()
    table.setCurrentIndex(page.rates.model.index(0, 3))
    QTest.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    QTest.keyClicks(editor, "1.2")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QTest.qWait(10)
    assert session.rates[0].rate == Decimal("1.2")
    assert session.book.undo_name == "Change exchange rate"
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert list(session.rates) == []
    opened.undo()
    opened.undo()
    assert list(session.rates) == [rate]
    assert table.isVisible()


def test_a_wrong_rate_is_told_beside_the_fields(page: SettingsPage, session: Session) -> None:
    add_rate(page, "2026-01-02", "1.17")
    for day, rate, words in (
        ("31 Feb 2026", "1.2", "is not a day"),
        ("2026-02-02", "x", "is not a number"),
        ("2026-02-02", "0", "more than 0"),
        ("2026-01-02", "1.2", "on that day already"),
    ):
        add_rate(page, day, rate)
        assert words in page.rates.wrong.text()
        assert page.rates.rate.text() == rate
        assert len(session.rates) == 1
    page.rates.model.setData(page.rates.model.index(0, 1), "EURO")
    assert page.rates.model.index(0, 1).data() == "EURO"
    assert "three letters" in page.rates.problem.text()
    assert session.rates[0].base == "EUR"


def test_a_rate_moves_to_its_day_under_qts_tester(page: SettingsPage, session: Session) -> None:
    model = page.rates.model
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    add_rate(page, "2026-01-02", "1.17")
    add_rate(page, "2026-03-02", "1.18")
    assert [rate.rate for rate in model.rows] == [Decimal("1.18"), Decimal("1.17")]
    assert model.setData(model.index(1, 0), "1 Jun 2026")
    assert [rate.rate for rate in model.rows] == [Decimal("1.17"), Decimal("1.18")]
    assert not model.problem()
    assert tester.model() is model
