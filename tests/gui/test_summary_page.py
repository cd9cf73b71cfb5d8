"""The commission summary: a period in place, the preview, the file."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPdf import QPdfDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from dealbook.gui.pages.summary import SummaryPage
from dealbook.gui.window import Window


@pytest.fixture
def page(opened: Window) -> SummaryPage:
    """The summary, reached by its key."""
    assert opened.pages is not None
    deals = opened.pages.page("deals").table
    QTest.keyClick(deals, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    found = opened.pages.page("summary")
    assert isinstance(found, SummaryPage)
    return found


def retype(page: SummaryPage, first: str, last: str) -> None:
    """Type two months over those that stand there."""
    for field, text in ((page.first, first), (page.last, last)):
        field.selectAll()
        QTest.keyClick(field, Qt.Key.Key_Delete)
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)


def test_a_preview_from_the_start(page: SummaryPage) -> None:
    assert page.preview.document.status() is QPdfDocument.Status.Ready
    assert "Nordlicht Systems GmbH" in page.preview.document.getAllText(0).text()


def test_typed_months_make_another_period(page: SummaryPage) -> None:
    retype(page, "2026-05", "2026-08")
    assert page.periods.currentText() == "Other months"
    assert "Aug 2026" in page.preview.document.getAllText(0).text()


@pytest.mark.parametrize(
    ("first", "last"), [("2026-08", "2026-05"), ("soon", "2026-05"), ("2026-13", "2027-01"), ("", "")]
)
def test_months_that_are_none_are_told(page: SummaryPage, first: str, last: str) -> None:
    retype(page, first, last)
    assert "Write months like" in page.problem.text()
    assert not page.save.isEnabled()
    retype(page, "2026-05", "2026-05")
    assert page.problem.text() == ""
    assert page.save.isEnabled()


def test_the_file(page: SummaryPage, opened: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "summary.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    page.save.click()
    assert target.read_bytes().startswith(b"%PDF")
    assert "summary.pdf" in opened.frame.notices.text.text()


def test_a_file_that_cannot_be_written(page: SummaryPage, opened: Window, tmp_path: Path) -> None:
    page.save_pdf(tmp_path / "gone" / "summary.pdf")
    assert "was not written" in opened.frame.notices.text.text()


def test_a_file_that_could_not_be_replaced_is_whole(
    page: SummaryPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "summary.pdf"
    target.write_bytes(b"of last year")

    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    page.save_pdf(target)
    assert target.read_bytes() == b"of last year"
    assert not list(tmp_path.glob(".*.part"))
