"""The offers of a deal as tabs: + adds, a double click or F2 renames in place, the rest is in the tab's menu."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QSizePolicy, QTabBar, QWidget

from dealbook.domain.deal import Offer
from dealbook.gui.widgets.labels import button, set_tip
from dealbook.gui.words import literal, tr

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SPACING: Final = 4
_NARROWEST: Final = 64
"""Where the tabs have to share too little room, none is narrower; the bar scrolls then."""


class OfferTabs(QWidget):
    """Shows the offers and says what the person wants done with them."""

    shown = Signal(int)
    """Another tab is shown: its position."""
    added = Signal()
    renamed = Signal(int, str)
    duplicated = Signal(int)
    removed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.bar = _Bar()
        self.bar.setObjectName("offers")
        self.bar.setAccessibleName(tr("Offers"))
        self.bar.setExpanding(False)
        self.bar.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.bar.setUsesScrollButtons(True)
        self.bar.setElideMode(Qt.TextElideMode.ElideRight)
        self.bar.currentChanged.connect(self._show)
        self.bar.rename_wanted.connect(self.rename)
        self.bar.menu_wanted.connect(self._open_menu)
        self.bar.remove_wanted.connect(self.removed)
        self.add = button("+", "quiet", name=tr("Add an offer"))
        set_tip(self.add, tr("Add an offer"), "Ctrl+T")
        self.add.clicked.connect(self.added)
        self.more = button("⋯", "quiet", name=tr("What can be done with the offer"))
        self.more.clicked.connect(lambda: self._open_menu(self.bar.currentIndex(), self._below_more()))
        self._editor: QLineEdit | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_SPACING)
        row.addWidget(self.bar)
        row.addWidget(self.add)
        row.addStretch(1)
        self.tools = QHBoxLayout()
        row.addLayout(self.tools)
        row.addWidget(self.more)

    def show_offers(self, offers: Sequence[Offer], position: int) -> None:
        """Show the tabs of these offers, one of them chosen; tabs that are there already stay."""
        blocked = self.bar.blockSignals(True)
        while self.bar.count() > len(offers):
            self.bar.removeTab(self.bar.count() - 1)
        for place, offer in enumerate(offers):
            text = offer_title(offer, place).replace("&", "&&")
            if place >= self.bar.count():
                self.bar.addTab(text)
            elif self.bar.tabText(place) != text:
                self.bar.setTabText(place, text)
            self.bar.setTabToolTip(place, literal(offer_title(offer, place)))
        if self.bar.currentIndex() != position:
            self.bar.setCurrentIndex(position)
        self.bar.blockSignals(blocked)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:  # the buttons beside are as wide as the style makes them
            self._fit()
        return done

    def _fit(self) -> None:
        """Let the tabs have what the buttons beside them leave."""
        beside = (self.add.sizeHint(), self.tools.sizeHint(), self.more.sizeHint())
        self.bar.fit(self.width() - sum(size.width() + _SPACING for size in beside) - _SPACING)

    def rename(self, position: int) -> None:
        """Let the person type another title into the tab."""
        if position < 0:
            return
        self._end_rename()
        editor = QLineEdit(self.bar)
        editor.setAccessibleName(tr("Title of the offer"))
        editor.setText(self.bar.tabText(position).replace("&&", "&"))
        editor.setGeometry(self._room_for_editor(position))
        editor.editingFinished.connect(lambda: self._take_name(position))
        editor.selectAll()
        editor.show()
        editor.setFocus()
        self._editor = editor

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._editor is not None:
            self._end_rename()
            self.bar.setFocus()
            return
        super().keyPressEvent(event)

    def _room_for_editor(self, position: int) -> QRect:
        rect = self.bar.tabRect(position).adjusted(2, 3, -2, -4)
        rect.setWidth(max(rect.width(), 140))
        return rect.translated(min(0, self.bar.width() - rect.right() - 1), 0)

    def _take_name(self, position: int) -> None:
        if self._editor is not None:
            name = self._editor.text().strip()
            self._end_rename()
            self.renamed.emit(position, name)

    def _end_rename(self) -> None:
        editor, self._editor = self._editor, None
        if editor is not None:
            editor.blockSignals(True)
            editor.hide()
            editor.deleteLater()

    def _show(self, position: int) -> None:
        self._end_rename()
        if position >= 0:
            self.shown.emit(position)

    def _below_more(self) -> QPoint:
        return self.more.mapToGlobal(QPoint(0, self.more.height()))

    def _open_menu(self, position: int, at: QPoint) -> None:
        entries: tuple[tuple[str, Callable[[], object]], ...] = (
            (tr("Rename"), lambda: self.rename(position)),
            (tr("Duplicate"), lambda: self.duplicated.emit(position)),
            (tr("Remove"), lambda: self.removed.emit(position)),
        )
        menu = QMenu(self)
        for text, then in entries:
            menu.addAction(text).triggered.connect(then)
        menu.actions()[2].setEnabled(self.bar.count() > 1)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)


class _Bar(QTabBar):
    """Tabs that can be renamed with F2 or a double click and removed with Delete."""

    rename_wanted = Signal(int)
    remove_wanted = Signal(int)
    menu_wanted = Signal(int, QPoint)

    def __init__(self) -> None:
        super().__init__()
        self._room = 0

    def fit(self, room: int) -> None:
        """Lay the tabs out anew for `room` pixels."""
        if room != self._room:
            self._room = room
            self.setIconSize(self.iconSize())  # what makes a tab bar lay itself out anew

    def tabSizeHint(self, index: int) -> QSize:
        return QSize(self._widths()[index], super().tabSizeHint(index).height())

    def _widths(self) -> list[int]:
        """Return how wide each tab is: the current one as its title, the others share what that leaves."""
        wanted = [super(_Bar, self).tabSizeHint(place).width() for place in range(self.count())]
        if sum(wanted) <= self._room:
            return wanted
        now = self.currentIndex()
        widths = {now: max(min(wanted[now], self._room - 2 * _NARROWEST), _NARROWEST)} if now >= 0 else {}
        left = self._room - sum(widths.values())
        others = sorted((place for place in range(self.count()) if place != now), key=lambda place: wanted[place])
        for after, place in enumerate(others):
            widths[place] = min(wanted[place], max(left // (len(others) - after), _NARROWEST))
            left -= widths[place]
        return [widths[place] for place in range(self.count())]

    def minimumTabSizeHint(self, index: int) -> QSize:
        return self.tabSizeHint(index)  # rather scroll than cut titles to nothing

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.rename_wanted.emit(self.tabAt(event.position().toPoint()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F2:
            self.rename_wanted.emit(self.currentIndex())
        elif event.key() == Qt.Key.Key_Delete:
            self.remove_wanted.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


def offer_title(offer: Offer, position: int) -> str:
    """Return an offer's title; one without is called by its place: Offer A."""
    letter = _LETTERS[position] if position < len(_LETTERS) else str(position + 1)
    return offer.title or tr("Offer {letter}").format(letter=letter)
