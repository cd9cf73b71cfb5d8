"""The guide, the reference and the book's own page in a window of their own, so that they can stand beside the work."""

from typing import Final

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QKeySequence, QShortcut, QTextCursor, QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from dealbook import paths
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.labels import button
from dealbook.gui.words import tr

GUIDE: Final = "guide.md"
REFERENCE: Final = "reference.md"
BOOK: Final = "book.md"
_SIZE: Final = (880, 720)


class HelpWindow(QWidget):
    """Shows a shipped help text; links between the texts work, Escape closes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(tr("Dealbook help"))
        self.resize(*_SIZE)
        self.text = QTextBrowser()
        self.text.setAccessibleName(tr("Help text"))
        self.text.setOpenLinks(False)
        self.text.anchorClicked.connect(self._follow)
        self.text.document().setDocumentMargin(3 * GRID)
        back = button(tr("Back"), "quiet")
        back.clicked.connect(self.text.backward)
        self.text.backwardAvailable.connect(back.setEnabled)
        back.setEnabled(False)
        row = QHBoxLayout()
        row.addWidget(back)
        for name, words in (
            (GUIDE, tr("Guide")),
            (REFERENCE, tr("Program files")),
            (BOOK, tr("Book for other programs")),
        ):
            choice = button(words, "quiet")
            choice.clicked.connect(lambda _=False, name=name: self.show_text(name))
            row.addWidget(choice)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, GRID, GRID, GRID)
        column.addLayout(row)
        column.addWidget(self.text, 1)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)

    def show_text(self, name: str) -> None:
        """Show one of the help texts from its beginning, and bring the window to the front."""
        file = paths.resource("help", name)
        self.text.setSource(QUrl.fromLocalFile(str(file)), QTextDocument.ResourceType.MarkdownResource)
        self.show()
        self.raise_()
        self.activateWindow()
        self.text.setFocus()

    def _follow(self, url: QUrl) -> None:
        """Follow a link to another help text or to a heading; Qt reads Markdown's headings without their anchors."""
        if url.scheme() not in ("", "file"):
            return
        if url.fileName():
            self.show_text(url.fileName())
        if url.fragment():
            self._show_heading(url.fragment())

    def _show_heading(self, anchor: str) -> None:
        block = self.text.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() and slug(block.text()) == anchor:
                self.text.setTextCursor(QTextCursor(block))
                top = self.text.document().documentLayout().blockBoundingRect(block).top()
                self.text.verticalScrollBar().setValue(int(top))
                return
            block = block.next()


def slug(heading: str) -> str:
    """Return the anchor that Markdown's readers give a heading: lower case, hyphens for spaces, no other signs."""
    kept = "".join(c for c in heading.lower() if c.isalnum() or c in " -_")
    return kept.replace(" ", "-")
