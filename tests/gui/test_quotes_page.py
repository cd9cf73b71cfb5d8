"""The quotes page: what was issued, its PDF, what became of it."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPdf import QPdfDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from dealbook.book.connection import open_book
from dealbook.book.errors import BookError
from dealbook.desk.merging_files import merge_files
from dealbook.desk.quotes import issue_quote, quote_content, revise_quote
from dealbook.desk.session import Session
from dealbook.domain.quote import QuoteStatus
from dealbook.gui.models.quotes import Column
from dealbook.gui.pages.quotes import QuotesPage
from dealbook.gui.widgets.table import PADDING
from dealbook.gui.window import Window
from dealbook.language import language


@pytest.fixture
def page(opened: Window) -> QuotesPage:
    """The quotes page of the small book, with its one quote shown."""
    opened.go("quotes")
    assert opened.pages is not None
    found = opened.pages.page("quotes")
    assert isinstance(found, QuotesPage)
    return found


def revise(opened: Window) -> None:
    """Issue a revision of the quote that is shown."""
    session = opened.session
    assert session is not None
    quote = session.book.quotes.all()[-1]
    deal = session.deal(quote.deal_id)
    revise_quote(session, quote, deal, quote_content(session, deal, [deal.offers[0].id], quote.content.day))


def test_the_pdf_is_shown_as_it_was_issued(page: QuotesPage) -> None:
    assert page.heading.accessibleName() == "Q-2026-0001"
    assert page.preview.document.status() is QPdfDocument.Status.Ready
    assert page.preview.document.pageCount() == 1
    assert "Müller" in page.preview.document.getAllText(0).text()


def test_a_revision_comes_on_top_and_the_former_is_quiet(page: QuotesPage, opened: Window) -> None:
    revise(opened)
    labels = [quote.label for quote in page.model.rows]
    assert labels == ["Q-2026-0001-2", "Q-2026-0001"]
    page.table.selectRow(1)
    assert page.status.currentText() == "replaced"
    assert not page.status.isEnabled()
    page.table.selectRow(0)
    assert page.status.isEnabled()
    assert page.heading.accessibleName() == "Q-2026-0001-2"


def test_two_quotes_of_one_number_can_be_told_apart(window: Window, book_path: Path, tmp_path: Path) -> None:
    """After a merge the mark of the one that came was cut off: the list showed the same number twice."""
    other = tmp_path / "Laptop.dealbook"
    shutil.copyfile(book_path, other)
    for path in (book_path, other):
        session = Session(open_book(path))
        deal = list(session.deals.values())[1]
        issue_quote(session, deal, quote_content(session, deal, [deal.offers[0].id], deal.signed))
        session.close()
    merge_files(book_path, other, None, language("en"), str, is_dry=False)
    window.open_book(book_path)
    window.go("quotes")
    assert window.pages is not None
    page = window.pages.page("quotes")
    assert isinstance(page, QuotesPage)
    labels = [quote.label for quote in page.model.rows]
    assert sorted(labels) == ["Q-2026-0001", "Q-2026-0002", "Q-2026-0002 (Laptop)"]
    widest = max(map(page.table.fontMetrics().horizontalAdvance, labels))
    assert page.table.columnWidth(Column.NUMBER) > widest + 2 * PADDING


def test_the_status_is_saved_as_a_step(page: QuotesPage, opened: Window) -> None:
    assert opened.session is not None
    QTest.keyClick(page.status, Qt.Key.Key_Down)
    assert opened.session.book.quotes.all()[0].status is QuoteStatus.SENT
    assert opened.session.book.undo_name == "Change quote status"
    opened.undo()
    assert page.status.currentText() == "issued"


def test_a_status_that_is_refused_is_not_shown(
    page: QuotesPage, opened: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> None:
        raise BookError("not-saved", name="step", reason="disk full")

    monkeypatch.setattr("dealbook.gui.pages.quotes.set_status", refuse)
    QTest.keyClick(page.status, Qt.Key.Key_Down)
    assert "disk full" in opened.frame.notices.text.text()
    assert page.status.currentText() == "issued"


def test_the_pdf_is_saved_under_its_number(
    page: QuotesPage, opened: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    page.save.click()
    assert (tmp_path / "Q-2026-0001.pdf").read_bytes().startswith(b"%PDF")
    assert "Q-2026-0001.pdf" in opened.frame.notices.text.text()


def test_a_pdf_that_cannot_be_saved_says_so(page: QuotesPage, opened: Window, tmp_path: Path) -> None:
    quote = page.current()
    assert quote is not None
    page.save_pdf(quote, tmp_path / "gone")
    assert "was not written" in opened.frame.notices.text.text()
    assert "safe in the book" in opened.frame.notices.text.text()


def test_enter_leads_to_the_deal(page: QuotesPage, opened: Window) -> None:
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert opened.pages is not None
    assert opened.pages.name == "deal"


def test_a_book_without_quotes_says_where_they_come_from(window: Window, tmp_path: Path) -> None:
    window.create_book(tmp_path / "new", "Weser IT", "EUR")
    window.go("quotes")
    assert window.pages is not None
    page = window.pages.page("quotes")
    assert page.empty.heading.text() == "No quotes yet"
    page.empty.action.click()
    assert window.pages.name == "deals"
