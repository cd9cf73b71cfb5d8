"""The import page, by key and drop: look at what comes in, leave out what is wrong, import, stop, undo."""

import warnings
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog
from pytestqt.qtbot import QtBot

from dealbook.desk.table_fields import Field
from dealbook.gui.models.import_preview import Column
from dealbook.gui.pages.deals import DealsPage
from dealbook.gui.pages.import_deals import ImportPage
from dealbook.gui.widgets.rates import RatesCard
from dealbook.gui.window import Window
from dealbook.tables.writing import workbook_bytes

TABLE = """Kunde;Titel;Abschluss;Produkt;Art;Menge;Einzelpreis;Farbe
Weber KG;Telefonie;10.3.2026;Nebenstelle;UCaaS;85;22,50;rot
Weber KG;Telefonie;10.3.2026;Telefon;Hardware;viele;99;blau
Müller & Söhne GmbH;Telephony 2026;30.4.2026;Nebenstelle;UCaaS;1;22,50;rot
Schulz;Netz;10.3.2026;Glasfaser;Netz;1;289;grün
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A file with a wrong row, and a deal that the book has already."""
    path = tmp_path / "crm.csv"
    path.write_bytes(TABLE.encode("cp1252"))
    return path


@pytest.fixture
def page(opened: Window, table: Path) -> ImportPage:
    """The import page with that file read."""
    opened.go("import", file=str(table))
    assert opened.pages is not None
    found = opened.pages.page("import")
    assert isinstance(found, ImportPage)
    found.runner.finish()
    return found


def rows(page: ImportPage, column: Column) -> list[str]:
    return [page.model.index(row, column).data() for row in range(page.model.rowCount())]


def ticks(page: ImportPage) -> list[bool]:
    role = Qt.ItemDataRole.CheckStateRole
    states = (page.model.index(row, Column.ROW).data(role) for row in range(page.model.rowCount()))
    return [Qt.CheckState(state) is Qt.CheckState.Checked for state in states]


def test_ctrl_i_leads_to_the_page_and_enter_to_the_choice(
    opened: Window, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    QTest.keyClick(opened, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert opened.pages is not None
    page = opened.pages.page("import")
    assert page.empty.action.hasFocus()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(table), ""))
    QTest.keyClick(page.empty.action, Qt.Key.Key_Space)
    page.runner.finish()
    assert page.model.rowCount() == 4


def test_what_comes_in_is_shown_row_by_row(page: ImportPage) -> None:
    assert rows(page, Column.CUSTOMER) == ["Weber KG", "Weber KG", "Müller & Söhne GmbH", "Schulz"]
    assert rows(page, Column.PRICE) == ["22.50", "99.00", "22.50", "289.00"]
    assert ticks(page) == [True, True, False, True]
    assert page.columns.boxes[0].currentText() == "Customer"
    assert page.columns.boxes[7].currentData() == ""
    assert page.written.currentData() == "de"
    assert page.table.currentIndex().row() == 1
    assert page.told.text() == "F3: “viele” is no number."
    assert not page.go_on.isEnabled()
    assert page.leave.text() == "Leave out 1 row"


def test_rows_are_left_out_by_key_and_the_rest_imported_as_one_step(page: ImportPage, opened: Window) -> None:
    session = opened.session
    assert session is not None
    before = dict(session.deals)
    page.table.setFocus()
    page.table.go_to(1)
    QTest.keyClick(page.table, Qt.Key.Key_Space)
    assert ticks(page) == [True, False, False, True]
    assert page.go_on.text() == "Import 2 deals"
    page.go_on.setFocus()
    QTest.keyClick(page.go_on, Qt.Key.Key_Space)
    assert page.progress.cancel.hasFocus()
    page.runner.finish()
    assert [deal.customer for key, deal in session.deals.items() if key not in before] == ["Weber KG", "Schulz"]
    assert opened.pages is not None
    assert opened.pages.name == "deals"
    assert opened.frame.notices.text.text() == "2 deals were imported."
    QTest.keyClick(opened, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert dict(session.deals) == before


def test_space_takes_a_known_deal_in_and_out_again(page: ImportPage) -> None:
    page.table.setFocus()
    page.table.go_to(2)
    assert page.told.text() == "The book has a deal of this customer, title and day already."
    QTest.keyClick(page.table, Qt.Key.Key_Space)
    assert ticks(page)[2]
    assert page.table.currentIndex().row() == 2
    QTest.keyClick(page.table, Qt.Key.Key_Space)
    assert not ticks(page)[2]


def test_a_tick_is_clicked(page: ImportPage) -> None:
    place = page.table.visualRect(page.model.index(0, Column.ROW))
    where = place.topLeft() + QPointF(12, place.height() / 2).toPoint()
    QTest.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert ticks(page) == [False, True, False, True]


def test_all_that_is_wrong_is_left_out_at_once(page: ImportPage) -> None:
    page.leave.setFocus()
    QTest.keyClick(page.leave, Qt.Key.Key_Space)
    assert ticks(page) == [True, False, False, True]
    assert page.go_on.isEnabled()
    assert page.go_on.hasFocus()
    assert page.leave.isHidden()


def test_another_column_is_read_anew_and_remembered(page: ImportPage, opened: Window, table: Path) -> None:
    box = page.columns.boxes[7]
    box.setFocus()
    box.setCurrentIndex(box.findData(Field.PRODUCT.value))
    box.activated.emit(box.currentIndex())
    page.runner.finish()
    assert rows(page, Column.PRODUCT) == ["rot", "blau", "rot", "grün"]
    assert page.columns.boxes[3].currentData() == ""
    page.leave.click()
    page.import_all()
    page.runner.finish()
    opened.go("import", file=str(table))
    page.runner.finish()
    assert rows(page, Column.PRODUCT) == ["rot", "blau", "rot", "grün"]


def test_only_rows_with_something_to_know(page: ImportPage) -> None:
    page.told_only.setChecked(True)
    assert rows(page, Column.ROW) == ["3", "4"]


# --- read otherwise than it was found out


def chosen(box: QComboBox, value: str) -> None:
    """Choose an entry as a person does."""
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def test_what_was_found_out_about_a_file_is_told(page: ImportPage) -> None:
    assert page.reading.isHidden()
    page.otherwise.setFocus()
    QTest.keyClick(page.otherwise, Qt.Key.Key_Space)
    assert page.reading.isVisible()
    assert page.reading.encoding.currentText() == "found out: Windows-1252 (Latin-1)"
    assert page.reading.delimiter.currentText() == "found out: Semicolon ;"
    assert page.reading.header.currentText() == "found out: row 1: Kunde · Titel · Abschluss"
    QTest.keyClick(page.otherwise, Qt.Key.Key_Space)
    assert page.reading.isHidden()


def test_a_file_is_read_as_somebody_says(page: ImportPage, opened: Window, tmp_path: Path) -> None:
    path = tmp_path / "dos.csv"
    path.write_bytes("Kunde|Preis;Titel\nMüller|1;x\n".encode("cp850"))
    page.open(path)
    page.runner.finish()
    assert rows(page, Column.CUSTOMER) != ["Müller"]
    page.otherwise.setChecked(True)
    chosen(page.reading.encoding, "cp850")
    page.runner.finish()
    chosen(page.reading.delimiter, "|")
    page.runner.finish()
    assert rows(page, Column.CUSTOMER) == ["Müller"]
    assert [box.accessibleName() for box in page.columns.boxes] == ["What Kunde becomes", "What Preis;Titel becomes"]
    assert page.reading.encoding.currentText() == "DOS (CP 850)"
    chosen(page.reading.encoding, "utf-8")
    assert opened.frame.notices.text.text().startswith("dos.csv is damaged or no table")
    assert page.reading.encoding.currentText() == "DOS (CP 850)"
    assert rows(page, Column.CUSTOMER) == ["Müller"]
    chosen(page.reading.encoding, "")
    page.runner.finish()
    assert page.reading.encoding.currentText() == "found out: Windows-1252 (Latin-1)"


def test_another_row_is_the_header_or_none(page: ImportPage, opened: Window, tmp_path: Path) -> None:
    session = opened.session
    assert session is not None
    path = tmp_path / "headless.csv"
    path.write_text("Meier;Customer\nWer;Titel\nSchulz;Seat\n", encoding="utf-8")
    page.open(path)
    page.runner.finish()
    page.otherwise.setChecked(True)
    assert rows(page, Column.ROW) == ["2", "3"]
    chosen(page.reading.header, "1")
    page.runner.finish()
    assert rows(page, Column.ROW) == ["3"]
    assert page.columns.boxes[0].accessibleName() == "What Wer becomes"
    chosen(page.reading.header, "-1")
    page.runner.finish()
    assert rows(page, Column.ROW) == ["1", "2", "3"]
    assert page.columns.boxes[0].accessibleName() == "What Column A becomes"
    chosen(page.columns.boxes[0], Field.CUSTOMER.value)
    page.runner.finish()
    assert rows(page, Column.CUSTOMER) == ["Meier", "Wer", "Schulz"]
    page.import_all()
    page.runner.finish()
    assert {"Meier", "Wer", "Schulz"} <= {deal.customer for deal in session.deals.values()}


def test_a_workbook_knows_its_encoding_and_each_sheet_has_its_header(page: ImportPage, tmp_path: Path) -> None:
    path = tmp_path / "two.xlsx"
    tables = [("One", [["Kunde"], ["Meier"]]), ("Two", [["x"], ["Customer"], ["Schulz"]])]
    path.write_bytes(workbook_bytes(tables))
    page.open(path)
    page.runner.finish()
    assert not page.reading.encoding.isEnabled()
    assert not page.reading.delimiter.isEnabled()
    chosen(page.reading.header, "-1")
    page.sheet.setCurrentIndex(1)
    page.sheet.activated.emit(1)
    page.runner.finish()
    assert page.reading.header.currentText() == "found out: row 2: Customer"
    assert rows(page, Column.CUSTOMER) == ["Schulz"]


def test_the_next_file_is_found_out_anew(page: ImportPage, table: Path) -> None:
    page.otherwise.setChecked(True)
    chosen(page.reading.header, "-1")
    page.open(table)
    page.runner.finish()
    assert page.reading.isHidden()
    assert page.reading.head is None


def is_at_work(page: ImportPage) -> bool:
    return page.runner.is_busy


def many(folder: Path, count: int) -> Path:
    path = folder / "many.csv"
    lines = (f"Customer {n};Seat;UCaaS;22" for n in range(count))
    path.write_text("\n".join(["Customer;Product;Category;Price", *lines]), encoding="utf-8")
    return path


def test_an_import_is_stopped_by_key_and_nothing_else_comes_in_between(
    page: ImportPage, opened: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    session = opened.session
    assert session is not None
    before = dict(session.deals)
    page.open(many(tmp_path, 400))
    page.runner.finish()
    page.import_all()
    assert page.runner.work is not None
    assert page.runner.work.step()
    assert page.runner.work.step()
    assert session.book.in_step
    QTest.keyClick(opened, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    QTest.mouseClick(page.choose, Qt.MouseButton.LeftButton)
    assert not opened.close()
    assert is_at_work(page)
    QTest.keyClick(page.progress.cancel, Qt.Key.Key_Space)
    assert not is_at_work(page)
    assert dict(session.deals) == before
    assert opened.frame.notices.text.text() == "Stopped. Nothing was imported."
    QTest.keyClick(page.go_on, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(session.deals) == len(before) + 400)


def test_reading_is_stopped_and_begun_again(page: ImportPage, tmp_path: Path) -> None:
    page.open(many(tmp_path, 2000))
    assert page.progress.cancel.isVisible()
    page.progress.cancel.setFocus()
    QTest.keyClick(page.progress.cancel, Qt.Key.Key_Space)
    assert page.empty.heading.text() == "Stopped"
    QTest.keyClick(page.empty.action, Qt.Key.Key_Space)
    page.runner.finish()
    assert page.model.rowCount() == 2000


def test_leaving_the_page_stops_the_reading(page: ImportPage, opened: Window, tmp_path: Path) -> None:
    page.open(many(tmp_path, 2000))
    opened.go("deals")
    assert not page.runner.is_busy


@pytest.mark.parametrize("target", ["deals", "import"])
def test_a_table_is_dropped(opened: Window, table: Path, target: str) -> None:
    opened.go(target)
    assert opened.pages is not None
    page = opened.pages.page(target)
    assert isinstance(page, DealsPage | ImportPage)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(table))])
    keys = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the form with whole pixels; the other one is newer Qt's
        enter = QDragEnterEvent(QPoint(5, 5), *keys)
    QApplication.sendEvent(page, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(page, QDropEvent(QPointF(5, 5), *keys))
    assert opened.pages.name == "import"
    found = opened.pages.page("import")
    found.runner.finish()
    assert found.model.rowCount() == 4


def test_a_file_that_is_no_table_is_refused_in_words(page: ImportPage, opened: Window, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"")
    page.open(path)
    assert opened.frame.notices.text.text() == "x.csv holds no rows."
    page.open(tmp_path / "gone.csv")
    assert "Nothing was changed" in opened.frame.notices.text.text()
    assert page.model.rowCount() == 4


# --- exchange rates


@pytest.mark.parametrize(
    ("text", "told", "count"),
    [
        ("Tag;Von;Nach;Kurs\n10.3.2026;EUR;USD;1,0837\n11.3.2026;EUR;CHF;0,95\n", "2 exchange rates were imported.", 2),
        ("day,from,to,rate\n2026-03-10,EUR,USD,1.0837\n", "1 exchange rate was imported.", 1),
        (
            "day,from,to,rate\n2026-03-10,EUR,Dollar,1.0837\n2026-03-11,EUR,EUR,1\n2026-03-12,EUR,USD,0\n",
            (
                "Nothing was imported: r.csv:2:C: “Dollar” is no currency; write its three letters, like EUR.\n"
                "r.csv:3:D: A rate leads from one currency to another one.\nr.csv:4:D: A rate is more than 0."
            ),
            0,
        ),
        (
            "day,from,to,rate\n2026-03-10,EUR,USD,1.1\n2026-03-10,USD,EUR,0.9\n2026-03-11,EUR,USD,\n",
            (
                "Nothing was imported: r.csv:3:D: There is a rate of these two currencies on that day already.\n"
                "r.csv:4:D: This must not be empty."
            ),
            0,
        ),
        ("a,b\n1,2\n", "The file has no columns for day, two currencies and rate.", 0),
        ("", "r.csv holds no rows.", 0),
    ],
)
def test_rates_are_imported_all_or_none(
    opened: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: str, count: int
) -> None:
    session = opened.session
    assert session is not None
    assert opened.pages is not None
    path = tmp_path / "r.csv"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(path), ""))
    opened.go("settings")
    bring = opened.pages.page("settings").findChild(RatesCard).bring
    bring.setFocus()
    QTest.keyClick(bring, Qt.Key.Key_Space)
    assert opened.frame.notices.text.text() == told
    assert len(session.rates) == count
    if count:
        QTest.keyClick(bring, Qt.Key.Key_Space)
        assert opened.frame.notices.text.text() == "All rates of the file are in the book already."
        session.undo()
        assert session.rates == ()
