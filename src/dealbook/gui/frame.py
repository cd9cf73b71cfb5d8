"""What stands around the pages: the sidebar, the search field on top and the notice bar."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenuBar, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from dealbook.desk.session import Session
from dealbook.gui.actions import Actions
from dealbook.gui.notices import NoticeBar
from dealbook.gui.search import Search
from dealbook.gui.sidebar import Sidebar
from dealbook.gui.theme import GRID
from dealbook.gui.words import tr


class Frame(QWidget):
    """Lays out sidebar, search with the menus beside it, notices and, in the rest, the content."""

    def __init__(self, bar: QMenuBar, actions: Actions) -> None:
        """Build the frame around the menu `bar`; shortcuts that it shows are those of `actions`."""
        super().__init__()
        self.setObjectName("pages")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        entries = (
            ("deals", tr("Deals")),
            ("forecast", tr("Forecast")),
            ("programs", tr("Programs")),
            ("quotes", tr("Quotes")),
            ("settings", tr("Settings")),
        )
        self.sidebar = Sidebar([(name, text, actions.keys(name)) for name, text in entries])
        keys = QKeySequence(actions.keys("search")).toString(QKeySequence.SequenceFormat.NativeText)
        self.search = Search(keys)
        self.search.setMaximumWidth(420)
        self.notices = NoticeBar()
        self._contents = QStackedWidget()
        column = QVBoxLayout()
        column.setContentsMargins(20, 14, 20, 2 * GRID)
        column.setSpacing(GRID + GRID // 2)
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addStretch(1)
        bar.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        top.addWidget(bar)
        column.addLayout(top)
        column.addWidget(self.notices)
        column.addWidget(self._contents, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.sidebar)
        row.addLayout(column, 1)

    def show_content(self, content: QWidget) -> None:
        """Show `content`, added when it is new here."""
        if self._contents.indexOf(content) < 0:
            self._contents.addWidget(content)
        self._contents.setCurrentWidget(content)

    def drop_content(self, content: QWidget) -> None:
        """Take content away for good."""
        content.hide()
        self._contents.removeWidget(content)
        content.deleteLater()

    def show_state(self, session: Session | None) -> None:
        """Show whose book is open and what was saved last."""
        self.search.setVisible(session is not None)
        self.sidebar.show_state(session)
